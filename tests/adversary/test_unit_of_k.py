"""k counted rows and said persons: 75 of 6,689 parking groups of five rows held fewer than five plates.

With ``privacy.unit`` classes count the plates that differ, in every place where k is enforced and judged; the
oracle here is Python's, over the extract.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import anonymise_extract
from aqueduc.anonymise.findings import IsolatingRevisionDifference
from aqueduc.anonymise.units import UNIT
from aqueduc.declaration import load_city, load_dataset
from aqueduc.errors import (
    AnonymisationGateClosed,
    DeclarationError,
    PublicationGateClosed,
    ValidationGateClosed,
)
from aqueduc.run import Run
from aqueduc.sources.stage import extract_source
from aqueduc.validate import validate_anonymised_rows
from sandbox.city import City
from tests.adversary.town import Town, found_town
from tests.anonymise.corridor import Corridor
from tests.examples import share
from tests.making import Desk, desk

REPOSITORY = Path(__file__).resolve().parents[2]
PARKING = "horodateurs-transactions"
K = 5
COLUMNS: dict[str, Any] = {"jour": "publish", "zone": "publish", "montant": "publish", "plaque": "drop"}
PRIVACY: dict[str, Any] = {"quasi_identifiers": ["jour", "zone"], "k": K, "suppress_at_most": 1}
Row = tuple[str | None, str | None, str | None, str | None]


def table(rows: Sequence[Row]) -> pa.Table:
    cells: list[Sequence[str | None]] = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table(dict(zip(COLUMNS, (pa.array(column, pa.string()) for column in cells), strict=True)))


def parking(count: int, seed: int = 20_260_302) -> list[Row]:
    """Payments of a city: most plates pay once, some again and again in the same zone of the same day."""
    rng = random.Random(seed)
    rows: list[Row] = []
    while len(rows) < count:
        plate = f"{rng.choice('ABCDE')}{rng.choice('FGHJK')}-{rng.randrange(1000):03}-ZZ"
        day, zone = f"2026-03-{rng.randrange(1, 29):02}", f"Z{rng.randrange(60)}"
        again = 4 if rng.random() < 0.02 else 1
        rows += [(day, zone, f"{rng.randrange(1, 9)}", None if rng.random() < 0.03 else plate)] * again
    return rows


def persons(rows: Iterable[Row]) -> dict[tuple[str | None, str | None], set[str | None]]:
    """The plates of each class of an extract; those that are missing are none."""
    classes: dict[tuple[str | None, str | None], set[str | None]] = defaultdict(set)
    for day, zone, _, plate in rows:
        classes[day, zone] |= {plate} - {None}
    return classes


def shown(published: pa.Table) -> set[tuple[str | None, str | None]]:
    return {(row["jour"], row["zone"]) for row in published.to_pylist()}


@pytest.fixture
def here(tmp_path: Path) -> Corridor:
    return Corridor(desk(tmp_path))


def test_groups_of_five_rows_that_are_fewer_people(here: Corridor) -> None:
    """The attack, then what closes it."""
    rows = parking(9_000)
    of = persons(rows)
    sizes = Counter((day, zone) for day, zone, _, _ in rows)
    said = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": []})
    by_rows = here.walk(said, table(rows), publish=False)
    few = [one for one in shown(by_rows.table) if len(of[one]) < K]
    assert len(few) >= 10
    assert all(sizes[one] >= K for one in few)
    counted = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": "plaque"})
    by_plates = here.walk(counted, table(rows))
    assert shown(by_plates.table) == {one for one, plates in of.items() if len(plates) >= K}
    report = by_plates.validated.report
    assert report.smallest_class == min(len(of[one]) for one in shown(by_plates.table)) >= K
    assert by_plates.table.column_names == ["jour", "zone", "montant"]


def claims(people: int, months: int) -> pa.Table:
    """A row a month for each of them, whose file has a number."""
    rows = [
        (f"D{one:04}", f"S{one % 3}" if months == 1 else f"S{one}")
        for one in range(people)
        for _ in range(months)
    ]
    return pa.table(dict(zip(("N° dossier", "situation"), map(list, zip(*rows, strict=True)), strict=True)))


@pytest.mark.parametrize("rule", ["drop", {"publish": True, "as": "dossier"}])
def test_groups_of_twelve_rows_of_one_claimant_do_not_leave(rule: Any, here: Corridor) -> None:
    """Whoever wrote the declaration forgot whose the rows are: the number of their file says it."""
    quasi = ["situation"] if rule == "drop" else ["situation", "N° dossier"]
    columns = {"N° dossier": rule, "situation": "publish"}
    dataset = here.here.dataset(columns=columns, privacy={"quasi_identifiers": quasi, "k": K})
    with pytest.raises(AnonymisationGateClosed) as closed:
        here.walk(dataset, claims(60, 12))
    said = str(closed.value)
    assert "720 lignes publiées sont dans des groupes de moins de 5 unités (N° dossier)" in said
    assert "« privacy: unit: »" in said and "« unit: [] »" in said
    assert "D0000" not in said and "S0" not in said


def test_somebody_may_say_that_each_row_is_of_another(here: Corridor) -> None:
    """It is told all the same, wherever the run is."""
    privacy = {"quasi_identifiers": ["situation"], "k": K, "unit": []}
    columns = {"N° dossier": "drop", "situation": "publish"}
    walked = here.walk(here.here.dataset(columns=columns, privacy=privacy), claims(60, 12))
    assert walked.table.num_rows == 720
    (found,) = (
        one for one in walked.anonymised.report.findings if one.code == "personnes-non-comptees-admises"
    )
    assert found.count == 720 and "N° dossier" in found.message


def test_a_unit_that_is_a_thing_s_is_told_beside_the_number_of_a_person(here: Corridor) -> None:
    """The attack: groups of five shelf marks were groups of one borrower, without a word."""
    loans = [("00001", f"C{rank}", "1948") for rank in range(14)]
    loans += [(f"1{rank:04}", f"C{rank % 9}", "1990") for rank in range(20)]
    names = ("N° adhérent", "Cote", "naissance")
    extract = pa.table(dict(zip(names, map(list, zip(*loans, strict=True)), strict=True)))
    columns = {"N° adhérent": "drop", "Cote": "drop", "naissance": "publish"}
    codes = {}
    for unit in ("Cote", "N° adhérent"):
        privacy = {"quasi_identifiers": ["naissance"], "k": K, "unit": unit, "suppress_at_most": 1}
        walked = here.walk(here.here.dataset(columns=columns, privacy=privacy), extract, publish=False)
        codes[unit] = {one.code: one for one in walked.anonymised.report.findings}
    told = codes["Cote"]["personnes-comptees-autrement"]
    assert told.count == 14 and "N° adhérent" in told.message and "1948" not in told.message
    assert "personnes-comptees-autrement" not in codes["N° adhérent"]


def test_a_number_for_each_row_leaves_k_as_it_is(here: Corridor) -> None:
    columns = {"N° dossier": "drop", "situation": "publish"}
    dataset = here.here.dataset(columns=columns, privacy={"quasi_identifiers": ["situation"], "k": K})
    walked = here.walk(dataset, claims(60, 1))
    assert walked.table.num_rows == 60
    assert not any("personnes" in one.code for one in walked.anonymised.report.findings)


def test_a_plate_written_in_two_ways_is_one(here: Corridor) -> None:
    """A plate that is missing, blank or only punctuation may be any of the others: it is none more."""
    written = ["AB-123-CD", "ab 123 cd", "Ab123cD", "AB.123.CD", "ÀB-123-CD"]
    blank = [None, "", " ", "--", None]
    rows: list[Row] = [("1", "A", "2", plate) for plate in [*written, *blank]]
    rows += [("1", "B", "2", f"AA-{rank:03}-AA") for rank in range(5)] + [("1", "B", "2", None)] * 2
    rows += [("1", "C", "2", f"AA-{rank:03}-AA") for rank in range(4)] + [("1", "C", "2", None)] * 3
    rows += [("1", "D", "2", None)] * 9
    dataset = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": ["plaque"]})
    assert shown(here.walk(dataset, table(rows)).table) == {("1", "B")}


def test_several_columns_are_one_unit_and_all_of_them_are_needed(here: Corridor) -> None:
    columns = {"zone": "publish", "nom": "drop", "prenom": "drop"}
    privacy = {**PRIVACY, "quasi_identifiers": ["zone"], "unit": ["nom", "prenom"]}
    dataset = here.here.dataset(columns=columns, privacy=privacy)
    rows = [("A", "Martin", first) for first in "abcde"] + [("B", "Martin", first) for first in "aabcd"]
    rows += [("C", "Martin", first) for first in [*"abc", None, None]]
    extract = pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
    assert set(here.walk(dataset, extract).table["zone"].to_pylist()) == {"A"}


def test_the_units_stay_in_the_vault(here: Corridor, tmp_path: Path) -> None:
    """The unit follows the rows, and is in no file of the store; the vault forgets it with the run."""
    dataset = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": "plaque"})
    run = here.here.run()
    safe = anonymise_extract(dataset, run, here.here.raw(table(parking(3_000)), run), here.here.place)
    assert UNIT in here.here.read(safe.handle).column_names
    here.here.place.vault.shred_extracts(run.dataset, run.id)
    here.walk(dataset, table(parking(3_000)))
    files = list((tmp_path / "store").rglob("*.parquet"))
    assert files and all(UNIT not in pq.read_schema(path).names for path in files)
    assert not list((tmp_path / "vault").rglob("*.parquet"))
    told = "".join(path.read_text() for path in (tmp_path / "store").rglob("*.json"))
    assert "-ZZ" not in told


@pytest.mark.parametrize(
    "rule", ["publish", {"pseudonym": "sel", "basis": "loi"}, {"truncate": 2}, {"constant": "x"}]
)
def test_the_unit_is_never_published(here: Corridor, rule: Any) -> None:
    with pytest.raises(DeclarationError, match="unité que comptent les groupes"):
        here.here.dataset(columns={**COLUMNS, "plaque": rule}, privacy={**PRIVACY, "unit": "plaque"})


def test_the_unit_is_a_column_of_the_source(here: Corridor) -> None:
    with pytest.raises(DeclarationError, match="plaques"):
        here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": "plaques"})


# --- every place that counts --------------------------------------------------------------------------------

_plates = st.sampled_from(["AA1", "AA2", "AA3", "AA4", "AA5", "aa-1", None])
_rows = st.lists(
    st.tuples(st.sampled_from(["1", "2", None]), st.sampled_from(["A", "B", "AB"]), st.just("2"), _plates),
    min_size=1,
    max_size=60,
)


def folded(plate: str | None) -> str | None:
    return plate.lower().replace("-", "") if plate else None


@settings(max_examples=share(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, k=st.integers(2, 4), hierarchy=st.sampled_from([None, "fixed", "global", "local"]))
def test_every_published_class_has_k_different_units(
    rows: list[Row], k: int, hierarchy: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever enforces it: SQL for k alone, the frequency table for hierarchies."""
    here = Corridor(desk(tmp_path_factory.mktemp("unites")))
    _floor(here.here)
    privacy: dict[str, Any] = {**PRIVACY, "k": k, "unit": "plaque"}
    if hierarchy:
        privacy |= {"recode": hierarchy, "hierarchies": {"zone": {"prefix": [1]}}}
    dataset = here.here.dataset(columns=COLUMNS, privacy=privacy)
    try:
        walked = here.walk(dataset, table(rows))
    except (AnonymisationGateClosed, ValidationGateClosed) as closed:
        assert {finding.code for finding in closed.findings} <= {"rien-ne-reste", "classes-trop-petites",
                                                                  "groupes-retires"}  # fmt: skip
        return
    # A published zone may stand for several of the source.
    of: dict[tuple[str | None, str | None], set[str | None]] = defaultdict(set)
    for day, zone in shown(walked.table):
        for row in rows:
            if row[0] == day and (zone in ("*", row[1]) or (zone or "?") == (row[1] or "")[:1]):
                of[day, zone] |= {folded(row[3])} - {None}
    assert all(len(plates) >= k for plates in of.values())
    if not hierarchy:
        wanted = {one for one, plates in persons((*row[:3], folded(row[3])) for row in rows).items()
                  if len(plates) >= k}  # fmt: skip
        assert shown(walked.table) == wanted


def _floor(here: Desk) -> None:
    path = here.include / "city.yaml"
    path.write_text(path.read_text() + "floors: {k: 2}\n")


def test_rows_rejected_afterwards_take_their_units_away(here: Corridor) -> None:
    """Validation rejects rows: a class that has k rows left and fewer plates leaves with them."""
    fields = [{"name": "jour"}, {"name": "zone"}, {"name": "montant", "type": "number"}]
    dataset = here.here.dataset(
        columns=COLUMNS, fields=fields, privacy={**PRIVACY, "unit": "plaque"}, reject_at_most=0.5
    )
    rows: list[Row] = [("1", "A", "2", f"AA-{rank}") for rank in range(4)]
    rows += [("1", "A", "deux", "AA-9"), ("1", "A", "2", "AA-1"), ("1", "A", "2", "AA-2")]
    rows += [("1", "B", "2", f"AA-{rank}") for rank in range(6)]
    walked = here.walk(dataset, table(rows))
    assert shown(walked.table) == {("1", "B")}
    assert walked.validated.report.suppressed == 6


@pytest.mark.parametrize("by", ["rows", "plaque"])
def test_new_rows_of_one_person_are_not_told_apart(here: Corridor, by: str) -> None:
    """Five new rows of one car, in a class that was published: with k alone they are published, and whoever
    subtracts the earlier file reads what that car did."""
    privacy = PRIVACY if by == "rows" else {**PRIVACY, "unit": "plaque"}
    dataset = here.here.dataset(columns=COLUMNS, privacy=privacy)
    before: list[Row] = [("1", "A", f"{rank}", f"AA-{rank}") for rank in range(8)]
    now: list[Row] = [*before, *((("1", "A", "9", "ZZ-9"),) * 5)]
    here.walk(dataset, table(before))
    after = here.walk(dataset, table(now))
    assert len(after.rows) == (13 if by == "rows" else 8)
    more: list[Row] = [*before, *(("1", "A", "9", f"BB-{rank}") for rank in range(5))]
    assert len(here.walk(dataset, table(more)).rows) == 13


def test_rows_of_one_person_that_leave_are_not_told_apart(here: Corridor) -> None:
    dataset = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": "plaque"})
    stay: list[Row] = [("1", "A", f"{rank}", f"AA-{rank}") for rank in range(12)]
    here.walk(dataset, table([*stay, *((("1", "A", "9", "ZZ-9"),) * 5)]))
    # Of what is left, nothing can leave without telling of the five: the class is withheld whole.
    with pytest.raises(ValidationGateClosed):
        here.walk(dataset, table(stay))


@settings(max_examples=share(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_rows, now=_rows, k=st.integers(2, 3))
def test_no_difference_between_revisions_is_of_fewer_than_k_units(
    before: list[Row], now: list[Row], k: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The oracle supposes the worst: the rows that came are those without a plate, and of the fewest plates
    that explain the others."""
    here = Corridor(desk(tmp_path_factory.mktemp("unites")))
    _floor(here.here)
    privacy = {**PRIVACY, "k": k, "unit": "plaque"}
    dataset = here.here.dataset(columns=COLUMNS, privacy=privacy)
    files: list[list[tuple[Any, ...]]] = []
    for rows in (before, now):
        try:
            files.append(here.walk(dataset, table(rows)).rows)
        except (AnonymisationGateClosed, ValidationGateClosed) as closed:
            assert not any(isinstance(finding, IsolatingRevisionDifference) for finding in closed.findings)
            return
    first, second = (Counter((row[0], row[1]) for row in file) for file in files)
    for one in first.keys() & second.keys():
        came = second[one] - first[one]
        sizes = Counter(folded(row[3]) for row in now if row[:2] == one)
        fewest, left = 0, came - sizes.pop(None, 0)
        most = sizes.most_common()
        while left > 0:
            left -= most[fewest][1]
            fewest += 1
        assert came <= 0 or fewest >= k


def test_what_the_publication_asks_for(here: Corridor, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proof of the units of these bytes, no publication."""
    dataset = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": "plaque"})
    write = here.here.place.store.write_report

    def forget(name: str, run: str, stage: str, report: Any) -> None:
        write(name, run, stage, {**report, "units": None} if stage == "validate" else report)

    monkeypatch.setattr(here.here.place.store, "write_report", forget)
    with pytest.raises(PublicationGateClosed, match="unités différentes"):
        here.walk(dataset, table(parking(3_000)))


@pytest.mark.parametrize("where", ["anonymise", "validate"])
def test_the_judge_is_another(here: Corridor, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """What enforces k forgets the units: the judge, which reads the extract itself, closes."""
    from aqueduc.anonymise import protection

    real = protection.create_small_classes_table
    monkeypatch.setattr(
        "aqueduc.anonymise.protection.create_small_classes_table",
        lambda con, relation, names, k, unit=None: real(
            con, relation, names, k, None if (where == "validate") == (relation == "kept") else unit
        ),
    )
    dataset = here.here.dataset(
        columns=COLUMNS,
        fields=[{"name": "jour"}, {"name": "zone"}, {"name": "montant", "type": "number"}],
        privacy={**PRIVACY, "unit": "plaque"},
        reject_at_most=0.5,
    )
    rows: list[Row] = [("1", "A", "2", f"AA-{rank % 4}") for rank in range(7)]
    if where == "validate":
        rows += [("1", "A", "deux", "AA-9")]
    rows += [("1", "B", "2", f"AA-{rank}") for rank in range(6)]
    closes = AnonymisationGateClosed if where == "anonymise" else ValidationGateClosed
    with pytest.raises(closes, match=r"unités différentes \(.*\) : 4,"):
        here.walk(dataset, table(rows))


def test_a_unit_written_wrongly_is_not_traced(here: Corridor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aqueduc.anonymise.stage.build_raw_unit_hash_sql", lambda _: "hash(raw.__line)")
    dataset = here.here.dataset(columns=COLUMNS, privacy={**PRIVACY, "unit": "plaque"})
    with pytest.raises(AnonymisationGateClosed, match="ne sont pas celles de l'extrait"):
        here.walk(dataset, table([("1", "A", "2", "AA-1")] * 7))


# --- sensitive columns --------------------------------------------------------------------------------------


def test_the_rows_of_one_person_do_not_make_a_class_diverse(here: Corridor) -> None:
    """Of five people one has three amounts, the others the same one: that one knows all the others'."""
    sensitive = {**PRIVACY, "sensitive": {"montant": {"distinct": 3}}}
    rows: list[Row] = [("1", "A", amount, "AA-0") for amount in ("1", "2", "3")]
    rows += [("1", "A", "1", f"AA-{rank}") for rank in range(1, 5)]
    rows += [("1", "B", str(1 + rank % 3), f"AA-{rank}") for rank in range(6)]
    by_rows = here.walk(here.here.dataset(columns=COLUMNS, privacy=sensitive), table(rows), publish=False)
    assert shown(by_rows.table) == {("1", "A"), ("1", "B")}
    counted = here.here.dataset(columns=COLUMNS, privacy={**sensitive, "unit": "plaque"})
    assert shown(here.walk(counted, table(rows)).table) == {("1", "B")}


def test_entropy_counts_each_unit_once(here: Corridor) -> None:
    """Six people with one amount, and one who repeats another one six times: half and half by rows only."""
    sensitive = {**PRIVACY, "sensitive": {"montant": {"entropy": 1.9}}}
    rows: list[Row] = [("1", "A", "1", f"AA-{rank}") for rank in range(6)] + [("1", "A", "2", "AA-9")] * 6
    rows += [("1", "B", str(rank % 2), f"AA-{rank}") for rank in range(6)]
    by_rows = here.walk(here.here.dataset(columns=COLUMNS, privacy=sensitive), table(rows), publish=False)
    assert shown(by_rows.table) == {("1", "A"), ("1", "B")}
    counted = here.here.dataset(columns=COLUMNS, privacy={**sensitive, "unit": "plaque"})
    assert shown(here.walk(counted, table(rows)).table) == {("1", "B")}


# --- from a file to its certificate -------------------------------------------------------------------------


def test_the_certificate_says_what_was_counted(tmp_path: Path) -> None:
    town: Town = found_town(tmp_path)
    town.file({"zone": zone, "plaque": f"AA-{rank}-AA"} for zone in "AB" for rank in range(6))
    columns = {"zone": "publish", "plaque": "drop"}
    privacy = {"quasi_identifiers": ["zone"], "k": 5, "unit": "plaque"}
    town.declare(columns=columns, privacy=privacy)
    certificate = town.run()
    assert certificate["unit"] == ["plaque"]
    told = {line["libelle"]: line["valeur"] for line in certificate["lecture"]}
    assert told["Plus petit groupe du fichier publié"] == "6 unités (plaque)"
    town.declare(columns=columns, privacy={key: privacy[key] for key in ("quasi_identifiers", "k")})
    with pytest.raises(ValidationGateClosed, match="comptaient des unités différentes"):
        town.run()
    told = {line["libelle"]: line["valeur"] for line in town.run("jeu", "protection")["lecture"]}
    assert told["Plus petit groupe du fichier publié"] == "6 lignes"


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "name, unit, shown, groups",
    [
        (PARKING, ("plaque",), ("jour", "zone", "longitude", "latitude"), 500),
        (
            "permis-de-construire",
            ("demandeur_nom", "demandeur_prenom"),
            ("annee_depot", "surface_plancher", "quartier"),
            100,
        ),
    ],
)
def test_each_group_of_the_demo_is_five_persons(
    name: str, unit: tuple[str, ...], shown: tuple[str, ...], groups: int, city: City, tmp_path: Path
) -> None:
    """The city's own declarations and data; the oracle reads the extract."""
    here = desk(tmp_path, city.environment())
    place = replace(here.place, include=REPOSITORY / "include")
    dataset = load_dataset(place.include / "datasets" / f"{name}.yaml", load_city(place.include))
    run = Run(name, "essai", force=True)
    extraction = extract_source(dataset, run, place)
    assert extraction.handle is not None
    safe = anonymise_extract(dataset, run, extraction.handle, place)
    with (
        place.vault.open_local_file_of_key(extraction.handle.key) as raw,
        place.vault.open_local_file_of_key(safe.handle.key) as made,
    ):
        persons = {
            row.pop("__line"): tuple(row.values())
            for row in pq.read_table(raw, columns=["__line", *unit]).to_pylist()
        }
        rows = pq.read_table(made, columns=["__line", *shown]).to_pylist()
    of: dict[tuple[Any, ...], set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        cells = persons[row.pop("__line")]
        if all(cells):
            of[tuple(row.values())].add(tuple("".join(filter(str.isalnum, cell)).lower() for cell in cells))
    assert len(of) > groups
    assert min(map(len, of.values())) >= 5
    valid = validate_anonymised_rows(dataset, run, safe.handle, place)
    assert valid.report.passed and (valid.report.smallest_class or 0) >= 5
