"""The runbook's fourth step as a person does it: answers in words are marked and commented in
formgrader, in a real JupyterLab, and marks and pages go back to the platform.
"""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import expect
from sample_class.students import ASSIGNMENT
from tests.browser.lab import jupyterlab
from tests.marking.test_runbook import typed_from_the_runbook

pytestmark = [pytest.mark.browser, pytest.mark.soak]
BOX = "explain_odd_kernel"


def waiting(course):
    """The submissions, by student: the number in formgrader's address, and whether words wait."""
    with Gradebook(course.db_url, course.course_id) as book:
        return {
            submission.student_id: (part.id, part.needs_manual_grade)
            for submission in book.assignment_submissions(ASSIGNMENT)
            for part in submission.notebooks
        }


def saved(page, kind):
    return page.expect_response(
        lambda answer: f"/api/{kind}/" in answer.url and answer.request.method == "PUT"
    )


def test_marks_and_comments_given_in_formgrader_come_back(browser, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def in_formgrader(course):
        given = {}
        with jupyterlab(course.root, tmp_path / ".home") as address:
            root = address.split("/lab/")[0]
            page = browser.new_page()
            page.goto(address.format(path=""))
            page.goto(f"{root}/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
            expect(page.locator("#main-table tr")).to_have_count(12)
            for student, (number, waits) in waiting(course).items():
                page.goto(f"{root}/formgrader/submissions/{number}/")
                score = page.locator(f"input.score#{BOX}")
                expect(score).to_be_visible()
                if waits:
                    given[student] = 0.5 + len(given) / 8
                    with saved(page, "grade"):
                        score.fill(str(given[student]))
                        score.blur()
                comment = page.locator(f"textarea#{BOX}-comment")
                with saved(page, "comment"):
                    comment.fill(f"Said to {student}.")
                    comment.blur()
            page.close()
        assert not any(waits for _, waits in waiting(course).values())
        return given

    typed_from_the_runbook("Canvas", tmp_path, in_formgrader, capsys)
