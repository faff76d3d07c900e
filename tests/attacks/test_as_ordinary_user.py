"""No attack works when an ordinary user marks, either: where this run is root's, the attacks are
marked once more by one.
"""

import sys

import pytest
from tests.ordinary_user import can_become_ordinary, run_as_ordinary_user


@pytest.mark.slow
@pytest.mark.skipif(not can_become_ordinary(), reason="only root can become somebody else")
def test_the_attacks_fail_for_an_ordinary_user_too():
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = run_as_ordinary_user([*command, "tests/attacks/test_attacks.py"])
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
