"""Every claim of the source articles, decided by computation.

A test states its claim as a condition and evaluates it on cases.  Holding in all of them means "teach", in some
"qualify", in none "correct"; the verdict so computed must be the one that `book/claims.toml` gives, from which the
book's page is made.  What the book says beyond the claim (the finding) is asserted beside it.
"""

import inspect
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage, signal

from convtranspose import (
    Geometry,
    adjoint_gap,
    apply_matrix,
    bilinear,
    bilinear_kernel,
    by_zero_insertion,
    conv,
    conv_output_size,
    conv_transpose,
    conv_transpose2d,
    convolution_matrix,
    convolve2d,
    convolve2d_same,
    count_by_face,
    cross_correlate2d,
    equalise,
    icnr,
    input_gradient,
    insert_zeros,
    interpolate_by_transposing,
    is_even,
    nearest,
    output_size,
    overlap_count,
    overlap_count2d,
    phase_sums,
    pixel_shuffle,
    resize_convolve,
    rotate180,
    same_padding,
    train,
    transposed_from_subpixel,
    unevenness,
    zero_pad,
)
from convtranspose.transposed import FACES

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = {claim["id"]: claim for claim in tomllib.loads((ROOT / "book/claims.toml").read_text("utf-8"))["claim"]}
CHAPTERS = {
    "rotated-kernel", "convolution-matrix", "transposed-convolution", "stride-and-overlap", "the-layer", "checkerboard",
    "cures", "learned-upsampling",
}

X3 = np.arange(1, 10).reshape(3, 3)
H3 = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
ASYMMETRIC = np.array([[1, 2, 3], [0, -1, 5], [7, 0, 2]])
RNG = np.random.default_rng(20)


@pytest.fixture(autouse=True)
def the_same_numbers_whatever_ran_before():
    global RNG
    RNG = np.random.default_rng(20)


def integers(*shape):
    return RNG.integers(-9, 10, shape)


def settle(*holds):
    """Check that the claim of the calling test has the verdict that these cases give: all, some or none hold."""
    name = inspect.stack()[1].function.removeprefix("test_")
    cases = [bool(case) for case in holds]
    verdict = "teach" if all(cases) else "qualify" if any(cases) else "correct"
    assert verdict == CLAIMS[name]["verdict"], f"{name}: the cases {cases} say {verdict!r}"


def interior(y, margin):
    return y[margin:-margin, margin:-margin]


def even_on_constant(up, s, margin=6):
    """Whether the up-sampler `up` leaves a constant image constant in the interior, in every phase."""
    return unevenness(interior(up(np.ones((12, 12))), margin * s // s), s) < 1e-12


# --- Convolution ------------------------------------------------------------------------------------------------------


def test_K1():
    cases = []
    for h in (H3, ASYMMETRIC):
        padded = zero_pad(X3, 1)
        by_hand = np.array([[np.sum(padded[i : i + 3, j : j + 3] * h[::-1, ::-1]) for j in range(3)] for i in range(3)])
        assert np.array_equal(by_hand, convolve2d_same(X3, h))
        cases.append(np.array_equal(by_hand, signal.convolve2d(X3, h, "same")))
    layer = conv(X3[None, None], ASYMMETRIC[None, None], padding=1)[0, 0]
    assert np.array_equal(layer, signal.correlate2d(X3, ASYMMETRIC, "same"))
    assert not np.array_equal(layer, signal.convolve2d(X3, ASYMMETRIC, "same"))
    settle(*cases)


def test_K2():
    y = convolve2d_same(X3, H3)
    assert y.tolist() == [[-13, -20, -17], [-18, -24, -18], [13, 20, 17]]
    neighbourhood = zero_pad(X3, 1)[:3, :3]
    assert neighbourhood.tolist() == [[0, 0, 0], [0, 1, 2], [0, 4, 5]]
    assert np.array_equal(rotate180(H3), -H3)
    assert np.array_equal(cross_correlate2d(zero_pad(X3, 1), H3), -y)
    assert not np.array_equal(cross_correlate2d(zero_pad(X3, 1), ASYMMETRIC), -convolve2d_same(X3, ASYMMETRIC))
    settle(y[0, 0] == -13, 4 * -2 + 5 * -1 == -13)


def test_K3():
    X, H = zero_pad(X3, 1)[:3, :3], rotate180(H3)
    product = X @ H.T
    assert product.shape == (3, 3)
    assert np.trace(product) == np.sum(X * H) == -13
    settle(product.shape == (), np.all(product == -13))


def test_K4():
    places = [(i, j) for i in range(4) for j in range(4) if i + 3 <= 4 and j + 3 <= 4]
    settle(len(places) == 4, convolve2d(np.ones((4, 4)), np.ones((3, 3))).shape == (2, 2), conv_output_size(4, 3) == 2)


def test_K5():
    C = convolution_matrix(np.ones((3, 3), int), (4, 4))
    inputs_of = [np.argwhere(row.reshape(4, 4)) for row in C]
    starts = [tuple(touched.min(axis=0)) for touched in inputs_of]
    settle(*(len(touched) == 9 for touched in inputs_of), starts == [(0, 0), (0, 1), (1, 0), (1, 1)])


# --- Convolution as a matrix ------------------------------------------------------------------------------------------


def test_M1():
    w, x = integers(3, 3), integers(4, 4)
    C = convolution_matrix(w, (4, 4))
    counts = np.count_nonzero(convolution_matrix(np.ones((3, 3)), (4, 4)), axis=0).reshape(4, 4)
    assert counts.tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]
    rows = np.count_nonzero(convolution_matrix(np.ones((3, 3)), (4, 4)), axis=1)
    y = signal.correlate2d(x, w, "valid")
    settle(C.shape == (4, 16), np.all(rows == 9), np.array_equal(C @ x.ravel(), y.ravel()))


def test_M2():
    lost = [np.linalg.matrix_rank(convolution_matrix(integers(3, 3), (4, 4))) <= 4 < 16 for _ in range(5)]
    size_kept = convolution_matrix([[0, 0, 0], [0, 3, 1], [0, 0, 0]], (4, 4), padding=1)
    invertible = size_kept.shape == (16, 16) and np.linalg.matrix_rank(size_kept) == 16
    C = convolution_matrix(ASYMMETRIC, (4, 4))
    assert not np.array_equal(C @ C.T, np.eye(4))
    settle(*lost, not invertible)


def test_M3():
    w, x = integers(3, 3), integers(4, 4)
    C, y = convolution_matrix(w, (4, 4)), cross_correlate2d(x, w)
    settle(*(C[row] @ x.ravel() == y.ravel()[row] for row in range(4)))


# --- Transposed convolution -------------------------------------------------------------------------------------------


def test_T1():
    x, target = RNG.normal(size=(5, 5)), RNG.normal(size=(12, 12))
    fitted, losses = train(x, target, np.zeros((4, 4)), 2, 20, 0.01)
    learnable = losses[-1] < losses[0] and np.any(fitted != 0)
    places = np.meshgrid(*[(np.arange(10) + 0.5) / 2 - 0.5] * 2, indexing="ij")
    assert np.allclose(bilinear(x, 2), ndimage.map_coordinates(x, places, order=1, mode="nearest"))
    assert np.allclose(interpolate_by_transposing(x, bilinear_kernel(2), 2), bilinear(x, 2))
    # A fixed rule: linear in the image, and nothing else enters.
    fixed = all(np.allclose(rule(x + 2 * x.T, 2), rule(x, 2) + 2 * rule(x.T, 2)) for rule in (nearest, bilinear))
    settle(learnable, fixed)


def test_T2():
    sizes = [1]
    for k, s, p in [(4, 1, 0)] + [(4, 2, 1)] * 4:
        sizes.append(output_size(sizes[-1], k, s, p))
    fcn = output_size(10, 64, 32)
    settle(sizes == [1, 4, 8, 16, 32, 64], fcn == 352 > 320)


def test_T3():
    x, w = integers(3, 4), integers(3, 3)
    # A stride-1 walk over the spread image advances 1/s of a sample of x at a time: a stride of a fraction.
    spread = insert_zeros(x, 2)
    fractional = np.array_equal(spread[::2, ::2], x) and np.array_equal(
        convolve2d(zero_pad(spread, 2), w), conv_transpose2d(x, w, 2)
    )
    restored = conv_transpose2d(cross_correlate2d(x, w), w)
    assert restored.shape == x.shape
    assert not np.array_equal(restored, x)                           # nothing is undone
    settle(fractional)


def test_T4():
    C = convolution_matrix(np.ones((3, 3), int), (4, 4))
    y = conv_transpose2d(integers(2, 2), ASYMMETRIC)
    settle(C.T.shape == (16, 4), np.all(np.count_nonzero(C.T, axis=0) == 9), y.shape == (4, 4))


def test_T5():
    pattern = convolution_matrix(np.ones((3, 3), int), (4, 4)).T != 0
    x = integers(2, 2)
    for w in (integers(3, 3), integers(3, 3)):
        placed = convolution_matrix(w, (4, 4)).T
        assert np.all((placed != 0) <= pattern)
        assert np.array_equal(apply_matrix(placed, x, (4, 4)), conv_transpose2d(x, w))
    # Weights fitted to a wish rather than taken from a convolution that came before.
    target = conv_transpose2d(x, ASYMMETRIC)
    fitted, _ = train(x, target, np.zeros((3, 3)), 1, 3000, 1 / (4 * np.sum(x**2)))
    settle(np.sum((conv_transpose2d(x, fitted) - target) ** 2) < 1e-3 * np.sum(target**2))


def test_T6():
    x, w = integers(5, 6), integers(4, 3)
    same = all(np.array_equal(by_zero_insertion(x, w, s), FACES["placing"](x, w, s)) for s in (1, 2, 3))
    counts = {s: count_by_face((20, 20), Geometry((2 * s, 2 * s), stride=s)) for s in (2, 3, 4)}
    waste = {s: counts[s]["zero insertion"] / counts[s]["useful"] for s in counts}
    assert all(s**2 <= waste[s] <= 1.2 * s**2 for s in waste)
    assert all(counts[s]["phases"] / counts[s]["useful"] < 1.2 for s in counts)
    settle(same, all(factor > 1 for factor in waste.values()))


def test_T7():
    x, w = integers(4, 5), integers(3, 4)
    stride_one = np.array_equal(conv_transpose2d(x, w), signal.convolve2d(x, w, "full"))
    y = conv_transpose2d(x, w, 2)
    # A convolution of x commutes with a shift by one sample; this one answers it with a shift by two.
    shifted = conv_transpose2d(np.pad(x, [(1, 0), (0, 0)]), w, 2)
    commutes_by_one = np.array_equal(shifted[1 : 1 + len(y)], y)
    assert np.array_equal(shifted[2:], y)
    for r0, r1 in np.ndindex(2, 2):
        assert np.array_equal(y[r0::2, r1::2], signal.convolve2d(x, w[r0::2, r1::2], "full"))
    settle(not stride_one, not commutes_by_one)


def test_T8():
    undone = []
    for _ in range(5):
        x, w = integers(4, 4), integers(3, 3)
        y = cross_correlate2d(x, w)
        back = conv_transpose2d(y, w)
        assert back.shape == x.shape
        undone.append(np.array_equal(back, x))
        assert adjoint_gap(x, integers(2, 2), w) == 0
        assert np.array_equal(back, input_gradient(w, y, (4, 4)))
    settle(*undone)


def test_T9():
    sizes = [
        conv_transpose2d(np.ones((n, 1)), np.ones((k, 1)), (s, 1)).shape[0] == (n - 1) * s + k
        for n in (1, 2, 5) for k in (1, 3, 4) for s in (1, 2, 3)
    ]
    assert conv_transpose2d(np.ones((2, 2)), np.ones((4, 4)), 3).shape == (7, 7)
    for n, k, s, p, d, op in ((3, 3, 2, 1, 2, 1), (4, 2, 3, 1, 1, 2), (5, 3, 1, 2, 3, 2)):
        layer = conv_transpose(
            np.ones((1, 1, n)), np.ones((1, 1, k)), stride=s, padding=p, dilation=d, output_padding=op
        )
        assert layer.shape[2] == (n - 1) * s - 2 * p + d * (k - 1) + op + 1 == output_size(n, k, s, p, d, op)
    settle(*sizes)


def test_T10():
    x, w = np.array([[1, 2], [3, 4]]), integers(4, 4)
    y = conv_transpose2d(x, w, 3)
    copies = np.zeros((2, 2, 7, 7), int)
    for i, j in np.ndindex(2, 2):
        copies[i, j, 3 * i : 3 * i + 4, 3 * j : 3 * j + 4] = x[i, j] * w
    counts = overlap_count2d(2, 4, 3)
    expected = np.ones((7, 7), int)
    expected[3, :] = expected[:, 3] = 2
    expected[3, 3] = 4
    assert np.array_equal(counts, expected)
    settle(np.array_equal(copies.sum(axis=(0, 1)), y), y[0, 3] == x[0, 0] * w[0, 3] + x[0, 1] * w[0, 0])


def test_T11():
    x, w = integers(2, 2), integers(3, 3)
    spread = zero_pad(insert_zeros(x, 2), 2)
    y = convolve2d(spread, w)
    settle(y.shape == (5, 5), np.array_equal(y, conv_transpose2d(x, w, 2)))


def test_T12():
    cases = []
    for n, k, s, p in ((2, 3, 1, 0), (3, 4, 2, 1), (2, 3, 3, 2)):
        x, w = integers(n, n), integers(k, k)
        recipe = signal.correlate2d(zero_pad(insert_zeros(x, s), k - p - 1), w[::-1, ::-1], "valid")
        cases.append(np.array_equal(recipe, conv_transpose(x[None, None], w[None, None], stride=s, padding=p)[0, 0]))
    assert conv_transpose2d(integers(2, 2), integers(3, 3)).shape == (4, 4)
    x = integers(5, 5)
    cropped = conv_transpose(x[None, None], np.array([[[[3]]]]), padding=1)[0, 0]      # k − p − 1 = −1
    assert np.array_equal(cropped, 3 * x[1:-1, 1:-1])
    roomy = conv_transpose(x[None, None], ASYMMETRIC[None, None], stride=2, output_padding=1)[0, 0]
    plain = conv_transpose2d(x, ASYMMETRIC, 2)
    assert roomy.shape == (12, 12)
    assert np.array_equal(roomy[:11, :11], plain)                    # the extra row and column are at the end
    settle(*cases)


def test_T13():
    cases = []
    for n, k, s, p in ((2, 4, 3, 0), (4, 3, 2, 1), (5, 4, 2, 1), (3, 2, 2, 0)):
        y = conv_transpose(np.ones((1, 1, n)), np.ones((1, 1, k)), stride=s, padding=p)
        full = conv_transpose(np.ones((1, 1, n)), np.ones((1, 1, k)), stride=s)
        assert np.array_equal(y, full[..., p : full.shape[-1] - p])
        cases.append(y.shape[-1] == n)
    settle(*cases)


def test_T14():
    x, w = X3, np.array([[1, 0, 1], [0, 2, 0], [1, 0, 1]])

    def recipe(x, w, s):
        k = len(w)
        spread = np.pad(insert_zeros(x, s), [(s - 1, 0)] * 2)        # s − 1 zeros before, beside those between
        return signal.correlate2d(np.pad(spread, [((k - 1) // 2, k // 2)] * 2), w[::-1, ::-1], "valid")

    def same(x, w, s):
        start, end = same_padding(len(x), len(w), s)
        full = conv_transpose2d(x, w, s)
        return full[start : len(full) - end, start : len(full) - end]

    expected = [
        [1, 0, 3, 0, 5, 0], [0, 2, 0, 4, 0, 6], [5, 0, 12, 0, 16, 0],
        [0, 8, 0, 10, 0, 12], [11, 0, 24, 0, 28, 0], [0, 14, 0, 16, 0, 18],
    ]
    assert recipe(x, w, 2).tolist() == same(x, w, 2).tolist() == expected
    assert np.array_equal(conv_transpose2d(x, w, 2)[:6, :6], expected)
    stride_two = [np.array_equal(recipe(x, v, 2), same(x, v, 2)) for v in (integers(k, k) for k in (3, 4, 5))]
    x, v = integers(3, 3), integers(5, 5)
    larger, theirs = recipe(x, v, 3), same(x, v, 3)
    assert np.array_equal(larger[1:, 1:], theirs[:-1, :-1])          # shifted by one
    settle(*stride_two, np.array_equal(recipe(x, w, 2), conv_transpose2d(x, w, 2)), np.array_equal(larger, theirs))


def test_T15():
    x, w, bias = integers(2, 4, 5, 6), integers(4, 3, 3, 2), integers(6)
    settings = {"stride": (2, 3), "padding": (1, 2), "output_padding": (0, 1), "dilation": (2, 1), "groups": 2}
    y = conv_transpose(x, w, bias, **settings)
    assert y.shape[1] == 6
    # groups: the second half of the inputs never reaches the first half of the outputs.
    changed = x.copy()
    changed[:, 2:] += 1
    z = conv_transpose(changed, w, bias, **settings)
    assert np.array_equal(z[:, :3], y[:, :3])
    assert not np.array_equal(z[:, 3:], y[:, 3:])
    # padding: larger means smaller output.
    assert conv_transpose(x, w, padding=1).shape[2] < conv_transpose(x, w).shape[2]
    without_bias = conv_transpose(x, w, **settings)
    changes = [{"stride": 3}, {"padding": (0, 2)}, {"output_padding": 1}, {"dilation": 1}, {"groups": 1}]
    effects = [not np.array_equal(conv_transpose(x, w, **(settings | change)), without_bias) for change in changes]
    settle(*effects, np.array_equal(without_bias + bias[:, None, None], y), w.shape == (4, 6 // 2, 3, 2))


def test_T16():
    x, w = integers(3, 4), integers(3, 2)
    spread = np.pad(insert_zeros(x, 3), [(2, 2), (1, 1)])
    stride_one = cross_correlate2d(spread, rotate180(w), 1)
    stride_s = cross_correlate2d(spread, rotate180(w), 3)
    y = conv_transpose2d(x, w, 3)
    settle(np.array_equal(stride_one, y), stride_s.shape != y.shape)


def test_T17():
    x, y = integers(6, 6), integers(6, 6)

    def pooled(image, how):
        return how(image.reshape(3, 2, 3, 2), axis=(1, 3))

    average = np.allclose(pooled(x, np.mean), cross_correlate2d(x, np.full((2, 2), 0.25), 2))
    linear_maximum = np.array_equal(pooled(x + y, np.max), pooled(x, np.max) + pooled(y, np.max))
    settle(average, linear_maximum)


# --- Checkerboard artifacts -------------------------------------------------------------------------------------------


def test_B1():
    cases = []
    for k in range(1, 9):
        for s in range(1, 6):
            counts = overlap_count(12, k, s)[k : 11 * s]             # where every copy that can reach has been laid
            even = np.ptp(counts) == 0
            cases.append(even == (k % s == 0))
            assert is_even(np.ones((1, k), int), (1, s)) == even
    assert np.array_equal(overlap_count2d(5, 3, 2), np.outer(overlap_count(5, 3, 2), overlap_count(5, 3, 2)))
    settle(*cases)


def test_B2():
    smooth = even_on_constant(lambda x: conv_transpose2d(x, np.ones((4, 4)), 2), 2)
    learned = np.outer([1.0, 0, 1, 0], [1.0, 0, 1, 0])
    gone = even_on_constant(lambda x: conv_transpose2d(x, learned, 2), 2)
    assert is_even([[0.5, 1, 0.5]], (1, 2))                          # and a size of 3 can be even
    for _ in range(20):
        w = integers(4, 4)
        y = interior(conv_transpose2d(np.ones((8, 8), int), w, 2), 4)
        assert (np.ptp(y) == 0) == (np.ptp(phase_sums(w, 2)) == 0) == is_even(w, 2)
    settle(smooth, gone)


def test_B3():
    cases = [np.ptp(overlap_count(10, k, 1)[k - 1 : 10]) == 0 for k in (1, 2, 3, 5)]
    assert all(is_even(integers(k, k), 1) for k in (2, 3))
    assert output_size(10, 3, 1, 1) == 10                            # nothing is enlarged
    settle(*cases)


def test_B4():
    inner = overlap_count(6, 2, 1)[1:-1]
    assert np.all(overlap_count2d(6, 2, 1)[1:-1, 1:-1] == 4)
    settle(np.all(inner == 2))


def test_B5():
    w = RNG.normal(size=(3, 3))
    even = equalise(w, 2)
    target = ndimage.gaussian_filter(RNG.normal(size=(17, 17)), 1.0)
    x = target[1::2, 1::2]
    trained, losses = train(x, target, even, 2, 50, 0.05)
    assert losses[-1] < losses[0]
    settle(is_even(even, 2), not is_even(w, 2), not is_even(trained, 2))


def test_B6():
    cases = []
    for s in (2, 3):
        w = RNG.normal(size=(3, 3))
        cases.append(even_on_constant(lambda x, w=w, s=s: resize_convolve(x, w, s), s))
        cases.append(even_on_constant(lambda x, w=w, s=s: cross_correlate2d(bilinear(x, s), w), s))
    settle(*cases)


def test_B7():
    def sub_pixel(w):
        return lambda x: pixel_shuffle(conv(x[None, None], w, padding=1)[0], 2)[0]

    random = RNG.normal(size=(4, 1, 3, 3))
    started_even = icnr(RNG.normal(size=(1, 1, 3, 3)), 2)
    x = RNG.normal(size=(1, 1, 5, 5))
    kernel = transposed_from_subpixel(random, 2)
    assert kernel.shape[2] % 2 == kernel.shape[3] % 2 == 0
    assert np.allclose(sub_pixel(random)(x[0, 0]), conv_transpose(x, kernel, stride=2, padding=2)[0, 0])
    settle(even_on_constant(sub_pixel(started_even), 2), even_on_constant(sub_pixel(random), 2))


def test_B8():
    def followed_by(h):
        return lambda x: cross_correlate2d(conv_transpose2d(x, np.ones((3, 3)), 2), h)

    average = np.full((2, 2), 0.25)                                  # vanishes at half the sampling frequency
    settle(even_on_constant(followed_by(average), 2), even_on_constant(followed_by(ASYMMETRIC), 2))


def test_B9():
    w = RNG.normal(size=(3, 3))
    stride_one = even_on_constant(lambda x: conv_transpose2d(nearest(x, 2), w, 1), 2)
    stride_two = even_on_constant(lambda x: conv_transpose2d(nearest(x, 2), w, 2), 2)
    settle(stride_one, stride_two)


def test_B10():
    along = overlap_count(10, 3, 2)[3:-3]
    image = overlap_count2d(10, 3, 2)[3:-3, 3:-3]
    contrast_1d, contrast_2d = along.max() / along.min(), image.max() / image.min()
    settle(contrast_2d == contrast_1d**2, contrast_2d > contrast_1d)


# --- The table itself -------------------------------------------------------------------------------------------------


def test_rows_and_tests_are_one_to_one():
    module = sys.modules[__name__]
    tests = {name for name in dir(module) if name.startswith("test_") and name[5] in "KMTB" and name[6:].isdigit()}
    assert tests == {claim["test"] for claim in CLAIMS.values()} == {f"test_{name}" for name in CLAIMS}
    numbers = {"K": 5, "M": 3, "T": 17, "B": 10}
    assert list(CLAIMS) == [f"{letter}{i}" for letter, count in numbers.items() for i in range(1, count + 1)]


@pytest.mark.parametrize("name", CLAIMS)
def test_row_is_complete(name):
    claim = CLAIMS[name]
    assert set(claim) == {"id", "articles", "statement", "verdict", "finding", "page", "test"}
    assert claim["verdict"] in ("teach", "qualify", "correct")
    assert set(claim["articles"]) <= set("ABCDE") and claim["articles"] == sorted(claim["articles"])
    assert claim["page"] in CHAPTERS
    assert claim["statement"].endswith(".") and claim["finding"].endswith(".")


def test_settle_refuses_a_verdict_that_the_cases_do_not_give():
    def test_K3():
        settle(True)

    with pytest.raises(AssertionError, match="K3: the cases \\[True\\] say 'teach'"):
        test_K3()
