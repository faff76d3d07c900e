"""conv_transpose2d(x, w, stride=1): copies of w placed `stride` apart and added up."""

import numpy as np

from convtranspose.transposed import conv_transpose2d
from marking.assignments.stride_and_overlap._ladders import CONV_TRANSPOSE2D
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import Misconception, negated, truncated, typed_like_first
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import axis_relations, plain
from marking.questions.usual import ACROSS, SHORT, SIDE, STRIDES, both
from marking.questions.wrong_layers import KERNEL, LOOPS, OVERLAP, SIZE, STRIDE, on_image

MISCONCEPTIONS = (
    *on_image((*KERNEL, *OVERLAP, *STRIDE, *SIZE, *LOOPS)),
    Misconception(
        "copies that never overlap",
        "The copies lie side by side, k apart. They start s apart, and overlap where s is smaller "
        "than k.",
        lambda x, w, stride=1: np.kron(x, w),
    ),
    negated(conv_transpose2d),
    truncated(conv_transpose2d),
    typed_like_first(conv_transpose2d, "w"),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "w": Entries(("a", "b")), "stride": STRIDES},
    {**{n: SHORT for n in "HW"}, **{n: SIDE for n in "ab"}},
    defaults={"stride": 1},
    relations=ACROSS,
    axes=both(n=("H", "W"), k=("a", "b"), s=("stride", "stride")),
    axis_relations=axis_relations("n", "k", "s"),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="conv_transpose2d(x, w, stride=1)",
    reference=conv_transpose2d,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "stride 1",
            1,
            (case(float64(2, 2), float64(3, 3)), case(float64(2, 3), float64(2, 4))),
            where=lambda v: plain(v) & (v.stride == 1),
        ),
        Category(
            "larger strides: overlaps",
            2,
            (
                case(float64(2, 2), float64(4, 4), stride=3),
                case(float64(3, 2), float64(3, 3), stride=2),
                case(float64(2, 4), float64(5, 3), stride=2),
                case(float64(3, 4), float64(4, 4), stride=2),
            ),
            where=lambda v: plain(v) & (v.stride < v.a) & (v.stride < v.b),
        ),
        Category(
            "strides as large as the kernel, or larger",
            1,
            (
                case(float64(2, 3), float64(2, 2), stride=2),
                case(float64(3, 2), float64(2, 1), stride=3),
                case(float64(1, 1), float64(2, 3), stride=4),
                case(float64(2, 2), float64(1, 2), stride=4),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), int64(3, 3), stride=2),
            case(float32(2, 2), float32(3, 3), stride=2),
            case(int64(2, 2), eighths(3, 3), stride=2),
            case(eighths(2, 2), int64(2, 3), stride=1),
        ),
    ),
    ladder=CONV_TRANSPOSE2D,
    moderate=case(float64(32, 32), float64(4, 4), stride=2),
    misconceptions=MISCONCEPTIONS,
    hint="`x[i, j]` places one copy of `w` whose corner lies at row i·stride, column j·stride.",
    linear=("x", "w"),
)
