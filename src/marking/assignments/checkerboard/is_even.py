"""is_even(w, s): whether all phases of w have the same sum."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convtranspose.checkerboard import is_even, phase_sums
from marking.assignments.checkerboard._ladders import IS_EVEN
from marking.assignments.checkerboard._shared import (
    KERNEL_AND_STRIDE,
    ones,
    per_phase,
    whole_periods,
)
from marking.questions.arrays import USUAL, Array, Fill, float64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Choice, Condition, Entries, Variables
from marking.questions.mistakes import Misconception
from marking.questions.model import Category, Question, case
from marking.questions.relations import Relation, axis_relations, everywhere, plain
from marking.questions.usual import PHASES, SHARED_FACTOR, STRIDES, both, image


def _close(values: ArrayLike, w: np.ndarray) -> bool:
    """Whether sums of weights of w are equal but for rounding."""
    room = 1e-5 if w.dtype == np.float32 else 1e-9
    return bool(np.ptp(np.asarray(values, float)) <= room * np.sum(np.abs(w)))


def _summed(w: np.ndarray, s: int) -> np.ndarray:
    """Phase sums added one weight after the other, with the rounding that a loop has."""
    sums = np.zeros((s, s), w.dtype)
    for u, v in np.ndindex(*w.shape):
        sums[u % s, v % s] += w[u, v]
    return sums


MISCONCEPTIONS = (
    Misconception(
        "whether the stride divides the kernel size",
        "That makes the number of weights in each phase equal, not their sums. [1, 0, 1, 0] with "
        "s = 2 is uneven.",
        lambda w, s: w.shape[0] % s == 0 and w.shape[1] % s == 0,
    ),
    Misconception(
        "whether all weights are equal",
        "Weights may differ as long as the sums of the phases agree.",
        lambda w, s: _close(w, w),
    ),
    Misconception(
        "the phases' means compared instead of their sums",
        "Where s does not divide the kernel size, phases have different numbers of weights. It is "
        "the sums that count.",
        lambda w, s: _close(per_phase(np.mean)(w, s), w),
    ),
    Misconception(
        "the rows' phases only",
        "In two dimensions there are s² phases. Yours looks at the rows only.",
        lambda w, s: _close([w[i::s].sum() for i in range(s)], w),
    ),
    Misconception(
        "the columns' phases only",
        "In two dimensions there are s² phases. Yours looks at the columns only.",
        lambda w, s: _close([w[:, j::s].sum() for j in range(s)], w),
    ),
    Misconception(
        "rows and columns one after the other",
        "Equal sums over rows and over columns do not make all s² phases equal: see [[1, 0], [0, "
        "1]] with s = 2.",
        lambda w, s: (
            _close([w[i::s].sum() for i in range(s)], w)
            and _close([w[:, j::s].sum() for j in range(s)], w)
        ),
    ),
    Misconception(
        "only whole periods of the kernel",
        "Where s does not divide the kernel size, the rest at the end belongs to phases too.",
        lambda w, s: _close(phase_sums(whole_periods(w, s), s), w) if min(w.shape) >= s else True,
    ),
    Misconception(
        "two equal phases are enough",
        "All s² sums must agree, not just the first two.",
        lambda w, s: _close(phase_sums(w, s).ravel()[:2], w),
    ),
    Misconception(
        "the last phase left out",
        "All s² sums must agree; yours leaves out the last.",
        lambda w, s: _close(phase_sums(w, s).ravel()[:-1], w) if s > 1 else True,
    ),
    Misconception(
        "phases without weights left out",
        "Where the stride is larger than the kernel, some phases have no weights: their sum is 0, "
        "and it counts.",
        lambda w, s: _close(
            [w[i::s, j::s].sum() for i in range(s) for j in range(s) if w[i::s, j::s].size],
            w,
        ),
    ),
    Misconception(
        "floats compared with ==",
        "Sums of floats carry rounding errors: 0.1 + 0.2 is not 0.3. Allow 1e-9 times the sum of "
        "all |w|.",
        lambda w, s: bool(np.all(_summed(w, s) == _summed(w, s)[0, 0])),
    ),
    Misconception(
        "np.allclose with its own tolerances",
        "Precision: `np.allclose` takes numbers for equal that differ by 1e-5 of their size, or by "
        "1e-8: too much for small weights, and not what the text says. Compare the largest "
        "difference with 1e-9 times the sum of all |w|.",
        lambda w, s: bool(np.allclose(phase_sums(w, s), phase_sums(w, s)[0, 0])),
    ),
    Misconception(
        "a tolerance that does not go with the weights",
        "Precision: how much rounding there is depends on how large the weights are. Allow 1e-9 "
        "times the sum of all |w|, not 1e-9.",
        lambda w, s: bool(np.ptp(phase_sums(w, s)) <= 1e-9),
    ),
    Misconception(
        "a tolerance from the sum of w itself",
        "Weights of both signs cancel in the sum of w, which may even be negative. The tolerance "
        "goes with the sum of all |w|.",
        lambda w, s: bool(np.ptp(phase_sums(w, s)) <= 1e-9 * np.sum(w)),
    ),
    Misconception(
        "whether the sums are even numbers",
        "A kernel is called even here if all its phase sums are equal, whatever they are.",
        lambda w, s: bool(np.all(phase_sums(w, s) % 2 == 0)),
    ),
    Misconception(
        "float32 compared as closely as float64",
        "Precision: float32 keeps seven digits, so its sums differ more. Allow 1e-5 times the sum "
        "of all |w| there.",
        lambda w, s: bool(np.ptp(phase_sums(w, s)) <= 1e-9 * np.sum(np.abs(w))),
    ),
    Misconception(
        "whether all sums are 1",
        "Any common sum will do: with sums of 2 a constant picture stays constant, too.",
        lambda w, s: _close(np.append(phase_sums(w, s).ravel(), 1.0), w),
    ),
    Misconception(
        "whether the sums add up to 0",
        "It is the differences between the sums that must be 0, not the sums.",
        lambda w, s: bool(abs(np.sum(w)) <= 1e-9 * np.sum(np.abs(w))),
    ),
    Misconception(
        "the answer is turned round",
        "You give back whether the sums differ.",
        lambda w, s: not _close(phase_sums(w, s), w),
    ),
    Misconception(
        "always True",
        "Some kernels are uneven: compute the phase sums, all s · s of them, and compare every one "
        "before you give anything back. (A `return True` inside a loop ends it at the first.)",
        lambda w, s: True,
    ),
    Misconception(
        "always False",
        "Some kernels are even: compute the phase sums, and compare them with one another.",
        lambda w, s: False,
    ),
)


def _even(s: int, common: int = 7) -> Fill:
    """Kernels of small integers whose phase sums at stride s all equal `common`."""

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        w = rng.integers(-4, 10, shape).astype(float)
        for i, j in np.ndindex(min(s, shape[0]), min(s, shape[1])):
            part = w[i::s, j::s]
            part[-1, -1] += common - part.sum()
        return w

    return fill


def _uneven(s: int, place: tuple[int, int] | None = None) -> Fill:
    """An even kernel with 2 added to one weight: the one at `place`, or any."""

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        w = _even(s)(rng, shape, limit)
        w[place or (rng.integers(shape[0]), rng.integers(shape[1]))] += 2
        return w

    return fill


def _raised(*places: tuple[int, int]) -> Fill:
    """An even kernel for s = 2 with 2 added to the weights at `places`.

    Two of them in one column keep the sums over the rows' phases equal; two in one row, those over
    the columns' phases; two on the diagonal, both: yet none of these kernels is even.
    """

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        w = _even(2)(rng, shape, limit)
        for place in places:
            w[place] += 2
        return w

    return fill


def _tenths(fill: Fill) -> Fill:
    """The same kernels divided by ten, which no float holds exactly."""
    return lambda rng, shape, limit: fill(rng, shape, limit) / 10


def _times(factor: float, fill: Fill) -> Fill:
    """The same kernels with larger weights, and so with larger rounding."""
    return lambda rng, shape, limit: factor * fill(rng, shape, limit)


def _off_by(difference: float) -> Fill:
    """An even kernel for s = 2 with a small number added to one weight, far above rounding."""

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        w = _even(2)(rng, shape, limit)
        w[0, 0] += difference
        return w

    return fill


def _off_by_share(share: float) -> Fill:
    """An even kernel for s = 2 of tenths with that share of the sum of all |w| added to one weight;
    nothing that a float32 cannot hold.
    """

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        w = _even(2)(rng, shape, limit) / 10
        w[0, 0] += share * np.sum(np.abs(w))
        return w

    return fill


def _spread_out(**moves: tuple[int, int]) -> Fill:
    """An even kernel for s = 2 with one sum moved `up` and another `down`, each by less than counts
    as rounding: both together are too far apart.  Next to each other, or both far from the one that
    others are compared with, they show what is not compared.
    """

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        w = _even(2)(rng, shape, limit)
        step = 0.8e-9 * np.sum(np.abs(w))
        for way, place in moves.items():
            w[place] += step if way == "up" else -step
        return w

    return fill


# How a drawn kernel is even, or fails to be: "far" by at least a tenth of its weights, "above" and
# "below" by a little more and a little less than what counts as rounding, "by one" by a whole 1.
MAKES = (
    "even",
    "one weight off",
    "rows even",
    "columns even",
    "rows and columns even",
    "last phase off",
    "first phases even",
    "means even",
    "constant",
    "zeros",
)
COMMON = ("positive sum", "negative sum", "zero sum")
OFF = ("far", "above", "below", "by one")
# Of what counts as rounding; sums of float32 themselves round by a tenth of it.  What happens at
# the bound itself is not asked: whether it is met depends on the order of the sum of all |w|.
SHARES = {1e-9: {"above": 1.1, "below": 0.9}, 1e-5: {"above": 1.5, "below": 0.6}}


def _drawn(row: Mapping[str, Any]) -> Fill:
    """How to fill the kernel of a drawn call."""
    make, s = MAKES[row["make"]], int(row["s"])
    sign, off = (1, -1, 0)[row["common"]], OFF[row["off"]]
    room = 1e-5 if DOMAIN_KINDS[row["w.kind"]].startswith("float32") else 1e-9

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        largest = max(limit // 10, 4)
        if make == "zeros":
            return np.zeros(shape)
        if make == "constant":
            return np.full(shape, float((sign or 1) * rng.integers(1, largest + 1)))
        w = rng.integers(-largest, largest + 1, shape).astype(float)
        common = sign * int(rng.integers(1, largest + 1))
        phases = [w[i::s, j::s] for i, j in np.ndindex(s, s)]
        for number, phase in enumerate(phases):
            if not phase.size or (make == "first phases even" and number >= 2):
                continue
            goal = common * phase.size if make == "means even" else common
            phase[-1, -1] += goal - phase.sum()
        weights = np.sum(np.abs(w))
        step = max(2.0, np.ceil(weights / 5)) if off == "far" else 1.0
        moves = _moves(make, shape, s, rng)
        if off in SHARES[room]:
            step = SHARES[room][off] * room * weights / len({way for _, way in moves})
        for place, sign_there in moves:
            w[place] += sign_there * step
        return w

    return fill


def _moves(
    make: str, shape: tuple[int, ...], s: int, rng: np.random.Generator
) -> list[tuple[tuple[int, int], int]]:
    """Which weights of an even kernel to move, and which way."""
    rows, columns = min(s, shape[0]), min(s, shape[1])
    if make == "rows even" and columns > 1:
        return [((0, 0), 1), ((0, 1), -1)]
    if make == "columns even" and rows > 1:
        return [((0, 0), 1), ((1, 0), -1)]
    if make == "rows and columns even" and min(rows, columns) > 1:
        return [((0, 0), 1), ((1, 1), 1), ((0, 1), -1), ((1, 0), -1)]
    if make == "last phase off":
        return [((rows - 1, columns - 1), 1)]
    if make in ("even", "means even", "first phases even"):
        return []
    return [((int(rng.integers(shape[0])), int(rng.integers(shape[1]))), 1)]


DOMAIN_KINDS = (*USUAL, "float32 decimals")
_ROUNDED = [i for i, k in enumerate(DOMAIN_KINDS) if k not in ("small", "whole", "int64")]
_BY_ONE = OFF.index("by one")
_LAST_OFF = MAKES.index("last phase off")
_MOVED = [i for i, make in enumerate(MAKES) if make.endswith("off")] + [2, 3, 4]


def _differing(kind: str, off: str) -> Relation:
    """A kernel whose sums differ by a little, so that a tolerance shows which is too wide or too
    narrow for its kind of numbers.
    """
    number, far = DOMAIN_KINDS.index(kind), OFF.index(off)

    def holds(v: Variables) -> Condition:
        # Of weights that are all 0, as in phases of one weight whose sum is 0, a share is nothing.
        some = v.common != COMMON.index("zero sum")
        phases = (v.s > 1) & (v.H >= v.s) & (v.W >= v.s)
        return np.asarray((v["w.kind"] == number) & (v.off == far) & phases & some)

    return Relation(f"w {kind}, sums that differ: {off}", holds, alone=True)


DOMAIN = Domain(
    {
        "w": Entries(("H", "W"), kinds=DOMAIN_KINDS, signs=("mixed",), fill=_drawn),
        "s": STRIDES,
    },
    {
        **image("H", "W"),
        "make": Choice(MAKES),
        "common": Choice(COMMON),
        "off": Choice(OFF),
    },
    written=KERNEL_AND_STRIDE.written,
    rules=(
        # Small differences are asked of floats that need not be whole, in kernels that have one.
        Rule("", lambda v: (v.off == 0) | (np.isin(v["w.kind"], _ROUNDED) ^ (v.off == _BY_ONE))),
        Rule("", lambda v: (v.off == 0) | np.isin(v.make, _MOVED)),
    ),
    relations=(
        *PHASES,
        Relation(
            "only the last phase off, beyond the fourth",
            lambda v: (v.make == _LAST_OFF) & (v.off == 0) & (v.s > 4) & (v.H > 4) & (v.W > 4),
            alone=True,
            once=True,
        ),
        *(_differing(kind, "by one") for kind in ("whole", "int64")),
        *(
            _differing(kind, off)
            for kind in ("decimals", "float32 decimals")
            for off in ("above", "below")
        ),
    ),
    axes=both(k=("H", "W"), s=("s", "s")),
    axis_relations=(*axis_relations("k", "s"), SHARED_FACTOR),
)

QUESTION = Question(
    domain=DOMAIN,
    by_dtype=True,
    signature="is_even(w, s)",
    reference=is_even,
    categories=(
        Category(
            "even and uneven kernels of whole numbers",
            2,
            (
                case(Array((4, 4), fill=_even(2)), 2),
                case(Array((4, 4), fill=_uneven(2)), 2),
                case(Array((3, 3), fill=_even(2)), 2),
                case(Array((4, 4), fill=_even(2, 1)), 2),
                case(Array((3, 6), fill=_even(2)), 2),
                case(Array((3, 5), fill=_uneven(2)), 2),
                case(Array((4, 4), fill=_raised((0, 0), (1, 1))), 2),
                case(Array((4, 2), fill=_raised((0, 0), (1, 0))), 2),
                case(Array((2, 4), fill=_raised((0, 0), (0, 1))), 2),
                case(Array((5, 4), fill=_even(3)), 3),
                case(Array((6, 6), fill=_uneven(3, (2, 2))), 3),
                case(Array((6, 3), fill=_uneven(3, (1, 0))), 3),
                case(Array((3, 3), fill=ones), 2),
                case(Array((4, 2), fill=ones), 2),
                case(float64(3, 2), 1),
                case(Array((2, 2), fill=ones), 3),
                case(Array((1, 4), fill=_even(2, 0)), 2),
            ),
            where=plain,
        ),
        Category(
            "floats that round; arguments left alone",
            1,
            (
                case(Array((4, 4), fill=_tenths(_even(2))), 2),
                case(Array((6, 6), fill=_tenths(_even(2))), 2),
                case(Array((5, 7), fill=_tenths(_even(3))), 3),
                case(Array((8, 6), fill=_tenths(_even(2))), 2),
                case(Array((4, 4), fill=_tenths(_uneven(2))), 2),
                case(Array((5, 5), fill=_tenths(_uneven(3))), 3),
                # Tolerances that are too wide, and too narrow: one case for each alone.
                case(Array((4, 4), fill=_off_by(1e-6)), 2),
                # None differs from the first, the next or the mean; then none from the last; then
                # all are near enough, though by little.
                case(Array((6, 4), fill=_spread_out(up=(0, 1), down=(1, 1))), 2),
                case(Array((6, 4), fill=_spread_out(up=(0, 1), down=(1, 0))), 2),
                case(Array((6, 4), fill=_spread_out(up=(0, 1))), 2),
                case(Array((8, 8), fill=_times(1e9, _tenths(_even(2)))), 2),
                # A tolerance that forgets float32, too narrow or too wide, shows without luck.
                case(Array((4, 4), "float32", fill=_off_by_share(2.5e-6)), 2),
                case(Array((5, 4), "float32", fill=_off_by_share(4e-5)), 2),
                case(Array((6, 6), "int64", fill=_even(2)), 2),
                case(Array((4, 6), "int64", fill=_uneven(2)), 2),
                case(Array((4, 4), "int64", fill=_off_by(1)), 2),
            ),
            where=everywhere,
            checks_contract=True,
            hint="Precision: sums count as equal if they differ by at most 1e-9 times the sum of "
            "all |w|, at every scale of the weights, and 1e-5 times it for float32.",
        ),
    ),
    ladder=IS_EVEN,
    misconceptions=MISCONCEPTIONS,
    hint="Print the phase sums of this kernel: they are all equal, or they are not. "
    "Compare the largest with the smallest.",
    answer="boolean",
)
