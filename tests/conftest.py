"""What tests of several folders share: one Chromium a process, and the built site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.book.site import built_site
from tools.browser import BrowserError, started_browser

from marking.processes import skip_unused_format_checker

skip_unused_format_checker()

# An assertion about a page waits for what it asserts: long enough for a busy machine, where the
# default of five seconds is not.
expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of slow tests: at the end, one alone would keep all others waiting."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium or Chrome, found as ``make test`` finds it.

    For all tests of a process: Playwright refuses to start a second time while it runs.
    """
    try:
        with started_browser() as browser:
            yield browser
    except BrowserError as problem:
        pytest.fail(f"the browser tests cannot run: {problem}")


@pytest.fixture(scope="session")
def site() -> Path:
    """Folder of the project's own site, up to date."""
    return built_site()
