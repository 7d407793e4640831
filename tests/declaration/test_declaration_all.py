"""All the declarations of a city at once: what is only seen by comparing them; and doubts, not refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqueduc.declaration import LoadedDeclarations, load_all_declarations, load_city, load_dataset
from aqueduc.declaration.loader import SLUG
from aqueduc.declaration.naming import build_published_file_name
from aqueduc.declaration.spec import OutputFormat
from aqueduc.publish.revision.files import build_published_file_name as published_name
from tests.declaration.wrong import DATASET, SET, Case

MORE = "  formats: [csv]\n"
REPOSITORY = Path(__file__).resolve().parents[2]


def everything(case: Case, root: Path) -> LoadedDeclarations:
    case.write(root / "include")
    return load_all_declarations(root / "include", load_city(root / "include", case.environment))


def messages(case: Case, root: Path) -> list[str]:
    return [str(error) for error in everything(case, root).errors]


def test_the_citys_own_declarations_are_all_right() -> None:
    include = REPOSITORY / "include"
    loaded = load_all_declarations(include, load_city(include, ""))
    assert not loaded.errors
    assert len(loaded.datasets) == len(list((include / "datasets").glob("*.yaml"))) >= 12


@pytest.mark.parametrize(
    "title", ["Arbres d'alignement", "ARBRES D’ALIGNEMENT", "Arbres, d'alignement !", "Arbrés d alignement"]
)
def test_two_datasets_with_one_title(tmp_path: Path, title: str) -> None:
    other = DATASET.replace("title: Arbres d'alignement", f'title: "{title}"')
    assert messages(Case("", files={"datasets/plantes.yaml": other}), tmp_path) == [
        "1 erreur dans include/datasets/plantes.yaml\n"
        "\n"
        "include/datasets/plantes.yaml:1:8 : arbres.yaml porte déjà ce titre (accents, casse et "
        "ponctuation ne "
        "distinguent pas)\n"
        f'    1 | title: "{title}"\n'
        f"      |        {'^' * (len(title) + 2)}\n"
        "      = donner à chaque jeu un titre à lui : la plateforme en tire aussi son adresse"
    ]


def test_one_that_is_wrong_hides_no_other(tmp_path: Path) -> None:
    other = DATASET.replace("Arbres d'alignement", "Plantes").replace("theme: ENVI", "theme: ENVY")
    loaded = everything(Case("", files={"datasets/plantes.yaml": other}), tmp_path)
    assert [dataset.id for dataset in loaded.datasets] == ["arbres"]
    assert [error.where for error in loaded.errors] == ["include/datasets/plantes.yaml"]


def test_only_some_are_told_of(tmp_path: Path) -> None:
    other = DATASET.replace("theme: ENVI", "theme: ENVY")
    path = Case("", files={"datasets/plantes.yaml": other}).write(tmp_path / "include")
    loaded = load_all_declarations(tmp_path / "include", load_city(tmp_path / "include", ""), [path])
    assert [dataset.id for dataset in loaded.datasets] == ["arbres"] and not loaded.errors


def test_files_that_would_be_passed_over_without_a_word(tmp_path: Path) -> None:
    files = {"datasets/plantes.yml": DATASET, "datasets/arbres.yml": DATASET, "columns/agents.yml": SET}
    assert messages(Case("", files=files), tmp_path) == [
        "1 erreur dans include/datasets/arbres.yml\n"
        "\n"
        "include/datasets/arbres.yml:1:1 : arbres.yaml a déjà l'identifiant « arbres » sur la plateforme\n"
        "      = renommer l'un des deux fichiers",
        "1 erreur dans include/datasets/plantes.yml\n"
        "\n"
        "include/datasets/plantes.yml:1:1 : ce fichier ne sera jamais lu : une déclaration finit "
        "par « .yaml »\n"
        "      = le renommer plantes.yaml, ou l'ôter de ce dossier",
        "1 erreur dans include/columns/agents.yml\n"
        "\n"
        "include/columns/agents.yml:1:1 : ce fichier ne sera jamais lu : une déclaration finit par "
        "« .yaml »\n"
        "      = le renommer agents.yaml, ou l'ôter de ce dossier",
    ]


def test_a_column_set_that_nobody_uses_is_checked_too(tmp_path: Path) -> None:
    files = {"columns/agents.yaml": "description: Agents.\ncolumns:\n  nom: dropp\n"}
    assert messages(Case("", files=files), tmp_path) == [
        "1 erreur dans include/columns/agents.yaml\n"
        "\n"
        "include/columns/agents.yaml:3:8 : la règle de la colonne « nom » n'est pas comprise\n"
        "    3 |   nom: dropp\n"
        "      |        ^^^^^\n"
        "      = vouliez-vous dire « drop » ?"
    ]


def test_errors_of_every_environment_are_told_whatever_is_chosen(tmp_path: Path) -> None:
    more = f"{MORE}environments:\n  recette: {{publish: {{mode: index}}}}\n"
    expected = (
        "include/datasets/arbres.yaml:24:29 : en mode « index » le public lit ce que sert le lien, donc "
        "aussi ce que "
        "des règles changent ou retirent : plantation, planteur (environnement « recette »)\n"
        "   24 |   recette: {publish: {mode: index}}\n"
    )
    (message,) = messages(Case("", {MORE: more}), tmp_path)
    assert expected in message
    (message,) = messages(Case("", {MORE: more}, environment="recette"), tmp_path)
    assert expected.replace(" (environnement « recette »)", "") in message


def test_an_environment_of_the_city_is_checked_for_every_dataset(tmp_path: Path) -> None:
    query = "SELECT 1 WHERE jour >= :window_start AND jour < :window_end"
    case = Case(
        "",
        {"  file: depot\n  path: arbres.csv": "  postgres: urbanisme\n  sql: sql/arbres.sql"},
        city={"recette: {}": "recette: {cadence: as-needed}"},
        files={"sql/arbres.sql": query},
    )
    (message,) = messages(case, tmp_path)
    assert "include/city.yaml:23:22 : la source lit un intervalle, mais la cadence « as-needed »" in message
    assert "(environnement « recette »)" in message


def test_a_problem_is_told_once_however_many_environments_have_it(tmp_path: Path) -> None:
    more = f"{MORE}environments:\n  recette: {{publish: {{datastore: false}}}}\n"
    (message,) = messages(Case("", {"theme: ENVI": "theme: ENVY", MORE: more}), tmp_path)
    assert message.startswith("1 erreur dans include/datasets/arbres.yaml")


# --- doubts -----------------------------------------------------------------------------------------------

_RESTRICTED = {
    "  planteur: drop\n": "",
    "{generalise: year, as: annee}": "{publish: true, as: annee}",
    "  mode: upload": "  mode: index\n  link: https://ville.example/arbres.csv",
    MORE: f"{MORE}access: registered\nlicence: other-at\n",
}
LONG = "arbres-d-alignement-et-de-parcs-de-la-ville"

DOUBTS = [
    (
        {MORE: f"{MORE}licence: cc-by\n"},
        "include/datasets/arbres.yaml:23:10 : « cc-by » n'est pas de celles que le décret 2017-638 "
        "propose aux "
        "administrations\n"
        "   23 | licence: cc-by\n"
        "      |          ^^^^^\n"
        "      = préférer « lov2 » (Licence Ouverte) ou « odc-odbl », ou faire homologuer celle-ci",
    ),
    (
        _RESTRICTED,
        "include/datasets/arbres.yaml:23:9 : accès restreint en mode « index » : la plateforme "
        "peut montrer le lien à "
        "tous\n"
        "   23 | access: registered\n"
        "      |         ^^^^^^^^^^\n"
        "      = le lien doit refuser un visiteur ; Aqueduc le vérifie avant de publier",
    ),
    (
        {"[arbres, nature]": "[arbres, C]"},
        "include/datasets/arbres.yaml:5:20 : la plateforme ne garde pas le mot-clé « C » : moins de "
        "deux lettres "
        "ou chiffres\n"
        "    5 | keywords: [arbres, C]\n"
        "      |                    ^\n"
        "      = l'écrire en entier, ou l'ôter",
    ),
    (
        {
            "  espece: publish": "  espece: {publish: true, basis: loi}",
            "  formats: [csv]\n": "  formats: [csv]\nprocessing:\n  purpose: connaître\n"
            "  dpia: {needed: false, why: rien de sensible}\n",
        },
        "include/datasets/arbres.yaml:23:1 : ce jeu peut concerner des personnes, et « processing: » ne dit "
        "pas : le fondement, les personnes concernées\n"
        "   23 | processing:\n"
        "      | ^^^^^^^^^^\n"
        "      = l'écrire sous « processing: » (legal_ground, persons) ; sinon, un blanc restera sur la page "
        "à signer",
    ),
    (
        {"formats: [csv]": "formats: [xlsx]"},
        "include/datasets/arbres.yaml:22:12 : publié en XLSX seulement : la convention demande des formats les "
        "plus ouverts possible\n"
        "   22 |   formats: [xlsx]\n"
        "      |            ^^^^^^\n"
        "      = ajouter csv : formats: [csv, xlsx]",
    ),
    (
        {"  planteur: drop": "  planteur: {drop: true, basis: loi}"},
        "include/datasets/arbres.yaml:15:26 : « basis » ne sert à rien sur « planteur », qui n'est "
        "pas publiée\n"
        "   15 |   planteur: {drop: true, basis: loi}\n"
        "      |                          ^^^^^\n"
        "      = l'ôter, ou publier la colonne",
    ),
]


@pytest.mark.parametrize("changes, warning", DOUBTS)
def test_what_is_doubtful_is_told_and_not_refused(
    tmp_path: Path, changes: dict[str, str], warning: str
) -> None:
    (dataset,) = everything(Case("", changes), tmp_path).datasets
    assert [found.render() for found in dataset.warnings] == [warning]


def test_a_file_name_that_the_platform_would_not_take_whole(tmp_path: Path) -> None:
    path = Case("").write(tmp_path / "include")
    path = path.rename(path.with_name(f"{LONG}.yaml"))
    dataset = load_dataset(path, load_city(tmp_path / "include", ""))
    (warning,) = dataset.warnings
    assert "le fichier publié s'appellera arbres-d-alignement-et-de.csv :" in warning.message()


@given(slug=st.from_regex(SLUG, fullmatch=True), tail=st.sampled_from(["", "2026"]))
def test_the_name_told_is_the_one_published(slug: str, tail: str) -> None:
    for kind in OutputFormat:
        name = build_published_file_name(slug, kind.value, tail)
        assert name == published_name(slug, kind, tail)
        assert len(name) <= 30 and name.isascii() and " " not in name


def test_a_sound_declaration_raises_no_doubt(tmp_path: Path) -> None:
    (dataset,) = everything(Case(""), tmp_path).datasets
    assert dataset.warnings == ()
