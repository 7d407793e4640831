"""Inside a JSON document: where its rows are, what their columns are called, where its next page is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aqueduc.language import _

_NEXT = re.compile(r"(?i)^(@?odata\.)?(next|suivant)|(next|suivant)(e|_?page|_?url|_?link|link)?$")


@dataclass(frozen=True)
class RecordList:
    """A list of records in a JSON document: ``path`` (dotted, "" for the document) leads to it; ``names`` are
    those of the records' members."""

    path: str
    names: tuple[str, ...]
    count: int


def find_record_list(document: Any) -> RecordList | None:
    """The list of objects of a document: the longest one, the least deep among equals."""
    found = [records for records in _find_record_lists(document, (), 0) if records.names]
    return max(found, key=lambda records: (records.count, -records.path.count(".")), default=None)


def _find_record_lists(value: Any, path: tuple[str, ...], depth: int) -> Iterator[RecordList]:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            yield RecordList(".".join(path), _list_member_names(value), len(value))
    elif isinstance(value, dict) and depth < 4:
        for name, member in value.items():
            # A dotted path could not tell where a name with a dot ends.
            if "." not in name:
                yield from _find_record_lists(member, (*path, name), depth + 1)


def _list_member_names(records: list[dict[str, Any]]) -> tuple[str, ...]:
    """The names of the first records' members, those of nested objects dotted."""
    names: dict[str, None] = {}
    for record in records[:100]:
        names.update(dict.fromkeys(_list_dotted_names(record, "")))
    return tuple(names)


def _list_dotted_names(record: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, dict) and value:
            yield from _list_dotted_names(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def find_next_page_path(document: Any, prefix: str = "", depth: int = 0) -> str | None:
    """The dotted path of what looks like the address of the next page: named so, and a link or nothing."""
    if not isinstance(document, Mapping) or depth > 2:
        return None
    for name, value in document.items():
        name = str(name)
        if isinstance(value, Mapping):
            if found := find_next_page_path(value, f"{prefix}{name}.", depth + 1):
                return found
        elif _NEXT.search(name) and (value is None or (isinstance(value, str) and _is_link(value))):
            return prefix + name
    return None


def _is_link(text: str) -> bool:
    return text.startswith(("http://", "https://", "/", "?"))


def is_keyed_objects(document: Any) -> bool:
    """Whether a document is an object of objects alike: their keys are then data, not names."""
    if not isinstance(document, dict) or len(document) < 2:
        return False
    members = list(document.values())
    if not all(isinstance(member, dict) and member for member in members):
        return False
    shared = set.intersection(*(set(member) for member in members))
    return len(shared) >= max(1, max(len(member) for member in members) // 2)


def list_keyed_columns(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of an object of objects; the first is the one its keys make."""
    names = _list_member_names(list(document.values()))
    return next(name for name in ("cle", "cle_du_document") if name not in names), *names


def explain_missing_records(document: Any) -> str:
    members = list(document.values()) if isinstance(document, dict) else []
    if len(members) > 1 and all(isinstance(member, dict) for member in members):
        return str(
            _(
                "Le document est un objet dont les membres n'ont pas les mêmes noms : ce ne sont pas des "
                "lignes."
            )
        )
    return str(_("Le document ne contient aucune liste d'objets : il n'y a pas de lignes à lire."))
