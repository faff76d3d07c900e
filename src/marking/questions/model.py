"""What a question is made of: cases to ask, categories to score, and the questions of an
assignment.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from marking.questions.arrays import Array, Integer
from marking.questions.covering import SUITES, Cover, Step
from marking.questions.domain import Domain
from marking.questions.inputs import Condition, Variables
from marking.questions.ladder import Ladder
from marking.questions.mistakes import Misconception
from marking.questions.predictions import Prediction
from marking.questions.relations import everywhere
from marking.questions.twins import twin_rows

KINDS_OF_NUMBERS = "whole numbers, fractions, float32; arguments left alone"


@dataclass(frozen=True)
class Case:
    """One call to ask: `Array` where an array goes, `Integer` where a drawn number goes, anything
    else as it is.
    """

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    # of a case drawn from a domain: its variables, from which simpler cases are made
    row: Mapping[str, Any] | None = None

    def draw(
        self, rng: np.random.Generator, coarse: bool = False
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments with fresh values."""
        return self._map(lambda spec: spec.draw(rng, coarse))

    def small(
        self, signs: bool = False, border: bool = False
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments with small numbers, see `Array.small`."""
        return self._map(lambda spec: spec.small(signs, border))

    def _map(
        self, make: Callable[[Array | Integer], Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return tuple(_fill(value, make) for value in self.args), {
            k: _fill(v, make) for k, v in self.kwargs.items()
        }

    @cached_property
    def is_plain(self) -> bool:
        """Whether all arrays hold whole numbers in float64 and lie in memory as usual."""
        values = (*self.args, *self.kwargs.values())
        return all(value.is_plain for value in values if isinstance(value, Array))

    @cached_property
    def difficulty(self) -> tuple[bool, bool, bool, int, int, int, int]:
        """Sorts cases by how easy they are to check by hand: whole numbers first, and none of a
        special make, then the fewest of them.

        One number alone hides which index went wrong, so such cases come late.
        """
        specs = [value for value in (*self.args, *self.kwargs.values()) if isinstance(value, Array)]
        sizes = [int(np.prod(spec.shape)) for spec in specs]
        given = (*self.args, *self.kwargs.values())
        return (
            not self.is_plain,
            any(spec.fill is not None for spec in specs),
            bool(sizes) and max(sizes) == 1,
            sum(sizes),
            sum(_magnitude(value) for value in given),
            len(given),
            len(self.kwargs),
        )


def _magnitude(value: Any) -> int:
    """How large the numbers of an argument are that is no array."""
    if isinstance(value, tuple):
        return sum(map(_magnitude, value))
    if isinstance(value, Integer):
        return value.high
    return value if isinstance(value, int) else 0


def _fill(value: Any, make: Callable[[Array | Integer], Any]) -> Any:
    if isinstance(value, tuple):
        return tuple(_fill(part, make) for part in value)
    return make(value) if isinstance(value, Array | Integer) else value


def case(*args: Any, **kwargs: Any) -> Case:
    """A case, written as the call it stands for."""
    return Case(args, kwargs)


@dataclass(frozen=True)
class Category:
    """A part of the question with points of its own, earned only if every case of it is answered
    rightly.

    Beside the `cases` listed, cases are drawn from the question's domain; a drawn case belongs to
    the first category whose condition `where` it meets (`everywhere`: every case does).

    `shape_only` asks for nothing but the right shape, in the cases of all categories but the
    `checks_contract` one.  `checks_contract` marks the category that also pays for leaving the
    arguments alone and for giving back values of the right kind.  `hint` takes the place of the
    question's where nothing else goes wrong.  `together` marks the category that sets several
    parameters at a time, which those before it ask about one by one.
    """

    name: str
    points: float
    cases: tuple[Case, ...] = ()
    where: Callable[[Variables], Condition] | None = None
    shape_only: bool = False
    checks_contract: bool = False
    hint: str = ""
    together: bool = False


def kinds_of_numbers(*cases: Case, points: float = 1, name: str = KINDS_OF_NUMBERS) -> Category:
    """The category for arrays of other dtypes and for leaving arguments alone: of all cases that no
    category before it takes.
    """
    return Category(name, points, cases, everywhere, checks_contract=True)


@dataclass(frozen=True)
class Approximation:
    """A way to compute an answer that gets its first digits right and no more: how far `off` it may
    be, called with the arguments by name, and the `sentence` on it.
    """

    off: Callable[..., float]
    sentence: str


@dataclass(frozen=True)
class Slip:
    """One slip that would fail the cases of nearly every category, and costs the points of one.

    It is seen in a result that is empty where it should not be, or with `stops` in a call that
    stops at a `None`.  Such a case counts in the `category` named; in its own, it is asked once
    more with the arguments that `instead` makes of those it had (by name) and of which axes are
    empty, rows and columns: arguments with which the slip does not show; None: it cannot be this
    slip.
    """

    category: str
    instead: Callable[[dict[str, Any], tuple[bool, bool]], dict[str, Any] | None]
    stops: bool = False


@dataclass(frozen=True, eq=False)  # two questions are one if they are the same object
class Question:
    """One function that students write, and everything needed to mark it.

    `signature` is the contract, e.g. ``rotate180(h)``.  `reference` gives the right answers (a
    function of the library, say, right by the library's own tests).  `answer` is the kind of value
    asked for: ``array``, ``integer array``, ``arrays`` (a tuple of them), ``number``, ``integer``,
    ``integers`` (a tuple of them) or ``boolean``.  `linear` names the arguments in each of which
    the function is linear: for those the examiner can recover every coefficient.  `rounds` says
    that a right answer need not be exact (divisions); it is then compared to nine digits.  `scale`,
    called with the arguments by name, replaces the largest expected magnitude as the measure of
    rounding.  `output` is what the result is called in sentences (for ``arrays`` the names of all,
    with commas); `hint` is for mistakes that have no name: it may speak of ``{place}``, the first
    entry that is wrong.  `approximation` says how far off an answer may be for the cause to be the
    way it was computed, and which sentence tells so.  `by_dtype` says that the right answer
    depends on the dtypes of the arguments.  `conditioned`, called with the arguments by name, says
    whether right answers agree in spite of their rounding; other numbers are drawn where they do
    not.  `domain` declares the legal inputs, from which cases are drawn.  `slips` are those that
    cost no more than one category.  `ladder` holds the hints that a student may ask for; on the
    `moderate` case students learn how fast their function is.
    `assignment` is the name of the assignment it belongs to, filled in by the catalogue.
    """

    signature: str
    reference: Callable[..., Any]
    categories: tuple[Category, ...]
    misconceptions: tuple[Misconception, ...]
    hint: str
    answer: str = "array"
    linear: tuple[str, ...] = ()
    rounds: bool = False
    scale: Callable[..., float] | None = None
    approximation: Approximation | None = None
    output: str = "y"
    by_dtype: bool = False
    conditioned: Callable[..., bool] | None = None
    domain: Domain | None = None
    slips: tuple[Slip, ...] = ()
    ladder: Ladder | None = None
    moderate: Case | None = None
    assignment: str = ""

    @cached_property
    def name(self) -> str:
        """The function's name, as its signature begins."""
        return self.signature.partition("(")[0]

    @cached_property
    def _cover(self) -> Cover | None:
        if self.domain is None:
            return None
        return Cover(self.domain, [self._condition(c) for c in self._steps])

    def _condition(self, category: Category) -> Step:
        """Which drawn calls belong to a category.

        What a student calls the parameters costs the points of the contract alone: other categories
        give by position what has no default.
        """
        where = category.where
        if where is None or self.domain is None or category.checks_contract:
            return where
        required = self.domain.required
        return lambda v: where(v) & (v["by position"] >= required)

    @cached_property
    def _steps(self) -> tuple[Category, ...]:
        """The categories that drawn cases belong to."""
        return tuple(c for c in self.categories if c.where is not None)

    def drawn_cases(self, seed: int) -> list[tuple[Category, Case]]:
        """Cases of the domain that cover its relations, in an order that depends on `seed`; none
        for a question without a domain.
        """
        if self._cover is None or self.domain is None:
            return []
        number = seed % SUITES
        if number not in self._drawn:
            suite = self._cover.suite(seed)
            self._drawn[number] = [
                (self._steps[step], Case(*self.domain.call(row), row))
                for row, step in zip(suite.calls, suite.steps, strict=True)
            ]
        return self._drawn[number]

    @cached_property
    def _drawn(self) -> dict[int, list[tuple[Category, Case]]]:
        """The cases of each suite, made once a process."""
        return {}

    def twin_cases(self, seed: int) -> list[tuple[int, Category, Case]]:
        """`drawn_cases` with one thing changed (see `marking.questions.twins`): the place of the
        case that it was made from, whose numbers it is asked with, and what became of it.
        """
        if self.domain is None:
            return []
        number = seed % SUITES
        if number not in self._twins:
            plain = [(i, c.row) for i, (_, c) in enumerate(self.drawn_cases(seed)) if c.is_plain]
            rows = [row for _, row in plain if row is not None]
            self._twins[number] = [
                (plain[place][0], self.step_of(row), Case(*self.domain.call(row), row))
                for place, row in twin_rows(self.domain, rows)
            ]
        return self._twins[number]

    @cached_property
    def _twins(self) -> dict[int, list[tuple[int, Category, Case]]]:
        """The twins of each suite, made once a process."""
        return {}

    def step_of(self, row: Mapping[str, Any]) -> Category:
        """The category that a call with these variables belongs to."""
        v = Variables({name: np.array([value]) for name, value in row.items()})
        for category in self._steps:
            condition = self._condition(category)
            if condition is None or condition(v)[0]:
                return category
        return self._steps[-1]

    @property
    def points(self) -> float:
        """All points of the question: the sum of its categories', stated nowhere else."""
        return float(sum(category.points for category in self.categories))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        function = ast.parse(f"def {self.signature}: ...").body[0]
        assert isinstance(function, ast.FunctionDef)
        return tuple(arg.arg for arg in function.args.args)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by parameter name, in the order of the signature where they were given."""
        return {**dict(zip(self.parameters, args, strict=False)), **kwargs}


@dataclass(frozen=True)
class Assignment:
    """One notebook's questions, in the order students meet them.

    `title` is the notebook's heading.  Assignments are listed by their `order`; a number between
    two others puts a new one between them.  `predictions` are what the notebook has its reader
    expect, by the name of the function that it is about.
    """

    title: str
    order: float
    questions: tuple[Question, ...]
    builds_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    predictions: Mapping[str, Prediction] = field(default_factory=dict)
