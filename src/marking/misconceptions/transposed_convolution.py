"""Mistakes people make with Cᵀ, with placing, with the adjoint and with the gradient (all at stride 1)."""

import numpy as np

from convtranspose.convolution import cross_correlate2d, rotate180
from convtranspose.matrix import convolution_matrix
from convtranspose.transposed import transpose_by_matrix, transpose_by_placing

from .common import flattened, negated, scaled, transposed_result, truncated, typed_like_first
from .model import Misconception
from .placing import KERNEL, LOOPS, OVERLAP, ROTATED, SIZE, on_image

TRANSPOSE_BY_MATRIX = (
    Misconception(
        "the kernel is rotated by 180°",
        "The matrix C belongs to the correlation with w as it is. Do not turn w before you build C.",
        lambda y, w, input_shape: transpose_by_matrix(y, rotate180(w), input_shape),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "You use `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda y, w, input_shape: transpose_by_matrix(y, w.T, input_shape),
    ),
    Misconception(
        "C is inverted instead of transposed",
        "You solve C x = y (a pseudo-inverse). The transpose only exchanges the rows and columns of C: `C.T`.",
        lambda y, w, input_shape: (np.linalg.pinv(convolution_matrix(w, input_shape)) @ y.ravel()).reshape(input_shape),
    ),
    Misconception(
        "y is flattened column by column",
        "The columns of Cᵀ count outputs row by row: flatten y in that order, as `ravel()` does.",
        lambda y, w, input_shape: (convolution_matrix(w, input_shape).T @ y.T.ravel()).reshape(input_shape),
    ),
    Misconception(
        "the result is filled column by column",
        "The rows of Cᵀ count pixels row by row: fill the image in that order, as `reshape` does.",
        lambda y, w, input_shape: (convolution_matrix(w, input_shape).T @ y.ravel()).reshape(input_shape, order="F"),
    ),
    Misconception(
        "flattened and filled column by column",
        "Both y and the image are read column by column. C counts row by row.",
        lambda y, w, input_shape: (convolution_matrix(w, input_shape).T @ y.T.ravel()).reshape(input_shape, order="F"),
    ),
    Misconception(
        "the two sizes of the result are exchanged",
        "The shape of the result is `input_shape` itself: (rows, columns).",
        lambda y, w, input_shape: transpose_by_matrix(y, w, input_shape).reshape(input_shape[::-1]),
    ),
    Misconception(
        "the result is divided by the number of copies",
        "Where several outputs meet a pixel, their shares add up; nothing is divided.",
        lambda y, w, input_shape: (
            transpose_by_matrix(y, w, input_shape) / transpose_by_matrix(np.ones_like(y), np.ones_like(w), input_shape)
        ),
    ),
    flattened(transpose_by_matrix),
    negated(transpose_by_matrix),
    transposed_result(transpose_by_matrix),
    truncated(transpose_by_matrix),
)

TRANSPOSE_BY_PLACING = (
    *on_image((*KERNEL, *OVERLAP, *SIZE[:2], SIZE[3], *LOOPS), ()),
    Misconception(
        "cropped to the size of x",
        "The result is as large as x: the border is missing. Every copy of the kernel counts as a whole.",
        lambda x, w: transpose_by_placing(x, w)[: x.shape[0], : x.shape[1]],
    ),
    Misconception(
        "only where the kernel fits into x",
        "That is the forward direction: it makes the image smaller. Placing makes it larger, by k − 1.",
        lambda x, w: cross_correlate2d(x, w),
    ),
    Misconception(
        "copies that do not overlap",
        "The copies lie side by side, as far apart as the kernel is large. At stride 1 they start one step apart.",
        lambda x, w: np.kron(x, w),
    ),
    negated(transpose_by_placing),
    truncated(transpose_by_placing),
    typed_like_first(transpose_by_placing, "w"),
)


def _gap(forward, back, combine=np.subtract, total=np.sum):
    return lambda x, y, w: float(combine(total(forward(x, w) * y), total(x * back(y, w))))


_C, _CT = cross_correlate2d, transpose_by_placing

ADJOINT_GAP = (
    Misconception(
        "the kernel is rotated on the way back",
        "Going back places w as it is. If you slide instead of place, the padded image meets the rotated kernel.",
        _gap(_C, lambda y, w: _CT(y, rotate180(w))),
    ),
    Misconception(
        "the kernel is rotated on the way there",
        "C is the correlation with w as it is. The rotated kernel makes another matrix, and Cᵀ is not its transpose.",
        _gap(lambda x, w: _C(x, rotate180(w)), _CT),
    ),
    Misconception(
        "the kernel is transposed on the way back",
        "Cᵀ is the transpose of the matrix C, not C built from `w.T`.",
        _gap(_C, lambda y, w: _CT(y, w.T) if w.shape[0] == w.shape[1] else np.nan),
    ),
    Misconception(
        "the two products are added",
        "The gap is the difference: ⟨Cx, y⟩ − ⟨x, Cᵀy⟩.",
        _gap(_C, _CT, np.add),
    ),
    Misconception(
        "only the first product",
        "This is ⟨Cx, y⟩ alone. Take ⟨x, Cᵀy⟩ away from it.",
        lambda x, y, w: float(np.sum(_C(x, w) * y)),
        same_as=("only the second product",),
    ),
    Misconception(
        "only the second product",
        "This is ⟨x, Cᵀy⟩ alone. Take it away from ⟨Cx, y⟩.",
        lambda x, y, w: float(np.sum(x * _CT(y, w))),
        same_as=("only the first product",),
    ),
    Misconception(
        "means in place of sums",
        "An inner product adds the products up. The two arrays differ in size, so their means differ too.",
        _gap(_C, _CT, total=np.mean),
    ),
    Misconception(
        "zero, whatever comes in",
        "Zero is what the theorem says; the function is there to see it happen. Compute both products: "
        "if one number of x, y or w is `nan`, the gap must be `nan` too.",
        lambda x, y, w: 0.0,
    ),
)


def _input_gradient(w, upstream, input_shape):
    return transpose_by_placing(upstream, w)


def _same(w, upstream, input_shape):
    return _input_gradient(w, upstream, input_shape)[: upstream.shape[0], : upstream.shape[1]]


INPUT_GRADIENT = (
    Misconception(
        ROTATED,
        "The gradient places the kernel as it is: pixel x[i + u, j + v] met `w[u, v]` at output (i, j). "
        "(Sliding over the padded upstream gradient needs the rotated kernel.)",
        lambda w, upstream, input_shape: _input_gradient(rotate180(w), upstream, input_shape),
    ),
    Misconception(
        "the kernel's rows and columns are exchanged",
        "You use `w[v, u]` where `w[u, v]` belongs: the first index is the row.",
        lambda w, upstream, input_shape: _input_gradient(w.T, upstream, input_shape),
    ),
    Misconception(
        "upstream is ignored",
        "This is the gradient of the plain sum of the outputs. Each output's share is multiplied by `upstream` there.",
        lambda w, upstream, input_shape: _input_gradient(w, np.ones_like(upstream), input_shape),
    ),
    Misconception(
        "only one output counts for each pixel",
        "A pixel takes part in several outputs; the shares add up: `+=`, not `=`.",
        lambda w, upstream, input_shape: on_image(OVERLAP[:1], ())[0].answer(upstream, w),
    ),
    Misconception(
        "the result has the size of upstream",
        "The gradient has one entry for every pixel of the input: the shape is `input_shape`.",
        _same,
    ),
    Misconception(
        "divided by the number of outputs",
        "This is the gradient of the mean of the outputs. Nothing is divided here.",
        lambda w, upstream, input_shape: _input_gradient(w, upstream, input_shape) / upstream.size,
    ),
    scaled(
        _input_gradient,
        2,
        "twice as large as it should be",
        "The function is linear in x, so no factor 2 appears: that comes from squares.",
    ),
    scaled(
        _input_gradient,
        0.5,
        "half as large as it should be",
        "There is no ½ in what is differentiated: ⟨Cx, upstream⟩ is linear.",
    ),
    negated(_input_gradient),
    transposed_result(_input_gradient),
    truncated(_input_gradient),
)
