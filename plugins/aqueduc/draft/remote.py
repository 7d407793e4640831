"""A dataset of another portal, as a draft proposes it: its rows are read as a run would, and what its record says
(title, labels of columns, licence) is proposed beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from aqueduc.connections import Connection
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.headings import refuse_unsafe_names
from aqueduc.draft.kinds import SourceInspection, SourceNote
from aqueduc.draft.request import FIRST_LOOK, DraftRequest
from aqueduc.language import _
from aqueduc.sources.adapter import ExtractRequest
from aqueduc.sources.origin import SourceOrigin
from aqueduc.sources.remote import RemoteRecord


def build_first_request(
    wanted: DraftRequest, bench: DraftSandbox, source: Mapping[str, Any]
) -> ExtractRequest:
    """What an adapter is asked for a first look. Raises ConnectionMissing."""
    return ExtractRequest(
        dataset=bench.as_text(wanted.name, source, ("x",)),
        connection=bench.workspace.connections.get(wanted.reached_by),
        window=None,
        timezone="UTC",
        etag=None,
        scratch=bench.folder,
        target=bench.folder / "x",
    )


def inspect_remote_dataset(
    wanted: DraftRequest,
    bench: DraftSandbox,
    source: Mapping[str, Any],
    record: RemoteRecord,
    columns: Sequence[str],
) -> SourceInspection:
    """``columns``: those of its rows, without the position of the record. Raises ConnectionMissing, SourceError."""
    refuse_unsafe_names(SourceOrigin(wanted.name, wanted.kind, wanted.reached_by, wanted.target), columns)
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
        raw=bench.run_extract(bench.as_text(wanted.name, source, [*columns, *record.position]), "raw"),
        subject=record.title,
        comments=record.labels,
        native=record.native,
        keys=record.keys,
        licence=record.licence,
        licence_urls=record.licence_urls,
        notes=tuple(notes),
    )


def build_remote_request(kind: str, name: str, base: str, dataset: str) -> DraftRequest:
    """A dataset below an address that nobody made a connection for."""
    return DraftRequest(name, kind, dataset, None, {}, Connection(id=FIRST_LOOK, kind="http", host=base))
