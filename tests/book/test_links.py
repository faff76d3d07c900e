"""Every link inside the site leads somewhere, and no page names another host for something it
loads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from book.assignments import chapters
from bs4 import BeautifulSoup
from docutils.nodes import make_id
from tests.book.prose import claims, questions
from tests.book.site import pages

import convtranspose

pytestmark = pytest.mark.slow

LOADED = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "object": "data",
}


def parsed(site: Path) -> Iterator[tuple[str, BeautifulSoup]]:
    for name in pages(site):
        yield name, BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")


def test_links_inside_the_site_lead_somewhere(site):
    soups = dict(parsed(site))
    broken = []
    for name, soup in soups.items():
        for link in soup.find_all(["a", "link"], href=True):
            address, fragment = urldefrag(link["href"])
            fragment = fragment.partition("?")[0]  # the state of what stands there follows
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            target = (
                (site / name).parent / unquote(urlsplit(address).path) if address else site / name
            )
            key = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.is_file() or (
                fragment and key in soups and not soups[key].find(id=unquote(fragment))
            ):
                broken.append(f"{name}: {link['href']}")
    assert not broken


def test_pages_load_only_files_of_the_site(site):
    for name, soup in parsed(site):
        for tag, attribute in LOADED.items():
            for element in soup.find_all(tag, **{attribute: True}):
                address = element[attribute]
                assert not urlsplit(address).netloc and urlsplit(address).scheme in ("", "data"), (
                    f"{name}: {address}"
                )


def test_stylesheets_load_only_files_of_the_site(site):
    for sheet in (site / "_static").rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        foreign = re.findall(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)]{0,60}""", text)
        assert not foreign, f"{sheet.name}: {foreign}"


def test_every_page_describes_itself(site):
    descriptions = {}
    for name, soup in parsed(site):
        if name.startswith("book/"):
            descriptions[name] = soup.find("meta", attrs={"name": "description"})["content"]
            assert soup.find("meta", property="og:description")["content"] == descriptions[name]
            assert soup.find("meta", property="og:title")["content"] in soup.article.h1.get_text()
            assert 60 <= len(descriptions[name]) <= 202, f"{name}: {descriptions[name]}"
            assert not soup.find("meta", property="og:url")  # no address is configured
    assert len(set(descriptions.values())) == len(descriptions)


def test_newcomers_find_the_answers_on_the_built_page(site):
    asked = questions()
    assert asked
    for name, entries in asked.items():
        page = BeautifulSoup(
            (site / "book" / f"{name}.html").read_text(encoding="utf-8"), "html.parser"
        )
        missing = [entry for entry in entries if not page.find(id=make_id(entry["answer"]))]
        assert not missing, name


def test_every_claim_leads_to_the_chapter_that_decides_it(site):
    page = BeautifulSoup((site / "book/claims.html").read_text(encoding="utf-8"), "html.parser")
    decided = [claim["id"] for claim in claims() if claim["page"] in chapters()]
    ends = [link["href"].partition("#")[2] for link in page.select("table.claims a")]
    assert ends == [make_id(f"claim-{name}") for name in decided]


def test_every_public_name_of_the_library_has_an_address_and_is_found_by_the_search(site):
    page = BeautifulSoup((site / "book/api.html").read_text(encoding="utf-8"), "html.parser")
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    for name in convtranspose.__all__:
        entry = page.find(id=f"convtranspose.{name}")
        assert entry is not None and entry.find_next_sibling("dd").get_text().strip(), name
        assert f'"{name}"' in index
    assert not page.select("dt.sig [class*=problematic]")
    private = [entry["id"] for entry in page.select("dt.sig[id]") if "._" in entry["id"]]
    assert not private


def test_chinese_is_marked_as_chinese(site):
    page = BeautifulSoup((site / "book/glossary.html").read_text(encoding="utf-8"), "html.parser")
    assert page.find(string="转置卷积").parent["lang"] == "zh-Hans"
    chinese = page.article.find_all(string=re.compile("[\u4e00-\u9fff]"))
    assert len(chinese) > 40 and all(text.find_parent(lang="zh-Hans") for text in chinese)


def test_the_notebook_of_a_chapter_is_a_real_notebook_with_outputs(site):
    import nbformat

    for name in chapters():
        notebooks = list((site / "_downloads").rglob(f"{name}.ipynb"))
        cells = [cell for path in notebooks for cell in nbformat.read(path, as_version=4).cells]
        assert any(cell.get("outputs") for cell in cells), name
