"""Right answers to transpose_by_matrix, in different styles."""

import numpy as np


def by_matrix(y, w, input_shape):
    H, W = input_shape
    C = np.zeros((y.size, H * W))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for u in range(w.shape[0]):
                for v in range(w.shape[1]):
                    C[i * y.shape[1] + j, (i + u) * W + j + v] = w[u, v]
    return (C.T @ y.ravel()).reshape(input_shape)


def by_pictures(y, w, input_shape):
    result = np.zeros(input_shape)
    for i, j in np.ndindex(*y.shape):
        row_of_C = np.zeros(input_shape)
        row_of_C[i : i + w.shape[0], j : j + w.shape[1]] = w
        result += row_of_C * y[i, j]
    return result


def by_kronecker_products(y, w, input_shape):
    H, W = input_shape
    CT = 0
    for u in range(w.shape[0]):
        for v in range(w.shape[1]):
            CT = CT + w[u, v] * np.kron(np.eye(H, y.shape[0], -u), np.eye(W, y.shape[1], -v))
    return (CT @ y.flatten()).reshape(H, W)


def by_inner_products(y, w, input_shape):
    result = np.zeros(input_shape)
    for m, n in np.ndindex(*input_shape):
        pixel = np.zeros(input_shape)
        pixel[m, n] = 1
        windows = np.lib.stride_tricks.sliding_window_view(pixel, w.shape)
        result[m, n] = np.sum(np.einsum("ijuv,uv->ij", windows, w) * y)
    return result


def by_fft(y, w, input_shape):
    return np.fft.irfft2(np.fft.rfft2(y, input_shape) * np.fft.rfft2(w, input_shape), input_shape)


def by_lists(y, w, input_shape):
    result = [[0] * input_shape[1] for _ in range(input_shape[0])]
    for (i, j), value in np.ndenumerate(y):
        for (u, v), weight in np.ndenumerate(w):
            result[i + u][j + v] += value * weight
    return result


EQUIVALENT = {}
