"""What is promised of kernels holds for an ordinary user, too: the tests that start kernels are run
once more as one, where this run is root's.
"""

import sys

import pytest
from tests.ordinary_user import can_become_ordinary, run_as_ordinary_user

HERE = "tests/marking/kernels"
FILES = (
    "beside_others",
    "bounds",
    "bubblewrap",
    "isolation",
    "neighbours",
    "seccomp",
    "trial",
    "visible",
)
MORE = ("inside", "kernel", "launcher")
# In namespaces and without: the other two protect in the same ways, or not at all.
QUICK = "not [cold] and not [none]"


def passes_as_ordinary_user(*choice, names=FILES):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    files = [f"{HERE}/test_{name}.py" for name in names]
    done = run_as_ordinary_user([*command, *choice, *files])
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not can_become_ordinary(), reason="only root can become somebody else")
def test_what_kernels_can_see_and_do_is_the_same_for_an_ordinary_user():
    passes_as_ordinary_user("-k", QUICK)


@pytest.mark.soak
@pytest.mark.skipif(not can_become_ordinary(), reason="only root can become somebody else")
def test_it_is_the_same_in_every_tier():
    passes_as_ordinary_user(names=(*FILES, *MORE))
