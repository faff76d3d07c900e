"""What the folder does when it is run inside the sandbox.

    python -I /inside serve '{"socket": 3, …}'    # fork kernels as asked through the socket
    python -I /inside once '{"socket": 3, …}'     # be one kernel (where forking is not to be had)
    python -I /inside probe '{…}'                 # print "nested" where kernels can be isolated

The argument is a `Settings` as JSON.

Starting Python and importing NumPy and IPython, and SymPy and matplotlib for notebooks that use
them, takes a second or two; a fork takes milliseconds.  So one process, the fork server, imports
everything once and forks a kernel for every submission.  It never runs a student's code itself.

Between the fork server and each kernel stands an *init* (see `init`): process 1 of the kernel's own
PID namespace.  It holds one end of the *control socket*.  Whichever end closes, everything in that
namespace is gone: the kernel, its threads, its children, detached or not.

    grader ──socket──> fork server ──fork──> init (process 1) ──fork──> kernel
       ├──────────── control socket ────────────┘                         │
       └──────────────────────────── channel ─────────────────────────────┘

Where there are no namespaces it is the same, except that the init is not process 1, and that the
kernel gives up by itself what a sandbox would have taken away.  There the fork server has the
grader's rights, and so it holds nothing of the grader's: it was started with an environment and
a folder of its own, and reads no file but Python's.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import sys
from typing import Any, NoReturn

from . import isolation, landlock
from .family import Family
from .init import run_init
from .settings import Order, Settings
from .shell import Channel, import_heavy, move_in, prepare_shell, serve_requests

MAX_ORDER = 1 << 18  # bytes; the longest part is the PATH


def main() -> None:
    """Do what the command line asks."""
    mode, text = sys.argv[1:]
    settings = Settings.from_json(text)
    match mode:
        case "serve":
            serve(settings)
        case "once":
            run_once(settings)
        case "probe":
            probe(settings)
    raise SystemExit(f"the mode is serve, once or probe; got {mode!r}")


def serve(settings: Settings) -> NoReturn:
    """Fork a kernel for each control socket and channel that come through the socket, until it
    closes.
    """
    if settings.beside_others:
        isolation.set_dumpable(False)  # kernels may be of the same user: none looks into it
    else:
        isolation.give_up_root(settings.user)
    start = start_beside_others if settings.beside_others else start_isolated
    grader = socket.socket(fileno=settings.socket)
    shell = prepare_shell(settings.unavailable)
    imported: set[str] = set()
    _share_pages()
    grader.send(b"ready")
    while True:
        message, handles, _, _ = socket.recv_fds(grader, MAX_ORDER, 2)
        # reap each init that ended since the last kernel, and what forked it
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message:
            os._exit(0)
        order = Order.from_json(message)
        if wanted := set(order.modules) - imported:
            for package in sorted(wanted):
                import_heavy(package)
            imported |= wanted
            _share_pages()
        control, connection = (socket.socket(fileno=handle) for handle in handles)
        if os.fork() == 0:
            grader.close()
            start(settings, order, control, connection, shell)
        control.close()
        connection.close()


def _share_pages() -> None:
    """What is here already will not be looked at again: the pages stay shared with the forks."""
    gc.collect()
    gc.freeze()


def start_isolated(
    settings: Settings, order: Order, control: socket.socket, connection: socket.socket, shell: Any
) -> NoReturn:
    """In the fork: isolate, leave an init behind to watch, and be the kernel."""
    try:
        proc = os.open("/proc", os.O_RDONLY)
        isolation.unshare()
        # the first child is process 1 of the new PID namespace; this one is not in it
        if os.fork():
            os._exit(0)
        isolation.mount_private_files(settings.visible, settings.temporary_bytes)
        # the number of process 1 out there, where that /proc is from
        own = os.readlink("self", dir_fd=proc)
        if kernel := os.fork():
            connection.close()
            # the kernel, of the same user, may not look into process 1
            isolation.set_dumpable(False)
            isolation.drop_capabilities()
            run_init(kernel, control, Family(proc, own), settings, is_process_1=True)
        control.close()
        os.close(proc)
        os.setsid()
        _let_go_of_streams()
        isolation.join_new_session_keyring()
        isolation.drop_capabilities()
        os.chdir(isolation.WORK)
        _be_kernel(settings.process_limits | order.process_limits, settings, connection, shell)
    except BaseException as problem:
        _say_failed(connection, problem)
    finally:
        os._exit(1)


def start_beside_others(
    settings: Settings, order: Order, control: socket.socket, connection: socket.socket, shell: Any
) -> NoReturn:
    """In the fork, where there are no namespaces: leave an init above, give up what the kernel must
    not have, and be the kernel.
    """
    try:
        os.setsid()
        _let_go_of_streams()
        init = _stay_above(settings, control, connection)
        isolation.set_dumpable(True)  # else the init could not look into it, to share memory out
        isolation.join_new_session_keyring()
        if settings.drops_privileges:
            _drop_privileges(settings)
        isolation.end_with_parent(init)
        move_in(shell, order.variables)
        if settings.landlock is not None:
            home = order.variables["HOME"]
            own = {"writable": [*settings.landlock["writable"], home]}
            landlock.restrict(**settings.landlock | own)
        _be_kernel(settings.process_limits | order.process_limits, settings, connection, shell)
    except BaseException as problem:
        _say_failed(connection, problem)
    finally:
        os._exit(1)


def _let_go_of_streams() -> None:
    """Of those of the fork server, which lead to the grader: it reads them no longer."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def run_once(settings: Settings) -> NoReturn:
    """Be one kernel, in a process that was started for it alone, or watch over it."""
    connection, init = _connect(settings), None
    if settings.control is not None:
        init = _stay_above(settings, socket.socket(fileno=settings.control), connection)
    try:
        if sys.platform.startswith("linux"):
            isolation.join_new_session_keyring()
        if settings.drops_privileges:
            _drop_privileges(settings)
        if init is not None:
            isolation.end_with_parent(init)
        shell = prepare_shell(settings.unavailable)
        _be_kernel(settings.process_limits, settings, connection, shell)
    except BaseException as problem:
        _say_failed(connection, problem)
    finally:
        os._exit(1)


def _be_kernel(
    limits: dict[str, int], settings: Settings, connection: socket.socket, shell: Any
) -> NoReturn:
    """Take the last bounds upon this process, and answer.  Afterwards it cannot take any more."""
    isolation.limit_process(limits)
    isolation.filter_calls(settings.calls)
    serve_requests(Channel(connection), shell)


def _say_failed(connection: socket.socket, problem: BaseException) -> None:
    with contextlib.suppress(OSError):
        Channel(connection).send("failed", message=f"{type(problem).__name__}: {problem}"[:300])


def _stay_above(settings: Settings, control: socket.socket, connection: socket.socket) -> int:
    """Fork: this process is the init; only the new one, which is to be the kernel, comes back,
    with the number of the init.
    """
    init = os.getpid()
    is_process_1 = init == 1
    if not is_process_1:
        isolation.take_in_orphans()
    if kernel := os.fork():
        connection.close()
        if is_process_1:
            # A user that signals it may be sent by is the only one that it can signal.
            isolation.give_up_root(settings.user)
            isolation.drop_capabilities()
        isolation.set_dumpable(False)
        family = Family(os.open("/proc", os.O_RDONLY), str(init))
        run_init(kernel, control, family, settings, is_process_1=is_process_1)
    control.close()
    os.setsid()
    return init


def _drop_privileges(settings: Settings) -> None:
    # Root's Python may lie where only root can go.  Bubblewrap shows it to the kernel all the same;
    # Landlock cannot, but it bounds what the right to read every file is good for.
    reads_all = settings.landlock is not None and os.getuid() == 0
    isolation.give_up_root(settings.user, reads_all)
    if settings.landlock is None:
        with contextlib.suppress(OSError):
            # where it is allowed: else processes count against those of all other kernels
            isolation.unshare(isolation.CLONE_NEWUSER)
    isolation.drop_capabilities(reads_all)


def _connect(settings: Settings) -> socket.socket:
    """The socket to the grader: a handle inherited from it, or on Windows one that it shares
    through our input.
    """
    if sys.platform == "win32":
        connection = socket.fromshare(sys.stdin.buffer.read())
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    return socket.socket(fileno=settings.socket)


def probe(settings: Settings) -> NoReturn:
    """Print "nested" if kernels can be isolated from each other here: some systems forbid
    namespaces in namespaces.
    """
    isolation.give_up_root(settings.user)
    isolation.unshare()
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        isolation.mount_private_files(settings.visible, settings.temporary_bytes)
        print("nested", flush=True)
    os._exit(0)
