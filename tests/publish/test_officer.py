"""The report for the data protection officer: everything that was decided, and not one cell."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import anonymise_extract
from aqueduc.anonymise.findings import IsolatingRevisionDifference
from aqueduc.certify.certificate import format_interval
from aqueduc.certify.findings import RevisionOfOtherColumns
from aqueduc.certify.officer import (
    build_dpo_report,
    describe_newer_run_without_report,
    render_dpo_report_page,
    write_dpo_report,
)
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import GateClosed, PlatformUnavailable, ReadBackMismatch, RestrictedDataExposed
from aqueduc.language import format_privacy_unit_count
from aqueduc.publish.proof.former import RestorationReport
from aqueduc.record.statement import OpinionAndAgreementContext
from aqueduc.reports import build_reported_findings
from aqueduc.run import Run
from aqueduc.sources.findings import RaggedRows
from aqueduc.store import Window
from aqueduc.validate import validate_anonymised_rows
from tests.making import Desk, desk, extract_report, publish_report

TODAY = OpinionAndAgreementContext(date(2026, 7, 1))
CANARIES = ("Zoé Canari", "zoe.canari@exemple.example", "0612345678", "Quartier-Canari", "1984-12-31")
COLUMNS: dict[str, Any] = {
    "nom": "drop",
    "contact": {"publish": True, "basis": "CGCT, art. L2121-15"},
    "tel": {"mask": {"first": 2}},
    "quartier": "publish",
    "ne_le": {"generalise": "year"},
    "standard": "publish",
}
WAIVED = {
    "column": "standard",
    "kind": "phone",
    "reason": "standard de la mairie",
    "date": "2026-06-30",
    "by": "Claire Fabre",
}
PRIVACY = {"quasi_identifiers": ["quartier", "ne_le"], "k": 5, "suppress_at_most": "50%"}


def people(count: int = 12) -> pa.Table:
    name, contact, phone, quarter, born = CANARIES
    alone = [f"{quarter}-seul"] + [quarter] * (count - 1)
    return pa.table(
        {"nom": [name] * count, "contact": [contact] * count, "tel": [phone] * count, "quartier": alone,
         "ne_le": [born] * count, "standard": ["04 42 91 90 00"] * count}
    )  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def walked(here: Desk, dataset: Dataset, table: pa.Table) -> Run:
    return walked_as(here, dataset, table, here.run())


def walked_as(here: Desk, dataset: Dataset, table: pa.Table, run: Run) -> Run:
    safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    validate_anonymised_rows(dataset, run, safe.handle, here.place)
    return run


def test_it_tells_what_was_done_and_what_is_left(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and report["passed"]
    withheld = {"rejected": 0, "suppressed": 1, "objected": 0}
    assert report["rows"] == {"extracted": 12, "carried": 0, "published": 11, **withheld}
    assert report["risk"]["before"]["singled_out"] == pytest.approx(1 / 12)
    assert (report["risk"]["after"]["smallest"], report["risk"]["after"]["singled_out"]) == (11, 0)
    assert sum(classes for _, classes in report["classes"]) == 1
    assert report["bases"] == [{"column": "contact", "basis": "CGCT, art. L2121-15"}]
    answers = {one["column"]: one["answer"] for one in report["sightings"]}
    assert answers["contact"] == "basis" and answers["standard"] == "waiver"
    page = render_dpo_report_page(report)
    for words in (
        "Groupes d&#39;une seule ligne",
        "Groupes de moins de 5",
        "Lignes uniques",
        "Inférence",
        "CGCT, art. L2121-15",
        "standard de la mairie",
        "<svg",
    ):
        assert words in page


def test_it_says_of_what_a_column_is_computed_and_who_answered_for_it(here: Desk) -> None:
    told = {"column": "lettre", "kind": "derived", "reason": "une lettre ne dit personne"}
    dataset = here.dataset(
        columns={**COLUMNS, "lettre": "publish"}, privacy=PRIVACY, computed={"lettre": "left(nom, 1)"},
        waivers=[WAIVED, {**told, "date": "2026-06-30", "by": "Claire Fabre"}],
    )  # fmt: skip
    run = walked(here, dataset, people().append_column("lettre", pa.array(["Z"] * 12)))
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and report["passed"]
    assert {one["column"]: one["answer"] for one in report["sightings"]}["lettre"] == "waiver"
    page = render_dpo_report_page(report)
    assert "« lettre », calculée de « nom » : left(nom, 1)." in page and "une lettre ne dit personne" in page
    del report["added"]  # as a former version wrote it
    assert "calculée de" not in render_dpo_report_page(report)


def test_no_cell_is_anywhere_in_it(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    key = write_dpo_report(dataset, here.city, run, here.place)
    assert key == here.place.store.build_report_page_key("jeu", run.id, "officer")
    with here.place.store.open_local_file_of_key(key) as page:
        text = page.read_text(encoding="utf-8")
    text += json.dumps(here.place.store.read_report("jeu", run.id, "officer"))
    assert "rapport" in text.lower()
    for canary in CANARIES:
        assert canary not in text and canary.casefold() not in text.casefold()


def test_a_refused_run_has_its_report(here: Desk) -> None:
    columns = {**COLUMNS, "contact": "publish"}
    dataset = here.dataset(columns=columns, privacy=PRIVACY, waivers=[WAIVED])
    with pytest.raises(GateClosed):
        walked(here, dataset, people())
    store = here.place.store
    report = build_dpo_report(dataset, here.city, Run("jeu", "essai"), store, TODAY)
    assert report is not None and not report["passed"] and report["closed_at"] == "scan"
    page = read(here, dataset, Run("jeu", "essai"))
    assert "Le fichier à publier a été examiné en entier" in page, "it was not validated"
    counted = (
        "rien d'autre que le plus petit groupe, compté à la validation, n'a été mesuré, faute de fichier"
    )
    assert counted in page and report["smallest"] == 11
    assert "la porte de la recherche de données personnelles est restée fermée" in page
    assert "<b>–</b><span>lignes validées : sans objet</span>" in page, "nothing of it was"
    assert "publiées telles quelles" not in page.replace("seraient publiées telles quelles", "")
    assert "canari" not in page.casefold()


def test_a_search_that_never_ran_is_not_what_closed(here: Desk) -> None:
    """Half of the rows are outside the list: the file is refused before anything is searched in it."""
    listed = [{"name": "quartier", "type": "string", "constraints": {"enum": ["Centre"]}}]
    dataset = here.dataset(fields=listed)
    with pytest.raises(GateClosed):
        walked(here, dataset, pa.table({"quartier": ["Centre", "Nord"]}))
    page = read(here, dataset, here.run())
    assert "Cette exécution n'a rien publié : la porte de la validation est restée fermée." in page
    assert "L'exécution n'est pas allée jusque-là." in page and "la porte de la recherche" not in page


def test_a_gate_that_the_publication_closed_is_no_pass(here: Desk) -> None:
    """The last gate judges the file again: all that came before it had passed."""
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    found = build_reported_findings(
        [IsolatingRevisionDifference(detail={"classes": 1, "k": format_privacy_unit_count((), 5)})]
    )
    publish_report(passed=False, findings=found).write(here.place.store, "jeu", run.id)
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and not report["passed"] and report["closed_at"] == "publish"
    page = render_dpo_report_page(report)
    assert "peut sortir de la Ville" not in page and "isole moins de 5 lignes" in page


@pytest.mark.parametrize(
    "code, said",
    [
        (ReadBackMismatch.code, "abouti : la relecture a trouvé autre chose que ce qui devait être servi"),
        (RestrictedDataExposed.code, "abouti : un visiteur a pu ouvrir ce qui est restreint"),
        (PlatformUnavailable.code, "abouti"),
    ],
)
def test_a_platform_that_failed_is_said_and_what_the_reading_back_found(
    here: Desk, code: str, said: str
) -> None:
    """That of a platform that was down is no control, and what was begun there is no more certain."""
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    failed = ({"platform": "portail", "code": code},)
    publish_report(passed=False, failed=failed).write(here.place.store, "jeu", run.id)
    assert f"La publication n'a pas {said} (voir le rapport du passage)." in read(here, dataset, run)
    here.place.store.mark_publication_in_progress("jeu", run.id, datetime(2026, 7, 1, tzinfo=UTC))
    page = read(here, dataset, run)
    assert f"{said} ; la plateforme sert peut-être une partie de ce fichier (voir" in page
    assert "Aucun contrôle des données n'a arrêté" not in page


def test_a_declaration_that_changed_since_is_not_signed_as_that_of_the_run(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    today = here.dataset(
        columns={**COLUMNS, "nom": {"mask": {"first": 1}}}, privacy=PRIVACY, waivers=[WAIVED]
    )
    report = build_dpo_report(today, here.city, run, here.place.store, TODAY)
    assert report is not None and report["changed"] == ["la déclaration"]
    assert report["risk"]["after"] is None
    page = " ".join(render_dpo_report_page(report).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Changé depuis cette exécution : la déclaration. Le titre, la direction et les sections" in page
    assert f"faite selon la déclaration {dataset.fingerprint[:16]}…, le city.yaml" in page
    assert "tels que ces pages les exposent" not in page
    page = page.replace("&#39;", "'")
    counted = (
        "rien d'autre n'est montré que le plus petit groupe et les lignes uniques, comptés à la validation."
    )
    assert f"« Après » : {counted}" in page and "plus petit groupe (k exigé : 5)" in page


def test_there_is_none_before_anything_was_anonymised(here: Desk) -> None:
    dataset = here.dataset()
    assert build_dpo_report(dataset, here.city, here.run(), here.place.store, TODAY) is None


def test_what_a_steward_writes_is_escaped(here: Desk) -> None:
    columns = {**COLUMNS, "contact": {"publish": True, "basis": "<script>alert(1)</script>"}}
    dataset = here.dataset(columns=columns, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and "<script>" not in render_dpo_report_page(report)


# --- each sentence of the page ------------------------------------------------------------------------------


def read(here: Desk, dataset: Dataset, run: Run, edition: OpinionAndAgreementContext = TODAY) -> str:
    """The page, with plain spaces and apostrophes."""
    report = build_dpo_report(dataset, here.city, run, here.place.store, edition)
    assert report is not None
    return " ".join(
        render_dpo_report_page(report).replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'").split()
    )


def test_what_is_only_told_is_listed_and_said_to_leave_without_a_decision(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "courriel": "publish"})
    table = pa.table({"quartier": ["Centre"] * 3, "courriel": ["accueil@ville.example"] * 3})
    run = walked(here, dataset, table)
    scan = here.place.store.read_report("jeu", run.id, "scan") or {}
    assert [(one["column"], one["answer"]) for one in scan["sightings"]] == [("courriel", "told")]
    page = read(here, dataset, run)
    assert "Signalé sans fermer la porte, à lire : « courriel » (" in page and ", 3 lignes au moins)" in page
    assert "Lignes où c'est reconnu, au moins</th>" in page, "those of a lesser grade are not counted"
    assert "Personne n'en a décidé." in page
    quiet = here.dataset(columns={"quartier": "publish"})
    assert "Signalé sans fermer" not in read(here, quiet, walked(here, quiet, table.select(["quartier"])))


def test_a_city_that_changed_since_is_not_signed_as_that_of_the_run(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    assert "Changé depuis cette exécution" not in read(here, dataset, run)
    then = here.city.fingerprint
    path = here.include / "city.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "rejected_days: 7\n", encoding="utf-8")
    page = read(here, dataset, run)
    assert "Changé depuis cette exécution : city.yaml ou une liste de noms." in page
    assert (
        f"le city.yaml {then[:16]}… et Aqueduc" in page
        and f"le city.yaml {here.city.fingerprint[:16]}…" in page
    )
    assert f"city.yaml {then}" in page and "tels que ces pages les exposent" not in page


def test_another_version_is_not_signed_as_that_of_the_run(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    monkeypatch.setattr("aqueduc.__version__", "99.0")
    page = read(here, dataset, run)
    assert "Changé depuis cette exécution : la version d'Aqueduc ou d'un paquet de règles." in page


def test_a_report_that_does_not_say_its_city_is_not_said_to_be_of_today_s(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    store = here.place.store
    report = store.read_report("jeu", run.id, "anonymise") or {}
    said = {key: value for key, value in report.items() if key not in ("city_fingerprint", "version")}
    store.write_report("jeu", run.id, "anonymise", said)
    page = read(here, dataset, run)
    assert "city.yaml ou une liste de noms, la version d'Aqueduc" in page
    assert "le city.yaml que son rapport ne dit pas" in page


def test_rows_that_nothing_repeats_are_counted_over_all_published_columns(here: Desk) -> None:
    """By quasi-identifiers alone, no row is alone; by what is published besides, a quarter of them are."""
    dataset = here.dataset(
        columns={"quartier": "publish", "montant": "publish"},
        privacy={"quasi_identifiers": ["quartier"], "k": 5},
    )
    amounts = ["1", "1", "2", "2", "3", "3", "4", "5"]
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 8, "montant": amounts}))
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None and report["risk"]["unique"] == 0.25
    assert report["risk"]["after"]["singled_out"] == 0
    page = read(here, dataset, run)
    assert (
        "part des lignes que rien ne répète, sur toutes les colonnes du fichier validé" in page
        and "25 %" in page
    )
    assert "Corrélation (non mesurée)" in page and "Inférence (non mesurée)" in page
    assert "Individualisation" not in page


def test_unique_rows_after_protection_stand_under_no_tick(here: Desk) -> None:
    def verdict(privacy: dict[str, Any], amounts: list[str], name: str) -> str:
        dataset = here.dataset(columns={"quartier": "publish", "montant": "publish"}, **privacy)
        table = pa.table({"quartier": ["Centre"] * 8, "montant": amounts})
        run = walked_as(here, dataset, table, here.run(identifier=name))
        report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
        assert report is not None
        page = render_dpo_report_page({**report, "published": "yes", "trial": False})
        return page.split('<p class="verdict')[1].split("</p>")[0]

    protected = {"privacy": {"quasi_identifiers": ["quartier"], "k": 5}}
    alone = verdict(protected, ["1", "1", "2", "2", "3", "3", "4", "5"], "seules")
    assert "✓" not in alone and "Après protection, 25 % des lignes restent uniques" in alone
    assert "✓" in verdict(protected, ["1", "2"] * 4, "repetees")
    assert "✓" in verdict({}, list("12345678"), "sans"), "where nothing protects anybody, a key is no alarm"


def test_without_quasi_identifiers_rows_that_nothing_repeats_are_counted_too(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "montant": "publish"})
    run = walked(here, dataset, pa.table({"quartier": ["A", "A", "B", "C"], "montant": ["1", "1", "1", "1"]}))
    assert "Lignes que rien ne répète, sur toutes les colonnes à publier : 50 %" in read(here, dataset, run)
    month = Window(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
    extract_report(rows=4, window=month).write(here.place.store, "jeu", run.id)
    page = read(here, dataset, run)
    assert "Lignes que rien ne répète dans cet intervalle, sur toutes les colonnes à publier : 50 %" in page


def test_before_and_after_count_the_same_thing(here: Desk) -> None:
    """Seven rows of five plates, and six of one: in rows, the second group would be of six."""
    dataset = here.dataset(
        columns={"quartier": "publish", "plaque": "drop"},
        privacy={"quasi_identifiers": ["quartier"], "unit": ["plaque"], "k": 5, "suppress_at_most": "50%"},
    )
    plates = ["a", "b", "c", "d", "e", "a", "b", *["z"] * 6]
    run = walked(here, dataset, pa.table({"quartier": ["Nord"] * 7 + ["Sud"] * 6, "plaque": plates}))
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    before, after = report["risk"]["before"], report["risk"]["after"]
    assert before["singled_out"] == pytest.approx(6 / 13) and before["below_k"] == pytest.approx(6 / 13)
    assert (after["smallest"], after["singled_out"], after["below_k"]) == (5, 0, 0)
    page = read(here, dataset, run)
    assert "les unités, qui n'y sont pas, ont été comptées à la validation" in page
    assert "Groupes d'une seule unité" in page and "Groupes d'une seule ligne" not in page
    stopped = here.run(identifier="arret")
    with pytest.raises(GateClosed):
        walked_as(here, dataset, pa.table({"quartier": ["Nord"] * 4, "plaque": list("abcd")}), stopped)
    page = read(here, dataset, stopped)
    assert "« Après » : rien n'a été mesuré, faute de fichier validé." in page
    assert "comptées à la validation" not in page


def test_a_basis_is_not_said_to_cover_what_was_found(here: Desk) -> None:
    """A basis answers whatever is recognised in its column, health as well as a name."""
    dataset = here.dataset(columns={"note": {"publish": True, "basis": "CGCT, art. L2121-15"}})
    run = walked(here, dataset, pa.table({"note": ["Mme Zoé Martin, atteinte de diabète"] * 3}))
    scan = here.place.store.read_report("jeu", run.id, "scan") or {}
    assert {one["answer"] for one in scan["sightings"]} == {"basis"}
    page = read(here, dataset, run)
    assert (
        "la colonne cite un fondement ; nul ne vérifie qu'il couvre cela" in page
        and "couvert par" not in page
    )


def test_the_page_has_the_findings_of_every_stage(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    store = here.place.store
    two, seven = (build_reported_findings([RaggedRows(count=count)]) for count in (2, 7))
    extract_report(findings=two).write(store, "jeu", run.id)
    publish_report(dry_run=True, findings=seven).write(store, "jeu", run.id)
    page = read(here, dataset, run)
    assert "2 lignes dont le nombre de cellules" in page and "7 lignes dont le nombre de cellules" in page


def test_a_page_where_nothing_is_anonymised_is_not_called_so(here: Desk) -> None:
    dataset = here.dataset()
    page = read(here, dataset, walked(here, dataset, pa.table({"quartier": ["Centre"] * 3})))
    assert "Rapport d'exécution" in page and "Rapport d'anonymisation" not in page


def test_nothing_recognised_is_said_of_all_that_is_looked_for(here: Desk) -> None:
    dataset = here.dataset()
    page = read(here, dataset, walked(here, dataset, pa.table({"quartier": ["Centre"] * 3})))
    for kind in ("coordonnées", "santé", "position d'un domicile"):
        assert kind in page.partition("Aucun constat n'a été fait de ce qui est cherché")[2][:200]


def test_a_published_run_says_when_and_where_and_by_which_version(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    assert "publiée le" not in read(here, dataset, run)
    report = publish_report(at="2026-06-30T22:30:00+00:00", record_url="https://x.example/jeu")
    report.write(here.place.store, "jeu", run.id)
    page = read(here, dataset, run)
    assert "publiée le 01/07/2026 à 00:30 (https://x.example/jeu) · faite par Aqueduc" in page
    assert "la publication a été relue, par sondage pour les grands fichiers et les tables" in page


def test_a_column_without_a_basis_is_not_said_to_name_nobody_beside_one_that_has_one(here: Desk) -> None:
    bare = {"quartier": "publish", "standard": "publish"}
    table = pa.table({"quartier": ["Centre"] * 3, "standard": ["x"] * 3})
    for columns, apart in ((bare, False), ({**bare, "quartier": {"publish": True, "basis": "CGCT"}}, True)):
        dataset = here.dataset(columns=columns)
        report = build_dpo_report(dataset, here.city, walked(here, dataset, table), here.place.store, TODAY)
        assert report is not None
        (why,) = (one["why"] for one in report["columns"] if one["column"] == "standard")
        assert why.endswith("que ceux qu'un fondement couvre") is apart


def test_a_trial_is_said_to_be_one(here: Desk) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    waits = "n'a mené aucune publication à son terme (accord attendu, publication retenue,"
    assert waits in read(here, dataset, run)
    publish_report(dry_run=True).write(here.place.store, "jeu", run.id)
    page = read(here, dataset, run)
    assert "cette exécution était un essai : elle ne devait rien publier, et n'a rien publié." in page
    assert waits not in page and "publiée le" not in page
    assert '<p class="verdict">Aucun contrôle' in page and "✗" not in page, "nothing was to be published"


def test_the_embargo_of_a_run_that_published_nothing_is_told_with_its_date(here: Desk) -> None:
    embargo = "Embargo : aucune nouvelle révision n'est publiée avant le 01/01/2090 à 09:00 (Europe/Paris)."
    for publish_at in (None, "2090-01-01T09:00"):
        dataset = here.dataset(**({"publish_at": publish_at} if publish_at else {}))
        run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
        assert (embargo in read(here, dataset, run)) == bool(publish_at)
    publish_report().write(here.place.store, "jeu", run.id)
    assert embargo not in read(here, dataset, run), "it was published before"


def test_what_is_dropped_is_said_to_be_in_no_published_file(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "nom": "drop"})
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3, "nom": ["x"] * 3}))
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    (why,) = (one["why"] for one in report["columns"] if one["column"] == "nom")
    assert why == "n'est dans aucun fichier publié"


def test_dates_are_french_and_on_the_city_s_clock(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    page = read(here, dataset, walked(here, dataset, people()))
    assert "(Claire Fabre, le 30/06/2026)" in page and "2026-06-30" not in page
    assert format_interval(["2026-06-30T22:00:00+00:00", "2026-07-31T22:00:00+00:00"], "Europe/Paris") == (
        "du 01/07/2026 à 00:00:00 au 01/08/2026 à 00:00:00 (exclu ; Europe/Paris)"
    )
    assert format_interval(["2026-10-25T00:00:00+00:00", "2026-10-25T01:00:00+00:00"], "Europe/Paris") == (
        "du 25/10/2026 à 02:00:00 (UTC+02:00) au 25/10/2026 à 02:00:00 (UTC+01:00) (exclu ; Europe/Paris)"
    )


def test_a_run_that_stopped_before_a_gate_is_not_said_to_be_refused(here: Desk) -> None:
    """Killed, or whose report could not be written: nothing was decided."""
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    run = here.run()
    anonymise_extract(dataset, run, here.raw(people(), run), here.place)
    page = read(here, dataset, run)
    assert "Cette exécution n'a rien publié : elle s'est arrêtée avant que la validation soit jugée." in page
    assert "est restée fermée" not in page


def test_a_revision_that_the_gate_did_not_let_online_again_is_said_to_be_refused(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    former = walked(here, dataset, people())
    (finding,) = build_reported_findings([RevisionOfOtherColumns()])
    told = {"dataset": "jeu", "run": "retour", "fingerprint": dataset.fingerprint, "passed": False}
    restored = RestorationReport(
        **told, revision="a" * 64, certified_run=former.id, certificate="", certificate_sha256="",
        parts=(), rejected=0, suppressed=0, by="Jeanne Martin", reason="essai", findings=(finding,),
    )  # fmt: skip
    restored.write(here.place.store, "jeu", "retour")
    page = read(here, dataset, here.run(identifier="retour"))
    assert "Cette révision n'a pas été remise en ligne : la porte l'a refusée" in page
    assert str(finding.message) in page and "la recherche de données personnelles est celle d'alors" in page
    assert "Aucun contrôle des données n'a arrêté" not in page


def test_a_run_that_too_many_small_groups_stopped_shows_their_measure(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy={**PRIVACY, "suppress_at_most": 0}, waivers=[WAIVED])
    with pytest.raises(GateClosed):
        walked(here, dataset, people())
    page = read(here, dataset, here.run())
    assert "« Avant » : une fois appliquées les règles des colonnes, avant toute hiérarchie" in page


def test_a_run_that_anonymisation_stopped_earlier_counts_what_it_rejected(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    unreadable = people().set_column(4, "ne_le", pa.array([CANARIES[4]] * 9 + ["le 12"] * 3))
    with pytest.raises(GateClosed):
        walked(here, dataset, unreadable)
    report = build_dpo_report(dataset, here.city, here.run(), here.place.store, TODAY)
    assert report is not None and report["rows"]["rejected"] == 3
    page = read(here, dataset, here.run())
    assert "« Avant » : rien à montrer, l'anonymisation s'étant arrêtée, ou faute de lignes." in page
    assert "<b>3</b><span>rejetées (non conformes)</span>" in page


INFERENCE = "non mesurée : aucune colonne sensible n'est déclarée"


@pytest.mark.parametrize("sensitive", [False, True])
def test_a_sensitive_column_is_said_not_to_be_declared_where_its_inference_was_to_be_measured(
    here: Desk, sensitive: bool
) -> None:
    """Stopped, or read under another declaration, a run shows no measure of it: that says nothing of what is asked."""
    asked = {"sensitive": {"standard": {"distinct": 2}}} if sensitive else {}
    privacy = {"quasi_identifiers": ["quartier"], "k": 5, "suppress_at_most": "50%", **asked}
    columns = {"quartier": "publish", "standard": "publish"}
    dataset = here.dataset(columns=columns, privacy=privacy)
    table = pa.table({"quartier": ["Centre"] * 12, "standard": ["a", "b"] * 6})
    run = walked(here, dataset, table)
    page = read(here, dataset, run)
    assert (INFERENCE in page) != sensitive and ("Inférence de « standard »" in page) == sensitive
    changed = read(here, here.dataset(columns=columns, privacy={**privacy, "k": 6}), run)
    stopped = here.run(identifier="arret")
    with pytest.raises(GateClosed):
        walked_as(here, dataset, table.slice(0, 3), stopped)
    for other in (changed, read(here, dataset, stopped)):
        assert INFERENCE not in other
        assert "rien n'est montré : lire « Après » ci-dessus" in other


def test_a_stopped_run_says_of_a_hierarchy_what_was_asked_of_it(here: Desk) -> None:
    """How it was climbed is not in its report."""
    columns = {"age": "publish", "quartier": "publish"}
    table = pa.table({"age": [33] * 3, "quartier": ["Centre"] * 3})
    for recode in ("fixed", "global"):
        privacy = {"quasi_identifiers": ["age"], "k": 5, "hierarchies": {"age": [10, 100]}, "recode": recode}
        dataset = here.dataset(columns=columns, privacy=privacy)
        run = here.run(identifier=recode)
        with pytest.raises(GateClosed):
            walked_as(here, dataset, table, run)
        page, fixed = read(here, dataset, run), recode == "fixed"
        assert ("ramenée au premier niveau de sa hiérarchie" in page) == fixed
        assert ("rendue moins précise avant de sortir" in page) == fixed
        assert ("peut sortir telle quelle, ou moins précise selon sa hiérarchie" in page) != fixed


def test_the_last_day_of_a_basis_is_beside_it(here: Desk) -> None:
    based = {"publish": True, "basis": "CGCT, art. L2121-15", "until": date(2030, 12, 31)}
    dataset = here.dataset(columns={**COLUMNS, "contact": based}, privacy=PRIVACY, waivers=[WAIVED])
    run = walked(here, dataset, people())
    assert "<td>CGCT, art. L2121-15 (jusqu'au 31/12/2030)" in read(here, dataset, run)
    for day, said in ((date(2030, 12, 31), "jusqu'au"), (date(2031, 1, 1), "a valu jusqu'au")):
        assert f"L2121-15 ({said} 31/12/2030)" in read(here, dataset, run, OpinionAndAgreementContext(day))
    store = here.place.store
    report = store.read_report("jeu", run.id, "anonymise") or {}
    assert report["basis_ends"] == {"contact": "2030-12-31"}
    del report["basis_ends"]  # as a former version wrote it
    store.write_report("jeu", run.id, "anonymise", report)
    page = read(here, dataset, run)
    assert "<td>CGCT, art. L2121-15" in page and "L2121-15 (" not in page


def test_nothing_is_said_to_have_been_done_of_what_no_rule_was_applied_to(here: Desk) -> None:
    dataset = here.dataset(columns=COLUMNS, privacy=PRIVACY, waivers=[WAIVED])
    done = read(here, dataset, walked(here, dataset, people()))
    assert "<h2>Ce qui a été fait de chaque colonne</h2>" in done and "<b>1 retirée</b>" in done
    stopped = here.run(identifier="arret")
    with pytest.raises(GateClosed):
        walked_as(here, dataset, people().drop_columns(["standard"]), stopped)
    page = read(here, dataset, stopped)
    assert "<h2>Ce que la déclaration prévoyait pour chaque colonne</h2>" in page
    assert "<b>1 serait retirée</b>" in page and "Ce qui a été fait" not in page


@pytest.mark.parametrize(
    "state, said",
    [
        ("unchanged", "d'anonymisation : la source n'avait pas changé."),
        ("failed", "d'anonymisation : elle n'a pas abouti, le rapport du passage dit pourquoi."),
        ("published", "d'anonymisation."),
    ],
)
def test_a_newer_run_without_a_report_is_said_on_the_page(here: Desk, state: str, said: str) -> None:
    dataset = here.dataset()
    run = walked(here, dataset, pa.table({"quartier": ["Centre"] * 3}))
    assert "Une exécution plus récente" not in read(here, dataset, run)
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    page = render_dpo_report_page({**report, "newer": describe_newer_run_without_report("suivante", state)})
    assert f"Une exécution plus récente (suivante) n'a laissé aucun rapport {said}" in page.replace(
        "&#39;", "'"
    )
