"""Grading a class: every submission a row, every mark once, nothing lost.

Workers read, repair, run and judge; they never open the database.  One writer, this process, records each outcome as it
arrives: first the marked notebook's file, then the gradebook in one transaction, then a line in the ledger.  Killed
at any moment and started again, the run repeats at most the submission it was recording.

The executor is `concurrent.futures`-shaped: local processes by default, a Dask cluster's where one is given.
"""

from __future__ import annotations

import contextlib
import functools
import json
import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4.nbjson import reads as read_text
from nbformat.v4.nbjson import writes as notebook_text
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from . import fingerprint, intake
from .files import replace_text
from .gradebook import Gradebook, rows_in_sqlite, sqlite_file
from .questions import ASSIGNMENTS, QUESTIONS
from .sandbox import KernelDied, Nursery, choose_tier
from .trial import Mark, Times, hold, tested

CONFIG = "nbgrader_config.py"


class CourseError(ValueError):
    """The class cannot be graded as asked; the message is one sentence for the instructor."""


# ---------------------------------------------------------------------------------------------------- the folders
@dataclass(frozen=True)
class Course:
    """Where a course's files are: `project` holds the releases, `root` the class (submissions, marks, gradebook)."""

    project: Path
    root: Path
    config: Config

    @classmethod
    def find(cls, root: Path | None = None, start: Path | None = None) -> Course:
        """The course whose configuration lies in `start` (default: here) or above; `root` defaults to its folder."""
        start = (start or Path.cwd()).resolve()
        project = next((folder for folder in (start, *start.parents) if (folder / CONFIG).is_file()), None)
        if project is None:
            raise CourseError(f"no {CONFIG} in {start} or above it: run this inside the course's folder")
        if root is not None and not root.is_dir():
            raise CourseError(f"--root {root} is no folder; it must hold submitted/")
        config = PyFileConfigLoader(CONFIG, path=str(project)).load_config()
        return cls(project, (root or project).resolve(), config)

    def setting(self, section: str, name: str, default):
        """One value of the configuration, or `default`."""
        value = self.config.get(section, {}).get(name, default)
        return default if value is None else value

    @property
    def course_id(self) -> str:
        return self.setting("CourseDirectory", "course_id", "")

    @property
    def db_url(self) -> str:
        """The gradebook's address: as configured, else `gradebook.db` in the class's folder."""
        return self.setting("CourseDirectory", "db_url", f"sqlite:///{self.root / 'gradebook.db'}")

    def release(self, name: str) -> Path:
        """The released notebook of assignment `name`; CourseError if there is none."""
        folder = self.project / self.setting("CourseDirectory", "release_directory", "exercises")
        path = folder / name / f"{name}.ipynb"
        if name not in ASSIGNMENTS:
            raise CourseError(f"there is no assignment {name!r}; there are: {', '.join(ASSIGNMENTS)}")
        if not path.is_file():
            raise CourseError(f"{path} is missing: run `marking release {name}` first")
        return path

    def submissions(self, name: str) -> dict[str, Path]:
        """The folder of each student's submission of `name`, by student."""
        below = self.root / self.setting("CourseDirectory", "submitted_directory", "submitted")
        if not below.is_dir():
            raise CourseError(f"{below} is missing: submissions belong in {below}/<student>/{name}/{name}.ipynb")
        entries = sorted((entry for entry in os.scandir(below) if not entry.name.startswith(".")), key=lambda e: e.name)
        return {e.name: Path(e.path, name) for e in entries if os.path.lexists(os.path.join(e.path, name))}

    def autograded(self, student: str, name: str) -> Path:
        """Where the marked notebook goes."""
        return self.state.parent / student / name / f"{name}.ipynb"

    def feedback(self, student: str, name: str) -> Path:
        """Where the feedback page goes."""
        return (
            self.root
            / self.setting("CourseDirectory", "feedback_directory", "feedback")
            / student
            / name
            / f"{name}.html"
        )

    @property
    def state(self) -> Path:
        """The folder of the ledgers: hidden, beside the marked notebooks."""
        return self.root / self.setting("CourseDirectory", "autograded_directory", "autograded") / ".marking"

    @property
    def seed(self) -> str:
        return str(self.setting("Judge", "seed", ""))

    @property
    def times(self) -> Times:
        return Times(
            self.setting("Judge", "cell_seconds", Times.cell),
            self.setting("Judge", "answer_seconds", Times.answer),
            self.setting("Judge", "submission_seconds", Times.submission),
        )


# ---------------------------------------------------------------------------------------------------- the ledger
@dataclass(frozen=True)
class Entry:
    """What is known of one finished submission."""

    student: str
    submission: str  # fingerprints of what was marked, and of what marked it
    machinery: str
    questions: dict[str, str]
    points: dict[str, float]
    max_points: dict[str, float]
    reason: str
    by_hand: int  # answers in words that wait for a person
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def total(self) -> float:
        return sum(self.points.values())

    @property
    def most(self) -> float:
        return sum(self.max_points.values())


class Ledger:
    """Finished submissions, one JSON line each; the last line of a student counts, a torn last line is ignored."""

    def __init__(self, path: Path):
        self.path = path
        self.entries: dict[str, Entry] = {}
        lines = 0
        if path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                lines += 1
                with contextlib.suppress(ValueError, TypeError):
                    entry = Entry(**json.loads(line))
                    self.entries[entry.student] = replace(entry, notes=tuple(entry.notes))
        if lines > 2 * len(self.entries) + 100:
            self._compact()

    def add(self, entry: Entry) -> None:
        """Keep an entry, on the disk as well."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "a", encoding="utf-8") as file:
            if file.tell() and not self._ends_with_newline():
                file.write("\n")
            file.write(json.dumps(asdict(entry)) + "\n")
        self.entries[entry.student] = entry

    def _ends_with_newline(self) -> bool:
        with open(self.path, "rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"

    def _compact(self) -> None:
        replace_text(self.path, "".join(json.dumps(asdict(entry)) + "\n" for entry in self.entries.values()))


# ---------------------------------------------------------------------------------------------------- the workers
@dataclass(frozen=True)
class Job:
    """One submission to mark: plain data, for a worker that may be on another machine sharing the folders."""

    student: str
    folder: str
    name: str
    release: str
    seed: str
    times: Times
    tier: str
    known: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a worker hands back: the marked notebook as text, and its marks.  `problem` is set when it could not be
    marked.
    """

    student: str
    notebook: str = ""
    marks: tuple[Mark, ...] = ()
    reason: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    problem: str | None = None


def mark(job: Job) -> Outcome:
    """Mark one submission.  Runs in a worker; opens no database; never raises for what a student handed in."""
    begun = time.monotonic()
    try:
        taken = intake.take(Path(job.folder), job.name, load_release(job.release))
        known = {mark.question: mark for mark in job.known}
        marks = hold(taken.notebook, nursery(job.tier), job.seed, job.times, known)
    except KernelDied as problem:
        return Outcome(job.student, problem=f"no kernel could be started: {problem}")
    except Exception as problem:  # a bug of ours must cost one submission, not the class
        return Outcome(job.student, problem=f"{type(problem).__name__}: {problem}"[:300])
    return Outcome(
        job.student,
        notebook_text(taken.notebook),
        tuple(marks.values()),
        taken.reason,
        taken.notes,
        time.monotonic() - begun,
    )


_nurseries: dict[tuple[int, str], Nursery] = {}


def seed_for(course: str, student: str) -> str:
    """The seed of one student's questions."""
    return f"{course}/{student}"


def nursery(tier: str) -> Nursery:
    """This process's nursery: warmed up once, kept for all its submissions."""
    key = os.getpid(), tier  # a forked worker must not share its parent's
    if key not in _nurseries:
        _nurseries[key] = Nursery(tier)
        # Not atexit, which the processes of multiprocessing never come to.
        multiprocessing.util.Finalize(None, _nurseries[key].close, exitpriority=10)
    return _nurseries[key]


_releases: dict[tuple[str, int], NotebookNode] = {}


def load_release(path: str) -> NotebookNode:
    """The released notebook at `path`, read once a process and version of the file."""
    key = path, os.stat(path).st_mtime_ns  # a worker may outlive a release
    if key not in _releases:
        _releases[key] = nbformat.read(path, as_version=4)
    return _releases[key]


# ---------------------------------------------------------------------------------------------------- the class
@dataclass(frozen=True)
class Row:
    """One line of the table at the end."""

    student: str
    points: float | None
    max_points: float
    reason: str
    by_hand: int = 0
    fresh: bool = True


def grade(
    course: Course,
    name: str,
    *,
    students: Sequence[str] = (),
    force: bool = False,
    jobs: int | None = None,
    unsafe: bool = False,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Mark assignment `name` for the whole class, or for `students`, and return a row for each submission.

    Finished submissions are skipped unless something they depend on has changed, or `force` is given; of those where
    only questions changed, only these questions are asked again.  `executor` takes the place of `jobs` local
    processes.
    """
    release_path = course.release(name)
    submissions = course.submissions(name)
    if unknown := [student for student in students if student not in submissions]:
        raise CourseError(f"no submission of {name} by {', '.join(unknown)} below {course.root}")
    chosen = {student: submissions[student] for student in students} if students else submissions
    if not chosen:
        raise CourseError(f"there is no submission of {name} below {course.root}/submitted")
    check_release(release_path, name)
    tier = choose_tier(unsafe)
    with alone(course):
        ledger = Ledger(course.state / f"{name}.jsonl")
        machinery = fingerprint.of_bytes(
            [
                fingerprint.of_machinery().encode(),
                release_path.read_bytes(),
                course.seed.encode(),
                repr(course.times).encode(),
            ]
        )
        questions = {question: fingerprint.of_question(question) for question in ASSIGNMENTS[name]}
        hashes = {student: fingerprint.of_folder(folder) for student, folder in chosen.items()}
        stale = _stale(course, name, ledger, hashes, machinery, questions, force)
        todo = [
            Job(
                student,
                str(chosen[student]),
                name,
                str(release_path),
                seed_for(course.seed, student),
                course.times,
                tier,
                _still_good(course, name, ledger.entries.get(student), stale[student]),
            )
            for student in stale
        ]
        problems = {}
        if todo:
            with contextlib.ExitStack() as opened:

                @functools.cache
                def book() -> Gradebook:
                    gradebook = opened.enter_context(Gradebook(course.db_url, course.course_id, course.config))
                    gradebook.register(name, load_release(str(release_path)))
                    return gradebook

                progress(0, len(todo))
                for done, outcome in enumerate(_outcomes(todo, jobs, executor, meanwhile=book), 1):
                    if outcome.problem is not None:
                        problems[outcome.student] = outcome.problem
                    else:
                        entry = record(course, name, book(), outcome, chosen[outcome.student])
                        student = outcome.student
                        ledger.add(replace(entry, submission=hashes[student], machinery=machinery, questions=questions))
                    progress(done, len(todo))
        return [
            _row(student, ledger.entries.get(student), problems.get(student), student in stale) for student in chosen
        ]


def check_release(path: Path, name: str) -> None:
    """CourseError unless the release asks the questions of the catalogue, for the points of the catalogue."""
    given = {
        question.name: float(cell.metadata.nbgrader.get("points", 0))
        for cell in load_release(str(path)).cells
        if (question := tested(cell)) is not None
    }
    wanted = {question: float(QUESTIONS[question].points) for question in ASSIGNMENTS[name]}
    if given != wanted:
        at_odds = sorted(
            question for question in given.keys() | wanted.keys() if given.get(question) != wanted.get(question)
        )
        raise CourseError(
            f"{path} and the catalogue of questions differ on {', '.join(at_odds)} (missing, or other points): "
            f"run `marking release {name}`"
        )


def _stale(course, name, ledger, hashes, machinery, questions, force) -> dict[str, set[str]]:
    """Which students must be marked anew, and for which questions."""
    rows = rows_in_sqlite(course.db_url, name)
    if rows is None:
        with Gradebook(course.db_url, course.course_id) as book:
            rows = book.students_with_marks(name)
    stale = {}
    for student, submission in hashes.items():
        entry = ledger.entries.get(student)
        whole = force or entry is None or student not in rows or not course.autograded(student, name).exists()
        if whole or entry.submission != submission or entry.machinery != machinery:
            stale[student] = set(questions)
        elif changed := {question for question in questions if entry.questions.get(question) != questions[question]}:
            stale[student] = changed
    return stale


def _still_good(course, name, entry, changed) -> tuple[Mark, ...]:
    """The marks of a student's other questions, when only those in `changed` have to be asked again."""
    if entry is None or changed == set(entry.points):
        return ()
    marks = []
    try:
        notebook = read_text(course.autograded(entry.student, name).read_text(encoding="utf-8"))
        for cell in notebook.cells:
            question = tested(cell)
            if question is not None and question.name not in changed:
                data = cell.outputs[0].data
                points, most = float(cell.outputs[1].data["text/plain"]), float(question.points)
                marks.append(
                    Mark(
                        question.name, points, most, points == most, entry.reason, data["text/plain"], data["text/html"]
                    )
                )
    except (OSError, ValueError, KeyError, IndexError, AttributeError):
        return ()  # no longer as it was written: mark everything anew
    return tuple(marks)


def record(course: Course, name: str, book: Gradebook, outcome: Outcome, folder: Path) -> Entry:
    """Write one outcome: the marked notebook's file, then the gradebook.  Returns its entry, without fingerprints."""
    notebook = read_text(outcome.notebook)
    target = course.autograded(outcome.student, name)
    timestamp = _timestamp(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_text(target, outcome.notebook + "\n")
    if timestamp:
        replace_text(target.with_name("timestamp.txt"), timestamp + "\n")
    book.record(outcome.student, name, notebook, timestamp)
    return Entry(
        student=outcome.student,
        submission="",
        machinery="",
        questions={},
        points={mark.question: mark.points for mark in outcome.marks},
        max_points={mark.question: mark.max_points for mark in outcome.marks},
        reason=outcome.reason or next((mark.reason for mark in outcome.marks if not mark.passed and mark.reason), ""),
        by_hand=_waiting(notebook),
        notes=outcome.notes,
        seconds=round(outcome.seconds, 3),
    )


def _waiting(notebook: NotebookNode) -> int:
    """How many answers in words wait for a person: those that differ from the release."""
    from nbgrader import utils

    words = [cell for cell in notebook.cells if utils.is_grade(cell) and utils.is_solution(cell)]
    return sum(utils.determine_grade(cell)[0] is None for cell in words)


def _timestamp(folder: Path) -> str | None:
    """The time of submission that nbgrader's exchange left, if it is one."""
    from nbgrader.utils import parse_utc

    try:
        text = intake.read_bounded(folder / "timestamp.txt")[:100].decode("utf-8").strip()
        return text if text and parse_utc(text) else None
    except (ValueError, OverflowError):
        return None


def _row(student: str, entry: Entry | None, problem: str | None, fresh: bool) -> Row:
    if problem is not None or entry is None:
        return Row(student, None, 0.0, problem or "not marked", fresh=fresh)
    return Row(student, entry.total, entry.most, entry.reason or " ".join(entry.notes), entry.by_hand, fresh)


# ---------------------------------------------------------------------------------------------------- running it
def _outcomes(
    todo: list[Job], workers: int | None, executor: Executor | None, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[Outcome]:
    """The outcome of every job, as they come.  `meanwhile` is called whenever jobs are under way: opening a gradebook,
    once, takes as long as warming up the workers.

    When a worker is lost, so are the jobs of its whole pool; they are run again one by one, so that a job that takes
    its worker down again is known to be at fault.
    """
    lost = yield from _drain(todo, executor, workers or cpus(), meanwhile)
    for job in lost:
        if again := (yield from _drain([job], executor, 1)):
            yield Outcome(again[0].student, problem="the process marking it was lost, twice")


def _drain(
    jobs: list[Job], executor: Executor | None, workers: int, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[Outcome]:
    """Run `jobs`, yield outcomes, and return the jobs that were lost with a worker."""
    pool = executor if executor is not None else local_executor(min(workers, len(jobs)))
    window = max(64, 2 * workers)  # enough to keep all busy while the gradebook opens; not the whole class in memory
    waiting, lost = list(reversed(jobs)), []
    running: dict[Future, Job] = {}
    try:
        while running or waiting:
            while waiting and len(running) < window:
                future = pool.submit(mark, waiting[-1])
                running[future] = waiting.pop()
            meanwhile()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                if future.exception() is None:
                    yield future.result()
                else:
                    lost.append(job)
    except BrokenExecutor:  # raised by submit; what was under way is lost as well
        lost += [*running.values(), *waiting]
    except BaseException:  # stopped by the user: do not wait for what is under way
        if executor is None:
            pool.shutdown(wait=False, cancel_futures=True)
        raise
    if executor is None:
        pool.shutdown()
    return lost


def local_executor(workers: int) -> ProcessPoolExecutor:
    """Worker processes on this machine."""
    # Forked workers need no new imports.  It is safe here: no thread runs in this process.
    method = "fork" if sys.platform.startswith("linux") else None
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_work, initargs=(os.getpid(),))


def _begin_work(parent: int) -> None:
    """In a new worker: leave Ctrl-C to the parent, and end when it ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)


def cpus() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """Hold the class's lock.  CourseError if another run holds it."""
    course.state.mkdir(parents=True, exist_ok=True)
    with open(course.state / "lock", "w") as file:
        try:
            import fcntl
        except ImportError:  # Windows: one run at a time is then the instructor's own care
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(f"another run is marking the class in {course.root}; wait for it to end") from None
        yield


__all__ = ["Course", "CourseError", "Entry", "Job", "Ledger", "Mark", "Outcome", "Row", "grade", "mark", "sqlite_file"]
