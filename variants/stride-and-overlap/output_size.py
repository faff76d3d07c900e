"""Right answers to output_size, in different styles."""

import numpy as np


def by_formula(n, k, s, p=0, d=1, op=0):
    return (n - 1) * s - 2 * p + d * (k - 1) + op + 1


def by_last_place(n, k, s, p=0, d=1, op=0):
    last_copy = (n - 1) * s
    last_weight = (k - 1) * d
    return last_copy + last_weight + 1 - p - p + op


def by_placing(n, k, s, p=0, d=1, op=0):
    places = {i * s + u * d for i in range(n) for u in range(k)}
    return max(places) + 1 - 2 * p + op


def by_ranges(n, k, s, p=0, d=1, op=0):
    last_copy = range(0, n * s, s)[-1]
    last_weight = range(last_copy, last_copy + k * d, d)[-1]
    return np.int64(len(range(last_weight + 1)) - len(range(2 * p)) + op)


def by_recursion(n, k, s, p=0, d=1, op=0):
    if n > 1:
        return s + by_recursion(n - 1, k, s, p, d, op)
    if k > 1:
        return d + by_recursion(n, k - 1, s, p, d, op)
    return 1 - 2 * p + op


def by_numpy(n, k, s, p=0, d=1, op=0):
    return np.dot([n - 1, k - 1, -2, 1], [s, d, p, op]) + 1


EQUIVALENT = {
    "def by_ranges(n, k, s, p=-1": "A range to −2 is as empty as one to 0: nothing is cropped.",
}
