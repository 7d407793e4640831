"""The normal form: the same text however it was written, and a hit that stays a hit."""

from __future__ import annotations

import json
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aqueduc.anonymise.scan.normal import decode_and_normalise_text, normalise_cells
from tests.examples import share

WRITTEN = {
    "no-break spaces": ("M.\u00a0Jean\u202fDupont", "M. Jean Dupont"),
    "tabs and lines": ("M.\tJean\r\nDupont\u2028", "M. Jean Dupont"),
    "unseen": ("\ufeffJe\u200ban\u00ad Du\u2060pont\u202e", "Jean Dupont"),
    "accents apart": (unicodedata.normalize("NFD", "Hélène Müller"), "Hélène Müller"),
    "marks on nothing": ("D\u0336u\u0336pont", "Dupont"),
    "full width": ("Ｊｅａｎ０６１２３４５６７８＠ｘ．ｆｒ", "Jean0612345678@x.fr"),
    "ligatures": ("ﬁlle", "fille"),
    "other digits": ("٠٦١٢٣٤٥٦٧٨", "0612345678"),
    "other alphabets": ("jеаn@оrange.fr", "jean@orange.fr"),
    "letters beyond French": ("Nguyễn Ștefan", "Nguyen Stefan"),
    "typography": ("« d’Alembert » – Marie‑Claude…", "d'Alembert \" - Marie-Claude..."),
    "tags": ("<p>Jean <b>Dupont</b><br/></p>", "Jean Dupont"),
    "attributes": ('<a class="x" href="mailto:j@x.fr">écrire</a>', "mailto:j@x.fr | écrire"),
    "an address between brackets": ("Jean <jean.dupont@x.fr>", "Jean <jean.dupont@x.fr>"),
    "entities": ("Jean&amp;nbsp;Dupont&#8239;&eacute;", "Jean Dupont é"),
    "percent": ("jean%40orange.fr 75%abonnés", "jean@orange.fr 75%abonnés"),
    "UTF-8 read as Latin-1": ("HÃ©lÃ¨ne dâ€™Arc", "Hélène d'Arc"),
    "JSON of one": ('{"tel":"0612345678"}', "0612345678"),
    "JSON of several": ('{"nom":"Dupont","tel":["06",{"x":7}]}', "Dupont | 06 | 7"),
    "JSON keys that are cells": ('{"Jean Dupont": 12}', "Jean Dupont | 12"),
    "escapes": ('{"nom":"H\\u00e9l\\u00e8ne"}', "Hélène"),
    "no JSON after all": ("{'tel': '0612345678', 'nom': 'Dupont'", "tel | 0612345678 | nom | Dupont"),
    "a list in typeset quotes": ("[ ’Jean’, ’06’]", "Jean | 06"),
    "a list in full-width quotes": ("[＂Jean＂, ＂06＂]", "Jean | 06"),
    "bars": ("Dupont|Jean ｜ 06", "Dupont | Jean | 06"),
    "a spreadsheet's text": ("'0612345678", "0612345678"),
    "a spreadsheet's formula": ('="0612345678"', "0612345678"),
    "a spreadsheet's number": (" 612345678.0", "612345678"),
}
LET_BE = [
    "réunion du 12/03/2024 à 14h30",
    "https://www.ville.fr/a?b=c;d",
    "12 345,67 €",
    "[retiré] a appelé",
    "n° 12 a < b",
    "O'Brien",
    "C:\\nom",
    "",
]


@pytest.mark.parametrize("written, form", WRITTEN.values(), ids=WRITTEN)
def test_each_way_of_writing_has_one_form(written: str, form: str):
    assert normalise_cells(pa.array([written])).to_pylist() == [form]


def test_what_is_plain_is_untouched():
    cells = pa.array([*LET_BE, None])
    assert normalise_cells(cells) is cells or normalise_cells(cells).to_pylist() == cells.to_pylist()


marks = "\u00a0\u202f\t\n \u200b\u00ad’'`´\"«»“–—‑-…·|｜;,=[]{}<>&%\\/.@0½²ⅷ٣éÉe\u0301œÃ©Ââ€™ÿžſĳŉА"
pieces = st.sampled_from(
    ["<b>", "</b>", "&eacute;", "&amp;lt;", "%40", "\\u00e9", '{"a":', "06", "Jean", ".0", "  "]
)
texts = st.lists(st.one_of(pieces, st.text(marks, max_size=4), st.text(max_size=6)), max_size=8).map("".join)


@given(st.lists(texts, max_size=30))
@settings(max_examples=share(300), deadline=None)
def test_an_array_is_folded_as_each_text_is(cells: list[str]):
    assert normalise_cells(pa.array(cells, pa.string())).to_pylist() == [
        decode_and_normalise_text(cell) for cell in cells
    ]


@given(st.text())
@settings(max_examples=share(200), deadline=None)
def test_a_value_in_json_is_the_value(text: str):
    assert decode_and_normalise_text(json.dumps({"note": text})) == decode_and_normalise_text(
        json.dumps({"note": text}, ensure_ascii=False)
    )


def test_a_null_stays_null():
    assert normalise_cells(pa.array([None, "a\tb", None])).to_pylist() == [None, "a b", None]
