"""Mistakes people make with phase sums, evenness and its measure."""

import numpy as np

from convtranspose.checkerboard import equalise, phase_sums

from .common import negated, transposed_result, truncated
from .model import Misconception


def _per_phase(measure):
    """measure(sub-kernel) for every phase; 0 where a phase has no weights."""

    def answer(w, s):
        parts = [[w[i::s, j::s] for j in range(s)] for i in range(s)]
        return np.array([[measure(part) if part.size else 0 for part in row] for row in parts], float)

    return answer


def _blocks(w, s):
    a, b = -(-w.shape[0] // s), -(-w.shape[1] // s)
    return np.array([[w[i * a : (i + 1) * a, j * b : (j + 1) * b].sum() for j in range(s)] for i in range(s)])


def _whole_periods(w, s):
    return w[: w.shape[0] // s * s, : w.shape[1] // s * s]


PHASE_SUMS = (
    transposed_result(phase_sums),
    Misconception(
        "the mean of each phase",
        "Add the weights of a phase up; do not divide by their number.",
        _per_phase(np.mean),
    ),
    Misconception(
        "the number of weights in each phase",
        "You count the weights. Add their values up.",
        _per_phase(np.size),
    ),
    Misconception(
        "the largest weight of each phase",
        "You keep one weight of each phase. Add all of them up.",
        _per_phase(np.max),
    ),
    Misconception(
        "neighbouring weights in blocks",
        "You add weights that lie side by side. The weights of one phase lie s apart: `w[i::s, j::s]`.",
        _blocks,
    ),
    Misconception(
        "only whole periods of the kernel",
        "Where s does not divide the kernel size, the rest at the end is missing. Every weight belongs to a phase.",
        lambda w, s: phase_sums(_whole_periods(w, s), s) if min(w.shape) >= s else np.zeros((s, s)),
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


def _close(values) -> bool:
    values = np.asarray(values, float)
    return bool(np.allclose(values, values.flat[0], rtol=1e-9, atol=1e-9))


IS_EVEN = (
    Misconception(
        "whether the stride divides the kernel size",
        "That makes the number of weights in each phase equal, not their sums. [1, 0, 1, 0] with s = 2 is uneven.",
        lambda w, s: w.shape[0] % s == 0 and w.shape[1] % s == 0,
    ),
    Misconception(
        "whether all weights are equal",
        "Weights may differ as long as the sums of the phases agree.",
        lambda w, s: _close(w),
    ),
    Misconception(
        "the phases' means compared instead of their sums",
        "Where s does not divide the kernel size, phases have different numbers of weights. It is the sums that count.",
        lambda w, s: _close(_per_phase(np.mean)(w, s)),
    ),
    Misconception(
        "the rows' phases only",
        "In two dimensions there are s² phases. Yours looks at the rows only.",
        lambda w, s: _close([w[i::s].sum() for i in range(s)]),
    ),
    Misconception(
        "the columns' phases only",
        "In two dimensions there are s² phases. Yours looks at the columns only.",
        lambda w, s: _close([w[:, j::s].sum() for j in range(s)]),
    ),
    Misconception(
        "rows and columns one after the other",
        "Equal sums over rows and over columns do not make all s² phases equal: see [[1, 0], [0, 1]] with s = 2.",
        lambda w, s: _close([w[i::s].sum() for i in range(s)]) and _close([w[:, j::s].sum() for j in range(s)]),
    ),
    Misconception(
        "only whole periods of the kernel",
        "Where s does not divide the kernel size, the rest at the end belongs to phases too.",
        lambda w, s: _close(phase_sums(_whole_periods(w, s), s)) if min(w.shape) >= s else True,
    ),
    Misconception(
        "two equal phases are enough",
        "All s² sums must agree, not just the first two.",
        lambda w, s: _close(phase_sums(w, s).ravel()[:2]),
    ),
    Misconception(
        "the last phase left out",
        "All s² sums must agree; yours leaves out the last.",
        lambda w, s: _close(phase_sums(w, s).ravel()[:-1]) if s > 1 else True,
    ),
    Misconception(
        "phases without weights left out",
        "Where the stride is larger than the kernel, some phases have no weights: their sum is 0, and it counts.",
        lambda w, s: _close([w[i::s, j::s].sum() for i in range(s) for j in range(s) if w[i::s, j::s].size]),
    ),
    Misconception(
        "floats compared with ==",
        "Sums of floats carry rounding errors: 0.1 + 0.2 is not 0.3. Compare with `np.isclose` or `np.allclose`.",
        lambda w, s: bool(np.all(_summed(w, s) == _summed(w, s)[0, 0])),
    ),
    Misconception(
        "the answer is turned round",
        "You give back whether the sums differ.",
        lambda w, s: not _close(phase_sums(w, s)),
    ),
    Misconception("always True", "Some kernels are uneven: compute the phase sums.", lambda w, s: True),
    Misconception("always False", "Some kernels are even: compute the phase sums.", lambda w, s: False),
)


def _summed(w, s):
    """Phase sums added one weight after the other, with the rounding that a loop has."""
    sums = np.zeros((s, s), w.dtype)
    for u, v in np.ndindex(*w.shape):
        sums[u % s, v % s] += w[u, v]
    return sums


def _of_weighted_phases(sums, counts):
    """The least-squares goal as if phases without weights did not exist."""
    there = counts > 0
    return np.sum(sums[there] / counts[there]) / np.sum(1 / counts[there])


def _moved(target, share):
    """Each phase moved to target(sums, counts); share(difference, count) is what one weight moves by."""

    def answer(w, s):
        y = w.astype(float)
        sums, counts = phase_sums(w, s), phase_sums(np.ones(w.shape), s)
        goal = target(sums, counts)
        for i, j in np.argwhere(counts):
            y[i::s, j::s] += share(goal - sums[i, j], counts[i, j])
        return y

    return answer


def _least_squares(sums, counts):
    return 0 if np.any(counts == 0) else np.sum(sums / counts) / np.sum(1 / counts)


def _mean_of_sums(sums, counts):
    return np.mean(sums)


def _first_weight(w, s):
    y = w.astype(float)
    sums, counts = phase_sums(w, s), phase_sums(np.ones(w.shape), s)
    goal = _least_squares(sums, counts)
    for i, j in np.argwhere(counts):
        y[i, j] += goal - sums[i, j]
    return y


def _scaled_phases(w, s):
    y = w.astype(float)
    sums, counts = phase_sums(w, s), phase_sums(np.ones(w.shape), s)
    for i, j in np.argwhere(counts):
        y[i::s, j::s] *= _least_squares(sums, counts) / sums[i, j]
    return y


EQUALISE = (
    Misconception(
        "the kernel is left as it is",
        "The result is w itself. Its phase sums differ still.",
        lambda w, s: w,
    ),
    Misconception(
        "the whole difference added to every weight",
        "A phase of m weights moves by m times as much as each of them: divide the difference by m.",
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
        "The sums come out equal, but the kernel is not the nearest one: where phases have different numbers of "
        "weights, moving a phase of m weights to c costs (c − S)²/m. Minimise the total over c.",
        _moved(_mean_of_sums, lambda difference, m: difference / m),
    ),
    Misconception(
        "phases without weights left out",
        "Where the stride is larger than the kernel, some phases have no weights. Their sum stays 0, so the common "
        "sum must be 0.",
        _moved(_of_weighted_phases, lambda difference, m: difference / m),
    ),
    Misconception(
        "every phase moved to 1",
        "Any common sum makes the kernel even; asked for is the kernel nearest to w.",
        _moved(lambda sums, counts: 1, lambda difference, m: difference / m),
    ),
    Misconception(
        "every phase moved to 0",
        "The sums are equal, but w has lost more than it must: asked for is the nearest kernel.",
        _moved(lambda sums, counts: 0, lambda difference, m: difference / m),
    ),
    Misconception(
        "only the first weight of each phase changed",
        "The sums are equal, but shared among all weights of a phase the change is smaller: least squares.",
        _first_weight,
    ),
    Misconception(
        "phases multiplied instead of moved",
        "Scaling a phase makes the sums equal too, but another kernel lies nearer: add the same to each weight of it.",
        _scaled_phases,
    ),
    Misconception(
        "all weights replaced by their mean",
        "That kernel is even only where s divides its size, and it has lost everything else about w.",
        lambda w, s: np.full(w.shape, w.mean()),
    ),
    Misconception(
        "the phase means made equal, not the sums",
        "Where phases have different numbers of weights, equal means are not equal sums.",
        lambda w, s: _equal_means(w, s),
    ),
    truncated(equalise),
)


def _equal_means(w, s):
    y = w.astype(float)
    for i, j in np.ndindex(s, s):
        if y[i::s, j::s].size:
            y[i::s, j::s] += w.mean() - w[i::s, j::s].mean()
    return y


def _means(y, s):
    return np.array([[y[i::s, j::s].mean() for j in range(s)] for i in range(s)])


def _ratio(top, bottom):
    return lambda y, s: float(top(_means(y, s), y, s) / bottom(_means(y, s), y, s))


def _spread(means, y, s):
    return means.max() - means.min()


def _level(means, y, s):
    return abs(y.mean())


UNEVENNESS = (
    Misconception(
        "the standard deviation of the phase means",
        "The spread is the largest phase mean minus the smallest.",
        _ratio(lambda m, y, s: m.std(), _level),
    ),
    Misconception(
        "not divided by the mean",
        "A bright image would look more uneven than a dark one. Divide the spread by the mean.",
        _ratio(_spread, lambda m, y, s: 1),
    ),
    Misconception(
        "divided by the largest phase mean",
        "Divide by the mean of the image.",
        _ratio(_spread, lambda m, y, s: np.abs(m).max()),
    ),
    Misconception(
        "divided by the smallest phase mean",
        "Divide by the mean of the image.",
        _ratio(_spread, lambda m, y, s: np.abs(m).min()),
    ),
    Misconception(
        "divided by largest plus smallest",
        "That is the contrast of a fringe pattern. Divide by the mean of the image.",
        _ratio(_spread, lambda m, y, s: abs(m.max() + m.min())),
    ),
    Misconception(
        "the spread of the pixels, not of the phases",
        "Take the mean of each phase first: single pixels also differ because the picture does.",
        _ratio(lambda m, y, s: y.max() - y.min(), _level),
    ),
    Misconception(
        "phase sums in place of phase means",
        "Divide each phase's sum by its number of pixels.",
        _ratio(lambda m, y, s: _spread(m, y, s) * y.size / s**2, _level),
    ),
    Misconception(
        "neighbouring pixels in blocks",
        "The pixels of one phase lie s apart: `y[i::s, j::s]`.",
        _ratio(lambda m, y, s: np.ptp([[b.mean() for b in np.split(r, s, 1)] for r in np.split(y, s, 0)]), _level),
    ),
    Misconception(
        "the rows' phases only",
        "In two dimensions there are s² phases.",
        _ratio(lambda m, y, s: np.ptp(m.mean(axis=1)), _level),
    ),
    Misconception(
        "the columns' phases only",
        "In two dimensions there are s² phases.",
        _ratio(lambda m, y, s: np.ptp(m.mean(axis=0)), _level),
    ),
    Misconception(
        "the sign of the mean is kept",
        "Strength is never negative: divide by the mean's absolute value.",
        _ratio(_spread, lambda m, y, s: y.mean()),
    ),
    Misconception(
        "the largest deviation from the mean",
        "The spread is the largest phase mean minus the smallest.",
        _ratio(lambda m, y, s: np.abs(m - y.mean()).max(), _level),
    ),
    Misconception(
        "a ratio: largest over smallest phase mean",
        "Subtract the smallest from the largest, then divide by the mean: an even image gets 0.",
        _ratio(lambda m, y, s: m.max(), lambda m, y, s: m.min()),
    ),
    Misconception("always 0", "Some images are uneven: compare the means of the phases.", lambda y, s: 0.0),
)
