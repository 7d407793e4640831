"""A recoding applied to the rows themselves, in SQL: one join, streaming, in bounded memory.

The table of distinct combinations carries the labels of each; a row whose combination is withheld, or is not
in the table at all, finds no partner and does not leave.
"""

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aqueduc.anonymise.disclosure.cube import GeneralisationCube, Keys
from aqueduc.anonymise.disclosure.recoding import WITHHELD, Recoding
from aqueduc.duck import identifier, read_column_types

TABLE = "recoded_combinations"


def build_recoded_rows_sql(
    con: duckdb.DuckDBPyConnection, relation: str, cube: GeneralisationCube, recoding: Recoding
) -> str:
    """SQL of the rows of ``relation`` that may leave, their quasi-identifiers recoded.

    ``relation`` is what ``build_frequency_table`` counted. Same columns in the same order; those with a
    hierarchy become text, since one column may hold values of several levels. Fills the temporary table
    ``TABLE``."""
    kinds = read_column_types(con, relation)
    names = [hierarchy.column for hierarchy in cube.hierarchies]
    if not names:
        return f"SELECT * FROM {relation}"
    rows = _find_published_combinations(cube, recoding)
    columns, selected = {}, []
    for column, name in enumerate(names):
        columns[f"k{column}"] = _build_leaf_array(cube, column, rows)
        selected.append(f"CAST(k{column} AS {kinds[name]}) AS k{column}")
        if cube.hierarchy_heights[column] > 1:
            columns[f"l{column}"] = _build_label_array(cube, recoding, column, rows)
            selected.append(f"CAST(l{column} AS VARCHAR) AS l{column}")
    con.register("combinations", pa.table(columns))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {TABLE} AS SELECT {', '.join(selected)} FROM combinations")
    con.unregister("combinations")
    same = " AND ".join(f"t.{identifier(n)} IS NOT DISTINCT FROM c.k{rank}" for rank, n in enumerate(names))
    shown = [
        f"c.l{names.index(name)} AS {identifier(name)}"
        if name in names and cube.hierarchy_heights[names.index(name)] > 1
        else f"t.{identifier(name)}"
        for name in kinds
    ]
    return f"SELECT {', '.join(shown)} FROM {relation} t JOIN {TABLE} c ON {same}"


def _find_published_combinations(cube: GeneralisationCube, recoding: Recoding) -> Keys:
    """One row of the base for each combination of quasi-identifiers that leaves."""
    base = cube.base
    if not len(base):
        return np.zeros(0, dtype=np.int64)
    people = np.add.reduceat(base.counts, base.class_starts)
    leaving: Keys = base.class_starts[(people > 0) & (recoding.choice[base.class_starts] != WITHHELD)]
    return leaving


def _build_leaf_array(cube: GeneralisationCube, column: int, rows: Keys) -> pa.Array:
    leaves = pa.array(cube.hierarchies[column].leaves, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(cube.base.codes[column][rows].astype(np.int32)), leaves)


def _build_label_array(cube: GeneralisationCube, recoding: Recoding, column: int, rows: Keys) -> pa.Array:
    hierarchy = cube.hierarchies[column]
    known: dict[str | None, int] = {}
    table = np.array(
        [
            [known.setdefault(labels[group], len(known)) for group in groups]
            for groups, labels in zip(hierarchy.groups, hierarchy.labels, strict=True)
        ],
        dtype=np.int32,
    )
    level_of: npt.NDArray[np.int64] = np.array([node[column] for node in recoding.nodes], dtype=np.int64)
    levels = level_of[recoding.choice[rows]] if len(rows) else np.zeros(0, dtype=np.int64)
    codes = table[levels, cube.base.codes[column][rows]]
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(known), pa.string()))
