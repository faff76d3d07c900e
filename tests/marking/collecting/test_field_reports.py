"""What others report in public of downloads of learning platforms, each report by its number."""

import io
import sqlite3
import zipfile
from dataclasses import replace

import pytest
from tests.marking.collecting.notebooks import (
    ANOTHER,
    BLANK,
    FILLED,
    PARTLY,
    SCRATCH,
    bare,
    sort,
    submitted,
    time_of,
)

FILE = "assignsubmission_file"


def inner(members):
    """The bytes of a zip file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as opened:
        for member, data in members.items():
            opened.writestr(member, data)
    return whole.getvalue()


# ------------------------------------------------------------------- R01 several attempts and files
def test_r01_blackboard_the_newest_attempt(course, packed):
    old, new = "Week 1_ada1_attempt_2026-02-02-09-10-11", "Week 1_ada1_attempt_2026-02-03-21-40-05"
    receipt = b"Name: Ada Example (ada1)\nCurrent Grade: Needs Grading\n"
    archive = {f"{old}_x.ipynb": BLANK, f"{new}_x.ipynb": FILLED, f"{new}.txt": receipt}
    outcome, placed = sort(course, packed(archive))
    assert placed == {"ada1": FILLED} and outcome.went_well
    assert time_of(course, "ada1") == "2026-02-03 21:40:05.000000 UTC"
    assert outcome.placed[0].name == "Ada Example"
    assert dict(outcome.passed)[f"{old}_x.ipynb"] == "it is an older attempt"


def test_r01_canvas_of_several_files_the_assignments(course, packed):
    archive = {
        "exampleada_4711_900001_scratch.ipynb": SCRATCH,
        "exampleada_4711_900002_homework.ipynb": FILLED,
        "exampleada_4711_900003_rotated-kernel.ipynb": BLANK,
        "examplebo_LATE_4712_900004_rotated-kernel.ipynb": FILLED,
    }
    outcome, placed = sort(course, packed(archive))
    assert placed == {"4711": FILLED, "4712": FILLED}
    assert time_of(course, "4711") is None and time_of(course, "4712").endswith(" UTC")
    assert {name for name, _ in outcome.passed} == set(list(archive)[::2])
    assert "late" in next(p.why for p in outcome.placed if p.student == "4712")


@pytest.mark.parametrize("number", [0, 1])
def test_r01_brightspace_knows_whose_the_number_is(course, packed, number):
    """In one archive the first number is the assignment's, in the other the second."""
    numbers = ["77-101", "77-102"] if number else ["101-77", "102-77"]
    archive = {
        f"{numbers[0]} - Ada Lovelace - Jan 30, 2026 100 PM/rotated-kernel.ipynb": BLANK,
        f"{numbers[0]} - Ada Lovelace - Jan 30, 2026 1259 PM/rotated-kernel.ipynb": PARTLY,
        f"{numbers[0]} - Ada Lovelace - Feb 2, 2026 1205 AM/essay/a.ipynb": FILLED,
        f"{numbers[1]} - Bo - Chr. Berg - Jan 30, 2026 100 PM - b - c.ipynb": FILLED,
        "index.html": b"<html>",
    }
    outcome, placed = sort(course, packed(archive))
    assert placed == {"101": FILLED, "102": FILLED} and outcome.went_well
    assert time_of(course, "101") == "2026-02-02 00:05:00.000000 UTC"
    assert {p.name for p in outcome.placed} == {"Ada Lovelace", "Bo - Chr. Berg"}


def test_r01_the_time_is_of_the_zone_that_nbgrader_is_told(course, packed):
    config = course.config.copy()
    config.Exchange.timezone = "Europe/Berlin"
    course = replace(course, config=config)
    sort(course, packed({"HW_cy_attempt_2026-07-03-01-40-05_x.ipynb": FILLED}))
    assert time_of(course, "cy") == "2026-07-02 23:40:05.000000 UTC"


def test_r01_a_late_one_without_a_time_is_late_for_the_gradebook(course, packed):
    with sqlite3.connect(course.root / "gradebook.db") as book:
        book.execute("CREATE TABLE assignment (name TEXT, duedate TEXT)")
        row = ("rotated-kernel", "2026-03-01 12:00:00.000000")
        book.execute("INSERT INTO assignment VALUES (?, ?)", row)
    sort(course, packed({"ada_LATE_1_2_x.ipynb": FILLED, "bo_3_4_x.ipynb": FILLED}))
    assert time_of(course, "1") == "2026-03-01 12:00:01.000000 UTC" and not time_of(course, "3")


def test_r01_exchange_of_nbgrader(course, packed):
    old = "inbound/a+b@x.org+rotated-kernel+2026-02-03 09:00:00.000000 UTC+abcd/"
    new = "inbound/a+b@x.org+rotated-kernel+2026-02-03 10:00:00.500000 UTC/"
    other = "inbound/a+b@x.org+stride-and-overlap+2026-02-04 10:00:00.500000 UTC/"
    archive = {
        old + "rotated-kernel.ipynb": BLANK,
        new + "rotated-kernel.ipynb": FILLED,
        new + "submission_secret.txt": b"secret",
        other + "stride-and-overlap.ipynb": ANOTHER,
    }
    _, placed = sort(course, packed(archive))
    assert placed == {"a+b@x.org": FILLED}
    assert time_of(course, "a+b@x.org") == "2026-02-03 10:00:00.500000 UTC"
    folder = course.submitted / "a+b@x.org" / "rotated-kernel"
    assert (folder / "submission_secret.txt").read_bytes() == b"secret"


def test_r01_a_newer_attempt_replaces_and_the_old_one_is_kept(course, packed):
    name = "HW_cy_attempt_2026-02-0{}-09-00-00_rotated-kernel.ipynb"
    sort(course, packed({name.format(2): PARTLY}))
    assert sort(course, packed({name.format(3): FILLED}))[1] == {"cy": FILLED}
    kept = course.submitted / ".replaced" / "cy" / "rotated-kernel" / "1" / "rotated-kernel.ipynb"
    assert kept.read_bytes() == PARTLY
    outcome, placed = sort(course, packed({name.format(2): PARTLY}))
    assert placed == {"cy": FILLED} and "--force" in outcome.left[0][1]
    assert sort(course, packed({name.format(2): PARTLY}), force=True)[1] == {"cy": PARTLY}
    assert course.submissions("rotated-kernel").keys() == {"cy"}


def test_r01_the_same_again_is_no_problem(course, packed):
    archive = packed({"ada/rotated-kernel.ipynb": FILLED, "bo/rotated-kernel.ipynb": BLANK})
    dry, placed = sort(course, archive, dry_run=True)
    assert placed == {} and "would place: ada/rotated-kernel.ipynb -> ada" in dry.report(True)
    sort(course, archive)
    again, _ = sort(course, archive)
    assert again.went_well and again.unchanged == ["ada", "bo"] and not again.placed


# ------------------------------------------------------------------------------ R02 packed on a Mac
@pytest.mark.parametrize("unpacked", [False, True])
def test_r02_resource_forks_are_passed_over(course, packed, tmp_path, unpacked):
    archive = packed(
        {
            "__MACOSX/ada/._rotated-kernel.ipynb": b"\0\5\26\7",
            "ada/.DS_Store": b"x",
            "ada/._rotated-kernel.ipynb": b"\0\5\26\7",
            "ada/.ipynb_checkpoints/rotated-kernel-checkpoint.ipynb": FILLED,
            "ada/rotated-kernel.ipynb": PARTLY,
            "bo/Thumbs.db": b"x",
            "bo/rotated-kernel.ipynb": PARTLY,
        }
    )
    if unpacked:
        zipfile.ZipFile(archive).extractall(tmp_path / "unpacked")
        archive = tmp_path / "unpacked"
    outcome, placed = sort(course, archive)
    assert placed == {"ada": PARTLY, "bo": PARTLY} and outcome.went_well
    assert not outcome.passed and any(note.startswith("5 files") for note in outcome.notes)


@pytest.mark.parametrize(
    "archive",
    [
        {
            "__MACOSX/._exampleada_4711_90_x.ipynb": b"\0\5\26\7",
            "._exampleada_4711_90_x.ipynb": b"\0\5\26\7",
            "exampleada_4711_90_x.ipynb": FILLED,
        },
        {
            "4711/x.zip": inner({"__MACOSX/x/._x.ipynb": b"\0\5\26\7", "x/x.ipynb": FILLED}),
            "4712/desktop.ini": b"x",
        },
        {
            "4711/.ipynb_checkpoints/x-checkpoint.ipynb": PARTLY,
            "4711/.~x.ipynb": PARTLY,
            "4711/x.ipynb": FILLED,
            "__MACOSX/4712/._x.ipynb": b"\0\5\26\7",
        },
    ],
    ids=["canvas", "a student's own zip", "hidden copies"],
)
def test_r02_what_systems_add_is_nobodys_hand_in(course, packed, archive):
    outcome, placed = sort(course, packed(archive))
    assert placed == {"4711": FILLED}
    assert "4712" not in {place.student for place in outcome.placed}


# ----------------------------------------------------------- R03 zips in a zip, folders in a folder
def test_r03_zips_and_folders_inside(course, packed):
    mac = inner({"__MACOSX/._a.ipynb": b"x", "week 1/rotated-kernel/rotated-kernel.ipynb": FILLED})
    archive = {
        f"Ada Example_1001_{FILE}_/rotated-kernel.zip": mac,
        f"Bo Example_1002_{FILE}_/week 1/rotated-kernel.ipynb": FILLED,
        f"Cy Example_1003_{FILE}/week-one/old/rotated-kernel.ipynb": BLANK,
        f"Cy Example_1003_{FILE}/week-one/new/rotated-kernel.ipynb": FILLED,
        f"Di Example_1004_{FILE}_work.zip": inner({"deep.zip": inner({"x.ipynb": FILLED})}),
        "Ed Example_1005_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
    }
    outcome, placed = sort(course, packed(archive))
    assert placed == dict.fromkeys(("1001", "1002", "1003", "1004"), FILLED)
    assert outcome.left == [(list(archive)[-1], "it is no notebook")]


def test_r03_a_zip_for_each_student(course, packed):
    archive = {f"{who}.zip": inner({"a/rotated-kernel.ipynb": FILLED}) for who in ("ada", "bo")}
    assert sort(course, packed(archive))[1] == {"ada": FILLED, "bo": FILLED}


def test_r03_zips_inside_are_bounded(course, packed):
    bomb = inner({"x.ipynb": FILLED})
    for _ in range(4):
        bomb = inner({"y.zip": bomb})
    many = inner({f"{number}.txt": b"" for number in range(2001)})
    archive = {
        "ada/x.zip": bomb,
        "bo/x.zip": many,
        "cy/x.zip": b"no zip",
        "di/x.ipynb": FILLED,
    }
    outcome, placed = sort(course, packed(archive))
    assert placed == {"di": FILLED}
    why = " ".join(f"{name}: {said}" for name, said in outcome.left)
    assert "more than 3 zip files" in why and "more than 2000 files" in why
    assert "cy/x.zip: it cannot be unpacked" in why


@pytest.mark.parametrize("students", [{"ada", "bo"}, {"4711", "4712"}, {"张三", "x"}])
@pytest.mark.parametrize("readme", [{}, {"README.txt": b"x"}])
def test_r03_folders_around_the_class(course, packed, students, readme):
    archive = {f"autumn/hw1/{who}/x.ipynb": FILLED for who in students} | readme
    outcome, placed = sort(course, packed(archive))
    assert placed.keys() == students and "autumn/hw1/ was taken" in outcome.notes[0]


def test_r03_a_folder_that_may_be_either_is_said(course, packed):
    either = {"hw/rotated-kernel.ipynb": BLANK, "hw/ada/x.ipynb": FILLED, "hw/bo/x.ipynb": PARTLY}
    outcome, placed = sort(course, packed(either))
    assert placed == {"hw": FILLED} and not outcome.went_well
    assert "several folders in it hold the assignment" in dict(outcome.left)["hw/"]


@pytest.mark.parametrize("inner", ["week 1/x", "week 2/x", "rotated-kernel/rotated-kernel", "b/x"])
@pytest.mark.parametrize("other", ["old/x", "stride-and-overlap/x", "data-2/x"])
def test_r03_what_students_call_folders_is_no_student(course, packed, inner, other):
    archive = packed({f"ada/{inner}.ipynb": FILLED, f"ada/{other}.ipynb": PARTLY})
    assert sort(course, archive)[1] == {"ada": FILLED}


def test_r03_folders_of_one_student_are_no_class(course, packed):
    one = {"eve/rotated-kernel.ipynb": FILLED, "eve/a/x.ipynb": SCRATCH, "eve/b/y.ipynb": BLANK}
    assert sort(course, packed(one))[1] == {"eve": FILLED}
    (course.submitted / "zoe").mkdir()  # a student of the class
    two = {"zoe/old/rotated-kernel.ipynb": BLANK, "zoe/new/rotated-kernel.ipynb": FILLED}
    assert sort(course, packed(two))[1] == {"eve": FILLED, "zoe": FILLED}
    inside = {f"kim/Ada_2222_{FILE}_/rotated-kernel.ipynb": FILLED}
    assert sort(course, packed(inside))[1].keys() == {"eve", "zoe", "kim"}


# -------------------------------------------------------------------------------- R04 names and ids
def test_r04_canvas_keeps_every_letter(course, packed):
    archive = {
        "张三_4800_910000_rotated-kernel.ipynb": FILLED,
        "nguyễnthịánh_4801_910001_rotated-kernel.ipynb": FILLED,
        "романіваненко_LATE_4802_910002_22222_9_rotated-kernel.ipynb": FILLED,
        "anon_aB3xY_910010_rotated-kernel.ipynb": FILLED,
        "LATE_anon_Zk9Qw_910011_rotated-kernel.ipynb": FILLED,
        "group_1_4810_910012_rotated-kernel (2).ipynb": FILLED,
        "de_la_cruz_4811_910013_rotated-kernel.ipynb": FILLED,
        "exampledi_4812_text.html": b"<p>",
    }
    outcome, placed = sort(course, packed(archive))
    ids = {"4800", "4801", "4802", "anon_aB3xY", "anon_Zk9Qw", "4810", "4811"}
    assert placed.keys() == ids and [name for name, _ in outcome.left] == [list(archive)[-1]]


def test_r04_groups_alone_are_groups(course, packed):
    names = ["group_1_4810_910012_a.ipynb", "group_2_4811_910013_b.ipynb"]
    assert sort(course, packed(dict.fromkeys(names, FILLED)))[1].keys() == {"4810", "4811"}


class Unmarked(zipfile.ZipInfo):
    """A member as packers write it that know of no UTF-8."""

    def __init__(self, name):
        super().__init__(repr(name))
        self.encoded = name

    def _encodeFilenameFlags(self):
        return self.encoded, 0


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("gbk", ["张三", "李四"]),
        ("gbk", ["王小明", "欧阳娜"]),
        ("cp866", ["Роман", "Ольга Петрова"]),
        ("cp1251", ["Роман", "Ольга Петрова"]),
        ("cp850", ["Zoë Müller", "Chloé"]),
        ("cp1252", ["Zoë Müller", "Chloé"]),
        ("cp932", ["田中", "山本"]),
        ("utf-8", ["张三", "Zoë"]),
    ],
)
def test_r04_code_pages_are_guessed(course, tmp_path, encoding, names):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for name in names:
            opened.writestr(Unmarked(f"{name}/a.ipynb".encode(encoding)), FILLED)
    outcome, placed = sort(course, path)
    assert placed.keys() == set(names), outcome.notes


def test_r04_the_encoding_can_be_given(course, tmp_path):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(Unmarked("김철수/a.ipynb".encode("cp949")), FILLED)
    assert sort(course, path, encoding="cp949")[1].keys() == {"김철수"}


@pytest.mark.parametrize(
    "student", ["O'Brien Pádraig", "zoë", "张三", "ada+1@example.org", "a b (c)"]
)
def test_r04_a_name_that_is_safe_is_an_id(course, packed, student):
    archive = packed({f"{student}/x.ipynb": FILLED, "bo/x.ipynb": FILLED})
    assert sort(course, archive)[1].keys() == {student, "bo"}


@pytest.mark.parametrize("student", ["a:b", "con", ".ada", "=1+1", "a\u202eb", " ", "x" * 101])
def test_r04_another_gets_a_sentence_with_the_way_out(course, packed, student):
    outcome, placed = sort(course, packed({f"{student}/x.ipynb": FILLED, "bo/x.ipynb": FILLED}))
    assert placed.keys() == {"bo"} and "--pattern" in outcome.left[0][1]


# --------------------------------------------------------------------------------- R05 Moodle's ids
WORKSHEET = (
    "\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum Grade\r\n"
    "Participant 1001,Ada Example,s17,ada@example.org,Submitted for grading,,12.00\r\n"
    "Participant 1002,Bo Example,,bo@example.org,Submitted for grading,,12.00\r\n"
)


def test_r05_moodles_numbers_become_ids_by_the_worksheet(course, packed, tmp_path):
    (tmp_path / "w.csv").write_text(WORKSHEET, encoding="utf-8", newline="")
    archive = {
        f"Group A-Ada Example_1001_{FILE}_/rotated-kernel.ipynb": FILLED,
        f"Participant_1002_{FILE}_rotated-kernel.ipynb": FILLED,
        f"Cy Example_1003_{FILE}_/rotated-kernel.ipynb": FILLED,
    }
    outcome, placed = sort(course, packed(archive), students=tmp_path / "w.csv")
    assert placed.keys() == {"s17", "bo@example.org"}
    assert {p.name for p in outcome.placed} == {"Ada Example", "Bo Example"}
    assert "1003 stands in no line of w.csv" in outcome.left[0][1]


def test_r05_the_worksheet_of_another_assignment_is_seen(course, packed, tmp_path):
    (tmp_path / "w.csv").write_text(WORKSHEET, encoding="utf-8", newline="")
    archive = packed({f"Cy Example_1001_{FILE}_/rotated-kernel.ipynb": FILLED})
    outcome, placed = sort(course, archive, students=tmp_path / "w.csv")
    assert placed == {} and "worksheet of this assignment?" in outcome.left[0][1]


def test_r05_names_in_another_platforms_form_stay_moodles(course, packed):
    archive = {
        f"x_12_34_y_1001_{FILE}_/rotated-kernel.ipynb": FILLED,
        f"HW_z_attempt_2026-01-01-01-01-01_1002_{FILE}_/rotated-kernel.ipynb": FILLED,
        f"Eve_1003_{FILE}_Ada_1004_{FILE}_x.ipynb": FILLED,
    }
    assert sort(course, packed(archive))[1].keys() == {"1001", "1002", "1003"}


def test_r05_titles_in_another_platforms_form_stay_blackboards(course, packed):
    head = "HW_12_34_{}_attempt_2026-02-03-21-40-05"
    archive = {head.format(who) + "_x.ipynb": FILLED for who in ("ada_b", "cy")}
    archive[head.format("ada_b") + ".txt"] = b"Name: Ada B (ada_b)\n"
    archive[head.format("cy") + "_q_attempt_2026-01-01-01-01-01.txt"] = b"Name: Eve (34_cy)\n"
    assert sort(course, packed(archive))[1].keys() == {"ada_b", "cy"}


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"eve_11111_800_Ada_22222_{FILE}_x.ipynb", "11111"),
        ("eve_11111_800_HW_ada_attempt_2026-02-03-21-40-05_x.ipynb", "11111"),
        ("eve_11111_800_ada_22222_900_x.ipynb", "11111"),
        (f"Eve_11111_{FILE}_HW_ada_attempt_2026-02-03-21-40-05_x.ipynb", "11111"),
        (f"Eve_11111_{FILE}_ada_22222_900_x.ipynb", "11111"),
        (f"HW_eve_attempt_2026-02-03-21-40-05_Ada_22222_{FILE}_x.ipynb", "eve"),
        (f"1-2 - Eve - Jan 30, 2026 100 PM - Ada_22222_{FILE}_x.ipynb", "1"),
        (f"eve/Ada_22222_{FILE}_/x.ipynb", "eve"),
        ("eve/ada_22222_900_x.ipynb", "eve"),
        ("eve/ada+rotated-kernel+2026-02-03 09:00:00.0 UTC/x.ipynb", "eve"),
    ],
)
def test_r05_who_hands_in_alone_hands_in_for_nobody_else(course, packed, name, student):
    """Nothing else in the archive says which platform it is from."""
    assert sort(course, packed({name: FILLED}))[1].keys() == {student}


# -------------------------------------------------------------------------------- R07 renamed files
@pytest.mark.parametrize(
    "name",
    ["rotated-kernel (1).ipynb", "AE FINAL.ipynb", "作业.ipynb", "rotated-kernel.ipynb.json"],
)
@pytest.mark.parametrize("form", ["{}/{}", "x_4711_99_{1}"])
def test_r07_a_renamed_notebook_is_placed(course, packed, name, form):
    assert list(sort(course, packed({form.format("ada", name): FILLED}))[1].values()) == [FILLED]


@pytest.mark.parametrize("change", [lambda data: data, bare])
@pytest.mark.parametrize("untouched", ["rotated-kernel.ipynb", "a/rotated-kernel.ipynb"])
def test_r07_a_filled_copy_beside_an_untouched_original(course, packed, change, untouched):
    archive = {f"ada/{untouched}": change(BLANK), "ada/z-Copy1.ipynb": change(FILLED)}
    archive["ada/scratch.ipynb"] = SCRATCH
    assert sort(course, packed(archive))[1] == {"ada": change(FILLED)}


# ------------------------------------------------------------------------------- R08 ids and groups
def test_r08_a_group_is_every_member(course, packed, tmp_path):
    together = packed({"1001+1002/x.ipynb": FILLED, "a+1@x.org/x.ipynb": PARTLY})
    assert sort(course, together)[1] == {"1001": FILLED, "1002": FILLED, "a+1@x.org": PARTLY}


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("group,student\nGroup 1,ada\nGroup 1,bo\nGroup 2,cy\n", "Group 1/x.ipynb"),
        ("student;Group name\nada;1\nbo;1\n", "bo/x.ipynb"),
        ("group_name,canvas_user_id\ngroup_1,ada\ngroup_1,bo\n", "group1_4810_91_x.ipynb"),
        ("Group,Email address\nTeam A,ada\nTeam A,bo\n", f"Team A-Bo B_7_{FILE}_/x.ipynb"),
    ],
)
def test_r08_groups_are_read_from_a_table(course, packed, tmp_path, table, name):
    (tmp_path / "groups.csv").write_text(table)
    outcome, placed = sort(course, packed({name: FILLED}), groups=tmp_path / "groups.csv")
    assert placed == {"ada": FILLED, "bo": FILLED} and outcome.went_well


# ------------------------------------------------------------------- the wrong assignment's archive
@pytest.mark.parametrize("change", [lambda data: data, bare])
def test_the_wrong_assignment_is_not_placed(course, packed, change):
    archive = packed({f"{who}/rotated-kernel.ipynb": change(ANOTHER) for who in ("ada", "bo")})
    outcome, placed = sort(course, archive)
    assert placed == {} and len(outcome.left) == 2
    said = "it holds no cell of rotated-kernel; it looks like stride-and-overlap"
    assert all(why.startswith(said) for _, why in outcome.left)
    assert sort(course, archive, force=True)[1].keys() == {"ada", "bo"}


def test_a_forced_platform_and_a_pattern(course, packed):
    archive = packed({"HW_ada_attempt_2026-02-03-21-40-05_x.ipynb": FILLED, "b/x.ipynb": FILLED})
    assert sort(course, archive, platform="blackboard")[1].keys() == {"ada"}
    outcome, _ = sort(course, archive, platform="folders")
    assert (
        submitted(course).keys() == {"ada", "b"} and "--platform blackboard" in outcome.left[0][1]
    )
    outcome, _ = sort(course, archive, pattern="(?P<student_id>[a-z]+)")
    assert not outcome.placed  # a beginning is not enough
