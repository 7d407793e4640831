"""A function of the city's that means harm: each way out of its process, tried for real, and closed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.testing import CliRunner

from aqueduc.cli.app import app
from aqueduc.rules.transform import worker
from tests.adversary import escapes
from tests.adversary.escapes import ESCAPED, ESCAPES
from tests.making import Desk, desk

# Its environment holds a secret from its first breath, and one of its descriptors is made to be inherited.
PARENT = """
import json, os, sys
from pathlib import Path
import pyarrow as pa
from aqueduc.errors import AnonymisationGateClosed
from aqueduc.rules.transform import CustomFunctionRule, process, worker

include, run_by, dumpable, confined, names = json.loads(sys.stdin.read())
os.set_inheritable(os.open(include + "/../vault/extract", os.O_RDONLY), True)
if run_by:
    worker.__file__ = run_by
if dumpable:
    process._PR_SET_DUMPABLE = 3  # which only asks
rule = CustomFunctionRule(
    path="transforms/escapes.py", function="attempt_escapes", sha256="", confined=confined
)
try:
    with process.open_custom_function_in_subprocess(Path(include), "valeur", rule) as function:
        print(json.dumps(function(pa.array(names)).to_pylist()))
except AnonymisationGateClosed as closed:
    print(json.dumps(str(closed)))
"""
# Run in the place of the worker, to have it find a system that is not this one.
WITHOUT = {
    "confinement": "worker.confine_process = lambda *given, **named: None",
    "Landlock": """
import ctypes, errno
seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(seccomp.seccomp_init(0x7FFF0000))
assert seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(0x50000 | errno.ENOSYS), 444, 0, None) == 0
assert seccomp.seccomp_load(context) == 0
""",
    "libseccomp": """
import ctypes
load = ctypes.CDLL
def refuse(name, *given, **named):
    if name == "libseccomp.so.2":
        raise OSError(name)
    return load(name, *given, **named)
ctypes.CDLL = refuse
""",
}
# Left where the city accepts a system without Landlock: to read what the account reads.
READING = {
    "list of processes",
    "list of the vault",
    "an extract of the vault",
    "an extract of the vault, by a link of its own folder",
    "an extract of the vault, by a path that climbs",
    "the city's declarations",
    "the accounts of the machine",
}


def write_worker(folder: Path, lacks: str) -> str:
    path = folder / "worker.py"
    code = f"""
import importlib.util
spec = importlib.util.spec_from_file_location("worker", {str(worker.__file__)!r})
worker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worker)
{WITHOUT[lacks]}
worker.main()
"""
    path.write_text(code, encoding="utf-8")
    return str(path)


@cache
def attempt_all_escapes(lacks: str = "", *, confined: bool = True) -> dict[str, str] | str:
    """What became of each, or what was said instead; on a system that ``lacks`` what WITHOUT takes away."""
    with (
        TemporaryDirectory() as name,
        socket.socket(socket.AF_UNIX) as one,
        socket.socket(socket.AF_UNIX) as two,
    ):
        folder = Path(name).resolve()
        here = desk(folder)
        transforms, vault = here.include / "transforms", folder / "vault"
        for one_folder in (transforms, vault, folder / "temporary"):
            one_folder.mkdir(exist_ok=True)
        for file in ("extract", "victim", "deleted"):
            (vault / file).write_text("Sarrazouls-Canari", encoding="utf-8")
        (transforms / "escapes.py").write_bytes(Path(escapes.__file__).read_bytes())
        (transforms / "lien").symlink_to(vault / "extract")
        address = str(folder / "s")
        for listening, where in ((one, address), (two, f"\0{address}")):
            listening.bind(where)
            listening.listen(8)
        place = {
            "vault": str(vault),
            "extract": str(vault / "extract"),
            "victim": str(vault / "victim"),
            "deleted": str(vault / "deleted"),
            "temporary": str(folder / "temporary"),
            "packages": str(Path(pytest.__file__).parents[1]),
            "socket": address,
        }
        (transforms / "place.json").write_text(json.dumps(place), encoding="utf-8")
        asked = [
            str(here.include),
            write_worker(folder, lacks) if lacks else None,
            lacks == "confinement",
            confined,
            list(ESCAPES),
        ]
        answer = subprocess.run(
            [sys.executable, "-c", PARENT],
            input=json.dumps(asked),
            env={**os.environ, "AIRFLOW_CONN_REGION": "s3cret"},
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        said = json.loads(answer.stdout)
        return said if isinstance(said, str) else dict(zip(ESCAPES, said, strict=True))


# What stops each: the filter of system calls and Landlock, but for these.
OTHERWISE = {
    "a process, by its newer call": "OSError 38",  # the C library takes it for an older kernel
    "a descriptor that it inherited": "LookupError ",  # there is none
    "more memory than its limit": "ValueError ",  # root has no capability left to raise it
}
# Held by how the process is started, whether it is confined or not.
HELD_ANYWAY = {"a descriptor that it inherited", "more memory than its limit"}
OF_ROOT = {
    "frames",
    "raw IP",
    "a namespace",
    "a namespace of users",
    "the namespace of the parent",
    "a mount",
    "another root",
    "its capabilities again",
    "priority of the parent",
    "a program in the kernel",
    "the counters of the machine",
    "sockets by the kernel's ring",
    "a key that stays",
}


@pytest.mark.parametrize("name", ESCAPES)
def test_no_escape_works(name: str) -> None:
    found = attempt_all_escapes()
    assert isinstance(found, dict), found
    assert found[name] in (OTHERWISE.get(name), "PermissionError 1", "PermissionError 13")


def test_each_escape_would_work_without_its_confinement() -> None:
    """They are not stopped by a mistake of theirs."""
    found = attempt_all_escapes("confinement")
    assert isinstance(found, dict), found
    failed = {name for name, said in found.items() if said != ESCAPED}
    assert failed - (OF_ROOT if os.geteuid() else set()) == HELD_ANYWAY
    assert len(found) - len(failed) >= 30


@pytest.mark.parametrize(
    "lacks, said",
    [
        ("Landlock", "faute de pouvoir l'enfermer : Landlock manque au noyau"),
        ("libseccomp", "faute de pouvoir l'enfermer : la bibliothèque libseccomp manque"),
    ],
)
def test_nothing_runs_where_the_system_cannot_confine_it(lacks: str, said: str) -> None:
    found = attempt_all_escapes(lacks)
    assert isinstance(found, str) and said in found
    assert "confinement: none dans city.yaml" in found


def test_only_what_the_account_reads_is_left_where_the_city_accepts_a_system_without_landlock() -> None:
    found = attempt_all_escapes("Landlock", confined=False)
    assert isinstance(found, dict), found
    # A process that cannot be dumped is root's in /proc: root lists its descriptors, and follows none.
    of_root = set() if os.geteuid() else {"descriptors of the parent"}
    assert {name for name, said in found.items() if said == ESCAPED} == READING | of_root


def test_files_stay_out_of_reach_where_only_the_filter_lacks() -> None:
    found = attempt_all_escapes("libseccomp", confined=False)
    assert isinstance(found, dict), found
    assert all(found[name] == "PermissionError 13" for name in READING)


# --- said before it runs ------------------------------------------------------------------------------------------


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    here = desk(tmp_path)
    (here.include / "transforms").mkdir()
    (here.include / "transforms" / "noms.py").write_text("def court(noms): return noms\n", encoding="utf-8")
    rule = {"transform": {"path": "transforms/noms.py", "function": "court"}}
    here.dataset(columns={"valeur": rule}, fields=[{"name": "valeur", "type": "any"}])
    monkeypatch.setenv("AQUEDUC_INCLUDE", str(here.include))
    monkeypatch.setenv("AQUEDUC_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("AQUEDUC_VAULT", str(tmp_path / "vault"))
    return here


def check() -> str:
    answer = CliRunner().invoke(app, ["check"])
    assert answer.exit_code == 0, answer.output
    return " ".join(answer.output.split())


def test_check_says_nothing_where_the_system_confines(checked: Desk) -> None:
    assert "enfermer" not in check()


def test_check_says_that_this_machine_would_refuse(
    checked: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "__file__", write_worker(tmp_path, "Landlock"))
    said = check()
    assert "cette machine ne peut enfermer la fonction de « valeur » : Landlock manque au noyau" in said
    assert "une exécution la refuserait ici" in said


def test_check_says_what_the_city_accepts(
    checked: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "__file__", write_worker(tmp_path, "Landlock"))
    city = checked.include / "city.yaml"
    city.write_text(city.read_text(encoding="utf-8") + "confinement: none\n", encoding="utf-8")
    assert "la Ville l'accepte (confinement: none) : la fonction peut lire ici tout ce que lit le" in check()
