"""The worked example, and geometries enough to cover the operator: always the same ones."""

import itertools

import numpy as np
from hypothesis import strategies as st

X = np.array([[1, 2], [3, 4]])
W = np.arange(1, 17).reshape(4, 4)
WORKED = [
    [1, 2, 3, 6, 4, 6, 8],
    [5, 6, 7, 18, 12, 14, 16],
    [9, 10, 11, 30, 20, 22, 24],
    [16, 20, 24, 58, 36, 42, 48],
    [15, 18, 21, 44, 24, 28, 32],
    [27, 30, 33, 72, 40, 44, 48],
    [39, 42, 45, 100, 56, 60, 64],
]


def allowed(n, k, s, p, op, d):
    return op < max(s, d) and (n - 1) * s - 2 * p + d * (k - 1) + op + 1 >= 1


N_K_S_P_OP_D = itertools.product(
    (1, 2, 4), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2, 3)
)
AXIS = [axis for axis in N_K_S_P_OP_D if allowed(*axis)]


def sweep():
    """Geometries in 1, 2 and 3 dimensions: every axis of `AXIS` alone, then pairs and triples;
    always the same ones.
    """
    one = [(axis,) for axis in AXIS]
    order = np.random.default_rng(7).permutation(len(AXIS))
    two = [(AXIS[a], AXIS[b]) for a, b in itertools.pairwise(order)][:240]
    small = [axis for axis in AXIS if axis[0] <= 2 and axis[1] <= 3]
    picks = np.random.default_rng(8).permutation(len(small))
    three = [
        tuple(small[i] for i in triple) for triple in zip(picks, picks[1:], picks[2:], strict=False)
    ][:90]
    return one + two + three


SWEEP = sweep()


def case(number, axes):
    """Integers x, w, bias and the settings of one geometry; channels and groups vary with its
    number.
    """
    n, k, s, p, op, d = (tuple(values) for values in zip(*axes, strict=True))
    rng = np.random.default_rng(number)
    groups, per_in, per_out = [(1, 1, 1), (1, 2, 3), (2, 2, 1), (3, 1, 2)][number % 4]
    x = rng.integers(-99, 100, (1 + number % 2, groups * per_in, *n))
    w = rng.integers(-99, 100, (groups * per_in, per_out, *k))
    bias = rng.integers(-99, 100, groups * per_out) if number % 3 else None
    return (
        x,
        w,
        bias,
        {"stride": s, "padding": p, "output_padding": op, "dilation": d, "groups": groups},
    )


settings_of_an_axis = st.tuples(
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(1, 4),
).filter(lambda axis: allowed(*axis))
