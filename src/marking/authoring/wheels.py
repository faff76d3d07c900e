"""The package for students: the project's wheel, with a version that rises whenever it changes, and
settings that keep the instructor's panels out of a student's JupyterLab.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from marking.errors import ReleaseError
from marking.files import digest_of_files, replace_text
from marking.questions.ways import PACKED, pack

STATE = "version.json"  # beside the zips: the version that was given last, and to what
VERSION = re.compile(r'^version = "(.+)"$', re.MULTILINE)
STAMP = "%Y%m%d%H%M%S"
# The earliest time a zip can hold: the same content always gives the same bytes.
EPOCH = "315532800"

PANELS = ("assignment-list", "course-list", "create-assignment", "formgrader", "menu")
SERVERS = ("assignment_list", "course_list", "formgrader")
# Where a student has nbgrader it is for Validate: what else it brings is for who teaches.
PAGE = {
    "disabledExtensions": {f"@jupyter/nbgrader:{panel}": True for panel in PANELS},
}
SERVER = {
    "ServerApp": {
        "jpserver_extensions": {f"nbgrader.server_extensions.{name}": False for name in SERVERS}
    }
}
# Nobody is asked about news before the first cell, and nothing is fetched.
QUIET = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}
VALIDATE = """\
# Validate reads this: it is to say what the checks say, as the grader does.
from marking.gradebook.hooks import guard

guard()
"""
# By their places in the environment.  Of a folder's files the last name counts most, so that these
# come after nbgrader's own.
_OURS = "transposed-convolution.json"
SETTINGS = {
    f"etc/jupyter/labconfig/page_config.d/{_OURS}": json.dumps(PAGE),
    f"etc/jupyter/labconfig/default_setting_overrides.d/{_OURS}": json.dumps(QUIET),
    f"etc/jupyter/jupyter_server_config.d/{_OURS}": json.dumps(SERVER),
    "etc/jupyter/nbgrader_config.py": VALIDATE,
}


def build_wheel(root: Path, folder: Path, state: Path, now: datetime | None = None) -> Path:
    """The project's wheel, built into `folder` with the tools already installed.

    Its version is the project's with the time of its first release behind it: the one that `state`
    names, if that was given to the same content, else a later one.  `state` is brought up to date.
    Raises ReleaseError if it cannot be built.
    """
    # From a copy: setuptools leaves its working files where it builds, and would pack what an
    # earlier build left there.
    copy = folder / "source"
    shutil.copytree(
        root / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(root / name, copy)
    packed = copy / "src" / PACKED.relative_to(PACKED.parents[2])
    packed.write_bytes(pack(root / "variants"))
    _add_settings(copy, SETTINGS)
    content = digest_of_files((file for file in copy.rglob("*") if file.is_file()), copy)
    project = copy / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    found = VERSION.search(text)
    if found is None:
        raise ReleaseError(f'{root / "pyproject.toml"} must have a line version = "…"')
    version = next_version(found[1], content, _last(state), now or datetime.now(UTC))
    project.write_text(VERSION.sub(f'version = "{version}"', text, count=1), encoding="utf-8")
    wheel = _built(copy, folder)
    replace_text(state, json.dumps({"version": version, "content": content}) + "\n")
    return wheel


def next_version(base: str, content: str, last: Mapping[str, str], now: datetime) -> str:
    """The version of the package whose digest is `content`: `last`'s, if nothing has changed, else
    one that is higher, whatever the clock says: pip keeps what is installed where versions agree.
    """
    prefix = f"{base}.post"
    known = last.get("version", "")
    if known.startswith(prefix) and last.get("content") == content:
        return known
    number = int(now.strftime(STAMP))
    before = known.removeprefix(prefix)
    return f"{prefix}{max(number, int(before) + 1) if before.isdecimal() else number}"


def released_at(version: str) -> tuple[int, int, int, int, int, int] | None:
    """When a package's version was given, if it says so: year to second."""
    try:
        time = datetime.strptime(version.rpartition(".post")[2], STAMP)
    except ValueError:
        return None
    return (time.year, time.month, time.day, time.hour, time.minute, time.second)


def _last(state: Path) -> dict[str, str]:
    """What `state` says; nothing if there is no such file, or something else is in it."""
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(state.read_text(encoding="utf-8"))
        if isinstance(said, dict):
            return {str(key): str(value) for key, value in said.items()}
    return {}


def _add_settings(copy: Path, settings: Mapping[str, str]) -> None:
    """Have the wheel put files into the environment that it is installed in."""
    lines = ["", "[tool.setuptools.data-files]"]
    for place, text in settings.items():
        file = copy / "settings" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        lines.append(f'"{Path(place).parent.as_posix()}" = ["settings/{place}"]')
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("\n".join(lines) + "\n")


def _built(source: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)]
    built = subprocess.run(
        command,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if built.returncode or len(wheels) != 1:
        raise ReleaseError(
            f"the package for students could not be built; pip said:\n{built.stderr.strip()}"
        )
    return wheels[0]
