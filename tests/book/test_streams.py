"""What a cell prints reaches the page to the letter, however the kernel cut it into pieces."""

from __future__ import annotations

import importlib.util

from nbformat.v4 import new_output
from tests.book.site import ROOT

spec = importlib.util.spec_from_file_location("course_extension", ROOT / "book" / "_extensions" / "course.py")
course = importlib.util.module_from_spec(spec)
spec.loader.exec_module(course)


def printed(*pieces: tuple[str, str]):
    return [new_output("stream", name=name, text=text) for name, text in pieces]


def test_a_line_cut_in_two_becomes_one_line_again():
    [output] = course.join_streams(printed(("stdout", "one "), ("stdout", "line\n"), ("stdout", "\nafter a gap\n")))
    assert output["text"] == "one line\n\nafter a gap\n"


def test_other_outputs_stay_where_they_were_and_streams_stay_apart():
    picture = new_output("display_data", data={"text/plain": "a picture"})
    pieces = [*printed(("stdout", "a"), ("stderr", "b")), picture, *printed(("stdout", "c"))]
    joined = course.join_streams(pieces)
    assert [output["output_type"] for output in joined] == ["stream", "stream", "display_data"]
    assert [output["text"] for output in joined[:2]] == ["ac\n", "b\n"]
