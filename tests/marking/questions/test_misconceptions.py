"""Mistakes are told by name: those written as programs here, by hand, must meet their names in the
catalogue.
"""

import numpy as np
import pytest

from marking.examiner import examine, rendering
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.questions.layer_call import layer

ALL = [(question, m) for question in QUESTIONS.values() for m in question.misconceptions]


def names(question, f):
    return examine(QUESTIONS[question], FunctionAnswerer(f), "by hand").misconceptions


def test_the_layer_has_the_forty_four_and_more():
    assert len(QUESTIONS["conv_transpose2d_layer"].misconceptions) >= 44


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_names_and_hints_are_written_for_a_learner(question):
    listed = [m.name for m in question.misconceptions]
    assert len(set(listed)) == len(listed) >= 8
    for m in question.misconceptions:
        assert len(m.hint) > 20 and m.hint.rstrip("`)").endswith((".", "?", "!")), m.name
        assert not m.name.endswith(".")
        for twin in m.same_as:
            assert (
                m.name
                in next(other for other in question.misconceptions if other.name == twin).same_as
            )


def test_the_base_of_the_wrong_layers_is_right():
    """Each differs from it by one thing, so it must itself be the layer."""
    assert examine(QUESTIONS["conv_transpose2d_layer"], FunctionAnswerer(layer), 0).passed


def placed(x, w, stride=1):
    return np.zeros(
        ((x.shape[0] - 1) * stride + w.shape[0], (x.shape[1] - 1) * stride + w.shape[1])
    )


def overwrites(x, w, stride=1):
    y = placed(x, w, stride)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] = (
                x[i, j] * w
            )
    return y


def ignores_the_stride(x, w, stride=1):
    y = placed(x, w)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i : i + w.shape[0], j : j + w.shape[1]] += x[i, j] * w
    return y


def forgets_to_flip(x, w, stride=1):
    spread = np.zeros(((x.shape[0] - 1) * stride + 1, (x.shape[1] - 1) * stride + 1))
    spread[::stride, ::stride] = x
    padded = np.pad(spread, [(k - 1, k - 1) for k in w.shape])
    y = placed(x, w, stride)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = (padded[i : i + w.shape[0], j : j + w.shape[1]] * w).sum()
    return y


def cuts_every_product(x, w, stride=1):
    y = placed(x, w, stride).astype(x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            here = np.s_[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
            y[here] = y[here] + x[i, j] * w
    return y


def adds_fractions_to_integers(x, w, stride=1):
    y = placed(x, w, stride).astype(x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] += (
                x[i, j] * w
            )
    return y


def not_rotated(x, h):
    padded = np.pad(x, [(k // 2, k // 2) for k in h.shape])
    y = np.zeros(x.shape)
    for i, j in np.ndindex(*x.shape):
        y[i, j] = np.sum(padded[i : i + h.shape[0], j : j + h.shape[1]] * h)
    return y


def wraps_round(x, h):
    padded = np.pad(x, [(k // 2, k // 2) for k in h.shape], mode="wrap")
    y = np.zeros(x.shape)
    for i, j in np.ndindex(*x.shape):
        y[i, j] = np.sum(padded[i : i + h.shape[0], j : j + h.shape[1]] * h[::-1, ::-1])
    return y


def flips_rows_only(h):
    return np.flipud(h)


def minus_p(x, p):
    y = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    y[p:-p, p:-p] = x
    return y


def one_window_short(x, h):
    y = np.zeros((x.shape[0] - h.shape[0], x.shape[1] - h.shape[1]))
    for i, j in np.ndindex(*y.shape):
        y[i, j] = np.sum(x[i : i + h.shape[0], j : j + h.shape[1]] * h)
    return y


def column_major(w, input_shape, stride=1):
    rows = []
    for i in range(0, input_shape[0] - w.shape[0] + 1, stride):
        for j in range(0, input_shape[1] - w.shape[1] + 1, stride):
            picture = np.zeros(input_shape)
            picture[i : i + w.shape[0], j : j + w.shape[1]] = w
            rows.append(picture.flatten(order="F"))
    return np.array(rows)


def n_times_s(n, k, s, p=0, d=1, op=0):
    return n * s


def twice_the_gradient(x, w, target, stride):
    e = -target.astype(float)
    for i, j in np.ndindex(*x.shape):
        e[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]] += x[i, j] * w
    g = np.zeros(w.shape)
    for i, j in np.ndindex(*x.shape):
        g += (
            2
            * x[i, j]
            * e[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        )
    return g


def divides(w, s):
    return w.shape[0] % s == 0 and w.shape[1] % s == 0


def tiles(x, s):
    return np.tile(x, (s, s))


def depth_to_space(x, s):
    y = np.zeros((x.shape[0] // s**2, x.shape[1] * s, x.shape[2] * s))
    for c in range(y.shape[0]):
        for i in range(s):
            for j in range(s):
                y[c, i::s, j::s] = x[(i * s + j) * y.shape[0] + c]
    return y


def pads_the_output(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    right = QUESTIONS["conv_transpose2d_layer"].reference
    size = right(x, w, bias, stride, padding, output_padding, dilation, groups).shape
    y = np.zeros(size)
    if bias is not None:
        y += bias[:, None, None]
    full = right(x, w, None, stride, (0, 0), (0, 0), dilation, groups)
    (p, q), (rows, columns) = padding, full.shape[2:]
    bare = full[:, :, p : max(rows - p, p), q : max(columns - q, q)]
    y[:, :, : bare.shape[2], : bare.shape[3]] += bare
    return y


@pytest.mark.parametrize(
    ("question", "program", "name"),
    [
        ("conv_transpose2d", overwrites, "overlaps are overwritten: the last copy wins"),
        ("conv_transpose2d", ignores_the_stride, "the stride is ignored"),
        (
            "conv_transpose2d",
            forgets_to_flip,
            "zeros inserted, then correlated with the kernel as it is",
        ),
        ("convolve2d_same", not_rotated, "the kernel is not rotated"),
        ("convolve2d_same", wraps_round, "wrapped round at the edges"),
        ("rotate180", flips_rows_only, "only turned upside down"),
        ("zero_pad", minus_p, "the slice ends at −p, which is empty for p = 0"),
        ("cross_correlate2d", one_window_short, "the last window is left out"),
        ("convolution_matrix", column_major, "the pixels are counted column by column"),
        ("output_size", n_times_s, "n·s"),
        ("loss_gradient", twice_the_gradient, "twice as large as it should be"),
        ("is_even", divides, "whether the stride divides the kernel size"),
        ("nearest", tiles, "the whole image repeated"),
        ("pixel_shuffle", depth_to_space, "the channel counted last (TensorFlow's order)"),
        (
            "conv_transpose2d_layer",
            pads_the_output,
            "output_padding filled with zeros after the crop",
        ),
    ],
)
def test_a_mistake_written_as_a_student_would_is_named(question, program, name):
    assert name in names(question, program)


@pytest.mark.parametrize("program", [cuts_every_product, adds_fractions_to_integers])
def test_an_array_of_integers_that_loses_fractions_is_told_wherever_it_loses_them(program):
    verdict = examine(QUESTIONS["conv_transpose2d"], FunctionAnswerer(program), "by hand")
    assert verdict.points == verdict.max_points - 1
    assert "the array that is filled holds integers" in rendering.text(verdict)


def test_a_mistake_in_float32_and_as_lists_is_named_as_well():
    assert names("conv_transpose2d", lambda *a, **k: overwrites(*a, **k).astype(np.float32))
    assert names("conv_transpose2d", lambda *a, **k: overwrites(*a, **k).tolist())


def test_every_assignment_has_mistakes():
    assert {QUESTIONS[f].assignment for f in QUESTIONS} == set(ASSIGNMENTS)
    assert len(ALL) > 400
