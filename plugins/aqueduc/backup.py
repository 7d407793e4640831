"""A backup of the store, and of what must outlive the vault, taken while runs go on; and its way back.

Nothing is stopped for it: documents are copied before the files that they name, which are added and never
changed, then each ledger of the copy is verified, and one that was being written is copied again. Raw extracts
and rejected rows are never in it: they are personal data with a term of their own, and runs make them again.

::

    sauvegarde/  depot/            the store, but its leases
                 coffre/           marks of corrections, objections, what was seen of the sources: secrets
                 sauvegarde.json   written last: the backup is whole
"""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aqueduc.certify.ledger import verify_ledger
from aqueduc.decisions import read_pending_backup_restore_mark
from aqueduc.declaration.loader import load_city
from aqueduc.errors import StoreError
from aqueduc.language import Sentence, _
from aqueduc.run import Workspace
from aqueduc.store import RESTORED_BACKUP, Store, StoreRoot, is_lease_or_unfinished_file_key

STORE, VAULT, MARK = "depot", "coffre", "sauvegarde.json"
LAST_BACKUP = "last-backup.json"
_OF_ONE_STORE = (RESTORED_BACKUP, LAST_BACKUP)
OBJECTS = "objects/"
_TEMPORARY = ("raw/", "rejected/")
_TRIES = 4


@dataclass(frozen=True)
class BackupReport:
    """What was copied; ``heads``: the newest entry of each ledger of the backup. ``broken``: the ledgers that do
    not hold, in the backup as where they come from."""

    documents: int
    objects: int
    vault_files: int
    heads: dict[str, str]
    broken: tuple[str, ...] = ()


def back_up_workspace(workspace: Workspace, folder: Path, public_keys: Collection[str]) -> BackupReport:
    """Brings the backup of ``folder`` up to date. Raises StoreError; also when it is another city's, or knows more than
    the store, which somebody has rolled back: the backup stays as it is."""
    backup, city = _open_backup(folder), _build_city_identity(workspace)
    _refuse_backup_of_another_city(backup.read_json_mapping(MARK) or {}, city, folder)
    copy = Store(f"{backup.url}/{STORE}")
    _refuse_rolled_back_store(workspace.store, copy)
    backup.delete(MARK)
    documents = _mirror_documents(workspace.store, copy, "")
    broken = _list_broken_ledgers(copy, public_keys)
    for _attempt in range(_TRIES):
        if not broken:
            break
        for dataset in broken:
            # Waits for whoever writes there: between a certificate and its pointer, no copy can hold.
            verify_ledger(workspace.store, dataset, tuple(public_keys))
            _mirror_documents(workspace.store, copy, f"datasets/{dataset}/")
        broken = _list_broken_ledgers(copy, public_keys)
    objects = _mirror_objects(workspace.store, copy)
    vault_files = _mirror_storage_keys(
        workspace.vault, StoreRoot(f"{backup.url}/{VAULT}", private=True), _is_permanent_vault_key
    )
    heads = {name: copy.read_newest_ledger_entry_name(name) for name in copy.list_ledger_names()}
    report = BackupReport(documents, objects, vault_files, heads, tuple(broken))
    taken = {"at": workspace.clock().isoformat(), "city": city}
    backup.write_json(MARK, {**taken, "heads": heads, "broken": list(broken)})
    workspace.store.write_json(LAST_BACKUP, {"at": taken["at"], "broken": list(broken)})
    return report


def read_last_backup(store: Store) -> tuple[datetime, tuple[str, ...]] | None:
    """When the last backup of ``store`` was whole, and the ledgers that did not hold in it; None where there was none
    since it was made, or restored. Raises StoreError."""
    last = store.read_json_mapping(LAST_BACKUP)
    return None if last is None else (datetime.fromisoformat(last["at"]), tuple(last["broken"]))


def restore_backup(workspace: Workspace, folder: Path, public_keys: Collection[str]) -> BackupReport:
    """Fills an empty store and an empty vault from the backup of ``folder``; nothing is published from then on
    until ``record_resumption_after_restoration``. Raises StoreError: nothing is written over anything, newer or older."""
    backup = _open_backup(folder)
    mark = backup.read_json_mapping(MARK)
    if mark is None:
        raise StoreError(
            _("Ce dossier n'est pas une sauvegarde, ou elle n'a pas été menée à son terme."),
            where=str(folder),
            remedy=_("en nommer une autre : une sauvegarde entière a un fichier {name}").format(name=MARK),
        )
    _refuse_backup_of_another_city(mark, _build_city_identity(workspace), folder)
    copy = Store(f"{backup.url}/{STORE}")
    _refuse_filled_workspace(workspace, copy)
    held = {"backed_up": mark["at"], "restored": workspace.clock().isoformat()}
    workspace.store.write_json(RESTORED_BACKUP, held)
    vault_files = _mirror_storage_keys(
        StoreRoot(f"{backup.url}/{VAULT}", private=True), workspace.vault, _is_permanent_vault_key
    )
    # Files before the documents that name them: a run that comes too early finds nothing published, and waits.
    objects = _mirror_objects(copy, workspace.store)
    documents = _mirror_documents(copy, workspace.store, "")
    broken = _list_broken_ledgers(workspace.store, public_keys)
    heads = {
        name: workspace.store.read_newest_ledger_entry_name(name)
        for name in workspace.store.list_ledger_names()
    }
    return BackupReport(documents, objects, vault_files, heads, tuple(broken))


def record_resumption_after_restoration(workspace: Workspace, by: str, reason: str) -> None:
    """A person says that what was decided since the backup is done again. Raises StoreError where nothing was
    restored, or somebody has said so already; PersonalTextRefused."""
    from aqueduc.anonymise.scrubbing import refuse_personal_texts

    refuse_personal_texts({_("Ce qui a été refait"): reason}, _("sauvegarde"), workspace.include)
    mark = read_pending_backup_restore_mark(workspace.store)
    if mark is None:
        raise StoreError(
            _("Rien n'attend : aucune sauvegarde n'a été rétablie, ou quelqu'un a déjà repris."),
            where=workspace.store.url,
            remedy=_("relancer les jeux"),
        )
    resumed = {"by": by, "reason": reason, "at": workspace.clock().isoformat()}
    workspace.store.write_json(RESTORED_BACKUP, {**mark, "resumed": resumed})


def _open_backup(folder: Path) -> StoreRoot:
    return StoreRoot(folder.resolve().as_uri(), private=True)


def _build_city_identity(workspace: Workspace) -> dict[str, str | None]:
    city = load_city(workspace.include).city
    return {"name": city.name, "siren": city.siren}


def _refuse_backup_of_another_city(
    mark: Mapping[str, Any], city: Mapping[str, str | None], folder: Path
) -> None:
    """A city is its SIREN, or its name where one of the two has none; what is older says of no city."""
    theirs = mark.get("city") or city
    known = "siren" if theirs["siren"] and city["siren"] else "name"
    if theirs[known] != city[known]:
        raise StoreError(
            _("Cette sauvegarde est celle d'une autre ville ({name}).").format(name=theirs["name"]),
            where=str(folder),
            remedy=_(
                "rien n'a été écrit ; nommer celle de cette ville ({name}), ou dire de quelle ville il s'agit (AQUEDUC_CITY)"
            ).format(name=city["name"]),
        )


def _refuse_rolled_back_store(store: Store, copy: Store) -> None:
    newer = [
        name
        for name in copy.list_ledger_names()
        if (head := copy.read_newest_ledger_entry_name(name)) and not store.has_ledger_entry(name, head)
    ]
    if newer:
        raise StoreError(
            _("Le dépôt a moins que sa sauvegarde : il a été vidé, ramené en arrière, ou c'en est un autre."),
            where=_format_dataset_names(newer),
            remedy=_("n'écraser ni l'un ni l'autre : sauvegarder dans un autre dossier, puis comprendre"),
        )


def _refuse_filled_workspace(workspace: Workspace, copy: Store) -> None:
    store = workspace.store
    if not _list_storage_keys(store, "") and not _list_storage_keys(workspace.vault, ""):
        return
    newer = [
        name
        for name in store.list_ledger_names()
        if (head := store.read_newest_ledger_entry_name(name)) and not copy.has_ledger_entry(name, head)
    ]
    where: Sentence = _format_dataset_names(newer) if newer else store.url
    said = (
        _("Le dépôt en sait plus que la sauvegarde.") if newer else _("Le dépôt ou le coffre n'est pas vide.")
    )
    raise StoreError(
        said,
        where=where,
        remedy=_(
            "rien n'a été écrit ; pour rétablir tout de même, mettre de côté le dépôt et le coffre, et en "
            "donner de vides (AQUEDUC_STORE, AQUEDUC_VAULT)"
        ),
    )


def _format_dataset_names(names: Collection[str]) -> Sentence:
    return _("jeux {names}").format(names=", ".join(sorted(names)))


def _list_broken_ledgers(store: Store, public_keys: Collection[str]) -> list[str]:
    return [
        name
        for name in store.list_ledger_names()
        if not verify_ledger(store, name, tuple(public_keys)).is_valid
    ]


def _mirror_documents(source: StoreRoot, target: StoreRoot, prefix: str) -> int:
    return _mirror_storage_keys(source, target, _is_backed_up_document_key, prefix)


def _is_backed_up_document_key(key: str) -> bool:
    """That a store was backed up, or restored, is said of it and not of its copies."""
    return not key.startswith(OBJECTS) and key not in _OF_ONE_STORE


def _is_permanent_vault_key(key: str) -> bool:
    return not key.startswith(_TEMPORARY)


def _list_storage_keys(root: StoreRoot, prefix: str) -> list[str]:
    """In order: the head of a ledger before its entries, of which it can then name none that is missing."""
    return sorted(
        key for key in root.list_write_times(prefix.rstrip("/")) if not is_lease_or_unfinished_file_key(key)
    )


def _mirror_storage_keys(
    source: StoreRoot, target: StoreRoot, keep: Callable[[str], bool], prefix: str = ""
) -> int:
    """Makes ``target`` have what ``source`` has below ``prefix``, of what is to be kept; how many documents."""
    keys = [key for key in _list_storage_keys(source, prefix) if keep(key)]
    for key in keys:
        content = source.read(key)
        if content is not None and content != target.read(key):
            target.write(key, content)
    gone = set(filter(keep, _list_storage_keys(target, prefix))) - set(keys)
    _delete_storage_keys(target, gone)
    return len(keys)


def _mirror_objects(source: StoreRoot, target: StoreRoot) -> int:
    """Each is named by its digest: one that is there already is the same."""
    keys = _list_storage_keys(source, OBJECTS)
    for key in keys:
        if not target.exists(key):
            with source.open_local_file_of_key(key) as path, target.open_scratch_folder() as scratch:
                shutil.copyfile(path, scratch / "object")
                target.move_local_file_to_key(scratch / "object", key)
    _delete_storage_keys(target, set(_list_storage_keys(target, OBJECTS)) - set(keys))
    return len(keys)


def _delete_storage_keys(target: StoreRoot, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        target.delete(key)
