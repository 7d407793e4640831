"""A city without a convention: an error with a remedy where a platform needs one, else nothing."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml

from aqueduc.declaration import load_city
from aqueduc.errors import DeclarationError
from aqueduc.record.explanation import build_publication_explanation
from aqueduc.record.statement import OpinionAndAgreementContext
from tests.adversary.town import found_town
from tests.cli.office import COMMAND
from tests.making import CITY, desk


def without_convention(include: Path, **changes: object) -> None:
    city = {**yaml.safe_load((include / "city.yaml").read_text("utf-8")), **changes}
    city.pop("convention")
    (include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")


@pytest.mark.parametrize("kind", ["ckan", "idgo"])
def test_a_platform_that_needs_a_convention_says_so_with_a_remedy(tmp_path, kind):
    include = desk(tmp_path).include
    without_convention(include, platforms={"region": {"type": kind, "connection": "r"}}, defaults={})
    with pytest.raises(DeclarationError) as caught:
        load_city(include)
    assert "la clé « convention » manque" in str(caught.value)
    assert "partner, notified et project_lead, que demande la plateforme « region »" in str(caught.value)


@pytest.mark.parametrize("command", ["check", "explain", "run", "report"])
def test_every_command_says_it_without_a_traceback(tmp_path, command):
    here = desk(tmp_path)
    here.dataset("jeu")
    without_convention(here.include)
    arguments = [str(COMMAND), command, *(["jeu"] if command != "check" else [])]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode not in (0, 1) or "erreur" in said
    assert "la clé « convention » manque" in said and "Traceback" not in said


def test_a_city_that_publishes_by_its_own_means_needs_none(tmp_path):
    town = found_town(tmp_path)
    without_convention(town.desk.include)
    town.file([{"quartier": "Les Milles"}, {"quartier": "Luynes"}])
    town.declare()
    certificate = town.run()
    assert certificate["dataset"] == "jeu"
    assert len(town.published()) == 2
    text = str(
        build_publication_explanation(
            town.dataset(), town.desk.city, OpinionAndAgreementContext(date(2026, 6, 1))
        )
    )
    assert "onvention" not in text


def test_the_host_is_told_of_the_platforms_under_convention_only(tmp_path):
    here = desk(tmp_path)
    city = {**CITY, "platforms": {**CITY["platforms"], "portail": {"type": "portal"}}}
    (here.include / "city.yaml").write_text(yaml.safe_dump(city, allow_unicode=True), "utf-8")
    region = str(
        build_publication_explanation(
            here.dataset("jeu"), here.city, OpinionAndAgreementContext(date(2026, 6, 1))
        )
    ).replace("\\xa0", " ")
    assert "partenaire de la convention, qui tient la plateforme" in region
    assert "convention (Région) : notifiée le" in region
    own = here.dataset("jeu", publish={"mode": "upload", "platform": "portail"})
    text = str(build_publication_explanation(own, here.city, OpinionAndAgreementContext(date(2026, 6, 1))))
    # A withdrawal or an incident is told to the partner, wherever the dataset is; and where it was, it is hidden.
    told = ("pour la convention à Région", "et ce qu'il cache à la fin de la convention")
    assert all(one in text for one in told)
    assert "onvention" not in text.replace(told[0], "").replace(told[1], "")
