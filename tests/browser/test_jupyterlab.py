"""The released notebooks as a student meets them: a real JupyterLab, a real browser, keys and
buttons.
"""

from __future__ import annotations

import shutil

import nbformat
import pytest
from playwright.sync_api import expect
from tests.browser.lab import NotebookPage, jupyterlab
from tests.exercises.notebooks import NAMES, ROOT, solution_cells
from tests.exercises.test_released import solved

from marking.questions import ASSIGNMENTS, QUESTIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# The same keys and buttons serve for all.  The last one draws pictures and asks for functions that
# were written for others.
ENDS = {next(iter(ASSIGNMENTS)), list(ASSIGNMENTS)[-1]}
SOME = [name if name in ENDS else pytest.param(name, marks=pytest.mark.soak) for name in NAMES]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a folder that holds a fresh copy of every released notebook."""
    folder, home = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home")
    for name in NAMES:
        shutil.copy(ROOT / "exercises" / name / f"{name}.ipynb", folder)
    if "rotate180" in QUESTIONS:
        shutil.copy(folder / f"{QUESTIONS['rotate180'].assignment}.ipynb", folder / "wrong.ipynb")
    with jupyterlab(folder, home) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser):
    """One for all tests of this file: the second page finds JupyterLab's scripts there."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    yield context
    context.close()


def expect_points(notebook: NotebookPage, name: str, points: float) -> None:
    """Wait until the verdict on ``name`` says ``points``, and no bare number stands below it."""
    shown = notebook.output(f"check({name})")
    expect(shown).to_contain_text(f"{points:g} of {QUESTIONS[name].points:g} points")
    expect(shown.locator(".jp-OutputArea-executeResult .jp-OutputArea-output")).to_have_text("")


def cells_to_fill(name: str) -> dict[str, str]:
    """What a student who knows everything writes into the released notebook: the stub's text, then
    the answer.
    """
    released = nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4)
    answers = {f"def {function}(": code for function, code in solution_cells(name).items()}
    for given, written in zip(released.cells, solved(name).cells, strict=True):
        if given.cell_type == "code" and "# yours, from the notebook" in given.source:
            answers["# yours, from the notebook"] = written.source
    return answers


@pytest.mark.parametrize("name", SOME)
def test_a_student_is_told_what_is_missing_then_fills_it_in_and_validates(name, context, lab):
    page = context.new_page()
    notebook = NotebookPage(page, lab, f"{name}.ipynb")
    notebook.run_all()
    for function in ASSIGNMENTS[name]:
        expect_points(notebook, function, 0)
        expect(notebook.output(f"check({function})")).to_contain_text(function)
    error = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")
    expect(error).to_have_count(0)
    notebook.save()
    assert "fail" in notebook.validate().lower()

    for text, source in cells_to_fill(name).items():
        notebook.type_into(text, source)
        notebook.run(source.splitlines()[0])
        function = text.removeprefix("def ").removesuffix("(")
        if function in ASSIGNMENTS[name]:
            notebook.run(f"check({function})")
            expect_points(notebook, function, QUESTIONS[function].points)
            expect(notebook.output(f"check({function})")).to_contain_text("passed")
    notebook.answer_in_words("Because of what the chapter shows.")
    notebook.run_all()
    if any("plt.show()" in cell.source for cell in solved(name).cells):
        expect(page.locator(".jp-RenderedImage img").first).to_be_visible()
    notebook.save()
    assert "passes all the tests" in notebook.validate()
    page.close()


@pytest.mark.skipif("rotate180" not in QUESTIONS, reason="the course asks for no rotate180")
def test_a_wrong_answer_is_named_in_the_notebook(context, lab):
    page = context.new_page()
    notebook = NotebookPage(page, lab, "wrong.ipynb")
    notebook.run("from marking import check")
    notebook.type_into("def rotate180(", "def rotate180(h):\n    return h[::-1]")
    notebook.run("def rotate180(")
    notebook.run("check(rotate180)")
    verdict = notebook.output("check(rotate180)")
    expect(verdict).to_contain_text("only turned upside down")
    expect(verdict).to_contain_text("not yet")
    expect(verdict).not_to_contain_text("2 of 2 points")
    page.close()
