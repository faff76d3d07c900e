"""A misconception is a wrong function with a name, and a hint for the learner who wrote it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Misconception:
    """A mistake people make, as the function it amounts to.

    `name` is short and says what was done; `hint` says what to look at, kindly, without the solution; `answer` has the
    signature of the question it belongs to.  `same_as` names the misconceptions that give one and the same answer
    (two causes, one tensor): a verdict names them together.
    """

    name: str
    hint: str
    answer: Callable
    same_as: tuple[str, ...] = ()
