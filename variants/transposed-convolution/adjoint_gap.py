"""Right answers to adjoint_gap, in different styles."""

import numpy as np


def by_loops(x, y, w):
    there = back = 0
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for u in range(w.shape[0]):
                for v in range(w.shape[1]):
                    there += x[i + u, j + v] * w[u, v] * y[i, j]
    placed = np.zeros(x.shape)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            placed[i : i + w.shape[0], j : j + w.shape[1]] += y[i, j] * w
    back = np.sum(x * placed)
    return there - back


def by_matrix(x, y, w):
    rows = []
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            picture = np.zeros(x.shape)
            picture[i : i + w.shape[0], j : j + w.shape[1]] = w
            rows.append(picture.ravel())
    C = np.array(rows)
    return (C @ x.ravel()) @ y.ravel() - x.ravel() @ (C.T @ y.ravel())


def by_windows_and_padding(x, y, w):
    a, b = w.shape
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    there = np.einsum("ijuv,uv,ij->", windows, w, y)
    padded = np.pad(y, ((a - 1, a - 1), (b - 1, b - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)
    back = np.einsum("ijuv,uv,ij->", windows, w[::-1, ::-1], x)
    return float(there - back)


def by_fft(x, y, w):
    there = np.fft.irfft2(np.fft.rfft2(x) * np.conj(np.fft.rfft2(w, x.shape)), x.shape)
    there = np.sum(there[: y.shape[0], : y.shape[1]] * y)
    back = np.sum(x * np.fft.irfft2(np.fft.rfft2(y, x.shape) * np.fft.rfft2(w, x.shape), x.shape))
    return there - back


def by_shifts(x, y, w):
    H, W = y.shape
    Cx = np.zeros((H, W))
    CTy = np.zeros(x.shape)
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            Cx += w[u, v] * x[u : u + H, v : v + W]
            CTy[u : u + H, v : v + W] += w[u, v] * y
    return np.array(np.vdot(Cx, y) - np.vdot(x, CTy))


EQUIVALENT = {}
