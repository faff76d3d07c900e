"""What a process does before it works, and what its children find."""

import os
import subprocess
import sys

import pytest

from marking.processes import cpus


def test_commands_compute_with_one_thread():
    """Threads of NumPy's would be started by its import."""
    code = """
import contextlib, os, sys
from marking.cli import main
assert "numpy" not in sys.modules
with contextlib.suppress(SystemExit):
    main(["--help"])
import numpy
numpy.ones((600, 600)) @ numpy.ones((600, 600))
print("threads:", len(os.listdir("/proc/self/task")))
"""
    kept = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    said = subprocess.run(
        [sys.executable, "-c", code], env=kept, capture_output=True, encoding="utf-8", check=True
    )
    if os.path.isdir("/proc/self/task"):
        assert said.stdout.endswith("threads: 1\n")


def test_a_worker_does_not_outlive_its_parent(tmp_path):
    """The worker holds the writing end of a pipe open: reading ends when it does."""
    code = """
import multiprocessing, os, signal, sys
from marking.processes import begin_worker

def work(parent, ready):
    begin_worker(parent)
    ready.set()
    signal.pause()

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    context.Process(target=work, args=(os.getpid(), ready)).start()
    ready.wait()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    if not sys.platform.startswith("linux"):
        pytest.skip("the kernel's signal at a parent's death is Linux's")
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert run.stdout == b""  # and it has ended: nobody has the pipe open


def test_there_is_a_processor():
    assert cpus() >= 1
