"""Whole numbers in a program of 32 bits, told with functions that behave as NumPy's do there."""

from __future__ import annotations

import numpy as np
import pytest

from marking.student import integers
from marking.student.integers import narrowed, of_arrays, widened

REAL = np.array


def there(values, dtype=None):
    """`np.array` in a program of 32 bits: `int` means 32, and so does nothing for whole numbers."""
    whole = REAL(values, dtype=dtype)
    narrow = dtype is int or (dtype is None and not hasattr(values, "dtype"))
    return whole.astype(np.int32) if narrow and whole.dtype == np.int64 else whole


ARRAY = widened(there, made=True)


def test_numbers_of_pythons_own_are_wide():
    assert there([1, 2]).dtype == np.int32  # what is made up for
    assert ARRAY([1, 2]).dtype == np.int64
    assert ARRAY([1, 2], dtype=int).dtype == np.int64
    assert ARRAY([1, 2], int).dtype == np.int64
    assert ARRAY([1.5]).dtype == np.float64


def test_what_is_meant_to_be_narrow_stays_so():
    narrow = np.array([1, 2], dtype=np.int32)
    assert ARRAY(narrow).dtype == np.int32
    assert ARRAY([1, 2], dtype=np.int32).dtype == np.int32
    assert widened(there, made=False)([1, 2]).dtype == np.int32


def test_lists_are_wide_arrays_where_they_are_computed_with(monkeypatch):
    monkeypatch.setattr(np, "array", ARRAY)
    total = of_arrays(lambda a, b: a.dtype.itemsize + b.dtype.itemsize, 2)
    assert total([1, 2], (3, 4)) == 16


def test_places_are_as_wide_as_places_are():
    given = narrowed(lambda y, places: places.dtype, 1)
    assert given(None, np.array([1], dtype=np.int64)) == np.intp
    assert given(None, np.array([1.0])) == np.float64


@pytest.mark.parametrize("narrow", [True, False])
def test_what_cannot_be_made_up_for_is_said_there_and_nowhere_else(monkeypatch, narrow):
    monkeypatch.setattr(integers, "NARROW", narrow)

    def risky(x):
        return x.astype(int)

    assert integers.advice(risky) == ([integers.ASTYPE] if narrow else [])
    assert integers.advice(lambda x: x.astype(float)) == []
    assert integers.advice(len) == []


def test_nothing_is_replaced_where_numpys_whole_numbers_are_wide(monkeypatch):
    monkeypatch.setattr(integers, "NARROW", False)
    before = np.zeros, np.array, np.put
    integers.widen()
    assert (np.zeros, np.array, np.put) == before
