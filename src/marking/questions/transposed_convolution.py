"""Questions of the assignment transposed-convolution."""

import numpy as np

from convtranspose.convolution import cross_correlate2d
from convtranspose.transposed import adjoint_gap, input_gradient, transpose_by_matrix, transpose_by_placing

from ..misconceptions import transposed_convolution as wrong
from .model import A, Category, Question, case
from .shared import FRACTIONS, fractions, kinds, narrow, real, whole


def _ending_in_nan(rng, shape, limit):
    """Integers and, in the last place, nan: the sum over all products is nan if that place is used at all."""
    values = rng.integers(-limit, limit + 1, shape).astype(float)
    values.flat[-1] = np.nan
    return values


# Products of three such numbers, a few dozen of them, are exact, and 2**-45 of their sum is below one half.  A gap that
# is not zero everywhere is zero at a point drawn from these with probability 3/2**13, and several points are drawn.
_SMALLER = {"limit": 2**12}


def _nan(*shape):
    return A(shape, fill=_ending_in_nan, **_SMALLER)


def _magnitude(x, y, w):
    """The sum of all products' magnitudes: the gap itself is zero and measures no rounding."""
    return np.nansum(cross_correlate2d(np.abs(x), np.abs(w)) * np.abs(y))


def _three(*shape):
    return A(shape, **_SMALLER)


QUESTIONS = (
    Question(
        name="transpose_by_matrix",
        assignment="transposed-convolution",
        signature="transpose_by_matrix(y, w, input_shape)",
        reference=transpose_by_matrix,
        categories=(
            Category(
                "square: four values become sixteen",
                1,
                (case(real(2, 2), real(3, 3), (4, 4)), case(real(2, 2), real(2, 2), (3, 3))),
            ),
            Category(
                "any shape",
                1,
                (
                    case(real(2, 3), real(2, 2), (3, 4)),
                    case(real(1, 3), real(3, 2), (3, 4)),
                    case(real(3, 2), real(1, 3), (3, 4)),
                    case(real(2, 1), real(1, 1), (2, 1)),
                ),
            ),
            kinds(
                case(whole(2, 2), whole(2, 2), (3, 3)),
                case(narrow(2, 2), narrow(2, 2), (3, 3)),
                case(fractions(1, 2), fractions(2, 2), (2, 3)),
                case(whole(1, 2), fractions(1, 2), (1, 3)),
            ),
        ),
        misconceptions=wrong.TRANSPOSE_BY_MATRIX,
        hint="Build C for an image of `input_shape` first. How do you get from C to the matrix that goes back?",
        linear=("y", "w"),
        output="result",
    ),
    Question(
        name="transpose_by_placing",
        assignment="transposed-convolution",
        signature="transpose_by_placing(x, w)",
        reference=transpose_by_placing,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category("square", 1, (case(real(2, 2), real(2, 2)), case(real(2, 2), real(3, 3)))),
            Category(
                "any shape",
                1,
                (
                    case(real(2, 3), real(3, 2)),
                    case(real(3, 1), real(1, 3)),
                    case(real(1, 4), real(2, 1)),
                    case(real(4, 3), real(2, 3)),
                    case(real(1, 1), real(2, 3)),
                ),
            ),
            kinds(
                case(whole(2, 2), whole(2, 2)),
                case(narrow(2, 2), narrow(2, 2)),
                case(whole(2, 2), fractions(2, 2)),
                case(fractions(2, 1), whole(2, 2)),
            ),
        ),
        misconceptions=wrong.TRANSPOSE_BY_PLACING,
        hint="Start with a 1 × 1 input: the result is the kernel times that number. Then put a second copy beside it.",
        linear=("x", "w"),
    ),
    Question(
        name="adjoint_gap",
        assignment="transposed-convolution",
        signature="adjoint_gap(x, y, w)",
        reference=adjoint_gap,
        categories=(
            Category(
                "zero, and computed from x, y and w",
                1,
                (
                    case(_three(3, 3), _three(2, 2), _three(2, 2)),
                    case(_three(3, 4), _three(2, 3), _three(2, 2)),
                    case(_three(4, 3), _three(3, 1), _three(2, 3)),
                    case(_three(2, 4), _three(2, 2), _three(1, 3)),
                    case(_nan(3, 3), _three(2, 2), _three(2, 2)),
                    case(_three(3, 4), _nan(2, 3), _three(2, 2)),
                    case(_three(3, 2), _nan(2, 1), _three(2, 2)),
                    case(_three(3, 5), _three(2, 3), _nan(2, 3)),
                    case(_three(4, 3), _three(2, 2), _nan(3, 2)),
                ),
            ),
            kinds(
                case(A((3, 3), "int64", **_SMALLER), A((2, 2), "int64", **_SMALLER), A((2, 2), "int64", **_SMALLER)),
                case(narrow(3, 3), narrow(2, 2), narrow(2, 2)),
                case(A((2, 3), **FRACTIONS), _nan(1, 2), A((2, 2), **FRACTIONS)),
            ),
        ),
        misconceptions=wrong.ADJOINT_GAP,
        hint="Print the two inner products side by side for a 2 × 2 image and a 1 × 1 kernel: they should be equal.",
        answer="number",
        scale=_magnitude,
    ),
    Question(
        name="input_gradient",
        assignment="transposed-convolution",
        signature="input_gradient(w, upstream, input_shape)",
        reference=input_gradient,
        categories=(
            Category("square", 1, (case(real(2, 2), real(2, 2), (3, 3)), case(real(3, 3), real(2, 2), (4, 4)))),
            Category(
                "any shape",
                1,
                (
                    case(real(2, 3), real(3, 2), (4, 4)),
                    case(real(1, 3), real(2, 1), (2, 3)),
                    case(real(3, 1), real(1, 4), (3, 4)),
                    case(real(1, 1), real(2, 3), (2, 3)),
                ),
            ),
            kinds(
                case(whole(2, 2), whole(2, 2), (3, 3)),
                case(narrow(2, 2), narrow(2, 2), (3, 3)),
                case(whole(2, 2), fractions(1, 2), (2, 3)),
                case(fractions(2, 2), whole(2, 1), (3, 2)),
            ),
        ),
        misconceptions=wrong.INPUT_GRADIENT,
        hint="Change one pixel of the input by 1. Which outputs change, and by how much?",
        linear=("w", "upstream"),
        output="gradient",
    ),
)
