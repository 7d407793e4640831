"""The draft as text: a declaration one likes to read, each question under the reason why it is asked."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aqueduc.anonymise.ways_out import format_waiver_line
from aqueduc.declaration.vocabulary import THEMES
from aqueduc.draft.decisions import PendingDecision, remove_option_separators
from aqueduc.draft.kinds import OpenQuestion
from aqueduc.draft.plans import DraftPlan
from aqueduc.draft.profiles import ISO, SAY_NOTHING, ColumnProfile, SourceCellFormat
from aqueduc.draft.proposals import ColumnProposal, describe_misfit_cells
from aqueduc.draft.request import FIRST_LOOK
from aqueduc.draft.yamltext import format_yaml_comment, format_yaml_flow, format_yaml_scalar, quote_yaml_text
from aqueduc.language import (
    LocalisedNumber,
    Message,
    _,
    build_row_count_message,
    format_labelled_text,
    join_messages,
    n_,
    quote_text,
)

_KINDS = {
    "number": _("nombre"),
    "integer": _("nombre entier"),
    "date": _("date"),
    "datetime": _("date et heure"),
    "time": _("heure"),
    "year": _("année"),
    "boolean": _("oui ou non"),
}


@dataclass(kw_only=True)
class DeclarationYamlWriter:
    """The lines of a declaration, and the questions that stand in them; ``decided`` writes the first option in
    place of each."""

    decided: bool = False
    lines: list[str] = field(default_factory=list)
    decisions: list[PendingDecision] = field(default_factory=list)

    def _append_lines(self, *lines: str) -> None:
        self.lines += lines

    def _append_comment(self, text: str, indent: str = "") -> None:
        if not self.decided:
            self._append_lines(*format_yaml_comment(text, indent))

    def _record_and_format_decision(self, decision: PendingDecision) -> str:
        self.decisions.append(decision)
        return decision.default_answer if self.decided else decision.yaml_marker

    def _append_decision(self, decision: PendingDecision, indent: str = "") -> None:
        self._append_lines(
            f"{indent}{decision.key.rpartition('.')[2]}: {self._record_and_format_decision(decision)}"
        )

    def _append_theme_decision(self, theme: PendingDecision) -> None:
        known = (
            format_labelled_text(code, Message(THEMES[code])) for code in theme.options if code in THEMES
        )
        self._append_comment(str(join_messages(known)))
        self._append_decision(theme)


@dataclass
class DeclarationRenderer(DeclarationYamlWriter):
    """The declaration that a plan comes to."""

    plan: DraftPlan

    def render_declaration(self) -> str:
        self._write_dataset_metadata()
        self._write_source()
        self._write_key_and_geometry()
        self._write_columns()
        self._write_commented_out_waivers()
        self._write_privacy()
        self._write_schema_and_publication()
        body = "\n".join(self.lines) + "\n"
        return body if self.decided else "\n".join(self._format_header_comment()) + "\n\n" + body

    # --- parts -----------------------------------------------------------------------------------------

    def _format_header_comment(self) -> Iterator[str]:
        plan, count = self.plan, len(self.decisions)
        said = (
            str(
                _(
                    "Brouillon écrit par « aqueduc new » : {count} décisions à prendre, chacune marquée « à "
                    "décider »."
                ).format(count=count)
            )
            if count > 1
            else str(_("Brouillon écrit par « aqueduc new » : 1 décision à prendre, marquée « à décider »."))
        )
        yield from format_yaml_comment(said)
        yield from format_yaml_comment(
            str(
                _(
                    "« aqueduc check include/datasets/{name}.yaml » les montre, et refuse ce jeu tant qu'il "
                    "en reste. Après « — » viennent les réponses possibles, celle de l'essai en premier : "
                    "en écrire une à la place du texte entre guillemets."
                ).format(name=plan.name)
            )
        )
        yield "#"
        for paragraph in summarise_draft_in_paragraphs(plan):
            yield from format_yaml_comment(str(paragraph))

    def _write_dataset_metadata(self) -> None:
        plan = self.plan
        for decision in (
            plan.build_title_decision(),
            plan.build_description_decision(),
            plan.build_owner_decision_unless_default(),
            plan.build_contact_decision_unless_default(),
        ):
            if decision:
                self._append_decision(decision)
        self._append_theme_decision(plan.build_theme_decision())
        self._append_comment(str(_("keywords: [mot, autre mot]   # ce que le citoyen chercherait")))
        if licence := plan.build_licence_decision_or_none():
            self._append_decision(licence)
        self._append_decision(plan.build_cadence_decision())

    def _write_source(self) -> None:
        self._append_lines("", "source:")
        for key, value in self.plan.look.source.items():
            self._write_source_setting(key, value)
        written = self.plan.profiles.written
        if written.decimal == ",":
            self._append_lines('  decimal: ","')
        self._write_thousands_columns(written)
        if written.dates != ISO:
            self._append_lines(f"  dates: {format_yaml_scalar(written.dates)}")
        self._write_missing_values(written)

    def _write_thousands_columns(self, written: SourceCellFormat) -> None:
        """The columns whose thousands a point sets apart; asked of those of which nothing tells."""
        leaving = [p.subject.profile for p in self.plan.proposals if any(o.published_as for o in p.options)]
        sure = [profile.name for profile in leaving if profile.name in written.thousands]
        asked = [profile for profile in leaving if profile.unsaid and profile.is_number]
        names = [profile.name for profile in asked]
        if asked:
            alone = [[*sure, name] for name in names] if len(names) > 1 else []
            options = map(format_yaml_flow, ([*sure, *names], sure, *alone))
            self._append_decision(
                PendingDecision("source.thousands", _build_thousands_question(asked, sure), tuple(options)),
                "  ",
            )
        elif sure:
            self._append_lines(f"  thousands: {format_yaml_flow(sure)}")

    def _write_missing_values(self, written: SourceCellFormat) -> None:
        """What programs write for nothing is declared; what people write for it is asked, where it may go out."""
        leaving = [p.subject.profile for p in self.plan.proposals if any(o.published_as for o in p.options)]
        met = {word for profile in leaving for word in (*profile.nothing, *profile.doubtful)}
        nothing = [word for word in written.nothing if word in met]
        sure = ["", *(word for word in nothing if word in SAY_NOTHING)]
        believed = ["", *nothing]
        all_of_them = [*believed, *(word for word in written.doubtful if word in met)]
        if len(all_of_them) > len(sure):
            options = dict.fromkeys(map(format_yaml_flow, (believed, all_of_them, sure)))
            question = _build_null_words_question(leaving, all_of_them[1:])
            self._append_comment(str(_LEFT_OUT), "  ")
            self._append_decision(PendingDecision("source.missing", question, tuple(options)), "  ")
        elif nothing:
            self._append_comment(str(_("ce qui, dans les cellules, veut dire « rien »")), "  ")
            self._append_lines(f"  missing: {format_yaml_flow(believed)}")

    def _write_source_setting(self, key: str, value: Any) -> None:
        if value == FIRST_LOOK and not self.decided:
            value = OpenQuestion(_("quelle connexion Airflow mène à cette source ?"))
        if isinstance(value, OpenQuestion):
            self._append_decision(
                PendingDecision(
                    f"source.{key}", value.question, tuple(format_yaml_scalar(o) for o in value.options)
                ),
                "  ",
            )
        elif isinstance(value, Mapping):
            self._append_lines(f"  {key}: {format_yaml_flow(value)}")
        else:
            self._append_lines(
                f"  {key}: {quote_yaml_text(value) if key == 'delimiter' else format_yaml_scalar(value)}"
            )

    def _write_key_and_geometry(self) -> None:
        key, geometry = self.plan.get_key_or_decision(), self.plan.geometry
        if key or geometry:
            self._append_lines("")
        if isinstance(key, PendingDecision):
            self._append_comment(
                str(_("Ces colonnes ne se répètent jamais dans les lignes lues ; est-ce un hasard ?"))
            )
            self._append_decision(key)
        elif key:
            self._append_lines(f"key: {format_yaml_flow(list(key))}")
        if geometry:
            self._append_lines(
                f"geometry: {format_yaml_flow({'longitude': geometry[0], 'latitude': geometry[1]})}"
            )

    def _write_columns(self) -> None:
        self._append_lines("", "columns:")
        rules = [
            (format_yaml_scalar(p.name), p.recommended_option.rule)
            for p in self.plan.proposals
            if not p.is_undecided
        ]
        margin = max((len(name) + len(rule) for name, rule in rules if len(rule) <= 40), default=0) + 6
        said = ""
        for proposal in self.plan.proposals:
            if not proposal.is_undecided:
                self._write_decided_column(proposal, min(margin, 60))
            else:
                self._write_undecided_column(proposal, repeated=proposal.why == said)
            said = proposal.why if proposal.is_undecided else ""

    def _write_undecided_column(self, proposal: ColumnProposal, *, repeated: bool) -> None:
        # One reason stands above all the questions that follow each other under it.
        if not repeated:
            self._append_comment(_capitalise_and_punctuate(proposal.why), "  ")
        options = tuple(option.rule for option in proposal.options)
        decision = PendingDecision(f"columns.{proposal.name}", proposal.question, options)
        self._append_lines(
            f"  {format_yaml_scalar(proposal.name)}: {self._record_and_format_decision(decision)}"
        )

    def _write_decided_column(self, proposal: ColumnProposal, margin: int) -> None:
        line = f"  {format_yaml_scalar(proposal.name)}: {proposal.recommended_option.rule}"
        remark = _format_column_remark(proposal)
        if remark and not self.decided:
            line = f"{line:<{margin}}# {remark}"
        self._append_lines(line)

    def _write_commented_out_waivers(self) -> None:
        """The decisions that somebody would have to sign to publish as they are the columns in which the
        search saw something."""
        asked = [
            format_waiver_line(option.published_as, kind)
            for proposal in self.plan.proposals
            for option in proposal.options
            if proposal.is_undecided
            and option.published_as
            and option.rule.startswith(("publish", "{publish"))
            for kind in _list_required_waiver_kinds(proposal)
        ]
        if asked and not self.decided:
            self._append_lines("")
            self._append_comment(
                str(
                    _(
                        "La recherche de données personnelles a vu quelque chose dans ces colonnes, ou leur position "
                        "dirait où quelqu'un habite : "
                        "elles ne sortent telles quelles que si la loi le permet (« basis: ») ou si "
                        "quelqu'un a vérifié que ce n'est la donnée de personne, et le signe ici (ôter "
                        "alors les # qui précèdent, de ces colonnes-là seulement : l'exécution signale une levée que "
                        "rien ne demande) :"
                    )
                )
            )
            self._append_lines("# waivers:", *(f"#   {line}" for line in asked))

    def _write_privacy(self) -> None:
        plan = self.plan
        if not plan.quasi:
            return
        self._append_lines("")
        self._append_comment(
            str(
                _(
                    "Chaque ligne semble décrire une personne : celles qui se ressemblent trop peu pour se "
                    "cacher les unes les autres sont retirées avant publication. Toute colonne qui décrit la "
                    "personne et qui sort est sous quasi_identifiers ; celle qui est retirée (drop) n'y compte pas."
                )
            )
        )
        if plan.may_person_rows_be_organisations:
            self._append_comment(
                str(
                    _(
                        "Si {columns} ne nomme que des organisations (associations, entreprises) : y écrire publish, et "
                        "ôter toute cette section. Aucun groupe n'est alors compté, et aucune ligne retirée pour ce motif ; "
                        "la recherche des noms de personnes examine encore tout ce qui sort : là où elle en voit, rien "
                        "ne sort tant que quelqu'un n'a pas signé, sous « waivers: », que ce ne sont ceux de personne."
                    ).format(columns=join_messages(map(quote_text, plan.people)))
                )
            )
        if plan.may_person_rows_be_things:
            self._append_comment(
                str(
                    _(
                        "Si {columns} ne dit la naissance de personne, et que chaque ligne décrit une chose (un équipement, "
                        "un arbre, un bâtiment) : ôter toute cette section. Aucun groupe n'est alors compté, et aucune "
                        "ligne retirée pour ce motif ; la recherche de données personnelles examine encore tout ce qui sort."
                    ).format(columns=join_messages(map(quote_text, plan.people)))
                )
            )
        self._append_lines("privacy:", f"  quasi_identifiers: {format_yaml_flow(list(plan.quasi))}")
        self._write_counting_unit()
        self._append_decision(plan.build_k_anonymity_decision(), "  ")
        self._append_decision(plan.build_suppression_limit_decision(), "  ")

    def _write_counting_unit(self) -> None:
        unit = self.plan.unit
        if unit.asked:
            self._append_decision(self.plan.build_counting_unit_decision(), "  ")
        elif unit.columns:
            self._append_comment(
                str(
                    _(
                        "Une même personne a ici plusieurs lignes : chaque groupe compte les valeurs différentes de "
                        "{names}, retirées de ce qui est publié, et non les lignes"
                    ).format(names=unit.quoted_column_names)
                )
                + ".",
                "  ",
            )
            self._append_lines(f"  unit: {format_yaml_flow(list(unit.columns))}")

    def _write_schema_and_publication(self) -> None:
        plan = self.plan
        self._append_lines("")
        if reject := plan.build_rejection_limit_decision_or_none():
            self._append_decision(reject)
        self._append_lines(f"schema: schemas/{plan.name}.json", "publish:")
        self._write_publication()
        if not plan.get_key_or_decision():
            line = "  datastore: false"
            why = _("rien ne distingue une ligne d'une autre : pas de table à interroger")
            self._append_lines(line if self.decided else f"{line}   # {why}")

    def _write_publication(self) -> None:
        if platform := self.plan.build_platform_decision_unless_default():
            self._append_decision(platform, "  ")
        self._append_lines("  mode: upload", f"  formats: {self.plan.publication_formats}")


def _build_thousands_question(columns: Sequence[ColumnProfile], sure: Sequence[str]) -> str:
    """The question on the points of ``columns``, with the number of cells that have one."""
    told = (
        f"{remove_option_separators([profile.name])[0]} ({n_('{count} cellule', '{count} cellules', profile.unsaid)})"
        for profile in columns
    )
    question = _(
        "dans quelles colonnes le point sépare-t-il des milliers ? Tous y sont devant trois chiffres, et 1.234 peut se lire "
        "1234 ou 1,234 : {listed}"
    ).format(listed=", ".join(told))
    if not sure:
        return str(question)
    known = join_messages(map(quote_text, remove_option_separators(sure)))
    return str(
        _("{question}. De {known}, d'autres cellules le prouvent").format(question=question, known=known)
    )


_DASHES = frozenset(("-", "--"))
_SHOWN = 3


def _build_null_words_question(columns: Sequence[ColumnProfile], words: Sequence[str]) -> str:
    """The question on ``words``, with the columns and the number of cells that hold each."""
    question = _("lesquels de ces textes, dans les cellules, veulent dire « rien » ?")
    met = (_describe_null_word(columns, word) for word in words)
    text = f"{question} {join_messages(met, ' ; ')}"
    among_numbers = any(
        profile.is_number and any(word in _DASHES for word, _count in profile.quiet) for profile in columns
    )
    return f"{text}. {_DASH_OR_ZERO}" if among_numbers else text


_DASH_OR_ZERO = _(
    "Un tiret peut dire « zéro » (l'écrire alors 0 à la source, sans le mettre ici) ou « inconnu » (l'y mettre)"
)
_LEFT_OUT = _(
    "Dans une colonne de nombres ou de dates, un texte laissé hors de la liste fait rejeter sa ligne."
)


def _describe_null_word(columns: Sequence[ColumnProfile], word: str) -> Message:
    counts = {profile.name: dict(profile.quiet)[word] for profile in columns if word in dict(profile.quiet)}
    names = remove_option_separators(list(counts)[:_SHOWN])
    return _("« {word} » : {cells} dans {columns}").format(
        word=word,
        cells=n_("{count} cellule", "{count} cellules", sum(counts.values())),
        columns=", ".join(names) + ("…" if len(counts) > _SHOWN else ""),
    )


def _list_required_waiver_kinds(proposal: ColumnProposal) -> list[str]:
    """The kinds of waiver that publishing a column as it is asks for."""
    seen = [str(hit.kind) for hit in proposal.subject.hits if hit.is_blocking_hit]
    return list(dict.fromkeys([*seen, *filter(None, (proposal.guard,))]))


def _capitalise_and_punctuate(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")


def _format_column_remark(proposal: ColumnProposal) -> str:
    profile = proposal.subject.profile
    if proposal.recommended_option.published_as is None:
        return proposal.why
    if profile.code:
        return str(_("des codes : un texte, pour que leurs zéros ne se perdent pas"))
    parts = [str(_KINDS.get(profile.kind, "" if proposal.is_undecided else proposal.why))]
    if profile.outline:
        parts.append(str(_("ou des numéros (chapitre, version) ?")))
    if profile.misfits and profile.kind != "string":
        parts.append(str(describe_misfit_cells(profile)))
    return ", ".join(part for part in parts if part)


def summarise_draft_in_paragraphs(plan: DraftPlan) -> Iterator[Message]:
    """What was found out, a paragraph each."""
    look = plan.look
    yield _("Source : {source} ; {rows}, {columns}, {how}.").format(
        source=" ; ".join(str(note.text) for note in look.notes if not note.doubt)
        or plan.wanted.source_label,
        rows=build_row_count_message(look.raw.rows),
        columns=n_("{count} colonne", "{count} colonnes", len(look.raw.columns)),
        how=_("lues en entier")
        if look.whole
        else _("lues : le début seulement, la suite peut réserver des surprises"),
    )
    for note in (*look.notes, *plan.notes):
        if note.doubt:
            ended = str(note.text).endswith(("?", "!", "…", "."))
            yield (_("Attention : {note}") if ended else _("Attention : {note}.")).format(note=note.text)
    if plan.people:
        organisations = (
            _(" Si ce sont des choses, le dire comme l'explique le brouillon, sous « privacy: ».")
            if plan.may_person_rows_be_things
            else _(" Si ce sont des organisations, le dire comme l'explique le brouillon, sous « privacy: ».")
        )
        yield _("Personnes : chaque ligne semble décrire une personne ({columns}).{organisations}").format(
            columns=_format_truncated_list(plan.people),
            organisations=organisations
            if plan.quasi and (plan.may_person_rows_be_organisations or plan.may_person_rows_be_things)
            else "",
        )
    yield _describe_schema_match(plan)
    yield _describe_trial(plan)


def _describe_schema_match(plan: DraftPlan) -> Message:
    if plan.match:
        schema, fields = plan.match.schema, plan.match.missing_required_fields
        return _(
            "Schéma national : « {title} » ({name}{version}), {pairs} colonnes sur {columns} y ont leur "
            "champ.{missing}"
        ).format(
            title=schema.title,
            name=schema.name,
            version=f", version {schema.version}" if schema.version else "",
            pairs=len(plan.match.pairs),
            columns=plan.match.columns,
            missing=_(" Il demande aussi : {fields}.").format(fields=_format_truncated_list(fields))
            if fields
            else "",
        )
    if plan.near:
        return _("Schéma national le plus proche, mais qui ne convient pas : {title}.").format(
            title=plan.near[0].schema.title
        )
    if plan.compared:
        return _("Schéma national : aucun des {count} comparés ne convient.").format(count=plan.compared)
    return _("Schéma national : non cherché (aucun catalogue ; voir « aqueduc new --schemas »).")


_FAULTS_SHOWN = 4


def _describe_trial(plan: DraftPlan) -> Message:
    trial = plan.trial
    if trial is None:
        return _("Pas essayé : {why}.").format(why=plan.untried)
    shown = " ; ".join(trial.faults[:_FAULTS_SHOWN])
    more = " ; …" if len(trial.faults) > _FAULTS_SHOWN else ""
    return _(
        "Essai avec la première réponse à chaque question : {read}, {rejected}, {withheld}, {left} à "
        "publier.{broken}{closed}"
    ).format(
        read=n_("{count} ligne lue", "{count} lignes lues", trial.read),
        rejected=n_("{count} rejetée", "{count} rejetées", trial.rejected),
        withheld=n_("{count} retirée pour l'anonymat", "{count} retirées pour l'anonymat", trial.withheld),
        left=LocalisedNumber(trial.left),
        broken=_(" Rejets : {listed}.").format(listed=shown + more) if shown else "",
        closed=f" {trial.closed}" if trial.closed else "",
    )


def _format_truncated_list(names: Iterable[str]) -> Message:
    first, more = list(names)[:6], len(list(names)) - 6
    listed = ", ".join(first)
    return (
        n_("{listed} et {count} autre", "{listed} et {count} autres", more, listed=listed)
        if more > 0
        else Message(listed)
    )


def render_schema_json(plan: DraftPlan) -> str:
    return json.dumps(plan.build_table_schema(), ensure_ascii=False, indent=2) + "\n"
