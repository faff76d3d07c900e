"""Properties of a call by which answers tend to go wrong, as conditions on columns of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from marking.questions.arrays import PLAIN
from marking.questions.inputs import Column, Condition, Entries, Variables


@dataclass(frozen=True)
class Relation:
    """A property of a call by which answers tend to go wrong.

    One that stands `alone` is not paired with others: it is a pair of properties itself.  One that
    is asked `once` is shown by one step of an examination, others by every step that can.
    """

    name: str
    holds: Callable[[Variables], Condition]
    alone: bool = False
    once: bool = False


@dataclass(frozen=True)
class Axis:
    """Which variable plays which part on one axis: n (input), k (kernel), s, p, op, d.

    Relations of an axis are paired with each other only where they hold on the same axis.
    """

    roles: Mapping[str, str]

    def variables(self, v: Variables) -> Variables:
        """The columns by their parts."""
        return Variables({role: v[name] for role, name in self.roles.items()})


def has_choice(
    variable: str, place: int, argument: Entries, name: str
) -> Callable[[Variables], Condition]:
    if argument.optional:
        return lambda v: (v[variable] == place) & ~v[f"{name}.none"]
    return lambda v: v[variable] == place


def has_one_of(
    variable: str, places: Sequence[int], argument: Entries, name: str
) -> Callable[[Variables], Condition]:
    if argument.optional:
        return lambda v: np.isin(v[variable], places) & ~v[f"{name}.none"]
    return lambda v: np.isin(v[variable], places)


def together(
    one: Callable[[Variables], Condition], other: Callable[[Variables], Condition]
) -> Callable[[Variables], Condition]:
    return lambda v: one(v) & other(v)


def equals(name: str, place: int) -> Callable[[Variables], Condition]:
    """The condition that a variable has this value."""
    return lambda v: v[name] == place


def at_least(name: str, bound: int) -> Callable[[Variables], Condition]:
    return lambda v: v[name] >= bound


def above(name: str, bound: int) -> Callable[[Variables], Condition]:
    return lambda v: v[name] > bound


def below(name: str, bound: int) -> Callable[[Variables], Condition]:
    return lambda v: v[name] < bound


# How many sides of more than one number an array needs for a layout or a sign to show.
SIDES_THAT_SHOW = {
    "Fortran": 2,
    "strided": 1,
    "zero border": 2,
    "all the same": 1,
    "the same after a half turn": 1,
}


def shows(shape: Sequence[str], sides: int) -> Callable[[Variables], Condition]:
    def holds(v: Variables) -> Condition:
        longer = np.sum([v[size] > 1 for size in shape], axis=0)
        return np.asarray(longer >= min(sides, len(shape)))

    return holds


def all_one(sizes: Sequence[str]) -> Callable[[Variables], Condition]:
    return lambda v: np.all([v[size] == 1 for size in sizes], axis=0)


def is_false(name: str) -> Callable[[Variables], Condition]:
    return lambda v: ~v[name]


def by_keyword(name: str, place: int) -> Callable[[Variables], Condition]:
    return lambda v: v[f"{name}.given"] & (v["by position"] <= place)


def shape_relations(name: str, rows: str, columns: str) -> Iterator[Relation]:
    def relation(words: str, holds: Callable[[Column, Column], Condition]) -> Relation:
        return Relation(f"{name} {words}", lambda v: holds(v[rows], v[columns]))

    yield relation("1 × 1", lambda h, w: (h == 1) & (w == 1))
    yield relation("one row", lambda h, w: (h == 1) & (w > 1))
    yield relation("one column", lambda h, w: (h > 1) & (w == 1))
    yield relation("square", lambda h, w: (h == w) & (h > 1))
    yield relation("tall", lambda h, w: (h > w) & (w > 1))
    yield relation("wide", lambda h, w: (w > h) & (h > 1))
    yield relation("side of 6 or more", lambda h, w: np.maximum(h, w) >= 6)


def everywhere(v: Variables) -> Condition:
    """Every call."""
    return np.ones(len(v), bool)


def plain(v: Variables) -> Condition:
    """Whether every array holds plain whole numbers in the usual layout, as float64."""
    result = np.ones(len(v), bool)
    for name in v:
        if name.endswith(".kind"):
            result &= v[name] < len(PLAIN)
        elif name.endswith(".layout"):
            result &= v[name] == 0
    return result


def axis_relations(*roles: str) -> tuple[Relation, ...]:
    """The relations on one axis that can be stated with `roles` (of n, k, s, p, op, d)."""
    have = set(roles)
    return tuple(
        Relation(name, holds) for needs, name, holds in _AXIS if set(needs.split()) <= have
    )


def _extent(v: Variables) -> Column:
    """d(k − 1) + 1."""
    return (v.d if "d" in v else 1) * (v.k - 1) + 1


_AXIS: tuple[tuple[str, str, Callable[[Variables], Condition]], ...] = (
    ("n", "n = 1", lambda v: v.n == 1),
    ("n", "n = 2", lambda v: v.n == 2),
    ("n", "n ≥ 3", lambda v: v.n >= 3),
    ("k", "k = 1", lambda v: v.k == 1),
    ("k", "k even", lambda v: v.k % 2 == 0),
    ("k", "k odd > 1", lambda v: (v.k % 2 == 1) & (v.k > 1)),
    ("s", "s = 1", lambda v: v.s == 1),
    ("s", "s = 2", lambda v: v.s == 2),
    ("s", "s = 3", lambda v: v.s == 3),
    ("s", "s ≥ 4", lambda v: v.s >= 4),
    ("k s", "k < s", lambda v: v.k < v.s),
    ("k s", "k = s", lambda v: v.k == v.s),
    ("k s", "s < k < 2s", lambda v: (v.s < v.k) & (v.k < 2 * v.s)),
    ("k s", "k = 2s", lambda v: v.k == 2 * v.s),
    ("k s", "k > 2s", lambda v: v.k > 2 * v.s),
    ("k s", "s divides k > s > 1", lambda v: (v.k > v.s) & (v.s > 1) & (v.k % v.s == 0)),
    ("k s", "s does not divide k > s > 1", lambda v: (v.k > v.s) & (v.k % v.s != 0)),
    ("k s", "k mod s ≥ 2, k > s", lambda v: (v.k > v.s) & (v.k % v.s >= 2)),
    ("n s", "s > n", lambda v: v.s > v.n),
    ("n k", "k > n", lambda v: v.k > v.n),
    ("n k", "k = n", lambda v: v.k == v.n),
    ("n k", "k < n", lambda v: v.k < v.n),
    ("p", "p = 0", lambda v: v.p == 0),
    ("p", "p = 1", lambda v: v.p == 1),
    ("p", "p ≥ 2", lambda v: v.p >= 2),
    ("p k", "p = k − 1 > 0", lambda v: (v.p == v.k - 1) & (v.p > 0)),
    ("p k", "p > k − 1", lambda v: v.p > v.k - 1),
    ("p k", "p < k − 1", lambda v: v.p < v.k - 1),
    ("p s", "p ≥ s", lambda v: v.p >= v.s),
    ("op", "op = 0", lambda v: v.op == 0),
    ("op", "op > 0", lambda v: v.op > 0),
    ("op p", "p = op > 0", lambda v: (v.p == v.op) & (v.p > 0)),
    ("op p", "0 < p < op", lambda v: (v.p > 0) & (v.p < v.op)),
    ("op p", "p > op > 0", lambda v: (v.p > v.op) & (v.op > 0)),
    ("op p", "p = 0 < op", lambda v: (v.p == 0) & (v.op > 0)),
    ("op p", "op > 2p > 0", lambda v: (v.op > 2 * v.p) & (v.p > 0)),
    ("op s", "op ≥ s", lambda v: v.op >= v.s),
    ("op s", "op = s − 1 > 0", lambda v: (v.op == v.s - 1) & (v.op > 0)),
    ("d", "d = 1", lambda v: v.d == 1),
    ("d", "d > 1", lambda v: v.d > 1),
    ("d s", "d = s > 1", lambda v: (v.d == v.s) & (v.s > 1)),
    ("d s", "d > s > 1", lambda v: (v.d > v.s) & (v.s > 1)),
    ("d s", "1 < d < s", lambda v: (v.d > 1) & (v.d < v.s)),
    ("d s", "d and s share a factor, d ≠ s", lambda v: (v.d != v.s) & (np.gcd(v.d, v.s) > 1)),
    ("d s", "d > 1, s = 1", lambda v: (v.d > 1) & (v.s == 1)),
    ("d s k", "dilated kernel shorter than s", lambda v: (v.d > 1) & (_extent(v) < v.s)),
    ("d p k", "p > d(k − 1)", lambda v: (v.d > 1) & (v.p > v.d * (v.k - 1))),
    (
        "d p k",
        "k − 1 < p < d(k − 1)",
        lambda v: (v.p > v.k - 1) & (v.p < v.d * (v.k - 1)),
    ),
)
