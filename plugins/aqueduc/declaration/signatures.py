"""``include/signatures/<dataset>.yaml``: the opinions that were given on a declaration, the oldest first.

Outside of what the fingerprint covers, so that to sign changes nothing of what is signed. With each opinion,
the fingerprints it was given on and the facts that were shown, so that the next reader is told what changed.
Who runs the command says who signed: nothing here proves it, and nothing waits for it.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal

import yaml

from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.files import format_include_path, read_include_document
from aqueduc.declaration.spec import Dataset, Day, Needs, Spec, Text, build_required_field
from aqueduc.language import _, quote_text

FOLDER = "signatures"
Verdict = Literal["favorable", "réservé", "défavorable"]
_HEAD = (
    _("Les avis rendus sur la déclaration {name}, du plus ancien au plus récent."),
    _("« aqueduc explain {name} --signed » en ajoute un ; les exécutions ne les lisent pas."),
    _("Ne rien y changer à la main : le papier signé fait foi."),
)


class SignedOpinion(Spec):
    """One opinion. ``fingerprint`` and ``city``: those of the declaration and of ``city.yaml`` it was given
    on; ``facts``: what they said (``record.facts``)."""

    needs: ClassVar[Needs] = {
        name: quote_text(f"{name}:")
        for name in ("day", "by", "role", "opinion", "fingerprint", "city", "version", "facts")
    }

    day: Day = build_required_field()
    by: Text = build_required_field()
    role: Text = build_required_field()
    opinion: Verdict = build_required_field()
    remarks: str = ""
    fingerprint: Text = build_required_field()
    city: Text = build_required_field()
    version: Text = build_required_field()
    facts: dict[str, str] = build_required_field()


class _OpinionFile(Spec):
    needs: ClassVar[Needs] = {"signatures": _("« signatures: » et les avis")}

    signatures: tuple[SignedOpinion, ...] = build_required_field()


def build_signatures_path(include: Path, dataset: str) -> Path:
    return include / FOLDER / f"{dataset}.yaml"


def read_signed_opinions(include: Path, dataset: str) -> tuple[SignedOpinion, ...]:
    """The opinions given, the oldest first; none without a file. Raises DeclarationError."""
    path = build_signatures_path(include, dataset)
    if not path.is_file():
        return ()
    collector = ProblemCollector(read_include_document(include, path, "signatures: …"))
    written = None
    with suppress(TooManyProblems):
        written = collector.parse_valid_part_of_model(_OpinionFile, collector.tree.value)
    if collector.problems or written is None:
        raise collector.build_error()
    return written.signatures


def list_current_and_former_identifiers(dataset: Dataset) -> tuple[str, ...]:
    """The one of today, and the one that it had before, which is no other dataset's."""
    return (dataset.id, dataset.moved_from) if dataset.moved_from else (dataset.id,)


def read_opinions_under_all_identifiers(include: Path, dataset: Dataset) -> tuple[SignedOpinion, ...]:
    """Those that were given under its former name first. Raises DeclarationError."""
    names = reversed(list_current_and_former_identifiers(dataset))
    return tuple(one for name in names for one in read_signed_opinions(include, name))


def find_last_opinion(given: Iterable[SignedOpinion], today: date) -> SignedOpinion | None:
    """The one given last, by its day (of several, the one recorded last); none of a day that has not come."""
    come = [one for one in given if one.day <= today]
    return max(enumerate(come), key=lambda pair: (pair[1].day, pair[0]))[1] if come else None


def write_signed_opinions(include: Path, dataset: str, opinions: Iterable[SignedOpinion]) -> str:
    """Replaces the file; returns its name as a steward knows it. Raises OSError."""
    path = build_signatures_path(include, dataset)
    path.parent.mkdir(exist_ok=True)
    listed = [one.model_dump() for one in opinions]
    text = yaml.safe_dump({"signatures": listed}, allow_unicode=True, sort_keys=False, width=110)
    aside = path.with_name(f".{path.name}")
    aside.write_text("".join(f"# {line.format(name=dataset)}\n" for line in _HEAD) + text, encoding="utf-8")
    aside.replace(path)
    return format_include_path(include, path)
