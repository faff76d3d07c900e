"""transpose_by_matrix(y, w, input_shape): Cᵀ y, with C the matrix of correlation with w."""

import numpy as np

from convtranspose.convolution import rotate180
from convtranspose.matrix import convolution_matrix
from convtranspose.transposed import transpose_by_matrix
from marking.assignments.transposed_convolution._ladders import TRANSPOSE_BY_MATRIX
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries, Shape
from marking.questions.mistakes import (
    Misconception,
    flattened,
    negated,
    transposed_result,
    truncated,
)
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain
from marking.questions.usual import FIT, FITS, VALID_OUTPUTS, VALID_SIZES, both, image


def _last_outputs_missing(y: np.ndarray, w: np.ndarray, input_shape: tuple[int, int]) -> np.ndarray:
    rest = y.copy()
    rest[-1], rest[:, -1] = 0, 0
    return transpose_by_matrix(rest, w, input_shape)


def _last_outputs_not_counted(
    y: np.ndarray, w: np.ndarray, input_shape: tuple[int, int]
) -> np.ndarray:
    rows, columns = (n - 1 for n in y.shape)
    rest = np.zeros_like(y)
    rest[:-1, :-1] = y.ravel()[: rows * columns].reshape(rows, columns)
    return transpose_by_matrix(rest, w, input_shape)


def _reshaped(y: np.ndarray, w: np.ndarray, input_shape: tuple[int, int]) -> np.ndarray:
    C = convolution_matrix(w, input_shape)
    return np.asarray((C.reshape(C.shape[::-1]) @ y.ravel()).reshape(input_shape))


_LAST_OUTPUTS = "the last row and column of outputs are left out"
_LAST_OUTPUTS_COUNTED = "the last row and column of outputs are left out, and not counted"

MISCONCEPTIONS = (
    Misconception(
        _LAST_OUTPUTS,
        "The kernel fits at H − a + 1 places from top to bottom, and at W − b + 1 from left to "
        "right: a loop over `range(H - a)` ends one short.",
        _last_outputs_missing,
    ),
    Misconception(
        _LAST_OUTPUTS_COUNTED,
        "The kernel fits at H − a + 1 places from top to bottom, and at W − b + 1 from left to "
        "right: a loop over `range(H - a)` ends one short, and the rows of C do not meet the "
        "outputs that they belong to.",
        _last_outputs_not_counted,
    ),
    Misconception(
        "the kernel is rotated by 180°",
        "The matrix C belongs to the correlation with w as it is. Do not turn w before you build "
        "C.",
        lambda y, w, input_shape: transpose_by_matrix(y, rotate180(w), input_shape),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "You use `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda y, w, input_shape: transpose_by_matrix(y, w.T, input_shape),
    ),
    Misconception(
        "C is inverted instead of transposed",
        "You solve C x = y (a pseudo-inverse). The transpose only exchanges the rows and columns "
        "of C: `C.T`.",
        lambda y, w, input_shape: (
            np.linalg.pinv(convolution_matrix(w, input_shape)) @ y.ravel()
        ).reshape(input_shape),
    ),
    Misconception(
        "C is reshaped instead of transposed",
        "`reshape` leaves the numbers in their order and breaks the rows elsewhere. The transpose "
        "exchanges rows and columns: `C.T`.",
        _reshaped,
    ),
    Misconception(
        "the matrix itself is given back",
        "Cᵀ is right, and asked for is what it makes of y: multiply it with y read row by row, and "
        "give the result the shape `input_shape`.",
        lambda y, w, input_shape: convolution_matrix(w, input_shape).T,
    ),
    Misconception(
        "y is flattened column by column",
        "The columns of Cᵀ count outputs row by row: flatten y in that order, as `ravel()` does.",
        lambda y, w, input_shape: (convolution_matrix(w, input_shape).T @ y.T.ravel()).reshape(
            input_shape
        ),
    ),
    Misconception(
        "the result is filled column by column",
        "The rows of Cᵀ count pixels row by row: fill the image in that order, as `reshape` does.",
        lambda y, w, input_shape: (convolution_matrix(w, input_shape).T @ y.ravel()).reshape(
            input_shape, order="F"
        ),
    ),
    Misconception(
        "flattened and filled column by column",
        "Both y and the image are read column by column. C counts row by row.",
        lambda y, w, input_shape: (convolution_matrix(w, input_shape).T @ y.T.ravel()).reshape(
            input_shape, order="F"
        ),
    ),
    Misconception(
        "the two sizes of the result are exchanged",
        "The shape of the result is `input_shape` itself: (rows, columns).",
        lambda y, w, input_shape: transpose_by_matrix(y, w, input_shape).reshape(input_shape[::-1]),
    ),
    Misconception(
        "the result is divided by the number of copies",
        "Where several outputs meet a pixel, their shares add up; nothing is divided.",
        lambda y, w, input_shape: (
            transpose_by_matrix(y, w, input_shape)
            / transpose_by_matrix(np.ones_like(y), np.ones_like(w), input_shape)
        ),
    ),
    flattened(transpose_by_matrix),
    negated(transpose_by_matrix),
    transposed_result(transpose_by_matrix),
    truncated(transpose_by_matrix),
)

DOMAIN = Domain(
    {"y": Entries(("R", "Q")), "w": Entries(("a", "b")), "input_shape": Shape(("H", "W"))},
    image("H", "W", "a", "b"),
    derived=VALID_OUTPUTS,
    written=VALID_SIZES,
    rules=FITS,
    axes=both(n=("H", "W"), k=("a", "b")),
    axis_relations=FIT,
)

QUESTION = Question(
    domain=DOMAIN,
    signature="transpose_by_matrix(y, w, input_shape)",
    reference=transpose_by_matrix,
    categories=(
        Category(
            "square: four values become sixteen",
            1,
            (
                case(float64(2, 2), float64(3, 3), (4, 4)),
                case(float64(2, 2), float64(2, 2), (3, 3)),
            ),
            where=lambda v: plain(v) & (v.H == v.W) & (v.a == v.b),
        ),
        Category(
            "any shape",
            1,
            (
                case(float64(2, 3), float64(2, 2), (3, 4)),
                case(float64(1, 3), float64(3, 2), (3, 4)),
                case(float64(3, 2), float64(1, 3), (3, 4)),
                case(float64(2, 1), float64(1, 1), (2, 1)),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), int64(2, 2), (3, 3)),
            case(float32(2, 2), float32(2, 2), (3, 3)),
            case(eighths(1, 2), eighths(2, 2), (2, 3)),
            case(int64(1, 2), eighths(1, 2), (1, 3)),
        ),
    ),
    ladder=TRANSPOSE_BY_MATRIX,
    moderate=case(float64(14, 14), float64(3, 3), (16, 16)),
    misconceptions=MISCONCEPTIONS,
    hint="Build C for an image of `input_shape` first. How do you get from C to the matrix that "
    "goes back, and what is done with y?",
    linear=("y", "w"),
    output="result",
)
