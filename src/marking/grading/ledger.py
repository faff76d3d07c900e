"""What is known of finished submissions, kept so that a run stopped at any moment loses nothing."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from marking.files import replace_text

# Of a line of the ledger.  A line of another version says nothing that can be relied on: what it
# stands for is marked anew.
VERSION = 3


@dataclass(frozen=True)
class Entry:
    """What is known of one finished submission."""

    student: str
    # Fingerprints of what was marked, of the code that marked it, and of each question.
    submission: str
    code: str
    questions: dict[str, str]
    # By question: points, all points, and why not all of them (empty when there are all).
    points: dict[str, float]
    max_points: dict[str, float]
    reasons: dict[str, str]
    unreadable: str  # why nothing could be read, if so
    marked: str  # fingerprint of the marked notebook, which the gradebook keeps too
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    # Hand-ins of this student that were marked, this one included; and what makes its questions
    # others than those of the hand-ins before.
    attempt: int = 1
    salt: str = ""
    look: str = ""  # what a person has to look at; such a submission is marked anew by every run

    @property
    def reason(self) -> str:
        """In one line, why not all points; empty when there is nothing to say."""
        return self.look or self.unreadable or next(filter(None, self.reasons.values()), "")

    @property
    def total(self) -> float:
        """The points of all questions together."""
        return sum(self.points.values())

    @property
    def max_total(self) -> float:
        """The points that all questions together could have given."""
        return sum(self.max_points.values())

    def line(self) -> str:
        """The entry as a line of the ledger."""
        return json.dumps({"version": VERSION} | asdict(self)) + "\n"

    @classmethod
    def read(cls, line: str) -> Entry:
        """The entry that `line` holds.  ValueError if it is torn, or of another version."""
        try:
            fields = json.loads(line)
            if fields.pop("version", None) != VERSION:
                raise ValueError("another version")
            return cls(**fields | {"notes": tuple(fields["notes"])})
        except (AttributeError, KeyError, TypeError) as problem:
            raise ValueError(f"no line of a ledger: {problem}") from None


class Ledger:
    """Finished submissions by student, one JSON line each; the last line of a student counts, a
    torn last line is ignored.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries: dict[str, Entry] = {}
        lines = 0
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                lines += 1
                with contextlib.suppress(ValueError):
                    entry = Entry.read(line)
                    self.entries[entry.student] = entry
        if lines > 2 * len(self.entries) + 100:
            self._compact()

    def add(self, entry: Entry) -> None:
        """Keep an entry, on the disk as well."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with open(self._path, "a", encoding="utf-8") as file:
            if file.tell() and not self._ends_with_newline():
                file.write("\n")
            file.write(entry.line())
        self.entries[entry.student] = entry

    def _ends_with_newline(self) -> bool:
        with open(self._path, "rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _compact(self) -> None:
        replace_text(self._path, "".join(entry.line() for entry in self.entries.values()))
