"""The operator against three oracles that are not ours, its five faces against each other, and its laws."""

import doctest
import itertools
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from convtranspose import (
    Geometry,
    adjoint_gap,
    conv,
    conv_output_size,
    conv_transpose,
    conv_transpose2d,
    conv_transpose2d_by_zero_insertion,
    conv_transpose2d_layer,
    cross_correlate2d,
    input_gradient,
    insert_zeros,
    output_size,
    same_padding,
    transpose_by_matrix,
    transpose_by_placing,
    transposed,
)
from convtranspose.transposed import FACES, _by_overlap_add, _by_patches, by_placing, by_zero_insertion

from .oracles import by_onnxruntime, by_polynomials, by_scipy

X = np.array([[1, 2], [3, 4]])
W = np.arange(1, 17).reshape(4, 4)
WORKED = [
    [1, 2, 3, 6, 4, 6, 8],
    [5, 6, 7, 18, 12, 14, 16],
    [9, 10, 11, 30, 20, 22, 24],
    [16, 20, 24, 58, 36, 42, 48],
    [15, 18, 21, 44, 24, 28, 32],
    [27, 30, 33, 72, 40, 44, 48],
    [39, 42, 45, 100, 56, 60, 64],
]


def allowed(n, k, s, p, op, d):
    return op < max(s, d) and (n - 1) * s - 2 * p + d * (k - 1) + op + 1 >= 1


N_K_S_P_OP_D = itertools.product((1, 2, 4), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (0, 1, 2), (1, 2, 3))
AXIS = [axis for axis in N_K_S_P_OP_D if allowed(*axis)]


def sweep():
    """Geometries in 1, 2 and 3 dimensions: every axis of `AXIS` alone, then pairs and triples; always the same ones."""
    one = [(axis,) for axis in AXIS]
    order = np.random.default_rng(7).permutation(len(AXIS))
    two = [(AXIS[a], AXIS[b]) for a, b in itertools.pairwise(order)][:240]
    small = [axis for axis in AXIS if axis[0] <= 2 and axis[1] <= 3]
    picks = np.random.default_rng(8).permutation(len(small))
    three = [tuple(small[i] for i in triple) for triple in zip(picks, picks[1:], picks[2:], strict=False)][:90]
    return one + two + three


SWEEP = sweep()


def case(number, axes):
    """Integers x, w, bias and the settings of one geometry; channels and groups vary with its number."""
    n, k, s, p, op, d = (tuple(values) for values in zip(*axes, strict=True))
    rng = np.random.default_rng(number)
    groups, per_in, per_out = [(1, 1, 1), (1, 2, 3), (2, 2, 1), (3, 1, 2)][number % 4]
    x = rng.integers(-99, 100, (1 + number % 2, groups * per_in, *n))
    w = rng.integers(-99, 100, (groups * per_in, per_out, *k))
    bias = rng.integers(-99, 100, groups * per_out) if number % 3 else None
    return x, w, bias, {"stride": s, "padding": p, "output_padding": op, "dilation": d, "groups": groups}


def test_the_sweep_is_wide_enough():
    assert len(SWEEP) >= 300
    assert {len(axes) for axes in SWEEP} == {1, 2, 3}


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_layer_is_scipys_on_every_geometry_exactly(axes):
    for number, geometry in enumerate(SWEEP):
        if len(geometry) == axes:
            x, w, bias, settings = case(number, geometry)
            expected = by_scipy(x, w, bias, **settings)
            assert np.array_equal(conv_transpose(x, w, bias, **settings), expected), (geometry, settings)


@pytest.mark.parametrize("form", [_by_overlap_add, _by_patches])
def test_both_forms_of_the_layer_are_right_wherever_the_other_would_be_taken(form):
    for number, axes in list(enumerate(SWEEP))[::3]:
        x, w, _, settings = case(number, axes)
        groups = settings.pop("groups")
        geometry = Geometry(w.shape[2:], **settings)
        shape = (len(x), w.shape[1] * groups, *geometry.output_shape(x.shape[2:]))
        assert np.array_equal(form(x, w, geometry, groups, shape), by_scipy(x, w, groups=groups, **settings)), axes


@pytest.mark.parametrize(
    ("columns", "block"),
    [(1, 1), (1, 1 << 20), (10**6, 1)],                # a sample at a time; a GEMM for each sample; one GEMM for all
)
def test_images_added_as_rows_are_right_in_blocks_of_any_size(monkeypatch, columns, block):
    monkeypatch.setattr(transposed, "COLUMNS", columns)
    monkeypatch.setattr(transposed, "BLOCK", block)
    compared = 0
    for number, axes in list(enumerate(SWEEP))[::3]:
        x, w, _, settings = case(number, axes)
        x = np.concatenate([x, x[:, ::-1] + 1, 2 - x[..., ::-1]])
        groups = settings.pop("groups")
        geometry = Geometry(w.shape[2:], **settings)
        shape = (len(x), w.shape[1] * groups, *geometry.output_shape(x.shape[2:]))
        if transposed._sums_by_row(geometry, x.shape[2:], shape[2:]):
            rows = transposed._add_rows(x, w, geometry, groups, shape)
            assert np.array_equal(rows, by_scipy(x, w, groups=groups, **settings)), axes
            compared += 1
    assert compared >= 50


def test_parts_are_added_rightly_where_rows_would_be_taken(monkeypatch):
    monkeypatch.setattr(transposed, "_sums_by_row", lambda *_: None)
    for number, axes in list(enumerate(SWEEP))[1::3]:
        x, w, _, settings = case(number, axes)
        groups = settings.pop("groups")
        geometry = Geometry(w.shape[2:], **settings)
        shape = (len(x), w.shape[1] * groups, *geometry.output_shape(x.shape[2:]))
        assert np.array_equal(_by_overlap_add(x, w, geometry, groups, shape), by_scipy(x, w, groups=groups, **settings))


@pytest.mark.parametrize(("n", "k", "s", "p"), [(4, 4, 2, 1), (30, 4, 2, 1), (9, 8, 4, 2), (5, 4, 2, 0), (2, 4, 3, 0)])
@pytest.mark.parametrize("samples_in_a_row", [1, 3])
def test_any_memory_layout_gives_the_same(monkeypatch, n, k, s, p, samples_in_a_row):
    monkeypatch.setattr(transposed, "COLUMNS", samples_in_a_row * n * n)
    rng = np.random.default_rng(5)
    x, w = rng.standard_normal((3, 4, n, n)), rng.standard_normal((4, 2, k, k))
    expected = by_scipy(x, w, stride=(s, s), padding=(p, p), output_padding=(0, 0), dilation=(1, 1), groups=1)
    for order in itertools.permutations(range(4)):
        back = np.argsort(order)
        laid_out = [np.ascontiguousarray(a.transpose(order)[::-1]).transpose(back) for a in (x, w)]
        turned = [np.flip(a, order[0]) for a in laid_out]
        assert np.allclose(conv_transpose(*turned, stride=s, padding=p), expected)


def test_layer_is_onnxruntimes_where_that_is_defined():
    compared = 0
    for number, axes in list(enumerate(SWEEP))[::4]:
        x, w, bias, settings = case(number, axes)
        if all(op < s for op, s in zip(settings["output_padding"], settings["stride"], strict=True)):
            ours = conv_transpose(x, w, bias, **settings)
            assert np.array_equal(ours, by_onnxruntime(x, w, bias, **settings)), axes       # exact: far below 2²⁴
            compared += 1
    assert compared >= 100


def test_full_result_is_the_product_of_polynomials():
    for number, axes in enumerate(SWEEP):
        if len(axes) == 2 and number % 8 == 0:
            (n0, k0, s0, _, _, d0), (n1, k1, s1, _, _, d1) = axes
            rng = np.random.default_rng(number)
            x, w = rng.integers(-9, 10, (n0, n1)), rng.integers(-9, 10, (k0, k1))
            expected = by_polynomials(x, w, (s0, s1), (d0, d1))
            assert np.array_equal(by_placing(x, w, (s0, s1), dilation=(d0, d1)), expected), axes


def test_one_dimension_without_padding_is_scipys_upfirdn():
    rng = np.random.default_rng(0)
    for n, k, s in itertools.product((1, 3, 6), (1, 2, 5), (1, 2, 3, 4)):
        x, w = rng.integers(-9, 10, n), rng.integers(-9, 10, k)
        expected = signal.upfirdn(w, x, up=s)[: (n - 1) * s + k]
        expected = np.pad(expected, (0, (n - 1) * s + k - len(expected)))
        assert np.array_equal(conv_transpose(x[None, None], w[None, None], stride=s)[0, 0], expected)


@pytest.mark.parametrize("face", FACES)
def test_every_face_is_the_layer_on_one_image(face):
    for number, axes in enumerate(SWEEP):
        if len(axes) == 2 and number % 2:
            n, k, s, p, op, d = (tuple(values) for values in zip(*axes, strict=True))
            rng = np.random.default_rng(number)
            x, w = rng.integers(-99, 100, n), rng.integers(-99, 100, k)
            settings = {"stride": s, "padding": p, "output_padding": op, "dilation": d}
            expected = by_scipy(x[None, None], w[None, None], groups=1, **settings)[0, 0]
            assert np.array_equal(FACES[face](x, w, **settings), expected), axes


@pytest.mark.parametrize("face", FACES)
def test_worked_example(face):
    assert FACES[face](X, W, 3).tolist() == WORKED


def test_names_of_the_exercises_give_the_same_operator():
    assert conv_transpose2d(X, W, 3).tolist() == WORKED
    assert conv_transpose2d_by_zero_insertion(X, W, 3).tolist() == WORKED
    assert np.array_equal(conv_transpose2d_by_zero_insertion(X, W, 3, padding=2), np.array(WORKED)[2:5, 2:5])
    assert conv_transpose2d_layer(X[None, None], W[None, None], None, (3, 3)).tolist() == [[WORKED]]
    stride_one = by_scipy(X[None, None], W[None, None], stride=(1, 1), padding=(0, 0), output_padding=(0, 0),
                          dilation=(1, 1), groups=1)[0, 0]
    assert np.array_equal(transpose_by_placing(X, W), stride_one)
    assert np.array_equal(transpose_by_matrix(X, W, (5, 5)), stride_one)
    assert np.array_equal(input_gradient(W, X, (5, 5)), stride_one)
    assert insert_zeros(X, (2, 3)).tolist() == [[1, 0, 0, 2], [0, 0, 0, 0], [3, 0, 0, 4]]


def test_input_gradient_is_the_slope_of_the_inner_product():
    rng = np.random.default_rng(1)
    w, upstream = rng.integers(-9, 10, (3, 2)), rng.integers(-9, 10, (2, 4))
    gradient = input_gradient(w, upstream, (4, 5))
    for i in np.ndindex(4, 5):
        unit = np.zeros((4, 5), int)
        unit[i] = 1
        assert gradient[i] == np.sum(cross_correlate2d(unit, w) * upstream)


def test_adjoint_gap_is_zero_exactly_and_sees_a_wrong_pair():
    rng = np.random.default_rng(2)
    x, w, y = rng.integers(-99, 100, (5, 6)), rng.integers(-99, 100, (2, 3)), rng.integers(-99, 100, (4, 4))
    assert adjoint_gap(x, y, w) == 0
    assert np.sum(cross_correlate2d(x, w) * y) - np.sum(x * transpose_by_placing(y, w[::-1, ::-1])) != 0


def test_output_padding_uncovers_values_and_zeros_only_beyond_them():
    full = conv_transpose(X[None, None], W[None, None], stride=3)[0, 0]
    uncovered = conv_transpose(X[None, None], W[None, None], stride=3, padding=1, output_padding=1)[0, 0]
    assert np.array_equal(uncovered, full[1:7, 1:7])
    beyond = conv_transpose(X[None, None], W[None, None], stride=3, output_padding=2)[0, 0]
    assert np.array_equal(beyond, np.pad(full, (0, 2))[:9, :9])


def test_same_is_onnxruntimes_same_as_crops():
    rng = np.random.default_rng(3)
    compared = 0
    for n, k, s in itertools.product((1, 3, 4), (1, 2, 3, 4, 5), (1, 2, 3)):
        if k >= s:
            x, w = rng.integers(-9, 10, (1, 1, n)), rng.integers(-9, 10, (1, 1, k))
            full = conv_transpose(x, w, stride=s)
            for rule, lower in (("SAME_UPPER", False), ("SAME_LOWER", True)):
                start, end = same_padding(n, k, s, lower=lower)
                theirs = by_onnxruntime(x, w, stride=(s,), padding=(0,), output_padding=(0,), dilation=(1,), groups=1,
                                        auto_pad=rule)
                assert np.array_equal(full[..., start : full.shape[-1] - end], theirs), (n, k, s, rule)
                compared += 1
    assert compared == 72


settings_of_an_axis = st.tuples(
    st.integers(1, 6), st.integers(1, 6), st.integers(1, 5), st.integers(0, 4), st.integers(0, 4), st.integers(1, 4)
).filter(lambda axis: allowed(*axis))


@given(st.lists(settings_of_an_axis, min_size=1, max_size=2), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_random_geometries_against_scipy(axes, channels, seed):
    x, w, bias, settings = case(4 * (seed // 4) + channels, axes)
    assert np.array_equal(conv_transpose(x, w, bias, **settings), by_scipy(x, w, bias, **settings))


@given(st.lists(settings_of_an_axis, min_size=1, max_size=2), st.integers(0, 2**32 - 1))
def test_linear_in_x_and_in_w(axes, seed):
    x, w, _, settings = case(seed, axes)
    x2, w2 = x[..., ::-1] + 1, w[..., ::-1] - 2
    y = conv_transpose(x, w, **settings)
    assert np.array_equal(conv_transpose(3 * x + x2, w, **settings), 3 * y + conv_transpose(x2, w, **settings))
    assert np.array_equal(conv_transpose(x, 3 * w + w2, **settings), 3 * y + conv_transpose(x, w2, **settings))


@given(st.lists(settings_of_an_axis, min_size=1, max_size=2), st.integers(0, 2**32 - 1))
def test_adjoint_of_conv(axes, seed):
    x, w, _, settings = case(seed, axes)
    settings.pop("output_padding")
    y = conv_transpose(x, w, **settings) if all(allowed(n, k, s, p, 0, d) for n, k, s, p, _, d in axes) else None
    if y is not None:
        v = np.random.default_rng(seed).integers(-99, 100, y.shape)
        assert np.sum(conv(v, w, **settings) * x) == np.sum(v * y)


@given(settings_of_an_axis)
def test_sizes_round_trip(axis):
    n, k, s, p, op, d = axis
    if op < s:
        assert conv_output_size(output_size(n, k, s, p, d, op), k, s, p, d) == n


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64, np.complex64, np.complex128, object])
def test_every_number_type_keeps_its_type(dtype):
    x, w = X.astype(dtype), W.astype(dtype)
    for face in FACES.values():
        assert face(x, w, 3).dtype == dtype
        assert np.array_equal(face(x, w, 3), WORKED)
    layer = conv_transpose(x[None, None], w[None, None], stride=3)
    assert layer.dtype == dtype
    assert np.array_equal(layer[0, 0], WORKED)


def test_complex_numbers_are_not_conjugated():
    assert conv_transpose([[[1j]]], [[[1j]]]).tolist() == [[[-1]]]


def test_symbols_go_through_the_layer_in_both_forms():
    x = np.array(sympy.symbols("x:4")).reshape(1, 1, 2, 2)
    w = np.array(sympy.symbols("w:16")).reshape(1, 1, 4, 4)
    geometry = Geometry((4, 4), stride=3)
    for form in (_by_overlap_add, _by_patches):
        y = form(x, w, geometry, 1, (1, 1, 7, 7))[0, 0]
        values = dict(zip([*x.flat, *w.flat], [*X.flat, *W.flat], strict=True))
        assert [[sympy.sympify(entry).subs(values) for entry in row] for row in y] == WORKED


@pytest.mark.parametrize("channels", [(1, 1), (8, 1), (1, 8)])
def test_an_empty_batch_gives_an_empty_result(channels):
    c_in, c_out = channels
    assert conv_transpose(np.ones((0, c_in, 9, 9)), np.ones((c_in, c_out, 4, 4)), stride=2).shape == (0, c_out, 20, 20)


def test_settings_may_be_lists_or_arrays():
    expected = conv_transpose(X[None, None], W[None, None], stride=(3, 2), padding=(1, 0))
    assert np.array_equal(conv_transpose(X[None, None], W[None, None], stride=[3, 2], padding=[1, 0]), expected)
    strides = np.array([3, 2])
    assert np.array_equal(conv_transpose(X[None, None], W[None, None], stride=strides, padding=(1, 0)), expected)


def test_inputs_stay_as_they_were():
    x, w = X.copy(), W.copy()
    x.setflags(write=False)
    w.setflags(write=False)
    for face in FACES.values():
        face(x, w, 2, 1, 1)
    for c_in, c_out in ((1, 1), (8, 1), (1, 8)):
        conv_transpose(np.broadcast_to(x, (2, c_in, 2, 2)), np.broadcast_to(w, (c_in, c_out, 4, 4)), stride=2)
    assert np.array_equal(x, X)
    assert np.array_equal(w, W)


def test_zero_insertion_crops_when_padding_exceeds_the_kernels_reach():
    x = np.arange(1, 26).reshape(5, 5)
    assert np.array_equal(by_zero_insertion(x, [[1]], 1, 1), x[1:4, 1:4])


ONES = np.ones((1, 1, 2, 2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: conv_transpose(ONES, ONES, stride=0), ValueError, "stride must be at least 1, got 0"),
        (lambda: conv_transpose(ONES, ONES, stride=(1, -2)), ValueError, r"stride\[1\] must be at least 1, got -2"),
        (lambda: conv_transpose(ONES, ONES, stride=1.5), TypeError, "stride must be an integer or a tuple .* got 1.5"),
        (lambda: conv_transpose(ONES, ONES, stride="2"), TypeError, "stride must be an integer or a tuple .* got '2'"),
        (lambda: conv_transpose(ONES, ONES, stride=True), TypeError, "stride must be an integer, got True"),
        (lambda: conv_transpose(ONES, ONES, padding=2), ValueError, "padding must leave at least one output"),
        (lambda: conv_transpose(ONES, ONES, output_padding=1), ValueError, "output_padding must be below .* 1, got 1"),
        (lambda: conv_transpose(ONES, ONES, groups=2), ValueError, "groups must divide C_in = 1, got 2"),
        (lambda: conv_transpose(ONES, ONES, groups=0), ValueError, "groups must be at least 1, got 0"),
        (lambda: conv_transpose(ONES, np.ones((2, 1, 2, 2))), ValueError, "w must have C_in = 1 as its first size"),
        (lambda: conv_transpose(ONES, np.ones((1, 1, 2))), ValueError, "w must have as many axes as x, 4"),
        (lambda: conv_transpose(ONES[0, 0], ONES[0, 0]), ValueError, r"x must have axes \(N, C, \*spatial\)"),
        (lambda: conv_transpose("x", ONES), TypeError, "x must hold numbers, got 'x'"),
        (lambda: conv_transpose(ONES, ONES, "b"), TypeError, "bias must hold numbers, got 'b'"),
        (lambda: conv_transpose(ONES, ONES, [1, 2]), ValueError, r"bias must have shape \(1,\)"),
        (lambda: conv_transpose2d_layer(np.ones((1, 1, 3)), np.ones((1, 1, 2))), ValueError, r"axes \(N, C, H, W\)"),
        (lambda: by_placing(X, W, 0), ValueError, "stride must be at least 1, got 0"),
        (lambda: by_placing(X, [1, 2]), ValueError, r"w must have 2 axes, got shape \(2,\)"),
        (lambda: by_zero_insertion(X, W, 1, 9), ValueError, "padding must leave at least one output"),
        (lambda: insert_zeros(X, 0), ValueError, "s must be at least 1, got 0"),
        (lambda: transpose_by_matrix(X, W, (6, 5)), ValueError, r"y must have shape \(3, 2\)"),
        (lambda: input_gradient(W, X, (6, 5)), ValueError, r"upstream must have shape \(3, 2\)"),
        (lambda: adjoint_gap(np.ones((5, 5)), np.ones((3, 3)), W), ValueError, r"y must have shape \(2, 2\)"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def peak_numbers(call):
    """Most float64 numbers that a call holds at one time beside its arguments."""
    call()                                                           # plans are remembered; they are not work arrays
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1] / 8
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "form"),
    [
        ((1, 1, 40, 40), (1, 1, 32, 32), 8, _by_patches),            # few channels, a large stride
        ((2, 64, 12, 12), (64, 32, 3, 3), 2, _by_overlap_add),       # many channels
        ((1, 4, 30, 30), (4, 64, 2, 2), 2, _by_overlap_add),         # nothing to share: one tap in each phase
    ],
)
def test_layer_takes_the_form_with_the_smaller_work_arrays_and_little_more(x_shape, w_shape, stride, form):
    x, w = np.ones(x_shape), np.ones(w_shape)
    geometry, shape, chosen = transposed._plan(x_shape, w_shape, stride, 0, 0, 1, 1)
    assert chosen is form
    work = min(transposed._work(geometry, x_shape, shape))
    y_size = int(np.prod(shape))
    assert peak_numbers(lambda: conv_transpose(x, w, stride=stride)) <= work + 4 * (x.size + y_size) + w.size + 20_000


@pytest.mark.parametrize("face", FACES)
def test_only_the_dense_matrix_needs_much_memory(face):
    x, w = np.ones((24, 24)), np.ones((4, 4))
    products, y_size = x.size * w.size, 50 * 50
    peak = peak_numbers(lambda: FACES[face](x, w, 2))
    assert (peak <= 4 * (x.size + y_size) + products) == (face != "matrix")


def test_nan_goes_where_it_is_placed_and_nowhere_else():
    y = conv_transpose([[[1.0, np.nan, 1.0]]], [[[1.0, 1.0]]], stride=2)[0, 0]
    assert np.isnan(y).tolist() == [False, False, True, True, False, False]


@pytest.mark.parametrize("columns", [1, 24, 512])                    # rows of one sample, rows of two, no rows
def test_nan_at_an_edge_does_not_reach_the_next_line_channel_or_sample(monkeypatch, columns):
    monkeypatch.setattr(transposed, "COLUMNS", columns)
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


def test_importing_the_package_needs_numpy_only():
    code = "import sys, convtranspose; print(sorted({'sympy', 'matplotlib', 'scipy', 'ipywidgets'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_examples_in_docstrings():
    assert doctest.testmod(transposed).failed == 0
