"""An API: where its records are, how it hands out its pages, and all of them."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aqueduc.connections import Connection
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.document import (
    choose_record_list,
    describe_unread_record_lists,
    explain_missing_records,
    find_next_page_path,
    is_object_of_objects,
    list_object_of_objects_columns,
    list_record_lists,
)
from aqueduc.draft.files import FileToInspect, detect_format_and_inspect_file
from aqueduc.draft.headings import refuse_data_like_json_path, refuse_data_like_names
from aqueduc.draft.kinds import SourceDraftingFunctions, SourceInspection, SourceNote
from aqueduc.draft.request import FIRST_LOOK, DraftRequest, InvalidDraftRequest
from aqueduc.draft.sniff import detect_delimited_text_layout
from aqueduc.language import _
from aqueduc.sources.client import DownloadedBody, SourceClient
from aqueduc.sources.formats.encodings import detect_file_encoding
from aqueduc.sources.formats.magic import read_file_head
from aqueduc.sources.formats.reader import recognise_format
from aqueduc.sources.http import KIND, HttpSource
from aqueduc.sources.http.adapter import build_first_url
from aqueduc.sources.origin import SourceOrigin

LARGEST_FIRST_PAGE = 256 << 20
_SECRET = re.compile(r"(?i)key|token|secret|passw|pwd|auth|signature|\bsig\b|cle|jeton")


def inspect_api(wanted: DraftRequest, bench: DraftSandbox) -> SourceInspection:
    """Raises ConnectionMissing, SourceError."""
    origin = SourceOrigin(wanted.name, "http", wanted.connection_name, wanted.target)
    connection = bench.workspace.connections.get(wanted.connection_name)
    origin.check_connection_kind(connection, KIND.connection_types)
    with SourceClient(origin, connection) as client:
        answer = client.download(_build_inspection_url(connection.base_url, wanted), bench.folder / "page")
    source: dict[str, Any] = {"http": wanted.connection_name, "path": wanted.target}
    if wanted.parameters:
        source["parameters"] = dict(wanted.parameters)
    if "csv" in answer.content_type or _is_file_other_than_json(answer):
        return detect_format_and_inspect_file(_build_inspected_file(wanted, bench, source, answer))
    document = _parse_json_answer(origin, answer)
    lists = list_record_lists(document)
    records = choose_record_list(origin, lists, wanted.records)
    if records is None and is_object_of_objects(document):
        names = list_object_of_objects_columns(document)
        refuse_data_like_names(origin, names)
        source["keyed"] = names[0]
        raw = bench.run_extract(bench.write_and_load_all_text_declaration(wanted.name, source, names), "raw")
        note = SourceNote(
            _("les clés du document sont des données : la colonne « {names} »").format(names=names[0]),
            doubt=True,
        )
        return SourceInspection(source=source, raw=raw, notes=(note,))
    if records is None:
        raise origin.build_unreadable_error(
            explain_missing_records(document), _("donner le chemin d'une liste d'objets, ou en demander une")
        )
    refuse_data_like_names(origin, records.names)
    if records.path:
        source["records"] = records.path
    following = find_next_page_path(document) if records.path else None
    if following:
        refuse_data_like_json_path(origin, following)
        source["paging"] = {"next": following}
    raw = bench.run_extract(
        bench.write_and_load_all_text_declaration(wanted.name, source, records.names), "raw"
    )
    notes = [
        SourceNote(
            _("API {place}, {target}").format(place=_describe_connection(wanted), target=wanted.target)
        )
    ]
    if following:
        notes.append(
            SourceNote(
                _("les pages se suivent par « {following} » : toutes ont été lues").format(
                    following=following
                )
            )
        )
    if others := describe_unread_record_lists(lists, records):
        notes.append(SourceNote(others, doubt=True))
    return SourceInspection(source=source, raw=raw, notes=tuple(notes))


def _build_inspected_file(
    wanted: DraftRequest, bench: DraftSandbox, source: dict[str, Any], answer: DownloadedBody
) -> FileToInspect:
    place = _("servi par l'API {place}").format(place=_describe_connection(wanted))
    return FileToInspect(
        wanted,
        bench,
        answer.path,
        called=wanted.target,
        place=str(place),
        source=source,
        named=False,
        charset=answer.charset,
    )


def _is_file_other_than_json(answer: DownloadedBody) -> bool:
    """Whether an answer is a file in a format of its own, rather than JSON or a text in doubt."""
    head = read_file_head(answer.path)
    name = recognise_format(head)
    if name == "csv":
        return (
            len(detect_delimited_text_layout(answer.path, detect_file_encoding(answer.path).name).names) > 1
        )
    return head.is_gzip_or_plain_zip if name is None else name != "json"


def _build_inspection_url(base: str, wanted: DraftRequest) -> str:
    source = HttpSource(connection=wanted.connection_name, path=wanted.target, parameters=wanted.parameters)
    return build_first_url(base, source, None)


def _parse_json_answer(origin: SourceOrigin, answer: DownloadedBody) -> Any:
    text = answer.path.read_bytes()
    answer.path.unlink()
    if len(text) <= LARGEST_FIRST_PAGE:
        try:
            return json.loads(text.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            pass
    raise origin.build_unreadable_error(
        _("La réponse de l'API n'est pas du JSON lisible (reçu : {content_type}).").format(
            content_type=answer.content_type or _("type inconnu")
        ),
        _("vérifier « --path », ou l'adresse de la connexion"),
    )


def _describe_connection(wanted: DraftRequest) -> str:
    return (
        str(_("de la connexion {connection}").format(connection=wanted.connection))
        if wanted.connection
        else str(_("donnée telle quelle"))
    )


def build_api_path_draft_request(name: str, connection: str, target: str) -> DraftRequest:
    """A path at the API of a connection, with its query string if it has one. Raises InvalidDraftRequest."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        raise InvalidDraftRequest(
            _("« --path » est un chemin à l'adresse de la connexion, par exemple « /comptages »")
        )
    return DraftRequest(
        name, "http", parts.path or "/", connection, _parse_secret_free_query_parameters(parts.query)
    )


def build_draft_request_if_url(name: str, text: str) -> DraftRequest | None:
    """An address that nobody made a connection for. Raises InvalidDraftRequest for one that holds a secret."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if parts.username or parts.password:
        raise InvalidDraftRequest(
            _("une adresse ne porte ni compte ni mot de passe : les mettre dans une connexion")
        )
    port = f":{parts.port}" if parts.port else ""
    look = Connection(id=FIRST_LOOK, kind="http", host=f"{parts.scheme}://{parts.hostname}{port}")
    return DraftRequest(
        name, "http", parts.path or "/", None, _parse_secret_free_query_parameters(parts.query), look
    )


def _parse_secret_free_query_parameters(query: str) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    secret = [name for name in given if _SECRET.search(name)]
    if secret:
        raise InvalidDraftRequest(
            _(
                "le paramètre « {secret} » semble être un secret : le mettre dans la connexion (extra, "
                "headers)"
            ).format(secret=secret[0])
        )
    return given


DRAFTING = SourceDraftingFunctions(
    choose=build_api_path_draft_request, look=inspect_api, recognise=build_draft_request_if_url
)
