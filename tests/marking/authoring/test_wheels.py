"""The package for students: what it needs, what it sets, and that a corrected one is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from datetime import UTC, datetime
from email import message_from_string
from pathlib import Path

import pytest

from marking.authoring.wheels import (
    PANELS,
    SERVERS,
    SETTINGS,
    build_wheel,
    next_version,
    released_at,
)

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
FIRST = "1.2.post20260301120005"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of what a wheel is built from, which a test may change."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("src", "variants"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheels(project, tmp_path_factory):
    """The wheel, and the one after a correction that was released in the same second."""
    state = project / "version.json"
    made = []
    for text in ("", "# corrected\n"):
        file = project / "src" / "marking" / "errors.py"
        file.write_text(file.read_text() + text)
        made.append(build_wheel(project, tmp_path_factory.mktemp("wheel"), state, NOW))
    return made


def described(wheel: Path):
    """The metadata of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        return message_from_string(archive.read(name).decode())


def test_a_check_needs_numpy_and_ipython_and_nothing_else(wheels):
    required = described(wheels[0]).get_all("Requires-Dist")
    always = [line for line in required if "extra ==" not in line]
    assert [re.split(r"[^\w-]", line)[0] for line in always] == ["ipython", "numpy"]
    for extra in ("lab", "editor"):
        brought = {re.split(r"[^\w-]", r)[0] for r in required if f'extra == "{extra}"' in r}
        assert not brought & {"sympy", "nbgrader", "sqlalchemy", "ipywidgets", "jupytext"}


def test_a_version_stays_with_its_content_and_rises_with_every_other():
    assert next_version("1.2", "a", {}, NOW) == FIRST
    known = {"version": FIRST, "content": "a"}
    later = datetime(2026, 3, 2, tzinfo=UTC)
    assert next_version("1.2", "a", known, later) == FIRST
    assert next_version("1.2", "b", known, later) == "1.2.post20260302000000"
    # in the same second, or with a clock that was put back
    assert next_version("1.2", "b", known, NOW) == "1.2.post20260301120006"
    assert next_version("1.3", "a", known, NOW) == "1.3.post20260301120005"
    assert next_version("1.2", "a", {"version": "1.2.postmodern"}, NOW) == FIRST


def test_the_time_of_a_release_is_in_its_version():
    assert released_at(FIRST) == (2026, 3, 1, 12, 0, 5)
    assert released_at("1.2.post20260301120060") is None and released_at("1.2") is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 3}'])
def test_a_state_that_cannot_be_read_is_none(text, tmp_path):
    from marking.authoring.wheels import _last

    (tmp_path / "version.json").write_text(text)
    assert next_version("1.2", "a", _last(tmp_path / "version.json"), NOW) == FIRST


def test_a_corrected_package_is_installed_over_the_old_one(wheels, tmp_path):
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    said = []
    for wheel in wheels:
        command = [*pip, "install", "--no-deps", "--no-index", "--no-compile", str(wheel)]
        said.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert "Successfully uninstalled transposed-convolution-course" in said[1]
    assert "Successfully installed transposed-convolution-course" in said[1]
    [errors] = (tmp_path / "env").glob("**/marking/errors.py")
    assert errors.read_text().endswith("# corrected\n")
    # where JupyterLab and nbgrader look for settings
    for place, text in SETTINGS.items():
        assert (tmp_path / "env" / place).read_text() == text


def test_the_instructors_panels_are_off_where_nbgrader_is(tmp_path):
    etc = tmp_path / "etc" / "jupyter"
    for place, text in SETTINGS.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    shutil.copy(
        Path(sys.prefix, "etc/jupyter/jupyter_server_config.d/nbgrader.json"),
        etc / "jupyter_server_config.d",
    )
    program = f"""
import json
from jupyter_server.extension.config import ExtensionConfigManager
from jupyterlab_server.config import get_page_config
page = get_page_config([])["disabledExtensions"]
server = ExtensionConfigManager(read_config_path=[{str(etc)!r}]).get_jpserver_extensions()
print(json.dumps([page, server]))
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"JUPYTER_CONFIG_PATH": str(etc)},
        capture_output=True,
        text=True,
        check=True,
    )
    page, server = json.loads(run.stdout.splitlines()[-1])
    assert set(page) >= {f"@jupyter/nbgrader:{panel}" for panel in PANELS}
    assert {name for name, on in server.items() if not on} == {
        f"nbgrader.server_extensions.{name}" for name in SERVERS
    }
    assert server["nbgrader.server_extensions.validate_assignment"]
    # by nbgrader's own names for them
    scripts = Path(sys.prefix, "share/jupyter/labextensions/@jupyter/nbgrader/static").glob("*.js")
    known = set(re.findall(r"@jupyter/nbgrader:([\w-]+)", "".join(map(Path.read_text, scripts))))
    assert known == {*PANELS, "validate-assignment"}
