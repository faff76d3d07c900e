"""What collecting, marking, feedback and export cost over the size of a class, for the runbook's
figure.

    python benchmarks/class_size.py [--sizes N ...] [--jobs N] [--out FILE [--add]]

The class is generated: no two students handed in the same code.  It comes as Moodle's zip file.
What a cost is says `_cost`; each holds what every start of a command costs.  Printed are the costs,
the straight line through the CPU seconds, and how much more the largest class costs than the line
through the smaller ones foretells.  With `--out` what is measured is kept after each size, with
what it was made by; with `--add` a large class can be measured by itself, later.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from _cost import Cost, run
from sample_class.answers import HONEST
from sample_class.folder import make_course, released
from sample_class.students import ASSIGNMENT, Student, write

ARCHIVE = "handed-in.zip"
COMMANDS = {
    "collecting": ["collect", ASSIGNMENT, ARCHIVE],
    "marking": ["grade", ASSIGNMENT],
    "feedback": ["feedback", ASSIGNMENT],
    "export": ["marks", ASSIGNMENT, "--csv", "marks.csv"],
}
UNITS = {"cpu": ("CPU seconds", 1.0), "wall": ("seconds", 1.0), "memory": ("peak MB", 1e-6)}


def submissions(count: int) -> Iterator[tuple[str, bytes]]:
    """An honest class: three styles, some mistakes, some blanks, each with words of its own."""
    release = released()
    for number in range(count):
        student = f"student-{number:04}"
        own = {name: f"{code}\n# {student}" for name, code in HONEST[number % len(HONEST)].items()}
        yield student, Student("", (write(own),), {}).submission(release)


def pack(count: int, path: Path) -> None:
    """Write Moodle's zip file of a class of `count`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (student, data) in enumerate(submissions(count), 100_000):
            name = f"{student}_{number}_assignsubmission_file_/{ASSIGNMENT}.ipynb"
            archive.writestr(name, data)


def measure(count: int, jobs: int) -> dict[str, Cost]:
    """The cost of each command for a class of `count`, one after the other."""
    with tempfile.TemporaryDirectory(prefix="class-") as name:
        folder = make_course(Path(name), config="")
        pack(count, folder / ARCHIVE)
        more = {"marking": ["--jobs", str(jobs)]}
        marking = [sys.executable, "-m", "marking"]
        return {
            what: run([*marking, *command, *more.get(what, [])], folder)
            for what, command in COMMANDS.items()
        }


def kept(costs: Mapping[int, dict[str, Cost]], unit: str) -> dict[str, list[float]]:
    """By command, what each class cost in `unit`, which is one of `UNITS`."""
    _, scale = UNITS[unit]
    return {
        what: [round(scale * asdict(one[what])[unit], 2) for one in costs.values()]
        for what in COMMANDS
    }


def read(path: Path) -> dict[int, dict[str, Cost]]:
    """By size, the costs that `save` kept; none if there is no such file."""
    if not path.is_file():
        return {}
    held = json.loads(path.read_text(encoding="utf-8"))
    return {
        size: {
            what: Cost(**{u: held[title][what][i] / scale for u, (title, scale) in UNITS.items()})
            for what in COMMANDS
        }
        for i, size in enumerate(held["sizes"])
    }


def save(path: Path, costs: Mapping[int, dict[str, Cost]], jobs: int) -> None:
    """Keep costs by size, as JSON."""
    given = " ".join(map(str, costs))
    machine = f"{platform.system()}, {platform.machine()}, {os.cpu_count()} processors"
    held = {
        "provenance": {
            "command": f"python benchmarks/class_size.py --sizes {given} --jobs {jobs}",
            "machine": f"{machine}, other programs beside it",
            "date": date.today().isoformat(),
            "Python": platform.python_version(),
        },
        "sizes": list(costs),
    } | {title: kept(costs, unit) for unit, (title, _) in UNITS.items()}
    path.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")


def lines(sizes: Sequence[int], seconds: dict[str, list[float]]) -> Iterator[str]:
    """What the straight line through CPU seconds says, and how the largest class lies to it."""
    for what, values in seconds.items():
        each, start = np.polyfit(sizes, values, 1)
        said = f"{what}: {start:.1f} s, and {1000 * each:.0f} ms a submission"
        if len(sizes) > 3:  # two that lie close together foretell nothing
            foretold = np.polyval(np.polyfit(sizes[:-1], values[:-1], 1), sizes[-1])
            said += f"; {sizes[-1]} cost {values[-1] / foretold:.2f} times what the others foretell"
        yield said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 60, 120])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="where to keep the measurement, as JSON")
    parser.add_argument(
        "--add", action="store_true", help="keep what FILE holds of other sizes, measured before"
    )
    options = parser.parse_args()
    costs = read(options.out) if options.out and options.add else {}
    print("| submissions | " + " | ".join(f"{what}: CPU s, s, MB" for what in COMMANDS) + " |")
    print("| --- " * (1 + len(COMMANDS)) + "|")
    for size in sorted(options.sizes):
        costs[size] = measure(size, options.jobs)
        cells = [f"{c.cpu:.1f}, {c.wall:.1f}, {c.memory / 1e6:.0f}" for c in costs[size].values()]
        print(f"| {size} | " + " | ".join(cells) + " |", flush=True)
        costs = dict(sorted(costs.items()))
        if options.out:
            save(options.out, costs, options.jobs)
    if len(costs) > 1:
        print("\n".join(lines(list(costs), kept(costs, "cpu"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
