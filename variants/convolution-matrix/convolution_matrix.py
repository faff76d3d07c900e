"""Right answers to convolution_matrix, in different styles."""

import numpy as np


def by_loops(w, input_shape, stride=1):
    H, W = input_shape
    a, b = w.shape
    rows, columns = (H - a) // stride + 1, (W - b) // stride + 1
    C = np.zeros((rows * columns, H * W))
    for i in range(rows):
        for j in range(columns):
            for u in range(a):
                for v in range(b):
                    C[i * columns + j, (i * stride + u) * W + j * stride + v] = w[u, v]
    return C


def by_pictures(w, input_shape, stride=1):
    a, b = w.shape
    pictures = []
    for i in range(0, input_shape[0] - a + 1, stride):
        for j in range(0, input_shape[1] - b + 1, stride):
            picture = np.zeros(input_shape)
            picture[i : i + a, j : j + b] = w
            pictures.append(picture.ravel())
    return np.array(pictures)


def by_unit_images(w, input_shape, stride=1):
    columns = []
    for pixel in np.eye(input_shape[0] * input_shape[1]):
        windows = np.lib.stride_tricks.sliding_window_view(pixel.reshape(input_shape), w.shape)
        columns.append(np.einsum("ijuv,uv->ij", windows[::stride, ::stride], w).ravel())
    return np.array(columns).T


def by_kronecker_products(w, input_shape, stride=1):
    H, W = input_shape
    a, b = w.shape
    C = 0
    for u in range(a):
        for v in range(b):
            down = np.eye(H - a + 1, H, u)[::stride]
            right = np.eye(W - b + 1, W, v)[::stride]
            C = C + w[u, v] * np.kron(down, right)
    return C


def by_index_arithmetic(w, input_shape, stride=1):
    H, W = input_shape
    numbers = np.arange(H * W).reshape(H, W)
    windows = np.lib.stride_tricks.sliding_window_view(numbers, w.shape)[
        ::stride, ::stride
    ].reshape(-1, w.size)
    C = np.zeros((len(windows), H * W), w.dtype)
    np.put_along_axis(C, windows, np.broadcast_to(w.ravel(), windows.shape), axis=1)
    return C


def by_lists(w, input_shape, stride=1):
    H, W = input_shape
    a, b = w.shape
    corners = [(i, j) for i in range(0, H - a + 1, stride) for j in range(0, W - b + 1, stride)]
    return [
        [
            w[m - i, n - j] if 0 <= m - i < a and 0 <= n - j < b else 0
            for m in range(H)
            for n in range(W)
        ]
        for i, j in corners
    ]


EQUIVALENT = {
    "by_index_arithmetic: windows = np.lib.stride_tricks.sliding_window_view(numbers, w.shape)"
    "[::stride, ::stride].reshape(-2": "NumPy takes any negative size, -2 like -1, for the one to "
    "work out.",
}
