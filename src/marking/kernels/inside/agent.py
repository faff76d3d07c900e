"""The agent: the one piece of the examiner that runs beside a student's code.

It stands alone: the standard library and NumPy, nothing of ours.  It decodes calls, makes them, and
sends back what came out as plain data.  It decides nothing.  Whatever it sends may be forged by the
code it lives with; `marking.kernels.protocol` therefore reads its reply as untrusted text, and
`marking.examiner` forms the verdict from the numbers alone.

Wire format (JSON).  A value is a list whose first item is a tag:

    ["n"]  ["b", true]  ["i", "12"]  ["f", "0x1.8p+1"]  ["s", "text"]  ["t", [value, ...]]
    ["a", "<f8", [3, 4], "base64 of the bytes in C order", "C"]
    ["x", "why this value could not be sent"]
"""

import base64
import contextlib
import io
import json
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy

# Copies of the grader's bounds of the same names, in `marking.limits`, which cannot be seen from
# here: what is larger is described, not sent.
MAX_ELEMENTS = 20_000
MAX_ITEMS = 20_000
MAX_DEPTH = 8
MAX_ANSWER_TEXT = 400
MAX_PARTS = 20  # of a result, that are looked at for memory shared with arguments
MAX_BITS = 900  # of an integer: fewer digits than the grader reads

Encoded = list[Any]


class _Silence(io.TextIOBase):
    """Swallow what the student's functions print while they are asked: hundreds of calls would
    flood the page.
    """

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def _decode(item: Encoded) -> Any:
    tag = item[0]
    if tag == "n":
        return None
    if tag in ("b", "s"):
        return item[1]
    if tag == "i":
        return int(item[1])
    if tag == "f":
        return float.fromhex(item[1])
    if tag == "t":
        return tuple(_decode(part) for part in item[1])
    data = base64.b64decode(item[3])
    return _laid_out(numpy.frombuffer(data, dtype=item[1]).reshape(item[2]), item[4])


def _laid_out(array: numpy.ndarray[Any, Any], layout: str) -> numpy.ndarray[Any, Any]:
    """A copy that lies in memory as the caller's array does."""
    if layout == "F":
        return numpy.array(array, order="F")
    if layout == "B":
        return numpy.flip(_laid_out(numpy.flip(array), "S"))
    if layout == "S":
        roomy = numpy.zeros((*array.shape[:-1], 2 * array.shape[-1] + 1), array.dtype)
        roomy[..., 1::2] = array
        return roomy[..., 1::2]
    array = numpy.array(array, order="C")
    array.flags.writeable = layout != "R"
    return array


# What a student's function gives back may be an object of any class, whose methods raise, lie or
# never end.  So nothing of ours asks such an object anything: its type is looked up past what the
# object says of it, and values are read by the methods of the base class.


def _is(value: Any, *kinds: type) -> bool:
    """`isinstance`, whatever the object says its class is."""
    return issubclass(type(value), kinds)


def _plain(value: Any) -> numpy.ndarray[Any, Any]:
    """An array, of a subclass perhaps, as NumPy's own."""
    plain: numpy.ndarray[Any, Any] = numpy.ndarray.view(value, numpy.ndarray)
    return plain


def _cut(text: Any, most: int) -> str:
    """The first `most` characters of a str, of a subclass perhaps; of anything else nothing."""
    return str.__getitem__(text, slice(0, most)) if _is(text, str) else ""


def _name(value: object) -> str:
    """The name of a value's class, whatever the class says it is."""
    return _cut(type.__dict__["__name__"].__get__(type(value)), 80)


def _encode_array(value: numpy.ndarray[Any, Any]) -> Encoded:
    plain = _plain(value)
    if plain.dtype == object and plain.size <= MAX_ELEMENTS:
        plain = _numbers_in(plain)
    if plain.dtype.kind not in "biufc":
        return ["x", f"an array of dtype {_cut(str(plain.dtype), 60)}"]
    if plain.size > MAX_ELEMENTS or plain.ndim > MAX_DEPTH:
        return ["x", f"an array of shape {plain.shape}, which is far too large"[:MAX_ANSWER_TEXT]]
    widest = "<c16" if plain.dtype.kind == "c" else "<f8"
    # long double: its layout differs by machine
    too_wide = plain.dtype.itemsize > numpy.dtype(widest).itemsize
    dtype = numpy.dtype(widest) if too_wide else plain.dtype.newbyteorder("<")
    plain = plain.astype(dtype)
    return ["a", dtype.str, list(plain.shape), base64.b64encode(plain.tobytes()).decode("ascii")]


def _numbers_in(array: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """An array of objects as one of numbers: whole ones if all are, else floats; itself if one of
    them is no number, or too large for that.
    """
    try:
        numbers = [_inexact(value) for value in array.ravel().tolist()]
        whole = all(_is(number, int) for number in numbers)
        found = numpy.array(numbers, "<i8" if whole else "<f8")
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return array
    return found.reshape(array.shape)


def _inexact(value: Any) -> Any:
    """A number of Python's own types as an int or a float; TypeError for anything else."""
    if _is(value, numpy.generic):
        value = _number_of(value)
    if _is(value, int) and not _is(value, bool):
        return int.__pos__(value)
    if _is(value, float):
        return float.__pos__(value)
    if type(value) is Decimal:
        return Decimal.__float__(value)
    if type(value) is Fraction:
        above, below = _ABOVE(value), _BELOW(value)
        if _is(above, int) and _is(below, int):
            return int.__truediv__(above, below)
    raise TypeError("no number")


# As they are before a student's code can change the class.
_ABOVE, _BELOW = Fraction.numerator.__get__, Fraction.denominator.__get__


def _is_exact(value: Any) -> bool:
    """Whether a result, or a part of it, is a number of Python's exact types, or holds such."""
    parts = _items(value, MAX_PARTS) if _is(value, list, tuple) else [value]
    return any(
        type(part) in (Fraction, Decimal)
        or (_is(part, numpy.ndarray) and _plain(part).dtype == object)
        for part in parts
    )


def _encode(value: Any, budget: list[int], depth: int = 0) -> Encoded:
    """One value; `budget` holds the number of items that may still come."""
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        return ["x", "a list that is far too long or too deep"]
    if value is None:
        return ["n"]
    if _is(value, numpy.generic) and not _is(value, str):
        value = _number_of(value)
    if type(value) in (Fraction, Decimal):
        with contextlib.suppress(TypeError, OverflowError, ZeroDivisionError):
            value = _inexact(value)
    if _is(value, bool):
        return ["b", value]
    if _is(value, int):
        number = int.__pos__(value)
        if number.bit_length() > MAX_BITS:
            return ["x", f"an integer of {number.bit_length()} bits"]
        return ["i", str(number)]
    if _is(value, float):
        return ["f", float.__pos__(value).hex()]
    if _is(value, str):
        return ["s", _cut(value, MAX_ANSWER_TEXT)]
    if _is(value, numpy.ndarray):
        if depth and type(value) is not numpy.ndarray:
            # alone, its type goes along with the answer, and is looked at there
            return ["x", f"a {_type_name(value)} among its parts"]
        return _encode_array(value)
    if _is(value, list, tuple):
        items = _items(value, MAX_ITEMS + 1)
        if len(items) > MAX_ITEMS:
            return ["x", "a list that is far too long"]
        parts = [_encode(part, budget, depth + 1) for part in items]
        refused = [part for part in parts if part[0] == "x"]
        return refused[0] if refused else ["t", parts]
    return ["x", f"an object of type {_name(value)}"]


def _number_of(value: numpy.generic) -> Any:
    """What a NumPy scalar holds, as Python's own type; long doubles as a float."""
    held = numpy.generic.item(value)
    return float(held) if isinstance(held, numpy.floating) else held


def _items(value: Any, most: int) -> list[Any]:
    """The first items of a list or tuple, of a subclass perhaps."""
    base = list if _is(value, list) else tuple
    return [*base.__getitem__(value, slice(0, most))]


def _type_name(value: object) -> str:
    name = _name(value)
    if name == "ndarray" and type(value) is not numpy.ndarray:
        return "subclass of ndarray"
    return name


def _describe(error: BaseException, function: Callable[..., Any]) -> dict[str, Any]:
    """Error name, message and the line within the student's own cell, each cut short."""
    message, line = "", None
    # A hostile error or function may raise whatever it likes.
    with contextlib.suppress(Exception, SystemExit, GeneratorExit):
        message = _cut(str(error), MAX_ANSWER_TEXT)
    with contextlib.suppress(Exception, SystemExit, GeneratorExit):
        filename = function.__code__.co_filename
        for frame, lineno in traceback.walk_tb(error.__traceback__):
            if filename == frame.f_code.co_filename:
                line = lineno
    return {"kind": "error", "name": _name(error), "message": message, "line": line}


def _changed(array: numpy.ndarray[Any, Any], before: numpy.ndarray[Any, Any]) -> bool:
    """Whether an argument is no longer what it was, bit for bit."""
    if array.shape != before.shape or array.dtype != before.dtype:
        return True  # it may be huge by now
    return array.tobytes() != before.tobytes()


def _call(item: dict[str, Any], namespace: Mapping[str, Any], kept: list[Any]) -> dict[str, Any]:
    """Make one call; what it returned is added to `kept`, to be looked at again, if an array."""
    name = item["function"]
    function = namespace.get(name)
    if not callable(function):
        held = _type_name(namespace[name]) if name in namespace else ""
        return {"failure": {"kind": "undefined", "name": name, "message": held, "line": None}}
    args = [_decode(part) for part in item["args"]]
    kwargs = {key: _decode(part) for key, part in item["kwargs"].items()}
    given = [
        (position, value, value.copy())
        for position, value in enumerate([*args, *kwargs.values()])
        if isinstance(value, numpy.ndarray)
    ]
    started = time.perf_counter()
    try:
        value = function(*args, **kwargs)
        seconds = time.perf_counter() - started
        reply = _look_at(value, given)
        reply["seconds"] = seconds
        kept += [(reply, part, _encode_array(part)) for part in _arrays_of(value)]
        return reply
    except KeyboardInterrupt:
        raise  # the student's own stop button, or the grader's time limit
    # SystemExit and friends are answers too: the others must still be asked
    except BaseException as error:
        return {"failure": _describe(error, function), "seconds": time.perf_counter() - started}


def _look_at(
    value: Any, given: list[tuple[int, numpy.ndarray[Any, Any], numpy.ndarray[Any, Any]]]
) -> dict[str, Any]:
    """What a call returned, and which of the arrays `given` (position, array, copy made before) it
    changed or shares memory with.
    """
    results = _arrays_of(value)
    return {
        "value": _encode(value, [MAX_ITEMS]),
        "type": _type_name(value),
        "exact": _is_exact(value),
        "mutated": [i for i, array, before in given if _changed(array, before)],
        "shared": [
            i
            for i, array, _ in given
            if any(numpy.may_share_memory(array, part) for part in results)
        ],
    }


def _arrays_of(value: Any) -> list[numpy.ndarray[Any, Any]]:
    """The arrays that a result is, or that a pair or list of results holds, as NumPy's own."""
    parts = _items(value, MAX_PARTS) if _is(value, list, tuple) else [value]
    return [_plain(part) for part in parts if _is(part, numpy.ndarray)]


def _stand_in(name: str, ask: Callable[[str], str]) -> Callable[..., Any]:
    """A function whose results come from the examiner."""

    def helper(*args: Any, **kwargs: Any) -> Any:
        budget = [MAX_ITEMS]
        parts = [_encode(value, budget) for value in args]
        named = {key: _encode(value, budget) for key, value in kwargs.items()}
        for part in [*parts, *named.values()]:
            if part[0] == "x":
                raise TypeError(f"{name} was given {part[1]}")
        reply = json.loads(ask(json.dumps({"function": name, "args": parts, "kwargs": named})))
        if "error" in reply:
            raise ValueError(reply["error"])
        return _decode(reply["value"])

    helper.__name__ = helper.__qualname__ = name
    return helper


@contextlib.contextmanager
def helped(
    namespace: dict[str, Any], names: Sequence[str], ask: Callable[[str], str]
) -> Iterator[None]:
    """While code runs inside, the functions `names` of `namespace` are right ones, whose results
    come from the examiner: `ask` takes it a call and brings its reply, both JSON text.
    """
    before = {name: namespace[name] for name in names if name in namespace}
    namespace.update({name: _stand_in(name, ask) for name in names})
    try:
        yield
    finally:
        for name in names:
            namespace.pop(name, None)
        namespace.update(before)


def answer(calls_json: str, namespace: Mapping[str, Any]) -> str:
    """Make the calls written in `calls_json` on the functions of `namespace`; the answers, as JSON
    text.

    Arguments are fresh copies for every call.  A value is encoded the moment it is returned, and
    looked at again when all calls are done: a result that has changed by then, or that another call
    gave back as well, was something the function keeps.
    """
    kept: list[tuple[dict[str, Any], Any, Encoded]] = []
    replies = []
    silence = _Silence()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        warnings.simplefilter("ignore")
        for item in json.loads(calls_json):
            replies.append(_call(item, namespace, kept))
        for reply, value, encoded in kept:
            reply["changed"] = reply.get("changed", False) or _encode_array(value) != encoded
        for reply in _given_again([(reply, value) for reply, value, _ in kept]):
            reply["again"] = True
    return json.dumps(replies)


def _given_again(kept: list[tuple[dict[str, Any], Any]]) -> Iterator[dict[str, Any]]:
    """The replies whose arrays share memory with one of another call: all are still there, so that
    no memory can have been used twice.
    """
    bounds = [(*numpy.lib.array_utils.byte_bounds(a), reply) for reply, a in kept if a.size]
    bounds.sort(key=lambda one: one[:2])
    end, last = 0, None
    for low, high, reply in bounds:
        if low < end and reply is not last:
            yield reply
        if high > end:
            end, last = high, reply
