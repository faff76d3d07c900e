"""Links to a page that _toc.yml does not name become plain text with a note.

A chapter is left out by taking its line from _toc.yml; its file stays in book/, so what it would
have offered as targets is known.  Only links to these are softened: any other link that leads
nowhere is a warning as before, and fails the build.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

NOTE = " (in a chapter that this edition leaves out)"
HEADING = re.compile(r"^#+ (.+)$", re.M)
# The ways to give a target in MyST: a place, a formula, a figure (its name in a cell's header).
TARGET = re.compile(r"^\(([\w-]+)\)=$|^\$\$ \(([\w-]+)\)$|^: *name: *([\w-]+)$", re.M)


def targets(name: str, text: str) -> dict[str, str]:
    """What links can lead to on a page NAME with this text, in lower case, with the words that
    stand for the link: the page's heading, that below a place, or what kind of thing it is.
    """
    found = {name: heading[1] if (heading := HEADING.search(text)) else name}
    for match in TARGET.finditer(text):
        place, formula, _ = match.groups()
        below = HEADING.search(text, match.end())
        words = below[1] if place and below else "a formula" if formula else "a figure"
        found[match[match.lastindex or 0].lower()] = words
    return found


def gather(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Note the targets of all pages in book/ that the book does not have."""
    app.config.left_out = {}
    for path in sorted(Path(app.srcdir, "book").glob("*.md")):
        if f"book/{path.stem}" not in env.found_docs:
            app.config.left_out |= targets(path.stem, path.read_text(encoding="utf-8"))


def soften(
    app: Sphinx, env: BuildEnvironment, node: nodes.Element, shown: nodes.TextElement
) -> nodes.Node | None:
    """Plain words in place of a link to what was left out; None leaves the warning to Sphinx."""
    words = app.config.left_out.get(node["reftarget"].rpartition("/")[2].lower())
    if words is None:
        return None
    return nodes.inline("", (shown.astext() if node.get("refexplicit") else words) + NOTE)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.add_config_value("left_out", {}, "")
    app.connect("env-before-read-docs", gather)
    app.connect("missing-reference", soften)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
