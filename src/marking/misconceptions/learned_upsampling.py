"""Mistakes people make with the gradient of a loss, and with gradient descent."""

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from convtranspose.learning import loss_gradient, train
from convtranspose.transposed import conv_transpose2d

from .common import negated, scaled, transposed_result, truncated
from .model import Misconception


def _for_output(error):
    """The gradient with another error than output − target: error(output, target, x, w)."""

    def answer(x, w, target, stride):
        return _gather(x, error(conv_transpose2d(x, w, stride), target, x, w), w.shape, stride)

    return answer


def _gather(x, e, shape, stride, step=None):
    """Σ over i of x[i]·e[i·s + u] for every tap u; `step` replaces the stride of the reading."""
    step = stride if step is None else step
    g = np.zeros(shape)
    for u, v in np.ndindex(*shape):
        part = e[u : u + (x.shape[0] - 1) * step + 1 : step, v : v + (x.shape[1] - 1) * step + 1 : step]
        g[u, v] = np.sum(x[: part.shape[0], : part.shape[1]] * part)
    return g


def _error(x, w, target, stride):
    return conv_transpose2d(x, w, stride) - target


LOSS_GRADIENT = (
    scaled(
        loss_gradient,
        2,
        "twice as large as it should be",
        "The ½ in the loss takes away the 2 that comes from the square.",
    ),
    scaled(
        loss_gradient,
        0.5,
        "half as large as it should be",
        "The square brings a 2, which the ½ in the loss takes away: no factor is left.",
    ),
    negated(loss_gradient),
    Misconception(
        "the mean over the output",
        "The loss is a sum of squares, not their mean: do not divide by the number of outputs.",
        lambda x, w, target, stride: loss_gradient(x, w, target, stride) / target.size,
    ),
    Misconception(
        "the target is left out",
        "The error is output − target. You use the output itself.",
        _for_output(lambda y, t, x, w: y),
    ),
    Misconception(
        "the output is left out",
        "The error is output − target. You use the target alone.",
        _for_output(lambda y, t, x, w: -t),
    ),
    Misconception(
        "the absolute error",
        "The derivative of a square keeps the sign of the error.",
        _for_output(lambda y, t, x, w: np.abs(y - t)),
    ),
    Misconception(
        "the sign of the error only",
        "That is the gradient of a sum of absolute errors. Here the errors are squared.",
        _for_output(lambda y, t, x, w: np.sign(y - t)),
    ),
    Misconception(
        "the squared error",
        "The derivative of ½e² is e.",
        _for_output(lambda y, t, x, w: (y - t) ** 2),
    ),
    Misconception(
        "with respect to x instead of w",
        "This has the shape of x: it says how the loss changes with the input. Asked for is the kernel.",
        lambda x, w, target, stride: cross_correlate2d(_error(x, w, target, stride), w, stride),
    ),
    Misconception(
        "the gradient is rotated by 180°",
        "Tap (u, v) meets the error at (i·s + u, j·s + v): the larger u, the further down. No rotation comes in.",
        lambda x, w, target, stride: rotate180(loss_gradient(x, w, target, stride)),
    ),
    Misconception(
        "the stride is ignored when the error is read",
        "Tap u of copy i lies at i·s + u: read the error s apart.",
        lambda x, w, target, stride: _gather(x, _error(x, w, target, stride), w.shape, stride, 1),
    ),
    Misconception(
        "the input is left out",
        "Each error is multiplied by the pixel that placed the tap there.",
        lambda x, w, target, stride: _gather(np.ones_like(x), _error(x, w, target, stride), w.shape, stride),
    ),
    Misconception(
        "the loss itself",
        "The gradient has one number for each weight of the kernel.",
        lambda x, w, target, stride: np.asarray(np.sum(_error(x, w, target, stride) ** 2) / 2),
    ),
    Misconception(
        "the weights are added to the gradient",
        "There is no penalty on w in this loss (no weight decay).",
        lambda x, w, target, stride: loss_gradient(x, w, target, stride) + w,
    ),
    transposed_result(loss_gradient),
    truncated(loss_gradient),
)


def _descent(gradient=loss_gradient, losses="before", sign=-1, extra=0, loss=lambda e: np.sum(e**2) / 2, frozen=False):
    """Gradient descent with one thing changed."""

    def answer(x, target, w0, stride, steps, rate):
        w, seen = w0.astype(float), []
        first = gradient(x, w, target, stride)
        for _ in range(steps + extra):
            g = first if frozen else gradient(x, w, target, stride)
            if losses == "before":
                seen.append(loss(_error(x, w, target, stride)))
            w = w + sign * rate * g
            if losses == "after":
                seen.append(loss(_error(x, w, target, stride)))
        return w, np.array(seen)

    return answer


def _scaled_gradient(factor):
    return lambda x, w, target, stride: factor(target) * loss_gradient(x, w, target, stride)


def _with_last_loss(x, target, w0, stride, steps, rate):
    w, losses = train(x, target, w0, stride, steps, rate)
    return w, np.append(losses, np.sum(_error(x, w, target, stride) ** 2) / 2)


def _decaying(x, target, w0, stride, steps, rate):
    w, losses = w0.astype(float), []
    for step in range(steps):
        losses.append(np.sum(_error(x, w, target, stride) ** 2) / 2)
        w = w - rate / (step + 1) * loss_gradient(x, w, target, stride)
    return w, np.array(losses)


def _normalised(x, w, target, stride):
    g = loss_gradient(x, w, target, stride)
    return g / (np.linalg.norm(g) or 1)


def _from_zero(x, target, w0, stride, steps, rate):
    return train(x, target, np.zeros(w0.shape), stride, steps, rate)


TRAIN = (
    Misconception(
        "uphill instead of downhill",
        "The loss grows: the gradient points uphill. Subtract rate · gradient.",
        _descent(sign=1),
    ),
    Misconception(
        "one step too few",
        "The last step is missing: `range(steps)` already ends at steps − 1.",
        _descent(extra=-1),
    ),
    Misconception(
        "one step too many",
        "There is one step more than `steps` says.",
        _descent(extra=1),
    ),
    Misconception(
        "the loss after each step",
        "Note the loss before the step, so that the first number belongs to w0.",
        _descent(losses="after"),
    ),
    Misconception(
        "the last loss noted as well",
        "There are `steps` losses, one before each step; yours has one more.",
        _with_last_loss,
    ),
    Misconception(
        "the loss without its ½",
        "The loss is ½ · the sum of the squared errors.",
        _descent(loss=lambda e: np.sum(e**2)),
    ),
    Misconception(
        "the mean squared error noted as the loss",
        "The loss is ½ · the sum of the squared errors, not their mean.",
        _descent(loss=lambda e: np.mean(e**2)),
    ),
    Misconception(
        "the gradient is twice as large as it should be",
        "The ½ in the loss takes away the 2 that comes from the square.",
        _descent(_scaled_gradient(lambda target: 2)),
    ),
    Misconception(
        "the gradient of the mean",
        "The loss is a sum of squares: do not divide the gradient by the number of outputs.",
        _descent(_scaled_gradient(lambda target: 1 / target.size)),
    ),
    Misconception(
        "the gradient of the first step in every step",
        "The gradient changes with w: compute it anew in every step.",
        _descent(frozen=True),
    ),
    Misconception(
        "the rate shrinks with the steps",
        "Here the rate stays the same in every step.",
        _decaying,
    ),
    Misconception(
        "steps of equal length",
        "Each step is rate · gradient: it becomes shorter as the gradient does. You divide by the gradient's length.",
        _descent(_normalised),
    ),
    Misconception(
        "started from zero instead of w0",
        "The first kernel is w0.",
        _from_zero,
    ),
    Misconception(
        "kernel and losses exchanged",
        "Give back the kernel first, then the losses.",
        lambda *args: train(*args)[::-1],
    ),
    Misconception(
        "the stride is ignored",
        "The output of the kernel with stride s is what the target has the shape of.",
        lambda x, target, w0, stride, steps, rate: train(x, target, w0, 1, steps, rate),
    ),
    Misconception(
        "nothing is learned",
        "The kernel that comes back is w0: assign the changed kernel to w in every step.",
        lambda x, target, w0, stride, steps, rate: (
            w0,
            np.full(steps, np.sum(_error(x, w0, target, stride) ** 2) / 2),
        ),
    ),
)
