"""Right answers to count_multiplications, in different styles."""

import math

import numpy as np


def by_formula(input_shape, kernel_shape, stride):
    rows = (input_shape[0] - kernel_shape[0]) // stride + 1
    columns = (input_shape[1] - kernel_shape[1]) // stride + 1
    outputs = rows * columns
    return outputs * input_shape[0] * input_shape[1], outputs * kernel_shape[0] * kernel_shape[1]


def by_counting_positions(input_shape, kernel_shape, stride):
    dense = useful = 0
    for _i in range(0, input_shape[0] - kernel_shape[0] + 1, stride):
        for _j in range(0, input_shape[1] - kernel_shape[1] + 1, stride):
            dense += input_shape[0] * input_shape[1]
            useful += kernel_shape[0] * kernel_shape[1]
    return [dense, useful]


def by_products(input_shape, kernel_shape, stride):
    outputs = math.prod(
        (n - k) // stride + 1 for n, k in zip(input_shape, kernel_shape, strict=True)
    )
    return outputs * math.prod(input_shape), outputs * math.prod(kernel_shape)


def by_numpy_integers(input_shape, kernel_shape, stride):
    n, k = np.array(input_shape), np.array(kernel_shape)
    outputs = np.prod((n - k) // stride + 1)
    return np.array([outputs * n.prod(), outputs * k.prod()])


def by_ceiling(input_shape, kernel_shape, stride):
    outputs = 1
    for axis in range(2):
        outputs *= math.ceil((input_shape[axis] - kernel_shape[axis] + 1) / stride)
    return outputs * math.prod(input_shape), np.int64(outputs * kernel_shape[0] * kernel_shape[1])


EQUIVALENT = {}
