"""Each kind of difference is planted in a sound city, found, and named rightly; nothing else is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aqueduc.connections import EnvironmentConnections
from aqueduc.decisions import WITHDRAWAL, WithdrawalMark, build_decision_mark_key
from aqueduc.publish.planning.state import build_platform_state_key
from aqueduc.reconciliation.findings import GRAVITIES
from aqueduc.withdrawal import WithdrawalOrder, enforce_withdrawal, record_withdrawal_order
from sandbox.agreements import seed_agreements
from tests.making import Desk
from tests.publish.publishing import rows
from tests.reconciliation.towns import NAMES, Town, code, open_faulty_town, open_portal_town, snapshot

ONE = "bancs"
HAND = "Édité là-bas"


@pytest.fixture(scope="module")
def put_back(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Town]]:
    with open_portal_town(tmp_path_factory.mktemp("ville")) as made, snapshot(made) as again:
        yield again


@pytest.fixture
def town(put_back: Callable[[], Town]) -> Town:
    return put_back()


# --- a sound city -------------------------------------------------------------------------------------------


def test_a_sound_city_has_no_difference(town: Town) -> None:
    look = town.reconcile()
    assert look.differences == ()
    assert (look.datasets, look.platforms, look.busy) == (len(NAMES), {"portail": True}, ())
    assert town.wire.writes == []


def test_a_sound_city_that_a_web_server_serves_has_none_either(tmp_path: Path) -> None:
    with open_portal_town(tmp_path, over_http=True) as served:
        assert served.found() == []
        assert served.wire.writes == []
        served.benches[ONE].certified(rows(9))
        assert served.found() == []


@pytest.mark.parametrize(
    "declared",
    [
        {"publish": {"mode": "upload", "formats": ["csv", "parquet", "xlsx"]}},
        {"publish": {"mode": "upload", "formats": ["csv"], "split": {"by": "nom", "per": "value"}}},
        {"moved_from": ONE},
    ],
    ids=["several files", "split", "renamed"],
)
def test_a_sound_dataset_has_none_however_it_is_published(town: Town, declared: dict[str, Any]) -> None:
    bench = town.benches[ONE]
    if "moved_from" in declared:
        town.undeclare(ONE)
        town.store.adopt_records_of_former_name(ONE, "sieges")
        bench = replace(bench, slug="sieges", declared={**bench.declared, **declared, "title": "Jeu sieges"})
    bench.dataset(**declared)
    bench.certified(rows(6))
    assert town.found() == []


def test_a_restored_revision_is_sound_and_told_when_it_lasts(town: Town) -> None:
    bench = town.benches[ONE]
    former = str((town.store.read_current_revision_pointer(ONE) or {})["revision"])
    bench.certified(rows(9))
    bench.restored(former)
    assert town.found() == []
    assert (ONE, "retablissement-qui-dure") in town.found(datetime.now(UTC) + timedelta(days=8), only=(ONE,))
    bench.lift()
    bench.certified(rows(9))
    assert town.found() == []


def test_a_dataset_that_was_withdrawn_is_sound_too(town: Town) -> None:
    order = WithdrawalOrder("Jeanne Martin", "un habitant", "essai", "retrait-1")
    record_withdrawal_order((ONE,), order, town.desk.city, town.desk.place)
    done = enforce_withdrawal(ONE, town.desk.city, town.desk.place, sleep=lambda _: None)
    assert done is not None
    assert done.proved
    assert town.found() == []
    assert town.found(datetime.now(UTC) + timedelta(days=400), only=(ONE,)) == []


def test_a_city_without_any_dataset_has_none(tmp_path: Path) -> None:
    with open_portal_town(tmp_path, ()) as empty:
        assert empty.found() == []


# --- the kinds ----------------------------------------------------------------------------------------------


def edit_file(town: Town, data: bytes) -> None:
    for path in (town.folder / "jeux" / ONE).rglob(f"{ONE}.csv"):
        path.write_bytes(data)


def same_size(town: Town) -> None:
    path = town.folder / "jeux" / ONE / f"{ONE}.csv"
    edit_file(town, path.read_bytes()[::-1])


def remove_file(town: Town) -> None:
    for path in (town.folder / "jeux" / ONE).rglob(f"{ONE}.csv"):
        path.unlink()


def fiche(**said: Any) -> Callable[[Town], None]:
    return lambda town: town.fiche(ONE, lambda document: document["fiche"].update(said))


def distribution(town: Town, change: Callable[[dict[str, Any]], Any]) -> None:
    town.fiche(ONE, lambda document: change(document["resources"][0]))


def add_resource(town: Town) -> None:
    def add(document: dict[str, Any]) -> None:
        (first, *_rest) = document["resources"]
        document["resources"].append({**first, "id": "annexe"})

    town.fiche(ONE, add)


def copy_record(town: Town, name: str, **changes: Any) -> None:
    """A second record of the city's in the portal, at another address."""
    source, target = (town.folder / "jeux" / one for one in (ONE, name))
    shutil.copytree(source, target)
    path = target / "fiche.json"
    document = {**json.loads(path.read_text(encoding="utf-8")), "record": name}
    document["fiche"] = {**document["fiche"], "slug": name, **changes}
    path.write_text(json.dumps(document), encoding="utf-8")


def move(town: Town) -> None:
    """As a dataset that had another identifier, which somebody published again."""
    town.store.write_json(f"datasets/{ONE}/moved.json", {"from": "sieges"})
    copy_record(town, "sieges", title="Jeu sieges")


def mark_writing(town: Town) -> None:
    town.store.mark_publication_in_progress(ONE, "morte", datetime.now(UTC) - timedelta(hours=4))


def restore(town: Town) -> None:
    at = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    mark = {"revision": "r", "by": "Jeanne Martin", "reason": "essai", "run": "x", "at": at}
    town.store.write_restoration_mark(ONE, mark)


def declare_new(town: Town) -> None:
    town.benches[ONE].desk.dataset("neuf", **{**town.benches[ONE].declared, "title": "Jeu neuf"})


def declare_new_that_ran(town: Town) -> None:
    declare_new(town)
    town.store.write_report("neuf", "essai", "extract", {"passed": False})


def declare_elsewhere(town: Town, **more: Any) -> None:
    both = {"portail": {"type": "portal", "folder": str(town.folder)}}
    both["vitrine"] = {"type": "portal", "folder": str(town.folder.with_name("vitrine"))}
    town.city_file(platforms=both, **more)


def move_platform(town: Town) -> None:
    declare_elsewhere(town)
    publish = {**town.benches[ONE].declared["publish"], "platform": "vitrine"}
    town.benches[ONE].dataset(publish=publish)
    town.benches[ONE].certified(rows(5))


def add_platform(town: Town) -> None:
    declare_elsewhere(town)
    town.benches[ONE].dataset(
        publish={**town.benches[ONE].declared["publish"], "platforms": ["portail", "vitrine"]}
    )


def forget_platform(town: Town) -> None:
    move_platform(town)
    others = {"vitrine": {"type": "portal", "folder": str(town.folder.with_name("vitrine"))}}
    for name in NAMES:
        town.undeclare(name) if name != ONE else None
        shutil.rmtree(town.folder.parent / "store" / "datasets" / name) if name != ONE else None
    town.city_file(
        platforms=others, defaults={"licence": "lov2", "contact": "o@v.example", "platform": "vitrine"}
    )


def restrict(town: Town) -> None:
    """Restricted by its declaration on a platform that can hide, and left open where it was before."""
    region = {"type": "ckan", "connection": "absente"}
    platforms = {"portail": {"type": "portal", "folder": str(town.folder)}, "region": region}
    town.city_file(platforms=platforms)
    closed = {"licence": "other-at", "access": {"level": "same_organization"}}
    publish = {"mode": "upload", "platform": "region"}
    town.benches[ONE].dataset(**closed, publish=publish)


def leave_visible(town: Town) -> None:
    at = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    mark = WithdrawalMark(ONE, "Jeu", "Jeanne Martin", "un habitant", "essai", at, at, at, "r", at)
    town.store.write_json(build_decision_mark_key(ONE, WITHDRAWAL), mark.to_json())


def remove_from_feed(town: Town) -> None:
    path = town.folder / "catalog.jsonld"
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{ONE}"', '"autre"'), encoding="utf-8")


def lose_object(town: Town) -> None:
    (part,) = (town.store.read_current_revision_pointer(ONE) or {})["parts"]
    town.store.delete(part["object"])


def certify_other(town: Town) -> None:
    """The platform shows a revision that no certificate tells of: its run died before it could certify."""
    bench = town.benches[ONE]
    bench.publish(rows(9))
    town.store.clear_publication_in_progress(ONE)


def edit_certificate(town: Town) -> None:
    key = town.store.list_ledger_entry_keys(ONE)[-1]
    town.store.write(key, (town.store.read(key) or b"").replace(b"lov2", b"odbl"))


def roll_back(town: Town) -> None:
    """The store as it was before the publication that the platform still shows."""
    bench, folder = town.benches[ONE], town.folder.parent / "store"
    shutil.copytree(folder, folder.with_name("sauvegarde"))
    bench.certified(rows(8))
    bench.certified(rows(9))
    state = town.store.read_json(build_platform_state_key(ONE, "portail"))
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("sauvegarde"), folder)
    town.store.write_json(build_platform_state_key(ONE, "portail"), state)


def cut(town: Town, key: str) -> None:
    town.store.write(key, b'{"cou')


KINDS: dict[str, Callable[[Town], Any]] = {
    # declared, agreed, certified
    "declaration-illisible": lambda town: town.desk.write(ONE, 'title: "Sans fin\n'),
    "jamais-lance": declare_new,
    "jamais-publie": declare_new_that_ran,
    "declaration-en-attente": lambda town: town.benches[ONE].dataset(description="Une autre."),
    "publication-interrompue": mark_writing,
    "publication-non-certifiee": certify_other,
    "retablissement-qui-dure": restore,
    "fichier-du-depot-absent": lose_object,
    "entree-modifiee": edit_certificate,
    "tete-absente": lambda town: town.store.delete(f"datasets/{ONE}/heads"),
    "etat-illisible": lambda town: cut(town, f"datasets/{ONE}/restored.json"),
    "registre-recule": roll_back,
    # the record
    "fiche-disparue": lambda town: shutil.rmtree(town.folder / "jeux" / ONE),
    "fiche-cachee": lambda town: town.fiche(ONE, lambda document: document.update(hidden=True)),
    "orphelin-en-ligne": lambda town: town.undeclare(ONE),
    "fiche-sans-declaration": lambda town: copy_record(town, "inconnue", title="Jeu inconnu"),
    "fiche-en-double": lambda town: copy_record(town, "bancs-2"),
    "ancien-identifiant-servi": move,
    "ancienne-plateforme-ouverte": move_platform,
    "jamais-sur-la-plateforme": add_platform,
    "ouvert-sans-pouvoir-cacher": restrict,
    "retire-encore-visible": leave_visible,
    "absent-du-flux": remove_from_feed,
    "plateforme-oubliee": forget_platform,
    # its fields
    "titre-modifie": fiche(title=HAND),
    "description-modifiee": fiche(description=HAND),
    "licence-modifiee": fiche(licence="odc-odbl"),
    "frequence-modifiee": fiche(frequency="yearly"),
    "mots-cles-modifies": fiche(keywords=[HAND]),
    "contact-modifie": fiche(contact="autre@ville.example"),
    "champ-modifie": fiche(granularity="iris"),
    "ressource-supprimee": lambda town: town.fiche(ONE, lambda document: document.update(resources=[])),
    "ressource-modifiee": lambda town: distribution(
        town, lambda one: one["distribution"].update(media_type="text/plain")
    ),
    # what is served
    "lien-mort": remove_file,
    "taille-differente": lambda town: edit_file(town, b"a\n1\n"),
    "octets-differents": same_size,
    "pages-modifiees": lambda town: (town.folder / "jeux" / ONE / "index.html").write_text(HAND),
    "page-commune-modifiee": lambda town: (town.folder / "index.html").write_text(HAND),
}
BESIDE = {
    "declaration-en-attente",
    "plateforme-sans-connexion",
    "jamais-sur-la-plateforme",
    "page-commune-modifiee",
    # The pointer names the certificate by its digest.
    "pointeur-recule",
}
"""What a planted difference may well be told with: its consequences."""


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_and_named_rightly(town: Town, kind: str) -> None:
    KINDS[kind](town)
    look = town.reconcile()
    codes = {code(one) for one in look.differences}
    assert kind in codes, [str(one.finding) for one in look.differences]
    assert codes - BESIDE <= {kind}, [str(one.finding) for one in look.differences]
    assert {one.dataset for one in look.differences} <= {ONE, "neuf", ""}
    for difference in look.differences:
        assert difference.gravity in GRAVITIES
        assert difference.finding.format_remedy()
        assert HAND not in str(difference.finding)
        assert "{" not in str(difference.finding)
        json.dumps(difference.to_json())
    assert town.wire.writes == []


def test_a_dataset_of_the_store_alone_is_an_orphan_too(town: Town) -> None:
    town.undeclare(ONE)
    town.fiche(ONE, lambda document: document.update(hidden=True))
    shutil.rmtree(town.folder / "jeux" / ONE)
    assert town.found() == [(ONE, "orphelin-du-depot")]


def test_a_dataset_under_embargo_is_not_yet_due(town: Town) -> None:
    hour = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d %H:%M}"
    declared = {**town.benches[ONE].declared, "title": "Jeu neuf", "publish_at": hour}
    town.desk.dataset("neuf", **declared)
    assert town.found() == []
    assert town.found(datetime.now(UTC) + timedelta(days=3), only=("neuf",)) == [("neuf", "jamais-lance")]


@pytest.mark.parametrize("count,alarmed", [(2, False), (3, True)])
def test_many_differences_at_once_are_an_alarm_and_nothing_is_corrected(
    town: Town, count: int, alarmed: bool
) -> None:
    for name in NAMES[:count]:
        town.fiche(name, lambda document: document["fiche"].update(title=HAND))
    found = town.found()
    assert (("", "ecarts-anormaux") in found) is alarmed
    assert found[0] == (("", "ecarts-anormaux") if alarmed else (NAMES[0], "titre-modifie"))
    assert town.wire.writes == []
    town.city_file(reconciliation={"alarm_at": "100%"})
    assert ("", "ecarts-anormaux") not in town.found()


def test_a_new_city_whose_datasets_were_never_run_alarms_nobody(town: Town) -> None:
    shutil.rmtree(town.folder)
    shutil.rmtree(town.folder.parent / "store" / "datasets")
    assert {one for _, one in town.found()} == {"jamais-publie"}


def test_a_lost_store_is_an_alarm(town: Town) -> None:
    """The portal still has it all: nothing of it is called anybody's."""
    for name in ("datasets", "runs"):
        shutil.rmtree(town.folder.parent / "store" / name)
    codes = {one for _, one in town.found()}
    assert codes == {"ecarts-anormaux", "jamais-lance", "fiche-sans-declaration"}


def test_one_dataset_alone(town: Town) -> None:
    for name in NAMES[:2]:
        town.fiche(name, lambda document: document["fiche"].update(title=HAND))
    assert town.found(only=(NAMES[1],)) == [(NAMES[1], "titre-modifie")]


def test_a_dataset_that_is_being_published_is_not_looked_at(town: Town) -> None:
    town.fiche(ONE, lambda document: document["fiche"].update(title=HAND))
    with town.store.lock(f"datasets/{ONE}", where="essai"):
        look = town.reconcile()
    assert (look.busy, look.differences) == ((ONE,), ())
    town.store.mark_publication_in_progress(ONE, "essai", datetime.now(UTC))
    look = town.reconcile()
    assert (look.busy, look.differences) == ((ONE,), ())


def test_an_agreement_that_is_missing_or_of_another_declaration(town: Town) -> None:
    town.city_file(agreement="required")
    assert {one for _, one in town.found(only=(ONE,))} == {"accord-absent"}
    place = town.desk.place
    seed_agreements(place.include, place.store, place.vault)
    assert town.found(only=(ONE,)) == []
    town.benches[ONE].dataset(licence="odc-odbl")
    assert {one for _, one in town.found(only=(ONE,))} == {"accord-depasse", "declaration-en-attente"}


# --- the platform, and the store ----------------------------------------------------------------------------


def test_a_platform_that_cannot_be_looked_at_is_told_once_and_is_no_difference(town: Town) -> None:
    town.city_file(
        platforms={
            "portail": {"type": "portal", "folder": str(town.folder)},
            "muette": {"type": "ckan", "connection": "muette"},
            "sans": {"type": "ckan", "connection": "absente"},
        }
    )
    variables = {"AIRFLOW_CONN_MUETTE": json.dumps({"conn_type": "ckan", "host": "http://127.0.0.1:9"})}
    desk = Desk(replace(town.desk.place, connections=EnvironmentConnections(variables)))
    look = replace(town, desk=desk).reconcile()
    assert [(one.platform, code(one), one.gravity) for one in look.differences] == [
        ("muette", "plateforme-muette", "unknown"),
        ("sans", "plateforme-sans-connexion", "unknown"),
    ]
    assert look.platforms == {"portail": True, "muette": False, "sans": False}


@pytest.mark.parametrize(
    "fault,kind",
    [
        (404, "lien-mort"),
        (403, "lien-refuse"),
        (503, "lien-muet"),
        (0.4, "lien-lent"),
        ("autre", "etiquette-differente"),
    ],
)
def test_what_a_web_server_does_to_a_file(tmp_path: Path, fault: Any, kind: str) -> None:
    with open_faulty_town(tmp_path) as (town, server):
        town.city_file(reconciliation={"slow_s": 0.3})
        assert town.found() == []
        if fault == "autre":
            server.etag = fault
        else:
            server.faults = {f"{ONE}.csv": fault}
        assert {one for _, one in town.found()} == {kind}


def test_a_page_that_the_web_server_keeps_from_visitors(tmp_path: Path) -> None:
    with open_faulty_town(tmp_path) as (town, server):
        server.faults = {"fiche.json": 403}
        assert town.found() == [(ONE, "fiche-non-montree")]


def test_an_address_that_leads_to_another_server(tmp_path: Path) -> None:
    with open_faulty_town(tmp_path) as (town, server):
        url = f"http://localhost:{server.server_address[1]}"
        town.city_file(platforms={"portail": {"type": "portal", "folder": str(town.folder), "url": url}})
        assert {one for _, one in town.found()} == {"lien-vers-un-autre-serveur"}
