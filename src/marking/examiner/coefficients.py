"""Which products a black box adds up: the exact coefficient tensor of a linear or bilinear
function, by probing.

A function that is bilinear in x and w gives y[o] = Σ T[o,i,j]·x[i]·w[j].  With x one-hot and w
holding powers of a base B, one answer is Σ T[o,i,j]·B^j: the digits of one number are a whole row
of T (Kronecker substitution).  With B = 8, digits from −3 to 4 and 16 digits a call, every answer
stays below 2**52 and float64 is exact.  Where digits make no sense (coefficients that are no small
integers, an answer that rounds) one-hot probes ask for one coefficient at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.examiner import sentences

BASE = 8
DIGITS = 16
# of one plan; a nested-loop answer of a hundred products takes well below a second for these
MAX_CALLS = 160
MAX_OUTPUTS = 3  # that are told in sentences
DIFFERENT = 1e-6  # coefficients closer than this are one: one-hot answers may be rounded


@dataclass(frozen=True)
class Plan:
    """The probes of one case.

    `arguments` are the calls' arguments by name; `names` the arrays in which they are linear, in
    the order of the signature; `outer` and `inner` the one-hot and the digit-carrying one of them
    (`outer` is None where there is only one); `digits` is 16, or 1 for one-hot probes.
    """

    arguments: tuple[dict[str, Any], ...]
    names: tuple[str, ...]
    outer: str | None
    inner: str
    outer_shape: tuple[int, ...]
    inner_shape: tuple[int, ...]
    digits: int

    def read(
        self, answers: Sequence[NDArray[Any] | None], shape: tuple[int, ...]
    ) -> NDArray[np.float64] | None:
        """The coefficients, shape (outputs, outer, inner), flattened; None if an answer is missing,
        has not the `shape` of the result, or holds no digits.
        """
        known = [answer for answer in answers if answer is not None and answer.shape == shape]
        if len(known) < len(answers):
            return None
        chunks = -(-_size(self.inner_shape) // self.digits)
        columns = []
        for start in range(0, len(known), chunks):
            rows = []
            for answer in known[start : start + chunks]:
                row = _digits(answer, self.digits)
                if row is None:
                    return None
                rows.append(row)
            columns.append(np.concatenate(rows, axis=1)[:, : _size(self.inner_shape)])
        return np.stack(columns, axis=1)

    def apply(
        self, coefficients: NDArray[np.float64], arguments: dict[str, Any]
    ) -> NDArray[np.float64]:
        """What a function with these coefficients gives for `arguments`, flattened."""
        inner = np.asarray(arguments[self.inner], float).ravel()
        outer = (
            np.ones(1) if self.outer is None else np.asarray(arguments[self.outer], float).ravel()
        )
        result: NDArray[np.float64] = np.einsum("oij,i,j->o", coefficients, outer, inner)
        return result


def plan_probes(
    arguments: dict[str, Any], linear: Sequence[str], digits: int = DIGITS
) -> Plan | None:
    """Probes for a call with `arguments`, linear in each of the arrays named; None if it would take
    too many.
    """
    names = [name for name in linear if isinstance(arguments.get(name), np.ndarray)]
    if not 1 <= len(names) <= 2 or any(arguments[name].size == 0 for name in names):
        return None
    # One-hot probes of the smaller array, digits in the larger one: that way round takes the fewest
    # calls.
    by_size = sorted(names, key=lambda name: arguments[name].size)
    inner, outer = by_size[-1], by_size[0] if len(names) == 2 else None
    shape = arguments[inner].shape
    outer_shape = () if outer is None else arguments[outer].shape
    if _size(outer_shape) * -(-_size(shape) // digits) > MAX_CALLS:
        return None
    probes = []
    for one_hot in _one_hots(outer_shape):
        for start in range(0, _size(shape), digits):
            values = np.zeros(_size(shape))
            stop = min(start + digits, values.size)
            values[start:stop] = float(BASE) ** np.arange(stop - start)
            probe = {**arguments, inner: values.reshape(shape)}
            probes.append(probe if outer is None else {**probe, outer: one_hot})
    return Plan(tuple(probes), tuple(names), outer, inner, outer_shape, shape, digits)


def describe(
    plan: Plan,
    expected: NDArray[np.float64],
    given: NDArray[np.float64],
    shape: tuple[int, ...],
    output: str,
) -> list[str]:
    """Sentences on the outputs whose terms differ, at most three, e.g. ``y[0,3] lacks
    x[0,0]·w[0,3]``.

    `expected` and `given` are coefficients as `Plan.read` gives them, `shape` that of the result.
    """
    wrong = np.abs(expected - given) > DIFFERENT
    outputs = [int(o) for o in np.flatnonzero(wrong.any(axis=(1, 2)))]
    # The outputs with the fewest wrong terms are the easiest to understand.
    outputs.sort(key=lambda o: np.count_nonzero(wrong[o]))
    return [
        sentences.wrong_terms(
            output + _index(np.unravel_index(o, shape)),
            list(_phrases(plan, expected[o], given[o], wrong[o])),
        )
        for o in outputs[:MAX_OUTPUTS]
    ]


def _phrases(
    plan: Plan,
    expected: NDArray[np.float64],
    given: NDArray[np.float64],
    wrong: NDArray[np.bool_],
) -> Iterator[str]:
    for i, j in np.argwhere(wrong):
        places = {plan.inner: np.unravel_index(j, plan.inner_shape)}
        if plan.outer is not None:
            places[plan.outer] = np.unravel_index(i, plan.outer_shape)
        term = "·".join(name + _index(places[name]) for name in plan.names)
        yield sentences.wrong_term(term, expected[i, j], given[i, j])


def _digits(answer: NDArray[Any], digits: int) -> NDArray[np.float64] | None:
    """Balanced base-8 digits (−3 … 4) of every entry, shape (entries, digits); None if there are
    none.
    """
    values = np.asarray(answer, float).ravel()
    if digits == 1:
        whole = np.rint(values)
        return np.where(np.abs(values - whole) < 1e-9, whole, values)[:, None]
    if not np.all(np.abs(values) < 2.0**52) or np.any(values != np.rint(values)):
        return None
    rest, columns = values.astype(np.int64), []
    for _ in range(digits):
        digit = (rest + 3) % BASE - 3
        rest = (rest - digit) // BASE
        columns.append(digit)
    return None if rest.any() else np.stack(columns, axis=1).astype(float)


def _one_hots(shape: tuple[int, ...]) -> Iterator[NDArray[np.float64]]:
    for row in np.eye(_size(shape)):
        yield row.reshape(shape)


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape, dtype=int))


def _index(position: Sequence[Any]) -> str:
    return "[" + ",".join(str(int(i)) for i in position) + "]"
