"""What the page About says from CITATION.cff and from the settings: the directives ``edition``,
``cite-this`` and ``reporting``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from appearance import citation
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class FromCitation(SphinxDirective):
    """A directive whose text is made from CITATION.cff, by `text`."""

    def text(self, said: dict[str, Any]) -> str:
        """MyST Markdown from what the file says."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / "CITATION.cff"))
        holder = nodes.container()
        lines = StringList(self.text(citation(root)).splitlines(), source=__file__)
        self.state.nested_parse(lines, 0, holder)
        return holder.children


def authors(said: dict[str, Any]) -> str:
    """The authors' names, joined."""
    return " and ".join(
        author.get("name") or f"{author['given-names']} {author['family-names']}"
        for author in said["authors"]
    )


class Edition(FromCitation):
    """One line: the version, its date and its authors."""

    def text(self, said: dict[str, Any]) -> str:
        return f"Version {said['version']} of {said['date-released']}. © {authors(said)}."


class CiteThis(FromCitation):
    """The reference in words and for BibTeX."""

    def text(self, said: dict[str, Any]) -> str:
        year, address = str(said["date-released"])[:4], self.config.html_baseurl
        entry = {
            "author": "{" + authors(said) + "}",
            "title": "{" + said["title"] + "}",
            "year": year,
            "note": f"Version {said['version']}",
        } | ({"url": address} if address else {})
        fields = ",\n".join(f"  {name} = {{{value}}}" for name, value in entry.items())
        words = f"{authors(said)} ({year}). *{said['title']}*, version {said['version']}."
        words += f" {address}" if address else ""
        return f"{words}\n\n```text\n@misc{{transposed-convolution-course,\n{fields}\n}}\n```\n"


class Reporting(SphinxDirective):
    """Where a fault is reported: the configured address, or what to do without one."""

    def run(self) -> list[nodes.Node]:
        address = self.config.report_address
        paragraph = nodes.paragraph()
        if address:
            paragraph += nodes.Text("Please report it: ")
            paragraph += nodes.reference("", address, refuri=address)
            paragraph += nodes.Text(".")
        else:
            paragraph += nodes.Text(
                "Please tell whoever gave you this copy: your instructor, or the keeper of the "
                "site or of the repository. This copy names no address of its own."
            )
        return [paragraph]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives; called by Sphinx."""
    app.add_directive("edition", Edition)
    app.add_directive("cite-this", CiteThis)
    app.add_directive("reporting", Reporting)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
