"""The site in a real browser: over http and from files, light and dark, wide and narrow, with and without scripts."""

from __future__ import annotations

import contextlib
import re

import pytest
from tests.book.site import ROOT, pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# The theme's own faults, which this course did not make and must not add to.
THEME_FAULTS = {"label-content-name-mismatch", "region"}


@contextlib.contextmanager
def opened(browser, address, **context):
    """A page of its own context, loaded, with ``requests`` and ``errors`` that it gathered."""
    context = browser.new_context(**{"viewport": WIDE, **context})
    page = context.new_page()
    page.requests, page.errors = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("requestfailed", lambda request: page.errors.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and page.errors.append(message.text))
    page.goto(address, wait_until="networkidle")
    yield page
    context.close()


def content_pages(site) -> list[str]:
    """The pages that come from the table of contents."""
    return [page for page in pages(site) if page.startswith("book/")]


def test_the_site_has_the_pages_of_the_table_of_contents(site):
    named = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())
    assert set(content_pages(site)) == {f"{name}.html" for name in named}


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_no_page_asks_another_host_or_complains(browser, site, served, scheme):
    base = served if scheme == "http" else site.as_uri()
    for name in pages(site):
        with opened(browser, f"{base}/{name}") as page:
            foreign = [url for url in page.requests if not url.startswith((base, "data:", "blob:"))]
            assert not foreign, f"{name} asks for {foreign}"
            assert not page.errors, f"{name}: {page.errors}"
            assert page.title().strip(), name


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_formulae_and_figures_are_there(browser, site, scripts):
    formulae = 0
    for name in content_pages(site):
        source = (site / name).read_text(encoding="utf-8")
        with opened(browser, f"{site.as_uri()}/{name}", java_script_enabled=scripts) as page:
            shown = page.locator(".bd-article .katex-html")
            assert shown.count() == source.count('class="katex-html"'), name
            assert all(formula.bounding_box()["width"] > 0 for formula in shown.all() if formula.is_visible()), name
            formulae += shown.count()
            for picture in page.locator(".bd-article .ct-picture").all():
                assert picture.bounding_box()["height"] > 20, name
            if not scripts:
                continue
            assert page.evaluate("[...document.querySelectorAll('.katex-error')].length") == 0, name
            text = page.evaluate("""() => {
                const copy = document.querySelector('.bd-article').cloneNode(true);
                copy.querySelectorAll('pre, code, .katex').forEach(e => e.remove());
                return copy.textContent;
            }""")
            raw = re.findall(r".{0,30}(?:\$|\\\(|\\\[|\\begin|\\frac).{0,30}", text)
            assert not raw, f"{name}: formula left as source: {raw}"
            if shown.count():
                assert page.evaluate("document.fonts.check('16px KaTeX_Main')"), f"{name}: KaTeX's font was not loaded"
    assert formulae > 20


def test_every_picture_says_what_it_shows(browser, site):
    described = 0
    for name in content_pages(site):
        with opened(browser, f"{site.as_uri()}/{name}") as page:
            pictures = page.evaluate("""() => [...document.querySelectorAll('.bd-article img, .bd-article svg')]
                .filter(e => !e.closest('[aria-hidden=true], button'))
                .map(e => {
                    const named = e.closest('[role=img]');
                    const title = named?.querySelector('title')?.textContent;
                    const words = e.getAttribute('alt') || named?.getAttribute('aria-label') || title || '';
                    return [e.outerHTML.slice(0, 120), words];
                })""")
            for markup, words in pictures:
                assert len(words.split()) >= 4, f"{name}: {markup} is described by {words!r}"
            described += len(pictures)
    assert described >= 3


def test_nothing_is_wider_than_a_phone(browser, site):
    for name in pages(site):
        with opened(browser, f"{site.as_uri()}/{name}", viewport=NARROW) as page:
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= NARROW["width"], f"{name} is {width} px wide"
            # A formula that is too wide scrolls, and starts at its left end.
            cut = page.evaluate("""() => [...document.querySelectorAll('.katex-display')].filter(e =>
                e.querySelector('.katex-html').getBoundingClientRect().left < e.getBoundingClientRect().left - 1
            ).map(e => e.textContent.slice(0, 60))""")
            assert not cut, f"{name}: cut at the left: {cut}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_but_the_themes_own_faults(browser, site, scheme):
    for name in content_pages(site):
        with opened(browser, f"{site.as_uri()}/{name}", color_scheme=scheme) as page:
            assert page.evaluate("document.documentElement.dataset.theme") == scheme
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            page.add_script_tag(path=AXE)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
            ours = {
                fault["id"]: [node["html"][:200] + " " + node["failureSummary"][:300] for node in fault["nodes"]][:4]
                for fault in found
                if fault["id"] not in THEME_FAULTS
            }
            assert not ours, f"{name}, {scheme}: {ours}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_stand_out_from_their_background(browser, site, scheme):
    """Text in SVG, which axe does not look at: WCAG's 4.5:1 against the nearest opaque background."""
    seen = 0
    for name in content_pages(site):
        with opened(browser, f"{site.as_uri()}/{name}", color_scheme=scheme) as page:
            pairs = page.evaluate("""() => [...document.querySelectorAll('.bd-article svg text')].map(text => {
                const background = element => getComputedStyle(element).backgroundColor;
                let behind = text;
                while (behind.parentElement && /, 0\\)$/.test(background(behind))) behind = behind.parentElement;
                return [getComputedStyle(text).fill, background(behind)];
            })""")
            for pair in {tuple(pair) for pair in pairs}:
                assert contrast(*pair) >= 4.5, f"{name}, {scheme}: {pair}"
            seen += len(pairs)
    assert seen > 50


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two CSS colours written as rgb(r, g, b)."""

    def luminance(colour: str) -> float:
        channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted([luminance(first), luminance(second)])
    return (light + 0.05) / (dark + 0.05)


def test_search_finds_a_word_without_a_server(browser, site):
    with opened(browser, f"{site.as_uri()}/search.html?q=impulse") as page:
        page.wait_for_selector("#search-results li a")
        assert "rotated kernel" in page.inner_text("#search-results").lower()
        assert all(url.startswith((site.as_uri(), "data:")) for url in page.requests)


def test_answers_unfold_by_keyboard(browser, site):
    with opened(browser, f"{site.as_uri()}/book/rotated-kernel.html") as page:
        question = page.locator("details", has_text="which products give it?")
        assert question.get_attribute("open") is None
        question.locator("summary").focus()
        page.keyboard.press("Enter")
        assert question.get_attribute("open") is not None and question.get_by_text("The window holds").is_visible()


def test_printing_from_the_dark_theme_is_light_and_unfolded_and_leaves_no_trace(browser, site):
    with opened(browser, f"{site.as_uri()}/book/rotated-kernel.html", color_scheme="dark") as page:
        state = "[document.documentElement.dataset.theme, document.querySelectorAll('details:not([open])').length]"
        before = page.evaluate(state)
        assert before[0] == "dark" and before[1] >= 5
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(state) == ["light", 0]
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(state) == before
