"""Every kind of damage to a submission is repaired from the release, and named."""

import copy
import json
import os

import nbformat
import pytest
from sample_class.answers import LOOPS, SLICES
from sample_class.folder import ROOT, hand_in, released
from sample_class.students import (
    ASSIGNMENT,
    add_first,
    delete,
    duplicate,
    edit,
    find,
    tag_tests,
    write,
)

from marking.errors import Unreadable
from marking.limits import MAX_BYTES
from marking.submissions.matching import defines
from marking.submissions.reading import choose_notebook, parse, read_cells
from marking.submissions.repairing import repair, repair_submission


@pytest.fixture(scope="module")
def release():
    return nbformat.read(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def submitted(*changes):
    notebook = released()
    for change in changes:
        change(notebook)
    return notebook


def repaired(release, *changes):
    notebook, notes = repair(read_cells(submitted(*changes)["cells"]), release)
    nbformat.validate(notebook)
    return notebook, " ".join(notes)


def sources(notebook, grade_id):
    return [
        c.source
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ]


def metadata(notebook):
    return {
        c.metadata.nbgrader["grade_id"]: c.metadata.nbgrader
        for c in notebook.cells
        if "nbgrader" in c.metadata
    }


def test_an_honest_submission_is_left_as_it_is(release):
    notebook, notes = repaired(release, write(LOOPS))
    assert notes == ""
    assert [c.source for c in notebook.cells] == [
        c["source"] for c in plain(submitted(write(LOOPS)))["cells"]
    ]


def plain(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def test_repairing_twice_changes_nothing(release):
    once, notes = repaired(release, write(LOOPS), delete("test_zero_pad"), add_first("1 + 1"))
    assert notes
    twice, no_notes = repair(read_cells(once.cells), release)
    assert no_notes == ()
    assert twice == once


@pytest.mark.parametrize("grade_id", ["test_zero_pad", "zero_pad", "explain_odd_kernel"])
def test_a_deleted_cell_is_put_back(release, grade_id):
    notebook, notes = repaired(release, write(SLICES | {"zero_pad": "# nothing"}), delete(grade_id))
    assert sources(notebook, grade_id) == sources(release, grade_id)
    assert f"`{grade_id}` was missing" in notes


def test_a_duplicated_test_cell_counts_once(release):
    notebook, notes = repaired(release, write(LOOPS), duplicate("test_zero_pad"))
    assert len(sources(notebook, "test_zero_pad")) == 1
    assert "`test_zero_pad` was there 2 times" in notes


def test_of_two_solution_cells_the_last_with_the_students_own_definition_counts(release):
    def second_try(notebook):
        place = find(notebook, "zero_pad")
        notebook["cells"].insert(place + 2, copy.deepcopy(notebook["cells"][place]))
        notebook["cells"][place + 2]["source"] = "def zero_pad(x, p):\n    return 'second'"

    notebook, notes = repaired(release, write(LOOPS), second_try)
    assert "second" in sources(notebook, "zero_pad")[0]
    # the first is still run, before it
    assert any(c.source == LOOPS["zero_pad"].strip("\n") for c in notebook.cells)
    assert "2 times" in notes


def test_an_edited_test_cell_is_put_back(release):
    notebook, notes = repaired(release, edit("test_zero_pad", "2.0"))
    assert sources(notebook, "test_zero_pad") == ["check(zero_pad)"]
    assert "had been changed" in notes


def test_reordered_cells_are_put_back_in_order(release):
    notebook, notes = repaired(release, write(LOOPS), lambda nb: nb["cells"].reverse())
    assert list(metadata(notebook)) == list(metadata(release))
    assert "another order" in notes


def test_changed_metadata_has_no_effect(release):
    def tamper(notebook):
        for cell in notebook["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"] |= {
                    "grade": False,
                    "points": 100,
                    "solution": True,
                    "locked": False,
                }
        notebook["metadata"] = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}

    notebook, _ = repaired(release, write(LOOPS), tamper)
    assert metadata(notebook) == metadata(release)
    assert notebook.metadata == release.metadata


def test_tags_are_dropped(release):
    notebook, _ = repaired(release, tag_tests("skip-execution"))
    assert not any("tags" in cell.metadata for cell in notebook.cells)


def test_a_solution_cell_that_lost_its_metadata_is_found_by_its_function(release):
    def forget(notebook):
        cell = notebook["cells"][find(notebook, "zero_pad")]
        cell["metadata"], cell["id"] = {}, "other"

    notebook, notes = repaired(release, write(LOOPS), forget)
    assert sources(notebook, "zero_pad") == [LOOPS["zero_pad"].strip("\n")]
    assert "found by the function it defines" in notes


def test_two_merged_solution_cells_lose_nothing(release):
    def merge(notebook):
        first, second = find(notebook, "rotate180"), find(notebook, "zero_pad")
        notebook["cells"][first]["source"] += "\n\n" + notebook["cells"][second]["source"]
        del notebook["cells"][second]

    notebook, notes = repaired(release, write(LOOPS), merge)
    # the stub would undo the definition
    assert not defines(sources(notebook, "zero_pad")[0], "zero_pad")
    assert "another cell defines the function" in notes


def test_an_extra_cell_stays_before_the_cell_it_stood_before(release):
    def helper(notebook):
        cell = {
            "cell_type": "code",
            "id": "h",
            "metadata": {},
            "source": "helper = 1",
            "outputs": [],
            "execution_count": None,
        }
        notebook["cells"].insert(find(notebook, "zero_pad"), cell)

    notebook, notes = repaired(release, helper)
    order = [c.source for c in notebook.cells]
    assert order.index("helper = 1") == order.index(sources(notebook, "zero_pad")[0]) - 1
    assert notes == ""


def test_a_cell_of_another_type_is_read_as_what_it_was(release):
    def as_markdown(notebook):
        cell = notebook["cells"][find(notebook, "zero_pad")]
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]

    notebook, notes = repaired(release, write(LOOPS), as_markdown)
    cell = next(c for c in notebook.cells if c.source == LOOPS["zero_pad"].strip("\n"))
    assert cell.cell_type == "code"
    assert "another type" in notes


@pytest.mark.parametrize("version", [3, 4.0, 4.99])
def test_notebooks_of_other_versions_are_read(release, version):
    notebook = submitted(write(LOOPS))
    if version == 3:
        cells = notebook.pop("cells")
        for cell in cells:
            if cell["cell_type"] == "code":
                cell["input"] = cell.pop("source")
        notebook |= {
            "nbformat": 3,
            "nbformat_minor": 0,
            "worksheets": [{"cells": cells, "metadata": {}}],
        }
    else:
        notebook["nbformat"], notebook["nbformat_minor"] = 4, round(version % 1 * 100)
    fixed, notes = repair(parse(json.dumps(notebook).encode()), release)
    assert sources(fixed, "zero_pad") == [LOOPS["zero_pad"].strip("\n")]
    assert notes == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"cells": [', "damaged"),
        (b"\x80\x81\xff", "damaged"),
        (b"[]", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cells": [' + b"{}," * 2000 + b"{}]}", "at most"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(data, words):
    with pytest.raises(Unreadable, match=words):
        parse(data)


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"cell_type": 3, "source": 4, "metadata": []},
        {"cell_type": "code", "source": ["a", 1, None], "metadata": {"nbgrader": "x"}},
        {"cell_type": "code", "source": "\ud800", "metadata": {"nbgrader": {"grade_id": ["a"]}}},
        {
            "cell_type": "markdown",
            "source": "x",
            "attachments": {"a.png": 3, "b": {"image/png": "!"}},
        },
    ],
)
def test_odd_cells_do_no_harm(release, cell):
    notebook = submitted(write(LOOPS))
    notebook["cells"] += [cell, None, 3]
    fixed, _ = repair(parse(json.dumps(notebook).encode()), release)
    nbformat.validate(fixed)
    json.dumps(fixed).encode("utf-8")
    assert list(metadata(fixed)) == list(metadata(release))


def test_raw_html_in_a_students_text_is_shown_as_text(release):
    evil = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>"
    notebook, _ = repaired(release, edit("explain_odd_kernel", evil))
    (source,) = sources(notebook, "explain_odd_kernel")
    assert "<script" not in source and "<img" not in source and "javascript:" not in source


# -------------------------------------------------------------------------------- choosing the file
def test_the_file_of_the_assignments_name_is_taken_and_others_are_named(tmp_path, release):
    path = hand_in(tmp_path, "s", json.dumps(submitted(write(LOOPS))).encode())
    (path.parent / "copy.ipynb").write_bytes(path.read_bytes())
    (path.parent / "numpy.py").write_text("raise SystemExit")
    chosen, notes = choose_notebook(path.parent, ASSIGNMENT, release)
    assert chosen == path
    assert "copy.ipynb" in " ".join(notes) and "numpy.py" in " ".join(notes)


def test_under_a_wrong_name_the_notebook_with_most_of_the_cells_is_taken(tmp_path, release):
    (tmp_path / "aaa.ipynb").write_text('{"cells": []}')
    (tmp_path / "below").mkdir()
    right = tmp_path / "below" / "final(2).ipynb"
    right.write_text(json.dumps(submitted(write(LOOPS))))
    chosen, notes = choose_notebook(tmp_path, ASSIGNMENT, release)
    assert chosen == right
    assert "final(2).ipynb was marked in its place" in " ".join(notes)


@pytest.mark.parametrize("kind", ["nothing", "link", "pipe", "large", "folder link"])
def test_what_cannot_be_read_gives_the_bare_release_and_a_reason(tmp_path, release, kind):
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(submitted(write(LOOPS))))
    folder = tmp_path / "s"
    folder.mkdir()
    path = folder / f"{ASSIGNMENT}.ipynb"
    if kind == "link":
        path.symlink_to(secret)
    elif kind == "pipe":
        os.mkfifo(path)
        path.with_name("x").mkdir()
    elif kind == "large":
        with open(path, "wb") as file:
            file.truncate(MAX_BYTES + 1)
    elif kind == "folder link":
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / path.name).write_bytes(secret.read_bytes())
        folder = tmp_path / "linked"
        folder.symlink_to(tmp_path / "elsewhere")
    taken = repair_submission(folder, ASSIGNMENT, release)
    assert taken.reason
    assert sources(taken.notebook, "zero_pad") == sources(release, "zero_pad")
    assert taken.reason in taken.notebook.cells[0].source


def test_a_notebook_of_another_assignment_is_noted(tmp_path, release):
    other = tmp_path / "rotated-kernel.ipynb"
    other.write_text(json.dumps(released("stride-and-overlap")), encoding="utf-8")
    said = "The notebook holds no cell of rotated-kernel; it looks like stride-and-overlap."
    assert repair_submission(tmp_path, ASSIGNMENT, release).notes[0] == said
