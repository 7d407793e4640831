"""The site of the documentation: whole, each of its pages within reach, and read without a network.

``zensical build --strict`` (in ``make check``) sees to the links and anchors between its pages; what it does not look at
is here: pictures, the list of pages, links into the site from elsewhere, what a browser fetches.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser import BROWSER, open_browser

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
SETTINGS = tomllib.loads((REPOSITORY / "zensical.toml").read_text(encoding="utf-8"))["project"]
PAGES = sorted(page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md"))
SCREENS = 3
"""A page that is longer has a list of its contents."""


def list_pages(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    else:
        for item in nav.values() if isinstance(nav, dict) else nav:
            yield from list_pages(item)


def slug(heading: str) -> str:
    """The anchor of a heading, as a forge and ``toc.slugify`` of the site make it."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return {slug(heading) for heading in re.findall(r"^#{1,6} (.*)$", text, re.M)}


def test_the_site_lists_each_page_once() -> None:
    """A page that zensical.toml does not list is one that nobody finds."""
    assert sorted(list_pages(SETTINGS["nav"])) == PAGES


def test_the_first_steps_are_those_of_the_readme() -> None:
    """Which tests/end_to_end/test_installed.py runs."""
    blocks = [
        re.findall(r"```sh\n(pip install \.\n.*?)```", page.read_text(encoding="utf-8"), re.S)
        for page in (REPOSITORY / "README.md", DOCS / "premiers-pas.md")
    ]
    assert len(blocks[0]) == 1 and blocks[0] == blocks[1]


def test_the_operator_s_page_names_each_dag_of_the_city() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in REPOSITORY.glob("plugins/aqueduc_airflow/*.py")
    )
    page = (DOCS / "operateur" / "journee.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(aqueduc_\w+)`", page)) == set(re.findall(r'"(aqueduc_[a-z_]+)"', code))


@pytest.mark.parametrize("page", [*PAGES, *sorted(path.name for path in REPOSITORY.glob("*.md"))])
def test_each_link_and_picture_leads_somewhere(page: str) -> None:
    path = (DOCS if page in PAGES else REPOSITORY) / page
    for target in re.findall(r"(?:\]\(|(?:src|href|srcset)=\")([^)\s\"]+)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _hash, anchor = target.partition("#")
        led = path.parent / name if name else path
        assert led.exists(), f"{page}: {target}"
        assert not anchor or anchor in anchors(led), (
            f"{page}: {target} (no « : » in a heading that is led to)"
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(DOCS, folder / "docs")
    shutil.copy(REPOSITORY / "zensical.toml", folder)
    command = [Path(sys.executable).with_name("zensical"), "build", "--strict"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "build" / "docs"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if BROWSER is None:
        pytest.skip("no Chromium on this machine to look at it with")
    with open_browser() as started:
        yield started


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*\b(?:src|srcset|href)=\"?(https?:[^\" >]+)")
    for page in site.rglob("*.html"):
        assert loads.findall(page.read_text(encoding="utf-8")) == [], page.name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?https?:|@import", sheet.read_text(encoding="utf-8"))


@pytest.mark.end_to_end
def test_it_is_searched_from_the_disk_without_a_network(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    page.get_by_role("button", name="Recherche").click()
    page.keyboard.type("pseudonyme")
    page.get_by_text("Changer une clé, et ce que cela coûte").wait_for(timeout=10_000)
    assert asked
    assert {url for url in asked if not url.startswith(("file:", "data:", "blob:"))} == set()
    page.close()


@pytest.mark.end_to_end
@pytest.mark.parametrize("width", [375, 1280])
def test_no_page_is_wider_than_its_screen_and_a_long_one_lists_its_contents(
    site: Path, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    for name in PAGES:
        page.goto((site / name).with_suffix(".html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if width > 1000 and page.evaluate("document.querySelector('article').scrollHeight") > SCREENS * 800:
            assert page.locator(".md-sidebar--secondary a.md-nav__link").first.is_visible(), name
    page.close()


@pytest.mark.end_to_end
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "intendant/regles", "schemas/jeu"])
def test_a_page_is_read_by_everybody(site: Path, browser: Browser, name: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto((site / f"{name}.html").as_uri())
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    context.close()
