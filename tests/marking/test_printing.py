"""No command prints what a terminal would act on, or hide, whoever wrote it and to whatever
encoding.
"""

import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_class.answers import LOOPS
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, edit, write

from marking import cli
from marking.authoring import auditing, packing, releasing
from marking.collecting import placing
from marking.errors import CourseError
from marking.gradebook import exporters
from marking.grading import rechecking, run
from marking.grading.table import Row
from marking.grading.workers import Outcome
from marking.kernels import bubblewrap
from marking.student import in_shell
from marking.submissions.marks import Mark
from marking.terminal import INVISIBLE, PrintableStream, printable

# What is seldom drawn by chance, and what attacks are made of.
HOSTILE = (
    "\x1b[2J\x1b[H",
    "\x1b]52;c;Y2Fu\x1b\\",
    "\x9b31m",
    "\r",
    "\x08",
    "\x00",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\ufe0f",
    "\u3164",
    "\u2028",
    "\u0085",
    "\U000e0041",
    "\ud800",
    "\udcff",
    "\nall checks passed (4 of 4)",
)
texts = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.characters(categories=["C", "Z"])),
    max_size=8,
).map("".join)
ENCODINGS = st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8"])


def acts(letter):
    """Whether a terminal does anything with `letter` but show it."""
    return (
        unicodedata.category(letter)[0] == "C"
        or unicodedata.category(letter) in ("Zl", "Zp")
        or letter in INVISIBLE
    )


def printed(arguments, encoding):
    """Exit code and what `marking` writes to its two streams, as bytes."""
    before = sys.stdout, sys.stderr
    streams = [io.TextIOWrapper(io.BytesIO(), encoding, newline="\n") for _ in before]
    sys.stdout, sys.stderr = streams
    try:
        try:
            code = cli.main(arguments)
        except SystemExit as stop:
            code = stop.code
        for stream in streams:
            stream.flush()
    finally:
        sys.stdout, sys.stderr = before
    return code, *(stream.buffer.getvalue().decode(encoding) for stream in streams)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("printing"), {"ada": b""})
    here = os.getcwd()
    os.chdir(folder)
    yield folder
    os.chdir(here)


def raising(problem):
    def raises(*_arguments, **_settings):
        raise problem

    return raises


def a_mark(text):
    return Mark(text, 1.0, 2.0, False, text, printable(text), "")


# Each command, and what of it is replaced by something that gives `text` wherever a name or a
# student's words may come from: (arguments, module, its name, what takes its place).
SCENES = {
    "grade": (
        ["grade", ASSIGNMENT, "--unsafe"],
        run,
        "grade",
        lambda text: lambda *_a, **_k: [Row(text, 1.0, 2.0, text), Row(text, None, 0.0, text)],
    ),
    "check": (
        ["check", "mine.ipynb"],
        in_shell,
        "check_notebook",
        lambda text: lambda _path, say: say(text) or ((text,), [a_mark(text)]),
    ),
    "check of a submission": (
        ["check", "x.ipynb", "--student", "x"],
        rechecking,
        "check_submission",
        lambda text: lambda *_a: Outcome(text, notes=(text,), marks=(a_mark(text),)),
    ),
    "check of a submission that fails": (
        ["check", "x.ipynb", "--student", "x"],
        rechecking,
        "check_submission",
        lambda text: lambda *_a: Outcome(text, problem=text),
    ),
    "collect": (
        ["collect", ASSIGNMENT, "x.zip"],
        placing,
        "collect",
        lambda text: lambda *_a: placing.Outcome(
            text, [placing.Placed(text, text, text, text)], [text], *[[(text, text)]] * 2, [text]
        ),
    ),
    "release": (
        ["release", "--zips", "zips"],
        releasing,
        "release",
        lambda text: lambda *_a: [Path("exercises", text.replace("\0", ""))],
    ),
    "audit": (
        ["audit"],
        auditing,
        "unfinished",
        lambda text: lambda *_a: [text],
    ),
}  # fmt: skip  # one scene after the other


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_a_command_prints_acts_on_a_terminal(course, scene, monkeypatch):
    arguments, module, name, replacement = SCENES[scene]
    monkeypatch.setattr(auditing, "audit", lambda *_a: [])
    monkeypatch.setattr(auditing, "table", lambda *_a: "")
    monkeypatch.setattr(packing, "package", lambda _c, names, _d: [Path(name) for name in names])

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts, ENCODINGS)
    def holds(text, encoding):
        with monkeypatch.context() as replaced:
            replaced.setattr(module, name, replacement(text))
            _code, out, err = printed(arguments, encoding)
        check_lines(out, err)
        assert "Traceback" not in err

    holds()


def check_lines(*streams):
    for text in streams:
        for line in text.split("\n"):
            assert not [letter for letter in line if acts(letter) and letter != "\t"], repr(line)
            # No line of ours is counterfeited by a text with a line's end in it.
            assert line != "all checks passed (4 of 4)"


@pytest.mark.parametrize("problem", [CourseError, OSError, RuntimeError])
def test_no_error_acts_on_a_terminal(course, problem, monkeypatch):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts, ENCODINGS)
    def holds(text, encoding):
        raised = OSError(2, text, text) if problem is OSError else problem(text)
        with monkeypatch.context() as replaced:
            replaced.setattr(placing, "collect", raising(raised))
            code, _out, err = printed(["collect", ASSIGNMENT, "x.zip"], encoding)
        assert code == (1 if problem is RuntimeError else 2)
        for line in err.split("\n"):
            assert not [letter for letter in line if acts(letter) and letter != "\t"], repr(line)
        assert problem is RuntimeError or err.count("\n") == 1

    holds()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts, ENCODINGS)
@pytest.mark.parametrize("before", [[], ["grade"], ["check"], ["collect", ASSIGNMENT]])
def test_no_argument_acts_on_a_terminal(course, before, text, encoding):
    _code, out, err = printed([*before, text.replace("\0", ""), "--nonsense" + text], encoding)
    check_lines(out, err)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts, ENCODINGS)
def test_no_name_in_an_archive_acts_on_a_terminal(course, text, encoding):
    archive = Path("x.zip")
    with zipfile.ZipFile(archive, "w") as file:
        name = text.replace("\0", "").encode("utf-8", "replace").decode() + "/a.txt"
        file.writestr(name, "x")
        file.writestr(name.removesuffix("txt") + "ipynb", "{}")
    code, out, err = printed(["collect", ASSIGNMENT, str(archive)], encoding)
    assert code in (0, 1) and ("not placed" in out or "passed over" in out)
    check_lines(out, err)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_escape_codes_of_a_submission_do_not_reach_the_terminal(course, encoding, tmp_path):
    """The whole way: the message of an error in a student's function, a warning of Python's on the
    text, the name of the file.
    """
    evil = "\\x1b[2J\\x1b[Hrotate180: passed\\n\\nall checks passed (4 of 4)\\x1b]52;c;x\\x1b\\\\"
    source = f'def rotate180(h):\n    "\\\x1b" is "\\\x9b"\n    raise RuntimeError("{evil}\\u202e")'
    mine = Student("x", (write(LOOPS), edit("rotate180", source)), {}).submission(released())
    path = tmp_path / "a\x1b[31m\n\u202e.ipynb"
    path.write_bytes(mine)
    done = subprocess.run(
        [sys.executable, "-m", "marking", "check", str(path)],
        cwd=course,
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONWARNINGS": "always"},
    )
    assert b"Traceback" not in done.stderr
    out, err = (stream.decode(encoding) for stream in (done.stdout, done.stderr))
    assert "RuntimeError" in out and "not all checks passed (3 of 4)" in out
    check_lines(out, err)


SPEAKING = r"""
import logging, traceback, warnings
from marking.terminal import printable_output
with printable_output():
    warnings.warn("a\x1b[2Jb")
    logging.getLogger("marking.test").error("a\u202eb")
    try:
        raise ValueError("a\x9bb")
    except ValueError:
        traceback.print_exc()
"""


def test_warnings_logs_and_tracebacks_are_printable_too():
    done = subprocess.run([sys.executable, "-c", SPEAKING], capture_output=True, check=True)
    said = done.stderr.decode()
    assert said.count("\N{REPLACEMENT CHARACTER}") == 3
    check_lines(said)


def test_the_marks_are_said_to_be_in_a_printable_file(course, monkeypatch):
    monkeypatch.setattr(exporters, "export", lambda *_a: exporters.Returned(1))
    _code, out, _err = printed(["marks", "--csv", "a\x1b[2J\nb.csv"], "ascii")
    assert out == "1 marks written to a?[2J?b.csv\n"


def test_a_row_of_the_table_is_one_line():
    row = Row("ada", 1.0, 2.0, "a\nbob  12 of 12\x1b[8m")
    assert printable(row.cells(30)[2]) == row.cells(30)[2]
    assert replace(row, reason="x").cells(30)[2] == "x"


def test_without_a_sandbox_the_reason_is_printable(course, monkeypatch):
    """bubblewrap's own message is somebody else's text as well."""
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "no \x1b[2J")
    code, _out, err = printed(["grade", ASSIGNMENT], "utf-8")
    assert code == 2
    check_lines(err)


def test_progress_may_rewrite_its_own_line(monkeypatch):
    beneath = SimpleNamespace(isatty=lambda: True, written=[], flush=lambda: None)
    beneath.write = beneath.written.append
    monkeypatch.setattr(sys, "stderr", PrintableStream(beneath))
    progress = cli.Progress("marked")
    progress(1, 2)
    assert "".join(beneath.written).startswith("\r1 of 2 marked")
