"""Hints where every number is right and something beside the numbers is not: the order of the
parameters, what becomes of the arguments, the type of the answer; or where all of them are wrong in
one way that has nothing to do with the question.

The hints of a question's steps would send the reader after numbers.
"""

from __future__ import annotations

from marking.examiner.asking import Examination
from marking.questions.ladder import Rungs

_ORDER = Rungs(
    think="The function is right when every argument is given by its name. In which order does the "
    "question name them, and in which order does your `def` line?",
    place="Look at the line that begins with `def`: the names in its brackets, from left to right.",
)
_ARRAYS = Rungs(
    think="Every number is right. What else does a caller count on? Print an argument before and "
    "after a call; then set the whole result to 0, and print the argument once more.",
    place="Look at the lines that write into an array, and at the `return`. Is that array a new "
    "one? An argument under another name (`a = x`), a slice, `.T` and mostly `reshape` are not, "
    "nor is one that is made outside the function.",
)
_TYPE = Rungs(
    think="Every number is right. Of which type is your answer (`type(…)`), and its `dtype` if it "
    "is an array? Which one does the question ask for?",
    place="Look at the operation that comes last: `/` gives a float even for whole numbers, and "
    "`np.zeros(shape)` an array of floats.",
)
_NARROW = Rungs(
    think="Print the result's `dtype`. Which is the smallest, and which is the largest number that "
    "such an array can hold?",
    place="Look at every line that makes an array or converts one: at the `dtype` in its brackets, "
    "and at `.astype(…)`.",
)
_ROWS = Rungs(
    think="Make the array that you fill, write one number into its first row, and print all of it. "
    "In how many rows does the number stand?",
    place="Look at the line that makes the rows that you fill, not at those that fill them.",
)
_FACTOR = Rungs(
    think="Divide each number of your result by the right one. What do you get, and where could "
    "that number come from?",
    place="Look at every division and every factor that does not stand in the question, above all "
    "in the last lines.",
)


def of_narrow(sentence: str) -> Rungs:
    """On an array too narrow for its numbers, which `sentence` tells."""
    return _with_cure(_NARROW, (sentence,))


def of_rows(sentence: str) -> Rungs:
    """On rows that are all the same, which `sentence` tells."""
    return _with_cure(_ROWS, (sentence,))


def of_factor(sentence: str) -> Rungs:
    """On results that are right but for a factor, which `sentence` tells."""
    return _with_cure(_FACTOR, (sentence,))


def of_order(sentence: str) -> Rungs:
    """On parameters in another order, which `sentence` tells."""
    return _with_cure(_ORDER, (sentence,))


def of_contract(examination: Examination) -> Rungs:
    """On an examination whose numbers are right and whose contract is not kept."""
    rungs = _ARRAYS if examination.side_effects else _TYPE
    return _with_cure(rungs, examination.contract_sentences)


def _with_cure(rungs: Rungs, said: tuple[str, ...]) -> Rungs:
    return Rungs(rungs.think, rungs.place, " ".join(said))
