"""unevenness(y, s): the spread of the phase means over the mean of the image."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convtranspose.checkerboard import unevenness
from marking.assignments.checkerboard._ladders import UNEVENNESS
from marking.assignments.checkerboard._shared import ones, whole_periods
from marking.questions.arrays import Array, Fill
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Choice, Entries, Whole
from marking.questions.mistakes import Function, Misconception
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import axis_relations, everywhere, plain
from marking.questions.usual import PHASES, SHARED_FACTOR, both

# a measure(phase means, y, s) of an image
Measure = Callable[[np.ndarray, np.ndarray, int], float]


def _means(y: np.ndarray, s: int) -> np.ndarray:
    return np.array([[y[i::s, j::s].mean() for j in range(s)] for i in range(s)])


def _ratio(top: Measure, bottom: Measure) -> Function:
    """One measure of the image divided by another."""
    return lambda y, s: float(top(_means(y, s), y, s) / bottom(_means(y, s), y, s))


def _spread(means: np.ndarray, y: np.ndarray, s: int) -> float:
    return float(means.max() - means.min())


def _level(means: np.ndarray, y: np.ndarray, s: int) -> float:
    return float(abs(y.mean()))


def _without_zeros(y: np.ndarray, s: int) -> float:
    means = [_mean_of_lit(y[i::s, j::s]) for i in range(s) for j in range(s)]
    return float((max(means) - min(means)) / abs(y.mean()))


def _mean_of_lit(part: np.ndarray) -> float:
    lit = part[part != 0]
    return float(lit.mean()) if lit.size else 0.0


MISCONCEPTIONS = (
    Misconception(
        "the standard deviation of the phase means",
        "The spread is the largest phase mean minus the smallest.",
        _ratio(lambda m, y, s: m.std(), _level),
    ),
    Misconception(
        "not divided by the mean",
        "A bright image would look more uneven than a dark one. Divide the spread by the mean.",
        _ratio(_spread, lambda m, y, s: 1),
    ),
    Misconception(
        "divided by the largest phase mean",
        "Divide by the mean of the image.",
        _ratio(_spread, lambda m, y, s: np.abs(m).max()),
    ),
    Misconception(
        "divided by the smallest phase mean",
        "Divide by the mean of the image.",
        _ratio(_spread, lambda m, y, s: np.abs(m).min()),
    ),
    Misconception(
        "divided by largest plus smallest",
        "That is the contrast of a fringe pattern. Divide by the mean of the image.",
        _ratio(_spread, lambda m, y, s: abs(m.max() + m.min())),
    ),
    Misconception(
        "the spread of the pixels, not of the phases",
        "Take the mean of each phase first: single pixels also differ because the picture does.",
        _ratio(lambda m, y, s: y.max() - y.min(), _level),
    ),
    Misconception(
        "phase sums in place of phase means",
        "Divide each phase's sum by its number of pixels.",
        _ratio(
            lambda m, y, s: np.ptp([y[i::s, j::s].sum() for i in range(s) for j in range(s)]),
            _level,
        ),
    ),
    Misconception(
        "neighbouring pixels in blocks",
        "The pixels of one phase lie s apart: `y[i::s, j::s]`.",
        _ratio(
            lambda m, y, s: np.ptp(
                [[b.mean() for b in np.split(r, s, 1)] for r in np.split(y, s, 0)]
            ),
            _level,
        ),
    ),
    Misconception(
        "only the phases on the diagonal",
        "Every i goes with every j: there are s² phases, not s.",
        lambda y, s: float(np.ptp([y[i::s, i::s].mean() for i in range(s)]) / abs(y.mean())),
    ),
    Misconception(
        "in per cent",
        "The number is wanted as it is, a hundredth of yours.",
        lambda y, s: 100 * unevenness(y, s),
    ),
    Misconception(
        "divided with //",
        "`//` rounds down to a whole number: divide with `/`.",
        lambda y, s: float(unevenness(y, s) // 1),
    ),
    Misconception(
        "divided by the mean of the absolute values",
        "Take the mean of y first, then its absolute value.",
        _ratio(_spread, lambda m, y, s: np.abs(y).mean()),
    ),
    Misconception(
        "the rows' phases only",
        "In two dimensions there are s² phases.",
        _ratio(lambda m, y, s: np.ptp(m.mean(axis=1)), _level),
    ),
    Misconception(
        "the columns' phases only",
        "In two dimensions there are s² phases.",
        _ratio(lambda m, y, s: np.ptp(m.mean(axis=0)), _level),
    ),
    Misconception(
        "the sign of the mean is kept",
        "Strength is never negative: divide by the mean's absolute value.",
        _ratio(_spread, lambda m, y, s: y.mean()),
    ),
    Misconception(
        "the largest deviation from the mean",
        "The spread is the largest phase mean minus the smallest.",
        _ratio(lambda m, y, s: np.abs(m - y.mean()).max(), _level),
    ),
    Misconception(
        "a ratio: largest over smallest phase mean",
        "Subtract the smallest from the largest, then divide by the mean: an even image gets 0.",
        _ratio(lambda m, y, s: m.max(), lambda m, y, s: m.min()),
    ),
    Misconception(
        "divided by the mean of the phase means",
        "Where s does not divide the size, phases have different numbers of pixels, and the mean "
        "of their means is not the mean of the image. Divide by the mean of all pixels.",
        _ratio(_spread, lambda m, y, s: abs(m.mean())),
    ),
    Misconception(
        "only whole periods of the image",
        "Where s does not divide the size, the rows or columns at the end count too: they belong "
        "to phases like all others.",
        lambda y, s: unevenness(whole_periods(y, s), s),
    ),
    Misconception(
        "the absolute values of the phase means",
        "Only the mean in the denominator loses its sign. A dark and a bright phase are as far "
        "apart as their means are.",
        _ratio(lambda m, y, s: np.ptp(np.abs(m)), _level),
    ),
    Misconception(
        "divided by at least 1",
        "A dark picture, whose mean is below 1, is divided by its mean all the same.",
        _ratio(_spread, lambda m, y, s: max(abs(y.mean()), 1.0)),
    ),
    Misconception(
        "pixels that are 0 left out",
        "A black pixel is a pixel: it counts in the mean of its phase and of the image.",
        lambda y, s: _without_zeros(y, s),
    ),
    Misconception(
        "the median of each phase",
        "Take the mean of each phase; the median hides what a few pixels do.",
        lambda y, s: float(
            np.ptp([np.median(y[i::s, j::s]) for i in range(s) for j in range(s)]) / abs(y.mean())
        ),
    ),
    Misconception(
        "always 0", "Some images are uneven: compare the means of the phases.", lambda y, s: 0.0
    ),
)


def _bright(sign: int = 1) -> Fill:
    """Images whose mean is far from zero, so that dividing by it is well behaved."""
    return lambda rng, shape, limit: sign * rng.integers(20, 200, shape).astype(float)


def _striped(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
    """The columns alternate, the rows do not."""
    stripes = 100 + 10 * (np.arange(shape[1]) % 2)
    return stripes + 5.0 * rng.integers(0, 2, shape)


def _striped_across(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
    """The rows alternate, the columns do not."""
    return _striped(rng, shape[::-1], limit).T


# What a drawn image looks like.  Its mean is never 0, where the measure has no bound, and near it
# in "dark" ones only, where the measure is large.
LOOKS = (
    "bright",
    "negative",
    "both signs",
    "both signs, negative mean",
    "black pixels",
    "constant",
    "rows alternate",
    "columns alternate",
    "nearly even",
    "dark",
)
# By which part of the largest pixel one phase of a nearly even image is darker, and the mean of a
# dark image is above 0; the largest pixel is at least as large.
NEAR, DARK = 10_000, 500


def _drawn(row: Mapping[str, Any]) -> Fill:
    """How to fill the image of a drawn call."""
    look, s = LOOKS[row["look"]], int(row["s"])

    def fill(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
        largest = max(limit, {"nearly even": NEAR, "dark": DARK}.get(look, 4))
        y = rng.integers(1, largest + 1, shape).astype(float)
        if look == "negative":
            return -y
        if look == "constant":
            return np.full(shape, y.flat[0])
        if look == "nearly even":
            y = np.full(shape, float(largest))
            y[:: max(s, 2), ::s] -= np.ceil(largest / NEAR)
            return y
        if look == "dark":
            y -= y.mean().round()
            y.flat[0] += np.ceil(largest * y.size / DARK) - y.sum()
            return y
        if look == "black pixels":
            black = rng.random(shape) < 0.4
            black.flat[0] = False
            return np.where(black, 0, y)
        if look.startswith("both signs") and s > 1:
            y[::s, ::s] *= -1
            if abs(y.mean()) < largest / 8:
                y[1::s] += largest  # further from a mean of 0
            if (y.mean() > 0) == (look != "both signs"):
                y = -y
        if look == "rows alternate":
            return np.asarray(y + np.where(np.arange(shape[0]) % s == 0, largest, 0.0)[:, None])
        if look == "columns alternate":
            return np.asarray(y + np.where(np.arange(shape[1]) % s == 0, largest, 0.0))
        return y

    return fill


def _conditioning(y: np.ndarray, s: int) -> float:
    """How much larger the pixels are than their mean: the rounding of the ratio grows with it."""
    return float(np.max(np.abs(y)) / abs(np.mean(y)))


DOMAIN = Domain(
    {
        "y": Entries(("H", "W"), signs=("mixed",), fill=_drawn),
        "s": Whole(1, 6, (1, 2, 2, 3, 4), (7, 8, 11)),
    },
    # Sides that leave room for large periods.
    {**dict.fromkeys("HW", Whole(1, 12, (1, 2, 3, 4, 6, 8), (20,))), "look": Choice(LOOKS)},
    rules=(
        Rule("`y` has at least s rows and s columns", lambda v: (v.H >= v.s) & (v.W >= v.s)),
        Rule("the mean of `y` is not 0", everywhere),  # the images drawn see to it
    ),
    relations=PHASES[:4],
    axes=both(k=("H", "W"), s=("s", "s")),
    axis_relations=(*axis_relations("k", "s"), SHARED_FACTOR),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="unevenness(y, s)",
    reference=unevenness,
    categories=(
        Category(
            "images whose size s divides",
            1,
            (
                case(Array((4, 4), fill=_bright()), 2),
                case(Array((2, 6), fill=_bright()), 2),
                case(Array((6, 3), fill=_bright()), 3),
                case(Array((4, 6), fill=_striped), 2),
                case(
                    Array((6, 4), fill=_striped_across),
                    2,
                ),
                case(Array((4, 4), fill=ones), 2),
                case(Array((3, 2), fill=_bright()), 1),
            ),
            where=lambda v: plain(v) & (v.H % v.s == 0) & (v.W % v.s == 0),
        ),
        Category(
            "other sizes",
            1,
            (
                case(Array((3, 3), fill=_bright()), 2),
                case(Array((5, 4), fill=_bright()), 2),
                case(Array((4, 5), fill=_bright()), 3),
            ),
            where=plain,
            hint="Where s does not divide the size, phases have different numbers of pixels. Every "
            "pixel counts, in its phase and in the mean of the image.",
        ),
        kinds_of_numbers(
            case(Array((4, 4), "int64", fill=_bright()), 2),
            case(Array((4, 2), "float32", fill=_bright()), 2),
            case(Array((2, 4), fill=_bright(-1)), 2),
            name="negative means, whole numbers, float32; arguments left alone",
        ),
    ),
    ladder=UNEVENNESS,
    misconceptions=MISCONCEPTIONS,
    hint="Write down the means of the s² phases. How far apart are the largest and the smallest?",
    answer="number",
    rounds=True,
    scale=_conditioning,
)
