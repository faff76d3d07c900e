"""Each known mistake, put into its cell of a real notebook and marked by nbgrader's autograder,
costs its own points only.
"""

from __future__ import annotations

import base64
import copy
import io
import json
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
from tests.exercises.notebooks import NAMES, ROOT, solution_cells
from sample_class.folder import hand_in, make_course, released

from marking.course import Course
from marking.submissions.reading import load_release
from marking.gradebook.writer import Gradebook
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.kernels.bubblewrap import why_no_bubblewrap
from marking.questions.mistakes import Misconception


@cache
def packed_mistakes() -> str:
    """The questions and the library they call as an importable zip, in base64, under names that
    the kernel allows.
    """
    data = io.BytesIO()
    source = ROOT / "src"
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mistakes/__init__.py", "")
        for package in ("marking/questions", "marking/assignments", "convtranspose"):
            for path in sorted((source / package).rglob("*.py")):
                archive.writestr(
                    _renamed(path.relative_to(source).as_posix(), "/"),
                    _renamed(path.read_text(), "."),
                )
    return base64.b64encode(data.getvalue()).decode()


def _renamed(text: str, after: str) -> str:
    """`text` with both packages called otherwise, where `after` follows their names."""
    for name, other in (("marking", "mistakes"), ("convtranspose", "their_library")):
        text = text.replace(name + after, other + after)
    return text


def place(function: str, misconception: Misconception) -> tuple[str, str]:
    """The module in which a misconception is found, and the expression that finds it there."""
    question = QUESTIONS[function]
    index = question.misconceptions.index(misconception)
    module = f"mistakes.assignments.{question.assignment.replace('-', '_')}.{function}"
    return module, f"{module}.QUESTION.misconceptions[{index}]"


def cell_with(function: str, misconception: Misconception) -> str:
    """Source of a solution cell in which ``function`` makes this mistake."""
    module, mistake = place(function, misconception)
    question = QUESTIONS[function]
    return (
        "import base64, os, sys\n"
        f"open('mistakes.zip', 'wb').write(base64.b64decode('{packed_mistakes()}'))\n"
        "sys.path.insert(0, os.path.abspath('mistakes.zip'))\n"
        f"import {module}\n\n\n"
        f"def {question.signature}:\n"
        f"    return {mistake}.answer({', '.join(question.parameters)})\n"
    )


def submission(name: str, function: str, misconception: Misconception) -> bytes:
    """The solved notebook of assignment ``name`` with one wrong function in it."""
    notebook = copy.deepcopy(released(name))
    answers = solution_cells(name) | {function: cell_with(function, misconception)}
    for cell in notebook["cells"]:
        known = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if known in answers:
            cell["source"] = answers[known]
    return json.dumps(notebook).encode()


def autograded_points(course: Path, name: str) -> dict[str, dict[str, float]]:
    """Points by student and function, after nbgrader's own autograder has marked assignment
    ``name`` as configured.
    """
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    config = Course.find(start=course).config.copy()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = name
    config.Judge.unsafe = why_no_bubblewrap() is not None
    folder = CourseDirectory(config=config)
    with Gradebook(folder.db_url, folder.course_id) as book:
        book.register(name, load_release(str(course / "exercises" / name / f"{name}.ipynb")))
    result = capture_log(Autograde(coursedir=folder, config=config))
    assert result["success"], result.get("log", "") + result.get("error", "")
    points = {}
    with Gradebook(folder.db_url, folder.course_id) as book:
        for submitted in book.stock.assignment_submissions(name):
            grades = submitted.notebooks[0].grades
            scores = {grade.name.removeprefix("test_"): grade.auto_score for grade in grades}
            points[submitted.student_id] = {
                name: score for name, score in scores.items() if score is not None
            }
    return points


def check_each(folder: Path, name: str, chosen: list[tuple[str, Misconception]]) -> None:
    """Mark one submission per (function, mistake) and compare the points of every question."""
    course = make_course(folder, config="", name=name)
    students = {f"student-{i}": entry for i, entry in enumerate(chosen)}
    for student, (function, misconception) in students.items():
        hand_in(course, student, submission(name, function, misconception), name)
    points = autograded_points(course, name)
    assert set(points) == set(students)
    for student, (wrong, misconception) in students.items():
        for function in ASSIGNMENTS[name]:
            most, given = QUESTIONS[function].points, points[student][function]
            if function == wrong:
                assert given < most, f"{wrong}: {misconception.name} costs nothing"
            else:
                assert given == most, f"{wrong}: {misconception.name} costs points of {function}"


def mistakes(name: str) -> list[tuple[str, Misconception]]:
    return [
        (function, mistake)
        for function in ASSIGNMENTS[name]
        for mistake in QUESTIONS[function].misconceptions
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_one_mistake_costs_points_in_its_own_question_only(name, tmp_path):
    # Another one for every assignment, the same in every run.
    every = mistakes(name)
    check_each(tmp_path, name, [every[zlib.crc32(name.encode()) % len(every)]])


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_costs_points_in_its_own_question_only(name, tmp_path):
    check_each(tmp_path, name, mistakes(name))
