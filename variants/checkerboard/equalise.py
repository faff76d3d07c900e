"""Right answers to equalise, in different styles."""

import numpy as np


def by_phases(w, s):
    sums, counts = np.zeros((s, s)), np.zeros((s, s))
    for i in range(s):
        for j in range(s):
            sums[i, j] = w[i::s, j::s].sum()
            counts[i, j] = w[i::s, j::s].size
    goal = 0 if counts.min() == 0 else np.sum(sums / counts) / np.sum(1 / counts)
    y = w.astype(float)
    for i in range(s):
        for j in range(s):
            if counts[i, j]:
                y[i::s, j::s] += (goal - sums[i, j]) / counts[i, j]
    return y


def by_projection(w, s):
    u, v = np.indices(w.shape)
    phase = ((u % s) * s + v % s).ravel()
    A = (phase == np.arange(s * s)[:, None]).astype(float)
    constraints = A[1:] - A[0]
    correction = np.linalg.pinv(constraints) @ (constraints @ w.ravel())
    return (w.ravel() - correction).reshape(w.shape)


def by_least_squares_of_a_basis(w, s):
    rows = []
    u, v = np.indices(w.shape)
    phase = (u % s) * s + v % s
    for number in range(s * s):
        places = np.argwhere(phase == number)
        for place in places[1:]:
            step = np.zeros(w.shape)
            step[tuple(place)] = 1
            step[tuple(places[0])] = -1
            rows.append(step.ravel())
    if len(np.unique(phase)) == s * s:
        common = np.zeros(w.shape)
        for number in range(s * s):
            common[tuple(np.argwhere(phase == number)[0])] = 1
        rows.append(common.ravel())
    if not rows:
        return np.zeros(w.shape)
    basis = np.array(rows).T
    return (basis @ np.linalg.lstsq(basis, w.ravel(), rcond=None)[0]).reshape(w.shape)


def by_lists(w, s):
    parts = {}
    for u, v in np.ndindex(*w.shape):
        parts.setdefault((u % s, v % s), []).append(float(w[u, v]))
    goal = sum(sum(p) / len(p) for p in parts.values()) / sum(1 / len(p) for p in parts.values())
    if len(parts) < s * s:
        goal = 0
    return [
        [
            float(w[u, v]) + (goal - sum(parts[u % s, v % s])) / len(parts[u % s, v % s])
            for v in range(w.shape[1])
        ]
        for u in range(w.shape[0])
    ]


def by_minimising_the_cost(w, s):
    phases = [w[i::s, j::s] for i in range(s) for j in range(s)]

    def slope(c):
        return sum((c - phase.sum()) / phase.size for phase in phases)

    goal = (
        0 if any(phase.size == 0 for phase in phases) else -slope(0.0) / (slope(1.0) - slope(0.0))
    )
    y = np.array(w, dtype=float)
    for phase in [y[i::s, j::s] for i in range(s) for j in range(s)]:
        phase += (goal - phase.sum()) / max(phase.size, 1)
    return y


_SPAN = "Another basis of the same space."
_ANY_ORDER = "The same phases in another order."

EQUIVALENT = {
    "by_projection: A = (phase != np.arange": "The differences of rows only change their sign.",
    "by_projection: constraints = A[:] - A[0]": "A constraint 0 = 0 is added.",
    "by_projection: constraints = A[0:] - A[0]": "A constraint 0 = 0 is added.",
    "common[tuple(np.argwhere(phase == number)[0])] = 2": _SPAN,
    "common[tuple(np.argwhere(phase == number)[-1])] = 1": _SPAN,
    "by_minimising_the_cost: phases = [w[j::s, i::s]": _ANY_ORDER,
    "by_minimising_the_cost: for phase in [y[j::s, i::s]": _ANY_ORDER,
    "max(phase.size, 0)": "A phase without weights is an empty array: nothing is changed in it.",
}
