"""Saying what is wrong: the smallest failing case, the mistake by its name, or else term by term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import terms
from .answers import Fault, Trial, call_text, judge, read, same
from .protocol import Answer, Answerer, Call
from .questions.model import Question
from .sitting import Sitting, reference_answer
from .verdict import CategoryResult, Picture, Verdict, plain, wrong_cells

INTEGER_BUFFER = (
    "The arguments hold fractions, and the array that is filled holds integers: fractions are lost, or refused. "
    "Make the array with a `dtype` that holds all inputs, for example `np.zeros(shape)` or "
    "`dtype=np.result_type(…)` of the inputs."
)
UNUSABLE = ("failure", "missing", "kind")  # kinds of faults that leave nothing to compare
CANDIDATES = 5  # failing cases that are tried with small numbers, to find one that is easy to check by hand


def explain(question: Question, answerer: Answerer, sitting: Sitting, results: tuple[CategoryResult, ...]) -> Verdict:
    """The verdict on a sitting in which something is not right; a few more calls find out what."""
    failing = [i for i, fault in enumerate(sitting.faults) if fault is not None]
    failing.sort(key=lambda i: sitting.trials[i].case.difficulty)
    if sitting.fickle or not failing:
        said = (sitting.fickle,) if sitting.fickle else sitting.manners
        return Verdict(question.name, results, said, note=sitting.note)
    worst = sitting.faults[failing[0]]
    if worst.kind in UNUSABLE and all(f is not None and _alike(f, worst) for f in sitting.faults):
        # Nothing usable came back at all: one sentence says it, a picture would only get in the way.
        return Verdict(question.name, results, (worst.sentence,))
    named = _named(question, sitting, failing)
    shown = _shown(question, answerer, sitting, failing)
    sentences = [shown.sentence, *_name_sentences(named)]
    if not named and _fractions_lost(sitting, failing):
        sentences.append(INTEGER_BUFFER)
    elif not named:
        sentences += _term_sentences(question, answerer, sitting, [shown.index, *failing])
        sentences.append(question.hint)
    names = tuple(m.name for m in named)
    return Verdict(question.name, results, (*sentences, *sitting.manners), shown.picture, names, sitting.note)


def _alike(fault: Fault, other: Fault) -> bool:
    """Whether one sentence tells both: the same error, or values of a wrong kind (whose sentences differ in shapes)."""
    return fault.sentence == other.sentence or (fault.kind == other.kind == "kind")


def _named(question: Question, sitting: Sitting, failing: Sequence[int]) -> list:
    """The misconceptions that give exactly the student's answers, right and wrong, in every trial."""
    order = [*failing, *(i for i in range(len(sitting.trials)) if i not in set(failing))]
    if all(value is None for value in sitting.values):
        return []  # nothing to compare
    return [m for m in question.misconceptions if all(_agrees(question, sitting, m, i) for i in order)]


def _agrees(question, sitting, misconception, i) -> bool:
    trial, value = sitting.trials[i], sitting.values[i]
    args = [value.copy() if isinstance(value, np.ndarray) else value for value in trial.args]
    kwargs = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in trial.kwargs.items()}
    try:
        with np.errstate(all="ignore"):
            wrong = read(question, Answer(_as_sent(misconception.answer(*args, **kwargs)), "ndarray"))
    except Exception:  # a wrong operator may well stumble where the right one does not; so did the student, then
        return value is None
    if isinstance(wrong, Fault) or value is None:
        return isinstance(wrong, Fault) and value is None
    return same(question, trial, wrong, value)


def _as_sent(value):
    """A value as the protocol would bring it: NumPy scalars as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    return tuple(_as_sent(part) for part in value) if isinstance(value, tuple) else value


def _fractions_lost(sitting: Sitting, failing: Sequence[int]) -> bool:
    """Whether every failing answer is an array of integers that should hold fractions, or NumPy refused to make it one.

    Where exactly fractions are cut off (each product, each sum, the result) depends on the code, so there is no one
    wrong function to compare with.
    """

    def lost(i):
        value, expected, failure = sitting.values[i], sitting.trials[i].expected, sitting.answers[i].failure
        if failure is not None:
            return failure.name == "UFuncTypeError"
        is_whole = isinstance(value, np.ndarray) and value.dtype.kind in "iu"
        return is_whole and isinstance(expected, np.ndarray) and bool(np.any(expected != np.rint(expected)))

    return all(lost(i) for i in failing)


def _name_sentences(named) -> list[str]:
    if not named:
        return []
    if len(named) == 1:
        return [f"It looks like this: {named[0].name}. {named[0].hint}"]
    causes = "; or ".join(f"{m.name}" for m in named)
    return [f"Several slips give exactly these numbers: {causes}.", *(f"If {m.name}: {m.hint}" for m in named)]


@dataclass(frozen=True)
class Shown:
    """The case that a verdict shows: the number of its trial, the sentence on it, the picture of it."""

    index: int
    sentence: str
    picture: Picture


def _shown(question, answerer, sitting: Sitting, failing: Sequence[int]) -> Shown:
    """The easiest case that fails with small numbers; if none does, the easiest failing one as it was asked."""
    first_of = {id(sitting.trials[i].case): i for i in reversed(failing)}  # a case may have been asked more than once
    candidates = [i for i in failing if first_of[id(sitting.trials[i].case)] == i][:CANDIDATES]
    tried = []
    for signs in (False, True):
        for i in candidates:
            args, kwargs = sitting.trials[i].case.small(signs)
            expected = reference_answer(question, args, kwargs)
            tried.append((i, replace(sitting.trials[i], args=args, kwargs=kwargs, expected=expected)))
    answers = answerer.ask([trial.call(question) for _, trial in tried])
    for (i, trial), answer in zip(tried, answers, strict=True):
        value = read(question, answer)
        if (fault := judge(question, trial, value)) is not None:
            return _show(question, i, trial, answer, value, fault)
    i = failing[0]
    value = sitting.faults[i] if sitting.values[i] is None else sitting.values[i]
    return _show(question, i, sitting.trials[i], sitting.answers[i], value, sitting.faults[i])


def _show(question, i, trial: Trial, answer: Answer, value, fault: Fault) -> Shown:
    bound = question.bind(trial.args, trial.kwargs)
    inputs = tuple((name, array) for name, array in bound.items() if isinstance(array, np.ndarray))
    expected, given, output = trial.expected, _instead(answer) if isinstance(value, Fault) else value, question.output
    if question.answer == "arrays" and isinstance(given, tuple):
        # The first of the arrays that is wrong, if they can be paired at all.
        parts = zip(expected, given, question.output.split(", "), strict=False)
        expected, given, output = next(
            (part for part in parts if not same(question, trial, *part[:2])),
            (f"{len(expected)} arrays", f"{len(given)} arrays", output),
        )
    sentence = fault.sentence or _cells(question, trial, expected, given, output)
    return Shown(i, sentence, Picture(call_text(question, trial), inputs, expected, given))


def _instead(answer: Answer) -> str:
    """What stood in place of a value."""
    if answer.failure is not None:
        return f"no answer ({answer.failure.name or answer.failure.kind})"
    return answer.note or f"{plain(answer.value)} ({answer.type_name})"


def _cells(question, trial, expected, given, output) -> str:
    if not isinstance(expected, np.ndarray):
        return f"`{call_text(question, trial)}` should give {plain(expected)}; yours gives {plain(given)}."
    wrong = wrong_cells(expected, given) if isinstance(given, np.ndarray) else None
    if wrong is None or not wrong.any():
        return "The numbers differ from the right ones."
    index = tuple(int(n) for n in np.argwhere(wrong)[0])
    place = f"{output}[{', '.join(map(str, index))}]" if index else output
    first = f"`{place}` should be {plain(expected[index])}, and is {plain(given[index])}."
    if expected.size == 1:
        return first
    return f"{'All' if wrong.all() else int(wrong.sum())} of {expected.size} cells differ. The first: {first}".replace(
        "All of", "All"
    )


def _term_sentences(question, answerer, sitting: Sitting, failing) -> list[str]:
    """Which products are missing, extra or doubled, found by probing the smallest case whose shape is right."""
    candidates = [i for i in failing if sitting.faults[i].kind == "value" and _whole(sitting.trials[i])]
    if not candidates:
        return []
    i = candidates[0]
    trial = sitting.trials[i]
    arguments = question.bind(trial.args, trial.kwargs)
    for digits in (terms.DIGITS, 1):
        plan = terms.plan(arguments, question.linear, digits)
        if plan is None:
            return []
        answers = answerer.ask([_probe_call(question, trial, probe) for probe in plan.arguments])
        values = [read(question, answer) for answer in answers]
        given = plan.read([None if isinstance(value, Fault) else value for value in values])
        if given is None:
            continue
        value = np.asarray(sitting.values[i], float).ravel()
        scale = max(1.0, float(np.max(np.abs(value), initial=0)))
        if not np.all(np.abs(plan.apply(given, arguments) - value) <= 1e-9 * scale):
            continue
        due = plan.read([np.asarray(question.reference(**probe), float) for probe in plan.arguments])
        return terms.describe(plan, due, given, np.shape(sitting.values[i]), question.output)
    if len(question.linear) == 1:
        return [
            f"The result's entries are not entries of `{question.linear[0]}` with fixed factors, as they should be."
        ]
    return [f"The result is not a plain sum of products `{'·'.join(question.linear)}`, as it should be."]


def _probe_call(question, trial, probe: dict) -> Call:
    """The trial's call with other arrays, by position where the trial went by position."""
    args = tuple(probe[name] for name in question.parameters[: len(trial.args)])
    return Call(question.name, args, {name: probe[name] for name in trial.kwargs})


def _whole(trial: Trial) -> bool:
    return all(a.dtype.kind == "f" for a in (*trial.args, *trial.kwargs.values()) if isinstance(a, np.ndarray))
