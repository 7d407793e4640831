"""Each general rule of the scan, on what a stranger would write next: another separator, another word before
the number, another neighbour; and the harmless columns that look like it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pytest

from aqueduc.anonymise.scan import HitStrength, IdentifierKind, scan_table
from aqueduc.anonymise.scan.checks import is_valid_rib
from tests.anonymise.scan import labelled_ours as ours
from tests.anonymise.scan.labelled_people import usual

ROWS = 60
Draw = Callable[[random.Random], object]
LETTERS = "ABCDEFGHJKLMNPQRTVWXYZ"
FIRST_NAMES = ("Léa", "Hugo", "Nadia", "Thierry", "Solène", "Karim")


def letters(r: random.Random, size: int) -> str:
    return "".join(r.choice(LETTERS) for _ in range(size))


def closing(columns: Mapping[str, Sequence[object]]) -> set[tuple[str, IdentifierKind]]:
    return {
        (hit.column, hit.kind)
        for hit in scan_table(pa.table(dict(columns)))
        if hit.strength is not HitStrength.NOTED
    }


def drawn(draw: Draw, seed: str) -> list[object]:
    rng = random.Random(seed)
    return [draw(rng) for _ in range(ROWS)]


def kinds(
    draw: Draw, *, beside: Mapping[str, Draw] | None = None, header: str = "champ_1"
) -> set[IdentifierKind]:
    """The kinds that close the first column of the table."""
    columns = {header: drawn(draw, header)}
    columns |= {name: drawn(other, name) for name, other in (beside or {}).items()}
    return {kind for column, kind in closing(columns) if column == header}


def _rib(r: random.Random) -> tuple[str, str, str, str]:
    while True:
        parts = ours.digits(r, 5), ours.digits(r, 5), ours.digits(r, 11)
        key = 97 - int("".join(parts) + "00") % 97
        if is_valid_rib("".join(parts) + f"{key:02d}"):
            return (*parts, f"{key:02d}")


def _gap(r: random.Random) -> str:
    return r.choice((" / ", "|", " - ", "."))


WRITTEN: dict[str, tuple[IdentifierKind, Draw]] = {
    "RIB in four parts": (IdentifierKind.IBAN, lambda r: _gap(r).join(_rib(r))),
    "plate with the sign of a country": (
        IdentifierKind.PLATE,
        lambda r: r.choice(
            (f"1-{letters(r, 3)}-{ours.digits(r, 3)} (B)", f"{ours.digits(r, 4)} {letters(r, 3)} (E)")
        ),
    ),
    "IP with spaced points": (
        IdentifierKind.IP,
        lambda r: f"depuis 91 . {r.randint(9, 99)} . 12 . {r.randint(120, 250)} hier",
    ),
    "IP that nobody may follow": (
        IdentifierKind.IP,
        lambda r: f"vu 91[.]{r.randint(9, 99)}[.]12[.]{r.randint(120, 250)}",
    ),
    "MAC without separators": (
        IdentifierKind.MAC,
        lambda r: (
            f"{r.choice('048C')}{r.choice('048C')}{''.join(r.choice('0123456789ABCDEF') for _ in range(9))}F"
        ),
    ),
    "passport of another country": (
        IdentifierKind.PASSPORT,
        lambda r: f"pass. algérien {letters(r, 2)}{ours.digits(r, 7)}",
    ),
    "passport in JSON": (
        IdentifierKind.PASSPORT,
        lambda r: f'{{"doc": "passeport", "n": "{r.randint(10, 24)}AB{ours.digits(r, 5)}"}}',
    ),
    "residence permit": (IdentifierKind.IDENTITY_CARD, lambda r: f"carte de séjour n° {ours.digits(r, 10)}"),
    "machine-readable licence": (
        IdentifierKind.IDENTITY_CARD,
        lambda r: f"D1FRA{r.randint(13, 24)}AB{ours.digits(r, 12)}DURIEUX<<<{r.randint(0, 9)}",
    ),
    "CAF after its number": (
        IdentifierKind.CAF_NUMBER,
        lambda r: f"{ours.digits(r, 7)}{letters(r, 1)} CAF 59 / QF 640",
    ),
    "shortened allocataire": (
        IdentifierKind.CAF_NUMBER,
        lambda r: f"T2 (alloc. {ours.digits(r, 7)} {letters(r, 1)})",
    ),
    "shortened licence": (
        IdentifierKind.SPORTS_LICENCE,
        lambda r: f"lic. {ours.digits(r, 7)} {letters(r, 1).lower()}",
    ),
    "name of a file": (
        IdentifierKind.PERSON_NAME,
        lambda r: f"{r.choice(('DUPONT', 'KESKINKAYA'))}_{r.choice(FIRST_NAMES)}_acte.pdf",
    ),
    "slug": (
        IdentifierKind.PERSON_NAME,
        lambda r: f"/equipe/{r.choice(('hugo', 'nadia'))}-{r.choice(('lefebvre', 'durand'))}",
    ),
    "after chez": (
        IdentifierKind.PERSON_NAME,
        lambda r: r.choice(("fuite chez Lefebvre, à revoir", "prévenir le fils Hugo", "RAS")),
    ),
    "in small letters": (
        IdentifierKind.PERSON_NAME,
        lambda r: r.choice(("fait par nadia lefebvre hier", "RAS", "vu")),
    ),
    "trigram after a verb": (
        IdentifierKind.TRIGRAM,
        lambda r: f"{r.choice(('Vu', 'relancé', 'saisi par'))} {r.choice(('JDU', 'MKE'))} le 12/03",
    ),
    "initials after a verb": (
        IdentifierKind.TRIGRAM,
        lambda r: f"saisie {r.choice(('J.D.', 'M.K.'))} ce jour",
    ),
    "trigram after a date": (
        IdentifierKind.TRIGRAM,
        lambda r: f"{r.randint(1, 28):02d}/03/24 {r.choice(('jdu', 'mke+jdu'))}",
    ),
    "trigram before what was done": (
        IdentifierKind.TRIGRAM,
        lambda r: f"[{r.choice(('JDU', 'MKE'))}] usager rappelé",
    ),
    "telephone called from abroad": (IdentifierKind.PHONE, lambda r: f"336{ours.digits(r, 8)}"),
    "CAF of a département": (
        IdentifierKind.CAF_NUMBER,
        lambda r: f"CAF59 {ours.digits(r, 7)} {letters(r, 1)}",
    ),
    "quotient and file": (
        IdentifierKind.CAF_NUMBER,
        lambda r: f"QF 640 - matricule {ours.digits(r, 7)}{letters(r, 1)}",
    ),
    "name of a document": (
        IdentifierKind.PERSON_NAME,
        lambda r: f"attestation DURAND {r.choice(FIRST_NAMES)}.pdf",
    ),
    "who lets it": (
        IdentifierKind.PERSON_NAME,
        lambda r: f"T{r.randint(1, 5)} - {r.choice(('LEFEBVRE', 'GARNIER'))}",
    ),
    "address in JSON": (
        IdentifierKind.ADDRESS,
        lambda r: f'{{"num": {r.randint(1, 90)}, "voie": "rue des Lilas"}}',
    ),
    "account after a space": (IdentifierKind.SOCIAL_PROFILE, lambda r: f"insta zx.{ours.digits(r, 2)}"),
    "trigram as a signature": (
        IdentifierKind.TRIGRAM,
        lambda r: f"Visite faite - {r.choice(('JDU', 'MKE'))}",
    ),
    "trigram in brackets": (
        IdentifierKind.TRIGRAM,
        lambda r: f"dossier complet (saisie {r.choice(('jdu', 'mke'))})",
    ),
    "measure of protection": (IdentifierKind.HEALTH, lambda r: f"{r.choice(FIRST_NAMES)} : sous curatelle"),
}


@pytest.mark.parametrize("kind, draw", WRITTEN.values(), ids=WRITTEN)
def test_another_way_of_writing_is_found(kind: IdentifierKind, draw: Draw) -> None:
    assert kind in kinds(draw)


def _degrees(r: random.Random) -> str:
    return f"50°{r.randint(10, 59)}'{r.randint(10, 59)}\"N 3°{r.randint(10, 59)}'{r.randint(10, 59)}\"E"


BESIDE_A_NAME: dict[str, tuple[IdentifierKind, Draw]] = {
    "ICD-10": (IdentifierKind.HEALTH, lambda r: r.choice(("E11.9", "F20.0", "J44.9", "I10"))),
    "allergen": (IdentifierKind.HEALTH, lambda r: r.choice(("arachide", "gluten", "aucun"))),
    "degrees and minutes": (IdentifierKind.HOME_POSITION, _degrees),
    "map link": (
        IdentifierKind.HOME_POSITION,
        lambda r: f"https://www.google.com/maps?q=50.{ours.digits(r, 5)},3.{ours.digits(r, 5)}",
    ),
    "UCI": (
        IdentifierKind.SPORTS_LICENCE,
        lambda r: f"100 {ours.digits(r, 3)} {ours.digits(r, 3)} {r.randint(10, 99)}",
    ),
    "letters and digits": (IdentifierKind.SPORTS_LICENCE, lambda r: f"{letters(r, 2)}{ours.digits(r, 6)}"),
    "passport in small letters": (
        IdentifierKind.PASSPORT,
        lambda r: f"{r.randint(10, 24)} ab {ours.digits(r, 5)}",
    ),
}


@pytest.mark.parametrize("kind, draw", BESIDE_A_NAME.values(), ids=BESIDE_A_NAME)
def test_beside_names_it_is_somebodys(kind: IdentifierKind, draw: Draw) -> None:
    assert kind in kinds(draw, beside={"champ_2": usual})


def test_metres_are_a_home_beside_names_under_no_header() -> None:
    rng = random.Random(2)
    north, east = ([base + rng.randrange(5_000) for _ in range(ROWS)] for base in (7_058_000, 701_000))
    table = {"champ_1": east, "champ_2": north, "champ_3": drawn(usual, "champ_3")}
    assert {("champ_1", IdentifierKind.HOME_POSITION), ("champ_2", IdentifierKind.HOME_POSITION)} <= closing(
        table
    )


def test_metres_written_out_are_a_home_too() -> None:
    rng = random.Random(2)
    north, east = (
        [f"{base + rng.randrange(5_000)}.{rng.randrange(10, 99)}" for _ in range(ROWS)]
        for base in (7_058_000, 701_000)
    )
    found = closing({"champ_1": east, "champ_2": north, "champ_3": drawn(usual, "champ_3")})
    assert ("champ_1", IdentifierKind.HOME_POSITION) in found


def test_a_road_whose_number_is_beside_is_an_address_beside_names() -> None:
    roads = ("avenue Foch", "rue des Lilas", "impasse du Puits", "bd Carnot", "chemin Vert", "allée Verte")
    beside: dict[str, Draw] = {"champ_2": lambda r: r.randint(1, 200), "champ_3": usual}
    assert IdentifierKind.ADDRESS in kinds(lambda r: r.choice(roads), beside=beside)
    assert IdentifierKind.ADDRESS not in kinds(
        lambda r: r.choice(roads), beside={"champ_2": lambda r: r.randint(1, 200)}
    )


def test_logins_made_of_the_name_beside() -> None:
    people = drawn(usual, "people")
    words = [str(name).lower().replace("é", "e").split() for name in people]
    logins = ["".join(char for char in last if char.isalpha()) + first[0] for first, *_, last in words]
    assert any(
        kind is IdentifierKind.TRIGRAM
        for column, kind in closing({"a": people, "b": logins})
        if column == "b"
    )


@pytest.mark.parametrize(
    "header",
    [
        "Heures\nKESKINKAYA Elif",
        "Élodie Garnier (suppléante)",
        "Votes - Karim Durand",
        "heures_Nadia_Lefebvre",
    ],
)
def test_a_name_in_a_part_of_the_header(header: str) -> None:
    assert (header, IdentifierKind.PERSON_HEADER) in closing(
        {header: [1, 2, 3], "semaine": ["S01", "S02", "S03"]}
    )


def _imei(r: random.Random) -> str:
    return ours.luhn(f"35{ours.digits(r, 12)}")


HARMLESS: dict[str, Draw] = {
    "radio devices": _imei,
    "letters no plate has": lambda r: f"SS-{ours.digits(r, 3)}-{letters(r, 2)} rev.2",
    "parts called so": lambda r: f"Luminaire réf. {letters(r, 2)}-{r.randint(100, 999)}-{letters(r, 2)}",
    "digests": lambda r: "".join(r.choice("0123456789abcdef") for _ in range(12)),
    "building permits": lambda r: f"PC 059 350 {r.randint(18, 24)} {ours.digits(r, 5)} M01",
    "accounts of the Treasury": lambda _: "Trésorerie : FR09 3000 1005 12C8 3000 0000 064",
    "masked mailboxes": lambda r: r.choice(("xxxxx@xxxxx.fr", "anonyme@example.org", "n/a")),
    "mailboxes of schools": lambda r: f"ec.0{ours.digits(r, 6)}{letters(r, 1).lower()}@ac-lille.fr",
    "numbered things": lambda r: f"jeu-{ours.digits(r, 3)}@ville-de-lens",
    "accounts of towns": lambda r: r.choice(("@Metro_Lille", "@LilleFr", "@SDIS59")),
    "the dead": lambda r: r.choice(("Jules Verne (1828-1905)", "Toile de Marie Durand (1840-1917)")),
    "the fallen": lambda r: (
        f"DURAND Louis, soldat au {r.randint(1, 99)}e RI, mort pour la France le 15/07/1918"
    ),
    "firms": lambda r: r.choice(("Charles Durand TP", "Jean Lefebvre SA", "Marie Petit et Fils SARL")),
    "people of fiction": lambda r: r.choice(("Eugénie Grandet", "Madame Bovary", "Dom Juan – 20h30")),
    "signs of shops": lambda r: r.choice(("Chez Paul", "Le Bistrot du Port", "Marionnaud")),
    "nobody on purpose": lambda r: r.choice(("M. ou Mme X (anonymisé)", "Mme Y", "Association")),
    "days": lambda r: r.choice(("sam/lun", "jeu/sam", "lun/mar", "mer/jeu")),
    "halls": lambda r: r.choice(("Hall - Centre nautique Anatole France", "Façade - Gymnase Léo Lagrange")),
    "allergens of dishes": lambda r: r.choice(("Contient : arachide", "gluten, lait", "moutarde")),
    "audiences": lambda r: r.choice(("3-6 ans", "dès 8 ans", "parents d'enfants allergiques")),
    "access": lambda r: r.choice(("malvoyants : bande de guidage", "boucle magnétique", "accès PMR")),
    "shelf": lambda r: f"Ventoline - {r.randint(1, 90)} boîtes - lot {ours.digits(r, 5)}",
    "rates": lambda r: r.choice(("Prévalence diabète", "Taux de vaccination grippe", "Part de fumeurs")),
    "services that did it": lambda r: r.choice(
        ("validé par DGS", "transmis à la DDTM le 12/03", "clos le 12/03")
    ),
}


@pytest.mark.parametrize("draw", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_like_it_is_let_be(draw: Draw) -> None:
    assert kinds(draw) == set()


def _landline(r: random.Random) -> str:
    return ours.grouped(f"0320{ours.digits(r, 6)}", (2,) * 5)


OFFICES = ("Service voirie", "Police municipale", "École Jean Zay", "Médiathèque")


def test_the_line_of_a_service_named_in_every_row() -> None:
    services: Draw = lambda r: r.choice(OFFICES)  # noqa: E731
    assert kinds(_landline, beside={"champ_2": services}) == set()
    assert IdentifierKind.PHONE in kinds(_landline), "nothing beside says whose"
    assert IdentifierKind.PHONE in kinds(ours.mobile, beside={"champ_2": services}), "a mobile is somebody's"
    assert IdentifierKind.PHONE in kinds(_landline, beside={"champ_2": services, "champ_3": usual}), (
        "or of those people"
    )
    some = [*drawn(services, "some")[:-1], None]
    assert ("champ_1", IdentifierKind.PHONE) in closing(
        {"champ_1": drawn(_landline, "lines"), "champ_2": some}
    )


def test_the_address_of_a_school_is_one_those_of_its_pupils_are_many() -> None:
    streets = [f"{rank} rue des Lilas" for rank in range(1, ROWS + 1)]
    schools = [f"École des Tilleuls {rank}" for rank in range(1, ROWS + 1)]
    assert ("champ_1", IdentifierKind.ADDRESS) not in closing({"champ_1": streets, "champ_2": schools})
    assert ("champ_1", IdentifierKind.ADDRESS) in closing(
        {"champ_1": streets, "champ_2": ["École Jean Zay"] * ROWS}
    )


def test_the_card_of_a_machine_named_in_every_row() -> None:
    mac: Draw = lambda r: ":".join(f"{r.randrange(256):02x}" for _ in range(6))  # noqa: E731
    machines: Draw = lambda r: f"Borne escamotable {r.randint(1, 99):02d}"  # noqa: E731
    assert kinds(mac, beside={"champ_2": machines}) == set()
    assert IdentifierKind.MAC in kinds(mac, beside={"champ_2": lambda _: "passage"})
    one_not = [*drawn(machines, "machines")[:-1], "visiteur"]
    assert ("champ_1", IdentifierKind.MAC) in closing({"champ_1": drawn(mac, "macs"), "champ_2": one_not})


def test_births_of_animals() -> None:
    births: Draw = lambda r: f"{ours.day(r):%d/%m/%Y}"  # noqa: E731
    assert kinds(births, header="naissance", beside={"animal": lambda _: "Poney Shetland"}) == set()
    assert IdentifierKind.BIRTH_DATE in kinds(
        births, header="naissance", beside={"groupe": lambda _: "Petits"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "Nadia Lefebvre (1250)",
        "Nadia Lefebvre (1250-1300 €)",
        "Jules Verne (1828-1905), signalé par Nadia Lefebvre",
        "LEFEBVRE Hugo fils",
        "Charles Durand TP, contact Nadia Lefebvre",
        "M. ou Mme X, voisin de Mme Lefebvre",
    ],
)
def test_what_hides_the_dead_and_the_firms_hides_nobody_else(text: str) -> None:
    assert ("champ_1", IdentifierKind.PERSON_NAME) in closing({"champ_1": [text] * 5})


def test_a_numbered_mailbox_of_somebody_is_one() -> None:
    assert IdentifierKind.EMAIL in kinds(lambda r: f"lefebvre-{r.randint(10, 99)}@orange")


def test_an_account_of_the_treasury_hides_no_other() -> None:
    treasury = "FR09 3000 1005 12C8 3000 0000 064"
    cells = [
        f"{treasury} puis {ours.grouped(ours.iban(random.Random(rank)), (4,) * 7)}" for rank in range(ROWS)
    ]
    assert ("champ_1", IdentifierKind.IBAN) in closing({"champ_1": cells})


THINGS = ("Rampe d'accès", "Ascenseur", "Boucle magnétique", "Place PMR", "Toilettes adaptées") * 8
AMONG_THINGS: dict[str, tuple[IdentifierKind, str, Sequence[str]]] = {
    "somebody with a title": (
        IdentifierKind.PERSON_NAME,
        "equipement",
        ["Rampe posée pour monsieur Karim Benali"],
    ),
    "a state of health": (IdentifierKind.HEALTH, "type_equipement", ["séropositif"]),
    "addresses": (IdentifierKind.ADDRESS, "equipement", ["12 rue des Lilas", "3 avenue Foch"]),
    "full names": (
        IdentifierKind.PERSON_NAME,
        "nom_equipement",
        ["Karim Benali", "Jean Dupont", "Marie Martin", "Sophie Durand", "Luc Bernard", "Paul Petit"],
    ),
    "a few names among many labels": (
        IdentifierKind.PERSON_NAME,
        "champ_1",
        [*THINGS * 3, "Karim Benali", "Marie Martin", "Sophie Durand"],
    ),
    "mobiles": (IdentifierKind.PHONE, "code_dossier", [f"06 12 34 {n} {n + 3}" for n in range(10, 40)]),
    "plates": (
        IdentifierKind.PLATE,
        "code_dossier",
        [f"G{a}-{100 + n}-{a}H" for n, a in enumerate("ABCDEFGHJKLM")],
    ),
}


@pytest.mark.parametrize("kind, header, cells", AMONG_THINGS.values(), ids=AMONG_THINGS)
def test_a_header_that_speaks_of_things_lets_nobody_leave_undecided(
    kind: IdentifierKind, header: str, cells: Sequence[str]
) -> None:
    assert (header, kind) in closing({header: [*THINGS, *cells]})


@pytest.mark.parametrize("keys", [[f"P{n:02}" for n in range(1, 10)], [f"P{n}" for n in range(101, 110)]])
def test_the_keys_of_a_table_are_no_diagnoses(keys: list[str]) -> None:
    names = (
        "Rotonde",
        "Carnot",
        "Bellegarde",
        "Pasteur",
        "Cardeurs",
        "Signoret",
        "Mignet",
        "Méjanes",
        "Durand",
    )
    assert ("id", IdentifierKind.HEALTH) not in closing({"id": keys, "nom": names})


def test_mandates_numbered_from_a_year_on_are_no_social_security() -> None:
    assert kinds(lambda r: f"20240{r.randint(5, 9)}{ours.digits(r, 9)}") == set()


def test_numbers_that_begin_at_one_each_year_are_no_passports() -> None:
    assert kinds(lambda r: f"{r.randint(19, 25)}AR0{ours.digits(r, 4)}") == set()


def test_versions_are_no_addresses_of_networks() -> None:
    assert kinds(lambda r: ".".join(str(r.randint(1, top)) for top in (22, 18, 9, 254))) == set()


# --- tables of things, and of people among things -----------------------------------------------------------

GOODS: Draw = lambda r: r.choice(("Ampoule LED 9 W", "Vis inox 4x40", "Robinet 1/2", "Câble"))  # noqa: E731
PLACES: Draw = lambda r: r.choice(("Gymnase", "Piscine", "Mairie annexe", "Stade Bellevue"))  # noqa: E731
WORKS: Draw = lambda r: r.choice(("Réfection toiture", "Nettoyage vitrerie", "Élagage"))  # noqa: E731
HOME: Draw = lambda r: f"{r.randint(1, 99)} rue {r.choice(('des Lilas', 'Foch', 'du Puits', 'Haute'))}"  # noqa: E731
CAF: Draw = lambda r: f"{ours.digits(r, 7)}{letters(r, 1)}"  # noqa: E731
PRICE: Draw = lambda r: round(r.uniform(1, 900), 2)  # noqa: E731
ILLNESS: Draw = lambda r: r.choice(("asthme", "diabète", "BPCO", "épilepsie"))  # noqa: E731
TALLY: Draw = lambda r: r.randint(3, 4_000)  # noqa: E731


def _post(r: random.Random) -> str:
    return f"{r.choice(('Candélabre', 'Banc', 'Panneau', 'Corbeille', 'Potelet'))} {r.randint(1, 99)}"


def _card(r: random.Random) -> str:
    return f"{r.randint(5, 20):02d}{r.randint(1, 12):02d}59{r.randrange(10**6):06d}"


def _mac(r: random.Random) -> str:
    return ":".join(f"{r.randrange(256):02x}" for _ in range(6))


OF_THINGS: dict[str, tuple[Draw, dict[str, Draw]]] = {
    "serial numbers of parts": (_card, {"champ_2": GOODS}),
    "articles": (CAF, {"champ_2": GOODS, "champ_3": lambda r: r.choice(("kg", "ml", "u"))}),
    "references with a price": (lambda r: ours.plate(r), {"champ_2": GOODS, "champ_3": PRICE}),
    "where posts stand": (HOME, {"champ_2": _post}),
    "buildings of several kinds": (HOME, {"champ_2": PLACES}),
    "when buildings were received": (lambda r: f"{ours.day(r, 1950, 2000):%d/%m/%Y}", {"champ_2": PLACES}),
    "when works began": (lambda r: ours.day(r, 2020, 2024), {"champ_2": WORKS}),
    "contracts of two series": (lambda r: f"2{r.choice(('3TX', '4FS'))}1{ours.digits(r, 4)}", {}),
    "numbers of a year": (lambda r: f"062{r.randint(2, 4)}{ours.digits(r, 6)}", {}),
    "hours": (lambda r: f"0{r.randint(7, 9)}:30-12:00:13:30-17:00", {}),
    "makers' numbers": (lambda r: f"G{ours.digits(r, 2)}{letters(r, 2)}{ours.digits(r, 4)}", {}),
    "shops": (HOME, {"champ_2": lambda r: r.choice(("Boulangerie Martin", "Pharmacie", "Coiffure Léa"))}),
    "weeks": (lambda r: f"2024-S{r.randint(1, 52):02d}", {}),
    "platforms": (lambda r: f"TER {ours.digits(r, 6)} voie {r.choice('ABCD')} quai {r.randint(1, 9)}", {}),
    "sensors": (lambda r: f"pompe{r.randint(1, 9)}@bassin-{r.choice(('nord', 'ouest'))}", {}),
}  # fmt: skip


@pytest.mark.parametrize("draw, beside", OF_THINGS.values(), ids=OF_THINGS)
def test_the_numbers_of_things_are_let_be(draw: Draw, beside: dict[str, Draw]) -> None:
    assert kinds(draw, beside=beside) == set()


AMONG_PEOPLE: dict[str, tuple[IdentifierKind, Draw, dict[str, Draw]]] = {
    "cards of people and what they borrow": (IdentifierKind.IDENTITY_CARD, _card, {"champ_2": GOODS, "champ_3": usual}),
    "cards that a word tells": (IdentifierKind.IDENTITY_CARD, lambda r: f"CNI {_card(r)}", {"champ_2": GOODS}),
    "plates that pass a camera": (IdentifierKind.PLATE, ours.plate, {"champ_2": lambda r: f"Caméra {r.randint(1, 9)}"}),
    "plates beside posts": (IdentifierKind.PLATE, ours.plate, {"champ_2": _post, "champ_3": TALLY}),
    "mobiles beside goods": (
        IdentifierKind.PHONE,
        lambda r: f"06 {ours.grouped(ours.digits(r, 8), (2,) * 4)}",
        {"champ_2": GOODS},
    ),
    "phones of visitors": (
        IdentifierKind.MAC,
        _mac,
        {"champ_2": lambda _: "Borne wifi", "champ_3": lambda r: r.choice(("iPhone", "Galaxy S22", "Pixel"))},
    ),
    "cards alone": (
        IdentifierKind.IDENTITY_CARD,
        lambda r: "".join(r.choice("CDEFGHJKLMNPRTVWXYZ0123456789") for _ in range(9)),
        {},
    ),
    "branches to homes": (IdentifierKind.ADDRESS, HOME, {"champ_2": lambda _: "Branchement gaz"}),
    "meters at homes": (IdentifierKind.ADDRESS, HOME, {"champ_2": lambda r: f"Compteur {r.randint(1, 99)}"}),
    "pupils of schools": (IdentifierKind.ADDRESS, HOME, {"champ_2": lambda r: r.choice(("École", "Collège"))}),
    "illnesses beside ages": (IdentifierKind.AGE_ILLNESS, ILLNESS, {"champ_2": lambda r: r.randint(20, 95)}),
    "illnesses beside sexes": (IdentifierKind.HEALTH, ILLNESS, {"champ_2": lambda r: r.choice("MF"), "champ_3": TALLY}),
    "states beside things": (IdentifierKind.HEALTH, lambda r: r.choice(("diabétique", "RAS")), {"champ_2": _post}),
}  # fmt: skip


@pytest.mark.parametrize("kind, draw, beside", AMONG_PEOPLE.values(), ids=AMONG_PEOPLE)
def test_people_among_things_are_found(kind: IdentifierKind, draw: Draw, beside: dict[str, Draw]) -> None:
    assert kind in kinds(draw, beside=beside)


def deliberations(label: str) -> dict[str, Sequence[object]]:
    """Sixty of them with their amounts: one label in five is the same."""
    others = ("Subvention au club", "Marché de voirie", "Budget annexe", "Tarifs de la piscine", "Emprunt")
    return {
        "objet": [label if row % 5 == 0 else f"{others[row % 5]}, lot {row % 11}" for row in range(ROWS)],
        "montant": [1_000 + 37 * row for row in range(ROWS)],
    }


@pytest.mark.parametrize(
    "label",
    [
        "Acquisition de la parcelle AB 123, propriété de M. Jean DUPONT",
        "Acquisition de la propriété de M. Jean DUPONT",
        "Cession gratuite à Mme Rossi",
        "Servitude sur la parcelle de M. et Mme Keskinkaya",
    ],
)
def test_somebody_called_by_a_title_is_no_label_that_comes_back(label: str) -> None:
    assert ("objet", IdentifierKind.PERSON_NAME) in closing(deliberations(label))


@pytest.mark.parametrize(
    "label, asked",
    [("Madame Meilland", True), ("Madame A. Meilland", True), ("Souvenir du Docteur Jamain", False)],
)
def test_a_rose_that_comes_back_is_asked_of_a_person_at_most(label: str, asked: bool) -> None:
    columns = deliberations(label)
    columns["objet"] = [
        (label, "Gloire de Dijon", "Pierre de Ronsard", "Nevada", "Iceberg")[row % 5] for row in range(ROWS)
    ]
    found = [hit.strength for hit in scan_table(pa.table(columns)) if hit.strength is not HitStrength.NOTED]
    assert found == ([HitStrength.POSSIBLE] if asked else [])
