"""Feedback pages of submissions that no renderer can cope with: those of the others are made."""

import contextlib
import json
import shutil

import pytest
from nbgrader.api import Gradebook as StockGradebook
from sample_class.answers import LOOPS
from sample_class.folder import make_course, released
from sample_class.patience import patient
from sample_class.students import ASSIGNMENT, Student, add_first, write

from marking.cli import main
from marking.course import Course
from marking.gradebook import feedback as pages
from marking.gradebook import pages as exporting
from marking.gradebook.people import Collected, names_of_people, write_collected
from marking.gradebook.shortening import CUT_CODE, within_bounds
from marking.gradebook.writer import Gradebook
from marking.kernels import bubblewrap
from marking.limits import MAX_HIGHLIGHTED, MAX_HIGHLIGHTED_ALL, MAX_SHOWN_CODE

UNSAFE = ["--unsafe"] if bubblewrap.why_no_bubblewrap() else []


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """The folder of a marked class of three."""
    right = Student("", (write(LOOPS),), {})
    long = Student("", (write(LOOPS), add_first("x = [\n" + "1,\n" * 20_000 + "]")), {})
    submissions = {who: right.submission(released()) for who in ("ada", "eve")}
    folder = make_course(
        tmp_path_factory.mktemp("class"), submissions | {"long": long.submission(released())}
    )
    with contextlib.chdir(folder):
        assert main(["grade", ASSIGNMENT, "--jobs", "1", *UNSAFE]) == 0
    return folder


@pytest.fixture
def graded(marked, tmp_path, monkeypatch):
    """A copy of it, in the working folder."""
    folder = tmp_path / "class"
    shutil.copytree(marked, folder)
    monkeypatch.chdir(folder)
    return Course.find(start=folder)


def spoil(course, student, output):
    """Put an output into a marked notebook that a renderer stumbles over."""
    path = course.autograded(student, ASSIGNMENT)
    notebook = json.loads(path.read_text())
    cell = next(c for c in notebook["cells"] if c["cell_type"] == "code" and c["source"])
    cell["outputs"] = [output]
    path.write_text(json.dumps(notebook))


def stumble(course, monkeypatch):
    """No output is known that stops a page; whatever may turn up is stood in for by one word."""
    real = exporting.plain

    def plain(text):
        if "stumble" in text:
            raise IndexError("list index out of range")
        return real(text)

    monkeypatch.setattr(exporting, "plain", plain)
    spoil(course, "eve", {"output_type": "stream", "name": "stdout", "text": "stumble"})


def test_no_colour_code_stops_a_page(graded):
    """nbconvert's own filter raises an IndexError on it."""
    spoil(graded, "eve", {"output_type": "stream", "name": "stdout", "text": "a\x1b[38mb"})
    eve = Collected(first_name="<b>Eve</b>", last_name="E")
    write_collected(graded, ASSIGNMENT, {"eve": eve})
    with Gradebook(graded.db_url, graded.course_id) as book:
        book.name_people(names_of_people(graded))
    assert main(["feedback", ASSIGNMENT]) == 0
    page = graded.feedback("eve", ASSIGNMENT).read_text()
    assert "<pre>ab</pre>" in page
    for element in ("<title>", "<h4>"):
        assert f"{element}&lt;b&gt;Eve&lt;/b&gt; E (eve): rotated-kernel" in page
    assert "<title>ada: rotated-kernel" in graded.feedback("ada", ASSIGNMENT).read_text()


def test_a_page_that_cannot_be_made_shows_the_marks_and_stops_nobody(graded, monkeypatch, capsys):
    stumble(graded, monkeypatch)
    assert main(["feedback", ASSIGNMENT]) == 1
    said = capsys.readouterr()
    assert "eve: its page shows the marks only: IndexError" in said.out
    assert "3 feedback pages written" in said.out and "Traceback" not in said.err
    page = graded.feedback("eve", ASSIGNMENT).read_text()
    assert "This page shows the marks only" in page and "passed" in page
    assert "This page shows the marks only" not in graded.feedback("ada", ASSIGNMENT).read_text()
    assert main(["feedback", ASSIGNMENT]) == 0  # said once; nothing has changed


def test_a_page_that_takes_for_ever_is_given_up(graded, monkeypatch, capsys):
    real = pages._write_page

    def slow(page):
        if page.student == "eve" and not page.marks_only:
            while True:
                pass
        return real(page)

    seconds = patient(8)
    monkeypatch.setattr(pages, "_write_page", slow)
    monkeypatch.setattr(pages, "PAGE_SECONDS", seconds)
    assert main(["feedback", ASSIGNMENT]) == 1
    assert f"not made within {seconds:.0f} s" in capsys.readouterr().out
    for student in ("ada", "eve", "long"):
        assert graded.feedback(student, ASSIGNMENT).exists()


def test_what_pages_share_is_made_once_before_the_workers_begin(graded, monkeypatch):
    exporting._text_html.cache_clear()
    kept = []
    hire = pages.Crew

    def count(*given):
        kept.append(exporting._text_html.cache_info().currsize)
        return hire(*given)

    monkeypatch.setattr(pages, "Crew", count)
    assert main(["feedback", ASSIGNMENT]) == 0
    assert kept[0] > 0  # the release's texts


def test_the_next_page_of_a_process_has_the_scores_of_now(graded):
    page = pages._Page(graded, ASSIGNMENT, "ada")
    path = graded.feedback("ada", ASSIGNMENT)
    assert not pages._write_page(page).why
    assert "(Score: 0.25 / " not in path.read_text()
    with StockGradebook(graded.db_url) as book:
        book.find_grade("test_zero_pad", ASSIGNMENT, ASSIGNMENT, "ada").manual_score = 0.25
        book.db.commit()  # nothing holds the database
    assert not pages._write_page(page).why
    assert "(Score: 0.25 / " in path.read_text()


def test_long_code_is_cut_on_the_page(graded):
    assert main(["feedback", ASSIGNMENT]) == 0
    page = graded.feedback("long", ASSIGNMENT).read_text()
    assert CUT_CODE.strip() in page and page.count("1,\n") < MAX_SHOWN_CODE


def test_long_code_is_not_coloured():
    seen = []
    bounded = within_bounds(lambda source, metadata: seen.append(source) or "coloured")
    assert bounded("x", metadata={}) == "coloured"
    assert "&lt;" in bounded("<" * (MAX_HIGHLIGHTED + 1), metadata={})
    most = MAX_HIGHLIGHTED_ALL // MAX_HIGHLIGHTED
    shown = [bounded("x" * MAX_HIGHLIGHTED, metadata={}) for _ in range(most + 5)]
    assert shown.count("coloured") < most and len(seen) == shown.count("coloured") + 1
