"""Learning an up-sampler: one kernel from one image, and small up-samplers of one or two layers.

The gradients are those of the module `gradients`.  Everything random comes from a seed, so a
training run can be repeated number by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from .checkerboard import equalise
from .convolution import conv, image, numbers
from .geometry import Geometry, PerAxis, integer
from .gradients import conv_gradients, conv_transpose_gradients, shaped_as_output
from .transposed import conv_transpose, conv_transpose2d
from .upsampling import icnr, pixel_shuffle, pixel_unshuffle


def loss_gradient(x: ArrayLike, w: ArrayLike, target: ArrayLike, stride: PerAxis) -> np.ndarray:
    """Gradient of the loss ½‖conv_transpose2d(x, w, stride) − target‖² with respect to w, in w's
    shape.

    x: (H, W); w: (k₀, k₁); target: the output's shape, ((H − 1)s + k₀, (W − 1)s + k₁).
    With the error e = output − target it is Σᵢ x[i] e[i·s + u] for every tap u.

    >>> loss_gradient([[1, 2]], [[0, 0]], [[1, 0, 0, 1]], (1, 2))
    array([[-1, -2]])
    """
    x, w = image("x", x), image("w", w)
    return _towards_kernel(
        x, conv_transpose2d(x, w, stride) - _target(x, w, target, stride), stride
    )


def _towards_kernel(x: np.ndarray, error: np.ndarray, stride: PerAxis) -> np.ndarray:
    """Σᵢ x[i] error[i·s + u] for every tap u: the error correlated with x, whose pixels lie s
    apart.
    """
    gradient: np.ndarray = conv(error[None, None], x[None, None], dilation=stride)[0, 0]
    return gradient


def train(
    x: ArrayLike, target: ArrayLike, w0: ArrayLike, stride: PerAxis, steps: int, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a kernel by gradient descent from w0: w ← w − rate · loss_gradient(x, w, target, stride),
    `steps` times.

    Returns (w, losses): the kernel after the last step, and the loss ½‖…‖² before each step,
    (steps,) floats.
    """
    x, w = image("x", x), image("w0", w0).astype(float)
    target = _target(x, w, target, stride)
    if not isinstance(rate, Real):
        raise TypeError(f"rate must be a real number, got {rate!r}")
    losses = np.empty(integer("steps", steps, 0))
    for step in range(len(losses)):
        error = conv_transpose2d(x, w, stride) - target
        losses[step] = np.sum(error**2) / 2
        w = w - rate * _towards_kernel(x, error, stride)
    return w, losses


def _target(x: np.ndarray, w: np.ndarray, target: ArrayLike, stride: PerAxis) -> np.ndarray:
    shape = Geometry(w.shape, stride=stride).output_shape(x.shape)
    return shaped_as_output("target", image("target", target), shape)


class Layer:
    """A differentiable step.  `forward` remembers what `backward` needs; `backward` leaves the
    parameters' gradients.

    `parameters` and `gradients` are lists of arrays of equal shapes, changed in place by the
    optimiser; empty when there is nothing to learn.  x and y are (N, C, H, W).
    """

    def __init__(self, *parameters: np.ndarray) -> None:
        self.parameters = [np.array(parameter, float) for parameter in parameters]
        self.gradients = [np.zeros_like(parameter) for parameter in self.parameters]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The layer's output for x."""
        raise NotImplementedError

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        """The gradient at the layer's input, given the gradient at its output."""
        raise NotImplementedError


class Convolution(Layer):
    """A stride-1 convolution that keeps the size (odd kernel, zeros around), with bias."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        w, bias = self.parameters
        return conv(x, w, bias, padding=w.shape[-1] // 2)

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        w = self.parameters[0]
        towards_x, *self.gradients = conv_gradients(self.x, w, upstream, padding=w.shape[-1] // 2)
        return towards_x


class TransposedConvolution(Layer):
    """A transposed convolution with bias whose output is s times as large as its input, cropped as
    evenly as can be.
    """

    def __init__(self, w: np.ndarray, bias: np.ndarray, s: int) -> None:
        super().__init__(w, bias)
        excess = w.shape[-1] - s  # what the full result has more than n·s
        padding = max((excess + 1) // 2, 0)
        self.settings = {"stride": s, "padding": padding, "output_padding": 2 * padding - excess}

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return conv_transpose(x, *self.parameters, **self.settings)

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        towards_x, *self.gradients = conv_transpose_gradients(
            self.x, self.parameters[0], upstream, **self.settings
        )
        return towards_x


class Nearest(Layer):
    """Nearest-neighbour up-sampling by s; nothing to learn."""

    def __init__(self, s: int) -> None:
        super().__init__()
        self.s = s

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.repeat(np.repeat(x, self.s, axis=2), self.s, axis=3)

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        n, c, rows, columns = upstream.shape
        blocks = upstream.reshape(n, c, rows // self.s, self.s, columns // self.s, self.s)
        total: np.ndarray = blocks.sum(axis=(3, 5))
        return total


class PixelShuffle(Layer):
    """Channels to pixels, s² to one; nothing to learn."""

    def __init__(self, s: int) -> None:
        super().__init__()
        self.s = s

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.stack([pixel_shuffle(sample, self.s) for sample in x])

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        return np.stack([pixel_unshuffle(sample, self.s) for sample in upstream])


class Relu(Layer):
    """max(x, 0)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.positive = x > 0
        return x * self.positive

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        return upstream * self.positive


METHODS = ("transposed", "even transposed", "resize", "sub-pixel", "icnr")


def upsampler(method: str, k: int, s: int, *, hidden: int = 0, seed: int = 0) -> list[Layer]:
    """A small one-channel up-sampler by s: one learned layer, or two with `hidden` channels and a
    ReLU between.

    method: "transposed" (kernel k), "even transposed" (the same, then equalised: the nearest kernel
    with equal phase sums), "resize" (nearest, then an odd kernel k), "sub-pixel" (s² kernels of odd
    size k, then pixel shuffle), "icnr" (the same, started as nearest-neighbour).  Weights are
    normal with variance 2/(terms of an output), after He et al. (2015); the same seed gives the
    same layers.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(map(repr, METHODS))}, got {method!r}")
    k, s, hidden = integer("k", k, 1), integer("s", s, 1), integer("hidden", hidden, 0)
    if k % 2 == 0 and "transposed" not in method:
        raise ValueError(f"k must be odd for method {method!r}, got {k}")
    rng = np.random.default_rng(seed)

    def normal(*shape: int, terms: float) -> np.ndarray:
        return rng.normal(0, np.sqrt(2 / terms), shape)

    first = (
        [Convolution(normal(hidden, 1, 3, 3, terms=9), np.zeros(hidden)), Relu()] if hidden else []
    )
    channels = hidden or 1
    if "transposed" in method:
        w = normal(channels, 1, k, k, terms=channels * k * k / s**2)
        if method.startswith("even"):
            w = np.array([[equalise(w[c, 0], s)] for c in range(channels)])
        return [*first, TransposedConvolution(w, np.zeros(1), s)]
    if method == "resize":
        return [
            *first,
            Nearest(s),
            Convolution(normal(1, channels, k, k, terms=channels * k * k), np.zeros(1)),
        ]
    if method == "icnr":
        w = icnr(normal(1, channels, k, k, terms=channels * k * k), s)
    else:
        w = normal(s * s, channels, k, k, terms=channels * k * k)
    return [*first, Convolution(w, np.zeros(s * s)), PixelShuffle(s)]


def run(layers: Sequence[Layer], x: np.ndarray) -> np.ndarray:
    """The output of the layers, one after another, for x (N, C, H, W)."""
    for layer in layers:
        x = layer.forward(x)
    return x


@dataclass
class SGD:
    """Gradient descent: θ ← θ − rate · g."""

    rate: float = 0.01

    def step(self, layers: Sequence[Layer]) -> None:
        """Change every parameter of the layers in place."""
        for layer in layers:
            for parameter, gradient in zip(layer.parameters, layer.gradients, strict=True):
                parameter -= self.rate * gradient


# The running means of a parameter's gradient and of its square.
Moments = tuple[np.ndarray, np.ndarray]


@dataclass
class Adam:
    """Adam (Kingma & Ba, 2015): steps of about `rate`, scaled by running means of the gradient and
    of its square.
    """

    rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    steps: int = field(default=0, init=False)
    moments: list[Moments] = field(default_factory=list, init=False, repr=False)

    def step(self, layers: Sequence[Layer]) -> None:
        """Change every parameter of the layers in place."""
        pairs = [
            pair for layer in layers for pair in zip(layer.parameters, layer.gradients, strict=True)
        ]
        if not self.moments:
            self.moments = [
                (np.zeros_like(parameter), np.zeros_like(parameter)) for parameter, _ in pairs
            ]
        self.steps += 1
        for (parameter, gradient), (mean, square) in zip(pairs, self.moments, strict=True):
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient**2 - square)
            # Both means start at 0; dividing by 1 − βᵗ takes that bias out.
            unbiased = mean / (1 - self.beta1**self.steps)
            spread = square / (1 - self.beta2**self.steps)
            parameter -= self.rate * unbiased / (np.sqrt(spread) + self.epsilon)


def fit(
    layers: Sequence[Layer],
    x: ArrayLike,
    target: ArrayLike,
    optimiser: SGD | Adam,
    *,
    steps: int,
    batch: int | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Train the layers, in place, to map x (N, C, H, W) to target by the mean squared error.
    Returns (steps,) losses.

    Each step takes `batch` samples, drawn without repetition by a generator started from `seed`;
    None means all of them. The loss recorded is the one before the step, on the samples of the
    step.
    """
    x, target = numbers("x", x, ndim=4), numbers("target", target, ndim=4)
    if len(x) != len(target):
        raise ValueError(f"target must have as many samples as x, {len(x)}, got {len(target)}")
    batch = len(x) if batch is None else integer("batch", batch, 1)
    if batch > len(x):
        raise ValueError(f"batch must be at most the number of samples, {len(x)}, got {batch}")
    rng = np.random.default_rng(seed)
    losses = np.empty(integer("steps", steps, 0))
    for step in range(len(losses)):
        chosen = (
            slice(None) if batch == len(x) else np.sort(rng.choice(len(x), batch, replace=False))
        )
        output = run(layers, x[chosen])
        if output.shape != target[chosen].shape:
            raise ValueError(
                f"target must have the output's shape {output.shape}, got {target[chosen].shape}"
            )
        error = output - target[chosen]
        losses[step] = np.mean(error**2)
        gradient = 2 * error / error.size
        for layer in reversed(layers):
            gradient = layer.backward(gradient)
        optimiser.step(layers)
    return losses
