"""Every table, file and endpoint of the sandbox city: drafted, refused, decided, accepted; nothing told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from aqueduc.draft import DraftRequest, draft_declaration
from aqueduc.sources.files.drafting import build_file_request as file
from aqueduc.sources.http.drafting import build_api_path_draft_request as address
from aqueduc.sources.postgres.drafting import DRAFTING
from sandbox.city import City
from sandbox.city.database import SCHEMAS
from tests.draft.stewarding import Table, texts_of
from tests.draft.stewarding import table as stewards_table
from tests.leaks import found, personal_values

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

TABLES = (
    "assemblee.deliberation",
    "etat_civil.deces",
    "etat_civil.mariage",
    "etat_civil.naissance",
    "finances.budget",
    "finances.tiers",
    "ressources_humaines.remuneration",
    "stationnement.transaction",
    "urbanisme.permis",
)
FILES = ("subventions-2025.csv", "associations.csv", "defibrillateurs.xlsx", "arbres.geojson")
ENDPOINTS = ("/parkings", "/comptages")


@pytest.fixture
def steward(city: City, tmp_path: Path) -> Iterator[Table]:
    city.caprices(False)
    yield stewards_table(tmp_path, city.environment())
    city.caprices(True)


@pytest.fixture(scope="module")
def residents(city: City) -> list[tuple[str, str]]:
    return personal_values(city.residents_file)


def _wanted(source: str) -> DraftRequest:
    if source in TABLES:
        return DRAFTING.choose("essai", source.split(".")[0], source)
    return address("essai", "mobilite", source) if source in ENDPOINTS else file("essai", "depot", source)


def test_nothing_of_the_city_is_left_out(city: City) -> None:
    with psycopg.connect(city.dsn) as connection:
        tables = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s)",
            [list(SCHEMAS)],
        ).fetchall()
    assert sorted(name for (name,) in tables) == sorted(TABLES)
    assert sorted(path.name for path in city.drop_folder.iterdir()) == sorted(FILES)


@pytest.mark.parametrize(
    "source",
    # One of each kind at each change of the code.
    [
        source
        if source in (TABLES[0], FILES[0], ENDPOINTS[0])
        else pytest.param(source, marks=pytest.mark.thorough)
        for source in (*TABLES, *FILES, *ENDPOINTS)
    ],
)
def test_a_draft_is_refused_then_decided_then_walks(
    source: str, steward: Table, residents: list[tuple[str, str]]
) -> None:
    made = draft_declaration(_wanted(source), steward.place)
    path = steward.write(made)

    refused = steward.refusal(path)
    assert refused
    assert {code for code, _ in refused} == {"a-decider"}
    assert sorted(question.partition(" — ")[0] for _, question in refused) == sorted(
        str(decision.question) for decision in made.decisions
    )

    steward.decide(path)
    assert steward.refusal(path) == []
    report = steward.walk(steward.load(path))
    assert report.rows_out > 0
    assert made.plan.trial is not None
    assert made.plan.trial.left == report.rows_out
    assert found(residents, texts_of(made)) == {}
