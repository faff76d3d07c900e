"""Right answers to is_even, in different styles."""

import itertools
import math

import numpy as np


def by_allclose(w, s):
    sums = np.array([[w[i::s, j::s].sum() for j in range(s)] for i in range(s)])
    return np.allclose(sums, sums[0, 0])


def by_spread(w, s):
    sums = [np.sum(w[i::s, j::s]) for i in range(s) for j in range(s)]
    return max(sums) - min(sums) < 1e-9


def by_fourier_transform(w, s):
    sums = np.zeros((s, s))
    for u, v in np.ndindex(*w.shape):
        sums[u % s, v % s] += w[u, v]
    spectrum = np.abs(np.fft.fft2(sums))
    return bool(spectrum.sum() - spectrum[0, 0] < 1e-9)


def by_exact_sums(w, s):
    sums = [math.fsum(w[i::s, j::s].ravel().tolist()) for i, j in itertools.product(range(s), repeat=2)]
    return not any(abs(total - sums[0]) > 1e-6 for total in sums)


def by_transposed_convolution(w, s):
    n = 6
    y = np.zeros(((n - 1) * s + w.shape[0], (n - 1) * s + w.shape[1]))
    for i in range(n):
        for j in range(n):
            y[i * s : i * s + w.shape[0], j * s : j * s + w.shape[1]] += w
    inside = y[w.shape[0] - 1 : n * s, w.shape[1] - 1 : n * s]
    return np.int64(np.ptp(inside) < 1e-9) == 1


_ALL_EQUAL = "If all sums are equal, each of them will do for the comparison."
_ANY_ORDER = "The same sums in another order: whether all are equal does not depend on it."
_THRESHOLD = "The limit itself is never met: sums agree to rounding, or differ by far more."
_SIGN = "All sums change their sign together, and stay equal or unequal."
_ROOM = "The array is larger than needed; the interior that is looked at is the same."
_INTERIOR = "A slightly smaller part of the interior, which still holds every phase several times."

EQUIVALENT = {
    "by_allclose: return np.allclose(sums, sums[-1, 0])": _ALL_EQUAL,
    "by_allclose: return np.allclose(sums, sums[0, -1])": _ALL_EQUAL,
    "by_exact_sums: return not any((abs(total - sums[-1]) > 1e-06": _ALL_EQUAL,
    "by_allclose: sums = np.array([[w[j::s, i::s]": _ANY_ORDER,
    "by_spread: sums = [np.sum(w[j::s, i::s])": _ANY_ORDER,
    "by_exact_sums: sums = [math.fsum(w[j::s, i::s]": _ANY_ORDER,
    "by_fourier_transform: sums[v % s, u % s] += w[u, v]": _ANY_ORDER,
    "by_spread: return max(sums) - min(sums) <= 1e-09": _THRESHOLD,
    "by_fourier_transform: return bool(spectrum.sum() - spectrum[0, 0] <= 1e-09)": _THRESHOLD,
    "by_exact_sums: return not any((abs(total - sums[0]) >= 1e-06": _THRESHOLD,
    "by_transposed_convolution: return np.int64(np.ptp(inside) <= 1e-09) == 1": _THRESHOLD,
    "by_fourier_transform: sums[u % s, v % s] -= w[u, v]": _SIGN,
    ("by_transposed_convolution: y[i * s", "-= w"): _SIGN,
    "by_transposed_convolution: n = 7": "Any number of copies does that is large enough for an interior.",
    "by_transposed_convolution: n = 5": "Any number of copies does that is large enough for an interior.",
    "by_transposed_convolution: y = np.zeros(((n + 1)": _ROOM,
    "(n + 1) * s + w.shape[1]))": _ROOM,
    "by_transposed_convolution: y = np.zeros(((n - 0)": _ROOM,
    "(n - 0) * s + w.shape[1]))": _ROOM,
    "inside = y[w.shape[0] + 1:n * s": _INTERIOR,
    "inside = y[w.shape[0] - 0:n * s": _INTERIOR,
    "w.shape[1] + 1:n * s]": _INTERIOR,
    "w.shape[1] - 0:n * s]": _INTERIOR,
}
