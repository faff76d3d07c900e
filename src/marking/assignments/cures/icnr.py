"""icnr(w, s): s² copies of each kernel, so that pixel shuffle starts without a checkerboard."""

import numpy as np

from convtranspose.upsampling import icnr
from marking.assignments.cures._ladders import ICNR
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Entries, Whole
from marking.questions.mistakes import Misconception, negated, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, plain
from marking.questions.usual import SHORT, STRIDES, values_of


def _first_phase_only(w: np.ndarray, s: int) -> np.ndarray:
    y = np.zeros((w.shape[0] * s * s, *w.shape[1:]))
    y[:: s * s] = w
    return y


MISCONCEPTIONS = (
    Misconception(
        "the whole stack repeated",
        "You lay copies of all kernels one after another (`np.tile`). The s² copies of one kernel "
        "come together: channel c·s² + i·s + j is kernel c.",
        lambda w, s: np.concatenate([w] * s**2),
    ),
    Misconception(
        "s copies instead of s²",
        "A block of the enlarged image has s rows and s columns: s² channels for each kernel.",
        lambda w, s: np.repeat(w, s, axis=0),
    ),
    Misconception(
        "the kernel itself is enlarged",
        "The kernels keep their size; there are s² times as many of them.",
        lambda w, s: np.repeat(np.repeat(w, s, axis=-2), s, axis=-1),
    ),
    Misconception(
        "divided by s²",
        "Each channel fills one pixel of a block, so nothing is shared out: copy the kernel as it "
        "is.",
        lambda w, s: icnr(w, s) / s**2,
    ),
    Misconception(
        "one copy, and zeros",
        "All s² channels of a block get the same kernel; zeros would leave gaps in the picture.",
        _first_phase_only,
    ),
    Misconception(
        "copied along the second axis",
        "The first axis counts the output channels: copy along axis 0.",
        lambda w, s: np.repeat(w, s**2, axis=1),
    ),
    Misconception(
        "a new axis for the copies",
        "The result has as many axes as w: the copies lie along axis 0.",
        lambda w, s: np.stack([w] * s**2, axis=1),
    ),
    Misconception(
        "the first kernel everywhere",
        "Each of the C kernels is copied s² times, not the first one only.",
        lambda w, s: np.repeat(w[:1], s**2 * w.shape[0], axis=0),
    ),
    Misconception(
        "nothing is copied", "The result is w itself: every kernel needs s² copies.", lambda w, s: w
    ),
    Misconception(
        "the copies are rotated",
        "Each copy is the kernel as it is.",
        lambda w, s: icnr(w, s)[..., ::-1, ::-1],
    ),
    Misconception(
        "the kernels in reverse order",
        "The copies of kernel 0 come first.",
        lambda w, s: icnr(w, s)[::-1],
    ),
    negated(icnr),
    truncated(icnr),
)

DOMAIN = Domain(
    {"w": Entries(("C", "C_in", "a", "b")), "s": STRIDES},
    {
        "C": Whole(1, 4, (1, 2, 3), (5, 8)),
        "C_in": Whole(1, 3, (1, 2), (4, 7)),
        "a": SHORT,
        "b": SHORT,
    },
    rules=(Rule("", lambda v: v.C * v.C_in * v.s**2 * v.a * v.b <= 1500),),
    relations=(
        *values_of("s", (1, 2, 3), beyond=4),
        *values_of("C", (1, 2)),
        Relation("C > 2", lambda v: v.C > 2),
        Relation("C_in = 1", lambda v: v.C_in == 1),
        Relation("C_in > 1", lambda v: v.C_in > 1),
        Relation("C = C_in > 1", lambda v: (v.C == v.C_in) & (v.C > 1)),
        Relation("C = s", lambda v: v.C == v.s),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="icnr(w, s)",
    reference=icnr,
    categories=(
        Category(
            "s² copies of each kernel, in place",
            1,
            (
                case(float64(2, 1, 2, 3), 2),
                case(float64(3, 2, 1, 2), 2),
                case(float64(2, 2, 3, 1), 3),
            ),
            where=lambda v: plain(v) & (v.s > 1),
        ),
        kinds_of_numbers(
            case(float64(2, 1, 2, 2), 1),
            case(int64(2, 1, 2, 2), 2),
            case(float32(1, 2, 2, 1), 2),
            case(eighths(2, 1, 1, 2), 2),
        ),
    ),
    ladder=ICNR,
    moderate=case(float64(8, 4, 3, 3), 2),
    misconceptions=MISCONCEPTIONS,
    hint="After pixel shuffle, which channels form one block of the picture? They all get the "
    "same kernel.",
    linear=("w",),
    output="kernels",
)
