"""The processes of this machine, read from the kernel: `ps` cuts command lines at the width of a
terminal.
"""

from pathlib import Path


def running(mark: str) -> int:
    """How many processes have ``mark`` in their command line, bubblewrap's own left out."""
    commands = (_command_line(process) for process in Path("/proc").glob("[0-9]*"))
    return sum(mark in command and "bwrap" not in command for command in commands)


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # it has ended meanwhile
        return ""
