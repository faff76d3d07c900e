"""The live face of the interactive figures: a notebook in a real JupyterLab."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect
from tests.browser.lab import NotebookPage, jupyterlab

from convtranspose.widgets import interactive

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELL = 'from convtranspose.widgets import interactive\ninteractive("phases")'


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder, home = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("home")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)], metadata=kernel)
    nbformat.write(notebook, folder / "figures.ipynb")
    with jupyterlab(folder, home) as address:
        yield address


def test_jupyterlab_shows_live_widgets_that_compute_what_no_frame_holds(browser, lab):
    page = browser.new_page()
    notebook = NotebookPage(page, lab, "figures.ipynb")
    notebook.run("interactive(")
    output = notebook.output("interactive(")
    expect(output.locator(".widget-vbox").first).to_be_visible()
    picture = output.locator(".ct-picture")
    expect(picture).to_have_attribute("aria-label", interactive("phases").picture().alt)
    # the static face is not shown beside the live one
    expect(output.locator(".explore-data")).to_have_count(0)

    value = output.locator(".widget-hslider", has_text="added to the weight").locator(
        "[contenteditable]"
    )
    value.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.35")
    page.keyboard.press("Enter")
    expected = interactive("phases").picture(change=0.35)
    assert expected.alt not in {frame.alt for frame in interactive("phases").frames}
    expect(output.get_by_text(expected.readout)).to_be_visible()
    expect(picture).to_have_attribute("aria-label", expected.alt)

    slider = output.locator(".widget-hslider", has_text="row of the weight").locator(".noUi-handle")
    slider.press("ArrowRight")
    moved = interactive("phases").picture(change=0.35, row=2)
    expect(output.get_by_text(moved.readout)).to_be_visible()
    page.close()
