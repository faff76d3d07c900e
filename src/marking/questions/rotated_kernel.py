"""Questions of the assignment rotated-kernel."""

from convtranspose.convolution import convolve2d_same, cross_correlate2d, rotate180, zero_pad

from ..misconceptions import rotated_kernel as wrong
from .model import Category, Question, case
from .shared import KINDS, fractions, kinds, narrow, real, whole

QUESTIONS = (
    Question(
        name="rotate180",
        assignment="rotated-kernel",
        signature="rotate180(h)",
        reference=rotate180,
        categories=(
            Category(
                "kernels of any shape", 1, (case(real(3, 3)), case(real(2, 3)), case(real(1, 4)), case(real(5, 2)))
            ),
            kinds(case(whole(2, 3)), case(narrow(3, 2)), case(fractions(2, 2)), case(real(1, 1))),
        ),
        misconceptions=wrong.ROTATE180,
        hint="Write down where `h[0, 0]` and `h[0, 1]` should go, and compare.",
        linear=("h",),
    ),
    Question(
        name="zero_pad",
        assignment="rotated-kernel",
        signature="zero_pad(x, p)",
        reference=zero_pad,
        categories=(
            Category(
                "a border of p zeros",
                1,
                (case(real(2, 2), 1), case(real(2, 3), 2), case(real(4, 2), 1), case(real(1, 1), 3)),
            ),
            kinds(
                case(real(2, 3), 0),
                case(whole(2, 3), 1),
                case(narrow(1, 3), 2),
                case(fractions(2, 1), 1),
                name="p = 0; " + KINDS,
            ),
        ),
        misconceptions=wrong.ZERO_PAD,
        hint="Draw the padded array: in which row and column does `x[0, 0]` stand?",
        linear=("x",),
    ),
    Question(
        name="cross_correlate2d",
        assignment="rotated-kernel",
        signature="cross_correlate2d(x, h)",
        reference=cross_correlate2d,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category("square kernels", 1, (case(real(3, 3), real(2, 2)), case(real(4, 5), real(3, 3)))),
            Category(
                "any shape of image and kernel",
                1,
                (
                    case(real(3, 4), real(2, 3)),
                    case(real(5, 4), real(1, 3)),
                    case(real(4, 5), real(3, 1)),
                    case(real(2, 3), real(2, 3)),
                    case(real(1, 4), real(1, 2)),
                    case(real(3, 2), real(1, 1)),
                ),
            ),
            kinds(
                case(whole(3, 3), whole(2, 2)),
                case(narrow(3, 3), narrow(2, 2)),
                case(whole(3, 3), fractions(2, 2)),
                case(fractions(2, 3), whole(1, 2)),
            ),
        ),
        misconceptions=wrong.CROSS_CORRELATE2D,
        hint="Work out `y[0, 0]` by hand: which pixels lie under the kernel, and which entry does each of them meet?",
        linear=("x", "h"),
    ),
    Question(
        name="convolve2d_same",
        assignment="rotated-kernel",
        signature="convolve2d_same(x, h)",
        reference=convolve2d_same,
        categories=(
            Category("3 × 3 kernels", 1, (case(real(3, 3), real(3, 3)), case(real(4, 5), real(3, 3)))),
            Category(
                "kernels of any odd shape",
                1,
                (
                    case(real(4, 3), real(1, 3)),
                    case(real(3, 4), real(3, 1)),
                    case(real(6, 5), real(5, 3)),
                    case(real(2, 3), real(1, 1)),
                ),
            ),
            Category(
                "kernels larger than the image",
                1,
                (case(real(2, 2), real(3, 5)), case(real(1, 3), real(5, 3)), case(real(1, 1), real(3, 3))),
            ),
            kinds(
                case(whole(3, 3), whole(3, 3)),
                case(narrow(3, 3), narrow(3, 3)),
                case(whole(3, 3), fractions(3, 3)),
                case(fractions(2, 3), whole(3, 1)),
            ),
        ),
        misconceptions=wrong.CONVOLVE2D_SAME,
        hint="Work out `y[0, 0]` by hand: put the rotated kernel's centre on the top-left pixel, zeros outside.",
        linear=("x", "h"),
    ),
)
