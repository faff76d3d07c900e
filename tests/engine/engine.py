"""The site's JavaScript engine, asked from Python: one process of node answers many calls."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.book.extensions import extension
from tests.book.site import ROOT

NODE = extension("mathematics").node_program()
MODULES = ROOT / "node_modules" / ".bin"
SECONDS = 120

# Name and arguments as Python has them.
Call = tuple[str, tuple[Any, ...]]


def run_node(*arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run node; output and errors are in the result."""
    assert NODE, "node is missing: install the extra 'book' of the project"
    return subprocess.run(
        [NODE, *map(str, arguments)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def camel(name: str) -> str:
    """The engine's name for one of the library's: `output_size` is `outputSize`."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def ask(calls: list[Call], program: str = "tests/engine/answers.mjs") -> list[dict[str, Any]]:
    """The engine's answers, {"value": …} or {"error": sentence}, from one process of node."""
    given = json.dumps([[camel(name), list(arguments)] for name, arguments in calls])
    result = run_node(program, given=given)
    if result.returncode:
        sys.stderr.write(result.stderr)
    assert result.returncode == 0, result.stderr[-2000:]
    answers: list[dict[str, Any]] = json.loads(result.stdout)
    assert len(answers) == len(calls)
    return answers
