"""`marking new`, and the guide's section on adding a question, carried out as it stands."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from marking.authoring import skeletons
from marking.authoring.skeletons import Signature, SkeletonError, new_assignment, new_question
from marking.authoring.wheels import build_wheel
from marking.course import Course
from marking.kernels.bubblewrap import why_no_bubblewrap

ROOT = Path(__file__).resolve().parents[3]
NAME = "polynomial-roots"
UNSAFE = ["--unsafe"] if why_no_bubblewrap() else []


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of what a new assignment needs of the project: no other assignment's source."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "solutions").mkdir()
    for name in ("solutions/jupytext.toml", "nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for path in (ROOT / "README.md", *ROOT.glob("LICENSE*")):
        shutil.copy(path, folder)
    return folder


def marking(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command in `project`, with its own package."""
    return subprocess.run(
        [sys.executable, "-m", "marking", *arguments],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def steps() -> list[tuple[str, str]]:
    """The commands and files of the guide's section, in order: ("$", a command) or (a file's name
    with what of it is meant, the text).
    """
    page = (ROOT / "book" / "instructors-guide.md").read_text(encoding="utf-8")
    section = page.partition("## Add your own question\n")[2].partition("\n## ")[0]
    found = []
    for block in re.finditer(r"^```(.+)\n((?:.*\n)*?)```$", section, re.MULTILINE):
        kind, text = block.groups()
        if kind == "bash":
            found += [("$", line) for line in text.splitlines()]
        else:
            caption, text = re.fullmatch(r":caption: (.+)\n\n((?:.*\n)*)", text).groups()
            found.append((caption, text))
    return found


def write(project: Path, caption: str, text: str) -> None:
    """Put a block of the guide into its file, or into the solution cell that it names."""
    file, _, function = caption.partition(", the solution of ")
    path = project / file
    assert path.is_file(), f"{file} is none of the files that `marking new` wrote"
    if function:
        indented = "".join(f"    {line}\n" for line in text.splitlines())
        text, changed = re.subn(
            rf"(def {function}\(.*\n(?:.*\n)*?    ### BEGIN SOLUTION\n)(?:.*\n)*?(    ### END)",
            lambda match: match[1] + indented + match[2],
            path.read_text(encoding="utf-8"),
            count=1,
        )
        assert changed == 1
    path.write_text(text, encoding="utf-8")


def hand_in(project: Path, student: str, answers: dict[str, str]) -> None:
    """The released notebook with the functions' bodies written, as the student's submission."""
    released = project / "exercises" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(released.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        body = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"))
        if body is not None:
            source = "".join(cell["source"])
            assert source.count("...  # your code here") == 1
            cell["source"] = source.replace("...  # your code here", body.strip())
    target = project / "submitted" / student / NAME / f"{NAME}.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def followed(project):
    """The guide's section carried out, with what each command said."""
    said = {}
    answers = {}
    for caption, text in steps():
        if caption != "$":
            write(project, caption, text)
            if ", the solution of " in caption:
                answers[caption.rpartition(" ")[2]] = text
            continue
        program, *arguments = shlex.split(text)
        assert program == "marking"
        if arguments[0] == "audit":
            said["audit too early"] = marking(project, *arguments)
            source = project / "solutions" / NAME / f"{NAME}.md"
            # The prose, which the guide leaves to the author.
            prose = source.read_text(encoding="utf-8").replace("TODO ", "")
            source.write_text(prose, encoding="utf-8")
        if arguments[0] == "grade":
            hand_in(project, "ada", answers)
            hand_in(project, "bob", answers | {"sort_roots": "return np.sort(roots)[::-1]"})
            hand_in(project, "eve", {})
            arguments += UNSAFE
        said[text] = marking(project, *arguments)
    return said


@pytest.mark.slow
def test_every_command_of_the_guide_succeeds(followed):
    commands = {text: done for text, done in followed.items() if text.startswith("marking ")}
    assert [text.split()[1] for text in commands] == [
        "new",
        "new",
        "audit",
        "release",
        "grade",
        "marks",
    ]
    for text, done in commands.items():
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
def test_the_audit_names_what_is_not_written_yet(followed):
    early = followed["audit too early"]
    assert early.returncode == 1
    [problem] = early.stderr.splitlines()
    assert problem.startswith(f"{NAME}: solutions/{NAME}/{NAME}.md says TODO in line ")


@pytest.mark.slow
def test_the_guides_assignment_marks_right_and_wrong(followed, project):
    with open(project / "marks.csv", newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    points = {student: float(row["score"]) for student, row in rows.items()}
    assert points == {"ada": 5, "bob": 2, "eve": 0}
    assert {float(row["max_score"]) for row in rows.values()} == {5}
    [graded] = [done for text, done in followed.items() if text.startswith("marking grade")]
    assert "the largest root comes first" in graded.stdout


@pytest.mark.slow
def test_the_students_package_holds_the_assignments_and_no_answers(followed, project, tmp_path):
    with zipfile.ZipFile(build_wheel(project, tmp_path, tmp_path / "version.json")) as package:
        packed = package.namelist()
    assert "marking/assignments/polynomial_roots/sort_roots.py" in packed
    assert "marking/assignments/rotated_kernel/rotate180.py" in packed
    assert not any("variants" in name or "solutions" in name for name in packed)


@pytest.mark.slow
def test_a_folder_taken_away_is_an_assignment_less(followed, project, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    shutil.rmtree(copy / "src" / "marking" / "assignments" / "checkerboard")
    done = marking(copy, "audit", NAME, "--mutants", "0")
    assert done.returncode == 0, done.stderr
    assert marking(copy, "audit", "checkerboard").stderr.startswith(
        "marking: no assignment is called 'checkerboard'; there are rotated-kernel"
    )


@pytest.mark.slow
def test_a_file_that_cannot_be_imported_is_named_in_one_sentence(followed, project, tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(project, copy)
    question = copy / "src" / "marking" / "assignments" / "polynomial_roots" / "sort_roots.py"
    question.write_text('"""A slip."""\n\nQUESTION = Qestion()\n')
    done = marking(copy, "audit")
    assert done.returncode == 2
    assert done.stderr == (
        f"marking: {question}, line 3, cannot be imported: "
        "NameError: name 'Qestion' is not defined\n"
    )


@pytest.mark.slow
def test_a_bare_skeleton_can_be_released_solved_and_marked_and_is_not_finished(tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "solutions").mkdir()
    for name in ("solutions/jupytext.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, copy / name)
    for arguments in (
        ("new", "assignment", NAME),
        ("new", "question", NAME, "scale", "--signature", "scale(x, by, start=0)"),
        ("release", NAME),
    ):
        done = marking(copy, *arguments)
        assert done.returncode == 0, done.stderr
    hand_in(copy, "ada", {"polynomial_roots": "return x.copy()", "scale": "return x.copy()"})
    graded = marking(copy, "grade", NAME, *UNSAFE)
    assert graded.returncode == 0 and re.search(r"ada +4 of 4", graded.stdout), graded
    audited = marking(copy, "audit", NAME, "--mutants", "0")
    assert audited.returncode == 1
    for problem in ("has 1 right variant", "has no misconceptions", "says TODO in line"):
        assert f"{problem}" in audited.stderr
    again = marking(copy, "new", "question", NAME, "scale")
    assert again.returncode == 2
    assert again.stderr == (
        f"marking: a function called scale is asked for already, in assignment {NAME}\n"
    )


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty project whose folder of assignments counts as that of the running package."""
    package = tmp_path / "src" / "marking" / "assignments"
    package.mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text("")
    monkeypatch.setattr(skeletons.marking.assignments, "__path__", [str(package)])
    return Course.find(start=tmp_path)


def test_a_new_assignment_comes_after_the_others(course):
    files = new_assignment(course, "two-words")
    assert [file.relative_to(course.project).as_posix() for file in files] == [
        "src/marking/assignments/two_words/two_words.py",
        "variants/two-words/two_words.py",
        "solutions/two-words/two-words.md",
        "src/marking/assignments/two_words/__init__.py",
    ]
    text = files[-1].read_text()
    assert 'title="Two words",\n    order=9,\n' in text
    assert "two_words.QUESTION,\n" in text


def test_a_new_question_goes_after_the_others(course, monkeypatch):
    *_, source, init = new_assignment(course, "two-words", "zeta(x)")
    monkeypatch.setitem(skeletons.ASSIGNMENTS, "two-words", ("zeta",))
    new_question(course, "two-words", "alpha", "alpha(ä, p)")
    new_question(course, "two-words", "beta")
    text = init.read_text()
    assert "import (\n    alpha,\n    beta,\n    zeta,\n)" in text
    entries = ("zeta.QUESTION", "alpha.QUESTION", "beta.QUESTION")
    assert "questions=(\n" + "".join(f"        {e},\n" for e in entries) + "    )" in text
    headings = re.findall(r"^## (.*)$", source.read_text(), re.MULTILINE)
    assert headings == [
        "1. TODO name what zeta does",
        "2. TODO name what alpha does",
        "3. TODO name what beta does",
        "What you can do now",
    ]


def test_a_notebook_without_the_usual_end_gets_the_question_last(course, monkeypatch):
    *_, source, _ = new_assignment(course, "two-words", "zeta(x)")
    monkeypatch.setitem(skeletons.ASSIGNMENTS, "two-words", ("zeta",))
    source.write_text(source.read_text().partition("## What you can do now")[0])
    new_question(course, "two-words", "beta")
    assert source.read_text().endswith("check(beta)\n```\n")


@pytest.mark.parametrize(
    ("name", "signature", "said"),
    [
        ("Two-Words", None, "lower case, words joined by hyphens"),
        ("two_words", None, "lower case, words joined by hyphens"),
        ("../two", None, "lower case, words joined by hyphens"),
        ("class", None, "lower case, words joined by hyphens"),
        ("checkerboard", None, "an assignment called checkerboard already"),
        ("two-words", "rotate180(h)", "rotate180 is asked for already, in assignment rotated"),
        ("two-words", "check(h)", "must not be called 'check'"),
        ("two-words", "test_it(h)", "must not be called 'test_it'"),
        ("two-words", "f", "--signature must be a function's name and its parameters"),
        ("two-words", "f()", "--signature must be a function's name and its parameters"),
        ("two-words", "f(x", "--signature must be a function's name and its parameters"),
        ("two-words", "f(*x)", "--signature must be a function's name and its parameters"),
        ("two-words", "f(x): return 1\ndef g(x)", "--signature must be a function's name"),
        ("two-words", 'f(x, p="it\'s")', "--signature must be a function's name"),
        ("two-words", "lambda(x)", "--signature must be a function's name"),
    ],
)
def test_names_that_cannot_be_used_are_refused_in_one_sentence(course, name, signature, said):
    with pytest.raises(SkeletonError, match=re.escape(said)) as refused:
        new_assignment(course, name, signature)
    assert "\n" not in str(refused.value).replace(repr(signature), "")
    assert not (course.project / "variants").exists()


def test_a_title_must_fit_into_its_string(course):
    with pytest.raises(SkeletonError, match="--title must be one line"):
        new_assignment(course, "two-words", title='so "called"')


def test_nothing_is_overwritten(course):
    kept = course.project / "variants" / "two-words" / "two_words.py"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    with pytest.raises(SkeletonError, match="is there already, and nothing is overwritten"):
        new_assignment(course, "two-words")
    assert kept.read_text() == "mine"
    assert not course.source("two-words").exists()


def test_a_question_of_another_build_is_refused_before_anything_is_written(course, monkeypatch):
    *_, init = new_assignment(course, "two-words")
    monkeypatch.setitem(skeletons.ASSIGNMENTS, "two-words", ("two_words",))
    init.write_text("ASSIGNMENT = None\n")
    with pytest.raises(SkeletonError, match="add beta there by hand"):
        new_question(course, "two-words", "beta")
    assert not (init.parent / "beta.py").exists()
    with pytest.raises(SkeletonError, match="there is no assignment 'nowhere'; there are: rotated"):
        new_question(course, "nowhere", "beta")
    with pytest.raises(SkeletonError, match="that of gamma, but the question is called beta"):
        new_question(course, "two-words", "beta", "gamma(x)")


def test_an_installed_package_is_told_where_assignments_belong(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("")
    with pytest.raises(SkeletonError, match="but the package in use is the one in"):
        new_assignment(Course.find(start=tmp_path), "two-words")


def test_signatures_are_read_as_students_write_them():
    asked = Signature.parse("f(x,p,q = 2)")
    assert (asked.text, asked.function, asked.first, asked.required) == (
        "f(x, p, q=2)",
        "f",
        "x",
        2,
    )
    assert asked.typed == "x: np.ndarray, p: int, q: Any = 2"
