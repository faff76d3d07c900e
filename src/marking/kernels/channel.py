"""The grader's end of the socket to a kernel: never waits beyond a deadline, never holds more than
a message.

Messages are JSON behind four bytes of length, as those of multiprocessing.connection are.  That is
not used, because its recv_bytes waits for ever on half a message: whoever sends four bytes, or all
but one, stops the grader.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from marking.limits import LOOK_SECONDS, MAX_MESSAGE, RECEIVE_BYTES

LENGTH_BYTES = 4


class EndReason(StrEnum):
    """Why nothing more will come."""

    TIMEOUT = "timeout"
    DIED = "died"
    OUTPUT = "output"  # a message too long to be read


class ChannelEnded(Exception):
    """Nothing more will come, for `reason`."""

    def __init__(self, reason: EndReason) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel:
    """Messages to and from one kernel.

    `deadline` is a time of time.monotonic(); `alive` says whether the kernel is still there, which
    is asked while it is silent.  Both methods raise ChannelEnded.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._received = bytearray()

    def send(self, message: dict[str, Any], deadline: float, alive: Callable[[], bool]) -> None:
        """Send one message."""
        data = json.dumps(message).encode()
        rest = memoryview(len(data).to_bytes(LENGTH_BYTES, "big") + data)
        while rest:
            try:
                rest = rest[self._connection.send(rest) :]
            except BlockingIOError:
                self._wait([], [self._connection], deadline, alive)
            except OSError:
                raise ChannelEnded(EndReason.DIED) from None

    def receive(self, deadline: float, alive: Callable[[], bool]) -> dict[str, Any]:
        """The next message that is one."""
        while True:
            while (data := self._next_whole()) is not None:
                with contextlib.suppress(ValueError, RecursionError):
                    message = json.loads(data)
                    if isinstance(message, dict):
                        return message
                if time.monotonic() > deadline:
                    raise ChannelEnded(EndReason.TIMEOUT)
            self._wait([self._connection], [], deadline, alive)
            try:
                part = self._connection.recv(RECEIVE_BYTES)
            except OSError:
                part = b""
            if not part:
                raise ChannelEnded(EndReason.DIED)
            self._received += part

    def _next_whole(self) -> bytes | None:
        """Take the next whole message from what was received; None if there is not yet one."""
        if len(self._received) < LENGTH_BYTES:
            return None
        end = LENGTH_BYTES + int.from_bytes(self._received[:LENGTH_BYTES], "big")
        if end > LENGTH_BYTES + MAX_MESSAGE:
            raise ChannelEnded(EndReason.OUTPUT)
        if len(self._received) < end:
            return None
        data = bytes(self._received[LENGTH_BYTES:end])
        del self._received[:end]
        return data

    @staticmethod
    def _wait(
        readers: list[socket.socket],
        writers: list[socket.socket],
        deadline: float,
        alive: Callable[[], bool],
    ) -> None:
        """Until one of the sockets is ready."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise ChannelEnded(EndReason.TIMEOUT)
            if any(select.select(readers, writers, [], min(LOOK_SECONDS, left))):
                return
            if not alive():
                # What it sent before its end may just have come.
                if any(select.select(readers, [], [], 0)):
                    return
                raise ChannelEnded(EndReason.DIED)
