"""The author's commands: `marking audit` and `marking new`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from marking.terminal import printable

if TYPE_CHECKING:
    from marking.course import Course

# What argparse gives for the commands of one parser: the class has no public name, and takes a
# parameter for type checkers only.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_audit(commands: Commands) -> None:
    """Add `marking audit`."""
    parser = commands.add_parser(
        "audit", help="check the checks: every right variant accepted, every wrong one rejected"
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument(
        "--mutants",
        type=_count,
        metavar="N",
        help="at most N mutants per question (default: all)",
    )
    parser.add_argument(
        "--sittings",
        type=_at_least_one,
        metavar="N",
        help="examine every function N times, with other numbers each time (default: 3)",
    )
    parser.add_argument(
        "--variants",
        type=Path,
        metavar="DIR",
        help="folder of right answers (default: the course's own)",
    )
    parser.add_argument(
        "--names", action="store_true", help="also list every mistake and what it is named as"
    )
    parser.add_argument(
        "--regions",
        action="store_true",
        help="also list in how many sittings a mistake is caught that is one in a part of the "
        "allowed inputs only",
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.set_defaults(command=_audit)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be 0 or more, got {text}")
    return int(text)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be 1 or more, got {text}")
    return int(text)


def _audit(options: argparse.Namespace) -> int:
    """Exit code 0 if all is well, 1 on any problem."""
    from marking.authoring import auditing, regions
    from marking.course import Course

    course = Course.find()
    variants: Path = options.variants or auditing.variants_folder(course)
    names = auditing.known(options.assignments)
    sittings = options.sittings or auditing.SITTINGS
    rows = auditing.audit(names, options.mutants, variants, sittings)
    print(auditing.table(rows, options.markdown))
    print("\n" + auditing.styles_line(rows))
    if options.names:
        print("\n" + auditing.names_table(rows, options.markdown))
    covered = regions.coverages([row.question for row in rows])
    if options.regions:
        print("\n" + regions.table(covered, options.markdown))
    problems = [f"{row.question}: {problem}" for row in rows for problem in row.problems]
    problems += [f"{found.question}: {problem}" for found in covered for problem in found.problems]
    for name in names:
        problems += [
            f"{name}: {problem}" for problem in auditing.unfinished(name, course, variants)
        ]
    for problem in problems:
        print(printable(problem), file=sys.stderr)
    return 1 if problems else 0


def add_new(commands: Commands) -> None:
    """Add `marking new assignment` and `marking new question`."""
    parser = commands.add_parser("new", help="begin an assignment, or a question of one")
    kinds = parser.add_subparsers(required=True, metavar="KIND")

    assignment = kinds.add_parser("assignment", help="begin an assignment with one question")
    assignment.add_argument("name", metavar="NAME", help="lower case, with hyphens")
    assignment.add_argument("--title", metavar="TEXT", help="the notebook's heading")
    assignment.add_argument(
        "--signature",
        metavar="TEXT",
        help='the first function as students write it, such as "f(x, p)" '
        "(default: the assignment's name, with one argument x)",
    )
    assignment.set_defaults(command=_new_assignment)

    question = kinds.add_parser("question", help="begin another question of an assignment")
    question.add_argument("name", metavar="ASSIGNMENT", help="the assignment")
    question.add_argument("function", metavar="FUNCTION", help="the function's name")
    question.add_argument(
        "--signature",
        metavar="TEXT",
        help='as students write it, such as "f(x, p)" (default: one argument x)',
    )
    question.set_defaults(command=_new_question)


def _new_assignment(options: argparse.Namespace) -> int:
    from marking.authoring.skeletons import new_assignment
    from marking.course import Course

    course = Course.find()
    return _listed(course, new_assignment(course, options.name, options.signature, options.title))


def _new_question(options: argparse.Namespace) -> int:
    from marking.authoring.skeletons import new_question
    from marking.course import Course

    course = Course.find()
    return _listed(course, new_question(course, options.name, options.function, options.signature))


def _listed(course: Course, files: list[Path]) -> int:
    for file in files:
        print(printable(os.path.relpath(file, course.project)))
    print("What says TODO in these files is yours to write; `marking audit` lists what is missing.")
    return 0
