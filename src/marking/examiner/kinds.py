"""The kinds of answers a question may ask for, one small class each.

Answers are data by now (`marking.kernels.protocol`).  A kind reads them as its kind of value, or
says in a `Fault` why they are none; brings the reference's answer into the same form; and compares
the two.  A new kind is one class here and one line in `KINDS`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from marking.examiner import comparing, sentences
from marking.examiner.calls import Answer
from marking.examiner.comparing import Tolerance, agree
from marking.examiner.sentences import value_text
from marking.questions.model import Question


class FaultKind(StrEnum):
    """How far an answer came: from none at all to the right kind and shape with wrong values."""

    FAILURE = "failure"  # the call brought no value
    MISSING = "missing"  # None
    WRONG_KIND = "kind"  # not the kind of value that is asked for
    SHAPE = "shape"
    FINITE = "finite"  # nan or infinity
    PRECISION = "precision"  # right in its first digits only
    VALUE = "value"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one answer.

    `sentence` tells the student; it is empty for wrong values, which are told by showing a case.
    """

    kind: FaultKind
    sentence: str = ""


V = TypeVar("V")


class Kind(ABC, Generic[V]):
    """A kind of answer, whose values are of type V."""

    wanted: ClassVar[str]  # what is asked for, as it stands before "is wanted"

    def read(self, question: Question, answer: Answer) -> V | Fault:
        """The answer as a value of this kind, or the Fault that says why it is none."""
        if answer.failure is not None:
            return Fault(FaultKind.FAILURE, sentences.failed(question, answer.failure))
        if answer.note:
            fault = self.refused(question.name, answer.note)
            if answer.note.endswith("dtype object"):
                return replace(fault, sentence=f"{fault.sentence} {sentences.OBJECT_ADVICE}")
            return fault
        if answer.value is None:
            return Fault(FaultKind.MISSING, sentences.gave_none(question.name))
        return self.read_value(question.name, answer)

    @abstractmethod
    def read_value(self, function: str, answer: Answer) -> V | Fault:
        """`read`, of an answer that brought some value."""

    @abstractmethod
    def normalise(self, answer: Any) -> V:
        """The reference's answer in the form in which answers are read."""

    def same(self, expected: V, value: V, tolerance: Tolerance) -> bool:
        """Whether two values agree: exactly, where a kind says nothing else."""
        return bool(expected == value)

    def repeated(self, first: V, second: V, tolerance: Tolerance) -> bool:
        """Whether two answers to one call agree; the last bits of a rounded one may differ (BLAS
        does that).
        """
        return self.same(first, second, tolerance)

    def fault(self, expected: V, value: V, tolerance: Tolerance) -> Fault | None:
        """What is wrong with a value that was read, or None."""
        if self.same(expected, value, tolerance):
            return None
        if (sentence := _lost_precision(expected, value, tolerance)) is not None:
            return Fault(FaultKind.PRECISION, sentence)
        return Fault(FaultKind.VALUE)

    def part_to_show(
        self, expected: V, value: V, output: str, tolerance: Tolerance
    ) -> tuple[Any, Any, str]:
        """What a counterexample shows of a wrong value: the expected and the given part, and what
        the part is called.
        """
        return expected, value, output

    def wrong_types(self, function: str, answers: Sequence[Answer]) -> list[str]:
        """Sentences on values that are right but of another Python type; they cost the points of
        the contract.
        """
        return []

    def note(self, answers: Sequence[Answer]) -> str:
        """Kind advice that costs no points; empty if there is none."""
        return ""

    def refused(self, function: str, what: str) -> Fault:
        """The fault of an answer that is of another kind."""
        return Fault(FaultKind.WRONG_KIND, sentences.gave_back(function, what, self.wanted))


class ArrayKind(Kind[NDArray[Any]]):
    """One array of real numbers; nested lists of equal lengths count as one."""

    wanted = "a NumPy array of numbers"
    plain = "a plain NumPy array of numbers"  # said to those who gave back something like one

    def read_value(self, function: str, answer: Answer) -> NDArray[Any] | Fault:
        value, type_name = answer.value, answer.type_name
        if isinstance(value, np.ndarray) and type_name != "ndarray":
            return self._not_plain(function, f"a `{type_name}`", sentences.ARRAY_ADVICE)
        if isinstance(value, tuple):
            try:
                value = np.array(value)
            except ValueError:
                if type_name == "tuple":
                    what = sentences.several_values(len(value))
                    return self._not_plain(function, what, sentences.ONE_VALUE)
                return self._not_plain(function, sentences.RAGGED)
        if not isinstance(value, np.ndarray):
            return self._not_plain(function, f"`{value_text(value)}` (a `{type_name}`)")
        if value.dtype.kind == "c":
            return self._not_plain(function, "complex numbers", sentences.COMPLEX_ADVICE)
        if value.dtype == np.float16:
            return Fault(FaultKind.WRONG_KIND, sentences.gave_float16(function))
        if value.dtype.kind not in "iuf":
            return self._not_plain(function, f"an array of dtype {value.dtype}")
        return value

    def _not_plain(self, function: str, what: str, advice: str = "") -> Fault:
        sentence = sentences.gave_back(function, what, self.plain, advice)
        return Fault(FaultKind.WRONG_KIND, sentence)

    def normalise(self, answer: Any) -> NDArray[Any]:
        return np.asarray(answer)

    def same(self, expected: NDArray[Any], value: NDArray[Any], tolerance: Tolerance) -> bool:
        if expected.shape == value.shape and not np.all(np.isfinite(expected)):
            # beyond what a float holds, inf and nan are one: inf − inf is nan
            burst = ~np.isfinite(expected) & ~np.isfinite(value)
            expected, value = np.where(burst, 0, expected), np.where(burst, 0, value)
        return agree(expected, value, tolerance)

    def repeated(self, first: NDArray[Any], second: NDArray[Any], tolerance: Tolerance) -> bool:
        # nan twice is one answer: that it is wrong is told elsewhere
        return agree(first, second, tolerance, equal_nan=True)

    def fault(
        self,
        expected: NDArray[Any],
        value: NDArray[Any],
        tolerance: Tolerance,
        what: str = sentences.RESULT,
    ) -> Fault | None:
        if value.shape != expected.shape:
            return Fault(FaultKind.SHAPE, sentences.wrong_shape(value.shape, expected.shape, what))
        if not np.all(np.isfinite(value) | ~np.isfinite(expected)):
            return Fault(FaultKind.FINITE, sentences.ARRAY_NOT_FINITE)
        return super().fault(expected, value, tolerance)

    def note(self, answers: Sequence[Answer]) -> str:
        lists = any(isinstance(answer.value, tuple) for answer in answers)
        return sentences.NESTED_LISTS if lists else ""


class IntegerArrayKind(ArrayKind):
    """One array of whole numbers.  Floats that are whole are right, but cost the points of the
    contract.
    """

    def wrong_types(self, function: str, answers: Sequence[Answer]) -> list[str]:
        floats = any(_has_float(answer.value) for answer in answers)
        return [sentences.float_array_for_integers(function)] if floats else []


Arrays = tuple[NDArray[Any], ...]


class ArraysKind(Kind[Arrays]):
    """A tuple of arrays."""

    wanted = "a tuple of arrays"
    part = ArrayKind()

    def read_value(self, function: str, answer: Answer) -> Arrays | Fault:
        value = answer.value
        if not isinstance(value, tuple):
            is_array = isinstance(value, np.ndarray)
            return self.refused(
                function, f"one array of shape {value.shape}" if is_array else value_text(value)
            )
        parts = []
        for item in value:
            part = self.part.read_value(function, replace(answer, value=item, type_name="ndarray"))
            if isinstance(part, Fault):
                if isinstance(item, np.ndarray):
                    return part
                return self.refused(function, f"`{value_text(item)}` as one of its arrays")
            parts.append(part)
        return tuple(parts)

    def normalise(self, answer: Any) -> Arrays:
        return tuple(np.asarray(part) for part in answer)

    def same(self, expected: Arrays, value: Arrays, tolerance: Tolerance) -> bool:
        return len(expected) == len(value) and all(
            self.part.same(right, given, tolerance)
            for right, given in zip(expected, value, strict=True)
        )

    def repeated(self, first: Arrays, second: Arrays, tolerance: Tolerance) -> bool:
        return len(first) == len(second) and all(
            self.part.repeated(one, other, tolerance)
            for one, other in zip(first, second, strict=True)
        )

    def fault(self, expected: Arrays, value: Arrays, tolerance: Tolerance) -> Fault | None:
        if len(value) != len(expected):
            return Fault(FaultKind.SHAPE, sentences.wrong_count(len(value), len(expected)))
        faults = (
            self.part.fault(right, given, tolerance, sentences.part_of_result(place, len(expected)))
            for place, (right, given) in enumerate(zip(expected, value, strict=True))
        )
        return next((fault for fault in faults if fault is not None), None)

    def part_to_show(
        self, expected: Arrays, value: Arrays, output: str, tolerance: Tolerance
    ) -> tuple[Any, Any, str]:
        # the first of the arrays that is wrong, if they can be paired at all
        for right, given, name in zip(expected, value, output.split(", "), strict=False):
            if not self.part.same(right, given, tolerance):
                return right, given, name
        return sentences.array_count(len(expected)), sentences.array_count(len(value)), output


class NumberKind(Kind[float]):
    """One real number; a whole one may be an int, and any an array without axes."""

    wanted = "one number"

    def read_value(self, function: str, answer: Answer) -> float | Fault:
        value = _number(answer.value)
        if value is None:
            return self.refused(function, _quoted(answer.value))
        # rounded as float32 arrays are, and forgiven as they are
        return np.float32(value) if answer.type_name == "float32" else value  # type: ignore[return-value]

    def normalise(self, answer: Any) -> float:
        return float(answer)

    def same(self, expected: float, value: float, tolerance: Tolerance) -> bool:
        return agree(expected, value, tolerance, equal_nan=True)

    def fault(self, expected: float, value: float, tolerance: Tolerance) -> Fault | None:
        if not math.isfinite(value) and math.isfinite(expected):
            return Fault(FaultKind.FINITE, sentences.number_not_finite(value))
        return super().fault(expected, value, tolerance)


def _integer_fault(
    expected: tuple[float, ...], value: tuple[float, ...], fault: Fault | None
) -> Fault | None:
    """`fault`, told as one of precision where whole numbers are wrong for being large only."""
    if fault is None or len(expected) != len(value):
        return fault
    pairs = [(due, given) for due, given in zip(expected, value, strict=True) if due != given]
    if all(comparing.wrapped(due, given) for due, given in pairs):
        return Fault(FaultKind.PRECISION, sentences.OVERFLOW)
    if all(comparing.rounded_whole(due, given) for due, given in pairs):
        return Fault(FaultKind.PRECISION, sentences.few_digits(comparing.FLOAT32_DIGITS))
    return fault


class IntegerKind(Kind[float]):
    """One whole number.  A float that is whole is right, but costs the points of the contract."""

    wanted = "one whole number"

    def read_value(self, function: str, answer: Answer) -> float | Fault:
        value = _number(answer.value)
        if value is None:
            return self.refused(function, _quoted(answer.value))
        if isinstance(value, float) and not math.isfinite(value):
            return Fault(FaultKind.FINITE, sentences.gave_not_finite(function, value))
        if isinstance(value, float) and not value.is_integer():
            return value
        return int(value)

    def normalise(self, answer: Any) -> int:
        return int(answer)

    def fault(self, expected: float, value: float, tolerance: Tolerance) -> Fault | None:
        return _integer_fault((expected,), (value,), super().fault(expected, value, tolerance))

    def wrong_types(self, function: str, answers: Sequence[Answer]) -> list[str]:
        return _floats_for_integers(function, answers)


class IntegersKind(Kind[tuple[float, ...]]):
    """A tuple of whole numbers; an array with one axis counts as one."""

    wanted = "a tuple of whole numbers"

    def read_value(self, function: str, answer: Answer) -> tuple[float, ...] | Fault:
        value = answer.value
        if isinstance(value, np.ndarray) and value.ndim == 1:
            value = tuple(value.tolist())
        if not isinstance(value, tuple):
            return self.refused(function, _quoted(value))
        numbers: list[float] = []
        for part in value:
            number = _number(part)
            if number is None:
                return self.refused(function, _quoted(part))
            if not math.isfinite(number):
                return Fault(FaultKind.FINITE, sentences.gave_not_finite(function, number))
            numbers.append(number)
        return tuple(numbers)

    def normalise(self, answer: Any) -> tuple[int, ...]:
        return tuple(int(part) for part in answer)

    def fault(
        self, expected: tuple[float, ...], value: tuple[float, ...], tolerance: Tolerance
    ) -> Fault | None:
        if len(value) != len(expected):
            words = sentences.wrong_count_of_numbers(len(value), len(expected))
            return Fault(FaultKind.SHAPE, words)
        return _integer_fault(expected, value, super().fault(expected, value, tolerance))

    def wrong_types(self, function: str, answers: Sequence[Answer]) -> list[str]:
        return _floats_for_integers(function, answers)


class BooleanKind(Kind[bool]):
    """A truth value.  0 or 1 is right, but costs the points of the contract."""

    wanted = "`True` or `False`"

    def read_value(self, function: str, answer: Answer) -> bool | Fault:
        value = _without_axes(answer.value)
        if isinstance(value, bool | int | float) and value in (0, 1):
            return bool(value)
        fault = self.refused(function, _quoted(value))
        if isinstance(value, np.ndarray):
            return replace(fault, sentence=f"{fault.sentence} {sentences.ONE_TRUTH_VALUE}")
        return fault

    def normalise(self, answer: Any) -> bool:
        return bool(answer)

    def wrong_types(self, function: str, answers: Sequence[Answer]) -> list[str]:
        numbers = any(type(answer.value) in (int, float) for answer in answers)
        return [sentences.number_for_boolean(function)] if numbers else []


KINDS: dict[str, Kind[Any]] = {
    "array": ArrayKind(),
    "integer array": IntegerArrayKind(),
    "arrays": ArraysKind(),
    "number": NumberKind(),
    "integer": IntegerKind(),
    "integers": IntegersKind(),
    "boolean": BooleanKind(),
}


def kind_of(question: Question) -> Kind[Any]:
    """The kind of answer a question asks for; ValueError if its name is none of `KINDS`."""
    if question.answer not in KINDS:
        raise ValueError(
            f"answer of the question {question.name} is {question.answer!r}; allowed are "
            f"{', '.join(KINDS)}"
        )
    return KINDS[question.answer]


def _without_axes(value: Any) -> Any:
    """An array without axes as the number it holds; anything else as it is."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _quoted(value: Any) -> str:
    """A value that is not wanted, as code."""
    if isinstance(value, str):  # `7` in quotes looks like a number
        return f"the text `{value_text(value)!r}` (a `str`)"
    return f"`{value_text(_without_axes(value))}`"


def _number(value: Any) -> float | None:
    """An int or float, also out of an array without axes; None if the value is neither."""
    value = _without_axes(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def _floats_for_integers(function: str, answers: Iterable[Answer]) -> list[str]:
    floats = any(_has_float(answer.value) for answer in answers)
    return [sentences.float_for_integer(function)] if floats else []


def _has_float(value: Any) -> bool:
    """Whether a value, or a part of it at any depth, is a float or an array of floats."""
    rest = [value]  # a list of what is left, no recursion: a forged answer may be nested deep
    while rest:
        part = rest.pop()
        if isinstance(part, tuple):
            rest += part
        elif isinstance(part, np.ndarray):
            if part.dtype.kind == "f":
                return True
        elif isinstance(part, float):
            return True
    return False


def _lost_precision(expected: Any, value: Any, tolerance: Tolerance) -> str | None:
    """The sentence on a value that is right but for its last digits; None if it is not."""
    kinds = float | np.floating | np.ndarray
    if not isinstance(expected, kinds) or not isinstance(value, kinds):
        return None
    decimals = comparing.rounded_decimals(expected, value, tolerance)
    if decimals is not None:
        return sentences.rounded_to(decimals) if np.any(value) else sentences.ROUNDED_AWAY
    digits = comparing.common_digits(expected, value)
    return None if digits is None else sentences.few_digits(digits)
