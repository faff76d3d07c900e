"""What tests of several files share: the release they hand in, a launcher of kernels, and a way
through both.
"""

import json

import pytest
from sample_class.folder import ROOT
from sample_class.students import ASSIGNMENT

from marking.kernels import tiers
from marking.kernels.launcher import KernelLauncher
from marking.submissions.reading import load_release
from marking.submissions.repairing import repair_submission
from marking.submissions.running import mark_notebook


@pytest.fixture(scope="module")
def release():
    return load_release(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")


@pytest.fixture(scope="module")
def launcher():
    with KernelLauncher(tiers.choose_tier(unsafe=True)) as opened:
        yield opened


@pytest.fixture
def marked(tmp_path, release, launcher):
    """A function that hands in files, {name: notebook or bytes}, and marks them: the repaired
    notebook, the notes, points and texts by question.
    """

    def run(files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            (tmp_path / name).write_bytes(data)
        made = repair_submission(tmp_path, ASSIGNMENT, release)
        assert made.reason is None
        marks = mark_notebook(made.notebook, launcher, "seed")
        points = {name: mark.points for name, mark in marks.items()}
        texts = {name: mark.text for name, mark in marks.items()}
        return made.notebook, " ".join(made.notes), points, texts

    return run
