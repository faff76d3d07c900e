"""Wrong transposed convolutions, written once for the layer and narrowed to one image where a question needs that.

Every function here has the layer's signature: x (N, C_in, H, W), w (C_in, C_out/groups, a, b), and pairs for stride,
padding, output_padding and dilation.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from .model import Misconception

WORKED = np.array([  # the course's worked example: x = [[1, 2], [3, 4]], w = 1 … 16, stride 3
    [1, 2, 3, 6, 4, 6, 8],
    [5, 6, 7, 18, 12, 14, 16],
    [9, 10, 11, 30, 20, 22, 24],
    [16, 20, 24, 58, 36, 42, 48],
    [15, 18, 21, 44, 24, 28, 32],
    [27, 30, 33, 72, 40, 44, 48],
    [39, 42, 45, 100, 56, 60, 64],
], float)  # fmt: skip


def full(x, w, stride, dilation, groups=1, combine="sum"):
    """The uncropped result, every copy of the kernel placed: (N, C_out, (n − 1)s + d(k − 1) + 1 per axis).

    `combine` says what becomes of overlaps: ``sum`` is right; ``last``, ``first``, ``max`` and ``mean`` are not.
    """
    images, channels, *spatial = x.shape
    per_group, *kernel = w.shape[1:]
    sizes = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in zip(spatial, stride, dilation, kernel, strict=True)]
    y = np.zeros((images, groups, per_group, *sizes))
    count = np.zeros(sizes)
    copies = np.einsum(
        "ngchw,gcoab->hwngoab",
        x.reshape(images, groups, channels // groups, *spatial),
        w.reshape(groups, channels // groups, per_group, *kernel),
    )
    for i, j in np.ndindex(*spatial):
        place = tuple(
            slice(m * s, m * s + d * (k - 1) + 1, d)
            for m, s, d, k in zip((i, j), stride, dilation, kernel, strict=True)
        )
        here, copy, before = (..., *place), copies[i, j], count[place]
        match combine:
            case "last":
                y[here] = copy
            case "first":
                y[here] = np.where(before > 0, y[here], copy)
            case "max":  # from zeros, as the array to be filled is made
                y[here] = np.maximum(y[here], copy)
            case _:
                y[here] += copy
        count[place] += 1
    if combine == "mean":
        y = y / np.maximum(count, 1)
    return y.reshape(images, groups * per_group, *sizes)


def window(y, start, size):
    """`size` samples of the last two axes from `start` on; zeros beyond the ends."""
    before = [max(0, -a) for a in start]
    after = [max(0, a + m - n) for a, m, n in zip(start, size, y.shape[2:], strict=True)]
    padded = np.pad(y, [(0, 0), (0, 0), *zip(before, after, strict=True)])
    cut = tuple(slice(a + b, a + b + m) for a, b, m in zip(start, before, size, strict=True))
    return padded[(..., *cut)]


def _add(p, q):
    return tuple(a + b for a, b in zip(p, q, strict=True))


def _sub(p, q):
    return tuple(a - b for a, b in zip(p, q, strict=True))


def _times(m, p):
    return tuple(m * a for a in p)


class Setting:
    """The arguments of one call, with the sizes that follow from them."""

    def __init__(
        self, x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
    ):
        self.x, self.w, self.bias, self.groups = x, w, bias, groups
        self.stride, self.padding, self.output_padding, self.dilation = stride, padding, output_padding, dilation

    def but(self, **changes):
        """The same call with other arguments."""
        other = Setting(**vars(self))
        vars(other).update(changes)
        return other

    @property
    def extent(self):
        """K = d(k − 1) + 1 per axis."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.w.shape[2:], strict=True))

    @property
    def full_size(self):
        """(n − 1)s + K per axis."""
        return tuple((n - 1) * s + K for n, s, K in zip(self.x.shape[2:], self.stride, self.extent, strict=True))

    @property
    def size(self):
        """The right output size."""
        return _add(_sub(self.full_size, _times(2, self.padding)), self.output_padding)

    def full(self, combine="sum"):
        """All copies placed, nothing cropped, no bias."""
        return full(self.x, self.w, self.stride, self.dilation, self.groups, combine)

    def cut(self, start=None, size=None, combine="sum"):
        """The output from `start` on, `size` samples; the right ones if left out."""
        start = self.padding if start is None else start
        return self.biased(window(self.full(combine), start, self.size if size is None else size))

    def biased(self, y):
        """y plus the bias, if there is one."""
        return y if self.bias is None else y + np.reshape(self.bias, (-1, 1, 1))


def layer(*args, **kwargs):
    """The right answer, written as a learner would: for tests, and for mistakes that only change arguments."""
    return Setting(*args, **kwargs).cut()


def _wrong(name: str, hint: str, answer: Callable, same_as: Iterable[str] = ()) -> Misconception:
    """A misconception from a function of a Setting."""
    return Misconception(name, hint, lambda *args, **kwargs: answer(Setting(*args, **kwargs)), tuple(same_as))


def _nearest_spread(g):
    x = np.repeat(np.repeat(g.x, g.stride[0], axis=2), g.stride[1], axis=3)
    spread = [(n - 1) * s + 1 for n, s in zip(g.x.shape[2:], g.stride, strict=True)]
    return g.but(x=x[:, :, : spread[0], : spread[1]], stride=(1, 1)).cut()


def _padded_with_p(g):
    start = _sub(_sub(g.extent, (1, 1)), g.padding)
    size = _add(_sub(_add(g.full_size, _times(2, g.padding)), _times(2, _sub(g.extent, (1, 1)))), g.output_padding)
    if min(size) < 1:
        raise ValueError("the kernel does not fit")
    return g.cut(start, size)


def _as_zeros(g):
    return g.biased(window(window(g.full(), g.padding, _sub(g.size, g.output_padding)), (0, 0), g.size))


def _outputs_interleaved(g):
    y = g.cut()
    return y.reshape(y.shape[0], g.groups, -1, *y.shape[2:]).swapaxes(1, 2).reshape(y.shape)


def _inputs_interleaved(g):
    x = g.x.reshape(g.x.shape[0], -1, g.groups, *g.x.shape[2:]).swapaxes(1, 2).reshape(g.x.shape)
    return g.but(x=x).cut()


def _channel_axes_swapped(g):
    """The kernel read as (C_out, C_in/groups, …), as a forward convolution stores it."""
    inputs = g.w.shape[0] // g.groups
    if inputs != g.w.shape[1]:
        raise ValueError("the channels do not fit")
    w = g.w.reshape(g.groups, inputs, *g.w.shape[1:]).swapaxes(1, 2).reshape(g.w.shape)
    return g.but(w=w).cut()


def _last_channel_only(g):
    keep = np.arange(g.x.shape[1]) % (g.x.shape[1] // g.groups) == g.x.shape[1] // g.groups - 1
    return g.but(x=g.x * keep[:, None, None]).cut()


def _short_kernel(g):
    w = g.w.copy()
    w[:, :, -1] = 0
    w[:, :, :, -1] = 0
    return g.but(w=w).cut()


def _short_input(g):
    x = g.x.copy()
    x[:, :, -1] = 0
    x[:, :, :, -1] = 0
    return g.but(x=x).cut()


ROTATED, UNFLIPPED = "the kernel is rotated by 180°", "zeros inserted, then correlated with the kernel as it is"

KERNEL = (
    _wrong(
        ROTATED,
        "A transposed convolution places the kernel as it is: `w[0, 0]` goes to the top-left corner of each copy.",
        lambda g: g.but(w=g.w[:, :, ::-1, ::-1]).cut(),
        [UNFLIPPED],
    ),
    _wrong(
        UNFLIPPED,
        "After inserting zeros the step that remains is a convolution, which rotates the kernel. "
        "If you slide it as a correlation, rotate the kernel by 180° first.",
        lambda g: g.but(w=g.w[:, :, ::-1, ::-1]).cut(),
        [ROTATED],
    ),
    _wrong(
        "the kernel is mirrored left to right",
        "Within each copy the columns of the kernel come backwards. Look at the column index of `w`.",
        lambda g: g.but(w=g.w[:, :, :, ::-1]).cut(),
    ),
    _wrong(
        "the kernel is turned upside down",
        "Within each copy the rows of the kernel come backwards. Look at the row index of `w`.",
        lambda g: g.but(w=g.w[:, :, ::-1]).cut(),
    ),
    _wrong(
        "the kernel's rows and columns are exchanged",
        "You place `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda g: g.but(w=g.w.swapaxes(2, 3)).cut(),
    ),
)
OVERLAP = (
    _wrong(
        "overlaps are overwritten: the last copy wins",
        "Where copies of the kernel overlap, they add up. You write with `=`; use `+=`.",
        lambda g: g.cut(combine="last"),
    ),
    _wrong(
        "overlaps keep the first copy",
        "Where copies of the kernel overlap, they add up. You keep what was there first.",
        lambda g: g.cut(combine="first"),
    ),
    _wrong(
        "overlaps keep the maximum",
        "Where copies of the kernel overlap, they add up. You keep the larger value.",
        lambda g: g.cut(combine="max"),
    ),
    _wrong(
        "overlaps are averaged",
        "Where copies of the kernel overlap, they add up. You divide by their number.",
        lambda g: g.cut(combine="mean"),
    ),
)
STRIDE = (
    _wrong(
        "the stride is ignored",
        "The copies lie one step apart whatever the stride. Copy (i, j) starts at row i·s, column j·s.",
        lambda g: g.but(stride=(1, 1)).cut(),
    ),
    _wrong(
        "the stride is one too large",
        "The copies lie s + 1 apart. Between two inputs go s − 1 zeros, not s.",
        lambda g: g.but(stride=_add(g.stride, (1, 1))).cut(),
    ),
    _wrong(
        "zeros also after the last sample",
        "The output is s − 1 too large. Zeros go between the samples only; after the last one there are none.",
        lambda g: g.cut(size=_add(g.size, _sub(g.stride, (1, 1)))),
    ),
    _wrong(
        "samples repeated where zeros belong",
        "You repeat each sample s times (nearest neighbour). A transposed convolution puts zeros in between.",
        _nearest_spread,
    ),
    _wrong(
        "a forward convolution, then every s-th sample",
        "This makes the image smaller. The stride of a transposed convolution spreads the input; it does not thin out "
        "the result.",
        lambda g: g.biased(g.but(stride=(1, 1)).full()[:, :, :: g.stride[0], :: g.stride[1]]),
    ),
)
STRIDE_PAIR = (
    _wrong(
        "the two strides are exchanged",
        "The first stride belongs to the rows, the second to the columns.",
        lambda g: g.but(stride=g.stride[::-1]).cut(),
    ),
)
PADDING = (
    _wrong(
        "padding is added outside",
        "Here padding makes the output smaller: p rows and columns are cut off on every side.",
        lambda g: g.biased(
            window(g.full(), _times(-1, g.padding), _add(_add(g.full_size, g.output_padding), _times(2, g.padding)))
        ),
    ),
    _wrong(
        "padding is ignored",
        "The output is too large by 2p: p rows and columns are cut off on every side.",
        lambda g: g.but(padding=(0, 0)).cut(),
    ),
    _wrong(
        "padding is applied to the input",
        "You pad x with p zeros. The padding of a transposed convolution crops the result by p on every side.",
        lambda g: g.but(
            x=np.pad(g.x, [(0, 0), (0, 0), (g.padding[0],) * 2, (g.padding[1],) * 2]), padding=(0, 0)
        ).cut(),
    ),
    _wrong(
        "padding is cropped at the end only",
        "The size is right, the place is not: crop p at the start and p at the end.",
        lambda g: g.cut(start=(0, 0)),
    ),
    _wrong(
        "padding is cropped at the start only",
        "The size is right, the place is not: crop p at the start and p at the end.",
        lambda g: g.cut(start=_times(2, g.padding)),
    ),
    _wrong(
        "padding is cropped once",
        "p is cut off at the start, and nothing at the end. Each side loses p.",
        lambda g: g.cut(size=_add(g.size, g.padding)),
    ),
    _wrong(
        "the spread input is padded with p instead of k − 1 − p",
        "With no padding at all (p = 0) the result is the full one, so the spread input needs k − 1 zeros around it. "
        "Padding p takes p of them away.",
        _padded_with_p,
    ),
)
PADDING_PAIR = (
    _wrong(
        "the two paddings are exchanged",
        "The first padding belongs to the rows, the second to the columns.",
        lambda g: g.but(padding=g.padding[::-1]).cut(),
    ),
)
SIZE = (
    _wrong(
        "the output is one too small",
        "The last row and column are missing. The full size is (n − 1)·s + k: count it on a 1 × 1 input.",
        lambda g: g.cut(size=_sub(g.size, (1, 1))),
    ),
    _wrong(
        "the output is one too large",
        "There is one row and one column of zeros too many. The full size is (n − 1)·s + k: count it on a 1 × 1 input.",
        lambda g: g.cut(size=_add(g.size, (1, 1))),
    ),
    _wrong(
        "the output is n·s",
        "That is TensorFlow's rule `same`. The full result has (n − 1)·s + k samples per axis.",
        lambda g: g.cut(size=tuple(n * s for n, s in zip(g.x.shape[2:], g.stride, strict=True))),
    ),
    _wrong(
        "everything is shifted by one",
        "The numbers are right, one row down and one column to the right of their places. Do you count from 1?",
        lambda g: g.cut(start=_sub(g.padding, (1, 1))),
    ),
)
OUTPUT_PADDING = (
    _wrong(
        "output_padding is ignored",
        "The output is too small: output_padding adds rows at the bottom and columns at the right.",
        lambda g: g.but(output_padding=(0, 0)).cut(),
    ),
    _wrong(
        "output_padding at the top and left",
        "The size is right, but the extra rows and columns belong at the bottom and right.",
        lambda g: g.cut(start=_sub(g.padding, g.output_padding)),
    ),
    _wrong(
        "output_padding filled with zeros after the crop",
        "Output padding uncovers real values of the full result that the crop had hidden; crop less at the end.",
        _as_zeros,
    ),
    _wrong(
        "output_padding on both sides",
        "Output padding counts once, at the bottom and right.",
        lambda g: g.cut(_sub(g.padding, g.output_padding), _add(g.size, g.output_padding)),
    ),
    _wrong(
        "the two output_paddings are exchanged",
        "The first output_padding belongs to the rows, the second to the columns.",
        lambda g: g.but(output_padding=g.output_padding[::-1]).cut(),
    ),
)
DILATION = (
    _wrong(
        "dilation is ignored",
        "The weights of a copy lie next to each other. Weight (u, v) belongs at distance u·d, v·d from its corner.",
        lambda g: g.but(dilation=(1, 1)).cut(),
    ),
    _wrong(
        "the two dilations are exchanged",
        "The first dilation belongs to the rows, the second to the columns.",
        lambda g: g.but(dilation=g.dilation[::-1]).cut(),
    ),
    _wrong(
        "dilation and stride are exchanged",
        "The stride spreads the input, the dilation spreads the kernel.",
        lambda g: g.but(dilation=g.stride, stride=g.dilation).cut(),
    ),
)
CHANNELS = (
    _wrong(
        "groups ignored: every input feeds every output",
        "With groups, the input channels of one group feed the output channels of that group only.",
        lambda g: g.but(w=np.tile(g.w, (1, g.groups, 1, 1)), groups=1).cut(),
    ),
    _wrong(
        "groups ignored: too few output channels",
        "w holds C_out/groups channels for each group: there are groups times as many output channels.",
        lambda g: replace_bias(g.but(groups=1)).cut(),
    ),
    _wrong(
        "output channels of the groups interleaved",
        "The output channels of the first group come first, all of them, then those of the second.",
        _outputs_interleaved,
    ),
    _wrong(
        "input channels dealt out to the groups in turn",
        "The first group takes the first C_in/groups channels in a row, not every groups-th one.",
        _inputs_interleaved,
    ),
    _wrong(
        "the channel axes of w are exchanged",
        "A transposed convolution stores its kernel as (C_in, C_out/groups, …): the input channel comes first.",
        _channel_axes_swapped,
    ),
    _wrong(
        "input channels are not summed: the last one wins",
        "Every output channel adds up all input channels of its group: `+=` over the input channels.",
        _last_channel_only,
    ),
    _wrong(
        "the bias is forgotten",
        "Each output channel gets its bias added, once, everywhere.",
        lambda g: g.but(bias=None).cut(),
    ),
    _wrong(
        "the bias is added once for every input channel",
        "The bias belongs to the output channel: add it once, after the sum over the input channels.",
        lambda g: g.but(bias=None if g.bias is None else g.bias * (g.x.shape[1] // g.groups)).cut(),
    ),
    _wrong(
        "only the first image of the batch",
        "The result has one image. The first axis of x counts images, and each gets its own result.",
        lambda g: g.cut()[:1],
    ),
)
LOOPS = (
    _wrong(
        "the kernel's last row and column are left out",
        "The loops over the kernel stop one short: `range(k)` already ends at k − 1.",
        _short_kernel,
    ),
    _wrong(
        "the input's last row and column are left out",
        "The loops over the input stop one short: `range(n)` already ends at n − 1.",
        _short_input,
    ),
    _wrong(
        "rows and columns of the result are exchanged",
        "The right numbers, mirrored at the diagonal. The first index is the row: look where you write the result.",
        lambda g: g.cut().swapaxes(2, 3),
    ),
    _wrong(
        "rows and columns of x are exchanged",
        "You read `x[j, i]` where `x[i, j]` belongs: the first index is the row.",
        lambda g: g.but(x=g.x.swapaxes(2, 3)).cut(),
    ),
    _wrong(
        "an answer that is written into the function",
        "The result is the same whatever comes in: it is the worked example's. Compute it from x and w.",
        lambda g: WORKED,
    ),
)


def replace_bias(g: Setting) -> Setting:
    """With too few output channels, only as many biases as there are outputs."""
    return g.but(bias=None if g.bias is None else np.asarray(g.bias)[: g.w.shape[1]])


def on_image(
    misconceptions: Iterable[Misconception], defaults: Iterable[str] = ("stride",)
) -> tuple[Misconception, ...]:
    """The misconceptions for one image and one channel: (x, w, *numbers), numbers named by `defaults`."""
    names = tuple(defaults)

    def narrowed(answer):
        def image(x, w, *args, **kwargs):
            numbers = dict(zip(names, args, strict=False)) | kwargs
            result = answer(x[None, None], w[None, None], **{name: (value, value) for name, value in numbers.items()})
            return result if result.ndim == 2 else result[0, 0]

        return image

    return tuple(replace(m, answer=narrowed(m.answer)) for m in misconceptions)
