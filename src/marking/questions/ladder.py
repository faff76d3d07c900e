"""A ladder of hints: four rungs, each of which says a little more than the one before.

1 asks a question to think about, 2 says where to look, 3 names the cure, 4 works an example by
hand, on numbers that nobody is asked about.  No rung holds the code of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

RUNGS = 4


@dataclass(frozen=True)
class Example:
    """A call that is worked by hand.

    `steps` are sentences whose fields are filled in with numbers of the arguments, by parameter
    name, and of the reference's answer, ``result``, as in ``{x[0][1]}``; no number of the example
    is typed.  `also` computes further values for them, by name, from the arguments.
    """

    args: tuple[Any, ...]
    steps: tuple[str, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    also: Callable[..., Mapping[str, Any]] = lambda *args, **kwargs: {}


@dataclass(frozen=True)
class Rungs:
    """The rungs for one step of a question; what is left out is that of the question."""

    think: str = ""
    place: str = ""
    cure: str = ""
    example: Example | None = None


@dataclass(frozen=True)
class Ladder(Rungs):
    """The rungs of a question; `at` holds others for categories, by name, that differ."""

    at: Mapping[str, Rungs] = field(default_factory=dict)

    def rungs(self, category: str) -> Rungs:
        """All four rungs for one category."""
        own = self.at.get(category, Rungs())
        given = {f.name: getattr(own, f.name) for f in fields(Rungs) if getattr(own, f.name)}
        return replace(Rungs(self.think, self.place, self.cure, self.example), **given)


# for the category that pays for other kinds of numbers, and for leaving arguments alone
KINDS = Rungs(
    think="With plain numbers your function is right. What does it give for an array of whole "
    "numbers (dtype int64), for one with halves in it, for float32? And does the array that you "
    "gave it still hold its old numbers afterwards?",
    place="Only some kinds of numbers go wrong. Look at every line that makes an array or converts "
    "one (`int32` and `float32` are too narrow), at every number of your own that you compare with "
    "or divide by, and at every line that writes into an argument.",
    cure="Make a new array in every call, write into no other, and give it a dtype that holds the "
    "result: float, or `np.result_type` of all the arrays that come in. Where you begin with an "
    "argument, begin with a copy of it.",
)
