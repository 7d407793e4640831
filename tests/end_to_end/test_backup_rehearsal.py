"""The rehearsal that the administrator's page tells of, on the sandbox's region: a city loses its store and its vault.

At the prompt, with the command as installed: publish, back up while a run goes on, lose everything, restore, run
again. The platform must not change; an older backup must be noticed, and overwrite nothing.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.region import Region
from tests.cli.office import nobody_in, people
from tests.cli.test_cli_run import HTTP, Branch, branch_of

pytestmark = [pytest.mark.end_to_end, pytest.mark.sandbox]


@pytest.fixture
def branch(tmp_path: Path, region: Region) -> Iterator[Branch]:
    with branch_of(tmp_path, region) as made:
        yield made


def publish(branch: Branch, count: int) -> str:
    branch.office.drop(people(count))
    said = branch.office.aqueduc("run", branch.slug)
    assert said.code == 0, said.all
    return said.all


def shown(branch: Branch) -> dict[str, Any]:
    """All that the platform says of the dataset and serves, its own dates of change included."""
    record = branch.ask("package_show", id=branch.slug)
    return {
        "record": record,
        "files": {one["id"]: HTTP.get(one["url"]).content for one in record["resources"]},
        "tables": {
            one["id"]: branch.ask("datastore_search", resource_id=one["id"], limit=1000)["records"]
            for one in record["resources"]
            if one.get("datastore_active")
        },
    }


def head_of(seen: dict[str, Any]) -> str:
    """The entry of the ledger that the record names, in a field of its own or among the extras."""
    extras = {one["key"]: one["value"] for one in seen["record"]["extras"]}
    return str({**extras, **seen["record"]}["ledger_head"])


def sorted_rows(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bare = ({name: cell for name, cell in row.items() if name != "_id"} for row in table)
    return sorted(bare, key=lambda row: str(row["numero"]))


def lose(branch: Branch) -> None:
    """Store and vault are gone, with their machine."""
    for folder in (branch.office.store, branch.office.vault):
        shutil.rmtree(folder)


def resume(branch: Branch) -> None:
    said = branch.office.aqueduc(
        "backup", "--resume", "--by", "Jeanne Martin", "--reason", "rien n'avait été décidé"
    )
    assert said.code == 0, said.all


def test_a_city_that_lost_everything_goes_on_as_if_nothing_had_happened(
    branch: Branch, tmp_path: Path
) -> None:
    office, saved = branch.office, str(tmp_path / "sauvegarde")
    publish(branch, 40)
    publish(branch, 60)
    marks = office.vault / "corrections.json"
    marks.write_text('{"keys": ["4d41524b"]}', encoding="utf-8")
    # A run is going on: what it extracted is in the vault, what it publishes is half told.
    office.drop(people(80))
    run = subprocess.Popen(
        office.command("run", branch.slug),
        env=dict(office.environment),
        cwd=office.desk.include.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    backups = 0
    while run.poll() is None or backups == 0:
        during = office.aqueduc("backup", saved)
        backups += 1
        assert during.code == 0, during.all
        assert nobody_in(during.all)
    assert run.returncode == 0, run.communicate()[0]
    assert office.aqueduc("backup", saved).code == 0
    before, ledger = shown(branch), office.aqueduc("verify", "--json").json
    remembered = sorted(path.name for path in (office.vault / "seen").iterdir())

    lose(branch)
    assert office.aqueduc("backup", saved, "--restore").code == 0
    assert office.aqueduc("verify", "--json").json == ledger
    assert ledger["ledgers"][0]["holds"] and ledger["ledgers"][0]["certificates"] == 3
    assert marks.read_text("utf-8") == '{"keys": ["4d41524b"]}'
    assert sorted(path.name for path in (office.vault / "seen").iterdir()) == remembered
    assert not any((office.vault / "raw").glob("*/*")), "no extract outlives its run, nor by a backup"

    held = office.aqueduc("run", branch.slug)
    assert held.code == 1 and "[sauvegarde-retablie]" in held.err
    assert shown(branch) == before
    resume(branch)
    again = office.aqueduc("run", branch.slug)
    assert again.code == 0, again.all
    assert shown(branch) == before, "nothing changes on the platform, not even its dates"
    assert office.aqueduc("reconcile", branch.slug).code == 0
    assert office.aqueduc("sweep").code == 0
    # And the next publication goes on from there, under the same identity.
    publish(branch, 100)
    after = shown(branch)
    assert [one["id"] for one in after["record"]["resources"]] == list(before["files"])
    assert after["record"]["id"] == before["record"]["id"]
    assert office.aqueduc("verify").code == 0


def test_an_older_backup_is_noticed_and_overwrites_nothing(branch: Branch, tmp_path: Path) -> None:
    office, saved = branch.office, str(tmp_path / "sauvegarde")
    publish(branch, 40)
    assert office.aqueduc("backup", saved).code == 0
    for count in (60, 80):
        publish(branch, count)
    newest = shown(branch)

    refused = office.aqueduc("backup", saved, "--restore")
    assert refused.code == 1
    assert "Le dépôt en sait plus que la sauvegarde." in refused.err
    lose(branch)
    assert office.aqueduc("backup", saved, "--restore").code == 0
    looked = office.aqueduc("reconcile", branch.slug, "--json")
    assert looked.code == 1
    assert "registre-recule" in {one["code"] for one in looked.json["differences"]}
    assert shown(branch) == newest, "looking changes nothing"

    resume(branch)
    told = publish(branch, 80)
    assert "ramené en arrière" in told
    after = shown(branch)
    assert newest["files"].items() <= after["files"].items(), "each file as it was, at its address"
    assert newest["tables"].items() <= after["tables"].items()
    # The table is not the one that the backup remembers: it is put beside, the same rows, as after a hand.
    assert all(
        sorted_rows(one) == sorted_rows(*newest["tables"].values()) for one in after["tables"].values()
    )
    assert head_of(after) == head_of(newest) != "", "the proof stays in public"
