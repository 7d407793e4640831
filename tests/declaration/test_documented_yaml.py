"""The blocks of YAML in the documentation: each key is one, with a value that it may have."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import yaml

from aqueduc.declaration.editor import build_editor_schemas_by_file_name
from tests.declaration.test_declaration_editor import plain
from tests.guide import DOCS

SCHEMAS = build_editor_schemas_by_file_name()
PROPERTIES = [SCHEMAS[f"{kind}.schema.json"]["properties"] for kind in ("dataset", "city")]
# A page may show what stands below ``source:`` alone.
PROPERTIES += [kind["properties"] for kind in PROPERTIES[0]["source"]["anyOf"]]
PAGES = [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]
BLOCKS = [
    (page.relative_to(DOCS.parent).as_posix(), block)
    for page in sorted(PAGES)
    for block in re.findall(r"^ *```yaml\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.M | re.S)
    if not any(word in block for word in ("AIRFLOW_", "AQUEDUC_CITIES", "à décider"))
]


def list_problems(key: str, value: Any) -> list[str]:
    """Why neither a dataset nor the city may say so, nor a source."""
    known = [properties[key] for properties in PROPERTIES if key in properties]
    if not known:
        return [f"{key} is no key"]
    told = [
        [str(error.message) for error in jsonschema.Draft7Validator(one).iter_errors(value)] for one in known
    ]
    return min(told, key=len)


@pytest.mark.parametrize("page, block", BLOCKS)
def test_a_block_says_what_may_be_written(page: str, block: str) -> None:
    # A page shows the file of the city and that of a dataset in one block.
    for text in re.split(r"^ *# include/\S+$", block, flags=re.M):
        document = plain(text) or {}
        assert isinstance(document, dict), page
        for key, value in document.items():
            assert list_problems(key, value) == [], f"{page}: {yaml.safe_dump({key: value})}"


def test_there_are_blocks() -> None:
    assert len(BLOCKS) > 30
