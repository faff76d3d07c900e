"""The site without a scientific package: it is built, and its Python starts, from what npm's
package and this environment bring.
"""

from __future__ import annotations

import json
import subprocess

import pytest
from playwright.sync_api import expect
from tests.browser.serving import served_folder
from tests.exercises.notebooks import NAMES
from tests.lite import small
from tests.lite.page import LitePage
from tools.lite.building import build
from tools.lite.distribution import KERNEL, LOCK, LiteError

from marking.authoring.packing import package
from marking.course import Course

COURSE = Course.find(start=small.ROOT)


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """The zip of all assignments that students get."""
    folder = tmp_path_factory.mktemp("packages")
    return next(path for path in package(COURSE, NAMES, folder) if path.stem == "all-assignments")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The small distribution."""
    return small.distribution(tmp_path_factory.mktemp("pyodide"))


@pytest.mark.browser
@pytest.mark.slow
def test_python_starts_with_the_courses_package_and_nothing_is_asked_of_another_host(
    browser, source, zipped, tmp_path
):
    site = tmp_path / "any" / "path" / "lite"
    build(source, small.CORE, zipped, site, source / LOCK, KERNEL)
    assert {file.stem for file in (site / "files").iterdir()} == {*NAMES, "start-here"}
    with served_folder(tmp_path) as address:
        context = browser.new_context()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        try:
            page = context.new_page()
            notebook = LitePage(page, f"{address}/any/path/lite", "start-here")
            expect(page.locator(".jp-Dialog")).to_have_count(0)
            notebook.type_into(
                "import numpy",
                "import sys\nfrom importlib.metadata import version\n"
                "sys.platform, version('transposed-convolution-course')",
            )
            notebook.run("import sys")
            expect(notebook.output("import sys")).to_contain_text("('emscripten', '0.1.0.post")
            line = page.locator(".course-line")
            expect(line).to_contain_text("kept in this browser")
            line.get_by_role("button").click()
            expect(line).to_have_count(0)
            # what was written is there again after a reload
            notebook.type_into("def rotate180", "mine = 6 * 7")
            notebook.save("mine = 6 * 7")
            page.reload()
            notebook.wait()
            expect(notebook.cell("mine = 6 * 7")).to_be_visible()
            expect(line).to_have_count(0)
        finally:
            context.close()
    assert any(url.endswith("pyodide.asm.wasm") for url in asked)
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]


def test_a_distribution_without_numpy_leaves_what_was_built_before(source, zipped, tmp_path):
    site = tmp_path / "lite"
    site.mkdir()
    (site / "index.html").write_text("as it was")
    lock = tmp_path / "lock.json"
    known = json.loads((source / LOCK).read_text())
    numpy = json.loads((small.CORE / LOCK).read_text())["packages"]["numpy"]
    lock.write_text(json.dumps(known | {"packages": known["packages"] | {"numpy": numpy}}))
    with pytest.raises(LiteError, match=r"it lacks numpy-.*\.whl"):
        build(source, small.CORE, zipped, site, lock)
    assert [path.name for path in tmp_path.iterdir() if path.name != "lock.json"] == ["lite"]
    assert (site / "index.html").read_text() == "as it was"


LIMITED = """
import { loadPyodide } from "CORE/pyodide.mjs";
const python = await loadPyodide();
python.mountNodeFS("/course", "SOURCES");
await python.runPythonAsync(`
import sys, types, time

# the package itself asks for NumPy
for name in ("marking", "marking.student"):
    package = types.ModuleType(name)
    package.__path__ = ["/course/" + name.replace(".", "/")]
    sys.modules[name] = package
from marking.student.time_limit import IN_BROWSER, TimeIsUp, time_limit

def for_ever():
    while True:
        pass

def swallowing():
    for _ in range(2):
        try:
            for_ever()
        except BaseException:
            pass

def listing():
    return [0 for _ in iter(int, 1)]

def calling():
    while True:
        len([])

for endless in (for_ever, listing, calling):
    try:
        with time_limit(0.05):
            endless()
    except TimeIsUp:
        print("stopped", endless.__name__)
with time_limit(0.05):
    swallowing()
print("ended", IN_BROWSER)
end = time.monotonic() + 0.2
while time.monotonic() < end:  # no limit is left behind
    pass
with time_limit(9):
    print("again", sum(range(10)))
`);
"""


def test_a_loop_without_an_end_is_stopped_where_there_are_neither_alarms_nor_threads(tmp_path):
    program = tmp_path / "limited.mjs"
    text = LIMITED.replace("CORE", small.CORE.as_uri()).replace("SOURCES", f"{small.ROOT}/src")
    program.write_text(text)
    said = subprocess.run(
        ["node", str(program)], capture_output=True, text=True, check=False, timeout=300
    )
    lines = ["stopped for_ever", "stopped listing", "stopped calling", "ended True", "again 45"]
    assert said.stdout.splitlines() == lines, said.stderr[-2000:]
