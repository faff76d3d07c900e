"""Right answers in any style pass; lying ones are refused with a sentence."""

import dataclasses
import warnings

import numpy as np
import pytest
from tests.marking.examiner.functions import ROTATE, verdict

from marking.examiner.kinds import KINDS, kind_of
from marking.questions import QUESTIONS


def read_only(h):
    y = h[::-1, ::-1].copy()
    y.flags.writeable = False
    return y


def noisy(h):
    print("here I am")
    warnings.warn("careful", stacklevel=1)
    np.zeros(1) / 0
    return h[::-1, ::-1].copy()


def float_errors_raise(h):
    np.seterr(all="raise")
    return h[::-1, ::-1].copy()


@pytest.mark.parametrize(
    "f",
    [
        read_only,
        noisy,
        lambda h: np.array(h[::-1, ::-1], order="F"),
        lambda h: h[::-1, ::-1].copy(),
        lambda h: h[::-1, ::-1].tolist(),
        lambda h: tuple(map(tuple, h[::-1, ::-1])),
        lambda h: list(h[::-1, ::-1].copy()),
        lambda h: h[::-1, ::-1].astype(np.float32),
        lambda h: h[::-1, ::-1].astype(np.longdouble),
        lambda h: h[::-1, ::-1].astype(">f8"),
        lambda h: np.fft.ifft2(np.fft.fft2(h)).real[::-1, ::-1],
    ],
)
def test_style_is_free(f):
    assert verdict(ROTATE, f).passed


@pytest.mark.parametrize(
    "f", [lambda h: h[::-1, ::-1], lambda h: h.T.T[::-1, ::-1], lambda h: list(h[::-1, ::-1])]
)
def test_a_view_of_an_argument_is_no_new_array(f):
    result = verdict(ROTATE, f)
    assert [c.passed for c in result.categories] == [True, False]
    assert "is not a new array: it shares its memory with `h`" in result.sentences[0]


def test_a_list_passes_with_a_kind_note():
    assert "nested lists" in verdict(ROTATE, lambda h: h[::-1, ::-1].tolist()).note


def test_strict_float_errors_of_the_student_do_not_cost_a_point():
    with np.errstate():
        assert verdict(ROTATE, float_errors_raise).passed


def narrowest(number):
    return np.min_scalar_type(number).type(number)


@pytest.mark.parametrize("number", [int, np.int64, narrowest, np.array])
def test_sizes_may_be_any_kind_of_integer(number):
    question = QUESTIONS["output_size"]
    assert verdict(question, lambda *a, **k: number(question.reference(*a, **k))).passed


@pytest.mark.parametrize("pair", [tuple, list, np.array, lambda p: tuple(map(np.int32, p))])
def test_pairs_may_be_tuples_lists_or_arrays(pair):
    question = QUESTIONS["same_padding"]
    assert verdict(question, lambda *a, **k: pair(question.reference(*a, **k))).passed


@pytest.mark.parametrize("truth", [bool, np.bool_, np.array])
def test_truth_may_be_numpys(truth):
    question = QUESTIONS["is_even"]
    assert verdict(question, lambda *a, **k: truth(question.reference(*a, **k))).passed


class Agreeable(np.ndarray):
    """Equal to everything, under every NumPy function."""

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __eq__(self, other):
        return np.True_


def ragged(h):
    return [[1.0] * (i + 1) for i in range(h.shape[0] + 1)]


def counting():
    calls = [0]

    def f(h):
        calls[0] += 1
        return h[::-1, ::-1] + calls[0]

    return f


def hostile(h):
    raise ValueError("<script>alert(1)</script>" * 1000)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda h: h[::-1, ::-1].view(Agreeable), "Agreeable"),
        (lambda h: np.ma.masked_array(h[::-1, ::-1]), "MaskedArray"),
        (lambda h: np.asmatrix(h[::-1, ::-1]), "matrix"),
        (lambda h: h[::-1, ::-1] * np.nan, "nan"),
        (lambda h: np.full(h.shape, np.inf), "nan"),
        (lambda h: h[::-1, ::-1] > 0, "bool"),
        (lambda h: h[::-1, ::-1].astype(str).astype(object), "object"),
        (lambda h: h[::-1, ::-1].astype(str), "dtype"),
        (lambda h: h[::-1, ::-1] + 0j, "complex"),
        (lambda h: h[::-1, ::-1].astype(np.float16), "float16"),
        (lambda h: 1.0, "`1` (a `float`)"),
        (lambda h: np.float64(0), "plain NumPy array"),
        (lambda h: np.array(1.0), "a single number"),
        (ragged, "different lengths"),
        (lambda h: [["a", "b"], ["c", "d"]], "<U1"),
        (lambda h: "[[1, 2], [3, 4]]", "str"),
        (lambda h: {"answer": h}, "dict"),
        (lambda h: (x for x in h), "generator"),
        (lambda h: np.broadcast_to(0.0, (10**5, 10**5)), "far too large"),
        (lambda h: None, "`return`"),
        (counting(), "two different answers"),
        (lambda h: h + np.random.random(), "two different answers"),
        (hostile, "ValueError"),
        (lambda h: (_ for _ in ()).throw(SystemExit), "SystemExit"),
        (lambda h: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_lying_answers_get_nothing_and_a_sentence(f, said):
    result = verdict(ROTATE, f)
    assert result.points == 0
    assert said in " ".join(result.sentences)


def test_a_float_where_a_size_is_wanted_costs_that_category_only():
    question = QUESTIONS["output_size"]
    result = verdict(question, lambda *a, **k: float(question.reference(*a, **k)))
    assert [c.passed for c in result.categories] == [True, True, False]
    assert "float" in result.sentences[0]


def test_every_question_asks_for_a_known_kind_of_answer():
    assert {kind_of(question) for question in QUESTIONS.values()} <= set(KINDS.values())


def test_an_unknown_kind_of_answer_is_named_with_those_there_are():
    question = dataclasses.replace(ROTATE, answer="matrix")
    with pytest.raises(ValueError, match=r"rotate180 is 'matrix'; allowed are array, .*arrays, .*"):
        kind_of(question)
