"""From one source per assignment to the notebook that students receive.

``solutions/<name>/<name>.md`` is the source: a MyST notebook, kept by git. jupytext turns it into the ``.ipynb`` beside
it (ignored by git), and nbgrader's own ``GenerateAssignment`` strips the solutions, locks the test cells, records
everything in the gradebook and writes ``exercises/<name>/<name>.ipynb``. This module adds only what neither tool does:
points taken from the one place that states them (:mod:`marking.questions`), cell ids that stay the same from one
release to the next, and files replaced whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from marking.files import replace_text, replacing
from marking.gradebook import put_tools_on_path
from marking.questions import QUESTIONS

TEST_PREFIX = "test_"


class ReleaseError(ValueError):
    """A source that cannot be released; the message is one sentence for the instructor."""


def assignment_names(root: Path) -> list[str]:
    """Names of all assignments that have a source below ``root/solutions``, sorted."""
    return sorted(path.stem for path in (root / "solutions").glob("*/*.md") if path.stem == path.parent.name)


def release(names: Sequence[str] | None, root: Path, *, db_url: str | None = None) -> list[Path]:
    """Write ``exercises/<name>/`` for every name and return the released notebooks' paths.

    ``names`` defaults to every assignment under ``root/solutions``. ``db_url`` names the gradebook that learns of the
    assignment (default: the course's own, as configured). A released notebook that would not change is not rewritten,
    so its time stamp stays.

    Raises ReleaseError if a name has no source, if a source is at odds with the catalogue of questions, or if a
    generated ``.ipynb`` was edited by hand after its source.
    """
    root = Path(root).resolve()
    known = assignment_names(root)
    for name in names or ():
        if name not in known:
            listed = ", ".join(known) or "none"
            raise ReleaseError(f"assignment {name!r} has no source solutions/{name}/{name}.md; there is: {listed}")
    wanted = list(names or known)
    for name in wanted:  # all sources are checked before the first file is written
        check_source(read_source(source_path(root, name)), name)
    return [_release_one(name, root, db_url) for name in wanted]


def source_path(root: Path, name: str) -> Path:
    """Where the source of assignment ``name`` lies."""
    return root / "solutions" / name / f"{name}.md"


def read_source(path: Path) -> NotebookNode:
    """The notebook that the MyST source at ``path`` describes, with points and stable cell ids filled in."""
    notebook = jupytext.read(path)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    # Pairing is configured for the folder (solutions/jupytext.toml); left in a student's notebook it would write .md
    # files there.
    notebook.metadata.pop("jupytext", None)
    fill_points(notebook)
    fill_ids(notebook)
    return notebook


def fill_points(notebook: NotebookNode) -> None:
    """Give every autograded test cell the points that its question states, in place."""
    for cell in notebook.cells:
        function = function_asked_for(cell)
        if function in QUESTIONS:
            cell.metadata.nbgrader["points"] = QUESTIONS[function].points


def function_asked_for(cell: NotebookNode) -> str | None:
    """The function that ``cell`` tests, or None if it is not an autograded test cell."""
    nbgrader = cell.metadata.get("nbgrader", {})
    grade_id = nbgrader.get("grade_id", "")
    is_test = nbgrader.get("grade") and not nbgrader.get("solution") and grade_id.startswith(TEST_PREFIX)
    return grade_id.removeprefix(TEST_PREFIX) if is_test else None


def fill_ids(notebook: NotebookNode) -> None:
    """Give every cell an id that depends only on its content, in place.

    jupytext draws new random ids at every conversion, which would make each release differ from the last. A graded cell
    takes its ``grade_id``, any other the hash of its text; equal texts are told apart by a count.
    """
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        name = grade_id or hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[name] = seen.get(name, 0) + 1
        cell["id"] = name if seen[name] == 1 else f"{name}-{seen[name]}"


def check_source(notebook: NotebookNode, name: str) -> None:
    """Raise ReleaseError unless the source asks exactly the catalogue's questions of assignment ``name``, one line
    each."""
    expected = [question.name for question in QUESTIONS.values() if question.assignment == name]
    found = [function for cell in notebook.cells if (function := function_asked_for(cell)) is not None]
    if found != expected:
        raise ReleaseError(f"solutions/{name}/{name}.md tests {found}, but the catalogue of questions has {expected}")
    solutions = [cell.metadata.nbgrader["grade_id"] for cell in notebook.cells if is_solution_code(cell)]
    if solutions != expected:
        raise ReleaseError(
            f"solutions/{name}/{name}.md has the solution cells {solutions}, but its test cells ask for {expected}"
        )
    for cell in notebook.cells:
        function = function_asked_for(cell)
        if function is not None and cell.source.strip() != f"check({function})":
            raise ReleaseError(
                f"test cell test_{function} of {name} reads {cell.source!r}; it must read 'check({function})'"
            )


def is_solution_code(cell: NotebookNode) -> bool:
    """Whether ``cell`` is one in which students write a function."""
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("solution"))


def write_pair(root: Path, name: str) -> Path:
    """Write ``solutions/<name>/<name>.ipynb`` from its source, unless it says the same already; return its path.

    Raises ReleaseError if the ``.ipynb`` differs *and* is newer than the source: somebody edited it without pairing,
    and overwriting would lose that work.
    """
    source, pair = source_path(root, name), source_path(root, name).with_suffix(".ipynb")
    notebook = read_source(source)
    text = nbformat.writes(notebook) + "\n"
    if pair.exists():
        if _same_cells(notebook, nbformat.read(pair, as_version=4)):
            return pair
        if pair.stat().st_mtime > source.stat().st_mtime:
            raise ReleaseError(
                f"solutions/{name}/{name}.ipynb was edited after {name}.md and would be overwritten; "
                f"save it as the source first (jupytext --to md:myst {pair.name}) or delete it"
            )
    replace_text(pair, text)
    # The pair is as old as its source: whatever is newer than the source was edited by a person.
    stat = source.stat()
    os.utime(pair, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return pair


def _same_cells(left: NotebookNode, right: NotebookNode) -> bool:
    """Whether two notebooks have the same cells, ids and outputs aside."""

    def essence(notebook: NotebookNode) -> list[tuple]:
        return [
            (cell.cell_type, cell.source, cell.metadata.get("nbgrader"), cell.metadata.get("tags"))
            for cell in notebook.cells
        ]

    return essence(left) == essence(right)


def _release_one(name: str, root: Path, db_url: str | None) -> Path:
    write_pair(root, name)
    target = root / "exercises" / name
    refuse_if_edited(target / f"{name}.ipynb")
    with tempfile.TemporaryDirectory(prefix=".release-", dir=_made(root / "exercises")) as scratch:
        _generate(name, root, Path(scratch), db_url)
        fresh = Path(scratch) / name
        for path in sorted(fresh.rglob("*")):
            if path.is_file():
                _replace_if_changed(path, target / path.relative_to(fresh))
    return target / f"{name}.ipynb"


def refuse_if_edited(released: Path) -> None:
    """Raise ReleaseError if somebody has worked in the released notebook, which a new release would overwrite.

    nbgrader leaves a checksum in every cell it knows; a cell that no longer matches its own was edited, and outputs
    mean it was run.
    """
    if not released.exists():
        return
    from nbgrader.utils import compute_checksum

    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        checksum = cell.metadata.get("nbgrader", {}).get("checksum")
        if cell.get("outputs") or (checksum is not None and checksum != compute_checksum(cell)):
            raise ReleaseError(
                f"exercises/{released.parent.name}/{released.name} was run or edited by hand and would be "
                "overwritten; move your copy elsewhere first"
            )


def _generate(name: str, root: Path, release_directory: Path, db_url: str | None) -> None:
    """Run nbgrader's own generate_assignment with the course's configuration, into ``release_directory``."""
    # Imported here: nbgrader takes seconds to import, and most of this module does without.
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    config = course_config(root)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = name
    # nbgrader joins <directory>/<student>/<assignment>, with "." for the student.
    config.CourseDirectory.release_directory = str(release_directory)
    if db_url is not None:
        config.CourseDirectory.db_url = db_url
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.force = True
    converter.create_assignment = True
    put_tools_on_path()
    result = capture_log(converter)
    if not result["success"]:
        said = (result.get("log") or "") + (result.get("error") or "")
        raise ReleaseError(f"nbgrader could not release {name}; it said:\n{said}")


def course_config(root: Path) -> Config:
    """The course's ``nbgrader_config.py``, loaded as nbgrader loads it.

    Raises ReleaseError if ``root`` has none.
    """
    path = root / "nbgrader_config.py"
    if not path.is_file():
        raise ReleaseError(f"root {root} is not the course: it holds no nbgrader_config.py")
    return PyFileConfigLoader(path.name, path=str(root)).load_config()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _replace_if_changed(fresh: Path, target: Path) -> None:
    if target.is_file() and target.read_bytes() == fresh.read_bytes():
        return
    _made(target.parent)
    with replacing(target) as partial:
        shutil.copyfile(fresh, partial)  # not its mode: nbgrader makes releases read-only, which git would record
