"""Results that are wrong as a whole, in one way that has nothing to do with the question: an array
too narrow for its numbers, rows that are one and the same, or a factor that does not belong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from marking.examiner import sentences
from marking.examiner.asking import AskedCase
from marking.examiner.kinds import FaultKind

WIDE = 8  # bytes of an integer that holds every result that is asked for
TELLING = 3  # results of two numbers or more that must be off by one factor each
SAME_FACTOR = 1e-9  # how closely numbers agree that are off by one factor
SAME_IN_FLOAT32 = 1e-5  # the same where float32 comes in


def too_narrow(failing: Sequence[AskedCase]) -> str | None:
    """The sentence on arrays of integers of less than 64 bits in which what does not fit is wrong
    and all else is right; None if the failing results are no such arrays.
    """
    if not all(map(_is_too_narrow, failing)):
        return None
    holds = np.iinfo(failing[0].value.dtype)
    return sentences.too_narrow(str(holds.dtype), int(holds.min), int(holds.max))


def _is_too_narrow(asked: AskedCase) -> bool:
    given, due = asked.value, asked.drawn.expected
    if not isinstance(given, np.ndarray) or given.dtype.kind not in "iu":
        return False
    if given.dtype.itemsize >= WIDE or given.shape != np.shape(due):
        return False
    holds = np.iinfo(given.dtype)
    fits = (holds.min <= due) & (due <= holds.max) & (due == np.rint(due))
    return not np.all(fits) and np.array_equal(given[fits], due[fits])


def same_rows(failing: Sequence[AskedCase]) -> bool:
    """Whether every failing result has the rows of a list that stands in all places: each holds
    what all rows should hold together, or what was written last.
    """
    if not all(_is_one_row(asked.value, asked.drawn.expected) for asked in failing):
        return False
    return sum(int(np.count_nonzero(a.value[0])) > 1 for a in failing) >= TELLING


def _is_one_row(given: Any, due: Any) -> bool:
    if not isinstance(given, np.ndarray) or given.ndim != 2 or given.shape != np.shape(due):
        return False
    rows = due[np.any(due != 0, axis=1)]
    if len(rows) == 0 or len(due) < 2 or np.any(given != given[0]):
        return False
    near = SAME_IN_FLOAT32 if given.dtype == np.float32 else SAME_FACTOR
    largest = float(np.max(np.abs(rows)))
    held = (np.sum(rows, axis=0), rows[-1], due[-1])
    return any(np.allclose(given[0], row, rtol=near, atol=near * largest) for row in held)


def one_factor(failing: Sequence[AskedCase], shown: AskedCase | None = None) -> str | None:
    """The sentence on results each of which is the right one times a factor, with the factor of the
    case that is `shown`, if one is and they differ; None if they are not.

    A result that is not finite says nothing: a factor that divides by 0 makes it so.
    """
    finite = [a for a in failing if a.fault is None or a.fault.kind != FaultKind.FINITE]
    known = [factor for asked in finite if (factor := _factor(asked)) is not None]
    here = _factor(shown) if shown is not None else next(iter(known), None)
    if here is None or len(known) < len(finite):
        return None
    if sum(np.count_nonzero(asked.drawn.expected) > 1 for asked in finite) < TELLING:
        return None
    everywhere = np.allclose(known, here, rtol=SAME_IN_FLOAT32, atol=0)
    if everywhere:
        return sentences.one_factor(here)
    return sentences.factor_by_case(here if shown is not None else None)


def _factor(asked: AskedCase) -> float | None:
    """By which one factor all numbers of a wrong array are off; None if by none."""
    given, due = asked.value, asked.drawn.expected
    if not isinstance(given, np.ndarray) or given.shape != np.shape(due) or not np.any(due):
        return None
    narrow = any(a.dtype == np.float32 for a in (given, *asked.drawn.arrays.values()))
    near = SAME_IN_FLOAT32 if narrow else SAME_FACTOR
    place = np.unravel_index(np.argmax(np.abs(due)), due.shape)
    with np.errstate(all="ignore"):  # answers may hold any number
        factor, largest = float(given[place] / due[place]), float(np.max(np.abs(given)))
        if factor == 0 or not np.isfinite([factor, largest]).all():
            return None
        close = np.allclose(given, factor * due, rtol=near, atol=near * largest)
    return factor if close else None
