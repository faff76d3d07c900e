"""Marked submissions per second, ours (sandboxed) against stock `nbgrader autograde` (unsandboxed),
on one honest class.

    python benchmarks/class.py [--students N] [--jobs N]   # against stock, and where the time goes
    python benchmarks/class.py --linear                    # 50, 100, 200, 400 submissions, ours

Stock runs nbgrader's default preprocessors on the same notebooks, whose test cells call `check`, in
process, as a student's would.  What a cost is says `_cost`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _cost import Cost, run
from sample_class.answers import HONEST
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, write

from marking.course import Course
from marking.grading import workers
from marking.grading.workers import Job
from marking.kernels.kernel import Kernel
from marking.kernels.tiers import choose_tier
from marking.limits import Times
from marking.questions.model import Question
from marking.submissions import running
from marking.submissions.marks import Mark

CHANGED = "convolve2d_same"  # a question that no other builds on
STOCK = """
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors." + name for name in (
    "ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")]
c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors." + name for name in (
    "Execute", "IgnorePattern", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties",
    "CheckCellMetadata")]
"""


def submissions(count: int) -> dict[str, bytes]:
    """An honest class: three styles, some mistakes, some blanks."""
    release = released()
    made = [Student("", (write(kind),), {}).submission(release) for kind in HONEST]
    return {f"student-{number:04}": made[number % len(made)] for number in range(count)}


def marks(folder: Path) -> dict[str, float]:
    query = """SELECT s.student_id, sum(g.auto_score) FROM grade g
        JOIN submitted_notebook n ON n.id = g.notebook_id
               JOIN submitted_assignment s ON s.id = n.assignment_id GROUP BY s.student_id"""
    with sqlite3.connect(folder / "gradebook.db") as connection:
        return dict(connection.execute(query))


def measure(kind: str, count: int, jobs: int) -> tuple[Cost, dict[str, float]]:
    """Grade a class of `count` afresh; returns the cost and the marks."""
    with tempfile.TemporaryDirectory(prefix="class-") as name:
        folder = make_course(
            Path(name), submissions(count), config=STOCK if kind == "stock" else ""
        )
        if kind == "stock":
            run(
                [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT, "--force"],
                _with_source(folder),
            )
            return run([sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT], folder), marks(
                folder
            )
        return run(grading(jobs), folder), marks(folder)


def grading(jobs: int) -> list[str]:
    """Our command."""
    return [sys.executable, "-m", "marking", "grade", ASSIGNMENT, "--jobs", str(jobs)]


def again(count: int, jobs: int) -> dict[str, Cost]:
    """Grade a class, then again: with nothing changed, and with one question changed."""
    with tempfile.TemporaryDirectory(prefix="class-") as name:
        folder = make_course(Path(name), submissions(count), config="")
        costs = {"the whole class": run(grading(jobs), folder)}
        costs["again, nothing changed"] = run(grading(jobs), folder)
        ledger = folder / "autograded" / ".marking" / f"{ASSIGNMENT}.jsonl"
        entries = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
        for entry in entries:  # as if it had been checked in another way then
            entry["questions"][CHANGED] = "another"
        lines = "".join(json.dumps(entry) + "\n" for entry in entries)
        ledger.write_text(lines, encoding="utf-8")
        costs["again, one of four checks changed"] = run(grading(jobs), folder)
    return costs


STAGES = {
    "start of a kernel": (running, "start_kernel"),
    "cells": (Kernel, "run"),
    "questions put to functions": (Kernel, "ask"),
    "reading and repairing the notebook": (workers, "repair_submission"),
    "writing the marked notebook": (workers, "notebook_text"),
    "end of a kernel": (Kernel, "close"),
    "all of it, examiner included": (workers, "mark"),
}


@contextlib.contextmanager
def jobs_of(count: int) -> Iterator[list[Job]]:
    """The jobs of a class of `count`, to be marked in this process, which is warm."""
    with tempfile.TemporaryDirectory(prefix="class-") as name:
        folder = make_course(Path(name), submissions(count), config="")
        course = Course.find(start=folder)
        tier, release = choose_tier(), str(course.release(ASSIGNMENT))
        jobs = [
            Job(student, str(path), ASSIGNMENT, release, f"2026/{student}", Times(), tier)
            for student, path in course.submissions(ASSIGNMENT).items()
        ]
        for job in jobs:  # what is made once a process is no submission's
            workers.mark(job)
        yield jobs


def stages(jobs: Sequence[Job]) -> dict[str, float]:
    """Milliseconds a submission that each stage of marking takes, without the gradebook."""
    spent = dict.fromkeys(STAGES, 0.0)

    def timed(stage: str, function: Callable) -> Callable:
        def call(*args: object, **named: object) -> object:
            begun = time.perf_counter()
            try:
                return function(*args, **named)
            finally:
                spent[stage] += time.perf_counter() - begun

        return call

    with contextlib.ExitStack() as patches:
        for stage, (owner, attribute) in STAGES.items():
            patches.enter_context(
                mock.patch.object(owner, attribute, timed(stage, getattr(owner, attribute)))
            )
        for job in jobs:
            workers.mark(job)
    return {stage: 1000 * seconds / len(jobs) for stage, seconds in spent.items()}


def shares(jobs: Sequence[Job]) -> dict[str, tuple[float, float]]:
    """By question, milliseconds a submission: its share of marking everything (the question, and
    all that is done before and after questions), and what marking takes when it alone changed.
    """
    own: dict[str, float] = defaultdict(float)
    mark_of = running.NotebookRun._mark_of

    def timed(run: running.NotebookRun, question: Question, *args: object) -> Mark:
        begun = time.perf_counter()
        try:
            return mark_of(run, question, *args)
        finally:
            own[question.name] += time.perf_counter() - begun

    with mock.patch.object(running.NotebookRun, "_mark_of", timed):
        begun = time.perf_counter()
        marked = [workers.mark(job).marks for job in jobs]
        rest = time.perf_counter() - begun - sum(own.values())
    told = {}
    for changed, seconds in own.items():
        again = [
            replace(job, known=tuple(mark for mark in marks if mark.question != changed))
            for job, marks in zip(jobs, marked, strict=True)
        ]
        begun = time.perf_counter()
        for job in again:
            workers.mark(job)
        taken = time.perf_counter() - begun
        told[changed] = (1000 * (rest + seconds) / len(jobs), 1000 * taken / len(jobs))
    return told


def _with_source(folder: Path) -> Path:
    """Stock needs the notebook that `marking release` makes from the source."""
    root = Path(__file__).resolve().parents[1]
    shutil.copytree(
        root / "solutions" / ASSIGNMENT, folder / "solutions" / ASSIGNMENT, dirs_exist_ok=True
    )
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=120, help="of the comparison (default 120)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--linear", action="store_true", help="cost against size, ours alone")
    options = parser.parse_args()
    return linear(options.jobs) if options.linear else compare(options.students, options.jobs)


def linear(jobs: int) -> int:
    """Print the cost of classes of four sizes."""
    print(
        "| submissions | wall s | CPU s | CPU s a submission | a minute | MB |\n| --- | --- | --- "
        "| --- | --- | --- |"
    )
    for count in (50, 100, 200, 400):
        cost, _ = measure("ours", count, jobs)
        each, rate, memory = cost.cpu / count, 60 * count / cost.wall, cost.memory / 1e6
        print(
            f"| {count} | {cost.wall:.1f} | {cost.cpu:.1f} | {each:.3f} | {rate:.0f} | "
            f"{memory:.0f} |",
            flush=True,
        )
    return 0


def compare(count: int, jobs: int) -> int:
    """Print ours against stock, what a second run costs, and where the time goes; 1 if the marks
    differ.
    """
    results = {kind: measure(kind, count, jobs) for kind in ("stock", "ours")}
    print("| pipeline | CPU s a submission | submissions a minute |\n| --- | --- | --- |")
    for kind, (cost, _) in results.items():
        print(f"| {kind} | {cost.cpu / count:.3f} | {60 * count / cost.wall:.0f} |")
    (stock, stock_marks), (ours, our_marks) = results["stock"], results["ours"]
    cpu, wall = stock.cpu / ours.cpu, stock.wall / ours.wall
    times = f"{cpu:.1f} times stock; per wall second: {wall:.1f} times stock"
    print(f"\n{count} students; per CPU second: {times}")
    for student in sorted(stock_marks):
        if stock_marks[student] != our_marks.get(student):
            print(f"{student}: stock gives {stock_marks[student]}, ours {our_marks.get(student)}")
    print("marks agree" if stock_marks == our_marks else "MARKS DIFFER")
    print("\n| run | wall s | CPU s |\n| --- | --- | --- |")
    for name, cost in again(count, jobs).items():
        print(f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} |")
    with jobs_of(min(count, 60)) as few:
        print("\n| stage, in one process | ms a submission |\n| --- | --- |")
        for stage, milliseconds in stages(few).items():
            print(f"| {stage} | {milliseconds:.1f} |")
        print("\n| question | its share, ms a submission | marking when it alone changed |")
        print("| --- | --- | --- |")
        for question, (share, taken) in shares(few).items():
            print(f"| `{question}` | {share:.1f} | {taken:.1f} |")
    return int(stock_marks != our_marks)


if __name__ == "__main__":
    sys.exit(main())
