"""What an error of Python's or NumPy's means, for who meets it the first time.

Such a message speaks of the line that stopped, not of the slip behind it.  Each sentence here is
true wherever its message is, and asks for more than that only in a question.
"""

from __future__ import annotations

import re

from marking.examiner.calls import Failure

_FLOAT = (
    "A whole number is needed here, and a float came: `/` always gives a float, `//` divides "
    "whole numbers."
)
_TAKE_APART = "A pair such as `stride` is taken apart first, as in `sh, sw = stride`."
_FUNCTION = "'(method|function|builtin_function_or_method)'"
_NOT_CALLED = (
    "A function itself stands here, not what it gives: are the round brackets missing that call "
    "it, as in `x.sum` in place of `x.sum()`?"
)
_PRODUCT = (
    "In a matrix product the left side has as many columns as the right side has rows: print both "
    "shapes. Are matrices multiplied here at all? Numbers are multiplied one by one with `*`. If "
    "they are: is a picture to be flattened first (`ravel()`), or a matrix to be transposed?"
)

# (error, part of its message as a regular expression, what it means), the first that fits counts
_MEANINGS = (
    (
        "IndexError",
        "is out of bounds for axis",
        "An axis of size n has the indexes 0 to n − 1: does a loop run too far, or count along "
        "another axis?",
    ),
    ("IndexError", "only integers", _FLOAT),
    (
        "IndexError",
        "too many indices",
        "The array has fewer axes than there are indexes: print its shape.",
    ),
    ("TypeError", "cannot be interpreted as an integer|integral type", _FLOAT),
    ("TypeError", "slice indices must be integers", _FLOAT),
    (
        "TypeError",
        "Cannot interpret '.*' as a data type",
        "`np.zeros` takes the shape as one argument, in brackets of its own: "
        "`np.zeros((rows, columns))`.",
    ),
    ("ValueError", "core dimension|not aligned", _PRODUCT),
    (
        "ValueError",
        "matmul: Input operand . does not have enough dimensions",
        "One side of this matrix product is no vector and no matrix: is it a single number, or a "
        "method without the brackets that call it, as `C.transpose` in place of `C.transpose()` "
        "or `C.T`?",
    ),
    (
        "ValueError",
        "cannot reshape array of size",
        "`reshape` neither adds nor drops numbers: count how many there are, and how many the new "
        "shape has.",
    ),
    (
        "ValueError",
        "must match exactly",
        "What is put side by side has equally many rows, what is stacked has equally many "
        "columns: print the shapes.",
    ),
    (
        "ValueError",
        "negative dimensions",
        "A size came out below 0: is it reckoned from the right arrays, and do arguments stand in "
        "the right order?",
    ),
    (
        "ValueError",
        "can't contain negative values",
        "`np.pad` cannot cut: where the amount is negative, cut with a slice instead.",
    ),
    (
        "ValueError",
        "setting an array element with a sequence|inhomogeneous",
        "One number is wanted where several came: `np.sum` adds up along all axes, Python's `sum` "
        "along the first only.",
    ),
    (
        "ValueError",
        "truth value of an array",
        "An `if` needs one truth value: `is not None` asks whether there is an array, `np.all(…)` "
        "whether every entry is true.",
    ),
    (
        "ValueError",
        "values to unpack",
        "There are not as many names on the left as values on the right: print the shape that is "
        "taken apart.",
    ),
    ("TypeError", "for [-+*/]*: '(int|tuple)' and '(tuple|int)'", _TAKE_APART),
    ("TypeError", "can only concatenate tuple|multiply sequence", _TAKE_APART),
    (
        "TypeError",
        "NoneType",
        "Something here is `None`: an argument that may be left out, or what a function without "
        "`return` gives?",
    ),
    (
        "AttributeError",
        "'NoneType'",
        "Something here is `None`: an argument that may be left out, or what a function without "
        "`return` gives?",
    ),
    (
        "AttributeError",
        "'(tuple|int|float|list)' object has no attribute",
        "Only arrays have that: a pair is taken apart, as in `rows, columns = pair`. Do the "
        "arguments stand in the order of the signature?",
    ),
    (
        "TypeError",
        f"{_FUNCTION} (object|and)|and {_FUNCTION}",
        _NOT_CALLED,
    ),
    (
        "AttributeError",
        f"{_FUNCTION} object",
        _NOT_CALLED,
    ),
    (
        "TypeError",
        "'numpy.ndarray' object is not callable",
        "Round brackets call a function, and here an array stands before them: its entries are "
        "taken with square ones, `x[i, j]`. Or does an array bear the name of a function?",
    ),
    (
        "TypeError",
        "list indices must be integers or slices, not tuple",
        "A list of lists takes one index at a time, `rows[i][j]`; an array (`np.array(rows)`) "
        "takes both at once.",
    ),
    (
        "RecursionError",
        "",
        "The function calls itself, directly or through another, and so on without an end. Is it "
        "the one that this line is meant to call?",
    ),
    (
        "NameError",
        "is not defined",
        "Is it spelt as where it was given its value, and was that cell run?",
    ),
    (
        "ValueError",
        "object too deep",
        "An array stands here where one number is wanted: are the arguments in the order of the "
        "signature?",
    ),
    (
        "UnboundLocalError",
        "",
        "The variable is used before it gets a value: set it before the loop.",
    ),
)


def meaning(failure: Failure) -> str:
    """What the error of a call means, as a sentence; empty if nothing true is known of it."""
    for name, message, sentence in _MEANINGS:
        if failure.name == name and re.search(message, failure.message):
            return sentence
    return ""
