"""Runs a command as an ordinary user, where tests run as root: most instructors are not root, and
what the system lets their programs do is not the same.

    python -m tests.ordinary_user python -m pytest tests/attacks

The user has a number of its own and no name, and a home of its own that is removed afterwards.
Python may lie where only root can go, below /root for instance.  Then the command gets a view of
its own of the file system, in which such folders show nothing but the way to Python and to the
project; on the machine itself no folder and no right is changed.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from marking.files import remove_tree
from marking.kernels.inside import isolation

USER = 64_321  # belongs to nobody on a usual machine
PROJECT = Path(__file__).parents[1]


def can_become_ordinary() -> bool:
    """Whether this process may run commands as another user."""
    return sys.platform == "linux" and os.getuid() == 0


def run_as_ordinary_user(
    arguments: list[str], variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `arguments` as the ordinary user, in the project's folder; output and errors together."""
    return subprocess.run(
        [sys.executable, "-m", "tests.ordinary_user", *arguments],
        cwd=PROJECT,
        env=os.environ | (variables or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def main(arguments: list[str]) -> int:
    """Run `arguments` as the ordinary user, and return their exit code."""
    home = tempfile.mkdtemp(prefix="ordinary-")
    os.chown(home, USER, USER)
    child = os.fork()
    if child == 0:
        try:
            show(needed())
            _become(home)
            os.execvp(arguments[0], arguments)
        except BaseException as problem:
            print(f"{type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
        finally:
            os._exit(70)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    remove_tree(Path(home))
    return code


def _become(home: str) -> None:
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    names = dict.fromkeys(("USER", "LOGNAME", "USERNAME"), "ordinary")
    os.environ |= names | {"HOME": home, "TMPDIR": home, "PYTHONDONTWRITEBYTECODE": "1"}
    os.environ.pop("XDG_CACHE_HOME", None)
    os.environ.pop("PYTEST_ADDOPTS", None)  # may name files that are not this user's to write


def needed() -> list[Path]:
    """The folders that Python and the project are read from."""
    places = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), str(PROJECT)}
    return sorted({Path(os.path.realpath(place)) for place in places})


def _closed(folder: Path) -> bool:
    return not stat.S_IMODE(folder.stat().st_mode) & stat.S_IXOTH


def show(needed: list[Path]) -> None:
    """Lay an open folder over each closed one that leads to what is needed, in mounts that this
    process alone sees.
    """
    closed = {above for path in needed for above in path.parents if _closed(above)}
    if not closed:
        return
    isolation.check(isolation.libc().unshare(isolation.CLONE_NEWNS), "unshare")
    isolation.mount(None, "/", None, isolation.MS_REC | isolation.MS_PRIVATE)
    for folder in sorted(closed):
        inside = [path for path in needed if folder in path.parents]
        handles = [(path, os.open(path, os.O_PATH)) for path in inside]
        isolation.mount("tmpfs", str(folder), "tmpfs", 0, "size=1m,mode=0755")
        for path, handle in handles:
            path.mkdir(parents=True, exist_ok=True)
            source = f"/proc/self/fd/{handle}"
            isolation.mount(source, str(path), None, isolation.MS_BIND | isolation.MS_REC)
            os.close(handle)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
