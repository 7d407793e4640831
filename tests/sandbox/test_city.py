"""The city of the sandbox: deterministic, dirty where real cities are, and leak-proof by construction."""

from __future__ import annotations

import csv
import io
import json
import re
import smtplib
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import LiteralString

import httpx
import openpyxl
import psycopg
import pytest
from stdnum import iban as iban_oracle
from stdnum.fr import nir as nir_oracle
from stdnum.fr import siret as siret_oracle

from sandbox import city
from sandbox.city import (
    api,
    assemblee,
    database,
    dropfolder,
    mobilite,
    names,
    people,
    stationnement,
    tables,
    urbanisme,
)
from sandbox.city.tables import Table

SEED = 13001
UNTIL = date(2026, 11, 1)
SCALE = 0.02
NOW = datetime(2026, 11, 25, 10, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def everything() -> list[Table]:
    return [*database.tables(SEED, UNTIL), *dropfolder.tables(SEED).values()]


@pytest.fixture(scope="module")
def ville(tmp_path_factory: pytest.TempPathFactory) -> Iterator[city.City]:
    root = tmp_path_factory.mktemp("ville")
    yield city.start(root, scale=SCALE)
    city.stop(root)


@pytest.fixture(scope="module")
def drop() -> dict[str, bytes]:
    return {name: dropfolder._ENCODERS[name](table) for name, table in dropfolder.tables(SEED).items()}


def column(table: Table, name: str) -> list[object]:
    return [row.get(name) for row in table.rows]


# ---------------------------------------------------------------------------------------------- the generator


def test_the_same_seed_gives_the_same_rows_and_the_same_bytes(
    everything: list[Table], drop: dict[str, bytes]
) -> None:
    people.residents.cache_clear()
    assert [*database.tables(SEED, UNTIL), *dropfolder.tables(SEED).values()] == everything
    again = {name: dropfolder._ENCODERS[name](table) for name, table in dropfolder.tables(SEED).items()}
    assert again == drop


def test_another_seed_gives_other_rows() -> None:
    assert urbanisme.permits(1).rows[:10] != urbanisme.permits(2).rows[:10]


def test_a_month_of_deliberations_never_changes() -> None:
    early = assemblee.deliberations(SEED, date(2025, 4, 1)).rows
    later = assemblee.deliberations(SEED, UNTIL).rows
    march = [row for row in later if str(row["date_seance"]).startswith("2025-03")]
    assert march == [row for row in early if str(row["date_seance"]).startswith("2025-03")]
    assert len(march) > 20
    assert not [row for row in later if str(row["date_seance"])[5:7] == "08"]


def test_volumes(everything: list[Table]) -> None:
    sizes = {table.name: len(table.rows) for table in everything}
    assert 3_900 < sizes["permis"] < 4_100
    assert 1_300 < sizes["deliberation"] < 1_600
    assert 19_900 < sizes["naissance"] < 20_100
    assert sizes["defibrillateurs"] == 150
    assert 780 < sizes["subventions"] < 820


def test_no_surname_of_a_resident_is_a_word_of_what_the_city_publishes(everything: list[Table]) -> None:
    published = [str(cell) for table in everything for cell in _published_cells(table)]
    published += [json.dumps(mobilite.car_parks(SEED, NOW), ensure_ascii=False)]
    published += [f"{s.code} {s.zone}" for s in stationnement.pay_stations(SEED)]
    published += [f"{counter.id} {counter.name}" for counter in mobilite.COUNTERS]
    published += [*names.ELECTED, *names.SCHOOLS, *names.FACILITIES, *names.PUBLIC_STREETS, *names.GIVEN_F]
    published += [*names.GIVEN_M, *names.HOME_STREETS, *(quartier.name for quartier in names.QUARTIERS)]
    words = set(re.findall(r"[a-z]+", names.plain(" ".join(published))))
    for surname in names.SURNAMES:
        parts = [part for part in re.findall(r"[a-z]+", names.plain(surname)) if len(part) > 1]
        assert not words & set(parts), surname


def _published_cells(table: Table) -> Iterator[object]:
    public = [column.name for column in table.columns if not column.personal]
    return (row[name] for row in table.rows for name in public if row.get(name) is not None)


def test_no_searchable_value_is_found_in_what_the_city_publishes(everything: list[Table]) -> None:
    published = {names.plain(str(cell)) for table in everything for cell in _published_cells(table)}
    assert not [
        value for kind, value in tables.personal_values(everything) if names.plain(value) in published
    ]


def test_no_street_where_residents_live_is_named_in_what_the_city_publishes(everything: list[Table]) -> None:
    text = names.plain(" ".join(str(cell) for table in everything for cell in _published_cells(table)))
    assert not [street for street in names.HOME_STREETS if names.plain(street) in text]


def test_numbers_pass_the_checks_of_python_stdnum() -> None:
    for who in people.residents(SEED)[:2_000]:
        assert nir_oracle.is_valid(who.nir), who.nir
        assert iban_oracle.is_valid(who.iban), who.iban
        assert re.fullmatch(r"[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}", who.plate)
        assert re.fullmatch(r"0[1-9]\d{8}", who.phone)
    assert {who.nir[5:7] for who in people.residents(SEED)} >= {"13", "2A", "2B", "75", "99"}


def test_numbers_written_by_clerks_keep_their_keys(everything: list[Table]) -> None:
    written = list(tables.personal_values(everything))
    full = [value for kind, value in written if kind == "nir" and len(value.replace(" ", "")) == 15]
    assert len(full) > 10_000
    assert all(nir_oracle.is_valid(value) for value in full)
    assert all(iban_oracle.is_valid(value) for kind, value in written if kind == "iban")


def test_sirets_are_valid_but_for_the_bad_row(everything: list[Table]) -> None:
    grants = next(table for table in everything if table.name == "subventions")
    given = [str(cell) for cell in column(grants, "idBeneficiaire") if cell]
    assert sum(not siret_oracle.is_valid(number) for number in given) == 1


def test_phones_are_written_in_every_layout(everything: list[Table]) -> None:
    written = {value for kind, value in tables.personal_values(everything) if kind == "phone"}
    shapes = Counter(re.sub(r"\d", "9", value) for value in written)
    assert len(shapes) >= 10
    assert "999999999" in shapes, "the leading zero is lost somewhere"


@pytest.mark.parametrize(
    "table_name, is_bad",
    [
        (
            "permis",
            lambda row: (
                not (row["numero"] or "").strip()
                or row["date_depot"] is None
                or not 2010 < row["date_depot"].year < 2026
                or row["quartier"] not in {quartier.name for quartier in names.QUARTIERS}
                or not 0 <= row["surface_m2"] < 100_000
                or row["logements"] < 0
                or row["decision"] == "accorde"
            ),
        ),
        (
            "naissance",
            lambda row: not row["sexe"] or not row["prenom"] or not 2015 < row["date_naissance"].year < 2026,
        ),
        ("arbres", lambda row: not isinstance(row["hauteur"], float | None) or row["id"] is None),
    ],
    ids=["permis", "naissance", "arbres"],
)
def test_bad_rows_exist_and_stay_rare(everything: list[Table], table_name, is_bad) -> None:
    table = next(found for found in everything if found.name == table_name)
    bad = sum(map(is_bad, table.rows))
    assert 0 < bad <= len(table.rows) / 100


def test_permits_are_k_anonymous_enough_by_year_band_and_district() -> None:
    permits = urbanisme.permits(SEED).rows
    classes = Counter(
        (row["date_depot"].year, row["surface_m2"] // 100, row["quartier"])
        for row in permits
        if row["date_depot"]
    )
    assert sum(size for size in classes.values() if size < 5) <= len(permits) * 0.05


def test_rare_given_names_exist_every_year(everything: list[Table]) -> None:
    births = next(table for table in everything if table.name == "naissance")
    counts = Counter(
        (row["date_naissance"].year, row["sexe"], str(row["prenom"]).strip().casefold())
        for row in births.rows
        if row["prenom"]
    )
    rare = [key for key, count in counts.items() if count < 3 and 2016 <= key[0] <= 2025]
    assert len({year for year, _, _ in rare}) == 10
    assert max(counts.values()) > 50


# -------------------------------------------------------------------------------------------- the drop folder


def test_the_grants_file_is_french_cp1252(drop: dict[str, bytes]) -> None:
    raw = drop["subventions-2025.csv"]
    assert (b"\x92" in raw and b"\x80" in raw and b"\x9c" in raw) or b"\x8c" in raw
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(raw.decode("cp1252"), newline=""), delimiter=";"))
    amounts = [row["montant"] for row in rows]
    assert sum(bool(re.fullmatch(r"\s*\d{1,3}(?:[ \xa0]\d{3})+,\d\d\s*", amount)) for amount in amounts) > 100
    assert any("\xa0" in amount for amount in amounts)
    assert "à préciser" in amounts
    assert "31/02/2025" in [row["dateConvention"] for row in rows]
    assert all(re.fullmatch(r"\d\d/\d\d/2025", row["dateConvention"]) for row in rows)


def test_the_associations_file_is_dirty(drop: dict[str, bytes]) -> None:
    raw = drop["associations.csv"]
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert sum(any("\n" in cell for cell in row) for row in rows) > 50
    assert sorted({len(row) for row in rows}) == [5, 12, 13]
    shifted = next(row for row in rows if len(row) == 13)
    assert "@" in shifted[11], "an e-mail has slid into the published column site_web"
    assert any(row[1] != row[1].strip() for row in rows)
    assert any("chez" in row[5] for row in rows if len(row) == 12)
    assert any(re.search(r"\d\d[ .]\d\d[ .]\d\d", row[2]) for row in rows if len(row) == 12)


def test_the_spreadsheet_holds_date_serials(drop: dict[str, bytes]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(drop["defibrillateurs.xlsx"])).active
    assert sheet is not None
    head, *rows = sheet.iter_rows(values_only=True)
    serials = [row[head.index("dermnt")] for row in rows]
    assert len(rows) == 150
    assert sum(isinstance(serial, int) and 44_000 < serial < 47_000 for serial in serials) == 149
    assert "à vérifier" in serials
    numbers = [row[head.index("num_serie")] for row in rows]
    assert len(set(numbers)) == 149


def test_the_geojson_holds_points_of_the_city_and_a_few_faults(drop: dict[str, bytes]) -> None:
    features = json.loads(drop["arbres.geojson"])["features"]
    points = [feature["geometry"]["coordinates"] for feature in features if feature["geometry"]]
    inside = [1 for lon, lat in points if 5.26 < lon < 5.51 and 43.44 < lat < 43.63]
    assert len(points) == len(features) - 1
    assert 0 < len(points) - len(inside) < 10
    ids = Counter(feature["properties"]["id"] for feature in features)
    assert any(count > 1 for count in ids.values())


# ---------------------------------------------------------------------------------------------------- the API


def ask(server: api.City, path: str, query: dict[str, str] | None = None, now: datetime = NOW) -> api.Reply:
    return server.answer(api.Request(path, query or {}, "http://ville", now))


def calm() -> api.City:
    server = api.City(SEED)
    ask(server, "/_panne", {"caprices": "non"})
    return server


def test_a_first_request_is_refused_now_and_then_and_never_the_second() -> None:
    server = api.City(SEED)
    first = [ask(server, "/parkings", {"essai": str(rank)}) for rank in range(200)]
    second = [ask(server, "/parkings", {"essai": str(rank)}) for rank in range(200)]
    statuses = Counter(reply.status for reply in first)
    assert set(statuses) == {200, 429, 500}
    assert 10 <= statuses[429] + statuses[500] <= 50
    assert all(reply.headers["Retry-After"] == "1" for reply in first if reply.status == 429)
    assert {reply.status for reply in second} == {200}
    other = api.City(SEED)
    assert [ask(other, "/parkings", {"essai": str(rank)}).status for rank in range(200)] == [
        reply.status for reply in first
    ]


def test_counts_are_paged_without_gap_nor_overlap() -> None:
    server, start, end = calm(), NOW - timedelta(days=2), NOW
    query = {"debut": start.isoformat(), "fin": end.isoformat()}
    rows: list[dict] = []
    page, following = 1, "first"
    while following:
        body = ask(server, "/comptages", {**query, "page": str(page)}).body
        rows += body["resultats"]
        following = body["suivante"]
        page += 1
    assert len(rows) == body["total"] == 47 * len(mobilite.COUNTERS)
    assert len({(row["compteur"], row["horodatage"]) for row in rows}) == len(rows)
    hours = {datetime.fromisoformat(row["horodatage"]) for row in rows}
    assert min(hours) >= start
    assert max(hours) < end - timedelta(minutes=4)


def test_counts_do_not_depend_on_the_interval_that_asks_for_them() -> None:
    server = calm()
    wide = ask(server, "/comptages", {"debut": "2026-03-02", "fin": "2026-03-03"}).body
    narrow = ask(server, "/comptages", {"debut": "2026-03-02T07:00:00Z", "fin": "2026-03-02T08:00:00Z"}).body
    everything = (
        wide["resultats"]
        + ask(server, "/comptages", {"debut": "2026-03-02", "fin": "2026-03-03", "page": "2"}).body[
            "resultats"
        ]
    )
    assert len(narrow["resultats"]) == len(mobilite.COUNTERS)
    assert all(row in everything for row in narrow["resultats"])


def test_counts_stop_two_years_ago_and_now() -> None:
    server = calm()
    old = ask(server, "/comptages", {"debut": "2020-01-01", "fin": "2021-01-01"}).body
    coming = ask(server, "/comptages", {"debut": NOW.isoformat(), "fin": "2030-01-01"}).body
    assert old["total"] == coming["total"] == 0
    whole = ask(server, "/comptages", {"debut": "2020-01-01", "fin": "2030-01-01"}).body
    # The hour in progress is not over, and the first one must be whole: one less than 731 days.
    assert whole["total"] == (731 * 24 - 1) * len(mobilite.COUNTERS)


@pytest.mark.parametrize(
    "query",
    [{"debut": "hier"}, {"page": "deux"}, {"page": "0"}, {"debut": "2026-03-02", "fin": "2026-03-01"}],
)
def test_a_senseless_query_is_a_400(query: dict[str, str]) -> None:
    assert ask(calm(), "/comptages", query).status == 400


def test_an_unquoted_plus_in_a_time_is_understood() -> None:
    body = ask(
        calm(), "/comptages", {"debut": "2026-03-02T07:00:00 00:00", "fin": "2026-03-02T08:00:00 00:00"}
    )
    assert body.body["total"] == len(mobilite.COUNTERS)


def test_car_parks_change_every_ten_minutes_and_only_then() -> None:
    server = calm()
    one = ask(server, "/parkings", now=NOW).body
    assert one == ask(server, "/parkings", now=NOW + timedelta(minutes=5)).body
    assert one != ask(server, "/parkings", now=NOW + timedelta(minutes=6)).body
    week = [
        park for step in range(1_000) for park in mobilite.car_parks(SEED, NOW + step * timedelta(minutes=10))
    ]
    assert {park["statut"] for park in week} == {"ouvert", "fermé", "inconnu"}
    assert all(park["places"] is None or 0 <= park["places"] <= park["capacite"] for park in week)


@pytest.mark.sandbox
def test_the_api_answers_304_to_a_known_etag(ville: city.City) -> None:
    ville.caprices(False)
    first = httpx.get(f"{ville.api_url}/comptages?debut=2026-03-02&fin=2026-03-03")
    again = httpx.get(str(first.url), headers={"If-None-Match": first.headers["ETag"]})
    assert first.status_code == 200
    assert (again.status_code, again.content) == (304, b"")
    following = httpx.get(first.json()["suivante"]).json()
    assert (following["page"], following["total"]) == (2, 24 * len(mobilite.COUNTERS))
    assert httpx.get(f"{ville.api_url}/rien").status_code == 404
    assert httpx.post(f"{ville.api_url}/parkings").status_code == 405


@pytest.mark.sandbox
def test_the_api_is_moody_over_the_wire_too(ville: city.City) -> None:
    ville.caprices(True)
    with httpx.Client(base_url=ville.api_url) as client:
        refused = next(
            (rank, reply)
            for rank in range(500)
            if (reply := client.get("/parkings", params={"essai": rank})).status_code == 429
        )
        rank, reply = refused
        assert reply.headers["Retry-After"] == "1"
        assert client.get("/parkings", params={"essai": rank}).status_code == 200


@pytest.mark.sandbox
def test_an_outage_lasts_as_long_as_asked(ville: city.City) -> None:
    ville.caprices(False)
    ville.panne("/parkings", statut=503, duree=60)
    assert [httpx.get(f"{ville.api_url}/parkings").status_code for _ in range(3)] == [503] * 3
    assert httpx.get(f"{ville.api_url}/comptages").status_code == 200
    assert httpx.get(f"{ville.api_url}/_panne").json()["pannes"][0]["chemin"] == "/parkings"
    ville.panne("/parkings", duree=0)
    assert httpx.get(f"{ville.api_url}/parkings").status_code == 200


# ----------------------------------------------------------------------------------------- the running city


@pytest.mark.sandbox
def test_starting_again_returns_the_same_city(ville: city.City) -> None:
    root = ville.drop_folder.parents[1]
    assert city.running(root)
    assert city.start(root, scale=SCALE) == ville == city.load(root)


@pytest.mark.sandbox
def test_each_reader_reads_its_schema_and_nothing_else(ville: city.City) -> None:
    own = {
        "urbanisme": "permis",
        "etat_civil": "naissance",
        "finances": "budget",
        "stationnement": "transaction",
        "assemblee": "deliberation",
        "ressources_humaines": "remuneration",
    }
    assert own.keys() == ville.passwords.keys()
    for schema, table in own.items():
        with psycopg.connect(ville.reader_dsn(schema), autocommit=True) as connection:
            row = connection.execute(f"SELECT count(*) FROM {schema}.{table}").fetchone()
            assert row is not None and row[0] > 0
            for other, foreign in own.items():
                if other != schema:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(f"SELECT 1 FROM {other}.{foreign}")


@pytest.mark.sandbox
@pytest.mark.sandbox
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM urbanisme.permis",
        "INSERT INTO urbanisme.permis (numero) VALUES ('x')",
        "CREATE TABLE urbanisme.x (a int)",
        "CREATE TABLE public.x (a int)",
        "CREATE TEMPORARY TABLE x (a int)",
    ],
)
def test_a_reader_cannot_write_even_when_it_lifts_its_own_guard(ville: city.City, statement: str) -> None:
    with psycopg.connect(ville.reader_dsn("urbanisme"), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(statement)
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.sandbox
def test_a_wrong_password_is_refused(ville: city.City) -> None:
    wrong = ville.reader_dsn("urbanisme").replace(ville.passwords["urbanisme"], "nope")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong)


@pytest.mark.sandbox
def test_transactions_have_their_share_of_dirt(ville: city.City) -> None:
    with psycopg.connect(ville.dsn) as connection:
        row = connection.execute(
            """SELECT count(*), count(*) - count(DISTINCT id), count(*) FILTER (WHERE montant < 0),
                      count(*) FILTER (WHERE duree_minutes IS NULL), count(plaque)
               FROM stationnement.transaction"""
        ).fetchone()
    assert row is not None
    total, twins, negative, endless, plates = row
    assert total - twins == round(stationnement.TRANSACTIONS * SCALE)
    assert min(negative, endless) > 0
    assert negative + endless < total / 100
    assert plates > total * 0.9


@pytest.mark.sandbox
def test_every_personal_value_listed_is_present_in_a_source(ville: city.City) -> None:
    assert stat.S_IMODE(ville.residents_file.stat().st_mode) == 0o600
    listed = [json.loads(line) for line in ville.residents_file.read_text(encoding="utf-8").splitlines()]
    kinds = Counter(item["kind"] for item in listed)
    assert set(kinds) == tables.SEARCHABLE | {"surname"}
    plates = _cells_of(ville, "SELECT DISTINCT plaque FROM stationnement.transaction")
    nirs = _cells_of(
        ville,
        "SELECT nir FROM etat_civil.naissance UNION SELECT nir FROM etat_civil.deces"
        " UNION SELECT nir FROM ressources_humaines.remuneration",
    )
    assert {item["value"] for item in listed if item["kind"] == "plate"} == plates - {None}
    assert {item["value"] for item in listed if item["kind"] == "nir"} == nirs - {None}
    assert kinds["surname"] == len(names.SURNAMES)


def _cells_of(ville: city.City, query: LiteralString) -> set[object]:
    with psycopg.connect(ville.dsn) as connection:
        return {cell for (cell,) in connection.execute(query)}


@pytest.mark.sandbox
def test_mail_is_kept_as_files(ville: city.City) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "a@ville.example",
        "b@ville.example",
        "Échec à l'étape",
    )
    message.set_content("Le jeu de données n'a pas été publié : é à ç.")
    with smtplib.SMTP(ville.smtp_host, ville.smtp_port, timeout=10) as client:
        client.send_message(message)
    kept = sorted(ville.mail_folder.glob("*.eml"))
    assert len(kept) == 1
    assert "X-Envelope-To: b@ville.example" in kept[0].read_text(encoding="utf-8")


@pytest.mark.sandbox
def test_the_environment_holds_every_connection(ville: city.City) -> None:
    environment = ville.environment()
    assert set(environment) == {
        f"AIRFLOW_CONN_{name}"
        for name in (
            "URBANISME",
            "ETAT_CIVIL",
            "FINANCES",
            "STATIONNEMENT",
            "ASSEMBLEE",
            "RESSOURCES_HUMAINES",
            "MOBILITE",
            "DEPOT",
            "SMTP_DEFAULT",
        )
    }
    found = json.loads(environment["AIRFLOW_CONN_URBANISME"])
    assert (found["conn_type"], found["login"], found["schema"]) == ("postgres", "lecteur_urbanisme", "ville")
    assert ville.passwords["assemblee"] not in environment["AIRFLOW_CONN_URBANISME"]
    assert Path(json.loads(environment["AIRFLOW_CONN_DEPOT"])["extra"]["path"]) == ville.drop_folder
