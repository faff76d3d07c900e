"""When something was handed in, as nbgrader's `timestamp.txt` says it."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from marking.collecting.archives import Member
from marking.collecting.reading import Reading
from marking.course import Course
from marking.gradebook.writer import sqlite_file

FORM = "%Y-%m-%d %H:%M:%S.%f UTC"


def timestamp(reading: Reading, member: Member, course: Course, due: datetime | None) -> str:
    """The text of `timestamp.txt`; empty where nothing says when it was handed in.

    A platform that says only that it was late gives no time: then it is a second after the due
    date, or, where the gradebook has none, when the archive was packed.
    """
    if reading.time is not None:
        return _in_utc(reading.time, course).strftime(FORM)
    if not reading.late:
        return ""
    if due is not None:
        return (due + timedelta(seconds=1)).strftime(FORM)
    return _in_utc(member.time, course).strftime(FORM) if member.time else ""


def _in_utc(time: datetime, course: Course) -> datetime:
    """`time` of the platform's, which is of the time zone that nbgrader is told, in UTC."""
    if time.tzinfo is None:
        zone: tzinfo = UTC  # where the system has no table of zones, too
        with contextlib.suppress(KeyError, ValueError, OSError):
            zone = ZoneInfo(course.setting("Exchange", "timezone", "UTC"))
        time = time.replace(tzinfo=zone)
    return time.astimezone(UTC)


def due_date(course: Course, name: str) -> datetime | None:
    """When assignment `name` is due, by the gradebook in UTC; None if it does not say."""
    path = sqlite_file(course.db_url)
    if path is None or not path.exists():
        return None
    with contextlib.suppress(sqlite3.Error, TypeError, ValueError):
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = connection.execute("SELECT duedate FROM assignment WHERE name = ?", (name,))
            return datetime.fromisoformat(found.fetchone()[0]).replace(tzinfo=UTC)
        finally:
            connection.close()
    return None
