"""The tables of allowed inputs in the notebooks, made from the questions' domains.

    python -m marking.authoring.allowed

writes them into the sources of the course, each before the cell in which its function is written.
A table stands between two comments that name the function; what else stands there is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from marking.course import Course
from marking.questions import ASSIGNMENTS, QUESTIONS, Question

_CELL = re.compile(r"^```\{code-cell\} ipython3\n---\n(?:(?!^---$).*\n)*?---\n", re.MULTILINE)


def table_of(question: Question) -> str:
    """The table between its two comments; nothing for a question without a domain."""
    if question.domain is None:
        return ""
    name = question.name
    return f"{_begin(name)}\n\n{question.domain.table()}\n\n{_end(name)}\n\n"


def with_tables(text: str, questions: Iterable[Question]) -> str:
    """The source `text` of a notebook with the tables of its `questions` as they should be."""
    for question in questions:
        name = question.name
        old = rf"^{re.escape(_begin(name))}\n.*?^{re.escape(_end(name))}\n\n"
        text = re.sub(old, "", text, flags=re.MULTILINE | re.DOTALL)
        for cell in _CELL.finditer(text):
            if re.search(rf"^  grade_id: {name}$", cell.group(), re.MULTILINE):
                text = text[: cell.start()] + table_of(question) + text[cell.start() :]
                break
    return text


def _begin(name: str) -> str:
    return f"<!-- allowed inputs of {name} -->"


def _end(name: str) -> str:
    return f"<!-- end of {name} -->"


def main() -> None:
    """Write the tables into all sources of the course around the working folder."""
    course = Course.find()
    for assignment, functions in ASSIGNMENTS.items():
        path = course.source(assignment)
        text = path.read_text(encoding="utf-8")
        made = with_tables(text, [QUESTIONS[name] for name in functions])
        if made != text:
            path.write_text(made, encoding="utf-8")
            print(path)


if __name__ == "__main__":
    main()
