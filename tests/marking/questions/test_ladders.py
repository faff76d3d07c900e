"""Every question has a ladder of four rungs, whose examples compute what they say."""

import re

import numpy as np
import pytest
from tests.exercises.notebooks import ROOT

from marking.examiner import hinting
from marking.examiner.verdict import unmarked
from marking.questions import QUESTIONS
from marking.questions.ladder import RUNGS

ALL = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
TERM = r"\(?\d+(?:\.\d+)?\)?"
EQUATION = re.compile(rf"({TERM}(?: ?(?:·|\+|−|//) ?{TERM})+) = (-?[\d.]*\d)")


def rungs_of(question):
    return {c.name: question.ladder.rungs(c.name) for c in question.categories}


def steps_of(question, example):
    verdict = unmarked(question, "")
    return hinting.worked(question, verdict, "", example).sentences[1:]


@ALL
def test_every_category_has_four_rungs(question):
    assert set(question.ladder.at) <= {category.name for category in question.categories}
    for rungs in rungs_of(question).values():
        texts = (rungs.think, rungs.place, rungs.cure)
        assert all(len(text) > 25 and text.endswith((".", "?")) for text in texts)
        assert len(set(texts)) == RUNGS - 1
        assert rungs.think.count("?") >= 1
        assert rungs.example is not None


@ALL
def test_the_numbers_of_examples_are_computed(question):
    """Sums that are written out come out, and what they come to is the reference's answer."""
    for rungs in rungs_of(question).values():
        steps = steps_of(question, rungs.example)
        assert any("{result" in step for step in rungs.example.steps)
        for said, result in EQUATION.findall(" ".join(steps)):
            python = said.replace("·", "*").replace("−", "-")
            assert eval(python, {"__builtins__": {}}) == pytest.approx(float(result)), said


def test_the_sums_of_examples_are_seen():
    assert EQUATION.findall("2·3 + 0·1 = 6. Then (3 − 1)·2 + 5 = 9, and 7 // 2 = 3.5") == [
        ("2·3 + 0·1", "6"),
        ("(3 − 1)·2 + 5", "9"),
        ("7 // 2", "3.5"),
    ]
    texts = [s for q in QUESTIONS.values() for s in steps_of(q, q.ladder.example)]
    assert len(EQUATION.findall(" ".join(texts))) > len(QUESTIONS)


@ALL
def test_examples_hold_other_numbers_than_the_smallest_cases(question):
    for rungs in rungs_of(question).values():
        for value in rungs.example.args:
            if isinstance(value, np.ndarray) and value.size > 1:
                assert not np.array_equal(value.ravel(), np.arange(1, value.size + 1))
                assert value.size <= 24


@ALL
def test_no_rung_holds_code_of_a_right_answer(question):
    variants = ROOT / "variants" / question.assignment / f"{question.name}.py"
    lines = {line.strip() for line in variants.read_text().splitlines()}
    code = [line for line in lines if len(line) > 12 and re.search(r"[=(\[]", line)]
    for rungs in rungs_of(question).values():
        said = " ".join((rungs.think, rungs.place, rungs.cure, *rungs.example.steps))
        assert not any(line in said for line in code)
        assert not re.search(r"\b(def|return|for \w+ in|np\.(zeros|repeat|pad|outer))\b", said)
