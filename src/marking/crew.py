"""Worker processes of this machine, each with one job at a time.

When one is lost it is known which job it had: that job alone is lost, another process takes the
place, and the others go on undisturbed.  A pool of `concurrent.futures` breaks as a whole when one
of its processes ends, and does not say which job that one had.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
    job: JobType | None = None
    until: float = 0.0


class Crew(Generic[JobType, Result]):
    """`count` processes that do `task` with each of `jobs`; they begin at once.  `lost` are the
    jobs whose process ended, or did not end within `most_seconds` of its job.

    No thread runs in this process, so that forking it is safe.
    """

    def __init__(
        self,
        jobs: Sequence[JobType],
        task: Callable[[JobType], Result],
        count: int,
        most_seconds: Callable[[JobType], float],
    ) -> None:
        # Forked workers need no new imports.
        method = "fork" if sys.platform.startswith("linux") else None
        self._context: Any = multiprocessing.get_context(method)
        self._waiting = list(reversed(jobs))
        self._task = task
        self._most_seconds = most_seconds
        self.lost: list[JobType] = []
        self._workers = [self._hire() for _ in range(count)]

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
        if not self._waiting:
            worker.job = None
            return
        worker.job = self._waiting.pop()
        worker.until = time.monotonic() + self._most_seconds(worker.job)
        with contextlib.suppress(OSError):  # it has ended; `outcomes` will notice
            worker.pipe.send(worker.job)

    def outcomes(self) -> Iterator[Result]:
        """What comes of the jobs, as it comes."""
        while busy := {worker.pipe: worker for worker in self._workers if worker.job is not None}:
            left = min(worker.until for worker in busy.values()) - time.monotonic()
            for ready in connection.wait(list(busy), max(0.0, left)):
                worker = busy[ready]
                try:
                    result: Result = worker.pipe.recv()
                except (EOFError, OSError):
                    self._replace(worker)
                    continue
                self._give(worker)
                yield result
            for worker in busy.values():
                if worker.job is not None and time.monotonic() > worker.until:
                    self._replace(worker)

    def _replace(self, worker: _Worker[JobType]) -> None:
        """Put another worker in the place of one that is lost with its job."""
        if worker.job is not None:
            self.lost.append(worker.job)
            worker.job = None
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
                if wait and worker.job is not None:
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
