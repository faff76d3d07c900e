"""A notebook of the site that `make lite` builds, driven as a person would."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.browser.lab import RUN_SECONDS, NotebookPage


class LitePage(NotebookPage):
    """One notebook, open, with its kernel started."""

    def __init__(self, page: Page, site: str, name: str) -> None:
        self.page = page
        page.set_default_timeout(RUN_SECONDS * 1000)
        page.goto(f"{site}/notebooks/index.html?path={name}.ipynb")
        self.wait()

    def wait(self) -> None:
        """Wait until the notebook is there and its kernel listens."""
        self.page.locator(".jp-CodeCell .cm-line").last.wait_for(state="attached")
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(
            state="attached"
        )

    def save(self) -> None:
        """Save with Ctrl+S and wait until nothing is left unsaved."""
        self.page.keyboard.press("Control+S")
        self.page.locator(".jp-mod-dirty").wait_for(state="detached")
