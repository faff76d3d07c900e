"""The commands where the default encoding is another: a C locale without Python's own way round it,
as it is on Windows with its code pages.  Every text of ours must name its encoding; Python says
where one does not.
"""

import csv
import os
import re
import subprocess
import sys
import zipfile

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, make_course, released
from sample_class.students import ASSIGNMENT, Student, write

from marking.kernels import bubblewrap

C_LOCALE = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONWARNDEFAULTENCODING": "1",
    # An error would end nbgrader's own import; what is ours is an error below.
    "PYTHONWARNINGS": "always::EncodingWarning",
}
OURS = re.compile(rf"^({re.escape(str(ROOT))}/(?!\.venv)[^:]*:\d+): EncodingWarning", re.M)
UNSAFE = ["--unsafe"] if bubblewrap.why_no_bubblewrap() else []
WORDS = {"explain_odd_kernel": "Weil es eine Mitte gibt: „ö“, 中, й."}
DATA = Student("", (write(LOOPS | WORDS),), {}).submission(released())
LIST = (
    ("Student", "ID", "SIS User ID", "Section", f"{ASSIGNMENT} (55501)"),
    ("三, 张", "4711", "s1", "Übung", ""),
    ("Zoë Ångström", "4712", "s2", "Übung", ""),
)


def marking(folder, *arguments):
    """Exit code and output of a command, none of whose texts has no encoding."""
    run = subprocess.run(
        [sys.executable, "-m", "marking", *arguments],
        cwd=folder,
        env=os.environ | C_LOCALE,
        capture_output=True,
    )
    said = (run.stdout + run.stderr).decode("utf-8", errors="replace")
    assert not OURS.findall(said)
    return run.returncode, said


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path)


def packed(course, *names):
    with zipfile.ZipFile(course / "download.zip", "w") as archive:
        for name in names:
            archive.writestr(name, DATA)


def test_a_name_that_no_file_can_have_is_one_sentence_with_the_way_out(course):
    packed(course, "zoë/作业.ipynb", "bo/x.ipynb")
    code, said = marking(course, "collect", ASSIGNMENT, "download.zip")
    assert code == 2 and "Traceback" not in said
    assert "where names are written in ascii; set PYTHONUTF8=1 and type the command again" in said


@pytest.mark.soak
def test_every_command_works_with_names_in_any_letters(course):
    packed(course, "张三_4711_900001_作业.ipynb", "zoëångström_LATE_4712_900002_x (1).ipynb")
    with open(course / "list.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(LIST)
    for command in (
        ["release", ASSIGNMENT],
        ["collect", ASSIGNMENT, "download.zip", "--dry-run"],
        ["collect", ASSIGNMENT, "download.zip"],
        ["grade", ASSIGNMENT, "--jobs", "2", *UNSAFE],
        ["check", f"submitted/4711/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", *UNSAFE],
        ["feedback", ASSIGNMENT, "--archive", "canvas"],
        ["marks", ASSIGNMENT, "--csv=back.csv", "--format=canvas", "--students=list.csv"],
        ["marks", "--csv", "all.csv"],
        ["audit", ASSIGNMENT, "--mutants=1", "--sittings=1", f"--variants={ROOT / 'variants'}"],
        ["sandbox"],
    ):
        code, said = marking(course, *command)
        assert code == 0 or command[0] == "sandbox", (command, said[-3000:])
        assert "Traceback" not in said, (command, said[-3000:])
    with open(course / "back.csv", newline="", encoding="utf-8") as file:
        assert [tuple(row) for row in csv.reader(file)] == [
            LIST[0],
            *((*row[:-1], "12.0") for row in LIST[1:]),
        ]
    page = course / "feedback" / "4711" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    text = page.read_text(encoding="utf-8")
    assert "张 三" in text or "张三" in text
    assert WORDS["explain_odd_kernel"] in text
