"""An empty class of this course's, and archives made in the test that needs them."""

import zipfile

import pytest
from sample_class.folder import ROOT

from marking.course import Course


@pytest.fixture
def course(tmp_path):
    """The course with an empty class."""
    root = tmp_path / "class"
    (root / "submitted").mkdir(parents=True)
    return Course.find(root=root, start=ROOT)


@pytest.fixture
def packed(tmp_path):
    """A function that packs {name: content} into a zip file with this name."""

    def pack(members, name="download.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            for member, data in members.items():
                opened.writestr(member, data)
        return path

    return pack
