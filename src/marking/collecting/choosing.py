"""Of all that one student handed in: the notebook that belongs to the assignment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from nbformat import NotebookNode

from marking.collecting.archives import Member
from marking.collecting.reading import Reading
from marking.errors import Unreadable
from marking.questions import ASSIGNMENTS
from marking.submissions.belonging import defined, other_assignment
from marking.submissions.cells import grade_id
from marking.submissions.reading import SubmittedCell, answered, parse, read_bounded


@dataclass(frozen=True)
class Claim:
    """One file of an archive, and whom its name names."""

    member: Member
    reading: Reading


class Look:
    """What the notebooks of an archive hold, each looked into once, for one assignment."""

    def __init__(self, name: str, release: NotebookNode) -> None:
        self.name = name
        self._given = {known for cell in release.cells if (known := grade_id(cell))}
        self._release = release
        self._seen: dict[str, tuple[SubmittedCell, ...]] = {}

    def cells(self, member: Member) -> tuple[SubmittedCell, ...]:
        """The cells of a notebook; none of what is no notebook."""
        if member.name not in self._seen:
            self._seen[member.name] = self._read(member)
        return self._seen[member.name]

    @staticmethod
    def _read(member: Member) -> tuple[SubmittedCell, ...]:
        if member.file is None or not member.is_notebook:
            return ()
        try:
            return tuple(parse(read_bounded(member.file)))
        except Unreadable:
            return ()

    def held(self, member: Member) -> int:
        """How many cells of the assignment a notebook holds, by name or by what they define."""
        return sum(
            cell.grade_id in self._given or bool(defined(cell) & set(ASSIGNMENTS[self.name]))
            for cell in self.cells(member)
        )

    def filled(self, member: Member) -> int:
        """How many of the assignment's functions and boxes have something in, as the grader counts
        them.
        """
        return len(answered(self.cells(member), self._release))

    def is_called(self, file: str) -> bool:
        """Whether a file's name begins with the assignment's."""
        stem = PurePosixPath(file).name
        return plain(stem).startswith(plain(self.name))

    def fits(self, member: Member, file: str | None = None) -> bool:
        """Whether a notebook belongs to the assignment, by its cells or its name, `file`."""
        return member.is_notebook and bool(self.held(member) or self.is_called(file or member.path))

    def other(self, member: Member) -> str | None:
        """The assignment that a notebook without a cell of this one belongs to; None if none."""
        return None if self.held(member) else other_assignment(self.cells(member), self.name)


def plain(text: str) -> str:
    """A name without what people change in it: capitals, blanks, signs."""
    return re.sub(r"[\W_]", "", text).casefold()


@dataclass(frozen=True)
class Choice:
    """What is placed for one student, why, and what is passed over."""

    claim: Claim
    why: str
    passed: Mapping[str, str]  # by the name of the member


def _order(claim: Claim, look: Look) -> tuple[object, ...]:
    """How well a notebook fits; the smallest is chosen."""
    member, reading = claim.member, claim.reading
    return (
        not look.held(member),
        -look.filled(member),
        not look.is_called(reading.file),
        reading.file.count("/"),
        tuple(-number for number in reading.attempt),
        member.name,
    )


def choose(claims: Sequence[Claim], look: Look, tries: bool) -> Choice:
    """Of the notebooks that one student handed in the one to place.

    With `tries`, where an attempt has a number, that of the newest attempt; of an attempt's files
    the one with the assignment's cells, of several the one with most answers, then by its name.
    """
    notebooks = [claim for claim in claims if claim.member.is_notebook]
    newest: tuple[int, ...] = ()
    if tries:
        fitting = [c for c in notebooks if look.fits(c.member, c.reading.file)] or notebooks
        newest = max(claim.reading.attempt for claim in fitting)
    current = [claim for claim in notebooks if not tries or claim.reading.attempt == newest]
    chosen, *others = sorted(current, key=lambda claim: _order(claim, look))
    passed = {
        claim.member.name: claim.member.why
        or f"{claim.reading.student} has another notebook in this archive"
        for claim in claims
        if claim is not chosen
    }
    why = []
    if older := [claim for claim in notebooks if claim.reading.attempt < newest]:
        why.append("the newest attempt")
        passed |= {claim.member.name: "it is an older attempt" for claim in older}
    later = [claim for claim in notebooks if tries and claim.reading.attempt > newest]
    said = "it is of a newer attempt, but not of this assignment"
    passed |= {claim.member.name: said for claim in later}
    if others:
        held, filled = look.held(chosen.member), look.filled(chosen.member)
        said = f"holds {held} cells of the assignment, and {filled} answers"
        why.append(f"of {len(current)} notebooks the one that {said}" if held else "by its name")
    return Choice(chosen, "; ".join(why), passed)
