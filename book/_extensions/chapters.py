"""The directive ``chapters``: the numbered chapters in their order, each with the line that
book/pages.toml has about it.  A chapter without a line is listed by its heading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from appearance import subjects
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def numbered(contents: dict[str, Any]) -> list[str]:
    """Names of the pages of the numbered parts of _toc.yml, in order."""
    parts = [part for part in contents.get("parts", []) if part.get("numbered")]
    return [str(entry["file"]) for part in parts for entry in part["chapters"]]


class Chapters(SphinxDirective):
    """Puts the list where it stands."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        for name in ("_toc.yml", "book/pages.toml"):
            self.env.note_dependency(str(root / name))
        lines = subjects(root)
        contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
        written: list[str] = []
        for count, page in enumerate(numbered(contents), 1):
            line = lines.get(page.rpartition("/")[2], {}).get("line", "")
            written += [f"{count}. {{doc}}`/{page}`", "", f"   {line}", ""]
        holder = nodes.container()
        self.state.nested_parse(StringList(written, source=__file__), 0, holder)
        for ordered in holder.findall(nodes.enumerated_list):
            ordered["classes"] += ["chapters", "start"]
        return holder.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; called by Sphinx."""
    app.add_directive("chapters", Chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
