"""The chapters' text: numbers that a cell vouches for, the sections that every chapter has, and names of libraries."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest
import yaml
from scipy import signal
from tests.book.site import ROOT

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [
    entry["file"].removeprefix("book/")
    for part in CONTENTS["parts"]
    if part.get("numbered")
    for entry in part["chapters"]
]
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.S | re.M)
# Numbers that are no result: what a half turn is called.
NAMES = {"180"}
SECTIONS = [
    "Predict first",
    "Common mistakes",
    "Check yourself",
    "Summary",
    "Now write it yourself",
    "Further reading",
]


def chapter(name: str) -> str:
    """Text of a chapter's source, without the header."""
    return (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]


def prose(text: str) -> str:
    """What is left without cells, other fences, formulae, roles, inline code and the numbers of lists and questions."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    text = re.sub(r"\$\$.*?\$\$(?: \(.*?\))?|\$[^$]*\$", "", text, flags=re.S)
    text = re.sub(r"(?:\{[\w:-]+\})?`[^`]*`", "", text)
    return re.sub(r"^(?:::: ?\{dropdown\} )?\d+\. ", "", text, flags=re.M)


def asserted_numbers(text: str) -> set[str]:
    """All integers that stand in an assert statement of one of the page's cells, as text."""
    found = set()
    for source in CELL.findall(text):
        code = "\n".join(line for line in source.splitlines() if not line.startswith(":"))
        for statement in ast.walk(ast.parse(code)):
            if isinstance(statement, ast.Assert):
                nodes = list(ast.walk(statement))
                constants = [node for node in nodes if isinstance(node, ast.Constant)]
                minus = [node.operand for node in nodes if isinstance(getattr(node, "op", None), ast.USub)]
                found |= {f"−{node.value}" if node in minus else str(node.value) for node in constants}
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_numbers_typed_in_prose_are_asserted_by_a_cell_of_the_page(name):
    """A number quoted through a glue role is computed anyway; this is about the others.

    The test sees that a number is asserted on the page, not that it is asserted of the same thing.
    """
    text = chapter(name)
    typed = set(re.findall(r"−?\d+", prose(text)))
    assert typed - NAMES <= asserted_numbers(text)


def test_the_search_for_numbers_finds_them():
    text = "It is −13 or 7.\n\n```{code-cell} ipython3\n:tags: [a]\n\nassert f(5) == -13\n```\n\n1. Of `8` and $9$.\n"
    assert set(re.findall(r"−?\d+", prose(text))) == {"−13", "7"}
    assert asserted_numbers(text) == {"5", "−13"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_have_the_sections_that_readers_expect(name):
    text = chapter(name)
    headings = re.findall(r"^## (.*)$", text, re.M)
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS
    for part in ("What you will be able to do", "**Before you start.**", "**Time.**"):
        assert part in text.split("\n## ", 1)[0]
    questions = re.findall(r"^:::\{dropdown\} \d+\. .*\?.*\n(.+)$", text, re.M)
    assert len(questions) >= 5 and all(len(answer.split()) > 5 for answer in questions)


def test_scipy_uses_the_names_as_the_chapter_says():
    impulse, kernel = np.zeros((5, 5)), np.arange(9.0).reshape(3, 3)
    impulse[2, 2] = 1
    assert (signal.convolve2d(impulse, kernel, mode="same")[1:4, 1:4] == kernel).all()
    assert (signal.correlate2d(impulse, kernel, mode="same")[1:4, 1:4] == kernel[::-1, ::-1]).all()
