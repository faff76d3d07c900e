"""A generated class over all assignments: every mark as predicted, whoever marks it and however
often it is killed.
"""

import itertools
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from sample_class.folder import make_course
from sample_class.generated import generate, hand_in_all
from tests.marking.gradebook_rows import auto_scores
from tests.marking.grading.executors import dask_cluster

from marking.course import Course
from marking.grading.run import grade
from marking.kernels import bubblewrap
from marking.questions import ASSIGNMENTS

UNSAFE = ["--unsafe"] if bubblewrap.why_no_bubblewrap() else []
SMALL, LARGE = 24, 300


def class_of(folder, count):
    made = generate(count)
    make_course(folder)
    hand_in_all(folder, made)
    return made


def stored(folder):
    """Points by (student, function), read from the gradebook."""
    return {
        (student, cell.removeprefix("test_")): score
        for student, cells in auto_scores(folder / "gradebook.db").items()
        for cell, score in cells.items()
        if cell.startswith("test_")
    }


def predicted(made):
    return {
        (one.student, function): points for one in made for function, points in one.points.items()
    }


def grade_all(folder, jobs):
    for name in ASSIGNMENTS:
        command = [sys.executable, "-m", "marking", "grade", name, "--jobs", str(jobs), *UNSAFE]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def differences(folder, made):
    got, wanted = stored(folder), predicted(made)
    return {
        key: (wanted.get(key), got.get(key))
        for key in wanted.keys() | got.keys()
        if wanted.get(key) != got.get(key)
    }


@pytest.mark.slow
def test_every_mark_of_a_small_class_is_as_predicted(tmp_path):
    made = class_of(tmp_path, SMALL)
    course = Course.find(start=tmp_path)
    for name in ASSIGNMENTS:  # in this process: the command takes longer to start than to mark
        grade(course, name, jobs=2, unsafe=bool(UNSAFE))
    assert differences(tmp_path, made) == {}


@pytest.mark.soak
@pytest.mark.parametrize("jobs", [1, 2])
def test_every_mark_of_a_large_class_is_as_predicted(tmp_path, jobs):
    made = class_of(tmp_path, LARGE)
    grade_all(tmp_path, jobs)
    assert differences(tmp_path, made) == {}


@pytest.mark.soak
def test_killed_at_ten_random_moments_every_mark_is_as_predicted(tmp_path):
    made = class_of(tmp_path, LARGE)
    moments = random.Random(1)
    kills = 0
    for name in itertools.islice(itertools.cycle(ASSIGNMENTS), 40):
        if kills == 10:
            break
        command = [sys.executable, "-m", "marking", "grade", name, "--jobs", "2", *UNSAFE]
        run = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(moments.uniform(0.2, 3.5))  # while it starts, or in the middle of its work
        if run.poll() is None:
            kills += 1
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert kills == 10
    grade_all(tmp_path, 2)
    assert differences(tmp_path, made) == {}
    with sqlite3.connect(tmp_path / "gradebook.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.soak
def test_on_a_cluster_every_mark_is_as_predicted(tmp_path):
    made = class_of(tmp_path, LARGE)
    course = Course.find(start=tmp_path)
    with dask_cluster() as (_, pool):
        for name in ASSIGNMENTS:
            grade(course, name, unsafe=bool(UNSAFE), executor=pool)
    assert differences(tmp_path, made) == {}
