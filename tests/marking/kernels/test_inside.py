"""What lies inside the sandbox stands alone, and is not to be found by what runs there."""

import ast
import shutil
import subprocess
import sys

import numpy as np
import pytest
from tests.marking.kernels.cells import error, printed

from marking import limits
from marking.examiner.calls import Call
from marking.kernels import bubblewrap, tiers
from marking.kernels.environment import INSIDE
from marking.kernels.inside import agent, shell
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher
from marking.kernels.protocol import decode_answers, encode_calls
from marking.kernels.tiers import Tier

MODULES = sorted(path.stem for path in INSIDE.glob("[!_]*.py"))


def possible(tier):
    if tier in (Tier.FORKED, Tier.FRESH):
        return bubblewrap.why_no_bubblewrap() is None
    return tier is Tier.NONE or tiers.has_landlock()


@pytest.fixture(scope="module", params=list(Tier))
def kernel(request):
    if not possible(request.param):
        pytest.skip("not on this machine")
    with KernelLauncher(request.param) as launcher, Kernel(launcher) as started:
        yield started


def test_a_first_figure_is_shown_and_nothing_is_said_of_fonts(kernel):
    run = kernel.run("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", 60)
    assert [output["output_type"] for output in run.outputs] == ["display_data"]
    assert "image/png" in run.outputs[0]["data"]


def test_nothing_of_ours_can_be_imported(kernel):
    assert {"agent", "isolation", "program", "shell"} <= set(MODULES)
    for name in ("inside", "inside.agent", "program", *MODULES):
        code = f"import {name}; print({name}.__file__)"
        assert error(kernel, code) == "ModuleNotFoundError", name


def test_the_path_of_imports_does_not_lead_to_ours(kernel):
    code = """
import os, sys
print([place for place in sys.path if os.path.exists(os.path.join(place, "agent.py"))
       or os.path.exists(os.path.join(place, "inside"))])
"""
    assert printed(kernel, code) == "[]\n"


def test_a_students_own_module_of_such_a_name_is_theirs(kernel):
    code = """
import os, sys
with open("agent.py", "w") as file: file.write("whose = 'mine'")
sys.path.insert(0, os.getcwd())
import agent
print(agent.whose)
sys.path.pop(0)
del sys.modules["agent"]
os.remove("agent.py")
"""
    assert printed(kernel, code) == "mine\n"


@pytest.mark.skipif(
    bubblewrap.why_no_bubblewrap() is not None, reason=str(bubblewrap.why_no_bubblewrap())
)
@pytest.mark.parametrize("tier", [Tier.FORKED, Tier.FRESH])
def test_bytecode_made_outside_is_not_seen_inside(tier, tmp_path, monkeypatch):
    copy = tmp_path / "inside"
    shutil.copytree(INSIDE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "agent.cpython-311.pyc").write_text("made in a folder of the grader's")
    monkeypatch.setattr(bubblewrap, "INSIDE", copy)
    with KernelLauncher(tier) as launcher, Kernel(launcher) as kernel:
        found = printed(kernel, "import os; print(sorted(os.listdir('/inside')))")
        assert "program.py" in found
        assert error(kernel, "os.listdir('/inside/__pycache__')") == "PermissionError"


@pytest.mark.parametrize("module", MODULES)
def test_it_imports_nothing_of_the_projects(module):
    """Relative imports aside, which lead to its own folder."""
    tree = ast.parse((INSIDE / f"{module}.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if node.level == 0
            else []
        )
    }
    assert imported <= {*sys.stdlib_module_names, "numpy", "IPython", "traitlets"}
    assert all(node.level <= 1 for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))


@pytest.mark.parametrize("name", ["MAX_ELEMENTS", "MAX_ITEMS", "MAX_DEPTH", "MAX_ANSWER_TEXT"])
def test_the_agent_keeps_to_what_the_grader_reads(name):
    assert getattr(agent, name) == getattr(limits, name)


def test_an_integer_that_the_agent_sends_is_one_that_the_grader_reads():
    assert len(str(-(2**agent.MAX_BITS))) < limits.MAX_DIGITS


def test_the_shell_sends_more_text_than_is_shown_so_that_the_cut_is_said():
    assert limits.MAX_CELL_TEXT < shell.MAX_TEXT < limits.MAX_MESSAGE


def test_the_agent_stands_alone():
    code = (
        "import sys; source = open(sys.argv[1]).read(); space = {'__name__': 'alone'}; "
        "exec(source, space);"
        "print(space['answer'](sys.argv[2], {'f': lambda x: x + 1}));"
        "assert not [m for m in sys.modules if m.startswith(('marking', 'convtranspose'))]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, agent.__file__, encode_calls([Call("f", (np.ones(2),))])],
        capture_output=True,
        text=True,
        check=True,
    )
    [answer] = decode_answers(done.stdout, 1)
    assert answer.value.tolist() == [2.0, 2.0]
