"""What the questions of a sitting are drawn from: the secret of a course, and seeds made of it.

The source of the checks is public, and so is the seed in the configuration.  Whoever knew all that
questions depend on could make a table of answers at home.  So they depend on a secret too, which is
made when a class is marked for the first time and never leaves its folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from marking.errors import CourseError
from marking.files import digest

PLACE = Path(".marking") / "secret"  # below the folder of the class; .gitignore names it
SECRET_BYTES = 32
OWNER_ALONE = 0o600


def course_seed(root: Path, configured: str) -> str:
    """The seed of the class in the folder `root`: its secret, made if there is none, with the seed
    that is configured.  CourseError if the secret can be neither read nor written.
    """
    return digest([_secret(root / PLACE).encode(), configured.encode()])


def salt_of(submission: str, attempt: int) -> str:
    """What makes the questions of one hand-in others than those of the student's hand-ins before:
    made of the digest of its bytes and its number.
    """
    return digest([submission.encode(), str(attempt).encode()])


def seed_for(course: str, student: str, salt: str = "") -> str:
    """The seed of one student's questions, from the course's seed, the student's id and the salt of
    the hand-in.
    """
    return f"{course}/{student}/{salt}" if salt else f"{course}/{student}"


def _secret(path: Path) -> str:
    """The secret in the file `path`, which is made if it is not there."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return _read(path)
    try:
        _make(path)
    except OSError as problem:
        raise CourseError(
            f"the secret that questions are drawn from cannot be written to {path} "
            f"({problem.strerror}): make the folder writable, or give --seed TEXT"
        ) from None
    return _read(path)


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii").strip()
        if os.name == "posix" and path.stat().st_mode & 0o077:
            with contextlib.suppress(OSError):  # another owner's, or a file system without modes
                path.chmod(OWNER_ALONE)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no text"
        raise CourseError(
            f"the secret that questions are drawn from cannot be read from {path} ({why}): make it "
            "readable, or give --seed TEXT"
        ) from None
    if re.fullmatch(rf"[0-9a-f]{{{2 * SECRET_BYTES}}}", text) is None:
        raise CourseError(
            f"{path} does not hold the secret that questions are drawn from: restore it from a "
            "copy, or remove it (then every submission is asked anew, with other numbers)"
        )
    return text


def _make(path: Path) -> None:
    """Write a new secret: the whole of it or nothing, and never over another's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".secret.{os.getpid()}.part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        try:
            os.link(partial, path)  # fails where another process was first
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
