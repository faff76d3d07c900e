"""Every link inside the site leads somewhere, and no page names another host for something it
loads.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from book.assignments import chapters
from bs4 import BeautifulSoup
from docutils.nodes import make_id
from tests.book.prose import claims, questions
from tests.book.site import pages

import convtranspose
from marking.questions import ASSIGNMENTS

pytestmark = pytest.mark.slow

LOADED = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "object": "data",
}


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[str, BeautifulSoup]:
    """Every page, parsed once for all tests of this file, none of which changes it."""
    return {
        name: BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for name in pages(site)
    }


def test_links_inside_the_site_lead_somewhere(site, parsed):
    # Looked up one by one, each would be searched for in its whole page.
    places = {
        name: {element["id"] for element in soup.find_all(id=True)} for name, soup in parsed.items()
    }
    broken = []
    for name, soup in parsed.items():
        for link in soup.find_all(["a", "link"], href=True):
            address, fragment = urldefrag(link["href"])
            fragment = fragment.partition("?")[0]  # the state of what stands there follows
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            if address.startswith("/"):  # of the page for what does not exist: from the root
                assert name == "404.html" and (site / address.lstrip("/")).is_file()
                continue
            target = (
                (site / name).parent / unquote(urlsplit(address).path) if address else site / name
            )
            key = target.resolve().relative_to(site.resolve()).as_posix()
            if not target.is_file() or (
                fragment and key in places and unquote(fragment) not in places[key]
            ):
                broken.append(f"{name}: {link['href']}")
    assert not broken


def test_pages_load_only_files_of_the_site(parsed):
    for name, soup in parsed.items():
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


def test_every_page_describes_itself(parsed):
    titles, descriptions = {}, {}
    for name, soup in parsed.items():
        if name.startswith("book/"):
            titles[name] = soup.title.get_text()
            descriptions[name] = soup.find("meta", attrs={"name": "description"})["content"]
            assert soup.find("meta", property="og:description")["content"] == descriptions[name]
            assert soup.find("meta", property="og:title")["content"] == titles[name]
            assert "not set" not in soup.find("meta", property="og:site_name")["content"]
            assert 40 <= len(descriptions[name]) <= 202, f"{name}: {descriptions[name]}"
            assert not soup.find("meta", property="og:url")  # no address is configured
            assert not soup.find("link", rel="canonical")
            assert len(soup.find_all("meta", attrs={"name": "viewport"})) == 1
            facts = json.loads(soup.find("script", type="application/ld+json").get_text())
            assert facts["name"] and facts["description"] == descriptions[name]
            assert (facts["@type"] == "Course") == (name == "book/index.html")
    assert len(set(descriptions.values())) == len(descriptions)
    assert len(set(titles.values())) == len(titles)


def test_titles_of_chapters_name_the_subject(parsed):
    """Who sees one in a list of results knows what it is about without the book's name."""
    subject = re.compile("convolution|convtranspose|checkerboard|up-sampling", re.I)
    for name in chapters():
        soup = parsed[f"book/{name}.html"]
        assert subject.search(soup.title.get_text()), name


def test_the_root_leads_to_the_start_page_and_says_what_it_is(parsed):
    root = parsed["index.html"]
    start = parsed["book/index.html"]
    assert root.html["lang"] == "en" and root.title.get_text() == start.title.get_text()
    for name in ("og:title", "og:description"):
        assert (
            root.find("meta", property=name)["content"]
            == start.find("meta", property=name)["content"]
        )
    assert root.find("a", href="book/index.html")
    assert root.find("meta", attrs={"http-equiv": "refresh"})["content"] == "0; url=book/index.html"


def test_what_does_not_exist_has_a_page_that_needs_no_other_file(site, parsed):
    page = parsed["404.html"]
    assert not page.find_all(["script", "img"]) and not page.find("link", rel="stylesheet")
    assert {link["href"] for link in page.find_all("a")} >= {"/book/index.html", "/search.html"}
    assert "Allow: /" in (site / "robots.txt").read_text(encoding="utf-8")


def test_folds_of_code_are_called_by_what_is_read_on_them_each_in_its_own_way(parsed):
    for name, soup in parsed.items():
        folds = soup.select(".cell details.hide > summary")
        assert not [fold for fold in folds if fold.get("aria-label")], name
        words = [fold.get_text() for fold in folds]
        assert len(set(words)) == len(words), name


def test_sources_with_a_number_can_be_opened(parsed):
    page = parsed["book/references.html"]
    entries = page.select("div.citation")
    assert len(entries) > 10
    for entry in entries:
        numbered = re.search(r"arXiv:\d|doi:10", entry.get_text())
        assert bool(numbered) == bool(entry.select_one("a.external")), entry.get_text()


def test_the_assignments_can_be_taken_home(site, parsed):
    page = parsed["book/index.html"]
    link = page.select_one('#learn a.button[href$=".zip"], section a.button[href$=".zip"]')
    zipped = (site / "book" / link["href"]).resolve()
    with zipfile.ZipFile(zipped) as archive:
        names = archive.namelist()
    assert any(name.endswith(".whl") for name in names)
    assert any(name.endswith("README.txt") for name in names)
    for name in ASSIGNMENTS:
        assert any(entry.endswith(f"/{name}.ipynb") for entry in names)


def test_newcomers_find_the_answers_on_the_built_page(parsed):
    asked = questions()
    assert asked
    for name, entries in asked.items():
        page = parsed[f"book/{name}.html"]
        missing = [entry for entry in entries if not page.find(id=make_id(entry["answer"]))]
        assert not missing, name


def test_every_claim_leads_to_the_chapter_that_decides_it(parsed):
    page = parsed["book/claims.html"]
    decided = [claim["id"] for claim in claims() if claim["page"] in chapters()]
    ends = [link["href"].partition("#")[2] for link in page.select("table.claims a")]
    assert ends == [make_id(f"claim-{name}") for name in decided]


def test_every_public_name_of_the_library_has_an_address_and_is_found_by_the_search(site, parsed):
    page = parsed["book/api.html"]
    index = (site / "_static/search-index.js").read_text(encoding="utf-8")
    for name in convtranspose.__all__:
        entry = page.find(id=f"convtranspose.{name}")
        assert entry is not None and entry.find_next_sibling("dd").get_text().strip(), name
        assert f'"convtranspose.{name}"' in index
    assert not page.select("dt.sig [class*=problematic]")
    private = [entry["id"] for entry in page.select("dt.sig[id]") if "._" in entry["id"]]
    assert not private


def test_chinese_is_marked_as_chinese(parsed):
    page = parsed["book/glossary.html"]
    assert page.find(string="转置卷积").parent["lang"] == "zh-Hans"
    chinese = page.article.find_all(string=re.compile("[\u4e00-\u9fff]"))
    assert len(chinese) > 40 and all(text.find_parent(lang="zh-Hans") for text in chinese)
