"""A class on a real Dask cluster of several workers, one of which is killed while it works."""

import os
import signal

import pytest
from sample_class.answers import LOOPS, MISTAKES
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, write
from tests.marking.grading.executors import dask_cluster

from marking.cli import main
from marking.course import Course
from marking.errors import CourseError
from marking.grading.run import grade
from marking.kernels import bubblewrap

pytest.importorskip("distributed", reason="Dask is an extra")
UNSAFE = bubblewrap.why_no_bubblewrap() is not None


@pytest.mark.slow
def test_a_lost_worker_costs_no_mark(tmp_path):
    right = Student("", (write(LOOPS),), {}).submission(released())
    wrong = Student("", (write(LOOPS | MISTAKES["not-turned"]),), {}).submission(released())
    names = {f"s{i:02}": (wrong if i % 3 == 0 else right) for i in range(16)}
    course = Course.find(start=make_course(tmp_path, names))
    killed = []

    def kill_one(done, total):
        if done == 3 and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    with dask_cluster() as (cluster, pool):
        rows = grade(course, ASSIGNMENT, unsafe=UNSAFE, executor=pool, progress=kill_one)
    assert killed
    assert {row.student: row.points for row in rows} == {
        name: (10 if data is wrong else 12) for name, data in names.items()
    }


def test_an_address_without_a_scheduler_is_refused_in_a_sentence(tmp_path, monkeypatch, capsys):
    from marking.grading import dask

    monkeypatch.setattr(dask, "ANSWER_SECONDS", 1)
    right = Student("", (write(LOOPS),), {}).submission(released())
    monkeypatch.chdir(make_course(tmp_path, {"ada": right}))
    assert (
        main(
            ["grade", ASSIGNMENT, "--dask", "tcp://127.0.0.1:9", *(["--unsafe"] if UNSAFE else [])]
        )
        == 2
    )
    assert "no Dask scheduler answers there" in capsys.readouterr().err


def test_without_dask_it_says_what_to_install(monkeypatch):
    import sys

    from marking.grading.dask import executor

    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(CourseError, match="needs the package distributed"),
        executor("tcp://127.0.0.1:9"),
    ):
        pass
