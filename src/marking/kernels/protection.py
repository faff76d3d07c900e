"""What protects here, in words: for the first line of a run, and for `marking sandbox`."""

from __future__ import annotations

import os
import sys

from marking.kernels import bubblewrap, seccomp
from marking.kernels.environment import STRANGER, stranger
from marking.kernels.inside import landlock
from marking.kernels.tiers import Tier
from marking.limits import Limits

NONE = "none"


def sentence(tier: Tier, limits: Limits | None = None) -> str:
    """What protects in `tier`, on one line."""
    limits = limits or Limits()
    words = {
        Tier.FORKED: "bubblewrap, a namespace for each submission (warm)",
        Tier.FRESH: "bubblewrap, a process of its own for each submission (cold)",
        Tier.LANDLOCK: "Landlock, without namespaces (landlock)",
        Tier.NONE: "no sandbox (none)",
    }[tier]
    filtered = "no filter" if seccomp.why_no_filter() else "a filter"
    return (
        f"students' code runs in {words}, with {filtered} of system calls; each kernel has at most "
        f"{_size(limits.memory)} of memory, {limits.processes} processes, "
        f"{limits.cpu_seconds} s of processor time"
    )


def rows(tier: Tier, limits: Limits | None = None) -> list[tuple[str, str]]:
    """What protects in `tier`: (subject, what there is), for a table."""
    limits = limits or Limits()
    return [
        ("tier", f"{tier} ({_made_by(tier)})"),
        ("user", _user(tier)),
        ("namespaces", _namespaces(tier)),
        ("system calls", seccomp.why_no_filter() or "those on a list; all others do not exist"),
        ("memory", f"{_size(limits.memory)} of all processes of a kernel together"),
        ("processes", f"{limits.processes}, threads counted"),
        ("processor time", f"{limits.cpu_seconds} s of all processes together"),
        ("files", f"{_size(limits.temporary_bytes)} in each temporary folder"),
        ("counted by", _watcher()),
    ]


def _made_by(tier: Tier) -> str:
    if tier in (Tier.FORKED, Tier.FRESH):
        path = bubblewrap.executable() or "bwrap"
        return f"{bubblewrap.version(path)}, {path}"
    return f"version {landlock.version()}" if tier is Tier.LANDLOCK else "no sandbox"


def _user(tier: Tier) -> str:
    root = bubblewrap.is_root()
    if tier is Tier.NONE or (tier is Tier.LANDLOCK and not root):
        return "yours, with your rights"
    if root:
        return f"number {stranger()}, which owns nothing, without capabilities"
    return f"yours, called {STRANGER} inside, without capabilities"


def _namespaces(tier: Tier) -> str:
    if tier in (Tier.FORKED, Tier.FRESH):
        return "files, network, processes, IPC, host name" + (
            "" if bubblewrap.is_root() and tier is Tier.FRESH else ", users"
        )
    return NONE


def _watcher() -> str:
    if sys.platform.startswith("linux") and os.path.isdir("/proc/self"):
        return "a process above each kernel, ten times a second"
    return "nobody: each process is bounded by itself"


def _size(count: int) -> str:
    return f"{count / 2**30:g} GiB" if count >= 2**30 else f"{count >> 20} MiB"
