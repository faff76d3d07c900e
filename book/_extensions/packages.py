"""What a reader takes home to write the assignments: the zip that `marking release` packs, served
by the site itself, and the directive ``packages`` that links it.

Where no zip has been packed the directive says how to make one.  Sphinx is not asked to copy it: a
package has the time of its release in it, and every page that links it would be read again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

NAME = "all-assignments.zip"
FOLDER = "packages"


def packed(root: Path) -> Path | None:
    """The zip of all assignments, if it has been packed."""
    path = root / "_build" / "packages" / NAME
    return path if path.is_file() else None


def address(docname: str) -> str:
    """Where a page finds the zip."""
    return "../" * docname.count("/") + f"{FOLDER}/{NAME}"


class Packages(SphinxDirective):
    """A link to the zip that looks like a button, with its size."""

    def run(self) -> list[nodes.Node]:
        paragraph = nodes.paragraph()
        zipped = packed(Path(self.env.srcdir))
        if zipped is None:
            paragraph += nodes.Text("The zip of the assignments is packed by ")
            paragraph += nodes.literal("", "marking release --zips _build/packages")
            paragraph += nodes.Text(".")
            return [paragraph]
        words = f"Download the assignments (zip, {zipped.stat().st_size / 1e6:.1f} MB)"
        target = address(self.env.docname)
        paragraph += nodes.reference("", words, refuri=target, classes=["button", "first"])
        return [paragraph]


def serve(app: Sphinx, exception: Exception | None) -> None:
    """Put the zip of now into the site."""
    zipped = packed(Path(app.srcdir))
    if exception or app.builder.format != "html" or zipped is None:
        return
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    shutil.copy2(zipped, folder)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the hook; called by Sphinx."""
    app.add_directive("packages", Packages)
    app.connect("build-finished", serve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
