"""Beside every link to an assignment's notebook: one that opens it in the reader's own browser.

Only where that site has been built, by ``make lite``, into the folder ``lite`` of the book's; and
only over http, because the browser starts no Python for a page that was opened as a file.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config

FOLDER = "lite"
OPENED = f"{FOLDER}/notebooks/index.html"
TARGET = re.compile(r"/?exercises/([\w-]+)/\1\.ipynb")
# No `display` among it: that would show what is hidden.
LOOK = (
    "margin-inline-start: 0.5em; padding: 0.05em 0.6em; border: 1px solid currentcolor; "
    "border-radius: 0.3em; white-space: nowrap; text-decoration: none"
)
SHOW = """\
document.addEventListener("DOMContentLoaded", () => {
  if (location.protocol.startsWith("http"))
    document.querySelectorAll(".solve-here").forEach((link) => { link.hidden = false; });
});
"""


def notice(app: Sphinx, config: Config) -> None:
    """Have all pages written again when the site of the exercises has come or gone."""
    config.browser_built = Path(app.outdir, OPENED).is_file()


def link(assignment: str, to_root: str) -> str:
    """The HTML that opens an assignment, on a page from which `to_root` leads to the site's root;
    hidden until the page knows that it can work.
    """
    address = f"{to_root}{OPENED}?path={quote(assignment)}.ipynb"
    return (
        f' <a class="solve-here reference external" href="{html.escape(address)}" '
        f'style="{LOOK}" hidden>'
        "Solve it in this browser</a>"
    )


def add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add the links to a page that is being written."""
    if not app.config.browser_built or app.builder.format != "html":
        return
    to_root = "../" * docname.count("/")
    for reference in list(doctree.findall(addnodes.download_reference)):
        if match := TARGET.fullmatch(reference["reftarget"]):
            added = nodes.raw("", link(match[1], to_root), format="html")
            reference.parent.insert(reference.parent.index(reference) + 1, added)


def add_script(app: Sphinx, *_: object) -> None:
    """Add what shows the links."""
    if app.config.browser_built and app.builder.format == "html":
        app.add_js_file(None, body=SHOW)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.add_config_value("browser_built", False, "html")
    app.connect("config-inited", notice)
    app.connect("builder-inited", add_script)
    app.connect("doctree-resolved", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
