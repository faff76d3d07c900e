"""A filter for system calls: which calls the operating system still does for a student's kernel.

The sandbox's other walls are themselves parts of the operating system; the fewer calls a kernel can
make, the fewer of its faults can be reached.  The filter is a list of what is allowed
(`marking.kernels.syscalls`); whatever is not on it "does not exist" (ENOSYS), so that programs fall
back on older calls, and a call that is refused for its arguments is "not permitted" (EPERM).  Some
calls say that they are done and do nothing: locks, which would reach whoever has the same file
open, and writing to the disk, where nothing of a kernel's is kept.  No call ends a kernel.

Here the filter is written, as a program of classic BPF (seccomp(2)); the kernel's own process loads
it.  A library for it, libseccomp, would have to be on the machine: pip cannot bring it.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Iterator, Sequence

from marking.kernels.syscalls import ALLOWED

# By platform.machine(): the number of the architecture (AUDIT_ARCH_…), and the column in ALLOWED.
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# Instructions of BPF, from <linux/bpf_common.h>, and what a filter answers, from <linux/seccomp.h>.
LOAD, AND, RETURN = 0x20, 0x54, 0x06
JUMP_IF_EQUAL, JUMP_IF_GREATER, JUMP_IF_AT_LEAST, JUMP_IF_ANY_BIT = 0x15, 0x25, 0x35, 0x45
ALLOW = 0x7FFF0000
ERROR = 0x00050000  # with the number of an error added
NUMBER, ARCHITECTURE = 0, 4  # where struct seccomp_data holds them

NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… that clone(2) knows
MAP_SHARED, MAP_ANONYMOUS, MAP_HUGETLB = 0x01, 0x20, 0x40000
SHARED_BY_NOBODY = MAP_SHARED | MAP_ANONYMOUS
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_TYPE = 1, 2, 5, 0xF
IPPROTO_TCP, IPPROTO_UDP = 6, 17
RLIMIT_CORE = 4
PRIO_PROCESS = 0
MS_SYNC = 4
# Of fcntl: copies of handles, flags, questions, and the size of pipes.  Not: to be told of what
# others do with a file (F_NOTIFY, leases), to have signals sent (F_SETOWN, F_SETSIG).
FCNTL = (0, 1, 2, 3, 4, 5, 9, 11, 36, 1027, 1030, 1031, 1032, 1034)
FCNTL_LOCKS = (6, 7, 37, 38)  # of a process, and of an open file
# Of ioctl: what programs ask terminals, pipes and sockets for.  Not: typing into a terminal, flags
# of files, owners of sockets, and whatever file systems and devices have of their own.
IOCTL = (
    *(0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540A, 0x540B, 0x540E, 0x540F, 0x5410, 0x5411),
    *(0x5413, 0x5414, 0x541B, 0x5421, 0x5422, 0x5429, 0x5441, 0x5450, 0x5451, 0x8905),
    *(0x802C542A, 0x402C542B, 0x402C542C, 0x402C542D, 0x80045430, 0x40045431),
)
# Of prctl: names, questions, and what can only take rights away.
PRCTL = (2, 3, 15, 16, 21, 23, 29, 30, 38, 39, 41, 42, 0x53564D41)

# What a path or a number of a process leads to where a kernel shares those of the machine.
ON_PATHS = {
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "utimensat", "futimesat", "mknod", "mknodat"),
}
# Done by saying so.  The last two would change what of the machine's files is held in memory.
PRETENDED = ("flock", "fsync", "fdatasync", "sync_file_range", "fadvise64", "readahead")
SIGNALS = {"kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"}

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
REFUSE: Instruction = (RETURN, 0, 0, ERROR | errno.EPERM)
ACCEPT: Instruction = (RETURN, 0, 0, ALLOW)
PRETEND: Instruction = (RETURN, 0, 0, ERROR | 0)  # the call returns 0, and is not made


def filter_for(*, shares_paths: bool = False, signals: bool = True) -> bytes | None:
    """The filter for kernels on this machine; None where none can be had (`why_no_filter`).

    With `shares_paths` a kernel is in no namespace: then it must not change what belongs to a file
    without opening it, nor make a socket.  Without `signals` it cannot send any.
    """
    if why_no_filter() is not None:
        return None
    withheld = (ON_PATHS if shares_paths else set()) | (set() if signals else SIGNALS)
    return assemble(platform.machine(), withheld, sockets=not shares_paths)


def why_no_filter() -> str | None:
    """Why calls cannot be filtered here, in a few words; None if they can."""
    if not sys.platform.startswith("linux"):
        return "system calls can be filtered on Linux only"
    if platform.machine() not in ARCHITECTURES:
        return f"no numbers of system calls are known for {platform.machine()}"
    # Asked to load a filter from nowhere, a system that has filters says that the address is bad.
    set_seccomp, mode_filter = 22, 2
    ctypes.CDLL(None, use_errno=True).prctl(set_seccomp, mode_filter, None, 0, 0)
    if ctypes.get_errno() not in (errno.EFAULT, errno.EACCES):
        return "this system has no seccomp filters"
    return None


def assemble(machine: str, withheld: set[str], *, sockets: bool) -> bytes:
    """The filter for `machine`, without the calls that are `withheld`."""
    architecture, column = ARCHITECTURES[machine]
    numbers = {
        name: number
        for name, row in ALLOWED.items()
        if name not in withheld and (number := row[column]) is not None
    }
    conditions = {name: body for name, body in _conditions(sockets).items() if name in numbers}
    program: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, ERROR | errno.ENOSYS),  # a call of another kind, as 32-bit programs make
        (LOAD, 0, 0, NUMBER),
    ]
    for name, tests in conditions.items():
        body = [*tests, ACCEPT]
        program += [(JUMP_IF_EQUAL, 0, len(body), numbers.pop(name)), *body]
    for first, last in _runs(sorted(numbers.values())):
        program += [(JUMP_IF_AT_LEAST, 0, 2, first), (JUMP_IF_GREATER, 1, 0, last), ACCEPT]
    program.append((RETURN, 0, 0, ERROR | errno.ENOSYS))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _conditions(sockets: bool) -> dict[str, list[Instruction]]:
    """Of calls that are allowed with some arguments only: what refuses the others."""
    kinds = (AF_UNIX, AF_INET, AF_INET6)
    types = (SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET)
    protocols = (0, IPPROTO_TCP, IPPROTO_UDP)
    own, own_second = _unless_equal(0, [0]), _unless_equal(1, [0])  # 0 is the one that calls
    return {
        "clone": _if_any_bit(0, NEW_NAMESPACES),
        # Memory that is shared without a file stays when no process has it mapped in; pages of
        # unusual size come out of a stock of the whole machine's.  Neither would be counted.
        "mmap": [*_if_all_bits(3, SHARED_BY_NOBODY), *_if_any_bit(3, MAP_HUGETLB)],
        "socket": (
            [
                *_unless_equal(0, kinds),
                *_unless_equal(1, types, SOCK_TYPE),
                *_unless_equal(2, protocols),
            ]
            if sockets
            else [REFUSE]
        ),
        "socketpair": _unless_equal(0, [AF_UNIX]),
        "fcntl": [*_if_equal(1, FCNTL_LOCKS, PRETEND), *_unless_equal(1, FCNTL)],
        "ioctl": _unless_equal(1, IOCTL),
        "msync": _if_any_bit(2, MS_SYNC, PRETEND),
        **{name: [PRETEND] for name in PRETENDED},
        "prctl": _unless_equal(0, PRCTL),
        "prlimit64": [*own, *_if_core_is_set()],
        "setrlimit": _if_equal(0, [RLIMIT_CORE]),
        "setpriority": [*_unless_equal(0, [PRIO_PROCESS]), *own_second],
        "sched_setaffinity": own,
        "sched_setparam": own,
        "sched_setscheduler": own,
    }


def _argument(index: int, high: bool = False) -> Instruction:
    return (LOAD, 0, 0, 16 + 8 * index + 4 * high)


def _if_any_bit(index: int, mask: int, then: Instruction = REFUSE) -> list[Instruction]:
    return [_argument(index), (JUMP_IF_ANY_BIT, 0, 1, mask), then]


def _if_all_bits(index: int, mask: int) -> list[Instruction]:
    return [_argument(index), (AND, 0, 0, mask), (JUMP_IF_EQUAL, 0, 1, mask), REFUSE]


def _if_equal(index: int, values: Sequence[int], then: Instruction = REFUSE) -> list[Instruction]:
    *others, last = values
    tests = [(JUMP_IF_EQUAL, len(others) - n, 0, value) for n, value in enumerate(others)]
    return [_argument(index), *tests, (JUMP_IF_EQUAL, 0, 1, last), then]


def _unless_equal(index: int, values: Sequence[int], mask: int = 0) -> list[Instruction]:
    tests = [(JUMP_IF_EQUAL, len(values) - n, 0, value) for n, value in enumerate(values)]
    return [_argument(index), *([(AND, 0, 0, mask)] if mask else []), *tests, REFUSE]


def _if_core_is_set() -> list[Instruction]:
    """Refuse a new bound on core dumps: argument 1 is a bound's number, 2 where a new one is."""
    return [
        _argument(1),
        (JUMP_IF_EQUAL, 0, 5, RLIMIT_CORE),
        _argument(2),
        (JUMP_IF_EQUAL, 0, 2, 0),
        _argument(2, high=True),
        (JUMP_IF_EQUAL, 1, 0, 0),
        REFUSE,
    ]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of every run of consecutive numbers."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
