"""The calculator page: its script and stylesheet, and each chapter's link to it.

The sources are in book/engine and book/calculator.  Only the page itself loads the two files.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from joining import load, serve
from sphinx.application import Sphinx
from sphinx.config import Config

PAGE = "book/calculator"
LINK = """
<p class="to-calculator">With your own numbers: <a href="{address}">the calculator</a>.</p>
"""


def serve_script(app: Sphinx, config: Config) -> None:
    """Write both files, and have pages written again when one has changed."""
    config.calculator_files = serve(app, "calculator", "engine")


def load_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Have the calculator page load the two files; every chapter ends with a link to the page."""
    if page == PAGE:
        load(app, "calculator")
    elif PAGE in app.env.found_docs and app.env.toc_secnumbers.get(page) and "body" in context:
        context["body"] += LINK.format(address=app.builder.get_relative_uri(page, PAGE))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.add_config_value("calculator_files", "", "html")
    app.connect("config-inited", serve_script)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
