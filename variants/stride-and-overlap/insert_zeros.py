"""Right answers to insert_zeros, in different styles."""

import numpy as np


def by_slices(x, s):
    y = np.zeros(((x.shape[0] - 1) * s + 1, (x.shape[1] - 1) * s + 1), x.dtype)
    y[::s, ::s] = x
    return y


def by_loops(x, s):
    y = np.zeros(((x.shape[0] - 1) * s + 1, (x.shape[1] - 1) * s + 1))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i * s, j * s] = x[i, j]
    return y


def by_kron(x, s):
    tile = np.zeros((s, s))
    tile[0, 0] = 1
    y = np.kron(x, tile)
    return y[: y.shape[0] - s + 1, : y.shape[1] - s + 1]


def by_matrices(x, s):
    down = np.eye(x.shape[0] * s)[: (x.shape[0] - 1) * s + 1, ::s]
    right = np.eye(x.shape[1] * s)[::s, : (x.shape[1] - 1) * s + 1]
    return down @ x @ right


def by_lists(x, s):
    def spread(items, zero):
        result = []
        for item in items:
            result += [item] + [zero] * (s - 1)
        return result[: len(result) - (s - 1)]

    rows = [spread(row, 0) for row in x.tolist()]
    return spread(rows, [0] * len(rows[0]))


def by_asking_every_cell(x, s):
    return np.array(
        [
            [
                x[i // s, j // s] if i % s == 0 and j % s == 0 else 0
                for j in range((x.shape[1] - 1) * s + 1)
            ]
            for i in range((x.shape[0] - 1) * s + 1)
        ]
    )


def by_reshaping(x, s):
    y = np.zeros((x.shape[0], s, x.shape[1], s))
    y[:, 0, :, 0] = x
    y = y.reshape(x.shape[0] * s, x.shape[1] * s)
    return y[: y.shape[0] - (s - 1), : y.shape[1] - (s - 1)]


def by_index_grid(x, s):
    y = np.zeros([(n - 1) * s + 1 for n in x.shape])
    y[np.ix_(*(np.arange(n) * s for n in x.shape))] = x
    return y


def by_meshgrid(x, s):
    rows, columns = np.meshgrid(*(np.arange(n) * s for n in x.shape), indexing="ij")
    y = np.zeros((rows.max() + 1, columns.max() + 1))
    np.put(y, rows * y.shape[1] + columns, x)
    return y


EQUIVALENT = {"len(rows[-1])": "All rows are equally long, the last as well as the first."}
