"""The entries of the ledger that a withdrawal leaves: decided, verified, lifted. Pure; in French, as signed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aqueduc import __version__
from aqueduc.decisions import KNOWN_BY, WithdrawalMark
from aqueduc.findings import format_french_count
from aqueduc.withdrawal.proof import PublicAddressCheck

_NOWHERE = "rien de ce jeu n'avait été publié"


def build_decision_entry(mark: WithdrawalMark, timezone: str) -> dict[str, Any]:
    """The same mark gives the same entry, whatever was done of it since."""
    return {
        "kind": "withdrawal",
        **{name: value for name, value in mark.to_json().items() if name not in ("proved_at", "places")},
        "version": __version__,
        "lecture": _build_label_value_entries(
            mark,
            ("Retrait décidé", f"{_format_decider(mark.by, mark.identified)} ; motif : {mark.reason}"),
            ("Demandé par", mark.requester),
            ("Prend effet", _format_local_time(mark.effective_at, timezone)),
        ),
    }


def build_proof_entry(mark: WithdrawalMark, checks: Sequence[PublicAddressCheck], at: str) -> dict[str, Any]:
    """What was asked, and what it answered: statuses and counts."""
    said = describe_withdrawal_checks(checks) if checks else _NOWHERE
    return {
        "kind": "withdrawn",
        "dataset": mark.dataset,
        "run": mark.run,
        "by": mark.by,
        "asked": [check.to_json() for check in checks],
        "at": at,
        "version": __version__,
        "lecture": _build_label_value_entries(mark, ("Retrait vérifié", said)),
    }


def describe_withdrawal_checks(checks: Sequence[PublicAddressCheck]) -> str:
    """What was asked to prove that nothing is served any more. A portal whose address nobody declared is read in its
    own folder: no visitor was played there."""
    visited = [check for check in checks if not check.is_local_file]
    read = [check for check in checks if check.is_local_file]
    said = [
        f"{how} : rien n'en est plus servi {_format_checked_platforms(found)}"
        for how, found in (("demandé comme un visiteur", visited), (_IN_FOLDER, read))
        if found
    ]
    return " ; ".join(said)


_IN_FOLDER = "relu dans le dossier de dépôt, et non comme un visiteur (adresse non déclarée)"


def _format_checked_platforms(checks: Sequence[PublicAddressCheck]) -> str:
    names = ", ".join(sorted({check.platform for check in checks}))
    return f"sur {names} ({format_french_count(len(checks), 'adresse ou liste', 'adresses ou listes')})"


def _format_local_time(at: str, timezone: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(timezone)):%d/%m/%Y à %H:%M} ({timezone})"


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
        "lecture": _build_label_value_entries(
            mark, ("Retrait levé", f"{_format_decider(by, identified)} ; motif : {reason}")
        ),
    }


def _format_decider(by: str, identified: str) -> str:
    """A name that was typed is nobody's word."""
    known = KNOWN_BY.get(identified)  # type: ignore[call-overload]
    return f"par {by} ({known})" if known else f"au nom (écrit, non vérifié) de {by}"


def _build_label_value_entries(mark: WithdrawalMark, *lines: tuple[str, str]) -> list[dict[str, str]]:
    """As the ledger is read: its labels with their values."""
    named = (("Jeu de données", f"{mark.title} ({mark.dataset})"), *lines)
    return [{"libelle": label, "valeur": value} for label, value in named]
