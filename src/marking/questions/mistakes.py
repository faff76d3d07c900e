"""Mistakes by name: the wrong functions that people write, and those that many questions share.

The functions of this module make a misconception from a question's right answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[..., Any]


@dataclass(frozen=True)
class Misconception:
    """A mistake people make, as the function it amounts to.

    `name` is short and says what was done; `hint` says what to look at, kindly, without the
    solution; `answer` has the signature of the question it belongs to.  `same_as` names the
    misconceptions that give one and the same answer (two causes, one tensor): a verdict names them
    together.
    """

    name: str
    hint: str
    answer: Function
    same_as: tuple[str, ...] = ()


def truncated(reference: Function) -> Misconception:
    """The right answer in an array of integers: fractions are lost."""
    return Misconception(
        "fractions are cut off",
        "Fractions in the input come out as whole numbers. The array you fill holds integers: "
        "make it with a `dtype` that holds every input, for example `np.zeros(shape)` or "
        "`dtype=np.result_type(…)` of the inputs.",
        lambda *args, **kwargs: np.trunc(np.asarray(reference(*args, **kwargs))).astype(np.int64),
    )


def typed_like_first(reference: Function, other: str) -> Misconception:
    """The right answer in the first argument's dtype, as `np.zeros_like(x)` would hold it."""

    def answer(x: np.ndarray, *args: Any, **kwargs: Any) -> np.ndarray:
        right = np.asarray(reference(x, *args, **kwargs))
        return np.trunc(right).astype(x.dtype) if x.dtype.kind == "i" else right

    return Misconception(
        "the result takes over the first array's integer type",
        f"With whole numbers in the first array and fractions in `{other}`, the fractions are "
        "lost. The array you fill copies the first array's `dtype` (as `np.zeros_like` does); it "
        "must hold products of both.",
        answer,
    )


def negated(reference: Function) -> Misconception:
    """The right answer with the wrong sign."""
    return Misconception(
        "the sign is turned round",
        "Every number has the right size and the wrong sign. Look for a minus that does not "
        "belong.",
        lambda *args, **kwargs: -np.asarray(reference(*args, **kwargs)),
    )


def transposed_result(reference: Function) -> Misconception:
    """Rows and columns of the result exchanged."""
    return Misconception(
        "rows and columns of the result are exchanged",
        "The right numbers, mirrored at the diagonal. The first index is the row: look where you "
        "write the result.",
        lambda *args, **kwargs: np.swapaxes(np.asarray(reference(*args, **kwargs)), -1, -2),
    )


def flattened(reference: Function) -> Misconception:
    """The right numbers as a vector."""
    return Misconception(
        "the result is left flat",
        "The numbers are right, but they stand in one row. Give the result its shape: `reshape`.",
        lambda *args, **kwargs: np.asarray(reference(*args, **kwargs)).ravel(),
    )


def scaled(reference: Function, factor: float, name: str, hint: str) -> Misconception:
    """The right answer times a factor."""
    return Misconception(
        name, hint, lambda *args, **kwargs: factor * np.asarray(reference(*args, **kwargs))
    )
