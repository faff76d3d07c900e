"""The narrow door between the examiner and a student's code: calls go out, arrays and numbers come back.

Everything that comes back is text written by a process that ran the student's code.  It is read here as data: JSON of
a bounded size, dtypes from a short list, arrays rebuilt from bytes.  Nothing is ever unpickled or evaluated.  A reply
that does not fit becomes a `Failure` of kind ``protocol``, never an exception.
"""

import base64
import binascii
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, Protocol

import numpy as np

from . import agent

MAX_REPLY = 8_000_000  # characters of one reply: every answer of a question as large as the agent sends them
MAX_TEXT = 400
MAX_DIGITS = 300  # of an integer: what is shorter also fits into a float
DTYPES = frozenset(["|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"])
FAILURES = ("error", "undefined", "timeout", "died", "protocol")


@dataclass(frozen=True)
class Call:
    """One question to a student's function.

    `args` and the values of `kwargs` are ndarrays, ints, floats, bools, strings, None, or tuples of these.
    """

    function: str
    args: tuple = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why there is no value.  `name`, `message` and `line` were written by the student's side: cut, never trusted.

    `kind` is ``error`` (the function raised), ``undefined`` (there is no such function), ``timeout``, ``died`` (the
    process ended) or ``protocol`` (the reply made no sense).  `line` counts within the student's own cell.
    """

    kind: str
    name: str = ""
    message: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    `value` is a plain read-only ndarray, an int, float, bool, str, None, or a tuple of these (lists arrive as tuples).
    `type_name` says what the student's object was.  `note` is set, and `value` None, when the object could not be
    sent at all (object dtype, far too large, …).  `mutated` holds the positions of arguments that the call changed
    (keyword arguments count on after the positional ones); `changed` says that the returned array had other contents
    after the later calls.  `seconds` is the time the student's function took.
    """

    value: Any = None
    type_name: str = "NoneType"
    mutated: tuple[int, ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    note: str = ""
    changed: bool = False


class Answerer(Protocol):
    """Whatever can put calls to a student's functions: a kernel, or the same process."""

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """One Answer per Call, in one round trip.  Never raises for a fault of the student's."""


class FunctionAnswerer:
    """Answers from a function in this process, through the very text a kernel would send.

    `f` answers every call, whatever the name asked for.
    """

    def __init__(self, f: Callable):
        self._function = f

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        text = agent.answer(encode_calls(calls), {call.function: self._function for call in calls})
        return decode_answers(text, len(calls))


def encode_calls(calls: Sequence[Call]) -> str:
    """Calls as JSON text for `marking.agent.answer`.  TypeError names an argument that cannot be sent."""
    return json.dumps(
        [
            {
                "function": call.function,
                "args": [_encode(value, call.function) for value in call.args],
                "kwargs": {name: _encode(value, call.function) for name, value in call.kwargs.items()},
            }
            for call in calls
        ]
    )


def _encode(value, function):
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
            return ["a", plain.dtype.str, list(plain.shape), base64.b64encode(plain.tobytes()).decode("ascii")]
    raise TypeError(
        f"calls to {function} carry numbers, strings, None, tuples and numeric arrays; got {type(value).__name__}"
    )


def decode_answers(text: str, count: int) -> list[Answer]:
    """Read a reply of the agent strictly: exactly `count` answers, whatever `text` holds.

    A reply that is no such list gives `count` answers of kind ``protocol``; a malformed single answer gives one.
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


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


def _refusals(count, message):
    return [Answer(failure=Failure("protocol", "ProtocolError", message))] * count


def _decode_answer(reply) -> Answer:
    try:
        seconds = reply.get("seconds", 0.0)
        seconds = float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else 0.0
        if "failure" in reply:
            return Answer(failure=_decode_failure(reply["failure"]), seconds=seconds)
        note, value = "", None
        if reply["value"][0] == "x":
            note = _cut(reply["value"][1])
        else:
            value = _decode(reply["value"], [agent.MAX_ITEMS])
        mutated = tuple(int(position) for position in reply["mutated"][:20])
        changed = reply.get("changed") is True
        return Answer(value, _cut(reply["type"]), mutated, None, seconds, note, changed)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, RecursionError, binascii.Error):
        return Answer(failure=Failure("protocol", "ProtocolError", "an answer could not be read"))


def _decode_failure(item) -> Failure:
    kind = item["kind"] if item["kind"] in FAILURES else "protocol"
    line = item.get("line")
    line = line if type(line) is int and 0 < line < 1_000_000 else None
    return Failure(kind, _cut(item["name"]), _cut(item["message"]), line)


def _cut(text) -> str:
    """Text from the other side: no control characters but the new line, no lone surrogates, no more than fits."""
    text = text.encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else ""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "�", text)[:MAX_TEXT]


def _decode(item, budget):
    """One value; `budget` holds the number of items that may still come, so that memory stays bounded."""
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


def _decode_array(dtype, shape, data):
    if dtype not in DTYPES or len(shape) > agent.MAX_DEPTH:
        raise ValueError("an array of a dtype or a number of axes that is not asked for")
    if any(type(n) is not int or n < 0 for n in shape) or prod(shape) > agent.MAX_ELEMENTS:
        raise ValueError("an array of an impossible size")
    raw = base64.b64decode(data, validate=True)
    # Too few or too many bytes do not fit the shape: ValueError.  The array lies over bytes, hence is read-only.
    return np.frombuffer(raw, dtype=dtype).reshape(shape)
