"""``new --interactive``: the questions of a draft, one by one, at a terminal. Each answer is written at once:
whoever stops goes on in the file, or begins there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from rich.text import Text

from aqueduc.cli.common import err, out, print_text, replace_file
from aqueduc.errors import ConnectionMissing, DeclarationError
from aqueduc.language import Message, _, build_row_count_message, format_labelled_text, n_

if TYPE_CHECKING:
    from aqueduc.declaration.diagnostics.problem import DeclarationProblem
    from aqueduc.draft.decisions import PendingDecision
    from aqueduc.draft.proposals import ColumnProposal
    from aqueduc.run import Workspace

_STOPPED = _(
    "Arrêté : ce qui est répondu est écrit, le reste attend dans {path} (aqueduc check le montre) ; pour reprendre "
    "ici : aqueduc new {name} --interactive"
)
_HOW = {
    "safest": _("Réponse (Entrée : 1, la plus sûre ; ou un numéro, ou ce qu'il faut écrire) : "),
    "proposed": _("Réponse (Entrée : 1, ce qui est proposé ; ou un numéro, ou ce qu'il faut écrire) : "),
    "listed": _("Réponse (un numéro, ou ce qu'il faut écrire) : "),
}
_FREELY = _("Réponse : ")
_MEANINGS = _(
    "Ce que veut dire chaque colonne publiée, pour qui la lira (Entrée : ne rien dire de celle-ci ; « . » : d'aucune autre)"
)
_KEEP = _("Garder cette réponse ? (o : oui ; Entrée : en donner une autre) ")


@dataclass(frozen=True)
class EarlierDraftColumn:
    """What a draft that was made before says of a column: its type in the schema ("" if it has none there), and why
    it is asked."""

    kind: str
    why: str


def read_earlier_draft_columns(declaration: str, schema: Path) -> dict[str, EarlierDraftColumn]:
    """By name, the columns of which the text of a draft says why it asks. ``schema``: the file beside it."""
    from aqueduc.draft.decisions import parse_column_question_reasons

    kinds: dict[str, str] = {}
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        fields = json.loads(schema.read_text("utf-8"))["fields"]
        kinds = {one.get("column", one["name"]): str(one.get("type", "")) for one in fields}
    reasons = parse_column_question_reasons(declaration)
    return {name: EarlierDraftColumn(kinds.get(name, ""), why) for name, why in reasons.items() if why}


@dataclass(frozen=True)
class DraftInterview:
    """The questions of a draft, and the declaration at ``path`` that takes the answers. ``proposals``: those on
    columns, by name, when the source was just looked at. ``recalled``: what the draft says of them, when it was made
    before."""

    decisions: tuple[PendingDecision, ...]
    path: Path
    workspace: Workspace
    proposals: Mapping[str, ColumnProposal] = field(default_factory=dict)
    recalled: Mapping[str, EarlierDraftColumn] = field(default_factory=dict)

    def ask_all(self) -> None:
        """Asks, writes, checks; then shows what would be published. An end of the input stops it."""
        try:
            for rank, decision in enumerate(self.decisions, start=1):
                self._print_question(rank, decision)
                self._ask_and_write_answer(decision)
        except EOFError:
            stopped = _STOPPED.format(path=self._shown_path, name=self.path.stem)
            print_text(out, f"\n{stopped}", style="yellow")
            return
        # Nothing waits for what they mean: whoever stops there goes on without.
        with suppress(EOFError):
            self._ask_column_meanings()
        self._print_result_and_run_preview()

    def _ask_column_meanings(self) -> None:
        """Asks what each published column means, and writes it into the schema of the draft. Raises EOFError."""
        from aqueduc.declaration import load_city, load_dataset

        dataset = load_dataset(self.path, load_city(self.workspace.include))
        path = self.workspace.include / "schemas" / f"{self.path.stem}.json"
        silent = {one.name for one in dataset.table_schema.fields if not one.description}
        sources = {column.published_as: column.name for column in dataset.columns}
        asked = [sources[name] for name in sources if name in silent]
        if not asked or not path.is_file():
            return
        out.print()
        print_text(out, _MEANINGS, style="bold")
        for name in asked:
            said = out.input(f"  {name} : ").strip()
            if said == ".":
                return
            if said:
                replace_file(path, _set_column_description(path.read_text("utf-8"), name, said).encode())

    @property
    def _shown_path(self) -> str:
        return f"{self.workspace.include.name}/datasets/{self.path.name}"

    def _print_question(self, rank: int, decision: PendingDecision) -> None:
        out.print()
        out.print(Text(f"{rank}/{len(self.decisions)}  {decision.key}", "bold cyan"))
        for label, text in self._list_facts_for_decision(decision):
            print_text(out, format_labelled_text(label, text))
        print_text(out, decision.question, style="bold")
        for number, option in enumerate(decision.options, start=1):
            print_text(out, f"  {number}. {option}")

    def _list_facts_for_decision(self, decision: PendingDecision) -> Iterator[tuple[Message, object]]:
        section, _dot, name = decision.key.partition(".")
        proposal, recalled = self.proposals.get(name), self.recalled.get(name)
        if section == "columns" and proposal:
            yield from _describe_column_proposal(proposal)
        elif section == "columns" and recalled:
            yield from _describe_earlier_draft_column(recalled, decision)

    def _ask_and_write_answer(self, decision: PendingDecision) -> None:
        """Raises EOFError."""
        before = self.path.read_text("utf-8")
        known = {str(problem) for problem in self._find_declaration_problems()}
        while True:
            replace_file(
                self.path,
                decision.replace_question_with_answer(before, _prompt_answer_as_yaml(decision)).encode(),
            )
            new = [problem for problem in self._find_declaration_problems() if str(problem) not in known]
            for problem in new:
                print_text(err, problem.render(), style="red")
            if not new or out.input(str(_KEEP)).strip().lower() in ("o", "oui", "y", "yes"):
                return
            replace_file(self.path, before.encode())

    def _find_declaration_problems(self) -> list[DeclarationProblem]:
        """What ``check`` says of the declaration, but for what is not decided yet."""
        from aqueduc.declaration import load_city, load_dataset
        from aqueduc.declaration.diagnostics.catalogue import UndecidedQuestion
        from aqueduc.declaration.diagnostics.problem import DeclarationProblem

        try:
            load_dataset(self.path, load_city(self.workspace.include))
        except DeclarationError as error:
            problems = (one for one in error.problems if isinstance(one, DeclarationProblem))
            return [problem for problem in problems if problem.code != UndecidedQuestion.code]
        return []

    def _print_result_and_run_preview(self) -> None:
        from aqueduc.cli.preview import preview
        from aqueduc.declaration import load_city, load_dataset
        from aqueduc.sources.adapter import find_source_connection

        out.print()
        dataset = load_dataset(self.path, load_city(self.workspace.include))
        print_text(out, _("Déclaration en ordre : {path}").format(path=self._shown_path), style="bold green")
        try:
            find_source_connection(dataset.source, self.workspace.connections)
        except ConnectionMissing as missing:
            print_text(out, format_labelled_text(missing.what, missing.remedy), style="yellow")
            print_text(out, _("Puis : aqueduc preview {name}").format(name=dataset.id))
        else:
            preview(dataset.id)


def _describe_column_proposal(proposal: ColumnProposal) -> Iterator[tuple[Message, object]]:
    """What was seen of a column, and why the first answer is proposed: no cell of it."""
    profile = proposal.subject.profile
    values = n_("{count} valeur différente", "{count} valeurs différentes", profile.distinct)
    rows = build_row_count_message(profile.filled)
    yield (
        _("Vu"),
        _("{kind} ; remplie dans {rows}, {values}").format(kind=profile.kind, rows=rows, values=values),
    )
    yield _("Proposé"), proposal.recommended_option.rule
    yield _("Pourquoi"), proposal.why


def _describe_earlier_draft_column(
    recalled: EarlierDraftColumn, decision: PendingDecision
) -> Iterator[tuple[Message, object]]:
    """The same, of what the draft kept: the counts were of the look that made it."""
    if recalled.kind:
        yield _("Vu"), recalled.kind
    if decision.options:
        yield _("Proposé"), decision.options[0]
    yield _("Pourquoi"), recalled.why


def _prompt_answer_as_yaml(decision: PendingDecision) -> str:
    """The YAML to write. Raises EOFError."""
    from aqueduc.draft.yamltext import format_yaml_scalar

    while True:
        how = decision.first_option_reason
        said = out.input(str(_HOW[how] if decision.options else _FREELY)).strip()
        chosen = said or ("" if how == "listed" else "1")
        if decision.options and chosen in map(str, range(1, len(decision.options) + 1)):
            return decision.options[int(chosen) - 1]
        if said and (decision.is_free_text or not _is_valid_yaml_value(said)):
            return format_yaml_scalar(said)
        if said:
            return said


def _is_valid_yaml_value(said: str) -> bool:
    """Whether it may stand after a key, on its line."""
    try:
        yaml.safe_load(f"key: {said}")
    except yaml.YAMLError:
        return False
    return True


def _set_column_description(schema: str, column: str, meaning: str) -> str:
    """The schema of a draft, as its text, with the meaning of a column of the source."""
    document = json.loads(schema)
    for described in document["fields"]:
        if described.get("column") == column:
            described["description"] = meaning
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
