"""A table of SQL Server."""

from aqueduc.sources.databases.drafting import DatabaseCatalogueQueries

_COLUMNS = """
SELECT c.name AS nom,
       t.name + CASE WHEN t.name IN ('decimal', 'numeric') THEN CONCAT('(', c.precision, ',', c.scale, ')')
                     ELSE '' END AS type,
       CAST(p.value AS nvarchar(4000)) AS commentaire, CAST(s.value AS nvarchar(4000)) AS sujet,
       (SELECT sum(r.rows) FROM sys.partitions r WHERE r.object_id = o.object_id AND r.index_id < 2) AS lignes
FROM sys.columns c
JOIN sys.objects o ON o.object_id = c.object_id AND o.type IN ('U', 'V')
JOIN sys.schemas n ON n.schema_id = o.schema_id
JOIN sys.types t ON t.user_type_id = c.user_type_id
LEFT JOIN sys.extended_properties p
  ON p.class = 1 AND p.major_id = o.object_id AND p.minor_id = c.column_id AND p.name = 'MS_Description'
LEFT JOIN sys.extended_properties s
  ON s.class = 1 AND s.major_id = o.object_id AND s.minor_id = 0 AND s.name = 'MS_Description'
WHERE n.name = {schema} AND o.name = {name}
ORDER BY c.column_id
"""
_TABLES = """
SELECT n.name + '.' + o.name AS nom
FROM sys.objects o JOIN sys.schemas n ON n.schema_id = o.schema_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0
ORDER BY 1
"""
_CONSTRAINTS = """
SELECT i.name AS contrainte, c.name AS nom
FROM sys.indexes i
JOIN sys.objects o ON o.object_id = i.object_id
JOIN sys.schemas n ON n.schema_id = o.schema_id
JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id AND k.is_included_column = 0
JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE n.name = {schema} AND o.name = {name} AND i.is_unique = 1
ORDER BY i.is_primary_key DESC, i.name, k.key_ordinal
"""


def _quote_name(name: str) -> str:
    return "[" + name.replace("]", "]]") + "]"


def _build_column_select_sql(quoted: str, type_: str) -> str:
    """A position as the text of its shape: the driver gives no other form of it that is of use."""
    if type_ in ("geometry", "geography"):
        return f"{quoted}.STAsText() AS {quoted}"
    return f"{quoted}.ToString() AS {quoted}" if type_ == "hierarchyid" else quoted


CATALOGUE = DatabaseCatalogueQueries(
    kind="mssql",
    columns=_COLUMNS,
    constraints=_CONSTRAINTS,
    tables=_TABLES,
    first=lambda sql, count: sql.replace("SELECT ", f"SELECT TOP ({count}) ", 1),
    quote=_quote_name,
    # All of them: its reserved words are many, and not the same from one version to the next.
    always_quoted=True,
    written=_build_column_select_sql,
)
DRAFTING = CATALOGUE.source_drafting_functions
