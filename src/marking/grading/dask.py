"""Grading on a Dask cluster: the same jobs, sent to its workers, which must see the course's
folders under the same paths.

The workers run students' code in their own sandboxes and open no database; this process alone
writes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

from marking.errors import CourseError

ANSWER_SECONDS = 15


@contextlib.contextmanager
def executor(address: str) -> Iterator[Executor]:
    """An executor on the Dask cluster whose scheduler is at `address`.

    CourseError if Dask is not installed, or no scheduler answers.  A job whose worker is lost is
    sent to another one.
    """
    try:
        from distributed import Client
    except ImportError:
        raise CourseError(
            "--dask needs the package distributed; install the extra `cluster` of this project"
        ) from None
    connect: Any = Client  # it has no types
    try:
        client = connect(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise CourseError(
            f"--dask {address}: no Dask scheduler answers there ({type(problem).__name__})"
        ) from None
    with client:
        yield client.get_executor(pure=False)
