"""The course and the class: every folder, every setting, the seed, and the lock of a class."""

from __future__ import annotations

import ast
import contextlib
import copy
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from marking.errors import CourseError
from marking.limits import Times
from marking.seeds import course_seed

CONFIG = "nbgrader_config.py"
SUBMITTED = "submitted"  # the folder of submissions, unless the course calls it otherwise
Setting = TypeVar("Setting")


@dataclass(frozen=True)
class Course:
    """Where a course's files are: `project` holds the releases, `root` the class (submissions,
    marks, gradebook).  Every folder and setting is read from `config` here and nowhere else.
    """

    project: Path
    root: Path
    config: Config

    @classmethod
    def find(
        cls, root: Path | None = None, start: Path | None = None, *, executes: bool = True
    ) -> Course:
        """The course whose configuration lies in `start` (default: here) or above; `root` defaults
        to its folder.  CourseError if there is none, or no folder `root`, or `start` is where
        students' files lie.

        The configuration is a program.  Without `executes` it is not run: of its settings only
        those count that are written as plain values.
        """
        project = project_around((start or Path.cwd()).resolve())
        if root is not None and not root.is_dir():
            raise CourseError(f"--root {root} is no folder; it must hold submitted/")
        if executes:
            config = PyFileConfigLoader(CONFIG, path=str(project)).load_config()
        else:
            config = plain_settings(project / CONFIG)
        return cls(project, (root or project).resolve(), config)

    def setting(self, section: str, name: str, default: Setting) -> Setting:
        """One value of the configuration, or `default`."""
        value: Setting | None = self.config.get(section, {}).get(name, default)
        return default if value is None else value

    def config_with(self, **settings: str) -> Config:
        """A copy of the configuration with some settings of nbgrader's `CourseDirectory` replaced,
        for one of nbgrader's converters.
        """
        config = copy.deepcopy(self.config)
        config.CourseDirectory.update(settings)
        return config

    @property
    def course_id(self) -> str:
        """What the gradebook calls the course."""
        return self.setting("CourseDirectory", "course_id", "")

    @property
    def db_url(self) -> str:
        """The gradebook's address: as configured, else `gradebook.db` in the class's folder."""
        return self.setting("CourseDirectory", "db_url", f"sqlite:///{self.root / 'gradebook.db'}")

    @property
    def seed(self) -> str:
        """The seed that is configured, which the configuration's readers know."""
        return str(self.setting("Judge", "seed", ""))

    def secret_seed(self) -> str:
        """The seed that questions are drawn from: the configured one with the secret of the class,
        which is made if there is none.  CourseError if it can be neither read nor written.
        """
        return course_seed(self.root, self.seed)

    @property
    def times(self) -> Times:
        """How long things may take."""
        return Times(
            self.setting("Judge", "cell_seconds", Times.cell),
            self.setting("Judge", "answer_seconds", Times.answer),
            self.setting("Judge", "submission_seconds", Times.submission),
        )

    @property
    def sources(self) -> Path:
        """The folder of the instructor's sources, one folder each."""
        return self._folder(self.project, "source", "solutions")

    @property
    def releases(self) -> Path:
        """The folder of the students' notebooks, one folder each."""
        return self._folder(self.project, "release", "exercises")

    @property
    def submitted(self) -> Path:
        """The folder of submissions: <student>/<assignment>/."""
        return self._folder(self.root, "submitted", SUBMITTED)

    @property
    def marked(self) -> Path:
        """The folder of marked notebooks: <student>/<assignment>/."""
        return self._folder(self.root, "autograded", "autograded")

    @property
    def pages(self) -> Path:
        """The folder of feedback pages: <student>/<assignment>/."""
        return self._folder(self.root, "feedback", "feedback")

    @property
    def state(self) -> Path:
        """The folder of the ledgers and the lock: hidden, beside the marked notebooks."""
        return self.marked / ".marking"

    def _folder(self, below: Path, kind: str, default: str) -> Path:
        """One of nbgrader's folders, as configured (an absolute path stays one)."""
        return below / self.setting("CourseDirectory", f"{kind}_directory", default)

    def source(self, name: str) -> Path:
        """Where the source of assignment `name` lies."""
        return self.sources / name / f"{name}.md"

    def release(self, name: str) -> Path:
        """Where the released notebook of assignment `name` lies, if it has been released."""
        return self.releases / name / f"{name}.ipynb"

    def autograded(self, student: str, name: str) -> Path:
        """Where the marked notebook goes."""
        return self.marked / student / name / f"{name}.ipynb"

    def feedback(self, student: str, name: str) -> Path:
        """Where the feedback page goes."""
        return self.pages / student / name / f"{name}.html"

    def submissions(self, name: str) -> dict[str, Path]:
        """The folder of each student's submission of `name`, by student.  CourseError if there is
        no folder of submissions.
        """
        below = self.submitted
        if not below.is_dir():
            raise CourseError(
                f"{below} is missing: submissions belong in {below}/<student>/{name}/{name}.ipynb"
            )
        students = sorted(entry.name for entry in os.scandir(below))
        return {
            student: below / student / name
            for student in students
            if not student.startswith(".") and os.path.lexists(below / student / name)
        }


def project_around(start: Path) -> Path:
    """The folder of the configuration in `start` or above; `start` is absolute.

    CourseError if there is none, or if `start` lies below a folder of submissions: a configuration
    found there may have been handed in, and reading one is running it.
    """
    if (submissions := submissions_around(start)) is not None:
        raise CourseError(
            f"{start} is below {submissions}, where students' files lie, and no {CONFIG} is read "
            "there: run this in the course's folder"
        )
    found = next((f for f in (start, *start.parents) if (f / CONFIG).is_file()), None)
    if found is None:
        raise CourseError(
            f"no {CONFIG} in {start} or above it: run this inside the course's folder"
        )
    return found


def submissions_around(path: Path) -> Path | None:
    """The folder of submissions that `path` is, or lies in, if any; `path` is absolute.

    Known by its name, or because a configuration above says so, which is not run.
    """
    around = (path, *path.parents)
    named = {
        (folder / name).resolve()
        for folder in around
        if isinstance(
            name := plain_settings(folder / CONFIG)
            .get("CourseDirectory", {})
            .get("submitted_directory"),
            str,
        )
    }
    return next((f for f in around if is_called(f, SUBMITTED) or f.resolve() in named), None)


def is_called(folder: Path, name: str) -> bool:
    """Whether `folder` has this name, to a file system that does not tell capitals apart."""
    return folder.name.casefold() == name.casefold()


def plain_settings(path: Path) -> Config:
    """The settings in a configuration that are written as plain values (`c.Section.name = "x"`),
    read without running it; a file that cannot be read so gives none.
    """
    settings = Config()
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return settings
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Attribute(ast.Attribute(ast.Name("c"), section), name)], value=value
            ):
                # What is computed is left out.
                with contextlib.suppress(ValueError, TypeError, RecursionError, MemoryError):
                    settings.setdefault(section, Config())[name] = ast.literal_eval(value)
    return settings


@contextlib.contextmanager
def class_lock(course: Course) -> Iterator[None]:
    """Let no other run mark this class while the block lasts.  CourseError if one is marking it.

    The operating system frees the lock when the process ends, however it ends.
    """
    # Imported here: a student's check and most commands lock nothing.
    from filelock import FileLock, Timeout

    course.state.mkdir(parents=True, exist_ok=True)
    lock = FileLock(course.state / "lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise CourseError(
            f"another run is marking the class in {course.root}; wait for it to end"
        ) from None
    try:
        yield
    finally:
        lock.release()
