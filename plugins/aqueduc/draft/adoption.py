"""The draft of a declaration that takes over a record which people made on a platform.

What the record says is written where a declaration has a word for it, and asked where it has none, or
several. The columns are those of the file that it serves; where they come from, in the city, is left to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from aqueduc.declaration.spec import OutputFormat
from aqueduc.declaration.spec.base import EMAIL
from aqueduc.declaration.vocabulary import CATEGORY_OF_THEME, FREQUENCIES, LICENCES, THEMES
from aqueduc.draft.decisions import PendingDecision
from aqueduc.draft.drafting import DeclarationDraft, draft_declaration
from aqueduc.draft.kinds import build_draft_request_from_path_or_url
from aqueduc.draft.national import SchemaCatalogue
from aqueduc.draft.plans import suggest_themes_from_words
from aqueduc.draft.render import DeclarationRenderer, DeclarationYamlWriter, summarise_draft_in_paragraphs
from aqueduc.draft.request import FIRST_LOOK
from aqueduc.draft.yamltext import WIDTH, format_yaml_comment, format_yaml_flow, format_yaml_scalar
from aqueduc.errors import SourceError
from aqueduc.language import Message, Sentence, _, format_labelled_text, join_messages, n_, quote_text
from aqueduc.publish.adoption import AdoptableRecord, AdoptableResource, VocabularyTermCandidates
from aqueduc.run import Workspace
from aqueduc.sources import SOURCES
from aqueduc.sources.formats import FORMATS

_OUTPUTS = tuple(kind.value for kind in OutputFormat)
_PREFERRED = tuple(dict.fromkeys(("csv", "xlsx", "geojson", *FORMATS)))
"""The formats whose columns are looked at, those that are published first."""


@dataclass(frozen=True)
class AdoptionPlatform:
    """Where a record is, and what its platform takes: ``platform`` is its name in ``city.yaml``. ``takes_files``:
    files can be put there; ``takes_restricted``: and datasets that not everybody may read; ``own_address``:
    whether an address is the platform's. ``outlets``: the places of the city's own that files can be linked
    from."""

    platform: str
    takes_files: bool
    takes_restricted: bool
    own_address: Callable[[str], bool]
    outlets: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class UndraftableResource:
    """A resource whose file could not be drafted, and why, without a cell of it."""

    resource: AdoptableResource
    why: Sentence


@dataclass(frozen=True)
class RecordAdoptionDraft:
    """A draft that takes over ``record``. ``made`` None: no file of it could be read, and its columns are to be
    written by hand. ``files``: path below ``include/`` to text."""

    record: AdoptableRecord
    decisions: tuple[PendingDecision, ...]
    files: Mapping[str, str]
    drafted: AdoptableResource | None = None
    made: DeclarationDraft | None = None
    failed: tuple[UndraftableResource, ...] = ()

    @property
    def name(self) -> str:
        return self.record.dataset

    def to_json(self) -> dict[str, Any]:
        return {
            "record": self.record.id,
            "dataset": self.name,
            "files": [f"include/{path}" for path in self.files],
            "resource": self.drafted.id if self.drafted else None,
            "unread": [{"resource": one.resource.id, "why": str(one.why)} for one in self.failed],
            "decisions": [
                {"key": decision.key, "question": str(decision.question), "options": list(decision.options)}
                for decision in self.decisions
            ],
        }


def draft_record_adoption(
    record: AdoptableRecord,
    target: AdoptionPlatform,
    download: Callable[[AdoptableResource, Path], Path],
    workspace: Workspace,
    catalogue: SchemaCatalogue | None = None,
    *,
    resource: str = "",
) -> RecordAdoptionDraft:
    """Drafts the declaration that takes over ``record``, from the first of its files that can be read, or from
    that of ``resource`` (an id). Writes nothing. Raises DeclarationError (``city.yaml``)."""
    failed: list[UndraftableResource] = []
    for one in rank_draftable_resources(record.resources, resource):
        with workspace.vault.open_scratch_folder() as folder:
            sections = AdoptionDeclarationValues(record, target, one)
            try:
                wanted = build_draft_request_from_path_or_url(record.dataset, str(download(one, folder)))
                made = draft_declaration(
                    wanted,
                    workspace,
                    catalogue,
                    renderer=lambda plan: AdoptionRenderer(sections, plan),  # noqa: B023
                )
            except SourceError as error:
                failed.append(UndraftableResource(one, error.what))
                continue
        return _build_record_adoption_draft(record, one, made, tuple(failed))
    page = UnreadableRecordRenderer(AdoptionDeclarationValues(record, target, None, tuple(failed)))
    files = {
        f"datasets/{record.dataset}.yaml": page.render_declaration(),
        f"schemas/{record.dataset}.json": _render_table_schema_json(
            {"name": record.dataset, "title": record.title, "fields": []}
        ),
    }
    return RecordAdoptionDraft(record, tuple(page.decisions), files, failed=tuple(failed))


def rank_draftable_resources(
    resources: Sequence[AdoptableResource], chosen: str = ""
) -> list[AdoptableResource]:
    """Those whose file may hold the rows, the surest first; only the one that was ``chosen``, if one was."""
    if chosen:
        return [one for one in resources if one.id == chosen]
    tabular = [(one.supported_input_format, one) for one in resources if one.url]
    ranks = [(_PREFERRED.index(kind), one) for kind, one in tabular if kind is not None]
    return [one for _rank, one in sorted(ranks, key=lambda pair: pair[0])]


def _build_record_adoption_draft(
    record: AdoptableRecord,
    drafted: AdoptableResource,
    made: DeclarationDraft,
    failed: tuple[UndraftableResource, ...],
) -> RecordAdoptionDraft:
    """With the title of the record for that of the schema."""
    schema = f"schemas/{record.dataset}.json"
    document = {**json.loads(made.files[schema]), "title": record.title}
    files = {**made.files, schema: _render_table_schema_json(document)}
    return RecordAdoptionDraft(record, made.decisions, files, drafted, made, failed)


def _render_table_schema_json(document: Mapping[str, Any]) -> str:
    dialect = {"$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json"}
    return json.dumps({**dialect, **document}, ensure_ascii=False, indent=2) + "\n"


# --- what the record says, in the words of a declaration ----------------------------------------------------


@dataclass(frozen=True)
class AdoptionDeclarationValues:
    """What is declared of a record. ``drafted``: the resource whose file gave the columns; ``failed``: those
    that could not be read."""

    record: AdoptableRecord
    target: AdoptionPlatform
    drafted: AdoptableResource | None
    failed: tuple[UndraftableResource, ...] = ()

    # --- the whole -------------------------------------------------------------------------------------

    def list_metadata_entries_or_decisions(self) -> Iterator[PendingDecision | tuple[str, str]]:
        """The keys of the head, in their order: as they are written, or asked."""
        record, defaults = self.record, self.target.defaults
        yield (
            ("title", record.title)
            if record.title
            else PendingDecision("title", _("le titre que lira le citoyen ?"))
        )
        yield (
            ("description", record.description)
            if record.description.strip()
            else PendingDecision("description", _("la fiche n'a pas de description : que contient ce jeu ?"))
        )
        if record.owner:
            yield "owner", record.owner
        elif not defaults.get("owner"):
            yield PendingDecision("owner", _("quelle direction répond de ces données ?"))
        if re.fullmatch(EMAIL, record.contact):
            if record.contact != defaults.get("contact"):
                yield "contact", record.contact
        elif not defaults.get("contact"):
            yield PendingDecision("contact", _("à quelle adresse écrire ?"))

    def get_theme_or_decision(self) -> PendingDecision | str:
        found = self.record.theme
        if found.single_candidate_word:
            return found.single_candidate_word
        question = _("le thème de l'Union européenne ?")
        guessed = suggest_themes_from_words(f"{self.record.title} {' '.join(self.record.keywords)}")
        return PendingDecision("theme", question, found.words or guessed or tuple(THEMES))

    def get_category_or_decision(self) -> PendingDecision | str | None:
        """None where that of the theme is taken."""
        found = self.record.category
        if len(found.words) > 1:
            question = _("la fiche est dans plusieurs rayons, et n'en gardera qu'un : lequel ?")
            return PendingDecision("category", question, found.words)
        theme = self.get_theme_or_decision()
        usual = CATEGORY_OF_THEME.get(theme) if isinstance(theme, str) else None
        return (
            found.single_candidate_word
            if found.single_candidate_word and found.single_candidate_word != usual
            else None
        )

    def build_access_decision(self) -> PendingDecision | None:
        if not self.record.hidden:
            return None
        options = ("same_organization", "open") if self.target.takes_restricted else ("open",)
        question = _("cette fiche est privée : qui pourra lire ce jeu ?")
        return PendingDecision("access", question, options)

    def get_licence_or_decision(self) -> PendingDecision | str:
        found, hidden = self.record.licence, self.record.hidden and self.target.takes_restricted
        if found.single_candidate_word and not hidden and LICENCES[found.single_candidate_word].open:
            return found.single_candidate_word
        if hidden:
            question = _("other-at si l'accès reste restreint ; s'il s'ouvre, quelle licence ?")
            known = (
                (found.single_candidate_word,)
                if found.single_candidate_word and LICENCES[found.single_candidate_word].open
                else ()
            )
            return PendingDecision(
                "licence", question, ("other-at", *known, "lov2", "odc-odbl")[: 3 + len(known)]
            )
        question = _build_unrecognised_value_question(
            found, _("la fiche ne dit pas de licence ; laquelle ?"), _("laquelle ?")
        )
        if found.single_candidate_word:
            question = _(
                "la fiche est publique sous « {said} », qui est d'un accès restreint : laquelle ?"
            ).format(said=found.said)
        return PendingDecision("licence", question, tuple(one.id for one in LICENCES.values() if one.open))

    def get_cadence_or_decision(self) -> PendingDecision | str:
        found = self.record.frequency
        if found.single_candidate_word:
            return found.single_candidate_word
        silent = _("la fiche ne dit pas de fréquence ; à quel rythme la source change-t-elle ?")
        question = _build_unrecognised_value_question(
            found, silent, _("à quel rythme la source change-t-elle ?")
        )
        return PendingDecision("cadence", question, found.words or tuple(FREQUENCIES))

    # --- its resources ---------------------------------------------------------------------------------

    @property
    def can_keep_external_link(self) -> bool:
        """Whether the resource leads to a file that is elsewhere, and may go on doing so."""
        one = self.drafted
        return one is not None and not one.hosted and not self.target.own_address(one.url)

    def group_resources_by_format(self) -> dict[str, tuple[AdoptableResource, ...]]:
        """By format, the resources that may carry it, the one that was looked at first. Where files cannot be
        put, only a link that stays as it is."""
        if not self.target.takes_files:
            return (
                {self.drafted.normalised_format_name: (self.drafted,)}
                if self.can_keep_external_link and self.drafted
                else {}
            )
        formats = _OUTPUTS
        if self.can_keep_external_link and self.drafted:
            formats = tuple(dict.fromkeys((self.drafted.normalised_format_name, *_OUTPUTS)))
        found: dict[str, tuple[AdoptableResource, ...]] = {}
        for kind in formats:
            carriers = [one for one in self.record.resources if one.normalised_format_name == kind]
            carriers.sort(key=lambda one: one is not self.drafted)
            if carriers:
                found[kind] = tuple(carriers)
        return found

    def list_published_formats(self, *, placed: bool) -> list[str]:
        """The files that are published: those that the record has already, where Aqueduc can make them.
        ``placed``: rows have a position, as GeoJSON wants."""
        found = [
            kind
            for kind in _OUTPUTS
            if kind in self.group_resources_by_format() and (placed or kind != OutputFormat.GEOJSON.value)
        ]
        return found or [OutputFormat.CSV.value]

    def describe_resource_outcomes(self, *, placed: bool) -> Iterator[Message]:
        """What becomes of each."""
        carriers = self.group_resources_by_format()
        kept = {
            one.id for kind in self.list_published_formats(placed=placed) for one in carriers.get(kind, ())
        }
        kept |= {self.drafted.id} if self.drafted and self.can_keep_external_link else set()
        for one in self.record.resources:
            label = _("{title} ({format}, {id})").format(
                title=_shorten_text(one.title) or _("sans titre"), format=one.format or "?", id=one.id
            )
            rivals = [group for group in carriers.values() if one in group and len(group) > 1]
            if one.id not in kept:
                said = _("restera telle quelle : Aqueduc n'y touche pas")
            elif rivals:
                said = _("sera tenue par Aqueduc si elle est choisie, et restera telle quelle sinon")
            else:
                said = _("sera tenue par Aqueduc, sous le même identifiant")
            yield format_labelled_text(label, said)


def _build_unrecognised_value_question(
    found: VocabularyTermCandidates, silent: Message, asked: Message
) -> Message:
    """``silent``, where the platform says nothing; else that its word is no word of a declaration."""
    if not found.said:
        return silent
    if found.words:
        return _("la fiche dit « {said} », qui a plusieurs sens ici : {asked}").format(
            said=found.said, asked=asked
        )
    return _("la fiche dit « {said} », qui n'a pas d'équivalent ici : {asked}").format(
        said=found.said, asked=asked
    )


def _shorten_text(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


# --- the page -----------------------------------------------------------------------------------------------


@dataclass
class AdoptionYamlWriter(DeclarationYamlWriter):
    """What the two pages share: the head, the source that is left to say, the platform."""

    sections: AdoptionDeclarationValues

    def _format_adoption_header(self, name: str, count: int) -> Iterator[str]:
        said = n_(
            "Brouillon écrit par « aqueduc adopt », qui reprend {url} : {count} décision à prendre, marquée "
            "« à décider ».",
            "Brouillon écrit par « aqueduc adopt », qui reprend {url} : {count} décisions à prendre, chacune "
            "marquée « à décider ».",
            count,
            url=self.sections.record.url,
        )
        yield from format_yaml_comment(str(said))
        yield from format_yaml_comment(
            str(
                _(
                    "« aqueduc check include/datasets/{name}.yaml » les montre, et refuse ce jeu tant qu'il en "
                    "reste ; « aqueduc diff {name} » dira ensuite ce qui changerait en ligne. Le nom de ce fichier "
                    "et « adopts: » gardent la fiche, ses identifiants et ses adresses."
                ).format(name=name)
            )
        )
        for one in self.sections.failed:
            said = _("Illisible : {title} ({id}). {why}").format(
                title=_shorten_text(one.resource.title), id=one.resource.id, why=one.why
            )
            yield from format_yaml_comment(str(said))

    def _write_record_metadata(self) -> None:
        sections = self.sections
        for said in sections.list_metadata_entries_or_decisions():
            if isinstance(said, PendingDecision):
                self._append_decision(said)
            else:
                self._append_lines(*format_yaml_entry(*said))
        theme = sections.get_theme_or_decision()
        if isinstance(theme, str):
            self._append_lines(f"theme: {theme}   # {THEMES[theme]}")
        else:
            self._append_theme_decision(theme)
        self._write_value_or_decision("category", sections.get_category_or_decision())
        if sections.record.keywords:
            self._append_lines(f"keywords: {format_yaml_flow(list(sections.record.keywords))}")
        self._write_value_or_decision("access", sections.build_access_decision())
        self._write_value_or_decision("licence", sections.get_licence_or_decision())
        self._write_value_or_decision("cadence", sections.get_cadence_or_decision())
        if sections.record.granularity:
            self._append_lines(f"granularity: {sections.record.granularity}")

    def _write_value_or_decision(self, key: str, said: PendingDecision | str | None) -> None:
        if isinstance(said, PendingDecision):
            self._append_decision(said)
        elif said:
            self._append_lines(f"{key}: {format_yaml_scalar(said)}")

    def _write_source_decision(self, hint: Sequence[str]) -> None:
        """``hint``: how the file that is online was read."""
        self._append_lines("")
        self._append_comment(
            str(
                _(
                    "D'où viennent ces lignes, à la Ville : une table, une API, un fichier d'un dossier. « aqueduc "
                    "new essai » avec l'option de cette source en ébauche la section."
                )
            )
        )
        if hint:
            self._append_comment(
                str(_("S'il s'agit du fichier en ligne, posé dans un dossier, il se lit ainsi :"))
            )
            self._append_lines(*(f"# {line}".rstrip() for line in hint))
        question = _("d'où viennent ces lignes ? Écrire ici la source de la Ville ({kinds})").format(
            kinds=join_messages(quote_text(f"{name}:") for name in SOURCES.builtin_names)
        )
        self._append_decision(PendingDecision("source", question))

    def _write_adopted_publication(self, *, placed: bool) -> None:
        sections, target = self.sections, self.sections.target
        name = format_yaml_scalar(target.platform)
        for said in sections.describe_resource_outcomes(placed=placed):
            self._append_comment(str(said), "  ")
        self._append_lines(f"  platform: {name}", "  adopts:", f"    {name}:")
        self._append_lines(f"      record: {format_yaml_scalar(sections.record.id)}")
        carriers = sections.group_resources_by_format()
        formats = sections.list_published_formats(placed=placed)
        wanted = [kind for kind in carriers if kind in formats or sections.can_keep_external_link]
        if wanted:
            self._append_lines("      resources:")
        for kind in wanted:
            self._write_adopted_resource_id(kind, [one.id for one in carriers[kind]])
        self._write_publication_mode()
        if target.takes_files or not sections.can_keep_external_link:
            self._append_lines(f"  formats: {format_yaml_flow(formats)}")

    def _write_adopted_resource_id(self, kind: str, identifiers: Sequence[str]) -> None:
        if len(identifiers) == 1:
            self._append_lines(f"        {kind}: {format_yaml_scalar(identifiers[0])}")
            return
        key = f"publish.adopts.{self.sections.target.platform}.resources.{kind}"
        question = _("plusieurs ressources ont ce format : laquelle portera ce jeu ?")
        options = tuple(map(format_yaml_scalar, identifiers))
        self._append_comment(
            str(
                _(
                    "Si chacune porte une part du jeu (une année, un quartier) : ôter « resources: », déclarer « split: », "
                    "et écrire « slices: {{2024: {{{kind}: identifiant}}, …}} »."
                ).format(kind=kind)
            ),
            "        ",
        )
        self._append_decision(PendingDecision(key, question, options), "        ")

    def _write_publication_mode(self) -> None:
        sections, target = self.sections, self.sections.target
        link = sections.drafted.url if sections.drafted else ""
        if not target.takes_files:
            self._append_lines("  mode: index")
            if sections.can_keep_external_link:
                self._append_lines(f"  link: {format_yaml_scalar(link)}")
            else:
                question = _(
                    "cette plateforme ne reçoit que des liens : dans quel emplacement de la Ville déposer les fichiers ?"
                )
                self._append_decision(PendingDecision("publish.outlet", question, target.outlets), "  ")
        elif sections.can_keep_external_link:
            question = _(
                "la ressource mène au fichier d'un autre site : garder ce lien (index), ou déposer le fichier ici, à une "
                "autre adresse (upload, et ôter « link: ») ?"
            )
            self._append_decision(PendingDecision("publish.mode", question, ("index", "upload")), "  ")
            self._append_lines(f"  link: {format_yaml_scalar(link)}")
        else:
            self._append_lines("  mode: upload")


@dataclass
class AdoptionRenderer(DeclarationRenderer, AdoptionYamlWriter):
    """A record whose file was read."""

    def _format_header_comment(self) -> Iterator[str]:
        yield from self._format_adoption_header(self.plan.name, len(self.decisions))
        yield "#"
        for paragraph in summarise_draft_in_paragraphs(self.plan):
            yield from format_yaml_comment(str(paragraph))

    def _write_dataset_metadata(self) -> None:
        self._write_record_metadata()

    def _write_source(self) -> None:
        look = self.plan.look
        named = {key: "CONNEXION" if value == FIRST_LOOK else value for key, value in look.source.items()}
        # What the file leaves in doubt stays a question: nobody has seen it answered.
        hint = DeclarationRenderer(replace(self.plan, look=replace(look, source=named)))
        hint._write_source()
        self._write_source_decision(hint.lines[1:])

    def _write_publication(self) -> None:
        self._write_adopted_publication(placed="geojson" in self.plan.publication_formats)


@dataclass
class UnreadableRecordRenderer(AdoptionYamlWriter):
    """A record none of whose files could be read: its columns and its schema are to be written."""

    def render_declaration(self) -> str:
        name = self.sections.record.dataset
        self._write_record_metadata()
        self._write_source_decision(())
        question = _(
            "aucun fichier de la fiche n'a pu être lu : écrire chaque colonne de la source avec sa règle, et chaque "
            "colonne publiée dans le schéma ?"
        )
        self._append_lines("")
        self._append_decision(PendingDecision("columns", question))
        self._append_lines("", f"schema: schemas/{name}.json", "publish:")
        self._write_adopted_publication(placed=False)
        self._append_lines("  datastore: false")
        return "\n".join((*self._format_adoption_header(name, len(self.decisions)), "", *self.lines)) + "\n"


def format_yaml_entry(key: str, text: str) -> list[str]:
    """A key and its text; one of several lines, or a long one, is written as people read it."""
    plain = text.replace("\r\n", "\n").strip()
    lines = [line.rstrip() for line in plain.split("\n")]
    block = [f"{key}: |-", *(f"  {line}".rstrip() for line in lines)]
    if (len(lines) > 1 or len(plain) > WIDTH) and _does_yaml_parse_to_entry(block, key, "\n".join(lines)):
        return block
    return [f"{key}: {format_yaml_scalar(plain)}"]


def _does_yaml_parse_to_entry(lines: Sequence[str], key: str, text: str) -> bool:
    try:
        return bool(yaml.safe_load("\n".join(lines)) == {key: text})
    except yaml.YAMLError:
        return False
