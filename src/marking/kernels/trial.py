"""Tries the sandbox: puts to kernels what students' code must not be able to do, and sees whether
any of it can be done.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from ast import literal_eval
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marking.kernels.attempts import ATTEMPTS, FIND, LEAVE, PRELUDE, STAY
from marking.kernels.kernel import CellStatus, Kernel
from marking.kernels.launcher import KernelLauncher
from marking.kernels.tiers import Tier
from marking.kernels.visible import covered, shown
from marking.limits import MEBIBYTE, Limits

# Small bounds of the same kinds: to go beyond them takes a moment, and little of the machine.
LIMITS = Limits(
    memory=600 * MEBIBYTE,
    cpu_seconds=60,
    processes=12,
    file_bytes=4 * MEBIBYTE,
    temporary_bytes=8 * MEBIBYTE,
)
PATIENCE_SECONDS = 5.0  # how long an attempt holds what it should not have
ATTEMPT_SECONDS = 60.0
GONE_SECONDS = 20.0  # within which what a kernel started is gone


@dataclass(frozen=True)
class Result:
    """What came of an attempt; `name` completes the sentence "a submission can …"."""

    name: str
    open: bool


def try_sandbox(
    tier: Tier, progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Result]:
    """Every attempt, in kernels of `tier`: whether the thing could be done."""
    total = len(ATTEMPTS) + 3
    results: list[Result] = []

    def note(name: str, is_open: bool) -> None:
        results.append(Result(name, is_open))
        progress(len(results), total)

    with KernelLauncher(tier, LIMITS) as launcher, _canaries() as canary:
        kernel = Kernel(launcher)
        try:
            for attempt in ATTEMPTS:
                run = kernel.run(_program(canary, attempt.code), ATTEMPT_SECONDS)
                note(attempt.name, run.status is CellStatus.OK)
                if run.status in (CellStatus.DIED, CellStatus.TIMEOUT) or not kernel.alive():
                    kernel.close()
                    kernel = Kernel(launcher)
        finally:
            kernel.close()
        for name, is_open in _neighbours(launcher, canary):
            note(name, is_open)
        note("leave a process behind", _stays(launcher, canary))
    return results


def _program(canary: dict[str, Any], code: str) -> str:
    return f"{PRELUDE}\ncanary = {canary!r}\n{code}"


def _neighbours(launcher: KernelLauncher, canary: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    with Kernel(launcher) as first:
        left = first.run(_program(canary, LEAVE), ATTEMPT_SECONDS)
        text = "".join(output.get("text", "") for output in left.outputs)
        look = _program(canary | {"places": literal_eval(text)}, FIND)
        with Kernel(launcher) as second:
            found = second.run(look, ATTEMPT_SECONDS)
        yield "read what another one keeps", found.status is CellStatus.OK
    with Kernel(launcher) as third:
        found = third.run(look, ATTEMPT_SECONDS)
    yield "leave a file for the next one", found.status is CellStatus.OK


def _stays(launcher: KernelLauncher, canary: dict[str, Any]) -> bool:
    with Kernel(launcher) as kernel:
        kernel.run(_program(canary, STAY), ATTEMPT_SECONDS)
    until = time.monotonic() + GONE_SECONDS
    while (there := _runs(canary["name"])) and time.monotonic() < until:
        time.sleep(0.05)
    return there


def _runs(mark: str) -> bool:
    """Whether a process has `mark` in its command line; where there is no /proc, none is seen."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if mark.encode() in path.read_bytes().split(b"\0"):
                return True
    return False


@contextlib.contextmanager
def _canaries() -> Iterator[dict[str, Any]]:
    """Lay out what attempts are to find, as {name: place or number}; removed afterwards."""
    name = f"canary-{secrets.token_hex(8)}"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="trial-"))
        secret = Path(folder, "secret")
        secret.write_text("secret", encoding="utf-8")
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        datagrams = stack.enter_context(_echo())
        for address in (f"{folder}/socket", f"\0{name}") if hasattr(socket, "AF_UNIX") else ():
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            with contextlib.suppress(OSError):  # abstract names exist on Linux only
                listener.bind(address)
                listener.listen()
        os.environ[name] = name
        stack.callback(os.environ.pop, name)
        yield {
            "name": name,
            "folder": folder,
            "secret": str(secret),
            "home": str(Path.home()),
            "way": [
                Path(path).relative_to(Path.home()).parts[0]
                for path in shown()
                if Path(path).is_relative_to(Path.home())
            ],
            "answers": [f"{path}/__init__.py" for path in covered() if path.endswith("scipy")],
            "process": os.getpid(),
            "environment": f"/proc/{os.getpid()}/environ",
            "command": f"/proc/{os.getpid()}/cmdline",
            "words": _command(),
            "port": server.getsockname()[1],
            "datagrams": datagrams,
            "socket": f"{folder}/socket",
            "abstract": name,
            "memory": LIMITS.memory,
            "processes": LIMITS.processes,
            "file_bytes": LIMITS.file_bytes,
            "seconds": PATIENCE_SECONDS,
        }


def _command() -> bytes:
    """This process's command line, as the system shows it."""
    with contextlib.suppress(OSError):
        return Path("/proc/self/cmdline").read_bytes()
    return b"\0".join(os.fsencode(part) for part in sys.argv)


@contextlib.contextmanager
def _echo() -> Iterator[int]:
    """A port of this machine that sends back what it is sent."""

    def answer() -> None:
        while True:
            data, address = datagrams.recvfrom(64)
            if not data:
                return
            datagrams.sendto(data, address)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        try:
            yield datagrams.getsockname()[1]
        finally:
            # The thread ends before its socket does: else it may read from whatever gets the
            # socket's number next, which was the answer of another kernel.
            datagrams.sendto(b"", datagrams.getsockname())
            thread.join()
