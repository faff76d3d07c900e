"""Every link inside the site leads somewhere, and no page names another host for something it loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from bs4 import BeautifulSoup
from tests.book.site import pages

pytestmark = pytest.mark.slow

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}


def parsed(site: Path) -> Iterator[tuple[str, BeautifulSoup]]:
    for name in pages(site):
        yield name, BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")


def test_links_inside_the_site_lead_somewhere(site):
    soups = dict(parsed(site))
    broken = []
    for name, soup in soups.items():
        for link in soup.find_all(["a", "link"], href=True):
            address, fragment = urldefrag(link["href"])
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            target = (site / name).parent / unquote(urlsplit(address).path) if address else site / name
            key = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.is_file() or (fragment and key in soups and not soups[key].find(id=unquote(fragment))):
                broken.append(f"{name}: {link['href']}")
    assert not broken


def test_pages_load_only_files_of_the_site(site):
    for name, soup in parsed(site):
        for tag, attribute in LOADED.items():
            for element in soup.find_all(tag, **{attribute: True}):
                address = element[attribute]
                assert not urlsplit(address).netloc and urlsplit(address).scheme in ("", "data"), f"{name}: {address}"


def test_stylesheets_load_only_files_of_the_site(site):
    for sheet in (site / "_static").rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        foreign = re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)]{0,60}""", text)
        assert not foreign, f"{sheet.name}: {foreign}"


def test_the_notebook_of_a_chapter_is_a_real_notebook_with_outputs(site):
    import nbformat

    notebooks = list((site / "_downloads").rglob("rotated-kernel.ipynb"))
    executed = [nbformat.read(path, as_version=4) for path in notebooks]
    assert any(cell.get("outputs") for notebook in executed for cell in notebook.cells)
