"""One submission's fault costs that submission only: the others have their marks, and it has a row
that says why.
"""

import math
import os
import sqlite3
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import hand_in, make_course, released
from sample_class.students import ASSIGNMENT, Student, write
from tests.marking.gradebook_rows import auto_scores
from tests.marking.grading.executors import InProcess

from marking.cli import main
from marking.course import Course
from marking.examiner.verdict import CategoryResult, Verdict
from marking.gradebook import writer
from marking.gradebook.writer import Gradebook
from marking.grading import run
from marking.grading.run import grade
from marking.kernels import bubblewrap
from marking.notebooks import notebook_of
from marking.questions import QUESTIONS
from marking.submissions.marks import Mark

pytestmark = pytest.mark.slow

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
PERFECT = Student("", (write(LOOPS),), {}).submission(released())


@pytest.fixture
def course(tmp_path):
    return Course.find(start=make_course(tmp_path, dict.fromkeys(("ada", "bob", "cy"), PERFECT)))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of one, marked, and its marked notebook."""
    course = Course.find(start=make_course(tmp_path_factory.mktemp("class"), {"ada": PERFECT}))
    rows(course)
    return course, course.autograded("ada", ASSIGNMENT).read_text()


def rows(course, **options):
    here = InProcess()
    return {
        row.student: row
        for row in grade(course, ASSIGNMENT, unsafe=UNSAFE, **({"executor": here} | options))
    }


def test_what_cannot_be_recorded_costs_its_own_row(course, monkeypatch):
    real = run.record

    def failing(course, name, gradebook, outcome, *rest):
        if outcome.student == "bob":
            # No half of a surrogate pair: the message is logged, and what tests log is sent between
            # processes.
            raise RuntimeError("\x1bnobody foresaw \u202e it")
        return real(course, name, gradebook, outcome, *rest)

    monkeypatch.setattr(run, "record", failing)
    got = rows(course)
    assert got["ada"].points == got["cy"].points == 12
    assert got["bob"].points is None and "not recorded: RuntimeError" in got["bob"].reason
    assert got["bob"].reason.isprintable()
    monkeypatch.undo()
    assert rows(course)["bob"].points == 12  # nothing was lost


def test_a_submission_that_takes_its_worker_down_gets_no_points_and_a_look(
    course, monkeypatch, capsys
):
    monkeypatch.chdir(course.root)
    real = run.Workers

    def losing(jobs, **options):
        return real(jobs, **options, task=lose_bob)

    monkeypatch.setattr(run, "Workers", losing)
    flags = ["--unsafe"] if UNSAFE else []
    assert main(["grade", ASSIGNMENT, "--jobs", "2", *flags]) == 1
    said = capsys.readouterr().out
    assert "could not be marked" in said and "1 of them need a look" in said
    scores = auto_scores(course.root / "gradebook.db")
    assert {sum(filter(None, scores[who].values())) for who in ("ada", "cy")} == {12}
    assert not sum(filter(None, scores["bob"].values()))
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        query = """SELECT min(g.needs_manual_grade) FROM grade g JOIN submitted_notebook n
            ON n.id = g.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id
            WHERE s.student_id = 'bob'"""
        assert connection.execute(query).fetchone() == (1,)
    monkeypatch.undo()
    monkeypatch.chdir(course.root)
    assert main(["grade", ASSIGNMENT, "--jobs", "1", *flags]) == 0  # tried again, and marked
    assert "3 of 3 submissions have a mark: 1 marked now" in capsys.readouterr().out


def lose_bob(job):
    from marking.grading.workers import mark

    if job.student == "bob":
        os._exit(1)
    return mark(job)


def test_a_folder_that_can_be_no_students_gets_a_row_that_says_so(course):
    names = [b"\xff\xfe", b"x" * 130, b"a\nb", b"a\x1b[2Jb"]
    for name in names:
        os.makedirs(os.path.join(os.fsencode(course.submitted), name, ASSIGNMENT.encode()))
    got = rows(course)
    assert len(got) == 3 + len(names)
    for name in names:
        odd = got[os.fsdecode(name)]
        assert odd.points is None and "rename the folder" in odd.reason
    assert got["ada"].points == got["bob"].points == got["cy"].points == 12


def test_a_gradebook_held_by_another_program_is_waited_for(course, monkeypatch):
    rows(course)
    hand_in(course.root, "ada", Student("", (), {}).submission(released()))
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    tries = []

    def freed(seconds):
        tries.append(seconds)
        other.execute("ROLLBACK")

    monkeypatch.setattr(writer, "time", SimpleNamespace(monotonic=time.monotonic, sleep=freed))
    held(course, other, monkeypatch)
    assert rows(course)["ada"].points == 0 and tries
    other.close()


def held(course, other, monkeypatch):
    """Hold the database from the moment that the first outcome comes."""
    real = run.record

    def holding(*arguments):
        if not other.in_transaction:
            other.execute("BEGIN IMMEDIATE")
        return real(*arguments)

    monkeypatch.setattr(run, "record", holding)


def test_one_that_stays_held_costs_its_time_once_and_is_named(course, monkeypatch):
    rows(course)
    for who in ("ada", "bob", "cy"):
        hand_in(course.root, who, Student("", (), {}).submission(released()))
    monkeypatch.setattr(writer, "GRADEBOOK_SECONDS", 0.1)
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    held(course, other, monkeypatch)
    got = rows(course)
    other.rollback()
    other.close()
    monkeypatch.undo()
    for row in got.values():
        assert row.points is None and "held by another program" in row.reason
    assert {who: row.points for who, row in rows(course).items()} == dict.fromkeys(got, 0)


def test_a_gradebook_held_from_the_start_is_one_sentence(graded, capsys, monkeypatch):
    course, _ = graded
    monkeypatch.chdir(course.root)
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    flags = ["--unsafe"] if UNSAFE else []
    codes = [
        main(["grade", ASSIGNMENT, "--force", "--jobs", "1", *flags]),
        main(["feedback", ASSIGNMENT, "--force"]),
    ]
    other.rollback()
    other.close()
    said = capsys.readouterr().err
    assert codes == [2, 2] and "Traceback" not in said and said.count("locked") == 2


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", "1e308", "-1"])
def test_the_writer_takes_no_number_that_is_none(graded, points):
    course, text = graded
    notebook = notebook_of(text)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "execute_result":
                output.data["text/plain"] = points
    with Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.record("ada", ASSIGNMENT, notebook)
    scores = auto_scores(course.root / "gradebook.db")["ada"].values()
    assert all(score is None or (math.isfinite(score) and 0 <= score <= 12) for score in scores)


def test_after_a_submission_that_the_database_refuses_it_takes_the_next(graded):
    course, text = graded
    notebook = notebook_of(text)
    refused = 0
    with Gradebook(course.db_url, course.course_id) as gradebook:
        for student in ("\ud800", "x" * 10_000, "a\0b", "'; DROP TABLE grade; --"):
            for timestamp in (None, "no time", "9" * 50):
                try:
                    gradebook.record(student, ASSIGNMENT, notebook, timestamp)
                except writer.GradebookError as problem:
                    refused += 1
                    assert str(problem).isprintable()
        gradebook.record("dora", ASSIGNMENT, notebook)
    assert refused
    assert sum(filter(None, auto_scores(course.root / "gradebook.db")["dora"].values())) == 12


@pytest.mark.parametrize("points", [float("nan"), float("inf"), -5.0])
def test_a_mark_is_a_number_from_0_to_the_questions_points(points):
    question = QUESTIONS["zero_pad"]
    odd = Verdict("zero_pad", (replace(CategoryResult("x", 2.0, True), max_points=points),), ("s",))
    assert 0 <= Mark.of(odd, question).points <= question.points


@pytest.mark.parametrize("content", [b"\xff\xfe", b"99999-99-99 99:99:99 XXX", b"{}" * 50, b"\0"])
def test_a_timestamp_that_is_none_counts_as_none(course, content):
    (course.submissions(ASSIGNMENT)["bob"] / "timestamp.txt").write_bytes(content)
    folder = course.submissions(ASSIGNMENT)["bob"]
    assert run._timestamp(folder) is None


def test_a_spoilt_marked_notebook_is_marked_anew(course, monkeypatch):
    rows(course)
    course.autograded("ada", ASSIGNMENT).write_text("[" * 100_000)
    monkeypatch.setattr(
        run, "_changed", lambda before, now: {"zero_pad"} if "zero_pad" in now else set()
    )
    assert {row.points for row in rows(course).values()} == {12}
