"""A warm process that kernels are forked from: stand-alone, it runs inside the sandbox where `marking` cannot be seen.

Starting Python and importing NumPy, SymPy, matplotlib and IPython takes a second or two; a fork takes milliseconds.  So
one process imports everything once and forks a kernel for every submission.  It never runs a student's code itself.

    python warm.py --serve '{"socket": 3, "limits": {…}, …}'    # fork kernels as asked through the socket
    python warm.py --once '{"socket": 3, …}'                      # be one kernel (where forking is not to be had)

Between the warm process and each kernel stands an *init*: process 1 of the kernel's own PID namespace.  It holds the
*lifeline*, a socket to the grader.  Whichever end closes, everything in that namespace is gone: the kernel, its
threads, its children, detached or not.

    grader ──socket──> warm process ──fork──> init (process 1) ──fork──> kernel
       ├──────────────── lifeline ──────────────┘                          │
       └───────────────────────────────── voice ───────────────────────────┘

A kernel is IPython's shell as Jupyter's kernels are, without Jupyter's five ZeroMQ sockets and their threads, whose
start and talk cost several times what a student's cells do.  Through one socket, the *voice*, come requests, and go
outputs, as JSON behind four bytes of length:

    {"id": 1, "code": "print(1)"}          {"id": 1, "kind": "stream", "name": "stdout", "text": "1\\n"}
                                           {"id": 1, "kind": "done", "status": "ok"}
    {"id": 2, "calls": "[…]"}              {"id": 2, "kind": "done", "status": "ok", "answers": "[…]"}

What is called, and how answers are encoded, is the agent's affair (`marking.agent`, a file beside this one).
"""

import base64
import builtins
import contextlib
import ctypes
import gc
import importlib.util
import io
import json
import os
import select
import signal
import socket
import sys
import threading
import types

try:
    import resource
except ImportError:  # Windows, where only --once is used, without limits
    resource = None

# From <sched.h>, <sys/mount.h>, <sys/prctl.h>, <linux/capability.h>; Python 3.11 has no names for them.
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38
LINUX_CAPABILITY_VERSION_3 = 0x20080522

WORK, HOME = "/submission", "/tmp/home"  # as the kernel sees them
WATCH_SECONDS = 0.25
MAX_TEXT = 40_000  # characters of one cell's text; the grader shows fewer, and says that the rest was cut
SHOWN = ("text/plain", "image/png", "image/jpeg")  # the grader shows nothing else


# ---------------------------------------------------------------------------------------------- the kernel itself
class _Unavailable:
    """A finder that says in one sentence why a package cannot be imported where marks are made."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(
                f"{name.partition('.')[0]} is not available where marks are made; use NumPy, math and itertools",
                name=name,
            )
        return None


class Voice:
    """The kernel's end of the socket to the grader: requests come, outputs and answers go."""

    def __init__(self, connection):
        self._connection = connection
        self._process = os.getpid()
        self._lock = threading.RLock()  # threads of the student's may print
        self._stream, self._written, self._length = "stdout", [], 0  # not sent yet: small prints travel together
        self._room = MAX_TEXT
        self._asked = None
        self.muted = False

    def hear(self):
        """The next request; None when the grader has hung up."""
        head = self._read(4)
        body = self._read(int.from_bytes(head, "big")) if head else b""
        if not body:
            return None
        request = json.loads(body)
        self._asked, self._room = request["id"], MAX_TEXT
        return request

    def _read(self, size):
        data = bytearray()
        while len(data) < size:
            part = self._connection.recv(min(size - len(data), 1 << 16))
            if not part:
                return b""
            data += part
        return bytes(data)

    def is_mine(self):
        """False in processes that a student's code has forked, which must not speak in between."""
        return os.getpid() == self._process

    def say(self, kind, **content):
        """Send one message.  What JSON has no form for is sent as text, bytes in base64."""
        if self.muted or not self.is_mine():
            return
        with self._lock:
            self.flush()
            self._send(kind, content)

    def _send(self, kind, content):
        message = {"id": self._asked, "kind": kind} | content
        data = json.dumps(message, default=_plain, skipkeys=True).encode()
        self._connection.sendall(len(data).to_bytes(4, "big") + data)

    def write(self, stream, text):
        """Keep what was printed until there is enough of it, or something else to say."""
        if self.muted or not self.is_mine():
            return
        with self._lock:
            if stream != self._stream:
                self.flush()
                self._stream = stream
            if text := text[: self._room]:
                self._room -= len(text)
                self._length += len(text)
                self._written.append(text)
            if self._length > 8192:
                self.flush()

    def flush(self):
        """Send what was printed."""
        if self.is_mine():
            with self._lock:
                text, self._written, self._length = "".join(self._written), [], 0
                if text:
                    self._send("stream", {"name": self._stream, "text": text})

    def show(self, kind, data):
        """Send what an object looks like, of the kinds that are shown, and no endless text."""
        kept = {mime: data[mime] for mime in SHOWN if mime in data}
        if isinstance(kept.get("text/plain"), str):
            kept["text/plain"] = kept["text/plain"][:MAX_TEXT]
        self.say(kind, data=kept)


def _plain(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a kernel."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, voice, name):
        self._voice, self.name = voice, name

    def writable(self):
        return True

    def fileno(self):
        return 1 if self.name == "stdout" else 2  # these lead nowhere, but some programs want a number

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._voice.write(self.name, text)
        return len(text)

    def flush(self):
        self._voice.flush()


def make_shell():
    """IPython's shell, set up as a kernel's: what it shows goes to `shell.voice`, which a fork must set."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    class Hook(DisplayHook):
        """Shows the value of a cell's last line."""

        def write_output_prompt(self):
            pass

        def write_format_data(self, format_dict, md_dict=None):
            self.shell.voice.show("execute_result", format_dict)

        def finish_displayhook(self):
            self._is_active = False

    class Publisher(DisplayPublisher):
        """Shows what a cell displays."""

        def publish(self, data, metadata=None, *, update=False, **_more):
            self._validate_data(data, metadata)
            if not update:
                self.shell.voice.show("display_data", data)

        def clear_output(self, wait=False):
            self.shell.voice.say("clear_output")

    class Shell(InteractiveShell):
        """What a student's cells run in."""

        displayhook_class, display_pub_class = Type(Hook), Type(Publisher)
        voice = None
        leaves = False  # quit() was called

        def _showtraceback(self, etype, evalue, stb):
            self.voice.say("error", ename=str(etype.__name__), evalue=str(evalue)[:MAX_TEXT], traceback=stb)

        def enable_gui(self, gui=None):
            """There is nobody to draw windows for."""

        def ask_exit(self):
            self.leaves = True

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.xmode = "Plain"  # a context traceback costs more than running the cells
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.autoindent = False
    return Shell.instance(config=config)


def prepare(unavailable):
    """Import what kernels share, and put the stand-ins for what they must not have in place; returns (shell, agent)."""
    stub = types.ModuleType("marking", "In the grading kernel, check() does nothing: the examiner asks from outside.")
    stub.check = lambda *_args, **_kwargs: None
    sys.modules["marking"] = stub
    sys.meta_path.insert(0, _Unavailable(unavailable))
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "agent.py")
    spec = importlib.util.spec_from_file_location("marking_agent", place)
    agent = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(agent)
    shell = make_shell()
    # The inline backend, once imported, has the shell show figures at the end of a cell.
    for name in ("numpy.random", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "sympy"):
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    shell.run_cell("pass", silent=True)  # imports whatever a first cell would,
    shell.display_formatter.format(1)  # and a first value
    return shell, agent


def be_kernel(voice, shell, agent):
    """Do what the grader asks until he hangs up.  Never returns."""
    import random

    import numpy

    numpy.random.seed()  # every fork would else draw the same "random" numbers
    random.seed()
    sys.stdout, sys.stderr = _Stream(voice, "stdout"), _Stream(voice, "stderr")
    builtins.input = _nobody_to_ask
    shell.voice = voice
    voice.say("ready")
    while request := voice.hear():
        status, reply = "ok", {}
        if "code" in request:
            status = "ok" if shell.run_cell(request["code"], store_history=True).success else "error"
        else:
            voice.muted = True  # whatever the functions show while they are asked, hundreds of times
            try:
                with shell.builtin_trap:
                    reply["answers"] = agent.answer(request["calls"], shell.user_ns)
                shell.events.trigger("post_execute")  # figures they left open belong to no cell
            except BaseException:
                status = "error"
            voice.muted = False
        if shell.leaves or not voice.is_mine():  # the second: a child that a cell forked and forgot to end
            voice.flush()
            os._exit(0)
        voice.say("done", status=status, **reply)
    os._exit(0)


def _nobody_to_ask(_prompt="", /):
    raise EOFError("input() is not answered where marks are made")


# ---------------------------------------------------------------------------------------------- isolation (Linux)
def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _must(result, doing):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{doing}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, data=None):
    """mount(2).  OSError says what was being done."""
    encoded = [None if part is None else os.fsencode(part) for part in (source, target, kind, data)]
    _must(_libc().mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), f"mount {target}")


ALL_NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS


def unshare(flags=ALL_NAMESPACES):
    """Enter new namespaces, a user namespace among them; the user keeps its number."""
    user, group = os.getuid(), os.getgid()
    _must(_libc().unshare(flags), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def private_files(keep, temporary_bytes):
    """Mount the kernel's own view: an empty working folder and temp, nothing of its neighbours.

    The folders in `keep` that lie below /tmp stay where they were; all else in /tmp vanishes.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    kept = [(path, os.open(path, os.O_PATH)) for path in keep if path.startswith("/tmp/")]
    limit = f"size={temporary_bytes},nr_inodes=4096,mode=0700"
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, limit)
    mount("tmpfs", WORK, "tmpfs", MS_NOSUID | MS_NODEV, limit)
    for path, handle in kept:
        os.makedirs(path, mode=0o755, exist_ok=True)
        mount(f"/proc/self/fd/{handle}", path, None, MS_BIND | MS_REC)
        os.close(handle)
    os.mkdir(HOME)
    try:
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        with open("/proc/sys/user/max_user_namespaces", "w") as file:
            file.write("0")  # no further namespaces: less of the system's own code to attack
    except OSError:
        # Under a partly covered /proc the system allows no new one (it would uncover).  Then the kernel goes without.
        mount("tmpfs", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, "size=4k,mode=0500")


def drop_capabilities():
    """No capability in any set, and none to be had by executing a file."""
    libc = _libc()
    _must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    _must(libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())), "capset")


def limit_process(limits):
    """Set the limits that hold for each process, as {name of RLIMIT_…: value}.  Windows and macOS know few or none."""
    for name, value in limits.items() if resource is not None else ():
        number = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(number, (value, value))
        except (OSError, ValueError):
            if sys.platform.startswith("linux"):
                raise


def landlock(readable, writable):
    """Second tier: from here on this process reads below `readable`, writes below `writable`, and opens no TCP port.

    Landlock (Linux 5.13; TCP from 6.7) needs no namespace and no privilege.  OSError where the system has none.
    """
    libc = _libc()
    create, add, restrict = 444, 445, 446  # the same numbers on every architecture
    version = libc.syscall(create, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        raise OSError(ctypes.get_errno(), "this system has no Landlock")
    execute, write, read, read_folder = 1, 2, 4, 8
    every = (1 << {1: 13, 2: 14}.get(version, 15)) - 1  # every right this version knows (2 adds refer, 3 truncate)
    # struct landlock_ruleset_attr: handled_access_fs, handled_access_net, scoped
    sizes = {True: 8, version >= 4: 16, version >= 6: 24}
    attributes = (ctypes.c_uint64 * 3)(every, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = ctypes.c_size_t(max(length for known, length in sizes.items() if known) if version >= 4 else 8)
    rules = libc.syscall(create, ctypes.byref(attributes), size, ctypes.c_uint32(0))
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused its rules")

    class PathBeneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))

    for paths, rights in ((readable, execute | read | read_folder), (writable, every)):
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
                allowed = rights if os.path.isdir(path) else rights & (execute | write | read)
                rule = PathBeneath(allowed, handle)
                _must(libc.syscall(add, rules, 1, ctypes.byref(rule), ctypes.c_uint32(0)), f"Landlock rule for {path}")
                os.close(handle)
    _must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _must(libc.syscall(restrict, rules, ctypes.c_uint32(0)), "Landlock")
    os.close(rules)


# ---------------------------------------------------------------------------------------------- init, process 1
def memory_used(proc, ancestor, most):
    """Bytes of memory of all descendants of process `ancestor`, from a handle on a /proc that shows them.

    Whoever loses his parent becomes a child of process 1, so no process of the namespace can leave this tree.  Pages
    that forks share are counted for each; only when that comes to more than `most` are they shared out, which takes
    longer.
    """
    parents, used = {}, {}
    for name in os.listdir(proc):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                parents[name] = _read(proc, f"{name}/stat").rpartition(")")[2].split()[1]
                _, resident, shared, *_ = map(int, _read(proc, f"{name}/statm").split())
                used[name] = (resident - shared) * resource.getpagesize()
    family = {ancestor}
    while more := {name for name, parent in parents.items() if parent in family} - family:
        family |= more
    family -= {ancestor}
    if sum(used.get(name, 0) for name in family) > most:
        for name in family:
            # A process can refuse to be looked at so closely; then its first count stands.
            with contextlib.suppress(OSError, ValueError, IndexError):
                used[name] = 1024 * int(_read(proc, f"{name}/smaps_rollup").split("Pss:")[1].split()[0])
    return sum(used.get(name, 0) for name in family)


def _read(folder, path):
    with open(os.open(path, os.O_RDONLY, dir_fd=folder)) as file:
        return file.read()


def keep_watch(kernel, lifeline, order):
    """Be process 1: reap orphans, watch memory, and end with everything when the kernel or the grader ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # process 1 is deaf to signals that it has no handler for
    said = "ended"
    while True:
        if select.select([lifeline], [], [], WATCH_SECONDS)[0]:  # the grader says nothing: this is his end
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(kernel, signal.SIGKILL)
                os.waitpid(kernel, 0)  # so that its time is accounted; whatever else is left ends with this process
            os._exit(0)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == kernel:
                    with contextlib.suppress(OSError):
                        lifeline.send(json.dumps({"said": said, "status": ended[1]}).encode())
                    os._exit(0)
        if memory_used(order["proc"], order["self"], order["memory"]) > order["memory"]:
            said = "memory"
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel, signal.SIGKILL)


def become_kernel(order, lifeline, connection, shell, agent):
    """In the fork: isolate, leave an init behind to watch, and be the kernel.  Never returns."""
    try:
        order["proc"] = os.open("/proc", os.O_RDONLY)
        unshare()
        if os.fork():  # the first child is process 1 of the new PID namespace; this one is not in it
            os._exit(0)
        private_files(order["keep"], order["temporary"])
        order["self"] = os.readlink("self", dir_fd=order["proc"])  # its number out there, where that /proc is from
        if kernel := os.fork():
            connection.close()
            _libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # the kernel, of the same user, may not look into process 1
            drop_capabilities()
            keep_watch(kernel, lifeline, order)
        lifeline.close()
        os.close(order["proc"])
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # these lead to the grader, who reads them no longer
            os.dup2(nowhere, stream)
        drop_capabilities()
        os.chdir(WORK)
        limit_process(order["limits"])
        be_kernel(Voice(connection), shell, agent)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            Voice(connection).say("failed", message=f"{type(problem).__name__}: {problem}"[:300])
    finally:
        os._exit(1)


def serve(order):
    """Fork a kernel for each lifeline and voice that come through the socket, until the socket closes."""
    control = socket.socket(fileno=order["socket"])
    prepared = prepare(order["unavailable"])
    gc.collect()
    gc.freeze()  # what is here already will not be looked at again: the pages stay shared with the forks
    control.send(b"warm")
    while True:
        asked, handles, _, _ = socket.recv_fds(control, 16, 2)
        with contextlib.suppress(ChildProcessError):  # as process 1, bury each init that ended since the last kernel
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not asked:
            os._exit(0)
        lifeline, connection = (socket.socket(fileno=handle) for handle in handles)
        if parent := os.fork():
            os.waitpid(parent, 0)  # it ends as soon as it has forked the init
        else:
            control.close()
            become_kernel(order, lifeline, connection, *prepared)
        lifeline.close()
        connection.close()


def stop_being_root(user):
    """Limits on processes do not hold for user 0, and user 0 may read every file that is in view."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # cleared by the change of user; without it /proc/self is root's


def probe(order):
    """Say "nested" if kernels can be isolated from each other here: some systems forbid namespaces in namespaces."""
    stop_being_root(order["user"])
    unshare()
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        private_files(order["keep"], order["temporary"])
        print("nested", flush=True)
    os._exit(0)


def connect(order):
    """The socket to the grader: a handle inherited from him, or on Windows one that he shares through our input."""
    if order["socket"] is None:
        connection = socket.fromshare(sys.stdin.buffer.read())
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    return socket.socket(fileno=order["socket"])


def main():
    mode, order = sys.argv[1:]
    order = json.loads(order)
    if mode == "--probe":
        probe(order)
    if mode == "--serve":
        stop_being_root(order["user"])
        serve(order)
    connection = connect(order)
    if order.get("become"):
        stop_being_root(order["user"])
        with contextlib.suppress(OSError):
            unshare(CLONE_NEWUSER)  # where it is allowed: else processes count against those of all other kernels
        drop_capabilities()
    if order.get("landlock"):
        landlock(order["landlock"]["readable"], order["landlock"]["writable"])
    prepared = prepare(order["unavailable"])
    limit_process(order["limits"])
    be_kernel(Voice(connection), *prepared)


if __name__ == "__main__":
    main()
