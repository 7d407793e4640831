"""The guide: the pages of ``docs/`` that are written for those who use Aqueduc, as one text."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
READERS = ("intendant", "operateur", "delegue", "administrateur")


def read_guide() -> str:
    pages = sorted(page for reader in READERS for page in (DOCS / reader).glob("*.md"))
    assert pages
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def read_ledger_page_commands(tool: str) -> str:
    """The block of the page on the ledger that calls ``tool``."""
    page = (DOCS / "administrateur" / "registre.md").read_text(encoding="utf-8")
    blocks = (block.split("```")[0] for block in page.split("```sh\n")[1:])
    return next(block for block in blocks if f"{tool} " in block)
