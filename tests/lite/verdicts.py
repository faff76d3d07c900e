"""What the examiner says of every right answer and of every named mistake of the course, as lines
of JSON: run by this Python and by Pyodide, the lines are to be the same.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from marking.examiner import examine, rendering
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS, Question

SEED = "the same verdict everywhere"


def answers(question: Question, variants: Path) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions that `marking audit` asks, with a name each: right ones, then mistakes."""
    file = variants / question.assignment / f"{question.name}.py"
    spec = importlib.util.spec_from_file_location(question.name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, value in list(vars(module).items()):
        if callable(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield f"right: {name}", value
    for mistake in question.misconceptions:
        yield f"wrong: {mistake.name}", mistake.answer


def said_of(question: Question, variants: Path) -> Iterator[dict[str, object]]:
    """One record for each answer to a question."""
    for name, function in answers(question, variants):
        begun = time.perf_counter()
        said = {"question": question.name, "answer": name}
        try:
            verdict = examine(question, FunctionAnswerer(function), SEED)
        except Exception as problem:  # of the examiner itself
            yield said | {"problem": repr(problem)}
            continue
        yield said | {
            "points": verdict.points,
            "text": rendering.text(verdict),
            "html": rendering.html(verdict, []),
            "seconds": time.perf_counter() - begun,
        }


def lines(variants: str, names: list[str] | None = None) -> str:
    """The records of the questions called `names`, or of all, one line each."""
    records = [
        record
        for question in QUESTIONS.values()
        if names is None or question.name in names
        for record in said_of(question, Path(variants))
    ]
    return "\n".join(json.dumps(record, sort_keys=True) for record in records)
