"""From one source per assignment to the notebook that students receive.

`solutions/<name>/<name>.md` is the source: a MyST notebook, kept by git. jupytext turns it into
the `.ipynb` beside it (ignored by git), and nbgrader's own `GenerateAssignment` strips the
solutions, locks the test cells, records everything in the gradebook and writes
`exercises/<name>/<name>.ipynb`. This module adds only what neither tool does: points taken from
the one place that states them (`marking.questions`), cell ids that stay the same from one
release to the next, and files replaced whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from marking.course import Course
from marking.errors import ReleaseError
from marking.files import replace_text, replacing
from marking.gradebook.fresh import state_version
from marking.notebooks import MINOR_VERSION, VERSION, notebook_text, read_notebook
from marking.questions import QUESTIONS
from marking.submissions.cells import Role, content_id, function_tested, grade_id, question_of, role

# What nbgrader says where an assignment with submissions would get other cells.
OTHER_CELLS = "Cannot add or remove cells"


def assignment_names(course: Course) -> list[str]:
    """Names of all assignments that have a source in the course, sorted."""
    return sorted(
        path.stem for path in course.sources.glob("*/*.md") if path.stem == path.parent.name
    )


def release(
    names: Sequence[str] | None, course: Course, *, db_url: str | None = None
) -> list[Path]:
    """Write `exercises/<name>/` (or where the course is configured to have its releases) for
    every name and return the released notebooks' paths.

    `names` defaults to every assignment that has a source. `db_url` names the gradebook that
    learns of the assignment (default: the course's own, as configured). A released notebook that
    would not change is not rewritten, so its time stamp stays.

    Raises ReleaseError if a name has no source, if a source is at odds with the catalogue of
    questions, or if a generated `.ipynb` was edited by hand after its source.
    """
    known = assignment_names(course)
    for name in names or ():
        if name not in known:
            listed = ", ".join(known) or "none"
            raise ReleaseError(
                f"assignment {name!r} has no source {_shown(course.source(name), course)}; "
                f"there is: {listed}"
            )
    wanted = list(names or known)
    for name in wanted:  # all sources are checked before the first file is written
        check_source(read_source(course.source(name)), name)
    return [_release_one(name, course, db_url) for name in wanted]


def _shown(path: Path, course: Course) -> str:
    """A path as the instructor writes it: from the course's folder."""
    return Path(os.path.relpath(path, course.project)).as_posix()


def read_source(path: Path) -> NotebookNode:
    """The notebook that the MyST source at `path` describes, with points and stable cell ids
    filled in.
    """
    notebook: NotebookNode = jupytext.read(path)
    notebook.nbformat, notebook.nbformat_minor = VERSION, MINOR_VERSION
    # Pairing is configured for the folder (solutions/jupytext.toml); left in a student's notebook
    # it would write .md files there.
    notebook.metadata.pop("jupytext", None)
    fill_points(notebook)
    fill_ids(notebook)
    return notebook


def fill_points(notebook: NotebookNode) -> None:
    """Give every autograded test cell the points that its question states, in place."""
    for cell in notebook.cells:
        if (question := question_of(cell)) is not None:
            cell.metadata.nbgrader["points"] = question.points


def fill_ids(notebook: NotebookNode) -> None:
    """Give every cell an id that depends only on its content, in place.

    jupytext draws new random ids at every conversion, which would make each release differ from the
    last. A graded cell takes its `grade_id`, any other the hash of its text; equal texts are told
    apart by a count.
    """
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        name = grade_id(cell) or content_id(cell.cell_type, cell.source)
        seen[name] = seen.get(name, 0) + 1
        cell["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"


def check_source(notebook: NotebookNode, name: str) -> None:
    """Raise ReleaseError unless the source asks exactly the catalogue's questions of assignment
    `name`, one line each.
    """
    expected = [question.name for question in QUESTIONS.values() if question.assignment == name]
    found = [function for cell in notebook.cells if (function := function_tested(cell)) is not None]
    if found != expected:
        raise ReleaseError(
            f"solutions/{name}/{name}.md tests {found}, but the catalogue of "
            f"questions has {expected}"
        )
    solutions = [grade_id(cell) for cell in notebook.cells if role(cell) is Role.SOLUTION]
    if solutions != expected:
        raise ReleaseError(
            f"solutions/{name}/{name}.md has the solution cells {solutions}, but its test cells "
            f"ask for {expected}"
        )
    for cell in notebook.cells:
        function = function_tested(cell)
        if function is not None and cell.source.strip() != f"check({function})":
            raise ReleaseError(
                f"test cell test_{function} of {name} reads {cell.source!r}; it must read "
                f"'check({function})'"
            )


def write_pair(course: Course, name: str) -> Path:
    """Write `solutions/<name>/<name>.ipynb` from its source, unless it says the same already;
    return its path.

    Raises ReleaseError if the `.ipynb` differs *and* is newer than the source: somebody edited it
    without pairing, and overwriting would lose that work.
    """
    source = course.source(name)
    pair = source.with_suffix(".ipynb")
    notebook = read_source(source)
    text = notebook_text(notebook) + "\n"
    if pair.exists():
        if _same_cells(notebook, read_notebook(pair)):
            return pair
        if pair.stat().st_mtime > source.stat().st_mtime:
            raise ReleaseError(
                f"{_shown(pair, course)} was edited after {source.name} and would be overwritten; "
                f"save it as the source first (jupytext --to md:myst {pair.name}) or delete it"
            )
    replace_text(pair, text)
    # The pair is as old as its source: whatever is newer than the source was edited by a person.
    stat = source.stat()
    os.utime(pair, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return pair


def _same_cells(left: NotebookNode, right: NotebookNode) -> bool:
    """Whether two notebooks have the same cells, ids and outputs aside."""

    def essence(notebook: NotebookNode) -> list[tuple[object, ...]]:
        return [
            (cell.cell_type, cell.source, cell.metadata.get("nbgrader"), cell.metadata.get("tags"))
            for cell in notebook.cells
        ]

    return essence(left) == essence(right)


def _release_one(name: str, course: Course, db_url: str | None) -> Path:
    write_pair(course, name)
    released = course.release(name)
    target = released.parent
    refuse_if_edited(released, course)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=_made(course.releases)) as scratch:
        _generate(name, course, Path(scratch), db_url)
        fresh = Path(scratch) / name
        for path in sorted(fresh.rglob("*")):
            if path.is_file():
                _replace_if_changed(path, target / path.relative_to(fresh))
    return released


def refuse_if_edited(released: Path, course: Course) -> None:
    """Raise ReleaseError if somebody has worked in the released notebook, which a new release would
    overwrite.

    nbgrader leaves a checksum in every cell it knows; a cell that no longer matches its own was
    edited, and outputs mean it was run.
    """
    if not released.exists():
        return
    from nbgrader.utils import compute_checksum

    notebook = read_notebook(released)
    for cell in notebook.cells:
        checksum = cell.metadata.get("nbgrader", {}).get("checksum")
        if cell.get("outputs") or (checksum is not None and checksum != compute_checksum(cell)):
            raise ReleaseError(
                f"{_shown(released, course)} was run or edited by hand and would be "
                "overwritten; move your copy elsewhere first"
            )


def _generate(name: str, course: Course, release_directory: Path, db_url: str | None) -> None:
    """Run nbgrader's own generate_assignment with the course's configuration, into
    `release_directory`.
    """
    # Imported here: nbgrader takes seconds to import, and most of this module does without.
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log
    from sqlalchemy.exc import SQLAlchemyError

    config = course.config_with(
        root=str(course.project),
        assignment_id=name,
        # nbgrader joins <directory>/<student>/<assignment>, with "." for the student.
        release_directory=str(release_directory),
        **({} if db_url is None else {"db_url": db_url}),
    )
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    converter.create_assignment = True
    with contextlib.suppress(SQLAlchemyError):  # nbgrader will say what is wrong with it
        state_version(converter.coursedir.db_url)
    result = capture_log(converter)
    if not result["success"]:
        said = (result.get("log") or "") + (result.get("error") or "")
        if OTHER_CELLS in said:
            raise ReleaseError(
                f"{name} has other cells than those that the gradebook holds marks for, so nothing "
                "was released; put the old questions back, or use another gradebook"
            )
        raise ReleaseError(f"nbgrader could not release {name}; it said:\n{said}")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _replace_if_changed(fresh: Path, target: Path) -> None:
    if target.is_file() and target.read_bytes() == fresh.read_bytes():
        return
    _made(target.parent)
    with replacing(target) as partial:
        # not its mode: nbgrader makes releases read-only, which git would record
        shutil.copyfile(fresh, partial)
