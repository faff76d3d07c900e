"""NumPy's whole numbers in a browser, whose Python is a program of 32 bits.

There `int` means 32 bits to NumPy; where marks are made it means 64. A function that is right there
must not be called wrong here, so NumPy's functions that make arrays are replaced by ones that make
them as they are made there. Methods cannot be replaced: `x.astype(int)` keeps its 32 bits, and
`advice` says so.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

NARROW = sys.maxsize < 2**32  # a program of 32 bits
WIDE = np.int64
# Of these the kind of number is stated, or is that of an argument.
STATED = (
    "empty",
    "zeros",
    "ones",
    "identity",
    "eye",
    "empty_like",
    "zeros_like",
    "ones_like",
    "full_like",
    "asarray",
    "ascontiguousarray",
    "fromiter",
    "linspace",
)
# Of these it is that of Python's own numbers, if nothing else is stated.
MADE = ("array", "asarray", "arange", "full", "indices")
# Of these so many arguments may be lists, whose numbers are wide.
LISTS = {"sum": 1, "prod": 1, "cumsum": 1, "dot": 2, "outer": 2, "convolve": 2, "tensordot": 2}
# Of these an argument, by its place, is a list of places or counts, which must not be wide.
PLACES = {"bincount": 0, "put": 1, "repeat": 1}
ASTYPE = (
    "In a browser `astype(int)` makes whole numbers of 32 bits, which is too few here; where marks "
    "are made they have 64. `astype(np.int64)` is the same in both."
)


def widen() -> None:
    """Have NumPy's functions make whole numbers of 64 bits, where they would have 32."""
    if not NARROW:
        return
    for name in dict.fromkeys((*STATED, *MADE)):
        setattr(np, name, widened(getattr(np, name), name in MADE))
    for name, count in LISTS.items():
        setattr(np, name, widened(of_arrays(getattr(np, name), count), False))
    for name, place in PLACES.items():
        setattr(np, name, narrowed(getattr(np, name), place))
    np.int_ = WIDE
    with contextlib.suppress(ImportError, AttributeError):
        # Arrays of the usual kind are written without its name.
        from numpy._core import arrayprint

        arrayprint._typelessdata.append(WIDE)  # type: ignore[attr-defined]  # it is private


def widened(make: Callable[..., Any], made: bool) -> Callable[..., Any]:
    """The function `make`, in which `int` as a kind of number means 64 bits; where `made`, numbers
    of Python's own become such ones, too.
    """

    @functools.wraps(make)
    def wide(*args: Any, **kwargs: Any) -> Any:
        given = tuple(WIDE if value is int else value for value in args)
        named = {name: WIDE if value is int else value for name, value in kwargs.items()}
        result = make(*given, **named)
        if made and not _stated(given, named) and _is_narrow(result):
            return result.astype(WIDE)
        return result

    return wide


def of_arrays(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    """The function, whose first `count` arguments are arrays where they are lists or tuples."""
    make = np.array

    @functools.wraps(function)
    def takes(*args: Any, **kwargs: Any) -> Any:
        arrays = [make(arg) if isinstance(arg, (list, tuple)) else arg for arg in args[:count]]
        return function(*arrays, *args[count:], **kwargs)

    return takes


def narrowed(function: Callable[..., Any], place: int) -> Callable[..., Any]:
    """The function, which takes whole numbers of 64 bits for places and counts as well."""

    @functools.wraps(function)
    def takes(*args: Any, **kwargs: Any) -> Any:
        given = list(args)
        if len(given) > place and getattr(given[place], "dtype", None) == WIDE:
            given[place] = given[place].astype(np.intp)
        return function(*given, **kwargs)

    return takes


def _stated(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the arguments say which kind of number is meant, or are arrays, which have one."""
    values = (*args, *kwargs.values())
    return kwargs.get("dtype") is not None or any(
        isinstance(value, (np.ndarray, np.generic, np.dtype, type)) for value in values
    )


def _is_narrow(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.int32


def advice(function: object) -> list[str]:
    """What is to be said of a function that is not right, where its numbers may have become too
    narrow; nothing elsewhere.
    """
    code = getattr(function, "__code__", None)
    if not NARROW or not isinstance(code, types.CodeType):
        return []
    return [ASTYPE] if {"astype", "int"} <= set(code.co_names) else []
