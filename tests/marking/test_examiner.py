"""The examiner: right answers in any style pass, lying ones are refused with a sentence, and mistakes are named."""

import json
import warnings

import numpy as np
import pytest

from marking import agent
from marking.answers import tolerance
from marking.examiner import accepts, examine
from marking.protocol import Answer, Failure, FunctionAnswerer, decode_answers, encode_calls
from marking.questions import QUESTIONS
from marking.questions.model import A
from marking.sitting import _sit, sit

ROTATE = QUESTIONS["rotate180"]
CORRELATE = QUESTIONS["cross_correlate2d"]
PLACE = QUESTIONS["conv_transpose2d"]
LAYER = QUESTIONS["conv_transpose2d_layer"]


def verdict(question, f, seed=0):
    return examine(question, FunctionAnswerer(f), seed)


def place(x, w, stride=1, combine=np.add, dtype=float):
    y = np.zeros(((x.shape[0] - 1) * stride + w.shape[0], (x.shape[1] - 1) * stride + w.shape[1]), dtype)
    for i, j in np.ndindex(*x.shape):
        here = np.s_[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        y[here] = combine(y[here], x[i, j] * w)
    return y


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("seed", [0, "course/ada", ("any", 3)])
def test_the_reference_passes_with_every_seed(question, seed):
    result = verdict(question, question.reference, seed)
    assert result.passed, result.text()
    assert result.points == result.max_points == question.points


# --- Right answers are never punished for style -----------------------------------------------------------------------


def read_only(h):
    y = h[::-1, ::-1].copy()
    y.flags.writeable = False
    return y


def noisy(h):
    print("here I am")
    warnings.warn("careful", stacklevel=1)
    np.zeros(1) / 0
    return h[::-1, ::-1]


def float_errors_raise(h):
    np.seterr(all="raise")
    return h[::-1, ::-1]


@pytest.mark.parametrize(
    "f",
    [
        read_only,
        noisy,
        lambda h: np.asfortranarray(h[::-1, ::-1]),
        lambda h: h[::-1, ::-1],
        lambda h: h[::-1, ::-1].tolist(),
        lambda h: tuple(map(tuple, h[::-1, ::-1])),
        lambda h: list(h[::-1, ::-1]),
        lambda h: h[::-1, ::-1].astype(np.float32),
        lambda h: h[::-1, ::-1].astype(np.longdouble),
        lambda h: h[::-1, ::-1].astype(">f8"),
        lambda h: np.fft.ifft2(np.fft.fft2(h)).real[::-1, ::-1],
    ],
)
def test_style_is_free(f):
    assert verdict(ROTATE, f).passed


def test_a_list_passes_with_a_kind_note():
    assert "nested lists" in verdict(ROTATE, lambda h: h[::-1, ::-1].tolist()).note


def test_strict_float_errors_of_the_student_do_not_cost_a_point():
    with np.errstate():
        assert verdict(ROTATE, float_errors_raise).passed


def test_narrow_arithmetic_passes_and_a_wrong_term_in_it_does_not():
    assert verdict(PLACE, lambda x, w, stride=1: place(x, w, stride, dtype=np.float32)).passed
    wrong = verdict(PLACE, lambda x, w, stride=1: place(x, w, stride, np.maximum, np.float32))
    assert wrong.points == 1  # the shape


@pytest.mark.parametrize("name", [n for n, q in QUESTIONS.items() if q.answer == "array" and n != "overlap_count"])
def test_whoever_computes_in_float32_passes_every_question(name):
    question = QUESTIONS[name]
    assert verdict(question, lambda *a, **k: question.reference(*a, **k).astype(np.float32)).passed
    if not question.rounds:
        rng = np.random.default_rng(0)
        for trial in _sit(question, FunctionAnswerer(question.reference), rng, coarse=True).trials:
            if _is_whole(trial):
                expected = np.asarray(trial.expected, np.float32)
                assert tolerance(question, trial, expected, expected) < 0.5


def _is_whole(trial):
    arrays = [a for a in (*trial.args, *trial.kwargs.values()) if isinstance(a, np.ndarray)]
    return all(np.array_equal(a, np.rint(a)) for a in arrays)


@pytest.mark.parametrize("number", [int, np.int64, np.int8, np.array])
def test_sizes_may_be_any_kind_of_integer(number):
    question = QUESTIONS["output_size"]
    assert verdict(question, lambda *a, **k: number(question.reference(*a, **k))).passed


@pytest.mark.parametrize("pair", [tuple, list, np.array, lambda p: tuple(map(np.int32, p))])
def test_pairs_may_be_tuples_lists_or_arrays(pair):
    question = QUESTIONS["same_padding"]
    assert verdict(question, lambda *a: pair(question.reference(*a))).passed


@pytest.mark.parametrize("truth", [bool, np.bool_, np.array])
def test_truth_may_be_numpys(truth):
    question = QUESTIONS["is_even"]
    assert verdict(question, lambda *a: truth(question.reference(*a))).passed


# --- Lying answers are refused with a sentence ------------------------------------------------------------------------


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
        return h[::-1, ::-1] + (calls[0] > 10)

    return f


def later():
    calls = [0]

    def f(h):
        calls[0] += 1
        return h[::-1, ::-1] if calls[0] < 9 else h

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
        (lambda h: h[::-1, ::-1].astype(object), "object"),
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
        (np.random.default_rng(1).permutation, "two different answers"),
        (hostile, "ValueError"),
        (lambda h: (_ for _ in ()).throw(SystemExit), "SystemExit"),
        (lambda h: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_lying_answers_get_nothing_and_a_sentence(f, said):
    result = verdict(ROTATE, f)
    assert result.points == 0
    assert said in " ".join(result.sentences)


def test_an_answer_that_changes_after_some_calls_is_refused():
    result = verdict(ROTATE, later())
    assert result.points == 0


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


def test_changing_the_argument_costs_the_category_that_pays_for_it_only():
    def f(h):
        h[:] = h[::-1, ::-1].copy()
        return h

    result = verdict(ROTATE, f)
    assert [c.passed for c in result.categories] == [True, False]
    assert "changes its argument `h`" in result.sentences[0]


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


def test_a_float_where_a_size_is_wanted_costs_that_category_only():
    question = QUESTIONS["output_size"]
    result = verdict(question, lambda *a, **k: float(question.reference(*a, **k)))
    assert [c.passed for c in result.categories] == [True, True, False]
    assert "float" in result.sentences[0]


def test_a_negative_zero_or_tiny_rounding_is_no_difference():
    assert verdict(ROTATE, lambda h: h[::-1, ::-1] * (1 + 2**-52)).passed
    assert verdict(QUESTIONS["insert_zeros"], lambda x, s: QUESTIONS["insert_zeros"].reference(x, s) * 1.0 - 0.0).passed


def test_rounding_is_forgiven_but_a_relative_error_of_a_billionth_is_not():
    assert not verdict(ROTATE, lambda h: h[::-1, ::-1] * (1 + 1e-9)).passed


def test_fractions_are_never_whole_by_chance():
    """Else somebody who cuts fractions off would pass with lucky numbers."""
    rng = np.random.default_rng(0)
    for question in QUESTIONS.values():
        for spec in (a for category in question.categories for case in category.cases for a in case.args):
            if isinstance(spec, A) and spec.step < 1:
                drawn = np.array([spec.draw(rng, coarse) for coarse in (True, False) for _ in range(50)])
                assert not np.any(drawn == np.rint(drawn)), question.name


def test_a_fourier_transform_passes_where_large_numbers_give_a_small_result():
    def convolve2d_same(x, h):
        shape = [a + b - 1 for a, b in zip(x.shape, h.shape, strict=True)]
        full = np.fft.irfft2(np.fft.rfft2(x, shape) * np.fft.rfft2(h, shape), shape)
        top, left = h.shape[0] // 2, h.shape[1] // 2
        return full[top : top + x.shape[0], left : left + x.shape[1]]

    # With this seed a kernel of hundreds of thousands has a small weight in its centre, and the image one pixel.
    assert examine(QUESTIONS["convolve2d_same"], FunctionAnswerer(convolve2d_same), 371).passed


def test_tolerance_stays_below_half_a_unit_wherever_whole_numbers_are_asked():
    """The argument of the module's docstring: integers that differ are at least one apart."""
    for question in QUESTIONS.values():
        if question.rounds or question.answer not in ("array", "number"):
            continue
        for trial in sit(question, FunctionAnswerer(question.reference), 1).trials:
            if not _is_whole(trial):
                continue
            assert tolerance(question, trial, np.asarray(trial.expected, float), trial.expected) < 0.5, question.name


# --- Failures of the other side ---------------------------------------------------------------------------------------


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
    result = examine(ROTATE, Broken(Failure(kind)), 0)
    assert result.points == 0
    assert result.picture is None
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
        assert result.sentences and result.text() and result.html()


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_strange_answers_among_right_ones_never_raise(question):
    for strange in STRANGE:
        calls = iter(range(10**6))

        def sometimes(*args, strange=strange, calls=calls, **kwargs):
            return strange if next(calls) % 3 else question.reference(*args, **kwargs)

        assert verdict(question, sometimes).points < question.points


def test_garbage_replies_never_raise():
    rng = np.random.default_rng(3)
    honest = agent.answer

    class Garbled:
        def ask(self, calls):
            text = list(honest(encode_calls(calls), {"rotate180": lambda h: h[::-1, ::-1]}))
            for place in rng.integers(len(text), size=3):
                text[place] = chr(rng.integers(32, 127))
            return decode_answers("".join(text), len(calls))

    for _ in range(60):
        assert 0 <= examine(ROTATE, Garbled(), 0).points <= ROTATE.points


def test_an_answerer_that_forges_flags_gains_nothing():
    """Claims about type and change are heard, but only numbers earn points."""

    class Forger:
        def ask(self, calls):
            replies = [
                {"value": ["s", "full marks"], "type": "ndarray", "mutated": [], "changed": False, "points": 99}
                for _ in calls
            ]
            return decode_answers(json.dumps(replies), len(calls))

    assert examine(ROTATE, Forger(), 0).points == 0


# --- Seeds ------------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_cases_and_verdict_and_another_seed_other_cases():
    def asked(seed):
        return sit(PLACE, FunctionAnswerer(PLACE.reference), seed).trials

    same = zip(asked("a"), asked("a"), strict=True)
    assert all(np.array_equal(p, q) for one, two in same for p, q in zip(one.args, two.args, strict=True))
    assert not np.array_equal(asked("a")[0].args[0], asked("b")[0].args[0])

    def wrong(x, w, stride=1):
        return place(x, w, stride, np.maximum)

    assert verdict(PLACE, wrong, "a").text() == verdict(PLACE, wrong, "a").text()


def test_accepts_agrees_with_examine():
    assert accepts(ROTATE, FunctionAnswerer(ROTATE.reference))
    assert not accepts(ROTATE, FunctionAnswerer(lambda h: h))


# --- What the student reads -------------------------------------------------------------------------------------------


def test_categories_earn_partial_credit():
    def square_strides_only(x, w, stride=1):
        y = place(x, w, stride)
        return y if stride == 1 else y * 0

    result = verdict(PLACE, square_strides_only)
    passed = {c.name: c.passed for c in result.categories}
    assert passed["shape of the result"] and passed["stride 1"]
    assert not passed["larger strides: overlaps"]
    assert 0 < result.points < result.max_points


def test_the_smallest_failing_case_is_shown_with_numbers_to_check_by_hand():
    result = verdict(PLACE, lambda x, w, stride=1: place(x, w, stride, np.maximum))
    assert result.misconceptions == ("overlaps keep the maximum",)
    inputs = dict(result.picture.inputs)
    assert inputs["x"].ravel().tolist() == [1, 2, 3, 4]
    assert result.picture.call == "conv_transpose2d(x, w)"


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
    assert "`y[0,0]` has `x[0,0]·h[0,0]` twice; lacks `x[0,1]·h[0,1]`." in result.sentences


def test_coefficients_that_are_no_whole_numbers_are_told_too():
    def f(x, w, stride=1):
        y = place(x, w, stride)
        y[0, 0] = 0.75 * x[0, 0] * w[0, 0]
        return y

    assert any("times 0.75 instead of 1" in sentence for sentence in verdict(PLACE, f).sentences)


def test_an_answer_that_is_not_linear_is_told_so():
    sentences = " ".join(verdict(PLACE, lambda x, w, stride=1: np.abs(place(x, w, stride))).sentences)
    assert "not a plain sum of products" in sentences


def test_arguments_renamed_by_the_student_do_not_matter():
    def f(image, kernel, stride=1):
        y = place(image, kernel, stride)
        y[-1, -1] += image[0, 0] * kernel[0, 0]
        return y

    assert any("which does not belong there" in sentence for sentence in verdict(PLACE, f).sentences)


def test_an_error_in_some_cases_only_shows_the_case_and_the_line():
    def f(h):
        if h.shape[0] != h.shape[1]:
            raise IndexError("out of\nbounds")
        return h[::-1, ::-1]

    result = verdict(ROTATE, f)
    line = f.__code__.co_firstlineno + 2
    assert f"stopped with IndexError: out of bounds (line {line} of its cell)." in result.sentences[0]
    assert result.picture.given == "no answer (IndexError)"


def test_a_missing_return_on_one_path_shows_the_case():
    def f(x, w, stride=1):
        if stride == 1:
            return place(x, w)

    result = verdict(PLACE, f)
    assert "not written yet, or a `return` is missing" in result.sentences[0]
    assert "stride=" in result.picture.call
    assert result.picture.given == "None (NoneType)"


def test_nan_is_told_as_nan_and_not_as_a_changing_answer():
    said = verdict(ROTATE, lambda h: h[::-1, ::-1] * np.nan).sentences[0]
    assert "two different answers" not in said


def test_last_bits_may_change_between_calls():
    question = QUESTIONS["equalise"]
    flip = iter(range(10**6))
    f = lambda w, s: question.reference(w, s) * (1 + 2**-52 * (next(flip) % 2))  # noqa: E731
    assert verdict(question, f).passed


def test_a_probe_that_the_student_cannot_answer_leaves_the_verdict_whole():
    """Answers right at whole numbers that are not zero, and fails on the sparse probes."""

    def f(x, w, stride=1):
        if (x == 0).any() and x.size > 1:
            raise ValueError("no zeros, please")
        return place(x, w, stride) + 1

    result = verdict(PLACE, f)
    assert result.points == 1
    assert result.picture is not None


def test_mistakes_in_a_tuple_of_arrays_show_the_array_that_is_wrong():
    question = QUESTIONS["train"]

    def f(x, target, w0, stride, steps, rate):
        w, losses = question.reference(x, target, w0, stride, steps, rate)
        return w, losses * 3

    result = verdict(question, f)
    assert result.picture.expected.ndim == 1
    assert "`losses[0]` should be" in result.sentences[0]
    one = verdict(question, lambda *a: question.reference(*a)[0])
    assert "a tuple of arrays is wanted" in one.sentences[0]


def test_the_examiner_needs_no_notebook_software():
    import subprocess
    import sys

    code = (
        "import sys, marking.examiner, marking.questions;"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('nbgrader', 'IPython', 'jupyter_client', 'nbformat')];"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
