"""Kernels that are forked in no namespace: what the fork server holds is in each of them, and where
Landlock protects they cannot reach it, nor each other.
"""

import os
import re
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.marking.kernels.cells import error, eventually, printed
from tests.marking.kernels.tiered import IN_THE_OPEN, why_not
from tests.processes import running

from marking.files import remove_tree
from marking.kernels import launcher as launching
from marking.kernels.bubblewrap import is_root
from marking.kernels.environment import stranger, variables_with_home
from marking.kernels.homes import is_running
from marking.kernels.inside.isolation import CAP_DAC_READ_SEARCH
from marking.kernels.kernel import CellStatus, Kernel
from marking.kernels.launcher import KernelLauncher
from marking.kernels.tiers import Tier
from marking.limits import MEBIBYTE, Limits

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere such kernels are not forked"
)
needs_landlock = pytest.mark.skipif(
    why_not(Tier.LANDLOCK) is not None, reason=str(why_not(Tier.LANDLOCK))
)
SECONDS = 60

# Whatever in this process's memory looks like a secret of the tests.
SEARCH_MEMORY = r"""
import re
found = set()
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        first, last = (int(end, 16) for end in line.split()[0].split("-"))
        if line.split()[1].startswith("rw"):
            try:
                memory.seek(first)
                data = memory.read(last - first)
            except (OSError, ValueError, OverflowError):
                continue
            found |= set(re.findall(rb"(?:graders|siblings|own)-[0-9a-f]{32}", data))
print(sorted(found))
"""


def secret(whose):
    return f"{whose}-{secrets.token_hex(16)}"


@pytest.fixture(scope="module", params=IN_THE_OPEN)
def launcher(request):
    with KernelLauncher(request.param) as opened:
        yield opened


@pytest.fixture
def kernel(launcher):
    with Kernel(launcher) as started:
        yield started


@pytest.fixture
def unprotected():
    with KernelLauncher(Tier.NONE) as opened:
        yield opened


def server_of(launcher):
    return launcher.server._process.pid


def process_of(kernel):
    return int(printed(kernel, "import os; print(os.getpid())"))


def test_its_memory_holds_no_secret_of_the_graders_or_of_a_siblings(monkeypatch, tmp_path):
    """Only where nothing protects can a kernel look; the fork server is the same in both tiers."""
    graders, siblings, own = secret("graders"), secret("siblings"), secret("own")
    monkeypatch.setenv("A_TOKEN", graders)
    monkeypatch.setattr(sys, "argv", [*sys.argv, graders])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "matplotlibrc").write_text(f"# {graders}")
    with KernelLauncher(Tier.NONE) as launcher, Kernel(launcher, ["matplotlib"]) as sibling:
        printed(sibling, f"kept = {siblings!r}; open('kept', 'w').write(kept)")
        with Kernel(launcher, ["matplotlib", "sympy"]) as kernel:
            printed(kernel, f"kept = {own!r}")
            assert printed(kernel, SEARCH_MEMORY) == f"[{own.encode()!r}]\n"
        # Whatever was imported: a process with more is not safe to fork.
        assert len(os.listdir(f"/proc/{server_of(launcher)}/task")) == 1, "threads"


@pytest.mark.parametrize("tier", IN_THE_OPEN)
def test_it_has_no_handle_but_its_own_channel(tier, tmp_path):
    """None that the grader has open, nor one of the fork server's or of a sibling's."""
    code = """
import os, stat
handles = {}
for handle in range(256):
    try:
        handles[handle] = os.fstat(handle)
    except OSError:
        pass
streams = [handles.pop(stream) for stream in (0, 1, 2)]
print([os.path.samestat(info, os.stat("/dev/null")) for info in streams],
      [stat.S_ISSOCK(info.st_mode) for info in handles.values()])
"""
    (tmp_path / "gradebook").write_text("")
    with open(tmp_path / "gradebook", "r+") as file:
        os.set_inheritable(file.fileno(), True)
        with KernelLauncher(tier) as launcher, Kernel(launcher), Kernel(launcher) as kernel:
            assert printed(kernel, code) == "[True, True, True] [True]\n"


def test_its_environment_and_its_folders_are_its_own(launcher, kernel):
    code = """
import os, tempfile
print(dict(os.environ))
print([os.getcwd(), tempfile.gettempdir(), get_ipython().ipython_dir,
       get_ipython().profile_dir.location])
"""
    variables, places = map(eval, printed(kernel, code).splitlines())
    home = Path(variables["HOME"])
    expected = variables_with_home(home)
    # A list of fonts that it cannot write to, it copies.
    assert variables | {"MPLCONFIGDIR": expected["MPLCONFIGDIR"]} == expected
    assert home.parent == launcher.folder
    assert all(Path(place).is_relative_to(home) for place in places)


def test_forks_draw_different_random_numbers(launcher, kernel):
    code = "import numpy, random; print(numpy.random.random(), random.random())"
    with Kernel(launcher) as other:
        one, two = printed(kernel, code).split(), printed(other, code).split()
    assert set(one).isdisjoint(two)


def test_pages_that_forks_share_are_counted_once(launcher):
    code = """
import os, time
held = b"x" * (200 << 20)
children = [os.fork() for _ in range(1)]
while len(children) < 4 and all(children):
    children.append(os.fork())
if not all(children):
    time.sleep(0.5)
    os._exit(0)
for child in children:
    os.waitpid(child, 0)
print("done")
"""
    small = Limits(memory=700 * MEBIBYTE)
    with KernelLauncher(launcher.tier, small) as own, Kernel(own) as kernel:
        assert printed(kernel, code) == "done\n"


@needs_landlock
def test_it_can_neither_reach_the_fork_server_nor_a_sibling():
    with KernelLauncher(Tier.LANDLOCK) as launcher, Kernel(launcher) as sibling:
        home = printed(sibling, "import os; print(os.environ['HOME'])").strip()
        printed(sibling, "open('kept', 'w').write('x')")
        init = int(printed(sibling, "print(os.getppid())"))
        server, process = server_of(launcher), process_of(sibling)
        with Kernel(launcher) as kernel:
            code = f"""
import os, signal
reached = []
for process in {[server, -server, init, -init, process, -process, os.getpid()]} + [os.getppid()]:
    for number in (0, signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        if process == {os.getpid()} and number:
            continue
        try:
            os.kill(process, number)
            reached.append((process, number))
        except OSError:
            pass
print(reached)
"""
            assert printed(kernel, code) == "[]\n"
            for name in (server, init, process, "self"):
                for what in ("mem", "environ", "cmdline", "maps"):
                    assert error(kernel, f"open('/proc/{name}/{what}', 'rb')") == "PermissionError"
            folder = str(launcher.server._folder)
            for place in (home, folder, str(launcher.folder)):
                assert error(kernel, f"os.listdir({place!r})") == "PermissionError"
                assert error(kernel, f"open({place!r} + '/new', 'w')") == "PermissionError"
                assert error(kernel, f"os.rename({place!r}, 'mine')") in (
                    "PermissionError",
                    "OSError",
                )
            assert error(kernel, f"open({home!r} + '/kept')") == "PermissionError"
        assert printed(sibling, "print(open('kept').read())") == "x\n"
        with Kernel(launcher):
            assert server_of(launcher) == server, "it was never ended"


@needs_landlock
@pytest.mark.skipif(not is_root(), reason="nobody else has rights to give up")
def test_roots_kernels_are_somebody_who_owns_nothing():
    code = """
import ctypes, os
header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert ctypes.CDLL(None).capget(header, sets) == 0
print([*os.getresuid(), *os.getresgid()], os.getgroups(), list(sets))
"""
    with KernelLauncher(Tier.LANDLOCK) as launcher, Kernel(launcher) as kernel:
        users, groups, capabilities = re.findall(r"\[.*?\]", printed(kernel, code))
    assert set(eval(users)) == {stranger()}
    assert eval(groups) == []
    effective, permitted, *rest = eval(capabilities)
    # Landlock bounds what this one is good for.
    assert effective == permitted and effective in (0, 1 << CAP_DAC_READ_SEARCH)
    assert rest == [0] * 4


@pytest.mark.skipif(is_root(), reason="root may look into every process")
def test_nobody_of_its_user_looks_into_the_fork_server(launcher, kernel):
    server = server_of(launcher)
    for what in ("mem", "environ", "maps"):
        with pytest.raises(PermissionError):
            Path(f"/proc/{server}/{what}").read_bytes()
        assert error(kernel, f"open('/proc/{server}/{what}', 'rb')") == "PermissionError"


def test_a_fork_server_that_a_kernel_ends_is_replaced_and_takes_no_kernel_with_it(
    unprotected, monkeypatch
):
    mark = f"detached-{os.getpid()}"
    there = {}

    def remove(home):
        there[home] = running(mark)
        remove_tree(home)

    monkeypatch.setattr(launching, "remove_tree", remove)
    code = f"""
import os, sys
if os.fork() == 0:
    os.setsid()
    os.execv(sys.executable, [sys.executable, "-ISc", "import time; time.sleep(3000)", {mark!r}])
"""
    with Kernel(unprotected) as one, Kernel(unprotected) as two:
        server = unprotected.server._process
        printed(two, code)
        printed(one, f"import os; os.kill({server.pid}, 9)")
        assert server.wait(SECONDS) == -signal.SIGKILL
        assert printed(one, "print(1)") == "1\n"
        assert printed(two, "print(2)") == "2\n"
        with Kernel(unprotected) as three:
            assert printed(three, "print(3)") == "3\n"
        assert eventually(lambda: running(mark) == 1)
        home = Path(printed(two, "print(os.environ['HOME'])").strip())
    assert there[home] == 0, "what it started has ended by the time that its home is removed"
    assert not home.exists()


def test_an_init_that_is_stopped_is_ended_with_its_kernel(unprotected, monkeypatch):
    monkeypatch.setattr(launching, "KERNEL_END_SECONDS", 0.5)
    with Kernel(unprotected) as kernel:
        process = process_of(kernel)
        init = int(printed(kernel, "import signal; print(os.getppid())"))
        printed(kernel, "os.kill(os.getppid(), signal.SIGSTOP)")
    assert eventually(lambda: has_ended(process) and has_ended(init))
    assert os.listdir(unprotected.folder) == []


def test_a_kernel_ends_with_its_init(unprotected):
    with Kernel(unprotected) as kernel:
        process = process_of(kernel)
        run = kernel.run("import os, time; os.kill(os.getppid(), 9); time.sleep(3000)", SECONDS)
        assert run.status is CellStatus.DIED
        assert eventually(lambda: has_ended(process))


def has_ended(process):
    """Whether there is no such process, or only what its parent has not yet taken note of."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_everything_ends_with_a_grader_that_is_killed():
    mark = f"orphan-{os.getpid()}"
    detach = f"""
import os, sys
if os.fork() == 0:
    os.setsid()
    os.execv(sys.executable, [sys.executable, "-ISc", "import time; time.sleep(3000)", {mark!r}])
print(os.getpid(), os.getppid())
"""
    grader = f"""
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher
launcher = KernelLauncher("none")
kernel = Kernel(launcher)
print(kernel.run({detach!r}, 60).outputs[0].text, launcher.server._process.pid, flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", grader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        numbers = process.stdout.readline().split() + process.stdout.readline().split()
        assert len(numbers) == 3 and all(is_running(int(number)) for number in numbers)
        assert eventually(lambda: running(mark) > 0)
        process.kill()
    assert eventually(lambda: running(mark) == 0 and all(has_ended(n) for n in numbers))


@pytest.mark.parametrize("tier", IN_THE_OPEN)
def test_leaving_the_launcher_leaves_no_server_and_no_folder(tier):
    with KernelLauncher(tier) as launcher, Kernel(launcher):
        server, places = launcher.server._process, [launcher.folder, launcher.server._folder]
        assert all(place.is_dir() for place in places)
    assert server.poll() == 0
    assert not any(place.exists() for place in places)
