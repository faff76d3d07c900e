"""Mistakes people make with sizes, zero insertion, strides and overlap."""

import numpy as np

from convtranspose.geometry import output_size
from convtranspose.transposed import conv_transpose2d, conv_transpose2d_by_zero_insertion, insert_zeros

from .common import negated, transposed_result, truncated, typed_like_first
from .model import Misconception
from .placing import KERNEL, LOOPS, OVERLAP, PADDING, SIZE, STRIDE, on_image


def _size(name, hint, formula):
    return Misconception(name, hint, lambda n, k, s, p=0, d=1, op=0: formula(n, k, s, p, d, op))


OUTPUT_SIZE = (
    _size(
        "the forward convolution's formula",
        "This size shrinks: it is the forward convolution's. A transposed convolution makes more of n inputs.",
        lambda n, k, s, p, d, op: (n + 2 * p - d * (k - 1) - 1) // s + 1 + op,
    ),
    _size(
        "n·s in place of (n − 1)·s",
        "n copies have n − 1 steps between them: the last one starts at (n − 1)·s.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, op) + s,
    ),
    _size(
        "n·s",
        "That is TensorFlow's rule `same`. Here the last copy starts at (n − 1)·s and is k long.",
        lambda n, k, s, p, d, op: n * s,
    ),
    _size(
        "the kernel is forgotten",
        "The last copy does not end where it starts: it is k long.",
        lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + op + 1,
    ),
    _size(
        "n and k are exchanged",
        "There are n copies, each k long. You have k copies, each n long.",
        lambda n, k, s, p, d, op: (k - 1) * s - 2 * p + d * (n - 1) + op + 1,
    ),
    _size(
        "k and s are exchanged",
        "The copies start s apart, and each is k long.",
        lambda n, k, s, p, d, op: (n - 1) * k - 2 * p + d * (s - 1) + op + 1,
    ),
    _size(
        "one too small",
        "One is missing. Try n = 1, k = 1: a single number stays a single number.",
        lambda *a: output_size(*a) - 1,
    ),
    _size(
        "one too large",
        "There is one too many. Try n = 1, k = 1: a single number stays a single number.",
        lambda *a: output_size(*a) + 1,
    ),
    _size(
        "padding is counted once",
        "p is cut off on both sides: 2p in all.",
        lambda n, k, s, p, d, op: output_size(n, k, s, 0, d, op) - p,
    ),
    _size(
        "padding is added",
        "Here padding makes the output smaller: it crops.",
        lambda n, k, s, p, d, op: output_size(n, k, s, 0, d, op) + 2 * p,
    ),
    _size(
        "padding is ignored",
        "The output loses p samples on each side.",
        lambda n, k, s, p, d, op: output_size(n, k, s, 0, d, op),
    ),
    _size(
        "dilation is ignored",
        "A kernel with dilation d is d·(k − 1) + 1 long.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, 1, 0) + op,
    ),
    _size(
        "the dilated kernel counted as d·k",
        "Between k weights there are k − 1 gaps: the dilated kernel is d·(k − 1) + 1 long.",
        lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + d * k + op,
    ),
    _size(
        "output_padding is ignored",
        "Output padding adds `op` samples at the end.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0),
    ),
    _size(
        "output_padding is counted twice",
        "Output padding counts once, at the end only.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0) + 2 * op,
    ),
    _size(
        "output_padding is subtracted",
        "Output padding makes the output larger.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0) - op,
    ),
)


def _spread(rows, columns, size=None, start=0):
    """Zeros inserted with the steps rows(s) and columns(s), on an array of another size or start."""

    def answer(x, s):
        a, b = rows(s), columns(s)
        shape = size(x.shape, s) if size else ((x.shape[0] - 1) * a + 1, (x.shape[1] - 1) * b + 1)
        y = np.zeros(shape)
        i = s - 1 if start else 0
        y[i : i + (x.shape[0] - 1) * a + 1 : a, i : i + (x.shape[1] - 1) * b + 1 : b] = x
        return y

    return answer


def _s(s):
    return s


INSERT_ZEROS = (
    Misconception(
        "zeros also after the last sample",
        "The result is s − 1 too large: zeros go between neighbours only, none after the last sample.",
        _spread(_s, _s, lambda n, s: (n[0] * s, n[1] * s)),
    ),
    Misconception(
        "zeros before the first sample",
        "Zeros go between neighbours only, none before the first sample.",
        _spread(_s, _s, lambda n, s: (n[0] * s, n[1] * s), start=1),
    ),
    Misconception(
        "s zeros between neighbours",
        "Samples that were 1 apart must be s apart: that leaves room for s − 1 zeros.",
        _spread(lambda s: s + 1, lambda s: s + 1),
    ),
    Misconception(
        "zeros between the rows only",
        "Zeros go between the columns as well.",
        _spread(_s, lambda s: 1),
    ),
    Misconception(
        "zeros between the columns only",
        "Zeros go between the rows as well.",
        _spread(lambda s: 1, _s),
    ),
    Misconception(
        "samples repeated where zeros belong",
        "You repeat each sample (nearest neighbour). Between the samples there are zeros.",
        lambda x, s: np.repeat(np.repeat(x, s, 0), s, 1)[: (x.shape[0] - 1) * s + 1, : (x.shape[1] - 1) * s + 1],
    ),
    Misconception(
        "every sample becomes an s × s block",
        "That is nearest-neighbour enlargement. Between the samples there are zeros, and none after the last.",
        lambda x, s: np.kron(x, np.ones((s, s))),
    ),
    Misconception("nothing is inserted", "The result is x itself, whatever s is.", lambda x, s: x),
    Misconception(
        "always one zero",
        "There is one zero between neighbours whatever s is: there should be s − 1.",
        _spread(lambda s: 2, lambda s: 2),
    ),
    Misconception(
        "every s-th sample is kept",
        "You take samples away. Inserting zeros makes the image larger.",
        lambda x, s: x[::s, ::s],
    ),
    transposed_result(insert_zeros),
    truncated(insert_zeros),
)

CONV_TRANSPOSE2D = (
    *on_image((*KERNEL, *OVERLAP, *STRIDE, *SIZE, *LOOPS)),
    Misconception(
        "copies that never overlap",
        "The copies lie side by side, k apart. They start s apart, and overlap where s is smaller than k.",
        lambda x, w, stride=1: np.kron(x, w),
    ),
    negated(conv_transpose2d),
    truncated(conv_transpose2d),
    typed_like_first(conv_transpose2d, "w"),
)

CONV_TRANSPOSE2D_BY_ZERO_INSERTION = (
    *on_image((*KERNEL, *STRIDE, *PADDING, *SIZE, *LOOPS), ("stride", "padding")),
    Misconception(
        "fails where the padding is larger than k − 1",
        "k − 1 − p may be negative. Then there is nothing to pad: crop the spread input by p − (k − 1) instead.",
        lambda x, w, stride=1, padding=0: (
            conv_transpose2d_by_zero_insertion(x, w, stride, padding) if padding < min(w.shape) else None
        ),
    ),
    Misconception(
        "nothing is cropped where the padding is larger than k − 1",
        "k − 1 − p may be negative. Taking 0 instead leaves the result too large: crop by p − (k − 1).",
        lambda x, w, stride=1, padding=0: _clipped(x, w, stride, padding),
    ),
    negated(conv_transpose2d_by_zero_insertion),
    truncated(conv_transpose2d_by_zero_insertion),
    typed_like_first(conv_transpose2d_by_zero_insertion, "w"),
)


def _clipped(x, w, stride, padding):
    a, b = (min(padding, k - 1) for k in w.shape)
    y = conv_transpose2d(x, w, stride)
    return y[a : y.shape[0] - a, b : y.shape[1] - b]


def _counts(n, k, s):
    y = np.zeros((n - 1) * s + k, int)
    for i in range(n):
        y[i * s : i * s + k] += 1
    return y


OVERLAP_COUNT = (
    Misconception(
        "covered or not, but not how often",
        "You write 1 wherever a copy lies. Count the copies: `+= 1`.",
        lambda n, k, s: np.minimum(_counts(n, k, s), 1),
    ),
    Misconception(
        "n and k are exchanged",
        "There are n copies, each k long.",
        lambda n, k, s: _counts(k, n, s),
    ),
    Misconception("the stride is ignored", "The copies start s apart.", lambda n, k, s: _counts(n, k, 1)),
    Misconception(
        "k and s are exchanged", "The copies start s apart, and each is k long.", lambda n, k, s: _counts(n, s, k)
    ),
    Misconception(
        "the output is n·s long",
        "The last copy starts at (n − 1)·s and is k long: (n − 1)·s + k counts in all.",
        lambda n, k, s: np.resize(np.pad(_counts(n, k, s), (0, n * s)), n * s),
    ),
    Misconception(
        "the last count is missing",
        "The last sample of the last copy counts too: (n − 1)·s + k counts in all.",
        lambda n, k, s: _counts(n, k, s)[:-1],
    ),
    Misconception(
        "one count too many",
        "The output ends with the last copy: (n − 1)·s + k counts in all.",
        lambda n, k, s: np.append(_counts(n, k, s), 0),
    ),
    Misconception(
        "copies one too short",
        "Each copy covers k samples: `range(k)` already ends at k − 1.",
        lambda n, k, s: np.append(_counts(n, k - 1, s), 0),
    ),
    Misconception(
        "the last copy is left out",
        "There are n copies: `range(n)` already ends at n − 1.",
        lambda n, k, s: np.append(_counts(n - 1, k, s), np.zeros(s, int)),
    ),
    Misconception(
        "the interior pattern everywhere",
        "Near both ends fewer copies reach a sample. You repeat the pattern of the interior up to the border.",
        lambda n, k, s: np.array([len(range(i % s, k, s)) for i in range((n - 1) * s + k)]),
    ),
    Misconception(
        "the counts of two axes",
        "One axis is asked for: a vector, not a table.",
        lambda n, k, s: np.outer(_counts(n, k, s), _counts(n, k, s)),
    ),
    Misconception(
        "the position is added, not the count",
        "Add 1 for each copy, whatever its number.",
        lambda n, k, s: sum((np.pad(np.full(k, i), (i * s, (n - 1 - i) * s)) for i in range(n)), np.zeros(1, int)),
    ),
)
