"""Whoever switches a rule off says why, and no exception outlives its cause."""

from __future__ import annotations

import fnmatch
import io
import json
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.sources import ROOT, pyproject, python_files, read

# A comment that switches a rule off, with the names of the rules.
SWITCH = re.compile(
    r"#\s*(?:(?:ruff|flake8):\s*)?"
    r"(?:noqa|type:\s*ignore|fmt:\s*(?:off|skip)|pragma:\s*no\s+\w+|mypy:\s*[\w-]+|codespell:ignore)"
    r"\b(?:\[[^\]]*\])?(?:\s*:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?"
)
REASON = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}")  # two words at least


def unexplained(source: str) -> Iterator[int]:
    """Numbers of the lines that switch a rule off without a reason there or on the line above."""
    above = (-1, "")  # the last comment that stood alone on its line: its number and text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        number, text = token.start[0], token.string
        if switch := SWITCH.search(text):
            here = text[: switch.start()] + text[switch.end() :]
            there = above[1] if above[0] == number - 1 else ""
            if not REASON.search(here) and not REASON.search(there):
                yield number
        elif token.line.lstrip().startswith("#"):
            above = (number, text)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("x = 1  # noqa: E731\n", [1]),
        ("x = 1  # noqa: E731, F821  (nbgrader defines it)\n", []),
        ("x = f()  # type: ignore[no-untyped-call]\n", [1]),
        ("x = f()  # type: ignore[no-untyped-call]  # the stubs are behind\n", []),
        ("# one row an attack\nx = [\n    1,\n]  # fmt: skip\n", [4]),
        ("x = [\n    1,\n    # one row an attack\n]  # fmt: skip\n", []),
        ("# fmt: off\nx = 1\n# fmt: on\n", [1]),
        ("# ruff: noqa: E501\n", [1]),
        ("# noqa\n# noqa: the line above\n", [1]),
        ("text = '# noqa'\n", []),
    ],
)
def test_an_exception_without_a_reason_is_seen(source, lines):
    assert list(unexplained(source)) == lines


def test_every_exception_in_the_code_has_a_reason():
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{number}"
        for path in python_files()
        for number in unexplained(path.read_text(encoding="utf-8"))
    }
    assert not found, f"say why on the same line or on the line above: {sorted(found)}"


# Keys of pyproject.toml that switch something off.
EXCEPTION = re.compile(
    r"(?:extend-exclude|exclude|exhaustive_ignores|filterwarnings|ignore[\w-]*|omit|skip"
    r"|disable\w*|\"[^\"]+\") = "
)


def settings_without_reason(text: str) -> Iterator[str]:
    """The lines of a pyproject.toml that switch something off, and neither they nor the comment
    above their group say why; of a list over several lines, every line needs its reason.
    """
    explained = within_list = False
    for line in text.splitlines():
        bare, _, comment = line.partition("#")
        if within_list:
            within_list = bare.strip() != "]"
            if within_list and not REASON.search(comment):
                yield line
        elif not line.strip():
            explained = False
        elif not bare.strip() or bare.startswith("["):
            explained = explained or bool(REASON.search(comment))
            if bare.startswith("[[tool.mypy.overrides]]") and not explained:
                yield line
        elif EXCEPTION.match(bare) and not explained and not REASON.search(comment):
            within_list = bare.rstrip().endswith("= [")
            if not within_list:
                yield line


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('ignore = [\n    "A1",   # for this reason\n    "B2",\n]\n', ['    "B2",']),
        ('# for this reason\n"a/*" = ["E501"]\n"b/*" = ["E501"]\n', []),
        ('# for this reason\n\n"a/*" = ["E501"]\n', ['"a/*" = ["E501"]']),
        ("[[tool.mypy.overrides]]   # these have no types\nignore_errors = true\n", []),
        ("[[tool.mypy.overrides]]\n", ["[[tool.mypy.overrides]]"]),
        ('skip = "*.svg"\n', ['skip = "*.svg"']),
    ],
)
def test_a_setting_without_a_reason_is_seen(text, lines):
    assert list(settings_without_reason(text)) == lines


def test_every_exception_in_the_settings_has_a_reason():
    assert list(settings_without_reason(read("pyproject.toml"))) == []


def test_every_exception_by_folder_is_still_needed():
    """Asked of ruff itself, with the exceptions taken out of its settings."""
    exceptions = pyproject()["tool"]["ruff"]["lint"].get("per-file-ignores", {})
    command = [sys.executable, "-m", "ruff", "check", ".", "--output-format", "json"]
    done = subprocess.run(
        [*command, "--config", "lint.per-file-ignores = {}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    found = {
        (Path(fault["filename"]).relative_to(ROOT).as_posix(), fault["code"])
        for fault in json.loads(done.stdout)
    }
    needless = [
        (pattern, rule)
        for pattern, rules in exceptions.items()
        for rule in rules
        if not any(code == rule and fnmatch.fnmatch(path, pattern) for path, code in found)
    ]
    assert not needless, f"take out of per-file-ignores: {needless}"
