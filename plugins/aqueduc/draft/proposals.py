"""What becomes of each column: decided where there is no doubt, asked where there is one.

Dropping is always safe, so what identifies somebody is dropped without a question. Publishing is proposed
without a question only where the file is not about people and nothing personal is suspected: measures, dates,
positions of things, lists of codes. All the rest is a question, the safest answer first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from aqueduc.anonymise.scan import IdentifierKind, ScanHit
from aqueduc.declaration.column_name_hints import (
    DIRECT,
    FRENCH,
    ColumnNameMeaning,
    ColumnNature,
    classify_column_name,
    is_case_file_identifier_column_name,
    is_code_column_name,
    is_person_identifier_column_name,
    is_plant_age_or_photo_column,
    is_plant_family_column,
    is_shelf_mark_column_name,
    normalise_words,
)
from aqueduc.declaration.positions import PERSONAL, classify_coordinate_axis, is_personal_column_name
from aqueduc.draft.fields import (
    Field,
    build_table_schema_field,
    choose_published_names,
    remove_dbase_type_suffix,
)
from aqueduc.draft.national import SchemaMatch
from aqueduc.draft.profiles import SMALL_COUNT, ColumnProfile, TableProfile
from aqueduc.draft.yamltext import format_yaml_flow
from aqueduc.findings import append_line_numbers_to_message, format_localised_percent
from aqueduc.language import (
    Message,
    _,
    build_row_count_message,
    format_labelled_text,
    join_choices_with_or,
    n_,
)

MANY = 0.2
"""Share of the cells from which a column is one of personal data, and not one where some has slipped in."""
CODES_AT_MOST = 100
"""Distinct values that a list of codes may have; and ten rows each, or they are not a list."""
SNAP_METRES = 500

_OF_HIT: Mapping[IdentifierKind, ColumnNature] = {
    IdentifierKind.NIR: ColumnNature.NIR,
    IdentifierKind.IBAN: ColumnNature.IBAN,
    IdentifierKind.CARD: ColumnNature.IBAN,
    IdentifierKind.PHONE: ColumnNature.PHONE,
    IdentifierKind.EMAIL: ColumnNature.EMAIL,
    IdentifierKind.PLATE: ColumnNature.PLATE,
    IdentifierKind.IP: ColumnNature.PERSONAL_ID,
    IdentifierKind.MAC: ColumnNature.PERSONAL_ID,
    IdentifierKind.IDENTITY_CARD: ColumnNature.PERSONAL_ID,
    IdentifierKind.PASSPORT: ColumnNature.PERSONAL_ID,
    IdentifierKind.DRIVING_LICENCE: ColumnNature.PERSONAL_ID,
    IdentifierKind.SPORTS_LICENCE: ColumnNature.PERSONAL_ID,
    IdentifierKind.CAF_NUMBER: ColumnNature.PERSONAL_ID,
    IdentifierKind.STUDENT_NUMBER: ColumnNature.PERSONAL_ID,
    IdentifierKind.SOCIAL_PROFILE: ColumnNature.PERSONAL_ID,
    IdentifierKind.PERSON_NAME: ColumnNature.PERSON_NAME,
    IdentifierKind.ADDRESS: ColumnNature.ADDRESS,
    IdentifierKind.BIRTH_DATE: ColumnNature.BIRTH,
    IdentifierKind.TRIGRAM: ColumnNature.PERSON_NAME,
    IdentifierKind.HEALTH: ColumnNature.SENSITIVE,
    IdentifierKind.AGE_ILLNESS: ColumnNature.SENSITIVE,
    IdentifierKind.HOME_POSITION: ColumnNature.ADDRESS,
    IdentifierKind.PERSON_HEADER: ColumnNature.PERSON_NAME,
    IdentifierKind.DERIVED: ColumnNature.SENSITIVE,
}


@dataclass(frozen=True)
class ColumnOption:
    """One thing to do with a column. ``rule`` is YAML; ``published_as`` None for what publishes nothing."""

    rule: str
    published_as: str | None = None


DROP = ColumnOption("drop")


@dataclass(frozen=True)
class ColumnEvidence:
    """A column and all that is known of it. ``natures``: what its name or its content suggests."""

    profile: ColumnProfile
    said: ColumnNameMeaning
    hits: tuple[ScanHit, ...]
    natures: frozenset[ColumnNature]
    national: str | None
    at_home: bool = False
    """The scan takes it for half of the position of a home: numbers have no other hit."""

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def is_direct_identifier(self) -> bool:
        return bool(self.natures & DIRECT)

    def has_scan_hits_of(self, nature: ColumnNature, share: float = 0.0) -> bool:
        """Whether the scan found this nature in more than a share of the cells."""
        return any(_OF_HIT[hit.kind] is nature and hit.row_share > share and hit.is_sure for hit in self.hits)


@dataclass(frozen=True)
class ColumnProposal:
    """What is proposed for a column: one option is a decision taken; several are a question, the safest
    answer first. ``why`` is in French. ``guard``: the kind of waiver without which ``check`` refuses that it is
    published as it is."""

    subject: ColumnEvidence
    options: tuple[ColumnOption, ...]
    why: str = ""
    question: str = ""
    guard: str = ""

    @property
    def name(self) -> str:
        return self.subject.name

    @property
    def recommended_option(self) -> ColumnOption:
        return self.options[0]

    @property
    def published_name(self) -> str:
        """The name that it is published under, if it is."""
        return next((option.published_as for option in self.options if option.published_as), self.name)

    @property
    def is_undecided(self) -> bool:
        return len(self.options) > 1


@dataclass(frozen=True)
class ProposalContext:
    """What the proposals of all columns depend on. ``headless``: the columns have ranks for names;
    ``unnamed``: these have."""

    profiles: TableProfile
    match: SchemaMatch | None
    comments: Mapping[str, str]
    lexical: bool
    enums: Mapping[str, Sequence[str]] = field(default_factory=dict)
    headless: bool = False
    unnamed: frozenset[str] = frozenset()
    small_count: int = SMALL_COUNT
    """The threshold that is offered: never under the one the city asks for."""

    @cached_property
    def published_names(self) -> Mapping[str, str]:
        """The name that each column is published under, unless it has that of a national field."""
        names = [profile.name for profile in self.profiles.columns]
        if self.headless:
            return {name: name.replace(" ", "_") for name in names}
        ranked = {name: name.replace(" ", "_") for name in names if name in self.unnamed}
        return choose_published_names(name for name in names if name not in ranked) | ranked

    def get_national_field(self, subject: ColumnEvidence) -> Field | None:
        return self.match.schema.get_field(subject.national) if self.match and subject.national else None

    def build_schema_field(self, subject: ColumnEvidence) -> Field:
        return build_table_schema_field(
            subject.profile,
            self.profiles.written if self.lexical else None,
            national=self.get_national_field(subject),
            comment=self.comments.get(subject.name, ""),
            enum=self.enums.get(subject.name, ()),
        )

    def build_publish_option(self, subject: ColumnEvidence, *, renamed: bool = True) -> ColumnOption:
        """``renamed``: under the name of its national field. A question whose first answer publishes keeps
        the name of the source: until it is settled, ``check`` knows no other.
        """
        return self.build_rule_option(subject, {"publish": True}, renamed=renamed)

    def build_rule_option(
        self, subject: ColumnEvidence, rule: Mapping[str, Any], *, renamed: bool = False
    ) -> ColumnOption:
        """What ``rule`` publishes of a column, ``as:`` where it has another name there."""
        name = (renamed and subject.national) or self.published_names[subject.name]
        if name == subject.name:
            return ColumnOption("publish" if "publish" in rule else format_yaml_flow(rule), name)
        return ColumnOption(format_yaml_flow({**rule, "as": name}), name)


_GIVE_UP = _("faut-il y renoncer ?")


def collect_column_evidence(context: ProposalContext, hits: Sequence[ScanHit]) -> tuple[ColumnEvidence, ...]:
    """Each column with what its name and its cells say."""
    found: dict[str, list[ScanHit]] = {}
    for hit in hits:
        found.setdefault(hit.column, []).append(hit)
    pairs = context.match.pairs if context.match else {}
    alone = tuple(
        _build_column_evidence(profile, context, tuple(found.get(profile.name, ())), pairs.get(profile.name))
        for profile in context.profiles.columns
    )
    names = [subject.name for subject in alone]
    alone = tuple(_clear_natures_of_plant_columns(subject, names) for subject in alone)
    return tuple(_mark_surname_beside_given_name(subject, alone) for subject in alone)


def _clear_natures_of_plant_columns(subject: ColumnEvidence, names: Sequence[str]) -> ColumnEvidence:
    """Of a file about plants, unless its cells name people: « Famille », « Âge », « Photo »."""
    about_plants = is_plant_family_column(subject.name, names) or is_plant_age_or_photo_column(
        subject.name, names
    )
    if subject.hits or not about_plants:
        return subject
    said = replace(subject.said, natures=frozenset(), of_people=False, about_a_thing=True)
    return replace(subject, said=said, natures=frozenset())


def _mark_surname_beside_given_name(
    subject: ColumnEvidence, others: Sequence[ColumnEvidence]
) -> ColumnEvidence:
    """A name beside a given name is a surname, however rare the surnames of the city; unless that given name is of
    somebody mentioned, with a surname of its own (« nom du président », « prénom du président »)."""
    surnames = {normalise_words(other.name) for other in others if other is not subject}
    given = [other for other in others if "prenom" in normalise_words(other.name) and other.profile.filled]
    named = any(
        not other.said.of_staff or normalise_words(other.name).replace("prenom", "nom") not in surnames
        for other in given
    )
    may_be = ColumnNature.NAME in subject.natures and not subject.said.about_a_thing and not subject.national
    if not (named and may_be):
        return subject
    return replace(subject, natures=subject.natures - {ColumnNature.NAME} | {ColumnNature.PERSON_NAME})


def _build_column_evidence(
    profile: ColumnProfile, context: ProposalContext, hits: tuple[ScanHit, ...], national: str | None
) -> ColumnEvidence:
    said = classify_column_name(
        remove_dbase_type_suffix(profile.name), context.comments.get(profile.name, "")
    )
    at_home = any(hit.kind is IdentifierKind.HOME_POSITION and hit.is_blocking_hit for hit in hits)
    hits = tuple(hit for hit in hits if _is_credible_hit(hit, profile))
    natures = set(_filter_plausible_natures(said.natures, profile))
    natures |= {_OF_HIT[hit.kind] for hit in hits if hit.is_sure and hit.row_share > MANY}
    if profile.sirets and is_person_identifier_column_name(profile.name):
        # « idBeneficiaire » of the national schema: an organisation's, or that of somebody in business alone.
        natures = natures - {ColumnNature.PERSONAL_ID, ColumnNature.PERSON_NAME} | {ColumnNature.SIRET}
    if is_shelf_mark_column_name(profile.name):
        # The hits are still told, and a person asked.
        natures.discard(ColumnNature.PERSON_NAME)
    if _COUNTED.fullmatch(normalise_words(profile.name)) and not hits:
        natures -= {ColumnNature.PERSON_NAME, ColumnNature.NAME}
    if ColumnNature.PERSON_NAME in natures and not _is_possible_person_name_column(profile, said, hits):
        natures = natures - {ColumnNature.PERSON_NAME} | {ColumnNature.NAME}
    if ColumnNature.PERSON_NAME in natures:
        natures.discard(ColumnNature.NAME)
    return ColumnEvidence(profile, said, hits, frozenset(natures), national, at_home)


_COUNTED = re.compile(r"(?:nombre d |nb d )?(?:habitants|residents|familles|menages|logements|foyers)")
"""Names of counts, which a second table below, or a few words, keep from being read as numbers."""


def _is_credible_hit(hit: ScanHit, profile: ColumnProfile) -> bool:
    """The digits of a measure or of a position may look like a phone number; they are none."""
    if profile.kind in ("date", "datetime"):
        return hit.kind is IdentifierKind.BIRTH_DATE
    return profile.kind not in ("number", "boolean", "year", "time")


def _filter_plausible_natures(
    natures: frozenset[ColumnNature], profile: ColumnProfile
) -> frozenset[ColumnNature]:
    """A number is no name and no text, a date is no phone: counts of people are called after them."""
    if profile.is_number or profile.kind in ("boolean", "year", "date", "datetime", "time"):
        kept = {
            ColumnNature.BIRTH,
            ColumnNature.SENSITIVE,
            ColumnNature.TRAIT,
            ColumnNature.LONGITUDE,
            ColumnNature.LATITUDE,
            ColumnNature.PLACE,
        }
        if profile.kind == "integer":
            kept |= {ColumnNature.PERSONAL_ID, ColumnNature.NIR, ColumnNature.PHONE, ColumnNature.SIRET}
        return natures & kept
    return natures


def _is_possible_person_name_column(
    profile: ColumnProfile, said: ColumnNameMeaning, hits: Sequence[ScanHit]
) -> bool:
    """Whether the cells do not deny that a column so called names people: a « bénéficiaire » may be an
    association.

    Given names are always believed; so is a column with too few cells to tell.
    """
    return (
        "prenom" in normalise_words(profile.name)
        or said.of_staff
        or profile.filled < 20
        or any(hit.kind is IdentifierKind.PERSON_NAME for hit in hits)
    )


def is_person_identifier_number_column(subject: ColumnEvidence) -> bool:
    """Whether the name of a column says that it numbers people, and its cells do not deny it."""
    return (
        is_person_identifier_column_name(subject.name)
        and may_hold_identifier_numbers(subject)
        and ColumnNature.SIRET not in subject.natures
    )


def may_hold_identifier_numbers(subject: ColumnEvidence) -> bool:
    """Whether the cells of a column may be the numbers of people or files."""
    profile = subject.profile
    return (
        not subject.natures & _NO_NUMBER
        and not profile.is_empty
        and profile.kind in ("string", "integer")
        and profile.spaces < 0.5
        and profile.length <= 40
    )


_NO_NUMBER = frozenset(
    {
        ColumnNature.ADDRESS,
        ColumnNature.FREE_TEXT,
        ColumnNature.SHAPE,
        ColumnNature.SENSITIVE,
        ColumnNature.TRAIT,
    }
)


def find_columns_identifying_person_of_row(found: Sequence[ColumnEvidence]) -> tuple[str, ...]:
    """The columns that make each row one about somebody; empty when the rows are about things."""
    return tuple(subject.name for subject in found if _identifies_person_of_row(subject))


def _identifies_person_of_row(subject: ColumnEvidence) -> bool:
    if subject.said.of_staff or subject.profile.is_empty:
        return False
    if subject.natures & _ASIDE or subject.profile.spaces > 3:
        # Somebody is named in a text or an address: the row is not about them for all that.
        return False
    return bool(
        subject.natures
        & {
            ColumnNature.NIR,
            ColumnNature.BIRTH,
            ColumnNature.PERSONAL_ID,
            ColumnNature.PLATE,
            ColumnNature.PERSON_NAME,
        }
    ) or is_person_identifier_number_column(subject)


_ASIDE = {ColumnNature.FREE_TEXT, ColumnNature.ADDRESS}


# --- files about things -------------------------------------------------------------------------------


def propose_columns_of_impersonal_table(
    found: Sequence[ColumnEvidence], context: ProposalContext
) -> tuple[ColumnProposal, ...]:
    # An empty column is dropped, and may be filled one day: ``check`` goes by its name.
    of_somebody = any(
        subject.natures & PERSONAL
        or (is_personal_column_name(subject.name) and not subject.said.about_a_thing)
        for subject in found
    )
    located = _find_coordinate_columns(found) if of_somebody else {}
    # As ``check`` and the run do: a waiver that neither asks for would be one too many.
    guarded = any(is_personal_column_name(subject.name) for subject in found)
    return tuple(
        _propose_coordinate_column(subject, context, degrees=located[subject.name], guarded=guarded)
        if subject.name in located
        else _propose_column_of_impersonal_table(subject, context)
        for subject in found
    )


def add_drop_option_to_hidden_columns(
    proposed: Sequence[ColumnProposal], hidden: Collection[str]
) -> tuple[ColumnProposal, ...]:
    """``hidden``: the columns that a workbook does not show, which nobody has perhaps looked at."""
    why, question = _("une colonne masquée dans le classeur"), _("doit-elle sortir ?")
    return tuple(
        replace(one, options=(DROP, *one.options), why=str(why), question=str(question))
        if one.name in hidden and not one.is_undecided and one.recommended_option.published_as
        else one
        for one in proposed
    )


def _find_coordinate_columns(found: Sequence[ColumnEvidence]) -> dict[str, bool]:
    """The columns that are together a position, and whether it is in degrees (a grid can be laid over it)."""
    axes = {
        subject.name: classify_coordinate_axis(subject.name) for subject in found if subject.profile.is_number
    }
    degrees = {
        subject.name for subject in found if subject.natures & _DEGREES and subject.profile.kind == "number"
    }
    both = {"east", "north"} <= set(axes.values())
    # A grid is laid over the two together.
    gridded = {"east", "north"} <= {axes.get(name) for name in degrees}
    return {name: gridded and name in degrees for name, axis in axes.items() if axis and both}


def _propose_coordinate_column(
    subject: ColumnEvidence, context: ProposalContext, *, degrees: bool, guarded: bool
) -> ColumnProposal:
    """Beside an address, or somebody: the position would give back what is dropped."""
    plain = context.build_publish_option(subject)
    options = (context.build_rule_option(subject, {"snap": SNAP_METRES}), plain) if degrees else (DROP, plain)
    question = str(_("est-ce là que quelqu'un habite ?"))
    # One waiver is enough for the two axes.
    # The search, which goes by what stands in the rows, sees one in each.
    asked = guarded and (subject.at_home or classify_coordinate_axis(subject.name) == "east")
    guard = IdentifierKind.HOME_POSITION if asked else ""
    return ColumnProposal(subject, options, str(_PRECISE_POSITION), question, guard=str(guard))


_DEGREES = {ColumnNature.LONGITUDE, ColumnNature.LATITUDE}
_PRECISE_POSITION = _(
    "une position, dans une source qui dit de qui il s'agit : précise, elle rendrait une adresse"
)


_NAME_IS_HIDDEN = _("son nom, dans la source, ressemble à une donnée : elle est appelée par son rang")


def _propose_column_of_impersonal_table(subject: ColumnEvidence, context: ProposalContext) -> ColumnProposal:
    if subject.is_direct_identifier:
        return ColumnProposal(subject, (DROP,), _explain_direct_identifier(subject))
    if context.headless or subject.name in context.unnamed:
        why = str(_("le fichier ne nomme pas ses colonnes") if context.headless else _NAME_IS_HIDDEN)
        question = str(_("que contient-elle, et quel nom lui donner (« as: ») ?"))
        return ColumnProposal(subject, (DROP, context.build_publish_option(subject)), why, question)
    if subject.profile.is_empty and (national := context.get_national_field(subject)):
        return _propose_empty_national_column(subject, context, national)
    doubt = _explain_column_doubt(subject)
    amounts = subject.profile.amounts
    if amounts and not amounts.others and doubt == str(amounts.conversion_advice):
        # Amounts name nobody: what is asked is whether they go out as texts.
        options = (context.build_publish_option(subject, renamed=False), DROP)
        return ColumnProposal(subject, options, doubt, str(_("la publier ainsi, comme un texte ?")))
    if doubt:
        return ColumnProposal(
            subject, (DROP, context.build_publish_option(subject)), doubt, _build_column_question(subject)
        )
    if subject.profile.uncertain:
        return _propose_column_of_uncertain_type(subject, context)
    if _has_small_counts(subject, context):
        return _propose_small_count_column(subject, context)
    return ColumnProposal(subject, (context.build_publish_option(subject),))


def _has_small_counts(subject: ColumnEvidence, context: ProposalContext) -> bool:
    """Whether a column counts people, some of its counts are small, and another says who they are."""
    named = COUNTS_PEOPLE.search(normalise_words(subject.name)) and not subject.said.about_a_thing
    categories = any(profile.kind == "string" and profile.filled for profile in context.profiles.columns)
    return bool(named and categories and subject.profile.is_number and subject.profile.small)


COUNTS_PEOPLE = re.compile(
    r"^(?:nombre|nb|nbre|effectifs?|total)$|^dont\b|\b(?:effectifs?|eleves|filles|garcons|femmes|hommes|enfants|menages"
    r"|demandes|demandeurs|personnes|habitants|beneficiaires|allocataires|victimes|patients|foyers|adultes|jeunes"
    r"|seniors|adherents|licencies|inscrits|usagers|residents|locataires|salaries|agents|boursiers|etudiants|malades"
    r"|deces|handicapes?|handicap|pmr|pai|pap|ulis|aah|rsa|allergiques|allergies)\b"
)


def _propose_small_count_column(subject: ColumnEvidence, context: ProposalContext) -> ColumnProposal:
    """Of two tenants after violence, everybody in the street knows which."""
    why = n_(
        "un effectif de moins de {most} dans {count} cellule",
        "des effectifs de moins de {most} dans {count} cellules",
        subject.profile.small,
        most=SMALL_COUNT,
    )
    question = _(
        "compte-t-elle des personnes, que si peu désignerait ? « suppress_under » retire les lignes sous le seuil, zéro "
        "compris"
    )
    options = (
        DROP,
        context.build_rule_option(subject, {"suppress_under": context.small_count}),
        context.build_publish_option(subject),
    )
    return ColumnProposal(subject, options, str(why), str(question))


def _propose_column_of_uncertain_type(subject: ColumnEvidence, context: ProposalContext) -> ColumnProposal:
    """Of the type that its name says, whatever some of its cells are."""
    why = n_(
        "{misfits} : elle ferait rejeter sa ligne ; la corriger à la source, ou dire sous « missing: » ce qui y veut "
        "dire « rien »",
        "{misfits} : elles feraient rejeter leurs lignes ; les corriger à la source, ou dire sous « missing: » ce "
        "qui y veut dire « rien »",
        subject.profile.misfits,
        misfits=describe_misfit_cells(subject.profile),
    )
    question = _(
        "la publier ainsi, les lignes fautives restant à la Ville tant que « reject_at_most: » le permet ?"
    )
    return ColumnProposal(
        subject, (context.build_publish_option(subject, renamed=False), DROP), str(why), str(question)
    )


KIND_NOUNS: Mapping[str, Message] = {
    "number": _("un nombre"),
    "integer": _("un nombre entier"),
    "date": _("une date"),
    "datetime": _("une date et une heure"),
    "time": _("une heure"),
    "year": _("une année"),
    "boolean": _("un oui ou non"),
}


def describe_misfit_cells(profile: ColumnProfile) -> Message:
    """How many cells are not of the kind of their column, or keep it from being of one, and on which lines."""
    kind = profile.missed or profile.kind
    return append_line_numbers_to_message(
        n_(
            "{count} cellule ne se lit pas comme {kind}",
            "{count} cellules ne se lisent pas comme {kind}",
            profile.misfits,
            kind=KIND_NOUNS[kind],
        ),
        profile.misfit_lines,
        profile.misfits,
    )


def _propose_empty_national_column(
    subject: ColumnEvidence, context: ProposalContext, national: Field
) -> ColumnProposal:
    """Where its schema says what may come there, it is published; a text waits until it is filled."""
    closed = national.get("type", "string") != "string" or "enum" in (national.get("constraints") or {})
    if closed and not subject.natures:
        return ColumnProposal(
            subject,
            (context.build_publish_option(subject),),
            str(_("toujours vide aujourd'hui ; le schéma national dit ce qui y viendra")),
        )
    return ColumnProposal(
        subject, (DROP,), str(_("toujours vide aujourd'hui : la publier quand elle sera remplie"))
    )


def _explain_direct_identifier(subject: ColumnEvidence) -> str:
    natures = sorted(subject.natures & DIRECT)
    if subject.natures & _ASIDE:
        aside = _format_nature_list(sorted(subject.natures & _ASIDE))
        return str(_("{aside} ; s'y trouve {found}").format(aside=aside, found=_format_nature_list(natures)))
    named = sorted(subject.said.natures & DIRECT) or natures
    by_content = any(subject.has_scan_hits_of(nature, MANY) for nature in named)
    shown = _("son contenu le montre") if by_content else _("son nom le dit")
    return str(format_labelled_text(_format_nature_list(named), shown))


def _explain_column_doubt(subject: ColumnEvidence) -> str:
    """Why a column of a file about things may not be published without a person's word; "" when it may."""
    profile, natures = subject.profile, subject.natures
    if profile.is_empty:
        return str(_("toujours vide aujourd'hui : personne ne peut dire ce qui y viendra"))
    for nature in (
        ColumnNature.SENSITIVE,
        ColumnNature.BIRTH,
        ColumnNature.TRAIT,
        ColumnNature.ADDRESS,
        ColumnNature.PARCEL,
        ColumnNature.SIRET,
        ColumnNature.FREE_TEXT,
    ):
        if nature in natures:
            return str(_("semble être {nature}").format(nature=FRENCH[nature]))
    if subject.hits:
        found = sorted({_OF_HIT[hit.kind] for hit in subject.hits})
        rows = max(hit.rows for hit in subject.hits)
        return str(
            _("{natures} dans {rows} au moins").format(
                natures=_format_nature_list(found), rows=build_row_count_message(rows)
            )
        )
    if profile.kind in ("number", "integer", "boolean", "year", "date", "datetime", "time"):
        return ""
    return _explain_text_column_doubt(subject)


def _explain_text_column_doubt(subject: ColumnEvidence) -> str:
    profile = subject.profile
    if ColumnNature.SHAPE in subject.natures:
        return str(
            _(
                "une géométrie : un point ou un contour peut désigner le domicile de quelqu'un. Elle sort en texte dans le "
                "CSV ; le format geojson ne porte que des points (« geometry: », longitude et latitude)"
            )
        )
    if profile.length > 40 or profile.spaces > 4:
        return str(_("un texte long : il peut nommer quelqu'un"))
    if ColumnNature.NAME in subject.natures:
        return str(_("des noms : de lieux et de choses, ou de personnes ?"))
    if subject.natures & _DEGREES:
        return str(_("une position, mais pas en nombres"))
    if profile.amounts:
        return str(profile.amounts.conversion_advice)
    if (
        profile.code
        or is_categorical_column(profile)
        or _is_code_column(profile)
        or _is_period_column(profile)
    ):
        return ""
    texts = n_(
        "un texte qui n'a qu'une valeur",
        "un texte de {count} valeurs différentes",
        profile.distinct,
    )
    if profile.missed:
        return str(_("{texts} ; {misfits}").format(texts=texts, misfits=describe_misfit_cells(profile)))
    return str(texts)


def _is_period_column(profile: ColumnProfile) -> bool:
    """« Mois », « Trimestre »: short texts that say when."""
    return bool(_PERIOD.fullmatch(normalise_words(profile.name))) and profile.length <= _LONGEST_PERIOD


_PERIOD = re.compile(
    r"(?:mois|jours?|semaines?|trimestres?|semestres?|annees?|periodes?)(?: de (?:la )?semaine)?"
)
_LONGEST_PERIOD = 12


def _is_code_column(profile: ColumnProfile) -> bool:
    return is_code_column_name(profile.name) and profile.spaces < 0.5 and profile.length <= 40


def is_categorical_column(profile: ColumnProfile) -> bool:
    """Few values, each met many times: categories, codes, states."""
    return 0 < profile.distinct <= CODES_AT_MOST and profile.filled >= 10 * profile.distinct


def _build_column_question(subject: ColumnEvidence) -> str:
    natures = subject.natures
    if ColumnNature.ADDRESS in natures:
        return str(_("est-ce l'adresse d'un lieu public, ou celle de quelqu'un ?"))
    if ColumnNature.SIRET in natures:
        return str(_("des entrepreneurs individuels s'y trouvent-ils ?"))
    if ColumnNature.SHAPE in natures:
        return str(_("peut-elle dire où quelqu'un habite ?"))
    if ColumnNature.FREE_TEXT in natures or subject.profile.length > 40 or subject.profile.spaces > 4:
        return str(_("ce texte peut-il nommer ou décrire quelqu'un ?"))
    if subject.profile.is_empty:
        return str(_("faut-il publier cette colonne vide ?"))
    return str(_("cette colonne peut-elle désigner une personne ?"))


# --- files about people -------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuasiIdentifier:
    """A column that, with others, may single somebody out, and the coarser form it would leave in.

    ``width`` of a band, ``unit`` of a moment, ``metres`` of a grid, or none of them: as it is.
    """

    subject: ColumnEvidence
    option: ColumnOption
    unit: str = ""
    width: float = 0.0
    metres: int = 0
    coarser: QuasiIdentifier | None = None
    """The form to try when too many rows would be alone in this one."""

    @property
    def generalisation_rule(self) -> tuple[str, Any]:
        """Its rule, as it is written: the word, and what stands after it."""
        if self.unit:
            return "generalise", self.unit
        return ("generalise", {"band": self.width}) if self.width else ("publish", True)


def build_quasi_identifier(subject: ColumnEvidence, context: ProposalContext) -> QuasiIdentifier | None:
    """The form in which a column of a file about people could leave; None for what had better stay."""
    profile, natures = subject.profile, subject.natures
    if (
        natures & {*DIRECT, *_STAY}
        or profile.is_empty
        or (subject.hits and ColumnNature.BIRTH not in natures)
        or profile.is_complete_and_unique
    ):
        return None
    if profile.is_date_or_datetime:
        year = _build_date_quasi_identifier(subject, context, "year")
        # A month of birth says much more of somebody than the month of an act.
        born = ColumnNature.BIRTH in natures
        return (
            year if born else replace(_build_date_quasi_identifier(subject, context, "month"), coarser=year)
        )
    if natures & _DEGREES:
        if profile.kind != "number":
            return None
        return QuasiIdentifier(
            subject, context.build_rule_option(subject, {"snap": SNAP_METRES}), metres=SNAP_METRES
        )
    if profile.is_number and not is_code_column_name(profile.name):
        return _build_number_quasi_identifier(subject, context)
    if is_categorical_column(profile) or profile.kind in ("boolean", "year"):
        return QuasiIdentifier(subject, context.build_publish_option(subject, renamed=False))
    return None


def _build_date_quasi_identifier(
    subject: ColumnEvidence, context: ProposalContext, unit: str
) -> QuasiIdentifier:
    return QuasiIdentifier(subject, context.build_rule_option(subject, {"generalise": unit}), unit=unit)


def _build_number_quasi_identifier(subject: ColumnEvidence, context: ProposalContext) -> QuasiIdentifier:
    if subject.profile.distinct <= 20 and subject.profile.kind == "integer":
        return QuasiIdentifier(subject, context.build_publish_option(subject, renamed=False))
    width = _round_band_width_up(
        max(subject.profile.spread / 2, 5.0 if subject.profile.kind == "integer" else 1.0)
    )
    rule = {"generalise": {"band": int(width) if width >= 1 else width}}
    return QuasiIdentifier(subject, context.build_rule_option(subject, rule), width=width)


def _round_band_width_up(target: float) -> float:
    """1, 2 or 5 times a power of ten, ``target`` at least: coarse, and no value of the source."""
    power = 10.0 ** math.floor(math.log10(target))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= target)


def propose_columns_of_personal_table(
    found: Sequence[ColumnEvidence],
    context: ProposalContext,
    kept: Mapping[str, QuasiIdentifier],
    refused: Mapping[str, tuple[QuasiIdentifier, float]],
    size: Message,
) -> tuple[ColumnProposal, ...]:
    """The proposals for a file about people: ``kept`` quasi-identifiers leave a file whose groups are of ``size``;
    with one ``refused``, too large a share of the rows would have to stay."""
    return tuple(
        _propose_column_of_personal_table(subject, context, kept, refused, size) for subject in found
    )


_STAY = (
    ColumnNature.SENSITIVE,
    ColumnNature.ADDRESS,
    ColumnNature.PARCEL,
    ColumnNature.SHAPE,
    ColumnNature.FREE_TEXT,
)
"""What stays without a question when rows are about people."""


def _propose_column_of_personal_table(
    subject: ColumnEvidence,
    context: ProposalContext,
    kept: Mapping[str, QuasiIdentifier],
    refused: Mapping[str, tuple[QuasiIdentifier, float]],
    size: Message,
) -> ColumnProposal:
    name = subject.name
    if subject.is_direct_identifier:
        return ColumnProposal(subject, (DROP,), _explain_direct_identifier(subject))
    stays = next((nature for nature in _STAY if nature in subject.natures), None)
    if stays:
        return ColumnProposal(subject, (DROP,), str(FRENCH[stays]))
    if name in kept:
        option = kept[name].option
        why = str(
            _("quasi-identifiant : sous cette forme, il reste des groupes de {size} semblables").format(
                size=size
            )
        )
        return ColumnProposal(
            subject,
            (option, *_list_alternatives_to_generalised_form(option, subject, context)),
            why,
            str(_("sous quelle forme sort-elle ?")),
        )
    if name in refused:
        quasi, share = refused[name]
        why = str(
            _(
                "quasi-identifiant : la garder retirerait {percent} des lignes (groupes de moins de {size})"
            ).format(percent=format_localised_percent(share, 1), size=size)
        )
        return ColumnProposal(subject, (DROP, quasi.option), why, str(_GIVE_UP))
    if subject.natures & _DEGREES and subject.profile.kind == "number":
        gridded = context.build_rule_option(subject, {"snap": SNAP_METRES})
        return ColumnProposal(subject, (DROP, gridded), str(_PRECISE_POSITION), str(_GIVE_UP))
    plain = context.build_publish_option(subject, renamed=False)
    return ColumnProposal(subject, (DROP, plain), _explain_unpublished_column(subject), str(_GIVE_UP))


def _list_alternatives_to_generalised_form(
    option: ColumnOption, subject: ColumnEvidence, context: ProposalContext
) -> tuple[ColumnOption, ...]:
    plain = context.build_publish_option(subject, renamed=False)
    return (DROP,) if option.rule == plain.rule or subject.profile.is_date_or_datetime else (DROP, plain)


def _explain_unpublished_column(subject: ColumnEvidence) -> str:
    if (
        subject.profile.is_complete_and_unique
        or is_code_column_name(subject.name)
        or is_case_file_identifier_column_name(subject.name)
    ):
        return str(
            _("un numéro ou un code : il relierait la ligne à quelqu'un, ici ou dans un autre fichier")
        )
    return _explain_column_doubt(subject) or str(_("peut désigner quelqu'un, seule ou avec d'autres"))


def list_possible_quasi_identifiers(proposals: Sequence[ColumnProposal]) -> tuple[str, ...]:
    """What a file about people may publish, by its source names: one left out of the list would leave
    uncounted, whichever answer publishes it. A number of the rows, alone, tells nothing and needs no groups."""
    asked = [proposal for proposal in proposals if proposal.is_undecided]
    if len(asked) == 1 and _is_published_unique_code(asked[0]):
        return ()
    return tuple(proposal.name for proposal in asked)


def _is_published_unique_code(proposal: ColumnProposal) -> bool:
    profile = proposal.subject.profile
    return (
        proposal.recommended_option.published_as is not None
        and profile.is_complete_and_unique
        and is_code_column_name(profile.name)
    )


# --- all of them --------------------------------------------------------------------------------------


def ensure_one_published_column(
    proposals: Sequence[ColumnProposal], apart: Collection[str] = ()
) -> tuple[tuple[ColumnProposal, ...], str]:
    """The proposals with one column at least published by the first options, none of those set ``apart`` (which link
    the rows of somebody, or are hidden); and a warning when there was none.

    The least telling column is turned round: published first. Nothing changes when none may be.
    """
    if any(proposal.recommended_option.published_as for proposal in proposals):
        return tuple(proposals), ""
    candidates = [
        p
        for p in proposals
        if p.is_undecided
        and p.name not in apart
        and not p.subject.natures & _NEVER_FIRST
        and not p.subject.hits
    ]
    if not candidates:
        return tuple(proposals), ""
    chosen = min(candidates, key=lambda p: (not p.subject.profile.is_number, p.subject.profile.length))
    turned = _put_publish_option_first(chosen)
    warning = str(_("Presque tout y est personnel : peut-être n'y a-t-il rien à ouvrir dans cette source."))
    return tuple(turned if p is chosen else p for p in proposals), warning


def _put_publish_option_first(chosen: ColumnProposal) -> ColumnProposal:
    """What asks of small counts asks it all the same."""
    if len(chosen.options) > 2:
        return replace(chosen, options=chosen.options[::-1])
    why = str(_("rien d'autre ne serait publié ; seule, elle ne dit rien de personne"))
    question = str(_("faut-il la publier ?"))
    return replace(chosen, options=(chosen.options[-1], DROP), why=why, question=question)


_NEVER_FIRST = DIRECT | {
    ColumnNature.SENSITIVE,
    ColumnNature.ADDRESS,
    ColumnNature.PARCEL,
    ColumnNature.FREE_TEXT,
    ColumnNature.BIRTH,
    ColumnNature.SHAPE,
    # One axis without the other is no position.
    ColumnNature.LONGITUDE,
    ColumnNature.LATITUDE,
}


def _format_nature_list(natures: Sequence[ColumnNature]) -> str:
    return str(join_choices_with_or([FRENCH[nature] for nature in natures]))


def convert_proposal_to_json(proposal: ColumnProposal) -> dict[str, Any]:
    """The proposal as data, for ``--json``: no value of the source."""
    subject, profile = proposal.subject, proposal.subject.profile
    return {
        "name": profile.name,
        "type": profile.kind,
        "native_type": profile.native,
        "filled": profile.filled,
        "distinct": profile.distinct,
        "misfits": profile.misfits,
        "misfit_lines": list(profile.misfit_lines),
        "code": profile.code,
        "dates": profile.pattern,
        "natures": sorted(subject.natures),
        "hits": [hit.to_json() for hit in subject.hits],
        "national_field": subject.national,
        "decided": not proposal.is_undecided,
        "options": [option.rule for option in proposal.options],
        "why": proposal.why,
        "question": str(proposal.question),
    }
