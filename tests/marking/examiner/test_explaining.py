"""What the student reads: the smallest failing case, the mistake by its name, or term by term."""

import re

import numpy as np
import pytest
from tests.marking.examiner.functions import CORRELATE, PLACE, ROTATE, place, verdict

from marking.errors import KernelDied
from marking.examiner import examine, explaining
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS


def is_probe(x):
    """Whether x is one of the probes' arrays: nothing but zeros and a single 1."""
    return x.size > 1 and x.sum() == np.count_nonzero(x) == 1


def test_the_smallest_failing_case_is_shown_with_numbers_to_check_by_hand():
    result = verdict(PLACE, lambda x, w, stride=1: place(x, w, stride, np.maximum))
    assert result.misconceptions == ("overlaps keep the maximum",)
    inputs = dict(result.counterexample.inputs)
    numbers = [abs(array).ravel().tolist() for array in inputs.values()]
    assert all(some in ([1], [1, 2]) for some in numbers)  # which is drawn depends on the seed
    assert result.counterexample.call in (
        "conv_transpose2d(x, w)",
        "conv_transpose2d(x, w, stride=1)",
    )


def test_two_causes_of_one_tensor_are_both_named():
    result = verdict(PLACE, lambda x, w, stride=1: place(x, w[::-1, ::-1], stride))
    assert len(result.misconceptions) == 2
    assert "Several slips" in " ".join(result.sentences)


def test_an_unknown_mistake_is_told_term_by_term():
    def f(x, h):
        y = np.zeros((x.shape[0] - h.shape[0] + 1, x.shape[1] - h.shape[1] + 1))
        for i, j in np.ndindex(*y.shape):
            y[i, j] = np.sum(x[i : i + h.shape[0], j : j + h.shape[1]] * h)
            y[i, j] += x[i, j] * h[0, 0] - x[i + h.shape[0] - 1, j + h.shape[1] - 1] * h[-1, -1]
        return y

    result = verdict(CORRELATE, f)
    assert result.misconceptions == ()
    last = re.compile(r"`y\[0,0\]` has `x\[0,0\]·h\[0,0\]` twice; lacks `x\[(0,1|1,0)\]·h\[\1\]`\.")
    assert any(map(last.fullmatch, result.sentences))


def test_coefficients_that_are_no_whole_numbers_are_told_too():
    def f(x, w, stride=1):
        y = place(x, w, stride)
        y[0, 0] = 0.75 * x[0, 0] * w[0, 0]
        return y

    assert any("times 0.75 instead of 1" in sentence for sentence in verdict(PLACE, f).sentences)


def test_an_answer_that_is_not_linear_is_told_so():
    sentences = " ".join(
        verdict(PLACE, lambda x, w, stride=1: np.abs(place(x, w, stride))).sentences
    )
    assert "not a plain sum of products" in sentences


def test_arguments_renamed_by_the_student_do_not_matter():
    def f(image, kernel, stride=1):
        y = place(image, kernel, stride)
        y[-1, -1] += image[0, 0] * kernel[0, 0]
        return y

    assert any(
        "which does not belong there" in sentence for sentence in verdict(PLACE, f).sentences
    )


def test_an_error_in_some_cases_only_shows_the_case_and_the_line():
    def f(h):
        if h.shape[0] != h.shape[1]:
            raise IndexError("out of\nbounds")
        return h[::-1, ::-1]

    result = verdict(ROTATE, f)
    line = f.__code__.co_firstlineno + 2
    assert (
        f"stopped with IndexError: out of bounds (line {line} of its cell)." in result.sentences[0]
    )
    assert result.counterexample.given == "no answer (IndexError)"


def test_a_missing_return_on_one_path_shows_the_case():
    def f(x, w, stride=1):
        if stride == 1:
            return place(x, w)

    result = verdict(PLACE, f)
    assert "not written yet, a `return` is missing" in result.sentences[0]
    assert "stride=" in result.counterexample.call
    assert result.counterexample.given == "None (NoneType)"


def test_a_probe_that_the_student_cannot_answer_leaves_the_verdict_whole():
    """Answers right at whole numbers that are not zero, and fails on the sparse probes."""

    def f(x, w, stride=1):
        if is_probe(x):
            raise ValueError("no zeros, please")
        return place(x, w, stride) + 1

    result = verdict(PLACE, f)
    assert result.points == 1
    assert result.counterexample is not None


def test_mistakes_in_a_tuple_of_arrays_show_the_array_that_is_wrong():
    question = QUESTIONS["train"]

    def f(x, target, w0, stride, steps, rate):
        w, losses = question.reference(x, target, w0, stride, steps, rate)
        return w, losses * 3

    result = verdict(question, f)
    assert result.counterexample.expected.ndim == 1
    assert "`losses[0]` should be" in result.sentences[0]
    one = verdict(question, lambda *a: question.reference(*a)[0])
    assert "a tuple of arrays is wanted" in one.sentences[0]


def phases_of(k, s):
    return [np.s_[a::s, b::s] for a in range(min(s, k[0])) for b in range(min(s, k[1]))]


def difference_on_the_last_weight(w, s):
    v = np.array(w, float)
    mean = v.sum() / s**2
    for phase in phases_of(w.shape, s):
        v[phase][-1, -1] += mean - v[phase].sum()
    return v


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "f",
    [
        lambda w, s: np.zeros(w.shape),
        lambda w, s: 2 * w,
        lambda w, s: -w,
        lambda w, s: w,
        lambda w, s: w[::-1],
        lambda w, s: np.cumsum(w, 0),
        difference_on_the_last_weight,
    ],
)
def test_wrong_whole_numbers_where_right_ones_are_fractions_are_told_term_by_term(f, seed):
    """The probes with several digits say nothing of a right answer that holds fractions."""
    question = QUESTIONS["equalise"]
    result = verdict(question, f, seed)
    assert result.points < question.points
    assert result.misconceptions or any(
        re.match(r"`y\[\d,\d\]` (has|lacks) `w", said) for said in result.sentences
    )


@pytest.mark.parametrize(
    "shape_of_a_probe",
    [
        lambda y: (*y.shape, 1),
        lambda y: (1,),
        lambda y: (y.shape[0] + 1, *y.shape[1:]),
        lambda y: (),
    ],
)
def test_probes_answered_in_another_shape_leave_the_verdict_whole(shape_of_a_probe):
    """Whoever treats sparse arrays apart answers the probes, and them alone, in another shape."""

    def f(x, w, stride=1):
        y = place(x, w, stride)
        return np.zeros(shape_of_a_probe(y)) if is_probe(x) else y + 1

    result = verdict(PLACE, f)
    assert result.points == 1
    assert result.counterexample is not None
    assert "not a plain sum of products" in " ".join(result.sentences)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda h: h, ROTATE.hint.replace("{place}", "result[0, 0]")),
        (lambda h: h[:, :1], "wrong shape"),
        (lambda h: h if h.shape[0] == h.shape[1] else None, "`return`"),
    ],
)
def test_an_explanation_that_fails_leaves_the_points_and_what_is_known(
    monkeypatch, caplog, f, said
):
    def broken(*args):
        raise RecursionError

    whole = verdict(ROTATE, f)
    monkeypatch.setattr(explaining, "_show_smallest", broken)
    result = verdict(ROTATE, f)
    assert result.categories == whole.categories
    assert result.counterexample is None
    assert said in " ".join(result.sentences)
    assert "RecursionError" in caplog.text
    caplog.clear()


def test_a_kernel_that_cannot_be_started_is_no_fault_of_an_answer():
    class Gone(FunctionAnswerer):
        rounds = 0

        def ask(self, calls):
            self.rounds += 1
            if self.rounds > 1:
                raise KernelDied("no kernel")
            return super().ask(calls)

    with pytest.raises(KernelDied):
        examine(ROTATE, Gone(lambda h: h), 0)
