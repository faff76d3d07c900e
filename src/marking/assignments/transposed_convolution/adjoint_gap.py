"""adjoint_gap(x, y, w): ⟨C x, y⟩ − ⟨x, Cᵀ y⟩, which is zero, and computed all the same."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from convtranspose.transposed import adjoint_gap, transpose_by_placing
from marking.assignments.transposed_convolution._ladders import ADJOINT_GAP
from marking.questions.arrays import SIGNS, USUAL, Array, Fill, eighths, float32
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Choice, Condition, Entries, Variables
from marking.questions.mistakes import Function, Misconception
from marking.questions.model import Case, Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain
from marking.questions.usual import FIT, FITS, VALID_OUTPUTS, VALID_SIZES, both, image

Operator = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _gap(
    forward: Operator, back: Operator, combine: Function = np.subtract, total: Function = np.sum
) -> Function:
    """The gap with one of its parts replaced."""
    return lambda x, y, w: float(combine(total(forward(x, w) * y), total(x * back(y, w))))


_C, _CT = cross_correlate2d, transpose_by_placing


def _whole_gap(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> int | None:
    """The gap through `int`, which fails for nan: then there is no answer."""
    gap = _gap(_C, _CT)(x, y, w)
    return None if math.isnan(gap) else int(gap)


MISCONCEPTIONS = (
    Misconception(
        "the kernel is rotated on the way back",
        "Going back places w as it is. If you slide instead of place, the padded image meets the "
        "rotated kernel.",
        _gap(_C, lambda y, w: _CT(y, rotate180(w))),
    ),
    Misconception(
        "the kernel is rotated on the way there",
        "C is the correlation with w as it is. The rotated kernel makes another matrix, and Cᵀ is "
        "not its transpose.",
        _gap(lambda x, w: _C(x, rotate180(w)), _CT),
    ),
    Misconception(
        "the kernel is transposed on the way back",
        "Cᵀ is the transpose of the matrix C, not C built from `w.T`.",
        _gap(_C, lambda y, w: _CT(y, w.T) if w.shape[0] == w.shape[1] else np.full(1, np.nan)),
    ),
    Misconception(
        "the two products are added",
        "The gap is the difference: ⟨Cx, y⟩ − ⟨x, Cᵀy⟩.",
        _gap(_C, _CT, np.add),
    ),
    Misconception(
        "only the first product",
        "This is ⟨Cx, y⟩ alone. Take ⟨x, Cᵀy⟩ away from it.",
        lambda x, y, w: float(np.sum(_C(x, w) * y)),
    ),
    Misconception(
        "only the second product",
        "This is ⟨x, Cᵀy⟩ alone. Take it away from ⟨Cx, y⟩.",
        lambda x, y, w: float(np.sum(x * _CT(y, w))),
    ),
    Misconception(
        "means in place of sums",
        "An inner product adds the products up. The two arrays differ in size, so their means "
        "differ too.",
        _gap(_C, _CT, total=np.mean),
    ),
    Misconception(
        "zero, whatever comes in",
        "Zero is what the theorem says; the function is there to see it happen. Compute both "
        "products, and from the numbers as they come in: if one number of x, y or w is `nan`, the "
        "gap must be `nan` too. (Where arrays are made whole with `astype(int)`, it is lost.)",
        lambda x, y, w: 0.0,
    ),
    Misconception(
        "zero also where one side alone is left",
        "Some of the numbers are so small that in float64 one of ⟨Cx, y⟩ and ⟨x, Cᵀy⟩ is rounded "
        "to 0; the gap is then the other, and yours is 0. Either no two sides are compared (a "
        "number taken away from itself, or times 0, shows nothing: compute one side from Cx and "
        "the other from Cᵀy), or a small gap is rounded or set to 0 (give it back as it comes), "
        "or the sides have more digits than float64 (`longdouble`, `Fraction`): stay with float64.",
        _gap(_C, _CT, lambda there, back: there - there),
    ),
    Misconception(
        "both sides with the kernel rotated",
        "The two sides are equal for any kernel, so the gap cannot show it: but yours belongs to "
        "the kernel rotated by 180°. C is the correlation with w as it is.",
        _gap(lambda x, w: _C(x, rotate180(w)), lambda y, w: _CT(y, rotate180(w))),
    ),
    Misconception(
        "the sides are exchanged",
        "The gap is ⟨Cx, y⟩ − ⟨x, Cᵀy⟩; yours is the other side minus this one.",
        _gap(_C, _CT, lambda there, back: back - there),
    ),
    Misconception(
        "the size of the gap, without its sign",
        "The gap is a difference, ⟨Cx, y⟩ − ⟨x, Cᵀy⟩: leave `abs` away.",
        _gap(_C, _CT, lambda there, back: abs(there - back)),
    ),
    Misconception(
        "the sizes of both sides, without their signs",
        "The gap is the difference of the two numbers themselves: leave `abs` away.",
        _gap(_C, _CT, lambda there, back: abs(there) - abs(back)),
    ),
    Misconception(
        "the gap is made a whole number",
        "`int` drops what stands behind the point, where a small gap is, and fails for `nan`. Give "
        "the difference back as it comes.",
        _whole_gap,
    ),
    Misconception(
        "nan is taken for 0",
        "Where one number is `nan`, the gap is `nan`, too: leave `nan_to_num` and `nansum` away.",
        lambda x, y, w: _gap(_C, _CT)(*map(np.nan_to_num, (x, y, w))),
    ),
)


# Products of three such numbers, a few dozen of them, are exact, and 2**-45 of their sum is below
# one half.  A gap that is not zero everywhere is zero at a point drawn from these with probability
# 3/2**13, and several points are drawn.
_LIMIT = 2**12


def _factor(*shape: int) -> Array:
    """An array of integers that stay exact in products of three."""
    return Array(shape, limit=_LIMIT)


def _whole_factor(*shape: int) -> Array:
    """The same as int64."""
    return Array(shape, "int64", limit=_LIMIT)


def _lost(place: str) -> Fill:
    """Whole numbers, and nan in the first or the last place, in one between, or anywhere.

    Infinity is not asked: whether ∞ − ∞ or 0 · ∞ comes up on the way depends on the order of sums
    and products, so right answers are inf in one style and nan in another.
    """

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        values = rng.integers(-limit, limit + 1, shape).astype(float)
        places = {
            "first": 0,
            "between": int(rng.integers(1, max(values.size - 1, 2))),
            "last": -1,
            "anywhere": int(rng.integers(values.size)),
        }
        values.flat[places[place]] = np.nan
        if place == "anywhere" and rng.integers(2):  # in half of them in two places
            values.flat[int(rng.integers(values.size))] = np.nan
        return values

    return fill


def _factor_with_nan(place: str, *shape: int) -> Array:
    """An array of integers as float64, with nan in that place: the gap is nan if it is used."""
    return Array(shape, limit=_LIMIT, fill=_lost(place))


def _with_nan(place: str) -> tuple[Case, ...]:
    """A case for each array that may hold nan in that place."""
    return (
        case(_factor_with_nan(place, 3, 3), _factor(2, 2), _factor(2, 2)),
        case(_factor(3, 4), _factor_with_nan(place, 2, 3), _factor(2, 2)),
        case(_factor(3, 5), _factor(2, 3), _factor_with_nan(place, 2, 3)),
    )


# Numbers for which one of the two sides vanishes: the product of two factors near 10⁻¹⁶⁶ is 0 in
# float64 (that of two Fourier transforms of them, too), and that of either with 10³⁰⁵ is not.
# With x and w so small, Cx is 0 and the gap is −⟨x, Cᵀy⟩ alone; with y and w, it is ⟨Cx, y⟩ alone.
# So each side is seen by itself, and answers that compare nothing, or two wrong sides that agree,
# are told apart from the right one.
_NEAR, _FAR = 1e-166, 1e305
SIDES = ("both sides count", "Cx vanishes", "Cᵀy vanishes", "nan in x", "nan in y", "nan in w")
_SCALES = {
    "x": (None, _NEAR, _FAR),
    "y": (None, _FAR, _NEAR),
    "w": (None, _NEAR, _NEAR),
}
_FIRST_LOST = len(_SCALES["x"])  # from this one on an array holds nan


def _scaled(scale: float) -> Fill:
    """Numbers from 1 to 9, of both signs, times `scale`."""

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        signs = rng.choice((-1.0, 1.0), shape)
        return np.asarray(scale * signs * rng.integers(1, 10, shape))

    return fill


def _of_side(name: str) -> Callable[[Mapping[str, Any]], Fill | None]:
    """How to fill the array `name` of a drawn call."""

    def fill(row: Mapping[str, Any]) -> Fill | None:
        if row["sides"] >= _FIRST_LOST:
            return _lost("anywhere") if SIDES[row["sides"]].endswith(name) else None
        scale = _SCALES[name][row["sides"]]
        return None if scale is None else _scaled(scale)

    return fill


def _seen_alone(side: int, *shapes: tuple[int, ...]) -> tuple[Array, ...]:
    """x, y and w of which only one side of the gap is not 0."""
    scales = (scale for name in "xyw" if (scale := _SCALES[name][side]) is not None)
    return tuple(
        Array(shape, fill=_scaled(scale)) for shape, scale in zip(shapes, scales, strict=True)
    )


def _magnitude(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    """The sum of all products' magnitudes: the gap itself is zero and measures no rounding.

    At least the product of the largest factors, because a Fourier transform rounds by those.
    """
    x, y, w = np.abs(x), np.abs(y), np.abs(w)
    sides = np.nansum(cross_correlate2d(x, w) * y), np.nansum(x * transpose_by_placing(y, w))
    largest = math.prod(float(np.max(a, initial=0, where=np.isfinite(a))) for a in (w, y, x))
    return float(max(*sides, largest))


def _small_floats(v: Variables) -> Condition:
    """Whether all three arrays hold plain small numbers, which the special scales replace.

    In the usual layout and by position, so that answers for which these scales do not work lose
    the points of one category alone.
    """
    small = (v["x.kind"] == 0) & (v["y.kind"] == 0) & (v["w.kind"] == 0)
    return np.asarray(small & plain(v) & (v["by position"] == len("xyw")))


def _can_be_lost(v: Variables) -> Condition:
    """Whether the array that is to hold nan, if one is, can: int64 cannot."""
    fits = [
        (v.sides != place) | (v[f"{name}.kind"] != USUAL.index("int64"))
        for place, name in enumerate("xyw", _FIRST_LOST)
    ]
    return np.asarray(np.all(fits, axis=0))


DOMAIN = Domain(
    {
        name: Entries(shape, signs=SIGNS, limit=_LIMIT, fill=_of_side(name))
        for name, shape in (("x", ("H", "W")), ("y", ("R", "Q")), ("w", ("a", "b")))
    },
    {**image("H", "W", "a", "b"), "sides": Choice(SIDES, usual=True)},
    derived=VALID_OUTPUTS,
    written=VALID_SIZES,
    rules=(
        *FITS,
        Rule("", lambda v: (v.sides == 0) | (v.sides >= _FIRST_LOST) | _small_floats(v)),
        Rule("", _can_be_lost),
    ),
    axes=both(n=("H", "W"), k=("a", "b")),
    axis_relations=FIT,
)

QUESTION = Question(
    domain=DOMAIN,
    signature="adjoint_gap(x, y, w)",
    reference=adjoint_gap,
    categories=(
        Category(
            "zero, and computed from x, y and w",
            1,
            (
                case(_factor(3, 3), _factor(2, 2), _factor(2, 2)),
                case(_factor(3, 4), _factor(2, 3), _factor(2, 2)),
                case(_factor(4, 3), _factor(3, 1), _factor(2, 3)),
                case(_factor(2, 4), _factor(2, 2), _factor(1, 3)),
                *_with_nan("first"),
                *_with_nan("between"),
                *_with_nan("last"),
                case(*_seen_alone(1, (3, 3), (2, 2), (2, 2))),
                case(*_seen_alone(2, (3, 4), (2, 3), (2, 2))),
            ),
            where=plain,
            hint="Compute Cx first and only then its inner product with y; Cᵀy first and only then "
            "its inner product with x, in float64. Some numbers are so small that one of the "
            "two sides is rounded to 0: the gap is then the other side.",
        ),
        kinds_of_numbers(
            case(
                _whole_factor(3, 3),
                _whole_factor(2, 2),
                _whole_factor(2, 2),
            ),
            case(float32(3, 3), float32(2, 2), float32(2, 2)),
            case(eighths(2, 3), _factor_with_nan("last", 1, 2), eighths(2, 2)),
        ),
    ),
    ladder=ADJOINT_GAP,
    moderate=case(_factor(32, 32), _factor(28, 28), _factor(5, 5)),
    misconceptions=MISCONCEPTIONS,
    # not a kernel of one number: it is its own rotation, which hides the likeliest mistakes
    hint="Print the two inner products side by side for a 1 × 3 image and the kernel 1 2: they "
    "should be equal. If they are, look at how they are computed: all in float64, nothing rounded, "
    "and `nan` left as it is.",
    answer="number",
    scale=_magnitude,
)
