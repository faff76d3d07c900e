"""The filter for system calls, tried against the operating system itself."""

import errno
import fcntl
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.marking.kernels.cells import printed
from tests.marking.kernels.tiered import PROTECTED, WITH_NAMESPACES

from marking.kernels import seccomp
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher
from marking.kernels.syscalls import ALLOWED

MACHINE = platform.machine()
HEADERS = ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h")
needs_filter = pytest.mark.skipif(
    seccomp.why_no_filter() is not None, reason=str(seccomp.why_no_filter())
)
pytestmark = needs_filter

# Calls that no kernel needs, by their numbers on x86-64 and aarch64.
REFUSED = {
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "unshare": (272, 97),
    "setns": (308, 268),
    "clone3": (435, 435),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "quotactl": (179, 60),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "kcmp": (312, 272),
    "syslog": (103, 116),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "vmsplice": (278, 75),
    "io_setup": (206, 0),
    "process_madvise": (440, 440),
    "setxattr": (188, 5),
    "capset": (126, 91),
}
# As the arguments of socket.socket.
FORBIDDEN_SOCKETS = {
    "netlink": "(16, 3, 0)",
    "packet": "(17, 3, 0)",
    "vsock": "(40, 1, 0)",
    "raw": "(2, 3, 1)",
    "ping": "(2, 2, 1)",
    "mptcp": "(2, 1, 262)",
    "alg": "(38, 5, 0)",
    "bluetooth": "(31, 3, 0)",
}
CALL = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    ctypes.set_errno(0)
    return libc.syscall(*map(ctypes.c_long, arguments)), ctypes.get_errno()
"""


@pytest.fixture(scope="module", params=PROTECTED)
def kernel(request):
    with KernelLauncher(request.param) as launcher, Kernel(launcher) as started:
        yield started


@pytest.fixture(scope="module", params=WITH_NAMESPACES)
def in_namespaces(request):
    with KernelLauncher(request.param) as launcher, Kernel(launcher) as started:
        yield started


def test_calls_that_are_not_on_the_list_do_not_exist(kernel):
    column = seccomp.ARCHITECTURES[MACHINE][1]
    numbers = {name: row[column] for name, row in REFUSED.items()}
    code = CALL + f"print({{name: call(number, 0, 0, 0, 0) for name, number in {numbers}.items()}})"
    answers = eval(printed(kernel, code))
    assert answers == dict.fromkeys(numbers, (-1, errno.ENOSYS))


def test_a_call_that_no_system_has_yet_does_not_exist_either(kernel):
    assert eval(printed(kernel, CALL + "print(call(1000))")) == (-1, errno.ENOSYS)


@pytest.mark.skipif(MACHINE != "x86_64", reason="only these have calls of other kinds")
def test_calls_as_32_bit_programs_make_them_do_not_exist(kernel):
    x32_getpid = 0x40000000 + 39
    assert eval(printed(kernel, CALL + f"print(call({x32_getpid}))")) == (-1, errno.ENOSYS)
    # mov eax, 20 (getpid of i386); int 0x80; ret
    code = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
code.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
print(ctypes.CFUNCTYPE(ctypes.c_int)(address)())
"""
    assert printed(kernel, code) == f"{-errno.ENOSYS}\n"


def test_no_process_enters_a_new_namespace(kernel):
    """By clone: the other ways in are not on the list."""
    clone = ALLOWED["clone"][seccomp.ARCHITECTURES[MACHINE][1]]
    flags = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
    code = (
        CALL
        + f"""
answers = []
for flag in {flags}:
    child, why = call({clone}, flag | 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    answers.append((child, why))
print(answers)
"""
    )
    assert eval(printed(kernel, code)) == [(-1, errno.EPERM)] * len(flags)


@pytest.mark.parametrize("kind", FORBIDDEN_SOCKETS)
def test_sockets_of_other_kinds_are_refused(kernel, kind):
    code = f"""
import socket
try:
    socket.socket(*{FORBIDDEN_SOCKETS[kind]}).close()
except OSError as problem:
    print(problem.errno)
"""
    assert printed(kernel, code) == f"{errno.EPERM}\n"


def test_memory_that_belongs_to_no_file_and_no_process_is_refused(kernel):
    code = """
import mmap
for flags in (mmap.MAP_SHARED, 3, mmap.MAP_PRIVATE | 0x40000):
    try:
        mmap.mmap(-1, 1 << 21, flags=flags | mmap.MAP_ANONYMOUS)
        print("mapped")
    except OSError as problem:
        print(problem.errno)
mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
"""
    assert printed(kernel, code) == f"{errno.EPERM}\n" * 3


def test_a_process_is_not_asked_to_obey_others(kernel):
    """Bounds, priorities and places of other processes stay; its own can be asked for and set."""
    code = """
import os, resource
def refused(function, *arguments):
    try:
        function(*arguments)
    except (PermissionError, ValueError):  # the second is how `resource` says the first
        return True
    return False
one = os.getppid() or 1
print(refused(resource.prlimit, one, resource.RLIMIT_NOFILE))
print(refused(os.setpriority, os.PRIO_PROCESS, one, 19))
print(refused(os.setpriority, os.PRIO_USER, 0, 19))
print(refused(os.setpriority, os.PRIO_PGRP, 0, 19))
print(refused(os.sched_setaffinity, one, {0}))
print(refused(resource.setrlimit, resource.RLIMIT_CORE, (0, 0)))
print(resource.getrlimit(resource.RLIMIT_CORE))
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
os.sched_setaffinity(0, os.sched_getaffinity(0))
"""
    assert printed(kernel, code) == "True\n" * 6 + "(1, 1)\n"


def test_no_lock_on_a_shared_file_reaches_anybody(kernel):
    """Neither another kernel, to which it would be a signal, nor a program of the instructor's,
    which it would stop.
    """
    locked = """
import fcntl, json
file = open(json.__file__)
fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
print(file.name)
"""
    with open(printed(kernel, locked).strip()) as shared:
        fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(shared, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(shared, fcntl.LOCK_UN)


def test_nobody_is_told_what_others_do_with_a_file_nor_sends_signals_by_one(kernel):
    code = """
import fcntl, json, os, socket
folder = os.open(os.path.dirname(json.__file__), os.O_RDONLY)
one, other = socket.socketpair()
for arguments in (
    (fcntl.fcntl, folder, fcntl.F_NOTIFY, fcntl.DN_ACCESS),
    (fcntl.fcntl, folder, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    (fcntl.fcntl, one, fcntl.F_SETOWN, 1),
    (fcntl.fcntl, one, fcntl.F_SETSIG, 9),
    (fcntl.ioctl, one, 0x8901, b"\\1\\0\\0\\0"),
    (fcntl.ioctl, folder, 0x80086601, bytes(8)),
):
    try:
        arguments[0](*arguments[1:])
        print(arguments, "was done")
    except PermissionError:
        pass
"""
    assert printed(kernel, code) == ""


def test_it_cannot_change_what_happens_when_it_crashes_or_its_parent_ends(kernel):
    code = """
import ctypes
libc = ctypes.CDLL(None)
parent_death, dumpable, subreaper, ptracer = 1, 4, 36, 0x59616d61
print([libc.prctl(option, 1, 0, 0, 0) for option in (parent_death, dumpable, subreaper, ptracer)])
"""
    assert printed(kernel, code) == "[-1, -1, -1, -1]\n"


def test_ordinary_work_goes_on(in_namespaces):
    code = """
import asyncio, multiprocessing, os, pty, shutil, sqlite3, subprocess, tempfile, threading
import numpy, matplotlib.pyplot
thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, [-1, 2]))
print(asyncio.run(asyncio.sleep(0, "slept")))
print(subprocess.run(["/bin/echo", "echo"], capture_output=True, text=True).stdout.strip())
with tempfile.TemporaryDirectory() as folder:
    open(f"{folder}/a", "w").write("x")
    shutil.copy2(f"{folder}/a", f"{folder}/b")
    os.chmod(f"{folder}/b", 0o600)
    numpy.save(f"{folder}/c.npy", numpy.ones(3))
    mapped = numpy.load(f"{folder}/c.npy", mmap_mode="r+")
    mapped.flush()
    print(mapped.sum())
    with sqlite3.connect(f"{folder}/d") as base:
        base.execute("CREATE TABLE words (word)")
        base.execute("INSERT INTO words VALUES ('kept')")
    print(sqlite3.connect(f"{folder}/d").execute("SELECT * FROM words").fetchall())
print(numpy.linalg.solve(numpy.eye(300), numpy.ones(300)).sum())
leader, follower = pty.openpty()
print(os.isatty(follower), os.get_terminal_size(follower))
"""
    said = "[1, 2]\nslept\necho\n3.0\n[('kept',)]\n300.0\n"
    terminal = "True os.terminal_size(columns=0, lines=0)\n"
    assert printed(in_namespaces, code) == said + terminal


def test_what_is_executed_is_filtered_too(in_namespaces):
    column = seccomp.ARCHITECTURES[MACHINE][1]
    script = CALL + f"print(call({REFUSED['keyctl'][column]}, 0, 0, 0))"
    code = f"""
import subprocess, sys
command = [sys.executable, "-I", "-c", {script!r}]
print(subprocess.run(command, capture_output=True, text=True).stdout)
"""
    assert eval(printed(in_namespaces, code).strip()) == (-1, errno.ENOSYS)


def header():
    return next((path for path in map(Path, HEADERS) if path.is_file()), None)


@pytest.mark.skipif(header() is None, reason="the system's headers are not installed")
def test_the_numbers_are_those_of_the_systems_headers():
    defined = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", header().read_text()))
    for name, (number, _) in (ALLOWED | REFUSED).items():
        # the newest calls are not in older headers
        assert number is None or int(defined.get(name, number)) == number, name
    assert sum(name in defined for name in ALLOWED) > 200


GENERIC = Path("/usr/include/asm-generic/unistd.h")


@pytest.mark.skipif(not GENERIC.is_file(), reason="the system's headers are not installed")
def test_the_numbers_of_aarch64_are_the_generic_ones():
    text = GENERIC.read_text()
    defined = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text))
    for name, (_, number) in (ALLOWED | REFUSED).items():
        assert number is None or int(defined.get(name, number)) == number, name


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_nothing_that_is_refused_is_on_the_list(machine):
    column = seccomp.ARCHITECTURES[machine][1]
    allowed = {row[column] for row in ALLOWED.values()}
    assert not REFUSED.keys() & ALLOWED.keys()
    assert not [name for name, row in REFUSED.items() if row[column] in allowed]


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_a_filter_is_short_enough_for_the_system(machine):
    program = seccomp.assemble(machine, set(), sockets=True)
    assert len(program) % 8 == 0 and len(program) // 8 < 4096


def test_without_a_filter_it_says_why(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")
    assert seccomp.filter_for() is None
    assert seccomp.why_no_filter() == "no numbers of system calls are known for pdp11"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert seccomp.why_no_filter() == "system calls can be filtered on Linux only"


def test_a_filter_that_the_system_refuses_is_an_error():
    code = "from marking.kernels.inside import isolation; isolation.filter_calls('AAAA')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "OSError" in done.stderr and "filter of system calls" in done.stderr
