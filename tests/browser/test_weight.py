"""What three pages make a browser load, in bytes after gzip, as a server sends them."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUDGETS = {"index": 250_000, "stride-and-overlap": 350_000, "checkerboard": 350_000}
PACKED = {".woff2", ".png", ".jpg"}


def sent(path: Path) -> int:
    """Bytes of a file as it goes over the wire."""
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content, mtime=0))


@pytest.mark.parametrize(("name", "budget"), BUDGETS.items())
def test_a_page_keeps_its_budget(browser, site, served, name, budget):
    context = browser.new_context()
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(f"{served}/book/{name}.html", wait_until="load")
    page.wait_for_load_state("networkidle")
    context.close()
    files = [
        site / unquote(urlsplit(url).path).lstrip("/") for url in asked if url.startswith(served)
    ]
    weights = {file.relative_to(site).as_posix(): sent(file) for file in files if file.is_file()}
    assert len(weights) > 5
    assert sum(weights.values()) <= budget, weights
