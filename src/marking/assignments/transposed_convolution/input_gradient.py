"""input_gradient(w, upstream, input_shape): the gradient of ⟨C x, upstream⟩ with respect to x."""

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from convtranspose.transposed import input_gradient, transpose_by_placing
from marking.assignments.transposed_convolution._ladders import INPUT_GRADIENT
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries, Shape
from marking.questions.mistakes import Misconception, negated, scaled, transposed_result, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain
from marking.questions.usual import FIT, FITS, VALID_OUTPUTS, VALID_SIZES, both, image
from marking.questions.wrong_layers import OVERLAP, ROTATED, on_image


def _input_gradient(
    w: np.ndarray, upstream: np.ndarray, input_shape: tuple[int, int]
) -> np.ndarray:
    return transpose_by_placing(upstream, w)


def _quarter_turn(w: np.ndarray, upstream: np.ndarray, input_shape: tuple[int, int]) -> np.ndarray:
    """Windows of the kernel's shape times the kernel turned by 90°, whose shape is another where it
    is not square: NumPy stretches a row over them, or refuses.
    """
    around = [(k - 1, k - 1) for k in w.shape]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(upstream, around), w.shape)
    return np.asarray(np.sum(windows * np.rot90(w), axis=(2, 3)))


def _cut_to_upstream(
    w: np.ndarray, upstream: np.ndarray, input_shape: tuple[int, int]
) -> np.ndarray:
    rows, columns = upstream.shape
    return _input_gradient(w, upstream, input_shape)[:rows, :columns]


def _without_first_entries(
    w: np.ndarray, upstream: np.ndarray, input_shape: tuple[int, int]
) -> np.ndarray:
    rest = w.copy()
    rest[0], rest[:, 0] = 0, 0
    return _input_gradient(rest, upstream, input_shape)


def _below_zero(w: np.ndarray, upstream: np.ndarray, input_shape: tuple[int, int]) -> np.ndarray:
    """w[m − i, n − j] at negative indices, which count from the end."""
    taken = []
    for size, outputs, k in zip(input_shape, upstream.shape, w.shape, strict=True):
        if outputs - 1 > k:
            raise IndexError("an index that is too far below 0")
        place = np.arange(size)[:, None] - np.arange(outputs)
        place = np.where(place < 0, place + k, place)
        taken.append((place == np.arange(k)[:, None, None]) * 1)
    return np.asarray(np.einsum("umi,vnj,uv,ij->mn", *taken, w, upstream))


MISCONCEPTIONS = (
    Misconception(
        ROTATED,
        "The gradient places the kernel as it is: pixel x[i + u, j + v] met `w[u, v]` at output "
        "(i, j). (Sliding over the padded upstream gradient needs the rotated kernel.)",
        lambda w, upstream, input_shape: _input_gradient(rotate180(w), upstream, input_shape),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "You use `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda w, upstream, input_shape: _input_gradient(w.T, upstream, input_shape),
    ),
    Misconception(
        "the kernel is turned by 90° only",
        "`np.rot90` makes a quarter turn, which exchanges the kernel's rows and columns. Sliding "
        "takes the half turn, by 180°: both axes are reversed.",
        _quarter_turn,
    ),
    Misconception(
        "the kernel's rows are turned round",
        "Within each copy the rows of the kernel come backwards. If you slide over the padded "
        "upstream gradient, the kernel is turned along both axes: along the rows, too.",
        lambda w, upstream, input_shape: _input_gradient(w[::-1], upstream, input_shape),
    ),
    Misconception(
        "the kernel's columns are turned round",
        "Within each copy the columns of the kernel come backwards. If you slide over the padded "
        "upstream gradient, the kernel is turned along both axes: along the columns, too.",
        lambda w, upstream, input_shape: _input_gradient(w[:, ::-1], upstream, input_shape),
    ),
    Misconception(
        "the kernel's first row and column are left out",
        "The kernel's indexes begin with 0: an entry [m − i, n − j] counts also where m = i or "
        "n = j.",
        _without_first_entries,
    ),
    Misconception(
        "the kernel is read at negative indices",
        "m − i or n − j may be below 0, and a negative index counts from the end. The kernel has "
        "no such entry: leave these out, as those from its size on.",
        _below_zero,
    ),
    Misconception(
        "padded by the whole kernel",
        "It takes a − 1 rows of zeros above and below, and b − 1 columns on either side: with one "
        "more the window begins too early.",
        lambda w, upstream, input_shape: np.pad(
            _input_gradient(w, upstream, input_shape), ((1, 0), (1, 0))
        )[:-1, :-1],
    ),
    Misconception(
        "upstream is ignored",
        "This is the gradient of the plain sum of the outputs. Each output's share is multiplied "
        "by `upstream` there.",
        lambda w, upstream, input_shape: _input_gradient(w, np.ones_like(upstream), input_shape),
    ),
    Misconception(
        "only one output counts for each pixel",
        "A pixel takes part in several outputs; the shares add up: `+=`, not `=`.",
        lambda w, upstream, input_shape: on_image(OVERLAP[:1], ())[0].answer(upstream, w),
    ),
    Misconception(
        "always one ring of zeros",
        "One ring of zeros suits a 2 × 2 kernel. An a × b kernel takes a − 1 rows of zeros above "
        "and below, and b − 1 columns on either side.",
        lambda w, upstream, input_shape: cross_correlate2d(np.pad(upstream, 1), rotate180(w)),
    ),
    Misconception(
        "the result has the size of upstream",
        "The gradient has one entry for every pixel of the input: the shape is `input_shape`.",
        _cut_to_upstream,
    ),
    Misconception(
        "divided by the number of outputs",
        "This is the gradient of the mean of the outputs. Nothing is divided here.",
        lambda w, upstream, input_shape: _input_gradient(w, upstream, input_shape) / upstream.size,
    ),
    scaled(
        _input_gradient,
        2,
        "twice as large as it should be",
        "The function is linear in x, so no factor 2 appears: that comes from squares.",
    ),
    scaled(
        _input_gradient,
        0.5,
        "half as large as it should be",
        "There is no ½ in what is differentiated: ⟨Cx, upstream⟩ is linear.",
    ),
    negated(_input_gradient),
    transposed_result(_input_gradient),
    truncated(_input_gradient),
)

DOMAIN = Domain(
    {
        "w": Entries(("a", "b")),
        "upstream": Entries(("R", "Q")),
        "input_shape": Shape(("H", "W")),
    },
    image("H", "W", "a", "b"),
    derived=VALID_OUTPUTS,
    written=VALID_SIZES,
    rules=FITS,
    axes=both(n=("H", "W"), k=("a", "b")),
    axis_relations=FIT,
)

QUESTION = Question(
    domain=DOMAIN,
    signature="input_gradient(w, upstream, input_shape)",
    reference=input_gradient,
    categories=(
        Category(
            "square",
            1,
            (
                case(float64(2, 2), float64(2, 2), (3, 3)),
                case(float64(3, 3), float64(2, 2), (4, 4)),
            ),
            where=lambda v: plain(v) & (v.H == v.W) & (v.a == v.b),
        ),
        Category(
            "any shape",
            1,
            (
                case(float64(2, 3), float64(3, 2), (4, 4)),
                case(float64(1, 3), float64(2, 1), (2, 3)),
                case(float64(3, 1), float64(1, 4), (3, 4)),
                case(float64(1, 1), float64(2, 3), (2, 3)),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), int64(2, 2), (3, 3)),
            case(float32(2, 2), float32(2, 2), (3, 3)),
            case(int64(2, 2), eighths(1, 2), (2, 3)),
            case(eighths(2, 2), int64(2, 1), (3, 2)),
        ),
    ),
    ladder=INPUT_GRADIENT,
    moderate=case(float64(5, 5), float64(44, 44), (48, 48)),
    misconceptions=MISCONCEPTIONS,
    hint="Change one pixel of the input by 1. Which outputs change, and by how much?",
    linear=("w", "upstream"),
    output="gradient",
)
