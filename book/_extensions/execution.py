"""Cells are run when they must be, and what they print reaches the page to the letter.

- Outputs are never older than what cells read: the execution cache is named after the contents of
  src/, of requirements.txt and of a few other files, so a changed library runs every page again.
- A build that failed stays failed until the cause is gone.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from digests import digest
from myst_nb.core import render
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config

# What cells read beside the library and the lock: patterns below the project's folder.  The guide
# counts the words of the chapters as well, for hours to the nearest half; they are left out, or
# every changed word would run every page again.
ALSO_READ = (
    "_toc.yml",
    "book/*.py",
    "book/claims.toml",
    "book/data/*.json",
    "exercises/*/*.ipynb",
    "variants/*/*.py",
)


def choose_cache(app: Sphinx, config: Config) -> None:
    """Give myst-nb an execution cache of its own for each state of the library, of the lock and of
    what cells read.

    Sphinx counts the path among the settings on which pages depend, so a new one also makes it read
    all pages again. The caches of other states are removed, or they would pile up.
    """
    root = Path(app.srcdir)
    caches = Path(app.outdir).parent / ".jupyter_cache"
    others = (path for pattern in ALSO_READ for path in root.glob(pattern))
    current = caches / digest(
        root, [root / "requirements.txt", *(root / "src").rglob("*.py"), *others]
    )
    config.nb_execution_cache_path = str(current)
    if caches.is_dir():
        for other in set(caches.iterdir()) - {current}:
            shutil.rmtree(other, ignore_errors=True)


def join_streams(outputs: list[Any]) -> list[Any]:
    """All that a cell printed as one output for each stream, to the letter.

    What is printed arrives in pieces, cut wherever the kernel happened to flush.  MyST-NB's own way
    of joining them strips every piece, so that a line cut in two stays cut and another page results
    each time.
    """
    joined, streams = [], {}
    for output in outputs:
        first = streams.get(output["name"]) if output["output_type"] == "stream" else None
        if first is not None:
            first["text"] += output["text"]
            continue
        joined.append(output)
        if output["output_type"] == "stream":
            streams[output["name"]] = output
    for output in streams.values():
        output["text"] = output["text"].rstrip() + "\n"
    return joined


def forget_failed_build(app: Sphinx, exception: Exception | None) -> None:
    """Drop what Sphinx remembers of the pages when there were warnings.

    With ``--keep-going`` it remembers a page whose cell failed as done, and a second build would
    succeed.
    """
    if warnings_of(app):
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


# Private names of MyST-NB and Sphinx.  tests/book/test_execution.py has one test for each, which
# fails when the name goes or means something else.


def replace_joining_of_streams() -> None:
    """Let MyST-NB join streams by `join_streams`: the option nb_merge_streams offers no choice."""
    render.coalesce_streams = join_streams


def warnings_of(app: Sphinx) -> int:
    """How many warnings the build has given so far: Sphinx counts them and tells nobody."""
    return app._warncount


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    replace_joining_of_streams()
    app.connect("config-inited", choose_cache)
    app.connect("build-finished", forget_failed_build)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
