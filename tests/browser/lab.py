"""A real JupyterLab for the browser tests: a server on the loopback interface, and a notebook page
driven as a person would.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from playwright.sync_api import Locator, Page, expect

# How long something may take before it counts as never: far longer than on a busy machine.
START_SECONDS = 300
RUN_SECONDS = 600

# `jupyter lab`, without what takes two seconds of every start and has no part in it.
START = """
from marking.processes import skip_unused_format_checker
skip_unused_format_checker()
from jupyterlab.labapp import main
main()
"""

# The execution counts of all code cells that are not empty: 0 before the first run, NaN while one
# waits or runs.
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
    """A JupyterLab that serves ``folder``, with its settings below ``home``; yields the address up
    to ``/lab`` and ends it after.

    Only what tests need is set: no news pop-up, and every cell in the page (by default cells out of
    sight are left out of it).
    """
    settings = home / "settings"
    for plugin, values in {
        "@jupyterlab/apputils-extension/notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
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
    command = [
        sys.executable,
        "-c",
        START,
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
    ]
    command += [
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
    ]
    server = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = _Log(server.stderr)
    try:
        log.wait_until_up()
        # reset: no tabs from another test
        yield f"http://127.0.0.1:{port}/lab/tree/{{path}}?token={token}&reset"
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


class _Log:
    """Reads what a server writes, which tells when it listens and why it did not start."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._up = False
        self._news = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._stream:
            self._lines.append(line)
            if "is running at" in line:
                self._up = True
                self._news.set()
        self._news.set()  # it has ended

    def wait_until_up(self) -> None:
        """Wait until the server listens.  AssertionError with its log if it ends before."""
        self._news.wait(START_SECONDS)
        assert self._up, f"JupyterLab did not start:\n{''.join(self._lines)[-2000:]}"

    def close(self) -> None:
        """Wait for the last line of a server that has ended."""
        self._reader.join(START_SECONDS)


class NotebookPage:
    """One notebook open in JupyterLab, addressed by what its cells say."""

    def __init__(self, page: Page, address: str, path: str) -> None:
        self.page = page
        page.set_default_timeout(RUN_SECONDS * 1000)
        page.goto(address.format(path=path))
        # Cells are in the page before their text is, and the toolbar's ring is drawn before the
        # kernel listens.
        page.locator(".jp-CodeCell .cm-line").last.wait_for(state="attached")
        page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()

    def cell(self, text: str) -> Locator:
        """The one code cell whose source contains ``text``."""
        cell = self.page.locator(".jp-CodeCell").filter(
            has=self.page.locator(".jp-InputArea", has_text=text)
        )
        expect(cell, f"one code cell contains {text!r}").to_have_count(1)
        return cell

    def output(self, text: str) -> Locator:
        """The output area of the code cell whose source contains ``text``."""
        return self.cell(text).locator(".jp-Cell-outputArea")

    def type_into(self, text: str, source: str) -> None:
        """Replace the source of the cell that contains ``text``, as if typed."""
        # Where the page is still laying itself out, a click may fall beside the cell.
        cell = self.cell(text)
        cell.locator(".cm-content").click()
        expect(cell.locator(".cm-editor.cm-focused")).to_have_count(1)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)
        self.cell(source.splitlines()[0])

    def answer_in_words(self, words: str) -> None:
        """Replace every Markdown cell that still says "Your answer here." by ``words``, and render
        it.
        """
        unanswered = self.page.locator(".jp-MarkdownCell").filter(has_text="Your answer here.")
        while unanswered.count():
            unanswered.first.dblclick()
            # The cell no longer shows the words it was found by: it is the one being edited now.
            editing = self.page.locator(".jp-MarkdownCell .cm-content:visible")
            editing.click()
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(words)
            self.page.keyboard.press("Shift+Enter")
            editing.wait_for(state="hidden")

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
        """Wait until no cell is waiting or running and the execution counts fulfil the JavaScript
        ``condition``.
        """
        script = f"""() => {{
            const counts = ({COUNTS})();
            return counts.every(Number.isFinite) && ({condition})(counts);
        }}"""
        self.page.wait_for_function(script)

    def save(self) -> None:
        """Save with Ctrl+S and wait until the tab no longer shows unsaved changes."""
        self.page.keyboard.press("Control+S")
        expect(self.page.locator(".jp-Document.jp-mod-dirty")).to_have_count(0)
        expect(self.page.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0)

    def validate(self) -> str:
        """Press the Validate button in the toolbar; what the dialogue then says.

        Pressed again, as one would, where nbgrader's kernel died at its start: that was seen once,
        on a machine busy with other tests, and never again in more than a thousand starts.
        """
        said = self._validate()
        return self._validate() if "Kernel died before replying" in said else said

    def _validate(self) -> str:
        self.page.locator(".jp-NotebookPanel-toolbar, .jp-Toolbar").get_by_text(
            "Validate", exact=True
        ).first.click()
        dialogue = self.page.locator(".jp-Dialog-content")
        dialogue.wait_for()
        said = dialogue.inner_text()
        dialogue.locator("button").last.click()
        return said
