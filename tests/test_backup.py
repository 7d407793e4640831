"""A backup: what it keeps and leaves, what comes back, and what it refuses to write over."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from aqueduc.backup import (
    LAST_BACKUP,
    BackupReport,
    back_up_workspace,
    read_last_backup,
    record_resumption_after_restoration,
    restore_backup,
)
from aqueduc.certify.ledger import verify_ledger
from aqueduc.declaration import load_all_declarations, load_city
from aqueduc.errors import PublicationGateClosed, RestoredBackupInForce, StoreError
from aqueduc.reconciliation import reconcile
from aqueduc.run import Workspace, refuse_withdrawn_or_suspended_dataset
from aqueduc.store import Store, Vault
from tests.publish.everywhere import observe, open_bench
from tests.publish.publishing import Bench, rows
from tests.publish.servers import bucket

INTERNAL = (".leases", ".scratch", LAST_BACKUP)


@pytest.fixture
def here(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A dataset that was published on a portal of the city's own."""
    with open_bench("portal", tmp_path, request) as made:
        made.certified(rows(5))
        yield made


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not set(INTERNAL) & set(path.parts)
    }


def save(here: Bench, folder: Path) -> BackupReport:
    return back_up_workspace(here.desk.place, folder, ())


def go_on(here: Bench) -> None:
    record_resumption_after_restoration(here.desk.place, "Jeanne Martin", "rien n'avait été décidé depuis")


def lose(root: Path) -> None:
    for name in ("store", "vault"):
        shutil.rmtree(root / name)
        (root / name).mkdir()


def test_what_is_kept_and_what_never_is(here: Bench, tmp_path: Path) -> None:
    vault = here.desk.place.vault
    vault.write("raw/lieux/mort/raw.parquet", b"brut")
    vault.write("rejected/lieux/un/anonymise.parquet", b"rejet")
    vault.write("corrections.json", b'{"keys": ["secret"]}')
    vault.write("objections/lieux.json", b'{"objections": []}')
    report = save(here, tmp_path / "sauvegarde")
    kept = tree(tmp_path / "sauvegarde")
    assert {"sauvegarde.json", "coffre/corrections.json", "coffre/objections/lieux.json"} < kept.keys()
    assert not any(name.startswith(("coffre/raw", "coffre/rejected")) for name in kept)
    assert {name: kept[f"depot/{name}"] for name in tree(tmp_path / "store")} == tree(tmp_path / "store")
    assert (tmp_path / "sauvegarde").stat().st_mode & 0o77 == 0, "secrets are in it"
    head = here.desk.place.store.read_newest_ledger_entry_name("lieux")
    assert json.loads(kept["sauvegarde.json"])["heads"] == report.heads == {"lieux": head}
    assert report.broken == ()
    taken = datetime.fromisoformat(json.loads(kept["sauvegarde.json"])["at"])
    assert read_last_backup(here.desk.place.store) == (taken, ())
    assert not (tmp_path / "sauvegarde" / "depot" / LAST_BACKUP).exists(), "it is said of one store"


def test_it_comes_back_as_it_was_and_the_next_run_has_nothing_to_do(here: Bench, tmp_path: Path) -> None:
    here.certified(rows(6))
    here.desk.place.vault.write("seen/lieux.json", b'{"sha256": "1"}')
    store, record = tree(tmp_path / "store"), observe(here)
    save(here, tmp_path / "sauvegarde")
    lose(tmp_path)
    report = restore_backup(here.desk.place, tmp_path / "sauvegarde", ())
    assert (report.broken, report.vault_files) == ((), 1)
    mark = "restored-backup.json"
    assert {name: data for name, data in tree(tmp_path / "store").items() if name != mark} == store
    portal = tree(tmp_path / "portail")
    go_on(here)
    here.certified(rows(6))
    assert tree(tmp_path / "portail") == portal
    assert observe(here) == record
    assert verify_ledger(here.desk.place.store, "lieux").is_valid


def test_nothing_is_published_before_a_person_goes_on(here: Bench, tmp_path: Path) -> None:
    """What was withdrawn, or objected to, since the backup would come back by itself."""
    place = here.desk.place
    refuse_withdrawn_or_suspended_dataset(here.run(), place)
    save(here, tmp_path / "sauvegarde")
    lose(tmp_path)
    restore_backup(place, tmp_path / "sauvegarde", ())
    with pytest.raises(RestoredBackupInForce, match=f"sauvegarde du {datetime.now(UTC):%Y-%m-%d}") as held:
        refuse_withdrawn_or_suspended_dataset(here.run(), place)
    assert "retraits, oppositions" in str(held.value) and "aqueduc backup --resume" in str(held.value)
    refuse_withdrawn_or_suspended_dataset(replace(here.run(), dry_run=True), place)
    record_resumption_after_restoration(place, "Jeanne Martin", "deux retraits refaits")
    refuse_withdrawn_or_suspended_dataset(here.run(), place)
    assert place.store.read_json("restored-backup.json")["resumed"]["by"] == "Jeanne Martin"
    with pytest.raises(StoreError, match="Rien n'attend"):
        record_resumption_after_restoration(place, "Jeanne Martin", "encore")
    # It is said of this store: its backup does not have it, and another restoration asks again.
    save(here, tmp_path / "sauvegarde")
    assert not (tmp_path / "sauvegarde" / "depot" / "restored-backup.json").exists()


def test_a_portal_that_was_lost_too_waits_for_a_person(here: Bench, tmp_path: Path) -> None:
    """Its folder is not in the backup: what the public can no longer read does not come back by itself."""
    save(here, tmp_path / "sauvegarde")
    lose(tmp_path)
    shutil.rmtree(tmp_path / "portail")
    restore_backup(here.desk.place, tmp_path / "sauvegarde", ())
    go_on(here)
    with pytest.raises(PublicationGateClosed, match="reopen"):
        here.certified(rows(5))


def test_a_second_backup_takes_what_is_new_and_drops_what_left(here: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "sauvegarde"
    here.desk.place.store.write("overview/ancien.json", b"{}")
    first = save(here, folder)
    here.desk.place.store.delete("overview/ancien.json")
    here.certified(rows(6))
    second = save(here, folder)
    assert tree(folder / "depot") == tree(tmp_path / "store")
    assert second.objects > first.objects and second.heads != first.heads


def test_a_bucket_is_backed_up_as_a_folder_is(here: Bench, tmp_path: Path) -> None:
    with bucket(tmp_path / "seaux", tmp_path / "rclone") as options:
        for name in ("store", "vault"):
            (tmp_path / "seaux" / f"ville-{name}").mkdir()
        there = replace(
            here.desk.place,
            store=Store("s3://ville-store", options),
            vault=Vault("s3://ville-vault", options),
        )
        save(here, tmp_path / "un")
        restore_backup(there, tmp_path / "un", ())
        back_up_workspace(there, tmp_path / "deux", ())
    assert tree(tmp_path / "deux" / "depot") == tree(tmp_path / "un" / "depot") == tree(tmp_path / "store")


def refuse(place: Workspace, folder: Path, *, restore: bool = False) -> str:
    with pytest.raises(StoreError) as refused:
        (restore_backup if restore else back_up_workspace)(place, folder, ())
    return str(refused.value)


def test_nothing_is_restored_over_anything(here: Bench, tmp_path: Path) -> None:
    folder, place = tmp_path / "sauvegarde", here.desk.place
    save(here, folder)
    before = tree(tmp_path / "store")
    assert "Le dépôt ou le coffre n'est pas vide." in refuse(place, folder, restore=True)
    assert tree(tmp_path / "store") == before
    here.certified(rows(6))
    newer = refuse(place, folder, restore=True)
    for words in ("Le dépôt en sait plus que la sauvegarde.", "jeux lieux", "rien n'a été écrit"):
        assert words in newer
    lose(tmp_path)
    place.vault.write("corrections.json", b"{}")
    assert "n'est pas vide" in refuse(place, folder, restore=True), "an empty store, and a vault that is not"


def test_a_store_that_was_rolled_back_does_not_overwrite_its_backup(here: Bench, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "store", tmp_path / "ancien")
    here.certified(rows(6))
    folder = tmp_path / "sauvegarde"
    save(here, folder)
    kept = tree(folder)
    shutil.rmtree(tmp_path / "store")
    shutil.copytree(tmp_path / "ancien", tmp_path / "store")
    said = refuse(here.desk.place, folder)
    assert "Le dépôt a moins que sa sauvegarde" in said and "jeux lieux" in said
    assert tree(folder) == kept
    lose(tmp_path)
    assert "Le dépôt a moins que sa sauvegarde" in refuse(here.desk.place, folder), (
        "neither does an empty one"
    )
    assert tree(folder) == kept


def rename(here: Bench, **said: str | None) -> None:
    path = here.desk.include / "city.yaml"
    city = {**yaml.safe_load(path.read_text(encoding="utf-8")), "siret": None, **said}
    known = {name: value for name, value in city.items() if value}
    path.write_text(yaml.safe_dump(known, allow_unicode=True), encoding="utf-8")


def test_the_backup_of_another_city_is_neither_restored_nor_brought_up_to_date(
    here: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "sauvegarde"
    rename(here, name="Ville d'Exemple", siren="211300017")
    save(here, folder)
    kept = tree(folder)
    rename(here, siren="211300025")
    lose(tmp_path)
    for restore in (True, False):
        said = refuse(here.desk.place, folder, restore=restore)
        assert "celle d'une autre ville (Ville d'Exemple)" in said and "rien n'a été écrit" in said
    assert tree(folder) == kept and tree(tmp_path / "store") == {}
    # One that was renamed is the same; without a number, its name is all there is.
    rename(here, name="Ville d'Ailleurs", siren=None)
    assert "autre ville" in refuse(here.desk.place, folder, restore=True)
    rename(here, siren="211300017")
    restore_backup(here.desk.place, folder, ())


def test_what_is_no_whole_backup_is_not_restored(here: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "sauvegarde"
    save(here, folder)
    (folder / "sauvegarde.json").unlink()
    lose(tmp_path)
    for named in (folder, tmp_path / "rien"):
        said = refuse(here.desk.place, named, restore=True)
        assert "n'est pas une sauvegarde" in said and str(named) in said and "sauvegarde.json" in said
    assert tree(tmp_path / "store") == {}


def test_a_ledger_that_does_not_hold_is_told_and_copied_as_it_is(here: Bench, tmp_path: Path) -> None:
    (entry,) = (tmp_path / "store" / "datasets" / "lieux" / "ledger").glob("*.json")
    entry.write_text(entry.read_text("utf-8").replace('"run": "', '"run": "autre-'), encoding="utf-8")
    assert save(here, tmp_path / "sauvegarde").broken == ("lieux",)
    assert json.loads((tmp_path / "sauvegarde" / "sauvegarde.json").read_text())["broken"] == ["lieux"]


def test_runs_go_on_while_it_is_taken(here: Bench, tmp_path: Path) -> None:
    """Each backup holds by itself: its ledger, and every file that its certificates name."""
    done = threading.Event()
    failures: list[BaseException] = []

    def publish() -> None:
        try:
            for count in range(6, 16):
                here.certified(rows(count))
        except BaseException as failure:  # noqa: BLE001 - for the test to show
            failures.append(failure)
        finally:
            done.set()

    runs = threading.Thread(target=publish)
    runs.start()
    taken = 0
    while not done.is_set() or taken < 3:
        taken += 1
        folder = tmp_path / f"sauvegarde-{taken}"
        assert save(here, folder).broken == ()
        copy = Store((folder / "depot").as_uri())
        certificate = copy.read_current_certificate("lieux")
        assert certificate is not None
        parts = copy.read_json("datasets/lieux/parts.json")
        keys = (
            [one["key"] for one in parts["parts"]]
            if isinstance(parts, dict)
            else [one["key"] for one in parts]
        )
        assert keys and all(copy.exists(key) for key in keys)
        shutil.rmtree(folder)
    runs.join()
    assert failures == []


def test_an_older_backup_is_told_by_the_platform_and_nothing_newer_is_lost(
    here: Bench, tmp_path: Path
) -> None:
    save(here, tmp_path / "sauvegarde")
    for count in (6, 7, 8):
        here.certified(rows(count))
    named = observe(here).get_field_text("ledger_head")
    portal = tree(tmp_path / "portail")
    lose(tmp_path)
    restore_backup(here.desk.place, tmp_path / "sauvegarde", ())
    include = here.desk.include
    declared = load_all_declarations(include, load_city(include))
    looked = reconcile(declared, here.desk.city, here.desk.place, datetime.now(UTC) + timedelta(seconds=1))
    assert "registre-recule" in {one.finding.code for one in looked.differences}
    assert tree(tmp_path / "portail") == portal, "looking writes nothing"
    go_on(here)
    report = here.publish(rows(8))
    assert "registre-recule" in {one.code for one in report.findings}
    assert observe(here).get_field_text("ledger_head") == named, "what contradicts the ledger stays in public"
    newest = {name: data for name, data in portal.items() if name.endswith(("lieux.csv", "lieux.parquet"))}
    assert newest.items() <= tree(tmp_path / "portail").items()
