"""Right answers to unevenness, in different styles."""

import numpy as np


def by_slices(y, s):
    means = [y[i::s, j::s].mean() for i in range(s) for j in range(s)]
    return (max(means) - min(means)) / abs(y.mean())


def by_loops(y, s):
    sums, counts = np.zeros((s, s)), np.zeros((s, s))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            sums[i % s, j % s] += y[i, j]
            counts[i % s, j % s] += 1
    means = sums / counts
    return (means.max() - means.min()) / abs(sums.sum() / counts.sum())


def by_filling_up(y, s):
    rows, columns = -(-y.shape[0] // s) * s, -(-y.shape[1] // s) * s
    filled = np.full((rows, columns), np.nan)
    filled[: y.shape[0], : y.shape[1]] = y
    means = np.nanmean(filled.reshape(rows // s, s, columns // s, s), axis=(0, 2))
    return float(np.ptp(means) / np.abs(np.mean(y)))


def by_matrices(y, s):
    left = (np.arange(y.shape[0]) % s == np.arange(s)[:, None]).astype(float)
    right = (np.arange(y.shape[1])[:, None] % s == np.arange(s)).astype(float)
    means = left @ y @ right / np.outer(left.sum(axis=1), right.sum(axis=0))
    return np.array((means.max() - means.min()) / np.abs(y.sum() / y.size))


def by_sorting(y, s):
    means = sorted(float(np.average(y[i::s, j::s])) for i in range(s) for j in range(s))
    return np.float64((means[-1] - means[0]) / abs(y.sum() / y.size))


_ANY_ORDER = "The same means in another order: the largest and the smallest stay what they are."
_RATIO = "All means are scaled alike, and the ratio stays what it is."

_ROOM = "More nan than needed is added at the end, and left out of the means again."

EQUIVALENT = {
    "by_slices: means = [y[j::s, i::s].mean()": _ANY_ORDER,
    "by_sorting: means = sorted((float(np.average(y[j::s, i::s]))": _ANY_ORDER,
    "by_loops: sums[i % s, j % s] -= y[i, j]": _RATIO,
    "by_loops: counts[i % s, j % s] -= 1": _RATIO,
    "by_loops: counts[i % s, j % s] += 2": _RATIO,
    "axis=(2, 0))": "The order in which axes are averaged does not matter.",
    "rows, columns = (-(-y.shape[0] * s) * s": _ROOM,
    "-(-y.shape[1] * s) * s)": _ROOM,
}
