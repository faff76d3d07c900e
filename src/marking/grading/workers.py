"""Who marks: jobs go to worker processes, outcomes come back as plain data.

Workers read, repair, run and judge; they never open the database.  They are processes of this
machine (`marking.crew`), or those of an executor, such as a Dask cluster's.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

from marking.crew import Crew
from marking.errors import KernelDied
from marking.kernels.launcher import launcher_for, warm_up
from marking.limits import WORKER_GRACE_SECONDS, Times
from marking.notebooks import notebook_text
from marking.processes import cpus
from marking.submissions.marks import Mark
from marking.submissions.reading import load_release
from marking.submissions.repairing import Submission, bare, repair_submission
from marking.submissions.running import mark_notebook
from marking.terminal import shortened

LOST = "the process marking it was lost, twice"
MAX_PROBLEM = 300  # characters of why a submission could not be marked
AHEAD = 4  # jobs for each worker until the gradebook is open: the outcomes fit into its pipe
MIN_WINDOW = 64  # jobs under way or waiting with the executor; not the whole class in memory


@dataclass(frozen=True)
class Job:
    """One submission to mark: plain data, for a worker that may be on another machine sharing the
    folders.
    """

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
    """What a worker hands back: the marked notebook as text, and its marks.

    `problem` is set when there is no mark, which is never the student's fault; `look` when there is
    one that a person has to look at.
    """

    student: str
    notebook: str = ""
    marks: tuple[Mark, ...] = ()
    reason: str | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    problem: str | None = None
    look: str = ""
    lost: bool = False  # it took its worker down, alone as well


def mark(job: Job) -> Outcome:
    """Mark one submission.  Runs in a worker; opens no database; never raises for what a student
    handed in.
    """
    begun = time.monotonic()
    try:
        submission = repair_submission(Path(job.folder), job.name, load_release(job.release))
        return _marked(job, submission, begun)
    except KernelDied as problem:
        return Outcome(job.student, problem=f"no kernel could be started: {problem}")
    except Exception as problem:  # a bug of ours must cost one submission, not the class
        text = f"{type(problem).__name__}: {problem}"
        return Outcome(job.student, problem=shortened(text, MAX_PROBLEM))


def _marked(job: Job, submission: Submission, begun: float) -> Outcome:
    known = {mark.question: mark for mark in job.known}
    marks = mark_notebook(
        submission.notebook, launcher_for(job.tier), job.seed, job.times, known
    ).values()
    return Outcome(
        job.student,
        notebook_text(submission.notebook),
        tuple(marks),
        submission.reason,
        submission.notes,
        time.monotonic() - begun,
        look="; ".join(mark.fault for mark in marks if mark.fault),
    )


def not_marked(job: Job) -> Outcome:
    """No points for a submission that took its worker down, alone as well; a person has to look.

    Runs in the one writer: nothing of the submission is read, and no kernel is started.
    """
    begun = time.monotonic()
    reason = f"The submission could not be marked: {LOST}."
    submission = Submission(bare(load_release(job.release), reason), (), reason)
    return replace(_marked(replace(job, known=()), submission, begun), look=reason)


class Workers:
    """The workers that mark `jobs`: they begin at once, while the caller does something else.  A
    context manager; leaving it by an exception does not wait for what is under way.

    They are those of `executor`, else `count` local processes (default: one a processor).  `task`
    is what they do with a job.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        count: int | None = None,
        executor: Executor | None = None,
        task: Callable[[Job], Outcome] = mark,
    ) -> None:
        self._count = min(count or cpus(), max(len(jobs), 1))
        self._executor = executor
        self._task = task
        self._round = self._begin(jobs, self._count)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, exception: type[BaseException] | None, *_rest: object) -> None:
        self._round.close(wait=exception is None)

    def outcomes(self) -> Iterator[Outcome]:
        """The outcome of every job, as they come.

        A job whose worker is lost is put once more when all others are done, alone: so that a job
        that takes its worker down again is known to be at fault.
        """
        yield from self._round.outcomes()
        for job in self._round.lost:
            self._round.close()
            self._round = self._begin([job], 1)
            yield from self._round.outcomes()
            if self._round.lost:
                yield Outcome(job.student, problem=LOST, lost=True)

    def _begin(self, jobs: Sequence[Job], count: int) -> Crew[Job, Outcome] | _Round:
        if self._executor is None:
            if len(jobs) > 1:  # one fork server for all of them
                for tier in {job.tier for job in jobs}:
                    with contextlib.suppress(KernelDied):  # each job says so by itself
                        warm_up(tier)
            return Crew(jobs, self._task, count, _most_seconds, AHEAD)
        return _Round(self._executor, jobs, max(MIN_WINDOW, 2 * count), self._task)


def _most_seconds(job: Job) -> float:
    """When a worker that is still at `job` is taken for lost: long after all its own limits."""
    return 2 * job.times.submission + WORKER_GRACE_SECONDS


class _Round:
    """Jobs put to one executor, no more than `window` of them at a time.  `lost` are those that
    brought no outcome, because their worker was lost.
    """

    def __init__(
        self,
        executor: Executor,
        jobs: Sequence[Job],
        window: int,
        task: Callable[[Job], Outcome],
    ) -> None:
        self._executor = executor
        self._waiting = list(reversed(jobs))
        self._running: dict[Future[Outcome], Job] = {}
        self._window = window
        self._task = task
        self.lost: list[Job] = []
        self._submit()

    def outcomes(self) -> Iterator[Outcome]:
        """What comes of the jobs, as it comes."""
        while self._running:
            for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                job = self._running.pop(future)
                if future.exception() is None:
                    yield future.result()
                else:
                    self.lost.append(job)
            self._submit()

    def _submit(self) -> None:
        try:
            while self._waiting and len(self._running) < self._window:
                future = self._executor.submit(self._task, self._waiting[-1])
                self._running[future] = self._waiting.pop()
        except BrokenExecutor:  # what is under way fails by itself; what waits would fail as well
            self.lost += reversed(self._waiting)
            self._waiting.clear()

    def close(self, wait: bool = True) -> None:
        """The executor is its owner's to end."""
