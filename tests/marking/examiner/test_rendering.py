"""The verdict as a student reads it: points from one source, plain text, escaped HTML without
scripts.
"""

from html.parser import HTMLParser

import numpy as np
import pytest

from marking.examiner import examine, rendering
from marking.examiner.verdict import CategoryResult, Counterexample, Verdict, unmarked
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>&`<b>`'


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.words, self.open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def shown(expected, given, **fields):
    example = Counterexample("f(x)", (("x", np.arange(3.0)),), expected, given)
    return Verdict("f", (CategoryResult("all", 2, False),), ("Look here.",), example, **fields)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_points_are_stated_once_and_shown_from_there(question):
    verdict = examine(question, FunctionAnswerer(question.reference), 0)
    assert (
        verdict.points
        == verdict.max_points
        == question.points
        == sum(c.points for c in question.categories)
    )
    assert f"{question.points:g} of {question.points:g} points" in rendering.text(verdict)
    assert f"{question.points:g} of {question.points:g} points" in "".join(
        Reader(rendering.html(verdict)).words
    )


def test_a_pass_is_one_line_and_its_categories():
    verdict = examine(QUESTIONS["rotate180"], FunctionAnswerer(QUESTIONS["rotate180"].reference), 0)
    lines = rendering.text(verdict).splitlines()
    assert lines[0] == "rotate180: passed, 2 of 2 points."
    assert len(lines) == 1 + len(verdict.categories)


def test_unmarked_gives_no_points_and_the_reason():
    verdict = unmarked(QUESTIONS["zero_pad"], "The kernel died.")
    assert verdict.points == 0
    assert verdict.max_points == QUESTIONS["zero_pad"].points
    assert not verdict.passed
    assert "The kernel died." in rendering.text(verdict)
    assert "The kernel died." in rendering.html(verdict)


def test_wrong_cells_are_marked_in_the_text_and_not_by_colour_alone_in_the_html():
    verdict = shown(np.array([[1.0, 2], [3, 4]]), np.array([[1.0, 5], [3, 4]]))
    assert "[5]" in rendering.text(verdict)
    assert "[1]" not in rendering.text(verdict)
    reader = Reader(rendering.html(verdict))
    assert reader.words.count("✗") == 1
    assert ("aria-label", "wrong: ") in reader.attributes


def test_no_text_of_a_students_becomes_markup():
    verdict = Verdict(
        HOSTILE,
        (CategoryResult(HOSTILE, 1, False),),
        (HOSTILE, f"`{HOSTILE}`"),
        Counterexample(HOSTILE, ((HOSTILE, np.zeros((1, 1))),), np.zeros((1, 1)), HOSTILE),
        note=HOSTILE,
    )
    reader = Reader(rendering.html(verdict))
    allowed = "div p ul li strong em code br table caption tbody tr td span"
    assert set(reader.tags) <= set(allowed.split())
    assert {name for name, _ in reader.attributes} <= {"style", "role", "aria-label"}


def test_hostile_exceptions_of_a_student_stay_text():
    class Nasty(Exception):
        pass

    Nasty.__name__ = "<img src=x onerror=alert(1)>"

    def rotate180(h):
        raise Nasty(HOSTILE) if h.shape[0] > 1 else Nasty(HOSTILE * 2)

    html = rendering.html(examine(QUESTIONS["rotate180"], FunctionAnswerer(rotate180), 0))
    assert "<img" not in html and "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_html_has_no_script_no_address_and_closes_its_tags():
    for verdict in (
        shown(np.zeros((2, 2)), np.ones((2, 2))),
        shown(np.zeros((2, 2)), np.ones((2, 3))),
        shown(np.zeros((2, 2)), "no answer"),
        shown(1.0, 2.0),
        shown((1, 2), (2, 1)),
    ):
        reader = Reader(rendering.html(verdict))
        assert reader.open == []
        assert "script" not in reader.tags and "style" not in reader.tags
        assert not {name for name, _ in reader.attributes} & {
            "href",
            "src",
            "onclick",
            "class",
            "id",
        }
        assert "://" not in rendering.html(verdict)


def test_large_arrays_are_cut_and_deep_ones_show_the_part_that_is_wrong():
    large = shown(np.zeros((40, 40)), np.ones((40, 40)))
    assert "…" in rendering.text(large)
    assert len(rendering.html(large)) < 60_000
    given = np.zeros((2, 3, 2, 2))
    given[1, 2, 0, 0] = 9
    assert "part [1, 2]" in rendering.text(shown(np.zeros((2, 3, 2, 2)), given))


@pytest.mark.parametrize(
    "given", [np.zeros((0, 3)), np.array(3.0), np.zeros(4), np.zeros((1, 2, 3))]
)
def test_any_shape_can_be_drawn(given):
    for expected in (np.zeros((2, 2)), given):
        verdict = shown(expected, given)
        assert "yours" in rendering.text(verdict)
        assert Reader(rendering.html(verdict)).open == []


def test_wrong_cells_that_look_alike_are_marked_and_told_apart():
    expected, given = np.array([[1.465841, 2.5]]), np.array([[1.465842, 2.5]])
    example = Counterexample("f(x)", (), expected, given)
    said = rendering.text(Verdict("f", (), ("wrong",), example))
    assert " 1.465841 " in said and "[1.465842]" in said and "[2.5]" not in said
    close = Counterexample("f(x)", (), expected, expected + [[1e-12, 0]])
    said = rendering.text(Verdict("f", (), ("wrong",), close))
    assert said.count("[1.465841") == 1 and "[2.5]" not in said
