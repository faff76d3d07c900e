"""phase_sums(w, s): the sums of the weights s apart, one for each of the s × s phases."""

import numpy as np

from convtranspose.checkerboard import phase_sums
from marking.assignments.checkerboard._ladders import PHASE_SUMS
from marking.assignments.checkerboard._shared import KERNEL_AND_STRIDE, per_phase, whole_periods
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.mistakes import Misconception, negated, transposed_result, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain


def _blocks(w: np.ndarray, s: int) -> np.ndarray:
    a, b = -(-w.shape[0] // s), -(-w.shape[1] // s)
    return np.array(
        [[w[i * a : (i + 1) * a, j * b : (j + 1) * b].sum() for j in range(s)] for i in range(s)]
    )


MISCONCEPTIONS = (
    transposed_result(phase_sums),
    Misconception(
        "the mean of each phase",
        "Add the weights of a phase up; do not divide by their number.",
        per_phase(np.mean),
    ),
    Misconception(
        "the number of weights in each phase",
        "You count the weights. Add their values up.",
        per_phase(np.size),
    ),
    Misconception(
        "the largest weight of each phase",
        "You keep one weight of each phase. Add all of them up.",
        per_phase(np.max),
    ),
    Misconception(
        "only the last weight of each phase",
        "Each weight replaces the one before. Add it: `+=`, not `=`.",
        per_phase(lambda part: part[-1, -1]),
    ),
    Misconception(
        "a colon is missing in the slices",
        "`w[i:s]` ends before row s. Every s-th row from i on is `w[i::s]`, with two colons.",
        lambda w, s: np.array([[w[i:s, j:s].sum() for j in range(s)] for i in range(s)]),
    ),
    Misconception(
        "neighbouring weights in blocks",
        "You add weights that lie side by side. The weights of one phase lie s apart: `w[i::s, "
        "j::s]`.",
        _blocks,
    ),
    Misconception(
        "neighbouring weights in blocks of s",
        "You add weights that lie side by side. The weights of one phase lie s apart: `w[i::s, "
        "j::s]`.",
        lambda w, s: np.array(
            [
                [w[i * s : (i + 1) * s, j * s : (j + 1) * s].sum() for j in range(s)]
                for i in range(s)
            ]
        ),
    ),
    Misconception(
        "only whole periods of the kernel",
        "Where s does not divide the kernel size, the rest at the end is missing. Every weight "
        "belongs to a phase.",
        lambda w, s: phase_sums(whole_periods(w, s), s) if min(w.shape) >= s else np.zeros((s, s)),
    ),
    Misconception(
        "the phases counted backwards",
        "Phase (i, j) starts at weight (i, j). You count from the end.",
        lambda w, s: phase_sums(w, s)[::-1, ::-1],
    ),
    Misconception(
        "the phases shifted by one",
        "Phase (0, 0) starts at weight (0, 0). Do you count from 1?",
        lambda w, s: np.roll(phase_sums(w, s), 1, (0, 1)),
    ),
    Misconception(
        "sums as parts of the whole",
        "You divide by the sum of all weights. Leave the sums as they are.",
        lambda w, s: phase_sums(w, s) / (w.sum() or 1),
    ),
    Misconception(
        "the rows only",
        "You add up over the columns as well. Both axes have phases: the result is s × s.",
        lambda w, s: np.array([w[i::s].sum() for i in range(s)]),
    ),
    negated(phase_sums),
    truncated(phase_sums),
)

QUESTION = Question(
    domain=KERNEL_AND_STRIDE,
    signature="phase_sums(w, s)",
    reference=phase_sums,
    categories=(
        Category(
            "the stride divides the kernel size",
            1,
            (
                case(float64(4, 4), 2),
                case(float64(2, 4), 2),
                case(float64(6, 3), 3),
                case(float64(2, 3), 1),
            ),
            where=lambda v: plain(v) & (v.H % v.s == 0) & (v.W % v.s == 0),
        ),
        Category(
            "it does not",
            1,
            (
                case(float64(3, 3), 2),
                case(float64(4, 5), 3),
                case(float64(3, 4), 2),
                case(float64(2, 2), 3),
            ),
            where=plain,
        ),
        kinds_of_numbers(case(int64(3, 4), 2), case(float32(4, 4), 2), case(eighths(3, 2), 2)),
    ),
    ladder=PHASE_SUMS,
    moderate=case(float64(60, 60), 3),
    misconceptions=MISCONCEPTIONS,
    hint="Colour the weights of w by their row's and column's remainder after division by s: one "
    "colour, one sum.",
    linear=("w",),
    output="sums",
)
