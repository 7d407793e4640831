"""The help of the editor: current, understood by editors, and never stricter than the loader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqueduc.declaration import load_city, load_dataset
from aqueduc.declaration.editor import build_editor_schemas_by_file_name, render_schemas_and_key_pages
from aqueduc.errors import DeclarationError
from aqueduc.sources.http.paging import ApiPaging
from tests.declaration.right import RIGHT
from tests.declaration.wrong import CASES, DATASET, FROM_API, KEYS, RULES, VALUES, Case
from tests.examples import share

REPOSITORY = Path(__file__).resolve().parents[2]
OF = {"city": "city.schema.json", "columns": "columns.schema.json", "datasets": "dataset.schema.json"}
ALL = build_editor_schemas_by_file_name()
JUDGES = {kind: jsonschema.Draft7Validator(ALL[name]) for kind, name in OF.items()}


class Plain(yaml.SafeLoader):
    """What an editor makes of a file: keys are texts, and a date is a text like another."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


def plain(text: str) -> Any:
    return json.loads(json.dumps(yaml.load(text, Plain), default=date.isoformat))


Plain.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))


def refusals(kind: str, document: Any) -> list[str]:
    return [error.message for error in JUDGES[kind].iter_errors(document)]


def test_those_of_the_documentation_are_current() -> None:
    for name, text in render_schemas_and_key_pages().items():
        assert (REPOSITORY / "docs" / "schemas" / name).read_text(encoding="utf-8") == text, (
            f"{name} is stale: python -m aqueduc.declaration.editor docs/schemas"
        )


@pytest.mark.parametrize("name", ALL)
def test_each_is_a_schema_of_draft_7(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(ALL[name])


def test_every_key_is_explained() -> None:
    mute = [
        f"{name}: {'.'.join(path)}"
        for name, schema in ALL.items()
        for path, found in keys(schema, ())
        if not found.get("description")
    ]
    assert not mute


def keys(schema: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(schema, list):
        for item in schema:
            yield from keys(item, path)
    elif isinstance(schema, dict):
        for name, found in schema.get("properties", {}).items():
            yield (*path, name), found
            yield from keys(found, (*path, name))
        for word, below in schema.items():
            if word in ("anyOf", "items", "additionalProperties"):
                yield from keys(below, path)


def written() -> list[tuple[str, Path]]:
    include = REPOSITORY / "include"
    return [
        ("city", include / "city.yaml"),
        *(("datasets", path) for path in sorted((include / "datasets").glob("*.yaml"))),
        *(("columns", path) for path in sorted((include / "columns").glob("*.yaml"))),
    ]


@pytest.mark.parametrize("kind, path", written(), ids=lambda found: getattr(found, "stem", ""))
def test_the_citys_own_files_pass(kind: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert refusals(kind, plain(text)) == []
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.split("=", 1)[1]).resolve() == REPOSITORY / "docs" / "schemas" / OF[kind]


def of_case(case: Case, include: Path) -> list[tuple[str, Any]]:
    case.write(include)
    files = [("city", include / "city.yaml"), *(("datasets", p) for p in (include / "datasets").iterdir())]
    files += [("columns", path) for path in (include / "columns").iterdir()]
    return [(kind, plain(path.read_text(encoding="utf-8"))) for kind, path in files]


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_what_the_loader_takes_the_editor_takes(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path / "include")
    load_dataset(path, load_city(tmp_path / "include", case.environment))
    for kind, document in of_case(case, tmp_path / "include"):
        assert refusals(kind, document) == []


# What no schema can see: it hangs on another key, another file, or on what words mean.
_BEYOND = {
    "chemin-a-motif", "motif-de-dossier", "choix-sans-motif",
    "contact-nulle-part", "licence-nulle-part", "plateforme-nulle-part", "owner-absent", "mode-absent",
    "publish-absent", "plateforme-mal-tapee", "k-absent", "deux-fois-le-format",
    "plateforme-implicite-tue",
    "portail-restreint", "idgo-reparti", "datagouv-restreint", "datagouv-reparti",
    "onegeo-depot",
    "emplacement-inconnu", "emplacement-en-depot", "emplacement-et-lien",
    "demenagement-de-soi", "demenagement-de-nulle-part",
    "plateformes-mal-tapee", "plateforme-deux-fois", "plateformes-repetees", "deux-fois-la-cle",
    "levee-colonne-mal-tapee", "levee-deux-fois", "levee-avec-fondement", "levee-sans-nom",
    "pseudonyme-sans-cle", "seuil-trop-bas", "bornes-a-l-envers", "hierarchie-absente", "zone-sans-position",
    "bruit-sous-le-pas",
    "fonction-inconnue", "fonction-illisible", "rien-de-publie", "titre-date",
    "apres-sans-delai", "apres-un-inconnu", "apres-un-chemin", "apres-soi-meme", "apres-en-rond",
    "apres-deux-fois", "fenetre-apres-un-jeu",
    "arrivee-sans-delai", "arrivee-dans-une-base", "arrivee-par-fenetre", "arrivee-d-une-api-a-pages",
    "arrivee-d-une-api-par-fenetre",
}  # fmt: skip


@pytest.mark.parametrize("case", [*KEYS, *VALUES, *RULES], ids=lambda case: case.name)
def test_the_editor_underlines_what_is_wrong_in_itself(case: Case, tmp_path: Path) -> None:
    found = any(refusals(kind, document) for kind, document in of_case(case, tmp_path / "include"))
    assert found is (case.name not in _BEYOND)


_PAGING = [
    ("{next: links.next}", True),
    ("{header: X-Next-Page}", True),
    ("{header: X-Next-Page, parameter: p}", True),
    ("{cursor: meta.cursor, parameter: cursor}", True),
    ("{cursor: meta.cursor}", False),
    ("{next: links.next, parameter: p}", False),
    ("{parameter: p}", False),
    ("{page: p, header: X-Next-Page}", False),
    ("{}", False),
]


@pytest.mark.parametrize("written, sound", _PAGING)
def test_a_way_of_paging_is_written_with_what_it_takes(tmp_path: Path, written: str, sound: bool) -> None:
    paged = f"  path: /arbres\n  paging: {written}"
    case = Case("api-pages", {**FROM_API, "  path: /arbres": paged})
    found = [refusals(kind, document) for kind, document in of_case(case, tmp_path / "include")]
    assert any(found) is not sound
    style = ApiPaging(**plain(written))
    assert style.has_exactly_one_declared_style is sound


def test_those_beyond_are_in_the_table() -> None:
    assert {case.name for case in CASES} >= _BEYOND


# --- whatever is done to a declaration: what the editor refuses, the loader refuses -----------------------

SCALARS = st.sampled_from(
    [
        "",
        " ",
        "publish",
        "csv",
        "id",
        "open",
        "2%",
        "120%",
        "à décider",
        0,
        1,
        5,
        -1,
        0.5,
        True,
        False,
        None,
        "5",
    ]
)
VALUES_OF = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(SCALARS.map(str), SCALARS, max_size=2)


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, Any]:
    """A right declaration with one to three keys changed, added or removed, anywhere in it."""
    document = yaml.safe_load(draw(st.sampled_from([DATASET, *EXTRA])))
    for _ in range(draw(st.integers(1, 3))):
        holder = document
        while True:
            key = draw(st.sampled_from(sorted(holder) or ["x"]))
            if not isinstance(holder.get(key), dict) or not holder[key] or draw(st.booleans()):
                break
            holder = holder[key]
        what = draw(st.sampled_from(["change", "remove", "add"]))
        if what == "remove":
            holder.pop(key, None)
        else:
            added = draw(st.sampled_from(["truncate", "basis", "format", "licence", "k", "couleur"]))
            holder[key if what == "change" else added] = draw(VALUES_OF)
    return document


EXTRA = [
    f"{DATASET}privacy: {{quasi_identifiers: [espece], k: 5}}\naccess: open\nreject_at_most: 1%\n",
    f"{DATASET}environments: {{recette: {{publish: {{datastore: false}}, source: {{path: essai.csv}}}}}}\n",
]


@settings(max_examples=share(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=mutations())
def test_the_editor_is_never_stricter_than_the_loader(tmp_path: Path, document: dict[str, Any]) -> None:
    include = tmp_path / "include"
    path = include / "datasets" / "arbres.yaml"
    if not path.exists():
        Case("essai").write(include)
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    try:
        load_dataset(path, load_city(include, ""))
    except DeclarationError:
        return
    assert refusals("datasets", plain(path.read_text(encoding="utf-8"))) == []
