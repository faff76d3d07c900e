"""Outputs of a student's cells, made fit to be shown: bounded in size, and only of kinds that cannot act.

Autograded notebooks are opened in the instructor's formgrader, where a script would act with the instructor's rights.
So what a student's code displayed is kept as text and as verified PNG or JPEG, never as HTML, SVG, LaTeX or script.
"""

from __future__ import annotations

import base64
import binascii
import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

MAX_TEXT = 20_000  # characters of all text of one cell
MAX_IMAGES = 8  # of one cell
MAX_IMAGE = 2_000_000  # bytes of one image
MAX_OUTPUTS = 60  # of one cell
CUT = "… the rest of the output was cut"
IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\ud800-\udfff]")


class OutputBox:
    """Collects the outputs of one cell from a kernel's messages, within the bounds above."""

    def __init__(self):
        self._outputs: list[NotebookNode] = []
        self._room = MAX_TEXT
        self._images = 0
        self._cut = False

    def outputs(self) -> list[NotebookNode]:
        """The cell's outputs; a last line says so when something was cut."""
        tail = [new_output("stream", name="stdout", text=f"\n{CUT}\n")] if self._cut else []
        return self._outputs + tail

    def add(self, kind: str, content: dict) -> None:
        """Take in one message; what is none of stream, display_data, execute_result, error, clear_output is dropped."""
        if kind == "clear_output":
            self._outputs.clear()
        elif kind == "stream":
            self._add_stream("stderr" if content.get("name") == "stderr" else "stdout", content.get("text"))
        elif kind == "error":
            self._add_error(content)
        elif kind in ("display_data", "execute_result") and isinstance(content.get("data"), dict):
            self._add_data(content["data"])

    def _text(self, value) -> str:
        """`value` as printable text within what room is left."""
        if isinstance(value, list):
            value = "".join(part for part in value[:1000] if isinstance(part, str))
        if not isinstance(value, str):
            return ""
        if len(value) > self._room:
            self._cut = True
            value = value[: self._room]
        self._room -= len(value)
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)

    def _append(self, output: NotebookNode) -> None:
        if len(self._outputs) < MAX_OUTPUTS:
            self._outputs.append(output)
        else:
            self._cut = True

    def _add_stream(self, name, text):
        if not (text := self._text(text)):
            return
        last = self._outputs[-1] if self._outputs else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self._append(new_output("stream", name=name, text=text))

    def _add_error(self, content):
        lines = content.get("traceback")
        lines = [self._text(line) for line in lines[:40]] if isinstance(lines, list) else []
        self._append(
            new_output(
                "error",
                ename=self._text(content.get("ename")),
                evalue=self._text(content.get("evalue")),
                traceback=lines,
            )
        )

    def _add_data(self, data):
        kept = {}
        for mime, magic in IMAGES.items():
            if mime in data and (image := verified_image(data[mime], magic)) is not None:
                if self._images < MAX_IMAGES:
                    self._images += 1
                    kept[mime] = image
                else:
                    self._cut = True
        text = self._text(data.get("text/plain"))
        if text or kept:
            kept["text/plain"] = text
            # Always display_data: a stray execute_result in a test cell would be read as a score.
            self._append(new_output("display_data", data=kept))


def verified_image(value, magic: bytes) -> str | None:
    """`value`, base64 of an image whose bytes begin with `magic`, encoded afresh; None if it is no such thing."""
    if not isinstance(value, str) or len(value) > MAX_IMAGE * 4 // 3 + 4:
        return None
    try:
        data = base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(data).decode("ascii") if data.startswith(magic) else None


def harmless_markdown(source: str) -> str:
    """A student's Markdown with its raw HTML shown as text, and without links or TeX commands that could run a script.

    In code spans the replacements show as they are; that costs looks, not meaning.
    """
    source = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", source)
    source = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", source)
    source = re.sub(r"(?i)\b(javascript|vbscript|data)(\s*(?::|&colon;|&#0*58;|&#x0*3a;))", r"\1 \2", source)
    return re.sub(r"\\(?=(href|style|class|cssId|unicode|require|csname|def|let|newcommand|data)\b)", r"\\ ", source)
