"""An outlet: the anonymised revision in a place of the city's own, which the platform only links to.

A folder behind the city's web server, or a bucket; perhaps a table beside. Each file is replaced whole, at an
address that stays; what is linked is what was read back at that address, and of a restricted dataset it is
first made sure, with a file that says nothing, that the place turns a visitor away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from aqueduc.connections import build_missing_connection_error
from aqueduc.declaration.spec import City, Dataset, ServedFolderOutletSettings
from aqueduc.errors import ReadBackMismatch
from aqueduc.findings import Finding
from aqueduc.language import Sentence, _
from aqueduc.publish.client import PlatformClient, PublishableFile
from aqueduc.publish.findings import (
    OpenRestrictedLink,
    OutletWithoutEtag,
    OutletWithoutRanges,
    UnavailableTable,
    UnrefusedVisitorLink,
)
from aqueduc.publish.folder import copy_file_to_folder, open_declared_folder
from aqueduc.publish.planning.state import DesiredTable
from aqueduc.publish.platform import DistributionOffer
from aqueduc.publish.refusals import build_gate_error
from aqueduc.publish.report import ReadBackProof
from aqueduc.run import Workspace
from aqueduc.store import StoreRoot, compute_file_sha256

if TYPE_CHECKING:
    from aqueduc.publish.outlets.table import OutletTable, OutletTableLocation

PROBE = "acces.txt"
READER = "lecteur"
_UNFIT = _("nom de colonne que PostgreSQL ne prend pas ({})")
_PROBE_TEXT = b"Ce fichier verifie que cet emplacement refuse les visiteurs.\n"


@dataclass(frozen=True)
class DatasetOutlet:
    """The part of an outlet that is one dataset's. ``pending``: the files that it does not hold yet.
    ``place``: where a table of it would stand, and for which role; ``table``: the one that is to be there;
    ``filled``: it is. ``findings``: what is found before anything is written."""

    dataset: Dataset
    name: str
    folder: StoreRoot
    url: str
    client: PlatformClient = field(repr=False)
    pending: tuple[PublishableFile, ...] = ()
    place: tuple[OutletTableLocation, str] | None = None
    table: OutletTable | None = None
    filled: bool = False
    findings: tuple[Finding, ...] = ()

    def build_file_url(self, file: str) -> str:
        return f"{self.url}/{self.dataset.id}/{file}"

    def convert_offers_to_links(self, offers: Sequence[DistributionOffer]) -> tuple[DistributionOffer, ...]:
        """The same distributions, as links to where the outlet serves them."""
        return tuple(
            DistributionOffer(
                replace(offer.distribution, link=self.build_file_url(offer.distribution.filename)),
                rows=offer.rows,
            )
            for offer in offers
        )

    def list_file_keys(self, files: Sequence[PublishableFile]) -> list[str]:
        """Where these files stand in its folder."""
        return sorted(self._build_file_key(file.filename) for file in files)

    def with_table(self, rows: DesiredTable) -> Self:
        """With these rows as a table, if it has one. A restricted dataset has none: that the role which reads
        is nobody's but theirs who may is not ours to prove."""
        if self.place is None or not self.dataset.access.is_open:
            return self
        if names := [field.name for field in rows.fields if not field.is_valid_column_name]:
            return replace(
                self, findings=(UnavailableTable(detail={"reason": _UNFIT.format(", ".join(names))}),)
            )
        from aqueduc.publish.outlets.table import OutletTable

        at, reader = self.place
        return replace(self, table=OutletTable(at.connection, at.space, at.name, at.dataset, reader, rows))

    def with_missing_files_as_pending(self, files: Sequence[PublishableFile]) -> Self:
        filled = self.table is not None and self.table.is_up_to_date
        return replace(self, pending=tuple(f for f in files if not self._holds_file(f)), filled=filled)

    @property
    def pending_write_descriptions(self) -> tuple[str, ...]:
        """What is about to be written, in words."""
        files = (
            str(_("déposer {filename} dans « {name} »").format(filename=file.filename, name=self.name))
            for file in self.pending
        )
        return (*files, *([self.table.write_description] if self.table and not self.filled else []))

    def write_pending_content(self) -> None:
        """Replaces what has to be, each file whole. Raises PublicationGateClosed, before any row is written,
        when the dataset is restricted and the place lets a visitor in."""
        if not self.dataset.access.is_open:
            self._require_outlet_closed_to_visitors()
        for file in self.pending:
            copy_file_to_folder(self.folder, self._build_file_key(file.filename), file.path)
        if self.table is not None and not self.filled:
            self.table.replace_table()

    def verify_served_content(self, files: Sequence[PublishableFile]) -> Iterator[Finding]:
        """Reads back what is served. Raises ReadBackMismatch, or PublicationGateClosed when a restricted
        dataset can be read; finds what a good server does and this one does not."""
        for file in files:
            if not self._holds_file(file):
                raise self._build_mismatch_error(_("n'est pas celui qui y a été déposé"))
            served = self.client.read_byte_range(self.build_file_url(file.filename), 0, 1, anonymous=True)
            if not self.dataset.access.is_open:
                self._require_visitor_refusal(served.refused, served.is_success, served.status)
                continue
            if not served.is_success:
                raise self._build_mismatch_error(
                    _("n'est pas servi aux visiteurs (code {status})").format(status=served.status)
                )
            if file.bytes > 1 and served.status != 206:
                yield OutletWithoutRanges(detail={"outlet": self.name})
            if not served.etag:
                yield OutletWithoutEtag(detail={"outlet": self.name})
        if self.table is not None:
            self.table.verify_table()

    def build_table_proofs(self, at: str) -> tuple[ReadBackProof, ...]:
        """What ``verify_served_content`` read back and no platform can: the table."""
        if self.table is None:
            return ()
        result = _("effectif et empreinte inchangés, échantillon identique ; lecture seule")
        return (
            ReadBackProof(
                "table de l'emplacement", READER, result.french_text, at, rows=self.table.table.count
            ),
        )

    def _require_outlet_closed_to_visitors(self) -> None:
        self.folder.write(self._build_file_key(PROBE), _PROBE_TEXT)
        try:
            served = self.client.read_byte_range(self.build_file_url(PROBE), 0, 1, anonymous=True)
        finally:
            self.folder.delete(self._build_file_key(PROBE))
        self._require_visitor_refusal(served.refused, served.is_success, served.status)

    def _require_visitor_refusal(self, refused: bool, answered: bool, status: int) -> None:
        if refused:
            return
        finding = OpenRestrictedLink() if answered else UnrefusedVisitorLink(detail={"status": status})
        raise build_gate_error(
            self.dataset, _("L'emplacement de la Ville ne protège pas ce jeu restreint."), finding
        )

    def _holds_file(self, file: PublishableFile) -> bool:
        key = self._build_file_key(file.filename)
        if not self.folder.exists(key) or self.folder.size(key) != file.bytes:
            return False
        with self.folder.open_local_file_of_key(key) as path:
            return compute_file_sha256(path) == file.sha256

    def _build_file_key(self, name: str) -> str:
        return f"{self.dataset.id}/{name}"

    def _build_mismatch_error(self, what: Sentence) -> ReadBackMismatch:
        return ReadBackMismatch(
            _("Un fichier de « {name} » {what}.").format(name=self.name, what=what),
            where=f"{self.url}/{self.dataset.id}/",
            remedy=_("vérifier que le serveur web sert bien ce dossier, puis relancer la tâche"),
        )


def open_dataset_outlet(
    dataset: Dataset, city: City, workspace: Workspace, client: PlatformClient
) -> DatasetOutlet | None:
    """The outlet that the declaration names, if it names one. Raises ConnectionMissing, StoreError."""
    name = dataset.publication.outlet
    if name is None:
        return None
    settings, base = _find_outlet_settings(name, city), None
    if (at := settings.table) is not None:
        from aqueduc.publish.outlets.table import OutletTableLocation, build_table_name

        known = workspace.connections.get(at.connection)
        base = (OutletTableLocation(known, at.space, build_table_name(dataset.id), dataset.id), at.reader)
    return DatasetOutlet(
        dataset, name, open_outlet_folder(name, city, workspace), settings.url.rstrip("/"), client, place=base
    )


def open_outlet_folder(name: str, city: City, workspace: Workspace) -> StoreRoot:
    """What the outlet ``name`` serves. Raises ConnectionMissing, StoreError."""
    settings = _find_outlet_settings(name, city)
    return open_declared_folder(settings.folder, settings.connection, workspace.connections)


def _find_outlet_settings(name: str, city: City) -> ServedFolderOutletSettings:
    """Raises ConnectionMissing when the city has none of this name any more."""
    settings = next((one for one in city.outlets if one.name == name), None)
    if settings is None:
        raise build_missing_connection_error(name)
    return settings
