"""Pages of the browser that are wholly loaded, and keep what they asked for and complained of."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

WIDE = {"width": 1280, "height": 900}
SECONDS = 120
# What is begun by the last of a page's scripts is begun by then.
AT_REST = """async () => {
    await document.fonts.ready;
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    await new Promise(done => requestIdleCallback(done, {timeout: 1000}));
}"""


@contextlib.contextmanager
def blank(browser: Browser, *, java_script_enabled: bool = True, **context) -> Iterator[Page]:
    """A page of its own context, to be loaded once or again and again: a new one costs as much as
    to load a page of the site.  Its ``requests`` and ``errors`` are what it gathered since the last
    time.
    """
    settings = {"viewport": WIDE, "reduced_motion": "reduce", **context}
    context = browser.new_context(java_script_enabled=java_script_enabled, **settings)
    context.set_default_timeout(SECONDS * 1000)
    page = context.new_page()
    page.requests, page.errors, page.pending = [], [], set()
    page.scripts = java_script_enabled

    def begun(request):
        page.requests.append(request.url)
        page.pending.add(request)

    def failed(request):
        page.errors.append(f"failed: {request.url}")
        page.pending.discard(request)

    page.on("request", begun)
    page.on("requestfinished", lambda request: page.pending.discard(request))
    page.on("requestfailed", failed)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on(
        "console",
        lambda message: message.type in ("error", "warning") and page.errors.append(message.text),
    )
    yield page
    context.close()


def load(page: Page, address: str) -> None:
    """Show ``address`` in a page of ``blank``, wholly: parsed, its fonts there, and nothing asked
    for any more.  AssertionError if that does not end.
    """
    page.requests.clear()
    page.errors.clear()
    page.goto(address, wait_until="load")
    end = time.monotonic() + SECONDS
    while True:
        page.evaluate(AT_REST if page.scripts else "document.fonts.ready.then(() => true)")
        if not page.pending:
            return
        assert time.monotonic() < end, [request.url for request in page.pending]


@contextlib.contextmanager
def opened(browser: Browser, address: str, **context) -> Iterator[Page]:
    """A page of its own context, wholly loaded."""
    with blank(browser, **context) as page:
        load(page, address)
        yield page
