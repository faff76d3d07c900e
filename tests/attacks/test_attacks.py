"""Attacks on a real run: no point gained, nothing read or changed, nothing left behind, everybody
else marked.

One class holds every attack with honest students between them.  It is marked once, by the command,
as an instructor would; each test looks at what one attack left.
"""

import hashlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import hand_in, make_course, released, short
from sample_class.patience import patient
from sample_class.students import ASSIGNMENT, FULL, Student, write
from tests.processes import running

from marking.course import Course
from marking.kernels.bubblewrap import why_no_bubblewrap
from marking.kernels.homes import is_running

from .attacks import ATTACKS, MARKER, SECRET

pytestmark = pytest.mark.skipif(
    why_no_bubblewrap() is not None,
    reason=f"a real run needs the sandbox: {why_no_bubblewrap()}",
)
HONEST = [f"honest-{number:02}" for number in range(8)]
CHANNEL_ATTACKS = [a for a in ATTACKS if re.match("07|3[1-4]", a.name)]
MOST_MEMORY = 500 * 2**20


@dataclass
class Aftermath:
    course: Course
    returncode: int
    stdout: str
    stderr: str
    points: dict
    connections: list
    peak: int
    before: dict
    after: dict
    temporary: set


def fingerprints(folder: Path) -> dict[str, str]:
    """Every file of the course but those that marking writes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if relative.parts[0] in ("autograded", "gradebook.db", ".marking"):
            continue
        if path.is_symlink():
            found[str(relative)] = f"link {os.readlink(path)}"
        elif path.is_file() and path.stat().st_size < 2**30:
            found[str(relative)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(relative)] = oct(path.stat().st_mode)
    return found


def listen(connections):
    """A server on loopback that notes who calls; returns it with its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            connections.append(address)
            connection.close()

    threading.Thread(target=accept, daemon=True).start()
    return server, server.getsockname()[1]


def peak_memory(process) -> int:
    """Watch the grader and its workers until it ends; the largest resident memory any of them had,
    in bytes.
    """
    peak = 0
    while process.poll() is None:
        family = [process.pid]
        listing = subprocess.run(
            ["ps", "-eo", "pid,ppid,comm"], capture_output=True, text=True
        ).stdout.splitlines()[1:]
        family += [
            int(p)
            for p, parent, comm in (line.split(None, 2) for line in listing)
            if int(parent) == process.pid and comm != "bwrap"
        ]
        for pid in family:
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                peak = max(peak, int(found[1]) * 1024)
        time.sleep(0.3)
    return peak


def temporary_folders():
    return set(Path("/tmp").glob("marking-*"))


# Honest answers beside floods and bombs wait for a processor, on a busy machine for seconds.
ANSWER_SECONDS = 5


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    more = f"c.Judge.answer_seconds = {patient(ANSWER_SECONDS)}\n"
    folder = make_course(tmp_path_factory.mktemp("attacked"), config=short() + more)
    (folder / "secret.txt").write_text(SECRET)
    honest = Student("", (write(LOOPS),), {}).submission(released())
    connections: list = []
    server, port = listen(connections)
    for attack in ATTACKS:
        data = attack.student().submission(released()).replace(b"PORT", str(port).encode())
        attack.folder(hand_in(folder, attack.name, data).parent)
    for name in HONEST:
        hand_in(folder, name, honest)
    # Between the attacks: whoever comes after an attack must not notice.
    for number, name in enumerate(HONEST):
        os.rename(folder / "submitted" / name, folder / "submitted" / f"{number * 8:02}zz-{name}")
    before = fingerprints(folder)
    known = temporary_folders()
    process = subprocess.Popen(
        [sys.executable, "-m", "marking", "grade", ASSIGNMENT, "--jobs", "2"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"INSTRUCTORS_SECRET": SECRET},
    )
    output: list = []
    reader = threading.Thread(target=lambda: output.extend(process.communicate()))
    reader.start()
    peak = peak_memory(process)
    reader.join()
    server.close()
    with sqlite3.connect(folder / "gradebook.db") as connection:
        query = """SELECT s.student_id, c.name, g.auto_score FROM grade g
            JOIN base_cell c ON c.id = g.cell_id
            JOIN submitted_notebook n ON n.id = g.notebook_id
            JOIN submitted_assignment s ON s.id = n.assignment_id"""
        points: dict = {}
        for student, cell, score in connection.execute(query):
            points.setdefault(student, {})[cell.removeprefix("test_")] = score
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return Aftermath(
        course=Course.find(start=folder),
        returncode=process.returncode,
        stdout=output[0],
        stderr=output[1],
        points=points,
        connections=connections,
        peak=peak,
        before=before,
        after=fingerprints(folder),
        temporary=temporary_folders() - known,
    )


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_gains_a_point(aftermath, attack):
    got = {name: aftermath.points[attack.name][name] for name in FULL}
    assert got == attack.student().expected, verdicts(aftermath, attack.name)


def verdicts(aftermath, attack_name):
    """The texts below the checks of the marked notebook: the reasons of its mark."""
    notebook = json.loads(marked(aftermath, attack_name))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [output["data"].get("text/plain") for output in outputs if "data" in output]


def marked(aftermath, attack_name):
    return aftermath.course.autograded(attack_name, ASSIGNMENT).read_text()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_learns_anything(aftermath, attack):
    import nbformat

    notebook = nbformat.reads(marked(aftermath, attack.name), as_version=4)
    nbformat.validate(notebook)
    shown = "\n".join(
        str(output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert "FOUND" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize("attack", CHANNEL_ATTACKS, ids=lambda attack: attack.name)
def test_attacks_on_the_channel_find_it(aftermath, attack):
    """One that names what is not there would be no attack."""
    text = marked(aftermath, attack.name)
    assert "AttributeError" not in text and "NameError" not in text


def test_everybody_else_is_marked_as_if_alone(aftermath):
    honest = {name: points for name, points in aftermath.points.items() if "honest" in name}
    assert len(honest) == len(HONEST)
    for points in honest.values():
        assert {name: points[name] for name in FULL} == FULL


def test_the_class_is_finished(aftermath):
    assert aftermath.returncode == 0, aftermath.stderr[-2000:]
    assert len(aftermath.points) == len(ATTACKS) + len(HONEST)
    assert (
        f"{len(ATTACKS) + len(HONEST)} of {len(ATTACKS) + len(HONEST)} submissions have a mark"
        in aftermath.stdout
    )
    assert "Traceback" not in aftermath.stderr


def test_no_file_of_the_course_is_changed(aftermath):
    assert aftermath.after == aftermath.before


def test_no_call_leaves_the_sandbox(aftermath):
    assert aftermath.connections == []


def test_no_process_is_left(aftermath):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not running(MARKER):
            return
        time.sleep(0.1)
    pytest.fail("a process of a student's is still there")


def test_no_folder_is_left(aftermath):
    makers = {folder: folder.name.split("-")[1] for folder in aftermath.temporary}
    assert not [f for f, pid in makers.items() if pid.isdecimal() and not is_running(int(pid))]


def test_the_graders_memory_is_bounded(aftermath):
    assert 20 * 2**20 < aftermath.peak < MOST_MEMORY


def test_the_table_holds_no_terminal_codes(aftermath):
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f]", aftermath.stdout) is None


def test_marking_the_attacks_again_has_nothing_to_do(aftermath):
    done = subprocess.run(
        [sys.executable, "-m", "marking", "grade", ASSIGNMENT],
        cwd=aftermath.course.root,
        capture_output=True,
        text=True,
    )
    assert ": 0 marked now" in done.stdout


def test_there_are_at_least_46_attacks():
    assert len({attack.name for attack in ATTACKS}) >= 31 + 15
    numbers = {int(re.match(r"\d+", attack.name)[0]) for attack in ATTACKS}
    assert numbers >= set(range(1, 32))
