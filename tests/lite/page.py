"""A notebook of the site that `make lite` builds, driven as a person would."""

from __future__ import annotations

from playwright.sync_api import Page
from tests.browser.lab import RUN_SECONDS, NotebookPage

KEPT = """async (text) => {
    const done = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    for (const { name } of await indexedDB.databases()) {
        const database = await done(indexedDB.open(name));
        try {
            for (const store of database.objectStoreNames) {
                const all = database.transaction(store).objectStore(store).getAll();
                if (JSON.stringify(await done(all)).includes(text)) return true;
            }
        } finally {
            database.close();
        }
    }
    return false;
}"""


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

    def save(self, text: str) -> None:
        """Save with Ctrl+S and wait until the browser keeps a notebook with ``text`` in it: the
        page itself shows nowhere that it has unsaved changes.
        """
        self.page.keyboard.press("Control+S")
        self.page.wait_for_function(KEPT, arg=text)
