"""Reading back: what is certified is what the platform serves, to the city and to a passer-by.

Names of fields go into messages, never what they hold.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from aqueduc.errors import ReadBackMismatch
from aqueduc.language import LocalisedNumber, Message, Sentence, _, build_row_count_message, n_, use_language
from aqueduc.publish.client import PlatformClient, PublishableFile
from aqueduc.publish.planning.plan import find_differing_fields, has_desired_resource_order, pair_resources
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    DesiredTable,
    ObservedRecord,
    ObservedResource,
    PlatformState,
)
from aqueduc.publish.planning.table_plan import list_columns_with_changed_type
from aqueduc.publish.platform import Platform
from aqueduc.publish.proof.served import ServedContent
from aqueduc.publish.report import LINK, ReadBackProof
from aqueduc.publish.revision.rows import (
    adapt_kinds_to_timestamp_precision,
    list_record_keys,
    normalise_record_for_comparison,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

WHOLE_BYTES = 64 << 20
SAMPLE_BYTES = 1 << 20
SAMPLES = 8
SAMPLE_ROWS = 20
CACHES_S = (2, 5, 10, 20, 30)
"""Pauses before a visitor's view is looked at again: a minute in all."""

CITY, VISITOR = "ville", "visiteur"
OTHER_RESOURCES = _("autres ressources de la fiche")
"""What a proof says it is of: what people put on the record beside ours, which nobody looks at."""

_SAID = _("La plateforme ne sert pas ce qui lui a été confié : {}.")
_REMEDY = _("relancer la tâche ; si cela revient, regarder la fiche et prévenir qui tient la plateforme")


class TableReadBackMismatch(ReadBackMismatch):
    """The error of a table that is not what was written. ``home``: the resource that holds the rows, which
    are not those that it was left with."""

    def __init__(self, what: Sentence, *, where: str, remedy: Sentence, home: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.home = home


@dataclass(frozen=True)
class RecordReadBackVerifier:
    """One reading back. ``where`` is the record's public address; ``served``: how each file was, by its
    address, once it was read."""

    platform: Platform
    desired: DesiredRecord
    where: str
    clock: Callable[[], datetime]
    served: dict[str, ServedContent] = field(default_factory=dict)

    def read_back_and_verify_record(
        self, state: PlatformState
    ) -> tuple[ObservedRecord, tuple[ReadBackProof, ...]]:
        """Raises ReadBackMismatch for the first thing that is not as wanted."""
        observed = self.platform.read_observed_record(self.desired.slug, state)
        if observed is None or observed.deleted:
            raise self._build_mismatch_error(_("la fiche n'existe pas"))
        return observed, tuple(self._verify_record_and_resources(observed, state))

    def _verify_record_and_resources(
        self, observed: ObservedRecord, state: PlatformState
    ) -> Iterator[ReadBackProof]:
        yield self._verify_record(observed)
        if self._serves_visitors:
            yield self._verify_record_for_visitors(state)
        pairing = pair_resources(self.desired, observed)
        for resource, there in zip(self.desired.resources, pairing.of, strict=True):
            if there is None:
                raise self._build_mismatch_error(
                    _("la ressource {display_name} n'existe pas").format(display_name=resource.display_name)
                )
            yield from self._verify_resource(resource, there)
        if self.desired.has_slices and not has_desired_resource_order(observed, pairing):
            raise self._build_mismatch_error(_("les ressources ne sont pas dans l'ordre"))
        if others := sum(not one.managed for one in observed.resources):
            yield self._build_proof(
                OTHER_RESOURCES,
                CITY,
                n_("{count} ressource, non regardée", "{count} ressources, non regardées", others),
            )

    @property
    def _serves_visitors(self) -> bool:
        return self.platform.read_capabilities().served

    def _verify_record(self, observed: ObservedRecord) -> ReadBackProof:
        changed = [
            *find_differing_fields(self.desired.fields, observed.fields),
            *find_differing_fields(self.desired.extras, observed.extras),
            *(["private"] if observed.hidden != self.desired.hidden else []),
        ]
        if changed:
            raise self._build_mismatch_error(
                _("la fiche n'a pas gardé {changed}").format(changed=", ".join(changed))
            )
        return self._build_proof("fiche", CITY, "identique")

    def _verify_record_for_visitors(self, state: PlatformState) -> ReadBackProof:
        seen = self._read_until_fresh(
            lambda: self.platform.read_record_without_tables(self.desired.slug, state, anonymous=True),
            lambda seen: seen is not None and not find_differing_fields(self.desired.fields, seen.fields),
        )
        if (seen is not None) == self.desired.hidden:
            raise self._build_mismatch_error(
                _("la fiche d'un jeu restreint est lisible par tous")
                if seen
                else _("la fiche n'est pas publique")
            )
        if seen is None:
            return self._build_proof("fiche", VISITOR, "refusé")
        if changed := find_differing_fields(self.desired.fields, seen.fields):
            raise self._build_mismatch_error(
                _("un visiteur ne voit pas la même fiche ({changed})").format(changed=", ".join(changed))
            )
        return self._build_proof("fiche", VISITOR, "identique")

    def _verify_resource(self, resource: DesiredResource, there: ObservedResource) -> Iterator[ReadBackProof]:
        changed = find_differing_fields(resource.fields, there.fields)
        if changed:
            raise self._build_mismatch_error(
                _("la ressource {display_name} n'a pas gardé {changed}").format(
                    display_name=resource.display_name, changed=", ".join(changed)
                )
            )
        if resource.file is not None:
            for url, which in there.file_addresses.items():
                what = _("fichier {display_name}{which}").format(
                    display_name=resource.display_name, which=Message(which)
                )
                yield from self._verify_file(what, resource.file, url)
        else:
            yield self._verify_link(there)
        if resource.table is not None:
            yield from self._verify_table(resource.table, there, resource.slice_note)

    def _verify_file(self, what: Message, file: PublishableFile, url: str) -> Iterator[ReadBackProof]:
        read = read_served_file_if_identical(self.platform.client, url, file, anonymous=False)
        if read is None:
            raise self._build_mismatch_error(
                _("le {what} servi n'est pas celui qui a été déposé").format(what=what)
            )
        self.served[url] = read
        yield self.build_file_proof(what, CITY, file, read.size)
        if not self._serves_visitors:
            return
        if not self.desired.hidden:
            read = self._read_until_fresh(
                lambda: read_served_file_if_identical(self.platform.client, url, file, anonymous=True),
                lambda read: read is not None,
            )
            if read is None:
                raise self._build_mismatch_error(
                    _("le {what} servi à un visiteur n'est pas celui qui a été déposé").format(what=what)
                )
            self.served[url] = read
            yield self.build_file_proof(what, VISITOR, file, read.size)
        elif self.platform.client.read_byte_range(url, 0, 1, anonymous=True).is_refused_or_absent:
            yield self._build_proof(what, VISITOR, "refusé")
        else:
            raise self._build_mismatch_error(
                _("le {what} d'un jeu restreint est lisible par tous").format(what=what)
            )

    def _read_until_fresh(self, look: Callable[[], T], good: Callable[[T], bool]) -> T:
        """What a visitor is served, once it is good: a cache in front of the platform may go on for a while
        with what was there before. What must be hidden is not waited for."""
        seen = look()
        for seconds in () if self.desired.hidden else CACHES_S:
            if good(seen):
                break
            waits = _("Un visiteur voit encore l'état précédent : nouvelle lecture dans {seconds} s.")
            log.info("%s", waits.format(seconds=seconds))
            self.platform.client.sleep(seconds)
            seen = look()
        return seen

    def build_file_proof(self, what: Message, reader: str, file: PublishableFile, read: int) -> ReadBackProof:
        """What was only sampled is said to be, and its hash, which nobody computed again, is not claimed."""
        if read == file.bytes:
            return self._build_proof(what, reader, "identique", sha256=file.sha256, size=read)
        sampled = _("identique, par sondage : {part} relus sur {whole}").format(
            part=_format_byte_count(read), whole=_format_byte_count(file.bytes)
        )
        return self._build_proof(what, reader, sampled, size=read)

    def _verify_link(self, there: ObservedResource) -> ReadBackProof:
        served = self.platform.client.hash_served_file(there.url, anonymous=True)
        if self.desired.hidden != served.refused or (not served.refused and not served.is_success):
            raise self._build_mismatch_error(_("le lien ne répond plus comme avant sa publication"))
        claimed = str(there.fields.get("sha256") or "")
        if claimed and served.is_success and served.sha256 != claimed:
            raise self._build_mismatch_error(_("le lien ne sert pas le fichier que la fiche annonce"))
        if claimed:
            # A link that claims nothing changes by itself.
            self.served[there.url] = served
        result = "refusé" if served.refused else "lisible"
        sha256, size = (None, None) if served.refused else (served.sha256, served.size)
        return self._build_proof(LINK, VISITOR, result, sha256=sha256, size=size)

    def _verify_table(
        self, table: DesiredTable, there: ObservedResource, place: Sentence
    ) -> Iterator[ReadBackProof]:
        what = Message("table{}").format(place)
        for reader in (CITY, VISITOR):
            held = there.table if reader == CITY else self.platform.read_table(there.id, anonymous=True)
            if reader == VISITOR and self.desired.hidden:
                if held is not None:
                    raise self._build_mismatch_error(
                        _("la table d'un jeu restreint est interrogeable par tous")
                    )
                yield self._build_proof(what, VISITOR, "refusé")
                continue
            if held is None:
                raise self._build_table_mismatch_error(there, _("n'existe pas"))
            names = [field.name for field in held.fields]
            if held.count != table.count or names != [field.name for field in table.fields]:
                raise self._build_table_mismatch_error(
                    there,
                    _("a {rows} et {columns} au lieu de {wanted} et {fields}").format(
                        rows=build_row_count_message(held.count),
                        columns=n_("{count} colonne", "{count} colonnes", len(names)),
                        wanted=LocalisedNumber(table.count),
                        fields=LocalisedNumber(len(table.fields)),
                    ),
                )
            if changed := list_columns_with_changed_type(table, held):
                raise self._build_table_mismatch_error(
                    there, _("a changé le type de {changed}").format(changed=", ".join(changed))
                )
            compared_rows = self._verify_sampled_rows(table, there, anonymous=reader == VISITOR)
            result = _("effectif, colonnes et types identiques ; {rows} relues et identiques").format(
                rows=build_row_count_message(compared_rows)
            )
            yield self._build_proof(what, reader, result, rows=held.count)

    def _verify_sampled_rows(self, table: DesiredTable, there: ObservedResource, *, anonymous: bool) -> int:
        """Compares, cell by cell, the rows of the first and last keys and a sample, and looks whether the
        first and the last row that a reader gets are ours. Returns how many rows were compared."""
        ours = table.rows.sample_rows(SAMPLE_ROWS)
        if not ours:
            return 0
        ends = self.platform.read_first_and_last_rows(there.id, anonymous=anonymous)
        if not table.key:
            # It was filled in one go: its first row is the file's, and its last too.
            theirs = ends
        else:
            theirs = self.platform.read_rows_with_keys(
                there.id, table, list_record_keys(ours, table.key), anonymous=anonymous
            )
            if next(table.rows.find_keys_absent_from_revision([ends]), []):
                raise self._build_table_mismatch_error(there, _("contient une ligne qui n'a pas été publiée"))
        kinds = adapt_kinds_to_timestamp_precision(
            theirs, {column.name: column.type for column in table.fields}
        )
        wanted_rows, found = (
            {normalise_record_for_comparison(record, kinds) for record in rows} for rows in (ours, theirs)
        )
        if wanted_rows != found:
            count = len(wanted_rows - found) or len(found - wanted_rows)
            raise self._build_table_mismatch_error(
                there,
                _("a d'autres valeurs ({rows} sur l'échantillon)").format(
                    rows=build_row_count_message(count)
                ),
            )
        return len(wanted_rows)

    def _build_proof(
        self,
        what: Sentence,
        reader: str,
        result: Sentence,
        *,
        sha256: str | None = None,
        size: int | None = None,
        rows: int | None = None,
    ) -> ReadBackProof:
        """In French: the certificate quotes it."""
        at = self.clock().isoformat(timespec="seconds")
        with use_language("fr"):
            return ReadBackProof(str(what), reader, str(result), at, sha256, size, rows)

    def _build_mismatch_error(self, what: Sentence) -> ReadBackMismatch:
        return ReadBackMismatch(_SAID.format(what), where=self.where, remedy=_REMEDY)

    def _build_table_mismatch_error(self, there: ObservedResource, what: Sentence) -> TableReadBackMismatch:
        home = (there.table.home if there.table else "") or there.id
        said = _SAID.format(_("la table interrogeable {what}").format(what=what))
        return TableReadBackMismatch(said, where=self.where, remedy=_REMEDY, home=home)


def read_served_file_if_identical(
    client: PlatformClient, url: str, file: PublishableFile, *, anonymous: bool
) -> ServedContent | None:
    """What ``url`` serves, when it is ``file``: all of it is read up to 64 MB; beyond that its size is looked
    at, and samples spread from its start to its end. None when it serves something else."""
    if file.bytes > WHOLE_BYTES:
        sampled = _compare_served_file_samples(client, url, file, anonymous=anonymous)
        if sampled is not None:
            return sampled or None
    served = client.hash_served_file(url, anonymous=anonymous)
    return served if served.is_success and served.sha256 == file.sha256 else None


def _compare_served_file_samples(
    client: PlatformClient, url: str, file: PublishableFile, *, anonymous: bool
) -> ServedContent | Literal[False] | None:
    """What was served, with the size of all samples; False when it is something else, None when the server
    knows no ranges."""
    served = None
    for start in _list_sample_offsets(file.bytes):
        served = client.read_byte_range(url, start, SAMPLE_BYTES, anonymous=anonymous)
        if served.status == 200:
            return None
        if (
            served.status != 206
            or served.total != file.bytes
            or served.head != _read_sample_bytes(file.path, start)
        ):
            return False
    return replace(served, size=SAMPLES * SAMPLE_BYTES) if served else None


def _format_byte_count(size: int) -> Message:
    return n_("{count} octet", "{count} octets", size)


def _list_sample_offsets(size: int) -> Sequence[int]:
    last = size - SAMPLE_BYTES
    return [last * rank // (SAMPLES - 1) for rank in range(SAMPLES)]


def _read_sample_bytes(path: Path, start: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(start)
        return stream.read(SAMPLE_BYTES)
