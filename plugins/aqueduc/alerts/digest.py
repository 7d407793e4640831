"""The week of the city's open data, each Monday, in French: what was opened, refreshed and not, and what was
told. Made of listings and of the alerts of the week: its cost does not grow with the number of datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from aqueduc.alert_queue import (
    KEPT_WEEKS,
    Alert,
    AlertKind,
    delete_sent_alerts_of_week,
    list_alerts_sent_in_week,
    list_waiting_alerts,
)
from aqueduc.alerts.channels import AlertChannels
from aqueduc.alerts.delivery import DeliveryResult, deliver_alerts
from aqueduc.alerts.message import MessageSection, build_message, store_outgoing_message
from aqueduc.alerts.recipients import Recipient, list_audience_recipients
from aqueduc.decisions import read_withdrawal_mark
from aqueduc.declaration import City, LoadedCity, load_city, load_dataset
from aqueduc.errors import AqueducError
from aqueduc.findings import format_french_count
from aqueduc.language import _, format_labelled_text, use_language
from aqueduc.run import Workspace
from aqueduc.store import Store
from aqueduc.week_journal import WeekEvent, format_iso_week, list_datasets_with_week_event

LISTED = 25
"""Datasets named in a section; more are counted."""
_PUBLISHED: tuple[tuple[WeekEvent, str], ...] = (
    ("opened", "Ouverts"),
    ("refreshed", "Mis à jour"),
    ("unchanged", "Regardés, et inchangés"),
)
_TOLD: tuple[tuple[AlertKind, str], ...] = (
    ("incident", "Incidents"),
    ("held", "Retenus par une porte"),
    ("failed", "Échecs"),
    ("late", "En retard"),
    ("withdrawal", "Retraits inachevés"),
    ("claim", "Réclamations"),
    ("agreement", "Accords demandés"),
    ("deadline", "Échéances"),
    ("drift", "Écarts"),
    ("silence", "Silences"),
)


@use_language("fr")
def build_weekly_digest_sections(workspace: Workspace, week: datetime) -> list[MessageSection]:
    """Of the ISO week of ``week``, in UTC. Raises StoreError."""
    store = workspace.store
    alerts = [
        one
        for one in (*list_alerts_sent_in_week(store, week), *list_waiting_alerts(store))
        if _belongs_in_city_digest(one, store)
    ]
    titles = _DatasetTitleReader(workspace)
    published = (
        _build_dataset_section(
            label, list_datasets_with_week_event(store, event, week), titles, named=event != "unchanged"
        )
        for event, label in _PUBLISHED
    )
    withdrawn = [
        one
        for one in list_datasets_with_week_event(store, "withdrawn", week)
        if read_withdrawal_mark(store, one)
    ]
    decided = _build_dataset_section("Retraits décidés", withdrawn, titles, named=True)
    told = (_build_alert_section(label, [one for one in alerts if one.kind == kind]) for kind, label in _TOLD)
    return [section for section in (*published, decided, *told) if section is not None]


def _belongs_in_city_digest(alert: Alert, store: Store) -> bool:
    """What the Region is told is told to the city by an alert of its own, or was decided there; what is lifted, or
    since proved, is not left unfinished."""
    if alert.audience == ("region",):
        return False
    mark = read_withdrawal_mark(store, alert.subject) if alert.kind == "withdrawal" else None
    return alert.kind != "withdrawal" or (mark is not None and not mark.proved_at)


def send_weekly_digest(workspace: Workspace, city: City, channels: AlertChannels) -> DeliveryResult:
    """The digest of the week before now, once, to each audience of ``notify.digest``; with it what waits.

    Raises StoreError; DatasetBusy while another process delivers.
    """
    store, week = workspace.store, workspace.clock().astimezone(UTC) - timedelta(days=7)
    mark = f"alerts/digests/{format_iso_week(week)}.json"
    with store.lock("alerts", where=_("envoi des alertes")):
        if not store.exists(mark):
            _write_digest_messages(workspace, city, week)
            store.write_json(mark, {"at": workspace.clock().isoformat()})
            delete_sent_alerts_of_week(store, week - timedelta(weeks=KEPT_WEEKS))
    return deliver_alerts(workspace, city, channels)


def _write_digest_messages(workspace: Workspace, city: City, week: datetime) -> None:
    sections = build_weekly_digest_sections(workspace, week)
    if not sections:
        sections = [MessageSection("Rien", ("Aucune exécution et aucune alerte cette semaine.",))]
    subject = format_digest_subject(week)
    closing = f"Ce message ne contient aucune donnée de la source. Aqueduc, pour {city.name}."
    recipients = {
        one.medium_and_address: Recipient(one.medium, one.to, "fr")
        for audience in city.notify.digest
        for one in list_audience_recipients(audience, city, city.contact)
    }
    for recipient in recipients.values():
        key = f"digest {format_iso_week(week)}"
        message = build_message(recipient, subject, sections, closing, (key,), workspace.clock())
        store_outgoing_message(workspace.store, message)


def format_digest_subject(week: datetime) -> str:
    """« Aqueduc : la semaine du 23/11/2026 »."""
    monday = week - timedelta(days=week.weekday())
    return f"Aqueduc : la semaine du {monday:%d/%m/%Y}"


def _build_dataset_section(
    label: str, datasets: Sequence[str], titles: _DatasetTitleReader, *, named: bool
) -> MessageSection | None:
    if not datasets:
        return None
    lines = [f"{titles.read_title(one)} ({one})" for one in datasets[:LISTED]] if named else []
    return MessageSection(
        f"{label} : {format_french_count(len(datasets), 'jeu', 'jeux')}",
        (*lines, *_format_remaining_count(datasets, lines)),
    )


def _build_alert_section(label: str, alerts: Sequence[Alert]) -> MessageSection | None:
    if not alerts:
        return None
    found = list({_build_alert_deduplication_key(alert): alert for alert in alerts}.values())
    labels = [str(format_labelled_text(alert.title, alert.remedy)) for alert in found]
    shared = {label for label, count in Counter(labels).items() if count > 1}
    lines = [
        f"{label} ({alert.what})" if label in shared else label
        for label, alert in zip(labels[:LISTED], found, strict=False)
    ]
    return MessageSection(f"{label} : {len(found)}", (*lines, *_format_remaining_count(found, lines)))


def _build_alert_deduplication_key(alert: Alert) -> tuple[str, ...]:
    """What is the same for what was told again, each day or for the hours that are left. A difference is told once:
    two that call for the same, of two platforms, have each a sentence of their own."""
    once = alert.kind in ("incident", "drift") or alert.subject == "city"
    return (alert.subject, alert.title, str(alert.remedy), *([str(alert.what)] if once else []))


def _format_remaining_count(found: Sequence[Any], lines: Sequence[str]) -> Iterator[str]:
    if lines and len(found) > len(lines):
        yield f"… et {len(found) - len(lines)} de plus"


class _DatasetTitleReader:
    """Titles of datasets, as their declarations have them; the identifier where none can be read."""

    def __init__(self, workspace: Workspace) -> None:
        self._include = workspace.include

    @cached_property
    def _loaded_city(self) -> LoadedCity:
        return load_city(self._include)

    def read_title(self, dataset: str) -> str:
        try:
            return load_dataset(self._include / "datasets" / f"{dataset}.yaml", self._loaded_city).title
        except AqueducError:
            return dataset
