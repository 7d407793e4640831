"""What a person types into an act stays for ever in the ledger and the letters: none of it may tell of somebody."""

import inspect
import typing
from datetime import UTC, datetime

import pytest
import typer

from aqueduc.cli.app import app
from tests.cli.office import Office, open_office
from tests.cli.test_cli_agree import KEY, undecided  # noqa: F401

BY = ("--by", "Jeanne Martin")
NUMBER = f"{datetime.now(UTC):%Y}-001"
CLAIM = ("claim", "add", *BY, "--what")
ACTS = {
    "withdraw, for whom": ("withdraw", "jeu", *BY, "--reason", "opposition", "--requester"),
    "withdraw, why": ("withdraw", "jeu", *BY, "--requester", "une personne concernée", "--reason"),
    "withdraw --lift": ("withdraw", "jeu", "--lift", *BY, "--reason"),
    "restore": ("restore", "jeu", "--revision", "0123456789", *BY, "--reason"),
    "restore --lift": ("restore", "jeu", "--lift", *BY, "--reason"),
    "run --waive": ("run", "jeu", "--waive", "shrink", *BY, "--reason"),
    "objection": ("objection", "jeu", "--column", "numero", *BY, "--reason"),
    "objection --lift": ("objection", "jeu", "--lift", "1", *BY, "--reason"),
    "claim add": CLAIM,
    "claim close": ("claim", "close", NUMBER, *BY, "--outcome"),
    "convention --remove": ("convention", "--remove", *BY, "--reason"),
    "backup --resume": ("backup", "--resume", *BY, "--reason"),
    "ledger seal": ("ledger", "seal", "_convention", *BY, "--reason"),
    "correct": ("correct", "jeu", "--line", "5", "--column", "montant", "--to", "12", *BY, "--why"),
    "explain, as whom": ("explain", "jeu", "--signed", "favorable", *BY, "--role"),
    "explain, what": ("explain", "jeu", "--signed", "favorable", *BY, "--role", "DPD", "--remarks"),
}
AGREE = ("agree", "jeu", "--by", "jmartin", "--reason")
TEXTS = {
    "M. Jean Canarisson l'a demandé": "Canarisson",
    "Jean Dupont": "Dupont",
    "appelée au 06 12 34 56 78": "06 12",
    "une administrée diabétique": "diabétique",
    "un agent en arrêt maladie": "maladie",
}
# What names a thing: looked up, or refused by its form. ``by`` is who answers for an act, as the ledger must say.
NAMES = {
    *(
        "by",
        "dataset",
        "datasets",
        "column",
        "run",
        "revision",
        "revisions",
        "identifier",
        "connection",
        "onto",
    ),
    *("waive", "platform", "records", "resource", "environment", "form", "kind", "index", "version"),
    *("name", "source", "schemas", "sheet", "first", "last", "restore"),
}
# The cell of a correction, which goes into a file that is public: its column is refused where it touches somebody.
CELLS = {("correct", "to")}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = open_office(tmp_path_factory.mktemp("mairie"))
    made.declare()
    assert made.aqueduc(*CLAIM, "une colonne de trop", "--json").json["id"] == NUMBER
    return made


def refuse(office: Office, act: tuple[str, ...], text: str, **environment: str) -> None:
    refused = office.answer("D0001", *act, text, **environment)
    assert (refused.code, "[texte-refuse]" in refused.err) == (1, True), refused.all
    assert "semble citer une personne" in refused.err and "une personne concernée" in refused.err
    assert TEXTS[text] not in refused.all
    assert not [key for key, data in office.remains().items() if TEXTS[text].encode() in data]
    written = [*office.desk.include.glob("corrections/*"), *office.desk.include.glob("signatures/*")]
    assert written == []


@pytest.mark.parametrize("act", ACTS)
def test_no_act_takes_a_text_that_tells_of_somebody(office: Office, act: str) -> None:
    for text in TEXTS if act == "claim add" else ("Jean Dupont", "une administrée diabétique"):
        refuse(office, ACTS[act], text)


def test_nor_does_an_agreement(undecided: Office) -> None:  # noqa: F811
    refuse(undecided, AGREE, "Jean Dupont", **KEY)


def test_every_text_that_a_command_takes_is_tried_here() -> None:
    """An act that is added, or a text of one, is refused here until it stands in the list above."""
    tried = {(act[0], act[-1].removeprefix("--")) for act in (*ACTS.values(), AGREE)}
    taken = {
        (name, parameter)
        for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
        for parameter, kind in typing.get_type_hints(inspect.unwrap(command.callback)).items()
        if kind in (str, str | None, list[str], list[str] | None) and parameter not in NAMES
    }
    assert taken - CELLS == tried


@pytest.mark.parametrize(
    "text",
    ["courrier 2026-118 du service juridique", "campagne de dépistage du cancer close", "données de santé"],
)
def test_an_act_takes_what_tells_of_nobody(office: Office, text: str) -> None:
    taken = office.aqueduc(*CLAIM, text, "--json")
    assert (taken.code, taken.json["what"]) == (0, text)
