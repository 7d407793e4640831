"""From what is wanted to a draft: look, profile, scan, match, propose, try, write."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from aqueduc import duck
from aqueduc.anonymise.scan import scan_file
from aqueduc.anonymise.scan.city_lists import load_name_lists
from aqueduc.declaration import LoadedCity, load_city
from aqueduc.declaration.column_name_hints import ColumnNature
from aqueduc.declaration.positions import classify_coordinate_axis
from aqueduc.draft import anonymity, proposals, trials
from aqueduc.draft.bench import DraftSandbox
from aqueduc.draft.decisions import PendingDecision
from aqueduc.draft.headings import MOST_COLUMNS, TOO_WIDE, WIDE_REMEDY
from aqueduc.draft.kinds import SourceInspection, SourceNote, load_source_drafting_functions
from aqueduc.draft.national import SchemaCatalogue, SchemaMatch
from aqueduc.draft.plans import DraftPlan, find_longitude_and_latitude_columns
from aqueduc.draft.profiles import SMALL_COUNT, ColumnProfile, find_key_candidates, profile_table
from aqueduc.draft.proposals import ColumnEvidence, ColumnProposal, ProposalContext
from aqueduc.draft.render import DeclarationRenderer, render_schema_json
from aqueduc.draft.request import DraftRequest, InvalidDraftRequest
from aqueduc.draft.units import CountingUnit, drop_counting_unit_columns, find_counting_unit
from aqueduc.errors import SourceUnreadable
from aqueduc.language import Message, _, format_privacy_unit_count, join_messages, quote_text
from aqueduc.run import Workspace


@dataclass(frozen=True)
class DeclarationDraft:
    """A draft of a declaration, and what was found out. ``files``: path below ``include/`` to text."""

    plan: DraftPlan
    decisions: tuple[PendingDecision, ...]
    files: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The findings as data; no value of the source."""
        plan = self.plan
        return {
            "dataset": plan.name,
            "files": [f"include/{path}" for path in self.files],
            "rows": plan.look.raw.rows,
            "whole": plan.look.whole,
            "notes": [
                {"text": str(note.text), "doubt": note.doubt} for note in (*plan.look.notes, *plan.notes)
            ],
            "written": {
                "decimal": plan.profiles.written.decimal,
                "dates": plan.profiles.written.dates,
                "missing": list(plan.profiles.written.nothing),
            },
            "columns": [proposals.convert_proposal_to_json(proposal) for proposal in plan.proposals],
            "people": list(plan.people),
            "quasi_identifiers": list(plan.quasi),
            "unit": list(plan.unit.columns),
            "keys": [list(key) for key in plan.keys],
            "national": [
                _build_schema_match_json(match)
                for match in ([plan.match] if plan.match else []) + list(plan.near)
            ],
            "trial": plan.trial.to_json() if plan.trial else None,
            "decisions": [
                {"key": decision.key, "question": str(decision.question), "options": list(decision.options)}
                for decision in self.decisions
            ],
        }


def _build_schema_match_json(match: SchemaMatch) -> dict[str, Any]:
    return {
        "schema": match.schema.name,
        "title": match.schema.title,
        "version": match.schema.version,
        "score": match.score,
        "fits": match.is_close_enough,
        "fields": dict(match.pairs),
        "missing": list(match.missing_required_fields),
    }


def draft_declaration(
    wanted: DraftRequest,
    workspace: Workspace,
    catalogue: SchemaCatalogue | None = None,
    *,
    enums: bool = False,
    renderer: Callable[[DraftPlan], DeclarationRenderer] = DeclarationRenderer,
) -> DeclarationDraft:
    """Looks at all of a source, and drafts its declaration, as ``renderer`` writes it. Writes nothing.

    ``enums``: the values of lists of codes go into the schema, where nothing personal is suspected. Raises
    ConnectionMissing, SourceError, DeclarationError (``city.yaml``).
    """
    with DraftSandbox.open_sandbox(wanted, workspace) as bench:
        plan = _build_draft_plan(wanted, bench, catalogue or SchemaCatalogue(), enums=enums)
        plan = _run_plan_trial(plan, bench)
    page = renderer(plan)
    files = {
        f"datasets/{wanted.name}.yaml": page.render_declaration(),
        f"schemas/{wanted.name}.json": render_schema_json(plan),
    }
    if plan.look.sql is not None:
        files[f"sql/{wanted.name}.sql"] = plan.look.sql_comment + plan.look.sql
    return DeclarationDraft(plan, tuple(page.decisions), files)


def find_existing_draft_files(wanted: DraftRequest, include: Path) -> tuple[str, ...]:
    """The files of a draft of this name that exist already."""
    names = (f"datasets/{wanted.name}.yaml", f"schemas/{wanted.name}.json", f"sql/{wanted.name}.sql")
    return tuple(name for name in names if (include / name).exists())


def write_declaration_draft(made: DeclarationDraft, include: Path) -> None:
    """As ``write_new_draft_files``."""
    write_new_draft_files(made.files, include)


def write_new_draft_files(files: Mapping[str, str], include: Path) -> None:
    """Writes the files of a draft (path below ``include/`` to text), the declaration, which is the first, last.

    Raises InvalidDraftRequest when one of them exists already: none is then written.
    """
    done: list[Path] = []
    for path, text in reversed(list(files.items())):
        target = include / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with target.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            for other in done:
                other.unlink()
            raise InvalidDraftRequest(
                _("include/{path} existe déjà : rien n'est écrit").format(path=path)
            ) from None
        done.append(target)


# --- finding out --------------------------------------------------------------------------------------


def _build_draft_plan(
    wanted: DraftRequest, bench: DraftSandbox, catalogue: SchemaCatalogue, *, enums: bool
) -> DraftPlan:
    look = load_source_drafting_functions(wanted.kind).look(wanted, bench)
    _refuse_excess_columns(wanted, look)
    loaded = load_city(bench.workspace.include)
    lists = load_name_lists(bench.workspace.include)
    hits = scan_file(look.raw.path, bench.folder, columns=_list_possibly_personal_columns(look), names=lists)
    matches = catalogue.list_best_matches([name for name, _ in look.raw.columns])
    match = matches[0] if matches and matches[0].is_close_enough else None
    with duck.open_duckdb(bench.folder) as con:
        profiles = profile_table(con, look)
        context = ProposalContext(
            profiles,
            match,
            look.comments,
            look.lexical,
            headless=look.headless,
            unnamed=look.unnamed,
            small_count=max(SMALL_COUNT, loaded.city.floors.small_count),
        )
        found = proposals.collect_column_evidence(context, hits)
        if enums:
            context = replace(context, enums=_fetch_code_list_values(con, found))
        people = proposals.find_columns_identifying_person_of_row(found)
        unit = find_counting_unit(con, found, people) if people else CountingUnit()
        proposed = _propose_column_treatments(con, found, context, people, loaded.city.floors.k, unit)
        hidden = look.raw.hidden_columns
        proposed = proposals.add_drop_option_to_hidden_columns(proposed, hidden)
        proposed, warning = proposals.ensure_one_published_column(proposed, {*unit.linking, *hidden})
        keys = find_key_candidates(con, profiles, look.keys)
    return DraftPlan(
        fields={subject.name: context.build_schema_field(subject) for subject in found},
        wanted=wanted,
        look=look,
        profiles=profiles,
        proposals=proposed,
        defaults=list_city_defaults(loaded),
        platforms=tuple(platform.name for platform in loaded.city.platforms),
        k=loaded.city.floors.k,
        match=match,
        near=tuple(matches[:3]) if match is None else (),
        compared=len(catalogue.schemas),
        people=people,
        unit=unit,
        quasi=proposals.list_possible_quasi_identifiers(proposed) if people else (),
        keys=_filter_keys_of_columns_published_as_is(keys, proposed),
        geometry=find_longitude_and_latitude_columns(proposed),
        notes=_build_doubt_notes(
            catalogue,
            warning,
            *look.raw.doubts,
            *_describe_possible_chapter_numbers(wanted.name, proposed),
            *_describe_projected_positions(proposed),
            *_describe_ambiguous_day_month(proposed),
        ),
    )


def _list_possibly_personal_columns(look: SourceInspection) -> list[str]:
    """A fraction, a yes or no, an hour identify nobody."""
    harmless = ("DOUBLE", "FLOAT", "BOOLEAN", "TIME")
    return [
        name
        for name, native in look.raw.columns
        if native not in harmless and not (native.startswith("DECIMAL") and not native.endswith(",0)"))
    ]


def list_city_defaults(loaded: LoadedCity) -> dict[str, str]:
    """What the city says once for all its datasets, and a draft need not ask."""
    city: Mapping[str, Any] = loaded.document.value
    said = {"contact": city.get("contact"), **(city.get("defaults") or {})}
    return {key: value for key, value in said.items() if isinstance(value, str)}


def _build_doubt_notes(catalogue: SchemaCatalogue, *warnings: str) -> tuple[SourceNote, ...]:
    said = [catalogue.said, *(warning.rstrip(".") for warning in warnings)]
    return tuple(SourceNote(text, doubt=True) for text in said if text)


def _list_publishable_column_names(
    proposed: Sequence[ColumnProposal], test: Callable[[ColumnProfile], bool]
) -> list[Message]:
    """The names, quoted, of the columns that may be published and whose profile passes the ``test``."""
    return [
        quote_text(proposal.name)
        for proposal in proposed
        if test(proposal.subject.profile) and any(option.published_as for option in proposal.options)
    ]


def _describe_possible_chapter_numbers(dataset: str, proposed: Sequence[ColumnProposal]) -> Iterator[str]:
    """What is read as numbers, and may be the numbers of chapters or versions."""
    if names := _list_publishable_column_names(proposed, lambda profile: profile.outline):
        yield str(
            _(
                "{columns} : deux décimales partout, comme des prix, et rien dans le nom ne le dit ; si ce sont des numéros "
                '(chapitre, version : 1.10 n\'y est pas 1.1), mettre « "type": "string" » dans schemas/{dataset}.json, '
                "sans quoi leurs zéros se perdent"
            ).format(columns=join_messages(names), dataset=dataset)
        )


def _describe_ambiguous_day_month(proposed: Sequence[ColumnProposal]) -> Iterator[str]:
    """Dates that are read day first because most are, in France."""
    if names := _list_publishable_column_names(proposed, lambda profile: profile.unordered):
        yield str(
            _(
                "{columns} : rien n'y distingue le jour et le mois, aucun ne passe 12 ; les dates y sont lues "
                "jour/mois/année (« dates: DD/MM/YYYY », à changer si la source écrit mois/jour/année)"
            ).format(columns=join_messages(names))
        )


def _describe_projected_positions(proposed: Sequence[ColumnProposal]) -> Iterator[str]:
    """The two axes of a position in metres, of which no map and no GeoJSON is made."""
    metres = [
        proposal.name
        for proposal in proposed
        if proposal.subject.profile.is_number
        and not proposal.subject.natures & {ColumnNature.LONGITUDE, ColumnNature.LATITUDE}
        and proposal.subject.profile.length >= _SHORTEST_METRES
    ]
    easts, norths = (
        [name for name in metres if classify_coordinate_axis(name) == axis] for axis in ("east", "north")
    )
    if len(easts) == len(norths) == 1:
        yield str(
            _(
                "{columns} : une position en mètres, semble-t-il (Lambert 93, UTM, zone CC…) ; « geometry: », le GeoJSON et "
                "les cartes veulent une longitude et une latitude en degrés (WGS84) : les ajouter à la source, ou en "
                "exporter la couche (GeoPackage, shapefile avec son .prj), dont les positions sont ramenées en degrés"
            ).format(columns=join_messages(map(quote_text, (*easts, *norths))))
        )


_SHORTEST_METRES = 6.0
"""The characters that the coordinates of a projection of France take in the mean: hundreds of kilometres."""


def _refuse_excess_columns(wanted: DraftRequest, look: SourceInspection) -> None:
    if len(look.raw.columns) > MOST_COLUMNS:
        raise SourceUnreadable(
            TOO_WIDE.format(len(look.raw.columns)), where=wanted.source_label, remedy=WIDE_REMEDY
        )


def _propose_column_treatments(
    con: duckdb.DuckDBPyConnection,
    found: Sequence[ColumnEvidence],
    context: ProposalContext,
    people: Sequence[str],
    k: int,
    unit: CountingUnit,
) -> tuple[ColumnProposal, ...]:
    if not people:
        return proposals.propose_columns_of_impersonal_table(found, context)
    apart = {*unit.linking, *unit.columns}
    made = [
        proposals.build_quasi_identifier(subject, context) for subject in found if subject.name not in apart
    ]
    quasis = [quasi for quasi in made if quasi]
    choice = anonymity.choose_publishable_quasi_identifiers(
        con, quasis, k, context.profiles.written if context.lexical else None, unit.columns
    )
    kept = {quasi.subject.name: quasi for quasi in choice.kept}
    refused = {quasi.subject.name: (quasi, share) for quasi, share in choice.refused}
    size = format_privacy_unit_count(unit.columns, k)
    return drop_counting_unit_columns(
        proposals.propose_columns_of_personal_table(found, context, kept, refused, size), unit
    )


def _fetch_code_list_values(
    con: duckdb.DuckDBPyConnection, found: Sequence[ColumnEvidence]
) -> dict[str, tuple[str, ...]]:
    """The values of the lists of codes: cells, asked for by name, of columns where nothing personal is
    suspected."""
    listed: dict[str, tuple[str, ...]] = {}
    for subject in found:
        profile = subject.profile
        quiet = not subject.hits and not subject.natures and profile.kind == "string"
        if quiet and proposals.is_categorical_column(profile) and profile.distinct <= 30:
            name = duck.identifier(subject.name)
            rows = con.execute(
                f"SELECT DISTINCT {name} FROM source WHERE {name} IS NOT NULL ORDER BY 1"
            ).fetchall()
            listed[subject.name] = tuple(str(value) for (value,) in rows)
    return listed


def _filter_keys_of_columns_published_as_is(
    keys: Sequence[tuple[str, ...]], proposed: Sequence[ColumnProposal]
) -> tuple[tuple[str, ...], ...]:
    """Those of which every column leaves as it is, under its published name."""
    names = {
        p.name: p.recommended_option.published_as
        for p in proposed
        if p.recommended_option.published_as and p.recommended_option.rule.startswith(("publish", "{publish"))
    }
    return tuple(tuple(names[column] for column in key) for key in keys if set(key) <= set(names))


_NOTHING_LEFT = _(
    "aucune colonne de cette source ne peut être publiée, toutes identifient des personnes ; n'ouvrir que des "
    "comptes : les faire dans une vue (GROUP BY), et ébaucher celle-ci"
)


def _run_plan_trial(plan: DraftPlan, bench: DraftSandbox) -> DraftPlan:
    if not plan.look.whole:
        return replace(plan, untried=str(_("la source est trop grande pour un essai complet")))
    if not any(proposal.recommended_option.published_as for proposal in plan.proposals):
        return replace(plan, untried=str(_NOTHING_LEFT))
    return trials.run_trials_and_relax_plan_constraints(plan, bench)
