"""Mistakes people make with rotation, padding, correlation and convolution."""

import numpy as np

from convtranspose.convolution import convolve2d_same, cross_correlate2d, rotate180, zero_pad

from .common import negated, transposed_result, truncated, typed_like_first
from .model import Misconception


def _shift_by_one(h):
    return np.roll(rotate180(h), 1, axis=(0, 1))


ROTATE180 = (
    Misconception(
        "the kernel is not turned at all",
        "The result is the input itself. The last row must come first, and in every row the last entry first.",
        lambda h: h,
    ),
    Misconception(
        "only turned upside down",
        "The rows are in the right order, but within each row the entries are not reversed. Reverse both axes.",
        lambda h: h[::-1],
    ),
    Misconception(
        "only mirrored left to right",
        "Each row is reversed, but the rows themselves keep their order. Reverse both axes.",
        lambda h: h[:, ::-1],
    ),
    Misconception(
        "transposed instead of turned",
        "Rows have become columns. A rotation by 180° keeps the shape: entry [0, 0] goes to the opposite corner.",
        lambda h: h.T,
    ),
    Misconception(
        "turned and transposed",
        "The corner is right, but rows and columns are exchanged as well. Reverse both axes and do nothing else.",
        lambda h: rotate180(h).T,
    ),
    Misconception(
        "turned by 90° only",
        "That is a quarter turn, anticlockwise. Two of them make 180°.",
        lambda h: np.rot90(h),
    ),
    Misconception(
        "turned by 90° clockwise only",
        "That is a quarter turn, clockwise. Two of them make 180°.",
        lambda h: np.rot90(h, -1),
    ),
    Misconception(
        "off by one: index −u instead of −1 − u",
        "The entries come backwards, but the first row and column stay where they were: index −0 is 0, the first. "
        "Entry u of the result is entry n − 1 − u of the input.",
        _shift_by_one,
    ),
    Misconception(
        "reversed within each axis' upper half only",
        "Only the first half of the rows is exchanged. Every entry moves to the opposite place, the lower half too.",
        lambda h: np.concatenate([rotate180(h)[: h.shape[0] // 2], h[h.shape[0] // 2 :]]),
    ),
    negated(rotate180),
    truncated(rotate180),
)


def _padded_on(before, after):
    return lambda x, p: np.pad(x, ((before * p, after * p),) * 2)


def _square_only(x, p):
    n = x.shape[0]
    y = np.zeros((n + 2 * p, n + 2 * p))
    y[p : p + n, p : p + n] = x
    return y


def _to_minus_p(x, p):
    y = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    y[p:-p, p:-p] = x
    return y


def _between(x, p):
    y = np.zeros(((x.shape[0] - 1) * (p + 1) + 1, (x.shape[1] - 1) * (p + 1) + 1))
    y[:: p + 1, :: p + 1] = x
    return y


ZERO_PAD = (
    Misconception("nothing is padded", "The result is the input itself; p zeros belong on each side.", lambda x, p: x),
    Misconception(
        "padded at the top and left only",
        "There are zeros above and to the left, none below and to the right. All four sides get p.",
        _padded_on(1, 0),
    ),
    Misconception(
        "padded at the bottom and right only",
        "There are zeros below and to the right, none above and to the left. All four sides get p.",
        _padded_on(0, 1),
    ),
    Misconception(
        "all the padding at one end",
        "The shape is right, but the image sits in the top-left corner. It belongs in the middle: p rows down, "
        "p columns right.",
        _padded_on(0, 2),
    ),
    Misconception(
        "all the padding at the start",
        "The shape is right, but the image sits in the bottom-right corner. It belongs in the middle.",
        _padded_on(2, 0),
    ),
    Misconception(
        "p zeros shared between two sides",
        "p counts the zeros on each side, so an axis grows by 2p.",
        lambda x, p: np.pad(x, ((p // 2, p - p // 2),) * 2),
    ),
    Misconception(
        "2p zeros on every side",
        "p zeros belong on each side, so an axis grows by 2p, not by 4p.",
        lambda x, p: np.pad(x, 2 * p),
    ),
    Misconception(
        "rows padded, columns not",
        "There are zeros above and below, but none to the left and right.",
        lambda x, p: np.pad(x, ((p, p), (0, 0))),
    ),
    Misconception(
        "columns padded, rows not",
        "There are zeros to the left and right, but none above and below.",
        lambda x, p: np.pad(x, ((0, 0), (p, p))),
    ),
    Misconception(
        "the edge is repeated instead of zeros",
        "The border holds copies of the image's edge. Zero padding puts 0 there.",
        lambda x, p: np.pad(x, p, mode="edge"),
    ),
    Misconception(
        "padded with ones",
        "The border holds ones. Zero padding puts 0 there.",
        lambda x, p: np.pad(x, p, constant_values=1),
    ),
    Misconception(
        "wrapped round",
        "The border holds values from the opposite side of the image. Zero padding puts 0 there.",
        lambda x, p: np.pad(x, p, mode="wrap"),
    ),
    Misconception(
        "always one ring of zeros",
        "There is one ring of zeros whatever p says.",
        lambda x, p: np.pad(x, 1),
    ),
    Misconception(
        "zeros between the entries",
        "The zeros stand between the pixels. Padding surrounds the image and leaves its pixels side by side.",
        _between,
    ),
    Misconception(
        "rows and columns taken for equal",
        "This works for square images only: the number of columns is `x.shape[1]`, not `x.shape[0]`.",
        _square_only,
    ),
    Misconception(
        "the slice ends at −p, which is empty for p = 0",
        "With p = 0 the slice `p:-p` is `0:0`, and nothing fits in. Count the end from the start: `p:p + rows`.",
        _to_minus_p,
    ),
    transposed_result(zero_pad),
    truncated(zero_pad),
)


def _slide(combine):
    """Valid windows combined in another way: combine(window, h) → number."""

    def answer(x, h):
        a, b = h.shape
        rows, columns = x.shape[0] - a + 1, x.shape[1] - b + 1
        return np.array(
            [[combine(x[i : i + a, j : j + b], h) for j in range(columns)] for i in range(rows)], float
        ).reshape(rows, columns)

    return answer


def _jumping(x, h):
    return cross_correlate2d(x, h)[:: h.shape[0], :: h.shape[1]]


def _padded_valid(before, after):
    def answer(x, h):
        a, b = h.shape
        return cross_correlate2d(
            np.pad(x, ((before * (a - 1), after * (a - 1)), (before * (b - 1), after * (b - 1)))), h
        )

    return answer


def _same_size(x, h):
    (a, b) = h.shape
    return cross_correlate2d(np.pad(x, (((a - 1) // 2, a // 2), ((b - 1) // 2, b // 2))), h)


def _kernel_square(x, h):
    a = h.shape[0]
    y = np.empty((x.shape[0] - a + 1, x.shape[1] - a + 1))
    for i, j in np.ndindex(y.shape):
        y[i, j] = np.sum(x[i : i + a, j : j + a] * h)
    return y


def _one_short(x, h):
    y = cross_correlate2d(x, np.pad(h[:-1, :-1], ((0, 1), (0, 1))))
    return y


CROSS_CORRELATE2D = (
    Misconception(
        "the kernel is rotated by 180°",
        "That is convolution. Cross-correlation lays the kernel on the image as it is.",
        lambda x, h: cross_correlate2d(x, rotate180(h)),
    ),
    Misconception(
        "the kernel is turned upside down",
        "Look at the row index into `h`: it must run the same way as the row index into the window.",
        lambda x, h: cross_correlate2d(x, h[::-1]),
    ),
    Misconception(
        "the kernel is mirrored left to right",
        "Look at the column index into `h`: it must run the same way as the column index into the window.",
        lambda x, h: cross_correlate2d(x, h[:, ::-1]),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "The first index of `h` is the row. You multiply with `h[v, u]`, where `h[u, v]` belongs.",
        lambda x, h: cross_correlate2d(x, h.T),
    ),
    Misconception(
        "the last window is left out",
        "The output is one row and one column too small. A window of a rows fits at H − a + 1 positions: count them.",
        lambda x, h: cross_correlate2d(x, h)[:-1, :-1],
    ),
    Misconception(
        "one window too many",
        "The output is one row and one column too large: the last window hangs over the edge.",
        lambda x, h: cross_correlate2d(np.pad(x, ((0, 1), (0, 1))), h),
    ),
    Misconception(
        "padded to the size of the image",
        "The output is as large as the image. Here nothing is padded: the window stays inside.",
        _same_size,
    ),
    Misconception(
        "padded all round (the full correlation)",
        "The output is larger than the image. Here nothing is padded: the window stays inside.",
        _padded_valid(1, 1),
    ),
    Misconception(
        "the window jumps by the kernel's size",
        "The windows do not overlap. Move on by one row or column at a time.",
        _jumping,
    ),
    Misconception(
        "the mean instead of the sum",
        "Your numbers are smaller by the number of entries of the kernel: add the products, do not average them.",
        _slide(lambda window, h: np.mean(window * h)),
    ),
    Misconception(
        "the largest product instead of the sum",
        "You keep the largest product of each window. Add all of them.",
        _slide(lambda window, h: np.max(window * h)),
    ),
    Misconception(
        "only the last product is kept",
        "Each product replaces the one before. Add it: `+=`, not `=`.",
        _slide(lambda window, h: window[-1, -1] * h[-1, -1]),
    ),
    Misconception(
        "sums of window and kernel multiplied",
        "You multiply two sums. Multiply entry by entry first, then add up.",
        _slide(lambda window, h: window.sum() * h.sum()),
    ),
    Misconception(
        "added instead of multiplied",
        "You add the kernel to the window. Multiply entry by entry, then sum the products.",
        _slide(lambda window, h: np.sum(window + h)),
    ),
    Misconception(
        "the window's plain sum",
        "The kernel's values play no part. Multiply entry by entry before you add.",
        _slide(lambda window, h: window.sum()),
    ),
    Misconception(
        "a matrix product in place of the element-wise one",
        "`@` and `np.dot` multiply rows by columns. Here each pixel meets the kernel entry on top of it: `*`.",
        _slide(lambda window, h: np.sum(window @ h.T)),
    ),
    Misconception(
        "the kernel's last row and column are left out",
        "The loops over the kernel stop one short: `range(a)` already ends at a − 1.",
        _one_short,
    ),
    Misconception(
        "the kernel taken for square",
        "This works for square kernels only: the window is `h.shape[0]` rows by `h.shape[1]` columns.",
        _kernel_square,
    ),
    Misconception(
        "the image's rows and columns are exchanged",
        "The first index of `x` is the row. The window is read at `x[j + v, i + u]`.",
        lambda x, h: cross_correlate2d(x.T, h) if min(np.subtract(x.T.shape, h.shape)) >= 0 else None,
    ),
    negated(cross_correlate2d),
    transposed_result(cross_correlate2d),
    truncated(cross_correlate2d),
    typed_like_first(cross_correlate2d, "h"),
)


def _full(x, h):
    (a, b) = h.shape
    return cross_correlate2d(np.pad(x, ((a - 1, a - 1), (b - 1, b - 1))), rotate180(h))


def _padded_as(mode):
    def answer(x, h):
        padded = np.pad(x, ((h.shape[0] // 2,) * 2, (h.shape[1] // 2,) * 2), mode=mode)
        return cross_correlate2d(padded, rotate180(h))

    return answer


def _padded_by(rows, columns):
    """Padding by rows(a, b) and columns(a, b) instead of a // 2 and b // 2; the output is cut to what comes."""

    def answer(x, h):
        p, q = rows(*h.shape), columns(*h.shape)
        return cross_correlate2d(np.pad(x, ((p, p), (q, q))), rotate180(h))

    return answer


def _corner(rows, columns):
    """The full result, cut to the image's size from another place."""

    def answer(x, h):
        i, j = rows(h.shape[0]), columns(h.shape[1])
        return _full(x, h)[i : i + x.shape[0], j : j + x.shape[1]]

    return answer


CONVOLVE2D_SAME = (
    Misconception(
        "the kernel is not rotated",
        "That is cross-correlation. Convolution rotates the kernel by 180° before it slides.",
        lambda x, h: convolve2d_same(x, rotate180(h)),
    ),
    Misconception(
        "the kernel is only turned upside down",
        "The rows of the kernel are reversed, its columns are not. A rotation by 180° reverses both.",
        lambda x, h: convolve2d_same(x, h[:, ::-1]),
    ),
    Misconception(
        "the kernel is only mirrored left to right",
        "The columns of the kernel are reversed, its rows are not. A rotation by 180° reverses both.",
        lambda x, h: convolve2d_same(x, h[::-1]),
    ),
    Misconception(
        "the padding is forgotten",
        "The output is smaller than the image: near the edge the window needs zeros to stand on.",
        _padded_by(lambda a, b: 0, lambda a, b: 0),
    ),
    Misconception(
        "padded by the whole kernel (the full convolution)",
        "The output is larger than the image. For an output as large as the image, pad a // 2 rows and b // 2 columns.",
        _full,
    ),
    Misconception(
        "always one ring of zeros",
        "One ring of zeros suits a 3 × 3 kernel. For a × b it takes a // 2 rows and b // 2 columns.",
        _padded_by(lambda a, b: 1, lambda a, b: 1),
    ),
    Misconception(
        "rows and columns of the padding are exchanged",
        "The number of rows to pad follows from the kernel's rows, `h.shape[0]`; columns from `h.shape[1]`.",
        _padded_by(lambda a, b: b // 2, lambda a, b: a // 2),
    ),
    Misconception(
        "both axes padded by the kernel's rows",
        "The padding of the columns follows from the kernel's number of columns, `h.shape[1]`.",
        _padded_by(lambda a, b: a // 2, lambda a, b: a // 2),
    ),
    Misconception(
        "the edge is repeated instead of zeros",
        "Outside the image you use copies of its edge. Here the outside counts as zero.",
        _padded_as("edge"),
    ),
    Misconception(
        "wrapped round at the edges",
        "Outside the image you use values from the opposite side. Here the outside counts as zero. "
        "(A plain FFT does that: pad before you transform.)",
        _padded_as("wrap"),
    ),
    Misconception(
        "not centred: the window starts at the pixel",
        "The right numbers, moved up and left. The kernel's centre, not its corner, lies on the computed pixel.",
        _corner(lambda a: a - 1, lambda b: b - 1),
    ),
    Misconception(
        "not centred: the window ends at the pixel",
        "The right numbers, moved down and right. The kernel's centre lies on the pixel that is computed.",
        _corner(lambda a: 0, lambda b: 0),
    ),
    Misconception(
        "the image is rotated as well",
        "You turn both the image and the kernel; the result comes out turned by 180°. Turn the kernel only.",
        lambda x, h: rotate180(convolve2d_same(x, h)),
        same_as=("the result is turned by 180°",),
    ),
    Misconception(
        "the result is turned by 180°",
        "The numbers are right and stand in the opposite places. Turn the kernel, not the result.",
        lambda x, h: rotate180(convolve2d_same(x, h)),
        same_as=("the image is rotated as well",),
    ),
    Misconception(
        "the image is rotated instead of the kernel",
        "Turning the image gives a turned correlation. Turn the kernel, and leave the image as it is.",
        lambda x, h: rotate180(convolve2d_same(x, rotate180(h))),
    ),
    Misconception(
        "the kernel is rotated and transposed",
        "After the rotation the kernel's rows and columns are exchanged as well. Only reverse both axes.",
        lambda x, h: convolve2d_same(x, h.T),
    ),
    Misconception(
        "the mean instead of the sum",
        "Your numbers are smaller by the number of entries of the kernel: add the products, do not average them.",
        lambda x, h: convolve2d_same(x, h) / h.size,
    ),
    Misconception(
        "edge pixels are left at zero",
        "Pixels whose window hangs over the edge are 0 in your result. They are computed like the others, with zeros "
        "outside.",
        lambda x, h: _interior_only(x, h),
    ),
    transposed_result(convolve2d_same),
    truncated(convolve2d_same),
    typed_like_first(convolve2d_same, "h"),
)


def _interior_only(x, h):
    y = np.zeros(x.shape)
    p, q = h.shape[0] // 2, h.shape[1] // 2
    inside = slice(p, x.shape[0] - p), slice(q, x.shape[1] - q)
    y[inside] = convolve2d_same(x, h)[inside]
    return y
