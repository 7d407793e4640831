"""Everything a draft will say, before it is written: the source, the proposals, the questions on the
whole."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aqueduc.declaration.column_name_hints import (
    ColumnNature,
    is_beneficiary_identifier_column_name,
    is_code_column_name,
    normalise_words,
)
from aqueduc.draft.decisions import PendingDecision, remove_option_separators
from aqueduc.draft.fields import Field
from aqueduc.draft.kinds import SourceInspection, SourceNote
from aqueduc.draft.national import SchemaMatch
from aqueduc.draft.profiles import TableProfile
from aqueduc.draft.proposals import ColumnProposal
from aqueduc.draft.request import DraftRequest
from aqueduc.draft.units import CountingUnit
from aqueduc.draft.yamltext import format_yaml_flow, format_yaml_scalar
from aqueduc.findings import format_localised_percent
from aqueduc.language import _
from aqueduc.publish.adoption import find_licence_candidates

NUMBERED = frozenset({ColumnNature.NIR, ColumnNature.BIRTH, ColumnNature.PERSONAL_ID, ColumnNature.PLATE})
"""What no organisation has."""


@dataclass(frozen=True)
class TrialRunResult:
    """The outcome of a run, as far as validation, with the first option of each question. Counts of rows.

    ``broken``: (published column, rule, rows) that validation refused. ``faults``: why rows were rejected, with
    their lines, as findings say it. ``closed``: the sentence of a gate.
    """

    read: int = 0
    rejected: int = 0
    withheld: int = 0
    left: int = 0
    worst_share: float = 0.0
    broken: tuple[tuple[str, str, int], ...] = ()
    faults: tuple[str, ...] = ()
    closed: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "rejected": self.rejected,
            "withheld": self.withheld,
            "publishable": self.left,
            "broken": [list(item) for item in self.broken],
            "faults": list(self.faults),
            "closed": self.closed,
        }


@dataclass(frozen=True)
class DraftPlan:
    """All that a draft will say. ``fields``: what describes each column in the schema, without what the data
    would not follow. ``keys``: candidates among what is published, under published names. ``people``: the
    columns that make each row one about somebody. ``quasi``: the source names of all that may leave beside
    them, whatever is answered. ``unit``: whom the groups count. ``trial`` None: not tried, and ``untried`` says why."""

    wanted: DraftRequest
    look: SourceInspection
    profiles: TableProfile
    proposals: tuple[ColumnProposal, ...]
    fields: Mapping[str, Field]
    defaults: Mapping[str, str]
    platforms: tuple[str, ...]
    k: int
    match: SchemaMatch | None = None
    near: tuple[SchemaMatch, ...] = ()
    compared: int = 0
    """How many national schemas were looked at."""
    people: tuple[str, ...] = ()
    quasi: tuple[str, ...] = ()
    unit: CountingUnit = field(default_factory=CountingUnit)
    keys: tuple[tuple[str, ...], ...] = ()
    geometry: tuple[str, str] | None = None
    notes: tuple[SourceNote, ...] = ()
    trial: TrialRunResult | None = None
    untried: str = ""

    @property
    def name(self) -> str:
        return self.wanted.name

    @property
    def may_person_rows_be_organisations(self) -> bool:
        """Whether it is by their names alone, or by numbers that nothing but a name says are people's, that rows are
        taken for theirs."""
        people = [p.subject for p in self.proposals if p.name in self.people]
        return bool(people) and all(
            not one.natures & NUMBERED
            and (ColumnNature.PERSON_NAME in one.natures or is_beneficiary_identifier_column_name(one.name))
            for one in people
        )

    @property
    def may_person_rows_be_things(self) -> bool:
        """Whether it is by dates alone, which no name calls births, that rows are taken for people's."""
        people = [p.subject for p in self.proposals if p.name in self.people]
        return bool(people) and all(
            one.natures & NUMBERED == {ColumnNature.BIRTH}
            and ColumnNature.PERSON_NAME not in one.natures
            and ColumnNature.BIRTH not in one.said.natures
            for one in people
        )

    # --- the schema ------------------------------------------------------------------------------------

    def build_table_schema(self) -> dict[str, Any]:
        """The Table Schema of what may be published: a field for each column, in the order of the national
        schema, or of the source. Those that the declaration drops are left out of it when it is read."""
        fields = [
            {**self.fields[p.name], "name": p.published_name, "column": p.name}
            for p in self._sort_proposals_in_national_schema_order()
        ]
        document: dict[str, Any] = {
            "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
            "name": self.name,
            "title": self.list_title_options()[0],
        }
        if self.match:
            schema = self.match.schema
            document["description"] = str(
                _("D'après le schéma national {name} {version}").format(
                    name=schema.name, version=schema.version
                )
            ).strip()
            if schema.missing_values:
                document["missingValues"] = list(schema.missing_values)
        document["fields"] = fields
        return document

    def _sort_proposals_in_national_schema_order(self) -> list[ColumnProposal]:
        ranks = {f["name"]: rank for rank, f in enumerate(self.match.schema.fields)} if self.match else {}
        return sorted(self.proposals, key=lambda p: ranks.get(p.subject.national, len(ranks)))

    # --- questions on the whole ------------------------------------------------------------------------

    def list_title_options(self) -> tuple[str, ...]:
        from_name = self.name.replace("-", " ").strip().capitalize()
        return (
            remove_option_separators([self.look.subject, from_name])
            if self.look.subject
            else remove_option_separators([from_name])
        )

    def build_title_decision(self) -> PendingDecision:
        return PendingDecision(
            "title",
            _("le titre que lira le citoyen ?"),
            tuple(format_yaml_scalar(text) for text in self.list_title_options()),
        )

    def build_description_decision(self) -> PendingDecision:
        subject = self.look.subject.rstrip(". ")
        options = remove_option_separators([f"{subject}."]) if subject else ()
        question = str(_("en une phrase ou deux, que contient ce jeu, sur quelle période ?"))
        return PendingDecision("description", question, tuple(format_yaml_scalar(text) for text in options))

    def build_owner_decision_unless_default(self) -> PendingDecision | None:
        if self.defaults.get("owner"):
            return None
        return PendingDecision("owner", _("quelle direction répond de ces données ?"))

    def build_theme_decision(self) -> PendingDecision:
        text = " ".join(
            (self.name, self.wanted.target, self.look.subject, self.match.schema.title if self.match else "")
        )
        return PendingDecision(
            "theme", _("le thème de l'Union européenne ?"), suggest_themes_from_words(text)
        )

    def build_cadence_decision(self) -> PendingDecision:
        return PendingDecision(
            "cadence",
            _("à quel rythme la source change-t-elle ?"),
            self.wanted.source_kind_draft_options.cadences,
        )

    def build_licence_decision_or_none(self) -> PendingDecision | None:
        usual, decree = self.defaults.get("licence"), ("lov2", "odc-odbl")
        found = find_licence_candidates(
            self.look.licence or " ".join(self.look.licence_urls[:1]), self.look.licence_urls
        )
        if found.said and (not usual or usual != found.single_candidate_word):
            question = _("le portail dit « {said} » : sous quelle licence le publier à nouveau ?")
            options = (*found.words, *filter(None, (usual,)), *decree)
            return PendingDecision("licence", question.format(said=found.said), tuple(dict.fromkeys(options)))
        if usual:
            return None
        return PendingDecision("licence", _("laquelle des deux licences du décret 2017-638 ?"), decree)

    def build_contact_decision_unless_default(self) -> PendingDecision | None:
        return (
            None
            if self.defaults.get("contact")
            else PendingDecision("contact", _("à quelle adresse écrire ?"))
        )

    def build_platform_decision_unless_default(self) -> PendingDecision | None:
        if self.defaults.get("platform"):
            return None
        return PendingDecision("publish.platform", _("sur quelle plateforme ?"), self.platforms)

    # --- the key ---------------------------------------------------------------------------------------

    def get_key_or_decision(self) -> PendingDecision | tuple[str, ...]:
        """The published key; () when nothing tells rows apart."""
        sure = [key for key in self.keys if key in self._list_source_keys_and_unique_codes()]
        if sure:
            return sure[0]
        if not self.keys:
            return ()
        options = tuple(format_yaml_flow(list(key)) for key in self.keys[:3])
        return PendingDecision(
            "key", _("qu'est-ce qui distingue à coup sûr une ligne d'une autre ?"), (*options, "[]")
        )

    def _list_source_keys_and_unique_codes(self) -> set[tuple[str, ...]]:
        names = {p.name: p.recommended_option.published_as for p in self.proposals}
        known = {tuple(str(names.get(column)) for column in key) for key in self.look.keys}
        codes = {
            (str(p.recommended_option.published_as),)
            for p in self.proposals
            if p.subject.profile.is_complete_and_unique
            and p.recommended_option.published_as
            and is_code_column_name(p.name)
        }
        return known | codes

    # --- shares ----------------------------------------------------------------------------------------

    def build_rejection_limit_decision_or_none(self) -> PendingDecision | None:
        share = self.trial.worst_share if self.trial else self._estimate_rejected_row_share()
        if not share:
            return None
        question = str(
            _(
                "{percent} de lignes fautives : les corriger d'abord, ou les garder dans le coffre et publier le reste ?"
            ).format(percent=format_localised_percent(share, 1))
        )
        return PendingDecision("reject_at_most", question, ("0", format_share_rounded_up(share)))

    def _estimate_rejected_row_share(self) -> float:
        rows = max(self.look.raw.rows, 1)
        profiles = [proposal.subject.profile for proposal in self.proposals]
        misfits = max((profile.misfits for profile in profiles if profile.kind != "string"), default=0)
        return max(misfits, self.look.raw.rejected) / rows

    def build_suppression_limit_decision(self) -> PendingDecision:
        share = self.trial.withheld / self.trial.read if self.trial and self.trial.read else 0.0
        return PendingDecision(
            "privacy.suppress_at_most",
            str(_("quelle part des lignes accepter de retirer pour tenir k ?")),
            tuple(dict.fromkeys((format_share_rounded_up(share), "0"))),
        )

    def build_counting_unit_decision(self) -> PendingDecision:
        """Whom the groups count, where nothing in the source says so for sure."""
        question = (
            _(
                "une même personne a-t-elle ici plusieurs lignes ? Compter alors les personnes, par ce qui en désigne une "
                "et une seule ; sinon, []"
            )
            if self.unit.columns
            else _(
                "une même personne peut-elle avoir plusieurs lignes ? Aucune colonne ne dit laquelle : ajouter à la "
                "source, et retirer (drop), celle qui la désigne, et l'écrire ici ; si chaque ligne est d'une autre, []"
            )
        )
        choices = [one for one in (self.unit.columns, *self.unit.others) if one]
        counted = tuple(format_yaml_flow(list(one)) for one in choices)
        return PendingDecision("privacy.unit", question, (*counted, "[]"))

    def build_k_anonymity_decision(self) -> PendingDecision:
        counted = self.unit.quoted_column_names
        question = (
            _("combien de {names} différents au moins dans chaque groupe ?").format(names=counted)
            if self.unit.columns and not self.unit.asked
            else _("combien de lignes semblables au moins dans chaque groupe ?")
        )
        return PendingDecision(
            "privacy.k",
            question,
            tuple(dict.fromkeys(tuple(str(k) for k in (self.k, 11, 20) if k >= self.k))),
        )

    @property
    def publication_formats(self) -> str:
        published = {p.name for p in self.proposals if p.recommended_option.published_as}
        with_position = self.geometry is not None and set(self.geometry) <= published
        return "[csv, geojson]" if with_position else "[csv]"


def format_share_rounded_up(share: float) -> str:
    """A share as a steward would grant it: 1 %, 2 %, 5 %, then by fives."""
    for step in (0.01, 0.02, 0.05):
        if share <= step:
            return f"{step:.0%}"
    return f"{min(100, math.ceil(share * 20) * 5)}%"


_THEMES = {
    "TRAN": "parking stationnement velo transport mobilite comptage circulation voirie bus trafic "
    "covoiturage taxi irve",
    "ENVI": "arbre eau dechet jardin espace environnement biodiversite air bruit fontaine espaces",
    "REGI": "permis urbanisme construction cadastre plu adresse batiment logement travaux occupation",
    "ECON": "budget subvention finance marche commerce tiers entreprise economie facture",
    "EDUC": "ecole scolaire culture sport bibliotheque musee effectif creche sco cantine menus",
    "HEAL": "defibrillateur dae sante hopital pharmacie",
    "SOCI": "association etat civil naissance deces mariage prenom population habitant social",
    "GOVE": "deliberation election vote conseil remuneration agent personnel assemblee arrete",
    "JUST": "police securite infraction tribunal",
    "ENER": "energie electricite gaz solaire chauffage",
}


def suggest_themes_from_words(text: str) -> tuple[str, ...]:
    """The themes that the words of the source suggest, the likeliest first; those met most otherwise."""
    words = {word.rstrip("s") for word in normalise_words(text).split()}
    scores = {
        theme: len(words & {word.rstrip("s") for word in known.split()}) for theme, known in _THEMES.items()
    }
    likely = sorted((theme for theme, score in scores.items() if score), key=lambda theme: -scores[theme])
    return tuple(likely[:3]) or tuple(_THEMES)


def find_longitude_and_latitude_columns(proposals: Sequence[ColumnProposal]) -> tuple[str, str] | None:
    """The source columns of longitude and latitude, when there is one of each and they are numbers."""

    def list_number_columns_of_nature(nature: ColumnNature) -> list[str]:
        return [
            p.name
            for p in proposals
            if nature in p.subject.natures and p.subject.profile.kind in ("number", "integer")
        ]

    longitudes, latitudes = (
        list_number_columns_of_nature(ColumnNature.LONGITUDE),
        list_number_columns_of_nature(ColumnNature.LATITUDE),
    )
    return (longitudes[0], latitudes[0]) if len(longitudes) == len(latitudes) == 1 else None
