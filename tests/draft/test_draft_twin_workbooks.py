"""Workbooks as people hand them in, from the draft to the portal, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.draft.test_draft_twins import assert_reaches_the_portal
from tests.draft.twins import WORKBOOKS
from tests.examples import some_rarely

pytestmark = pytest.mark.end_to_end


# Texts do without a header at each change, and files alone in a zip are read there as in one that has a name.
RARE = {"a-json-file-alone-in-a-zip", "with-gaps-and-repetitions", "without-a-header"}


@pytest.mark.parametrize("name", some_rarely(WORKBOOKS, RARE))
def test_a_workbook_reaches_the_portal_cell_by_cell(name: str, tmp_path: Path) -> None:
    assert_reaches_the_portal(WORKBOOKS[name](), tmp_path)
