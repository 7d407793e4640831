"""A time stamp of RFC 3161 over a checkpoint: an authority of the city's choice signs its digest with the hour.

It shows that the checkpoint existed then: whoever holds the city's key today cannot make one of last month. It is kept
with the checkpoint, at every other place.
"""

import base64
import binascii
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aqueduc.checkpoint import SignedCheckpoint
from aqueduc.declaration.spec.witness import TimestampWitness
from aqueduc.errors import InvalidCheckpoint, WitnessUnreachable
from aqueduc.http import HttpClient, HttpFailure
from aqueduc.language import _

if TYPE_CHECKING:
    from rfc3161_client import VerifierBuilder

NAME = "timestamp"
_PATIENCE_S = 10.0
_MOST = 1 << 20
_HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


def request_timestamp(data: bytes, settings: TimestampWitness, include: Path) -> str:
    """The authority's answer about ``data``, verified, in base64. Raises WitnessUnreachable, InvalidCheckpoint."""
    from rfc3161_client import (
        HashAlgorithm,
        TimestampRequestBuilder,
        VerificationError,
        decode_timestamp_response,
    )

    verifier = _load_verifier(settings, include)
    query = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        answer = _ask(settings.url, query.as_bytes())
        verifier.nonce(query.nonce or 0).build().verify_message(decode_timestamp_response(answer), data)
    except HttpFailure as failure:
        why = failure.reason or type(failure).__name__
    except (VerificationError, ValueError) as error:
        why = type(error).__name__
    else:
        return base64.b64encode(answer).decode()
    raise WitnessUnreachable(settings.url, why)


def _ask(url: str, query: bytes) -> bytes:
    """What the authority answers, empty where it refuses. Raises HttpFailure."""
    with (
        HttpClient(read_timeout_s=_PATIENCE_S, headers=_HEADERS) as client,
        client.stream_response("POST", url, content=query) as response,
    ):
        return b"".join(response.iter_bytes())[:_MOST] if response.status_code == 200 else b""


def verify_timestamp(signed: SignedCheckpoint, settings: TimestampWitness, include: Path) -> datetime | None:
    """When the authority stamped it; None where it is not stamped. Raises InvalidCheckpoint
    for a stamp of another document, or of another authority; WitnessUnreachable without the authority's certificate."""
    from rfc3161_client import VerificationError, decode_timestamp_response

    if not signed.timestamp:
        return None
    verifier = _load_verifier(settings, include)
    try:
        answer = decode_timestamp_response(base64.b64decode(signed.timestamp, validate=True))
        verifier.build().verify_message(answer, signed.checkpoint.encode())
        return answer.tst_info.gen_time
    except (VerificationError, ValueError, binascii.Error):
        raise InvalidCheckpoint(
            _("L'horodatage de ce point de contrôle n'est pas le sien, ou pas de l'autorité déclarée."), NAME
        ) from None


def _load_verifier(settings: TimestampWitness, include: Path) -> "VerifierBuilder":
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerifierBuilder

    try:
        certificates = load_pem_x509_certificates((include / settings.certificate).read_bytes())
    except (OSError, ValueError):
        raise WitnessUnreachable(
            str(include / settings.certificate), _("le certificat de l'autorité est absent ou illisible")
        ) from None
    return VerifierBuilder(roots=list(certificates))
