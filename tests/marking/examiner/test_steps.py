"""Credit step by step: what one slip costs, which case is shown, and what is said of it."""

import re

import numpy as np
import pytest
from tests.marking.examiner.functions import verdict

from convtranspose.convolution import cross_correlate2d
from marking.examiner import rendering, repeating
from marking.questions import QUESTIONS
from marking.questions.layer_call import LayerCall

LAYER = QUESTIONS["conv_transpose2d_layer"]


def one_channel(x, w, bias=None, stride=(1, 1), *rest, **others):
    return LAYER.reference(x[:1, :1], w[:1, :1], stride=stride)


def channels(x, w, bias=None, stride=(1, 1), *rest, **others):
    groups = rest[3] if len(rest) > 3 else others.get("groups", 1)
    return LAYER.reference(x, np.tile(w, (groups, 1, 1, 1))[: x.shape[1]], stride=stride)


def cut_to_minus_p(*args, **kwargs):
    call = LayerCall(*args, **kwargs)
    full = np.pad(call.full(), [(0, 0), (0, 0), *((0, n) for n in call.output_padding)])
    rows, columns = (slice(p, -p) for p in call.padding)
    return call.biased(full[:, :, rows, columns])


def insertion_cut_to_minus_p(x, w, stride=1, padding=0):
    y = QUESTIONS["conv_transpose2d"].reference(x, w, stride)
    return y[padding:-padding, padding:-padding]


def same_cut_to_minus_p(x, h):
    p, q = ((k - 1) // 2 for k in h.shape)
    around = [(k - 1, k - 1) for k in h.shape]
    return cross_correlate2d(np.pad(x, around), h[::-1, ::-1])[p:-p, q:-q]


@pytest.mark.parametrize(
    ("name", "f", "failing"),
    [
        ("conv_transpose2d_layer", cut_to_minus_p, ["padding"]),
        ("conv_transpose2d_by_zero_insertion", insertion_cut_to_minus_p, ["padding"]),
        ("convolve2d_same", same_cut_to_minus_p, ["kernels of any odd shape"]),
    ],
)
def test_a_slice_that_ends_at_minus_p_costs_one_step(name, f, failing):
    result = verdict(QUESTIONS[name], f)
    assert [c.name for c in result.categories if not c.passed] == failing
    assert "`p:-p` is `0:0`" in result.sentences[0]
    assert "padding=(1" not in result.counterexample.call


def test_empty_results_for_another_reason_earn_nothing():
    result = verdict(LAYER, lambda *a, **k: np.zeros((1, 1, 0, 0)))
    assert result.points == 0


@pytest.mark.parametrize(("f", "points", "first"), [
    (one_channel, 2, "channels and the batch"),
    (channels, 3, "padding"),
])  # fmt: skip  # one line each reads as a table
def test_the_layer_pays_for_every_step_and_shows_the_next(f, points, first):
    result = verdict(LAYER, f)
    assert result.points == points
    assert next(c.name for c in result.categories[1:] if not c.passed) == first
    later = {"channels and the batch": "padding", "padding": "dilation"}[first]
    assert not re.search(rf"{later}=\((?!1, 1\)|0, 0\))", result.counterexample.call)
    assert "bias=b" not in result.counterexample.call


ARRAYS = [name for name, question in QUESTIONS.items() if question.answer.endswith("array")]


@pytest.mark.parametrize("name", ARRAYS)
def test_zeros_of_the_right_shape_earn_a_point_at_most(name):
    question = QUESTIONS[name]

    def zeros(*args, **kwargs):
        return np.zeros(np.shape(question.reference(*args, **kwargs)))

    assert verdict(question, zeros).points <= 1


@pytest.mark.parametrize("seed", range(2))
def test_terms_are_told_without_a_bias_only(seed):
    def next_picture(*args, **kwargs):
        y = np.array(LAYER.reference(*args, **kwargs))
        y[1:] = 2 * y[:1]
        return y

    result = verdict(LAYER, next_picture, seed)
    said = " ".join(result.sentences)
    assert "bias=bias" not in result.counterexample.call
    assert "times 3" not in said and "plain sum" not in said


def test_a_sum_of_a_product_and_1_is_no_sum_of_products():
    question = QUESTIONS["conv_transpose2d"]
    result = verdict(question, lambda x, w, stride=1: question.reference(x, w, stride) + 1)
    assert "not a plain sum of products" in " ".join(result.sentences)


def test_of_two_mistakes_the_one_that_shows_alone_is_named():
    def kept_and_too_large(x, w, stride=1):  # "=" for "+=", and a size of H·s + a − 1
        (H, W), (a, b) = x.shape, w.shape
        y = np.zeros((H * stride + a - 1, W * stride + b - 1))
        for i, j in np.ndindex(H, W):
            y[i * stride : i * stride + a, j * stride : j * stride + b] = x[i, j] * w
        return y

    result = verdict(QUESTIONS["conv_transpose2d"], kept_and_too_large)
    assert result.misconceptions == () and result.in_part
    assert any(said.startswith("In the cases of “stride 1” it looks") for said in result.sentences)


@pytest.mark.parametrize("name", ["conv_transpose2d_layer", "pixel_shuffle", "icnr", "is_even"])
def test_the_case_shown_can_be_repeated_and_is_drawn_whole(name):
    question = QUESTIONS[name]

    def wrong(*args, **kwargs):
        right = question.reference(*args, **kwargs)
        return not right if isinstance(right, bool) else np.flip(np.asarray(right))

    result = verdict(question, wrong)
    example = result.counterexample
    line = repeating.line(example)
    seen = {}
    exec(line.replace(f"{name}(", "shown = f(", 1), {"np": np, "f": wrong}, seen)
    for array_name, array in example.inputs:
        assert np.array_equal(seen[array_name], array)
        assert seen[array_name].dtype == array.dtype
    assert np.array_equal(seen["shown"], example.given)
    numbers = np.concatenate([np.ravel(array) for _, array in example.inputs])
    assert len(numbers) <= 24 and np.all(np.abs(numbers) < 1000)
    text = rendering.text(result)
    assert f"To repeat it: {line}" in text
    for array_name, array in example.inputs:
        drawn = text.count(f"  {array_name} {array.shape}")
        assert drawn == int(np.prod(array.shape[:-2]))


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1.5, np.nan], [-np.inf, 2]]),
        np.arange(1, 17).reshape(2, 2, 4),
        np.arange(1.0, 9).reshape(2, 4).T,
        np.arange(24, dtype=np.float32).reshape(2, 12)[:, ::2],
        np.arange(24.0).reshape(2, 12)[::-1, ::-2],
        np.zeros((0, 3)),
        np.array([0.1, 1e9, 2**60]),
    ],
)
def test_an_expression_makes_the_very_array(array):
    made = eval(repeating.expression(array), {"np": np})
    assert made.dtype == array.dtype and made.shape == array.shape
    assert np.array_equal(made, array, equal_nan=True)
    assert made.flags.c_contiguous == array.flags.c_contiguous
    assert not array.size or np.array_equal(np.sign(made.strides), np.sign(array.strides))


def garbage(x, p):
    y = np.full((x.shape[0] + 2 * p, x.shape[1] + 2 * p), 1.7e128)
    y[p : p + x.shape[0], p : p + x.shape[1]] = x
    return y


def too_small(x, w):
    y = np.zeros((x.shape[0] + w.shape[1] - 1, x.shape[1] + w.shape[0] - 1))
    for i, j in np.ndindex(*x.shape):
        y[i : i + w.shape[0], j : j + w.shape[1]] += x[i, j] * w
    return y


@pytest.mark.parametrize(
    ("name", "f", "words"),
    [
        ("zero_pad", garbage, "`np.empty` holds whatever was in memory"),
        ("transpose_by_placing", too_small, "Is the array that you fill large enough"),
        ("apply_matrix", lambda C, x, shape: (x.ravel() @ C).reshape(shape), "is transposed"),
        ("output_size", lambda n, k, s, p=0, d=1, op=0: (n - 1) * s - 2 * p + d * (k - 1 + op) + 1,
         "Set d and op apart"),
        ("same_padding", lambda n, k, s: ((k - s + 1) // 2, (k - s) // 2), "larger half at the"),
    ],
)  # fmt: skip  # one line each reads as a table
def test_what_is_said_helps_further(name, f, words):
    assert words in " ".join(verdict(QUESTIONS[name], f).sentences)
