"""A verdict as plain text and as HTML.

Whatever a student's code may have written (values, names, messages) is cut when it is read
(`marking.kernels.protocol`) and escaped here.  The HTML carries its styles inline and takes its
colours from the page around it, so that it looks right in JupyterLab's two themes and on nbgrader's
feedback pages; wrong cells are outlined, marked ✗ and tinted: never told by colour alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape as escaped
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marking.examiner import repeating
from marking.examiner.comparing import wrong_cells
from marking.examiner.sentences import (
    DIGITS,
    digits_apart,
    digits_given,
    number_text,
    value_text,
    values_apart,
)
from marking.examiner.verdict import CategoryResult, Counterexample, Verdict
from marking.terminal import printable

MAX_PARTS = 6  # two-dimensional slices of one array that are all drawn; of more, only one
MAX_SIDE = 12  # rows and columns of a drawn array; what lies beyond is an ellipsis
# translucent orange of the Okabe–Ito palette: readable on white and on black
TINT = "rgba(213,94,0,.18)"
CELL = "padding:.15em .5em;text-align:right;border:1px solid rgba(128,128,128,.5)"
WRONG_CELL = (
    "padding:.15em .5em;text-align:right;border:2px solid #d55e00;"
    f"background:{TINT};font-weight:bold"
)
PARAGRAPH = "margin:.4em 0;max-width:48em"
SMALLEST_CASE = "The smallest case that goes wrong"
REPEAT = "To repeat it"


def headline(verdict: Verdict) -> str:
    """One line: the name, whether it passed, the points."""
    state = "passed" if verdict.passed else "partly right" if verdict.points else "not right yet"
    return f"{verdict.question}: {state}, {verdict.points:g} of {verdict.max_points:g} points"


def text(verdict: Verdict) -> str:
    """The verdict as plain text, in reading order: headline, categories, what is wrong, the case in
    numbers.
    """
    lines = [headline(verdict) + "."]
    lines += ["  " + _category_line(category) for category in verdict.categories]
    lines += [sentence.replace("`", "") for sentence in verdict.sentences]
    if verdict.note:
        lines.append("Note: " + verdict.note.replace("`", ""))
    if verdict.counterexample is not None:
        lines += _counterexample_text(verdict.counterexample)
    return "\n".join(printable(line) for line in lines)


def html(verdict: Verdict, last: Iterable[str] = ()) -> str:
    """The verdict as one self-contained, escaped HTML fragment without script or address, and the
    sentences in `last` at its end.
    """
    items = "".join(
        f"<li>{escape(_category_line(category))}</li>" for category in verdict.categories
    )
    parts = [f"<ul style='margin:.2em 0;padding-left:1.2em;list-style:none'>{items}</ul>"]
    parts += [paragraph(prose(said)) for said in verdict.sentences]
    if verdict.note:
        parts.append(paragraph(f"<em>Note:</em> {prose(verdict.note)}"))
    if verdict.counterexample is not None:
        parts.append(_counterexample_html(verdict.counterexample))
    parts += [paragraph(prose(said)) for said in last]
    return framed(verdict, parts)


def framed(verdict: Verdict, parts: Iterable[str]) -> str:
    """Fragments of HTML below the verdict's headline, with its bar at the side."""
    bar = "#009e73" if verdict.passed else "#d55e00"
    return (
        f'<div role="group" aria-label="Verdict on {escape(verdict.question)}" '
        f'style="border-left:4px solid {bar};padding:.2em .8em;color:inherit">'
        f"<p style='margin:.2em 0'><strong>{escape(headline(verdict))}</strong></p>"
        + "".join(parts)
        + "</div>"
    )


def paragraph(content: str) -> str:
    """Escaped content as a paragraph of a readable width."""
    return f"<p style='{PARAGRAPH}'>{content}</p>"


def text_of(sentences: Sequence[str]) -> str:
    """Sentences as plain text, one a line."""
    return "\n".join(printable(said.replace("`", "")) for said in sentences)


def html_of(sentences: Sequence[str]) -> str:
    """Sentences as an escaped HTML fragment, which looks as a verdict's do."""
    said = "".join(paragraph(prose(sentence)) for sentence in sentences)
    return f'<div style="border-left:4px solid #888;padding:.2em .8em;color:inherit">{said}</div>'


def escape(text: str) -> str:
    """`text` as HTML shows it: nothing in it is taken for markup, and all of it is seen."""
    return escaped(printable(text))


def _category_line(category: CategoryResult) -> str:
    sign = "✓ passed" if category.passed else "✗ not yet"
    return f"{sign}: {category.name} ({category.points:g} of {category.max_points:g})"


def prose(sentence: str) -> str:
    """Escaped text; what stands between backticks is code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(sentence))


@dataclass(frozen=True)
class Panel:
    """One thing to draw: a line of text, or the slice at `index` of an array.

    The cells where `wrong` is true are written with as many digits as it takes to see that they
    differ from those of `beside`; `marks` says that they are marked, too.
    """

    title: str
    content: NDArray[Any] | str
    wrong: NDArray[np.bool_] | None = None
    index: tuple[int, ...] = ()
    beside: NDArray[Any] | None = None
    marks: bool = False

    @property
    def label(self) -> str:
        """Which slice is drawn; empty where the array has no more than two axes."""
        return f", part [{', '.join(map(str, self.index))}]" if self.index else ""

    @property
    def has_wrong_cells(self) -> bool:
        return self.marks and self.wrong is not None and bool(self.wrong[self.index].any())


def array_panels(name: str, array: NDArray[Any]) -> Iterator[Panel]:
    """An array by its name and shape, a panel for each of its slices."""
    for index in _slices_to_show(array, None):
        yield Panel(f"{name} {array.shape}", array, index=index)


def _panels(example: Counterexample) -> Iterator[Panel]:
    """The inputs, the expected and the given answer."""
    for name, array in example.inputs:
        yield from array_panels(name, array)
    expected, given = example.expected, example.given
    if not isinstance(expected, np.ndarray):
        due, yours = values_apart(expected, given)
        yield Panel("expected", due)
        yield Panel("yours", yours)
        return
    wrong = wrong_cells(expected, given) if isinstance(given, np.ndarray) else None
    for index in _slices_to_show(expected, wrong):
        yield Panel(f"expected {expected.shape}", expected, wrong, index, given)
    if isinstance(given, np.ndarray):
        for index in _slices_to_show(given, wrong):
            yield Panel(f"yours {given.shape}", given, wrong, index, expected, marks=True)
    else:
        yield Panel("yours", value_text(given))


def _slices_to_show(
    array: NDArray[Any], wrong: NDArray[np.bool_] | None
) -> Sequence[tuple[int, ...]]:
    """Leading indices of the two-dimensional slices worth showing: all of them, or of too many the
    first with a wrong cell.
    """
    leading = array.shape[:-2]
    if array.ndim <= 2 or array.size == 0:
        return [(0,) * len(leading) if array.size else ()]
    if math.prod(leading) <= MAX_PARTS:
        return list(np.ndindex(*leading))
    if wrong is not None and wrong.any():
        return [tuple(int(i) for i in np.argwhere(wrong)[0][:-2])]
    return [(0,) * len(leading)]


def _grid(panel: Panel, array: NDArray[Any]) -> list[list[tuple[str, bool]]]:
    """Rows of (text, is marked as wrong), cut to a size that can be drawn."""
    plane = np.atleast_2d(array[panel.index])
    wrong, beside = np.zeros(plane.shape, bool), plane
    if panel.wrong is not None and panel.beside is not None:
        wrong, beside = (np.atleast_2d(a[panel.index]) for a in (panel.wrong, panel.beside))
    rows = []
    for i in range(min(plane.shape[0], MAX_SIDE)):
        row = []
        for j in range(min(plane.shape[1], MAX_SIDE)):
            digits = DIGITS if panel.wrong is not None else digits_given(plane[i, j])
            if wrong[i, j]:
                digits = digits_apart(plane[i, j], beside[i, j])
            row.append((number_text(plane[i, j], digits), bool(wrong[i, j]) and panel.marks))
        rows.append(row + ([("…", False)] if plane.shape[1] > MAX_SIDE else []))
    if plane.shape[0] > MAX_SIDE:
        rows.append([("…", False)])
    return rows


def _counterexample_text(example: Counterexample) -> list[str]:
    lines = [f"{SMALLEST_CASE}: {example.call}"]
    if again := repeating.line(example):
        lines.append(f"{REPEAT}: {again}")
    return lines + panels_text(_panels(example))


def panels_text(panels: Iterable[Panel]) -> list[str]:
    """The panels below each other, as lines of text."""
    lines = []
    for panel in panels:
        if isinstance(panel.content, str):
            lines.append(f"  {panel.title}: {panel.content}")
            continue
        marked = ", wrong cells in [ ]" if panel.has_wrong_cells else ""
        lines.append(f"  {panel.title}{panel.label}{marked}:")
        if panel.content.size == 0:
            lines.append("    (empty)")
            continue
        rows = [
            [f"[{cell}]" if is_wrong else f" {cell} " for cell, is_wrong in row]
            for row in _grid(panel, panel.content)
        ]
        width = max(len(cell) for row in rows for cell in row)
        lines += ["    " + " ".join(cell.rjust(width) for cell in row).rstrip() for row in rows]
    return lines


def _counterexample_html(example: Counterexample) -> str:
    again = repeating.line(example)
    return "".join(
        (
            f"<p style='margin:.4em 0'>{SMALLEST_CASE}: <code>{escape(example.call)}</code></p>",
            f"<p style='margin:.4em 0'>{REPEAT}: <code>{escape(again)}</code></p>" if again else "",
            panels_html(_panels(example)),
        )
    )


def panels_html(panels: Iterable[Panel]) -> str:
    """The panels beside each other, as far as the page is wide."""
    parts = [
        "<div style='display:flex;flex-wrap:wrap;gap:.4em "
        "1.6em;align-items:flex-start;overflow-x:auto'>",
    ]
    for panel in panels:
        if isinstance(panel.content, str):
            parts.append(
                f"<div><em>{escape(panel.title)}</em><br><code>{escape(panel.content)}</code></div>"
            )
        else:
            parts.append(_table(panel, panel.content))
    return "".join(parts) + "</div>"


def _table(panel: Panel, array: NDArray[Any]) -> str:
    grid = _grid(panel, array) if array.size else [[("empty", False)]]
    rows = "".join(
        # JupyterLab tints every second row, as if it meant something
        "<tr style='background:none'>"
        f"{''.join(_table_cell(cell, is_wrong) for cell, is_wrong in row)}</tr>"
        for row in grid
    )
    caption = panel.title + panel.label + (": ✗ is wrong" if panel.has_wrong_cells else "")
    return (
        "<table style='border-collapse:collapse;margin:0;color:inherit;background:none;"
        "font-family:monospace'>"
        "<caption style='text-align:left;caption-side:top;white-space:nowrap;font:italic 90% "
        "sans-serif;color:inherit'>"
        f"{escape(caption)}</caption><tbody>{rows}</tbody></table>"
    )


def _table_cell(content: str, is_wrong: bool) -> str:
    if not is_wrong:
        return f'<td style="{CELL}">{escape(content)}</td>'
    return (
        f'<td style="{WRONG_CELL}"><span aria-label="wrong: ">✗</span>&nbsp;{escape(content)}</td>'
    )
