"""The gate of an embargo: before its end all is prepared, and nothing is published."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aqueduc.declaration import LoadedCity, list_declaration_paths_mentioning_keys, load_dataset
from aqueduc.declaration.embargo import find_embargo_end
from aqueduc.declaration.spec import City, Dataset
from aqueduc.errors import AqueducError, EmbargoInForce
from aqueduc.run import Run, Workspace

ASKED_FOR = timedelta(days=2)
"""For how long after the end of an embargo a run is asked for, once."""


def refuse_publication_under_embargo(dataset: Dataset, city: City, run: Run, workspace: Workspace) -> None:
    """What was published before may be restored. Raises EmbargoInForce."""
    end = None if run.dry_run or run.restoration else find_embargo_end(dataset, city)
    if end is not None and workspace.clock() < end:
        raise EmbargoInForce(dataset.id, _format_local_moment(end, city.timezone))


def _format_local_moment(moment: datetime, timezone: str) -> str:
    """With its offset: of an hour that comes twice, which one."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%d/%m/%Y %H:%M (UTC%z)}"


@dataclass(frozen=True)
class PublicationDueAfterEmbargo:
    """A dataset whose embargo ended at ``end``, in UTC, and that was not published since."""

    dataset: str
    end: datetime


def list_publications_due_after_embargo(
    workspace: Workspace, loaded: LoadedCity
) -> list[PublicationDueAfterEmbargo]:
    """Those whose embargo ended within ``ASKED_FOR``. Files without the key are not parsed; a declaration that
    cannot be read publishes nothing anyhow. Raises StoreError."""
    found = []
    for path in list_declaration_paths_mentioning_keys(workspace.include, "publish_at"):
        end = _read_embargo_end(path, loaded)
        if end is None or not timedelta() <= workspace.clock() - end < ASKED_FOR:
            continue
        published = (workspace.store.read_current_revision_pointer(path.stem) or {}).get("published_at")
        if published is None or datetime.fromisoformat(published) < end:
            found.append(PublicationDueAfterEmbargo(path.stem, end))
    return found


def _read_embargo_end(path: Path, loaded: LoadedCity) -> datetime | None:
    try:
        return find_embargo_end(load_dataset(path, loaded), loaded.city)
    except AqueducError:
        return None
