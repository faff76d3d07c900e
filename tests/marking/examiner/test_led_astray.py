"""Verdicts and hints that once sent a reader the wrong way, a test for each kind."""

import re

import numpy as np
import pytest
from tests.marking.examiner.functions import verdict

from marking.examiner import hinting
from marking.questions import QUESTIONS
from marking.questions.layer_call import LayerCall

LAYER = QUESTIONS["conv_transpose2d_layer"]
PLACING = QUESTIONS["transpose_by_placing"].reference


def hints(name, f):
    question = QUESTIONS[name]
    return [" ".join(hinting.hint(question, verdict(question, f), n).sentences) for n in (1, 2, 3)]


def failing(result):
    return [category.name for category in result.categories if not category.passed]


def test_hints_on_an_exchanged_order_are_about_the_order():
    def in_another_order(w, y, input_shape):
        return QUESTIONS["transpose_by_matrix"].reference(y, w, input_shape)

    think, place, cure = hints("transpose_by_matrix", in_another_order)
    assert "in which order does your `def` line" in think
    assert "begins with `def`" in place
    assert "in the order of `transpose_by_matrix(y, w, input_shape)`" in cure


def test_hints_on_a_result_that_is_an_argument_are_about_that():
    def zero_pad(x, p):
        return x if p == 0 else np.pad(x, p)

    think, place, cure = hints("zero_pad", zero_pad)
    assert think.startswith("Every number is right.")
    assert "at the `return`" in place
    assert "shares its memory with `x`" in cure and "−p" not in cure


def test_hints_on_a_number_of_another_type_are_about_the_type():
    def output_size(n, k, s, p=0, d=1, op=0):
        return float(QUESTIONS["output_size"].reference(n, k, s, p, d, op))

    _, place, cure = hints("output_size", output_size)
    assert "`/` gives a float" in place and "`//` keeps integers" in cure


def test_several_values_are_not_called_a_list():
    def loss_gradient(x, w, target, stride):
        return QUESTIONS["loss_gradient"].reference(x, w, target, stride), 0.5

    said = verdict(QUESTIONS["loss_gradient"], loss_gradient).sentences[0]
    assert "a tuple of 2 values" in said and "list" not in said


def test_floats_that_an_array_of_integers_refuses_are_not_called_fractions():
    def place(x, w):
        y = np.zeros((x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1), x.dtype)
        for i, j in np.ndindex(*x.shape):
            y[i : i + w.shape[0], j : j + w.shape[1]] += x[i, j] * w
        return y

    said = " ".join(verdict(QUESTIONS["transpose_by_placing"], place).sentences)
    assert "Floats come in" in said and "hold fractions" not in said


def test_a_division_that_rounds_down_is_told_of_where_no_array_is_filled():
    def bilinear_kernel(s):
        size = 2 * s - s % 2
        tent = [1 - abs(u - (size - 1) // 2) // s for u in range(size)]
        return np.outer(tent, tent)

    said = " ".join(verdict(QUESTIONS["bilinear_kernel"], bilinear_kernel).sentences)
    assert "`//` rounds down" in said


def test_a_matrix_product_may_be_out_of_place():
    def place(x, w):
        return np.zeros((x.shape[0] + w.shape[0] - 1, x.shape[1] + w.shape[1] - 1)) + x @ w

    said = verdict(QUESTIONS["transpose_by_placing"], place).sentences[0]
    assert "Are matrices multiplied here at all?" in said


def test_a_gap_that_goes_wrong_with_plain_numbers_is_shown_with_plain_numbers():
    def adjoint_gap(x, y, w):
        return float(np.sum(x) - np.sum(PLACING(y, w)))

    shown = verdict(QUESTIONS["adjoint_gap"], adjoint_gap).counterexample
    assert all(np.array_equal(a, np.rint(a)) and abs(a).max() < 10 for _, a in shown.inputs)


def test_a_gap_made_whole_is_not_sent_to_compare_two_equal_numbers():
    def adjoint_gap(x, y, w):
        there = QUESTIONS["cross_correlate2d"].reference(x, w) * y
        return int(there.sum() - (x * PLACING(y, w)).sum())

    found = verdict(QUESTIONS["adjoint_gap"], adjoint_gap)
    assert found.misconceptions == ("the gap is made a whole number",)


def test_who_forgets_that_there_may_be_no_bias_loses_the_points_of_the_bias():
    def layer(x, w, bias=None, *rest, **others):
        shape = bias.shape  # None has none
        return LAYER.reference(x, w, bias.reshape(shape), *rest, **others)

    result = verdict(LAYER, layer)
    assert failing(result) == ["bias"]
    assert "`None`" in result.sentences[0]


def test_who_stops_at_none_for_another_reason_is_not_spared():
    def layer(x, w, bias=None, *rest, **others):
        return LAYER.reference(x, w, None, *rest, **others) + None.size

    assert verdict(LAYER, layer).points == 0


@pytest.mark.parametrize(
    "name",
    ["input channels are not summed: the last one wins", "only the first image of the batch"],
)
def test_who_is_wrong_about_channels_is_paid_for_cutting_and_dilation(name):
    wrong = next(m for m in LAYER.misconceptions if m.name == name)
    result = verdict(LAYER, wrong.answer)
    passed = {category.name for category in result.categories if category.passed}
    assert {"padding", "output padding", "dilation"} <= passed
    assert "channels and the batch" not in passed


def test_what_meets_in_a_case_is_said_where_each_alone_is_right():
    def layer(*args, **kwargs):
        call = LayerCall(*args, **kwargs)
        y = call.cut()
        if call.bias is not None and call.dilation != (1, 1):
            y[..., -1] -= 3 * call.bias[0]
        return y

    said = verdict(LAYER, layer).sentences
    together = next(sentence for sentence in said if "are set at a time" in sentence)
    assert set(re.findall(r"`(\w+)`", together)) == {"bias", "dilation"}


# seeds in which no kernel that was drawn showed it
@pytest.mark.parametrize("seed", ["check 469", "check 487", "check 489", "check 501"])
def test_a_tolerance_that_forgets_float32_fails_in_every_sitting(seed):
    def is_even(w, s):
        sums = np.array([w[i::s, j::s].sum() for i in range(s) for j in range(s)])
        return bool(np.ptp(sums) <= 1e-9 * np.abs(w).sum())

    assert verdict(QUESTIONS["is_even"], is_even, seed).points == 2
