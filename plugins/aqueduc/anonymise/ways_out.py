"""What may be done about a hit of the residual scan: the words that its finding and the drafts share.

Three ways, and no other: the column does not leave as it is; the law lets it (``basis:``); somebody looked
and answers for it by name (``waivers:``).
"""

import json
from collections.abc import Mapping

from aqueduc.declaration.vocabulary import UNDECIDED
from aqueduc.language import Message, _

_DROP = _("« drop »")
_DROP_OR_SCRUB = _("« drop », ou « scrub » si c'est un texte libre")
_AFTER_SCRUB = _("« drop » (« scrub » est passé : ceci lui a échappé)")
_AT_SOURCE = _("l'ôter de la source, dont le lien la sert en attendant, ou retirer le jeu")
_BY_KIND: Mapping[str, Message] = {
    "phone": _DROP_OR_SCRUB,
    "email": _DROP_OR_SCRUB,
    "person_name": _DROP_OR_SCRUB,
    "address": _(
        "« drop », et publier plutôt la commune, le quartier ou une position ramenée à une maille (« snap »)"
    ),
    "home_position": _("« snap: 500 », « locate » ou « drop »"),
    "birth_date": _("« {generalise: year} » (l'année seule), ou « drop »"),
}


def suggest_rule_for_hit(kind: str, *, scrubbed: bool = False, linked: bool = False) -> Message:
    """The rule to write in place of the column's; ``scrubbed``: it is ``scrub`` already. No rule changes what a link
    serves (``linked``)."""
    if linked:
        return _AT_SOURCE
    return _AFTER_SCRUB if scrubbed else _BY_KIND.get(kind, _DROP)


def format_waiver_line(column: str, kind: str) -> str:
    """The item to write under ``waivers:``, in YAML on one line. What a person has to say is marked as the
    drafts mark it: ``check`` refuses the line until it is said."""
    name = json.dumps(column, ensure_ascii=False)
    by, why = _("prénom, nom, fonction"), _("pourquoi ce n'est la donnée de personne")
    said = f'by: "{UNDECIDED} : {by}", reason: "{UNDECIDED} : {why}"'
    return f"- {{column: {name}, kind: {kind}, date: {_('AAAA-MM-JJ')}, {said}}}"
