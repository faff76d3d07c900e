"""`marking check` of what was handed in: the grader's own verdict, in a sandbox or not at all."""

import shutil

import pytest
from sample_class.answers import FORGED_RESULT, LOOPS, MISTAKES
from sample_class.folder import hand_in, make_course, released
from sample_class.students import ASSIGNMENT, Student, add_first, edit, write

from marking.cli import main
from marking.course import Course
from marking.grading.rechecking import HandedIn, handed_in
from marking.kernels import bubblewrap
from marking.notebooks import read_notebook

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
CANARY = "import pathlib\npathlib.Path({trace!r}).write_text('run')\n"
needs_bubblewrap = pytest.mark.skipif(
    bubblewrap.why_no_bubblewrap() is not None, reason=str(bubblewrap.why_no_bubblewrap())
)


def own_tags(notebook):
    """Metadata that a student may hope to be believed."""
    notebook["metadata"]["marking"] = {"unreadable": "full marks"}
    for cell in notebook["cells"]:
        cell["metadata"].setdefault("nbgrader", {})["points"] = 1000


WRONG = Student("x", (write(LOOPS), write(MISTAKES["not-turned"])), {}).submission(released())
FORGED = Student(
    "x", (add_first(FORGED_RESULT), edit("test_rotate180", "12"), own_tags), {}
).submission(released())


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A class of one, as the instructor stands in it."""
    (tmp_path / "course").mkdir()
    folder = make_course(tmp_path / "course", {"eve": WRONG})
    monkeypatch.chdir(folder)
    return folder


def verdicts(course, student):
    """What `marking grade` wrote into the marked notebook."""
    notebook = read_notebook(Course.find(start=course).autograded(student, ASSIGNMENT))
    return [
        cell.outputs[0].data["text/plain"]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    ]


@needs_bubblewrap
def test_it_says_word_for_word_what_the_grader_says(course, tmp_path, capsys):
    assert main(["grade", ASSIGNMENT, "--jobs", "1"]) == 0
    due = verdicts(course, "eve")
    assert any("The smallest case" in text for text in due)  # with this student's own numbers
    shutil.copy(f"submitted/eve/{ASSIGNMENT}/{NOTEBOOK}", tmp_path / "download.ipynb")
    for arguments in (
        [f"submitted/eve/{ASSIGNMENT}/{NOTEBOOK}"],
        [str(tmp_path / "download.ipynb"), "--student", "eve"],
    ):
        capsys.readouterr()
        assert main(["check", *arguments]) == 1
        said = capsys.readouterr().out
        assert all(text in said for text in due)
        assert "the grader's verdict on eve: 10 of 12 points" in said


@needs_bubblewrap
def test_what_the_notebook_says_of_itself_is_ignored(course, capsys):
    hand_in(course, "mallory", FORGED)
    assert main(["check", f"submitted/mallory/{ASSIGNMENT}/{NOTEBOOK}"]) == 1
    assert "on mallory: 0 of 12 points" in capsys.readouterr().out


@needs_bubblewrap
def test_a_class_elsewhere_is_checked_from_the_courses_folder(course, tmp_path, capsys):
    other = tmp_path / "class-b"
    hand_in(other, "bob", WRONG)
    assert main(["check", str(other / "submitted" / "bob" / ASSIGNMENT / NOTEBOOK)]) == 1
    assert "on bob: 10 of 12 points" in capsys.readouterr().out


PLACES = [
    ([f"submitted/eve/{ASSIGNMENT}/{NOTEBOOK}"], "handed-in by place"),
    (["mine.ipynb", "--student", "eve"], "handed-in by name"),
    (["link.ipynb"], "a link into submitted"),
    ([f"SUBMITTED/eve/{NOTEBOOK}"], "another class, in capitals"),
    ([f"given/eve/{ASSIGNMENT}/{NOTEBOOK}"], "as the course calls it"),
]


@pytest.mark.parametrize("arguments", [place for place, _ in PLACES], ids=[n for _, n in PLACES])
def test_what_was_handed_in_is_refused_without_a_sandbox(course, monkeypatch, capsys, arguments):
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: "bwrap is not installed")
    trace = course / "trace"
    mine = Student("x", (add_first(CANARY.format(trace=str(trace))),), {}).submission(released())
    hand_in(course, "eve", mine)
    (course / "mine.ipynb").write_bytes(mine)
    (course / "link.ipynb").symlink_to(f"submitted/eve/{ASSIGNMENT}/{NOTEBOOK}")
    (course / "SUBMITTED" / "eve").mkdir(parents=True, exist_ok=True)
    (course / "SUBMITTED" / "eve" / NOTEBOOK).write_bytes(mine)
    if arguments[0].startswith("given"):
        (course / "submitted").rename(course / "given")
        with open(course / "nbgrader_config.py", "a") as file:
            file.write('\nc.CourseDirectory.submitted_directory = "given"\n')
    assert main(["check", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "bwrap is not installed" in said
    assert not trace.exists()


@pytest.mark.parametrize("below", ["eve", f"eve/{ASSIGNMENT}"])
@pytest.mark.parametrize("called", ["submitted", "Submitted", "given"])
@pytest.mark.parametrize("student", [[], ["--student", "eve"]])
def test_no_configuration_that_was_handed_in_is_run(
    course, monkeypatch, capsys, below, called, student
):
    """The working folder is the student's, and the configuration there as well."""
    trace = course / "trace"
    (course / "submitted").rename(course / called)
    if called == "given":
        with open(course / "nbgrader_config.py", "a") as file:
            file.write('\nc.CourseDirectory.submitted_directory = "given"\n')
    for folder in (course / called / "eve", course / called / "eve" / ASSIGNMENT):
        (folder / "nbgrader_config.py").write_text(CANARY.format(trace=str(trace)))
    monkeypatch.chdir(course / called / below)
    notebook = str(course / called / "eve" / ASSIGNMENT / NOTEBOOK)
    assert main(["check", notebook, *student]) == 2
    assert "where students' files lie" in capsys.readouterr().err
    assert main(["grade", ASSIGNMENT]) == 2
    assert not trace.exists()


@pytest.mark.parametrize("name", ["mine.ipynb", "work/mine.ipynb"])
def test_a_configuration_beside_the_file_or_above_is_not_run(
    course, tmp_path, monkeypatch, capsys, name
):
    trace = tmp_path / "trace"
    (tmp_path / "nbgrader_config.py").write_text(CANARY.format(trace=str(trace)))
    (tmp_path / "work").mkdir()
    (tmp_path / name).write_bytes(WRONG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: None)
    assert main(["check", name, "--student", "eve"]) == 2
    assert "may have been handed in with it" in capsys.readouterr().err
    assert not trace.exists()


def test_outside_a_course_it_says_so(course, tmp_path, monkeypatch, capsys):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(bubblewrap, "why_no_bubblewrap", lambda: None)
    assert main(["check", str(course / "submitted" / "eve" / ASSIGNMENT / NOTEBOOK)]) == 2
    assert "run this inside the course's folder" in capsys.readouterr().err


def test_a_file_of_ones_own_was_not_handed_in(course):
    (course / "my-exercises").mkdir()
    assert handed_in(course / "my-exercises" / NOTEBOOK) is None
    folder = course / "submitted" / "eve" / ASSIGNMENT
    assert handed_in(folder / NOTEBOOK) == HandedIn(course, "eve", folder)
    assert handed_in(course / "submitted" / "eve.ipynb") == HandedIn(course, "eve.ipynb", None)


def test_settings_are_read_without_running_what_is_around_them(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text(
        'raise SystemExit\nc.CourseDirectory.release_directory = "out"\n'
        'c.CourseDirectory.course_id = "a" + "b"\nc.Judge.seed = 7\nc.Judge.cell_seconds = 3.5\n'
    )
    course = Course.find(start=tmp_path, executes=False)
    assert course.releases == tmp_path / "out"
    assert course.course_id == ""  # computed, so not read
    assert course.seed == "7" and course.times.cell == 3.5
    (tmp_path / "nbgrader_config.py").write_bytes(b"\x00(((")
    assert Course.find(start=tmp_path, executes=False).releases == tmp_path / "exercises"
