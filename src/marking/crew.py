"""Worker processes of this machine, each at one job at a time.

When one is lost it is known which job it was at: that job alone is lost, another process takes the
place, and the others go on undisturbed.  A pool of `concurrent.futures` breaks as a whole when one
of its processes ends, and does not say which job that one had.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from marking.processes import begin_worker

END_SECONDS = 10.0  # until a worker that was told to end is killed

JobType = TypeVar("JobType")
Result = TypeVar("Result")


@dataclass
class _Worker(Generic[JobType]):
    process: Any  # multiprocessing's contexts share no type for it
    pipe: Any
    jobs: deque[JobType] = field(default_factory=deque)  # it is at the first; the others wait
    until: float = 0.0  # when it is taken for lost


class Crew(Generic[JobType, Result]):
    """`count` processes that do `task` with each of `jobs`; they begin at once.  `lost` are the
    jobs whose process ended, or did not end within `most_seconds` of its job.

    Each begins with up to `ahead` jobs, for a caller that does something else before it listens:
    with one alone they would wait for it.  Results that nobody has taken yet lie in the pipes,
    which hold a few.  Later each gets a job when it has done one, so that none waits behind a long
    one while another process has nothing to do.

    No thread runs in this process, so that forking it is safe.
    """

    def __init__(
        self,
        jobs: Sequence[JobType],
        task: Callable[[JobType], Result],
        count: int,
        most_seconds: Callable[[JobType], float],
        ahead: int = 1,
    ) -> None:
        # Forked workers need no new imports.
        method = "fork" if sys.platform.startswith("linux") else None
        self._context: Any = multiprocessing.get_context(method)
        self._waiting = list(reversed(jobs))
        self._task = task
        self._most_seconds = most_seconds
        self.lost: list[JobType] = []
        self._workers = [self._hire() for _ in range(count)]
        for _ in range(1, ahead):
            for worker in self._workers:
                self._give(worker)

    def _hire(self) -> _Worker[JobType]:
        """A new worker, with the next job if there is one."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, self._task, os.getpid()), daemon=True
        )
        process.start()
        theirs.close()  # with that end in no other process, a lost worker is noticed by its pipe
        worker: _Worker[JobType] = _Worker(process, ours)
        self._give(worker)
        return worker

    def _give(self, worker: _Worker[JobType]) -> None:
        """Another job for a worker, if there is one."""
        if not self._waiting:
            return
        worker.jobs.append(self._waiting.pop())
        if len(worker.jobs) == 1:
            self._begun(worker)
        with contextlib.suppress(OSError):  # it has ended; `outcomes` will notice
            worker.pipe.send(worker.jobs[-1])

    def _begun(self, worker: _Worker[JobType]) -> None:
        worker.until = time.monotonic() + self._most_seconds(worker.jobs[0])

    def outcomes(self) -> Iterator[Result]:
        """What comes of the jobs, as it comes."""
        while busy := {worker.pipe: worker for worker in self._workers if worker.jobs}:
            left = min(worker.until for worker in busy.values()) - time.monotonic()
            for ready in connection.wait(list(busy), max(0.0, left)):
                worker = busy[ready]
                try:
                    result: Result = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    continue
                worker.jobs.popleft()
                if worker.jobs:
                    self._begun(worker)
                else:
                    self._give(worker)
                yield result
            for worker in busy.values():
                if worker.jobs and time.monotonic() > worker.until:
                    self._replace(worker)

    def _replace(self, worker: _Worker[JobType]) -> None:
        """Put another worker in the place of one that is lost with the job it was at."""
        self.lost.append(worker.jobs.popleft())
        self._waiting += reversed(worker.jobs)
        worker.jobs.clear()
        _end(worker)
        place = self._workers.index(worker)
        if self._waiting:
            self._workers[place] = self._hire()
        else:
            del self._workers[place]

    def close(self, wait: bool = True) -> None:
        """Tell the workers to end; with `wait`, see them end after what is under way.  Those that
        are not waited for end with this process at the latest.
        """
        for worker in self._workers:
            with contextlib.suppress(EOFError, OSError):
                for _ in worker.jobs if wait else ():
                    worker.pipe.recv()  # unread, a large result would keep the worker waiting
                worker.pipe.send(None)
            if wait:
                worker.process.join(END_SECONDS)
                _end(worker)
            else:
                worker.pipe.close()
        self._workers = []


def _end(worker: _Worker[Any]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.process.close()
    worker.pipe.close()


def _serve(pipe: Any, task: Callable[[Any], Any], parent: int) -> None:
    """In a worker: do one job after another, until told to end."""
    begin_worker(parent)
    with contextlib.suppress(EOFError, ConnectionError):  # nobody waits for it any more
        while (job := pipe.recv()) is not None:
            pipe.send(task(job))
