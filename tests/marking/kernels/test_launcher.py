"""Kernels and their fork server: started when needed, ended with all that they started."""

import os
import socket
import subprocess
import sys

import pytest
from tests.marking.kernels.cells import eventually, printed
from tests.marking.kernels.tiered import EVERY
from tests.processes import running

from marking.errors import KernelDied
from marking.kernels import bubblewrap
from marking.kernels import launcher as launching
from marking.kernels.homes import remove_stale_folders
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher, launcher_for
from marking.kernels.tiers import Tier

needs_bubblewrap = pytest.mark.skipif(
    bubblewrap.why_no_bubblewrap() is not None, reason=str(bubblewrap.why_no_bubblewrap())
)


@needs_bubblewrap
@pytest.mark.parametrize("tier", [Tier.FORKED, Tier.FRESH])
def test_everything_ends_with_the_kernel(tier):
    with KernelLauncher(tier) as launcher:
        with Kernel(launcher) as kernel:
            mark = f"survivor{os.getpid()}{tier}"
            code = f"""
import os, subprocess, sys
sleeper = [sys.executable, "-c", "import time; time.sleep(3000)", {mark!r}]
subprocess.Popen(sleeper, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    os.execv(sys.executable, sleeper)
print("started")
"""
            assert printed(kernel, code) == "started\n"
            assert eventually(lambda: running(mark) == 2)
        assert eventually(lambda: running(mark) == 0)


@needs_bubblewrap
def test_the_fork_server_is_started_again_when_it_was_lost():
    with KernelLauncher(Tier.FORKED) as launcher:
        with Kernel(launcher) as kernel:
            assert printed(kernel, "print(1)") == "1\n"
        process = launcher.server._process
        process.kill()
        process.wait()
        with Kernel(launcher) as kernel:
            assert printed(kernel, "print(2)") == "2\n"


@needs_bubblewrap
def test_leaving_the_launcher_ends_the_fork_server():
    with KernelLauncher(Tier.FORKED) as launcher, Kernel(launcher):
        process = launcher.server._process
    assert process.poll() is not None


@needs_bubblewrap
def test_a_fork_server_that_does_not_start_says_why(monkeypatch):
    complain = [sys.executable, "-c", "import sys; sys.exit('first\\nno room here')"]
    monkeypatch.setattr(bubblewrap, "command_line", lambda *_, **__: complain)
    with (
        KernelLauncher(Tier.FORKED) as launcher,
        pytest.raises(KernelDied, match=r"^the sandbox did not start: no room here$"),
    ):
        launcher.start()


@needs_bubblewrap
def test_forked_processes_share_a_fork_server_that_is_there():
    with KernelLauncher(Tier.FORKED) as launcher:
        launcher.warm_up()
        server = launcher.server
        if (child := os.fork()) == 0:
            try:
                with (
                    KernelLauncher(Tier.FORKED, server=server) as own,
                    Kernel(own) as kernel,
                ):
                    right = printed(kernel, "print(1)") == "1\n" and own.server is server
            finally:
                os._exit(0 if right else 1)
        assert os.waitpid(child, 0)[1] == 0
        with Kernel(launcher) as kernel:  # the other's end took nothing away
            assert printed(kernel, "print(2)") == "2\n"
        server._connection.shutdown(socket.SHUT_RDWR)  # it ends, as if it had been killed
        server._process.wait()
        if (child := os.fork()) == 0:
            try:
                with (
                    KernelLauncher(Tier.FORKED, server=server) as own,
                    Kernel(own) as kernel,
                ):
                    right = printed(kernel, "print(3)") == "3\n" and own.server is not server
            finally:
                os._exit(0 if right else 1)
        assert os.waitpid(child, 0)[1] == 0, "one that was lost is replaced"


@needs_bubblewrap
def test_a_forked_kernel_has_imported_what_its_notebook_uses_and_no_more():
    loaded = "import sys; print(*(name for name in ('sympy', 'matplotlib') if name in sys.modules))"
    with KernelLauncher(Tier.FORKED) as launcher:
        for modules, seen in (((), "\n"), (["sympy", "of no use"], "sympy\n")):
            with Kernel(launcher, modules) as kernel:
                assert printed(kernel, loaded) == seen


def test_leaving_the_launcher_leaves_no_folder_behind():
    with KernelLauncher(Tier.NONE) as launcher, Kernel(launcher) as kernel:
        folder = launcher.folder
        home = printed(kernel, "import os; print(os.environ['HOME'])").strip()
        assert os.path.isdir(home) and home.startswith(str(folder))
    assert not folder.exists()


def test_where_nothing_is_forked_a_kernel_is_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(launching, "forks", lambda _tier: False)
    with KernelLauncher(Tier.NONE) as launcher:
        with Kernel(launcher) as kernel:
            assert printed(kernel, "import numpy; print(numpy.ones(3).sum())") == "3.0\n"
            home = printed(kernel, "import os; print(os.environ['HOME'])").strip()
            assert os.path.dirname(home) == str(launcher.folder)
        assert launcher.server is None
        assert not os.path.exists(home)


def test_an_unknown_tier_is_refused():
    with pytest.raises(ValueError, match="tier is one of warm, cold, landlock, none; got 'iron'"):
        KernelLauncher("iron")


def test_a_process_has_one_launcher_for_each_tier():
    launcher = launcher_for("none")
    assert launcher_for(Tier.NONE) is launcher
    assert launcher_for(Tier.LANDLOCK) is not launcher
    [child] = [os.fork()] if hasattr(os, "fork") else [None]
    if child == 0:
        os._exit(launcher_for(Tier.NONE) is launcher)
    if child is not None:
        assert os.waitpid(child, 0)[1] == 0, "a forked process must not share its parent's"


@pytest.mark.parametrize("tier", EVERY)
def test_no_folder_that_a_kernel_leaves_stops_the_grader(tier):
    code = """
import os
os.mkdir("shut", 0)
for _ in range(1500):
    os.mkdir("d")
    os.chdir("d")
print("deep")
"""
    with KernelLauncher(tier) as launcher:
        folder = launcher.folder
        with Kernel(launcher) as kernel:
            assert printed(kernel, code) == "deep\n"
        assert os.listdir(folder) == []
    assert not folder.exists()


def test_folders_of_killed_graders_are_removed(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    stale = tmp_path / f"marking-{done.stdout.strip()}-x"
    own = tmp_path / f"marking-{os.getpid()}-x"
    stale.mkdir()
    own.mkdir()
    remove_stale_folders(tmp_path)
    assert not stale.exists() and own.exists()
