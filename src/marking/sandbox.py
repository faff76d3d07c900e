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
import importlib.metadata
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerBase, KernelProvisionerFactory, LocalProvisioner

TIERS = ("warm", "cold", "landlock", "none")
PROVISIONER, COLD_PROVISIONER = "marking-sandbox", "marking-cold-sandbox"
WARM = Path(__file__).with_name("warm.py")
NOBODY = 65534
MEBIBYTE = 1 << 20

# What already is the answer, or carries it: not importable where marks are made.
UNAVAILABLE = (
    "convtranspose", "cupy", "cv2", "dask", "einops", "jax", "jaxlib", "keras", "mxnet", "numba", "onnx", "onnxruntime",
    "opt_einsum", "paddle", "pywt", "scipy", "skimage", "sklearn", "tensorflow", "tinygrad", "torch", "torchvision",
)  # fmt: skip
HIDDEN = (*UNAVAILABLE, "marking", "nbgrader")  # not readable either

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


def bubblewrap(arguments: list[str], *, bind: str, limits: Limits, nested: bool) -> list[str]:
    """The command that runs `arguments` inside bubblewrap with `bind` as the only writable folder of the host.

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
    for above in reversed(Path(bind).parents[:-1]):
        command += ["--perms", "0755", "--dir", str(above)]
    command += ["--ro-bind", str(WARM), "/warm.py", "--bind", bind, bind, "--chdir", "/submission"]
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
    with tempfile.TemporaryDirectory(prefix="marking-") as folder:
        command = bubblewrap([sys.executable, "-I", "-c", "print('in')"], bind=folder, limits=Limits(), nested=True)
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
    with Nursery("warm") as nursery:
        command = bubblewrap(
            [sys.executable, "-I", "/warm.py", "--probe", nursery.order(folder=str(nursery.folder))],
            bind=str(nursery.folder),
            limits=nursery.limits,
            nested=True,
        )
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
        self._numbers = itertools.count()
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
        """The folder of the kernels' sockets; short, since the path of a Unix socket has at most 107 bytes."""
        if self._folder is None:
            place = "/tmp" if os.path.isdir("/tmp") else tempfile.gettempdir()
            if os.name == "posix":
                _sweep(place)
            self._folder = Path(tempfile.mkdtemp(prefix=f"marking-{os.getpid()}-", dir=place))
            os.chmod(self._folder, 0o711)
        return self._folder

    def order(self, **more: Any) -> str:
        """What a warm process or a single kernel is told, as JSON."""
        return json.dumps({
            "user": NOBODY,
            "isolate": True,
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
                bubblewrap(
                    [sys.executable, "-I", "/warm.py", "--serve", order],
                    bind=str(self.folder),
                    limits=self.limits,
                    nested=True,
                ),
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

    def fork(self, folder: str) -> socket.socket:
        """Have the warm process fork a kernel for the connection file in `folder`; returns the kernel's lifeline."""
        mine, theirs = socket.socketpair()
        with theirs, self._lock:
            socket.send_fds(self._warm(), [json.dumps({"folder": folder}).encode()], [theirs.fileno()])
        return mine

    def manager(self) -> KernelManager:
        """A jupyter_client kernel manager whose kernel, once started, runs in this nursery."""
        folder = self.folder / str(next(self._numbers))
        folder.mkdir(mode=0o700)
        if is_root() and self.tier in ("warm", "cold"):
            os.chown(folder, NOBODY, NOBODY)
        transport = {"transport": "ipc", "ip": str(folder / "k")} if hasattr(socket, "AF_UNIX") else {}
        manager = KernelManager(
            connection_file=str(folder / "kernel.json"),
            kernel_name="marking",
            kernel_spec_manager=_OneSpec(self.kernel_spec(folder)),
            autorestart=False,
            shutdown_wait_time=0,
            **transport,
        )
        manager.nursery = self
        return manager

    def kernel_spec(self, folder: Path) -> KernelSpec:
        """How a kernel with its sockets in `folder` is started."""
        metadata = {}
        python = [sys.executable, "-I", str(WARM)]
        if self.tier == "warm":
            argv, metadata = ["{connection_file}"], {"kernel_provisioner": {"provisioner_name": PROVISIONER}}
        elif self.tier == "cold":
            inside = [sys.executable, "-I", "/warm.py", "--once", self.order(become=True), "{connection_file}"]
            argv = bubblewrap(inside, bind=str(folder), limits=self.limits, nested=False)
            metadata = {"kernel_provisioner": {"provisioner_name": COLD_PROVISIONER}}
        else:
            rules = {}
            if self.tier == "landlock":
                system = [
                    "/usr",
                    "/bin",
                    "/lib",
                    "/lib64",
                    "/lib32",
                    "/etc/ld.so.cache",
                    "/etc/localtime",
                    "/proc",
                    "/sys/devices/system",
                ]
                visible = [*python_folders(), *system, str(WARM), *filter(None, [font_cache()])]
                rules = {"landlock": {"readable": visible, "writable": [str(folder), "/dev/null", "/dev/shm"]}}
            argv = [*python, "--once", self.order(**rules), "{connection_file}"]
        return KernelSpec(
            argv=argv,
            env={} if self.tier in ("warm", "cold") else _homely(environment(), folder),
            display_name="Marking",
            language="python",
            interrupt_mode="message",  # signals do not cross into a PID namespace
            metadata=metadata,
        )


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


class _OneSpec(KernelSpecManager):
    """A kernelspec manager with one kernelspec and no search of the instructor's folders."""

    def __init__(self, spec: KernelSpec):
        super().__init__()
        self._spec = spec

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return self._spec


class SandboxProvisioner(KernelProvisionerBase):
    """Launches a kernel by forking the nursery's warm process; alive as long as its lifeline is open."""

    lifeline: socket.socket | None = None
    obituary: dict | None = None  # what its init said when the kernel ended

    @property
    def has_process(self) -> bool:
        return self.lifeline is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        manager = self.parent
        manager.write_connection_file()
        folder = os.path.dirname(manager.connection_file)
        _hand_over(manager.connection_file)
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[folder], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        self.lifeline = self.parent.nursery.fork(cmd[0])
        self.lifeline.setblocking(False)
        return self.connection_info

    async def poll(self) -> int | None:
        """None while the kernel lives, as for a process; else 1."""
        if self.lifeline is None:
            return 1
        with contextlib.suppress(BlockingIOError, InterruptedError):
            try:
                said = self.lifeline.recv(4096)
            except ConnectionError:
                said = b""
            if said and self.obituary is None:
                with contextlib.suppress(ValueError):
                    self.obituary = json.loads(said)
            self._hang_up()
            return 1
        return None

    async def wait(self) -> int | None:
        self._hang_up()
        return 1

    async def send_signal(self, signum: int) -> None:
        """Signals do not cross into the kernel's PID namespace; those that end it end the namespace."""
        import signal

        if signum in (signal.SIGKILL, signal.SIGTERM):
            self._hang_up()

    async def kill(self, restart: bool = False) -> None:
        self._hang_up()

    async def terminate(self, restart: bool = False) -> None:
        self._hang_up()

    async def cleanup(self, restart: bool = False) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        """Close the lifeline: the init at its other end takes the whole namespace down."""
        if self.lifeline is not None:
            self.lifeline.close()
            self.lifeline = None


class ColdProvisioner(LocalProvisioner):
    """Launches a kernel as a process of its own: bubblewrap, and Python in it."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        prepared = await super().pre_launch(**kwargs)
        _hand_over(self.parent.connection_file)
        return prepared


def _hand_over(connection_file: str) -> None:
    """Let the kernel read its connection file when, under a grader that is root, it runs as somebody else."""
    if is_root():
        os.chown(connection_file, NOBODY, NOBODY)


def register() -> None:
    """Make the provisioners known to jupyter_client, whether or not the package's entry points are installed."""
    known = KernelProvisionerFactory.instance().provisioners
    for name, kind in ((PROVISIONER, SandboxProvisioner), (COLD_PROVISIONER, ColdProvisioner)):
        place = f"{__name__}:{kind.__name__}"
        known.setdefault(name, importlib.metadata.EntryPoint(name, place, KernelProvisionerFactory.GROUP_NAME))


register()
