"""How long the site takes to build: from nothing, after a one-word change, and with nothing to do.

Run as `python benchmarks/site_build.py`.  Works on a copy of the project in a temporary folder, so the project's own
site and caches stay as they are.  Prints a table and ends with 1 when a time exceeds its bound.
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
COPIED = ("_config.yml", "_toc.yml", "requirements.txt", "book", "exercises", "src", "tests")
PAGE = Path("book", "checkerboard.md")
WORD, OTHER = "This chapter", "This long chapter"  # in the page's first paragraph
BOUNDS = {"from nothing": 360, "one word changed": 20, "nothing to do": 5}  # seconds on two cores


def copy_project(target: Path) -> None:
    """What a build reads, copied; node_modules is linked, since nothing in it is written."""
    unwanted = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=unwanted)
        else:
            shutil.copy2(ROOT / name, target)
    (target / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)


def build(project: Path) -> float:
    """Seconds that the build command takes; SystemExit with the end of its output if it fails."""
    program = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    if program is None:
        raise SystemExit("jupyter-book is not installed beside this Python: install the extra 'book' of the project.")
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
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"the build failed:\n{done.stdout[-3000:]}")
    return seconds


def change_a_word(page: Path) -> None:
    """Add a word to the page's prose: no cell changes, so none has to run.  SystemExit if the place is not found."""
    text = page.read_text(encoding="utf-8")
    if WORD not in text:
        raise SystemExit(f"{page.name} no longer holds the words {WORD!r}; choose others in {Path(__file__).name}")
    page.write_text(text.replace(WORD, OTHER, 1), encoding="utf-8")


def main() -> int:
    """Measure, print, and compare with the bounds."""
    with tempfile.TemporaryDirectory(prefix="site-") as folder:
        project = Path(folder)
        copy_project(project)
        seconds = {"from nothing": build(project)}
        change_a_word(project / PAGE)
        seconds["one word changed"] = build(project)
        seconds["nothing to do"] = build(project)
    print(f"| build of the site ({os.cpu_count()} cores) | seconds | bound |\n| --- | ---: | ---: |")
    for name, taken in seconds.items():
        print(f"| {name} | {taken:.1f} | {BOUNDS[name]} |")
    return int(any(taken > BOUNDS[name] for name, taken in seconds.items()))


if __name__ == "__main__":
    sys.exit(main())
