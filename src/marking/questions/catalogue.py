"""The catalogue: every assignment there is, found by its folder.

A package below `marking.assignments` is an assignment; its name is the folder's with hyphens for
underscores, and its `ASSIGNMENT` says what it asks.  There is no list to keep: a new folder is a
new assignment, and a folder taken away is one less.
"""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import marking.assignments
from marking.errors import MarkingError
from marking.questions.model import Assignment, Question
from marking.questions.predictions import Prediction


class CatalogueError(MarkingError, RuntimeError):
    """A file of an assignment cannot be used; the message names it."""


@cache
def assignments() -> dict[str, Assignment]:
    """Every assignment by its name, in order, its questions told which assignment they belong to.

    CatalogueError names the file that cannot be imported, holds no assignment, or asks for a
    function that another one asks for already.
    """
    return find_assignments(marking.assignments)


@cache
def questions() -> dict[str, Question]:
    """Every question by its function's name, in the order of `assignments`."""
    return {q.name: q for assignment in assignments().values() for q in assignment.questions}


@cache
def predictions() -> dict[str, Prediction]:
    """Every prediction by the name of what it is about, in the order of `assignments`."""
    return {name: made for a in assignments().values() for name, made in a.predictions.items()}


@cache
def functions() -> dict[str, tuple[str, ...]]:
    """The names of each assignment's functions, in the order of `assignments`."""
    return {name: tuple(q.name for q in a.questions) for name, a in assignments().items()}


def find_assignments(package: ModuleType) -> dict[str, Assignment]:
    """The assignments whose packages lie in `package`; see `assignments`."""
    found = {
        module.name.replace("_", "-"): _load(f"{package.__name__}.{module.name}", package)
        for module in pkgutil.iter_modules(package.__path__)
        if module.ispkg
    }
    belongs_to: dict[str, str] = {}
    for name, assignment in found.items():
        for question in assignment.questions:
            other = belongs_to.setdefault(question.name, name)
            if other != name:
                raise CatalogueError(
                    f"the assignments {other} and {name} both ask for a function "
                    f"{question.name}: its name must belong to one of them"
                )
    ordered = sorted(found, key=lambda name: (found[name].order, name))
    return {
        name: replace(
            found[name],
            questions=tuple(replace(q, assignment=name) for q in found[name].questions),
        )
        for name in ordered
    }


def _load(name: str, package: ModuleType) -> Assignment:
    """The `ASSIGNMENT` of the package called `name`."""
    try:
        module = importlib.import_module(name)
    except Exception as problem:
        folder = Path(next(iter(package.__path__)), name.rpartition(".")[2])
        raise CatalogueError(
            f"{_file_at_fault(problem, folder)} cannot be imported: "
            f"{type(problem).__name__}: {problem}"
        ) from problem
    assignment = getattr(module, "ASSIGNMENT", None)
    if not isinstance(assignment, Assignment):
        raise CatalogueError(
            f"{module.__file__} must say ASSIGNMENT = Assignment(…), with the title and the "
            f"questions; it has {type(assignment).__name__}"
        )
    return assignment


def _file_at_fault(problem: Exception, folder: Path) -> str:
    """The innermost file of `folder` that takes part in `problem`."""
    if isinstance(problem, SyntaxError) and problem.filename:
        return f"{problem.filename}, line {problem.lineno},"
    inside = [
        frame
        for frame in traceback.extract_tb(problem.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    return f"{inside[-1].filename}, line {inside[-1].lineno}," if inside else str(folder)
