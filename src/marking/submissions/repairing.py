"""Repairing what a student handed in from the release.

Nothing in a submission is fatal.  Of every cell only its type, its text, its pictures, its place
and its `grade_id` are used; all else (metadata, tags, outputs, kernel, format version) comes from
the released notebook.  Every repair is named in a note that the student reads on the feedback page.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from marking.errors import TimeIsUp, Unreadable
from marking.kernels.outputs import IMAGES, Room, pixels_of, verified_image
from marking.limits import (
    MAX_NOTEBOOK_IMAGES,
    MAX_PICTURES,
    MAX_RUN,
    MAX_SOURCE,
    MAX_TEXT,
    MAX_TEXTS,
    READING_SECONDS,
)
from marking.markup import harmless_markdown
from marking.notebooks import code_cell, notebook_with, text_cell
from marking.processes import time_limit
from marking.submissions.belonging import other_assignment
from marking.submissions.cells import Role, grade_id, role
from marking.submissions.matching import (
    defines,
    forget_texts,
    match_cells,
    match_untouched,
)
from marking.submissions.reading import (
    SubmittedCell,
    choose_notebook,
    parse,
    read_bounded,
    read_cells,
)
from marking.submissions.release_text import TEXT_STUB, is_unanswered
from marking.submissions.versions import version_note
from marking.submissions.words import Answer, find_answers

KEY = "marking"  # in a notebook's or a cell's metadata: what repairing has to tell later steps
CUT_TEXT = "\n\n*… the rest of this text is not shown: it is longer than is kept.*"
# One character again and again, more often than is kept.
_RUN = re.compile(rf"(.)\1{{{MAX_RUN},}}", re.DOTALL)


class Origin(StrEnum):
    """Who a cell is from that is not in the release: pages say it beside the cell."""

    NOTES = "notes"  # ours, on what was repaired
    ADDED = "added"  # the student's own


@dataclass(frozen=True)
class Submission:
    """A submission made whole.  `reason` is set when nothing could be read: then the notebook is
    the bare release.
    """

    notebook: NotebookNode
    notes: tuple[str, ...] = ()
    reason: str | None = None


def repair_submission(folder: Path, name: str, release: NotebookNode) -> Submission:
    """Read the submission in `folder` for assignment `name` and repair it from `release`.  Never
    raises for its content, and takes no longer than `READING_SECONDS`.
    """
    try:
        with time_limit(READING_SECONDS):
            path, notes = choose_notebook(folder, name, release)
            cells = parse(read_bounded(path))
            notebook, repairs = repair(cells, release)
            notes = (*_of_another(cells, name), *notes, *repairs)
            return Submission(with_notes(notebook, notes), notes)
    except Unreadable as problem:
        reason = str(problem)
    except OSError as problem:
        reason = f"The submission cannot be read ({problem.strerror})."
    except TimeIsUp:
        reason = f"The submission could not be read within {READING_SECONDS:.0f} seconds."
    return Submission(bare(release, reason), (), reason)


def _of_another(cells: Sequence[SubmittedCell], name: str) -> tuple[str, ...]:
    """A note on a notebook of another assignment than `name`."""
    other = other_assignment(cells, name)
    return (f"The notebook holds no cell of {name}; it looks like {other}.",) if other else ()


def bare(release: NotebookNode, reason: str) -> NotebookNode:
    """The untouched release, with the reason why nothing else could be marked."""
    notebook, _ = repair(read_cells(release.cells), release)
    notebook.metadata[KEY] = {"unreadable": reason}
    return with_notes(notebook, (reason,))


def unreadable_reason(notebook: NotebookNode) -> str | None:
    """Why nothing of the submission could be read, if `notebook` is a bare release."""
    reason: str | None = notebook.metadata.get(KEY, {}).get("unreadable")
    return reason


def with_notes(notebook: NotebookNode, notes: Sequence[str]) -> NotebookNode:
    """`notebook` with the notes as its first cell, where the student reads them."""
    if notes:
        listed = "\n".join(f"- {harmless_markdown(note)}" for note in notes)
        text = f"**About this submission**\n\n{listed}"
        notebook.cells.insert(0, text_cell(text, {KEY: Origin.NOTES}, "about-this-submission"))
    return notebook


def add_notes(notebook: NotebookNode, notes: Sequence[str]) -> None:
    """Add what came up while `notebook` was run to its notes, in place."""
    if not notes:
        return
    if not notebook.cells or notebook.cells[0].metadata.get(KEY) != "notes":
        with_notes(notebook, notes)
    else:
        listed = "".join(f"\n- {harmless_markdown(note)}" for note in notes)
        notebook.cells[0].source += listed
    notebook.metadata[KEY] = {"ran": list(notes)}


def notes_of_running(notebook: NotebookNode) -> tuple[str, ...]:
    """What `add_notes` added."""
    return tuple(notebook.metadata.get(KEY, {}).get("ran", ()))


def unanswered(notebook: NotebookNode) -> tuple[str, ...]:
    """A note for each answer in words that is as it was given out."""
    return tuple(
        f"The answer `{grade_id(cell)}` is not written yet; a person reads it and gives its points."
        for cell in notebook.cells
        if role(cell) is Role.ANSWER and is_unanswered(cell.source)
    )


def repair(
    submitted: Sequence[SubmittedCell], release: NotebookNode
) -> tuple[NotebookNode, tuple[str, ...]]:
    """The release with the student's work in it, in the release's order, and a note for each thing
    put right.

    The student's own extra cells stay where they were: after the cell of the release that they
    followed.
    """
    notes: list[str] = []
    match = match_cells(submitted, release, notes)
    answers = find_answers(submitted, release, match)
    match_untouched(submitted, release, match)
    if (other := version_note(submitted, release, match)) is not None:
        notes.append(other)
    place = {match[index]: index for index in match}  # submitted index -> release index
    in_boxes = {index for answer in answers.values() for index in answer.cells}
    put_back = {index for answer in answers.values() for index in answer.restored}
    extras: dict[int, list[SubmittedCell]] = {}
    anchor = -1
    for index, cell in enumerate(submitted):
        if index in place:
            anchor = place[index]
        elif cell.source.strip() not in ("", TEXT_STUB) and index not in in_boxes:
            extras.setdefault(anchor, []).append(cell)
    order = [
        place[index] for index in sorted(place) if role(release.cells[place[index]]) != Role.PLAIN
    ]
    if order != sorted(order):
        notes.append(
            "Cells were in another order than in the assignment; they were put back in its order."
        )
    built = [_extra(cell) for cell in extras.get(-1, [])]
    for index, original in enumerate(release.cells):
        found = submitted[match[index]] if index in match and index not in put_back else None
        if index in answers:
            built.append(_answered(original, answers[index], found, submitted, notes))
        else:
            built.append(_restored(original, found, submitted, notes))
        built += [_extra(cell) for cell in extras.get(index, [])]
    if any(cell.cut for cell in submitted):
        notes.append(f"Of a cell only the first {MAX_SOURCE} characters are read.")
    if _shorten_texts(built, release):
        notes.append(
            f"Texts were cut: of one text cell {MAX_TEXT} characters are kept, of all together "
            f"{MAX_TEXTS}; and of pictures {MAX_NOTEBOOK_IMAGES}."
        )
    notebook = notebook_with(built, release.metadata)
    _number_ids(notebook)
    forget_texts()
    return notebook, tuple(notes)


def _without_runs(text: str) -> str:
    """`text` with long runs of one character cut: renderers look at every part of them anew."""
    return _RUN.sub(lambda run: run[0][:MAX_RUN], text)


def _shorten_texts(cells: Sequence[NotebookNode], release: NotebookNode) -> bool:
    """Keep of the students' text cells what can be rendered in good time; whether any was cut."""
    ours = {cell.source for cell in release.cells}
    room, cut = MAX_TEXTS, False
    pictures = Room()
    for cell in cells:
        for name, bundle in list(cell.get("attachments", {}).items()):
            if not all(pictures.holds(image, pixels_of(image)) for image in bundle.values()):
                del cell["attachments"][name]
                cut = True
        if cell.cell_type == "code" or cell.source in ours:
            continue
        source = _without_runs(cell.source)
        most = min(MAX_TEXT, room)
        if len(source) > most:
            source, cut = source[:most] + CUT_TEXT, True
        room = max(0, room - len(source))
        cell.source = source
    return cut


def _restored(
    original: NotebookNode,
    found: SubmittedCell | None,
    submitted: Sequence[SubmittedCell],
    notes: list[str],
) -> NotebookNode:
    """The cell of the release, with the student's text where students write."""
    cell = copy.deepcopy(original)
    purpose, name = role(original), grade_id(original)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    if found is None:
        if purpose == Role.SOLUTION and any(defines(other.source, name) for other in submitted):
            # Merged into another cell.  The empty cell must not undo that definition.
            cell.source = f"# {name} is defined in another cell"
            notes.append(
                f"The cell `{name}` was missing, but another cell defines the "
                "function; that one counts."
            )
        elif purpose != Role.PLAIN:
            notes.append(f"The cell `{name}` was missing; it was put back as it was given out.")
        return cell
    if purpose in (Role.TEST, Role.LOCKED):
        if found.source.strip() != original.source.strip():
            notes.append(
                f"The cell `{name}` had been changed; it was put back as it was given out."
            )
        return cell
    if found.kind != cell.cell_type and purpose != Role.PLAIN:
        notes.append(f"The cell `{name}` was of another type; it was read as {cell.cell_type}.")
    cell.source = found.source
    if cell.cell_type != "code":
        cell.pop("attachments", None)
        if found.source != original.source:
            cell.source = harmless_markdown(found.source)
        if pictures := _pictures(found.attachments):
            cell["attachments"] = pictures
    if purpose == Role.SOLUTION and found.metadata.get("tags"):
        notes.append(f"Tags on the cell `{name}` have no effect on marking.")
    return cell


def _answered(
    original: NotebookNode,
    answer: Answer,
    found: SubmittedCell | None,
    submitted: Sequence[SubmittedCell],
    notes: list[str],
) -> NotebookNode:
    """The box `original` with the answer in words in it, and its pictures."""
    box = copy.deepcopy(original)
    # No more than is kept, and a character by which it is seen that there was more: all together
    # may be many texts.
    box.source = harmless_markdown(_without_runs(answer.text)[: MAX_TEXT + 1])
    pictures = [_pictures(submitted[index].attachments) for index in answer.cells]
    if kept := {name: bundle for known in reversed(pictures) for name, bundle in known.items()}:
        box["attachments"] = kept
    if found is not None and found.kind != box.cell_type:
        notes.append(
            f"The cell `{grade_id(original)}` was of another type; it was read as {box.cell_type}."
        )
    if answer.note:
        notes.append(answer.note)
    return box


def _extra(cell: SubmittedCell) -> NotebookNode:
    """A cell the student added: code to run, or harmless text."""
    if cell.kind == "code":
        return code_cell(cell.source, {KEY: Origin.ADDED})
    text = text_cell(harmless_markdown(cell.source), {KEY: Origin.ADDED})
    if pictures := _pictures(cell.attachments):
        text["attachments"] = pictures
    return text


def _pictures(attachments: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Verified PNG and JPEG pictures pasted into a text cell, by file name."""
    kept = {}
    for name, bundle in list(attachments.items())[:MAX_PICTURES]:
        if isinstance(bundle, dict) and re.fullmatch(r"[\w. -]{1,80}", name):
            for mime, magic in IMAGES.items():
                if (image := verified_image(bundle.get(mime), magic)) is not None:
                    kept[name] = {mime: image}
    return kept


def _number_ids(notebook: NotebookNode) -> None:
    """Ids that depend on the content alone, so that marking twice gives the same file."""
    seen = {cell["id"] for cell in notebook.cells if "nbgrader" in cell.metadata}
    for number, cell in enumerate(notebook.cells):
        if "nbgrader" not in cell.metadata:
            name = f"cell-{number}"
            cell["id"] = name if name not in seen else f"{name}-extra"
