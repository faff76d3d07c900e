"""nearest(x, s): every pixel of x repeated as a block of s × s."""

import numpy as np

from convtranspose.transposed import insert_zeros
from convtranspose.upsampling import nearest, resize
from marking.assignments.cures._ladders import NEAREST
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import Misconception, transposed_result, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import axis_relations, plain
from marking.questions.usual import STRIDES, both, image

MISCONCEPTIONS = (
    Misconception(
        "zeros between the pixels",
        "You insert zeros. Nearest neighbour repeats each pixel: every pixel becomes an s × s "
        "block of itself.",
        lambda x, s: np.pad(insert_zeros(x, s), ((0, s - 1), (0, s - 1))),
    ),
    Misconception(
        "the whole image repeated",
        "You lay copies of the image side by side (`np.tile`). Repeat each pixel: `np.repeat`.",
        lambda x, s: np.tile(x, (s, s)),
    ),
    Misconception(
        "the rows only", "The columns must be repeated too.", lambda x, s: np.repeat(x, s, 0)
    ),
    Misconception(
        "the columns only", "The rows must be repeated too.", lambda x, s: np.repeat(x, s, 1)
    ),
    Misconception(
        "repeated s² times in a row",
        "Copies of a pixel run on along the row. They should fill a block: s in a row, and s rows "
        "of them.",
        lambda x, s: np.repeat(x, s * s).reshape(x.shape[0] * s, x.shape[1] * s),
    ),
    Misconception("nothing is repeated", "The result is x itself, whatever s is.", lambda x, s: x),
    Misconception(
        "always twice", "Every pixel is repeated twice whatever s is.", lambda x, s: nearest(x, 2)
    ),
    Misconception(
        "one time too often",
        "The result has H·(s + 1) rows: each pixel becomes s × s, the original included.",
        lambda x, s: nearest(x, s + 1),
    ),
    Misconception(
        "bilinear in place of nearest",
        "Values between two pixels are mixed. Nearest neighbour only copies.",
        lambda x, s: resize(x, (x.shape[0] * s, x.shape[1] * s)),
    ),
    Misconception(
        "the mean is kept: divided by s²",
        "Pixels are copied, not shared out: do not divide.",
        lambda x, s: nearest(x, s) / s**2,
    ),
    Misconception(
        "the last block is cut short",
        "The result has H·s rows and W·s columns; you stop after the last sample's first copy.",
        lambda x, s: nearest(x, s)[: (x.shape[0] - 1) * s + 1, : (x.shape[1] - 1) * s + 1],
    ),
    transposed_result(nearest),
    truncated(nearest),
)

DOMAIN = Domain(
    {"x": Entries(("H", "W")), "s": STRIDES},
    image("H", "W"),
    axes=both(n=("H", "W"), s=("s", "s")),
    axis_relations=axis_relations("n", "s"),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="nearest(x, s)",
    reference=nearest,
    categories=(
        Category(
            "every pixel a block",
            1,
            (
                case(float64(2, 2), 2),
                case(float64(2, 3), 3),
                case(float64(3, 2), 2),
                case(float64(1, 4), 4),
            ),
            where=lambda v: plain(v) & (v.s > 1) & (v.H * v.W > 1),
        ),
        kinds_of_numbers(
            case(float64(2, 3), 1),
            case(int64(2, 2), 3),
            case(float32(1, 3), 2),
            case(eighths(2, 1), 2),
        ),
    ),
    ladder=NEAREST,
    moderate=case(float64(100, 100), 3),
    misconceptions=MISCONCEPTIONS,
    hint="Which pixel of x does row i, column j of the result show? Row i // s, column j // s.",
    linear=("x",),
)
