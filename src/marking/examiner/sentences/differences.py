"""That values differ from the right ones: where, by which known mistake, by which terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marking.examiner.calls import Answer
from marking.examiner.sentences.values import digits_apart, value_text


def values_apart(expected: Any, given: Any) -> tuple[str, str]:
    """Two values with as many digits as it takes to see that they differ."""
    digits = digits_apart(expected, given)
    return value_text(expected, digits=digits), value_text(given, digits=digits)


def should_give(call: str, expected: Any, given: Any) -> str:
    """A wrong answer that is no array."""
    due, yours = values_apart(expected, given)
    return f"`{call}` should give {due}; yours gives {yours}."


NUMBERS_DIFFER = "The numbers differ from the right ones."


def set_together(names: Sequence[str]) -> str:
    """Which parameters are set in a case that goes wrong, where each was right alone."""
    listed = f"{', '.join(f'`{name}`' for name in names[:-1])} and `{names[-1]}`"
    return f"Here {listed} are set at a time. What you do with each alone was right."


def place_of(output: str, index: tuple[int, ...]) -> str:
    """An entry of an array, as code."""
    return f"{output}[{', '.join(map(str, index))}]" if index else output


def hint_at(hint: str, place: str) -> str:
    """A question's hint; what it says of ``{place}`` is said of the entry that is wrong."""
    return hint.replace("{place}", place)


def wrong_cell(output: str, index: tuple[int, ...], expected: Any, given: Any) -> str:
    """One wrong cell of an array."""
    due, is_now = values_apart(expected, given)
    return f"`{place_of(output, index)}` should be {due}, and is {is_now}."


def wrong_cells_of(wrong: int, size: int, first: str) -> str:
    """How many of `size` cells are wrong, and the sentence on the first."""
    which = f"All {size}" if wrong == size else f"{wrong} of {size}"
    return f"{which} cells differ. The first: {first}"


def no_answer(answer: Answer) -> str:
    """What stood in place of a value."""
    if answer.failure is not None:
        return f"no answer ({answer.failure.name or answer.failure.kind})"
    return answer.note or f"{value_text(answer.value)} ({answer.type_name})"


def array_count(count: int) -> str:
    """Arrays that cannot be paired with the right ones."""
    return f"{count} arrays"


def misconceptions_named(hints: Mapping[str, str]) -> list[str]:
    """The known mistakes that give exactly the student's answers: their hints by their names."""
    if len(hints) == 1:
        return [f"It looks like this: {name}. {hint}" for name, hint in hints.items()]
    return [
        f"Several slips give exactly these numbers: {'; or '.join(hints)}.",
        *(f"If {name}: {hint}" for name, hint in hints.items()),
    ]


def named_in_part(category: str, hints: Mapping[str, str], others_fail: bool) -> list[str]:
    """Known mistakes that fit the answers in the cases of one category, and not all others, of
    which some may fail as well.
    """
    where = f"In the cases of “{category}”"
    more = ""
    if others_fail:
        more = (
            " Put this right first, then check again: elsewhere something else may be wrong, too."
        )
    if len(hints) == 1:
        return [f"{where} it looks like this: {n}. {hint}{more}" for n, hint in hints.items()]
    listed = "; or ".join(hints)
    each = [f"If {name}: {hint}" for name, hint in hints.items()]
    return [f"{where} several slips give exactly these numbers: {listed}.{more}", *each]


def one_factor(factor: float) -> str:
    """All numbers are the right ones times a factor, the same one everywhere."""
    return (
        f"Every number that is wrong is the right one times {value_text(factor)}: look for a "
        "factor, or a division, that does not belong."
    )


def factor_by_case(here: float | None) -> str:
    """All numbers of each result are the right ones times a factor, another for each call; `here`
    is that of the case that is shown, if one is.
    """
    by_case = "Every number of a result is the right one times a factor, another one in each case:"
    if here is not None:
        by_case = (
            f"Here every number is the right one times {value_text(here)}, and in other cases "
            "times another factor:"
        )
    return (
        f"{by_case} is the result divided, or multiplied, by something that is reckoned from the "
        "arrays, such as its largest number, a sum or a size?"
    )


def too_narrow(dtype: str, low: int, high: int) -> str:
    """An array of integers that holds the results only where they fit into its dtype."""
    return (
        f"The result is an array of dtype {dtype}, which holds only whole numbers from {low} to "
        f"{high}: what does not fit is lost. Make the array, or convert it, with a `dtype` that "
        "holds every result, for example float (`np.zeros(shape)`)."
    )


INTEGER_ARRAY = (
    "Floats come in, and the array that is filled holds integers: fractions are lost, or the "
    "floats refused. Make the array with a `dtype` that holds all inputs, for example "
    "`np.zeros(shape)` or `dtype=np.result_type(…)` of the inputs."
)

NOT_ZEROS = (
    "Every other number is right, but where zeros are due something else stands. Does the array "
    "that you fill begin as zeros (`np.zeros`), anew in every call, and for every part if it is "
    "filled part by part? `np.empty` holds whatever was in memory before."
)

STOPPED_EARLY = (
    "The first numbers are right, and from there on all are still 0: does the `return` stand "
    "inside a loop, or does a loop end too early?"
)

SAME_ROWS = (
    "All rows of the result are alike, and hold what several rows should: are they one and the "
    "same list? In `[[0] * n] * m`, or where one row is put into a list again and again, what is "
    "written into one row stands in all of them. Make every row anew, or all at once with "
    "`np.zeros(shape)`."
)

# where the arguments hold no fractions: their own kind of numbers does not hold the result
INTEGER_RESULT = (
    "The result has fractions although the arguments are whole numbers, and yours are lost, or "
    "refused. If you fill an array, make it one of floats, for example with `np.zeros(shape)` or "
    "`.astype(float)`. If you divide, do it with `/`: `//` rounds down."
)


LAYOUT = (
    "Only arrays that lie in memory in another order go wrong: transposed ones (`x.T`, Fortran "
    "order) and slices (`x[:, ::2]`, `x[::-1]`). Use indices, `ravel()` or `reshape` without "
    "`order`, and no strides of your own."
)


def another_order(signature: str) -> str:
    """On parameters whose order is not the signature's."""
    return (
        "The parameters stand in another order than they should. With every argument given by its "
        "name the function is right; by position, values land in the wrong parameters. Put them "
        f"in the order of `{signature}`."
    )


def wrong_term(term: str, expected: float, found: float) -> str:
    """One product that an output adds up with another coefficient than it should."""
    if found == 0:
        return f"lacks `{term}`"
    if expected == 0:
        times = "" if found == 1 else f" times {found:g}"
        return f"has `{term}`{times}, which does not belong there"
    if expected == 1 and found == 2:
        return f"has `{term}` twice"
    if found == -expected:
        return f"has `{term}` with the wrong sign"
    return f"has `{term}` times {found:g} instead of {expected:g}"


def wrong_terms(place: str, phrases: Sequence[str]) -> str:
    """One output and what is wrong with its terms, the first four of them written out."""
    more = f"; and {len(phrases) - 4} more" if len(phrases) > 4 else ""
    return f"`{place}` " + "; ".join(phrases[:4]) + more + "."


def no_sum_of_products(linear: Sequence[str]) -> str:
    """A result that no coefficients of the arrays named give."""
    if len(linear) == 1:
        return (
            f"The result's entries are not sums of entries of `{linear[0]}` times fixed numbers, "
            "as they should be."
        )
    return f"The result is not a plain sum of products `{'·'.join(linear)}`, as it should be."
