"""What the domains of many questions share: usual sizes and strides, rules, and relations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marking.questions.domain import Rule
from marking.questions.inputs import Odd, Whole
from marking.questions.relations import Axis, Relation, axis_relations, equals

SIDE = Whole(1, 7, (1, 2, 2, 3, 3, 4), (12, 13, 20))  # of an image or a kernel
SHORT = Whole(1, 5, (1, 2, 2, 3, 3, 4), (7, 12, 17))  # of an input that is enlarged
TINY = Whole(
    1, 5, (1, 2, 2, 3, 3, 4), (6, 7, 12)
)  # of arrays with more axes, or where there are several
STRIDES = Whole(1, 6, (1, 2, 2, 3, 3), (7, 8, 11))
ODD = Odd(1, 7, (1, 3, 3, 5), (13,))


def image(*names: str) -> dict[str, Whole]:
    """Usual sides for the named sizes."""
    return dict.fromkeys(names, SIDE)


def both(**roles: tuple[str, str]) -> tuple[Axis, Axis]:
    """Two axes: for each part the variable on rows and the one on columns."""
    rows, columns = ({role: names[i] for role, names in roles.items()} for i in (0, 1))
    return Axis(rows), Axis(columns)


FITS = (
    Rule(
        "a ≤ H and b ≤ W",
        lambda v: (v.a <= v.H) & (v.b <= v.W),
    ),
)
VALID_OUTPUTS = {"R": lambda v: v.H - v.a + 1, "Q": lambda v: v.W - v.b + 1}
VALID_SIZES = {"R": "H − a + 1", "Q": "W − b + 1"}  # as the text writes them
PLACED_SIZES = {"R": "(H − 1) · stride + a", "Q": "(W − 1) · stride + b"}
FIT = axis_relations("n", "k")
STRIDED_FIT = (
    *FIT,
    Relation("s > k", lambda v: v.s > v.k),
    Relation("s = k > 1", lambda v: (v.s == v.k) & (v.k > 1)),
    Relation("1 < s < k", lambda v: (v.s > 1) & (v.s < v.k)),
    Relation("one output, room left", lambda v: ((v.n - v.k) // v.s == 0) & (v.k < v.n)),
    Relation("s does not divide n − k", lambda v: (v.n - v.k) % v.s != 0),
    Relation("s divides n − k > 0", lambda v: (v.s > 1) & (v.n > v.k) & ((v.n - v.k) % v.s == 0)),
    Relation("s > n", lambda v: v.s > v.n),
    Relation("s divides n", lambda v: (v.s > 1) & (v.n % v.s == 0)),
    Relation("(n − k)//s + 1 is not n//s", lambda v: (v.n - v.k) // v.s + 1 != v.n // v.s),
)
PHASES = (
    Relation("s divides both sides", lambda v: (v.H % v.s == 0) & (v.W % v.s == 0)),
    Relation("s divides the rows only", lambda v: (v.H % v.s == 0) & (v.W % v.s != 0)),
    Relation("s divides the columns only", lambda v: (v.H % v.s != 0) & (v.W % v.s == 0)),
    Relation("s divides neither side", lambda v: (v.H % v.s != 0) & (v.W % v.s != 0)),
    Relation("k < s on rows only", lambda v: (v.s > v.H) & (v.s <= v.W)),
    Relation("k < s on columns only", lambda v: (v.s > v.W) & (v.s <= v.H)),
    Relation("k < s on both", lambda v: (v.s > v.H) & (v.s > v.W)),
)
ACROSS = (
    Relation("k < s on rows, k > s on columns", lambda v: (v.a < v.stride) & (v.b > v.stride)),
    Relation("k > s on rows, k < s on columns", lambda v: (v.a > v.stride) & (v.b < v.stride)),
)


def values_of(name: str, values: Sequence[int], beyond: int | None = None) -> tuple[Relation, ...]:
    """One relation for each of the `values` of a variable, and one for those from `beyond` on."""
    relations = tuple(Relation(f"{name} = {value}", equals(name, value)) for value in values)
    if beyond is None:
        return relations
    return (*relations, Relation(f"{name} ≥ {beyond}", lambda v: v[name] >= beyond))


# For questions about whole numbers alone, whose calls cost next to nothing.
WIDE_STRIDES = (Relation("s ≥ 6", lambda v: v.s >= 6),)
AS_LONG = Relation(
    "k = n·s, n > 1, s > 1", lambda v: (v.k == v.n * v.s) & (v.n > 1) & (v.s > 1), alone=True
)

SHARED_FACTOR = Relation(
    "k > s share a factor, s does not divide k",
    lambda v: (v.k > v.s) & (v.k % v.s != 0) & (np.gcd(v.k, v.s) > 1),
    alone=True,
    once=True,
)
