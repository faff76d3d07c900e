"""Nothing that one submission writes can reach another kernel, in any tier that protects."""

import os
import platform
import subprocess
import sys

import pytest
from tests.marking.kernels.cells import printed
from tests.marking.kernels.tiered import PROTECTED

from marking.kernels.inside.isolation import KEYCTL
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher

ADD_KEY = {"x86_64": 248, "aarch64": 217}.get(platform.machine())
KEYCTL_HERE = KEYCTL.get(platform.machine())
needs_keyrings = pytest.mark.skipif(ADD_KEY is None, reason="its calls have other numbers here")

# Writes a file of its name into every folder that lets it, whatever the folder is for.
LEAVE_FILES = """
import os
left = []


def leave(place):
    path = os.path.join(place, "left-by-a-neighbour")
    try:
        open(path, "w").write("x")
        left.append(path)
    except OSError:
        pass


for place, folders, _ in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(place, f) not in ("/proc", "/sys")]
    if place.count("/") > 3:
        folders[:] = []
    leave(place)
for place in (os.environ["HOME"], "/dev/shm", "/tmp", "/var/tmp", "/run", "/etc", "/"):
    leave(place)
print(sorted(set(left)))
"""

READ = """
read = []
for path in {!r}:
    try:
        read.append(open(path).read())
    except OSError:
        pass
print(read)
"""

# What the next kernel imports late would be the neighbour's: Python's own folders under new names.
TAKE_OVER = """
import os, numpy
taken = []
top = "/" + numpy.__file__.split("/")[1]
for old, new in ((top, "/.real"), (os.path.dirname(numpy.__file__), numpy.__file__ + ".real"),
                 ("/lib", "/.lib"), ("/usr/bin", "/usr/.bin")):
    try:
        os.rename(old, new)
        taken.append(old)
    except OSError:
        pass
for target in ("/etc/ld.so.preload", "/dev/null.real", top + "/sitecustomize.py"):
    try:
        os.symlink("/tmp/mine", target)
        taken.append(target)
    except OSError:
        pass
print(taken)
"""


@pytest.fixture(scope="module", params=PROTECTED)
def launcher(request):
    with KernelLauncher(request.param) as opened:
        yield opened


def test_the_next_kernel_finds_no_file_of_a_neighbours(launcher):
    with Kernel(launcher) as one:
        left = eval(printed(one, LEAVE_FILES))
        assert left, "it can write somewhere: else this test would prove nothing"
        with Kernel(launcher) as meanwhile:
            look = READ.format(left)
            assert eval(printed(meanwhile, look)) == []
    with Kernel(launcher) as following:
        assert eval(printed(following, look)) == []
    assert not [path for path in left if os.path.exists(path)], "nor is it left on the machine"


def test_the_way_to_python_cannot_be_taken_over(launcher):
    with Kernel(launcher) as kernel:
        assert eval(printed(kernel, TAKE_OVER)) == []
    with Kernel(launcher) as following:
        assert printed(following, "import numpy.fft; print(numpy.fft.__file__)").startswith("/")


@needs_keyrings
def test_the_keyring_of_a_login_is_left():
    code = f"""
import ctypes
from marking.kernels.inside import isolation
libc = ctypes.CDLL(None)
session, search = -3, 10
libc.syscall({KEYCTL_HERE}, isolation.KEYCTL_JOIN_SESSION_KEYRING, None)  # as a login does
print(libc.syscall({ADD_KEY}, b"user", b"canary", b"secret", 6, session) > 0)
print(libc.syscall({KEYCTL_HERE}, search, session, b"user", b"canary", 0) > 0)
isolation.join_new_session_keyring()
print(libc.syscall({KEYCTL_HERE}, search, session, b"user", b"canary", 0) > 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    if done.stdout.startswith("False"):
        pytest.skip("this system forbids keyrings")
    assert done.stdout.split() == ["True", "True", "False"]


@needs_keyrings
def test_a_key_that_a_kernel_leaves_is_not_found_by_the_next(launcher):
    call = "import ctypes; print(ctypes.CDLL(None).syscall({}, {}) > 0)"
    add = call.format(ADD_KEY, "b'user', b'left-by-eve', b'x', 1, -3")
    search = call.format(KEYCTL_HERE, "10, -3, b'user', b'left-by-eve', 0")
    with Kernel(launcher) as kernel:
        printed(kernel, add)
    with Kernel(launcher) as following:
        assert printed(following, search) == "False\n"
