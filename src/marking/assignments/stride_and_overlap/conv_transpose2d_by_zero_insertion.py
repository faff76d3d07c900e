"""conv_transpose2d_by_zero_insertion(x, w, stride=1, padding=0): the same by sliding."""

from collections.abc import Callable

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from convtranspose.transposed import (
    conv_transpose2d,
    conv_transpose2d_by_zero_insertion,
    insert_zeros,
)
from marking.assignments.stride_and_overlap._ladders import CONV_TRANSPOSE2D_BY_ZERO_INSERTION
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Entries, Whole
from marking.questions.mistakes import Misconception, negated, truncated, typed_like_first
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, axis_relations, plain
from marking.questions.slips import of_no_padding
from marking.questions.usual import SHORT, SIDE, STRIDES, both
from marking.questions.wrong_layers import KERNEL, LOOPS, PADDING, SIZE, STRIDE, on_image


def _never_cropped(x: np.ndarray, w: np.ndarray, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Padding beyond k − 1 counted as k − 1."""
    a, b = (min(padding, k - 1) for k in w.shape)
    y = conv_transpose2d(x, w, stride)
    return y[a : y.shape[0] - a, b : y.shape[1] - b]


def _slid(x: np.ndarray, w: np.ndarray, stride: int, zeros: Callable[[int], int]) -> np.ndarray:
    """The rotated kernel slid over the spread input with zeros(k) zeros on each side."""
    around = [(zeros(k), zeros(k)) for k in w.shape]
    return cross_correlate2d(np.pad(insert_zeros(x, stride), around), rotate180(w))


MISCONCEPTIONS = (
    *on_image((*KERNEL, *STRIDE, *PADDING, *SIZE, *LOOPS), ("stride", "padding")),
    Misconception(
        "fails where the padding is larger than k − 1",
        "k − 1 − p may be negative. Then there is nothing to pad: crop the spread input by p − (k "
        "− 1) instead.",
        lambda x, w, stride=1, padding=0: (
            conv_transpose2d_by_zero_insertion(x, w, stride, padding)
            if padding < min(w.shape)
            else None
        ),
    ),
    Misconception(
        "nothing is cropped where the padding is larger than k − 1",
        "k − 1 − p may be negative. Taking 0 instead leaves the result too large: crop by p − (k "
        "− 1).",
        _never_cropped,
    ),
    Misconception(
        "no zeros around",
        "The window slides over the spread input alone. It needs k − 1 − p zeros on every side.",
        lambda x, w, stride=1, padding=0: _slid(x, w, stride, lambda k: 0),
    ),
    Misconception(
        "padded where it should be cropped",
        "Where p is larger than k − 1, the spread input is cropped by p − (k − 1). Yours is padded "
        "by as much.",
        lambda x, w, stride=1, padding=0: _slid(x, w, stride, lambda k: abs(k - 1 - padding)),
    ),
    Misconception(
        "the window jumps by the stride",
        "The stride is in the zeros between the samples already: the window itself moves one by "
        "one.",
        lambda x, w, stride=1, padding=0: conv_transpose2d_by_zero_insertion(x, w, stride, padding)[
            ::stride, ::stride
        ],
    ),
    negated(conv_transpose2d_by_zero_insertion),
    truncated(conv_transpose2d_by_zero_insertion),
    typed_like_first(conv_transpose2d_by_zero_insertion, "w"),
)

DOMAIN = Domain(
    {
        "x": Entries(("H", "W")),
        "w": Entries(("a", "b")),
        "stride": STRIDES,
        "padding": Whole(0, 6, (0, 1, 1, 2)),
    },
    {**{n: SHORT for n in "HW"}, **{n: SIDE for n in "ab"}},
    defaults={"stride": 1, "padding": 0},
    rules=(
        Rule(
            "the result has at least one row and one column",
            lambda v: (
                ((v.H - 1) * v.stride + v.a > 2 * v.padding)
                & ((v.W - 1) * v.stride + v.b > 2 * v.padding)
            ),
        ),
    ),
    relations=(
        Relation(
            "p > k − 1 on rows, p < k − 1 on columns",
            lambda v: (v.padding > v.a - 1) & (v.padding < v.b - 1),
        ),
        Relation(
            "p < k − 1 on rows, p > k − 1 on columns",
            lambda v: (v.padding < v.a - 1) & (v.padding > v.b - 1),
        ),
        Relation("padding ≥ 4", lambda v: v.padding >= 4, alone=True),
        Relation("padding ≥ 6", lambda v: v.padding >= 6, alone=True),
        Relation("p > k − 1 on both", lambda v: (v.padding > v.a - 1) & (v.padding > v.b - 1)),
    ),
    axes=both(n=("H", "W"), k=("a", "b"), s=("stride", "stride"), p=("padding", "padding")),
    axis_relations=axis_relations("n", "k", "s", "p"),
)

QUESTION = Question(
    domain=DOMAIN,
    slips=(of_no_padding("padding"),),
    signature="conv_transpose2d_by_zero_insertion(x, w, stride=1, padding=0)",
    reference=conv_transpose2d_by_zero_insertion,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "stride 1, no padding",
            1,
            (case(float64(2, 2), float64(3, 3)), case(float64(2, 3), float64(2, 4))),
            where=lambda v: plain(v) & (v.stride == 1) & (v.padding == 0),
        ),
        Category(
            "larger strides",
            1,
            (
                case(float64(2, 2), float64(4, 4), stride=3),
                case(float64(2, 4), float64(5, 3), stride=2),
                case(float64(2, 3), float64(2, 2), stride=3),
            ),
            where=lambda v: plain(v) & (v.padding == 0),
        ),
        Category(
            "padding",
            1,
            (
                case(float64(2, 3), float64(3, 3), stride=2, padding=1),
                case(float64(3, 4), float64(4, 4), stride=3, padding=1),
                case(float64(3, 3), float64(5, 4), stride=1, padding=2),
            ),
            where=lambda v: plain(v) & (v.padding <= v.a - 1) & (v.padding <= v.b - 1),
        ),
        Category(
            "padding larger than k − 1",
            1,
            (
                case(float64(4, 4), float64(2, 2), stride=2, padding=2),
                case(float64(5, 4), float64(1, 2), stride=2, padding=1),
                case(float64(4, 5), float64(1, 1), stride=3, padding=2),
            ),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(2, 2), int64(3, 3), stride=2),
            case(float32(2, 2), float32(3, 3), stride=2, padding=1),
            case(int64(2, 2), eighths(3, 3), stride=2),
            case(eighths(2, 2), int64(2, 3), stride=1),
        ),
    ),
    ladder=CONV_TRANSPOSE2D_BY_ZERO_INSERTION,
    moderate=case(float64(32, 32), float64(4, 4), stride=2),
    misconceptions=MISCONCEPTIONS,
    hint="Print what each of the three steps gives: the spread and padded input, with k − 1 − p "
    "zeros around the outermost samples (the kernel's rows above and below, its columns at the "
    "sides); the kernel, turned by 180°; and the sums, for which it slides by one place, whatever "
    "the stride is.",
    linear=("x", "w"),
)
