"""The questions: every function that students write, and how it is marked.

`QUESTIONS` holds the questions by function name, `ASSIGNMENTS` the function names of each
assignment in order.  Both are found when they are first asked for, because the modules of the
assignments import this package themselves.
"""

from __future__ import annotations

from typing import Any

from marking.questions.model import Question

__all__ = ["ASSIGNMENTS", "QUESTIONS", "Question"]

QUESTIONS: dict[str, Question]
ASSIGNMENTS: dict[str, tuple[str, ...]]


def __getattr__(name: str) -> Any:
    from marking.questions.catalogue import functions, questions

    match name:
        case "QUESTIONS":
            return questions()
        case "ASSIGNMENTS":
            return functions()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
