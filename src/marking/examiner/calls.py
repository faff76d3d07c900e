"""What crosses the boundary between the examiner and a student's code: calls go out, answers come
back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class FailureKind(StrEnum):
    """Why a call brought no value."""

    ERROR = "error"  # the function raised
    UNDEFINED = "undefined"  # there is no such function
    TIMEOUT = "timeout"  # no answer came in time
    DIED = "died"  # the process ended
    PROTOCOL = "protocol"  # the reply made no sense
    EXPLAINED = "explained"  # whoever asked knows why, and `message` is the sentence


@dataclass(frozen=True)
class Call:
    """One question to a student's function.

    `args` and the values of `kwargs` are ndarrays, ints, floats, bools, strings, None, or tuples of
    these.
    """

    function: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why there is no value.  `name`, `message` and `line` were written by the student's side: cut,
    never trusted.

    `line` counts within the student's own cell.  Of an undefined function, `message` is the type of
    what its name holds instead, if anything.
    """

    kind: FailureKind
    name: str = ""
    message: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    `value` is a plain read-only ndarray, an int, float, bool, str, None, or a tuple of these (lists
    arrive as tuples). `type_name` says what the student's object was.  `note` is set, and `value`
    None, when the object could not be sent at all (a dictionary, far too large, …).  `mutated`
    holds the positions of arguments that the call changed (keyword arguments count on after the
    positional ones), `shared` those of arrays that the result is a view of or overlaps; `changed`
    says that a returned array had other contents after the later calls, `again` that it shares
    memory with what another call returned.  `exact` says that the numbers were Python's own in an
    array of objects, or of an exact type (Fraction, Decimal).  `seconds` is the time the student's
    function took.
    """

    value: Any = None
    type_name: str = "NoneType"
    mutated: tuple[int, ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    note: str = ""
    changed: bool = False
    shared: tuple[int, ...] = ()
    exact: bool = False
    again: bool = False


class Answerer(Protocol):
    """Whatever can put calls to a student's functions: a kernel, or the same process."""

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """One Answer per Call, in one round trip.  Never raises for a fault of the student's."""
