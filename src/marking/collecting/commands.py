"""The command `marking collect`: its options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # it has no public name


def add_collect(commands: Commands) -> None:
    """Add `marking collect` to the commands."""
    collect = commands.add_parser(
        "collect", help="sort a learning platform's download into submitted/"
    )
    collect.add_argument("name", metavar="NAME", help="the assignment")
    collect.add_argument(
        "archive",
        type=Path,
        metavar="ARCHIVE",
        help="the zip file, or the folder it was unpacked to",
    )
    collect.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="the folder of the class; default: the course's own",
    )
    collect.add_argument(
        "--platform",
        metavar="NAME",
        help="what names are read as: canvas, moodle, blackboard, brightspace, exchange "
        "(nbgrader's) or folders (one for each student); default: whatever most of them are",
    )
    collect.add_argument(
        "--pattern",
        metavar="REGEX",
        help="how the whole path of a file gives (?P<student_id>…), and if need be "
        "(?P<attempt>…), (?P<name>…), (?P<file_id>…)",
    )
    collect.add_argument(
        "--students",
        type=Path,
        metavar="FILE",
        help="the platform's list of students (Moodle: the assignment's grading worksheet), for "
        "their ids and names",
    )
    collect.add_argument(
        "--groups",
        type=Path,
        metavar="FILE",
        help="a CSV file with columns group and student: every member gets the group's hand-in",
    )
    collect.add_argument(
        "--encoding",
        metavar="NAME",
        help="of names that a zip file does not mark as UTF-8, such as gbk; default: guessed",
    )
    collect.add_argument(
        "--dry-run", action="store_true", help="place nothing; say what would go where, and why"
    )
    collect.add_argument(
        "--force",
        action="store_true",
        help="replace submissions collected before, and place notebooks of another assignment",
    )
    collect.set_defaults(command=_collect)


def _collect(options: argparse.Namespace) -> int:
    # Imported here: every command imports this module.
    from marking.collecting.placing import Options, collect
    from marking.course import Course

    outcome = collect(
        Course.find(options.root),
        options.name,
        options.archive,
        Options(
            pattern=options.pattern,
            platform=options.platform,
            groups=options.groups,
            students=options.students,
            encoding=options.encoding,
            force=options.force,
            dry_run=options.dry_run,
        ),
    )
    print(outcome.report(options.dry_run))
    return 0 if outcome.went_well else 1
