"""Executors for tests of grading: in this process, and seen."""

from concurrent.futures import Executor, Future


class InProcess(Executor):
    """Runs every job in this process, at once; `jobs` are those that were put to it.  `change` may
    put another job in the place of one.
    """

    def __init__(self, change=lambda job: job):
        self._change = change
        self.jobs = []

    def submit(self, task, job):
        self.jobs.append(job)
        future = Future()
        future.set_result(task(self._change(job)))
        return future
