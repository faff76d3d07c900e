"""Calls that are nearly the same: who remembers answers by a part of the arguments is found out.

A function that keeps what it has computed may look it up by a shape, a sum, one of its two arrays
or the bytes of an array without its shape.  Numbers that are fresh in every call never show it.  So
some calls are put again with one thing changed: the numbers of one array in another order, or the
same numbers with another parameter or shape (`marking.questions.twins`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from marking.questions.model import Case, Category, Question

# A call as it is put: the step it counts in, its case, and its arguments.
Put = tuple[Category, Case, tuple[Any, ...], dict[str, Any]]


def reordered(question: Question, calls: Sequence[Put], rng: np.random.Generator) -> Iterator[Put]:
    """For each array argument, the first plain call in which its numbers have another order, in
    that order.
    """
    for name in question.parameters:
        for category, case, args, kwargs in calls:
            array = question.bind(args, kwargs).get(name)
            if not isinstance(array, np.ndarray) or not case.is_plain:
                continue
            other = rng.permutation(array.ravel()).reshape(array.shape)
            if not np.array_equal(other, array):
                yield category, case, *_with(question, args, kwargs, {name: other})
                break


def changed(question: Question, calls: Sequence[Put], seed: int) -> Iterator[Put]:
    """The changed calls of `Question.twin_cases`, with the numbers of `calls`, the drawn ones."""
    for place, category, case in question.twin_cases(seed):
        given = question.bind(*calls[place][2:])
        specs = question.bind(case.args, case.kwargs)
        arrays = {
            name: array.reshape(specs[name].shape).copy()
            for name, array in given.items()
            if isinstance(array, np.ndarray)
        }
        yield category, case, *_with(question, case.args, case.kwargs, arrays)


def _with(
    question: Question,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """A call's arguments with some of its arrays replaced."""
    names = question.parameters[: len(args)]
    return (
        tuple(arrays.get(name, value) for name, value in zip(names, args, strict=True)),
        {name: arrays.get(name, value) for name, value in kwargs.items()},
    )
