"""What becomes of nbgrader's own commands: every row of the table in the runbook, by running it.

Two students and an instructor, each with a home of their own, hand out and in by nbgrader's
exchange; marks and pages are ours.
"""

import csv
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp
from sample_class.answers import LOOPS, MISTAKES
from sample_class.folder import ROOT, make_course, released, short
from sample_class.students import ASSIGNMENT, Student, write

from marking.course import Course
from marking.grading.run import grade
from marking.kernels import bubblewrap
from marking.notebooks import read_notebook
from marking.submissions.reading import load_release

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
RUNBOOK = ROOT / "book" / "marking-runbook.md"
ROW = re.compile(r"^\| `nbgrader ([\w ]+)` \| (unchanged|with a difference|does not) \|", re.M)
ADA = Student("ada", (write(LOOPS),), {}).submission(released())
BOB = Student("bob", (write(LOOPS | MISTAKES["not-turned"]),), {}).submission(released())
PAGE = f"{ASSIGNMENT}.html"


def rows():
    return dict(ROW.findall(RUNBOOK.read_text(encoding="utf-8")))


class Place:
    """Somebody's working folder and home."""

    def __init__(self, folder, exchange, student=None):
        self.folder, self.student = folder, student
        home = folder / ".home"
        home.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "HOME": str(home),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
        }
        self.options = [f"--Exchange.root={exchange}", "--course=transposed-convolution"]
        if student:
            self.options.append(f"--student={student}")

    def run(self, *command, code=0):
        run = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        said = run.stdout + run.stderr
        assert run.returncode == code, (command, said[-3000:])
        assert code or "Traceback" not in said, said[-3000:]  # nbgrader refuses with one of its own
        return said

    def nbgrader(self, *command, code=0):
        return self.run("nbgrader", *command, code=code)

    def exchanged(self, *command):
        return self.nbgrader(*command, *self.options)


def course_in(folder, **submissions):
    more = "\nc.ExchangeCollect.check_owner = False\n"
    more += "c.Judge.unsafe = True\n" if UNSAFE else ""
    folder.mkdir(parents=True)
    make_course(folder, submissions, config=short() + more)
    return folder


def test_the_table_has_every_command_of_nbgrader():
    assert set(NbGraderApp.subcommands) == {command.split()[0] for command in rows()}
    assert rows().keys() <= PROOFS.keys()


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Hand-out, two hand-ins, marks, pages, a second hand-in, and its page: what each said."""
    folder = tmp_path_factory.mktemp("exchange")
    exchange = folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    course = Place(course_in(folder / "course"), exchange)
    students = {name: Place(folder / name, exchange, name) for name in ("ada", "bob")}
    said = {}
    course.run("marking", "release", ASSIGNMENT)
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    said["release_assignment"] = course.exchanged("release_assignment", ASSIGNMENT)
    for name, data in (("ada", ADA), ("bob", BOB)):
        student = students[name]
        said["fetch_assignment"] = student.exchanged("fetch_assignment", ASSIGNMENT)
        (student.folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_bytes(data)
        said["submit"] = student.exchanged("submit", ASSIGNMENT)
    said["list"] = course.exchanged("list", "--inbound", ASSIGNMENT)
    said["collect"] = course.exchanged("collect", ASSIGNMENT)
    said["pages"] = [_pages(course, students)]
    (students["bob"].folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_bytes(ADA)
    students["bob"].exchanged("submit", ASSIGNMENT)
    course.exchanged("collect", ASSIGNMENT, "--update")
    said["pages"].append(_pages(course, students))
    said["release_feedback"] = course.exchanged("release_feedback", ASSIGNMENT)
    return said


def _pages(course, students):
    """Mark, give back, fetch: the text of each student's newest page."""
    flags = ["--unsafe"] if UNSAFE else []
    table = course.run("marking", "grade", ASSIGNMENT, "--jobs", "1", *flags)
    assert "were not used" not in table
    course.run("marking", "feedback", ASSIGNMENT)
    course.exchanged("release_feedback", ASSIGNMENT)
    texts = {}
    for name, student in students.items():
        student.exchanged("fetch_feedback", ASSIGNMENT)
        found = sorted((student.folder / ASSIGNMENT / "feedback").rglob(PAGE))
        texts[name] = found[-1].read_text(encoding="utf-8")
        assert name in texts[name]
    return texts


def by_the_exchange(story, _tmp_path):
    first, second = story["pages"]
    assert "12.0 / 14.0" in first["ada"] and "10.0 / 14.0" in first["bob"]
    assert "12.0 / 14.0" in second["bob"], "the page is that of the newer hand-in"
    assert ASSIGNMENT in story["list"] and "ada" in story["list"] and "bob" in story["list"]


def in_a_course(command):
    @functools.wraps(command)
    def prove(_story, tmp_path):
        course = Place(course_in(tmp_path / "course", ada=ADA), tmp_path / "none")
        command(course)

    return prove


@in_a_course
def autograde(course):
    course.run("marking", "release", ASSIGNMENT)
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    course.nbgrader("autograde", ASSIGNMENT, "--create")
    course.nbgrader("generate_feedback", ASSIGNMENT)
    page = Course.find(start=course.folder).feedback("ada", ASSIGNMENT)
    text = page.read_text(encoding="utf-8")
    assert "12.0 / 14.0" in text and f": {ASSIGNMENT} (Score" not in text


RENAMED = {
    "one": f"{ASSIGNMENT} (1).ipynb",
    "own": "AE rotated kernel FINAL.ipynb",
    "chinese": "卷积作业-最终.ipynb",
    "colab": "Copy_of_rotated_kernel.ipynb",
    "json": f"{ASSIGNMENT}.ipynb.json",
}
COPIES = {"both": f"{ASSIGNMENT} (1).ipynb", "copy": f"{ASSIGNMENT}-Copy1.ipynb"}


@in_a_course
def autograde_of_renamed_files(course):
    """R07: stock autograde takes no file of another name, and says something else; where the
    original lies beside a fuller copy, it marks the original.  Ours takes all of them.
    """

    def hand_in(student, name, data):
        place = course.folder / "submitted" / student / ASSIGNMENT
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)

    for student, name in (RENAMED | COPIES).items():
        hand_in(student, name, ADA)
    for student in COPIES:
        hand_in(student, f"{ASSIGNMENT}.ipynb", json.dumps(released()).encode())
    course.run("marking", "release", ASSIGNMENT)
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    said = course.nbgrader("autograde", ASSIGNMENT, "--create", code=1)
    assert said.count("No notebooks found") >= len(RENAMED)
    with Gradebook(Course.find(start=course.folder).db_url) as book:
        scores = {one.student_id: one.score for one in book.assignment_submissions(ASSIGNMENT)}
    assert scores.pop("ada") == 12 and scores.keys() >= COPIES.keys()
    assert not any(scores.values()), scores
    # What stock autograde did is no obstacle.
    flags = ["--unsafe"] if UNSAFE else []
    said = course.run("marking", "grade", ASSIGNMENT, "--jobs", "1", *flags)
    assert said.count("12 of 14") == 1 + len(RENAMED) + len(COPIES)


@in_a_course
def alias(course):
    course.run("marking", "release", ASSIGNMENT)
    said = course.nbgrader("assign", ASSIGNMENT, "--force")
    assert "deprecated" in said.lower()
    said = course.nbgrader("feedback", ASSIGNMENT, code=1)
    assert "deprecated" in said.lower() or "No" in said


@in_a_course
def generate_assignment(course):
    # The difference: the source is a text, of which this makes the notebook that nbgrader reads.
    course.run("marking", "release", ASSIGNMENT)
    release = Course.find(start=course.folder).release(ASSIGNMENT)
    before = load_release(release)
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    assert [cell.source for cell in read_notebook(release).cells] == [
        cell.source for cell in before.cells
    ]


@in_a_course
def validate(course):
    place = f"submitted/ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    shutil.copy(course.folder / place, course.folder / "mine.ipynb")
    said = course.nbgrader("validate", "mine.ipynb")
    assert "FAILED ON 1 CELL" in said and "You did not provide a response" in said


@in_a_course
def zip_collect(course):
    place = course.folder / "downloaded" / ASSIGNMENT / "archive"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / "notebooks.zip", "w") as file:
        file.writestr(f"zoe_{ASSIGNMENT}.ipynb", ADA)
    course.nbgrader(
        "zip_collect",
        ASSIGNMENT,
        r"--FileNameCollectorPlugin.named_regexp=.*(?P<student_id>zoe)_(?P<file_id>.*)",
    )
    assert (course.folder / "submitted" / "zoe" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file()


@in_a_course
def gradebook(course):
    flags = ["--unsafe"] if UNSAFE else []
    course.run("marking", "grade", ASSIGNMENT, "--jobs", "1", *flags)
    course.nbgrader("db", "student", "add", "zoe", "--first-name=Zoe")
    course.nbgrader("db", "assignment", "add", ASSIGNMENT, "--duedate=2030-01-01")
    assert "zoe" in course.nbgrader("db", "student", "list")
    course.nbgrader("db", "upgrade")
    course.nbgrader("export", "--to=marks.csv")
    with open(course.folder / "marks.csv", newline="", encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores["ada"] == 12
    said = course.run("marking", "grade", ASSIGNMENT, "--jobs", "1", *flags)
    assert "12 of 14" in said and "0 marked now" in said
    course.nbgrader("db", "student", "remove", "ada", "--force")
    said = course.run("marking", "grade", ASSIGNMENT, "--jobs", "1", *flags)
    assert "12 of 14" in said


@in_a_course
def update(course):
    course.nbgrader("update", ".")


@in_a_course
def messages(course):
    assert "jupyter" in course.nbgrader("formgrade", code=1).lower()
    assert course.nbgrader("extension", code=0)


@in_a_course
def quickstart(course):
    course.nbgrader("quickstart", "another")
    assert (course.folder / "another" / "source").is_dir()


@in_a_course
def generate_config(course):
    before = (course.folder / "nbgrader_config.py").read_bytes()
    course.nbgrader("generate_config", code=1)
    assert (course.folder / "nbgrader_config.py").read_bytes() == before


@in_a_course
def generate_solution(course):
    course.run("marking", "release", ASSIGNMENT)
    course.nbgrader("generate_solution", ASSIGNMENT, "--force")
    assert list((course.folder).rglob(f"solution*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"))


EXCHANGE = ("release_assignment", "fetch_assignment", "submit", "collect", "list")
PROOFS = {
    **dict.fromkeys((*EXCHANGE, "release_feedback", "fetch_feedback"), by_the_exchange),
    **dict.fromkeys(("release", "fetch"), by_the_exchange),  # old names of two of these
    **dict.fromkeys(("assign", "feedback"), alias),
    **dict.fromkeys(("autograde", "generate_feedback"), autograde),
    "autograde, renamed": autograde_of_renamed_files,
    **dict.fromkeys(("db", "export"), gradebook),
    **dict.fromkeys(("formgrade", "extension"), messages),
    "generate_assignment": generate_assignment,
    "generate_solution": generate_solution,
    "generate_config": generate_config,
    "quickstart": quickstart,
    "update": update,
    "validate": validate,
    "zip_collect": zip_collect,
}


@pytest.mark.soak
@pytest.mark.parametrize("proof", dict.fromkeys(PROOFS.values()), ids=lambda proof: proof.__name__)
def test_a_command_does_what_the_table_says(proof, request, tmp_path):
    story = request.getfixturevalue("story") if proof is by_the_exchange else {}
    proof(story, tmp_path)


def test_formgrader_shows_a_class_given_by_root_with_the_configuration_of_the_runbook(tmp_path):
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config.loader import PyFileConfigLoader

    course, section = tmp_path / "course", tmp_path / "section"
    course_in(course)
    place = section / "submitted" / "ada" / ASSIGNMENT
    place.mkdir(parents=True)
    (place / f"{ASSIGNMENT}.ipynb").write_bytes(ADA)
    text = RUNBOOK.read_text(encoding="utf-8").split("(runbook-section)=", 1)[1]
    written = re.search(r"```python\n(.*?)```", text, re.S)[1]
    (section / "nbgrader_config.py").write_text(
        written.replace("/home/me/course", course.as_posix()), encoding="utf-8"
    )
    found = Course.find(start=course, root=section)
    assert grade(found, ASSIGNMENT, jobs=1, unsafe=UNSAFE)[0].points == 12
    config = PyFileConfigLoader("nbgrader_config.py", path=str(section)).load_config()
    config.CourseDirectory.root = str(section)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    (shown,) = [one for one in api.get_assignments() if one["name"] == ASSIGNMENT]
    assert shown["num_submissions"] == 1 and shown["release_path"]
    (mark,) = api.get_submissions(ASSIGNMENT)
    assert (mark["student"], mark["score"], mark["autograded"]) == ("ada", 12, True)
