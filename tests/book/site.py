"""The command that builds the site, for the tests: on the project itself, and on small projects
that a test writes.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock
from tests.book import ready

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "_build" / "html"
BUILD_SECONDS = 900
FONTS = "node_modules/@fontsource-variable/source-serif-4"


def build(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the build command in ``project``; its output and errors together are in ``stdout``."""
    program = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    assert program, (
        "jupyter-book is not installed beside this Python: install the extra 'book' of the project."
    )
    command = [program, *ready.OPTIONS]
    return subprocess.run(
        command,
        cwd=project,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )


@functools.cache
def built_site() -> Path:
    """Folder of the project's own site, built now unless nothing changed; AssertionError with the
    log if that fails.
    """
    BUILT.parent.mkdir(exist_ok=True)
    run, last = os.environ.get("PYTEST_XDIST_TESTRUNUID"), BUILT.parent / "site.run"
    # pytest-xdist's workers all come here: one process at a time, and the first one builds
    with FileLock(BUILT.parent / "site.lock", timeout=BUILD_SECONDS):
        if run and last.is_file() and last.read_text(encoding="utf-8") == run:
            return BUILT
        result = build(ROOT)
        assert result.returncode == 0, result.stdout[-4000:]
        last.write_text(run or "", encoding="utf-8")
    return BUILT


def pages(site: Path) -> list[str]:
    """Addresses of all HTML pages, relative to the site."""
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if not {"_static", "lite"} & set(path.relative_to(site).parts)
    )


HEAD = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""


class SmallProject:
    """A project of a few pages with the course's settings, extension and served files, and a
    library of one module.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "book").mkdir(parents=True)
        shutil.copy(ROOT / "_config.yml", folder)
        for part in ("_extensions", "_theme", "assets"):
            shutil.copytree(
                ROOT / "book" / part,
                folder / "book" / part,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        self.write("book/references.bib", "")
        self.write("requirements.txt", "numpy==2.0\n")
        self.write("src/little/__init__.py", "ANSWER = 'first'\n")
        # Only what is served: a few files instead of a tree.
        katex = ROOT / "node_modules" / "katex" / "dist"
        self.write("node_modules/katex/dist/katex.min.css", (katex / "katex.min.css").read_text())
        (folder / "node_modules/katex/dist/fonts").mkdir()
        for face in ("files/*-latin-wght-*.woff2", "LICENSE"):
            for file in (ROOT / FONTS).glob(face):
                target = folder / FONTS / file.relative_to(ROOT / FONTS)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
        shutil.copy(
            katex / "fonts" / "KaTeX_Main-Regular.woff2", folder / "node_modules/katex/dist/fonts"
        )

    def write(self, path: str, text: str) -> None:
        """Write a file below the project's folder."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """Text of a file below the project's folder."""
        return (self.folder / path).read_text(encoding="utf-8")

    def page(self, name: str, body: str) -> None:
        """Write a page book/NAME.md, whose heading is NAME: a notebook if it has a cell."""
        head = HEAD if "{code-cell}" in body else ""  # a kernel is started for every notebook
        self.write(f"book/{name}.md", f"{head}# {name}\n\n{body}\n")

    def contents(self, *names: str) -> None:
        """Write _toc.yml: the first name is the root page."""
        root, *others = names
        chapters = "".join(f"  - file: book/{name}\n" for name in others)
        self.write(
            "_toc.yml",
            f"format: jb-book\nroot: book/{root}\n" + ("chapters:\n" + chapters) * bool(others),
        )

    def build(self) -> subprocess.CompletedProcess[str]:
        """Build; cells import the project's own src/."""
        own = {"PYTHONPATH": str(self.folder / "src")}
        if not ready.POSSIBLE:
            return build(self.folder, **own)
        return ready.build_by_fork(self.folder, os.environ | own, BUILD_SECONDS)

    def html(self, name: str) -> str:
        """Source of a built page."""
        return self.read(f"_build/html/book/{name}.html")
