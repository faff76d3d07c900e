"""cross_correlate2d(x, h): valid cross-correlation, the kernel as it is, nothing padded."""

from collections.abc import Callable

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from marking.assignments.rotated_kernel._ladders import CROSS_CORRELATE2D
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
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
from marking.questions.relations import plain
from marking.questions.usual import FIT, FITS, both, image


def _slide(combine: Callable[[np.ndarray, np.ndarray], float]) -> Function:
    """Valid windows combined in another way: combine(window, h) gives one number."""

    def answer(x: np.ndarray, h: np.ndarray) -> np.ndarray:
        a, b = h.shape
        rows, columns = x.shape[0] - a + 1, x.shape[1] - b + 1
        return np.array(
            [[combine(x[i : i + a, j : j + b], h) for j in range(columns)] for i in range(rows)],
            float,
        ).reshape(rows, columns)

    return answer


def _padded_all_round(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    a, b = h.shape
    return cross_correlate2d(np.pad(x, ((a - 1, a - 1), (b - 1, b - 1))), h)


def _same_size(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    a, b = h.shape
    return cross_correlate2d(np.pad(x, (((a - 1) // 2, a // 2), ((b - 1) // 2, b // 2))), h)


def _same_size_late(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    a, b = h.shape
    return cross_correlate2d(np.pad(x, ((a // 2, (a - 1) // 2), (b // 2, (b - 1) // 2))), h)


def _in_the_image(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    y, valid = np.zeros(x.shape), cross_correlate2d(x, h)
    y[: valid.shape[0], : valid.shape[1]] = valid
    return y


def _last_outputs_zero(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    y = cross_correlate2d(x, h)
    y[-1], y[:, -1] = 0, 0
    return y


def _kernel_square(x: np.ndarray, h: np.ndarray) -> np.ndarray:
    a = h.shape[0]
    y = np.empty((x.shape[0] - a + 1, x.shape[1] - a + 1))
    for i, j in np.ndindex(y.shape):
        y[i, j] = np.sum(x[i : i + a, j : j + a] * h)
    return y


MISCONCEPTIONS = (
    Misconception(
        "the kernel is rotated by 180°",
        "That is convolution. Cross-correlation lays the kernel on the image as it is.",
        lambda x, h: cross_correlate2d(x, rotate180(h)),
    ),
    Misconception(
        "the kernel is turned upside down",
        "Look at the row index into `h`: it must run the same way as the row index into the "
        "window.",
        lambda x, h: cross_correlate2d(x, h[::-1]),
    ),
    Misconception(
        "the kernel is mirrored left to right",
        "Look at the column index into `h`: it must run the same way as the column index into the "
        "window.",
        lambda x, h: cross_correlate2d(x, h[:, ::-1]),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "The first index of `h` is the row. You multiply with `h[v, u]`, where `h[u, v]` belongs.",
        lambda x, h: cross_correlate2d(x, h.T),
    ),
    Misconception(
        "the last window is left out",
        "The output is one row and one column too small. A window of a rows fits at H − a + 1 "
        "positions: count them.",
        lambda x, h: cross_correlate2d(x, h)[:-1, :-1],
    ),
    Misconception(
        "one window too many",
        "The output is one row and one column too large: the last window hangs over the edge.",
        lambda x, h: cross_correlate2d(np.pad(x, ((0, 1), (0, 1))), h),
    ),
    Misconception(
        "padded to the size of the image",
        "The output is as large as the image. Here nothing is padded: the window stays inside.",
        _same_size,
    ),
    Misconception(
        "padded to the size of the image, one place further",
        "The result is as large as the image. Nothing is padded here: the window stays inside, and "
        "the result is smaller.",
        _same_size_late,
    ),
    Misconception(
        "the result has the image's shape",
        "The numbers are right, in an array that is too large for them: the result has H − a + 1 "
        "rows and W − b + 1 columns.",
        _in_the_image,
    ),
    Misconception(
        "the last row and column of the result stay 0",
        "The result has the right size, but the loops over it stop one short: a loop over its rows "
        "is `range(H - a + 1)`.",
        _last_outputs_zero,
    ),
    Misconception(
        "padded all round (the full correlation)",
        "The output is larger than the image. Here nothing is padded: the window stays inside.",
        _padded_all_round,
    ),
    Misconception(
        "the window jumps by the kernel's size",
        "The windows do not overlap. Move on by one row or column at a time.",
        lambda x, h: cross_correlate2d(x, h)[:: h.shape[0], :: h.shape[1]],
    ),
    Misconception(
        "the mean instead of the sum",
        "Your numbers are smaller by the number of entries of the kernel: add the products, do "
        "not average them.",
        _slide(lambda window, h: np.mean(window * h)),
    ),
    Misconception(
        "the largest product instead of the sum",
        "You keep the largest product of each window. Add all of them.",
        _slide(lambda window, h: np.max(window * h)),
    ),
    Misconception(
        "only the last product is kept",
        "Each product replaces the one before. Add it: `+=`, not `=`.",
        _slide(lambda window, h: window[-1, -1] * h[-1, -1]),
    ),
    Misconception(
        "sums of window and kernel multiplied",
        "You multiply two sums. Multiply entry by entry first, then add up.",
        _slide(lambda window, h: window.sum() * h.sum()),
    ),
    Misconception(
        "added instead of multiplied",
        "You add the kernel to the window. Multiply entry by entry, then sum the products.",
        _slide(lambda window, h: np.sum(window + h)),
    ),
    Misconception(
        "the window's plain sum",
        "The kernel's values play no part. Multiply entry by entry before you add.",
        _slide(lambda window, h: window.sum()),
    ),
    Misconception(
        "a matrix product in place of the element-wise one",
        "`@` and `np.dot` multiply rows by columns. Here each pixel meets the kernel entry on top "
        "of it: `*`.",
        _slide(lambda window, h: np.sum(window @ h.T)),
    ),
    Misconception(
        "the matrix product of window and kernel",
        "`@` and `np.dot` multiply rows by columns. Here each pixel meets the kernel entry on top "
        "of it: `*`.",
        _slide(lambda window, h: np.sum(window @ h)),
    ),
    Misconception(
        "the sum goes on from window to window",
        "Every window has a sum of its own: set it to 0 before each, inside the loops.",
        lambda x, h: np.cumsum(cross_correlate2d(x, h)).reshape(cross_correlate2d(x, h).shape),
    ),
    Misconception(
        "the kernel's last row and column are left out",
        "The loops over the kernel stop one short: `range(a)` already ends at a − 1.",
        lambda x, h: cross_correlate2d(x, np.pad(h[:-1, :-1], ((0, 1), (0, 1)))),
    ),
    Misconception(
        "the kernel taken for square",
        "This works for square kernels only: the window is `h.shape[0]` rows by `h.shape[1]` "
        "columns.",
        _kernel_square,
    ),
    Misconception(
        "the image's rows and columns are exchanged",
        "The first index of `x` is the row. The window is read at `x[j + v, i + u]`.",
        lambda x, h: (
            cross_correlate2d(x.T, h) if min(np.subtract(x.T.shape, h.shape)) >= 0 else None
        ),
    ),
    negated(cross_correlate2d),
    transposed_result(cross_correlate2d),
    truncated(cross_correlate2d),
    typed_like_first(cross_correlate2d, "h"),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "h": Entries(("a", "b"))},
    image("H", "W", "a", "b"),
    rules=FITS,
    axes=both(n=("H", "W"), k=("a", "b")),
    axis_relations=FIT,
)

QUESTION = Question(
    domain=DOMAIN,
    signature="cross_correlate2d(x, h)",
    reference=cross_correlate2d,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "square kernels",
            1,
            (case(float64(3, 3), float64(2, 2)), case(float64(4, 5), float64(3, 3))),
            where=lambda v: plain(v) & (v.a == v.b) & (v.a > 1),
        ),
        Category(
            "any shape of image and kernel",
            1,
            (
                case(float64(3, 4), float64(2, 3)),
                case(float64(5, 4), float64(1, 3)),
                case(float64(4, 5), float64(3, 1)),
                case(float64(2, 3), float64(2, 3)),
                case(float64(1, 4), float64(1, 2)),
                case(float64(3, 2), float64(1, 1)),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(3, 3), int64(2, 2)),
            case(float32(3, 3), float32(2, 2)),
            case(int64(3, 3), eighths(2, 2)),
            case(eighths(2, 3), int64(1, 2)),
        ),
    ),
    ladder=CROSS_CORRELATE2D,
    moderate=case(float64(64, 64), float64(5, 5)),
    misconceptions=MISCONCEPTIONS,
    hint="Work out `{place}` by hand: which pixels lie under the kernel, and which entry does "
    "each of them meet?",
    linear=("x", "h"),
)
