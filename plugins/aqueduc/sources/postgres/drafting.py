"""A table of PostgreSQL."""

from aqueduc.sources.databases.drafting import DatabaseCatalogueQueries

_COLUMNS = """
SELECT a.attname::text AS nom, format_type(a.atttypid, a.atttypmod) AS type,
       col_description(c.oid, a.attnum) AS commentaire, obj_description(c.oid, 'pg_class') AS sujet,
       greatest(c.reltuples, 0)::bigint AS lignes
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = {schema} AND c.relname = {name} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY a.attnum
"""
_TABLES = """
SELECT n.nspname || '.' || c.relname AS nom
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%'
ORDER BY 1
"""
_CONSTRAINTS = """
SELECT k.conname::text AS contrainte, a.attname::text AS nom
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u(attnum, rang) ON true
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
WHERE n.nspname = {schema} AND c.relname = {name} AND k.contype IN ('p', 'u')
ORDER BY k.contype, k.conname, u.rang
"""

CATALOGUE = DatabaseCatalogueQueries(
    kind="postgres",
    columns=_COLUMNS,
    constraints=_CONSTRAINTS,
    tables=_TABLES,
    first=lambda sql, count: f"{sql}LIMIT {count}\n",
)
DRAFTING = CATALOGUE.source_drafting_functions
