"""A file that the platform would not take is seen before anything is sent, and there is a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from aqueduc.errors import PublicationGateClosed
from aqueduc.publish.platform import PlatformCapabilities
from aqueduc.publish.revision.modes import RevisionDistributionOffers, build_upload_offers
from tests.making import CITY, desk
from tests.publish.publishing import COLUMNS, FIELDS, rows

CKAN = PlatformCapabilities(
    (2, 12), frozenset({"datastore"}), "o", None, frozenset(), frozenset(), True, False
)
BIG = rows(30_000, nom=["un nom qui se répète et se comprime"] * 30_000)
"""1.9 MB of CSV, far less of Parquet."""


@pytest.fixture
def offered(tmp_path: Path) -> Callable[..., RevisionDistributionOffers]:
    def make(table: pa.Table, largest_mb: int | None, **publish: Any) -> RevisionDistributionOffers:
        here = desk(tmp_path)
        dataset = here.dataset(
            columns=COLUMNS, fields=FIELDS, key=["code"], publish={"mode": "upload", **publish}
        )
        store = here.place.store
        local = tmp_path / "valid.parquet"
        pq.write_table(table, local, compression="zstd")
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        handle = store.store_parquet_by_sha256(
            local, dataset="jeu", run="essai", stage="valid", rows=table.num_rows, window=None
        )
        with store.open_local_file_of_key(handle.key) as path:
            return build_upload_offers(dataset, [(handle, path)], CKAN, store, scratch, largest_mb)

    return make


def test_a_file_that_is_too_big_holds_the_publication(
    offered: Callable[..., RevisionDistributionOffers],
) -> None:
    with pytest.raises(PublicationGateClosed) as caught:
        offered(BIG, 1, formats=["csv", "parquet"])
    (finding,) = caught.value.findings
    assert finding.code == "fichier-trop-gros"
    assert "le fichier CSV fait 1.9 Mo, et la plateforme en accepte 1 au plus" in finding.message()
    assert all(way in finding.format_remedy() for way in ("split", "parquet", "index"))
    assert [one.distribution.format for one in offered(BIG, 2).offers] == ["CSV"]
    assert [one.distribution.format for one in offered(BIG, None).offers] == ["CSV"]


def test_a_format_may_be_left_out_where_another_one_fits(
    offered: Callable[..., RevisionDistributionOffers],
) -> None:
    found = offered(BIG, 1, formats=["csv", "parquet"], too_big="omit")
    assert [one.distribution.format for one in found.offers] == ["Parquet"]
    assert [finding.code for finding in found.findings] == ["format-omis"]
    with pytest.raises(PublicationGateClosed):
        offered(BIG, 1, formats=["csv"], too_big="omit")


def test_slices_are_a_way_out(offered: Callable[..., RevisionDistributionOffers]) -> None:
    halves = BIG.set_column(1, "nom", pa.array(["a" * 30, "b" * 30] * 15_000))
    found = offered(halves, 1, split={"by": "nom", "per": "value"})
    assert [one.rows for one in found.offers] == [15_000, 15_000]


def test_the_limit_is_declared_in_city_yaml(tmp_path: Path) -> None:
    here = desk(tmp_path)
    assert here.city.platforms[0].spec.largest_file_mb is None
    platforms = {"datasud": {"type": "ckan", "connection": "datasud", "largest_file_mb": 100}}
    (here.include / "city.yaml").write_text(yaml.safe_dump({**CITY, "platforms": platforms}))
    assert here.city.platforms[0].spec.largest_file_mb == 100
