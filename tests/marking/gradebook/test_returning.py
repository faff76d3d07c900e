"""Marks go back in the list that the platform gave: no row lost or empty, no id changed."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from nbgrader import api
from sample_class.folder import ROOT
from sample_class.students import ASSIGNMENT
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.marking.made_class import made_class

from marking.cli import main
from marking.course import Course
from marking.gradebook.class_scores import class_scores
from marking.gradebook.exporters import export, harmless
from marking.gradebook.lists import StudentList
from marking.gradebook.people import Collected, full_names, write_collected
from marking.gradebook.returning import Marks, filled
from marking.gradebook.writer import Gradebook
from marking.submissions.reading import load_release

ODD = ["ada+1@example.org", "-7", "@bo", "+4712", "zoë", "O'Brien Pádraig"]
STUDENTS = ["4711", "4712", *ODD]
CANVAS = (
    'Student,ID,SIS User ID,SIS Login ID,Section,Notes,"Rotated Kernel (55501)",Final Score\n'
    ",,,,,,Manual Posting,\n"
    '"    Points Possible",,,,,,12.00,(read only)\n'
    '"Example, Ada",90,4711,ada@example.org,S1,"a, b",,97.00\n'
    '"Example, Bo",4711,s2,4712,S1,,3,98.00\n'
    '"New, Cy",93,s3,cy,S2,,EX,99.00\n'
    '"Student, Test",94,,6a7b,S1,,,\n'
)
MOODLE = (
    "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,"
    "Last modified (grade),Feedback comments\n"
    "Participant 1001,Ada Example,s17,ada@example.org,Submitted,,{0},-,\n"
    "Participant 1002,Bo Example,4712,bo@example.org,Submitted,,{0},-,\n"
    "Participant 1003,Cy Example,,ada+1@example.org,Submitted,,{0},-,\n"
    "Participant 1004,Di Example,s20,di@example.org,No submission,,{0},-,\n"
)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of which every check passed."""
    root = tmp_path_factory.mktemp("class")
    course = Course.find(root=root, start=ROOT)
    release = load_release(course.release(ASSIGNMENT))
    with Gradebook(course.db_url, course.course_id) as book:
        book.register(ASSIGNMENT, release)
        for student in STUDENTS:
            book.record(student, ASSIGNMENT, release)
    return course


@pytest.fixture
def returned(graded, tmp_path, monkeypatch, capsys):
    """A function that runs `marking marks`: its exit code, the rows, what was said."""
    monkeypatch.chdir(ROOT)

    def run(kind, table=None, delimiter=",", encoding="utf-8", names=(ASSIGNMENT,)):
        target = tmp_path / "marks.csv"
        arguments = ["marks", *names, "--root", str(graded.root), "--csv", str(target)]
        if table is not None:
            (tmp_path / "list.csv").write_bytes(table.replace(",", delimiter).encode(encoding))
            arguments += ["--students", str(tmp_path / "list.csv")]
        code = main([*arguments, "--format", kind])
        said = capsys.readouterr()
        text = target.read_bytes().decode("utf-8") if target.exists() else ""
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        return code, rows, said.out + said.err

    return run


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def test_r06_canvas_there_and_back(returned):
    code, rows, said = returned("canvas", CANVAS)
    wanted = rows_of(CANVAS)[:-1]  # the test student, whom no import knows, is left out
    wanted[3][6] = wanted[4][6] = "12.0"
    assert rows == wanted
    assert code == 1 and "in no line of the list" in said and "zoë" in said
    assert "without a mark: Cy New" in said


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16")])
def test_r06_whatever_separates_columns(returned, delimiter, encoding):
    table = (
        'Student,ID,SIS User ID,Section,"rotated-kernel (55501)"\nAda,90,4711,S1,\nBo,91,4712,S1,\n'
    )
    _, rows, _ = returned("canvas", table, delimiter, encoding)
    assert rows[0][-1] == "rotated-kernel (55501)"
    assert [row[1:] for row in rows[1:]] == [
        ["90", "4711", "S1", "12.0"],
        ["91", "4712", "S1", "12.0"],
    ]


def test_r06_a_number_of_another_column_is_somebody_else(returned, graded):
    """Ada's number at the university is Bo's number in Canvas, and Canvas' is what is known."""
    known = {"4711": Collected(platform="canvas", number="4711")}
    write_collected(graded, ASSIGNMENT, known)
    try:
        _, rows, _ = returned("canvas", CANVAS)
        assert [row[6] for row in rows[3:5]] == ["", "12.0"]
    finally:
        write_collected(graded, ASSIGNMENT, {})


@pytest.mark.parametrize("most", ["12.00", '"12,00"'])
def test_r05_moodle_there_and_back(returned, graded, most):
    table = MOODLE.format(most)
    known = {"4711": Collected(platform="moodle", number="1001")}
    write_collected(graded, ASSIGNMENT, known)
    try:
        code, rows, said = returned("moodle", table)
    finally:
        write_collected(graded, ASSIGNMENT, {})
    wanted = rows_of(table)
    for row in wanted[1:4]:
        row[5] = "12.0" if most == "12.00" else "12,0"
    assert rows == wanted and "without a mark: Di Example" in said and code == 1


def test_r05_moodle_without_a_list(returned, graded):
    known = {
        "4711": Collected(platform="moodle", number="4711", first_name="Ada", last_name="Example")
    }
    write_collected(graded, ASSIGNMENT, known)
    try:
        _, rows, _ = returned("moodle")
        assert rows[0][0] == "Identifier" and len(rows) == 2
        assert rows[1][:2] == ["Participant 4711", "Ada Example"] and "12.0" in rows[1]
    finally:
        write_collected(graded, ASSIGNMENT, {})
    assert returned("moodle")[1][0][0] == "ID number"


def test_r04_names_of_people_reach_the_gradebook(returned, graded):
    record = Collected(platform="folders", first_name="张", last_name="三")
    write_collected(graded, "stride-and-overlap", {"4712": record})
    row = next(row for row in returned("nbgrader")[1] if row[3] == "4712")
    assert row[4:6] == ["三", "张"] and full_names(graded, STUDENTS) == {"4712": "张 三"}


@pytest.mark.parametrize("kind", ["nbgrader", "canvas", "moodle", "csv"])
def test_r08_every_id_has_a_row_and_stays_as_it_is(returned, kind):
    code, rows, _ = returned(kind)
    cells = {cell for row in rows for cell in row}
    assert code == 0 and set(STUDENTS) <= cells


def test_r08_every_id_is_found_in_a_list(returned):
    table = "Username,Points\n" + "".join(f"{student},\n" for student in STUDENTS)
    code, rows, said = returned("csv", table)
    assert code == 0 and "no column for rotated-kernel" in said
    assert rows[1:] == [[student, "", "12.0"] for student in STUDENTS]


def test_wrong_lists_are_one_sentence(returned):
    for kind, table, sentence in [
        ("nbgrader", CANVAS, "--students goes with --format canvas, moodle or csv"),
        ("csv", "ada\nbo\n", "has no columns that"),
        ("moodle", "", "has no columns that"),
    ]:
        code, _, said = returned(kind, table)
        assert code == 2 and sentence in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["=1+1", " =1", "+A1+cmd('/c')", "@SUM(A1)", "-1+HYPERLINK(1)", '"=1', "\uff1d1+1"]
)
def test_what_calls_something_is_no_formula(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", "\n", "; ", ';"'])
def test_what_calls_something_is_none_where_other_signs_separate_cells(separator):
    """Where numbers have a comma, spreadsheets begin a new cell at a semicolon."""
    text = harmless(f"Ada{separator}=HYPERLINK(1)")
    assert re.search(r"[;,\t|\n]'[ \"]*=", text)


@pytest.mark.parametrize("text", ["-", "+1001", "-7.5", "@bo", "ada", "+49 30 1234", "-ada@x.org"])
def test_what_calls_nothing_is_as_it_was(text):
    assert harmless(text) == text


def test_feedback_goes_back_in_the_platforms_names(graded, tmp_path, monkeypatch, capsys):
    from marking.gradebook.feedback_archive import archive

    canvas = {
        "4711": Collected(platform="canvas", prefix="exampleada_4711_90_", number="4711"),
        "4712": Collected(platform="canvas", prefix="group_1_4713_91_", group="1"),
        "zoë": Collected(platform="canvas", prefix="group_1_4713_91_", group="1"),
    }
    for student in [*canvas, "-7"]:
        page = graded.feedback(student, ASSIGNMENT)
        page.parent.mkdir(parents=True)
        page.write_text(f"page of {student}", encoding="utf-8")
    moodle = {"4711": Collected(platform="moodle", prefix="Ada_1_assignsubmission_file_/")}
    for platform, known, names, count in [
        ("canvas", canvas, ["exampleada_4711_90_", "group_1_4713_91_"], 1),
        ("moodle", moodle, ["Ada_1_assignsubmission_file_/"], 3),
        ("folders", {}, ["-7/", "4711/", "4712/", "zoë/"], 0),
    ]:
        write_collected(graded, ASSIGNMENT, known)
        path, packed, left = archive(graded, ASSIGNMENT, platform)
        with zipfile.ZipFile(path) as opened:
            assert opened.namelist() == [f"{name}{ASSIGNMENT}.html" for name in names]
        assert packed == len(names) and len(left) == count
    write_collected(graded, ASSIGNMENT, {})


def test_scores_of_a_class_are_those_of_nbgrader(tmp_path):
    course = made_class(tmp_path, 30)
    with api.Gradebook(course.db_url, course.course_id) as book:
        held = class_scores(book, book.assignments)
        of_nbgrader = {
            assignment.name: {
                submission.student_id: (
                    submission.timestamp,
                    submission.score,
                    submission.late_submission_penalty,
                    submission.needs_manual_grade,
                )
                for submission in book.assignment_submissions(assignment.name)
            }
            for assignment in book.assignments
        }
    assert of_nbgrader == {
        name: {student: (s.timestamp, s.raw, s.penalty, s.waits) for student, s in of_one.items()}
        for name, of_one in held.items()
    }
    assert {s.score == 0 for s in held["the-layer"].values()} == {True, False}


def test_what_waits_is_counted_by_submission(tmp_path):
    course = made_class(tmp_path, 7)  # the students 0 and 3 wait; of 6, one assignment has no grade
    for names, waiting in [((), 5), ((ASSIGNMENT,), 2), (("the-layer",), 3)]:
        assert export(course, names, tmp_path / "marks.csv", "csv").waiting == waiting


@pytest.mark.parametrize("kind", ["nbgrader", "canvas", "moodle", "csv", "list"])
def test_a_large_class_takes_as_many_statements_as_a_small_one(tmp_path, kind):
    said = {}
    for count in (2, 40):
        root = tmp_path / str(count)
        root.mkdir()
        course = made_class(root, count)
        students = None
        if kind == "list":
            students = root / "list.csv"
            rows = [f"s{number},\n" for number in range(count)]
            students.write_text("".join(["Username,Points\n", *rows]), encoding="utf-8")
        statements = []

        def heard(_connection, _cursor, statement, *_more, heard=statements):
            heard.append(statement)

        event.listen(Engine, "before_cursor_execute", heard)
        try:
            export(course, (), root / "marks.csv", "csv" if students else kind, students)
        finally:
            event.remove(Engine, "before_cursor_execute", heard)
        said[count] = statements
    assert said[2] == said[40] != []


class Counted(str):
    """An id that counts how often it is compared with another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)


class Walked(tuple):
    """Rows that count how often they are gone through."""

    walks = 0

    def __iter__(self):
        Walked.walks += 1
        return tuple.__iter__(self)


def looks(count, monkeypatch):
    """How often ids are compared, and rows gone through, for a list of `count` with their marks."""
    monkeypatch.setattr(Counted, "compared", 0)
    monkeypatch.setattr(Walked, "walks", 0)
    students = [Counted(f"s{number:03}") for number in range(count)]
    rows = Walked((str(student), "") for student in students)
    table = StudentList(Path("list.csv"), ("Username", "Points"), rows)
    _, returned = filled(table, [Marks("Points", 1.0, dict.fromkeys(students, 1.0))], {})
    assert returned.count == count
    return Counted.compared, Walked.walks


def test_a_list_is_not_searched_for_each_of_its_students(monkeypatch):
    (few, walks), (many, walks_of_many) = (looks(count, monkeypatch) for count in (20, 200))
    assert walks == walks_of_many
    assert many <= 15 * few  # of ten times the students; searching compares a hundred times as many
