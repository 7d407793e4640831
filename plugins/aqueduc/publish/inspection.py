"""What every run looks at first: whether the platforms still show what a publication left there.

A source that has not changed, or that does not answer, hides nothing of what people did at a platform. The
look costs a few requests and no download; what differs is told, and put right by the publication that
follows.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC

import httpx

from aqueduc.declaration.spec import REOPEN, City, Dataset
from aqueduc.declaration.term import convert_to_city_date, list_platforms_blocked_by_convention
from aqueduc.errors import (
    AqueducError,
    PlatformError,
    PublicationGateClosed,
    RestrictedDataExposed,
)
from aqueduc.language import _, format_labelled_text, join_messages
from aqueduc.publish.person_acts import require_waiver_to_undo_person_withdrawal
from aqueduc.publish.planning.drift import (
    READ,
    ROWS,
    SERVED,
    classify_record_presence,
    compute_value_digest,
    describe_changes_since_publication,
    forget_served_digests,
    format_managed_field_display_name,
    list_fields_changed_since_publication,
    list_resources_with_distrusted_table,
    was_published_with_visibility,
)
from aqueduc.publish.planning.state import (
    ObservedRecord,
    ObservedResource,
    ObservedTable,
    PlatformState,
    RecordPresence,
    build_platform_state_key,
)
from aqueduc.publish.platform import Platform, get_platform_settings, open_platform
from aqueduc.publish.proof.contents import distrust_table, has_same_rows_at_a_glance
from aqueduc.publish.recorder import list_former_platforms, read_platform_state
from aqueduc.run import Run, Workspace
from aqueduc.sightings import IncidentSighting, save_incident_sighting_if_new
from aqueduc.store import Store
from aqueduc.threads import map_in_threads

log = logging.getLogger(__name__)

MOST_REQUESTS = 6
"""For a dataset and a platform. What they do not suffice for is drawn by lot at each run."""

NoticeRecord = Callable[[str, RecordPresence], None]
"""Is told how visitors find the record on a platform, called by its name."""

_GRAVEST_FIRST = (RestrictedDataExposed, PublicationGateClosed, AqueducError)


def detect_differences_and_hide_exposed_records(
    dataset: Dataset,
    city: City,
    run: Run,
    workspace: Workspace,
    notice: NoticeRecord = lambda _platform, _presence: None,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Whether a platform shows something else than what was left there: it is logged, and the next
    publication's to put right. ``notice`` is told what visitors find. ``transport`` and ``sleep`` are for tests.

    Each platform is looked at, whatever was found on another; of a restricted dataset, those too where it was
    published before. Then the gravest is raised: RestrictedDataExposed (visitors could open it; it was hidden),
    PublicationGateClosed (a person took it away from the public, and nobody waived that), or what kept from
    looking.
    """
    differs, failures = False, list[AqueducError]()
    left = list_former_platforms(dataset, workspace.store) if not dataset.access.is_open else ()
    day = convert_to_city_date(workspace.clock(), city.timezone)
    # What is there is the convention's to hide; nothing of it is put right by a publication.
    out = list_platforms_blocked_by_convention(dataset, city, day)
    published = (workspace.store.read_current_revision_pointer(dataset.id) or {}).get("platforms")
    for name in (
        *dataset.publication.platforms,
        *(name for name in left if city.find_platform_settings(name)),
    ):
        if name in out:
            continue
        state = read_platform_state(workspace.store, dataset.id, name)
        # Out of the term when the rest was certified, or taken off since.
        absent = published is not None and (name not in published or not state.last_applied)
        differs |= absent and name in dataset.publication.platforms
        if not state.last_applied:
            continue
        try:
            settings = get_platform_settings(name, city)
            with open_platform(settings, city, workspace, transport=transport, sleep=sleep) as platform:
                look = _RunStartInspection(platform, dataset.id, run, state, name, dataset, notice)
                if name in dataset.publication.platforms:
                    differs |= look.hide_newly_restricted_record(
                        workspace.store
                    ) or look.has_differences_since_publication(workspace.store)
                else:
                    look.hide_record_on_former_platform(workspace.store)
        except AqueducError as error:
            log.warning("%s", format_labelled_text(name, error.what))
            failures.append(error)
            # One that was left open, and is restricted since, was opened by nobody.
            if isinstance(error, RestrictedDataExposed) and was_published_with_visibility(state, hidden=True):
                at = workspace.clock().astimezone(UTC).isoformat(timespec="seconds")
                save_incident_sighting_if_new(
                    workspace.store, IncidentSighting("restricted", dataset.id, dataset.title, name, at)
                )
    if failures:
        raise min(failures, key=lambda one: [isinstance(one, kind) for kind in _GRAVEST_FIRST].index(True))
    return differs


@dataclass(frozen=True)
class PlatformInspection:
    """A look at what was left of the dataset ``slug`` on one platform, called ``name``."""

    platform: Platform
    slug: str
    run: Run
    state: PlatformState
    name: str

    def read_record_without_tables(self, *, anonymous: bool) -> ObservedRecord | None:
        return self.platform.read_record_without_tables(self.slug, self.state, anonymous=anonymous)

    def hide_record_and_raise_on_exposure(
        self, seen: ObservedRecord | None, there: ObservedRecord, store: Store
    ) -> None:
        """Raises RestrictedDataExposed when a visitor can open what was left hidden: the record is hidden
        first."""
        opened = [
            name
            for one, name, url in self.sample_addresses_to_inspect(there)
            if self._is_open_to_visitors(one, name, url)
        ]
        openings = [
            *([str(_("la fiche"))] if seen else []),
            *(format_managed_field_display_name(name, self.state.resources) for name in opened),
        ]
        if not openings:
            return
        closed = seen is not None and self._hide_record_and_verify(there, store)
        raise RestrictedDataExposed(
            _("N'importe qui pouvait ouvrir ce jeu restreint sur « {platform} » ({names}). {done}").format(
                platform=self.name,
                names=join_messages(openings),
                done=_("La fiche vient d'y être cachée.")
                if closed
                else _("Ce qui était ouvert l'est encore."),
            ),
            where=self.platform.build_record_url(self.slug),
            remedy=_(
                "s'assurer sans être connecté que plus rien ne s'ouvre, sinon prévenir qui tient la "
                "plateforme ; demander qui l'a ouvert, depuis quand et qui l'a lu ; prévenir le délégué à la "
                "protection des données (72 heures pour la CNIL si ce sont des données personnelles)"
            ),
        )

    def _hide_record_and_verify(self, there: ObservedRecord, store: Store) -> bool:
        """Hides the record, but in a dry run, and looks whether it is. Who dies in between leaves nothing that would
        pass for the act of a person."""
        if self.run.dry_run:
            return False
        known = self.state.withdrawn or was_published_with_visibility(self.state, hidden=True)
        key = build_platform_state_key(self.slug, self.name)
        if not known:
            store.write_json(key, forget_served_digests(self.state, hidden=None).to_json())
        try:
            self.platform.hide_record(there.id)
            hidden = self.read_record_without_tables(anonymous=True) is None
        except PlatformError as error:
            log.warning("%s", format_labelled_text(self.name, error))
            return False
        if hidden and not known:
            state = self._forget_fields_changed_by_hiding(there)
            store.write_json(key, forget_served_digests(state, hidden=True).to_json())
        return hidden

    def _forget_fields_changed_by_hiding(self, before: ObservedRecord) -> PlatformState:
        """What is remembered, without the fields that hiding the record changed too: nobody's hand did."""
        after = self.read_record_without_tables(anonymous=False)
        changed = set(list_fields_changed_since_publication(after, self.state)) if after else set()
        ours = changed.difference(list_fields_changed_since_publication(before, self.state))
        left = {name: digest for name, digest in self.state.last_applied.items() if name not in ours}
        return replace(self.state, last_applied=left)

    def sample_addresses_to_inspect(
        self, there: ObservedRecord, *, tables: bool = True
    ) -> list[tuple[ObservedResource, str, str]]:
        """The files, and ``tables`` if they are wanted, to ask for: the resource, the name of what was left there, and
        the address."""
        left = [
            (one, name, url)
            for one in there.resources
            for url, place in one.file_addresses.items()
            if url
            for name in (f"{one.id}.{SERVED}{place}", f"{one.id}.{READ}{place}", f"{one.id}.{ROWS}{place}")
            if name in self.state.last_applied and (tables or not name.endswith(ROWS))
        ]
        # Of a table for visitors the number of rows is asked for, then some of them.
        of_table = 2 if was_published_with_visibility(self.state, hidden=False) else 1
        most = MOST_REQUESTS - self.platform.inspection_requests
        drawn = list[tuple[ObservedResource, str, str]]()
        for one in sorted(left, key=lambda one: compute_value_digest((self.run.id, one[1]))):
            most -= of_table if one[1].endswith(ROWS) else 1
            if most >= 0:
                drawn.append(one)
        return drawn

    def _is_open_to_visitors(self, resource: ObservedResource, name: str, url: str) -> bool:
        """Whether it opens to a visitor."""
        if name.endswith(ROWS):
            return self.platform.read_table(resource.id, anonymous=True) is not None
        return self.platform.client.read_byte_range(url, 0, 1, anonymous=True).is_success


@dataclass(frozen=True)
class _RunStartInspection(PlatformInspection):
    """The look that a run of ``dataset`` begins with."""

    dataset: Dataset
    notice: NoticeRecord

    def has_differences_since_publication(self, store: Store) -> bool:
        seen = self.read_record_without_tables(anonymous=True)
        there = seen or self.read_record_without_tables(anonymous=False)
        self._notice_record(there, seen)
        # What a visitor is shown may say nothing of its resources.
        if seen is None and self._has_waived_withdrawal_by_person(there):
            return True
        if there is None:
            return False
        if was_published_with_visibility(self.state, hidden=True) and not self.dataset.access.is_open:
            self.hide_record_and_raise_on_exposure(seen, there, store)
        if seen and describe_changes_since_publication(seen, self.state):
            # A cache may go on with what was there before: what the city is shown decides.
            there = self.read_record_without_tables(anonymous=False) or there
            if self._has_waived_withdrawal_by_person(there):
                return True
        changed = [
            *describe_changes_since_publication(there, self.state),
            *self._list_unexpected_managed_resources(there),
            *(
                format_managed_field_display_name(f"{one}.{ROWS}", self.state.resources)
                for one in sorted(list_resources_with_distrusted_table(self.state))
            ),
        ]
        names = dict.fromkeys([*changed, *self._describe_addresses_served_differently(seen, there, store)])
        if names:
            said = _("Modifié sur « {platform} » depuis la publication précédente : {names}.")
            log.warning("%s", said.format(platform=self.name, names=", ".join(names)))
        return bool(names) or there.due or self._is_due_to_become_public(there)

    def _notice_record(self, there: ObservedRecord | None, seen: ObservedRecord | None) -> None:
        presence = classify_record_presence(there, seen, self.state)
        if presence == "absent":
            # A platform that refuses everything has not said that the record is gone.
            self.platform.read_capabilities()
        self.notice(self.name, presence)

    def _is_due_to_become_public(self, there: ObservedRecord) -> bool:
        """Whether it was not left open, and is declared so: what Aqueduc hid itself comes back, source changed or
        not."""
        if not self.dataset.access.is_open or was_published_with_visibility(self.state, hidden=False):
            return False
        if there.hidden:
            log.warning(
                "%s",
                _("L'accès est déclaré ouvert et la fiche est cachée sur « {platform} ».").format(
                    platform=self.name
                ),
            )
        return True

    def hide_newly_restricted_record(self, store: Store) -> bool:
        """Of what was left open, and is restricted since: whether it was hidden. Nobody waits for the publication,
        which an agreement may hold for long, and which then closes the files."""
        if (
            self.dataset.access.is_open
            or self.run.dry_run
            or was_published_with_visibility(self.state, hidden=True)
        ):
            return False
        seen = self.read_record_without_tables(anonymous=True)
        if seen is None or not self._hide_record_and_verify(seen, store):
            return False
        log.warning(
            "%s",
            _("Ce jeu est devenu restreint : sa fiche vient d'être cachée sur « {platform} ».").format(
                platform=self.name
            ),
        )
        return True

    def _has_waived_withdrawal_by_person(self, there: ObservedRecord | None) -> bool:
        """Whether a person did, and another one waived that. Raises PublicationGateClosed when nobody did."""
        return bool(
            require_waiver_to_undo_person_withdrawal(
                self.dataset, self.run.find_waiver(REOPEN), self.name, there, self.state
            )
        )

    def hide_record_on_former_platform(self, store: Store) -> None:
        """Of a platform that the declaration no longer names, where the dataset was left open. Hidden there,
        it is at an end; else the next run tries again."""
        seen = self.read_record_without_tables(anonymous=True)
        if seen is None:
            return
        try:
            self.hide_record_and_raise_on_exposure(seen, seen, store)
        finally:
            if not self.run.dry_run and self.read_record_without_tables(anonymous=True) is None:
                store.delete(build_platform_state_key(self.dataset.id, self.name))

    def _list_unexpected_managed_resources(self, there: ObservedRecord) -> Iterator[str]:
        """The files of ours that no publication left there: a request that was on its way while another run published."""
        known = self.state.resources
        for one in there.resources if known else ():
            if one.managed and one.id not in known:
                yield str(_("{format} (en trop)").format(format=one.format))

    def _describe_addresses_served_differently(
        self, seen: ObservedRecord | None, there: ObservedRecord, store: Store
    ) -> Iterator[str]:
        """What is not served to a visitor as it was left; of what is not for him, nothing is asked here."""
        if not was_published_with_visibility(self.state, hidden=False):
            return
        if seen is None:
            yield str(_("accès d'un visiteur"))
            return
        asked = self.sample_addresses_to_inspect(there)
        for (_one, name, _url), same in zip(
            asked,
            map_in_threads(lambda one: self._serves_last_published_content(one, store), asked),
            strict=True,
        ):
            if not same:
                yield format_managed_field_display_name(name, self.state.resources)

    def _serves_last_published_content(self, asked: tuple[ObservedResource, str, str], store: Store) -> bool:
        resource, name, url = asked
        left, client = self.state.last_applied[name], self.platform.client
        if name.endswith(ROWS):
            held = self.platform.read_table(resource.id, anonymous=True)
            if held is None or compute_value_digest(held.count) != left:
                return False
            return self._serves_last_published_rows(resource, held, store)
        if f".{READ}" in name:
            read = client.hash_served_file(url, anonymous=True)
            return read.is_success and read.sha256 == resource.fields.get("sha256")
        served = client.read_byte_range(url, 0, 1, anonymous=True)
        return served.is_success and compute_value_digest((served.etag, served.total)) == left

    def _serves_last_published_rows(
        self, resource: ObservedResource, held: ObservedTable, store: Store
    ) -> bool:
        """Whether it does, of the rows that are glanced at. Where it does not, the publication that follows makes the
        table anew: it would look at other rows."""
        left = self.state.tables.get(held.home or resource.id)
        if left is None or not left.partitions or not all(map(store.exists, left.partitions)):
            # Nothing is known to compare with: the publication that is due sees to it.
            return True
        seed = int(compute_value_digest((self.run.id, resource.id)), 16)
        if has_same_rows_at_a_glance(
            self.platform, store, resource.id, held, left, self.dataset.key, seed >> 1
        ):
            return True
        if not self.run.dry_run:
            distrust_table(store, self.slug, self.name, self.state, resource.id)
        return False
