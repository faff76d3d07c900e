"""Workers that are lost cost their own job: the others go on, as many as before."""

import os
import time
from pathlib import Path

import pytest

from marking.crew import Crew


def work(job):
    """Do what the job says, and say who did it."""
    if job == "die":
        os._exit(1)
    if job == "hang":
        time.sleep(600)
    if job == "large":
        return ("x" * 10_000_000, os.getpid())
    return (job, os.getpid())


def done(jobs, count=2, seconds=600.0, ahead=1):
    crew = Crew(jobs, work, count, lambda job: seconds, ahead)
    try:
        results = list(crew.outcomes())
        return results, crew.lost, len(crew._workers)
    finally:
        crew.close()


def test_a_lost_worker_costs_its_own_job_and_is_replaced():
    jobs = ["die", "a", "b", "die", "c", "die", "d", "e"]
    results, lost, _ = done(jobs)
    assert sorted(job for job, _ in results) == ["a", "b", "c", "d", "e"]
    assert lost == ["die"] * 3


@pytest.mark.parametrize("ahead", [2, 3, 20])
def test_jobs_that_waited_behind_a_lost_one_are_done(ahead):
    results, lost, _ = done(["a", "die", "b", "c", "hang", "d", "e"], 2, 3.0, ahead)
    assert sorted(job for job, _ in results) == ["a", "b", "c", "d", "e"]
    assert sorted(lost) == ["die", "hang"]


def test_while_nobody_listens_as_many_jobs_are_done_as_were_given_ahead(tmp_path):
    files = [tmp_path / name for name in "abcd"]
    crew = Crew(files, touch, 1, lambda job: 60.0, ahead=3)
    try:
        while not files[2].exists():  # or the time limit of the test
            time.sleep(0.01)
        assert sorted(crew.outcomes()) == files and crew.lost == []
    finally:
        crew.close()


def touch(path):
    path.touch()
    return path


def test_the_class_does_not_become_serial():
    """While one job waits for another, both must be under way: after the loss as before."""
    crew = Crew(["die", "die", "die", "wait", "free"], meet, 2, lambda job: 60.0)
    try:
        assert sorted(crew.outcomes()) == ["free", "wait"]
    finally:
        crew.close()
        MEETING.unlink(missing_ok=True)


MEETING = Path(f"/tmp/meeting-of-{os.getpid()}")


def meet(job):
    if job == "die":
        os._exit(1)
    if job == "free":
        MEETING.touch()
    while not MEETING.exists():
        time.sleep(0.01)
    return job


def test_a_worker_that_does_not_end_is_given_up():
    results, lost, _ = done(["hang", "a", "b"], seconds=3.0)
    assert sorted(job for job, _ in results) == ["a", "b"] and lost == ["hang"]


def test_no_process_is_left():
    results, _, _ = done(["a", "b", "c", "die", "large"])
    for pid in {pid for _, pid in results}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        raise AssertionError(f"process {pid} is still there")


def test_what_is_under_way_is_waited_for_unread():
    crew = Crew(["large", "large", "large"], work, 2, lambda job: 60.0, ahead=2)
    crew.close()  # would wait for ever, were the results not read
