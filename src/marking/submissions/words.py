"""Answers in words: found wherever they stand, so that none is lost and a person reads it.

Editors drop the name of the box that the words belong in, give it another id or another type, split
it or merge it with its neighbour; students write below it, above it, or in a comment.  So an answer
is what stands between the cells of the release around its box and is not of the release; where that
is nothing, it is what else was written after the last check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from marking.submissions.cells import Role, content_id, grade_id, role
from marking.submissions.reading import SubmittedCell
from marking.submissions.release_text import (
    ReleaseText,
    prose_in,
)

UNCLEAR = (
    "*(These words stood in no box. It is not clear which of the open questions they answer.)*"
)


@dataclass(frozen=True)
class Answer:
    """What is written in one box, and where it was found."""

    text: str
    cells: tuple[int, ...]  # the submitted cells that are in the box now, and no longer elsewhere
    restored: frozenset[int]  # cells of the release whose text was written in: they are put back
    note: str  # empty where the words stood in their box


@dataclass(frozen=True)
class _Part:
    """A piece of an answer: the words of the submitted cell at `index`."""

    index: int
    text: str
    moves: bool = True  # whether the cell holds nothing else, and goes into the box
    beside: int | None = None  # the cell of the release, if any, that the words were written into


def find_answers(
    submitted: Sequence[SubmittedCell], release: NotebookNode, match: Mapping[int, int]
) -> dict[int, Answer]:
    """The answers in words by the place of their box in the release.  `match` says which submitted
    cell stands for which cell of the release; no cell is part of two answers, but where it is not
    clear which it is part of.
    """
    boxes = [i for i, cell in enumerate(release.cells) if role(cell) is Role.ANSWER]
    if not boxes:
        return {}
    return _Search(submitted, release, match, boxes).answers()


class _Search:
    """One notebook, looked through for its answers in words."""

    def __init__(
        self,
        submitted: Sequence[SubmittedCell],
        release: NotebookNode,
        match: Mapping[int, int],
        boxes: Sequence[int],
    ) -> None:
        self._submitted = submitted
        self._release = release.cells
        self._boxes = boxes
        self._known = ReleaseText(release.cells)
        self._anchors = match
        self._read: dict[int, str | None] = {}  # the words of each cell, once they were sought
        self._at = {index: place for place, index in self._anchors.items()}
        self._names = {
            box: [
                i
                for i, cell in enumerate(submitted)
                if i == match.get(box) or cell.grade_id == grade_id(release.cells[box])
            ]
            for box in boxes
        }
        self._named = {i for indexes in self._names.values() for i in indexes}
        self._release_names = {name for cell in release.cells if (name := grade_id(cell))}

    def answers(self) -> dict[int, Answer]:
        """An answer for every box in which there is something to be put."""
        parts = {box: list(self._in_box(box)) for box in self._boxes}
        filled = {box for box in self._boxes if parts[box]}
        unclear = self._share(parts, {box: self._around(box) for box in self._boxes}, filled)
        empty = [box for box in self._boxes if not parts[box]]
        if empty:
            taken = {part.index for found in parts.values() for part in found}
            rest = [part for part in self._elsewhere() if part.index not in taken]
            if rest:
                unclear |= _deal(parts, empty, rest)
        return {box: self._joined(box, found, unclear) for box, found in parts.items() if found}

    def _in_box(self, box: int) -> Iterator[_Part]:
        """What stands in the cells that bear the box's name: halves of a split one have the same.

        A second cell of one name counts only where it says something else.
        """
        said: set[str] = set()
        for i in self._names[box]:
            text = self._words(i)
            if text and self._submitted[i].kind != "code":
                text = self._submitted[i].source  # as it is: a question may be quoted in it
            if text and text not in said:
                said.add(text)
                yield _Part(i, text)

    def _around(self, box: int) -> list[_Part]:
        """What was written between the cells of the release before and after the box."""
        before = next((p for p in range(box - 1, -1, -1) if self._stays(p)), None)
        after = next((p for p in range(box + 1, len(self._release)) if self._stays(p)), None)
        found: list[_Part] = []
        start = -1 if before is None else self._anchors[before]
        end = len(self._submitted) if after is None else self._anchors[after]
        if before is not None and (own := self._written_into(before)[1]):
            found.append(_Part(start, own, False, before))
        zone = [*self._open(range(start + 1, len(self._submitted)))]
        if after is not None:
            zone += reversed(list(self._open(range(end - 1, -1, -1))))
        for i in dict.fromkeys(zone):
            found += self._part(i)
        if after is not None and (own := self._written_into(after)[0]):
            found.append(_Part(end, own, False, after))
        return found

    def _stays(self, place: int) -> bool:
        """Whether the cell of the release at `place` says where others stand."""
        return place in self._anchors and place not in self._boxes

    def _open(self, indexes: range) -> Iterator[int]:
        """Those of `indexes` that come before the next cell of the release; boxes do not bound."""
        for i in indexes:
            if i in self._at and self._at[i] not in self._boxes:
                return
            if i not in self._at and self._is_own(i):
                yield i

    def _is_own(self, index: int) -> bool:
        """Whether a submitted cell is no copy of one that was given out, in this version or
        another: those bear the name, or the id that their text gives them.
        """
        cell = self._submitted[index]
        kind = "code" if cell.kind == "code" else "markdown"
        given_out = cell.id is not None and cell.id.startswith(content_id(kind, cell.source))
        return cell.grade_id not in self._release_names and not given_out

    def _part(self, index: int) -> list[_Part]:
        text = self._words(index)
        if text is not None:
            return [_Part(index, text)] if text else []
        source = self._submitted[index].source.strip()
        if not source or any(f"def {name}(" in source for name in self._release_names):
            return []
        # Code in the place of an answer stays where it runs, and is shown to whoever reads.
        return [_Part(index, f"```python\n{source}\n```", moves=False)]

    def _share(
        self, parts: dict[int, list[_Part]], around: Mapping[int, list[_Part]], filled: set[int]
    ) -> frozenset[int]:
        """Give every box what stands around it; of what stands around several, because what was
        between them is lost, those get it first that have no words of their own.  Returns the boxes
        of which it is not clear what belongs to them.
        """
        near: dict[_Part, list[int]] = {}
        for box, found in around.items():
            for part in found:
                near.setdefault(part, []).append(box)
        groups: dict[tuple[int, ...], list[_Part]] = {}
        for part, boxes in near.items():
            open_ones = [box for box in boxes if box not in filled]
            if not open_ones and not part.moves and part.beside is None:
                continue  # code beside an answer
            above = [box for box in boxes if any(i < part.index for i in self._names[box])]
            groups.setdefault(tuple(open_ones or (above or boxes)[-1:]), []).append(part)
        unclear: frozenset[int] = frozenset()
        for chosen, group in groups.items():
            unclear |= _deal(parts, chosen, group)
        return unclear

    def _elsewhere(self) -> Iterator[_Part]:
        """Words in cells of their own, and in comments, after the last check."""
        checks = [self._anchors[p] for p in self._anchors if role(self._release[p]) is Role.TEST]
        for i in range(max(checks, default=-1) + 1, len(self._submitted)):
            place = self._at.get(i)
            if place in self._boxes:
                continue
            if place is None:
                if self._is_own(i) and (text := self._words(i)):
                    yield _Part(i, text)
            elif self._release[place].cell_type == "code":
                if text := self._words(i):
                    yield _Part(i, text, False, place)
            elif own := "\n\n".join(filter(None, self._written_into(place))):
                yield _Part(i, own, False, place)

    def _written_into(self, place: int) -> tuple[str, str]:
        """What a student wrote into a text of the release: before its first line and after it."""
        index = self._anchors[place]
        submitted = self._submitted[index]
        if self._release[place].cell_type != "markdown" or submitted.kind == "code":
            return "", ""
        if submitted.source.strip() == self._release[place].source.strip() or not self._is_own(
            index
        ):
            return "", ""
        return self._known.apart(submitted.source, self._known.held_by(submitted.source))

    def _words(self, index: int) -> str | None:
        """The student's words in a cell that holds nothing else; None if it holds code."""
        if index not in self._read:
            self._read[index] = self._words_of(self._submitted[index])
        return self._read[index]

    def _words_of(self, cell: SubmittedCell) -> str | None:
        source = cell.source
        if cell.kind == "code":
            if source.strip() in self._known.codes:
                return ""
            prose = prose_in(source)
            if prose is None:
                return None
            source = prose
        elif source.strip() in self._known.codes:
            return ""  # code of the release, read as a text
        held = self._known.held_by(source)
        return "\n\n".join(filter(None, self._known.apart(source, held)))

    def _joined(self, box: int, found: Sequence[_Part], unclear: frozenset[int]) -> Answer:
        """The parts of one answer in the order of the notebook, and what is said of them."""
        parts = sorted(found, key=lambda part: part.index)
        text = "\n\n".join(part.text for part in parts)
        if box in unclear:
            text = f"{UNCLEAR}\n\n{text}"
        moved = tuple(part.index for part in parts if part.moves and box not in unclear)
        restored = frozenset(
            part.beside
            for part in parts
            if part.beside is not None and self._release[part.beside].cell_type == "markdown"
        )
        return Answer(text, moved, restored, self._note(box, parts, unclear))

    def _note(self, box: int, parts: Sequence[_Part], unclear: frozenset[int]) -> str:
        name = grade_id(self._release[box])
        if box in unclear:
            return (
                f"Words were found that may be the answer `{name}` or another one; they were "
                "copied into its cell, and a person reads them."
            )
        if {part.index for part in parts} <= {i for i in self._names[box]}:
            if len(parts) == 1:
                return ""
            return (
                f"The answer `{name}` stood in {len(parts)} cells; they were put together, and a "
                "person reads them."
            )
        where = "another cell" if len(parts) == 1 else f"{len(parts)} cells"
        return (
            f"The answer `{name}` was found in {where}; it was put into the cell where it belongs, "
            "and a person reads it."
        )


def _deal(
    parts: dict[int, list[_Part]], boxes: Sequence[int], found: Sequence[_Part]
) -> frozenset[int]:
    """Give the parts `found` to `boxes` in order, the last of which gets what is left; where they
    are too few, every box gets all, and it is not clear which belongs to it: those are returned.
    """
    if len(found) < len(boxes):
        for box in boxes:
            parts[box] += found
        return frozenset(boxes)
    for number, part in enumerate(sorted(found, key=lambda part: part.index)):
        parts[boxes[min(number, len(boxes) - 1)]].append(part)
    return frozenset()
