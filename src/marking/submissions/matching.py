"""Which submitted cell stands for which cell of the release."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import lru_cache

from nbformat import NotebookNode

from marking.limits import MAX_PARSED
from marking.submissions.cells import Role, grade_id, parsed, role
from marking.submissions.reading import SubmittedCell
from marking.submissions.release_text import TEXT_STUB, ReleaseText


def match_cells(
    submitted: Sequence[SubmittedCell], release: NotebookNode, notes: list[str]
) -> dict[int, int]:
    """Which submitted cell stands for which cell of the release: {release index: submitted index}.

    First by the name that nbgrader gave the cell, then by its id or its unchanged text, last by the
    function it defines, or by the greater part of its text.
    """
    match: dict[int, int] = {}
    free = set(range(len(submitted)))

    def assign(index: int, chosen: int) -> None:
        match[index] = chosen
        free.discard(chosen)

    for index, original in enumerate(release.cells):
        if name := grade_id(original):
            candidates = [i for i in sorted(free) if submitted[i].grade_id == name]
            if candidates:
                assign(index, _best(candidates, submitted, original))
                if len(candidates) > 1 and role(original) not in (Role.PLAIN, Role.ANSWER):
                    notes.append(_counted_note(original, len(candidates)))
    for index, original in enumerate(release.cells):
        if index not in match:
            same = _same_cells(sorted(free), submitted, original)
            if same and (
                role(original) != Role.SOLUTION
                or defines(submitted[same[0]].source, grade_id(original))
            ):
                assign(index, same[0])
    for index, original in enumerate(release.cells):
        if index not in match and role(original) == Role.SOLUTION:
            function = grade_id(original)
            found = [
                i
                for i in sorted(free)
                if submitted[i].kind != "markdown" and defines(submitted[i].source, function)
            ]
            if found:
                assign(index, found[-1])
                notes.append(
                    f"The cell `{function}` had lost its mark; it was found by the "
                    "function it defines."
                )
    _match_changed_texts(submitted, release, match)
    return match


def _match_changed_texts(
    submitted: Sequence[SubmittedCell], release: NotebookNode, match: dict[int, int]
) -> None:
    """Add texts of the release that were changed, and have lost their id, to `match`."""
    left = {
        place
        for place, cell in enumerate(release.cells)
        if cell.cell_type == "markdown" and place not in match and role(cell) is Role.PLAIN
    }
    taken = set(match.values())
    texts = ReleaseText(release.cells) if left else None
    for index, cell in enumerate(submitted):
        if texts is None or index in taken or cell.kind == "code":
            continue
        for place in texts.held_by(cell.source):
            if place in left:
                match[place] = index
                left.remove(place)
                break


def match_untouched(
    submitted: Sequence[SubmittedCell], release: NotebookNode, match: dict[int, int]
) -> None:
    """Add boxes for words that have lost their name, with nothing in them, to `match`: all have one
    text, so that only their place tells which is which.
    """
    for place, original in enumerate(release.cells):
        if role(original) is not Role.ANSWER or place in match:
            continue
        start = max((match[p] for p in match if p < place), default=-1)
        end = min((match[p] for p in match if p > place), default=len(submitted))
        for index in range(start + 1, end):
            if submitted[index].grade_id is None and submitted[index].source.strip() == TEXT_STUB:
                match[place] = index
                break


def _counted_note(original: NotebookNode, count: int) -> str:
    """What is said of a cell that was there `count` times."""
    rules = {
        Role.TEST: "only the check itself counts",
        Role.SOLUTION: "the last one that defines it counts",
    }
    rule = rules.get(role(original), "the last one counts")
    return f"The cell `{grade_id(original)}` was there {count} times; {rule}."


def _same_cells(
    free: Sequence[int], submitted: Sequence[SubmittedCell], original: NotebookNode
) -> list[int]:
    """Those of the cells `free` that have the id of `original`; without one, those that have its
    text and no name.
    """
    identity = original.get("id")
    same = [i for i in free if identity and submitted[i].id == identity]
    if same or role(original) is Role.ANSWER:  # all boxes are given out with one text
        return same
    return [
        i for i in free if submitted[i].source == original.source and submitted[i].grade_id is None
    ]


def _best(candidates: list[int], submitted: Sequence[SubmittedCell], original: NotebookNode) -> int:
    """Of several cells of one name: the last that holds the student's own definition; else the last
    changed; else the last.
    """
    changed = [i for i in candidates if submitted[i].source.strip() != original.source.strip()]
    defining = [
        i
        for i in changed
        if role(original) == Role.SOLUTION and defines(submitted[i].source, grade_id(original))
    ]
    return (defining or changed or candidates)[-1]


def defines(source: str, function: str | None) -> bool:
    """Whether a cell's text defines `function` at its top level; by its look where it is no valid
    Python, or long.
    """
    return function in _defined(source)


def forget_texts() -> None:
    """Let go of the cells' texts, which are kept to parse each once."""
    _defined.cache_clear()


# As many as a notebook may have cells: each is parsed once, however many functions are sought.
@lru_cache(maxsize=1024)
def _defined(source: str) -> frozenset[str]:
    """The names that a cell's text defines at its top level."""
    if len(source) > MAX_PARSED:
        return _defined_by_look(source)
    tree = parsed(source)
    if tree is None:
        return _defined_by_look(source)
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def _defined_by_look(source: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?m)^def[^\S\n]+(\w+)[^\S\n]*\(", source))
