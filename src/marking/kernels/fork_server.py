"""The process that kernels are forked from, seen from the grader.

It runs in bubblewrap, has imported what kernels need, and forks one when it is asked to.  What it
does is written in `marking.kernels.inside.program`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Collection

from marking.errors import KernelDied
from marking.kernels import bubblewrap
from marking.kernels.environment import kernel_settings, program
from marking.limits import FORK_SERVER_END_SECONDS, FORK_SERVER_START_SECONDS, Limits


class ForkServer:
    """A fork server, started at once.  Processes that are forked from this one may ask it too: each
    request is one message.

    KernelDied if it cannot be had, with what it said last.
    """

    def __init__(self, limits: Limits) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            settings = kernel_settings(limits, socket=theirs.fileno())
            self._process = subprocess.Popen(
                bubblewrap.command_line(
                    program("serve", settings, bubblewrap.MOUNTED), limits=limits, nested=True
                ),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self._connection = ours
        self._owner = os.getpid()
        ours.settimeout(FORK_SERVER_START_SECONDS)
        try:
            ready = ours.recv(16) == b"ready"
        except TimeoutError:
            ready = False
            self._process.kill()
        if not ready:
            ours.close()
            said = self._process.communicate()[1].decode(errors="replace").strip() or "no message"
            raise KernelDied(f"the sandbox did not start: {said.splitlines()[-1]}")
        if self._process.stderr is not None:
            self._process.stderr.close()

    def fork(
        self, control: socket.socket, channel: socket.socket, modules: Collection[str] = ()
    ) -> bool:
        """Ask for a kernel with its ends of the two sockets, and with `modules` (of `HEAVY`)
        imported; False if the fork server has ended.
        """
        if self._owner == os.getpid() and self._process.poll() is not None:
            return False
        request = " ".join(["kernel", *sorted(modules)]).encode()
        try:
            socket.send_fds(self._connection, [request], [control.fileno(), channel.fileno()])
        except OSError:
            return False
        return True

    def close(self) -> None:
        """End it with all its kernels.  In a process that did not start it, only let go of it."""
        if self._owner == os.getpid():
            # It ends by itself, whoever else holds the socket.
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            try:
                self._process.wait(FORK_SERVER_END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._connection.close()
