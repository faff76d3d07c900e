"""What an examination asks, and what costs points beside wrong values."""

import numpy as np
import pytest
from tests.marking.examiner.functions import PLACE, ROTATE, place, verdict

from marking.examiner import rendering
from marking.examiner.asking import ask
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS
from marking.questions.arrays import Array


def later():
    calls = [0]

    def f(h):
        calls[0] += 1
        return h[::-1, ::-1] if calls[0] < 9 else h

    return f


def test_an_answer_that_changes_after_some_calls_is_refused():
    result = verdict(ROTATE, later())
    assert result.points == 0


def test_changing_the_argument_costs_the_category_that_pays_for_it_only():
    def f(h):
        h[:] = h[::-1, ::-1].copy()
        return h

    result = verdict(ROTATE, f)
    assert [c.passed for c in result.categories] == [True, False]
    assert any("changes its argument `h`" in said for said in result.sentences)
    assert "given to read only" in result.sentences[0]  # some arguments refuse to be changed


def test_one_array_used_again_and_again_costs_that_category_only():
    kept = {}

    def f(h):
        y = kept.setdefault((h.shape, h.dtype), np.empty_like(h))
        y[:] = h[::-1, ::-1]
        return y

    question = QUESTIONS["rotate180"]
    result = verdict(question, f)
    assert not result.categories[-1].passed
    assert "changed during a later call" in result.sentences[0]


@pytest.mark.parametrize("name", ["bilinear_kernel", "overlap_count"])
def test_a_remembered_array_given_back_again_costs_points(name):
    question, kept = QUESTIONS[name], {}

    def f(*args, **kwargs):
        key = tuple(question.bind(args, kwargs).values())
        return kept.setdefault(key, question.reference(*args, **kwargs))

    result = verdict(question, f)
    assert 0 < result.points < result.max_points or len(result.categories) == 1
    assert any("gave one array back in two calls" in said for said in result.sentences)


def test_fractions_are_never_whole_by_chance():
    """Else somebody who cuts fractions off would pass with lucky numbers."""
    rng = np.random.default_rng(0)
    for question in QUESTIONS.values():
        for spec in (
            a for category in question.categories for case in category.cases for a in case.args
        ):
            if isinstance(spec, Array) and spec.step < 1:
                drawn = np.array(
                    [spec.draw(rng, coarse) for coarse in (True, False) for _ in range(50)]
                )
                assert not np.any(drawn == np.rint(drawn)), question.name


def test_the_same_seed_gives_the_same_cases_and_verdict_and_another_seed_other_cases():
    def asked(seed):
        examination = ask(PLACE, FunctionAnswerer(PLACE.reference), seed)
        return [asked.drawn.args for asked in examination.cases]

    for one, two in zip(asked("a"), asked("a"), strict=True):
        assert all(map(np.array_equal, one, two))
    assert not np.array_equal(asked("a")[0][0], asked("b")[0][0])

    def wrong(x, w, stride=1):
        return place(x, w, stride, np.maximum)

    one, two = (rendering.text(verdict(PLACE, wrong, "a")) for _ in range(2))
    assert one == two


def test_nan_is_told_as_nan_and_not_as_a_changing_answer():
    said = verdict(ROTATE, lambda h: h[::-1, ::-1] * np.nan).sentences[0]
    assert "two different answers" not in said


def test_last_bits_may_change_between_calls():
    question = QUESTIONS["equalise"]
    flip = iter(range(10**6))

    def f(w, s):
        return question.reference(w, s) * (1 + 2**-52 * (next(flip) % 2))

    assert verdict(question, f).passed
