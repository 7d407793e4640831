"""A revision cut into slices: every row once, in an order people expect, with bytes that depend on nothing
else; and the plan that brings slices to a platform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.declaration.spec import Dataset, FileSplit, OutputFormat
from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.client import PublishableFile
from aqueduc.publish.planning.plan import pair_resources, plan_writes
from aqueduc.publish.planning.state import (
    DesiredRecord,
    DesiredResource,
    ObservedRecord,
    ObservedResource,
    PlatformState,
)
from aqueduc.publish.planning.writes import (
    CreateResource,
    RemoveResource,
    ReorderResources,
    UpdateResource,
    Write,
)
from aqueduc.publish.revision.files import build_published_file_name
from aqueduc.publish.revision.split import (
    MOST_SLICES,
    RevisionSlice,
    build_file_suffixes,
    write_revision_slices,
)
from aqueduc.record import DatasetSplitPart
from aqueduc.record.fields import format_split_part_title
from tests.examples import share
from tests.making import desk

YEARS = ["2023-05-01", None, "2025-01-31", "2024-12-31", "2024-01-01", None, "2025-06-01"]


@pytest.fixture
def sliced(tmp_path: Path) -> Callable[..., tuple[RevisionSlice, ...]]:
    here = desk(tmp_path)

    def make(by: pa.Array, per: str = "year", *, rows: int | None = None) -> tuple[RevisionSlice, ...]:
        dataset: Dataset = here.dataset(columns={"n": "publish", "a": "publish"})
        scratch = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        scratch.mkdir()
        table = pa.table({"n": range(len(by)), "a": by})
        pq.write_table(table, scratch / "whole.parquet")
        split = FileSplit(by="a", per=per)  # type: ignore[arg-type]
        return write_revision_slices(
            dataset, split, [scratch / "whole.parquet"], len(by) if rows is None else rows, scratch
        )

    return make


def held(cuts: tuple[RevisionSlice, ...]) -> dict[str, list[int]]:
    return {piece.slice.label: pq.read_table(piece.path)["n"].to_pylist() for piece in cuts}


@pytest.mark.parametrize(
    "column",
    [
        pa.array([date.fromisoformat(day) if day else None for day in YEARS], pa.date32()),
        pa.array([datetime.fromisoformat(day) if day else None for day in YEARS], pa.timestamp("us")),
        pa.array([day[:7] if day else None for day in YEARS]),
        pa.array([f"{day[:4]}-T1" if day else "" for day in YEARS]),
        pa.array([int(day[:4]) if day else None for day in YEARS], pa.int64()),
        pa.array([day or "inconnue" for day in YEARS]),
    ],
    ids=["date", "datetime", "month", "quarter", "year", "text"],
)
def test_a_slice_for_each_year_newest_first(
    column: pa.Array, sliced: Callable[..., tuple[RevisionSlice, ...]]
) -> None:
    cuts = sliced(column)
    assert held(cuts) == {"2025": [2, 6], "2024": [3, 4], "2023": [0], "sans-date": [1, 5]}
    assert list(held(cuts)) == ["2025", "2024", "2023", "sans-date"]
    assert [piece.rows for piece in cuts] == [2, 2, 1, 2]
    assert [piece.slice.number for piece in cuts] == [1, 2, 3, 4]
    assert [format_split_part_title("Permis", piece.slice) for piece in cuts] == [
        "Permis – 2025",
        "Permis – 2024",
        "Permis – 2023",
        "Permis – sans date",
    ]


def test_a_slice_for_each_value_in_the_order_of_a_dictionary(
    sliced: Callable[..., tuple[RevisionSlice, ...]],
) -> None:
    names = ["Zola", "Écoles", "eaux", " Zola\u00a0\n", "\t", None, 'O\'Brien \\ "x"']
    cuts = sliced(pa.array(names), "value")
    assert held(cuts) == {
        "eaux": [2],
        "Écoles": [1],
        'O\'Brien \\ "x"': [6],
        "Zola": [0, 3],
        "sans-valeur": [4, 5],
    }
    assert list(held(cuts)) == ["eaux", "Écoles", 'O\'Brien \\ "x"', "Zola", "sans-valeur"]


def test_another_years_rows_change_nothing_in_the_bytes_of_a_slice(
    sliced: Callable[..., tuple[RevisionSlice, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [date(2020 + rank % 3, 1, 1) for rank in range(300_000)]
    connect, seen = duckdb.connect, []
    for threads, more in (("1", []), ("2", [date(2030, 1, 1)] * 3), ("7", [])):

        def threaded(*args: object, threads: str = threads, **options: dict[str, str]) -> object:
            return connect(*args, config={**options["config"], "threads": threads})  # type: ignore[arg-type]

        monkeypatch.setattr(duckdb, "connect", threaded)
        cuts = sliced(pa.array([*days, *more], pa.date32()))
        seen.append({piece.slice.label: piece.path.read_bytes() for piece in cuts})
    assert seen[0] == seen[2]
    assert {label: seen[1][label] for label in seen[0]} == seen[0]


@settings(max_examples=share(50), deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(st.sampled_from(" aAéÉ12-\\'%;"), max_size=3)), min_size=1))
def test_every_row_is_in_one_slice(tmp_path_factory: pytest.TempPathFactory, values: list[Any]) -> None:
    root = tmp_path_factory.mktemp("slices")
    whole = root / "whole.parquet"
    pq.write_table(pa.table({"n": range(len(values)), "a": pa.array(values, pa.string())}), whole)
    dataset = desk(root).dataset(columns={"n": "publish", "a": "publish"})
    cuts = write_revision_slices(dataset, FileSplit(by="a", per="value"), [whole], len(values), root)
    assert sorted(rank for ranks in held(cuts).values() for rank in ranks) == list(range(len(values)))
    assert all(ranks == sorted(ranks) for ranks in held(cuts).values())
    tails = [piece.tail for piece in cuts]
    assert len(set(tails)) == len(tails)
    assert all(tail.isascii() and tail and " " not in tail for tail in tails)


def test_too_many_slices_close_the_gate_without_naming_one(
    sliced: Callable[..., tuple[RevisionSlice, ...]],
) -> None:
    with pytest.raises(PublicationGateClosed) as caught:
        sliced(pa.array([f"canari-{rank}" for rank in range(MOST_SLICES + 23)]), "value")
    assert "123" in str(caught.value)
    assert "100" in str(caught.value)
    assert "canari" not in str(caught.value)
    assert len(sliced(pa.array([f"v{rank}" for rank in range(MOST_SLICES)]), "value")) == MOST_SLICES


def test_nothing_to_split_closes_the_gate(sliced: Callable[..., tuple[RevisionSlice, ...]]) -> None:
    with pytest.raises(PublicationGateClosed, match="rien à répartir"):
        sliced(pa.array([], pa.date32()))


def test_slices_that_do_not_hold_every_row_close_the_gate(
    sliced: Callable[..., tuple[RevisionSlice, ...]],
) -> None:
    with pytest.raises(PublicationGateClosed, match="réunies dans les parties : 2"):
        sliced(pa.array(["a", "b"]), "value", rows=3)


@pytest.mark.parametrize(
    "label, tail",
    [
        ("2024", "2024"),
        ("sans-date", "sans-date"),
        ("2018-12-20", "20181220"),
        ("2024-03", "202403"),
        ("Centre-ville", "centre-ville"),
        ("Écoles & crèches", "ecoles-creches"),
        ("Un très long nom de quartier", "un-tres-long-n"),
    ],
)
def test_file_names_of_slices_follow_datasud(label: str, tail: str) -> None:
    assert build_file_suffixes([label])[label] == tail
    for kind in OutputFormat:
        name = build_published_file_name("permis-de-construire-delivres", kind, tail)
        assert len(name) <= 30
        assert name.endswith(f"-{tail}.{kind.value}")


def test_labels_that_look_alike_keep_names_of_their_own() -> None:
    tails = build_file_suffixes(["École", "ecole", "Eaux", "—", "漢"])
    assert tails["Eaux"] == "eaux"
    assert len(set(tails.values())) == 5
    assert all(len(tail) <= 14 and tail[0].isalnum() for tail in tails.values())
    assert build_published_file_name("permis", OutputFormat.CSV, "2024") == "permis-2024.csv"


# --- the plan -----------------------------------------------------------------------------------------------

FILE = PublishableFile(Path("x.csv"), "x.csv", "text/csv", "h", 1)


def slice_of(label: str) -> DatasetSplitPart:
    return DatasetSplitPart(label, "jour", "year", False, 1, 1)


def wanted(*labels: str, kinds: tuple[str, ...] = ("CSV",)) -> DesiredRecord:
    """Resources of these slices, in this order; the empty label is the whole."""
    resources = tuple(
        DesiredResource(kind, {}, FILE, slice=slice_of(label) if label else None)
        for label in labels
        for kind in kinds
    )
    return DesiredRecord("jeu", {}, {}, False, resources, tables=False)


def observed(*named: str, foreign: tuple[str, ...] = ()) -> ObservedRecord:
    """Resources ``label:format``, in this order; ``foreign``: those of others."""
    resources = tuple(
        ObservedResource(
            name,
            name.split(":")[1],
            "u",
            {"url_type": "upload"},
            name not in foreign,
            None,
            name.split(":")[0],
        )
        for name in named
    )
    return ObservedRecord("id", False, False, "o", {}, {}, resources)


def writes(want: DesiredRecord, found: ObservedRecord, *, rules: str = "r", before: str = "r") -> list[Write]:
    everything = frozenset(resource.id for resource in found.resources)
    memory = PlatformState(record="id", rules=before)
    return list(plan_writes(want, found, pair_resources(want, found), memory, everything, rules))


def kinds(planned: list[Write]) -> list[type]:
    return [type(write) for write in planned]


def test_the_same_slices_are_nothing_to_write() -> None:
    found = observed("2025:CSV", "2025:Parquet", "2024:CSV", "2024:Parquet")
    assert writes(wanted("2025", "2024", kinds=("CSV", "Parquet")), found) == []


def test_a_new_year_is_created_and_put_first() -> None:
    planned = writes(wanted("2026", "2025", "2024"), observed("2025:CSV", "2024:CSV"))
    assert kinds(planned) == [CreateResource, ReorderResources]
    assert kinds(writes(wanted("2025", "2024"), observed("2025:CSV"))) == [CreateResource]


def test_a_year_that_has_no_row_left_leaves_first() -> None:
    planned = writes(wanted("2026", "2025"), observed("2025:CSV", "2019:CSV"))
    assert kinds(planned) == [RemoveResource, CreateResource, ReorderResources]
    assert isinstance(planned[0], RemoveResource)
    assert planned[0].id == "2019:CSV"
    assert "2019" not in planned[0].action_description


def test_a_slice_never_takes_the_place_of_another() -> None:
    found = observed("2024:CSV", ":CSV", "2023:Parquet")
    assert pair_resources(wanted("2025", "2024"), found).of == (None, found.resources[0])
    assert pair_resources(wanted("2023"), found).of == (found.resources[2],), "another format keeps the id"
    assert pair_resources(wanted(""), found).of == (found.resources[1],)


def test_what_slices_replace_leaves_when_they_are_there() -> None:
    there = observed(":CSV")
    assert kinds(writes(wanted("2025", "2024"), there)) == [CreateResource, CreateResource, RemoveResource]
    back = writes(wanted(""), observed("2025:CSV", "2024:CSV"))
    assert kinds(back) == [CreateResource, RemoveResource, RemoveResource]


@pytest.mark.parametrize("before", ["", "others"])
def test_what_was_made_under_other_rules_leaves_before_anything_arrives(before: str) -> None:
    planned = writes(wanted("2025", "2024"), observed(":CSV"), before=before)
    assert kinds(planned) == [RemoveResource, CreateResource, CreateResource]


def test_the_order_of_others_is_theirs() -> None:
    found = observed("Notice:PDF", "2025:CSV", "Plan:PDF", "2024:CSV", foreign=("Notice:PDF", "Plan:PDF"))
    assert writes(wanted("2025", "2024"), found) == []
    turned = observed("2024:CSV", "2025:CSV", foreign=())
    assert kinds(writes(wanted("2025", "2024"), turned)) == [ReorderResources]
    assert writes(wanted(""), observed("Notice:PDF", ":CSV", foreign=("Notice:PDF",))) == []


def test_no_write_says_which_slice_it_is() -> None:
    want = wanted("canari", "2024")
    planned = [*writes(want, observed("2024:CSV", "canari-ancien:CSV"))]
    planned += plan_writes(
        want, observed("canari:CSV"), pair_resources(want, observed("canari:CSV")), PlatformState()
    )
    assert any(isinstance(write, UpdateResource) for write in planned)
    assert "canari" not in " ".join(str(write.action_description) for write in planned)
    assert "ajouter la ressource CSV, partie 1" in [write.action_description for write in planned]
