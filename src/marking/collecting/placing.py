"""Sorting what a learning platform gives for download into `submitted/`.

What cannot be placed is reported, never dropped in silence.  The platform chose the outermost names
of an archive, and students all that lies deeper: so the outermost name that names a student counts,
and what a student's folder holds names nobody.
"""

from __future__ import annotations

import codecs
import os
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from marking.collecting.archives import NO_NOTEBOOK, Member, Opened, opened
from marking.collecting.choosing import Choice, Claim, Look, choose
from marking.collecting.exchange import EXCHANGE
from marking.collecting.patterns import pattern as pattern_platform
from marking.collecting.reading import Platform
from marking.collecting.recognising import PLATFORMS, Recognised, looks_like, recognise
from marking.collecting.storing import Handed, is_newer, is_same, store
from marking.collecting.times import due_date, timestamp
from marking.collecting.whose import Owner, Whose, groups_of
from marking.course import Course
from marking.errors import CourseError
from marking.gradebook.lists import read_list
from marking.gradebook.people import Collected, read_collected, write_collected
from marking.submissions.reading import find_release, load_release
from marking.terminal import printable

# Files that platforms themselves put beside the hand-ins.
OF_PLATFORMS = {"index.html"}
SECRET = "submission_secret.txt"  # by which nbgrader's exchange gives feedback to its student alone
MAX_SHOWN = 3  # rivals named in a sentence


@dataclass(frozen=True)
class Options:
    """How an archive is to be read; see the command's help."""

    pattern: str | None = None
    platform: str | None = None
    groups: Path | None = None
    students: Path | None = None
    encoding: str | None = None
    force: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Placed:
    """One submission that was placed, or would be."""

    student: str
    file: str  # its name in the archive
    why: str = ""  # that file, and what is to be known of it
    name: str = ""  # of the person


@dataclass
class Outcome:
    """What came of an archive."""

    platform: str = ""
    placed: list[Placed] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)  # students who have this file already
    left: list[tuple[str, str]] = field(default_factory=list)  # files that may be missed, and why
    passed: list[tuple[str, str]] = field(default_factory=list)  # other files of those placed
    notes: list[str] = field(default_factory=list)

    @property
    def went_well(self) -> bool:
        """Whether every hand-in of the archive lies where it belongs."""
        return bool(self.placed or self.unchanged) and not self.left

    def report(self, dry_run: bool) -> str:
        """All of it, a line for each file, for the terminal."""
        lines = [f"read as {self.platform}"]
        for placed in self.placed:
            who = f"{placed.student} ({placed.name})" if placed.name else placed.student
            why = f": {placed.why}" if placed.why else ""
            lines.append(f"{'would place' if dry_run else 'placed'}: {placed.file} -> {who}{why}")
        lines += [f"passed over: {file}: {why}" for file, why in self.passed]
        lines += [f"not placed: {file}: {why}" for file, why in self.left]
        lines += [f"note: {said}" for said in self.notes]
        would = " would be" if dry_run else ""
        total = f"{len(self.placed)} submissions{would} placed"
        if self.unchanged:
            total += f", {len(self.unchanged)} there already"
        return "\n".join([*(printable(line) for line in lines), total])


def collect(course: Course, name: str, archive: Path, options: Options = Options()) -> Outcome:
    """Place every student's notebook of assignment `name` in `archive` (a zip file or a folder) at
    `submitted/<student>/<name>/<name>.ipynb`, with the time of the hand-in beside it.

    Where two names of the archive claim to be one student's, neither is placed.  A submission that
    is there already is replaced by a newer attempt, or by `force`, and kept in
    `submitted/.replaced/`.  CourseError if the archive or an option is no good.
    """
    find_release(course, name)
    forced = _forced(options)
    whose = Whose(
        groups_of(read_list(options.groups, "--groups")) if options.groups else {},
        read_list(options.students) if options.students else None,
    )
    outcome = Outcome()
    known = read_collected(course, name)
    with tempfile.TemporaryDirectory(prefix="marking-") as scratch:
        files = opened(archive, Path(scratch), options.encoding)
        look = Look(name, load_release(course.release(name)))
        ids = {*_students(course), *known}
        found = recognise(files.members, name, forced, ids, look.fits)
        outcome.platform = found.platform.title
        _say_of_archive(outcome, files, found, whose)
        claims, people = _claims(found, whose, outcome, name)
        there = {_folded(student): student for student in _students(course)}
        due = due_date(course, name)
        for folded, of_one in claims.items():
            choice = _chosen(of_one, look, found.platform, outcome)
            if choice is None:
                continue
            owner = people[choice.claim.member.name, folded]
            handed = _handed(choice, of_one, owner, found, course, due)
            before = known.get(owner.student)
            if (other := there.get(folded, owner.student)) != owner.student:
                said = f"{owner.student} differs from {other} in writing only"
                outcome.left.append((choice.claim.member.name, said))
            elif _is_placed(course, name, handed, choice, before, look, options, outcome):
                known[owner.student] = handed.record
        if (outcome.placed or outcome.unchanged) and not options.dry_run:
            write_collected(course, name, known)
    return outcome


def _forced(options: Options) -> Platform | None:
    """The platform that the options name, if they do; CourseError if they cannot be followed."""
    if options.encoding is not None:
        try:
            codecs.lookup(options.encoding)
        except LookupError:
            raise CourseError(
                f"--encoding {options.encoding!r} is not known; allowed are names such as gbk, "
                "big5, cp932, cp949, cp866, cp1251, cp850"
            ) from None
    if options.pattern is not None:
        if options.platform is not None:
            raise CourseError("--pattern and --platform both say how names are read: give one")
        return pattern_platform(options.pattern)
    if options.platform is None:
        return None
    if options.platform not in PLATFORMS:
        given = f"--platform {options.platform!r}"
        raise CourseError(f"{given} is not known; allowed are {', '.join(PLATFORMS)}")
    return PLATFORMS[options.platform]


def _students(course: Course) -> list[str]:
    if not course.submitted.is_dir():
        return []
    return [student for student in os.listdir(course.submitted) if not student.startswith(".")]


def _folded(student: str) -> str:
    """What is the same for ids that some file systems and readers take for one."""
    return unicodedata.normalize("NFKC", student).casefold()


def _say_of_archive(outcome: Outcome, files: Opened, found: Recognised, whose: Whose) -> None:
    """Note how the archive was read."""
    if files.encoding not in ("", "utf-8"):
        outcome.notes.append(
            f"names that say no encoding were read as {files.encoding}; --encoding gives another"
        )
    if found.doubt:
        why = "was taken for one student's, but several folders in it hold the assignment: if they "
        outcome.left.append((found.doubt, why + "are students', say so by --pattern"))
    if found.around:
        outcome.notes.append(
            f"{found.around} was taken for a folder around the class, not for a student's own; if "
            "it is one, say so by --pattern"
        )
    if files.ignored:
        outcome.notes.append(
            f"{files.ignored} files of systems and programs (__MACOSX, checkpoints …) passed over"
        )
    if found.platform.key == "moodle" and whose.table is None and found.readings:
        outcome.notes.append(
            "Moodle's numbers are those of this assignment only: with its grading worksheet, "
            "--students FILE, students have the same id in every assignment"
        )


def _claims(
    found: Recognised, whose: Whose, outcome: Outcome, name: str
) -> tuple[dict[str, list[Claim]], dict[tuple[str, str], Owner]]:
    """The files that name each student, by the student's id without differences of writing; and who
    that is, for each.  The others are left.
    """
    claims: dict[str, list[Claim]] = {}
    people: dict[tuple[str, str], Owner] = {}
    for member in found.members:
        reading = found.readings.get(member.name)
        if reading is None:
            _leave_unread(member, found, outcome, name)
            continue
        if reading.other:
            outcome.passed.append((member.name, f"it was handed in for {reading.other}"))
            continue
        try:
            owners = whose.owners(reading)
        except CourseError as problem:
            outcome.left.append((member.name, str(problem)))
            continue
        for owner in owners:
            same = replace(reading, owner=owner.group or reading.owner, student=owner.student)
            claims.setdefault(_folded(owner.student), []).append(Claim(member, same))
            people[member.name, _folded(owner.student)] = owner
    return claims, people


def _leave_unread(member: Member, found: Recognised, outcome: Outcome, name: str) -> None:
    """Report a file whose name names no student."""
    if member.path.lower() in OF_PLATFORMS:
        outcome.passed.append((member.name, "it is the platform's own"))
        return
    why = member.why or "its name names no student"
    other = looks_like(member, name) if member.why in ("", NO_NOTEBOOK) else None
    if other is not None and other is not found.platform:
        why += f" as {found.platform.title} does; it looks like {other.title}: give --platform "
        why += other.key
    outcome.left.append((member.name, why))


def _chosen(
    claims: Sequence[Claim], look: Look, platform: Platform, outcome: Outcome
) -> Choice | None:
    """What to place of the files that name one student; all others are reported.

    None where different names, or one name twice, claim to be the same student's: who of them is
    right, only a person can say.
    """
    rivals = sorted({claim.member.name for claim in claims})
    if len({(claim.reading.owner, claim.reading.student) for claim in claims}) > 1:
        for claim in claims:
            others = [printable(name) for name in rivals if name != claim.member.name]
            said = ", ".join(others[:MAX_SHOWN]) + (" …" if len(others) > MAX_SHOWN else "")
            why = f"{claim.reading.student} is claimed by another as well: {said}"
            outcome.left.append((claim.member.name, why))
        return None
    if len(rivals) < len(claims):
        outcome.left += [
            (claim.member.name, "the archive holds this name twice") for claim in claims
        ]
        return None
    if not any(claim.member.is_notebook for claim in claims):
        outcome.left += [(claim.member.name, claim.member.why) for claim in claims]
        return None
    choice = choose(claims, look, platform.tries)
    for claim in claims:
        if claim.member.name in choice.passed:
            # What cannot be read may be what was meant.
            unread = claim.member.why not in ("", NO_NOTEBOOK)
            report = outcome.left if unread else outcome.passed
            report.append((claim.member.name, choice.passed[claim.member.name]))
    return choice


def _handed(
    choice: Choice,
    claims: Sequence[Claim],
    owner: Owner,
    found: Recognised,
    course: Course,
    due: datetime | None,
) -> Handed:
    """The hand-in that was chosen, with what is to be known of it."""
    member, reading = choice.claim.member, choice.claim.reading
    secret = next(
        (
            claim.member.file
            for claim in claims
            if claim.reading.file == SECRET and claim.reading.prefix == reading.prefix
        ),
        None,
    )
    number = found.readings[member.name].student
    record = Collected(
        platform=found.platform.key,
        file=member.name,
        prefix=reading.prefix,
        number=number if not owner.group or owner.student == number else "",
        first_name=owner.first_name,
        last_name=owner.last_name,
        attempt=reading.attempt,
        late=reading.late,
        group=owner.group,
    )
    assert member.file is not None  # it is a notebook
    beside = {SECRET: secret} if found.platform is EXCHANGE and secret is not None else {}
    time = timestamp(reading, member, course, due)
    return Handed(owner.student, member.file, record, time, beside)


def _is_placed(
    course: Course,
    name: str,
    handed: Handed,
    choice: Choice,
    known: Collected | None,
    look: Look,
    options: Options,
    outcome: Outcome,
) -> bool:
    """Place one hand-in, unless something speaks against it, which is reported."""
    member, folder = choice.claim.member, course.submitted / handed.student / name
    other = look.other(member)
    if other and not options.force:
        said = f"it holds no cell of {name}; it looks like {other}; --force places it all the same"
        outcome.left.append((member.name, said))
        return False
    if is_same(folder, name, handed.notebook):
        outcome.unchanged.append(handed.student)
        return True
    there = os.path.lexists(folder)
    newer = is_newer(handed.record, known)
    if there and not newer and not options.force:
        said = f"{handed.student} has a submission already, which is not known to be older; give "
        outcome.left.append((member.name, said + "--force to replace it"))
        return False
    why = [choice.why] if choice.why else []
    if not look.held(member):
        why.append(f"it holds no cell of {name}" + (f" and looks like {other}" if other else ""))
    if handed.record.late:
        why.append("late")
    if there:
        why.append("a newer attempt" if newer else "the one before is kept")
    outcome.placed.append(Placed(handed.student, member.name, "; ".join(why), handed.record.name))
    if not options.dry_run:
        store(course, name, handed)
    return True
