"""Advice that helps when it is followed: a test for each thing that students were told wrongly."""

import numpy as np
import pytest
from tests.marking.examiner.functions import verdict

from marking.questions import QUESTIONS


def said(name, f):
    return " ".join(verdict(QUESTIONS[name], f).sentences)


def test_whole_arguments_and_a_result_with_fractions_are_told_apart_from_fractions_given():
    def equalise(w, s):
        out = w.copy()
        out[...] = QUESTIONS["equalise"].reference(w.astype(float), s)
        return out

    assert "although the arguments are whole numbers" in said("equalise", equalise)
    assert "Floats come in" not in said("equalise", equalise)


def test_who_follows_the_advice_on_whole_arguments_passes():
    def equalise(w, s):
        out = w.astype(float)
        out[...] = QUESTIONS["equalise"].reference(w, s)
        return out

    assert verdict(QUESTIONS["equalise"], equalise).passed


@pytest.mark.parametrize(
    "name", ["conv_transpose2d_by_zero_insertion", "convolve2d_same", "resize_convolve"]
)
def test_an_empty_result_is_told_as_a_slice_that_ends_at_minus_zero(name):
    def empty(*args, **kwargs):
        return QUESTIONS[name].reference(*args, **kwargs)[0:-0, 0:-0]

    assert "a slice such as `p:-p` is `0:0`" in said(name, empty)


def test_one_padding_for_both_axes_is_told_by_the_axis_that_is_wrong():
    def convolve2d_same(x, h):
        padded = np.pad(x, (h.shape[0] - 1) // 2)
        windows = np.lib.stride_tricks.sliding_window_view(padded, h.shape)
        return np.einsum("ijab,ab->ij", windows, h[::-1, ::-1])

    text = said("convolve2d_same", convolve2d_same)
    assert "The rows are right in number, the columns are not" in text


def test_exchanged_axes_are_told_in_a_wrong_shape():
    def zero_pad(x, p):
        return np.pad(x, p).reshape(x.shape[1] + 2 * p, x.shape[0] + 2 * p)

    assert "are rows and columns exchanged" in said("zero_pad", zero_pad)


def test_a_column_in_place_of_a_row_may_lack_a_reshape():
    def transpose_by_matrix(*args, **kwargs):
        return QUESTIONS["transpose_by_matrix"].reference(*args, **kwargs).reshape(-1, 1)

    text = said("transpose_by_matrix", transpose_by_matrix)
    assert "are exchanged:" not in text and "`reshape`" in text


def test_one_number_too_many_is_told_as_such():
    def count_multiplications(*args, **kwargs):
        dense, useful = QUESTIONS["count_multiplications"].reference(*args, **kwargs)
        return dense, useful, useful / dense

    text = said("count_multiplications", count_multiplications)
    assert "holds 3 numbers, where 2 are due" in text


def test_of_several_arrays_the_one_of_a_wrong_shape_is_named():
    def train(*args, **kwargs):
        w, losses = QUESTIONS["train"].reference(*args, **kwargs)
        return w, np.append(losses, 0.0)

    assert "Array 2 of the 2 given back has the wrong shape" in said("train", train)


@pytest.mark.parametrize(
    ("name", "text"), [("is_even", "False"), ("output_size", "7"), ("same_padding", "(1, 2)")]
)
def test_text_in_place_of_a_number_is_called_text(name, text):
    words = said(name, lambda *_args, **_kwargs: text)
    assert f"gave back the text `{text!r}` (a `str`)" in words


def test_the_hint_on_zero_insertion_names_each_of_its_three_steps():
    def slides_by_the_stride(x, w, stride=1, padding=0):
        right = QUESTIONS["conv_transpose2d_by_zero_insertion"].reference
        return right(x, w, stride, padding)[::stride, ::stride]

    text = said("conv_transpose2d_by_zero_insertion", slides_by_the_stride)
    assert "the window itself moves one by one" in text  # this mistake has a name
    hint = QUESTIONS["conv_transpose2d_by_zero_insertion"].hint
    for step in ("k − 1 − p zeros around", "turned by 180°", "slides by one place"):
        assert step in hint
