"""The widest national schemas have a hundred fields with their lists: all must fit in memory."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.end_to_end


def test_a_hundred_fields_with_lists_and_judgements(workshop: Any) -> None:
    few, many = [f"choix {rank}" for rank in range(12)], [f"choix {rank}" for rank in range(100)]
    fields: list[dict[str, Any]] = [
        *({"name": f"court{rank}", "constraints": {"enum": few}} for rank in range(40)),
        *({"name": f"long{rank}", "constraints": {"enum": many}} for rank in range(40)),
        *({"name": f"date{rank}", "type": "date", "format": "any"} for rank in range(30)),
        {"name": "vrai", "type": "boolean", "trueValues": many, "falseValues": ["non", "faux", "0"]},
    ]
    schema = {"fields": fields, "missingValues": ["", "NA", "N/A", "-"], "primaryKey": ["date0", "date1"]}
    right = {
        **{f"court{rank}": "choix 11" for rank in range(40)},
        **{f"long{rank}": "choix 99" for rank in range(40)},
        **{f"date{rank}": "1 Mar 2026" for rank in range(30)},
        "vrai": "choix 50",
    }
    columns: dict[str, list[str]] = {name: [text, text, text] for name, text in right.items()}
    columns["date0"][1] = "2 Mar 2026"
    columns["court7"][1], columns["long39"][1], columns["vrai"][1] = "choix 12", "choix 100", "NA"
    columns["date1"][2] = "1/3/2026?"
    assert workshop.broken(schema, columns) == {
        3: {"court7:enum", "long39:enum"},
        4: {"date1:type"},
    }
