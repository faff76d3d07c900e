"""Memory, processes and processor time are bounded for a kernel with all that it starts, in every
tier.
"""

import mmap
import os
import platform

import pytest
from tests.marking.kernels.cells import eventually, printed
from tests.marking.kernels.tiered import EVERY, PROTECTED
from tests.processes import running

from marking.kernels.inside.family import Family
from marking.kernels.kernel import CellStatus, Kernel
from marking.kernels.launcher import ExitReason, KernelLauncher
from marking.limits import MEBIBYTE, Limits

SMALL = Limits(memory=600 * MEBIBYTE, processes=12, cpu_seconds=20, temporary_bytes=8 * MEBIBYTE)
SECONDS = 120
EXIT = {"x86_64": 60, "aarch64": 93}  # the call by which one thread ends


# Of children that together hold more than is allowed, none of which does alone.
HOARD = """
for _ in range(5):
    if os.fork() == 0:
        x = b"x" * (200 << 20)
        time.sleep(3000)
time.sleep(3000)
"""


@pytest.fixture(scope="module", params=EVERY)
def launcher(request):
    with KernelLauncher(request.param, SMALL) as opened:
        yield opened


@pytest.fixture
def kernel(launcher):
    with Kernel(launcher) as started:
        yield started


@pytest.fixture(scope="module", params=PROTECTED)
def protected(request):
    with KernelLauncher(request.param, SMALL) as opened:
        yield opened


def test_memory_of_all_processes_together_is_bounded(kernel):
    run = kernel.run("import os, time\n" + HOARD, SECONDS)
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.MEMORY)


def test_a_parent_that_is_gone_hides_nobody(kernel):
    code = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            x = b"x" * (200 << 20)
            time.sleep(3000)
        os._exit(0)
time.sleep(3000)
"""
    run = kernel.run(code, SECONDS)
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.MEMORY)


def test_a_name_that_is_no_text_hides_nobody(protected):
    code = """
import ctypes, os, time
for _ in range(4):
    if os.fork() == 0:
        assert ctypes.CDLL(None).prctl(15, b"\\xff\\r\\n)", 0, 0, 0) == 0
        x = b"x" * (200 << 20)
        time.sleep(3000)
time.sleep(3000)
"""
    with Kernel(protected) as kernel:
        run = kernel.run(code, 30)
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.MEMORY)


@pytest.mark.skipif(platform.machine() not in EXIT, reason="its calls have other numbers here")
def test_a_first_thread_that_is_gone_hides_no_memory(protected):
    """The system then says nothing of what the process as a whole uses."""
    code = f"""
import ctypes, os, threading, time
def hoard():
    global held
    time.sleep(1)
    held = b"x" * (250 << 20)
    time.sleep(3000)
for _ in range(3):
    if os.fork() == 0:
        threading.Thread(target=hoard).start()
        ctypes.CDLL(None).syscall({EXIT.get(platform.machine())}, 0)
time.sleep(3000)
"""
    with Kernel(protected) as kernel:
        run = kernel.run(code, 30)
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.MEMORY)


def test_processes_are_bounded_and_their_number_is_a_bound_on_threads(kernel):
    """Either the system refuses the next one, or the kernel is stopped for it."""
    code = """
import os, time
started = 0
try:
    for _ in range(100):
        if os.fork() == 0:
            time.sleep(3000)
        started += 1
    time.sleep(3000)
except OSError:
    if started > 12:  # the system's bound leaves room for others of this user: the init sees it
        time.sleep(3000)
    print(True)
"""
    run = kernel.run(code, SECONDS)
    if run.status is CellStatus.OK:
        assert run.outputs[0].text == "True\n"
    else:
        assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.PROCESSES)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="only Linux tells how many there are")
def test_processes_of_its_user_outside_take_none_from_a_kernel():
    """Who has a desktop has more of them than a kernel may have; the system counts all together."""
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_NPROC)[0])"
    with KernelLauncher("none", SMALL) as launcher, Kernel(launcher) as kernel:
        assert int(printed(kernel, code)) > SMALL.processes


def test_kernels_that_start_later_and_fill_up_take_none_from_a_kernel(launcher):
    """Where they share a user, the system counts the processes of all together."""
    fork = "import os, time\nfor _ in range({}):\n    if os.fork() == 0: time.sleep(3000)\nprint(1)"
    with Kernel(launcher) as first, Kernel(launcher) as second, Kernel(launcher) as third:
        printed(first, "print(0)")
        for later in (second, third):
            assert printed(later, fork.format(SMALL.processes - 4)) == "1\n"
        assert printed(first, fork.format(2)) == "1\n"


def test_time_of_all_processes_together_is_bounded(launcher):
    code = """
import os
for _ in range(3):
    if os.fork() == 0:
        while True: pass
while True: pass
"""
    limits = Limits(memory=600 * MEBIBYTE, cpu_seconds=3)
    with KernelLauncher(launcher.tier, limits) as own, Kernel(own) as kernel:
        run = kernel.run(code, SECONDS)
    assert run.status is CellStatus.DIED
    assert run.reason in (ExitReason.CPU, ExitReason.ENDED)


def test_everything_ends_with_the_kernel_though_detached(launcher):
    with Kernel(launcher) as kernel:
        mark = f"survivor{os.getpid()}of{launcher.tier}"
        code = f"""
import os, signal, subprocess, sys
sleeper = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(3000)", {mark!r}]
if os.fork() == 0:
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        os.execv("/bin/sh", ["sh", "-c", "sleep 3000; : " + {mark!r}])
    os._exit(0)
print("started")
"""
        assert printed(kernel, code) == "started\n"
        assert eventually(lambda: running(mark) == 1)
    assert eventually(lambda: running(mark) == 0)


def test_the_kernel_cannot_stop_the_process_that_watches_over_it(protected):
    code = """
import os, signal
for process in {os.getppid(), 1}:
    for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM):
        try:
            os.kill(process, number)
        except OSError:
            pass
print("sent")
"""
    with Kernel(protected) as kernel:
        assert printed(kernel, code) == "sent\n"
        run = kernel.run("import os, time\n" + HOARD, SECONDS)
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.MEMORY)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="only Linux tells what processes use")
@pytest.mark.parametrize("hold", ["b'x' * size", "shared(size)"])
def test_a_family_is_found_with_what_it_uses(hold):
    """Of this process: a child that holds memory, its own or shared."""

    def shared(size):
        memory = mmap.mmap(-1, size)
        memory.write(b"x" * size)
        return memory

    size = 64 * MEBIBYTE
    proc = os.open("/proc", os.O_RDONLY)
    family = Family(proc, str(os.getpid()))
    before = family.members().keys()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write)
        held = eval(hold, {"shared": shared, "size": size})
        os.read(read, 1)
        os._exit(len(held) % 2)
    try:
        assert eventually(lambda: family.usage(0).memory > size)
        assert family.members().keys() - before == {str(child)}
        counted, shared_out = family.usage(1 << 40), family.usage(0)
        assert shared_out.tasks == counted.tasks >= 1
        assert size < shared_out.memory <= counted.memory
    finally:
        os.close(write)
        os.waitpid(child, 0)
        os.close(read)
    assert str(child) not in family.members()
    assert family.usage(1 << 40).seconds > 0, "time that was used stays used"
    os.close(proc)


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="only Linux tells what processes use")
def test_what_ends_between_two_looks_is_not_counted():
    size = 64 * MEBIBYTE
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write)
        held = b"x" * size
        os.read(read, 1)
        os._exit(len(held) % 2)
    ended = []

    class EndsMeanwhile(Family):
        def members(self):  # this process may have other children
            return {name: one for name, one in super().members().items() if name == str(child)}

        def _memory(self, name, file, wanted):
            if file == "smaps_rollup" and not ended:
                os.close(write)
                ended.append(os.waitpid(child, 0))
            return super()._memory(name, file, wanted)

    proc = os.open("/proc", os.O_RDONLY)
    assert eventually(lambda: Family(proc, str(os.getpid())).usage(1 << 40).memory > size)
    assert EndsMeanwhile(proc, str(os.getpid())).usage(0).memory < size and ended
    os.close(proc)
    os.close(read)
