"""The boundary between the examiner and a student's code, as text: calls go out, arrays and numbers
come back.

Everything that comes back is text written by a process that ran the student's code.  It is read
here as data: JSON of a bounded size, dtypes from a short list, arrays rebuilt from bytes.  Nothing
is ever unpickled or evaluated.  A reply that does not fit becomes a `Failure` of kind ``protocol``,
never an exception.
"""

import base64
import binascii
import functools
import json
import re
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from marking.examiner.calls import Answer, Call, Failure, FailureKind
from marking.limits import (
    MAX_ANSWER_TEXT,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_ELEMENTS,
    MAX_ITEMS,
    MAX_REPLY,
)

DTYPES = frozenset(
    [
        "|b1",
        "|i1",
        "|u1",
        "<i2",
        "<u2",
        "<i4",
        "<u4",
        "<i8",
        "<u8",
        "<f2",
        "<f4",
        "<f8",
        "<c8",
        "<c16",
    ]
)
# What the student's side may say of a function that gave no value.  That an answer came too late,
# or that the process ended, is seen by the grader alone.
FAILURES_FROM_THE_WIRE = (FailureKind.ERROR, FailureKind.UNDEFINED)


def encode_calls(calls: Sequence[Call]) -> str:
    """Calls as JSON text for `marking.kernels.inside.agent.answer`.  TypeError names an argument
    that cannot be sent.
    """
    return json.dumps(
        [
            {
                "function": call.function,
                "args": [_encode(value, call.function) for value in call.args],
                "kwargs": {
                    name: _encode(value, call.function) for name, value in call.kwargs.items()
                },
            }
            for call in calls
        ]
    )


def _encode(value: object, function: str) -> list[Any]:
    match value:
        case None:
            return ["n"]
        case bool() | np.bool_():
            return ["b", bool(value)]
        case int() | np.integer():
            return ["i", str(int(value))]
        case float() | np.floating():
            return ["f", float(value).hex()]
        case str():
            return ["s", value]
        case tuple():
            return ["t", [_encode(part, function) for part in value]]
        case np.ndarray() if value.dtype.newbyteorder("<").str in DTYPES:
            plain = value.astype(value.dtype.newbyteorder("<"))
            return [
                "a",
                plain.dtype.str,
                list(plain.shape),
                base64.b64encode(plain.tobytes()).decode("ascii"),
                _layout(value),
            ]
    raise TypeError(
        f"calls to {function} carry numbers, strings, None, tuples and numeric arrays; got "
        f"{type(value).__name__}"
    )


def decode_call(text: object) -> Call:
    """Read a call that the agent puts to the examiner, as strictly as its answers.  ValueError if
    it is none.
    """
    try:
        if not isinstance(text, str) or len(text) > MAX_REPLY:
            raise ValueError("no text, or one too long")
        item = json.loads(text, parse_constant=_no_constant)
        budget = [MAX_ITEMS]
        args = tuple(_decode(part, budget) for part in item["args"])
        kwargs = {_cut(name): _decode(part, budget) for name, part in item["kwargs"].items()}
        return Call(_cut(item["function"]), args, kwargs)
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        OverflowError,
        RecursionError,
        binascii.Error,
    ):
        raise ValueError("a call that could not be read") from None


def encode_value(value: object, function: str) -> str:
    """The reply to a call of `function` that the agent put, as JSON text."""
    return json.dumps({"value": _encode(value, function)})


def encode_error(message: str) -> str:
    """The reply to a call that has no value."""
    return json.dumps({"error": message})


def _layout(array: np.ndarray[Any, Any]) -> str:
    """How an argument lies in memory: F (columns first), S (with gaps), B (with gaps, the last
    number first), R (read-only), else C.
    """
    if not array.flags.c_contiguous:
        gaps = "B" if array.strides[-1] < 0 else "S"
        return "F" if array.flags.f_contiguous else gaps
    return "C" if array.flags.writeable else "R"


def decode_answers(text: str, count: int) -> list[Answer]:
    """Read a reply of the agent strictly: exactly `count` answers, whatever `text` holds.

    A reply that is no such list gives `count` answers of kind ``protocol``; a malformed single
    answer gives one.
    """
    refuse = functools.partial(_refusals, count)
    if not isinstance(text, str):
        return refuse("the reply is not text")
    if len(text) > MAX_REPLY:
        return refuse(f"the reply has {len(text)} characters; at most {MAX_REPLY} are read")
    try:
        replies = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return refuse("the reply is not JSON")
    if not isinstance(replies, list) or len(replies) != count:
        return refuse("the reply does not hold one answer per call")
    return [_decode_answer(reply) for reply in replies]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _refusals(count: int, message: str) -> list[Answer]:
    return [_unreadable(message)] * count


def _unreadable(message: str) -> Answer:
    return Answer(failure=Failure(FailureKind.PROTOCOL, "ProtocolError", message))


def _decode_answer(reply: Any) -> Answer:
    try:
        seconds = reply.get("seconds", 0.0)
        seconds = float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 0.0
        if "failure" in reply:
            return Answer(failure=_decode_failure(reply["failure"]), seconds=seconds)
        note, value = "", None
        if reply["value"][0] == "x":
            note = _cut(reply["value"][1])
        else:
            value = _decode(reply["value"], [MAX_ITEMS])
        mutated = tuple(int(position) for position in reply["mutated"][:20])
        shared = tuple(int(position) for position in reply.get("shared", [])[:20])
        changed = reply.get("changed") is True
        return Answer(
            value,
            _cut(reply["type"]),
            mutated,
            None,
            seconds,
            note,
            changed,
            shared,
            exact=reply.get("exact") is True,
            again=reply.get("again") is True,
        )
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        RecursionError,
        binascii.Error,
    ):
        return _unreadable("an answer could not be read")


def _decode_failure(item: Any) -> Failure:
    known = item["kind"] in FAILURES_FROM_THE_WIRE
    kind = FailureKind(item["kind"]) if known else FailureKind.PROTOCOL
    line = item.get("line")
    line = line if type(line) is int and 0 < line < 1_000_000 else None
    return Failure(kind, _cut(item["name"]), _cut(item["message"]), line)


def _cut(text: object) -> str:
    """Text from the other side: no control characters but the new line, no lone surrogates, no more
    than fits.
    """
    text = text.encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else ""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "�", text)[
        :MAX_ANSWER_TEXT
    ]


def _decode(item: Any, budget: list[int]) -> Any:
    """One value; `budget` holds the number of items that may still come, so that memory stays
    bounded.
    """
    budget[0] -= 1
    if budget[0] < 0:
        raise ValueError("too many items")
    tag, *rest = item
    if tag == "n":
        return None
    if tag == "b" and isinstance(rest[0], bool):
        return rest[0]
    if tag == "i" and isinstance(rest[0], str) and len(rest[0]) < MAX_DIGITS:
        return int(rest[0])
    if tag == "f" and isinstance(rest[0], str) and len(rest[0]) < 60:
        return float.fromhex(rest[0])
    if tag == "s":
        return _cut(rest[0])
    if tag == "t" and isinstance(rest[0], list):
        return tuple(_decode(part, budget) for part in rest[0])
    if tag == "a":
        return _decode_array(*rest)
    raise ValueError(f"unknown value {tag!r}")


def _decode_array(dtype: Any, shape: Any, data: Any) -> np.ndarray[Any, Any]:
    if dtype not in DTYPES or len(shape) > MAX_DEPTH:
        raise ValueError("an array of a dtype or a number of axes that is not asked for")
    if any(type(n) is not int or n < 0 for n in shape) or prod(shape) > MAX_ELEMENTS:
        raise ValueError("an array of an impossible size")
    raw = base64.b64decode(data, validate=True)
    # Too few or too many bytes do not fit the shape: ValueError.  The array lies over bytes, hence
    # is read-only.
    return np.frombuffer(raw, dtype=dtype).reshape(shape)
