"""raw extract → safe table, both in the vault: rules, then small counts, then small classes.

Closed by default: a column nobody declared, a declared one that is gone, a rule that cannot read a value
beyond what is tolerated, or more suppression than admitted, and nothing goes further.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from aqueduc.anonymise.disclosure import NoAnonymousGeneralisation, ReusableRecoding, UnusableHierarchy
from aqueduc.anonymise.findings import (
    EmptyPublication,
    ExcessiveRejections,
    ExcessiveSuppression,
    InapplicableRule,
    MissingColumn,
    SuppressedSmallClasses,
    SuppressedUnsafeClasses,
    UncountedPersons,
    UndeclaredColumn,
    format_suppression_advice,
)
from aqueduc.anonymise.margins import check_revealing_margins
from aqueduc.anonymise.objections import (
    ExtractAfterObjections,
    ObjectionsUnenforceable,
    refuse_objections_of_undeclared_former_names,
    refuse_objections_on_added_columns,
    withhold_objected_rows,
)
from aqueduc.anonymise.output import GIVEN_AWAY, TOO_RISKY
from aqueduc.anonymise.privacy_models import list_published_quasi_identifiers, requires_more_than_k_anonymity
from aqueduc.anonymise.protection import ProtectedExtract, enforce_privacy_model
from aqueduc.anonymise.repeated_persons import check_classes_below_k_persons
from aqueduc.anonymise.report import AnonymisationResult, AnonymiseReport, ColumnTreatment, UnitAndRowExtremes
from aqueduc.anonymise.risk import EquivalenceClassCounts
from aqueduc.anonymise.run_memory import (
    find_changed_column_types,
    load_certified_recoding,
    save_pending_recoding,
)
from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.anonymise.scrubbing import scrub_texts
from aqueduc.anonymise.secrecy import check_row_numbering_gaps
from aqueduc.anonymise.unit_verification import verify_unit_counts_against_extract
from aqueduc.anonymise.units import UNIT, build_raw_unit_hash_sql
from aqueduc.anonymise.verification import verify_cell_suppression
from aqueduc.anonymise.weakening import build_protection_state
from aqueduc.connections import ConnectionLookup
from aqueduc.declaration.loader import load_city
from aqueduc.declaration.spec import City, ColumnDeclaration, Dataset, GeometryColumns, PrivacySettings
from aqueduc.declaration.treatment import describe_column_treatment
from aqueduc.duck import (
    build_read_parquet_sql,
    count_rows,
    fetch_count,
    identifier,
    identifiers,
    literal,
    open_duckdb,
    read_column_types,
    write_parquet,
)
from aqueduc.errors import AnonymisationGateClosed, ConnectionMissing, choose_gate_remedy
from aqueduc.findings import Finding
from aqueduc.language import (
    LocalisedNumber,
    Sentence,
    _,
    format_declared_share,
    format_percentage,
    format_privacy_unit_count,
)
from aqueduc.reports import build_reported_findings
from aqueduc.rules import LookupTableContext, LookupTableRule
from aqueduc.run import Run, Workspace, measure_elapsed_seconds
from aqueduc.sources.names import is_showable_name
from aqueduc.store import ParquetFileHandle, open_verified_file

LINE = "__line"
FAILED = "__failed"
FIRST_LINES = 5


def anonymise_extract(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, workspace: Workspace
) -> AnonymisationResult:
    """Applies the rules of ``dataset`` to the extract that ``handle`` names.

    Raises AnonymisationGateClosed (its report is in the store), StoreError, ConnectionMissing; SourceError where
    objections ask what a joined table adds, and it is not read.
    """
    started = time.monotonic()
    draft = _build_initial_report(dataset, run, handle, load_city(workspace.include).city)
    with open_verified_file(workspace.vault, handle) as raw, workspace.vault.open_scratch_folder() as scratch:
        outcome = _AnonymisationOutcome(scratch / "safe.parquet")
        try:
            _anonymise_extract_rows(dataset, run, workspace, handle, raw, outcome)
        except AnonymisationGateClosed as closed:
            report = replace(
                draft,
                **outcome.row_counts_for_report,
                findings=build_reported_findings(closed.findings),
                seconds=measure_elapsed_seconds(started),
            )
            report.write(workspace.store, run.dataset, run.id)
            raise
        kept = workspace.vault.store_anonymised_extract(
            outcome.file, dataset=run.dataset, run=run.id, rows=outcome.rows_out, window=handle.window
        )
    report = replace(
        draft,
        **outcome.row_counts_for_report,
        passed=True,
        output_sha256=kept.sha256,
        rows_in=outcome.rows_in + outcome.objections.objected,
        rows_out=outcome.rows_out,
        suppressed_classes=outcome.equivalence_class_counts.suppressed
        if outcome.equivalence_class_counts
        else 0,
        smallest_class=outcome.smallest_class,
        classes=outcome.equivalence_class_counts.classes if outcome.equivalence_class_counts else None,
        types=outcome.types,
        recoding=outcome.protected.recoding if outcome.protected else {},
        findings=build_reported_findings(outcome.findings),
        rejected_key=outcome.rejected_key,
        seconds=measure_elapsed_seconds(started),
    )
    report.write(workspace.store, run.dataset, run.id)
    return AnonymisationResult(kept, report)


@dataclass
class _AnonymisationOutcome:
    """What is known so far; rows_in = rows_out + rejected + suppressed once all is done. The rows that an objection
    took away are in none of these: to what rules withhold, they are as if the source had never had them."""

    file: Path
    rows_in: int = 0
    rejected: int = 0
    suppressed: int = 0
    rejected_key: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    protected: ProtectedExtract | None = None
    units: UnitAndRowExtremes | None = None
    objections: ExtractAfterObjections = field(default_factory=lambda: ExtractAfterObjections(Path()))
    findings: list[Finding] = field(default_factory=list)

    @property
    def equivalence_class_counts(self) -> EquivalenceClassCounts | None:
        return self.protected.classes if self.protected else None

    @property
    def smallest_class(self) -> int | None:
        """In units where they are counted."""
        if self.units is not None:
            return self.units.smallest or 0
        return self.equivalence_class_counts.smallest_left if self.equivalence_class_counts else None

    @property
    def rows_out(self) -> int:
        return self.rows_in - self.rejected - self.suppressed

    @property
    def row_counts_for_report(self) -> dict[str, Any]:
        """What the report says of the rows, as far as it went."""
        return {
            "rejected": self.rejected,
            "suppressed": self.suppressed + self.objections.objected,
            "risk": _serialize_class_counts(self.equivalence_class_counts)
            if self.equivalence_class_counts
            else {},
            "objected": self.objections.objected,
            "objections": self.objections.objections,
            "objections_met": self.objections.met,
        }


def _anonymise_extract_rows(
    dataset: Dataset,
    run: Run,
    workspace: Workspace,
    handle: ParquetFileHandle,
    raw: Path,
    outcome: _AnonymisationOutcome,
) -> None:
    """Fills the ``outcome`` as it goes. Raises AnonymisationGateClosed."""
    scratch = outcome.file.parent
    outcome.objections = remaining = _withhold_objected_rows(dataset, run, workspace, raw, scratch)
    raw = remaining.path
    outcome.findings += remaining.findings
    extensions = ("spatial",) if any(column.rule.capabilities.geometry for column in dataset.columns) else ()
    with open_duckdb(scratch, extensions=extensions) as con:
        # A moment with an offset is a day of the city's calendar, whatever the clock of the worker.
        con.execute(f"SET TimeZone = {literal(load_city(workspace.include).city.timezone)}")
        con.execute(f"CREATE VIEW raw AS SELECT * FROM {build_read_parquet_sql(raw)}")
        outcome.types = types = _verify_columns_and_read_types(con, dataset, workspace)
        context = build_lookup_table_context(
            con, workspace.connections, workspace.include, dataset.id, handle.sha256, dataset.geometry
        )
        mapped = fill_column_lookup_tables(context, dataset.columns)
        outcome.findings += mapped.findings
        treated = scratch / "treated.parquet"
        outcome.rows_in = _write_rows_treated_by_rules(con, mapped, dataset, types, treated)
        _store_rejected_rows(con, dataset, run, workspace, outcome)
        _withhold_rows_by_rules(con, dataset, outcome, "read", "counted", of_extract=False)
        _withhold_rows_by_rules(con, dataset, outcome, "counted", "open_cells", of_extract=True)
        final = _enforce_privacy_and_build_rows_sql(con, dataset, run, workspace, outcome)
        _refuse_columns_revealing_withheld_rows(con, dataset, outcome)
        # A window without a row is a month without a session; a snapshot without one is a dead source.
        if outcome.rows_out == 0 and not (dataset.windowed and outcome.rows_in == 0):
            raise _build_gate_error(
                dataset,
                _("Rien ne reste à publier."),
                *outcome.findings,
                EmptyPublication(detail={"total": LocalisedNumber(outcome.rows_in)}),
            )
        _write_releasable_rows(con, dataset, outcome, final, treated)
        _assert_written_row_count(con, dataset, outcome)
        _refuse_classes_below_k_persons(con, dataset, outcome)
    secret = verify_cell_suppression(raw, outcome.file, dataset)
    if secret:
        raise _build_gate_error(
            dataset, _("Le fichier écrit contient des cases secrètes."), *secret, warned=outcome.findings
        )
    outcome.units, few = verify_unit_counts_against_extract(raw, outcome.file, dataset)
    if few:
        raise _build_gate_error(dataset, TOO_RISKY, *few, warned=outcome.findings)


def _withhold_objected_rows(
    dataset: Dataset, run: Run, workspace: Workspace, raw: Path, scratch: Path
) -> ExtractAfterObjections:
    windowed = run.window is not None
    try:
        refuse_objections_of_undeclared_former_names(dataset, workspace.store, workspace.include)
        refuse_objections_on_added_columns(dataset, workspace)
        return withhold_objected_rows(
            dataset, workspace.vault, workspace.store, raw, scratch, windowed=windowed
        )
    except ObjectionsUnenforceable as refused:
        raise _build_gate_error(
            dataset, _("Une opposition enregistrée ne peut pas être respectée."), *refused.findings
        ) from None


# --- the gate on columns ----------------------------------------------------------------------------------


def _verify_columns_and_read_types(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, workspace: Workspace
) -> dict[str, str]:
    """The SQL type of each declared column. Raises AnonymisationGateClosed unless they are exactly those, of
    the types they had when the dataset was last certified."""
    found = read_column_types(con, "raw")
    found.pop(LINE, None)
    findings = find_source_column_mismatches(dataset, found)
    if findings:
        raise _build_gate_error(
            dataset, _("Les colonnes de la source ne sont pas celles de la déclaration."), *findings
        )
    changed = find_changed_column_types(dataset, found, workspace.store)
    if changed:
        raise _build_gate_error(dataset, _("Des colonnes de la source ont changé de type."), *changed)
    return found


def find_source_column_mismatches(dataset: Dataset, found: Collection[str]) -> list[Finding]:
    """How the columns a source yields, in its order, are not those declared; empty when they are."""
    declared = {column.name for column in dataset.columns}
    missing = [column.name for column in dataset.columns if column.name not in found]
    findings: list[Finding] = []
    for rank, name in enumerate(found, start=1):
        if name not in declared:
            known = _is_showable_column_name(dataset, name, missing)
            shown = (
                _("« {} »").format(name)
                if known
                else _("la n° {} de celles qui ont un nom (le sien est tu)").format(rank)
            )
            findings.append(UndeclaredColumn(detail={"shown": shown}))
    return findings + [MissingColumn(column=name) for name in missing]


def _is_showable_column_name(dataset: Dataset, name: str, missing: list[str]) -> bool:
    """Whether what stands as a column's name may be shown.

    A file that lost its header has a row of data in its place, and even a whole one may name a column by a
    cell. What a query says itself is in ``include/``.
    """
    query = dataset.source.query
    if query is not None:
        return is_showable_name(name) or bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query))
    return not missing and is_showable_name(name)


# --- the rules --------------------------------------------------------------------------------------------


def _write_rows_treated_by_rules(
    con: duckdb.DuckDBPyConnection,
    mapped: LookupColumnsSql,
    dataset: Dataset,
    types: dict[str, str],
    target: Path,
) -> int:
    """Writes the treated rows and which rules failed on each; defines the view ``treated``."""
    selected = [f"raw.{LINE}"]
    failures: dict[str, str] = {}
    if dataset.privacy and dataset.privacy.unit:
        selected.append(f"{build_raw_unit_hash_sql(dataset.privacy)} AS {UNIT}")
    for column in dataset.published_columns:
        rule, raw = column.rule, f"raw.{identifier(column.name)}"
        sql = mapped.values.get(column.name) or rule.build_sql(raw, types[column.name])
        selected.append(f"{sql} AS {identifier(column.published_as or '')}")
        if rule.capabilities.may_fail:
            failures[column.name] = f"{raw} IS NOT NULL AND ({sql}) IS NULL"
    joined = " ".join(("FROM raw", *mapped.joins))
    write_parquet(con, f"SELECT {', '.join(selected)} {joined}", target)
    written = build_read_parquet_sql(target)
    treated = f"SELECT *, '' AS {FAILED} FROM {written}"
    # Few extracts have a row that fails: only those are written with which rules did.
    if _has_failed_row(
        con, [column for column in dataset.published_columns if column.name in failures], written
    ):
        told = [f"CASE WHEN {fails} THEN {literal(name)} END" for name, fails in failures.items()]
        selected.append(f"concat_ws(chr(31), {', '.join(told)}) AS {FAILED}")
        write_parquet(con, f"SELECT {', '.join(selected)} {joined}", target)
        treated = f"FROM {written}"
    con.execute(f"CREATE VIEW treated AS {treated}")
    return count_rows(con, "raw")


def _has_failed_row(
    con: duckdb.DuckDBPyConnection, columns: Sequence[ColumnDeclaration], written: str
) -> bool:
    """Whether a value of one of ``columns`` is there in the extract, and not in what was ``written`` of it (SQL). The cells
    that are not are looked for first: most files have none, and say so of themselves."""
    if not columns:
        return False
    pairs = [(identifier(column.name), identifier(column.published_as or "")) for column in columns]
    empty = " OR ".join(f"t.{made} IS NULL" for _, made in pairs)
    fails = " OR ".join(f"(raw.{name} IS NOT NULL AND t.{made} IS NULL)" for name, made in pairs)
    rows = f"(SELECT * FROM {written} t WHERE {empty}) t JOIN raw USING ({LINE})"
    return fetch_count(con, f"SELECT count(*) FROM {rows} WHERE {fails}") > 0


def _write_releasable_rows(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    outcome: _AnonymisationOutcome,
    final: str,
    treated: Path,
) -> None:
    """To the file of the ``outcome``, the rows that ``final`` (SQL) gives: those of ``treated``, which is that file then,
    where none is held back and none recoded."""
    privacy = dataset.privacy
    is_recoded = privacy is not None and requires_more_than_k_anonymity(privacy)
    if outcome.rows_out == outcome.rows_in and not is_recoded:
        outcome.file = treated
        return
    unit = (UNIT,) if privacy and privacy.unit else ()
    names = (
        LINE,
        *unit,
        *[column.published_as for column in dataset.published_columns if column.published_as],
    )
    write_parquet(con, f"SELECT {identifiers(names)} FROM ({final})", outcome.file)


def _store_rejected_rows(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    run: Run,
    workspace: Workspace,
    outcome: _AnonymisationOutcome,
) -> None:
    """Puts the rows no rule could read into the vault; defines the view ``read``."""
    con.execute(f"CREATE VIEW read AS SELECT * EXCLUDE ({FAILED}) FROM treated WHERE {FAILED} = ''")
    outcome.rejected = count_rows(con, f"treated WHERE {FAILED} <> ''")
    if outcome.rejected == 0:
        return
    outcome.findings += _build_inapplicable_rule_findings(con, dataset)
    with workspace.vault.open_scratch_folder() as scratch:
        local = scratch / "rejected.parquet"
        write_parquet(
            con,
            f"SELECT raw.*, replace({FAILED}, chr(31), ', ') AS __rules "
            f"FROM raw JOIN treated USING ({LINE}) WHERE {FAILED} <> '' ORDER BY {LINE}",
            local,
        )
        outcome.rejected_key = workspace.vault.store_rejections(
            local, dataset=run.dataset, run=run.id, stage="anonymise"
        )
    if outcome.rejected > dataset.reject_at_most * outcome.rows_in:
        detail = {
            "total": LocalisedNumber(outcome.rows_in),
            "limit": format_declared_share(dataset.reject_at_most),
        }
        excess = ExcessiveRejections(count=outcome.rejected, detail=detail)
        raise _build_gate_error(
            dataset, _("Trop de lignes n'ont pas pu être anonymisées."), excess, warned=outcome.findings
        )


def _build_inapplicable_rule_findings(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> list[Finding]:
    rows = con.execute(f"""
        SELECT name, count(*), list_slice(list_sort(list({LINE})), 1, {FIRST_LINES})
        FROM (
            SELECT {LINE}, unnest(string_split({FAILED}, chr(31))) AS name FROM treated WHERE {FAILED} <> ''
        )
        GROUP BY name ORDER BY name
    """).fetchall()
    columns = {column.name: column for column in dataset.columns}
    return [
        InapplicableRule(
            column=name,
            count=count,
            lines=tuple(lines),
            detail={"rule": columns[name].rule.kind, "expected": columns[name].rule.expected_value_text},
        )
        for name, count, lines in rows
    ]


# --- small counts and small classes -----------------------------------------------------------------------


def _withhold_rows_by_rules(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    outcome: _AnonymisationOutcome,
    before: str,
    after: str,
    *,
    of_extract: bool,
) -> None:
    """Takes out of the view ``before`` the rows that rules withhold, by what they made or by what the extract
    has beside; defines the view ``after``."""
    asked = [
        (column, one)
        for column in dataset.published_columns
        for one in column.rule.list_row_suppressions(column.name, column.published_as or "")
        if one.of_extract == of_extract
    ]
    # The join costs as much as the rules themselves: only for whoever looks at the extract.
    rows = f"{before} AS t" + (f" JOIN raw USING ({LINE})" if of_extract and asked else "")
    kept = " AND ".join(one.kept for _, one in asked) or "true"
    con.execute(f"CREATE VIEW {after} AS SELECT t.* FROM {rows} WHERE {kept}")
    found = ", ".join(f"count(*) FILTER (NOT {one.kept})" for _, one in asked)
    if found:
        (counts,) = con.execute(f"SELECT {found}, count(*) FILTER (NOT ({kept})) FROM {rows}").fetchall()
        outcome.suppressed += counts[-1]
        outcome.findings += [
            one.finding(column=column.name, count=count, detail=one.detail)
            for (column, one), count in zip(asked, counts, strict=False)
            if count
        ]


def _enforce_privacy_and_build_rows_sql(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    run: Run,
    workspace: Workspace,
    outcome: _AnonymisationOutcome,
) -> str:
    """SQL of the rows that may leave. Raises AnonymisationGateClosed when too many would have to stay."""
    privacy = dataset.privacy
    if privacy is None:
        return "SELECT * FROM open_cells"
    previous = load_certified_recoding(dataset, workspace.vault) if privacy.hierarchies else None
    protected = _apply_privacy_model(con, dataset, workspace, previous, outcome)
    outcome.protected, classes = protected, protected.classes
    outcome.findings += protected.findings
    if classes.suppressed_share > privacy.suppress_at_most and not requires_more_than_k_anonymity(privacy):
        excess = _build_excessive_suppression_finding(dataset, privacy, classes)
        raise _build_gate_error(dataset, TOO_RISKY, excess, warned=outcome.findings)
    if classes.suppressed:
        kind = SuppressedUnsafeClasses if privacy.sensitive or privacy.k_map else SuppressedSmallClasses
        outcome.findings.append(
            kind(count=classes.suppressed, detail={"k": format_privacy_unit_count(privacy.unit, privacy.k)})
        )
    outcome.suppressed += classes.suppressed
    if protected.run_memory is not None and privacy.hierarchies:
        save_pending_recoding(workspace.vault, dataset, run, protected.run_memory)
    return protected.rows


def _build_excessive_suppression_finding(
    dataset: Dataset, privacy: PrivacySettings, classes: EquivalenceClassCounts
) -> Finding:
    k, columns = (
        format_privacy_unit_count(privacy.unit, privacy.k),
        ", ".join(list_published_quasi_identifiers(dataset)),
    )
    detail = {
        "total": LocalisedNumber(classes.rows),
        "share": format_percentage(classes.suppressed_share),
        "k": k,
        "limit": format_declared_share(privacy.suppress_at_most),
        "advice": format_suppression_advice(
            classes.suppressed_share, columns, k, fewer_than_k=classes.rows < privacy.k
        ),
    }
    return ExcessiveSuppression(count=classes.suppressed, detail=detail)


def _apply_privacy_model(
    con: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    workspace: Workspace,
    previous: ReusableRecoding | None,
    outcome: _AnonymisationOutcome,
) -> ProtectedExtract:
    try:
        return enforce_privacy_model(con, "open_cells", dataset, workspace.include, previous)
    except UnusableHierarchy as unusable:
        what = _("Une hiérarchie déclarée ne va pas avec les données.")
        raise _build_gate_error(dataset, what, *unusable.findings, warned=outcome.findings) from None
    except NoAnonymousGeneralisation as refused:
        raise _build_gate_error(dataset, TOO_RISKY, *refused.findings, warned=outcome.findings) from None


def _refuse_columns_revealing_withheld_rows(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, outcome: _AnonymisationOutcome
) -> None:
    """Raises AnonymisationGateClosed when totals, or numbers that follow each other, would tell of the rows
    that are withheld."""
    if not outcome.suppressed:
        return
    found = [*check_revealing_margins(con, dataset, "read"), *check_row_numbering_gaps(con, dataset, "read")]
    if found:
        raise _build_gate_error(dataset, GIVEN_AWAY, *found, warned=outcome.findings)


def _refuse_classes_below_k_persons(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, outcome: _AnonymisationOutcome
) -> None:
    """Raises AnonymisationGateClosed when groups of k rows are fewer people, and the declaration does not say that
    they are not."""
    found = tuple(check_classes_below_k_persons(con, dataset, outcome.file))
    doubts = [one for one in found if isinstance(one, UncountedPersons)]
    if doubts:
        raise _build_gate_error(dataset, TOO_RISKY, *doubts, warned=outcome.findings)
    outcome.findings += found


# --- small things -----------------------------------------------------------------------------------------


def _assert_written_row_count(
    con: duckdb.DuckDBPyConnection, dataset: Dataset, outcome: _AnonymisationOutcome
) -> None:
    written = count_rows(con, build_read_parquet_sql(outcome.file))
    if written != outcome.rows_out:
        raise _build_gate_error(
            dataset,
            _("Le compte n'y est pas (lignes écrites : {written} ; attendues : {rows_out}).").format(
                written=LocalisedNumber(written), rows_out=LocalisedNumber(outcome.rows_out)
            ),
        )


def _build_gate_error(
    dataset: Dataset, what: Sentence, *findings: Finding, warned: Sequence[Finding] = ()
) -> AnonymisationGateClosed:
    """``warned``: what was found besides, and closed nothing."""
    return AnonymisationGateClosed(
        what,
        findings=(*findings, *warned),
        where=f"include/datasets/{dataset.path.name}",
        remedy=_("{remedy} ; rien n'a été publié").format(remedy=choose_gate_remedy(findings)),
    )


def _serialize_class_counts(classes: EquivalenceClassCounts) -> dict[str, int]:
    return {
        "rows": classes.rows,
        "classes": classes.classes,
        "alone": classes.alone,
        "small": classes.small,
        "left": classes.left,
    }


def _build_initial_report(
    dataset: Dataset, run: Run, handle: ParquetFileHandle, city: City
) -> AnonymiseReport:
    return AnonymiseReport(
        dataset=run.dataset,
        run=run.id,
        fingerprint=dataset.fingerprint,
        passed=False,
        input_sha256=handle.sha256,
        output_sha256=None,
        rows_in=handle.rows,
        rows_out=0,
        rejected=0,
        suppressed=0,
        suppressed_classes=0,
        quasi_identifiers=list_published_quasi_identifiers(dataset),
        k=dataset.privacy.k if dataset.privacy else None,
        unit=dataset.privacy.unit if dataset.privacy else (),
        smallest_class=None,
        classes=None,
        treatments=tuple(
            ColumnTreatment(
                column.name,
                column.published_as,
                column.rule.kind,
                describe_column_treatment(column, dataset.privacy).french_text,
                column.basis,
            )
            for column in dataset.columns
        ),
        findings=(),
        rejected_key=None,
        seconds=0.0,
        city_fingerprint=city.fingerprint,
        version=dataset.software_version_and_code_digest,
        basis_ends={one.name: one.basis_until.isoformat() for one in dataset.columns if one.basis_until},
        protection=build_protection_state(dataset).to_json(),
        at_source=dataset.publication.is_link_to_source,
    )


# --- rules that fill a table --------------------------------------------------------------------------------

KEY_BYTES = 16


@dataclass(frozen=True)
class LookupColumnsSql:
    """The SQL of the columns that a table of values replaces: ``joins`` to add after ``FROM raw``, and in
    ``values`` that of each column's value."""

    joins: tuple[str, ...]
    values: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def build_lookup_table_context(
    con: duckdb.DuckDBPyConnection,
    connections: ConnectionLookup,
    include: Path,
    dataset: str,
    revision: str,
    geometry: GeometryColumns | None,
) -> LookupTableContext:
    """``revision``: the SHA-256 of the extract; ``dataset``: its identifier."""
    return LookupTableContext(
        con,
        include,
        dataset,
        revision,
        (geometry.longitude, geometry.latitude) if geometry else None,
        partial(_get_secret_key_from_connection, connections),
        lambda: partial(scrub_texts, names=load_name_lists(include)),
    )


def fill_column_lookup_tables(
    context: LookupTableContext, columns: tuple[ColumnDeclaration, ...]
) -> LookupColumnsSql:
    """Fills the tables for the columns that need one.

    Raises ConnectionMissing when a key is not usable, AnonymisationGateClosed when a function of the city's
    fails.
    """
    results = {
        column.name: column.rule.fill_lookup_table(context, column.name, f"map_{rank}")
        for rank, column in enumerate(columns)
        if isinstance(column.rule, LookupTableRule)
    }
    return LookupColumnsSql(
        tuple(result.join for result in results.values()),
        {name: result.value for name, result in results.items()},
        tuple(finding for result in results.values() for finding in result.findings),
    )


def _get_secret_key_from_connection(connections: ConnectionLookup, identifier: str) -> bytes:
    key = connections.get(identifier).password.encode()
    if len(key) < KEY_BYTES:
        raise ConnectionMissing(
            _("La clé ou le secret compte moins de {key_bytes} caractères.").format(key_bytes=KEY_BYTES),
            where=_("connexion {identifier} (mot de passe)").format(identifier=identifier),
            remedy=_("y mettre une clé tirée au hasard, par exemple avec « openssl rand -hex 32 »"),
        )
    return key
