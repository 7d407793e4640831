"""Deleting ``privacy:``, or making a rule weaker, published a singleton without a word.

A dataset whose published revision was protected is held until a named person waives it; what protected it is
read from its certificate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aqueduc.errors import LedgerTampering, ValidationGateClosed
from tests.adversary.town import Town, found_town

pytestmark = pytest.mark.end_to_end

COLUMNS: dict[str, Any] = {"quartier": "publish", "age": {"generalise": {"band": 10}}, "code": "drop"}
PRIVACY: dict[str, Any] = {"quasi_identifiers": ["quartier", "age"], "k": 5, "suppress_at_most": "50%"}
ALONE = "Seule-Dans-Son-Quartier"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = found_town(tmp_path)
    crowd = [
        {"quartier": quartier, "age": 31 + rank // 5 * 5, "code": f"A-{rank:03}-Z"}
        for quartier in ("Nord", "Sud")
        for rank in range(10)
    ]
    town.file([*crowd, {"quartier": ALONE, "age": 31, "code": "A-999-Z"}])
    return town


def held(town: Town, what: str, **declared: Any) -> None:
    """The run is held, says ``what``, and what is published does not move; waived by name, it is published,
    and the certificate says who; the next run is held by nothing."""
    before = town.published()
    town.declare(**declared)
    with pytest.raises(ValidationGateClosed) as closed:
        town.run()
    assert closed.value.findings[0].code == "garde-protection"
    assert what in str(closed.value)
    assert "--waive" in str(closed.value)
    assert town.published() == before
    certificate = town.run("jeu", "protection")
    (waiver, *_) = certificate["waivers"]
    assert (waiver["guard"], waiver["by"]) == ("protection", "Jeanne Martin")
    assert what in " ".join(one["found"] for one in certificate["waivers"])
    assert "Garde levée : protection affaiblie" in [line["libelle"] for line in certificate["lecture"]]
    assert town.run()["waivers"] == []


def test_deleting_privacy_holds_the_dataset(town: Town) -> None:
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    assert ALONE not in {row["quartier"] for row in town.published()}
    held(town, "« privacy: » n'est plus là", columns=COLUMNS)
    assert ALONE in {row["quartier"] for row in town.published()}


@pytest.mark.parametrize(
    "columns, privacy, what",
    [
        ({}, {"quasi_identifiers": ["age"]}, "`quartier` comptait parmi les quasi-identifiants"),
        ({"code": "publish"}, {}, "`code` était retirée"),
        ({"age": {"generalise": {"band": 5}}}, {}, "tranches de 10 dans la dernière révision publiée"),
        ({"age": "publish"}, {}, "serait publiée telle quelle"),
    ],
    ids=["fewer quasi-identifiers", "a dropped column", "a finer band", "no rule"],
)
def test_a_weaker_line_holds_the_dataset(
    town: Town, columns: dict[str, Any], privacy: dict[str, Any], what: str
) -> None:
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    held(town, what, columns={**COLUMNS, **columns}, privacy={**PRIVACY, **privacy})


def test_a_smaller_k_holds_the_dataset(town: Town) -> None:
    town.declare(columns=COLUMNS, privacy={**PRIVACY, "k": 7})
    town.file({"quartier": f"Q{rank // 7}", "age": 41, "code": "A-999-Z"} for rank in range(20))
    town.run()
    held(town, "k était de 7, et serait de 5", columns=COLUMNS, privacy=PRIVACY)


def test_a_lower_count_holds_the_dataset(town: Town) -> None:
    town.file({"quartier": f"Q{rank}", "age": rank + 3, "code": "A-999-Z"} for rank in range(9))
    columns = {"quartier": "publish", "code": "drop"}
    town.declare(columns={**columns, "age": {"suppress_under": 6}})
    town.run()
    held(town, "dont l'effectif est inférieur à 6", columns={**columns, "age": {"suppress_under": 3}})


def test_a_file_renamed_without_its_past_is_held_too(town: Town) -> None:
    """Otherwise, renaming the file would be the way round."""
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    town.forget()
    town.declare("autre", columns=COLUMNS)
    with pytest.raises(ValidationGateClosed, match="privacy"):
        town.run("autre")
    assert town.published("autre") == []
    town.declare("autre", columns=COLUMNS, moved_from="jeu")
    with pytest.raises(ValidationGateClosed, match="privacy"):
        town.run("autre")
    assert town.run("autre", "protection")["waivers"][0]["guard"] == "protection"


def test_another_dataset_of_the_same_source_is_not_held(town: Town) -> None:
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    town.declare("ages", columns={"quartier": "drop", "age": "publish", "code": "drop"})
    assert town.run("ages")["waivers"] == []


def test_more_protection_is_not_held(town: Town) -> None:
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    coarser = {**COLUMNS, "age": {"generalise": {"band": 100}}}
    town.declare(columns=coarser, privacy={**PRIVACY, "k": 6})
    assert town.run()["waivers"] == []
    assert len(town.published()) == 20


def test_a_certificate_that_does_not_say_how_holds_too(town: Town) -> None:
    """A version before this one, whose pointers sealed nothing: doubt is decided by a named person."""
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    store = town.desk.place.store
    pointer = store.read_current_revision_pointer("jeu") or {}
    store.write_current_revision_pointer(
        "jeu", {name: said for name, said in pointer.items() if name != "certificate_sha256"}
    )
    key = pointer["certificate"]
    store.write_json(key, {**store.read_json(key), "protection": {"columns": {"age": {"rule": "?"}}}})
    with pytest.raises(ValidationGateClosed, match="ne dit pas comment elle était protégée"):
        town.run()


def test_a_certificate_that_somebody_edited_holds(town: Town) -> None:
    town.declare(columns=COLUMNS, privacy=PRIVACY)
    town.run()
    store = town.desk.place.store
    key = (store.read_current_revision_pointer("jeu") or {})["certificate"]
    store.write_json(key, {**store.read_json(key), "protection": None, "k": None})
    with pytest.raises(LedgerTampering, match="n'est plus celui qui a été donné"):
        town.run()
