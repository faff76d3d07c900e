"""Functions that call others which are wrong: named, and not charged for twice."""

import functools

import numpy as np
import pytest

from convtranspose.transposed import conv_transpose2d
from marking.kernels.helping import Helpers
from marking.kernels.in_process import FunctionAnswerer
from marking.kernels.inside import agent
from marking.kernels.protocol import decode_answers, encode_calls
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.questions.catalogue import assignments
from marking.submissions.helping import judge, not_moved

FULL = ASSIGNMENTS["rotated-kernel"]


class Answers:
    """Answers from functions that call each other through `names`."""

    def __init__(self, names, helpers):
        self.names, self.helpers = names, helpers

    def ask(self, calls):
        helpers = self.helpers or Helpers({})
        with agent.helped(self.names, helpers.names, helpers.answer):
            return decode_answers(agent.answer(encode_calls(calls), self.names), len(calls))


def judged(name, called, f, **others):
    """The judgement on `f`, which calls the others through the names it gets first."""
    names = dict(others)
    names[name] = functools.partial(f, names)
    return judge(QUESTIONS[name], functools.partial(Answers, names), 0, lambda: called, {})


def points_for_handing_on(question, helper):
    """What a function earns that only gives back what `helper` gives."""
    answerer = FunctionAnswerer(QUESTIONS[helper].reference)
    return judge(question, lambda _helpers: answerer, 0, lambda: (), {}).verdict.points


@pytest.mark.parametrize("name", [n for a in assignments().values() for n in a.builds_on])
def test_each_question_that_builds_on_others_knows_them(name):
    question = QUESTIONS[name]
    order = [q.name for q in assignments()[question.assignment].questions]
    for helper in assignments()[question.assignment].builds_on[name]:
        assert order.index(helper) < order.index(name)
        assert points_for_handing_on(question, helper) <= 1  # or an empty cell would earn them


def train(names, x, target, w0, stride, steps, rate):
    w, losses = np.array(w0, dtype=float), []
    for _ in range(steps):
        losses.append(float(((conv_transpose2d(x, w, stride) - target) ** 2).sum() / 2))
        w = w - rate * names["loss_gradient"](x, w, target, stride)
    return w, losses


def test_a_gradient_with_the_wrong_sign_does_not_cost_the_training():
    def wrong(*args):
        return -QUESTIONS["loss_gradient"].reference(*args)

    found = judged("train", {"loss_gradient"}, train, loss_gradient=wrong)
    right = judged(
        "train",
        {"loss_gradient"},
        train,
        loss_gradient=QUESTIONS["loss_gradient"].reference,
    )
    assert found.verdict.points == right.verdict.points > 0
    assert found.helped and "`loss_gradient`, which `train` calls, is not right yet" in " ".join(
        (*found.verdict.sentences, found.verdict.note)
    )


def test_a_helper_that_another_assignment_asks_for_is_named_and_nothing_more():
    def loss_gradient(names, x, w, target, stride):
        y = names["conv_transpose2d"](x, w, stride)
        return QUESTIONS["loss_gradient"].reference(x, w, target - y + y, stride)

    found = judged(
        "loss_gradient",
        {"conv_transpose2d"},
        loss_gradient,
        conv_transpose2d=lambda x, w, stride=1: None,
    )
    assert found.verdict.points == 0 and not found.helped
    assert found.verdict.sentences == (
        "`conv_transpose2d`, which `loss_gradient` calls, gives `None`: put that right first, then "
        "check this again.",
    )


def test_a_mistake_of_ones_own_stays_named_beside_a_wrong_helper():
    def convolve2d_same(names, x, h):
        names["rotate180"](h)
        return -QUESTIONS["convolve2d_same"].reference(x, h)

    found = judged(
        "convolve2d_same",
        {"rotate180"},
        convolve2d_same,
        rotate180=lambda h: None,
    )
    assert found.verdict.points == 0
    assert not found.helped
    assert "`rotate180`" not in " ".join(found.verdict.sentences)


def test_no_function_is_lent_that_is_still_to_be_marked():
    """A kernel keeps what it has learned, and could answer the later question with it."""
    lent = []

    def asks(helpers):
        lent.append(helpers)
        return FunctionAnswerer(lambda x, s: x)

    known = {"bilinear_kernel": (False, "It is wrong.")}
    found = judge(QUESTIONS["nearest"], asks, 0, lambda: {"bilinear_kernel"}, known)
    assert lent == [None]
    assert "bilinear_kernel" in " ".join(found.verdict.sentences)


def narrow(w, input_shape):
    """The matrix for stride 1, as the notebook on transposed convolution needs it."""
    return QUESTIONS["convolution_matrix"].reference(w, input_shape)


def with_pixels_exchanged(w, input_shape):
    return narrow(w, input_shape)[:, ::-1]


def untransposed(names, y, w, input_shape):
    return names["convolution_matrix"](w, input_shape) @ y.ravel()


@pytest.mark.parametrize(("helper", "blamed"), [(narrow, False), (with_pixels_exchanged, True)])
def test_a_helper_of_another_notebook_needs_no_parameters_that_nobody_gives(helper, blamed):
    called = {"convolution_matrix"}
    found = judged("transpose_by_matrix", called, untransposed, convolution_matrix=helper)
    assert ("is not right yet" in " ".join(found.verdict.sentences)) == blamed


@pytest.mark.parametrize(
    "calls, wrong, stay",
    (
        ({}, (), {"rotate180", "cross_correlate2d", "convolve2d_same"}),
        ({"convolve2d_same": {"zero_pad"}}, (), {"rotate180", "cross_correlate2d"}),
        # it does not build on zero_pad, so none was lent to it: right, it is right by itself
        ({"rotate180": {"zero_pad"}}, (), {"rotate180", "cross_correlate2d", "convolve2d_same"}),
        ({"rotate180": {"zero_pad"}}, ("rotate180",), {"cross_correlate2d", "convolve2d_same"}),
        # one that is asked again bears on what builds on it
        (
            {"rotate180": {"zero_pad"}, "convolve2d_same": {"rotate180"}},
            ("rotate180",),
            {"cross_correlate2d"},
        ),
        ({"cross_correlate2d": {"np"}}, ("cross_correlate2d",), set(FULL) - {"zero_pad"}),
    ),
)
def test_what_a_question_asked_again_bears_on(calls, wrong, stay):
    passed = {name: name not in wrong for name in FULL if name != "zero_pad"}
    assert not_moved(passed, {"zero_pad"}, lambda name: calls.get(name, ())) == stay
