"""Right answers to loss_gradient, in different styles."""

import numpy as np


def by_loops(x, w, target, stride):
    error = np.zeros(target.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            error[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] += (
                x[i, j] * w
            )
    error -= target
    gradient = np.zeros(w.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            gradient += (
                x[i, j]
                * error[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
            )
    return gradient


def by_strided_slices(x, w, target, stride):
    H, W = x.shape
    error = -target.astype(float)
    for u, v in np.ndindex(*w.shape):
        error[u : u + (H - 1) * stride + 1 : stride, v : v + (W - 1) * stride + 1 : stride] += (
            w[u, v] * x
        )
    return np.array(
        [
            [
                np.sum(
                    x
                    * error[
                        u : u + (H - 1) * stride + 1 : stride, v : v + (W - 1) * stride + 1 : stride
                    ]
                )
                for v in range(w.shape[1])
            ]
            for u in range(w.shape[0])
        ]
    )


def by_design_matrix(x, w, target, stride):
    columns = []
    for tap in range(w.size):
        unit = np.eye(w.size)[tap].reshape(w.shape)
        image = np.zeros(target.shape)
        for i, j in np.ndindex(*x.shape):
            image[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] += (
                x[i, j] * unit
            )
        columns.append(image.ravel())
    A = np.array(columns).T
    return (A.T @ (A @ w.ravel() - target.ravel())).reshape(w.shape)


def by_correlating_with_the_spread_input(x, w, target, stride):
    spread = np.zeros(((x.shape[0] - 1) * stride + 1, (x.shape[1] - 1) * stride + 1))
    spread[::stride, ::stride] = x
    padded = np.pad(spread, [(k - 1, k - 1) for k in w.shape])
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)
    error = np.einsum("ijuv,uv->ij", windows, w[::-1, ::-1]) - target
    windows = np.lib.stride_tricks.sliding_window_view(error, spread.shape)
    return np.einsum("ijuv,uv->ij", windows, spread)


def by_differences(x, w, target, stride):
    def error(kernel):
        y = np.zeros(target.shape)
        for i, j in np.ndindex(*x.shape):
            y[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] += (
                x[i, j] * kernel
            )
        return y - target

    # The loss is quadratic in w, so any step gives its slope; one that changes the output as much
    # as the error is large rounds least.
    size = np.max(np.abs(error(w))) / (np.max(np.abs(x)) or 1)
    gradient = np.zeros(w.shape)
    if not size:
        return gradient  # without an error there is nothing to learn
    for tap in np.ndindex(*w.shape):
        step = np.zeros(w.shape)
        step[tap] = size
        above, below = np.sum(error(w + step) ** 2) / 2, np.sum(error(w - step) ** 2) / 2
        gradient[tap] = (above - below) / (2 * size)
    return gradient


_ANY_STEP = "The loss is quadratic in w: any step gives its slope."

EQUIVALENT = {
    "(np.max(np.abs(x)) or 2)": _ANY_STEP,
}
