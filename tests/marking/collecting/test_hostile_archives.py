"""Archives that were made to deceive: nobody hands in for another, and nothing but notebooks of
the archive's own is copied.
"""

import io
import os
import stat
import zipfile

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import released
from sample_class.students import ASSIGNMENT, Student, write

from marking.collecting import archives
from marking.collecting.placing import Options, collect
from marking.errors import CourseError

NOTEBOOK = Student("x", (write(LOOPS),), {}).submission(released())
OTHER = b'{"cells": []}'
MOODLE = "{}_assignsubmission_file_"


@pytest.fixture
def collected(course, tmp_path):
    """A function that collects an archive of the given members: {student: content}, and what was
    not placed.
    """

    def run(*members, **options):
        path = tmp_path / "download.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, data in members:
                opened.writestr(name, data)
        return outcome(course, path, **options)

    return run


def outcome(course, path, **options):
    """What lies in the class afterwards, by student, and why other files of the archive do not."""
    came = collect(course, ASSIGNMENT, path, Options(**options))
    placed = {
        file.parent.parent.name: file.read_bytes() for file in course.submitted.glob("*/*/*.ipynb")
    }
    return placed, dict([*came.left, *came.passed])


@pytest.mark.parametrize(
    "nested",
    [
        MOODLE.format("Ada_22222") + "/rotated-kernel.ipynb",
        f"submitted/22222/{ASSIGNMENT}/{ASSIGNMENT}.ipynb",
        f"22222/{ASSIGNMENT}/{ASSIGNMENT}.ipynb",
        "ada_22222_9_rotated-kernel.ipynb",
        "HW_22222_attempt_2025-01-30-15-00-00_x.ipynb",
    ],
)
def test_a_name_inside_a_hand_in_names_nobody(collected, nested):
    placed, _ = collected(
        (MOODLE.format("Eve_11111") + "/" + nested, OTHER),
        (MOODLE.format("Ada_22222") + "/rotated-kernel.ipynb", NOTEBOOK),
    )
    assert placed == {"11111": OTHER, "22222": NOTEBOOK}


@pytest.mark.parametrize(
    "nested",
    [
        MOODLE.format("Ada_22222") + "/x.ipynb",
        f"submitted/ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb",
        f"ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb",
    ],
)
def test_nor_where_every_student_has_a_folder(collected, nested):
    placed, _ = collected(
        (f"eve/{nested}", OTHER), (f"ada/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", NOTEBOOK)
    )
    assert placed == {"eve": OTHER, "ada": NOTEBOOK}


def test_a_folder_around_all_students_is_nobody(collected):
    placed, left = collected(*((f"hw1/{who}/x.ipynb", NOTEBOOK) for who in ("ada", "bo")))
    assert set(placed) == {"ada", "bo"} and not left


def test_two_claims_to_one_student_place_none_and_both_are_named(collected):
    first = MOODLE.format("Ada_22222") + "/rotated-kernel.ipynb"
    second = MOODLE.format("Eve_22222") + "/rotated-kernel.ipynb"
    placed, left = collected((first, NOTEBOOK), (second, OTHER))
    assert placed == {}
    assert second in left[first] and first in left[second]


@pytest.mark.parametrize("other", ["ADA", "ada\N{COMBINING ACUTE ACCENT}"])
def test_ids_that_differ_in_writing_only_are_one(collected, other):
    mine = "adá" if other != "ADA" else "ada"
    placed, left = collected((f"{mine}/x.ipynb", NOTEBOOK), (f"{other}/x.ipynb", OTHER))
    assert not placed or set(placed) == {mine}
    assert f"{other}/x.ipynb" in left


def test_an_id_that_differs_in_writing_from_one_of_the_class_is_not_placed(collected, course):
    (course.submitted / "ada").mkdir()
    placed, left = collected(("Ada/x.ipynb", OTHER), force=True)
    assert placed == {} and "in writing only" in left["Ada/x.ipynb"]


def test_one_name_twice_in_an_archive_places_none(collected):
    with pytest.warns(UserWarning, match="Duplicate name"):
        placed, left = collected(("ada/x.ipynb", NOTEBOOK), ("ada/x.ipynb", OTHER))
    assert placed == {} and "twice" in left["ada/x.ipynb"]


@pytest.mark.parametrize(
    "name",
    [
        "/ada/x.ipynb",
        "../ada/x.ipynb",
        "ada/../../bo/x.ipynb",
        "C:/ada/x.ipynb",
        "C:ada/x.ipynb",
        "ada\\x.ipynb",
        "..\\ada\\x.ipynb",
        "~/ada/x.ipynb",
        "ada//x.ipynb",
        "./ada/x.ipynb",
    ],
)
def test_a_path_that_leads_out_is_not_placed(collected, name):
    placed, left = collected((name, OTHER))
    assert placed == {} and len(left) == 1


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK])
def test_what_is_no_file_in_a_zip_is_not_placed(collected, tmp_path, kind):
    (tmp_path / "secret").write_text("secret")
    member = zipfile.ZipInfo("ada/x.ipynb")
    member.external_attr = (kind | 0o644) << 16
    placed, left = collected((member, str(tmp_path / "secret")))
    assert placed == {} and "it is" in left["ada/x.ipynb"]


def test_what_is_no_file_in_a_folder_is_not_placed(course, tmp_path):
    download, elsewhere = tmp_path / "download", tmp_path / "elsewhere"
    for name in ("ada", "bo", "cy"):
        (download / name).mkdir(parents=True)
    elsewhere.mkdir()
    (elsewhere / "x.ipynb").write_bytes(OTHER)
    (download / "ada" / "x.ipynb").symlink_to(elsewhere / "x.ipynb")
    (download / "eve").symlink_to(elsewhere)
    os.mkfifo(download / "bo" / "x.ipynb")
    (download / "cy" / "x.ipynb").write_bytes(NOTEBOOK)
    placed, left = outcome(course, download)
    assert placed == {"cy": NOTEBOOK}
    assert set(left) == {"ada/x.ipynb", "eve", "bo/x.ipynb"}


def test_a_zip_that_unpacks_to_very_much_is_refused(collected, course, tmp_path, monkeypatch):
    placed, left = collected(("ada/x.ipynb", b" " * 20_000_000))
    assert placed == {} and "times its size" in left["ada/x.ipynb"]
    monkeypatch.setattr(archives, "MAX_FILES", 3)
    with pytest.raises(CourseError, match="would unpack to more than 3 files"):
        collected(*((f"s{number}/x.ipynb", OTHER) for number in range(4)))
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.ipynb").write_bytes(OTHER)
    with pytest.raises(CourseError, match="would unpack to more than 3 files"):
        collect(course, ASSIGNMENT, folder)


def test_members_that_lie_over_each_other_are_refused(course, tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as opened:
        opened.writestr("ada/x.ipynb", os.urandom(1000))
        # A second entry of the list for the same bytes.
        again = zipfile.ZipInfo("bo/x.ipynb")
        first = opened.filelist[0]
        for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
            setattr(again, field, getattr(first, field))
        opened.filelist.append(again)
        opened.NameToInfo[again.filename] = again
    path = tmp_path / "overlap.zip"
    path.write_bytes(whole.getvalue())
    with pytest.raises(CourseError, match="would unpack to more"):
        collect(course, ASSIGNMENT, path)


def test_a_damaged_archive_costs_its_damaged_members_only(course, tmp_path):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("ada/x.ipynb", NOTEBOOK)
        opened.writestr("bo/x.ipynb", NOTEBOOK)
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    placed, left = outcome(course, path)
    assert placed == {"bo": NOTEBOOK} and "cannot be unpacked" in left["ada/x.ipynb"]


class Nameless(zipfile.ZipInfo):
    """A member of a name of no letters, which Python 3.11 fails to tell from a folder."""

    def is_dir(self):
        return False


def test_a_member_without_a_name_in_one_hand_in_stops_nobody(collected):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr(Nameless(""), NOTEBOOK)
    eve = MOODLE.format("Eve_2") + "/work.zip"
    ada = MOODLE.format("Ada_1") + f"/{ASSIGNMENT}.ipynb"
    placed, left = collected((eve, inner.getvalue()), (ada, NOTEBOOK))
    assert len(placed) == 1
    assert eve in " ".join(left)


def packed(*members):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members:
            opened.writestr(name, data)
    return whole.getvalue()


def saying(archive, size):
    """`archive`, which says of its first file that it has `size` bytes."""
    field = archive.index(b"PK\1\2") + 24
    return archive[:field] + size.to_bytes(4, "little") + archive[field + 4 :]


def test_what_a_zip_file_says_of_its_size_takes_no_room_from_others(collected):
    honest = packed(("x.ipynb", NOTEBOOK))
    placed, _ = collected(("eve/work.zip", saying(honest, 0xFFFFFFF0)), ("zoe/work.zip", honest))
    assert placed == {"zoe": NOTEBOOK}


def test_many_zip_files_of_one_student_leave_room_for_the_others(collected, monkeypatch):
    monkeypatch.setattr(archives, "MAX_FILES", 40)
    many = packed(*((f"{number}.txt", b"1") for number in range(12)))
    nested = packed(*((f"{number}.zip", many) for number in range(3)))
    placed, left = collected(
        *((f"eve/{number}.zip", many) for number in range(4)),
        ("eve/nested.zip", nested),
        *((f"zoe{number}/work.zip", packed(("x.ipynb", NOTEBOOK))) for number in range(3)),
    )
    assert placed == {f"zoe{number}": NOTEBOOK for number in range(3)}
    assert any("would unpack to more than 40 files" in why for why in left.values())


def test_a_list_of_very_many_files_is_not_read(tmp_path):
    """It would take a hundred times its size in memory, and minutes."""
    entry = b"PK\1\2" + bytes(24) + (1).to_bytes(2, "little") + bytes(16) + b"x"
    files = 50_000
    end = b"PK\5\6" + bytes(8) + (files * len(entry)).to_bytes(4, "little") + bytes(6)
    (tmp_path / "class" / "eve").mkdir(parents=True)
    (tmp_path / "class" / "eve" / "work.zip").write_bytes(files * entry + end)
    found = archives.opened(tmp_path / "class", tmp_path)
    assert [member.why for member in found.members] == [
        "it cannot be unpacked (its list of files has more than 2 MB)"
    ]


def test_a_pipe_in_place_of_an_archive_does_not_keep_the_command_waiting(course, tmp_path):
    os.mkfifo(tmp_path / "download.zip")
    with pytest.raises(CourseError, match="neither a zip file nor a folder"):
        collect(course, ASSIGNMENT, tmp_path / "download.zip")


def test_a_systems_second_file_is_no_submission(collected):
    placed, _ = collected(
        ("__MACOSX/ada/._x.ipynb", OTHER), ("ada/._x.ipynb", OTHER), ("ada/x.ipynb", NOTEBOOK)
    )
    assert placed == {"ada": NOTEBOOK}
