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


def test_a_mistake_that_explains_all_that_fails_is_not_said_to_leave_something():
    def same_padding(n, k, s):
        start = (k - s + 1) // 2 if k >= s else 0
        return start, k - s - start

    found = verdict(QUESTIONS["same_padding"], same_padding)
    assert found.in_part == ("the larger half at the start",)
    assert "right first" not in " ".join(found.sentences)


def test_nobody_is_told_that_there_is_more_than_what_is_named():
    def phase_sums(w, s):  # the mean of no weights is nan
        with np.errstate(all="ignore"):
            parts = [[w[i::s, j::s] for j in range(s)] for i in range(s)]
            return np.array([[p.sum() / np.float64(p.size) for p in row] for row in parts])

    found = verdict(QUESTIONS["phase_sums"], phase_sums)
    assert found.in_part == ("the mean of each phase",)
    said = " ".join(found.sentences)
    assert "does not explain" not in said and "something else may be wrong" in said


def test_a_wrong_number_of_rows_is_not_put_down_to_a_size_that_is_reckoned():
    def train(x, target, w0, stride, steps, rate):
        w, losses = QUESTIONS["train"].reference(x, target, w0, stride, steps, rate)
        return np.concatenate([w, w]), losses

    sentences = verdict(QUESTIONS["train"], train).sentences
    assert "the rows are not: which line settles that?" in sentences[0]
    assert "reckon" not in " ".join(sentences)


SAME = QUESTIONS["convolve2d_same"].reference


def slid_over(image, h):
    """Cross-correlation that keeps the size."""
    return SAME(image, h[::-1, ::-1])


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (
            lambda x, h: slid_over(x[::-1, ::-1], h),
            {"the image is rotated instead of the kernel", "the result is turned by 180°"},
        ),
        (
            lambda x, h: slid_over(x[::-1, ::-1], h[::-1, ::-1]),
            {"the image is rotated as well", "not the kernel is turned, but the result"},
        ),
    ],
)
def test_what_was_turned_beside_the_kernel_is_named_rightly(answer, names):
    assert set(verdict(QUESTIONS["convolve2d_same"], answer).misconceptions) == names


def test_numbers_made_whole_are_told_of_where_nan_is_lost():
    def adjoint_gap(x, y, w):
        with np.errstate(invalid="ignore"):
            x, y, w = (a.astype(int) for a in (x, y, w))
        there = QUESTIONS["cross_correlate2d"].reference(x, w) * y
        return float(there.sum() - (x * PLACING(y, w)).sum())

    assert "`astype(int)`" in " ".join(verdict(QUESTIONS["adjoint_gap"], adjoint_gap).sentences)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32])
def test_an_array_too_narrow_for_its_numbers_is_told_with_hints_of_its_own(dtype):
    def zero_pad(x, p):
        with np.errstate(invalid="ignore"):
            return np.pad(x.astype(np.int64).astype(dtype), p)

    info = np.iinfo(dtype)
    said = verdict(QUESTIONS["zero_pad"], zero_pad).sentences[1]
    assert f"only whole numbers from {info.min} to {info.max}" in said
    think, place, _ = hints("zero_pad", zero_pad)
    assert "`dtype`" in think and "`.astype(…)`" in place


def test_a_narrow_array_whose_numbers_are_wrong_as_well_is_not_blamed():
    def zero_pad(x, p):
        y = np.pad(x, p).astype(np.int64).astype(np.uint8)
        return y[::-1]

    assert "dtype" not in " ".join(verdict(QUESTIONS["zero_pad"], zero_pad).sentences)


def test_a_coarse_step_is_not_sent_to_make_a_small_change():
    def loss_gradient(x, w, target, stride):  # (loss(w + 0.01) − loss(w)) / 0.01
        right = QUESTIONS["loss_gradient"].reference(x, w, target, stride)
        return right + 0.005 * np.sum(x.astype(float) ** 2)

    found = verdict(QUESTIONS["loss_gradient"], loss_gradient)
    assert "divided by the step, is only near that" in found.sentences[1]


def largest_is_one(x, w, stride=1):
    with np.errstate(all="ignore"):
        y = QUESTIONS["conv_transpose2d"].reference(x, w, stride)
        return y / y.max()


def five_times(x, w, stride=1):
    return 5 * QUESTIONS["conv_transpose2d"].reference(x, w, stride)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (largest_is_one, "in other cases times another factor"),
        (five_times, "is the right one times 5:"),
    ],
)
def test_results_that_are_right_but_for_a_factor_are_told_as_that(answer, words):
    found = verdict(QUESTIONS["conv_transpose2d"], answer)
    assert words in found.sentences[1] and len(found.sentences) == 2
    think, place, _ = hints("conv_transpose2d", answer)
    assert "Divide each number" in think and "division" in place


def test_a_factor_in_part_of_the_numbers_is_none():
    def conv_transpose2d(x, w, stride=1):
        y = 5 * QUESTIONS["conv_transpose2d"].reference(x, w, stride)
        y[-1, -1] /= 5
        return y

    found = verdict(QUESTIONS["conv_transpose2d"], conv_transpose2d)
    assert "is the right one times" not in " ".join(found.sentences)


def test_what_fails_only_with_a_border_of_zeros_is_shown_with_few_numbers():
    def place(x, w):
        rows, columns = np.nonzero(x)
        size = (rows.max(initial=-1) + w.shape[0], columns.max(initial=-1) + w.shape[1])
        return PLACING(x, w)[: size[0], : size[1]]

    shown = verdict(QUESTIONS["transpose_by_placing"], place).counterexample
    assert sum(array.size for _, array in shown.inputs) <= 6


def test_who_gives_back_none_in_one_case_is_not_sent_elsewhere():
    def train(x, target, w0, stride, steps, rate):
        return QUESTIONS["train"].reference(x, target, w0, stride, steps, rate) if steps else None

    assert len(verdict(QUESTIONS["train"], train).sentences) == 1
