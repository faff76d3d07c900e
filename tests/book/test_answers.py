"""The instructor's answers: complete, right, and nowhere that students look."""

from __future__ import annotations

import pytest
from book.assignments import ASSIGNMENTS, chapters, notebook_text
from book.assignments import in_words as cells_in_words
from tests.book.prose import NUMBER, assertions, prose
from tests.book.site import ROOT
from tools.answers import expected, in_words, page

TEXT = (ROOT / "solutions" / "predict-first.md").read_text(encoding="utf-8")
SAMPLES = ("**Marking scheme.**", "**Two points.**", "**One point.**", "**No point.**")


def test_every_chapter_has_its_predictions_answered_and_the_numbers_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert list(expected(TEXT)) == chapters()


def test_numbers_of_the_answers_are_asserted():
    numbers = set(NUMBER.findall(prose(TEXT.split("## ", 1)[1])))
    # questions are called by their number, and a stride or a size is said as the chapter says it
    assert numbers - assertions(TEXT).keys() <= {"0", "1", "2", "3"}


def test_a_wrong_number_is_noticed():
    with pytest.raises(AssertionError):
        expected("## one\n\n4\n\n```{code-cell} ipython3\nassert 2 + 2 == 5\n```\n")


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_question_in_words_has_a_sample_for_each_number_of_points(name):
    asked = in_words(ROOT / "solutions" / name / f"{name}.md")
    assert [cell for cell, *_ in asked] == list(cells_in_words(name)) != []
    for _, question, scheme in asked:
        assert "in words.**" in question
        assert [scheme.count(start) for start in SAMPLES] == [1, 1, 1, 1]
        for paragraph in scheme.split("\n\n"):
            assert paragraph[:60] not in notebook_text(name)


def test_the_page_loads_nothing():
    text = page("# A & B\n\n*one*\n")
    assert "<title>A &amp; B</title>" in text and "<em>one</em>" in text
    assert "http" not in text and "<script" not in text
