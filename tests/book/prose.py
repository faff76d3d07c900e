"""Numbers in the book's prose, and where each comes from: `python -m tests.book.prose` lists them
all.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from book.assignments import chapters
from tests.book.site import ROOT

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.S | re.M)
# Numbers that are no result: what a half turn is called, numbers of figures and claims, names of
# licences, and the minutes of an assignment, which another test compares with its notebook.
NAMES = re.compile(
    r"180°|Figure \d+\.\d+|\b[KMTB]\d+\b|CC BY 4\.0|BSD 3-Clause|about \d+ minutes for the "
    r"assignment"
)
NUMBER = re.compile(r"−?\d+")


def pages() -> list[str]:
    """Names of all pages of the book."""
    text = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return [name.removeprefix("book/") for name in re.findall(r"(?:root|file): (\S+)", text)]


def source(name: str) -> str:
    """Text of a page, without the header."""
    text = (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def questions() -> dict[str, list[dict[str, str]]]:
    """What newcomers ask, for each chapter that has a file of questions: dictionaries with question
    and answer (a label).
    """
    folder = ROOT / "tests" / "book" / "questions"
    files = {name: folder / f"{name}.toml" for name in chapters()}
    return {
        name: tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
        for name, path in files.items()
        if path.is_file()
    }


def claims() -> list[dict[str, Any]]:
    """The claims of the source articles, in order."""
    return tomllib.loads((ROOT / "book" / "claims.toml").read_text(encoding="utf-8"))["claim"]


def prose(text: str) -> str:
    """The text with blanks for cells, other fences, formulae, roles, inline code, labels, numbers
    of lists, and names.

    Line numbers stay as they are.
    """

    def blank(match: re.Match) -> str:
        return "\n" * match[0].count("\n")

    text = re.sub(r"^( *)```(?!\{glossary).*?^\1```$", blank, text, flags=re.S | re.M)
    # What is left is the fence of a glossary; its backticks would pair with those of roles.
    text = re.sub(r"^```.*$", "", text, flags=re.M)
    text = re.sub(r"\$\$.*?\$\$(?: \(.*?\))?|\$[^$]*\$", blank, text, flags=re.S)
    text = re.sub(r"(?:\{[\w:-]+\})?`[^`]*`", blank, text)
    text = re.sub(r"^\([\w-]+\)=$|^:[\w-]+:.*$|^:::+.*\{grid.*$", blank, text, flags=re.M)
    text = re.sub(r"^(?::::+ ?\{(?:dropdown|question)\} )?\d+\. ", "", text, flags=re.M)
    return NAMES.sub("", text)


def assertions(text: str) -> dict[str, str]:
    """For each integer in an assert statement of the page's cells, as text with a true minus sign:
    that statement.
    """
    found = {}
    for cell in CELL.findall(text):
        code = "\n".join("" if line.startswith((":", "%")) else line for line in cell.splitlines())
        for statement in ast.walk(ast.parse(code)):
            if isinstance(statement, ast.Assert):
                nodes = list(ast.walk(statement))
                minus = [
                    node.operand
                    for node in nodes
                    if isinstance(getattr(node, "op", None), ast.USub)
                ]
                for node in nodes:
                    if isinstance(node, ast.Constant):
                        found.setdefault(
                            f"−{node.value}" if node in minus else str(node.value),
                            ast.unparse(statement),
                        )
    return found


@dataclass(frozen=True)
class Number:
    """A number typed in the prose of a page, the line of the text it stands in, and the assertion
    it rests on.
    """

    page: str
    text: str
    line: str
    origin: str | None


def numbers(name: str) -> Iterator[Number]:
    """All typed numbers of a page."""
    text = source(name)
    asserted = assertions(text)
    for line in prose(text).splitlines():
        for number in NUMBER.findall(line):
            yield Number(name, number, line.strip(), asserted.get(number))


def main() -> None:
    """Print every typed number with its origin."""
    for name in pages():
        for number in numbers(name):
            print(
                f"{name}: {number.text} in “{number.line[:60]}” from {number.origin or 'NOWHERE'}"
            )


if __name__ == "__main__":
    main()
