"""Formulas on feedback pages: MathML of listed elements, or their TeX as text."""

import re

import pytest
from sample_class.folder import ROOT

from marking.gradebook import formulas
from marking.gradebook.formulas import ELEMENTS, mathml
from marking.markup import page_markdown
from marking.notebooks import read_notebook

ALLOWED = {"math", *ELEMENTS.split()}
HOSTILE = [
    r"\href{javascript:alert(1)}{x}",
    r"\includegraphics{https://e.org/x.png}",
    r"\htmlClass{marking-notes}{x}",
    r"\text{<script>alert(1)</script>}",
    r"\url{https://e.org}",
    r"\def\a{\a\a}\a",
    r"\style{color:red}{x}",
    "\\" * 3000 + "x",
    "{" * 500,
    r"\rule{1000000em}{1000000em}",
]


@pytest.fixture(autouse=True)
def nothing_made_before(monkeypatch):
    monkeypatch.setattr(formulas, "_made", {})


def test_every_formula_of_the_releases_is_shown():
    for path in ROOT.glob("exercises/*/*.ipynb"):
        for cell in read_notebook(path).cells:
            if cell.cell_type == "markdown":
                page_markdown(cell.source, formulas=mathml)
    made = formulas._made
    assert len(made) > 5 and None not in made.values()


def test_a_formula_can_do_nothing_but_be_one():
    mathml([(tex, False) for tex in HOSTILE] + [("x^2", True)])  # KaTeX is started once
    for tex in HOSTILE:
        page = page_markdown(f"${tex}$ and $$x^2$$ after", formulas=mathml)
        elements = set(re.findall(r"</?([a-zA-Z]+)", page))
        assert elements <= ALLOWED | {"p", "br", "em", "strong"}, tex[:50]
        assert not re.search(r"<[^>]*(href|src|style|class|on\w+)\s*=", page), tex[:50]
        assert "<msup><mi>x</mi><mn>2</mn></msup>" in page, tex[:50]


def test_what_is_no_formula_stays_as_it_was_written():
    page = page_markdown("it costs 5 $ or 6 $; `$x$`; $\\nonsense{$", formulas=mathml)
    assert "<math" not in page and "5 $ or 6 $" in page and "$\\nonsense{$" in page


def test_without_katex_the_tex_stays(monkeypatch):
    monkeypatch.setattr(formulas, "_tools", lambda: None)
    assert "$a &lt; b$" in page_markdown("$a < b$", formulas=mathml)


def test_nobody_can_write_what_stands_for_a_formula():
    page = page_markdown("formula0x formula1x $y$", formulas=mathml)
    assert page.count("<math") == 1 and "formula0x formula1x" in page
