"""Outputs of a student's cells, made fit to be shown: bounded in size, and only of kinds that
cannot act.

Autograded notebooks are opened in the instructor's formgrader, where a script would act with the
instructor's rights. So what a student's code displayed is kept as text and as verified PNG or JPEG,
never as HTML, SVG, LaTeX or script.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from nbformat import v4

from marking.limits import (
    MAX_CELL_TEXT,
    MAX_IMAGE_BYTES,
    MAX_IMAGES,
    MAX_NOTEBOOK_IMAGE_BYTES,
    MAX_NOTEBOOK_IMAGES,
    MAX_NOTEBOOK_PIXELS,
    MAX_NOTEBOOK_TEXT,
    MAX_OUTPUTS,
    MAX_PIXELS,
    MAX_TEXT_PARTS,
    MAX_TRACEBACK_LINES,
)
from marking.markup import plain

CUT = "… the rest of the output was cut"
IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass
class Room:
    """What may still be kept of the outputs of one notebook."""

    text: int = MAX_NOTEBOOK_TEXT
    images: int = MAX_NOTEBOOK_IMAGES
    image_bytes: int = MAX_NOTEBOOK_IMAGE_BYTES
    pixels: int = MAX_NOTEBOOK_PIXELS

    def holds(self, image: str, pixels: int) -> bool:
        """Whether an image in base64 still fits; if so, its room is taken."""
        size = len(image) * 3 // 4
        if self.images < 1 or size > self.image_bytes or pixels > self.pixels:
            return False
        self.images -= 1
        self.image_bytes -= size
        self.pixels -= pixels
        return True


class OutputBox:
    """Collects the outputs of one cell from a kernel's messages, within the bounds of
    `marking.limits`; `room` is what the notebook has left.
    """

    def __init__(self, room: Room | None = None) -> None:
        self._outputs: list[Any] = []
        self._notebook = room or Room()
        self._room = min(MAX_CELL_TEXT, self._notebook.text)
        self._images = 0
        self._cut = False

    def outputs(self) -> list[Any]:
        """The cell's outputs, as nbformat's nodes; a last line says so when something was cut."""
        tail = [_new_output("stream", name="stdout", text=f"\n{CUT}\n")] if self._cut else []
        return self._outputs + tail

    def add(self, kind: object, content: dict[str, Any]) -> None:
        """Take in one message; what is none of stream, display_data, execute_result, error,
        clear_output is dropped.
        """
        if kind == "clear_output":
            self._outputs.clear()
        elif kind == "stream":
            self._add_stream(
                "stderr" if content.get("name") == "stderr" else "stdout", content.get("text")
            )
        elif kind == "error":
            self._add_error(content)
        elif kind in ("display_data", "execute_result") and isinstance(content.get("data"), dict):
            self._add_data(content["data"])

    def _text(self, value: object) -> str:
        """`value` as printable text within what room is left."""
        if isinstance(value, list):
            value = "".join(part for part in value[:MAX_TEXT_PARTS] if isinstance(part, str))
        if not isinstance(value, str):
            return ""
        if len(value) > self._room:
            self._cut = True
            value = value[: self._room]
        self._room -= len(value)
        self._notebook.text -= len(value)
        return plain(value)

    def _append(self, output: Any) -> None:
        if len(self._outputs) < MAX_OUTPUTS:
            self._outputs.append(output)
        else:
            self._cut = True

    def _add_stream(self, name: str, written: object) -> None:
        if not (text := self._text(written)):
            return
        last = self._outputs[-1] if self._outputs else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self._append(_new_output("stream", name=name, text=text))

    def _add_error(self, content: dict[str, Any]) -> None:
        lines = content.get("traceback")
        lines = (
            [self._text(line) for line in lines[:MAX_TRACEBACK_LINES]]
            if isinstance(lines, list)
            else []
        )
        self._append(
            _new_output(
                "error",
                ename=self._text(content.get("ename")),
                evalue=self._text(content.get("evalue")),
                traceback=lines,
            )
        )

    def _add_data(self, data: dict[str, Any]) -> None:
        kept: dict[str, str] = {}
        for mime, magic in IMAGES.items():
            if mime not in data:
                continue
            image = verified_image(data[mime], magic)
            if image is None:
                continue
            if self._images < MAX_IMAGES and self._notebook.holds(image, pixels_of(image)):
                self._images += 1
                kept[mime] = image
            else:
                self._cut = True
        text = self._text(data.get("text/plain"))
        if text or kept:
            kept["text/plain"] = text
            # Always display_data: a stray execute_result in a test cell would be read as a score.
            self._append(_new_output("display_data", data=kept))


def _new_output(kind: str, **content: Any) -> Any:
    """An output as nbformat's node."""
    return v4.new_output(kind, **content)  # type: ignore[no-untyped-call]  # nbformat is untyped


def verified_image(value: object, magic: bytes) -> str | None:
    """`value`, base64 of an image whose bytes begin with `magic`, encoded afresh; None if it is no
    such thing, or has more than `MAX_PIXELS`.
    """
    if not isinstance(value, str) or len(value) > MAX_IMAGE_BYTES * 4 // 3 + 4:
        return None
    try:
        data = base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(magic) or _pixels(data) > MAX_PIXELS:
        return None
    return base64.b64encode(data).decode("ascii")


def pixels_of(image: str) -> int:
    """How many pixels an image in base64 says it has."""
    return _pixels(base64.b64decode(image))


def _pixels(data: bytes) -> int:
    """Width times height, by the heads of the file alone: nothing is decoded.  A JPEG that does not
    say it in an orderly place counts as too large: a browser might find it elsewhere.

    By hand, because an image library would be one more reader of hostile files: PNG states both in
    its first chunk, JPEG in the first segment that begins a frame (ISO/IEC 10918-1, table B.1).
    """
    if data.startswith(IMAGES["image/png"]):
        return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = data[place + 5 : place + 7], data[place + 7 : place + 9]
            return int.from_bytes(height, "big") * int.from_bytes(width, "big")
        else:
            place += 2 + max(2, int.from_bytes(data[place + 2 : place + 4], "big"))
    return MAX_PIXELS + 1
