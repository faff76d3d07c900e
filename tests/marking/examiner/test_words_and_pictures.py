"""What is said belongs to the case that is drawn beside it, and no hint belongs to another one."""

import re

import numpy as np
import pytest
from tests.marking.examiner.functions import verdict

from marking.examiner import hinting, rendering
from marking.examiner.sentences import number_text
from marking.questions import QUESTIONS

CORRELATE = QUESTIONS["cross_correlate2d"].reference
PLACING = QUESTIONS["transpose_by_placing"].reference


def hints(name, f, seeds=("hint 1", "hint 2", "hint 3")):
    """The three hints, each from an examination of its own, as a student gets them."""
    question = QUESTIONS[name]
    rungs = enumerate(seeds, start=1)
    found = [hinting.hint(question, verdict(question, f, seed), n) for n, seed in rungs]
    return [" ".join(hint.sentences) for hint in found]


def rotated_image_and_one_padding(x, h):
    """Two mistakes: the image is turned, and both axes get the larger of the paddings."""
    p = max(h.shape) // 2
    y = CORRELATE(np.pad(x[::-1, ::-1], p), h)
    return y[: x.shape[0], : x.shape[1]]


@pytest.mark.parametrize("seed", range(2))
def test_of_two_mistakes_the_case_drawn_shows_the_one_that_is_named(seed):
    question = QUESTIONS["convolve2d_same"]
    found = verdict(question, rotated_image_and_one_padding, seed)
    assert "the image is rotated instead of the kernel" in found.in_part
    shown = found.counterexample
    arguments = [array for _, array in shown.inputs]
    for mistake in question.misconceptions:
        if mistake.name in found.in_part:
            assert np.array_equal(mistake.answer(*arguments), shown.given), mistake.name


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "answer",
    [
        lambda n, k, s: (abs(k - s), abs(k - s)),
        lambda n, k, s: (0, s - k),
    ],
)
def test_a_case_without_arrays_is_one_of_the_step_that_the_hints_are_about(answer, seed):
    found = verdict(QUESTIONS["same_padding"], answer, seed)
    k, s = (int(re.search(rf"{name}=(\d+)", found.counterexample.call)[1]) for name in "ks")
    assert "Share them between both ends" in " ".join(found.sentences)
    assert k >= s and (k - s) % 2 == 0


def test_a_factor_that_differs_from_case_to_case_has_no_number_in_a_hint():
    def input_gradient(w, upstream, input_shape):
        return 2 * PLACING(upstream, w) / upstream.size

    found = verdict(QUESTIONS["input_gradient"], input_gradient)
    said = next(sentence for sentence in found.sentences if "another factor" in sentence)
    first = found.counterexample
    factor = first.given.flat[0] / first.expected.flat[0]
    assert f"times {number_text(factor)}," in said
    *_, cure = hints("input_gradient", input_gradient)
    assert "another one in each case" in cure and not re.search(r"\d", cure)


def test_a_side_of_the_gap_may_be_wrong_where_both_pictures_are_right():
    _, place, cure = hints("adjoint_gap", lambda x, y, w: float(np.sum(x - PLACING(y, w))))
    assert "one of the two pictures is wrong" not in place
    assert "how a side is made of its two pictures" in place
    assert "entry by entry" in cure


def one_row_many_times(x, w):
    y = [[0] * (x.shape[1] + w.shape[1] - 1)] * (x.shape[0] + w.shape[0] - 1)
    for i, j in np.ndindex(*x.shape):
        for u, v in np.ndindex(*w.shape):
            y[i + u][j + v] += x[i, j] * w[u, v]
    return np.array(y)


def one_row_of_zeros(x, s):
    y = [[0] * ((x.shape[1] - 1) * s + 1)] * ((x.shape[0] - 1) * s + 1)
    for i, j in np.ndindex(*x.shape):
        y[i * s][j * s] = x[i, j]
    return np.array(y)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("name", "answer"),
    [("transpose_by_placing", one_row_many_times), ("insert_zeros", one_row_of_zeros)],
)
def test_rows_that_are_one_and_the_same_list_are_told_with_hints_of_their_own(name, answer, seed):
    said = " ".join(verdict(QUESTIONS[name], answer, seed).sentences)
    assert "one and the same list" in said and "Where does the copy" not in said
    think, place, cure = hints(name, answer, [f"{seed}/{rung}" for rung in range(3)])
    assert "In how many rows does the number stand?" in think
    assert "the line that makes the rows" in place
    assert "[[0] * n] * m" in cure


def test_rows_that_are_alike_for_another_reason_are_not_put_down_to_a_list():
    def insert_zeros(x, s):  # every row is made of the first one
        y = np.zeros(((x.shape[0] - 1) * s + 1, (x.shape[1] - 1) * s + 1))
        y[:, ::s] = x[0]
        return y

    said = " ".join(verdict(QUESTIONS["insert_zeros"], insert_zeros).sentences)
    assert "one and the same list" not in said


def test_who_stops_at_the_first_comparison_is_told_that_all_are_to_be_compared():
    found = verdict(QUESTIONS["is_even"], lambda w, s: True)
    assert found.misconceptions == ("always True",)
    assert "inside a loop" in " ".join(found.sentences)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda n, k, s: ((k - 1) // 2,) * 2, "half of k − 1 at both ends"),
        (
            lambda n, k, s: (max(k - s, 0) // 2, max(k - s, 0) // 2 - (k - s)),
            "the end as it stands in a slice",
        ),
    ],
)
def test_both_ways_to_misread_a_cut_have_names(answer, name):
    assert verdict(QUESTIONS["same_padding"], answer).misconceptions == (name,)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (7.000001, "7.000001"),
        (np.float32(0.1000001), "0.1000001"),
        (1 / 3, "0.333333"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_an_argument_whose_last_digit_counts_is_drawn_with_it(number, text):
    (panel,) = rendering.array_panels("w", np.array([[number]]))
    assert rendering.panels_text([panel])[1].split() == [text]
