"""Naming a mistake: the known wrong functions that answer exactly as the student's does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from marking.examiner.asking import AskedCase, DrawnCase, Examination
from marking.examiner.calls import Answer
from marking.examiner.kinds import Fault, kind_of
from marking.questions.arrays import copied
from marking.questions.mistakes import Misconception
from marking.questions.model import Question

# How a case's arguments are given to a wrong function.
Way = Callable[[DrawnCase], tuple[list[Any], dict[str, Any]]]
TOO_LARGE = "far too large"  # ends what the student's side says of such an answer
ENOUGH = 4  # wrong numbers that one category must show for a mistake to be named by it alone


def named_everywhere(question: Question, cases: Sequence[AskedCase]) -> list[Misconception]:
    """The misconceptions that give exactly the student's answers in these cases.

    What arrays of other dtypes come to depends on how a mistake is written down, so where plain
    numbers go wrong, all plain cases must agree and the others need not; else every case.  A case
    without arrays is always a plain one.  Where a misconception stumbles over a case that the
    student fails as well, such as a size that comes out below 0, the case says nothing.
    """
    if all(asked.value is None for asked in cases):
        return []  # nothing to compare
    plain = [a for a in cases if not (a.drawn.category.checks_contract and a.drawn.arrays)]
    among = plain if any(asked.fault is not None for asked in plain) else cases
    # Failing cases first: they tell most misconceptions apart from the answers at once.
    compared = sorted(among, key=lambda asked: asked.fault is None)
    ways = (_as_asked, _by_position)
    return [m for m in question.misconceptions if any(_fits(m, compared, way) for way in ways)]


def named_in_part(
    question: Question, examination: Examination, first: AskedCase
) -> list[Misconception]:
    """The misconceptions that fit all cases of the category of the `first` failing case, where no
    one fits everywhere: of two mistakes made at a time, one may show alone there.
    """
    category = first.drawn.category
    own = [a for a in examination.cases if a.drawn.category is category and not a.slip]
    numbers = sum(_count(a.value) for a in own if a.fault is not None)
    if numbers < ENOUGH:
        return []
    return named_everywhere(question, own)


def explain_case(mistakes: Sequence[Misconception], asked: AskedCase) -> bool:
    """Whether each of the mistakes gives the student's answer in this case."""
    return all(
        any(_gives_the_same(mistake, asked, way) is True for way in (_as_asked, _by_position))
        for mistake in mistakes
    )


def _count(value: Any) -> int:
    """How many numbers a value holds."""
    if value is None:
        return 0
    return sum(map(_count, value)) if isinstance(value, tuple) else int(np.size(value))


def _fits(mistake: Misconception, compared: Sequence[AskedCase], way: Way) -> bool:
    """Whether the wrong function, called in one `way`, answers as the student did, wherever it
    answers at all, and does so in enough failing cases.
    """
    silent, failing, agreed = 0, 0, 0
    for asked in compared:
        same = _gives_the_same(mistake, asked, way)
        if same is False or (same is None and asked.fault is None):
            return False
        silent += same is None
        if asked.fault is not None:
            failing += 1
            agreed += same is True
    return silent == 0 or (agreed >= ENOUGH and 2 * agreed >= failing)


def _gives_the_same(mistake: Misconception, asked: AskedCase, way: Way) -> bool | None:
    """Whether the wrong function answers the case as the student did, or stumbles where the student
    did; None if it stumbles where the student answers, or the student's answer was too large to be
    sent.
    """
    drawn = asked.drawn
    args, kwargs = way(drawn)
    try:
        with np.errstate(all="ignore"):
            answer = Answer(_as_sent(mistake.answer(*args, **kwargs)), "ndarray")
            wrong = kind_of(drawn.question).read(drawn.question, answer)
    # a wrong function may well stumble where the right one does not
    except Exception:
        return True if asked.value is None else None
    if asked.value is None and not isinstance(wrong, Fault):
        return None if asked.answer.note.endswith(TOO_LARGE) else False
    if isinstance(wrong, Fault):
        return asked.value is None
    return drawn.repeats(wrong, asked.value)


def _as_asked(drawn: DrawnCase) -> tuple[list[Any], dict[str, Any]]:
    """Copies of a case's arguments, by position and by name as the student was asked."""
    return [*map(_own, drawn.args)], {name: _own(value) for name, value in drawn.kwargs.items()}


def _by_position(drawn: DrawnCase) -> tuple[list[Any], dict[str, Any]]:
    """Copies of a case's arguments, as many by position as can be: who exchanges two parameters in
    the function's body is wrong by name as well, and a wrong function may have other names.
    """
    given = {name: _own(value) for name, value in drawn.arguments.items()}
    args = []
    for name in drawn.question.parameters:
        if name not in given:
            break
        args.append(given.pop(name))
    return args, given


def _own(value: Any) -> Any:
    return copied(value) if isinstance(value, np.ndarray) else value


def _as_sent(value: Any) -> Any:
    """A value as the protocol would bring it: NumPy scalars as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    return tuple(_as_sent(part) for part in value) if isinstance(value, tuple) else value
