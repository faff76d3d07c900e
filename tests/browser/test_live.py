"""Live figures in a real browser: typed numbers, mouse, touch, keyboard, address, no script."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.book.extensions import extension
from tests.book.site import ROOT
from tests.browser.loading import opened

from convtranspose import convolve2d, cross_correlate2d, input_sizes, insert_zeros, zero_pad
from convtranspose.checkerboard import overlap_count, overlap_count2d, phase_sums
from convtranspose.faces import by_placing
from convtranspose.figures import (
    connections,
    many_to_one,
    output_window,
    overlap_1d,
    overlap_2d,
    phases,
    placing,
    stacked_layers,
    two_roads,
)
from convtranspose.matrix import convolution_matrix
from convtranspose.widgets import Choice, explore, interactive
from convtranspose.widgets.gallery import COUNTING, LOPSIDED, SOBEL

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BALANCED = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
AXIS = {"k": Choice((3, 4), start=4), "s": Choice((2, 3), start=3)}
BUDGET = 21_500  # bytes of the script after gzip; learning with its curves takes 2,000 of them
# One pixel of 1, from which each weight is learned by itself: its error becomes 0.9 of it.
PROBLEM = {
    "pictures": {
        "photograph": {
            "lags": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
            "sizes": {3: {"towards": BALANCED.tolist(), "energy": 18}},
        }
    },
    "random": {3: np.eye(3).tolist()},
}
HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Figures</title>'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="identity.css"><link rel="stylesheet" href="live.css">'
    '<script src="live.js" defer></script><script src="fullscreen.js" defer></script>'
    "</head><body><main><h1>Figures</h1>"
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
    line, plane = explore(overlap_1d, 5, name="line", **AXIS), explore(overlap_2d, 3, **AXIS)
    even = explore(phases, BALANCED, 2, change=(0, 1))
    window = explore(output_window, x, COUNTING, 2, name="window", padding=(1, 2))
    roads = explore(two_roads, x, COUNTING, 2, name="roads", step=Choice(range(25), start=12))
    both = {"kind": "roads", "stride": "2", "x": typed(x), "w": typed(COUNTING)}
    sizes = explore(many_to_one, 2, 3, name="sizes", s=Choice((1, 2), start=1), p=(1,))
    several = {"kind": "sizes", "out": "2", "k": "3", "s": "2", "p": "1"}
    three = np.ones((2, 3), int)
    stack = explore(stacked_layers, three, (2, 2), name="stack", n=Choice((1, 4), start=4))
    ones = {"kind": "stacked", "kernels": typed(three), "strides": "2 2", "n": "4"}
    learnt = explore(phases, BALANCED, 2, name="learn", change=(0, 1))
    trained = {"kind": "learning", "problem": json.dumps(PROBLEM), "steps": "20", "shown": "0"}
    cut = {"kind": "padding", "stride": "2", "padding": "1", "output_padding": "0"}
    return (
        alive("copies", placed, copies.html, forms)
        + alive("sliding", slid, interactive("sliding").html, forms)
        + alive("rows", laid | {"w": typed(COUNTING)}, rows.html, forms)
        + alive("line", {"kind": "overlap", "n": "5", "k": "4", "s": "3"}, line.html, forms)
        + alive("plane", {"kind": "plane", "n": "3", "k": "4", "s": "3"}, plane.html, forms)
        + alive("phases", {"kind": "phases", "w": typed(BALANCED), "stride": "2"}, even.html, forms)
        + alive("roads", both, roads.html, forms)
        + alive("sizes", several, sizes.html, forms)
        + alive("stack", ones, stack.html, forms)
        + alive("learn", trained, learnt.html, forms)
        + alive("window", cut | {"x": typed(x), "w": typed(COUNTING)}, window.html, forms)
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with the figures, as a file: there the script must work, too."""
    folder: Path = tmp_path_factory.mktemp("live")
    script = extension("joining").join_modules(ROOT / "book" / "live" / "page.mjs")
    (folder / "live.js").write_text(script, encoding="utf-8")
    shutil.copy2(ROOT / "book" / "assets" / "fullscreen.js", folder)
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


def test_copies_on_a_line_are_the_library_s(browser: Browser, address: str):
    with opened(browser, f"{address}#line?k=5&s=2&at=y.5.4") as page:
        assert numbers(page, "y", "line")[-13:] == overlap_count(5, 5, 2).tolist()
        said = page.locator("#line .live-sentence")
        expect(said).to_contain_text(
            "y[4] = x[0]·w[4] + x[1]·w[2] + x[2]·w[0]: 3 copies, interior."
        )
        page.locator("#line [name=s]").press("ArrowDown")
        assert numbers(page, "y", "line")[-9:] == overlap_count(5, 5, 1).tolist()
        page.locator("#line [name=k]").fill("2")
        page.locator("#line [name=s]").fill("3")
        gap = page.locator("#line [data-panel=y] [data-at='5 2']")
        expect(gap).to_have_attribute("aria-label", "0, a gap, row 5, column 2")
        expect(gap).to_have_text("0")
        expect(page.locator("#line .live-sign")).to_have_count(4)


def test_copies_in_the_plane_are_the_library_s(browser: Browser, address: str):
    with opened(browser, f"{address}#plane?k=3&s=2") as page:
        counts = overlap_count2d(3, 3, 2).ravel().tolist()
        assert numbers(page, "y", "plane") == counts


def test_a_weight_is_changed_by_keys_clicks_and_buttons(browser: Browser, address: str):
    with opened(browser, address) as page:
        figure = page.locator("#phases")
        weight = figure.locator("[data-panel=w] [data-at='1 1']")
        figure.get_by_role("button", name="Weight + 1").click()
        expect(figure.locator(".live-sentence")).to_contain_text("Choose a weight of the kernel")
        weight.click()
        assert numbers(page, "w", "phases") == BALANCED.ravel().tolist()
        weight.click()
        weight.press("+")
        expect(weight).to_be_focused()
        figure.get_by_role("button", name="Weight + 1").click()
        changed = BALANCED.copy()
        changed[1, 1] += 3
        assert numbers(page, "w", "phases") == changed.ravel().tolist()
        assert numbers(page, "sums", "phases") == phase_sums(changed, 2).ravel().tolist()
        assert set(numbers(page, "wall", "phases")) == set(phase_sums(changed, 2).ravel().tolist())
        page.wait_for_function("location.hash.includes('w=')")
        kept = page.url
    with opened(browser, kept) as page:
        assert numbers(page, "w", "phases") == changed.ravel().tolist()
        page.locator("#phases").get_by_role("button", name="Balance").click()
        page.keyboard.press("Escape")
        sums = page.locator("#phases [data-panel=sums] [data-at] > text")
        assert len(set(sums.all_text_contents())) == 1
        # A pixel of the wall has its number, its letter and its grey.
        pixel = page.locator("#phases [data-panel=wall] [data-at='0 1']")
        expect(pixel).to_have_attribute("aria-label", re.compile(", phase b, row 0, column 1$"))
        expect(pixel.locator("rect")).to_have_css("fill", "rgb(128, 128, 128)")


def test_the_window_moves_by_keys_and_what_lies_outside_is_signed(browser: Browser, address: str):
    with opened(browser, f"{address}#window?output_padding=1") as page:
        window = page.locator("#window")
        corner = window.locator("[data-panel=y] [data-at='0 0']")
        assert window.locator(".live-cut").count() == 25 - 16
        assert window.locator(".live-sign", has_text="+").count() == 7
        corner.press("-")
        expect(corner).to_be_focused()
        expect(window.locator("[name=padding]")).to_have_value("0")
        assert window.locator(".live-cut").count() == 0
        assert window.locator(".live-sign", has_text="○").count() == 11
        corner.press("-")
        expect(window.locator(".live-sentence")).to_contain_text("Padding is at least 0.")
        for _ in range(4):
            corner.press("+")
        expect(window.locator("[name=padding]")).to_have_value("2")
        expect(window.locator(".live-sentence")).to_contain_text("from 0 to 2, got “3”")
        expect(window.locator("[aria-invalid]")).to_have_count(0)
        full = by_placing([[1, 2], [3, 4]], COUNTING, 2)
        assert numbers(page, "y", "window") == full.ravel().tolist()


def test_both_roads_lead_to_the_library_s_output(browser: Browser, address: str):
    with opened(browser, f"{address}#roads?stride=3&at=y.3.3") as page:
        x = np.array([[1, 2], [3, 4]])
        assert numbers(page, "y", "roads") == by_placing(x, COUNTING, 3).ravel().tolist()
        assert numbers(page, "z", "roads") == zero_pad(insert_zeros(x, 3), 2).ravel().tolist()
        said = page.locator("#roads .live-sentence")
        expect(said).to_contain_text("y[3,3] by placing: 4·1 = 4. By sliding: 0·9 + 0·8")
        real = page.locator("#roads [data-panel=z] [data-at='5 2']")
        expect(real).to_have_attribute("aria-label", "3, pixel c, row 5, column 2")
        real.focus()
        expect(said).to_contain_text("x[1,0] = 3 lays its copy")
        page.keyboard.press("ArrowRight")
        expect(said).to_contain_text("A zero between the pixels")


def test_all_sizes_are_listed_and_their_rows_walked(browser: Browser, address: str):
    with opened(browser, f"{address}#sizes?s=3") as page:
        sizes = [number for pair in input_sizes(2, 3, 3, 1).items() for number in pair]
        assert numbers(page, "t", "sizes") == sizes
        said = page.locator("#sizes .live-sentence")
        page.locator("#sizes [data-panel=b] [data-at='2 0']").focus()
        page.keyboard.press("End")
        expect(said).to_contain_text("n = 6: a zero of the padding is read by no window; 2 places")
        page.keyboard.press("ArrowUp")  # this row is shorter
        expect(said).to_contain_text("n = 5: a zero of the padding is read by no window; 1 place")
        page.keyboard.press("Escape")
        page.locator("#sizes [name=p]").fill("3")
        expect(said).to_contain_text("2 input sizes, 1 and 2, give")


def test_layers_are_stacked_as_the_library_does(browser: Browser, address: str):
    with opened(browser, f"{address}#stack?kernels=1+2+-1%3B+k%3D3&strides=3+2&at=y.2.9") as page:
        first = by_placing(np.ones((1, 4), int), [[1, 2, -1]], (1, 3))
        last = by_placing(first, [[1, 1, 1]], (1, 2))
        lines = [1] * 4 + first.ravel().tolist() + last.ravel().tolist()
        assert numbers(page, "y", "stack") == lines
        together = by_placing([[1, 2, -1]], [[1, 1, 1]], (1, 2))
        assert numbers(page, "p", "stack") == phase_sums(together, (1, 6)).ravel().tolist()
        said = page.locator("#stack .live-sentence")
        expect(said).to_contain_text("Layer 2, output 9: 2·1 = 2. Interior: 9 leaves the remainder")
        page.keyboard.press("Escape")
        page.locator("#stack [name=n]").fill("2")
        page.locator("#stack [name=axes]").select_option("plane")
        row = by_placing(by_placing([[1, 1]], [[1, 2, -1]], (1, 3)), [[1, 1, 1]], (1, 2)).ravel()
        assert numbers(page, "y", "stack") == np.outer(row, row).ravel().tolist()
        page.wait_for_function("location.hash.includes('axes=plane')")
        page.locator("#stack [name=strides]").fill("3")
        expect(said).to_have_text("There must be as many strides as kernels, got 1 and 2.")


def test_an_address_leads_to_its_figure_also_from_within_the_page(browser: Browser, address: str):
    with opened(browser, f"{address}#window?padding=2") as page:
        expect(page.locator("#window .live-title")).to_be_in_viewport()
        page.evaluate("location.hash = '#copies?stride=2'")
        expect(page.locator("#copies .live-title")).to_be_in_viewport()
        expect(page.locator("#copies [name=stride]")).to_have_value("2")


def test_learning_follows_its_slider(browser: Browser, address: str):
    with opened(browser, f"{address}#learn?init=zero&shown=40") as page:
        figure = page.locator("#learn")
        said = figure.locator(".live-sentence")
        expect(said).to_contain_text("After 20 of 20 steps: loss 0.266, at the start 18")
        expect(figure.get_by_role("img", name="Loss 0.266")).to_be_visible()
        slider = figure.get_by_label("Shown after")
        slider.press("Home")
        expect(said).to_contain_text("After 0 of 20 steps: loss 18,")
        assert set(numbers(page, "w", "learn")) == {0}
        figure.locator("[name=rate]").select_option("10")
        slider.press("End")
        expect(said).to_contain_text("The rate is too large")
        page.wait_for_function("location.hash.includes('rate=10')")
        assert not page.errors


def test_grids_fill_the_screen_and_go_back(browser: Browser, address: str):
    with opened(browser, address, viewport={"width": 1400, "height": 900}) as page:
        for name in ("copies", "roads", "stack"):
            figure = page.locator(f"#{name}")
            grid = figure.locator("[data-panel=y] svg")
            before, heights = grid.bounding_box(), figure.bounding_box()["height"]
            figure.get_by_role("button", name="Full screen").click()
            back = figure.get_by_role("button", name="Leave full screen")
            expect(back).to_be_visible()
            page.wait_for_function("document.fullscreenElement?.clientHeight === innerHeight")
            assert figure.evaluate("e => e.scrollHeight <= e.clientHeight")
            after = grid.bounding_box()
            assert after["width"] * after["height"] > 1.5 * before["width"] * before["height"]
            figure.locator("[data-panel=y] [data-at='1 1']").click()
            expect(figure.locator(".live-at")).to_have_count(1)
            back.click()
            expect(back).to_be_hidden()
            assert grid.bounding_box()["width"] == before["width"]
            assert figure.bounding_box()["height"] == heights


@pytest.mark.parametrize("width", [320, 360, 390])
def test_a_phone_shows_the_whole_sentence_of_every_figure(
    browser: Browser, address: str, width: int
):
    with opened(browser, address, viewport={"width": width, "height": 800}) as page:
        sentences = page.locator(".live-sentence")
        assert sentences.count() > 5
        for one in sentences.all():
            assert one.evaluate("it => it.scrollHeight <= it.clientHeight"), one.inner_text()


@pytest.mark.parametrize("width", [320, 390, 1400])
def test_nothing_is_cut_at_the_side_and_nothing_jumps(browser: Browser, address: str, width: int):
    with opened(browser, address, viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for name, changes in (
            ("line", {"n": "8", "k": "12", "s": "1"}),
            ("phases", {"stride": "4"}),
            ("window", {"stride": "3"}),
            ("roads", {"stride": "6"}),
            ("sizes", {"s": "9"}),
            ("stack", {"kernels": "1; k=2; 1 1", "strides": "2 2 3", "n": "2"}),
            ("learn", {"steps": "7"}),
        ):
            figure = page.locator(f"#{name}")
            height = figure.bounding_box()["height"]
            for field, text in changes.items():
                figure.locator(f"[name={field}]").fill(text)
            expect(figure.locator("[aria-invalid]")).to_have_count(0)
            assert figure.bounding_box()["height"] == height


def test_the_script_is_light_beside_the_engine(tmp_path: Path):
    join = extension("joining").join_modules
    engine = tmp_path / "engine.mjs"
    names = ("faces", "checkerboard", "convolution", "geometry", "learning", "lists", "upsampling")
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
