"""Right functions that stand in for a student's: what may be asked of them, and what may not."""

import dataclasses
import json
import time

import numpy as np
import pytest

from marking.kernels import helping
from marking.kernels.helping import Helpers
from marking.kernels.inside import agent
from marking.limits import MAX_HELP_CALLS, MAX_HELP_ELEMENTS, MAX_HELP_NUMBER
from marking.questions import QUESTIONS


@pytest.fixture
def helpers():
    return Helpers({"zero_pad": QUESTIONS["zero_pad"]})


@pytest.fixture
def stand_in(helpers):
    """The function as it stands in a kernel, in this process."""
    namespace = {"zero_pad": "the student's own"}
    with agent.helped(namespace, helpers.names, helpers.answer):
        yield namespace["zero_pad"]
    assert namespace == {"zero_pad": "the student's own"}


def test_it_answers_as_the_reference(stand_in):
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(stand_in(x, p=1), np.pad(x, 1))


def test_a_name_that_was_not_there_is_not_there_afterwards(helpers):
    namespace = {}
    with agent.helped(namespace, helpers.names, helpers.answer):
        assert callable(namespace["zero_pad"])
    assert namespace == {}


def test_it_leaves_its_arguments_alone_and_gives_an_array_of_ones_own(stand_in):
    x = np.ones((2, 2))
    y = stand_in(x, 0)
    y[0, 0] = 5
    assert (x == 1).all()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((np.ones((2, 2)), MAX_HELP_NUMBER + 1), "far too large"),
        ((np.ones((2, 2)), 10**300), "bits"),
        ((np.ones(MAX_HELP_ELEMENTS + 1), 1), "far too large"),
        ((np.ones((0, MAX_HELP_ELEMENTS + 1)), 1), "far too large"),
        ((object(), 1), "type object"),
        ((np.ones((2, 2)), (1, (2, 10**9))), "far too large"),
        ((np.ones((2, 2)), np.array(10**6)), "far too large"),
        ((np.ones((2, 2)), np.array([[10**6]])), "a number or a pair"),
        ((np.ones((2, 2)), 1, 1), "signature"),
    ],
)
def test_what_is_too_large_or_no_data_is_refused_with_an_error(stand_in, args, words):
    with pytest.raises((TypeError, ValueError), match=words):
        stand_in(*args)


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "",
        "[",
        "[]",
        "{}",
        '{"function": 3, "args": [], "kwargs": {}}',
        '{"function": "rotate180", "args": [], "kwargs": {}}',
        '{"function": "zero_pad", "args": [["a", "|O", [1], ""]], "kwargs": {}}',
        '{"function": "zero_pad", "args": [["a", "<f8", [-1], ""]], "kwargs": {}}',
        '{"function": "zero_pad", "args": [["f", "nan"]], "kwargs": {"p": ["n"]}}',
        '{"function": "zero_pad", "args": {"a": 1}, "kwargs": []}',
        "[" * 100_000,
    ],
)
def test_whatever_is_sent_there_is_a_reply(helpers, text):
    assert list(json.loads(helpers.answer(text))) == ["error"]


def test_it_is_not_asked_for_ever(helpers):
    x = ["a", "<f8", [1, 1], "AAAAAAAAAAA="]
    call = json.dumps({"function": "zero_pad", "args": [x, ["i", "0"]], "kwargs": {}})
    replies = [json.loads(helpers.answer(call)) for _ in range(MAX_HELP_CALLS + 1)]
    assert "value" in replies[-2]
    assert "far too often" in replies[-1]["error"]


def test_the_graders_time_for_all_calls_together_is_bounded(helpers, monkeypatch):
    """No limit of a kernel's holds where right functions are computed."""
    clock = iter(range(0, 10**6, 4))  # every look at the clock finds four seconds more
    monkeypatch.setattr(helping.time, "thread_time", lambda: float(next(clock)))
    call = json.dumps({"function": "zero_pad", "args": [["a", "<f8", [1, 1], ""]], "kwargs": {}})
    replies = [json.loads(helpers.answer(call)) for _ in range(10)]
    assert sum("far too often" in reply.get("error", "") for reply in replies) >= 7


def test_a_busy_machine_takes_no_help_away(monkeypatch):
    """Others that keep it busy must not change a mark: the clock goes on, the work does not."""
    question = QUESTIONS["zero_pad"]
    slow = dataclasses.replace(question, reference=lambda x, p: time.sleep(0.05) or x)
    monkeypatch.setattr(helping, "MAX_HELP_SECONDS", 0.04)
    helpers = Helpers({"zero_pad": slow})
    x = ["a", "<f8", [1, 1], "AAAAAAAAAAA="]
    call = json.dumps({"function": "zero_pad", "args": [x, ["i", "0"]], "kwargs": {}})
    assert all("value" in json.loads(helpers.answer(call)) for _ in range(3))


def test_a_result_that_would_be_large_is_not_sent():
    helpers = Helpers({"insert_zeros": QUESTIONS["insert_zeros"]})
    namespace = {}
    with (
        agent.helped(namespace, helpers.names, helpers.answer),
        pytest.raises((TypeError, ValueError), match="far too large"),
    ):
        namespace["insert_zeros"](np.ones((32, 32)), 32)
