"""Asking: fresh cases are drawn, put in one round, and every answer is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.examiner import sentences, twins
from marking.examiner.calls import Answer, Answerer, Call
from marking.examiner.comparing import FLOAT32_DIGITS, Rounding, is_float32
from marking.examiner.kinds import Fault, FaultKind, kind_of
from marking.questions.arrays import REDRAWN
from marking.questions.model import Case, Category, Question

DIFFERENT = (FaultKind.VALUE, FaultKind.PRECISION)  # faults of a value that can be compared
REPEATS = 2  # calls put once more at the end: the answer must be the same
MOST_FILLING = 5  # calls put once more for no other reason than that nobody can count on a number
COARSE_ROUNDS = 3  # how often small numbers are drawn where the student works in float32


@dataclass(frozen=True)
class DrawnCase:
    """A case with its numbers: the call to put, and the right answer to it."""

    question: Question
    category: Category
    case: Case
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    expected: Any

    @property
    def call(self) -> Call:
        return Call(self.question.name, self.args, self.kwargs)

    @property
    def call_text(self) -> str:
        """The call as a student would write it."""
        return sentences.call_text(self.question, self.args, self.kwargs)

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments by parameter name."""
        return self.question.bind(self.args, self.kwargs)

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays among the arguments by parameter name."""
        return {name: a for name, a in self.arguments.items() if isinstance(a, np.ndarray)}

    def tolerance(self, expected: NDArray[Any], value: Any) -> float:
        """How far a right answer may be off."""
        return self._rounding.tolerance(expected, value)

    def like_float32(self, value: Any) -> bool:
        """Whether a wrong value may be the right one computed in float32."""
        if not isinstance(self.expected, float | np.ndarray):
            return False
        return self._rounding.like_float32(self.expected, value)

    @cached_property
    def _rounding(self) -> Rounding:
        return Rounding(self.question, self.args, self.kwargs)

    def approximated(self, value: Any) -> bool:
        """Whether a wrong value comes from computing it the approximate way that is known."""
        rough = self.question.approximation
        if rough is None or np.shape(value) != np.shape(self.expected):
            return False
        with np.errstate(invalid="ignore", over="ignore"):
            most = rough.off(**self.arguments)
            return bool(np.all(np.abs(np.asarray(value, float) - self.expected) <= most))

    def same(self, expected: Any, value: Any) -> bool:
        """Whether two values agree as answers to this call."""
        return kind_of(self.question).same(expected, value, self.tolerance)

    def repeats(self, first: Any, second: Any) -> bool:
        """Whether two values are the same answer, be it right or wrong: nan is nan here."""
        return kind_of(self.question).repeated(first, second, self.tolerance)


@dataclass(frozen=True)
class AskedCase:
    """A drawn case that has been put: what came back, read as a value, and what is wrong with it.

    `value` is None where the answer could not be read; `fault` then says why.  `slip` says that the
    case counts in one category only, see `marking.examiner.sparing`.
    """

    drawn: DrawnCase
    answer: Answer
    value: Any
    fault: Fault | None
    slip: bool = False

    def repeated_by(self, again: AskedCase) -> bool:
        """Whether the same call, put once more, got the same answer."""
        if self.value is None or again.value is None:
            return (self.value is None) == (again.value is None)
        return self.drawn.repeats(self.value, again.value)

    @property
    def narrowed(self) -> bool:
        """Whether the answer is float32 though no argument was."""
        return is_float32(self.value) and not any(map(is_float32, self.drawn.arrays.values()))


@dataclass(frozen=True)
class Examination:
    """All that was asked and answered once."""

    cases: tuple[AskedCase, ...]
    nondeterministic: str  # a sentence if the same call got two answers, else empty
    side_effects: tuple[str, ...]  # sentences on arguments changed and results that change
    wrong_types: tuple[str, ...]  # sentences on right values of another Python type
    note: str

    @property
    def contract_sentences(self) -> tuple[str, ...]:
        """What costs the points for the contract beyond the values."""
        return self.side_effects + self.wrong_types

    def passed(self, category: Category) -> bool:
        """Whether the category's points are earned: everything it asks is right, and answers can be
        relied on.
        """
        if self.nondeterministic or (category.checks_contract and self.contract_sentences):
            return False
        if category.shape_only:
            # Kinds of numbers are paid for elsewhere: who cannot handle integers may know the right
            # shape all the same.
            faults = [
                asked.fault
                for asked in self.cases
                if not asked.drawn.category.checks_contract and not asked.slip
            ]
            right_shape = (FaultKind.FINITE, FaultKind.PRECISION, FaultKind.VALUE)
            return all(fault is None or fault.kind in right_shape for fault in faults)
        own = [asked for asked in self.cases if asked.drawn.category is category]
        return bool(own) and all(asked.fault is None for asked in own)


def ask(question: Question, answerer: Answerer, seed: object = 0) -> Examination:
    """Draw fresh cases, put them, and look at every answer."""
    order = random_of(question, (seed, "order"))
    examination = ask_drawn(question, answerer, drawn_for(question, str(seed)), order)
    faults = [asked.fault for asked in examination.cases if asked.fault is not None]
    narrow = bool(faults) and all(fault.kind == FaultKind.PRECISION for fault in faults)
    if narrow or any(asked.narrowed for asked in examination.cases):
        # Someone who computes in float32 cannot be exact at 10⁶: ask again with numbers that are
        # exact there.
        drawn = drawn_for(question, str((seed, "coarse")), coarse=True)
        return ask_drawn(question, answerer, drawn, order)
    return examination


@lru_cache(maxsize=8)  # an audit puts the same cases to hundreds of functions
def drawn_for(question: Question, seed: str, coarse: bool = False) -> tuple[DrawnCase, ...]:
    """The cases of the examination with `seed`."""
    return tuple(draw(question, random_of(question, seed), coarse))


def random_of(question: Question, seed: object) -> np.random.Generator:
    """The generator whose numbers an examination with `seed` asks."""
    digest = hashlib.sha256(f"{seed}/{question.name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))


def ask_drawn(
    question: Question,
    answerer: Answerer,
    drawn: Sequence[DrawnCase],
    rng: np.random.Generator,
) -> Examination:
    """`ask` with cases that are drawn already, in an order that `rng` chooses."""
    asked = put_in_any_order(answerer, [*drawn, *drawn[:REPEATS]], rng)
    cases, again = asked[: len(drawn)], asked[len(drawn) :]
    changing = [
        first for first, second in zip(cases, again, strict=False) if not first.repeated_by(second)
    ]
    answers = [one.answer for one in cases]
    kind = kind_of(question)
    return Examination(
        cases,
        sentences.nondeterministic(changing[0].drawn.call_text) if changing else "",
        tuple(_side_effects(question, cases)),
        (*kind.wrong_types(question.name, answers), *_exact_types(question.name, answers)),
        kind.note(answers),
    )


def draw(question: Question, rng: np.random.Generator, coarse: bool = False) -> list[DrawnCase]:
    """Every case of the question and cases of its domain, with fresh numbers and right answers;
    `coarse` numbers are exact in float32.
    """
    cases = [(category, case) for category in question.categories for case in category.cases]
    # The first cases once more with other numbers: an array that is used again for every call of
    # one shape shows up.
    rounds = cases * (COARSE_ROUNDS if coarse else 1) + cases[:REPEATS]
    listed, seed = len(rounds), int(rng.integers(2**32))
    rounds += question.drawn_cases(seed)
    calls = [(category, case, *_numbers(question, case, rng, coarse)) for category, case in rounds]
    calls += [
        *twins.reordered(question, calls, rng),
        *twins.changed(question, calls[listed:], seed),
    ]
    return [draw_case(question, *call) for call in calls]


def _numbers(
    question: Question, case: Case, rng: np.random.Generator, coarse: bool
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Fresh arguments of a case, with which right answers agree."""
    args, kwargs = case.draw(rng, coarse)
    if question.conditioned is not None:
        for _ in range(REDRAWN):
            if question.conditioned(**question.bind(args, kwargs)):
                break
            args, kwargs = case.draw(rng, coarse)
    return args, kwargs


def draw_case(
    question: Question,
    category: Category,
    case: Case,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> DrawnCase:
    """The case with these arguments, and the reference's answer to them.

    It is computed in float64 or int64 whatever the arguments' dtype, unless the answer depends on
    it.
    """
    given, named = args, kwargs
    if not question.by_dtype:
        given = tuple(map(_widened, args))
        named = {name: _widened(value) for name, value in kwargs.items()}
    with np.errstate(all="ignore"):  # some right answers are infinite
        answer = question.reference(*given, **named)
    return DrawnCase(question, category, case, args, kwargs, kind_of(question).normalise(answer))


def _widened(value: Any) -> Any:
    floats = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(float) if floats else value


def put(answerer: Answerer, drawn: Sequence[DrawnCase]) -> tuple[AskedCase, ...]:
    """Put the cases in one round, and read the answers."""
    answers = answerer.ask([case.call for case in drawn])
    return tuple(_look_at(case, answer) for case, answer in zip(drawn, answers, strict=True))


def put_in_any_order(
    answerer: Answerer, drawn: Sequence[DrawnCase], rng: np.random.Generator
) -> tuple[AskedCase, ...]:
    """`put` in an order, and among a number of calls, that only the seed foretells: a function that
    counts its calls must not know what is asked.  What comes back is in the order of `drawn`.

    Calls that are put more than once only fill up; their answers are dropped.
    """
    more: list[int] = []
    if drawn:
        more = list(rng.integers(len(drawn), size=rng.integers(MOST_FILLING + 1)))
    order = rng.permutation([*range(len(drawn)), *more])
    asked = put(answerer, [drawn[place] for place in order])
    found = {int(place): case for place, case in zip(order, asked, strict=True)}
    return tuple(found[place] for place in range(len(drawn)))


def _look_at(drawn: DrawnCase, answer: Answer) -> AskedCase:
    kind = kind_of(drawn.question)
    value = kind.read(drawn.question, answer)
    if isinstance(value, Fault):
        return AskedCase(drawn, answer, None, value)
    fault = kind.fault(drawn.expected, value, drawn.tolerance)
    if fault is not None and fault.kind == FaultKind.VALUE and drawn.like_float32(value):
        fault = Fault(FaultKind.PRECISION, sentences.few_digits(FLOAT32_DIGITS))
    if fault is not None and fault.kind in DIFFERENT and drawn.approximated(value):
        assert drawn.question.approximation is not None  # else nothing is approximated
        fault = Fault(FaultKind.PRECISION, drawn.question.approximation.sentence)
    return AskedCase(drawn, answer, value, fault)


def _exact_types(function: str, answers: Sequence[Answer]) -> list[str]:
    return [sentences.exact_numbers(function)] if any(a.exact for a in answers) else []


def _side_effects(question: Question, cases: Sequence[AskedCase]) -> Iterator[str]:
    changed = _arguments_at(question, [(case.drawn, case.answer.mutated) for case in cases])
    if changed:
        yield sentences.changes_arguments(question.name, changed)
    shared = _arguments_at(question, [(case.drawn, case.answer.shared) for case in cases])
    if shared:
        yield sentences.shares_memory(question.name, shared)
    if any(case.answer.changed for case in cases):
        yield sentences.result_changes(question.name)
    elif any(case.answer.again for case in cases):
        yield sentences.result_given_again(question.name)


def _arguments_at(
    question: Question, places: Sequence[tuple[DrawnCase, tuple[int, ...]]]
) -> list[str]:
    """The names of arguments at the given places of their calls, in the signature's order."""
    found = set()
    for drawn, positions in places:
        if positions:
            names = [*question.parameters[: len(drawn.args)], *drawn.kwargs]
            found |= {names[i] for i in positions if 0 <= i < len(names)}
    return [name for name in question.parameters if name in found]
