"""Right answers to convolve2d_same, in different styles."""

import numpy as np


def by_windows(x, h):
    a, b = h.shape
    padded = np.pad(x, ((a // 2, a // 2), (b // 2, b // 2)))
    turned = h[::-1, ::-1]
    y = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = np.sum(padded[i : i + a, j : j + b] * turned)
    return y


def by_the_formula(x, h):
    a, b = h.shape
    y = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for u in range(a):
                for v in range(b):
                    m, n = i + a // 2 - u, j + b // 2 - v
                    if 0 <= m < x.shape[0] and 0 <= n < x.shape[1]:
                        y[i, j] += x[m, n] * h[u, v]
    return y


def by_placing_and_cropping(x, h):
    a, b = h.shape
    full = np.zeros((x.shape[0] + a - 1, x.shape[1] + b - 1))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            full[i : i + a, j : j + b] += x[i, j] * h
    return full[a // 2 : a // 2 + x.shape[0], b // 2 : b // 2 + x.shape[1]]


def by_fft(x, h):
    shape = (x.shape[0] + h.shape[0] - 1, x.shape[1] + h.shape[1] - 1)
    full = np.fft.irfft2(np.fft.rfft2(x, shape) * np.fft.rfft2(h, shape), shape)
    top, left = h.shape[0] // 2, h.shape[1] // 2
    return full[top : top + x.shape[0], left : left + x.shape[1]]


def by_einsum(x, h):
    padded = np.pad(x, [(n // 2, n // 2) for n in h.shape])
    windows = np.lib.stride_tricks.sliding_window_view(padded, h.shape)
    return np.einsum("ijuv,uv->ij", windows, np.flip(h))


def by_shift_matrices(x, h):
    rows, columns = x.shape
    y = np.zeros(x.shape)
    for u in range(h.shape[0]):
        for v in range(h.shape[1]):
            down, right = u - h.shape[0] // 2, v - h.shape[1] // 2
            y += h[u, v] * (np.eye(rows, rows, -down) @ x @ np.eye(columns, columns, right))
    return y


def by_lists(x, h):
    rows, columns = x.shape
    a, b = h.shape
    cells = {(i, j): x[i, j] for i in range(rows) for j in range(columns)}
    return [
        [
            sum(
                cells.get((i + a // 2 - u, j + b // 2 - v), 0) * h[u, v]
                for u in range(a)
                for v in range(b)
            )
            for j in range(columns)
        ]
        for i in range(rows)
    ]


_MORE_ROOM = "The extra rows and columns of zeros lie at the end and are never read."

EQUIVALENT = {
    "by_placing_and_cropping: full = np.zeros((x.shape[0] + a + 1": _MORE_ROOM,
    "x.shape[1] + b + 1))": _MORE_ROOM,
    "by_placing_and_cropping: full = np.zeros((x.shape[0] + a - 0": _MORE_ROOM,
    "x.shape[1] + b - 0))": _MORE_ROOM,
    "by_fft: shape = (x.shape[0] + h.shape[0] + 1": _MORE_ROOM,
    "x.shape[1] + h.shape[1] + 1)": _MORE_ROOM,
    "by_fft: shape = (x.shape[0] + h.shape[0] - 0": _MORE_ROOM,
    "x.shape[1] + h.shape[1] - 0)": _MORE_ROOM,
    "((a // 2, a * 2), (b // 2, b // 2))": _MORE_ROOM,
    "((a // 2, a // 2), (b // 2, b * 2))": _MORE_ROOM,
    "((a // 2, a // 1), (b // 2, b // 2))": _MORE_ROOM,
    "((a // 2, a // 2), (b // 2, b // 1))": _MORE_ROOM,
}
