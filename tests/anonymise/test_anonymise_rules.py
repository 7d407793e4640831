"""The rules that a city may give a column: what each publishes, and what it does with what it cannot read."""

from __future__ import annotations

import json
import statistics
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise import anonymise_extract
from aqueduc.errors import AnonymisationGateClosed, AqueducError, PackageExtraMissing
from tests.examples import share
from tests.making import Desk, desk

CANARY = "Sarrazouls-Canari"
SECRET = {"AIRFLOW_CONN_SEL": json.dumps({"conn_type": "generic", "password": "0123456789abcdef0123456789"})}


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path, SECRET)


def published(here: Desk, rule: Any, values: list[Any], **more: Any) -> list[Any]:
    """What becomes of ``values`` in a column under ``rule``; a row that is rejected is not there."""
    fields = more.pop("fields", [{"name": "valeur", "type": "any"}])
    dataset = here.dataset(columns={"valeur": rule, **more.pop("others", {})}, fields=fields, **more)
    run = here.run()
    table = pa.table({"valeur": values, **{name: [None] * len(values) for name in dataset_others(dataset)}})
    done = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    return here.read(done.handle).sort_by("__line").column("valeur").to_pylist()


def dataset_others(dataset: Any) -> list[str]:
    return [column.name for column in dataset.columns if column.name != "valeur"]


CASES: list[tuple[Any, list[Any], list[Any]]] = [
    ({"constant": "l'usager"}, ["a", None], ["l'usager", "l'usager"]),
    ({"mask": {"first": 2, "last": 1}}, ["13100", "ab", None], ["13***0", "***", None]),
    ({"truncate": "department"}, ["13001", "97411", "2A004", None], ["13", "974", "2A", None]),
    ({"clip": {"minimum": 0, "maximum": 90}}, ["-3", "90.5", "17,", "17"], ["0", "90", "17"]),
    ({"clip": {"maximum": 9}}, [Decimal("15.25"), Decimal("-2.50")], [Decimal("9.00"), Decimal("-2.50")]),
    ({"round": 100}, ["149", "150", "-250", None], ["100", "200", "-300", None]),
    ({"round": 0.5}, [1.25, 0.74], ["1.5", "0.5"]),
]


@pytest.mark.parametrize("rule, values, expected", CASES)
def test_a_rule_publishes_what_it_promises(
    here: Desk, rule: Any, values: list[Any], expected: list[Any]
) -> None:
    assert published(here, rule, values, reject_at_most="50%") == expected


@settings(max_examples=share(40), deadline=None)
@given(
    step=st.sampled_from([0.01, 0.5, 1, 3, 100]),
    value=st.decimals(-(10**9), 10**9, places=3),
)
def test_rounding_is_exact(tmp_path_factory: pytest.TempPathFactory, step: float, value: Decimal) -> None:
    here = desk(tmp_path_factory.mktemp("arrondi"))
    (given_back,) = published(here, {"round": step}, [str(value)])
    exact = Decimal(str(step))
    assert Decimal(given_back) % exact == 0
    assert abs(Decimal(given_back) - value) * 2 <= exact


def test_a_hierarchy_gives_the_category_of_its_level(here: Desk) -> None:
    (here.include / "hierarchies").mkdir()
    (here.include / "hierarchies" / "metiers.csv").write_text(
        "boulanger;alimentation;commerce\nboucher;alimentation;commerce\ncoiffeur;soins;services\n",
        encoding="utf-8",
    )
    rule = {"generalise": {"hierarchy": "hierarchies/metiers.csv", "level": 2}}
    assert published(here, rule, ["boucher", None, "coiffeur"]) == ["commerce", None, "services"]
    with pytest.raises(AnonymisationGateClosed, match=r"hierarchies/metiers\.csv") as closed:
        published(here, rule, ["boucher", CANARY])
    assert CANARY not in str(closed.value)


def test_a_hierarchy_is_one_file_whatever_its_name(here: Desk, tmp_path: Path) -> None:
    """A pattern would lead through a link beside it to the files of another city, that the same worker reads."""
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "personnes.csv").write_text(f"Canari;{CANARY}\n")
    folder = here.include / "hierarchies" / "*"
    folder.mkdir(parents=True)
    (folder.parent / "lien").symlink_to(tmp_path / "ailleurs")
    (folder / "*.csv").write_text("boucher;alimentation\n")
    rule = {"generalise": {"hierarchy": "hierarchies/*/*.csv", "level": 1}}
    assert published(here, rule, ["boucher"]) == ["alimentation"]
    with pytest.raises(AnonymisationGateClosed):
        published(here, rule, ["Canari"])


def test_a_file_of_polygons_that_leads_to_another_file_is_none(here: Desk, tmp_path: Path) -> None:
    """GDAL knows a virtual layer (VRT) by its content, whatever it is called, and opens what it names."""
    ring = "POLYGON((5 43, 6 43, 6 44, 5 44, 5 43))"
    (tmp_path / "personnes.csv").write_text(f'nom,zone\n{CANARY},"{ring}"\n')
    (here.include / "geo").mkdir()
    (here.include / "geo" / "quartiers.geojson").write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="personnes"><SrcDataSource>{tmp_path}/personnes.csv</SrcDataSource>'
        '<GeometryField encoding="WKT" field="zone"/></OGRVRTLayer></OGRVRTDataSource>'
    )
    dataset = here.dataset(
        columns={
            "lon": {"locate": {"polygons": "geo/quartiers.geojson", "name": "nom"}, "as": "quartier"},
            "lat": "drop",
        },
        geometry={"longitude": "lon", "latitude": "lat"},
    )
    run = here.run()
    with pytest.raises(AqueducError) as refused:
        anonymise_extract(
            dataset, run, here.raw(pa.table({"lon": ["5.5"], "lat": ["43.5"]}), run), here.place
        )
    assert CANARY not in str(refused.value)


def test_a_position_becomes_the_zone_that_holds_it(here: Desk) -> None:
    (here.include / "geo").mkdir()
    square = lambda west: [[[west, 43.5], [west + 0.1, 43.5], [west + 0.1, 43.6], [west, 43.6], [west, 43.5]]]  # noqa: E731
    zones = [
        {
            "type": "Feature",
            "properties": {"nom": name},
            "geometry": {"type": "Polygon", "coordinates": square(west)},
        }
        for name, west in (("Ouest", 5.3), ("Est", 5.4))
    ]
    (here.include / "geo" / "quartiers.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": zones})
    )
    dataset = here.dataset(
        columns={
            "lon": {"locate": {"polygons": "geo/quartiers.geojson", "name": "nom"}, "as": "quartier"},
            "lat": "drop",
        },
        geometry={"longitude": "lon", "latitude": "lat"},
        reject_at_most="50%",
    )
    run = here.run()
    table = pa.table({"lon": ["5.35", "5.45", "5.4", "2.35"], "lat": ["43.55", "43.55", "43.55", "48.85"]})
    done = anonymise_extract(dataset, run, here.raw(table, run), here.place)
    # On the border between the two: always the first by name. In Paris: nowhere, so rejected.
    assert here.read(done.handle).sort_by("__line").column("quartier").to_pylist() == ["Ouest", "Est", "Est"]
    assert done.report.rejected == 1


def noisy(here: Desk, values: list[Any], law: str, scale: float = 5) -> list[float]:
    rule = {"noise": {"distribution": law, "scale": scale, "step": 0.01, "key": "sel"}}
    return [float(value) for value in published(here, rule, values)]


@pytest.mark.parametrize("law, deviation", [("laplace", 5 * 2**0.5), ("gaussian", 5.0)])
def test_noise_follows_its_distribution(here: Desk, law: str, deviation: float) -> None:
    """20,000 draws: the mean is within 5 standard errors of 0, the standard deviation within 5 %."""
    drawn = noisy(here, [100.0] * 20_000, law)
    assert abs(statistics.fmean(drawn) - 100) < 5 * deviation / 20_000**0.5
    assert statistics.stdev(drawn) == pytest.approx(deviation, rel=0.05)


def test_noise_is_the_same_for_the_same_extract_and_new_for_another(here: Desk) -> None:
    first = noisy(here, [1.0, 2.0, 3.0], "laplace")
    assert noisy(here, [1.0, 2.0, 3.0], "laplace") == first
    other = noisy(here, [1.0, 2.0, 4.0], "laplace")
    assert other[0] != first[0] and other[1] != first[1]


def test_a_rotated_pseudonym_changes_with_the_extract(here: Desk) -> None:
    rule = {"pseudonym": {"key": "sel", "rotate": True}, "basis": "Délibération 2026-12"}
    first = published(here, rule, ["a", "b"])
    assert published(here, rule, ["a", "b"]) == first
    assert first[0] not in published(here, rule, ["a", "c"])
    stable = {"pseudonym": "sel", "basis": "Délibération 2026-12"}
    assert published(here, stable, ["a", "b"])[0] == published(here, stable, ["a", "c"])[0]


def transform(here: Desk, code: str) -> dict[str, Any]:
    (here.include / "transforms").mkdir(exist_ok=True)
    (here.include / "transforms" / "adresses.py").write_text(code, encoding="utf-8")
    return {"transform": {"path": "transforms/adresses.py", "function": "commune"}}


@pytest.mark.parametrize(
    "code",
    [
        "def commune(values):\n    return values.str.split(' ').str[-1]\n",
        "import pyarrow as pa\nimport pyarrow.compute as pc\n\n\ndef commune(values: pa.Array) -> pa.Array:\n"
        "    return pc.list_element(pc.split_pattern(values, ' '), 1)\n",
    ],
)
def test_a_function_of_the_city_gets_pandas_or_arrow(here: Desk, code: str) -> None:
    assert published(here, transform(here, code), ["13100 Aix", None, "13090 Aix"]) == ["Aix", None, "Aix"]


@pytest.mark.parametrize(
    "body, said",
    [
        ("raise ValueError(f'cannot read {list(values)}')", "elle a levé ValueError"),
        ("return values[:0]", "valeurs qu'elle rend : 0 ; reçues : 1"),
        ("return 3", "elle rend autre chose"),
    ],
)
def test_a_function_that_fails_closes_the_gate_and_quotes_nothing(here: Desk, body: str, said: str) -> None:
    rule = transform(here, f"def commune(values):\n    {body}\n")
    with pytest.raises(AnonymisationGateClosed) as closed:
        published(here, rule, [CANARY])
    message = str(closed.value)
    assert said in message and "transforms/adresses.py" in message and CANARY not in message
    assert closed.value.__cause__ is None


def test_a_function_of_the_city_without_pandas_says_what_to_install(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(PackageExtraMissing, match=r"aqueduc-opendata\[transforms\]"):
        published(here, transform(here, "def commune(values):\n    return values\n"), [CANARY])


def test_a_function_is_part_of_the_declaration(here: Desk) -> None:
    rule = transform(here, "def commune(values):\n    return values\n")
    before = here.dataset(columns={"valeur": rule})
    after = here.dataset(
        columns={"valeur": transform(here, "def commune(values):\n    return values + ''\n")}
    )
    assert before.fingerprint != after.fingerprint


def test_what_a_function_prints_is_not_heard(
    here: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code = (
        "import logging\nimport sys\nimport warnings\n\n\ndef commune(values):\n"
        "    print(list(values))\n    print(list(values), file=sys.stderr)\n"
        "    logging.getLogger('ville').error(list(values))\n    warnings.warn(str(list(values)))\n"
        "    return values.str[:1]\n"
    )
    assert published(here, transform(here, code), [CANARY]) == [CANARY[0]]
    heard = capfd.readouterr()
    assert CANARY not in heard.out + heard.err + caplog.text
