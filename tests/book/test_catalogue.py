"""An assignment need not be a chapter, nor a chapter an assignment: the pages that speak of all of
them follow the catalogue of questions and the table of contents.

Nothing is built here: the cells of these pages are run as they stand, with other catalogues.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import myst_nb
import pytest
from tests.book.extensions import extension
from tests.book.prose import CELL, claims, source
from tests.book.site import ROOT

from marking.questions import ASSIGNMENTS, QUESTIONS

PAGES = ("index", "instructors-guide", "course-plans", "course-policies", "mistakes", "claims")
OWN = "an-assignment-of-your-own"
FIRST, SECOND = list(ASSIGNMENTS)[:2]


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module `assignments` as cells import it, with their working folder."""
    monkeypatch.chdir(ROOT / "book")
    monkeypatch.syspath_prepend(ROOT / "book")
    return importlib.import_module("assignments")


@pytest.fixture
def run_cells(facts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Runs a page's cells in order; gives all that they show as text.

    Fails if the page's prose quotes a value that no cell computes.
    """
    glued: dict[str, Any] = {}
    monkeypatch.setattr(myst_nb, "glue", lambda name, value, **_: glued.update({name: value}))

    def run(page: str) -> str:
        glued.clear()
        shown, namespace = [], {}
        for cell in CELL.findall(source(page)):
            lines = ["" if line.startswith(":") else line for line in cell.splitlines()]
            statements = ast.parse("\n".join(lines)).body
            # as a notebook does, show the value of an expression that comes last
            last = statements.pop() if isinstance(statements[-1], ast.Expr) else None
            exec(compile(ast.Module(statements, []), page, "exec"), namespace)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), page, "eval"), namespace)
                # Markdown has its text as data; a picture speaks of no assignment
                shown.append(getattr(value, "data", ""))
        quoted = set(re.findall(r"\{glue:text\}`([^`:]+)`", source(page)))
        assert quoted <= glued.keys(), f"{page} quotes {quoted - glued.keys()}"
        return "\n".join(shown)

    return run


@pytest.fixture(autouse=True)
def catalogue_restored():
    """The catalogue as it was, in its order, which putting items back one by one would not keep."""
    kept = dict(QUESTIONS), dict(ASSIGNMENTS)
    yield
    for catalogue, before in zip((QUESTIONS, ASSIGNMENTS), kept, strict=True):
        catalogue.clear()
        catalogue.update(before)


def remove(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take an assignment and its questions out of the catalogue."""
    for function in ASSIGNMENTS[name]:
        del QUESTIONS[function]
    del ASSIGNMENTS[name]


def add_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add an assignment of one function to the catalogue: no chapter, no released notebook, no
    right answers to check it with.
    """
    model = QUESTIONS[ASSIGNMENTS[FIRST][0]]
    question = dataclasses.replace(model, signature="own_function(x)", assignment=OWN)
    monkeypatch.setitem(QUESTIONS, question.name, question)
    monkeypatch.setitem(ASSIGNMENTS, OWN, (question.name,))


def leave_only(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Take all other assignments out of the catalogue."""
    for name in [name for name in ASSIGNMENTS if name not in names]:
        remove(name, monkeypatch)


def shorten(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking every check of the course takes long; those of one assignment do here."""
    if page == "mistakes":
        leave_only([FIRST], monkeypatch)


@pytest.mark.parametrize("page", PAGES)
def test_pages_follow_an_assignment_that_is_added(page, run_cells, monkeypatch):
    shorten(page, monkeypatch)
    add_own(monkeypatch)
    shown = run_cells(page)
    if page != "claims":  # which speaks of no assignment
        assert f"`{OWN}`" in shown
        assert f"{{doc}}`/book/{OWN}`" not in shown


@pytest.mark.parametrize("page", PAGES)
def test_pages_follow_an_assignment_that_is_removed(page, run_cells, monkeypatch):
    shorten(page, monkeypatch)
    if SECOND in ASSIGNMENTS:
        remove(SECOND, monkeypatch)
    shown = run_cells(page)
    assert f"`{SECOND}`" not in shown  # the row of a table of assignments
    assert f"exercises/{SECOND}/" not in shown


@pytest.mark.parametrize("page", PAGES)
def test_pages_follow_a_chapter_that_is_removed(page, run_cells, facts, monkeypatch):
    others = [name for name in facts.chapters() if name != FIRST]
    monkeypatch.setattr(facts, "chapters", lambda: others)
    shorten(page, monkeypatch)
    shown = run_cells(page)
    assert f"{{doc}}`/book/{FIRST}`" not in shown
    if page != "claims":
        assert facts.link(FIRST) in shown


def test_an_assignment_without_a_chapter_has_the_heading_of_its_notebook(
    facts, tmp_path, monkeypatch
):
    own = tmp_path / "own.ipynb"
    cells = '["# My own\\n", "\\n", "**Time.** About 25 minutes."]'
    own.write_text(f'{{"cells": [{{"source": {cells}}}]}}')
    monkeypatch.setattr(facts, "notebook", lambda name: own)
    assert facts.link(OWN) == "My own"
    assert facts.writing_minutes(OWN) == 25
    own.unlink()
    assert facts.link(OWN) == f"`{OWN}`"
    assert facts.writing_minutes(OWN) is None


def test_a_claim_whose_chapter_is_removed_has_no_link_and_the_others_do(facts):
    table = extension("claims")
    rows = claims()
    others = [name for name in facts.chapters() if name != FIRST]
    linked = set(re.findall(r"<claim-([A-Z]\d+)>", table.as_markdown(rows, others)))
    assert linked == {claim["id"] for claim in rows if claim["page"] != FIRST} != set()
    assert len(linked) < len(rows)
    every = table.as_markdown(rows, facts.chapters())
    assert all(f"**{claim['id']}: " in table.as_markdown(rows, []) for claim in rows)
    assert every.count("shown here") == len(rows)
