"""Grading a class: every submission a row, every mark once, nothing lost.

One writer, this process, records each outcome as it arrives: first the marked notebook's file, then
the gradebook in one transaction, then a line in the ledger.  Killed at any moment and started
again, the run repeats at most the submission it was recording.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from marking.course import Course, class_lock
from marking.errors import CourseError, MarkingError
from marking.files import digest, replace_text
from marking.gradebook.people import names_of_people
from marking.gradebook.standing import Standing
from marking.gradebook.writer import Gradebook, standings
from marking.grading.fingerprints import Fingerprints, of_folder
from marking.grading.lateness import Lateness
from marking.grading.ledger import Entry, Ledger
from marking.grading.table import Row
from marking.grading.workers import Job, Outcome, Workers, not_marked
from marking.kernels.tiers import choose_tier
from marking.limits import MAX_STUDENT_ID, MAX_TIMESTAMP
from marking.notebooks import notebook_of
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.seeds import salt_of, seed_for
from marking.submissions.cells import points, question_of
from marking.submissions.marks import Mark, read_mark
from marking.submissions.reading import find_release, load_release, read_bounded
from marking.terminal import printable, shortened

MAX_PROBLEM = 300  # characters of why a submission could not be recorded
MAX_SECRET = 1000  # characters of the exchange's secret, which has 128
SECRET = "submission_secret.txt"  # by which nbgrader's exchange gives feedback to its student alone

log = logging.getLogger(__name__)


def grade(
    course: Course,
    name: str,
    *,
    students: Sequence[str] = (),
    force: bool = False,
    jobs: int | None = None,
    unsafe: bool = False,
    seed: str | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Mark assignment `name` for the whole class, or for `students`, and return a row for each
    submission.

    Finished submissions are skipped unless something they depend on has changed, or `force` is
    given; of those where only questions changed, only these questions are asked again.  `executor`
    takes the place of `jobs` local processes.  Questions are drawn from `seed`; without one from
    the secret of the class, made by its first run.

    What one submission brings costs that submission only: it gets a row that says so.  CourseError
    if there is nothing to mark, the release does not fit the catalogue, another run is marking the
    class, or the secret cannot be had.
    """
    release = find_release(course, name)
    folders = _chosen(course, name, students)
    check_release(release, name)
    tier = choose_tier(unsafe)
    with class_lock(course):
        ledger = Ledger(course.state / f"{name}.jsonl")
        drawn_from = course.secret_seed() if seed is None else seed
        current = Fingerprints.now(course, name, folders, drawn_from)
        attempts = {
            student: _attempt(ledger.entries.get(student), submission)
            for student, submission in current.submissions.items()
        }
        salts = {
            student: salt_of(submission, attempts[student])
            for student, submission in current.submissions.items()
        }
        held = standings(course.db_url, course.course_id, name)
        stale = _stale(course, name, ledger, current, held, force)
        todo = [
            Job(
                student=student,
                folder=str(folders[student]),
                name=name,
                release=str(release),
                seed=seed_for(drawn_from, student, salts[student]),
                times=course.times,
                tier=tier,
                known=_still_good(course, name, ledger.entries.get(student), changed),
            )
            for student, changed in stale.items()
        ]
        problems = {student: said for student in folders if (said := why_no_id(student))}
        todo = [job for job in todo if job.student not in problems]
        late = Lateness(course, name)
        unsettled = _unsettled(ledger, held, late, [s for s in folders if s not in stale])
        if todo:
            progress(0, len(todo))
        if todo or unsettled:
            with (
                # Opening a gradebook takes as long as warming up the workers: both at once.
                Workers(todo, count=jobs, executor=executor) as workers,
                Gradebook(course.db_url, course.course_id, course.config) as gradebook,
            ):
                gradebook.register(name, load_release(release))
                job_of = {job.student: job for job in todo}
                for done, outcome in enumerate(workers.outcomes(), 1):
                    student = outcome.student
                    if outcome.lost:
                        outcome = not_marked(job_of[student])
                    try:
                        if outcome.problem is None:
                            entry = record(
                                course, name, gradebook, outcome, folders[student], current
                            )
                            attempt, salt = attempts[student], salts[student]
                            ledger.add(replace(entry, attempt=attempt, salt=salt))
                    except Exception as problem:  # what one submission brings costs that one alone
                        log.warning("%s was not recorded", printable(student), exc_info=True)
                        outcome = replace(outcome, problem=_why_not_recorded(problem))
                    if outcome.problem is not None:
                        problems[student] = outcome.problem
                    progress(done, len(todo))
                for student in unsettled:
                    try:
                        _settle(course, name, gradebook, ledger.entries[student], folders[student])
                    except Exception as problem:
                        problems[student] = _why_not_recorded(problem)
                gradebook.name_people(names_of_people(course))
            held = standings(course.db_url, course.course_id, name)
            late.save(held, [student for student in folders if student not in problems])
        return [
            _row(
                student,
                ledger.entries.get(student),
                held.get(student),
                problems.get(student),
                student in stale,
            )
            for student in folders
        ]


def without_submission(course: Course, name: str) -> list[str]:
    """Students who have marks of assignment `name` in the gradebook, and no submission any more."""
    held = standings(course.db_url, course.course_id, name)
    return sorted(held.keys() - course.submissions(name).keys())


def _unsettled(
    ledger: Ledger, held: Mapping[str, Standing], late: Lateness, students: Collection[str]
) -> list[str]:
    """Whose marks in the gradebook are not those of the marked notebook, or whose penalty has to be
    made anew.  Nothing need be asked for that.
    """
    return [
        student
        for student in students
        if held[student].kept.get("marked") != ledger.entries[student].marked
        or _other_scores(ledger.entries[student], held[student])
        or late.changed(student, held[student])
    ]


def _other_scores(entry: Entry, standing: Standing) -> bool:
    """Whether the gradebook has other automatic scores than were given."""
    return any(
        standing.auto.get(f"test_{question}") != points for question, points in entry.points.items()
    )


def _settle(course: Course, name: str, gradebook: Gradebook, entry: Entry, folder: Path) -> None:
    """Record once more what was given, as after a copy of the gradebook was restored."""
    notebook = notebook_of(course.autograded(entry.student, name).read_text(encoding="utf-8"))
    gradebook.record(
        entry.student,
        name,
        notebook,
        _timestamp(folder),
        look=bool(entry.look),
        marked=entry.marked,
    )


def _chosen(course: Course, name: str, students: Sequence[str]) -> dict[str, Path]:
    """The folders of the submissions to look at, by student; CourseError if there are none."""
    submissions = course.submissions(name)
    if unknown := [student for student in students if student not in submissions]:
        raise CourseError(f"no submission of {name} by {', '.join(unknown)} below {course.root}")
    chosen = {student: submissions[student] for student in students} if students else submissions
    if not chosen:
        raise CourseError(f"there is no submission of {name} in {course.submitted}")
    return chosen


def _attempt(before: Entry | None, submission: str) -> int:
    """The number of a student's hand-in: that of the one marked last, or the next if it differs."""
    if before is None:
        return 1
    return before.attempt + (before.submission != submission)


def why_no_id(student: str) -> str | None:
    """Why the name of a folder cannot be a student's id, as a sentence; None if it can."""
    if len(student) > MAX_STUDENT_ID:
        return (
            f"the folder's name has {len(student)} characters, and a student's id at most "
            f"{MAX_STUDENT_ID}: rename the folder"
        )
    if not student.isprintable():
        return "the folder's name holds characters that cannot be printed: rename the folder"
    return None


def _why_not_recorded(problem: Exception) -> str:
    said = (
        str(problem)
        if isinstance(problem, MarkingError)
        else f"{type(problem).__name__}: {problem}"
    )
    return shortened(f"it was marked, but not recorded: {said}", MAX_PROBLEM)


def seed_of_hand_in(course: Course, name: str, student: str, folder: Path) -> str:
    """The seed that `grade` would ask the submission of `student` in `folder` with: the same for
    the same bytes, as long as nothing else was handed in since.
    """
    submission = of_folder(folder, name)
    attempt = _attempt(Ledger(course.state / f"{name}.jsonl").entries.get(student), submission)
    return seed_for(course.secret_seed(), student, salt_of(submission, attempt))


def check_release(path: Path, name: str) -> None:
    """CourseError unless the release asks the questions of the catalogue, for the points of the
    catalogue.
    """
    given = {
        question.name: points(cell)
        for cell in load_release(path).cells
        if (question := question_of(cell)) is not None
    }
    wanted = {question: float(QUESTIONS[question].points) for question in ASSIGNMENTS[name]}
    if given != wanted:
        at_odds = sorted(
            question
            for question in given.keys() | wanted.keys()
            if given.get(question) != wanted.get(question)
        )
        raise CourseError(
            f"{path} and the catalogue of questions differ on {', '.join(at_odds)} (missing, or "
            f"other points): run `marking release {name}`"
        )


def _stale(
    course: Course,
    name: str,
    ledger: Ledger,
    current: Fingerprints,
    held: Mapping[str, Standing],
    force: bool,
) -> dict[str, set[str]]:
    """Which students must be marked anew, and for which questions."""
    stale: dict[str, set[str]] = {}
    for student, submission in current.submissions.items():
        entry = ledger.entries.get(student)
        if (
            force
            or entry is None
            or student not in held
            # Another program wrote it (nbgrader's own autograde, say), or somebody by hand.
            or _digest_of_marked(course.autograded(student, name)) != entry.marked
            or entry.submission != submission
            or entry.code != current.code
            or entry.look
        ):
            stale[student] = set(current.questions)
        elif changed := _changed(entry.questions, current.questions):
            stale[student] = changed
    return stale


def _digest_of_marked(path: Path) -> str:
    """A fingerprint of a marked notebook; empty if there is none."""
    try:
        return digest([path.read_bytes()])
    except OSError:
        return ""


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    """The questions whose fingerprints are no longer those of `before`."""
    return {question for question in now if before.get(question) != now[question]}


def _still_good(
    course: Course, name: str, entry: Entry | None, changed: Collection[str]
) -> tuple[Mark, ...]:
    """The marks of a student's other questions, when only those in `changed` have to be asked
    again.
    """
    if entry is None or set(changed) == set(entry.points):
        return ()
    try:
        notebook = notebook_of(course.autograded(entry.student, name).read_text(encoding="utf-8"))
        return tuple(
            read_mark(cell, question, entry.reasons[question.name])
            for cell in notebook.cells
            if (question := question_of(cell)) is not None and question.name not in changed
        )
    except Exception:
        return ()  # no longer as it was written: mark everything anew


def record(
    course: Course,
    name: str,
    gradebook: Gradebook,
    outcome: Outcome,
    folder: Path,
    current: Fingerprints,
) -> Entry:
    """Write one outcome: the marked notebook's file, then the gradebook.  Returns its entry for the
    ledger.
    """
    notebook = notebook_of(outcome.notebook)
    target = course.autograded(outcome.student, name)
    timestamp = _timestamp(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_text(target, outcome.notebook + "\n")
    marked = _digest_of_marked(target)
    _carry(target.with_name("timestamp.txt"), timestamp and f"{timestamp}\n")
    _carry(target.with_name(SECRET), _secret(folder))
    look = bool(outcome.look)
    gradebook.record(outcome.student, name, notebook, timestamp, look=look, marked=marked)
    return Entry(
        student=outcome.student,
        submission=current.submissions[outcome.student],
        code=current.code,
        questions=current.questions,
        points={mark.question: mark.points for mark in outcome.marks},
        max_points={mark.question: mark.max_points for mark in outcome.marks},
        reasons={mark.question: mark.reason for mark in outcome.marks},
        unreadable=outcome.reason or "",
        marked=marked,
        notes=outcome.notes,
        seconds=round(outcome.seconds, 3),
        look=outcome.look,
    )


def _carry(target: Path, text: str | None) -> None:
    """Write what belongs to a hand-in beside its marked notebook; what belonged to the one before
    does not stay.
    """
    if text:
        replace_text(target, text)
    else:
        target.unlink(missing_ok=True)


def _secret(folder: Path) -> str | None:
    """The secret that nbgrader's exchange put beside a hand-in, as text; None if it is none."""
    try:
        text = read_bounded(folder / SECRET)[:MAX_SECRET].decode("ascii")
    except Exception:  # students write this file where they like
        return None
    return text if re.fullmatch(r"[0-9A-Za-z-]+\s*", text) else None


def _timestamp(folder: Path) -> str | None:
    """The time of submission that nbgrader's exchange left, if it is one."""
    from nbgrader.utils import parse_utc

    try:
        data = read_bounded(folder / "timestamp.txt")[:MAX_TIMESTAMP]
        text = data.decode("utf-8").strip()
        return text if text and parse_utc(text) else None
    except Exception:  # students write this file where they like: what is no time counts as none
        return None


def _row(
    student: str,
    entry: Entry | None,
    standing: Standing | None,
    problem: str | None,
    fresh: bool,
) -> Row:
    if problem is not None or entry is None or standing is None:
        return Row(student, None, 0.0, problem or "not marked", fresh=fresh)
    notes = " ".join(entry.notes)
    # Where nothing was right, what was found explains more than what a function gave.
    parts = (notes, entry.reason) if not entry.total else (entry.reason, notes)
    reason = " ".join(part for part in parts if part)
    return Row(
        student,
        standing.points,
        standing.most,
        reason,
        standing.waiting,
        fresh,
        bool(entry.look),
        standing.penalty,
        tuple(standing.set_by_hand.items()),
    )
