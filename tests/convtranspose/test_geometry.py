"""Sizes: the formulas against brute force (laying windows and kernels down one by one), the
inverses, the errors.
"""

import numpy as np
import pytest

from convtranspose import (
    Geometry,
    conv_output_size,
    input_sizes,
    output_size,
    same_padding,
)

GRID = [
    (n, k, s, p, d)
    for n in range(1, 7)
    for k in range(1, 5)
    for s in (1, 2, 3)
    for p in (0, 1, 2)
    for d in (1, 2)
]


def positions_that_fit(n, k, s, p, d):
    """Count, by trying them all, the starts at which a dilated kernel stays inside the padded
    input.
    """
    return sum(start + d * (k - 1) < n + 2 * p for start in range(0, n + 2 * p, s))


def samples_touched(n, k, s, d):
    """How many samples n kernels of stride s cover from the first to the last, by placing them."""
    return max(i * s + u * d for i in range(n) for u in range(k)) + 1


@pytest.mark.parametrize(("n", "k", "s", "p", "d"), GRID)
def test_sizes_are_those_of_placing_kernels_by_hand(n, k, s, p, d):
    fitting = positions_that_fit(n, k, s, p, d)
    if fitting:
        assert conv_output_size(n, k, s, p, d) == fitting
    else:
        with pytest.raises(ValueError, match="kernel must fit"):
            conv_output_size(n, k, s, p, d)
    left = samples_touched(n, k, s, d) - 2 * p
    if left >= 1:
        assert output_size(n, k, s, p, d) == left
    else:
        with pytest.raises(ValueError, match="padding must leave at least one output"):
            output_size(n, k, s, p, d)


@pytest.mark.parametrize(("out", "k", "s", "p", "d"), GRID)
def test_input_sizes_are_all_sizes_that_give_the_output_and_no_others(out, k, s, p, d):
    searched = [n for n in range(1, 60) if positions_that_fit(n, k, s, p, d) == out]
    named = input_sizes(out, k, s, p, d)
    assert list(named) == searched
    for n, op in named.items():
        assert output_size(out, k, s, p, d, op) == n


def test_the_collision_that_output_padding_resolves():
    assert input_sizes(3, k=3, s=2) == {7: 0, 8: 1}
    assert conv_output_size(7, 3, 2) == conv_output_size(8, 3, 2) == 3


def test_same_padding_leaves_n_times_s_and_names_the_half():
    for n in range(1, 6):
        for k in range(1, 8):
            for s in (1, 2, 3, 4):
                full = samples_touched(n, k, s, 1)
                start, end = same_padding(n, k, s)
                assert full - start - end == n * s
                lower = same_padding(n, k, s, lower=True)
                assert sum(lower) == start + end
                if k >= s:
                    assert 0 <= end - start <= 1
                    assert lower == (end, start)
                else:
                    assert (start, end) == (0, k - s) == lower


def test_geometry_repeats_integers_and_keeps_tuples():
    g = Geometry((2, 3), stride=(3, 2), padding=1, output_padding=(2, 0), dilation=(1, 2))
    assert (g.stride, g.padding, g.dilation) == ((3, 2), (1, 1), (1, 2))
    assert g.extent == (2, 5)
    assert g.full_shape((2, 4)) == (5, 11)
    assert g.output_shape((2, 4)) == (5, 9)
    assert g.crops == ((1, -1), (1, 1))
    assert Geometry(3, stride=2) == Geometry((3,), stride=(2,))
    assert Geometry((np.int64(3),), stride=np.int32(2)) == Geometry(3, stride=2)
    assert (
        Geometry((3, 3), stride=np.array([2, 1]))
        == Geometry((3, 3), stride=[2, 1])
        == Geometry((3, 3), (2, 1))
    )


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Geometry((3, 3), stride=0), ValueError, r"stride must be at least 1, got 0"),
        (
            lambda: Geometry((3, 3), stride=(1, -2)),
            ValueError,
            r"stride\[1\] must be at least 1, "
            r"got -2",
        ),
        (
            lambda: Geometry((3, 3), stride=(1, 2, 3)),
            ValueError,
            r"stride must have one entry .* "
            r"2 axes, got",
        ),
        (
            lambda: Geometry((3, 3), stride=2.0),
            TypeError,
            r"stride must be an integer or a tuple "
            r".*, got 2.0",
        ),
        (lambda: Geometry((3, 3), stride="22"), TypeError, r"stride must be .*got '22'"),
        (lambda: Geometry((3, 3), stride=True), TypeError, r"stride must be an integer, got True"),
        (lambda: Geometry((3, 3), padding=-1), ValueError, r"padding must be at least 0, got -1"),
        (lambda: Geometry((3, 0)), ValueError, r"kernel\[1\] must be at least 1, got 0"),
        (
            lambda: Geometry((3, 3), stride=2, output_padding=2),
            ValueError,
            r"output_padding must "
            r"be below .* 2, got 2",
        ),
        (lambda: Geometry(()), ValueError, "kernel must have at least one axis"),
        (lambda: Geometry(None), TypeError, "kernel must be an integer or a tuple .* got None"),
        (
            lambda: Geometry((3,)).output_shape((2, 2)),
            ValueError,
            r"shape must have one entry .* "
            r"1 axes",
        ),
        (lambda: output_size(0, 3), ValueError, r"n must be at least 1, got 0"),
        (lambda: output_size(2, 3, "1"), TypeError, r"stride must be an integer, got '1'"),
        (lambda: same_padding(3, 2.5, 1), TypeError, r"kernel size must be an integer, got 2.5"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_rule(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_output_padding_may_reach_the_dilation():
    assert output_size(2, 2, s=1, d=3, op=2) == 2 + 3 + 2
