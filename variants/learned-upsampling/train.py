"""Right answers to train, in different styles."""

import numpy as np


def by_loops(x, target, w0, stride, steps, rate):
    w = w0.astype(float)
    losses = []
    for _step in range(steps):
        error = -target.astype(float)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                error[
                    i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]
                ] += x[i, j] * w
        losses.append(np.sum(error**2) / 2)
        gradient = np.zeros(w.shape)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                gradient += (
                    x[i, j]
                    * error[
                        i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]
                    ]
                )
        w = w - rate * gradient
    return w, losses


def by_design_matrix(x, target, w0, stride, steps, rate):
    A = np.zeros((target.size, w0.size))
    for tap, (u, v) in enumerate(np.ndindex(*w0.shape)):
        image = np.zeros(target.shape)
        for i, j in np.ndindex(*x.shape):
            image[i * stride + u, j * stride + v] = x[i, j]
        A[:, tap] = image.ravel()
    w, losses = w0.ravel().astype(float), np.zeros(steps)
    for step in range(steps):
        error = A @ w - target.ravel()
        losses[step] = error @ error / 2
        w = w - rate * (A.T @ error)
    return w.reshape(w0.shape), losses


def by_normal_equations(x, target, w0, stride, steps, rate):
    a, b = w0.shape
    columns = []
    for u in range(a):
        for v in range(b):
            image = np.zeros(target.shape)
            image[
                u : u + (x.shape[0] - 1) * stride + 1 : stride,
                v : v + (x.shape[1] - 1) * stride + 1 : stride,
            ] = x
            columns.append(image.ravel())
    A = np.array(columns, float)
    Q, c, t = A @ A.T, A @ target.ravel(), target.ravel() @ target.ravel()
    w, losses = w0.ravel() * 1.0, []
    for _step in range(steps):
        losses.append(w @ Q @ w / 2 - c @ w + t / 2)
        w = w - rate * (Q @ w - c)
    return [w.reshape(a, b), np.array(losses)]


def by_recursion(x, target, w0, stride, steps, rate):
    if steps == 0:
        return w0.astype(float), np.zeros(0)
    H, W = x.shape
    error = -target.astype(float)
    slices = {}
    for u, v in np.ndindex(*w0.shape):
        slices[u, v] = (
            slice(u, u + (H - 1) * stride + 1, stride),
            slice(v, v + (W - 1) * stride + 1, stride),
        )
        error[slices[u, v]] += w0[u, v] * x
    gradient = np.array(
        [[np.sum(x * error[slices[u, v]]) for v in range(w0.shape[1])] for u in range(w0.shape[0])]
    )
    w, losses = by_recursion(x, target, w0 - rate * gradient, stride, steps - 1, rate)
    return w, np.concatenate([[np.sum(error * error) * 0.5], losses])


def by_einsum(x, target, w0, stride, steps, rate):
    def places(n, k, size):
        return np.array(
            [[np.arange(size) == i * stride + u for u in range(k)] for i in range(n)], float
        )

    down = places(x.shape[0], w0.shape[0], target.shape[0])
    right = places(x.shape[1], w0.shape[1], target.shape[1])
    placing = np.einsum("iup,jvq,ij->pquv", down, right, x)
    w, losses = w0.copy(), []
    for _ in range(steps):
        error = np.einsum("pquv,uv->pq", placing, w) - target
        losses += [np.vdot(error, error) / 2]
        w = w - rate * np.einsum("pquv,pq->uv", placing, error)
    return w, tuple(losses)


class _Descent:
    def __init__(self, x, target, stride):
        rows, columns = ((np.arange(n) * stride)[:, None] for n in x.shape)
        self.x, self.target, self.rows, self.columns = x, target, rows, columns

    def places(self, kernel):
        a, b = kernel.shape
        return (self.rows + np.arange(a))[:, None, :, None], (self.columns + np.arange(b))[
            None, :, None, :
        ]

    def error(self, kernel):
        y = -self.target.astype(float)
        np.add.at(y, self.places(kernel), np.multiply.outer(self.x, kernel))
        return y

    def gradient(self, kernel):
        return np.tensordot(self.x, self.error(kernel)[self.places(kernel)], 2)


def by_class(x, target, w0, stride, steps, rate):
    descent = _Descent(x, target, stride)
    kernels = [w0.astype(float)]
    for _ in range(steps):
        kernels.append(kernels[-1] - rate * descent.gradient(kernels[-1]))
    losses = [np.sum(descent.error(kernel) ** 2) / 2 for kernel in kernels[:-1]]
    return kernels[-1], np.array(losses)


EQUIVALENT = {}
