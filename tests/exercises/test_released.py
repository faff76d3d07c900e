"""What students receive: made from the sources and nothing else, free of answers, and never
stopping half-way.
"""

from __future__ import annotations

import copy
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from tests.exercises.notebooks import (
    NAMES,
    ROOT,
    is_written,
    solution_cells,
    solution_lines,
    source,
)

from marking.course import (Course)
from marking.questions import (ASSIGNMENTS, QUESTIONS)
from marking.authoring.releasing import release
from marking.submissions.cells import Role, function_tested, role

each_assignment = pytest.mark.parametrize("name", NAMES)
DESIGNS = ("k = 3", "k = 4", "k = 4, even start", "resize-convolution", "sub-pixel")


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A function that releases an assignment from its source, in a course of its own, and gives the
    notebook's path.
    """
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", course)

    def path_of(name: str) -> Path:
        folder = course / "solutions" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            shutil.copy(ROOT / "solutions" / name / f"{name}.md", folder)
            release([name], Course.find(start=course), db_url=f"sqlite:///{course / 'gradebook.db'}")
        return course / "exercises" / name / f"{name}.ipynb"

    return path_of


def student_notebook(name: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", as_version=4)


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run all cells in `folder`, which is empty; the first error is raised.

    The kernel listens on sockets in a folder of its own: TCP ports are chosen before the kernel
    takes them, and tests beside this one choose ports too.
    """
    with tempfile.TemporaryDirectory() as sockets:
        manager = AsyncKernelManager(
            transport="ipc", ip=f"{sockets}/k", connection_file=f"{sockets}/kernel.json"
        )
        NotebookClient(
            notebook, km=manager, timeout=300, resources={"metadata": {"path": str(folder)}}
        ).execute()


def scores(notebook: nbformat.NotebookNode) -> dict[str, float]:
    """The number that each check cell evaluated to, by function."""
    found = {}
    for cell in notebook.cells:
        function = function_tested(cell)
        if function is not None:
            (result,) = [
                output for output in cell.outputs if output.output_type == "execute_result"
            ]
            found[function] = float(result.data["text/plain"])
    return found


def pictures(notebook: nbformat.NotebookNode) -> int:
    return sum(
        "image/png" in output.get("data", {})
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    )


def printed(notebook: nbformat.NotebookNode) -> str:
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return "".join(
        output.text
        for output in outputs
        if output.output_type == "stream" and output.name == "stdout"
    )


@each_assignment
def test_exercises_are_exactly_what_the_sources_give(name, released):
    folder = ROOT / "exercises" / name
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [f"{name}.ipynb"]
    assert (folder / f"{name}.ipynb").read_bytes() == released(name).read_bytes()


def test_there_is_no_exercise_without_a_source():
    assert (
        sorted(
            path.name for path in (ROOT / "exercises").iterdir() if not path.name.startswith(".")
        )
        == NAMES
    )


@each_assignment
def test_no_line_of_a_solution_survives(name):
    secret = solution_lines(name)
    assert len(secret) > 10, "nothing was looked for"
    left = {
        line.strip() for cell in student_notebook(name).cells for line in cell.source.splitlines()
    }
    assert not secret & left


@each_assignment
def test_no_notebook_gives_away_the_answers_of_another(name):
    # Students receive all notebooks together. Lines of this length are somebody's thought, not
    # "return y".
    secret = {line for other in NAMES for line in solution_lines(other) if len(line) > 30}
    left = {
        line.strip() for cell in student_notebook(name).cells for line in cell.source.splitlines()
    }
    assert not secret & left


@each_assignment
def test_every_solution_cell_is_a_stub_that_says_so(name):
    cells = student_notebook(name).cells
    stubs = [cell for cell in cells if role(cell) is Role.SOLUTION]
    assert [cell.metadata.nbgrader.grade_id for cell in stubs] == list(ASSIGNMENTS[name])
    for cell in stubs:
        assert cell.source.endswith('"""\n    ...  # your code here'), cell.source
    assert all(cell.source == "*Your answer here.*" for cell in cells if is_written(cell))


@each_assignment
def test_code_and_drawings_fit_the_screen(name):
    # JupyterLab hides what is wider than a cell behind a scroll bar, and breaks the lines of a
    # drawing. These widths fit into its window on a small laptop (1366 pixels wide), with the file
    # browser open.
    for cell in student_notebook(name).cells:
        if cell.cell_type == "code":
            assert max(map(len, cell.source.splitlines())) <= 110
        for drawing in re.findall(r"```text\n(.*?)```", cell.source, re.DOTALL):
            assert max(map(len, drawing.splitlines())) <= 84, drawing


@each_assignment
def test_untouched_notebook_runs_to_its_end_and_scores_nothing(name, tmp_path):
    notebook = student_notebook(name)
    run(notebook, tmp_path)
    assert scores(notebook) == dict.fromkeys(ASSIGNMENTS[name], 0.0)


def solved(name: str) -> nbformat.NotebookNode:
    """The source, with the functions that one notebook asks students to bring from others."""
    notebook = copy.deepcopy(source(name))
    for cell in notebook.cells:
        if cell.cell_type == "code" and "# yours, from the notebook" in cell.source:
            cells = {
                function: code
                for other in NAMES
                for function, code in solution_cells(other).items()
            }
            cell.source = f"{cells['conv_transpose2d']}\n\n\n{cells['unevenness']}"
    return notebook


@each_assignment
def test_solved_notebook_runs_to_its_end_and_scores_everything(name, tmp_path):
    notebook = solved(name)
    run(notebook, tmp_path)
    assert scores(notebook) == {
        function: QUESTIONS[function].points for function in ASSIGNMENTS[name]
    }
    assert "not written yet" not in printed(notebook)
    if any("plt.show()" in cell.source for cell in notebook.cells):
        assert pictures(notebook) >= 1
    check_what_it_shows = SHOWS.get(name)
    if check_what_it_shows:
        check_what_it_shows(notebook)


def shows_two_frameworks_numbers(notebook):
    assert printed(notebook).count("the very same numbers") == 3


def shows_five_designs(notebook):
    """The statements that the notebook's text makes about the experiment."""
    assert pictures(notebook) == 3
    table = {}
    for line in printed(notebook).splitlines():
        if "unevenness" in line and "→" in line:
            numbers = [
                float(word) for word in line[20:].replace("→", " ").split() if word[0].isdigit()
            ]
            table[line[:20].strip()] = numbers
    assert tuple(table) == DESIGNS
    for name, (first_loss, last_loss, _, _) in table.items():
        assert last_loss < first_loss / 1.5, name
    start = {name: row[2] for name, row in table.items()}
    end = {name: row[3] for name, row in table.items()}
    assert start["k = 3"] > 0.3
    assert start["k = 4"] > 0.3
    assert start["k = 4, even start"] == 0  # "design 3 starts even and does not stay so"
    assert end["k = 4, even start"] > 0.005
    assert 0.005 < end["k = 4"] < end["k = 3"] < start["k = 3"] / 5
    assert start["resize-convolution"] == end["resize-convolution"] == 0  # "even at every step"
    # "the same layer, stored in another order"
    assert table["sub-pixel"] == table["k = 4, even start"]


SHOWS = {"the-layer": shows_two_frameworks_numbers, "learned-upsampling": shows_five_designs}
