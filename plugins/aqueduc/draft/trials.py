"""A draft is tried before it is shown: extract, anonymise and validate, with the first option of each
question."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aqueduc.declaration import Dataset
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.fields import Field
from aqueduc.draft.plans import DraftPlan, TrialRun
from aqueduc.draft.render import DeclarationPage
from aqueduc.errors import GateClosed
from aqueduc.pipeline import prepare
from aqueduc.run import Run

ATTEMPTS = 4
TOO_MANY = 0.01
"""The share of rows from which a constraint is taken for wrong, rather than the rows."""

_CONSTRAINT = {
    "valeur-absente": "required",
    "trop-court": "minLength",
    "trop-long": "maxLength",
    "sous-le-minimum": "minimum",
    "au-dessus-du-maximum": "maximum",
    "hors-motif": "pattern",
    "hors-liste": "enum",
    "valeur-en-double": "unique",
}
_TYPE, _KEY = "type", "cle-en-double"
_TOLERANCES = re.compile(r"^(\s*(?:reject_at_most|suppress_at_most)): .*$", re.MULTILINE)


def try_plan(plan: DraftPlan, bench: DraftSandbox) -> DraftPlan:
    """The plan with the outcome of its trial, once the constraints that the data do not follow are taken out
    of its schema. Raises AqueducError."""
    trial, findings = _run_trial(plan, bench)
    for _ in range(ATTEMPTS):
        relaxed = _relax_fields(plan, findings, trial.read)
        keys = () if any(finding["code"] == _KEY for finding in findings) else plan.keys
        if relaxed == dict(plan.relaxed) and keys == plan.keys:
            break
        plan = replace(plan, relaxed=relaxed, keys=keys)
        trial, findings = _run_trial(plan, bench)
    return replace(plan, trial=trial)


def _run_trial(plan: DraftPlan, bench: DraftSandbox) -> tuple[TrialRun, list[Mapping[str, Any]]]:
    text = _tolerant(DeclarationPage(plan, decided=True).text())
    dataset = bench.load_declaration(plan.name, text, plan.schema(), plan.look.sql)
    run = Run(dataset.id, "essai", force=True)
    stages = _TrialStages(dataset, run, bench)
    try:
        deque(prepare(dataset, run, bench.workspace), maxlen=0)
    except GateClosed as closed:
        shown = "; ".join(finding.message() for finding in closed.findings[:3])
        return stages.trial(f"La porte s'est fermée : {closed.what} {shown}"), stages.findings()
    finally:
        bench.workspace.vault.shred(run.dataset, run.id)
    return stages.trial(""), stages.findings()


def _tolerant(text: str) -> str:
    """Nothing closes for a share: the shares are what is to be measured."""
    shares = _TOLERANCES.sub(r"\1: 100%", text)
    return shares if "reject_at_most:" in shares else f"{shares}reject_at_most: 100%\n"


@dataclass(frozen=True)
class _TrialStages:
    dataset: Dataset
    run: Run
    bench: DraftSandbox

    def report(self, stage: str) -> Mapping[str, Any]:
        return self.bench.workspace.store.read_report(self.run.dataset, self.run.id, stage) or {}

    def findings(self) -> list[Mapping[str, Any]]:
        return list(self.report("validate").get("findings", ()))

    def trial(self, closed: str) -> TrialRun:
        extracted, safe, valid = (self.report(stage) for stage in ("extract", "anonymise", "validate"))
        read = int(extracted.get("rows", 0))
        cut = int(extracted.get("rejected", 0))
        stages = [
            (cut, read + cut),
            (int(safe.get("rejected", 0)), int(safe.get("rows_in", 0))),
            (int(valid.get("rejected", 0)), int(valid.get("rows_in", 0))),
        ]
        return TrialRun(
            read=read + cut,
            rejected=sum(count for count, _ in stages),
            withheld=int(safe.get("suppressed", 0)) + int(valid.get("suppressed", 0)),
            left=int(valid.get("rows_out", 0)),
            worst_share=max(count / rows if rows else 0.0 for count, rows in stages),
            broken=tuple(_broken_rule(finding) for finding in self.findings() if finding.get("column")),
            closed=closed,
        )


def _broken_rule(finding: Mapping[str, Any]) -> tuple[str, str, int]:
    return str(finding["column"]), str(finding["code"]), int(finding["count"])


def _relax_fields(plan: DraftPlan, findings: list[Mapping[str, Any]], rows: int) -> dict[str, Field]:
    """The fields of the schema, without what more than a few rows break."""
    fields = {str(field["name"]): field for field in plan.schema()["fields"]}
    relaxed = dict(plan.relaxed)
    for finding in findings:
        name = str(finding.get("column"))
        if name in fields and int(finding["count"]) > TOO_MANY * max(rows, 1):
            fields[name] = relaxed[name] = _without(fields[name], str(finding["code"]))
    return relaxed


def _without(field: Field, code: str) -> Field:
    kept: dict[str, Any] = {key: value for key, value in field.items() if key != "constraints"}
    constraints = dict(field.get("constraints", {}))
    constraints.pop(_CONSTRAINT.get(code, ""), None)
    if code == _TYPE:
        kept = {key: field[key] for key in ("name", "title", "description") if key in field} | {
            "type": "string"
        }
        constraints = {key: constraints[key] for key in ("required",) if key in constraints}
    return kept | ({"constraints": constraints} if constraints else {})
