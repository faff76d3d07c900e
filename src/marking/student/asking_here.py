"""Asking a function in the student's own notebook as the grader asks it: under the same time limit,
without the packages that are not there when marks are made, with the same reasons.
"""

from __future__ import annotations

import contextlib
import dis
import operator
import time
import types
from collections.abc import Mapping, Sequence
from typing import Any

from marking.examiner.calls import Answer, Call, Failure, FailureKind
from marking.kernels.helping import Helpers
from marking.kernels.inside import agent
from marking.kernels.protocol import decode_answers, encode_calls
from marking.limits import Times
from marking.student.libraries import Libraries, library_of
from marking.student.time_limit import TimeIsUp, time_limit
from marking.student.watching import WATCHER
from marking.submissions.reasons import explained, lost_library
from marking.submissions.statements import Lost

SECONDS = Times.answer  # for one round of calls, as the grader has it


def namespaces(names: dict[str, Any], value: object) -> list[dict[str, Any]]:
    """Where the names stand that a function may use: those of the cells, and its own module's."""
    own = getattr(value, "__globals__", None)
    return [names, own] if isinstance(own, dict) and own is not names else [names]


def called_by(value: object, names: Mapping[str, Any]) -> frozenset[str]:
    """The names that a function uses, itself or through other functions among `names`."""
    found: set[str] = set()
    rest = [value]
    while rest:
        code = getattr(rest.pop(), "__code__", None)
        codes = [code] if isinstance(code, types.CodeType) else []
        while codes:
            code = codes.pop()
            codes += [inner for inner in code.co_consts if isinstance(inner, types.CodeType)]
            for step in dis.get_instructions(code):
                if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval not in found:
                    found.add(step.argval)
                    rest.append(names.get(step.argval))
    return frozenset(found)


class HereAnswerer:
    """Answers from the functions in `there`, first of all from that called `name`, in this process;
    `names` is the namespace of the cells.

    After the first round of calls that takes too long all later ones fail alike, without waiting
    again.
    """

    def __init__(
        self,
        name: str,
        names: dict[str, Any],
        there: dict[str, Any],
        helpers: Helpers | None = None,
        seconds: float | None = None,
    ) -> None:
        self._there = there
        self._helpers = helpers
        self._seconds = SECONDS if seconds is None else seconds
        libraries = {other: library_of(held) for other, held in there.items()}
        self._from_libraries = {other: found for other, found in libraries.items() if found}
        self._names = namespaces(names, there.get(name))
        self._libraries = Libraries(self._names)
        self._failure: Failure | None = None
        self.explained = False  # whether a failure got its reason from the cells

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """One Answer per Call.  KeyboardInterrupt, the user's own stop button, goes through."""
        if self._failure is None:
            begun = time.monotonic()
            try:
                text = self._ask(calls)
            except TimeIsUp:
                self._failure = Failure(FailureKind.TIMEOUT)
            else:
                # where nothing could stop it, it still took too long for the grader
                if time.monotonic() - begun > self._seconds:
                    self._failure = Failure(FailureKind.TIMEOUT)
                else:
                    answers = decode_answers(text, len(calls))
                    told = [
                        explained(call.function, answer, self._why, WATCHER.losses.binder)
                        for call, answer in zip(calls, answers, strict=True)
                    ]
                    self.explained = self.explained or any(map(operator.is_not, told, answers))
                    return told
        return [Answer(failure=self._failure)] * len(calls)

    def _ask(self, calls: Sequence[Call]) -> str:
        asked = encode_calls(calls)
        there = {n: held for n, held in self._there.items() if n not in self._from_libraries}
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._libraries.away())
            if self._helpers is not None:
                for names in self._names:
                    stack.enter_context(agent.helped(names, self._helpers.names, self._help))
            stack.enter_context(time_limit(self._seconds))
            return agent.answer(asked, there)

    def _help(self, call: str) -> str:
        assert self._helpers is not None  # it is only asked for then
        with self._libraries.back():
            return self._helpers.answer(call)

    def _why(self, name: str) -> Lost | None:
        library = self._from_libraries.get(name) or self._libraries.taken.get(name)
        if library is not None:
            return lost_library(library)
        return WATCHER.why(name)
