"""The two preprocessors that plug into nbgrader's autograder; `nbgrader_config.py` puts them in place.

`Intake` goes first among the sanitising preprocessors and repairs the notebook from the release.  `Judge` takes the
place of `Execute`: it runs the student's cells, asks the functions, and writes the examiner's verdicts into the test
cells, where nbgrader's own preprocessors read the points.
"""

from __future__ import annotations

from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, List, Unicode, default

from . import intake
from .course import load_release, nursery, seed_for
from .sandbox import choose_tier
from .trial import Times, hold


class Intake(NbGraderPreprocessor):
    """Repairs a submitted notebook from the released one; see `marking.intake`."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        path = released(self, resources["nbgrader"]["assignment"], resources["nbgrader"]["notebook"])
        release = load_release(str(path))
        told = nb.metadata.get(intake.KEY)
        repaired, notes = intake.repair(nb.cells, release)
        if told:
            repaired.metadata[intake.KEY] = told
        return intake.with_notes(repaired, notes), resources


class Judge(NbGraderPreprocessor):
    """Runs the student's cells in a sandboxed kernel and writes the examiner's verdicts; see `marking.trial`."""

    seed = Unicode("", help="The course's seed: with it and the student's id the same questions are drawn again.").tag(
        config=True
    )
    unsafe = Bool(False, help="Go on without a sandbox where none can be had.").tag(config=True)
    cell_seconds = Float(Times.cell, help="How long one cell may run.").tag(config=True)
    answer_seconds = Float(Times.answer, help="How long a function may take for one round of calls.").tag(config=True)
    submission_seconds = Float(Times.submission, help="How long one notebook may take.").tag(config=True)

    def times(self) -> Times:
        return Times(self.cell_seconds, self.answer_seconds, self.submission_seconds)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        hold(nb, nursery(choose_tier(self.unsafe)), seed_for(self.seed, resources["nbgrader"]["student"]), self.times())
        return nb, resources


class FeedbackExporter(HTMLExporter):
    """nbgrader's feedback page without its script from elsewhere, and with a policy that lets no script run."""

    # The template includes a macro that loads MathJax from a content network.  In its place goes a policy: whatever a
    # student may have smuggled into the page, the browser runs no script and asks no other host.
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )

    extra_loaders = List()

    @default("extra_loaders")
    def _extra_loaders_default(self):
        from jinja2 import DictLoader

        meta = f'<meta http-equiv="Content-Security-Policy" content="{self.policy}">'
        width = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        macro = f"{{% macro mathjax(url='', config='') %}}{meta}{width}{{% endmacro %}}"
        return [DictLoader({"mathjax.html.j2": macro, "base/mathjax.html.j2": macro})]


def released(preprocessor: NbGraderPreprocessor, assignment: str, notebook: str) -> Path:
    """Where the release of a notebook lies, by the course directory of the converter that runs `preprocessor`."""
    owner = preprocessor
    while owner is not None and getattr(owner, "coursedir", None) is None:
        owner = owner.parent
    course = owner.coursedir
    return Path(course.format_path(course.release_directory, ".", assignment)) / f"{notebook}.ipynb"
