"""The command line: `marking release | check | grade | feedback | marks | collect | audit`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

# jsonschema, which nbformat imports, would build the grammar of an optional format checker that notebooks never need:
# two seconds of every start.
sys.modules.setdefault("rfc3987_syntax", None)

OK, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code.  A user's mistake is one sentence on stderr, never a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["audit"]:
        from . import audit

        return audit.main(arguments[1:])
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except KeyboardInterrupt:
        print("\nmarking: stopped; what is finished is kept, and the same command goes on from there", file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(
            INTERRUPTED
        )  # an ordinary exit would wait for the submissions under way; their processes end with this one
    except (ValueError, RuntimeError, OSError) as problem:
        if _is_ours(problem) or isinstance(problem, OSError):
            print(f"marking: {_sentence(problem)}", file=sys.stderr)
            return WRONG_USE
        raise


def _is_ours(problem: BaseException) -> bool:
    """Whether an error is one of those whose message is a sentence for the user."""
    names = {"CourseError", "GradebookError", "NoSandbox", "KernelDied", "ReleaseError", "Unreadable"}
    return any(kind.__name__ in names for kind in type(problem).__mro__)


def _sentence(problem: BaseException) -> str:
    if isinstance(problem, OSError) and problem.filename is not None:
        return f"{problem.filename}: {problem.strerror}"
    return str(problem)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="marking", description="Release, check and mark the course's assignments.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    release = commands.add_parser("release", help="write exercises/ from solutions/")
    release.add_argument("names", nargs="*", metavar="NAME", help="assignments; default: all")
    release.add_argument(
        "--zips", type=Path, metavar="DIR", help="also pack what students need, one zip each, into DIR"
    )
    release.set_defaults(command=_release)

    check = commands.add_parser("check", help="mark one notebook here and now, as the grader would")
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    check.set_defaults(command=_check)

    grade = commands.add_parser("grade", help="mark every submission of an assignment")
    grade.add_argument("name", metavar="NAME", help="the assignment")
    _class_options(grade)
    grade.add_argument("--force", action="store_true", help="mark again what is already marked")
    grade.add_argument("--jobs", type=_positive, metavar="N", help="worker processes; default: one a processor")
    grade.add_argument(
        "--dask", metavar="ADDRESS", help="use the workers of a running Dask cluster, which must share the folders"
    )
    grade.add_argument(
        "--unsafe", action="store_true", help="go on with weaker protection, or none, where bubblewrap cannot be had"
    )
    grade.set_defaults(command=_grade)

    feedback = commands.add_parser("feedback", help="write the feedback pages of an assignment")
    feedback.add_argument("name", metavar="NAME", help="the assignment")
    _class_options(feedback)
    feedback.add_argument("--force", action="store_true", help="write every page again")
    feedback.set_defaults(command=_feedback)

    marks = commands.add_parser("marks", help="export the marks as CSV")
    marks.add_argument("names", nargs="*", metavar="NAME", help="assignments; default: all in the gradebook")
    marks.add_argument("--root", type=Path, metavar="DIR", help="the folder of the class; default: the course's own")
    marks.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the file to write")
    marks.add_argument("--format", choices=("nbgrader", "canvas", "moodle"), default="nbgrader")
    marks.add_argument(
        "--students",
        type=Path,
        metavar="FILE",
        help="with --format canvas: a gradebook exported from Canvas, whose columns name the students",
    )
    marks.set_defaults(command=_marks)

    collect = commands.add_parser("collect", help="sort a learning platform's download into submitted/")
    collect.add_argument("name", metavar="NAME", help="the assignment")
    collect.add_argument("archive", type=Path, metavar="ARCHIVE", help="the zip file, or the folder it was unpacked to")
    collect.add_argument("--root", type=Path, metavar="DIR", help="the folder of the class; default: the course's own")
    collect.add_argument(
        "--pattern",
        metavar="REGEX",
        help="how file names give (?P<student_id>…); default: Canvas, Moodle and Blackboard",
    )
    collect.add_argument("--force", action="store_true", help="replace submissions collected before")
    collect.set_defaults(command=_collect)

    commands.add_parser(
        "audit", help="check the checks: every right variant accepted, every wrong one rejected", add_help=False
    )
    return parser


def _class_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root", type=Path, metavar="DIR", help="the folder of the class (holds submitted/); default: the course's own"
    )
    parser.add_argument(
        "--student", action="append", default=[], metavar="ID", help="only this student; may be repeated"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number, 1 or more, is needed; got {text!r}")
    return int(text)


# ------------------------------------------------------------------------------------------------------ the commands
def _release(options) -> int:
    from .course import Course
    from .release import release

    course = Course.find()
    notebooks = release(options.names or None, course.project)
    for path in notebooks:
        print(path.relative_to(course.project))
    if options.zips is not None:
        from .package import package

        for path in package(course.project, [path.stem for path in notebooks], options.zips):
            print(path)
    return OK


def _check(options) -> int:
    from . import intake
    from .check import check_notebook

    taken, marks = check_notebook(options.notebook)
    if taken.reason is not None:
        raise intake.Unreadable(taken.reason)
    for note in taken.notes:
        print(f"Note: {note}")
    for mark in marks.values():
        print(mark.text, end="\n\n")
    passed = sum(mark.passed for mark in marks.values())
    if passed == len(marks):
        print(f"public checks passed ({passed} of {len(marks)})")
        return OK
    print(f"public checks not all passed ({passed} of {len(marks)})")
    return FAILED


def _grade(options) -> int:
    from .course import Course, grade
    from .sandbox import choose_tier, what_is_open
    from .table import print_table

    course = Course.find(options.root)
    if opened := what_is_open(choose_tier(options.unsafe)):
        print(f"marking: note: {opened}", file=sys.stderr)
    progress = Progress("marked")
    with _dask(options.dask) as executor:
        rows = grade(
            course,
            options.name,
            students=options.student,
            force=options.force,
            jobs=options.jobs,
            unsafe=options.unsafe,
            executor=executor,
            progress=progress,
        )
    progress.end()
    print_table(rows)
    return OK if all(row.points is not None for row in rows) else FAILED


def _dask(address: str | None):
    """A context manager that gives an executor on a Dask cluster, or None without an address."""
    from contextlib import nullcontext

    if address is None:
        return nullcontext()
    from .cluster import executor

    return executor(address)


def _feedback(options) -> int:
    from .course import Course
    from .feedback import feedback

    course = Course.find(options.root)
    progress = Progress("written")
    written, unchanged = feedback(course, options.name, options.student, force=options.force, progress=progress)
    progress.end()
    print(f"{written} feedback pages written, {unchanged} unchanged, in {course.root / 'feedback'}")
    return OK


def _marks(options) -> int:
    from .course import Course
    from .export import export

    count = export(Course.find(options.root), options.names, options.csv, options.format, options.students)
    print(f"{count} marks written to {options.csv}")
    return OK


def _collect(options) -> int:
    from .collect import collect
    from .course import Course

    placed, left = collect(
        Course.find(options.root), options.name, options.archive, options.pattern, force=options.force
    )
    print(f"{len(placed)} submissions placed")
    for name, why in left:
        print(f"not placed: {name}: {why}")
    return OK if placed and not left else FAILED


class Progress:
    """Count, rate and time left on stderr: one line rewritten on a terminal, a line now and then elsewhere."""

    def __init__(self, done: str):
        self._done = done
        self._begun = time.monotonic()
        self._said = 0.0
        self._live = sys.stderr.isatty()
        self._open = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if (
            not total
            or (now - self._said < (0.1 if self._live else 10.0) and done < total)
            or (not done and not self._live)
        ):
            return
        self._said = now
        line = self.line(done, total, now - self._begun)
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{line[:width]:<{width}}", end="", file=sys.stderr, flush=True)
            self._open = True
        else:
            print(line, file=sys.stderr, flush=True)

    def line(self, done: int, total: int, seconds: float) -> str:
        """What is said when `done` of `total` took `seconds`."""
        if not done:
            return f"0 of {total} {self._done}"
        rate = done / max(seconds, 1e-9)
        left = (total - done) / rate
        clock = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
        return f"{done} of {total} {self._done}, {rate:.1f} a second, " + (
            f"about {clock} left" if done < total else "done"
        )

    def end(self) -> None:
        if self._open:
            print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
