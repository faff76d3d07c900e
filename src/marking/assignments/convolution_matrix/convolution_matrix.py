"""convolution_matrix(w, input_shape, stride=1): cross-correlation with w as a matrix."""

from collections.abc import Callable

import numpy as np

from convtranspose.convolution import rotate180
from convtranspose.matrix import convolution_matrix
from marking.assignments.convolution_matrix._ladders import CONVOLUTION_MATRIX
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Column, Entries, Shape, Variables
from marking.questions.mistakes import Function, Misconception, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain
from marking.questions.usual import FITS, STRIDED_FIT, STRIDES, both, image, values_of

# where(i, j, u, v, (H, W), w.shape, stride): the column of weight (u, v) in output (i, j)'s row
Where = Callable[[int, int, int, int, tuple[int, int], tuple[int, ...], int], int]
# sizes(w, (H, W), stride): how many outputs each axis has
Sizes = Callable[[np.ndarray, tuple[int, int], int], list[int]]


def _sizes(w: np.ndarray, input_shape: tuple[int, int], stride: int) -> list[int]:
    return [(n - k) // stride + 1 for n, k in zip(input_shape, w.shape, strict=True)]


def _place(where: Where, sizes: Sizes = _sizes) -> Function:
    """C with each weight in another column, or with another number of outputs."""

    def answer(w: np.ndarray, input_shape: tuple[int, int], stride: int = 1) -> np.ndarray:
        rows, columns = sizes(w, input_shape, stride)
        C = np.zeros((rows, columns, input_shape[0] * input_shape[1]))
        for i, j, u, v in np.ndindex(rows, columns, *w.shape):
            column = where(i, j, u, v, input_shape, w.shape, stride)
            if 0 <= column < C.shape[2]:
                C[i, j, column] = w[u, v]
        return C.reshape(rows * columns, -1)

    return answer


def _column_major_rows(w: np.ndarray, input_shape: tuple[int, int], stride: int = 1) -> np.ndarray:
    C = convolution_matrix(w, input_shape, stride)
    return C.reshape(*_sizes(w, input_shape, stride), -1).swapaxes(0, 1).reshape(C.shape)


def _column_major_columns(
    w: np.ndarray, input_shape: tuple[int, int], stride: int = 1
) -> np.ndarray:
    C = convolution_matrix(w, input_shape, stride)
    return C.reshape(-1, *input_shape).swapaxes(1, 2).reshape(C.shape)


def _both_column_major(w: np.ndarray, input_shape: tuple[int, int], stride: int = 1) -> np.ndarray:
    C = convolution_matrix(w, input_shape, stride)
    rows, columns = _sizes(w, input_shape, stride)
    return C.reshape(rows, columns, *input_shape).transpose(1, 0, 3, 2).reshape(C.shape)


def _stride_on(rows: bool, columns: bool) -> Function:
    """The stride used for the rows or the columns of positions only."""

    def answer(w: np.ndarray, input_shape: tuple[int, int], stride: int = 1) -> np.ndarray:
        C = convolution_matrix(w, input_shape)
        positions = C.reshape(*_sizes(w, input_shape, 1), -1)
        kept = positions[:: stride if rows else 1, :: stride if columns else 1]
        return kept.reshape(-1, C.shape[1])

    return answer


def _last_row_everywhere(
    w: np.ndarray, input_shape: tuple[int, int], stride: int = 1
) -> np.ndarray:
    C = convolution_matrix(w, input_shape, stride)
    return np.broadcast_to(C[-1], C.shape).copy()


MISCONCEPTIONS = (
    Misconception(
        "the kernel is rotated by 180°",
        "This matrix belongs to the true convolution. Here the kernel lies on the image as it is "
        "(cross-correlation).",
        lambda w, input_shape, stride=1: convolution_matrix(rotate180(w), input_shape, stride),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "You use `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda w, input_shape, stride=1: convolution_matrix(w.T, input_shape, stride),
    ),
    Misconception(
        "the matrix is transposed",
        "One row of C belongs to one output, one column to one input pixel. Yours has them the "
        "other way round.",
        lambda w, input_shape, stride=1: convolution_matrix(w, input_shape, stride).T,
    ),
    Misconception(
        "the outputs are counted column by column",
        "The rows of C stand in the wrong order. Count outputs row by row: output (i, j) has "
        "number i · columns + j.",
        _column_major_rows,
    ),
    Misconception(
        "the pixels are counted column by column",
        "The columns of C stand in the wrong order. Count pixels row by row: pixel (m, n) has "
        "number m · W + n.",
        _column_major_columns,
    ),
    Misconception(
        "outputs and pixels are counted column by column",
        "Rows and columns of C both stand in the wrong order. Count row by row, as `ravel()` does.",
        _both_column_major,
    ),
    Misconception(
        "the stride is ignored",
        "There is a row for every position. With stride s, only every s-th row and column of "
        "positions counts.",
        lambda w, input_shape, stride=1: convolution_matrix(w, input_shape),
    ),
    Misconception(
        "the stride is used for the rows only",
        "The window jumps down, but not to the right. The stride holds for both axes.",
        _stride_on(rows=True, columns=False),
    ),
    Misconception(
        "the stride is used for the columns only",
        "The window jumps to the right, but not down. The stride holds for both axes.",
        _stride_on(rows=False, columns=True),
    ),
    Misconception(
        "the right shape, but the window moves one by one",
        "There are as many rows as the stride asks for, but each window starts next to the last, "
        "not s further on.",
        _place(lambda i, j, u, v, n, k, s: (i + u) * n[1] + j + v),
    ),
    Misconception(
        "the kernel's weights stand side by side",
        "The next row of the kernel lies one image row further on: W columns further in C, not "
        "right behind.",
        _place(lambda i, j, u, v, n, k, s: i * s * n[1] + j * s + u * k[1] + v),
    ),
    Misconception(
        "each row is the row before, moved on by one",
        "At the end of an image row the window jumps to the next row. Moving on by one there "
        "wraps it round the edge.",
        _place(lambda i, j, u, v, n, k, s: (i * ((n[1] - k[1]) // s + 1) + j) * s + u * n[1] + v),
    ),
    Misconception(
        "rows counted with the image's height",
        "Pixel (m, n) has number m · W + n, with W the width of the image. You multiply by its "
        "height.",
        _place(lambda i, j, u, v, n, k, s: (i * s + u) * n[0] + j * s + v),
    ),
    Misconception(
        "the last position is left out",
        "One position is missing on each axis. An axis of n pixels has (n − k) // s + 1 of them.",
        _place(
            lambda i, j, u, v, n, k, s: (i * s + u) * n[1] + j * s + v,
            lambda w, n, s: [(n[0] - w.shape[0]) // s, (n[1] - w.shape[1]) // s],
        ),
    ),
    Misconception(
        "every row is the last one",
        "All rows are one and the same array, which is written again for every output. Make a new "
        "array of zeros for each, or put a `.copy()` of it into the list.",
        _last_row_everywhere,
    ),
    Misconception(
        "ones in place of the weights",
        "The ones stand where the weights belong: put `w[u, v]` there.",
        lambda w, input_shape, stride=1: convolution_matrix(np.ones_like(w), input_shape, stride),
    ),
    truncated(convolution_matrix),
)


def _outputs(v: Variables) -> Column:
    """The number of rows of C."""
    return np.asarray(((v.H - v.a) // v.stride + 1) * ((v.W - v.b) // v.stride + 1))


DOMAIN = Domain(
    {"w": Entries(("a", "b")), "input_shape": Shape(("H", "W")), "stride": STRIDES},
    image("H", "W", "a", "b"),
    defaults={"stride": 1},
    rules=(
        *FITS,
        # as a list of lists the matrix must still be short enough to be sent
        Rule("", lambda v: _outputs(v) * v.H * v.W <= 2000),
    ),
    axes=both(n=("H", "W"), k=("a", "b"), s=("stride", "stride")),
    axis_relations=STRIDED_FIT,
    relations=values_of("stride", (1, 2, 3), beyond=4),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="convolution_matrix(w, input_shape, stride=1)",
    reference=convolution_matrix,
    categories=(
        Category("shape of the matrix", 1, shape_only=True),
        Category(
            "stride 1, square",
            1,
            (case(float64(2, 2), (3, 3)), case(float64(3, 3), (4, 4))),
            where=lambda v: plain(v) & (v.stride == 1) & (v.H == v.W) & (v.a == v.b),
        ),
        Category(
            "stride 1, any shape",
            1,
            (
                case(float64(2, 3), (3, 5)),
                case(float64(3, 1), (4, 3)),
                case(float64(1, 2), (2, 4)),
                case(float64(2, 2), (2, 2)),
            ),
            where=lambda v: plain(v) & (v.stride == 1),
        ),
        Category(
            "larger strides",
            1,
            (
                case(float64(2, 2), (5, 4), stride=2),
                case(float64(2, 3), (4, 7), stride=2),
                case(float64(1, 2), (5, 9), stride=3),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), (3, 4)),
            case(float32(2, 2), (3, 3), stride=2),
            case(eighths(1, 2), (2, 3)),
        ),
    ),
    ladder=CONVOLUTION_MATRIX,
    moderate=case(float64(3, 3), (16, 16)),
    misconceptions=MISCONCEPTIONS,
    hint="Take one row of C and reshape it to the image: the kernel should lie there, in one "
    "place.",
    linear=("w",),
    output="C",
)
