"""What was online between two days, with all that proves it, in an archive that needs nothing of ours to be
verified (convention, article 11: the parties assist each other).

::

    LISEZMOI.txt                   how to verify it, in French
    SHA256SUMS                     the digest of every other file; SHA256SUMS.dsse, where the city signs
    en-ligne.json                  the revisions that were online, when, with the files that were served
    cles/<id>.pem                  the city's public keys
    include/city.yaml              the city of today: ``aqueduc verify`` reads the keys there
    depot/datasets/<dataset>/…     the whole ledger (entries, signatures, pages), its head and its pointer
    depot/datasets/<dataset>/requests/<sha>.json   what was shown to who agreed, as the ledger's entries name it
    depot/datasets/_convention/…   the city's ledger: all claims and incidents, since it is one chain
    depot/declarations/<sha>.json  the text of the declarations that the certificates name

No object of the store is in it, and no cell: what was served is named by its digest.
"""

import base64
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from aqueduc import __version__
from aqueduc.certify.history import DatasetHistory, compute_day_bounds, read_history
from aqueduc.certify.signature import build_intoto_statement, compute_key_identifier, load_city_signer
from aqueduc.convention.guide import render_evidence_guide
from aqueduc.declaration.spec import City
from aqueduc.language import use_language
from aqueduc.run import Workspace
from aqueduc.store import (
    CITY_LEDGER,
    Store,
    build_current_revision_pointer_key,
    build_declaration_key,
    compute_bytes_sha256,
    decode_json_or_none,
    encode_canonical_json,
)

SUMS = "SHA256SUMS"
# The same archive has the same bytes: nothing in it is dated by the machine that made it.
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class EvidenceRequest:
    """The datasets, and the days of the city, both included."""

    datasets: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True)
class EvidenceArchive:
    """``data``: the archive. ``revisions``: how many were online, and in how many ``periods``. ``broken``: the
    datasets whose ledger does not hold, which proves nothing of them."""

    data: bytes
    periods: int
    revisions: int
    broken: tuple[str, ...]


@use_language("fr")
def build_evidence_archive(request: EvidenceRequest, city: City, workspace: Workspace) -> EvidenceArchive:
    """Raises StoreError; ConnectionMissing and SigningKeyUnreadable where the city signs and cannot."""
    store, keys = workspace.store, city.signing.keys if city.signing else ()
    histories = [read_history(store, name, keys) for name in request.datasets]
    start, _end = compute_day_bounds(request.first, city.timezone)
    _start, end = compute_day_bounds(request.last, city.timezone)
    online = [_describe_online_periods(one, start, end) for one in histories]
    summary = {
        "city": city.name,
        "from": request.first.isoformat(),
        "to": request.last.isoformat(),
        "interval": [start.isoformat(), end.isoformat()],
        "datasets": online,
        "version": __version__,
    }
    files = {
        "en-ligne.json": encode_canonical_json(summary),
        "include/city.yaml": city.path.read_bytes(),
        **{f"cles/{_build_key_filename(key)}.pem": _encode_public_key_pem(key) for key in keys},
    }
    for name in (*request.datasets, CITY_LEDGER):
        files |= {f"depot/{key}": data for key, data in _collect_ledger_documents(store, name)}
    files |= _collect_declarations(store, files.values())
    days = (f"{request.first:%d/%m/%Y}", f"{request.last:%d/%m/%Y}")
    files["LISEZMOI.txt"] = render_evidence_guide(city, online, days, signed=bool(keys)).encode()
    files |= _build_checksum_files(files, city, workspace)
    broken = tuple(one.dataset for one in histories if not one.holds)
    periods = [(one["dataset"], period["revision"]) for one in online for period in one["periods"]]
    return EvidenceArchive(_build_zip_archive(files), len(periods), len(set(periods)), broken)


def _describe_online_periods(history: DatasetHistory, start: datetime, end: datetime) -> dict[str, Any]:
    periods = [one.to_json() for one in history.list_online_periods(start, end)]
    return {"dataset": history.dataset, "ledger_holds": history.holds, "periods": periods}


def _collect_ledger_documents(store: Store, dataset: str) -> Iterator[tuple[str, bytes]]:
    keys = [
        *store.list(f"datasets/{dataset}/ledger"),
        *store.list(f"datasets/{dataset}/requests"),
        store.find_ledger_head_key(dataset) or f"datasets/{dataset}/heads",
        build_current_revision_pointer_key(dataset),
        *(
            f"datasets/{dataset}/{name}.json"
            for name in ("agreement", "withdrawal", "closing", "restored", "moved")
        ),
    ]
    for key in keys:
        data = store.read(key)
        if data is not None:
            yield key, data


def _collect_declarations(store: Store, documents: Iterable[bytes]) -> dict[str, bytes]:
    """The texts that certificates among ``documents`` name."""
    named = set()
    for data in documents:
        entry = decode_json_or_none(data)
        if isinstance(entry, dict) and entry.get("declaration"):
            named.add(build_declaration_key(str(entry["declaration"])))
    found = {key: store.read(key) for key in sorted(named)}
    return {f"depot/{key}": data for key, data in found.items() if data is not None}


def _build_checksum_files(files: Mapping[str, bytes], city: City, workspace: Workspace) -> dict[str, bytes]:
    """The digests, in the form of ``sha256sum``, and their signature."""
    lines = "".join(f"{compute_bytes_sha256(data)}  {name}\n" for name, data in sorted(files.items()))
    signer = load_city_signer(city, workspace.connections)
    sums = {SUMS: lines.encode()}
    if signer is not None:
        predicate = {"at": workspace.clock().astimezone(UTC).isoformat(timespec="seconds")}
        statement = build_intoto_statement(SUMS, compute_bytes_sha256(sums[SUMS]), (), predicate)
        sums[f"{SUMS}.dsse"] = json.dumps(signer.sign(statement), indent=1).encode()
    return sums


def _build_key_filename(public: str) -> str:
    return compute_key_identifier(public)[:16]


def _encode_public_key_pem(public: str) -> bytes:
    """A public key in base64 (DER) as PEM."""
    text = base64.b64encode(base64.b64decode(public)).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]).encode()


def _build_zip_archive(files: Mapping[str, bytes]) -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(name, _MOMENT), data, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()
