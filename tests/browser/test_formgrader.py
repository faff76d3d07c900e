"""nbgrader's formgrader in a real JupyterLab: nothing that a student wrote runs with the login of
the person who reads it, and the pages still work.
"""

from __future__ import annotations

import os
import sqlite3

import pytest
from playwright.sync_api import expect
from sample_class.answers import LOOPS
from sample_class.folder import hand_in, make_course, released, short
from sample_class.students import ASSIGNMENT, Student, add_first, edit, write
from tests.browser.lab import jupyterlab
from tests.marking.xss import ELEMENTS, corpus

from marking.cli import main
from marking.course import Course
from marking.gradebook import pages
from marking.kernels import bubblewrap
from marking.notebooks import notebook_text, output, read_notebook, text_cell

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNSAFE = ["--unsafe"] if bubblewrap.why_no_bubblewrap() else []
# In place of the first wall: what students wrote comes onto the page as nbconvert makes it.
ONE_WALL = """
from nbconvert.filters.markdown import markdown2html
from marking.gradebook import pages
def page_markdown(source, *_attachments, links, **_more):
    return markdown2html(source.replace("attachment:", "data:image/svg+xml,"))
pages.page_markdown = page_markdown
"""
CODE = """
from IPython.display import HTML, Javascript, Markdown, SVG, display
evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
for kind in (HTML, Javascript, Markdown):
    display(kind(evil))
print(evil)
"""
# Tells the page's own dialogs and requests from those of what was smuggled in.
COLLECT = """() => { window.ran = 0; window.alert = () => { window.ran += 1; }; }"""


def marked_class(folder, config=""):
    """A class whose only student tries everything; its marked notebook also holds what our own
    grader would have taken out.
    """
    text = "words [click](javascript\\:alert(1)) <script>alert(1)</script> [go](https://e.org)"
    eve = Student("x", (write(LOOPS), edit("explain_odd_kernel", text), add_first(CODE)), {})
    make_course(folder, {"eve": eve.submission(released())}, config=short() + config)
    here = os.getcwd()
    os.chdir(folder)
    try:
        assert main(["grade", ASSIGNMENT, "--jobs", "1", *UNSAFE]) == 0
    finally:
        os.chdir(here)
    path = Course.find(start=folder).autograded("eve", ASSIGNMENT)
    notebook = read_notebook(path)
    notebook.cells += [text_cell(source) for source in (*corpus()[::7], *ELEMENTS)]
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            data = {"text/html": "<img src=x onerror=alert(1)>", "text/plain": "t"}
            cell.outputs.append(output("display_data", data=data))
    path.write_text(notebook_text(notebook))
    with sqlite3.connect(folder / "gradebook.db") as gradebook:
        (number,) = gradebook.execute("SELECT id FROM submitted_notebook").fetchone()
    return number


@pytest.fixture(scope="module", params=["", ONE_WALL], ids=["as it is", "the policy alone"])
def formgrader(request, browser, tmp_path_factory):
    """A page logged in to a JupyterLab in the course's folder, its address, the submission's
    number, and whether both walls stand.
    """
    folder, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as kept:
        # The class's configuration is run in this process too: what it takes away comes back.
        kept.setattr(pages, "page_markdown", pages.page_markdown)
        number = marked_class(folder, request.param)
    with jupyterlab(folder, home) as address:
        root = address.split("/lab/")[0]
        page = browser.new_page()
        page.goto(address.format(path=""))
        page.add_init_script(f"({COLLECT})()")
        yield page, root, number, not request.param
        page.close()


def test_no_script_of_a_students_runs_in_formgrader(formgrader):
    page, root, number, both = formgrader
    requests = []
    # A request that the policy stops is begun as well, but never ends well.
    page.on("requestfinished", lambda request: requests.append(request.url))
    answer = page.goto(f"{root}/formgrader/submissions/{number}/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'nonce-" in policy and "'unsafe-inline'" not in policy.split("style-src")[0]
    page.wait_for_load_state("networkidle")
    # Every link there is, followed where it leads to a script.
    page.evaluate(
        "document.querySelectorAll('#notebook a')"
        ".forEach(a => a.click && !/^http/.test(a.href) && a.click())"
    )
    page.evaluate(
        "document.querySelectorAll('#notebook .rendered_html *, #notebook .output_subarea *')"
        ".forEach(e => e.click && !e.closest('a') && e.click())"
    )
    assert page.evaluate("window.ran") == 0
    assert answer.status == 200
    assert both or page.locator("#notebook a[href^='javascript:']").count()  # it is no empty proof
    assert page.url.startswith(f"{root}/formgrader/submissions/{number}")
    assert [url for url in requests if not url.startswith((root, "data:", "about:"))] == []
    if both:
        assert page.locator("#notebook a[href]").count() == 0  # shown, and not to be followed
        expect(page.locator("body")).to_contain_text("[go](https://e.org)")
        assert page.locator("#notebook script").count() == 0


def test_formgraders_own_scripts_still_work(formgrader):
    """A mark by hand is saved, and the name shown."""
    page, root, number, _both = formgrader
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{root}/formgrader/submissions/{number}/")
    score = page.locator("input.score#explain_odd_kernel")
    expect(score).to_be_visible()
    with page.expect_response(lambda r: "/api/grade/" in r.url and r.request.method == "PUT"):
        score.fill("1")
        score.blur()
    page.reload()
    expect(page.locator("input.score#explain_odd_kernel")).to_have_value("1")
    page.locator(".glyphicon.name-hidden").click()
    expect(page.locator("a.name-shown")).to_have_text("eve")
    for place, text in (
        ("manage_assignments", ASSIGNMENT),
        ("gradebook", ASSIGNMENT),
        (f"gradebook/{ASSIGNMENT}", ASSIGNMENT),
        (f"gradebook/{ASSIGNMENT}/{ASSIGNMENT}", "Submission #1"),
        ("manage_students", "eve"),
    ):
        page.goto(f"{root}/formgrader/{place}")
        expect(page.locator("#main-table")).to_contain_text(text)
    assert errors == []


@pytest.mark.parametrize(
    "address",
    [
        "manage_students/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "manage_students/%22;alert(1);%22",
        "gradebook/%5C/;alert(1);%2F%2F",
        "manage_submissions/%3Cimg%20src=x%20onerror=alert(1)%3E",
    ],
)
def test_no_address_of_formgraders_runs_a_script(formgrader, address):
    """A link to this very server is the easiest of all to write."""
    page, root, _number, _both = formgrader
    page.goto(f"{root}/formgrader/{address}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") == 0


def test_formgrader_reads_no_configuration_that_was_handed_in(formgrader, tmp_path):
    page, root, _number, _both = formgrader
    trace = tmp_path / "trace"
    folder = tmp_path / "course" / "submitted" / "eve"
    hand_in(folder.parents[1], "eve", b"")
    (folder / "nbgrader_config.py").write_text(f"open({str(trace)!r}, 'w')\n")
    answer = page.goto(f"{root}/formgrader/?path={folder}")
    assert answer.status == 403
    assert not trace.exists()


def test_a_file_of_a_submission_is_served_without_scripts(formgrader):
    page, root, number, _both = formgrader
    answer = page.request.get(f"{root}/formgrader/submissions/{number}/{ASSIGNMENT}.ipynb")
    assert answer.ok
    assert "sandbox" in answer.headers["content-security-policy"]
