"""Explaining what is wrong: the smallest failing case, the mistake by its name, or term by term."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.errors import MarkingError
from marking.examiner import beside, overall, sentences
from marking.examiner.asking import AskedCase, DrawnCase, Examination, draw_case, put
from marking.examiner.calls import Answerer
from marking.examiner.comparing import wrong_cells
from marking.examiner.kinds import Fault, FaultKind, kind_of
from marking.examiner.naming import explain_case, named_everywhere, named_in_part
from marking.examiner.ordering import only_by_position
from marking.examiner.terms import term_sentences
from marking.examiner.verdict import CategoryResult, Counterexample, Verdict
from marking.questions.arrays import laid_out
from marking.questions.ladder import Rungs
from marking.questions.mistakes import Misconception
from marking.questions.model import Case, Question

log = logging.getLogger(__name__)

# kinds of faults that leave nothing to compare
UNUSABLE = (FaultKind.FAILURE, FaultKind.MISSING, FaultKind.WRONG_KIND)
# failing cases that are tried with small numbers, to find one that is easy to check by hand
CANDIDATES = 12
SIMPLER_ROUNDS = 12  # of asking for a simpler case that fails
SIMPLER_CASES = 20  # asked in one such round
# Whether a case may be shown.
Fits = Callable[[AskedCase], bool]
# The arguments of a case with small numbers.
Small = Callable[[Case], tuple[tuple[Any, ...], dict[str, Any]]]
# the ways to have them, and those that are tried only if no case fails with them
SMALL_NUMBERS: tuple[tuple[Small, ...], ...] = (
    (Case.small, lambda case: case.small(signs=True)),
    (lambda case: case.small(border=True),),
)


def explain_safely(
    question: Question,
    answerer: Answerer,
    examination: Examination,
    results: tuple[CategoryResult, ...],
) -> Verdict:
    """`explain`; if that fails, the verdict with the sentences that are known without it.

    The points are settled before anything is explained, so an explanation that stumbles over an
    answer nobody foresaw must not take the verdict with it.  MarkingError is passed on: it is no
    fault of an answer.
    """
    try:
        return explain(question, answerer, examination, results)
    except MarkingError:
        raise
    except Exception:
        log.info("no explanation of %s", question.name, exc_info=True)
        known = _known_sentences(question, examination)
        return Verdict(question.name, results, known, note=examination.note)


def _known_sentences(question: Question, examination: Examination) -> tuple[str, ...]:
    """The sentences that need no further call: of the answers themselves, or else the hint."""
    if examination.nondeterministic:
        return (examination.nondeterministic,)
    faults = [asked.fault for asked in examination.cases if asked.fault is not None]
    said = next((fault.sentence for fault in faults if fault.sentence), "")
    said = said or sentences.hint_at(question.hint, sentences.place_of(question.output, (0, 0)))
    return (said, *examination.contract_sentences)


def explain(
    question: Question,
    answerer: Answerer,
    examination: Examination,
    results: tuple[CategoryResult, ...],
) -> Verdict:
    """The verdict on an examination in which something is not right; a few more calls find out
    what.
    """
    if examination.nondeterministic:
        said: tuple[str, ...] = (examination.nondeterministic,)
        return Verdict(question.name, results, said, note=examination.note)
    failing = sorted(
        (asked for asked in examination.cases if asked.fault is not None),
        # what is wrong by more than its last digits first: that is the mistake; then the step that
        # comes first in the text
        key=lambda asked: (
            _is_precise(asked),
            question.categories.index(asked.drawn.category),
            asked.drawn.case.difficulty,
        ),
    )
    if not failing:
        said, rungs = examination.contract_sentences, beside.of_contract(examination)
        return Verdict(question.name, results, said, note=examination.note, beside=rungs)
    if only_by_position(question, answerer, failing):
        order = sentences.another_order(question.signature)
        said, rungs = (order, *examination.contract_sentences), beside.of_order(order)
        return Verdict(question.name, results, said, note=examination.note, beside=rungs)
    if (sentence := _nothing_usable(examination, failing[0].fault)) is not None:
        return Verdict(question.name, results, (sentence,))
    named = named_everywhere(question, examination.cases)
    part: list[Misconception] = []
    aside: Rungs | None = None
    shown = _show_smallest(question, answerer, failing)
    told: list[str] = []
    if named:
        told += sentences.misconceptions_named({mistake.name: mistake.hint for mistake in named})
    elif all(map(_is_precise, failing)):
        pass  # the numbers are right but for their last digits: there is nothing else to say
    elif all(map(_fractions_lost, failing)):
        told.append(_integers_sentence(failing))
    elif (sentence := overall.too_narrow(failing)) is not None:
        told.append(sentence)
        aside = beside.of_narrow(sentence)
    elif _only_by_layout(answerer, failing):
        told.append(sentences.LAYOUT)
    elif failing[0].slip:
        pass  # the sentence on what is shown says it all
    elif _only_zeros_wrong(failing):
        told.append(sentences.NOT_ZEROS)
    elif _stopped_early(failing):
        told.append(sentences.STOPPED_EARLY)
    elif overall.same_rows(failing):
        told.append(sentences.SAME_ROWS)
        aside = beside.of_rows(sentences.SAME_ROWS)
    elif part := named_in_part(question, examination, failing[0]):
        first = failing[0].drawn.category
        told += sentences.named_in_part(
            first.name,
            {mistake.name: mistake.hint for mistake in part},
            others_fail=any(asked.drawn.category is not first for asked in failing),
        )
    elif (sentence := overall.one_factor(failing, shown.case)) is not None:
        told.append(sentence)
        aside = beside.of_factor(overall.one_factor(failing) or sentence)
    else:
        told += _set_together(question, shown.case)
        told += term_sentences(question, answerer, shown.case)
        if not _cause_is_told(shown.case):  # who knows the cause need not be sent elsewhere
            told.append(_hint(question, failing, shown.place))
    if (mistakes := named or part) and not explain_case(mistakes, shown.case):
        # of two mistakes made at a time, the one that is named must show in what is drawn
        shown = _show_smallest(question, answerer, failing, partial(explain_case, mistakes))
    return Verdict(
        question.name,
        results,
        (shown.sentence, *told, *examination.contract_sentences),
        shown.counterexample,
        tuple(mistake.name for mistake in named),
        examination.note,
        tuple(mistake.name for mistake in part),
        aside,
    )


def _set_together(question: Question, asked: AskedCase) -> list[str]:
    """Which parameters a case sets that asks for several at a time, where each alone is right."""
    if not asked.drawn.category.together or question.domain is None:
        return []
    usual = question.domain.defaults
    given = asked.drawn.arguments
    names = [n for n, value in given.items() if n in usual and not _is_usual_value(value, usual[n])]
    return [sentences.set_together(names)] if len(names) > 1 else []


def _is_usual_value(value: Any, usual: Any) -> bool:
    return not isinstance(value, np.ndarray) and bool(value == usual)


def _cause_is_told(asked: AskedCase) -> bool:
    """Whether the sentence on what came back says where to look: nothing at all, or an error."""
    if asked.fault is not None and asked.fault.kind == FaultKind.MISSING:
        return True
    failure = asked.answer.failure
    return failure is not None and sentences.tells_cause(failure)


def _is_precise(asked: AskedCase) -> bool:
    return asked.fault is not None and asked.fault.kind == FaultKind.PRECISION


def _only_by_layout(answerer: Answerer, failing: Sequence[AskedCase]) -> bool:
    """Whether the cases fail only because their arrays lie in memory in another order than usual:
    the same numbers in the usual order are asked.
    """
    if any(_is_usual(asked.drawn) for asked in failing):
        return False
    usual = [
        replace(
            asked.drawn,
            args=tuple(map(_in_usual_order, asked.drawn.args)),
            kwargs={name: _in_usual_order(v) for name, v in asked.drawn.kwargs.items()},
        )
        for asked in failing[:CANDIDATES]
    ]
    return all(asked.fault is None for asked in put(answerer, usual))


def _is_usual(drawn: DrawnCase) -> bool:
    return all(array.flags.c_contiguous for array in drawn.arrays.values())


def _in_usual_order(value: Any) -> Any:
    return laid_out(value, "C") if isinstance(value, np.ndarray) else value


def _hint(question: Question, failing: Sequence[AskedCase], place: str) -> str:
    """The hint of the one category in which anything fails, if it has one; else where to look in
    the first that does, if its ladder has a rung of its own; else the question's.  It may speak of
    the `place` that is wrong.
    """
    first = failing[0].drawn.category
    if first.hint and all(asked.drawn.category is first for asked in failing):
        return sentences.hint_at(first.hint, place)
    own = question.ladder.at.get(first.name) if question.ladder is not None else None
    return sentences.hint_at((own.place if own is not None else "") or question.hint, place)


def _nothing_usable(examination: Examination, worst: Fault | None) -> str | None:
    """The one sentence on an examination in which nothing usable came back at all, if it is such a
    one.  A counterexample would only get in the way.
    """
    if worst is None or worst.kind not in UNUSABLE:
        return None
    alike = all(
        asked.fault is not None and _alike(asked.fault, worst) for asked in examination.cases
    )
    return worst.sentence if alike else None


def _alike(fault: Fault, other: Fault) -> bool:
    """Whether one sentence tells both: the same error, or values of a wrong kind (whose sentences
    differ in shapes).
    """
    return fault.sentence == other.sentence or (fault.kind == other.kind == FaultKind.WRONG_KIND)


def _integers_sentence(failing: Sequence[AskedCase]) -> str:
    """What to do about an array of integers: what helps depends on what the arguments hold."""
    whole = all(
        array.dtype.kind in "iu" for asked in failing for array in asked.drawn.arrays.values()
    )
    return sentences.INTEGER_RESULT if whole else sentences.INTEGER_ARRAY


def _fractions_lost(asked: AskedCase) -> bool:
    """Whether the answer is an array of integers that should hold fractions, or NumPy refused to
    make it one.

    Where exactly fractions are cut off (each product, each sum, the result) depends on the code, so
    there is no one wrong function to compare with.
    """
    value, expected, failure = asked.value, asked.drawn.expected, asked.answer.failure
    if failure is not None:
        return failure.name == "UFuncTypeError"
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu":
        return False
    # the parts of a whole sum may be fractions, each of which was cut off
    held = [expected, *asked.drawn.arrays.values()]
    return any(bool(np.any(part != np.rint(part))) for part in held)


def _only_zeros_wrong(failing: Sequence[AskedCase]) -> bool:
    """Whether every other number is right, and something else stands where 0 is due."""
    pairs = [(asked.drawn.expected, asked.value) for asked in failing]
    if not all(isinstance(given, np.ndarray) for _, given in pairs):
        return False
    alike = all(np.shape(due) == given.shape for due, given in pairs)
    return (
        alike
        and any(np.any(due != 0) for due, _ in pairs)
        and not any(np.any(due[due != given]) for due, given in pairs)
    )


def _stopped_early(failing: Sequence[AskedCase]) -> bool:
    """Whether the first numbers of every result, read row by row, are right and all others 0."""
    begun = False
    for asked in failing:
        wrong = _wrong_cells(asked.drawn.expected, asked.value)
        if wrong is None or wrong.ndim == 0:
            return False
        first = int(np.argmax(wrong))
        numbers = np.ravel(asked.value)
        if np.any(numbers[first:]):
            return False
        begun = begun or bool(np.any(numbers[:first]))
    return begun


@dataclass(frozen=True)
class Shown:
    """What a verdict shows: a case, with small numbers if it fails with them too, the sentence on
    it, and its drawing; `place` is the first entry that is wrong.
    """

    case: AskedCase
    sentence: str
    counterexample: Counterexample
    place: str


def _show_smallest(
    question: Question,
    answerer: Answerer,
    failing: Sequence[AskedCase],
    fits: Fits = lambda asked: True,
) -> Shown:
    """Of the first category that fails, the easiest case that fails with small numbers and `fits`,
    made simpler as long as it does; if none does, the easiest failing one as it was asked.
    """
    easiest = failing[0]
    category, precise = easiest.drawn.category, _is_precise(easiest)
    own = [a for a in failing if a.drawn.category is category and _is_precise(a) == precise]
    first_of = {id(asked.drawn.case): asked for asked in reversed(own)}  # asked more than once
    candidates = [a for a in own if first_of[id(a.drawn.case)] is a][:CANDIDATES]
    failed: list[tuple[AskedCase, Small]] = []
    for ways in SMALL_NUMBERS:
        tried = [(asked, small) for small in ways for asked in candidates]
        drawn = [_with_small_numbers(question, asked.drawn, small) for asked, small in tried]
        failed = [
            (asked, small)
            for asked, (_, small) in zip(put(answerer, drawn), tried, strict=True)
            if asked.fault is not None and _is_precise(asked) <= precise and fits(asked)
        ]
        if failed:
            break
    # A listed case can be made no simpler, a drawn one can.
    of_domain = [pair for pair in failed if pair[0].drawn.case.row is not None]
    begin = [*failed[:1], *of_domain[:1]]
    simplest = [_simplified(question, answerer, *pair, fits) for pair in begin]
    return _show(min(simplest, key=lambda a: a.drawn.case.difficulty, default=easiest))


def _simplified(
    question: Question, answerer: Answerer, failing: AskedCase, small: Small, fits: Fits
) -> AskedCase:
    """A case with fewer and smaller numbers and settings that still fails in the same way and
    `fits`, found by asking; with `small` numbers of the same make as the failing one has.

    Without arrays it stays a case of its category, whose hints would be wrong of others; one with
    arrays may leave it, because few numbers to draw are worth more.
    """
    category = failing.drawn.category
    for _ in range(SIMPLER_ROUNDS):
        case = failing.drawn.case
        if case.row is None or question.domain is None or failing.fault is None:
            return failing
        simpler = [
            Case(*question.domain.call(row), row) for row in question.domain.simpler(case.row)
        ]
        if not question.domain.has_arrays:
            simpler = [c for c in simpler if c.row and question.step_of(c.row) is category]
        simpler = [c for c in simpler if c.difficulty < case.difficulty][:SIMPLER_CASES]
        drawn = [draw_case(question, category, c, *small(c)) for c in simpler]
        asked = put(answerer, drawn)
        failed = [a for a in asked if a.fault is not None and a.fault.kind == failing.fault.kind]
        same = list(filter(fits, failed))
        if not same:
            return failing
        failing = min(same, key=lambda a: a.drawn.case.difficulty)
    return failing


def _with_small_numbers(question: Question, drawn: DrawnCase, small: Small) -> DrawnCase:
    return draw_case(question, drawn.category, drawn.case, *small(drawn.case))


def _show(shown: AskedCase) -> Shown:
    drawn, question, fault = shown.drawn, shown.drawn.question, shown.fault
    assert fault is not None  # what is shown fails
    expected, given, output = drawn.expected, shown.value, question.output
    if given is None:
        given = sentences.no_answer(shown.answer)
    else:
        expected, given, output = kind_of(question).part_to_show(
            expected, given, output, drawn.tolerance
        )
    wrong = _wrong_cells(expected, given)
    sentence = fault.sentence or _value_sentence(drawn.call_text, expected, given, output, wrong)
    example = Counterexample(drawn.call_text, tuple(drawn.arrays.items()), expected, given)
    index = _first(wrong) if wrong is not None else (0,) * getattr(expected, "ndim", 0)
    return Shown(shown, sentence, example, sentences.place_of(output, index))


def _wrong_cells(expected: Any, given: Any) -> NDArray[np.bool_] | None:
    """Which entries of an array are wrong; None if there are none to compare."""
    if not isinstance(expected, np.ndarray) or not isinstance(given, np.ndarray):
        return None
    wrong = wrong_cells(expected, given)
    return wrong if wrong is not None and wrong.any() else None


def _first(wrong: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(n) for n in np.argwhere(wrong)[0])


def _value_sentence(
    call: str, expected: Any, given: Any, output: str, wrong: NDArray[np.bool_] | None
) -> str:
    """The sentence on a value of the right kind and shape that is wrong."""
    if not isinstance(expected, np.ndarray):
        return sentences.should_give(call, expected, given)
    if wrong is None:
        return sentences.NUMBERS_DIFFER
    index = _first(wrong)
    first = sentences.wrong_cell(output, index, expected[index], given[index])
    if expected.size == 1:
        return first
    return sentences.wrong_cells_of(int(wrong.sum()), expected.size, first)
