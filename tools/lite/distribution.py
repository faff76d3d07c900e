"""A Pyodide distribution as it is downloaded: what of it is needed, and whether it is genuine.

The runtime itself (the interpreter and its standard library) is npm's package `pyodide`, which
package-lock.json pins. Its lock file names the packages that belong to it, with their checksums. A
distribution, unpacked or not, need only hold those.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

LOCK = "pyodide-lock.json"
VERSION = "0.29.3"  # as in package.json, which a test compares
ARCHIVE = f"pyodide-{VERSION}.tar.bz2"
WANTED = (
    f"`make lite` needs Pyodide {VERSION}: download {ARCHIVE} (392 MB) from the releases of the "
    f"Pyodide project on GitHub (pyodide/pyodide), then say make lite PYODIDE={ARCHIVE}"
)
CORE = ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
# What JupyterLite's kernel is made of, and what the checks compute with.
KERNEL = ("micropip", "ipython", "jedi")
COURSE = ("numpy",)
# The page says so where there is no matplotlib; sqlite3 would keep the kernel's history, and this
# kernel keeps none.
OPTIONAL = ("matplotlib", "sqlite3")

Package = dict[str, Any]


class LiteError(ValueError):
    """The site cannot be built; the message is one sentence."""


class Lock:
    """A lock file of Pyodide's: its packages by their names as packaging's rules compare them."""

    def __init__(self, text: str) -> None:
        content = json.loads(text)
        self.info: dict[str, str] = content["info"]
        self.packages: dict[str, Package] = {
            normalised(name): package for name, package in content["packages"].items()
        }

    def closure(self, names: Sequence[str]) -> dict[str, Package]:
        """The packages called `names` with all that they need; what the file does not name is left
        out.
        """
        found: dict[str, Package] = {}
        rest = [normalised(name) for name in names]
        while rest:
            name = rest.pop()
            if name not in found and name in self.packages:
                found[name] = self.packages[name]
                rest += [normalised(other) for other in self.packages[name]["depends"]]
        return dict(sorted(found.items()))

    def text(self, packages: Mapping[str, Package]) -> str:
        """A lock file of these packages only, of which none needs another."""
        there = {
            name: package
            | {"depends": [d for d in map(normalised, package["depends"]) if d in packages]}
            for name, package in packages.items()
        }
        return json.dumps({"info": self.info, "packages": there}, indent=1, sort_keys=True) + "\n"


def normalised(name: str) -> str:
    """A package's name as packaging's rules compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def checksum(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def require(source: Path | None) -> Path:
    """`source`, if it can be a distribution; LiteError says what to download if none was named."""
    if source is None:
        raise LiteError(WANTED)
    if not source.is_dir() and not (source.is_file() and tarfile.is_tarfile(source)):
        raise LiteError(
            f"PYODIDE must be a folder or a tar archive that holds Pyodide {VERSION}; "
            f"{source} is neither. {WANTED}"
        )
    return source


def files_of(source: Path, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Those of the files called `names` that a distribution holds, with their contents.

    They lie in the folder itself or in its folder `pyodide`, as the archive has them.
    """
    if source.is_dir():
        for name in names:
            for file in (source / name, source / "pyodide" / name):
                if file.is_file():
                    yield name, file.read_bytes()
                    break
        return
    wanted = set(names)
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                name = member.name.removeprefix("./").removeprefix("pyodide/")
                if name in wanted and member.isfile():
                    file = archive.extractfile(member)
                    assert file is not None  # a regular file
                    wanted.remove(name)
                    yield name, file.read()
                    if not wanted:
                        return
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise LiteError(
            f"{source} cannot be read to its end ({problem}): download it again"
        ) from problem


def copy_packages(
    source: Path, lock: Lock, names: Sequence[str], target: Path
) -> dict[str, Package]:
    """Copy the packages called `names`, with all that they need, from a distribution into `target`;
    those that were copied.

    Every file has the checksum that `lock` states. Of OPTIONAL, and of what only these need,
    anything may be missing. LiteError names the files that are not there or not genuine.
    """
    packages = lock.closure(names)
    by_file = {package["file_name"]: name for name, package in packages.items()}
    copied: dict[str, Package] = {}
    for file, data in files_of(source, list(by_file)):
        name = by_file[file]
        if checksum(data) != packages[name]["sha256"]:
            raise LiteError(
                f"{source} holds another {file} than belongs to Pyodide {VERSION} (its SHA-256 is "
                f"not the one that is locked): download it again"
            )
        (target / file).write_bytes(data)
        copied[name] = packages[name]
    must = lock.closure([name for name in names if name not in OPTIONAL])
    missing = sorted(set(must) - set(copied) - set(OPTIONAL))
    if missing:
        files = ", ".join(packages[name]["file_name"] for name in missing)
        raise LiteError(f"{source} is not the whole of Pyodide {VERSION}; it lacks {files}")
    # One that lacks a part of its own is of no use.
    for name in OPTIONAL:
        whole = lock.closure([name])
        if name in copied and not set(whole) <= set(copied) | set(OPTIONAL):
            del copied[name]
            (target / packages[name]["file_name"]).unlink()
    return copied
