"""A table of MySQL or MariaDB."""

import re

from aqueduc.sources.databases.drafting import DatabaseCatalogueQueries

# What MySQL 8 gives of its catalogue is in capitals, and its texts may be in binary.
_COLUMNS = """
SELECT CONVERT(c.column_name USING utf8mb4) AS nom, CONVERT(c.column_type USING utf8mb4) AS type,
       CONVERT(c.column_comment USING utf8mb4) AS commentaire,
       CASE WHEN t.table_type = 'VIEW' THEN NULL ELSE CONVERT(t.table_comment USING utf8mb4) END AS sujet,
       t.table_rows AS lignes
FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = {schema} AND c.table_name = {name}
ORDER BY c.ordinal_position
"""
_TABLES = """
SELECT CONCAT(CONVERT(t.table_schema USING utf8mb4), '.', CONVERT(t.table_name USING utf8mb4)) AS nom
FROM information_schema.tables t
WHERE t.table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
ORDER BY 1
"""
_CONSTRAINTS = """
SELECT CONVERT(s.index_name USING utf8mb4) AS contrainte, CONVERT(s.column_name USING utf8mb4) AS nom
FROM information_schema.statistics s
WHERE s.table_schema = {schema} AND s.table_name = {name} AND s.non_unique = 0
ORDER BY s.index_name <> 'PRIMARY', s.index_name, s.seq_in_index
"""
_SHAPES = ("geometry", "point", "linestring", "polygon", "multi", "geom")
# What MySQL 8.4 or MariaDB 11.8 takes for something else than a name.
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        "accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call "
        "cascade case change char character check collate column condition constraint continue convert create "
        "cross cube cume_dist current_date current_role current_time current_timestamp current_user cursor "
        "database databases day_hour day_microsecond day_minute day_second dec decimal declare default delayed "
        "delete delete_domain_id dense_rank desc describe deterministic distinct distinctrow div do_domain_ids "
        "double drop dual each else elseif empty enclosed escaped except exists exit explain false fetch "
        "first_value float float4 float8 for force foreign from fulltext function general generated get grant group "
        "grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore "
        "ignore_domain_ids ignore_server_ids in index infile inner inout insensitive insert int int1 int2 int3 "
        "int4 int8 integer intersect interval into io_after_gtids io_before_gtids is iterate join json_table key "
        "keys kill lag last_value lateral lead leading leave left like limit linear lines load localtime "
        "localtimestamp lock long longblob longtext loop low_priority manual master_bind "
        "master_heartbeat_period master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext "
        "middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not nth_value ntile "
        "null numeric of offset on optimize optimizer_costs option optionally or order out outer outfile over "
        "page_checksum parallel parse_vcol_expr partition percent_rank precision primary procedure purge "
        "qualify range rank read read_write reads real recursive ref_system_id references regexp release rename "
        "repeat replace require resignal restrict return returning revoke right rlike row row_number rows schema "
        "schemas second_microsecond select sensitive separator set show signal slow smallint spatial specific sql "
        "sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl starting "
        "stats_auto_recalc stats_persistent stats_sample_pages stored straight_join system table tablesample "
        "terminated then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned "
        "update usage use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying "
        "vector virtual when where while window with write xor year_month zerofill",
    )
)


def _quote_name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _build_column_select_sql(quoted: str, type_: str) -> str:
    """A position as GeoJSON, of which the server knows the order of the coordinates."""
    return f"ST_AsGeoJSON({quoted}) AS {quoted}" if type_.lower().startswith(_SHAPES) else quoted


CATALOGUE = DatabaseCatalogueQueries(
    kind="mysql",
    columns=_COLUMNS,
    constraints=_CONSTRAINTS,
    tables=_TABLES,
    first=lambda sql, count: f"{sql}LIMIT {count}\n",
    quote=_quote_name,
    reserved=_RESERVED,
    written=_build_column_select_sql,
)
DRAFTING = CATALOGUE.source_drafting_functions
