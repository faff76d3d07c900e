"""The book as one PDF, printed by a browser from the built site: `python -m tools.pdf SITE FILE`.

All pages are joined into one document in the order of the table of contents, so that links between
them lead inside the PDF, page numbers run through, and the reader's bookmarks come from the
headings.  Before them stand a cover and the contents; over each page stand the book's title and the
heading of the part that it belongs to.  What is folded on the site is unfolded, but for the answers
to *Check yourself*, which stand at the end; interactive figures show their first state.  Nothing is
fetched from a network.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import os
import posixpath
import re
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Route
from tools.browser import started_browser
from tools.pdf_answers import PAGE as ANSWERS
from tools.pdf_answers import TITLE as ANSWERS_TITLE
from tools.pdf_answers import answers_page, take_answers

HOST = "http://book.invalid/"  # never asked: every request is answered from the site's folder
# attributes that may name an id
REFERENCES = ("href", "for", "aria-labelledby", "aria-describedby", "aria-controls")
STYLE = """
@page {
  size: A4; margin: 20mm 16mm 20mm;
  @top-left { content: TITLE; font: 8px sans-serif; color: #444; }
  @bottom-center { content: counter(page) " / " counter(pages); font: 8px sans-serif; color: #444; }
}
@page cover { @top-left { content: none; } @bottom-center { content: none; } }
html { font-size: 11px; }
body { background: white; }
h1 { font-size: 2rem !important; } /* the bookmark of a heading that wraps lacks a blank */
article { max-width: none !important; }
.cell details > summary { display: none !important; }
.cover { page: cover; height: 250mm; display: grid; align-content: center; gap: 1.5rem; }
.cover svg { width: 40mm; height: 40mm; }
.cover .name { margin: 0; font: 700 4rem/1.1 var(--serif); text-wrap: balance; }
.cover p { margin: 0; font-size: 1.2rem; }
.contents { page: contents; }
.contents b { display: block; margin: 1.4rem 0 .3rem; }
.contents a { display: block; padding: .15rem 0; text-decoration: none; }
.answer { display: grid; grid-template-columns: 2rem 1fr; align-items: baseline; }
"""
MARK = (
    '<svg viewBox="0 0 32 32" aria-hidden="true">'
    '<path fill="#0072B2" d="M2 2h8v8H2zm20 0h8v8h-8zM2 22h8v8H2zm20 0h8v8h-8z"/>'
    '<path fill="#D55E00" d="M12 12h8v8h-8z"/></svg>'
)


def contents(site: Path) -> list[str]:
    """Addresses of the book's pages in reading order, relative to the site.  ValueError if `site`
    holds no book.
    """
    first = next((site / "book").glob("index.html"), None)
    if first is None:
        raise ValueError(f"{site} holds no book/index.html; build the book first")
    soup = BeautifulSoup(first.read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in soup.select("nav.bd-links a.reference.internal")]
    pages = [
        posixpath.normpath(posixpath.join("book", link))
        for link in links
        if not link.startswith("#")
    ]
    return list(dict.fromkeys(["book/index.html", *pages]))


def anchor(page: str, fragment: str = "") -> str:
    """The id, in the joined document, of a place on a page; without a fragment, of the page."""
    return f"{Path(page).stem}--{fragment}" if fragment else Path(page).stem


def take_article(soup: BeautifulSoup, page: str, pages: list[str]) -> Tag:
    """The text of one page with ids of its own, links that stay inside the joined document, and
    nothing folded.
    """
    article = soup.select_one("article.bd-article")
    for element in article.select("script, button, .headerlink"):
        element.decompose()
    for element in article.find_all(True):
        for name in REFERENCES:
            value = element.get(name)
            if value is None:
                continue
            if name != "href":
                element[name] = " ".join(anchor(page, word) for word in str(value).split())
                continue
            address, fragment = urldefrag(value)
            target = (
                posixpath.normpath(posixpath.join(posixpath.dirname(page), address))
                if address
                else page
            )
            if not urlsplit(value).scheme and target in pages:
                element[name] = f"#{anchor(target, unquote(fragment))}"
            elif not urlsplit(value).scheme:
                del element[name]  # a download: there is no file beside a PDF
        if "url(#" in element.get("clip-path", ""):
            element["clip-path"] = element["clip-path"].replace("url(#", f"url(#{anchor(page)}--")
        if element.get("id"):
            element["id"] = anchor(page, element["id"])
        if element.name == "details":
            element["open"] = ""
    article["id"] = anchor(page)
    return article


def stylesheets(soup: BeautifulSoup, page: str) -> list[str]:
    """Addresses of the stylesheets that a page loads, as a page in the folder book/ says them."""
    return [
        posixpath.relpath(posixpath.join(posixpath.dirname(page), link["href"]), "book")
        for link in soup.select("link[rel~=stylesheet]")
    ]


def in_one_order(lists: Iterable[list[str]]) -> list[str]:
    """The entries of all lists once, each list's in its own order: of two stylesheets the later one
    wins.
    """
    merged: list[str] = []
    for entries in lists:
        place = len(merged)
        for entry in reversed(entries):
            if entry in merged:
                place = merged.index(entry)
            else:
                merged.insert(place, entry)
    return merged


def quoted(text: str) -> str:
    """A text as a string of CSS."""
    return '"' + re.sub(r'["\\]', r"\\\g<0>", text) + '"'


def title_of(article: Tag) -> str:
    """An article's heading as plain text."""
    heading = article.select_one("h1")
    return " ".join(heading.get_text().split()) if heading is not None else ""


def running_head(article: Tag) -> str:
    """The rules that write a part's heading over each of its pages, on the right."""
    words = title_of(article)
    name = f"part-{article['id']}"
    return (
        f"#{article['id']} {{ page: {name}; }}\n@page {name} {{ @top-right {{ "
        f"content: {quoted(words)}; font: 8px sans-serif; color: #444; }} }}\n"
    )


def cover(document: BeautifulSoup) -> str:
    """The first page: what the start page of the site says of the book, its author and version."""
    facts = json.loads(document.select_one('script[type="application/ld+json"]').string)
    edition = [f"Version {facts['version']}"] if facts.get("version") else []
    edition += [facts["dateModified"]] if facts.get("dateModified") else []
    first = document.select_one("article.bd-article p")
    about = " ".join(first.get_text().split()) if first is not None else ""
    lines = [about, facts["provider"]["name"], ", ".join(edition)]
    lines.append("Text and figures: CC BY 4.0. Code: BSD-3-Clause.")
    text = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return f'<div class="cover">{MARK}<p class="name">{escape(facts["name"])}</p>{text}</div>'


def contents_page(document: BeautifulSoup) -> str:
    """The table of contents as the site has it, every line a link into the PDF."""
    lines = []
    for element in document.select("nav.bd-links :is(.caption, a.reference.internal)"):
        words = escape(" ".join(element.get_text().split()))
        if element.name == "a":
            page = urldefrag(element["href"])[0] or "index"
            lines.append(f'<a href="#{anchor(page)}">{words}</a>')
        else:
            lines.append(f"<b>{words}</b>")
    lines.append(f'<b>On paper</b><a href="#{ANSWERS}">{ANSWERS_TITLE}</a>')
    return f'<nav class="contents"><h1>Contents</h1>{"".join(lines)}</nav>'


def joined(site: Path) -> str:
    """All pages as one HTML document, to be shown at the address of a page in the folder book/."""
    pages = contents(site)
    document = BeautifulSoup((site / pages[0]).read_text(encoding="utf-8"), "html.parser")
    front = cover(document) + contents_page(document)
    title = document.select_one(".brand").get_text().strip()
    document.html["data-theme"] = document.html["data-mode"] = "light"
    for script in document.select("script"):
        script.decompose()
    soups = {
        page: BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
        for page in pages
    }
    articles = [take_article(soup, page, pages) for page, soup in soups.items()]
    articles.append(answers_page([(title_of(part), take_answers(part)) for part in articles]))
    # A page of the site loads what it needs itself; the first one has no formula, for example.
    for link in document.select("link[rel~=stylesheet]"):
        link.decompose()
    for address in in_one_order(stylesheets(soup, page) for page, soup in soups.items()):
        document.head.append(document.new_tag("link", attrs={"rel": "stylesheet", "href": address}))
    style = document.new_tag("style")
    style.string = STYLE.replace("TITLE", quoted(title)) + "".join(map(running_head, articles))
    document.head.append(style)
    document.body.clear()
    document.body.append(BeautifulSoup(front, "html.parser"))
    document.body.extend(articles)
    return str(document)


def letters(text: str) -> str:
    """The characters of a text in a fixed order, without blanks: equal for all ways of interleaving
    the same words.
    """
    return "".join(sorted(text.replace(" ", "")))


def mend_bookmarks(data: bytes, headings: list[str]) -> bytes:
    """Write once what Chromium writes twice: the bookmark of a heading at the top of a page holds
    its words double.

    The text is replaced by a shorter one and blanks, so that everything in the file stays at its
    place.
    """
    doubled = {letters(heading * 2): heading for heading in headings}

    def mend(match: re.Match[bytes]) -> bytes:
        written = match[1]
        if written.startswith(b"<"):
            title = bytes.fromhex(written[1:-1].decode()).decode("utf-16")
        else:
            title = re.sub(rb"\\(.)", rb"\1", written[1:-1]).decode("latin-1")
        heading = doubled.get(letters(title))
        if heading is None:
            return match[0]
        once = b"<FEFF" + heading.encode("utf-16-be").hex().upper().encode() + b">"
        if not written.startswith(b"<"):
            once = b"(" + re.sub(rb"([()\\])", rb"\\\1", heading.encode("latin-1")) + b")"
        return b"/Title " + once.ljust(len(written))

    return re.sub(rb"/Title (<[0-9A-Fa-f]+>|\((?:[^()\\]|\\.)*\))", mend, data)


def write_pdf(site: Path, target: Path) -> None:
    """Print the site in the folder `site` to the file `target`.

    ValueError if there is no site; BrowserError if there is no browser.
    """
    text = joined(site)
    start = HOST + "book/print.html"

    def answer(route: Route) -> None:
        path = site / unquote(urlsplit(route.request.url).path.lstrip("/"))
        if route.request.url == start:
            route.fulfill(body=text, content_type="text/html; charset=utf-8")
        elif route.request.url.startswith(HOST) and path.is_file():
            route.fulfill(
                path=path,
                content_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            )
        else:
            route.abort()

    with started_browser() as browser:
        page = browser.new_page()
        page.route("**/*", answer)
        page.goto(start, wait_until="load")
        page.evaluate("document.fonts.ready")
        data = page.pdf(
            prefer_css_page_size=True,
            print_background=True,
            tagged=True,
            outline=True,
        )
    headings = [
        heading.get_text()
        for heading in BeautifulSoup(text, "html.parser").select("h1, h2, h3, h4")
    ]
    part = target.with_name(target.name + ".part")
    part.write_bytes(mend_bookmarks(data, headings))
    os.replace(part, target)


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(prog="pdf", description="Print the built site as one PDF.")
    parser.add_argument("site", type=Path, help="folder of the built site")
    parser.add_argument("file", type=Path, help="the PDF to write")
    options = parser.parse_args(arguments)
    try:
        write_pdf(options.site.resolve(), options.file)
    except (ValueError, OSError) as problem:
        print(f"pdf: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
