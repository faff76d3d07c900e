"""`make` makes the site and the sample class at the same time, unless it is told how many jobs."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from tests.house.sources import ROOT


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
@pytest.mark.parametrize(("options", "jobs"), [([], True), (["-j3"], False)])
def test_the_site_and_the_class_are_made_at_the_same_time(options, jobs):
    # `make lint` runs this test and would hand its own options on
    outer = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    said = subprocess.run(
        ["make", "--dry-run", *options, "all"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in outer},
        capture_output=True,
        text=True,
        check=True,
    )
    [both] = [line for line in said.stdout.splitlines() if line.endswith(" book grade")]
    assert ("--jobs=2" in both) == jobs
    assert "jobserver" not in said.stderr
