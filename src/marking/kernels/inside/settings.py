"""What the grader tells the program inside the sandbox: one definition for both ends."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field

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
    # Of a fork server: its kernels are in no namespace, but where the machine's users are.
    beside_others: bool = False
    landlock: dict[str, list[str]] | None = None  # what is "readable", "listable" and "writable"

    def to_json(self) -> str:
        """As one argument of the command line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The settings that `to_json` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Order:
    """What a fork server is asked for: one kernel."""

    modules: list[str]  # of `HEAVY`: what it is to have imported
    # Of a kernel that is in no namespace, and has these to itself: its environment, where HOME is
    # the folder that it may write in, and more names of RLIMIT_… as in `Settings`.
    variables: dict[str, str] = field(default_factory=dict)
    process_limits: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """As one message."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Order:
        """The order that `to_json` wrote."""
        return cls(**json.loads(text))
