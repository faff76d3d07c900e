"""A real JupyterLab for the browser tests: a server on the loopback interface, and a notebook page driven as a person
would."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page

START_SECONDS = 60
RUN_SECONDS = 120

# The execution counts of all code cells that are not empty: 0 before the first run, NaN while one waits or runs.
COUNTS = """() => [...document.querySelectorAll('.jp-CodeCell')]
    .filter(cell => cell.querySelector('.cm-content').textContent.trim())
    .map(cell => cell.querySelector('.jp-InputPrompt').textContent.replace(/[\\[\\]:\\s]/g, ''))
    .map(count => count === '' ? 0 : Number(count))"""


def free_port() -> int:
    """A TCP port on the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """A JupyterLab that serves ``folder``, with its settings below ``home``; yields the address up to ``/lab`` and ends
    it after.

    Only what tests need is set: no news pop-up, and every cell in the page (by default cells out of sight are left out
    of it).
    """
    settings = home / "settings"
    for plugin, values in {
        "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    }.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    port, token = free_port(), secrets.token_hex(16)
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={folder}"]
    command += ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    with open(home / "server.log", "w") as log:
        streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        server = subprocess.Popen(command, cwd=folder, env=environment, **streams)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(f"{address}/api?token={token}", server, home / "server.log")
            yield f"{address}/lab/tree/{{path}}?token={token}&reset"  # reset: no tabs from another test
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_up(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        if server.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.2)


class NotebookPage:
    """One notebook open in JupyterLab, addressed by what its cells say."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page = page
        page.goto(address.format(path=path))
        # Cells are in the page before their text is, and the toolbar's ring is drawn before the kernel listens.
        page.locator(".jp-CodeCell .cm-line").last.wait_for(state="attached", timeout=START_SECONDS * 1000)
        page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=START_SECONDS * 1000)

    def cell(self, text: str) -> Locator:
        """The one code cell whose source contains ``text``."""
        cells = self.page.locator(".jp-CodeCell").filter(has=self.page.locator(".jp-InputArea", has_text=text))
        assert cells.count() == 1, f"{cells.count()} code cells contain {text!r}"
        return cells.first

    def output(self, text: str) -> Locator:
        """The output area of the code cell whose source contains ``text``."""
        return self.cell(text).locator(".jp-Cell-outputArea")

    def type_into(self, text: str, source: str) -> None:
        """Replace the source of the cell that contains ``text``, as if typed."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def answer_in_words(self, words: str) -> None:
        """Replace every Markdown cell that still says "Your answer here." by ``words``, and render it."""
        unanswered = self.page.locator(".jp-MarkdownCell").filter(has_text="Your answer here.")
        while unanswered.count():
            unanswered.first.dblclick()
            # The cell no longer shows the words it was found by: it is the one being edited now.
            editing = self.page.locator(".jp-MarkdownCell .cm-content:visible")
            editing.click()
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(words)
            self.page.keyboard.press("Shift+Enter")
            editing.wait_for(state="hidden", timeout=10_000)

    def run(self, text: str) -> None:
        """Run the cell that contains ``text`` with Shift+Enter and wait until it has been run."""
        before = self._last_count()
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self._wait_for_counts(f"counts => Math.max(...counts) > {before}")

    def run_all(self) -> None:
        """Run > Run All Cells, from the menu bar, and wait until every cell has been run."""
        before = self._last_count()
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self._wait_for_counts(f"counts => counts.every(count => count > {before})")

    def _last_count(self) -> int:
        """The highest execution count in the notebook."""
        return self.page.evaluate(f"Math.max(0, ...({COUNTS})().filter(Number.isFinite))")

    def _wait_for_counts(self, condition: str) -> None:
        """Wait until no cell is waiting or running and the execution counts fulfil the JavaScript ``condition``."""
        script = f"() => {{ const c = ({COUNTS})(); return c.every(Number.isFinite) && ({condition})(c); }}"
        self.page.wait_for_function(script, timeout=RUN_SECONDS * 1000)

    def save(self) -> None:
        """Save with Ctrl+S and wait until the tab no longer shows unsaved changes."""
        self.page.keyboard.press("Control+S")
        self.page.wait_for_selector(".jp-Document.jp-mod-dirty", state="detached", timeout=10_000)
        self.page.wait_for_function(
            "() => !document.querySelector('.lm-DockPanel-tabBar .jp-mod-dirty')", timeout=RUN_SECONDS * 1000
        )

    def validate(self) -> str:
        """Press the Validate button in the toolbar; what the dialogue then says.

        Pressed again, as one would, where nbgrader's kernel died at its start: that was seen once, on a machine busy
        with other tests, and never again in more than a thousand starts.
        """
        said = self._validate()
        return self._validate() if "Kernel died before replying" in said else said

    def _validate(self) -> str:
        self.page.locator(".jp-NotebookPanel-toolbar, .jp-Toolbar").get_by_text("Validate", exact=True).first.click()
        dialogue = self.page.locator(".jp-Dialog-content")
        dialogue.wait_for(timeout=RUN_SECONDS * 1000)
        said = dialogue.inner_text()
        dialogue.locator("button").last.click()
        return said
