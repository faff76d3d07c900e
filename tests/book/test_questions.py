"""A question is asked with its options, its known answers computed, and its answer folded."""

from __future__ import annotations

import gzip

import pytest
from book.assignments import chapters
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp
from tests.book.extensions import extension
from tests.book.prose import source
from tests.book.site import ROOT

questions = extension("questions")

PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

```{code-cell} ipython3
:tags: [remove-cell]
from myst_nb import glue
glue("outputs", f"{5 - 3 + 1}×{7 - 3 + 1}", display=False)
glue("places", "2, 4, 6, 8, 10", display=False)
glue("pixels", f"{5}×{7}", display=False)
```

:::{question} 4. How *many* outputs?
The kernel's places are fewer than the pixels.

- [x] =outputs
- [ ] =pixels | You kept the border.
:::

:::{question} 5. What of it?
One answer for both.

+ How many *places*?
- [x] =places
- [ ] =pixels | You counted pixels.
+ Which are even?
- [ ] One | It is odd.
- [x] Two | It is even, too.
- [x] Four | It is twice two.
:::

:::{question} Which one?
- [ ] The first | It is *not*.
- [x] The second | It is.
:::
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page above, built."""
    folder = tmp_path_factory.mktemp("questions")
    (folder / "chapter.md").write_text(PAGE, encoding="utf-8")
    (folder / "conf.py").write_text(
        "extensions = ['myst_nb', 'sphinx_design', 'questions']\n"
        "myst_enable_extensions = ['colon_fence']\n"
        "nb_execution_mode = 'force'\n"
        "nb_execution_raise_on_error = True\n"
        # Sphinx keeps in the process what another small book has said of this ending.
        "source_suffix = {'.md': 'myst-nb'}\n"
        "root_doc = 'chapter'\n",
        encoding="utf-8",
    )
    app = SphinxTestApp("html", srcdir=folder, freshenv=True)
    try:
        app.build()
        assert "WARNING" not in app.warning.getvalue()
    finally:
        app.cleanup()
    built = folder / "_build" / "html" / "chapter.html"
    return BeautifulSoup(built.read_text(encoding="utf-8"), "html.parser")


def test_known_answers_are_what_the_cells_computed(page):
    form = page.select_one("form[data-question=check-4]")
    assert form.legend.get_text().strip() == "4. How many outputs?" and form.legend.em
    known = {why["data-value"]: why.has_attr("data-right") for why in form.select(".why[hidden]")}
    assert known == {"3×5": True, "5×7": False}
    assert form.select_one("input[type=text]")["aria-label"] == "Your answer to question 4"
    fold = form.find_next("details")
    assert "The kernel’s places" in fold.get_text() and not fold.has_attr("open")


def test_choices_are_native_and_the_score_stands_once_behind_the_last_question(page):
    form = page.select_one("form[data-question=predict-1]")
    assert [label.get_text() for label in form.select("label")] == ["The first", "The second"]
    assert len(form.select("input[type=radio]")) == 2 and form.find_next("details") is None
    assert len(page.select(".question-score")) == 1 and form.find_next(class_="question-score")


def test_a_question_of_parts_is_one_form_with_a_verdict_for_each(page):
    form = page.select_one("form[data-question=check-5]")
    parts = form.select("fieldset.part")
    assert [part.legend.get_text() for part in parts] == [
        "a) How many places?",
        "b) Which are even?",
    ]
    field = parts[0].select_one("input")
    assert field["aria-label"] == "Your answer to question 5, a" and field["class"] == ["long"]
    boxes = parts[1].select("input[type=checkbox]")
    assert [box["value"] for box in boxes] == ["0", "1", "2"]
    names = [field["name"] for field in form.select("input")]
    assert names == ["answer-0", *["answer-1"] * 3]
    assert [len(part.select(".verdict")) for part in parts] == [1, 1]
    assert len(form.select("button")) == 1 and len(form.find_all_next("details")) == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["- [ ] a | No.", "- [ ] b | No."], "a right option"),
        (["- [x] =a", "- [x] =b"], "exactly one right"),
        (["- [x] a", "- [x] b | Yes."], "what was overlooked"),
        (["+ First", "+ Second", "- [x] a"], "a right option"),
        (["- [x] a", "- [ ] b"], "what was overlooked"),
        (["- [x] =a", "- [ ] b | No."], "either choices or values"),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused(lines, said):
    with pytest.raises(ValueError, match=said):
        questions.split(lines)


def test_the_script_is_light():
    script = extension("joining").join_modules(ROOT / "book" / "questions" / "page.mjs")
    assert len(gzip.compress(script.encode(), mtime=0)) <= 4_000


def test_the_chapters_ask():
    assert sum(source(name).count(":::{question}") for name in chapters()) > 10
