"""The site in a real browser: over http and from files, light and dark, wide and narrow, with and without scripts."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys

import pytest
from tests.book import prose
from tests.book.site import ROOT, pages
from tests.prerequisites import find_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONTENT = [f"book/{name}.html" for name in prose.pages()]
NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# The theme's own faults, which this course did not make and must not add to.
THEME_FAULTS = {"label-content-name-mismatch", "region"}


@contextlib.contextmanager
def opened(browser, address, **context):
    """A page of its own context, loaded, with ``requests`` and ``errors`` that it gathered."""
    context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **context})
    page = context.new_page()
    page.requests, page.errors = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("requestfailed", lambda request: page.errors.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and page.errors.append(message.text))
    page.goto(address, wait_until="networkidle")
    yield page
    context.close()


def test_the_site_has_the_pages_of_the_table_of_contents(site):
    assert {page for page in pages(site) if page.startswith("book/")} == set(CONTENT)


# Loading a page costs more than looking at it, so each of the two loads is looked at in many ways.
@pytest.mark.parametrize("name", CONTENT)
def test_a_page_wide_light_and_over_http(browser, site, served, name):
    with opened(browser, f"{served}/{name}", color_scheme="light") as page:
        asks_nobody_else_and_complains_of_nothing(page, served)
        formulae_are_drawn(page, (site / name).read_text(encoding="utf-8"))
        pictures_say_what_they_show(page)
        text_in_pictures_stands_out(page)
        axe_finds_nothing_but_the_themes_own_faults(page, "light")


@pytest.mark.parametrize("name", CONTENT)
def test_a_page_narrow_dark_and_from_files(browser, site, name):
    with opened(browser, f"{site.as_uri()}/{name}", color_scheme="dark", viewport=NARROW) as page:
        asks_nobody_else_and_complains_of_nothing(page, site.as_uri())
        nothing_is_wider_than_the_screen(page)
        text_in_pictures_stands_out(page)
        axe_finds_nothing_but_the_themes_own_faults(page, "dark")


@pytest.mark.parametrize("name", CONTENT)
def test_a_page_without_scripts(browser, site, name):
    with opened(browser, f"{site.as_uri()}/{name}", java_script_enabled=False) as page:
        shown = page.locator(".bd-article .katex-html")
        assert shown.count() == (site / name).read_text(encoding="utf-8").count('class="katex-html"')
        assert all(formula.bounding_box()["width"] > 0 for formula in shown.all()[:40] if formula.is_visible())
        for picture in page.locator(".bd-article .ct-picture").all():
            assert not picture.is_visible() or picture.bounding_box()["height"] > 20


def test_the_checks_of_a_page_find_faults(browser, site):
    """Each of the checks above fails on a page that was spoilt for it."""
    address = f"{site.as_uri()}/book/rotated-kernel.html"
    source = (site / "book/rotated-kernel.html").read_text(encoding="utf-8")
    article = "document.querySelector('.bd-article')"
    with opened(browser, address) as page:
        add = f"{article}.insertAdjacentHTML('beforeend', "
        fade = "document.querySelectorAll('svg text').forEach(e => e.style.fill = '#eee')"
        spoilt = {
            add + "'<p>$x$</p>')": lambda: formulae_are_drawn(page, source),
            add + "'<img src=x.png>')": lambda: pictures_say_what_they_show(page),
            f"{article}.style.width = '3000px'": lambda: nothing_is_wider_than_the_screen(page),
            fade: lambda: text_in_pictures_stands_out(page),
            article + ".animate([{opacity: 0}, {opacity: 1}], 60_000)": lambda: nothing_moves(page),
            f"document.getAnimations().forEach(a => a.finish()); {add}'<button></button>')": lambda: (
                axe_finds_nothing_but_the_themes_own_faults(page, "light")
            ),
        }
        for script, check in spoilt.items():
            page.evaluate(script)
            with pytest.raises(AssertionError):
                check()
        with pytest.raises(AssertionError):
            asks_nobody_else_and_complains_of_nothing(page, site.as_uri())  # the picture that is not there


def asks_nobody_else_and_complains_of_nothing(page, base):
    foreign = [url for url in page.requests if not url.startswith((base, "data:", "blob:"))]
    assert not foreign and not page.errors, (foreign, page.errors)
    assert page.title().strip()


def formulae_are_drawn(page, source):
    shown = page.locator(".bd-article .katex-html")
    assert shown.count() == source.count('class="katex-html"')
    assert page.locator(".katex-error").count() == 0
    text = page.evaluate("""() => {
        const copy = document.querySelector('.bd-article').cloneNode(true);
        copy.querySelectorAll('pre, code, script, .katex').forEach(e => e.remove());
        return copy.textContent;
    }""")
    raw = re.findall(r".{0,30}(?:\$|\\\(|\\\[|\\begin|\\frac).{0,30}", text)
    assert not raw, f"formula left as source: {raw}"
    if shown.count():
        assert page.evaluate("document.fonts.check('16px KaTeX_Main')"), "KaTeX's font was not loaded"


def pictures_say_what_they_show(page):
    pictures = page.evaluate("""() => [...document.querySelectorAll('.bd-article img, .bd-article svg')]
        .filter(e => !e.closest('[aria-hidden=true], button'))
        .map(e => {
            const named = e.closest('[role=img]');
            const title = named?.querySelector('title')?.textContent;
            const words = e.getAttribute('alt') || named?.getAttribute('aria-label') || title || '';
            return [e.outerHTML.slice(0, 120), words];
        })""")
    for markup, words in pictures:
        assert len(words.split()) >= 4, f"{markup} is described by {words!r}"


def nothing_is_wider_than_the_screen(page):
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room, f"{width} px wide on a screen of {room} px"
    # A formula that is too wide scrolls, and starts at its left end.
    cut = page.evaluate("""() => [...document.querySelectorAll('.katex-display')].filter(e =>
        e.querySelector('.katex-html').getBoundingClientRect().left < e.getBoundingClientRect().left - 1
    ).map(e => e.textContent.slice(0, 60))""")
    assert not cut, f"cut at the left: {cut}"


def nothing_moves(page):
    """A reader who asks for less motion gets none; a colour in the middle of a fade would also mislead axe."""
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.evaluate("document.getAnimations().length") == 0


def axe_finds_nothing_but_the_themes_own_faults(page, theme):
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    nothing_moves(page)
    page.add_script_tag(path=AXE)
    # Text in the very colour of its background is to axe no violation but a case that it cannot judge.
    found = page.evaluate("""axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(result => [
        ...result.violations,
        ...result.incomplete.map(fault => ({...fault, nodes: fault.nodes.filter(
            node => node.any.some(check => check.message?.includes('1:1 contrast')))})),
    ].filter(fault => fault.nodes.length))""")
    ours = {
        fault["id"]: [node["html"][:200] + " " + node["failureSummary"][:300] for node in fault["nodes"]][:4]
        for fault in found
        if fault["id"] not in THEME_FAULTS
    }
    assert not ours


def text_in_pictures_stands_out(page):
    """Text in SVG, which axe does not look at: WCAG's 4.5:1 against the nearest opaque background."""
    pairs = page.evaluate("""() => [...document.querySelectorAll('.bd-article svg text')].map(text => {
        const background = element => getComputedStyle(element).backgroundColor;
        let behind = text;
        while (behind.parentElement && /, 0\\)$/.test(background(behind))) behind = behind.parentElement;
        return [getComputedStyle(text).fill, background(behind)];
    })""")
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


def test_the_book_as_pdf_has_all_pages_in_order_with_links_and_bookmarks(site, tmp_path):
    book = tmp_path / "book.pdf"
    command = [sys.executable, ROOT / "book" / "_extensions" / "pdf.py", site, book]
    browser = {"COURSE_BROWSER": find_browser()}
    done = subprocess.run(command, env=os.environ | browser, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    data = book.read_bytes()
    assert data.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", data)) > 60
    titles = [re.search(r"^# (.+)$", prose.source(name), re.M)[1] for name in prose.chapters()]
    bookmarks = [f"/Title ({number}. {title})".encode() for number, title in enumerate(titles, 1)]
    assert [mark for mark in bookmarks if mark not in data] == []
    assert data.count(b"/Subtype /Link") > 100
    assert list(tmp_path.iterdir()) == [book]


def test_without_a_site_the_pdf_command_says_so_in_a_sentence(tmp_path):
    command = [sys.executable, ROOT / "book" / "_extensions" / "pdf.py", tmp_path, tmp_path / "book.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and done.stderr == f"pdf: {tmp_path} holds no book/index.html; build the book first\n"
