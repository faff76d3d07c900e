"""What the examiner says: points by category, sentences, and a picture; as plain text and as HTML.

Whatever a student's code may have written (values, names, messages) is cut when it is read (`marking.protocol`) and
escaped here.  The HTML carries its styles inline and takes its colours from the page around it, so that it looks right
in JupyterLab's two themes and on nbgrader's feedback pages; wrong cells are outlined, marked ✗ and tinted: never told
by colour alone.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_SIDE = 12  # rows and columns of a drawn array; what lies beyond is an ellipsis
TINT = "rgba(213,94,0,.18)"  # translucent orange of the Okabe–Ito palette: readable on white and on black


@dataclass(frozen=True)
class CategoryResult:
    """One line of the score: all of `max_points` when passed, else nothing."""

    name: str
    max_points: float
    passed: bool

    @property
    def points(self) -> float:
        return self.max_points if self.passed else 0.0


@dataclass(frozen=True)
class Picture:
    """One case, small enough to check by hand.

    `call` is the call as a student would write it, `inputs` its arrays by name, `expected` and `given` the two
    answers: arrays, numbers, truth values, or tuples of these.  `given` is a str where there was no answer to draw.
    """

    call: str
    inputs: tuple[tuple[str, np.ndarray], ...]
    expected: Any
    given: Any


@dataclass(frozen=True)
class Verdict:
    """The examiner's judgement of one question.

    `categories` carry the points; `sentences` say what is wrong, the most useful first; `misconceptions` are the names
    of the known mistakes that give exactly the student's answers; `note` is kind advice that costs no points.
    """

    question: str
    categories: tuple[CategoryResult, ...]
    sentences: tuple[str, ...] = ()
    picture: Picture | None = None
    misconceptions: tuple[str, ...] = ()
    note: str = ""

    @property
    def points(self) -> float:
        return float(sum(category.points for category in self.categories))

    @property
    def max_points(self) -> float:
        return float(sum(category.max_points for category in self.categories))

    @property
    def passed(self) -> bool:
        return all(category.passed for category in self.categories)

    @property
    def headline(self) -> str:
        """One line: the name, whether it passed, the points."""
        state = "passed" if self.passed else "partly right" if self.points else "not right yet"
        return f"{self.question}: {state}, {self.points:g} of {self.max_points:g} points"

    def text(self) -> str:
        """The verdict as plain text, in reading order: headline, categories, what is wrong, the case in numbers."""
        lines = [self.headline + "."]
        for category in self.categories:
            sign = "✓ passed" if category.passed else "✗ not yet"
            lines.append(f"  {sign}: {category.name} ({category.points:g} of {category.max_points:g})")
        lines += [sentence.replace("`", "") for sentence in self.sentences]
        if self.note:
            lines.append("Note: " + self.note.replace("`", ""))
        if self.picture is not None:
            lines += _picture_text(self.picture)
        return "\n".join(lines)

    def html(self) -> str:
        """The verdict as one self-contained, escaped HTML fragment without script or address."""
        items = "".join(
            f"<li>{'✓ passed' if category.passed else '✗ not yet'}: {html.escape(category.name)} "
            f"({category.points:g} of {category.max_points:g})</li>"
            for category in self.categories
        )
        bar = "#009e73" if self.passed else "#d55e00"
        parts = [
            f'<div role="group" aria-label="Verdict on {html.escape(self.question)}" '
            f'style="border-left:4px solid {bar};padding:.2em .8em;color:inherit">',
            f"<p style='margin:.2em 0'><strong>{html.escape(self.headline)}</strong></p>",
            f"<ul style='margin:.2em 0;padding-left:1.2em;list-style:none'>{items}</ul>",
        ]
        parts += [f"<p style='margin:.4em 0;max-width:48em'>{_prose(sentence)}</p>" for sentence in self.sentences]
        if self.note:
            parts.append(f"<p style='margin:.4em 0;max-width:48em'><em>Note:</em> {_prose(self.note)}</p>")
        if self.picture is not None:
            parts.append(_picture_html(self.picture))
        return "".join(parts) + "</div>"


def unmarked(question, reason: str) -> Verdict:
    """No points, for a reason that lies outside the answers: not run, killed, missing, unreadable.

    `question` is a `marking.questions.Question`; `reason` one sentence.
    """
    categories = tuple(CategoryResult(c.name, float(c.points), False) for c in question.categories)
    return Verdict(question.name, categories, (reason,))


def number(value) -> str:
    """A number as a person writes it: integers without a point, others to six digits."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, complex | np.complexfloating):
        return f"{complex(value):.4g}"
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value) if isinstance(value, int) and abs(value) < 10**15 else f"{value:.6g}"


def plain(value) -> str:
    """A number, truth value, None, text or tuple of these in one short line."""
    if isinstance(value, tuple):
        inner = ", ".join(plain(part) for part in value[:8]) + (", …" if len(value) > 8 else "")
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if value is None or isinstance(value, str):
        return str(value)[:200]
    return number(value)


def wrong_cells(expected: np.ndarray, given: np.ndarray) -> np.ndarray | None:
    """True where the two differ by more than a rounding error of drawing size; None if the shapes differ."""
    if expected.shape != given.shape:
        return None
    scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
    with np.errstate(invalid="ignore"):
        return ~(np.abs(expected - np.asarray(given)) <= 1e-9 * scale)


def _prose(sentence: str) -> str:
    """Escaped text; what stands between backticks is code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(sentence))


def _plane(array: np.ndarray, wrong: np.ndarray | None) -> tuple[str, tuple[int, ...]]:
    """The two-dimensional slice worth showing, the first with a wrong cell: its label, and the leading index."""
    if array.ndim <= 2:
        return "", ()
    index = (0,) * (array.ndim - 2)
    if wrong is not None and wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0][:-2])
    return f", part [{', '.join(map(str, index))}]", index


def _grid(array: np.ndarray, wrong: np.ndarray | None, index: tuple[int, ...]) -> list[list[tuple[str, bool]]]:
    """Rows of (text, is wrong), cut to a size that can be drawn."""
    plane = np.atleast_2d(array[index])
    marks = np.zeros(plane.shape, bool) if wrong is None else np.atleast_2d(wrong[index])
    rows = []
    for i in range(min(plane.shape[0], MAX_SIDE)):
        row = [(number(plane[i, j]), bool(marks[i, j])) for j in range(min(plane.shape[1], MAX_SIDE))]
        rows.append(row + ([("…", False)] if plane.shape[1] > MAX_SIDE else []))
    if plane.shape[0] > MAX_SIDE:
        rows.append([("…", False)])
    return rows


def _panels(picture: Picture):
    """(title, array or text, wrong cells, leading index) of the inputs, the expected and the given answer."""
    panels = [(name, array, None, _plane(array, None)) for name, array in picture.inputs]
    expected, given = picture.expected, picture.given
    if isinstance(expected, np.ndarray):
        wrong = wrong_cells(expected, given) if isinstance(given, np.ndarray) else None
        plane = _plane(expected, wrong)
        panels.append((f"expected {expected.shape}", expected, None, plane))
        if isinstance(given, np.ndarray):
            plane = plane if wrong is not None else _plane(given, None)
            panels.append((f"yours {given.shape}", given, wrong, plane))
        else:
            panels.append(("yours", plain(given), None, ("", ())))
    else:
        panels.append(("expected", plain(expected), None, ("", ())))
        panels.append(("yours", plain(given), None, ("", ())))
    return panels


def _picture_text(picture: Picture) -> list[str]:
    lines = [f"The smallest case that goes wrong: {picture.call}"]
    for title, content, wrong, (label, index) in _panels(picture):
        if isinstance(content, str):
            lines.append(f"  {title}: {content}")
            continue
        marked = ", wrong cells in [ ]" if wrong is not None and wrong.any() else ""
        lines.append(f"  {title}{label}{marked}:")
        if content.size == 0:
            lines.append("    (empty)")
            continue
        rows = [[f"[{text}]" if bad else f" {text} " for text, bad in row] for row in _grid(content, wrong, index)]
        width = max(len(text) for row in rows for text in row)
        lines += ["    " + " ".join(text.rjust(width) for text in row).rstrip() for row in rows]
    return lines


def _picture_html(picture: Picture) -> str:
    parts = [
        f"<p style='margin:.4em 0'>The smallest case that goes wrong: <code>{html.escape(picture.call)}</code></p>",
        "<div style='display:flex;flex-wrap:wrap;gap:.4em 1.6em;align-items:flex-start;overflow-x:auto'>",
    ]
    for title, content, wrong, (label, index) in _panels(picture):
        if isinstance(content, str):
            parts.append(f"<div><em>{html.escape(title)}</em><br><code>{html.escape(content)}</code></div>")
        else:
            parts.append(_table(title + label, content, wrong, index))
    return "".join(parts) + "</div>"


def _table(title, array, wrong, index) -> str:
    cell = "padding:.15em .5em;text-align:right;border:1px solid rgba(128,128,128,.5)"
    bad = f"padding:.15em .5em;text-align:right;border:2px solid #d55e00;background:{TINT};font-weight:bold"
    rows = []
    for row in _grid(array, wrong, index) if array.size else [[("empty", False)]]:
        cells = "".join(
            f'<td style="{bad}"><span aria-label="wrong: ">✗</span>&nbsp;{html.escape(text)}</td>'
            if is_bad
            else f'<td style="{cell}">{html.escape(text)}</td>'
            for text, is_bad in row
        )
        rows.append(f"<tr>{cells}</tr>")
    caption = title + (": ✗ is wrong" if wrong is not None and wrong.any() else "")
    return (
        "<table style='border-collapse:collapse;margin:0;color:inherit;background:none;font-family:monospace'>"
        "<caption style='text-align:left;caption-side:top;white-space:nowrap;font:italic 90% sans-serif;color:inherit'>"
        f"{html.escape(caption)}</caption><tbody>{''.join(rows)}</tbody></table>"
    )
