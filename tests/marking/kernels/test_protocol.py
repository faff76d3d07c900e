"""The boundary between examiner and student: what goes through, and what is refused."""

import base64
import json

import numpy as np
import pytest

from marking.examiner.calls import Call, FailureKind
from marking.kernels.in_process import FunctionAnswerer
from marking.kernels.protocol import decode_answers, encode_calls
from marking.limits import MAX_ANSWER_TEXT, MAX_ELEMENTS, MAX_REPLY


def ask(f, *args, **kwargs):
    [answer] = FunctionAnswerer(f).ask([Call("f", args, kwargs)])
    return answer


def reply(**fields):
    return json.dumps([{"type": "ndarray", "mutated": [], "seconds": 0.1, **fields}])


def encoded(array):
    return ["a", array.dtype.str, list(array.shape), base64.b64encode(array.tobytes()).decode()]


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -(10**40), 0.1, float("inf"), "text", (1, (2.5, None)), ()],
)
def test_values_come_back_as_they_went(value):
    assert ask(lambda x: x, value).value == value


@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "float16", "int64", "uint8", "bool", "complex128", ">f8"]
)
def test_arrays_come_back_with_shape_and_dtype(dtype):
    x = np.arange(6).reshape(2, 3).astype(dtype)
    answer = ask(lambda x: x.T, x)
    assert answer.value.dtype == np.dtype(dtype).newbyteorder("<")
    assert np.array_equal(answer.value, x.T)
    assert answer.type_name == "ndarray"


@pytest.mark.parametrize(
    "lying",
    [
        np.ones((3, 4)),
        np.ones((3, 4)).T,
        np.ones((3, 8))[:, ::2],
        np.ones((3, 8))[::-1, ::-2],
    ],
)
def test_an_argument_lies_in_memory_as_the_callers_does(lying):
    def seen(x):
        return x.flags.c_contiguous, x.flags.f_contiguous, *np.sign(x.strides).tolist()

    assert ask(seen, lying).value == seen(lying)


def test_a_returned_array_is_read_only():
    assert not ask(lambda: np.ones(3)).value.flags.writeable


def test_lists_and_tuples_arrive_as_tuples_and_keep_their_type_name():
    answer = ask(lambda: [[1, np.float64(2)], (np.int8(3), True)])
    assert answer.value == ((1, 2.0), (3, True))
    assert answer.type_name == "list"


def test_an_exception_is_a_failure_with_its_line():
    def f(x):
        return x[5]

    failure = ask(f, np.ones(2)).failure
    assert (failure.kind, failure.name) == ("error", "IndexError")
    assert failure.line == f.__code__.co_firstlineno + 1


def test_a_hostile_message_is_cut_and_cleaned():
    def f():
        raise ValueError("\x1b[31m\u202e" + "<script>" * 10_000)

    message = ask(f).failure.message
    assert len(message) <= MAX_ANSWER_TEXT
    assert "\x1b" not in message and "\u202e" not in message


def test_an_exception_whose_message_raises_is_a_failure_all_the_same():
    class Nasty(Exception):
        def __str__(self):
            raise RuntimeError

    def f():
        raise Nasty

    assert ask(f).failure.name == "Nasty"


def test_leaving_python_is_a_failure_and_the_other_calls_are_still_made():
    def f(n):
        if n == 0:
            raise SystemExit
        return n

    first, second = FunctionAnswerer(f).ask([Call("f", (0,)), Call("f", (1,))])
    assert first.failure.name == "SystemExit"
    assert second.value == 1


def test_the_stop_button_is_not_swallowed():
    def f():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(f)


def test_a_missing_function_is_undefined():
    from marking.kernels.inside import agent

    [answer] = decode_answers(agent.answer(encode_calls([Call("nothing")]), {}), 1)
    assert answer.failure.kind == "undefined"


def test_changed_arguments_are_reported_by_position():
    def f(x, y, *, z):
        y += 1
        z[0] = 7
        return x

    assert ask(f, np.zeros(2), np.zeros(2), z=np.zeros(1)).mutated == (1, 2)


def test_every_call_gets_fresh_arguments():
    def f(x):
        x += 1
        return x.copy()

    x = np.zeros(2)
    first, second = FunctionAnswerer(f).ask([Call("f", (x,)), Call("f", (x,))])
    assert np.array_equal(first.value, second.value)
    assert not x.any()


def test_a_result_that_changes_later_keeps_its_first_value_and_is_reported():
    buffer = np.zeros(1)

    def f(n):
        buffer[0] = n
        return buffer

    first, second = FunctionAnswerer(f).ask([Call("f", (1,)), Call("f", (2,))])
    assert (first.value[0], second.value[0]) == (1, 2)
    assert first.changed and not second.changed


def test_one_array_given_back_by_two_calls_is_reported():
    known = {}

    def f(n):
        return known.setdefault(n, np.arange(6.0)[:n]), np.zeros(n)

    calls = [Call("f", (n,)) for n in (2, 3, 2)]
    first, other, again = FunctionAnswerer(f).ask(calls)
    assert [first.again, other.again, again.again].count(True) == 1 and not other.again
    assert not any(one.again for one in FunctionAnswerer(lambda n: np.zeros(n)).ask(calls))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.array([1, "a"], dtype=object), "object"),
        (np.array(["a"]), "<U1"),
        (np.broadcast_to(1.0, (10**6, 10**6)), "far too large"),
        (np.zeros(MAX_ELEMENTS + 1), "far too large"),
        ([0] * 10**5, "far too long"),
        ({1: 2}, "dict"),
        (1j, "complex"),
        (1 << 5000, "bits"),
        ([[1, 2], [{}]], "dict"),
    ],
)
def test_what_cannot_be_sent_is_described(value, said):
    answer = ask(lambda: value)
    assert answer.value is None
    assert said in answer.note


def test_a_list_that_contains_itself_is_described():
    endless = []
    endless.append(endless)
    assert "too deep" in ask(lambda: endless).note


def test_a_subclass_sends_its_bytes_and_says_what_it_is():
    class Liar(np.ndarray):
        def tobytes(self, order=None):
            return b"x" * 16

        @property
        def shape(self):
            return (7,)

    Liar.__name__ = "ndarray"
    answer = ask(lambda: np.array([1.0, 2.0]).view(Liar))
    assert answer.value.tolist() == [1.0, 2.0]
    assert answer.type_name == "subclass of ndarray"


def test_printing_is_silenced_and_warnings_are_no_errors(capsys):
    import warnings

    def f():
        print("hello")
        warnings.warn("careful", stacklevel=1)
        return 1

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ask(f).value == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[NaN]",
        "{}",
        "[]",
        "[1, 2]",
        "[" * 100_000,
        "x" * (MAX_REPLY + 1),
        None,
        b"[]",
    ],
)
def test_a_reply_that_is_no_list_of_answers_gives_protocol_failures(text):
    answers = decode_answers(text, 3)
    assert [a.failure.kind for a in answers] == ["protocol"] * 3


@pytest.mark.parametrize(
    "value",
    [
        ["a", "|O8", [1], "AAAAAAAAAAA="],
        ["a", "<f8", [2], "AAAAAAAAAAA="],
        ["a", "<f8", [-1], "AAAAAAAAAAA="],
        ["a", "<f8", [True], "AAAAAAAAAAA="],
        ["a", "<f8", [1], "not base64!"],
        ["a", "<f8", [10**9, 10**9], ""],
        ["a", "<f8", [1] * 60, "AAAAAAAAAAA="],
        ["a"],
        ["z", 1],
        ["i", 5],
        ["i", "9" * 5000],
        ["i", "__import__('os')"],
        ["f", "nan; import os"],
        ["b", 1],
        ["t", "ab"],
        ["t", [["n"]] * 10**5],
        [],
        7,
        {"a": 1},
    ],
)
def test_a_malformed_value_is_a_protocol_failure(value):
    [answer] = decode_answers(reply(value=value), 1)
    assert answer.failure.kind == "protocol"


@pytest.mark.parametrize(
    "entry", [{}, [], None, 3, {"value": ["n"]}, {"failure": 3}, {"failure": {}}]
)
def test_a_malformed_answer_is_a_protocol_failure(entry):
    [answer] = decode_answers(json.dumps([entry]), 1)
    assert answer.failure.kind == "protocol"


def test_one_malformed_answer_leaves_the_others_whole():
    good = {"value": encoded(np.ones(1)), "type": "ndarray", "mutated": [], "seconds": 0.0}
    answers = decode_answers(json.dumps([good, {}]), 2)
    assert answers[0].value.tolist() == [1.0]
    assert answers[1].failure.kind == "protocol"


@pytest.mark.parametrize(
    ("failure", "kind", "line"),
    [
        ({"kind": "error", "name": "E", "message": "m", "line": 3}, "error", 3),
        ({"kind": "full marks", "name": "E", "message": "m", "line": 3}, "protocol", 3),
        ({"kind": "error", "name": 5, "message": [], "line": "x"}, "error", None),
        ({"kind": "error", "name": "E", "message": "m", "line": 10**9}, "error", None),
    ],
)
def test_failures_are_read_with_care(failure, kind, line):
    [answer] = decode_answers(json.dumps([{"failure": failure}]), 1)
    assert (answer.failure.kind, answer.failure.line) == (kind, line)


@pytest.mark.parametrize("kind", ["timeout", "died", "protocol", ["error"], None])
def test_what_the_grader_alone_can_see_cannot_be_claimed(kind):
    """A forged "died" would else pass for the end of the kernel."""
    failure = {"kind": kind, "name": "E", "message": "memory", "line": 3}
    [answer] = decode_answers(json.dumps([{"failure": failure}]), 1)
    assert answer.failure.kind is FailureKind.PROTOCOL


def test_an_argument_that_cannot_be_sent_is_refused_with_its_type():
    with pytest.raises(TypeError, match=r"calls to f carry .* got dict"):
        encode_calls([Call("f", ({},))])
    with pytest.raises(TypeError, match="got ndarray"):
        encode_calls([Call("f", (np.array([None]),))])
