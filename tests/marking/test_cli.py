"""The commands: what they print, their exit codes, and one sentence for every mistake of their
user.
"""

import csv
import os
import subprocess
import sys

import pytest
from sample_class.answers import LOOPS, MISTAKES
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, delete, write

from marking.cli import main
from marking.gradebook import feedback
from marking.kernels import bubblewrap

UNSAFE = ["--unsafe"] if bubblewrap.why_no_bubblewrap() else []
PERFECT = Student("x", (write(LOOPS),), {}).submission(released())
WRONG = Student("x", (write(LOOPS), write(MISTAKES["not-turned"])), {}).submission(released())


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of three, marked, with feedback."""
    names = {"ada": PERFECT, "bob": WRONG, "=evil()": b""}
    folder = make_course(tmp_path_factory.mktemp("cli"), names)
    here = os.getcwd()
    os.chdir(folder)
    try:
        assert main(["grade", ASSIGNMENT, *UNSAFE]) == 0
        assert main(["feedback", ASSIGNMENT]) == 0
    finally:
        os.chdir(here)
    return folder


@pytest.fixture
def inside(course, monkeypatch):
    monkeypatch.chdir(course)
    return course


def test_grade_prints_a_row_for_everybody_and_skips_what_is_done(inside, capsys):
    assert main(["grade", ASSIGNMENT, *UNSAFE]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["student", "points", "reason"]
    assert "12 of 14" in next(line for line in lines if line.startswith("ada"))
    assert "10 of 14" in next(line for line in lines if line.startswith("bob"))
    assert "empty" in next(line for line in lines if line.startswith("=evil()"))
    assert lines[-1] == "3 of 3 submissions have a mark: 0 marked now, 3 unchanged"


def test_feedback_writes_a_page_for_everybody_once(inside, capsys):
    for student in ("ada", "bob", "=evil()"):
        assert (inside / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()
    assert main(["feedback", ASSIGNMENT]) == 0
    assert capsys.readouterr().out.startswith("0 feedback pages written, 3 unchanged")


def test_feedback_pages_are_made_anew_when_their_maker_has_changed(inside, capsys, monkeypatch):
    assert main(["feedback", ASSIGNMENT]) == 0
    capsys.readouterr()
    with monkeypatch.context() as changed:
        changed.setattr(feedback, "maker", lambda: "with another policy")
        assert main(["feedback", ASSIGNMENT]) == 0
        assert capsys.readouterr().out.startswith("3 feedback pages written, 0 unchanged")
        assert main(["feedback", ASSIGNMENT]) == 0
        assert capsys.readouterr().out.startswith("0 feedback pages written, 3 unchanged")
    assert main(["feedback", ASSIGNMENT]) == 0


def test_feedback_follows_a_comment_made_by_hand(inside, capsys):
    import sqlite3

    query = """UPDATE comment SET manual_comment = 'well done' WHERE notebook_id IN (
               SELECT n.id FROM submitted_notebook n
               JOIN submitted_assignment s ON s.id = n.assignment_id WHERE s.student_id = 'ada')"""
    with sqlite3.connect("gradebook.db") as connection:
        connection.execute(query)
    assert main(["feedback", ASSIGNMENT]) == 0
    assert capsys.readouterr().out.startswith("1 feedback pages written, 2 unchanged")
    assert (
        "well done" in (inside / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    )


@pytest.mark.parametrize("kind", ["nbgrader", "canvas", "moodle"])
def test_marks_are_exported(inside, kind, tmp_path, capsys):
    target = tmp_path / "marks.csv"
    assert main(["marks", ASSIGNMENT, "--csv", str(target), "--format", kind]) == 0
    assert "3 marks written" in capsys.readouterr().out
    with open(target, newline="") as file:
        rows = list(csv.reader(file))
    head, people = rows[0], {}
    key = {"nbgrader": "student_id", "canvas": "SIS User ID", "moodle": "ID number"}[kind]
    score = {"nbgrader": "score"}.get(kind, ASSIGNMENT)
    for row in rows[1:]:
        people[row[head.index(key)]] = row[head.index(score)]
    people.pop("", None)  # Canvas' line of possible points
    # no formula for the spreadsheet
    assert people == {"ada": "12.0", "bob": "10.0", "'=evil()": "0.0"}
    assert len({len(row) for row in rows}) == 1


def test_canvas_rows_are_those_of_its_own_export(inside, tmp_path, capsys):
    people = tmp_path / "canvas.csv"
    people.write_text(
        'Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",17,u1,ada,S1\n"Nobody, '
        'New",18,u2,zoe,S1\n'
    )
    target = tmp_path / "marks.csv"
    arguments = ["marks", "--csv", str(target), "--format", "canvas", "--students", str(people)]
    assert main(arguments) == 1  # bob's marks have no line
    said = capsys.readouterr().out
    assert "in no line of the list" in said and "bob" in said
    assert "without a mark: New Nobody" in said
    with open(target, newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [
        ["Lovelace, Ada", "17", "u1", "ada", "S1", "12.0"],
        ["Nobody, New", "18", "u2", "zoe", "S1", ""],
    ]


def test_check_says_what_the_grader_would(inside, capsys):
    assert main(["check", f"submitted/ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"]) == 0
    assert "all checks passed (4 of 4)" in capsys.readouterr().out
    assert main(["check", f"submitted/bob/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"]) == 1
    said = capsys.readouterr().out
    assert "not turned at all" in said and "not all checks passed (3 of 4)" in said


def test_check_works_on_a_renamed_and_damaged_copy(inside, tmp_path, capsys):
    path = tmp_path / "my copy.ipynb"
    path.write_bytes(
        Student("x", (write(LOOPS), delete("test_zero_pad")), {}).submission(released())
    )
    assert main(["check", str(path)]) == 0
    assert "test_zero_pad" in capsys.readouterr().out


def test_release_writes_what_the_sources_give(inside, capsys):
    before = (inside / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    assert main(["release", ASSIGNMENT]) == 0
    assert capsys.readouterr().out.strip() == f"exercises/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    assert (inside / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes() == before


MISUSE = [
    (["grade", "nonsense"], "no assignment 'nonsense'"),
    (["grade", ASSIGNMENT, "--student", "zoe"], "no submission of rotated-kernel by zoe"),
    (["grade", ASSIGNMENT, "--root", "nowhere"], "--root nowhere is no folder"),
    (["feedback", "nonsense"], "no assignment 'nonsense'"),
    (["feedback", ASSIGNMENT, "--student", "zoe"], "no marked submission of rotated-kernel by zoe"),
    (["marks", "nonsense", "--csv", "x.csv"], "no assignment 'nonsense'"),
    (["marks", "--csv", "nowhere/x.csv"], "no folder nowhere"),
    (
        ["marks", "--csv", "x.csv", "--format", "canvas", "--students", "nowhere.csv"],
        "--students nowhere.csv is no file",
    ),
    (["check", "nowhere.ipynb"], "nowhere.ipynb is no file"),
    (["check", "nbgrader_config.py"], "damaged"),
    (["release", "nonsense"], "'nonsense' has no source"),
    (["collect", "nonsense", "x.zip"], "no assignment 'nonsense'"),
    (["collect", ASSIGNMENT, "nbgrader_config.py"], "neither a zip file nor a folder"),
    (["collect", ASSIGNMENT, "submitted", "--pattern", "("], "no regular expression"),
    (["collect", ASSIGNMENT, "submitted", "--pattern", "x"], "no group (?P<student_id>"),
]


@pytest.mark.parametrize(
    ("arguments", "words"),
    MISUSE,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_gets_one_sentence_and_nothing_is_written(inside, arguments, words, capsys):
    before = sorted(path for path in inside.rglob("*") if ".marking" not in path.parts)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.startswith("marking: ") and said.count("\n") == 1
    assert sorted(path for path in inside.rglob("*") if ".marking" not in path.parts) == before


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["grade"], ["grade", "x", "--jobs", "0"], ["marks"], ["check"]]
)
def test_arguments_that_argparse_refuses_exit_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: marking" in capsys.readouterr().err


def test_outside_a_course_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", ASSIGNMENT]) == 2
    assert "nbgrader_config.py" in capsys.readouterr().err


def test_without_a_sandbox_grading_refuses(inside, monkeypatch, capsys):
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "bwrap is not installed")
    assert main(["grade", ASSIGNMENT]) == 2
    assert "--unsafe" in capsys.readouterr().err


def test_with_unsafe_it_goes_on_and_says_what_is_open(course, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "bwrap is not installed")
    folder = make_course(tmp_path, {"ada": PERFECT})
    monkeypatch.chdir(folder)
    assert main(["grade", ASSIGNMENT, "--unsafe", "--jobs", "1"]) == 0
    got = capsys.readouterr()
    assert got.err.startswith("marking: students' code runs in ")
    assert "note: " in got.err
    assert "12 of 14" in got.out
    assert main(["grade", ASSIGNMENT, "--unsafe", "--jobs", "1"]) == 0
    assert "students' code runs" not in capsys.readouterr().err, "this time none is run"


def test_the_second_run_imports_little(inside):
    """A run with nothing to do must not pay for nbgrader, nbconvert or a database."""
    heavy = (
        "nbgrader",
        "nbconvert",
        "sqlalchemy",
        "matplotlib",
        "sympy",
        "scipy",
        "rfc3987_syntax.syntax_helpers",
    )
    code = (
        "import sys; from marking.cli import main; "
        f"codes = [main(['grade', {ASSIGNMENT!r}, *{UNSAFE!r}]), "
        f"main(['feedback', {ASSIGNMENT!r}])]; "
        f"print(codes, [name for name in {heavy!r} if sys.modules.get(name)])"
    )
    for command in (["grade", ASSIGNMENT, *UNSAFE], ["feedback", ASSIGNMENT]):
        assert main(command) == 0
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "0 marked now" in done.stdout and "0 feedback pages written" in done.stdout
    assert done.stdout.splitlines()[-1] == "[0, 0] []"
