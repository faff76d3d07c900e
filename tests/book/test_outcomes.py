"""The table of outcomes says what the chapters say, and names every question."""

from __future__ import annotations

import re
import tomllib

import pytest
from tests.book.extensions import extension
from tests.book.prose import source
from tests.book.site import ROOT

outcomes = extension("outcomes")
ENTRIES = [
    {"begins": "Count", "asked": ["count", "check 1"]},
    {"begins": "Explain", "asked": ["explain"]},
]
PROMISED = ["Count the copies.", "Explain the count."]


def test_outcomes_are_read_from_the_chapter():
    box = ":::{admonition} What you will be able to do\n:class: tip\n- One.\n- Two, $x$.\n:::\n"
    assert outcomes.promised(f"# Title\n\n{box}\n- Three.\n") == ["One.", "Two, $x$."]
    assert outcomes.promised("# Title\n\n- Three.\n") == []


def test_rows_hold_each_outcome_with_its_questions():
    found = outcomes.rows("chapter", PROMISED, ENTRIES, ["count", "explain"])
    assert found == [(PROMISED[0], ["count", "check 1"]), (PROMISED[1], ["explain"])]
    table = outcomes.as_markdown({"{doc}`chapter`": found})
    assert "* - **{doc}`chapter`**\n  - \n" in table
    assert "* - Count the copies.\n  - `count`, check yourself 1" in table


@pytest.mark.parametrize(
    ("promised", "entries", "askable", "said"),
    [
        ([*PROMISED, "Draw."], ENTRIES, [], "0 entries begin as the outcome 'Draw.'"),
        (PROMISED[:1], ENTRIES, [], "no outcome begins as 'Explain'"),
        (PROMISED, ENTRIES, ["count", "explain", "size"], "asked for by size"),
    ],
)
def test_what_has_fallen_behind_is_named(promised, entries, askable, said):
    with pytest.raises(ValueError, match=f"chapter: .*{re.escape(said)}"):
        outcomes.rows("chapter", promised, entries, askable)


def test_questions_of_check_yourself_that_are_named_exist():
    text = (ROOT / "book" / "outcomes.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["outcome"]
    for entry in entries:
        checks = source(entry["chapter"]).partition("\n## Check yourself\n")[2]
        asked = re.findall(r"\{(?:dropdown|question)\} (\d+)\. ", checks)
        numbers = {one.removeprefix("check ") for one in entry["asked"] if one.startswith("check ")}
        assert numbers <= set(asked), entry
