"""What a command costs.

CPU seconds are those of the command and all its children.  Memory is that of the command and its
workers together, kernels not counted: pages that they share counted once (PSS), the largest of four
samples a second.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    """What one command took: seconds, seconds of CPU, and bytes."""

    wall: float
    cpu: float
    memory: int


def run(command: list[str], folder: Path) -> Cost:
    """Run a command; the cost of it and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as words:
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=words, env=environment
        )
        memory = 0
        while process.poll() is None:
            memory = max(memory, memory_of_family(process.pid))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.25)
        wall = time.perf_counter() - begun
        if process.returncode:
            words.seek(0)
            sys.exit(f"{' '.join(command)} failed: {words.read().strip().splitlines()[-1:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory)


def memory_of_family(pid: int) -> int:
    """Bytes of memory of a process and its children, but not of sandboxes and what is in them."""
    total = 0
    with contextlib.suppress(OSError, IndexError, ValueError):
        total += 1024 * int(
            Path(f"/proc/{pid}/smaps_rollup")
            .read_text(encoding="utf-8")
            .split("Pss:")[1]
            .split()[0]
        )
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
            if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() != "bwrap":
                total += memory_of_family(int(child))
    return total
