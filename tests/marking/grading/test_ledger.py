"""The ledger: what is kept survives, what is torn or of another version is marked anew."""

import json
from dataclasses import replace

import pytest

from marking.grading.ledger import Entry, Ledger

ENTRY = Entry(
    student="ada",
    submission="h",
    code="c",
    questions={"q": "k"},
    points={"q": 1.0},
    max_points={"q": 2.0},
    reasons={"q": "because"},
    unreadable="",
    marked="n",
    notes=("note",),
)


def test_what_is_added_is_read_again(tmp_path):
    path = tmp_path / "state" / "ledger.jsonl"
    Ledger(path).add(ENTRY)
    assert Ledger(path).entries == {"ada": ENTRY}
    assert (ENTRY.total, ENTRY.max_total, ENTRY.reason) == (1.0, 2.0, "because")


def test_a_torn_last_line_is_ignored(tmp_path):
    path = tmp_path / "ledger.jsonl"
    Ledger(path).add(ENTRY)
    with open(path, "a") as file:
        file.write('{"student": "bob", "subm')
    again = Ledger(path)
    assert again.entries == {"ada": ENTRY}
    again.add(replace(ENTRY, student="cy"))
    assert set(Ledger(path).entries) == {"ada", "cy"}


@pytest.mark.parametrize(
    "line",
    [
        '{"version": 1, "student": "bob"}',
        json.dumps(json.loads(ENTRY.line()) | {"version": 2}),
        json.dumps({k: v for k, v in json.loads(ENTRY.line()).items() if k != "version"}),
        json.dumps(json.loads(ENTRY.line()) | {"another": 1}),
        json.dumps({k: v for k, v in json.loads(ENTRY.line()).items() if k != "notes"}),
        "[]",
        "3",
    ],
)
def test_a_line_of_another_version_or_form_is_ignored(tmp_path, line):
    with pytest.raises(ValueError, match=r"another version|no line of a ledger"):
        Entry.read(line)
    path = tmp_path / "ledger.jsonl"
    path.write_text(line + "\n")
    assert Ledger(path).entries == {}


def test_many_lines_of_few_students_are_written_together(tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_text(ENTRY.line() * 150 + replace(ENTRY, points={"q": 2.0}).line())
    assert Ledger(path).entries["ada"].points == {"q": 2.0}
    assert path.read_text() == replace(ENTRY, points={"q": 2.0}).line()
