"""Right answers to phase_sums, in different styles."""

import itertools

import numpy as np


def by_slices(w, s):
    sums = np.zeros((s, s))
    for i in range(s):
        for j in range(s):
            sums[i, j] = np.sum(w[i::s, j::s])
    return sums


def by_sorting_every_weight(w, s):
    sums = np.zeros((s, s), w.dtype)
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            sums[u % s, v % s] += w[u, v]
    return sums


def by_reshaping(w, s):
    rows, columns = -(-w.shape[0] // s), -(-w.shape[1] // s)
    filled = np.zeros((rows * s, columns * s))
    filled[: w.shape[0], : w.shape[1]] = w
    return filled.reshape(rows, s, columns, s).sum(axis=(0, 2))


def by_matrices(w, s):
    left = np.arange(s)[:, None] == np.arange(w.shape[0]) % s
    right = np.arange(w.shape[1])[:, None] % s == np.arange(s)
    return left @ w @ right


def by_bincount(w, s):
    u, v = np.indices(w.shape)
    return np.bincount(((u % s) * s + v % s).ravel(), w.ravel(), minlength=s * s).reshape(s, s)


def by_lists(w, s):
    return [[sum(w[i::s, j::s].ravel().tolist()) for j in range(s)] for i in range(s)]


def by_add_at(w, s):
    sums = np.zeros((s, s))
    u, v = np.indices(w.shape)
    np.add.at(sums, (u % s, v % s), w)
    return sums


def by_dictionary(w, s):
    sums = dict.fromkeys(itertools.product(range(s), repeat=2), 0)
    for (u, v), weight in np.ndenumerate(w):
        sums[u % s, v % s] += weight
    return np.reshape(list(sums.values()), (s, s))


EQUIVALENT = {
    "rows, columns = (-(-w.shape[0] * s)": "More zeros than needed are added at the end; they add "
    "nothing to a sum.",
    "-(-w.shape[1] * s))": "More zeros than needed are added at the end; they add nothing.",
    "sum(axis=(2, 0))": "The order in which axes are summed does not matter.",
}
