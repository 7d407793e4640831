"""A table of Oracle."""

from aqueduc import duck
from aqueduc.sources.databases.drafting import DatabaseCatalogueQueries

# Oracle writes in capitals what is not between quotes: the names of these columns are.
_COLUMNS = """
SELECT c.column_name AS "nom", c.data_type AS "type", m.comments AS "commentaire", s.comments AS "sujet",
       t.num_rows AS "lignes"
FROM all_tab_columns c
LEFT JOIN all_col_comments m
  ON m.owner = c.owner AND m.table_name = c.table_name AND m.column_name = c.column_name
LEFT JOIN all_tab_comments s ON s.owner = c.owner AND s.table_name = c.table_name
LEFT JOIN all_tables t ON t.owner = c.owner AND t.table_name = c.table_name
WHERE c.owner = {schema} AND c.table_name = {name}
ORDER BY c.column_id
"""
_TABLES = """
SELECT o.owner || '.' || o.object_name AS "nom"
FROM all_objects o
WHERE o.object_type IN ('TABLE', 'VIEW') AND o.oracle_maintained = 'N'
ORDER BY 1
"""
_CONSTRAINTS = """
SELECT k.constraint_name AS "contrainte", c.column_name AS "nom"
FROM all_constraints k
JOIN all_cons_columns c ON c.owner = k.owner AND c.constraint_name = k.constraint_name
WHERE k.owner = {schema} AND k.table_name = {name} AND k.constraint_type IN ('P', 'U')
ORDER BY k.constraint_type, k.constraint_name, c.position
"""


def _build_column_select_sql(quoted: str, type_: str) -> str:
    """What the driver gives no table can hold, written so that it does."""
    if type_ == "SDO_GEOMETRY":
        return f"SDO_UTIL.TO_GEOJSON({quoted}) AS {quoted}"
    if "TIME ZONE" in type_:
        return f"CAST({quoted} AT TIME ZONE SESSIONTIMEZONE AS TIMESTAMP) AS {quoted}"
    return f"JSON_SERIALIZE({quoted}) AS {quoted}" if type_ == "JSON" else quoted


CATALOGUE = DatabaseCatalogueQueries(
    kind="oracle",
    columns=_COLUMNS,
    constraints=_CONSTRAINTS,
    tables=_TABLES,
    first=lambda sql, count: f"{sql}FETCH FIRST {count} ROWS ONLY\n",
    quote=duck.identifier,
    always_quoted=True,
    fold=str.upper,
    written=_build_column_select_sql,
)
DRAFTING = CATALOGUE.source_drafting_functions
