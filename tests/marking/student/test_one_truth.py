"""One truth in four places: `check` in the notebook, Validate, `marking check`, `marking grade`."""

import contextlib
import json
import re
import signal
import subprocess
import sys
import time
import tomllib
from functools import cache
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode
from nbgrader.apps import NbGrader
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, Execute, NbGraderPreprocessor
from nbgrader.validator import Validator
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, make_course, released
from sample_class.patience import patient
from sample_class.students import ASSIGNMENT, FULL, add_first, delete, duplicate, edit, find, write
from tests.marking.submissions.handed_in import USES

from marking.course import Course
from marking.gradebook.validating import OneOfEach, OwnPoints, Told
from marking.grading.run import grade
from marking.kernels.bubblewrap import why_no_bubblewrap
from marking.kernels.launcher import KernelLauncher
from marking.kernels.tiers import choose_tier
from marking.limits import Times
from marking.student import asking_here, in_shell, time_limit, watching
from marking.student.in_jupyter import CheckStopped
from marking.student.time_limit import TimeIsUp
from marking.submissions.cells import function_tested
from marking.submissions.repairing import add_notes

# A copied cell has its original's id; nbformat gives it another.
pytestmark = [
    pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId"),
    pytest.mark.slow,
]
UNSAFE = why_no_bubblewrap() is not None
SITUATIONS = tomllib.loads(Path(__file__).with_name("situations.toml").read_text(encoding="utf-8"))
# Answers to the last question: one that calls none of the others, and one that calls all but one.
SELF = """
def convolve2d_same(x, h):
    (H, W), (a, b) = x.shape, h.shape
    framed = np.zeros((H + a - 1, W + b - 1))
    framed[a // 2 : a // 2 + H, b // 2 : b // 2 + W] = x
    return np.array(
        [[(framed[i : i + a, j : j + b] * h[::-1, ::-1]).sum() for j in range(W)] for i in range(H)]
    )
"""


@cache
def seconds():
    """For all calls of one round, of which an honest one takes 0.2 s; the same in all places."""
    return patient(2)


def text_of(cell):
    if cell.startswith("def turn"):
        return cell.replace("USES turn", USES.replace("rotate180(", "turn("))
    return {"SELF": SELF, "USES": USES, "USES -": USES.replace("return ", "return -")}.get(
        cell, cell
    )


STOPPED = """
from marking import check
def rotate180(h):
    raise KeyboardInterrupt
check(rotate180)
"""


def insert(notebook, place, text):
    cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": []}
    notebook["cells"].insert(place, cell | {"execution_count": None, "id": f"extra{place}"})


def without_examples(notebook):
    """Without the cells that try a function: a function that never ends would never end there."""
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] != "code"
        or "nbgrader" in cell["metadata"]
        or "import" in "".join(cell["source"])
    ]


def notebook_of(situation):
    notebook = released()
    without_examples(notebook)
    written = {name: text_of(text) for name, text in situation.get("cells", {}).items()}
    write(LOOPS | {"convolve2d_same": SELF} | written)(notebook)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain_odd_kernel":
            cell["source"] = "It has no middle."
    if "first" in situation:
        start = next(i for i, c in enumerate(notebook["cells"]) if c["cell_type"] == "code")
        notebook["cells"][start]["source"] = situation["first"]
    for name, text in situation.get("before", {}).items():
        insert(notebook, find(notebook, name), text)
    for name, text in situation.get("after", {}).items():
        insert(notebook, find(notebook, name) + 1, text)
    for name in situation.get("drop", []):
        delete(name)(notebook)
    for name in situation.get("twice", []):
        duplicate(name)(notebook)
    if "order" in situation:
        first, second = (find(notebook, name) for name in situation["order"])
        cells = notebook["cells"]
        cells[first], cells[second] = cells[second], cells[first]
    return notebook


NOTEBOOKS = {name: notebook_of(situation) for name, situation in SITUATIONS.items()}


def expected_points(name):
    return FULL | SITUATIONS[name].get("points", {})


# ------------------------------------------------------------------------------------- four places
class Notebook:
    """A notebook that is run from top to bottom in IPython, in this process."""

    def __init__(self):
        self.shell = InteractiveShell.instance()

    def run(self, notebook):
        """The notebook with the outputs of its cells."""
        self.shell.reset()
        watching.WATCHER.__init__()
        watching.watch()
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = self._outputs(cell.source)
        return notebook

    def _outputs(self, source):
        self.shell.displayhook.do_full_cache = False
        with capture_output() as seen:
            result = self.shell.run_cell(source)
        outputs = [
            nbformat.v4.new_output("display_data", data=shown.data) for shown in seen.outputs
        ]
        if not result.success:
            error = result.error_before_exec or result.error_in_exec
            kind = type(error).__name__
            outputs.append(nbformat.v4.new_output("error", ename=kind, evalue=str(error)))
        elif result.result is not None:
            data = {"text/plain": repr(result.result)}
            outputs.append(nbformat.v4.new_output("execute_result", data=data))
        return outputs


class RunsHere(NbGraderPreprocessor):
    """In the place of nbgrader's Execute, which starts a kernel for every notebook."""

    def preprocess(self, nb, resources):
        return Notebook().run(nb), resources


@pytest.fixture(scope="module", autouse=True)
def _configured():
    """As JupyterLab's Validate does it: the course's configuration is read in its process."""
    before = Validator.preprocessors.default_args
    with contextlib.chdir(ROOT):
        NbGrader().load_config_file()
    yield
    Validator.preprocessors.default_args = before


@pytest.fixture(scope="module", autouse=True)
def _main_as_before():
    """IPython's shell puts a module of its own, and emptied, in the place of `__main__`, which
    whoever starts a process later in this one looks at.
    """
    before = sys.modules["__main__"]
    yield
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = before


@pytest.fixture(scope="module")
def short():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking_here, "SECONDS", seconds())
        yield patch


@pytest.fixture(scope="module")
def in_notebook(short):
    """What the cells show when the notebook is run: the text of every verdict, by function."""
    shown = {}
    for name, notebook in NOTEBOOKS.items():
        run = Notebook().run(nbformat.reads(json.dumps(notebook), as_version=4))
        shown[name] = {
            text.partition(":")[0]: text
            for cell in run.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if (text := output.get("data", {}).get("text/plain", "")) and " points." in text
        }
    return shown


@pytest.fixture(scope="module")
def launcher(short):
    """The launcher of every `marking check`."""
    with KernelLauncher(choose_tier(UNSAFE)) as opened:
        short.setattr(in_shell, "KernelLauncher", lambda _tier: _Kept(opened))
        short.setattr(in_shell, "Times", lambda: Times(cell=seconds(), answer=seconds()))
        yield opened


@pytest.fixture(scope="module")
def by_check(launcher, tmp_path_factory):
    """What `marking check` gives: notes, and marks by function."""
    seen = {}
    for name, notebook in NOTEBOOKS.items():
        path = tmp_path_factory.mktemp("check") / f"{ASSIGNMENT}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        seen[name] = checked(path)
    return seen


def checked(path):
    """Notes, and marks by function."""
    notes, marks = in_shell.check_notebook(path, lambda said: None)
    return notes, {mark.question: mark for mark in marks}


class _Kept:
    """One launcher for all: leaving it ends nothing."""

    def __init__(self, launcher):
        self.launcher = launcher

    def __enter__(self):
        return self.launcher

    def __exit__(self, *exception):
        pass


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What `marking grade` gives a class in which every situation is a student: a row each."""
    root = make_course(
        tmp_path_factory.mktemp("course"),
        {name: json.dumps(notebook).encode() for name, notebook in NOTEBOOKS.items()},
        config=f"\nc.Judge.cell_seconds = c.Judge.answer_seconds = {seconds()}\n",
    )
    rows = grade(Course.find(start=root), ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    return {row.student: (row, verdicts(root, row.student)) for row in rows}


def verdicts(root, student):
    """The verdicts in a marked notebook, by function."""
    path = root / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    marked = nbformat.read(path, as_version=4)
    return {
        function: cell.outputs[0].data["text/plain"]
        for cell in marked.cells
        if (function := function_tested(cell)) is not None
    }


def sentences(text):
    """A verdict without the numbers that were drawn for it: it is asked with others each time."""
    lines = text.split("The smallest case")[0].splitlines()
    return [line for line in lines if " cells differ" not in line and " should be " not in line]


@pytest.mark.parametrize("name", SITUATIONS)
def test_marking_check_says_what_is_due(by_check, name):
    _, marks = by_check[name]
    assert {mark: marks[mark].points for mark in marks} == expected_points(name)
    for function, words in SITUATIONS[name].get("says", {}).items():
        assert words in marks[function].text


@pytest.mark.parametrize("name", SITUATIONS)
def test_marking_grade_says_the_same(by_check, graded, name):
    row, text = graded[name]
    assert row.points == sum(expected_points(name).values())
    for mark in by_check[name][1].values():
        assert sentences(mark.text) == sentences(text[mark.question])


@pytest.mark.parametrize("name", [name for name in SITUATIONS if "differs" not in SITUATIONS[name]])
def test_check_in_the_notebook_says_the_same(by_check, in_notebook, name):
    marks = by_check[name][1]
    assert in_notebook[name].keys() == marks.keys()
    for function, text in in_notebook[name].items():
        # The last line says what else can be asked for, which is so in a notebook alone.
        verdict, _, offer = text.rpartition("\n")
        assert re.match(r"check\(\w+, (hint=1|another_way=True)\) ", offer)
        assert sentences(verdict) == sentences(marks[function].text)


@pytest.mark.parametrize("name", SITUATIONS)
def test_validate_agrees(short, name, tmp_path):
    situation = SITUATIONS[name]
    path = tmp_path / f"{ASSIGNMENT}.ipynb"
    path.write_text(json.dumps(NOTEBOOKS[name]), encoding="utf-8")
    ours = Validator().preprocessors
    assert ours == [OneOfEach, CheckCellMetadata, ClearOutput, Execute, OwnPoints, Told]
    with_ours = [RunsHere if part is Execute else part for part in ours]
    validator = Validator(preprocessors=with_ours)
    result = validator.validate(str(path))
    right = expected_points(name) == FULL
    expected = situation.get("validate", "success" if right else "failed")
    if expected != "any":
        assert list(result) == ([] if expected == "success" else ["failed"])
    errors = [cell["raw_error"] for cell in result.get("failed", ())]
    assert "Partial credit; passed some but not all of the tests" not in errors


def test_validate_says_of_a_failed_check_how_its_verdict_begins(short, tmp_path):
    wrong = notebook_of({"cells": {"rotate180": "def rotate180(h):\n    return h[::-1]"}})
    path = tmp_path / f"{ASSIGNMENT}.ipynb"
    path.write_text(json.dumps(wrong), encoding="utf-8")
    parts = [RunsHere if part is Execute else part for part in Validator().preprocessors]
    result = Validator(preprocessors=parts).validate(str(path))
    [failed] = [cell for cell in result["failed"] if cell["source"] == "check(rotate180)"]
    headline, sentence, *_ = failed["raw_error"].splitlines()
    assert headline == "rotate180: not right yet, 0 of 2 points."
    assert sentence.startswith("All ") and "differ" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (add_first("exit()"), "The cell with `exit()` ended the Python process."),
        (add_first("import os; os._exit(1)"), "`import os; os._exit(1)` ended the Python"),
        # The limit is not in the test's name: every worker has to know tests by the same names.
        (add_first("while True:\n    pass"), "`while True:` did not end within"),
        (edit("explain_odd_kernel", "*Your answer here.*"), "`explain_odd_kernel` is not written"),
        (edit("explain_odd_kernel", ""), "`explain_odd_kernel` is not written"),
    ],
)
def test_what_costs_no_points_is_noted_all_the_same(launcher, change, words, tmp_path):
    notebook = notebook_of({})
    change(notebook)
    path = tmp_path / f"{ASSIGNMENT}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    notes, marks = checked(path)
    assert {name: mark.points for name, mark in marks.items()} == FULL
    said = [note for note in notes if words in note]
    assert said
    assert "did not end" not in words or f" {seconds():.0f} seconds" in said[0]


def test_a_note_on_running_stands_on_the_page_as_well():
    notebook = NotebookNode(cells=[], metadata={})
    add_notes(notebook, ["The cell with `exit()` ended the Python process."])
    add_notes(notebook, ["And another."])
    [cell] = notebook.cells
    assert "exit()" in cell.source and "And another." in cell.source


@pytest.mark.parametrize("limit", ["_alarm", "_thread"])
def test_time_is_up_in_either_way(limit):
    begun = time.monotonic()
    with pytest.raises(TimeIsUp), getattr(time_limit, limit)(0.2):
        try:
            while True:
                pass
        except BaseException:
            while True:
                pass
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("limit", ["_alarm", "_thread"])
def test_what_ends_in_time_is_left_alone(limit):
    before = signal.getsignal(signal.SIGALRM)
    with getattr(time_limit, limit)(60):
        value = sum(range(1000))
    assert value == 499500
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


TRACED_AFTERWARDS = """
import sys
from marking.student import time_limit

with time_limit._thread(60):
    pass
try:
    with time_limit._thread(0.05):
        while True:
            pass
except time_limit.TimeIsUp:
    pass


def traced():
    return "traced"


sys.settrace(lambda *_: None)
print(traced())
"""


def test_functions_can_be_traced_after_a_limit_in_a_thread():
    """An interpreter that still waits for an exception never leaves a traced call (3.11)."""
    ended = subprocess.run(
        [sys.executable, "-c", TRACED_AFTERWARDS],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ended.stdout.strip() == "traced", ended.stderr


def test_the_stop_button_ends_a_check_with_one_sentence(short):
    notebook = NotebookNode(cells=[NotebookNode(cell_type="code", source=STOPPED)])
    [cell] = Notebook().run(notebook).cells
    [error] = [shown for shown in cell.outputs if shown.output_type == "error"]
    assert error.ename == "CheckStopped"
    assert error.evalue.startswith("check(rotate180) was stopped before it ended")
    assert CheckStopped(error.evalue)._render_traceback_() == [error.evalue]
