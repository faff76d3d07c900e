"""Marking one notebook: what hangs or dies costs its own question; the verdict stands where
nbgrader reads it.
"""

from functools import cache

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import determine_grade
from sample_class.answers import LOOPS
from sample_class.folder import released
from sample_class.patience import patient
from sample_class.students import FULL, add_first, edit, find, write

from marking.examiner.calls import Answer, Call, Failure, FailureKind
from marking.kernels import bubblewrap, tiers
from marking.kernels.launcher import KernelLauncher
from marking.limits import Times
from marking.submissions.cells import grade_id, is_test
from marking.submissions.marks import Mark
from marking.submissions.reading import read_cells
from marking.submissions.repairing import bare, repair
from marking.submissions.running import KernelAnswerer, heavy_modules, mark_notebook

# Without the number: every worker has to know tests by the same names.
TOO_LONG = "did not end within"


@cache
def short():
    """Limits of an endless loop; the same in all of these tests."""
    seconds = patient(2)
    return Times(cell=seconds, answer=seconds, submission=300.0)


@pytest.fixture
def mark(release, launcher):
    """A function that marks the release with some changes: the marked notebook, and its marks."""

    def run(*changes, times=None, **more):
        notebook = released()
        for change in changes:
            change(notebook)
        repaired = repaired_from(notebook, release)
        return repaired, mark_notebook(repaired, launcher, "seed", times or short(), **more)

    return run


def repaired_from(notebook, release):
    return repair(read_cells(notebook["cells"]), release)[0]


def points(marks):
    return {name: mark.points for name, mark in marks.items()}


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def test_honest_work_gets_full_points_where_nbgrader_reads_them(mark):
    notebook, marks = mark(write(LOOPS))
    assert points(marks) == FULL
    nbformat.validate(notebook)
    for question, most in FULL.items():
        test = cell_of(notebook, f"test_{question}")
        assert determine_grade(test) == (most, most)
        assert [o.output_type for o in test.outputs] == ["display_data", "execute_result"]
        assert question in test.outputs[0].data["text/html"]


@pytest.mark.parametrize("tier", ["cold", "landlock", "none"])
def test_every_tier_gives_the_same_marks(release, tier):
    if (tier == "cold" and bubblewrap.why_no_bubblewrap()) or (
        tier == "landlock" and not tiers.has_landlock()
    ):
        pytest.skip("not on this machine")
    notebook = released()
    write(LOOPS | {"zero_pad": "def zero_pad(x, p):\n    import os; os._exit(1)"})(notebook)
    repaired = repaired_from(notebook, release)
    with KernelLauncher(tier) as own:
        assert points(mark_notebook(repaired, own, "seed", short())) == FULL | {"zero_pad": 0}


def test_the_same_seed_gives_the_same_notebook(mark):
    wrong = {"zero_pad": "def zero_pad(x, p):\n    return x + 1\n"}
    assert mark(write(LOOPS), write(wrong))[0] == mark(write(LOOPS), write(wrong))[0]


def test_the_source_of_a_test_cell_is_not_run(release):
    notebook = released()
    for cell in notebook["cells"]:
        if is_test(cell):
            cell["source"] = "open('/submission/ran', 'w')"
    repaired = repaired_from(notebook, release)
    for cell in repaired.cells:
        if is_test(cell):
            cell.source = "raise SystemExit"  # even past the repair
    with KernelLauncher(tiers.choose_tier(unsafe=True)) as own:
        assert points(mark_notebook(repaired, own, "seed", short())) == dict.fromkeys(FULL, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("while True: pass", TOO_LONG),
        (
            "try:\n    while True: pass\nexcept BaseException:\n    while True: pass",
            TOO_LONG,
        ),
        ("import os; os._exit(1)", "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", TOO_LONG),
        ("import ctypes; ctypes.string_at(0)", "ended the Python process"),
        ("quit()", "ended the Python process"),
    ],
)
def test_a_cell_that_hangs_or_dies_costs_its_own_question(mark, text, words):
    notebook, marks = mark(write(LOOPS), edit("zero_pad", LOOPS["zero_pad"] + text))
    assert points(marks) == FULL | {"zero_pad": 0}
    assert words in marks["zero_pad"].text
    assert words in cell_of(notebook, "zero_pad").outputs[-1].text


@pytest.mark.parametrize(
    "text", ["while True: pass", "import os; os._exit(1)", "import sys; sys.exit()", "quit()"]
)
def test_a_function_that_hangs_or_dies_costs_its_own_question(mark, text):
    body = f"def zero_pad(x, p):\n    {text}\n"
    _, marks = mark(write(LOOPS), write({"zero_pad": body}))
    assert points(marks) == FULL | {"zero_pad": 0}
    assert marks["zero_pad"].reason


def test_later_cells_see_what_earlier_ones_defined_although_the_kernel_was_lost_between(mark):
    uses = {"convolve2d_same": "def convolve2d_same(x, h):\n    return helper(x, h)\n"}
    _, marks = mark(
        write(LOOPS | uses),
        add_first("def helper(x, h):\n    return np.asarray(_same(x, h))"),
        edit("zero_pad", "import os; os._exit(1)"),
        edit(
            "rotate180",
            LOOPS["rotate180"] + LOOPS["convolve2d_same"].replace("convolve2d_same", "_same"),
        ),
    )
    assert points(marks) == FULL | {"zero_pad": 0}


def test_a_cell_that_only_hangs_the_second_time_is_left_out_as_well(mark):
    # When cells are run again no question is put between them; the cell waits for its calls.
    asked = "asked = []\ndef rotate180(h):\n    asked.append(h)\n    return h[::-1, ::-1].copy()\n"
    flaky = "while len(asked) < 2:\n    pass\n" + LOOPS["zero_pad"]
    notebook, marks = mark(
        write(LOOPS),
        write({"rotate180": asked}),
        edit("zero_pad", flaky),
        edit("cross_correlate2d", "import os; os._exit(1)"),
    )
    assert points(marks) == FULL | {"cross_correlate2d": 0}
    [said] = cell_of(notebook, "zero_pad").outputs[-1:]
    assert f"{TOO_LONG} {short().cell:.0f} seconds" in said.text


def test_the_whole_notebook_has_a_time_as_well(mark):
    def wait_before_the_check(notebook):
        cell = {"cell_type": "code", "metadata": {}, "source": "while True: pass"}
        notebook["cells"].insert(find(notebook, "test_rotate180"), cell)

    times = Times(cell=100.0, answer=100.0, submission=5.0)
    _, marks = mark(write(LOOPS), wait_before_the_check, times=times)
    assert points(marks) == dict.fromkeys(FULL, 0)
    assert all("used up its" in mark.text for mark in marks.values())


def test_a_cell_of_imports_that_fails_does_not_take_numpy_with_it(mark):
    lost = "import no_such_package\nimport numpy as np\nthing = no_such_package.thing(3)"
    uses = {"zero_pad": "def zero_pad(x, p):\n    return thing(x, p)\n"}

    def first(notebook):
        start = next(i for i, c in enumerate(notebook["cells"]) if c["cell_type"] == "code")
        notebook["cells"][start]["source"] = lost

    # Also where the kernel is lost later, and the cells are run again in another.
    _, marks = mark(write(LOOPS | uses), first, edit("cross_correlate2d", "import os; os._exit(1)"))
    assert points(marks) == FULL | {"zero_pad": 0, "cross_correlate2d": 0}
    assert "zero_pad needs thing: the line import no_such_package ended with" in (
        marks["zero_pad"].text
    )


def test_cells_that_were_not_run_are_not_all_listed(mark):
    def many(notebook):
        cells = [
            {"cell_type": "code", "metadata": {}, "source": f"time.sleep({n})"} for n in range(20)
        ]
        notebook["cells"][1:1] = [
            {"cell_type": "code", "metadata": {}, "source": "while True: pass"},
            *cells,
        ]

    times = Times(cell=100.0, answer=100.0, submission=3.0)
    notebook, _ = mark(write(LOOPS), many, times=times)
    lines = notebook.cells[0].source.splitlines()
    assert 5 <= len([line for line in lines if line.startswith("- ")]) <= 8


def test_a_cell_that_ends_with_an_error_is_named_in_the_verdict(mark):
    _, marks = mark(write(LOOPS), edit("zero_pad", "def zero_pad(x, p)\n    return x"))
    assert marks["zero_pad"].points == 0
    assert "ended with SyntaxError" in marks["zero_pad"].text


def test_memory_that_a_function_uses_up_is_named(mark):
    greedy = (
        "def zero_pad(x, p):\n"
        "    keep = []\n"
        "    while True:\n"
        "        keep.append(bytearray(1 << 26))\n"
    )
    _, marks = mark(
        write(LOOPS),
        write({"zero_pad": greedy}),
        times=Times(cell=60.0, answer=300.0, submission=900.0),
    )
    assert points(marks) == FULL | {"zero_pad": 0}
    assert "emory" in marks["zero_pad"].text


def test_marks_already_known_are_not_asked_for_again(mark):
    old = Mark("zero_pad", 2.0, 2.0, True, "", "as before", "<p>as before</p>")
    notebook, marks = mark(
        write(LOOPS), write({"zero_pad": "zero_pad = None"}), known={"zero_pad": old}
    )
    assert marks["zero_pad"] is old
    assert cell_of(notebook, "test_zero_pad").outputs[0].data["text/plain"] == "as before"


@pytest.mark.parametrize("passed", (True, False))
def test_a_mark_already_known_goes_with_what_its_function_calls(mark, passed):
    calls = "def cross_correlate2d(x, h):\n    return zero_pad(x, 1)\n"
    known = {
        name: Mark(name, 0.0, 1.0, passed, "" if passed else "as before", "as before", "")
        for name in set(FULL) - {"zero_pad"}
    }
    _, marks = mark(write(LOOPS), write({"cross_correlate2d": calls}), known=known)
    stayed = {name for name in known if marks[name] is known[name]}
    assert ("cross_correlate2d" in stayed) == passed and "rotate180" in stayed


def test_after_one_failure_that_kills_nothing_is_asked_again():
    class Dead:
        asked = 0

        def ask(self, calls, seconds, helpers):
            self.asked += 1
            return [Answer(failure=Failure(FailureKind.TIMEOUT))] * len(calls)

    dead = Dead()
    answerer = KernelAnswerer(lambda: dead, lambda: 1.0)
    for _ in range(3):
        kinds = [answer.failure.kind for answer in answerer.ask([Call("f"), Call("f")])]
        assert kinds == [FailureKind.TIMEOUT] * 2
    assert dead.asked == 1


def test_an_unreadable_submission_runs_nothing_and_says_why(release, launcher):
    notebook = bare(release, "The notebook file is empty.")
    marks = mark_notebook(notebook, launcher, "seed", short())
    assert points(marks) == dict.fromkeys(FULL, 0)
    assert all("The notebook file is empty." in mark.text for mark in marks.values())


def test_the_heavy_packages_of_a_notebook_are_those_that_its_code_names():
    cells = [
        new_markdown_cell("sympy"),
        new_code_cell("import numpy as np"),
        new_code_cell("from matplotlib import pyplot"),
    ]
    assert heavy_modules(new_notebook(cells=cells)) == {"matplotlib"}
