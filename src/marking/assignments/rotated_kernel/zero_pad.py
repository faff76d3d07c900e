"""zero_pad(x, p): an image with p rows and columns of zeros on every side."""

import numpy as np

from convtranspose.convolution import zero_pad
from marking.assignments.rotated_kernel._ladders import ZERO_PAD
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries, Whole
from marking.questions.mistakes import Function, Misconception, transposed_result, truncated
from marking.questions.model import KINDS_OF_NUMBERS, Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, axis_relations, plain
from marking.questions.usual import both, image


def _padded_on(before: int, after: int) -> Function:
    """Padding `before` times p at the start of each axis and `after` times p at its end."""
    return lambda x, p: np.pad(x, ((before * p, after * p),) * 2)


def _square_only(x: np.ndarray, p: int) -> np.ndarray:
    n = x.shape[0]
    y = np.zeros((n + 2 * p, n + 2 * p))
    y[p : p + n, p : p + n] = x
    return y


def _to_minus_p(x: np.ndarray, p: int) -> np.ndarray:
    y = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    y[p:-p, p:-p] = x
    return y


def _between(x: np.ndarray, p: int) -> np.ndarray:
    y = np.zeros(((x.shape[0] - 1) * (p + 1) + 1, (x.shape[1] - 1) * (p + 1) + 1))
    y[:: p + 1, :: p + 1] = x
    return y


MISCONCEPTIONS = (
    Misconception(
        "nothing is padded",
        "The result is the input itself; p zeros belong on each side.",
        lambda x, p: x,
    ),
    Misconception(
        "padded at the top and left only",
        "There are zeros above and to the left, none below and to the right. All four sides get p.",
        _padded_on(1, 0),
    ),
    Misconception(
        "padded at the bottom and right only",
        "There are zeros below and to the right, none above and to the left. All four sides get p.",
        _padded_on(0, 1),
    ),
    Misconception(
        "all the padding at one end",
        "The shape is right, but the image sits in the top-left corner. It belongs in the middle: "
        "p rows down, p columns right.",
        _padded_on(0, 2),
    ),
    Misconception(
        "all the padding at the start",
        "The shape is right, but the image sits in the bottom-right corner. It belongs in the "
        "middle.",
        _padded_on(2, 0),
    ),
    Misconception(
        "p zeros shared between two sides",
        "p counts the zeros on each side, so an axis grows by 2p.",
        lambda x, p: np.pad(x, ((p // 2, p - p // 2),) * 2),
    ),
    Misconception(
        "2p zeros on every side",
        "p zeros belong on each side, so an axis grows by 2p, not by 4p.",
        lambda x, p: np.pad(x, 2 * p),
    ),
    Misconception(
        "rows padded, columns not",
        "There are zeros above and below, but none to the left and right.",
        lambda x, p: np.pad(x, ((p, p), (0, 0))),
    ),
    Misconception(
        "columns padded, rows not",
        "There are zeros to the left and right, but none above and below.",
        lambda x, p: np.pad(x, ((0, 0), (p, p))),
    ),
    Misconception(
        "the edge is repeated instead of zeros",
        "The border holds copies of the image's edge. Zero padding puts 0 there.",
        lambda x, p: np.pad(x, p, mode="edge"),
    ),
    Misconception(
        "padded with ones",
        "The border holds ones. Zero padding puts 0 there.",
        lambda x, p: np.pad(x, p, constant_values=1),
    ),
    Misconception(
        "wrapped round",
        "The border holds values from the opposite side of the image. Zero padding puts 0 there.",
        lambda x, p: np.pad(x, p, mode="wrap"),
    ),
    Misconception(
        "always one ring of zeros",
        "There is one ring of zeros whatever p says.",
        lambda x, p: np.pad(x, 1),
    ),
    Misconception(
        "zeros between the entries",
        "The zeros stand between the pixels. Padding surrounds the image and leaves its pixels "
        "side by side.",
        _between,
    ),
    Misconception(
        "rows and columns taken for equal",
        "This works for square images only: the number of columns is `x.shape[1]`, not "
        "`x.shape[0]`.",
        _square_only,
    ),
    Misconception(
        "the slice ends at −p, which is empty for p = 0",
        "With p = 0 the slice `p:-p` is `0:0`, and nothing fits in. Count the end from the start: "
        "`p:p + rows`.",
        _to_minus_p,
    ),
    transposed_result(zero_pad),
    truncated(zero_pad),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "p": Whole(0, 7, (0, 1, 2, 3), (9, 12))},
    image("H", "W"),
    written={"H": "rows", "W": "columns"},
    axes=both(n=("H", "W"), p=("p", "p")),
    axis_relations=(
        *axis_relations("n", "p"),
        Relation("p ≥ n", lambda v: v.p >= v.n),
        Relation("p = n", lambda v: v.p == v.n),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="zero_pad(x, p)",
    reference=zero_pad,
    categories=(
        Category(
            "a border of p zeros",
            1,
            (
                case(float64(2, 2), 1),
                case(float64(2, 3), 2),
                case(float64(4, 2), 1),
                case(float64(1, 1), 3),
            ),
            where=lambda v: plain(v) & (v.p > 0),
        ),
        kinds_of_numbers(
            case(float64(2, 3), 0),
            case(int64(2, 3), 1),
            case(float32(1, 3), 2),
            case(eighths(2, 1), 1),
            name="p = 0; " + KINDS_OF_NUMBERS,
        ),
    ),
    ladder=ZERO_PAD,
    moderate=case(float64(200, 200), 3),
    misconceptions=MISCONCEPTIONS,
    hint="Draw the padded array: how many rows and columns has it, and in which of them does "
    "`x[0, 0]` stand?",
    linear=("x",),
)
