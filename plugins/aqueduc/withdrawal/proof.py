"""Verified gone: each place where the public met a dataset is asked for again, as a visitor who has no account.

Of what is answered only the status and a count are kept, never a content.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aqueduc.certify.ledger import list_certificate_platforms, list_certificates
from aqueduc.publish.client import PlatformClient, remove_query_and_filename
from aqueduc.publish.planning.state import ObservedRecord
from aqueduc.publish.platform import Platform, PublicAddress
from aqueduc.publish.proof.readback import CACHES_S
from aqueduc.store import JsonRecord, Store

_LONGEST_LIST = 64 << 20
"""Bytes of a list that are searched for the record."""
_GONE = frozenset({404, 410})


@dataclass(frozen=True)
class PublicAddressCheck(JsonRecord):
    """What a place answered a visitor, or the city's own folder. ``address``: without what may name a slice of the
    data. ``found``: how often a list names the record; None of a place of the record alone."""

    platform: str
    what: str
    address: str
    status: int
    found: int | None
    gone: bool

    @property
    def is_local_file(self) -> bool:
        """Whether it was read where the city puts it, and not where the public does."""
        return self.address.startswith("file:")


def list_record_public_addresses(
    platform: Platform, slug: str, observed: ObservedRecord
) -> tuple[PublicAddress, ...]:
    """Where the record that was just ``observed`` is public, its own files included."""
    files = [
        PublicAddress("file", url)
        for one in observed.resources
        if one.fields.get("url_type") == "upload"
        for url in one.file_addresses
        if url
    ]
    return (*files, *platform.list_public_addresses(slug, observed))


def list_certified_file_addresses(store: Store, dataset: str, platform: str) -> tuple[PublicAddress, ...]:
    """The files that a certificate of this dataset says ``platform`` served, whatever revision they were of."""
    places = [
        place
        for _name, certificate in list_certificates(store, dataset)
        for place in list_certificate_platforms(certificate)
        if place["platform"] == platform
    ]
    urls = dict.fromkeys(str(one["url"]) for place in places for one in place["resources"] if one["sha256"])
    return tuple(PublicAddress("file", url) for url in urls)


def merge_public_addresses(*lists: Iterable[PublicAddress]) -> tuple[PublicAddress, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(place for places in lists for place in places))


def serialise_public_addresses(places: Iterable[PublicAddress]) -> list[dict[str, Any]]:
    return [asdict(place) for place in places]


def parse_public_addresses(raw: Iterable[Mapping[str, Any]]) -> tuple[PublicAddress, ...]:
    return tuple(PublicAddress(one["what"], one["url"], tuple(one["needles"])) for one in raw)


def check_public_addresses(
    client: PlatformClient, name: str, places: Sequence[PublicAddress]
) -> list[PublicAddressCheck]:
    """What a visitor is answered at each place on the platform ``name``. What is still there is asked for
    again for a minute: a cache or an index may follow later. Raises the errors of ``PlatformClient``."""
    checks = {place: _check_public_address(client, name, place) for place in places}
    for seconds in CACHES_S:
        left = [place for place, check in checks.items() if not check.gone]
        if not left:
            break
        client.sleep(seconds)
        checks |= {place: _check_public_address(client, name, place) for place in left}
    return list(checks.values())


def _check_public_address(client: PlatformClient, name: str, place: PublicAddress) -> PublicAddressCheck:
    address = remove_query_and_filename(place.url)
    if not place.needles:
        served = client.read_byte_range(place.url, 0, 1, anonymous=True)
        gone = served.refused or served.status in _GONE
        return PublicAddressCheck(name, place.what, address, served.status, None, gone)
    served = client.read_first_bytes(place.url, anonymous=True, limit=_LONGEST_LIST)
    found = sum(served.head.count(needle.encode()) for needle in place.needles) if served.is_success else 0
    whole = served.is_success and served.size <= _LONGEST_LIST
    gone = found == 0 and (whole or served.refused or served.status in _GONE)
    return PublicAddressCheck(name, place.what, address, served.status, found, gone)
