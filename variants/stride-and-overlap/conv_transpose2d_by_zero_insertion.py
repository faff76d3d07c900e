"""Right answers to conv_transpose2d_by_zero_insertion, in different styles.

The examiner asks for the numbers, not for the way there, so styles other than zero insertion are
right too.
"""

import numpy as np


def by_padding_or_cropping(x, w, stride=1, padding=0):
    spread = np.zeros(((x.shape[0] - 1) * stride + 1, (x.shape[1] - 1) * stride + 1))
    spread[::stride, ::stride] = x
    for axis in range(2):
        p = w.shape[axis] - 1 - padding
        if p > 0:
            spread = np.pad(spread, [(p, p) if axis == a else (0, 0) for a in range(2)])
        elif p < 0:
            spread = spread[-p:p] if axis == 0 else spread[:, -p:p]
    turned = w[::-1, ::-1]
    y = np.zeros((spread.shape[0] - w.shape[0] + 1, spread.shape[1] - w.shape[1] + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(spread[i : i + w.shape[0], j : j + w.shape[1]] * turned)
    return y


def by_cropping_the_full_result(x, w, stride=1, padding=0):
    a, b = w.shape
    H, W = x.shape
    framed = np.zeros(((H - 1) * stride + 2 * a - 1, (W - 1) * stride + 2 * b - 1))
    framed[a - 1 : framed.shape[0] - a + 1 : stride, b - 1 : framed.shape[1] - b + 1 : stride] = x
    windows = np.lib.stride_tricks.sliding_window_view(framed, (a, b))
    y = np.einsum("ijuv,uv->ij", windows, np.flip(w))
    return y[padding : y.shape[0] - padding, padding : y.shape[1] - padding]


def by_correlating_lists(x, w, stride=1, padding=0):
    a, b = w.shape
    rows = (x.shape[0] - 1) * stride + a - 2 * padding
    columns = (x.shape[1] - 1) * stride + b - 2 * padding
    samples = {(i * stride, j * stride): value for (i, j), value in np.ndenumerate(x)}
    return [
        [
            sum(
                samples.get((m + padding - u, n + padding - v), 0) * w[u, v]
                for u in range(a)
                for v in range(b)
            )
            for n in range(columns)
        ]
        for m in range(rows)
    ]


def by_fft(x, w, stride=1, padding=0):
    spread = np.zeros(((x.shape[0] - 1) * stride + 1, (x.shape[1] - 1) * stride + 1))
    spread[::stride, ::stride] = x
    shape = (spread.shape[0] + w.shape[0] - 1, spread.shape[1] + w.shape[1] - 1)
    full = np.fft.irfft2(np.fft.rfft2(spread, shape) * np.fft.rfft2(w, shape), shape)
    return full[padding : shape[0] - padding, padding : shape[1] - padding]


def by_placing(x, w, stride=1, padding=0):
    H, W = x.shape
    a, b = w.shape
    y = np.zeros(((H - 1) * stride + a, (W - 1) * stride + b))
    for i, j in np.ndindex(H, W):
        y[i * stride : i * stride + a, j * stride : j * stride + b] += x[i, j] * w
    return y[padding : y.shape[0] - padding, padding : y.shape[1] - padding]


def by_matrices(x, w, stride=1, padding=0):
    H, W = x.shape
    rows, columns = (
        (H - 1) * stride + w.shape[0] - 2 * padding,
        (W - 1) * stride + w.shape[1] - 2 * padding,
    )
    y = np.zeros((rows, columns))
    for u, v in np.ndindex(*w.shape):
        down = np.array([[i * stride + u - padding == m for i in range(H)] for m in range(rows)])
        right = np.array(
            [[j * stride + v - padding == n for n in range(columns)] for j in range(W)]
        )
        y += w[u, v] * (down @ x @ right)
    return y


EQUIVALENT = {
    "by_padding_or_cropping: if p >= 0:": "Padding with p = 0 zeros changes nothing.",
    "by_padding_or_cropping: if p > -1:": "Padding with p = 0 zeros changes nothing.",
}
