"""The static face of the interactive figures in a real browser: mouse, keyboard, address, two
themes, no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.book.site import ROOT
from tests.browser.serving import served_folder

from convtranspose.figures import CURES
from convtranspose.widgets import COURSE, interactive

pytestmark = pytest.mark.browser

ASSETS = ROOT / "book" / "assets"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The text and page colours of the site's theme; the pictures take the first and must stand out on
# the second.
THEMES = {"light": ("#222832", "#ffffff"), "dark": ("#ced6dd", "#14181e")}


def page_source(theme: str) -> str:
    colour, background = THEMES[theme]
    figures = "".join(
        f"<section><h2>{name}</h2>{interactive(name).html}</section>" for name in COURSE
    )
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta '
        f'charset="utf-8"><title>Figures</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="explore.css">'
        '<script src="explore.js"></script>'
        f"<style>:root{{color-scheme:{theme}}}body{{margin:16px;color:{colour};background:{background};"
        f"font:16px sans-serif}}a{{color:inherit}}</style></head>"
        f"<body><main><h1>Figures</h1>{figures}</main></body></html>"
    )


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one page a theme, made only of what a book page would carry."""
    folder = tmp_path_factory.mktemp("figures")
    for asset in ("explore.js", "explore.css"):
        (folder / asset).write_bytes((ASSETS / asset).read_bytes())
    for theme in THEMES:
        (folder / f"{theme}.html").write_text(page_source(theme), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(gallery: Path) -> Iterator[str]:
    with served_folder(gallery) as address:
        yield address


@pytest.fixture
def watched(browser: Browser) -> Iterator[BrowserContext]:
    """Open pages that fail the test when they log an error or ask another host for anything."""
    context = browser.new_context(viewport={"width": 1000, "height": 800}, reduced_motion="reduce")
    faults: list[str] = []

    def watch(page: Page) -> None:
        page.on(
            "console",
            lambda message: faults.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: (
                faults.append(request.url)
                if not request.url.startswith(("file://", "http://127.0.0.1:", "data:"))
                else None
            ),
        )

    context.on("page", watch)
    yield context
    context.close()
    assert not faults


def opened(context: BrowserContext, address: str) -> Page:
    """A page of figures whose script has started: every figure shows its controls."""
    page = context.new_page()
    page.goto(address)
    for name in COURSE:
        expect(page.locator(f"#{name} .explore-controls")).to_be_visible()
    return page


def readout(page: Page, name: str) -> Locator:
    """What the figure says below its picture."""
    return page.locator(f"#{name} .explore-readout")


def picture(page: Page, name: str) -> Locator:
    """The figure's picture, whose label is its alternative text."""
    return page.locator(f"#{name} .ct-picture")


@pytest.mark.parametrize("name", COURSE)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_keyboard_and_mouse_move_every_figure(name, scheme, watched, server, gallery):
    theme = "light" if scheme == "http" else "dark"
    folder = server if scheme == "http" else gallery.as_uri()
    page = opened(watched, f"{folder}/{theme}.html")
    explorer, figure = interactive(name), page.locator(f"#{name}")
    played = explorer.choices[explorer.play]
    at = played.start_index
    expect(picture(page, name)).to_have_attribute("aria-label", explorer.picture().alt)

    forward = explorer.picture(**{explorer.play: played.options[at + 1]})
    figure.get_by_role("button", name="Next").click()
    expect(readout(page, name)).to_have_text(forward.readout)
    expect(picture(page, name)).to_have_attribute("aria-label", forward.alt)

    figure.get_by_role("button", name="Back").press("Enter")
    expect(readout(page, name)).to_have_text(explorer.picture().readout)

    parameter = next(p for p, choice in explorer.choices.items() if not choice.is_menu)
    slider = figure.locator(f'input[data-choice="{parameter}"]')
    slider.press("End")
    last = explorer.choices[parameter].options[-1]
    expect(readout(page, name)).to_have_text(explorer.picture(**{parameter: last}).readout)
    expect(slider).to_have_attribute("aria-valuetext", explorer.choices[parameter].texts[-1])
    slider.click(position={"x": 3, "y": slider.bounding_box()["height"] / 2})
    first = explorer.choices[parameter].options[0]
    expect(readout(page, name)).to_have_text(explorer.picture(**{parameter: first}).readout)


def test_menus_are_native_selects(watched, server):
    page = opened(watched, f"{server}/light.html")
    page.locator("#sliding").get_by_label("operation").select_option("cross-correlation")
    expected = interactive("sliding").picture(rotate=False)
    expect(readout(page, "sliding")).to_have_text(expected.readout)
    expect(picture(page, "sliding")).to_have_attribute("aria-label", expected.alt)


def test_play_runs_to_the_end_and_can_be_paused(watched, server):
    page = watched.new_page()
    page.clock.install(time=datetime(2026, 1, 1))
    page.goto(f"{server}/light.html")
    page.clock.pause_at(datetime(2026, 1, 2))  # from here time passes only when this test says so
    figure, said = page.locator("#sliding"), readout(page, "sliding")
    figure.get_by_role("button", name="Play").click()
    page.clock.run_for(2 * 1200 + 100)
    expect(said).to_contain_text("Step 3 of 9")
    expect(figure.locator("output")).to_have_attribute("aria-live", "off")
    figure.get_by_role("button", name="Pause").click()
    page.clock.run_for(5000)
    expect(said).to_contain_text("Step 3 of 9")
    expect(figure.locator("output")).to_have_attribute("aria-live", "polite")
    figure.get_by_role("button", name="Play").click()
    page.clock.run_for(20 * 1200)
    expect(said).to_contain_text("Step 9 of 9")
    expect(figure.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_state_can_be_linked(scheme, watched, server, gallery):
    address = f"{server}/light.html" if scheme == "http" else (gallery / "light.html").as_uri()
    figure = interactive("overlap-1d")
    page = opened(watched, f"{address}#overlap-1d?k=5&s=3&n=2")
    said = readout(page, "overlap-1d")
    expect(said).to_have_text(figure.picture(k=5, s=3, n=2).readout)
    page.evaluate("location.hash = '#overlap-1d?k=6&s=2&n=5'")
    expect(said).to_have_text(figure.picture(k=6, s=2, n=5).readout)
    page.locator("#overlap-1d--s").press("ArrowRight")
    link = page.locator("#overlap-1d .explore-link")
    link.click()
    expect(link).to_contain_text(re.compile("Copied|address"))
    page.wait_for_function("location.hash === '#overlap-1d?n=5&s=3&k=6'")
    again = opened(watched, page.url)
    expect(readout(again, "overlap-1d")).to_have_text(figure.picture(k=6, s=3, n=5).readout)


def test_two_pictures_are_compared_with_a_divider(watched, server):
    page = opened(watched, f"{server}/light.html")
    figure = page.locator("#cures")
    one, two = (interactive("cures").picture(method=name) for name in list(CURES)[:2])
    divider = figure.get_by_label("divider")
    expect(divider).to_be_disabled()
    figure.get_by_label("compared with").select_option(index=2)
    expect(readout(page, "cures")).to_have_text(f"Left: {one.readout} Right: {two.readout}")
    left, right = figure.locator(".explore-two > div").all()
    expect(left.locator(".ct-picture")).to_have_attribute("aria-label", one.alt)
    expect(right.locator(".ct-picture")).to_have_attribute("aria-label", two.alt)
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuetext", "51%")
    expect(left).to_have_css("clip-path", re.compile(r"inset\(0px (calc\()?49%\)? 0px 0px\)"))
    expect(right).to_have_css("clip-path", "inset(0px 0px 0px 51%)")
    figure.locator(".explore-two").click(position={"x": 2, "y": 20})
    expect(divider).to_have_attribute("aria-valuetext", re.compile("^[01]%"))
    divider.fill("73")
    page.wait_for_function("location.hash.includes('divider=73')")
    again = opened(watched, page.url)
    expect(readout(again, "cures")).to_have_text(f"Left: {one.readout} Right: {two.readout}")
    expect(again.locator("#cures").get_by_label("divider")).to_have_value("73")


def test_compared_pictures_lie_on_one_another_in_the_middle(watched, server):
    page = opened(watched, f"{server}/light.html")
    figure = page.locator("#cures")
    methods = list(CURES)
    figure.get_by_label("method").select_option(methods[0])  # its caption has two lines
    figure.get_by_label("compared with").select_option(methods[5])  # and this one has one
    expect(figure.locator(".explore-two > div")).to_have_count(2)
    one, two = (
        [image.bounding_box() for image in half.locator("image").all()]
        for half in figure.locator(".explore-two > div").all()
    )
    assert len(one) == 2
    assert one == two
    captions = figure.locator(".explore-two svg:last-child > text")
    assert captions.count() > 2
    for caption in captions.all():
        expect(caption).to_be_hidden()  # each would be cut by the other
    room = figure.locator(".explore-picture").bounding_box()
    both = figure.locator(".explore-two").bounding_box()
    assert both["x"] - room["x"] == pytest.approx(
        room["x"] + room["width"] - both["x"] - both["width"], abs=1
    )


def test_an_address_that_makes_no_sense_leaves_the_start(watched, server):
    page = opened(watched, f"{server}/light.html#overlap-1d?k=99&colour=red&s")
    expect(readout(page, "overlap-1d")).to_have_text(interactive("overlap-1d").picture().readout)


def test_without_script_every_first_state_is_there(browser, gallery):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((gallery / "light.html").as_uri())
    for name in COURSE:
        expect(page.locator(f"#{name} .ct-picture svg").first).to_be_visible()
        expect(page.locator(f"#{name} .explore-controls")).to_be_hidden()
        expect(readout(page, name)).to_have_text(interactive(name).picture().readout)
    context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(theme, watched, server):
    page = opened(watched, f"{server}/{theme}.html")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)"
    )
    assert not found, [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]][:3]) for fault in found
    ]


def test_a_phone_needs_no_sideways_scrolling_and_text_stays_readable(browser, gallery):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, device_scale_factor=2
    )
    page = opened(context, (gallery / "light.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    smallest = page.evaluate("""() => {
        const sizes = [...document.querySelectorAll('svg text')].map(text => {
            const svg = text.ownerSVGElement, shown = svg.getBoundingClientRect().width;
            return parseFloat(getComputedStyle(text).fontSize) * shown / svg.viewBox.baseVal.width;
        });
        return Math.min(...sizes);
    }""")
    assert smallest >= 8.5
    context.close()


def test_no_text_is_cut_off_by_its_panel(browser, gallery):
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = opened(context, (gallery / "light.html").as_uri())
    cut = page.evaluate("""() => [...document.querySelectorAll('.ct-picture svg')].flatMap(svg => {
        const all = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < all.left - 1 || box.right > all.right + 1
                || box.top < all.top - 1 || box.bottom > all.bottom + 1;
        }).map(text => svg.closest('.explore').id + ': ' + text.textContent);
    })""")
    assert cut == []
    context.close()
