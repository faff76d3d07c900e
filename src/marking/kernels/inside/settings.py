"""What the grader tells the program inside the sandbox: one definition for both ends."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

# Packages that take long to import, and what a notebook that uses them needs of them: kernels that
# are forked have them imported already.  The inline backend has the shell show figures at the end
# of a cell.
HEAVY = {
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "sympy": ("sympy",),
}


@dataclass(frozen=True)
class Settings:
    """How a kernel is to be started.  Bytes, and names of RLIMIT_… without that prefix."""

    user: int  # who to become where the sandbox was started by root
    process_limits: dict[str, int]  # of each process
    # of all processes together
    memory: int
    processes: int
    cpu_seconds: int
    temporary_bytes: int  # of all files of one folder together
    visible: list[str]  # folders that stay in view, also below /tmp
    unavailable: list[str]  # packages that cannot be imported
    calls: str | None  # the filter of system calls, in base64; None where there is none
    socket: int | None = None  # the inherited handle; None: shared through our input (Windows)
    # the inherited handle whose end is the kernel's; None where no process can watch over one
    control: int | None = None
    drops_privileges: bool = False  # nobody else does it for this process
    landlock: dict[str, list[str]] | None = None  # what is "readable" and "writable"

    def to_json(self) -> str:
        """As one argument of the command line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The settings that `to_json` wrote."""
        return cls(**json.loads(text))
