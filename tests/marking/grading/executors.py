"""Executors for tests of grading: in this process, and seen; and a Dask cluster's."""

import contextlib
from concurrent.futures import Executor, Future

import pytest


@contextlib.contextmanager
def dask_cluster():
    """A Dask cluster of two processes on this machine, and an executor on it; skips the test where
    Dask is not installed.
    """
    distributed = pytest.importorskip("distributed", reason="Dask is an extra")
    from marking.grading.dask import executor

    options = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": None,
    }
    with (
        distributed.LocalCluster(**options) as cluster,
        executor(cluster.scheduler_address) as pool,
    ):
        yield cluster, pool


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
