"""Telling parameters that stand in another order than in the signature: such a function is right
by name and wrong by position.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from marking.examiner.asking import AskedCase, DrawnCase, put
from marking.examiner.calls import Answerer, FailureKind
from marking.questions.model import Question

CASES = 12  # failing cases that are put once more


def only_by_position(question: Question, answerer: Answerer, failing: Sequence[AskedCase]) -> bool:
    """Whether the failing cases are answered rightly when every argument is given by its name.

    The first failing cases are asked, and none of a function that cannot be asked at all.
    """
    if len(question.parameters) < 2 or any(map(_unanswered, failing)):
        return False
    drawn = [asked.drawn for asked in failing[:CASES]]
    named = [_by_name(case) for case in drawn]
    if all(len(before.args) == len(after.args) for before, after in zip(drawn, named, strict=True)):
        return False  # nothing would be asked in another way
    return all(asked.fault is None for asked in put(answerer, named))


def _unanswered(asked: AskedCase) -> bool:
    """Whether a case got no answer for another reason than an error of the function, or because it
    takes fewer arguments by position, as it then says itself.
    """
    failure = asked.answer.failure
    return failure is not None and (
        failure.kind is not FailureKind.ERROR
        or bool(re.search(r"takes .*positional argument", failure.message))
    )


def _by_name(drawn: DrawnCase) -> DrawnCase:
    domain = drawn.question.domain
    kept = len(domain.positional_only) if domain is not None else 0
    named = dict(list(drawn.question.bind(drawn.args, drawn.kwargs).items())[kept:])
    return replace(drawn, args=drawn.args[:kept], kwargs=named)
