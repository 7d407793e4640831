"""``adopt``: declarations for what people have put online already."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from aqueduc.cli.common import (
    WRONG,
    AsJson,
    command,
    err,
    open_workspace_and_city,
    out,
    print_json,
    print_text,
)
from aqueduc.cli.new import Schemas, load_schema_catalogue
from aqueduc.language import N_, Message, _, join_messages, n_, quote_text

if TYPE_CHECKING:
    from aqueduc.declaration import LoadedCity
    from aqueduc.declaration.spec import PlatformSettings
    from aqueduc.draft.adoption import RecordAdoptionDraft
    from aqueduc.draft.candidates import AdoptionCandidate
    from aqueduc.draft.national import SchemaCatalogue
    from aqueduc.publish.adoption import AdoptableRecordCatalogue
    from aqueduc.run import Workspace

_HEAD = (_("N°"), _("Fiche"), _("Titre"), _("Ressources"), _("État"))
_ASK = _("Lesquelles reprendre ? (numéros ou noms, séparés par des blancs ; « tout » ; Entrée : aucune) ")
_EVERYTHING = frozenset({"tout", "all", "*"})
_NEXT = _(
    "Ensuite, pour chacune : dire d'où viennent ses lignes (« source: ») et répondre aux autres questions ; "
    "aqueduc check la relit, aqueduc diff dit ce qui changerait en ligne, puis aqueduc run la reprend."
)

Platform = Annotated[
    str,
    typer.Option(
        "--from",
        metavar=N_("PLATEFORME"),
        help=N_("La plateforme où sont les fiches, par son nom dans include/city.yaml."),
    ),
]
Records = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=N_("FICHE"),
        help=N_("Les fiches à reprendre, par le nom qui finit leur adresse, ou par leur identifiant."),
    ),
]
Everything = Annotated[bool, typer.Option("--all", help=N_("Reprendre toutes celles qui peuvent l'être."))]
Resource = Annotated[
    str | None,
    typer.Option(
        "--resource",
        metavar=N_("IDENTIFIANT"),
        help=N_("Pour une seule fiche : la ressource dont lire les colonnes, si ce n'est la plus sûre."),
    ),
]


@command(
    N_(
        "Ébauche la déclaration des fiches qui sont déjà en ligne, pour qu'Aqueduc les reprenne.\n\n"
        "Sans fiche nommée, les montre (et, dans un terminal, demande lesquelles). Une ébauche garde "
        "l'identifiant de la fiche et de ses ressources ; son titre, sa description, sa licence, sa fréquence, "
        "son thème, ses mots-clés et son contact, là où ils ont un équivalent ; les colonnes du fichier servi, "
        "avec les mêmes questions que « aqueduc new ». La source reste à écrire, et check refuse le jeu "
        "jusque-là. Rien n'est écrit sur la plateforme, et aucun fichier n'est écrasé."
    )
)
def adopt(
    platform: Platform,
    records: Records = None,
    everything: Everything = False,
    resource: Resource = None,
    schemas: Schemas = None,
    as_json: AsJson = False,
) -> None:
    from aqueduc.draft.candidates import list_adoption_candidates
    from aqueduc.publish.adoption import open_adoptable_record_catalogue

    workspace, loaded = open_workspace_and_city()
    settings = _find_platform(platform, loaded)
    if settings.kind.adoption is None:
        _print_nothing_to_adopt(settings, as_json=as_json)
        return
    _refuse_contradictory_options(records or (), everything=everything, resource=resource or "")
    with workspace.vault.open_scratch_folder() as scratch:
        catalogue = load_schema_catalogue(schemas, workspace.include, scratch)
    with open_adoptable_record_catalogue(settings, loaded.city, workspace) as opened:
        found = tuple(list_adoption_candidates(opened.records, platform, workspace))
        if not as_json:
            _print_candidates(found, settings)
        chosen = _choose_candidates(found, records or (), everything=everything, as_json=as_json)
        adopter = _RecordDrafter(opened, settings, loaded, workspace, catalogue, resource or "", as_json)
        drafts = [made for one in chosen if (made := adopter.draft_record(one)) is not None]
    if as_json:
        listed = [one.to_json() for one in found]
        print_json({"platform": platform, "records": listed, "drafts": [made.to_json() for made in drafts]})
    elif drafts:
        print_text(out, f"\n{_NEXT}")
    if adopter.failures or len(drafts) < len(chosen):
        raise typer.Exit(WRONG)


def _find_platform(name: str, loaded: LoadedCity) -> PlatformSettings:
    settings = loaded.city.find_platform_settings(name)
    if settings is None:
        known = join_messages(quote_text(one.name) for one in loaded.city.platforms)
        raise typer.BadParameter(
            str(
                _("aucune plateforme « {name} » dans city.yaml ; il y a {known}.").format(
                    name=name, known=known
                )
            )
        )
    return settings


def _refuse_contradictory_options(records: Sequence[str], *, everything: bool, resource: str) -> None:
    if everything and records:
        raise typer.BadParameter(str(_("--all les prend toutes : ne nommer aucune fiche.")))
    if resource and len(records) != 1:
        raise typer.BadParameter(str(_("--resource est d'une seule fiche : la nommer.")))


def _print_nothing_to_adopt(settings: PlatformSettings, *, as_json: bool) -> None:
    if as_json:
        print_json({"platform": settings.name, "records": [], "drafts": []})
        return
    said = _("« {name} » n'a rien à reprendre : Aqueduc seul y écrit ({label}).").format(
        name=settings.name, label=Message(settings.kind.label)
    )
    print_text(out, said)


def _print_candidates(found: Sequence[AdoptionCandidate], settings: PlatformSettings) -> None:
    from rich.table import Table

    if not found:
        said = _("Aucune fiche de la Ville sur « {name} ».").format(name=settings.name)
        print_text(out, said, style="yellow")
        return
    table = Table(*(str(head) for head in _HEAD), box=None, pad_edge=False)
    for rank, one in enumerate(found, start=1):
        formats = ", ".join(resource.format or "?" for resource in one.record.resources) or "—"
        style = "dim" if one.obstacle else ""
        cells = (str(rank), one.record.name, one.record.title, formats, str(one.state_label))
        table.add_row(*(Text(cell, style=style) for cell in cells))
    out.print(table)


def _choose_candidates(
    found: Sequence[AdoptionCandidate], names: Sequence[str], *, everything: bool, as_json: bool
) -> list[AdoptionCandidate]:
    """Those that are named, or all that nothing stands in the way of. Raises typer.BadParameter for one that
    is not there, or cannot be taken over."""
    if everything:
        return [one for one in found if not one.obstacle]
    if not names and found and not as_json and sys.stdin.isatty() and out.is_terminal:
        try:
            names = out.input(f"\n{_ASK}").split()
        except EOFError:
            names = ()
        if any(name.casefold() in _EVERYTHING for name in names):
            return [one for one in found if not one.obstacle]
    chosen = [_find_candidate(found, name) for name in names]
    for one in chosen:
        if one.obstacle:
            raise typer.BadParameter(str(one.obstacle_explanation))
    return list(dict.fromkeys(chosen))


def _find_candidate(found: Sequence[AdoptionCandidate], name: str) -> AdoptionCandidate:
    by_name = [one for one in found if name in (one.record.name, one.record.id)]
    if by_name:
        return by_name[0]
    if name.isdecimal() and 1 <= int(name) <= len(found):
        return found[int(name) - 1]
    from difflib import get_close_matches

    close = get_close_matches(name, [one.record.name for one in found], cutoff=0.5)
    meant = _(" Peut-être : {} ?").format(", ".join(close)) if close else ""
    raise typer.BadParameter(
        f"{_('aucune fiche « {} » de la Ville sur cette plateforme.').format(name)}{meant}"
    )


class _RecordDrafter:
    """Drafts the chosen records, one after the other. ``failures``: of those that could not be written."""

    def __init__(
        self,
        opened: AdoptableRecordCatalogue,
        settings: PlatformSettings,
        loaded: LoadedCity,
        workspace: Workspace,
        catalogue: SchemaCatalogue,
        resource: str,
        as_json: bool,
    ) -> None:
        from aqueduc.draft.adoption import AdoptionPlatform
        from aqueduc.draft.drafting import list_city_defaults

        self._opened, self._workspace, self._catalogue = opened, workspace, catalogue
        self._resource, self._quiet = resource, as_json
        self._target = AdoptionPlatform(
            platform=settings.name,
            takes_files=settings.kind.capabilities.refuses_files is None,
            takes_restricted=settings.kind.capabilities.refuses_restricted is None,
            own_address=opened.is_on_platform_host,
            outlets=tuple(outlet.name for outlet in loaded.city.outlets),
            defaults=list_city_defaults(loaded),
        )
        self.failures: list[Any] = []

    def draft_record(self, candidate: AdoptionCandidate) -> RecordAdoptionDraft | None:
        from aqueduc.draft import InvalidDraftRequest
        from aqueduc.draft.adoption import draft_record_adoption
        from aqueduc.draft.drafting import write_new_draft_files

        record = candidate.record
        if self._resource and self._resource not in {one.id for one in record.resources}:
            raise typer.BadParameter(str(_("« {name} » n'a pas cette ressource.").format(name=record.name)))
        made = draft_record_adoption(
            record,
            self._target,
            self._opened.download_resource_file,
            self._workspace,
            self._catalogue,
            resource=self._resource,
        )
        try:
            write_new_draft_files(made.files, self._workspace.include)
        except InvalidDraftRequest as wrong:
            self.failures.append(wrong)
            print_text(err, f"{record.name} : {wrong}.", style="red")
            return None
        if not self._quiet:
            _print_draft(made)
        return made


def _print_draft(made: RecordAdoptionDraft) -> None:
    count = n_("{count} décision", "{count} décisions", len(made.decisions))
    said = _("{name} : écrit dans include/datasets/{name}.yaml ; {count} à prendre.").format(
        name=made.name, count=count
    )
    print_text(out, said, style="green")
    for one in made.failed:
        print_text(
            out, f"  {_('ressource {id} : {why}').format(id=one.resource.id, why=one.why)}", style="yellow"
        )
    if made.made is None:
        print_text(
            out,
            f"  {_('aucun de ses fichiers ne se lit : ses colonnes et son schéma sont à écrire')}",
            style="yellow",
        )
