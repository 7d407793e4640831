"""What a person may sign is true: each sentence stands exactly where the code does it, and the code does it.

The first half asks when a sentence is said; the second runs what it says. Where a sentence says that nothing
is checked, or that nothing waits, a test shows that too: it turns red the day the code does better, and the
sentence is then to be mended.
"""

from __future__ import annotations

import html
import importlib.util
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import aqueduc
from aqueduc import program
from aqueduc.agreement.request import build_request_key
from aqueduc.anonymise import ScanReport, anonymise_extract, residual
from aqueduc.anonymise.findings import (
    RowsWithheldForOtherDataset,
    SuppressedColumnDifference,
    SuppressedRevisionDifference,
    SuppressedShrunkClass,
)
from aqueduc.anonymise.objections import (
    Objection,
    build_personal_objection,
    normalise_cell_text,
    store_objections_to_enforce,
)
from aqueduc.anonymise.release_history import COMPARED
from aqueduc.anonymise.residual import scan_table_for_undecided_hits
from aqueduc.anonymise.scan import HitStrength, IdentifierKind, ScanHit, entities, figures, scan
from aqueduc.anonymise.scan.names import load_builtin_names
from aqueduc.anonymise.weakening import build_protection_state, find_protection_losses
from aqueduc.certify import certify_run, lift_restoration
from aqueduc.certify.certificate import RunCertificate, render_certificate_page
from aqueduc.certify.findings import RevisionOfOtherColumns
from aqueduc.certify.holds import describe_holds_in_force
from aqueduc.certify.objections import ObjectionRequester, lift_objection, record_objection
from aqueduc.certify.officer import (
    build_dpo_report,
    read_dpo_opinion_context_for_today,
    render_dpo_report_page,
)
from aqueduc.certify.signature import generate_signing_key_pair
from aqueduc.connections import EnvironmentConnections
from aqueduc.convention.register import build_processing_register, render_printable_page
from aqueduc.decisions import ClaimHoldsAndSuspensions, write_claim_holds_and_suspensions
from aqueduc.declaration import Dataset, load_all_declarations, load_city
from aqueduc.declaration.city import LEXICONS
from aqueduc.declaration.editor import build_editor_schemas_by_file_name
from aqueduc.declaration.signatures import SignedOpinion, write_signed_opinions
from aqueduc.declaration.spec import AccessSettings, RecodingMode
from aqueduc.declaration.spec.guards import FEWEST_ROWS, GUARD_LABELS, GUARDS
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.errors import (
    AnonymisationGateClosed,
    ConventionNotInForce,
    EmbargoInForce,
    PublicationGateClosed,
    PublicationHeldByDecision,
    RevisionRestorationInForce,
    RevisionRestorationRefused,
    ValidationGateClosed,
)
from aqueduc.findings import Finding
from aqueduc.leases import PROCESS_S, RESUMABLE_S, WAITING_S
from aqueduc.pipeline import run_pipeline, run_preparation_stages
from aqueduc.program import compute_program_digest
from aqueduc.publish import inspection, publish_revision
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.findings import WithheldLinkRows
from aqueduc.publish.proof import contents, link, readback
from aqueduc.publish.proof.former import RestorationReport
from aqueduc.publish.proof.gate import WithheldRowCounts
from aqueduc.publish.revision.partitions import compute_treatment_digest
from aqueduc.publish.revision.rows import RevisionRows
from aqueduc.publish.term import select_platforms_allowed_by_convention
from aqueduc.record import RowPreparationCounts, build_fiche, statement
from aqueduc.record.blocks import BulletList, FormBlanks, Paragraph, TableBlock
from aqueduc.record.explanation import (
    FEWEST_ROWS_ASKED,
    FIRST_ROWS,
    OpinionAndAgreementContext,
    PublicationExplanation,
    build_publication_explanation,
)
from aqueduc.record.facts import collect_dataset_facts, compare_facts
from aqueduc.record.fiche import describe_announced_change
from aqueduc.record.material import (
    collect_dataset_facts_under_agreement,
    collect_declaration_parts_needing_agreement,
    describe_agreed_fact_changes,
    describe_agreement_scope,
)
from aqueduc.record.preparation import build_preparation_text_for_citizens
from aqueduc.reports import build_reported_findings
from aqueduc.rules import Rule
from aqueduc.rules.cell import StatisticalSecrecySuppression
from aqueduc.rules.clip import NumberClipping
from aqueduc.rules.mask import CharacterMasking
from aqueduc.rules.noise import NoiseAddition, NoiseDistribution
from aqueduc.rules.pseudonym import Pseudonymisation
from aqueduc.rules.snap import GridSnapping
from aqueduc.run import GuardWaiver, RestorationOrder, Run, sweep_dead_runs_and_expired_data
from aqueduc.scratch import FOREIGN_S
from aqueduc.sightings import IncidentSighting, save_incident_sighting_if_new
from aqueduc.sources.change import (
    SourceState,
    compute_declaration_city_and_keys_fingerprint,
    promote_pending_state_to_last_certified_one,
    save_pending_source_state,
)
from aqueduc.sources.findings import FilledMergedCells
from aqueduc.sources.report import ExtractReport
from aqueduc.store import RESTORED_BACKUP, Vault, Window
from aqueduc.validate import ValidateReport, validate_anonymised_rows
from aqueduc.validate.corrections import AppliedCorrections
from aqueduc.validate.findings import ExcessiveRowLoss
from aqueduc.validate.guards import LIMITS, MOST_CATEGORIES, ROWS_A_CATEGORY
from aqueduc.validate.report import ReportedTriggeredGuard
from aqueduc.withdrawal import WithdrawalOrder, lift_withdrawal, record_withdrawal_order
from tests.adversary.books import book, cell, row, sheet
from tests.adversary.town import found_town
from tests.guide import read_guide
from tests.making import CITY, Desk, desk
from tests.publish.looking import REOPEN
from tests.publish.publishing import NOWHERE, Bench, rows
from tests.publish.showcase import Showcase, showcase

TODAY = OpinionAndAgreementContext(date(2026, 7, 1))
INCLUDE = Path(__file__).resolve().parents[2] / "include"
CONNECTIONS = {
    name: json.dumps({"conn_type": "generic", "password": "0123456789abcdef" * 2})
    for name in ("AIRFLOW_CONN_SEL",)
}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path, CONNECTIONS)


def told(here: Desk, **changes: Any) -> str:
    """The text to sign, with plain spaces."""
    return said(here.dataset(**changes), here)


def said(dataset: Dataset, here: Desk) -> str:
    return "\n".join(lines(build_publication_explanation(dataset, here.city, TODAY))).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def lines(text: PublicationExplanation) -> Iterator[str]:
    """Each paragraph, item and row of it."""
    for section in text.sections:
        yield section.title
        for block in section.blocks:
            match block:
                case Paragraph(text=words):
                    yield words
                case BulletList(items=items):
                    yield from items
                case TableBlock(rows=cells):
                    yield from (" | ".join(row) for row in cells)
                case FormBlanks(title=title, labels=labels):
                    yield from (title, *labels)


def city(here: Desk, **changes: Any) -> None:
    document = {**CITY, **changes}
    (here.include / "city.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")


def walked(here: Desk, dataset: Dataset, table: pa.Table, name: str = "essai") -> Run:
    run = here.run(identifier=name)
    safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    validate_anonymised_rows(dataset, run, safe.handle, here.place)
    return run


def officer(here: Desk, dataset: Dataset, run: Run) -> str:
    report = build_dpo_report(dataset, here.city, run, here.place.store, TODAY)
    assert report is not None
    return " ".join(render_dpo_report_page(report).replace("\N{NO-BREAK SPACE}", " ").split())


# --- each where it belongs ----------------------------------------------------------------------------------

PRIVACY = {"quasi_identifiers": ["quartier"], "k": 5, "suppress_at_most": "50%"}
RESTRICTED = {"licence": "other-at", "access": {"level": "registered"}}
LINKED = {"publish": {"mode": "index", "link": "https://ville.example/jeu.csv"}}
WAIVED = {
    "column": "quartier",
    "kind": "person_name",
    "reason": "rues",
    "date": "2026-06-30",
    "by": "Ana Roux, DPD",
}
WINDOWED = {
    "source": {"http": "mobilite", "path": "/x", "parameters": {"a": "{window_start}", "b": "{window_end}"}}
}
SAID_WHEN: list[tuple[str, dict[str, Any], str]] = [
    ("k", {"privacy": PRIVACY}, "Anonymat de groupe (k-anonymat), k = 5"),
    ("population", {"privacy": {**PRIVACY, "population": "gens"}}, "comparés par le nombre de lignes"),
    (
        "petits effectifs",
        {"columns": {"quartier": "publish", "n": {"suppress_under": 5}}},
        "ou n'est pas donné",
    ),
    ("expurgation", {"columns": {"quartier": "scrub"}}, "que le texte expurgé ne désigne plus personne"),
    ("intervalles", WINDOWED, "seules les lignes de celui de l'exécution sont examinées"),
    ("clés des intervalles", {**WINDOWED, "key": ["quartier"]}, "une clé (« quartier »)"),
    ("accès restreint", RESTRICTED, "l'exécution n'est certifiée que s'il essuie un refus"),
    (
        "accès restreint, ouvert par erreur",
        RESTRICTED,
        "Si la fiche s'ouvre, l'exécution essaie de la cacher",
    ),
    (
        "accès restreint, fichier ouvert seul",
        RESTRICTED,
        "un fichier qui s'ouvrirait sans la fiche reste ouvert",
    ),
    ("intervalles, ordre", WINDOWED, "la place d'une ligne dit son intervalle, même si la date est"),
    (
        "fichier de hiérarchie",
        {"columns": {"quartier": {"generalise": {"hierarchy": "schemas/jeu.json", "level": 1}}}},
        "le contenu des fichiers que nomment des règles (hiérarchie, polygones), les colonnes nouv",
    ),
    (
        "k, colonnes changées",
        {"privacy": PRIVACY},
        "par moins de 5 lignes, hors les colonnes changées depuis",
    ),
    (
        "unités",
        {"columns": {"quartier": "publish", "nom": "drop"}, "privacy": {**PRIVACY, "unit": ["nom"]}},
        "les gardes, hors « fiche ôtée », la différence avec les états publiés ni les unités.",
    ),
    (
        "accès restreint, caché",
        RESTRICTED,
        "remplace ou n'a plus, une fiche restreinte qui s'ouvrirait à tous",
    ),
    (
        "lignes rejetées",
        {"columns": {"quartier": "publish", "nom": "drop"}},
        "avec les colonnes retirées, pour celles que la lecture ou une règle rejette",
    ),
    (
        "privé sur un CKAN",
        RESTRICTED,
        "la lisent les membres de l'organisation « ville-aix-en-provence », et ceux qui administrent",
    ),
    (
        "lien",
        LINKED,
        "La donnée se lit à l'adresse du lien, donnée pour celle où la source la sert ; la Ville",
    ),
    ("lien, entre deux", LINKED, "ce que sert le lien entre deux vérifications"),
    (
        "fondement",
        {"columns": {"quartier": {"publish": True, "basis": "Loi"}}},
        "Leur réutilisation est elle-même",
    ),
    ("constat levé", {"waivers": [WAIVED]}, "levée inscrite, « quartier » (un nom de personne) : rues."),
    (
        "colonnes retirées",
        {"columns": {"quartier": "publish", "nom": "drop"}},
        "1 colonne de la source est retirée",
    ),
    (
        "pseudonyme",
        {"columns": {"quartier": "publish", "c": {"pseudonym": "sel", "basis": "Loi"}}},
        "que la clé des pseudonymes reste secrète",
    ),
]


@pytest.mark.parametrize(
    "changes, sentence", [one[1:] for one in SAID_WHEN], ids=[one[0] for one in SAID_WHEN]
)
def test_a_sentence_is_said_where_it_holds_and_nowhere_else(
    here: Desk, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in told(here, **changes)
    assert sentence not in told(here)


def asked(here: Desk, query: str = "SELECT quartier FROM t") -> dict[str, Any]:
    """A source that is a database."""
    (here.include / "sql").mkdir(exist_ok=True)
    (here.include / "sql" / "a.sql").write_text(query, encoding="utf-8")
    return {"source": {"postgres": "base", "sql": "sql/a.sql"}}


def test_of_a_database_what_the_query_gives_is_said_and_of_a_file_what_it_holds(here: Desk) -> None:
    """A file has no types that could change: each of its columns is a text."""
    base, file = told(here, **asked(here)), told(here, source={"file": "depot", "path": "jeu.csv"})
    for of_a_base, of_a_file in (
        ("la valeur que rend la requête", "la valeur de la source, écrite"),
        ("toutes les colonnes que rend la requête", "toutes les colonnes qu'elle donne"),
        ("aucune n'a changé de type", "exactement celles de la déclaration ;"),
    ):
        assert of_a_base in base and of_a_base not in file and of_a_file in file


def test_of_a_link_no_row_is_said_to_be_published(here: Desk) -> None:
    plain, linked = told(here), told(here, **LINKED)
    for of_a_link, of_a_file in (
        ("1 colonne est déclarée. Le lien montre ce qui est servi à", "1 colonne est publiée, et aucune"),
        (
            "et le lien déjà publié reste, qui montre ce que",
            "et la publication précédente reste telle quelle",
        ),
    ):
        assert of_a_link in linked and of_a_link not in plain
        assert of_a_file in plain and of_a_file not in linked


def test_what_does_not_hold_for_a_link_is_not_said_of_one(here: Desk) -> None:
    plain, linked = told(here), told(here, **LINKED)
    for sentence in (
        "les lignes sont triées",
        "Une personne peut remettre en ligne une révision antérieure",
        "vient du fichier qui a été validé",
        "un fichier de plus de 64 Mo",
    ):
        assert sentence in plain and sentence not in linked


LOCATED = [{"name": "x", "type": "number"}, {"name": "y", "type": "number"}]


def test_a_home_is_said_to_be_looked_for_beside_somebody_only(here: Desk) -> None:
    """Where a dropped column is of people, every position is judged; else, what is published says so."""
    positions = {"x": "publish", "y": "publish"}
    table = pa.table({"nom": ["Zoé"] * 9, "x": [f"5.4{n}371" for n in range(9)], "y": ["43.52917"] * 9})
    alone = here.dataset(columns=positions, fields=LOCATED)
    assert published_cells(here, alone, table.select(["x", "y"]))
    beside = here.dataset(
        columns={"nom": "drop", **positions},
        fields=LOCATED,
        waivers=[
            {**WAIVED, "column": name, "kind": "home_position", "reason": "essai"} for name in positions
        ],
    )
    for sentence in (
        "position d'un domicile, si une autre colonne ou un en-tête fait penser à quelqu'un)",
        "si une position est celle d'un domicile, quand ni une autre colonne ni un en-tête ne fait penser",
    ):
        assert sentence in said(alone, here) and sentence not in said(beside, here)


def test_what_columns_say_of_each_other_is_said_to_be_read_on_the_first_rows(here: Desk) -> None:
    sentence = (
        "une colonne (âges, années ou degrés : 20 000 lignes), et si des colonnes distinguent chaque ligne ou"
    )
    dataset = here.dataset()
    assert sentence in said(dataset, here)
    for rank, count in enumerate((scan.PAIRS, scan.PAIRS + 1)):
        run = walked(here, dataset, pa.table({"quartier": ["Centre"] * count}), f"n{rank}")
        assert (sentence in officer(here, dataset, run)) == bool(rank)
    assert "un en-tête, fait penser à quelqu'un" in officer(here, dataset, run)


@pytest.mark.parametrize("kind, holds", [("number", True), ("string", False)])
def test_a_number_that_a_query_gives_is_said_to_be_rounded(here: Desk, kind: str, holds: bool) -> None:
    fields = [{"name": "quartier", "type": kind}]
    base = told(here, **asked(here), fields=fields)
    file = told(here, source={"file": "depot", "path": "jeu.csv"}, fields=fields)
    for sentence in ("sans précision déclarée, qui peut être arrondi", "un réel simple (real), écrit avec"):
        assert (sentence in base) == holds and sentence not in file
    assert ("un nombre de plus de 15 chiffres, qui peut être arrondi" in file) == holds


def test_several_platforms_are_said_to_be_served_one_after_the_other(here: Desk) -> None:
    sentence = "rien de plus n'est publié (une plateforme déjà servie le reste)"
    assert sentence not in told(here)
    city(here, **BOTH)
    first = next(iter(CITY["platforms"]))
    assert sentence in told(here, publish={"mode": "upload", "platforms": [first, "portail"]})


@pytest.mark.parametrize(
    "publish, tried",
    [({"mode": "upload"}, "quelques fichiers laissés cachés"), (LINKED["publish"], "le lien")],
)
def test_a_restricted_file_in_an_outlet_is_said_to_arrive_before_its_record_is_hidden(
    here: Desk, publish: dict[str, Any], tried: str
) -> None:
    sentence = "sur la plateforme ; l'emplacement de la Ville reçoit les fichiers d'abord"
    text = told(here, **RESTRICTED, publish=publish)
    term = "Chaque exécution, dans la durée de la convention, essaie d'abord de même la fiche et"
    assert f"{term} {tried}. Si" in text and sentence not in text
    city(here, **BOTH)
    assert sentence in told(here, **RESTRICTED, publish={"mode": "index", "outlet": "ici"})


def test_what_the_guard_of_protection_compares_with_is_said(here: Desk) -> None:
    text = told(here)
    assert "que celle de la dernière révision certifiée (une publication restée sans certificat ne" in text
    assert "ni les gardes, hors « fiche ôtée ». Ce que donne la source n'est plus publié" in text
    city(here, **BOTH, organisation="ailleurs")
    before = build_protection_state(here.dataset())
    assert before == build_protection_state(here.dataset(publish={"mode": "upload", "platform": "portail"}))


def test_the_law_is_cited_with_both_its_exceptions(here: Desk) -> None:
    law, restricted = told(here), told(here, **RESTRICTED)
    for sentence in (
        "311-6), sauf disposition législative ou réglementaire contraire, et",
        "des personnes, sauf disposition législative contraire, accord",
    ):
        assert sentence in law and sentence not in restricted


def test_one_other_column_and_several_agree_with_their_verb(here: Desk) -> None:
    one = told(here, columns={"quartier": "publish", "n": "publish"}, privacy=PRIVACY)
    two = told(here, columns={"quartier": "publish", "n": "publish", "m": "publish"}, privacy=PRIVACY)
    assert "ou y laisse distinguer" in one and "ou y laissent distinguer" not in one
    assert "ou y laissent distinguer" in two


def test_limits_that_are_counted_are_those_of_the_code() -> None:
    assert statement.COMPARED_STATES == COMPARED
    assert statement.WHOLE_MB << 20 == readback.WHOLE_BYTES
    assert statement.READ_ROWS == readback.SAMPLE_ROWS
    assert int(statement.WHOLE_ROWS.replace(" ", "")) == contents.WHOLE_ROWS
    first = [int(one.replace(" ", "")) for one in re.findall(r"\d+ \d+", FIRST_ROWS)]
    assert first == [figures.SAMPLE, scan.PAIRS]
    assert statement.LOOKED_AT == inspection.MOST_REQUESTS


def test_zero_and_one_are_singular(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish"})
    page = officer(here, dataset, walked(here, dataset, pa.table({"quartier": ["Centre"]})))
    assert "<b>1</b><span>ligne lue</span>" in page and "<b>1</b><span>ligne validée</span>" in page
    assert "<b>0</b><span>rejetée (non conforme)</span>" in page
    assert "1 colonne, 1 ligne." in page and "<b>1 serait publiée telle quelle</b>" in page, "it was not yet"


@pytest.mark.parametrize(
    "kind, one, two",
    [
        (AppliedCorrections, "1 ligne corrigée par le fichier", "2 lignes corrigées par le fichier"),
        (
            FilledMergedCells,
            "1 ligne dans une cellule fusionnée, remplie de",
            "2 lignes dans une cellule fusionnée",
        ),
        (WithheldLinkRows, "1 ligne écartée ou retirée, mais", "2 lignes écartées ou retirées, mais"),
    ],
)
def test_a_finding_agrees_with_its_count(kind: type[Finding], one: str, two: str) -> None:
    for count, told in enumerate((one, two), start=1):
        assert told in kind(column="n", count=count).message()


@pytest.mark.parametrize(
    "kind",
    [
        SuppressedRevisionDifference,
        SuppressedColumnDifference,
        RowsWithheldForOtherDataset,
        SuppressedShrunkClass,
    ],
)
def test_rows_that_a_run_may_stop_before_it_withholds_are_not_said_to_be(kind: type[Finding]) -> None:
    """The gate that there are too many of them for closes with these findings too."""
    told = kind(count=2, detail={"k": "5 lignes", "other": "b"}).message()
    assert re.match("2 lignes à (retenir|retirer) : ", told), told


@pytest.mark.parametrize(
    "dataset", load_all_declarations(INCLUDE, load_city(INCLUDE)).datasets, ids=lambda one: one.id
)
def test_the_city_s_own_pages_have_no_blank_but_those_to_sign(dataset: Dataset) -> None:
    explanation = build_publication_explanation(dataset, load_city(INCLUDE).city, TODAY)
    assert statement.BLANK not in "\n".join(lines(explanation))


def test_what_nobody_wrote_is_a_blank_and_not_a_sentence(here: Desk) -> None:
    text = told(here, privacy=PRIVACY)
    for label in ("Finalité", "Personnes concernées", "Pourquoi k = 5"):
        assert f"{label} | {statement.BLANK}" in text
    assert f"oui / non, parce que {statement.BLANK}" in text
    written = {"purpose": "compter", "dpia": {"needed": True, "why": "suivi de personnes"}}
    text = told(here, privacy=PRIVACY, processing=written)
    assert "Finalité | compter" in text and "oui, nécessaire : suivi de personnes" in text


def test_a_threshold_is_asked_for_its_reason_as_k_is(here: Desk) -> None:
    columns = {"quartier": "publish", "n": {"suppress_under": 5}}
    assert f"Pourquoi ce seuil | {statement.BLANK}" in told(here, columns=columns)
    assert "Pourquoi ce seuil | usage" in told(here, columns=columns, processing={"why_k": "usage"})
    assert "Pourquoi ce seuil" not in told(here)


def test_an_impact_assessment_is_not_said_to_be_done(here: Desk) -> None:
    sentence = "que l'analyse d'impact, dite nécessaire, a été menée"
    for needed in (True, False):
        dpia = {"needed": needed, "why": "suivi"}
        assert (sentence in told(here, processing={"dpia": dpia})) == needed


# --- the fingerprints ---------------------------------------------------------------------------------------

NAMED: list[tuple[str, dict[str, Any]]] = [
    ("schemas/jeu.json", {}),
    (
        "hierarchies/a.csv",
        {"columns": {"quartier": {"generalise": {"hierarchy": "hierarchies/a.csv", "level": 1}}}},
    ),
    (
        "hierarchies/a.csv",
        {"privacy": {**PRIVACY, "hierarchies": {"quartier": "hierarchies/a.csv"}}},
    ),
    ("hierarchies/a.csv", {"privacy": {**PRIVACY, "k_map": {"at_least": 9, "file": "hierarchies/a.csv"}}}),
    (
        "geo/a.geojson",
        {
            "columns": {
                "quartier": {"locate": {"polygons": "geo/a.geojson", "name": "n"}},
                "x": "drop",
                "y": "drop",
            },
            "geometry": {"longitude": "x", "latitude": "y"},
        },
    ),
    (
        "transforms/a.py",
        {"columns": {"quartier": {"transform": {"path": "transforms/a.py", "function": "f"}}}},
    ),
    ("sql/a.sql", {"source": {"postgres": "base", "sql": "sql/a.sql"}}),
    ("columns/a.yaml", {"column_sets": ["a"], "columns": {"quartier": "publish"}}),
    ("corrections/jeu.csv", {"key": ["quartier"], "columns": {"quartier": "publish", "n": "publish"}}),
]
CONTENTS = {
    "csv": "Centre;Ville\n",
    "geojson": '{"type": "FeatureCollection", "features": []}',
    "py": "def f(texts):\n    return texts\n",
    "sql": "SELECT quartier FROM t",
    "yaml": "description: x\ncolumns: {nom: drop}\n",
    "json": '{"fields": [{"name": "quartier"}]}',
}
MORE = {"csv": "Nord;Ville\n", "py": "# revue\n", "sql": " -- revue", "yaml": "# revue\n"}


@pytest.mark.parametrize("name, changes", NAMED, ids=[f"{one[0]}-{rank}" for rank, one in enumerate(NAMED)])
def test_the_fingerprint_changes_with_every_file_that_the_declaration_names(
    here: Desk, name: str, changes: dict[str, Any]
) -> None:
    path = here.include / name
    path.parent.mkdir(exist_ok=True)
    kind = name.rpartition(".")[2]
    text = (
        "quartier,column,before,after,by,why\nA,n,empty,1,Ana,x\n"
        if "corrections" in name
        else CONTENTS[kind]
    )
    if kind != "json":
        path.write_text(text, encoding="utf-8")
    before = here.dataset(**changes)
    added = "B,n,empty,2,Ana,x\n" if "corrections" in name else MORE.get(kind, " ")
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    after = load_all_declarations(here.include, load_city(here.include)).datasets[0]
    assert after.fingerprint != before.fingerprint


def test_the_city_s_settings_have_a_fingerprint_of_their_own(here: Desk) -> None:
    before, one = here.dataset(), here.city.fingerprint
    city(here, rejected_days=7)
    after = here.dataset()
    assert before.fingerprint == after.fingerprint and here.city.fingerprint != one
    assert "7 jours" in said(after, here)


# --- what leaves --------------------------------------------------------------------------------------------


def test_a_column_that_nobody_declared_stops_the_run(here: Desk) -> None:
    dataset = here.dataset()
    assert "sans que la déclaration la connaisse arrête l\\'exécution" in said(dataset, here).replace(
        "'", "\\'"
    )
    with pytest.raises(AnonymisationGateClosed):
        walked(here, dataset, pa.table({"quartier": ["Centre"], "nom": ["X"]}))


LADDER = {**PRIVACY, "quasi_identifiers": ["age"], "hierarchies": {"age": [10, 100]}}


@pytest.mark.parametrize("recode", [one.value for one in RecodingMode])
def test_a_recoded_column_is_never_said_to_leave_as_it_is(here: Desk, recode: str) -> None:
    columns = {"age": "publish", "quartier": "publish"}
    dataset = here.dataset(columns=columns, privacy={**LADDER, "recode": recode})
    ages = [20 + n % 7 for n in range(40)]
    run = walked(here, dataset, pa.table({"age": ages, "quartier": ["Centre"] * 40}))
    column = dataset.find_column("age")
    assert column is not None
    words = str(describe_column_treatment(column, dataset.privacy))
    assert words != "publiée telle quelle"
    assert ("premier niveau de sa hiérarchie (tranches de 10)" in words) == (recode == "fixed")
    text = said(dataset, here)
    alone = "données personnelles n'est cité pour « quartier », publiée telle quelle :" in text
    assert alone == (recode == "fixed")
    page = officer(here, dataset, run)
    assert "<b>1 serait publiée telle quelle</b>" in page
    assert ("rendue moins précise avant de sortir" in page) == (recode == "fixed")


def test_small_counts_stay_zero_and_unknown_included(here: Desk) -> None:
    dataset = here.dataset(
        columns={"lieu": "publish", "n": {"suppress_under": 5}},
        fields=[{"name": "lieu"}, {"name": "n", "type": "integer"}],
    )
    table = pa.table({"lieu": list("abcd"), "n": pa.array([0, 4, None, 5], pa.int64())})
    run = walked(here, dataset, table)
    report = here.place.store.read_report("jeu", run.id, "validate")
    assert report is not None and report["rows_out"] == 1
    assert "inférieur à 5, zéro compris, ou n'est pas donné" in said(dataset, here)
    page = officer(here, dataset, run)
    assert "3 lignes ont été retirées par une autre protection" in page
    assert "« n » : 3 lignes sous le seuil de 5, ou sans effectif, retirées" in page
    assert "inférieur à 5, ou manquant" in build_preparation_text_for_citizens(
        dataset, rejected=0, suppressed=3
    )
    assert "ce risque n'est pas mesuré" in page and "s'applique" not in page


def test_what_is_tolerated_is_counted_stage_by_stage(here: Desk) -> None:
    dataset = here.dataset(
        columns={"jour": {"generalise": "year"}, "n": "publish"},
        fields=[{"name": "jour", "type": "integer"}, {"name": "n", "type": "integer"}],
        reject_at_most="20%",
    )
    days = ["2026-01-01"] * 8 + ["hier", "jadis"]
    counts = ["x", *map(str, range(9))]
    run = walked(here, dataset, pa.table({"jour": days, "n": counts}))
    rejected = [
        here.place.store.read_report("jeu", run.id, stage) or {} for stage in ("anonymise", "validate")
    ]
    assert sum(report["rejected"] for report in rejected) == 3
    assert "au-delà de 20 % de lignes rejetées à une étape (lecture, règles, schéma)" in said(dataset, here)


def test_a_row_that_a_rule_rejects_is_kept_with_what_is_dropped(here: Desk) -> None:
    dataset = here.dataset(
        columns={"jour": {"generalise": "year"}, "nom": "drop"},
        fields=[{"name": "jour", "type": "integer"}],
        reject_at_most=1.0,
    )
    run = here.run()
    anonymise_extract(
        dataset,
        run,
        here.raw(pa.table({"jour": ["hier", "2026-01-01"], "nom": ["Zébulon", "x"]}), run),
        here.place,
    )
    (key,) = here.place.vault.list_rejection_keys("jeu")
    with here.place.vault.open_local_file_of_key(key) as path:
        assert pq.read_table(path).to_pylist()[0]["nom"] == "Zébulon"
    assert "avec les colonnes retirées, pour celles que la lecture ou une règle" in said(dataset, here)


def test_one_row_too_many_publishes_nothing(here: Desk) -> None:
    dataset = here.dataset(columns={"n": "publish"}, fields=[{"name": "n", "type": "integer"}])
    assert "si une seule est rejetée, rien n'est publié" in said(dataset, here)
    with pytest.raises(ValidationGateClosed):
        walked(here, dataset, pa.table({"n": ["1", "x"]}))


def test_noise_is_drawn_again_when_the_source_changes_only(here: Desk) -> None:
    noise = {"distribution": "laplace", "scale": 50, "step": 0.01, "key": "sel"}
    dataset = here.dataset(columns={"n": {"noise": noise}}, fields=[{"name": "n", "type": "number"}])
    assert "L'écart est tiré de nouveau quand la source change" in said(dataset, here)

    def published(values: list[int], name: str) -> list[Any]:
        run = here.run(identifier=name)
        return here.read(
            anonymise_extract(dataset, run, here.raw(pa.table({"n": values}), run), here.place).handle
        )["n"].to_pylist()

    first = published([1, 2, 3], "a")
    assert published([1, 2, 3], "b") == first
    assert published([1, 2, 3, 4], "c")[:3] != first


def published_cells(here: Desk, dataset: Dataset, table: pa.Table) -> dict[str, list[Any]]:
    run = here.run()
    safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    return here.read(validate_anonymised_rows(dataset, run, safe.handle, here.place).handle).to_pydict()


@pytest.mark.parametrize(
    "kind, cell, leaves, sentence",
    [
        (
            "datetime",
            "2026-03-01T01:30:00+05:00",
            datetime(2026, 2, 28, 21, 30),
            "sauf : un instant qui porte un décalage, écrit sans lui à l'heure de la Ville (Europe/Paris)",
        ),
        (
            "number",
            "12345678901234567",
            12345678901234568.0,
            "un nombre de plus de 15 chiffres, qui peut être",
        ),
    ],
)
def test_a_cell_that_is_written_otherwise_is_said_to_be(
    here: Desk, kind: str, cell: str, leaves: object, sentence: str
) -> None:
    dataset = here.dataset(columns={"n": "publish"}, fields=[{"name": "n", "type": kind}])
    assert published_cells(here, dataset, pa.table({"n": [cell]}))["n"] == [leaves]
    assert sentence in said(dataset, here) and sentence not in told(here)


def test_a_workbook_and_a_shapefile_are_said_to_be_rewritten(portal: Showcase) -> None:
    here = portal.desk
    merged = "sauf : les cellules fusionnées, dont chaque ligne prend la valeur dans leur première colonne"
    workbook = {"source": {"file": "depot", "path": "jeu.xlsx"}}
    assert merged in told(here, **workbook) and merged not in told(here)
    assert "; les nombres aux formats « 00 » à « 0…0 » ou « 0.00 », qui peuvent en prendre les zéros" in told(
        here, **workbook
    )
    positions = "sauf : les positions, ramenées en WGS84 à 7 décimales"
    assert positions in told(here, source={"file": "depot", "path": "jeu.zip"})
    assert positions not in told(here, **workbook)
    rows = [row(1, cell("A1", "quartier"), cell("B1", "n")), row(2, cell("A2", "Centre"), cell("B2", "1"))]
    wrong = row(4, cell("A4", "Nord"), '<c r="B4" t="e"><v>#REF!</v></c>')
    merge = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    book(
        portal.folder.parent / "depot" / "jeu.xlsx", sheet(*rows, row(3, cell("B3", "2")), wrong, after=merge)
    )
    dataset = plain(portal, **workbook, columns={"quartier": "publish", "n": "publish"})
    text = said(dataset, portal.desk)
    assert (
        "; les cellules en erreur (#REF!, #N/A…) ou dont la formule n'a pas de valeur enregistrée, laissées vides"
        in text
    )
    assert (
        "celles d'un classeur sont celles d'une feuille (masquées comprises ; ses lignes aussi, sauf « hidden_rows: "
        "skip »), la première visible faute de « sheet: »" in text
    )
    assert ran(portal, dataset, "un")
    assert "Centre,2" in (portal.folder / "jeux" / "jeu" / "jeu.csv").read_text(encoding="utf-8")


def test_the_order_of_the_source_is_said_to_show_where_a_column_gives_it(here: Desk) -> None:
    """A number of each row, published, gives the order back; it is looked for where rows are withheld."""
    columns = {"nom": "drop", "rang": "publish"}
    fields = [{"name": "rang", "type": "integer"}, {"name": "n", "type": "integer"}]
    dataset = here.dataset(columns=columns, fields=fields[:1])
    names = [f"x{rank:02}" for rank in range(30)]
    cells = published_cells(here, dataset, pa.table({"nom": names, "rang": range(30)}))
    assert cells["rang"] == list(range(30))
    text = said(dataset, here)
    assert "sauf si une colonne publiée le donne (un numéro d'ordre), ce que rien ne cherche" in text
    assert "si une colonne publiée redonne l'ordre des lignes dans la source" in text
    withheld = here.dataset(columns={**columns, "n": {"suppress_under": 5}}, fields=fields)
    table = pa.table({"nom": names, "rang": range(30), "n": [*range(4), *range(10, 36)]})
    with pytest.raises(AnonymisationGateClosed):
        published_cells(here, withheld, table)
    text = said(withheld, here)
    assert "ce qui n'est cherché que quand des lignes sont retirées" in text
    assert (
        "et seulement pour des numéros qui se suivent de près (non des numéros espacés, ni des dates étalées)"
        in text
    )
    assert "redonne l'ordre des lignes dans la source, hors des numéros qui se suivent de près" in text
    for apart in (
        [f"{7 * rank:03}" for rank in range(30)],
        [f"2026-{rank % 12 + 1:02}-{rank % 20 + 1:02}" for rank in range(30)],
    ):
        spaced = here.dataset(
            columns={**columns, "n": {"suppress_under": 5}}, fields=[{"name": "rang"}, fields[1]]
        )
        assert published_cells(here, spaced, table.set_column(1, "rang", pa.array(apart)))


def test_what_dropped_columns_held_is_not_said_to_be_looked_for(here: Desk) -> None:
    dataset = here.dataset(columns={"motif": "drop", "note": "publish"})
    table = pa.table({"motif": ["impayé"] * 3, "note": ["refus : impayé"] * 3})
    assert published_cells(here, dataset, table)["note"] == ["refus : impayé"] * 3
    text = said(dataset, here)
    assert "formes connues, non ce que contenaient les colonnes retirées" in text
    assert "si ce que contenaient les colonnes retirées se lit encore" in text
    assert "colonnes retirées" not in told(here).split("Sur quel fondement")[0]


@pytest.mark.parametrize("key, read", [((), 2), (("n",), 2 + readback.SAMPLE_ROWS)])
def test_the_rows_of_a_table_that_are_read_back_are_counted(
    here: Desk, key: tuple[str, ...], read: int
) -> None:
    dataset = here.dataset(columns={"n": "publish"}, key=list(key), fields=[{"name": "n", "type": "integer"}])
    run = here.run()
    safe = anonymise_extract(dataset, run, here.raw(pa.table({"n": range(99)}), run), here.place)
    valid = validate_anonymised_rows(dataset, run, safe.handle, here.place).handle
    sample = RevisionRows(here.place.store, ("n",), key, [valid.key]).sample_rows(readback.SAMPLE_ROWS)
    assert len(sample) == read
    more = ", la dernière et 20 autres" if key else " et la dernière"
    text = said(dataset, here)
    assert f"celles relues après l'écriture (la première{more} ;" in text
    assert "entre deux publications, ses cellules : chaque exécution n'en compte que les lignes" in text


def test_digests_of_values_are_said_to_be_kept_where_they_are(here: Desk) -> None:
    columns = {"age": "publish", "quartier": "publish"}
    for recode in RecodingMode:
        dataset = here.dataset(columns=columns, privacy={**LADDER, "recode": recode.value})
        table = pa.table({"age": [20 + n % 40 for n in range(400)], "quartier": ["Centre"] * 400})
        run = walked(here, dataset, table, name=recode.value)
        kept = here.place.vault.read_json(f"raw/jeu/{run.id}/recoding.json") or {}
        text = said(dataset, here)
        assert "Niveaux de généralisation retenus" in text
        assert ("et condensats de valeurs, publiées ou non" in text) == bool(kept["marks"])


def test_a_correction_is_said_to_be_written_and_not_to_have_acted(here: Desk) -> None:
    """The source has changed since: the mark is not that of the cell, and none is corrected."""
    assert "Avis, et le nom de qui les a rendus" in told(here)
    (here.include / "corrections").mkdir()
    (here.include / "corrections" / "jeu.csv").write_text(
        f"quartier,column,before,after,by,why\nNord,n,{'0' * 16},1,Jeanne Martin,bordereau\n",
        encoding="utf-8",
    )
    dataset = here.dataset(key=["quartier"], columns={"quartier": "publish", "n": "publish"})
    run = walked(here, dataset, pa.table({"quartier": ["Nord"], "n": ["7"]}))
    report = here.place.store.read_report("jeu", run.id, "validate") or {}
    assert report["corrected"] == 0
    text = said(dataset, here)
    assert "1 correction inscrite (au nom de : Jeanne Martin)" in text and "corrigée par" not in text
    assert "Avis, corrections, et le nom de qui les a rendus | include/ (fichiers de la Ville) | sans" in text


def test_a_format_that_may_be_left_out_is_said_to_be(here: Desk) -> None:
    publish = {"mode": "upload", "formats": ["csv", "parquet"]}
    sentence = "(CSV, Parquet, sauf un format que sa taille ferait refuser, et la table avec le CSV)"
    assert sentence in told(here, publish={**publish, "too_big": "omit"})
    assert "ferait refuser" not in told(here, publish=publish)
    tableless = told(here, publish={**publish, "too_big": "omit", "datastore": False})
    assert "(CSV, Parquet, sauf un format que sa taille ferait refuser)." in tableless
    city(here, outlets={"web": {"folder": str(here.include / "web"), "url": "https://ville.example/d"}})
    outlet = {**publish, "mode": "index", "outlet": "web", "too_big": "omit"}
    assert "ferait refuser" not in told(here, publish=outlet), "it does not go through the platform"


def test_a_pseudonym_is_said_to_follow_a_value_as_far_as_it_does(here: Desk) -> None:
    """From one column, and one dataset, to another; a rotated one is the same while the extract is."""
    based = {"basis": "Loi"}
    plain = {"a": {"pseudonym": "sel", **based}, "b": {"pseudonym": "sel", **based}}
    cells = published_cells(here, here.dataset(columns=plain), pa.table({"a": ["x"], "b": ["x"]}))
    assert cells["a"] == cells["b"]
    beyond = "et d'un jeu ou d'une colonne à l'autre avec la même clé"
    assert beyond in told(here, columns=plain)
    rotated = {name: {"pseudonym": {"key": "sel", "rotate": True}, **based} for name in ("a", "b")}
    dataset = here.dataset(columns=rotated)
    cells = published_cells(here, dataset, pa.table({"a": ["x"], "b": ["x"]}))
    assert cells["a"] != cells["b"]
    assert published_cells(here, dataset, pa.table({"a": ["x"], "b": ["x"]})) == cells
    text = said(dataset, here)
    assert "renouvelé quand l'extrait change" in text and beyond not in text


# --- what the search answers --------------------------------------------------------------------------------


def sightings(here: Desk, run: Run) -> list[tuple[str, str]]:
    report = here.place.store.read_report("jeu", run.id, "scan") or {}
    return [(one["column"], one["answer"]) for one in report["sightings"]]


def test_what_is_only_told_leaves_without_a_decision_and_is_listed(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "courriel": "publish"})
    text = said(dataset, here)
    assert "peut n'être que signalé : cela sort sans décision, et le rapport de l'exécution le liste" in text
    assert "ce que la recherche ne fait que signaler : cela sort sans décision" in text
    assert "ne paraissent" not in text and "n'être celles de personne" not in text
    table = pa.table({"quartier": ["Centre"] * 3, "courriel": ["accueil@ville.example"] * 3})
    run = walked(here, dataset, table)
    assert sightings(here, run) == [("courriel", "told")]
    report = here.place.store.read_report("jeu", run.id, "validate") or {}
    assert report["passed"]
    (message,) = (one["message"] for one in report["findings"] if one["code"] == "donnee-signalee")
    assert "personne n'en a décidé" in message and "celle de personne" not in message


def test_other_columns_are_said_to_decide_what_is_only_told(here: Desk) -> None:
    """The telephones of places are told beside them; alone they close the gate."""
    numbers = [f"04 42 34 56 {n}" for n in range(10, 40)]
    beside = {"champ": numbers, "equipement": ["Gymnase Ouest", "École Jules Ferry", "Stade"] * 10}
    dataset = here.dataset(columns=dict.fromkeys(beside, "publish"))
    assert ("champ", "told") in sightings(here, walked(here, dataset, pa.table(beside)))
    assert "ses autres cellules ou les autres colonnes font prendre pour une chose" in said(dataset, here)
    alone = here.dataset(columns={"champ": "publish"})
    with pytest.raises(ValidationGateClosed):
        walked(here, alone, pa.table({"champ": numbers}), name="seul")


def test_a_waiver_and_a_basis_hold_for_what_comes_later(here: Desk) -> None:
    """The first run and the last one hold other names; a basis answers health too."""
    note = {"publish": True, "basis": "CGCT, art. L2121-15"}
    waiver = {**WAIVED, "column": "nom"}
    dataset = here.dataset(columns={"nom": "publish", "note": note}, waivers=[waiver])
    assert (
        "qu'une levée ou un fondement couvre ce qui est reconnu : ils valent pour toute valeur future de la colonne"
    ) in said(dataset, here)
    assert "la levée si elle est de même nature, le fondement quelle qu'elle soit" in said(dataset, here)
    first, later = ["Zoé Martin", "Paul Durand", "Marie Petit"], ["Luc Bernard", "Anne Roux", "Jean Morel"]
    for rank, (names, more) in enumerate([(first, ""), (later, ", atteint de diabète")]):
        notes = [f"M. {name}{more}" for name in names]
        run = walked(here, dataset, pa.table({"nom": names, "note": notes}), name=f"n{rank}")
        answers = sightings(here, run)
        assert ("nom", "waiver") in answers and ("note", "basis") in answers
        assert {answer for _, answer in answers} == {"waiver", "basis"}
    page = officer(here, dataset, run)
    assert "1 constat couvert par une levée inscrite" in page and "garde levée" not in page
    assert "couvert par une levée inscrite au nom d&#39;une personne (" in page


def test_nobody_is_said_to_have_signed_a_waiver(here: Desk) -> None:
    """``by:`` is a text that whoever writes the declaration fills in."""
    text = told(here, waivers=[WAIVED])
    assert (
        "Elle ne sert que si ce constat est fait ; inscrite le 30/06/2026, au nom de : Ana Roux, DPD" in text
    )
    assert "ou si une levée inscrite au nom d'une personne couvre ce constat" in text
    assert "rien n'établit que c'est elle" in text
    for claim in ("décision signée", "Décision de", "une personne nommée"):
        assert claim not in text


AGES = {"age": "publish", "quartier": "publish"}
WEAKER: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("accès élargi", RESTRICTED, {"licence": "lov2", "access": {"level": "open"}}, True),
    ("accès resserré", {}, RESTRICTED, False),
    (
        "plus de retraits admis",
        {"privacy": PRIVACY},
        {"privacy": {**PRIVACY, "suppress_at_most": "60%"}},
        True,
    ),
    ("k abaissé", {"privacy": {**PRIVACY, "k": 6}}, {"privacy": PRIVACY}, True),
    ("privacy ôté", {"privacy": PRIVACY}, {"privacy": None}, True),
    ("règle plus faible", {"columns": {"quartier": {"mask": {"first": 1}}}}, {}, True),
    (
        "colonne rendue",
        {"columns": {"quartier": "publish", "nom": "drop"}},
        {"columns": {"quartier": "publish", "nom": "publish"}},
        True,
    ),
    (
        "hiérarchie ôtée",
        {"columns": AGES, "privacy": {**LADDER, "recode": "global"}},
        {"columns": AGES, "privacy": {**PRIVACY, "quasi_identifiers": ["age"]}},
        True,
    ),
    (
        "hiérarchie plus fine",
        {"columns": AGES, "privacy": {**LADDER, "recode": "local"}},
        {"columns": AGES, "privacy": {**LADDER, "recode": "local", "hierarchies": {"age": [5, 100]}}},
        True,
    ),
    (
        "autre distance",
        {"columns": AGES, "privacy": {**PRIVACY, "sensitive": {"age": {"closeness": 0.3, "ordered": True}}}},
        {"columns": AGES, "privacy": {**PRIVACY, "sensitive": {"age": {"closeness": 0.3}}}},
        True,
    ),
    ("lignes tenues pour des gens", {"privacy": PRIVACY}, {"privacy": {**PRIVACY, "unit": []}}, True),
    ("ordre", {}, {"order": "source"}, False),
    ("plus de rejets admis", {}, {"reject_at_most": "1%"}, True),
    ("moins de rejets admis", {"reject_at_most": "1%"}, {}, False),
    ("un lien, puis un fichier", LINKED, {}, True),
    ("un fichier, puis un lien", {}, LINKED, True),
    # Said not to be compared.
    ("levée", {}, {"waivers": [WAIVED]}, False),
    ("fondement", {}, {"columns": {"quartier": {"publish": True, "basis": "Loi"}}}, False),
    ("colonne nouvelle", {}, {"columns": {"quartier": "publish", "nom": "publish"}}, False),
    ("requête", {}, {"source": {"file": "depot", "path": "autre.csv"}}, False),
]


@pytest.mark.parametrize("before, after, seen", [one[1:] for one in WEAKER], ids=[one[0] for one in WEAKER])
def test_what_is_said_to_protect_less_is_seen_and_the_rest_is_said_not_to_be(
    here: Desk, before: dict[str, Any], after: dict[str, Any], seen: bool
) -> None:
    was = build_protection_state(here.dataset(**{key: value for key, value in before.items() if value}))
    now = here.dataset(**{key: value for key, value in after.items() if value})
    assert bool(list(find_protection_losses(was, build_protection_state(now)))) == seen
    text = said(now, here)
    assert "hiérarchie ôtée ou plus fine" in text and "accès élargi, autre mode)" in text
    assert "plus de retraits ou de rejets admis" in text
    assert (
        "La requête, la lecture, le schéma, les fondements, les levées, les limites des gardes, l'ordre, l'embargo, la plate"
        in text
    )
    assert "les colonnes nouvelles et ce que change une autre version (d'Aqueduc, d'un paquet)" in text


# --- who reads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [one.value for one in AccessLevel if one is not AccessLevel.OPEN])
def test_whatever_the_level_a_ckan_record_is_private(here: Desk, level: str) -> None:
    from aqueduc.platforms.ckan import adapter as ckan
    from aqueduc.record import RowPreparationCounts, build_fiche

    access = {"level": level, **({"users": ["ana"]} if level == "only_allowed_users" else {})}
    dataset = here.dataset(licence="other-at", access=access)
    day = date(2026, 7, 1)
    fiche = build_fiche(dataset, here.city, RowPreparationCounts(0, 0, whole=True), issued=day, modified=day)
    platform = object.__new__(ckan.CkanPlatform)
    platform._capabilities = _ckan_capabilities()
    assert platform.build_desired_record(fiche, ()).hidden
    text = said(dataset, here)
    assert "la fiche y est privée" in text and "niveau d'accès déclaré : " in text
    assert "\ndestinataires : " not in text and "seuls les membres" not in text
    no_more = f"le niveau « {level} » n'y ouvre rien de plus"
    assert (no_more in text) == (level != AccessLevel.SAME_ORGANISATION)


def _ckan_capabilities() -> Any:
    from aqueduc.publish.platform import PlatformCapabilities

    return PlatformCapabilities(
        version=(2, 12),
        extensions=frozenset(),
        organisation="id",
        record_fields=None,
        licences=frozenset(),
        categories=frozenset(),
        tables=True,
        loader=False,
    )


def served(
    here: Desk, dataset: Dataset, status: int, body: str, evidence: WithheldRowCounts | None = None
) -> None:
    answer = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    environment = {"AIRFLOW_CONN_L": json.dumps({"conn_type": "http", "host": "http://ville.example"})}
    connection = EnvironmentConnections(environment).get("l")
    with PlatformClient(connection, organisation="ville", transport=answer) as client:
        link.require_publishable_link(
            dataset, evidence or WithheldRowCounts(0, 0), "http://ville.example/jeu.csv", client, here.include
        )


def test_a_restricted_link_is_refused_to_a_visitor_and_looked_at_no_further(here: Desk) -> None:
    dataset = here.dataset(**{**RESTRICTED, **LINKED})
    assert "ne regarde pas ce qu'il sert aux autres" in said(dataset, here)
    served(here, dataset, 403, "quartier,nom_du_maire\n")


def test_a_link_is_looked_at_as_the_file_that_a_run_validates_is(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model that reads texts and the search for homes see what is served, too."""
    dataset = here.dataset(**LINKED)
    table = pa.table({"quartier": ["Centre"] * 3})
    assert scan_table_for_undecided_hits(dataset, table, names=load_builtin_names()) == ()
    for name, kind in (
        ("find_ner_name_hits", IdentifierKind.PERSON_NAME),
        ("find_home_position_hits", IdentifierKind.HOME_POSITION),
    ):
        seen = ScanHit("quartier", kind, HitStrength.POSSIBLE, 1, 3)

        def finds(*_: Any, seen: ScanHit = seen) -> tuple[ScanHit, ...]:
            return (seen,)

        with monkeypatch.context() as patched:
            patched.setattr(residual, name, finds)
            (found,) = scan_table_for_undecided_hits(dataset, table, names=load_builtin_names())
            assert found.column == "quartier"


def test_the_first_page_of_a_link_is_said_to_be_all_that_is_looked_at(here: Desk) -> None:
    source = {"http": "mobilite", "path": "/x", "records": "lignes"}
    publish = {"mode": "index", "link": "/x"}
    sentence = "seule la première page est regardée"
    text = told(here, source={**source, "paging": {"next": "suivante"}}, publish=publish)
    assert sentence in text and "(/x, à l'adresse de la connexion « mobilite »)" in text
    assert sentence not in told(here, source=source, publish=publish)
    rows = link._parse_linked_document(
        here.dataset(source={**source, "paging": {"next": "suivante"}}, publish=publish),
        json.dumps({"lignes": [{"quartier": "Centre"}], "suivante": "http://ville.example/x?p=2"}).encode(),
    )
    assert rows is not None and len(rows.rows) == 1


@pytest.mark.parametrize(
    "declared, searched",
    [
        ({}, "toutes les lignes à publier ;"),
        (WINDOWED, "les lignes de l'intervalle lu à publier ;"),
        (LINKED, "toutes les lignes lues à la source et dans ce que sert le lien ;"),
        (
            {**RESTRICTED, **LINKED},
            "toutes les lignes lues à la source, non dans ce que sert le lien à qui peut l'ouvrir ;",
        ),
        (
            {
                "source": {"http": "mobilite", "path": "/x", "records": "l", "paging": {"next": "suite"}},
                "publish": {"mode": "index", "link": "/x"},
            },
            "toutes les lignes lues à la source et dans la première page de ce que sert le lien ;",
        ),
    ],
)
def test_the_register_says_how_far_the_search_goes(
    here: Desk, declared: dict[str, Any], searched: str
) -> None:
    dataset = here.dataset(processing={"persons": "les riverains"}, **declared)
    text = build_processing_register([dataset], here.city, date(2026, 11, 28))
    page = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", render_printable_page(text, here.city))).split())
    assert f"recherche de données personnelles, avant chaque publication, dans {searched}" in page


def test_what_a_link_serves_is_not_said_to_be_compared(here: Desk) -> None:
    """The report of a run that published a link: the link was asked again, and no more."""
    dataset = here.dataset(**LINKED)
    report = build_dpo_report(
        dataset, here.city, walked(here, dataset, pa.table({"quartier": ["Centre"]})), here.place.store, TODAY
    )
    assert report is not None and report["linked"]
    page = " ".join(render_dpo_report_page({**report, "published": "yes", "passed": True}).split())
    assert "le lien redemandé sans compte, sans comparer ce qu" in page
    assert "par sondage" not in page.split("<h2>")[0]
    assert "<b>1 déclarée</b>" in page and "publiée telle quelle</b>" not in page
    assert "Ce que les règles laissent des lignes lues a été examiné en entier" in page
    rows = {**report["rows"], "suppressed": 2, "objected": 2}
    closed = {**report, "published": "no", "passed": True, "rows": rows}
    page = " ".join(render_dpo_report_page(closed).split())
    assert "<b>1 déclarée</b>" in page and "serait" not in page.split("<h2>Finalité")[0]
    assert "<b>2</b><span>désignées par une opposition ou une période</span>" in page
    assert "2 lignes sont désignées par une opposition ou une période, qui n" in page
    assert "exécution : 2 lignes désignées sur demande" in page and "ont été retirées" not in page
    released = {**report, "published": "no", "passed": True, "linked": False}
    assert "<b>1 serait publiée telle quelle</b>" in render_dpo_report_page({**released, "released": False})
    page = render_dpo_report_page({**released, "released": True})
    assert "<b>1 publiée telle quelle</b>" in page and "serait" not in page.split("<h2>Finalité")[0]
    plain_page = render_dpo_report_page({**report, "published": "yes", "passed": True, "linked": False})
    assert "relue, par sondage pour les grands fichiers et les tables" in plain_page


def test_no_rule_is_advised_for_what_a_link_serves(here: Desk) -> None:
    """``check`` refuses one there, and none would change what visitors read."""
    table = pa.table({"quartier": ["04 42 00 00 01 Jean Dupont"] * 3})
    findings = scan_table_for_undecided_hits(here.dataset(**LINKED), table, names=load_builtin_names())
    assert findings and not any("« drop »" in one.format_remedy() for one in findings)
    assert all(
        "l'ôter de la source, dont le lien la sert en attendant" in one.format_remedy() for one in findings
    )
    (uploaded, *_) = scan_table_for_undecided_hits(here.dataset(), table, names=load_builtin_names())
    assert "« drop »" in uploaded.format_remedy()


def test_rows_of_a_link_are_never_said_to_be_ready_to_leave(here: Desk) -> None:
    assert "Lignes validées, jamais déposées ailleurs" in told(here, **LINKED)
    assert "le rapport de l'exécution le liste, hors ce que sert le lien" in told(here, **LINKED)
    assert "Lignes validées, prêtes à publier" in told(here)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({}, "pour les gros fichiers et les tables), et de même sans compte, depuis le réseau de la Ville ;"),
        (RESTRICTED, "gros fichiers et les tables), et la lecture doit en être refusée sans compte, depuis"),
        (LINKED, "chaque lien est redemandé sans compte, depuis le réseau de la Ville ;"),
        ({**RESTRICTED, **LINKED}, "sans compte, depuis le réseau de la Ville, et doit être refusé"),
        (
            {"publish": {"mode": "upload", "platform": "muet"}},
            "rien ne l'est sans compte, faute d'adresse déclarée",
        ),
    ],
)
def test_what_is_read_back_is_said_of_whoever_reads_it(
    here: Desk, changes: dict[str, Any], sentence: str
) -> None:
    city(here, platforms={**CITY["platforms"], "muet": {"type": "portal"}})
    assert sentence in told(here, **changes)


# --- what is kept, and what nothing waits for ---------------------------------------------------------------


@pytest.fixture
def portal(tmp_path: Path) -> Showcase:
    folder = tmp_path / "depot"
    folder.mkdir()
    connection = {"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "fs", "extra": {"path": str(folder)}})}
    (folder / "jeu.csv").write_text("quartier\nCentre\nNord\n", encoding="utf-8")
    return showcase(tmp_path, environment=connection)


def plain(portal: Showcase, **changes: Any) -> Dataset:
    return portal.desk.dataset("jeu", publish={"mode": "upload", "formats": ["csv"]}, **changes)


def ran(portal: Showcase, dataset: Dataset, name: str, waivers: tuple[GuardWaiver, ...] = ()) -> bool:
    """Whether there was something to publish."""
    run = Run("jeu", name, waivers=waivers)
    return not run_pipeline(dataset, portal.desk.city, run, portal.desk.place).unchanged


def test_nothing_of_the_extract_outlives_a_run_that_ends(portal: Showcase) -> None:
    vault = portal.desk.place.vault
    dataset = plain(portal)
    assert "détruits à la fin de l'exécution, réussie ou non" in said(dataset, portal.desk)
    assert ran(portal, dataset, "un") and vault.list("raw/jeu") == []
    refused = plain(portal, columns={"quartier": "publish", "autre": "publish"})
    with pytest.raises(AnonymisationGateClosed):
        ran(portal, refused, "deux")
    assert vault.list("raw/jeu") == []
    assert vault.list("seen") == ["seen/jeu.json"]


def test_no_row_is_written_beside_a_local_vault(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a distant one has its rows in the temporary folder of the machine, which is none here."""
    assert "s'il est distant (S3), aussi le dossier temporaire" in told(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here.include / "nulle-part"))
    run = walked(here, here.dataset(), pa.table({"quartier": ["Centre"] * 3}))
    assert ScanReport.read(here.place.store, "jeu", run.id)


def test_a_run_without_change_looks_at_what_is_online(portal: Showcase) -> None:
    dataset = plain(portal)
    text = said(dataset, portal.desk)
    assert "ne voit rien de nouveau (source, réglages, plateforme) peut s'arrêter sans rien publier" in text
    assert "les fichiers en ligne autres que ceux que chaque exécution tire au sort" in text
    assert "n'en compte que les lignes" not in text
    assert ran(portal, dataset, "un") and not ran(portal, dataset, "deux")
    taken_away(portal)
    assert ran(portal, dataset, "trois")


def test_a_record_that_people_took_away_does_not_come_back(portal: Showcase) -> None:
    dataset = plain(portal)
    assert ran(portal, dataset, "un")
    shutil.rmtree(portal.folder / "jeux" / "jeu")
    with pytest.raises(PublicationGateClosed, match="reopen"):
        ran(portal, dataset, "deux")
    text = said(dataset, portal.desk)
    assert (
        "ne revient alors (hors ce qu'Aqueduc a ôté ou caché) qu'une fois la garde « fiche ôtée » levée"
        in text
    )
    assert "un fichier supprimé de sa fiche, ne revient" in text and "peut défaire" not in text
    assert ran(portal, dataset, "trois", REOPEN)
    page = officer(portal.desk, dataset, Run("jeu", "trois"))
    assert "exécution : 1 garde levée au nom d" in page
    assert page.count("garde « fiche ôtée » levée pour cette exécution, au nom de : Camille Essai") == 1
    assert "ou à la main sur la plateforme : une fiche cachée" in text


def test_no_run_waits_for_an_opinion(portal: Showcase) -> None:
    here, dataset = portal.desk, plain(portal)
    against = SignedOpinion(
        day=date(2026, 1, 2),
        by="Ana Roux",
        role="DPD",
        opinion="défavorable",
        fingerprint=dataset.fingerprint,
        city=here.city.fingerprint,
        version="1",
        facts=collect_dataset_facts(dataset, here.city),
    )
    write_signed_opinions(here.include, "jeu", [against])
    assert ran(portal, dataset, "un")
    sentence = "qu'un avis a été signé, que la publication a été autorisée : aucune exécution ne l'attend"
    assert sentence in said(dataset, here)


def test_the_end_of_the_convention_closes_the_gate(here: Desk) -> None:
    city(here, convention={**CITY["convention"], "ends": "2026-01-20"})
    dataset, run = here.dataset(), Run("jeu", "essai")
    with pytest.raises(ConventionNotInForce, match="elle a pris fin le 20/01/2026"):
        select_platforms_allowed_by_convention(dataset, here.city, run, datetime(2026, 1, 19, 23, tzinfo=UTC))
    select_platforms_allowed_by_convention(dataset, here.city, run, datetime(2026, 1, 19, 22, 59, tzinfo=UTC))
    text = said(dataset, here)
    assert "notifiée le 15/01/2025, dont le terme est le 20/01/2026" in text
    assert "d'après lesquelles rien n'est publié hors de sa durée sur les plateformes qu'elle lie" in text
    written = build_editor_schemas_by_file_name()["city.schema.json"]["properties"]["convention"][
        "properties"
    ]
    assert "Dès ce jour, rien n'est plus publié" in written["ends"]["description"]
    assert "Rien n'est publié avant" in written["notified"]["description"]


def test_the_partner_is_said_to_be_told_of_a_dataset_that_left_its_platform(here: Desk) -> None:
    """A withdrawal and an incident tell the Region whatever platform the dataset is on now."""
    left = {**CITY["platforms"], "datasud": {**CITY["platforms"]["datasud"], "convention": False}}
    city(here, platforms=left)
    assert here.city.find_convention_binding_dataset(here.dataset()) is None
    partner = CITY["convention"]["partner"]
    assert f"pour la convention à {partner}" in told(here)


def test_the_page_to_sign_says_by_which_act_the_convention_ends(here: Desk) -> None:
    notice = {"way": "anniversary", "day": "2026-12-01", "by": "city"}
    taken = {"body": "Conseil municipal", "number": "DL.26-7", "taken": "2026-06-25"}
    amendment = {"signed": "2026-06-30", "about": "le rythme", "deliberations": {"city": taken}}
    city(here, convention={**CITY["convention"], "notices": [notice], "amendments": [amendment]})
    text = said(here.dataset(), here)
    assert "dont le terme est le 15/01/2027 (acte du 01/12/2026 : préavis avant l'anniversaire)" in text
    assert "le rythme ; Conseil municipal, délibération DL.26-7 du 25/06/2026" in text


def test_what_died_half_way_is_not_said_to_be_unpublished(portal: Showcase) -> None:
    dataset = portal.dataset()
    assert portal.killed(rows(5), 2, dataset)
    run = Run(dataset.id, f"essai-{portal.count}")
    assert portal.desk.place.store.read_publication_in_progress(dataset.id)
    page = officer(portal.desk, dataset, run)
    assert "la plateforme sert peut-être une partie de ce fichier" in page
    assert "n'a rien publié" not in page


def test_certificates_and_reports_lead_to_each_other(portal: Showcase) -> None:
    dataset = plain(portal)
    assert ran(portal, dataset, "un")
    store = portal.desk.place.store
    page = store.find_certificate_page_key("jeu", "un")
    assert page is not None and store.find_certificate_page_key("jeu", "n") is None
    folder = portal.desk.include.parent / "store"
    text = (folder / page).read_text(encoding="utf-8")
    assert "Certificat de publication" in text and "Centre" not in text
    for name in ("officer", "steward"):
        report = folder / store.build_report_page_key("jeu", "un", name)
        assert f'href="../../../{page}"' in report.read_text(encoding="utf-8")
        assert (report.parent / f"../../../{page}").is_file()


def test_what_a_folder_serves_is_said_to_be_read_there(portal: Showcase) -> None:
    assert "ce que sert la plateforme est relu dans son dossier (par sondage" in said(
        plain(portal), portal.desk
    )


def test_a_certificate_says_what_was_read_and_where(portal: Showcase) -> None:
    """Of a portal that nobody gave an address, its folder; of a link, that no row was published."""
    city = portal.desk.city
    dataset = plain(portal)
    assert ran(portal, dataset, "un")
    entry = portal.desk.place.store.read_current_certificate("jeu")
    assert entry is not None
    certificate = RunCertificate.from_json(entry)
    assert {one["reader"] for one in certificate.proofs} == {"ville"}
    page = render_certificate_page(certificate, city)
    assert "relu dans son dossier le" in page and "en ligne" not in page
    assert "SHA-256 du fichier déposé" in page
    assert "<b>2</b><span>publiées</span>" in page and "toutes les lignes comprises" in page
    visited = replace(certificate, proofs=({**certificate.proofs[0], "reader": "visiteur"},))
    assert "relu en ligne le" in render_certificate_page(visited, city)
    linked = replace(certificate, linked=True)
    assert "<span>lues et validées ; seul le lien est publié</span>" in render_certificate_page(linked, city)
    assert (
        "Lignes lues et validées (seul le lien est publié)",
        "2 lignes",
    ) in linked.list_label_value_pairs()
    windowed = replace(certificate, window=["2025-12-31T23:00:00+00:00", "2026-01-31T23:00:00+00:00"])
    assert (
        windowed.online_rows == 2 and ("Lignes publiées", "2 lignes") in certificate.list_label_value_pairs()
    )
    windowed = replace(windowed, online_rows=76)
    whole = ("Lignes de ce qui est en ligne, tous intervalles réunis", "76 lignes ; celles des autres")
    assert ("Lignes publiées de cet intervalle", "2 lignes") in windowed.list_label_value_pairs()
    assert any((label, value[: len(whole[1])]) == whole for label, value in windowed.list_label_value_pairs())
    page = render_certificate_page(windowed, city)
    assert "<b>2</b><span>publiées, de cet intervalle</span>" in page
    assert "<b>76</b><span>en ligne, tous intervalles réunis ; celles des autres" in page
    assert "du 01/01/2026 à 00:00:00 au 01/02/2026 à 00:00:00 (exclu ; Europe/Paris)" in page
    assert (
        "Licence : Licence Ouverte / Open Licence 2.0 · accès déclaré ouvert : toute personne, sans ins"
        in page
    )
    assert "UTC" not in page and "lov2" not in page and "<td>fiche, pour les champs qu" in page
    assert FEWEST_ROWS_ASKED == scan.PAIRS and "premières" not in render_certificate_page(certificate, city)
    large = replace(certificate, balance=replace(certificate.balance, published=scan.PAIRS + 1))
    assert f"toutes les lignes comprises ({FIRST_ROWS})." in html.unescape(
        render_certificate_page(large, city)
    )
    assert ("Données personnelles cherchées dans", f"1 colonne, toutes les lignes ({FIRST_ROWS})") in (
        large.list_label_value_pairs()
    )
    assert "Aucun constat n'y a été fait ; cela ne dit pas qu'il ne s'y trouve rien de personnel" in (
        html.unescape(render_certificate_page(certificate, city))
    )
    closed = replace(certificate, access="same_organization", licence="other-at")
    assert ("Accès déclaré", "restreint : les membres de l'organisation de la Ville sur la plateforme") in (
        closed.list_label_value_pairs()
    )
    assert "toutes les lignes de cet intervalle comprises" in render_certificate_page(windowed, city)
    assert ("Données personnelles cherchées dans", "1 colonne, toutes les lignes de cet intervalle") in (
        windowed.list_label_value_pairs()
    )
    for one, file in ((certificate, "publié"), (windowed, "validé de cet intervalle")):
        grouped = replace(one, k=5, quasi_identifiers=("quartier",), smallest_class=6)
        assert (f"Plus petit groupe du fichier {file}", "6 lignes") in grouped.list_label_value_pairs()


def test_a_control_that_was_waived_is_not_said_to_have_passed(tmp_path: Path) -> None:
    town = found_town(tmp_path)
    town.file([{"quartier": "Centre"}, {"quartier": "Nord"}])
    town.declare(columns={"quartier": {"mask": {"first": 1}}})
    first = town.run()
    town.declare(columns={"quartier": "publish"})
    second = town.run("jeu", "protection")

    def read(run: str) -> str:
        return officer(town.desk, town.dataset(), Run("jeu", run))

    told_once = "exécution : 1 constat sous « Autres constats » ;"
    assert told_once in read(first["run"]), "that the platform has no table: whatever is listed is counted"
    page = read(second["run"])
    assert "exécution : 1 garde levée au nom d" in page and "levée inscrite" not in page
    assert page.count("garde « protection affaiblie » levée") == 1 and "levée par" not in page


def test_each_interval_keeps_its_digest_until_it_is_read_again(here: Desk) -> None:
    text = told(here, **WINDOWED)
    assert (
        "un par intervalle au plus, que remplace la publication suivante de cet intervalle ; tous, jusqu'au"
        in text
    )
    dataset = here.dataset(**WINDOWED)
    for month in (1, 2, 1):
        window = Window(datetime(2026, month, 1, tzinfo=UTC), datetime(2026, month + 1, 1, tzinfo=UTC))
        run = here.run(window, identifier=f"m{month}")
        save_pending_source_state(here.place.vault, run, SourceState("d", f"{month}", 1))
        report = ExtractReport(
            dataset="jeu", run=run.id, source={}, window=window, rows=1, rejected=0, columns=(),
            unchanged=False, output_sha256="0", seconds=0.0,
        )  # fmt: skip
        promote_pending_state_to_last_certified_one(dataset, run, report, here.place)
    kept = here.place.vault.read_json("seen/jeu.json") or {}
    assert sorted(one["digest"] for one in kept.values()) == ["1", "2"]


def test_what_the_settings_are_that_a_run_watches(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pseudonym = {"columns": {"quartier": "publish", "c": {"pseudonym": "sel", "basis": "Loi"}}}
    dataset = here.dataset(**pseudonym)
    assert "ne voit rien de nouveau (source, réglages, plateforme) peut s'arrêter" in said(dataset, here)

    def mark(**connections: str) -> str:
        key = {"AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": "0123456789abcdef" * 2})}
        return compute_declaration_city_and_keys_fingerprint(
            dataset, here.city, EnvironmentConnections({**key, **connections})
        )

    first = mark()
    other = {"conn_type": "generic", "password": "fedcba9876543210" * 2}
    assert mark(AIRFLOW_CONN_SEL=json.dumps(other)) != first
    city(here, rejected_days=7)
    second = mark()
    assert second != first
    noise = {"distribution": "laplace", "scale": 50, "step": 0.01, "key": "sel"}
    drawn = here.dataset(columns={"n": {"noise": noise}}, fields=[{"name": "n", "type": "number"}])
    marks = set()
    for password in ("0123456789abcdef" * 2, "fedcba9876543210" * 2):
        key = {"AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": password})}
        marks.add(
            compute_declaration_city_and_keys_fingerprint(drawn, here.city, EnvironmentConnections(key))
        )
    assert len(marks) == 1, "a key of noise is no setting of what is published"
    monkeypatch.setattr(aqueduc, "__version__", "99.0")
    assert mark() != second


def test_only_the_interval_that_was_read_is_said_to_be_checked(here: Desk) -> None:
    columns = {"columns": {"quartier": "publish"}, "privacy": PRIVACY}
    windowed, whole = told(here, **WINDOWED, **columns), told(here, **columns)
    for sentence in (
        "chaque ligne de l'intervalle lu qui reste après l'anonymisation est comparée",
        "toutes les lignes de l'intervalle lu comprises",
        "le fichier validé de cet intervalle, d'où vient ce qui est publié, est jugé",
        "n'y change qu'une fois l'intervalle repris (Backfill)",
    ):
        assert sentence in windowed and sentence not in whole
    assert "toutes lignes comprises" in whole and "toutes lignes comprises" not in windowed


def test_where_and_how_long_a_raw_extract_may_lie_is_said_of_each_way_to_run(here: Desk) -> None:
    text = told(here)
    assert (
        f"un silence de {RESUMABLE_S // 3600} h, ou de {WAITING_S // 3600} h tant qu'Airflow la dit" in text
    )
    assert (
        "au plus tard par le balayage de la même machine (au début de chaque exécution ; chaque heure" in text
    )
    assert max(PROCESS_S, FOREIGN_S) <= RESUMABLE_S, "no killed run keeps its extract for longer than is said"
    assert "aussi le dossier temporaire de la machine qui travaille" in text
    assert Vault("memory://coffre")._make_scratch_parent_folder() == Path(tempfile.gettempdir())


def test_nothing_takes_back_what_is_published(here: Desk) -> None:
    based = {"columns": {"quartier": {"publish": True, "basis": "Loi"}}}
    text = told(here, **based)
    assert (
        "jusqu'à leur remplacement, une révision qui ne les a plus, ou leur retrait (« aqueduc withdraw », fin de la "
        "convention, ou à" in text
    )
    assert "une réclamation peut les cacher jusqu'à une exécution qui suit sa clôture" in text
    assert "données personnelles publiées sur un fondement comprises" in text
    assert "publiées sur un fondement comprises" not in told(here)
    assert "art. 17 et 21" in text
    ended = "hors ce qu'une nouvelle révision remplace ou n'a plus, et ce qu'il cache à la fin de la convention, Aqueduc ne"
    assert ended in text


def test_what_is_taken_away_by_hand_comes_back(portal: Showcase) -> None:
    """And what the source no longer has leaves."""
    assert ran(portal, plain(portal), "un")
    taken_away(portal)
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\nNord\nSud\n", encoding="utf-8")
    assert ran(portal, plain(portal), "deux")
    again = list(portal.folder.rglob("jeu.csv"))
    assert again and all(one.read_text(encoding="utf-8") == "quartier\nNord\nSud\n" for one in again)


def taken_away(portal: Showcase) -> None:
    """Its file, at each of its addresses."""
    for file in list(portal.folder.rglob("jeu.csv")):
        file.unlink()


def test_the_cells_that_a_split_remembers_are_told(portal: Showcase) -> None:
    """They are in what is remembered of each platform, and in no certificate."""
    split = {"publish": {"mode": "upload", "formats": ["csv"], "split": {"by": "quartier", "per": "value"}}}
    dataset = portal.desk.dataset("jeu", **split)
    but = "montrait à qui accorde, et, dans les repères seuls, les valeurs de « quartier » qui répartissent les fichiers"
    assert but in said(dataset, portal.desk) and "dans les repères seuls" not in said(
        plain(portal), portal.desk
    )
    assert ran(portal, portal.desk.dataset("jeu", **split), "un")
    kept = portal.desk.include.parent / "store" / "datasets" / "jeu"
    (memory,) = (kept / "platforms").glob("*.json")
    assert "Centre" in memory.read_text(encoding="utf-8")
    assert all("centre" not in one.read_text(encoding="utf-8").lower() for one in kept.glob("ledger/*"))


def test_what_reading_does_to_a_cell_is_told(here: Desk) -> None:
    source = {"file": "depot", "path": "jeu.csv", "missing": ["NC"], "fill_down": ["quartier"]}
    text = told(here, source=source)
    assert "sauf : les cellules qui ne disent que « NC », laissées vides" in text
    assert "; les cellules vides de « quartier », qui prennent la valeur du dessus" in text
    assert "les blancs qui l'entourent peuvent être ôtés" in text and "qui ne disent que" not in told(here)


def test_a_unit_of_several_columns_and_the_smallest_k_are_said_as_they_are(here: Desk) -> None:
    columns = {"quartier": "publish", "nom": "drop", "prenom": "drop"}
    city(here, floors={"k": 2})
    one = told(here, columns=columns, privacy={**PRIVACY, "k": 2})
    assert "distinguer sa ligne d'au moins 1 autre" in one
    several = told(here, columns=columns, privacy={**PRIVACY, "k": 2, "unit": ["nom", "prenom"]})
    assert "Une unité est une combinaison de valeurs de « nom », « prenom », lue" in several
    assert "les lignes où il en manque une ne comptent pour aucune" in several
    assert "d'au moins 1 autre unité" in several
    single = told(here, columns=columns, privacy={**PRIVACY, "unit": "nom"})
    assert "Une unité est une valeur de « nom »" in single and "d'au moins 4 autres unités" in single


def test_a_signature_is_not_said_to_approve(here: Desk) -> None:
    """The opinion may be unfavourable: it is on the point, and does not confirm it."""
    for declared in ({}, {"privacy": PRIVACY}, RESTRICTED):
        text = told(here, **declared)
        assert "confirme" not in text and "portent sur ce point" in text
    assert "c'est tenir que ce n'est ni le publier en ligne ni le rendre public, au sens des" in told(
        here, **RESTRICTED
    )


def test_days_without_publication_and_held_intervals_are_told(here: Desk) -> None:
    windowed = told(here, **WINDOWED)
    assert "intervalles déjà publiés et ceux qu'une exécution a préparés sans les publier (accord" in windowed
    assert "arrêtée avant d'écrire ou refusée pour une autre raison, n'y est qu'une fois repris" in windowed
    assert "rien n'est publié tant que ceux-là n'ont pas été refaits (Backfill)" in windowed
    assert "tant que la publication est retenue (vérification, garde, intervalles à refaire)" in windowed
    assert "intervalles à refaire" not in told(here)
    assert "dès qu'un enregistrement est lu) ;" in windowed or "dès qu'un enregistrement est lu ;" in windowed
    assert "jours sans publication" not in told(here)
    city(here, holidays=[date(2026, 5, 1)])
    assert "sous Airflow, aucune exécution les jours sans publication de city.yaml, sauf si" in told(here)


def test_a_day_without_publication_is_nothing_to_the_command(portal: Showcase) -> None:
    today = portal.desk.place.clock().date()
    with (portal.desk.include / "city.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nholidays: [{today}]\n")
    assert portal.desk.city.holidays
    assert "« aqueduc run » n'en tient pas compte" in said(plain(portal), portal.desk)
    assert ran(portal, plain(portal), "un")


def test_a_replaced_file_is_said_to_stay_where_it_does(portal: Showcase) -> None:
    dataset = plain(portal)
    assert "un fichier remplacé peut se lire encore sur « portail »" in said(dataset, portal.desk)
    assert (
        "une opposition, la levée d'une remise en ligne, d'autres règles ou une révision qui n'a plus de fichier de ce "
        "nom, à la publication qui suit ; le retour à un contenu encore lisible ainsi n'ôte que ceux venus après lui ; "
        "un fichier en vigueur, effacé à la main du dossier, y est remis une fois vu manquer, "
        "un fichier remplacé ne l'est pas"
    ) in said(dataset, portal.desk)
    source = portal.folder.parent / "depot" / "jeu.csv"
    first = source.read_text(encoding="utf-8")
    assert ran(portal, dataset, "un")
    source.write_text("quartier\nNord\nSud\n", encoding="utf-8")
    assert ran(portal, dataset, "deux")
    assert any("Centre" in one.read_text(encoding="utf-8") for one in portal.folder.rglob("jeu.csv"))
    source.write_text(first, encoding="utf-8")
    assert ran(portal, dataset, "trois")
    assert not any("Sud" in one.read_text(encoding="utf-8") for one in portal.folder.rglob("jeu.csv"))
    for rank, written in enumerate(("Nord\nSud", "Est\nOuest", "Nord\nSud")):
        source.write_text(f"quartier\n{written}\n", encoding="utf-8")
        assert ran(portal, dataset, f"quatre-{rank}")
    kept = "".join(one.read_text(encoding="utf-8") for one in portal.folder.rglob("jeu.csv"))
    assert "Centre" in kept and "Ouest" not in kept
    for path in portal.folder.rglob("jeu.csv"):
        path.unlink()
    ran(portal, dataset, "six")
    assert "Sud" in next(portal.folder.glob("jeux/jeu/jeu.csv")).read_text(encoding="utf-8")


def test_where_connections_lead_is_said_to_be_in_no_fingerprint(here: Desk) -> None:
    assert "où mènent les connexions nommées (source, plateforme)" in told(here)
    here_or_there = [
        EnvironmentConnections({"AIRFLOW_CONN_DEPOT": json.dumps({"conn_type": "http", "host": host})})
        for host in ("http://un.example", "http://deux.example")
    ]
    first, second = (
        compute_declaration_city_and_keys_fingerprint(here.dataset(), here.city, one) for one in here_or_there
    )
    assert first == second


def test_nothing_is_said_twice_to_be_unchecked(here: Desk) -> None:
    for declared in ({}, {"privacy": PRIVACY}, RESTRICTED, LINKED, WINDOWED):
        found = list(statement.list_unverified_promises(here.dataset(**declared), here.city, TODAY.day))
        assert len(found) == len(set(found))


def test_a_threshold_is_said_to_protect_people(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "publish", "n": {"suppress_under": 5}})
    section = next(
        one
        for one in build_publication_explanation(dataset, here.city, TODAY).sections
        if one.title.startswith("Comment les")
    )
    text = "\n".join(lines(PublicationExplanation("", "", "", "", "", (section,))))
    assert "inférieur à 5, ou manquant, sont retirées" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_said_is_no_more_than_is_known(here: Desk) -> None:
    text = told(here)
    assert "les accès à Airflow et à ses journaux" in text and "sauvegardes, les journaux" not in text
    assert "peut le lire et, dans la licence, en dispose : Région" in text and "destinataire elle" not in text
    assert "la fiche et le fichier (CSV)" in text
    both = told(here, publish={"mode": "upload", "formats": ["csv", "parquet"]})
    assert "la fiche et les fichiers (CSV, Parquet)" in both


def test_the_demonstration_contradicts_nothing_about_whom_it_names() -> None:
    loaded = load_city(INCLUDE)
    (dataset,) = (one for one in load_all_declarations(INCLUDE, loaded).datasets if one.id == "deliberations")
    text = "\n".join(lines(build_publication_explanation(dataset, loaded.city, TODAY)))
    assert "DELIB_OBJET" in text and "citerait" not in text


# --- what changed since the last opinion --------------------------------------------------------------------

BASE: dict[str, Any] = {"columns": {"quartier": "publish", "nom": "drop", "n": {"suppress_under": 5}}}
CHANGED: list[tuple[dict[str, Any], str]] = [
    (
        {"columns": {**BASE["columns"], "nom": "publish"}},
        "Colonne « nom » : publiée telle quelle (auparavant : retirée)",
    ),
    (
        {"columns": {**BASE["columns"], "n": {"suppress_under": 4}}},
        "inférieur à 4, ou manquant, sont retirées (auparavant",
    ),
    ({"privacy": PRIVACY}, "k-anonymat : k = 5 (auparavant : aucun)"),
    (
        {"waivers": [WAIVED]},
        "Constat levé : « quartier », un nom de personne : rues (Ana Roux, DPD, 30/06/2026) (nouveau)",
    ),
    (
        {**RESTRICTED},
        "Accès déclaré : les utilisateurs inscrits sur la plateforme (auparavant : toute personne, sans inscription)",
    ),
    ({"reject_at_most": "5%"}, "Lignes fautives tolérées : 5 % (auparavant : 0 %)"),
    ({"processing": {"purpose": "compter"}}, "Finalité : compter (nouveau)"),
    ({"cadence": "daily"}, "Rythme : tous les jours (auparavant : toutes les semaines)"),
    ({"guards": {"shrink": "any"}}, "shrink sans limite"),
    ({"on_arrival": True}, "Relu à l'arrivée d'un fichier : oui (nouveau)"),
]


@pytest.mark.parametrize("after, sentence", CHANGED, ids=[one[1][:28] for one in CHANGED])
def test_every_decision_that_changes_is_told_in_words(
    here: Desk, after: dict[str, Any], sentence: str
) -> None:
    one = collect_dataset_facts(here.dataset(**BASE), here.city)
    two = collect_dataset_facts(here.dataset(**{**BASE, **after}), here.city)
    found = [str(change) for change in compare_facts(one, two)]
    assert any(sentence in change for change in found), found
    assert compare_facts(one, one) == ()


@pytest.mark.parametrize(
    "before, after, kept",
    [
        ({"pseudonym": {"key": "sel", "rotate": True}}, {"pseudonym": "sel"}, None),
        ({"pseudonym": {"key": "sel", "rotate": True}}, {"pseudonym": "autre"}, "key autre (auparavant : key sel"),
        ({"pseudonym": "sel"}, {"pseudonym": "autre"}, "key autre (auparavant : key sel)"),
        ({"snap": 100}, {"snap": 200}, None),
        ({"snap": 100}, "drop", None),
    ],
)  # fmt: skip
def test_no_setting_repeats_in_its_own_words_what_the_column_says(
    here: Desk, before: Any, after: Any, kept: str | None
) -> None:
    def facts(rule: Any) -> dict[str, str]:
        of = rule if isinstance(rule, str) else {**rule, "basis": "Loi n° 1"}
        place = {"geometry": {"longitude": "x", "latitude": "y"}} if "snap" in str(before) else {}
        columns = {"quartier": "publish", "x": of, **({"y": of} if place else {})}
        return collect_dataset_facts(here.dataset(columns=columns, **place), here.city)

    found = [str(one) for one in compare_facts(facts(before), facts(after))]
    assert found
    settings = [one for one in found if one.startswith("Réglages")]
    assert settings == [] if kept is None else kept in settings[0]


@pytest.mark.parametrize(
    "rule",
    [
        StatisticalSecrecySuppression(units="n", largest="m", at_least=3, at_most=0.5),
        NumberClipping(minimum=1.0, maximum=9.0),
        CharacterMasking(first=3, last=2),
        NoiseAddition(distribution=NoiseDistribution.LAPLACE, scale=2.0, step=1.0, key="sel"),
        Pseudonymisation(key="sel"),
        GridSnapping(metres=100.0),
    ],
    ids=lambda rule: rule.kind,
)
def test_the_words_of_a_rule_tell_its_flags_and_numbers(rule: Rule) -> None:
    """What its settings say of them is then left out."""
    for name, value in rule.model_dump(exclude={"kind"}).items():
        if isinstance(value, bool | int | float):
            other = not value if isinstance(value, bool) else value + 1
            changed = rule.model_copy(update={name: other})
            assert changed.describe().french_text != rule.describe().french_text, name


FULL: dict[str, Any] = {
    "columns": {
        "quartier": "publish",
        "age": "publish",
        "revenu": "publish",
        "plaque": "drop",
        "autre": "drop",
        "c": {"pseudonym": "sel", "basis": "Loi n° 1"},
        "total": {"cell": {"units": "nb", "largest": "premier"}},
        "nb": "drop",
        "premier": "drop",
    },
    "fields": [
        *({"name": name} for name in ("quartier", "age", "revenu", "c")),
        {"name": "total", "type": "integer"},
    ],
    "privacy": {
        "quasi_identifiers": ["quartier", "age"],
        "unit": ["plaque"],
        "k": 5,
        "suppress_at_most": "10%",
        "sensitive": {"revenu": {"distinct": 2}},
        "hierarchies": {"age": [10, 50]},
    },
    "source": {"http": "mobilite", "path": "/x", "parameters": {"statut": "clos"}},
    "processing": {"purpose": "compter", "dpia": {"needed": True, "why": "suivi"}},
    "waivers": [WAIVED],
}


def _columns(**more: Any) -> dict[str, Any]:
    return {"columns": {**FULL["columns"], **more}}


def _privacy(**more: Any) -> dict[str, Any]:
    return {"privacy": {key: value for key, value in {**FULL["privacy"], **more}.items() if value}}


def _source(**more: Any) -> dict[str, Any]:
    return {"source": {**FULL["source"], **more}}


OF_THE_DECLARATION: list[dict[str, Any]] = [
    {"title": "Un autre jeu"},
    {"description": "Autre chose."},
    {"owner": "Une autre direction"},
    {"contact": "autre@ville.example"},
    {"cadence": "daily"},
    {"cadence": "irregular"},
    {"cadence": "at most 35 days"},
    {"after": "voies"},
    {"licence": "cc-by"},
    RESTRICTED,
    {"licence": "other-at", "access": {"level": "only_allowed_users", "users": ["ana"]}},
    {"reject_at_most": "2%"},
    {"key": ["quartier"]},
    {"guards": {"shrink": "any"}},
    {"waivers": []},
    {"waivers": [{**WAIVED, "by": "Zoé Petit, DPD"}]},
    {"waivers": [{**WAIVED, "date": "2026-06-29"}]},
    {"processing": {}},
    {"processing": {**FULL["processing"], "legal_ground": "Mission"}},
    {"processing": {**FULL["processing"], "persons": "usagers"}},
    {"processing": {**FULL["processing"], "why_k": "parce que"}},
    {"processing": {**FULL["processing"], "retention": "un an"}},
    {"processing": {"purpose": "compter", "dpia": {"needed": False, "why": "suivi"}}},
    {**_columns(autre={"mask": {"first": 1}}), "fields": [*FULL["fields"], {"name": "autre"}]},
    _columns(c={"pseudonym": "sel2", "basis": "Loi n° 1"}),
    _columns(c={"pseudonym": {"key": "sel", "rotate": True}, "basis": "Loi n° 1"}),
    _columns(c={"pseudonym": "sel", "basis": "Loi n° 2"}),
    _columns(total={"cell": {"units": "nb"}}),
    _columns(total={"cell": {"units": "premier", "largest": "nb"}}),
    _columns(total={"cell": {"units": "nb", "largest": "premier", "at_least": 12}}),
    {
        **_columns(autre={"publish": True, "as": "secteur"}),
        "fields": [*FULL["fields"], {"name": "secteur"}],
    },
    _columns(revenu="scrub"),
    _privacy(k=6),
    _privacy(unit=None),
    _privacy(unit=["autre"]),
    _privacy(suppress_at_most="20%"),
    _privacy(sensitive=None),
    _privacy(sensitive={"revenu": {"distinct": 2, "entropy": 1.5}}),
    _privacy(sensitive={"revenu": {"distinct": 2, "closeness": 0.3}}),
    _privacy(sensitive={"revenu": {"distinct": 2, "closeness": 0.3, "ordered": True}}),
    _privacy(hierarchies=None),
    _privacy(hierarchies={"age": [5, 50]}),
    _privacy(recode="local"),
    _privacy(population="gens"),
    _source(path="/y"),
    _source(http="datasud"),
    _source(parameters={"statut": "tous"}),
    _source(records="lignes"),
    _source(format="csv"),
    {"source": {"file": "depot", "path": "jeu.csv"}},
    {"source": {"file": "depot", "path": "jeu.csv", "encoding": "cp1252"}},
    WINDOWED,
    {"publish": {"mode": "upload", "formats": ["csv", "parquet"]}},
    {"publish": {"mode": "upload", "datastore": False}},
    {"publish": {"mode": "upload", "formulas": "prefix"}},
    {"publish": {"mode": "upload", "platform": "portail"}},
    {"publish": {"mode": "upload", "platforms": ["datasud", "portail"]}},
    {"publish": {"mode": "upload", "platforms": ["portail", "datasud"]}},
    {"publish": {"mode": "upload", "split": {"by": "quartier", "per": "value"}}},
    {"publish": {"mode": "index", "outlet": "ici"}},
]
CONVENTION = CITY["convention"]
BOTH: dict[str, Any] = {
    "platforms": {**CITY["platforms"], "portail": {"type": "portal", "url": "https://donnees.example"}},
    "outlets": {"ici": {"folder": "/srv/ici", "url": "https://ici.example"}},
}
OF_THE_CITY: list[dict[str, Any]] = [
    {"name": "Ville d'Ailleurs"},
    {"siren": "213800022"},
    {"organisation": "ailleurs"},
    {"dpo": "dpd@ville.example"},
    {"rejected_days": 7},
    {"convention": {**CONVENTION, "partner": "Département"}},
    {"convention": {**CONVENTION, "notified": "2026-01-16"}},
    {"convention": {**CONVENTION, "project_lead": "autre@region.example"}},
    {"convention": {**CONVENTION, "ends": "2027-01-15"}},
    {"convention": {**CONVENTION, "notices": [{"way": "mutual", "day": "2026-02-01"}]}},
    {"platforms": {**BOTH["platforms"], "datasud": {**CITY["platforms"]["datasud"], "convention": False}}},
    {"convention": {**CONVENTION, "amendments": [{"signed": "2026-02-01", "about": "le rythme"}]}},
    {"floors": {"small_count": 4}},
    {"floors": {"largest_share": 0.8}},
    {"platforms": {**BOTH["platforms"], "datasud": {"type": "idgo", "connection": "datasud"}}},
    {"defaults": {**CITY["defaults"], "contact": "autre@ville.example"}},
    {"defaults": {**CITY["defaults"], "licence": "cc-by"}},
]


def _signed_pages(here: Desk, dataset: Dataset) -> str:
    """Both texts to sign, without their fingerprints."""
    run = statement.RunFingerprints("essai", dataset.fingerprint)
    parts = (
        *build_publication_explanation(dataset, here.city, TODAY).sections,
        *statement.build_dpo_statement_sections(dataset, here.city, TODAY, run),
    )
    text = "\n".join(lines(PublicationExplanation("", "", "", "", "", tuple(parts))))
    for digest in (dataset.fingerprint, here.city.fingerprint):
        text = text.replace(digest, "").replace(digest[:16], "")
    return text


def _told_beside(here: Desk, before: tuple[str, Any], dataset: Dataset) -> None:
    """A page that is no longer the same is never said to be."""
    pages, known = before
    found = compare_facts(known, collect_dataset_facts(dataset, here.city))
    assert _signed_pages(here, dataset) == pages or found


def _before(here: Desk) -> tuple[str, Any]:
    city(here, **BOTH)
    dataset = here.dataset(**FULL)
    return _signed_pages(here, dataset), collect_dataset_facts(dataset, here.city)


@pytest.mark.parametrize("change", OF_THE_DECLARATION, ids=lambda one: json.dumps(one)[:60])
def test_a_change_of_the_declaration_that_the_pages_show_is_told(here: Desk, change: dict[str, Any]) -> None:
    here.write("voies", {"title": "Voies"})
    before = _before(here)
    _told_beside(here, before, here.dataset(**{**FULL, **change}))


@pytest.mark.parametrize("change", OF_THE_CITY, ids=lambda one: json.dumps(one)[:60])
def test_a_change_of_the_city_that_the_pages_show_is_told(here: Desk, change: dict[str, Any]) -> None:
    before = _before(here)
    city(here, **{**BOTH, **change})
    _told_beside(here, before, here.dataset(**FULL))


def test_what_a_sentence_depends_on_is_compared(here: Desk) -> None:
    portal = {"type": "portal", "url": "https://donnees.example"}
    publish = {"mode": "upload", "formats": ["csv", "parquet"], "platform": "portail"}
    city(here, platforms={**CITY["platforms"], "portail": portal})
    known = collect_dataset_facts(here.dataset(publish=publish), here.city)
    city(
        here,
        platforms={**CITY["platforms"], "portail": {**portal, "former_days": 0}},
        holidays=[date(2026, 5, 1)],
    )
    found = compare_facts(
        known, collect_dataset_facts(here.dataset(publish={**publish, "too_big": "omit"}), here.city)
    )
    assert [str(one) for one in found] == [
        "Fichier trop gros : omis, si un autre convient (nouveau)",
        "Jours sans publication : 1 jour (nouveau)",
        "Fichiers remplacés sur « portail » : 8 jours (n'est plus déclaré)",
    ]


UNSEEN_ONCE: list[dict[str, Any]] = [
    _privacy(unit=None),
    _privacy(sensitive={"revenu": {"distinct": 2, "ordered": True}}),
    _columns(c={"pseudonym": "sel2", "basis": "Loi n° 1"}),
    _source(parameters={"statut": "tous"}),
    {"key": ["quartier"]},
    {"source": {"file": "depot", "path": "jeu.csv", "encoding": "cp1252"}},
]


@pytest.mark.parametrize("change", UNSEEN_ONCE, ids=lambda one: json.dumps(one)[:60])
def test_what_protects_or_chooses_is_compared_even_where_no_page_shows_it(
    here: Desk, change: dict[str, Any]
) -> None:
    city(here, **BOTH)
    source = {"source": {"file": "depot", "path": "jeu.csv"}} if "encoding" in str(change) else {}
    known = collect_dataset_facts(here.dataset(**{**FULL, **source}), here.city)
    assert compare_facts(known, collect_dataset_facts(here.dataset(**{**FULL, **change}), here.city))


def test_a_list_of_names_is_in_the_city_s_fingerprint_and_is_told(here: Desk) -> None:
    dataset = here.dataset()
    sentence = (
        "pour ces deux empreintes et ce code d'Aqueduc (son condensat SHA-256 commence en tête de page)"
    )
    assert sentence in said(dataset, here) and "Empreinte de city.yaml et des listes de noms" in said(
        dataset, here
    )
    fingerprint, known = here.city.fingerprint, collect_dataset_facts(dataset, here.city)
    (here.include / LEXICONS).mkdir()
    for text in ("# lists: given\nzebulon\n", "# lists: given\nzebulon\nzoe\n"):
        (here.include / LEXICONS / "prenoms.txt").write_text(text, encoding="utf-8")
        assert here.city.fingerprint != fingerprint
        assert [one.label for one in compare_facts(known, collect_dataset_facts(dataset, here.city))] == [
            "Listes de noms (SHA-256)"
        ]
        fingerprint, known = here.city.fingerprint, collect_dataset_facts(dataset, here.city)


def test_a_new_list_of_names_has_the_source_read_again(portal: Showcase) -> None:
    dataset = plain(portal)
    assert ran(portal, dataset, "un") and not ran(portal, dataset, "deux")
    (portal.desk.include / LEXICONS).mkdir()
    path = portal.desk.include / LEXICONS / "prenoms.txt"
    path.write_text("# lists: given\nzebulon\n", encoding="utf-8")
    assert ran(portal, dataset, "trois")


def test_another_version_is_not_the_one_that_was_read(here: Desk) -> None:
    dataset = here.dataset()
    last = SignedOpinion(
        day=date(2026, 1, 2),
        by="Ana Roux",
        role="DPD",
        opinion="favorable",
        fingerprint=dataset.fingerprint,
        city=here.city.fingerprint,
        version=dataset.software_version_and_code_digest,
        facts=collect_dataset_facts(dataset, here.city),
    )
    same = "tenu pour rendu (rien ne le compare au papier) sur cette déclaration et ce city.yaml mêmes, et Aqueduc "
    same += f"{dataset.software_version_and_code_digest}."
    for version, holds in ((dataset.software_version_and_code_digest, True), ("0.0.1", False)):
        edition = replace(TODAY, last=last.model_copy(update={"version": version}))
        text = "\n".join(lines(build_publication_explanation(dataset, here.city, edition)))
        assert (same in text.replace("\N{NO-BREAK SPACE}", " ")) == holds


def test_what_is_not_compared_is_not_said_to_be_the_same(here: Desk) -> None:
    """A comment changes a fingerprint, and no fact."""
    dataset = here.dataset()
    last = SignedOpinion(
        day=date(2026, 1, 2), by="Ana Roux", role="DPD", opinion="favorable", fingerprint="0" * 64,
        city=here.city.fingerprint, version=dataset.software_version_and_code_digest,
        facts=collect_dataset_facts(dataset, here.city),
    )  # fmt: skip
    text = "\n".join(lines(build_publication_explanation(dataset, here.city, replace(TODAY, last=last))))
    assert "La comparaison ne voit pas tout" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Rien de ce que ces pages exposent" not in text


# --- what a third officer read otherwise ----------------------------------------------------------------------


def test_no_description_of_a_setting_promises_more_than_the_pages() -> None:
    written = json.dumps(build_editor_schemas_by_file_name(), ensure_ascii=False)
    for claim in (
        "comparées n'isolent personne",
        "Chaque groupe correspond à",
        "que seule lit l'organisation",
        "les agents de la Ville",
        "est personnelle ne se lève pas",
        "EST personnelle ne se lève pas",
        "les lignes sans unité en font ensemble",
        "déléguée à la protection des données",
    ):
        assert claim not in written, claim
    for sentence in (
        "que la différence avec une révision comparée, groupe par groupe, soit de k lignes (ou unités) au moins",
        "Chaque groupe peut correspondre à tant de personnes",
        "que lisent l'organisation de la Ville et ceux qui administrent la plateforme",
        "les membres de l'organisation de la Ville",
        "ne doit pas être levée, ce que rien n'empêche",
        "les lignes sans unité ne comptent pour aucune",
        "Le délégué à la protection des données conseille (RGPD, art. 39), et ne décide pas",
    ):
        assert sentence in written, sentence


def test_what_the_public_reads_of_groups_says_what_they_are_of(here: Desk) -> None:
    sensitive = {**PRIVACY, "sensitive": {"etat": {"distinct": 2}}}
    columns = {"quartier": "publish", "etat": "publish", "plaque": "drop"}
    told_of = {}
    for unit in ({}, {"unit": "plaque"}):
        dataset = here.dataset(columns=columns, privacy={**sensitive, **unit})
        said_of = build_preparation_text_for_citizens(dataset, rejected=0, suppressed=0)
        told_of[bool(unit)] = said_of.replace("\N{NO-BREAK SPACE}", " ")
    for text in told_of.values():
        assert "Anonymat :" not in text and "Groupes : chaque combinaison publiée" in text
        assert "ne donne pas de certitude sur celle de quelqu'un" in text
    assert "Plusieurs lignes peuvent être d'une même personne" in told_of[False]
    assert "Une personne peut avoir plusieurs unités" in told_of[True]


def test_a_class_may_be_nearly_all_of_one_value(here: Desk) -> None:
    """Nineteen of twenty: two values are shown, and no certainty is given."""
    columns = {"quartier": "publish", "etat": "publish"}
    privacy = {**PRIVACY, "sensitive": {"etat": {"distinct": 2}}}
    table = pa.table({"quartier": ["Centre"] * 20, "etat": ["malade"] * 19 + ["sain"]})
    cells = published_cells(here, here.dataset(columns=columns, privacy=privacy), table)
    assert cells["etat"].count("malade") == 19


def test_a_group_that_shows_too_little_is_said_to_stay_as_a_small_one_does(here: Desk) -> None:
    columns = {"quartier": "publish", "etat": "publish"}
    small = here.dataset(columns=columns, privacy=PRIVACY)
    diverse = here.dataset(columns=columns, privacy={**PRIVACY, "sensitive": {"etat": {"distinct": 2}}})
    table = pa.table({"quartier": ["Centre"] * 8 + ["Nord"] * 8, "etat": ["a"] * 8 + ["a", "b"] * 4})
    assert set(published_cells(here, diverse, table)["quartier"]) == {"Nord"}
    more = ", ou n'a pas ce qui est demandé des colonnes sensibles,"
    assert f"le groupe compte moins de 5 lignes{more} et, d'un groupe" in said(diverse, here)
    assert f"Les lignes des groupes plus petits{more} sont retirées, dans la limite" in said(diverse, here)
    assert "plus petits, ou qui ne conviennent pas, sont" in build_preparation_text_for_citizens(
        diverse, rejected=0, suppressed=0
    )
    assert "ce qui est demandé des" not in said(small, here)
    mapped = {**PRIVACY, "k_map": {"at_least": 9, "file": "schemas/jeu.json"}}
    assert "n'a pas ce qui est demandé de la population," in told(here, columns=columns, privacy=mapped)


def test_a_change_that_the_record_announces_is_told(here: Desk) -> None:
    announce = {"day": date(2026, 12, 20), "change": "la colonne « voie » disparaît."}
    sentence = "le changement annoncé pour le 20/12/2026 (« la colonne « voie » disparaît »)."
    for more in ({}, LINKED):
        dataset = here.dataset(announce=announce, **more)
        assert "Changement annoncé pour le 20/12/2026" in describe_announced_change(dataset)
        assert sentence in said(dataset, here) and "changement annoncé" not in told(here, **more)


def test_what_a_restored_revision_is_judged_by_is_named(here: Desk) -> None:
    columns = {"quartier": "publish", "nom": "drop"}
    plain, grouped = told(here, columns=columns), told(here, columns=columns, privacy=PRIVACY)
    units = told(here, columns=columns, privacy={**PRIVACY, "unit": "nom"})
    again = (
        "En sont jugés de nouveau les colonnes, les règles, le schéma, la recherche de données personnelles"
    )
    not_again = "ne le sont pas l'ordre, les colonnes de la source"
    for text in (plain, grouped, units):
        assert not_again in text
        assert "ni une moins protégée que ne le veut la déclaration d'aujourd'hui" in text
    assert f"{not_again} ni les gardes, hors « fiche ôtée ». Ce" in plain
    assert again.replace(", la recherche", " et la recherche") in plain
    assert "taille des groupes" not in plain and "même population" not in units
    people = told(here, columns=columns, privacy={**PRIVACY, "population": "gens"})
    assert "taille des groupes et la comparaison avec les jeux de la même population ; ne le" in people
    assert f"{again} et la taille des groupes ; " in grouped and "états publiés." in grouped
    assert "la taille des groupes en lignes ; " in units and "états publiés ni les unités." in units


def test_somebody_who_was_erased_comes_back_with_a_former_revision(portal: Showcase) -> None:
    """Said not to be checked, since it is not; an objection bars it."""
    dataset, place = plain(portal, guards={"shrink": "any"}), portal.desk.place
    source, online = portal.folder.parent / "depot" / "jeu.csv", portal.folder / "jeux" / "jeu" / "jeu.csv"
    source.write_text("quartier\nCentre\nNord\nSud\n", encoding="utf-8")
    assert ran(portal, dataset, "un")
    former = (place.store.read_current_revision_pointer("jeu") or {})["revision"]
    source.write_text("quartier\nCentre\nNord\n", encoding="utf-8")
    assert ran(portal, dataset, "deux") and "Sud" not in online.read_text(encoding="utf-8")
    back = RestorationOrder(former, "Jeanne Martin", "essai")
    run_pipeline(dataset, portal.desk.city, Run("jeu", "trois", restoration=back), place)
    assert "Sud" in online.read_text(encoding="utf-8")
    page = officer(portal.desk, dataset, Run("jeu", "trois"))
    assert "Révision remise en ligne (au nom de : Jeanne Martin ; motif : essai) : celle de l" in page
    assert "la recherche de données personnelles est celle de la remise en ligne" in page
    assert "À cette édition, aucune opposition en vigueur n'a été enregistrée depuis la préparation" in page
    assert "<b>3</b><span>lignes validées</span>" in page and "publiée le " in page
    lift_restoration(dataset, portal.desk.city, "levée", "Jeanne Martin", "essai", place)
    (held,) = describe_holds_in_force(dataset, portal.desk.city, place.store, TODAY.day)
    assert held.startswith(f"remise en ligne de la révision {former[:12]}… levée, sans publication depuis")
    assert ran(portal, dataset, "quatre") and "Sud" not in online.read_text(encoding="utf-8")
    assert not describe_holds_in_force(dataset, portal.desk.city, place.store, TODAY.day)
    text = said(dataset, portal.desk)
    assert (
        "qu'une révision remise en ligne ne montre personne que la source a effacé ou rectifié depuis" in text
    )
    assert "seule une opposition enregistrée (« aqueduc objection ») fait refuser celles d'avant elle" in text
    erased = "avec ce que la source a depuis effacé ou rectifié"
    assert f"été décidé depuis), {erased}. Une dernière" in text
    assert erased not in told(portal.desk, **LINKED), "a link shows what the source serves then"
    store_objections_to_enforce(
        place.store, "jeu", [Objection(("a",), id="un")], datetime.now(UTC).isoformat()
    )
    with pytest.raises(RevisionRestorationRefused, match="opposition"):
        run_pipeline(dataset, portal.desk.city, Run("jeu", "quatre", restoration=back), place)


def test_k_may_delay_an_erasure_and_the_page_says_so(portal: Showcase) -> None:
    """One of sixty rows leaves the source: five would have to be withheld, and three percent may."""
    privacy = {"quasi_identifiers": ["quartier"], "k": 5, "suppress_at_most": "3%"}
    source, online = portal.folder.parent / "depot" / "jeu.csv", portal.folder / "jeux" / "jeu" / "jeu.csv"
    dataset = plain(portal, privacy=privacy)
    source.write_text("quartier\n" + "Centre\n" * 60, encoding="utf-8")
    assert ran(portal, dataset, "un")
    source.write_text("quartier\n" + "Centre\n" * 59, encoding="utf-8")
    with pytest.raises((AnonymisationGateClosed, ValidationGateClosed)):
        ran(portal, dataset, "deux")
    assert online.read_text(encoding="utf-8").count("Centre") == 60
    sentence = "remise en ligne le demeure, ce qui est en ligne y reste (k retient parfois toute la"
    assert sentence in said(dataset, portal.desk) and "k retient parfois" not in said(
        plain(portal), portal.desk
    )


@pytest.mark.parametrize("how", ["undeclared", "withdrawn"])
def test_the_digest_of_a_source_that_no_run_reads_is_forgotten(portal: Showcase, how: str) -> None:
    place = portal.desk.place
    dataset = plain(portal)
    assert ran(portal, dataset, "un") and place.vault.list("seen") == ["seen/jeu.json"]
    assert sweep_dead_runs_and_expired_data(place, days=30).forgotten == 0 and place.vault.list("seen")
    assert "après la dernière publication, jusqu'au balayage qui suit la fin du jeu (ret" in said(
        dataset, portal.desk
    )
    if how == "undeclared":
        dataset.path.unlink()
    else:
        order = WithdrawalOrder(
            run="ordre", by="Jeanne Martin", requester="une personne concernée", reason="essai"
        )
        record_withdrawal_order(["jeu"], order, portal.desk.city, place)
    assert sweep_dead_runs_and_expired_data(place, days=30).forgotten == 1 and place.vault.list("seen") == []


def test_an_operator_may_publish_what_has_not_changed(portal: Showcase) -> None:
    dataset = plain(portal)
    assert ran(portal, dataset, "un")
    forced = run_pipeline(dataset, portal.desk.city, Run("jeu", "deux", force=True), portal.desk.place)
    assert not forced.unchanged
    assert "et chaque fois qu'une exécution est demandée ; une exécution qui ne" in said(dataset, portal.desk)


def test_an_objection_bars_a_restoration_for_as_long_as_it_is_in_force(portal: Showcase) -> None:
    """What obeyed two of them stays good once one is lifted; what was there before either, once both are."""
    minutes = itertools.count()
    place = replace(
        portal.desk.place, clock=lambda: datetime(2026, 7, 1, tzinfo=UTC) + timedelta(minutes=next(minutes))
    )
    portal.desk = Desk(place)
    dataset, town = plain(portal, guards={"shrink": "any"}), portal.desk.city
    online = portal.folder / "jeux" / "jeu" / "jeu.csv"
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\nCentre\nNord\nSud\n", encoding="utf-8")
    order = ObjectionRequester("Jeanne Martin", "essai")

    def published(name: str, back: str = "") -> tuple[str, str]:
        former = RestorationOrder(back, "Jeanne Martin", "essai") if back else None
        run_pipeline(dataset, town, Run("jeu", name, restoration=former), place)
        revision = str((place.store.read_current_revision_pointer("jeu") or {})["revision"])
        return revision, online.read_text(encoding="utf-8")

    before, _text = published("un")
    for name in ("Nord", "Sud"):
        cells = (str(normalise_cell_text("VARCHAR", name)),)
        new = build_personal_objection(("quartier",), cells)
        record_objection(dataset, town, f"opposition-{name}", new, cells, order, place)
    both, text = published("deux")
    assert text.split() == ["quartier", "Centre"]
    lift_objection(dataset, town, "levée-2", 2, order, place)
    assert published("trois")[1].split() == ["quartier", "Centre", "Sud"]
    with pytest.raises(RevisionRestorationRefused, match="opposition en vigueur"):
        published("quatre", before)
    assert published("cinq", both)[1].split() == ["quartier", "Centre"]
    lift_objection(dataset, town, "levée-1", 1, order, place)
    lift_restoration(dataset, town, "levée", "Jeanne Martin", "essai", place)
    assert published("six", before)[1].split() == ["quartier", "Centre", "Nord", "Sud"]
    assert "ni une d'avant une opposition en vigueur" in said(dataset, portal.desk)


def test_an_objection_is_told_as_one_and_to_nobody_outside(portal: Showcase) -> None:
    """No page takes it for a protection, and the public record counts no row that leaves by it: who has the
    revision of before would know who objected."""
    dataset, desk = plain(portal, guards={"shrink": "any"}), portal.desk
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\nCentre\nNord\n", encoding="utf-8")
    assert ran(portal, dataset, "un")
    cells = (str(normalise_cell_text("VARCHAR", "Nord")),)
    new = build_personal_objection(("quartier",), cells)
    record_objection(
        dataset, desk.city, "o", new, cells, ObjectionRequester("Jeanne Martin", "essai"), desk.place
    )
    assert ran(portal, dataset, "deux")
    page = officer(desk, dataset, Run("jeu", "deux"))
    assert "1 ligne a été retirée sur demande (opposition ou période)." in page
    assert "petits effectifs, effectif manquant ou secret statistique" not in page
    assert "<b>1</b><span>retirée, dont 1 sur demande (opposition ou période)" in page
    assert (
        "exécution : 1 ligne retirée sur demande, 1 constat sous « Autres constats » ; la publication" in page
    )
    certificate = RunCertificate.from_json(desk.place.store.read_current_certificate("jeu") or {})
    shown = render_certificate_page(certificate, desk.city).replace("\N{NO-BREAK SPACE}", " ")
    assert "retirée, dont 1 sur demande (opposition ou période)" in " ".join(shown.split())
    for file in (one for one in portal.folder.rglob("*") if one.suffix in (".json", ".html", ".rdf", ".xml")):
        assert "pour protéger les personnes" not in file.read_text(encoding="utf-8"), file


def test_a_restored_revision_holds_an_objection_back_and_the_page_says_so(portal: Showcase) -> None:
    """It binds what comes; what a person put online again leaves by a person only: it was put there for a
    reason, which may be worse than these rows."""
    dataset, desk = plain(portal, guards={"shrink": "any"}), portal.desk
    source, online = portal.folder.parent / "depot" / "jeu.csv", portal.folder / "jeux" / "jeu" / "jeu.csv"
    source.write_text("quartier\nCentre\nNord\n", encoding="utf-8")
    assert ran(portal, dataset, "un")
    former = (desk.place.store.read_current_revision_pointer("jeu") or {})["revision"]
    source.write_text("quartier\nCentre\nNord\nErreur\n", encoding="utf-8")
    assert ran(portal, dataset, "deux")
    run_pipeline(
        dataset,
        desk.city,
        Run("jeu", "trois", restoration=RestorationOrder(former, "Jeanne Martin", "e")),
        desk.place,
    )
    cells = (str(normalise_cell_text("VARCHAR", "Nord")),)
    order = ObjectionRequester("Jeanne Martin", "essai")
    new = build_personal_objection(("quartier",), cells)
    record_objection(dataset, desk.city, "opposition", new, cells, order, desk.place)
    with pytest.raises(RevisionRestorationInForce, match="restore jeu --lift") as held:
        ran(portal, dataset, "quatre")
    assert held.value.what.endswith("Rien n'a été publié."), "the objection was recorded"
    assert "Nord" in online.read_text(encoding="utf-8")
    banner = officer(desk, dataset, Run("jeu", "trois"))
    assert (
        "1 opposition en vigueur a été enregistrée depuis que ces lignes ont été préparées (exécution un) :"
        in banner
    )
    assert "elles peuvent montrer ce que celle-ci désigne, tant qu'elles sont en ligne." in banner
    text = said(dataset, desk)
    assert "le délai d'un effacement, d'une rectification ou d'une opposition : tant que" in text
    assert (
        "retenue (vérification, garde) ou qu'une révision remise en ligne le demeure, ce qui est en" in text
    )
    waiting = said(plain(portal, announce_days=15, publish_at="2090-01-01T09:00"), desk)
    assert "(vérification, garde, embargo, colonnes changées sans l'annonce de 15 jours aux réut" in waiting
    dataset = plain(portal, guards={"shrink": "any"})
    lift_restoration(dataset, desk.city, "levée", "Jeanne Martin", "essai", desk.place)
    assert ran(portal, dataset, "cinq") and "Nord" not in online.read_text(encoding="utf-8")
    page = officer(desk, dataset, Run("jeu", "cinq"))
    assert "<b>1</b><span>retirée, dont 1 sur demande (opposition ou période)</span>" in page
    assert "depuis que ces lignes ont été préparées" not in page


def test_no_objection_is_undone_by_a_restoration_that_waited(portal: Showcase) -> None:
    """Judged, then somebody objects, then it is published: the retry of a task, or an agreement that came late."""
    dataset, desk = plain(portal, guards={"shrink": "any"}), portal.desk
    source, online = portal.folder.parent / "depot" / "jeu.csv", portal.folder / "jeux" / "jeu" / "jeu.csv"
    source.write_text("quartier\nCentre\nNord\n", encoding="utf-8")
    assert ran(portal, dataset, "un")
    former = (desk.place.store.read_current_revision_pointer("jeu") or {})["revision"]
    source.write_text("quartier\nCentre\n", encoding="utf-8")
    assert ran(portal, dataset, "deux")
    back = Run("jeu", "trois", restoration=RestorationOrder(former, "Jeanne Martin", "essai"))
    (judged,) = run_preparation_stages(dataset, back, desk.place)
    cells = (str(normalise_cell_text("VARCHAR", "Nord")),)
    order = ObjectionRequester("Jeanne Martin", "essai")
    new = build_personal_objection(("quartier",), cells)
    record_objection(dataset, desk.city, "opposition", new, cells, order, desk.place)
    assert judged.handle is not None
    with pytest.raises(PublicationGateClosed) as refused:
        publish_revision(dataset, desk.city, back, judged.handle, desk.place, sleep=lambda _: None)
    assert "Une opposition a été enregistrée depuis que cette révision a été jugée" in str(refused.value)
    assert "1 opposition n'est pas appliquée" in str(refused.value) and "--lift" in str(refused.value)
    assert desk.place.store.read_restoration_mark("jeu") is None
    assert "Nord" not in online.read_text(encoding="utf-8")


def test_what_is_no_column_of_a_source_is_said(here: Desk) -> None:
    sentence = "exactement celles de la déclaration (celles d'un GeoJSON sont les propriétés et la position"
    assert sentence in told(here, source={"file": "depot", "path": "a.geojson"})
    assert "ses enregistrements, non ce qui les entoure)" in told(here, source={"http": "api", "path": "/x"})
    assert "exactement celles de la déclaration ;" in told(here, source={"file": "depot", "path": "a.csv"})


def test_the_clock_of_a_coarser_date_is_said(here: Desk) -> None:
    dated = told(here, columns={"quartier": "publish", "d": {"generalise": "day"}})
    clock = "un instant qui porte un décalage l'est à l'heure de la Ville, Europe/Paris"
    assert f"{clock}, sauf minuit UTC, lu comme un jour)" in dated
    hour = told(here, columns={"quartier": "publish", "d": {"generalise": "hour"}})
    assert f"{clock})" in hour
    both = {"d": {"generalise": "day"}, "h": {"generalise": "hour"}}
    assert f"{clock}, sauf dans « d », minuit UTC, lu comme un jour)" in told(here, columns=both)
    assert "à l'heure de la Ville" not in told(here, columns={"quartier": {"truncate": 2}})


def test_digests_of_the_extract_are_said_to_be_kept_in_the_certificate(portal: Showcase) -> None:
    dataset, store = plain(portal), portal.desk.place.store
    assert ran(portal, dataset, "un")
    report = ExtractReport.read(store, "jeu", "un")
    certificate = store.read_current_certificate("jeu")
    assert report is not None and str(report.output_sha256) in json.dumps(certificate)
    text = said(dataset, portal.desk)
    assert "condensats (ceux de l'extrait brut et de la table issue des règles compris)" in text


def test_the_officer_is_named_where_the_city_says_who_it_is(here: Desk) -> None:
    ana = {"ana": {"name": "Ana Roux", "email": "dpd@ville.example", "roles": ["dpo"]}}
    city(here, dpo="dpd@ville.example", people=ana)
    assert "délégué à la protection des données : Ana Roux (dpd@ville.example) ;" in told(here)
    city(here, dpo="autre@ville.example", people=ana)
    assert "délégué à la protection des données : autre@ville.example ;" in told(here)


def test_where_the_data_choose_levels_a_cell_may_leave_as_it_is_and_is_said_to(here: Desk) -> None:
    columns = {"age": "publish", "quartier": "publish"}
    table = pa.table({"age": [33] * 40, "quartier": ["Centre"] * 40})
    for recode in RecodingMode:
        dataset = here.dataset(columns=columns, privacy={**LADDER, "recode": recode.value})
        run = here.run(identifier=f"niveaux-{recode.value}")
        safe = anonymise_extract(dataset, run, here.raw(table, run), here.place)
        ages = set(
            here.read(validate_anonymised_rows(dataset, run, safe.handle, here.place).handle)[
                "age"
            ].to_pylist()
        )
        text, page = said(dataset, here), officer(here, dataset, run)
        may = recode is not RecodingMode.FIXED
        assert (ages in ({33}, {"33"})) == may, recode
        assert ("« age » : la valeur sort telle quelle, ou est rendue moins précise" in text) == may
        partly = "« quartier », publiée telle quelle, ni pour les cellules de « age » que sa hiérarchie laisse telles"
        assert (partly in text) == may and ("« quartier », publiée telle quelle :" in text) != may
        assert ("peut sortir telle quelle, ou moins précise selon sa hiérarchie" in page) == may


def test_a_column_of_which_the_data_choose_the_cells_is_none_of_those_listed_as_they_are(here: Desk) -> None:
    """Of many columns, a paragraph has those that leave as they are: the one with a hierarchy is not there."""
    columns = {"age": "publish", **{f"c{rank:02}": "publish" for rank in range(20)}}
    text = told(here, columns=columns, privacy={**LADDER, "recode": "local"})
    assert (
        "pour 20 colonnes (telles quelles dans « Ce qui sort »), ni pour les cellules de « age » que sa"
        in text
    )
    assert "Telles quelles, et nommées dans le schéma : c00, c01" in text
    alone = told(here, columns={"age": "publish"}, privacy={**LADDER, "recode": "local"})
    assert (
        "n'est cité pour les cellules de « age » que sa hiérarchie laisse telles quelles : c'est tenir"
        in alone
    )
    assert "ni seules ni réunies, entre elles ou aux autres, elles ne désignent personne" in alone


def test_who_says_that_each_row_is_another_person_s_is_told(here: Desk) -> None:
    """``unit: []`` lets out what the gate would stop: it is agreed on, told among who decided what, and in what
    nothing checks; the report of the run says what contradicts it."""
    columns = {"quartier": "publish", "numero_dossier": "drop"}
    table = pa.table({"quartier": ["Centre"] * 12, "numero_dossier": [f"D{one % 2:04}" for one in range(12)]})
    asked, said_so = (
        here.dataset(columns=columns, privacy={**PRIVACY, **unit}) for unit in ({}, {"unit": []})
    )
    stopped = "si un groupe a moins de 5 valeurs de « numero_dossier », l'exécution est arrêtée."
    text = said(asked, here)
    assert stopped in text and "unit: []" not in text
    with pytest.raises(AnonymisationGateClosed, match="5 unités"):
        walked(here, asked, table)
    text = said(said_so, here)
    assert stopped not in text
    assert (
        "ce que dit la déclaration (« unit: [] ») ; si un groupe a moins de 5 valeurs de « numero_dossier », cela sort"
        in text
    )
    assert (
        "tenue pour une autre personne (« unit: [] ») : la déclaration le dit, sans nom ni date ; Direc"
        in text
    )
    assert (
        "que chaque ligne est d'une autre personne, comme le dit la déclaration (« unit: [] ») : ce qui le"
        in text
    )
    page = officer(here, said_so, walked(here, said_so, table, name="dit"))
    assert "1 constat de moins de personnes que de lignes, que la déclaration admet" in page
    assert "k compte des lignes (« unit: [] »), et 12 lignes publiées sont dans des groupes de moins" in page
    assert "1 constat sous « Autres constats »" in page and "rien de rejeté" not in page
    assert "la différence avec les états publiés ni le nombre de personnes par groupe. Ce" in text
    counted = "(hors ce que « numero_dossier » en montre : l'exécution est alors arrêtée)"
    assert counted in said(asked, here) and counted not in text
    changed = describe_agreed_fact_changes(
        *(collect_dataset_facts_under_agreement(one, here.city) for one in (asked, said_so))
    )
    assert any("tenue pour une personne (« unit: [] »)" in one for one in changed)
    material = [
        collect_declaration_parts_needing_agreement(one, here.city, here.include) for one in (asked, said_so)
    ]
    assert material[0] != material[1], "who agreed is asked again"
    assert compute_treatment_digest(asked) != compute_treatment_digest(said_so), "so are windows made again"
    losses = list(find_protection_losses(*map(build_protection_state, (asked, said_so))))
    assert [str(one.what).split(" (")[0] for one in losses] == [
        "chaque ligne serait tenue pour une autre personne"
    ]
    assert not list(find_protection_losses(*map(build_protection_state, (said_so, asked))))
    silent = told(here, columns={"quartier": "publish"}, privacy=PRIVACY)
    assert (
        "aucun nom de colonne n'est reconnu pour un numéro de personne ou de dossier, pour le voir." in silent
    )


def test_a_guard_that_is_written_at_its_default_judges_new_windows_and_is_agreed_on(here: Desk) -> None:
    """Written or not is a difference: the page says it, so do its facts and what is agreed on."""
    unsaid, written = (here.dataset(**WINDOWED, guards=one) for one in ({}, {"shrink": "30%"}))
    assert "sauf pour lignes en moins, lignes en plus, catégories et totaux," in said(unsaid, here)
    assert "sauf pour lignes en plus, catégories et totaux," in said(written, here)
    material = [
        collect_declaration_parts_needing_agreement(one, here.city, here.include) for one in (unsaid, written)
    ]
    assert material[0] != material[1]
    facts = [collect_dataset_facts(one, here.city) for one in (unsaid, written)]
    assert "Gardes des intervalles nouveaux" in str(compare_facts(*facts)[0])
    assert describe_agreed_fact_changes(
        *(collect_dataset_facts_under_agreement(one, here.city) for one in (unsaid, written))
    )
    whole = [here.dataset(guards=one) for one in ({}, {"shrink": "30%"})]
    assert len({re.sub("[0-9a-f]{16,}", "", said(one, here)) for one in whole}) == 1
    assert collect_declaration_parts_needing_agreement(
        whole[0], here.city, here.include
    ) == collect_declaration_parts_needing_agreement(whole[1], here.city, here.include)


def test_rows_that_reading_leaves_out_are_said_not_to_leave(here: Desk) -> None:
    footed = told(here, source={"file": "depot", "path": "r-*.csv", "take": "all", "footer": ["Total"]})
    assert "les lignes du pied de tableau que « footer: » désigne, non lues ;" in footed
    assert (
        "celles d'un fichier dont le contenu est exactement celui d'un autre, lu une seule fois ;" in footed
    )
    assert "non lues ;" not in told(here) and "lu une seule fois" not in told(here)
    named = {"file": "depot", "path": "r-*.csv", "take": "all", "file_column": "fichier"}
    both = told(here, source=named, columns={"quartier": "publish", "fichier": "drop"})
    assert "lu une seule fois" not in both, "the name of each is a cell: both are read"


def test_an_objection_is_not_said_to_take_a_row_out_of_a_link(here: Desk) -> None:
    sentence = (
        "qu'une opposition ôte une ligne : le lien la montre tant que la source la sert, et l'opposition"
    )
    assert sentence in told(here, **LINKED) and sentence not in told(here)
    with pytest.raises(PublicationGateClosed, match="le lien montrerait tout à tous"):
        served(here, here.dataset(**LINKED), 200, "quartier\n", WithheldRowCounts(0, 1, objected=1))


def test_the_certificate_of_a_restoration_has_the_search_that_let_it_out(portal: Showcase) -> None:
    """A basis answered then; a waiver does now, and is on the certificate."""
    source, town, place = portal.folder.parent / "depot" / "jeu.csv", portal.desk.city, portal.desk.place
    source.write_text("nom\nZoé Martin\nPaul Durand\nMarie Petit\n", encoding="utf-8")
    based = plain(
        portal, columns={"nom": {"publish": True, "basis": "CGCT, art. L2121-15"}}, guards={"shrink": "any"}
    )
    assert ran(portal, based, "un")
    former = (place.store.read_current_revision_pointer("jeu") or {})["revision"]
    source.write_text("nom\nZoé Martin\n", encoding="utf-8")
    assert ran(portal, based, "deux")
    waived = plain(portal, columns={"nom": "publish"}, waivers=[{**WAIVED, "column": "nom"}])
    run_pipeline(
        waived,
        town,
        Run("jeu", "trois", restoration=RestorationOrder(former, "Jeanne Martin", "essai")),
        place,
    )
    certificate = RunCertificate.from_json(place.store.read_current_certificate("jeu") or {})
    assert certificate.scan is not None
    assert {one["answer"] for one in certificate.scan["sightings"]} == {"waiver"}
    page = " ".join(render_certificate_page(certificate, town).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "couvert par une levée inscrite le 30/06/2026, au nom de : Ana Roux" in page
    assert "la recherche de données personnelles est celle de la remise en ligne." in page


def test_rows_of_a_restoration_that_failed_are_said_to_be_online_where_they_are(portal: Showcase) -> None:
    """It was asked of the revision that was online."""
    town, place, dataset = portal.desk.city, portal.desk.place, plain(portal)
    assert ran(portal, dataset, "un")
    former = (place.store.read_current_revision_pointer("jeu") or {})["revision"]
    held = RestorationReport(
        dataset="jeu", run="retour", revision=former, certified_run="un",
        certificate="", certificate_sha256="", parts=(), rejected=0, suppressed=0, by="Jeanne Martin",
        reason="essai", findings=build_reported_findings([RevisionOfOtherColumns()]),
        fingerprint=dataset.fingerprint, passed=False,
    )  # fmt: skip
    held.write(place.store, "jeu", "retour")
    edition = read_dpo_opinion_context_for_today(dataset, town, place)

    def read() -> str:
        report = build_dpo_report(dataset, town, Run("jeu", "retour"), place.store, edition)
        assert report is not None
        return html.unescape(render_dpo_report_page(report))

    assert "Ces lignes sont en ligne : elles sont de la dernière révision publiée" in read()
    assert "serait publiée telle quelle" not in read()
    assert "sous une déclaration antérieure" not in read()
    dataset = plain(portal, licence="odc-odbl")
    assert (
        "mais sous une déclaration antérieure : l'accès, la licence, les destinataires, les fondements et les règles"
        in read()
    )
    dataset = plain(portal)
    (portal.folder.parent / "depot" / "jeu.csv").write_text("quartier\nNord\nSud\n", encoding="utf-8")
    assert ran(portal, dataset, "deux")
    assert "Ces lignes sont en ligne" not in read() and "serait publiée telle quelle" in read()


def test_a_guard_waived_for_a_window_that_waited_is_on_the_certificate_it_leaves_with(
    portal: Showcase,
) -> None:
    """The run that prepared it published nothing: it has no certificate."""
    months = [
        Window(datetime(2026, one, 1, tzinfo=UTC), datetime(2026, one + 1, 1, tzinfo=UTC)) for one in (1, 2)
    ]
    early, late = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    place = portal.desk.place
    dataset = portal.dataset(**WINDOWED, cadence="monthly", publish_at="2026-12-01 10:00")
    bench = Bench(Desk(replace(place, clock=lambda: early)), NOWHERE, dataset.id)
    first = Run(dataset.id, "attend", months[0])
    handle = bench.valid(dataset, first, rows(5, code=[f"1{rank}" for rank in range(5)]))
    report = ValidateReport.read(place.store, dataset.id, "attend")
    waiver = {"by": "Jeanne Martin", "reason": "travaux", "identified": "key"}
    (finding,) = build_reported_findings(
        [ExcessiveRowLoss(count=3, detail={"share": "40 %", "limit": "30 %"})]
    )
    assert report is not None
    replace(report, guards=(ReportedTriggeredGuard("shrink", waiver, finding),)).write(
        place.store, dataset.id, "attend"
    )
    with pytest.raises(EmbargoInForce):
        publish_revision(dataset, portal.desk.city, first, handle, bench.desk.place, sleep=lambda _: None)
    portal.desk = Desk(replace(place, clock=lambda: late))
    published = portal.publish(rows(5, code=[f"2{rank}" for rank in range(5)]), dataset, months[1])
    assert published.rows == 10
    assert [(one["guard"], one["run"]) for one in published.waivers] == [("shrink", "attend")]
    certificate = certify_run(
        dataset, portal.desk.city, Run(dataset.id, published.run, months[1]), portal.desk.place
    )
    page = " ".join(html.unescape(render_certificate_page(certificate, portal.desk.city)).split())
    left = "« lignes en moins » pour l'exécution attend, dont l'intervalle sort avec celle-ci, au nom de : Jeanne"
    assert left in page
    assert "celles des autres intervalles viennent d" in page
    edition = read_dpo_opinion_context_for_today(dataset, portal.desk.city, place)
    report = build_dpo_report(dataset, portal.desk.city, first, place.store, edition)
    assert report is not None
    page = html.unescape(render_dpo_report_page(report))
    assert (
        "Ces lignes sont en ligne : elles sont de la dernière révision publiée" in page
        and "n'a mené aucune publication à son terme" in page
    )
    # Another interval that has the very same rows is not the one that is online.
    extract = ExtractReport.read(place.store, dataset.id, "attend")
    assert extract is not None
    replace(extract, window=months[1]).write(place.store, dataset.id, "attend")
    other = build_dpo_report(dataset, portal.desk.city, first, place.store, edition)
    assert other is not None and not other["released"]
    extract.write(place.store, dataset.id, "attend")
    again = portal.publish(rows(5, code=[f"3{rank}" for rank in range(5)]), dataset, months[1])
    assert not again.waivers, "once its window is certified with another"


def test_what_holds_a_dataset_is_on_the_page_to_sign(portal: Showcase) -> None:
    dataset, desk = plain(portal), portal.desk
    city, place = desk.city, desk.place
    assert ran(portal, dataset, "un")

    def page() -> str:
        edition = read_dpo_opinion_context_for_today(dataset, city, place)
        return "\n".join(lines(build_publication_explanation(dataset, city, edition))).replace(
            "\N{NO-BREAK SPACE}", " "
        )

    assert "1 opposition en vigueur" not in page() and "révision antérieure" not in page().replace(
        "remettre en ligne une révision antérieure", ""
    )
    former = (place.store.read_current_revision_pointer("jeu") or {})["revision"]
    run_pipeline(
        dataset, city, Run("jeu", "deux", restoration=RestorationOrder(former, "Jeanne Martin", "e")), place
    )
    assert f"remise en ligne de la révision {former[:12]}… décidée le" in page()
    store_objections_to_enforce(
        place.store, "jeu", [Objection(("a",), id="un")], datetime.now(UTC).isoformat()
    )
    shown = "là où elle est en ligne, peut encore montrer ce qui est demandé de retirer"
    assert shown in page()
    linked = describe_holds_in_force(desk.dataset(**LINKED), city, place.store, TODAY.day)
    assert "1 opposition en vigueur : le lien n'en ôte rien" in linked

    def officer() -> str:
        edition = read_dpo_opinion_context_for_today(dataset, city, place)
        report = build_dpo_report(dataset, city, Run("jeu", "un"), place.store, edition)
        assert report is not None
        return html.unescape(render_dpo_report_page(report))

    offline = "À cette édition, ce jeu est suspendu, son retrait est décidé, ou"
    assert offline not in officer()
    write_claim_holds_and_suspensions(place.store, ClaimHoldsAndSuspensions(suspended={"jeu": ["2026-001"]}))
    assert "jeu suspendu (2026-001, au registre des réclamations et incidents) : aucune exécution" in page()
    assert offline in officer()
    write_claim_holds_and_suspensions(place.store, ClaimHoldsAndSuspensions())
    assert "jeu suspendu" not in page()
    place.store.write_json(RESTORED_BACKUP, {"backed_up": "2026-06-01T03:00:00+00:00"})
    assert "dépôt remis de la sauvegarde du 01/06/2026 : aucune exécution ne publie tant que" in page()
    place.store.write_json(RESTORED_BACKUP, {"backed_up": "2026-06-01T03:00:00+00:00", "resumed": "hier"})
    assert "dépôt remis" not in page()
    order = WithdrawalOrder(
        run="ordre", by="Jeanne Martin", requester="une personne concernée", reason="essai"
    )
    record_withdrawal_order(["jeu"], order, city, place)
    assert "retrait décidé, à compter du" in page() and "(au nom de : Jeanne Martin) : aucune" in page()
    assert "que les plateformes n'en servent plus rien : pas encore vu" in page()
    assert offline in officer()
    lift_withdrawal(["jeu"], "Victor Hugo", "erreur", "levee", city, place)
    assert "retrait décidé" not in page() and offline not in officer()
    said_of = {
        one["kind"]: [line["valeur"] for line in one["lecture"]]
        for one in map(place.store.read_json, place.store.list_ledger_entry_keys("jeu"))
        if one
    }
    assert "au nom (écrit, non vérifié) de Jeanne Martin ; motif : essai" in said_of["withdrawal"]
    assert "au nom (écrit, non vérifié) de Victor Hugo ; motif : erreur" in said_of["withdrawal-lift"]


def test_a_guard_has_its_french_name_on_a_certificate(portal: Showcase) -> None:
    dataset = plain(portal)
    source = portal.folder.parent / "depot" / "jeu.csv"
    source.write_text("quartier\n" + "Centre\n" * 10, encoding="utf-8")
    assert ran(portal, dataset, "un")
    source.write_text("quartier\n" + "Centre\n" * 4, encoding="utf-8")
    assert ran(portal, dataset, "deux", (GuardWaiver("shrink", "Jeanne Martin", "fermetures"),))
    certificate = RunCertificate.from_json(portal.desk.place.store.read_current_certificate("jeu") or {})
    page = " ".join(render_certificate_page(certificate, portal.desk.city).split())
    assert "<li>« lignes en moins », au nom de : Jeanne Martin" in page and "shrink" not in page
    assert "Garde levée : lignes en moins" in [label for label, _ in certificate.list_label_value_pairs()]


def test_a_guard_waived_for_rows_that_are_online_again_was_waived_for_their_run(portal: Showcase) -> None:
    """And what another revision replaced since says so."""
    dataset, city, place = plain(portal), portal.desk.city, portal.desk.place
    source = portal.folder.parent / "depot" / "jeu.csv"
    source.write_text("quartier\n" + "Centre\n" * 10, encoding="utf-8")
    assert ran(portal, dataset, "un")
    source.write_text("quartier\n" + "Centre\n" * 4, encoding="utf-8")
    assert ran(portal, dataset, "deux", (GuardWaiver("shrink", "Jeanne Martin", "fermetures"),))
    former = (place.store.read_current_revision_pointer("jeu") or {})["revision"]
    source.write_text("quartier\n" + "Centre\n" * 5, encoding="utf-8")
    assert ran(portal, dataset, "trois")
    again = Run("jeu", "quatre", restoration=RestorationOrder(former, "Jeanne Martin", "erreur"))
    run_pipeline(dataset, city, again, place)

    def officer(run: Run) -> str:
        report = build_dpo_report(
            dataset, city, run, place.store, read_dpo_opinion_context_for_today(dataset, city, place)
        )
        assert report is not None
        return " ".join(
            html.unescape(render_dpo_report_page(report)).replace("\N{NO-BREAK SPACE}", " ").split()
        )

    page = officer(again)
    assert (
        "« lignes en moins » levée pour l'exécution deux, dont les lignes sont remises en ligne, au nom"
        in page
    )
    assert "les constats et les gardes levées se rapportent" in page and "une autre révision" not in page
    assert "Depuis, une autre révision a été publiée." in officer(Run("jeu", "trois"))
    assert "levée pour cette exécution, au nom de : Jeanne" in officer(Run("jeu", "deux"))
    certificate = RunCertificate.from_json(place.store.read_current_certificate("jeu") or {})
    shown = " ".join(html.unescape(render_certificate_page(certificate, city)).split())
    assert (
        "« lignes en moins » pour l'exécution deux, dont les lignes sont remises en ligne, au nom de" in shown
    )
    said = dict(certificate.list_label_value_pairs())["Garde levée : lignes en moins"]
    assert said.startswith("pour l'exécution deux, dont les lignes sont remises en ligne, au nom de : Jeanne")


def test_the_living_relatives_of_the_dead_are_found(here: Desk) -> None:
    """Those who died long ago, and firms, are neither held nor listed: said so."""
    people = ("Jean Martin", "Paul Roux", "Marie Durand", "Luc Bernard", "Anne Petit", "Louis Girard") * 4

    def found(tail: str) -> set[str]:
        return {hit.column for hit in scan.scan_table(pa.table({"note": [f"{one}{tail}" for one in people]}))}

    for tail in (
        ", enfant de soldat mort pour la France",
        ", veuve d'un ancien mort pour la France",
        ", dont le grand-oncle est mort pour la France",
        ", porte-drapeau du comité des morts pour la France",
    ):
        assert found(tail) == {"note"}, tail
    assert not found(", mort pour la France") and not found(" (1880-1916)")
    assert "un nom tenu pour celui d'un mort de longue date, d'une entreprise, d'un lieu ou d'une" in told(
        here
    )
    page = officer(here, here.dataset(), walked(here, here.dataset(), pa.table({"quartier": ["Centre"]})))
    assert "ou tenu pour celui d'un mort, d'une entreprise ou d'un lieu" in html.unescape(page)


def test_every_kind_of_article_9_that_nothing_looks_for_is_named(here: Desk) -> None:
    text = told(here)
    for kind in ("origine", "politiques", "philosophiques", "syndicale", "génétique", "biométrie", "orientation",
                 "infractions"):  # fmt: skip
        assert kind in text, kind


def test_a_run_that_sees_nothing_new_is_not_said_to_publish_nothing(portal: Showcase) -> None:
    """After a restoration is lifted, or an objection recorded, nothing has changed, and it publishes."""
    dataset, desk = plain(portal), portal.desk
    assert ran(portal, dataset, "un") and not ran(portal, dataset, "deux")
    back = RestorationOrder(
        str((desk.place.store.read_current_revision_pointer("jeu") or {})["revision"]),
        "Jeanne Martin",
        "essai",
    )
    run_pipeline(dataset, desk.city, Run("jeu", "trois", restoration=back), desk.place)
    lift_restoration(dataset, desk.city, "levée", "Jeanne Martin", "essai", desk.place)
    assert ran(portal, dataset, "quatre") and not ran(portal, dataset, "cinq")
    text = said(dataset, desk)
    assert "peut s'arrêter sans rien publier ; à chaque publication, l'état entier remplace" in text
    linked = told(desk, **LINKED)
    assert "et chaque fois qu'une exécution est demandée ; une exécution qui ne voit" in linked
    assert "peut s'arrêter sans redemander le lien" in linked


def test_a_run_that_a_decision_holds_destroys_what_a_killed_one_left_all_the_same(portal: Showcase) -> None:
    dataset, place = plain(portal), portal.desk.place
    assert "(au début de chaque exécution ; chaque heure aussi sous Airflow" in said(dataset, portal.desk)
    order = WithdrawalOrder(
        run="ordre", by="Jeanne Martin", requester="une personne concernée", reason="essai"
    )
    record_withdrawal_order(["jeu"], order, portal.desk.city, place)
    place.vault.write_text("raw/jeu/tué/raw.parquet", "des lignes")
    with pytest.raises(PublicationHeldByDecision):
        ran(portal, dataset, "retenue")
    assert place.vault.list("raw/jeu") == []


def test_a_claim_keeps_the_digest_of_a_source(portal: Showcase) -> None:
    dataset, place = plain(portal), portal.desk.place
    assert ran(portal, dataset, "un")
    assert "la fin du jeu (retrait ou déclaration ôtée ; plus tard, tant qu'une réclamation le" in said(
        dataset, portal.desk
    )
    dataset.path.unlink()
    write_claim_holds_and_suspensions(place.store, ClaimHoldsAndSuspensions(held={"jeu": ("2026-1",)}))
    assert sweep_dead_runs_and_expired_data(place, days=30).forgotten == 0 and place.vault.list("seen")
    write_claim_holds_and_suspensions(place.store, ClaimHoldsAndSuspensions())
    assert sweep_dead_runs_and_expired_data(place, days=30).forgotten == 1 and place.vault.list("seen") == []


@pytest.mark.parametrize(
    "changes, withheld, rejected",
    [
        ({}, False, False),
        ({"reject_at_most": 0.5}, False, True),
        ({"privacy": PRIVACY}, True, False),
        ({**WINDOWED, "privacy": PRIVACY, "reject_at_most": 0.5}, False, False),
    ],
    ids=["nothing", "rejects", "k", "windows"],
)
def test_the_record_is_said_to_count_rows_where_it_may(
    here: Desk, changes: dict[str, Any], withheld: bool, rejected: bool
) -> None:
    dataset = here.dataset(columns={"quartier": "publish"}, **changes)
    text, counts = said(dataset, here), RowPreparationCounts(4, 2, whole=not dataset.windowed)
    day = date(2026, 7, 1)
    record = build_fiche(dataset, here.city, counts, issued=day, modified=day).preparation
    record = record.replace("\N{NO-BREAK SPACE}", " ")
    assert (
        "combien de lignes une protection retire, s'il y en a, ou que c'est moins que le seuil" in text
    ) == withheld
    assert ("Moins de 5 lignes ont été retirées" in record) == withheld
    assert ("combien de lignes sont rejetées" in text) == rejected
    if dataset.windowed:
        assert "4 lignes" not in record


def test_what_an_objection_keeps_from_leaving_is_said(here: Desk) -> None:
    """``test_cli_objection`` shows it leave."""
    assert "celles que désigne une opposition en vigueur" in told(here)
    assert "opposition en vigueur" not in told(here, **LINKED)


def test_what_is_shown_to_who_agrees_is_said_to_be_kept(here: Desk) -> None:
    """``store_agreement_request`` keeps it in the store, with the names that it quotes."""
    text = told(here)
    assert "pages montrées à qui accorde, repères" in text
    assert build_request_key("jeu", "a").startswith("datasets/jeu/")


def test_of_a_restricted_licence_no_term_is_invented(here: Desk) -> None:
    text = told(here, **RESTRICTED)
    assert "héberge ce qui y est déposé et peut le lire : Région" in text and "en dispose" not in text
    assert "ses termes ne sont pas dans la déclaration" in text


def test_a_column_that_is_held_to_be_about_nobody_is_said_beside_whom_the_processing_is_about(
    here: Desk,
) -> None:
    assert "portent sur ce point, à rapprocher des « Personnes concernées » plus bas" in told(here)


def test_an_embargo_is_said_with_its_date(here: Desk) -> None:
    sentence = "Embargo : aucune nouvelle révision n'est publiée avant le 01/03/2027 à 09:00 (Europe/Paris)."
    assert sentence in told(here, publish_at="2027-03-01T09:00")
    assert "Embargo" not in told(here)
    assert "(vérification, garde, embargo" in told(here, publish_at="2026-07-01T09:00"), "that very day"


def test_an_embargo_that_is_over_holds_nothing(here: Desk) -> None:
    text = told(here, publish_at="2026-06-30T09:00")
    assert "Embargo" not in text and "(vérification, garde, embargo" not in text


def test_what_is_online_is_said_to_outlive_its_basis(here: Desk) -> None:
    """``test_publish_expiry`` shows the gate that closes, and what stays."""
    based = {"publish": True, "basis": "Loi", "until": "2030-12-31"}
    text = told(here, columns={"quartier": based})
    assert (
        "vaut jusqu'au 31/12/2030 : ensuite, rien n'est plus publié, mais ce qui est en ligne y reste" in text
    )


def test_the_record_of_a_link_promises_nothing_of_its_rows(here: Desk) -> None:
    plain, linked = (
        build_preparation_text_for_citizens(here.dataset(**changes), rejected=0, suppressed=0)
        for changes in ({}, LINKED)
    )
    assert "Chaque ligne est vérifiée" in plain and "Chaque ligne est vérifiée" not in linked
    assert "ce qu'elle sert entre-temps ne l'est pas." in linked


def test_a_scrubbed_text_is_said_to_lose_its_markup(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": "scrub"})
    sentence = "où l'une d'elles est remplacée perd aussi ses balises, espaces insécables et caractères invi"
    assert sentence in said(dataset, here) and sentence not in told(here)
    run = here.run()
    texts = ["<b>au 06 12 34 56 78</b>\N{NO-BREAK SPACE}: merci", "<b>rien</b>"]
    safe = anonymise_extract(dataset, run, here.raw(pa.table({"quartier": texts}), run), here.place)
    with here.place.vault.open_local_file_of_key(safe.handle.key) as path:
        assert pq.read_table(path).column("quartier").to_pylist() == ["au [retiré] : merci", "<b>rien</b>"]


def test_what_an_agreement_is_about_is_all_that_has_it_asked_again(here: Desk) -> None:
    words = {
        "source": "source", "reading": "façon de la lire", "geometry": "position", "key": "clé", "ordered": "ordre",
        "columns": "colonnes, règles", "privacy": "protection", "waivers": "levées", "guards": "gardes",
        "reject_at_most": "rejets admis",
        "processing": "traitement (finalité, fondement, personnes, raison du k ou du seuil, AIPD, durée)",
        "schema": "schéma", "licence": "licence", "organisation": "organisation", "access": "accès",
        "mode": "mode et lien", "link": "mode et lien", "outlet": "emplacement", "platforms": "plateformes",
        "publish_at": "embargo", "windowed": "façon de la lire", "lists": "listes de noms",
        "kept": "durées de garde (lignes rejetées, révisions)",
    }  # fmt: skip
    city(here, rejected_days=10)
    dataset = here.dataset(columns={"quartier": "scrub"}, publish_at="2027-03-01T09:00")
    assert set(collect_declaration_parts_needing_agreement(dataset, here.city, here.include)) == set(words)
    points = describe_agreement_scope(dataset)
    assert all(word in points for word in words.values())
    assert "listes de noms" not in describe_agreement_scope(here.dataset())


def test_how_long_things_are_kept_is_agreed_on(here: Desk) -> None:
    """In words too, for who is asked again; at their defaults, nothing is asked anew."""

    def material() -> tuple[dict[str, Any], dict[str, str]]:
        dataset = here.dataset()
        return collect_declaration_parts_needing_agreement(
            dataset, here.city, here.include
        ), collect_dataset_facts_under_agreement(dataset, here.city)

    city(here, rejected_days=30)
    assert "kept" not in material()[0] and "durées de garde (lignes rejetées, révisions)" in (
        describe_agreement_scope(here.dataset())
    )
    facts = material()[1]
    city(here, rejected_days=300, revision_days=3000)
    changed, now = material()
    assert changed["kept"] == {"rejected_days": 300, "revision_days": 3000}
    told = " ; ".join(describe_agreed_fact_changes(facts, now))
    assert "300 jours" in told and "3 000 jours" in told.replace("\N{NO-BREAK SPACE}", " ")


def test_what_becomes_restricted_is_hidden_by_the_next_look(portal: Showcase) -> None:
    """Nothing waits for the agreement that the change of access asks for. A CKAN: ``test_publish_inspection``."""
    dataset, desk = plain(portal), portal.desk
    file = portal.folder / "jeux" / "jeu" / "jeu.csv"
    assert ran(portal, dataset, "un") and file.exists()
    restricted = dataset.model_copy(update={"access": AccessSettings(level=AccessLevel.SAME_ORGANISATION)})
    essay, run = Run("jeu", "essai", dry_run=True), Run("jeu", "deux")
    assert (
        not inspection.detect_differences_and_hide_exposed_records(restricted, desk.city, essay, desk.place)
        and file.exists()
    )
    assert (
        inspection.detect_differences_and_hide_exposed_records(restricted, desk.city, run, desk.place)
        and not file.exists()
    )


def test_line_numbers_of_rejected_rows_are_said_to_be_kept(here: Desk) -> None:
    fields = [{"name": "n", "type": "integer"}]
    dataset = here.dataset(columns={"n": "publish"}, fields=fields, reject_at_most=0.5)
    run = walked(here, dataset, pa.table({"n": ["1", "x", "2"]}))
    report = here.place.store.read_report("jeu", run.id, "validate") or {}
    assert any(one["lines"] for one in report["findings"])
    text = said(dataset, here)
    assert "numéros de lignes de la source" in text
    assert "base et journaux d'Airflow, messagerie" in text


def test_no_page_says_more_than_it_shows_of_who_and_of_what(here: Desk) -> None:
    text = told(here, columns={"quartier": "publish", "c": {"pseudonym": "sel", "basis": "Loi"}})
    for claim in (
        "veut que les administrations publient",
        "que la Ville garde secrète",
        "et qui l'a décidé",
        "tels que ces pages les exposent",
        "indépendant du premier",
        "la Ville tient que",
    ):
        assert claim not in text, claim
    for sentence in (
        "impose aux administrations qui y sont soumises de publier en ligne certains documents",
        "que la Ville doit garder secrète",
        "Qui répond de quoi, et au nom de qui",
        "dont ces pages exposent ce qui précède",
    ):
        assert sentence in text, sentence
    grouped = told(here, privacy=PRIVACY)
    assert "un second calcul, séparé du premier, sur la même liste d'états" in grouped
    assert "isoleraient quelqu'un" not in grouped
    assert (
        "d'un groupe qui différerait d'un état déjà publié de moins de 5 lignes, ce qu'il faut pour"
        in grouped
    )
    assert "ni seule ni réunie aux autres, elle ne désigne personne, directement ou non" in told(here)


@pytest.mark.parametrize(
    "days, kept",
    [
        (None, "sans limite de durée (RGPD, art. 5, 1, e : city.yaml n'en fixe pas), pour"),
        (400, "400 jours au moins"),
    ],
)
def test_how_long_revisions_are_kept_is_that_of_the_city(here: Desk, days: int | None, kept: str) -> None:
    city(here, **({"revision_days": days} if days else {}))
    assert f"| dépôt de la Ville | {kept}" in told(here)
    compared = "et tant qu'elles sont des 60 derniers états comparés"
    assert (compared in told(here, privacy=PRIVACY)) == bool(days) and compared not in told(here)


def test_what_waits_for_the_express_agreement_is_said(here: Desk) -> None:
    plain = "la publication a été autorisée : aucune exécution ne l'attend"
    city(here, agreement="none")
    assert f"{plain} ;" in told(here) and "ne l'attend pas" in told(here)
    dpo = {"people": {"ana": {"name": "Ana Roux", "roles": ["dpo"]}}, "dpo": "dpd@ville.example"}
    city(here, agreement="required", agreement_role="dpo", **dpo)
    text = told(here)
    assert f"{plain}, hors l'accord exprès que donne, dans Aqueduc, le délégué" in text
    assert "que décider met en conflit d'intérêts (RGPD, art. 38, 6 ;" in text
    assert (
        "(non demandé, sans réponse encore, donné ou refusé à une autre, ou que le registre n'atteste pas)"
        in text
    )
    for whole in (text, told(here, **RESTRICTED)):
        assert (
            "jusqu'à un accord, Aqueduc n'en publie rien, fiche comprise, et n'ôte rien pour autant" in whole
        )
        assert "n'en montre la fiche" not in whole, "what is online stays shown to those who may read it"
    hidden = "hors une fiche ouverte à tous, que l'exécution suivante essaie de cacher"
    assert hidden in told(here, **RESTRICTED) and hidden not in text


def test_the_decision_of_the_owner_is_said_not_to_be_the_express_agreement(here: Desk) -> None:
    box = "(n'est pas l'accord exprès, qui se donne dans Aqueduc)"
    city(here, agreement="required")
    assert f"Décision : {here.dataset().owner} {box}" in told(here)
    city(here, agreement="none")
    assert "Décision : " in told(here) and box not in told(here)


def test_who_agrees_is_compared_where_somebody_is_to(here: Desk) -> None:
    """A city that asks for no agreement has no decider, and writes to nobody as such."""
    for agreement in ("required", "none"):
        roles = ("dpo", "signatory")
        found = []
        for role in roles:
            city(here, agreement=agreement, agreement_role=role, dpo="dpd@ville.example")
            found.append(collect_dataset_facts(here.dataset(), here.city).get("Qui accorde"))
            asked_for = (agreement, role) == ("required", "signatory")
            assert ("au délégué, à qui signe pour la Ville" in told(here)) == asked_for
        assert found == (list(roles) if agreement == "required" else [None, None])


def test_the_signature_of_a_person_is_not_said_to_be_missing(here: Desk) -> None:
    """``test_cli_agree`` signs; nothing but the act itself reads the signature."""
    kept = "que nulle clé de la Ville ne signe (la signature de qui accorde ou retire par sa clé y est gardée"
    key = generate_signing_key_pair()[1]
    assert kept not in told(here)
    city(here, people={"ana": {"name": "Ana Roux", "roles": ["dpo"], "key": key}})
    assert f"{kept}, et rien ne la revérifie ensuite) : qui écrit dans le dépôt" in told(here)
    city(here, signing={"connection": "cle", "keys": [key]})
    assert "nulle clé" not in told(here)


def test_the_last_opinion_is_that_of_the_last_day_that_has_come(here: Desk) -> None:
    dataset = here.dataset()
    days = (date(2026, 1, 2), date(2031, 1, 1), date(2026, 3, 4), date(2026, 3, 4), date(1999, 1, 1))
    given = [
        SignedOpinion(
            day=day, by=f"Ana {rank}", role="DPD", opinion="favorable", fingerprint=dataset.fingerprint,
            city=here.city.fingerprint, version="1", facts={},
        )
        for rank, day in enumerate(days)
    ]  # fmt: skip
    write_signed_opinions(here.include, "jeu", given)
    last = statement.read_last_opinion_into_context(here.include, here.dataset(), TODAY.day).last
    assert last is not None and (last.day, last.by) == (date(2026, 3, 4), "Ana 3")


@pytest.mark.parametrize("carried", [False, True])
def test_what_holds_a_renamed_dataset_is_told_before_its_first_run_too(here: Desk, carried: bool) -> None:
    place, city = here.place, here.city
    former = here.dataset()
    publish = {"day": TODAY.day, "by": "Ana", "role": "DPD", "opinion": "réservé", "remarks": "à revoir"}
    opinion = SignedOpinion(**publish, fingerprint="0" * 64, city="1" * 64, version="1", facts={})
    write_signed_opinions(here.include, "jeu", [opinion])
    store_objections_to_enforce(
        place.store, "jeu", [Objection(("a",), id="un")], datetime.now(UTC).isoformat()
    )
    write_claim_holds_and_suspensions(place.store, ClaimHoldsAndSuspensions(suspended={"jeu": ["2026-001"]}))
    seen = IncidentSighting("restricted", "jeu", "Jeu", "datasud", "2026-06-01T10:00:00+00:00")
    save_incident_sighting_if_new(place.store, seen)
    order = WithdrawalOrder(
        run="ordre", by="Jeanne Martin", requester="une personne concernée", reason="essai"
    )
    record_withdrawal_order(["jeu"], order, city, place)
    former.path.unlink()
    renamed = here.dataset("neuf", moved_from="jeu")
    if carried:
        place.store.adopt_records_of_former_name("jeu", "neuf")
    text = "\n".join(
        lines(
            build_publication_explanation(
                renamed, city, read_dpo_opinion_context_for_today(renamed, city, place)
            )
        )
    )
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "jeu auparavant nommé « jeu » : les retraits, suspensions, oppositions et avis" in text
    assert (
        "(au nom de : Jeanne Martin) : aucune exécution ne publie ce jeu" in text
        and "1 opposition en vigueur" in text
    )
    assert "jeu suspendu (2026-001" in text and "un visiteur a pu ouvrir ce jeu, alors restreint" in text
    assert "Dernier avis enregistré : réservé, le 01/07/2026, par Ana (DPD)" in text and "à revoir" in text
    assert "auparavant nommé" not in said(here.dataset("tiers"), here)


def test_no_name_is_put_after_a_preposition_that_would_be_elided() -> None:
    """« au nom de Aline »: names come after a colon."""
    package = Path(aqueduc.__file__).parent
    texts = [
        *package.rglob("*.py"),
        *package.rglob("*.j2"),
        *package.with_name("aqueduc_airflow").rglob("*.py"),
    ]
    wrong = [str(one) for one in texts if re.search(r"au nom de \{", one.read_text(encoding="utf-8"))]
    assert texts and not wrong


def test_where_there_is_no_opinion_both_names_are_given_to_look_under(here: Desk) -> None:
    renamed = here.dataset("neuf", moved_from="vieux")
    files = "include/signatures/neuf.yaml et include/signatures/vieux.yaml"
    assert f"Aucun avis n'est enregistré sur ce jeu ({files})." in said(renamed, here)


def test_guards_and_floors_are_on_the_page_whose_fingerprint_covers_them(here: Desk) -> None:
    city(here, floors={"k": 4, "small_count": 7})
    text = told(here, guards={"shrink": "10%"})
    assert (
        "Gardes : quand le jeu s'écarte trop de la dernière révision publiée, l'exécution est arrêtée" in text
    )
    assert "lignes en moins (plus de 10 %), lignes en plus (plus de 100 %)" in text
    assert (
        "les droits des comptes de la Ville ; le registre (certificats, accords, retraits), que nulle clé de la Ville ne"
        in text
    )
    assert set(GUARD_LABELS) == set(GUARDS)
    off = {"shrink": "any", "columns": "any", "truncated": "any", "totals": {"n": "5%"}}
    loose = told(here, guards=off, columns={"n": "publish"}, fields=[{"name": "n", "type": "number"}])
    assert (
        "Sans effet ici : lignes en moins, colonne disparue, source coupée et date la plus récente." in loose
    )
    assert "total de « n » changé (plus de 5 %)" in loose and "lignes en moins (" not in loose
    recent = {
        "guards": {"fresh": {"column": "j", "within": "2 days"}},
        "fields": [{"name": "j", "type": "date"}],
    }
    fresh = told(here, columns={"j": "publish"}, **recent)
    assert "« j » le plus récent a plus de 48 h" in fresh
    for key in ("shrink", "grow", "nulls", "shift", "truncated", "reopen", "privacy:", "basis:", "unit:"):
        assert key not in text, key


def test_a_guard_that_does_not_run_is_not_said_to(here: Desk) -> None:
    plain = told(here)
    assert "Sans effet ici : date la plus récente et totaux." in plain
    emptier = f"hausse de la part de cellules vides d'une colonne, à partir de {FEWEST_ROWS} lignes"
    assert f"{emptier} (plus de 20 points)" in plain
    assert (FEWEST_ROWS, MOST_CATEGORIES, ROWS_A_CATEGORY) == (20, 50, 10) and {1_000, 65_536} < set(LIMITS)
    assert (
        "à partir de 20 lignes, dans une colonne de 2 à 50 valeurs, de dix lignes en moyenne, hors colonnes de type "
        "date, heure, mois ou année, ou dont la règle généralise une date" in plain
    )
    assert "Comparés, sauf à la première publication" in plain
    text = told(here, **WINDOWED)
    assert "sauf pour lignes en moins, lignes en plus, catégories et totaux, qui ne jugent qu'un" in text
    bound = told(here, **WINDOWED, guards={"shrink": "10%"})
    assert "sauf pour lignes en plus, catégories et totaux, qui" in bound


def test_what_a_query_does_not_return_is_not_said_to_be_known(here: Desk) -> None:
    (here.include / "sql").mkdir(exist_ok=True)
    (here.include / "sql" / "jeu.sql").write_text("SELECT quartier FROM actes", encoding="utf-8")
    columns = {"quartier": "publish"}
    file, query = (
        told(here, columns=columns, **source)
        for source in ({}, {"source": {"postgres": "etat_civil", "sql": "sql/jeu.sql"}})
    )
    known = "colonnes de la source sont exactement celles de la déclaration"
    assert known in file and known not in query
    assert (
        "les colonnes que rend la requête sont exactement celles de la déclaration (ce que la base" in query
    )
    assert "Une colonne que la requête rendrait sans" in query and "La requête peut les tirer" in query


def test_what_the_record_covers_is_said_as_it_is_measured(here: Desk) -> None:
    city_bounds = "l'emprise de toute la Ville, d'après city.yaml"
    plain = told(here, columns={"quartier": "publish"})
    assert (
        city_bounds in plain and "les dates extrêmes de «" not in plain and "premier intervalle" not in plain
    )
    assert "le début du premier intervalle publié et la fin du dernier" in told(here, **WINDOWED)


def test_who_may_read_depends_on_the_level_of_access_where_the_platform_tells_it(here: Desk) -> None:
    platform = "dépend de qui lit une fiche cachée sur la plateforme (« À qui, et sous quelle licence »)."
    assert platform in told(here, access={"level": "registered"}, licence="other-at")
    city(here, platforms={"datasud": {"type": "idgo", "connection": "datasud"}})
    known = {
        level: told(here, access={"level": level}, licence="other-at")
        for level in ("registered", "same_organization")
    }
    assert "dépend de qui peut s'inscrire" in known["registered"]
    assert "dépend de qui est membre de l'organisation" in known["same_organization"]


def test_what_the_record_says_beside_the_columns_is_said(here: Desk) -> None:
    dataset = here.dataset(columns={"quartier": {"publish": True, "basis": "CGCT"}, "nom": "drop"})
    record = build_preparation_text_for_citizens(dataset, rejected=2, suppressed=0).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "« nom »" in record and "CGCT" in record and "2 lignes" in record
    sentence = "La fiche dit aussi, à qui peut la lire : les noms des colonnes de la source retirées"
    assert sentence in said(dataset, here)
    made = told(
        here, columns={"quartier": "publish", "court": "drop"}, computed={"court": "left(quartier, 1)"}
    )
    assert "1 colonne, de la source ou ajoutée, est retirée" in made and "les noms des colonnes" not in made
    assert ", les fondements cités" in said(dataset, here) and "les fondements cités" not in told(here)


def test_who_the_partner_is_and_who_holds_accounts_are_said_to_be_unchecked(here: Desk) -> None:
    assert (
        "destinataire, est aussi sous-traitant ou responsable conjoint (RGPD, art. 4 (points 7 à 9), 26"
        in told(here)
    )
    assert "Aqueduc ne sait pas qui les détient" in told(here, **RESTRICTED)


def test_the_code_that_ran_is_told_by_its_digest(here: Desk, tmp_path: Path) -> None:
    """Another line of code, under the same number, is another program."""
    digest = compute_program_digest()
    assert f"par Aqueduc {aqueduc.__version__} (code {digest[:16]}…)" in (
        build_publication_explanation(here.dataset(), here.city, TODAY).edited.replace(
            "\N{NO-BREAK SPACE}", " "
        )
    )
    copy = tmp_path / "copie"
    shutil.copytree(Path(program.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    other = importlib.util.spec_from_file_location("copie", copy / "program.py")
    assert other is not None and other.loader is not None
    module = importlib.util.module_from_spec(other)
    other.loader.exec_module(module)
    assert module.compute_program_digest() == digest
    with (copy / "run.py").open("a", encoding="utf-8") as file:
        file.write("# autre\n")
    module.compute_program_digest.cache_clear()
    assert module.compute_program_digest() != digest


def test_no_digest_of_the_code_is_made_where_dags_are_parsed() -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from aqueduc.declaration import load_all_declarations, load_city\n"
        "from aqueduc.program import compute_program_digest\n"
        "include = Path(sys.argv[1])\n"
        "assert load_all_declarations(include, load_city(include)).datasets\n"
        "assert compute_program_digest.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", script, str(INCLUDE)], check=True, timeout=120)


def test_the_page_of_a_run_names_it_by_its_time_and_has_nothing_for_the_steward(portal: Showcase) -> None:
    dataset = plain(portal)
    assert ran(portal, dataset, "un")
    page = officer(portal.desk, dataset, Run("jeu", "un"))
    assert re.search(r"exécution publiée le \d\d/\d\d/\d{4} à \d\d:\d\d \(un\), et sur la déclaration", page)
    assert "Mise en ligne, ou maintien (oui, non)" in page
    assert "→" not in page and "Risque de réidentification" not in page


def test_the_demonstration_has_its_law_right_and_its_officer_decide_nothing() -> None:
    datasets = {one.id: one for one in load_all_declarations(INCLUDE, load_city(INCLUDE)).datasets}
    assert "art. L. 716-1" in (datasets["hautes-remunerations"].processing.legal_ground or "")
    ground = datasets["subventions"].processing.legal_ground or ""
    assert "23 000 €" in ground and "art. 6, 1, c" in ground
    # What article L. 312-1-1 imposes is an obligation (GDPR 6(1)(c)), not a mission chosen (6(1)(e)).
    assert not [
        one.id
        for one in datasets.values()
        if "L. 312-1-1" in (one.processing.legal_ground or "")
        and "1, e" in (one.processing.legal_ground or "")
    ]
    assert "sexe et leur année" in (datasets["prenoms"].processing.persons or "")
    assert "détail des votes" not in datasets["deliberations"].description
    assert "personnes physiques" in (datasets["subventions"].processing.persons or "")
    dpia = datasets["horodateurs-transactions"].processing.dpia
    assert dpia is not None and dpia.needed and "AIPD 2026-03 du 16/02/2026" in dpia.why
    assert not [one for dataset in datasets.values() for one in dataset.waivers if "délégué" in one.by]


# --- on two sheets ------------------------------------------------------------------------------------------


def test_the_edition_is_dated_in_the_city(tmp_path: Path) -> None:
    from aqueduc.certify.officer import read_dpo_opinion_context_for_today

    here = desk(tmp_path)
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    place = replace(here.place, clock=lambda: late)
    assert read_dpo_opinion_context_for_today(here.dataset(), here.city, place).day == date(2026, 7, 1)


# --- the guide ----------------------------------------------------------------------------------------------


def test_the_guide_says_which_commands_write_values_of_a_source() -> None:
    """Those that read a source, or what was rejected of it, and have a file to write."""
    text = (INCLUDE.parent / "docs" / "cli.md").read_text(encoding="utf-8").replace("\n", " ")
    (written,) = re.findall(r"écrivent des valeurs dans un fichier, (.*?)\.  ", text)
    assert re.findall(r"`([a-z]+(?: --[a-z]+)?)`", written) == [
        *("run", "restore", "objection", "rejected --export", "correct", "new --enums"),
    ]


def test_the_guide_says_no_more_than_the_texts_that_are_signed() -> None:
    guide = " ".join(read_guide().split())
    for claim in (
        "le fichier même qui va sortir",
        "à chaque extrait |",
        "le certificat citent les levées",
        "comme un visiteur, puis n'inscrit",
    ):
        assert claim not in guide, claim
    for said in (
        "Quand des lignes sont retirées, une colonne qui les **numérote** ferme aussi la porte",
        "chaque exécution le rappelle (hors jeux lus par intervalle)",
        "le certificat, celles qui ont servi",
        "des condensats de valeurs, publiées ou non",
        "les intervalles se suivent dans l'ordre du temps",
        "Les gardes n'y sont pas rejugées, hors `reopen`, ni la différence avec les états publiés, ni les un",
        "que celle de la dernière révision certifiée",
        "ni le contenu d'un fichier de `generalise` ou de `locate`",
        "un fichier qui s'ouvrirait seul reste ouvert",
        "sur les 20 000 premières lignes, et les clés et initiales, sur les 5 000 premières",
        f"textes libres ({entities.SAMPLE} au plus par colonne, parmi les {entities.ROWS // 1000} 000 premières lignes)",
        "(`verify --file` nomme encore l'entrée altérée, et dit la rupture à côté)",
    ):
        assert said in guide, said


def test_a_waiver_that_matches_nothing_is_recalled_but_for_intervals(here: Desk) -> None:
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    found = []
    for rank, (declared, of) in enumerate((({}, None), (WINDOWED, window))):
        dataset = here.dataset(waivers=[WAIVED], **declared)
        run = here.run(of, identifier=f"n{rank}")
        safe = anonymise_extract(dataset, run, here.raw(pa.table({"quartier": ["Centre"]}), run), here.place)
        report = validate_anonymised_rows(dataset, run, safe.handle, here.place).report
        found.append({"quartier" in one.message and "lev" in one.message for one in report.findings})
    assert True in found[0] and True not in found[1]
