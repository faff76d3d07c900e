"""transpose_by_placing(x, w): a copy of w for every number of x, added up."""

import numpy as np

from convtranspose.convolution import cross_correlate2d
from convtranspose.transposed import transpose_by_placing
from marking.assignments.transposed_convolution._ladders import TRANSPOSE_BY_PLACING
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import Misconception, negated, truncated, typed_like_first
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain
from marking.questions.usual import FIT, both, image
from marking.questions.wrong_layers import KERNEL, LOOPS, OVERLAP, SIZE, on_image

MISCONCEPTIONS = (
    *on_image((*KERNEL, *OVERLAP, *SIZE[:2], SIZE[3], *LOOPS), ()),
    Misconception(
        "cropped to the size of x",
        "The result is as large as x: the border is missing. Every copy of the kernel counts as a "
        "whole.",
        lambda x, w: transpose_by_placing(x, w)[: x.shape[0], : x.shape[1]],
    ),
    Misconception(
        "only where the kernel fits into x",
        "That is the forward direction: it makes the image smaller. Placing makes it larger, by k "
        "− 1.",
        lambda x, w: cross_correlate2d(x, w),
    ),
    Misconception(
        "copies that do not overlap",
        "The copies lie side by side, as far apart as the kernel is large. At stride 1 they start "
        "one step apart.",
        lambda x, w: np.kron(x, w),
    ),
    negated(transpose_by_placing),
    truncated(transpose_by_placing),
    typed_like_first(transpose_by_placing, "w"),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "w": Entries(("a", "b"))},
    image("H", "W", "a", "b"),
    axes=both(n=("H", "W"), k=("a", "b")),
    axis_relations=FIT,
)

QUESTION = Question(
    domain=DOMAIN,
    signature="transpose_by_placing(x, w)",
    reference=transpose_by_placing,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "square",
            1,
            (case(float64(2, 2), float64(2, 2)), case(float64(2, 2), float64(3, 3))),
            where=lambda v: plain(v) & (v.H == v.W) & (v.a == v.b),
        ),
        Category(
            "any shape",
            1,
            (
                case(float64(2, 3), float64(3, 2)),
                case(float64(3, 1), float64(1, 3)),
                case(float64(1, 4), float64(2, 1)),
                case(float64(4, 3), float64(2, 3)),
                case(float64(1, 1), float64(2, 3)),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), int64(2, 2)),
            case(float32(2, 2), float32(2, 2)),
            case(int64(2, 2), eighths(2, 2)),
            case(eighths(2, 1), int64(2, 2)),
        ),
    ),
    ladder=TRANSPOSE_BY_PLACING,
    moderate=case(float64(48, 48), float64(5, 5)),
    misconceptions=MISCONCEPTIONS,
    hint="Start with a 1 × 1 input: the result is the kernel times that number. Where does the "
    "copy that belongs to a second number begin?",
    linear=("x", "w"),
)
