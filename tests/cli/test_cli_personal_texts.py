"""What a person types into an act stays for ever in the ledger and the letters: none of it may tell of somebody."""

import pytest

from tests.cli.office import Office, open_office

BY = ("--by", "Jeanne Martin")
ACTS = {
    "withdraw, for whom": ("withdraw", "jeu", *BY, "--reason", "opposition", "--requester"),
    "withdraw, why": ("withdraw", "jeu", *BY, "--requester", "une personne concernée", "--reason"),
    "withdraw --lift": ("withdraw", "jeu", "--lift", *BY, "--reason"),
    "restore": ("restore", "jeu", "--revision", "0123456789", *BY, "--reason"),
    "restore --lift": ("restore", "jeu", "--lift", *BY, "--reason"),
    "run --waive": ("run", "jeu", "--waive", "shrink", *BY, "--reason"),
    "objection": ("objection", "jeu", "--column", "numero", *BY, "--reason"),
    "claim add": ("claim", "add", *BY, "--what"),
    "convention --remove": ("convention", "--remove", *BY, "--reason"),
    "backup --resume": ("backup", "--resume", *BY, "--reason"),
}
TEXTS = {
    "M. Jean Canarisson l'a demandé": "Canarisson",
    "Jean Dupont": "Dupont",
    "appelée au 06 12 34 56 78": "06 12",
    "une administrée diabétique": "diabétique",
    "un agent en arrêt maladie": "maladie",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = open_office(tmp_path_factory.mktemp("mairie"))
    made.declare()
    return made


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("text", TEXTS)
def test_no_act_takes_a_text_that_tells_of_somebody(office: Office, act: str, text: str) -> None:
    refused = office.answer("D0001", *ACTS[act], text)
    assert (refused.code, "[texte-refuse]" in refused.err) == (1, True), refused.all
    assert "semble citer une personne" in refused.err and "une personne concernée" in refused.err
    assert TEXTS[text] not in refused.all
    assert not [key for key, data in office.remains().items() if TEXTS[text].encode() in data]


@pytest.mark.parametrize(
    "text",
    ["courrier 2026-118 du service juridique", "campagne de dépistage du cancer close", "données de santé"],
)
def test_an_act_takes_what_tells_of_nobody(office: Office, text: str) -> None:
    taken = office.aqueduc("claim", "add", *BY, "--what", text, "--json")
    assert (taken.code, taken.json["what"]) == (0, text)


def test_nor_does_the_close_of_a_claim(office: Office) -> None:
    number = office.aqueduc("claim", "add", *BY, "--what", "une colonne de trop", "--json").json["id"]
    refused = office.aqueduc("claim", "close", number, *BY, "--outcome", "réglé avec Mme Canarisson")
    assert (refused.code, "[texte-refuse]" in refused.err) == (1, True)
    assert office.aqueduc("claim", "list", number, "--json").json[0]["outcome"] == ""
