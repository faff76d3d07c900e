"""Where students' code runs: kernels that see no network, no file of anybody's, and end when told to.

Four tiers, best first:

- ``warm``: a process inside bubblewrap has imported everything; each kernel is forked from it and isolates itself once
  more from the other kernels (own user, mount, PID, network and IPC namespaces).  See `marking.warm`.
- ``cold``: a fresh bubblewrap and a fresh Python for each kernel.  For systems that forbid namespaces inside
namespaces.
- ``landlock``: no namespaces.  See `LANDLOCK_LEAVES_OPEN` for what it does not protect.  Only with `unsafe`.
- ``none``: an ordinary process of the instructor's.  Only with `unsafe`.

None of this makes a mark true: marks are true because `marking.trial` believes nothing but arrays.  The sandbox
protects the instructor's machine and the other students.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIERS = ("warm", "cold", "landlock", "none")
WARM, AGENT = Path(__file__).with_name("warm.py"), Path(__file__).with_name("agent.py")
NOBODY = 65534
MEBIBYTE = 1 << 20

# What already is the answer, or carries it: not importable where marks are made.
UNAVAILABLE = (
    "convtranspose", "cupy", "cv2", "dask", "einops", "jax", "jaxlib", "keras", "mxnet", "numba", "onnx", "onnxruntime",
    "opt_einsum", "paddle", "pywt", "scipy", "skimage", "sklearn", "tensorflow", "tinygrad", "torch", "torchvision",
)  # fmt: skip
HIDDEN = (*UNAVAILABLE, "marking", "nbgrader")  # not readable either

# Of the system, what Landlock lets a kernel read beside Python's own folders.
SYSTEM = (
    "/usr", "/bin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/localtime", "/proc", "/sys/devices/system",
)  # fmt: skip
LAST_WORDS_SECONDS = 2.0
LANDLOCK_LEAVES_OPEN = (
    "Landlock keeps a student's code from reading or writing other files and from opening TCP connections, but it does "
    "not hide other processes, does not close UDP, and does not end detached child processes"
)
NOTHING_PROTECTED = "without a sandbox a student's code can do to this machine whatever you can do"


class NoSandbox(RuntimeError):
    """No sandbox can be had; the message is one sentence that says why and what to do."""


class KernelDied(RuntimeError):
    """The kernel could not start, or ended before it answered."""


@dataclass(frozen=True)
class Limits:
    """What one kernel may use.  Bytes, seconds, counts."""

    memory: int = 2048 * MEBIBYTE  # of all processes together (warm tier), and of each one's address space
    cpu_seconds: int = 300  # of each process
    processes: int = 48
    open_files: int = 256
    file_bytes: int = 64 * MEBIBYTE
    temporary_bytes: int = 64 * MEBIBYTE  # of all files together

    def of_a_process(self) -> dict[str, int]:
        """As {name of RLIMIT_…: value}."""
        return {
            "AS": self.memory,
            "CPU": self.cpu_seconds,
            "NPROC": self.processes,
            "NOFILE": self.open_files,
            "FSIZE": self.file_bytes,
            "CORE": 0,
        }


# ------------------------------------------------------------------------------------------------ bubblewrap
def python_folders() -> list[str]:
    """Folders that Python and its packages live in, to be shown to kernels read-only, shortest first.

    The project's own folders, found through editable installs, are not among them.
    """
    paths = sysconfig.get_paths()
    wanted = {paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"], sys.prefix, sys.base_prefix}
    for system in ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/nix/store"):
        wanted.discard(system)
    real = sorted({path for folder in wanted for path in (folder, os.path.realpath(folder))})
    return [path for path in real if not any(path.startswith(above + "/") for above in real)]


def hidden_folders() -> list[str]:
    """Installed packages that kernels must not read, as existing folders and files below the visible ones."""
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    found = (Path(place, name) for place in sorted(places) for name in HIDDEN)
    return [str(path) for path in found if path.is_dir()]


def bubblewrap(arguments: list[str], *, limits: Limits, nested: bool) -> list[str]:
    """The command that runs `arguments` inside bubblewrap, with no folder of the host's that could be written.

    `nested` leaves room for the namespaces of single kernels inside.
    """
    command = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if is_root():
        # As root no user namespace is made: there root would still be root to the files bound below.  The warm process
        # gives up user 0 first of all; for that it keeps these two capabilities.
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
        command += [] if nested else ["--disable-userns"]
    command += ["--as-pid-1"] if nested else []  # the warm process buries its own: then its time is accounted to us
    command += ["--die-with-parent", "--new-session", "--hostname", "marking", "--clearenv"]
    for name, value in environment().items():
        command += ["--setenv", name, value]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = f"/{name}"
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/nix/store"):
        command += ["--ro-bind-try", path, path]
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += ["--size", str(limits.temporary_bytes), "--perms", "1777", "--tmpfs", "/tmp"]
    command += ["--size", str(limits.temporary_bytes), "--perms", "1777", "--tmpfs", "/submission"]
    command += ["--perms", "0777", "--dir", "/tmp/home"]
    for folder in python_folders():
        for above in reversed(Path(folder).parents[:-1]):  # bubblewrap would make them readable by their owner alone
            command += ["--perms", "0755", "--dir", str(above)]
        command += ["--ro-bind", folder, folder]
    for folder in hidden_folders():
        command += ["--perms", "0000", "--tmpfs", folder, "--remount-ro", folder]
    if cache := font_cache():
        command += ["--ro-bind", cache, "/fonts"]
    command += ["--ro-bind", str(WARM), "/warm.py", "--ro-bind", str(AGENT), "/agent.py", "--chdir", "/submission"]
    return [*command, *arguments]


def is_root() -> bool:
    """Whether this process is user 0 (there is none on Windows)."""
    return hasattr(os, "getuid") and os.getuid() == 0


def environment() -> dict[str, str]:
    """The whole environment of a kernel: nothing of the instructor's gets in."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp/home",
        "TMPDIR": "/tmp",
        "IPYTHONDIR": "/tmp/home/ipython",
        "JUPYTER_RUNTIME_DIR": "/tmp/home/runtime",
        "MPLCONFIGDIR": "/fonts" if font_cache() else "/tmp/home",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@functools.cache
def font_cache() -> str | None:
    """The folder of matplotlib's list of fonts, which takes seconds to make; None where there is none to show."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "matplotlib")
    return str(folder) if any(folder.glob("fontlist-*.json")) else None


@functools.cache
def why_no_bubblewrap() -> str | None:
    """Why bubblewrap cannot be used here, in a few words; None if it can."""
    if not sys.platform.startswith("linux"):
        return "bubblewrap exists on Linux only"
    if shutil.which("bwrap") is None:
        return "the program bwrap (package bubblewrap) is not installed"
    command = bubblewrap([sys.executable, "-I", "-c", "print('in')"], limits=Limits(), nested=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"bwrap does not run ({problem})"
    if done.stdout.strip() == "in":
        return None
    return f"bwrap does not work here ({(done.stderr.strip() or 'no message').splitlines()[-1]})"


@functools.cache
def can_nest() -> bool:
    """Whether kernels inside one bubblewrap can be isolated from each other, as the warm tier needs."""
    nursery = Nursery("warm")
    probe = [sys.executable, "-I", "/warm.py", "--probe", nursery.order()]
    command = bubblewrap(probe, limits=nursery.limits, nested=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == "nested"


def choose_tier(unsafe: bool = False) -> str:
    """The best tier to be had.  NoSandbox if that is none of the safe ones and `unsafe` is false."""
    reason = why_no_bubblewrap()
    if reason is None:
        return "warm" if can_nest() else "cold"
    if not unsafe:
        raise NoSandbox(
            f"students' code is not run without a sandbox, and none can be had: {reason}; "
            "install bubblewrap, or give --unsafe to go on with weaker protection or none"
        )
    return "landlock" if has_landlock() else "none"


def what_is_open(tier: str) -> str | None:
    """One sentence on what `tier` does not protect, for the tiers that must be asked for; None for the others."""
    return {"landlock": LANDLOCK_LEAVES_OPEN, "none": NOTHING_PROTECTED}.get(tier)


def has_landlock() -> bool:
    """Whether this system enforces Landlock."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    create_ruleset, version_flag = 444, 1
    return ctypes.CDLL(None).syscall(create_ruleset, None, ctypes.c_size_t(0), ctypes.c_uint32(version_flag)) >= 1


# ------------------------------------------------------------------------------------------------ the warm process
class Nursery:
    """Starts kernels, by the tier given.  A context manager: leaving it ends every kernel it started.

    With the warm tier the warm process is started once, at the first kernel, and again should it ever die.
    """

    def __init__(self, tier: str | None = None, limits: Limits | None = None):
        if tier is not None and tier not in TIERS:
            raise ValueError(f"tier is one of {', '.join(TIERS)}; got {tier!r}")
        self.tier = tier or choose_tier()
        self.limits = limits or Limits()
        self._lock = threading.Lock()  # a Dask worker may mark in several threads
        self._folder: Path | None = None
        self._process: subprocess.Popen | None = None
        self._socket: socket.socket | None = None

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process with all its kernels, and remove what they left."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            try:
                self._process.wait(2)  # with the socket closed it ends by itself
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    @property
    def folder(self) -> Path:
        """The folder of the homes of kernels that are not in bubblewrap."""
        if self._folder is None:
            place = tempfile.gettempdir()
            if os.name == "posix":
                _sweep(place)
            self._folder = Path(tempfile.mkdtemp(prefix=f"marking-{os.getpid()}-", dir=place))
        return self._folder

    def order(self, **more: Any) -> str:
        """What a warm process or a single kernel is told, as JSON."""
        return json.dumps({
            "user": NOBODY,
            "limits": self.limits.of_a_process(),
            "memory": self.limits.memory,
            "keep": python_folders(),
            "temporary": self.limits.temporary_bytes,
            "unavailable": UNAVAILABLE,
        } | more)  # fmt: skip

    def _warm(self) -> socket.socket:
        """The socket to the warm process, started if need be."""
        if self._process is not None and self._process.poll() is None:
            return self._socket
        if self._socket is not None:
            self._socket.close()
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            order = self.order(socket=theirs.fileno())
            self._process = subprocess.Popen(
                bubblewrap([sys.executable, "-I", "/warm.py", "--serve", order], limits=self.limits, nested=True),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        mine.settimeout(120)
        if mine.recv(16) != b"warm":
            message = self._process.communicate()[1].decode(errors="replace").strip()
            mine.close()
            raise KernelDied(f"the sandbox did not start: {(message or 'no message').splitlines()[-1]}")
        self._process.stderr.close()
        self._socket = mine
        return mine

    def start(self) -> Forked | Started:
        """Start a kernel.  KernelDied if the warm process cannot be had."""
        voice, theirs = socket.socketpair()
        if self.tier == "warm":
            lifeline, its_end = socket.socketpair()
            with theirs, its_end, self._lock:
                socket.send_fds(self._warm(), [b"kernel"], [its_end.fileno(), theirs.fileno()])
            return Forked(voice, lifeline)
        return Started(voice, *self._popen(theirs))

    def _popen(self, theirs: socket.socket) -> tuple[subprocess.Popen, Path | None]:
        """Start a kernel as a process of its own that speaks through `theirs`; with the folder that is its home."""
        shared = os.name == "nt"  # Windows passes sockets on by other means
        handle = {"socket": None if shared else theirs.fileno()}
        home = None
        if self.tier == "cold":
            inside = [sys.executable, "-I", "/warm.py", "--once", self.order(become=True, **handle)]
            command, variables = bubblewrap(inside, limits=self.limits, nested=False), None
        else:
            home = Path(tempfile.mkdtemp(dir=self.folder))
            rules = {}
            if self.tier == "landlock":
                visible = [*python_folders(), *SYSTEM, str(WARM), str(AGENT), *filter(None, [font_cache()])]
                rules = {"landlock": {"readable": visible, "writable": [str(home), "/dev/null", "/dev/shm"]}}
            command = [sys.executable, "-I", str(WARM), "--once", self.order(**handle, **rules)]
            variables = _homely(environment(), home)
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if shared else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=() if shared else (theirs.fileno(),),
            env=variables,
            cwd=home,
            start_new_session=not shared,
        )
        with theirs:
            if shared:
                with process.stdin:
                    process.stdin.write(theirs.share(process.pid))
        return process, home


class Forked:
    """A kernel forked from the warm process: alive as long as its lifeline is open."""

    def __init__(self, voice: socket.socket, lifeline: socket.socket):
        self.voice = voice
        self._lifeline = lifeline
        self._words = b""
        self._alive = True
        lifeline.setblocking(False)

    def alive(self) -> bool:
        """Whether its init still holds the other end; what it says last is kept for the obituary."""
        if self._alive:
            try:
                self._words = self._lifeline.recv(4096)
                self._alive = False
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:
                self._alive = False
        return self._alive

    def obituary(self) -> str:
        """What its init said of the end, such as "memory"; it may come a moment after the end."""
        until = time.monotonic() + LAST_WORDS_SECONDS
        while self.alive() and time.monotonic() < until:
            time.sleep(0.01)
        with contextlib.suppress(ValueError, AttributeError):
            return str(json.loads(self._words).get("said", ""))[:300]
        return ""

    def end(self) -> None:
        """Hang up: the init at the other end takes the whole namespace down."""
        self._alive = False
        self._lifeline.close()
        self.voice.close()


class Started:
    """A kernel that is a process of its own, and the leader of its session."""

    def __init__(self, voice: socket.socket, process: subprocess.Popen, home: Path | None):
        self.voice = voice
        self._process = process
        self._home = home

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def obituary(self) -> str:
        """Nobody watches over it, so nobody says what it ended of."""
        return ""

    def end(self) -> None:
        """Kill it, with what stayed in its session's process group, and remove its home."""
        self.voice.close()
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)


def _sweep(place: str) -> None:
    """Remove what nurseries of killed processes left behind in `place`."""
    for path in Path(place).glob("marking-*-*"):
        pid = path.name.split("-")[1]
        with contextlib.suppress(OSError):
            if pid.isdecimal() and path.stat().st_uid == os.getuid() and not _runs(int(pid)):
                shutil.rmtree(path, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _homely(variables: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of a kernel that shares the host's files: home and temp in its own folder."""
    home = str(folder)
    private = {"HOME": home, "TMPDIR": home, "IPYTHONDIR": f"{home}/ipython", "JUPYTER_RUNTIME_DIR": f"{home}/runtime"}
    return variables | private | {"MPLCONFIGDIR": font_cache() or home, "PATH": os.environ.get("PATH", "")}
