"""Wrong transposed convolutions, written once for the layer and narrowed to one image where a
question needs that.

Every function here is told as what it changes of a right `LayerCall`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from marking.questions.layer_call import LayerCall, add, layer, subtract, times, window
from marking.questions.mistakes import Misconception

# the course's worked example: x = [[1, 2], [3, 4]], w = 1 … 16, stride 3
WORKED_EXAMPLE = layer(
    np.arange(1, 5).reshape(1, 1, 2, 2), np.arange(1, 17).reshape(1, 1, 4, 4), stride=(3, 3)
)[0, 0]


def _wrong(
    name: str, hint: str, answer: Callable[[LayerCall], np.ndarray], same_as: Iterable[str] = ()
) -> Misconception:
    """A misconception from a function of a LayerCall."""
    return Misconception(
        name, hint, lambda *args, **kwargs: answer(LayerCall(*args, **kwargs)), tuple(same_as)
    )


def _nearest_spread(g: LayerCall) -> np.ndarray:
    x = np.repeat(np.repeat(g.x, g.stride[0], axis=2), g.stride[1], axis=3)
    spread = [(n - 1) * s + 1 for n, s in zip(g.x.shape[2:], g.stride, strict=True)]
    return g.but(x=x[:, :, : spread[0], : spread[1]], stride=(1, 1)).cut()


def _padded_with_p(g: LayerCall) -> np.ndarray:
    start = subtract(subtract(g.extent, (1, 1)), g.padding)
    size = add(
        subtract(add(g.full_size, times(2, g.padding)), times(2, subtract(g.extent, (1, 1)))),
        g.output_padding,
    )
    if min(size) < 1:
        raise ValueError("the kernel does not fit")
    return g.cut(start, size)


def _as_zeros(g: LayerCall) -> np.ndarray:
    return g.biased(
        window(window(g.full(), g.padding, subtract(g.size, g.output_padding)), (0, 0), g.size)
    )


def _on_the_input(g: LayerCall) -> np.ndarray:
    around = [(0, 0), (0, 0), *((0, op) for op in g.output_padding)]
    return g.but(x=np.pad(g.x, around), output_padding=(0, 0)).cut()


def _outputs_interleaved(g: LayerCall) -> np.ndarray:
    y = g.cut()
    return y.reshape(y.shape[0], g.groups, -1, *y.shape[2:]).swapaxes(1, 2).reshape(y.shape)


def _inputs_interleaved(g: LayerCall) -> np.ndarray:
    x = g.x.reshape(g.x.shape[0], -1, g.groups, *g.x.shape[2:]).swapaxes(1, 2).reshape(g.x.shape)
    return g.but(x=x).cut()


def _channel_axes_swapped(g: LayerCall) -> np.ndarray:
    """The kernel read as (C_out, C_in/groups, …), as a forward convolution stores it."""
    inputs = g.w.shape[0] // g.groups
    if inputs != g.w.shape[1]:
        raise ValueError("the channels do not fit")
    w = g.w.reshape(g.groups, inputs, *g.w.shape[1:]).swapaxes(1, 2).reshape(g.w.shape)
    return g.but(w=w).cut()


def _last_channel_only(g: LayerCall) -> np.ndarray:
    keep = np.arange(g.x.shape[1]) % (g.x.shape[1] // g.groups) == g.x.shape[1] // g.groups - 1
    return g.but(x=g.x * keep[:, None, None]).cut()


def _short_kernel(g: LayerCall) -> np.ndarray:
    w = g.w.copy()
    w[:, :, -1] = 0
    w[:, :, :, -1] = 0
    return g.but(w=w).cut()


def _short_input(g: LayerCall) -> np.ndarray:
    x = g.x.copy()
    x[:, :, -1] = 0
    x[:, :, :, -1] = 0
    return g.but(x=x).cut()


def _only_every_sth(g: LayerCall) -> np.ndarray:
    x = np.zeros_like(g.x)
    rows, columns = (slice(None, None, s) for s in g.stride)
    x[:, :, rows, columns] = g.x[:, :, rows, columns]
    return g.but(x=x, stride=(1, 1)).cut(size=g.size)


def _first_row_only(g: LayerCall) -> np.ndarray:
    x = g.x.copy()
    x[:, :, 1:] = 0
    return g.but(x=x).cut()


def _last_pixel_only(g: LayerCall) -> np.ndarray:
    x = np.zeros_like(g.x)
    x[:, :, -1, -1] = g.x[:, :, -1, -1]
    return g.but(x=x).cut()


def _wrapped(g: LayerCall) -> np.ndarray:
    """Places before the first at negative indices, which count from the end."""
    onto = []
    for full, size, p in zip(g.full_size, g.size, g.padding, strict=True):
        if size < p:
            raise IndexError("an index that is too far below 0")
        places = np.arange(full) - p
        onto.append((np.arange(size)[:, None] == np.where(places < 0, places + size, places)) * 1)
    return g.biased(onto[0] @ g.full() @ onto[1].T)


def _dealt_out_with_kernels(g: LayerCall) -> np.ndarray:
    channels = np.arange(g.x.shape[1])
    order = np.argsort(channels % g.groups, kind="stable")
    return g.but(x=g.x[:, order], w=g.w[order]).cut()


def _bias_of_one_group(g: LayerCall) -> np.ndarray:
    if g.bias is None:
        return g.cut()
    return g.but(bias=g.bias * (np.arange(len(g.bias)) < g.w.shape[1])).cut()


def _pictures_added_up(g: LayerCall) -> np.ndarray:
    return g.biased(np.cumsum(g.but(bias=None).cut(), axis=0))


def _fitting_bias(g: LayerCall) -> LayerCall:
    """With too few output channels, only as many biases as there are outputs."""
    return g.but(bias=None if g.bias is None else np.asarray(g.bias)[: g.w.shape[1]])


ROTATED, UNFLIPPED = (
    "the kernel is rotated by 180°",
    "zeros inserted, then correlated with the kernel as it is",
)

KERNEL = (
    _wrong(
        ROTATED,
        "A transposed convolution places the kernel as it is: `w[0, 0]` goes to the top-left "
        "corner of each copy.",
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
        "Within each copy the columns of the kernel come backwards. Look at the column index of "
        "`w`.",
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
        "Where copies of the kernel overlap, they add up; in your result the last one stays. Use "
        "`+=`, copy by copy: with arrays as indices, `+=` adds once where an index is repeated.",
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
    _wrong(
        "the copies are not scaled",
        "You place the kernel itself. Each copy is multiplied by the pixel that places it.",
        lambda g: g.but(x=np.ones_like(g.x)).cut(),
    ),
)
STRIDE = (
    _wrong(
        "the stride is ignored",
        "The copies lie one step apart whatever the stride. Copy (i, j) starts at row i·s, column "
        "j·s.",
        lambda g: g.but(stride=(1, 1)).cut(),
    ),
    _wrong(
        "the stride on the rows only",
        "The size is right, but within a row the copies lie one step apart: copy (i, j) starts at "
        "column j·s.",
        lambda g: g.but(stride=(g.stride[0], 1)).cut(size=g.size),
    ),
    _wrong(
        "the stride on the columns only",
        "The size is right, but the rows of copies lie one step apart: copy (i, j) starts at row "
        "i·s.",
        lambda g: g.but(stride=(1, g.stride[1])).cut(size=g.size),
    ),
    _wrong(
        "only every s-th pixel is placed",
        "`range(0, n, s)` leaves pixels out. Every pixel is placed; it is the corner of its copy "
        "that moves by s: row i·s, column j·s.",
        _only_every_sth,
    ),
    _wrong(
        "the stride is one too large",
        "The copies lie s + 1 apart. Between two inputs go s − 1 zeros, not s.",
        lambda g: g.but(stride=add(g.stride, (1, 1))).cut(),
    ),
    _wrong(
        "zeros also after the last sample",
        "The output is s − 1 too large. Zeros go between the samples only; after the last one "
        "there are none.",
        lambda g: g.cut(size=add(g.size, subtract(g.stride, (1, 1)))),
    ),
    _wrong(
        "samples repeated where zeros belong",
        "You repeat each sample s times (nearest neighbour). A transposed convolution puts zeros "
        "in between.",
        _nearest_spread,
    ),
    _wrong(
        "a forward convolution, then every s-th sample",
        "This makes the image smaller. The stride of a transposed convolution spreads the input; "
        "it does not thin out the result.",
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
            window(
                g.full(),
                times(-1, g.padding),
                add(add(g.full_size, g.output_padding), times(2, g.padding)),
            )
        ),
    ),
    _wrong(
        "padding is ignored",
        "The output is too large by 2p: p rows and columns are cut off on every side.",
        lambda g: g.but(padding=(0, 0)).cut(),
    ),
    _wrong(
        "padding is applied to the input",
        "You pad x with p zeros. The padding of a transposed convolution crops the result by p on "
        "every side.",
        lambda g: g.but(
            x=np.pad(g.x, [(0, 0), (0, 0), (g.padding[0],) * 2, (g.padding[1],) * 2]),
            padding=(0, 0),
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
        lambda g: g.cut(start=times(2, g.padding)),
    ),
    _wrong(
        "padding is cropped once",
        "p is cut off at the start, and nothing at the end. Each side loses p.",
        lambda g: g.cut(size=add(g.size, g.padding)),
    ),
    _wrong(
        "places before the first come in at the end",
        "i·s + u·d − p may be below 0, and a negative index counts from the end. Such places are "
        "cut off: leave them out, as those beyond the end.",
        _wrapped,
    ),
    _wrong(
        "the spread input is padded with p instead of k − 1 − p",
        "With no padding at all (p = 0) the result is the full one, so the spread input needs k − "
        "1 zeros around it. Padding p takes p of them away.",
        _padded_with_p,
    ),
)
PADDING_PAIR = (
    _wrong(
        "the two paddings are exchanged",
        "The first padding belongs to the rows, the second to the columns.",
        lambda g: g.but(padding=g.padding[::-1]).cut(),
    ),
    _wrong(
        "nothing is cut where one of the two paddings is 0",
        "With padding (1, 0) the rows are cut all the same, and only the columns are not: each "
        "axis has a condition of its own, or needs none.",
        lambda g: g.cut() if min(g.padding) > 0 else g.but(padding=(0, 0)).cut(),
    ),
)
SIZE = (
    _wrong(
        "the output is one too small",
        "The last row and column are missing. The full size is (n − 1)·s + k: count it on a 1 × 1 "
        "input.",
        lambda g: g.cut(size=subtract(g.size, (1, 1))),
    ),
    _wrong(
        "the output is one too large",
        "There is one row and one column of zeros too many. The full size is (n − 1)·s + k: count "
        "it on a 1 × 1 input.",
        lambda g: g.cut(size=add(g.size, (1, 1))),
    ),
    _wrong(
        "the output is n·s",
        "That is TensorFlow's rule `same`. The full result has (n − 1)·s + k samples per axis.",
        lambda g: g.cut(size=tuple(n * s for n, s in zip(g.x.shape[2:], g.stride, strict=True))),
    ),
    _wrong(
        "everything is shifted by one",
        "The numbers are right, one row down and one column to the right of their places. Do you "
        "count from 1?",
        lambda g: g.cut(start=subtract(g.padding, (1, 1))),
    ),
)
OUTPUT_PADDING = (
    _wrong(
        "output_padding is ignored",
        "The output is too small: output_padding adds rows at the bottom and columns at the right. "
        "Make room for them in the array that is filled, before anything is cut.",
        lambda g: g.but(output_padding=(0, 0)).cut(),
    ),
    _wrong(
        "output_padding at the top and left",
        "The size is right, but the extra rows and columns belong at the bottom and right.",
        lambda g: g.cut(start=subtract(g.padding, g.output_padding)),
    ),
    _wrong(
        "output_padding filled with zeros after the crop",
        "Output padding uncovers real values of the full result that the crop had hidden; crop "
        "less at the end.",
        _as_zeros,
    ),
    _wrong(
        "output_padding is added to the input",
        "A sample more in the input makes the result longer by the stride, not by one. Output "
        "padding lengthens the result itself, at its end.",
        _on_the_input,
    ),
    _wrong(
        "output_padding on both sides",
        "Output padding counts once, at the bottom and right.",
        lambda g: g.cut(subtract(g.padding, g.output_padding), add(g.size, g.output_padding)),
    ),
    _wrong(
        "output_padding is counted twice",
        "The result is too large at its end: output padding counts once, at that end only.",
        lambda g: g.cut(size=add(g.size, g.output_padding)),
    ),
    _wrong(
        "padding and output_padding are exchanged",
        "Padding cuts off at both ends; output padding uncovers more, at the end only.",
        lambda g: g.but(padding=g.output_padding, output_padding=g.padding).cut(),
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
        "The weights of a copy lie next to each other. Weight (u, v) belongs at distance u·d, v·d "
        "from its corner.",
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
        "w holds C_out/groups channels for each group: there are groups times as many output "
        "channels.",
        lambda g: _fitting_bias(g.but(groups=1)).cut(),
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
        "input channels and their kernels dealt out to the groups in turn",
        "Input channel c belongs to group c // (C_in/groups): the first group takes the first "
        "C_in/groups channels in a row. c % groups deals them out one by one.",
        _dealt_out_with_kernels,
    ),
    _wrong(
        "the channel axes of w are exchanged",
        "A transposed convolution stores its kernel as (C_in, C_out/groups, …): the input channel "
        "comes first.",
        _channel_axes_swapped,
    ),
    _wrong(
        "input channels are not summed: the last one wins",
        "Every output channel adds up all input channels of its group: `+=` over the input "
        "channels.",
        _last_channel_only,
    ),
    _wrong(
        "the bias is forgotten",
        "Each output channel gets its bias added, once, everywhere.",
        lambda g: g.but(bias=None).cut(),
    ),
    _wrong(
        "the bias is added once for every input channel",
        "The bias belongs to the output channel: add it once, after the sum over the input "
        "channels.",
        lambda g: g.but(bias=None if g.bias is None else g.bias * (g.x.shape[1] // g.groups)).cut(),
    ),
    _wrong(
        "the bias is spread along the columns",
        "NumPy lays a plain vector along the last axis. The bias goes with the channels: give it "
        "axes of its own for rows and columns, `bias[:, None, None]`.",
        lambda g: g.but(bias=None).cut() + (0 if g.bias is None else g.bias),
    ),
    _wrong(
        "the bias reaches the first group only",
        "`w.shape[1]` counts the output channels of one group. The bias has a number for every "
        "output channel, also for those of the later groups.",
        _bias_of_one_group,
    ),
    _wrong(
        "no bias in the room that output_padding adds",
        "The bias is added everywhere, also where no copy reaches: make the room first, then add "
        "the bias.",
        lambda g: window(g.biased(g.full()), g.padding, g.size),
    ),
    _wrong(
        "what one picture gave is still there for the next",
        "Each picture of the batch begins with zeros of its own: make them inside the loop over "
        "pictures, or one array for all of them.",
        _pictures_added_up,
    ),
    _wrong(
        "only the first image of the batch",
        "The result has one image. The first axis of x counts images, and each gets its own "
        "result.",
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
        "only the copy of the last pixel is left",
        "All copies before it are gone: is the array that you fill made anew inside the loops? "
        "Make it once, before them.",
        _last_pixel_only,
    ),
    _wrong(
        "only the first row of x is placed",
        "The copies of all other rows are missing: does the `return` stand inside a loop? It "
        "belongs behind all of them, as far to the left as the first `for`.",
        _first_row_only,
    ),
    _wrong(
        "rows and columns of the result are exchanged",
        "The right numbers, mirrored at the diagonal. The first index is the row: look where you "
        "write the result.",
        lambda g: g.cut().swapaxes(2, 3),
    ),
    _wrong(
        "rows and columns of x are exchanged",
        "You read `x[j, i]` where `x[i, j]` belongs: the first index is the row.",
        lambda g: g.but(x=g.x.swapaxes(2, 3)).cut(),
    ),
    _wrong(
        "an answer that is written into the function",
        "The result is the same whatever comes in: it is the worked example's. Compute it from x "
        "and w.",
        lambda g: WORKED_EXAMPLE,
    ),
)


def on_image(
    misconceptions: Iterable[Misconception], defaults: Iterable[str] = ("stride",)
) -> tuple[Misconception, ...]:
    """The misconceptions for one image and one channel: (x, w, *numbers), numbers named by
    `defaults`.
    """
    names = tuple(defaults)

    def narrowed(answer: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
        def image(x: np.ndarray, w: np.ndarray, *args: int, **kwargs: int) -> np.ndarray:
            numbers = dict(zip(names, args, strict=False)) | kwargs
            result = answer(
                x[None, None],
                w[None, None],
                **{name: (value, value) for name, value in numbers.items()},
            )
            return result if result.ndim == 2 else result[0, 0]

        return image

    return tuple(replace(m, answer=narrowed(m.answer)) for m in misconceptions)
