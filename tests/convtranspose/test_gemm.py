"""The engine's two forms: each right wherever the other would be taken, in blocks of any size."""

import itertools

import numpy as np
import pytest
import sympy

from convtranspose import Geometry, conv_transpose, gemm
from convtranspose.faces import by_placing
from convtranspose.transposed import conv_transpose_geometry

from .geometries import SWEEP, WORKED, W, X, case
from .memory import peak_numbers
from .oracles import by_scipy


@pytest.mark.parametrize("form", [gemm.by_overlap_add, gemm.by_patches])
def test_both_forms_of_the_layer_are_right_wherever_the_other_would_be_taken(form):
    for number, axes in list(enumerate(SWEEP))[::3]:
        x, w, _, settings = case(number, axes)
        groups = settings.pop("groups")
        geometry = Geometry(w.shape[2:], **settings)
        shape = (len(x), w.shape[1] * groups, *geometry.output_shape(x.shape[2:]))
        assert np.array_equal(
            form(x, w, geometry, groups, shape), by_scipy(x, w, groups=groups, **settings)
        ), axes


@pytest.mark.parametrize("columns", [1, 10, 10**6])  # a sample at a time, some, all samples
def test_blocks_of_any_size_give_the_same(monkeypatch, columns):
    monkeypatch.setattr(gemm, "COLUMNS", columns)
    for number, axes in list(enumerate(SWEEP))[1::3]:
        x, w, _, settings = case(number, axes)
        x = np.concatenate([x, x[:, ::-1] + 1, 2 - x[..., ::-1]])
        groups = settings.pop("groups")
        geometry = Geometry(w.shape[2:], **settings)
        shape = (len(x), w.shape[1] * groups, *geometry.output_shape(x.shape[2:]))
        y = gemm.by_overlap_add(x, w, geometry, groups, shape)
        assert np.array_equal(y, by_scipy(x, w, groups=groups, **settings)), axes


def test_a_remembered_plan_cannot_be_changed():
    parts = [gemm._sums(Geometry((3, 3), stride=2), (n, n), (2 * n + 1,) * 2) for n in (2, 8)]
    while parts:
        part = parts.pop()
        assert isinstance(part, tuple | slice | int), part
        if isinstance(part, tuple):
            parts.extend(part)


@pytest.mark.parametrize(
    ("n", "k", "s", "p"), [(4, 4, 2, 1), (30, 4, 2, 1), (9, 8, 4, 2), (5, 4, 2, 0), (2, 4, 3, 0)]
)
@pytest.mark.parametrize("samples_in_a_block", [1, 3])
def test_any_memory_layout_gives_the_same(monkeypatch, n, k, s, p, samples_in_a_block):
    monkeypatch.setattr(gemm, "COLUMNS", samples_in_a_block * n * n)
    rng = np.random.default_rng(5)
    x, w = rng.standard_normal((3, 4, n, n)), rng.standard_normal((4, 2, k, k))
    expected = by_scipy(
        x, w, stride=(s, s), padding=(p, p), output_padding=(0, 0), dilation=(1, 1), groups=1
    )
    for order in itertools.permutations(range(4)):
        back = np.argsort(order)
        laid_out = [np.ascontiguousarray(a.transpose(order)[::-1]).transpose(back) for a in (x, w)]
        turned = [np.flip(a, order[0]) for a in laid_out]
        assert np.allclose(conv_transpose(*turned, stride=s, padding=p), expected)


def test_symbols_go_through_the_layer_in_both_forms():
    x = np.array(sympy.symbols("x:4")).reshape(1, 1, 2, 2)
    w = np.array(sympy.symbols("w:16")).reshape(1, 1, 4, 4)
    geometry = Geometry((4, 4), stride=3)
    for form in (gemm.by_overlap_add, gemm.by_patches):
        y = form(x, w, geometry, 1, (1, 1, 7, 7))[0, 0]
        values = dict(zip([*x.flat, *w.flat], [*X.flat, *W.flat], strict=True))
        assert [[sympy.sympify(entry).subs(values) for entry in row] for row in y] == WORKED


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "form"),
    [
        ((1, 1, 40, 40), (1, 1, 32, 32), 8, gemm.by_patches),  # few channels, a large stride
        ((2, 64, 12, 12), (64, 32, 3, 3), 2, gemm.by_overlap_add),  # many channels
        # nothing to share: one tap in each phase
        ((1, 4, 30, 30), (4, 64, 2, 2), 2, gemm.by_overlap_add),
    ],
)
def test_layer_takes_the_form_with_the_smaller_work_arrays_and_little_more(
    x_shape, w_shape, stride, form
):
    x, w = np.ones(x_shape), np.ones(w_shape)
    geometry, shape = conv_transpose_geometry(x_shape, w_shape, stride, 0, 0, 1, 1)
    assert gemm.choose_form(geometry, x_shape, shape) is form
    work = min(gemm.work(geometry, x_shape, shape))
    y_size = int(np.prod(shape))
    assert (
        peak_numbers(lambda: conv_transpose(x, w, stride=stride))
        <= work + 4 * (x.size + y_size) + w.size + 20_000
    )


@pytest.mark.parametrize("columns", [1, 512])  # blocks of one sample, of both
def test_nan_at_an_edge_does_not_reach_the_next_line_channel_or_sample(monkeypatch, columns):
    monkeypatch.setattr(gemm, "COLUMNS", columns)
    for place in np.ndindex(2, 1, 3, 4):
        x, w = np.ones((2, 1, 3, 4)), np.ones((1, 2, 4, 4))
        x[place] = np.nan
        y = conv_transpose(x, w, stride=2, padding=1)
        for n, c in np.ndindex(2, 2):
            expected = by_placing(x[n, 0], w[0, c], stride=2, padding=1)
            assert np.array_equal(y[n, c], expected, equal_nan=True), place


def test_a_large_batch_is_done_in_blocks():
    x, w = np.ones((40, 32, 16, 16)), np.ones((32, 8, 4, 4))
    y_size, products = 40 * 8 * 32 * 32, 40 * 8 * 16 * 256
    assert peak_numbers(lambda: conv_transpose(x, w, stride=2, padding=1)) <= y_size + products / 4
