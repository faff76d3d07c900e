"""A time limit for code in this process: the grader's own, kept by the student's notebook too."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator

from marking.processes import alarm, hears_alarms

# A function may swallow the first exception, as in a loop with `except:` around it.
AGAIN_SECONDS = 0.5


class TimeIsUp(KeyboardInterrupt):
    """The code inside a `time_limit` was stopped; like the stop button, no `except Exception` holds
    it.
    """


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the code inside once `seconds` are over.

    An alarm signal does it, which also ends a sleep; where there is none (on Windows, in a thread,
    or where somebody else's alarm is set) a second thread, which must wait until Python is back
    from a long call into C.
    """
    if can_set_an_alarm():
        with _alarm(seconds):
            yield
    else:
        with _thread(seconds):
            yield


def can_set_an_alarm() -> bool:
    """Whether this thread may set the process's one alarm, and nobody uses it."""
    return hears_alarms() and signal.getitimer(signal.ITIMER_REAL)[0] == 0


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    running = True

    def stop() -> None:
        if running:
            raise TimeIsUp

    with alarm(seconds, stop, AGAIN_SECONDS):
        try:
            yield
        finally:
            running = False


@contextlib.contextmanager
def _thread(seconds: float) -> Iterator[None]:
    here = threading.get_ident()
    ended = threading.Event()
    sent = threading.Event()
    lock = threading.Lock()

    def watch() -> None:
        wait = seconds
        while not ended.wait(wait):
            with lock:
                if not ended.is_set():
                    sent.set()
                    _raise_in(here)
            wait = AGAIN_SECONDS

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        settled = False
        while not settled:
            # The exception may come in the middle of this too, at any call.
            try:  # noqa: SIM105 (the call of `suppress` would stand outside)
                with lock:
                    ended.set()
                settled = True
            except TimeIsUp:
                pass
        if sent.is_set():
            _receive(here)
        watcher.join()


def _raise_in(thread: int) -> None:
    """Have TimeIsUp raised in `thread`, in the place of one that has not come yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(TimeIsUp))


def _receive(here: int) -> None:
    """Take the exception that was sent and may not have come yet.

    Withdrawing it (by sending NULL) would leave the interpreter's mark that one is under way for
    ever, and CPython 3.11 goes round and round on that mark as soon as a function is traced: in a
    debugger, or where coverage is measured.  So one is sent to take its place, and caught.
    """
    with contextlib.suppress(TimeIsUp):
        _raise_in(here)
        while True:
            pass
