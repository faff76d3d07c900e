"""Drawn calls with one thing changed that have room for the same numbers: one parameter one larger
or smaller, or rows and columns exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from marking.questions.arrays import Array
from marking.questions.domain import Domain
from marking.questions.inputs import Entries, PairOf, Shape, Whole

Row = Mapping[str, Any]  # the variables of a call


def twin_rows(domain: Domain, rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """For each thing that can be changed, the place of the first of `rows` in which it can be, and
    the variables of the changed call.

    Small calls come first, and those with a side of one last: there a stride, say, does not show.
    """
    sizes = {
        size
        for argument in domain.arguments.values()
        if isinstance(argument, Entries)
        for size in argument.shape[-2:]
    }
    places = sorted(
        range(len(rows)),
        key=lambda place: (
            any(rows[place][size] == 1 for size in sizes),
            sum(rows[place][size] for size in sizes),
        ),
    )
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
        found = (
            (place, changed)
            for place in places
            for changed in domain.legal(change(rows[place]))
            if _has_room(domain, rows[place], changed)
        )
        first = next(found, None)
        if first is not None:
            yield first


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
    """The sizes that are rows and columns of an array or a shape and follow from no others."""
    found: dict[tuple[str, str], None] = {}  # in order, each once
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


def _has_room(domain: Domain, row: Row, changed: Row) -> bool:
    """Whether the two calls give the same arguments, and arrays of as many numbers each."""
    (args, kwargs), (others, named) = domain.call(row), domain.call(changed)
    if len(args) != len(others) or kwargs.keys() != named.keys():
        return False
    pairs = [*zip(args, others, strict=True), *((kwargs[name], named[name]) for name in kwargs)]
    return all(
        np.prod(one.shape) == np.prod(other.shape)
        for one, other in pairs
        if isinstance(one, Array) and isinstance(other, Array)
    )
