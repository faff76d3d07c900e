"""The process that kernels are forked from, seen from the grader.

It has imported what kernels need, and forks one when it is asked to: in bubblewrap, or where there
is none, in the open.  What it does is written in `marking.kernels.inside.program`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from pathlib import Path

from marking.errors import KernelDied
from marking.files import remove_tree
from marking.kernels import bubblewrap
from marking.kernels.environment import INSIDE, kernel_settings, program, variables_with_home
from marking.kernels.homes import landlock_rules, new_folder
from marking.kernels.inside.settings import Order
from marking.kernels.tiers import Tier
from marking.limits import FORK_SERVER_END_SECONDS, FORK_SERVER_START_SECONDS, Limits


class ForkServer:
    """A fork server for kernels of `tier`, started at once.  Processes that are forked from this
    one may ask it too: each request is one message.

    KernelDied if it cannot be had, with what it said last.
    """

    def __init__(self, limits: Limits, tier: Tier = Tier.FORKED) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._folder: Path | None = None  # its home, where it is in no sandbox
        with theirs:
            if tier is Tier.FORKED:
                settings = kernel_settings(limits, socket=theirs.fileno())
                serve = program("serve", settings, bubblewrap.MOUNTED)
                command = bubblewrap.command_line(serve, limits=limits, nested=True)
            else:
                self._folder = new_folder()
                settings = kernel_settings(
                    limits,
                    socket=theirs.fileno(),
                    drops_privileges=tier is Tier.LANDLOCK,
                    beside_others=True,
                    landlock=landlock_rules() if tier is Tier.LANDLOCK else None,
                )
                command = program("serve", settings, str(INSIDE))
            self._process = subprocess.Popen(
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=None if self._folder is None else variables_with_home(self._folder),
                cwd=self._folder,
                start_new_session=self._folder is not None,
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
            self._remove_folder()
            what = "sandbox" if tier is Tier.FORKED else "fork server"
            raise KernelDied(f"the {what} did not start: {said.splitlines()[-1]}")
        if self._process.stderr is not None:
            self._process.stderr.close()

    def fork(self, control: socket.socket, channel: socket.socket, order: Order) -> bool:
        """Ask for a kernel with its ends of the two sockets; False if the fork server has
        ended.
        """
        if self._owner == os.getpid() and self._process.poll() is not None:
            return False
        handles = [control.fileno(), channel.fileno()]
        try:
            socket.send_fds(self._connection, [order.to_json().encode()], handles)
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
            self._remove_folder()
        self._connection.close()

    def _remove_folder(self) -> None:
        if self._folder is not None:
            remove_tree(self._folder)
