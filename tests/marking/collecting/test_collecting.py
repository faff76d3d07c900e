"""The command: everything is placed or reported, and its exit code says whether all went well."""

import pytest
from sample_class.folder import ROOT
from sample_class.students import ASSIGNMENT
from tests.marking.collecting.notebooks import BLANK, FILLED, submitted

from marking.cli import main
from marking.collecting import archives

FILE = "assignsubmission_file_"


@pytest.fixture
def run(course, monkeypatch, capsys):
    """A function that runs `marking collect`: its exit code, and what it printed."""
    monkeypatch.chdir(ROOT)

    def collect(archive, *options):
        root = str(course.root)
        code = main(["collect", ASSIGNMENT, str(archive), "--root", root, *options])
        said = capsys.readouterr()
        return code, said.out + said.err

    return collect


def test_what_is_not_placed_is_said(run, course, packed):
    members = {
        f"Ada Lovelace_11_{FILE}/rotated-kernel.ipynb": FILLED,
        f"Ada Lovelace_11_{FILE}/again.ipynb": BLANK,
        f"Bob B_12_{FILE}rotated kernel(1).ipynb": FILLED,
        f"Cy C_13_{FILE}/answers.pdf": b"%PDF",
        "notes.txt": b"hello",
        "whose.ipynb": FILLED,
        "../../../evil/x.ipynb": FILLED,
    }
    code, said = run(packed(members))
    assert code == 1 and submitted(course) == {"11": FILLED, "12": FILLED}
    lines = said.splitlines()
    for name, why in [
        ("not placed: notes.txt", "no notebook"),
        ("not placed: whose.ipynb", "names no student"),
        ("not placed: ../../../evil/x.ipynb", "leads out"),
        (f"not placed: Cy C_13_{FILE}/answers.pdf", "no notebook"),
        (f"passed over: Ada Lovelace_11_{FILE}/again.ipynb", "another notebook"),
        (f"placed: Bob B_12_{FILE}rotated kernel(1).ipynb", "-> 12 (Bob B)"),
    ]:
        assert any(line.startswith(name) and why in line for line in lines), said
    assert lines[-1] == "2 submissions placed"


def test_a_class_collected_twice(run, course, packed):
    assert run(packed({"ada/x.ipynb": BLANK, "bo/x.ipynb": BLANK}))[0] == 0
    code, said = run(packed({"ada/x.ipynb": FILLED, "bo/x.ipynb": BLANK}))
    assert code == 1 and "ada has a submission already" in said and "give --force" in said
    assert said.endswith("0 submissions placed, 1 there already\n")
    again = packed({"ada/x.ipynb": FILLED, "bo/x.ipynb": BLANK})
    code, said = run(again, "--force", "--dry-run")
    assert code == 0 and submitted(course)["ada"] == BLANK
    assert "would place: ada/x.ipynb -> ada: " in said
    assert run(again, "--force")[0] == 0 and submitted(course)["ada"] == FILLED


def test_a_pattern_of_ones_own(run, course, packed):
    archive = packed({"homework-of-ada.ipynb": FILLED})
    assert run(archive, "--pattern", r"homework-of-(?P<student_id>\w+)\.ipynb")[0] == 0
    assert submitted(course) == {"ada": FILLED}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--platform", "ilias"], "allowed are moodle, brightspace, blackboard, exchange, canvas"),
        (["--encoding", "klingon"], "--encoding 'klingon' is not known"),
        (["--platform", "canvas", "--pattern", "(?P<student_id>.*)"], "give one"),
        (["--students", "nowhere.csv"], "--students nowhere.csv is no file"),
        (["--groups", "LICENSE"], "--groups LICENSE"),
    ],
)
def test_wrong_use_is_one_sentence(run, packed, options, sentence):
    code, said = run(packed({"ada/x.ipynb": FILLED}), *options)
    assert code == 2 and sentence in said and said.count("\n") == 1


def test_a_zip_bomb_is_refused(run, packed, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    code, said = run(packed({"ada/x/x.ipynb": b"0" * 2000}))
    assert code == 2 and "would unpack to more" in said
