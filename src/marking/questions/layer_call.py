"""One call of the transposed convolution layer, so that wrong layers can be told by what they
change of it.

Arrays have the layer's shapes: x (N, C_in, H, W), w (C_in, C_out/groups, a, b); stride, padding,
output_padding and dilation are pairs, rows first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Pair = tuple[int, ...]


def place_copies(
    x: np.ndarray,
    w: np.ndarray,
    stride: Pair,
    dilation: Pair,
    groups: int = 1,
    combine: str = "sum",
) -> np.ndarray:
    """The uncropped result, every copy of the kernel placed: (N, C_out, (n − 1)s + d(k − 1) + 1 per
    axis).

    `combine` says what becomes of overlaps: ``sum`` is right; ``last``, ``first``, ``max`` and
    ``mean`` are not.
    """
    images, channels, *spatial = x.shape
    per_group, *kernel = w.shape[1:]
    sizes = [
        (n - 1) * s + d * (k - 1) + 1
        for n, s, d, k in zip(spatial, stride, dilation, kernel, strict=True)
    ]
    y = np.zeros((images, groups, per_group, *sizes))
    count = np.zeros(sizes)
    copies = np.einsum(
        "ngchw,gcoab->hwngoab",
        x.reshape(images, groups, channels // groups, *spatial),
        w.reshape(groups, channels // groups, per_group, *kernel),
    )
    for i, j in np.ndindex(*spatial):
        rows, columns = (
            slice(m * s, m * s + d * (k - 1) + 1, d)
            for m, s, d, k in zip((i, j), stride, dilation, kernel, strict=True)
        )
        here, copy, before = y[..., rows, columns], copies[i, j], count[rows, columns]
        match combine:
            case "last":
                here[:] = copy
            case "first":
                here[:] = np.where(before > 0, here, copy)
            case "max":  # from zeros, as the array to be filled is made
                here[:] = np.maximum(here, copy)
            case _:
                here += copy
        before += 1
    if combine == "mean":
        y = y / np.maximum(count, 1)
    return y.reshape(images, groups * per_group, *sizes)


def window(y: np.ndarray, start: Pair, size: Pair) -> np.ndarray:
    """`size` samples of the last two axes from `start` on; zeros beyond the ends."""
    result = np.zeros((*y.shape[:2], *(max(m, 0) for m in size)), y.dtype)
    kept = [
        (max(a, 0), max(min(a + m, n), a, 0))
        for a, m, n in zip(start, size, y.shape[2:], strict=True)
    ]
    rows, columns = (slice(first, last) for first, last in kept)
    there = [slice(first - a, last - a) for (first, last), a in zip(kept, start, strict=True)]
    result[..., there[0], there[1]] = y[..., rows, columns]
    return result


def add(p: Pair, q: Pair) -> Pair:
    """p + q, axis by axis."""
    return tuple(a + b for a, b in zip(p, q, strict=True))


def subtract(p: Pair, q: Pair) -> Pair:
    """p − q, axis by axis."""
    return tuple(a - b for a, b in zip(p, q, strict=True))


def times(factor: int, p: Pair) -> Pair:
    """`factor` times p, axis by axis."""
    return tuple(factor * a for a in p)


class LayerCall:
    """The arguments of one call, with the sizes that follow from them."""

    def __init__(
        self,
        x: np.ndarray,
        w: np.ndarray,
        bias: np.ndarray | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
        output_padding: Pair = (0, 0),
        dilation: Pair = (1, 1),
        groups: int = 1,
    ) -> None:
        self.x, self.w, self.bias, self.groups = x, w, bias, groups
        self.stride, self.padding = stride, padding
        self.output_padding, self.dilation = output_padding, dilation

    def but(self, **changes: Any) -> LayerCall:
        """The same call with other arguments."""
        return LayerCall(**(vars(self) | changes))

    @property
    def extent(self) -> Pair:
        """K = d(k − 1) + 1 per axis."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.w.shape[2:], strict=True))

    @property
    def full_size(self) -> Pair:
        """(n − 1)s + K per axis."""
        return tuple(
            (n - 1) * s + K
            for n, s, K in zip(self.x.shape[2:], self.stride, self.extent, strict=True)
        )

    @property
    def size(self) -> Pair:
        """The right output size."""
        return add(subtract(self.full_size, times(2, self.padding)), self.output_padding)

    def full(self, combine: str = "sum") -> np.ndarray:
        """All copies placed, nothing cropped, no bias; `combine` as in `place_copies`."""
        return place_copies(self.x, self.w, self.stride, self.dilation, self.groups, combine)

    def cut(
        self, start: Pair | None = None, size: Pair | None = None, combine: str = "sum"
    ) -> np.ndarray:
        """The output from `start` on, `size` samples; the right ones if left out."""
        start = self.padding if start is None else start
        return self.biased(window(self.full(combine), start, self.size if size is None else size))

    def biased(self, y: np.ndarray) -> np.ndarray:
        """y plus the bias, if there is one."""
        return y if self.bias is None else y + np.reshape(self.bias, (-1, 1, 1))


def layer(*args: Any, **kwargs: Any) -> np.ndarray:
    """The right answer, with the layer's signature: what every wrong layer differs from in one
    thing.
    """
    return LayerCall(*args, **kwargs).cut()
