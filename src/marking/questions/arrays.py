"""What a case is filled with: arrays and whole numbers that are drawn anew for every student."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# drawn integers lie in ±LIMIT: sums of products stay far below 2**53, so float64 is exact
LIMIT = 10**6
SMALL_LIMIT = 20  # the same for float32 (24 bits): 20·20·20·(at most 1000 terms) stays below 2**24

FEW = 12  # numbers in an array that may well be the same backwards by chance
REDRAWN = 10  # how often such an array is drawn again; of all zeros but one it may stay so

# Kinds of numbers that arrays may hold.  The first two are what a first look at a function uses.
NUMBERS = {
    "small": "whole numbers up to 9, as float64",
    "whole": "whole numbers up to a million, as float64",
    "int64": "whole numbers, as int64",
    "float32": "whole numbers up to 20, as float32",
    "eighths": "odd eighths, as float64",
    "decimals": "odd tenths, which no float holds exactly",
    "tiny": "numbers below 1e-12, as float64",
    "huge": "whole numbers up to ten thousand million, as float64",
    "float32 decimals": "odd tenths, as float32",
    "minute": "numbers near 1e-60, as float64",
}
USUAL = tuple(kind for kind in NUMBERS if kind not in ("float32 decimals", "minute"))
PLAIN = ("small", "whole")
FRACTIONS = ("eighths", "decimals")
SIGNS = ("mixed", "positive", "negative", "zeros", "zero border")
# Contents that show little of where each number goes, so few calls hold them.  Answers go wrong on
# them all the same: at a division by a range, or by a short cut that looks right.
BARE = ("all the same", "nothing but 0", "the same after a half turn")
LAYOUTS = ("C", "Fortran", "strided", "read-only")

# Fills an array: from a generator, the shape, and the largest magnitude allowed.
Fill = Callable[[np.random.Generator, tuple[int, ...], int], np.ndarray]


@dataclass(frozen=True)
class Array:
    """An array argument: its shape, how to fill it, and how it lies in memory.

    Values are integers within ±`limit` times `step`; odd ones where `step` is a fraction, so that
    none of them is whole by chance.  `sign` is one of `SIGNS`, `layout` one of `LAYOUTS`.
    `fill(rng, shape, limit)` replaces the plain drawing where a question needs arrays of a special
    make.
    """

    shape: tuple[int, ...]
    dtype: str = "float64"
    step: float = 1
    limit: int = LIMIT
    fill: Fill | None = None
    sign: str = "mixed"
    layout: str = "C"

    def draw(self, rng: np.random.Generator, coarse: bool = False) -> np.ndarray:
        """Fresh values; `coarse` keeps them small enough to be exact in float32."""
        limit = min(self.limit, SMALL_LIMIT) if coarse or self.dtype == "float32" else self.limit
        if self.fill is not None:
            values = self.fill(rng, self.shape, limit)
        else:
            values = self._telling(rng, limit)
        values = (values * self.step if self.step != 1 else values).astype(self.dtype)
        if self.layout == "strided" and rng.integers(2):
            return backwards(values)
        return laid_out(values, self.layout)

    def _telling(self, rng: np.random.Generator, limit: int) -> np.ndarray:
        """Numbers that show where each of them goes: not all the same, nor the same backwards, nor
        nothing but zeros, which few numbers may be by chance.
        """
        for _ in range(REDRAWN):
            values = (_integers if self.step >= 1 else _odd)(rng, self.shape, limit)
            values = _with_sign(rng, values, self.sign)
            if self.sign in BARE or values.size > FEW or not _is_mirrored(values):
                break
        if self.sign not in BARE and values.size and not values.any():
            values.flat[0] = _odd(rng, (), limit)
        return values

    def small(self, signs: bool = False, border: bool = False) -> np.ndarray:
        """Small distinct values for a case that is checked by hand: 1, 2, 3, …, or with `signs` 1,
        −2, 3, …

        Where the question is about fractions, half of these.  With `border` an array that is drawn
        with a border of zeros ends in one.
        """
        if self.fill is not None:
            return self.draw(np.random.default_rng(0), coarse=True)
        values = np.arange(1.0, int(np.prod(self.shape)) + 1).reshape(self.shape)
        if signs:
            values[values % 2 == 0] *= -1
        if border and self.sign == "zero border":
            _end_in_zeros(values)
        return laid_out((values / 2 if self.step < 1 else values).astype(self.dtype), self.layout)

    @property
    def is_plain(self) -> bool:
        """Whether it holds whole numbers in float64 and lies in memory as usual."""
        return self.step == 1 and self.dtype == "float64" and self.layout == "C"


def of_kind(
    kind: str,
    shape: tuple[int, ...],
    sign: str = "mixed",
    layout: str = "C",
    limit: int = LIMIT,
    fill: Fill | None = None,
) -> Array:
    """The array that a kind of `NUMBERS` stands for; `limit` bounds its whole numbers."""
    dtype = kind.split()[0] if kind.startswith(("int64", "float32")) else "float64"
    return Array(shape, dtype, _STEPS.get(kind, 1), _most(kind, limit), fill, sign, layout)


def magnitude(kind: str, limit: int = LIMIT) -> float:
    """The largest number that `of_kind` draws."""
    return _STEPS.get(kind, 1) * _most(kind, limit)


_STEPS = {
    "eighths": 1 / 8,
    "decimals": 0.1,
    "tiny": 1e-18,
    "minute": 1e-66,
    "float32 decimals": 0.1,
}


def _most(kind: str, limit: int) -> int:
    bound = {"small": 9, "eighths": 2**13, "decimals": 2**13}.get(kind, LIMIT)
    bound = SMALL_LIMIT if kind.startswith("float32") else bound
    return 10_000 * limit if kind == "huge" else min(limit, bound)


def laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """A copy of `array` that lies in memory as `layout` says."""
    if layout == "Fortran":
        return np.array(array, order="F")
    if layout == "strided" and array.ndim:
        roomy = np.zeros((*array.shape[:-1], 2 * array.shape[-1] + 1), array.dtype)
        apart: np.ndarray = roomy[..., 1::2]
        apart[...] = array
        return apart
    array = np.array(array, order="C")
    array.flags.writeable = layout != "read-only"
    return array


def backwards(array: np.ndarray) -> np.ndarray:
    """A strided copy with the last number first in memory: negative strides."""
    return np.flip(laid_out(np.flip(array), "strided"))


def lies_backwards(array: np.ndarray) -> bool:
    """Whether the last number of each row comes first in memory."""
    return bool(array.ndim) and array.strides[-1] < 0


def copied(array: np.ndarray) -> np.ndarray:
    """A copy that can be written into and lies in memory as `array` does: how sums round depends
    on it.
    """
    if array.flags.c_contiguous:
        return laid_out(array, "C")
    if lies_backwards(array):
        return backwards(array)
    return laid_out(array, "Fortran" if array.flags.f_contiguous else "strided")


def _integers(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
    return np.asarray(rng.integers(-limit, limit + 1, shape), float)


def _odd(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
    return 2 * _integers(rng, shape, limit // 2) + 1


def _is_mirrored(values: np.ndarray) -> bool:
    """Whether the numbers are the same turned around along an axis of two or more, or along all."""
    back = (slice(None, None, -1),)
    axes = [axis for axis, n in enumerate(values.shape) if n > 1]
    places = [*((slice(None),) * axis + back for axis in axes), back * values.ndim]
    return bool(axes) and any((values[place] == values).all() for place in places)


def _with_sign(rng: np.random.Generator, values: np.ndarray, sign: str) -> np.ndarray:
    if sign == "positive":
        return np.asarray(np.abs(values) + (values == 0))
    if sign == "negative":
        return np.asarray(-np.abs(values) - (values == 0))
    if sign == "zeros":
        return np.where(rng.random(values.shape) < 0.4, 0, values)
    if sign == "zero border" and values.ndim >= 2 and np.prod(values.shape[-2:]) > 1:
        edge, rows = (0, -1)[int(rng.integers(2))], bool(rng.integers(2))
        if min(values.shape[-2:]) == 1:  # the one row is all there is
            rows = values.shape[-2] > 1
        values = values.copy()
        values[(..., edge, slice(None)) if rows else (..., edge)] = 0
    return _bare(values, sign) if sign in BARE and values.size else values


def _bare(values: np.ndarray, sign: str) -> np.ndarray:
    """One of `BARE`, of numbers of `values`."""
    if sign != "the same after a half turn":
        return np.full_like(values, 0 if sign == "nothing but 0" else values.flat[0] or 1)
    planes = values.reshape(-1, int(np.prod(values.shape[-2:])))
    half = planes.shape[1] // 2
    first, last = planes[:, : planes.shape[1] - half], planes[:, :half][:, ::-1]
    return np.concatenate([first, last], axis=1).reshape(values.shape)


def _end_in_zeros(values: np.ndarray) -> None:
    """Set the last row and the last column to 0, each where it is not all there is."""
    if values.ndim >= 2:
        values[..., values.shape[-2] - (values.shape[-2] > 1) :, :] = 0
        values[..., values.shape[-1] - (values.shape[-1] > 1) :] = 0


@dataclass(frozen=True)
class Integer:
    """A whole number from `low` to `high`, both included: drawn anew for every student, so that
    tables do not help.
    """

    low: int
    high: int

    def draw(self, rng: np.random.Generator, coarse: bool = False) -> int:
        """A fresh number."""
        return int(rng.integers(self.low, self.high + 1))

    def small(self, signs: bool = False, border: bool = False) -> int:
        """The smallest one, or with `signs` the next."""
        return min(self.low + signs, self.high)


def float64(*shape: int) -> Array:
    """An array of float64 that holds whole numbers."""
    return Array(shape)


def int64(*shape: int) -> Array:
    """An array of int64."""
    return Array(shape, "int64")


def float32(*shape: int) -> Array:
    """An array of float32 that holds small whole numbers."""
    return Array(shape, "float32")


def eighths(*shape: int) -> Array:
    """An array of float64 that holds odd multiples of 1/8, which every float holds exactly."""
    return Array(shape, step=1 / 8, limit=2**13)
