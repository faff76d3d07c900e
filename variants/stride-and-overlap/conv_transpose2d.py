"""Right answers to conv_transpose2d, in different styles."""

import numpy as np


def by_placing(x, w, stride=1):
    a, b = w.shape
    y = np.zeros(((x.shape[0] - 1) * stride + a, (x.shape[1] - 1) * stride + b))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i * stride : i * stride + a, j * stride : j * stride + b] += x[i, j] * w
    return y


def by_four_loops(x, w, stride=1):
    y = np.zeros(((x.shape[0] - 1) * stride + w.shape[0], (x.shape[1] - 1) * stride + w.shape[1]))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for u in range(w.shape[0]):
                for v in range(w.shape[1]):
                    y[i * stride + u, j * stride + v] += x[i, j] * w[u, v]
    return y


def by_strided_slices(x, w, stride=1):
    H, W = x.shape
    a, b = w.shape
    y = np.zeros(((H - 1) * stride + a, (W - 1) * stride + b), np.result_type(x, w))
    for u in range(a):
        for v in range(b):
            y[u : u + (H - 1) * stride + 1 : stride, v : v + (W - 1) * stride + 1 : stride] += (
                w[u, v] * x
            )
    return y


def by_zero_insertion(x, w, stride=1):
    a, b = w.shape
    spread = np.zeros(((x.shape[0] - 1) * stride + 1, (x.shape[1] - 1) * stride + 1))
    spread[::stride, ::stride] = x
    padded = np.pad(spread, ((a - 1, a - 1), (b - 1, b - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (a, b))
    return np.einsum("ijuv,uv->ij", windows, w[::-1, ::-1])


def by_fft(x, w, stride=1):
    spread = np.zeros(((x.shape[0] - 1) * stride + 1, (x.shape[1] - 1) * stride + 1))
    spread[::stride, ::stride] = x
    shape = (spread.shape[0] + w.shape[0] - 1, spread.shape[1] + w.shape[1] - 1)
    return np.fft.irfft2(np.fft.rfft2(spread, shape) * np.fft.rfft2(w, shape), shape)


def by_matrix(x, w, stride=1):
    def placing(n, k):
        size = (n - 1) * stride + k
        return np.array([np.eye(size, k, -i * stride) for i in range(n)])

    down, right = placing(x.shape[0], w.shape[0]), placing(x.shape[1], w.shape[1])
    return np.einsum("ipu,jqv,ij,uv->pq", down, right, x, w)


def by_phases(x, w, stride=1):
    H, W = x.shape
    y = np.zeros(((H - 1) * stride + w.shape[0], (W - 1) * stride + w.shape[1]))
    for r in range(min(stride, w.shape[0])):
        for q in range(min(stride, w.shape[1])):
            part = w[r::stride, q::stride]
            phase = np.zeros((H + part.shape[0] - 1, W + part.shape[1] - 1))
            for u, v in np.ndindex(*part.shape):
                phase[u : u + H, v : v + W] += part[u, v] * x
            y[r::stride, q::stride] = phase
    return y


def by_lists(x, w, stride=1):
    y = [
        [0] * ((x.shape[1] - 1) * stride + w.shape[1])
        for _ in range((x.shape[0] - 1) * stride + w.shape[0])
    ]
    for (i, j), value in np.ndenumerate(x):
        for (u, v), weight in np.ndenumerate(w):
            y[i * stride + u][j * stride + v] += value * weight
    return y


def by_add_at(x, w, stride=1):
    y = np.zeros([(n - 1) * stride + k for n, k in zip(x.shape, w.shape, strict=True)])
    for (u, v), weight in np.ndenumerate(w):
        i, j = np.indices(x.shape)
        np.add.at(y, (i * stride + u, j * stride + v), weight * x)
    return y


def by_dictionary(x, w, stride=1):
    sums = {}
    for (i, j), value in np.ndenumerate(x):
        for (u, v), weight in np.ndenumerate(w):
            place = i * stride + u, j * stride + v
            sums[place] = sums.get(place, 0) + value * weight
    y = np.zeros([(n - 1) * stride + k for n, k in zip(x.shape, w.shape, strict=True)])
    for place, total in sums.items():
        y[place] = total
    return y


class _Canvas:
    def __init__(self, shape):
        self.cells = np.zeros(shape)

    def place(self, stamp, row, column):
        self.cells[row : row + stamp.shape[0], column : column + stamp.shape[1]] += stamp


def by_class(x, w, stride=1):
    canvas = _Canvas([(n - 1) * stride + k for n, k in zip(x.shape, w.shape, strict=True)])
    for i, j in np.ndindex(*x.shape):
        canvas.place(x[i, j] * w, i * stride, j * stride)
    return canvas.cells


EQUIVALENT = {}
