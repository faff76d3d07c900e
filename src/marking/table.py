"""The table at the end of a grading run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .intake import printable

if TYPE_CHECKING:
    from .course import Row


def print_table(rows: Sequence[Row]) -> None:
    """Print a line for each submission: student, points, and in a few words why not all of them."""
    room = max(shutil.get_terminal_size((120, 24)).columns, 60)
    wide = max(7, *(min(len(row.student), 30) for row in rows))
    print(f"{'student':<{wide}}  {'points':>11}  reason")
    for row in rows:
        points = "no mark" if row.points is None else f"{row.points:g} of {row.max_points:g}"
        words = f"({row.by_hand} to read) " if row.by_hand else ""
        line = f"{_short(row.student, wide):<{wide}}  {points:>11}  {words}{row.reason.replace('`', '')}".rstrip()
        print(_short(line, room))
    marked = [row for row in rows if row.points is not None]
    fresh = sum(row.fresh for row in marked)
    print(
        f"{len(marked)} of {len(rows)} submissions have a mark: {fresh} marked now, {len(marked) - fresh} unchanged",
        end="",
    )
    print(
        f"; {sum(row.by_hand for row in marked)} answers in words wait to be read"
        if any(r.by_hand for r in marked)
        else ""
    )


def _short(text: str, length: int) -> str:
    text = printable(text)
    return text if len(text) <= length else text[: length - 1] + "…"
