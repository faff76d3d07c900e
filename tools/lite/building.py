"""The site: JupyterLite with the course's notebooks and wheel, and the runtime that it serves
itself.

It is built aside and put in its place whole, or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import jupyter_server
import jupytext
import nbformat
from tools.lite import wheels
from tools.lite.distribution import (
    CORE,
    COURSE,
    KERNEL,
    LOCK,
    OPTIONAL,
    LiteError,
    Lock,
    Package,
    copy_packages,
)

HERE = Path(__file__).parent
SHARE = Path(sys.prefix, "share", "jupyter", "labextensions")
EXTENSION = SHARE / "@jupyterlite" / "pyodide-kernel-extension"
# Wheels of the kernel's own, which JupyterLite brings.
OF_KERNEL = ("ipykernel", "piplite", "pyodide_kernel")
INSTALLED = ("comm",)  # pure Python, as it is installed here
# Which JupyterLab asks for to show that a kernel is busy.
ICONS = Path(jupyter_server.__file__).parent / "static" / "favicons"
COURSE_WHEEL = "transposed-convolution-course"
APPS = ("notebooks", "tree")
START = "start-here"
# The one kernel, by the name that JupyterLite gives it: a notebook that names another asks.
KERNELSPEC = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
SETTINGS = {
    # What was written is kept even if the page is closed without saving.
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 5},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
}
RUNTIME = "static/pyodide"
BUILD_SECONDS = 600


def build(
    source: Path,
    core: Path,
    zipped: Path,
    target: Path,
    lock_file: Path | None = None,
    packages: Sequence[str] = (*KERNEL, *COURSE, *OPTIONAL),
) -> list[str]:
    """Build the site into the folder `target`, which it replaces; the names of the packages of
    Pyodide's that it serves.

    `source` is a Pyodide distribution, `core` the folder of npm's package of the same version, and
    `zipped` the zip of all assignments that students get. The checksums are those of `lock_file`,
    by default `core`'s. LiteError says what is wrong in one sentence; `target` is then as it was.
    """
    lock = Lock((lock_file or core / LOCK).read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".lite-", dir=target.parent) as folder:
        work = Path(folder)
        lite, output = work / "lite", work / "output"
        runtime = lite / RUNTIME
        runtime.mkdir(parents=True)
        copied = copy_packages(source, lock, packages, runtime)
        for name in CORE:
            shutil.copy(core / name, runtime)
        with zipfile.ZipFile(zipped) as archive:
            wheel = _course(archive, lite / "files", runtime)
        ours = _own_wheels(runtime, wheel, [name for name in OPTIONAL if name not in copied])
        (runtime / LOCK).write_text(lock.text(copied | ours), encoding="utf-8")
        _configure(lite, [*copied, *ours])
        _run_jupyterlite(lite, output)
        _add_pages(output)
        _replace(target, output, work / "old")
    return sorted(copied)


def _course(archive: zipfile.ZipFile, contents: Path, runtime: Path) -> Path:
    """Unpack what students get: notebooks with their files into `contents`, the wheel into
    `runtime`; the wheel's path.

    All lie in one folder: JupyterLite would put a folder's name before that of a download.
    """
    wheel = None
    for name in archive.namelist():
        inside = Path(*Path(name).parts[1:])  # without the folder that holds all
        if inside.suffix == ".whl":
            wheel = runtime / inside.name
            wheel.write_bytes(archive.read(name))
        elif len(inside.parts) > 1:
            file = contents.joinpath(*inside.parts[1:])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(archive.read(name))
    if wheel is None:
        raise LiteError(f"{archive.filename} holds no package for students: run make release again")
    start = jupytext.read(HERE / "pages" / f"{START}.md")
    nbformat.write(start, contents / f"{START}.ipynb")
    for notebook in contents.rglob("*.ipynb"):
        _choose_kernel(notebook)
    return wheel


def _choose_kernel(path: Path) -> None:
    """Have a notebook name the kernel that there is. Everything else in it stays as it was."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    notebook.metadata["kernelspec"] = dict(KERNELSPEC)
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata.pop("jupytext", None)
    nbformat.write(notebook, path)


def _own_wheels(runtime: Path, course: Path, lacking: Sequence[str]) -> dict[str, Package]:
    """Put the wheels that are not Pyodide's beside its own, also those that stand in for what is
    lacking; their entries in the lock file.
    """
    entries = [wheels.entry(course, ["numpy", "ipython"])]
    for name in OF_KERNEL:
        found = sorted((EXTENSION / "static" / "pypi").glob(f"{name}-*.whl"))
        entries.append(wheels.entry(Path(shutil.copy(found[-1], runtime)), []))
    for name in INSTALLED:
        entries.append(wheels.entry(wheels.installed(name, runtime), []))
    for name in lacking:
        modules = {
            f"{name}/{file.name}": file.read_text(encoding="utf-8")
            for file in (HERE / "stand_in" / name).glob("*.py")
        }
        entries.append(wheels.entry(wheels.stand_in(name, "0", modules, runtime), []))
    return dict(entries)


def _configure(lite: Path, names: Sequence[str]) -> None:
    """Write JupyterLite's settings: nothing is fetched from elsewhere, and the course's packages
    are there before the first cell.
    """
    # The kernel looks for its own by these names, and installs those that are not listed.
    first = [*KERNEL, "sqlite3", *OF_KERNEL, *INSTALLED, *COURSE, COURSE_WHEEL]
    known = set(names)
    loaded = [name for name in first if name.replace("_", "-") in known]
    config = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Transposed convolution",
            "appUrl": "./tree",
            # One store for this course, also where a server holds several.
            "contentsStorageName": "transposed-convolution",
            "enableServiceWorkerCache": "true",
            "litePluginSettings": {
                "@jupyterlite/pyodide-kernel-extension:kernel": {
                    "pyodideUrl": f"./{RUNTIME}/pyodide.js",
                    "disablePyPIFallback": True,
                    "loadPyodideOptions": {"packages": loaded},
                }
            },
        },
    }
    (lite / "jupyter-lite.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    (lite / "overrides.json").write_text(json.dumps(SETTINGS, indent=1), encoding="utf-8")


def _run_jupyterlite(lite: Path, output: Path) -> None:
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    command += ["--lite-dir", str(lite), "--output-dir", str(output)]
    command += [part for app in APPS for part in ("--apps", app)]
    command += ["--no-sourcemaps", "--no-unused-shared-packages", "--ignore-sys-prefix"]
    command += [f"--LiteBuildConfig.federated_extensions={EXTENSION}"]
    built = subprocess.run(
        command,
        cwd=lite,
        env=os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        timeout=BUILD_SECONDS,
        check=False,
    )
    if built.returncode or not (output / "notebooks" / "index.html").is_file():
        raise LiteError(
            f"JupyterLite could not build the site; it said:\n{built.stdout}{built.stderr}"
        )


def _add_pages(output: Path) -> None:
    """Have the pages load what JupyterLite itself does not say: where the work is kept, and what
    to do when Python has stopped.
    """
    shutil.copytree(ICONS, output / "static" / "favicons")
    for name in ("course.js", "course.css"):
        shutil.copy(HERE / "pages" / name, output)
    added = (
        '<link rel="stylesheet" href="../course.css" />\n    <script src="../course.js"></script>\n'
    )
    for app in APPS:
        page = output / app / "index.html"
        text = page.read_text(encoding="utf-8")
        if text.count("</head>") != 1:
            raise LiteError(f"JupyterLite's page {app}/index.html is not as expected")
        page.write_text(text.replace("</head>", f"  {added}  </head>"), encoding="utf-8")


def _replace(target: Path, output: Path, old: Path) -> None:
    """Put the finished site in its place."""
    if target.exists():
        target.rename(old)
    output.rename(target)
