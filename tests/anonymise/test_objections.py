"""Which rows an objection designates: by an independent HMAC, in each window, and with nothing left of cells."""

from __future__ import annotations

import hmac
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import ScanReport
from aqueduc.anonymise.objections import (
    Objection,
    compute_objection_digest,
    format_cell_text,
    promise_objections,
    withhold_objected_rows,
    write_objections,
)
from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.revision.partitions import merge_into_partitions
from aqueduc.store import Handle, Window
from tests.making import Desk, desk
from tests.publish.publishing import sound_reports

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("ville"))


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.tuples(CELLS, CELLS | st.none()), min_size=1, max_size=8), rank=st.integers(0, 7))
def test_it_takes_out_the_rows_that_have_the_same_cells(
    here: Desk, rows: list[tuple[str, str | None]], rank: int
) -> None:
    dataset, vault = here.dataset(), here.place.vault
    vault.delete("objections/jeu.json")
    named = rows[rank % len(rows)]
    wanted = tuple(format_cell_text("VARCHAR", cell or "") or "" for cell in named)
    digest = compute_objection_digest(vault, "jeu", ("a", "b"), wanted)
    write_objections(vault, "jeu", [Objection(("a", "b"), "2026-03-01T00:00:00+00:00", digest)])

    # Python's own HMAC, with the key that the vault has.
    key = bytes.fromhex(vault.read_json("objections/jeu.json")["key"])
    assert digest == hmac.new(key, ("a\x1fb\x1e" + "\x1f".join(wanted)).encode(), "sha256").hexdigest()

    with vault.scratch() as scratch:
        a, b = (pa.array([row[place] for row in rows], pa.string()) for place in (0, 1))
        pq.write_table(pa.table({"__line": range(len(rows)), "a": a, "b": b}), scratch / "raw.parquet")
        left = withhold_objected_rows(dataset, vault, here.place.store, scratch / "raw.parquet", scratch)
        kept = pq.read_table(left.path)["__line"].to_pylist()
    same = [
        line
        for line, (first, second) in enumerate(rows)
        if second is not None
        and (format_cell_text("VARCHAR", first), format_cell_text("VARCHAR", second)) == wanted
    ]
    assert kept == [line for line in range(len(rows)) if line not in same]
    assert (left.objected, left.objections) == (len(same), 1)


def test_windows_made_before_it_are_made_again_before_anything_is_published(tmp_path: Path) -> None:
    """All that a revision is made of obeys it, or nothing leaves."""
    here = desk(tmp_path)
    dataset, store = here.dataset(), here.place.store
    months = [
        Window.from_json([f"2026-0{month}-01T00:00:00+00:00", f"2026-0{month + 1}-01T00:00:00+00:00"])
        for month in (1, 2)
    ]

    def prepare(rank: int, objections: int) -> None:
        run = f"run-{rank}-{objections}"
        digest = f"{rank}{objections}" * 32
        handle = Handle("jeu", run, "valid", f"objects/{digest}.parquet", digest, 3, months[rank])
        reports = sound_reports(dataset, here.run(identifier=run), handle)
        store.write_report("jeu", run, "anonymise", {**reports["anonymise"], "objections": objections})
        ScanReport(True, dataset.fingerprint, digest, 3, 1, (), (), 0.0).write(store, "jeu", run)
        assembly = merge_into_partitions(dataset, handle, store)
        # As the publication does, which lets each window count at once.
        assembly.save(dataset, store)
        assembly.check(dataset, store)

    for rank in (0, 1):
        prepare(rank, 0)
    promise_objections(store, "jeu", 1, "2026-03-01T00:00:00+00:00")
    with pytest.raises(PublicationGateClosed) as held:
        prepare(1, 1)
    assert "une opposition a été enregistrée : des fenêtres déjà préparées sont à refaire" in str(held.value)
    assert "1 fenêtre(s)" in str(held.value) and "Backfill" in str(held.value)
    prepare(0, 1)
