"""What a sandboxed kernel can see and do, in each tier that this machine has."""

import os
import socket

import pytest
from tests.marking.kernels.cells import error, printed

from marking.kernels import bubblewrap, tiers, visible
from marking.kernels.kernel import CellStatus, Kernel
from marking.kernels.launcher import ExitReason, KernelLauncher
from marking.kernels.tiers import Tier
from marking.limits import MEBIBYTE, Limits

needs_bubblewrap = pytest.mark.skipif(
    bubblewrap.why_no_bubblewrap() is not None, reason=str(bubblewrap.why_no_bubblewrap())
)
needs_landlock = pytest.mark.skipif(not tiers.has_landlock(), reason="this system has no Landlock")
SMALL = Limits(
    memory=1200 * MEBIBYTE,
    processes=24,
    file_bytes=4 * MEBIBYTE,
    temporary_bytes=8 * MEBIBYTE,
)


@pytest.fixture(scope="module", params=[Tier.FORKED, Tier.FRESH])
def kernel(request):
    if bubblewrap.why_no_bubblewrap() is not None:
        pytest.skip(str(bubblewrap.why_no_bubblewrap()))
    with KernelLauncher(request.param, SMALL) as launcher, Kernel(launcher) as started:
        yield started


@pytest.fixture(scope="module")
def small():
    if bubblewrap.why_no_bubblewrap() is not None:
        pytest.skip(str(bubblewrap.why_no_bubblewrap()))
    with KernelLauncher(Tier.FORKED, SMALL) as launcher:
        yield launcher


@pytest.fixture
def fresh(small):
    with Kernel(small) as started:
        yield started


def test_nothing_that_is_the_answer_can_be_imported(kernel):
    for package in ("convtranspose", "scipy", "torch", "onnxruntime"):
        assert error(kernel, f"import {package}") == "ModuleNotFoundError", package
    # Past the notice, which lies in the student's own process, there is nothing to find either.
    printed(
        kernel,
        "import sys; sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "
        "'_Unavailable']",
    )
    for module in (
        "convtranspose.convolution",
        "scipy.signal",
        "torch.nn",
        "onnxruntime.capi",
        "nbgrader.api",
    ):
        assert error(kernel, f"import {module}") in ("ModuleNotFoundError", "ImportError"), module


def test_marking_is_a_stand_in_that_does_nothing(kernel):
    assert (
        printed(
            kernel,
            "import marking; ours = {'check', 'check_prediction'}; "
            "print(vars(marking).keys() - ours == {k for k in vars(marking) "
            "if k[:2] == '__'})",
        )
        == "True\n"
    )
    assert printed(kernel, "from marking import check; print(check(3))") == "None\n"
    asked = "from marking import check_prediction; print(check_prediction('x', y=...))"
    assert printed(kernel, asked) == "None\n"
    assert error(kernel, "import marking.examiner") == "ModuleNotFoundError"


def test_no_file_of_the_projects_or_the_instructors_is_there(kernel, tmp_path):
    (tmp_path / "secret").write_text("secret")
    project = os.path.dirname(os.path.dirname(bubblewrap.__file__))
    for path in (
        project,
        str(tmp_path),
        "/etc/passwd",
        "/root/.bashrc",
        os.path.expanduser("~/.ssh"),
    ):
        assert printed(kernel, f"import os; print(os.path.exists({path!r}))") == "False\n", path


def test_nothing_but_its_own_temporary_folders_can_be_written(kernel):
    # /dev/pts holds terminals, and no file can be made there.
    code = """
import os
found = []
for place, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(place, f) not in ("/proc", "/sys", "/dev/pts")]
    if os.access(place, os.W_OK):
        found.append(place)
        folders[:] = []
    if place.count("/") > 4:
        folders[:] = []
print(sorted(found))
"""
    assert eval(printed(kernel, code)) == ["/dev/shm", "/submission", "/tmp"]


def test_the_devices_folder_holds_no_file_of_a_kernels(kernel):
    for path in ("/dev/file", "/dev/pts/file", "/file"):
        assert error(kernel, f"open({path!r}, 'w')") in ("OSError", "PermissionError"), path


def test_the_python_installation_is_read_only(kernel):
    assert error(kernel, "import numpy; open(numpy.__file__, 'a')") in (
        "OSError",
        "PermissionError",
    )


def test_it_is_nobody_without_capabilities(kernel):
    assert printed(kernel, "import os; print(os.getuid() == 0 or os.geteuid() == 0)") == "False\n"
    assert error(kernel, "import os; os.setuid(0)") in ("PermissionError", "OSError")


def test_the_network_is_not_there(kernel):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=2)"
        assert error(kernel, code) in ("ConnectionRefusedError", "OSError", "TimeoutError")
    assert error(kernel, "import socket; socket.create_connection(('1.1.1.1', 53), timeout=2)") in (
        "OSError",
        "TimeoutError",
    )


def test_the_environment_holds_nothing_of_the_graders(monkeypatch):
    if bubblewrap.why_no_bubblewrap() is not None:
        pytest.skip(str(bubblewrap.why_no_bubblewrap()))
    monkeypatch.setenv("A_SECRET_TOKEN", "hunter2")
    with KernelLauncher(Tier.FORKED) as launcher, Kernel(launcher) as kernel:
        assert printed(kernel, "import os; print('A_SECRET_TOKEN' in os.environ)") == "False\n"
        assert "hunter2" not in printed(
            kernel,
            """
import glob
for path in glob.glob("/proc/*/environ"):
    try: print(open(path).read())
    except OSError: pass
""",
        )


def test_other_processes_are_out_of_reach(kernel):
    code = """
import os
for process in (1, os.getppid(), -1):
    try:
        os.kill(process, 9)
    except OSError:
        pass
print("here")
"""
    assert printed(kernel, code) == "here\n"
    assert kernel.alive()


def test_memory_is_limited(fresh):
    assert error(fresh, "x = bytearray(2 << 30)") == "MemoryError"


def test_memory_of_all_processes_together_is_limited(fresh):
    code = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        x = b"x" * (200 << 20)
        time.sleep(3000)
time.sleep(3000)
"""
    run = fresh.run(code, 120)
    assert (run.status, run.reason) == (CellStatus.DIED, ExitReason.MEMORY)


def test_processes_are_limited(fresh):
    code = """
import os, time
n = 0
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(3000)
        n += 1
except OSError:
    print(n < 30)
"""
    assert printed(fresh, code) == "True\n"


def test_files_are_limited(fresh):
    assert (
        error(
            fresh,
            "f = open('/tmp/big', 'wb')\nfor _ in range(100): f.write(b'x' * 100_000); f.flush()",
        )
        == "OSError"
    )
    for place in ("/tmp", "/submission", "/dev/shm"):
        code = f"for i in range(100): open(f'{place}/f{{i}}', 'wb').write(b'x' * 500_000)"
        assert error(fresh, code) == "OSError", place
    assert (
        error(fresh, "for i in range(100_000): open(f'/submission/f{i}', 'wb').close()")
        == "OSError"
    )


@needs_bubblewrap
def test_kernels_of_one_launcher_see_nothing_of_each_other():
    with KernelLauncher(Tier.FORKED) as launcher, Kernel(launcher) as one, Kernel(launcher) as two:
        printed(one, "open('/tmp/mine', 'w').write('x'); open('/submission/mine', 'w').write('x')")
        code = "import os; print('mine' in os.listdir('/tmp') + os.listdir('/submission'))"
        assert printed(one, code) == "True\n"
        assert printed(two, code) == "False\n"
        # Python's own folders stay in view, also where this project lies below /tmp.
        python = {folder.split("/")[2] for folder in visible.shown() if folder.startswith("/tmp/")}
        assert printed(two, "print(sorted(os.listdir('/tmp')))") == f"{sorted({'home'} | python)}\n"


@needs_bubblewrap
def test_forks_draw_different_random_numbers():
    with KernelLauncher(Tier.FORKED) as launcher, Kernel(launcher) as one, Kernel(launcher) as two:
        code = "import numpy, random; print(numpy.random.random(), random.random())"
        assert printed(one, code) != printed(two, code)


@needs_landlock
def test_the_second_tier_keeps_files_and_tcp_closed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with KernelLauncher(Tier.LANDLOCK) as launcher, Kernel(launcher) as kernel:
        assert error(kernel, f"open({str(secret)!r}).read()") == "PermissionError"
        assert error(kernel, f"open({str(secret)!r}, 'w')") == "PermissionError"
        assert error(kernel, "open('/etc/passwd')") == "PermissionError"
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            code = f"import socket; socket.create_connection(('127.0.0.1', {port}), timeout=2)"
            assert error(kernel, code) == "PermissionError"
        assert error(kernel, "x = bytearray(4 << 30)") == "MemoryError"
        assert printed(kernel, "import numpy; print(numpy.ones(3).sum())") == "3.0\n"
    assert secret.read_text() == "secret"
