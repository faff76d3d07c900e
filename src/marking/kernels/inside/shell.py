"""A kernel: IPython's shell, and the kernel's end of the channel to the grader.

The shell is set up as Jupyter's kernels set it up, without Jupyter's five ZeroMQ sockets and their
threads, whose start and talk cost several times what a student's cells do.  Through one socket, the
*channel*, come requests, and go outputs, as JSON behind four bytes of length:

    {"id": 1, "code": "print(1)"}   {"id": 1, "kind": "stream", "name": "stdout", "text": "1\\n"}
                                    {"id": 1, "kind": "done", "status": "ok"}
    {"id": 2, "calls": "[…]"}       {"id": 2, "kind": "done", "status": "ok", "answers": "[…]"}

Where functions of the student's are to be replaced while others are asked, the calls come with
their names, and each call of one is put to the grader in turn:

    {"id": 3, "calls": "[…]", "helpers": ["rotate180"]}
                                    {"id": 3, "kind": "help", "call": "{…}"}
    {"id": 3, "help": "{…}"}        {"id": 3, "kind": "done", "status": "ok", "answers": "[…]"}

What is called, and how answers are encoded, is written in `agent`.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import glob
import importlib
import io
import json
import os
import random
import shutil
import socket
import sys
import tempfile
import threading
import types
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy

from . import agent
from .settings import HEAVY
from .unavailable import Unavailable

# characters of one cell's text; the grader shows fewer, and says that the rest was cut
MAX_TEXT = 40_000
SEND_CHARACTERS = 8192  # of printed text at once
SHOWN = ("text/plain", "image/png", "image/jpeg")  # the grader shows nothing else


class Channel:
    """The kernel's end of the socket to the grader: requests come, outputs and answers go."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._process = os.getpid()
        self._lock = threading.RLock()  # threads of the student's may print
        # not sent yet: small prints travel together
        self._stream = "stdout"
        self._written: list[str] = []
        self._length = 0
        self._room = MAX_TEXT
        self._request_id: object = None
        self.muted = False

    def receive(self) -> dict[str, Any] | None:
        """The next request; None when the grader has closed its end."""
        head = self._read(4)
        body = self._read(int.from_bytes(head, "big")) if head else b""
        if not body:
            return None
        request: dict[str, Any] = json.loads(body)
        self._request_id, self._room = request["id"], MAX_TEXT
        return request

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            part = self._connection.recv(min(size - len(data), 1 << 16))
            if not part:
                return b""
            data += part
        return bytes(data)

    def in_own_process(self) -> bool:
        """False in processes that a student's code has forked, which must send nothing in
        between.
        """
        return os.getpid() == self._process

    def send(self, kind: str, **content: object) -> None:
        """Send one message.  What JSON has no form for is sent as text, bytes in base64."""
        if self.muted or not self.in_own_process():
            return
        with self._lock:
            self.flush()
            self._send(kind, content)

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        message = {"id": self._request_id, "kind": kind} | content
        data = json.dumps(message, default=_as_text, skipkeys=True).encode()
        self._connection.sendall(len(data).to_bytes(4, "big") + data)

    def write(self, stream: str, text: str) -> None:
        """Keep what was printed until there is enough of it, or something else to send."""
        if self.muted or not self.in_own_process():
            return
        with self._lock:
            if stream != self._stream:
                self.flush()
                self._stream = stream
            if text := text[: self._room]:
                self._room -= len(text)
                self._length += len(text)
                self._written.append(text)
            if self._length > SEND_CHARACTERS:
                self.flush()

    def flush(self) -> None:
        """Send what was printed."""
        if self.in_own_process():
            with self._lock:
                text, self._written, self._length = "".join(self._written), [], 0
                if text:
                    self._send("stream", {"name": self._stream, "text": text})

    def ask(self, call: str) -> str:
        """Put a call to the grader, and wait for its reply."""
        if not self.in_own_process():
            raise RuntimeError("only the process that was asked can answer")
        with self._lock:
            self._send("help", {"call": call})
            reply = self.receive()
        if reply is None:
            os._exit(0)
        return str(reply["help"])

    def show(self, kind: str, data: dict[str, Any]) -> None:
        """Send what an object looks like, of the kinds that are shown, and no endless text."""
        kept = {mime: data[mime] for mime in SHOWN if mime in data}
        if isinstance(kept.get("text/plain"), str):
            kept["text/plain"] = kept["text/plain"][:MAX_TEXT]
        self.send(kind, data=kept)


def _as_text(value: object) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a kernel."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, channel: Channel, name: str) -> None:
        self._channel, self.name = channel, name

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        # these lead nowhere, but some programs want a number
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._channel.write(self.name, text)
        return len(text)

    def flush(self) -> None:
        self._channel.flush()


def make_shell() -> Any:
    """IPython's shell, set up as a kernel's: what it shows goes to `shell.channel`, which
    `serve_requests` sets.
    """
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    class Hook(DisplayHook):
        """Shows the value of a cell's last line."""

        shell: Any  # never None here, as IPython's own annotation allows

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            self.shell.channel.show("execute_result", format_dict)

        def finish_displayhook(self) -> None:
            self._is_active = False

    class Publisher(DisplayPublisher):
        """Shows what a cell displays."""

        shell: Any

        def publish(
            self,
            data: Any,
            metadata: Any = None,
            source: Any = None,
            *,
            update: bool = False,
            **_more: Any,
        ) -> None:
            self._validate_data(data, metadata)  # type: ignore[no-untyped-call]  # IPython is not annotated
            if not update:
                self.shell.channel.show("display_data", data)

        def clear_output(self, wait: bool = False) -> None:
            self.shell.channel.send("clear_output")

    class Shell(InteractiveShell):
        """What a student's cells run in."""

        displayhook_class, display_pub_class = Type(Hook), Type(Publisher)
        channel: Any = None
        leaves = False  # quit() was called

        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            self.channel.send(
                "error", ename=str(etype.__name__), evalue=str(evalue)[:MAX_TEXT], traceback=stb
            )

        def enable_gui(self, gui: Any = None) -> None:
            """There is nobody to draw windows for."""

        @contextlib.contextmanager
        def _tee(self, channel: Any) -> Iterator[None]:
            """Keep nothing of what a cell prints: IPython would, whole and for its history, until a
            cell that prints much has taken all memory.
            """
            yield

        def ask_exit(self) -> None:
            self.leaves = True

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.xmode = "Plain"  # a context traceback costs more than running the cells
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.autoindent = False
    return Shell.instance(config=config)


def _own_the_fonts() -> None:
    """Copy matplotlib's list of fonts to where it can be written: elsewhere matplotlib does not
    even read it, but makes another, which takes a second, and complains.
    """
    folder = os.environ.get("MPLCONFIGDIR", "")
    if os.path.isdir(folder) and not os.access(folder, os.W_OK):
        own = tempfile.mkdtemp(prefix="matplotlib-")
        # What else lies there, such as drawn formulae, may be large.
        for path in glob.glob(os.path.join(glob.escape(folder), "fontlist-*.json")):
            shutil.copy(path, own)
        os.environ["MPLCONFIGDIR"] = own


def prepare_shell(unavailable: Sequence[str]) -> Any:
    """IPython's shell, with stand-ins for what kernels must not have."""
    stub = types.ModuleType(
        "marking", "In the grading kernel, check() does nothing: the examiner asks from outside."
    )
    for name in ("check", "check_prediction"):
        setattr(stub, name, lambda *_args, **_kwargs: None)
    stub.__path__ = []  # so that what lies below it is looked for, and refused in a sentence
    sys.modules["marking"] = stub
    sys.meta_path.insert(0, Unavailable(unavailable))
    _own_the_fonts()
    shell = make_shell()
    shell.run_cell("pass", silent=True)  # imports whatever a first cell would,
    shell.display_formatter.format(1)  # and a first value
    return shell


def move_in(shell: Any, variables: dict[str, str]) -> None:
    """In a fork: have the environment and the folders that are the kernel's own, in place of the
    fork server's.
    """
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(variables["HOME"])
    tempfile.tempdir = None  # found anew
    _own_the_fonts()
    shell.init_ipython_dir(None)
    shell.init_profile_dir(None)


def import_heavy(package: str) -> None:
    """Import what notebooks need of `package`, for the processes that are forked from this one; one
    that is not of `HEAVY`, or not there, is left to them.
    """
    for name in HEAVY.get(package, ()):
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def serve_requests(channel: Channel, shell: Any) -> NoReturn:
    """Do what the grader asks until it closes the channel."""
    numpy.random.seed()  # every fork would else draw the same "random" numbers
    random.seed()
    sys.stdout, sys.stderr = _Stream(channel, "stdout"), _Stream(channel, "stderr")
    builtins.input = _refuse_input
    # Modules that the notebook wrote itself; last, so that none takes the name of a library's.
    sys.path.append("")
    shell.channel = channel
    channel.send("ready")
    while request := channel.receive():
        status, reply = "ok", {}
        if "code" in request:
            result = shell.run_cell(request["code"], store_history=True)
            status = "ok" if result.success else "error"
        else:
            # whatever the functions show while they are asked, hundreds of times
            channel.muted = True
            try:
                helped = agent.helped(shell.user_ns, request.get("helpers", []), channel.ask)
                with shell.builtin_trap, helped:
                    reply["answers"] = agent.answer(request["calls"], shell.user_ns)
                shell.events.trigger("post_execute")  # figures they left open belong to no cell
            except BaseException:
                status = "error"
            channel.muted = False
        # the second: a child that a cell forked and forgot to end
        if shell.leaves or not channel.in_own_process():
            channel.flush()
            os._exit(0)
        channel.send("done", status=status, **reply)
    os._exit(0)


def _refuse_input(_prompt: object = "", /) -> str:
    raise EOFError("input() is not answered where marks are made")
