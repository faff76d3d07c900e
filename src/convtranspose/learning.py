"""Learning an up-sampler: gradients of both convolutions, each the other's adjoint, and a small trainer.

With L a loss and G = ∂L/∂y the gradient at the output, for y = conv(x, w): ∂L/∂x = conv_transpose(G, w), and the
kernel's gradient correlates G with what each tap saw.  For y = conv_transpose(x, w): ∂L/∂x = conv(G, w), and the
kernel's gradient is the same correlation with x and G exchanged.  (LeCun et al., 1998, is the usual reference for the
forward case.)

Everything random comes from a seed, so a training run can be repeated number by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real

import numpy as np

from .checkerboard import equalise
from .convolution import check_groups, conv, crop, image, layer_arrays, numbers, windows
from .geometry import Geometry, PerAxis, integer
from .transposed import conv_transpose, conv_transpose2d
from .upsampling import icnr, pixel_shuffle, pixel_unshuffle

# --- Gradients --------------------------------------------------------------------------------------------------------


def conv_gradients(
    x: object,
    w: object,
    upstream: object,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of ⟨conv(x, w, bias), upstream⟩ with respect to x, w and bias, in their shapes.

    x: (N, C_in, *spatial); w: (C_out, C_in/groups, *kernel); upstream: the gradient at the output, (N, C_out, *out).
    Raises ValueError when upstream does not have the output's shape.
    """
    x, w = layer_arrays(x, w)
    geometry = Geometry(w.shape[2:], stride=stride, padding=padding, dilation=dilation)
    groups = check_groups(groups, C_in=x.shape[1], C_out=w.shape[0])
    upstream = _upstream(upstream, (len(x), len(w), *geometry.conv_shape(x.shape[2:])))
    full = conv_transpose(upstream, w, stride=stride, dilation=dilation, groups=groups)
    # The window of the full result where x lay; pixels behind the last position were not used, their gradient is 0.
    crops = [(p, have - p - n) for p, have, n in zip(geometry.padding, full.shape[2:], x.shape[2:], strict=True)]
    return crop(full, crops), _kernel_gradient(x, upstream, geometry, groups), _per_channel(upstream)


def conv_transpose_gradients(
    x: object,
    w: object,
    upstream: object,
    *,
    stride: PerAxis = 1,
    padding: PerAxis = 0,
    output_padding: PerAxis = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of ⟨conv_transpose(x, w, bias), upstream⟩ with respect to x, w and bias, in their shapes.

    x: (N, C_in, *spatial); w: (C_in, C_out/groups, *kernel); upstream: the gradient at the output, (N, C_out, *out).
    Raises ValueError when upstream does not have the output's shape.
    """
    x, w = layer_arrays(x, w)
    geometry = Geometry(w.shape[2:], stride, padding, output_padding, dilation)
    groups = check_groups(groups, C_in=x.shape[1])
    upstream = _upstream(upstream, (len(x), w.shape[1] * groups, *geometry.output_shape(x.shape[2:])))
    # With output_padding ≥ stride the convolution has more positions than x has samples: the last ones are not x's.
    own = (..., *(slice(n) for n in x.shape[2:]))
    towards_x = conv(upstream, w, stride=stride, padding=padding, dilation=dilation, groups=groups)[own]
    return towards_x, _kernel_gradient(upstream, x, geometry, groups), _per_channel(upstream)


def _kernel_gradient(wide: np.ndarray, narrow: np.ndarray, geometry: Geometry, groups: int) -> np.ndarray:
    """Σ over samples and positions of narrow[i] · wide[i·s + u·d − p]: one number for each weight that links the two.

    wide: (N, C_wide, *spatial), the convolution's input side; narrow: (N, C_narrow, *positions), its output side.
    Returns (C_narrow, C_wide/groups, *kernel).
    """
    own = (..., *(slice(n) for n in narrow.shape[2:]))
    seen = windows(wide, geometry)[own]                              # (N, C_wide, *kernel, *positions)
    positions = range(-geometry.axes, 0)
    summed = ((0, *positions), (0, *positions))
    pairs = zip(np.split(narrow, groups, axis=1), np.split(seen, groups, axis=1), strict=True)
    return np.concatenate([np.tensordot(n, w, axes=summed) for n, w in pairs])


def _per_channel(upstream: np.ndarray) -> np.ndarray:
    return upstream.sum(axis=(0, *range(2, upstream.ndim)), dtype=upstream.dtype)


def _upstream(upstream: object, shape: tuple[int, ...]) -> np.ndarray:
    upstream = numbers("upstream", upstream)
    if upstream.shape != shape:
        raise ValueError(f"upstream must have the output's shape {shape}, got {upstream.shape}")
    return upstream


# --- One kernel, one image: the exercises' names ----------------------------------------------------------------------


def loss_gradient(x: object, w: object, target: object, stride: PerAxis) -> np.ndarray:
    """Gradient of the loss ½‖conv_transpose2d(x, w, stride) − target‖² with respect to w, in w's shape.

    x: (H, W); w: (k₀, k₁); target: the output's shape, ((H − 1)s + k₀, (W − 1)s + k₁).
    With the error e = output − target it is Σᵢ x[i] e[i·s + u] for every tap u.

    >>> loss_gradient([[1, 2]], [[0, 0]], [[1, 0, 0, 1]], (1, 2))
    array([[-1, -2]])
    """
    x, w = image("x", x), image("w", w)
    error = conv_transpose2d(x, w, stride) - _target(x, w, target, stride)
    return conv_transpose_gradients(x[None, None], w[None, None], error[None, None], stride=stride)[1][0, 0]


def train(
    x: object, target: object, w0: object, stride: PerAxis, steps: int, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a kernel by gradient descent from w0: w ← w − rate · loss_gradient(x, w, target, stride), `steps` times.

    Returns (w, losses): the kernel after the last step, and the loss ½‖…‖² before each step, (steps,) floats.
    """
    x, w = image("x", x), image("w0", w0).astype(float)
    target = _target(x, w, target, stride)
    if not isinstance(rate, Real):
        raise TypeError(f"rate must be a real number, got {rate!r}")
    losses = np.empty(integer("steps", steps, 0))
    for step in range(len(losses)):
        losses[step] = np.sum((conv_transpose2d(x, w, stride) - target) ** 2) / 2
        w = w - rate * loss_gradient(x, w, target, stride)
    return w, losses


def _target(x: np.ndarray, w: np.ndarray, target: object, stride: PerAxis) -> np.ndarray:
    target = image("target", target)
    expected = Geometry(w.shape, stride=stride).output_shape(x.shape)
    if target.shape != expected:
        raise ValueError(f"target must have the output's shape {expected}, got {target.shape}")
    return target


# --- Small up-samplers of one or two layers ---------------------------------------------------------------------------


class Layer:
    """A differentiable step.  `forward` remembers what `backward` needs; `backward` leaves the parameters' gradients.

    `parameters` and `gradients` are lists of arrays of equal shapes, changed in place by the optimiser; empty when
    there is nothing to learn.  x and y are (N, C, H, W).
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
    """A transposed convolution with bias whose output is s times as large as its input, cropped as evenly as can be."""

    def __init__(self, w: np.ndarray, bias: np.ndarray, s: int) -> None:
        super().__init__(w, bias)
        excess = w.shape[-1] - s                                     # what the full result has more than n·s
        padding = max((excess + 1) // 2, 0)
        self.settings = {"stride": s, "padding": padding, "output_padding": 2 * padding - excess}

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return conv_transpose(x, *self.parameters, **self.settings)

    def backward(self, upstream: np.ndarray) -> np.ndarray:
        towards_x, *self.gradients = conv_transpose_gradients(self.x, self.parameters[0], upstream, **self.settings)
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
        return upstream.reshape(n, c, rows // self.s, self.s, columns // self.s, self.s).sum(axis=(3, 5))


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
    """A small one-channel up-sampler by s: one learned layer, or two with `hidden` channels and a ReLU between.

    method: "transposed" (kernel k), "even transposed" (the same, then equalised: the nearest kernel with equal phase
    sums), "resize" (nearest, then an odd kernel k), "sub-pixel" (s² kernels of odd size k, then pixel shuffle), "icnr"
    (the same, started as nearest-neighbour).  Weights are normal with variance 2/(terms of an output), after He et al.
    (2015); the same seed gives the same layers.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(map(repr, METHODS))}, got {method!r}")
    k, s, hidden = integer("k", k, 1), integer("s", s, 1), integer("hidden", hidden, 0)
    if k % 2 == 0 and "transposed" not in method:
        raise ValueError(f"k must be odd for method {method!r}, got {k}")
    rng = np.random.default_rng(seed)

    def normal(*shape: int, terms: float) -> np.ndarray:
        return rng.normal(0, np.sqrt(2 / terms), shape)

    first = [Convolution(normal(hidden, 1, 3, 3, terms=9), np.zeros(hidden)), Relu()] if hidden else []
    channels = hidden or 1
    if "transposed" in method:
        w = normal(channels, 1, k, k, terms=channels * k * k / s**2)
        if method.startswith("even"):
            w = np.array([[equalise(w[c, 0], s)] for c in range(channels)])
        return [*first, TransposedConvolution(w, np.zeros(1), s)]
    if method == "resize":
        return [*first, Nearest(s), Convolution(normal(1, channels, k, k, terms=channels * k * k), np.zeros(1))]
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


@dataclass
class Adam:
    """Adam (Kingma & Ba, 2015): steps of about `rate`, scaled by running means of the gradient and of its square."""

    rate: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    steps: int = field(default=0, init=False)
    moments: list = field(default_factory=list, init=False, repr=False)

    def step(self, layers: Sequence[Layer]) -> None:
        """Change every parameter of the layers in place."""
        pairs = [pair for layer in layers for pair in zip(layer.parameters, layer.gradients, strict=True)]
        if not self.moments:
            self.moments = [(np.zeros_like(parameter), np.zeros_like(parameter)) for parameter, _ in pairs]
        self.steps += 1
        for (parameter, gradient), (mean, square) in zip(pairs, self.moments, strict=True):
            mean += (1 - self.beta1) * (gradient - mean)
            square += (1 - self.beta2) * (gradient**2 - square)
            # Both means start at 0; dividing by 1 − βᵗ takes that bias out.
            unbiased, spread = mean / (1 - self.beta1**self.steps), square / (1 - self.beta2**self.steps)
            parameter -= self.rate * unbiased / (np.sqrt(spread) + self.epsilon)


def fit(
    layers: Sequence[Layer],
    x: object,
    target: object,
    optimiser: SGD | Adam,
    *,
    steps: int,
    batch: int | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Train the layers, in place, to map x (N, C, H, W) to target by the mean squared error.  Returns (steps,) losses.

    Each step takes `batch` samples, drawn without repetition by a generator started from `seed`; None means all of
    them. The loss recorded is the one before the step, on the samples of the step.
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
        chosen = slice(None) if batch == len(x) else np.sort(rng.choice(len(x), batch, replace=False))
        output = run(layers, x[chosen])
        if output.shape != target[chosen].shape:
            raise ValueError(f"target must have the output's shape {output.shape}, got {target[chosen].shape}")
        error = output - target[chosen]
        losses[step] = np.mean(error**2)
        gradient = 2 * error / error.size
        for layer in reversed(layers):
            gradient = layer.backward(gradient)
        optimiser.step(layers)
    return losses
