"""`marking check` of one's own notebook: nothing that lies around it is run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, released
from sample_class.students import ASSIGNMENT, Student, add_first, delete, write

from marking.cli import main
from marking.kernels import bubblewrap, tiers

PERFECT = Student("x", (write(LOOPS),), {}).submission(released())
# What leaves a trace if it is run, whatever it is imported or read as.
CANARY = "import pathlib\npathlib.Path({trace!r}).write_text('run')\n"
CONFIGURATIONS = (
    "nbgrader_config.py",
    "jupyter_config.py",
    "jupyter_nbconvert_config.py",
    "jupyter_server_config.py",
    "ipython_config.py",
)
# Imported by us, or by what we import, sooner or later.
SHADOWS = ("numpy.py", "nbformat.py", "traitlets.py", "filelock.py", "sitecustomize.py")


@pytest.fixture
def unpacked(tmp_path):
    """A folder as it comes out of somebody's zip, and the file that is there once it was run."""
    folder, trace = tmp_path / "unpacked", tmp_path / "trace"
    (folder / "inner").mkdir(parents=True)
    for place in (folder, folder / "inner"):
        for name in (*CONFIGURATIONS, *SHADOWS):
            (place / name).write_text(CANARY.format(trace=str(trace)))
        (place / f"{ASSIGNMENT}.ipynb").write_bytes(PERFECT)
    return folder, trace


@pytest.mark.parametrize("here", ["unpacked", "unpacked/inner", "."])
@pytest.mark.parametrize("command", ["script", "module"])
def test_nothing_beside_or_above_the_notebook_is_run(unpacked, tmp_path, here, command):
    folder, trace = unpacked
    script = shutil.which("marking", path=str(Path(sys.executable).parent))
    start = [script] if command == "script" else [sys.executable, "-m", "marking"]
    done = subprocess.run(
        [*start, "check", str(folder / "inner" / f"{ASSIGNMENT}.ipynb")],
        cwd=tmp_path / here,
        capture_output=True,
        text=True,
    )
    assert "all checks passed (4 of 4)" in done.stdout, done.stderr
    assert not trace.exists()


def test_settings_that_are_plain_values_are_read_and_none_is_run(tmp_path, monkeypatch, capsys):
    """The course's own release is what a deleted cell comes back from, as it is in the class."""
    trace = tmp_path / "trace"
    settings = 'c = get_config()\nc.CourseDirectory.release_directory = "handed-out"\n'
    (tmp_path / "nbgrader_config.py").write_text(settings + CANARY.format(trace=str(trace)))
    shutil.copytree(ROOT / "exercises" / ASSIGNMENT, tmp_path / "handed-out" / ASSIGNMENT)
    mine = Student("x", (write(LOOPS), delete("explain_odd_kernel")), {}).submission(released())
    (tmp_path / "mine.ipynb").write_bytes(mine)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "mine.ipynb"]) == 0
    assert "explain_odd_kernel" in capsys.readouterr().out  # only the release knows that cell
    assert not trace.exists()


def test_without_a_sandbox_one_line_says_that_it_runs_with_your_rights(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "bwrap is not installed")
    monkeypatch.setattr(tiers, "has_landlock", lambda: False)
    (tmp_path / "mine.ipynb").write_bytes(PERFECT)
    assert main(["check", str(tmp_path / "mine.ipynb")]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "bwrap is not installed" in said and "runs with your rights" in said


@pytest.mark.skipif(
    bubblewrap.why_no_bubblewrap() is not None, reason="there is no sandbox to be seen here"
)
def test_where_there_is_a_sandbox_ones_own_notebook_runs_in_it(tmp_path, capsys):
    trace = tmp_path / "trace"
    mine = Student("x", (write(LOOPS), add_first(CANARY.format(trace=str(trace)))), {})
    (tmp_path / "mine.ipynb").write_bytes(mine.submission(released()))
    assert main(["check", str(tmp_path / "mine.ipynb")]) == 0
    assert not os.path.lexists(trace)
    assert capsys.readouterr().err == ""
