"""Questions of the assignment learned-upsampling."""

from convtranspose.learning import loss_gradient, train

from ..misconceptions import learned_upsampling as wrong
from .model import A, Category, Question, case
from .shared import FRACTIONS, kinds, narrow

# The loss itself, with products of four such numbers, stays below 2**53: whoever takes differences of losses is exact.
_QUARTIC = {"limit": 2**10}


def _real(*shape):
    return A(shape, **_QUARTIC)


def _whole(*shape):
    return A(shape, "int64", **_QUARTIC)


def _small(*shape):
    """Small numbers, with which a rate of a hundredth neither stalls nor diverges."""
    return A(shape, limit=3)


QUESTIONS = (
    Question(
        name="loss_gradient",
        assignment="learned-upsampling",
        signature="loss_gradient(x, w, target, stride)",
        reference=loss_gradient,
        categories=(
            Category("shape of the gradient", 1, shape_only=True),
            Category(
                "stride 1",
                1,
                (case(_real(2, 2), _real(3, 3), _real(4, 4), 1), case(_real(2, 3), _real(3, 2), _real(4, 4), 1)),
            ),
            Category(
                "larger strides",
                2,
                (
                    case(_real(2, 2), _real(3, 3), _real(5, 5), 2),
                    case(_real(3, 2), _real(2, 4), _real(6, 6), 2),
                    case(_real(2, 3), _real(4, 2), _real(7, 8), 3),
                    case(_real(1, 2), _real(2, 1), _real(2, 5), 4),
                ),
            ),
            kinds(
                case(_whole(2, 2), _whole(2, 2), _whole(4, 4), 2),
                case(narrow(2, 2), narrow(2, 2), narrow(4, 4), 2),
                case(A((2, 1), **FRACTIONS), A((2, 2), **FRACTIONS), A((4, 2), **FRACTIONS), 2),
            ),
        ),
        misconceptions=wrong.LOSS_GRADIENT,
        hint="Change one weight by a little: every output that it reaches changes by that much times a pixel of x.",
        output="gradient",
    ),
    Question(
        name="train",
        assignment="learned-upsampling",
        signature="train(x, target, w0, stride, steps, rate)",
        reference=train,
        categories=(
            Category(
                "one step",
                1,
                (
                    case(_small(2, 2), _small(3, 3), _small(2, 2), 1, 1, 0.01),
                    case(_small(2, 3), _small(4, 6), _small(2, 2), 2, 1, 0.02),
                ),
            ),
            Category(
                "several steps",
                2,
                (
                    case(_small(2, 2), _small(5, 5), _small(3, 3), 2, 3, 0.01),
                    case(_small(3, 2), _small(5, 3), _small(3, 2), 1, 4, 0.02),
                    case(_small(2, 3), _small(5, 9), _small(2, 3), 3, 2, 0.02),
                ),
            ),
            kinds(
                case(_small(2, 2), _small(3, 3), _small(2, 2), 1, 0, 0.01),
                case(A((2, 2), "int64", limit=3), A((4, 4), "int64", limit=3), A((2, 2), "int64", limit=3), 2, 3, 0.01),
                case(A((2, 2), limit=3, step=1 / 8), A((3, 3), limit=3), A((2, 2), limit=3, step=1 / 8), 1, 3, 0.05),
                name="no steps at all; whole numbers, fractions; arguments left alone",
            ),
        ),
        misconceptions=wrong.TRAIN,
        hint="Print the loss before every step: does it go down? Do the first step by hand.",
        answer="arrays",
        rounds=True,
        output="w, losses",
    ),
)
