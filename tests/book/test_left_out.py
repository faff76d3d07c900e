"""A chapter that is taken out of the table of contents breaks no other page."""

from __future__ import annotations

import re

import pytest
from sphinx.testing.util import SphinxTestApp
from tests.book.extensions import extension
from tests.book.prose import questions, source

left_out = extension("left_out")

START = """# Start

Read {doc}`gone`, {ref}`gone-place`, {ref}`these words <gone-place>`, {numref}`fig-gone`,
{eq}`eq-gone` and {ref}`what stays <stays>`.

(stays)=
## Below
MORE
"""
GONE = """# The chapter that goes

(gone-place)=
(second-label)=
## A place in it

$$
x
$$ (eq-gone)

```{code-cell} ipython3
:mystnb:
:  figure:
:    name: fig-gone
```
"""


@pytest.fixture
def built(tmp_path):
    """Builds a book of one page beside one that is left out; gives its words and the warnings."""

    def build(more: str = "") -> tuple[str, str]:
        (tmp_path / "book").mkdir(exist_ok=True)
        (tmp_path / "book" / "start.md").write_text(START.replace("MORE", more))
        (tmp_path / "book" / "gone.md").write_text(GONE)
        (tmp_path / "conf.py").write_text(
            "extensions = ['myst_parser', 'left_out']\nroot_doc = 'book/start'\nnumfig = True\n"
            "myst_enable_extensions = ['dollarmath']\nexclude_patterns = ['book/gone.md']\n"
            "nitpicky = True\n"
        )
        app = SphinxTestApp("html", srcdir=tmp_path, freshenv=True)
        try:
            app.build()
            warnings = app.warning.getvalue()
        finally:
            app.cleanup()
        page = (tmp_path / "_build" / "html" / "book" / "start.html").read_text()
        return re.sub(r"<(?!a\b)[^>]*>", "", page.split("<p>Read")[1]), warnings

    return build


def test_links_to_a_page_that_is_left_out_become_words_with_a_note(built):
    words, warnings = built()
    said = " ".join(words.split())
    assert warnings == ""
    for text in ("The chapter that goes", "A place in it", "these words", "a figure", "a formula"):
        assert said.count(text + left_out.NOTE) == 1
    assert 'href="#stays"' in words and "gone" not in words


def test_a_link_that_leads_nowhere_is_still_a_warning(built):
    _, warnings = built("{ref}`mistyped <gone-plaice>`")
    assert "gone-plaice" in warnings and "gone-place'" not in warnings


def test_the_targets_of_every_chapter_are_found():
    """Those that the newcomers' questions lead to, each with words that can stand in a sentence."""
    for name, asked in questions().items():
        found = left_out.targets(name, source(name))
        assert {entry["answer"].lower() for entry in asked} <= found.keys()
        assert found[name] and all(found.values())
