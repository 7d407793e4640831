"""A city with two portals, of which the convention binds one; and what tests of the convention do there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from aqueduc.certify import certify_run
from aqueduc.certify.certificate import RunCertificate
from aqueduc.pipeline import force_run_if_platforms_differ
from aqueduc.publish import PublishReport, publish_revision
from aqueduc.publish.planning.state import PlatformState, build_platform_state_key
from aqueduc.run import Run, refuse_withdrawn_or_suspended_dataset
from aqueduc.store import Store
from tests.making import CITY, Desk
from tests.publish.publishing import NOWHERE, Bench, rows
from tests.publish.showcase import Showcase, showcase

REGION: dict[str, Any] = {"mode": "upload", "platforms": ["region"]}
BOTH: dict[str, Any] = {"mode": "upload", "platforms": ["region", "ville"]}


def two_portals(root: Path) -> Showcase:
    here = showcase(
        root,
        {
            "region": {"type": "portal", "folder": str(root / "region"), "convention": True},
            "ville": {"type": "portal", "folder": str(root / "ville")},
        },
    )
    agree(here)
    return here


def published_until_july(root: Path) -> Showcase:
    """On both portals since the first of June, under a convention that ends on the first of July."""
    here = two_portals(root)
    agree(here, ends="2026-07-01")
    at(here, "2026-06-01T09:00:00")
    publish(here, BOTH, "un")
    return here


def change_city(here: Showcase, **changes: Any) -> None:
    path = here.desk.include / "city.yaml"
    written = yaml.safe_load(path.read_text()) | changes
    path.write_text(yaml.safe_dump(written, allow_unicode=True))


def agree(here: Showcase, **convention: Any) -> None:
    change_city(here, convention={**CITY["convention"], "notified": "2026-01-15", **convention})


def at(here: Showcase, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    here.desk = Desk(replace(here.desk.place, clock=lambda: now))


def publish(
    here: Showcase, declared: dict[str, Any], name: str, count: int = 5, slug: str = "lieux"
) -> tuple[PublishReport, RunCertificate]:
    """A run of ``slug``, as the pipeline does it from the look at the platforms on."""
    dataset = here.dataset(slug, publish=declared)
    run = Run(dataset=dataset.id, id=name)
    refuse_withdrawn_or_suspended_dataset(run, here.desk.place)
    handle = Bench(here.desk, NOWHERE, dataset.id).valid(dataset, run, rows(count))
    force_run_if_platforms_differ(dataset, here.desk.city, run, here.desk.place)
    report = publish_revision(dataset, here.desk.city, run, handle, here.desk.place, sleep=lambda _: None)
    return report, certify_run(dataset, here.desk.city, run, here.desk.place)


def remember(store: Store, slug: str = "lieux", platform: str = "region") -> None:
    """As if the dataset had been published there."""
    store.write_json(build_platform_state_key(slug, platform), PlatformState(record="fiche").to_json())


def online(here: Showcase, platform: str, slug: str = "lieux") -> bool:
    return (here.folder.parent / platform / "jeux" / slug / f"{slug}.csv").exists()
