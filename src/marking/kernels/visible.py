"""What a kernel sees of the system and of Python: programs, libraries, the standard library, this
environment's packages.  Nothing of the project, of its user or of another Python.
"""

from __future__ import annotations

import functools
import glob
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

# What already is the answer, or carries it: not importable where marks are made.
UNAVAILABLE = (
    "convtranspose",
    "cupy",
    "cv2",
    "dask",
    "einops",
    "jax",
    "jaxlib",
    "keras",
    "mxnet",
    "numba",
    "onnx",
    "onnxruntime",
    "opt_einsum",
    "paddle",
    "pywt",
    "scipy",
    "skimage",
    "sklearn",
    "tensorflow",
    "tinygrad",
    "torch",
    "torchvision",
)
HIDDEN = (*UNAVAILABLE, "marking", "nbgrader")  # packages that cannot be read either
NEEDED = ("numpy", "matplotlib", "sympy", "PIL", "IPython", "traitlets", "matplotlib_inline")

# Folders of the system's that are shown whole, where there are such.  What a cell starts by
# `!program` lies in the first; fonts and time zones are all that is shown of /usr/share.
SYSTEM = (
    "/usr/bin",
    "/usr/lib/locale",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/share/fonts",
    "/usr/share/zoneinfo",
    "/nix/store",
)
# Where a system that has a folder of libraries for each architecture keeps these; other systems
# keep libraries in /usr/lib itself.
BY_ARCHITECTURE = "/usr/lib/*-linux-*"
FILES_OF_ETC = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
PACKAGES = ("site-packages", "dist-packages")


@functools.cache
def shown() -> tuple[str, ...]:
    """Every folder that is shown, read-only, shortest first; none lies within another."""
    return _outermost([*_system_folders(), *python_folders()])


@functools.cache
def covered() -> tuple[str, ...]:
    """The folders below the shown ones that are not: packages of another Python or of no concern
    to the course, other libraries beside Python's.  None lies within another.
    """
    wanted = package_folders() | _stdlib()
    found = [
        str(path)
        for place in package_folders()
        for name in HIDDEN
        if (path := Path(place, name)).is_dir()
    ]
    for folder in _library_folders():
        found += _others(folder, wanted)
    for folder in (*_stdlib(), "/usr/lib", "/usr/lib32", "/usr/lib64"):
        found += _packages_below(folder, wanted)
    return _outermost(path for path in found if _is_below(path, shown()))


def python_folders() -> tuple[str, ...]:
    """The folders that Python and its packages live in, shortest first, by every name that leads
    to them.

    The project's own folders, found through editable installs, are not among them.
    """
    programs = {
        f"{sys.prefix}/bin",
        f"{sys.base_prefix}/bin",
        os.path.dirname(os.path.realpath(sys.executable)),
    }
    wanted = programs | _stdlib() | package_folders() | _library_folders()
    return _outermost(_by_both_names(wanted))


def python_files() -> list[str]:
    """Single files that Python needs beside these folders: what makes an environment one."""
    path = f"{sys.prefix}/pyvenv.cfg"
    return [path] if os.path.isfile(path) else []


@functools.cache
def package_folders() -> frozenset[str]:
    """The folders that hold this environment's packages."""
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    for name in NEEDED:
        # they may lie elsewhere: an environment can use the system's packages
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            places.add(str(Path(found.origin).parents[1]))
    return _by_both_names(places)


def except_covered(folder: str, hidden: Iterable[str]) -> Iterator[str]:
    """`folder`, or where something `hidden` lies below it, all else that it holds, and so on: for
    a protection that can allow, but not take away.
    """
    hidden = set(hidden)
    if folder in hidden:
        return
    if not any(path.startswith(folder + "/") for path in hidden):
        yield folder
        return
    for path in sorted(os.scandir(folder), key=lambda entry: entry.name):
        yield from except_covered(path.path, hidden)


def _stdlib() -> frozenset[str]:
    return _by_both_names([sysconfig.get_path("stdlib")])


def _library_folders() -> frozenset[str]:
    """Where shared libraries lie beside the base Python's standard library; the system's own
    folders are not meant.
    """
    return _by_both_names({f"{sys.base_prefix}/lib", "/usr/local/lib"} - {"/usr/lib"})


def _by_both_names(folders: Iterable[str]) -> frozenset[str]:
    """Those that exist, as they are called here and as they are called without links."""
    there = [folder for folder in folders if os.path.isdir(folder)]
    return frozenset(path for folder in there for path in (folder, os.path.realpath(folder)))


def _system_folders() -> list[str]:
    by_architecture = glob.glob(BY_ARCHITECTURE)
    libraries = by_architecture or ["/usr/lib"]
    return [path for path in (*SYSTEM, *libraries) if os.path.isdir(path)]


def _others(folder: str, wanted: Iterable[str]) -> Iterator[str]:
    """The folders in `folder` that neither are wanted nor lead to what is."""
    for entry in os.scandir(folder):
        if entry.path in wanted or not entry.is_dir(follow_symlinks=False):
            continue
        if any(path.startswith(entry.path + "/") for path in wanted):
            yield from _others(entry.path, wanted)
        else:
            yield entry.path


def _packages_below(folder: str, wanted: Iterable[str]) -> Iterator[str]:
    """Folders of packages in `folder`, or in one of a Python's within it, that are not wanted."""
    for pattern in PACKAGES:
        for path in (*glob.glob(f"{folder}/{pattern}"), *glob.glob(f"{folder}/python*/{pattern}")):
            if path not in wanted and os.path.isdir(path) and not os.path.islink(path):
                yield path


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path.startswith(folder + "/") for folder in folders)


def _outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Sorted, each once, without what lies below another of them."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not _is_below(path, kept):
            kept.append(path)
    return tuple(kept)
