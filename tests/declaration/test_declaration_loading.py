"""What a right declaration gives, and how all that is wrong in one is told."""

from __future__ import annotations

import os
import shutil
import string
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from aqueduc.declaration import list_declaration_paths_mentioning_keys, load_city, load_dataset
from aqueduc.declaration.diagnostics.advice import suggest_nearest_choice_or_list
from aqueduc.declaration.diagnostics.catalogue import UnknownKey
from aqueduc.declaration.diagnostics.problem import MOST, DeclarationProblem, TextPosition, render_problems
from aqueduc.declaration.files import read_file_start
from aqueduc.declaration.spec import FileSplit
from aqueduc.errors import DeclarationError
from aqueduc.language import Message, _, translate, use_language
from aqueduc.platforms import PLATFORMS
from aqueduc.rules.generalise import HierarchyGeneralisation
from aqueduc.rules.transform import CustomFunctionRule
from tests.declaration.right import RIGHT
from tests.declaration.wrong import CASES, FROM_DATABASE, Case
from tests.making import Desk, desk


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def load(case: Case, root: Path) -> Any:
    path = case.write(root / "include")
    return load_dataset(path, load_city(root / "include", case.environment))


def wrong(case: Case, root: Path) -> DeclarationError:
    with pytest.raises(DeclarationError) as error:
        load(case, root)
    return error.value


# --- the messages, as a steward reads them ----------------------------------------------------------------


def test_a_misspelt_key(tmp_path: Path) -> None:
    assert str(wrong(Case("", {"title:": "titel:"}), tmp_path)) == (
        "1 erreur dans include/datasets/arbres.yaml\n"
        "\n"
        "include/datasets/arbres.yaml:1:1 : clé inconnue « titel »\n"
        "    1 | titel: Arbres d'alignement\n"
        "      | ^^^^^\n"
        "      = vouliez-vous dire « title » ?"
    )


_LADDER = (
    "privacy: {{quasi_identifiers: [espece], k: 5, "
    "hierarchies: {{espece: {{file: schemas/arbres.json{}}}}}}}\n"
)


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"cadence:": "frequency:"}, "frequency"),
        ({"publish:\n": "publication:\n"}, "publication"),
        ({"schema: ": "schema_: "}, "schema_"),
        ({"publish:\n": f"{_LADDER.format(', sha256: abc')}publish:\n"}, "sha256"),
        ({"publish:\n": f"{_LADDER.format(', column: lon')}publish:\n"}, "column"),
    ],
)
def test_what_is_kept_under_another_name_is_no_key(tmp_path: Path, changes: dict[str, str], key: str) -> None:
    assert f"clé inconnue « {key} »" in str(wrong(Case("", changes), tmp_path))


def test_a_rule_that_does_not_fit_the_schema(tmp_path: Path) -> None:
    case = Case("", {"{generalise: year, as: annee}": "{generalise: {band: 10}, as: annee}"})
    assert str(wrong(case, tmp_path)) == (
        "1 erreur dans include/datasets/arbres.yaml\n"
        "\n"
        "include/datasets/arbres.yaml:14:15 : la règle de « plantation » donne une tranche, comme « "
        "100-149 », "
        "or le schéma dit year pour « annee »\n"
        "   14 |   plantation: {generalise: {band: 10}, as: annee}\n"
        "      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "      = dans schemas/arbres.json, donner au champ le type string, ou changer la règle"
    )


def test_three_files_wrong_at_once_in_english(tmp_path: Path) -> None:
    case = Case(
        "",
        {**FROM_DATABASE, "theme: ENVI": "theme: ENVY"},
        schema={'"type": "year"': '"type": "yeer"'},
        files={"sql/arbres.sql": "SELECT *\nFROM arbre\nWHERE jour > :debut\n"},
    )
    with use_language("en"):
        message = str(wrong(case, tmp_path))
    assert message == (
        "1 error in include/datasets/arbres.yaml\n"
        "\n"
        "include/datasets/arbres.yaml:4:8: unknown theme: “ENVY”\n"
        "    4 | theme: ENVY\n"
        "      |        ^^^^\n"
        "      = did you mean “ENVI”?\n"
        "\n"
        "1 error in include/sql/arbres.sql\n"
        "\n"
        "include/sql/arbres.sql:3:14: unknown parameter “:debut”\n"
        "    3 | WHERE jour > :debut\n"
        "      |              ^^^^^^\n"
        "      = only “:window_start” and “:window_end” exist (a cast is written “value::type”)\n"
        "\n"
        "1 error in include/schemas/arbres.json\n"
        "\n"
        "include/schemas/arbres.json:5:31: “type” must be one of: string, number, integer, boolean, date, "
        "time, datetime, year, yearmonth, geopoint, duration, array, object, geojson, any\n"
        '    5 |     {"name": "annee", "type": "yeer"},\n'
        "      |                               ^^^^^^\n"
        "      = did you mean “year”?"
    )


def test_what_a_command_reads(tmp_path: Path) -> None:
    error = wrong(Case("", {"theme: ENVI": "theme: ENVY"}), tmp_path)
    (problem,) = error.problems
    assert error.where == "include/datasets/arbres.yaml"
    assert problem.to_json() == {
        "code": "choix-inconnu",
        "file": "include/datasets/arbres.yaml",
        "line": 4,
        "character": 8,
        "environment": None,
        "column": None,
        "count": 1,
        "lines": [],
        "detail": {"what": "thème inconnu", "given": "ENVY", "advice": "vouliez-vous dire « ENVI » ?"},
        "message": "thème inconnu : « ENVY »",
        "remedy": "vouliez-vous dire « ENVI » ?",
    }


# --- how a problem is shown -------------------------------------------------------------------------------


def problem(text: str, column: int, width: int) -> DeclarationProblem:
    detail = {"key": "x", "advice": _("à supprimer")}
    return UnknownKey(file="a.yaml", place=TextPosition(2, column, width), text=text, detail=detail)


@pytest.mark.parametrize(
    "text, column, width, line, caret",
    [
        ("clé: x", 1, 3, "clé: x", "^^^"),
        ("\tx: 1", 2, 1, "\tx: 1", "\t^"),
        ("e\u0301te\u0301: 1", 1, 5, "e\u0301te\u0301: 1", "^^^"),
        ("e\u0301te\u0301: 1", 8, 1, "e\u0301te\u0301: 1", "     ^"),
        ("x", 9, 3, "x", " ^"),
        ("a: \x1b[31mrouge\x07", 1, 1, "a: \N{REPLACEMENT CHARACTER}[31mrouge\N{REPLACEMENT CHARACTER}", "^"),
        ("x" * 500, 400, 2, "x" * 160, " " * 80 + "^^"),
    ],
)
def test_the_caret_stands_under_what_is_wrong(
    text: str, column: int, width: int, line: str, caret: str
) -> None:
    assert problem(text, column, width).render().splitlines()[1:3] == [
        f"    2 | {line}",
        f"      | {caret}",
    ]


def test_a_message_is_neither_endless_nor_a_command_to_the_terminal(tmp_path: Path) -> None:
    case = Case("", {"theme: ENVI": 'theme: "' + "\\e[2J" + "x" * 5000 + '"'})
    message = str(wrong(case, tmp_path))
    assert "\x1b" not in message
    assert max(map(len, message.splitlines())) < 600


def test_problems_are_in_the_order_of_their_lines() -> None:
    late, soon = problem("b", 1, 1), UnknownKey(file="a.yaml", text="a", detail={"key": "a", "advice": ""})
    assert render_problems([late, soon]).index("« a »") < render_problems([late, soon]).index("« x »")


@pytest.mark.parametrize(
    "word, choices, advice",
    [
        ("Thème", ["theme", "title"], "vouliez-vous dire « theme » ?"),
        ("date depot", ["date_depot", "id"], "vouliez-vous dire « date_depot » ?"),
        ("supprimer", ["drop", "publish"], "vouliez-vous dire « drop » ?"),
        ("supprimer", ["a", "b"], "au choix : a, b"),
        ("x", [], "à supprimer"),
        ("x", [f"colonne_{n:02}" for n in range(31)], "…"),
    ],
)
def test_did_you_mean(word: str, choices: list[str], advice: str) -> None:
    assert str(suggest_nearest_choice_or_list(word, choices)).endswith(advice)


# --- every problem there is -------------------------------------------------------------------------------

_PLATFORMS = tuple(PLATFORMS.list_builtin_kinds())  # each brings problems of its own
KINDS = sorted(set(DeclarationProblem.iterate_subclasses()), key=lambda kind: kind.code)


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_both_languages_say_the_same(kind: type[DeclarationProblem]) -> None:
    for said in (kind.sentence, kind.remedy):
        assert isinstance(said, Message) and said.text
        with use_language("en"):
            assert names(said.text) == names(translate(said.text))


def test_each_has_a_code_of_its_own() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


# Those that take several declarations, or are no refusal: see test_declaration_all.
_ELSEWHERE = {
    "titre-en-double", "identifiant-en-double", "extension", "licence-hors-decret", "lien-restreint",
    "nom-de-fichier-raccourci", "mot-cle-perdu", "base-legale-en-trop", "nom-de-fichier", "fichier-illisible",
    "corrections-sans-jeu", "traitement-non-decrit", "regle-inutilisable", "paquet-inutilisable",
    "source-inutilisable", "classeur-seul", "format-plus-ancien", "signification-absente", "table-jointe",
    "expression-refusee", "schema-inapplicable", "fonction-non-confinee",
}  # fmt: skip


def test_no_problem_is_without_a_case(tmp_path: Path) -> None:
    met = {
        found.code
        for case in CASES
        if case.name != "trop-gros"
        for found in wrong(case, tmp_path / case.name).problems
    }
    assert {kind.code for kind in KINDS} - met == _ELSEWHERE | {"fichier-trop-gros"}


# --- what a right declaration gives -----------------------------------------------------------------------


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_it_loads(case: Case, tmp_path: Path) -> None:
    assert load(case, tmp_path).id == "arbres"


def test_the_only_platform_of_a_city_needs_no_name(here: Desk) -> None:
    path = here.include / "city.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  platform: datasud\n", ""), encoding="utf-8")
    assert "platform:" not in path.read_text(encoding="utf-8")
    assert here.dataset().publication.primary_platform == "datasud"


def test_the_short_forms(here: Desk) -> None:
    privacy = {"quasi_identifiers": "quartier", "k": 5, "suppress_at_most": "2%"}
    dataset = here.dataset(cadence="every 10 minutes", privacy=privacy, keywords="arbres")
    assert dataset.frequency.cron == "*/10 * * * *" and dataset.frequency.datasud == "continuously"
    assert dataset.licence.spdx == "etalab-2.0" and dataset.contact == "opendata@ville.example"
    assert dataset.privacy is not None and dataset.privacy.suppress_at_most == 0.02
    assert dataset.keywords == ("arbres",)


def test_a_tab_is_a_delimiter(here: Desk) -> None:
    dataset = here.dataset(source={"file": "depot", "path": "a.csv", "delimiter": "\t"})
    assert dataset.source.delimiter == "\t"


def test_casts_and_literals_are_not_windows(tmp_path: Path) -> None:
    case = Case("", FROM_DATABASE, files={"sql/arbres.sql": "SELECT a::date, ':window_start' FROM t"})
    assert not load(case, tmp_path).windowed


def test_a_split(tmp_path: Path) -> None:
    dataset = load(Case("", {"  formats: [csv]": "  split: {by: annee, per: year}"}), tmp_path)
    assert dataset.publication.split == FileSplit(by="annee", per="year")


def test_a_rule_that_names_a_file_takes_it_into_the_fingerprint(tmp_path: Path) -> None:
    rule = {"  espece: publish": "  espece: {generalise: {hierarchy: hierarchies/a.csv, level: 1}}"}
    before = load(Case("", rule, files={"hierarchies/a.csv": "If,conifère\n"}), tmp_path)
    assert before.find_column("espece").rule == HierarchyGeneralisation(path="hierarchies/a.csv", level=1)
    after = load(Case("", rule, files={"hierarchies/a.csv": "If,résineux\n"}), tmp_path)
    assert before.fingerprint != after.fingerprint


RESOURCES = [
    "\nresources: {queue: heavy, cpu: 2, memory: 4Gi}",
    "\nresources:  # la grosse machine\n  queue: heavy\n  memory: 4Gi",
    "\nresources:\n  # la nuit\n  queue: >\n    heavy",
    "\nresources: {queue: &q heavy}",
]


@pytest.mark.parametrize("written", RESOURCES)
@pytest.mark.parametrize("below", ["cadence: monthly", "  formats: [csv]"], ids=["inside", "at the end"])
def test_where_tasks_run_is_not_in_the_fingerprint(tmp_path: Path, written: str, below: str) -> None:
    """What a person agreed to is the same."""
    before = load(Case("", {}), tmp_path)
    after = load(Case("", {below: f"{below}{written}"}), tmp_path)
    assert (before.resources, after.resources and after.resources.queue) == (None, "heavy")
    assert before.fingerprint == after.fingerprint


@pytest.mark.parametrize("below", ["\n", "\n\n"], ids=["at the end", "between two empty lines"])
def test_the_line_that_sets_resources_apart_goes_with_them(tmp_path: Path, below: str) -> None:
    key = "  formats: [csv]\n"
    rest = "" if below == "\n" else "contact: a@b.example\n"
    before = load(Case("", {key: key + (f"\n{rest}" if rest else "")}), tmp_path)
    after = load(Case("", {key: f"{key}\nresources:\n  queue: heavy{below}{rest}"}), tmp_path)
    assert after.resources and before.fingerprint == after.fingerprint


def test_what_resources_lend_to_another_key_is_in_the_fingerprint(tmp_path: Path) -> None:
    """An anchor: the keyword is what the queue is."""
    one, other = (
        load(
            Case("", {"keywords: [arbres, nature]": f"resources: {{queue: &q {queue}}}\nkeywords: [*q]"}),
            tmp_path,
        )
        for queue in ("heavy", "nuit")
    )
    assert (one.keywords, other.keywords) == (("heavy",), ("nuit",))
    assert one.fingerprint != other.fingerprint


def test_what_stands_beside_resources_is_in_the_fingerprint(tmp_path: Path) -> None:
    given = "resources: {queue: heavy}\ncadence: "
    one, other = (
        load(Case("", {"cadence: monthly": given + word}), tmp_path) for word in ("monthly", "weekly")
    )
    assert one.fingerprint != other.fingerprint


def test_the_citys_function_is_known_by_its_hash(tmp_path: Path) -> None:
    rule = {"  espece: publish": "  espece: {transform: {path: transforms/a.py, function: f}}"}
    one = load(Case("", rule, files={"transforms/a.py": "def f(x):\n    return x\n"}), tmp_path)
    two = load(Case("", rule, files={"transforms/a.py": "def f(x):\n    return x[:2]\n"}), tmp_path)
    first, second = one.find_column("espece").rule, two.find_column("espece").rule
    assert isinstance(first, CustomFunctionRule) and len(first.sha256) == 64 and first.sha256 != second.sha256


def test_a_file_name_that_cannot_be_an_identifier(here: Desk) -> None:
    path = here.dataset().path
    with pytest.raises(DeclarationError, match="« Permis_Été » ne peut pas être l'identifiant"):
        load_dataset(path.rename(path.with_name("Permis_Été.yaml")), load_city(here.include))


def test_a_file_that_is_not_there(here: Desk) -> None:
    with pytest.raises(DeclarationError, match="le fichier ne peut pas être lu : il n'existe pas"):
        load_dataset(here.include / "datasets" / "rien.yaml", load_city(here.include))


def test_a_pipe_is_not_waited_for(here: Desk) -> None:
    path = here.dataset().path
    pipe = here.include / "datasets" / "tuyau.yaml"
    os.mkfifo(pipe)
    with pytest.raises(DeclarationError, match="le fichier ne peut pas être lu : ce n'est pas un fichier"):
        load_dataset(pipe, load_city(here.include))
    (here.include / "schemas" / "jeu.json").unlink()
    os.mkfifo(here.include / "schemas" / "jeu.json")
    with pytest.raises(DeclarationError, match=r"« schemas/jeu\.json » n'existe pas dans include/"):
        load_dataset(path, load_city(here.include))


def test_what_is_no_declaration_has_no_key(here: Desk) -> None:
    path = here.dataset().path
    path.write_text("on_arrival: true\n", encoding="utf-8")
    os.mkfifo(path.with_name("tuyau.yaml"))
    path.with_name("dossier.yaml").mkdir()
    path.with_name("lien.yaml").symlink_to("rien.yaml")
    with path.with_name("gigantesque.yaml").open("wb") as file:
        file.write(b"on_arrival: true\n")
        file.truncate(30_000_000_000)
    assert list_declaration_paths_mentioning_keys(here.include, "on_arrival") == (path,)
    assert list_declaration_paths_mentioning_keys(here.include, "until", "on_arrival") == (path,)
    assert list_declaration_paths_mentioning_keys(here.include, "until") == ()


@pytest.mark.parametrize("size", [0, 30_000_000_000])
def test_the_lists_and_corrections_of_include_are_read_up_to_what_they_may_hold(
    here: Desk, size: int
) -> None:
    """A pipe nobody writes into, or a file that no memory holds: the other datasets are read all the same."""
    path = here.dataset().path
    places = [here.include / "lexicons" / "noms.txt", here.include / "corrections" / f"{path.stem}.csv"]
    for place in places:
        place.parent.mkdir()
        if size:
            with place.open("wb") as file:
                file.truncate(size)
        else:
            os.mkfifo(place)
    city = load_city(here.include)
    assert city.city.lists
    with pytest.raises(DeclarationError, match=r"corrections/jeu\.csv:1") as error:
        load_dataset(path, city)
    assert ("ce fichier est trop grand" in str(error.value)) is bool(size)
    load_dataset(here.dataset("autre").path, city)


def test_what_comes_through_a_pipe_is_waited_for(tmp_path: Path) -> None:
    """« aqueduc build-lexicon --given <(…) »: somebody writes into it, later."""
    pipe = tmp_path / "tuyau"
    os.mkfifo(pipe)
    writer = threading.Thread(target=_write_late, args=(pipe,))
    writer.start()
    with pipe.open("rb"):
        assert read_file_start(pipe, 10) == "Zoé".encode()
    writer.join()


def _write_late(pipe: Path) -> None:
    with pipe.open("wb") as file:
        time.sleep(0.3)
        file.write("Zoé".encode())


@pytest.mark.parametrize("ending", [".json", ".pin.json"])
@pytest.mark.parametrize("how", ["elsewhere", "endless", "pipe"])
def test_a_national_schema_is_read_in_its_folder_and_up_to_what_one_may_hold(
    tmp_path: Path, ending: str, how: str
) -> None:
    """A link to /dev/zero would fill the memory of what reads the declarations of every city."""
    case = next(case for case in RIGHT if case.name == "schema-national")
    path = case.write(tmp_path / "include")
    read = tmp_path / "include" / f"schemas/national/ville/schema-arbres/1.0.0{ending}"
    shutil.copy(read, tmp_path / "ailleurs")
    read.unlink()
    if how == "pipe":
        os.mkfifo(read)
    else:
        read.symlink_to(tmp_path / "ailleurs" if how == "elsewhere" else "/dev/zero")
    with pytest.raises(DeclarationError, match=r"ville/schema-arbres"):
        load_dataset(path, load_city(tmp_path / "include"))


def test_a_declaration_is_not_a_link_to_elsewhere(here: Desk, tmp_path: Path) -> None:
    path = here.dataset().path
    within = path.with_name("dedans.yaml")
    within.symlink_to(path.name)
    assert load_dataset(within, load_city(here.include)).id == "dedans"
    (tmp_path / "secret").write_text("root:$6$sel$hache\n")
    path.unlink()
    path.symlink_to(tmp_path / "secret")
    with pytest.raises(DeclarationError, match="il mène, par un lien, hors de include/") as told:
        load_dataset(path, load_city(here.include))
    assert "root" not in str(told.value)


def test_a_declaration_is_not_in_a_folder_linked_to_elsewhere(here: Desk, tmp_path: Path) -> None:
    """A repository may hold a link to a folder: of another city, for instance, whose lines messages would show."""
    path = here.dataset().path
    path.parent.rename(tmp_path / "ailleurs")
    path.parent.symlink_to(tmp_path / "ailleurs")
    path.write_text("title: PRIVE\nsource: {mots: de}\n")
    with pytest.raises(DeclarationError, match="il mène, par un lien, hors de include/") as told:
        load_dataset(path, load_city(here.include))
    assert "PRIVE" not in str(told.value) and "mots" not in str(told.value)


def test_the_folder_of_declarations_may_be_a_link_that_moves(here: Desk, tmp_path: Path) -> None:
    """git-sync has it lead to each commit in turn."""
    here.dataset()
    link = tmp_path / "courant"
    for release in ("a", "b"):
        shutil.copytree(here.include, tmp_path / release / "include")
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / release / "include")
        assert load_dataset(link / "datasets" / "jeu.yaml", load_city(link)).id == "jeu"


def test_a_name_in_latin_1_can_be_told(here: Desk) -> None:
    path = here.dataset().path
    other = Path(os.fsdecode(os.fsencode(path.parent) + b"/\xe9t\xe9.yaml"))
    path.rename(other)
    with pytest.raises(DeclarationError) as told:
        load_dataset(other, load_city(here.include))
    assert "include/datasets/?t?.yaml" in str(told.value)
    str(told.value).encode()


@pytest.mark.parametrize(
    "case",
    [
        Case("cles", {"title:": "".join(f"k{rank}: 1\n" for rank in range(20_000)) + "title:"}),
        Case("regles", {"  id: ": "".join(f"  c{rank}: dropp\n" for rank in range(20_000)) + "  id: "}),
        Case("liste", {"key: [id]": f"key: [{', '.join(f'x{rank}' for rank in range(20_000))}]"}),
        Case("requete", FROM_DATABASE, files={"sql/arbres.sql": "SELECT " + ":x " * 100_000}),
    ],
    ids=lambda case: case.name,
)
def test_endless_mistakes_are_told_up_to_a_hundred(case: Case, tmp_path: Path) -> None:
    before = time.process_time()
    error = wrong(case, tmp_path)
    assert time.process_time() - before < 5
    assert len(error.problems) == MOST
    assert str(error).startswith("100 erreurs dans include/")
    assert str(error).endswith(
        "\n\nLa lecture s'arrête à 100 erreurs : corriger celles-ci, puis vérifier de nouveau."
    )


def test_nothing_outside_include_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.sql"
    secret.write_text("SELECT 1")
    case = Case("", FROM_DATABASE)
    path = case.write(tmp_path / "include")
    (tmp_path / "include" / "sql" / "arbres.sql").unlink()
    (tmp_path / "include" / "sql" / "arbres.sql").symlink_to(secret)
    with pytest.raises(DeclarationError, match="n'existe pas dans include/"):
        load_dataset(path, load_city(tmp_path / "include", ""))
