"""CPU seconds of marking, feedback and export over the size of a class, for the runbook's figure.

    python benchmarks/class_size.py [--sizes N ...] [--jobs N] [--out FILE]

The class is generated: no two students handed in the same code.  CPU seconds are those of a command
and all its children, with what every start costs.  The straight line through the sizes is printed;
with `--out` the measurement is kept, with what it was made by.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from sample_class.answers import HONEST
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, write

COMMANDS = {
    "marking": ["grade", ASSIGNMENT],
    "feedback": ["feedback", ASSIGNMENT],
    "export": ["marks", ASSIGNMENT, "--csv", "marks.csv"],
}


def submissions(count: int) -> Iterator[tuple[str, bytes]]:
    """An honest class: three styles, some mistakes, some blanks, each with words of its own."""
    release = released()
    for number in range(count):
        student = f"student-{number:04}"
        own = {name: f"{code}\n# {student}" for name, code in HONEST[number % len(HONEST)].items()}
        yield student, Student("", (write(own),), {}).submission(release)


def cpu_seconds(command: list[str], folder: Path) -> float:
    """CPU seconds of a command of ours and all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "marking", *command],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(count: int, jobs: int) -> dict[str, float]:
    """CPU seconds of each command for a class of `count`, one after the other."""
    with tempfile.TemporaryDirectory(prefix="class-") as name:
        folder = make_course(Path(name), dict(submissions(count)), config="")
        more = {"marking": ["--jobs", str(jobs)]}
        return {
            what: round(cpu_seconds([*command, *more.get(what, [])], folder), 2)
            for what, command in COMMANDS.items()
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 60, 120])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="where to keep the measurement, as JSON")
    options = parser.parse_args()
    seconds: dict[str, list[float]] = {what: [] for what in COMMANDS}
    print("| submissions | " + " | ".join(f"{what}, CPU s" for what in COMMANDS) + " |")
    print("| --- " * (1 + len(COMMANDS)) + "|")
    for size in options.sizes:
        spent = measure(size, options.jobs)
        for what, one in spent.items():
            seconds[what].append(one)
        print(f"| {size} | " + " | ".join(str(one) for one in spent.values()) + " |", flush=True)
    if len(options.sizes) > 1:
        for what, values in seconds.items():
            each, start = np.polyfit(options.sizes, values, 1)
            print(f"{what}: {start:.1f} s, and {1000 * each:.0f} ms a submission")
    if options.out:
        sizes = " ".join(map(str, options.sizes))
        machine = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} processors"
        kept = {
            "provenance": {
                "command": f"python benchmarks/class_size.py --sizes {sizes} --jobs {options.jobs}",
                "machine": f"{machine}, other programs beside it",
                "date": date.today().isoformat(),
                "Python": platform.python_version(),
            },
            "sizes": options.sizes,
            "CPU seconds": seconds,
        }
        options.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
