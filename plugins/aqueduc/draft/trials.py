"""A draft is tried before it is shown: extract, anonymise and validate, with the first option of each
question."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aqueduc.certify import RunReports
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.fields import Field
from aqueduc.draft.plans import DraftPlan, TrialRunResult
from aqueduc.draft.proposals import ColumnProposal
from aqueduc.draft.render import DeclarationRenderer
from aqueduc.errors import GateClosed
from aqueduc.language import _
from aqueduc.pipeline import run_preparation_stages
from aqueduc.reports import ReportedFinding
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


def run_trials_and_relax_plan_constraints(plan: DraftPlan, bench: DraftSandbox) -> DraftPlan:
    """The plan with the outcome of its trial, once the constraints that the data do not follow are taken out
    of its schema. Raises AqueducError."""
    trial, findings = _run_trial(plan, bench)
    for _attempt in range(ATTEMPTS):
        fields = _relax_field_constraints(plan, findings, trial.read)
        keys = () if any(finding.code == _KEY for finding in findings) else plan.keys
        if fields == plan.fields and keys == plan.keys:
            break
        proposals = tuple(_retype_proposal_as_text(one, fields.get(one.name, {})) for one in plan.proposals)
        plan = replace(plan, fields=fields, keys=keys, proposals=proposals)
        trial, findings = _run_trial(plan, bench)
    return replace(plan, trial=trial)


def _run_trial(plan: DraftPlan, bench: DraftSandbox) -> tuple[TrialRunResult, Sequence[ReportedFinding]]:
    text = _lift_rejection_and_suppression_limits(
        DeclarationRenderer(plan, decided=True).render_declaration()
    )
    dataset = bench.write_and_load_declaration(plan.name, text, plan.build_table_schema(), plan.look.sql)
    run = Run(dataset.id, "essai", force=True)
    gate_message = ""
    try:
        deque(run_preparation_stages(dataset, run, bench.workspace), maxlen=0)
    except GateClosed as error:
        shown = " ; ".join(finding.message() for finding in error.findings[:3])
        gate_message = str(
            _("La porte s'est fermée : « {what} » Constats : {shown}.").format(what=error.what, shown=shown)
        )
    finally:
        bench.workspace.vault.shred_extracts(run.dataset, run.id)
    reports = RunReports.read(bench.workspace.store, run.dataset, run.id)
    return _summarise_trial(reports, gate_message), reports.findings_by_stage.get("validate", ())


def _lift_rejection_and_suppression_limits(text: str) -> str:
    """Nothing closes for a share: the shares are what is to be measured."""
    shares = _TOLERANCES.sub(r"\1: 100%", text)
    return shares if "reject_at_most:" in shares else f"{shares}reject_at_most: 100%\n"


def _summarise_trial(reports: RunReports, gate_message: str) -> TrialRunResult:
    """The counts of rows of a trial; ``gate_message``: why its gate closed, empty when none did."""
    extracted, safe, valid = reports.extract, reports.anonymise, reports.validate
    read = extracted.rows + extracted.rejected if extracted else 0
    stages = [(extracted.rejected, read)] if extracted else []
    stages += [(report.rejected, report.rows_in) for report in (safe, valid) if report]
    found = reports.findings_by_stage.get("validate", ())
    return TrialRunResult(
        read=read,
        rejected=reports.rejected_rows,
        withheld=reports.suppressed_rows,
        left=valid.rows_out if valid else 0,
        worst_share=max((count / rows for count, rows in stages if rows), default=0.0),
        broken=tuple((one.column, one.code, one.count) for one in found if one.column),
        faults=tuple(
            one.message for one in sorted(reports.rejection_findings, key=lambda one: one.count, reverse=True)
        ),
        closed=gate_message,
    )


def _relax_field_constraints(
    plan: DraftPlan, findings: Sequence[ReportedFinding], rows: int
) -> dict[str, Field]:
    """What describes the columns, without what more than a few rows break."""
    columns = {proposal.recommended_option.published_as: proposal.name for proposal in plan.proposals}
    # Whose type is asked, with the lines that are not of it.
    asked = {proposal.name for proposal in plan.proposals if proposal.subject.profile.uncertain}
    fields = dict(plan.fields)
    for finding in findings:
        name = columns.get(finding.column, "")
        if name in asked and finding.code == _TYPE:
            continue
        if name in fields and finding.count > TOO_MANY * max(rows, 1):
            fields[name] = _remove_field_constraint(fields[name], finding.code)
    return fields


def _retype_proposal_as_text(proposal: ColumnProposal, field: Field) -> ColumnProposal:
    """The proposal, as that of a text where the field has become one."""
    profile = proposal.subject.profile
    if field.get("type") != "string" or not (profile.is_number or profile.kind == "boolean"):
        return proposal
    subject = replace(proposal.subject, profile=replace(profile, kind="string", misfits=0, misfit_lines=()))
    why = str(_("un texte : trop de cellules ne se lisent pas comme les autres"))
    return replace(proposal, subject=subject, why=proposal.why or why)


def _remove_field_constraint(field: Field, code: str) -> Field:
    kept: dict[str, Any] = {key: value for key, value in field.items() if key != "constraints"}
    constraints = dict(field.get("constraints", {}))
    constraints.pop(_CONSTRAINT.get(code, ""), None)
    if code == _TYPE:
        kept = {key: field[key] for key in ("name", "title", "description") if key in field} | {
            "type": "string"
        }
        constraints = {key: constraints[key] for key in ("required",) if key in constraints}
    return kept | ({"constraints": constraints} if constraints else {})
