"""The table at the end of a grading run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marking.terminal import aligned, printable, shortened

MIN_WIDTH = 60  # of the table, however narrow the terminal
MAX_STUDENT = 30  # characters of a student's id and name
HEAD = ("student", f"{'points':>11}", "reason")


@dataclass(frozen=True)
class Row:
    """What came of one submission; `points` is None when it could not be marked."""

    student: str
    points: float | None  # what the gradebook holds, after a penalty
    max_points: float
    reason: str
    by_hand: int = 0  # answers that wait for a person
    fresh: bool = True  # marked by this run
    look: bool = False  # the mark is not what an examination gave: a person has to look at it
    penalty: float = 0.0  # points taken off for lateness
    set_by_hand: tuple[tuple[str, float], ...] = ()  # checks whose mark a person has changed

    def cells(self, student_width: int, name: str = "") -> tuple[str, str, str]:
        """Student, with the name if it is known, points, and in a few words why not all of them."""
        points = "no mark" if self.points is None else f"{self.points:g} of {self.max_points:g}"
        said = [f"{self.by_hand} to read"] if self.by_hand else []
        said += [f"late: {self.penalty:g} off"] if self.penalty else []
        said += [
            f"{cell.removeprefix('test_')} set to {mark:g} by hand"
            for cell, mark in self.set_by_hand
        ]
        before = f"({'; '.join(said)}) " if said else ""
        reason = printable(before + self.reason.replace("`", "")).rstrip()
        return shortened(f"{self.student} {name}".rstrip(), student_width), points, reason


def class_table(rows: Sequence[Row], width: int, names: Mapping[str, str] = {}) -> str:
    """A line for each submission, at most `width` columns wide, and a line that counts them;
    `names` are those of students, where they are known.
    """
    room = max(width, MIN_WIDTH)
    cells = [row.cells(MAX_STUDENT, names.get(row.student, "")) for row in rows]
    lines = aligned([HEAD, *cells], right={1}).split("\n")
    return "\n".join([*(shortened(line.rstrip(), room) for line in lines), _summary(rows)])


def _summary(rows: Sequence[Row]) -> str:
    marked = [row for row in rows if row.points is not None]
    fresh = sum(row.fresh for row in marked)
    by_hand = sum(row.by_hand for row in marked)
    text = (
        f"{len(marked)} of {len(rows)} submissions have a mark: {fresh} marked now, "
        f"{len(marked) - fresh} unchanged"
    )
    if by_hand:
        text += f"; {by_hand} answers wait" if by_hand > 1 else "; 1 answer waits"
        text += " to be read"
    if odd := sum(row.look for row in rows):
        text += f"; {odd} of them need a look"
    return text
