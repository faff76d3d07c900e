"""The process above a kernel: it reaps, watches what all use together, and ends all with itself.

Where a kernel has a PID namespace of its own, this is process 1 of it: with it, everything ends.
Where there is none, it takes in every process that loses its parent, and ends each.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from typing import NoReturn

from .family import Family
from .settings import Settings

WATCH_SECONDS = 0.1
END_SECONDS = 5.0  # until processes that are no longer wanted are given up
SWEEP_SECONDS = 0.01


def run_init(
    kernel: int, control: socket.socket, family: Family, bounds: Settings, *, is_process_1: bool
) -> NoReturn:
    """Watch over the process `kernel` and its `family` until it or the grader ends, or they
    together use more than the `bounds` say; and end with everything.

    `control` is the socket that the grader closes to end the kernel, and is told through which
    process this is, where the grader can see it, and in the end why it ended.
    """
    if not is_process_1:
        _tell(control, {"init": os.getpid()})
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # process 1 is deaf to signals that it has no handler for
        signal.signal(number, signal.SIG_DFL)
    reason, status = "ended", None
    while status is None:
        # the grader sends nothing: what can be read is its end
        if select.select([control], [], [], WATCH_SECONDS)[0]:
            break
        status = _reap(kernel)
        if status is None and (excess := _excess(family, bounds)):
            reason = excess
            # The kernel last: while it is there, so is what its end would set free.
            _kill(*(int(name) for name in family.members() if int(name) != kernel))
            _kill(kernel)
    if status is not None:
        _tell(control, {"reason": reason, "status": status})
    if not is_process_1:
        _end_family(family)
    elif status is None:
        _kill(kernel)
        with contextlib.suppress(ChildProcessError):
            # so that its time is accounted; whatever else is left ends with this process
            os.waitpid(kernel, 0)
    os._exit(0)


def _tell(control: socket.socket, what: dict[str, object]) -> None:
    """One line of JSON for the grader, if it is still there."""
    with contextlib.suppress(OSError):
        control.send(json.dumps(what).encode() + b"\n")


def _reap(kernel: int) -> int | None:
    """Take note of every child that has ended; the status that `kernel` ended with, if it has."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == kernel:
                return ended[1]
    return None


def _excess(family: Family, bounds: Settings) -> str | None:
    """Which bound the family is over, if any."""
    used = family.usage(bounds.memory)
    if used.memory > bounds.memory:
        return "memory"
    if used.tasks > bounds.processes:
        return "processes"
    return "cpu" if used.seconds > bounds.cpu_seconds else None


def _kill(*processes: int) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def _end_family(family: Family) -> None:
    """End every process of the family, those too that are being forked meanwhile."""
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        _kill(*map(int, family.members()))
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:  # there is none left
            return
        time.sleep(SWEEP_SECONDS)
