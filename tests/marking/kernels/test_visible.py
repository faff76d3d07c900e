"""Of the system a kernel sees what Python needs, and no package that is not this environment's."""

import os
import site
import sys
import sysconfig

import pytest
from tests.marking.kernels.cells import error, printed
from tests.marking.kernels.tiered import PROTECTED, WITH_NAMESPACES

from marking.kernels import visible
from marking.kernels.kernel import Kernel
from marking.kernels.launcher import KernelLauncher

LIST = """
import os
def listing(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []
"""


def opened(parameters):
    @pytest.fixture(scope="module", params=parameters)
    def kernel(request):
        with KernelLauncher(request.param) as launcher, Kernel(launcher) as started:
            yield started

    return kernel


kernel = opened(PROTECTED)
in_namespaces = opened(WITH_NAMESPACES)


def test_of_the_system_only_what_python_needs_is_there(in_namespaces):
    code = LIST + "print([listing(path) for path in ('/', '/usr', '/usr/share', '/etc')])"
    root, usr, share, etc = eval(printed(in_namespaces, code))
    python = {path.split("/")[1] for path in visible.shown()}
    ours = {"fonts", "inside", "submission", "tmp"}
    systems = {"bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "usr"}
    assert set(root) <= ours | systems | python
    assert {"src", "include", "games", "libexec"}.isdisjoint(usr)
    assert set(share) <= {"fonts", "zoneinfo"}
    assert set(etc) <= {"ld.so.cache", "localtime", "alternatives"}


def test_what_others_put_below_usr_is_not(kernel):
    """nbgrader's exchange lies in /usr/local/share."""
    code = LIST + "print(listing('/usr/local/share') + listing('/usr/src') + listing('/var'))"
    assert printed(kernel, code) == "[]\n"


def test_no_package_of_another_python_can_be_read(kernel):
    base = [f"{sys.base_prefix}/lib/python{sys.version_info[0]}.{sys.version_info[1]}"]
    own = {os.path.realpath(place) for place in visible.package_folders()}
    others = [
        f"{place}/{packages}"
        for place in (*base, "/usr/lib/python3", "/usr/local/lib/python3.11", *site.PREFIXES)
        for packages in ("site-packages", "dist-packages")
        if os.path.realpath(f"{place}/{packages}") not in own
    ]
    code = f"""
import os
found = []
for place in {others!r}:
    for folder, _, files in os.walk(place):
        for name in files:
            try:
                open(os.path.join(folder, name)).close()
                found.append(os.path.join(folder, name))
            except OSError:
                pass
print(found[:5])
"""
    assert printed(kernel, code) == "[]\n"


def test_past_the_notice_the_answer_is_not_in_the_base_python(kernel):
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    code = f"""
import sys
meta, path = list(sys.meta_path), list(sys.path)
sys.meta_path[:] = [finder for finder in meta if type(finder).__name__ != "_Unavailable"]
for prefix in ({sys.base_prefix!r}, "/usr", "/usr/local"):
    for packages in ("site-packages", "dist-packages"):
        sys.path.append(f"{{prefix}}/lib/{version}/{{packages}}")
        sys.path.append(f"{{prefix}}/lib/python3/{{packages}}")
try:
    import scipy.signal
finally:
    sys.meta_path[:], sys.path[:] = meta, path
"""
    assert error(kernel, code) in ("ModuleNotFoundError", "PermissionError")


def test_the_standard_library_is_all_there(kernel):
    code = "import ctypes, sqlite3, ssl, decimal, lzma, multiprocessing, unittest; print('all')"
    assert printed(kernel, code) == "all\n"


def test_reading_zeros_works_and_mapping_them_does_not(in_namespaces):
    assert (
        printed(in_namespaces, "print(open('/dev/zero', 'rb').read(3))") == "b'\\x00\\x00\\x00'\n"
    )
    code = "import mmap; mmap.mmap(open('/dev/zero', 'r+b').fileno(), 4096)"
    assert error(in_namespaces, code) in ("OSError", "PermissionError")


def test_nothing_shown_lies_within_something_else_that_is():
    for paths in (visible.shown(), visible.covered()):
        assert not [p for p in paths for other in paths if p.startswith(other + "/")]
    assert all(any(c.startswith(s + "/") for s in visible.shown()) for c in visible.covered())


def test_the_environments_own_packages_are_shown_and_what_is_the_answer_covered():
    place = sysconfig.get_path("purelib")
    assert any((place + "/").startswith(folder + "/") for folder in visible.shown())
    assert not any((place + "/").startswith(folder + "/") for folder in visible.covered())
    if os.path.isdir(f"{place}/scipy"):
        assert f"{place}/scipy" in visible.covered()


def test_what_is_allowed_piece_by_piece_leaves_out_what_is_covered(tmp_path):
    for name in ("a/b/c", "a/d", "e"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "file").touch()
    root = str(tmp_path)
    assert list(visible.except_covered(root, [])) == [root]
    pieces = list(visible.except_covered(root, [f"{root}/a/b"]))
    assert pieces == [f"{root}/a/d", f"{root}/e", f"{root}/file"]
    assert list(visible.except_covered(root, [root])) == []
