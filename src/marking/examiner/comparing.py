"""Comparing an answer with the right one: exactly, or within the rounding that a right answer may
show.

See `marking.examiner` for why so small a tolerance lets no wrong term through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.questions.model import Question

# about 128 and 64 units in the last place, of the largest entry
ROUNDING_FLOAT64 = 2.0**-45
ROUNDING_FLOAT32 = 2.0**-17
NINE_DIGITS = 1e-9  # for right answers that divide; float32 keeps its own rounding
MOST_DECIMALS = 9  # to which a rounded answer is recognised
FEWEST_DIGITS = 5  # that must be right for the others to be called a matter of precision
ROUNDED_FLOAT32 = 2.0**-20  # of the scale: sixteen units in float32's last place
FLOAT32_DIGITS = 7  # that float32 keeps
LARGEST_FLOAT32 = 2**24  # up to which float32 holds every whole number
WORD = 32  # bits of the integers that overflow soonest
DRAWN_DIGITS = 1e-9  # what a drawing of two arrays shows as different

# How far a value may be off: from the right one in float64, and the value as it was given.
Tolerance = Callable[[NDArray[Any], Any], float]


def agree(expected: Any, value: Any, tolerance: Tolerance, equal_nan: bool = False) -> bool:
    """Whether two arrays or numbers have one shape and differ by no more than the tolerance."""
    # Whole numbers below 2**53 survive the conversion; it keeps unsigned and narrow types from
    # wrapping in `-`.
    right, given = np.asarray(expected, float), np.asarray(value, float)
    if right.shape != given.shape:
        return False
    if np.array_equal(right, given, equal_nan=equal_nan):
        return True
    with np.errstate(invalid="ignore", over="ignore"):
        close = np.abs(given - right) <= tolerance(right, value)
        close |= given == right  # infinity is infinity
    if equal_nan:
        close |= np.isnan(given) & np.isnan(right)
    return bool(np.all(close))


def rounded_decimals(expected: Any, value: Any, tolerance: Tolerance) -> int | None:
    """To how many decimals a wrong value is the right one rounded; None if it is not."""
    right = np.asarray(expected, float)
    if not right.ndim and not value:
        return None  # one number that is 0 instead has not been rounded
    if _is_far_off(right, value, tolerance):
        return None
    for decimals in range(1, MOST_DECIMALS + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # it multiplies by 10**decimals
            rounded = np.round(right, decimals)
        if not np.array_equal(rounded, right) and agree(rounded, value, tolerance):
            return decimals
    return None


def _is_far_off(right: NDArray[np.float64], value: Any, tolerance: Tolerance) -> bool:
    """Whether a value is further off than rounding to one decimal explains."""
    given = np.asarray(value, float)
    if right.shape != given.shape:
        return True
    with np.errstate(over="ignore", invalid="ignore"):
        off = float(np.max(np.abs(given - right), initial=0))
    # twice as far, for what rounding costs itself; infinity and nan are left to whoever asks
    return math.isfinite(off) and off > 0.1 + 2 * tolerance(right, value)


def common_digits(expected: Any, value: Any) -> int | None:
    """How many digits of the largest entry a value of floats gets right everywhere, if they are
    enough for the rest to be a matter of precision; else None.
    """
    right, given = np.asarray(expected, float), np.asarray(value)
    if right.shape != given.shape or given.dtype.kind != "f" or not right.size:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        off = float(np.max(np.abs(given - right)) / max(np.max(np.abs(right)), 1e-300))
    return int(-math.log10(off)) if 0 < off <= 10.0**-FEWEST_DIGITS else None


def wrapped(expected: float, value: float) -> bool:
    """Whether a whole number is the right one cut to its last 32 bits."""
    bits = 2**WORD
    lost = -bits // 2 <= value < bits <= abs(expected) * 2
    return lost and bool((value - expected) % bits == 0)


def rounded_whole(expected: float, value: float) -> bool:
    """Whether a large whole number is off by no more than what float32 leaves of it."""
    most = ROUNDED_FLOAT32 * abs(expected)
    return abs(expected) > LARGEST_FLOAT32 and abs(value - expected) <= most


@dataclass(frozen=True)
class Rounding:
    """How far a right answer to one call may be off."""

    question: Question
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def tolerance(self, expected: NDArray[Any], value: Any) -> float:
        """How far `value` may be off from what is `expected`."""
        rounding = ROUNDING_FLOAT32 if self._narrow or is_float32(value) else ROUNDING_FLOAT64
        if self.question.rounds:
            rounding = max(rounding, NINE_DIGITS)
        scale = self._scale(expected)
        # A scale that is known, the question's own or that of a linear function's arguments, holds
        # however small it is: tiny numbers are compared as closely as others.
        known = self.question.rounds or self.question.scale or self.question.linear
        return rounding * (scale if known else max(scale, 1.0))

    def like_float32(self, expected: Any, value: Any) -> bool:
        """Whether a wrong value is off by no more than what computing in float32 makes of this
        call, even where large terms cancel and `common_digits` finds few.
        """
        right, given = np.asarray(expected), np.asarray(value)
        if right.shape != given.shape or given.dtype.kind != "f":
            return False
        with np.errstate(invalid="ignore", over="ignore"):
            off = np.abs(given - right)
            return bool(np.all(off <= ROUNDED_FLOAT32 * self._scale(right)))

    def _scale(self, expected: NDArray[Any]) -> float:
        """The magnitude that rounding is measured by.

        Of a linear function also that of its arguments: a Fourier transform rounds by what goes in,
        even where by chance little comes out.
        """
        own = self._own_scale
        return own if self.question.scale else max(_largest(expected), own)

    @cached_property
    def _own_scale(self) -> float:
        """What the call says of it, whatever the answer: the question's scale, or that of the
        arguments of a linear function.
        """
        given = self.question.bind(self.args, self.kwargs)
        if self.question.scale:
            return float(self.question.scale(**given))
        arguments = [_largest(given[name]) for name in self.question.linear]
        return math.prod(arguments) if arguments else 0.0

    @cached_property
    def _narrow(self) -> bool:
        return any(map(is_float32, (*self.args, *self.kwargs.values())))


def is_float32(value: object) -> bool:
    """Whether an array or a number is one of float32."""
    return isinstance(value, np.ndarray | np.floating) and value.dtype == np.float32


def _largest(values: NDArray[Any]) -> float:
    """The largest magnitude among the finite values; 0 if there are none."""
    magnitudes = np.abs(np.asarray(values, float))
    largest = float(np.max(magnitudes, initial=0))
    if math.isfinite(largest):
        return largest
    return float(np.max(magnitudes, initial=0, where=np.isfinite(magnitudes)))


def wrong_cells(expected: NDArray[Any], given: NDArray[Any]) -> NDArray[np.bool_] | None:
    """True where the two differ by more than a rounding error of drawing size, or where they differ
    most if that is less; None if the shapes differ.
    """
    if expected.shape != given.shape:
        return None
    scale = max(1.0, _largest(expected))
    # unsigned and narrow types must not wrap in `-`
    right, yours = np.asarray(expected, float), np.asarray(given, float)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(right - yours)
        wrong = ~(off <= DRAWN_DIGITS * scale)
    if not wrong.any() and off.any():
        wrong = off >= np.max(off) / 2
    return np.asarray(wrong, bool)
