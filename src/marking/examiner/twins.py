"""Calls that are nearly the same: who remembers answers by a part of the arguments is found out.

A function that keeps what it has computed may look it up by a shape, a sum, one of its two arrays
or the bytes of an array without its shape.  Numbers that are fresh in every call never show it.  So
one drawn call is put again and again, with one thing changed: the numbers of one array in another
order, one parameter, or the same numbers in arrays of another shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from marking.questions.arrays import Array
from marking.questions.domain import Domain, Entries, PairOf, Shape, Whole
from marking.questions.model import Case, Category, Question

Row = Mapping[str, Any]  # the variables of a call
# A call as it is put: the step it counts in, its case, and its arguments.
Put = tuple[Category, Case, tuple[Any, ...], dict[str, Any]]


def twins(question: Question, calls: list[Put], rng: np.random.Generator) -> Iterator[Put]:
    """Calls that differ from one of `calls` in one thing; at most one for each thing."""
    for name in question.parameters:
        if (found := _reordered(question, calls, name, rng)) is not None:
            yield found
    domain = question.domain
    if domain is None:
        return
    plain = [call for call in calls if call[1].row is not None and _is_plain(call[1])]
    changes: list[Callable[[Row], list[Row]]] = [
        partial(_stepped, domain, name)
        for name, argument in domain.arguments.items()
        if isinstance(argument, Whole | PairOf)
    ]
    sides = _sides(domain)
    changes += [partial(_turned, (pair,)) for pair in sides]
    if len(sides) > 1:
        changes.append(partial(_turned, sides))
    for change in changes:
        found = next(_changed(question, domain, plain, change), None)
        if found is not None:
            yield found


def _reordered(
    question: Question, calls: list[Put], name: str, rng: np.random.Generator
) -> Put | None:
    """The first plain call in which the array `name` can be put in another order."""
    for category, case, args, kwargs in calls:
        array = question.bind(args, kwargs).get(name)
        if not isinstance(array, np.ndarray) or not _is_plain(case):
            continue
        other = rng.permutation(array.ravel()).reshape(array.shape)
        if np.array_equal(other, array):
            continue
        places = dict(zip(question.parameters, range(len(args)), strict=False))
        if name in kwargs:
            return category, case, args, {**kwargs, name: other}
        at = places[name]
        return category, case, (*args[:at], other, *args[at + 1 :]), kwargs
    return None


def _changed(
    question: Question, domain: Domain, calls: list[Put], change: Callable[[Row], list[Row]]
) -> Iterator[Put]:
    """`calls` with a legal `change` of their variables that has room for the same numbers."""
    for _, case, args, kwargs in calls:
        assert case.row is not None  # the caller keeps no others
        given = question.bind(args, kwargs)
        for row in domain.legal(change(case.row)):
            if (made := _with_numbers(domain, row, given)) is not None:
                yield question.step_of(row), Case(*domain.call(row), row), *made


def _stepped(domain: Domain, name: str, row: Row) -> list[Row]:
    """The call with the parameter `name` one larger or smaller, where it is given at all."""
    if not row.get(f"{name}.given", True):
        return []
    argument = domain.arguments[name]
    whole = argument.of if isinstance(argument, PairOf) else argument
    assert isinstance(whole, Whole)  # the caller asks for no others
    names = [f"{name}.0", f"{name}.1"] if isinstance(argument, PairOf) else [name]
    return [
        {**row, one: row[one] + step}
        for step in (1, -1)
        for one in names
        if whole.allows(row[one] + step)
    ]


def _sides(domain: Domain) -> tuple[tuple[str, str], ...]:
    """The sizes that are rows and columns of an array or a shape among the arguments."""
    found = {}
    for argument in domain.arguments.values():
        sizes = argument.shape if isinstance(argument, Entries) else ()
        sizes = argument.names if isinstance(argument, Shape) else sizes
        if len(sizes) >= 2 and not domain.derived.keys() & set(sizes[-2:]):
            found[sizes[-2], sizes[-1]] = None
    return tuple(found)


def _turned(sides: tuple[tuple[str, str], ...], row: Row) -> list[Row]:
    """The call with rows and columns exchanged; none if any of them are equal."""
    turned = dict(row)
    for rows, columns in sides:
        turned[rows], turned[columns] = row[columns], row[rows]
        if row[rows] == row[columns]:
            return []
    return [turned]


def _with_numbers(
    domain: Domain, row: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """The call of `row` with the numbers of `given`; None if they do not fit or nothing differs."""
    args, kwargs = domain.call(row)
    names = list(domain.arguments)[: len(args)]
    filled = {**dict(zip(names, args, strict=True)), **kwargs}
    changed = filled.keys() != given.keys()
    for name, value in filled.items():
        array = given.get(name)
        if isinstance(value, Array):
            if not isinstance(array, np.ndarray) or array.size != np.prod(value.shape):
                return None
            changed |= array.shape != value.shape
            filled[name] = array.reshape(value.shape).copy()
        else:
            changed |= value != array
    if not changed:
        return None
    return tuple(filled[name] for name in names), {name: filled[name] for name in kwargs}


def _is_plain(case: Case) -> bool:
    specs = [value for value in (*case.args, *case.kwargs.values()) if isinstance(value, Array)]
    return all(spec.is_plain for spec in specs)
