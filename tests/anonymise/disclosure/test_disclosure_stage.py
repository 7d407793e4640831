"""Disclosure control through the stages: recoded, withheld, judged, remembered; and that each gate closes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import add_release_to_history, state_steps, verify_output
from aqueduc.anonymise.disclosure import PrivacyModel, SensitiveAttribute
from aqueduc.errors import AnonymisationGateClosed, ValidationGateClosed
from aqueduc.store import Window
from aqueduc.validate import ValidateReport
from tests.adversary.test_sentences import said
from tests.anonymise.corridor import Corridor
from tests.anonymise.disclosure.drawing import satisfies
from tests.examples import share
from tests.making import desk

CANARY = "Sarrazouls-Canari"
COLUMNS: dict[str, Any] = {
    "nom": "drop",
    "annee": "publish",
    "surface": "publish",
    "quartier": "publish",
    "code": "publish",
    "decision": "publish",
}
QUASI = ["annee", "surface", "quartier", "code"]
LADDERS: dict[str, Any] = {
    "annee": ["decade"],
    "surface": [50, 100],
    "quartier": "hierarchies/quartiers.csv",
    "code": {"prefix": [3, 2]},
}
QUARTERS = ("Centre", "Luynes", "Puyricard", "Les Milles")


@pytest.fixture
def corridor(tmp_path: Path) -> Corridor:
    return made(tmp_path)


def made(folder: Path) -> Corridor:
    here = desk(folder)
    (here.include / "hierarchies").mkdir()
    zones = ("ville", "villages", "villages", "ville")
    lines = [f"{name};{zone}" for name, zone in zip(QUARTERS, zones, strict=True)]
    (here.include / "hierarchies" / "quartiers.csv").write_text("\n".join(lines), encoding="utf-8")
    return Corridor(here)


def asked(recode: str | None = "local", **more: Any) -> dict[str, Any]:
    wanted = {"quasi_identifiers": QUASI, "k": 5, "suppress_at_most": "30%", "hierarchies": LADDERS, **more}
    return {**wanted, "recode": recode} if recode else wanted


def permits(size: int, start: int = 0) -> pa.Table:
    ranks = range(start, start + size)
    return pa.table(
        {
            "nom": [f"{CANARY} {rank}" for rank in ranks],
            "annee": [str(2016 + rank % 7) for rank in ranks],
            "surface": [str(20 + rank * 37 % 180) for rank in ranks],
            "quartier": [None if rank % 19 == 0 else QUARTERS[rank % 4] for rank in ranks],
            "code": [("13001", "13002", "13100", "84200")[rank * 7 % 4] for rank in ranks],
            "decision": [("accord", "refus", "sursis")[rank % 3] for rank in ranks],
        }
    )


# --- recoding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recode", ["fixed", "global", "iterative", "local"])
def test_what_is_recoded_is_published_judged_and_told(corridor: Corridor, recode: str) -> None:
    dataset = corridor.here.dataset(columns=COLUMNS, privacy=asked(recode))
    walked = corridor.walk(dataset, permits(300))
    names = walked.table.column_names
    sizes = Counter(tuple(row[names.index(name)] for name in QUASI) for row in walked.rows)
    assert min(sizes.values()) >= 5
    report = walked.anonymised.report
    told = report.recoding
    assert (told["scope"], told["kept"]) == (recode, False)
    assert report.smallest_class == min(sizes.values())
    assert told["heights"] == {"annee": 3, "surface": 4, "quartier": 3, "code": 4}
    assert len(walked.rows) == 300 - report.suppressed
    assert CANARY not in json.dumps(report.to_json())
    # Without hierarchies nearly nothing would be left of it.
    plain = corridor.here.dataset(columns=COLUMNS, privacy={**asked(None), "hierarchies": {}})
    with pytest.raises(AnonymisationGateClosed, match="il faudrait retirer"):
        corridor.walk(plain, permits(300))


def test_a_revision_is_recoded_as_the_one_before(corridor: Corridor) -> None:
    dataset = corridor.here.dataset(columns=COLUMNS, privacy=asked())
    first = corridor.walk(dataset, permits(300))
    again = corridor.walk(dataset, permits(340))
    assert again.anonymised.report.recoding["kept"]
    assert first.rows != again.rows


def test_hierarchies_that_changed_are_not_followed(corridor: Corridor) -> None:
    corridor.walk(corridor.here.dataset(columns=COLUMNS, privacy=asked()), permits(300))
    changed = {**LADDERS, "surface": [25, 100]}
    dataset = corridor.here.dataset(columns=COLUMNS, privacy=asked(hierarchies=changed, suppress_at_most=1))
    walked = corridor.walk(dataset, permits(300))
    assert not walked.anonymised.report.recoding["kept"]


def test_what_is_remembered_of_a_recoding_stays_in_the_vault(corridor: Corridor) -> None:
    corridor.walk(corridor.here.dataset(columns=COLUMNS, privacy=asked()), permits(300))
    place = corridor.here.place
    assert place.vault.exists("seen/jeu.recoding.json")
    assert not [key for key in place.store.list("datasets/jeu") if "recoding" in key]
    assert set(place.store.read_json("datasets/jeu/columns.json")["types"].values()) == {"VARCHAR"}


@pytest.mark.parametrize(
    "name, value, code",
    [
        ("quartier", "Couteron", "hierarchie-incomplete"),
        ("annee", "vers 2016", "hierarchie-inapplicable"),
        ("surface", "grande", "hierarchie-inapplicable"),
    ],
)
def test_values_that_a_hierarchy_does_not_know_hide_among_all(
    corridor: Corridor, name: str, value: str, code: str
) -> None:
    dataset = corridor.here.dataset(columns=COLUMNS, privacy=asked())
    table = permits(300)
    place = table.column_names.index(name)

    def strange(count: int) -> pa.Table:
        return table.set_column(place, name, pa.array([value] * count + table[name].to_pylist()[count:]))

    walked = corridor.walk(dataset, strange(1))
    assert value not in walked.table[name].to_pylist()
    assert walked.anonymised.report.findings[0].code == code
    assert value not in json.dumps(walked.anonymised.report.to_json())
    nothing = table.set_column(place, name, pa.array([f"{CANARY} {rank}" for rank in range(300)]))
    with pytest.raises(AnonymisationGateClosed, match="ne va pas avec les données") as closed:
        corridor.walk(dataset, nothing)
    assert CANARY not in str(closed.value)


def test_a_recoding_beyond_the_limit_closes_the_gate(corridor: Corridor) -> None:
    ladders = {"surface": LADDERS["surface"]}
    dataset = corridor.here.dataset(
        columns=COLUMNS, privacy=asked(hierarchies=ladders, suppress_at_most="1%")
    )
    with pytest.raises(AnonymisationGateClosed, match="aucune combinaison"):
        corridor.walk(dataset, permits(120))


def test_bands_of_a_rule_go_on_in_its_hierarchy(corridor: Corridor) -> None:
    columns = {"surface": {"generalise": {"band": 50}}, "mois": {"generalise": "month"}}
    privacy = {
        "quasi_identifiers": ["surface", "mois"],
        "k": 5,
        "recode": "local",
        "hierarchies": {"surface": [100, 200], "mois": ["quarter", "year"]},
    }
    table = pa.table(
        {
            "surface": ["10"] * 5 + ["60"] * 4 + ["120"] * 3 + ["190"] * 2,
            "mois": ["2024-03-05"] * 5 + ["2024-03-06"] * 4 + ["2024-02-01"] * 3 + ["2024-01-31"] * 2,
        }
    )
    walked = corridor.walk(corridor.here.dataset(columns=columns, privacy=privacy), table)
    assert set(walked.rows) == {("0-49", "2024-03"), ("0-199", "2024-T1")} or len(walked.rows) == 14


# --- sensitive columns and populations ----------------------------------------------------------------------


def test_a_group_that_gives_away_its_decision_does_not_leave(corridor: Corridor) -> None:
    columns = {"quartier": "publish", "decision": "publish"}
    privacy = {
        "quasi_identifiers": "quartier",
        "k": 5,
        "suppress_at_most": 1,
        "sensitive": {"decision": {"distinct": 2}},
    }
    table = pa.table(
        {"quartier": ["a"] * 6 + ["b"] * 6, "decision": ["refus"] * 6 + ["accord"] * 5 + ["refus"]}
    )
    walked = corridor.walk(corridor.here.dataset(columns=columns, privacy=privacy), table)
    assert {row[0] for row in walked.rows} == {"b"}


def test_rejected_rows_may_leave_a_group_uniform(corridor: Corridor) -> None:
    """Validation rejects the only acceptance: what is left would say that all were refused."""
    columns = {"quartier": "publish", "decision": "publish"}
    privacy = {
        "quasi_identifiers": "quartier",
        "k": 5,
        "suppress_at_most": 1,
        "sensitive": {"decision": {"distinct": 2}},
    }
    fields = [{"name": "quartier"}, {"name": "decision", "constraints": {"enum": ["refus", "accord"]}}]
    dataset = corridor.here.dataset(columns=columns, privacy=privacy, fields=fields, reject_at_most="50%")
    table = pa.table(
        {
            "quartier": ["a"] * 7 + ["b"] * 7,
            "decision": ["refus"] * 6 + ["accordé"] + ["accord"] * 5 + ["refus"] * 2,
        }
    )
    walked = corridor.walk(dataset, table)
    assert {row[0] for row in walked.rows} == {"b"}
    assert walked.validated.report.suppressed == 6


def test_each_group_is_so_many_people_of_the_population(corridor: Corridor) -> None:
    here = corridor.here
    (here.include / "population.csv").write_text("quartier;nombre\na;19\nb;3000\nc;40\n", encoding="utf-8")
    privacy = {
        "quasi_identifiers": "quartier",
        "k": 5,
        "suppress_at_most": 1,
        "k_map": {"at_least": 20, "file": "population.csv", "count": "nombre"},
    }
    dataset = here.dataset(columns={"quartier": "publish"}, privacy=privacy)
    table = pa.table({"quartier": ["a"] * 6 + ["b"] * 6 + ["z"] * 6})
    walked = corridor.walk(dataset, table)
    assert {row[0] for row in walked.rows} == {"b"}
    (here.include / "population.csv").write_text("quartiers;nombre\nb;3000\n", encoding="utf-8")
    with pytest.raises(AnonymisationGateClosed, match="manque : quartier"):
        corridor.walk(here.dataset(columns={"quartier": "publish"}, privacy=privacy), table)


SENSITIVE = st.fixed_dictionaries(
    {},
    optional={
        "distinct": st.integers(2, 3),
        "entropy": st.sampled_from([1.4, 2.0]),
        "closeness": st.sampled_from([0.2, 0.4]),
    },
).filter(bool)


@settings(deadline=None, max_examples=share(25))
@given(
    st.integers(20, 220),
    st.integers(0, 500),
    st.integers(5, 9),
    st.sampled_from([None, "fixed", "global", "iterative", "local"]),
    st.none() | SENSITIVE,
)
def test_the_published_file_always_satisfies_what_is_declared(
    tmp_path_factory: pytest.TempPathFactory,
    size: int,
    start: int,
    k: int,
    recode: str | None,
    sensitive: dict[str, Any] | None,
) -> None:
    corridor = made(tmp_path_factory.mktemp("modele"))
    privacy = asked(recode, k=k, suppress_at_most=1)
    if recode is None:
        privacy = {**privacy, "hierarchies": {}}
    if sensitive:
        privacy["sensitive"] = {"decision": sensitive}
    dataset = corridor.here.dataset(columns=COLUMNS, privacy=privacy)
    try:
        walked = corridor.walk(dataset, permits(size, start))
    except AnonymisationGateClosed as closed:
        assert "aucune ligne ne reste" in str(closed)
        return
    assert CANARY not in str(walked.table.to_pydict())
    rows = [tuple(row[name] for name in (*QUASI, "decision")) for row in walked.table.to_pylist()]
    model = PrivacyModel(k, (SensitiveAttribute("decision", **sensitive),) if sensitive else ())
    assert satisfies(rows, len(QUASI), model, {"decision": len(QUASI)})


# --- secrecy ------------------------------------------------------------------------------------------------

CELLS = {
    "secteur": "publish",
    "entreprises": "drop",
    "premiere": "drop",
    "montant": {"cell": {"units": "entreprises", "largest": "premiere"}},
}


def cells(**columns: list[Any]) -> pa.Table:
    return pa.table(columns)


def test_cells_of_few_units_or_held_by_one_do_not_leave(corridor: Corridor) -> None:
    dataset = corridor.here.dataset(columns=CELLS)
    table = cells(
        secteur=["a", "b", "c", "d", "e", "f"],
        entreprises=["2", "3", "9", "9", None, "9"],
        premiere=["1", "85", "86", "-90", "1", None],
        montant=["100", "100", "100", "-100", "100", None],
    )
    walked = corridor.walk(dataset, table)
    assert [row[0] for row in walked.rows] == ["b", "f"]
    found = [(one.code, one.count) for one in walked.anonymised.report.findings]
    assert found == [("secret-statistique", 2), ("secret-de-dominance", 2)]
    assert walked.anonymised.report.suppressed == 4


def test_households_are_eleven(corridor: Corridor) -> None:
    columns = {"iris": "publish", "menages": "publish", "revenu": {"cell": {"households": "menages"}}}
    table = cells(iris=["a", "b"], menages=["10", "11"], revenu=["1", "2"])
    walked = corridor.walk(corridor.here.dataset(columns=columns), table)
    assert [row[0] for row in walked.rows] == ["b"]


COUNTS = {"annee": "publish", "quartier": "publish", "nombre": {"suppress_under": 5}}


def counts(total: str | None) -> pa.Table:
    """Three quarters and two years; the ``total`` of each year when it has a name."""
    rows: list[tuple[str, str, int]] = []
    for year, numbers in (("2024", (3, 20, 30)), ("2025", (7, 21, 33)), ("2026", (9, 5, 12))):
        rows += [(year, place, number) for place, number in zip("abc", numbers, strict=True)]
        if total:
            rows.append((year, total, sum(numbers)))
    years, places, numbers = zip(*rows, strict=True)
    return pa.table({"annee": years, "quartier": places, "nombre": numbers})


@pytest.mark.parametrize("total", ["Total", "ensemble", "Aix-en-Provence"])
def test_totals_beside_withheld_counts_close_the_gate(corridor: Corridor, total: str) -> None:
    dataset = corridor.here.dataset(columns=COUNTS)
    assert len(corridor.walk(dataset, counts(None), publish=False).rows) == 8
    with pytest.raises(AnonymisationGateClosed, match="contient des totaux") as closed:
        corridor.walk(dataset, counts(total))
    assert [one.column for one in closed.value.findings if one.code == "totaux-et-cases-secretes"] == [
        "quartier"
    ]


@pytest.mark.parametrize("numbers", ["{}", "PC-013001-{:05}"])
def test_numbers_that_would_point_at_the_missing_rows_close_the_gate(
    corridor: Corridor, numbers: str
) -> None:
    columns = {"id": "publish", "quartier": "publish"}
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": 1}
    dataset = corridor.here.dataset(columns=columns, privacy=privacy)
    places = ["a"] * 20 + ["b"] * 20 + ["c"] * 3
    table = pa.table({"id": [numbers.format(rank) for rank in range(43)], "quartier": places})
    with pytest.raises(AnonymisationGateClosed, match="numérote les lignes"):
        corridor.walk(dataset, table)
    assert len(corridor.walk(dataset, table.slice(0, 40)).rows) == 40


def test_the_order_of_the_source_does_not_show(corridor: Corridor) -> None:
    dataset = corridor.here.dataset(columns=COLUMNS, privacy=asked())
    table = permits(200)
    mixed = table.take(pa.array(sorted(range(200), key=lambda rank: rank * 37 % 200)))
    first, second = corridor.walk(dataset, table), corridor.walk(dataset, mixed)
    assert first.handle.sha256 == second.handle.sha256
    assert "__line" not in first.table.column_names


# --- types, and revisions -----------------------------------------------------------------------------------


def test_a_column_of_another_type_closes_the_gate(corridor: Corridor) -> None:
    columns: dict[str, Any] = {"quartier": "publish", "notes": "drop"}
    dataset = corridor.here.dataset(columns=columns)
    corridor.walk(dataset, pa.table({"quartier": ["a"], "notes": [1]}))
    text = pa.table({"quartier": ["a"], "notes": [CANARY]})
    with pytest.raises(AnonymisationGateClosed, match="la donnait en BIGINT") as closed:
        corridor.walk(dataset, text)
    assert CANARY not in str(closed.value)
    assert corridor.here.place.store.list("objects") != []
    # Somebody looked at it: its rule was written anew.
    again = corridor.here.dataset(columns={**columns, "notes": {"constant": "—"}})
    assert corridor.walk(again, text).rows == [("a", "—")]


def simple(corridor: Corridor, **more: Any) -> Any:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "40%", **more}
    return corridor.here.dataset(columns={"quartier": "publish", "decision": "publish"}, privacy=privacy)


def decisions(**numbers: int) -> pa.Table:
    places = [name for name, count in numbers.items() for _ in range(count)]
    return pa.table({"quartier": places, "decision": ["accord"] * len(places)})


def test_a_row_that_comes_waits_then_leaves_with_others(corridor: Corridor) -> None:
    dataset = simple(corridor)
    corridor.walk(dataset, decisions(a=8, b=9))
    waiting = corridor.walk(dataset, decisions(a=9, b=9))
    assert Counter(waiting.rows) == Counter(corridor.walk(dataset, decisions(a=8, b=9)).rows)
    report = waiting.validated.report
    assert report.smallest_class == 8
    assert report.suppressed == 1 and [one.code for one in report.findings] == ["difference-entre-revisions"]
    assert len(corridor.walk(dataset, decisions(a=13, b=9)).rows) == 22


def test_too_much_to_hold_back_holds_the_run(corridor: Corridor) -> None:
    dataset = simple(corridor, suppress_at_most="5%")
    corridor.walk(dataset, decisions(a=8, b=9))
    # One waits in a group of its own; the comparison asks for one of a and one of b, and no more.
    said = (
        "il faudrait retirer 3 lignes sur 26, dont 2 par la comparaison .* : 11,54 %, plus que les 5 % admis"
    )
    with pytest.raises(ValidationGateClosed, match=said):
        corridor.walk(dataset, decisions(a=9, b=10, c=6, d=1))
    # What a closed gate would have withheld was not.
    stopped = ValidateReport.read(corridor.here.place.store, dataset.id, f"essai-{corridor.runs}")
    assert stopped is not None and not stopped.passed and stopped.suppressed == 0
    assert len(corridor.walk(dataset, decisions(a=13, b=9)).rows) == 22


def test_an_earlier_revision_that_is_gone_holds_the_run(corridor: Corridor) -> None:
    dataset = simple(corridor)
    handle = corridor.walk(dataset, decisions(a=8)).handle
    corridor.here.place.store.delete(handle.key)
    with pytest.raises(ValidationGateClosed, match="ne sont plus dans le dépôt"):
        corridor.walk(dataset, decisions(a=20))


def test_two_datasets_of_one_population(corridor: Corridor) -> None:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "60%", "population": "demandeurs"}
    columns = {"quartier": "publish", "decision": "publish"}
    refused = corridor.here.dataset("refus", columns=columns, privacy=privacy)
    corridor.walk(refused, decisions(a=8, b=9))
    everyone = corridor.here.dataset("tous", columns=columns, privacy=privacy)
    walked = corridor.walk(everyone, decisions(a=10, b=19))
    assert {row[0] for row in walked.rows} == {"b"}
    assert [one.code for one in walked.validated.report.findings] == ["difference-entre-jeux"]
    alone = corridor.here.dataset("autres", columns=columns, privacy={**privacy, "population": "élèves"})
    assert len(corridor.walk(alone, decisions(a=10, b=19)).rows) == 29


def test_datasets_of_one_population_without_a_name_in_common_are_said_not_to_be_compared(
    corridor: Corridor,
) -> None:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "60%", "population": "demandeurs"}
    refused = corridor.here.dataset(
        "refus", columns={"quartier": "publish", "decision": "publish"}, privacy=privacy
    )
    corridor.walk(refused, decisions(a=8, b=9))
    columns = {"quartier": {"publish": True, "as": "zone"}, "decision": "publish"}
    renamed = corridor.here.dataset("tous", columns=columns, privacy=privacy)
    walked = corridor.walk(renamed, decisions(a=10, b=19))
    (finding,) = walked.validated.report.findings
    assert (len(walked.rows), finding.code) == (29, "jeu-sans-comparaison")
    assert (
        "« refus » décrit les mêmes personnes" in finding.message and "rien n'est comparé" in finding.message
    )
    text = said(renamed, corridor.here)
    assert "publiés sous le même nom ; sans nom commun, rien n'est comparé" in text
    assert (
        "hors le nombre de lignes, sur les quasi-identifiants publiés sous le même nom, de ceux qui" in text
    )


def test_a_population_is_looked_for_among_datasets_whose_locks_stand_beside_them(corridor: Corridor) -> None:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "60%", "population": "demandeurs"}
    columns = {"quartier": "publish", "decision": "publish"}
    refused = corridor.here.dataset("refus", columns=columns, privacy=privacy)
    corridor.walk(refused, decisions(a=8, b=9))
    store = corridor.here.place.store
    with store.lock("datasets/refus", where="refus"), store.lock("datasets/tous", where="tous"):
        everyone = corridor.here.dataset("tous", columns=columns, privacy=privacy)
        assert {row[0] for row in corridor.walk(everyone, decisions(a=10, b=19)).rows} == {"b"}


def ages(*numbers: tuple[int, int]) -> pa.Table:
    return pa.table({"age": [str(age) for age, count in numbers for _ in range(count)]})


def banded(corridor: Corridor, band: int) -> Any:
    privacy = {"quasi_identifiers": "age", "k": 5, "suppress_at_most": "40%"}
    return corridor.here.dataset(columns={"age": {"generalise": {"band": band}}}, privacy=privacy)


def test_a_rule_that_changes_does_not_hide_who_has_come(corridor: Corridor) -> None:
    """20-29 becomes 20-24 and 25-29, each large enough; but an eleventh row is that of one person."""
    corridor.walk(banded(corridor, 10), ages((22, 5), (27, 5)))
    finer = banded(corridor, 5)
    with pytest.raises(ValidationGateClosed, match="quasi-identifiants d'aujourd'hui"):
        corridor.walk(finer, ages((22, 6), (27, 5)))
    assert len(corridor.walk(finer, ages((22, 5), (27, 5))).rows) == 10
    assert len(corridor.walk(finer, ages((22, 10), (27, 5))).rows) == 15


def test_a_type_that_changes_does_not_hide_who_has_come(corridor: Corridor) -> None:
    """« oui » becomes true, which no cast makes of it."""
    columns = {"logement": "publish", "decision": "publish"}
    privacy = {"quasi_identifiers": "logement", "k": 5, "suppress_at_most": "40%"}

    def typed(**field: Any) -> Any:
        fields = [{"name": "logement", **field}, {"name": "decision"}]
        return corridor.here.dataset(columns=columns, privacy=privacy, fields=fields)

    def table(size: int) -> pa.Table:
        return pa.table({"logement": ["oui"] * size, "decision": ["accord"] * size})

    corridor.walk(typed(), table(6))
    boolean = typed(type="boolean", trueValues=["oui"], falseValues=["non"], title="Logé")
    with pytest.raises(ValidationGateClosed, match="quasi-identifiants d'aujourd'hui"):
        corridor.walk(boolean, table(7))
    assert len(corridor.walk(boolean, table(6)).rows) == 6


@pytest.mark.parametrize("kind", ["integer", "string"])
def test_the_same_values_under_another_type_are_compared(corridor: Corridor, kind: str) -> None:
    """A year read as a whole number is the same year: one more row of 2026 is one person."""

    def typed(kind: str) -> Any:
        return corridor.here.dataset(
            columns={"an": "publish", "avis": "publish"},
            privacy={"quasi_identifiers": "an", "k": 5, "suppress_at_most": "60%"},
            fields=[{"name": "an", "type": kind}, {"name": "avis"}],
        )

    def table(before: int, after: int) -> pa.Table:
        return pa.table({"an": ["2025"] * before + ["2026"] * after, "avis": ["oui"] * (before + after)})

    corridor.walk(typed("year"), table(10, 10))
    again = corridor.walk(typed(kind), table(14, 11))
    assert sorted(str(row[0]) for row in again.rows) == ["2025"] * 10 + ["2026"] * 10


def test_slices_that_become_a_whole_are_compared_with_it(corridor: Corridor) -> None:
    dataset, place = simple(corridor), corridor.here.place
    months = [Window(datetime(2026, m, 1, tzinfo=UTC), datetime(2026, m + 1, 1, tzinfo=UTC)) for m in (1, 2)]
    parts = [
        replace(corridor.walk(dataset, table, publish=False).handle, window=month)
        for table, month in zip((decisions(a=8), decisions(a=9, b=6)), months, strict=True)
    ]
    add_release_to_history(dataset, dict.fromkeys(parts), place.store)
    place.store.write_validated_partitions(dataset.id, parts)
    walked = corridor.walk(dataset, decisions(a=18, b=6), publish=False)
    assert Counter(walked.rows) == Counter(corridor.walk(dataset, decisions(a=17, b=6), publish=False).rows)
    place.store.delete(parts[0].key)
    with pytest.raises(ValidationGateClosed, match="ne sont plus dans le dépôt"):
        corridor.walk(dataset, decisions(a=18, b=6))


def test_numbers_beyond_a_double_are_judged_and_not_quoted(corridor: Corridor) -> None:
    dataset = corridor.here.dataset(columns=CELLS)
    huge = 2**53 + 1
    table = cells(secteur=["a", "b"], entreprises=[huge, 9], premiere=[huge, 1], montant=[2 * huge + 1, huge])
    assert len(corridor.walk(dataset, table).rows) == 2


def test_a_population_that_cannot_be_read_closes_the_gate_unquoted(corridor: Corridor) -> None:
    population = corridor.here.include / "population.csv"
    population.write_text("quartier;nombre\na;30\n", encoding="utf-8")
    k_map = {"at_least": 20, "file": "population.csv", "count": "nombre"}
    privacy = {"quasi_identifiers": "quartier", "k": 5, "k_map": k_map}
    dataset = corridor.here.dataset(columns={"quartier": "publish"}, privacy=privacy)
    walked = corridor.walk(dataset, pa.table({"quartier": ["a"] * 6}))
    with corridor.here.place.store.open_local_file_of_key(walked.handle.key) as path:
        for line in (f"a;30;{CANARY}", f"a;{CANARY}"):
            population.write_text(f"quartier;nombre\n{line}\n", encoding="utf-8")
            (finding,) = verify_output(path, dataset, corridor.here.include).findings
            assert (finding.code, finding.detail["people"]) == ("classe-sous-k-map", 0)


def test_a_value_that_becomes_two_things_becomes_neither(corridor: Corridor) -> None:
    path = corridor.here.include / "hierarchies" / "quartiers.csv"
    path.write_text("a;X\na;Y\nb;X\nb;X\n", encoding="utf-8")
    rule = {"generalise": {"hierarchy": "hierarchies/quartiers.csv", "level": 1}}
    dataset = corridor.here.dataset(columns={"quartier": rule}, reject_at_most="50%")
    assert corridor.walk(dataset, pa.table({"quartier": ["a", "b"]})).rows == [("X",)]


def test_totals_beside_rows_held_back_close_the_gate(corridor: Corridor) -> None:
    """Nothing is withheld by the anonymisation: it is beside the last revision that one row must wait."""
    columns = {"quartier": "publish", "nombre": {"suppress_under": 5}}
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "90%"}
    dataset = corridor.here.dataset(columns=columns, privacy=privacy)

    def table(more: int) -> pa.Table:
        places = ["a"] * 6 + ["b"] * (6 + more) + ["Total"] * 6
        return pa.table({"quartier": places, "nombre": [20] * len(places)})

    corridor.walk(dataset, table(0))
    with pytest.raises(ValidationGateClosed, match="contient des totaux"):
        corridor.walk(dataset, table(1))


def test_what_a_revision_changed_is_not_counted_again_by_the_next(
    corridor: Corridor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept when the revision is stored: the next reads neither file to know it."""
    counted: list[str] = []
    count = state_steps._create_difference_table_by_hashes
    monkeypatch.setattr(
        state_steps,
        "_create_difference_table_by_hashes",
        lambda con, newer, *asked: counted.append(newer) or count(con, newer, *asked),
    )
    privacy = {"quasi_identifiers": ["quartier"], "k": 5, "suppress_at_most": "30%"}
    columns = COLUMNS | {"annee": "drop", "surface": "drop"}
    dataset = corridor.here.dataset(columns=columns, privacy=privacy)
    published = [corridor.walk(dataset, permits(size)) for size in (120, 200, 280, 360)]
    assert counted == []
    store = corridor.here.place.store
    kept = [key for key in store.list("datasets/jeu/compared") if key.endswith(".parquet")]
    pairs = {tuple(Path(key).stem.split("-")[:2]) for key in kept}
    files = [Path(one.handle.key).stem for one in published]
    assert pairs == {(newer, older) for older, newer in pairwise(files)}
    for key in kept:
        store.delete(key)
    corridor.walk(dataset, permits(440))
    assert len(counted) == 3, "each difference that was lost is counted anew"
