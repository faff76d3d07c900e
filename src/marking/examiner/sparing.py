"""One slip that would cost the points of every step costs those of one.

A slice that ends at ``-p`` is empty for p = 0, so who crops with it gets nothing at all wherever
there is no padding, in cases that are about something else.  Such cases are put once more with a
little padding; that the slip is one is told, and paid for, in the step that is about it.  Likewise
for who does not look whether an array is None: where it is, zeros are put in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from marking.examiner.asking import AskedCase, DrawnCase, Examination, draw_case, put
from marking.examiner.calls import Answerer
from marking.questions.model import Question, Slip


def spare(question: Question, answerer: Answerer, examination: Examination) -> Examination:
    """The examination, its cases that show one of the question's slips counted in one category;
    those of other categories are asked again without it.
    """
    for slip in question.slips:
        examination = _spare_one(question, slip, answerer, examination)
    return examination


def _spare_one(
    question: Question, slip: Slip, answerer: Answerer, examination: Examination
) -> Examination:
    shows = _stops_at_none if slip.stops else _is_empty
    category = next(c for c in question.categories if c.name == slip.category)
    kept, charged, again = [], [], []
    for asked in examination.cases:
        instead = _instead(asked, slip) if shows(asked) else None
        if instead is None:
            kept.append(asked)
        else:
            moved = replace(asked.drawn, category=category)
            charged.append(replace(asked, drawn=moved, slip=True))
            again.append(instead)
    if not charged:
        return examination
    return replace(examination, cases=(*kept, *charged, *put(answerer, again)))


def _is_empty(asked: AskedCase) -> bool:
    """Whether nothing is left of a result that should hold numbers."""
    value, expected = asked.value, asked.drawn.expected
    arrays = isinstance(value, np.ndarray) and isinstance(expected, np.ndarray)
    return arrays and value.size == 0 < expected.size and value.ndim == expected.ndim


def _stops_at_none(asked: AskedCase) -> bool:
    """Whether the call stopped because something in it was None."""
    failure = asked.answer.failure
    if failure is None or failure.name not in ("AttributeError", "TypeError"):
        return False
    return "NoneType" in failure.message


def _instead(asked: AskedCase, slip: Slip) -> DrawnCase | None:
    """The case with arguments that do not show the slip; None if it cannot be this slip."""
    drawn = asked.drawn
    rows, columns = (1, 1) if asked.value is None else np.shape(asked.value)[-2:]
    changed = slip.instead(drawn.arguments, (rows == 0, columns == 0))
    if changed is None:
        return None
    question = drawn.question
    names: Sequence[str] = question.parameters[: len(drawn.args)]
    args = tuple(changed[name] for name in names)
    rest: Mapping[str, Any] = {k: v for k, v in changed.items() if k not in names}
    return draw_case(question, drawn.category, drawn.case, args, dict(rest))
