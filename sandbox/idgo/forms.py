"""What IDGO reads of a form, and what it says no to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

SLUG = re.compile(r"[a-z0-9\-]{1,100}")
KEYWORD = re.compile(r"[\w\s\-.']*")
FREQUENCIES = frozenset(
    {
        *("asneeded", "never", "intermittently", "continuously", "realtime", "daily", "weekly"),
        *("fortnightly", "monthly", "quarterly", "semiannual", "annual", "unknown"),
    }
)
GEOCOVERS = frozenset({"", "regionale", "jurisdiction"})
GRANULARITIES = frozenset(
    {"commune", "departement", "epci", "indefinie", "iris", "parcelle-cadastrale", "poi", "region"}
)
DATA_TYPES = frozenset(
    {"donnees-ouvertes", "donnees-intelligentes", "donnees-geographiques", "donnees-moissonnees"}
)
LEVELS = frozenset(
    {
        "public",
        "registered",
        "only_allowed_users",
        "same_organization",
        "any_organization",
        "only_idgo_partners",
    }
)
LANGUAGES = frozenset({"french", "english", "italian", "german", "other"})
CONTENTS = {"raw": "", "annexe": "documentation", "service": "api"}
FORMATS = {"csv": "CSV", "xls": "XLS", "json": "JSON", "geojson": "GEOJSON", "xlxs": "XLSX", "zip": "ZIP"}
"""By slug, what CKAN is told; ``xlxs`` is the slug of DataSud's own table."""
GEOGRAPHIC = frozenset({"geojson"})
"""Those that IDGO opens, puts into its PostGIS and serves (``is_gis_format``)."""
LONGEST_NAME = 100
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SOURCES = ("up_file", "dl_url", "referenced_url", "ftp_file")


class Refused(Exception):
    """An answer other than done. ``error``: field names and sentences, or one sentence."""

    def __init__(self, status: int, error: Any = None) -> None:
        super().__init__()
        self.status = status
        self.error = error


@dataclass(frozen=True)
class Upload:
    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Form:
    """``values`` by name, in the order in which they came."""

    values: Mapping[str, list[str]]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def last(self, *names: str) -> str | None:
        """Of the first of ``names`` that was sent."""
        return next((self.values[name][-1] for name in names if self.values.get(name)), None)

    def all(self, *names: str) -> list[str] | None:
        return next((self.values[name] for name in names if self.values.get(name)), None)


def keywords_of(sent: Iterable[str]) -> list[str]:
    """As django-taggit cuts them: at commas or between quotes; at blanks when there is neither."""
    text = ",".join(sent)
    if "," not in text and '"' not in text:
        return sorted(set(text.split()))
    quoted = re.findall(r'"([^"]*)"', text)
    bare = re.sub(r'"[^"]*"', ",", text).split(",")
    return sorted({word.strip() for word in (*quoted, *bare) if word.strip()})


def published(form: Form) -> bool:
    """A record that does not say so is hidden, as a box that is not ticked."""
    said, private = (form.last("published") or "").lower(), (form.last("private") or "").lower()
    return said in ("on", "true") or private in ("off", "false")


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def day(errors: dict[str, list[str]], form: Form, name: str) -> str:
    """Today when it is not sent."""
    said = form.last(name)
    if not said:
        return today()
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        errors[name] = ["Saisissez une date valide."]
        return ""


def choice(errors: dict[str, list[str]], form: Form, name: str, known: frozenset[str], default: str) -> str:
    said = form.last(name)
    if said and said not in known:
        errors[name] = ["Sélectionnez un choix valide."]
    return said or default


def contacts(form: Form) -> dict[str, list[str]]:
    """What is wrong with who produces and who diffuses (models/dataset.py)."""
    errors: dict[str, list[str]] = {}
    for who in ("owner", "broadcaster"):
        if len(form.last(f"{who}_name") or "") > LONGEST_NAME:
            errors[f"{who}_name"] = [
                f"Assurez-vous que cette valeur comporte au plus {LONGEST_NAME} caractères."
            ]
        mail = form.last(f"{who}_email")
        if mail and not MAIL.fullmatch(mail):
            errors[f"{who}_email"] = ["L'adresse e-mail est invalide."]
    return errors


def services(form: Form, kind: str | None, *, created: bool) -> dict[str, bool]:
    """Map services and extraction: opened with a geographic resource; afterwards a PUT that does not tick
    them closes them (models/resource.py, ``save``; api/views/resource.py)."""
    names = ("ogc_services", "extractable")
    if kind not in GEOGRAPHIC:
        return dict.fromkeys(names, False)
    return {name: created or (form.last(name) or "").lower() in ("on", "true") for name in names}


def source(errors: dict[str, list[str]], form: Form, held: tuple[str, str] | None) -> tuple[str, str] | None:
    """Exactly one. A file that is there stays unless ``up_file-clear`` is ticked, links do not."""
    found: dict[str, str] = {name: form.last(name) or "" for name in SOURCES[1:]}
    if "up_file" in form.files:
        found["up_file"] = form.files["up_file"].filename
    elif held and held[0] == "up_file" and form.last("up_file-clear") is None:
        found["up_file"] = held[1]
    given = {name: value for name, value in found.items() if value}
    if not given:
        errors.update({name: ["Ce champ est obligatoire."] for name in SOURCES})
        return None
    if len(given) > 1:
        errors.update({name: ["Un seul type de ressource n'est autorisé."] for name in given})
        return None
    return next(iter(given.items()))
