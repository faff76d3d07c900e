"""`check(f, hint=…)` and `check(f, another_way=True)`, as a student calls them."""

import numpy as np
import pytest

from marking import check
from marking.examiner import examine
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS, ways
from marking.student import speed
from marking.student.offering import answer_to, wanted

LAYER = QUESTIONS["conv_transpose2d_layer"]


def rotate180(h):
    return h[::-1, ::-1].copy()


@pytest.fixture
def upside_down():
    def rotate180(h):
        return h[::-1].copy()

    return rotate180


def printed(capsys, f, **asked):
    points = check(f, **asked)
    return points, capsys.readouterr().out


def test_a_verdict_that_is_not_good_offers_a_hint_in_its_last_line(capsys, upside_down):
    _, said = printed(capsys, upside_down)
    assert said.splitlines()[-1] == "check(rotate180, hint=1) asks a question that may help."
    assert said.startswith("rotate180: not right yet") and "upside down" in said


@pytest.mark.parametrize(
    ("hint", "holds"),
    [
        (1, "Where does the number in its top-left corner go?"),
        (2, "the order of the columns"),
        (3, "It looks like this: only turned upside down."),
        (4, "By hand, rotate180(h):"),
    ],
)
def test_each_rung_says_its_own_and_the_points_stay(capsys, upside_down, hint, holds):
    points, said = printed(capsys, upside_down, hint=hint)
    assert points == 0
    assert f"Hint {hint} of 4" in said and holds in said
    assert ("hint=5" not in said) and (f"hint={hint + 1}" in said) == (hint < 4)


def test_who_has_all_points_gets_no_hint(capsys):
    points, said = printed(capsys, rotate180, hint=1)
    assert points == 2 and "nothing to hint at" in said


@pytest.mark.parametrize("hint", [0, 5, -1, True, 1.0, "1", (1,)])
def test_a_wrong_rung_is_refused_in_one_sentence(hint):
    with pytest.raises(ValueError, match=r"hint is 1 \(a question .* or 4 .*; got") as caught:
        check(rotate180, hint=hint)
    assert repr(hint) in str(caught.value)


def test_one_thing_at_a_time():
    with pytest.raises(ValueError, match="choose one"):
        check(rotate180, hint=1, another_way=True)
    with pytest.raises(ValueError, match="another_way is True or False; got 1"):
        check(rotate180, another_way=1)
    assert wanted(None, False) is None


def test_the_hint_is_for_the_first_step_in_the_texts_order():
    def first_step_only(x, w, bias=None, stride=(1, 1), *rest, **others):
        return LAYER.reference(x[:1, :1], w[:1, :1], stride=stride)

    verdict = examine(LAYER, FunctionAnswerer(first_step_only), 0)
    shown = answer_to(1, LAYER, verdict, first_step_only)
    assert "(at “channels and the batch”)" in shown.text
    assert LAYER.ladder.at["channels and the batch"].think in shown.text


def test_hints_are_escaped_html_without_scripts(upside_down):
    question = QUESTIONS["rotate180"]
    verdict = examine(question, FunctionAnswerer(upside_down), 0)
    for rung in (1, 2, 3, 4):
        html = answer_to(rung, question, verdict, upside_down).html
        assert html.startswith("<div") and html.count("<div") == html.count("</div>")
        assert "<script" not in html and f"Hint {rung} of 4" in html


def test_other_ways_are_shown_to_who_is_done_and_to_nobody_else(capsys, monkeypatch, upside_down):
    monkeypatch.setattr(speed, "ratio", lambda question, f: 340.0)
    points, said = printed(capsys, rotate180, another_way=True)
    assert points == 2
    assert said.count("    def ") == ways.SHOWN
    assert "your function takes about 340 times as long as the library's" in said
    points, said = printed(capsys, upside_down, another_way=True)
    assert "def " not in said and "shown to who has all points" in said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.2, "takes about as long as the library's"),
        (0.25, "the library's takes about 4 times as long as yours"),
        (1234.0, "your function takes about 1200 times as long as the library's"),
    ],
)
def test_the_ratio_is_told_in_words(monkeypatch, ratio, said):
    monkeypatch.setattr(speed, "ratio", lambda question, f: ratio)
    assert said in speed.sentence(QUESTIONS["rotate180"], rotate180)


def test_a_function_that_never_ends_has_no_ratio(monkeypatch):
    monkeypatch.setattr(speed, "SECONDS", 0.05)

    def endless(h):
        while True:
            pass

    assert speed.ratio(QUESTIONS["rotate180"], endless) is None


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_has_other_ways_that_are_right(question):
    shown = ways.other_ways(question, None)
    assert len(shown) == ways.SHOWN
    for way in shown:
        names = {"np": np}
        exec("import functools, itertools, math\n" + way.source, names)
        f = names[way.name.replace(" ", "_")]
        args, kwargs = question.categories[-1].cases[0].small()
        assert f(*args, **kwargs) is not None


def test_the_packed_ways_are_those_of_the_checkout(monkeypatch, tmp_path):
    question = QUESTIONS["rotate180"]
    there = ways.other_ways(question, None)
    packed = tmp_path / "ways.bin"
    packed.write_bytes(ways.pack(ways.CHECKOUT))
    monkeypatch.setattr(ways, "PACKED", packed)
    monkeypatch.setattr(ways, "CHECKOUT", tmp_path)
    assert ways.other_ways(question, None) == there
    monkeypatch.setattr(ways, "PACKED", tmp_path / "none")
    assert ways.other_ways(question, None) == []


def test_the_moderate_cases_can_be_asked():
    asked = [q for q in QUESTIONS.values() if q.moderate is not None]
    assert len(asked) > 20
    for question in asked:
        args, kwargs = question.moderate.small()
        question.reference(*args, **kwargs)
