"""The entries of the ledger that a withdrawal leaves: decided, verified, lifted. Pure; in French, as signed."""

from collections.abc import Sequence
from typing import Any

from aqueduc import __version__
from aqueduc.decisions import KNOWN_BY, WithdrawalMark
from aqueduc.withdrawal.proof import PlaceCheck

_PROVED = "demandé comme un visiteur : rien n'est plus servi ({count} adresses ou listes, sur {names})"
_NOWHERE = "rien de ce jeu n'avait été publié"


def build_decision_entry(mark: WithdrawalMark) -> dict[str, Any]:
    """The same mark gives the same entry, whatever was done of it since."""
    return {
        "kind": "withdrawal",
        **{name: value for name, value in mark.to_json().items() if name not in ("proved_at", "places")},
        "version": __version__,
        "lecture": _build_reading(
            mark,
            ("Retrait décidé", f"{_name_decider(mark.by, mark.identified)} ; motif : {mark.reason}"),
            ("Demandé par", mark.requester),
            ("Prend effet", mark.effective_at),
        ),
    }


def build_proof_entry(mark: WithdrawalMark, checks: Sequence[PlaceCheck], at: str) -> dict[str, Any]:
    """What was asked as a visitor, and what it answered: statuses and counts."""
    names = ", ".join(sorted({check.platform for check in checks}))
    said = _PROVED.format(count=len(checks), names=names) if checks else _NOWHERE
    return {
        "kind": "withdrawn",
        "dataset": mark.dataset,
        "run": mark.run,
        "by": mark.by,
        "asked": [check.to_json() for check in checks],
        "at": at,
        "version": __version__,
        "lecture": _build_reading(mark, ("Retrait vérifié", said)),
    }


def build_lift_entry(
    mark: WithdrawalMark, by: str, identified: str, reason: str, run: str, at: str
) -> dict[str, Any]:
    return {
        "kind": "withdrawal-lift",
        "dataset": mark.dataset,
        "run": run,
        "by": by,
        "reason": reason,
        "withdrawn_by": mark.run,
        "at": at,
        "version": __version__,
        "lecture": _build_reading(
            mark, ("Retrait levé", f"{_name_decider(by, identified)} ; motif : {reason}")
        ),
    }


def _name_decider(by: str, identified: str) -> str:
    """A name that was typed is nobody's word."""
    known = {str(how): said for how, said in KNOWN_BY.items()}.get(identified)
    return f"par {by} ({known})" if known else f"au nom (écrit, non vérifié) de {by}"


def _build_reading(mark: WithdrawalMark, *lines: tuple[str, str]) -> list[dict[str, str]]:
    """As the ledger is read: its labels with their values."""
    named = (("Jeu de données", f"{mark.title} ({mark.dataset})"), *lines)
    return [{"libelle": label, "valeur": value} for label, value in named]
