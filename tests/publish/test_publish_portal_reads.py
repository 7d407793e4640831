"""How often a portal reads the records of all its datasets, and when: what a city of a thousand waits for."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration.spec import AccessSettings
from aqueduc.declaration.vocabulary import AccessLevel
from aqueduc.errors import RestrictedDataExposed
from aqueduc.language import Sentence
from aqueduc.publish.inspection import detect_differences_and_hide_exposed_records
from aqueduc.run import Run
from aqueduc.store import StoreRoot
from tests.publish.publishing import rows
from tests.publish.showcase import Showcase, showcase

OTHERS = [f"autre-{rank}" for rank in range(19)]


@pytest.fixture
def here(tmp_path: Path) -> Showcase:
    """Of twenty datasets, one of which has a former address; another portal may be declared beside it."""
    places = {name: {"type": "portal", "folder": str(tmp_path / name)} for name in ("portail", "la")}
    made = showcase(tmp_path, places, platform="portail")
    made.publish(rows(4))
    made.declared = {"publish": {"mode": "upload", "formats": ["csv"]}}
    for name in OTHERS:
        add_record(made.folder, name)
    made.publish(rows(5))
    assert len(json.loads((made.folder / "anciens.json").read_bytes())) == 1
    return made


def add_record(folder: Path, name: str) -> None:
    shutil.copytree(folder / "jeux/lieux", folder / "jeux" / name)
    path = folder / "jeux" / name / "fiche.json"
    state = json.loads(path.read_bytes())
    path.write_text(
        json.dumps({**state, "record": name, "fiche": {**state["fiche"], "slug": name}}), encoding="utf-8"
    )


@pytest.fixture
def reads(here: Showcase, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file of a record is read, of the folder itself."""
    found: Counter[str] = Counter()
    read = StoreRoot.read

    def count_read(self: StoreRoot, key: str) -> bytes | None:
        if self.url == here.folder.as_uri() or self.url == str(here.folder):
            found[key] += 1
        return read(self, key)

    monkeypatch.setattr(StoreRoot, "read", count_read)
    return found


def count_reads_of_others(reads: Counter[str]) -> set[int]:
    counts = {reads[f"jeux/{name}/fiche.json"] for name in OTHERS}
    reads.clear()
    return counts


def test_each_part_of_a_publication_reads_each_record_once(here: Showcase, reads: Counter[str]) -> None:
    assert here.publish(rows(5)).nothing_new
    assert count_reads_of_others(reads) == {2}, "to look, and to read back"
    assert here.publish(rows(6)).writes
    assert count_reads_of_others(reads) == {4}, "to prepare the writes, and to make the pages, beside"
    here.publish(rows(6), here.dataset("tout-autre"))
    assert count_reads_of_others(reads) == {2}, (
        "a new one is not looked for: to make the pages, and to read back"
    )


def test_to_hide_a_dataset_reads_each_record_twice(here: Showcase, reads: Counter[str]) -> None:
    declared = here.dataset(publish={"mode": "upload", "platform": "la"})
    access = AccessSettings(level=AccessLevel.SAME_ORGANISATION)
    now, city, place = declared.model_copy(update={"access": access}), here.desk.city, here.desk.place
    with pytest.raises(RestrictedDataExposed):
        detect_differences_and_hide_exposed_records(now, city, Run("lieux", "regard"), place)
    assert count_reads_of_others(reads) == {3}, "to look, to find what to hide, to make the pages without it"
    assert "Jeu lieux" not in (here.folder / "jeux/lieux/fiche.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_what_another_dataset_wrote_before_the_lock_is_seen_under_it(
    turn: int, here: Showcase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right before the lock is taken to look, to make the pages, and to read back."""
    lock, turns = StoreRoot.lock, iter(range(1, 100))

    @contextmanager
    def wait_for_another(self: StoreRoot, key: str, *, where: Sentence) -> Iterator[None]:
        if key == ".portail" and next(turns) == turn:
            add_record(here.folder, "tard-venu")
        with lock(self, key, where=where):
            yield

    monkeypatch.setattr(StoreRoot, "lock", wait_for_another)
    here.publish(rows(6))
    made: dict[str, Any] = json.loads((here.folder / "etat.json").read_bytes())
    feed = (here.folder / "catalog.ttl").read_text("utf-8")
    assert ("tard-venu" in made["fiches"], "/jeux/tard-venu/" in feed) == (turn < 3, turn < 3)
