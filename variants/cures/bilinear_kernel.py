"""Right answers to bilinear_kernel, in different styles."""

import numpy as np


def by_tent(s):
    k = 2 * s - s % 2
    tent = 1 - np.abs(np.arange(k) - (k - 1) / 2) / s
    return np.outer(tent, tent)


def by_the_usual_recipe(s):
    k = 2 * s - s % 2
    factor = (k + 1) // 2
    center = factor - 1 if k % 2 == 1 else factor - 0.5
    rows, columns = np.ogrid[:k, :k]
    return (1 - abs(rows - center) / factor) * (1 - abs(columns - center) / factor)


def by_convolving_boxes(s):
    if s % 2:
        tent = np.convolve(np.ones(s), np.ones(s)) / s
    else:
        tent = np.convolve(np.convolve(np.ones(s), np.ones(s)), [0.5, 0.5]) / s
    return tent[:, None] * tent


def by_counting_up_and_down(s):
    first = 1 if s % 2 else 0.5
    up = [(first + i) / s for i in range(s)]
    tent = up + up[::-1] if s % 2 == 0 else up + up[-2::-1]
    return [[a * b for b in tent] for a in tent]


def by_loops(s):
    k = 2 * s - s % 2
    middle = (k - 1) / 2
    kernel = np.zeros((k, k))
    for u in range(k):
        for v in range(k):
            kernel[u, v] = (s - abs(u - middle)) * (s - abs(v - middle)) / s**2
    return kernel


EQUIVALENT = {"by_loops: kernel[v, u] = ": "The kernel is symmetric."}
