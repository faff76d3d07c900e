"""Choosing which calls to ask: pairs of relations that can occur together, in few calls.

The construction is the greedy one for covering arrays (Cohen, Dalal, Fredman and Patton 1997),
over calls that are legal by themselves: of many drawn calls take the one that shows most pairs not
seen yet.  Every single relation is shown in every suite; of the pairs a suite shows `SHARE` (the
last few would take as many calls as all before).  Each pair is dealt to two suites, which show it
for certain, so that what one leaves out another shows.

Suites hold sizes and settings, no numbers; they are made once a process.  The numbers are fresh in
every examination.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from marking.questions.domain import Domain
from marking.questions.inputs import Condition, Variables

DRAWN = 6_000  # legal calls that suites are chosen from
POOL = 500  # of them, looked at for one suite
CHANCE = 2  # a pair that fewer calls show than this may be left out of all suites
RARE = 100  # of a pair that fewer calls show, one is put into the pools of its suites
SHARE = 0.94  # of the pairs that its pool shows, shown by each suite
ALL = 1.0  # of them, where no array is asked about: such calls cost next to nothing
SUITES = 5  # different ones for each question; which is asked depends on the examination's seed

Step = Callable[[Variables], Condition] | None


@dataclass(frozen=True)
class Suite:
    """Calls to ask together: their variables, and the step that each belongs to."""

    calls: tuple[dict[str, object], ...]
    steps: tuple[int, ...]


class Cover:
    """The suites of one question.

    A call belongs to the first of `steps` whose condition it meets (``None``: every call does).
    Each step gets calls of its own, which show every relation that the step can show by itself.
    """

    def __init__(self, domain: Domain, steps: Sequence[Step] = (None,)):
        self.domain = domain
        self._conditions = tuple(steps)
        self._suites: dict[int, Suite] = {}

    @cached_property
    def drawn(self) -> Variables:
        """The legal calls that suites are chosen from, the same in every process."""
        return self.domain.draw(np.random.default_rng(0), DRAWN)

    @cached_property
    def _contexts(self) -> list[Condition]:
        return contexts_of(self.domain, self.drawn)

    @cached_property
    def _counts(self) -> NDArray[np.float32]:
        counts = count_pairs(self._contexts)
        alone = self.domain.alone
        counts[(alone[:, None] | alone) & ~np.eye(len(alone), dtype=bool)] = 0
        return counts

    @cached_property
    def _step_of(self) -> NDArray[np.int_]:
        number = np.full(len(self.drawn), len(self._conditions) - 1)
        for step in reversed(range(len(self._conditions))):
            condition = self._conditions[step]
            holds = True if condition is None else condition(self.drawn)
            number = np.where(holds, step, number)
        return number

    @cached_property
    def _rare(self) -> NDArray[np.int_]:
        """The rare pairs, and every single relation: (n, 2) numbers of relations."""
        rare = np.triu((self._counts > 0) & (self._counts < RARE))
        rare[np.diag_indices(len(rare))] = np.diag(self._counts) > 0
        return np.argwhere(rare)

    def _calls_for(self, number: int) -> Iterator[NDArray[np.int_]]:
        """For every single relation and every rare pair that suite `number` shows for certain, the
        calls that do.
        """
        i, j = self._rare.T
        for one, other in self._rare[(i == j) | (self._dealt[:, i, j] == number).any(axis=0)]:
            shown = [context[one] & context[other] for context in self._contexts]
            yield np.flatnonzero(functools.reduce(np.logical_or, shown))

    @cached_property
    def _dealt(self) -> NDArray[np.int_]:
        """For each pair, the numbers of the two suites that show it for certain (2 × relations ×
        relations): of twenty sittings, all may pass over one suite.
        """
        rng = np.random.default_rng(0)
        one = rng.integers(0, SUITES, self._counts.shape)
        return np.stack([one, (one + rng.integers(1, SUITES, one.shape)) % SUITES])

    def suite(self, seed: int) -> Suite:
        """The suite that an examination with `seed` asks: one of `SUITES`."""
        number = seed % SUITES
        if number not in self._suites:
            self._suites[number] = self._choose(number)
        return self._suites[number]

    def _choose(self, number: int) -> Suite:
        rng = np.random.default_rng(number + 1)
        rare = [int(calls[rng.integers(len(calls))]) for calls in self._calls_for(number)]
        some = rng.permutation(len(self.drawn))[:POOL]
        for step in range(len(self._conditions)):  # a step must not be left without calls
            members = np.flatnonzero(self._step_of == step)
            some = np.append(some, rng.permutation(members)[:60])
        pool = rng.permutation(np.union1d(some, rare))
        contexts = [context[:, pool] for context in self._contexts]
        steps = self._step_of[pool]
        chosen: list[int] = []
        done = np.zeros(len(self.domain.once), bool)
        for step in reversed(range(len(self._conditions))):
            own_calls = _cover_singles(contexts, np.flatnonzero(steps == step), done)
            shown = np.any([context[:, own_calls].any(axis=1) for context in contexts], axis=0)
            done |= shown & self.domain.once
            chosen += own_calls
        possible = np.triu((self._counts > 0) & (count_pairs(contexts) > 0))
        own = possible & (self._dealt == number).any(axis=0) & (self._counts >= CHANCE)
        share = SHARE if self.domain.has_arrays else ALL
        chosen += _cover_pairs(contexts, chosen, possible, own, share)
        order = rng.permutation(chosen)
        return Suite(
            tuple(self.drawn.row(int(pool[i])) for i in order), tuple(int(steps[i]) for i in order)
        )


def contexts_of(domain: Domain, v: Variables) -> list[Condition]:
    """Relations × calls, once for each axis (with the call's relations in each); at least once."""
    whole, axes = domain.facts(v)
    return [np.concatenate([whole, axis]) for axis in axes] or [whole]


def count_pairs(contexts: Sequence[Condition]) -> NDArray[np.float32]:
    """How many times each pair of relations is shown (relations × relations)."""
    numbers = [context.astype(np.float32) for context in contexts]
    total: NDArray[np.float32] = np.sum([number @ number.T for number in numbers], axis=0)
    return total


def _cover_singles(
    contexts: Sequence[Condition], members: NDArray[np.int_], done: Condition
) -> list[int]:
    """Of `members`, calls that together show every relation that any of them shows and that is not
    yet `done`.
    """
    shown = np.any([context[:, members] for context in contexts], axis=0)
    wanted = shown.any(axis=1) & ~done
    chosen = []
    while wanted.any():
        best = int(np.argmax(shown[wanted].sum(axis=0)))
        wanted &= ~shown[:, best]
        chosen.append(int(members[best]))
    return chosen


def _cover_pairs(
    contexts: Sequence[Condition],
    begun: Sequence[int],
    possible: Condition,
    own: Condition,
    share: float,
) -> list[int]:
    """Further calls, until the `share` of the `possible` pairs (an upper triangle) have been shown,
    and every one of the `own`.
    """
    wanted = possible.astype(np.float32) + 3 * own
    for call in begun:
        _forget(wanted, contexts, call)
    # What each call would add.  These are whole numbers, so that sums stay exact while what a
    # chosen call has shown is taken away from all others.
    numbers = [context.astype(np.float32) for context in contexts]
    gains: NDArray[np.float32] = np.sum(
        [(number * (wanted @ number)).sum(axis=0) for number in numbers], axis=0
    )
    chosen: list[int] = []
    enough = (1 - share) * possible.sum()
    while np.count_nonzero(wanted) > enough or wanted[own].any():
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        chosen.append(best)
        for i, j, weights in _forget(wanted, contexts, best):
            for number in numbers:
                gains -= weights @ (number[i] * number[j])
    return chosen


def _forget(
    wanted: NDArray[np.float32], contexts: Sequence[Condition], call: int
) -> list[tuple[NDArray[np.int_], NDArray[np.int_], NDArray[np.float32]]]:
    """Set to 0 what is `wanted` of the pairs that `call` shows: for each context, their two
    relations and what was wanted of them.
    """
    shown = []
    for context in contexts:
        held = np.flatnonzero(context[:, call])
        first, second = np.nonzero(wanted[held[:, None], held])
        i, j = held[first], held[second]
        shown.append((i, j, wanted[i, j]))
        wanted[i, j] = 0
    return shown
