"""The weaker tier: the system keeps a process from files and TCP ports, without a namespace.

See landlock(7); the numbers are those of <linux/landlock.h>.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from typing import ClassVar

from .isolation import check, forbid_new_privileges, libc

# system calls, of the same numbers on every architecture
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1, 2, 4, 8
BIND_AND_CONNECT_TCP = 3
ABSTRACT_SOCKETS_AND_SIGNALS = 3


class _PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _fields_: ClassVar = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """Of the system's Landlock; below 1 where it has none."""
    flag = ctypes.c_uint32(VERSION_FLAG)
    return int(libc().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), flag))


def restrict(readable: list[str], listable: list[str], writable: list[str]) -> None:
    """From here on this process reads below `readable`, lists folders below `listable`, writes
    below `writable`, and opens no TCP port.

    Landlock (Linux 5.13; TCP from 6.7) needs no namespace and no privilege.  OSError where the
    system has none.
    """
    known = version()
    if known < 1:
        raise OSError(ctypes.get_errno(), "this system has no Landlock")
    # every right to files that this version knows (2 adds refer, 3 truncate, 5 control of devices)
    every = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(known, 16)) - 1
    rules = _create_ruleset(known, every)
    for paths, rights in (
        (readable, EXECUTE | READ_FILE | READ_FOLDER),
        (listable, READ_FOLDER),
        (writable, every),
    ):
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                _allow(rules, path, rights)
    forbid_new_privileges()
    check(libc().syscall(RESTRICT_SELF, rules, ctypes.c_uint32(0)), "Landlock")
    os.close(rules)


def _create_ruleset(known: int, rights: int) -> int:
    """A handle on rules that deny all `rights` to files, TCP (from version 4), and what version 6
    can.
    """
    # struct landlock_ruleset_attr: handled_access_fs, handled_access_net, scoped
    attributes = (ctypes.c_uint64 * 3)(
        rights,
        BIND_AND_CONNECT_TCP if known >= 4 else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0,
    )
    # a version refuses a longer structure than the one it knows
    size = ctypes.c_size_t(24 if known >= 6 else 16 if known >= 4 else 8)
    flags = ctypes.c_uint32(0)
    rules = int(libc().syscall(CREATE_RULESET, ctypes.byref(attributes), size, flags))
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused its rules")
    return rules


def _allow(rules: int, path: str, rights: int) -> None:
    """Add a rule that allows `rights` below `path`; FileNotFoundError where there is no such
    path.
    """
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    allowed = rights if os.path.isdir(path) else rights & (EXECUTE | WRITE_FILE | READ_FILE)
    rule = ctypes.byref(_PathBeneath(allowed, handle))
    result = libc().syscall(ADD_RULE, rules, PATH_BENEATH, rule, ctypes.c_uint32(0))
    check(result, f"Landlock rule for {path}")
    os.close(handle)
