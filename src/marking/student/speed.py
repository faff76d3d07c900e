"""How long a student's function takes beside the library's: told in the notebook, never marked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from marking.questions.model import Question
from marking.student.time_limit import IN_BROWSER, TimeIsUp, time_limit

REPEATS = 3  # of which the fastest counts: others were interrupted
SECONDS = 5.0  # for all calls of the student's function
NEAR = 1.5  # ratios below it are no difference worth telling


def ratio(question: Question, f: Callable[..., Any]) -> float | None:
    """The time `f` takes on the question's moderate case, over the library's; None if there is no
    such case, or `f` does not end in time or stops with an error.
    """
    if question.moderate is None:
        return None
    args, kwargs = question.moderate.draw(np.random.default_rng(0))
    try:
        with time_limit(SECONDS):
            own = _fastest(f, args, kwargs, 1 if IN_BROWSER else REPEATS)
        if IN_BROWSER:  # it has shown that it ends; there the limit itself slows loops down
            own = _fastest(f, args, kwargs)
    except (TimeIsUp, Exception):
        return None
    return own / _fastest(question.reference, args, kwargs)


def _fastest(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], repeats: int = REPEATS
) -> float:
    """Seconds of the fastest of a few calls."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        f(*args, **kwargs)
        times.append(time.perf_counter() - begun)
    return max(min(times), 1e-9)


def sentence(question: Question, f: Callable[..., Any]) -> str:
    """The comparison in words; empty if there is none."""
    found = ratio(question, f)
    if found is None or question.moderate is None:
        return ""
    sizes = ", ".join(
        " × ".join(map(str, value.shape))
        for value in (*question.moderate.args, *question.moderate.kwargs.values())
        if hasattr(value, "shape")
    )
    on = f" (arrays of {sizes})" if sizes else ""
    on = f"On a larger case{on}"
    if 1 / NEAR < found < NEAR:
        return f"{on} your function takes about as long as the library's."
    slower, faster = ("your function", "the library's") if found > 1 else ("the library's", "yours")
    times = float(f"{max(found, 1 / found):.2g}")
    return f"{on} {slower} takes about {times:g} times as long as {faster}."
