"""Right functions that stand in for a student's wrong ones while another function is asked.

Their code stays here.  In the kernel stands a function that sends its arguments, and what comes is
computed here, from arguments that a student's process wrote: read strictly, and small.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from marking.kernels.protocol import decode_call, encode_error, encode_value
from marking.limits import (
    MAX_HELP_CALLS,
    MAX_HELP_ELEMENTS,
    MAX_HELP_NUMBER,
    MAX_HELP_RESULT,
    MAX_HELP_SECONDS,
)
from marking.questions.inputs import Entries
from marking.questions.model import Question


class Helpers:
    """The functions that stand in, by the names of their questions; they answer calls that come as
    text.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = dict(questions)
        self._left = MAX_HELP_CALLS
        self._seconds = MAX_HELP_SECONDS

    @property
    def names(self) -> tuple[str, ...]:
        """Whom they stand in for."""
        return tuple(self._questions)

    def answer(self, text: object) -> str:
        """The reply to a call, as text.  Never raises for what was sent.

        All replies together take a bounded time, and each a bounded room: this process is the
        grader's, and no limit of a kernel's holds here.
        """
        self._left -= 1
        if self._left < 0 or self._seconds < 0:
            return encode_error("it was called far too often")
        begun = time.thread_time()  # what a busy machine does not change
        try:
            return self._reply(text)
        finally:
            self._seconds -= time.thread_time() - begun

    def _reply(self, text: object) -> str:
        try:
            call = decode_call(text)
        except ValueError as problem:
            return encode_error(str(problem))
        question = self._questions.get(call.function)
        if question is None:
            return encode_error("it stands in for no such function")
        try:
            given = {**dict(zip(question.parameters, call.args, strict=False)), **call.kwargs}
            if len(given) < len(call.args) + len(call.kwargs):
                raise TypeError(f"it is called by the signature {question.signature}")
            own = {name: _argument(question, name, value) for name, value in given.items()}
            with np.errstate(all="ignore"):
                value = question.reference(**own)
            if np.size(value) > MAX_HELP_RESULT:
                raise ValueError("its result would be far too large")
            return encode_value(_plain(value), call.function)
        except Exception as problem:  # whatever a right function says to wrong arguments
            return encode_error(" ".join(str(problem).split())[:200])


def _argument(question: Question, name: str, value: Any) -> Any:
    """An argument as the reference may have it: small, and of the kind that the question allows.

    An array in the place of a whole number would be one whose size nobody had looked at.
    """
    entries = question.domain is None or isinstance(question.domain.arguments.get(name), Entries)
    if entries and isinstance(value, np.ndarray):
        if value.size > MAX_HELP_ELEMENTS or max(value.shape, default=0) > MAX_HELP_ELEMENTS:
            raise ValueError("it was called with something far too large")
        # One that may be written to, at full precision.
        return value.astype(float) if value.dtype.kind == "f" else value.copy()
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, list | tuple):
        return type(value)(_argument(question, name, part) for part in value)
    if value is not None and not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number or a pair of numbers")
    if not entries and isinstance(value, int) and abs(value) > MAX_HELP_NUMBER:
        raise ValueError("it was called with something far too large")
    return value


def _plain(value: Any) -> Any:
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value
