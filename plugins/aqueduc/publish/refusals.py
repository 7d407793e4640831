"""The refusal of a publication, from the findings that close its gate."""

from aqueduc.declaration.spec import Dataset
from aqueduc.errors import PublicationGateClosed
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _


def build_gate_error(dataset: Dataset, what: Sentence, *findings: Finding) -> PublicationGateClosed:
    remedy = next(
        (finding.what_to_do() for finding in findings if finding.what_to_do()), _("signaler ce défaut")
    )
    return PublicationGateClosed(
        what,
        findings=findings,
        where=_("jeu {id}").format(id=dataset.id),
        remedy=_("{remedy} ; la publication précédente n'a pas été touchée").format(remedy=remedy),
    )
