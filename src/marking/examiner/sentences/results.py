"""That a result has the wrong type or shape, or numbers that are not finite or not precise."""

from __future__ import annotations

import math


def gave_none(function: str) -> str:
    """An unwritten stub, a forgotten return and one of `None` look alike from outside, so this
    serves all of them.
    """
    return (
        f"`{function}` gave back `None`: it is not written yet, a `return` is missing on one of "
        "its paths, or what stands behind `return` is `None`. `print(…)` gives `None`, and so do "
        "methods that change a list in place (`append`, `sort`, `reverse`)."
    )


def gave_back(function: str, what: str, wanted: str, advice: str = "") -> str:
    """An answer of another kind than the question asks for."""
    sentence = f"`{function}` gave back {what}; {wanted} is wanted."
    return f"{sentence} {advice}" if advice else sentence


def gave_float16(function: str) -> str:
    """An array of numbers too narrow to be compared."""
    return f"`{function}` gave back float16, which keeps three digits; use float64 or float32."


def gave_not_finite(function: str, value: float) -> str:
    """nan or infinity where a whole number is due."""
    return f"`{function}` gave back `{value}`."


ARRAY_ADVICE = "`np.array(…)` turns most things into one."
OBJECT_ADVICE = "Such an array holds anything: does one of its entries come as `None` or as a list?"
ONE_TRUTH_VALUE = "`np.all(…)` makes one of many: whether all are true."
COMPLEX_ADVICE = "After an FFT, take `.real`."
RAGGED = "a list whose rows have different lengths"
ONE_VALUE = "A `return` with commas gives back all that stands between them, as a tuple."
NESTED_LISTS = (
    "your function gives back nested lists. That counts, but an array (`np.array(…)`) is handier "
    "from here."
)


def several_values(count: int) -> str:
    """What stands in the place of one array."""
    return f"a tuple of {count} {'value' if count == 1 else 'values'}"


RESULT = "The result"


def wrong_shape(given: tuple[int, ...], expected: tuple[int, ...], what: str = RESULT) -> str:
    """An array, `what`, of another shape than the right one."""
    sides = " × ".join(map(str, given)) or "a single number"
    due = " × ".join(map(str, expected))
    advice = _advice_on_shape(given, expected)
    return f"{what} has the wrong shape: {sides}, where {due} is due.{advice}"


def _advice_on_shape(given: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """What a wrong shape alone tells, as a further sentence, or nothing."""
    if 0 in given and 0 not in expected:
        if len(given) != len(expected):
            return " It is empty: is there a loop that never runs?"
        return (
            " Nothing is left of it: is one of its sizes reckoned too small? Or, if you cut it: a "
            "slice that ends at −0 is empty: with p = 0 a slice such as `p:-p` is `0:0`. Count its "
            "end from the start, as in `p:p + n`."
        )
    if len(given) != len(expected):
        if math.prod(given) == math.prod(expected) > 1:
            return " It has as many numbers as are due: `reshape` gives them their shape."
        return ""
    if len(given) < 2:
        return ""
    if given[:-2] == expected[:-2] and given[-2:] == expected[:-3:-1]:
        if 1 in given[-2:]:
            return (
                " It has as many numbers as are due: are rows and columns exchanged, or is a "
                "`reshape` missing?"
            )
        return " Rows and columns are exchanged: the first of the two numbers counts the rows."
    wrong = [axis for axis in range(len(given)) if given[axis] != expected[axis]]
    if wrong == [len(given) - 1]:
        return _one_size_off("rows", "columns")
    if wrong == [len(given) - 2]:
        return _one_size_off("columns", "rows")
    return ""


def _one_size_off(right: str, wrong: str) -> str:
    """Which of the two last axes is wrong; why it is, a shape does not tell."""
    return f" The {right} are right in number, the {wrong} are not: which line settles that?"


def part_of_result(place: int, count: int) -> str:
    """What one array of several is called; places count from 0."""
    return f"Array {place + 1} of the {count} given back"


def wrong_count(given: int, expected: int) -> str:
    """More or fewer arrays than are asked for."""
    return f"The result holds {given} arrays, where {expected} are due."


def wrong_count_of_numbers(given: int, expected: int) -> str:
    """A tuple of more or fewer numbers than are asked for."""
    return f"The result holds {given} number{'s' if given != 1 else ''}, where {expected} are due."


ARRAY_NOT_FINITE = "The result holds `nan` or infinity, though every input is a finite number."


def few_digits(digits: int) -> str:
    """The values are right, but not to the last digits."""
    return (
        f"Precision: the numbers are right to about {digits} digits and no further. Is something "
        "computed in float32, or rounded? A plain sum in float64 keeps fifteen digits."
    )


def rounded_to(decimals: int) -> str:
    """The values are the right ones, rounded."""
    return (
        f"Precision: these are the right numbers rounded to {decimals} "
        f"{'decimal' if decimals == 1 else 'decimals'}. Give them back as they come: no `round`."
    )


ROUNDED_AWAY = (
    "Precision: small numbers come out as 0. Is something rounded? Give the numbers back as they "
    "come: no `round`."
)


OVERFLOW = (
    "Precision: this is the right number's last 32 bits, the others are lost. Compute with "
    "Python's `int`, or with int64: int32 ends at 2 147 483 647."
)


def number_not_finite(value: float) -> str:
    """nan or infinity where a finite number is due."""
    sentence = f"The result is `{value}`, though every input is a finite number."
    if math.isinf(value):
        sentence += " Is a step computed in float32, which ends at 3·10³⁸?"
    return sentence
