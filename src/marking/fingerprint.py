"""Has anything changed that a mark depends on?  Fingerprints of files, and of questions down to the code they call."""

from __future__ import annotations

import hashlib
import inspect
import os
import platform
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .intake import MAX_BYTES, submitted_files
from .questions import QUESTIONS

HERE = Path(__file__).parent
OURS = ("marking", "convtranspose")
# What forms no mark: the command line, the class's book-keeping, the audit, and what runs only in a student's
# JupyterLab.
WITHOUT_EFFECT = frozenset({
    "__main__.py", "audit.py", "check.py", "cluster.py", "collect.py", "course.py", "export.py", "feedback.py",
    "files.py", "fingerprint.py", "gradebook.py", "notebook.py", "package.py", "release.py", "table.py",
})  # fmt: skip


def of_bytes(parts: Iterable[bytes]) -> str:
    """One hash of several byte strings, each with its length, so that no two lists of parts look alike."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:32]


def of_folder(folder: Path) -> str:
    """Of everything intake would look at in a submission: names, kinds, contents."""
    if folder.is_symlink():
        return of_bytes([b"link", os.fsencode(os.readlink(folder))])
    parts = []
    for path in submitted_files(folder):
        parts.append(os.fsencode(path.relative_to(folder)))
        if path.is_symlink():
            parts.append(b"link to " + os.fsencode(os.readlink(path)))
        else:
            try:
                with open(path, "rb") as file:
                    parts.append(file.read(MAX_BYTES + 1))
            except OSError as problem:
                parts.append(f"unreadable {problem.errno}".encode())
    return of_bytes(parts)


@cache
def of_machinery() -> str:
    """Of our own code that forms marks (questions aside), and of the versions of Python and NumPy it runs on."""
    files = sorted(path for path in HERE.glob("*.py") if path.name not in WITHOUT_EFFECT)
    versions = f"{platform.python_version()} {np.__version__}".encode()
    return of_bytes([versions, *(part for path in files for part in (path.name.encode(), path.read_bytes()))])


@cache
def of_question(name: str) -> str:
    """Of one question: its data, its functions, and every function of ours that these can reach."""
    digest = hashlib.sha256()
    _feed(QUESTIONS[name], digest.update, set())
    return digest.hexdigest()[:32]


def _feed(value, take, seen: set) -> None:
    """Feed a canonical form of `value` to `take`.  Code counts by what it does, not by where its file lies."""
    if isinstance(value, types.FunctionType):
        _feed_function(value, take, seen)
    elif isinstance(value, types.CodeType):
        take(b"code" + value.co_code + repr((value.co_names, value.co_varnames)).encode())
        for constant in value.co_consts:
            _feed(constant, take, seen)
    elif callable(value) and hasattr(value, "__name__"):  # classes, and functions of other packages
        take(f"named {getattr(value, '__module__', '')}.{getattr(value, '__qualname__', value.__name__)}".encode())
    elif isinstance(value, types.ModuleType):
        take(f"module {value.__name__}".encode())
    elif isinstance(value, np.ndarray):
        take(f"array {value.dtype} {value.shape}".encode() + value.tobytes())
    elif is_dataclass(value):
        take(f"dataclass {type(value).__qualname__}".encode())
        for part in fields(value):
            _feed(part.name, take, seen)
            _feed(getattr(value, part.name), take, seen)
    elif isinstance(value, Mapping):
        take(f"mapping {len(value)}".encode())
        for key, part in value.items():
            _feed(key, take, seen)
            _feed(part, take, seen)
    elif isinstance(value, tuple | list):
        take(f"sequence {len(value)}".encode())
        for part in value:
            _feed(part, take, seen)
    elif isinstance(value, set | frozenset):
        take(f"set {sorted(map(repr, value))}".encode())
    elif hasattr(value, "func") and hasattr(value, "keywords"):  # functools.partial
        for part in (value.func, value.args, value.keywords):
            _feed(part, take, seen)
    else:
        take(f"{type(value).__qualname__} {re.sub(' at 0x[0-9a-f]+', '', repr(value))}".encode())


def _feed_function(function: types.FunctionType, take, seen: set) -> None:
    if id(function) in seen:
        take(b"seen")
        return
    seen.add(id(function))
    take(f"function {function.__qualname__}".encode())
    if not function.__module__.startswith(OURS):
        return
    _feed(function.__code__, take, seen)
    _feed((function.__defaults__, function.__kwdefaults__), take, seen)
    variables = inspect.getclosurevars(function)
    for name in sorted(variables.nonlocals):
        _feed(variables.nonlocals[name], take, seen)
    for name in sorted(_global_names(function.__code__)):
        if name in function.__globals__:
            reached = function.__globals__[name]
            _feed(reached, take, seen)
            if isinstance(reached, types.ModuleType) and reached.__name__.startswith(OURS):
                # module.f(): which of its functions is called cannot be seen here, so all of the module counts.
                take(Path(reached.__file__).read_bytes() if reached.__file__ else b"")


def _global_names(code: types.CodeType) -> set[str]:
    """Names that a code object, or one nested in it, may look up."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _global_names(constant)
    return names
