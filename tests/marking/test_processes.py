"""What a process does before it works, and what its children find."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marking.processes import cpus, tools_on_path

HERE = str(Path(sys.executable).parent)


@pytest.mark.parametrize("path", ["/usr/bin", f"/usr/bin{os.pathsep}{HERE}", None])
def test_tools_are_on_the_path_for_as_long_as_they_are_needed(monkeypatch, path):
    if path is None:
        monkeypatch.delenv("PATH")
    else:
        monkeypatch.setenv("PATH", path)
    with tools_on_path():
        assert os.environ["PATH"].split(os.pathsep).count(HERE) == 1
    assert os.environ.get("PATH") == path


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
