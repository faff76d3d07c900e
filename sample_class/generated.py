"""A class of any size over all assignments, made from the right variants of the audit: right,
wrong, damaged, hostile.

The same number and seed give the same class, and every mark is known beforehand.
"""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from marking.questions import ASSIGNMENTS, QUESTIONS

from .answers import FORGED_RESULT, REPLACED_DO_EXECUTE, REPLACED_RUN_CELL
from .folder import hand_in, released
from .students import add_first, delete, duplicate, tag_tests, write

VARIANTS = Path(__file__).resolve().parents[1] / "variants"
SHARES = {"right": 55, "wrong": 20, "damaged": 15, "hostile": 10}  # per cent


@dataclass(frozen=True)
class Made:
    """One generated submission and the points it must get, by function."""

    student: str
    assignment: str
    kind: str
    data: bytes
    points: dict[str, float]


def full(assignment: str) -> dict[str, float]:
    return {name: float(QUESTIONS[name].points) for name in ASSIGNMENTS[assignment]}


def variants(assignment: str, function: str) -> list[str]:
    """The names of the right variants of a function."""
    tree = ast.parse((VARIANTS / assignment / f"{function}.py").read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def answer(assignment: str, function: str, variant: str) -> str:
    """A solution cell that holds the variants and uses one of them."""
    text = (VARIANTS / assignment / f"{function}.py").read_text(encoding="utf-8")
    return f"{text}\n\n{function} = {variant}\n"


def answers(assignment: str, choose: random.Random) -> dict[str, str]:
    return {
        f: answer(assignment, f, choose.choice(variants(assignment, f)))
        for f in ASSIGNMENTS[assignment]
    }


def _right(notebook, assignment, choose):
    write(answers(assignment, choose))(notebook)
    return full(assignment)


def _wrong(notebook, assignment, choose):
    function = choose.choice(ASSIGNMENTS[assignment])
    wrongs = ["return None", "raise ValueError('no')", "return 'text'", "import os; os._exit(1)"]
    text = f"def {function}(*args, **kwargs):\n    {choose.choice(wrongs)}\n"
    write(answers(assignment, choose) | {function: text})(notebook)
    return full(assignment) | {function: 0.0}


def _damaged(notebook, assignment, choose):
    write(answers(assignment, choose))(notebook)
    function = choose.choice(ASSIGNMENTS[assignment])
    damages: list[Callable] = [
        delete(f"test_{function}"),
        duplicate(f"test_{function}"),
        lambda nb: nb["metadata"].clear(),
        lambda nb: nb.update(nbformat=99),
        tag_tests("skip-execution"),
        add_first("import a_module_that_is_not_there"),
        add_first("import os; os._exit(1)"),
    ]
    choose.choice(damages)(notebook)
    return full(assignment)


def _hostile(notebook, assignment, choose):
    attack = choose.choice(
        [
            FORGED_RESULT,
            REPLACED_RUN_CELL,
            REPLACED_DO_EXECUTE,
            "from IPython import get_ipython\nquit()",
        ]
    )
    add_first(attack)(notebook)
    return dict.fromkeys(full(assignment), 0.0)


def generate(count: int, seed: int = 0) -> list[Made]:
    """`count` submissions, dealt to the assignments in turn."""
    choose = random.Random(seed)
    makers = {"right": _right, "wrong": _wrong, "damaged": _damaged, "hostile": _hostile}
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    releases = {name: released(name) for name in ASSIGNMENTS}
    made = []
    for number in range(count):
        assignment = list(ASSIGNMENTS)[number % len(ASSIGNMENTS)]
        kind = choose.choice(kinds)
        notebook = copy.deepcopy(releases[assignment])
        points = makers[kind](notebook, assignment, choose)
        made.append(
            Made(f"{kind}-{number:04}", assignment, kind, json.dumps(notebook).encode(), points)
        )
    return made


def hand_in_all(folder: Path, made: list[Made]) -> None:
    for one in made:
        hand_in(folder, one.student, one.data, one.assignment)
