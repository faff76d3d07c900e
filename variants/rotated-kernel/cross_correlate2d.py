"""Right answers to cross_correlate2d, in different styles."""

import numpy as np


def by_windows(x, h):
    a, b = h.shape
    y = np.zeros((x.shape[0] - a + 1, x.shape[1] - b + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(x[i : i + a, j : j + b] * h)
    return y


def by_four_loops(x, h):
    a, b = h.shape
    rows, columns = x.shape[0] - a + 1, x.shape[1] - b + 1
    y = np.zeros((rows, columns), dtype=np.result_type(x, h))
    for i in range(rows):
        for j in range(columns):
            for u in range(a):
                for v in range(b):
                    y[i, j] += x[i + u, j + v] * h[u, v]
    return y


def by_shifting_the_image(x, h):
    a, b = h.shape
    rows, columns = x.shape[0] - a + 1, x.shape[1] - b + 1
    y = np.zeros((rows, columns))
    for u in range(a):
        for v in range(b):
            y = y + h[u, v] * x[u : u + rows, v : v + columns]
    return y


def by_einsum(x, h):
    windows = np.lib.stride_tricks.sliding_window_view(x, h.shape)
    return np.einsum("ijuv,uv->ij", windows, h)


def by_matrix_product(x, h):
    windows = np.lib.stride_tricks.sliding_window_view(x, h.shape)
    return windows.reshape(windows.shape[0], windows.shape[1], h.size) @ h.ravel()


def by_fft(x, h):
    spectrum = np.fft.rfft2(x) * np.conj(np.fft.rfft2(h, x.shape))
    y = np.fft.irfft2(spectrum, x.shape)
    return y[: x.shape[0] - h.shape[0] + 1, : x.shape[1] - h.shape[1] + 1]


def by_lists(x, h):
    x, h = x.tolist(), h.tolist()
    return [
        [
            sum(x[i + u][j + v] * h[u][v] for u in range(len(h)) for v in range(len(h[0])))
            for j in range(len(x[0]) - len(h[0]) + 1)
        ]
        for i in range(len(x) - len(h) + 1)
    ]


def in_float32(x, h):
    a, b = h.shape
    y = np.zeros((x.shape[0] - a + 1, x.shape[1] - b + 1), np.float32)
    for i, j in np.ndindex(*y.shape):
        y[i, j] = np.sum(x[i : i + a, j : j + b] * h)
    return y


def by_as_strided(x, h):
    rows, columns = x.shape[0] - h.shape[0] + 1, x.shape[1] - h.shape[1] + 1
    windows = np.lib.stride_tricks.as_strided(
        x, (rows, columns, *h.shape), x.strides * 2, writeable=False
    )
    return np.tensordot(windows, h, 2)


def by_rolling(x, h):
    y = sum(weight * np.roll(x, (-u, -v), axis=(0, 1)) for (u, v), weight in np.ndenumerate(h))
    return y[: x.shape[0] - h.shape[0] + 1, : x.shape[1] - h.shape[1] + 1]


_RECTANGULAR = "All rows of a rectangular list are equally long, the last as well as the first."

EQUIVALENT = {
    ("by_lists: return", "x[-1]"): _RECTANGULAR,
    ("by_lists: return", "h[-1]"): _RECTANGULAR,
}
