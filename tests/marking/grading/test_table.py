"""The table at the end of a run."""

from marking.grading.table import Row, class_table

ROWS = [
    Row("ada", 12.0, 12.0, ""),
    Row("bob", 10.5, 12.0, "`rotate180`: it is not turned at all", by_hand=2, fresh=False),
    Row("\x1b" + "c" * 40, None, 0.0, "no kernel could be started"),
]


def test_a_line_for_everybody_and_one_that_counts():
    assert class_table(ROWS, 120).split("\n") == [
        "student                              points  reason",
        "ada                                12 of 12",
        "bob                              10.5 of 12  (2 to read) rotate180: it is not turned at "
        "all",
        "�" + "c" * 28 + "…      no mark  no kernel could be started",
        "2 of 3 submissions have a mark: 1 marked now, 1 unchanged; 2 answers wait to be read",
    ]


def test_the_names_of_people_are_there_where_they_are_known():
    first, second = class_table(ROWS, 120, {"bob": "Bob\nBerg"}).split("\n")[1:3]
    assert first.startswith("ada   ") and second.startswith("bob Bob�Berg   ")


def test_no_line_is_wider_than_the_terminal_but_for_a_very_narrow_one():
    lines = class_table(ROWS, 20).split("\n")[:-1]
    assert max(map(len, lines)) == 60
    assert lines[2].endswith("…")


def test_nothing_is_said_of_words_where_there_are_none():
    assert class_table(ROWS[:1], 80).endswith(
        "1 of 1 submissions have a mark: 1 marked now, 0 unchanged"
    )
