"""One student's kernel, from the grader's side: run a cell, put calls, end it.  Everything read from it is bounded.

The kernel's messages are written by a process that runs a student's code: they may be forged, endless or broken.  Here
they are only ever *shown* (outputs, cut and cleaned by `marking.outputs`) or handed on as text (`ask`).  What they look
like is written in `marking.warm`.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .outputs import OutputBox
from .protocol import MAX_REPLY, Answer, Call, Failure, decode_answers, encode_calls
from .sandbox import KernelDied, Nursery

MAX_MESSAGE = 2 * MAX_REPLY  # bytes; a kernel that announces a longer one is given up
PIECE = 1 << 18  # bytes read at once
START_SECONDS = 60.0
LOOK_SECONDS = 0.25  # between two looks at whether a silent kernel is still there


@dataclass(frozen=True)
class CellRun:
    """What came of running a piece of code: `status` is ok, error, timeout or died."""

    status: str
    outputs: list = field(default_factory=list)
    reason: str = ""  # for died: what its init said, "memory" among them
    answers: str | None = None
    seconds: float = 0.0


class Kernel:
    """A running kernel in a nursery.  A context manager; leaving it ends the kernel with all its children.

    Raises KernelDied if it does not come to life.
    """

    def __init__(self, nursery: Nursery):
        self._process = nursery.start()
        self._voice = _Voice(self._process.voice)
        self._asked = 0
        try:
            first = self._voice.hear(time.monotonic() + START_SECONDS, self.alive)
        except _SilentError as silence:
            self.close()
            said = self._process.obituary() if silence.args[0] == "died" else silence.args[0]
            raise KernelDied(f"the kernel was not ready: {said or 'it said nothing'}") from None
        if first.get("kind") != "ready":
            self.close()
            raise KernelDied(f"the kernel did not start: {str(first.get('message'))[:300]}")

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel, at once."""
        self._process.end()

    def alive(self) -> bool:
        """Whether the kernel's process is there."""
        return self._process.alive()

    def run(self, code: str, seconds: float) -> CellRun:
        """Run `code` as a cell and collect its outputs, for at most `seconds`."""
        return self._request({"code": code}, seconds)

    def ask(self, calls: Sequence[Call], seconds: float) -> list[Answer]:
        """Put calls to the functions the kernel holds: one Answer per Call, whatever happens."""
        run = self._request({"calls": encode_calls(calls)}, seconds)
        if run.answers is not None:
            return decode_answers(run.answers, len(calls))
        kind, message = {
            "timeout": ("timeout", f"no answer within {seconds:.0f} s"),
            "died": ("died", run.reason),
        }.get(run.status, ("protocol", "no answer, or one too large to read"))
        return [Answer(failure=Failure(kind, message=message))] * len(calls)

    def _request(self, request: dict, seconds: float) -> CellRun:
        """Send a request and collect what it brings until it is done.  What else is said is dropped."""
        begun = time.monotonic()
        deadline = begun + seconds
        self._asked += 1
        box = OutputBox()
        try:
            self._voice.say({"id": self._asked} | request, deadline, self.alive)
            while True:
                message = self._voice.hear(deadline, self.alive)
                if message.get("id") != self._asked:
                    continue
                if message.get("kind") == "done":
                    break
                box.add(message.get("kind"), message)
        except _SilentError as silence:
            (status,) = silence.args
            reason = ""
            if status != "timeout":
                reason = "output" if status == "output" else self._process.obituary()
                status = "died"
            return CellRun(status, box.outputs(), reason, seconds=time.monotonic() - begun)
        answers = message.get("answers")
        return CellRun(
            "ok" if message.get("status") == "ok" else "error",
            box.outputs(),
            answers=answers if isinstance(answers, str) else None,
            seconds=time.monotonic() - begun,
        )


class _SilentError(Exception):
    """Nothing more will come: timeout, died, or output (a message too long to be read)."""


class _Voice:
    """The grader's end of the socket to a kernel: never waits beyond a deadline, never holds more than a message."""

    def __init__(self, connection: socket.socket):
        connection.setblocking(False)
        self._connection = connection
        self._heard = bytearray()

    def say(self, message: dict, deadline: float, alive: Callable[[], bool]) -> None:
        """Send one message."""
        data = json.dumps(message).encode()
        rest = memoryview(len(data).to_bytes(4, "big") + data)
        while rest:
            try:
                rest = rest[self._connection.send(rest) :]
            except BlockingIOError:
                self._wait([], [self._connection], deadline, alive)
            except OSError:
                raise _SilentError("died") from None

    def hear(self, deadline: float, alive: Callable[[], bool]) -> dict:
        """The next message that is one."""
        while True:
            if len(self._heard) >= 4:
                size = int.from_bytes(self._heard[:4], "big")
                if size > MAX_MESSAGE:
                    raise _SilentError("output")
                if len(self._heard) >= 4 + size:
                    data = bytes(self._heard[4 : 4 + size])
                    del self._heard[: 4 + size]
                    with contextlib.suppress(ValueError, RecursionError):
                        message = json.loads(data)
                        if isinstance(message, dict):
                            return message
                    if time.monotonic() > deadline:
                        raise _SilentError("timeout")
                    continue
            self._wait([self._connection], [], deadline, alive)
            try:
                part = self._connection.recv(PIECE)
            except OSError:
                part = b""
            if not part:
                raise _SilentError("died")
            self._heard += part

    @staticmethod
    def _wait(readers: list, writers: list, deadline: float, alive: Callable[[], bool]) -> None:
        """Until one of the sockets is ready."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _SilentError("timeout")
            if any(select.select(readers, writers, [], min(LOOK_SECONDS, left))):
                return
            if not alive():
                # What it said before its end may just have come.
                if any(select.select(readers, [], [], 0)):
                    return
                raise _SilentError("died")
