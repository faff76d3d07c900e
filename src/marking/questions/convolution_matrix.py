"""Questions of the assignment convolution-matrix."""

from convtranspose.matrix import apply_matrix, convolution_matrix, count_multiplications

from ..misconceptions import convolution_matrix as wrong
from .model import Category, N, Question, case
from .shared import fractions, kinds, narrow, real, whole

QUESTIONS = (
    Question(
        name="convolution_matrix",
        assignment="convolution-matrix",
        signature="convolution_matrix(w, input_shape, stride=1)",
        reference=convolution_matrix,
        categories=(
            Category("shape of the matrix", 1, shape_only=True),
            Category(
                "stride 1, square",
                1,
                (case(real(2, 2), (3, 3)), case(real(3, 3), (4, 4))),
            ),
            Category(
                "stride 1, any shape",
                1,
                (
                    case(real(2, 3), (3, 5)),
                    case(real(3, 1), (4, 3)),
                    case(real(1, 2), (2, 4)),
                    case(real(2, 2), (2, 2)),
                ),
            ),
            Category(
                "larger strides",
                1,
                (
                    case(real(2, 2), (5, 4), stride=2),
                    case(real(2, 3), (4, 7), stride=2),
                    case(real(1, 2), (5, 9), stride=3),
                ),
            ),
            kinds(
                case(whole(2, 2), (3, 4)),
                case(narrow(2, 2), (3, 3), stride=2),
                case(fractions(1, 2), (2, 3)),
            ),
        ),
        misconceptions=wrong.CONVOLUTION_MATRIX,
        hint="Take one row of C and reshape it to the image: the kernel should lie there, in one place.",
        linear=("w",),
        output="C",
    ),
    Question(
        name="apply_matrix",
        assignment="convolution-matrix",
        signature="apply_matrix(C, x, output_shape)",
        reference=apply_matrix,
        categories=(
            Category(
                "flatten, multiply, reshape",
                2,
                (
                    case(real(4, 9), real(3, 3), (2, 2)),
                    case(real(2, 6), real(2, 3), (1, 2)),
                    case(real(6, 4), real(2, 2), (2, 3)),
                    case(real(6, 8), real(4, 2), (3, 2)),
                    case(real(3, 2), real(1, 2), (3, 1)),
                ),
            ),
            kinds(
                case(whole(4, 6), whole(3, 2), (2, 2)),
                case(narrow(4, 4), narrow(2, 2), (2, 2)),
                case(whole(4, 4), fractions(2, 2), (2, 2)),
                case(fractions(6, 4), whole(2, 2), (3, 2)),
            ),
        ),
        misconceptions=wrong.APPLY_MATRIX,
        hint="In what order do the columns of C count the pixels of x?",
        linear=("C", "x"),
    ),
    Question(
        name="count_multiplications",
        assignment="convolution-matrix",
        signature="count_multiplications(input_shape, kernel_shape, stride)",
        reference=count_multiplications,
        categories=(
            Category(
                "stride 1",
                1,
                (
                    case((4, 4), (3, 3), 1),
                    case((N(5, 9), N(5, 9)), (N(2, 4), N(2, 4)), 1),
                    case((N(10, 40), N(5, 9)), (N(1, 3), N(2, 5)), 1),
                ),
            ),
            Category(
                "larger strides; whole numbers",
                1,
                (
                    case((N(6, 9), N(10, 14)), (N(2, 4), N(2, 5)), 2),
                    case((N(10, 20), N(10, 20)), (N(2, 4), N(2, 4)), N(3, 4)),
                    case((9, 7), (2, 4), 2),
                    case((8, 12), (3, 2), 3),
                ),
                manners=True,
            ),
        ),
        misconceptions=wrong.COUNT_MULTIPLICATIONS,
        hint="How many outputs are there, and how many entries has one row of C? How many of them are weights?",
        answer="integers",
    ),
)
