"""The two preprocessors that plug into nbgrader's autograder; `nbgrader_config.py` puts them in
place.

`Intake` goes first among the sanitising preprocessors and repairs the notebook from the release.
`Judge` takes the place of `Execute`: it runs the student's cells, asks the functions, and writes
the examiner's verdicts into the test cells, where nbgrader's own `SaveAutoGrades` reads the points.
(`marking grade` needs none of these: its one writer is `marking.gradebook.writer`.)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Unicode

from marking.errors import Unreadable
from marking.files import remove_tree
from marking.kernels.launcher import launcher_for
from marking.kernels.tiers import choose_tier
from marking.limits import Times
from marking.seeds import course_seed, salt_of, seed_for
from marking.submissions.reading import (
    OF_THE_EXCHANGE,
    digest_of_submission,
    load_release,
    read_cells,
)
from marking.submissions.repairing import bare, repair, with_notes
from marking.submissions.running import mark_notebook


# nbgrader's class has no types.
class Intake(NbGraderPreprocessor):  # type: ignore[misc]
    """Repairs a submitted notebook from the released one; see `marking.submissions.repairing`."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The repaired notebook, with its notes.

        nbgrader has copied whatever lies beside the notebook, and what links point to: all of it is
        removed from the copy, so that feedback gives nothing back but a page.
        """
        names = resources["nbgrader"]
        release = load_release(released(self, names["assignment"], names["notebook"]))
        remove_all_but_the_notebook(folder_of(self, "autograded", names))
        place = folder_of(self, "submitted", names)
        try:
            if any(path.is_symlink() for path in (place, place / f"{names['notebook']}.ipynb")):
                raise Unreadable("The submission is only a link, which is not followed.")
            repaired, notes = repair(read_cells(nb.cells), release)
        except Unreadable as problem:
            return bare(release, str(problem)), resources
        return with_notes(repaired, notes), resources


class Judge(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader's class has no types
    """Runs the student's cells in a sandboxed kernel and writes the examiner's verdicts; see
    `marking.submissions.running`.
    """

    # `Course.seed` and `Course.times` read the same settings for `marking grade`, without nbgrader.
    seed = Unicode(
        "",
        help="The course's seed: with it and the student's id the same questions are drawn again.",
    ).tag(config=True)
    unsafe = Bool(False, help="Go on without a sandbox where none can be had.").tag(config=True)
    cell_seconds = Float(Times.cell, help="How long one cell may run.").tag(config=True)
    answer_seconds = Float(
        Times.answer, help="How long a function may take for one round of calls."
    ).tag(config=True)
    submission_seconds = Float(Times.submission, help="How long one notebook may take.").tag(
        config=True
    )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook run and marked, in place.

        The questions are those of `marking grade` for a first hand-in: nbgrader counts no attempts.
        """
        names = resources["nbgrader"]
        submitted = digest_of_submission(folder_of(self, "submitted", names), names["assignment"])
        course = course_seed(Path(_coursedir(self).root), self.seed)
        mark_notebook(
            nb,
            launcher_for(choose_tier(self.unsafe)),
            seed_for(course, names["student"], salt_of(submitted, 1)),
            Times(self.cell_seconds, self.answer_seconds, self.submission_seconds),
        )
        return nb, resources


def _coursedir(preprocessor: NbGraderPreprocessor) -> Any:
    """The course directory of the converter that runs `preprocessor`."""
    owner = preprocessor
    while owner is not None and getattr(owner, "coursedir", None) is None:
        owner = owner.parent
    return owner.coursedir


def released(preprocessor: NbGraderPreprocessor, assignment: str, notebook: str) -> Path:
    """Where the release of a notebook lies."""
    course = _coursedir(preprocessor)
    return Path(course.format_path(course.release_directory, ".", assignment)) / f"{notebook}.ipynb"


def folder_of(preprocessor: NbGraderPreprocessor, kind: str, names: dict[str, Any]) -> Path:
    """The folder of a student's submission of the given kind: submitted or autograded."""
    course = _coursedir(preprocessor)
    below = getattr(course, f"{kind}_directory")
    return Path(course.format_path(below, names["student"], names["assignment"]))


def remove_all_but_the_notebook(folder: Path) -> None:
    """Remove from a copied submission what is neither a notebook nor nbgrader's own file."""
    for path in list(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        elif path.is_symlink() or (path.suffix != ".ipynb" and path.name not in OF_THE_EXCHANGE):
            path.unlink(missing_ok=True)
