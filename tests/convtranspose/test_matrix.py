"""The convolution matrix against correlation itself, and the counts against multiplications really
done.
"""

import itertools

import numpy as np
import pytest
import sympy
from scipy import signal

from convtranspose import (
    Geometry,
    apply_matrix,
    conv,
    convolution_matrix,
    count_by_face,
    count_multiplications,
    rotate180,
)
from convtranspose.transposed import FACES


class Counted:
    """A number that counts every multiplication in which it takes part."""

    count = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        if isinstance(other, np.ndarray):
            # NumPy then multiplies entry by entry
            return NotImplemented
        Counted.count += 1
        return Counted(self.value * getattr(other, "value", other))

    __rmul__ = __mul__

    def __add__(self, other):
        return Counted(self.value + getattr(other, "value", other))

    __radd__ = __add__


def counted_ones(shape):
    ones = np.empty(shape, object)
    for i in np.ndindex(*shape):
        ones[i] = Counted(1)
    return ones


@pytest.mark.parametrize("settings", [(1, 0, 1), (2, 1, 1), ((2, 1), (0, 2), (1, 2)), (3, 2, 2)])
def test_matrix_times_image_is_correlation(settings):
    stride, padding, dilation = settings
    rng = np.random.default_rng(0)
    x, w = rng.integers(-9, 10, (5, 6)), rng.integers(-9, 10, (3, 2))
    expected = conv(
        x[None, None], w[None, None], stride=stride, padding=padding, dilation=dilation
    )[0, 0]
    C = convolution_matrix(w, x.shape, stride, padding, dilation)
    assert C.shape == (expected.size, x.size)
    assert np.array_equal(apply_matrix(C, x, expected.shape), expected)


def test_columns_are_the_responses_to_single_pixels():
    w = np.arange(1, 7).reshape(2, 3)
    C = convolution_matrix(w, (3, 5), 2)
    for j, pixel in enumerate(np.ndindex(3, 5)):
        x = np.zeros((3, 5), int)
        x[pixel] = 1
        assert np.array_equal(C[:, j], signal.correlate2d(x, w, "valid")[::2, ::2].ravel())


def test_one_and_three_dimensions():
    assert np.array_equal(convolution_matrix([1, 2], 3), [[1, 2, 0], [0, 1, 2]])
    rng = np.random.default_rng(1)
    x, w = rng.integers(-9, 10, (3, 2, 4)), rng.integers(-9, 10, (2, 2, 3))
    assert np.array_equal(
        apply_matrix(convolution_matrix(w, x.shape), x, (2, 1, 2)),
        signal.correlate(x, w, "valid", method="direct"),
    )


def test_symbols_stand_where_the_weights_stand():
    w = np.array(sympy.symbols("w:9")).reshape(3, 3)
    C = convolution_matrix(w, (4, 4))
    assert C[0, 0] == w[0, 0]
    assert C[3, 5] == w[0, 0]
    assert C[3, 15] == w[2, 2]
    assert np.sum(C != 0) == 36


def test_rotating_the_kernel_reads_rows_from_the_end():
    w = np.arange(9).reshape(3, 3)
    assert np.array_equal(
        convolution_matrix(rotate180(w), (4, 4)), convolution_matrix(w, (4, 4))[::-1, ::-1]
    )


@pytest.mark.parametrize(
    "case", [((4, 4), (3, 3), 1), ((5, 7), (3, 2), 2), ((6, 3), (1, 3), (3, 1))]
)
def test_counts_are_entries_of_the_matrix(case):
    shape, kernel, stride = case
    C = convolution_matrix(np.ones(kernel, int), shape, stride)
    assert count_multiplications(shape, kernel, stride) == (C.size, np.count_nonzero(C))


@pytest.mark.parametrize(
    "geometry",
    [
        Geometry((4, 4), stride=3),
        Geometry((3, 2), stride=2, padding=1),
        Geometry((2, 3), stride=(3, 2), padding=(0, 2), output_padding=(2, 1), dilation=(1, 2)),
        Geometry((1, 2), stride=(2, 3)),
    ],
)
def test_counts_by_face_are_the_multiplications_done(geometry):
    shape = (3, 4)
    claimed = count_by_face(shape, geometry)
    settings = (geometry.stride, geometry.padding, geometry.output_padding, geometry.dilation)
    for name, face in FACES.items():
        if name in ("zero insertion", "phases") and geometry.dilation != (1, 1):
            # the zeros of a spread kernel are not Counted
            continue
        x, w = counted_ones(shape), counted_ones(geometry.kernel)
        Counted.count = 0
        face(x, w, *settings)
        assert Counted.count == claimed[name], name
    stride, padding, _, dilation = (np.array(setting) for setting in settings)
    landing = (
        i * stride + u * dilation - padding
        for i in np.ndindex(*shape)
        for u in np.ndindex(*geometry.kernel)
    )
    useful = sum(
        np.all(place >= 0) and np.all(place < geometry.output_shape(shape)) for place in landing
    )
    assert claimed["useful"] == useful
    assert all(count >= useful for count in claimed.values())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: convolution_matrix(np.ones((3, 3)), (2, 4)), ValueError, "kernel must fit"),
        (
            lambda: convolution_matrix(np.ones((3, 3)), (4, 4, 4)),
            ValueError,
            "input_shape must have one entry",
        ),
        (lambda: convolution_matrix("w", 4), TypeError, "w must hold numbers, got 'w'"),
        (
            lambda: apply_matrix(np.ones((2, 3)), [1, 2], (2,)),
            ValueError,
            "x must have 3 entries, one per column",
        ),
        (
            lambda: apply_matrix(np.ones((2, 3)), [1, 2, 3], (3,)),
            ValueError,
            "output_shape must have 2 entries",
        ),
        (
            lambda: apply_matrix(np.ones((2, 3)), [1, 2, 3], "ab"),
            TypeError,
            "output_shape must be an integer or",
        ),
        (lambda: convolution_matrix(3, 4), ValueError, "kernel must have at least one axis"),
        (lambda: apply_matrix([1, 2], [1, 2], (1,)), ValueError, "C must have 2 axes"),
        (lambda: count_multiplications((2, 2), (3, 3), 1), ValueError, "kernel must fit"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_zero_insertion_wastes_more_the_larger_the_stride():
    waste = [
        (lambda counts: counts["zero insertion"] / counts["useful"])(
            count_by_face((8, 8), Geometry((s, s), stride=s))
        )
        for s in (1, 2, 3, 4)
    ]
    assert waste == sorted(waste)
    assert waste[0] == 1
    assert all(
        count_by_face((8, 8), Geometry((s, s), stride=s))["phases"] == 64 * s * s
        for s in (1, 2, 3, 4)
    )
    assert list(itertools.islice(FACES, 5)) == [
        "placing",
        "matrix",
        "zero insertion",
        "phases",
        "gradient",
    ]
