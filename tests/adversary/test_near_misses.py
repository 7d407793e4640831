"""Near misses: what was mistyped, cut or grouped as nobody groups it closes, or is at least possible, and
leaves a scrubbed text as a marker."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, scan_table
from aqueduc.anonymise.scan.normal import normalise_cells
from aqueduc.anonymise.scrubbing import MARKER, scrub_texts

FILLER = ["réunion de quartier", "banc à réparer", "rien à signaler", "voirie"]
MISTYPED_MAILBOXES = [
    "brun.guy@wanadoo",
    "a.brun@orange .fr",
    "guy.brun@hotmail;fr",
    "guy.brun@hotmail,fr",
    "brun.guyorange.fr",
    "brun.guy.orange.fr",
    "brunguygmail.com",
    "guy.brun@@gmail.com",
    "guy.brun @ orange fr",
    "guy.brun.@orange",
    "guy.brun arobase orange.fr",
    "guy.brunarobaseorange.fr",
    "guy.brun[at]orange.fr",
    "guy.brun(a)orange.fr",
    "guy.brun at orange point fr",
]
NAMED_AT_A_PROVIDER = ["zoe@sfr", "Luc@orange", "guy2@gmail", "zoe@@orange,fr"]
ANNOUNCED = ["", "mailto:", "courriel : ", "e-mail:", "mail=", "xmpp:"]
OTHERS = {
    "phone": [
        "06 260 92 803",
        "0626 09 28 03",
        "06.2609.2803",
        "O6 12 34 56 78",
        "06 12 34 56 7",
        "(06) 12 34 56 78",
    ],
    "plate": ["ab 123 cd", "Ab 123-cd", "ab.123.cd", "AB 123CD"],
    "nir": ["184 127 645 108 946", "1 8412 76451 08946", "18 41 27 64 51 08 94 6"],
    "iban": [
        "FR76 300 0600 00112 3456 78901 89",
        "FR 76 3000 6000 0112 3456 7890 189",
        "FR76 3000 6000 0112 3456",
    ],
    "card": ["3782 822463 10005"],
}


def strengths(name: str, cells: list[str | None]) -> dict[str, HitStrength]:
    return {str(hit.kind): hit.strength for hit in scan_table(pa.table({name: cells}))}


@pytest.mark.parametrize("said", MISTYPED_MAILBOXES)
def test_a_mistyped_mailbox_closes_and_is_scrubbed(said: str):
    for cell in (said, f"écrire à {said} svp"):
        found = strengths("champ_1", [*FILLER * 20, cell])
        assert found.get("email", HitStrength.NOTED) is not HitStrength.NOTED, cell
        (left,) = scrub_texts(pa.array([cell])).to_pylist()
        assert MARKER in left and "brun" not in left and "guy" not in left, left


@pytest.mark.parametrize(
    "kind, said", [(kind, said) for kind, all_said in OTHERS.items() for said in all_said]
)
def test_a_number_in_odd_groups_closes_and_is_scrubbed(kind: str, said: str):
    for cell in (said, f"voir {said}, merci"):
        found = strengths("champ_1", [*FILLER * 20, cell])
        assert found.get(kind, HitStrength.NOTED) is not HitStrength.NOTED, (cell, found)
        (left,) = scrub_texts(pa.array([cell])).to_pylist()
        assert MARKER in left and not any(char.isdigit() for char in left.replace(MARKER, "")), left


@pytest.mark.parametrize("name", ["date_naissance", "ddn", "naissance"])
def test_a_birth_date_that_a_spreadsheet_made_a_number_closes(name: str):
    rng = random.Random(1)
    serials = [
        str((date(1925, 1, 1) + timedelta(rng.randrange(35_000)) - date(1899, 12, 30)).days)
        for _ in range(90)
    ]
    assert strengths(name, serials)["birth_date"] is HitStrength.LIKELY
    assert strengths(name, [f"{serial}.0" for serial in serials])["birth_date"] is HitStrength.LIKELY


LET_BE = [
    "marché 2023M0012, lot 4, 12 345,67 €",
    "la somme de 200 en 2023 et de 300 en 2024",
    "séance du 12 04 2024, 08 15",
    "site orange.fr, www.sfr.fr, messagerie https://mail.orange.fr",
    "8 ventes à 3 € @ mairie",
    "TVA FR40303265045",
    "RD 723 PR 46+747",
    "PC-123-AB-4",
    "permis de construire PC 013 001 24 00012",
    "licence ouverte 2.0, licence IV",
    "coordonnées 5.447712 43.529812, 5.447812 43.529912",
]


@pytest.mark.parametrize("said", LET_BE)
def test_what_only_resembles_a_near_miss_is_let_be(said: str):
    assert strengths("champ_1", [*FILLER, said]) == {}
    assert scrub_texts(pa.array([said])).to_pylist() == [said]


@pytest.mark.parametrize("way", ["chemin", "quai", "square", "esplanade", "traverse"])
def test_a_way_that_is_looked_after_is_lived_on_behind_a_number(way: str) -> None:
    names = ["des Lauves", "de Beauregard", "du Moulin", "du 8 mai 1945", "de la Source", "des Amandiers"]
    column = [f"{rank} {way} {names[rank % len(names)]}" for rank in range(1, 121)]
    (hit,) = (one for one in scan_table(pa.table({"champ_1": column})) if str(one.kind) == "address")
    assert hit.strength is HitStrength.LIKELY


@pytest.mark.parametrize("before", ANNOUNCED)
@pytest.mark.parametrize("said", NAMED_AT_A_PROVIDER)
def test_a_short_given_name_at_a_provider_is_nobodys_service(before: str, said: str):
    cell = f"{before}{said}"
    for name, strength in (("champ_1", HitStrength.POSSIBLE), ("courriel", HitStrength.LIKELY)):
        assert strengths(name, [*FILLER * 20, cell]).get("email") is strength
    (left,) = scrub_texts(pa.array([cell])).to_pylist()
    assert MARKER in left and said[:3] not in left


@pytest.mark.parametrize("said", ["rh@sfr", "sav@orange", "pompe2@bassin-ouest", "mailto:rh@sfr"])
def test_a_service_of_few_letters_is_still_one(said: str):
    assert "email" not in strengths("champ_1", [*FILLER * 20, said])


@pytest.mark.parametrize("before", ["tel:", "tél:", "sms:", "callto:"])
def test_what_announces_a_telephone_hides_none(before: str):
    for said in OTHERS["phone"]:
        assert "phone" in strengths("champ_1", [*FILLER * 20, f"{before}{said}"])


@pytest.mark.parametrize(
    "written", ["{0},{1}E8", "{0}.{1}E+08", "{0}.{1}e8", "3.3{0}{1}E10", "3,3{0}{1}E+10"]
)
@pytest.mark.parametrize("name", ["telephone", "tel_mobile"])
def test_a_telephone_that_became_a_power_of_ten_is_one(name: str, written: str):
    rng = random.Random(written)
    numbers = [f"6{rng.randrange(10**8):08d}" for _ in range(40)]
    cells = [written.format(number[0], number[1:].rstrip("0")) for number in numbers]
    assert strengths(name, cells).get("phone") in (HitStrength.LIKELY, HitStrength.CERTAIN)


def test_a_power_of_ten_is_written_in_full_where_it_is_a_whole_number():
    powers = [
        "6,12345678E8",
        "6.1234567E+08",
        "3.3612345678E10",
        "6,12345678901E8",
        "6,1E8",
        "1.5E-08",
        "rue E8",
    ]
    assert normalise_cells(pa.array(powers)).to_pylist() == [
        *("612345678", "612345670", "33612345678"),
        *("6,12345678901E8", "6,1E8", "1.5E-08", "rue E8"),
    ]
