"""loss_gradient(x, w, target, stride): the gradient of the loss with respect to the kernel."""

from collections.abc import Callable

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from convtranspose.learning import loss_gradient
from convtranspose.transposed import conv_transpose2d
from marking.assignments.learned_upsampling._ladders import LOSS_GRADIENT
from marking.assignments.learned_upsampling._shared import error, exact_fit
from marking.questions.arrays import Array, eighths, float32
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import (
    Function,
    Misconception,
    negated,
    scaled,
    transposed_result,
    truncated,
)
from marking.questions.model import Approximation, Category, Question, case, kinds_of_numbers
from marking.questions.relations import axis_relations, plain
from marking.questions.usual import ACROSS, PLACED_SIZES, SHORT, STRIDES, both

# an error(output, target) to put in the place of output − target
Error = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _with_error(error_of: Error) -> Function:
    """The gradient with another error than output − target."""

    def answer(x: np.ndarray, w: np.ndarray, target: np.ndarray, stride: int) -> np.ndarray:
        return _gather(x, error_of(conv_transpose2d(x, w, stride), target), w.shape, stride)

    return answer


def _gather(
    x: np.ndarray, e: np.ndarray, shape: tuple[int, ...], stride: int, step: int | None = None
) -> np.ndarray:
    """Σ over i of x[i]·e[i·s + u] for every tap u; `step` replaces the stride of the reading."""
    step = stride if step is None else step
    g = np.zeros(shape)
    for u, v in np.ndindex(*shape):
        part = e[
            u : u + (x.shape[0] - 1) * step + 1 : step, v : v + (x.shape[1] - 1) * step + 1 : step
        ]
        g[u, v] = np.sum(x[: part.shape[0], : part.shape[1]] * part)
    return g


def _of_last_pixel(x: np.ndarray, w: np.ndarray, target: np.ndarray, stride: int) -> np.ndarray:
    e, (a, b) = error(x, w, target, stride), w.shape
    return np.asarray(x[-1, -1] * e[-a:, -b:])


def _short(x: np.ndarray, w: np.ndarray, target: np.ndarray, stride: int) -> np.ndarray:
    g = np.asarray(loss_gradient(x, w, target, stride)).copy()
    g[-1], g[:, -1] = 0, 0
    return g


MISCONCEPTIONS = (
    scaled(
        loss_gradient,
        2,
        "twice as large as it should be",
        "The ½ in the loss takes away the 2 that comes from the square.",
    ),
    scaled(
        loss_gradient,
        0.5,
        "half as large as it should be",
        "The square brings a 2, which the ½ in the loss takes away: no factor is left.",
    ),
    negated(loss_gradient),
    Misconception(
        "only the last pixel counts",
        "Each pixel's share replaces the one before. Add them up: `+=`, not `=`.",
        _of_last_pixel,
    ),
    Misconception(
        "the error times the weight instead of the pixel",
        "When w[u, v] grows a little, the output grows by the pixel x[i, j] times that, not by the "
        "weight.",
        lambda x, w, target, stride: (
            w * _gather(np.ones(x.shape), error(x, w, target, stride), w.shape, stride)
        ),
    ),
    Misconception(
        "the error itself",
        "That is how the loss changes with each output. A weight reaches many outputs: add up "
        "what it does to each.",
        lambda x, w, target, stride: error(x, w, target, stride),
    ),
    Misconception(
        "the kernel's last row and column are left out",
        "The loops over the kernel stop one short: `range(k)` already ends at k − 1.",
        _short,
    ),
    Misconception(
        "the mean over the output",
        "The loss is a sum of squares, not their mean: do not divide by the number of outputs.",
        lambda x, w, target, stride: loss_gradient(x, w, target, stride) / target.size,
    ),
    Misconception(
        "the mean over the pixels",
        "A weight goes with every pixel of x, and what it does there adds up: `np.sum`, not "
        "`np.mean`.",
        lambda x, w, target, stride: loss_gradient(x, w, target, stride) / x.size,
    ),
    Misconception(
        "the target is left out",
        "The error is output − target. You use the output itself.",
        _with_error(lambda y, t: y),
    ),
    Misconception(
        "the output is left out",
        "The error is output − target. You use the target alone.",
        _with_error(lambda y, t: -t),
    ),
    Misconception(
        "the absolute error",
        "The derivative of a square keeps the sign of the error.",
        _with_error(lambda y, t: np.abs(y - t)),
    ),
    Misconception(
        "the sign of the error only",
        "That is the gradient of a sum of absolute errors. Here the errors are squared.",
        _with_error(lambda y, t: np.sign(y - t)),
    ),
    Misconception(
        "the squared error",
        "The derivative of ½e² is e.",
        _with_error(lambda y, t: (y - t) ** 2),
    ),
    Misconception(
        "with respect to x instead of w",
        "This has the shape of x: it says how the loss changes with the input. Asked for is the "
        "kernel.",
        lambda x, w, target, stride: cross_correlate2d(error(x, w, target, stride), w, stride),
    ),
    Misconception(
        "the gradient is rotated by 180°",
        "Tap (u, v) meets the error at (i·s + u, j·s + v): the larger u, the further down. No "
        "rotation comes in.",
        lambda x, w, target, stride: rotate180(loss_gradient(x, w, target, stride)),
    ),
    Misconception(
        "the stride is ignored when the error is read",
        "Tap u of copy i lies at i·s + u: read the error s apart.",
        lambda x, w, target, stride: _gather(x, error(x, w, target, stride), w.shape, stride, 1),
    ),
    Misconception(
        "the input is left out",
        "Each error is multiplied by the pixel that placed the tap there.",
        lambda x, w, target, stride: _gather(
            np.ones_like(x), error(x, w, target, stride), w.shape, stride
        ),
    ),
    Misconception(
        "the loss itself",
        "The gradient has one number for each weight of the kernel.",
        lambda x, w, target, stride: np.asarray(np.sum(error(x, w, target, stride) ** 2) / 2),
    ),
    Misconception(
        "the weights are added to the gradient",
        "There is no penalty on w in this loss (no weight decay).",
        lambda x, w, target, stride: loss_gradient(x, w, target, stride) + w,
    ),
    transposed_result(loss_gradient),
    truncated(loss_gradient),
)


# The loss itself, with products of four such numbers, stays below 2**53: whoever takes differences
# of losses is exact.
_LIMIT = 2**10


def _factor(*shape: int) -> Array:
    """An array of integers that stay exact in products of four."""
    return Array(shape, limit=_LIMIT)


def _whole_factor(*shape: int) -> Array:
    """The same as int64."""
    return Array(shape, "int64", limit=_LIMIT)


def _of_differences(x: np.ndarray, w: np.ndarray, target: np.ndarray, stride: int) -> float:
    """How far off differences of losses are, for steps from 1e-7 to 1e-3: the loss's own rounding
    divided by the step, or the step times the curvature.
    """
    x, e = np.asarray(x, float), error(x.astype(float), w.astype(float), target, stride)
    return float(1e-8 * np.sum(e**2) / 2 + 1e-3 * np.sum(x**2))


DOMAIN = Domain(
    {
        "x": Entries(("H", "W"), limit=2**10),
        "w": Entries(("a", "b"), limit=2**10),
        "target": Entries(("R", "Q"), limit=2**10),
        "stride": STRIDES,
    },
    {n: SHORT for n in "HWab"},
    derived={
        "R": lambda v: (v.H - 1) * v.stride + v.a,
        "Q": lambda v: (v.W - 1) * v.stride + v.b,
    },
    written=PLACED_SIZES,
    relations=ACROSS,
    axes=both(n=("H", "W"), k=("a", "b"), s=("stride", "stride")),
    axis_relations=axis_relations("n", "k", "s"),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="loss_gradient(x, w, target, stride)",
    reference=loss_gradient,
    categories=(
        Category("shape of the gradient", 1, shape_only=True),
        Category(
            "stride 1",
            1,
            (
                case(_factor(2, 2), _factor(3, 3), _factor(4, 4), 1),
                case(_factor(2, 3), _factor(3, 2), _factor(4, 4), 1),
            ),
            where=lambda v: plain(v) & (v.stride == 1),
        ),
        Category(
            "larger strides",
            2,
            (
                case(_factor(2, 2), _factor(3, 3), _factor(5, 5), 2),
                case(_factor(3, 2), _factor(2, 4), _factor(6, 6), 2),
                case(_factor(2, 3), _factor(4, 2), _factor(7, 8), 3),
                case(_factor(1, 2), _factor(2, 1), _factor(2, 5), 4),
                case(*exact_fit(), 2),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(_whole_factor(2, 2), _whole_factor(2, 2), _whole_factor(4, 4), 2),
            case(float32(2, 2), float32(2, 2), float32(4, 4), 2),
            case(
                eighths(2, 1),
                eighths(2, 2),
                eighths(4, 2),
                2,
            ),
        ),
    ),
    ladder=LOSS_GRADIENT,
    moderate=case(_factor(24, 24), _factor(4, 4), _factor(50, 50), 2),
    misconceptions=MISCONCEPTIONS,
    hint="Which outputs does one weight reach, and by which pixel of x is it multiplied in each? "
    "Their errors times these pixels add up. (The change of the loss for a small step, divided by "
    "the step, is only near that: the larger the step, the further off.)",
    approximation=Approximation(
        _of_differences,
        "Precision: the first digits are right, and no further. Differences of losses give no "
        "more (a small step drowns in the loss's own rounding), and float32 does not either: add "
        "up errors times pixels, in float64.",
    ),
    rounds=True,  # differences of losses are a right answer too
    output="gradient",
)
