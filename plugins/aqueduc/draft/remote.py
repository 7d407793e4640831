"""A dataset of another portal, as a draft proposes it: its rows are read as a run would, and what its record says
(title, labels of columns, licence) is proposed beside them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aqueduc.connections import Connection
from aqueduc.declaration.source_kind import SourceKind
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.headings import refuse_data_like_names
from aqueduc.draft.kinds import SourceDraftingFunctions, SourceInspection, SourceNote
from aqueduc.draft.request import FIRST_LOOK, DraftRequest
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.remote import RemoteDatasetMetadata

Inspect = Callable[[DraftRequest, DraftSandbox], SourceInspection]
FindDataset = Callable[[str], tuple[str, str] | None]
"""The address of a portal, and what identifies a dataset there, in a text; None for the text of another kind."""


def build_remote_drafting_functions(
    kind: SourceKind, inspect: Inspect, find_dataset: FindDataset
) -> SourceDraftingFunctions:
    """How a kind is drafted whose datasets are named by a connection and an identifier, or by an address."""

    def build_request_from_connection(name: str, connection: str, dataset: str) -> DraftRequest:
        return DraftRequest(name, kind.name, dataset, connection)

    def build_request_from_address(name: str, text: str) -> DraftRequest | None:
        found = find_dataset(text)
        if found is None:
            return None
        base, dataset = found
        # Nobody made a connection for it.
        connection = Connection(id=FIRST_LOOK, kind="http", host=base)
        return DraftRequest(name, kind.name, dataset, None, {}, connection)

    return SourceDraftingFunctions(
        choose=build_request_from_connection, look=inspect, recognise=build_request_from_address
    )


def build_dataset_url_parser(address: re.Pattern[str]) -> FindDataset:
    """Of the two groups of ``address``."""

    def parse_dataset_url(text: str) -> tuple[str, str] | None:
        found = address.fullmatch(text)
        return (found[1], found[2]) if found else None

    return parse_dataset_url


def build_inspection_extract_request(
    wanted: DraftRequest,
    bench: DraftSandbox,
    source: Mapping[str, Any],
    connection_types: Sequence[str],
    sql: str | None = None,
) -> ExtractRequest:
    """What an adapter is asked for a first look. Raises ConnectionMissing, and SourceError for a connection of
    another type."""
    request = ExtractRequest(
        dataset=bench.write_and_load_all_text_declaration(wanted.name, source, ("x",), sql),
        connection=bench.workspace.connections.get(wanted.connection_name),
        window=None,
        timezone="UTC",
        etag=None,
        scratch=bench.folder,
        target=bench.folder / "x",
    )
    request.source_origin.check_connection_kind(request.connection, connection_types)
    return request


def inspect_remote_dataset(
    wanted: DraftRequest,
    bench: DraftSandbox,
    source: Mapping[str, Any],
    record: RemoteDatasetMetadata,
    columns: Sequence[str],
) -> SourceInspection:
    """``columns``: those of its rows, without the position of the record. Raises ConnectionMissing, SourceError."""
    refuse_data_like_names(
        SourceOrigin(wanted.name, wanted.kind, wanted.connection_name, wanted.target), columns
    )
    place = (
        _("de la connexion {connection}").format(connection=wanted.connection)
        if wanted.connection
        else _("donné tel quel")
    )
    notes = [SourceNote(_("jeu d'un autre portail, {place}").format(place=place))]
    if set(record.position).intersection(columns):
        source = {**source, "geometry": False}
        notes.append(
            SourceNote(
                _("des colonnes s'appellent comme celles d'une position : la géométrie n'est pas lue"),
                doubt=True,
            )
        )
    return SourceInspection(
        source=source,
        raw=bench.run_extract(
            bench.write_and_load_all_text_declaration(wanted.name, source, [*columns, *record.position]),
            "raw",
        ),
        subject=record.title,
        comments=record.labels,
        native=record.native,
        keys=record.keys,
        licence=record.licence,
        licence_urls=record.licence_urls,
        notes=tuple(notes),
    )
