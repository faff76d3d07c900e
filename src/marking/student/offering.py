"""What `check` shows: the verdict, a hint, or other ways to the same answer."""

from __future__ import annotations

import html as markup
from dataclasses import dataclass

from marking.examiner import hinting, rendering
from marking.examiner.verdict import Verdict
from marking.questions.ladder import RUNGS
from marking.questions.model import Question
from marking.questions.ways import Way, other_ways
from marking.student import speed
from marking.terminal import printable

ANOTHER_WAY = "another way"
NOT_YET = "Other ways are shown to who has all points: this is the verdict as it is."
NO_WAYS = "This installation holds no other right answers."
RIGHT_TOO = "These are right, too. They are in other styles than yours, not better ones."


@dataclass(frozen=True)
class Shown:
    """One answer in the two forms that a notebook and a terminal can show."""

    text: str
    html: str


def wanted(hint: object, another_way: object) -> int | str | None:
    """What is asked for beside the points: a rung of the ladder, `ANOTHER_WAY`, or nothing.

    ValueError says what is allowed.
    """
    if not isinstance(another_way, bool):
        raise ValueError(f"check: another_way is True or False; got {another_way!r}")
    if hint is None:
        return ANOTHER_WAY if another_way else None
    if isinstance(hint, bool) or not isinstance(hint, int) or not 1 <= hint <= RUNGS:
        raise ValueError(
            f"check: hint is 1 (a question to think about), 2 (the place), 3 (the mistake and its "
            f"cure) or 4 (an example by hand); got {hint!r}"
        )
    if another_way:
        raise ValueError("check: hint and another_way cannot be asked for at once; choose one")
    return hint


def answer_to(asked: int | str | None, question: Question, verdict: Verdict, f: object) -> Shown:
    """What to show of a verdict on `f`."""
    if isinstance(asked, int):
        hint = hinting.hint(question, verdict, asked)
        return Shown(hinting.text(hint), hinting.html(hint))
    if asked is None or not verdict.passed:
        last = [] if asked is None else [NOT_YET]
        return _with(verdict, [*last, _offer(question, verdict)])
    ways = other_ways(question, f)
    said = [RIGHT_TOO if ways else NO_WAYS]
    if callable(f) and (fast := speed.sentence(question, f)):
        said.append(fast)
    return Shown(
        "\n".join([rendering.headline(verdict) + ".", *said, *map(_text_of, ways)]),
        rendering.framed(verdict, [*map(_paragraph, said), *map(_html_of, ways)]),
    )


def _offer(question: Question, verdict: Verdict) -> str:
    """The verdict's last line: what else there is to ask for."""
    if verdict.passed:
        return (
            f"`check({question.name}, another_way=True)` shows other right answers, and how fast "
            "yours is."
        )
    if question.ladder is None:
        return ""
    return f"`check({question.name}, hint=1)` asks a question that may help."


def _with(verdict: Verdict, sentences: list[str]) -> Shown:
    """The verdict with further sentences at its end."""
    said = [sentence for sentence in sentences if sentence]
    return Shown(
        "\n".join([rendering.text(verdict), *(sentence.replace("`", "") for sentence in said)]),
        rendering.html(verdict, said),
    )


def _paragraph(sentence: str) -> str:
    return rendering.paragraph(rendering.prose(sentence))


def _text_of(way: Way) -> str:
    code = "\n".join("    " + line for line in printable(way.source, keep="\n").splitlines())
    return f"{way.name}:\n{code}"


def _html_of(way: Way) -> str:
    return (
        f"<details><summary>{markup.escape(way.name)}</summary>"
        f"<pre style='margin:.4em 0;overflow-x:auto'>{markup.escape(way.source)}</pre></details>"
    )
