"""What kernels that share the machine's files have: a folder each, and what Landlock lets them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from marking.files import remove_tree
from marking.kernels import bubblewrap
from marking.kernels.environment import INSIDE, font_cache, stranger
from marking.kernels.tiers import Tier
from marking.kernels.visible import FILES_OF_ETC, covered, except_covered, python_files, shown

# Of the system, what Landlock lets a kernel read beside the folders that are shown.  Of /proc that
# is nothing about a process: not even its own, because what it knows of others lies there too.
SYSTEM_FILES = (
    *FILES_OF_ETC,
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system",
)


def new_folder() -> Path:
    """A temporary folder of this process's, which `remove_stale_folders` knows for one."""
    place = tempfile.gettempdir()
    if os.name == "posix":
        remove_stale_folders(Path(place))
    return Path(tempfile.mkdtemp(prefix=f"marking-{os.getpid()}-", dir=place))


def new_home(folder: Path, tier: Tier) -> Path:
    """A folder in `folder` for one kernel of `tier`, which may write there."""
    home = Path(tempfile.mkdtemp(dir=folder))
    if _is_strangers(tier):
        folder.chmod(0o711)  # it is the way to a home that is the kernel's own
        os.chown(home, stranger(), stranger())
    return home


def user_of(tier: Tier) -> int:
    """The number of the user that kernels of `tier`, which are in no namespace, run as."""
    return stranger() if _is_strangers(tier) else os.getuid()


def _is_strangers(tier: Tier) -> bool:
    return tier is Tier.LANDLOCK and bubblewrap.is_root()


def landlock_rules() -> dict[str, list[str]]:
    """What every kernel may read, list and write, its home aside.  Landlock allows whole trees;
    where something in a tree is covered, the rest is allowed piece by piece.
    """
    fonts = font_cache()
    pieces = [piece for folder in shown() for piece in except_covered(folder, covered())]
    return {
        "readable": [
            *pieces,
            *python_files(),
            *SYSTEM_FILES,
            *except_covered(str(INSIDE), [f"{INSIDE}/__pycache__"]),
            *([fonts] if fonts else []),
        ],
        "listable": [*shown(), str(INSIDE)],
        "writable": ["/dev/null"],
    }


def remove_stale_folders(place: Path) -> None:
    """Remove what processes that were killed left behind in `place`."""
    for path in place.glob("marking-*-*"):
        pid = path.name.split("-")[1]
        with contextlib.suppress(OSError):
            if pid.isdecimal() and path.stat().st_uid == os.getuid() and not is_running(int(pid)):
                remove_tree(path)


def is_running(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
