"""What a publication would change, as data: the plan laid beside what the platform has. Nothing is written.

Metadata are compared value by value, but for those that may be cells: the first and last day that the rows cover,
where they lie, and the label of a slice, with the name and the description that carry it. Of these, only the
names of the fields that change are told.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from typing import Any

from aqueduc.declaration.spec import City, Dataset
from aqueduc.duck import read_column_types
from aqueduc.findings import Finding
from aqueduc.publish.context import PublicationPlan, open_publication_context
from aqueduc.publish.planning.delta import compute_keyless_row_delta, compute_row_delta
from aqueduc.publish.planning.state import DesiredResource, DesiredTable, ObservedResource, ObservedTable
from aqueduc.publish.planning.writes import (
    ApplyTableRowDelta,
    CreateRecord,
    CreateResource,
    DefineTable,
    DropTable,
    FillTable,
    LoadTableInPlace,
    RemoveResource,
    RevealRecord,
    SwapTable,
    UpdateRecord,
    UpdateResource,
    Write,
)
from aqueduc.publish.revision.rows import open_revision_views
from aqueduc.run import Run, Workspace
from aqueduc.store import ParquetFileHandle, Store


@dataclass(frozen=True)
class FieldChange:
    """The change of one field of a record or resource. ``told`` is False where the values may hold a cell:
    they are then None."""

    name: str
    before: Any
    after: Any
    told: bool = True


@dataclass(frozen=True)
class ResourceChange:
    """The change of one resource of a record. ``what``: ``added``, ``updated`` or ``removed``. ``file``: its
    bytes are sent. Sizes may be unknown."""

    what: str
    name: str
    file: bool
    bytes_before: int | None
    bytes_after: int | None
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class TableChange:
    """The change of one queryable table. ``what``: ``created``, ``filled``, ``updated`` (by difference),
    ``replaced`` (by one built beside), ``redefined`` or ``dropped``."""

    what: str
    name: str
    columns_added: tuple[str, ...] = ()
    columns_dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowChangeCounts:
    """Between the revision published and the one to publish. ``updated`` is None without a key: a row that
    changes is then one deleted and one inserted."""

    before: int
    after: int
    inserted: int
    updated: int | None
    deleted: int


@dataclass(frozen=True)
class PublicationDifference:
    """What a publication would change on one platform. ``visibility``: ``hidden`` or ``shown`` when that
    changes. ``rows`` is None where it cannot be computed (nothing is published, or its columns are others).
    ``writes`` are those of a dry run."""

    record_url: str
    new: bool
    visibility: str | None
    fields: tuple[FieldChange, ...]
    resources: tuple[ResourceChange, ...]
    tables: tuple[TableChange, ...]
    rows: RowChangeCounts | None
    writes: tuple[str, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "findings": [finding.to_json() for finding in self.findings]}


def compute_publication_difference(
    dataset: Dataset,
    city: City,
    run: Run,
    handle: ParquetFileHandle,
    workspace: Workspace,
    *,
    platform: str = "",
) -> PublicationDifference:
    """For a validated table that ``handle`` names, of a dry ``run``, on ``platform`` (the first one, unless
    it is named); raises as ``publish_revision``."""
    with ExitStack() as stack:
        context = stack.enter_context(
            open_publication_context(dataset, city, run, handle, workspace, platform=platform)
        )
        plan = context.make_plan(stack)
        return PublicationDifference(
            record_url=context.platform.build_record_url(dataset.id),
            new=plan.observed is None,
            visibility=_find_visibility_change(plan.writes),
            fields=tuple(_list_field_changes(plan)),
            resources=tuple(_list_resource_changes(plan)),
            tables=tuple(_list_table_changes(plan)),
            rows=count_row_changes(dataset, workspace.store, [part.key for part in context.partitions]),
            writes=tuple(str(write.action_description) for write in plan.writes),
            findings=plan.findings,
        )


# --- the record ---------------------------------------------------------------------------------------------


def _find_visibility_change(writes: Sequence[Write]) -> str | None:
    if any(isinstance(write, RevealRecord) for write in writes):
        return "shown"
    return "hidden" if any(isinstance(write, UpdateRecord) and write.hide for write in writes) else None


def _list_field_changes(plan: PublicationPlan) -> Iterator[FieldChange]:
    observed, desired = plan.observed, plan.desired
    for write in plan.writes:
        match write:
            case CreateRecord():
                for name, value in {**desired.fields, **desired.extras}.items():
                    yield _build_field_change(name, None, value)
            case UpdateRecord():
                there = {**(observed.extras if observed else {}), **(observed.fields if observed else {})}
                for name, value in {**write.fields, **write.extras}.items():
                    yield _build_field_change(name, there.get(name), value)


def _build_field_change(name: str, before: Any, after: Any) -> FieldChange:
    if name.startswith(_MEASURED):
        return FieldChange(name, None, None, told=False)
    return FieldChange(name, _convert_tuple_to_list(before), _convert_tuple_to_list(after))


_MEASURED = ("temporal", "spatial", "bbox")
"""How the fields begin that are measured on the rows, whatever the platform (``temporal_start``…)."""


def _convert_tuple_to_list(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


# --- resources and tables -----------------------------------------------------------------------------------


def _list_resource_changes(plan: PublicationPlan) -> Iterator[ResourceChange]:
    there = {resource.id: resource for resource in plan.observed.resources} if plan.observed else {}
    for write in plan.writes:
        match write:
            case CreateResource(resource=resource):
                yield ResourceChange(
                    "added",
                    str(resource.display_name),
                    resource.file is not None,
                    None,
                    _get_file_size(resource),
                )
            case UpdateResource(id=identifier, resource=resource, changed=changed, send=send):
                before = there[identifier]
                yield ResourceChange(
                    "updated",
                    str(resource.display_name),
                    send,
                    _parse_observed_file_size(before),
                    _get_file_size(resource) if send else _parse_observed_file_size(before),
                    tuple(_list_resource_field_changes(resource, before, changed)),
                )
            case RemoveResource(id=identifier, format=kind):
                yield ResourceChange(
                    "removed",
                    kind,
                    file=False,
                    bytes_before=_parse_observed_file_size(there[identifier]),
                    bytes_after=None,
                )


def _list_resource_field_changes(
    resource: DesiredResource, before: ObservedResource, changed: Mapping[str, Any]
) -> Iterator[FieldChange]:
    for name, value in changed.items():
        if name in {"sha256", "hash", "hash_algorithm"}:
            continue
        if resource.slice is not None:
            yield FieldChange(name, None, None, told=False)
        else:
            yield FieldChange(
                name, _convert_tuple_to_list(before.fields.get(name)), _convert_tuple_to_list(value)
            )


def _get_file_size(resource: DesiredResource) -> int | None:
    return resource.file.bytes if resource.file else None


def _parse_observed_file_size(resource: ObservedResource) -> int | None:
    size = resource.fields.get("size")
    return int(size) if isinstance(size, int) or (isinstance(size, str) and size.isdecimal()) else None


def _list_table_changes(plan: PublicationPlan) -> Iterator[TableChange]:
    resources = plan.desired.resources
    for write in plan.writes:
        match write:
            case DefineTable(rank=rank, table=table) | LoadTableInPlace(rank=rank, table=table):
                there = plan.pairing.of[rank]
                yield _build_table_definition_change(
                    str(resources[rank].display_name), table, there.table if there else None
                )
            case FillTable(rank=rank, change=change, empty=empty):
                if not empty:
                    yield TableChange(
                        "updated" if change is not None else "filled", str(resources[rank].display_name)
                    )
            case ApplyTableRowDelta(rank=rank):
                yield TableChange("updated", str(resources[rank].display_name))
            case SwapTable(rank=rank, table=table):
                there = plan.pairing.of[rank]
                yield replace(
                    _build_table_definition_change(
                        str(resources[rank].display_name), table, there.table if there else None
                    ),
                    what="replaced",
                )
            case DropTable():
                yield TableChange("dropped", "")


def _build_table_definition_change(name: str, table: DesiredTable, held: ObservedTable | None) -> TableChange:
    if held is None:
        return TableChange("created", name)
    desired, there = ([column.name for column in fields] for fields in (table.fields, held.fields))
    return TableChange(
        "redefined",
        name,
        tuple(column for column in desired if column not in there),
        tuple(column for column in there if column not in desired),
    )


# --- rows ---------------------------------------------------------------------------------------------------


def count_row_changes(dataset: Dataset, store: Store, new: Sequence[str]) -> RowChangeCounts | None:
    """Between the current revision and the Parquet files at ``new`` (keys of ``store``)."""
    current = store.read_current_revision_pointer(dataset.id)
    old = [str(part["object"]) for part in current["parts"]] if current else []
    if not old or not all(map(store.is_object_intact, old)):
        return None
    with store.open_scratch_folder() as folder, open_revision_views(store, folder, old=old, new=new) as con:
        columns, now = (list(read_column_types(con, name).items()) for name in ("old", "new"))
        if columns != now:
            return None
        names = [name for name, _ in columns]
        if not dataset.key:
            found = compute_keyless_row_delta(store, old, new, names, folder)
            return RowChangeCounts(found.before, found.after, found.inserted, None, found.deleted)
        keyed = compute_row_delta(store, old, new, names, dataset.key, folder)
        return RowChangeCounts(keyed.before, keyed.after, keyed.inserted, keyed.updated, keyed.deleted)
