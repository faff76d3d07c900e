"""convolve2d_same(x, h): convolution with zero padding, the result as large as the image."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from convtranspose.convolution import convolve2d_same, cross_correlate2d, rotate180
from marking.assignments.rotated_kernel._ladders import CONVOLVE2D_SAME
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import (
    Function,
    Misconception,
    transposed_result,
    truncated,
    typed_like_first,
)
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, plain
from marking.questions.slips import of_small_kernels
from marking.questions.usual import FIT, ODD, both, image


def _full(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    a, b = h.shape
    return cross_correlate2d(np.pad(x, ((a - 1, a - 1), (b - 1, b - 1))), rotate180(h))


def _padded_as(mode: Literal["edge", "wrap"]) -> Function:
    """The right size, with other values than zero outside the image."""

    def answer(x: np.ndarray, h: np.ndarray) -> np.ndarray:
        padded = np.pad(x, ((h.shape[0] // 2,) * 2, (h.shape[1] // 2,) * 2), mode=mode)
        return cross_correlate2d(padded, rotate180(h))

    return answer


def _below_zero(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Pixels above and left of the image at negative indices, which count from the end."""
    around = []
    for n, k in zip(x.shape, h.shape, strict=True):
        places = np.arange(-(k // 2), n + k // 2)
        around.append((np.where(places < 0, places + n, places)[:, None] == np.arange(n)) * 1)
    return cross_correlate2d(around[0] @ x @ around[1].T, rotate180(h))


def _padded_by(rows: Callable[[int, int], int], columns: Callable[[int, int], int]) -> Function:
    """Padding by rows(a, b) and columns(a, b) instead of a // 2 and b // 2, whatever size that
    gives.
    """

    def answer(x: np.ndarray, h: np.ndarray) -> np.ndarray:
        a, b = h.shape
        p, q = rows(a, b), columns(a, b)
        return cross_correlate2d(np.pad(x, ((p, p), (q, q))), rotate180(h))

    return answer


def _cut_from(start: Callable[[int], int]) -> Function:
    """The full result, cut to the image's size from start(k) on, on each axis."""

    def answer(x: np.ndarray, h: np.ndarray) -> np.ndarray:
        i, j = start(h.shape[0]), start(h.shape[1])
        return _full(x, h)[i : i + x.shape[0], j : j + x.shape[1]]

    return answer


def _interior_only(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    y = np.zeros(x.shape)
    p, q = h.shape[0] // 2, h.shape[1] // 2
    inside = slice(p, x.shape[0] - p), slice(q, x.shape[1] - q)
    y[inside] = convolve2d_same(x, h)[inside]
    return y


MISCONCEPTIONS = (
    Misconception(
        "the kernel is not rotated",
        "That is cross-correlation. Convolution rotates the kernel by 180° before it slides.",
        lambda x, h: convolve2d_same(x, rotate180(h)),
    ),
    Misconception(
        "the kernel is only turned upside down",
        "The rows of the kernel are reversed, its columns are not. A rotation by 180° reverses "
        "both.",
        lambda x, h: convolve2d_same(x, h[:, ::-1]),
    ),
    Misconception(
        "the kernel is only mirrored left to right",
        "The columns of the kernel are reversed, its rows are not. A rotation by 180° reverses "
        "both.",
        lambda x, h: convolve2d_same(x, h[::-1]),
    ),
    Misconception(
        "the padding is forgotten",
        "The output is smaller than the image: near the edge the window needs zeros to stand on.",
        _padded_by(lambda a, b: 0, lambda a, b: 0),
    ),
    Misconception(
        "padded by the whole kernel (the full convolution)",
        "The output is larger than the image. For an output as large as the image, pad a // 2 "
        "rows and b // 2 columns.",
        _full,
    ),
    Misconception(
        "always one ring of zeros",
        "One ring of zeros suits a 3 × 3 kernel. For a × b it takes a // 2 rows and b // 2 "
        "columns.",
        _padded_by(lambda a, b: 1, lambda a, b: 1),
    ),
    Misconception(
        "rows and columns of the padding are exchanged",
        "The number of rows to pad follows from the kernel's rows, `h.shape[0]`; columns from "
        "`h.shape[1]`.",
        _padded_by(lambda a, b: b // 2, lambda a, b: a // 2),
    ),
    Misconception(
        "both axes padded by the kernel's rows",
        "The padding of the columns follows from the kernel's number of columns, `h.shape[1]`.",
        _padded_by(lambda a, b: a // 2, lambda a, b: a // 2),
    ),
    Misconception(
        "the edge is repeated instead of zeros",
        "Outside the image you use copies of its edge. Here the outside counts as zero.",
        _padded_as("edge"),
    ),
    Misconception(
        "wrapped round at the edges",
        "Outside the image you use values from the opposite side. Here the outside counts as "
        "zero. (A plain FFT does that: pad before you transform.)",
        _padded_as("wrap"),
    ),
    Misconception(
        "pixels before the first are read at the end",
        "Above and left of the image an index is below 0, and a negative index counts from the "
        "end. Those pixels count as zero, as those beyond the end do.",
        _below_zero,
    ),
    Misconception(
        "not centred: the window starts at the pixel",
        "The right numbers, moved up and left. The kernel's centre, not its corner, lies on the "
        "computed pixel.",
        _cut_from(lambda k: k - 1),
    ),
    Misconception(
        "not centred: the window ends at the pixel",
        "The right numbers, moved down and right. The kernel's centre lies on the pixel that is "
        "computed.",
        _cut_from(lambda k: 0),
    ),
    Misconception(
        "the image is rotated instead of the kernel",
        "Sliding the kernel as it is over a turned image gives the right numbers in the opposite "
        "places. Turn the kernel, and leave the image as it is.",
        lambda x, h: rotate180(convolve2d_same(x, h)),
        same_as=("the result is turned by 180°",),
    ),
    Misconception(
        "the result is turned by 180°",
        "The numbers are right and stand in the opposite places. Turn the kernel, not the result.",
        lambda x, h: rotate180(convolve2d_same(x, h)),
        same_as=("the image is rotated instead of the kernel",),
    ),
    Misconception(
        "the image is rotated as well",
        "Image and kernel are both turned, which gives a turned correlation. Turn the kernel, and "
        "leave the image as it is.",
        lambda x, h: rotate180(convolve2d_same(x, rotate180(h))),
        same_as=("not the kernel is turned, but the result",),
    ),
    Misconception(
        "not the kernel is turned, but the result",
        "That turns a correlation as a whole. Turn the kernel before it slides, and leave the "
        "result as it is.",
        lambda x, h: rotate180(convolve2d_same(x, rotate180(h))),
        same_as=("the image is rotated as well",),
    ),
    Misconception(
        "the kernel is rotated and transposed",
        "After the rotation the kernel's rows and columns are exchanged as well. Only reverse "
        "both axes.",
        lambda x, h: convolve2d_same(x, h.T),
    ),
    Misconception(
        "the mean instead of the sum",
        "Your numbers are smaller by the number of entries of the kernel: add the products, do "
        "not average them.",
        lambda x, h: convolve2d_same(x, h) / h.size,
    ),
    Misconception(
        "edge pixels are left at zero",
        "Pixels whose window hangs over the edge are 0 in your result. They are computed like the "
        "others, with zeros outside.",
        _interior_only,
    ),
    transposed_result(convolve2d_same),
    truncated(convolve2d_same),
    typed_like_first(convolve2d_same, "h"),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "h": Entries(("a", "b"))},
    {**image("H", "W"), "a": ODD, "b": ODD},
    relations=(
        Relation("kernel larger on rows only", lambda v: (v.a > v.H) & (v.b <= v.W)),
        Relation("kernel larger on columns only", lambda v: (v.a <= v.H) & (v.b > v.W)),
        Relation("kernel larger on both", lambda v: (v.a > v.H) & (v.b > v.W)),
    ),
    axes=both(n=("H", "W"), k=("a", "b")),
    axis_relations=(*FIT, Relation("k ≥ 2n", lambda v: v.k >= 2 * v.n)),
)

QUESTION = Question(
    domain=DOMAIN,
    slips=(of_small_kernels("kernels of any odd shape", "h"),),
    signature="convolve2d_same(x, h)",
    reference=convolve2d_same,
    categories=(
        Category(
            "3 × 3 kernels",
            1,
            (case(float64(3, 3), float64(3, 3)), case(float64(4, 5), float64(3, 3))),
            where=lambda v: plain(v) & (v.a == 3) & (v.b == 3) & (v.H >= 3) & (v.W >= 3),
        ),
        Category(
            "kernels of any odd shape",
            1,
            (
                case(float64(4, 3), float64(1, 3)),
                case(float64(3, 4), float64(3, 1)),
                case(float64(6, 5), float64(5, 3)),
                case(float64(2, 3), float64(1, 1)),
            ),
            where=lambda v: plain(v) & (v.a <= v.H) & (v.b <= v.W),
        ),
        Category(
            "kernels larger than the image",
            1,
            (
                case(float64(2, 2), float64(3, 5)),
                case(float64(1, 3), float64(5, 3)),
                case(float64(1, 1), float64(3, 3)),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(3, 3), int64(3, 3)),
            case(float32(3, 3), float32(3, 3)),
            case(int64(3, 3), eighths(3, 3)),
            case(eighths(2, 3), int64(3, 1)),
        ),
    ),
    ladder=CONVOLVE2D_SAME,
    moderate=case(float64(64, 64), float64(5, 5)),
    misconceptions=MISCONCEPTIONS,
    hint="Work out `{place}` by hand: put the rotated kernel's centre on that pixel, zeros "
    "outside.",
    linear=("x", "h"),
)
