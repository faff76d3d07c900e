"""Packages that are not there when marks are made: found, and taken away while `check` asks.

In the student's notebook they may well be installed, and `convtranspose` always is.
"""

from __future__ import annotations

import contextlib
import functools
import re
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from marking.kernels.inside.unavailable import Unavailable
from marking.kernels.visible import UNAVAILABLE

ROOTS = frozenset([*UNAVAILABLE, "marking"])
GIVEN = ("check", "check_prediction")  # of `marking`, where marks are made
MAX_DEPTH = 4  # of what a value holds, looked through for something of a library
MAX_ITEMS = 100  # of one list, tuple or dictionary
# IPython's own names, among them every value that a cell has shown.
OF_IPYTHON = re.compile(r"In|Out|_+|_\d+|_i\w*|_oh|_dh|get_ipython|exit|quit|open")


def library_of(value: object, depth: int = MAX_DEPTH) -> str | None:
    """The unavailable package that `value` comes from, or holds something of."""
    for name in (_module_of(value), _module_of(type(value))):
        root = name.partition(".")[0]
        if root in ROOTS:
            return root
    if depth == 0:
        return None
    parts = (library_of(part, depth - 1) for part in _parts(value))
    return next((found for found in parts if found is not None), None)


def _module_of(value: object) -> str:
    """The name of the module that something says it is of; empty if it says nothing."""
    if isinstance(value, types.ModuleType):
        name: object = value.__name__
    else:
        try:
            name = value.__module__
        except Exception:  # whatever a student's or a library's class does when it is asked
            name = None
    if name is None and callable(value):
        name = _holder(value)
    return name if isinstance(name, str) else ""


def _holder(value: object) -> str | None:
    """The unavailable module that holds `value`, a function in C which knows no module itself."""
    name = getattr(value, "__name__", None)
    for allowed in ("numpy", "math", "builtins"):  # libraries hold these as well
        if isinstance(name, str) and getattr(sys.modules.get(allowed), name, None) is value:
            return None
    for place, module in list(sys.modules.items()):
        root = place.partition(".")[0]
        if root not in UNAVAILABLE or root == "convtranspose":
            continue
        if any(held is value for held in list(getattr(module, "__dict__", {}).values())):
            return place
    return None


def _parts(value: object) -> Iterator[object]:
    """What a value is put together from, where that can be seen without running anything."""
    match value:
        case functools.partial():
            yield from (value.func, *value.args, *value.keywords.values())
        case types.MethodType():
            yield from (value.__self__, value.__func__)
        case types.FunctionType():
            for cell in value.__closure__ or ():
                with contextlib.suppress(ValueError):  # a variable not set yet
                    yield cell.cell_contents
            yield from value.__defaults__ or ()
            yield from (value.__kwdefaults__ or {}).values()
        case dict():
            yield from list(value.values())[:MAX_ITEMS]
        case list() | tuple() | set() | frozenset():
            yield from list(value)[:MAX_ITEMS]
        case type() if value.__module__ == "__main__":
            yield from list(vars(value).values())[:MAX_ITEMS]
        case _ if type(value).__module__ == "__main__":
            yield from list(getattr(value, "__dict__", {}).values())[:MAX_ITEMS]
            yield type(value)


class Libraries:
    """The unavailable packages, taken out of namespaces and out of reach of `import`."""

    def __init__(self, namespaces: Iterable[dict[str, Any]]) -> None:
        self._namespaces = list({id(names): names for names in namespaces}.values())
        self._modules: dict[str, types.ModuleType] = {}
        self._finder = Unavailable(sorted(UNAVAILABLE))
        self.taken: dict[str, str] = {}  # names that were not there, with their packages

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """While code runs inside, what comes from the packages is not there."""
        removed = [(names, self._remove_from(names)) for names in self._namespaces]
        self._hide_modules()
        try:
            yield
        finally:
            self._show_modules()
            for names, values in removed:
                for name, value in values.items():
                    names.setdefault(name, value)

    @contextlib.contextmanager
    def back(self) -> Iterator[None]:
        """Inside `away`, while our own code runs: the packages are there for `import`."""
        self._show_modules()
        try:
            yield
        finally:
            self._hide_modules()

    def _hide_modules(self) -> None:
        names = [name for name in sys.modules if name.partition(".")[0] in ROOTS]
        self._modules = {name: sys.modules.pop(name) for name in names}
        sys.modules["marking"] = _stand_in()
        sys.meta_path.insert(0, self._finder)

    def _show_modules(self) -> None:
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        sys.modules.update(self._modules)

    def _remove_from(self, names: dict[str, Any]) -> dict[str, Any]:
        removed = {}
        for name, value in list(names.items()):
            if OF_IPYTHON.fullmatch(name) or _is_ours(value):
                continue
            if (library := library_of(value)) is not None:
                self.taken[name] = library
                removed[name] = names.pop(name)
        return removed


def _is_ours(value: object) -> bool:
    """Whether it is what the grader's kernels have as well: `marking` with what is in it."""
    if isinstance(value, types.ModuleType):
        return value.__name__ == "marking"
    return _module_of(value) == "marking" and getattr(value, "__name__", "") in GIVEN


def _stand_in() -> types.ModuleType:
    """As in the grader's kernels: a package whose functions do nothing."""
    module = types.ModuleType("marking")
    module.__path__ = []
    for name in GIVEN:
        setattr(module, name, lambda *_args, **_kwargs: None)
    return module
