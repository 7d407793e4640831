"""What a declaration asks of disclosure control, bound to names as they are published and to files."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aqueduc.anonymise.disclosure import (
    FrequencyTable,
    GeneralisationHierarchy,
    PrivacyModel,
    SensitiveAttribute,
    UnusableHierarchy,
    build_band_hierarchy,
    build_date_hierarchy,
    build_flat_hierarchy,
    build_prefix_hierarchy,
    parse_hierarchy_csv,
)
from aqueduc.anonymise.disclosure.hierarchies import Text, extend_hierarchy_to_null
from aqueduc.anonymise.units import build_unit_sensitive_attribute
from aqueduc.declaration.spec import Dataset, HierarchyLevels, PrivacySettings
from aqueduc.findings import Finding


def list_published_quasi_identifiers(dataset: Dataset) -> tuple[str, ...]:
    """The names under which the quasi-identifiers leave."""
    wanted = dataset.privacy.quasi_identifiers if dataset.privacy else ()
    return tuple(
        column.published_as
        for column in dataset.published_columns
        if column.name in wanted and column.published_as
    )


def get_published_column_name(dataset: Dataset, name: str) -> str:
    """The published name of a source column that is published."""
    column = dataset.find_column(name)
    return (column.published_as if column else None) or name


def build_privacy_model_on_rows(dataset: Dataset, privacy: PrivacySettings) -> PrivacyModel:
    """What is asked of a published file, which shows rows and no unit."""
    sensitive = tuple(
        SensitiveAttribute(
            get_published_column_name(dataset, one.column),
            distinct=one.distinct,
            entropy=one.entropy,
            closeness=one.closeness,
            ordered=one.ordered,
        )
        for one in privacy.sensitive
    )
    return PrivacyModel(privacy.k, sensitive, privacy.k_map.at_least if privacy.k_map else None)


def build_privacy_model_on_units(dataset: Dataset, privacy: PrivacySettings) -> PrivacyModel:
    """The same, over the units of a table that has them."""
    model, unit = build_privacy_model_on_rows(dataset, privacy), build_unit_sensitive_attribute(privacy)
    return replace(model, sensitive=(*model.sensitive, unit)) if unit else model


def requires_more_than_k_anonymity(privacy: PrivacySettings) -> bool:
    """Whether counting classes in SQL is not enough."""
    return bool(privacy.hierarchies or privacy.sensitive or privacy.k_map)


def build_hierarchies(
    dataset: Dataset, privacy: PrivacySettings, table: FrequencyTable, include: Path
) -> list[GeneralisationHierarchy]:
    """One for each column of ``table``. Raises UnusableHierarchy, with all that is wrong."""
    ladders = {get_published_column_name(dataset, one.column): one for one in privacy.hierarchies}
    made: list[GeneralisationHierarchy] = []
    problems: list[Finding] = []
    for name, values in zip(table.names, table.values, strict=True):
        try:
            made.append(_build_column_hierarchy(name, values, ladders.get(name), include))
        except UnusableHierarchy as unusable:
            problems += unusable.findings
    if problems:
        raise UnusableHierarchy(problems)
    return made


def map_values_to_labels_by_level(
    dataset: Dataset, values: Mapping[str, Sequence[Text]], include: Path
) -> dict[str, list[dict[Text, Text]]]:
    """For each column, and each level of its hierarchy, what each of ``values`` is published as. What a label
    means is the declaration's: it is the one thing that enforcement and judgement both take from here."""
    ladders = {
        get_published_column_name(dataset, one.column): one
        for one in (dataset.privacy.hierarchies if dataset.privacy else ())
    }
    made = {}
    for name, found in values.items():
        hierarchy = extend_hierarchy_to_null(
            _build_column_hierarchy(name, found, ladders.get(name), include), found
        )
        made[name] = [
            {leaf: hierarchy.get_leaf_label(rank, level) for rank, leaf in enumerate(hierarchy.leaves)}
            for level in range(hierarchy.level_count)
        ]
    return made


def _build_column_hierarchy(
    name: str, values: Iterable[Text], ladder: HierarchyLevels | None, include: Path
) -> GeneralisationHierarchy:
    if ladder is None:
        return build_flat_hierarchy(name, values)
    if ladder.dates:
        return build_date_hierarchy(name, values, [step.value for step in ladder.dates])
    if ladder.bands:
        return build_band_hierarchy(name, values, ladder.bands)
    if ladder.prefix:
        return build_prefix_hierarchy(name, values, ladder.prefix)
    return parse_hierarchy_csv(name, (include / (ladder.path or "")).read_text(encoding="utf-8-sig"), values)


def compute_column_rule_and_type_fingerprints(dataset: Dataset) -> dict[str, str]:
    """A mark for each published column, ``rule-type``, whose first half changes when its values are made in
    another way, and whose second when they are read as another type: two files are compared by the columns
    that mean the same in both."""
    privacy = dataset.privacy
    unread = {"title", "description", "unit", "constraints"}
    fields = {
        field.name: field.model_dump(mode="json", exclude=unread, exclude_defaults=True)
        for field in dataset.table_schema.fields
    }
    marks = {}
    for column in dataset.published_columns:
        ladder = privacy.find_hierarchy(column.name) if privacy else None
        made = [column.rule.model_dump(mode="json"), ladder.model_dump(mode="json") if ladder else None]
        marks[column.published_as or ""] = (
            f"{_digest_json_document(made)}-{_digest_json_document(fields.get(column.published_as or ''))}"
        )
    return marks


def _digest_json_document(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def compute_generalisation_settings_fingerprint(privacy: PrivacySettings) -> str:
    """Changes with whatever gives a level of a hierarchy another meaning."""
    kept: Mapping[str, object] = privacy.model_dump(
        mode="json", include={"quasi_identifiers", "hierarchies", "recode"}
    )
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
