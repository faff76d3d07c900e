"""Right answers to same_padding, in different styles."""

import numpy as np


def by_halving(n, k, s):
    start = max(k - s, 0) // 2
    return start, k - s - start


def by_sizes(n, k, s):
    full = (n - 1) * s + k
    surplus = full - n * s
    if surplus < 0:
        return 0, surplus
    return surplus // 2, surplus - surplus // 2


def by_rounding(n, k, s):
    start = int(np.floor(np.maximum(k - s, 0) / 2))
    return start, k - s - start


def by_dealing_out(n, k, s):
    crop = [0, min(k - s, 0)]
    for i in range(k - s):
        crop[1 - i % 2] += 1
    return crop


def by_divmod(n, k, s):
    half, rest = divmod(abs(k - s), 2)
    return np.array([half, half + rest]) if k > s else np.array([0, k - s])


_ZERO = "Nothing to share: both ways give (0, 0)."

EQUIVALENT = {
    "by_halving: start = max(k - s, 1) // 2": "Half of 1, rounded down, is 0 as well.",
    "by_rounding: start = int(np.floor(np.maximum(k - s, 1) / 2))": "Half of 1, rounded down, is "
    "0 as well.",
    "by_sizes: if surplus <= 0": _ZERO,
    "by_sizes: if surplus < 1": _ZERO,
    "by_divmod: return np.array([half, half + rest]) if k >= s": _ZERO,
}
