"""Would a platform take a dataset? Asked without writing anything, for ``aqueduc check --connect``."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import httpx

from aqueduc.declaration.spec import City, Dataset, PlatformSettings
from aqueduc.findings import Finding
from aqueduc.publish.context import load_platform_state_without_lost_tables, require_record_to_adopt
from aqueduc.publish.person_acts import require_waiver_to_undo_person_withdrawal
from aqueduc.publish.platform import Platform, open_platform
from aqueduc.publish.proof import link
from aqueduc.publish.proof.gate import WithheldRowCounts
from aqueduc.record import RowPreparationCounts, build_fiche
from aqueduc.run import Workspace
from aqueduc.sources.adapter import find_source_connection


@contextmanager
def open_checked_platform(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Platform]:
    """The platform, once it has answered, known the city's organisation and let its token write there.

    Raises ConnectionMissing, PlatformUnavailable, PlatformAccessRefusal (the token), PlatformRequestRejection (no such
    organisation, or no CKAN).
    """
    with open_platform(settings, city, workspace, transport=transport, sleep=sleep) as platform:
        platform.read_capabilities()
        yield platform


def check_platform_accepts_dataset(
    dataset: Dataset, city: City, platform: Platform, name: str, workspace: Workspace
) -> tuple[Finding, ...]:
    """What the platform called ``name`` lacks and may do without.

    Raises PlatformError for what it may not: a licence it does not know, an address taken by another
    organisation, a record to take over that is not there; PublicationGateClosed for a record that a person took
    away from the public, or a link that may not be shown to visitors; SourceUnavailable while a link does not
    answer.
    """
    today = workspace.clock().astimezone(ZoneInfo(city.timezone)).date()
    fiche = build_fiche(dataset, city, RowPreparationCounts(0, 0, whole=False), issued=today, modified=today)
    state = load_platform_state_without_lost_tables(dataset, workspace.store, name)
    observed = platform.read_observed_record(dataset.id, state)
    require_record_to_adopt(dataset, name, observed, state)
    require_waiver_to_undo_person_withdrawal(dataset, None, name, observed, state)
    findings = tuple(platform.check_fiche_support(fiche))
    if dataset.publication.is_link_to_source:
        address = link.build_absolute_link(
            dataset, find_source_connection(dataset.source, workspace.connections)
        )
        link.require_publishable_link(
            dataset, WithheldRowCounts(rejected=0, suppressed=0), address, platform.client, workspace.include
        )
    return findings
