"""What others report in public of functions that are right almost everywhere, each report by its
number.
"""

import numpy as np
import pytest
from tests.marking.examiner.functions import verdict

from convtranspose.transposed import conv_transpose2d_layer as layer
from marking.questions import QUESTIONS

LAYER = QUESTIONS["conv_transpose2d_layer"]
ONE = (1, 1)


def said(question, f):
    """Points lost, and what the verdict says."""
    result = verdict(QUESTIONS[question], f)
    return result.max_points - result.points, " ".join(result.sentences)


# ----------------------------------------------------- R27 right except where a slice ends at −0
def whole(x, w, stride, dilation, groups):
    return layer(x, w, None, stride, (0, 0), (0, 0), dilation, groups)


def cut_to_minus(end):
    """A layer that cuts each axis by p at its start, and at its end by a slice to −(p − op);
    `end` guards it, or does not.
    """

    def conv_transpose2d_layer(
        x, w, bias=None, stride=ONE, padding=(0, 0), output_padding=(0, 0), dilation=ONE, groups=1
    ):
        y = whole(x, w, stride, dilation, groups)
        for axis, p, op in zip((2, 3), padding, output_padding, strict=True):
            room = [(0, 0)] * 4
            room[axis] = (0, max(0, op - p))
            y = np.moveaxis(np.pad(y, room), axis, 0)
            y = np.moveaxis(y[p:] if op > p else end(y, p, op), 0, axis)
        return y if bias is None else y + np.reshape(bias, (-1, 1, 1))

    return conv_transpose2d_layer


GUARDS = {
    "where something is cut": lambda y, p, op: y[p : -(p - op)] if p else y,
    "where padding is given, from the end": lambda y, p, op: y[p : op - p] if p > 0 else y,
    "nowhere": lambda y, p, op: y[p : op - p],
}


@pytest.mark.parametrize("guard", GUARDS)
def test_r27_the_slice_that_ends_at_minus_zero_costs_points_and_is_named(guard):
    lost, text = said("conv_transpose2d_layer", cut_to_minus(GUARDS[guard]))
    assert lost > 0 and "slice that ends at −0 is empty" in text
    named = "nothing is left where padding and output padding are equal" in text
    assert named == (guard != "nowhere")


def test_r27_so_it_is_where_only_the_columns_are_cut_that_way():
    cut = cut_to_minus(GUARDS["where something is cut"])

    def conv_transpose2d_layer(
        x, w, bias=None, stride=ONE, padding=(0, 0), output_padding=(0, 0), dilation=ONE, groups=1
    ):
        one = cut if padding[1] == output_padding[1] else layer
        return one(x, w, bias, stride, padding, output_padding, dilation, groups)

    lost, text = said("conv_transpose2d_layer", conv_transpose2d_layer)
    assert lost > 0 and "−0 is empty" in text


# --------------------------------------------------------- R28 output padding put on the input
def before_the_layer(x, w, bias, stride, padding, op, dilation, groups):
    x = np.pad(x, [(0, 0), (0, 0), (0, op[0]), (0, op[1])])
    return layer(x, w, bias, stride, padding, (0, 0), dilation, groups)


def before_zeros_are_inserted(x, w, bias, stride, padding, op, dilation, groups):
    n, c, *sides = x.shape
    rows, columns = ((m + o - 1) * s + 1 for m, o, s in zip(sides, op, stride, strict=True))
    spread = np.zeros((n, c, rows, columns), x.dtype)
    spread[:, :, :: stride[0], :: stride[1]][:, :, : sides[0], : sides[1]] = x
    return layer(spread, w, bias, ONE, padding, (0, 0), dilation, groups)


@pytest.mark.parametrize("way", [before_the_layer, before_zeros_are_inserted])
def test_r28_output_padding_on_the_input_is_named(way):
    def conv_transpose2d_layer(
        x, w, bias=None, stride=ONE, padding=(0, 0), output_padding=(0, 0), dilation=ONE, groups=1
    ):
        return way(x, w, bias, stride, padding, output_padding, dilation, groups)

    lost, text = said("conv_transpose2d_layer", conv_transpose2d_layer)
    assert 0 < lost < LAYER.points and "output_padding is added to the input" in text


def test_r28_so_it_is_in_the_formula_of_the_size():
    def output_size(n, k, s, p=0, d=1, op=0):
        return (n + op - 1) * s - 2 * p + d * (k - 1) + 1

    lost, text = said("output_size", output_size)
    assert lost > 0 and "output_padding is added to the input" in text


# ------------------------------------------------------------- R29 parameters in another order
LAYERS = "stride=(1, 1), padding=(0, 0), output_padding=(0, 0)"
HEADS = {
    "conv_transpose2d_layer": [
        f"x, w, bias=None, {LAYERS}, groups=1, dilation=(1, 1)",  # PyTorch's function
        f"x, w, {LAYERS}, groups=1, bias=None, dilation=(1, 1)",  # PyTorch's module
        f"w, x, bias=None, {LAYERS}, dilation=(1, 1), groups=1",
    ],
    "cross_correlate2d": ["h, x"],
    "zero_pad": ["p, x"],
    "overlap_count": ["k, n, s", "n, s, k"],
    "output_size": ["n, k, s, p=0, op=0, d=1"],
    "transpose_by_matrix": ["w, y, input_shape"],
    "loss_gradient": ["x, target, w, stride"],
}


@pytest.mark.parametrize(
    ("name", "head"), [(name, head) for name, heads in HEADS.items() for head in heads]
)
def test_r29_parameters_in_another_order_are_told(name, head):
    question = QUESTIONS[name]
    space = {"right": question.reference}
    exec(f"def {name}({head}):\n    return right({', '.join(question.parameters)})", space)
    lost, text = said(name, space[name])
    assert lost > 0
    assert "The parameters stand in another order" in text and f"{name}(" in text


def test_r29_what_is_wrong_by_name_as_well_is_not_called_an_order():
    def cross_correlate2d(h, x):
        return QUESTIONS["cross_correlate2d"].reference(x, h) + 1

    assert "another order" not in said("cross_correlate2d", cross_correlate2d)[1]
