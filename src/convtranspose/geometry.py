"""Sizes: which output a kernel, a stride, a padding and a dilation give, and which inputs could
have given it.

Everything here is integer arithmetic on one axis at a time; `Geometry` carries the numbers of all
axes together.

Notation, one axis: n input size, k kernel size, s stride, p padding, d dilation, op output padding,
and the extent of the dilated kernel, K = d(k − 1) + 1.  The relations are those of Dumoulin &
Visin, "A guide to convolution arithmetic for deep learning" (2016), with `output_padding` as
PyTorch and ONNX define it.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, SupportsIndex, TypeGuard

# One integer for all axes, or one for each.
PerAxis = int | Sequence[int]


def integer(name: str, value: object, minimum: int) -> int:
    """`value` as a plain int that is at least `minimum`.

    Raises TypeError when it is not an integer (a bool is not one), ValueError when it is too small.
    """
    if type(value) is int:  # as nearly always, and done in half the time
        number = value
    elif isinstance(value, bool) or not _is_index(value):
        raise TypeError(f"{name} must be an integer, got {value!r}")
    else:
        number = operator.index(value)
    if number < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {number}")
    return number


def per_axis(name: str, value: PerAxis, axes: int, minimum: int) -> tuple[int, ...]:
    """`value` as one int per axis: an integer is repeated, a sequence must have exactly `axes`
    entries.

    Raises TypeError or ValueError, as `integer` does, and ValueError when the number of entries is
    wrong.
    """
    if type(value) is tuple and len(value) == axes and _are_allowed(value, minimum):
        return value
    if isinstance(value, int) or _is_index(value):
        return (integer(name, value, minimum),) * axes
    if isinstance(value, str) or not hasattr(value, "__len__"):
        raise TypeError(f"{name} must be an integer or a tuple of {axes} integers, got {value!r}")
    if len(value) != axes:
        raise ValueError(
            f"{name} must have one entry for each of the {axes} axes, got {tuple(value)!r}"
        )
    return tuple(integer(f"{name}[{axis}]", entry, minimum) for axis, entry in enumerate(value))


def count_axes(value: PerAxis) -> int:
    """How many axes `value` speaks of: 1 for an integer, else the number of its entries."""
    return 1 if isinstance(value, int) or not hasattr(value, "__len__") else len(value)


@dataclass(frozen=True, init=False)
class Geometry:
    """The numbers that decide every shape: one tuple per property, one entry per spatial axis.

    `kernel` fixes the number of axes; the others may be given as one integer for all axes.
    Raises TypeError or ValueError, in one sentence, when a number is not allowed.

    >>> Geometry(kernel=(4, 4), stride=3).output_shape((2, 2))
    (7, 7)
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    output_padding: tuple[int, ...]
    dilation: tuple[int, ...]

    def __init__(
        self,
        kernel: PerAxis,
        stride: PerAxis = 1,
        padding: PerAxis = 0,
        output_padding: PerAxis = 0,
        dilation: PerAxis = 1,
    ) -> None:
        axes = count_axes(kernel)
        if axes == 0:
            raise ValueError("kernel must have at least one axis, got ()")
        for name, value, minimum in (
            ("kernel", kernel, 1),
            ("stride", stride, 1),
            ("padding", padding, 0),
            ("output_padding", output_padding, 0),
            ("dilation", dilation, 1),
        ):
            # A frozen dataclass is written to in this way only.
            object.__setattr__(self, name, per_axis(name, value, axes, minimum))
        for op, s, d in zip(self.output_padding, self.stride, self.dilation, strict=True):
            _check_output_padding(op, s, d)

    @property
    def axes(self) -> int:
        """Number of spatial axes."""
        return len(self.kernel)

    @property
    def extent(self) -> tuple[int, ...]:
        """K = d(k − 1) + 1 per axis: how far the dilated kernel reaches."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def crops(self) -> tuple[tuple[int, int], ...]:
        """(start, end) per axis: what the transposed convolution cuts from its full result.

        Padding p cuts p at both ends; output padding gives op back at the end.  A negative number
        means zeros appended.
        """
        return tuple((p, p - op) for p, op in zip(self.padding, self.output_padding, strict=True))

    def conv_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Shape of the convolution's output for an input of `shape`.  ValueError when the kernel
        does not fit.
        """
        numbers = zip(
            self._checked(shape), self.kernel, self.stride, self.padding, self.dilation, strict=True
        )
        return tuple(conv_output_size(*axis) for axis in numbers)

    def full_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Shape (n − 1)s + K of everything that the transposed convolution places, before any
        cropping.
        """
        numbers = zip(self._checked(shape), self.stride, self.extent, strict=True)
        return tuple((n - 1) * s + extent for n, s, extent in numbers)

    def output_shape(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Shape of the transposed convolution's output for an input of `shape`.  ValueError when
        none would be left.
        """
        sizes = self._checked(shape)
        numbers = zip(
            sizes,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            self.output_padding,
            strict=True,
        )
        return tuple(output_size(*axis) for axis in numbers)

    def _checked(self, shape: Sequence[int]) -> tuple[int, ...]:
        return per_axis("shape", shape, self.axes, 1)


def conv_output_size(n: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """Output size of a convolution along one axis: ⌊(n + 2p − K)/s⌋ + 1 with K = d(k − 1) + 1.

    Raises ValueError when the dilated kernel is longer than the padded input, TypeError when a
    number is no integer.

    >>> conv_output_size(4, 3)
    2
    """
    n, k, s, p, d = _axis(n, k, s, p, d)
    room = n + 2 * p - (d * (k - 1) + 1)
    if room < 0:
        raise ValueError(
            f"the kernel must fit into the padded input, got extent {d * (k - 1) + 1} (k={k}, "
            f"d={d})"
            f" for {n + 2 * p} samples (n={n}, p={p})"
        )
    return room // s + 1


def output_size(n: int, k: int, s: int = 1, p: int = 0, d: int = 1, op: int = 0) -> int:
    """Output size of a transposed convolution along one axis: (n − 1)s − 2p + d(k − 1) + op + 1.

    Raises ValueError when op is not below max(s, d) or when no output would be left, TypeError when
    a number is no integer.

    >>> output_size(2, 4, 3)
    7
    """
    n, k, s, p, d = _axis(n, k, s, p, d)
    op = integer("output_padding", op, 0)
    _check_output_padding(op, s, d)
    size = (n - 1) * s - 2 * p + d * (k - 1) + op + 1
    if size < 1:
        raise ValueError(
            f"padding must leave at least one output, got {size} outputs for n={n}, k={k}, s={s}, "
            f"p={p}, d={d}, op={op}"
        )
    return size


def input_sizes(out: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> dict[int, int]:
    """Every input size n for which a convolution gives `out` outputs, with the output padding that
    names it.

    The floor in `conv_output_size` sends s neighbouring sizes to one: a strided convolution forgets
    how many samples it dropped at the end.  `output_size(out, k, s, p, d, op)` gives the size back
    that `op` (0 … s − 1) stands for. Returns {n: op}, in rising order; sizes below 1 do not exist
    and are left out, so the result may be empty.

    >>> input_sizes(3, k=3, s=2)
    {7: 0, 8: 1}
    """
    out, k, s, p, d = _axis(out, k, s, p, d)
    smallest = (out - 1) * s - 2 * p + d * (k - 1) + 1
    return {smallest + op: op for op in range(s) if smallest + op >= 1}


def same_padding(n: int, k: int, s: int, d: int = 1, *, lower: bool = False) -> tuple[int, int]:
    """What `same` cuts from the full result, (crop_start, crop_end), so that n·s outputs are left.

    The full result has (n − 1)s + K samples, so K − s are too many.  TensorFlow, Keras and ONNX's
    SAME_UPPER cut the smaller half at the start; ONNX's SAME_LOWER (`lower=True`) cuts the larger
    half there.  When K < s, samples are missing: crop_start is 0 and crop_end = K − s is negative,
    which means s − K zeros appended, as TensorFlow does (onnxruntime returns the shorter result).
    The answer does not depend on n; n is an argument because the rule speaks of n·s outputs.
    PyTorch's symmetric `padding` can say the same only when K − s is even.

    >>> same_padding(3, 3, 2)
    (0, 1)
    """
    n, k, s, _, d = _axis(n, k, s, 0, d)
    excess = d * (k - 1) + 1 - s
    start = max(excess, 0) // 2
    if lower:
        start = max(excess, 0) - start
    return start, excess - start


def _is_index(value: Any) -> TypeGuard[SupportsIndex]:
    # Asking for __index__ is not enough: every NumPy array has it, only single integers can use it.
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def _are_allowed(values: tuple[object, ...], minimum: int) -> TypeGuard[tuple[int, ...]]:
    """Whether all values are plain ints of at least `minimum`: then no error has to be worded."""
    return all(type(value) is int and value >= minimum for value in values)


def _axis(n: int, k: int, s: int, p: int, d: int) -> tuple[int, int, int, int, int]:
    return (
        integer("n", n, 1),
        integer("kernel size", k, 1),
        integer("stride", s, 1),
        integer("padding", p, 0),
        integer("dilation", d, 1),
    )


def _check_output_padding(op: int, s: int, d: int) -> None:
    # From the stride on, op would only repeat what one more input sample says.  With a dilation
    # above the stride more is allowed, as in PyTorch, so that its settings can all be given here.
    if op >= max(s, d):
        raise ValueError(
            f"output_padding must be below max(stride, dilation) = {max(s, d)}, got {op}"
        )
