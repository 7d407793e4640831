"""Which rows an objection designates: by an independent HMAC, in each window, and with nothing left of cells."""

from __future__ import annotations

import hmac
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import ScanReport
from aqueduc.anonymise.objections import (
    ExtractAfterObjections,
    Objection,
    build_personal_objection,
    has_pending_objection,
    normalise_cell_text,
    read_objections,
    record_enforced_objections,
    refuse_objections_on_added_columns,
    replace_objections,
    store_objections_to_enforce,
    withhold_objected_rows,
)
from aqueduc.anonymise.stage import anonymise_extract
from aqueduc.certify.objections import ObjectionRequester, record_objection
from aqueduc.decisions import build_decision_mark_key, read_decision_mark
from aqueduc.declaration.spec import Dataset
from aqueduc.errors import AnonymisationGateClosed, InvalidObjectionRequest, PublicationGateClosed
from aqueduc.publish.revision.partitions import merge_prepared_file_into_partitions
from aqueduc.store import ParquetFileHandle, Window
from tests.examples import share
from tests.making import Desk, desk
from tests.publish.publishing import sound_reports

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk(tmp_path_factory.mktemp("ville"))


def withhold(here: Desk, objection: Objection, table: pa.Table) -> ExtractAfterObjections:
    """What is left of ``table`` once the only objection is obeyed, as line numbers in ``path``'s place."""
    dataset, vault = here.dataset(), here.place.vault
    replace_objections(vault, dataset, [replace(objection, id="un", at="2026-03-01T00:00:00+00:00")])
    with vault.open_scratch_folder() as scratch:
        lines = pa.array(range(table.num_rows), pa.int64())
        pq.write_table(table.append_column("__line", lines), scratch / "raw.parquet")
        left = withhold_objected_rows(dataset, vault, here.place.store, scratch / "raw.parquet", scratch)
        return replace(left, path=Path(*map(str, pq.read_table(left.path)["__line"].to_pylist())))


def lines(left: ExtractAfterObjections) -> list[int]:
    return [int(part) for part in left.path.parts]


@settings(deadline=None, max_examples=share(40))
@given(rows=st.lists(st.tuples(CELLS, CELLS | st.none()), min_size=1, max_size=8), rank=st.integers(0, 7))
def test_it_takes_out_the_rows_that_have_the_same_cells(
    here: Desk, rows: list[tuple[str, str | None]], rank: int
) -> None:
    named = rows[rank % len(rows)]
    wanted = tuple(normalise_cell_text("VARCHAR", cell or "") or "" for cell in named)
    objection = build_personal_objection(("a", "b"), wanted)
    # Python's own HMAC, with the key that the vault has.
    text = ("a\x1fb\x1e" + "\x1f".join(wanted)).encode()
    assert objection.digest == hmac.new(bytes.fromhex(objection.key), text, "sha256").hexdigest()

    a, b = (pa.array([row[place] for row in rows], pa.string()) for place in (0, 1))
    left = withhold(here, objection, pa.table({"a": a, "b": b}))
    same = [
        line
        for line, (first, second) in enumerate(rows)
        if second is not None
        and (normalise_cell_text("VARCHAR", first), normalise_cell_text("VARCHAR", second)) == wanted
    ]
    assert lines(left) == [line for line in range(len(rows)) if line not in same]
    assert (left.objected, left.objections) == (len(same), ("un",))
    assert left.met == (("un",) if same else ())


@pytest.mark.parametrize(
    "typed, written",
    [
        ("D0003", "d0003"),
        ("Éléonore Brun", "E\u0301le\u0301onore  Brun"),
        ("rue des Lilas", "\u00a0Rue des\u202fLilas "),
        ("3", "3.0"),
        ("12", "12.000"),
    ],
)
def test_the_same_to_a_reader_is_the_same(here: Desk, typed: str, written: str) -> None:
    """A source that writes a cell otherwise one day brings nobody back."""
    cell = normalise_cell_text("VARCHAR", typed)
    assert cell
    table = pa.table({"a": pa.array([written, "autre", None], pa.string())})
    left = withhold(here, build_personal_objection(("a",), (cell,)), table)
    assert lines(left) == [1, 2]


def test_a_number_is_the_same_in_a_column_of_any_type(here: Desk) -> None:
    cell = normalise_cell_text("BIGINT", "3")
    assert cell == "3"
    table = pa.table({"a": pa.array([3.0, 4.0], pa.float64())})
    assert lines(withhold(here, build_personal_objection(("a",), (cell,)), table)) == [1]


def test_the_end_of_one_says_nothing_of_what_is_online_of_the_others(tmp_path: Path) -> None:
    store, at = desk(tmp_path).place.store, "2026-03-01T00:00:00+00:00"
    one, two = Objection(("a",), id="un"), Objection(("a",), id="deux")

    def promise(*objections: Objection) -> bool:
        store_objections_to_enforce(store, "jeu", objections, at)
        return has_pending_objection(store, "jeu")

    assert promise(one)
    record_enforced_objections(store, "jeu", ["un"], [])
    assert not has_pending_objection(store, "jeu")
    assert not promise(one), "recorded again, it is obeyed as it was"
    assert promise(one, two)
    record_enforced_objections(store, "jeu", ["un"], [])
    assert has_pending_objection(store, "jeu"), "prepared before the second was recorded"
    assert promise(two), "the one that is lifted was obeyed, the other still is not"
    assert promise(two, one)
    record_enforced_objections(store, "jeu", ["deux", "un"], [])
    assert not promise(two)
    assert not promise()


def test_a_mark_of_before_holds_all_of_them_for_pending(tmp_path: Path) -> None:
    store, at = desk(tmp_path).place.store, "2026-03-01T00:00:00+00:00"
    store_objections_to_enforce(store, "jeu", [Objection(("a",), id="un"), Objection(("a",), id="deux")], at)
    for pending in (True, False):
        store.write_json(
            build_decision_mark_key("jeu", "objections"),
            {**(read_decision_mark(store, "jeu", "objections") or {}), "pending": pending},
        )
        assert has_pending_objection(store, "jeu") is pending
    store_objections_to_enforce(store, "jeu", [Objection(("a",), id="un")], at)
    assert not has_pending_objection(store, "jeu")


COLUMNS = {
    "quartier": "publish",
    "code": "publish",
    "nom": "drop",
    "agent": "drop",
    "canton": "drop",
    "qui": "drop",
}
MADE_OF = {"agent": "« code »", "canton": "« quartier »", "qui": "« code », « nom »"}


def add_columns(tmp_path: Path) -> tuple[Desk, Dataset]:
    here = desk(tmp_path)
    (here.include / "references").mkdir()
    (here.include / "references/agents.csv").write_text("code,agent\n01,Durand Zoé\n", encoding="utf-8")
    (here.include / "references/cantons.csv").write_text("quartier,canton\nNord,1\n", encoding="utf-8")
    return here, here.dataset(
        columns=COLUMNS,
        join=[
            {"file": "references/agents.csv", "on": "code"},
            {"file": "references/cantons.csv", "on": "quartier", "columns": ["canton"]},
        ],
        computed={"qui": "concat(agent, nom)"},
    )


@pytest.mark.parametrize("column", MADE_OF)
def test_one_on_an_added_column_publishes_nothing(tmp_path: Path, column: str) -> None:
    """Its cells change with a table or an expression: the rows would come back."""
    here, dataset = add_columns(tmp_path)
    replace_objections(here.place.vault, dataset, [build_personal_objection((column,), ("durand zoé",))])
    run = here.run()
    handle = here.raw(pa.table({name: ["Nord", "Sud"] for name in COLUMNS}), run)
    with pytest.raises(AnonymisationGateClosed) as closed:
        anonymise_extract(dataset, run, handle, here.place)
    said = str(closed.value)
    assert (
        f"« {column} » désigne des lignes à ne pas publier, mais elle est ajoutée à celles de la source"
        in said
    )
    assert f"sur une colonne de la source ({MADE_OF[column]}), puis lever celle-ci" in said


@pytest.mark.parametrize("column", MADE_OF)
def test_none_is_recorded_on_an_added_column(tmp_path: Path, column: str) -> None:
    here, dataset = add_columns(tmp_path)
    one = build_personal_objection((column,), ("durand zoé",))
    order = ObjectionRequester("Jeanne Martin", "demande du 3 mars")
    with pytest.raises(InvalidObjectionRequest) as refused:
        record_objection(dataset, here.city, "essai", one, ("durand zoé",), order, here.place)
    said = str(refused.value)
    assert f"« {column} » est ajoutée aux lignes de la source (« join: » ou « computed: »)" in said
    assert f"désigner ces lignes par une colonne de la source : {MADE_OF[column]}" in said
    assert read_objections(here.place.vault, dataset) == ()


def test_one_on_a_column_of_the_source_is_obeyed_beside_added_ones(tmp_path: Path) -> None:
    here, dataset = add_columns(tmp_path)
    refuse_objections_on_added_columns(dataset, here.place)
    replace_objections(here.place.vault, dataset, [build_personal_objection(("nom",), ("durand",))])
    refuse_objections_on_added_columns(dataset, here.place)


def test_windows_made_before_it_are_made_again_before_anything_is_published(tmp_path: Path) -> None:
    """All that a revision is made of obeys it, or nothing leaves."""
    here = desk(tmp_path)
    dataset, store = here.dataset(), here.place.store
    months = [
        Window.from_json([f"2026-0{month}-01T00:00:00+00:00", f"2026-0{month + 1}-01T00:00:00+00:00"])
        for month in (1, 2)
    ]

    def prepare(rank: int, *objections: str) -> None:
        run = f"run-{rank}-{len(objections)}"
        digest = f"{rank}{len(objections)}" * 32
        handle = ParquetFileHandle("jeu", run, "valid", f"objects/{digest}.parquet", digest, 3, months[rank])
        reports = sound_reports(dataset, here.run(identifier=run), handle)
        store.write_report("jeu", run, "anonymise", {**reports["anonymise"], "objections": objections})
        ScanReport(True, dataset.fingerprint, digest, 3, 1, (), (), 0.0).write(store, "jeu", run)
        assembly = merge_prepared_file_into_partitions(dataset, handle, store)
        # As the publication does, which lets each window count at once.
        assembly.save_partitions(dataset, store)
        assembly.refuse_outdated_partitions(dataset, store)

    for rank in (0, 1):
        prepare(rank)
    store_objections_to_enforce(store, "jeu", [Objection(("a",), id="un")], "2026-03-01T00:00:00+00:00")
    with pytest.raises(PublicationGateClosed) as held:
        prepare(1, "un")
    assert "les oppositions, les listes de noms ou la version ont changé" in str(held.value)
    assert "1 fenêtre a été préparée" in str(held.value) and "Backfill" in str(held.value)
    prepare(0, "un")
    # Lifted: both were made under it, by the declaration of today.
    store_objections_to_enforce(store, "jeu", [], "2026-04-01T00:00:00+00:00")
    with pytest.raises(PublicationGateClosed) as lifted:
        prepare(1)
    said = "sous d'autres oppositions, d'autres listes de noms ou une autre version que celles d'aujourd'hui"
    assert (
        f"1 fenêtre a été préparée sous d'autres règles, avec une autre table jointe ou un autre calcul, {said}"
        in str(lifted.value)
    )
