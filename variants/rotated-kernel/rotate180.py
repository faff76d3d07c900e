"""Right answers to rotate180, in different styles."""

import itertools

import numpy as np


def by_slices(h):
    return h[::-1, ::-1].copy()


def by_loops(h):
    rows, columns = h.shape
    y = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            y[i, j] = h[rows - 1 - i, columns - 1 - j]
    return y


def by_two_quarter_turns(h):
    return np.array(np.rot90(np.rot90(h)))


def by_flattening(h):
    return h.flatten()[::-1].reshape(h.shape)


def by_exchange_matrices(h):
    rows, columns = h.shape
    return np.eye(rows)[::-1] @ h @ np.eye(columns)[::-1]


def by_lists(h):
    return [list(reversed(row)) for row in reversed(h.tolist())]


def by_recursion(h):
    if h.ndim == 0:
        return h
    return np.array([by_recursion(part) for part in h[::-1]])


def by_indices_in_fortran_order(h):
    rows, columns = np.indices(h.shape)
    return np.asfortranarray(h[-1 - rows, -1 - columns])


def by_flip_read_only(h):
    y = np.flip(h).copy()
    y.flags.writeable = False
    return y


def by_memoryview(h):
    view = memoryview(np.ascontiguousarray(h).ravel())
    return np.array(view[::-1]).reshape(h.shape)


def by_accumulating(h):
    return np.copy([*itertools.accumulate((h, 0, 1), np.flip)][-1])


EQUIVALENT = {}
