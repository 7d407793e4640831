"""What the city has on a platform already, made by hand there: what of it a declaration can say, and the files
that it serves.

A kind that can be asked so names the function that lists its records (``PlatformKind.adoption``).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import httpx

from aqueduc.declaration.spec import City, PlatformSettings
from aqueduc.declaration.vocabulary import CATEGORY_OF_THEME, FREQUENCIES, LICENCES, THEMES
from aqueduc.errors import PlatformError, SourceUnreadable
from aqueduc.language import _
from aqueduc.platforms import PLATFORMS
from aqueduc.publish.client import PlatformClient
from aqueduc.publish.platform import Platform, open_platform
from aqueduc.run import Workspace
from aqueduc.sources.formats import FORMATS, find_format_by_suffix

LARGEST_FILE = 1 << 30
_AUTHORITY = re.compile(r"https?://publications\.europa\.eu/resource/authority/([a-z-]+)/([A-Z0-9_]+)/?")
_LONGEST_WORD = 80
_FORMATS_OF_MEDIA = {
    "text/csv": "csv",
    "application/geo+json": "geojson",
    "application/vnd.geo+json": "geojson",
    "application/json": "json",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xls",
}


@dataclass(frozen=True)
class VocabularyTermCandidates:
    """What a platform says in a word of its own (``said``), and the words of a declaration that it may stand
    for: one is sure; none, or several, are for a person to choose from."""

    said: str = ""
    words: tuple[str, ...] = ()

    @property
    def single_candidate_word(self) -> str:
        """The only one; empty where there is a choice to make."""
        return self.words[0] if len(self.words) == 1 else ""


@dataclass(frozen=True)
class AdoptableResource:
    """A resource as people put it there. ``hosted``: the platform has its file; else it leads elsewhere."""

    id: str
    title: str
    format: str
    url: str
    hosted: bool

    @property
    def normalised_format_name(self) -> str:
        """Its format as a declaration names it (``csv``), whatever people wrote: by its address where they
        wrote nothing that is known."""
        said = self.format.strip().casefold()
        said = _FORMATS_OF_MEDIA.get(said, said)
        path = urlsplit(self.url).path.casefold()
        suffix = path.rpartition(".")[2] if "." in path.rpartition("/")[2] else ""
        known = {*FORMATS, *(end for one in FORMATS.values() for end in one.suffixes)}
        return said if said in known or suffix not in known else suffix

    @property
    def supported_input_format(self) -> str | None:
        """The format that its file may be read as; None where it is of none that is read."""
        word = self.normalised_format_name
        return word if word in FORMATS else find_format_by_suffix(word) if word else None

    @property
    def filename(self) -> str:
        """The end of its address, as a plain name."""
        name = unquote(urlsplit(self.url).path).rstrip("/").rpartition("/")[2]
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip(".-")[-60:]
        return plain if "." in plain else f"{plain or 'fichier'}.{self.normalised_format_name or 'csv'}"


@dataclass(frozen=True)
class AdoptableRecord:
    """A record of the city's. ``id``: as the platform finds it for ever; ``name``: that of its address.
    ``dataset``: the identifier that a dataset takes to have it, empty where none can. ``managed``: it bears our
    mark. ``harvested``: the platform copies it from elsewhere, and would overwrite what is written."""

    id: str
    name: str
    dataset: str
    title: str
    url: str
    description: str = ""
    owner: str = ""
    contact: str = ""
    keywords: tuple[str, ...] = ()
    licence: VocabularyTermCandidates = VocabularyTermCandidates()
    frequency: VocabularyTermCandidates = VocabularyTermCandidates()
    theme: VocabularyTermCandidates = VocabularyTermCandidates()
    category: VocabularyTermCandidates = VocabularyTermCandidates()
    granularity: str = ""
    hidden: bool = False
    managed: bool = False
    harvested: bool = False
    resources: tuple[AdoptableResource, ...] = field(default=())


class AdoptableRecordLister(Protocol):
    """The city's records on a platform that has just been opened. Raises the errors of ``PlatformClient``."""

    def __call__(self, platform: Any) -> Iterable[AdoptableRecord]: ...


@dataclass(frozen=True)
class AdoptableRecordCatalogue:
    """The records of the city on one platform, and a way to their files."""

    platform: Platform
    records: tuple[AdoptableRecord, ...]

    def download_resource_file(self, resource: AdoptableResource, folder: Path) -> Path:
        """The file that a resource serves, in ``folder``. Raises SourceUnreadable."""
        client: PlatformClient = self.platform.client
        target, served = folder / resource.filename, None
        with target.open("wb") as file, suppress(PlatformError):
            served = client.download_file(resource.url, file, limit=LARGEST_FILE)
        if served is None:
            raise _build_unreadable_file_error(resource, str(_("son adresse ne répond pas")))
        if not served.is_success:
            raise _build_unreadable_file_error(
                resource, str(_("son adresse répond {status}").format(status=served.status))
            )
        if served.size > LARGEST_FILE:
            raise _build_unreadable_file_error(resource, str(_("il dépasse 1 Go")))
        if served.size == 0:
            raise _build_unreadable_file_error(resource, str(_("il est vide")))
        return target

    def is_on_platform_host(self, url: str) -> bool:
        """Whether an address is the platform's own."""
        return urlsplit(url).netloc == urlsplit(self.platform.client.url).netloc


def _build_unreadable_file_error(resource: AdoptableResource, why: str) -> SourceUnreadable:
    return SourceUnreadable(
        _("Le fichier de cette ressource ne peut pas être lu : {why}.").format(why=why),
        where=_("ressource {id}").format(id=resource.id),
        remedy=_("vérifier cette ressource sur la plateforme"),
    )


@contextmanager
def open_adoptable_record_catalogue(
    settings: PlatformSettings,
    city: City,
    workspace: Workspace,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[AdoptableRecordCatalogue]:
    """The records of the city on a platform whose kind has an ``adoption``. Raises as ``open_platform``, and
    the errors of its client."""
    lister: AdoptableRecordLister = PLATFORMS.load_object_by_reference(
        settings.kind.name, str(settings.kind.adoption)
    )
    with open_platform(settings, city, workspace, transport=transport, sleep=sleep) as platform:
        platform.read_capabilities()
        yield AdoptableRecordCatalogue(platform, tuple(lister(platform)))


# --- the words of a declaration -----------------------------------------------------------------------------


def find_licence_candidates(said: str, addresses: Iterable[str | None] = ()) -> VocabularyTermCandidates:
    """By its id, its id in SPDX or its address: never another version of it."""
    word, there = said.strip(), {_normalise_url_for_comparison(one) for one in (said, *addresses) if one}
    by_name = [one.id for one in LICENCES.values() if word and word in (one.id, one.spdx)]
    by_address = [
        one.id for one in LICENCES.values() if one.url and _normalise_url_for_comparison(one.url) in there
    ]
    return VocabularyTermCandidates(_shorten_text_to_one_line(said), tuple(by_name or by_address))


def find_frequency_candidates(
    said: str, own: Mapping[str, tuple[str, ...]] | None = None
) -> VocabularyTermCandidates:
    """By the platform's ``own`` words, or those of the Union. What is unknown is nothing that anybody said."""
    word = said.strip()
    found = (own or {}).get(word) or tuple(
        one.word
        for one in FREQUENCIES.values()
        if word and _extract_eu_authority_code("frequency", word) in (one.eu,)
    )
    known = tuple(one for one in found if one != "unknown")
    return VocabularyTermCandidates(_shorten_text_to_one_line(said), known)


def find_theme_candidates(said: Iterable[str], category: str = "") -> VocabularyTermCandidates:
    """By the codes of the Union, else those whose category it is."""
    texts = [text.strip() for text in said if text.strip()]
    codes = [_extract_eu_authority_code("data-theme", text) or text for text in texts]
    found = tuple(dict.fromkeys(code for code in codes if code in THEMES))
    usual = tuple(theme for theme, one in CATEGORY_OF_THEME.items() if one == category)
    return VocabularyTermCandidates(_shorten_text_to_one_line(", ".join(texts) or category), found or usual)


def _extract_eu_authority_code(table: str, text: str) -> str:
    found = _AUTHORITY.fullmatch(text)
    return found[2] if found and found[1] == table else ""


def _normalise_url_for_comparison(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url.strip()).rstrip("/").casefold()


def _shorten_text_to_one_line(text: str) -> str:
    """What people wrote, on one line, as a question may quote it."""
    plain = " ".join(text.replace("—", "-").replace("|", "/").replace('"', "'").split())
    return plain if len(plain) <= _LONGEST_WORD else f"{plain[: _LONGEST_WORD - 1]}…"
