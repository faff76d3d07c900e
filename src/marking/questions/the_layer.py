"""Questions of the assignment the-layer."""

from convtranspose.geometry import same_padding
from convtranspose.transposed import conv_transpose2d_layer

from ..misconceptions import the_layer as wrong
from .model import Category, N, Question, case
from .shared import fractions, kinds, narrow, real, whole

QUESTIONS = (
    Question(
        name="conv_transpose2d_layer",
        assignment="the-layer",
        signature=(
            "conv_transpose2d_layer(x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), "
            "dilation=(1, 1), groups=1)"
        ),
        reference=conv_transpose2d_layer,
        categories=(
            Category("shape of the result", 1, shape_only=True),
            Category(
                "images and channels",
                1,
                (
                    case(real(1, 1, 2, 3), real(1, 1, 3, 2)),
                    case(real(1, 2, 2, 2), real(2, 3, 2, 2)),
                    case(real(2, 3, 1, 2), real(3, 2, 2, 3)),
                ),
            ),
            Category(
                "bias",
                1,
                (
                    case(real(1, 1, 2, 2), real(1, 2, 2, 2), real(2)),
                    case(real(2, 2, 2, 2), real(2, 3, 2, 2), real(3), stride=(2, 2)),
                ),
            ),
            Category(
                "stride",
                1,
                (
                    case(real(1, 1, 2, 3), real(1, 1, 4, 4), stride=(3, 2)),
                    case(real(1, 2, 3, 2), real(2, 1, 2, 1), stride=(2, 3)),
                ),
            ),
            Category(
                "padding",
                1,
                (
                    case(real(1, 1, 3, 3), real(1, 1, 4, 4), stride=(2, 3), padding=(1, 2)),
                    case(real(1, 1, 4, 3), real(1, 2, 1, 2), stride=(2, 2), padding=(1, 2)),
                ),
            ),
            Category(
                "output padding",
                1,
                (
                    case(real(1, 1, 2, 2), real(1, 1, 4, 4), stride=(3, 3), padding=(2, 1), output_padding=(1, 2)),
                    case(real(1, 1, 2, 3), real(1, 1, 2, 2), stride=(3, 2), output_padding=(2, 1)),
                    case(real(1, 1, 2, 2), real(1, 1, 2, 2), dilation=(2, 3), output_padding=(1, 2)),
                ),
            ),
            Category(
                "dilation",
                1,
                (
                    case(real(1, 1, 2, 2), real(1, 1, 2, 2), dilation=(2, 3)),
                    case(real(1, 1, 2, 3), real(1, 1, 3, 2), stride=(2, 1), dilation=(3, 2), padding=(1, 1)),
                ),
            ),
            Category(
                "groups",
                1,
                (
                    case(real(1, 2, 2, 2), real(2, 2, 2, 2), groups=2),
                    case(real(1, 4, 2, 2), real(4, 2, 2, 2), groups=2),
                    case(real(1, 6, 1, 2), real(6, 1, 2, 1), real(3), groups=3),
                ),
            ),
            Category(
                "everything at once",
                2,
                (
                    # Every size and every pair of numbers differs between the axes, so that no mistake can hide.
                    case(
                        real(2, 4, 3, 4),
                        real(4, 2, 4, 4),
                        real(4),
                        stride=(2, 3),
                        padding=(2, 1),
                        output_padding=(1, 2),
                        dilation=(2, 1),
                        groups=2,
                    ),
                ),
            ),
            kinds(
                case(whole(1, 1, 2, 2), whole(1, 2, 2, 2)),
                case(narrow(1, 1, 2, 2), narrow(1, 2, 3, 2), narrow(2), stride=(2, 1)),
                case(whole(1, 2, 2, 1), fractions(2, 1, 2, 2), fractions(1)),
                case(fractions(1, 1, 2, 2), whole(1, 1, 2, 2), whole(1), padding=(1, 0)),
            ),
        ),
        misconceptions=wrong.CONV_TRANSPOSE2D_LAYER,
        hint="Set all parameters but one to their defaults: the categories above say which one to look at first.",
        linear=("x", "w"),
    ),
    Question(
        name="same_padding",
        assignment="the-layer",
        signature="same_padding(n, k, s)",
        reference=same_padding,
        categories=(
            Category(
                "k − s even",
                1,
                (case(3, 4, 2), case(N(2, 9), 7, 3), case(N(2, 9), 8, 2), case(N(2, 9), 3, 3)),
            ),
            Category(
                "k − s odd; whole numbers",
                1,
                (case(3, 3, 2), case(N(2, 9), 5, 2), case(N(2, 9), 8, 3), case(N(2, 9), N(5, 9), 4)),
                manners=True,
            ),
            Category(
                "k smaller than s: zeros appended",
                1,
                (case(3, 1, 2), case(N(2, 9), 2, 5), case(N(2, 9), N(1, 3), N(4, 7))),
            ),
        ),
        misconceptions=wrong.SAME_PADDING,
        hint="How long is the full result, and how many samples more than n·s is that? Share them between both ends.",
        answer="integers",
    ),
)
