"""Does a source answer, and with which columns? Without reading its rows, or no more than its first ones.

For ``aqueduc check --connect``. What has to be fetched to know (a page of an API) goes to a scratch folder
of the vault, and is wiped at once.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from aqueduc.declaration.spec import City, Dataset
from aqueduc.run import Workspace
from aqueduc.sources import SOURCES
from aqueduc.sources.adapter import ProbeResult, connection_to, load_adapter
from aqueduc.sources.request import ExtractRequest
from aqueduc.store import Window


def probe(dataset: Dataset, city: City, workspace: Workspace) -> ProbeResult:
    """Raises ConnectionMissing, SourceUnavailable, SourceRefused, SourceNotFound, SourceUnreadable,
    DeclarationError (an SQL file)."""
    source = dataset.source
    connection = connection_to(source, workspace.connections)
    with workspace.vault.scratch() as scratch:
        request = ExtractRequest(
            dataset=dataset,
            connection=connection,
            window=_yesterday(workspace) if dataset.windowed else None,
            timezone=city.timezone,
            etag=None,
            scratch=scratch,
            target=scratch / "probe.parquet",
        )
        request.origin.check_kind(connection, SOURCES[source.kind].connection_types)
        return load_adapter(source).probe(request, source)


def _yesterday(workspace: Workspace) -> Window:
    """Any window would do: a query is only planned, an API asked for one page."""
    end = workspace.clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(end - timedelta(days=1), end)
