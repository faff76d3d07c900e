"""The gallery in a browser: films begin when they are seen and rest when they are asked to; and
interactive figures fill the screen.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATES = """name => [...new Set(document.getElementById(name).getAnimations({subtree: true})
    .map(film => film.playState))]"""
SHOWN = """name => [...document.querySelectorAll(`#${name} svg text`)]
    .filter(text => getComputedStyle(text).visibility === 'visible').length"""
FIRST, LAST = "no-padding", "no-checkerboard-indivisible"


@pytest.fixture
def gallery(browser, site):
    """Opens the gallery in a context with these settings."""
    contexts = []

    def open_with(**settings):
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.goto(f"{site.as_uri()}/book/gallery.html")
        return page

    yield open_with
    for context in contexts:
        context.close()


def test_films_begin_when_they_are_seen_and_all_can_be_paused(gallery):
    page = gallery(reduced_motion="no-preference")
    page.locator(f"#{FIRST} svg").scroll_into_view_if_needed()
    expect(page.locator(f"#{FIRST}.seen")).to_be_attached()
    assert page.evaluate(STATES, FIRST) == ["running"]
    assert page.evaluate(STATES, LAST) == ["paused"]
    page.locator(f"#{LAST} svg").scroll_into_view_if_needed()
    expect(page.locator(f"#{LAST}.seen")).to_be_attached()
    assert page.evaluate(STATES, LAST) == ["running"]
    pause = page.get_by_label("Pause all animations")
    expect(pause).to_be_in_viewport()  # it stays at hand
    pause.evaluate("box => box.click()")  # without scrolling to it
    assert page.evaluate(STATES, LAST) == ["paused"]
    pause.evaluate("box => box.click()")
    assert page.evaluate(STATES, LAST) == ["running"]


def test_the_pause_needs_no_script(gallery):
    page = gallery(reduced_motion="no-preference", java_script_enabled=False)
    states = f"({STATES})('{FIRST}')"
    assert page.evaluate(states) == ["running"]
    page.get_by_label("Pause all animations").check()
    assert page.evaluate(states) == ["paused"]


@pytest.mark.parametrize("why", ["motion", "print"])
def test_what_rests_shows_the_last_frame(gallery, why):
    page = gallery(reduced_motion="reduce" if why == "motion" else "no-preference")
    if why == "print":
        page.emulate_media(media="print")
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate(SHOWN, FIRST) == 16 + 4 + 9 + 3  # image, output, kernel, three headings


def test_files_are_where_the_page_says(gallery, site):
    page = gallery()
    links = page.locator(".film .take a")
    addresses = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(set(addresses)) == len(addresses) > 25
    assert all((site / "book" / address).is_file() for address in addresses)


def test_a_figure_fills_the_screen_and_goes_back(browser, site):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(f"{site.as_uri()}/book/stride-and-overlap.html")
    figure = page.locator("#stride-products")
    button = figure.get_by_role("button", name="Full screen")
    before = figure.locator("svg").first.bounding_box()["width"]
    button.click()
    expect(figure.get_by_role("button", name="Leave full screen")).to_be_visible()
    page.wait_for_function("document.fullscreenElement?.style.getPropertyValue('--size') > 1.2")
    assert figure.locator("svg").first.bounding_box()["width"] > 1.2 * before
    assert figure.evaluate("e => e.scrollHeight <= e.clientHeight")
    figure.get_by_role("button", name="Leave full screen").click()
    expect(button).to_be_visible()
    assert figure.locator("svg").first.bounding_box()["width"] == before
    context.close()
