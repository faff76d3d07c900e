"""The sources of the assignments: complete, alike in their build, true in their examples, and
right.
"""

from __future__ import annotations

import ast
import re

import jupytext
import numpy as np
import pytest
from tests.exercises.notebooks import (
    COURSE,
    NAMES,
    answers,
    docstring_example,
    grade_id,
    is_written,
    solution_cells,
    source,
)

from marking.authoring.allowed import table_of, with_tables
from marking.authoring.releasing import check_source
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.submissions.cells import function_tested

FUNCTIONS = [(name, function) for name in NAMES for function in solution_cells(name)]
each_assignment = pytest.mark.parametrize("name", NAMES)
each_function = pytest.mark.parametrize(
    ("name", "function"), FUNCTIONS, ids=[function for _, function in FUNCTIONS]
)

ALLOWED_IMPORTS = {
    "import numpy as np",
    "import matplotlib.pyplot as plt",
    "from matplotlib.cbook import get_sample_data",
    "from time import perf_counter",
    "from marking import check",
    "from marking import check, check_prediction",
}
# Questions that only put together what the notebook has drawn already.
DRAWN_BEFORE = {"convolve2d_same"}


def test_every_assignment_of_the_catalogue_has_a_source():
    assert sorted(ASSIGNMENTS) == NAMES


@each_assignment
def test_source_asks_the_questions_of_the_catalogue(name):
    check_source(source(name), name)


@each_assignment
def test_tables_of_allowed_inputs_are_those_of_the_domains(name):
    # if not: python -m marking.authoring.allowed
    text = COURSE.source(name).read_text(encoding="utf-8")
    questions = [QUESTIONS[function] for function in ASSIGNMENTS[name]]
    assert all(text.count(table_of(question)) == 1 for question in questions)
    assert with_tables(text, questions) == text
    spoilt = re.sub(r"(^\| .*) or more", r"\1 or less", text, flags=re.MULTILINE)
    assert spoilt != text and with_tables(spoilt, questions) == text


@each_function
def test_signature_is_the_one_that_the_examiner_promises(name, function):
    definition = ast.parse(solution_cells(name)[function]).body[0]
    promised = ast.parse(f"def {QUESTIONS[function].signature}: ...").body[0]
    assert definition.name == promised.name == function
    assert ast.unparse(definition.args) == ast.unparse(promised.args)


@each_function
def test_solution_cell_is_one_function_that_uses_no_other_cell(name, function):
    code = ast.parse(solution_cells(name)[function])
    assert len(code.body) == 1, "a solution cell holds one function and nothing else"
    others = {other for cells in map(solution_cells, NAMES) for other in cells} - {function}
    used = {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}
    assert not used & others


@each_function
def test_docstring_example_is_true(name, function):
    call, value = docstring_example(solution_cells(name)[function])
    # As written, but what it gives is shown as lists. A function may rely on what the text says,
    # that it is given arrays.
    lists = [node for node in ast.walk(ast.parse(call, mode="eval")) if isinstance(node, ast.List)]
    assert not lists or "np.array(" in call
    got = eval(f"({call})", {function: arrays_only(answers(name)[function]), "np": np})
    assert_alike(got, eval(f"({value})"))


def arrays_only(function):
    """`function`, which refuses lists where arrays are to be given."""

    def asked(*given, **named):
        assert not any(isinstance(value, list) for value in (*given, *named.values()))
        return function(*given, **named)

    return asked


def assert_alike(got, expected):
    if isinstance(expected, tuple):
        assert isinstance(got, tuple)
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_alike(one, other)
    else:
        np.testing.assert_array_equal(np.asarray(got), np.asarray(expected))


@each_assignment
def test_notebooks_import_nothing_that_computes_an_answer(name):
    for cell in source(name).cells:
        if cell.cell_type == "code":
            imports = [
                n
                for n in ast.walk(ast.parse(cell.source))
                if isinstance(n, ast.Import | ast.ImportFrom)
            ]
            assert {ast.unparse(node) for node in imports} <= ALLOWED_IMPORTS
            assert "__import__" not in cell.source


@each_assignment
def test_every_question_has_drawing_prediction_stub_trial_and_check_in_this_order(name):
    sections = sections_of(name)
    asked = [title for title in sections if re.match(r"\d+\. ", title)]
    assert [int(title.split(".")[0]) for title in asked] == list(
        range(1, len(solution_cells(name)) + 1)
    )
    for title, function in zip(asked, solution_cells(name), strict=True):
        cells = sections[title]
        kinds = [kind_of(cell, function) for cell in cells]
        solution = kinds.index("solution")
        assert "test" in kinds[solution:], title
        assert "code" in kinds[solution : kinds.index("test")], (
            f"{title}: nothing to look at before the check"
        )
        text = "\n".join(cell.source for cell in cells[:solution] if cell.cell_type == "markdown")
        assert "**Predict first.**" in text, title
        if function not in DRAWN_BEFORE:
            assert "```text" in text or "$$" in text, f"{title}: neither drawing nor formula"


def kind_of(cell, function):
    if grade_id(cell) == function:
        return "solution"
    return "test" if function_tested(cell) == function else cell.cell_type


def sections_of(name):
    """The cells of a source below each heading of the second level, by its title."""
    sections: dict[str, list] = {"": []}
    current = sections[""]
    for cell in source(name).cells:
        if cell.cell_type == "markdown":
            for part in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
                if part.startswith("## "):
                    current = sections.setdefault(part.splitlines()[0].removeprefix("## "), [])
                piece = cell.copy()
                piece.source = part
                current.append(piece)
        else:
            current.append(cell)
    return sections


@each_assignment
def test_end_of_the_notebook(name):
    end = sections_of(name)["What you can do now"]
    text = "\n".join(cell.source for cell in end if not is_written(cell))
    assert "uestion in words.**" in text
    assert "**To stretch.**" in text
    assert end[-1].cell_type == "code"
    assert not end[-1].metadata.get("nbgrader")


@each_assignment
def test_written_questions_carry_a_marking_scheme_for_all_their_points(name):
    schemes = [cell for cell in source(name).cells if is_written(cell)]
    assert 1 <= len(schemes) <= 2
    for cell in schemes:
        assert cell.source.startswith("**Marking scheme.**")
        assert cell.metadata.nbgrader["grade"]
        scheme, _, samples = cell.source.partition("**Two points.**")
        points = len(re.findall(r"\bOne\s+point\b", scheme, re.IGNORECASE))
        assert points == cell.metadata.nbgrader["points"] == 2
        assert "**One point.**" in samples
        assert "**No point.**" in samples


@each_assignment
def test_prose_states_no_points(name):
    # Points have one source, the catalogue; a number in the prose would be a second.
    for cell in source(name).cells:
        if cell.cell_type == "markdown" and not is_written(cell):
            assert not re.search(r"\b(points?|marks)\b", cell.source), cell.source[:80]


@each_assignment
def test_source_and_notebook_are_one_byte_for_byte(name, tmp_path):
    # What JupyterLab does with a pair: read the text, save the notebook, open that, save the text.
    path = COURSE.source(name)
    text = path.read_text(encoding="utf-8")
    jupytext.write(jupytext.read(path), tmp_path / f"{name}.ipynb")
    saved = jupytext.writes(jupytext.read(tmp_path / f"{name}.ipynb"), fmt="md:myst")
    # Whoever saves last signs with the version of jupytext; nothing else may differ.
    assert re.sub(r"^ *jupytext_version: .*\n", "", saved, flags=re.MULTILINE) == text
