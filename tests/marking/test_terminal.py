"""What the commands show: tables in columns, text that cannot act, progress with the time left."""

from marking.terminal import Progress, aligned, printable, shortened


def test_progress_says_count_rate_and_time_left():
    assert (
        Progress("marked").line(100, 300, 50.0)
        == "100 of 300 marked, 2.0 a second, about 2 min left"
    )
    assert Progress("marked").line(150, 300, 150.0).endswith("about 2 min left")
    assert (
        Progress("marked").line(290, 300, 29.0)
        == "290 of 300 marked, 10.0 a second, about 1 s left"
    )
    assert Progress("marked").line(300, 300, 30.0).endswith("done")


def test_what_a_terminal_would_act_on_is_replaced():
    assert printable("a\x1b[2Jb\u202e\n") == "a�[2Jb��"
    assert printable("Grüße, 𝛼 × 2") == "Grüße, 𝛼 × 2"
    assert printable("a\u200bb\ud800c\u2066d\u3164e\ufe0f") == "a�b�c�d�e�"
    assert printable("12\u00a0%\u3000") == "12 % "
    assert printable("a\nb\tc\r", keep="\n\t") == "a\nb\tc�"


def test_what_is_too_long_is_cut_and_says_so():
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    assert shortened("a\nb", 3) == "a�b"


def test_columns_are_as_wide_as_their_widest_cell():
    lines = [("name", "n"), ("a", "100"), ("longer", "7")]
    assert aligned(lines) == "name    n  \na       100\nlonger  7  "
    assert aligned(lines, right={1}) == "name      n\na       100\nlonger    7"


def test_a_markdown_table():
    assert aligned([("a", "b"), ("1", "22")], markdown=True) == (
        "| a | b |\n| --- | --- |\n| 1 | 22 |"
    )


def test_no_end_is_promised_while_starting():
    assert Progress("marked").line(1, 300, 2.0) == "1 of 300 marked"
