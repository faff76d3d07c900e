"""Other right answers to a question, shown to who has all its points.

They are the variants that the audit checks the checks with.  In a checkout they lie in its folder
``variants``; a student's package holds them in one packed file, so that nobody comes across them.
"""

from __future__ import annotations

import ast
import inspect
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from marking.questions.model import Question

PACKED = Path(__file__).with_name("ways.bin")
CHECKOUT = Path(__file__).resolve().parents[3] / "variants"
SHOWN = 2
APART = ("float32",)  # in the name of a variant that is there for the audit alone


@dataclass(frozen=True)
class Way:
    """One right answer: the name of its style, and its source with all it needs."""

    name: str
    source: str


def pack(variants: Path) -> bytes:
    """All files of the folder `variants`, as `PACKED` holds them."""
    files = {file.stem: file.read_text(encoding="utf-8") for file in variants.glob("*/*.py")}
    return zlib.compress(json.dumps(files, sort_keys=True).encode(), 9)


def other_ways(question: Question, f: Callable[..., Any] | object) -> list[Way]:
    """Right answers in other styles than that of `f`, the least like it and each other first; none
    where this installation holds none.
    """
    ways = list(_ways(_source(question)))
    seen = [_source_of(f)]
    chosen: list[Way] = []
    while ways and len(chosen) < SHOWN:
        nearest = [max(_likeness(way.source, other) for other in seen) for way in ways]
        chosen.append(ways.pop(nearest.index(min(nearest))))
        seen.append(chosen[-1].source)
    return chosen


def _source(question: Question) -> str:
    """The file of right answers; empty if there is none."""
    file = CHECKOUT / question.assignment / f"{question.name}.py"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    if PACKED.is_file():
        return str(json.loads(zlib.decompress(PACKED.read_bytes())).get(question.name, ""))
    return ""


def _source_of(f: object) -> str:
    try:
        return inspect.getsource(f)  # type: ignore[arg-type]  # TypeError is what it raises
    except (OSError, TypeError):
        return ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _ways(source: str) -> Iterator[Way]:
    """The public functions of a file of right answers, each with the private names it needs."""
    statements = ast.parse(source).body
    private = {name: s for s in statements for name in _bound(s) if name.startswith("_")}
    for statement in statements:
        if not isinstance(statement, ast.FunctionDef) or statement.name.startswith("_"):
            continue
        if any(word in statement.name for word in APART):
            continue
        needed = [private[name] for name in private if name in _used(statement)]
        parts = [ast.get_source_segment(source, part) or "" for part in (*needed, statement)]
        yield Way(statement.name.replace("_", " "), "\n\n\n".join(parts))


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _used(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
