"""Questions of the assignment checkerboard."""

import numpy as np

from convtranspose.checkerboard import equalise, is_even, phase_sums, unevenness

from ..misconceptions import checkerboard as wrong
from .model import A, Category, Question, case
from .shared import fractions, kinds, narrow, real, whole


def _even(s, common=None):
    """Kernels of small integers whose phase sums at stride s all equal `common` (7 if left out)."""

    def fill(rng, shape, limit):
        w = rng.integers(-4, 10, shape).astype(float)
        for i, j in np.ndindex(min(s, shape[0]), min(s, shape[1])):
            part = w[i::s, j::s]
            part[-1, -1] += (7 if common is None else common) - part.sum()
        return w

    return fill


def _uneven(s, place=None):
    """An even kernel with 2 added to one weight: in phase `place`, or anywhere."""

    def fill(rng, shape, limit):
        w = _even(s)(rng, shape, limit)
        w[place or (rng.integers(shape[0]), rng.integers(shape[1]))] += 2
        return w

    return fill


def _raised(*places):
    """An even kernel for s = 2 with 2 added to the weights at `places`.

    Two of them in one column keep the sums over the rows' phases equal; two in one row, those over the columns' phases;
    two on the diagonal, both: yet none of these kernels is even.
    """

    def fill(rng, shape, limit):
        w = _even(2)(rng, shape, limit)
        for place in places:
            w[place] += 2
        return w

    return fill


def _tenths(s):
    """Even up to rounding: tenths, which no float holds exactly."""
    return lambda rng, shape, limit: _even(s)(rng, shape, limit) / 10


def _uneven_tenths(s):
    return lambda rng, shape, limit: _uneven(s)(rng, shape, limit) / 10


def _ones(rng, shape, limit):
    return np.ones(shape)


def _bright(sign=1):
    """Images whose mean is far from zero, so that dividing by it is well behaved."""
    return lambda rng, shape, limit: sign * rng.integers(20, 200, shape).astype(float)


def _striped(rng, shape, limit):
    """The columns alternate, the rows do not."""
    return np.broadcast_to(100 + 10 * (np.arange(shape[1]) % 2), shape) + 5.0 * (rng.integers(0, 2, shape))


QUESTIONS = (
    Question(
        name="phase_sums",
        assignment="checkerboard",
        signature="phase_sums(w, s)",
        reference=phase_sums,
        categories=(
            Category(
                "the stride divides the kernel size",
                1,
                (case(real(4, 4), 2), case(real(2, 4), 2), case(real(6, 3), 3), case(real(2, 3), 1)),
            ),
            Category(
                "it does not", 1, (case(real(3, 3), 2), case(real(4, 5), 3), case(real(3, 4), 2), case(real(2, 2), 3))
            ),
            kinds(case(whole(3, 4), 2), case(narrow(4, 4), 2), case(fractions(3, 2), 2)),
        ),
        misconceptions=wrong.PHASE_SUMS,
        hint="Colour the weights of w by their row's and column's remainder after division by s: one colour, one sum.",
        linear=("w",),
        output="sums",
    ),
    Question(
        name="is_even",
        assignment="checkerboard",
        signature="is_even(w, s)",
        reference=is_even,
        categories=(
            Category(
                "even and uneven kernels of whole numbers",
                2,
                (
                    case(A((4, 4), fill=_even(2)), 2),
                    case(A((4, 4), fill=_uneven(2)), 2),
                    case(A((3, 3), fill=_even(2)), 2),
                    case(A((3, 6), fill=_even(2)), 2),
                    case(A((3, 5), fill=_uneven(2)), 2),
                    case(A((4, 4), fill=_raised((0, 0), (1, 1))), 2),
                    case(A((4, 2), fill=_raised((0, 0), (1, 0))), 2),
                    case(A((2, 4), fill=_raised((0, 0), (0, 1))), 2),
                    case(A((5, 4), fill=_even(3)), 3),
                    case(A((6, 6), fill=_uneven(3, (2, 2))), 3),
                    case(A((6, 3), fill=_uneven(3, (1, 0))), 3),
                    case(A((3, 3), fill=_ones), 2),
                    case(A((4, 2), fill=_ones), 2),
                    case(real(3, 2), 1),
                    case(A((2, 2), fill=_ones), 3),
                    case(A((1, 4), fill=_even(2, 0)), 2),
                ),
            ),
            Category(
                "floats that round; arguments left alone",
                1,
                (
                    case(A((4, 4), fill=_tenths(2)), 2),
                    case(A((6, 6), fill=_tenths(2)), 2),
                    case(A((5, 7), fill=_tenths(3)), 3),
                    case(A((8, 6), fill=_tenths(2)), 2),
                    case(A((4, 4), fill=_uneven_tenths(2)), 2),
                    case(A((5, 5), fill=_uneven_tenths(3)), 3),
                    case(A((6, 6), "int64", fill=_even(2)), 2),
                    case(A((4, 6), "int64", fill=_uneven(2)), 2),
                ),
                manners=True,
            ),
        ),
        misconceptions=wrong.IS_EVEN,
        hint="Print the phase sums of this kernel: they are all equal, or they are not.",
        answer="boolean",
    ),
    Question(
        name="equalise",
        assignment="checkerboard",
        signature="equalise(w, s)",
        reference=equalise,
        categories=(
            Category(
                "the stride divides the kernel size", 1, (case(real(4, 4), 2), case(real(2, 4), 2), case(real(6, 3), 3))
            ),
            Category(
                "it does not: the nearest kernel", 1, (case(real(3, 3), 2), case(real(4, 5), 3), case(real(3, 4), 2))
            ),
            Category("phases without weights", 1, (case(real(2, 2), 3), case(real(1, 3), 2), case(real(4, 2), 3))),
            kinds(
                case(whole(4, 4), 2),
                case(narrow(3, 3), 2),
                case(fractions(3, 2), 2),
                case(real(2, 2), 1),
            ),
        ),
        misconceptions=wrong.EQUALISE,
        hint="Every weight of one phase moves by the same amount. Print the phase sums of your result: are they equal?",
        linear=("w",),
        rounds=True,
        scale=lambda w, s: np.max(np.abs(w)),  # the result itself may be all zeros
    ),
    Question(
        name="unevenness",
        assignment="checkerboard",
        signature="unevenness(y, s)",
        reference=unevenness,
        categories=(
            Category(
                # Sizes that s divides, so that the mean of the image is the mean of the phase means too.
                "images",
                2,
                (
                    case(A((4, 4), fill=_bright()), 2),
                    case(A((2, 6), fill=_bright()), 2),
                    case(A((6, 3), fill=_bright()), 3),
                    case(A((4, 6), fill=_striped), 2),
                    case(A((6, 4), fill=lambda rng, shape, limit: _striped(rng, shape[::-1], limit).T), 2),
                    case(A((4, 4), fill=_ones), 2),
                    case(A((3, 2), fill=_bright()), 1),
                ),
            ),
            kinds(
                case(A((4, 4), "int64", fill=_bright()), 2),
                case(A((4, 2), "float32", fill=_bright()), 2),
                case(A((2, 4), fill=_bright(-1)), 2),
                name="negative means, whole numbers, float32; arguments left alone",
            ),
        ),
        misconceptions=wrong.UNEVENNESS,
        hint="Write down the means of the s² phases. How far apart are the largest and the smallest?",
        answer="number",
        rounds=True,
        scale=lambda y, s: 1.0,  # it is a ratio already
    ),
)
