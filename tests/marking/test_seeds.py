"""What questions are drawn from: a secret that stays with its owner, and another one for every
hand-in.
"""

import json
import os
import subprocess
import sys

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, hand_in, make_course, released
from sample_class.students import ASSIGNMENT, Student, edit, write
from tests.marking.grading.executors import InProcess

from marking.cli import main
from marking.course import Course
from marking.errors import CourseError
from marking.examiner.asking import ask
from marking.examiner.calls import Answer
from marking.grading.ledger import Ledger
from marking.grading.run import grade
from marking.kernels import bubblewrap
from marking.questions import QUESTIONS
from marking.seeds import PLACE, course_seed, salt_of, seed_for

UNSAFE = bubblewrap.why_no_bubblewrap() is not None
PERFECT = Student("", (write(LOOPS),), {}).submission(released())
CHANGED = Student("", (write(LOOPS), edit("zero_pad", LOOPS["zero_pad"] + "\n")), {})


@pytest.fixture
def course(tmp_path):
    return Course.find(start=make_course(tmp_path, {"ada": PERFECT}))


def seeds(course, **options):
    """The seed of each student's questions in a run."""
    here = InProcess()
    grade(course, ASSIGNMENT, unsafe=UNSAFE, executor=here, force=True, **options)
    return {job.student: job.seed for job in here.jobs}


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path):
    first = course_seed(tmp_path, "2026")
    path = tmp_path / PLACE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]
    assert course_seed(tmp_path, "2026") == first
    assert course_seed(tmp_path, "2027") != first
    path.chmod(0o644)
    assert course_seed(tmp_path, "2026") == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() not in first


def test_another_class_has_another_secret(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert course_seed(tmp_path / "a", "2026") != course_seed(tmp_path / "b", "2026")


def test_two_processes_that_make_it_at_once_agree(tmp_path):
    code = "import sys; from pathlib import Path; from marking.seeds import course_seed; "
    code += "print(course_seed(Path(sys.argv[1]), ''))"
    runs = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({run.communicate()[0] for run in runs}) == 1


@pytest.mark.parametrize("content", ["", "short\n", "g" * 64, "a" * 63, "ä" * 64])
def test_a_spoilt_secret_is_named_in_a_sentence(tmp_path, content):
    course_seed(tmp_path, "")
    (tmp_path / PLACE).write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=r"restore it|cannot be read"):
        course_seed(tmp_path, "")


def test_a_secret_that_cannot_be_written_is_said_in_a_sentence(course, capsys, monkeypatch):
    (course.root / PLACE.parent).write_text("a file where the folder should be")
    monkeypatch.chdir(course.root)
    flags = ["--unsafe"] if UNSAFE else []
    assert main(["grade", ASSIGNMENT, *flags]) == 2
    said = capsys.readouterr().err
    assert "cannot be written" in said and "--seed TEXT" in said and "Traceback" not in said
    assert main(["grade", ASSIGNMENT, "--seed", "exam", "--jobs", "1", *flags]) == 0


def test_git_leaves_the_secret_alone():
    assert f"{PLACE.parent}/" in (ROOT / ".gitignore").read_text().splitlines()


def test_marking_draws_from_the_secret_and_not_from_the_public_seed(course):
    drawn = seeds(course)
    assert drawn == seeds(course)  # marked again, it is asked the same
    (course.root / PLACE).unlink()
    assert drawn != seeds(course)
    assert seeds(course, seed="exam") == seeds(course, seed="exam") != drawn


def test_the_secret_is_in_nothing_that_marking_writes(course):
    grade(course, ASSIGNMENT, jobs=1, unsafe=UNSAFE)
    secret = (course.root / PLACE).read_bytes().strip()
    for path in course.root.rglob("*"):
        if path.is_file() and path != course.root / PLACE:
            assert secret not in path.read_bytes(), path


def test_the_next_hand_in_is_asked_other_questions(course):
    first = seeds(course)["ada"]
    hand_in(course.root, "ada", CHANGED.submission(released()))
    second = seeds(course)["ada"]
    hand_in(course.root, "ada", PERFECT)  # the first one once more, after another
    third = seeds(course)["ada"]
    assert len({first, second, third}) == 3
    entry = Ledger(course.state / f"{ASSIGNMENT}.jsonl").entries["ada"]
    assert entry.attempt == 3 and entry.salt == salt_of(entry.submission, 3)
    assert third == seeds(course)["ada"]


def test_answers_recorded_in_one_hand_in_do_not_serve_the_next(course):
    """The first prints what it is asked; the second answers from what the feedback showed."""
    spy = "import json\ndef rotate180(h):\n    print(h.tolist())\n    return h[::-1, ::-1]\n"
    hand_in(
        course.root, "ada", Student("", (write({"rotate180": spy}),), {}).submission(released())
    )
    shown = []

    class Spying(InProcess):
        def submit(self, task, job):
            shown.append(asked("rotate180", f"{job.seed}/rotate180"))
            return super().submit(task, job)

    grade(course, ASSIGNMENT, unsafe=UNSAFE, executor=Spying())
    table = {json.dumps(call): None for call in shown[0]}
    hand_in(course.root, "ada", PERFECT)
    grade(course, ASSIGNMENT, unsafe=UNSAFE, executor=Spying())
    again = [json.dumps(call) in table for call in shown[1]]
    # Arrays of zeros and tiny ones come again; most of what is asked does not.
    assert sum(again) < len(again) / 2


class Recorder:
    """Answers nothing, and keeps what it is asked."""

    def __init__(self):
        self.calls = []

    def ask(self, calls):
        self.calls += calls
        return [Answer()] * len(calls)


def asked(name, seed):
    recorder = Recorder()
    ask(QUESTIONS[name], recorder, seed)
    return [[getattr(a, "tolist", lambda a=a: a)() for a in call.args] for call in recorder.calls]


@pytest.mark.parametrize("name", ["is_even", "zero_pad", "adjoint_gap"])
def test_order_and_number_of_the_calls_depend_on_the_seed(name):
    by_seed = [asked(name, f"{seed}") for seed in range(12)]
    assert len({len(calls) for calls in by_seed}) > 1
    assert repr(by_seed[0]) == repr(asked(name, "0"))
    kinds = {
        tuple(str([getattr(a, "__len__", int)() for a in call if a is not None]) for call in calls)
        for calls in by_seed
    }
    assert len(kinds) == len(by_seed)


def test_the_seed_of_a_student_names_student_and_salt():
    assert seed_for("c", "s") == "c/s" and seed_for("c", "s", "x") == "c/s/x"
    assert salt_of("a", 1) != salt_of("a", 2) != salt_of("b", 2)


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root reads everything")
def test_a_secret_that_cannot_be_read_is_said_in_a_sentence(tmp_path):
    course_seed(tmp_path, "")
    (tmp_path / PLACE).chmod(0)
    with pytest.raises(CourseError, match="cannot be read"):
        course_seed(tmp_path, "")
