"""Workers that are lost: no other submission is lost with them."""

import os
from dataclasses import replace

import pytest

from marking.grading.workers import Job, Outcome, Workers
from marking.limits import Times

BLANK = Job("", "", "", "", "", Times(), "none")


def jobs(*students):
    return [replace(BLANK, student=student) for student in students]


def lose_bob(job):
    if job.student == "bob":
        os._exit(1)
    return Outcome(job.student)


def outcomes(todo, **options):
    with Workers(todo, **options) as workers:
        return {outcome.student: outcome.problem for outcome in workers.outcomes()}


def test_a_worker_that_is_lost_costs_only_the_submission_at_fault():
    got = outcomes(jobs("ada", "bob", "cy", "dora"), count=2, task=lose_bob)
    assert got == {
        "ada": None,
        "bob": "the process marking it was lost, twice",
        "cy": None,
        "dora": None,
    }


def test_of_more_jobs_than_are_put_at_once_none_is_lost_with_a_worker():
    students = [f"s{number:03}" for number in range(200)]
    got = outcomes(jobs("bob", *students), count=2, task=lose_bob)
    assert {student for student, problem in got.items() if problem} == {"bob"}
    assert set(got) == {"bob", *students}


def test_they_begin_before_an_outcome_is_asked_for(tmp_path):
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    with Workers(jobs(str(begun)), count=1, task=report) as workers:
        # Opening the pipe waits until the worker has opened its end.
        assert begun.read_text() == "begun"
        assert [outcome.student for outcome in workers.outcomes()] == [str(begun)]


def report(job):
    with open(job.student, "w") as pipe:
        pipe.write("begun")
    return Outcome(job.student)


def test_an_exception_beside_them_does_not_wait_for_what_is_under_way(tmp_path):
    begun, free = tmp_path / "begun", tmp_path / "free"
    os.mkfifo(begun)
    os.mkfifo(free)
    todo = [replace(BLANK, student=str(begun), folder=str(free))]
    with pytest.raises(KeyboardInterrupt), Workers(todo, count=1, task=wait_to_be_freed):
        begun.read_text()
        raise KeyboardInterrupt
    with open(free, "w"):  # the worker still waits for this
        pass


def wait_to_be_freed(job):
    report(job)
    with open(job.folder):
        return Outcome(job.student)
