"""Who agrees to what: what a person has before their eyes, who they are, and what they decided.

Each name is loaded when it is asked for: who must know a person then spares what is shown to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aqueduc.exports import build_lazy_module_getattr

if TYPE_CHECKING:
    from aqueduc.agreement.decision import record_agreement_decision
    from aqueduc.agreement.identity import (
        DeciderWithProof,
        identify_decider,
        require_city_person_with_role,
        sign_statement_as_city_person,
    )
    from aqueduc.agreement.request import (
        AgreementRequest,
        build_agreement_request,
        read_agreement_request,
        store_agreement_request,
    )

__all__ = [
    "AgreementRequest",
    "DeciderWithProof",
    "build_agreement_request",
    "identify_decider",
    "read_agreement_request",
    "record_agreement_decision",
    "require_city_person_with_role",
    "sign_statement_as_city_person",
    "store_agreement_request",
]

__getattr__ = build_lazy_module_getattr(
    __name__,
    {
        "AgreementRequest": "aqueduc.agreement.request",
        "DeciderWithProof": "aqueduc.agreement.identity",
        "build_agreement_request": "aqueduc.agreement.request",
        "identify_decider": "aqueduc.agreement.identity",
        "store_agreement_request": "aqueduc.agreement.request",
        "read_agreement_request": "aqueduc.agreement.request",
        "record_agreement_decision": "aqueduc.agreement.decision",
        "require_city_person_with_role": "aqueduc.agreement.identity",
        "sign_statement_as_city_person": "aqueduc.agreement.identity",
    },
)
