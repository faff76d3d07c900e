"""Every notebook runs to its end where there is no matplotlib."""

import json
import os
import subprocess
import sys

import pytest
from tests.exercises.notebooks import NAMES
from tests.lite.small import ROOT

CELLS = """
import json, sys
for source in json.load(sys.stdin):
    exec(compile(source, source[:40], "exec"), globals())
import matplotlib
print(matplotlib.__file__)
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_without_matplotlib(name):
    notebook = json.loads((ROOT / "exercises" / name / f"{name}.ipynb").read_text("utf-8"))
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    stand_in = ROOT / "tools" / "lite" / "stand_in"
    run = subprocess.run(
        [sys.executable, "-c", CELLS],
        input=json.dumps(code),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (stand_in, ROOT / "src")))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == str(stand_in / "matplotlib" / "__init__.py")
