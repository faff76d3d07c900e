"""Interpolation against SciPy, identities between up-samplers, and the layouts of sub-pixel
convolution.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import interpolate, ndimage

from convtranspose import (
    bicubic,
    bicubic_kernel,
    bilinear,
    bilinear_kernel,
    conv,
    conv_transpose,
    conv_transpose2d,
    icnr,
    interpolate_by_transposing,
    interpolation_matrix,
    nearest,
    pixel_shuffle,
    pixel_unshuffle,
    resize,
    resize_convolve,
    subpixel_from_transposed,
    transposed_from_resize,
    transposed_from_subpixel,
)

X = np.random.default_rng(0).normal(size=(4, 5))
FACTORS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("s", FACTORS)
def test_nearest_is_blocks_and_a_transposed_convolution(s):
    assert np.array_equal(nearest(X, s), np.kron(X, np.ones((s, s))))
    assert np.array_equal(nearest(X, s), conv_transpose2d(X, np.ones((s, s)), s))


@pytest.mark.parametrize("s", FACTORS)
def test_bilinear_is_scipys_at_half_pixel_centres_with_repeated_edges(s):
    rows, columns = ((np.arange(n * s) + 0.5) / s - 0.5 for n in X.shape)
    places = np.meshgrid(rows, columns, indexing="ij")
    assert np.allclose(bilinear(X, s), ndimage.map_coordinates(X, places, order=1, mode="nearest"))


@pytest.mark.parametrize("s", FACTORS)
def test_bilinear_with_aligned_corners_is_scipys_on_the_fine_grid(s):
    fine = [np.arange((n - 1) * s + 1) / s for n in X.shape]
    grid = interpolate.RegularGridInterpolator([np.arange(n) for n in X.shape], X)
    assert np.allclose(
        bilinear(X, s, corners=True), grid(np.stack(np.meshgrid(*fine, indexing="ij"), -1))
    )
    assert np.allclose(bilinear(X, s, corners=True)[::s, ::s], X)


def test_aligned_corners_to_any_size_keep_the_corners():
    y = resize(X, (7, 11), "bilinear", corners=True)
    assert np.allclose(y[[0, 0, -1, -1], [0, -1, 0, -1]], X[[0, 0, -1, -1], [0, -1, 0, -1]])
    assert np.allclose(np.diff(interpolation_matrix(4, 7, corners=True) @ np.arange(4)), 0.5)


@pytest.mark.parametrize("s", FACTORS)
def test_bicubic_reproduces_parabolas_inside(s):
    n = 9
    x = np.add.outer(np.arange(n) ** 2, 3 * np.arange(n)).astype(float)
    places = (np.arange(n * s) + 0.5) / s - 0.5
    exact = np.add.outer(places**2, 3 * places)
    inner = slice(2 * s, (n - 2) * s)
    assert np.allclose(bicubic(x, s)[inner, inner], exact[inner, inner])


@pytest.mark.parametrize("s", FACTORS)
@pytest.mark.parametrize(
    ("kernel", "direct"),
    [(lambda s: np.ones((s, s)), nearest), (bilinear_kernel, bilinear), (bicubic_kernel, bicubic)],
)
def test_each_interpolation_is_a_transposed_convolution(kernel, direct, s):
    assert np.allclose(interpolate_by_transposing(X, kernel(s), s), direct(X, s))
    assert np.allclose([kernel(s)[i::s, j::s].sum() for i in range(s) for j in range(s)], 1)


@pytest.mark.parametrize("s", FACTORS)
def test_aligned_corners_are_a_transposed_convolution_with_an_odd_kernel(s):
    along = 1 - np.abs(np.arange(2 * s - 1) - (s - 1)) / s
    padded = conv_transpose(
        X[None, None], np.outer(along, along)[None, None], stride=s, padding=s - 1
    )[0, 0]
    assert np.allclose(padded, bilinear(X, s, corners=True))


@pytest.mark.parametrize(("s", "size"), [(1, 1), (2, 4), (3, 5), (4, 8), (5, 9)])
def test_bilinear_kernel_has_the_usual_size_and_values(s, size):
    kernel = bilinear_kernel(s)
    assert kernel.shape == (size, size)
    # The formula that fully convolutional networks were published with.
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 else factor - 0.5
    along = 1 - np.abs(np.arange(size) - centre) / factor
    assert np.allclose(kernel, np.outer(along, along))


def test_rows_of_an_interpolation_matrix_sum_to_one():
    for method in ("nearest", "bilinear", "bicubic"):
        for n, out in ((1, 3), (4, 4), (5, 12), (6, 4)):
            for corners in (False, True):
                assert np.allclose(interpolation_matrix(n, out, method, corners).sum(axis=1), 1)


def test_resize_convolve_is_nearest_then_same_correlation():
    w = np.random.default_rng(1).normal(size=(3, 5))
    expected = ndimage.correlate(nearest(X, 2), w, mode="constant")
    assert np.allclose(resize_convolve(X, w, 2), expected)
    constant = resize_convolve(np.ones((5, 5)), w, 3)[1:-1, 2:-2]
    assert np.ptp(constant) < 1e-12


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
def test_pixel_shuffle_puts_channel_c_i_j_at_phase_i_j(channels, rows, columns, s):
    x = np.arange(channels * s * s * rows * columns).reshape(channels * s * s, rows, columns)
    y = pixel_shuffle(x, s)
    for c, h, v, i, j in np.ndindex(channels, rows, columns, s, s):
        assert y[c, h * s + i, v * s + j] == x[c * s * s + i * s + j, h, v]
    assert np.array_equal(pixel_unshuffle(y, s), x)


def test_icnr_starts_as_nearest_neighbour():
    rng = np.random.default_rng(2)
    x, w = rng.integers(-9, 10, (1, 3, 4, 5)), rng.integers(-9, 10, (2, 3, 3, 3))
    sub_pixel = pixel_shuffle(conv(x, icnr(w, 3), padding=1)[0], 3)
    plain = conv(x, w, padding=1)[0]
    assert np.array_equal(sub_pixel, np.stack([nearest(channel, 3) for channel in plain]))


@pytest.mark.parametrize("s", [1, 2, 3])
@pytest.mark.parametrize("padding", [(0, 0), (1, 0), (2, 1)])
def test_sub_pixel_convolution_is_a_transposed_convolution(s, padding):
    rng = np.random.default_rng(3)
    x, w = rng.integers(-9, 10, (2, 3, 4, 5)), rng.integers(-9, 10, (2 * s * s, 3, 3, 2))
    shuffled = np.stack([pixel_shuffle(sample, s) for sample in conv(x, w, padding=padding)])
    kernel = transposed_from_subpixel(w, s)
    crop = tuple((k - 1 - p) * s for k, p in zip((3, 2), padding, strict=True))
    assert kernel.shape == (3, 2, 3 * s, 2 * s)
    assert np.array_equal(shuffled, conv_transpose(x, kernel, stride=s, padding=crop))
    assert np.array_equal(subpixel_from_transposed(kernel, s), w)


@pytest.mark.parametrize(("k", "s"), [(3, 2), (5, 2), (3, 3), (1, 2), (4, 3)])
def test_a_folded_resize_convolution_is_one_transposed_layer(k, s):
    rng = np.random.default_rng(7)
    w, x = rng.integers(-9, 10, (3, 2, k, k)), rng.integers(-9, 10, (1, 2, 4, 5))
    folded = transposed_from_resize(w, s)
    assert folded.shape == (2, 3, k + s - 1, k + s - 1)
    large = x.repeat(s, axis=2).repeat(s, axis=3)
    for p in range(k):
        assert np.array_equal(
            conv(large, w, padding=p), conv_transpose(x, folded, stride=s, padding=k - 1 - p)
        )


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nearest(X, 0), ValueError, "s must be at least 1, got 0"),
        (lambda: bilinear(X, 1.5), TypeError, "s must be an integer, got 1.5"),
        (lambda: bilinear_kernel(0), ValueError, "s must be at least 1, got 0"),
        (
            lambda: resize(X, (2, 2), "cubic"),
            ValueError,
            "method must be 'nearest', .* got 'cubic'",
        ),
        (
            lambda: interpolate_by_transposing(X, np.ones((3, 3)), 2),
            ValueError,
            "kernel must have sizes k ≥ s",
        ),
        (lambda: resize_convolve(X, np.ones((2, 3)), 2), ValueError, "w must have odd sizes"),
        (
            lambda: pixel_shuffle(np.ones((3, 2, 2)), 2),
            ValueError,
            "x must have a multiple of s² = 4 channels, got 3",
        ),
        (lambda: pixel_shuffle(X, 2), ValueError, "x must have 3 axes"),
        (
            lambda: pixel_unshuffle(np.ones((1, 3, 2)), 2),
            ValueError,
            "y must have rows and columns that s = 2 divides",
        ),
        (lambda: icnr(3.0, 2), ValueError, "w must have the output channels as its first axis"),
        (
            lambda: transposed_from_subpixel(np.ones((3, 1, 2, 2)), 2),
            ValueError,
            "w must have a multiple of s² = 4",
        ),
        (
            lambda: transposed_from_resize(np.ones((1, 0, 3, 3)), 2),
            ValueError,
            "w must have no empty axis",
        ),
        (
            lambda: subpixel_from_transposed(np.ones((1, 1, 3, 2)), 2),
            ValueError,
            "w must have kernel sizes that s = 2",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
