"""Grading a class: a row for every submission, every mark as predicted, nothing repeated, nothing lost."""

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
from tests.sample_class.answers import LOOPS
from tests.sample_class.folder import hand_in, make_course, released
from tests.sample_class.students import ASSIGNMENT, FULL, STUDENTS, Student, write

from marking import course as courses
from marking import fingerprint, sandbox
from marking.course import Course, CourseError, Entry, Ledger, grade
from marking.gradebook import rows_in_sqlite

UNSAFE = sandbox.why_no_bubblewrap() is not None
PERFECT = Student("someone", (write(LOOPS),), {})


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample class, marked once: the course and its rows."""
    folder = make_course(tmp_path_factory.mktemp("class"), {s.name: s.submission(released()) for s in STUDENTS})
    course = Course.find(start=folder)
    return course, {row.student: row for row in grade(course, ASSIGNMENT, jobs=2, unsafe=UNSAFE)}


@pytest.fixture
def small(tmp_path):
    """A class of three, not marked yet."""
    names = ("ada", "bob", "cy")
    return Course.find(start=make_course(tmp_path, {name: PERFECT.submission(released()) for name in names}))


def database_points(course):
    """Automatic points by student and test cell, read from the gradebook with nothing of ours."""
    query = """
        SELECT s.student_id, c.name, g.auto_score FROM grade g JOIN base_cell c ON c.id = g.cell_id
        JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id
    """
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        rows = connection.execute(query).fetchall()
    points = {}
    for student, cell, score in rows:
        points.setdefault(student, {})[cell.removeprefix("test_")] = score
    return points


# ------------------------------------------------------------------------------------------------ the sample class
@pytest.mark.parametrize("student", STUDENTS, ids=lambda student: student.name)
def test_everybody_in_the_sample_class_gets_the_predicted_mark(sample, student):
    course, rows = sample
    stored = database_points(course)[student.name]
    assert {name: stored[name] for name in FULL} == student.expected
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


# ------------------------------------------------------------------------------------------------ what is marked when
def marked(course, **options):
    """The students that a run marks anew."""
    return {row.student for row in grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE, **options) if row.fresh}


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
    monkeypatch.setattr(fingerprint, "of_machinery", lambda: "another examiner")
    assert marked(small) == {"ada", "bob", "cy", "dora"}


def test_when_one_question_changed_only_that_one_is_asked_again(small, monkeypatch):
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    text = small.autograded("ada", ASSIGNMENT).read_text()
    real = fingerprint.of_question
    monkeypatch.setattr(fingerprint, "of_question", lambda name: "changed" if name == "zero_pad" else real(name))
    jobs = []
    monkeypatch.setattr(courses, "_drain", lambda todo, *_, **__: jobs.extend(todo) or iter(()))
    monkeypatch.setattr(courses, "_outcomes", lambda todo, *_, **__: jobs.extend(todo) or iter(()))
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    assert {job.student for job in jobs} == {"ada", "bob", "cy"}
    assert {mark.question for mark in jobs[0].known} == set(FULL) - {"zero_pad"}
    again = courses.mark(jobs[0])
    assert {mark.question: mark.points for mark in again.marks} == FULL
    assert again.notebook + "\n" == text


def test_a_grade_given_by_hand_survives(small):
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        connection.execute("UPDATE grade SET manual_score = 0.5")
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE, force=True)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        scores = {row for row in connection.execute("SELECT manual_score, needs_manual_grade FROM grade")}
    assert scores == {(0.5, 1)}


def test_late_submissions_are_seen_and_penalised_by_nbgraders_rule(small):
    grade(small, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        connection.execute("UPDATE assignment SET duedate = '2025-01-01 00:00:00.000000'")
    (small.submissions(ASSIGNMENT)["bob"] / "timestamp.txt").write_text("2025-01-02 00:00:00 UTC")
    text = (small.root / "nbgrader_config.py").read_text()
    rule = "from nbgrader.plugins import LateSubmissionPlugin\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    (small.root / "nbgrader_config.py").write_text(text + rule)
    grade(Course.find(start=small.root), ASSIGNMENT, jobs=1, unsafe=UNSAFE, students=["bob"], force=True)
    with sqlite3.connect(small.root / "gradebook.db") as connection:
        query = """SELECT s.student_id, n.late_submission_penalty FROM submitted_notebook n
            JOIN submitted_assignment s ON s.id = n.assignment_id"""
        penalties = dict(connection.execute(query))
    assert penalties == {"ada": None, "bob": 12.0, "cy": None}


# ------------------------------------------------------------------------------------------------ being killed
def test_killed_at_any_moment_and_run_again_nothing_is_lost_or_repeated(tmp_path):
    names = [f"s{i:02}" for i in range(12)]
    folder = make_course(tmp_path, {name: PERFECT.submission(released()) for name in names})
    command = [sys.executable, "-m", "marking", "grade", ASSIGNMENT, "--jobs", "2", *(["--unsafe"] if UNSAFE else [])]
    ledger = folder / "autograded" / ".marking" / f"{ASSIGNMENT}.jsonl"
    finished = 0
    for wanted in (1, 4, 8):
        run = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while (len(ledger.read_text().splitlines()) if ledger.exists() else 0) < wanted and run.poll() is None:
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
    points = database_points(Course.find(start=folder))
    assert {s: {q: p[q] for q in FULL} for s, p in points.items()} == dict.fromkeys(names, FULL)


def test_a_torn_last_line_of_the_ledger_is_ignored(tmp_path):
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    entry = Entry("ada", "h", "m", {"q": "k"}, {"q": 1.0}, {"q": 2.0}, "because", 0, ("note",))
    ledger.add(entry)
    with open(path, "a") as file:
        file.write('{"student": "bob", "subm')
    again = Ledger(path)
    assert again.entries == {"ada": entry}
    again.add(replace(entry, student="cy"))
    assert set(Ledger(path).entries) == {"ada", "cy"}


def test_two_runs_at_once_are_refused(small):
    with courses.alone(small), pytest.raises(CourseError, match="another run is marking the class"):
        grade(small, ASSIGNMENT, unsafe=UNSAFE)


# ------------------------------------------------------------------------------------------------ lost workers
def _sometimes_lost(job):
    if job.student == "bob":
        os._exit(1)
    return courses.Outcome(job.student)


def test_a_worker_that_is_lost_costs_only_the_submission_at_fault(monkeypatch):
    monkeypatch.setattr(courses, "mark", _sometimes_lost)
    blank = courses.Job("", "", "", "", "", courses.Times(), "none")
    todo = [replace(blank, student=name) for name in ("ada", "bob", "cy", "dora")]
    got = {outcome.student: outcome.problem for outcome in courses._outcomes(todo, 2, None)}
    assert set(got) == {"ada", "bob", "cy", "dora"}
    assert {student for student, problem in got.items() if problem} == {"bob"}


def test_a_submission_that_cannot_be_marked_has_no_mark_and_stops_nobody(small, monkeypatch):
    real = courses.mark
    monkeypatch.setattr(
        courses, "mark", lambda job: real(replace(job, release="/nowhere")) if job.student == "bob" else real(job)
    )
    monkeypatch.setattr(courses, "local_executor", _Here)
    rows = {row.student: row for row in grade(small, ASSIGNMENT, unsafe=UNSAFE)}
    assert rows["bob"].points is None and "FileNotFoundError" in rows["bob"].reason
    assert rows["ada"].points == rows["cy"].points == 12


class _Here:
    """An executor that works in this process, at once."""

    def __init__(self, workers):
        pass

    def submit(self, function, *arguments):
        from concurrent.futures import Future

        future = Future()
        future.set_result(function(*arguments))
        return future

    def shutdown(self, **_options):
        pass


# ------------------------------------------------------------------------------------------------ wrong use
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
    cell = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "test_zero_pad")
    cell["metadata"]["nbgrader"]["points"] = 100
    path.write_text(json.dumps(notebook))
    with pytest.raises(CourseError, match=r"differ on zero_pad .*run `marking release rotated-kernel`"):
        grade(small, ASSIGNMENT, unsafe=UNSAFE)


def test_rows_are_read_from_sqlite_files_only(tmp_path):
    assert rows_in_sqlite("postgresql:///x", ASSIGNMENT) is None
    assert rows_in_sqlite(f"sqlite:///{tmp_path}/none.db", ASSIGNMENT) == set()


# ------------------------------------------------------------------------------------------------ fingerprints
def test_a_questions_fingerprint_follows_the_code_it_calls():
    from marking.questions import QUESTIONS

    def digest(value):
        parts = []
        fingerprint._feed(value, parts.append, set())
        return b"".join(parts)

    question = QUESTIONS["zero_pad"]
    assert digest(question) == digest(question)
    assert digest(replace(question, hint="another")) != digest(question)
    assert digest(replace(question, reference=QUESTIONS["rotate180"].reference)) != digest(question)
    assert len({fingerprint.of_question(name) for name in QUESTIONS}) == len(QUESTIONS)


def test_fingerprints_are_the_same_in_every_process():
    code = (
        "from marking import fingerprint as f, questions as q; "
        "print([f.of_question(n) for n in q.QUESTIONS], f.of_machinery())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": s},
        )
        for s in "12"
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_a_folders_fingerprint_follows_names_contents_and_links(tmp_path):
    seen = {fingerprint.of_folder(tmp_path)}
    (tmp_path / "a.ipynb").write_text("1")
    seen.add(fingerprint.of_folder(tmp_path))
    (tmp_path / "a.ipynb").write_text("2")
    seen.add(fingerprint.of_folder(tmp_path))
    (tmp_path / "a.ipynb").rename(tmp_path / "b.ipynb")
    seen.add(fingerprint.of_folder(tmp_path))
    (tmp_path / "l").symlink_to("/etc/hostname")
    seen.add(fingerprint.of_folder(tmp_path))
    assert len(seen) == 5
