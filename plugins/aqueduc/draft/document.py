"""Inside a JSON document: where its rows are, what their columns are called, where its next page is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aqueduc.draft.headings import find_data_like_name_ranks, refuse_data_like_json_path
from aqueduc.language import Message, _, format_labelled_text, join_messages, n_, quote_text
from aqueduc.sources.jsonstream import list_member_names
from aqueduc.sources.origin import SourceOrigin

_LOOKED_AT = 100
_NEXT = re.compile(r"(?i)^(@?odata\.)?(next|suivant)|(next|suivant)(e|_?page|_?url|_?link|link)?$")


@dataclass(frozen=True)
class JsonRecordList:
    """A list of records in a JSON document: ``path`` (dotted, "" for the document) leads to it; ``names`` are
    those of the records' members."""

    path: str
    names: tuple[str, ...]
    count: int


def list_record_lists(document: Any) -> list[JsonRecordList]:
    """The lists of objects of a document: the longest one first, the least deep among equals."""
    found = [records for records in _find_record_lists(document, (), 0) if records.names]
    return sorted(found, key=lambda records: (-records.count, records.path.count(".")))


def choose_record_list(
    origin: SourceOrigin, found: Sequence[JsonRecordList], wanted: str | None
) -> JsonRecordList | None:
    """Of the lists of a document, the one at the path ``wanted``, else the longest; None where there is none at
    all. Raises SourceUnreadable for a path that leads to no list, or holds what looks like data."""
    if wanted is None or not found:
        chosen = found[0] if found else None
    else:
        chosen = next((records for records in found if records.path == wanted), None)
        if chosen is None:
            raise origin.build_unreadable_error(
                _("Aucune liste d'objets n'est à ce chemin du document."),
                _("au choix pour --records : {listed}").format(listed=_format_record_lists(found)),
            )
    if chosen and chosen.path:
        refuse_data_like_json_path(origin, chosen.path)
    return chosen


def describe_unread_record_lists(found: Sequence[JsonRecordList], chosen: JsonRecordList) -> Message | None:
    """A note on the lists that are not read; None where there are none."""
    others = [records for records in found if records.path != chosen.path]
    if not others:
        return None
    return n_(
        "le document a {count} autre liste, qui n'est pas lue : {listed} (--records la choisit)",
        "le document a {count} autres listes, qui ne sont pas lues : {listed} (--records en choisit une)",
        len(others),
        listed=_format_record_lists(others),
    )


def _format_record_lists(found: Sequence[JsonRecordList]) -> Message:
    """Each by its path, unless it looks like data, and its size."""
    return join_messages(
        format_labelled_text(
            quote_text(records.path)
            if not find_data_like_name_ranks(records.path.split("."))
            else _("une liste dont le nom est tu"),
            n_("{count} enregistrement", "{count} enregistrements", records.count),
        )
        for records in found[:10]
    )


def _find_record_lists(value: Any, path: tuple[str, ...], depth: int) -> Iterator[JsonRecordList]:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            yield JsonRecordList(".".join(path), list_member_names(value[:_LOOKED_AT]), len(value))
    elif isinstance(value, dict) and depth < 4:
        for name, member in value.items():
            # A dotted path could not tell where a name with a dot ends.
            if "." not in name:
                yield from _find_record_lists(member, (*path, name), depth + 1)


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


def is_object_of_objects(document: Any) -> bool:
    """Whether a document is an object of objects alike: their keys are then data, not names."""
    if not isinstance(document, dict) or len(document) < 2:
        return False
    members = list(document.values())
    if not all(isinstance(member, dict) and member for member in members):
        return False
    shared = set.intersection(*(set(member) for member in members))
    return len(shared) >= max(1, max(len(member) for member in members) // 2)


def list_object_of_objects_columns(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of an object of objects; the first is the one its keys make."""
    names = list_member_names(list(document.values())[:_LOOKED_AT])
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
