"""The lines of the page on policies that write marks given elsewhere into the gradebook."""

from __future__ import annotations

import re
from pathlib import Path

from nbgrader.api import Gradebook

PAGE = Path(__file__).resolve().parents[3] / "book" / "course-policies.md"


def test_the_lines_of_the_page_write_marks_that_wait_no_more(tmp_path, monkeypatch):
    [lines] = re.findall(
        r"^```python\n(from nbgrader\.api.*?)^```$", PAGE.read_text("utf-8"), re.S | re.M
    )
    monkeypatch.chdir(tmp_path)
    name, cell = "rotated-kernel", "explain_odd_kernel"
    students = ("4711", "4712", "4713")
    with Gradebook("sqlite:///gradebook.db", "transposed-convolution") as book:
        book.add_assignment(name)
        book.add_notebook(name, name)
        book.add_grade_cell(cell, name, name, max_score=2, cell_type="markdown")
        for student in students:
            book.add_student(student)
            book.add_submission(name, student)
            book.find_grade(cell, name, name, student).needs_manual_grade = True
        book.db.commit()
    exec(lines, {})
    with Gradebook("sqlite:///gradebook.db", "transposed-convolution") as book:
        marks = [book.find_grade(cell, name, name, student) for student in students]
        assert [mark.manual_score for mark in marks] == [2, 1, None]
        assert [mark.needs_manual_grade for mark in marks] == [False, False, True]
