"""Every sentence that a verdict can hold, and how values and calls are written in them.

What stands between backticks is code; `marking.examiner.rendering` sets it apart.  Whatever a
student's side wrote (names, messages, values) has been cut when it was read
(`marking.kernels.protocol`) and is escaped when it is rendered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from marking.examiner.calls import Answer, Failure, FailureKind
from marking.examiner.errors import meaning
from marking.questions.model import Question

MAX_NESTING = 8  # levels of a tuple that are written out; no right answer has more than one
MAX_PARTS = 8  # of a tuple; more are an ellipsis
MAX_TEXT = 200  # characters of a text
DIGITS = 6  # of a number that is not whole
ALL_DIGITS = 17  # which tell any two floats apart


def number_text(value: Any, digits: int = DIGITS) -> str:
    """A number as a person writes it: integers without a point, others to six digits."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, complex | np.complexfloating):
        return f"{complex(value):.4g}"
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and abs(value) < 10**15:
        return str(value)
    if 1e5 <= abs(value) < 1e15:
        digits = max(digits, len(f"{abs(value):.0f}") + 1)  # beside a whole number it can be read
    return f"{value:.{digits}g}"


def digits_apart(one: Any, other: Any) -> int:
    """How many digits it takes to see that two different numbers, or tuples of them, differ."""
    for digits in range(DIGITS, ALL_DIGITS):
        if value_text(one, digits=digits) != value_text(other, digits=digits):
            return digits
    return ALL_DIGITS


def value_text(value: Any, levels: int = MAX_NESTING, digits: int = DIGITS) -> str:
    """A number, truth value, None, text or tuple of these in one short line; tuples inside each
    other are written out `levels` deep.
    """
    if isinstance(value, tuple):
        if levels == 0:
            return "(…)"
        parts = [value_text(part, levels - 1, digits) for part in value[:MAX_PARTS]]
        inner = ", ".join(parts) + (", …" if len(value) > MAX_PARTS else "")
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if value is None or isinstance(value, str):
        return str(value)[:MAX_TEXT]
    return number_text(value, digits)


def call_text(question: Question, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The call as a student would write it, arrays by their names: ``conv_transpose2d(x, w,
    stride=2)``.
    """
    parts = []
    for i, (name, value) in enumerate(question.bind(args, kwargs).items()):
        if isinstance(value, np.ndarray):
            parts.append(name if i < len(args) else f"{name}={name}")
        else:
            parts.append(f"{name}={value_text(value)}")
    return f"{question.name}({', '.join(parts)})"


# how Python complains of a call that does not fit the function's parameters
_OF_CALLING = ("keyword argument", "multiple values for argument", "positional argument")


def of_calling(failure: Failure) -> bool:
    """Whether a call did not fit the function's parameters."""
    return failure.name == "TypeError" and any(words in failure.message for words in _OF_CALLING)


def tells_cause(failure: Failure) -> bool:
    """Whether the sentence on a failed call says where to look."""
    broadcast = failure.name == "ValueError" and "broadcast" in failure.message
    read_only = failure.name == "ValueError" and "read-only" in failure.message
    return of_calling(failure) or broadcast or read_only or bool(meaning(failure))


def failed(question: Question, failure: Failure) -> str:
    """Why a call brought no value."""
    name = question.name
    match failure.kind:
        case FailureKind.EXPLAINED:
            return failure.message
        case FailureKind.UNDEFINED if failure.message:
            return no_longer_function(name, failure.message)
        case FailureKind.UNDEFINED:
            return no_function(question)
        case FailureKind.TIMEOUT:
            return (
                f"`{name}` did not finish in time. Is there a loop that never ends? Or is "
                "something built that is far larger than it need be?"
            )
        case FailureKind.DIED:
            return f"The Python process ended while `{name}` ran, so it could not be marked."
        case FailureKind.PROTOCOL:
            return f"The answer of `{name}` could not be read as data ({failure.message})."
    if failure.name == "ValueError" and "read-only" in failure.message:
        return (
            f"`{name}` writes into one of its arguments, which it was given to read only. "
            "Work on a copy (`.copy()`), or write into a new array."
        )
    if failure.name == "NotImplementedError":
        return f"`{name}` is not written yet: it raises `NotImplementedError`."
    message = ": " + failure.message.replace("`", "'") if failure.message else ""
    line = f" (line {failure.line} of its cell)" if failure.line else ""
    sentence = f"`{name}` stopped with {failure.name}{message}{line}"
    sentence = sentence.replace("\n", " ").rstrip(".") + "."
    if of_calling(failure):
        sentence += " " + called_by(question.signature)
    if failure.name == "ValueError" and "broadcast" in failure.message:
        sentence += (
            " Two arrays that meet in this line differ in shape: print both. Is the array that you "
            "fill large enough, its rows reckoned from rows and its columns from columns?"
        )
    elif advice := meaning(failure):
        sentence += " " + advice
    return sentence


def called_by(signature: str) -> str:
    """How a function is called, for one whose parameters do not fit that."""
    return (
        f"It is called by the signature `{signature}`: with these parameters, in this order, by "
        "position or by name, those with a default perhaps left out."
    )


def no_function(question: Question) -> str:
    """The function of a question is not there."""
    return (
        f"There is no function `{question.name}` yet. Write it as `{question.signature}`, "
        "and run its cell first."
    )


def helper_elsewhere(function: str, name: str, title: str) -> str:
    """A function that is called is not there: it belongs to the notebook called `title`."""
    return (
        f"`{name}`, which `{function}` calls, is not in this notebook: copy yours from the "
        f"notebook *{title}* into a cell above."
    )


def no_longer_function(function: str, type_name: str, line: str = "") -> str:
    """The name of the function holds something else, since `line` was run if that is known."""
    by = f" by the cell with `{line}`" if line else ""
    return (
        f"The name `{function}` no longer holds a function: it was given another value, of "
        f"type `{type_name}`{by}. Give that another name, and run the function's cell again."
    )


def bound_again(function: str, line: str) -> str:
    """A function, or another name that it uses, that more than one cell defines."""
    return f"`{function}` is defined in several cells; the one with `{line}` was run last."


def taken_from_python(name: str, line: str) -> str:
    """A name of Python's own that a cell took for something else."""
    return (
        f"`{name}` is Python's own; the cell with `{line}` gave it another meaning. Choose another "
        "name there, and start the kernel anew."
    )


def needs_library(function: str, name: str, library: str) -> str:
    """A function that is taken from a library, or calls `name` from it."""
    what = f"`{library}`" if name in (function, library) else f"`{name}` from `{library}`"
    return (
        f"`{function}` needs {what}, which is not there when marks are made: use NumPy, math and "
        "itertools."
    )


def needs_lost(function: str, name: str, place: str, fate: str) -> str:
    """A function that is not there, or calls a `name` that is not, for what became of a line."""
    what = f"`{function}` is not there" if name == function else f"`{function}` needs `{name}`"
    return f"{what}: {place} {fate}."


def _helpers(function: str, wrong: Sequence[str], none: Sequence[str]) -> str:
    """What is the matter with functions that `function` calls."""
    listed = " and ".join(f"`{name}`" for name in wrong)
    if set(wrong) <= set(none):
        state = "gives `None`" if len(wrong) == 1 else "give `None`"
    else:
        state = "is not right yet" if len(wrong) == 1 else "are not right yet"
    return f"{listed}, which `{function}` calls, {state}"


def helpers_replaced(function: str, wrong: Sequence[str], none: Sequence[str]) -> str:
    """Functions of earlier questions are wrong, and right ones took their places."""
    which = "A right one stood in for it" if len(wrong) == 1 else "Right ones stood in for them"
    return f"{_helpers(function, wrong, none)}. {which} here, so that it does not cost twice."


def helpers_wrong(function: str, wrong: Sequence[str], none: Sequence[str]) -> str:
    """Functions that `function` calls are wrong, and that is why it is."""
    return f"{_helpers(function, wrong, none)}: put that right first, then check this again."


def gave_none(function: str) -> str:
    """An unwritten stub and a forgotten return look alike from outside, so this serves both."""
    return (
        f"`{function}` gave back `None`: it is not written yet, or a `return` is missing "
        "on one of its paths."
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
        return " The rows are right in number, the columns are not: reckon the columns anew."
    if wrong == [len(given) - 2]:
        return " The columns are right in number, the rows are not: reckon the rows anew."
    return ""


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


def nondeterministic(call: str) -> str:
    """The same call gave two different answers."""
    return (
        f"`{call}` was asked twice, with the same numbers, and gave two different answers. "
        "A function's result may depend on its arguments only: look for chance, counters and "
        "stored arrays."
    )


def changes_arguments(function: str, names: Sequence[str]) -> str:
    """A call changed the arrays it was given."""
    listed = " and ".join(f"`{name}`" for name in names)
    return (
        f"`{function}` changes its argument {listed}. Whoever calls it does not expect that: "
        "work on a copy (`.copy()`), or write into a new array."
    )


def shares_memory(function: str, names: Sequence[str]) -> str:
    """A result is an argument itself, or a view of one."""
    listed = " and ".join(f"`{name}`" for name in names)
    return (
        f"The result of `{function}` is not a new array: it shares its memory with {listed}, so "
        "whoever changes the one changes the other. Give back a copy (`.copy()`)."
    )


def result_changes(function: str) -> str:
    """A later call changed an array that had been given back."""
    return (
        f"An array that `{function}` had given back changed during a later call. "
        "Make a new array in every call, inside the function."
    )


def result_given_again(function: str) -> str:
    """Two calls gave the same array back."""
    return (
        f"`{function}` gave one array back in two calls: whoever changes one result changes the "
        "other as well. Make a new array in every call, or give back a `.copy()` of what you keep."
    )


def float_for_integer(function: str) -> str:
    """A float, though a whole one, where an integer is due."""
    return (
        f"`{function}` gives a float where a whole number is wanted (a size, a count): "
        "`//` keeps integers."
    )


def float_array_for_integers(function: str) -> str:
    """An array of floats, though whole ones, where integers are due."""
    return (
        f"`{function}` gives floats where whole numbers are wanted (counts): make the array with "
        "`dtype=int`."
    )


def exact_numbers(function: str) -> str:
    """Right values of Python's exact types, or in an array of objects."""
    return (
        f"`{function}` gives Python's own numbers (`Fraction`, `Decimal`, or an array of dtype "
        "object) where NumPy's are wanted: turn them into floats at the end (`float(…)`, "
        "`.astype(float)`)."
    )


def number_for_boolean(function: str) -> str:
    """0 or 1 where a truth value is due."""
    return f"`{function}` gives a number; `True` or `False` is wanted."


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


def named_in_part(category: str, hints: Mapping[str, str]) -> list[str]:
    """Known mistakes that fit the answers in the cases of one category, and not all others."""
    where = f"In the cases of “{category}”"
    more = "It does not explain every case: put this right first, then check again."
    if len(hints) == 1:
        return [f"{where} it looks like this: {n}. {hint} {more}" for n, hint in hints.items()]
    listed = "; or ".join(hints)
    each = [f"If {name}: {hint}" for name, hint in hints.items()]
    return [f"{where} several slips give exactly these numbers: {listed}. {more}", *each]


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

# where the arguments hold no fractions: their own kind of numbers does not hold the result
INTEGER_RESULT = (
    "The result has fractions although the arguments are whole numbers, and yours are lost, or "
    "refused. If you fill an array, make it one of floats, for example with `np.zeros(shape)` or "
    "`.astype(float)`. If you divide, do it with `/`: `//` rounds down."
)


LAYOUT = (
    "Only arrays that lie in memory in another order go wrong: transposed ones (`x.T`, Fortran "
    "order) and slices (`x[:, ::2]`). Use indices, `ravel()` or `reshape` without `order`, and no "
    "strides of your own."
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
            f"The result's entries are not entries of `{linear[0]}` with fixed factors, "
            "as they should be."
        )
    return f"The result is not a plain sum of products `{'·'.join(linear)}`, as it should be."
