"""equalise(w, s): the nearest kernel, in least squares, whose phases all have the same sum."""

from collections.abc import Callable

import numpy as np

from convtranspose.checkerboard import equalise, phase_sums
from marking.assignments.checkerboard._ladders import EQUALISE
from marking.assignments.checkerboard._shared import KERNEL_AND_STRIDE
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.mistakes import Function, Misconception, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import plain

# goal(sums, counts): the common sum that the phases are moved to
Goal = Callable[[np.ndarray, np.ndarray], float]


def _phases(w: np.ndarray, s: int) -> tuple[np.ndarray, np.ndarray]:
    """The sum of each phase's weights, and their number."""
    return phase_sums(w, s), phase_sums(np.ones(w.shape), s)


def _least_squares(sums: np.ndarray, counts: np.ndarray) -> float:
    """The right goal: phases without weights hold it at 0."""
    return 0.0 if np.any(counts == 0) else float(np.sum(sums / counts) / np.sum(1 / counts))


def _of_weighted_phases(sums: np.ndarray, counts: np.ndarray) -> float:
    """The right goal if phases without weights did not exist."""
    there = counts > 0
    return float(np.sum(sums[there] / counts[there]) / np.sum(1 / counts[there]))


def _moved(goal: Goal, share: Callable[[float, float], float]) -> Function:
    """Each phase moved to goal(sums, counts); share(difference, count) is what one weight moves
    by.
    """

    def answer(w: np.ndarray, s: int) -> np.ndarray:
        y = w.astype(float)
        sums, counts = _phases(w, s)
        common = goal(sums, counts)
        for i, j in np.argwhere(counts):
            y[i::s, j::s] += share(common - sums[i, j], counts[i, j])
        return y

    return answer


def _first_weight(w: np.ndarray, s: int) -> np.ndarray:
    y = w.astype(float)
    sums, counts = _phases(w, s)
    common = _least_squares(sums, counts)
    for i, j in np.argwhere(counts):
        y[i, j] += common - sums[i, j]
    return y


def _scaled_phases(w: np.ndarray, s: int) -> np.ndarray:
    y = w.astype(float)
    sums, counts = _phases(w, s)
    for i, j in np.argwhere(counts):
        y[i::s, j::s] *= _least_squares(sums, counts) / sums[i, j]
    return y


def _equal_means(w: np.ndarray, s: int) -> np.ndarray:
    y = w.astype(float)
    for i, j in np.ndindex(s, s):
        if y[i::s, j::s].size:
            y[i::s, j::s] += w.mean() - w[i::s, j::s].mean()
    return y


MISCONCEPTIONS = (
    Misconception(
        "the kernel is left as it is",
        "The result is w itself. Its phase sums differ still.",
        lambda w, s: w,
    ),
    Misconception(
        "the phase sums in place of the kernel",
        "The result has one number for each phase. Asked for is the kernel, in the shape of w: add "
        "to each of its weights what that weight has to move by.",
        lambda w, s: np.full((s, s), np.mean(phase_sums(w, s))),
    ),
    Misconception(
        "the whole difference added to every weight",
        "A phase of m weights moves by m times as much as each of them: divide the difference by "
        "m.",
        _moved(_least_squares, lambda difference, m: difference),
    ),
    Misconception(
        "half the way",
        "The phase sums come closer, but are not equal yet.",
        _moved(_least_squares, lambda difference, m: difference / m / 2),
    ),
    Misconception(
        "moved the wrong way",
        "Phases with a small sum must grow, those with a large one shrink. Look at the sign.",
        _moved(_least_squares, lambda difference, m: -difference / m),
    ),
    Misconception(
        "the plain mean of the sums as the goal",
        "Where no phase is empty the sums come out equal, but not by the nearest kernel: where "
        "phases have different numbers of weights, moving a phase of m weights to c costs "
        "(c − S)²/m. Minimise the total over c.",
        _moved(lambda sums, counts: float(np.mean(sums)), lambda difference, m: difference / m),
    ),
    Misconception(
        "phases without weights left out",
        "Where the stride is larger than the kernel, some phases have no weights. Their sum stays "
        "0, so the common sum must be 0.",
        _moved(_of_weighted_phases, lambda difference, m: difference / m),
    ),
    Misconception(
        "every phase moved to 1",
        "Any common sum makes the kernel even; asked for is the kernel nearest to w.",
        _moved(lambda sums, counts: 1.0, lambda difference, m: difference / m),
    ),
    Misconception(
        "every phase moved to 0",
        "The sums are equal, but w has lost more than it must: asked for is the nearest kernel.",
        _moved(lambda sums, counts: 0.0, lambda difference, m: difference / m),
    ),
    Misconception(
        "only the first weight of each phase changed",
        "The sums are equal, but shared among all weights of a phase the change is smaller: least "
        "squares.",
        _first_weight,
    ),
    Misconception(
        "phases multiplied instead of moved",
        "Scaling a phase makes the sums equal too, but another kernel lies nearer: add the same "
        "to each weight of it.",
        _scaled_phases,
    ),
    Misconception(
        "all weights replaced by their mean",
        "That kernel is even only where s divides its size, and it has lost everything else about "
        "w.",
        lambda w, s: np.full(w.shape, w.mean()),
    ),
    Misconception(
        "the phase means made equal, not the sums",
        "Where phases have different numbers of weights, equal means are not equal sums.",
        _equal_means,
    ),
    truncated(equalise),
)

QUESTION = Question(
    domain=KERNEL_AND_STRIDE,
    signature="equalise(w, s)",
    reference=equalise,
    categories=(
        Category(
            "the stride divides the kernel size",
            1,
            (case(float64(4, 4), 2), case(float64(2, 4), 2), case(float64(6, 3), 3)),
            where=lambda v: plain(v) & (v.H % v.s == 0) & (v.W % v.s == 0),
        ),
        Category(
            "it does not: the nearest kernel",
            1,
            (case(float64(3, 3), 2), case(float64(4, 5), 3), case(float64(3, 4), 2)),
            where=lambda v: plain(v) & (v.H >= v.s) & (v.W >= v.s),
        ),
        Category(
            "phases without weights",
            1,
            (case(float64(2, 2), 3), case(float64(1, 3), 2), case(float64(4, 2), 3)),
            where=plain,
        ),
        kinds_of_numbers(
            case(int64(4, 4), 2),
            case(float32(3, 3), 2),
            case(eighths(3, 2), 2),
            case(float64(2, 2), 1),
        ),
    ),
    ladder=EQUALISE,
    moderate=case(float64(60, 60), 3),
    misconceptions=MISCONCEPTIONS,
    hint="Every weight of one phase moves by the same amount. Print the phase sums of your "
    "result: are they equal?",
    linear=("w",),
    rounds=True,
    scale=lambda w, s: np.max(np.abs(w)),  # the result itself may be all zeros
)
