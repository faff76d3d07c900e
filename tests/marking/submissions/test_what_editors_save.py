"""What editors and services make of a notebook costs nothing; the names are those of reports."""

import copy
import json

import pytest
from sample_class.answers import LOOPS
from sample_class.students import ASSIGNMENT, find
from tests.marking.submissions.handed_in import (
    BOX,
    HELPED,
    HELPER,
    USES,
    WORDS,
    code,
    filled,
    first,
    full,
    put,
    words_in,
)

from marking.errors import Unreadable
from marking.submissions.reading import parse


# -------------------------------------------------------------- R14, R15, R17, R23, R24 the editors
def bare(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def vscode(notebook):
    for name in ("rotate180", "zero_pad", "test_zero_pad"):
        cell = notebook["cells"][find(notebook, name)]
        cell["metadata"] = {"vscode": {"languageId": "python"}}
    for cell in notebook["cells"]:
        cell.pop("id", None)
    notebook["metadata"] = {"kernelspec": {"name": "python3.9-venv"}}


def colab(notebook):
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"]["id"] = f"aB{number}"
        cell["metadata"]["executionInfo"] = {"user": {"displayName": "Ada Example"}}
        cell.pop("id", None)
    notebook["nbformat_minor"] = 0
    notebook["metadata"] = {"colab": {"provenance": []}}


def colab_split(notebook):
    """Colab's split cell keeps one id in both halves."""
    colab(notebook)
    place = find(notebook, "zero_pad")
    upper, lower = notebook["cells"][place], copy.deepcopy(notebook["cells"][place])
    lower["source"] = "".join(upper["source"])
    upper["source"] = '#@title Padding { display-mode: "form" }\nframe = 0'
    notebook["cells"].insert(place + 1, lower)


def colab_set_up(notebook):
    """No network is asked for: pip would wait for it."""
    colab(notebook)
    text = "%pip install numpy\n!ls -la /content\nimport numpy as np\n%cd /content"
    notebook["cells"].insert(0, code(text))


def vscode_exported(notebook):
    """As *Export to notebook* makes it of cells in a script."""
    vscode(notebook)
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"], cell["id"] = {}, f"#VSC-{number:08x}"


def vscode_edited_checks(notebook):
    vscode(notebook)
    for name in ("test_rotate180", "test_cross_correlate2d"):
        cell = notebook["cells"][find(notebook, name)]
        cell["source"] = "# works!\n" + "".join(cell["source"]) + "\nprint('done')"


def split(notebook):
    place = find(notebook, "cross_correlate2d")
    lower = copy.deepcopy(notebook["cells"][place])
    notebook["cells"][place]["source"], lower["source"] = HELPED, HELPER
    notebook["cells"].insert(place + 1, lower)


def split_in_three(notebook):
    bare(notebook)
    place = next(
        i for i, c in enumerate(notebook["cells"]) if "def rotate180" in "".join(c["source"])
    )
    whole = "def turned(h):\n    return h[::-1, ::-1].copy()"
    parts = [whole, "def rotate180(h):\n    return turned(h)", "rotate180(np.eye(2))"]
    notebook["cells"][place : place + 1] = [code(part) for part in parts]


def split_helper_above(notebook):
    place = find(notebook, "cross_correlate2d")
    upper = copy.deepcopy(notebook["cells"][place])
    notebook["cells"][place]["source"], upper["source"] = HELPED, HELPER
    upper["metadata"], upper["id"] = {}, "half"
    notebook["cells"].insert(place, upper)


def all_raw(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["cell_type"] = "raw"


def all_code(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader"):
            cell["cell_type"] = "code"


def retyped(notebook):
    for name, kind in (("rotate180", "raw"), ("zero_pad", "markdown"), ("test_zero_pad", "raw")):
        notebook["cells"][find(notebook, name)]["cell_type"] = kind


def one_big_cell(notebook):
    bare(notebook)
    text = "\n\n".join(["import numpy as np", *(LOOPS | {"convolve2d_same": USES}).values()])
    notebook["cells"] = [code(text), {"cell_type": "markdown", "metadata": {}, "source": WORDS}]


def julia(notebook):
    notebook["metadata"] = {"kernelspec": {"name": "julia-1.9", "language": "julia"}}


def conda(notebook):
    name = "conda-env-deep-learning-py"
    notebook["metadata"] = {"kernelspec": {"name": name, "display_name": "Python [conda env]"}}
    notebook["metadata"]["language_info"] = {"name": "R", "version": "4.3"}


def nulls(notebook):
    notebook["metadata"] = None
    notebook["cells"][0] |= {"metadata": None, "outputs": []}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(bare, id="r14-plain"),
        pytest.param(colab, id="r15-colab"),
        pytest.param(colab_split, id="r15-colab-split"),
        pytest.param(colab_set_up, id="r15-colab-set-up"),
        pytest.param(vscode, id="r17-vscode"),
        pytest.param(vscode_exported, id="r17-vscode-exported"),
        pytest.param(vscode_edited_checks, id="r17-vscode-edited-checks"),
        pytest.param(julia, id="r21-kernel-julia"),
        pytest.param(conda, id="r21-kernel-conda"),
        pytest.param(nulls, id="r21-format"),
        pytest.param(retyped, id="r23-cell-types"),
        pytest.param(all_raw, id="r23-all-raw"),
        pytest.param(all_code, id="r23-all-code"),
        pytest.param(split, id="r24-split"),
        pytest.param(split_in_three, id="r24-split-in-three"),
        pytest.param(split_helper_above, id="r24-helper-above"),
        pytest.param(one_big_cell, id="r14-one-big-cell"),
    ],
)
def test_r14_r15_r17_r21_r23_r24_nothing_earned_is_lost(marked, change):
    outcome = marked({f"{ASSIGNMENT}.ipynb": filled(change)})
    full(outcome)
    assert "Ada Example" not in json.dumps(outcome[0])


@pytest.mark.parametrize(
    ("encoding", "start"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-32", b""),
        ("cp1252", b""),
    ],
)
def test_r21_whatever_encoding_it_is_saved_in(marked, encoding, start):
    notebook = filled()
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        if encoding == "cp1252":
            cell["source"] = cell["source"].encode(encoding, "ignore").decode(encoding)
    notebook["cells"][find(notebook, BOX)]["source"] = WORDS + " Schön."
    text = json.dumps(notebook, ensure_ascii=False, indent=1).replace("\n", "\r\n")
    outcome = marked({f"{ASSIGNMENT}.ipynb": start + text.encode(encoding)})
    full(outcome)
    assert "Schön." in words_in(outcome[0])


def test_r21_gits_marks_of_a_conflict_are_named():
    data = b'{"cells": [\n<<<<<<< HEAD\n "a"\n=======\n "b"\n>>>>>>> theirs\n]}'
    with pytest.raises(Unreadable, match="two versions that git could not join"):
        parse(data)


# ---------------------------------------------------------------------------- R20 widgets, backends
FIGURES = """
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
for number in range(40):
    plt.figure(figsize=(12, 12))
    plt.plot([number, 0])
plt.show(block=True)
"""
INTERACT = """
from ipywidgets import interact, IntSlider
interact(lambda stride=1: print(stride), stride=(1, 4))
IntSlider(3)
"""


def stateless_widgets(notebook):
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "gone"}}
    cell = code("1")
    cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": view}]
    notebook["cells"].append(cell)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([put("rotate180", FIGURES)], id="many-figures"),
        pytest.param([put("rotate180", INTERACT)], id="interact"),
        pytest.param([stateless_widgets], id="widgets-without-state"),
        pytest.param([first("%matplotlib qt\nimport numpy as np")], id="qt"),
    ],
)
def test_r20_widgets_and_backends_cost_nothing(marked, changes):
    full(marked({f"{ASSIGNMENT}.ipynb": filled(*changes)}))
