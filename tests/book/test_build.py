"""The build fails when it should, stays failed until mended, and never shows what an older library
computed.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from xml.etree import ElementTree

import pytest
from tests.book.site import ROOT, SmallProject, pages

from marking.authoring.auditing import load_variants, variants_folder
from marking.course import Course
from marking.questions import QUESTIONS

CELL = """```{code-cell} ipython3
import uuid
from little import ANSWER
print("answer:", ANSWER, "run:", uuid.uuid4())
```
"""


@pytest.fixture
def project(tmp_path):
    project = SmallProject(tmp_path / "project")
    project.contents("start")
    return project


def run_id(project: SmallProject) -> str:
    """The identifier that the page's cell printed when it last ran."""
    return re.search(r"run: ([0-9a-f-]{36})", project.html("start"))[1]


def check(result, *, failed: bool) -> str:
    """Assert how a build ended; what it printed, without the colours."""
    log = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout)
    assert (result.returncode != 0) == failed, log[-3000:]
    return log


@pytest.mark.slow
def test_cells_run_again_when_the_library_or_the_lock_changes_and_only_then(project):
    project.page("start", f"Some words.\n\n{CELL}")
    check(project.build(), failed=False)
    first = run_id(project)
    assert "answer: first" in project.html("start")
    assert "url=book/start.html" in project.read("_build/html/index.html")

    unchanged = check(project.build(), failed=False)
    assert (
        "0 added, 0 changed, 0 removed" in unchanged
        and "writing output" not in unchanged.split("[html]")[1]
    )

    project.page("start", f"Other words.\n\n{CELL}")
    check(project.build(), failed=False)
    assert "Other words" in project.html("start") and run_id(project) == first

    project.write("src/little/__init__.py", "ANSWER = 'second'\n")
    check(project.build(), failed=False)
    second = run_id(project)
    assert "answer: second" in project.html("start") and second != first

    project.write("requirements.txt", "numpy==2.1\n")
    check(project.build(), failed=False)
    assert run_id(project) != second
    assert len(list((project.folder / "_build/.jupyter_cache").iterdir())) == 1


@pytest.mark.slow
def test_every_fault_of_a_page_fails_the_build_names_the_page_and_fails_it_again(project):
    faults = {
        "raises": (
            '```{code-cell} ipython3\nraise ValueError("on purpose")\n```',
            "Executing notebook failed",
        ),
        "warns": (
            "```{code-cell} ipython3\nimport warnings\nwarnings.warn('on purpose')\n```",
            "stderr was found",
        ),
        "formula": ("A formula $\\nosuchcommand{2}$.", "KaTeX cannot read the formula"),
        "display": ("$$\n\\frac{1\n$$", "KaTeX cannot read the formula"),
        "link": ("See {doc}`nowhere`.", "nowhere"),
        "equation": ("See {eq}`nowhere`.", "nowhere"),
        "title": ("See {ref}`nowhere`.", "nowhere"),
        "figure": ("See {numref}`nowhere`.", "nowhere"),
        "claim": (
            "```{claims}\n```",
            "the verdict on X1 is 'maybe'; allowed are teach, qualify, correct",
        ),
        "citation": ("See {cite:t}`nowhere`.", "nowhere"),
        "picture": (
            "```{code-cell} ipython3\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```",
            "picture without alternative text",
        ),
    }
    for name, (body, _) in faults.items():
        project.page(name, body)
    project.page("start", CELL)
    project.page("hidden", '```{code-cell} ipython3\nopen("ran", "w")\n```')
    project.contents("start", *faults)
    claim = {
        "id": "X1",
        "articles": ["A"],
        "statement": "It is so.",
        "verdict": "maybe",
        "finding": "Who knows.",
        "page": "start",
    }
    project.write(
        "book/claims.toml",
        "[[claim]]\n" + "\n".join(f"{key} = {json.dumps(claim[key])}" for key in claim),
    )

    log = check(project.build(), failed=True)
    for name, (_, message) in faults.items():
        lines = [line for line in log.splitlines() if f"book/{name}" in line and message in line]
        assert lines, f"{name}: {message!r} not found in\n{log[-6000:]}"
    assert not [line for line in log.splitlines() if "WARNING" in line and "book/start" in line]
    check(project.build(), failed=True)  # nothing changed: it must not pass the second time

    project.page("raises", "No cell.")
    for name in set(faults) - {"raises", "picture"}:
        project.page(name, "Mended.")
    described = 'ipython3\n:mystnb: {"image": {"alt": "A line."}}\n'
    project.page("picture", faults["picture"][0].replace("ipython3\n", described))
    check(project.build(), failed=False)
    assert 'alt="A line."' in project.html("picture")
    assert (
        not (project.folder / "book/ran").exists()
        and not (project.folder / "_build/html/book/hidden.html").exists()
    )


@pytest.mark.slow
def test_a_page_missing_from_the_disk_fails_the_build(project):
    project.page("start", "Words.")
    project.contents("start", "absent")
    assert "book/absent" in check(project.build(), failed=True)


@pytest.mark.slow
def test_a_page_taken_out_of_the_contents_leaves_the_site_and_the_sitemap_of_a_site_with_an_address(
    project,
):
    project.page("start", "Words.")
    project.page("other", "More words.")
    project.contents("start", "other")
    check(project.build(), failed=False)
    assert (project.folder / "_build/html/book/other.html").exists()
    assert not (
        project.folder / "_build/html/sitemap.xml"
    ).exists() and "og:url" not in project.html("start")

    address = "https://example.org/course"
    project.write(
        "_config.yml", project.read("_config.yml").replace('baseurl: ""', f"baseurl: {address}")
    )
    project.contents("start")
    check(project.build(), failed=False)
    assert pages(project.folder / "_build/html") == [
        "404.html",
        "book/start.html",
        "genindex.html",
        "index.html",
        "search.html",
    ]

    sitemap = ElementTree.parse(project.folder / "_build/html/sitemap.xml")
    locations = [element.text for element in sitemap.iter() if element.tag.endswith("}loc")]
    assert locations == [f"{address}/book/start.html"]
    assert f'<meta property="og:url" content="{address}/book/start.html" />' in project.html(
        "start"
    )
    assert f'<meta property="og:image" content="{address}/_static/card.png" />' in project.html(
        "start"
    )
    assert (project.folder / "_build/html/_static/card.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_served_files_are_the_current_ones(project):
    project.page("start", "A formula $x^2$.")
    check(project.build(), failed=False)
    before = re.search(r"course\.css\?v=(\w+)", project.html("start"))[1]
    project.write("book/assets/course.css", "body { color: teal }\n")
    check(project.build(), failed=False)
    assert project.read("_build/html/_static/course.css") == "body { color: teal }\n"
    assert re.search(r"course\.css\?v=(\w+)", project.html("start"))[1] != before
    assert (project.folder / "_build/html/_static/katex/fonts/KaTeX_Main-Regular.woff2").is_file()


@pytest.mark.slow
def test_a_changed_extension_makes_pages_anew(project):
    project.page("start", "The word 卷积.")
    check(project.build(), failed=False)
    assert 'lang="zh-Hans"' in project.html("start")
    extension = "book/_extensions/accessibility.py"
    project.write(extension, project.read(extension).replace("zh-Hans", "zh-Hant"))
    check(project.build(), failed=False)
    assert 'lang="zh-Hant"' in project.html("start")


@pytest.mark.slow
def test_without_katex_one_sentence_says_what_to_run(project):
    project.page("start", "Words.")
    shutil.rmtree(project.folder / "node_modules")
    assert "run `npm ci` in the project's folder first" in check(project.build(), failed=True)


def test_the_copy_that_the_benchmark_builds_is_a_course_with_right_answers(tmp_path):
    spec = importlib.util.spec_from_file_location(
        "site_build", ROOT / "benchmarks" / "site_build.py"
    )
    site_build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(site_build)
    site_build.copy_project(tmp_path)
    # else the page of mistakes says that nothing was checked, and half of the work is missing
    folder = variants_folder(Course.find(start=tmp_path / "book"))
    assert folder == tmp_path / "variants" and load_variants(QUESTIONS["rotate180"], folder)
    linked = ("CITATION.cff", "LICENSE-TEXT", "tools/experiments/upsamplers.py")
    assert all((tmp_path / name).is_file() for name in linked)
    assert not list(tmp_path.glob(".*")) and not (tmp_path / "_build").exists()


def test_the_lock_names_hashes_and_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = [package for path, package in packages.items() if path]
    assert installed and all(
        "integrity" in package and "resolved" not in package for package in installed
    )
