"""rotate180(h): a kernel turned by 180 degrees."""

import numpy as np

from convtranspose.convolution import rotate180
from marking.assignments.rotated_kernel._ladders import ROTATE180
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import Misconception, negated, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain
from marking.questions.usual import image


def _as_if_square(h: np.ndarray) -> np.ndarray:
    y = np.zeros(h.shape)
    for i, j in np.ndindex(len(h), len(h)):
        y[i, j] = h[-1 - i, -1 - j]
    return y


MISCONCEPTIONS = (
    Misconception(
        "the kernel is not turned at all",
        "The numbers stand where they stood. The last row must come first, and in every row the "
        "last entry first. (If you exchange entries pair by pair: each pair once. The second time "
        "puts them back.)",
        lambda h: h,
    ),
    Misconception(
        "only turned upside down",
        "The rows are in the right order, but within each row the entries are not reversed. "
        "Reverse both axes.",
        lambda h: h[::-1],
    ),
    Misconception(
        "only mirrored left to right",
        "Each row is reversed, but the rows themselves keep their order. Reverse both axes.",
        lambda h: h[:, ::-1],
    ),
    Misconception(
        "transposed instead of turned",
        "Rows have become columns. A rotation by 180° keeps the shape: entry [0, 0] goes to the "
        "opposite corner.",
        lambda h: h.T,
    ),
    Misconception(
        "turned and transposed",
        "The corner is right, but rows and columns are exchanged as well. Reverse both axes and "
        "do nothing else.",
        lambda h: rotate180(h).T,
    ),
    Misconception(
        "rows and columns taken for equal",
        "This works for square kernels only: rows are counted by `h.shape[0]` (or `len(h)`), "
        "columns by `h.shape[1]`.",
        _as_if_square,
    ),
    Misconception(
        "turned by 90° only",
        "That is a quarter turn, anticlockwise. Two of them make 180°.",
        lambda h: np.rot90(h),
    ),
    Misconception(
        "turned by 90° clockwise only",
        "That is a quarter turn, clockwise. Two of them make 180°.",
        lambda h: np.rot90(h, -1),
    ),
    Misconception(
        "off by one: index −u instead of −1 − u",
        "The entries come backwards, but the first row and column stay where they were: index −0 "
        "is 0, the first. Entry u of the result is entry n − 1 − u of the input.",
        lambda h: np.roll(rotate180(h), 1, axis=(0, 1)),
    ),
    Misconception(
        "reversed within each axis' upper half only",
        "Only the first half of the rows is exchanged. Every entry moves to the opposite place, "
        "the lower half too.",
        lambda h: np.concatenate([rotate180(h)[: h.shape[0] // 2], h[h.shape[0] // 2 :]]),
    ),
    negated(rotate180),
    truncated(rotate180),
)

DOMAIN = Domain({"h": Entries(("H", "W"))}, image("H", "W"))

QUESTION = Question(
    domain=DOMAIN,
    signature="rotate180(h)",
    reference=rotate180,
    categories=(
        Category(
            "kernels of any shape",
            1,
            (case(float64(3, 3)), case(float64(2, 3)), case(float64(1, 4)), case(float64(5, 2))),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 3)), case(float32(3, 2)), case(eighths(2, 2)), case(float64(1, 1))
        ),
    ),
    ladder=ROTATE180,
    moderate=case(float64(200, 200)),
    misconceptions=MISCONCEPTIONS,
    hint="Write down which entry of `h` should come to `{place}`, and compare.",
    linear=("h",),
    output="result",
)
