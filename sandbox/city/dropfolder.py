"""The drop folder: what the services put there, in the formats and the encodings of their software.

The same seed gives the same bytes: neither the day nor the compression library shows in a file.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from sandbox.city import associations, equipements, finances
from sandbox.city.tables import Row, Table

_FIXED_STAMP = "2026-01-01T08:00:00Z"
_FIXED_ZIP_TIME = (2026, 1, 1, 8, 0, 0)


def tables(seed: int) -> dict[str, Table]:
    """File name -> what it holds."""
    return {
        "subventions-2025.csv": finances.grants(seed),
        "associations.csv": associations.associations(seed),
        "defibrillateurs.xlsx": equipements.defibrillators(seed),
        "arbres.geojson": equipements.trees(seed),
    }


def write(folder: Path, contents: dict[str, Table]) -> None:
    """Write every file of the folder, created if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in contents.items():
        (folder / name).write_bytes(_ENCODERS[name](table))


def grants_csv(table: Table) -> bytes:
    """cp1252, `;`, CRLF: the export of an accounting package."""
    return _csv(table).encode("cp1252")


def associations_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, `;`, CRLF, some cells on several lines.

    One row has a field too many: an unquoted `;` in its free text pushes the home, the phone and the mail
    one column to the right, into columns that are published. Another one stops after five fields.
    """
    lines = _csv(table).split("\r\n")
    width = len(table.columns)
    full = [index for index, line in enumerate(lines) if _is_full(line, width)]
    shifted, short = full[len(full) // 3], full[len(full) // 2]
    lines[shifted] = lines[shifted].replace(".;", " ; voir le site.;", 1)
    lines[short] = ";".join(lines[short].split(";")[:5])
    return "\r\n".join(lines).encode("utf-8-sig")


def _is_full(line: str, width: int) -> bool:
    """A row on one line, unquoted, all its cells filled in, the third one ending with a full stop."""
    cells = line.split(";")
    return len(cells) == width and all(cells) and '"' not in line and cells[2].endswith(".")


def defibrillators_xlsx(table: Table) -> bytes:
    """One sheet, its title row frozen, dates as bare serial numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("DAE")
    sheet.freeze_panes = "A2"
    sheet.append([column.name for column in table.columns])
    for record in table.records():
        sheet.append(list(record))
    draft = io.BytesIO()
    book.save(draft)
    return _timeless(draft.getvalue())


def trees_geojson(table: Table) -> bytes:
    """A FeatureCollection of points, WGS84, one feature a line; some have no geometry."""
    features = [json.dumps(_feature(row), ensure_ascii=False) for row in table.rows]
    head = '{"type": "FeatureCollection", "name": "arbres", "features": [\n'
    return (head + ",\n".join(features) + "\n]}\n").encode()


def _csv(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(table.records())
    return text.getvalue()


def _feature(row: Row) -> Row:
    properties = {key: value for key, value in row.items() if key not in ("longitude", "latitude")}
    geometry: Row | None = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
    if row["longitude"] is None:
        geometry = None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _timeless(archive: bytes) -> bytes:
    """The same workbook, uncompressed and without the hour it was written at."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(result, "w") as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", _FIXED_STAMP.encode(), content)
            target.writestr(zipfile.ZipInfo(name, _FIXED_ZIP_TIME), content)
    return result.getvalue()


_ENCODERS: dict[str, Callable[[Table], bytes]] = {
    "subventions-2025.csv": grants_csv,
    "associations.csv": associations_csv,
    "defibrillateurs.xlsx": defibrillators_xlsx,
    "arbres.geojson": trees_geojson,
}
