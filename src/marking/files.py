"""Files as wholes: written so that a run stopped at any moment leaves the old file or the new one,
never half of it; and known again by one digest of their bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` once the block has ended well; if it did
    not, what was written is removed.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        yield partial
        os.replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Write `text` to `path`: the whole of it or nothing."""
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def digest(parts: Iterable[bytes]) -> str:
    """One hash of several byte strings, each with its length, so that no two lists of parts look
    alike.
    """
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()[:32]


def digest_of_start(path: Path, most: int, at_once: int = 1 << 20) -> tuple[str, int]:
    """One hash of the first `most` bytes of a file, and how many bytes these are.

    It is read piece by piece: never more than `at_once` bytes are in memory.
    """
    whole, read = hashlib.sha256(), 0
    # Without O_NONBLOCK a named pipe would keep the caller waiting for ever.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb", buffering=0) as file:
        while read < most and (piece := file.read(min(at_once, most - read))):
            whole.update(piece)
            read += len(piece)
    return whole.hexdigest()[:32], read


def digest_of_files(paths: Iterable[Path], below: Path) -> str:
    """One hash of files: their places below the folder `below`, and their contents."""
    return digest(
        part
        for path in sorted(set(paths))
        for part in (path.relative_to(below).as_posix().encode(), path.read_bytes())
    )
