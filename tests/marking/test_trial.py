"""Marking one notebook: what hangs or dies costs its own question; the verdict stands where nbgrader reads it."""

import nbformat
import pytest
from nbgrader.utils import determine_grade
from tests.sample_class.answers import LOOPS
from tests.sample_class.folder import ROOT, released
from tests.sample_class.students import ASSIGNMENT, FULL, add_first, edit, write

from marking import intake, sandbox, trial
from marking.protocol import Call
from marking.trial import Mark, Times, hold

TIMES = Times(cell=2.0, answer=2.0, submission=30.0)


@pytest.fixture(scope="module")
def release():
    return nbformat.read(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def nursery():
    with sandbox.Nursery(sandbox.choose_tier(unsafe=True)) as opened:
        yield opened


@pytest.fixture
def sit(release, nursery):
    def run(*changes, times=TIMES, **more):
        notebook = released()
        for change in changes:
            change(notebook)
        repaired, _ = intake.repair(notebook["cells"], release)
        return repaired, hold(repaired, nursery, "seed", times, **more)

    return run


def points(marks):
    return {name: mark.points for name, mark in marks.items()}


def cell_of(notebook, grade_id):
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_honest_work_gets_full_points_where_nbgrader_reads_them(sit):
    notebook, marks = sit(write(LOOPS))
    assert points(marks) == FULL
    nbformat.validate(notebook)
    for question, most in FULL.items():
        test = cell_of(notebook, f"test_{question}")
        assert determine_grade(test) == (most, most)
        assert [o.output_type for o in test.outputs] == ["display_data", "execute_result"]
        assert question in test.outputs[0].data["text/html"]


@pytest.mark.parametrize("tier", ["cold", "landlock", "none"])
def test_every_tier_gives_the_same_marks(release, tier):
    if (tier == "cold" and sandbox.why_no_bubblewrap()) or (tier == "landlock" and not sandbox.has_landlock()):
        pytest.skip("not on this machine")
    notebook = released()
    write(LOOPS | {"zero_pad": "def zero_pad(x, p):\n    import os; os._exit(1)"})(notebook)
    repaired, _ = intake.repair(notebook["cells"], release)
    with sandbox.Nursery(tier) as own:
        assert points(hold(repaired, own, "seed", TIMES)) == FULL | {"zero_pad": 0}


def test_the_same_seed_gives_the_same_notebook(sit):
    wrong = {"zero_pad": "def zero_pad(x, p):\n    return x + 1\n"}
    assert sit(write(LOOPS), write(wrong))[0] == sit(write(LOOPS), write(wrong))[0]


def test_the_source_of_a_test_cell_is_not_run(sit, release):
    notebook = released()
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("test_"):
            cell["source"] = "open('/submission/ran', 'w')"
    repaired, _ = intake.repair(notebook["cells"], release)
    for cell in repaired.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("test_"):
            cell.source = "raise SystemExit"  # even past intake
    with sandbox.Nursery(sandbox.choose_tier(unsafe=True)) as own:
        assert points(hold(repaired, own, "seed", TIMES)) == dict.fromkeys(FULL, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("while True: pass", "did not end within 2 seconds"),
        ("try:\n    while True: pass\nexcept BaseException:\n    while True: pass", "did not end within 2 seconds"),
        ("import os; os._exit(1)", "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended the Python process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "did not end within 2 seconds"),
        ("import ctypes; ctypes.string_at(0)", "ended the Python process"),
        ("quit()", "ended the Python process"),
    ],
)
def test_a_cell_that_hangs_or_dies_costs_its_own_question(sit, text, words):
    notebook, marks = sit(write(LOOPS), edit("zero_pad", LOOPS["zero_pad"] + text))
    assert points(marks) == FULL | {"zero_pad": 0}
    assert words in marks["zero_pad"].text
    assert words in cell_of(notebook, "zero_pad").outputs[-1].text


@pytest.mark.parametrize("text", ["while True: pass", "import os; os._exit(1)", "import sys; sys.exit()", "quit()"])
def test_a_function_that_hangs_or_dies_costs_its_own_question(sit, text):
    body = f"def zero_pad(x, p):\n    {text}\n"
    _, marks = sit(write(LOOPS), write({"zero_pad": body}))
    assert points(marks) == FULL | {"zero_pad": 0}
    assert marks["zero_pad"].reason


def test_later_cells_see_what_earlier_ones_defined_although_the_kernel_was_lost_between(sit):
    uses = {"convolve2d_same": "def convolve2d_same(x, h):\n    return helper(x, h)\n"}
    _, marks = sit(
        write(LOOPS | uses),
        add_first("def helper(x, h):\n    return np.asarray(_same(x, h))"),
        edit("zero_pad", "import os; os._exit(1)"),
        edit("rotate180", LOOPS["rotate180"] + LOOPS["convolve2d_same"].replace("convolve2d_same", "_same")),
    )
    assert points(marks) == FULL | {"zero_pad": 0}


def test_a_cell_that_only_hangs_the_second_time_is_left_out_as_well(sit):
    flaky = "import os\nif os.path.exists('/tmp/home'):\n    import time, sys\n    time.sleep(0)\n" + LOOPS["rotate180"]
    _, marks = sit(write(LOOPS), edit("rotate180", flaky), edit("zero_pad", "import os; os._exit(1)"))
    assert points(marks) == FULL | {"zero_pad": 0}


def test_the_whole_notebook_has_a_time_as_well(sit):
    slow = {name: LOOPS[name] + "\nimport time; time.sleep(1.5)" for name in LOOPS}
    _, marks = sit(write(slow), times=Times(cell=2.0, answer=2.0, submission=3.5))
    assert marks["convolve2d_same"].points == 0
    assert "used up its" in marks["convolve2d_same"].text + marks["cross_correlate2d"].text


def test_a_cell_that_ends_with_an_error_is_named_in_the_verdict(sit):
    _, marks = sit(write(LOOPS), edit("zero_pad", "def zero_pad(x, p)\n    return x"))
    assert marks["zero_pad"].points == 0
    assert "ended with an error: SyntaxError" in marks["zero_pad"].text


def test_memory_that_a_function_uses_up_is_named(sit):
    greedy = "def zero_pad(x, p):\n    keep = []\n    while True:\n        keep.append(bytearray(1 << 26))\n"
    _, marks = sit(write(LOOPS), write({"zero_pad": greedy}), times=Times(cell=2.0, answer=30.0, submission=60.0))
    assert points(marks) == FULL | {"zero_pad": 0}
    assert "emory" in marks["zero_pad"].text


def test_marks_already_known_are_not_asked_for_again(sit):
    old = Mark("zero_pad", 2.0, 2.0, True, "", "as before", "<p>as before</p>")
    notebook, marks = sit(write(LOOPS), write({"zero_pad": "zero_pad = None"}), known={"zero_pad": old})
    assert marks["zero_pad"] is old
    assert cell_of(notebook, "test_zero_pad").outputs[0].data["text/plain"] == "as before"


def test_no_mark_is_above_the_questions_points():
    from marking.questions import QUESTIONS
    from marking.verdict import CategoryResult, Verdict

    inflated = Verdict("zero_pad", (CategoryResult("x", 1000.0, True),))
    assert Mark.of(inflated, QUESTIONS["zero_pad"]).points == QUESTIONS["zero_pad"].points


def test_after_one_failure_that_kills_nothing_is_asked_again():
    class Dead:
        asked = 0

        def ask(self, calls, seconds):
            self.asked += 1
            return [trial.Answer(failure=trial.Failure("timeout"))] * len(calls)

    dead = Dead()
    answerer = trial.KernelAnswerer(lambda: dead, lambda: 1.0)
    for _ in range(3):
        assert [a.failure.kind for a in answerer.ask([Call("f"), Call("f")])] == ["timeout", "timeout"]
    assert dead.asked == 1


def test_an_unreadable_submission_runs_nothing_and_says_why(release, nursery):
    bare = intake.bare(release, "The notebook file is empty.")
    marks = hold(bare, nursery, "seed", TIMES)
    assert points(marks) == dict.fromkeys(FULL, 0)
    assert all("The notebook file is empty." in mark.text for mark in marks.values())
