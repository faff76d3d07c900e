"""Questions of the assignment cures."""

from convtranspose.upsampling import bilinear_kernel, icnr, nearest, pixel_shuffle, resize_convolve

from ..misconceptions import cures as wrong
from .model import Category, N, Question, case
from .shared import fractions, kinds, narrow, real, whole

QUESTIONS = (
    Question(
        name="nearest",
        assignment="cures",
        signature="nearest(x, s)",
        reference=nearest,
        categories=(
            Category(
                "every pixel a block",
                1,
                (case(real(2, 2), 2), case(real(2, 3), 3), case(real(3, 2), 2), case(real(1, 4), 4)),
            ),
            kinds(case(real(2, 3), 1), case(whole(2, 2), 3), case(narrow(1, 3), 2), case(fractions(2, 1), 2)),
        ),
        misconceptions=wrong.NEAREST,
        hint="Which pixel of x does row i, column j of the result show? Row i // s, column j // s.",
        linear=("x",),
    ),
    Question(
        name="bilinear_kernel",
        assignment="cures",
        signature="bilinear_kernel(s)",
        reference=bilinear_kernel,
        categories=(
            Category("shape of the kernel", 1, shape_only=True),
            Category("even s", 1, (case(2), case(4), case(6), case(8))),
            Category("odd s, and s = 1", 1, (case(3), case(5), case(N(6, 8)), case(1)), manners=True),
        ),
        misconceptions=wrong.BILINEAR_KERNEL,
        hint="Draw the tent 1 − |distance|/s along one axis first: for s = 2 it is ¼, ¾, ¾, ¼.",
        rounds=True,
        output="kernel",
    ),
    Question(
        name="resize_convolve",
        assignment="cures",
        signature="resize_convolve(x, w, s)",
        reference=resize_convolve,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category("3 × 3 kernels", 1, (case(real(2, 2), real(3, 3), 2), case(real(2, 3), real(3, 3), 3))),
            Category(
                "any odd kernel, any size",
                1,
                (
                    case(real(3, 2), real(1, 3), 2),
                    case(real(2, 2), real(5, 3), 2),
                    case(real(1, 2), real(3, 5), 2),
                    case(real(2, 3), real(3, 1), 1),
                ),
            ),
            kinds(
                case(whole(2, 2), whole(3, 3), 2),
                case(narrow(2, 2), narrow(3, 3), 2),
                case(whole(2, 2), fractions(3, 3), 2),
                case(fractions(1, 2), whole(3, 3), 2),
            ),
        ),
        misconceptions=wrong.RESIZE_CONVOLVE,
        hint="Do it in two steps and print the enlarged image in between.",
        linear=("x", "w"),
    ),
    Question(
        name="pixel_shuffle",
        assignment="cures",
        signature="pixel_shuffle(x, s)",
        reference=pixel_shuffle,
        categories=(
            Category("one channel", 1, (case(real(4, 2, 2), 2), case(real(9, 2, 1), 3), case(real(4, 1, 3), 2))),
            Category("several channels", 1, (case(real(8, 2, 2), 2), case(real(12, 2, 3), 2), case(real(18, 1, 2), 3))),
            kinds(
                case(real(3, 2, 2), 1), case(whole(4, 2, 1), 2), case(narrow(8, 2, 2), 2), case(fractions(4, 1, 2), 2)
            ),
        ),
        misconceptions=wrong.PIXEL_SHUFFLE,
        hint="Take x of shape (4, 1, 1), holding 1, 2, 3, 4: the result is [[1, 2], [3, 4]].",
        linear=("x",),
    ),
    Question(
        name="icnr",
        assignment="cures",
        signature="icnr(w, s)",
        reference=icnr,
        categories=(
            Category(
                "s² copies of each kernel, in place",
                1,
                (case(real(2, 1, 2, 3), 2), case(real(3, 2, 1, 2), 2), case(real(2, 2, 3, 1), 3)),
            ),
            kinds(
                case(real(2, 1, 2, 2), 1),
                case(whole(2, 1, 2, 2), 2),
                case(narrow(1, 2, 2, 1), 2),
                case(fractions(2, 1, 1, 2), 2),
            ),
        ),
        misconceptions=wrong.ICNR,
        hint="After pixel shuffle, which channels form one block of the picture? They all get the same kernel.",
        linear=("w",),
        output="kernels",
    ),
)
