"""The zips for students: whole, the same every time, and without an answer in them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from marking.authoring.packing import ALL, package
from marking.course import Course
from marking.errors import ReleaseError
from marking.questions import ASSIGNMENTS

ROOT = Path(__file__).resolve().parents[3]
COURSE = Course.find(start=ROOT)


@pytest.fixture(scope="module")
def zips(tmp_path_factory):
    """All zips of the course, by name."""
    return {
        path.stem: path
        for path in package(COURSE, list(ASSIGNMENTS), tmp_path_factory.mktemp("zips"))
    }


def members(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def test_one_zip_per_assignment_and_one_for_all(zips):
    assert set(zips) == {*ASSIGNMENTS, ALL}
    for name in ASSIGNMENTS:
        assert f"{name}/{name}/{name}.ipynb" in members(zips[name])
        assert f"{ALL}/{name}/{name}.ipynb" in members(zips[ALL])


def test_every_zip_says_how_to_install_and_holds_what_to_install(zips):
    for stem, path in zips.items():
        [wheel] = [name for name in members(path) if name.endswith(".whl")]
        with zipfile.ZipFile(path) as archive:
            readme = archive.read(f"{stem}/README.txt").decode()
            inside = zipfile.ZipFile(io.BytesIO(archive.read(wheel))).namelist()
            required = [
                archive.read(f"{stem}/{name}").decode()
                for name in ("requirements.txt", "requirements-editor.txt")
            ]
        assert required == [f"./{wheel.removeprefix(f'{stem}/')}[{e}]\n" for e in ("lab", "editor")]
        assert "-m pip install -r requirements.txt" in readme
        assert {
            "marking/student/in_jupyter.py",
            "marking/kernels/inside/agent.py",
            "convtranspose/__init__.py",
        } <= set(inside)


def test_no_zip_holds_a_solution_source_or_a_test(zips):
    for path in zips.values():
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                assert name.endswith((".ipynb", ".whl", ".svg", ".png")) or name.endswith(
                    ("/README.txt", "/requirements.txt", "/requirements-editor.txt")
                ), name
                data = archive.read(name)
                if name.endswith(".whl"):  # its code knows the marks of a solution by their names
                    packed = zipfile.ZipFile(io.BytesIO(data))
                    assert not [
                        entry
                        for entry in packed.namelist()
                        if entry.startswith(("solutions", "tests", "book"))
                    ]
                    # as it is: the zip around it packs it
                    assert {entry.compress_type for entry in packed.infolist()} == {0}
                else:
                    assert b"BEGIN SOLUTION" not in data and b"Marking scheme" not in data, name


def test_the_unpacked_notebook_is_checked_by_the_unpacked_package(zips, tmp_path):
    name = "rotated-kernel"
    with zipfile.ZipFile(zips[name]) as archive:
        archive.extractall(tmp_path)
    [wheel] = (tmp_path / name).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    # -P and PYTHONPATH: the code must come from the wheel, not from this project.
    program = (
        "import marking, marking.student.in_jupyter as student; "
        "print(marking.__file__); student.check(lambda: 0)"
    )
    asked = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout.startswith(str(tmp_path / "installed"))


def test_a_student_with_nothing_but_the_zip_can_check_the_notebook_in_a_shell(zips, tmp_path):
    name = "rotated-kernel"
    with zipfile.ZipFile(zips[name]) as archive:
        archive.extractall(tmp_path)
    notebook = tmp_path / name / name / f"{name}.ipynb"
    given = json.loads(notebook.read_text())
    [cell] = [
        c
        for c in given["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") == "rotate180"
    ]
    cell["source"] = "def rotate180(h):\n    return np.rot90(h, 2).copy()"
    notebook.write_text(json.dumps(given))
    command = [sys.executable, "-m", "marking", "check", f"{name}/{name}.ipynb"]
    asked = subprocess.run(
        command, cwd=tmp_path / name, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1, asked.stderr
    assert "rotate180: passed, 2 of 2 points" in asked.stdout
    assert asked.stdout.rstrip().endswith("not all checks passed (1 of 4)")


def test_an_assignment_that_is_not_released_is_refused(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    with pytest.raises(ReleaseError, match=r"no released notebook .*/exercises/cures/cures\.ipynb"):
        package(Course.find(start=tmp_path), ["cures"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_readme_says_for_every_system_what_to_type(zips):
    with zipfile.ZipFile(zips["cures"]) as archive:
        readme = archive.read("cures/README.txt").decode()
        [wheel] = [name for name in archive.namelist() if name.endswith(".whl")]
    for line in (
        "python3 -m venv ../convolution-env",
        "py -m venv ..\\convolution-env",
        "../convolution-env/bin/python -m jupyterlab",
        "..\\convolution-env\\Scripts\\python -m jupyterlab",
        "../convolution-env/bin/python -m marking check cures/cures.ipynb",
        "..\\convolution-env\\Scripts\\python -m marking check cures\\cures.ipynb",
        f"%pip install --no-deps {wheel.removeprefix('cures/')}",
    ):
        assert line in readme
    assert [line[:2] for line in readme.splitlines() if line[:1].isdigit()] == ["1.", "2.", "3."]
    assert max(len(line) for line in readme.splitlines() if ".whl" not in line) <= 100


def test_the_same_course_gives_the_same_bytes(zips):
    before = {path: path.read_bytes() for path in zips.values()}
    again = package(COURSE, list(ASSIGNMENTS), zips["cures"].parent)
    assert {path: path.read_bytes() for path in again} == before
