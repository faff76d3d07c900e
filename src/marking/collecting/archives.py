"""What is in an archive: a zip file or a folder, with the zip files in it, within bounds.

An archive may hold anything.  Its size is bounded, zip files in it too, and no path of it is
written to: what is unpacked gets names of our own.  Zip files in it count as folders.  They are
opened after all else, the smallest first: so what one student hands in leaves room for the others.
"""

from __future__ import annotations

import heapq
import io
import os
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from marking.collecting import codepages
from marking.errors import CourseError
from marking.limits import MAX_ARCHIVE_BYTES as MAX_BYTES
from marking.limits import MAX_ARCHIVE_DEPTH as MAX_DEPTH
from marking.limits import MAX_ARCHIVE_FILES as MAX_FILES
from marking.limits import MAX_ARCHIVE_PATH as MAX_PATH
from marking.limits import (
    MAX_INNER_BYTES,
    MAX_INNER_FILES,
    MAX_INNER_LIST,
    MAX_RATIO,
    MIN_RATIO_BYTES,
)
from marking.limits import MAX_MEMBER_BYTES as MAX_ONE

# Packed by systems and programs beside what people hand in; nobody misses it.
NO_WORK = re.compile(
    r"(?:.*/)?(?:(?:__MACOSX|\.ipynb_checkpoints|__pycache__|\.git)/"
    r"|(?:\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)\Z)",
    re.DOTALL | re.IGNORECASE,
)
# Some browsers add an ending to a file that they take for text.
NOTEBOOK = re.compile(r"\.ipynb(?:\.json|\.txt)?\Z", re.IGNORECASE)
NO_NOTEBOOK = "it is no notebook"


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    name: str  # where it lies in the archive; folders and zip files end with "/"
    path: str  # the same below whatever is around the whole class
    file: Path | None  # where its bytes can be read; None for what is not looked into
    why: str = ""  # why it cannot be marked, if it cannot
    time: datetime | None = None  # that the archive gives, in the packing computer's own time

    @property
    def top(self) -> str:
        """The outermost name, which the platform gave; all that lies deeper is the student's."""
        return self.path.partition("/")[0]

    @property
    def rest(self) -> str:
        """The path below `top`; empty if that is the file itself."""
        return self.path.partition("/")[2]

    @property
    def is_notebook(self) -> bool:
        """Whether it may be a notebook to mark."""
        return not self.why


@dataclass(order=True)
class Inner:
    """A zip file in the archive that waits to be opened."""

    share: float  # of what there is room for, that it and those from beside it take
    name: str
    path: Path = field(compare=False)
    time: datetime = field(compare=False)
    own: float = field(compare=False)  # the share that it takes alone

    @property
    def top(self) -> str:
        """The outermost name, which is one student's."""
        return self.name.partition("/")[0]


@dataclass
class Opened:
    """All that was found in an archive."""

    archive: Path
    members: list[Member] = field(default_factory=list)
    ignored: int = 0  # files of systems and programs
    count: int = 0  # files unpacked or looked at
    size: int = 0  # of those unpacked, in bytes
    waiting: list[Inner] = field(default_factory=list)  # a heap
    taken: Counter[str] = field(default_factory=Counter)  # shares by outermost name, in thousandths
    encoding: str = ""  # that was guessed for names, if it was


def opened(archive: Path, scratch: Path, encoding: str | None = None) -> Opened:
    """The files of `archive`, a zip file or a folder; what has to be unpacked goes to `scratch`.

    Names that are not marked as UTF-8 are read in `encoding`, by default in a code page that is
    guessed.  CourseError if the archive cannot be read, or is larger than may be.
    """
    found = Opened(archive)
    if archive.is_dir():
        _add_folder(found, archive, scratch, encoding)
    # Asked first: to open a named pipe would wait for ever.
    elif not archive.is_file() or not zipfile.is_zipfile(archive):
        raise CourseError(f"{archive} is neither a zip file nor a folder")
    else:
        try:
            _add_zip(found, archive, scratch, encoding, "")
        except CourseError:
            raise
        # Whatever reading a damaged zip file brings forth: zipfile's, zlib's and struct's errors,
        # and Python's own, such as IndexError.
        except Exception as problem:
            raise CourseError(f"{archive} cannot be read as a zip file: {problem}") from None
    _open_waiting(found, scratch, encoding)
    return found


def _too_large(archive: Path) -> CourseError:
    size = f"{MAX_FILES} files or {MAX_BYTES // 10**9} GB"
    return CourseError(f"{archive} would unpack to more than {size}")


def _add_folder(found: Opened, archive: Path, scratch: Path, encoding: str | None) -> None:
    paths = []
    for folder, folders, files in os.walk(archive):
        folders.sort()
        for entry in sorted([*files, *(f for f in folders if (Path(folder) / f).is_symlink())]):
            paths.append(Path(folder) / entry)
            if len(paths) > MAX_FILES:
                raise _too_large(archive)
    names = [os.fsencode(path.relative_to(archive)) for path in paths]
    names = [name.replace(os.fsencode(os.sep), b"/") for name in names]
    known = encoding or codepages.guess([name for name in names if not _is_utf8(name)])
    for path, raw in zip(paths, names, strict=True):
        name = raw.decode("utf-8") if _is_utf8(raw) else raw.decode(known, "replace")
        mode = path.lstat()
        time = datetime.fromtimestamp(mode.st_mtime)
        why = _why_no_file(mode.st_mode) or _why_no_path(name)
        _add(found, name, path, mode.st_size, why, time)


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _add(found: Opened, name: str, path: Path, size: int, why: str, time: datetime) -> None:
    """Add one file, which lies at `path`; a zip file waits."""
    if NO_WORK.match(name):
        found.ignored += 1
    elif why:
        found.members.append(Member(name, name, None, why, time))
    elif name.lower().endswith(".zip"):
        _wait(found, name, path, time)
    else:
        why = "" if NOTEBOOK.search(name) else NO_NOTEBOOK
        if size > MAX_ONE and not why:
            why = f"it is larger than {MAX_ONE // 10**6} MB"
        file = path if size <= MAX_ONE and _is_wanted(name) else None
        found.members.append(Member(name, name, file, why, time))


def _wait(found: Opened, name: str, path: Path, time: datetime) -> None:
    """Put a zip file of the archive's among those that wait; one that cannot be read costs itself
    alone.
    """
    try:
        if name.lower().count(".zip/") >= MAX_DEPTH:
            raise ValueError(f"it lies in more than {MAX_DEPTH} zip files")
        with _InnerFile(path) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
        own = max(len(members) / MAX_INNER_FILES, _size(members) / MAX_INNER_BYTES)
    except Exception as problem:  # as above: what one student hands in stops nobody
        _leave(found, name, time, f"it cannot be unpacked ({problem})")
    else:
        inner = Inner(own, name, path, time, own)
        inner.share += found.taken[inner.top] / 1000
        heapq.heappush(found.waiting, inner)


def _open_waiting(found: Opened, scratch: Path, encoding: str | None) -> None:
    """Open the zip files that wait, and those that they hold: first what takes least, with all
    that was opened from beside it.
    """
    while found.waiting:
        inner = heapq.heappop(found.waiting)
        share = inner.own + found.taken[inner.top] / 1000
        if share > inner.share:  # others from beside it were opened meanwhile
            inner.share = share
            heapq.heappush(found.waiting, inner)
            continue
        found.taken[inner.top] += max(1, round(1000 * inner.own))
        _add_inner(found, inner, scratch, encoding)


def _add_inner(found: Opened, inner: Inner, scratch: Path, encoding: str | None) -> None:
    """Add the files of a zip file in the archive; one that cannot be read costs itself alone."""
    before, waiting = len(found.members), len(found.waiting)
    try:
        _add_zip(found, inner.path, scratch, encoding, inner.name + "/")
    except Exception as problem:
        del found.members[before:]
        _leave(found, inner.name, inner.time, f"it cannot be unpacked ({problem})")
    else:
        if len(found.members) == before and len(found.waiting) == waiting:
            _leave(found, inner.name, inner.time, "it is a zip file without files")


def _leave(found: Opened, name: str, time: datetime, why: str) -> None:
    found.members.append(Member(name, name, None, why, time))


def _add_zip(found: Opened, path: Path, scratch: Path, encoding: str | None, prefix: str) -> None:
    with _InnerFile(path) if prefix else open(path, "rb") as file, zipfile.ZipFile(file) as archive:
        # ZipInfo.is_dir() fails for a member without a name (Python 3.11).
        members = [member for member in archive.infolist() if not member.filename.endswith("/")]
        _check_size(found, members, path, prefix)
        for member, name in zip(members, _names(found, members, encoding), strict=True):
            why = _why_no_file(member.external_attr >> 16) or _why_no_path(name)
            found.count += 1
            target = scratch / str(found.count)  # a name of ours: the archive's may lead anywhere
            if not why and _is_wanted(name) and not NO_WORK.match(name):
                why = _unpack(archive, member, target)
            time = _time(member)
            _add(found, prefix + name, target, member.file_size, why, time)


class _InnerFile(io.FileIO):
    """A zip file in the archive, to be read.  Its list of members is read at once, and each takes
    500 bytes of memory: a list that is too long for what may be in it is refused.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """As of every file.  ValueError for more than a list may have."""
        if size is not None and size > MAX_INNER_LIST:
            raise ValueError(f"its list of files has more than {MAX_INNER_LIST // 10**6} MB")
        return super().read(size)


def _is_wanted(name: str) -> bool:
    """Whether the bytes of a file are looked into: notebooks, zip files, notes of platforms."""
    return bool(NOTEBOOK.search(name)) or name.lower().endswith((".zip", ".txt"))


def _check_size(found: Opened, members: Sequence[zipfile.ZipInfo], path: Path, prefix: str) -> None:
    """CourseError for an archive that unpacks to very much; ValueError for one inside."""
    size = _size(members)
    # Members that lie one over the other: a small file that unpacks to a huge one.
    overlap = sum(member.compress_size for member in members) > path.stat().st_size
    if prefix and (overlap or len(members) > MAX_INNER_FILES or size > MAX_INNER_BYTES):
        size_said = f"{MAX_INNER_FILES} files or {MAX_INNER_BYTES // 10**6} MB"
        raise ValueError(f"it would unpack to more than {size_said}")
    if overlap or found.count + len(members) > MAX_FILES or found.size + size > MAX_BYTES:
        raise _too_large(found.archive)
    found.size += size  # of what is refused nothing counts, whatever it says of itself


def _size(members: Sequence[zipfile.ZipInfo]) -> int:
    """Bytes of all that would be unpacked."""
    return sum(
        member.file_size
        for member in members
        if _is_wanted(member.filename) and not _why_too_large(member)
    )


def _why_too_large(member: zipfile.ZipInfo) -> str:
    """Why a file is too large to be unpacked; nothing if it is not."""
    if member.file_size > MAX_ONE:
        return f"it is larger than {MAX_ONE // 10**6} MB"
    if member.file_size > MIN_RATIO_BYTES + MAX_RATIO * member.compress_size:
        return f"it would unpack to more than {MAX_RATIO} times its size"
    return ""


def _names(
    found: Opened, members: Sequence[zipfile.ZipInfo], encoding: str | None
) -> Iterator[str]:
    """What the members are called, in the encoding that is given or most likely."""
    raw = {
        member.filename: member.filename.encode("cp437")
        for member in members
        if not member.flag_bits & 0x800 and not member.filename.isascii()  # not marked as UTF-8
    }
    known = encoding or codepages.guess(list(raw.values()))
    if raw:
        found.encoding = known
    for member in members:
        name = raw.get(member.filename)
        yield member.filename if name is None else name.decode(known, "replace")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    """Unpack one file to `target`; why it cannot be, or nothing."""
    if why := _why_too_large(member):
        return why
    try:
        with archive.open(member) as source, open(target, "wb") as file:
            _copy(source, file)
    # Whatever a damaged member brings forth, each packing its own errors.
    except Exception as problem:
        return f"it cannot be unpacked ({problem})"
    return ""


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy what was said to be no more than `MAX_ONE`."""
    room = MAX_ONE
    while piece := source.read(1 << 20):
        room -= len(piece)
        if room < 0:
            raise ValueError("it is larger than it says")
        target.write(piece)


def _time(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time)
    except ValueError:
        return datetime(1980, 1, 1)  # the first day of the format


def _why_no_file(mode: int) -> str:
    """Why what has this mode is no file; nothing if it is one, or the archive does not say."""
    kind = stat.S_IFMT(mode)
    if not kind or stat.S_ISREG(mode):
        return ""
    return f"it is {'a link, which is not followed' if stat.S_ISLNK(mode) else 'no ordinary file'}"


def _why_no_path(name: str) -> str:
    """Why a file of this name is not looked at; nothing if it is."""
    if len(name) > MAX_PATH:
        return f"its path has more than {MAX_PATH} characters"
    outside = name.startswith(("/", "~")) or re.match(r"[A-Za-z]:", name) or "\\" in name
    if outside or {"..", ".", ""} & set(name.split("/")):
        return "its path leads out of the archive"
    return ""
