"""What a function can see of its call, in the variables of the question's domain.

A domain *declares* what is asked; a function sees arguments.  The two need not agree: an array of
one row in Fortran order is one in C order as well, and few numbers of both signs may all be
positive.  What counts is what can be seen, so the audit of regions looks at calls this way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.questions.domain import Domain
from marking.questions.inputs import Argument, Choice, Entries, PairOf, Shape, Variables, Whole

UNSEEN = -1  # a variable that no function can see, such as a choice of what arrays hold
SMALL = 9  # the largest of the numbers called small
FINE = 1e-3  # numbers below it are called tiny
FINEST = 1e-30  # and those below this minute


def seen(
    domain: Domain,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    row: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The variables of a call with these arguments.

    What cannot be seen is taken from `row`, the variables that the call was drawn from; without
    one it is `UNSEEN`.
    """
    found: dict[str, Any] = {**(row or {}), "by position": len(args)}
    given = {**dict(zip(domain.arguments, args, strict=False)), **kwargs}
    for name, argument in domain.arguments.items():
        if name in domain.defaults:
            found[f"{name}.given"] = name in given
        found |= _seen(name, argument, given.get(name, domain.defaults.get(name)), row or {})
    for name in domain.sizes:
        found.setdefault(name, UNSEEN)
    for name, compute in domain.derived.items():
        if name not in found:
            found[name] = compute(Variables({n: np.array([v]) for n, v in found.items()})).item()
    return found


def _seen(name: str, argument: Argument, value: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    match argument:
        case PairOf():
            rows, columns = value if isinstance(value, tuple) else (value or 0, value or 0)
            return {f"{name}.0": rows, f"{name}.1": columns}
        case Whole():
            return {name: 0 if value is None else value}
        case Choice(values):
            return {name: values.index(value) if value in values else UNSEEN}
        case Shape(names):
            return dict(zip(names, value, strict=True))
        case Entries():
            return _seen_of_array(name, argument, value, row)
    return {}  # computed from the others


def _seen_of_array(
    name: str, argument: Entries, value: NDArray[Any] | None, row: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {f"{name}.none": value is None} if argument.optional else {}
    if value is None:
        unseen = {size: UNSEEN for size in argument.shape if size not in row}
        return {**found, **unseen, **{f"{name}.{part}": 0 for part in ("kind", "sign", "layout")}}
    found |= dict(zip(argument.shape, value.shape, strict=True))
    for part, choices, what in (
        ("kind", argument.kinds, _kind(value, argument.limit)),
        ("sign", argument.signs, _sign(value)),
        ("layout", argument.layouts, _layout(value)),
    ):
        found[f"{name}.{part}"] = choices.index(what) if what in choices else UNSEEN
    if argument.fill is not None and f"{name}.kind" in row:
        # Arrays of a special make hold what their make says: kind and sign only scale them.
        found |= {f"{name}.{part}": row[f"{name}.{part}"] for part in ("kind", "sign")}
    return found


def _kind(array: NDArray[Any], limit: int) -> str:
    """Which of `marking.questions.arrays.NUMBERS` an array looks like; `limit` bounds the whole
    numbers that are not called huge.
    """
    largest = float(np.max(np.abs(array), initial=0))
    whole = bool(np.all(array == np.rint(array)))
    if array.dtype.kind in "iu":
        return "int64"
    if array.dtype == np.float32:
        return "float32" if whole else "float32 decimals"
    if whole:
        return "small" if largest <= SMALL else "whole" if largest <= limit else "huge"
    if largest < FINE:
        return "tiny" if largest > FINEST else "minute"
    return "eighths" if np.all(array * 8 == np.rint(array * 8)) else "decimals"


def _sign(array: NDArray[Any]) -> str:
    if not array.any():
        return "nothing but 0"
    plane = array.shape[-2:]
    if np.prod(plane) > 1:
        if np.all(array == array.flat[0]):
            return "all the same"
        if np.array_equal(array, np.flip(array, tuple(range(-len(plane), 0)))):
            return "the same after a half turn"
    if np.all(array > 0):
        return "positive"
    if np.all(array < 0):
        return "negative"
    if array.ndim >= 2 and min(array.shape[-2:]) > 1 and array.any():
        edges = (array[..., 0, :], array[..., -1, :], array[..., 0], array[..., -1])
        if not all(edge.any() for edge in edges):
            return "zero border"
    return "mixed" if np.all(array) else "zeros"


def _layout(array: NDArray[Any]) -> str:
    if not array.flags.c_contiguous:
        return "Fortran" if array.flags.f_contiguous else "strided"
    return "C" if array.flags.writeable else "read-only"
