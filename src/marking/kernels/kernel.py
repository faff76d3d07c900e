"""One student's kernel, from the grader's side: run a cell, put calls, end it.  Everything read
from it is bounded.

The kernel's messages are written by a process that runs a student's code: they may be forged,
endless or broken.  Here they are only ever *shown* (outputs, cut and cleaned by
`marking.kernels.outputs`) or handed on as text (`ask`).  What they look like is written in
`marking.kernels.inside.shell`.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from marking.errors import KernelDied
from marking.examiner.calls import Answer, Call, Failure, FailureKind
from marking.kernels.channel import Channel, ChannelEnded, EndReason
from marking.kernels.helping import Helpers
from marking.kernels.launcher import ExitReason, KernelLauncher
from marking.kernels.outputs import OutputBox, Room
from marking.kernels.protocol import decode_answers, encode_calls
from marking.limits import KERNEL_START_SECONDS, MAX_REASON


class CellStatus(StrEnum):
    """How a piece of code came to its end."""

    OK = "ok"
    ERROR = "error"  # it raised
    TIMEOUT = "timeout"  # it did not end in time
    DIED = "died"  # the kernel is gone


@dataclass(frozen=True)
class CellRun:
    """What came of running a piece of code; `reason` is that of a kernel that is gone."""

    status: CellStatus
    outputs: list[Any] = field(default_factory=list)
    reason: ExitReason = ExitReason.UNKNOWN
    answers: str | None = None
    seconds: float = 0.0


class Kernel:
    """A running kernel, with `modules` (of `HEAVY`) imported if it is forked.  A context manager;
    leaving it ends the kernel with all its children.

    Raises KernelDied if it does not come to life.
    """

    def __init__(self, launcher: KernelLauncher, modules: Collection[str] = ()) -> None:
        self._process = launcher.start(modules)
        self._channel = Channel(self._process.connection)
        self._request_id = 0
        try:
            first = self._channel.receive(time.monotonic() + KERNEL_START_SECONDS, self.alive)
        except ChannelEnded as end:
            self.close()
            reason: str = end.reason
            if end.reason is EndReason.DIED:
                reason = self._process.exit_reason() or "it said nothing"
            raise KernelDied(f"the kernel was not ready: {reason}") from None
        if first.get("kind") != "ready":
            self.close()
            message = str(first.get("message"))[:MAX_REASON]
            raise KernelDied(f"the kernel did not start: {message}")

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel, at once."""
        self._process.end()

    def alive(self) -> bool:
        """Whether the kernel's process is there."""
        return self._process.alive()

    def run(self, code: str, seconds: float, room: Room | None = None) -> CellRun:
        """Run `code` as a cell and collect its outputs, for at most `seconds`; `room` is what may
        still be kept of its notebook's outputs.
        """
        return self._request({"code": code}, seconds, room)

    def ask(
        self, calls: Sequence[Call], seconds: float, helpers: Helpers | None = None
    ) -> list[Answer]:
        """Put calls to the functions the kernel holds: one Answer per Call, whatever happens.  For
        the functions of `helpers` these stand in meanwhile.
        """
        request: dict[str, Any] = {"calls": encode_calls(calls)}
        if helpers is not None:
            request["helpers"] = list(helpers.names)
        run = self._request(request, seconds, helpers=helpers)
        if run.answers is not None:
            return decode_answers(run.answers, len(calls))
        match run.status:
            case CellStatus.TIMEOUT:
                failure = Failure(FailureKind.TIMEOUT, message=f"no answer within {seconds:.0f} s")
            case CellStatus.DIED:
                failure = Failure(FailureKind.DIED, message=run.reason.value)
            case _:
                failure = Failure(
                    FailureKind.PROTOCOL, message="no answer, or one too large to read"
                )
        return [Answer(failure=failure)] * len(calls)

    def _request(
        self,
        request: dict[str, Any],
        seconds: float,
        room: Room | None = None,
        helpers: Helpers | None = None,
    ) -> CellRun:
        """Send a request and collect what it brings until it is done.  What else is sent is
        dropped.
        """
        begun = time.monotonic()
        deadline = begun + seconds
        self._request_id += 1
        box = OutputBox(room)
        try:
            self._channel.send({"id": self._request_id} | request, deadline, self.alive)
            while True:
                message = self._channel.receive(deadline, self.alive)
                if message.get("id") != self._request_id:
                    continue
                if message.get("kind") == "done":
                    break
                if message.get("kind") == "help" and helpers is not None:
                    reply = {"id": self._request_id, "help": helpers.answer(message.get("call"))}
                    self._channel.send(reply, deadline, self.alive)
                    continue
                box.add(message.get("kind"), message)
        except ChannelEnded as end:
            status, reason = CellStatus.DIED, ExitReason.UNKNOWN
            match end.reason:
                case EndReason.TIMEOUT:
                    status = CellStatus.TIMEOUT
                case EndReason.OUTPUT:
                    reason = ExitReason.OUTPUT
                case EndReason.DIED:
                    reason = self._process.exit_reason()
            return CellRun(status, box.outputs(), reason, seconds=time.monotonic() - begun)
        answers = message.get("answers")
        return CellRun(
            CellStatus.OK if message.get("status") == "ok" else CellStatus.ERROR,
            box.outputs(),
            answers=answers if isinstance(answers, str) else None,
            seconds=time.monotonic() - begun,
        )
