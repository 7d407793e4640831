"""Numbers of papers, memberships and accounts: by their form, by their column, by the word before."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, scan_table
from aqueduc.anonymise.scrubbing import MARKER, scrub_texts
from tests.anonymise.scan.labelled_ours import grouped

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
Draw = Callable[[random.Random], str]


def _card_old(r: random.Random) -> str:
    return f"{r.randint(5, 20):02d}{r.randint(1, 12):02d}{r.randint(1, 95):02d}{r.randrange(10**6):06d}"


def _card_new(r: random.Random) -> str:
    return "".join(r.choice("CDEFGHJKLMNPRTVWXYZ0123456789") for _ in range(9))


def _passport(r: random.Random) -> str:
    return f"{r.randint(9, 25):02d}{r.choice(LETTERS)}{r.choice(LETTERS)}{r.randrange(10**5):05d}"


def _caf(r: random.Random) -> str:
    return f"{r.randrange(10**6, 10**7)}{r.choice(LETTERS)}"


COLUMNS: dict[str, tuple[str, str, Draw]] = {
    "old identity card": ("cni", "identity_card", _card_old),
    "spaced card": ("piece_identite", "identity_card", lambda r: grouped(_card_old(r), (4,) * 3)),
    "new identity card": ("numero_carte_identite", "identity_card", _card_new),
    "passport": ("passeport", "passport", _passport),
    "driving licence": ("permis_conduire", "driving_licence", _card_old),
    "NEPH": ("neph", "driving_licence", _card_old),
    "new driving licence": ("num_permis_conduire", "driving_licence", _passport),
    "football licence": ("num_licence", "sports_licence", lambda r: str(r.randrange(10**9, 10**10))),
    "tennis licence": ("licence_fft", "sports_licence", _caf),
    "CAF": ("allocataire", "caf_number", _caf),
    "handles": ("instagram", "social_profile", lambda r: f"@kev_{r.randrange(999)}x"),
    "profiles": ("champ_1", "social_profile", lambda r: f"https://www.linkedin.com/in/zx-{r.randrange(10**6)}/"),
    "named profiles": ("champ_1", "social_profile", lambda r: f"facebook.com/nathalie.oz{r.randrange(99)}"),
    "passports under no header": ("champ_1", "passport", _passport),
    "cards under no header": ("champ_1", "identity_card", _card_old),
    "new cards under no header": ("champ_1", "identity_card", _card_new),
    "CAF under no header": ("champ_1", "caf_number", _caf),
}  # fmt: skip


@pytest.mark.parametrize("name, kind, draw", COLUMNS.values(), ids=COLUMNS)
def test_a_column_of_papers_closes(name: str, kind: str, draw: Draw):
    rng = random.Random(3)
    found = {str(h.kind): h.strength for h in scan_table(pa.table({name: [draw(rng) for _ in range(200)]}))}
    assert found.get(kind, HitStrength.NOTED) is not HitStrength.NOTED, found


TOLD = {
    "identity_card": ["sa CNI n° 880692310285", "carte nationale d'identité : X4RTBPFW4", "IDFRADUPONT<<<<<"],
    "passport": ["passeport 12AB34567 périmé", "Passeport n° 08 CK 12345"],
    "driving_licence": ["permis de conduire n° 930513200123", "permis B 13AA00002", "NEPH 140678200123"],
    "sports_licence": ["licence FFF 254398765", "licencié n° 1234567", "FFR 20191234567", "licence 7654321K"],
    "caf_number": ["CAF n° 1234567A", "allocataire 7654321"],
    "social_profile": ["insta : jdupont_13", "tiktok.com/@lili.dsr", "vu @zoe_1313", "https://x.com/kevdu13"],
}  # fmt: skip


@pytest.mark.parametrize("kind, said", [(kind, said) for kind, texts in TOLD.items() for said in texts])
def test_a_paper_in_a_text_closes_and_is_scrubbed(kind: str, said: str):
    found = {str(h.kind): h.strength for h in scan_table(pa.table({"observations": ["rien", said]}))}
    assert found.get(kind, HitStrength.NOTED) is not HitStrength.NOTED, found
    (left,) = scrub_texts(pa.array([said])).to_pylist()
    assert MARKER in left and not any(char.isdigit() for char in left.replace(MARKER, "")), left


HARMLESS: dict[str, tuple[str, Draw]] = {
    "UAI": ("uai", lambda r: f"0{r.choice(['13', '84'])}{r.randrange(10**4):04d}{r.choice(LETTERS)}"),
    "UAI under no header": ("champ_1", lambda r: f"013{r.randrange(10**4):04d}{r.choice(LETTERS)}"),
    "moments": ("champ_1", lambda r: f"{datetime(2024, 1, 1) + timedelta(r.random() * 99):%y%m%d%H%M%S}"),
    "building permits": ("num_permis", lambda r: f"PC013001{r.randint(15, 25)}{r.randrange(10**5):05d}"),
    "references": ("reference", lambda r: f"{r.randint(15, 25)}DP{r.randrange(10**5):05d}"),
    "a city's accounts": ("champ_1", lambda r: r.choice(["@VilleDesLilas", "fb.com/mediatheque.gree"])),
    "a firm's page": ("champ_1", lambda r: f"https://www.linkedin.com/company/x{r.randrange(99)}"),
    "open licences": ("licence", lambda r: r.choice(["Licence Ouverte 2.0", "ODbL 1.0", "CC-BY 4.0"])),
}  # fmt: skip


@pytest.mark.parametrize("name, draw", HARMLESS.values(), ids=HARMLESS)
def test_what_looks_like_papers_is_let_be(name: str, draw: Draw):
    rng = random.Random(3)
    hits = scan_table(pa.table({name: [draw(rng) for _ in range(200)]}))
    assert [hit for hit in hits if hit.strength is not HitStrength.NOTED] == []
