"""Right answers to input_gradient, in different styles."""

import itertools

import numpy as np


def by_placing(w, upstream, input_shape):
    gradient = np.zeros(input_shape)
    for i in range(upstream.shape[0]):
        for j in range(upstream.shape[1]):
            gradient[i : i + w.shape[0], j : j + w.shape[1]] += upstream[i, j] * w
    return gradient


def by_the_chain_rule(w, upstream, input_shape):
    gradient = np.zeros(input_shape)
    for m in range(input_shape[0]):
        for n in range(input_shape[1]):
            for i in range(upstream.shape[0]):
                for j in range(upstream.shape[1]):
                    if 0 <= m - i < w.shape[0] and 0 <= n - j < w.shape[1]:
                        gradient[m, n] += upstream[i, j] * w[m - i, n - j]
    return gradient


def by_full_correlation(w, upstream, input_shape):
    a, b = w.shape
    padded = np.pad(upstream, ((a - 1, a - 1), (b - 1, b - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)
    return np.einsum("ijuv,uv->ij", windows, np.rot90(w, 2))


def by_finite_differences(w, upstream, input_shape):
    gradient = np.zeros(input_shape)
    for pixel in np.ndindex(*input_shape):
        x = np.zeros(input_shape)
        x[pixel] = 1
        for i in range(upstream.shape[0]):
            for j in range(upstream.shape[1]):
                gradient[pixel] += (
                    np.sum(x[i : i + w.shape[0], j : j + w.shape[1]] * w) * upstream[i, j]
                )
    return gradient


def by_matrix(w, upstream, input_shape):
    numbers = np.arange(input_shape[0] * input_shape[1]).reshape(input_shape)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, w.shape).reshape(-1, w.size)
    C = np.zeros((upstream.size, numbers.size))
    for row, places in enumerate(windows):
        C[row, places] = w.ravel()
    return (upstream.ravel() @ C).reshape(input_shape)


def by_fft(w, upstream, input_shape):
    return np.fft.irfft2(
        np.fft.rfft2(w, input_shape) * np.fft.rfft2(upstream, input_shape), input_shape
    )


def by_add_at(w, upstream, input_shape):
    gradient = np.zeros(input_shape)
    i, j, u, v = np.indices(upstream.shape + w.shape)
    np.add.at(gradient, (i + u, j + v), np.multiply.outer(upstream, w))
    return gradient


def by_accumulating(w, upstream, input_shape):
    def added(total, place):
        placed = np.zeros(input_shape)
        placed[place[0] : place[0] + w.shape[0], place[1] : place[1] + w.shape[1]] = w
        return total + upstream[place] * placed

    start = np.zeros(input_shape)
    *_, total = itertools.accumulate(np.ndindex(*upstream.shape), added, initial=start)
    return total


EQUIVALENT = {
    "reshape(-2, w.size)": "NumPy takes any negative size, -2 like -1, for the one to work out."
}
