"""How long the site takes to build: from nothing, after a one-word change, and with nothing to do.

Run as `python benchmarks/site_build.py`.  Works on a copy of the project in a temporary folder, so
the project's own site and caches stay as they are.  Prints a table; ratios say more than seconds,
which depend on the machine and on what else it does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Pages read nearly all of the project, and a list of what they read has had holes: all is copied
# but hidden files, what is made, and what a class leaves in its course's folder.
LEFT_OUT = (
    ".*",
    "_build",
    "node_modules",
    "my-exercises",
    "submitted",
    "autograded",
    "feedback",
    "downloaded",
    "gradebook.db*",
    "*.csv",
)
FULL = "from nothing"


def copy_project(target: Path) -> None:
    """The project, copied; node_modules is linked, since nothing in it is written."""
    made = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    unwanted = shutil.ignore_patterns(*LEFT_OUT)(str(ROOT), [path.name for path in ROOT.iterdir()])
    for path in ROOT.iterdir():
        if path.name in unwanted:
            continue
        if path.is_dir():
            shutil.copytree(path, target / path.name, ignore=made)
        else:
            shutil.copy2(path, target)
    (target / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)


def build(project: Path) -> float:
    """Seconds that the build command takes; SystemExit with the end of its output if it fails."""
    program = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    if program is None:
        raise SystemExit(
            "jupyter-book is not installed beside this Python: install the extra "
            "'book' of the project."
        )
    environment = os.environ | {"PYTHONPATH": str(project / "src")}
    begun = time.perf_counter()
    done = subprocess.run(
        [program, "build", ".", "-W", "-n", "--keep-going"],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"the build failed:\n{done.stdout[-3000:]}")
    return seconds


def longest_page(project: Path) -> Path:
    """The longest page of the book, which has the most to do again."""
    return max((project / "book").glob("*.md"), key=lambda page: page.stat().st_size)


def add_a_word(page: Path) -> None:
    """Add a word to the page's prose: no cell changes, so none has to run."""
    page.write_text(page.read_text(encoding="utf-8").rstrip() + "\n\nIndeed.\n", encoding="utf-8")


def table(seconds: dict[str, float]) -> str:
    """Seconds, and their ratio to the build from nothing, as Markdown."""
    lines = [
        f"| build of the site ({os.cpu_count()} cores) | seconds | of a build {FULL} |",
        "| --- | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {taken:.1f} | {taken / seconds[FULL]:.3f} |" for name, taken in seconds.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        project = Path(folder)
        copy_project(project)
        seconds = {FULL: build(project)}
        add_a_word(longest_page(project))
        seconds["one word added"] = build(project)
        seconds["nothing to do"] = build(project)
    print(table(seconds))


if __name__ == "__main__":
    main()
