"""What every kernel is given, whatever its tier: folders to read, variables, settings, and the
program that it runs.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import os
import sys
from pathlib import Path

from marking.kernels import seccomp
from marking.kernels.inside.landlock import version as landlock_version
from marking.kernels.inside.settings import Settings
from marking.kernels.visible import UNAVAILABLE, shown
from marking.limits import Limits

INSIDE = Path(__file__).with_name("inside")
# Who a kernel is.  To root's kernels it is the real user number, chosen from those that systemd
# says are given to nobody and used for nothing; to other users' kernels only a name for their own.
STRANGER = 2_000_000_000
# Processes and threads that others of a kernel's user may start after it, before the system refuses
# it one of its own: kernels beside it, where they share a user.  The init stops a kernel that has
# more than its own bound; the system's bound is there for what grows faster than the init looks.
NEIGHBOURS = 256
NOBODY = 65534  # where this system maps fewer numbers, as some containers do


def kernel_settings(
    limits: Limits,
    *,
    socket: int | None = None,
    control: int | None = None,
    drops_privileges: bool = False,
    beside_others: bool = False,
    landlock: dict[str, list[str]] | None = None,
) -> Settings:
    """What a fork server or a single kernel is told; what the others mean is written in
    `Settings`.
    """
    process_limits = limits.of_a_process()
    if beside_others:
        del process_limits["NPROC"]  # where others count as well: see `bound_beside_others`
    return Settings(
        user=stranger(),
        process_limits=process_limits,
        memory=limits.memory,
        processes=limits.processes,
        cpu_seconds=limits.cpu_seconds,
        temporary_bytes=limits.temporary_bytes,
        visible=list(shown()),
        unavailable=list(UNAVAILABLE),
        calls=_calls(shares_paths=landlock is not None),
        socket=socket,
        control=control,
        drops_privileges=drops_privileges,
        beside_others=beside_others,
        landlock=landlock,
    )


def bound_beside_others(limits: Limits, user: int) -> dict[str, int]:
    """The system's bound on the processes of a kernel that is in no namespace, as {name of
    RLIMIT_…: value}; empty where nobody tells how many there are.

    They count together with all others of user number `user`, of which more may start.
    """
    if not os.path.isdir("/proc/self"):
        return {}
    return {"NPROC": limits.processes + _tasks_of(user) + NEIGHBOURS}


def _tasks_of(user: int) -> int:
    """Processes and threads that user number `user` has now."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == user:
                count += len(os.listdir(process / "task"))
    return count


@functools.cache
def _calls(shares_paths: bool) -> str | None:
    # Only from its version 6 on does Landlock keep signals within.
    signals = not shares_paths or landlock_version() >= 6
    program = seccomp.filter_for(shares_paths=shares_paths, signals=signals)
    return None if program is None else base64.b64encode(program).decode()


@functools.cache
def stranger() -> int:
    """A number of a user that owns nothing."""
    try:
        lines = Path("/proc/self/uid_map").read_text(encoding="utf-8").splitlines()
    except OSError:
        return NOBODY
    ranges = [[int(number) for number in line.split()] for line in lines]
    known = any(first <= STRANGER < first + count for first, _, count in ranges)
    return STRANGER if known else NOBODY


def program(mode: str, settings: Settings, folder: str) -> list[str]:
    """The command that runs what lies in `inside`, seen as `folder`; `mode` is serve, once or
    probe.
    """
    return [sys.executable, "-I", folder, mode, settings.to_json()]


def variables() -> dict[str, str]:
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


def variables_with_home(home: Path) -> dict[str, str]:
    """The environment of a kernel that shares the host's files: home and temp are the folder
    `home`.
    """
    return variables() | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "IPYTHONDIR": f"{home}/ipython",
        "JUPYTER_RUNTIME_DIR": f"{home}/runtime",
        "MPLCONFIGDIR": font_cache() or str(home),
        "PATH": os.environ.get("PATH", ""),
    }


@functools.cache
def font_cache() -> str | None:
    """The folder of matplotlib's list of fonts, which takes seconds to make; None where there is
    none to show.
    """
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "matplotlib")
    return str(folder) if any(folder.glob("fontlist-*.json")) else None
