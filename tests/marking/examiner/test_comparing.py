"""Rounding is forgiven, a wrong term is not."""

import numpy as np
import pytest
from tests.marking.examiner.functions import PLACE, ROTATE, place, verdict

from marking.examiner import examine
from marking.examiner.asking import ask, ask_drawn, draw
from marking.examiner.comparing import Rounding, wrong_cells
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS
from marking.questions.arrays import LIMIT, SMALL_LIMIT


def test_narrow_arithmetic_passes_and_a_wrong_term_in_it_does_not():
    assert verdict(PLACE, lambda x, w, stride=1: place(x, w, stride, dtype=np.float32)).passed
    wrong = verdict(PLACE, lambda x, w, stride=1: place(x, w, stride, np.maximum, np.float32))
    assert wrong.points == 1  # the shape


@pytest.mark.parametrize(
    "name", [n for n, q in QUESTIONS.items() if q.answer == "array" and n != "overlap_count"]
)
def test_whoever_computes_in_float32_passes_every_question(name):
    question = QUESTIONS[name]
    assert verdict(question, lambda *a, **k: question.reference(*a, **k).astype(np.float32)).passed
    if not question.rounds:
        rng = np.random.default_rng(0)
        answerer = FunctionAnswerer(question.reference)
        drawn = draw(question, rng, coarse=True)
        for asked in ask_drawn(question, answerer, drawn, rng).cases:
            if _is_whole(asked.drawn):
                expected = np.asarray(asked.drawn.expected, np.float32)
                assert asked.drawn.tolerance(expected, expected) < 0.5


def _is_whole(drawn):
    arrays = drawn.arrays.values()
    limit = SMALL_LIMIT if any(array.dtype == np.float32 for array in arrays) else LIMIT
    return all(
        np.array_equal(array, np.rint(array)) and np.max(np.abs(array), initial=0) <= limit
        for array in arrays
    )


def test_a_negative_zero_or_tiny_rounding_is_no_difference():
    assert verdict(ROTATE, lambda h: h[::-1, ::-1] * (1 + 2**-52)).passed
    assert verdict(
        QUESTIONS["insert_zeros"],
        lambda x, s: QUESTIONS["insert_zeros"].reference(x, s) * 1.0 - 0.0,
    ).passed


def test_rounding_is_forgiven_but_a_relative_error_of_a_billionth_is_not():
    assert not verdict(ROTATE, lambda h: h[::-1, ::-1] * (1 + 1e-9)).passed


def test_a_fourier_transform_passes_where_large_numbers_give_a_small_result():
    def convolve2d_same(x, h):
        shape = [a + b - 1 for a, b in zip(x.shape, h.shape, strict=True)]
        full = np.fft.irfft2(np.fft.rfft2(x, shape) * np.fft.rfft2(h, shape), shape)
        top, left = h.shape[0] // 2, h.shape[1] // 2
        return full[top : top + x.shape[0], left : left + x.shape[1]]

    # With this seed a kernel of hundreds of thousands has a small weight in its centre, and the
    # image one pixel.
    assert examine(QUESTIONS["convolve2d_same"], FunctionAnswerer(convolve2d_same), 371).passed


def test_tolerance_stays_below_half_a_unit_wherever_whole_numbers_up_to_a_million_are_asked():
    """The argument of the module's docstring: integers that differ are at least one apart."""
    for question in QUESTIONS.values():
        if question.rounds or question.answer not in ("array", "number"):
            continue
        for asked in ask(question, FunctionAnswerer(question.reference), 1).cases:
            drawn = asked.drawn
            if _is_whole(drawn):
                expected = np.asarray(drawn.expected, float)
                assert drawn.tolerance(expected, drawn.expected) < 0.5, question.name


def test_wrong_cells_sees_nan_and_shapes():
    assert wrong_cells(np.zeros(2), np.array([0, np.nan])).tolist() == [False, True]
    assert wrong_cells(np.zeros(2), np.zeros(3)) is None


def test_tiny_numbers_are_compared_as_closely_as_others():
    question = QUESTIONS["cross_correlate2d"]
    x, h = np.full((2, 2), 1e-8), np.full((1, 1), 1e-7)
    right = 1e-15 * np.ones((2, 2))
    off = Rounding(question, (x, h), {}).tolerance(right, right)
    assert 0 < off < 1e-27
