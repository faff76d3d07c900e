"""Starting and ending kernels, by tier (`marking.kernels.tiers`)."""

from __future__ import annotations

import contextlib
import functools
import json
import multiprocessing.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Any

from marking.errors import KernelDied
from marking.files import remove_tree
from marking.kernels import bubblewrap
from marking.kernels.environment import (
    INSIDE,
    bound_beside_others,
    kernel_settings,
    program,
    variables_with_home,
)
from marking.kernels.fork_server import ForkServer
from marking.kernels.homes import new_folder, new_home, user_of
from marking.kernels.inside.settings import Order
from marking.kernels.tiers import Tier, choose_tier, forks
from marking.limits import (
    EXIT_REASON_SECONDS,
    KERNEL_END_SECONDS,
    Limits,
)

POLL_SECONDS = 0.01  # between two looks for an exit reason
MAX_SAID = 4096  # bytes of what an init says, which are two short lines


class ExitReason(StrEnum):
    """Why a kernel is gone."""

    ENDED = "ended"  # its process ended by itself
    MEMORY = "memory"  # it used more than allowed, with all that it started
    PROCESSES = "processes"  # it started more than allowed
    CPU = "cpu"  # it computed for longer than allowed
    OUTPUT = "output"  # it sent a message too long to be read
    UNKNOWN = ""


class KernelLauncher:
    """Starts kernels, by the tier given.  A context manager: leaving it ends the fork server, with
    every kernel that is in its sandbox, and removes what kernels left.

    For forked kernels (`forks`) the fork server is started once, at the first kernel, and again
    should it ever end; `server` is one that another process started.  ValueError if there is no
    such tier; NoSandbox if none is given and none can be had.
    """

    def __init__(
        self,
        tier: Tier | str | None = None,
        limits: Limits | None = None,
        server: ForkServer | None = None,
    ) -> None:
        if tier is not None and tier not in list(Tier):
            raise ValueError(f"tier is one of {', '.join(Tier)}; got {tier!r}")
        self.tier = choose_tier() if tier is None else Tier(tier)
        self.limits = limits or Limits()
        self._lock = threading.Lock()  # a Dask worker may mark in several threads
        self._folder: Path | None = None
        self.server = server

    def __enter__(self) -> KernelLauncher:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the fork server with all its kernels, and remove what they left."""
        if self.server is not None:
            self.server.close()
            self.server = None
        if self._folder is not None:
            remove_tree(self._folder)
            self._folder = None

    @property
    def folder(self) -> Path:
        """The folder of the homes of kernels that are not in bubblewrap."""
        if self._folder is None:
            self._folder = new_folder()
        return self._folder

    def start(self, modules: Collection[str] = ()) -> ForkedKernel | SpawnedKernel:
        """Start a kernel, which is going to need `modules` (of `HEAVY`): one that is forked has
        them imported.  KernelDied if the fork server cannot be had.
        """
        ours, theirs = socket.socketpair()
        if not forks(self.tier):
            return self._spawn(ours, theirs)
        control, its_end = socket.socketpair()
        home, variables, bounds = None, {}, {}
        if self.tier is not Tier.FORKED:
            home = new_home(self.folder, self.tier)
            variables = variables_with_home(home)
            bounds = bound_beside_others(self.limits, user_of(self.tier))
        with theirs, its_end, self._lock:
            self._fork(its_end, theirs, Order(sorted(modules), variables, bounds))
        return ForkedKernel(ours, control, home)

    def warm_up(self) -> None:
        """Start the fork server now, if kernels of this tier are forked.  KernelDied if it cannot
        be had.
        """
        if forks(self.tier) and self.server is None:
            self.server = ForkServer(self.limits, self.tier)

    def _fork(self, control: socket.socket, channel: socket.socket, order: Order) -> None:
        """Have a kernel forked, by a new fork server if there is none or it has ended."""
        if self.server is not None:
            if self.server.fork(control, channel, order):
                return
            self.server.close()
            self.server = None
        self.warm_up()
        if self.server is None or not self.server.fork(control, channel, order):
            raise KernelDied("the fork server ended as soon as it had started")

    def _spawn(self, ours: socket.socket, theirs: socket.socket) -> SpawnedKernel:
        """Start a kernel as a process of its own that reads and writes `theirs`."""
        on_windows = sys.platform == "win32"  # which passes sockets on by other means
        handle = None if on_windows else theirs.fileno()
        # Only Linux tells in /proc what processes use.
        control, its_end = socket.socketpair() if sys.platform.startswith("linux") else (None, None)
        handles = [end.fileno() for end in (theirs, its_end) if end is not None]
        in_sandbox = self.tier is Tier.FRESH
        home = None if in_sandbox else new_home(self.folder, self.tier)
        settings = kernel_settings(
            self.limits,
            socket=handle,
            control=None if its_end is None else its_end.fileno(),
            drops_privileges=in_sandbox,
            beside_others=not in_sandbox,
        )
        if in_sandbox:
            inside = program("once", settings, bubblewrap.MOUNTED)
            command = bubblewrap.command_line(inside, limits=self.limits, nested=False)
        else:
            command = program("once", settings, str(INSIDE))
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if on_windows else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=() if on_windows else handles,
            env=None if home is None else variables_with_home(home),
            cwd=home,
            start_new_session=not on_windows,
        )
        if its_end is not None:
            its_end.close()
        with theirs:
            if sys.platform == "win32":
                with process.stdin:
                    process.stdin.write(theirs.share(process.pid))
        return SpawnedKernel(ours, process, control, home)


class _Control:
    """The grader's end of the socket to a kernel's init, which holds the other as long as the
    kernel lives.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._said = b""
        self._open = True
        connection.setblocking(False)

    def is_open(self) -> bool:
        """Whether the init still holds its end; what it says is kept."""
        with contextlib.suppress(BlockingIOError, InterruptedError):
            while self._open:
                self._receive()
        return self._open

    def _receive(self) -> None:
        try:
            said = self._connection.recv(MAX_SAID)
        except (BlockingIOError, InterruptedError, TimeoutError):
            raise
        except OSError:
            said = b""
        self._said += said
        self._open = bool(said) and len(self._said) < MAX_SAID

    def reason(self) -> ExitReason:
        """What the init reported of the end; that may come a moment after the end."""
        until = time.monotonic() + EXIT_REASON_SECONDS
        while self.is_open() and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        with contextlib.suppress(ValueError):
            return ExitReason(self._report().get("reason", ""))
        return ExitReason.UNKNOWN

    def _report(self) -> dict[str, Any]:
        """All that the init has said."""
        report: dict[str, Any] = {}
        with contextlib.suppress(ValueError, TypeError):  # of a line that was cut short
            for line in self._said.splitlines():
                report |= json.loads(line)
        return report

    def close(self) -> None:
        """Ask the init to end everything."""
        self._open = False
        self._connection.close()

    def wait_for_end(self) -> None:
        """Ask the init to end everything, and wait until it has; if it does not, end it."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)
        until = time.monotonic() + KERNEL_END_SECONDS
        with contextlib.suppress(TimeoutError):
            while self._open and (left := until - time.monotonic()) > 0:
                self._connection.settimeout(left)
                self._receive()
        if self._open:
            # It holds its end still, so the number is its own; the kernel ends with it.
            with contextlib.suppress(KeyError, TypeError, OSError):
                os.kill(self._report()["init"], signal.SIGKILL)
        self.close()


class ForkedKernel:
    """A kernel forked from the fork server: alive as long as its control socket is open.  It has a
    `home` if it is in no namespace.
    """

    def __init__(
        self, connection: socket.socket, control: socket.socket, home: Path | None = None
    ) -> None:
        self.connection = connection
        self._control = _Control(control)
        self._home = home

    def alive(self) -> bool:
        """Whether its init is there."""
        return self._control.is_open()

    def exit_reason(self) -> ExitReason:
        """What its init reported of the end."""
        return self._control.reason()

    def end(self) -> None:
        """Close the sockets: the init at the other end takes everything down.  A home is removed
        once it has.
        """
        self.connection.close()
        if self._home is None:
            self._control.close()
        else:
            self._control.wait_for_end()
            remove_tree(self._home)


class SpawnedKernel:
    """A kernel that is a process of its own, or a child of one that watches over it."""

    def __init__(
        self,
        connection: socket.socket,
        process: subprocess.Popen[bytes],
        control: socket.socket | None,
        home: Path | None,
    ) -> None:
        self.connection = connection
        self._process = process
        self._control = None if control is None else _Control(control)
        self._home = home

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def exit_reason(self) -> ExitReason:
        """What its init reported of the end; unknown where it has none."""
        return ExitReason.UNKNOWN if self._control is None else self._control.reason()

    def end(self) -> None:
        """End it with all that it started, and remove its home."""
        self.connection.close()
        if self._control is not None:
            self._control.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(KERNEL_END_SECONDS)
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        if self._home is not None:
            remove_tree(self._home)


def launcher_for(tier: Tier | str) -> KernelLauncher:
    """This process's launcher for `tier`: started once, kept for all its submissions."""
    return _launcher_of_process(Tier(tier), os.getpid())


# The fork servers of this process, or of the one that it was forked from.
_SHARED: dict[Tier, ForkServer] = {}


def warm_up(tier: Tier | str) -> None:
    """Start what kernels of `tier` are forked from, once for this process and those that it will
    fork.  KernelDied if it cannot be had.
    """
    launcher = launcher_for(tier)
    launcher.warm_up()
    if launcher.server is not None:
        _SHARED[launcher.tier] = launcher.server


@functools.cache
def _launcher_of_process(tier: Tier, _pid: int) -> KernelLauncher:
    """By process number, because a forked worker must not share its parent's homes of kernels."""
    launcher = KernelLauncher(tier, server=_SHARED.get(tier))
    # Not atexit, which the processes of multiprocessing never come to.
    multiprocessing.util.Finalize(None, launcher.close, exitpriority=10)
    return launcher
