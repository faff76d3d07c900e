"""Right answers to zero_pad, in different styles."""

import numpy as np


def by_slices(x, p):
    rows, columns = x.shape
    y = np.zeros((rows + 2 * p, columns + 2 * p), x.dtype)
    y[p : p + rows, p : p + columns] = x
    return y


def by_loops(x, p):
    rows, columns = x.shape
    y = np.zeros((rows + 2 * p, columns + 2 * p))
    for i in range(rows):
        for j in range(columns):
            y[i + p, j + p] = x[i, j]
    return y


def by_numpy_pad(x, p):
    return np.pad(x, p)


def by_stacking(x, p):
    side = np.zeros((x.shape[0], p))
    middle = np.hstack([side, x, side])
    strip = np.zeros((p, middle.shape[1]))
    return np.vstack([strip, middle, strip])


def by_lists(x, p):
    columns = x.shape[1] + 2 * p
    rows = [[0] * p + row + [0] * p for row in x.tolist()]
    return [[0] * columns for _ in range(p)] + rows + [[0] * columns for _ in range(p)]


def by_shift_matrices(x, p):
    rows, columns = x.shape
    return np.eye(rows + 2 * p, rows, -p) @ x @ np.eye(columns, columns + 2 * p, p)


def by_recursion(x, p):
    if p == 0:
        return x.astype(float)
    inner = by_recursion(x, p - 1)
    y = np.zeros((inner.shape[0] + 2, inner.shape[1] + 2))
    y[1:-1, 1:-1] = inner
    return y


def by_index_grid(x, p):
    y = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    y[np.ix_(np.arange(x.shape[0]) + p, np.arange(x.shape[1]) + p)] = x
    return y


def by_lines(x, p):
    def longer(line):
        return np.concatenate([np.zeros(p), line, np.zeros(p)])

    return np.apply_along_axis(longer, 0, np.apply_along_axis(longer, 1, x))


EQUIVALENT = {}
