"""What others report in public of sites made in this way, each report by its number.  R32, words in
other spellings, is in the tests of the search.
"""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE = """() => {
    document.querySelectorAll('[data-wide]').forEach(e => e.removeAttribute('data-wide'));
    return [...document.querySelectorAll('.bd-article :is(pre, .cell_output, table, div)')]
    .filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX))
    .filter(e => e.scrollWidth > e.clientWidth + 8 && e.checkVisibility())
    .filter(e => e.querySelector('pre') || e.matches('pre'))
    .map((e, i) => { e.dataset.wide = i; return e.tabIndex; });
}"""
LAID_OVER = """() => {
    const link = [...document.querySelectorAll('a')].find(e => /skip/i.test(e.textContent));
    if (!link) return null;
    const box = link.getBoundingClientRect();
    const seen = link.checkVisibility({visibilityProperty: true, opacityProperty: true});
    return seen && box.width * box.height > 0 && box.bottom > 0 && box.right > 0;
}"""


@pytest.fixture
def page(browser, site):
    page = browser.new_page(viewport={"width": 600, "height": 740})
    yield lambda name: page.goto((site / f"book/{name}.html").as_uri()) and page
    page.close()


@pytest.mark.parametrize("name", ["the-layer", "checkerboard", "marking-runbook"])
def test_r33_wide_code_is_reached_and_moved_by_keyboard(page, name):
    page = page(name)
    page.set_viewport_size({"width": 500, "height": 740})
    page.wait_for_function(f"({WIDE})().length && ({WIDE})().every(index => index >= 0)")
    page.evaluate(WIDE)
    address, block = page.url, page.locator("[data-wide='0']")
    # Away from it and to it again, by the key that people press.
    block.focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.dataset.wide") != "0"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.wide") == "0"
    outline = block.evaluate(
        "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).boxShadow]"
    )
    assert outline != ["none", "none"], "where the focus is cannot be seen"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector(\"[data-wide='0']\").scrollLeft > 0")
    assert page.url == address


@pytest.mark.parametrize("name", ["the-layer", "index", "glossary"])
def test_r34_the_skip_link_covers_no_line_in_print(page, name):
    page = page(name)
    page.keyboard.press("Tab")
    page.wait_for_function(LAID_OVER)  # who comes by keyboard sees it
    page.emulate_media(media="print")
    assert page.evaluate(LAID_OVER) is False
