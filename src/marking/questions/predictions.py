"""Predictions: what a notebook has its reader expect before the code is written.

They carry no points.  An assignment's stand in its folder, in `_predictions.py`; their answers are
computed by the library.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ABOUT = 0.01  # relative: of a fraction two places are enough


@dataclass(frozen=True)
class Part:
    """One thing to expect.  `wanted` says of what form it is, as in "a whole number"; `answer`
    computes it; `any_order` says that the order of its numbers does not matter.
    """

    wanted: str
    answer: Callable[[], Any]
    any_order: bool = False

    def is_right(self, given: object) -> bool | None:
        """Whether `given` is what will come out; None if it is not of the form that is wanted.

        Lists, tuples and arrays of the same numbers are the same, and so are numbers and their
        texts.  Whatever `given` is, no error is raised.
        """
        try:
            return self._compared(given, self.answer())
        except Exception:  # an object of any kind may refuse to be looked at
            return None

    def _compared(self, given: object, due: object) -> bool | None:
        if isinstance(due, str):
            return _letters(given) == _letters(due) if isinstance(given, str) else None
        if isinstance(due, bool | np.bool_):
            yes = _truth(given)
            return None if yes is None else yes == bool(due)
        numbers, expected = _numbers(given), np.asarray(due, dtype=float)
        if numbers is None or numbers.ndim != expected.ndim:
            return None
        if self.any_order:
            numbers, expected = np.sort(numbers), np.sort(expected)
        if numbers.shape != expected.shape:
            return False
        whole = bool(np.all(expected == np.round(expected)))
        return bool(np.allclose(numbers, expected, rtol=0 if whole else ABOUT, atol=1e-9))


@dataclass(frozen=True)
class Prediction:
    """What is to be expected, part by part, and why it is so."""

    parts: Mapping[str, Part]
    why: str


def whole(answer: Callable[[], Any]) -> Part:
    """A whole number to expect."""
    return Part("a whole number", answer)


def number(answer: Callable[[], Any]) -> Part:
    """A number to expect; of a fraction two places are enough."""
    return Part("a number", answer)


def numbers(example: str, answer: Callable[[], Any], any_order: bool = False) -> Part:
    """Numbers in a row, or rows of them, written as in `example`."""
    return Part(f"numbers, as in {example}", answer, any_order)


def shape(example: str, answer: Callable[[], Any]) -> Part:
    """The shape of an array, written as in `example`."""
    return Part(f"a shape, as in {example}", answer)


def yes(answer: Callable[[], Any]) -> Part:
    """True or False to expect."""
    return Part("True or False", answer)


def choice(options: Sequence[str], answer: Callable[[], Any]) -> Part:
    """One of several texts to expect."""
    return Part(" or ".join(map(repr, options)), answer)


def value_shown(value: object) -> str:
    """An answer as it is written in a notebook: plain lists, and of a fraction four digits."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, tuple):
        return f"({', '.join(map(value_shown, value))}{',' * (len(value) == 1)})"
    if isinstance(value, list):
        return f"[{', '.join(map(value_shown, value))}]"
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else str(value)
    return repr(value)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _truth(given: object) -> bool | None:
    if isinstance(given, bool | np.bool_):
        return bool(given)
    if isinstance(given, int | float) and given in (0, 1):
        return bool(given)
    if isinstance(given, str):
        return {"true": True, "yes": True, "false": False, "no": False}.get(_letters(given))
    return None


def _numbers(given: object) -> NDArray[Any] | None:
    if isinstance(given, set | frozenset | range):
        given = sorted(given)
    if isinstance(given, str):
        given = float(given)
    if given is None or isinstance(given, bool | bytes):
        return None
    return np.asarray(given, dtype=float)
