"""What a question is made of: arrays to draw, cases to ask, categories to score."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..misconceptions.model import Misconception

LIMIT = 10**6  # drawn integers lie in ±LIMIT: sums of products stay far below 2**53, so float64 is exact
SMALL_LIMIT = 20  # the same for float32 (24 bits): 20·20·20·(at most 1000 terms) stays below 2**24


@dataclass(frozen=True)
class A:
    """An array argument: its shape and how to fill it.

    Values are integers within ±`limit` times `step` (a power of two, so that everything stays exact); odd ones where
    `step` is a fraction, so that none of them is whole by chance.
    `fill(rng, shape, limit)` replaces the plain drawing where a question needs arrays of a special make.
    """

    shape: tuple[int, ...]
    dtype: str = "float64"
    step: float = 1
    limit: int = LIMIT
    fill: Callable | None = None

    def draw(self, rng: np.random.Generator, coarse: bool = False) -> np.ndarray:
        """Fresh values; `coarse` keeps them small enough to be exact in float32."""
        limit = min(self.limit, SMALL_LIMIT if coarse or self.dtype == "float32" else LIMIT)
        values = (self.fill or (_integers if self.step >= 1 else _odd))(rng, self.shape, limit)
        return (values * self.step if self.step != 1 else values).astype(self.dtype)

    def small(self, signs: bool = False) -> np.ndarray:
        """Small distinct values for a case that is checked by hand: 1, 2, 3, …, or with `signs` 1, −2, 3, …

        Where the question is about fractions, half of these.
        """
        if self.fill is not None:
            return self.draw(np.random.default_rng(0), coarse=True)
        values = np.arange(1.0, int(np.prod(self.shape)) + 1).reshape(self.shape)
        if signs:
            values[values % 2 == 0] *= -1
        return (values / 2 if self.step < 1 else values).astype(self.dtype)


def _integers(rng, shape, limit):
    return rng.integers(-limit, limit + 1, shape).astype(float)


def _odd(rng, shape, limit):
    return 2 * _integers(rng, shape, limit // 2) + 1


@dataclass(frozen=True)
class N:
    """A whole number from `low` to `high`, both included: fresh in every sitting, so that tables do not help."""

    low: int
    high: int

    def draw(self, rng: np.random.Generator, coarse: bool = False) -> int:
        """A fresh number."""
        return int(rng.integers(self.low, self.high + 1))

    def small(self, signs: bool = False) -> int:
        """The smallest one, or with `signs` the next."""
        return min(self.low + signs, self.high)


@dataclass(frozen=True)
class Case:
    """One call to ask: `A` where an array goes, `N` where a drawn number goes, anything else as it is."""

    args: tuple
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def draw(self, rng: np.random.Generator, coarse: bool = False) -> tuple[tuple, dict]:
        """Arguments with fresh values."""
        return self._map(lambda spec: spec.draw(rng, coarse))

    def small(self, signs: bool = False) -> tuple[tuple, dict]:
        """Arguments with small numbers, see `A.small`."""
        return self._map(lambda spec: spec.small(signs))

    def _map(self, make):
        return tuple(_fill(value, make) for value in self.args), {k: _fill(v, make) for k, v in self.kwargs.items()}

    @cached_property
    def difficulty(self) -> tuple:
        """Sorts cases by how easy they are to check by hand: whole numbers first, then the fewest of them.

        One number alone hides which index went wrong, so such cases come late.
        """
        specs = [value for value in (*self.args, *self.kwargs.values()) if isinstance(value, A)]
        sizes = [int(np.prod(spec.shape)) for spec in specs]
        plain = all(spec.step == 1 and spec.dtype == "float64" for spec in specs)
        numbers = [value for value in self.args if isinstance(value, N)]
        return (not plain, bool(sizes) and max(sizes) == 1, sum(sizes), sum(number.high for number in numbers))


def _fill(value, make):
    if isinstance(value, tuple):
        return tuple(_fill(part, make) for part in value)
    return make(value) if isinstance(value, A | N) else value


def case(*args, **kwargs) -> Case:
    """A case, written as the call it stands for."""
    return Case(args, kwargs)


@dataclass(frozen=True)
class Category:
    """A part of the question with points of its own, earned only if every case of it is answered rightly.

    `shape_only` asks for nothing but the right shape, in the cases of all categories but the `manners` one.  `manners`
    marks the category that also pays for leaving the arguments alone and for giving back values of the right kind.
    """

    name: str
    points: float
    cases: tuple[Case, ...] = ()
    shape_only: bool = False
    manners: bool = False


@dataclass(frozen=True)
class Question:
    """One function that students write, and everything needed to mark it.

    `signature` is the contract, e.g. ``rotate180(h)``.  `reference` is the library's function of that name, whose
    answers are right by the library's own tests.  `answer` is the kind of value asked for: ``array``, ``arrays`` (a
    tuple of them), ``number``, ``integer``, ``integers`` (a tuple of them) or ``boolean``.  `linear` names the
    arguments in each of which the function is linear: for those the examiner can recover every coefficient.  `rounds`
    says that a right answer need not be exact (divisions); it is then compared to nine digits.  `scale(*args)` replaces
    the largest expected magnitude as the measure of rounding.  `output` is what the result is called in sentences (for
    ``arrays`` the names of all, with commas); `hint` is for mistakes that have no name.
    """

    name: str
    assignment: str
    signature: str
    reference: Callable
    categories: tuple[Category, ...]
    misconceptions: tuple[Misconception, ...]
    hint: str
    answer: str = "array"
    linear: tuple[str, ...] = ()
    rounds: bool = False
    scale: Callable | None = None
    output: str = "y"

    @property
    def points(self) -> float:
        """All points of the question: the sum of its categories', stated nowhere else."""
        return float(sum(category.points for category in self.categories))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        function = ast.parse(f"def {self.signature}: ...").body[0]
        return tuple(arg.arg for arg in function.args.args)

    def bind(self, args: tuple, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by parameter name, in the order of the signature where they were given."""
        return {**dict(zip(self.parameters, args, strict=False)), **kwargs}
