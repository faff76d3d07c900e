"""Right answers to overlap_count, in different styles."""

import numpy as np


def by_slices(n, k, s):
    count = np.zeros((n - 1) * s + k, dtype=int)
    for i in range(n):
        count[i * s : i * s + k] += 1
    return count


def by_loops(n, k, s):
    count = np.zeros((n - 1) * s + k, np.int32)
    for i in range(n):
        for u in range(k):
            count[i * s + u] += 1
    return count


def by_convolution(n, k, s):
    comb = np.zeros((n - 1) * s + 1, np.int8)
    comb[::s] = 1
    return np.convolve(comb, np.ones(k, int))


def by_bincount(n, k, s):
    places = s * np.arange(n)[:, None] + np.arange(k)
    return np.bincount(places.ravel())


def by_asking_every_place(n, k, s):
    return [sum(1 for i in range(n) if i * s <= m < i * s + k) for m in range((n - 1) * s + k)]


def by_cumulative_sum(n, k, s):
    change = np.zeros((n - 1) * s + k + 1, int)
    change[np.arange(n) * s] += 1
    change[np.arange(n) * s + k] -= 1
    return np.cumsum(change)[:-1]


def by_dictionary(n, k, s):
    counts = dict.fromkeys(range((n - 1) * s + k), 0)
    for i in range(n):
        for u in range(k):
            counts[i * s + u] += 1
    return np.array([*counts.values()])


def by_add_at(n, k, s):
    y = np.zeros((n - 1) * s + k, int)
    np.add.at(y, np.add.outer(np.arange(n) * s, np.arange(k)), 1)
    return y


EQUIVALENT = {
    "by_cumulative_sum: change[np.arange(n) * s] = 1": "No two copies start at one place, and "
    "nothing is there yet."
}
