"""The catalogue as its page shows it: what needs a hand first, what each filter holds, and only what may be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aqueduc.overview import DatasetOverview
from aqueduc_airflow.pages.airflow_runs import DagFacts
from aqueduc_airflow.pages.catalogue import (
    CataloguePage,
    build_catalogue,
    build_rows,
    compute_sparkline_points,
    format_catalogue_as_csv,
    format_moment,
)
from aqueduc_airflow.pages.dataset import build_dataset_page
from tests.cli.office import Office, nobody_in, people
from tests.test_overview import office  # noqa: F401 - the same city

DAGS = {
    name: DagFacts(name, f"Jeu {name}", paused=False, next_run=None, last_state="", last_run="")
    for name in ("a", "b", "c", "d", "e")
}
SEEN = {
    "a": DatasetOverview("a", "Jeu a", owner="Voirie", state="published", rows=3, trend=(1, 2, 3)),
    "b": DatasetOverview("b", "Jeu b", state="held", reason="Trop de lignes", remedy="corriger la source"),
    "c": DatasetOverview("c", "Jeu c", state="published", rows=9),
    "d": DatasetOverview("d", "Jeu d", state="withdrawn"),
    "secret": DatasetOverview("secret", "Jeu secret", state="held", reason="à qui ne peut le lire"),
}
LATE = {"c": frozenset({"en-retard", "titre-change"})}


def catalogue(dags: Any, seen: Any, differences: Any, timezone: str, **asked: str) -> CataloguePage:
    """Of the only city."""
    return build_catalogue(build_rows(dags.values(), seen, differences, timezone), **asked)  # type: ignore[arg-type]


def test_what_needs_a_hand_stands_first_and_what_may_not_be_read_nowhere() -> None:
    page = catalogue(DAGS, SEEN, LATE, "Europe/Paris")
    assert [row.dataset for row in page.rows] == ["b", "c", "d", "e", "a"]
    assert [row.state for row in page.rows] == ["held", "late", "withdrawn", "never", "published"]
    assert "secret" not in str(page)
    assert page.counts == {
        "todo": 2,
        "held": 1,
        "waiting": 0,
        "late": 1,
        "fresh": 2,
        "withdrawn": 1,
        "never": 1,
    }
    assert page.rows[1].differences == 1
    assert (page.rows[0].reason, page.rows[0].remedy) == ("Trop de lignes", "corriger la source")


def test_what_is_withdrawn_is_online_on_no_list() -> None:
    served = {"published_at": "2026-11-02T10:00:00+00:00", "rows": 12, "record_url": "https://a.test/fiche"}
    for state, shown in (
        ("published", "Jeu d;;à jour;;02/11/2026 10:00;12 lignes;"),
        ("withdrawn", "Jeu d;;retiré;;;;"),
    ):
        seen = {"d": DatasetOverview("d", "Jeu d", state=state, **served)}
        line = format_catalogue_as_csv(catalogue({"d": DAGS["d"]}, seen, {}, "UTC")).splitlines()[1]
        assert line.startswith(shown) and ("a.test" in line) == (state == "published")


def test_a_pool_that_is_not_there_is_told_with_its_remedy() -> None:
    dags = {"a": replace(DAGS["a"], missing_pool="plateforme_datasud")}
    (row,) = catalogue(dags, SEEN, {}, "UTC", group="todo").rows
    assert (row.state, row.reason) == (
        "failed",
        "L'exécution attend : le pool « plateforme_datasud » n'existe pas dans Airflow.",
    )
    assert row.remedy.startswith("le créer : airflow pools set plateforme_datasud 4 Aqueduc ; ")


def test_a_declaration_that_cannot_be_read_is_told_first() -> None:
    dags = {"a": replace(DAGS["a"], unread="a.yaml:1: …", missing_pool="plateforme_datasud")}
    (row,) = catalogue(dags, SEEN, {}, "UTC", group="todo").rows
    assert "La déclaration de ce jeu est à corriger" in row.reason and "corriger le fichier" in row.remedy


def test_the_list_is_one_line_a_dataset_and_no_formula() -> None:
    seen = {"a": DatasetOverview("a", "Jeu a", owner="=HYPERLINK(1)", state="published", rows=3)}
    heading, line = format_catalogue_as_csv(catalogue({"a": DAGS["a"]}, seen, {}, "UTC")).splitlines()
    assert heading.startswith("Jeu de données;Service;État;Motif;En ligne le")
    assert line.startswith("Jeu a;HYPERLINK(1);à jour;")


def test_filters_and_search_go_together() -> None:
    assert [row.dataset for row in catalogue(DAGS, SEEN, LATE, "UTC", group="todo").rows] == ["b", "c"]
    assert [row.dataset for row in catalogue(DAGS, SEEN, LATE, "UTC", search="VOIRIE").rows] == ["a"]
    assert catalogue(DAGS, SEEN, LATE, "UTC", group="todo", search="voirie").rows == ()
    assert catalogue(DAGS, SEEN, LATE, "UTC", group="nulle-part").group == ""


def test_instants_are_on_the_citys_clock_and_the_next_run_is_ahead() -> None:
    assert format_moment("2026-03-29T01:30:00+00:00", "Europe/Paris") == "29/03/2026 03:30"
    assert format_moment("", "Europe/Paris") == ""
    due = DagFacts("a", "Jeu a", False, datetime(2020, 1, 1, tzinfo=UTC), "", "")
    ahead = DagFacts("a", "Jeu a", False, datetime(2999, 1, 1, tzinfo=UTC), "", "")
    shown = [catalogue({"a": one}, SEEN, {}, "UTC").rows[0].next_run for one in (due, ahead)]
    assert shown == ["", "01/01/2999 00:00"]


def test_a_sparkline_needs_two_points_and_stays_in_its_box() -> None:
    assert compute_sparkline_points([5]) == ""
    assert compute_sparkline_points([5, 5]) == "0.0,22.0 100.0,22.0"
    assert compute_sparkline_points([1, 3, 2]) == "0.0,22.0 50.0,2.0 100.0,12.0"


def test_the_page_of_a_dataset_shows_who_decided_what(office: Office) -> None:  # noqa: F811
    store = office.desk.place.store
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    before = build_dataset_page(store, "jeu", "Europe/Paris")
    assert before.decisions == () and before.certificate is not None
    assert [label for label, _run, kind in before.reports if kind == "certificate"]
    who = ("--by", "Jeanne Martin", "--reason", "demande du service")
    assert office.aqueduc("withdraw", "jeu", *who, "--requester", "Direction des essais").code == 0
    (decision,) = build_dataset_page(store, "jeu", "Europe/Paris").decisions
    assert (str(decision.label), decision.by, decision.reason) == (
        "Retrait",
        "Jeanne Martin",
        "demande du service",
    )
    assert nobody_in(str(build_dataset_page(store, "jeu", "Europe/Paris")))


def test_the_page_of_a_dataset_shows_how_it_went_what_was_declared_and_what_held_it(
    office: Office,  # noqa: F811
) -> None:
    """Published, published again under a declaration that says more, then held."""
    office.drop(people(80))
    assert office.aqueduc("run", "jeu").code == 0
    path = office.desk.include / "datasets" / "jeu.yaml"
    path.write_text(path.read_text("utf-8").replace("Jeu d'essai", "Jeu d'essai, précisé"), "utf-8")
    office.drop(people(160))
    assert office.aqueduc("run", "jeu").code == 0
    office.drop(people(8))
    assert office.aqueduc("run", "jeu").code != 0
    store = office.desk.place.store
    page = build_dataset_page(store, "jeu", "Europe/Paris")
    assert [(one.point.published, one.delta) for one in page.measures] == [(80, None), (160, 80)]
    assert all({"extract", "anonymise", "validate", "publish"} == set(one.seconds) for one in page.measures)
    assert "Lignes publiées" in [chart.title for chart in page.charts]
    assert page.declaration is not None and len(page.declaration.versions) == 2
    ((name, lines),) = page.declaration.changes
    assert name == "datasets/jeu.yaml" and not page.declaration.city_changed
    assert [line for line in lines if line.startswith("+")] == ["+title: Jeu d'essai, précisé"]
    assert "city.yaml" not in dict(page.declaration.files)
    assert page.report is not None and page.report.state == "held"
    assert {kind for _label, run, kind in page.reports if run == page.report.run} == {"steward", "officer"}
    said = (store.read(store.build_report_page_key("jeu", page.report.run, "officer")) or b"").decode()
    assert "restée fermée" in said and nobody_in(said) and nobody_in(str(page))
