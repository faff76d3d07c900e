"""The static face of the interactive figures in a real browser: mouse, keyboard, address, two themes, no network."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path

import pytest

from convtranspose.widgets import COURSE, interactive

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "book" / "assets"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The text and page colours of the site's theme; the pictures take the first and must stand out on the second.
THEMES = {"light": ("#222832", "#ffffff"), "dark": ("#ced6dd", "#14181e")}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *args):
        pass


def page_source(theme: str) -> str:
    colour, background = THEMES[theme]
    figures = "".join(f"<section><h2>{name}</h2>{interactive(name).html}</section>" for name in COURSE)
    return (f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Figures</title>'
            '<meta name="viewport" content="width=device-width">'
            '<link rel="icon" href="data:,"><link rel="stylesheet" href="explore.css">'
            '<script src="explore.js"></script>'
            f"<style>:root{{color-scheme:{theme}}}body{{margin:16px;color:{colour};background:{background};"
            f'font:16px sans-serif}}a{{color:inherit}}</style></head>'
            f"<body><main><h1>Figures</h1>{figures}</main></body></html>")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory) -> Path:
    """A folder with one page a theme, made only of what a book page would carry."""
    folder = tmp_path_factory.mktemp("figures")
    for asset in ("explore.js", "explore.css"):
        (folder / asset).write_bytes((ASSETS / asset).read_bytes())
    for theme in THEMES:
        (folder / f"{theme}.html").write_text(page_source(theme), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(gallery):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=gallery)) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


@pytest.fixture
def watched(browser):
    """Open pages that fail the test when they log an error or ask another host for anything."""
    context = browser.new_context(viewport={"width": 1000, "height": 800}, reduced_motion="reduce")
    faults: list[str] = []

    def watch(page):
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(
            ("file://", "http://127.0.0.1:", "data:")) else None)

    context.on("page", watch)
    yield context
    context.close()
    assert not faults


def readout(page, name: str) -> str:
    return page.locator(f"#{name} .explore-readout").inner_text()


@pytest.mark.parametrize("name", COURSE)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_keyboard_and_mouse_move_every_figure(name, scheme, watched, server, gallery):
    page = watched.new_page()
    theme = "light" if scheme == "http" else "dark"
    page.goto(f"{server}/{theme}.html" if scheme == "http" else (gallery / f"{theme}.html").as_uri())
    explorer, figure = interactive(name), page.locator(f"#{name}")
    played = explorer.choices[explorer.play]
    at = played.start_index
    alt = figure.locator(".ct-picture").get_attribute("aria-label")
    assert alt == explorer.picture().alt

    forward = explorer.picture(**{explorer.play: played.options[at + 1]})
    figure.get_by_role("button", name="Next").click()
    assert readout(page, name) == forward.readout
    assert figure.locator(".ct-picture").get_attribute("aria-label") == forward.alt

    figure.get_by_role("button", name="Back").press("Enter")
    assert readout(page, name) == explorer.picture().readout

    parameter = next(p for p, choice in explorer.choices.items() if not choice.is_menu)
    slider = figure.locator(f'input[data-choice="{parameter}"]')
    slider.focus()
    page.keyboard.press("End")
    last = explorer.choices[parameter].options[-1]
    assert readout(page, name) == explorer.picture(**{parameter: last}).readout
    assert slider.get_attribute("aria-valuetext") == explorer.choices[parameter].texts[-1]
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    first = explorer.choices[parameter].options[0]
    assert readout(page, name) == explorer.picture(**{parameter: first}).readout


def test_menus_are_native_selects(watched, server):
    page = watched.new_page()
    page.goto(f"{server}/light.html")
    page.locator("#sliding").get_by_label("operation").select_option("cross-correlation")
    expected = interactive("sliding").picture(rotate=False)
    assert readout(page, "sliding") == expected.readout
    assert page.locator("#sliding .ct-picture").get_attribute("aria-label") == expected.alt


def test_play_runs_to_the_end_and_can_be_paused(watched, server):
    page = watched.new_page()
    page.clock.install()
    page.goto(f"{server}/light.html")
    figure = page.locator("#sliding")
    figure.get_by_role("button", name="Play").click()
    page.clock.run_for(2 * 1200 + 100)
    assert readout(page, "sliding").startswith("Step 3 of 9")
    assert figure.locator("output").get_attribute("aria-live") == "off"
    figure.get_by_role("button", name="Pause").click()
    page.clock.run_for(5000)
    assert readout(page, "sliding").startswith("Step 3 of 9")
    assert figure.locator("output").get_attribute("aria-live") == "polite"
    figure.get_by_role("button", name="Play").click()
    page.clock.run_for(20 * 1200)
    assert readout(page, "sliding").startswith("Step 9 of 9")
    assert figure.get_by_role("button", name="Play").is_visible()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_state_can_be_linked(scheme, watched, server, gallery):
    address = f"{server}/light.html" if scheme == "http" else (gallery / "light.html").as_uri()
    page = watched.new_page()
    page.goto(f"{address}#overlap-1d?k=5&s=3&n=2")
    expected = interactive("overlap-1d").picture(k=5, s=3, n=2).readout
    assert readout(page, "overlap-1d") == expected
    page.evaluate("location.hash = '#overlap-1d?k=6&s=2&n=5'")
    page.wait_for_function("document.querySelector('#overlap-1d--k').value === '5'")
    assert readout(page, "overlap-1d") == interactive("overlap-1d").picture(k=6, s=2, n=5).readout
    page.locator("#overlap-1d--s").press("ArrowRight")
    page.wait_for_function("location.hash.includes('s=3')")
    assert page.locator("#overlap-1d .explore-link").get_attribute("href") == "#overlap-1d?n=5&s=3&k=6"
    again = watched.new_page()
    again.goto(page.url)
    assert readout(again, "overlap-1d") == interactive("overlap-1d").picture(k=6, s=3, n=5).readout


def test_an_address_that_makes_no_sense_leaves_the_start(watched, server):
    page = watched.new_page()
    page.goto(f"{server}/light.html#overlap-1d?k=99&colour=red&s")
    assert readout(page, "overlap-1d") == interactive("overlap-1d").picture().readout


def test_without_script_every_first_state_is_there(browser, gallery):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((gallery / "light.html").as_uri())
    for name in COURSE:
        assert page.locator(f"#{name} .ct-picture svg").first.is_visible(), name
        assert not page.locator(f"#{name} .explore-controls").is_visible(), name
        assert readout(page, name) == interactive(name).picture().readout
    context.close()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(theme, watched, server):
    page = watched.new_page()
    page.goto(f"{server}/{theme}.html")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    assert not found, [(fault["id"], [node["html"][:200] for node in fault["nodes"]][:3]) for fault in found]


def test_a_phone_needs_no_sideways_scrolling_and_text_stays_readable(browser, gallery):
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, device_scale_factor=2)
    page = context.new_page()
    page.goto((gallery / "light.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    smallest = page.evaluate("""() => Math.min(...[...document.querySelectorAll('svg text')].map(text => {
        const svg = text.ownerSVGElement, shown = svg.getBoundingClientRect().width;
        return parseFloat(getComputedStyle(text).fontSize) * shown / svg.viewBox.baseVal.width;
    }))""")
    assert smallest >= 8.5
    context.close()


def test_no_text_is_cut_off_by_its_panel(browser, gallery):
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.goto((gallery / "light.html").as_uri())
    cut = page.evaluate("""() => [...document.querySelectorAll('.ct-picture svg')].flatMap(svg => {
        const all = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < all.left - 1 || box.right > all.right + 1
                || box.top < all.top - 1 || box.bottom > all.bottom + 1;
        }).map(text => svg.closest('.explore').id + ': ' + text.textContent);
    })""")
    assert cut == []
    page.close()
