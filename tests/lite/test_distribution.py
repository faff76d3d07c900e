"""What of a Pyodide distribution is used, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile

import pytest
from tests.lite.small import CORE, ROOT
from tools.lite import distribution
from tools.lite.distribution import LiteError, Lock, checksum, copy_packages


def lock(**needs: list[str]) -> Lock:
    """A lock file of packages, by name, with what they need; the file of NAME holds its name."""
    packages = {
        name: {
            "depends": depends,
            "file_name": f"{name}.whl",
            "sha256": checksum(name.encode()),
        }
        for name, depends in needs.items()
    }
    return Lock(json.dumps({"info": {"python": "3.13"}, "packages": packages}))


@pytest.fixture
def folder(tmp_path):
    """Makes a folder that holds the packages of these names."""

    def make(*names: str):
        source = tmp_path / "source"
        source.mkdir()
        for name in names:
            (source / f"{name}.whl").write_text(name)
        (tmp_path / "target").mkdir()
        return source, tmp_path / "target"

    return make


KNOWN = lock(ipython=["Pure_Eval"], **{"pure-eval": []}, other=[], matplotlib=["pillow"], pillow=[])


def test_only_what_is_needed_is_copied(folder):
    source, target = folder("ipython", "pure-eval", "other")
    copied = copy_packages(source, KNOWN, ["ipython"], target)
    assert set(copied) == {"ipython", "pure-eval"}
    assert {file.name for file in target.iterdir()} == {"ipython.whl", "pure-eval.whl"}


def test_an_archive_is_read_as_a_folder_is(folder, tmp_path):
    source, target = folder("ipython", "pure-eval")
    archive = tmp_path / "pyodide.tar.bz2"
    with tarfile.open(archive, "w:bz2") as packed:
        packed.add(source, "pyodide")
    assert set(copy_packages(archive, KNOWN, ["ipython"], target)) == {"ipython", "pure-eval"}


def test_a_file_that_was_changed_is_refused(folder):
    source, target = folder("ipython", "pure-eval")
    (source / "pure-eval.whl").write_text("something else")
    with pytest.raises(LiteError, match=r"another pure-eval\.whl than belongs to Pyodide"):
        copy_packages(source, KNOWN, ["ipython"], target)


def test_what_is_missing_is_named(folder):
    source, target = folder("ipython")
    with pytest.raises(LiteError, match=r"it lacks pure-eval\.whl"):
        copy_packages(source, KNOWN, ["ipython"], target)


def test_matplotlib_may_be_missing_and_half_of_it_is_none(folder):
    source, target = folder("ipython", "pure-eval", "matplotlib")
    copied = copy_packages(source, KNOWN, ["ipython", "matplotlib"], target)
    assert set(copied) == {"ipython", "pure-eval"}
    assert not (target / "matplotlib.whl").exists()


def test_an_archive_that_was_not_downloaded_to_its_end_is_refused(folder, tmp_path):
    source, target = folder("ipython", "pure-eval")
    (source / "ipython.whl").write_bytes(bytes(range(256)) * 4000)
    archive = tmp_path / "pyodide.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(source, "pyodide")
    archive.write_bytes(archive.read_bytes()[:100_000])
    with pytest.raises(LiteError, match="download it again"):
        copy_packages(archive, KNOWN, ["ipython"], target)


@pytest.mark.parametrize("named", ["", "no-such-folder"])
def test_without_a_distribution_one_sentence_says_what_to_download(named, tmp_path):
    command = [sys.executable, "-m", "tools.lite", "--look", named]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert distribution.ARCHIVE in said.stderr and "392 MB" in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_the_version_is_npms_and_the_lock_file_knows_what_is_needed():
    package = json.loads((CORE / "package.json").read_text())
    assert package["version"] == distribution.VERSION
    workflow = (ROOT / ".github" / "workflows" / "publish.yml").read_text()
    assert f'VERSION: "{distribution.VERSION}"' in workflow
    real = Lock((CORE / distribution.LOCK).read_text())
    for name in (*distribution.KERNEL, *distribution.COURSE, *distribution.OPTIONAL):
        assert name in real.closure([name])
