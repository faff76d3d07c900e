"""Stock nbgrader with this course's configuration: its own commands give the same marks, and harmless pages."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from tests.sample_class.answers import FORGED_RESULT, LOOPS, MISTAKES
from tests.sample_class.folder import SHORT, make_course, released
from tests.sample_class.students import ASSIGNMENT, Student, add_first, delete, duplicate, edit, write

from marking import sandbox
from marking.course import Course
from marking.gradebook import Gradebook

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

STUDENTS = (
    Student("perfect", (write(LOOPS),), {}),
    Student("wrong", (write(LOOPS), write(MISTAKES["kernel-not-turned"])), {"convolve2d_same": 0}),
    Student("damaged", (write(LOOPS), duplicate("test_zero_pad"), delete("test_rotate180")), {}),
    Student("forged", (add_first(FORGED_RESULT),), dict.fromkeys(LOOPS, 0)),
    Student("hanging", (write(LOOPS), edit("zero_pad", "while True: pass")), {"zero_pad": 0}),
    Student("scripts", (write(LOOPS), edit("explain_odd_kernel", EVIL_TEXT), add_first(EVIL_CODE)), {}),
)


def nbgrader(folder, *arguments):
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, timeout=300)


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The class above, marked and reported on by nbgrader's own commands."""
    unsafe = "\nc.Judge.unsafe = True\n" if sandbox.why_no_bubblewrap() else ""
    submissions = {s.name: s.submission(released()) for s in STUDENTS}
    folder = make_course(tmp_path_factory.mktemp("stock"), submissions, config=SHORT + unsafe)
    # As an instructor would: the release exists; its assignment must be known to the gradebook.
    release = nbformat.read(folder / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    with Gradebook(f"sqlite:///{folder}/gradebook.db", "transposed-convolution") as book:
        book.register(ASSIGNMENT, release)
    graded = nbgrader(folder, "autograde", ASSIGNMENT)
    assert graded.returncode == 0, graded.stderr[-3000:]
    told = nbgrader(folder, "generate_feedback", ASSIGNMENT)
    assert told.returncode == 0, told.stderr[-3000:]
    return folder


@pytest.mark.parametrize("student", STUDENTS, ids=lambda student: student.name)
def test_stock_autograde_gives_the_same_marks(stock, student):
    query = """
        SELECT c.name, g.auto_score FROM grade g JOIN base_cell c ON c.id = g.cell_id
        JOIN submitted_notebook n ON n.id = g.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id
        WHERE s.student_id = ? AND c.name LIKE 'test_%'
    """
    with sqlite3.connect(stock / "gradebook.db") as connection:
        points = {name.removeprefix("test_"): score for name, score in connection.execute(query, (student.name,))}
    assert points == student.expected


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
    notebook = nbformat.read(Course.find(start=stock).autograded("scripts", ASSIGNMENT), as_version=4)
    own = [c for c in notebook.cells if c.cell_type == "code" and not c.metadata.get("nbgrader", {}).get("grade")]
    kinds = {mime for cell in own for output in cell.outputs for mime in output.get("data", {})}
    assert kinds == {"text/plain"}


def test_the_verdict_is_on_the_page(stock):
    assert "the kernel is not rotated" in page(stock, "wrong")
    assert "was there 2 times" in page(stock, "damaged")
    assert "did not end within 3 seconds" in page(stock, "hanging")


@pytest.mark.browser
def test_in_a_browser_no_script_of_a_students_runs(browser, stock):
    tab = browser.new_page()
    alerts, requests = [], []
    tab.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(f"file://{stock}/feedback/scripts/{ASSIGNMENT}/{ASSIGNMENT}.html")
    tab.evaluate("document.querySelectorAll('a').forEach(a => a.href.startsWith('javascript') && a.click())")
    tab.close()
    assert alerts == []
    assert all(url.startswith("file:") for url in requests)
