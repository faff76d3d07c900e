"""Marked submissions per second, ours (sandboxed) against stock `nbgrader autograde` (unsandboxed), on one honest
class.

    python benchmarks/class.py [--students N] [--linear] [--jobs N]

Stock runs nbgrader's default preprocessors on the same notebooks, whose test cells call `check`, in process, as a
student's would.  CPU seconds are those of the command and all its children.  `--linear` grades 50, 100, 200 and 400
submissions.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.sample_class.answers import LOOPS, MISTAKES, SHIFTS, SLICES
from tests.sample_class.folder import make_course, released
from tests.sample_class.students import ASSIGNMENT, Student, write

STOCK = """
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors." + name for name in (
    "ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")]
c.Autograde.autograde_preprocessors = ["nbgrader.preprocessors." + name for name in (
    "Execute", "IgnorePattern", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata")]
"""


def submissions(count: int) -> dict[str, bytes]:
    """An honest class: three styles, some mistakes, some blanks."""
    release = released()
    kinds = [LOOPS, SLICES, SHIFTS, LOOPS | MISTAKES["kernel-not-turned"], SLICES | MISTAKES["only-mirrored"], {}]
    made = [Student("", (write(kind),), {}).submission(release) for kind in kinds]
    return {f"student-{number:04}": made[number % len(made)] for number in range(count)}


def run(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"benchmarks/class.py: {' '.join(command)} failed: {done.stderr.strip().splitlines()[-1:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def marks(folder: Path) -> dict[str, float]:
    query = """SELECT s.student_id, sum(g.auto_score) FROM grade g JOIN submitted_notebook n ON n.id = g.notebook_id
               JOIN submitted_assignment s ON s.id = n.assignment_id GROUP BY s.student_id"""
    with sqlite3.connect(folder / "gradebook.db") as connection:
        return dict(connection.execute(query))


def measure(kind: str, count: int, jobs: int) -> tuple[float, float, dict[str, float]]:
    """Grade a class of `count` afresh; returns wall seconds, CPU seconds, marks."""
    with tempfile.TemporaryDirectory(prefix="class-") as name:
        folder = make_course(Path(name), submissions(count), config=STOCK if kind == "stock" else "")
        if kind == "stock":
            run([sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT, "--force"], _with_source(folder))
            command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT]
        else:
            command = [sys.executable, "-m", "marking", "grade", ASSIGNMENT, "--jobs", str(jobs)]
        wall, cpu = run(command, folder)
        return wall, cpu, marks(folder)


def _with_source(folder: Path) -> Path:
    """Stock needs the notebook that `marking release` makes from the source."""
    root = Path(__file__).resolve().parents[1]
    shutil.copytree(root / "solutions" / ASSIGNMENT, folder / "solutions" / ASSIGNMENT, dirs_exist_ok=True)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=24, help="of the comparison (default 24)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--linear", action="store_true", help="cost against size, ours alone")
    options = parser.parse_args()
    if options.linear:
        print("| submissions | wall s | CPU s | CPU s a submission | a minute |\n| --- | --- | --- | --- | --- |")
        for count in (50, 100, 200, 400):
            wall, cpu, _ = measure("ours", count, options.jobs)
            print(f"| {count} | {wall:.1f} | {cpu:.1f} | {cpu / count:.3f} | {60 * count / wall:.0f} |", flush=True)
        return 0
    count = options.students
    results = {kind: measure(kind, count, options.jobs) for kind in ("stock", "ours")}
    print("| pipeline | CPU s a submission | submissions a minute |\n| --- | --- | --- |")
    for kind, (wall, cpu, _) in results.items():
        print(f"| {kind} | {cpu / count:.2f} | {60 * count / wall:.0f} |")
    (stock_wall, stock_cpu, stock_marks), (wall, cpu, our_marks) = results["stock"], results["ours"]
    print(f"\nper CPU second: {stock_cpu / cpu:.1f} times stock; per wall second: {stock_wall / wall:.1f} times stock")
    for student in sorted(stock_marks):
        if stock_marks[student] != our_marks.get(student):
            print(f"{student}: stock gives {stock_marks[student]}, ours {our_marks.get(student)}")
    print("marks agree" if stock_marks == our_marks else "MARKS DIFFER")
    return int(stock_marks != our_marks)


if __name__ == "__main__":
    sys.exit(main())
