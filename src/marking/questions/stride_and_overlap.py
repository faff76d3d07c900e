"""Questions of the assignment stride-and-overlap."""

from convtranspose.checkerboard import overlap_count
from convtranspose.geometry import output_size
from convtranspose.transposed import conv_transpose2d, conv_transpose2d_by_zero_insertion, insert_zeros

from ..misconceptions import stride_and_overlap as wrong
from .model import Category, N, Question, case
from .shared import fractions, kinds, narrow, real, whole

QUESTIONS = (
    Question(
        name="output_size",
        assignment="stride-and-overlap",
        signature="output_size(n, k, s, p=0, d=1, op=0)",
        reference=output_size,
        categories=(
            Category(
                "n, k and s",
                1,
                (
                    case(2, 4, 3),
                    case(N(2, 5), N(6, 9), N(2, 4)),
                    case(N(6, 30), N(1, 5), N(1, 4)),
                    case(N(5, 9), 2, N(3, 5)),
                ),
            ),
            Category(
                "padding",
                1,
                (case(N(5, 9), N(3, 4), 2, 1), case(N(9, 20), N(6, 8), N(2, 4), N(2, 3)), case(N(3, 5), 3, 1, p=1)),
            ),
            Category(
                "dilation and output padding; whole numbers",
                1,
                (
                    case(N(3, 5), N(6, 8), N(2, 3), d=N(2, 3)),
                    case(N(3, 9), N(3, 5), 2, 1, 1, 1),
                    case(N(4, 9), N(3, 5), N(3, 4), N(1, 2), N(2, 3), N(1, 2)),
                    case(N(4, 9), N(3, 5), 1, 1, d=3, op=N(1, 2)),
                ),
                manners=True,
            ),
        ),
        misconceptions=wrong.OUTPUT_SIZE,
        hint="Where does the last copy of the kernel start, and how long is it? Then take off what is cropped.",
        answer="integer",
    ),
    Question(
        name="insert_zeros",
        assignment="stride-and-overlap",
        signature="insert_zeros(x, s)",
        reference=insert_zeros,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category(
                "zeros between neighbours",
                1,
                (case(real(2, 2), 2), case(real(2, 3), 3), case(real(3, 2), 2), case(real(1, 4), 4)),
            ),
            kinds(
                case(real(2, 3), 1),
                case(real(1, 1), 3),
                case(whole(2, 3), 2),
                case(narrow(2, 2), 3),
                case(fractions(2, 1), 2),
                name="s = 1, one pixel; whole numbers, fractions, float32; arguments left alone",
            ),
        ),
        misconceptions=wrong.INSERT_ZEROS,
        hint="Where does `x[i, j]` go? Row i·s, column j·s.",
        linear=("x",),
    ),
    Question(
        name="conv_transpose2d",
        assignment="stride-and-overlap",
        signature="conv_transpose2d(x, w, stride=1)",
        reference=conv_transpose2d,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category("stride 1", 1, (case(real(2, 2), real(3, 3)), case(real(2, 3), real(2, 4)))),
            Category(
                "larger strides: overlaps",
                2,
                (
                    case(real(2, 2), real(4, 4), stride=3),
                    case(real(3, 2), real(3, 3), stride=2),
                    case(real(2, 4), real(5, 3), stride=2),
                    case(real(3, 4), real(4, 4), stride=2),
                ),
            ),
            Category(
                "strides as large as the kernel, or larger",
                1,
                (
                    case(real(2, 3), real(2, 2), stride=2),
                    case(real(3, 2), real(2, 1), stride=3),
                    case(real(1, 1), real(2, 3), stride=4),
                    case(real(2, 2), real(1, 2), stride=4),
                ),
            ),
            kinds(
                case(whole(2, 2), whole(3, 3), stride=2),
                case(narrow(2, 2), narrow(3, 3), stride=2),
                case(whole(2, 2), fractions(3, 3), stride=2),
                case(fractions(2, 2), whole(2, 3), stride=1),
            ),
        ),
        misconceptions=wrong.CONV_TRANSPOSE2D,
        hint="`x[i, j]` places one copy of `w` whose corner lies at row i·stride, column j·stride.",
        linear=("x", "w"),
    ),
    Question(
        name="conv_transpose2d_by_zero_insertion",
        assignment="stride-and-overlap",
        signature="conv_transpose2d_by_zero_insertion(x, w, stride=1, padding=0)",
        reference=conv_transpose2d_by_zero_insertion,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category("stride 1, no padding", 1, (case(real(2, 2), real(3, 3)), case(real(2, 3), real(2, 4)))),
            Category(
                "larger strides",
                1,
                (
                    case(real(2, 2), real(4, 4), stride=3),
                    case(real(2, 4), real(5, 3), stride=2),
                    case(real(2, 3), real(2, 2), stride=3),
                ),
            ),
            Category(
                "padding",
                1,
                (
                    case(real(2, 3), real(3, 3), stride=2, padding=1),
                    case(real(3, 4), real(4, 4), stride=3, padding=1),
                    case(real(3, 3), real(5, 4), stride=1, padding=2),
                ),
            ),
            Category(
                "padding larger than k − 1",
                1,
                (
                    case(real(4, 4), real(2, 2), stride=2, padding=2),
                    case(real(5, 4), real(1, 2), stride=2, padding=1),
                    case(real(4, 5), real(1, 1), stride=3, padding=2),
                ),
            ),
            kinds(
                case(whole(2, 2), whole(3, 3), stride=2),
                case(narrow(2, 2), narrow(3, 3), stride=2, padding=1),
                case(whole(2, 2), fractions(3, 3), stride=2),
                case(fractions(2, 2), whole(2, 3), stride=1),
            ),
        ),
        misconceptions=wrong.CONV_TRANSPOSE2D_BY_ZERO_INSERTION,
        hint="Print the spread and padded input: it has k − 1 − p zeros around the outermost samples.",
        linear=("x", "w"),
    ),
    Question(
        name="overlap_count",
        assignment="stride-and-overlap",
        signature="overlap_count(n, k, s)",
        reference=overlap_count,
        categories=(
            Category("length of the result", 1, shape_only=True),
            Category(
                "overlapping copies",
                1,
                (case(2, 4, 3), case(N(3, 5), N(6, 9), 2), case(N(4, 6), N(3, 5), 2), case(N(3, 6), N(2, 5), 1)),
            ),
            Category(
                "copies that touch or leave gaps",
                1,
                (case(3, 2, 2), case(N(2, 4), N(1, 3), N(4, 5)), case(1, N(2, 4), N(2, 3))),
                manners=True,
            ),
        ),
        misconceptions=wrong.OVERLAP_COUNT,
        hint="Lay n strips of length k down, each s further on, and count at every place.",
        output="count",
    ),
)
