"""``run`` looks at the platform first, whatever became of the source: what it says, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.region import Region
from tests.cli.office import nobody_in
from tests.cli.test_cli_run import Branch, branch_of

pytestmark = pytest.mark.sandbox
WHO = ("--by", "Camille Essai", "--reason", "cachée par erreur")


@pytest.fixture
def branch(tmp_path: Path, region: Region) -> Iterator[Branch]:
    with branch_of(tmp_path, region) as made:
        yield made


@pytest.mark.end_to_end
def test_a_source_that_has_not_changed_hides_nothing(branch: Branch) -> None:
    """A change is put right by a run of its own; what was hidden waits for a person."""
    office, slug = branch.office, branch.slug
    assert office.aqueduc("run", slug).code == 0
    branch.ask("package_patch", id=slug, license_id="odc-odbl")
    said = office.aqueduc("run", slug)
    assert (said.code, "Publié : " in said.out) == (0, True), said.all
    assert "modifié sur la plateforme depuis la publication précédente : license_id" in said.all
    assert branch.ask("package_show", id=slug)["license_id"] == "lov2"
    assert "ni ce qui a été regardé sur la plateforme : rien à faire" in office.aqueduc("run", slug).out

    branch.ask("package_patch", id=slug, private=True)
    for arguments in ((), ("--force",)):
        held = office.aqueduc("run", slug, *arguments)
        assert held.code == 1
        assert "quelqu'un a caché la fiche sur « datasud »" in held.err
        assert "lever la garde « reopen »" in held.err
        assert branch.ask("package_show", id=slug)["private"] is True
    shown = office.aqueduc("report", slug, "--json").json
    assert shown["state"] == "held"
    opened = office.aqueduc("run", slug, "--waive", "reopen", *WHO)
    assert opened.code == 0, opened.all
    assert branch.ask("package_show", id=slug)["private"] is False
    (waived,) = office.aqueduc("show", slug, "--json").json["certificate"]["waivers"]
    assert (waived["guard"], waived["by"]) == ("reopen", "Camille Essai")
    assert nobody_in(opened.all + held.all + said.all)


@pytest.mark.end_to_end
def test_a_restricted_dataset_that_was_opened_makes_the_run_red(branch: Branch) -> None:
    """Even with a source that does not answer; the next run finds it as it should be."""
    office, slug = branch.office, branch.slug
    office.declare(slug, licence="other-at", access={"level": "same_organization"})
    assert office.aqueduc("run", slug).code == 0
    branch.ask("package_patch", id=slug, private=False)
    (office.folder / "jeu.csv").rename(office.folder / "parti.csv")
    red = office.aqueduc("run", slug)
    assert red.code == 1
    assert "[jeu-restreint-ouvert]" in red.err
    assert branch.ask("package_show", id=slug)["private"] is True
    (office.folder / "parti.csv").rename(office.folder / "jeu.csv")
    again = office.aqueduc("run", slug)
    assert (again.code, "rien à faire" in again.out) == (0, True), again.all
