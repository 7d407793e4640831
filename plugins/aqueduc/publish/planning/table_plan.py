"""What one queryable table asks for, seen by the public or not, and the choice between the ways. Pure."""

from dataclasses import dataclass

from aqueduc.language import LocalisedNumber, Message, Sentence, _, n_
from aqueduc.publish.planning.delta import RowDelta
from aqueduc.publish.planning.state import (
    BackingResource,
    DesiredTable,
    ObservedResource,
    ObservedTable,
    PlatformState,
    TableThroughput,
)
from aqueduc.publish.planning.writes import (
    ApplyTableRowDelta,
    BuildTableBeside,
    DefineTable,
    DropTable,
    FillTable,
    LoadTableInPlace,
    RemoveBackingResource,
    SwapTable,
    Write,
)


@dataclass(frozen=True)
class TableWritePlanner:
    """What one wanted table asks for. ``backing_resources`` are those of its resource."""

    rank: int
    table: DesiredTable
    slice_note: Sentence
    there: ObservedResource | None
    backing_resources: tuple[BackingResource, ...]
    state: PlatformState
    change: RowDelta | None
    overwrites: bool

    @property
    def observed_table(self) -> ObservedTable | None:
        return self.there.table if self.there else None

    @property
    def row_storage_resource_id(self) -> str:
        """Where the rows that are shown are."""
        return (self.observed_table.home if self.observed_table else "") or (
            self.there.id if self.there else ""
        )

    def plan_writes_for_hidden_table(self) -> list[Write]:
        """Nobody sees it: in place, a table of another shape being made again."""
        held = self.observed_table
        if self.there is None or held is None:
            return [*self._plan_backing_resource_removals(but=None), *self._plan_table_rebuild(home=None)]
        if not has_same_columns_and_key(self.table, held) or not (
            self.table.key or self._holds_desired_rows(held)
        ):
            dropped = DropTable(
                self.there.id, self.row_storage_resource_id != self.there.id, why=_("à refaire")
            )
            return [
                *self._plan_backing_resource_removals(but=None),
                dropped,
                *self._plan_table_rebuild(home=None),
            ]
        writes = [
            *self._plan_backing_resource_removals(but=self.row_storage_resource_id),
            *self._plan_column_dictionary_update(held),
        ]
        if not self._holds_desired_rows(held):
            fill = FillTable(
                self.rank,
                self.table,
                self._get_usable_row_delta(held),
                held.count == 0,
                self.slice_note,
                self.row_storage_resource_id,
            )
            writes.append(fill)
        return writes

    def plan_writes_for_public_table(self) -> list[Write]:
        """The public sees one revision or the next: one transaction, or a table built beside. Where a column
        must not be seen any more, the table leaves first."""
        held = self.observed_table
        kept = {column.name for column in self.table.fields}
        if held and self.there is not None and any(one.name not in kept for one in held.fields):
            carried = self.row_storage_resource_id != self.there.id
            dropped = DropTable(self.there.id, carried, why=_("dont une colonne ne se publie plus"))
            return [*self._plan_backing_resource_removals(but=None), dropped, *self._plan_first_load()]
        if held is None:
            return self._plan_first_load()
        if has_same_columns_and_key(self.table, held) and self._holds_desired_rows(held):
            shown = self.there is not None and self.there.flagged
            again = (
                []
                if shown or not self.there
                else [self._plan_swap(self.row_storage_resource_id, self.row_storage_resource_id)]
            )
            return [
                *self._plan_column_dictionary_update(held),
                *again,
                *self._plan_backing_resource_removals(but=self.row_storage_resource_id),
            ]
        change = self._get_usable_row_delta(held)
        if change is None:
            return self._plan_table_build_and_swap(_("ce que la table contient n'est pas connu"))
        if overload := explain_single_transaction_refusal(
            change, self.state.rates, overwrites=self.overwrites
        ):
            return self._plan_table_build_and_swap(overload)
        choice = explain_row_delta_choice(change, self.state.rates)
        one = ApplyTableRowDelta(
            self.rank, self.table, change, self.row_storage_resource_id, choice, self.slice_note
        )
        return [
            *self._plan_backing_resource_removals(but=self.row_storage_resource_id),
            *self._plan_column_dictionary_update(held),
            one,
        ]

    def _plan_first_load(self) -> list[Write]:
        if self.table.count <= ONE_LOAD_ROWS and not any(map(self._is_already_built, self.backing_resources)):
            return [
                *self._plan_backing_resource_removals(but=None),
                LoadTableInPlace(self.rank, self.table, self.slice_note),
            ]
        return self._plan_table_build_and_swap(
            _("plus de {rows} lignes").format(rows=LocalisedNumber(ONE_LOAD_ROWS))
        )

    def _plan_table_build_and_swap(self, why: Sentence) -> list[Write]:
        former = self.row_storage_resource_id if self.observed_table else None
        ready = next(filter(self._is_already_built, self.backing_resources), None)
        stale = self._plan_backing_resource_removals(but=former, ready=ready.id if ready else None)
        built = [] if ready else [BuildTableBeside(self.rank, self.table, why, self.slice_note)]
        left = [RemoveBackingResource(former)] if former and self.there and former != self.there.id else []
        return [*stale, *built, self._plan_swap(ready.id if ready else None, former), *left]

    def _plan_swap(self, backing_resource_id: str | None, former: str | None) -> Write:
        return SwapTable(self.rank, self.table, backing_resource_id, former, self.slice_note)

    def _is_already_built(self, backing: BackingResource) -> bool:
        """Whether a former run built there exactly what is wanted, and died before it was put to use."""
        held = backing.table
        return (
            backing.id != self.row_storage_resource_id
            and held is not None
            and has_same_columns_and_key(self.table, held)
            and self._holds_desired_rows(held)
        )

    def _plan_backing_resource_removals(self, *, but: str | None, ready: str | None = None) -> list[Write]:
        return [RemoveBackingResource(one.id) for one in self.backing_resources if one.id not in (but, ready)]

    def _plan_table_rebuild(self, home: str | None) -> list[Write]:
        return [
            DefineTable(self.rank, self.table, self.slice_note, home),
            FillTable(self.rank, self.table, None, True, self.slice_note, home),
        ]

    def _plan_column_dictionary_update(self, held: ObservedTable) -> list[Write]:
        there = {column.name: dict(column.info) for column in held.fields}
        same = there == {column.name: dict(column.info) for column in self.table.fields}
        return (
            []
            if same
            else [DefineTable(self.rank, self.table, self.slice_note, self.row_storage_resource_id)]
        )

    def _holds_desired_rows(self, held: ObservedTable) -> bool:
        remembered = self.state.tables.get(held.home or self.row_storage_resource_id)
        return (
            remembered is not None
            and remembered.partitions == self.table.partitions
            and remembered.columns == tuple(column.name for column in self.table.fields)
            and held.count == self.table.count
        )

    def _get_usable_row_delta(self, held: ObservedTable) -> RowDelta | None:
        """The difference, unless the table is not what it is remembered to be."""
        if self.change is None or not has_same_columns_and_key(self.table, held):
            return None
        return self.change if held.count == self.change.before else None


ONE_LOAD_ROWS = 20_000
"""What is put into a table in one request: some ten seconds of a platform's time, and 10 MB of its memory."""
ONE_CHANGE_ROWS = 20_000
ONE_CHANGE_SECONDS = 30.0


def explain_single_transaction_refusal(
    change: RowDelta, rates: TableThroughput, *, overwrites: bool = True
) -> Message | None:
    """Why this difference is not made in one transaction; None when it is.

    CKAN upserts in one transaction and deletes in another. Rows that leave can be written over by rows that
    arrive (``overwrites``), so both are one as long as no more leave than arrive.
    """
    if change.deleted > (change.inserted if overwrites else 0) and change.upsert_row_count:
        return _("des lignes changent et il en part plus qu'il n'en arrive : deux transactions")
    rows = max(change.upsert_row_count, change.deleted)
    takes, reload = rows / rates.upsert, change.after / rates.load
    if rows > ONE_CHANGE_ROWS or takes > ONE_CHANGE_SECONDS:
        return n_(
            "{count} ligne change : trop pour une transaction",
            "{count} lignes changent : trop pour une transaction",
            rows,
        )
    if takes > max(reload, 1.0):
        return n_(
            "{count} ligne change : {estimate}",
            "{count} lignes changent : {estimate}",
            rows,
            estimate=_format_time_comparison(takes, reload),
        )
    return None


def explain_row_delta_choice(change: RowDelta, rates: TableThroughput) -> Message:
    """The choice of the difference, stated with what it was computed from."""
    takes = max(change.upsert_row_count, change.deleted) / rates.upsert
    return _(
        "lignes de plus : {inserted} ; modifiées : {updated} ; de moins : {deleted} ; {estimate}"
    ).format(
        inserted=LocalisedNumber(change.inserted),
        updated=LocalisedNumber(change.updated),
        deleted=LocalisedNumber(change.deleted),
        estimate=_format_time_comparison(takes, change.after / rates.load),
    )


def _format_time_comparison(takes: float, reload: float) -> Message:
    return _("{takes} s estimées, contre {reload} s pour tout recharger").format(
        takes=LocalisedNumber(takes, ".1f"), reload=LocalisedNumber(reload, ".1f")
    )


def has_same_columns_and_key(table: DesiredTable, held: ObservedTable) -> bool:
    """The same columns in the same order, of the same types, and the same key."""
    names = [column.name for column in held.fields] == [column.name for column in table.fields]
    return (
        names and not list_columns_with_changed_type(table, held) and held.key in (None, frozenset(table.key))
    )


def list_columns_with_changed_type(table: DesiredTable, held: ObservedTable) -> list[str]:
    """The columns that the platform has under another type than the wanted one."""
    types = {column.name: normalise_type_name(column.type) for column in held.fields}
    return [
        column.name
        for column in table.fields
        if types.get(column.name, normalise_type_name(column.type)) != normalise_type_name(column.type)
    ]


def normalise_type_name(name: str) -> str:
    """A type by the one of its names that we use."""
    return "int8" if name in {"bigint", "int8"} else name
