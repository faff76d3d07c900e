"""Writing files so that a run stopped at any moment leaves the old file or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` once the block has ended well."""
    partial = path.with_name(f".{path.name}.part")
    yield partial
    os.replace(partial, path)


def replace_text(path: Path, text: str) -> None:
    """Write `text` to `path`: the whole of it or nothing."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")
