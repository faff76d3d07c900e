"""What an argument may be: sizes, parameters, arrays, choices.

Many calls are drawn at once, a NumPy column for each variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.questions.arrays import BARE, LAYOUTS, SIGNS, USUAL, Fill

Column = NDArray[Any]
Condition = NDArray[np.bool_]

RARELY = 1 / 40  # how often a size is one of the rare ones


class Variables:
    """The columns of a pool of calls, by name: ``v.H``, ``v["x.kind"]``."""

    def __init__(self, columns: Mapping[str, Column]):
        self._columns = dict(columns)

    def __getattr__(self, name: str) -> Column:
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(f"the domain has no variable {name!r}") from None

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def where(self, rows: Column) -> Variables:
        """The calls that `rows` (a condition or indices) picks."""
        return Variables({name: column[rows] for name, column in self._columns.items()})

    def row(self, index: int) -> dict[str, Any]:
        """The variables of one call."""
        return {name: column[index].item() for name, column in self._columns.items()}


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, both included; one of `often` more often than not, and
    now and then one of `rarely`, which may lie beyond.
    """

    low: int
    high: int
    often: tuple[int, ...] = ()
    rarely: tuple[int, ...] = ()

    def column(self, rng: np.random.Generator, count: int) -> Column:
        """`count` draws."""
        drawn = rng.integers(self.low, self.high + 1, count)
        if self.often:
            drawn = np.where(rng.random(count) < 2 / 3, rng.choice(self.often, count), drawn)
        if self.rarely:
            drawn = np.where(rng.random(count) < RARELY, rng.choice(self.rarely, count), drawn)
        return drawn

    def allows(self, number: int) -> bool:
        """Whether the number is one of those that are drawn."""
        return self.low <= number <= self.high or number in self.rarely

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return f"whole number, {self.low} or more"


@dataclass(frozen=True)
class Odd(Whole):
    """An odd number."""

    def column(self, rng: np.random.Generator, count: int) -> Column:
        """`count` draws."""
        drawn = super().column(rng, count)
        return np.where(drawn % 2 == 0, drawn - 1, drawn)

    def allows(self, number: int) -> bool:
        """Whether the number is one of those that are drawn."""
        return number % 2 == 1 and super().allows(number)

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return "odd number"


@dataclass(frozen=True)
class Choice:
    """One of several values that are not plain whole numbers; the variable holds its place.  Every
    second draw is the first one if that is the `usual` one.
    """

    values: tuple[object, ...]
    words: str = ""
    usual: bool = False

    def column(self, rng: np.random.Generator, count: int) -> Column:
        """`count` places in `values`."""
        drawn = rng.integers(0, len(self.values), count)
        return np.where(rng.random(count) < 1 / 2, 0, drawn) if self.usual else drawn

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return self.words or "one of " + ", ".join(map(repr, self.values))


@dataclass(frozen=True)
class PairOf:
    """A parameter that holds one whole number for rows and one for columns.

    Its variables are ``name.0`` and ``name.1``.
    """

    of: Whole

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return f"pair (for rows, for columns) of whole numbers, each {self.of.low} or more"


@dataclass(frozen=True)
class Shape:
    """A shape given as an argument: a tuple of the named size variables."""

    names: tuple[str, ...]

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return f"pair ({', '.join(written.get(name, name) for name in self.names)})"


@dataclass(frozen=True)
class Entries:
    """An array argument: its shape, in names of size variables, and which numbers it may hold.

    `fill`, given the call's variables, says how to fill arrays of a special make (see `Array`); the
    kind then only says the dtype and the scale.  Where it gives None, the array is filled as usual.
    An `optional` array may be ``None`` or left out.  Those of `signs` that are `BARE` come last.
    """

    shape: tuple[str, ...]
    kinds: tuple[str, ...] = USUAL
    signs: tuple[str, ...] = (*SIGNS, *BARE)
    layouts: tuple[str, ...] = LAYOUTS
    limit: int = 10**6
    fill: Callable[[Mapping[str, Any]], Fill | None] | None = None
    optional: bool = False

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        sides = ", ".join(written.get(side, side) for side in self.shape)
        sides += "," if len(self.shape) == 1 else ""
        return f"array of shape ({sides})" + (", or `None`" if self.optional else "")


@dataclass(frozen=True)
class Computed:
    """An argument that follows from the call's variables, and has none of its own."""

    value: Callable[[Mapping[str, Any]], object]
    words: str

    def text(self, written: Mapping[str, str]) -> str:
        """For the table of allowed inputs."""
        return self.words


Argument = Whole | Choice | PairOf | Shape | Entries | Computed
