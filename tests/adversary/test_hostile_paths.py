"""Names that lead elsewhere: of a dataset, a run, an object of the store, a file of a declaration or of a drop."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aqueduc import duck
from aqueduc.cli.app import app
from aqueduc.declaration import load_city, load_dataset
from aqueduc.declaration.loader import list_dataset_paths
from aqueduc.errors import AqueducError, DeclarationError, SourceError, StoreError
from aqueduc.store import Store, Vault, build_safe_filename
from tests.sources.conftest import CANARY, House

OUTSIDE = (
    "../secret",
    "../../secret",
    "/etc/passwd",
    "x/../../secret",
    "..",
    ".",
    "",
    "a/b",
    "..\\secret",
    "~/x",
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    (tmp_path / "secret.yaml").write_text(f"title: {CANARY}\n")
    (tmp_path / "secret.csv").write_text(f"nom\n{CANARY}\n")
    (tmp_path / "secret.json").write_text(f'{{"fields": [{{"name": "{CANARY}"}}]}}')
    (tmp_path / "secret.sql").write_text(f"SELECT '{CANARY}' AS nom")
    return made


# --- datasets and runs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in OUTSIDE if name])
@pytest.mark.parametrize("command", ["explain", "show", "history", "rejected", "verify", "run", "withdraw"])
def test_no_command_takes_a_path_for_a_dataset(
    house: House, name: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in (
        ("AQUEDUC_INCLUDE", str(house.include)),
        ("AQUEDUC_STORE", (house.folder / "store").as_uri()),
        ("AQUEDUC_VAULT", (house.folder / "vault").as_uri()),
    ):
        monkeypatch.setenv(variable, value)
    before = {path for path in house.folder.rglob("*") if path.is_file()}
    done = CliRunner().invoke(app, [command, name])
    assert done.exit_code != 0, done.output
    assert CANARY not in done.output and "root:" not in done.output
    left = {path for path in house.folder.rglob("*") if path.is_file()} - before
    assert not [path for path in left if not path.is_relative_to(house.folder / "store")], left


def test_a_file_whose_name_is_no_identifier_is_no_dataset(house: House) -> None:
    for name in ("..", "a b", "A", "é", "a.b", "-a", "aqueduc_alerts", "a\nb", "x" * 120):
        path = house.include / "datasets" / f"{name}.yaml"
        path.write_text("title: a\n")
        with pytest.raises(DeclarationError):
            load_dataset(path, load_city(house.include))
        path.unlink()
    assert list_dataset_paths(house.include) == ()


@pytest.mark.parametrize("run", [*filter(None, OUTSIDE), "a\0b", "a\nb", "manual__../../x", "é" * 300])
def test_the_name_of_a_run_is_one_name_of_a_file(run: str) -> None:
    made = build_safe_filename(run)
    assert "/" not in made and "\\" not in made and made not in (".", "..") and 0 < len(made.encode()) < 256
    assert re.fullmatch(r"[A-Za-z0-9._+-]+", made)


# --- store and vault ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", "a/..", "..", "a/../b"])
def test_no_key_leaves_the_store_nor_the_vault(tmp_path: Path, key: str) -> None:
    (tmp_path / "x").write_text(CANARY)
    for opened in (Store((tmp_path / "store").as_uri()), Vault((tmp_path / "vault").as_uri())):
        acts = (
            lambda store: store.read(key),
            lambda store: store.exists(key),
            lambda store: store.delete(key),
            lambda store: store.write_json(key, {}),
            lambda store: store.list(key),
        )
        for act in acts:
            with pytest.raises(StoreError, match="Clé interdite"):
                act(opened)
    assert (tmp_path / "x").read_text() == CANARY


# --- files that a declaration names ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["../secret.json", "/etc/passwd", "schemas/../../secret.json", "lien.json"])
def test_a_declaration_reads_no_schema_outside_of_its_folder(house: House, path: str) -> None:
    (house.include / "lien.json").symlink_to(house.folder / "secret.json")
    with pytest.raises(DeclarationError) as caught:
        house.declare({"file": "depot", "path": "a.csv"}, {"nom": "publish"}, schema=path)
    assert CANARY not in str(caught.value) and "root:" not in str(caught.value)


@pytest.mark.parametrize("path", ["../secret.sql", "/etc/passwd", "sql/../../secret.sql", "lien.sql"])
def test_nor_a_query(house: House, path: str) -> None:
    (house.include / "lien.sql").symlink_to(house.folder / "secret.sql")
    house.connect("base", conn_type="postgres", host="127.0.0.1")
    with pytest.raises(DeclarationError) as caught:
        house.declare({"postgres": "base", "sql": path}, {"nom": "publish"})
    assert CANARY not in str(caught.value) and "root:" not in str(caught.value)


@pytest.mark.parametrize("name", ["*.csv", "?.csv", "[ab].csv", "a].csv", "**.csv", "l'été.csv"])
def test_the_engine_reads_one_file_and_takes_no_name_for_a_pattern(tmp_path: Path, name: str) -> None:
    for other in ("a.csv", "b.csv", "[a].csv"):
        (tmp_path / other).write_text(f"{CANARY}\n")
    (tmp_path / name).write_text("à soi\n")
    with duck.open_duckdb(tmp_path) as con:
        read = f"read_csv({duck.build_glob_escaped_path_literal(tmp_path / name)}, header = false)"
        assert con.execute(f"FROM {read}").fetchall() == [("à soi",)]
        con.execute(
            f"COPY (SELECT 1 AS x) TO {duck.literal(str(tmp_path / 'autre.parquet'))} (FORMAT parquet)"
        )
        shutil.copy(tmp_path / "autre.parquet", tmp_path / f"{name}.parquet")
        found = duck.build_read_parquet_sql(tmp_path / f"{name}.parquet")
        assert con.execute(f"FROM {found}").fetchall() == [(1,)]


# --- files of a drop ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["../secret.csv", "x/../../secret.csv", "lien.csv", "dossier/secret.csv", "./../secret.csv"]
)
def test_a_drop_gives_no_file_of_elsewhere(house: House, path: str) -> None:
    (house.drop / "lien.csv").symlink_to(house.folder / "secret.csv")
    (house.drop / "dossier").symlink_to(house.folder)
    with pytest.raises(AqueducError) as caught:
        house.extract(house.declare({"file": "depot", "path": path}, {"nom": "publish"}))
    house.message(caught.value)


def test_nor_under_a_pattern(house: House) -> None:
    (house.drop / "lien-1.csv").symlink_to(house.folder / "secret.csv")
    dataset = house.declare({"file": "depot", "path": "lien-*.csv", "take": "all"}, {"nom": "publish"})
    with pytest.raises(SourceError) as caught:
        house.extract(dataset)
    house.message(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "a'b.csv", 'a"b.csv', "a;b.csv", "a b.csv", "a%2e%2e%2fb.csv", "a=b.csv", "a[1].csv", "-rf.csv",
        "é\u0301.csv", "a\\b.csv", "$HOME.csv", "a`b`.csv",
    ],
)  # fmt: skip
def test_an_odd_name_is_read_as_a_name(house: House, name: str) -> None:
    """In the SQL that reads it, in a folder, in an address: never as anything else."""
    (house.drop / name).write_text("nom\nMairie\n")
    found = house.extract(house.declare({"file": "depot", "path": name}, {"nom": "publish"}))
    assert [row[1] for row in house.rows(found)] == ["Mairie"]
