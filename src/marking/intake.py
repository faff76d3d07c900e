"""Reading what a student handed in, and repairing it from the release.

Nothing in a submission is trusted and nothing in it is fatal.  Of every cell only its type, its text, its place and its
`grade_id` are read; all else (metadata, tags, outputs, kernel, format version) comes from the released notebook.  Every
repair is named in a note that the student reads on the feedback page.
"""

from __future__ import annotations

import ast
import json
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell

from .outputs import IMAGES, harmless_markdown, verified_image

MAX_BYTES = 16_000_000  # of a notebook file; parsed, it may take twenty times as much memory
MAX_CELLS = 1000
MAX_SOURCE = 200_000  # characters of one cell
MAX_FILES = 2000  # looked at in one submission
KEY = "marking"  # in a notebook's or a cell's metadata: what intake has to tell the judge


class Unreadable(ValueError):
    """The file is no notebook; the message is one sentence for the student."""


@dataclass(frozen=True)
class Submission:
    """A submission made whole.  `reason` is set when nothing could be read: then the notebook is the bare release."""

    notebook: NotebookNode
    notes: tuple[str, ...] = ()
    reason: str | None = None
    data: bytes = field(default=b"", repr=False)


@dataclass
class _Cell:
    """All that is read of a submitted cell."""

    kind: str
    source: str
    grade_id: str | None
    id: str | None
    attachments: dict
    metadata: dict


# -------------------------------------------------------------------------------------------------- choosing a file
def take(folder: Path, name: str, release: NotebookNode) -> Submission:
    """Read the submission in `folder` for assignment `name` and repair it against `release`.  Never raises for its
    content.
    """
    try:
        path, notes = choose(folder, name, release)
        data = read_bounded(path)
        notebook, repairs = repair(parse(data), release)
    except Unreadable as problem:
        return Submission(bare(release, str(problem)), (), str(problem))
    notes = (*notes, *repairs)
    return Submission(with_notes(notebook, notes), notes, None, data)


def bare(release: NotebookNode, reason: str) -> NotebookNode:
    """The untouched release, with the reason why nothing else could be marked."""
    notebook, _ = repair(release.cells, release)
    notebook.metadata[KEY] = {"unreadable": reason}
    return with_notes(notebook, (reason,))


def choose(folder: Path, name: str, release: NotebookNode) -> tuple[Path, tuple[str, ...]]:
    """The notebook to mark, and notes on what else there was.  Unreadable if there is none.

    The file of the assignment's name comes first; else the notebook with most of the assignment's cells.
    """
    if folder.is_symlink():
        raise Unreadable("The submission is only a link to another folder, which is not followed.")
    notebooks, others, links = [], [], []
    for path in submitted_files(folder):
        relative = path.relative_to(folder)
        if path.is_symlink():
            links.append(relative)
        elif path.suffix.lower() == ".ipynb":
            notebooks.append(path)
        elif path.name != "timestamp.txt":
            others.append(relative)
    notes = []
    if links:
        notes.append(f"Links to other files are not followed: {_listed(links)}.")
    if others:
        notes.append(f"Only the notebook is marked; these files were not used: {_listed(others)}.")
    expected = folder / f"{name}.ipynb"
    chosen = expected if expected in notebooks else None
    if chosen is None:
        wanted = {grade_id for cell in release.cells if (grade_id := grade_id_of(cell))}
        ranked = [(len(wanted & _grade_ids(path)), path) for path in notebooks]
        if not ranked:
            what = "only a link, which is not followed" if links else "no notebook"
            raise Unreadable(f"The submission holds {what}: {name}.ipynb was expected.")
        # Most of the assignment's cells first; among equals the first by name, whatever the file system's order.
        chosen = min(ranked, key=lambda pair: (-pair[0], str(pair[1])))[1]
        notes.append(f"There was no {name}.ipynb; {chosen.relative_to(folder)} was marked in its place.")
    if rest := [path.relative_to(folder) for path in notebooks if path != chosen]:
        notes.append(f"There were several notebooks; these were not marked: {_listed(rest)}.")
    return chosen, tuple(notes)


def submitted_files(folder: Path) -> Iterable[Path]:
    """Files and links below `folder`, two folders deep, without checkpoints; links are never followed."""
    found, level = [], [folder]
    for _ in range(3):
        below = []
        for place in level:
            try:
                entries = sorted(os.scandir(place), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                if entry.name in (".ipynb_checkpoints", "__MACOSX", ".DS_Store") or len(found) >= MAX_FILES:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                    found.append(Path(entry.path))
        level = below
    return found


def _listed(paths: Sequence[Path]) -> str:
    shown = ", ".join(printable(str(path))[:60] for path in paths[:5])
    return shown + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def printable(text: str) -> str:
    """`text` with a replacement character for each that a terminal or page would act on instead of showing it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _grade_ids(path: Path) -> set[str]:
    try:
        return {cell.grade_id for cell in parse(read_bounded(path)) if cell.grade_id}
    except Unreadable:
        return set()


def read_bounded(path: Path) -> bytes:
    """The bytes of a regular file of at most `MAX_BYTES`; Unreadable for links, devices, pipes and larger files."""
    try:
        # Without O_NONBLOCK a named pipe would keep the grader waiting for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as problem:
        raise Unreadable(f"{path.name} cannot be opened ({problem.strerror}).") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable(f"{path.name} is not an ordinary file.")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB; clear its outputs, save it and hand it in again."
        )
    return data


# -------------------------------------------------------------------------------------------------- reading it
def parse(data: bytes) -> list[_Cell]:
    """The cells of a notebook of any format version.  Unreadable if `data` is none."""
    if not data.strip():
        raise Unreadable("The notebook file is empty.")
    try:
        raw = json.loads(data.decode("utf-8-sig", errors="replace"))
    except RecursionError:
        raise Unreadable("The notebook file is nested too deeply to be read.") from None
    except ValueError:
        raise Unreadable(
            "The notebook file is damaged: it is no complete JSON text (perhaps the upload was cut off)."
        ) from None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if (
        cells is None and isinstance(raw, dict) and isinstance(raw.get("worksheets"), list)
    ):  # format version 3 and older
        sheets = [sheet for sheet in raw["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
    if not isinstance(cells, list):
        raise Unreadable("The file is no notebook: it has no list of cells.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; at most {MAX_CELLS} are read.")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def _cell(raw: dict) -> _Cell:
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    kind = raw.get("cell_type")
    kind = {"heading": "markdown", "raw": "raw", "markdown": "markdown"}.get(
        kind if isinstance(kind, str) else "", "code"
    )
    attachments = raw.get("attachments") if isinstance(raw.get("attachments"), dict) else {}
    identity = raw.get("id") if isinstance(raw.get("id"), str) else None
    return _Cell(kind, _source(raw.get("source", raw.get("input"))), grade_id_of(raw), identity, attachments, metadata)


def _source(value) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    # A lone surrogate half cannot be written to a file.
    return value[:MAX_SOURCE].encode("utf-8", errors="replace").decode("utf-8")


def grade_id_of(cell: dict) -> str | None:
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return grade_id if isinstance(grade_id, str) and grade_id else None


# -------------------------------------------------------------------------------------------------- repairing it
def repair(cells: Sequence, release: NotebookNode) -> tuple[NotebookNode, tuple[str, ...]]:
    """The release with the student's work in it, in the release's order, and a note for each thing put right.

    The student's own extra cells stay where they were: after the cell of the release that they followed.
    """
    submitted = [cell if isinstance(cell, _Cell) else _cell(cell) for cell in cells]
    notes: list[str] = []
    match = _match(submitted, release, notes)
    place = {match[index]: index for index in match}  # submitted index -> release index
    extras: dict[int, list[_Cell]] = {}
    anchor = -1
    for index, cell in enumerate(submitted):
        if index in place:
            anchor = place[index]
        elif cell.source.strip():
            extras.setdefault(anchor, []).append(cell)
    order = [place[index] for index in sorted(place) if _role(release.cells[place[index]]) != "plain"]
    if order != sorted(order):
        notes.append("Cells were in another order than in the assignment; they were put back in its order.")
    built = [_extra(cell) for cell in extras.get(-1, [])]
    for index, original in enumerate(release.cells):
        built.append(_restored(original, submitted[match[index]] if index in match else None, submitted, notes))
        built += [_extra(cell) for cell in extras.get(index, [])]
    notebook = from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": _plain(release.metadata), "cells": built})
    _unique_ids(notebook)
    return notebook, tuple(notes)


def _match(submitted: list[_Cell], release: NotebookNode, notes: list[str]) -> dict[int, int]:
    """Which submitted cell stands for which cell of the release: {release index: submitted index}."""
    match: dict[int, int] = {}
    free = set(range(len(submitted)))

    def settle(index: int, chosen: int) -> None:
        match[index] = chosen
        free.discard(chosen)

    for index, original in enumerate(release.cells):  # by the name that nbgrader gave the cell
        if grade_id := grade_id_of(original):
            candidates = [i for i in sorted(free) if submitted[i].grade_id == grade_id]
            if candidates:
                settle(index, _best(candidates, submitted, original, grade_id))
                if len(candidates) > 1 and _role(original) != "plain":
                    what = {"test": "only the check itself counts", "solution": "the last one that defines it counts"}
                    rule = what.get(_role(original), "the last one counts")
                    notes.append(f"The cell `{grade_id}` was there {len(candidates)} times; {rule}.")
    for index, original in enumerate(release.cells):  # by its id, or by its unchanged text
        if index not in match:
            same = [i for i in sorted(free) if original.get("id") and submitted[i].id == original.get("id")]
            same = same or [
                i for i in sorted(free) if submitted[i].source == original.source and submitted[i].grade_id is None
            ]
            if same and (_role(original) != "solution" or defines(submitted[same[0]].source, grade_id_of(original))):
                settle(index, same[0])
    for index, original in enumerate(release.cells):  # by the function it defines
        if index not in match and _role(original) == "solution":
            function = grade_id_of(original)
            found = [
                i for i in sorted(free) if submitted[i].kind != "markdown" and defines(submitted[i].source, function)
            ]
            if found:
                settle(index, found[-1])
                notes.append(f"The cell `{function}` had lost its mark; it was found by the function it defines.")
    return match


def _best(candidates: list[int], submitted: list[_Cell], original: NotebookNode, grade_id: str) -> int:
    """Of several cells of one name: the last that holds the student's own definition; else the last changed; else the
    last.
    """
    changed = [i for i in candidates if submitted[i].source.strip() != original.source.strip()]
    defining = [i for i in changed if _role(original) == "solution" and defines(submitted[i].source, grade_id)]
    return (defining or changed or candidates)[-1]


def _role(cell: NotebookNode) -> str:
    """What a cell of the release is: solution (code), answer (words), test, locked (a text to keep), or plain."""
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("solution"):
        return "solution" if cell.cell_type == "code" else "answer"
    if nbgrader.get("grade"):
        return "test"
    return "locked" if nbgrader.get("locked") else "plain"


def _restored(original: NotebookNode, found: _Cell | None, submitted: list[_Cell], notes: list[str]) -> NotebookNode:
    """The cell of the release, with the student's text where students write."""
    cell = from_dict(_plain(original))
    role, grade_id = _role(original), grade_id_of(original)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    if found is None:
        if role == "solution" and any(defines(other.source, grade_id) for other in submitted):
            # Merged into another cell.  The empty cell must not undo that definition.
            cell.source = f"# {grade_id} is defined in another cell"
            notes.append(f"The cell `{grade_id}` was missing, but another cell defines the function; that one counts.")
        elif role != "plain":
            notes.append(f"The cell `{grade_id}` was missing; it was put back as it was given out.")
        return cell
    if role in ("test", "locked"):
        if found.source.strip() != original.source.strip():
            notes.append(f"The cell `{grade_id}` had been changed; it was put back as it was given out.")
        return cell
    if found.kind != cell.cell_type and role != "plain":
        notes.append(f"The cell `{grade_id}` was of another type; it was read as {cell.cell_type}.")
    cell.source = found.source
    if cell.cell_type != "code":
        cell.pop("attachments", None)
        if found.source != original.source:
            cell.source = harmless_markdown(found.source)
        if pictures := _attachments(found.attachments):
            cell["attachments"] = pictures
    if role == "solution" and found.metadata.get("tags"):
        notes.append(f"Tags on the cell `{grade_id}` have no effect on marking.")
    return cell


def _extra(cell: _Cell) -> NotebookNode:
    """A cell the student added: code to run, or harmless text."""
    if cell.kind == "code":
        return new_code_cell(cell.source)
    if KEY in cell.metadata:  # the notes of an earlier repair, already harmless
        return new_markdown_cell(harmless_markdown(cell.source), metadata={KEY: "notes"})
    text = new_markdown_cell(harmless_markdown(cell.source))
    if pictures := _attachments(cell.attachments):
        text["attachments"] = pictures
    return text


def _attachments(raw: dict) -> dict:
    """Verified PNG and JPEG pictures pasted into a text cell, by file name."""
    kept = {}
    for name, bundle in list(raw.items())[:20]:
        if isinstance(bundle, dict) and re.fullmatch(r"[\w. -]{1,80}", name):
            for mime, magic in IMAGES.items():
                if (image := verified_image(bundle.get(mime), magic)) is not None:
                    kept[name] = {mime: image}
    return kept


def defines(source: str, function: str) -> bool:
    """Whether a cell's text defines `function` at its top level; by its look where it is no valid Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.search(rf"(?m)^def\s+{re.escape(function)}\s*\(", source) is not None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return True
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == function for target in targets):
            return True
    return False


def with_notes(notebook: NotebookNode, notes: Sequence[str]) -> NotebookNode:
    """`notebook` with the notes as its first cell, where the student reads them."""
    if notes:
        listed = "\n".join(f"- {harmless_markdown(note)}" for note in notes)
        cell = new_markdown_cell(f"**About this submission**\n\n{listed}", metadata={KEY: "notes"})
        cell["id"] = "about-this-submission"
        notebook.cells.insert(0, cell)
    return notebook


def _unique_ids(notebook: NotebookNode) -> None:
    """Ids that depend on the content alone, so that marking twice gives the same file."""
    seen = {cell["id"] for cell in notebook.cells if "nbgrader" in cell.metadata}
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" not in cell.metadata:
            cell["id"] = f"cell-{number}" if f"cell-{number}" not in seen else f"cell-{number}-extra"


def _plain(node):
    """A deep copy of plain JSON data."""
    return json.loads(json.dumps(node))
