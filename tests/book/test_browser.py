"""Chapters lead to the exercises in the browser where these have been built, and nowhere else."""

from __future__ import annotations

import re

import pytest
from sphinx.testing.util import SphinxTestApp
from tests.book.extensions import extension
from tests.book.site import ROOT

browser = extension("browser")

PAGE = """# A chapter

```{solve-here} my-subject
```

```{solve-here}
```
"""


def test_every_chapter_with_an_assignment_and_the_start_page_have_a_place_for_it():
    assert "```{solve-here}\n```" in (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    assert "{{solve-here}} {name}" in extension("exercises").WITH


def test_what_shows_the_link_is_loaded_by_the_pages_that_have_one():
    script = ["_static/solve-here.js"]
    kept = extension("appearance").own_files
    assert kept(script, browser.link("my-subject", "../")) == script
    assert kept(script, "<p>A page without one.</p>") == []
    assert "[solve-here.js," in (ROOT / "_config.yml").read_text(encoding="utf-8")


@pytest.fixture
def built(tmp_path):
    """Builds a page; gives its HTML."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "chapter.md").write_text(PAGE)
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_parser', 'browser']\nroot_doc = 'book/chapter'\n"
    )

    def build() -> str:
        app = SphinxTestApp("html", srcdir=tmp_path)
        try:
            app.build()
            assert "WARNING" not in app.warning.getvalue()
        finally:
            app.cleanup()
        return (tmp_path / "_build" / "html" / "book" / "chapter.html").read_text()

    return build


def test_the_link_comes_and_goes_with_the_site_of_the_exercises(built, tmp_path):
    assert "solve-here" not in built()
    opened = tmp_path / "_build" / "html" / browser.OPENED
    opened.parent.mkdir(parents=True)
    opened.write_text("")
    links = re.findall(r'<a class="solve-here[^"]*" href="([^"]*)" [^>]*hidden>', built())
    assert links == [
        "../lite/notebooks/index.html?path=my-subject.ipynb",
        "../lite/tree/index.html",
    ]
    opened.unlink()
    assert "solve-here" not in built()
