"""Right answers to apply_matrix, in different styles."""

import numpy as np


def by_matrix_product(C, x, output_shape):
    return (C @ x.ravel()).reshape(output_shape)


def by_loops(C, x, output_shape):
    flat = x.flatten()
    y = np.zeros(C.shape[0])
    for row in range(C.shape[0]):
        for column in range(C.shape[1]):
            y[row] += C[row, column] * flat[column]
    return np.reshape(y, output_shape)


def by_einsum(C, x, output_shape):
    pictures = C.reshape(*output_shape, *x.shape)
    return np.einsum("ijmn,mn->ij", pictures, x)


def by_weighted_columns(C, x, output_shape):
    y = np.zeros(C.shape[0])
    for column, value in zip(C.T, x.flat, strict=True):
        y = y + column * value
    return y.reshape(output_shape)


def by_broadcasting(C, x, output_shape):
    return np.sum(C * x.reshape(1, -1), axis=1).reshape(output_shape)


def by_lists(C, x, output_shape):
    flat = [value for row in x.tolist() for value in row]
    values = iter(
        [sum(c * value for c, value in zip(row, flat, strict=True)) for row in C.tolist()]
    )
    return [[next(values) for _ in range(output_shape[1])] for _ in range(output_shape[0])]


def by_generators(C, x, output_shape):
    pixels = x.ravel().tolist()
    sums = (sum(c * pixel for c, pixel in zip(row, pixels, strict=True)) for row in C.tolist())
    return np.fromiter(sums, float).reshape(output_shape)


def by_tensordot(C, x, output_shape):
    return np.tensordot(C.reshape(*output_shape, *x.shape), x, 2)


EQUIVALENT = {
    "x.reshape(1, -2)": "NumPy takes any negative size, -2 like -1, for the one to work out."
}
