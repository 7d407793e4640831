"""What one revision leaves for the next: how it was recoded, and the types its source had.

The recoding rests in the vault. It holds levels and digests of published labels, no value; but a digest of a
label can be found by trying, and of labels that were not published in the end too. It stands beside the raw
extract until the run is certified, as the digest of the source does, so that only what was published is
followed. The types are in the store: they are those of columns that the declaration names.
"""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from aqueduc.anonymise.disclosure import RecodingStrategy, ReusableRecoding
from aqueduc.anonymise.disclosure.splitting import RememberedClassSplits
from aqueduc.anonymise.findings import ChangedColumnType
from aqueduc.anonymise.privacy_models import compute_generalisation_settings_fingerprint
from aqueduc.anonymise.report import AnonymiseReport
from aqueduc.declaration.spec import Dataset
from aqueduc.findings import Finding
from aqueduc.run import Run, Workspace
from aqueduc.store import Store, Vault, build_safe_filename


def save_pending_recoding(vault: Vault, dataset: Dataset, run: Run, memory: ReusableRecoding) -> None:
    """Writes the recoding beside the raw extract, to be shredded with it, until the run is certified."""
    if dataset.privacy is not None:
        vault.write_json(
            _build_pending_recoding_key(run),
            {
                "mark": compute_generalisation_settings_fingerprint(dataset.privacy),
                "scope": memory.scope.value,
                "nodes": [list(node) for node in memory.nodes],
                "marks": base64.b64encode(memory.splits.marks.astype("<u8").tobytes()).decode(),
                "columns": base64.b64encode(memory.splits.columns.tobytes()).decode(),
            },
        )


def save_certified_recoding_and_types(
    dataset: Dataset, run: Run, report: AnonymiseReport, workspace: Workspace
) -> None:
    """Keeps the recoding and the types of the revision that was certified. ``report`` is that of the
    anonymisation."""
    if report.types:
        document = {"types": dict(report.types), "declared": _serialize_declared_rules(dataset)}
        workspace.store.write_json(_build_column_types_key(dataset.id), document)
    memory = workspace.vault.read_json(_build_pending_recoding_key(run))
    if memory is not None:
        workspace.vault.write_json(_build_certified_recoding_key(dataset.id), memory)


def load_certified_recoding(dataset: Dataset, vault: Vault) -> ReusableRecoding | None:
    """The recoding of the revision that is published; None when hierarchies have changed since."""
    found = vault.read_json(_build_certified_recoding_key(dataset.id))
    if (
        found is None
        or dataset.privacy is None
        or found["mark"] != compute_generalisation_settings_fingerprint(dataset.privacy)
    ):
        return None
    return _parse_reusable_recoding(found)


def find_changed_column_types(dataset: Dataset, types: Mapping[str, str], store: Store) -> list[Finding]:
    """Columns whose type is not what it was when the dataset was last certified.

    A column is taken as new when its rule, or the query or the expression that gives it, was written anew since:
    somebody looked at it.
    """
    found = store.read_json(_build_column_types_key(dataset.id))
    if found is None:
        return []
    before, declared, now = found["types"], found["declared"], _serialize_declared_rules(dataset)
    return [
        ChangedColumnType(column=name, detail={"before": before[name], "now": types[name]})
        for name in types
        if name in before and before[name] != types[name] and declared.get(name) == now.get(name)
    ]


def _serialize_declared_rules(dataset: Dataset) -> dict[str, Any]:
    query = dataset.source.query or ""
    return {
        column.name: [
            column.rule.model_dump(mode="json"),
            query,
            *([dataset.computed[column.name]] if column.name in dataset.computed else []),
        ]
        for column in dataset.columns
    }


# --- a memory as JSON ---------------------------------------------------------------------------------------


def _parse_reusable_recoding(found: Mapping[str, Any]) -> ReusableRecoding:
    marks = np.frombuffer(base64.b64decode(found["marks"]), dtype="<u8").astype(np.uint64)
    columns = np.frombuffer(base64.b64decode(found["columns"]), dtype=np.uint8)
    nodes = tuple(tuple(int(level) for level in node) for node in found["nodes"])
    return ReusableRecoding(RecodingStrategy(found["scope"]), nodes, RememberedClassSplits(marks, columns))


def _build_pending_recoding_key(run: Run) -> str:
    return f"raw/{run.dataset}/{build_safe_filename(run.id)}/recoding.json"


def _build_certified_recoding_key(dataset: str) -> str:
    return f"seen/{dataset}.recoding.json"


def _build_column_types_key(dataset: str) -> str:
    return f"datasets/{dataset}/columns.json"
