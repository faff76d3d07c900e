"""A time limit for code in this process: the grader's own, kept by the student's notebook too."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import CodeType
from typing import Any

from marking.processes import alarm, hears_alarms

# A function may swallow the first exception, as in a loop with `except:` around it.
AGAIN_SECONDS = 0.5
# A browser's Python has neither alarms nor threads.
IN_BROWSER = sys.platform == "emscripten"
# PEP 669, from Python 3.12 on.  One of its six numbers for tools; the others have owners.
MONITORING: Any = getattr(sys, "monitoring", None)
TOOL = 4


class TimeIsUp(KeyboardInterrupt):
    """The code inside a `time_limit` was stopped; like the stop button, no `except Exception` holds
    it.
    """


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the code inside once `seconds` are over.

    An alarm signal does it, which also ends a sleep; where there is none (on Windows, in a thread,
    or where somebody else's alarm is set) a second thread, which must wait until Python is back
    from a long call into C.  In a browser there is no second thread either: there the clock is
    looked at whenever a loop begins again and a function begins.
    """
    if IN_BROWSER:
        with Watched(seconds):
            yield
    elif can_set_an_alarm():
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


class Watched:
    """The limit kept by the code itself: every turn of a loop and every call looks at the clock.

    Loops without anything in them take several times as long.
    """

    # An exception on the way out of the block would leave the watching on for ever.
    _OUTSIDE = (__file__, contextlib.__file__)

    def __init__(self, seconds: float) -> None:
        self._due = time.monotonic() + seconds

    def __enter__(self) -> None:
        events = MONITORING.events.JUMP, MONITORING.events.PY_START
        MONITORING.use_tool_id(TOOL, "marking's time limit")
        for event in events:
            MONITORING.register_callback(TOOL, event, self._look)
        MONITORING.set_events(TOOL, events[0] | events[1])

    def __exit__(self, *_: object) -> None:
        MONITORING.set_events(TOOL, 0)
        MONITORING.free_tool_id(TOOL)

    def _look(self, code: CodeType, *_: object) -> None:
        now = time.monotonic()
        if now >= self._due and code.co_filename not in self._OUTSIDE:
            self._due = now + AGAIN_SECONDS
            raise TimeIsUp


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
            # The exception may come in the middle of this too, at any call; also of `suppress`.
            try:
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
