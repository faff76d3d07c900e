"""resize_convolve(x, w, s): nearest-neighbour enlargement, then a 'same' correlation."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180, zero_pad
from convtranspose.transposed import insert_zeros
from convtranspose.upsampling import nearest, resize, resize_convolve
from marking.assignments.cures._ladders import RESIZE_CONVOLVE
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Entries
from marking.questions.mistakes import (
    Function,
    Misconception,
    negated,
    transposed_result,
    truncated,
    typed_like_first,
)
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, axis_relations, plain
from marking.questions.slips import of_small_kernels
from marking.questions.usual import ODD, SHORT, STRIDES, both, values_of

Enlarge = Callable[[np.ndarray, int], np.ndarray]


def _resized(enlarge: Enlarge, turn: Callable[[np.ndarray], np.ndarray] = lambda w: w) -> Function:
    """enlarge(x, s), then the 'same' correlation with turn(w)."""

    def answer(x: np.ndarray, w: np.ndarray, s: int) -> np.ndarray:
        half = (w.shape[0] // 2, w.shape[1] // 2)
        return cross_correlate2d(zero_pad(enlarge(x, s), half), turn(w))

    return answer


def _convolve_first(x: np.ndarray, w: np.ndarray, s: int) -> np.ndarray:
    return nearest(_resized(lambda x, s: x)(x, w, s), s)


def _bordered(mode: Literal["edge", "wrap"]) -> Function:
    """The right steps, with other values than zero outside the enlarged image."""

    def answer(x: np.ndarray, w: np.ndarray, s: int) -> np.ndarray:
        border = ((w.shape[0] // 2,) * 2, (w.shape[1] // 2,) * 2)
        return cross_correlate2d(np.pad(nearest(x, s), border, mode=mode), w)

    return answer


MISCONCEPTIONS = (
    Misconception(
        "the kernel is rotated by 180°",
        "The second step is a correlation: w lies on the image as it is.",
        _resized(nearest, rotate180),
    ),
    Misconception(
        "convolved first, enlarged afterwards",
        "Enlarge first. The other way round every s × s block is constant, and w cannot smooth "
        "the steps.",
        _convolve_first,
    ),
    Misconception(
        "zeros inserted instead of pixels repeated",
        "That is a transposed convolution, checkerboard and all. Repeat the pixels: nearest "
        "neighbour.",
        _resized(lambda x, s: np.pad(insert_zeros(x, s), ((0, s - 1), (0, s - 1)))),
    ),
    Misconception(
        "the padding is forgotten",
        "The result is smaller than H·s × W·s: pad the enlarged image with zeros, half a kernel "
        "on each side.",
        lambda x, w, s: cross_correlate2d(nearest(x, s), w),
    ),
    Misconception(
        "the padding is done before enlarging",
        "The zeros are enlarged too. Pad the enlarged image.",
        lambda x, w, s: cross_correlate2d(
            nearest(zero_pad(x, (w.shape[0] // 2, w.shape[1] // 2)), s), w
        ),
    ),
    Misconception(
        "the edge is repeated instead of zeros",
        "Outside the enlarged image there are zeros here.",
        _bordered("edge"),
    ),
    Misconception(
        "wrapped round at the edges",
        "Outside the enlarged image there are zeros here, not its opposite side.",
        _bordered("wrap"),
    ),
    Misconception("the image is not enlarged", "Enlarge x by s first.", _resized(lambda x, s: x)),
    Misconception(
        "not convolved",
        "The result is the enlarged image. Correlate it with w.",
        lambda x, w, s: nearest(x, s),
    ),
    Misconception(
        "bilinear instead of nearest",
        "You mix neighbouring pixels when enlarging. Asked for is nearest neighbour: copies.",
        _resized(lambda x, s: resize(x, (x.shape[0] * s, x.shape[1] * s))),
    ),
    Misconception(
        "correlated with stride s",
        "The second step has stride 1: the result keeps the enlarged size.",
        lambda x, w, s: resize_convolve(x, w, s)[::s, ::s],
    ),
    Misconception(
        "the mean instead of the sum",
        "Your numbers are smaller by the number of weights: add the products, do not average them.",
        lambda x, w, s: resize_convolve(x, w, s) / w.size,
    ),
    Misconception(
        "padded by the whole kernel (full size)",
        "The result is larger than H·s × W·s: half a kernel of zeros on each side is enough.",
        lambda x, w, s: cross_correlate2d(zero_pad(nearest(x, s), [k - 1 for k in w.shape]), w),
    ),
    Misconception(
        "not centred: the window ends at the pixel",
        "The right numbers, moved down and right. Put half a kernel of zeros on each side, not "
        "all of them before.",
        lambda x, w, s: cross_correlate2d(np.pad(nearest(x, s), [(k - 1, 0) for k in w.shape]), w),
    ),
    negated(resize_convolve),
    transposed_result(resize_convolve),
    truncated(resize_convolve),
    typed_like_first(resize_convolve, "w"),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "w": Entries(("a", "b")), "s": STRIDES},
    {**{n: SHORT for n in "HW"}, "a": ODD, "b": ODD},
    rules=(Rule("", lambda v: v.H * v.W * v.s**2 <= 400),),
    relations=values_of("s", (1, 2, 3), beyond=4),
    axes=both(n=("H", "W"), k=("a", "b"), s=("s", "s")),
    axis_relations=(
        *axis_relations("n", "k"),
        Relation("k > n·s", lambda v: v.k > v.n * v.s),
        Relation("k = n·s", lambda v: v.k == v.n * v.s),
        Relation("k < n·s", lambda v: v.k < v.n * v.s),
        Relation("k < s", lambda v: v.k < v.s),
        Relation("k > s", lambda v: v.k > v.s),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    slips=(of_small_kernels("any odd kernel, any size", "w"),),
    signature="resize_convolve(x, w, s)",
    reference=resize_convolve,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "3 × 3 kernels",
            1,
            (case(float64(2, 2), float64(3, 3), 2), case(float64(2, 3), float64(3, 3), 3)),
            where=lambda v: plain(v) & (v.a == 3) & (v.b == 3) & (v.s > 1),
        ),
        Category(
            "any odd kernel, any size",
            1,
            (
                case(float64(3, 2), float64(1, 3), 2),
                case(float64(2, 2), float64(5, 3), 2),
                case(float64(1, 2), float64(3, 5), 2),
                case(float64(2, 3), float64(3, 1), 1),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), int64(3, 3), 2),
            case(float32(2, 2), float32(3, 3), 2),
            case(int64(2, 2), eighths(3, 3), 2),
            case(eighths(1, 2), int64(3, 3), 2),
        ),
    ),
    ladder=RESIZE_CONVOLVE,
    moderate=case(float64(24, 24), float64(5, 5), 2),
    misconceptions=MISCONCEPTIONS,
    hint="Do it in two steps and print the enlarged image in between. In the second each output is "
    "a sum over all rows and columns of w.",
    linear=("x", "w"),
)
