"""``include/signatures/<dataset>.yaml``: the opinions that were given on a declaration, the oldest first.

Outside of what the fingerprint covers, so that to sign changes nothing of what is signed. With each opinion,
the fingerprints it was given on and the facts that were shown, so that the next reader is told what changed.
Who runs the command says who signed: nothing here proves it, and nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Literal

import yaml

from aqueduc.declaration.diagnostics.collector import ProblemCollector, TooManyProblems
from aqueduc.declaration.files import document_of, shown_path
from aqueduc.declaration.spec import Day, Needs, Spec, Text, required
from aqueduc.language import _, quote

FOLDER = "signatures"
Verdict = Literal["favorable", "réservé", "défavorable"]
_HEAD = (
    _("Les avis rendus sur la déclaration {name}, du plus ancien au plus récent."),
    _("« aqueduc explain {name} --signed » en ajoute un ; les exécutions ne les lisent pas."),
    _("Ne rien y changer à la main : le papier signé fait foi."),
)


class Opinion(Spec):
    """One opinion. ``fingerprint`` and ``city``: those of the declaration and of ``city.yaml`` it was given
    on; ``facts``: what they said (``record.facts``)."""

    needs: ClassVar[Needs] = {
        name: quote(f"{name}:")
        for name in ("day", "by", "role", "opinion", "fingerprint", "city", "version", "facts")
    }

    day: Day = required()
    by: Text = required()
    role: Text = required()
    opinion: Verdict = required()
    remarks: str = ""
    fingerprint: Text = required()
    city: Text = required()
    version: Text = required()
    facts: dict[str, str] = required()


class _Signatures(Spec):
    needs: ClassVar[Needs] = {"signatures": _("« signatures: » et les avis")}

    signatures: tuple[Opinion, ...] = required()


def signatures_path(include: Path, dataset: str) -> Path:
    return include / FOLDER / f"{dataset}.yaml"


def read_signatures(include: Path, dataset: str) -> tuple[Opinion, ...]:
    """The opinions given, the oldest first; none without a file. Raises DeclarationError."""
    path = signatures_path(include, dataset)
    if not path.is_file():
        return ()
    collector = ProblemCollector(document_of(include, path, "signatures: …"))
    written = None
    with suppress(TooManyProblems):
        written = collector.model(_Signatures, collector.tree.value)
    if collector.problems or written is None:
        raise collector.error()
    return written.signatures


def write_signatures(include: Path, dataset: str, opinions: Iterable[Opinion]) -> str:
    """Replaces the file; returns its name as a steward knows it. Raises OSError."""
    path = signatures_path(include, dataset)
    path.parent.mkdir(exist_ok=True)
    listed = [one.model_dump() for one in opinions]
    text = yaml.safe_dump({"signatures": listed}, allow_unicode=True, sort_keys=False, width=110)
    aside = path.with_name(f".{path.name}")
    head = "".join(f"# {line.format(name=dataset)}\n" for line in _HEAD)
    aside.write_text(head + text, encoding="utf-8")
    aside.replace(path)
    return shown_path(include, path)
