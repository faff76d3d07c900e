"""The directives of chapters that have an assignment: ``assignment`` and ``library-code``.

``assignment`` is what a chapter says about the assignment of its own name.  Its content is followed
by the way to the assignment's notebook.  Where no such notebook has been released the directive
says so instead: a chapter needs no assignment.  (A released notebook that comes or goes has every
page read again: see ALSO_READ in execution.py.)

``library-code`` folds away the library's code for a step of the chapter.  The functions of an
assignment are answers to it, so in a chapter that has one the fold is titled as a step of its own:
whoever opens it has tried.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WITH = """
Where to write it: {{ref}}`three steps lead to the first check <learn>`, in JupyterLab on your own
machine. The notebook of this chapter is `{name}/{name}.ipynb` in the zip.

```{{packages}}
```

```{{solve-here}} {name}
```
"""
WITHOUT = """
This chapter has no assignment.
"""

TRIED = "I have tried: show the library's code"
OPEN = "The library's code for this step"


class OfChapter(SphinxDirective):
    """A directive whose text depends on whether the chapter has an assignment."""

    has_content = True

    @property
    def name_of_chapter(self) -> str:
        """The page's name without its folder, which is the assignment's."""
        return str(self.env.docname.rpartition("/")[2])

    @property
    def has_assignment(self) -> bool:
        """Whether a notebook of the chapter's name has been released."""
        name = self.name_of_chapter
        return Path(self.env.srcdir, "exercises", name, f"{name}.ipynb").is_file()

    def parsed(self, text: StringList) -> list[nodes.Node]:
        """The nodes that the text stands for."""
        holder = nodes.container()
        self.state.nested_parse(text, self.content_offset, holder)
        return holder.children


class Assignment(OfChapter):
    """Puts the text and the links where it stands."""

    def run(self) -> list[nodes.Node]:
        text = StringList(self.content) if self.has_assignment else StringList()
        links = (WITH if self.has_assignment else WITHOUT).format(name=self.name_of_chapter)
        text.extend(StringList(links.splitlines(), source=__file__))
        return self.parsed(text)


class LibraryCode(OfChapter):
    """Puts its content into a fold."""

    def run(self) -> list[nodes.Node]:
        title = TRIED if self.has_assignment else OPEN
        text = StringList([f":::{{dropdown}} {title}"], source=__file__)
        text.extend(StringList(self.content))
        text.extend(StringList([":::"], source=__file__))
        return self.parsed(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives; called by Sphinx."""
    app.add_directive("assignment", Assignment)
    app.add_directive("library-code", LibraryCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
