"""Reading only what changed: which rows of a source with a watermark are asked for, and from where the next run goes on.

Raw rows are destroyed after each run, so what was not read again is taken from the published file, by the key: the
validation joins them (``validate.joining``). Whatever makes that file another thing than what the same declaration
would make of the rest of the source asks for a reading of all, and so does a run that did not end in a certificate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aqueduc import duck
from aqueduc.connections import Connection
from aqueduc.decisions import read_decision_mark
from aqueduc.declaration.spec import Dataset, Source, WatermarkSettings
from aqueduc.findings import Finding
from aqueduc.language import Message, _, n_
from aqueduc.run import Run, Workspace
from aqueduc.sources.adapter import ExtractRequest, ExtractResult, RowsSinceFilter
from aqueduc.sources.change import SourceState, WatermarkPosition
from aqueduc.sources.findings import PartialReading, WholeReading
from aqueduc.store import ParquetFileHandle, Store

if TYPE_CHECKING:
    import duckdb

_CLOCKS = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the clock of a column without offset is counted from, too: as if it were that of UTC."""
_HOUR = 3_600_000_000
_EARLY = 0.95
"""How much of ``full_every`` makes it due: the run of a week later may begin some minutes sooner."""

_FORCED = _("l'exécution est forcée, ou une plateforme ne montre plus ce qui y fut publié")
_FIRST = _(
    "rien n'est publié, ou ce qui l'est n'a pas été fait de la dernière lecture avec la déclaration d'aujourd'hui"
)
_OTHER_PROGRAM = _("le programme n'est plus celui qui a fait ce qui est publié")
_OTHER_BASE = _("la connexion ne mène plus à la même base, ou plus par le même compte")
_NO_CLOCK = _("« {column} » ne donne aucune date, ou aucune heure, d'où repartir")
_TRIED = _("la lecture partielle précédente n'a pas abouti à une publication certifiée")
_NO_FILE = _("le fichier publié n'est plus dans le dépôt")
_OBJECTIONS = _("des oppositions sont en vigueur")
_CORRECTIONS = _("des corrections sont déclarées")
_DUE = _("« full_every » le demande")
_BACKWARD = _(
    "la ligne la plus récente de la lecture précédente n'y est plus : supprimée, ou l'horloge a reculé"
)
_FEWER = _("des lignes ont été supprimées à la source")
_OTHER_TYPES = _("des colonnes ne sont plus du même type")


@dataclass(frozen=True)
class IncrementalReadingPlan:
    """What is read of a source. ``since``: only these rows; then ``base`` is the published file that they are joined to,
    and ``known`` what was certified with it. ``because``: why all is read, where the declaration asks for less."""

    since: RowsSinceFilter | None = None
    base: ParquetFileHandle | None = None
    known: WatermarkPosition | None = None
    because: Message | None = None

    @property
    def is_partial(self) -> bool:
        return self.since is not None

    @property
    def known_rows_condition_sql(self) -> str:
        """SQL: of the rows that were read, those that the known state speaks of. A base may give some of before."""
        if self.since is None or self.known is None:
            return "true"
        moment = datetime.fromisoformat(self.since.moment)
        start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
        return _build_rows_since_condition_sql(
            self.since.column, self.known.sql_type, start // timedelta(microseconds=1)
        )

    @property
    def unchanged_detection_method(self) -> str:
        """What a run that finds nothing new has read: ``rows`` are all of them."""
        return "watermark" if self.is_partial else "rows"

    def has_unaccounted_source_rows(self, result: ExtractResult) -> bool:
        """Whether the source has rows that are neither published nor among those that were read as known."""
        return self.base is not None and result.source_rows != self.base.rows

    def build_findings(self, dataset: Dataset, rows: int) -> tuple[Finding, ...]:
        watermark = dataset.source.watermark
        if watermark is None:
            return ()
        if self.because is not None:
            return (WholeReading(detail={"why": self.because}),)
        return (
            PartialReading(count=rows, detail={"lateness": format_hours_or_days(watermark.lateness_hours)}),
        )


def format_hours_or_days(hours: int) -> Message:
    """``2 jours``, ``6 heures``."""
    if hours % 24 == 0:
        return n_("{count} jour", "{count} jours", hours // 24)
    return n_("{count} heure", "{count} heures", hours)


def plan_incremental_reading(
    dataset: Dataset,
    run: Run,
    workspace: Workspace,
    known: SourceState | None,
    connection: Connection,
    at: datetime,
) -> IncrementalReadingPlan:
    """``known``: the state that the next run may go on from, if there is one; ``at``: now. Raises StoreError."""
    watermark = dataset.source.watermark
    if watermark is None:
        return IncrementalReadingPlan()
    mark = known.mark if known else None
    if (read_decision_mark(workspace.store, dataset.id, "objections") or {}).get("ids"):
        return IncrementalReadingPlan(because=_OBJECTIONS)
    if mark is None:
        return IncrementalReadingPlan(because=_FORCED if run.force else _FIRST)
    if mark.base != _compute_database_identity_digest(dataset.source, connection):
        return IncrementalReadingPlan(because=_OTHER_BASE)
    base = _find_sole_published_file(dataset.id, workspace.store)
    because = next(_list_full_reading_reasons(dataset, watermark, mark, base, at), None)
    if because is not None or mark.newest is None:
        return IncrementalReadingPlan(because=because)
    start = _compute_watermark_start(mark.newest, mark.sql_type, watermark)
    return IncrementalReadingPlan(
        RowsSinceFilter(watermark.column, _format_watermark_moment(start, mark.sql_type), mark.columns),
        base,
        mark,
    )


def _list_full_reading_reasons(
    dataset: Dataset,
    watermark: WatermarkSettings,
    mark: WatermarkPosition,
    base: ParquetFileHandle | None,
    at: datetime,
) -> Iterator[Message]:
    """Why all is to be read."""
    if mark.program != dataset.software_version_and_code_digest:
        yield _OTHER_PROGRAM
    if mark.newest is None:
        yield _NO_CLOCK.format(column=watermark.column)
    if mark.tried:
        yield _TRIED
    if dataset.corrections:
        yield _CORRECTIONS
    if base is None:
        yield _NO_FILE
    if watermark.full_every_hours is not None:
        passed = at - datetime.fromisoformat(mark.whole_at)
        if passed >= _EARLY * timedelta(hours=watermark.full_every_hours):
            yield _DUE


def _compute_database_identity_digest(source: Source, connection: Connection) -> str:
    """An account may see other rows, or a table of its own under the same name."""
    names = source.address_extra_names
    extra = {name: value for name, value in connection.extra.items() if names is None or name in names}
    where = (connection.kind, connection.host, connection.port, connection.database, connection.login)
    text = repr((where, sorted(extra.items(), key=repr)))
    return hashlib.sha256(text.encode()).hexdigest()


def _find_sole_published_file(dataset: str, store: Store) -> ParquetFileHandle | None:
    """The published file, if it is all that is published."""
    parts = store.read_published_partitions(dataset)
    if len(parts) != 1 or parts[0].window is not None:
        return None
    return parts[0] if store.exists(parts[0].key) else None


# --- moments ------------------------------------------------------------------------------------------------


def _compute_watermark_start(newest: int, sql_type: str, watermark: WatermarkSettings) -> int:
    start = newest - watermark.lateness_hours * _HOUR
    return start - start % (24 * _HOUR) if sql_type == "DATE" else start


def _format_watermark_moment(moment: int, sql_type: str) -> str:
    told = _EPOCH + timedelta(microseconds=moment)
    return (told if sql_type == _CLOCKS[2] else told.replace(tzinfo=None)).isoformat()


def _find_newest_moment(con: duckdb.DuckDBPyConnection, raw: Path, column: str, sql_type: str) -> int | None:
    if sql_type not in _CLOCKS:
        return None
    name = duck.identifier(column)
    found = duck.fetch_single_row(
        con, f"SELECT max(epoch_us({name})) FILTER (isfinite({name})) FROM {duck.build_read_parquet_sql(raw)}"
    )
    return None if found[0] is None else int(found[0])


def _build_rows_since_condition_sql(column: str, sql_type: str, start: int) -> str:
    """SQL: the rows that the source would give from ``start`` on."""
    name = duck.identifier(column)
    endless = f"{name} > CAST('2000-01-01' AS {sql_type})"
    return f"coalesce(CASE WHEN isfinite({name}) THEN epoch_us({name}) >= {start} ELSE {endless} END, true)"


# --- after the reading --------------------------------------------------------------------------------------


def find_partial_reading_obstacle(
    con: duckdb.DuckDBPyConnection, raw: Path, result: ExtractResult, plan: IncrementalReadingPlan
) -> Message | None:
    """Why the rows that were read cannot be joined to what is published; None where they can."""
    since, mark, base = plan.since, plan.known, plan.base
    if since is None or mark is None or mark.newest is None or base is None:
        return None
    if result.columns != mark.columns or result.rejected:
        return _OTHER_TYPES
    newest = _find_newest_moment(con, raw, since.column, mark.sql_type)
    if newest is None or newest < mark.newest or result.source_rows is None:
        return _BACKWARD
    return _FEWER if result.source_rows < base.rows else None


def widen_decimals_to_previous_types(
    con: duckdb.DuckDBPyConnection, raw: Path, result: ExtractResult, plan: IncrementalReadingPlan
) -> ExtractResult:
    """A number without a declared precision has the decimals that its values need: those of the rows that were read are
    given as many as those of the whole had."""
    if plan.known is None:
        return result
    before = dict(plan.known.columns)
    wider = {
        name: before[name]
        for name, sql_type in result.columns
        if sql_type != before.get(name, sql_type)
        and sql_type.startswith("DECIMAL(38,")
        and before[name].startswith("DECIMAL(38,")
    }
    if not wider:
        return result
    kept = " AND ".join(
        f"TRY_CAST({duck.identifier(name)} AS {sql_type}) IS NOT DISTINCT FROM {duck.identifier(name)}"
        for name, sql_type in wider.items()
    )
    if duck.count_rows(con, f"{duck.build_read_parquet_sql(raw)} WHERE NOT ({kept})"):
        return result
    casts = ", ".join(
        f"CAST({duck.identifier(name)} AS {sql_type}) AS {duck.identifier(name)}"
        for name, sql_type in wider.items()
    )
    aside = raw.with_name("widened.parquet")
    duck.write_parquet(con, f"SELECT * REPLACE ({casts}) FROM {duck.build_read_parquet_sql(raw)}", aside)
    aside.replace(raw)
    return replace(result, columns=tuple((name, wider.get(name, kind)) for name, kind in result.columns))


def build_next_watermark_position(
    con: duckdb.DuckDBPyConnection,
    raw: Path,
    result: ExtractResult,
    dataset: Dataset,
    plan: IncrementalReadingPlan,
    request: ExtractRequest,
    at: datetime,
) -> tuple[WatermarkPosition | None, str]:
    """Where the next run may go on, and the SQL of the rows of ``raw`` that it would read again. A row of a day to come
    moves nothing past ``at``: what is changed until then would not be read."""
    watermark = dataset.source.watermark
    if watermark is None:
        return None, "true"
    sql_type = dict(result.columns).get(watermark.column, "")
    newest = _find_newest_moment(con, raw, watermark.column, sql_type)
    if newest is not None:
        newest = min(newest, _compute_now_on_column_clock(at, sql_type, request.timezone))
    start = _compute_watermark_start(newest, sql_type, watermark) if newest is not None else -1
    known = newest if start >= 0 else None
    whole_at = plan.known.whole_at if plan.known and plan.is_partial else at.isoformat()
    digest = _compute_database_identity_digest(dataset.source, request.connection)
    mark = WatermarkPosition(
        known, sql_type, result.columns, whole_at, dataset.software_version_and_code_digest, digest
    )
    return mark, "true" if known is None else _build_rows_since_condition_sql(
        watermark.column, sql_type, start
    )


def _compute_now_on_column_clock(at: datetime, sql_type: str, timezone: str) -> int:
    """``at`` on the clock of a column: one without offset may be the city's or that of UTC, and is taken for the one
    that is behind."""
    clocks = (
        [at.astimezone(UTC)]
        if sql_type == _CLOCKS[2]
        else [at.astimezone(UTC), at.astimezone(ZoneInfo(timezone))]
    )
    return min((clock.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1) for clock in clocks)
