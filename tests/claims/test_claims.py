"""Every claim of the source articles, decided by computation.

A test states its claim as a condition and evaluates it on cases.  Holding in all of them means
"teach", in some "qualify", in none "correct"; the verdict so computed must be the one that
`book/claims.toml` gives, from which the book's page is made.  What the book says beyond the claim
(the finding) is asserted beside it.
"""

import ast
import itertools
import re
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
CLAIMS = {
    claim["id"]: claim
    for claim in tomllib.loads((ROOT / "book/claims.toml").read_text("utf-8"))["claim"]
}

X3 = np.arange(1, 10).reshape(3, 3)
H3 = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
ASYMMETRIC = np.array([[1, 2, 3], [0, -1, 5], [7, 0, 2]])


@pytest.fixture
def rng() -> np.random.Generator:
    """The same numbers for every test, whatever ran before."""
    return np.random.default_rng(20)


def integers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """One-digit integers of either sign."""
    return rng.integers(-9, 10, shape)


def settle(name: str, *holds: object) -> None:
    """Check that the claim called `name` has the verdict that these cases give: all, some or none
    hold.
    """
    cases = [bool(case) for case in holds]
    verdict = "teach" if all(cases) else "qualify" if any(cases) else "correct"
    assert verdict == CLAIMS[name]["verdict"], f"{name}: the cases {cases} say {verdict!r}"


def interior(y, margin):
    return y[margin:-margin, margin:-margin]


def even_on_constant(up, s, margin=6):
    """Whether the up-sampler `up` leaves a constant image constant in every phase, away from the
    border.
    """
    return unevenness(interior(up(np.ones((12, 12))), margin * s // s), s) < 1e-12


# --- Convolution


def test_K1():
    cases = []
    for h in (H3, ASYMMETRIC):
        padded = zero_pad(X3, 1)
        by_hand = np.array(
            [
                [np.sum(padded[i : i + 3, j : j + 3] * h[::-1, ::-1]) for j in range(3)]
                for i in range(3)
            ]
        )
        assert np.array_equal(by_hand, convolve2d_same(X3, h))
        cases.append(np.array_equal(by_hand, signal.convolve2d(X3, h, "same")))
    layer = conv(X3[None, None], ASYMMETRIC[None, None], padding=1)[0, 0]
    assert np.array_equal(layer, signal.correlate2d(X3, ASYMMETRIC, "same"))
    assert not np.array_equal(layer, signal.convolve2d(X3, ASYMMETRIC, "same"))
    settle("K1", *cases)


def test_K2():
    y = convolve2d_same(X3, H3)
    assert y.tolist() == [[-13, -20, -17], [-18, -24, -18], [13, 20, 17]]
    neighbourhood = zero_pad(X3, 1)[:3, :3]
    assert neighbourhood.tolist() == [[0, 0, 0], [0, 1, 2], [0, 4, 5]]
    assert np.array_equal(rotate180(H3), -H3)
    assert np.array_equal(cross_correlate2d(zero_pad(X3, 1), H3), -y)
    assert not np.array_equal(
        cross_correlate2d(zero_pad(X3, 1), ASYMMETRIC), -convolve2d_same(X3, ASYMMETRIC)
    )
    settle("K2", y[0, 0] == -13, 4 * -2 + 5 * -1 == -13)


def test_K3():
    X, H = zero_pad(X3, 1)[:3, :3], rotate180(H3)
    product = X @ H.T
    assert product.shape == (3, 3)
    assert np.trace(product) == np.sum(X * H) == -13
    settle("K3", product.shape == (), np.all(product == -13))


def test_K4():
    places = [(i, j) for i in range(4) for j in range(4) if i + 3 <= 4 and j + 3 <= 4]
    settle(
        "K4",
        len(places) == 4,
        convolve2d(np.ones((4, 4)), np.ones((3, 3))).shape == (2, 2),
        conv_output_size(4, 3) == 2,
    )


def test_K5():
    C = convolution_matrix(np.ones((3, 3), int), (4, 4))
    inputs_of = [np.argwhere(row.reshape(4, 4)) for row in C]
    starts = [tuple(touched.min(axis=0)) for touched in inputs_of]
    settle(
        "K5",
        *(len(touched) == 9 for touched in inputs_of),
        starts == [(0, 0), (0, 1), (1, 0), (1, 1)],
    )


# --- Convolution as a matrix


def test_M1(rng):
    w, x = integers(rng, 3, 3), integers(rng, 4, 4)
    C = convolution_matrix(w, (4, 4))
    counts = np.count_nonzero(convolution_matrix(np.ones((3, 3)), (4, 4)), axis=0).reshape(4, 4)
    assert counts.tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]
    rows = np.count_nonzero(convolution_matrix(np.ones((3, 3)), (4, 4)), axis=1)
    y = signal.correlate2d(x, w, "valid")
    settle("M1", C.shape == (4, 16), np.all(rows == 9), np.array_equal(C @ x.ravel(), y.ravel()))


def test_M2(rng):
    lost = []
    for _ in range(5):
        w, x = integers(rng, 3, 3), rng.normal(size=(4, 4))
        # the last right singular vector belongs to the smallest singular value, here to zero
        unseen = np.linalg.svd(convolution_matrix(w, (4, 4)))[2][-1].reshape(4, 4)
        lost.append(np.allclose(cross_correlate2d(x + unseen, w), cross_correlate2d(x, w)))
        # k − 1 zeros on every side: more outputs than inputs, and nothing is lost
        padded = convolution_matrix(w, (4, 4), padding=2)
        assert padded.shape == (36, 16)
        assert np.linalg.matrix_rank(padded) == 16
    nines = convolution_matrix(np.ones((3, 3)), (5, 5), padding=1)
    assert nines.shape == (25, 25)
    assert np.linalg.matrix_rank(nines) < 25  # the size is kept, and it cannot be undone
    size_kept = convolution_matrix([[0, 0, 0], [0, 3, 1], [0, 0, 0]], (4, 4), padding=1)
    invertible = size_kept.shape == (16, 16) and np.linalg.matrix_rank(size_kept) == 16
    C = convolution_matrix(ASYMMETRIC, (4, 4))
    assert not np.array_equal(C @ C.T, np.eye(4))
    settle("M2", *lost, not invertible)


def test_M3(rng):
    w, x = integers(rng, 3, 3), integers(rng, 4, 4)
    C, y = convolution_matrix(w, (4, 4)), cross_correlate2d(x, w)
    settle("M3", *(C[row] @ x.ravel() == y.ravel()[row] for row in range(4)))


# --- Transposed convolution


def test_T1(rng):
    x, target = rng.normal(size=(5, 5)), rng.normal(size=(12, 12))
    fitted, losses = train(x, target, np.zeros((4, 4)), 2, 20, 0.01)
    learnable = losses[-1] < losses[0] and np.any(fitted != 0)
    places = np.meshgrid(*[(np.arange(10) + 0.5) / 2 - 0.5] * 2, indexing="ij")
    assert np.allclose(bilinear(x, 2), ndimage.map_coordinates(x, places, order=1, mode="nearest"))
    assert np.allclose(interpolate_by_transposing(x, bilinear_kernel(2), 2), bilinear(x, 2))
    # A fixed rule: linear in the image, and nothing else enters.
    fixed = all(
        np.allclose(rule(x + 2 * x.T, 2), rule(x, 2) + 2 * rule(x.T, 2))
        for rule in (nearest, bilinear)
    )
    settle("T1", learnable, fixed)


def test_T2():
    sizes = [1]
    for k, s, p in [(4, 1, 0)] + [(4, 2, 1)] * 4:
        sizes.append(output_size(sizes[-1], k, s, p))
    fcn = output_size(10, 64, 32)
    settle("T2", sizes == [1, 4, 8, 16, 32, 64], fcn == 352 > 320)


def test_T3(rng):
    x, w = integers(rng, 3, 4), integers(rng, 3, 3)
    # A stride-1 walk over the spread image advances 1/s of a sample of x at a time: a stride of a
    # fraction.
    spread = insert_zeros(x, 2)
    fractional = np.array_equal(spread[::2, ::2], x) and np.array_equal(
        convolve2d(zero_pad(spread, 2), w), conv_transpose2d(x, w, 2)
    )
    restored = conv_transpose2d(cross_correlate2d(x, w), w)
    assert restored.shape == x.shape
    assert not np.array_equal(restored, x)  # nothing is undone
    settle("T3", fractional)


def test_T4(rng):
    C = convolution_matrix(np.ones((3, 3), int), (4, 4))
    y = conv_transpose2d(integers(rng, 2, 2), ASYMMETRIC)
    settle(
        "T4", C.T.shape == (16, 4), np.all(np.count_nonzero(C.T, axis=0) == 9), y.shape == (4, 4)
    )


def test_T5(rng):
    pattern = convolution_matrix(np.ones((3, 3), int), (4, 4)).T != 0
    x = integers(rng, 2, 2)
    for w in (integers(rng, 3, 3), integers(rng, 3, 3)):
        placed = convolution_matrix(w, (4, 4)).T
        assert np.all((placed != 0) <= pattern)
        assert np.array_equal(apply_matrix(placed, x, (4, 4)), conv_transpose2d(x, w))
    # Weights fitted to a wish rather than taken from a convolution that came before.
    target = conv_transpose2d(x, ASYMMETRIC)
    fitted, _ = train(x, target, np.zeros((3, 3)), 1, 3000, 1 / (4 * np.sum(x**2)))
    settle("T5", np.sum((conv_transpose2d(x, fitted) - target) ** 2) < 1e-3 * np.sum(target**2))


def test_T6(rng):
    x, w = integers(rng, 5, 6), integers(rng, 4, 3)
    same = all(
        np.array_equal(by_zero_insertion(x, w, s), FACES["placing"](x, w, s)) for s in (1, 2, 3)
    )
    counts = {s: count_by_face((20, 20), Geometry((2 * s, 2 * s), stride=s)) for s in (2, 3, 4)}
    waste = {s: counts[s]["zero insertion"] / counts[s]["useful"] for s in counts}
    assert all(s**2 <= waste[s] <= 1.2 * s**2 for s in waste)
    assert all(counts[s]["phases"] / counts[s]["useful"] < 1.2 for s in counts)
    settle("T6", same, all(factor > 1 for factor in waste.values()))


def test_T7(rng):
    x, w = integers(rng, 4, 5), integers(rng, 3, 4)
    stride_one = np.array_equal(conv_transpose2d(x, w), signal.convolve2d(x, w, "full"))
    y = conv_transpose2d(x, w, 2)
    # A convolution of x commutes with a shift by one sample; this one answers it with a shift by
    # two.
    shifted = conv_transpose2d(np.pad(x, [(1, 0), (0, 0)]), w, 2)
    commutes_by_one = np.array_equal(shifted[1 : 1 + len(y)], y)
    assert np.array_equal(shifted[2:], y)
    for r0, r1 in np.ndindex(2, 2):
        assert np.array_equal(y[r0::2, r1::2], signal.convolve2d(x, w[r0::2, r1::2], "full"))
    settle("T7", not stride_one, not commutes_by_one)


def test_T8(rng):
    undone = []
    for _ in range(5):
        x, w = integers(rng, 4, 4), integers(rng, 3, 3)
        y = cross_correlate2d(x, w)
        back = conv_transpose2d(y, w)
        assert back.shape == x.shape
        undone.append(np.array_equal(back, x))
        assert adjoint_gap(x, integers(rng, 2, 2), w) == 0
        assert np.array_equal(back, input_gradient(w, y, (4, 4)))
    haar = [np.outer(a, b) / 2 for a in ([1, 1], [1, -1]) for b in ([1, 1], [1, -1])]
    C = np.vstack([convolution_matrix(h, (4, 4), stride=2) for h in haar])
    assert np.allclose(C.T @ C, np.eye(16))  # four special kernels: here it is the inverse
    settle("T8", *undone)


def test_T9():
    sizes = [
        conv_transpose2d(np.ones((n, 1)), np.ones((k, 1)), (s, 1)).shape[0] == (n - 1) * s + k
        for n in (1, 2, 5)
        for k in (1, 3, 4)
        for s in (1, 2, 3)
    ]
    assert conv_transpose2d(np.ones((2, 2)), np.ones((4, 4)), 3).shape == (7, 7)
    for n, k, s, p, d, op in ((3, 3, 2, 1, 2, 1), (4, 2, 3, 1, 1, 2), (5, 3, 1, 2, 3, 2)):
        layer = conv_transpose(
            np.ones((1, 1, n)),
            np.ones((1, 1, k)),
            stride=s,
            padding=p,
            dilation=d,
            output_padding=op,
        )
        assert (
            layer.shape[2]
            == (n - 1) * s - 2 * p + d * (k - 1) + op + 1
            == output_size(n, k, s, p, d, op)
        )
    settle("T9", *sizes)


def test_T10(rng):
    x, w = np.array([[1, 2], [3, 4]]), integers(rng, 4, 4)
    y = conv_transpose2d(x, w, 3)
    copies = np.zeros((2, 2, 7, 7), int)
    for i, j in np.ndindex(2, 2):
        copies[i, j, 3 * i : 3 * i + 4, 3 * j : 3 * j + 4] = x[i, j] * w
    counts = overlap_count2d(2, 4, 3)
    expected = np.ones((7, 7), int)
    expected[3, :] = expected[:, 3] = 2
    expected[3, 3] = 4
    assert np.array_equal(counts, expected)
    settle(
        "T10",
        np.array_equal(copies.sum(axis=(0, 1)), y),
        y[0, 3] == x[0, 0] * w[0, 3] + x[0, 1] * w[0, 0],
    )


def test_T11(rng):
    x, w = integers(rng, 2, 2), integers(rng, 3, 3)
    spread = zero_pad(insert_zeros(x, 2), 2)
    y = convolve2d(spread, w)
    settle("T11", y.shape == (5, 5), np.array_equal(y, conv_transpose2d(x, w, 2)))


def test_T12(rng):
    cases = []
    for n, k, s, p in ((2, 3, 1, 0), (3, 4, 2, 1), (2, 3, 3, 2)):
        x, w = integers(rng, n, n), integers(rng, k, k)
        recipe = signal.correlate2d(zero_pad(insert_zeros(x, s), k - p - 1), w[::-1, ::-1], "valid")
        cases.append(
            np.array_equal(
                recipe, conv_transpose(x[None, None], w[None, None], stride=s, padding=p)[0, 0]
            )
        )
    assert conv_transpose2d(integers(rng, 2, 2), integers(rng, 3, 3)).shape == (4, 4)
    x = integers(rng, 5, 5)
    # k − p − 1 = −1
    cropped = conv_transpose(x[None, None], np.array([[[[3]]]]), padding=1)[0, 0]
    assert np.array_equal(cropped, 3 * x[1:-1, 1:-1])
    roomy = conv_transpose(x[None, None], ASYMMETRIC[None, None], stride=2, output_padding=1)[0, 0]
    plain = conv_transpose2d(x, ASYMMETRIC, 2)
    assert roomy.shape == (12, 12)
    # the extra row and column are at the end
    assert np.array_equal(roomy[:11, :11], plain)
    settle("T12", *cases)


def test_T13():
    cases = []
    for n, k, s, p in ((2, 4, 3, 0), (4, 3, 2, 1), (5, 4, 2, 1), (3, 2, 2, 0)):
        y = conv_transpose(np.ones((1, 1, n)), np.ones((1, 1, k)), stride=s, padding=p)
        full = conv_transpose(np.ones((1, 1, n)), np.ones((1, 1, k)), stride=s)
        assert np.array_equal(y, full[..., p : full.shape[-1] - p])
        cases.append(y.shape[-1] == n)
    settle("T13", *cases)


def test_T14(rng):
    x, w = X3, np.array([[1, 0, 1], [0, 2, 0], [1, 0, 1]])

    def recipe(x, w, s):
        k = len(w)
        # s − 1 zeros before, beside those between
        spread = np.pad(insert_zeros(x, s), [(s - 1, 0)] * 2)
        return signal.correlate2d(
            np.pad(spread, [((k - 1) // 2, k // 2)] * 2), w[::-1, ::-1], "valid"
        )

    def same(x, w, s):
        start, end = same_padding(len(x), len(w), s)
        full = conv_transpose2d(x, w, s)
        return full[start : len(full) - end, start : len(full) - end]

    expected = [
        [1, 0, 3, 0, 5, 0],
        [0, 2, 0, 4, 0, 6],
        [5, 0, 12, 0, 16, 0],
        [0, 8, 0, 10, 0, 12],
        [11, 0, 24, 0, 28, 0],
        [0, 14, 0, 16, 0, 18],
    ]
    assert recipe(x, w, 2).tolist() == same(x, w, 2).tolist() == expected
    assert np.array_equal(conv_transpose2d(x, w, 2)[:6, :6], expected)
    stride_two = [
        np.array_equal(recipe(x, v, 2), same(x, v, 2))
        for v in (integers(rng, k, k) for k in (3, 4, 5))
    ]
    x, v = integers(rng, 3, 3), integers(rng, 5, 5)
    larger, theirs = recipe(x, v, 3), same(x, v, 3)
    assert np.array_equal(larger[1:, 1:], theirs[:-1, :-1])  # shifted by one
    settle(
        "T14",
        *stride_two,
        np.array_equal(recipe(x, w, 2), conv_transpose2d(x, w, 2)),
        np.array_equal(larger, theirs),
    )


def test_T15(rng):
    x, w, bias = integers(rng, 2, 4, 5, 6), integers(rng, 4, 3, 3, 2), integers(rng, 6)
    settings = {
        "stride": (2, 3),
        "padding": (1, 2),
        "output_padding": (0, 1),
        "dilation": (2, 1),
        "groups": 2,
    }
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
    changes = [
        {"stride": 3},
        {"padding": (0, 2)},
        {"output_padding": 1},
        {"dilation": 1},
        {"groups": 1},
    ]
    effects = [
        not np.array_equal(conv_transpose(x, w, **(settings | change)), without_bias)
        for change in changes
    ]
    settle(
        "T15",
        *effects,
        np.array_equal(without_bias + bias[:, None, None], y),
        w.shape == (4, 6 // 2, 3, 2),
    )


def test_T16(rng):
    x, w = integers(rng, 3, 4), integers(rng, 3, 2)
    spread = np.pad(insert_zeros(x, 3), [(2, 2), (1, 1)])
    stride_one = cross_correlate2d(spread, rotate180(w), 1)
    stride_s = cross_correlate2d(spread, rotate180(w), 3)
    y = conv_transpose2d(x, w, 3)
    settle("T16", np.array_equal(stride_one, y), stride_s.shape != y.shape)


def test_T17(rng):
    x, y = integers(rng, 6, 6), integers(rng, 6, 6)

    def pooled(image, how):
        return how(image.reshape(3, 2, 3, 2), axis=(1, 3))

    average = np.allclose(pooled(x, np.mean), cross_correlate2d(x, np.full((2, 2), 0.25), 2))
    linear_maximum = np.array_equal(pooled(x + y, np.max), pooled(x, np.max) + pooled(y, np.max))
    # The generator of DCGAN: every layer has fewer channels and twice the size.
    channels, sizes = [1024, 512, 256, 128, 3], [4]
    for _ in channels[1:]:
        sizes.append(output_size(sizes[-1], 4, 2, 1))
    grows = channels == sorted(channels, reverse=True) and sizes == [4, 8, 16, 32, 64]
    settle("T17", grows, average, linear_maximum)


# --- Checkerboard artifacts


def test_B1():
    cases = []
    for k in range(1, 9):
        for s in range(1, 6):
            # where every copy that can reach has been laid
            counts = overlap_count(12, k, s)[k : 11 * s]
            even = np.ptp(counts) == 0
            cases.append(even == (k % s == 0))
            assert is_even(np.ones((1, k), int), (1, s)) == even
    assert np.array_equal(
        overlap_count2d(5, 3, 2), np.outer(overlap_count(5, 3, 2), overlap_count(5, 3, 2))
    )
    settle("B1", *cases)


def test_B2(rng):
    smooth = even_on_constant(lambda x: conv_transpose2d(x, np.ones((4, 4)), 2), 2)
    learned = np.outer([1.0, 0, 1, 0], [1.0, 0, 1, 0])
    gone = even_on_constant(lambda x: conv_transpose2d(x, learned, 2), 2)
    assert is_even([[0.5, 1, 0.5]], (1, 2))  # and a size of 3 can be even
    for _ in range(20):
        w = integers(rng, 4, 4)
        y = interior(conv_transpose2d(np.ones((8, 8), int), w, 2), 4)
        assert (np.ptp(y) == 0) == (np.ptp(phase_sums(w, 2)) == 0) == is_even(w, 2)
    settle("B2", smooth, gone)


def test_B3(rng):
    cases = [np.ptp(overlap_count(10, k, 1)[k - 1 : 10]) == 0 for k in (1, 2, 3, 5)]
    assert all(is_even(integers(rng, k, k), 1) for k in (2, 3))
    assert output_size(10, 3, 1, 1) == 10  # nothing is enlarged
    settle("B3", *cases)


def test_B4():
    inner = overlap_count(6, 2, 1)[1:-1]
    assert np.all(overlap_count2d(6, 2, 1)[1:-1, 1:-1] == 4)
    settle("B4", np.all(inner == 2))


def test_B5(rng):
    w = rng.normal(size=(3, 3))
    even = equalise(w, 2)
    target = ndimage.gaussian_filter(rng.normal(size=(17, 17)), 1.0)
    x = target[1::2, 1::2]
    trained, losses = train(x, target, even, 2, 50, 0.05)
    assert losses[-1] < losses[0]
    settle("B5", is_even(even, 2), not is_even(w, 2), not is_even(trained, 2))


def test_B6(rng):
    cases = []
    for s in (2, 3):
        w = rng.normal(size=(3, 3))
        cases.append(even_on_constant(lambda x, w=w, s=s: resize_convolve(x, w, s), s))
        cases.append(even_on_constant(lambda x, w=w, s=s: cross_correlate2d(bilinear(x, s), w), s))
    settle("B6", *cases)


def test_B7(rng):
    def sub_pixel(w):
        return lambda x: pixel_shuffle(conv(x[None, None], w, padding=1)[0], 2)[0]

    random = rng.normal(size=(4, 1, 3, 3))
    started_even = icnr(rng.normal(size=(1, 1, 3, 3)), 2)
    x = rng.normal(size=(1, 1, 5, 5))
    kernel = transposed_from_subpixel(random, 2)
    # One step of training may move the four phases apart: each has weights of its own.
    moved = started_even.copy()
    moved[0, 0, 1, 1] += 0.01
    assert not even_on_constant(sub_pixel(moved), 2)
    assert kernel.shape[2] % 2 == kernel.shape[3] % 2 == 0
    # One bias for each channel before the shuffle: unequal ones draw a grid whatever the kernels.
    zeros, biases = np.zeros((1, 1, 4, 4)), np.array([0.0, 1.0, 2.0, 3.0])
    biased = conv(zeros, icnr(rng.normal(size=(1, 1, 3, 3)), 2), biases, padding=1)
    assert np.array_equal(pixel_shuffle(biased[0], 2)[0], np.tile([[0, 1], [2, 3]], (4, 4)))
    assert np.allclose(
        sub_pixel(random)(x[0, 0]), conv_transpose(x, kernel, stride=2, padding=2)[0, 0]
    )
    settle(
        "B7", even_on_constant(sub_pixel(started_even), 2), even_on_constant(sub_pixel(random), 2)
    )


def test_B8():
    def followed_by(h):
        return lambda x: cross_correlate2d(conv_transpose2d(x, np.ones((3, 3)), 2), h)

    # vanishes at half the sampling frequency
    average = np.full((2, 2), 0.25)
    # "Its own phase sums are equal" is what it takes for every grid.  One grid can also go because
    # two kernels, neither of them balanced, share the zeros: at stride 4, and in two dimensions.
    for first, second, s in (
        ([[1, 0, 1]], [[1, 1]], (1, 4)),
        ([[1], [1]], [[1, 1]], 2),
    ):
        assert not is_even(first, s)
        assert not is_even(second, s)
        assert is_even(conv_transpose2d(np.array(first), np.array(second)), s)
    settle(
        "B8",
        even_on_constant(followed_by(average), 2),
        even_on_constant(followed_by(ASYMMETRIC), 2),
    )


def test_B9(rng):
    w = rng.normal(size=(3, 3))
    stride_one = even_on_constant(lambda x: conv_transpose2d(nearest(x, 2), w, 1), 2)
    stride_two = even_on_constant(lambda x: conv_transpose2d(nearest(x, 2), w, 2), 2)
    settle("B9", stride_one, stride_two)


def test_B10():
    along = overlap_count(10, 3, 2)[3:-3]
    image = overlap_count2d(10, 3, 2)[3:-3, 3:-3]
    contrast_1d, contrast_2d = along.max() / along.min(), image.max() / image.min()
    # With a bias the grid is proportional to the distance of the wanted grey from the bias.
    kernel, bias, grids = np.ones((3, 3)), 128, {}
    for wanted in (128, 150, 240, 20):
        wall = np.full((6, 6), (wanted - bias) / np.mean(phase_sums(kernel, 2)))
        y = interior(conv_transpose2d(wall, kernel, 2), 2)[:8, :8] + bias
        assert np.isclose(np.mean(y), wanted)
        grids[wanted] = np.ptp(y) / max(abs(wanted - bias), 1)
    assert grids[128] == 0
    assert np.allclose([grids[150], grids[240]], grids[20])
    settle("B10", contrast_2d == contrast_1d**2, contrast_2d > contrast_1d)


# --- The table itself


def test_every_claim_is_settled_by_the_test_that_its_row_names():
    settled = {}
    for function in ast.parse(Path(__file__).read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef) and re.fullmatch(r"test_[A-Z]\d+", function.name):
            [call] = [
                node
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "settle"
            ]
            settled[call.args[0].value] = function.name
    assert settled == {name: claim["test"] for name, claim in CLAIMS.items()}


def test_claims_are_numbered_without_gaps_in_each_group():
    groups = {letter: list(ids) for letter, ids in itertools.groupby(CLAIMS, lambda name: name[0])}
    assert len(groups) >= 4
    for letter, ids in groups.items():
        assert ids == [f"{letter}{number}" for number in range(1, len(ids) + 1)]


@pytest.mark.parametrize("name", CLAIMS)
def test_row_is_complete(name):
    claim = CLAIMS[name]
    assert set(claim) == {"id", "articles", "statement", "verdict", "finding", "page", "test"}
    assert claim["verdict"] in ("teach", "qualify", "correct")
    assert set(claim["articles"]) <= set("ABCDE") and claim["articles"] == sorted(claim["articles"])
    assert (ROOT / "book" / f"{claim['page']}.md").is_file()
    assert claim["statement"].endswith(".") and claim["finding"].endswith(".")


def test_settle_refuses_a_verdict_that_the_cases_do_not_give():
    with pytest.raises(AssertionError, match="K3: the cases \\[True\\] say 'teach'"):
        settle("K3", True)
