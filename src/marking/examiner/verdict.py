"""A verdict as data: points by category, sentences, and one counterexample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from marking.questions.ladder import Rungs
from marking.questions.model import Question


@dataclass(frozen=True)
class CategoryResult:
    """One line of the score: all of `max_points` when passed, else nothing."""

    name: str
    max_points: float
    passed: bool

    @property
    def points(self) -> float:
        return self.max_points if self.passed else 0.0


@dataclass(frozen=True)
class Counterexample:
    """One case that goes wrong, small enough to check by hand.

    `call` is the call as a student would write it, `inputs` its arrays by name, `expected` and
    `given` the two answers: arrays, numbers, truth values, or tuples of these.  `given` is a str
    where there was no answer to draw.
    """

    call: str
    inputs: tuple[tuple[str, NDArray[Any]], ...]
    expected: Any
    given: Any


@dataclass(frozen=True)
class Verdict:
    """The examiner's judgement of one question.

    `categories` carry the points; `sentences` say what is wrong, the most useful first;
    `misconceptions` are the names of the known mistakes that give exactly the student's answers,
    `in_part` of those that do so in the first category that fails, where none does everywhere;
    `note` is kind advice that costs no points.  Where the numbers are right and something beside
    them is not, or all are wrong in one way, `beside` holds hints on that.
    `marking.examiner.rendering` writes it as text and as HTML.
    """

    question: str
    categories: tuple[CategoryResult, ...]
    sentences: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    misconceptions: tuple[str, ...] = ()
    note: str = ""
    in_part: tuple[str, ...] = ()
    beside: Rungs | None = None

    @property
    def points(self) -> float:
        return float(sum(category.points for category in self.categories))

    @property
    def max_points(self) -> float:
        return float(sum(category.max_points for category in self.categories))

    @property
    def passed(self) -> bool:
        return all(category.passed for category in self.categories)


def unmarked(question: Question, reason: str) -> Verdict:
    """No points, for a reason that lies outside the answers: not run, killed, missing, unreadable.

    `reason` is one sentence.
    """
    categories = tuple(CategoryResult(c.name, float(c.points), False) for c in question.categories)
    return Verdict(question.name, categories, (reason,))
