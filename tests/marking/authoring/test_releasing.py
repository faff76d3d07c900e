"""From source to released notebook: what students get, and what an instructor is told when a source
is wrong.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest

from marking.authoring.releasing import check_source, read_source, release
from marking.course import Course
from marking.errors import ReleaseError
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.submissions.cells import function_tested

ROOT = Path(__file__).resolve().parents[3]
NAME = "rotated-kernel"


def new_course(folder: Path) -> Path:
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / "solutions" / NAME).mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / NAME / f"{NAME}.md", folder / "solutions" / NAME)
    return folder


def at(folder: Path) -> Course:
    return Course.find(start=folder)


@pytest.fixture
def course(tmp_path):
    """A course with one assignment, in a folder of its own."""
    return new_course(tmp_path)


@pytest.fixture(scope="module")
def released_once(tmp_path_factory):
    """A course whose assignment was released from nothing; for looking at only."""
    course = new_course(tmp_path_factory.mktemp("released"))
    release(None, at(course))
    return course


@pytest.fixture
def released(released_once, tmp_path):
    """A copy of that course, free to change (copying keeps the times of files)."""
    shutil.copytree(released_once, tmp_path, dirs_exist_ok=True)
    return tmp_path


def released_notebook(course: Path) -> Path:
    return course / "exercises" / NAME / f"{NAME}.ipynb"


def edit_source(course: Path, old: str, new: str) -> None:
    path = at(course).source(NAME)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_students_get_stubs_and_locked_checks_and_no_solution(released_once):
    path = released_notebook(released_once)
    notebook = nbformat.read(path, as_version=4)
    text = path.read_text()
    assert (
        "BEGIN SOLUTION" not in text and "[::-1, ::-1]" not in text and "Marking scheme" not in text
    )
    assert sum("# your code here" in cell.source for cell in notebook.cells) == len(
        ASSIGNMENTS[NAME]
    )
    tests = {function_tested(cell): cell for cell in notebook.cells if function_tested(cell)}
    assert list(tests) == list(ASSIGNMENTS[NAME])
    for name, cell in tests.items():
        assert cell.source == f"check({name})"
        assert cell.metadata.nbgrader.locked and cell.metadata.editable is False
        assert cell.metadata.nbgrader.points == QUESTIONS[name].points


def test_only_the_notebook_is_released_and_it_names_no_pairing(released_once):
    path = released_notebook(released_once)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert "jupytext" not in nbformat.read(path, as_version=4).metadata


def test_a_second_release_is_the_same_to_the_byte_and_rewrites_nothing(released):
    path = released_notebook(released)
    before, stamp = path.read_bytes(), path.stat().st_mtime_ns
    assert release([NAME], at(released)) == [path]
    assert path.read_bytes() == before and path.stat().st_mtime_ns == stamp


def test_a_release_from_nothing_is_the_same_to_the_byte(released_once, course):
    [path] = release([NAME], at(course), db_url=f"sqlite:///{course / 'other.db'}")
    assert path.read_bytes() == released_notebook(released_once).read_bytes()
    assert not (course / "gradebook.db").exists()


def test_an_unknown_name_is_told_what_there_is(course):
    with pytest.raises(ReleaseError, match=r"'rotated' has no source .*there is: rotated-kernel"):
        release(["rotated"], at(course))
    assert not (course / "exercises").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("check(zero_pad)", "check(zero_pad, 1)", "must read 'check"),
        ("grade_id: test_zero_pad", "grade_id: test_zero_padding", "catalogue of questions"),
        ("grade_id: zero_pad", "grade_id: padding", "solution cells"),
    ],
)
def test_a_source_at_odds_with_the_catalogue_is_refused_before_anything_is_written(
    course, old, new, sentence
):
    edit_source(course, old, new)
    with pytest.raises(ReleaseError, match=sentence):
        release([NAME], at(course))
    assert not (course / "exercises").exists()


def test_points_come_from_the_catalogue_whatever_the_source_says(course):
    edit_source(course, "grade_id: test_zero_pad\n", "grade_id: test_zero_pad\n  points: 100\n")
    points = [
        c.metadata.nbgrader.points
        for c in read_source(at(course).source(NAME)).cells
        if function_tested(c)
    ]
    assert points == [QUESTIONS[name].points for name in ASSIGNMENTS[NAME]]


def test_a_pair_edited_by_hand_is_not_overwritten(released):
    pair = at(released).source(NAME).with_suffix(".ipynb")
    edited = pair.read_text().replace("Turn the kernel around", "Turn it round")
    pair.write_text(edited)
    with pytest.raises(ReleaseError, match="edited after"):
        release([NAME], at(released))
    assert pair.read_text() == edited


def test_a_released_notebook_that_somebody_worked_in_is_not_overwritten(released):
    path = released_notebook(released)
    worked = path.read_text().replace("...  # your code here", "return h[::-1]", 1)
    path.write_text(worked)
    with pytest.raises(ReleaseError, match="edited by hand"):
        release([NAME], at(released))
    assert path.read_text() == worked


def test_every_source_of_the_project_fits_the_catalogue():
    for path in sorted((ROOT / "solutions").glob("*/*.md")):
        check_source(read_source(path), path.stem)


def test_ids_do_not_change_with_the_order_of_runs_and_are_unique(course):
    first = [cell.id for cell in read_source(at(course).source(NAME)).cells]
    assert first == [cell.id for cell in read_source(at(course).source(NAME)).cells]
    assert len(set(first)) == len(first)


def test_the_folders_are_those_of_the_configuration(course):
    (course / "solutions").rename(course / "texts")
    with open(course / "nbgrader_config.py", "a") as file:
        file.write('c.CourseDirectory.source_directory = "texts"\n')
        file.write('c.CourseDirectory.release_directory = "handouts"\n')
    [path] = release(None, at(course))
    assert path == course / "handouts" / NAME / f"{NAME}.ipynb" == at(course).release(NAME)
    assert not (course / "exercises").exists()
    with pytest.raises(ReleaseError, match=r"no source texts/nonsense/nonsense\.md"):
        release(["nonsense"], at(course))
