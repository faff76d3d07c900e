"""Every assignment in the browser, and every verdict under Pyodide: where a Pyodide distribution is
at hand.

COURSE_PYODIDE names it, a folder or an archive; COURSE_PYODIDE_LOCK a lock file other than npm's,
for one that somebody has built.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.serving import served_folder
from tests.browser.test_jupyterlab import cells_to_fill
from tests.exercises.notebooks import NAMES
from tests.lite import small, verdicts
from tests.lite.page import LitePage
from tools.lite.building import build
from tools.lite.distribution import COURSE, LOCK, Lock, copy_packages

from marking.authoring.packing import package
from marking.course import Course
from marking.kernels.bubblewrap import why_no_bubblewrap
from marking.questions import ASSIGNMENTS, QUESTIONS

NAMED = os.environ.get("COURSE_PYODIDE", "")
LOCKED = Path(os.environ.get("COURSE_PYODIDE_LOCK") or small.CORE / LOCK)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NAMED, reason="COURSE_PYODIDE names no Pyodide distribution"),
]
SOURCE = Path(NAMED)
# What only a program of 64 bits can do: count a range of more than 2**31 numbers.
IMPOSSIBLE = {("output_size", "right: by_ranges")}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the whole site."""
    folder = tmp_path_factory.mktemp("site")
    packed = package(Course.find(start=small.ROOT), NAMES, folder / "packages")
    zipped = next(path for path in packed if path.stem == "all-assignments")
    build(SOURCE, small.CORE, zipped, folder / "lite", LOCKED)
    with served_folder(folder) as address:
        yield f"{address}/lite"


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_is_solved_downloaded_and_marked(name, site, browser, tmp_path):
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    try:
        notebook = LitePage(context.new_page(), site, name)
        first = ASSIGNMENTS[name][0]
        notebook.run_all()
        expect(notebook.output(f"check({first})")).to_contain_text("not right yet, 0 of")
        for text, source in cells_to_fill(name).items():
            notebook.type_into(text, source)
        notebook.run_all()
        for function in ASSIGNMENTS[name]:
            points = QUESTIONS[function].points
            shown = notebook.output(f"check({function})")
            expect(shown).to_contain_text(f"passed, {points:g} of {points:g} points")
        notebook.save("passed, ")
        with notebook.page.expect_download() as download:
            notebook.page.get_by_role("menuitem", name="File", exact=True).click()
            notebook.page.get_by_role("menuitem", name="Download", exact=True).click()
        assert download.value.suggested_filename == f"{name}.ipynb"
        handed_in = tmp_path / "submitted" / "student" / name / f"{name}.ipynb"
        handed_in.parent.mkdir(parents=True)
        download.value.save_as(handed_in)
    finally:
        context.close()
    assert not [url for url in asked if not url.startswith((site, "data:", "blob:", site[:-5]))]
    unsafe = ["--unsafe"] if why_no_bubblewrap() else []
    command = [sys.executable, "-m", "marking", "grade", name, "--root", str(tmp_path), *unsafe]
    marked = subprocess.run(command, capture_output=True, text=True, check=False)
    points = sum(QUESTIONS[function].points for function in ASSIGNMENTS[name])
    assert f" {points:g} of " in marked.stdout, marked.stdout + marked.stderr


ASKED = """
import { loadPyodide } from "CORE/pyodide.mjs";
import fs from "node:fs";
const [, , packages, root, out] = process.argv;
const python = await loadPyodide();
for (const file of fs.readdirSync(packages).filter((name) => name.endsWith(".whl")))
  python.unpackArchive(new Uint8Array(fs.readFileSync(`${packages}/${file}`)), "whl");
python.mountNodeFS("/course", root);
fs.writeFileSync(out, await python.runPythonAsync(`
import sys
sys.path[:0] = ["/course/src", "/course"]
import marking
from tests.lite.verdicts import lines
lines("/course/variants")
`));
"""


def read(lines: str) -> list[dict[str, object]]:
    """The records, without what differs from one run to the next of one and the same Python: the
    time, and which of two cases of the same size is shown.
    """
    return [
        {name: value for name, value in json.loads(line).items() if name != "seconds"}
        for line in lines.replace("(x, w, bias=None)", "(x, w)").splitlines()
    ]


def test_every_verdict_is_the_same_to_the_letter(tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    copy_packages(SOURCE, Lock(LOCKED.read_text()), COURSE, wheels)
    program = tmp_path / "asked.mjs"
    program.write_text(ASKED.replace("CORE", small.CORE.as_uri()))
    out = tmp_path / "there.jsonl"
    command = ["node", str(program), str(wheels), str(small.ROOT), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=3600)
    here = read(verdicts.lines(str(small.ROOT / "variants")))
    there = read(out.read_text())
    assert len(here) == len(there) > 700
    for one, other in zip(here, there, strict=True):
        if (one["question"], one["answer"]) not in IMPOSSIBLE:
            assert one == other
