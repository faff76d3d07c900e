"""Right answers to resize_convolve, in different styles."""

import numpy as np


def by_windows(x, w, s):
    a, b = w.shape
    large = np.repeat(np.repeat(x, s, 0), s, 1)
    padded = np.pad(large, ((a // 2, a // 2), (b // 2, b // 2)))
    y = np.zeros(large.shape)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(padded[i : i + a, j : j + b] * w)
    return y


def by_the_formula(x, w, s):
    a, b = w.shape
    H, W = x.shape[0] * s, x.shape[1] * s
    y = np.zeros((H, W))
    for i, j in np.ndindex(H, W):
        for u, v in np.ndindex(a, b):
            m, n = i + u - a // 2, j + v - b // 2
            if 0 <= m < H and 0 <= n < W:
                y[i, j] += x[m // s, n // s] * w[u, v]
    return y


def by_einsum(x, w, s):
    padded = np.pad(np.kron(x, np.ones((s, s))), [(k // 2, k // 2) for k in w.shape])
    return np.einsum("ijuv,uv->ij", np.lib.stride_tricks.sliding_window_view(padded, w.shape), w)


def by_fft(x, w, s):
    large = np.kron(x, np.ones((s, s)))
    shape = (large.shape[0] + w.shape[0] - 1, large.shape[1] + w.shape[1] - 1)
    full = np.fft.irfft2(np.fft.rfft2(large, shape) * np.fft.rfft2(w[::-1, ::-1], shape), shape)
    top, left = w.shape[0] // 2, w.shape[1] // 2
    return full[top : top + large.shape[0], left : left + large.shape[1]]


def by_one_transposed_convolution(x, w, s):
    a, b = w.shape
    kernel = np.zeros((s + a - 1, s + b - 1))
    for i in range(s):
        for j in range(s):
            kernel[i : i + a, j : j + b] += w[::-1, ::-1]
    y = np.zeros((x.shape[0] * s + a - 1, x.shape[1] * s + b - 1))
    for i, j in np.ndindex(*x.shape):
        y[i * s : i * s + s + a - 1, j * s : j * s + s + b - 1] += x[i, j] * kernel
    return y[a // 2 : a // 2 + x.shape[0] * s, b // 2 : b // 2 + x.shape[1] * s]


def by_shift_matrices(x, w, s):
    large = np.repeat(np.repeat(x, s, 0), s, 1)
    H, W = large.shape
    y = 0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            y = y + w[u, v] * (
                np.eye(H, H, u - w.shape[0] // 2) @ large @ np.eye(W, W, w.shape[1] // 2 - v)
            )
    return y


_MORE_ROOM = "The extra rows and columns of zeros lie at the end and are never read."

EQUIVALENT = {
    "((a // 2, a * 2), (b // 2, b // 2))": _MORE_ROOM,
    "((a // 2, a // 2), (b // 2, b * 2))": _MORE_ROOM,
    "((a // 2, a // 1), (b // 2, b // 2))": _MORE_ROOM,
    "((a // 2, a // 2), (b // 2, b // 1))": _MORE_ROOM,
    "by_fft: shape = (large.shape[0] + w.shape[0] + 1": _MORE_ROOM,
    "large.shape[1] + w.shape[1] + 1)": _MORE_ROOM,
    "by_fft: shape = (large.shape[0] + w.shape[0] - 0": _MORE_ROOM,
    "large.shape[1] + w.shape[1] - 0)": _MORE_ROOM,
    "by_one_transposed_convolution: y = np.zeros((x.shape[0] * s + a + 1": _MORE_ROOM,
    "x.shape[1] * s + b + 1))": _MORE_ROOM,
    "by_one_transposed_convolution: y = np.zeros((x.shape[0] * s + a - 0": _MORE_ROOM,
    "x.shape[1] * s + b - 0))": _MORE_ROOM,
}
