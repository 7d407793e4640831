"""What can be written to a platform, one effect each. ``action_description`` says it in reports and logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aqueduc.language import Sentence, _
from aqueduc.publish.planning.delta import RowDelta
from aqueduc.publish.planning.state import DesiredResource, DesiredTable

UNDECLARED = _("que la déclaration ne publie plus")
WITHDRAWN = _("retirée du public")


@dataclass(frozen=True)
class CreateRecord:
    """Makes the record, hidden until the rest is there."""

    action_description = _("créer la fiche, cachée")


@dataclass(frozen=True)
class RestoreRecord:
    """Brings the record back, hidden, that somebody deleted and a person wants again."""

    action_description = _("rétablir la fiche supprimée, cachée")


@dataclass(frozen=True)
class UpdateRecord:
    """Changes fields of the record. ``fields`` and ``extras`` hold only what differs. ``hide``: closes it to
    visitors as well. ``moved``: extras that have become fields of their own and must not stand in both
    places. ``seen``: what the fields were when this was planned."""

    fields: Mapping[str, Any]
    extras: Mapping[str, str]
    hide: bool
    moved: tuple[str, ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def action_description(self) -> str:
        said = dict.fromkeys([*self.fields, *self.extras, *self.moved, *(["private"] if self.hide else [])])
        return str(_("mettre à jour la fiche ({fields})").format(fields=", ".join(said)))


@dataclass(frozen=True)
class CreateResource:
    """Makes the resource of ``rank``. ``id``: of one of ours that somebody deleted, to be had again where the
    platform lets ids be chosen."""

    rank: int
    resource: DesiredResource
    id: str | None = None

    @property
    def action_description(self) -> str:
        if self.id is not None:
            return str(
                _("remettre la ressource {display_name}, supprimée sur la plateforme").format(
                    display_name=self.resource.display_name
                )
            )
        return str(_("ajouter la ressource {display_name}").format(display_name=self.resource.display_name))


@dataclass(frozen=True)
class UpdateResource:
    """Changes the file or the fields of a resource. ``changed``: what differs. ``send``: replace the file.
    ``unhost``: a file gives way to a link. ``seen``: what its fields were when this was planned.
    ``file_url``: of the file that it had then; empty for a link."""

    rank: int
    id: str
    resource: DesiredResource
    changed: Mapping[str, Any]
    send: bool
    unhost: bool
    seen: Mapping[str, Any] = field(default_factory=dict)
    file_url: str = ""

    @property
    def action_description(self) -> str:
        if self.send:
            return str(
                _("remplacer le fichier {display_name}").format(display_name=self.resource.display_name)
            )
        return str(
            _("mettre à jour la ressource {display_name} ({changed})").format(
                display_name=self.resource.display_name, changed=", ".join(self.changed)
            )
        )


@dataclass(frozen=True)
class RemoveResource:
    """Removes a resource of ours, and its table with it. ``erase``: its bytes too, where a platform would
    keep those of what it removed."""

    id: str
    format: str
    table: bool
    why: Sentence = UNDECLARED
    erase: bool = False

    @property
    def action_description(self) -> str:
        return str(_("retirer la ressource {value}, {why}").format(value=self.format, why=self.why))


@dataclass(frozen=True)
class DefineTable:
    """Makes the table at ``home`` (None: at its resource's own id), or renews what its columns are said to
    be. It touches no row."""

    rank: int
    table: DesiredTable
    slice_note: Sentence = ""
    home: str | None = None

    @property
    def action_description(self) -> str:
        return str(_("définir la table interrogeable{slice_note}").format(slice_note=self.slice_note))


@dataclass(frozen=True)
class FillTable:
    """While nobody sees it, in batches. ``change``: send only that. None: send all, then delete what is not
    ours. ``empty``: there is nothing in it yet."""

    rank: int
    table: DesiredTable
    change: RowDelta | None
    empty: bool
    slice_note: Sentence = ""
    home: str | None = None

    @property
    def action_description(self) -> str:
        if self.change is None:
            return str(_("charger la table interrogeable{slice_note}").format(slice_note=self.slice_note))
        return str(_("mettre la table à jour par différence{slice_note}").format(slice_note=self.slice_note))


@dataclass(frozen=True)
class ApplyTableRowDelta:
    """Under the eyes of the public: the whole difference in one transaction. ``choice`` says why."""

    rank: int
    table: DesiredTable
    change: RowDelta
    home: str
    choice: Sentence
    slice_note: Sentence = ""

    @property
    def action_description(self) -> str:
        return str(_("mettre la table à jour par différence{slice_note}").format(slice_note=self.slice_note))


@dataclass(frozen=True)
class LoadTableInPlace:
    """Under the eyes of the public: makes the table with all its rows in one transaction."""

    rank: int
    table: DesiredTable
    slice_note: Sentence = ""

    @property
    def action_description(self) -> str:
        return str(_("charger la table interrogeable{slice_note}").format(slice_note=self.slice_note))


@dataclass(frozen=True)
class BuildTableBeside:
    """Makes the table beside the one the public queries, in a backing resource of its own."""

    rank: int
    table: DesiredTable
    choice: Sentence
    slice_note: Sentence = ""

    @property
    def action_description(self) -> str:
        return str(
            _("préparer à côté la nouvelle table interrogeable{slice_note}").format(
                slice_note=self.slice_note
            )
        )


@dataclass(frozen=True)
class SwapTable:
    """Has the public query the table at ``backing_resource_id`` (None: the one just built) under the
    resource's own id. ``former``: the id of the resource that holds what it queries so far, if anything."""

    rank: int
    table: DesiredTable
    backing_resource_id: str | None
    former: str | None
    slice_note: Sentence = ""

    @property
    def action_description(self) -> str:
        return str(
            _("mettre en service la nouvelle table interrogeable{slice_note}").format(
                slice_note=self.slice_note
            )
        )


@dataclass(frozen=True)
class RemoveBackingResource:
    """Removes a resource that only holds rows."""

    id: str
    action_description = _("retirer une table qui n'est pas en service")


@dataclass(frozen=True)
class DropTable:
    """Drops a queryable table. ``carried``: its rows are in a backing resource, which leaves by itself."""

    id: str
    carried: bool = False
    why: Sentence = UNDECLARED

    @property
    def action_description(self) -> str:
        return str(_("retirer la table interrogeable, {why}").format(why=self.why))


@dataclass(frozen=True)
class ReorderResources:
    """Puts our ``count`` resources into the order of what is wanted, among those of others."""

    count: int
    action_description = _("remettre les ressources dans l'ordre")


@dataclass(frozen=True)
class RevealRecord:
    """Opens the record to visitors."""

    action_description = _("ouvrir la fiche au public")


@dataclass(frozen=True)
class HideRecord:
    """Closes the record to visitors, whether it is open or not."""

    action_description = _("cacher la fiche")


@dataclass(frozen=True)
class PurgeRecord:
    """Removes the record itself, for good where the platform lets us."""

    action_description = _("supprimer la fiche")


TableWrite = (
    DefineTable
    | FillTable
    | ApplyTableRowDelta
    | LoadTableInPlace
    | BuildTableBeside
    | SwapTable
    | RemoveBackingResource
    | DropTable
)
Write = (
    CreateRecord
    | RestoreRecord
    | UpdateRecord
    | CreateResource
    | UpdateResource
    | RemoveResource
    | TableWrite
    | ReorderResources
    | RevealRecord
    | HideRecord
    | PurgeRecord
)
