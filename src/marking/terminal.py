"""What the commands show on a terminal: text made printable, aligned tables, a line of progress.

Names, messages and texts of students reach the terminal of the instructor.  `printable` is the one
place that decides what may; `printable_output` puts it before everything that is printed.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TextIO, cast

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Python calls these printable, and yet nothing is seen of them: fillers, joiners, selectors.
INVISIBLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(first, last + 1)
)


def printable(text: str, keep: str = "") -> str:
    """`text` with a replacement character for each that a terminal or page would act on instead of
    showing it, or that would not be seen: control and escape characters, those that turn the
    direction of writing, halves of surrogate pairs, characters without width.  Other spaces become
    plain ones; the characters in `keep` stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter in keep else _shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if not letter.isprintable():
        return " " if unicodedata.category(letter) == "Zs" else REPLACEMENT
    return REPLACEMENT if letter in INVISIBLE else letter


@contextlib.contextmanager
def printable_output() -> Iterator[None]:
    """While the block lasts, everything printed to stdout and stderr is printable: also what
    libraries print, warnings, logs and tracebacks.  Lines end as they did.

    What the terminal's encoding lacks becomes "?"; printing never raises UnicodeEncodeError.
    """
    before = sys.stdout, sys.stderr
    make_output_printable()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def make_output_printable() -> None:
    """As `printable_output`, for as long as the process lives."""
    sys.stdout = cast(TextIO, PrintableStream(sys.stdout))
    sys.stderr = cast(TextIO, PrintableStream(sys.stderr))


class PrintableStream:
    """A text stream that writes what is printable to another one, `beneath`."""

    def __init__(self, beneath: TextIO) -> None:
        self.beneath = beneath

    def write(self, text: str) -> int:
        """Write `text`, made printable; returns its length."""
        shown = printable(text, keep="\n\t")
        if encoding := getattr(self.beneath, "encoding", None):
            shown = shown.encode(encoding, "replace").decode(encoding)
        self.beneath.write(shown)
        return len(text)

    def writelines(self, lines: Sequence[str]) -> None:
        """Write each of `lines`."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


def shortened(text: str, length: int) -> str:
    """`text` made printable, in at most `length` characters; an ellipsis says that it was cut."""
    text = printable(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def aligned(
    lines: Sequence[Sequence[str]], markdown: bool = False, *, right: Collection[int] = ()
) -> str:
    """A table: `lines` of equally many cells each, the first of them the head.

    Columns are as wide as their widest cell; those whose numbers are in `right` are aligned to the
    right.  With `markdown` it is a Markdown table, which aligns itself.
    """
    if markdown:
        head, *body = ["| " + " | ".join(line) + " |" for line in lines]
        return "\n".join([head, "|" + " --- |" * len(lines[0]), *body])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


# Starting counts as well, so the first ones promise a rate and an end that are far off.
SETTLED_SECONDS = 5.0


class Progress:
    """Count, rate and time left on stderr: one line rewritten on a terminal, a line now and then
    elsewhere.
    """

    def __init__(self, done: str) -> None:
        """`done` is what has happened to the things counted, such as "marked"."""
        self._done = done
        self._begun = time.monotonic()
        self._shown = 0.0
        # Its own line is rewritten by "\r", which nobody else may print.
        self._stream: TextIO = getattr(sys.stderr, "beneath", sys.stderr)
        self._live = self._stream.isatty()
        self._open = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if (
            not total
            or (now - self._shown < (0.1 if self._live else 10.0) and done < total)
            or (not done and not self._live)
        ):
            return
        self._shown = now
        line = self.line(done, total, now - self._begun)
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{line[:width]:<{width}}", end="", file=self._stream, flush=True)
            self._open = True
        else:
            print(line, file=self._stream, flush=True)

    def line(self, done: int, total: int, seconds: float) -> str:
        """What is shown when `done` of `total` took `seconds`."""
        if not done or (done < total and seconds < SETTLED_SECONDS):
            return f"{done} of {total} {self._done}"
        rate = done / max(seconds, 1e-9)
        left = (total - done) / rate
        clock = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
        return f"{done} of {total} {self._done}, {rate:.1f} a second, " + (
            f"about {clock} left" if done < total else "done"
        )

    def end(self) -> None:
        """Leave the line that was rewritten."""
        if self._open:
            print(file=self._stream)
