"""What others report in public of students' notebooks, each report by its number: files, words,
cells that fail.  What editors make of notebooks is in `test_what_editors_save`.
"""

import copy
import json

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import released
from sample_class.students import ASSIGNMENT, FULL, delete, find, write
from tests.marking.submissions.handed_in import (
    BOX,
    HELPED,
    HELPER,
    WORDS,
    code,
    filled,
    first,
    full,
    put,
    words_in,
)

from marking.errors import Unreadable
from marking.submissions.reading import choose_notebook


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


# ------------------------------------------------------------------- R16, R18, R20, R22 what failed
@pytest.mark.parametrize(
    "text",
    [
        "from google.colab import drive\nimport numpy as np",
        "import torch\nimport numpy as np",
        "import os\nos.chdir('/content/drive')\nimport numpy as np",
        "%matplotlib widget\nimport numpy as np",
        "%matplotlib notebook\nimport ipywidgets as w\nimport numpy as np",
        "name = input('Your name? ')\nimport numpy as np",
        "from numba import njit\nimport cv2, numpy as np\nnp.random.seed(1)",
    ],
)
def test_r16_r20_a_first_cell_that_fails_takes_nothing_with_it(marked, text):
    full(marked({f"{ASSIGNMENT}.ipynb": filled(first(text))}))


SHADOW = "np = np.array([[1, 2], [3, 4]])"
ASKED = "n = int(input())\n" + LOOPS["rotate180"]
AGAIN = "rotate180 = rotate180(np.array([[1, 2], [3, 4]]))"
FROM_FILE = "from helpers import windows\n" + HELPED


@pytest.mark.parametrize(
    ("changes", "question", "words"),
    [
        pytest.param([write({"rotate180": ASKED})], "rotate180", "input() is not", id="r18-before"),
        pytest.param([put("rotate180", AGAIN)], "rotate180", f"the cell with {AGAIN}", id="r19"),
        pytest.param(
            [put("rotate180", SHADOW)],
            "zero_pad",
            f"np is defined in several cells; the one with {SHADOW}",
            id="r19-a-module",
        ),
        pytest.param(
            [put("rotate180", "range = (0, 9)")],
            "zero_pad",
            "range is Python's own; the cell with range = (0, 9)",
            id="r19-pythons-own",
        ),
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
        pytest.param(put("rotate180", "def ask():\n    return input()"), id="r18-inside"),
        pytest.param(put("rotate180", "size = input('n? ')"), id="r18-between"),
        pytest.param(put(BOX, "rotate180 = 3"), id="r19-at-the-end"),
    ],
)
def test_r18_r19_what_comes_after_the_checks_costs_nothing(marked, change):
    full(marked({f"{ASSIGNMENT}.ipynb": filled(change)}))


FILE = "%%writefile helpers.py\nimport numpy as np\n" + HELPER


@pytest.mark.parametrize(
    "loading", ["from helpers import windows", "%run helpers.py", "from helpers import *"]
)
def test_r22_a_helper_that_the_notebook_writes_itself_is_found(marked, loading):
    change = write({"cross_correlate2d": f"{loading}\n{HELPED}"})
    full(marked({f"{ASSIGNMENT}.ipynb": filled(change, put("cross_correlate2d", FILE, False))}))


def test_r11_a_missing_question_costs_its_own_points(marked):
    outcome = marked(
        {f"{ASSIGNMENT}.ipynb": filled(delete("convolve2d_same"), delete("test_convolve2d_same"))}
    )
    assert outcome[2] == FULL | {"convolve2d_same": 0}
    assert "The cell `convolve2d_same` was missing" in outcome[1]
