"""What others report in public of students' notebooks, each report by its number."""

import copy
import json

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import released
from sample_class.students import ASSIGNMENT, FULL, delete, find, write

from marking.errors import Unreadable
from marking.submissions.cells import grade_id
from marking.submissions.reading import choose_notebook, parse
from marking.submissions.repairing import repair_submission
from marking.submissions.running import mark_notebook

WORDS = "The kernel changes sign when it is turned."
BOX = "explain_odd_kernel"
USES = """
def convolve2d_same(x, h):
    (H, W), (a, b) = x.shape, h.shape
    framed = np.zeros((H + a - 1, W + b - 1))
    framed[a // 2 : a // 2 + H, b // 2 : b // 2 + W] = x
    return cross_correlate2d(framed, rotate180(h))
"""
HELPER = "def windows(x, a, b):\n    return np.lib.stride_tricks.sliding_window_view(x, (a, b))"
HELPED = (
    "def cross_correlate2d(x, h):\n    return np.einsum('ijuv,uv->ij', windows(x, *h.shape), h)"
)


@pytest.fixture
def marked(tmp_path, release, launcher):
    """A function that hands in files, {name: notebook or bytes}, and marks them: the repaired
    notebook, the notes, points and texts by question.
    """

    def run(files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            (tmp_path / name).write_bytes(data)
        made = repair_submission(tmp_path, ASSIGNMENT, release)
        assert made.reason is None
        marks = mark_notebook(made.notebook, launcher, "seed")
        points = {name: mark.points for name, mark in marks.items()}
        texts = {name: mark.text for name, mark in marks.items()}
        return made.notebook, " ".join(made.notes), points, texts

    return run


def filled(*changes):
    notebook = released()
    write(LOOPS | {"convolve2d_same": USES})(notebook)
    notebook["cells"][find(notebook, BOX)]["source"] = WORDS
    for change in changes:
        change(notebook)
    return notebook


def code(text):
    cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": []}
    return cell | {"execution_count": None}


def put(place, text, after=True):
    """Put a code cell after, or before, the cell of that name."""

    def change(notebook):
        notebook["cells"].insert(find(notebook, place) + after, code(text))

    return change


def first(text):
    def change(notebook):
        cells = notebook["cells"]
        next(c for c in cells if c["cell_type"] == "code")["source"] = text

    return change


def words_in(notebook):
    return next(cell.source for cell in notebook.cells if grade_id(cell) == BOX)


def full(outcome):
    assert outcome[2] == FULL, outcome[3]
    assert WORDS in words_in(outcome[0])


# ------------------------------------------------------------------------------- R07 renamed files
@pytest.mark.parametrize(
    "name",
    [
        "rotated-kernel (1).ipynb",
        "AE rotated kernel FINAL.ipynb",
        "卷积作业-最终.ipynb",
        "rotated-kernel.ipynb.json",
        "Rotated-Kernel.IPYNB",
        "rotated-kernel.ipynb.txt",
    ],
)
def test_r07_a_renamed_notebook_is_marked_with_a_note(marked, name):
    outcome = marked({name: filled()})
    full(outcome)
    assert f"There was no {ASSIGNMENT}.ipynb; {name} was marked" in outcome[1]


def stubs(notebook):
    for name in ("cross_correlate2d", "convolve2d_same"):
        notebook["cells"][find(notebook, name)]["source"] = f"def {name}(x, h):\n    ...\n"


@pytest.mark.parametrize("own", [released(), filled(stubs), b"", b"\0\1\2"])
@pytest.mark.parametrize("copy", ["rotated-kernel (1).ipynb", "rotated-kernel-Copy1.ipynb"])
def test_r07_a_filled_copy_beside_an_emptier_original_is_marked(marked, own, copy):
    outcome = marked({f"{ASSIGNMENT}.ipynb": own, copy: filled()})
    full(outcome)
    assert f"{copy} was marked in place of {ASSIGNMENT}.ipynb" in outcome[1]


def test_r07_of_equals_the_one_of_the_assignments_name_is_marked(tmp_path, release):
    for name in ("a.ipynb", f"{ASSIGNMENT}.ipynb"):
        (tmp_path / name).write_text(json.dumps(filled()), encoding="utf-8")
    assert choose_notebook(tmp_path, ASSIGNMENT, release)[0].stem == ASSIGNMENT


@pytest.mark.parametrize("ending", ["py", "txt", "html"])
def test_r07_an_export_is_answered_by_what_to_do(tmp_path, release, ending):
    (tmp_path / f"{ASSIGNMENT}.{ending}").write_text("x", encoding="utf-8")
    with pytest.raises(Unreadable, match=rf"A \.{ending} file is only a copy.*hand it in"):
        choose_notebook(tmp_path, ASSIGNMENT, release)


# ------------------------------------------------------------------------- R12, R13, R24 the words
def anew(notebook):
    cell = notebook["cells"][find(notebook, BOX)]
    cell["metadata"], cell["id"] = {}, "7f3a9c1d"


def below(kind, text):
    def change(notebook):
        place = find(notebook, BOX)
        notebook["cells"][place]["source"] = "*Your answer here.*"
        notebook["cells"].insert(place + 1, code(text) | {"cell_type": kind})

    return change


def halves(notebook):
    place = find(notebook, BOX)
    notebook["cells"].insert(place + 1, copy.deepcopy(notebook["cells"][place]))
    notebook["cells"][place + 1]["source"] = "And in halves."


def as_code(notebook):
    notebook["cells"][find(notebook, BOX)]["cell_type"] = "code"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(anew, id="r12-anew"),
        pytest.param(below("markdown", WORDS), id="r13-below"),
        pytest.param(below("code", f"# {WORDS}"), id="r13-comment"),
        pytest.param(below("raw", WORDS), id="r13-raw"),
        pytest.param(halves, id="r24-halves"),
        pytest.param(as_code, id="r23-as-code"),
    ],
)
def test_r12_r13_r24_words_are_in_the_box_and_the_note_says_so(marked, change):
    outcome = marked({f"{ASSIGNMENT}.ipynb": filled(change)})
    full(outcome)
    assert BOX in outcome[1] or change is as_code
    assert "And in halves." in words_in(outcome[0]) or change is not halves


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


def split(notebook):
    place = find(notebook, "cross_correlate2d")
    lower = copy.deepcopy(notebook["cells"][place])
    notebook["cells"][place]["source"], lower["source"] = HELPED, HELPER
    notebook["cells"].insert(place + 1, lower)


def retyped(notebook):
    for name, kind in (("rotate180", "raw"), ("zero_pad", "markdown"), ("test_zero_pad", "raw")):
        notebook["cells"][find(notebook, name)]["cell_type"] = kind


def one_big_cell(notebook):
    bare(notebook)
    text = "\n\n".join(["import numpy as np", *(LOOPS | {"convolve2d_same": USES}).values()])
    notebook["cells"] = [code(text), {"cell_type": "markdown", "metadata": {}, "source": WORDS}]


def julia(notebook):
    notebook["metadata"] = {"kernelspec": {"name": "julia-1.9", "language": "julia"}}


def nulls(notebook):
    notebook["metadata"] = None
    notebook["cells"][0] |= {"metadata": None, "outputs": []}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(bare, id="r14-plain"),
        pytest.param(colab, id="r15-colab"),
        pytest.param(vscode, id="r17-vscode"),
        pytest.param(julia, id="r21-kernel-julia"),
        pytest.param(nulls, id="r21-format"),
        pytest.param(retyped, id="r23-cell-types"),
        pytest.param(split, id="r24-split"),
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


# ------------------------------------------------------------------- R16, R18, R20, R22 what failed
@pytest.mark.parametrize(
    "text",
    [
        "from google.colab import drive\nimport numpy as np",
        "import torch\nimport numpy as np",
        "import os\nos.chdir('/content/drive')\nimport numpy as np",
        "%matplotlib widget\nimport numpy as np",
        "%matplotlib notebook\nimport ipywidgets as w\nimport numpy as np",
    ],
)
def test_r16_r20_a_first_cell_that_fails_takes_nothing_with_it(marked, text):
    full(marked({f"{ASSIGNMENT}.ipynb": filled(first(text))}))


ASKED = "n = int(input())\n" + LOOPS["rotate180"]
AGAIN = "rotate180 = rotate180(np.array([[1, 2], [3, 4]]))"
FROM_FILE = "from helpers import windows\n" + HELPED


@pytest.mark.parametrize(
    ("changes", "question", "words"),
    [
        pytest.param([write({"rotate180": ASKED})], "rotate180", "input() is not", id="r18-before"),
        pytest.param([put("rotate180", AGAIN)], "rotate180", f"the cell with {AGAIN}", id="r19"),
        pytest.param(
            [put("convolve2d_same", "def rotate180(h):\n    return h", False)],
            "convolve2d_same",
            "rotate180 is defined in several cells",
            id="r19-old-try-between",
        ),
        pytest.param(
            [write({"cross_correlate2d": HELPED}), put(BOX, HELPER)],
            "cross_correlate2d",
            "needs windows: the cell with def windows(x, a, b): is run only after this check",
            id="r22-helper-at-the-end",
        ),
        pytest.param(
            [write({"cross_correlate2d": FROM_FILE})],
            "cross_correlate2d",
            "No module named 'helpers'",
            id="r22-helper-file",
        ),
    ],
)
def test_r18_r19_r22_the_reason_names_the_cause(marked, changes, question, words):
    _, _, points, texts = marked({f"{ASSIGNMENT}.ipynb": filled(*changes)})
    assert points[question] < FULL[question]
    assert words in texts[question].replace("`", "")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put(BOX, "input('more?')"), id="r18-after"),
        pytest.param(put(BOX, "rotate180 = 3"), id="r19-at-the-end"),
    ],
)
def test_r18_r19_what_comes_after_the_checks_costs_nothing(marked, change):
    full(marked({f"{ASSIGNMENT}.ipynb": filled(change)}))


def test_r11_a_missing_question_costs_its_own_points(marked):
    outcome = marked(
        {f"{ASSIGNMENT}.ipynb": filled(delete("convolve2d_same"), delete("test_convolve2d_same"))}
    )
    assert outcome[2] == FULL | {"convolve2d_same": 0}
    assert "The cell `convolve2d_same` was missing" in outcome[1]
