"""The text of the book: numbers that a cell vouches for, the sections of a chapter, questions
answered, spelling.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from book.assignments import chapters, writing_minutes
from scipy import signal
from tests.book.prose import assertions, claims, numbers, pages, prose, questions, source

CHAPTERS = chapters()
ASKED = questions()
SECTIONS = [
    "Predict first",
    "Common mistakes",
    "Check yourself",
    "Summary",
    "Now write it yourself",
    "Further reading",
]


@pytest.mark.parametrize("name", pages())
def test_numbers_typed_in_prose_are_asserted_by_a_cell_of_the_page(name):
    """A number quoted through a glue role is computed anyway; this is about the others.

    The test sees that a number is asserted on the page, not that it is asserted of the same thing.
    """
    adrift = [
        f"{number.text} in: {number.line}" for number in numbers(name) if number.origin is None
    ]
    assert not adrift


def test_the_search_for_numbers_finds_them():
    text = (
        "It is −13 or 7.\n\n```{code-cell} ipython3\n:tags: [a]\n\nassert f(5) == -13\n```\n\n1. "
        "Of `8` and $9$.\n"
        "(label-4)=\n   ```text\n   6\n   ```\n:::{dropdown} 3. Is it 11?\nYes.\n:::\n"
    )
    assert set(re.findall(r"−?\d+", prose(text))) == {"−13", "7", "11"}
    assert assertions(text) == {"5": "assert f(5) == -13", "−13": "assert f(5) == -13"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_have_the_sections_that_readers_expect(name):
    text = source(name)
    headings = re.findall(r"^## (.*)$", text, re.M)
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS
    for part in ("What you will be able to do", "**Before you start.**", "In a hurry", "**Time.**"):
        assert part in text.split("\n## ", 1)[0]
    asked = text.split("\n## Check yourself\n")[1]
    title = r"(?:dropdown\} \d+\. .*\?.*|question\} \d+\. .*)"  # parts ask for themselves
    answers = re.findall(rf"^:::+ ?\{{{title}\n+(.+)$", asked, re.M)
    assert len(answers) >= 5 and all(len(answer.split()) > 5 for answer in answers)


@pytest.mark.parametrize("name", [name for name in CHAPTERS if writing_minutes(name)])
def test_the_time_for_an_assignment_is_what_its_notebook_says(name):
    assert f"about {writing_minutes(name)} minutes for the assignment" in source(name)


@pytest.mark.parametrize("name", ASKED)
def test_ten_questions_of_newcomers_are_answered_at_a_place_of_the_chapter(name):
    asked = ASKED[name]
    assert len({entry["question"] for entry in asked}) == len(asked) >= 10
    labels = set(re.findall(r"^\(([\w-]+)\)=$|^: +name: ([\w-]+)$", source(name), re.M))
    labels = {label or figure for label, figure in labels}
    assert not {entry["answer"] for entry in asked} - labels


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_claim_is_decided_at_one_place_in_its_chapter(name):
    labels = re.findall(r"^\(claim-([A-Z]\d+)\)=$", source(name), re.M)
    assert sorted(labels) == sorted(claim["id"] for claim in claims() if claim["page"] == name)


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_articles_say_is_folded_away_under_the_number_of_the_claim(name):
    """The story is told without the articles: who has not read them misses nothing."""
    text = source(name)
    boxes = re.findall(r"^:::\{(\w+)\} A claim you may meet(.*)\n(.+)\n:::$", text, re.M)
    assert len(boxes) == text.count("A claim you may meet")
    mine = {claim["id"]: claim["articles"] for claim in claims() if claim["page"] == name}
    for kind, title, box in boxes:
        assert kind == "dropdown"
        said_by = {label.upper() for label in re.findall(r"article-([a-e])", box)}
        assert said_by <= set(mine[title.removeprefix(": ")])
        text = text.replace(box, "")
    story = text.split("## Further reading")[0]
    assert "`article-" not in story


@pytest.mark.parametrize("name", pages())
def test_spelling_is_british(name):
    american = (
        r"\b\w*(?:color|neighbor|behavior|favor|center|gray|"
        r"ializ|ormaliz|ecogniz|ptimiz|ummariz|rganiz)\w*"
    )
    found = re.findall(american, prose(source(name)), re.I)
    assert not found


def test_scipy_uses_the_names_as_the_chapter_says():
    impulse, kernel = np.zeros((5, 5)), np.arange(9.0).reshape(3, 3)
    impulse[2, 2] = 1
    assert (signal.convolve2d(impulse, kernel, mode="same")[1:4, 1:4] == kernel).all()
    assert (signal.correlate2d(impulse, kernel, mode="same")[1:4, 1:4] == kernel[::-1, ::-1]).all()
