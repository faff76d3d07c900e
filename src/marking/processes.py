"""What a process of ours does before it begins to work, and what its children need.

Imports nothing heavy, and of ours only what imports nothing: a fresh worker comes here first,
before it has imported anything else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from marking.errors import TimeIsUp
from marking.terminal import make_output_printable


def skip_unused_format_checker() -> None:
    """Keep jsonschema from building the grammar of a format checker that notebooks never need.

    It takes two seconds of every start, and jsonschema is imported by nbformat: so this has to be
    called before nbformat is imported.  jsonschema goes on without the checker.
    """
    # None in sys.modules is Python's documented way to make an import fail; its type omits it.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def one_thread_for_algebra() -> None:
    """Have NumPy, if it is not imported yet, compute in this process and its children with one
    thread each, unless the environment says otherwise.

    Our matrices are small and our processes many.  Threads that wait for each other on a busy
    machine cost up to thirty times what they do; and a process that has threads is not safe to
    fork.
    """
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def begin_worker(parent: int) -> None:
    """In a new worker of the process `parent`: leave Ctrl-C to it, and end when it ends, however it
    ends.
    """
    skip_unused_format_checker()
    # What a worker prints (a warning, say) may hold a student's text.
    make_output_printable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        import ctypes

        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the line above
            os._exit(1)


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the block if it lasts longer than `seconds`.

    For blocks that only compute: what they hold open may be left so.  It needs an alarm of the
    operating system, which Windows lacks and which only the main thread hears; elsewhere there is
    no limit but those on sizes.
    """
    if not hears_alarms():
        yield
        return

    def ring() -> None:
        raise TimeIsUp(f"not done within {seconds:g} s")

    with alarm(seconds, ring):
        yield


def hears_alarms() -> bool:
    """Whether this system has alarms and this thread is the one that hears them."""
    return hasattr(signal, "setitimer") and (threading.current_thread() is threading.main_thread())


@contextlib.contextmanager
def alarm(seconds: float, ring: Callable[[], None], again: float = 0.0) -> Iterator[None]:
    """Call `ring` in the block once `seconds` are over, and then every `again` seconds if that is
    not 0.  Only where this process `hears_alarms`.
    """
    before = signal.signal(signal.SIGALRM, lambda _number, _frame: ring())
    signal.setitimer(signal.ITIMER_REAL, seconds, again)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def cpus() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
