"""Mistakes people make when they write convolution as a matrix."""

import numpy as np

from convtranspose.convolution import rotate180
from convtranspose.matrix import apply_matrix, convolution_matrix, count_multiplications

from .common import flattened, transposed_result, truncated, typed_like_first
from .model import Misconception


def _sizes(w, input_shape, stride):
    return [(n - k) // stride + 1 for n, k in zip(input_shape, w.shape, strict=True)]


def _place(where, output=None):
    """C with each weight at a column of another choosing: where(i, j, u, v, (H, W), w.shape, stride)."""

    def answer(w, input_shape, stride=1):
        rows, columns = (output or _sizes)(w, input_shape, stride)
        C = np.zeros((rows, columns, input_shape[0] * input_shape[1]))
        for i, j, u, v in np.ndindex(rows, columns, *w.shape):
            column = where(i, j, u, v, input_shape, w.shape, stride)
            if 0 <= column < C.shape[2]:
                C[i, j, column] = w[u, v]
        return C.reshape(rows * columns, -1)

    return answer


def _column_major_rows(w, input_shape, stride=1):
    C = convolution_matrix(w, input_shape, stride)
    return C.reshape(*_sizes(w, input_shape, stride), -1).swapaxes(0, 1).reshape(C.shape)


def _column_major_columns(w, input_shape, stride=1):
    C = convolution_matrix(w, input_shape, stride)
    return C.reshape(-1, *input_shape).swapaxes(1, 2).reshape(C.shape)


def _both_column_major(w, input_shape, stride=1):
    C = convolution_matrix(w, input_shape, stride)
    rows, columns = _sizes(w, input_shape, stride)
    return C.reshape(rows, columns, *input_shape).transpose(1, 0, 3, 2).reshape(C.shape)


def _one_axis(rows, columns):
    def answer(w, input_shape, stride=1):
        C = convolution_matrix(w, input_shape)
        full = _sizes(w, input_shape, 1)
        return C.reshape(*full, -1)[:: stride if rows else 1, :: stride if columns else 1].reshape(-1, C.shape[1])

    return answer


CONVOLUTION_MATRIX = (
    Misconception(
        "the kernel is rotated by 180°",
        "This matrix belongs to the true convolution. Here the kernel lies on the image as it is (cross-correlation).",
        lambda w, input_shape, stride=1: convolution_matrix(rotate180(w), input_shape, stride),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "You use `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda w, input_shape, stride=1: convolution_matrix(w.T, input_shape, stride),
    ),
    Misconception(
        "the matrix is transposed",
        "One row of C belongs to one output, one column to one input pixel. Yours has them the other way round.",
        lambda w, input_shape, stride=1: convolution_matrix(w, input_shape, stride).T,
    ),
    Misconception(
        "the outputs are counted column by column",
        "The rows of C stand in the wrong order. Count outputs row by row: output (i, j) has number i · columns + j.",
        _column_major_rows,
    ),
    Misconception(
        "the pixels are counted column by column",
        "The columns of C stand in the wrong order. Count pixels row by row: pixel (m, n) has number m · W + n.",
        _column_major_columns,
    ),
    Misconception(
        "outputs and pixels are counted column by column",
        "Rows and columns of C both stand in the wrong order. Count row by row, as `ravel()` does.",
        _both_column_major,
    ),
    Misconception(
        "the stride is ignored",
        "There is a row for every position. With stride s, only every s-th row and column of positions counts.",
        lambda w, input_shape, stride=1: convolution_matrix(w, input_shape),
    ),
    Misconception(
        "the stride is used for the rows only",
        "The window jumps down, but not to the right. The stride holds for both axes.",
        _one_axis(True, False),
    ),
    Misconception(
        "the stride is used for the columns only",
        "The window jumps to the right, but not down. The stride holds for both axes.",
        _one_axis(False, True),
    ),
    Misconception(
        "the right shape, but the window moves one by one",
        "There are as many rows as the stride asks for, but each window starts next to the last, not s further on.",
        _place(lambda i, j, u, v, n, k, s: (i + u) * n[1] + j + v),
    ),
    Misconception(
        "the kernel's weights stand side by side",
        "The next row of the kernel lies one image row further on: W columns further in C, not right behind.",
        _place(lambda i, j, u, v, n, k, s: i * s * n[1] + j * s + u * k[1] + v),
    ),
    Misconception(
        "each row is the row before, moved on by one",
        "At the end of an image row the window jumps to the next row. Moving on by one there wraps it round the edge.",
        _place(lambda i, j, u, v, n, k, s: (i * ((n[1] - k[1]) // s + 1) + j) * s + u * n[1] + v),
    ),
    Misconception(
        "rows counted with the image's height",
        "Pixel (m, n) has number m · W + n, with W the width of the image. You multiply by its height.",
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
        "ones in place of the weights",
        "The ones stand where the weights belong: put `w[u, v]` there.",
        lambda w, input_shape, stride=1: convolution_matrix(np.ones_like(w), input_shape, stride),
    ),
    truncated(convolution_matrix),
)


APPLY_MATRIX = (
    Misconception(
        "x is flattened column by column",
        "`flatten` row by row (NumPy's own order): the columns of C count the pixels that way.",
        lambda C, x, output_shape: (C @ x.T.ravel()).reshape(output_shape),
    ),
    Misconception(
        "the result is filled column by column",
        "The numbers are right, their places are not: fill the output row by row, as `reshape` does by itself.",
        lambda C, x, output_shape: (C @ x.ravel()).reshape(output_shape, order="F"),
    ),
    Misconception(
        "flattened and filled column by column",
        "Both x and the output are read column by column. The rows and columns of C count row by row.",
        lambda C, x, output_shape: (C @ x.T.ravel()).reshape(output_shape, order="F"),
    ),
    Misconception(
        "the output has its two sizes exchanged",
        "The shape of the result is `output_shape` itself: (rows, columns).",
        lambda C, x, output_shape: (C @ x.ravel()).reshape(output_shape[::-1]),
    ),
    Misconception(
        "the result is a single column",
        "The result is still a column vector: give it `output_shape`.",
        lambda C, x, output_shape: C @ x.reshape(-1, 1),
    ),
    Misconception(
        "the rows of C are added up without x",
        "Each entry of C meets a pixel of x: multiply before you add.",
        lambda C, x, output_shape: C.sum(axis=1).reshape(output_shape),
    ),
    Misconception(
        "the mean instead of the sum",
        "A matrix product adds the products up; it does not average them.",
        lambda C, x, output_shape: (C @ x.ravel() / x.size).reshape(output_shape),
    ),
    flattened(apply_matrix),
    transposed_result(apply_matrix),
    truncated(apply_matrix),
    typed_like_first(apply_matrix, "x"),
)


def _outputs(input_shape, kernel_shape, stride):
    return [(n - k) // stride + 1 for n, k in zip(input_shape, kernel_shape, strict=True)]


def _counts(outputs, dense=None, useful=None):
    """(dense, useful) from another count of outputs, or from other products."""

    def answer(input_shape, kernel_shape, stride):
        m = int(np.prod(outputs(input_shape, kernel_shape, stride)))
        inputs, taps = int(np.prod(input_shape)), int(np.prod(kernel_shape))
        return (dense or (lambda m, n, k: m * n))(m, inputs, taps), (useful or (lambda m, n, k: m * k))(m, inputs, taps)

    return answer


COUNT_MULTIPLICATIONS = (
    Misconception(
        "the two counts are exchanged",
        "The dense count comes first: every entry of C, zeros too. Then the useful ones.",
        lambda *args: count_multiplications(*args)[::-1],
    ),
    Misconception(
        "the stride is ignored",
        "With stride s there are fewer outputs: (n − k) // s + 1 on each axis.",
        lambda input_shape, kernel_shape, stride: count_multiplications(input_shape, kernel_shape, 1),
    ),
    Misconception(
        "as many outputs as pixels",
        "The window must fit into the image, so there are fewer outputs than pixels.",
        _counts(lambda n, k, s: n),
    ),
    Misconception(
        "one output too few on each axis",
        "Count the first position too: an axis has (n − k) // s + 1 of them.",
        _counts(lambda n, k, s: [(a - b) // s for a, b in zip(n, k, strict=True)]),
    ),
    Misconception(
        "rounded up instead of down",
        "A window that hangs over the edge does not count: round down.",
        _counts(lambda n, k, s: [-((b - a) // s) + 1 for a, b in zip(n, k, strict=True)]),
    ),
    Misconception(
        "useful counted per pixel, not per output",
        "Each output needs as many useful products as the kernel has weights.",
        _counts(_outputs, useful=lambda m, n, k: n * k),
    ),
    Misconception(
        "useful counted for one output only",
        "Every output needs its own products: multiply by the number of outputs.",
        _counts(_outputs, useful=lambda m, n, k: k),
    ),
    Misconception(
        "dense counted with outputs squared",
        "C has a column for every pixel, not for every output.",
        _counts(_outputs, dense=lambda m, n, k: m * m),
    ),
    Misconception(
        "additions counted as well",
        "Only multiplications are asked for, not the additions between them.",
        _counts(_outputs, lambda m, n, k: m * (2 * n - 1), lambda m, n, k: m * (2 * k - 1)),
    ),
    Misconception(
        "the zeros instead of the useful ones",
        "The second number is how many products meet a weight, not how many meet a zero.",
        _counts(_outputs, useful=lambda m, n, k: m * (n - k)),
    ),
    Misconception(
        "the stride is used on the first axis only",
        "The stride holds for both axes.",
        _counts(lambda n, k, s: [(n[0] - k[0]) // s + 1, n[1] - k[1] + 1]),
    ),
)
