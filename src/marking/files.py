"""Files as wholes: written so that a run stopped at any moment leaves the old file or the new one,
never half of it; known again by one digest of their bytes; and folders of strangers removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
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


def remove_tree(folder: Path) -> None:
    """Remove a folder that strangers filled, however deep and whatever modes it holds; what cannot
    be removed stays.

    shutil.rmtree calls itself for each folder within a folder, and stops where it may not read.
    Here what lies deeper is moved up, under names that nobody could have chosen.
    """
    number, prefix = 0, secrets.token_hex(8)
    with contextlib.suppress(OSError):
        _open_up(folder)
        removed = True
        while removed and (entries := list(os.scandir(folder))):
            removed = False
            for entry in entries:
                with contextlib.suppress(OSError):
                    if not entry.is_dir(follow_symlinks=False):
                        os.unlink(entry.path)
                    else:
                        _open_up(entry.path)
                        for inner in list(os.scandir(entry.path)):
                            if inner.is_dir(follow_symlinks=False):
                                _open_up(inner.path)  # a folder that is moved must be writable
                            number += 1
                            os.rename(inner.path, os.path.join(folder, f"{prefix}{number}"))
                        os.rmdir(entry.path)
                    removed = True
        os.rmdir(folder)


def _open_up(folder: str | Path) -> None:
    """Let the owner of a folder, which is no link, read and change it."""
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)


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
