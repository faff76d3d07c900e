"""Which protection can be had on this machine, and what each leaves open.

None of it makes a mark true: marks are true because what a kernel sends is believed to be nothing
but arrays.  The sandbox protects the instructor's machine and the other students.
"""

from __future__ import annotations

import sys
from enum import StrEnum

from marking.errors import NoSandbox
from marking.kernels import bubblewrap
from marking.kernels.inside import landlock

LANDLOCK_LEAVES_OPEN = (
    "Landlock keeps a student's code from reading or writing other files, and a filter of system "
    "calls keeps it from the network, but the code is not in namespaces of its own: it can find "
    "out which files exist, it runs as your own user unless you are root, and where the system has "
    "no such filter the network and other processes are within its reach"
)
NOTHING_PROTECTED = "without a sandbox a student's code can do to this machine whatever you can do"


class Tier(StrEnum):
    """How a kernel is started and kept in, best first.  The values are what users see."""

    # A fork server inside bubblewrap has imported everything; each kernel is forked from it, and
    # isolates itself once more from the other kernels by namespaces of its own.
    FORKED = "warm"
    # A fresh bubblewrap and a fresh Python for each kernel, for systems that forbid namespaces
    # inside namespaces.
    FRESH = "cold"
    # No namespaces; only with `unsafe`.  Forked as well, from a fork server in the open.
    LANDLOCK = "landlock"
    # An ordinary process with the instructor's rights; only with `unsafe`.  Forked where `forks`.
    NONE = "none"


def choose_tier(unsafe: bool = False) -> Tier:
    """The best tier to be had.  NoSandbox if that is none of the safe ones and `unsafe` is
    false.
    """
    reason = bubblewrap.why_no_bubblewrap()
    if reason is None:
        return Tier.FORKED if bubblewrap.can_nest() else Tier.FRESH
    if not unsafe:
        raise NoSandbox(
            f"students' code is not run without a sandbox, and none can be had: {reason}; "
            f"{bubblewrap.way_out()}, or give --unsafe to go on with weaker protection or none"
        )
    return Tier.LANDLOCK if has_landlock() else Tier.NONE


def what_is_open(tier: Tier | str) -> str | None:
    """One sentence on what `tier` does not protect, for the tiers that must be asked for; None for
    the others.
    """
    return {Tier.LANDLOCK: LANDLOCK_LEAVES_OPEN, Tier.NONE: NOTHING_PROTECTED}.get(Tier(tier))


def forks(tier: Tier) -> bool:
    """Whether kernels of `tier` are forked from a fork server here.  Windows has no fork, and on
    macOS a process that has loaded its libraries for arrays is not safe to fork.
    """
    if tier is Tier.FORKED:
        return True
    return tier is not Tier.FRESH and sys.platform.startswith("linux")


def has_landlock() -> bool:
    """Whether this system enforces Landlock."""
    return sys.platform.startswith("linux") and landlock.version() >= 1
