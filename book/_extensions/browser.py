"""The directive ``solve-here``: a link that opens an assignment's notebook in the reader's own
browser; without the name of one, a link to the list of all.

Only where that site has been built, by ``make lite``, into the folder ``lite`` of the book's; and
only over http, because the browser starts no Python for a page that was opened as a file.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

FOLDER = "lite"
OPENED = f"{FOLDER}/notebooks/index.html"
ALL = f"{FOLDER}/tree/index.html"
# No `display` among it: that would show what is hidden.
LOOK = (
    "margin-inline-start: 0.5em; padding: 0.05em 0.6em; border: 1px solid currentcolor; "
    "border-radius: 0.3em; white-space: nowrap; text-decoration: none"
)


def notice(app: Sphinx, config: Config) -> None:
    """Have all pages written again when the site of the exercises has come or gone."""
    config.browser_built = Path(app.outdir, OPENED).is_file()


class Place(nodes.General, nodes.Element):
    """Where the link to the exercises stands; its `assignment` may be empty."""


class SolveHere(SphinxDirective):
    """Marks the place: whether there is a link is known when the page is written."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [Place("", assignment="".join(self.arguments))]


def link(assignment: str, to_root: str) -> str:
    """The HTML that opens an assignment, or the list of all, on a page from which `to_root` leads
    to the site's root; hidden until `book/assets/solve-here.js` knows that it can work.
    """
    address = f"{to_root}{OPENED}?path={quote(assignment)}.ipynb" if assignment else to_root + ALL
    return (
        f'<a class="solve-here reference external" href="{html.escape(address)}" '
        f'style="{LOOK}" hidden>'
        "Solve it in this browser</a>"
    )


def add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the links into a page that is being written, or nothing where they lead nowhere."""
    shown = app.config.browser_built and app.builder.format == "html"
    to_root = "../" * docname.count("/")
    for place in list(doctree.findall(Place)):
        added = nodes.raw("", link(place["assignment"], to_root), format="html")
        place.replace_self([nodes.paragraph("", "", added)] if shown else [])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.add_directive("solve-here", SolveHere)
    app.add_config_value("browser_built", False, "html")
    app.connect("config-inited", notice)
    app.connect("doctree-resolved", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
