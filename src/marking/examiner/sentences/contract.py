"""That a function does what it should not beside giving the right values."""

from __future__ import annotations

from collections.abc import Sequence


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
