"""A course on a JupyterHub, as the runbook tells it: two users of the system, nbgrader's exchange,
and every command typed in a terminal of their JupyterLab.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, make_course, released, short
from sample_class.students import ASSIGNMENT, Student, write

from marking.kernels import bubblewrap

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        sys.platform != "linux" or os.getuid() != 0,
        reason="only root can start servers as other users",
    ),
]
WORDS = {"explain_odd_kernel": "So that there is a cell in the middle."}
UNSAFE = "" if bubblewrap.why_no_bubblewrap() is None else " --unsafe"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"


def hand_in(answers):
    return json.loads(Student("", (write(answers),), {}).submission(released()))


def of_the_runbook():
    """The two configurations that the runbook shows, and the commands."""
    text = (ROOT / "book" / "marking-runbook.md").read_text(encoding="utf-8")
    part = text.split("(runbook-hub)=", 1)[1].split("\n(runbook-", 1)[0]
    everybody, instructor = re.findall(r"```python\n(.*?)```", part, re.S)
    (commands,) = re.findall(r"```text\n(.*?)```", part, re.S)
    return everybody, instructor, commands.split("\n")[:-1]


@pytest.fixture(scope="module")
def hub():
    from tests.jupyterhub import hub as running_hub

    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    folder.chmod(0o755)
    exchange = folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    try:
        running_hub.install(folder)
        everybody, own, _ = of_the_runbook()
        everybody = everybody.replace("/srv/exchange", str(exchange))
        hub = running_hub.configure(folder, {"nbgrader_config.py": everybody})
        home = folder / "home" / "instructor"
        (home / "course").mkdir()
        make_course(home / "course", config=short())
        (home / ".jupyter").mkdir()
        own = own.replace("/home/me/course", str(home / "course"))
        (home / ".jupyter" / "nbgrader_config.py").write_text(own, encoding="utf-8")
        number = running_hub.USERS["instructor"]
        for place in home.rglob("*"):
            os.chown(place, number, number)
        with running_hub.running(folder, hub):
            for user in running_hub.USERS:
                hub.start(user)
            hub.exchange = exchange
            yield hub
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def typed(hub, *beginnings):
    """Type those of the runbook's commands; what they printed."""
    said = ""
    for command in of_the_runbook()[2]:
        if command.startswith(beginnings):
            flags = f" --jobs 1{UNSAFE}" if "grade " in command and "marking" in command else ""
            said += hub.type("instructor", f"cd ~/course && {command}{flags}")
    return said


HAND_OUT = ("marking release ", "nbgrader generate_assignment", "nbgrader release_assignment")
MARK = ("nbgrader collect", "marking grade", "marking feedback", "nbgrader release_feedback")


def page(hub):
    """The newest page that ada fetches."""
    hub.type("ada", f"cd ~ && nbgrader fetch_feedback {ASSIGNMENT}")
    return hub.type("ada", f'cat "$(ls -t ~/{ASSIGNMENT}/feedback/*/{ASSIGNMENT}.html | head -1)"')


def test_a_course_on_a_hub_from_handing_out_to_feedback(hub):
    assert all(command.startswith(HAND_OUT + MARK) for command in of_the_runbook()[2])
    typed(hub, *HAND_OUT)
    assert ASSIGNMENT in hub.type("ada", "nbgrader list")
    hub.type("ada", f"cd ~ && nbgrader fetch_assignment {ASSIGNMENT}")
    hub.save("ada", NOTEBOOK, hand_in(LOOPS | {"rotate180": "def rotate180(h):\n    return h"}))
    said = hub.type("ada", f"cd ~/{ASSIGNMENT} && nbgrader validate {ASSIGNMENT}.ipynb")
    assert "FAILED" in said and "rotate180" in said
    hub.type("ada", f"cd ~ && nbgrader submit {ASSIGNMENT}")
    listed = hub.type("instructor", f"cd ~/course && nbgrader list --inbound {ASSIGNMENT}")
    assert "ada" in listed
    first = typed(hub, *MARK)
    assert re.search(r"ada .*\b10 of 14", first), first
    assert "10.0 / 14.0" in page(hub)

    # She hands in again: the newer hand-in is marked, and its page is hers.
    hub.save("ada", NOTEBOOK, hand_in(LOOPS | WORDS))
    hub.type("ada", f"cd ~ && nbgrader submit {ASSIGNMENT}")
    again = typed(hub, *MARK)
    assert re.search(r"ada .*\b12 of 14", again), again
    assert "12.0 / 14.0" in page(hub)

    answer = hub.ask("GET", f"/user/instructor/formgrader/api/submissions/{ASSIGNMENT}")
    (shown,) = answer.json()
    assert (shown["student"], shown["score"], shown["needs_manual_grade"]) == ("ada", 12, True)
    refused = hub.ask("GET", "/user/ada/formgrader/api/submissions/rotated-kernel")
    assert refused.status_code >= 400 or refused.json() == [], "ada's formgrader shows no course"


def test_who_may_read_what(hub):
    exchange = f"{hub.exchange}/transposed-convolution"
    for command in (
        "ls ~instructor/course",
        f"ls {exchange}/inbound",
        f"ls {exchange}/feedback",
        "cat ~instructor/course/gradebook.db",
    ):
        assert "denied" in hub.type("ada", command, code=2 if command[0] == "l" else 1)
