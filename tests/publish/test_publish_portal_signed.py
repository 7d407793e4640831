"""What a city signs, beside the files of its portal: verified by whoever has the page, without Aqueduc."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from aqueduc.certify import certify_run
from aqueduc.certify.signature import generate_signing_key_pair, verify_dsse_envelope
from aqueduc.run import Run
from tests.publish.publishing import rows
from tests.publish.showcase import Showcase, showcase
from tests.publish.test_publish_portal import record
from tests.publish.test_publish_portal_whole import CSV
from tests.publish.test_signature import cosign as cosign
from tests.publish.test_signature import run

pytestmark = pytest.mark.end_to_end


def signing(root: Path, keys: list[tuple[str, str]]) -> Showcase:
    """A city that signs with the last of ``keys`` (private, public)."""
    connection = json.dumps({"conn_type": "generic", "password": keys[-1][0]})
    made = showcase(root, environment={"AIRFLOW_CONN_SIGNATURE": connection})
    path = made.desk.include / "city.yaml"
    city = yaml.safe_load(path.read_text(encoding="utf-8"))
    city["signing"] = {"connection": "signature", "keys": [public for _, public in keys]}
    path.write_text(yaml.safe_dump(city, allow_unicode=True), encoding="utf-8")
    return made


def certified(made: Showcase, table: pa.Table) -> None:
    made.publish(table)
    certify_run(made.dataset(), made.desk.city, Run("lieux", f"essai-{made.count}"), made.desk.place)


def downloads(made: Showcase, folder: Path) -> list[str]:
    """What the page of the dataset offers for a verification, got; and its commands."""
    page = made.folder / "jeux/lieux/index.html"
    text = page.read_text(encoding="utf-8")
    for href in re.findall(r'href="([^"]+)"[^>]* download>', text):
        if (there := (page.parent / href)).exists():
            shutil.copy(there, folder)
    return [
        html.unescape(command) for command in re.findall(r"<pre><code>(.+?)</code></pre>", text, re.DOTALL)
    ]


def test_who_has_the_page_verifies_a_file_with_the_tools_of_others(tmp_path: Path, cosign: str) -> None:
    here = signing(tmp_path, [generate_signing_key_pair(), generate_signing_key_pair()])
    here.declared = CSV
    certified(here, rows(5))
    got = tmp_path / "recu"
    got.mkdir()
    commands = downloads(here, got)
    assert {path.name for path in got.iterdir()} == {
        "lieux.csv",
        "lieux.csv.dsse",
        "ville-1.pub",
        "ville-2.pub",
    }
    first, second = (command.replace("cosign", cosign, 1) for command in commands)
    for command in (first, second):
        done = run(got, "sh", "-ec", command)
        assert done.returncode == 0, done.stderr
    (got / "lieux.csv").write_text("autre chose")
    assert run(got, "sh", "-ec", first).returncode != 0


def test_a_statement_is_put_once_and_again_with_a_new_key(tmp_path: Path) -> None:
    old, new = generate_signing_key_pair(), generate_signing_key_pair()
    here = signing(tmp_path, [old])
    certified(here, rows(5))
    statements = sorted(here.folder.glob("jeux/lieux/*/*.dsse"), key=lambda path: path.name)
    assert [path.name for path in statements] == ["lieux.csv.dsse", "lieux.parquet.dsse"]
    before = here.stamps()
    certified(here, rows(5))
    assert here.stamps() == before
    statements[0].write_text("{}")
    certified(here, rows(5))
    digest = record(here)["resources"][0]["distribution"]["sha256"]
    path = here.folder / "jeux/lieux" / f"{record(here)['resources'][0]['path']}.dsse"
    assert verify_dsse_envelope(json.loads(path.read_bytes()), digest, [old[1]]) == "valid"
    renewed = replace(signing(tmp_path, [old, new]), count=here.count)
    report = renewed.publish(rows(5))
    assert "ecart-sur-la-plateforme" not in {finding.code for finding in report.findings}
    certified(renewed, rows(5))
    assert verify_dsse_envelope(json.loads(path.read_bytes()), digest, [new[1]]) == "valid"
    assert (here.folder / "ville-2.pub").read_text().split("\n")[1] == new[1]


def test_a_city_that_does_not_sign_says_nothing_of_it(tmp_path: Path) -> None:
    here = showcase(tmp_path)
    certified(here, rows(5))
    assert "cosign" not in (here.folder / "jeux/lieux/index.html").read_text(encoding="utf-8")
    assert not [name for name in here.tree() if name.endswith((".dsse", ".pub"))]
