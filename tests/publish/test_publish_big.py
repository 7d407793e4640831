"""A big file: sent and read back in constant memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.region import Region
from tests.publish.publishing import Bench, bench

pytestmark = [pytest.mark.sandbox, pytest.mark.end_to_end]

MEGABYTES = 200
REPOSITORY = Path(__file__).resolve().parents[2]

# In a process of its own, so that its peak of memory is that of the upload and of nothing else.
PROGRAM = """
import json, sys
from pathlib import Path
from aqueduc.connections import Connection
from aqueduc.publish.client import PlatformClient, PublishableFile
from aqueduc.publish.proof.readback import read_served_file_if_identical
from aqueduc.store import compute_file_sha256

def peak():
    # Not ru_maxrss: it would hold the memory of the parent, as it was before exec.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

url, token, package, path = sys.argv[1:]
path = Path(path)
file = PublishableFile(path, "gros.csv", "text/csv", compute_file_sha256(path), path.stat().st_size)
before = peak()
with PlatformClient(Connection("datasud", "ckan", host=url, password=token), organisation="ville") as client:
    fields = {"package_id": package, "name": "Gros"}
    made = client.call_upload_action("resource_create", fields, file, idempotent=False)
    again = client.call_upload_action("resource_patch", {"id": made["id"]}, file, idempotent=True)
    identical = read_served_file_if_identical(client, made["url"], file, anonymous=False) is not None
    whole = client.hash_served_file(made["url"], anonymous=False)
    refused = client.read_byte_range(made["url"], 0, 1, anonymous=True).refused
json.dump(
    {"grown": peak() - before, "identical": identical, "refused": refused, "id": made["id"],
     "same": whole.sha256 == file.sha256, "kept": again["id"] == made["id"]},
    sys.stdout,
)
"""


@pytest.fixture
def here(tmp_path: Path, region: Region) -> Iterator[Bench]:
    with bench(tmp_path, region) as made:
        yield made


def test_a_big_file_does_not_grow_the_memory(here: Bench, region: Region, tmp_path: Path) -> None:
    path = tmp_path / "gros.csv"
    block = os.urandom(1 << 20)
    with path.open("wb") as out:
        for rank in range(MEGABYTES):
            out.write(rank.to_bytes(4, "big") + block[4:])
    made = here.action(
        "package_create",
        token=region.token,
        name=here.slug,
        owner_org=region.organisation,
        private=True,
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, region.url, region.token, made["id"], str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")},
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    identifier = said.pop("id")
    (Path(region.storage) / "resources" / identifier[:3] / identifier[3:6] / identifier[6:]).unlink()
    grown = said.pop("grown")
    assert said == {"identical": True, "refused": True, "same": True, "kept": True}
    assert grown < 40, f"{grown} MB"
