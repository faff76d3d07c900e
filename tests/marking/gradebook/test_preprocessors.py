"""Stock nbgrader with this course's configuration: its own commands give the same marks, and
harmless pages.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from sample_class.answers import FORGED_RESULT, LOOPS, MISTAKES
from sample_class.folder import make_course, released, short
from sample_class.students import (
    ASSIGNMENT,
    FULL,
    Student,
    add_first,
    delete,
    duplicate,
    edit,
    write,
)
from tests.marking.gradebook_rows import auto_scores

from marking.course import Course
from marking.gradebook.writer import Gradebook
from marking.kernels import bubblewrap
from marking.submissions.reading import load_release

pytestmark = pytest.mark.slow

EVIL_TEXT = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> [click](javascript:alert(3)) "
    "$\\href{javascript:alert(4)}{x}$"
)
EVIL_CODE = """
from IPython.display import HTML, Javascript, Markdown, SVG, Latex, display
evil = "<script>alert(5)</script><img src=x onerror=alert(6)>"
for kind in (HTML, Javascript, Markdown, Latex):
    display(kind(evil))
display({"image/svg+xml": "<svg onload='alert(7)'/>", "text/plain": evil}, raw=True)
display({"image/png": '" onerror="alert(8)'}, raw=True)
print(evil)
class Evil(Exception):
    __name__ = __qualname__ = evil
raise Evil(evil)
"""


def marking_metadata(notebook):
    """Put our own key into the notebook's metadata, with what we never write there."""
    notebook["metadata"]["marking"] = 5


STUDENTS = (
    Student("perfect", (write(LOOPS),), {}),
    Student("wrong", (write(LOOPS), write(MISTAKES["kernel-not-turned"])), {"convolve2d_same": 0}),
    Student("damaged", (write(LOOPS), duplicate("test_zero_pad"), delete("test_rotate180")), {}),
    Student("forged", (add_first(FORGED_RESULT),), dict.fromkeys(LOOPS, 0)),
    Student("hanging", (write(LOOPS), edit("zero_pad", "while True: pass")), {"zero_pad": 0}),
    Student("metadata", (write(LOOPS), marking_metadata), {}),
    Student(
        "scripts", (write(LOOPS), edit("explain_odd_kernel", EVIL_TEXT), add_first(EVIL_CODE)), {}
    ),
)


UNSAFE_STOCK = "\nc.Judge.unsafe = True\n" if bubblewrap.why_no_bubblewrap() else ""


def nbgrader(folder, *arguments):
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=environment, timeout=300
    )


def make_known(folder):
    """As an instructor would: the release exists; its assignment must be known to the gradebook."""
    course = Course.find(start=folder)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.register(ASSIGNMENT, load_release(course.release(ASSIGNMENT)))


def marked_by_stock(folder):
    """The folder of a class, once nbgrader's own commands have marked it and reported on it."""
    make_known(folder)
    for command in ("autograde", "generate_feedback"):
        done = nbgrader(folder, command, ASSIGNMENT)
        assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The class above, marked and reported on by nbgrader's own commands."""
    submissions = {s.name: s.submission(released()) for s in STUDENTS}
    folder = make_course(
        tmp_path_factory.mktemp("stock"), submissions, config=short() + UNSAFE_STOCK
    )
    return marked_by_stock(folder)


@pytest.mark.parametrize("student", STUDENTS, ids=lambda student: student.name)
def test_stock_autograde_gives_the_same_marks(stock, student):
    scores = auto_scores(stock / "gradebook.db")[student.name]
    points = {name: scores[f"test_{name}"] for name in FULL}
    assert points == student.expected


SECRET = "canary-of-the-instructors"


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """A class with links to the instructor's file and with files of a student's own, marked and
    reported on by nbgrader's own commands.
    """
    right = STUDENTS[0].submission(released())
    folder = make_course(
        tmp_path_factory.mktemp("linked"),
        {"ada": right, "eve": right},
        config=short() + UNSAFE_STOCK,
    )
    (folder / "secret.txt").write_text(SECRET)
    evil = released()
    evil["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": SECRET})
    (folder / "secret.ipynb").write_text(json.dumps(evil))
    eve = folder / "submitted" / "eve" / ASSIGNMENT
    (eve / "data.csv").symlink_to(folder / "secret.txt")
    (eve / "sub").mkdir()
    (eve / "sub" / "data.csv").symlink_to(folder / "secret.txt")
    (eve / "page.html").write_text("<script>alert(1)</script>")
    (eve / "other.ipynb").symlink_to(folder / "secret.ipynb")
    mallory = folder / "submitted" / "mallory" / ASSIGNMENT
    mallory.mkdir(parents=True)
    (mallory / f"{ASSIGNMENT}.ipynb").symlink_to(folder / "secret.ipynb")
    return marked_by_stock(folder)


def test_stock_commands_follow_no_link_and_hand_back_pages_only(linked):
    for kind in ("autograded", "feedback"):
        for path in (linked / kind).rglob("*"):
            assert not path.is_symlink()
            assert path.is_dir() or SECRET not in path.read_text(), path
    handed_back = {path.name for path in (linked / "feedback").rglob("*") if path.is_file()}
    assert handed_back == {f"{ASSIGNMENT}.html"}


def test_stock_commands_mark_the_others_and_give_a_link_nothing(linked):
    scores = auto_scores(linked / "gradebook.db")
    assert {name: scores["ada"][f"test_{name}"] for name in FULL} == FULL
    assert {name: scores["eve"][f"test_{name}"] for name in FULL} == FULL
    assert {scores["mallory"][f"test_{name}"] for name in FULL} == {0}
    assert "only a link" in page(linked, "mallory")


def page(folder, student):
    return (folder / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()


def test_feedback_pages_load_nothing_and_let_no_script_run(stock):
    for student in STUDENTS:
        text = page(stock, student.name)
        assert "<script" not in text
        assert re.search(r"""(?:src|href)=["']?https?:""", text) is None
        assert "Content-Security-Policy" in text.split("</head>")[0]
        assert "default-src 'none'" in text


def test_a_students_scripts_arrive_as_text(stock):
    text = page(stock, "scripts")
    body = text.split("<body", 1)[1]
    assert "alert(1)" in body and "alert(5)" in body  # shown
    assert re.search(r"<[^>]*\bon(error|load)\s*=", body) is None
    assert "<svg onload" not in body
    assert re.search(r"""href=["']?\s*javascript:""", body) is None
    notebook = nbformat.read(
        Course.find(start=stock).autograded("scripts", ASSIGNMENT), as_version=4
    )
    own = [
        c
        for c in notebook.cells
        if c.cell_type == "code" and not c.metadata.get("nbgrader", {}).get("grade")
    ]
    kinds = {mime for cell in own for output in cell.outputs for mime in output.get("data", {})}
    assert kinds == {"text/plain"}


def test_the_verdict_is_on_the_page(stock):
    assert "the kernel is not rotated" in page(stock, "wrong")
    assert "was there 2 times" in page(stock, "damaged")
    seconds = Course.find(start=stock).times.cell
    assert f"did not end within {seconds:.0f} seconds" in page(stock, "hanging")


def test_a_configuration_with_the_old_names_still_works_and_says_what_to_write(tmp_path):
    folder = make_course(
        tmp_path, {"ada": STUDENTS[0].submission(released())}, config=short() + UNSAFE_STOCK
    )
    config = folder / "nbgrader_config.py"
    old = re.sub(
        r"marking\.gradebook\.(preprocessors|feedback_exporter)\.",
        "marking.judge.",
        config.read_text(),
    )
    assert {"marking.judge.Intake", "marking.judge.Judge", "marking.judge.FeedbackExporter"} <= set(
        re.findall(r"marking\.judge\.\w+", old)
    )
    config.write_text(old)
    make_known(folder)
    graded = nbgrader(folder, "autograde", ASSIGNMENT)
    assert graded.returncode == 0, graded.stderr[-3000:]
    assert "FutureWarning" in graded.stderr
    assert "marking.gradebook.preprocessors.Judge" in graded.stderr
    scores = auto_scores(folder / "gradebook.db")["ada"]
    assert {name: scores[f"test_{name}"] for name in FULL} == FULL
    reported = nbgrader(folder, "generate_feedback", ASSIGNMENT)
    assert reported.returncode == 0, reported.stderr[-3000:]
    assert "Content-Security-Policy" in page(folder, "ada")


@pytest.mark.browser
def test_in_a_browser_no_script_of_a_students_runs(browser, stock):
    tab = browser.new_page()
    alerts, requests = [], []
    tab.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(f"file://{stock}/feedback/scripts/{ASSIGNMENT}/{ASSIGNMENT}.html")
    tab.evaluate(
        "document.querySelectorAll('a').forEach(a => a.href.startsWith('javascript') && a.click())"
    )
    tab.close()
    assert alerts == []
    assert all(url.startswith("file:") for url in requests)
