"""The refusal of a publication, from the findings that close its gate."""

from aqueduc.declaration.spec import Dataset
from aqueduc.errors import PublicationGateClosed, choose_gate_remedy
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _


def build_gate_error(dataset: Dataset, what: Sentence, *findings: Finding) -> PublicationGateClosed:
    remedy = choose_gate_remedy(findings)
    return PublicationGateClosed(
        what,
        findings=findings,
        where=_("jeu {id}").format(id=dataset.id),
        remedy=_("{remedy} ; cette exécution n'a rien changé en ligne").format(remedy=remedy),
    )
