"""The agent: the one piece of the examiner that runs beside a student's code.

This file is sent as text into the kernel that holds the student's functions, so it stands alone: the standard library
and NumPy, nothing of ours.  It decodes calls, makes them, and sends back what came out as plain data.  It decides
nothing.  Whatever it says may be forged by the code it lives with; `marking.protocol` therefore reads its reply as
untrusted text, and `marking.examiner` forms the verdict from the numbers alone.

Wire format (JSON).  A value is a list whose first item is a tag:

    ["n"]  ["b", true]  ["i", "12"]  ["f", "0x1.8p+1"]  ["s", "text"]  ["t", [value, ...]]
    ["a", "<f8", [3, 4], "base64 of the bytes in C order"]      ["x", "why this value could not be sent"]
"""

import base64
import contextlib
import io
import json
import time
import traceback
import warnings

import numpy

MAX_ELEMENTS = 10_000  # ten times any right answer of the course; a larger one is described, not sent
MAX_ITEMS = 5_000  # of one nested list, which JSON carries item by item
MAX_DEPTH = 8
MAX_TEXT = 400


class _Silence(io.TextIOBase):
    """Swallow what the student's functions print while they are asked: hundreds of calls would flood the page."""

    def writable(self):
        return True

    def write(self, text):
        return len(text)


def _decode(item):
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
    return numpy.frombuffer(data, dtype=item[1]).reshape(item[2]).copy()


def _encode_array(value):
    plain = numpy.ndarray.view(value, numpy.ndarray)  # the base class's own method: a subclass cannot interfere
    if plain.dtype.kind not in "biufc":
        return ["x", f"an array of dtype {str(plain.dtype)[:60]}"]
    if plain.size > MAX_ELEMENTS or plain.ndim > MAX_DEPTH:
        return ["x", f"an array of shape {plain.shape}, which is far too large"[:MAX_TEXT]]
    widest = "<c16" if plain.dtype.kind == "c" else "<f8"
    too_wide = plain.dtype.itemsize > numpy.dtype(widest).itemsize  # long double: its layout differs by machine
    dtype = numpy.dtype(widest) if too_wide else plain.dtype.newbyteorder("<")
    plain = plain.astype(dtype)
    return ["a", dtype.str, list(plain.shape), base64.b64encode(plain.tobytes()).decode("ascii")]


def _encode(value, budget, depth=0):
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        return ["x", "a list that is far too long or too deep"]
    if value is None:
        return ["n"]
    if isinstance(value, (bool, numpy.bool_)):
        return ["b", bool(value)]
    if isinstance(value, (int, numpy.integer)):
        number = int(value)
        if number.bit_length() > 900:
            return ["x", f"an integer of {number.bit_length()} bits"]
        return ["i", str(number)]
    if isinstance(value, (float, numpy.floating)):
        return ["f", float(value).hex()]
    if isinstance(value, str):
        return ["s", value[:MAX_TEXT]]
    if isinstance(value, numpy.ndarray):
        return _encode_array(value)
    if isinstance(value, (list, tuple)):
        parts = [_encode(part, budget, depth + 1) for part in list(value)[: MAX_ITEMS + 1]]
        if len(value) > MAX_ITEMS:
            return ["x", "a list that is far too long"]
        refused = [part for part in parts if part[0] == "x"]
        return refused[0] if refused else ["t", parts]
    return ["x", f"an object of type {type(value).__name__}"[:MAX_TEXT]]


def _type_name(value):
    name = str(type(value).__name__)[:80]
    if name == "ndarray" and type(value) is not numpy.ndarray:
        return "subclass of ndarray"
    return name


def _describe(error, function):
    """Error name, message and the line within the student's own cell, each cut short."""
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:  # a hostile __str__
        message = ""
    line = None
    filename = getattr(getattr(function, "__code__", None), "co_filename", None)
    for frame, lineno in traceback.walk_tb(error.__traceback__):
        if filename is not None and frame.f_code.co_filename == filename:
            line = lineno
    return {"kind": "error", "name": str(type(error).__name__)[:80], "message": message, "line": line}


def _snapshot(value):
    return (value.shape, value.dtype.str, value.tobytes())


def _call(item, namespace, kept):
    name = item["function"]
    function = namespace.get(name)
    if not callable(function):
        return {"failure": {"kind": "undefined", "name": name, "message": "", "line": None}}
    args = [_decode(part) for part in item["args"]]
    kwargs = {key: _decode(part) for key, part in item["kwargs"].items()}
    given = [value if isinstance(value, numpy.ndarray) else None for value in [*args, *kwargs.values()]]
    before = [None if value is None else _snapshot(value) for value in given]
    started = time.perf_counter()
    try:
        value = function(*args, **kwargs)
        seconds = time.perf_counter() - started
        encoded = _encode(value, [MAX_ITEMS])
    except KeyboardInterrupt:
        raise  # the student's own stop button, or the judge's time limit
    except BaseException as error:  # SystemExit and friends are answers too: the others must still be asked
        return {"failure": _describe(error, function), "seconds": time.perf_counter() - started}
    mutated = [i for i, value_ in enumerate(given) if value_ is not None and _snapshot(value_) != before[i]]
    reply = {"value": encoded, "type": _type_name(value), "mutated": mutated, "seconds": seconds}
    if isinstance(value, numpy.ndarray) and encoded[0] == "a":
        kept.append((reply, value, encoded))
    return reply


def answer(calls_json, namespace):
    """Make the calls written in `calls_json` on the functions of `namespace`; the answers, as JSON text.

    Arguments are fresh copies for every call.  A value is encoded the moment it is returned, and looked at again
    when all calls are done: a result that has changed by then was a view of something the function keeps.
    """
    kept, replies = [], []
    silence = _Silence()
    with warnings.catch_warnings(), contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        warnings.simplefilter("ignore")
        for item in json.loads(calls_json):
            replies.append(_call(item, namespace, kept))
        for reply, value, encoded in kept:
            reply["changed"] = _encode_array(value) != encoded
    return json.dumps(replies)
