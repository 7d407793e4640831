"""The language of computed columns: an expression of DuckDB over the columns of a row, and nothing else.

DuckDB's own parser reads it; each node of its tree must be of a kind that is listed here, each function one of
``FUNCTIONS``. What is run is the tree written back, never the text: no comment, no second statement, nothing that two
parsers would read in two ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.expressions import LONGEST, has_comment, list_columns_cited_in_expression
from aqueduc.language import Message, _
from aqueduc.sources.expression_tree import ExpressionRefused, Node, get_constant_value, list_child_nodes
from aqueduc.sources.growth import ExpressionTextBounds, compute_expression_text_bounds

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "text": (
        "concat", "concat_ws", "contains", "ends_with", "left", "length", "lower", "lpad", "ltrim", "position",
        "regexp_extract", "regexp_full_match", "regexp_matches", "regexp_replace", "replace", "right", "rpad",
        "rtrim", "split_part", "starts_with", "strip_accents", "strpos", "substring", "trim", "upper",
    ),
    "number": (
        "abs", "ceil", "floor", "greatest", "least", "ln", "log10", "power", "round", "sign", "sqrt",
    ),
    "date": (
        "date_diff", "date_part", "date_trunc", "day", "hour", "isodow", "last_day", "make_date", "minute", "month",
        "quarter", "strftime", "strptime", "try_strptime", "week", "year",
    ),
    "nothing": ("nullif",),
}  # fmt: skip
"""Those that may be called: of the cells of one row alone, the same today and tomorrow (``tests/sources``)."""
WRITTEN_OTHERWISE = ("coalesce", "extract", "if", "ifnull")
"""What the parser makes another node of; they may be written."""
OPERATORS = frozenset({"+", "-", "*", "/", "//", "%", "||", "~~", "!~~", "~~*", "!~~*"})
TYPES = (
    "BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "INTEGER", "SMALLINT", "TIME", "TIMESTAMP", "VARCHAR",
)  # fmt: skip
"""What a value may be cast to, and what an expression may give. No FLOAT: it keeps seven digits, and shows sixteen."""

_NAMES = frozenset(name for names in FUNCTIONS.values() for name in names)
_START = "SELECT "
_LONGEST_PADDING = 250
_ASK_QUERY = _("n'écrire que l'expression : ni SELECT, ni FROM, ni « ; », ni « AS »")
_GUIDE = _("le guide (« Ajouter des colonnes ») dit ce qui peut l'être")


@dataclass(frozen=True)
class ParsedExpression:
    """``sql``: as DuckDB wrote it back. ``columns``: those it reads. ``size``: the texts that it may make."""

    sql: str
    columns: tuple[str, ...]
    size: ExpressionTextBounds


def parse_expression(con: duckdb.DuckDBPyConnection, text: str, columns: Collection[str]) -> ParsedExpression:
    """``text`` over the ``columns`` of a row. Raises ExpressionRefused."""
    if len(text) > LONGEST:
        raise ExpressionRefused(
            _("l'expression a plus de {limit} caractères").format(limit=LONGEST),
            _("la partager entre plusieurs colonnes, ou écrire une table jointe (« join: »)"),
        )
    if has_comment(text):
        raise ExpressionRefused(
            _("un commentaire n'est pas permis ici : il serait signé, et non calculé"),
            _("l'écrire en YAML, derrière « # », sur sa ligne ; deux moins de suite s'écrivent « - - »"),
        )
    tree = _parse_expression_text_to_tree(con, text)
    named: list[str] = []
    size = ExpressionTextBounds()
    try:
        item = _get_single_select_expression(tree)
        named = list(_check_nodes_and_list_column_references(item))
        size = compute_expression_text_bounds(item)
        written = _format_tree_as_sql(con, tree)
    except (RecursionError, duckdb.Error):
        written = None
    if written is None:
        raise ExpressionRefused(_OTHER, _GUIDE)
    return ParsedExpression(written, tuple(_resolve_column_names(named, text, columns)), size)


def _format_tree_as_sql(con: duckdb.DuckDBPyConnection, tree: Mapping[str, Any]) -> str:
    (written,) = duck.fetch_single_row(
        con, f"SELECT json_deserialize_sql({duck.literal(json.dumps(tree))}::JSON)"
    )
    return str(written).removeprefix(_START)


def _resolve_column_names(named: Iterable[str], text: str, columns: Collection[str]) -> Iterator[str]:
    """The ``columns`` that the parser found ``named``, each once. Raises ExpressionRefused for another, and for one
    that the checks of the declaration, which go by words, would not have seen."""
    known = {name.casefold(): name for name in columns}
    seen = list_columns_cited_in_expression(text, columns)
    for name in dict.fromkeys(one.casefold() for one in named):
        if name not in known:
            raise ExpressionRefused(
                _("« {name} » n'est pas une colonne du jeu").format(name=name),
                suggest_nearest_choice_or_list(name, list(columns)),
            )
        if known[name] not in seen:
            raise ExpressionRefused(
                _("« {name} » est écrit sans guillemets").format(name=known[name]),
                _('l\'écrire entre guillemets : "{name}"').format(name=known[name]),
            )
        yield known[name]


def _parse_expression_text_to_tree(con: duckdb.DuckDBPyConnection, text: str) -> dict[str, Any]:
    (found,) = duck.fetch_single_row(
        con, f"SELECT json_serialize_sql({duck.literal(_START + text)}::VARCHAR)"
    )
    tree: dict[str, Any] = json.loads(found)
    if tree["error"] and tree.get("error_type") == "not implemented":
        raise ExpressionRefused(
            _("ce n'est pas une expression, mais une requête ou une commande"), _ASK_QUERY
        )
    if tree["error"]:
        position = str(tree.get("position") or "")
        place = (
            _(" (vers le caractère {place})").format(place=max(1, int(position) - len(_START) + 1))
            if position.isdigit()
            else Message("")
        )
        raise ExpressionRefused(
            _("l'expression ne se lit pas{place}").format(place=place),
            _(
                "vérifier parenthèses et virgules ; un texte est entre apostrophes ('Nord'), un nom qui a des espaces ou "
                'un point entre guillemets ("code quartier")'
            ),
        )
    return tree


def _get_single_select_expression(tree: Mapping[str, Any]) -> Node:
    """The expression, if the whole statement is one. Raises ExpressionRefused."""
    statements = tree["statements"]
    node = statements[0]["node"] if len(statements) == 1 else {}
    items = node.get("select_list") or []
    around = {name: value for name, value in node.items() if name not in ("select_list", "from_table")}
    alone = around == _BARE and (node.get("from_table") or {}).get("type") == "EMPTY"
    if not alone or len(items) != 1 or items[0].get("alias"):
        raise ExpressionRefused(_("ce n'est pas une expression, mais une requête"), _ASK_QUERY)
    found: Node = items[0]
    return found


_BARE: Mapping[str, Any] = {
    "type": "SELECT_NODE",
    "modifiers": [],
    "cte_map": {"map": []},
    "where_clause": None,
    "group_expressions": [],
    "group_sets": [],
    "aggregate_handling": "STANDARD_HANDLING",
    "having": None,
    "sample": None,
    "qualify": None,
}
"""What a SELECT of one expression has around it."""


# --- the nodes that may stand in it -------------------------------------------------------------------------


def _check_nodes_and_list_column_references(node: Node) -> Iterator[str]:
    """The columns that ``node`` reads. Raises ExpressionRefused for what is not permitted."""
    kind = str(node.get("class"))
    if kind == "COLUMN_REF":
        yield _get_column_name(node)
        return
    check = _CHECKS.get(kind)
    if check is None:
        raise ExpressionRefused(_NAMED.get(kind, _OTHER), _GUIDE)
    check(node)
    for child in list_child_nodes(node):
        yield from _check_nodes_and_list_column_references(child)


def _get_column_name(node: Node) -> str:
    names: Sequence[str] = node["column_names"]
    if len(names) != 1:
        raise ExpressionRefused(
            _("« {name} » n'est pas une colonne").format(name=".".join(names)),
            _('un nom qui a un point s\'écrit entre guillemets : "{name}"').format(name=".".join(names)),
        )
    return names[0]


def _check_function(node: Node) -> None:
    name = str(node["function_name"]).lower()
    plain = not node["distinct"] and not node["filter"] and not node["order_bys"]["orders"]
    own = node["schema"] in ("", "main") and not node["catalog"] and not node["export_state"]
    if node["is_operator"] and name in OPERATORS:
        if name in _LIKE:
            _check_like_pattern_cost(node["children"][1], exact=name in _EXACT_LIKE)
        return
    if name in _NAMES and not (plain and own):
        raise ExpressionRefused(_OTHER, _GUIDE)
    if name in ("lpad", "rpad"):
        _check_padding_length(node["children"])
    if name not in _NAMES:
        raise ExpressionRefused(
            _("la fonction « {name} » n'est pas permise ici").format(name=name),
            suggest_nearest_choice_or_list(name, sorted((*_NAMES, *WRITTEN_OTHERWISE))),
        )


_EXACT_LIKE = ("~~", "!~~")
_LIKE = (*_EXACT_LIKE, "~~*", "!~~*")


def _check_like_pattern_cost(pattern: Node, *, exact: bool) -> None:
    """DuckDB looks for texts one after the other, but where the pattern has « _ », is case-blind or comes from a cell:
    there it tries all ways of cutting the cell, which takes hours from some hundred characters on, and is not
    interrupted."""
    text = get_constant_value(pattern)
    if isinstance(text, str) and ((exact and "_" not in text) or len(re.findall("%+(?=[^%])", text)) <= 1):
        return
    raise ExpressionRefused(
        _("le modèle de ce LIKE (ou ILIKE) peut prendre un temps sans fin"),
        _(
            "l'écrire entre apostrophes, avec un seul « % » avant ses lettres s'il a un « _ » ou si c'est ILIKE ; sinon "
            "lower(…) LIKE, contains ou regexp_matches"
        ),
    )


def _check_padding_length(arguments: Sequence[Node]) -> None:
    """A cell, or a long one, would take all the memory of the server."""
    wanted = get_constant_value(arguments[1]) if len(arguments) > 1 else 0
    if not isinstance(wanted, int) or wanted > _LONGEST_PADDING:
        raise ExpressionRefused(
            _("la longueur que veulent « lpad » et « rpad » est un nombre, {limit} au plus").format(
                limit=_LONGEST_PADDING
            ),
            _("l'écrire en chiffres : lpad(code, 5, '0')"),
        )


def _check_cast(node: Node) -> None:
    wanted = str(node["cast_type"]["id"])
    if wanted not in TYPES:
        raise ExpressionRefused(
            _("le type « {name} » n'est pas permis ici").format(name=wanted),
            suggest_nearest_choice_or_list(wanted, TYPES),
        )


def _check_operator(node: Node) -> None:
    if node["type"] not in _OPERATOR_TYPES:
        raise ExpressionRefused(_OTHER, _GUIDE)


def _allow_any_node(node: Node) -> None:
    """A node that is nothing but its children."""


_OPERATOR_TYPES = frozenset(
    {
        "OPERATOR_NOT",
        "OPERATOR_IS_NULL",
        "OPERATOR_IS_NOT_NULL",
        "OPERATOR_COALESCE",
        "COMPARE_IN",
        "COMPARE_NOT_IN",
    }
)
_CHECKS: Mapping[str, Callable[[Node], None]] = {
    "BETWEEN": _allow_any_node,
    "CASE": _allow_any_node,
    "CAST": _check_cast,
    "COMPARISON": _allow_any_node,
    "CONJUNCTION": _allow_any_node,
    "CONSTANT": _allow_any_node,
    "FUNCTION": _check_function,
    "OPERATOR": _check_operator,
}
_NAMED: Mapping[str, Message] = {
    "SUBQUERY": _(
        "une sous-requête n'est pas permise ici : l'expression ne voit que les colonnes d'une ligne"
    ),
    "WINDOW": _(
        "une fonction de fenêtre n'est pas permise ici : l'expression ne voit que les colonnes d'une ligne"
    ),
    "LAMBDA": _("une fonction anonyme (->) n'est pas permise ici"),
    "STAR": _("« * » n'est pas permis ici : nommer les colonnes"),
    "PARAMETER": _("un paramètre (?, $1) n'est pas permis ici"),
}
_OTHER = _("cette construction n'est pas permise ici")


# --- what is compared with what -----------------------------------------------------------------------------

_PEERS = frozenset({"greatest", "least", "+", "-", "*", "/", "//", "%"})


def has_mixed_type_comparison(con: duckdb.DuckDBPyConnection, sql: str, relation: str) -> bool:
    """Whether the expression ``sql`` over ``relation`` sets a text beside a number, a date…: DuckDB would convert one
    of them by itself, and round it (``'149.6' = 150``). Raises duckdb.Error."""
    groups = list(
        _list_operand_groups(_get_single_select_expression(_parse_expression_text_to_tree(con, sql)))
    )
    return any(_has_mixed_operand_types(con, group, relation) for group in groups)


def has_text_as_condition(con: duckdb.DuckDBPyConnection, sql: str, relation: str) -> bool:
    """Whether a text stands where a condition should: DuckDB would take « n », « f » or « 0 » for false. Raises
    duckdb.Error."""
    conditions = list(
        _list_condition_nodes(_get_single_select_expression(_parse_expression_text_to_tree(con, sql)))
    )
    return any(_find_node_type_group(con, node, relation) in ("text", "quoted") for node in conditions)


def _list_condition_nodes(node: Node) -> Iterator[Node]:
    if node["class"] == "CASE":
        yield from (one["when_expr"] for one in node["case_checks"])
    elif node["class"] == "CONJUNCTION" or node.get("type") == "OPERATOR_NOT":
        yield from list_child_nodes(node)
    for child in list_child_nodes(node):
        yield from _list_condition_nodes(child)


def _list_operand_groups(node: Node) -> Iterator[Sequence[Node]]:
    """The operands that are made one type, of each node."""
    kind, name = node.get("class"), str(node.get("function_name")).lower()
    compared = kind in ("COMPARISON", "BETWEEN") or node.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN")
    if kind == "CASE":
        peers = [*(one["then_expr"] for one in node["case_checks"]), node["else_expr"]]
    else:
        peers = list(list_child_nodes(node))
    others = kind == "CASE" or node.get("type") == "OPERATOR_COALESCE" or name in _PEERS
    # Elsewhere than in a comparison, DuckDB itself refuses a text, unless it is a constant.
    if compared or name == "nullif" or (others and any(map(_is_text_constant, peers))):
        yield peers
    for child in list_child_nodes(node):
        yield from _list_operand_groups(child)


def _is_text_constant(node: Node) -> bool:
    return node["class"] == "CONSTANT" and bool(node["value"]["type"]["id"] == "VARCHAR")


def _has_mixed_operand_types(con: duckdb.DuckDBPyConnection, nodes: Iterable[Node], relation: str) -> bool:
    kinds = {kind for node in nodes if (kind := _find_node_type_group(con, node, relation))}
    return bool(("text" in kinds and kinds - {"text", "quoted"}) or {"quoted", "number"} <= kinds)


def _find_node_type_group(con: duckdb.DuckDBPyConnection, node: Node, relation: str) -> str:
    """« quoted »: a constant between apostrophes, which may be a date. Empty for NULL."""
    if node["class"] == "CONSTANT" and node["value"]["is_null"]:
        return ""
    statement = {"node": {**_BARE, "select_list": [node], "from_table": _NO_TABLE}, "named_param_map": []}
    written = _format_tree_as_sql(con, {"error": False, "statements": [statement]})
    found = duck.read_column_types(con, f"(SELECT {written} AS x FROM {relation})")["x"].partition("(")[0]
    if found == "VARCHAR":
        return "quoted" if node["class"] == "CONSTANT" else "text"
    return "number" if found in _NUMBERS else "other"


_NUMBERS = frozenset(
    {"DECIMAL", "DOUBLE", "FLOAT"}
    | {
        f"{sign}{size}"
        for sign in ("", "U")
        for size in ("BIGINT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT")
    }
)
_NO_TABLE: Mapping[str, Any] = {"type": "EMPTY", "alias": "", "sample": None}
