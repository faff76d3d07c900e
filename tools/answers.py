"""The instructor's answers on one page: `python -m tools.answers [FILE]`.

Without FILE it is `_build/answers.html`.  Chapter by chapter: what *Predict first* asks, what the
notebook has its reader predict, and for each question in words its marking scheme with sample
answers.  Nothing of it is on the site.  Numbers are asserted (solutions/predict-first.md) or
computed by the library when the page is made.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import jupytext
from book.assignments import chapters, units
from nbconvert.filters import markdown2html

from marking.questions.catalogue import assignments
from marking.questions.predictions import Prediction, value_shown

ROOT = Path(__file__).resolve().parents[1]
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```\n", re.S | re.M)
STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h3 { margin-top: 2rem; }
"""
NOTE = (
    "For instructors. Made by `python -m tools.answers` from `solutions/`; keep it from students, "
    "who would otherwise have answers that are marked."
)


def expected(text: str) -> dict[str, str]:
    """The answers to *Predict first* by chapter, after the assertions in `text` have been run.

    Raises AssertionError where a number in the answers does not hold.
    """
    names: dict[str, object] = {}
    for cell in CELL.findall(text):
        exec(compile(cell, "predict-first.md", "exec"), names)
    parts = re.split(r"^## (\S+)$", CELL.sub("", text), flags=re.M)
    return dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))


def predicted(predictions: Mapping[str, Prediction]) -> str:
    """What a notebook has its reader predict, as Markdown: a line for each function."""
    lines = []
    for function, prediction in predictions.items():
        parts = [f"{name} = `{value_shown(p.answer())}`" for name, p in prediction.parts.items()]
        lines.append(f"- `{function}`: {', '.join(parts)}. {prediction.why}")
    return "\n".join(lines)


def in_words(source: Path) -> list[tuple[str, str, str]]:
    """For each question in words of an assignment's source: the cell's name, the question, and the
    scheme with the sample answers.
    """
    cells = jupytext.read(source).cells
    found = []
    for before, cell in pairwise(cells):
        note = cell.metadata.get("nbgrader", {})
        if note.get("grade") and note["solution"]:
            found.append((note["grade_id"], before.source, cell.source))
    return found


def as_markdown() -> str:
    """The whole page."""
    answers = expected((ROOT / "solutions" / "predict-first.md").read_text(encoding="utf-8"))
    known = assignments()
    lines = ["# Answers", NOTE]
    for name in units():
        lines.append(f"## {name}")
        if name in chapters() and name in answers:
            lines += ["### Predict first, in the chapter", answers[name]]
        if name in known and known[name].predictions:
            lines += ["### Predicted in the notebook", predicted(known[name].predictions)]
        source = ROOT / "solutions" / name / f"{name}.md"
        for cell, question, scheme in in_words(source) if source.is_file() else ():
            question = re.split(r"(?=^\*\*A (?:second )?question)", question, flags=re.M)[-1]
            lines += [f"### `{cell}`", question, scheme]
    return "\n\n".join(lines)


def page(text: str) -> str:
    """The Markdown `text` as an HTML page that loads nothing."""
    title = html.escape(text.partition("\n")[0].lstrip("# "))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body>{markdown2html(text)}</body></html>\n"
    )


def main() -> None:
    """Write the page, and say where it is."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "answers.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(as_markdown()), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
