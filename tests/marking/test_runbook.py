"""The runbook, typed from its own text: for a made-up class of twelve on each platform the zip file
goes in, answers are marked by hand, and marks and pages go back, compared row by row.
"""

import csv
import re
import shlex
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from nbgrader.api import Gradebook
from sample_class.answers import LOOPS, MISTAKES
from sample_class.folder import ROOT, make_course, released
from sample_class.students import ASSIGNMENT, Student, write

from marking.cli import main
from marking.course import Course
from marking.kernels import bubblewrap

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
WORDS = {"explain_odd_kernel": "Then there is a cell in the middle."}
KINDS = (LOOPS | WORDS, LOOPS | MISTAKES["not-turned"] | WORDS, LOOPS, {})
AUTOMATIC = (12, 10, 12, 0)
PEOPLE = (
    *("Ada Lovelace", "Bo Berg", "Zoë Ångström", "Pádraig Ó Briain", "三 张", "Роман Белов"),
    *("Mary-Jane O'Neill", "Al Khwarizmi", "Chloé Dubois", "Jo van der Berg", "Eve X", "Kim Li"),
)
LISTED_ONLY = "Nobody Handed-In"
BACK = "back.csv"


@dataclass(frozen=True)
class Platform:
    """How a platform calls hand-ins, and the list that it exports."""

    hand_in: Callable[[int, str], str]  # number and name of a person → the file's name
    list_file: str
    head: tuple[str, ...]
    row: Callable[[int, str], tuple[str, ...]]
    column: str  # of the marks
    page: Callable[[int, str], str]  # what the page's name begins with, in the archive
    more: tuple[tuple[str, ...], ...] = ()  # lines that are no student's


def login(name):
    return "".join(letter for letter in name.lower() if letter.isalnum())


def table(number, name):
    first, last = name.rsplit(" ", 1)
    return (last, first, f"u{number}", "", "kept, as it was")


PLATFORMS = {
    "Canvas": Platform(
        lambda n, name: f"{login(name)}_{n}_{90_000 + n}_{ASSIGNMENT}.ipynb",
        "exported.csv",
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{ASSIGNMENT} (55501)", "x"),
        lambda n, name: (name, str(n), f"s{n}", f"l{n}", "One", "", "3"),
        f"{ASSIGNMENT} (55501)",
        lambda n, name: f"{login(name)}_{n}_",
        (("    Points Possible", "", "", "", "", "14", "10"),),
    ),
    "Moodle": Platform(
        lambda n, name: f"{name}_{n}_assignsubmission_file_/{ASSIGNMENT}.ipynb",
        "worksheet.csv",
        ("Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Other"),
        lambda n, name: (f"Participant {n}", name, f"u{n}", f"{n}@example.org", "In", "", "y"),
        "Grade",
        lambda n, name: f"{name}_{n}_",
    ),
    "Blackboard": Platform(
        lambda n, name: f"Week 1_u{n}_attempt_2026-02-03-21-40-05_{ASSIGNMENT}.ipynb",
        "list.csv",
        ("Last Name", "First Name", "Username", ASSIGNMENT, "Other"),
        table,
        ASSIGNMENT,
        lambda n, name: f"Week 1_u{n}_attempt_",
    ),
    "Brightspace": Platform(
        lambda n, name: f"{n}-80551 - {name} - Mar 29, 2026 1205 PM/{ASSIGNMENT}.ipynb",
        "list.csv",
        ("Last Name", "First Name", "Student ID", ASSIGNMENT, "Other"),
        lambda n, name: (*table(n, name)[:2], str(n), *table(n, name)[3:]),
        ASSIGNMENT,
        lambda n, name: f"{n}-80551 - {name} - ",
    ),
    "folders": Platform(
        lambda n, name: f"u{n}/{ASSIGNMENT}.ipynb",
        "list.csv",
        ("Last Name", "First Name", "Username", ASSIGNMENT, "Other"),
        table,
        ASSIGNMENT,
        lambda n, name: f"u{n}/",
    ),
}


def steps(platform):
    """The commands of the runbook's first part that are for this platform, as they are typed."""
    text = (ROOT / "book" / "marking-runbook.md").read_text(encoding="utf-8")
    part = text.split("## From handing out to handing back", 1)[1].split("\n## ", 1)[0]
    for block in re.findall(r"```text\n(.*?)```", part, re.S):
        for line in block.splitlines():
            command, _, those = line.partition("#")
            if command.strip() and (
                not those or platform in (one.strip() for one in those.split(","))
            ):
                yield shlex.split(command)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def mark_by_hand(course):
    """A mark and a comment for every answer that waits, as formgrader writes them: by student."""
    given = {}
    with Gradebook(course.db_url, course.course_id) as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            for part in submission.notebooks:
                for mark in part.grades:
                    if mark.needs_manual_grade:
                        mark.manual_score = given[submission.student_id] = 0.5 + len(given) / 8
                        mark.needs_manual_grade = False
                for said in part.comments:
                    said.manual_comment = f"Said to {submission.student_id}."
        book.db.commit()
    return given


@pytest.mark.parametrize(
    "name", ["Canvas", *(pytest.param(p, marks=pytest.mark.soak) for p in list(PLATFORMS)[1:])]
)
def test_typed_as_it_stands_it_brings_every_mark_and_page_back(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    typed_from_the_runbook(name, tmp_path, mark_by_hand, capsys)


def typed_from_the_runbook(name, folder, mark, capsys):
    """The runbook's commands for the platform of that name, in a new course in `folder`, where one
    is; `mark` gives the marks by hand, and everything that comes back is compared.
    """
    platform = PLATFORMS[name]
    course = Course.find(start=make_course(folder))
    people = dict(enumerate(PEOPLE, 4701))
    with zipfile.ZipFile("downloads.zip", "w") as archive:
        for number, who in people.items():
            answers = KINDS[number % len(KINDS)]
            data = Student("", (write(answers),), {}).submission(released())
            archive.writestr(platform.hand_in(number, who), data)
    listed = [platform.row(number, who) for number, who in (people | {1: LISTED_ONLY}).items()]
    with open(platform.list_file, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([platform.head, *platform.more, *listed])

    typed = list(steps(name))
    assert {command[1] for command in typed} == {"release", "collect", "grade", "feedback", "marks"}
    by_hand = {}
    for command in typed:
        assert command[0] == "marking"
        flags = ["--unsafe"] if UNSAFE and command[1] == "grade" else []
        if command[1] == "feedback" and not by_hand:
            by_hand = mark(course)
        if command[1] == "release":
            continue  # what was released is there; another test releases all of it
        assert main([*command[1:], *flags]) == 0, (command, capsys.readouterr())
    assert len(by_hand) == 6  # two kinds of four have words

    # Back comes what was exported, and in it the marks.
    back, column = read(BACK), platform.head.index(platform.column)
    assert tuple(back[0]) == platform.head
    assert [tuple(row[:column] + row[column + 1 :]) for row in back[1:]] == [
        tuple(row[:column] + row[column + 1 :]) for row in (*platform.more, *listed)
    ]
    marks = {}
    of_student = dict(zip(people, sorted(by_hand_keys(course), key=number_of), strict=True))
    for row, number in zip(back[1 + len(platform.more) :], [*people, 1], strict=True):
        marks[number] = row[column]
    assert marks.pop(1) == ""
    for number, mark in marks.items():
        wanted = AUTOMATIC[number % len(KINDS)] + by_hand.get(of_student[number], 0)
        assert float(mark) == wanted, people[number]

    # And a page for everybody, in the platform's own naming.
    (packed,) = course.pages.glob(f"*{name.lower()}*.zip")
    with zipfile.ZipFile(packed) as archive:
        assert len(archive.namelist()) == len(people)
        for number, who in people.items():
            start = platform.page(number, who)
            (title,) = [one for one in archive.namelist() if one.startswith(start)]
            page = archive.read(title).decode()
            assert f"Said to {of_student[number]}." in page
            total = float(marks[number])
            assert f"(Score: {round(total, 2)} / 14.0)" in page
            assert "Not marked yet" not in page and "<script" not in page


def by_hand_keys(course):
    return [folder.name for folder in course.submitted.iterdir() if folder.name[0] != "."]


def number_of(student):
    return int(re.sub(r"\D", "", student))
