"""What pages make a browser load, in bytes after gzip as a server sends them, and that nothing
jumps while they come.
"""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from tests.browser.loading import opened
from tools.packed_site import pack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUDGETS = {"index": 250_000, "stride-and-overlap": 350_000, "checkerboard": 350_000}
PACKED = {".woff2", ".png", ".jpg"}


def sent(path: Path) -> int:
    """Bytes of a file as it goes over the wire."""
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content, mtime=0))


@pytest.mark.parametrize(("name", "budget"), BUDGETS.items())
def test_a_page_keeps_its_budget(browser, site, served, name, budget):
    with opened(browser, f"{served}/book/{name}.html") as page:
        asked = set(page.requests)
    files = [
        site / unquote(urlsplit(url).path).lstrip("/") for url in asked if url.startswith(served)
    ]
    weights = {file.relative_to(site).as_posix(): sent(file) for file in files if file.is_file()}
    assert len(weights) > 5
    assert sum(weights.values()) <= budget, weights


def test_the_whole_site_can_be_carried_in_two_megabytes(site, tmp_path):
    packed = tmp_path / "book.zip"
    pack(site, packed)
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None and "html/book/index.html" in archive.namelist()
    size = packed.stat().st_size
    if not (site / "lite").exists():  # the exercises in the browser weigh more than the book
        assert size <= 2_000_000


WATCH = """window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(shift => { moved += shift.value; }))
    .observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize(
    "place",
    [
        "index.html",
        "checkerboard.html#overlap-1d?k=5&s=3",
        "the-layer.html#layer-window?padding=2",
        "cures.html#stacked-layers?n=3",
    ],
    ids=["start", "state", "far down", "late fonts"],
)
def test_a_page_stands_still_while_it_comes(browser, site, place):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{site.as_uri()}/book/{place}", wait_until="load")
    page.wait_for_function("!document.querySelector('.explore-controls[hidden], .moved[hidden]')")
    page.evaluate("document.fonts.ready.then(() => true)")
    # two frames: what has moved is then reported
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("moved") < 0.05
    context.close()
