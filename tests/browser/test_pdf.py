"""The book as a PDF, printed by the command that `make pdf` runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from book.assignments import chapters
from bs4 import BeautifulSoup, SoupStrainer, Tag
from tests.book import prose
from tests.book.site import ROOT
from tools.pdf import joined

KINDS = ("question", "answer")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def text(site: Path) -> str:
    """The document that is printed: all pages joined."""
    return joined(site)


@pytest.fixture(scope="module")
def soup(text: str) -> BeautifulSoup:
    """The document, parsed once for all tests of this file, none of which changes it."""
    return BeautifulSoup(text, "html.parser")


@pytest.fixture(scope="module")
def places(soup: BeautifulSoup) -> dict[str, Tag]:
    """The document's elements by id: looked up one by one, each would be searched for in all."""
    found = soup.find_all(id=True)
    places = {element["id"]: element for element in found}
    assert len(places) == len(found), "an id is there twice"
    return places


def pdf(site: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Run the command.  It ends by itself; the bound is for one that does not."""
    command = [sys.executable, "-m", "tools.pdf", str(site), str(target)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False
    )


def titled(title):
    """A bookmark as a PDF writes it: beyond ASCII, in UTF-16."""
    title = title.replace("'", "’")  # as the site shows it
    if title.isascii():
        return f"/Title ({title})".encode()
    return f"/Title <FEFF{title.encode('utf-16-be').hex().upper()}>".encode()


def linked(page):
    return page.select("link[rel~=stylesheet]")


def test_the_book_as_pdf_has_all_pages_in_order_with_links_and_bookmarks(site, tmp_path):
    book = tmp_path / "book.pdf"
    done = pdf(site, book)
    assert done.returncode == 0, done.stderr
    data = book.read_bytes()
    assert data.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", data)) > 60
    titles = [re.search(r"^# (.+)$", prose.source(name), re.M)[1] for name in chapters()]
    bookmarks = [titled(f"{number}. {title}") for number, title in enumerate(titles, 1)]
    places = [data.find(mark) for mark in bookmarks]
    assert -1 not in places and places == sorted(places)
    assert data.count(b"/Subtype /Link") > 100
    assert 0 < data.find(titled("Contents")) < places[0]
    assert list(tmp_path.iterdir()) == [book]


def test_the_cover_the_contents_and_the_running_heads_say_what_the_site_says(text, soup, places):
    assert re.search(r"Version \d", soup.select_one(".cover").get_text())
    entries = {link["href"]: link.get_text() for link in soup.select(".contents a")}
    assert all(places[target[1:]].name == "article" for target in entries)
    assert len(entries) == len(soup.select("article"))
    for number, name in enumerate(chapters(), 1):
        title = entries[f"#{name}"]
        assert title.startswith(f"{number}. ")
        assert f'@page part-{name} {{ @top-right {{ content: "{title}";' in text


def test_the_answers_stand_at_the_end_and_lead_to_their_questions_and_back(soup, places):
    answers = soup.select("article")[-1]
    assert len(answers.select("h2")) == len(chapters())
    for name in chapters():
        numbers = re.findall(
            r"(?m)^:::.* (\d+)\. ", prose.source(name).split("## Check yourself")[1]
        )
        assert numbers
        for number in numbers:
            question, answer = (places[f"{name}--{kind}-{number}"] for kind in KINDS)
            assert "answer" in answer["class"]
            assert answer.find_parent("article") is answers
            assert question.find_parent("article") is not answers
            assert answer.select_one("a")["href"] == f"#{question['id']}"
            assert question.select("a")[-1]["href"] == f"#{answer['id']}"
            said = " ".join(answer.get_text().split())
            assert len(said) > 20 and said not in " ".join(question.get_text().split())


def test_every_part_has_the_stylesheets_of_its_page_in_their_order(site, soup):
    loaded = [link["href"] for link in linked(soup)]
    assert len(set(loaded)) == len(loaded)
    for name in chapters():
        source = (site / "book" / f"{name}.html").read_text("utf-8")
        page = BeautifulSoup(source, "html.parser", parse_only=SoupStrainer("link"))
        wanted = [link["href"] for link in linked(page)]
        assert any("katex" in sheet for sheet in wanted)  # else each formula is written twice
        assert [sheet for sheet in loaded if sheet in wanted] == wanted


def test_without_a_site_the_command_says_so_in_a_sentence(tmp_path):
    done = pdf(tmp_path, tmp_path / "book.pdf")
    assert (
        done.returncode == 2
        and done.stderr == f"pdf: {tmp_path} holds no book/index.html; build the book first\n"
    )
