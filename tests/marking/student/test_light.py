"""What `check` needs: NumPy and IPython, with every other package out of reach."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

BLOCK = """
import sys
import {first}
{then}
class Block:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in {allowed}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
for name in list(sys.modules):  # whatever a .pth file has loaded is loaded again, or not at all
    if name.partition(".")[0] in ("sympy", "matplotlib", "nbformat", "nbgrader", "marking"):
        del sys.modules[name]
sys.meta_path.insert(0, Block())
"""
ASKS = """
import marking, marking.student.in_jupyter, marking.student.offering, marking.student.predicting
from marking import check, check_prediction
def rotate180(h):
    return h[::-1]
assert check(rotate180) < 2
check(rotate180, hint=1)
check_prediction("rotate180", corner=9, middle=5)
def rotate180(h):
    return h[::-1, ::-1].copy()
assert check(rotate180) == 2
check(rotate180, another_way=True)
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )


def test_a_check_needs_numpy_and_the_standard_library_only():
    allowed = ("marking", "convtranspose", "numpy")
    asked = run(BLOCK.format(first="numpy", then="", allowed=allowed) + ASKS)
    assert asked.returncode == 0, asked.stderr
    assert "only turned upside down" in asked.stdout
    assert "rotate180: passed, 2 of 2 points" in asked.stdout


def test_in_ipython_it_needs_nothing_that_ipython_does_not_bring():
    block = BLOCK.format(
        first="IPython.display, numpy",
        then="from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()",
        allowed=("marking", "convtranspose", "numpy", "IPython"),
    )
    asked = run(block + f"assert shell.run_cell({ASKS!r}).success")
    assert asked.returncode == 0, asked.stderr + asked.stdout
    assert "only turned upside down" in asked.stdout


@pytest.mark.parametrize("module", ["sympy", "matplotlib"])
def test_what_is_blocked_is_not_there(module):
    blocked = run(BLOCK.format(first="numpy", then="", allowed=("numpy",)) + f"import {module}")
    assert "ModuleNotFoundError" in blocked.stderr


def test_a_command_says_what_it_needs_where_that_is_not_installed():
    block = BLOCK.format(first="numpy", then="", allowed=("marking", "convtranspose", "numpy"))
    asked = run(block + "from marking.cli import main\nsys.exit(main(['check', 'my.ipynb']))")
    assert asked.returncode == 2, asked.stderr
    assert re.match(r"marking: this command needs \w+, which is not installed: ", asked.stderr)
    assert len(asked.stderr.splitlines()) == 1
