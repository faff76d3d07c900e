"""A warm process that kernels are forked from: stand-alone, it runs inside the sandbox where `marking` cannot be seen.

Starting Python and importing NumPy, SymPy, matplotlib and IPython takes a second or two; a fork takes milliseconds.  So
one process imports everything once and forks a kernel for every submission.  It never runs a student's code itself.

    python warm.py --serve '{"socket": 3, "isolate": true, …}'    # fork kernels as asked through the socket
    python warm.py --once '{…}' CONNECTION_FILE                   # be one kernel (where forking is not to be had)

Between the warm process and each kernel stands an *init*: process 1 of the kernel's own PID namespace.  It holds the
*lifeline*, a socket to the grader.  Whichever end closes, everything in that namespace is gone: the kernel, its
threads, its children, detached or not.

    grader ──socket──> warm process ──fork──> init (process 1) ──fork──> kernel
       └──────────────── lifeline ──────────────┘
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
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
BOUND, GO = b"bound", b"go"  # said between a kernel and its init


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


def prepare(unavailable):
    """Import what kernels share, and put the stand-ins for what they must not have in place."""
    stub = types.ModuleType("marking", "In the grading kernel, check() does nothing: the examiner asks from outside.")
    stub.check = lambda *_args, **_kwargs: None
    sys.modules["marking"] = stub
    sys.meta_path.insert(0, _Unavailable(unavailable))
    sys.modules["debugpy"] = None  # ipykernel does without; importing it would be most of a kernel's start
    for name in ("ipykernel.ipkernel", "ipykernel.kernelapp", "numpy.random"):
        importlib.import_module(name)
    late = (  # what a kernel would else import for itself, one after another
        "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic",
        "IPython.utils.wildcard", "ipykernel.debugger", "tornado.platform.asyncio", "tornado.queues",
    )  # fmt: skip
    for name in (*late, "matplotlib.pyplot", "matplotlib_inline.backend_inline", "sympy"):
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def run_kernel(connection_file, ready=None):
    """Be the kernel described by `connection_file`; `ready` is called when its sockets are bound, before any cell."""
    import random

    import numpy
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    numpy.random.seed()  # every fork would else draw the same "random" numbers
    random.seed()
    config = Config()
    config.IPKernelApp.connection_file = connection_file
    config.IPKernelApp.capture_fd_output = False  # two threads a kernel, for output of C code that nobody marks
    config.IPKernelApp.parent_handle = 0
    config.HistoryManager.enabled = False
    config.InteractiveShell.xmode = "Plain"  # a context traceback costs more than running the cells
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    config.InteractiveShellApp.exec_PYTHONSTARTUP = False

    class App(IPKernelApp):
        def load_config_file(self, *_args, **_kwargs):
            """Nobody's configuration, and no search for it."""

    app = App.instance(config=config)
    app.default_extensions = []
    app.initialize([])
    if ready is not None:
        ready()
    app.start()


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


def private_files(folder, keep, temporary_bytes):
    """Mount the kernel's own view: its socket folder, an empty working folder and temp, nothing of its neighbours.

    `folder`, below /tmp, holds this kernel's connection file.  It and the folders in `keep` that lie below /tmp stay
    where they were; all else in /tmp vanishes.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    kept = [(path, os.open(path, os.O_PATH)) for path in (folder, *keep) if path.startswith("/tmp/")]
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


def keep_watch(kernel, lifeline, bound, order):
    """Be process 1: reap orphans, watch memory, and end with everything when the kernel or the grader ends.

    `bound` is readable once the kernel's sockets exist; then its socket folder becomes read-only.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # process 1 is deaf to signals that it has no handler for
    said = "ended"
    watched = [lifeline, bound]
    while True:
        readable, _, _ = select.select(watched, [], [], WATCH_SECONDS)
        if bound in readable:
            news = bound.recv(300)
            if news and news != BOUND:
                said = f"failed: {news.decode(errors='replace')}"
            elif news and order["isolate"]:
                mount(None, order["folder"], None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
                drop_capabilities()
            with contextlib.suppress(OSError):
                bound.send(GO)
            watched.remove(bound)
        if lifeline in readable:  # the grader says nothing: only its end can make the line readable
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
        if order["isolate"] and memory_used(order["proc"], order["self"], order["memory"]) > order["memory"]:
            said = "memory"
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel, signal.SIGKILL)


def become_kernel(order, lifeline):
    """In the fork: isolate, leave an init behind to watch, and be the kernel.  Never returns."""
    theirs = None
    try:
        order["proc"] = os.open("/proc", os.O_RDONLY)
        if order["isolate"]:
            unshare()
            if os.fork():  # the first child is process 1 of the new PID namespace; this one is not in it
                os._exit(0)
            private_files(order["folder"], order["keep"], order["temporary"])
            order["self"] = os.readlink("self", dir_fd=order["proc"])  # its number out there, where that /proc is from
        mine, theirs = socket.socketpair()
        if kernel := os.fork():
            theirs.close()
            _libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # the kernel, of the same user, may not look into process 1
            keep_watch(kernel, lifeline, mine, order)
        lifeline.close()
        mine.close()
        os.close(order["proc"])
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # these lead to the grader, who reads them no longer
            os.dup2(nowhere, stream)
        drop_capabilities()
        os.chdir(WORK)
        limit_process(order["limits"])

        def ready():
            theirs.send(BOUND)
            theirs.recv(len(GO))
            theirs.close()

        run_kernel(f"{order['folder']}/kernel.json", ready)
    except BaseException as problem:
        message = f"{type(problem).__name__}: {problem}"[:300]
        with contextlib.suppress(OSError):
            if theirs is None:
                lifeline.send(json.dumps({"said": "failed", "message": message}).encode())
            else:
                theirs.send(message.encode()[:300])
    finally:
        os._exit(1)


def serve(order):
    """Fork a kernel for each lifeline that comes through the socket, until the socket closes."""
    control = socket.socket(fileno=order["socket"])
    prepare(order["unavailable"])
    gc.collect()
    gc.freeze()  # what is here already will not be looked at again: the pages stay shared with the forks
    control.send(b"warm")
    while True:
        text, handles, _, _ = socket.recv_fds(control, 4096, 1)
        with contextlib.suppress(ChildProcessError):  # as process 1, bury each init that ended since the last kernel
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not text:
            os._exit(0)
        lifeline = socket.socket(fileno=handles[0])
        if parent := os.fork():
            os.waitpid(parent, 0)  # it ends as soon as it has forked the init
        else:
            control.close()
            become_kernel(order | json.loads(text), lifeline)
        lifeline.close()


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
        private_files(order["folder"], order["keep"], order["temporary"])
        print("nested", flush=True)
    os._exit(0)


def main():
    mode, order, *rest = sys.argv[1:]
    order = json.loads(order)
    if mode == "--probe":
        probe(order)
    if mode == "--serve":
        stop_being_root(order["user"])
        serve(order)
    if order.get("become"):
        stop_being_root(order["user"])
        with contextlib.suppress(OSError):
            unshare(CLONE_NEWUSER)  # where it is allowed: else processes count against those of all other kernels
        drop_capabilities()
    if order.get("landlock"):
        landlock(order["landlock"]["readable"], order["landlock"]["writable"])
    prepare(order["unavailable"])
    limit_process(order["limits"])
    run_kernel(rest[0])


if __name__ == "__main__":
    main()
