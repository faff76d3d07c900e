"""Regional mistakes: right everywhere but in one region of a question's legal inputs.

For every relation of a question's domain, and every pair of relations that can hold together,
there is a function that is right except there ("k < s", "k < s with x in Fortran order").  A
student who forgets such a case has written one.  It is caught exactly if one of the calls of a
sitting lies in its region, so all of them can be counted by looking at the calls alone;
`regional_mistake` gives the function itself.

The regions are found among calls drawn for the purpose, not those that the cases are chosen from:
what a domain leaves out of its cases must show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.authoring.seeing import seen
from marking.examiner import asking
from marking.questions import QUESTIONS
from marking.questions.covering import contexts_of, count_pairs
from marking.questions.domain import Domain
from marking.questions.inputs import Condition, Variables
from marking.questions.model import Case, Question
from marking.terminal import aligned

SITTINGS = 20
DRAWN = 3_000  # legal calls in which regions are looked for
SHOWN = 10  # times that a region must be among them to count; rarer ones are chance
SINGLES_WANTED = 0.99  # of single relations, caught in a sitting on average
PAIRS_WANTED = 0.90
TOLD = 8  # regions that are told by name


@dataclass(frozen=True)
class Region:
    """Where one relation holds, or two of them do at once (on one axis, if they are of an axis)."""

    first: int
    second: int
    words: str

    @property
    def is_single(self) -> bool:
        return self.first == self.second


@dataclass(frozen=True)
class Coverage:
    """In how many of `sittings` each region of a question was asked about."""

    question: str
    sittings: int
    regions: tuple[Region, ...]
    asked: tuple[int, ...]

    def share(self, single: bool) -> float:
        """The mean share of sittings in which a region, a single relation or a pair, is asked."""
        counts = [n for r, n in zip(self.regions, self.asked, strict=True) if r.is_single == single]
        return sum(counts) / (len(counts) * self.sittings) if counts else 1.0

    def count(self, single: bool) -> int:
        """How many regions there are."""
        return sum(region.is_single == single for region in self.regions)

    @property
    def never(self) -> list[str]:
        """The regions that no sitting asks about, in words."""
        return [r.words for r, n in zip(self.regions, self.asked, strict=True) if n == 0]

    @property
    def problems(self) -> list[str]:
        """What the audit complains of, one sentence each."""
        found = []
        if never := self.never:
            more = f"; and {len(never) - TOLD} more" if len(never) > TOLD else ""
            found.append(
                f"no sitting of {self.sittings} asks where {'; '.join(never[:TOLD])}{more}"
            )
        for single, wanted, what in (
            (True, SINGLES_WANTED, "a single relation"),
            (False, PAIRS_WANTED, "a pair of relations"),
        ):
            if (share := self.share(single)) < wanted:
                found.append(
                    f"a mistake in {what} is caught in {share:.1%} of sittings; "
                    f"{wanted:.0%} are wanted"
                )
        return found


def regions_of(question: Question) -> tuple[Region, ...]:
    """Every region of a question with a domain: single relations first, then pairs."""
    domain = _domain(question)
    counts = np.triu(_pairs(domain, _seen_calls(question)) >= SHOWN)
    names = [r.name for r in (*domain.call_relations, *domain.axis_relations)]
    held = ((int(i), int(j)) for i, j in np.argwhere(counts))
    places = sorted(held, key=lambda place: (place[0] != place[1], *place))
    return tuple(
        Region(i, j, names[i] if i == j else f"{names[i]}, with {names[j]}") for i, j in places
    )


def coverage(question: Question, sittings: int = SITTINGS) -> Coverage:
    """How often each region of a question is asked about."""
    domain = _domain(question)
    regions = regions_of(question)
    first, second = ([getattr(r, end) for r in regions] for end in ("first", "second"))
    asked = np.zeros(len(regions), int)
    for seed in range(sittings):
        asked += _pairs(domain, _sitting(question, seed))[first, second] > 0
    return Coverage(question.name, sittings, regions, tuple(map(int, asked)))


def _sitting(question: Question, seed: object) -> Variables:
    """The calls of the examination with `seed`, as a function sees them."""
    drawn = asking.draw(question, asking.random_of(question, seed))
    domain = _domain(question)
    return columns([seen(domain, d.args, d.kwargs, d.case.row) for d in drawn])


def asks(question: Question, region: Region, seed: object) -> bool:
    """Whether a call of the examination with `seed` lies in a region."""
    contexts = contexts_of(_domain(question), _sitting(question, seed))
    return any(bool(np.any(c[region.first] & c[region.second])) for c in contexts)


def coverages(names: Sequence[str]) -> list[Coverage]:
    """The coverage of every named question that declares a domain."""
    asked = [QUESTIONS[name] for name in names]
    return [coverage(question) for question in asked if question.domain is not None]


def regional_mistake(question: Question, region: Region) -> Callable[..., Any]:
    """The function that is right except in `region`, where the largest number of its answer, or
    the truth of it, is another.

    A region that depends on choices that no function can see is never met.
    """
    domain = _domain(question)

    def answer(*args: Any, **kwargs: Any) -> Any:
        right = question.reference(*args, **kwargs)
        v = columns([seen(domain, args, kwargs)])
        inside = any(c[region.first, 0] & c[region.second, 0] for c in contexts_of(domain, v))
        return spoilt(right) if inside else right

    return answer


def spoilt(right: Any) -> Any:
    """A wrong answer of the right kind and shape, off by more than any rounding."""
    if isinstance(right, tuple):
        return (*right[:-1], spoilt(right[-1]))
    if isinstance(right, bool | np.bool_):
        return not right
    if not isinstance(right, np.ndarray):
        return right + (1 if isinstance(right, int) else 1 + abs(right))
    wrong = np.array(right)
    if wrong.size:
        largest = np.unravel_index(np.argmax(np.abs(wrong)), wrong.shape)
        wrong[largest] = wrong[largest] * 2 + 1
    return wrong


def _domain(question: Question) -> Domain:
    if question.domain is None:
        raise ValueError(f"the question {question.name} declares no domain")
    return question.domain


def _seen_calls(question: Question) -> Variables:
    """Legal calls with numbers, as a function sees them."""
    domain = _domain(question)
    rng = np.random.default_rng(1)
    v = domain.draw(rng, DRAWN)
    rows = [v.row(i) for i in range(len(v))]
    return columns([seen(domain, *Case(*domain.call(row)).draw(rng), row) for row in rows])


def columns(rows: Sequence[Mapping[str, Any]]) -> Variables:
    """The variables of many calls, a column each."""
    return Variables({name: np.array([row[name] for row in rows]) for name in rows[0]})


def _pairs(domain: Domain, v: Variables) -> NDArray[np.float32]:
    """How many of the calls show each pair of relations, those that stand alone by themselves."""
    counts = count_pairs(contexts_of(domain, v))
    alone: Condition = domain.alone
    counts[(alone[:, None] | alone) & ~np.eye(len(alone), dtype=bool)] = 0
    return counts


def table(found: Sequence[Coverage], markdown: bool = False) -> str:
    """One line a question: its regions, and in what share of sittings a mistake there is caught."""
    head = ("question", "relations", "caught", "pairs", "caught", "never asked")
    lines = [
        (
            c.question,
            str(c.count(True)),
            f"{c.share(True):.1%}",
            str(c.count(False)),
            f"{c.share(False):.1%}",
            str(len(c.never)),
        )
        for c in found
    ]
    return aligned([head, *lines], markdown, right=range(1, 6))
