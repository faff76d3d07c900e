"""The book's Sphinx extensions, imported as the build imports them: by their bare names."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from tests.book.site import ROOT


def extension(name: str) -> ModuleType:
    """The module book/_extensions/NAME.py."""
    folder = str(ROOT / "book" / "_extensions")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)
