"""Workbooks as people hand them in, from the draft to the portal, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.draft.test_draft_twins import assert_reaches_the_portal
from tests.draft.twins import WORKBOOKS, Twin

pytestmark = pytest.mark.end_to_end


@pytest.mark.parametrize("make", WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_workbook_reaches_the_portal_cell_by_cell(make: Callable[[], Twin], tmp_path: Path) -> None:
    assert_reaches_the_portal(make(), tmp_path)
