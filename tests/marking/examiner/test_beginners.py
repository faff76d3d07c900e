"""A fair selection of beginners' slips: each verdict holds the words that help, and none that lead
away.
"""

import numpy as np
import pytest
from tests.marking.examiner.beginners import ANSWERS
from tests.marking.examiner.functions import verdict

from marking.questions import QUESTIONS

BLOCKS = [block.partition("\n") for block in ANSWERS.strip().removeprefix("# ").split("\n# ")]


def _case(head, code):
    name, _, words = head.partition(": ")
    return pytest.param(name, code, words.split(" | "), id=head.split(" | ")[0].replace(" ", "-"))


@pytest.mark.parametrize(("name", "code", "words"), [_case(h, c) for h, _, c in BLOCKS])
def test_the_verdict_on_a_beginners_slip_leads_the_right_way(name, code, words):
    names = {"np": np}
    exec(code, names)
    found = verdict(QUESTIONS[name], names[name])
    said = " ".join(found.sentences)
    assert not found.passed
    wanted = [w for w in words if not w.startswith("~")]
    assert any(w in said for w in wanted), said
    assert not any(w.removeprefix("~") in said for w in words if w.startswith("~")), said


def test_there_are_enough_of_them():
    assert len(BLOCKS) >= 35
    assert len({head.partition(":")[0] for head, *_ in BLOCKS}) >= 15
