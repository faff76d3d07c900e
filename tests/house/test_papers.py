"""The papers at the door agree with the project, and with each other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.house.sources import ROOT, pyproject, read

WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
FORMS = sorted(path for path in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml") if path.stem != "config")
PAPERS = sorted(
    path
    for pattern in ("*.md", ".github/**/*.md", ".github/**/*.yml", ".devcontainer/*", "*.cff")
    for path in ROOT.glob(pattern)
)
# Made by commands, or laid down by users: they need not exist in a fresh clone.
MADE = (
    *("_build/", ".venv/", "node_modules/", "my-exercises/", "submitted/", "autograded/"),
    ".marking/",
)
# An action in another repository, pinned by the hash of a commit, its version beside it.
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def loaded(name: str) -> dict[str, Any]:
    """A YAML file of the project, named from its root."""
    found = yaml.safe_load(read(name))
    assert isinstance(found, dict)
    return found


def by_stem(path: Path) -> str:
    return path.stem


def test_the_citation_is_of_this_project_and_version():
    citation, project, book = loaded("CITATION.cff"), pyproject()["project"], loaded("_config.yml")
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"]
    assert citation["title"] == book["title"]
    assert citation["abstract"] == project["description"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"].split(" AND ")
    assert citation["authors"] == project["authors"] == [{"name": book["author"]}]


def test_the_changes_begin_with_what_is_unreleased_and_then_this_version():
    versions = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", read("CHANGELOG.md"), re.MULTILINE)
    citation = loaded("CITATION.cff")
    assert versions[0] == ("Unreleased", "")
    assert versions[1] == (citation["version"], str(citation["date-released"]))


@pytest.mark.parametrize("path", WORKFLOWS, ids=by_stem)
def test_every_action_is_pinned(path):
    used = re.findall(r"^ *(?:- )?uses: *(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    loose = [action for action in used if not PINNED.fullmatch(action)]
    assert not loose, f"pin by the hash of a commit, with the version as a comment: {loose}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=by_stem)
def test_a_workflow_has_no_right_that_a_job_did_not_ask_for(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"], name
        assert job["timeout-minutes"], name
    # YAML 1.1 reads the key `on` as true; a pull request must not run with the secrets of main.
    assert "pull_request_target" not in workflow[True]


def test_the_tests_run_on_the_pythons_that_are_named():
    project = pyproject()["project"]
    prefix = "Programming Language :: Python :: "
    named = [c.removeprefix(prefix) for c in project["classifiers"] if c.startswith(prefix)]
    matrix = loaded(".github/workflows/tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == named
    assert project["requires-python"] == f">={named[0]}"
    assert pyproject()["tool"]["mypy"]["python_version"] == named[0]
    build = loaded(".github/workflows/publish.yml")["jobs"]["build"]["steps"]
    assert {s["with"]["python-version"] for s in build if "setup-python" in s.get("uses", "")} <= {
        *named
    }


def test_continuous_integration_runs_make_test():
    steps = loaded(".github/workflows/tests.yml")["jobs"]["tests"]["steps"]
    assert steps[-1]["run"] == "bash .ci/run"
    assert "make test" in read(".ci/run").splitlines()


def test_publishing_finds_the_lines_that_it_fills_in():
    commands = re.findall(r"sed --in-place \"s\|(.+?)\|", read(".github/workflows/publish.yml"))
    patterns = [command.replace('\\"', '"') for command in commands]
    assert len(patterns) == 2
    for pattern in patterns:
        assert len(re.findall(pattern, read("_config.yml"), re.MULTILINE)) == 1


@pytest.mark.parametrize("path", FORMS, ids=by_stem)
def test_a_form_can_be_shown_and_sent(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(form)
    fields = [entry for entry in form["body"] if entry["type"] != "markdown"]
    assert len({entry["id"] for entry in fields}) == len(fields)
    assert all(entry["attributes"]["label"] for entry in fields)
    assert any(entry["validations"]["required"] for entry in fields)


def test_there_is_a_form_for_each_kind_of_fault():
    assert {path.stem for path in FORMS} == {"crash", "wrong-mark", "wrong-sentence"}


def test_the_development_container_can_be_read():
    text = read(".devcontainer/devcontainer.json")
    container = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    assert container["postCreateCommand"] == "make setup"
    dockerfile = read(f".devcontainer/{container['build']['dockerfile']}")
    assert f"useradd --create-home --shell /bin/bash {container['remoteUser']}" in dockerfile
    for program in ("bubblewrap", "chromium", "make", "python3-venv"):
        assert re.search(rf"\b{program}\b", dockerfile), program


def paths_named(text: str) -> Iterator[str]:
    """What a text names in code font or as a link's target and looks like a path: with a slash or a
    file's ending, and without blanks, gaps to fill in or addresses.
    """
    for name in re.findall(r"`([^`\n]+)`|\]\(([^)\n]+)\)|\b([A-Z]{4,}\.(?:md|cff))\b", text):
        candidate = next(part for part in name if part)
        if re.fullmatch(r"[\w.-]*(?:/[\w.:-]*)+|[\w-]+\.(?:md|cff|toml|yml|txt|py)", candidate):
            yield candidate


def test_a_path_is_seen_and_what_is_none_is_not():
    text = "`src/x.py::test` [a](LICENSE.md) `a/<b>/c` `make lint` SECURITY.md [b](https://x.org/y)"
    assert list(paths_named(text)) == ["src/x.py::test", "LICENSE.md", "SECURITY.md"]


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_and_test_that_a_paper_names_exists(path):
    missing = []
    for name in paths_named(path.read_text(encoding="utf-8")):
        file, _, test = name.partition("::")
        if file.startswith(MADE):
            continue
        if not (ROOT / file).exists() or (test and f"\ndef {test}(" not in read(file)):
            missing.append(name)
    assert not missing


def test_the_papers_name_paths_at_all():
    assert sum(1 for path in PAPERS for _ in paths_named(path.read_text(encoding="utf-8"))) > 20
