"""One dataset, on a platform of each kind: what must be so everywhere is tested everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from aqueduc.publish.context import load_platform_state_without_lost_tables
from aqueduc.publish.planning.state import ObservedRecord
from aqueduc.publish.platform import get_platform_settings, open_platform
from sandbox import datagouv as datagouv_of
from sandbox import idgo as idgo_of
from sandbox import onegeo as onegeo_of
from tests.publish import test_publish_datagouv as datagouv
from tests.publish import test_publish_idgo as idgo
from tests.publish import test_publish_onegeo as onegeo
from tests.publish.publishing import COLUMNS, FIELDS, HTTP, NOWHERE, Bench, bench
from tests.publish.showcase import showcase

KINDS = ("ckan", "idgo", "datagouv", "onegeo", "portal")
PORTAL: dict[str, Any] = {"columns": COLUMNS, "fields": FIELDS, "key": ["code"], "title": "Jeu lieux"}


@contextmanager
def open_bench(kind: str, root: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A bench whose dataset goes to a platform of ``kind``."""
    with ExitStack() as stack:
        match kind:
            case "ckan":
                yield stack.enter_context(bench(root, request.getfixturevalue("region")))
            case "idgo":
                region = request.getfixturevalue("region")
                yield idgo.made_in(root, region, stack.enter_context(idgo_of.serving(region)))
            case "datagouv":
                yield datagouv.made_in(root, stack.enter_context(datagouv_of.serving()))
            case "onegeo":
                site = stack.enter_context(onegeo_of.serving())
                yield stack.enter_context(onegeo.made_in(root, site))
            case _:
                yield Bench(showcase(root).desk, NOWHERE, "lieux", dict(PORTAL))


def observe(made: Bench) -> ObservedRecord:
    """The record as its platform has it."""
    dataset, city, place = made.dataset(), made.desk.city, made.desk.place
    name = dataset.publication.primary_platform
    with open_platform(get_platform_settings(name, city), city, place, sleep=made.pause) as platform:
        platform.read_capabilities()
        found = platform.read_observed_record(
            dataset.id, load_platform_state_without_lost_tables(dataset, place.store, name)
        )
    assert found is not None
    return found


def download(resource: Mapping[str, Any]) -> bytes:
    """What a visitor gets at the address of a certified resource."""
    url = urlsplit(resource["url"])
    if url.scheme == "file":
        return Path(unquote(url.path)).read_bytes()
    answer = HTTP.get(resource["url"], follow_redirects=True)
    assert answer.status_code == 200, resource["url"]
    return answer.content
