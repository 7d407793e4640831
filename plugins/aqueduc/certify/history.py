"""What a dataset was, day after day, as its ledger tells it: every entry, and what was online when.

A period begins with the certificate that read the revision back, since only then it is known to have been
served: while it was being written, a platform may have served it some minutes before. It ends on a platform with
the next certificate of something else there, once its record was hidden there, or once a withdrawal was verified:
what visitors found until then is not known. Where a platform shows the same as before, it goes on, whatever became of
the others. What a certificate does not name goes on: a platform that the
declaration names no more still shows what it had.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aqueduc.certify.ledger import get_certificate_online_row_count, list_certificate_platforms, verify_ledger
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.language import Message, Sentence, _
from aqueduc.publish.report import LINK
from aqueduc.store import Store, decode_json_or_none

CERTIFICATE, UNCHANGED = "certificate", "unchanged"
WITHDRAWN: Literal["withdrawn"] = "withdrawn"
HIDDEN: Literal["hidden"] = "hidden"
"""Taken off some platforms (``platforms``), and left where else it is."""
ABSENT: Literal["absent"] = "absent"
"""How a period ends where a look found the record gone, which nobody here took off."""
SEEN = "seen"
"""An entry of what a look found on a ``platform``, otherwise than the look before."""
REPLACED: Literal["replaced"] = "replaced"
"""How a period ends with another certificate."""
Ending = Literal["", "replaced", "hidden", "withdrawn", "absent"]
_SIGHTED: Mapping[str, Ending] = {"hidden": HIDDEN, "absent": ABSENT}
ENTRY_LABELS: Mapping[str, Message] = {
    CERTIFICATE: _("publié et certifié"),
    UNCHANGED: _("source inchangée, rien publié"),
    "lifted": _("rétablissement levé"),
}
"""What people call an entry, by its kind; one of another kind is shown by its ``lecture``."""
_ENTRY_NAMES: Mapping[str, Message] = {
    **ENTRY_LABELS,
    "agreement": _("publication accordée"),
    "withdrawal": _("retrait du public demandé"),
    WITHDRAWN: _("retiré du public"),
    "withdrawal-lift": _("retrait levé"),
    HIDDEN: _("caché sur des plateformes"),
    "objection": _("opposition enregistrée"),
    "objection-lifted": _("opposition levée"),
    "seal": _("registre scellé"),
    SEEN: _("constaté sur une plateforme"),
}


def describe_ledger_entry(entry: Mapping[str, Any]) -> Sentence:
    """What happened, in a few words, of an entry of a dataset's ledger as it is kept."""
    kind = str(entry.get("kind", ""))
    if kind == "agreement" and not entry["decision"]["agreed"]:
        return _("publication refusée")
    return _ENTRY_NAMES.get(kind, kind)


@dataclass(frozen=True)
class HistoryEvent:
    """An entry of the ledger, in its order. ``lecture``: its labels and values as they were written, in
    French. ``revision`` is empty where it names none."""

    entry: str
    kind: str
    at: datetime
    run: str
    revision: str
    restored: bool
    lecture: tuple[tuple[str, str], ...]

    @property
    def has_short_label(self) -> bool:
        """Whether it has a name of a few words; its ``lecture`` is all there is to show of another."""
        return self.restored or self.kind in ENTRY_LABELS

    @property
    def event_label(self) -> Sentence:
        """What people call it."""
        if self.restored:
            return _("révision antérieure rétablie, et certifiée")
        return ENTRY_LABELS.get(self.kind) or " ; ".join(f"{name} : {value}" for name, value in self.lecture)

    def to_json(self) -> dict[str, Any]:
        read = [{"libelle": name, "valeur": value} for name, value in self.lecture]
        return {**asdict(self), "at": self.at.isoformat(), "lecture": read, "label": str(self.event_label)}


@dataclass(frozen=True)
class OnlineFile:
    """A file that a platform served, or a ``link`` that it showed: ``sha256`` and ``bytes`` are then of what a
    visitor was served there when it was read back, None where he was refused or a certificate of before does
    not say."""

    platform: str
    url: str
    sha256: str | None
    bytes: int | None
    link: bool = False


@dataclass(frozen=True)
class SightedDifferences:
    """What a look found ``at`` that instant on ``platform`` otherwise than certified, in French; none once a look found
    it as certified again."""

    at: datetime
    platform: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class OnlinePeriod:
    """A revision online from ``start``, when it was read back, until ``end``, excluded; None while it is.
    ``records``: the address of its record on each platform that shows it, ``record_url`` the first of them.
    ``ending``: how it ended, empty while it is online; the file of one that was replaced or hidden may have
    been read at its own address for longer. ``confirmed``: when a run last found it unchanged, or certified it
    again. ``entry``: its certificate. Where it ended on some platforms only, these are a period of their own.
    ``removed``: of one that was hidden, when nothing of it was found to be served any more; None before.
    ``noticed``: of one that a look found hidden or gone, when; ``end`` is then when it was last known to be shown.
    ``sighted``: what was found meanwhile to be served otherwise than certified."""

    revision: str
    entry: str
    run: str
    access: str
    licence: str
    rows: int
    record_url: str
    records: Mapping[str, str]
    files: tuple[OnlineFile, ...]
    start: datetime
    end: datetime | None
    confirmed: datetime
    ending: Ending = ""
    removed: datetime | None = None
    noticed: datetime | None = None
    sighted: tuple[SightedDifferences, ...] = ()

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Whether any of it lies in the half-open interval."""
        return self.start < end and (self.end is None or self.end > start)

    def split_by_platform_or_url(
        self, platforms: Collection[str], urls: Collection[str] = ()
    ) -> tuple[OnlinePeriod, OnlinePeriod]:
        """What is of ``platforms``, or of the files at ``urls``; and what is not."""
        chosen = [one.platform in platforms or one.url in urls for one in self.files]
        files = list(zip(self.files, chosen, strict=True))
        return (
            self._copy_with_files_and_records(
                tuple(one for one, of_them in files if of_them), platforms.__contains__
            ),
            self._copy_with_files_and_records(
                tuple(one for one, of_them in files if not of_them), lambda name: name not in platforms
            ),
        )

    def _copy_with_files_and_records(
        self, files: tuple[OnlineFile, ...], stays: Callable[[str], bool]
    ) -> OnlinePeriod:
        records = {name: url for name, url in self.records.items() if stays(name)}
        first = next(iter(records.values()), self.record_url)
        sighted = tuple(one for one in self.sighted if stays(one.platform))
        return replace(self, files=files, records=records, record_url=first, sighted=sighted)

    def to_json(self) -> dict[str, Any]:
        said = asdict(replace(self, sighted=()))
        instants = {name: getattr(self, name) for name in ("start", "end", "confirmed", "removed", "noticed")}
        said |= {name: at.isoformat() if at else None for name, at in instants.items()}
        said["sighted"] = [{**asdict(one), "at": one.at.isoformat()} for one in self.sighted]
        # A period of which no look found anything is told as it was before looks were in the ledger.
        return {name: value for name, value in said.items() if value or name not in ("noticed", "sighted")}


@dataclass(frozen=True)
class DatasetHistory:
    """All of it. ``holds``: whether the ledger verifies, without which none of this proves anything;
    ``unreadable``: entries that are cut short, and left out."""

    dataset: str
    events: tuple[HistoryEvent, ...]
    periods: tuple[OnlinePeriod, ...]
    holds: bool
    unreadable: int

    def list_online_periods(self, start: datetime, end: datetime) -> tuple[OnlinePeriod, ...]:
        """What was online at some instant of the half-open interval, in order."""
        return tuple(period for period in self.periods if period.overlaps(start, end))

    def may_files_have_outlived_period(self, period: OnlinePeriod) -> bool:
        """Whether a file of it may have been read at its own address after it was replaced or hidden: not
        one whose address served what replaced it, nor one that a restored revision replaced, which keeps no
        former file."""
        if period.ending == REPLACED and any(one.restored and one.at == period.end for one in self.events):
            return False
        after = {file.url for one in self.periods if one.start == period.end for file in one.files}
        return period.ending in (REPLACED, HIDDEN) and any(one.url not in after for one in period.files)


def read_history(store: Store, dataset: str, public_keys: Sequence[str] = ()) -> DatasetHistory:
    """Reads and verifies the ledger of a dataset. Raises StoreError."""
    keys = store.list_ledger_entry_keys(dataset)
    entries = sorted(
        _decode_ledger_entries((key, store.read(key)) for key in keys),
        key=lambda one: (_get_entry_instant(one[1]), one[0]),
    )
    return DatasetHistory(
        dataset,
        tuple(_build_event(name, raw) for name, raw in entries),
        tuple(_build_online_periods(entries)),
        verify_ledger(store, dataset, public_keys).is_valid,
        len(keys) - len(entries),
    )


def read_latest_events(store: Store, dataset: str, count: int) -> tuple[HistoryEvent, ...]:
    """The newest entries of the ledger, the newest first; the rest of it is not read. Raises StoreError."""
    keys = store.list_ledger_entry_keys(dataset)[: -count - 1 : -1]
    return tuple(
        _build_event(name, raw)
        for name, raw in _decode_ledger_entries(zip(keys, store.read_many(keys), strict=True))
    )


def _decode_ledger_entries(
    found: Iterable[tuple[str, bytes | None]],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each that is whole, with the name of its file."""
    for key, data in found:
        raw = decode_json_or_none(data or b"")
        if isinstance(raw, dict) and (raw.get("served_at") or raw.get("at")):
            yield key.rsplit("/", 1)[-1], raw


def compute_day_bounds(day: date, timezone: str) -> tuple[datetime, datetime]:
    """The first instant of a day of the city, and the first one after it: 23, 24 or 25 hours, in UTC."""
    zone = ZoneInfo(timezone)
    first, after = (
        datetime.combine(one, time.min, zone).astimezone(UTC) for one in (day, day + timedelta(days=1))
    )
    return first, after


def _build_event(name: str, raw: Mapping[str, Any]) -> HistoryEvent:
    return HistoryEvent(
        entry=name,
        kind=str(raw.get("kind", "")),
        at=_get_entry_instant(raw),
        run=str(raw.get("run") or ""),
        revision=str(raw.get("revision") or ""),
        restored=bool(raw.get("restored")),
        lecture=tuple((str(one["libelle"]), str(one["valeur"])) for one in raw.get("lecture", ())),
    )


def _build_online_periods(entries: Sequence[tuple[str, Mapping[str, Any]]]) -> list[OnlinePeriod]:
    """In the order in which they began."""
    shown: list[OnlinePeriod] = []
    ended: list[OnlinePeriod] = []
    # The platforms of the last certificate: a run that finds nothing new looks at no other.
    named: Collection[str] = ()
    for name, raw in entries:
        kind, at = raw.get("kind"), _get_entry_instant(raw)
        if kind == CERTIFICATE:
            begun = _begin_period(name, raw, at)
            named = begun.records
            shown = _continue_or_replace_periods(shown, begun, ended)
        elif kind == UNCHANGED:
            shown = [
                replace(one, confirmed=at)
                if one.revision == raw.get("revision") and one.records.keys() <= set(named)
                else one
                for one in shown
            ]
        elif kind == WITHDRAWN:
            ended = list(_set_removal_date_of_periods(ended, at))
            ended += [replace(one, end=at, ending=WITHDRAWN) for one in shown]
            shown = []
        elif kind == HIDDEN and raw.get("absent"):
            # It was gone before it could be taken off.
            for platform in raw["platforms"]:
                shown, ended = _apply_sighting({"platform": platform, "record": ABSENT}, at, shown, ended)
        elif kind == HIDDEN:
            platforms, removed = raw.get("platforms", ()), bool(raw.get("removed"))
            ended = list(_set_removal_date_of_periods(ended, at, platforms)) if removed else ended
            shown = _end_periods(shown, at, WITHDRAWN if removed else HIDDEN, ended, platforms)
        elif kind == SEEN:
            shown, ended = _apply_sighting(raw, at, shown, ended)
    return sorted([*ended, *shown], key=lambda one: one.start)


def _apply_sighting(
    raw: Mapping[str, Any], at: datetime, shown: list[OnlinePeriod], ended: list[OnlinePeriod]
) -> tuple[list[OnlinePeriod], list[OnlinePeriod]]:
    """What is shown, and what has ended, once a look has found the record of a platform as the entry says."""
    platform, ending = str(raw["platform"]), _SIGHTED.get(str(raw["record"]), "")
    if ending:
        known = datetime.fromisoformat(raw["shown_at"]).astimezone(UTC) if raw.get("shown_at") else None
        parts = [one.split_by_platform_or_url((platform,)) for one in shown]
        gone = [
            replace(one, end=max(one.confirmed, known or one.confirmed), ending=ending, noticed=at)
            for one, _stays in parts
            if one.records
        ]
        if ending == ABSENT:
            ended = list(_set_removal_date_of_periods(ended, at, (platform,)))
        return [stays for _gone, stays in parts if stays.records], [*ended, *gone]
    if not any(platform in one.records for one in shown):
        shown = [*shown, *_resume_period(platform, at, ended)]
    seen = SightedDifferences(at, platform, tuple(raw["differences"]))
    return [_add_sighted_differences(one, seen) for one in shown], ended


def _resume_period(platform: str, at: datetime, ended: Iterable[OnlinePeriod]) -> Iterator[OnlinePeriod]:
    """What a look had found hidden or gone last, shown again."""
    lost = [one for one in ended if one.noticed and platform in one.records]
    for one in sorted(lost, key=lambda one: one.start)[-1:]:
        part, _others = one.split_by_platform_or_url((platform,))
        yield replace(
            part, start=at, end=None, ending="", confirmed=at, removed=None, noticed=None, sighted=()
        )


def _add_sighted_differences(one: OnlinePeriod, seen: SightedDifferences) -> OnlinePeriod:
    last = next((each for each in reversed(one.sighted) if each.platform == seen.platform), None)
    if seen.platform not in one.records or (last.differences if last else ()) == seen.differences:
        return one
    return replace(one, sighted=(*one.sighted, seen))


def _set_removal_date_of_periods(
    ended: Iterable[OnlinePeriod], at: datetime, platforms: Collection[str] | None = None
) -> Iterator[OnlinePeriod]:
    """Those that were hidden, on ``platforms`` (None: all), were found at ``at`` to be gone."""
    for one in ended:
        if one.ending != HIDDEN or one.removed:
            yield one
            continue
        gone, stays = one.split_by_platform_or_url(one.records if platforms is None else platforms)
        yield from [replace(gone, removed=at)] if gone.records else []
        yield from [stays] if stays.records else []


def _continue_or_replace_periods(
    shown: Sequence[OnlinePeriod], begun: OnlinePeriod, ended: list[OnlinePeriod]
) -> list[OnlinePeriod]:
    """What is online once ``begun`` is certified: where a platform shows the same as before, that goes on."""
    at = begun.start
    same = {name for name in begun.records for one in shown if _shows_same_on_platform(one, begun, name)}
    parts = [one.split_by_platform_or_url(same) for one in shown]
    kept = [replace(goes_on, confirmed=at) for goes_on, _other in parts if goes_on.records]
    _same, new = begun.split_by_platform_or_url(same)
    others = [other for _goes_on, other in parts if other.records]
    # What a look found beside what is certified, such as a resource that somebody added, outlives a publication.
    found = [seen for one in others for seen in one.sighted if seen.platform in new.records]
    new = replace(new, sighted=tuple({seen.platform: seen for seen in found}.values()))
    left = _end_periods(others, at, REPLACED, ended, new.records, {one.url for one in new.files})
    if begun.access not in ("", AccessLevel.OPEN.value):
        # A run of a restricted dataset ends only once no visitor opens its record anywhere else.
        elsewhere = {platform for one in left for platform in one.records}
        left = _end_periods(left, at, HIDDEN, ended, elsewhere)
    return [*left, *kept, *([new] if new.records else [])]


def _shows_same_on_platform(one: OnlinePeriod, other: OnlinePeriod, platform: str) -> bool:
    (one, _), (other, _) = (
        one.split_by_platform_or_url((platform,)),
        other.split_by_platform_or_url((platform,)),
    )
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("records", "revision", "access", "licence", "files")
    )


def _end_periods(
    shown: Sequence[OnlinePeriod],
    at: datetime,
    ending: Ending,
    ended: list[OnlinePeriod],
    platforms: Collection[str],
    urls: Collection[str] = (),
) -> list[OnlinePeriod]:
    """What goes on after ``at``; what does not is added to ``ended``."""
    left: list[OnlinePeriod] = []
    for one in shown:
        gone, stays = one.split_by_platform_or_url(platforms, urls)
        if gone.records or gone.files:
            ended.append(replace(gone, end=at, ending=ending))
        if stays.records:
            left.append(stays)
    return left


def _begin_period(name: str, raw: Mapping[str, Any], at: datetime) -> OnlinePeriod:
    places = list_certificate_platforms(raw)
    return OnlinePeriod(
        revision=str(raw["revision"]),
        entry=name,
        run=str(raw["run"]),
        access=str(raw.get("access", "")),
        licence=str(raw.get("licence", "")),
        rows=get_certificate_online_row_count(raw),
        record_url=str(raw.get("record_url", "")),
        records={str(one.get("platform", "")): str(one.get("record_url", "")) for one in places},
        files=tuple(file for place in places for file in _list_online_files(place)),
        start=at,
        end=None,
        confirmed=at,
    )


def _list_online_files(place: Mapping[str, Any]) -> Iterator[OnlineFile]:
    resources, proofs = place.get("resources", ()), place.get("proofs", ())
    links = iter([one for one in proofs if one.get("what") == LINK])
    for one in resources:
        link = not one.get("sha256")
        read = next(links, {}) if link else one
        yield OnlineFile(
            str(place.get("platform", "")), str(one["url"]), read.get("sha256"), read.get("bytes"), link
        )


def _get_entry_instant(raw: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(raw.get("served_at") or raw["at"])).astimezone(UTC)
