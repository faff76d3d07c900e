"""The command line: one parser for every `marking` command.

Each command imports what it needs when it runs: nbgrader alone takes seconds to import.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from marking.authoring.commands import add_audit, add_new
from marking.collecting.commands import add_collect
from marking.errors import MarkingError
from marking.processes import one_thread_for_algebra, skip_unused_format_checker
from marking.terminal import Progress, aligned, printable, printable_output

if TYPE_CHECKING:
    from marking.course import Course
    from marking.grading.rechecking import HandedIn
    from marking.submissions.marks import Mark

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # it has no public name

UNSAFE = "go on with weaker protection, or none, where bubblewrap cannot be had"
OK, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code.  A user's mistake is one sentence on stderr, never a
    traceback.  Whatever is printed is printable, whoever wrote it.
    """
    skip_unused_format_checker()
    one_thread_for_algebra()
    with printable_output():
        options = _parser().parse_args(argv)
        try:
            return _run(options)
        except Exception:
            # Printed here, where it is made printable: its message may hold a student's text.
            traceback.print_exc()
            print("marking: this is a fault of the program; please report it", file=sys.stderr)
            return FAILED


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.command(options)
        return code
    except KeyboardInterrupt:
        print(
            "\nmarking: stopped; what is finished is kept, and the same command goes on from there",
            file=sys.stderr,
        )
        sys.stdout.flush()
        sys.stderr.flush()
        # An ordinary exit would wait for the submissions under way; their processes end with this
        # one.
        os._exit(INTERRUPTED)
    except ModuleNotFoundError as problem:
        if (problem.name or "marking").partition(".")[0] in ("marking", "convtranspose"):
            raise
        print(f"marking: {_missing(printable(problem.name or ''))}", file=sys.stderr)
        return WRONG_USE
    except (MarkingError, OSError) as problem:
        print(f"marking: {printable(_sentence(problem))}", file=sys.stderr)
        return WRONG_USE
    except UnicodeEncodeError as problem:
        encoding = sys.getfilesystemencoding()
        if encoding == "utf-8":
            raise  # no letter is missing there: it is another matter
        name = printable(problem.object[problem.start : problem.end])
        print(
            f"marking: no file can be called {name} where names are written in {encoding}; set "
            "PYTHONUTF8=1 and type the command again",
            file=sys.stderr,
        )
        return WRONG_USE


def _missing(module: str) -> str:
    """A check in a notebook needs next to nothing, so that a command may find its packages missing;
    what installs them.
    """
    return (
        f"this command needs {module}, which is not installed: install the course's package with "
        "[lab] or [editor] behind its name to check a notebook, with [grading] for all commands"
    )


def _sentence(problem: BaseException) -> str:
    if isinstance(problem, OSError) and problem.filename is not None:
        return f"{os.fsdecode(problem.filename)}: {problem.strerror}"
    return str(problem)


class _Parser(argparse.ArgumentParser):
    """What it refuses it repeats: in one printable line, and without colours of its own."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        # From Python 3.14 on help is coloured, by what no output of ours may hold.
        self.color = False

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="marking", description="Release, check and mark the course's assignments."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_release, _add_check, _add_grade, _add_feedback, _add_marks, add_collect):
        add(commands)
    _add_sandbox(commands)
    add_audit(commands)
    add_new(commands)
    return parser


def _add_release(commands: Commands) -> None:
    release = commands.add_parser("release", help="write exercises/ from solutions/")
    release.add_argument("names", nargs="*", metavar="NAME", help="assignments; default: all")
    release.add_argument(
        "--zips",
        type=Path,
        metavar="DIR",
        help="also pack what students need, one zip each, into DIR",
    )
    release.set_defaults(command=_release)


def _release(options: argparse.Namespace) -> int:
    from marking.authoring.releasing import release
    from marking.course import Course

    course = Course.find()
    notebooks = release(options.names or None, course)
    for path in notebooks:
        print(printable(os.path.relpath(path, course.project)))
    if options.zips is not None:
        from marking.authoring.packing import package

        for path in package(course, [path.stem for path in notebooks], options.zips):
            print(printable(str(path)))
    return OK


def _add_check(commands: Commands) -> None:
    check = commands.add_parser("check", help="mark one notebook here and now, as the grader would")
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    check.add_argument(
        "--student",
        metavar="ID",
        help="mark it as if this student had handed it in, in a sandbox or not at all; so is "
        "whatever lies below submitted/",
    )
    _add_root(check)
    check.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    from marking.grading.rechecking import handed_in

    place = handed_in(options.notebook, options.root)
    if place is not None or options.student is not None:
        return _check_submission(options, place)
    from marking.student.in_shell import check_notebook

    notes, marks = check_notebook(
        options.notebook,
        lambda said: print(f"marking: note: {printable(said)}", file=sys.stderr, flush=True),
    )
    return _show_verdicts(notes, marks)


def _check_submission(options: argparse.Namespace, place: HandedIn | None) -> int:
    from marking.grading.rechecking import check_submission

    outcome = check_submission(options.notebook, options.student, place)
    if outcome.problem is not None:
        problem = printable(f"{outcome.student} has no mark: {outcome.problem}")
        print(f"marking: {problem}", file=sys.stderr)
        return FAILED
    points = sum(mark.points for mark in outcome.marks)
    most = sum(mark.max_points for mark in outcome.marks)
    code = _show_verdicts(outcome.notes, outcome.marks)
    student = printable(outcome.student)
    print(f"the grader's verdict on {student}: {points:g} of {most:g} points")
    return code


def _show_verdicts(notes: Sequence[str], marks: Sequence[Mark]) -> int:
    """Print the notes of a repair, the verdicts, and how many are passed; returns the exit code."""
    for note in notes:
        print(f"Note: {printable(note)}")
    for mark in marks:
        print(mark.text, end="\n\n")
    passed = sum(mark.passed for mark in marks)
    state = "all checks" if passed == len(marks) else "not all checks"
    print(f"{state} passed ({passed} of {len(marks)})")
    return OK if passed == len(marks) else FAILED


def _add_grade(commands: Commands) -> None:
    grade = commands.add_parser("grade", help="mark every submission of an assignment")
    grade.add_argument("name", metavar="NAME", help="the assignment")
    _add_class_options(grade)
    grade.add_argument("--force", action="store_true", help="mark again what is already marked")
    grade.add_argument(
        "--jobs", type=_positive, metavar="N", help="worker processes; default: one a processor"
    )
    grade.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="use the workers of a running Dask cluster, which must share the folders",
    )
    grade.add_argument("--unsafe", action="store_true", help=UNSAFE)
    grade.add_argument(
        "--seed",
        metavar="TEXT",
        help="draw questions from TEXT, not from the secret of the class; the same TEXT gives the "
        "same questions anywhere",
    )
    grade.set_defaults(command=_grade)


def _grade(options: argparse.Namespace) -> int:
    from marking.course import Course
    from marking.gradebook.people import full_names
    from marking.grading.run import grade, without_submission
    from marking.grading.table import class_table
    from marking.kernels.protection import sentence
    from marking.kernels.tiers import choose_tier, what_is_open

    course = Course.find(options.root)
    tier = choose_tier(options.unsafe)
    progress = Progress("marked")

    def advance(done: int, total: int) -> None:
        if done == 0:  # before the first kernel is started, and only if one will be
            print(f"marking: {sentence(tier)}", file=sys.stderr)
            if opened := what_is_open(tier):
                print(f"marking: note: {opened}", file=sys.stderr)
        progress(done, total)

    with _dask(options.dask) as executor:
        rows = grade(
            course,
            options.name,
            students=options.student,
            force=options.force,
            jobs=options.jobs,
            unsafe=options.unsafe,
            seed=options.seed,
            executor=executor,
            progress=advance,
        )
    progress.end()
    names = full_names(course, [row.student for row in rows])
    print(class_table(rows, shutil.get_terminal_size((120, 24)).columns, names))
    if gone := without_submission(course, options.name):
        print(
            "marking: note: in the gradebook, without a submission here (who has dropped out, or "
            f"has another id now?): {printable(', '.join(gone))}",
            file=sys.stderr,
        )
    return FAILED if any(row.points is None or row.look for row in rows) else OK


def _dask(address: str | None) -> contextlib.AbstractContextManager[Executor | None]:
    """A context manager that gives an executor on a Dask cluster, or None without an address."""
    if address is None:
        return contextlib.nullcontext()
    from marking.grading.dask import executor

    return executor(address)


def _add_feedback(commands: Commands) -> None:
    feedback = commands.add_parser("feedback", help="write the feedback pages of an assignment")
    feedback.add_argument("name", metavar="NAME", help="the assignment")
    _add_class_options(feedback)
    feedback.add_argument("--force", action="store_true", help="write every page again")
    feedback.add_argument(
        "--archive",
        choices=("canvas", "moodle", "blackboard", "brightspace", "folders"),
        help="also pack the pages into a zip file, each called as this platform called the hand-in",
    )
    feedback.set_defaults(command=_feedback)


def _feedback(options: argparse.Namespace) -> int:
    from marking.course import Course
    from marking.gradebook.feedback import feedback, unread

    course = Course.find(options.root)
    progress = Progress("written")
    odd: list[tuple[str, str]] = []
    written, unchanged = feedback(
        course,
        options.name,
        options.student,
        force=options.force,
        progress=progress,
        report=lambda student, why: odd.append((student, why)),
    )
    progress.end()
    for student, why in odd:
        print(printable(f"{student}: {why}"))
    pages = printable(str(course.pages))
    print(f"{written} feedback pages written, {unchanged} unchanged, in {pages}")
    if waiting := unread(course, options.name):
        print(f"note: {waiting} of them have answers that nobody has marked yet, and say so")
    if options.archive is not None:
        odd += _pack_feedback(course, options)
    return FAILED if odd else OK


def _pack_feedback(course: Course, options: argparse.Namespace) -> list[tuple[str, str]]:
    """Pack the feedback pages for a platform; returns whose page is not among them, and why."""
    from marking.gradebook.feedback_archive import archive

    target, count, left = archive(course, options.name, options.archive, options.student)
    for student, why in left:
        print(printable(f"{student}: not in the zip file: {why}"))
    print(f"{count} pages packed in {printable(str(target))}")
    return left


def _add_marks(commands: Commands) -> None:
    marks = commands.add_parser("marks", help="export the marks as CSV")
    marks.add_argument(
        "names", nargs="*", metavar="NAME", help="assignments; default: all in the gradebook"
    )
    _add_root(marks)
    marks.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    marks.add_argument(
        "--format", choices=("nbgrader", "canvas", "moodle", "csv"), default="nbgrader"
    )
    marks.add_argument(
        "--students",
        type=Path,
        metavar="FILE",
        help="with canvas, moodle or csv: the list that the platform exports (Canvas: the "
        "gradebook; Moodle: the assignment's grading worksheet); its rows and columns are kept",
    )
    marks.set_defaults(command=_marks)


def _marks(options: argparse.Namespace) -> int:
    from marking.course import Course
    from marking.gradebook.exporters import export

    returned = export(
        Course.find(options.root), options.names, options.csv, options.format, options.students
    )
    for line in returned.lines():
        print(printable(line))
    print(f"{returned.count} marks written to {printable(str(options.csv))}")
    return FAILED if returned.missing else OK


def _add_sandbox(commands: Commands) -> None:
    sandbox = commands.add_parser(
        "sandbox", help="say what protects from students' code here, and try whether it does"
    )
    sandbox.add_argument("--unsafe", action="store_true", help=UNSAFE)
    sandbox.set_defaults(command=_sandbox)


def _sandbox(options: argparse.Namespace) -> int:
    from marking.kernels.protection import rows
    from marking.kernels.tiers import choose_tier, what_is_open
    from marking.kernels.trial import try_sandbox

    tier = choose_tier(options.unsafe)
    print(aligned(rows(tier)), end="\n\n")
    if opened := what_is_open(tier):
        print(f"marking: note: {opened}", file=sys.stderr)
    progress = Progress("tried")
    results = try_sandbox(tier, progress)
    progress.end()
    print("what a submission tries:")
    print(aligned([("OPEN" if result.open else "closed", result.name) for result in results]))
    count = sum(result.open for result in results)
    if count:
        print(f"{count} of {len(results)} things that no submission may do can be done here")
        return FAILED
    print(f"none of {len(results)} things that no submission may do can be done here")
    return OK


def _add_root(parser: argparse.ArgumentParser, holds: str = "") -> None:
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help=f"the folder of the class{holds}; default: the course's own",
    )


def _add_class_options(parser: argparse.ArgumentParser) -> None:
    _add_root(parser, " (holds submitted/)")
    parser.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="only this student; may be repeated",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number, 1 or more, is needed; got {text!r}")
    return int(text)
