"""What a sandboxed kernel can see and do, in each tier that this machine has."""

import os
import socket
import subprocess
import sys
import time

import pytest
from tests.processes import running

from marking import sandbox
from marking.kernel import Kernel
from marking.sandbox import Limits, NoSandbox, Nursery

needs_bubblewrap = pytest.mark.skipif(sandbox.why_no_bubblewrap() is not None, reason=str(sandbox.why_no_bubblewrap()))
needs_landlock = pytest.mark.skipif(not sandbox.has_landlock(), reason="this system has no Landlock")
SMALL = Limits(
    memory=1200 * sandbox.MEBIBYTE, processes=24, file_bytes=4 * sandbox.MEBIBYTE, temporary_bytes=8 * sandbox.MEBIBYTE
)


@pytest.fixture(scope="module", params=["warm", "cold"])
def kernel(request):
    if sandbox.why_no_bubblewrap() is not None:
        pytest.skip(str(sandbox.why_no_bubblewrap()))
    with Nursery(request.param, SMALL) as nursery, Kernel(nursery) as running:
        yield running


@pytest.fixture(scope="module")
def small():
    if sandbox.why_no_bubblewrap() is not None:
        pytest.skip(str(sandbox.why_no_bubblewrap()))
    with Nursery("warm", SMALL) as nursery:
        yield nursery


@pytest.fixture
def fresh(small):
    with Kernel(small) as running:
        yield running


def said(kernel, code, seconds=10.0):
    """What `code` prints in the kernel; errors fail the test."""
    run = kernel.run(code, seconds)
    assert run.status == "ok", run
    return "".join(output.text for output in run.outputs if output.output_type == "stream" and output.name == "stdout")


def error(kernel, code, seconds=10.0):
    """The name of the exception that `code` ends with."""
    run = kernel.run(code, seconds)
    assert run.status == "error", run
    return next(output.ename for output in run.outputs if output.output_type == "error")


def test_nothing_that_is_the_answer_can_be_imported(kernel):
    for package in ("convtranspose", "scipy", "torch", "onnxruntime"):
        assert error(kernel, f"import {package}") == "ModuleNotFoundError", package
    # Past the notice, which lies in the student's own process, there is nothing to find either.
    said(kernel, "import sys; sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != '_Unavailable']")
    for module in ("convtranspose.convolution", "scipy.signal", "torch.nn", "onnxruntime.capi", "nbgrader.api"):
        assert error(kernel, f"import {module}") in ("ModuleNotFoundError", "ImportError"), module


def test_marking_is_a_stand_in_that_does_nothing(kernel):
    assert (
        said(
            kernel,
            "import marking; print(vars(marking).keys() - {'check'} == {k for k in vars(marking) if k[:2] == '__'})",
        )
        == "True\n"
    )
    assert said(kernel, "from marking import check; print(check(3))") == "None\n"
    assert error(kernel, "import marking.examiner") == "ModuleNotFoundError"


def test_no_file_of_the_projects_or_the_instructors_is_there(kernel, tmp_path):
    (tmp_path / "secret").write_text("secret")
    project = os.path.dirname(os.path.dirname(sandbox.__file__))
    for path in (project, str(tmp_path), "/etc/passwd", "/root/.bashrc", os.path.expanduser("~/.ssh")):
        assert said(kernel, f"import os; print(os.path.exists({path!r}))") == "False\n", path


def test_nothing_but_its_own_temporary_folders_can_be_written(kernel):
    code = """
import os
found = []
for place, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(place, f) not in ("/proc", "/dev", "/sys")]
    if os.access(place, os.W_OK):
        found.append(place)
        folders[:] = []
    if place.count("/") > 4:
        folders[:] = []
print(sorted(found))
"""
    assert eval(said(kernel, code, 60)) == ["/submission", "/tmp"]


def test_the_python_installation_is_read_only(kernel):
    assert error(kernel, "import numpy; open(numpy.__file__, 'a')") in ("OSError", "PermissionError")


def test_it_is_nobody_without_capabilities(kernel):
    assert said(kernel, "import os; print(os.getuid() == 0 or os.geteuid() == 0)") == "False\n"
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
    if sandbox.why_no_bubblewrap() is not None:
        pytest.skip(str(sandbox.why_no_bubblewrap()))
    monkeypatch.setenv("A_SECRET_TOKEN", "hunter2")
    with Nursery("warm") as nursery, Kernel(nursery) as kernel:
        assert said(kernel, "import os; print('A_SECRET_TOKEN' in os.environ)") == "False\n"
        assert "hunter2" not in said(
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
    assert said(kernel, code) == "here\n"
    assert kernel.alive()


def test_memory_is_limited(fresh):
    assert error(fresh, "x = bytearray(2 << 30)") == "MemoryError"


def test_memory_of_all_processes_together_is_limited(fresh):
    code = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        x = b"x" * (200 << 20)
        time.sleep(60)
time.sleep(60)
"""
    run = fresh.run(code, 30)
    assert (run.status, run.reason) == ("died", "memory")


def test_processes_are_limited(fresh):
    code = """
import os, time
n = 0
try:
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(60)
        n += 1
except OSError:
    print(n < 30)
"""
    assert said(fresh, code) == "True\n"


def test_files_are_limited(fresh):
    assert (
        error(fresh, "f = open('/tmp/big', 'wb')\nfor _ in range(100): f.write(b'x' * 100_000); f.flush()") == "OSError"
    )
    assert error(fresh, "for i in range(100): open(f'/tmp/f{i}', 'wb').write(b'x' * 500_000)") == "OSError"
    assert error(fresh, "for i in range(100_000): open(f'/submission/f{i}', 'wb').close()") == "OSError"


@needs_bubblewrap
@pytest.mark.parametrize("tier", ["warm", "cold"])
def test_everything_ends_with_the_kernel(tier):
    with Nursery(tier) as nursery:
        with Kernel(nursery) as kernel:
            mark = f"survivor{os.getpid()}{tier}"
            code = f"""
import os, subprocess, sys, time
sleeper = [sys.executable, "-c", "import time; time.sleep(300)", {mark!r}]
subprocess.Popen(sleeper, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    os.execv(sys.executable, sleeper)
time.sleep(0.3)
print("started")
"""
            assert said(kernel, code) == "started\n"
            assert running(mark) == 2
        assert eventually(lambda: running(mark) == 0)


def eventually(true, seconds=10):
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@needs_bubblewrap
def test_kernels_of_one_nursery_see_nothing_of_each_other():
    with Nursery("warm") as nursery, Kernel(nursery) as one, Kernel(nursery) as two:
        said(one, "open('/tmp/mine', 'w').write('x'); open('/submission/mine', 'w').write('x')")
        code = "import os; print([f for place in ('/tmp', '/submission') for f in os.listdir(place) if f == 'mine'])"
        assert said(two, code) == "[]\n"
        # Python's own folders stay in view, also where this project lies below /tmp.
        python = {folder.split("/")[2] for folder in sandbox.python_folders() if folder.startswith("/tmp/")}
        assert said(two, "print(sorted(os.listdir('/tmp')))") == f"{sorted({'home'} | python)}\n"


@needs_bubblewrap
def test_forks_draw_different_random_numbers():
    with Nursery("warm") as nursery, Kernel(nursery) as one, Kernel(nursery) as two:
        code = "import numpy, random; print(numpy.random.random(), random.random())"
        assert said(one, code) != said(two, code)


@needs_bubblewrap
def test_the_warm_process_is_started_again_when_it_was_lost():
    with Nursery("warm") as nursery:
        with Kernel(nursery) as kernel:
            assert said(kernel, "print(1)") == "1\n"
        nursery._process.kill()
        nursery._process.wait()
        with Kernel(nursery) as kernel:
            assert said(kernel, "print(2)") == "2\n"


@needs_bubblewrap
def test_leaving_the_nursery_ends_the_warm_process():
    with Nursery("warm") as nursery, Kernel(nursery):
        process = nursery._process
    assert process.poll() is not None


def test_leaving_the_nursery_leaves_no_folder_behind():
    with Nursery("none") as nursery, Kernel(nursery) as kernel:
        folder = nursery.folder
        home = said(kernel, "import os; print(os.environ['HOME'])").strip()
        assert os.path.isdir(home) and home.startswith(str(folder))
    assert not folder.exists()


@needs_landlock
def test_the_second_tier_keeps_files_and_tcp_closed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with Nursery("landlock") as nursery, Kernel(nursery) as kernel:
        assert error(kernel, f"open({str(secret)!r}).read()") == "PermissionError"
        assert error(kernel, f"open({str(secret)!r}, 'w')") == "PermissionError"
        assert error(kernel, "open('/etc/passwd')") == "PermissionError"
        with socket.create_server(("127.0.0.1", 0)) as server:
            code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), timeout=2)"
            assert error(kernel, code) == "PermissionError"
        assert error(kernel, "x = bytearray(4 << 30)") == "MemoryError"
        assert said(kernel, "import numpy; print(numpy.ones(3).sum())") == "3.0\n"
    assert secret.read_text() == "secret"


def test_what_the_weaker_tiers_leave_open_is_said():
    assert "does not hide other processes" in sandbox.what_is_open("landlock")
    assert "whatever you can do" in sandbox.what_is_open("none")
    assert sandbox.what_is_open("warm") is None


def test_without_bubblewrap_it_refuses_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sandbox, "why_no_bubblewrap", lambda: "the program bwrap is not installed")
    with pytest.raises(NoSandbox, match=r"none can be had: the program bwrap is not installed; .*--unsafe") as refusal:
        sandbox.choose_tier()
    assert "\n" not in str(refusal.value)
    assert sandbox.choose_tier(unsafe=True) in ("landlock", "none")


@needs_bubblewrap
def test_where_namespaces_cannot_be_nested_every_kernel_gets_a_sandbox_of_its_own(monkeypatch):
    assert sandbox.choose_tier() in ("warm", "cold")
    real = sandbox.bubblewrap
    monkeypatch.setattr(
        sandbox, "bubblewrap", lambda arguments, **more: [*real(arguments, **more)[: -len(arguments)], "/usr/bin/false"]
    )
    sandbox.can_nest.cache_clear()
    try:
        assert sandbox.choose_tier() == "cold"
    finally:
        monkeypatch.undo()
        sandbox.can_nest.cache_clear()


def test_an_unknown_tier_is_refused():
    with pytest.raises(ValueError, match="tier is one of warm, cold, landlock, none; got 'iron'"):
        Nursery("iron")


def test_folders_of_killed_graders_are_swept(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    stale, own = tmp_path / f"marking-{done.stdout.strip()}-x", tmp_path / f"marking-{os.getpid()}-x"
    stale.mkdir()
    own.mkdir()
    sandbox._sweep(str(tmp_path))
    assert not stale.exists() and own.exists()
