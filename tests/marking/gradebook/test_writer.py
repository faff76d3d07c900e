"""The gradebook on SQLite and on a real PostgreSQL, where one can be started."""

import glob
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from sample_class.answers import LOOPS, MISTAKES
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, write

from marking.course import Course
from marking.errors import GradebookError
from marking.gradebook.writer import Gradebook, sqlite_file
from marking.grading.run import grade
from marking.kernels import bubblewrap

pytestmark = pytest.mark.slow

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
RIGHT = Student("", (write(LOOPS),), {}).submission(released())
WRONG = Student("", (write(LOOPS | MISTAKES["not-turned"]),), {}).submission(released())


def _programs():
    """The folder of initdb, pg_ctl and createdb: Debian keeps them off the path."""
    found = shutil.which("initdb")
    places = [Path(folder) for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"))]
    return places[-1] if places else Path(found).parent if found else None


def _as_postgres(command):
    """PostgreSQL refuses to run as root."""
    if os.getuid() == 0:
        command = [
            "setpriv",
            "--reuid",
            "postgres",
            "--regid",
            "postgres",
            "--clear-groups",
            *command,
        ]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd="/")


@pytest.fixture(scope="module")
def postgresql():
    """The address of an empty database on a server of our own, reached by a Unix socket."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is an extra")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _as_postgres(
            [
                str(programs / "initdb"),
                "-D",
                str(folder / "data"),
                "-U",
                "grader",
                "-A",
                "trust",
                "--no-sync",
            ]
        )
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        control = [
            str(programs / "pg_ctl"),
            "-D",
            str(folder / "data"),
            "-l",
            str(folder / "log"),
            "-w",
        ]
        _as_postgres([*control, "-o", options, "start"])
        try:
            _as_postgres([str(programs / "createdb"), "-h", str(folder), "-U", "grader", "marks"])
            yield f"postgresql://grader@/marks?host={folder}"
        finally:
            _as_postgres([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_class_is_graded_into_postgresql(postgresql, tmp_path):
    folder = make_course(
        tmp_path,
        {"ada": RIGHT, "bob": WRONG},
        config=f"\nc.CourseDirectory.db_url = {postgresql!r}\n",
    )
    course = Course.find(start=folder)
    rows = {row.student: row for row in grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE)}
    assert {name: row.points for name, row in rows.items()} == {"ada": 12, "bob": 10}
    with Gradebook(postgresql, course.course_id) as book:
        held = book.standings(ASSIGNMENT)
        assert {name: (one.points, one.most) for name, one in held.items()} == {
            "ada": (12, 14),
            "bob": (10, 14),
        }
        assert {s.student_id: s.score for s in book.stock.assignment_submissions(ASSIGNMENT)} == {
            "ada": 12,
            "bob": 10,
        }
    assert not (folder / "gradebook.db").exists()
    assert not any(row.fresh for row in grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE))


def test_a_database_that_cannot_be_opened_is_named_in_a_sentence(tmp_path):
    with pytest.raises(
        GradebookError,
        match=r"the gradebook sqlite:////nowhere/x\.db cannot be "
        r"opened",
    ):
        Gradebook("sqlite:////nowhere/x.db", "c")


def test_a_missing_driver_is_named_in_a_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(GradebookError, match=r"cannot be opened: .*psycopg"):
        Gradebook("postgresql+psycopg://x/y", "c")


def test_a_release_that_no_longer_fits_the_marks_is_refused(tmp_path):
    import nbformat

    course = Course.find(start=make_course(tmp_path, {"ada": RIGHT}))
    grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    release = nbformat.read(course.release(ASSIGNMENT), as_version=4)
    release.cells = [
        cell
        for cell in release.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") != "test_zero_pad"
    ]
    with (
        Gradebook(course.db_url, course.course_id) as book,
        pytest.raises(
            GradebookError, match="has other cells than those that the gradebook holds marks for"
        ),
    ):
        book.register(ASSIGNMENT, release)


def test_only_sqlite_addresses_are_files():
    assert sqlite_file("sqlite:////a/b.db") == Path("/a/b.db")
    assert sqlite_file("postgresql://x/y") is None
