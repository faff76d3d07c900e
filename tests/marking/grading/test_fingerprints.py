"""Fingerprints: nothing that a mark depends on changes unseen, and nothing else is asked again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import marking
from marking.grading.fingerprints import code_version, of_folder, of_question
from marking.questions import ASSIGNMENTS, QUESTIONS

SRC = Path(marking.__file__).parents[1]


@pytest.fixture
def sources(tmp_path):
    """A copy of both packages, to change."""
    for name in ("marking", "convtranspose"):
        shutil.copytree(SRC / name, tmp_path / name)
    return tmp_path


def both(sources):
    """The fingerprints of the code and of a question, with `sources` in the place of src/."""
    return (
        code_version.__wrapped__(sources / "marking"),
        of_question.__wrapped__("zero_pad", sources / "marking", sources / "convtranspose"),
    )


@pytest.mark.parametrize(
    "file", sorted(p.relative_to(SRC) for p in (SRC / "marking").rglob("*.py")), ids=str
)
def test_no_file_of_the_examiner_changes_unseen(sources, file):
    before = both(sources)
    path = sources / file
    path.write_text(path.read_text() + "\n# changed\n")
    seen = [a != b for a, b in zip(before, both(sources), strict=True)]
    if file.parent.name == "rotated_kernel":
        others = set(ASSIGNMENTS["rotated-kernel"]) - {"zero_pad"}
        assert seen == [False, file.stem not in others]  # its own, or what questions share
    elif file.parent.parent.name == "assignments":
        assert seen == [False, False]  # another assignment's
    else:
        assert seen[0]


@pytest.mark.parametrize(
    "line",
    (
        "from marking.assignments.rotated_kernel.rotate180 import QUESTION",
        "from marking.assignments.rotated_kernel import rotate180",
        "import marking.assignments.rotated_kernel.rotate180",
        "from . import rotate180",
        "from .rotate180 import QUESTION as OTHER",
    ),
)
@pytest.mark.parametrize("of", ("zero_pad", "_ladders"))
def test_another_questions_module_counts_where_it_is_imported(sources, of, line):
    folder = sources / "marking" / "assignments" / "rotated_kernel"
    with open(folder / f"{of}.py", "a") as file:
        file.write(f"\n\ndef late():\n    {line}\n")
    before = both(sources)
    with open(folder / "rotate180.py", "a") as file:
        file.write("\n# changed\n")
    assert [a != b for a, b in zip(before, both(sources), strict=True)] == [False, True]


def test_a_question_is_asked_again_when_the_library_changes(sources):
    before = both(sources)
    path = sources / "convtranspose" / "convolution.py"
    path.write_text(path.read_text() + "\n# changed\n")
    assert [a != b for a, b in zip(before, both(sources), strict=True)] == [False, True]


def test_every_question_has_a_fingerprint_of_its_own():
    assert len({of_question(name) for name in QUESTIONS}) == len(QUESTIONS)


def test_fingerprints_are_the_same_in_every_process():
    code = (
        "from marking import questions as q; from marking.grading import fingerprints as f; "
        "print([f.of_question(n) for n in q.QUESTIONS], f.code_version())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": s},
        )
        for s in "12"
    ]
    assert runs[0].stdout == runs[1].stdout != ""


def test_a_folders_fingerprint_follows_names_contents_and_links(tmp_path):
    seen = {of_folder(tmp_path)}
    (tmp_path / "a.ipynb").write_text("1")
    seen.add(of_folder(tmp_path))
    (tmp_path / "a.ipynb").write_text("2")
    seen.add(of_folder(tmp_path))
    (tmp_path / "a.ipynb").rename(tmp_path / "b.ipynb")
    seen.add(of_folder(tmp_path))
    (tmp_path / "l").symlink_to("/etc/hostname")
    seen.add(of_folder(tmp_path))
    assert len(seen) == 5
