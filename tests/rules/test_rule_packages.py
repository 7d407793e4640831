"""A rule of a city's own, from a package that Aqueduc does not know: declared, checked, explained, run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pyarrow as pa
import pytest

from aqueduc.anonymise import anonymise_extract
from aqueduc.anonymise.weakening import ProtectionState, build_protection_state, is_weaker_rule
from aqueduc.certify.officer import build_dpo_report
from aqueduc.declaration import Dataset, load_all_declarations, load_city
from aqueduc.declaration.columns import build_column_rule_json_schema
from aqueduc.declaration.signatures import SignedOpinion
from aqueduc.errors import DeclarationError, ExtensionBroken
from aqueduc.publish.revision.partitions import compute_treatment_digest
from aqueduc.record.explanation import build_publication_explanation
from aqueduc.record.facts import collect_dataset_facts
from aqueduc.record.preparation import build_preparation_text_for_citizens
from aqueduc.record.statement import OpinionAndAgreementContext
from aqueduc.rules import (
    deserialize_rule,
    find_rule_class_by_word,
    get_rule_capabilities,
    list_installed_rules,
)
from aqueduc.sources.change import compute_declaration_city_and_keys_fingerprint
from tests.making import Desk, desk

INCLUDE = Path(__file__).resolve().parents[2] / "include"
INITIALS = dedent('''
    """Keeps the initials of a name."""

    from typing import Any, ClassVar, Literal

    from aqueduc.language import _
    from aqueduc.rules import RuleCapabilities, TreatmentCategory, RuleResultType, Rule, RuleTexts, RuleSpelling


    class Initials(Rule):
        spelling: ClassVar = RuleSpelling(
            "WORD",
            _("garde les initiales"),
            _("« WORD: » attend combien en garder"),
            {"type": "integer", "minimum": 1},
            personal=_("des initiales désignent encore"),
        )
        capabilities: ClassVar = RuleCapabilities(
            effect=TreatmentCategory.COARSER,
            texts=RuleTexts(
                describe=_("réduite à {most} initiale(s)"), caution="Deux initiales suffisent parfois."
            ),
            gives=RuleResultType(_("un texte"), ("string", "any")),
            blurs=True,
        )

        kind: Literal["WORD"] = "WORD"
        most: int

        @classmethod
        def parse_written_rule(cls, written: Any) -> Rule | None:
            return cls(most=written) if isinstance(written, int) and written > 0 else None

        @property
        def coarseness(self) -> float:
            return -self.most

        def build_sql(self, raw_sql: str, sql_type: str) -> str:
            return f"nullif(left(regexp_replace({raw_sql}, '[^A-Z]', '', 'g'), {self.most}), '')"
''')


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Installs a package that gives the rule ``word``: a module, and what pip writes beside it."""

    def installed(word: str, code: str) -> None:
        site = tmp_path / f"site-{word}"
        named = site / f"regles_{word}-1.0.dist-info"
        named.mkdir(parents=True)
        (site / f"regles_{word}.py").write_text(code.replace("WORD", word), encoding="utf-8")
        (named / "METADATA").write_text(f"Metadata-Version: 2.1\nName: regles-{word}\nVersion: 1.0\n")
        (named / "entry_points.txt").write_text(f"[aqueduc.rules]\n{word} = regles_{word}:Initials\n")
        monkeypatch.syspath_prepend(str(site))

    return installed


def columns(word: str, **more: Any) -> dict[str, Any]:
    return {"quartier": "publish", "nom": {word: 2, "basis": "CGCT, art. L2121-15", **more}}


def test_a_rule_of_a_package_is_declared_explained_and_run(here: Desk, install: Callable[..., None]) -> None:
    install("initiales", INITIALS)
    dataset = here.dataset(columns=columns("initiales"))
    rule = next(column.rule for column in dataset.columns if column.name == "nom")
    assert rule.model_dump() == {"kind": "initiales", "most": 2}

    run = here.run()
    raw = here.raw(pa.table({"quartier": ["Nord"] * 4, "nom": ["Ana B", "Zoé Q", "élu", None]}), run)
    dataset = dataset.model_copy(update={"reject_at_most": 0.5})
    anonymised = anonymise_extract(dataset, run, raw, here.place)
    assert here.read(anonymised.handle).column("nom").to_pylist() == ["AB", "ZQ", None]
    (failed,) = [one for one in anonymised.report.findings if one.code == "regle-inapplicable"]
    assert "la règle « initiales » ne s'applique pas à 1 ligne" in str(failed)
    assert "réduite à 2 initiale(s)" in {one.described for one in anonymised.report.treatments}

    explained = str(
        build_publication_explanation(dataset, here.city, OpinionAndAgreementContext(date(2026, 7, 1)))
    )
    assert "réduite à 2 initiale(s)" in explained
    assert "Deux initiales suffisent parfois." in explained
    assert (
        "moins précises avant publication : « nom » (réduite à 2 initiale(s))"
        in build_preparation_text_for_citizens(dataset, rejected=0, suppressed=0).replace(
            "\N{NO-BREAK SPACE}", " "
        )
    )

    protection = build_protection_state(dataset)
    assert ProtectionState.from_json(protection.to_json()) == protection
    assert is_weaker_rule(rule, deserialize_rule({"kind": "initiales", "most": 3}))
    assert not is_weaker_rule(rule, deserialize_rule({"kind": "initiales", "most": 1}))


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"sigles": 0, "basis": "loi"}, "« sigles: » attend combien en garder"),
        ({"sigles": 2}, "des initiales désignent encore"),
        ("sigles", "« sigles » ne s'écrit pas seul"),
    ],
)
def test_it_is_checked_as_ours_are(here: Desk, install: Callable[..., None], wrong: Any, told: str) -> None:
    install("sigles", INITIALS)
    with pytest.raises(DeclarationError, match=told):
        here.dataset(columns={"quartier": "publish", "nom": wrong}, fields=[{"name": "quartier"}])


def test_it_is_checked_against_the_schema_and_the_key(here: Desk, install: Callable[..., None]) -> None:
    install("lettres", INITIALS)
    fields = [{"name": "quartier"}, {"name": "nom", "type": "date"}]
    with pytest.raises(DeclarationError) as caught:
        here.dataset(columns=columns("lettres"), fields=fields, key=["nom"])
    assert {problem.code for problem in caught.value.problems} == {"regle-et-type", "cle-brouillee"}


NOT_A_RULE = "ce n'est pas une règle d'Aqueduc"
BROKEN = {
    "paquetabsent": ("import nulle_part", "ModuleNotFoundError"),
    "paquetmalecrit": ("def (", "SyntaxError"),
    "paquetenerreur": ("raise RuntimeError('Sarrazouls-Canari')", "RuntimeError"),
    "paquetvide": ("", "AttributeError"),
    "paquetautre": ("Initials = 3", "AttributeError"),
    "paquetsansforme": (
        INITIALS.replace("kind: Literal", "sort: Literal"),
        NOT_A_RULE,
    ),
    "paquetancien": (INITIALS.replace("def build_sql", "def told"), NOT_A_RULE),
}


@pytest.mark.parametrize("word", sorted(BROKEN))
def test_a_broken_package_breaks_its_dataset_alone(
    here: Desk, install: Callable[..., None], word: str
) -> None:
    code, why = BROKEN[word]
    install(word, code)
    here.dataset("sain", title="Sain", columns={"quartier": "publish", "nom": "publish"})
    with pytest.raises(DeclarationError) as caught:
        here.dataset("malade", columns=columns(word))
    (problem,) = caught.value.problems
    assert problem.code == "regle-inutilisable"
    assert f"vient du paquet regles-{word}, qui ne se charge pas ({why})" in str(problem)
    assert "réinstaller ce paquet" in problem.format_remedy()
    assert "Canari" not in str(caught.value)

    loaded = load_all_declarations(here.include, load_city(here.include))
    assert [dataset.id for dataset in loaded.datasets] == ["sain"]
    with pytest.raises(ExtensionBroken, match=f"paquet « regles-{word} »"):
        find_rule_class_by_word(word)
    assert get_rule_capabilities(word).as_is is False


def test_two_packages_that_give_one_rule_are_both_named(here: Desk, install: Callable[..., None]) -> None:
    install("jumelle", INITIALS)
    install("jumelle2", INITIALS)
    site = Path(sys.path[0])
    entry = next(site.glob("*.dist-info")) / "entry_points.txt"
    entry.write_text("[aqueduc.rules]\njumelle = regles_jumelle2:Initials\n")
    with pytest.raises(DeclarationError, match=r"regles-jumelle, regles-jumelle2.*plusieurs paquets"):
        here.dataset(columns=columns("jumelle"))


@pytest.mark.parametrize(
    "raw", ["?", None, {}, {"kind": ["drop"]}, {"kind": "?"}, {"kind": "round"}, {"kind": "drop", "step": 1}]
)
def test_what_is_no_rule_in_a_certificate_is_refused(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"no rule|validation error"):
        deserialize_rule(raw)


def test_an_editor_knows_the_rules_of_packages(install: Callable[..., None]) -> None:
    install("abrege", INITIALS)
    install("abime", "raise RuntimeError")
    offered = build_column_rule_json_schema()["anyOf"][1]["properties"]
    assert offered["abrege"]["type"] == "integer"
    assert "abime" not in offered


def test_another_version_of_a_package_is_another_file(
    here: Desk, install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install("contracte", INITIALS)
    dataset = here.dataset(columns=columns("contracte"))

    def marks() -> tuple[str, str]:
        return compute_declaration_city_and_keys_fingerprint(
            dataset, here.city, here.place.connections
        ), compute_treatment_digest(dataset)

    before = marks()
    assert marks() == before
    upgrade()
    assert all(one != other for one, other in zip(before, marks(), strict=True))


def upgrade() -> None:
    """The package installed last, in its next version."""
    metadata = next(Path(sys.path[0]).glob("*.dist-info")) / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))


def test_what_is_signed_names_the_version_of_a_package_and_holds_for_it_alone(
    here: Desk, install: Callable[..., None]
) -> None:
    install("acronyme", INITIALS)
    dataset = here.dataset(columns=columns("acronyme"))
    run = here.run()
    anonymise_extract(
        dataset, run, here.raw(pa.table({"quartier": ["Nord"], "nom": ["Ana B"]}), run), here.place
    )
    signed = SignedOpinion(
        day=date(2026, 1, 2), by="Ana Roux", role="DPD", opinion="favorable", fingerprint=dataset.fingerprint,
        city=here.city.fingerprint, version=dataset.software_version_and_code_digest,
        facts=collect_dataset_facts(dataset, here.city),
    )  # fmt: skip

    def read(of: Dataset) -> tuple[str, list[str]]:
        text = str(
            build_publication_explanation(of, here.city, OpinionAndAgreementContext(date(2026, 7, 1), signed))
        )
        report = build_dpo_report(
            of, here.city, run, here.place.store, OpinionAndAgreementContext(date(2026, 7, 1))
        )
        assert report is not None
        return text.replace("\\xa0", " "), report["changed"]

    text, changed = read(dataset)
    assert "et les numéros de ses paquets de règles (regles-acronyme 1.0)" in text
    assert "ce city.yaml mêmes, et Aqueduc" in text and changed == []
    upgrade()
    text, changed = read(dataset)
    assert "ce city.yaml mêmes" not in text
    assert "regles-acronyme 1.1 (auparavant : " in text
    assert changed == ["la version d'Aqueduc ou d'un paquet de règles"]
    ours = str(
        build_publication_explanation(here.dataset(), here.city, OpinionAndAgreementContext(date(2026, 7, 1)))
    )
    assert "paquets de règles (" not in ours and "ou d'un paquet de règles a changé" not in ours


def test_packages_are_read_only_for_a_word_that_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(**_: Any) -> Any:
        raise AssertionError("the entry points were read")

    monkeypatch.setattr("aqueduc.registry.entry_points", read)
    assert not load_all_declarations(INCLUDE, load_city(INCLUDE)).errors
    with pytest.raises(AssertionError, match="the entry points were read"):
        find_rule_class_by_word("un mot que personne ne donne")


def test_rules_are_read_without_what_treats_values() -> None:
    code = (
        "import sys; import aqueduc.declaration, aqueduc.rules; aqueduc.rules.list_installed_rules(); "
        "print(sorted({'duckdb', 'numpy', 'pandas', 'pyarrow', 'subprocess'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_each_rule_is_whole_and_in_the_guide() -> None:
    guide = (INCLUDE.parent / "docs" / "intendant" / "regles.md").read_text(encoding="utf-8")
    for word, rule in list_installed_rules().items():
        assert rule.spelling.word == word
        assert f"\n| `{word}` |" in guide
        assert rule.capabilities.texts.why
