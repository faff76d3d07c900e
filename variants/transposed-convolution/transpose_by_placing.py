"""Right answers to transpose_by_placing, in different styles."""

import numpy as np


def by_placing(x, w):
    y = np.zeros((x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i : i + w.shape[0], j : j + w.shape[1]] += x[i, j] * w
    return y


def by_shifting_x(x, w):
    H, W = x.shape
    a, b = w.shape
    y = np.zeros((H + a - 1, W + b - 1), np.result_type(x, w))
    for u in range(a):
        for v in range(b):
            y[u : u + H, v : v + W] += w[u, v] * x
    return y


def by_gathering(x, w):
    a, b = w.shape
    padded = np.pad(x, ((a - 1, a - 1), (b - 1, b - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)
    return np.einsum("ijuv,uv->ij", windows, w[::-1, ::-1])


def by_fft(x, w):
    shape = (x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1)
    return np.fft.ifft2(np.fft.fft2(x, shape) * np.fft.fft2(w, shape)).real


def by_matrices(x, w):
    H, W = x.shape
    y = 0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            down = np.eye(H + w.shape[0] - 1, H, -u)
            right = np.eye(W, W + w.shape[1] - 1, v)
            y = y + w[u, v] * (down @ x @ right)
    return y


def by_lists(x, w):
    y = [[0] * (x.shape[1] + w.shape[1] - 1) for _ in range(x.shape[0] + w.shape[0] - 1)]
    for i, j, u, v in np.ndindex(*x.shape, *w.shape):
        y[i + u][j + v] += x[i, j] * w[u, v]
    return y


def by_recursion(x, w):
    if x.shape[0] > 1:
        top, rest = by_recursion(x[:1], w), by_recursion(x[1:], w)
        y = np.zeros((rest.shape[0] + 1, rest.shape[1]))
        y[: top.shape[0]] += top
        y[1:] += rest
        return y
    return np.array([np.convolve(x[0], row) for row in w])


def by_add_at(x, w):
    y = np.zeros((x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1))
    i, j, u, v = np.indices(x.shape + w.shape)
    np.add.at(y, (i + u, j + v), np.multiply.outer(x, w))
    return y


def by_polynomials(x, w):
    # rows so long that none reaches into the next: one product of two long polynomials
    columns = x.shape[1] + w.shape[1] - 1
    long_x = np.pad(x, ((0, 0), (0, w.shape[1] - 1))).ravel()
    long_w = np.pad(w, ((0, 0), (0, x.shape[1] - 1))).ravel()
    product = np.convolve(long_x, long_w)[: (x.shape[0] + w.shape[0] - 1) * columns]
    return product.reshape(-1, columns)


EQUIVALENT = {
    "by_recursion: y[:top.shape[0]] = top": "The array is still zero there: adding and writing "
    "are the same.",
    "np.convolve(x[-1], row)": "At that point x has one row, the first and the last.",
    "product.reshape(-2, columns)": "NumPy takes any negative size, -2 like -1, for the one to "
    "work out.",
    "np.pad(x, ((0, 1)": "What a further row of zeros adds is cut off.",
    "np.pad(w, ((0, 1)": "What a further row of zeros adds is cut off.",
}
