"""apply_matrix(C, x, output_shape): the image x flattened, multiplied by C, and given a shape."""

from convtranspose.matrix import apply_matrix
from marking.assignments.convolution_matrix._ladders import APPLY_MATRIX
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries, Shape
from marking.questions.mistakes import (
    Misconception,
    flattened,
    transposed_result,
    truncated,
    typed_like_first,
)
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, plain
from marking.questions.usual import SHORT

MISCONCEPTIONS = (
    Misconception(
        "x is flattened column by column",
        "`flatten` row by row (NumPy's own order): the columns of C count the pixels that way.",
        lambda C, x, output_shape: (C @ x.T.ravel()).reshape(output_shape),
    ),
    Misconception(
        "the result is filled column by column",
        "The numbers are right, their places are not: fill the output row by row, as `reshape` "
        "does by itself.",
        lambda C, x, output_shape: (C @ x.ravel()).reshape(output_shape, order="F"),
    ),
    Misconception(
        "flattened and filled column by column",
        "Both x and the output are read column by column. The rows and columns of C count row by "
        "row.",
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
        "the matrix is transposed",
        "You multiply with the transpose of C (`x @ C` does that, too). C stands on the left: each "
        "of its rows meets the image.",
        lambda C, x, output_shape: (C.T @ x.ravel()).reshape(output_shape),
    ),
    Misconception(
        "added up along the wrong axis",
        "You multiply each column of C with a pixel, which is right, and then add up each column. "
        "An output is the sum of a row.",
        lambda C, x, output_shape: (C * x.ravel()).sum(axis=0).reshape(output_shape),
    ),
    Misconception(
        "the rows of C are added up without x",
        "Each entry of C meets a pixel of x: multiply before you add.",
        lambda C, x, output_shape: C.sum(axis=1).reshape(output_shape),
    ),
    Misconception(
        "only the last product is kept",
        "Each product replaces the one before. Add it: `+=`, not `=`.",
        lambda C, x, output_shape: (C[:, -1] * x.ravel()[-1]).reshape(output_shape),
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

DOMAIN = Domain(
    {
        "C": Entries(("outputs", "inputs")),
        "x": Entries(("H", "W")),
        "output_shape": Shape(("R", "Q")),
    },
    {name: SHORT for name in ("H", "W", "R", "Q")},
    derived={"outputs": lambda v: v.R * v.Q, "inputs": lambda v: v.H * v.W},
    written={"R": "rows", "Q": "columns", "outputs": "rows · columns", "inputs": "H · W"},
    relations=(
        Relation("output has the input's shape", lambda v: (v.R == v.H) & (v.Q == v.W)),
        Relation(
            "output has the input's shape, rows and columns exchanged",
            lambda v: (v.R == v.W) & (v.Q == v.H) & (v.H != v.W),
            alone=True,
        ),
        Relation("one output", lambda v: v.R * v.Q == 1),
        Relation("output is one row", lambda v: (v.R == 1) & (v.Q > 1)),
        Relation("output is one column", lambda v: (v.R > 1) & (v.Q == 1)),
        Relation("output is tall", lambda v: (v.R > v.Q) & (v.Q > 1)),
        Relation("output is wide", lambda v: (v.Q > v.R) & (v.R > 1)),
        Relation("output is square", lambda v: (v.Q == v.R) & (v.R > 1)),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="apply_matrix(C, x, output_shape)",
    reference=apply_matrix,
    categories=(
        Category(
            "flatten, multiply, reshape",
            2,
            (
                case(float64(4, 9), float64(3, 3), (2, 2)),
                case(float64(2, 6), float64(2, 3), (1, 2)),
                case(float64(6, 4), float64(2, 2), (2, 3)),
                case(float64(6, 8), float64(4, 2), (3, 2)),
                case(float64(3, 2), float64(1, 2), (3, 1)),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(4, 6), int64(3, 2), (2, 2)),
            case(float32(4, 4), float32(2, 2), (2, 2)),
            case(int64(4, 4), eighths(2, 2), (2, 2)),
            case(eighths(6, 4), int64(2, 2), (3, 2)),
        ),
    ),
    ladder=APPLY_MATRIX,
    moderate=case(float64(196, 256), float64(16, 16), (14, 14)),
    misconceptions=MISCONCEPTIONS,
    hint="Work out `{place}` by hand: which row of C belongs to it, which pixel does each entry of "
    "that row meet, and what becomes of the products?",
    linear=("C", "x"),
)
