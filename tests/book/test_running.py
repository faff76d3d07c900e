"""Pages run side by side before Sphinx reads them; MyST-NB finds what it would have made itself."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_cache import get_cache
from sphinx.testing.util import SphinxTestApp
from tests.book.extensions import extension
from tests.book.site import HEAD, ROOT

running = extension("running")

# Extensions add their suffixes to the dictionary that is given; to none given, to Sphinx's own
# default, and the next project that is built in this process would find Markdown to be MyST-NB's.
CONF = """\
source_suffix = {".rst": "restructuredtext"}
extensions = ["myst_nb", "running"]
nb_execution_mode = "cache"
nb_execution_timeout = 60
nb_execution_show_tb = True
"""
# A cell that leaves a letter for each time that it runs, in the folder of its page.
TRACE = 'with open("ran", "a") as ran:\n    ran.write({name!r})\n'


class Book:
    """A Sphinx project of pages in one folder, built in this process with `processors`."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.patch = patch
        self.runs: list[list[str]] = []  # of each time that pages were run side by side, which
        run_all = running.run_all

        def noted(pages, *rest):
            self.runs.append([page.name for page in pages])
            return run_all(pages, *rest)

        patch.setattr(running, "run_all", noted)
        (folder / "conf.py").write_text(CONF)
        (folder / "index.rst").write_text("Title\n=====\n\n.. toctree::\n   :glob:\n\n   page-*\n")

    def page(self, letter: str, code: str = "", head: str = HEAD, words: str = "Words.") -> None:
        """Write page-LETTER.md: words, and a cell that notes the letter and then runs `code`."""
        cell = "```{code-cell} ipython3\n" + TRACE.format(name=letter) + code + "\n```\n"
        text = f"{head}\n# Page {letter}\n\n{words}\n\n{cell}"
        (self.folder / f"page-{letter}.md").write_text(text)

    def build(self, processors: int = 2, quiet: bool = False) -> str:
        """Build; the warnings."""
        self.patch.setattr(running, "processors", lambda: processors)
        app = SphinxTestApp("dummy", srcdir=self.folder)
        app.quiet = quiet
        try:
            app.build()
            return app.warning.getvalue()
        finally:
            app.cleanup()

    @property
    def ran(self) -> str:
        """The letters of the pages that ran, in alphabetical order, once for each time."""
        return "".join(sorted((self.folder / "ran").read_text()))

    def forget(self) -> None:
        """As a fresh copy."""
        shutil.rmtree(self.folder / "_build")
        (self.folder / "ran").unlink()

    def stored(self) -> dict[str, object]:
        """What the cache holds of each page: how it is read, and its cells without their chance
        identifiers."""
        cache = get_cache(self.folder / "_build" / ".jupyter_cache")
        held = {}
        for record in cache.list_cache_records():
            notebook = cache.get_cache_bundle(record.pk).nb
            for cell in notebook.cells:
                cell.pop("id", None)
            project = cache.get_project_record(record.uri)
            held[Path(record.uri).name] = (
                json.loads(json.dumps(notebook)),
                project.read_data,
                project.traceback,
                list(record.data),
            )
        return held


@pytest.fixture
def book(tmp_path, monkeypatch):
    return Book(tmp_path, monkeypatch)


def test_pages_run_at_the_same_time_once_each_and_mystnb_finds_their_results(book):
    wait = """
import pathlib, time
pathlib.Path("here-{own}").touch()
for _ in range(500):
    if pathlib.Path("here-{other}").exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError("the other page has not begun")
"""
    book.page("a", wait.format(own="a", other="b"))
    book.page("b", wait.format(own="b", other="a"))
    assert book.build() == ""
    assert book.ran == "ab"


def test_what_is_stored_is_what_mystnb_stores(book):
    fails = "1 / 0"
    head = HEAD.removesuffix("---\n")
    book.page("a", "import os\nprint(os.path.exists('page-a.md'))\nos.getpid() > 0")
    book.page("b", fails, head=head + "execution: {allow_errors: true}\n---\n")
    book.page("c", fails, head=head + "mystnb: {execution_allow_errors: true}\n---\n")
    temporary = "import os\nassert not os.path.exists('page-d.md')"
    book.page("d", temporary, head=head + "mystnb: {execution_in_temp: true}\n---\n")
    with (book.folder / "page-a.md").open("a") as page:
        page.write(
            '\n```{code-cell} ipython3\n:tags: [raises-exception]\n\nraise KeyError("x")\n```\n'
        )
    warnings = book.build()
    side_by_side = book.stored()
    assert len(book.runs) == 1 and len(side_by_side) == 4
    book.forget()
    assert book.build(processors=1) == warnings
    assert len(book.runs) == 1 and book.stored() == side_by_side


@pytest.mark.slow
def test_a_page_that_fails_is_reported_as_before_and_the_others_run_once(book):
    head = HEAD.removesuffix("---\n")
    book.page("a")
    book.page("b", 'raise ValueError("on purpose")')
    book.page("c", "import time; time.sleep(60)", head + "mystnb: {execution_timeout: 1}\n---\n")
    log = book.build()
    assert "CellExecutionError" in log and "CellTimeoutError" in log and "on purpose" in log
    assert book.ran == "abbcc" and list(book.stored()) == ["page-a.md"]
    book.forget()
    assert book.build(processors=1) == log


def test_only_what_must_run_is_run_and_one_page_alone_is_left_to_mystnb(book):
    for letter in "abc":
        book.page(letter)
    book.build()
    assert [sorted(names) for names in book.runs] == [["page-a", "page-b", "page-c"]]

    for letter in "abc":
        book.page(letter, words="Other words.")
    book.build()
    book.page("a", "1 + 1")
    book.build()
    assert len(book.runs) == 1 and book.ran == "aabc"

    for letter in "bc":
        book.page(letter, "2 + 2")
    book.build()
    assert sorted(book.runs[1]) == ["page-b", "page-c"] and book.ran == "aabbcc"


def test_pages_with_the_same_cells_run_once(book):
    book.page("a")
    book.page("b")
    (book.folder / "page-c.md").write_text((book.folder / "page-b.md").read_text())
    book.build()
    assert sorted(book.runs[0]) == ["page-a", "page-b"] and book.ran == "ab"


def test_a_page_that_runs_in_no_cache_or_cannot_be_read_is_left_to_mystnb(book):
    book.page("a", head=HEAD.removesuffix("---\n") + "mystnb: {execution_mode: 'off'}\n---\n")
    book.page("b", head=HEAD.removesuffix("---\n") + "mystnb: {nonsense: 1}\n---\n")
    (book.folder / "page-c.md").write_text("# No notebook\n")
    (book.folder / "page-d.md").write_text(HEAD + "\n+++ {no JSON\n")
    book.page("e")
    app = SphinxTestApp("dummy", srcdir=book.folder)
    app.env.find_files(app.config, app.builder)
    read = {letter: running.read_page(app.env, f"page-{letter}") for letter in "abcde"}
    app.cleanup()
    assert [letter for letter, page in read.items() if page is not None] == ["e"]


def test_the_longest_page_begins_first(tmp_path):
    def page(name: str, size: int, timeout: int = 60):
        path = tmp_path / name
        path.write_text("x" * size)
        return SimpleNamespace(
            name=name, path=path, config=SimpleNamespace(execution_timeout=timeout)
        )

    pages = [page("small", 1), page("large", 9), page("patient", 3, 600), page("new", 2)]

    def order(seconds: dict[str, float]) -> list[str]:
        return [page.name for page in running.longest_first(pages, seconds)]

    assert order({}) == ["patient", "large", "new", "small"]
    assert order({"small": 5, "large": 2, "patient": 3}) == ["new", "small", "patient", "large"]


def test_what_pages_took_is_remembered_for_the_next_time(book):
    book.page("a", "import time; time.sleep(1)")
    book.page("b", "'a larger page, which is begun first while nothing is known'")
    book.build()
    for letter in "ab":
        page = book.folder / f"page-{letter}.md"
        page.write_text(page.read_text() + "\n```{code-cell} ipython3\n1\n```\n")
    file = book.folder / "_build" / "page-seconds.json"
    assert set(json.loads(file.read_text())) == {"page-a", "page-b"}
    file.write_text('{"page-a": 9, "page-b": 1}')
    book.build()
    assert book.runs == [["page-b", "page-a"], ["page-a", "page-b"]]


@pytest.mark.parametrize("text", ["", "[]", '{"page": "long"}', '{"page": null}', None])
def test_a_damaged_memory_is_none(tmp_path, text):
    file = tmp_path / "page-seconds.json"
    if text is not None:
        file.write_text(text)
    assert running.remembered(file) == {}


def test_a_terminal_is_told_of_each_page_unless_the_build_is_quiet(book, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    book.page("a")
    book.page("b", "1 / 0")
    told = []
    for quiet in (False, True):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", Terminal())
            book.build(quiet=quiet)
            told.append(sys.stderr.getvalue().splitlines())
        book.forget()
    [first, second], nothing = told
    assert first.startswith("pages run: 1 of 2, page-")
    assert second.startswith("pages run: 2 of 2, page-")
    assert "page-b failed" in first + second and nothing == []


def test_no_more_pages_run_at_once_than_there_are_processors_in_their_order(monkeypatch):
    begun, running_now, most = [], set(), []

    async def run_cells(page):
        begun.append(page)
        running_now.add(page)
        most.append(len(running_now))
        await asyncio.sleep(0)
        running_now.remove(page)
        return 1.0

    monkeypatch.setattr(running, "run_cells", run_cells)
    monkeypatch.setattr(running, "store", lambda *_: None)
    asyncio.run(running.run_all("abcde", 2, None, lambda *_: None))
    assert "".join(begun) == "abcde" and max(most) == 2


def test_a_page_that_is_interrupted_is_not_said_to_have_failed(monkeypatch):
    async def run_cells(page):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise RuntimeError("Kernel died") from None  # as nbclient does

    async def interrupt():
        pages = asyncio.create_task(
            running.run_all(["a", "b"], 1, None, lambda page, _: told.append(page))
        )
        await asyncio.sleep(0.01)
        pages.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pages

    told = []
    monkeypatch.setattr(running, "run_cells", run_cells)
    asyncio.run(interrupt())
    assert told == []


def test_a_kernel_that_nbclient_leaves_when_it_is_interrupted_is_ended(book, monkeypatch):
    class Kernel:
        has_kernel = True

        async def shutdown_kernel(self, now):
            self.has_kernel = not now

    class Client:
        def __init__(self, *_, **__):
            made.append(self)

        def create_kernel_manager(self):
            self.first = self.km = Kernel()
            return self.km

        async def async_execute(self):
            self.km = None  # as nbclient does before the kernel has ended
            raise asyncio.CancelledError

    made = []
    monkeypatch.setattr(running, "NotebookClient", Client)
    book.page("a")
    app = SphinxTestApp("dummy", srcdir=book.folder)
    app.env.find_files(app.config, app.builder)
    page = running.read_page(app.env, "page-a")
    app.cleanup()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(running.run_cells(page))
    [client] = made
    assert not client.first.has_kernel
    assert client.km is client.first  # nbclient asks it at the end of the process


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no interrupt to one process")
@pytest.mark.skipif(running.processors() == 1, reason="nothing runs side by side here")
def test_an_interrupted_build_leaves_no_kernel_and_a_sound_cache(book):
    note = "import os, time\nopen(f'kernel-{os.getpid()}', 'w').close()\n"
    book.page("a")
    book.page("b", note + "time.sleep(600)")
    book.page("c", note + "while True: pass")
    path = os.pathsep.join([str(ROOT / "book" / "_extensions"), os.environ.get("PYTHONPATH", "")])
    build = subprocess.Popen(
        [sys.executable, "-m", "sphinx", "-b", "dummy", ".", "_build/html"],
        cwd=book.folder,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    while len(kernels := list(book.folder.glob("kernel-*"))) < 2:
        assert build.poll() is None, build.stderr.read()
        time.sleep(0.05)
    build.send_signal(signal.SIGINT)
    _, errors = build.communicate(timeout=60)
    assert build.returncode == 2 and b"Interrupted!" in errors, errors
    for kernel in kernels:
        with pytest.raises(ProcessLookupError):
            os.kill(int(kernel.name.removeprefix("kernel-")), 0)
    assert set(book.stored()) <= {"page-a.md"}
