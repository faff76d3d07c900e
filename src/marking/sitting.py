"""One sitting: fresh cases are drawn, put in one round trip, and every answer is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from .answers import Fault, Trial, call_text, judge, read, same
from .protocol import Answer, Answerer
from .questions.model import Category, Question

REPEATS = 2  # calls put once more at the end: the answer must be the same
COARSE_ROUNDS = 3  # how often small numbers are drawn where the student works in float32


@dataclass(frozen=True)
class Sitting:
    """All that was asked and answered once: trials, what came back, read as values, and the fault of each or None."""

    trials: tuple[Trial, ...]
    answers: tuple[Answer, ...]
    values: tuple[object, ...]
    faults: tuple[Fault | None, ...]
    manners: tuple[str, ...]  # sentences on arguments changed, results that change, numbers of the wrong kind
    fickle: str  # a sentence if the same question got two answers
    note: str

    def passed(self, category: Category) -> bool:
        """Whether the category's points are earned: everything it asks is right, and answers can be relied on."""
        if self.fickle or (category.manners and self.manners):
            return False
        pairs = list(zip(self.trials, self.faults, strict=True))
        if category.shape_only:
            # Kinds of numbers are paid for elsewhere: who cannot handle integers may know the right shape all the same.
            faults = [fault for trial, fault in pairs if not trial.category.manners]
            return all(fault is None or fault.kind in ("finite", "value") for fault in faults)
        return all(fault is None for trial, fault in pairs if trial.category is category)


def sit(question: Question, answerer: Answerer, seed: object = 0) -> Sitting:
    """Draw fresh cases, put them, and look at every answer."""
    sitting = _sit(question, answerer, _rng(question, seed))
    if any(_narrowed(trial, answer) for trial, answer in zip(sitting.trials, sitting.answers, strict=True)):
        # Someone who computes in float32 cannot be exact at 10⁶: ask again with numbers that are exact there.
        sitting = _sit(question, answerer, _rng(question, (seed, "coarse")), coarse=True)
    return sitting


def _rng(question: Question, seed: object) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}/{question.name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))


def _sit(question: Question, answerer: Answerer, rng: np.random.Generator, coarse: bool = False) -> Sitting:
    cases = [(category, case) for category in question.categories for case in category.cases]
    # The first cases once more with other numbers: an array that is used again for every call of one shape shows up.
    trials = []
    for category, case in cases * (COARSE_ROUNDS if coarse else 1) + cases[:REPEATS]:
        args, kwargs = case.draw(rng, coarse)
        trials.append(Trial(category, case, args, kwargs, reference_answer(question, args, kwargs)))
    repeated = trials[:REPEATS]
    answers = answerer.ask([trial.call(question) for trial in (*trials, *repeated)])
    first, again = answers[: len(trials)], answers[len(trials) :]
    values = [read(question, answer) for answer in first]
    faults = tuple(judge(question, t, v) for t, v in zip(trials, values, strict=True))
    second = [read(question, answer) for answer in again]
    changing = [t for t, *pair in zip(repeated, values, second, strict=False) if _differ(question, t, *pair)]
    return Sitting(
        tuple(trials),
        tuple(first),
        tuple(None if isinstance(value, Fault) else value for value in values),
        faults,
        tuple(_manners(question, first)),
        _fickle(question, changing[0]) if changing else "",
        _note(question, first),
    )


def reference_answer(question: Question, args: tuple, kwargs: dict) -> object:
    """The right answer, computed in float64 or int64 whatever the arguments' dtype."""
    wide = [_widen(value) for value in args]
    answer = question.reference(*wide, **{name: _widen(value) for name, value in kwargs.items()})
    return _plain(question, answer)


def _widen(value):
    return value.astype(float) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def _plain(question, answer):
    match question.answer:
        case "array":
            return np.asarray(answer)
        case "arrays":
            return tuple(np.asarray(part) for part in answer)
        case "integer":
            return int(answer)
        case "integers":
            return tuple(int(part) for part in answer)
        case "boolean":
            return bool(answer)
    return float(answer)


def _narrowed(trial: Trial, answer: Answer) -> bool:
    """Whether the answer is float32 though no argument was."""
    narrow_question = any(a.dtype == np.float32 for a in (*trial.args, *trial.kwargs.values()) if _is_array(a))
    return _is_array(answer.value) and answer.value.dtype == np.float32 and not narrow_question


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray)


def _differ(question: Question, trial: Trial, first: object, second: object) -> bool:
    """Whether the same call got two different answers; the last bits of a rounded one may differ (BLAS does that)."""
    if isinstance(first, Fault) or isinstance(second, Fault):
        return isinstance(first, Fault) != isinstance(second, Fault)
    if isinstance(first, np.ndarray) and np.array_equal(first, second, equal_nan=True):
        return False
    return not same(question, trial, first, second)


def _fickle(question: Question, trial: Trial) -> str:
    return (
        f"`{call_text(question, trial)}` was asked twice, with the same numbers, and gave two different answers. "
        "A function's result may depend on its arguments only: look for chance, counters and stored arrays."
    )


def _manners(question, answers):
    names = question.parameters
    touched = {names[i] for a in answers for i in a.mutated if 0 <= i < len(names)}
    if touched:
        listed = " and ".join(f"`{name}`" for name in names if name in touched)
        yield (
            f"`{question.name}` changes its argument {listed}. Whoever calls it does not expect that: "
            "work on a copy (`.copy()`), or write into a new array."
        )
    if any(answer.changed for answer in answers):
        yield (
            f"An array that `{question.name}` had given back changed during a later call. "
            "Make a new array in every call, inside the function."
        )
    if question.answer in ("integer", "integers") and any(_has_float(a.value) for a in answers):
        yield f"`{question.name}` gives a float where a whole number is wanted (a size, a count): `//` keeps integers."
    if question.answer == "boolean" and any(type(a.value) in (int, float) for a in answers):
        yield f"`{question.name}` gives a number; `True` or `False` is wanted."


def _has_float(value) -> bool:
    if isinstance(value, tuple):
        return any(_has_float(part) for part in value)
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def _note(question, answers) -> str:
    if question.answer == "array" and any(isinstance(answer.value, tuple) for answer in answers):
        return "your function gives back nested lists. That counts, but an array (`np.array(…)`) is handier from here."
    return ""
