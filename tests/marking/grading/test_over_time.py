"""A course over time: due dates that move, gradebooks that are restored, answers that were read,
releases that change.  The names R09 to R11 are those of public reports.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from nbgrader.api import Gradebook
from sample_class.answers import LOOPS, MISTAKES
from sample_class.folder import ROOT, hand_in, make_course, released
from sample_class.students import ASSIGNMENT, Student, write
from tests.marking.grading.executors import InProcess

from marking.cli import main
from marking.course import Course
from marking.gradebook.feedback import feedback
from marking.grading import fingerprints, run
from marking.grading.ledger import Ledger
from marking.grading.run import grade, seed_of_hand_in
from marking.kernels import bubblewrap

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
WORDS = {"explain_odd_kernel": "So that there is a cell in the middle."}


def first_of(values, kept=1):
    """`values` for `parametrize`: the first in every run, the others in the soak."""
    values = list(values)
    return values[:kept] + [pytest.param(one, marks=pytest.mark.soak) for one in values[kept:]]


ZERO = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"


def notebook(answers=LOOPS, words=WORDS):
    return Student("", (write(answers | words),), {}).submission(released())


RIGHT = notebook()
WRONG = notebook(LOOPS | MISTAKES["not-turned"])


@pytest.fixture(scope="module")
def marked_once(tmp_path_factory):
    folder = make_course(tmp_path_factory.mktemp("class"), {"ada": RIGHT, "bob": WRONG})
    rows(Course.find(start=folder))
    return folder


@pytest.fixture
def course(marked_once, tmp_path):
    """A class of two, marked: ada is right, bob has lost a question."""
    folder = shutil.copytree(marked_once, tmp_path / "class")
    return Course.find(start=folder)


def rows(course, **options):
    here = InProcess()
    got = grade(course, ASSIGNMENT, unsafe=UNSAFE, **({"executor": here} | options))
    return {row.student: row for row in got}


def points(course, **options):
    return {student: row.points for student, row in rows(course, **options).items()}


def opened(course):
    return Gradebook(course.db_url, course.course_id)


def read_all(course, score=2.0, comment="Good."):
    """Mark every answer that waits, as formgrader does."""
    with opened(course) as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            for part in submission.notebooks:
                for mark in part.grades:
                    if mark.needs_manual_grade:
                        mark.manual_score = score
                        mark.needs_manual_grade = False
                for said in part.comments:
                    said.manual_comment = comment
        book.db.commit()


def due(course, when):
    with opened(course) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=when)


def handed_in_at(course, student, when):
    (course.submissions(ASSIGNMENT)[student] / "timestamp.txt").write_text(f"{when} UTC\n")


# ---------------------------------------------------------------- R09: a penalty that must vanish
@pytest.fixture
def late(course):
    """bob's hand-in is a day late, and nothing of it counts."""
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(ZERO)
    course = Course.find(start=course.root)
    handed_in_at(course, "bob", "2026-03-02 10:00:00")
    due(course, "2026-03-01 12:00:00")
    assert points(course) == {"ada": 12, "bob": 0}
    return course


def extend(course):
    with opened(course) as book:
        book.find_submission(ASSIGNMENT, "bob").extension = timedelta(days=2)
        book.db.commit()


def no_rule(course):
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text(encoding="utf-8").replace(ZERO, ""), encoding="utf-8")


CURES = {
    "extension": extend,
    "due later": lambda course: due(course, "2026-03-09 12:00:00"),
    "no due date": lambda course: due(course, None),
    "handed in earlier": lambda course: handed_in_at(course, "bob", "2026-03-01 11:59:59"),
    "no time of the hand-in": lambda course: (
        course.submissions(ASSIGNMENT)["bob"] / "timestamp.txt"
    ).unlink(),
    "no rule any more": no_rule,
}


@pytest.mark.parametrize("cure", first_of(CURES))
def test_r09_a_penalty_vanishes_with_its_cause(late, cure, tmp_path):
    CURES[cure](late)
    late = Course.find(start=late.root)
    row = rows(late)["bob"]
    assert (row.points, row.penalty) == (10, 0)
    feedback(late, ASSIGNMENT)
    page = late.feedback("bob", ASSIGNMENT).read_text(encoding="utf-8")
    assert "Late submission penalty" not in page and "10.0 / 14.0" in page
    exported = tmp_path / "marks.csv"
    assert main(["marks", "--root", str(late.root), "--csv", str(exported)]) == 0
    assert f"{ASSIGNMENT}," in exported.read_text() and ",10.0,0.0,10.0,14" in exported.read_text()
    assert not any(row.fresh for row in rows(late).values())


def test_r09_a_penalty_comes_with_its_cause_and_nothing_is_asked_again(course, late):
    due(late, None)
    assert points(late)["bob"] == 10
    due(late, "2026-03-01 12:00:00")
    here = InProcess()
    row = rows(late, executor=here)["bob"]
    assert (row.points, row.penalty, here.jobs) == (0, 10, [])
    assert "late: 10 off" in row.cells(20)[2]


def test_r09_an_extension_without_a_due_date_is_no_fault(course):
    extend(course)
    hand_in(course.root, "bob", RIGHT)
    assert points(course) == {"ada": 12, "bob": 12}


@pytest.mark.soak
def test_r09_points_given_by_hand_after_the_deadline_do_not_escape_the_rule(late):
    read_all(late)
    assert points(late) == {"ada": 14, "bob": 0}


# ------------------------------------------------------- R10: marks by hand after a stopped kernel
STOPPED = {
    "exit": "import os\ndef cross_correlate2d(x, h):\n    os._exit(3)",
    "memory": "def cross_correlate2d(x, h):\n    piled = []\n    while True:\n"
    "        piled.append(bytearray(1 << 26))",
    "recursion": "def cross_correlate2d(x, h):\n    return cross_correlate2d(x, h)",
}


@pytest.mark.parametrize("how", first_of(STOPPED))
def test_r10_what_was_marked_by_hand_stands_beside_a_stopped_kernel(how, course):
    hand_in(course.root, "bob", notebook(LOOPS | {"cross_correlate2d": STOPPED[how]}))
    before = rows(course)["bob"]
    assert before.points >= 4 and before.by_hand == 1
    read_all(course, 1.5, "Half of it.")
    after = rows(course)["bob"]
    assert (after.points, after.by_hand, after.fresh) == (before.points + 1.5, 0, False)
    feedback(course, ASSIGNMENT)
    page = course.feedback("bob", ASSIGNMENT).read_text(encoding="utf-8")
    assert "Half of it." in page and f"{after.points:.1f} / 14.0" in page


# ------------------------------------------------------------------------- R11: a release changes
def edit_release(course, change):
    path = course.release(ASSIGNMENT)
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["cells"])
    path.write_text(json.dumps(content), encoding="utf-8")


def of(cells, grade_id):
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def reword(cells):
    text = next(c for c in cells if c["cell_type"] == "markdown")
    text["source"] = "A sentence of it was put better.\n\n" + "".join(text["source"])


def reword_the_question(cells):
    stub = of(cells, "explain_odd_kernel")
    stub["source"] = "*Write your answer here, please.*"


def shorten_the_release(cells):
    del cells[next(i for i, c in enumerate(cells) if not c["metadata"].get("nbgrader"))]


@pytest.mark.parametrize("change", first_of([reword, reword_the_question, shorten_the_release]))
def test_r11_a_changed_sentence_loses_nothing_that_was_read(course, change):
    read_all(course)
    assert points(course) == {"ada": 14, "bob": 12}
    edit_release(course, change)
    again = rows(course)
    assert {student: row.points for student, row in again.items()} == {"ada": 14, "bob": 12}
    assert all(row.fresh and not row.by_hand for row in again.values())
    with opened(course) as book:
        said = {
            c.comment for c in book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ada").comments
        }
    assert "Good." in said


def test_r11_a_question_that_is_taken_out_is_one_sentence_and_back_again_all_is_as_before(
    course, monkeypatch, capsys
):
    read_all(course)
    before = course.release(ASSIGNMENT).read_bytes()
    edit_release(course, lambda cells: cells.remove(of(cells, "explain_odd_kernel")))
    monkeypatch.chdir(course.root)
    assert main(["grade", ASSIGNMENT, "--jobs", "1", *(["--unsafe"] if UNSAFE else [])]) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert "has other cells than those that the gradebook holds marks for" in said
    course.release(ASSIGNMENT).write_bytes(before)
    assert points(course) == {"ada": 14, "bob": 12}


@pytest.mark.parametrize("change", first_of(["one more", "one less"]))
def test_r11_a_release_of_other_questions_than_were_marked_is_one_sentence(
    course, change, monkeypatch, capsys
):
    monkeypatch.chdir(course.root)
    source, release = course.source(ASSIGNMENT), course.release(ASSIGNMENT)
    text, before = source.read_text(encoding="utf-8"), release.read_bytes()
    start = text.index('+++ {"nbgrader": {"grade": true, "grade_id": "explain_odd_kernel"')
    end = text.index("\n+++\n", start)
    box = text[start:end]
    more = box.replace("explain_odd_kernel", "explain_it_again") + "\n"
    kept = f"{box}\n\n{more}" if change == "one more" else ""
    source.write_text(text[:start] + kept + text[end:], encoding="utf-8")
    assert main(["release", ASSIGNMENT]) == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said and "other cells than those that the gradebook holds marks for" in said
    assert release.read_bytes() == before
    source.write_text(text, encoding="utf-8")
    assert main(["release", ASSIGNMENT]) == 0
    assert points(course) == {"ada": 12, "bob": 10}


def test_r11_an_older_version_that_was_handed_in_says_so(course):
    old = json.loads(notebook())
    cells = old["cells"]
    for name in ("convolve2d_same", "test_convolve2d_same"):
        cells.remove(of(cells, name))
    stray = json.loads(json.dumps(of(cells, "test_rotate180")))
    stray["metadata"]["nbgrader"]["grade_id"] = stray["id"] = "test_rotate90"
    stray["source"] = "check(rotate90)"
    cells.insert(3, stray)
    hand_in(course.root, "bob", json.dumps(old).encode())
    row = rows(course)["bob"]
    assert row.points == 8
    assert "another version of the assignment: it lacks `convolve2d_same`" in row.reason
    assert "asks for `rotate90`, which does not count" in row.reason


# ----------------------------------------------- what was changed behind the ledger is noticed
def test_after_a_gradebook_is_restored_it_says_what_was_given_since(course):
    backup = course.root / "backup.db"
    shutil.copy(course.root / "gradebook.db", backup)
    hand_in(course.root, "bob", RIGHT)
    assert points(course)["bob"] == 12
    shutil.copy(backup, course.root / "gradebook.db")
    here = InProcess()
    assert points(course, executor=here) == {"ada": 12, "bob": 12} and not here.jobs
    with opened(course) as book:
        assert book.find_submission(ASSIGNMENT, "bob").score == 12


def test_an_answer_read_before_a_restored_gradebook_waits_if_it_is_another(course):
    read_all(course)
    backup = course.root / "backup.db"
    shutil.copy(course.root / "gradebook.db", backup)
    hand_in(course.root, "ada", notebook(words={"explain_odd_kernel": "It was wrong before."}))
    assert rows(course)["ada"].by_hand == 1
    shutil.copy(backup, course.root / "gradebook.db")
    assert [(r.student, r.by_hand) for r in rows(course).values()] == [("ada", 1), ("bob", 0)]


@pytest.mark.soak
def test_a_gradebook_that_was_lost_is_filled_again(course):
    (course.root / "gradebook.db").unlink()
    assert points(course) == {"ada": 12, "bob": 10}


CHANGES = {
    "a score": "UPDATE grade SET auto_score = 0 WHERE auto_score = 4",
    "a row less": "DELETE FROM grade WHERE auto_score = 4",
    "a student less": "DELETE FROM submitted_assignment WHERE student_id = 'ada'",
}


@pytest.mark.parametrize("change", first_of(CHANGES, 2))
def test_a_change_in_the_gradebook_by_another_program_is_set_right(course, change):
    with closing(sqlite3.connect(course.root / "gradebook.db")) as book, book:
        book.execute(CHANGES[change])
    assert points(course) == {"ada": 12, "bob": 10}
    with opened(course) as book:
        assert book.find_submission(ASSIGNMENT, "ada").score == 12


def test_a_marked_notebook_that_somebody_changed_is_made_anew(course):
    path = course.autograded("bob", ASSIGNMENT)
    before = path.read_bytes()
    path.write_bytes(before.replace(b"middle", b"muddle"))
    got = rows(course)
    assert got["bob"].fresh and not got["ada"].fresh
    assert path.read_bytes() == before


# ------------------------------------------------------------- only what changed waits for a person
def test_what_was_read_does_not_wait_again_when_a_question_or_the_code_changes(course, monkeypatch):
    read_all(course)
    monkeypatch.setattr(fingerprints, "code_version", lambda: "another examiner")
    got = rows(course)
    assert all(row.fresh and not row.by_hand for row in got.values())
    assert not any(row.by_hand for row in rows(course, force=True).values())


def test_only_the_answer_that_changed_waits_again(course):
    read_all(course)
    other = notebook(words={"explain_odd_kernel": "Because of symmetry."})
    hand_in(course.root, "ada", other)
    hand_in(course.root, "bob", RIGHT)  # another function, the same words
    assert {s: (r.points, r.by_hand) for s, r in rows(course).items()} == {
        "ada": (14, 1),
        "bob": (14, 0),
    }


@pytest.mark.soak
def test_an_answer_emptied_after_it_was_read_waits(course):
    read_all(course)
    hand_in(course.root, "ada", notebook(words={}))
    row = rows(course)["ada"]
    assert (row.points, row.by_hand) == (14, 1)


def test_a_mark_set_by_hand_is_shown_and_waits_once_the_checks_give_another(course):
    with opened(course) as book:
        mark = book.find_grade("test_rotate180", ASSIGNMENT, ASSIGNMENT, "bob")
        mark.manual_score, mark.needs_manual_grade = 1, False
        book.db.commit()
    read_all(course)
    row = rows(course)["bob"]
    assert (row.points, row.by_hand) == (13, 0)
    assert "rotate180 set to 1 by hand" in row.cells(20)[2]
    hand_in(course.root, "bob", RIGHT)
    row = rows(course)["bob"]
    assert (row.points, row.by_hand) == (13, 1)


def test_a_note_stays_when_points_are_lost(course):
    place = course.submissions(ASSIGNMENT)["bob"] / f"{ASSIGNMENT}.ipynb"
    place.rename(place.with_name(f"{ASSIGNMENT} (1).ipynb"))
    row = rows(course)["bob"]
    assert row.points == 10 and "not turned" in row.reason.replace("rotated", "turned")
    assert f"{ASSIGNMENT} (1).ipynb" in row.reason


# ------------------------------------------------------------------------------------- regrades
def test_the_numbers_of_a_check_are_those_of_the_mark_whatever_lies_beside(course, monkeypatch):
    folder = course.submissions(ASSIGNMENT)["bob"]
    (folder / "data.csv").write_text("1,2")  # before the notebook in order
    here = InProcess()
    rows(course, executor=here)
    (job,) = here.jobs
    assert seed_of_hand_in(course, ASSIGNMENT, "bob", folder) == job.seed


# ------------------------------------------------------------------------- the exchange's secret
def test_the_secret_of_a_hand_in_follows_it_to_its_page(course):
    for secret in ("a" * 128, "b" * 128, None):
        place = course.submissions(ASSIGNMENT)["bob"] / "submission_secret.txt"
        if secret is None:
            place.unlink()
        else:
            place.write_text(secret)
        assert "were not used" not in rows(course)["bob"].reason
        feedback(course, ASSIGNMENT)
        for path in (course.autograded("bob", ASSIGNMENT), course.feedback("bob", ASSIGNMENT)):
            beside = path.with_name("submission_secret.txt")
            assert (beside.read_text() if beside.exists() else None) == secret


@pytest.mark.parametrize("secret", first_of([b"../../x", b"\xff\xfe", b"", b"a\x00b"]))
def test_a_secret_that_is_none_is_not_carried(course, secret):
    folder = course.submissions(ASSIGNMENT)["bob"]
    (folder / "submission_secret.txt").write_bytes(secret)
    rows(course)
    assert not course.autograded("bob", ASSIGNMENT).with_name("submission_secret.txt").exists()


# -------------------------------------------------------------------------- a disk that is full
def test_a_full_disk_costs_the_row_and_leaves_nothing_half_written(course, monkeypatch):
    hand_in(course.root, "bob", RIGHT)
    before = course.autograded("bob", ASSIGNMENT).read_bytes()
    real = run.replace_text

    def full(path, text):
        if "bob" in path.parts:
            raise OSError(28, "No space left on device", str(path))
        real(path, text)

    monkeypatch.setattr(run, "replace_text", full)
    got = rows(course)
    assert got["bob"].points is None and "No space left on device" in got["bob"].reason
    assert got["ada"].points == 12
    monkeypatch.undo()
    assert course.autograded("bob", ASSIGNMENT).read_bytes() == before
    assert not list(course.root.rglob("*.part"))
    assert points(course)["bob"] == 12
    assert Ledger(course.state / f"{ASSIGNMENT}.jsonl").entries["bob"].total == 12


# ------------------------------------------------------------------------------ people who leave
def test_who_has_marks_and_no_submission_any_more_is_named(course, monkeypatch, capsys):
    shutil.rmtree(course.submitted / "bob")
    monkeypatch.chdir(course.root)
    assert main(["grade", ASSIGNMENT]) == 0
    got = capsys.readouterr()
    assert got.err.strip().endswith("(who has dropped out, or has another id now?): bob")
    assert "1 of 1 submissions" in got.out
    with opened(course) as book:
        assert book.find_submission(ASSIGNMENT, "bob").score == 10, "nothing of his is lost"


def test_who_has_another_id_keeps_marks_and_comments_by_hand(course, monkeypatch):
    """By the program that the runbook shows."""
    read_all(course)
    assert points(course)["bob"] == 12
    text = (ROOT / "book" / "marking-runbook.md").read_text(encoding="utf-8")
    program = text.split("(runbook-id)=", 1)[1].split("```python\n", 1)[1].split("```", 1)[0]
    for folder in (course.submitted, course.marked):
        (folder / "bob").rename(folder / "s0000105")
    monkeypatch.chdir(course.root)
    exec(program.replace("4706", "bob"), {})
    got = rows(course)
    assert got.keys() == {"ada", "s0000105"}
    assert (got["s0000105"].points, got["s0000105"].by_hand) == (12, 1)
    with opened(course) as book:
        assert [student.id for student in book.students] == ["ada", "s0000105"]
        part = book.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "s0000105")
        assert "Good." in {said.comment for said in part.comments}


def test_a_page_says_what_nobody_has_marked_yet(course, monkeypatch, capsys):
    monkeypatch.chdir(course.root)
    assert main(["feedback", ASSIGNMENT]) == 0
    assert "2 of them have answers that nobody has marked yet" in capsys.readouterr().out
    page = course.feedback("ada", ASSIGNMENT).read_text(encoding="utf-8")
    assert page.count("Not marked yet (2.0 points)") == 2 and "Score: nan" not in page
    assert "<math" in page and "$$" not in page.split("</head>")[1] and "<script" not in page
    read_all(course)
    assert main(["feedback", ASSIGNMENT]) == 0
    assert "nobody has marked" not in capsys.readouterr().out
    page = course.feedback("ada", ASSIGNMENT).read_text(encoding="utf-8")
    assert "Not marked yet" not in page and "2.0 / 2.0" in page
