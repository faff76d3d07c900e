"""A question whose function calls others that are not right: told, and not charged for twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from marking.errors import NoMoreKernels
from marking.examiner import examine, sentences
from marking.examiner.asking import ask
from marking.examiner.calls import Answerer, Failure
from marking.examiner.verdict import Verdict
from marking.kernels.helping import Helpers
from marking.questions import QUESTIONS
from marking.questions.catalogue import assignments
from marking.questions.model import Question

# An answerer to ask, with the functions of these questions replaced by right ones.
Asks = Callable[[Helpers | None], Answerer]


@dataclass(frozen=True)
class Judged:
    """A verdict, and whether it was formed with right functions in the place of wrong ones."""

    verdict: Verdict
    helped: bool = False


def judge(
    question: Question,
    asks: Asks,
    seed: object,
    called: Callable[[], Collection[str]],
    known: Mapping[str, tuple[bool, str]],
) -> Judged:
    """The verdict on `question`.

    If it is not good, those functions of other questions that the student's calls (`called` gives
    all names that it uses) are looked at: `known` holds whether one passed, and else the reason.
    Of an earlier question that this one builds on, a wrong one costs its own points only: the
    question is asked once more with a right one in its place.
    """
    verdict = examine(question, asks(None), seed)
    if verdict.passed:
        return Judged(verdict)
    try:
        wrong = _wrong_helpers(question, asks, seed, called(), known)
        return _told(verdict, question, asks, seed, wrong) if wrong else Judged(verdict)
    except NoMoreKernels:  # there is no time to look at the others
        return Judged(verdict)


def not_moved(
    passed: Mapping[str, bool], asked: Collection[str], called: Callable[[str], Collection[str]]
) -> set[str]:
    """Of the questions in `passed`, which holds whether they passed, those whose verdicts stay as
    they are while those in `asked` are asked again; `called` gives all names that a function uses.

    A function that is right by itself is judged by nothing else.  It may be right only because
    functions of questions that it builds on were lent; and of one that is not right, all that it
    calls are looked at (`judge`).
    """
    again, stay = set(asked), set(passed)

    def moved(name: str) -> bool:
        bears: Collection[str] = again
        if passed[name]:
            lent = assignments()[QUESTIONS[name].assignment].builds_on.get(name, ())
            bears = again.intersection(lent)
        return bool(bears) and not set(bears).isdisjoint(called(name))

    while more := {name for name in stay if moved(name)}:
        again |= more
        stay -= more
    return stay


def _told(
    verdict: Verdict, question: Question, asks: Asks, seed: object, wrong: Mapping[str, str]
) -> Judged:
    """What becomes of a `verdict` that is not good when the functions in `wrong` are not right,
    for the reasons there.
    """
    none = [name for name, why in wrong.items() if sentences.gave_none(name) in why]
    allowed = assignments()[question.assignment].builds_on.get(question.name, ())
    if not set(wrong) <= set(allowed):
        # No right function is lent that is still to be marked, or to be written elsewhere: a kernel
        # keeps what it has learned of one.
        elsewhere = [
            name
            for name, why in wrong.items()
            if sentences.no_function(QUESTIONS[name]) in why and name not in allowed
        ]
        if elsewhere:
            title = assignments()[QUESTIONS[elsewhere[0]].assignment].title
            said = sentences.helper_elsewhere(question.name, elsewhere[0], title)
            return Judged(replace(verdict, sentences=(*verdict.sentences, said)))
        said = sentences.helpers_wrong(question.name, list(wrong), none)
        if none:
            return Judged(replace(verdict, sentences=(said,), misconceptions=()))
        return Judged(replace(verdict, sentences=(*verdict.sentences, said)))
    helped = examine(question, asks(Helpers({name: QUESTIONS[name] for name in wrong})), seed)
    # Sentences hold numbers that were drawn: whether they differ says nothing.
    same = (helped.points, helped.misconceptions) == (verdict.points, verdict.misconceptions)
    unmoved = same and (not none or helped.sentences == verdict.sentences)
    if helped.points < verdict.points or unmoved:
        return Judged(verdict)  # they make no difference to what is wrong
    said = sentences.helpers_replaced(question.name, list(wrong), none)
    if helped.passed:
        return Judged(replace(helped, note=f"{said} {helped.note}".rstrip()), helped=True)
    return Judged(replace(helped, sentences=(said, *helped.sentences)), helped=True)


def _wrong_helpers(
    question: Question,
    asks: Asks,
    seed: object,
    called: Collection[str],
    known: Mapping[str, tuple[bool, str]],
) -> dict[str, str]:
    """The functions of other questions among `called` that are not right, with the reasons."""
    wrong = {}
    for name, other in QUESTIONS.items():
        if name not in called or name == question.name:
            continue
        if name not in known:
            verdict = examine(other, asks(None), f"{seed}/{name}")
            passed, why = verdict.passed, " ".join(verdict.sentences)
        else:
            passed, why = known[name]
        if not passed and not _fits_its_own_notebook(question, other, asks, seed, why):
            wrong[name] = why
    return wrong


def _fits_its_own_notebook(
    question: Question, other: Question, asks: Asks, seed: object, why: str
) -> bool:
    """Whether a function is only called otherwise than its namesake's question, which belongs to
    another assignment, asks for it: a helper that a student writes for one purpose needs no
    parameters beyond it.  `why` is what its verdict says.
    """
    if other.assignment == question.assignment:
        return False
    if sentences.another_order(other.signature) in why:
        return True  # said only where it is right by name
    if sentences.called_by(other.signature) not in why:
        return False
    cases = ask(other, asks(None), seed).cases
    return all(c.fault is None or _does_not_fit(c.answer.failure) for c in cases)


def _does_not_fit(failure: Failure | None) -> bool:
    return failure is not None and sentences.of_calling(failure)
