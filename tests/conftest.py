"""What tests of several folders share: one Chromium a process."""

from __future__ import annotations

import pytest
from tests.prerequisites import find_browser

# No sandbox: tests also run as root, in containers.  The rest keeps the browser from calling its maker.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium or Chrome, found as ``make test`` finds it.

    For all tests of a process: Playwright refuses to start a second time while it runs.
    """
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None:
        pytest.fail("The browser tests need Chromium or Chrome: install one, or name one in COURSE_BROWSER.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
