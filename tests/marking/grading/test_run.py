"""Grading a class: a row for every submission, every mark as predicted, nothing repeated, nothing
lost.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import hand_in, make_course, released
from sample_class.students import ASSIGNMENT, FULL, STUDENTS, Student, edit, write
from tests.marking.gradebook_rows import auto_scores, late_penalties
from tests.marking.grading.executors import InProcess

from marking.collecting.placing import collect
from marking.course import Course, class_lock
from marking.errors import CourseError
from marking.gradebook.feedback import feedback
from marking.gradebook.standing import in_sqlite
from marking.grading import fingerprints
from marking.grading.ledger import Ledger
from marking.grading.run import grade
from marking.kernels import bubblewrap

pytestmark = pytest.mark.slow

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
PERFECT = Student("someone", (write(LOOPS),), {})


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample class, marked once: the course and its rows."""
    folder = make_course(
        tmp_path_factory.mktemp("class"), {s.name: s.submission(released()) for s in STUDENTS}
    )
    course = Course.find(start=folder)
    return course, {row.student: row for row in grade(course, ASSIGNMENT, jobs=2, unsafe=UNSAFE)}


@pytest.fixture
def small(tmp_path):
    """A class of three, not marked yet."""
    names = ("ada", "bob", "cy")
    return Course.find(
        start=make_course(tmp_path, {name: PERFECT.submission(released()) for name in names})
    )


@pytest.mark.parametrize("student", STUDENTS, ids=lambda student: student.name)
def test_everybody_in_the_sample_class_gets_the_predicted_mark(sample, student):
    course, rows = sample
    stored = auto_scores(course.root / "gradebook.db")[student.name]
    assert {name: stored[f"test_{name}"] for name in FULL} == student.expected
    assert rows[student.name].points == student.total
    assert student.reason.lower() in rows[student.name].reason.replace("`", "").lower()


def test_the_marked_notebooks_are_valid_and_say_what_was_repaired(sample):
    import nbformat

    course, _ = sample
    for student in STUDENTS:
        notebook = nbformat.read(course.autograded(student.name, ASSIGNMENT), as_version=4)
        nbformat.validate(notebook)
    deleted = course.autograded("test-cell-deleted", ASSIGNMENT).read_text()
    assert "About this submission" in deleted


def test_a_second_run_has_nothing_to_do(sample):
    course, rows = sample
    before = (course.root / "gradebook.db").read_bytes()
    again = grade(course, ASSIGNMENT, unsafe=UNSAFE)
    assert not any(row.fresh for row in again)
    assert [replace(row, fresh=True) for row in again] == list(rows.values())
    assert (course.root / "gradebook.db").read_bytes() == before


def test_submissions_are_left_as_they_were(sample):
    course, _ = sample
    for student in STUDENTS:
        assert course.submissions(ASSIGNMENT)[student.name].joinpath(
            f"{ASSIGNMENT}.ipynb"
        ).read_bytes() == student.submission(released())


def marked(course, **options):
    """The students that a run marks anew."""
    return {
        row.student
        for row in grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE, **options)
        if row.fresh
    }


def test_only_what_changed_is_marked_again(small, monkeypatch):
    assert marked(small) == {"ada", "bob", "cy"}
    assert marked(small) == set()
    hand_in(small.root, "bob", Student("bob", (), {}).submission(released()))
    assert marked(small) == {"bob"}
    hand_in(small.root, "dora", PERFECT.submission(released()))
    assert marked(small) == {"dora"}
    assert marked(small, students=["ada"]) == set()
    assert marked(small, students=["ada"], force=True) == {"ada"}
    small.autograded("cy", ASSIGNMENT).unlink()
    assert marked(small) == {"cy"}
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        connection.execute("DELETE FROM submitted_assignment WHERE student_id = 'ada'")
    assert marked(small) == {"ada"}
    monkeypatch.setattr(fingerprints, "code_version", lambda: "another examiner")
    assert marked(small) == {"ada", "bob", "cy", "dora"}


def test_a_mark_that_is_kept_keeps_its_own_reason(small, monkeypatch):
    wrong = "def {}(*arguments):\n    return 5\n"
    two = [edit(name, wrong.format(name)) for name in ("rotate180", "zero_pad")]
    hand_in(small.root, "ada", Student("ada", (write(LOOPS), *two), {}).submission(released()))
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    real = fingerprints.of_question
    monkeypatch.setattr(
        fingerprints, "of_question", lambda name: "changed" if name == "rotate180" else real(name)
    )
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    reasons = Ledger(small.state / f"{ASSIGNMENT}.jsonl").entries["ada"].reasons
    assert {name for name, reason in reasons.items() if reason} == {"rotate180", "zero_pad"}
    assert all(name in reason for name, reason in reasons.items() if reason)


def test_when_one_question_changed_only_that_one_is_asked_again(small, monkeypatch):
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    text = small.autograded("ada", ASSIGNMENT).read_text()
    real = fingerprints.of_question
    monkeypatch.setattr(
        fingerprints, "of_question", lambda name: "changed" if name == "zero_pad" else real(name)
    )
    here = InProcess()
    rows = grade(small, ASSIGNMENT, unsafe=UNSAFE, executor=here)
    assert {job.student for job in here.jobs} == {"ada", "bob", "cy"}
    for job in here.jobs:
        assert {mark.question for mark in job.known} == set(FULL) - {"zero_pad"}
    assert all(row.fresh and row.points == sum(FULL.values()) for row in rows)
    assert small.autograded("ada", ASSIGNMENT).read_text() == text


def test_a_grade_given_by_hand_survives(small):
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        connection.execute("UPDATE grade SET manual_score = 0.5")
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE, force=True)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        scores = {
            row for row in connection.execute("SELECT manual_score, needs_manual_grade FROM grade")
        }
    assert scores == {(0.5, 0)}  # no answer has changed: nobody has to read one again


def test_late_submissions_are_seen_and_penalised_by_nbgraders_rule(small):
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        connection.execute("UPDATE assignment SET duedate = '2025-01-01 00:00:00.000000'")
    (small.submissions(ASSIGNMENT)["bob"] / "timestamp.txt").write_text("2025-01-02 00:00:00 UTC")
    text = (small.root / "nbgrader_config.py").read_text()
    rule = "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
    (small.root / "nbgrader_config.py").write_text(text + rule)
    grade(
        Course.find(start=small.root),
        ASSIGNMENT,
        jobs=1,
        unsafe=UNSAFE,
        students=["bob"],
        force=True,
    )
    assert late_penalties(small.root / "gradebook.db") == {"ada": None, "bob": 12.0, "cy": None}


def test_killed_at_any_moment_and_run_again_nothing_is_lost_or_repeated(tmp_path):
    names = [f"s{i:02}" for i in range(12)]
    folder = make_course(tmp_path, {name: PERFECT.submission(released()) for name in names})
    command = [
        sys.executable,
        "-m",
        "marking",
        "grade",
        ASSIGNMENT,
        "--jobs",
        "2",
        *(["--unsafe"] if UNSAFE else []),
    ]
    ledger = folder / "autograded" / ".marking" / f"{ASSIGNMENT}.jsonl"
    finished = 0
    for wanted in (1, 4, 8):
        run = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while (
            len(ledger.read_text().splitlines()) if ledger.exists() else 0
        ) < wanted and run.poll() is None:
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)
        run.wait()
        now = len(ledger.read_text().splitlines())
        assert now >= max(wanted, finished)
        finished = now
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    entries = [json.loads(line)["student"] for line in ledger.read_text().splitlines()]
    assert sorted(entries) == names  # none twice
    scores = auto_scores(folder / "gradebook.db")
    assert {
        student: {name: cells[f"test_{name}"] for name in FULL} for student, cells in scores.items()
    } == dict.fromkeys(names, FULL)


def test_submissions_are_where_the_configuration_says(small, tmp_path_factory):
    with open(small.root / "nbgrader_config.py", "a") as file:
        for kind in ("submitted", "autograded", "feedback", "release"):
            file.write(f'c.CourseDirectory.{kind}_directory = "my-{kind}"\n')
    (small.root / "submitted").rename(small.root / "my-submitted")
    (small.root / "exercises").rename(small.root / "my-release")
    course = Course.find(start=small.root)
    assert all(row.points == 12 for row in grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE))
    download = tmp_path_factory.mktemp("download")
    (download / "zoe").mkdir()
    (download / "zoe" / f"{ASSIGNMENT}.ipynb").write_bytes(PERFECT.submission(released()))
    came = collect(course, ASSIGNMENT, download)
    assert [placed.student for placed in came.placed] == ["zoe"] and came.went_well
    assert course.submissions(ASSIGNMENT).keys() == {"ada", "bob", "cy", "zoe"}
    assert feedback(course, ASSIGNMENT) == (3, 0)
    assert not {"autograded", "exercises", "feedback", "submitted"} & set(os.listdir(small.root))


def test_two_runs_at_once_are_refused(small):
    with class_lock(small), pytest.raises(CourseError, match="another run is marking the class"):
        grade(small, ASSIGNMENT, unsafe=UNSAFE)


def test_a_submission_that_cannot_be_marked_has_no_mark_and_stops_nobody(small):
    def without_release(job):
        return replace(job, release="/nowhere") if job.student == "bob" else job

    here = InProcess(without_release)
    rows = {row.student: row for row in grade(small, ASSIGNMENT, unsafe=UNSAFE, executor=here)}
    assert rows["bob"].points is None and "FileNotFoundError" in rows["bob"].reason
    assert rows["ada"].points == rows["cy"].points == 12


def test_wrong_use_is_refused_in_a_sentence(small, tmp_path_factory):
    with pytest.raises(CourseError, match="no assignment 'nonsense'; there are: rotated-kernel"):
        grade(small, "nonsense")
    with pytest.raises(CourseError, match="no submission of rotated-kernel by zoe"):
        grade(small, ASSIGNMENT, students=["zoe"])
    with pytest.raises(CourseError, match=r"no nbgrader_config\.py"):
        Course.find(start=tmp_path_factory.mktemp("empty"))
    with pytest.raises(CourseError, match="is no folder"):
        Course.find(root=Path("nowhere"), start=small.root)
    shutil.rmtree(small.root / "submitted")
    with pytest.raises(CourseError, match="submissions belong in"):
        grade(small, ASSIGNMENT)


def test_a_release_at_odds_with_the_catalogue_is_refused(small):
    path = small.release(ASSIGNMENT)
    text = path.read_text()
    notebook = json.loads(text)
    cell = next(
        c
        for c in notebook["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") == "test_zero_pad"
    )
    cell["metadata"]["nbgrader"]["points"] = 100
    path.write_text(json.dumps(notebook))
    with pytest.raises(
        CourseError,
        match=r"differ on zero_pad .*run `marking release "
        r"rotated-kernel`",
    ):
        grade(small, ASSIGNMENT, unsafe=UNSAFE)


def test_rows_are_read_from_sqlite_files_only(tmp_path):
    assert in_sqlite(tmp_path / "none.db", ASSIGNMENT) == {}
    (tmp_path / "other.db").write_text("no database")
    assert in_sqlite(tmp_path / "other.db", ASSIGNMENT) is None
