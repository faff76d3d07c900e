"""How numbers, values and calls are written in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from marking.questions.model import Question

MAX_NESTING = 8  # levels of a tuple that are written out; no right answer has more than one
MAX_PARTS = 8  # of a tuple; more are an ellipsis
MAX_TEXT = 200  # characters of a text
DIGITS = 6  # of a number that is not whole
GIVEN_DIGITS = 8  # of one that was given, where it has no more
ALL_DIGITS = 17  # which tell any two floats apart


def number_text(value: Any, digits: int = DIGITS) -> str:
    """A number as a person writes it: integers without a point, others to six digits."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, complex | np.complexfloating):
        return f"{complex(value):.4g}"
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and abs(value) < 10**15:
        return str(value)
    if 1e5 <= abs(value) < 1e15:
        digits = max(digits, len(f"{abs(value):.0f}") + 1)  # beside a whole number it can be read
    return f"{value:.{digits}g}"


def digits_apart(one: Any, other: Any) -> int:
    """How many digits it takes to see that two different numbers, or tuples of them, differ."""
    for digits in range(DIGITS, ALL_DIGITS):
        if value_text(one, digits=digits) != value_text(other, digits=digits):
            return digits
    return ALL_DIGITS


def digits_given(value: Any) -> int:
    """How many digits a number is drawn with that was given as an argument: up to `GIVEN_DIGITS`
    where they are all it has, as in 7.000001, since the last of them may be what is asked about.
    """
    if isinstance(value, np.floating):
        for digits in range(DIGITS, GIVEN_DIGITS + 1):
            if type(value)(f"{value:.{digits}g}") == value:
                return digits
    return DIGITS


def value_text(value: Any, levels: int = MAX_NESTING, digits: int = DIGITS) -> str:
    """A number, truth value, None, text or tuple of these in one short line; tuples inside each
    other are written out `levels` deep.
    """
    if isinstance(value, tuple):
        if levels == 0:
            return "(…)"
        parts = [value_text(part, levels - 1, digits) for part in value[:MAX_PARTS]]
        inner = ", ".join(parts) + (", …" if len(value) > MAX_PARTS else "")
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if value is None or isinstance(value, str):
        return str(value)[:MAX_TEXT]
    return number_text(value, digits)


def call_text(question: Question, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The call as a student would write it, arrays by their names: ``conv_transpose2d(x, w,
    stride=2)``.
    """
    parts = []
    for i, (name, value) in enumerate(question.bind(args, kwargs).items()):
        if isinstance(value, np.ndarray):
            parts.append(name if i < len(args) else f"{name}={name}")
        else:
            parts.append(f"{name}={value_text(value)}")
    return f"{question.name}({', '.join(parts)})"
