"""The city's records that people keep by hand on a platform of the convention. Nothing is done to them: at its
end, whoever keeps them is told which they are.

::

    withdrawals/_fin-<day>.json    what was found at the last look, one a day (``HandKeptRecordsSurvey``)
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, cast

from aqueduc.declaration.spec import City
from aqueduc.declaration.term import convert_to_city_date, list_platforms_of_ended_convention
from aqueduc.errors import AqueducError
from aqueduc.language import format_labelled_text
from aqueduc.publish.platform import get_platform_settings, open_platform
from aqueduc.publish.recorder import read_platform_state
from aqueduc.publish.surveying import RecordListingPlatform
from aqueduc.run import Workspace
from aqueduc.store import JsonRecord

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HandKeptRecord(JsonRecord):
    """As the list of ``platform`` has it."""

    platform: str
    title: str
    url: str


@dataclass(frozen=True)
class HandKeptRecordsSurvey(JsonRecord):
    """``unread``: the platforms whose list could not be read, or that have none. ``day``: of the look, ISO
    8601."""

    day: str
    records: tuple[HandKeptRecord, ...] = ()
    unread: tuple[str, ...] = ()
    nested: ClassVar[Mapping[str, Callable[[Any], Any]]] = {"records": HandKeptRecord.from_json}


def build_hand_kept_survey_key(end: date) -> str:
    return f"withdrawals/_fin-{end.isoformat()}.json"


def read_last_hand_kept_survey(end: date, workspace: Workspace) -> HandKeptRecordsSurvey | None:
    """What was found at the last look; None before one. Raises StoreError."""
    raw = workspace.store.read_json(build_hand_kept_survey_key(end))
    return None if raw is None else HandKeptRecordsSurvey.from_json(raw)


def fetch_daily_hand_kept_survey(
    end: date, city: City, workspace: Workspace, **options: Any
) -> HandKeptRecordsSurvey:
    """Asks the platforms that the convention bound for their lists, once a day. ``options`` are those of
    ``open_platform``, for tests. Raises StoreError."""
    today = convert_to_city_date(workspace.clock(), city.timezone)
    known = read_last_hand_kept_survey(end, workspace)
    if known is not None and known.day == today.isoformat():
        return known
    records, unread = list[HandKeptRecord](), list[str]()
    for name in list_platforms_of_ended_convention(city, today):
        try:
            if get_platform_settings(name, city).kind.capabilities.lists_records:
                records += _fetch_hand_kept_records_of_platform(name, city, workspace, options)
            else:
                unread.append(name)
        except AqueducError as error:
            log.warning("%s", format_labelled_text(name, error.what))
            unread.append(name)
    found = HandKeptRecordsSurvey(today.isoformat(), tuple(records), tuple(unread))
    workspace.store.write_json(build_hand_kept_survey_key(end), found.to_json())
    return found


def _fetch_hand_kept_records_of_platform(
    name: str, city: City, workspace: Workspace, options: dict[str, Any]
) -> Iterator[HandKeptRecord]:
    """What no dataset remembers as its own."""
    settings, store = get_platform_settings(name, city), workspace.store
    ours = {read_platform_state(store, dataset, name).record for dataset in store.list_datasets()}
    with open_platform(settings, city, workspace, **options) as platform:
        platform.read_capabilities()
        for one in cast(RecordListingPlatform, platform).read_record_listings({}).records:
            if one.id not in ours and not (one.observed is not None and one.observed.deleted):
                yield HandKeptRecord(name, one.title or one.name, one.url)
