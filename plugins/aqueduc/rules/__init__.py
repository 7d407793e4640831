"""The rules of anonymisation, a module each. Whoever is outside asks a rule what it does, and names none: the
names below are all there is to import, for a city's own package too.
"""

from aqueduc.rules.mapping import MappingContext, MappingResult, joined_by_value
from aqueduc.rules.registry import (
    RULE_WORDS,
    capabilities_of,
    distinct_capabilities,
    find_rule,
    load_rule,
    own_rules,
    read_rule,
)
from aqueduc.rules.rule import (
    AS_IS,
    Bound,
    Capabilities,
    CellSecrecy,
    ColumnRule,
    Effect,
    GeometryNeed,
    Gives,
    MappingRule,
    NamedFile,
    PositionLimit,
    Rule,
    Spelling,
    Withholding,
    column_sql,
)
from aqueduc.rules.values import read_share

__all__ = [
    "AS_IS",
    "RULE_WORDS",
    "Bound",
    "Capabilities",
    "CellSecrecy",
    "ColumnRule",
    "Effect",
    "GeometryNeed",
    "Gives",
    "MappingContext",
    "MappingResult",
    "MappingRule",
    "NamedFile",
    "PositionLimit",
    "Rule",
    "Spelling",
    "Withholding",
    "capabilities_of",
    "column_sql",
    "distinct_capabilities",
    "find_rule",
    "joined_by_value",
    "load_rule",
    "own_rules",
    "read_rule",
    "read_share",
]
