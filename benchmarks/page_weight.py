"""How heavy is each page of the built site?  Prints a table; fails when a page or a figure is over
its budget.

    python benchmarks/page_weight.py [folder of the built site]

All figures are bytes after gzip, as a server sends them.  "Theme" is what most pages load and a
browser fetches once: scripts, styles and fonts.  `own` is the rest: the page's HTML, its images,
and what it alone loads.  "Of budget" is `own` as a share of what a page may weigh.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from convtranspose.widgets import BUDGET

OWN_BUDGET = 350_000


class _Loads(HTMLParser):
    """Collects the addresses that a page makes the browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "source"):
            self.loads.add(values.get("src") or "")
        elif tag == "link" and {"stylesheet", "icon"} & set((values.get("rel") or "").split()):
            self.loads.add(values.get("href") or "")


@cache
def weight(path: Path) -> int:
    """Bytes of a file after gzip; fonts and PNG files are packed already and go as they are."""
    content = path.read_bytes()
    return min(len(content), len(gzip.compress(content, mtime=0)))


def loaded(page: Path) -> set[Path]:
    """The local files that a page loads, style sheets' fonts in the modern format included."""
    parser = _Loads()
    parser.feed(page.read_text(encoding="utf-8"))
    links = [link for link in parser.loads if link and not link.startswith("data:")]
    files = {page.parent / unquote(urlsplit(link).path) for link in links}
    for sheet in [file for file in files if file.suffix == ".css" and file.is_file()]:
        fonts = re.findall(r"url\([\"']?([^\"')]+\.woff2)", sheet.read_text(encoding="utf-8"))
        files |= {sheet.parent / font for font in fonts}
    return {file.resolve() for file in files if file.is_file()}


def figure_weights(page: Path) -> dict[str, int]:
    """Bytes after gzip of each interactive figure of a page, by its name."""
    text = page.read_text(encoding="utf-8")
    found = re.finditer(
        r'<div class="explore" '
        r'id="([^"]+)".*?class="explore-data">.*?</script></div>',
        text,
        re.S,
    )
    return {match[1]: len(gzip.compress(match[0].encode(), mtime=0)) for match in found}


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 1 when something is over budget, 2 when there is no site."""
    parser = argparse.ArgumentParser(
        description="How heavy is each page of the built site, after gzip?"
    )
    parser.add_argument(
        "site", nargs="?", type=Path, default=Path("_build/html"), help="folder of the built site"
    )
    site = parser.parse_args(arguments).site
    pages = sorted(
        page for page in site.rglob("*.html") if "_static" not in page.relative_to(site).parts
    )
    if not pages:
        print(
            f"site must be a folder with built pages, got {site}: build the book first",
            file=sys.stderr,
        )
        return 2
    loads = {page: loaded(page) for page in pages}
    uses = Counter(file for files in loads.values() for file in files)
    # a redirecting page loads nothing
    shared = {file for file, count in uses.items() if count > len(pages) / 2}
    base = sum(map(weight, shared))
    heavy = []
    print(
        f"{'page':48}{'own':>10}{'with theme':>12}{'of budget':>11}   interactive figures (bytes "
        f"after gzip; theme {base})"
    )
    for page, files in loads.items():
        own = weight(page) + sum(map(weight, files - shared))
        figures = figure_weights(page)
        heavy += [f"{page.relative_to(site)} ({own} of {OWN_BUDGET})"] if own > OWN_BUDGET else []
        heavy += [
            f"figure {name} ({size} of {BUDGET})" for name, size in figures.items() if size > BUDGET
        ]
        listing = ", ".join(f"{name} {size}" for name, size in figures.items())
        name, share = page.relative_to(site).as_posix(), own / OWN_BUDGET
        print(f"{name:48}{own:>10}{own + base:>12}{share:>11.2f}   {listing}")
    if heavy:
        print(f"over budget: {'; '.join(heavy)}", file=sys.stderr)
    return bool(heavy)


if __name__ == "__main__":
    sys.exit(main())
