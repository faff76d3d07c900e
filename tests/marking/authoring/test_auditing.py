"""The audit of the checks, and that it notices when they fail."""

import dataclasses
import types

import numpy as np
import pytest

from marking.authoring import auditing as audit
from marking.authoring import mutants, regions
from marking.cli import main
from marking.course import Course
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import ASSIGNMENTS, QUESTIONS
from marking.questions.mistakes import Misconception
from marking.questions.model import Category

pytestmark = pytest.mark.slow

STUDENTS = 200
QUICKLY = ["audit", "rotated-kernel", "--sittings", "1"]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_false_accept_no_false_reject_no_wrong_name(assignment):
    """Every mutant too: the whole matrix."""
    check(assignment, sittings=1)


@pytest.mark.soak
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nor_is_there_one_in_twenty_sittings(assignment):
    check(assignment, sittings=20)


def check(assignment, sittings):
    for row in audit.audit([assignment], sittings=sittings):
        assert row.problems == []
        assert row.right >= 5
        assert row.accepted == row.right
        assert row.named == row.rejected == row.wrong == len(QUESTIONS[row.question].misconceptions)
        assert row.killed + row.equivalent == row.mutants
        assert row.killed > 25


@pytest.mark.soak
@pytest.mark.parametrize("name", QUESTIONS)
def test_whatever_numbers_are_drawn_right_stays_right_and_wrong_stays_wrong(name):
    """Each student is asked with other numbers; nobody may be lucky or unlucky."""
    question = QUESTIONS[name]
    right = audit.load_variants(question, audit.variants_folder(Course.find()))
    variants = audit.right_variants(right)
    mistakes = {mistake.name: mistake.answer for mistake in question.misconceptions}
    for seed in range(STUDENTS):
        accepted = {
            name
            for name, f in (variants | mistakes).items()
            if audit.accepts(question, FunctionAnswerer(f), seed)
        }
        assert accepted == set(variants), f"with seed {seed}"


def module(tmp_path, source, question="rotate180"):
    folder = tmp_path / QUESTIONS[question].assignment
    folder.mkdir(exist_ok=True)
    (folder / f"{question}.py").write_text(source)
    return audit.load_variants(QUESTIONS[question], tmp_path)


def test_a_wrong_variant_is_a_problem(tmp_path):
    row = audit.audit_question(
        QUESTIONS["rotate180"], module(tmp_path, "def f(h):\n    return h\n"), 0
    )
    assert row.right == 1 and row.accepted == 0
    assert row.problems[0].startswith("right answer f is rejected")


def test_a_surviving_mutant_is_a_problem_until_it_is_listed(tmp_path):
    source = "def f(h):\n    unused = 1\n    return h[::-1, ::-1].copy()\n"
    row = audit.audit_question(QUESTIONS["rotate180"], module(tmp_path, source))
    assert any(problem == "mutant is accepted: f: unused = 2" for problem in row.problems)
    source += "EQUIVALENT = {'f: unused = ': 'It is not used.'}\n"
    row = audit.audit_question(QUESTIONS["rotate180"], module(tmp_path, source))
    assert row.problems == [] and row.equivalent == 2


def test_a_killed_mutant_must_not_be_listed_and_a_stale_entry_is_told(tmp_path):
    source = (
        "def f(h):\n    return h[::-1, ::-1].copy()\n"
        "EQUIVALENT = {'f: return': 'Wrong.', 'f: gone': 'Stale.'}\n"
    )
    problems = audit.audit_question(QUESTIONS["rotate180"], module(tmp_path, source)).problems
    assert any("listed as equivalent, but is not" in problem for problem in problems)
    assert "EQUIVALENT lists what no mutant has: f: gone" in problems


def test_an_accepted_or_misnamed_mistake_is_a_problem(tmp_path):
    question = QUESTIONS["rotate180"]
    harmless = Misconception("harmless", "Nothing is wrong here.", question.reference)
    twin = Misconception("twin", "The same as another.", lambda h: h.T)
    wrong = dataclasses.replace(question, misconceptions=(*question.misconceptions, harmless, twin))
    problems = audit.audit_question(
        wrong, module(tmp_path, "def f(h):\n    return h[::-1, ::-1].copy()\n"), 0
    ).problems
    assert "mistake 'harmless' is accepted" in problems
    assert sum("is named as" in problem for problem in problems) == 2


def test_mutants_change_one_thing_and_leave_the_original_alone(tmp_path):
    source = (
        "def f(x, n):\n    y = x[1:n] + 2\n    for i in range(n):\n        y -= i\n"
        "    return y if n < 3 else -y\n"
    )
    descriptions = [m.description for m in mutants.mutate(module(tmp_path, source), "f")]
    assert len(set(descriptions)) == len(descriptions)
    for part in (
        "x[1:n] - 2",
        "x[:n] + 2",
        "x[1:] + 2",
        "x[2:n] + 2",
        "range(n - 1)",
        "y += i",
        "y = i",
        "n <= 3",
    ):
        assert any(part in description for description in descriptions), part
    assert np.array_equal(module(tmp_path, source).f(np.arange(5), 2), [2])


def test_spread_takes_evenly():
    assert audit._spread(list(range(10)), 5) == [0, 2, 4, 6, 8]
    assert audit._spread([1, 2], 5) == [1, 2]


@pytest.fixture
def without_regions(monkeypatch):
    """What the command says of them is tested with them, and takes longer than all the rest."""
    monkeypatch.setattr(regions, "coverages", lambda questions: [])


@pytest.mark.usefixtures("without_regions")
def test_the_command_prints_the_matrix(capsys):
    assert main([*QUICKLY, "--mutants", "3", "--names"]) == 0
    out = capsys.readouterr().out
    assert "rotate180" in out and "only turned upside down" in out and "all" in out
    assert "conv_transpose2d" not in out


@pytest.mark.usefixtures("without_regions")
def test_the_command_prints_markdown(capsys):
    assert main([*QUICKLY, "--mutants", "0", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("| question")


@pytest.mark.usefixtures("without_regions")
def test_the_command_fails_on_a_problem(tmp_path, capsys):
    for name in ASSIGNMENTS["rotated-kernel"]:
        module(tmp_path, "def f(*args):\n    return args[0]\n", name)
    assert main([*QUICKLY, "--mutants", "0", "--variants", str(tmp_path)]) == 1
    assert "right answer f is rejected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["nothing"], "no assignment is called 'nothing'; there are rotated-kernel"),
        (["rotated-kernel", "--variants", "nowhere"], "right answers to rotate180 are missing"),
    ],
)
def test_wrong_arguments_are_told_in_one_sentence(argv, said, capsys):
    assert main(["audit", *argv]) == 2
    err = capsys.readouterr().err
    assert said in err and "Traceback" not in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("argument", "least", "given"), [("--mutants", 0, "-1"), ("--sittings", 1, "0")]
)
def test_a_number_that_is_too_small_is_refused(argument, least, given, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["audit", argument, given])
    assert stopped.value.code == 2
    said = f"argument {argument}: must be {least} or more, got {given}"
    assert said in capsys.readouterr().err


def test_variants_are_the_public_functions_of_their_own_file(tmp_path):
    source = (
        "from os.path import join\ndef _private(h):\n    return h\n"
        "def f(h):\n    return h[::-1, ::-1].copy()\nx = 1\n"
    )
    found = module(tmp_path, source)
    assert list(audit.right_variants(found)) == ["f"]
    assert isinstance(found, types.ModuleType)


def test_nothing_of_the_course_is_unfinished():
    course = Course.find()
    for name in ASSIGNMENTS:
        assert audit.unfinished(name, course, audit.variants_folder(course)) == []


def test_what_is_missing_is_told_in_sentences(tmp_path, monkeypatch):
    question = QUESTIONS["rotate180"]
    bare = dataclasses.replace(
        question,
        categories=(Category("TODO", 0), Category("empty", 0)),
        misconceptions=(),
        hint="",
    )
    monkeypatch.setitem(QUESTIONS, "rotate180", bare)
    for name in ASSIGNMENTS["rotated-kernel"]:
        module(tmp_path, "def f(h):\n    return h  # TODO\n", name)
    problems = audit.unfinished("rotated-kernel", Course.find(), tmp_path)
    for problem in (
        "rotate180 has 1 right variant; at least 5 are wanted",
        "rotate180 has no misconceptions, so no mistake is told by its name",
        "rotate180 has no hint for mistakes without a name",
        "rotate180 gives no points",
        "rotate180 asks nothing in its category 'empty'",
        "rotate180 needs one category, and one only, with checks_contract=True",
        "zero_pad has 1 right variant; at least 5 are wanted",
    ):
        assert problem in problems
    assert sum("says TODO in line 2" in problem for problem in problems) == 4


def test_an_assignment_without_its_text_is_told(tmp_path):
    course = Course.find()
    empty = dataclasses.replace(course, project=tmp_path)
    problems = audit.unfinished("rotated-kernel", empty, audit.variants_folder(course))
    source = tmp_path / "solutions" / "rotated-kernel" / "rotated-kernel.md"
    assert problems == [f"it has no text: there is no file {source}"]
    source.parent.mkdir(parents=True)
    source.write_text("# A text without a check\n")
    [problem] = audit.unfinished("rotated-kernel", empty, audit.variants_folder(course))
    assert "tests [], but the catalogue of questions has ['rotate180'" in problem
