"""The parts a revision is made of: the sole state of a snapshot, or one window after the other."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from aqueduc.anonymise import AnonymiseReport, ScanReport
from aqueduc.anonymise.objections import list_objection_ids_to_enforce
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import PublicationGateClosed
from aqueduc.language import _, join_messages, quote_text
from aqueduc.publish.findings import (
    OutdatedSourceRead,
    OverlappingWindows,
    StalePartitions,
    UndecidedPartitions,
)
from aqueduc.publish.refusals import build_gate_error
from aqueduc.publish.report import PublishedPartition
from aqueduc.sources.report import ExtractReport
from aqueduc.store import ParquetFileHandle, Store


@dataclass(frozen=True)
class NextRevisionPartitions:
    """The parts of the next revision, in window order, and under which treatment each was prepared (None: not
    known any more). Nothing of it is in the store until ``save_partitions``."""

    partitions: tuple[ParquetFileHandle, ...]
    prepared: Mapping[str, str | None]

    def save_partitions(self, dataset: Dataset, store: Store) -> None:
        store.write_validated_partitions(dataset.id, list(self.partitions))
        store.write_json(_build_prepared_digests_key(dataset), dict(self.prepared))

    def refuse_outdated_partitions(self, dataset: Dataset, store: Store) -> None:
        """Raises PublicationGateClosed when parts were prepared under rules that have changed since (a
        declaration that drops a column must not publish it through last month's window), were searched with
        other lists of names and never published, or hold what was found personal in them and is answered by
        no basis and no waiver any more."""
        # Here and not above: it brings the whole scan, and most runs publish nothing.
        from aqueduc.anonymise.residual import list_undecided_columns
        from aqueduc.anonymise.scan.city_lists import load_name_lists

        now = _compute_preparation_digest(dataset, list_objection_ids_to_enforce(store, dataset.id))
        scans = {part: ScanReport.read(store, part.dataset, part.run) for part in self.partitions}
        lists = load_name_lists(dataset.path.parent.parent).sources
        online = {part.sha256 for part in store.read_published_partitions(dataset.id)}
        stale = [
            part
            for part, scan in scans.items()
            if self.prepared[part.sha256] != now
            or (part.sha256 not in online and scan is not None and scan.lists != lists)
        ]
        if stale:
            raise build_gate_error(
                dataset,
                _(
                    "Les règles, ce qui est ajouté aux lignes (table jointe, colonne calculée), les oppositions, les "
                    "listes de noms ou la version ont changé : des fenêtres déjà préparées sont à refaire avant de publier."
                ),
                StalePartitions(count=len(stale), detail=_build_window_span_detail(stale)),
            )
        open_to_doubt = {
            part: list_undecided_columns(dataset, scan, part.sha256) for part, scan in scans.items()
        }
        if any(open_to_doubt.values()):
            raise _build_undecided_partitions_error(
                dataset, {part: names for part, names in open_to_doubt.items() if names}
            )


def merge_prepared_file_into_partitions(
    dataset: Dataset, handle: ParquetFileHandle, store: Store
) -> NextRevisionPartitions:
    """Puts ``handle`` among the parts of its dataset, in place of what it covers.

    Raises PublicationGateClosed when its window overlaps another without covering it, or when what it would
    replace was read later: the task of an old run, cleared, must not bring back old rows.
    """
    present = store.read_validated_partitions(dataset.id)
    others = [part for part in present if not part.is_replaced_by_window(handle.window)]
    _refuse_overlapping_window(dataset, handle, others)
    _refuse_older_extract(dataset, handle, [part for part in present if part not in others], store)
    report = AnonymiseReport.read(store, dataset.id, handle.run)
    partitions = sorted([*others, handle], key=lambda part: part.window.label if part.window else "")
    known = {
        **(store.read_json(_build_prepared_digests_key(dataset)) or {}),
        handle.sha256: _compute_preparation_digest(dataset, report.objections if report else ()),
    }
    return NextRevisionPartitions(
        tuple(partitions), {part.sha256: known.get(part.sha256) for part in partitions}
    )


def compute_revision_digest(
    fingerprint: str, partitions: Sequence[ParquetFileHandle | PublishedPartition]
) -> str:
    """Names a published state: the same parts under the same declaration have the same."""
    return hashlib.sha256(
        "\n".join([*(part.sha256 for part in partitions), fingerprint]).encode()
    ).hexdigest()


def _compute_preparation_digest(dataset: Dataset, objections: Sequence[str]) -> str:
    """Of the treatment, and of the objections that it obeyed: a window made before one shows the rows that it
    designates."""
    return ":".join((compute_treatment_digest(dataset), *objections))


def compute_treatment_digest(dataset: Dataset) -> str:
    """Names what was done to make rows publishable, by which version: source and how it is read, rules,
    what is added to the rows, privacy, key, names and types, and no more.

    A new title leaves it as it is; a column that becomes dropped, another query, or a line of a joined table, does
    not.
    """
    rules = [
        [column.name, column.published_as, column.rule.model_dump(mode="json")] for column in dataset.columns
    ]
    fields = [
        field.model_dump(mode="json", exclude={"title", "description", "unit"}, exclude_defaults=True)
        for field in dataset.table_schema.fields
    ]
    privacy = dataset.privacy.model_dump(mode="json") if dataset.privacy else None
    geometry = dataset.geometry.model_dump(mode="json") if dataset.geometry else None
    source = [
        dataset.source.model_dump(mode="json"),
        dataset.reading.model_dump(mode="json"),
        list(dataset.table_schema.missing_values),
    ]
    foreign = [one.model_dump(mode="json") for one in dataset.table_schema.foreign_keys]
    made: list[Any] = [dataset.software_versions, source, rules, fields, privacy, geometry, list(dataset.key)]
    if foreign:
        made.append(foreign)
    made += _list_digest_parts_of_joins_and_computed_columns(dataset)
    unique = list(dataset.table_schema.primary_key)
    if unique != list(dataset.key):
        made.append({"primary key": unique})
    if dataset.privacy and dataset.privacy.counts_rows_as_people:
        # As its default, but for the gate that windows went through.
        made.append("unit: []")
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def _list_digest_parts_of_joins_and_computed_columns(dataset: Dataset) -> list[Any]:
    """A joined table is known by its digest: what it said is in the windows."""
    given = {
        "join": [one.model_dump(mode="json") for one in dataset.join],
        "computed": dict(dataset.computed),
    }
    return [{key: added} for key, added in given.items() if added]


def _build_prepared_digests_key(dataset: Dataset) -> str:
    return f"datasets/{dataset.id}/prepared.json"


def _refuse_overlapping_window(
    dataset: Dataset, handle: ParquetFileHandle, others: Sequence[ParquetFileHandle]
) -> None:
    window = handle.window
    crossed = [
        part.window
        for part in others
        if window and part.window and part.window.start < window.end and window.start < part.window.end
    ]
    if not crossed or window is None:
        return
    detail = {
        "count": len(crossed),
        "first": min(other.start for other in crossed).isoformat(),
        "last": max(other.end for other in crossed).isoformat(),
    }
    raise build_gate_error(
        dataset,
        _("Cette fenêtre en chevauche une autre."),
        OverlappingWindows(count=len(crossed), detail=detail),
    )


def _refuse_older_extract(
    dataset: Dataset, handle: ParquetFileHandle, replaced: Sequence[ParquetFileHandle], store: Store
) -> None:
    """Of two reads of which neither saw the rows of the other in place, only their clocks say which came first: instants
    in ISO 8601 and UTC sort as text; a report that is gone has none."""
    mine = ExtractReport.read(store, dataset.id, handle.run)
    read_at, earlier = (mine.at, mine.replaceable_runs) if mine else ("", ())

    def was_read_later(run: str) -> bool:
        report = ExtractReport.read(store, dataset.id, run)
        return report is not None and report.at > read_at

    if any(part.run not in (handle.run, *earlier) and was_read_later(part.run) for part in replaced):
        raise build_gate_error(
            dataset, _("Une exécution plus récente a déjà publié ces données."), OutdatedSourceRead()
        )


def _build_undecided_partitions_error(
    dataset: Dataset, partitions: Mapping[ParquetFileHandle, Sequence[str]]
) -> PublicationGateClosed:
    columns = join_messages(map(quote_text, dict.fromkeys(chain.from_iterable(partitions.values()))))
    return build_gate_error(
        dataset,
        _("Des fenêtres déjà préparées contiennent ce dont plus personne ne répond."),
        UndecidedPartitions(
            count=len(partitions), detail={**_build_window_span_detail(list(partitions)), "columns": columns}
        ),
    )


def _build_window_span_detail(partitions: Sequence[ParquetFileHandle]) -> dict[str, Any]:
    windows = [part.window for part in partitions if part.window]
    return {
        "count": len(partitions),
        "first": min(window.start for window in windows).isoformat() if windows else "",
        "last": max(window.end for window in windows).isoformat() if windows else "",
    }
