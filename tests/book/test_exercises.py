"""What a chapter shows depends on whether it has an assignment."""

from __future__ import annotations

import pytest
from sphinx.testing.util import SphinxTestApp
from tests.book.extensions import extension

exercises = extension("exercises")

PAGE = """# A chapter

:::{library-code}
Taken from `code`.

```{literalinclude} ../code.py
:pyobject: answer
```
:::
"""


@pytest.fixture
def built(tmp_path):
    """Builds a page of which `asked` says whether it has an assignment; gives its HTML."""

    def build(asked: bool) -> str:
        (tmp_path / "book").mkdir()
        (tmp_path / "book" / "chapter.md").write_text(PAGE)
        (tmp_path / "code.py").write_text("def answer():\n    return 6 * 7\n")
        (tmp_path / "conf.py").write_text(
            "extensions = ['myst_parser', 'sphinx_design', 'exercises']\n"
            "myst_enable_extensions = ['colon_fence']\n"
            "root_doc = 'book/chapter'\n"
        )
        if asked:
            notebook = tmp_path / "exercises" / "chapter" / "chapter.ipynb"
            notebook.parent.mkdir(parents=True)
            notebook.write_text("{}")
        app = SphinxTestApp("html", srcdir=tmp_path, freshenv=True)
        try:
            app.build()
            assert "WARNING" not in app.warning.getvalue()
        finally:
            app.cleanup()
        return (tmp_path / "_build" / "html" / "book" / "chapter.html").read_text()

    return build


@pytest.mark.parametrize(
    ("asked", "title"), [(True, exercises.TRIED), (False, exercises.OPEN)], ids=["asked", "free"]
)
def test_the_librarys_code_is_folded_and_who_has_an_assignment_must_have_tried(built, asked, title):
    page = built(asked)
    start, end = page.index("<details"), page.index("</details>")
    fold = page[start:end]
    assert title.replace("'", "’") in fold or title in fold
    assert "answer" in fold and "answer" not in page[:start] + page[end:]
