"""What a release says, to tell a student's own words from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from nbformat import NotebookNode

from marking.limits import MAX_PARSED
from marking.submissions.cells import Role, parsed, role

TEXT_STUB = "*Your answer here.*"  # what a release has where words are due (`nbgrader_config.py`)
RUN = 5  # words in a row by which a text is known again
HELD = 0.5  # the share of its runs that a cell must have to hold a text of the release
SLIP = 2  # words that were put in or exchanged within a text, and are no answer
MAX_COMPARED = 3000  # words of a cell that is compared with the release


def is_unanswered(source: str) -> bool:
    """Whether the text of a box holds no word of the student's."""
    return source.strip(" \t\r\n*_.").casefold() in ("", TEXT_STUB.strip("*.").casefold())


class ReleaseText:
    """The texts of a release, by the places of their cells."""

    def __init__(self, cells: Sequence[NotebookNode]) -> None:
        self._words = [self._text_of(cell).split() for cell in cells]
        self._runs = [set(_runs(words)) for words in self._words]
        self.codes = {cell.source.strip() for cell in cells if cell.cell_type == "code"}

    @staticmethod
    def _text_of(cell: NotebookNode) -> str:
        """What is to be read in a cell: a text, or a comment with nothing to run."""
        if cell.cell_type == "code":
            return (role(cell) is not Role.SOLUTION and prose_in(cell.source)) or ""
        return "" if role(cell) is Role.ANSWER else str(cell.source)

    def held_by(self, source: str) -> list[int]:
        """The places of the texts of which `source` holds a good part."""
        words = source.split()
        runs = set(_runs(words)) if len(words) <= MAX_COMPARED else set()
        return [
            place
            for place, own in enumerate(self._runs)
            if own and len(own & runs) >= HELD * len(own)
        ]

    def apart(self, source: str, places: Sequence[int]) -> tuple[str, str]:
        """What of `source` is not of the texts at `places`: before the first of them, and the rest.

        A word or two put in or exchanged within a text count as the text's.
        """
        spans = [match.span() for match in re.finditer(r"\S+", source)]
        words = [source[start:end] for start, end in spans]
        own = [True] * len(words)
        for place in places:
            for low, high in _of_text(words, own, self._words[place]):
                own[low:high] = [False] * (high - low)
        if all(own):
            return "", without_stub(source.split("\n"))
        pieces: list[tuple[int, str]] = []
        start = 0
        while start < len(words):
            end = start
            while end < len(words) and own[end]:
                end += 1
            if end > start:
                pieces.append((start, source[spans[start][0] : spans[end - 1][1]]))
            start = end + 1
        texts = [(at, without_stub(piece.split("\n"))) for at, piece in pieces]
        first = own.index(False)
        above = [text for at, text in texts if text and at < first]
        below = [text for at, text in texts if text and at > first]
        return "\n\n".join(above), "\n\n".join(below)


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The runs of `RUN` words, one from each word on."""
    return zip(*(words[i:] for i in range(RUN)), strict=False)


def _of_text(
    words: Sequence[str], own: Sequence[bool], text: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Where in `words`, as far as they are not known yet, those of `text` stand."""
    free = [word if open_ else "" for word, open_ in zip(words, own, strict=True)]
    alike = SequenceMatcher(None, free, text, autojunk=False).get_matching_blocks()
    blocks = [(b.a, b.a + b.size) for b in alike if b.size >= min(SLIP, len(text))]
    for number, (low, high) in enumerate(blocks):
        yield low, high
        if number and low - blocks[number - 1][1] <= SLIP:
            yield blocks[number - 1][1], low


def without_stub(lines: Sequence[str]) -> str:
    """The text of `lines` without what a box is given out with."""
    kept = [line for line in lines if not line.strip() or not is_unanswered(line)]
    return "\n".join(kept).strip()


def prose_in(source: str) -> str | None:
    """The words of a code cell that holds nothing but words: a comment, a text between quotes, or
    no Python at all.  None if there is anything to run.
    """
    source = re.sub(r"\A\s*%%(?:markdown|md|latex|html)\b[^\n]*\n", "", source)
    lines = [line for line in source.split("\n") if line.strip()]
    if all(line.lstrip().startswith("#") for line in lines):
        return "\n".join(re.sub(r"^\s*#+ ?", "", line) for line in source.split("\n"))
    if len(source) > MAX_PARSED:
        return None
    tree = parsed(source)
    if tree is None:
        code = re.compile(r"\s*(?:[%!]|(?:async )?def |class |import |from \w+ import |@)")
        return None if any(map(code.match, lines)) else source
    texts = [
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    return "\n\n".join(texts) if texts and len(texts) == len(tree.body) else None
