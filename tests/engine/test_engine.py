"""The site's own scripts: typed, linted, tested by node's runner, light, and in short lines."""

from __future__ import annotations

import gzip
import re

import pytest
from tests.house.sources import ROOT
from tools.engine import run_node

SCRIPTS = sorted((ROOT / "book").glob("[eclq]*/*.mjs"))  # engine, calculator, live, questions
ENGINE = ROOT / "book" / "engine"
TESTS = ROOT / "tests" / "engine"
TSC = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
OXLINT = ROOT / "node_modules" / "oxlint" / "bin" / "oxlint"
BUDGET = 12_000  # bytes of the engine after gzip
LONGEST = 100


def test_the_types_in_comments_hold():
    result = run_node(TSC, "-p", ROOT / "tsconfig.json")
    assert result.returncode == 0, result.stdout


def test_a_wrong_type_is_seen(tmp_path):
    (tmp_path / "wrong.mjs").write_text(
        f'import {{ outputSize }} from "{ENGINE.as_posix()}/geometry.mjs";\n'
        'export const size = outputSize("2", 4);\n',
        encoding="utf-8",
    )
    (tmp_path / "tsconfig.json").write_text(
        f'{{"extends": "{ROOT.as_posix()}/tsconfig.json", "include": ["wrong.mjs"]}}',
        encoding="utf-8",
    )
    result = run_node(TSC, "-p", tmp_path)
    assert result.returncode and "wrong.mjs(2,32)" in result.stdout


def test_the_linter_finds_nothing():
    result = run_node(OXLINT, "book", "tests/engine", "tools")
    assert result.returncode == 0, result.stdout
    assert len(SCRIPTS) <= int(re.search(r"on (\d+) files", result.stdout)[1])


def test_the_linter_finds_a_fault(tmp_path):
    (tmp_path / "wrong.mjs").write_text("const unused = 1;\n", encoding="utf-8")
    result = run_node(OXLINT, "-c", ROOT / ".oxlintrc.json", tmp_path)
    assert result.returncode and "no-unused-vars" in result.stdout


def test_the_scripts_pass_their_own_tests():
    result = run_node("--test", *sorted(TESTS.glob("*.test.mjs")))
    assert result.returncode == 0, result.stdout
    assert int(re.search(r"^\D*pass (\d+)$", result.stdout, re.M)[1]) > 30


def test_the_engine_is_light():
    code = b"".join(path.read_bytes() for path in sorted(ENGINE.glob("*.mjs")))
    assert len(gzip.compress(code, mtime=0)) <= BUDGET


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_lines_are_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [number for number, line in enumerate(lines, 1) if len(line) > LONGEST]
