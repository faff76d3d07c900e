"""The book as one PDF, printed by a browser from the built site: `python -m tools.pdf SITE FILE`.

All pages are joined into one document in the order of the table of contents, so that links between
them lead inside the PDF, page numbers run through, and the reader's bookmarks come from the
headings.  What is folded on the site is unfolded; interactive figures show their first state.
Nothing is fetched from a network.
"""

from __future__ import annotations

import argparse
import mimetypes
import os
import posixpath
import re
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Route
from tools.browser import started_browser

HOST = "http://book.invalid/"  # never asked: every request is answered from the site's folder
# attributes that may name an id
REFERENCES = ("href", "for", "aria-labelledby", "aria-describedby", "aria-controls")
STYLE = """
@page { size: A4; margin: 18mm 16mm 20mm; }
html { font-size: 11px; }
body { background: white; }
h1 { font-size: 2rem !important; } /* the bookmark of a heading that wraps lacks a blank */
article { max-width: none !important; }
article + article::before { content: ""; display: block; break-after: page; }
.cell details > summary { display: none !important; }
"""
FOOTER = (
    '<div style="width:100%; text-align:center; font-size:8px; color:#444">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
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


def take_article(site: Path, page: str, pages: list[str]) -> Tag:
    """The text of one page with ids of its own, links that stay inside the joined document, and
    nothing folded.
    """
    soup = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
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


def joined(site: Path) -> str:
    """All pages as one HTML document, to be shown at the address of a page in the folder book/."""
    pages = contents(site)
    document = BeautifulSoup((site / pages[0]).read_text(encoding="utf-8"), "html.parser")
    document.html["data-theme"] = document.html["data-mode"] = "light"
    for script in document.select("script"):
        script.decompose()
    style = document.new_tag("style")
    style.string = STYLE
    document.head.append(style)
    document.body.clear()
    for page in pages:
        document.body.append(take_article(site, page, pages))
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
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
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
