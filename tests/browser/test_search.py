"""The search finds what readers type, section by section, without a server."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What is typed, and the page that one of the first results must lead to.
ASKED = {
    "subpixel": "cures",
    "pixel shuffle": "cures",
    "ConvTranspose1d": "the-layer",
    "Conv2DTranspose": "the-layer",
    "upconvolution": "transposed-convolution",
    "deconvolution": "transposed-convolution",
    "col2im": "stride-and-overlap",
    "artefact": "checkerboard",
    "cheqerboard": "checkerboard",
    "U-Net": "learned-upsampling",
    "unet": "learned-upsampling",
    "outputpadding": "the-layer",
    "output size": "stride-and-overlap",
    "phase sums": "checkerboard",
    "ICNR": "cures",
    "autograd": "transposed-convolution",
    "转置卷积": "zh",
    "反卷积": "transposed-convolution",
    "棋盘": "zh",
    "phase_sums": "api",
}
FIRST = 6


@pytest.fixture(scope="module")
def page(browser, site):
    """The search page, opened as a file."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.as_uri()}/search.html?q=stride", wait_until="load")
    yield page
    context.close()


def results(page: Page, question: str) -> list[tuple[str, str]]:
    """Address and text of each result."""
    page.locator(".seek.big input").fill(question)
    page.locator(".seek.big button").click()
    found = page.locator("#search-results > li")
    return [
        (item.locator("a").get_attribute("href"), item.inner_text()) for item in found.all()[:12]
    ]


def test_a_question_in_the_address_is_answered(page):
    expect(page.locator("#search-results > li").first).to_contain_text("tride")
    expect(page.locator("#search-summary")).to_contain_text("places in the book")


@pytest.mark.parametrize(("question", "wanted"), ASKED.items())
def test_r32_what_readers_type_leads_to_the_right_page(page, question, wanted):
    first = results(page, question)[:FIRST]
    assert any(f"/{wanted}.html" in address for address, _ in first), first


def test_results_lead_to_sections_that_exist(page, site):
    for address, _ in results(page, "overlap"):
        path, _, place = address.partition("#")
        assert not place or f'id="{place}"' in (site / path).read_text(encoding="utf-8"), address


def test_nothing_found_is_said(page):
    assert results(page, "qwertzuiopqwertzuiop") == []
    expect(page.locator("#search-summary")).to_contain_text("Nothing was found for")


def test_what_is_typed_is_text_and_no_markup(page):
    results(page, "<img src=x onerror=alert(1)>")
    expect(page.locator("#search-summary img, #search-results img")).to_have_count(0)


def test_excerpts_are_sentences(site):
    """No formula's source, no control of a figure, no two blocks joined into one word."""
    script = (site / "_static/search-index.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("window.courseIndex = ").rstrip(";\n"))
    texts = [text for page in index["pages"] for _, _, text, _ in page["sections"]]
    assert sum(map(len, texts)) > 100_000
    marks = re.compile(
        r"\\(?:frac|sum|math\w+|cdot|times|text\w*|begin|left)\b|\^\{"
        r"|BackPlay|Copy link|[a-z]{3}[.?!](?!Conv)[A-Z][a-z]{2}"
    )
    faults = [match[0] for text in texts for match in marks.finditer(text)]
    assert not faults
