"""Chapters lead to the exercises in the browser where these have been built, and nowhere else."""

from __future__ import annotations

import re

import pytest
from sphinx.testing.util import SphinxTestApp
from tests.book.extensions import extension

browser = extension("browser")

PAGE = """# A chapter

{download}`The notebook </exercises/my-subject/my-subject.ipynb>` and
{download}`another file </other.txt>`.
"""


@pytest.fixture
def built(tmp_path):
    """Builds a page; gives its HTML."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "chapter.md").write_text(PAGE)
    (tmp_path / "other.txt").write_text("")
    notebook = tmp_path / "exercises" / "my-subject" / "my-subject.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}")
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
    assert links == ["../lite/notebooks/index.html?path=my-subject.ipynb"]
    opened.unlink()
    assert "solve-here" not in built()
