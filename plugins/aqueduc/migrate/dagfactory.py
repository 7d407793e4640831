"""dag-factory: DAGs in YAML, of which the tasks that fetch data (HTTP GET, SQL SELECT) are sources.

Understood: ``default`` and each DAG's ``default_args``, tasks as a list or a mapping, ``<<`` merges, presets,
cron expressions, ``timedelta`` and cron timetables. What code does (callables, sensors, commands) is left
out, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqueduc.declaration.vocabulary import FREQUENCIES, THEMES
from aqueduc.draft.writing import YamlLine
from aqueduc.findings import Finding
from aqueduc.language import Message, _
from aqueduc.migrate import sql
from aqueduc.migrate.cadence import cadence_of
from aqueduc.migrate.columns import hint
from aqueduc.migrate.conversion import (
    Conversion,
    DatasetDraft,
    OpenPointCollector,
    identifier,
    sentence,
    texts,
)
from aqueduc.migrate.findings import (
    NONE,
    CadenceUnsaid,
    ColumnsOpen,
    ConnectionToCheck,
    DescriptionOpen,
    FilterLeftOut,
    HeadersLeftOut,
    LicenceOpen,
    NoSource,
    NotThisKind,
    OwnerOpen,
    QueryElsewhere,
    RuleOpen,
    SchemaOpen,
    SecretLeftOut,
    SourceAddress,
    TaskLeftOut,
    TemplateInSource,
    ThemeOpen,
    TitleOpen,
    TypeOpen,
)
from aqueduc.migrate.web import without_secrets

ORIGIN = "dag-factory"

_HTTP = frozenset({"HttpOperator", "SimpleHttpOperator"})
_POSTGRES = frozenset({"postgres_conn_id", "redshift_conn_id"})

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class FactoryTask:
    name: str
    entry: Entry

    @property
    def operator(self) -> str:
        """The class alone, or what decorates a function."""
        named = self.entry.get("operator") or self.entry.get("decorator") or ""
        return str(named).rsplit(".", 1)[-1]


@dataclass(frozen=True)
class FactorySource:
    """The source that a task of dag-factory makes. ``names``: the columns, when the query says them;
    ``query``: the SQL to write."""

    lines: tuple[YamlLine, ...]
    names: tuple[str, ...] | None = None
    query: str | None = None


def convert(path: Path, document: Entry) -> Conversion:
    """A draft for each task that fetches data."""
    merged = _merge_keys(document)
    default = merged.get("default") if isinstance(merged.get("default"), Mapping) else {}
    dags = {
        name: _over(default, dag)
        for name, dag in merged.items()
        if name != "default" and isinstance(dag, Mapping) and _tasks(dag)
    }
    if not dags:
        return Conversion(path.name, refused=(NotThisKind(detail={"origin": ORIGIN}),))
    drafts: list[DatasetDraft] = []
    refused: list[Finding] = []
    for name, dag in dags.items():
        sources = [task for task in _tasks(dag) if _fetches(task)]
        alone = len(sources) == 1
        for task in sources:
            made = [draft.id for draft in drafts]
            known = identifier(name, taken=made) if alone else identifier(name, task.name, taken=made)
            drafts.append(_draft(path, known, name, dag, task))
        refused += _left_out(name, dag, sources)
    return Conversion(path.name, tuple(drafts), tuple(refused))


def _left_out(name: str, dag: Entry, sources: Sequence[FactoryTask]) -> Iterator[Finding]:
    others = [task for task in _tasks(dag) if task not in sources]
    if not sources:
        operators = ", ".join(dict.fromkeys(task.operator or "?" for task in others))
        yield NoSource(detail={"name": name, "operators": operators})
        return
    for task in others:
        yield TaskLeftOut(detail={"name": task.name, "why": _why_not(task)})


def _why_not(task: FactoryTask) -> Message:
    if task.operator in _HTTP:
        return _("elle envoie au lieu de lire (POST…)")
    if "sql" in task.entry:
        return _("sa requête ne fait pas que lire")
    return _("{operator} n'est pas une source").format(operator=task.operator or "?")


# --- the file -----------------------------------------------------------------------------------------------


def _merge_keys(value: Any) -> Any:
    """With YAML's ``<<`` carried out: what stands beside it wins."""
    if isinstance(value, list):
        return [_merge_keys(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    own = {key: _merge_keys(item) for key, item in value.items() if key != "<<"}
    taken = value.get("<<")
    for base in taken if isinstance(taken, list) else [taken]:
        own = {**(_merge_keys(base) if isinstance(base, Mapping) else {}), **own}
    return own


def _over(default: Any, dag: Entry) -> Entry:
    """A DAG over the defaults of its file."""
    base = default if isinstance(default, Mapping) else {}
    arguments = {**_mapping(base.get("default_args")), **_mapping(dag.get("default_args"))}
    return {**base, **dag, "default_args": arguments}


def _mapping(value: Any) -> Entry:
    return value if isinstance(value, Mapping) else {}


def _tasks(dag: Entry) -> tuple[FactoryTask, ...]:
    tasks = dag.get("tasks")
    if isinstance(tasks, Mapping):
        return tuple(FactoryTask(name, entry) for name, entry in tasks.items() if isinstance(entry, Mapping))
    entries = [entry for entry in tasks if isinstance(entry, Mapping)] if isinstance(tasks, list) else []
    return tuple(FactoryTask(str(entry.get("task_id", rank)), entry) for rank, entry in enumerate(entries, 1))


def _fetches(task: FactoryTask) -> bool:
    entry = task.entry
    if task.operator in _HTTP:
        # As the operator itself: it sends, unless told otherwise.
        return str(entry.get("method", "POST")).upper() == "GET"
    text = entry.get("sql")
    if not isinstance(text, str) or not _connection(entry):
        return False
    return text.strip().endswith(".sql") or sql.only_reads(text)


def _connection(entry: Entry) -> str:
    return str(next((entry[key] for key in (*_POSTGRES, "conn_id") if entry.get(key)), ""))


# --- the draft ----------------------------------------------------------------------------------------------


def _draft(path: Path, known: str, name: str, dag: Entry, task: FactoryTask) -> DatasetDraft:
    desk = OpenPointCollector()
    record = tuple(_record_lines(name, dag, task, desk))
    source = _http(task, desk) if task.operator in _HTTP else _postgres(path, known, task, desk)
    columns, schema, fields = _columns(known, source, desk)
    lines = (
        *record,
        YamlLine("source", source.lines, above=("",)),
        columns,
        schema,
        YamlLine("publish", (YamlLine("mode", "upload"), YamlLine("formats", ["csv"])), above=("",)),
    )
    origin = f"la tâche « {task.name} » du DAG « {name} » de {path.name}"
    return DatasetDraft(known, origin, lines, tuple(desk.open), fields, source.query)


def _record_lines(name: str, dag: Entry, task: FactoryTask, desk: OpenPointCollector) -> Iterator[YamlLine]:
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    given = f"« {words.capitalize()} »"
    yield YamlLine("title", desk.ask("title", TitleOpen(detail={"given": given})))
    description = sentence(task.entry.get("doc_md") or dag.get("description") or dag.get("doc_md"))
    yield YamlLine("description", description or desk.ask("description", DescriptionOpen()))
    arguments = dag["default_args"]
    owner = f"« {sentence(arguments.get('owner')) or '…'} »"
    yield YamlLine("owner", desk.ask("owner", OwnerOpen(detail={"given": owner})), above=("",))
    mails = [mail for mail in texts(arguments.get("email")) if "@" in mail]
    if mails:
        yield YamlLine("contact", mails[0])
    detail = {"given": ", ".join(texts(dag.get("tags"))) or NONE, "choices": ", ".join(THEMES)}
    yield YamlLine("theme", desk.ask("theme", ThemeOpen(detail=detail)))
    if keywords := list(dict.fromkeys(texts(dag.get("tags")))):
        yield YamlLine("keywords", keywords)
    yield YamlLine("licence", desk.ask("licence", LicenceOpen()))
    yield _cadence(dag, desk)


def _cadence(dag: Entry, desk: OpenPointCollector) -> YamlLine:
    schedule = next(
        (dag[key] for key in ("schedule", "schedule_interval", "timetable") if dag.get(key) is not None), None
    )
    found = cadence_of(schedule)
    if found:
        beside = FREQUENCIES[found].french if found in FREQUENCIES else ""
        return YamlLine("cadence", found, beside=beside)
    return YamlLine("cadence", desk.ask("cadence", CadenceUnsaid(detail={"choices": ", ".join(FREQUENCIES)})))


def _http(task: FactoryTask, desk: OpenPointCollector) -> FactorySource:
    entry = task.entry
    path = str(entry.get("endpoint") or "")
    lines = [
        YamlLine("http", str(entry.get("http_conn_id") or "http_default")),
        YamlLine("path", f"/{path.lstrip('/')}" if path else desk.ask("source.path", SourceAddress())),
        YamlLine("format", "json"),
    ]
    if sql.is_template(path):
        lines[1] = YamlLine("path", desk.ask("source.path", TemplateInSource()))
    given, secret = without_secrets(_mapping(entry.get("data")))
    if secret:
        named = {"count": len(secret), "names": ", ".join(secret)}
        desk.remind("source.parameters", SecretLeftOut(count=len(secret), detail=named))
    if given:
        lines.append(
            YamlLine("parameters", tuple(_parameter(name, text, desk) for name, text in given.items()))
        )
    if headers := _mapping(entry.get("headers")):
        desk.remind("source.http", HeadersLeftOut(detail={"names": ", ".join(headers)}))
    code = [key for key in entry if key.startswith(("response_", "pagination_"))]
    if code:
        desk.remind("source.records", FilterLeftOut(detail={"names": ", ".join(code)}))
    return FactorySource(tuple(lines))


def _parameter(name: str, text: str, desk: OpenPointCollector) -> YamlLine:
    asked = sql.is_template(text)
    return YamlLine(name, desk.ask(f"source.parameters.{name}", TemplateInSource()) if asked else text)


def _postgres(path: Path, known: str, task: FactoryTask, desk: OpenPointCollector) -> FactorySource:
    entry = task.entry
    connection = _connection(entry)
    if not any(entry.get(key) for key in _POSTGRES):
        desk.remind("source.postgres", ConnectionToCheck(detail={"connection": connection}))
    query = _query(path, str(entry["sql"]))
    if query is None:
        mark = desk.ask("source.sql", QueryElsewhere())
        return FactorySource((YamlLine("postgres", connection), YamlLine("sql", mark)))
    query = sql.rename_interval(query)
    where: str = f"sql/{known}.sql"
    if sql.is_template(query):
        where = desk.ask("source.sql", TemplateInSource())
    return FactorySource(
        (YamlLine("postgres", connection), YamlLine("sql", where)), sql.column_names(query), query
    )


def _query(path: Path, text: str) -> str | None:
    """The query itself, or that of the file it names, beside the DAG; None when it is not to be found."""
    if not text.strip().endswith(".sql"):
        return text
    folder, file = path.parent.resolve(), (path.parent / text.strip()).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        return None
    found = file.read_text(encoding="utf-8", errors="replace")
    return found if sql.only_reads(found) else None


def _columns(
    known: str, source: FactorySource, desk: OpenPointCollector
) -> tuple[YamlLine, YamlLine, Entry | None]:
    """``columns:``, ``schema:`` and the schema: as far as the query says the names."""
    if source.names is None:
        columns = YamlLine("columns", desk.ask("columns", ColumnsOpen()), above=("",))
        return columns, YamlLine("schema", desk.ask("schema", SchemaOpen()), above=("",)), None
    rules = tuple(
        YamlLine(name, desk.ask(f"columns.{name}", RuleOpen(column=name, detail={"hint": hint(name)})))
        for name in source.names
    )
    fields = [
        {"name": name, "type": desk.ask(f"schema.fields.{name}.type", TypeOpen(column=name))}
        for name in source.names
    ]
    return (
        YamlLine("columns", rules, above=("",)),
        YamlLine("schema", f"schemas/{known}.json", above=("",)),
        {"fields": fields},
    )
