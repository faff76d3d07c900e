"""What tests of several files share: the release they hand in, and a launcher of kernels."""

import pytest
from sample_class.folder import ROOT
from sample_class.students import ASSIGNMENT

from marking.kernels import tiers
from marking.kernels.launcher import KernelLauncher
from marking.submissions.reading import load_release


@pytest.fixture(scope="module")
def release():
    return load_release(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")


@pytest.fixture(scope="module")
def launcher():
    with KernelLauncher(tiers.choose_tier(unsafe=True)) as opened:
        yield opened
