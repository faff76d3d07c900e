"""The project's own files, for the tests of its rules."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Installed, built, or made from what is ours.
NOT_OURS = {"node_modules", "exercises", "my-exercises", "submitted", "autograded", "feedback"}


def python_files() -> Iterator[Path]:
    """Every Python file of the project, in a fixed order."""
    yield from sorted(ROOT.glob("*.py"))
    for folder in sorted(ROOT.iterdir()):
        if folder.is_dir() and folder.name[0] not in "._" and folder.name not in NOT_OURS:
            yield from sorted(folder.rglob("*.py"))


def read(name: str) -> str:
    """The text of a file, named from the project's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads(read("pyproject.toml"))
