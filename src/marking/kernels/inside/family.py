"""What a kernel and everything it started use together: memory, processes, processor time."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

KIBIBYTE = 1024
# Memory that is nobody's file, in /proc/<number>/status: a process's own, what it shares with
# others or keeps in a file of memory, and what of it was swapped out.
COUNTED = ("RssAnon", "RssShmem", "VmSwap")
# The same, shared out among all that share it, in /proc/<number>/smaps_rollup.
SHARED_OUT = ("Pss_Anon", "Pss_Shmem", "SwapPss")


@dataclass(frozen=True)
class Usage:
    """What a family of processes uses."""

    memory: int  # bytes
    tasks: int  # processes and their threads
    seconds: float  # of processor time, of every process that was ever seen


@dataclass(frozen=True)
class Process:
    """One line of /proc/<number>/stat."""

    parent: str
    tasks: int
    seconds: float
    begun: str  # tells it from another of its number


class Family:
    """All descendants of the process `ancestor`, from a handle on a /proc that shows them.

    A process that loses its parent becomes a child of that ancestor, which is process 1 or has said
    that it takes them in: so no process can leave this tree.
    """

    def __init__(self, proc: int, ancestor: str) -> None:
        self._proc = proc
        self._ancestor = ancestor
        self._seconds: dict[tuple[str, str], float] = {}

    def members(self) -> dict[str, Process]:
        """The processes that there are now, by number."""
        everybody: dict[str, Process] = {}
        for name in os.listdir(self._proc):
            if name.isdigit():
                # it may just have ended
                with contextlib.suppress(OSError, ValueError, IndexError):
                    everybody[name] = _process(self._read(f"{name}/stat"))
        family = {self._ancestor}
        while more := {n for n, one in everybody.items() if one.parent in family} - family:
            family |= more
        return {name: everybody[name] for name in family - {self._ancestor} if name in everybody}

    def usage(self, enough: int) -> Usage:
        """What they use now.

        Pages that forks share are counted for each; only when that comes to more than `enough`
        bytes are they shared out, which takes longer.
        """
        members = self.members()
        for name, process in members.items():
            self._seconds[name, process.begun] = process.seconds
        used = {name: self._memory(name, "status", COUNTED) for name in members}
        if sum(used.values()) > enough:
            for name in members:
                # A process can refuse to be looked at so closely, or have ended: counted once more,
                # what it has still counts in full, and what is gone does not.
                shared_out = self._memory(name, "smaps_rollup", SHARED_OUT)
                used[name] = shared_out or self._memory(name, "status", COUNTED)
        tasks = sum(process.tasks for process in members.values())
        return Usage(sum(used.values()), tasks, sum(self._seconds.values()))

    def _memory(self, name: str, file: str, wanted: tuple[str, ...]) -> int:
        if total := self._sum(f"{name}/{file}", wanted):
            return total
        # Where the first thread has ended, the system shows the memory of the others only.
        threads: list[str] = []
        with contextlib.suppress(OSError):
            folder = os.open(f"{name}/task", os.O_RDONLY, dir_fd=self._proc)
            threads = os.listdir(folder)
            os.close(folder)
        sums = (self._sum(f"{name}/task/{thread}/{file}", wanted) for thread in threads)
        return max(sums, default=0)

    def _sum(self, path: str, wanted: tuple[str, ...]) -> int:
        total = 0
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in self._read(path).splitlines():
                name, _, value = line.partition(":")
                if name in wanted:
                    total += int(value.split()[0]) * KIBIBYTE
        return total

    def _read(self, path: str) -> str:
        # A process chooses its name, in bytes: one that is no text must not hide it.
        handle = os.open(path, os.O_RDONLY, dir_fd=self._proc)
        with open(handle, encoding="utf-8", errors="replace", newline="\n") as file:
            return file.read()


def _process(stat: str) -> Process:
    # the name, in brackets, may hold anything
    fields = stat.rpartition(")")[2].split()
    return Process(
        parent=fields[1],
        tasks=int(fields[17]),
        seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        begun=fields[19],
    )
