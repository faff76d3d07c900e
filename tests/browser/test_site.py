"""The site in a real browser: over http and from files, light and dark, wide and narrow, with and
without scripts.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from book.assignments import chapters
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from tests.book import prose
from tests.book.site import ROOT, pages
from tests.browser.loading import blank, load, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONTENT = [f"book/{name}.html" for name in prose.pages()]
FIRST = chapters()[0]  # any chapter would do
CHAPTER = f"book/{FIRST}.html"
NARROW = {"width": 320, "height": 740}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def wide(browser) -> Iterator[Page]:
    """A page for one address after another."""
    with blank(browser, color_scheme="light") as page:
        yield page


@pytest.fixture(scope="module")
def narrow(browser) -> Iterator[Page]:
    """A page as on a phone in the dark, for one address after another."""
    with blank(browser, color_scheme="dark", viewport=NARROW) as page:
        yield page


@pytest.fixture(scope="module")
def scriptless(browser) -> Iterator[Page]:
    """A page that runs no script, for one address after another."""
    with blank(browser, java_script_enabled=False) as page:
        yield page


def test_the_site_has_the_pages_of_the_table_of_contents(site):
    assert {page for page in pages(site) if page.startswith("book/")} == set(CONTENT)


# Loading a page costs more than looking at it, so each of the two loads is looked at in many ways.
@pytest.mark.parametrize("name", CONTENT)
def test_a_page_wide_light_and_over_http(wide, site, served, name):
    load(wide, f"{served}/{name}")
    formulae_are_drawn(wide, site / name)
    pictures_say_what_they_show(wide)
    text_in_pictures_stands_out(wide)
    axe_finds_nothing(wide, "light")
    asks_nobody_else_and_complains_of_nothing(wide, served)


@pytest.mark.parametrize("name", CONTENT)
def test_a_page_narrow_dark_and_from_files(narrow, site, name):
    narrow.set_viewport_size(NARROW)
    load(narrow, f"{site.as_uri()}/{name}")
    nothing_is_wider_than_the_screen(narrow)
    text_in_pictures_stands_out(narrow)
    # before axe, which asks for stylesheets that a page of files may not read
    asks_nobody_else_and_complains_of_nothing(narrow, site.as_uri())
    axe_finds_nothing(narrow, "dark")
    what_slides_can_be_reached(narrow)


@pytest.mark.parametrize("name", CONTENT)
def test_a_page_without_scripts(scriptless, site, name):
    page = scriptless
    load(page, f"{site.as_uri()}/{name}")
    every_formula_is_there(page, site / name)
    shrunk = page.evaluate("""() => [...document.querySelectorAll('.bd-article .katex-html')]
        .filter(formula => formula.checkVisibility())
        .filter(formula => formula.getBoundingClientRect().width === 0)
        .map(formula => formula.textContent)""")
    assert not shrunk
    flat = page.evaluate("""() => [...document.querySelectorAll('.bd-article .ct-picture')]
        .filter(picture => picture.checkVisibility())
        .filter(picture => picture.getBoundingClientRect().height <= 20)
        .map(picture => picture.getAttribute('aria-label'))""")
    assert not flat


def test_the_checks_of_a_page_find_faults(browser, site):
    """Each of the checks above fails on a page that was spoilt for it."""
    address = f"{site.as_uri()}/{CHAPTER}"
    source = site / CHAPTER
    article = "document.querySelector('.bd-article')"
    with opened(browser, address) as page:
        add = f"{article}.insertAdjacentHTML('beforeend', "
        fade = "document.querySelectorAll('svg text').forEach(e => e.style.fill = '#eee')"
        finish = "document.getAnimations().forEach(a => a.finish()); "
        spoilt = {
            add + "'<p>$x$</p>')": lambda: formulae_are_drawn(page, source),
            add + "'<img src=x.png>')": lambda: pictures_say_what_they_show(page),
            add + '\'<div style="overflow: auto"><p style="width: 3000px">x</p></div>\')': lambda: (
                what_slides_can_be_reached(page)
            ),
            f"{article}.style.width = '3000px'": lambda: nothing_is_wider_than_the_screen(page),
            fade: lambda: text_in_pictures_stands_out(page),
            article + ".animate([{opacity: 0}, {opacity: 1}], 60_000)": lambda: nothing_moves(page),
            f"{finish}{add}'<button></button>')": lambda: axe_finds_nothing(page, "light"),
        }
        for script, check in spoilt.items():
            page.evaluate(script)
            with pytest.raises(AssertionError):
                check()
        with pytest.raises(AssertionError):
            # the picture that is not there
            asks_nobody_else_and_complains_of_nothing(page, site.as_uri())


def test_one_faint_word_among_many_that_are_alike_is_found(browser, site):
    with opened(browser, f"{site.as_uri()}/{CHAPTER}") as page:
        words = page.locator(".bd-article pre .n:visible").filter(has_text=re.compile(r"\w\w"))
        assert words.count() > 5
        words.last.evaluate("element => { element.style.color = '#dddddd'; }")
        with pytest.raises(AssertionError, match="color-contrast"):
            axe_finds_nothing(page, "light")


def asks_nobody_else_and_complains_of_nothing(page, base):
    foreign = [url for url in page.requests if not url.startswith((base, "data:", "blob:"))]
    assert not foreign and not page.errors, (foreign, page.errors)
    assert page.title().strip()


def every_formula_is_there(page, source: Path):
    count = source.read_text(encoding="utf-8").count('class="katex-html"')
    expect(page.locator(".bd-article .katex-html")).to_have_count(count)


def formulae_are_drawn(page, source: Path):
    every_formula_is_there(page, source)
    expect(page.locator(".katex-error")).to_have_count(0)
    text = page.evaluate("""() => {
        const copy = document.querySelector('.bd-article').cloneNode(true);
        copy.querySelectorAll('pre, code, script, .katex').forEach(e => e.remove());
        return copy.textContent;
    }""")
    raw = re.findall(r".{0,30}(?:\$|\\\(|\\\[|\\begin|\\frac).{0,30}", text)
    assert not raw, f"formula left as source: {raw}"
    if page.locator(".bd-article .katex-html").count():
        assert page.evaluate("document.fonts.check('16px KaTeX_Main')"), (
            "KaTeX's font was not loaded"
        )


def pictures_say_what_they_show(page):
    pictures = page.evaluate("""() => {
        const all = document.querySelectorAll('.bd-article img, .bd-article svg');
        const others = '[aria-hidden=true], [role=grid], button'; // grids: see below
        return [...all].filter(e => !e.closest(others)).map(e => {
            const named = e.closest('[role=img]');
            const title = named?.querySelector('title')?.textContent;
            const words = e.getAttribute('alt') || named?.getAttribute('aria-label') || title || '';
            return [e.outerHTML.slice(0, 120), words];
        });
    }""")
    for markup, words in pictures:
        assert len(words.split()) >= 4, f"{markup} is described by {words!r}"
    # A live figure's grid is walked, not described: it needs a name, and every cell its number.
    nameless = page.evaluate("""() => [...document.querySelectorAll('svg[role=grid]')].filter(e => {
        const name = document.getElementById(e.getAttribute('aria-labelledby'))?.textContent;
        const cells = [...e.querySelectorAll('[role=gridcell]')];
        const said = cells.every(cell => /\\d/.test(cell.getAttribute('aria-label')));
        return !name || !cells.length || !said;
    }).length""")
    assert nameless == 0


def nothing_is_wider_than_the_screen(page):
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room, f"{width} px wide on a screen of {room} px"
    # A formula that is too wide scrolls, and starts at its left end.
    cut = page.evaluate("""() => {
        const left = element => element.getBoundingClientRect().left;
        return [...document.querySelectorAll('.katex-display')]
            .filter(e => left(e.querySelector('.katex-html')) < left(e) - 1)
            .map(e => e.textContent.slice(0, 60));
    }""")
    assert not cut, f"cut at the left: {cut}"


def what_slides_can_be_reached(page):
    """By the tab key, on a screen so narrow that tables, formulae and code slide with any font."""
    page.set_viewport_size({"width": 200, "height": 740})
    missed = """() => [...document.querySelectorAll('.bd-article *')]
        .filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX))
        .filter(e => e.scrollWidth > e.clientWidth && e.checkVisibility() && e.tabIndex < 0)
        .map(e => e.outerHTML.slice(0, 120))"""
    # The page hears of its new size a moment after it has it.
    with contextlib.suppress(PlaywrightTimeout):
        page.wait_for_function(f"!({missed})().length", timeout=10_000)
    left = page.evaluate(missed)
    assert not left, f"slides, but cannot be reached by keyboard: {left[:4]}"


def nothing_moves(page):
    """A reader who asks for less motion gets none; a colour in the middle of a fade would also
    mislead axe.
    """
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.evaluate("document.getAnimations().length") == 0


# In code and formulas each character may be an element.  Those that look alike, on the same colour,
# are as easy to read: five of each are judged, all others get the attribute `data-alike`.  Single
# characters are set apart, because axe does not judge them.
ALIKE = """() => {
    const styles = new Map(), seen = new Map();
    const style = element => {
        if (!styles.has(element)) {
            const {color, backgroundColor, fontSize, fontWeight, opacity} =
                getComputedStyle(element);
            const above = element.parentElement ? style(element.parentElement) : {behind: ''};
            const bare = backgroundColor === 'rgba(0, 0, 0, 0)' && opacity === '1';
            const behind = bare ? above.behind : above.behind + backgroundColor + opacity;
            styles.set(element, {behind, look: color + fontSize + fontWeight});
        }
        return styles.get(element);
    };
    for (const element of document.querySelectorAll('.katex-html *, .highlight pre *')) {
        const {behind, look} = style(element);
        const place = element.checkVisibility() && element.getBoundingClientRect().width > 0;
        const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
        const words = own.some(node => /\\w\\w/.test(node.data));
        const key = [behind, look, place, words, element.closest('.katex') === null].join();
        seen.set(key, (seen.get(key) ?? 0) + 1);
        element.toggleAttribute('data-alike', seen.get(key) > 5);
    }
}"""


def axe_finds_nothing(page, theme):
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    nothing_moves(page)
    page.add_script_tag(path=AXE)
    page.evaluate(ALIKE)
    # Text in SVG is looked at below.
    page.evaluate("""axe.configure({rules: [
        {id: 'color-contrast', selector: ':not(:is(svg *, [data-alike]))'}]})""")
    # Text in the very colour of its background is to axe no violation but a case that it cannot
    # judge.
    found = page.evaluate("""async () => {
        const result = await axe.run(document, {resultTypes: ['violations', 'incomplete']});
        const same = node => node.any.some(check => check.message?.includes('1:1 contrast'));
        const unjudged = result.incomplete.map(
            fault => ({...fault, nodes: fault.nodes.filter(same)}));
        return [...result.violations, ...unjudged].filter(fault => fault.nodes.length);
    }""")
    named = {
        fault["id"]: [
            node["html"][:200] + " " + node["failureSummary"][:300] for node in fault["nodes"]
        ][:4]
        for fault in found
    }
    assert not named


def text_in_pictures_stands_out(page):
    """Text in SVG, which axe does not look at: WCAG's 4.5:1 against the nearest opaque colour; in a
    live figure's grid that may be a cell's.
    """
    pairs = page.evaluate("""() => {
        const background = element => getComputedStyle(element).backgroundColor;
        const transparent = element => /, 0\\)$/.test(background(element));
        const middle = box => [box.x + box.width / 2, box.y + box.height / 2];
        const holds = ({x, y, width, height}, [a, b]) =>
            a > x && a < x + width && b > y && b < y + height;
        const filled = rect => {
            const {fill, fillOpacity} = getComputedStyle(rect);
            return fillOpacity === '1' && fill.startsWith('rgb(') ? [[rect.getBBox(), fill]] : [];
        };
        const grids = [...document.querySelectorAll('.bd-article svg[role=grid]')];
        const cells = new Map(grids.map(e => [e, [...e.querySelectorAll('rect')].flatMap(filled)]));
        return [...document.querySelectorAll('.bd-article svg text')].map(text => {
            const cell = cells.get(text.closest('svg'))?.find(
                ([box]) => holds(box, middle(text.getBBox())));
            let behind = text;
            while (behind.parentElement && transparent(behind)) behind = behind.parentElement;
            return [getComputedStyle(text).fill, cell?.[1] ?? background(behind)];
        });
    }""")
    for pair in {tuple(pair) for pair in pairs}:
        assert contrast(*pair) >= 4.5, pair


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two CSS colours written as rgb(r, g, b)."""

    def luminance(colour: str) -> float:
        channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted([luminance(first), luminance(second)])
    return (light + 0.05) / (dark + 0.05)


def test_answers_unfold_by_keyboard(browser, site):
    with opened(browser, f"{site.as_uri()}/{CHAPTER}") as page:
        question = page.locator("details.sd-dropdown").first
        answer = question.locator(".sd-summary-content")
        expect(answer).to_be_hidden()
        question.locator("summary").press("Enter")
        expect(answer).to_be_visible()
        expect(question).to_have_js_property("open", True)


def test_printing_from_the_dark_theme_is_light_and_unfolded_and_leaves_no_trace(browser, site):
    with opened(browser, f"{site.as_uri()}/{CHAPTER}", color_scheme="dark") as page:
        theme, folded = page.locator("html"), page.locator("details:not([open])")
        expect(theme).to_have_attribute("data-theme", "dark")
        before = folded.count()
        assert before >= 5
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(theme).to_have_attribute("data-theme", "light")
        expect(folded).to_have_count(0)
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        expect(theme).to_have_attribute("data-theme", "dark")
        expect(folded).to_have_count(before)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_is_folded_is_on_paper_at_once(browser, site, scripts):
    """No fade or slide may be caught at its first frame, and no script need unfold anything."""
    moving = {"reduced_motion": "no-preference", "java_script_enabled": scripts}
    with opened(browser, f"{site.as_uri()}/{CHAPTER}", **moving) as page:
        page.emulate_media(media="print")
        if scripts:
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
        unseen = page.evaluate("""() => [...document.querySelectorAll('.bd-article details pre')]
            .filter(code => !code.checkVisibility({opacityProperty: true})
                || code.getBoundingClientRect().height < 10)
            .map(code => code.textContent.slice(0, 60))""")
        assert not unseen
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.locator(".bd-links").is_hidden() and page.locator(".bar").is_hidden()


def test_the_contents_open_and_close_on_a_phone_without_scripts(browser, site):
    address = f"{site.as_uri()}/{CHAPTER}"
    with opened(browser, address, viewport=NARROW, java_script_enabled=False) as page:
        contents = page.locator("#contents")
        expect(contents).to_be_hidden()
        page.locator(".bar .menu").click()
        expect(contents).to_be_visible()
        expect(contents.locator("[aria-current=page]")).to_have_count(1)
        contents.locator(".close").click()
        expect(contents).to_be_hidden()


def test_the_chosen_theme_stays_from_page_to_page(browser, served):
    with opened(browser, f"{served}/{CHAPTER}", color_scheme="light") as page:
        page.locator(".bar .theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.goto(f"{served}/book/index.html")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.locator(".bar .theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        assert page.evaluate("localStorage.theme") is None  # as the system says: nothing is kept


def test_code_is_copied_as_it_is(browser, served):
    with opened(browser, f"{served}/{CHAPTER}", permissions=["clipboard-read"]) as page:
        block = page.locator(".cell_input .highlight:visible").first
        code = block.locator("pre").text_content()
        block.hover()
        block.locator(".copy").click()
        expect(block.locator(".copy")).to_contain_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()").strip() == code.strip()


def test_the_portrait_of_the_start_page_is_enlarged_as_chosen(browser, site):
    """Its script's verdicts are the library's, and its pixels those of the first, drawn state."""
    import numpy as np
    from book.start import FIRST, KERNELS, SIDE, SIZES, STRIDES, enlarged, verdict

    from convtranspose.figures import photograph

    read = """() => { const c = document.querySelector('.hero canvas');
        const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        return Array.from({length: c.width * c.height}, (_, i) => data[4 * i]); }"""
    with opened(browser, f"{site.as_uri()}/book/index.html") as page:
        for kind, (_, weights) in KERNELS.items():
            for k in SIZES:
                for s in STRIDES:
                    page.evaluate(
                        """([kind, k, s]) => {
                        const named = name => document.querySelector(`.hero [name=${name}]`);
                        named('kind').value = kind; named('k').value = k; named('s').value = s;
                        named('s').dispatchEvent(new Event('input')); }""",
                        [kind, k, s],
                    )
                    assert page.locator(".hero .verdict").text_content() == verdict(weights(k), s)
        kind, k, s = FIRST
        page.evaluate(
            """([kind, k, s]) => {
            const named = name => document.querySelector(`.hero [name=${name}]`);
            named('kind').value = kind; named('k').value = k; named('s').value = s;
            named('s').dispatchEvent(new Event('input')); }""",
            [kind, k, s],
        )
        drawn = np.array(page.evaluate(read)).reshape(SIDE * s, SIDE * s)
    expected = np.clip(enlarged(photograph(SIDE), KERNELS[kind][1](k), s) * 255, 0, 255)
    assert np.abs(drawn - expected).max() < 2  # the portrait reaches the script in whole numbers
