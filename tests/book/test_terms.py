"""The glossary has the words that chapters set in bold or italics, each once."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from book.assignments import chapters
from tests.book.prose import pages, source
from tests.book.terms import glossary, lacking, marked, stressed

STRESSED = stressed()
PAGES = ("notation", *chapters())


@pytest.mark.parametrize("name", PAGES)
def test_words_in_bold_or_italics_are_in_the_glossary(name):
    assert not lacking(source(name))


def test_words_listed_as_stressed_are_used_and_are_no_terms():
    used = set().union(*(marked(source(name)) for name in PAGES))
    assert STRESSED <= used
    assert not STRESSED & glossary()


def test_a_word_that_the_glossary_lacks_is_found():
    text = (
        "**Time.** A **kernel** and two *kernels* meet a **quux**, *a frob*, $*x*$ and `*y*`.\n\n"
        "```python\nf(*arguments, **options)\n```\n\n## Common mistakes\n\n- *Grault*.\n\n## Next\n"
        "**This sentence is too long to be a term.** *Is*"
    )
    assert marked(text) == {"kernel", "kernels", "quux", "a frob", "is"}
    assert lacking(text) == {"quux", "a frob"}


def test_the_glossary_has_each_word_once_and_no_other_page_has_a_glossary():
    headings = re.findall(r"^(\S.*) · .*$", source("glossary"), re.M)
    assert [word for word, times in Counter(map(str.lower, headings)).items() if times > 1] == []
    assert [name for name in pages() if "{glossary}" in source(name)] == ["glossary"]
