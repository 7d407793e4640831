"""Real files, of two cities and of the authors of national schemas: drafted, decided in the one declaration, run to the
portal; then each cell published is compared with another reading of the file (csv, json, DuckDB)."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fastexcel
import pytest
import yaml

from aqueduc import duck
from aqueduc.certify.certificate import RowBalance
from aqueduc.declaration.column_name_hints import ColumnNature
from aqueduc.declaration.positions import classify_coordinate_axis
from aqueduc.draft import DeclarationDraft, build_draft_request_from_path_or_url, draft_declaration
from aqueduc.draft.fields import build_strptime_pattern
from aqueduc.draft.profiles import ISO, ColumnProfile
from tests.draft.stewarding import Table
from tests.draft.test_draft_twins import run_and_certify, stewards_office

PARIS = ZoneInfo("Europe/Paris")
SHARED = Path(__file__).resolve().parents[3] / "shared"
SAMPLES, SCHEMAS = SHARED / "samples", SHARED / "reference" / "schemas"
FIFTEEN = (
    "scdl-prenoms/exemple-valide.csv",
    "aire-livraison/antibes_aires_livraison.csv",
    "aire-livraison/antibes_aires_livraison.xls",
    "aire-livraison/hauts-de-seine.csv",
    "amenagements-cyclables/exemple-valide.json",
    "arrete-circulation/carros.csv",
    "bal/sample.csv",
    "comptage-measure/exemple-valide-eco-compteur.csv",
    "covoiturage/exemple-invalide.csv",
    "decp/decp_test_2022.json",
    "infos-travaux/example.json",
    "irve-statique/exemple-valide.csv",
    "scdl-subventions/exemple-duplicate-column.csv",
    "stationnement/exemple-invalide.csv",
    "zfe/exemple-valide-zone.geojson",
)
FILES = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file()]
FILES += [SCHEMAS / name for name in FIFTEEN if SCHEMAS.is_dir()]

EACH_CHANGE = (
    "parkings_cache.json",
    "VilleMTP_MTP_Comptage.csv",
    "VilleMTP_MTP_ArbresAlign.zip",
    "antibes_aires_livraison.xls",
    "irve-statique/exemple-valide.csv",
)
"""One of each shape, of seconds each: the others wait for the weekly run."""

pytestmark = pytest.mark.skipif(not FILES, reason="the real files are not on this machine")


def mark_tier(path: Path) -> Any:
    tier = pytest.mark.end_to_end if path.as_posix().endswith(EACH_CHANGE) else pytest.mark.thorough
    return pytest.param(path, marks=tier, id=path.relative_to(SHARED).as_posix())


@pytest.mark.parametrize("path", [*map(mark_tier, FILES)])
def test_every_cell_of_a_real_file_is_published_as_it_is_in_the_file(path: Path, tmp_path: Path) -> None:
    steward = stewards_office(tmp_path, path.parent)
    made = draft_declaration(build_draft_request_from_path_or_url("essai", str(path)), steward.place)
    declared = steward.write(made)
    assert {code for code, _ in steward.refusal(declared)} == {"a-decider"}
    steward.decide(declared, publishing_what_is_nobodys(made))
    if made.plan.people and made.plan.look.raw.rows < 2 * made.plan.k:
        say_that_rows_are_of_things(declared)
    assert steward.refusal(declared) == []

    balance, (header, *published) = run_and_certify(steward, declared)
    as_it_is = list_columns_as_they_are(steward, declared)
    cells = Reader(made, tmp_path)
    shown = [(rank, as_it_is[name]) for rank, name in enumerate(header) if as_it_is.get(name) in cells.names]
    assert len(shown) >= 0.5 * len(header)
    rows = cells.rows(path)
    expected = Counter(tuple(cells.normal(row[name], name) for _, name in shown) for row in rows)
    found = Counter(tuple(cells.normal(row[rank], name) for rank, name in shown) for row in published)
    # Of such a row nothing is published, or only what is not shown as it is (a position).
    expected.pop(("",) * len(shown), None)
    found.pop(("",) * len(shown), None)
    assert not found - expected
    assert_each_row_went_somewhere(declared, balance, len(rows), len(published))
    # Rows of which a cell is not of the type that its column is asked to have stay with the city.
    kept_back = sum(profile.misfits for profile in made.plan.profiles.columns if profile.uncertain)
    assert len(published) >= 0.95 * expected.total() - kept_back


def assert_each_row_went_somewhere(declared: Path, balance: RowBalance, rows: int, published: int) -> None:
    """Every row that the other reading finds was read; each is published, or counted among those that the declaration
    says to reject. Which row of a file is faulty under a national schema, the other reading cannot tell."""
    assert balance.extracted == rows
    assert published == balance.published == rows - balance.rejected - balance.suppressed
    said = yaml.safe_load(declared.read_text("utf-8"))
    assert balance.suppressed == 0 or "privacy" in said
    assert balance.rejected == 0 or "reject_at_most" in said


def publishing_what_is_nobodys(made: DeclarationDraft) -> dict[str, str]:
    """Publishes the columns in which nothing personal was seen, whatever would be dropped in doubt."""
    if made.plan.people:
        return {"file": "depot"}
    return {"file": "depot"} | {
        proposal.name: proposal.options[-1].rule
        for proposal in made.plan.proposals
        if proposal.is_undecided and not proposal.subject.hits and proposal.options[-1].published_as
        if not classify_coordinate_axis(proposal.name) and ColumnNature.SHAPE not in proposal.subject.natures
    }


def say_that_rows_are_of_things(declared: Path) -> None:
    """An example of a few rows, of streets or contracts, names somebody in passing: hardly a group of k can be
    made of them, and the steward who knows that they are about nobody takes ``privacy:`` out, as the draft says,
    and bears with an empty row, which the trial could not come to."""
    said = yaml.safe_load(declared.read_text("utf-8"))
    said.pop("privacy", None)
    answered = {"reject_at_most": "50%", **said}
    declared.write_text(yaml.safe_dump(answered, allow_unicode=True, sort_keys=False), "utf-8")


def list_columns_as_they_are(steward: Table, declared: Path) -> dict[str, str]:
    """Published name to source column, of those that leave as they are."""
    columns = steward.load(declared).columns
    return {
        str(one.published_as): one.name for one in columns if one.rule.capabilities.as_is and one.published_as
    }


class Reader:
    """Another reading of the file than Aqueduc's, laid out as the draft found it."""

    def __init__(self, made: DeclarationDraft, scratch: Path) -> None:
        self.scratch = scratch
        self.source = made.plan.look.source
        self.profiles = {profile.name: profile for profile in made.plan.profiles.columns}
        written = made.plan.profiles.written
        self.missing = {"", *written.nothing}
        self.names = [name for name, _ in made.plan.look.raw.columns]
        if self.source.get("format") == "geojson" or self.source["path"].endswith(".geojson"):
            # Positions are read from the shape: what stands there is another text.
            self.names = [name for name in self.names if name not in ("geometry", "longitude", "latitude")]

    def rows(self, path: Path) -> list[dict[str, str]]:
        """Those that are not blank."""
        read = {"json": self._json, "geojson": self._geojson, "zip": self._shapes, "xls": self._sheet}
        kind = str(self.source.get("format", path.suffix.removeprefix(".")))
        return [row for row in read.get(kind, self._csv)(path) if any(cell.strip() for cell in row.values())]

    def _csv(self, path: Path) -> Iterator[dict[str, str]]:
        text = path.read_bytes().decode(self.source.get("encoding", "utf-8")).removeprefix("\ufeff")
        yield from self._named(csv.reader(io.StringIO(text), delimiter=self.source.get("delimiter", ",")))

    def _sheet(self, path: Path) -> Iterator[dict[str, str]]:
        sheet = fastexcel.read_excel(str(path)).load_sheet(0, header_row=None, dtypes="string")
        yield from self._named([cell or "" for cell in row.values()] for row in sheet.to_arrow().to_pylist())

    def _named(self, rows: Iterator[list[str]]) -> Iterator[dict[str, str]]:
        header = next(rows)
        seen: Counter[str] = Counter()
        names = []
        for rank, cell in enumerate(header, start=1):
            name = " ".join(cell.split())
            seen[name] += 1
            names.append(
                f"colonne {rank}" if not name else f"{name} ({seen[name]})" if seen[name] > 1 else name
            )
        for row in rows:
            yield dict(zip(names, row, strict=False))

    def _json(self, path: Path) -> Iterator[dict[str, str]]:
        value = json.loads(path.read_text("utf-8-sig"), parse_float=str, parse_int=str)
        for step in filter(None, self.source.get("records", "").split(".")):
            value = value[step]
        if "keyed" in self.source:
            value = [{self.source["keyed"]: key, **member} for key, member in value.items()]
        for record in value:
            flat = dict(_flatten(record, ""))
            yield {name: flat.get(name, "") for name in self.names}

    def _geojson(self, path: Path) -> Iterator[dict[str, str]]:
        for feature in json.loads(path.read_text("utf-8-sig"), parse_float=str)["features"]:
            flat = dict(_flatten(feature["properties"], ""))
            yield {name: flat.get(name, "") for name in self.names}

    def _shapes(self, path: Path) -> Iterator[dict[str, str]]:
        with zipfile.ZipFile(path) as archive:
            (inner,) = [name for name in archive.namelist() if name.lower().endswith(".shp")]
            (table,) = [archive.read(name) for name in archive.namelist() if name.lower().endswith(".dbf")]
        with duck.open_duckdb(self.scratch, extensions=("spatial",)) as con:
            found = con.execute(
                f"SELECT * EXCLUDE (geom), ST_X(p) AS longitude, ST_Y(p) AS latitude FROM (SELECT *, "
                f"ST_Transform(geom, 'EPSG:2154', 'EPSG:4326', true) AS p FROM ST_Read('/vsizip/{path}/{inner}'))"
            ).to_arrow_table()
        for row, days in zip(found.to_pylist(), _read_days(table), strict=True):
            row |= days
            yield {name: "" if row.get(name) is None else str(row[name]) for name in self.names}

    def normal(self, cell: str, name: str) -> Any:
        """A cell whatever its writing: a number, a day, or a text without the blanks around."""
        text = " ".join(cell.split())
        profile = self.profiles[name]
        if text in self.missing:
            return ""
        if profile.is_date_or_datetime:
            return _read_moment(text, profile)
        if profile.kind == "boolean" and profile.words:
            return text in profile.words[0] or text == "true"
        if profile.is_number:
            return _read_number(text)
        return text


def _read_days(dbf: bytes) -> Iterator[dict[str, str]]:
    """The dates of each record, from the bytes: GDAL through DuckDB makes days of those that are empty."""
    start, size = struct.unpack("<HH", dbf[8:12])
    place, days = 1, {}
    for field in (dbf[at : at + 32] for at in range(32, start - 1, 32)):
        if field[11:12] == b"D":
            days[field[:11].rstrip(b"\0").decode()] = place
        place += field[16]
    for at in range(start, start + size * int.from_bytes(dbf[4:8], "little"), size):
        cells = {
            name: dbf[at + there : at + there + 8].strip(b"\0 ").decode() for name, there in days.items()
        }
        if dbf[at : at + 1] != b"*":
            yield {name: f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else "" for name, day in cells.items()}


def _flatten(record: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flatten(value, f"{prefix}{name}.")
        elif isinstance(value, list | dict):
            yield prefix + name, json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(value, bool):
            yield prefix + name, str(value).lower()
        else:
            yield prefix + name, "" if value is None or value != value else str(value)


def _read_number(text: str) -> object:
    try:
        return round(Decimal(text.replace(" ", "").replace("\u202f", "").replace(",", ".")), 6).normalize()
    except InvalidOperation:
        return text


def _read_moment(text: str, profile: ColumnProfile) -> object:
    """A day; or an instant, of ISO 8601, as a clock of the city shows it."""
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        instant = (found.astimezone(PARIS) if found.tzinfo else found).replace(tzinfo=UTC)
        return instant if (profile.kind, profile.pattern) == ("datetime", ISO) else instant.date()
    with suppress(ValueError):
        return (
            datetime.strptime(text[:10], build_strptime_pattern(profile.pattern)).replace(tzinfo=UTC).date()
        )
    return text
