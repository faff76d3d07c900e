"""Mistakes people make with interpolation, resize-convolution, pixel shuffle and ICNR."""

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180, zero_pad
from convtranspose.transposed import insert_zeros
from convtranspose.upsampling import bilinear_kernel, icnr, nearest, pixel_shuffle, resize, resize_convolve

from .common import negated, transposed_result, truncated, typed_like_first
from .model import Misconception

NEAREST = (
    Misconception(
        "zeros between the pixels",
        "You insert zeros. Nearest neighbour repeats each pixel: every pixel becomes an s × s block of itself.",
        lambda x, s: np.pad(insert_zeros(x, s), ((0, s - 1), (0, s - 1))),
    ),
    Misconception(
        "the whole image repeated",
        "You lay copies of the image side by side (`np.tile`). Repeat each pixel: `np.repeat`.",
        lambda x, s: np.tile(x, (s, s)),
    ),
    Misconception("the rows only", "The columns must be repeated too.", lambda x, s: np.repeat(x, s, 0)),
    Misconception("the columns only", "The rows must be repeated too.", lambda x, s: np.repeat(x, s, 1)),
    Misconception(
        "repeated s² times in a row",
        "Copies of a pixel run on along the row. They should fill a block: s in a row, and s rows of them.",
        lambda x, s: np.repeat(x, s * s).reshape(x.shape[0] * s, x.shape[1] * s),
    ),
    Misconception("nothing is repeated", "The result is x itself, whatever s is.", lambda x, s: x),
    Misconception("always twice", "Every pixel is repeated twice whatever s is.", lambda x, s: nearest(x, 2)),
    Misconception(
        "one time too often",
        "The result has H·(s + 1) rows: each pixel becomes s × s, the original included.",
        lambda x, s: nearest(x, s + 1),
    ),
    Misconception(
        "bilinear in place of nearest",
        "Values between two pixels are mixed. Nearest neighbour only copies.",
        lambda x, s: resize(x, (x.shape[0] * s, x.shape[1] * s)),
    ),
    Misconception(
        "the mean is kept: divided by s²",
        "Pixels are copied, not shared out: do not divide.",
        lambda x, s: nearest(x, s) / s**2,
    ),
    Misconception(
        "the last block is cut short",
        "The result has H·s rows and W·s columns; you stop after the last sample's first copy.",
        lambda x, s: nearest(x, s)[: (x.shape[0] - 1) * s + 1, : (x.shape[1] - 1) * s + 1],
    ),
    transposed_result(nearest),
    truncated(nearest),
)


def _pyramid(size, peak, half):
    """The outer product of a tent of `size` samples, with its peak at `peak` and its feet `half` away."""

    def answer(s):
        tent = np.maximum(0, 1 - np.abs(np.arange(size(s)) - peak(s)) / half(s))
        return np.outer(tent, tent)

    return answer


def _size(s):
    return 2 * s - s % 2


def _tent(s):
    return np.maximum(0, 1 - np.abs(np.arange(_size(s)) - (_size(s) - 1) / 2) / s)


BILINEAR_KERNEL = (
    Misconception(
        "always 2s long",
        "For odd s the kernel has 2s − 1 weights per axis, so that it has a middle: 2s − s mod 2.",
        _pyramid(lambda s: 2 * s, lambda s: s - 0.5, lambda s: s),
    ),
    Misconception(
        "always 2s − 1 long",
        "For even s the kernel has 2s weights per axis, with its peak between the two middle ones: 2s − s mod 2.",
        _pyramid(lambda s: 2 * s - 1, lambda s: s - 1, lambda s: s),
    ),
    Misconception(
        "the peak lies on a weight for even s too",
        "For even s the kernel is symmetric about the point between its two middle weights.",
        _pyramid(_size, lambda s: s - 1, lambda s: s),
    ),
    Misconception(
        "the peak lies one half to the right",
        "The kernel has to be symmetric: count weights from 0, the middle is (k − 1)/2.",
        _pyramid(_size, lambda s: _size(s) / 2, lambda s: s),
    ),
    Misconception(
        "all weights together sum to 1",
        "Then the image comes out s² times too dark: each of the s² phases must sum to 1, so all weights to s².",
        lambda s: bilinear_kernel(s) / s**2,
    ),
    Misconception(
        "not normalised",
        "The weights are s² times too large: the tent is 1 at its peak and falls by 1/s with each step.",
        lambda s: bilinear_kernel(s) * s**2,
    ),
    Misconception(
        "divided by s once",
        "Each axis has its own tent 1 − |distance|/s, and the kernel is the product of both.",
        lambda s: bilinear_kernel(s) * s,
    ),
    Misconception(
        "scaled to a peak of 1",
        "For even s no weight lies on the peak, so none is 1. Leave the tent as it is.",
        lambda s: bilinear_kernel(s) / bilinear_kernel(s).max(),
    ),
    Misconception(
        "a constant kernel",
        "Equal weights repeat pixels (nearest neighbour). Bilinear weights fall off with distance.",
        lambda s: np.ones((_size(s), _size(s))),
    ),
    Misconception(
        "one axis only",
        "The kernel is two-dimensional: the outer product of the tent with itself.",
        lambda s: _tent(s),
    ),
    Misconception(
        "the two tents are added",
        "Bilinear means a product: weight(u, v) = tent(u) · tent(v).",
        lambda s: np.add.outer(_tent(s), _tent(s)) / 2,
    ),
    Misconception(
        "the smaller of the two tents",
        "A pyramid with flat sides is not bilinear: multiply the two tents.",
        lambda s: np.minimum.outer(_tent(s), _tent(s)),
    ),
    Misconception(
        "the tent is too narrow",
        "The tent reaches zero at distance s from its peak.",
        _pyramid(_size, lambda s: (_size(s) - 1) / 2, lambda s: max(s - 0.5, 0.5)),
    ),
    Misconception(
        "the tent is too wide",
        "The tent reaches zero at distance s from its peak.",
        _pyramid(_size, lambda s: (_size(s) - 1) / 2, lambda s: s + 1),
    ),
)


def _resized(make, back=lambda w: w):
    """make(x, s) for the enlarged image, then the 'same' correlation with back(w)."""

    def answer(x, w, s):
        return cross_correlate2d(zero_pad(make(x, s), (w.shape[0] // 2, w.shape[1] // 2)), back(w))

    return answer


def _convolve_first(x, w, s):
    return nearest(_resized(lambda x, s: x)(x, w, s), s)


def _bordered(mode):
    def answer(x, w, s):
        return cross_correlate2d(np.pad(nearest(x, s), [(k // 2, k // 2) for k in w.shape], mode=mode), w)

    return answer


RESIZE_CONVOLVE = (
    Misconception(
        "the kernel is rotated by 180°",
        "The second step is a correlation: w lies on the image as it is.",
        _resized(nearest, rotate180),
    ),
    Misconception(
        "convolved first, enlarged afterwards",
        "Enlarge first. The other way round every s × s block is constant, and w cannot smooth the steps.",
        _convolve_first,
    ),
    Misconception(
        "zeros inserted instead of pixels repeated",
        "That is a transposed convolution, checkerboard and all. Repeat the pixels: nearest neighbour.",
        _resized(lambda x, s: np.pad(insert_zeros(x, s), ((0, s - 1), (0, s - 1)))),
    ),
    Misconception(
        "the padding is forgotten",
        "The result is smaller than H·s × W·s: pad the enlarged image with zeros, half a kernel on each side.",
        lambda x, w, s: cross_correlate2d(nearest(x, s), w),
    ),
    Misconception(
        "the padding is done before enlarging",
        "The zeros are enlarged too. Pad the enlarged image.",
        lambda x, w, s: cross_correlate2d(nearest(zero_pad(x, (w.shape[0] // 2, w.shape[1] // 2)), s), w),
    ),
    Misconception(
        "the edge is repeated instead of zeros",
        "Outside the enlarged image there are zeros here.",
        _bordered("edge"),
    ),
    Misconception(
        "wrapped round at the edges",
        "Outside the enlarged image there are zeros here, not its opposite side.",
        _bordered("wrap"),
    ),
    Misconception("the image is not enlarged", "Enlarge x by s first.", _resized(lambda x, s: x)),
    Misconception(
        "not convolved",
        "The result is the enlarged image. Correlate it with w.",
        lambda x, w, s: nearest(x, s),
    ),
    Misconception(
        "bilinear instead of nearest",
        "You mix neighbouring pixels when enlarging. Asked for is nearest neighbour: copies.",
        _resized(lambda x, s: resize(x, (x.shape[0] * s, x.shape[1] * s))),
    ),
    Misconception(
        "correlated with stride s",
        "The second step has stride 1: the result keeps the enlarged size.",
        lambda x, w, s: resize_convolve(x, w, s)[::s, ::s],
    ),
    Misconception(
        "the mean instead of the sum",
        "Your numbers are smaller by the number of weights: add the products, do not average them.",
        lambda x, w, s: resize_convolve(x, w, s) / w.size,
    ),
    Misconception(
        "padded by the whole kernel (full size)",
        "The result is larger than H·s × W·s: half a kernel of zeros on each side is enough.",
        lambda x, w, s: cross_correlate2d(zero_pad(nearest(x, s), [k - 1 for k in w.shape]), w),
    ),
    negated(resize_convolve),
    transposed_result(resize_convolve),
    truncated(resize_convolve),
    typed_like_first(resize_convolve, "w"),
)


def _shuffled(split, order):
    """Channels split as split(C, s), then the axes (…, H, W) put in `order` before the last reshape."""

    def answer(x, s):
        channels, rows, columns = x.shape[0] // s**2, *x.shape[1:]
        parts = x.reshape(*split(channels, s), rows, columns).transpose(order)
        return parts.reshape(channels, rows * s, columns * s)

    return answer


def _channels_first(c, s):
    return c, s, s


def _channels_last(c, s):
    return s, s, c


PIXEL_SHUFFLE = (
    Misconception(
        "rows and columns of the phase exchanged",
        "Channel i·s + j goes to row offset i and column offset j; yours has them the other way round.",
        _shuffled(_channels_first, (0, 3, 2, 4, 1)),
    ),
    Misconception(
        "the channel counted last (TensorFlow's order)",
        "You take channel (i·s + j)·C + c, as `depth_to_space` does. Here it is channel c·s² + i·s + j.",
        _shuffled(_channels_last, (2, 3, 0, 4, 1)),
    ),
    Misconception(
        "channels laid side by side as tiles",
        "Each channel stays in one piece. It must be spread: its pixels lie s apart in the result.",
        _shuffled(_channels_first, (0, 1, 3, 2, 4)),
    ),
    Misconception(
        "only reshaped",
        "`reshape` alone keeps the numbers in their order; the axes must be put in order first (`transpose`).",
        lambda x, s: x.reshape(x.shape[0] // s**2, x.shape[1] * s, x.shape[2] * s),
    ),
    Misconception(
        "the phases counted backwards",
        "Channel 0 goes to offset (0, 0), the top-left pixel of each block.",
        lambda x, s: pixel_shuffle(x.reshape(-1, s * s, *x.shape[1:])[:, ::-1].reshape(x.shape), s),
    ),
    Misconception(
        "spread along the rows only",
        "The s² channels fill a block of s rows and s columns.",
        lambda x, s: x.reshape(-1, s * s, *x.shape[1:]).swapaxes(1, 2).reshape(-1, x.shape[1] * s * s, x.shape[2]),
    ),
    Misconception(
        "one phase only",
        "Only channel 0 of each group arrives, in the whole block. Each of the s² channels fills one pixel of it.",
        lambda x, s: np.repeat(np.repeat(x[:: s * s], s, 1), s, 2),
    ),
    Misconception(
        "the channels of a block are averaged",
        "Channels are laid side by side, not mixed.",
        lambda x, s: np.repeat(np.repeat(x.reshape(-1, s * s, *x.shape[1:]).mean(1), s, 1), s, 2),
    ),
    Misconception(
        "the channel axis is dropped",
        "The result has three axes, (C, H·s, W·s), also when C is 1.",
        lambda x, s: np.squeeze(pixel_shuffle(x, s), 0) if x.shape[0] == s * s else pixel_shuffle(x, s),
    ),
    Misconception(
        "the channel axis at the end",
        "The channel comes first: (C, H·s, W·s).",
        lambda x, s: np.moveaxis(pixel_shuffle(x, s), 0, -1),
    ),
    Misconception(
        "the inverse: pixels to channels",
        "That is pixel unshuffle. Channels become pixels: the image grows.",
        lambda x, s: (
            x.reshape(x.shape[0], x.shape[1] // s, s, x.shape[2] // s, s)
            .transpose(0, 2, 4, 1, 3)
            .reshape(-1, x.shape[1] // s, x.shape[2] // s)
        ),
    ),
    transposed_result(pixel_shuffle),
    truncated(pixel_shuffle),
)


def _first_phase_only(w, s):
    y = np.zeros((w.shape[0] * s * s, *w.shape[1:]))
    y[:: s * s] = w
    return y


ICNR = (
    Misconception(
        "the whole stack repeated",
        "You lay copies of all kernels one after another (`np.tile`). The s² copies of one kernel come together: "
        "channel c·s² + i·s + j is kernel c.",
        lambda w, s: np.concatenate([w] * s**2),
    ),
    Misconception(
        "s copies instead of s²",
        "A block of the enlarged image has s rows and s columns: s² channels for each kernel.",
        lambda w, s: np.repeat(w, s, axis=0),
    ),
    Misconception(
        "the kernel itself is enlarged",
        "The kernels keep their size; there are s² times as many of them.",
        lambda w, s: np.repeat(np.repeat(w, s, axis=-2), s, axis=-1),
    ),
    Misconception(
        "divided by s²",
        "Each channel fills one pixel of a block, so nothing is shared out: copy the kernel as it is.",
        lambda w, s: icnr(w, s) / s**2,
    ),
    Misconception(
        "one copy, and zeros",
        "All s² channels of a block get the same kernel; zeros would leave gaps in the picture.",
        _first_phase_only,
    ),
    Misconception(
        "copied along the second axis",
        "The first axis counts the output channels: copy along axis 0.",
        lambda w, s: np.repeat(w, s**2, axis=1),
    ),
    Misconception(
        "a new axis for the copies",
        "The result has as many axes as w: the copies lie along axis 0.",
        lambda w, s: np.stack([w] * s**2, axis=1),
    ),
    Misconception(
        "the first kernel everywhere",
        "Each of the C kernels is copied s² times, not the first one only.",
        lambda w, s: np.repeat(w[:1], s**2 * w.shape[0], axis=0),
    ),
    Misconception("nothing is copied", "The result is w itself: every kernel needs s² copies.", lambda w, s: w),
    Misconception(
        "the copies are rotated",
        "Each copy is the kernel as it is.",
        lambda w, s: icnr(w, s)[..., ::-1, ::-1],
    ),
    Misconception(
        "the kernels in reverse order",
        "The copies of kernel 0 come first.",
        lambda w, s: icnr(w, s)[::-1],
    ),
    negated(icnr),
    truncated(icnr),
)
