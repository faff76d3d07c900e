"""Hints: one rung of a question's ladder, for the first step that is not right yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Formatter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.examiner import rendering
from marking.examiner.sentences import call_text, value_text
from marking.examiner.verdict import Verdict
from marking.questions.ladder import RUNGS, Example
from marking.questions.model import Question
from marking.terminal import printable

KINDS = ("a question", "the place", "the mistake and its cure", "an example by hand")
NOTHING_TO_HINT_AT = "Everything is right: there is nothing to hint at."
NO_LADDER = "This question has no hints."


@dataclass(frozen=True)
class Hint:
    """One hint: `title` says which, `sentences` are the hint, `arrays` are drawn by their names."""

    verdict: Verdict
    title: str
    sentences: tuple[str, ...]
    arrays: tuple[tuple[str, NDArray[Any]], ...] = ()
    last: str = ""


def hint(question: Question, verdict: Verdict, rung: int) -> Hint:
    """Rung 1 to 4 for the first category of `verdict` that is not passed."""
    category = first_failing(question, verdict)
    if category is None or question.ladder is None:
        why = NOTHING_TO_HINT_AT if category is None else NO_LADDER
        return Hint(verdict, "", (why,))
    own = question.ladder.rungs(category)
    rungs = own if verdict.beside is None else replace(verdict.beside, example=own.example)
    title = f"Hint {rung} of {RUNGS}, {KINDS[rung - 1]} (at “{category}”)"
    more = f"`check({question.name}, hint={rung + 1})` says more." if rung < RUNGS else ""
    match rung:
        case 1:
            return Hint(verdict, title, (rungs.think,), last=more)
        case 2:
            return Hint(verdict, title, (rungs.place,), last=more)
        case 3:
            return Hint(verdict, title, _cure(question, verdict, rungs.cure), last=more)
    assert rungs.example is not None  # every ladder has one
    return worked(question, verdict, title, rungs.example)


def first_failing(question: Question, verdict: Verdict) -> str | None:
    """The first category in the text's order that is not passed; the shape alone comes last, as it
    is asked in every other's cases.
    """
    alone = {category.name for category in question.categories if category.shape_only}
    failing = [category.name for category in verdict.categories if not category.passed]
    return next((n for n in failing if n not in alone), next(iter(failing), None))


def _cure(question: Question, verdict: Verdict, cure: str) -> tuple[str, ...]:
    """The known mistakes by name and what to do about them; if there is none, the step's cure."""
    names = verdict.misconceptions or verdict.in_part
    hints = {m.name: m.hint for m in question.misconceptions if m.name in names}
    return tuple(f"It looks like this: {name}. {said}" for name, said in hints.items()) or (cure,)


def worked(question: Question, verdict: Verdict, title: str, example: Example) -> Hint:
    """An example worked by hand, its numbers computed."""
    answer = question.reference(*example.args, **example.kwargs)
    arguments = question.bind(example.args, example.kwargs)
    names = {**arguments, **example.also(*example.args, **example.kwargs), "result": answer}
    steps = tuple(_Numbers().vformat(step, (), names) for step in example.steps)
    call = call_text(question, example.args, example.kwargs)
    results = answer if question.answer == "arrays" else (answer,)
    named = zip(question.output.split(", "), results, strict=False)
    drawn = [*arguments.items(), *(named if question.answer.endswith(("array", "arrays")) else ())]
    arrays = tuple((name, np.asarray(a)) for name, a in drawn if isinstance(a, np.ndarray))
    return Hint(verdict, title, (f"By hand, `{call}`:", *steps), arrays)


class _Numbers(Formatter):
    """Fields are written as a person writes numbers."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """A number or truth value in one short word."""
        return value_text(value.item() if isinstance(value, np.generic) else value)

    def check_unused_args(self, used_args: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        """No step names everything."""


def text(hint: Hint) -> str:
    """The hint as plain text."""
    lines = [rendering.headline(hint.verdict) + "."]
    lines += [f"{hint.title}."] if hint.title else []
    lines += [said.replace("`", "") for said in hint.sentences]
    panels = [panel for name, array in hint.arrays for panel in rendering.array_panels(name, array)]
    lines += rendering.panels_text(panels)
    lines += [hint.last.replace("`", "")] if hint.last else []
    return "\n".join(printable(line) for line in lines)


def html(hint: Hint) -> str:
    """The hint as an escaped HTML fragment, framed as its verdict is."""
    parts = [rendering.paragraph(f"<em>{rendering.escape(hint.title)}</em>")] if hint.title else []
    parts += [rendering.paragraph(rendering.prose(said)) for said in hint.sentences]
    panels = [panel for name, array in hint.arrays for panel in rendering.array_panels(name, array)]
    parts += [rendering.panels_html(panels)] if panels else []
    parts += [rendering.paragraph(rendering.prose(hint.last))] if hint.last else []
    return rendering.framed(hint.verdict, parts)
