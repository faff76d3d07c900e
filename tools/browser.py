"""The Chromium or Chrome that prints the book and that the tests drive: found and started in one
way.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

VARIABLE = "COURSE_BROWSER"  # names a browser that is to be taken before all others
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Of two options of this name Chromium takes the last: these are Playwright's, then the page that
# Chromium makes ready behind the address bar of every window, at the price of a window.
FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,WebUIOmniboxPopup"
)
# No sandbox: the browser shows nothing but our own pages, and must start as root in containers too.
# The rest keeps it from calling its maker.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={FEATURES}",
)


class BrowserError(ValueError):
    """There is no browser, or it does not start; the message is one sentence."""


def find_browser() -> str | None:
    """Path of a Chromium or Chrome: the one that COURSE_BROWSER names, one on PATH, or Playwright's
    own; None if there is none, or if COURSE_BROWSER names no file.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named if Path(named).is_file() else None
    on_path = (shutil.which(name) for name in PROGRAMS)
    on_macos = (path for path in ON_MACOS if Path(path).is_file())
    return next(filter(None, (*on_path, *on_macos)), None) or _playwright_browser()


def _playwright_browser() -> str | None:
    """Path of the Chromium that Playwright has downloaded, if it has."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def advice() -> str:
    """One sentence for someone whose browser was not found."""
    named = os.environ.get(VARIABLE)
    if named:
        return f"{VARIABLE} names {named!r}, which is no file; name a Chromium or Chrome"
    return f"no Chromium or Chrome was found; install one, or name one in {VARIABLE}"


@contextlib.contextmanager
def started_browser() -> Iterator[Browser]:
    """A headless browser, ended afterwards.  BrowserError if there is none or it does not start."""
    path = find_browser()
    if path is None:
        raise BrowserError(advice())
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        except Error as problem:
            reason = problem.message.splitlines()[0]
            raise BrowserError(f"the browser {path} does not start: {reason}") from problem
        try:
            yield browser
        finally:
            browser.close()
