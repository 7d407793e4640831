"""A function of the city's that goes wrong in every way: the gate closes, and nothing of a cell is told."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import anonymise_extract
from aqueduc.errors import AnonymisationGateClosed
from aqueduc.rules import mapping
from aqueduc.rules.transform import process
from tests.making import Desk, desk

CANARY = "Sarrazouls-Canari"
VALUES = [f"{CANARY} {rank:02}" for rank in (3, 1, 4, 15, 9, 2, 6, 5)]


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def published(here: Desk, code: str, values: list[Any] | None = None) -> list[Any]:
    """What ``commune``, defined by ``code``, makes of ``values``."""
    folder = here.include / "transforms"
    folder.mkdir(exist_ok=True)
    (folder / "noms.py").write_text(dedent(code), encoding="utf-8")
    rule = {"transform": {"path": "transforms/noms.py", "function": "commune"}}
    dataset = here.dataset(columns={"valeur": rule}, fields=[{"name": "valeur", "type": "any"}])
    run = here.run()
    raw = here.raw(pa.table({"valeur": VALUES if values is None else values}), run)
    return here.read(anonymise_extract(dataset, run, raw, here.place).handle).column("valeur").to_pylist()


def body(*lines: str) -> str:
    return "\n".join(["def commune(values):", *(f"    {line}" for line in lines)])


# --- every way to fail --------------------------------------------------------------------------------------

RAISED = {
    "an exception": (body("raise ValueError(values[0])"), "elle a levé ValueError"),
    "a class named after a cell": (
        body("raise type(values[0], (KeyError,), {})(values[0])"),
        "elle a levé KeyError",
    ),
    "a class that passes for one of Python's": (
        body("raise type('ValueError', (LookupError,), {})(values[0])"),
        "elle a levé LookupError",
    ),
    "an exit with a cell": (body("raise SystemExit(values[0])"), "elle a levé SystemExit"),
    "an interruption": (body("raise KeyboardInterrupt(values[0])"), "elle a levé KeyboardInterrupt"),
    "an exit while it loads": ("import sys\nsys.exit('-')\n\n" + body("return values"), "levé SystemExit"),
    "no memory": (body("return [bytearray(1 << 30) for _ in range(64)]"), "elle a levé MemoryError"),
    "no end to its calls": (body("return commune(values)"), "elle a levé RecursionError"),
    "a text that is no text": (body("return [chr(0xD800)] * len(values)"), "elle a levé UnicodeEncodeError"),
    "a conversion that quotes": (
        "class Nom(float):\n    def __str__(self):\n        raise OSError('x')\n\n"
        + body("return [Nom(1)] * len(values)"),
        "elle a levé OSError",
    ),
}
ENDED = {
    "an end": (body("import os", "os._exit(int(values[0][-2:]))"), "elle a mis fin à son processus"),
    "a signal": (
        body("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"),
        "a été arrêté par SIGKILL",
    ),
    "a fault": (body("import ctypes", "ctypes.string_at(0)"), "a été arrêté par SIGSEGV"),
    "its channels closed": (body("import os", "os.closerange(0, 256)", "return values"), "mis fin à son"),
    "garbage in its answer": (
        "import contextlib, os\n\n"
        + body(
            "for fd in range(3, 64):",
            "    with contextlib.suppress(OSError):",
            "        os.write(fd, values[0].encode())",
            "return values",
        ),
        "ce qu'elle rend ne se lit pas",
    ),
}
WRONG = {
    "too few": (body("return values[:3]"), "valeurs qu'elle rend : 3 ; reçues : 8"),
    "too many": (body("return values.str.split(' ').explode()"), "valeurs qu'elle rend : 16 ; reçues : 8"),
    "nothing": (body("values.str.upper()"), "autre chose qu'une série"),
    "one text": (body("return ''.join(values)"), "autre chose qu'une série"),
    "a set": (body("return set(values)"), "autre chose qu'une série"),
    "a table": (body("return values.to_frame()"), "autre chose qu'une série"),
    "a generator": (body("return (value for value in values)"), "autre chose qu'une série"),
    "lists": (body("return values.str.split(' ')"), "autre chose que des textes"),
    "matches": (body("import re", "return [re.match('.', v) for v in values]"), "autre chose que des textes"),
    "objects": (
        "class Nom:\n    def __init__(self, nom):\n        self.nom = nom\n"
        "    def __str__(self):\n        return self.nom\n\n" + body("return values.map(Nom)"),
        "autre chose que des textes",
    ),
    "bytes": (body("return values.str.encode('utf-8')"), "autre chose que des textes"),
    "a sorted series": (body("return values.sort_values()"), "a changé l'index de la série"),
    "a series sorted where it is": (
        body("values.sort_values(inplace=True)", "return values"),
        "a changé l'index de la série",
    ),
    "another index": (body("return values.set_axis(range(10, 18))"), "a changé l'index de la série"),
    "sorted, its index made again": (body("return values.sort_values(ignore_index=True)"), "dépend des autr"),
    "a sorted list": (body("return sorted(values)"), "sa réponse pour une valeur dépend des autres valeurs"),
    "ranks": (body("return values.rank()"), "sa réponse pour une valeur dépend des autres valeurs"),
    "the value before": (body("return values.shift()"), "sa réponse pour une valeur dépend des autres val"),
    "chance": (
        body("import random", "return [random.random() for _ in values]"),
        "sa réponse pour une valeur dépend des autres valeurs, de leur ordre ou du hasard",
    ),
}


@pytest.mark.parametrize("code, said", (RAISED | ENDED | WRONG).values(), ids=(RAISED | ENDED | WRONG))
def test_whatever_comes_out_of_a_function_is_a_finding_that_quotes_nothing(
    here: Desk,
    code: str,
    said: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(AnonymisationGateClosed) as closed:
        published(here, code)
    told = [str(closed.value), *(str(one.to_json()) for one in closed.value.findings)]
    assert said in told[0]
    assert [one.code for one in closed.value.findings] == ["fonction-en-defaut"]
    assert (closed.value.__cause__, closed.value.__suppress_context__) == (None, True)
    heard = capfd.readouterr()
    assert CANARY not in "".join([*told, heard.out, heard.err, caplog.text])


@pytest.mark.parametrize(
    "wait",
    ["time.sleep(60)", "[None for _ in iter(int, 1)]", "signal.pause()"],
    ids=["sleep", "busy", "deaf"],
)
def test_a_function_without_end_is_killed(here: Desk, wait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SECONDS", 3.0)
    deaf = "for one in (1, 2, 15): signal.signal(one, signal.SIG_IGN)"
    started = time.monotonic()
    with pytest.raises(AnonymisationGateClosed, match="elle n'a rien rendu en 3 secondes"):
        published(here, body("import signal, time", deaf, wait))
    assert time.monotonic() - started < 20


def test_a_function_that_never_reads_is_killed_too(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a pipe holds waits to be read while the file is still being loaded."""
    monkeypatch.setattr(process, "SECONDS", 3.0)
    with pytest.raises(AnonymisationGateClosed, match="elle n'a rien rendu en 3 secondes"):
        published(here, "import time\ntime.sleep(60)\n" + body("return values"))


# --- every way to be heard ----------------------------------------------------------------------------------


def test_a_function_is_not_heard_however_it_speaks(
    here: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code = """
        import logging, os, subprocess, sys, warnings

        def commune(values):
            text = " ".join(values)
            print(text, flush=True)
            print(text, file=sys.__stderr__, flush=True)
            logging.getLogger("airflow.task").critical(text)
            warnings.warn(text)
            os.write(1, text.encode())
            os.write(2, text.encode())
            os.system("echo " + text + " >&2")
            try:
                subprocess.run(["echo", text])
            except PermissionError:
                pass
            sys.excepthook(ValueError, ValueError(text), None)
            assert input and sys.stdin.read() == ""
            return values.str[:1]
    """
    assert published(here, code) == ["S"] * 8
    heard = capfd.readouterr()
    assert CANARY not in heard.out + heard.err + caplog.text


def test_a_function_writes_no_file(here: Desk, tmp_path: Path) -> None:
    target = tmp_path / "trace.txt"
    code = f"""
        def commune(values):
            with open({str(target)!r}, "w") as file:
                file.write(values[0])
            return values
    """
    with pytest.raises(AnonymisationGateClosed, match="elle a levé PermissionError"):
        published(here, code)
    assert not target.exists()


def test_a_function_is_given_no_secret_of_the_environment(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {
        "AIRFLOW_CONN_REGION": json.dumps({"password": "s3cret"}),
        "AIRFLOW__CORE__FERNET_KEY": "s3cret",
        "AQUEDUC_SEL": "s3cret",
        "PGPASSWORD": "s3cret",
        "AWS_SECRET_ACCESS_KEY": "s3cret",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    seen = published(here, "import os\n\n" + body("return [','.join(os.environ)] * len(values)"))[0]
    assert not set(seen.split(",")) & set(secrets)
    assert set(seen.split(",")) <= {*process._KEPT, *process._SET}


# --- and what is right --------------------------------------------------------------------------------------


def test_batch_after_batch_goes_to_one_process(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "BATCH", 2_048)
    code = "import os\n\nME = str(os.getpid())\n\n" + body("return ME + ' ' + values.str[-5:]")
    values = [f"{CANARY} {rank:05}" for rank in range(9_000)]
    made = sorted((one.split(" ") for one in published(here, code, values)), key=lambda pair: pair[1])
    assert [rank for _, rank in made] == [f"{rank:05}" for rank in range(9_000)]
    assert len({process for process, _ in made}) == 1
    assert made[0][0] != str(os.getpid())


@pytest.mark.parametrize(
    "code, made",
    [
        (body("return values.str.len()"), "20"),
        (body("return [None] * len(values)"), None),
        (body("return values.where(values == '')"), None),
        (body("import datetime", "return [datetime.date(2026, 3, 1) for _ in values]"), "2026-03-01"),
        (body("import decimal", "return tuple(decimal.Decimal('1.50') for _ in values)"), "1.50"),
        (body("import numpy as np", "return np.full(len(values), 1.5)"), "1.5"),
        (body("return values.str.len() > 3"), "True"),
        (body("import pandas as pd", "return pd.Series([value[:1] for value in values])"), "S"),
        (body("return values.str[:1].astype('category')"), "S"),
    ],
)
def test_scalars_of_every_kind_are_read_as_text(here: Desk, code: str, made: str | None) -> None:
    if made is None:
        with pytest.raises(AnonymisationGateClosed, match="règle « transform » ne s'applique pas"):
            published(here, code)
    else:
        assert set(published(here, code)) == {made}


def test_a_function_imports_what_is_installed_and_what_stands_beside_it(
    here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = here.include / "transforms"
    beside.mkdir()
    (beside / "rues.py").write_text("def court(text):\n    return text[:4]\n", encoding="utf-8")
    code = "import dateutil, numpy, rues\n\n" + body("return values.map(rues.court)")
    assert set(published(here, code)) == {"Sarr"}
    elsewhere = here.include / "outils"
    elsewhere.mkdir()
    (elsewhere / "places.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(elsewhere))
    with pytest.raises(AnonymisationGateClosed, match="elle a levé ModuleNotFoundError"):
        published(here, "import places\n\n" + body("return values"))
