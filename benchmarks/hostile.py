"""A class half of which is hostile, against the same class without them.

    python benchmarks/hostile.py [--students N] [--jobs N]

The honest half must have exactly the marks that it has alone, everybody a row, and nothing may be
left on the machine: processes, files in the places for temporary ones, keys, sockets, segments of
shared memory.  The ratio is that of the time a submission takes: 1 where a hostile one takes no
longer than an honest one.  Memory is that of the grader and its workers together, kernels not
counted (see benchmarks/class.py).
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sample_class.folder import hand_in, make_course, released
from sample_class.students import ASSIGNMENT
from tests.attacks.attacks import ATTACKS, MARKER, SECRET

# By its name as text: `class` is a word of Python's.
_class = importlib.import_module("benchmarks.class")
memory_of_family, submissions = _class.memory_of_family, _class.submissions

MOST_RATIO = 2.0
SETTLE_SECONDS = 10.0  # until what ended is gone from the lists
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")


def left_on_the_machine(token: str) -> set[str]:
    """All that the grader, marked by `token` in its environment, and the attacks, marked by their
    own word, can leave behind, one line each.  Other work on the machine leaves things as well, so
    of keys and shared memory only what is new afterwards counts.
    """
    found = {str(path) for place in TEMPORARY for path in Path(place).glob(f"*{MARKER}*")}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        if token.encode() in environment or MARKER.encode() in command:
            shown = command[:80].replace(b"\0", b" ").decode(errors="replace")
            found.add(f"process {process.name} {shown}")
    for table in ("keys", "sysvipc/shm", "sysvipc/sem", "sysvipc/msg"):
        try:
            lines = Path("/proc", table).read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        # Keyrings of sessions come and go with any login; what is put into one is a key.
        found |= {f"{table} {_name(table, line)}" for line in lines if " keyring " not in line}
    for line in Path("/proc/net/unix").read_text(encoding="utf-8").splitlines():
        name = " ".join(line.split()[7:])
        if MARKER in name or token in name:
            found.add(f"socket {name}")
    return found


def _name(table: str, line: str) -> str:
    """What is the same of an entry however long it is there: of a key, not its use and age."""
    fields = line.split()
    return " ".join([fields[0], *fields[4:]]) if table == "keys" else " ".join(fields[:2])


def grade(folder: Path, jobs: int, temporary: Path) -> tuple[float, int, str]:
    """Mark the class in `folder`: seconds, bytes of memory, and what the command printed."""
    command = [sys.executable, "-m", "marking", "grade", ASSIGNMENT, "--jobs", str(jobs)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"INSTRUCTORS_SECRET": SECRET, "TMPDIR": str(temporary)},
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(process.communicate()[0]))
    reader.start()
    memory = 0
    while reader.is_alive():
        memory = max(memory, memory_of_family(process.pid))
        reader.join(0.25)
    return time.perf_counter() - begun, memory, said[0]


def marks(folder: Path) -> dict[str, float]:
    """The points of each student in the gradebook."""
    query = """SELECT s.student_id, sum(coalesce(g.auto_score, 0)) FROM grade g
        JOIN submitted_notebook n ON n.id = g.notebook_id
        JOIN submitted_assignment s ON s.id = n.assignment_id GROUP BY s.student_id"""
    with sqlite3.connect(folder / "gradebook.db") as connection:
        return dict(connection.execute(query))


def make_class(folder: Path, honest: dict[str, bytes], hostile: int) -> Path:
    """A course with the honest submissions, and hostile ones between them."""
    course = make_course(folder, {f"{n:04}-{who}": d for n, (who, d) in enumerate(honest.items())})
    (course / "secret.txt").write_text(SECRET, encoding="utf-8")
    for number in range(hostile):
        attack = ATTACKS[number * 7 % len(ATTACKS)]  # kinds that are alike stand together there
        data = attack.student().submission(released()).replace(b"PORT", b"9")
        place = f"{number:04}-zz-{attack.name}-{number}"
        attack.folder(hand_in(course, place, data).parent)
    return course


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=60, help="of the whole class (default 60)")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    half = options.students // 2
    honest = submissions(options.students - half)
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        alone = Path(name, "alone")
        mixed = Path(name, "mixed")
        alone.mkdir()
        mixed.mkdir()
        make_class(alone, honest, 0)
        make_class(mixed, honest, half)
        temporary = Path(name, "tmp")  # of the grader alone; its name is the token as well
        temporary.mkdir()
        before = left_on_the_machine(name)
        quiet, quiet_memory, _ = grade(alone, options.jobs, temporary)
        seconds, memory, said = grade(mixed, options.jobs, temporary)
        wanted, got = marks(alone), marks(mixed)
        time.sleep(SETTLE_SECONDS)
        left = left_on_the_machine(name) - before | {str(path) for path in temporary.iterdir()}
    spoilt = {who for who, points in wanted.items() if got.get(who) != points}
    shown = re.search(r"\d+ of \d+ submissions have a mark.*", said)
    ratio = seconds / (2 * quiet)
    print("| class | submissions | wall s | MB |\n| --- | --- | --- | --- |")
    print(f"| the honest alone | {len(honest)} | {quiet:.1f} | {quiet_memory / 1e6:.0f} |")
    print(f"| half hostile | {options.students} | {seconds:.1f} | {memory / 1e6:.0f} |")
    print(f"\ntime a submission, half hostile to honest: {ratio:.2f} (at most {MOST_RATIO:g})")
    print(f"honest marks that differ: {sorted(spoilt) or 'none'}")
    print(f"rows: {len(got)} of {options.students}; {shown[0] if shown else said[-300:]}")
    print("left on the machine: " + ("\n  ".join(["", *sorted(left)]) if left else "nothing"))
    return int(bool(spoilt or left) or len(got) != options.students or ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
