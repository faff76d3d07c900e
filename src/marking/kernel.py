"""One student's kernel, from the grader's side: run a cell, put calls, end it.  Everything read from it is bounded.

The kernel's messages are written by a process that runs a student's code: they may be forged, endless or broken.  Here
they are only ever *shown* (outputs, cut and cleaned by `marking.outputs`) or handed on as text (`ask`).
"""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import zmq
from jupyter_client.manager import KernelManager

from . import agent
from .outputs import OutputBox
from .protocol import MAX_REPLY, Answer, Call, Failure, decode_answers, encode_calls
from .sandbox import KernelDied, Nursery

ANSWERS = "application/x-marking-answers"
MAX_MESSAGE = 2 * MAX_REPLY  # bytes; ZeroMQ drops the connection of a kernel that sends a longer one
MAX_WAITING = 8  # messages that wait to be read; the kernel drops or waits with the others
START_SECONDS = 60.0
HEAR_AGAIN_SECONDS = 3.0
GRACE_SECONDS = 0.5  # for outputs still under way when the reply is here


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
        self._manager: KernelManager = nursery.manager()
        self._manager.context = zmq.Context()
        self._manager.context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
        self._manager.context.setsockopt(zmq.RCVHWM, MAX_WAITING)
        self._manager.context.setsockopt(zmq.LINGER, 0)
        self._client = None
        self._lost = ""
        try:
            self._manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self._client = self._manager.client(context=self._manager.context)
            self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)
            self._poller = zmq.Poller()
            self._poller.register(self._client.iopub_channel.socket, zmq.POLLIN)
            self._poller.register(self._client.shell_channel.socket, zmq.POLLIN)
            self._wait_until_ready()
            self.run(_installation(), START_SECONDS, silent=True)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel, at once, and remove its sockets."""
        with contextlib.suppress(Exception):  # an already broken kernel must not keep the next one from starting
            if self._client is not None:
                self._client.stop_channels()
            self._manager.shutdown_kernel(now=True)
        with contextlib.suppress(Exception):
            self._manager.cleanup_resources()
            self._manager.context.destroy(linger=0)
        folder = Path(self._manager.connection_file).parent
        for path in folder.glob("k*"):
            with contextlib.suppress(OSError):
                path.unlink()
        with contextlib.suppress(OSError):
            os.rmdir(folder)

    def alive(self) -> bool:
        """Whether the kernel's process is there."""
        return self._manager.is_alive()

    def obituary(self) -> str:
        """What is known of a dead kernel's end, one word or a short message."""
        if self._lost:
            return self._lost
        words = getattr(self._manager.provisioner, "obituary", None) or {}
        return str(words.get("message") or words.get("said") or "")[:300]

    def run(self, code: str, seconds: float, *, silent: bool = False) -> CellRun:
        """Run `code` as a cell and collect its outputs, for at most `seconds`."""
        begun = time.monotonic()
        box = OutputBox()
        answers = None
        idle = False
        reply = None
        asked = self._client.execute(
            code, silent=silent, store_history=not silent, allow_stdin=False, stop_on_error=False
        )
        deadline = begun + seconds
        finish = functools.partial(self._finish, begun, box)
        while True:
            if reply is not None and idle:
                return finish(reply, answers)
            now = time.monotonic()
            if now > deadline:
                if reply in ("ok", "error"):
                    reply = self._hear_again(reply)
                return finish(reply or "timeout", answers)
            if not self._poll(min(0.25, deadline - now)):
                if reply is None and not self.alive():
                    return finish("died", answers)
                continue
            for message in self._messages(self._client.iopub_channel):
                if message["parent_header"].get("msg_id") != asked:
                    continue
                kind, content = message["msg_type"], message["content"]
                if kind == "status":
                    idle = idle or content.get("execution_state") == "idle"
                elif silent and kind == "display_data" and ANSWERS in content.get("data", {}):
                    answers = content["data"][ANSWERS]
                else:
                    box.add(kind, content)
            for message in self._messages(self._client.shell_channel):
                if message["parent_header"].get("msg_id") == asked and message["msg_type"] == "execute_reply":
                    reply = _status(message["content"])
                    deadline = min(deadline, time.monotonic() + GRACE_SECONDS)

    def ask(self, calls: Sequence[Call], seconds: float) -> list[Answer]:
        """Put calls to the functions the kernel holds: one Answer per Call, whatever happens."""
        run = self.run(_question(encode_calls(calls)), seconds, silent=True)
        if run.answers is not None:
            return decode_answers(run.answers, len(calls))
        kind, message = {
            "timeout": ("timeout", f"no answer within {seconds:.0f} s"),
            "died": ("died", run.reason),
        }.get(run.status, ("protocol", "no answer, or one too large to read"))
        return [Answer(failure=Failure(kind, message=message))] * len(calls)

    def _finish(self, begun, box, status, answers) -> CellRun:
        reason = self.obituary() if status == "died" else ""
        return CellRun(status, box.outputs(), reason, answers, time.monotonic() - begun)

    def _poll(self, seconds: float) -> bool:
        return bool(self._poller.poll(max(0, int(seconds * 1000))))

    def _messages(self, channel):
        """The messages that wait in a channel, at most a handful; what is no message is skipped."""
        for _ in range(MAX_WAITING):
            try:
                message = channel.get_msg(timeout=0)
            except queue.Empty:
                return
            except Exception:
                continue
            if isinstance(message.get("content"), dict) and isinstance(message.get("parent_header"), dict):
                yield message

    def _hear_again(self, reply: str) -> str:
        """After outputs were lost: `reply` if the connection stands again, else died.

        ZeroMQ drops the connection at a message longer than allowed, and a kernel may not survive such a one either.
        """
        try:
            self._wait_until_ready(HEAR_AGAIN_SECONDS)
        except KernelDied:
            self._lost = "output"
            return "died"
        return reply

    def _wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Until the kernel answers and its outputs arrive (a subscription takes effect a moment after connecting)."""
        deadline = time.monotonic() + seconds
        answered = heard = False
        while not (answered and heard):
            self._client.kernel_info()
            waited = time.monotonic() + 1.0
            while time.monotonic() < waited and not (answered and heard):
                if self._poll(0.1):
                    heard = any(True for _ in self._messages(self._client.iopub_channel)) or heard
                    answered = any(True for _ in self._messages(self._client.shell_channel)) or answered
                elif not self.alive():
                    raise KernelDied(f"the kernel ended before it was ready: {self.obituary() or 'it said nothing'}")
            if time.monotonic() > deadline:
                raise KernelDied(f"the kernel was not ready within {seconds:.0f} s")


def _status(content: dict) -> str:
    """What an execute_reply says: ok, error, or died for quit(), which lets the kernel go on for a moment only."""
    if content.get("status") == "error":
        return "error"
    payload = content.get("payload")
    leaves = isinstance(payload, list) and any(isinstance(p, dict) and p.get("source") == "ask_exit" for p in payload)
    return "died" if leaves else "ok"


@functools.cache
def _agent_source() -> str:
    return Path(agent.__file__).read_text(encoding="utf-8")


def _installation() -> str:
    """Code for the kernel: compile the agent, once, where no name of the student's is in its way."""
    return f"exec({_agent_source()!r}, __import__('sys').modules.setdefault('marking_agent', {{}}))"


def _question(calls: str) -> str:
    """Code for the kernel: have the agent answer `calls` among the student's functions, and send its reply as one
    output.

    The student's code may have changed anything this touches.  Then no answer comes, or a wrong one: no harm but his.
    """
    answer = f"__import__('sys').modules['marking_agent']['answer']({calls!r}, get_ipython().user_ns)"
    return f"get_ipython().display_pub.publish({{{ANSWERS!r}: {answer}}})"
