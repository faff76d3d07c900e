"""Right answers to is_even, in different styles."""

import itertools
import math

import numpy as np


def _room(w):
    return (1e-5 if w.dtype == np.float32 else 1e-9) * np.abs(w).sum()


def by_allclose(w, s):
    sums = np.array([[w[i::s, j::s].sum() for j in range(s)] for i in range(s)])
    return np.allclose(sums.max(), sums, rtol=0, atol=_room(w))


def by_spread(w, s):
    sums = [np.sum(w[i::s, j::s]) for i in range(s) for j in range(s)]
    return max(sums) - min(sums) <= _room(w)


def by_fourier_transform(w, s):
    sums = np.zeros((s, s))
    for u, v in np.ndindex(*w.shape):
        sums[u % s, v % s] += w[u, v]
    spectrum = np.fft.fft2(sums)
    spectrum[0, 0] *= 0
    deviations = np.fft.ifft2(spectrum).real
    return bool(deviations.max() - deviations.min() <= _room(w))


def by_exact_sums(w, s):
    sums = [
        math.fsum(w[i::s, j::s].ravel().tolist()) for i, j in itertools.product(range(s), repeat=2)
    ]
    return not any(abs(one - other) > _room(w) for one in sums for other in sums)


def by_transposed_convolution(w, s):
    n = 2 + max(w.shape)
    y = np.zeros(((n - 1) * s + w.shape[0], (n - 1) * s + w.shape[1]))
    for i in range(n):
        for j in range(n):
            y[i * s : i * s + w.shape[0], j * s : j * s + w.shape[1]] += w
    inside = y[w.shape[0] - 1 : n * s, w.shape[1] - 1 : n * s]
    return np.int64(np.ptp(inside) <= _room(w)) == 1


_ANY_ORDER = "The same sums in another order: whether all are equal does not depend on it."
_MEAN = "The mean of all sums, whatever becomes of it, does not change how far they differ."
_SIGN = "All sums change their sign together, and stay equal or unequal."
_ROOM = "The array is larger than needed; the interior that is looked at is the same."
_INTERIOR = "A slightly smaller part of the interior, which still holds every phase."

EQUIVALENT = {
    "by_allclose: sums = np.array([[w[j::s, i::s]": _ANY_ORDER,
    "by_spread: sums = [np.sum(w[j::s, i::s])": _ANY_ORDER,
    "by_exact_sums: sums = [math.fsum(w[j::s, i::s]": _ANY_ORDER,
    "by_fourier_transform: sums[v % s, u % s] += w[u, v]": _ANY_ORDER,
    "by_fourier_transform: spectrum[0, 0] = 0": "The same.",
    "by_fourier_transform: spectrum[0, 0] += 0": _MEAN,
    "by_fourier_transform: spectrum[0, 0] *= 1": _MEAN,
    "by_fourier_transform: spectrum[0, 0] *= -1": _MEAN,
    "by_fourier_transform: sums[u % s, v % s] -= w[u, v]": _SIGN,
    ("by_transposed_convolution: y[i * s", "-= w"): _SIGN,
    "by_transposed_convolution: n = 3 + max(w.shape)": "More copies make a larger interior.",
    "by_transposed_convolution: n = 1 + max(w.shape)": "One copy less leaves interior enough.",
    "by_transposed_convolution: y = np.zeros(((n + 1)": _ROOM,
    "(n + 1) * s + w.shape[1]))": _ROOM,
    "by_transposed_convolution: y = np.zeros(((n - 0)": _ROOM,
    "(n - 0) * s + w.shape[1]))": _ROOM,
    "inside = y[w.shape[0] + 1:n * s": _INTERIOR,
    "inside = y[w.shape[0] - 0:n * s": _INTERIOR,
    "w.shape[1] + 1:n * s]": _INTERIOR,
    "w.shape[1] - 0:n * s]": _INTERIOR,
}
