"""A call as one line of Python, arrays and all, that a student can copy and run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.examiner.verdict import Counterexample
from marking.questions.arrays import lies_backwards

MOST_NUMBERS = 64  # of all arrays together; a longer line is of no use
FEW = 6  # numbers of an array that is written out even where they count 1, 2, 3, …


def line(example: Counterexample) -> str:
    """``x = …; w = …; f(x, w)``; empty where the arrays hold too many numbers."""
    if sum(array.size for _, array in example.inputs) > MOST_NUMBERS:
        return ""
    given = [f"{name} = {expression(array)}" for name, array in example.inputs]
    return "; ".join([*given, example.call])


def expression(array: NDArray[Any]) -> str:
    """An expression that makes the array: its numbers, its shape, its dtype, and an order in memory
    other than the usual one.
    """
    whole = np.arange(1, array.size + 1)
    if array.size > FEW and np.array_equal(np.ravel(array), whole):
        first = "1.0" if array.dtype.kind == "f" else "1"
        text = f"np.arange({first}, {array.size + 1})"
        text += f".reshape{array.shape}" if array.ndim > 1 else ""
        if array.dtype not in (np.float64, np.int64):
            text += f".astype(np.{array.dtype.name})"
    else:
        kind = {"float64": "float", "int64": "int"}.get(array.dtype.name, f"np.{array.dtype.name}")
        text = f"np.array({_nested(array)}, {kind})"
        if array.size == 0:
            text += f".reshape{array.shape}"
    if array.flags.c_contiguous:
        return text
    if lies_backwards(array):
        return f"np.flip(np.flip({text}).repeat(2, -1)[..., ::2])"
    if array.flags.f_contiguous:
        return f"np.asfortranarray({text})"
    return f"{text}.repeat(2, -1)[..., ::2]"


def _nested(array: NDArray[Any]) -> str:
    if array.ndim == 0:
        return _number(array[()])
    return "[" + ", ".join(_nested(part) for part in array) + "]"


def _number(value: Any) -> str:
    """A number as it is typed: whole ones without a point, others with every digit they need."""
    if not np.isfinite(value):
        return "np.nan" if np.isnan(value) else ("-" if value < 0 else "") + "np.inf"
    whole = float(value).is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else str(value)
