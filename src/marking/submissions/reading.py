"""Reading what a student handed in: the file to mark, its bytes, its cells.

Nothing in a submission is trusted and nothing in it is fatal.  Of every cell only its type, its
text, its place, its pictures and its `grade_id` are used; links are never followed, and every size
is bounded (`marking.limits`).
"""

from __future__ import annotations

import ast
import contextlib
import copy
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from marking.course import Course
from marking.errors import CourseError, Unreadable
from marking.files import digest, digest_of_start
from marking.limits import (
    HASHED_AT_ONCE,
    MAX_BYTES,
    MAX_CANDIDATE_BYTES,
    MAX_CANDIDATES,
    MAX_CELLS,
    MAX_FILES,
    MAX_HASHED,
    MAX_NESTING,
    MAX_PARSED,
    MAX_SOURCE,
    MAX_SOURCES,
    MAX_VALUES,
)
from marking.notebooks import read_notebook
from marking.questions import ASSIGNMENTS
from marking.submissions.cells import grade_id, is_written, parsed
from marking.terminal import shortened

MAX_NAME = 60  # characters of a file's name in a sentence
NOTEBOOKS = (".ipynb", ".ipynb.json", ".ipynb.txt")  # some browsers add an ending of their own
EXPORTS = frozenset((".html", ".md", ".pdf", ".py", ".txt"))  # what a notebook is exported as
IGNORED = (".ipynb_checkpoints", "__MACOSX", ".DS_Store")
# What nbgrader's exchange puts beside a hand-in.
OF_THE_EXCHANGE = ("timestamp.txt", "submission_secret.txt")
# A string of JSON, closed or not.  The quantifiers never give back what they took: no text makes
# the search slow.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)


@dataclass(frozen=True)
class SubmittedCell:
    """All that is read of a submitted cell."""

    kind: str  # code, markdown or raw
    source: str
    grade_id: str | None
    id: str | None
    attachments: Mapping[str, Any]
    metadata: Mapping[str, Any]
    cut: bool = False  # whether the source was longer than is read


def find_release(course: Course, name: str) -> Path:
    """The released notebook of assignment `name`; CourseError if there is none."""
    path = course.release(name)
    if name not in ASSIGNMENTS:
        raise CourseError(f"there is no assignment {name!r}; there are: {', '.join(ASSIGNMENTS)}")
    if not path.is_file():
        raise CourseError(f"{path} is missing: run `marking release {name}` first")
    return path


def load_release(path: str | Path) -> NotebookNode:
    """A copy of the released notebook at `path`, which is read once a process and version of the
    file.
    """
    # By its time as well: a worker may outlive a release.
    return copy.deepcopy(_read_release(str(path), os.stat(path).st_mtime_ns))


@lru_cache(maxsize=16)
def _read_release(path: str, _modified: int) -> NotebookNode:
    return read_notebook(path)


def choose_notebook(folder: Path, name: str, release: NotebookNode) -> tuple[Path, tuple[str, ...]]:
    """The notebook to mark, and notes on what else there was.  Unreadable if there is none.

    The file of the assignment's name, unless another has more answers in it; without it, the
    notebook with most of the assignment's cells.
    """
    if folder.is_symlink():
        raise Unreadable("The submission is only a link to another folder, which is not followed.")
    notebooks: list[Path] = []
    others: list[Path] = []
    links: list[Path] = []
    found = submitted_files(folder)
    for path in found:
        relative = path.relative_to(folder)
        if path.is_symlink():
            links.append(relative)
        elif path.name.lower().endswith(NOTEBOOKS):
            notebooks.append(path)
        elif path.name not in OF_THE_EXCHANGE:
            others.append(relative)
    notes = []
    if len(found) >= MAX_FILES:
        notes.append(f"There were very many files; only {MAX_FILES} of them were looked at.")
    if links:
        notes.append(f"Links to other files are not followed: {_listed(links)}.")
    if others:
        notes.append(f"Only the notebook is marked; these files were not used: {_listed(others)}.")
    expected = folder / f"{name}.ipynb"
    # Asked for by name, and not only sought among the files: there may be too many of these.
    chosen = expected if expected.is_file() and not expected.is_symlink() else None
    if chosen is None:
        if not notebooks:
            what = "only a link, which is not followed" if links else "no notebook"
            raise Unreadable(
                f"The submission holds {what}: {name}.ipynb was expected.{_exported(others)}"
            )
        chosen = _most_fitting(notebooks, release, notes)
        instead = _named(chosen.relative_to(folder))
        notes.append(f"There was no {name}.ipynb; {instead} was marked in its place.")
    elif len(notebooks) > 1:
        chosen = _most_fitting(notebooks, release, notes, expected)
        if chosen != expected:
            instead = _named(chosen.relative_to(folder))
            notes.append(
                f"{instead} was marked in place of {name}.ipynb, because more answers are in it."
            )
    if rest := [path.relative_to(folder) for path in notebooks if path != chosen]:
        notes.append(f"There were several notebooks; these were not marked: {_listed(rest)}.")
    return chosen, tuple(notes)


def _most_fitting(
    notebooks: Sequence[Path],
    release: NotebookNode,
    notes: list[str],
    expected: Path | None = None,
) -> Path:
    """Of several notebooks the one with most answers, then with most of the assignment's cells;
    among equals the `expected` one, or the first by name, whatever the file system's order.
    """
    candidates: list[Path] = []
    room = MAX_CANDIDATE_BYTES
    ordered = sorted(notebooks, key=lambda path: (path != expected, str(path)))
    for path in ordered[:MAX_CANDIDATES]:
        room -= path.lstat().st_size
        if candidates and room < 0:
            break
        candidates.append(path)
    if len(candidates) < len(notebooks):
        notes.append(
            f"Of {len(notebooks)} notebooks only {len(candidates)} were looked into, to find the "
            f"one to mark."
        )
    if len(candidates) == 1:
        return candidates[0]
    return max(candidates, key=lambda path: _fit(path, release, path == expected))


def _fit(path: Path, release: NotebookNode, expected: bool) -> tuple[int, ...]:
    """How well the notebook at `path` fits the release: the number of answers in it, whether it is
    the `expected` one, the number of the release's names in it.
    """
    try:
        cells = parse(read_bounded(path))
    except Unreadable:
        return 0, expected, 0
    wanted = {name for cell in release.cells if (name := grade_id(cell))}
    names = {cell.grade_id for cell in cells if cell.grade_id}
    return len(answered(cells, release)), expected, len(wanted & names)


def answered(cells: Sequence[SubmittedCell], release: NotebookNode) -> set[str]:
    """The functions and boxes of the release that `cells` have something in, by their names or by
    what they define.
    """
    given = {cell.source.strip() for cell in release.cells}
    names = {name for cell in release.cells if is_written(cell) and (name := grade_id(cell))}
    found: set[str] = set()
    for cell in cells:
        if cell.source.strip() not in given and not _is_stub(cell.source):
            defined = re.findall(r"(?m)^def +(\w+)", cell.source)
            found |= names & {cell.grade_id or "", *defined}
    return found


def _is_stub(source: str) -> bool:
    """Whether a cell defines one function in which nothing is written."""
    tree = parsed(source) if len(source) <= MAX_PARSED else None
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        return not source.strip()
    return all(
        isinstance(line, ast.Pass | ast.Raise)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in tree.body[0].body
    )


def submitted_files(folder: Path) -> list[Path]:
    """Files and links below `folder`, two folders deep, without checkpoints, at most `MAX_FILES`;
    links are never followed.
    """
    found: list[Path] = []
    level = [folder]
    for _ in range(3):
        below: list[Path] = []
        for place in level:
            try:
                entries = sorted(os.scandir(place), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                if entry.name in IGNORED:
                    continue
                if len(found) >= MAX_FILES:
                    return found
                if entry.is_dir(follow_symlinks=False):
                    if len(below) < MAX_FILES:
                        below.append(Path(entry.path))
                elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                    found.append(Path(entry.path))
        level = below
    return found


def digest_of_submission(folder: Path, name: str | None = None) -> str:
    """One hash of everything that is looked at in a submission (of assignment `name`): names,
    kinds, contents.

    Of files beyond `MAX_HASHED` bytes together only size and time count.
    """
    if folder.is_symlink():
        return digest([b"link", os.fsencode(os.readlink(folder))])
    # The notebook counts even where there are too many files to look at all of them.
    expected = [folder / f"{name}.ipynb"] if name else []
    paths = dict.fromkeys([*expected, *submitted_files(folder)])
    return digest(_looked_at(folder, paths))


def _looked_at(folder: Path, paths: Iterable[Path]) -> Iterable[bytes]:
    room = MAX_HASHED
    for path in paths:
        yield os.fsencode(path.relative_to(folder))
        try:
            if path.is_symlink():
                yield b"link to " + os.fsencode(os.readlink(path))
                continue
            known = path.lstat()
            if not stat.S_ISREG(known.st_mode):
                yield b"no file"
                continue
            content, read = digest_of_start(path, min(room, MAX_BYTES + 1), HASHED_AT_ONCE)
            room -= read
            cut = read < min(known.st_size, MAX_BYTES + 1)
            yield f"{content} {known.st_size} {known.st_mtime_ns if cut else ''}".encode()
        except FileNotFoundError:
            yield b"none"
        except OSError as problem:
            yield f"unreadable {problem.errno}".encode()


def _listed(paths: Sequence[Path]) -> str:
    shown = ", ".join(_named(path) for path in paths[:5])
    return shown + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def _named(path: Path) -> str:
    """A path that a student chose, fit to stand in a sentence, a page and the gradebook."""
    return shortened(str(path), MAX_NAME)


def _exported(others: Sequence[Path]) -> str:
    """What is to be done where a notebook was handed in as something else."""
    kinds = sorted({path.suffix.lower() for path in others} & EXPORTS)
    if not kinds:
        return ""
    return (
        f" A {kinds[0]} file is only a copy of it: save the notebook itself (.ipynb) and hand "
        "it in."
    )


def read_bounded(path: Path) -> bytes:
    """The bytes of a regular file of at most `MAX_BYTES`; Unreadable for links, devices, pipes and
    larger files.
    """
    name = _named(Path(path.name))
    try:
        # Without O_NONBLOCK a named pipe would keep the grader waiting for ever.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError as problem:
        raise Unreadable(f"{name} cannot be opened ({problem.strerror}).") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable(f"{name} is not an ordinary file.")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"{name} is larger than {MAX_BYTES // 1_000_000} MB; clear its outputs, save it "
            f"and hand it in again."
        )
    return data


def parse(data: bytes) -> list[SubmittedCell]:
    """The cells of a notebook of any format version.  Unreadable if `data` is none."""
    if not data.strip():
        raise Unreadable("The notebook file is empty.")
    text = _decoded(data)
    _check_structure(text.encode("utf-8", errors="replace"))
    try:
        raw = json.loads(text)
    except RecursionError:
        raise Unreadable("The notebook file is nested too deeply to be read.") from None
    except ValueError:
        if re.search(r"(?m)^(?:<<<<<<<|>>>>>>>) ", text):
            raise Unreadable(
                "The notebook file holds two versions that git could not join (<<<<<<< and "
                ">>>>>>>): choose one of them, save the notebook and hand it in again."
            ) from None
        raise Unreadable(
            "The notebook file is damaged: it is no complete JSON text (perhaps the upload was "
            "cut off)."
        ) from None
    cells = _cells_in(raw) if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("The file is no notebook: it has no list of cells.")
    return read_cells(cells)


def _decoded(data: bytes) -> str:
    """The text of a notebook file, whatever encoding it was saved in."""
    encoding = json.detect_encoding(data)
    if encoding.startswith("utf-8"):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
        # A few damaged bytes are left out; where no letter beyond ASCII can be read as UTF-8, the
        # file was saved in the encoding of Western Windows.
        if data.decode("utf-8", errors="ignore").isascii():
            return data.decode("cp1252", errors="replace")
        return data.decode("utf-8-sig", errors="replace")
    return data.decode(encoding, errors="replace").removeprefix("\ufeff")


def _check_structure(data: bytes) -> None:
    """Unreadable if a JSON text holds more values or is nested deeper than is read.

    Looked at before it is parsed: every value becomes an object, and `[],[],[]…` thirty times as
    long as its text.
    """
    most = data.count(b",") + data.count(b"[") + data.count(b"{")
    if most <= MAX_NESTING:
        return
    bare = _STRING.sub(b"", data)  # what stands in a string is no structure
    values = bare.count(b",") + bare.count(b"[") + bare.count(b"{")
    if max(values, bare.count(b"]") + bare.count(b"}")) > MAX_VALUES:
        raise Unreadable(
            f"The notebook file holds more than {MAX_VALUES} values; clear its outputs, save it "
            f"and hand it in again."
        )
    depth = 0
    for bracket in re.findall(rb"[\[\]{}]", bare):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_NESTING:
            raise Unreadable("The notebook file is nested too deeply to be read.")


def _cells_in(notebook: Mapping[str, Any]) -> object:
    """What should be the list of cells of a notebook's JSON."""
    cells, sheets = notebook.get("cells"), notebook.get("worksheets")
    if cells is not None or not isinstance(sheets, list):
        return cells
    # Format version 3 and older.
    return [
        cell
        for sheet in sheets
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
    ]


def read_cells(cells: Sequence[object]) -> list[SubmittedCell]:
    """What is used of each of `cells`, as they stand in a notebook; what is no cell is left out.

    Unreadable if they are more, or longer, than is read.
    """
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; at most {MAX_CELLS} are read.")
    read = [_read_cell(cell) for cell in cells if isinstance(cell, dict)]
    if (length := sum(len(cell.source) for cell in read)) > MAX_SOURCES:
        raise Unreadable(
            f"The notebook's cells hold {length} characters; at most {MAX_SOURCES} are read."
        )
    return read


def _read_cell(raw: dict[str, Any]) -> SubmittedCell:
    known_kinds = {"heading": "markdown", "raw": "raw", "markdown": "markdown"}
    kind, identity = raw.get("cell_type"), raw.get("id")
    attachments, metadata = raw.get("attachments"), raw.get("metadata")
    source = _read_source(raw.get("source", raw.get("input")))
    return SubmittedCell(
        kind=known_kinds.get(kind, "code") if isinstance(kind, str) else "code",
        source=source[:MAX_SOURCE],
        grade_id=grade_id(raw),
        id=identity if isinstance(identity, str) else None,
        attachments=attachments if isinstance(attachments, dict) else {},
        metadata=metadata if isinstance(metadata, dict) else {},
        cut=len(source) > MAX_SOURCE,
    )


def _read_source(value: object) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    # A lone surrogate half cannot be written to a file.
    return value[: MAX_SOURCE + 1].encode("utf-8", errors="replace").decode("utf-8")
