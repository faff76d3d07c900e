"""What others ask in public of transposed convolutions, each report by its number: the numbers that
they should get.
"""

import numpy as np
import pytest
from tests.convtranspose.oracles import by_onnxruntime

from convtranspose import (
    bilinear_kernel,
    conv_output_size,
    conv_transpose,
    conv_transpose2d,
    crop,
    figures,
    output_size,
    phase_sums,
    same_padding,
)


# --------------------------------------------------------- R25 `SAME` with another output shape
@pytest.mark.parametrize(
    ("n", "k", "s", "out", "cuts"),
    [
        (3, 3, 2, 5, (1, 1)),
        (3, 3, 2, 6, (0, 1)),
        (2, 3, 2, 4, (0, 1)),
        (46, 16, 8, 368, (4, 4)),
        (62, 16, 8, 489, (7, 8)),
        (5, 4, 2, 9, (1, 2)),
        (4, 5, 3, 10, (2, 2)),
        (7, 2, 2, 13, (0, 1)),
    ],
)
def test_r25_the_smaller_half_is_cut_first_whatever_shape_is_asked_for(n, k, s, out, cuts):
    rng = np.random.default_rng(n)
    x, w = rng.integers(-9, 10, (n, 2)), rng.integers(-9, 10, (k, 2))
    full = conv_transpose2d(x, w, (s, 1))
    total = (n - 1) * s + k - out
    assert (total // 2, total - total // 2) == cuts
    y = crop(full, [cuts, (0, 1)])
    theirs = by_onnxruntime(
        x[None, None],
        w[None, None],
        stride=(s, 1),
        padding=(0, 0),
        output_padding=(0, 0),
        dilation=(1, 1),
        groups=1,
        auto_pad="SAME_UPPER",
        output_shape=(out, 2),
    )
    assert y.shape[0] == out and np.array_equal(y, theirs[0, 0])
    assert out != n * s or cuts == same_padding(n, k, s)
    # Of all sizes that may be asked for, these are the ones that the convolution takes back to n.
    assert -(-out // s) == n


def test_r25_the_worked_example_with_ones():
    y = crop(conv_transpose2d([[1, 2], [3, 4]], np.ones((3, 3), int), 2), [(0, 1), (0, 1)])
    assert y.tolist() == [[1, 1, 3, 2], [1, 1, 3, 2], [4, 4, 10, 6], [3, 3, 7, 4]]


# ------------------------------------------------------------- R26 limits of output padding
@pytest.mark.parametrize(
    ("n", "k", "s", "p", "d", "op", "size"),
    [
        (3, 3, 1, 0, 4, 2, 13),  # below the dilation: PyTorch allows it
        (3, 2, 2, 0, 1, 1, 7),
        (2, 3, 3, 1, 2, 2, 8),
        (1, 1, 2, 0, 1, 1, 2),
    ],
)
def test_r26_output_padding_below_the_larger_of_stride_and_dilation(n, k, s, p, d, op, size):
    assert output_size(n, k, s, p, d, op) == size
    y = conv_transpose(
        np.ones((1, 1, n)),
        np.ones((1, 1, k)),
        stride=s,
        padding=p,
        dilation=d,
        output_padding=op,
    )
    assert y.shape[2] == size
    assert s == 1 or conv_output_size(size, k, s, p, d) == n or op >= s


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((3, 2, 1, 0, 1, 1), "must be below max(stride, dilation) = 1, got 1"),  # an even kernel
        ((3, 4, 2, 1, 1, 2), "must be below max(stride, dilation) = 2, got 2"),
        ((3, 4, 2, 1, 3, 3), "must be below max(stride, dilation) = 3, got 3"),
        ((3, 2, 1, 3, 2, 1), "padding must leave at least one output, got 0"),  # k 2, p 3, d 2
        ((1, 2, 2, 1, 1, 0), "padding must leave at least one output, got 0"),
        ((2, 3, 1, 4, 1, 0), "padding must leave at least one output, got -4"),
        ((0, 3, 2, 0, 1, 0), "n must be at least 1, got 0"),
    ],
)
def test_r26_what_is_not_allowed_is_one_sentence(arguments, said):
    with pytest.raises(ValueError, match="must") as caught:
        output_size(*arguments)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("padding", [2, 3])
def test_r26_the_figure_says_when_nothing_is_left(padding):
    with pytest.raises(ValueError, match="padding must leave at least one output"):
        figures.output_window([[1]], np.ones((4, 4), int), 3, padding, 0)


# -------------------------------------------------------------- R30 which end a causal layer cuts
def one_axis(x, w, s):
    return conv_transpose(np.reshape(x, (1, 1, -1)), np.reshape(w, (1, 1, -1)), stride=s)[0, 0]


@pytest.mark.parametrize(
    ("x", "w", "s", "y"),
    [
        ([1, 2, 4, 8], [1, 1, 1, 1], 2, [1, 1, 3, 3, 6, 6, 12, 12]),
        ([1, 2, 4, 8], [1, 2, 3], 2, [1, 2, 5, 4, 10, 8, 20, 16]),
        ([5, 1, 1], [1, 0, 0, 0, 0, 1], 3, [5, 0, 0, 1, 0, 5, 1, 0, 1]),
    ],
)
def test_r30_cut_at_the_end_no_output_depends_on_a_later_input(x, w, s, y):
    kept = len(x) * s
    assert one_axis(x, w, s)[:kept].tolist() == y
    for place in range(len(x)):
        changed = np.array(x)
        changed[place] += 1
        for cut, causal in ((slice(kept), True), (slice(-kept, None), False)):
            first = np.flatnonzero(one_axis(changed, w, s)[cut] != one_axis(x, w, s)[cut])[0]
            assert (first >= place * s) == (causal or place == 0)


# ------------------------------------------------ R31 does a bilinear kernel amplify, odd factors
@pytest.mark.parametrize("s", [2, 3, 4, 5, 8])
def test_r31_the_weights_sum_to_s_squared_and_amplify_nothing(s):
    w = bilinear_kernel(s)
    assert w.sum() == pytest.approx(s * s) and phase_sums(w, s) == pytest.approx(1)
    y = conv_transpose2d(np.full((6, 6), 7.0), w, s)
    inside = y[2 * s : -2 * s, 2 * s : -2 * s]
    assert inside == pytest.approx(7)


@pytest.mark.parametrize("s", range(1, 10))
@pytest.mark.parametrize("n", [1, 4, 7])
def test_r31_sizes_for_odd_and_even_factors(n, s):
    assert output_size(n, 2 * s - s % 2, s, s // 2) == n * s  # s // 2 = ⌈(s − 1)/2⌉, as in Caffe
    if n * s > 1:
        assert output_size(n, 2 * s, s, -(-s // 2)) == n * s - s % 2
