"""pixel_shuffle(x, s): groups of s² channels laid out as blocks of s × s pixels."""

import numpy as np

from convtranspose.upsampling import pixel_shuffle
from marking.assignments.cures._ladders import PIXEL_SHUFFLE
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Entries, Whole
from marking.questions.mistakes import Function, Misconception, transposed_result, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, plain
from marking.questions.usual import SHORT, STRIDES, values_of


def _shuffled(channel_last: bool, order: tuple[int, ...]) -> Function:
    """The channels split as (C, s, s), or with `channel_last` as (s, s, C); then the axes, with H
    and W, put in `order` before the last reshape.
    """

    def answer(x: np.ndarray, s: int) -> np.ndarray:
        channels, rows, columns = x.shape[0] // s**2, *x.shape[1:]
        split = (s, s, channels) if channel_last else (channels, s, s)
        parts = x.reshape(*split, rows, columns).transpose(order)
        return parts.reshape(channels, rows * s, columns * s)

    return answer


MISCONCEPTIONS = (
    Misconception(
        "rows and columns of the phase exchanged",
        "Channel i·s + j goes to row offset i and column offset j; yours has them the other way "
        "round.",
        _shuffled(False, (0, 3, 2, 4, 1)),
    ),
    Misconception(
        "the channel counted last (TensorFlow's order)",
        "You take channel (i·s + j)·C + c, as `depth_to_space` does. Here it is channel c·s² + "
        "i·s + j.",
        _shuffled(True, (2, 3, 0, 4, 1)),
    ),
    Misconception(
        "channels laid side by side as tiles",
        "Each channel stays in one piece. It must be spread: its pixels lie s apart in the result.",
        _shuffled(False, (0, 1, 3, 2, 4)),
    ),
    Misconception(
        "only reshaped",
        "`reshape` alone keeps the numbers in their order; the axes must be put in order first "
        "(`transpose`).",
        lambda x, s: x.reshape(x.shape[0] // s**2, x.shape[1] * s, x.shape[2] * s),
    ),
    Misconception(
        "the phases counted backwards",
        "Channel 0 goes to offset (0, 0), the top-left pixel of each block.",
        lambda x, s: pixel_shuffle(x.reshape(-1, s * s, *x.shape[1:])[:, ::-1].reshape(x.shape), s),
    ),
    Misconception(
        "spread along the rows only",
        "The s² channels fill a block of s rows and s columns.",
        lambda x, s: (
            x.reshape(-1, s * s, *x.shape[1:])
            .swapaxes(1, 2)
            .reshape(-1, x.shape[1] * s * s, x.shape[2])
        ),
    ),
    Misconception(
        "one phase only",
        "Only channel 0 of each group arrives, in the whole block. Each of the s² channels fills "
        "one pixel of it.",
        lambda x, s: np.repeat(np.repeat(x[:: s * s], s, 1), s, 2),
    ),
    Misconception(
        "the channels of a block are averaged",
        "Channels are laid side by side, not mixed.",
        lambda x, s: np.repeat(np.repeat(x.reshape(-1, s * s, *x.shape[1:]).mean(1), s, 1), s, 2),
    ),
    Misconception(
        "the channel axis is dropped",
        "The result has three axes, (C, H·s, W·s), also when C is 1.",
        lambda x, s: (
            np.squeeze(pixel_shuffle(x, s), 0) if x.shape[0] == s * s else pixel_shuffle(x, s)
        ),
    ),
    Misconception(
        "the channel axis at the end",
        "The channel comes first: (C, H·s, W·s).",
        lambda x, s: np.moveaxis(pixel_shuffle(x, s), 0, -1),
    ),
    Misconception(
        "the inverse: pixels to channels",
        "That is pixel unshuffle. Channels become pixels: the image grows.",
        lambda x, s: (
            x.reshape(x.shape[0], x.shape[1] // s, s, x.shape[2] // s, s)
            .transpose(0, 2, 4, 1, 3)
            .reshape(-1, x.shape[1] // s, x.shape[2] // s)
        ),
    ),
    transposed_result(pixel_shuffle),
    truncated(pixel_shuffle),
)

DOMAIN = Domain(
    {"x": Entries(("channels", "H", "W")), "s": STRIDES},
    {"C": Whole(1, 4, (1, 2, 3), (5, 8)), "H": SHORT, "W": SHORT},
    derived={"channels": lambda v: v.C * v.s**2},
    written={"channels": "C · s · s"},
    rules=(Rule("", lambda v: v.C * v.s**2 * v.H * v.W <= 600),),
    relations=(
        *values_of("s", (1, 2, 3), beyond=4),
        *values_of("C", (1, 2, 3)),
        Relation("C = s > 1", lambda v: (v.C == v.s) & (v.s > 1)),
        Relation("C > s > 1", lambda v: (v.C > v.s) & (v.s > 1)),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="pixel_shuffle(x, s)",
    reference=pixel_shuffle,
    categories=(
        Category(
            "one channel",
            1,
            (case(float64(4, 2, 2), 2), case(float64(9, 2, 1), 3), case(float64(4, 1, 3), 2)),
            where=lambda v: plain(v) & (v.C == 1) & (v.s > 1),
        ),
        Category(
            "several channels",
            1,
            (case(float64(8, 2, 2), 2), case(float64(12, 2, 3), 2), case(float64(18, 1, 2), 3)),
            where=lambda v: plain(v) & (v.s > 1),
        ),
        kinds_of_numbers(
            case(float64(3, 2, 2), 1),
            case(int64(4, 2, 1), 2),
            case(float32(8, 2, 2), 2),
            case(eighths(4, 1, 2), 2),
        ),
    ),
    ladder=PIXEL_SHUFFLE,
    moderate=case(float64(16, 20, 20), 2),
    misconceptions=MISCONCEPTIONS,
    # not a single pixel: it hides how the pixels of a channel are spread
    hint="Take the channels 1 5, 2 6, 3 7 and 4 8, of one row each: the result has the rows "
    "1 2 5 6 and 3 4 7 8.",
    linear=("x",),
)
