"""The directive ``outcomes``: what each chapter promises, and where the course asks for it.

The words are the chapters' own, from "What you will be able to do"; where an outcome is asked for
stands in book/outcomes.toml.  The table is made whenever a chapter or that file has changed.  An
outcome without an entry, an entry without an outcome, and a question that nothing names are errors,
so the table cannot fall behind the chapters.
"""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

PROMISED = re.compile(r"^:::\{admonition\} What you will be able to do\n(.*?)^:::$", re.S | re.M)


def facts_of(book: Path) -> ModuleType:
    """The module book/assignments.py, which pages import as well; a project whose pages do not use
    this directive need not have it.
    """
    if str(book) not in sys.path:
        sys.path.insert(0, str(book))
    return importlib.import_module("assignments")


def promised(text: str) -> list[str]:
    """The outcomes that a chapter's text states, in order; none if it states none."""
    box = PROMISED.search(text)
    return re.findall(r"^- (.+)$", box[1], re.M) if box else []


def rows(
    name: str,
    outcomes: Sequence[str],
    entries: Sequence[Mapping[str, Any]],
    askable: Sequence[str],
) -> list[tuple[str, list[str]]]:
    """Each outcome of a chapter with the names of what asks for it.

    `entries` are those of outcomes.toml for the chapter; `askable` names the functions and the
    answers in words of its assignment, every one of which must ask for something.  Raises
    ValueError that names the chapter and the outcome or question.
    """
    unused = [entry["begins"] for entry in entries]
    found = []
    for outcome in outcomes:
        fitting = [entry for entry in entries if outcome.startswith(entry["begins"])]
        if len(fitting) != 1:
            raise ValueError(f"{name}: {len(fitting)} entries begin as the outcome {outcome!r}")
        unused.remove(fitting[0]["begins"])
        found.append((outcome, fitting[0]["asked"]))
    if unused:
        raise ValueError(f"{name}: no outcome begins as {', '.join(map(repr, unused))}")
    missing = set(askable) - {asked for _, names in found for asked in names}
    if missing:
        raise ValueError(f"{name}: no outcome is asked for by {', '.join(sorted(missing))}")
    return found


def shown(asked: Sequence[str]) -> str:
    """What asks for an outcome, as Markdown: names as code, then the numbers of questions."""
    names = [f"`{one}`" for one in asked if not one.startswith("check ")]
    numbers = [one.removeprefix("check ") for one in asked if one.startswith("check ")]
    return ", ".join([*names, *([f"check yourself {', '.join(numbers)}"] if numbers else [])])


def as_markdown(table: Mapping[str, Sequence[tuple[str, Sequence[str]]]]) -> str:
    """One table of all chapters: outcome, and what asks for it, below a row with the chapter's
    link, which is the key.
    """
    lines = ["::::{list-table}", ":header-rows: 1", ":widths: 60 40", ":class: outcomes", ""]
    lines += ["* - What a student can do", "  - Where it is asked for"]
    for link, found in table.items():
        lines += [f"* - **{link}**", "  - "]
        for outcome, asked in found:
            lines += [f"* - {outcome}", f"  - {shown(asked)}"]
    return "\n".join([*lines, "::::"])


class Outcomes(SphinxDirective):
    """Puts the table where it stands."""

    def run(self) -> list[nodes.Node]:
        book = Path(self.env.srcdir, "book")
        self.env.note_dependency(str(book / "outcomes.toml"))
        entries = tomllib.loads((book / "outcomes.toml").read_text(encoding="utf-8"))["outcome"]
        facts, table = facts_of(book), {}
        try:
            for name in facts.chapters():
                self.env.note_dependency(str(book / f"{name}.md"))
                outcomes = promised((book / f"{name}.md").read_text(encoding="utf-8"))
                mine = [entry for entry in entries if entry["chapter"] == name]
                askable = [*facts.ASSIGNMENTS.get(name, ()), *facts.in_words(name)]
                if outcomes:  # a chapter of somebody's own need not promise anything
                    table[facts.link(name)] = rows(name, outcomes, mine, askable)
        except ValueError as problem:
            raise self.error(f"outcomes.toml: {problem}") from problem
        holder = nodes.container()
        text = StringList(as_markdown(table).splitlines(), source=str(book / "outcomes.toml"))
        self.state.nested_parse(text, 0, holder)
        return holder.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; called by Sphinx."""
    app.add_directive("outcomes", Outcomes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
