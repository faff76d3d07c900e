"""What a process gives up before a student's code runs in it: namespaces, mounts, capabilities,
limits.
"""

from __future__ import annotations

import base64
import ctypes
import functools
import os
import platform
import signal
import sys
from typing import ClassVar

if sys.platform != "win32":
    import resource

# From <sched.h>, <sys/mount.h>, <sys/prctl.h>, <linux/capability.h>; Python 3.11 has no names for
# them.
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS = 4, 8, 38
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
SET_MODE_FILTER, ALL_THREADS, INSTRUCTION_BYTES = 1, 1, 8
CAP_DAC_READ_SEARCH = 2
# numbers of system calls that the C library has no function for
KEYCTL = {"x86_64": 250, "aarch64": 219}
SECCOMP = {"x86_64": 317, "aarch64": 277}
KEYCTL_JOIN_SESSION_KEYRING = 1
LINUX_CAPABILITY_VERSION_3 = 0x20080522
ALL_NAMESPACES = (
    CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
)

WORK, HOME = "/submission", "/tmp/home"  # as the kernel sees them
SHARED_MEMORY, TERMINALS = "/dev/shm", "/dev/pts"
MAX_FILES = 4096  # of one temporary folder
MAX_TERMINALS = 16  # the system has a few thousand for everybody


@functools.cache
def libc() -> ctypes.CDLL:
    """The C library, for system calls that Python has no function for."""
    return ctypes.CDLL(None, use_errno=True)


def check(result: int, action: str) -> None:
    """OSError, naming the action, if a call into the C library did not return 0."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{action}: {os.strerror(number)}")


def give_up_root(user: int, reads_all: bool = False) -> None:
    """Become `user` where this is user 0: limits on processes do not hold for user 0, and user 0
    may read every file that is in view.

    With `reads_all` the right to read every file can be kept, for `drop_capabilities` to decide.
    """
    if os.getuid() == 0:
        if reads_all:
            libc().prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        # cleared by the change of user; without it /proc/self is root's
        set_dumpable(True)


def set_dumpable(dumpable: bool) -> None:
    """Whether processes of the same user may look into this one."""
    libc().prctl(PR_SET_DUMPABLE, int(dumpable), 0, 0, 0)


def take_in_orphans() -> None:
    """Processes below this one that lose their parent become this one's children."""
    check(libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "child subreaper")


def end_with_parent(parent: int) -> None:
    """Be killed when the process `parent`, this one's, ends.  A change of user, but no other
    change, would undo this.
    """
    check(libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "parent-death signal")
    if os.getppid() != parent:  # it has ended already
        os._exit(1)


def forbid_new_privileges() -> None:
    """No file that is executed from here on brings a privilege."""
    check(libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def drop_capabilities(reads_all: bool = False) -> None:
    """No capability in any set, and none to be had by executing a file.  With `reads_all` this
    process keeps that one, where it has it.
    """
    forbid_new_privileges()
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    kept = 1 << CAP_DAC_READ_SEARCH if reads_all else 0
    sets = (ctypes.c_uint32 * 6)(kept, kept)  # effective and permitted, of the first 32
    if libc().capset(ctypes.byref(header), ctypes.byref(sets)) != 0:
        none = (ctypes.c_uint32 * 6)()
        check(libc().capset(ctypes.byref(header), ctypes.byref(none)), "capset")


def join_new_session_keyring() -> None:
    """Leave the keyring that every process of a login shares, keys of its user's among them.

    A system that has no keyrings, or a container that forbids them, has none to leave either.
    """
    number = KEYCTL.get(platform.machine())
    if number is not None:
        libc().syscall(number, KEYCTL_JOIN_SESSION_KEYRING, None)


class _FilterProgram(ctypes.Structure):
    """struct sock_fprog."""

    _fields_: ClassVar = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def filter_calls(program: str | None) -> None:
    """From here on the system does for this process, its children and what they execute only the
    calls that `program` allows: BPF in base64, or None for no filter.
    """
    if program is None:
        return
    instructions = base64.b64decode(program)
    length = len(instructions) // INSTRUCTION_BYTES
    argument = ctypes.byref(_FilterProgram(length, instructions))
    forbid_new_privileges()
    number = SECCOMP[platform.machine()]
    result = libc().syscall(number, SET_MODE_FILTER, ctypes.c_uint(ALL_THREADS), argument)
    check(result, "filter of system calls")


def unshare(flags: int = ALL_NAMESPACES) -> None:
    """Enter new namespaces, a user namespace among them; the user keeps its number."""
    user, group = os.getuid(), os.getgid()
    check(libc().unshare(flags), "unshare")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="utf-8") as file:
            file.write(text)


def mount(
    source: str | None,
    target: str,
    kind: str | None = None,
    flags: int = 0,
    data: str | None = None,
) -> None:
    """mount(2).  OSError names the target."""
    encoded = [None if part is None else os.fsencode(part) for part in (source, target, kind, data)]
    result = libc().mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3])
    check(result, f"mount {target}")


def mount_private_files(visible: list[str], temporary_bytes: int) -> None:
    """Mount the kernel's own view: an empty working folder and temp, nothing of its neighbours.

    Those of the `visible` folders that lie below /tmp stay where they were; all else in /tmp
    vanishes.
    """
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    kept = [(path, os.open(path, os.O_PATH)) for path in visible if path.startswith("/tmp/")]
    limit = f"size={temporary_bytes},nr_inodes={MAX_FILES},mode=0700"
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, limit)
    mount("tmpfs", WORK, "tmpfs", MS_NOSUID | MS_NODEV, limit)
    mount("tmpfs", SHARED_MEMORY, "tmpfs", MS_NOSUID | MS_NODEV, limit)
    # Terminals, too, could be opened by other kernels of the same user.
    mount(
        "devpts", TERMINALS, "devpts", MS_NOSUID | MS_NOEXEC, f"ptmxmode=0666,max={MAX_TERMINALS}"
    )
    for path, handle in kept:
        os.makedirs(path, mode=0o755, exist_ok=True)
        mount(f"/proc/self/fd/{handle}", path, None, MS_BIND | MS_REC)
        os.close(handle)
    os.mkdir(HOME)
    try:
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        with open("/proc/sys/user/max_user_namespaces", "w", encoding="utf-8") as file:
            file.write("0")  # no further namespaces: less of the system's own code to attack
    except OSError:
        # Under a partly covered /proc the system allows no new one (it would uncover).  Then the
        # kernel goes without.
        mount("tmpfs", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY, "size=4k,mode=0500")


def limit_process(limits: dict[str, int]) -> None:
    """Set the limits that hold for each process, as {name of RLIMIT_…: value}.  Windows and macOS
    know few or none.
    """
    if sys.platform == "win32":
        return
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(number)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(number, (value, value))
        except (OSError, ValueError):
            if sys.platform.startswith("linux"):
                raise
