"""Who agrees to what: what a person has before their eyes, who they are, and what they decided."""

from aqueduc.agreement.decision import record_agreement
from aqueduc.agreement.identity import (
    IdentifiedDecider,
    identify_decider,
    require_person,
    sign_statement,
)
from aqueduc.agreement.request import (
    AgreementRequest,
    build_agreement_request,
    keep_agreement_request,
    read_agreement_request,
)

__all__ = [
    "AgreementRequest",
    "IdentifiedDecider",
    "build_agreement_request",
    "identify_decider",
    "keep_agreement_request",
    "read_agreement_request",
    "record_agreement",
    "require_person",
    "sign_statement",
]
