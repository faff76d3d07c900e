"""Live figures in a real browser: typed numbers, mouse, touch, keyboard, address, no script."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.book.extensions import extension
from tests.book.site import ROOT
from tests.browser.test_site import opened

from convtranspose import convolve2d, cross_correlate2d, zero_pad
from convtranspose.figures import connections, placing
from convtranspose.matrix import convolution_matrix
from convtranspose.widgets import Choice, explore, interactive
from convtranspose.widgets.gallery import COUNTING, LOPSIDED, SOBEL

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BUDGET = 12_000  # bytes of the script after gzip
HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Figures</title>'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="identity.css"><link rel="stylesheet" href="live.css">'
    '<script src="live.js" defer></script></head><body><main><h1>Figures</h1>'
)


def typed(array: np.ndarray) -> str:
    return "; ".join(" ".join(map(str, row)) for row in array)


def figures() -> str:
    """One figure of each kind."""
    alive, forms = extension("live").alive, ROOT / "book" / "live"
    x, w = np.array([[1, 2], [3, 4]]), np.arange(1, 17).reshape(4, 4)
    copies = explore(placing, x, w, 3, name="copies", step=Choice(range(4), start=3))
    rows = explore(connections, COUNTING, (5, 5), 2, name="rows", pixel=range(4))
    placed = {"kind": "placing", "stride": "3", "padding": "0", "x": typed(x), "w": typed(w)}
    slid = {"kind": "sliding", "padding": "1", "x": typed(COUNTING), "h": typed(SOBEL)}
    laid = {"kind": "rows", "stride": "2", "x": typed(np.arange(25).reshape(5, 5))}
    return (
        alive("copies", placed, copies.html, forms)
        + alive("sliding", slid, interactive("sliding").html, forms)
        + alive("rows", laid | {"w": typed(COUNTING)}, rows.html, forms)
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the figures, as a file: there the script must work, too."""
    folder: Path = tmp_path_factory.mktemp("live")
    script = extension("joining").join_modules(ROOT / "book" / "live" / "page.mjs")
    (folder / "live.js").write_text(script, encoding="utf-8")
    for style in ("assets/identity.css", "live/live.css"):
        text = (ROOT / "book" / style).read_text(encoding="utf-8")
        # the served face is not there
        (folder / Path(style).name).write_text(re.sub(r"@font-face \{[^}]*woff2[^}]*\}", "", text))
    page = f"{HEAD}{figures()}<p id='after'>After</p></main></body></html>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    return f"{folder.as_uri()}/page.html"


def sentence(page: Page):
    return page.locator("#copies .live-sentence")


def numbers(page: Page, panel: str, figure: str = "copies") -> list[int]:
    cells = page.locator(f"#{figure} [data-panel={panel}] [data-at] > text").all_text_contents()
    return [int(text.replace("−", "-")) for text in cells if text]


def cell(page: Page, panel: str, row: int, column: int):
    return page.locator(f"#copies [data-panel={panel}] [data-at='{row} {column}']")


def test_it_begins_with_what_the_frame_shows(browser: Browser, address: str):
    with opened(browser, address) as page:
        said = page.locator("#copies .live-first [role=img]").get_attribute("aria-label")
        framed = re.search(r"The output is now ([\d ;]+);", said)[1].replace(";", " ").split()
        assert numbers(page, "y") == [int(text) for text in framed]
        assert len(framed) == 49
        assert not page.errors


def test_typed_numbers_are_computed_and_stand_in_the_address(browser: Browser, address: str):
    with opened(browser, address) as page:
        page.locator("#copies [name=x]").fill("[[2, -1]]")
        page.locator("#copies [name=w]").fill("1 10 100")
        page.locator("#copies").get_by_role("button", name="Stride, one less").click()
        assert numbers(page, "y") == [2, 20, 199, -10, -100]
        page.wait_for_function("location.hash.includes('stride=2')")
        kept = page.url
        page.locator("#copies").get_by_role("button", name="Start again").click()
        assert len(numbers(page, "y")) == 49
    with opened(browser, kept) as page:
        assert numbers(page, "y") == [2, 20, 199, -10, -100]


def test_pointing_lights_up_and_leaving_forgets(browser: Browser, address: str):
    with opened(browser, address) as page:
        before = sentence(page).text_content()
        cell(page, "y", 0, 3).hover()
        expect(sentence(page)).to_have_text(
            "y[0,3] = x[0,0]·w[0,3] + x[0,1]·w[0,0] = 1·4 + 2·1 = 6."
        )
        expect(page.locator("#copies .live-marked")).to_have_count(4)
        cell(page, "x", 1, 0).hover()
        expect(page.locator("#copies--w")).to_have_text("3 × kernel w")
        assert numbers(page, "w")[:4] == [3, 6, 9, 12]
        page.locator("h1").hover()
        expect(sentence(page)).to_have_text(before)
        assert numbers(page, "w")[:4] == [1, 2, 3, 4]


def test_arrow_keys_walk_and_the_choice_stays(browser: Browser, address: str):
    with opened(browser, address) as page:
        page.locator("#copies").get_by_role("button", name="Padding, one more").focus()
        for _ in range(4):  # sentence, input, kernel, output
            page.keyboard.press("Tab")
        expect(cell(page, "y", 0, 0)).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("End")
        expect(sentence(page)).to_have_text("y[1,6] = x[0,1]·w[1,3] = 2·8 = 16.")
        page.wait_for_function("location.hash.endsWith('at=y.1.6')")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(cell(page, "y", 1, 6)).to_be_focused()
        page.keyboard.press("Escape")
        expect(sentence(page)).to_contain_text("7 × 7 outputs")


def test_a_tap_chooses(browser: Browser, address: str):
    phone = {"viewport": {"width": 390, "height": 664}, "has_touch": True, "is_mobile": True}
    with opened(browser, f"{address}#copies", **phone) as page:
        cell(page, "x", 0, 1).tap()
        expect(sentence(page)).to_contain_text("x[0,1] = 2 scales the kernel")
        # fields, sentence and picture are in sight together, and nothing is cut at the side
        box = page.locator("#copies .live-stage").bounding_box()
        title = page.locator("#copies .live-title").bounding_box()
        assert title["y"] >= 0
        assert box["y"] + box["height"] <= 664
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_mistake_is_said_and_nothing_moves(browser: Browser, address: str):
    with opened(browser, address) as page:
        height = page.locator("#copies").bounding_box()["height"]
        page.locator("#copies [name=stride]").fill("<b>")
        expect(sentence(page)).to_have_text(
            "The stride must be a whole number from 1 to 9, got “<b>”."
        )
        expect(page.locator("#copies [name=stride]")).to_have_attribute("aria-invalid", "true")
        assert len(numbers(page, "y")) == 49
        page.locator("#copies [name=stride]").fill("1")
        expect(page.locator("#copies [aria-invalid]")).to_have_count(0)
        page.locator("#copies [name=x]").fill("7")
        assert page.locator("#copies").bounding_box()["height"] == height


def test_the_copy_button_answers(browser: Browser, address: str):
    with opened(browser, address) as page:
        button = page.locator("#copies .live-link")
        button.click()
        expect(button).not_to_have_text("Copy link")
        expect(button).to_have_text("Copy link")


def test_without_scripts_the_first_frame_is_shown(browser: Browser, address: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#copies .live-first .ct-picture")).to_be_visible()
    expect(page.locator("#copies .live-alive")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, address: str, scheme: str):
    with opened(browser, f"{address}#copies?padding=1&at=y.3.3", color_scheme=scheme) as page:
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert not [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


def test_paper_shows_the_frame_until_a_reader_has_typed(browser: Browser, address: str):
    with opened(browser, address) as page:
        page.emulate_media(media="print")
        frame, alive = page.locator("#copies .live-first"), page.locator("#copies .live-alive")
        expect(frame).to_be_visible()
        expect(alive).to_be_hidden()
        page.emulate_media(media="screen")
        page.locator("#copies [name=x]").fill("7")
        page.emulate_media(media="print")
        expect(frame).to_be_hidden()
        expect(alive).to_be_visible()


def test_a_kernel_slides_with_and_without_its_turn(browser: Browser, address: str):
    with opened(browser, address) as page:
        assert (
            numbers(page, "y", "sliding")
            == convolve2d(zero_pad(COUNTING, 1), SOBEL).ravel().tolist()
        )
        page.locator("#sliding [name=h]").fill("1 2 0; 0 3 -1; 2 0 1")
        page.locator("#sliding [name=operation]").select_option("correlation")
        expected = cross_correlate2d(zero_pad(COUNTING, 1), LOPSIDED)
        assert numbers(page, "y", "sliding") == expected.ravel().tolist()
        page.wait_for_function("location.hash.includes('operation=correlation')")
        kept = page.url
    with opened(browser, kept) as page:
        assert numbers(page, "y", "sliding") == expected.ravel().tolist()


def test_the_matrix_is_the_library_s(browser: Browser, address: str):
    with opened(browser, f"{address}#rows?at=y.0.1") as page:
        for stride in (2, 1):
            page.locator("#rows [name=stride]").fill(str(stride))
            C = convolution_matrix(COUNTING, (5, 5), stride)
            assert numbers(page, "y", "rows") == (C @ np.arange(25)).tolist()
            # blank cells are no weights
            assert numbers(page, "c", "rows") == C[C != 0].tolist()
        expect(page.locator("#rows .live-sentence")).to_contain_text("Output 1, row 1 of C: y[0,1]")


def test_the_script_is_light_beside_the_engine(tmp_path: Path):
    join = extension("joining").join_modules
    engine = tmp_path / "engine.mjs"
    names = ("faces", "checkerboard", "convolution", "geometry", "lists")
    engine.write_text(
        "".join(
            f'import * as {name} from "{(ROOT / "book" / "engine" / name).as_posix()}.mjs";\n'
            for name in names
        )
    )
    whole, part = (
        len(gzip.compress(join(entry).encode(), mtime=0))
        for entry in (ROOT / "book" / "live" / "page.mjs", engine)
    )
    assert 0 < part < whole <= part + BUDGET
