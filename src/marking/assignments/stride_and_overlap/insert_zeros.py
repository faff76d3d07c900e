"""insert_zeros(x, s): s − 1 zeros between neighbouring pixels."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from convtranspose.transposed import insert_zeros
from marking.assignments.stride_and_overlap._ladders import INSERT_ZEROS
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import Function, Misconception, transposed_result, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import axis_relations, plain
from marking.questions.usual import STRIDES, both, image


def _spread(
    rows: Callable[[int], int],
    columns: Callable[[int], int],
    beyond: Literal["", "before", "after"] = "",
) -> Function:
    """Zeros inserted with the steps rows(s) and columns(s), and s − 1 more before or after all."""

    def answer(x: np.ndarray, s: int) -> np.ndarray:
        a, b = rows(s), columns(s)
        spread = np.zeros(((x.shape[0] - 1) * a + 1, (x.shape[1] - 1) * b + 1))
        spread[::a, ::b] = x
        before, after = (s - 1) * (beyond == "before"), (s - 1) * (beyond == "after")
        return np.pad(spread, (before, after))

    return answer


def _s(s: int) -> int:
    return s


MISCONCEPTIONS = (
    Misconception(
        "zeros also after the last sample",
        "The result is s − 1 too large: zeros go between neighbours only, none after the last "
        "sample.",
        _spread(_s, _s, "after"),
    ),
    Misconception(
        "zeros before the first sample",
        "Zeros go between neighbours only, none before the first sample.",
        _spread(_s, _s, "before"),
    ),
    Misconception(
        "s zeros between neighbours",
        "Samples that were 1 apart must be s apart: that leaves room for s − 1 zeros.",
        _spread(lambda s: s + 1, lambda s: s + 1),
    ),
    Misconception(
        "zeros between the rows only",
        "Zeros go between the columns as well.",
        _spread(_s, lambda s: 1),
    ),
    Misconception(
        "zeros between the columns only",
        "Zeros go between the rows as well.",
        _spread(lambda s: 1, _s),
    ),
    Misconception(
        "samples repeated where zeros belong",
        "You repeat each sample (nearest neighbour). Between the samples there are zeros.",
        lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1)[
            : (x.shape[0] - 1) * s + 1, : (x.shape[1] - 1) * s + 1
        ],
    ),
    Misconception(
        "every sample becomes an s × s block",
        "That is nearest-neighbour enlargement. Between the samples there are zeros, and none "
        "after the last.",
        lambda x, s: np.kron(x, np.ones((s, s))),
    ),
    Misconception("nothing is inserted", "The result is x itself, whatever s is.", lambda x, s: x),
    Misconception(
        "always one zero",
        "There is one zero between neighbours whatever s is: there should be s − 1.",
        _spread(lambda s: 2, lambda s: 2),
    ),
    Misconception(
        "every s-th sample is kept",
        "You take samples away. Inserting zeros makes the image larger.",
        lambda x, s: x[::s, ::s],
    ),
    transposed_result(insert_zeros),
    truncated(insert_zeros),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "s": STRIDES},
    image("H", "W"),
    axes=both(n=("H", "W"), s=("s", "s")),
    axis_relations=axis_relations("n", "s"),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="insert_zeros(x, s)",
    reference=insert_zeros,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "zeros between neighbours",
            1,
            (
                case(float64(2, 2), 2),
                case(float64(2, 3), 3),
                case(float64(3, 2), 2),
                case(float64(1, 4), 4),
            ),
            where=lambda v: plain(v) & (v.s > 1) & (v.H * v.W > 1),
        ),
        kinds_of_numbers(
            case(float64(2, 3), 1),
            case(float64(1, 1), 3),
            case(int64(2, 3), 2),
            case(float32(2, 2), 3),
            case(eighths(2, 1), 2),
            name="s = 1, one pixel; whole numbers, fractions, float32; arguments left alone",
        ),
    ),
    ladder=INSERT_ZEROS,
    moderate=case(float64(100, 100), 3),
    misconceptions=MISCONCEPTIONS,
    hint="Where does `x[i, j]` go? Row i·s, column j·s.",
    linear=("x",),
)
