"""The examiner as a whole: right answers pass, wrong ones do not, and no answer makes it raise."""

import itertools
import json

import numpy as np
import pytest
from tests.marking.examiner.functions import PLACE, ROTATE, place, verdict

from marking.examiner import accepts, examine, rendering
from marking.examiner.calls import Answer, Failure, FailureKind
from marking.kernels.in_process import FunctionAnswerer
from marking.kernels.inside import agent
from marking.kernels.protocol import decode_answers, encode_calls
from marking.questions import QUESTIONS


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("seed", [0, "course/ada", ("any", 3)])
def test_the_reference_passes_with_every_seed(question, seed):
    result = verdict(question, question.reference, seed)
    assert result.passed, rendering.text(result)
    assert result.points == result.max_points == question.points


def test_a_constant_gets_nothing_anywhere():
    for question in QUESTIONS.values():
        args, kwargs = question.categories[-1].cases[0].draw(np.random.default_rng(0))
        constant = question.reference(*args, **kwargs)
        assert verdict(question, lambda *a, c=constant, **k: c).points == 0, question.name


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("stub", ["raise NotImplementedError", "pass", "return None", "..."])
def test_a_blank_stub_gets_nothing_and_hears_why(question, stub):
    space = {}
    exec(f"def {question.signature}:\n    {stub}", space)
    result = verdict(question, space[question.name])
    assert result.points == 0
    assert len(result.sentences) == 1
    assert "not written yet" in result.sentences[0]


def test_accepts_agrees_with_examine():
    assert accepts(ROTATE, FunctionAnswerer(ROTATE.reference))
    assert not accepts(ROTATE, FunctionAnswerer(lambda h: h))


def test_categories_earn_partial_credit():
    def square_strides_only(x, w, stride=1):
        y = place(x, w, stride)
        return y if stride == 1 else y * 0

    result = verdict(PLACE, square_strides_only)
    passed = {c.name: c.passed for c in result.categories}
    assert passed["shape of the result"] and passed["stride 1"]
    assert not passed["larger strides: overlaps"]
    assert 0 < result.points < result.max_points


class Broken:
    """An answerer whose process is gone."""

    def __init__(self, failure):
        self.failure = failure

    def ask(self, calls):
        return [Answer(failure=self.failure)] * len(calls)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("undefined", "There is no function `rotate180` yet"),
        ("timeout", "did not finish in time"),
        ("died", "process ended"),
        ("protocol", "could not be read"),
    ],
)
def test_failures_of_the_process_are_told_in_one_sentence(kind, said):
    result = examine(ROTATE, Broken(Failure(FailureKind(kind))), 0)
    assert result.points == 0
    assert result.counterexample is None
    assert len(result.sentences) == 1 and said in result.sentences[0]


STRANGE = (
    True,
    0,
    -1,
    10**200,
    1e308,
    float("nan"),
    float("-inf"),
    "text",
    (),
    (1,),
    (True, False),
    (1.5, None),
    ((1, 2), (3,)),
    ((), ()),
    [[[[[[1]]]]]],
    (np.zeros(2), np.zeros(3)),
    (np.zeros((2, 2)), "losses"),
    np.array(3),
    np.array(True),
    np.array([True, False]),
    np.zeros((0, 3)),
    np.zeros(()),
    np.zeros((1,) * 7),
    np.full((2, 2), np.nan),
    np.full((2, 2), 1e308),
    np.array([2**63], np.uint64),
    np.array(["a"]),
    np.zeros(2, complex),
    1j,
    object(),
)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.filterwarnings("error")
def test_no_answer_however_strange_raises_or_earns(question):
    for strange in STRANGE:
        result = verdict(question, lambda *args, strange=strange, **kwargs: strange)
        assert result.points == 0
        assert result.sentences and rendering.text(result) and rendering.html(result)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_strange_answers_among_right_ones_never_raise(question):
    # Every third answer is right, the others are each another: who comes where, five times over.
    for first in range(0, len(STRANGE), len(STRANGE) // 5):
        calls = itertools.count(first)

        def sometimes(*args, calls=calls, **kwargs):
            number = next(calls)
            strange = STRANGE[(number - number // 3) % len(STRANGE)]
            return strange if number % 3 else question.reference(*args, **kwargs)

        assert verdict(question, sometimes).points < question.points


def test_garbage_replies_never_raise():
    rng = np.random.default_rng(3)
    honest = agent.answer

    class Garbled:
        def ask(self, calls):
            text = list(honest(encode_calls(calls), {"rotate180": lambda h: h[::-1, ::-1]}))
            for i in rng.integers(len(text), size=3):
                text[i] = chr(rng.integers(32, 127))
            return decode_answers("".join(text), len(calls))

    for _ in range(60):
        assert 0 <= examine(ROTATE, Garbled(), 0).points <= ROTATE.points


def test_an_answerer_that_forges_flags_gains_nothing():
    """Claims about type and change are heard, but only numbers earn points."""

    class Forger:
        def ask(self, calls):
            replies = [
                {
                    "value": ["s", "full marks"],
                    "type": "ndarray",
                    "mutated": [],
                    "changed": False,
                    "points": 99,
                }
                for _ in calls
            ]
            return decode_answers(json.dumps(replies), len(calls))

    assert examine(ROTATE, Forger(), 0).points == 0


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("depth", [9, 100, 380, 415, 450])
def test_answers_nested_deep_are_read_like_any_other(question, depth):
    """No agent of ours sends them; a forged reply may."""
    forged = json.dumps(
        [{"value": ["i", "1"], "type": "tuple", "mutated": [], "seconds": 0.0}]
    ).replace('["i", "1"]', '["t", [' * depth + '["i", "1"]' + "]]" * depth)

    class Forger:
        def ask(self, calls):
            return [decode_answers(forged, 1)[0]] * len(calls)

    result = examine(question, Forger(), 0)
    assert result.points == 0
    assert result.sentences


def test_the_examiner_needs_no_notebook_software():
    import subprocess
    import sys

    code = (
        "import sys, marking.examiner, marking.questions;"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('nbgrader', 'IPython', "
        "'jupyter_client', 'nbformat')];"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
