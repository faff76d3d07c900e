"""Telling a wrong answer term by term: which products it lacks, and which do not belong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.examiner import coefficients, sentences
from marking.examiner.asking import AskedCase, DrawnCase
from marking.examiner.calls import Answerer, Call
from marking.examiner.kinds import Fault, FaultKind, kind_of
from marking.questions.arrays import copied
from marking.questions.model import Question

REBUILT = 1e-9  # how closely recovered coefficients must give the student's own answer back


def term_sentences(question: Question, answerer: Answerer, asked: AskedCase) -> list[str]:
    """Which products are missing, extra or doubled in the case that is shown, found by probing."""
    if not _can_be_probed(asked):
        return []
    arguments, shape = asked.drawn.arguments, np.shape(asked.value)
    # One more point: with a single 1 in x, adding 1 and adding a product are the same.
    other = {**arguments, **{n: _other_numbers(arguments[n]) for n in asked.drawn.arrays}}
    expected = None
    for digits in (coefficients.DIGITS, 1):
        plan = coefficients.plan_probes(arguments, question.linear, digits)
        if plan is None:
            return []
        right = [np.asarray(question.reference(**probe), float) for probe in plan.arguments]
        expected = plan.read(right, shape)
        if expected is None:
            continue  # the right coefficients are no small whole numbers
        asks = [_probe_call(asked.drawn, probe) for probe in (*plan.arguments, other)]
        read = [kind_of(question).read(question, answer) for answer in answerer.ask(asks)]
        *values, beside = [None if isinstance(v, Fault) else v for v in read]
        given = plan.read(values, shape)
        points = ((arguments, asked.value), (other, beside))
        if given is not None and all(_rebuilt(plan, given, *point) for point in points):
            return coefficients.describe(plan, expected, given, shape, question.output)
    return [] if expected is None else [sentences.no_sum_of_products(question.linear)]


def _other_numbers(array: NDArray[Any]) -> NDArray[np.float64]:
    """Whole numbers of no special kind, in the array's shape and order in memory."""
    other = copied(array)
    other[...] = 7.0 + 5 * np.arange(array.size).reshape(array.shape)
    return other


def _rebuilt(
    plan: coefficients.Plan, given: NDArray[np.float64], arguments: dict[str, Any], value: Any
) -> bool:
    """Whether recovered coefficients give the student's own answer back."""
    if value is None or np.size(value) != len(given):
        return False
    yours = np.asarray(value, float).ravel()
    scale = max(1.0, float(np.max(np.abs(yours), initial=0)))
    return bool(np.all(np.abs(plan.apply(given, arguments) - yours) <= REBUILT * scale))


def _can_be_probed(asked: AskedCase) -> bool:
    """Whether the function should be linear in every array there is (with a bias it is not), all of
    them hold floats, and only the values are wrong.
    """
    return (
        set(asked.drawn.arrays) <= set(asked.drawn.question.linear)
        and asked.fault is not None
        and asked.fault.kind == FaultKind.VALUE
        and all(array.dtype.kind == "f" for array in asked.drawn.arrays.values())
    )


def _probe_call(drawn: DrawnCase, probe: dict[str, Any]) -> Call:
    """The case's call with other arrays, by position where the case goes by position."""
    names = drawn.question.parameters[: len(drawn.args)]
    return Call(
        drawn.question.name,
        tuple(probe[name] for name in names),
        {name: probe[name] for name in drawn.kwargs},
    )
