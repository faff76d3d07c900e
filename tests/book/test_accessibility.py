"""What the extension changes in a page's HTML, and that the change is still needed."""

from __future__ import annotations

import re

from docutils.core import publish_parts
from tests.book.extensions import extension

accessibility = extension("accessibility")


def test_chinese_is_marked_and_nothing_else():
    body = '<p title="卷积">The word 转置卷积（反卷积） and β.</p>'
    assert accessibility.with_chinese_marked(body) == (
        '<p title="卷积">The word <span lang="zh-Hans">转置卷积（反卷积）</span> and β.</p>'
    )


def test_docutils_gives_entries_of_a_bibliography_the_role_that_is_replaced():
    page = publish_parts(".. [one] A source.", writer_name="html5")["html_body"]
    assert 'role="doc-biblioentry"' in page
    assert "doc-biblioentry" not in accessibility.with_current_roles(page)
    assert 'role="listitem"' in accessibility.with_current_roles(page)


def test_a_fold_is_named_by_the_figure_that_its_code_draws_or_by_its_place():
    fold = '<summary aria-label="Toggle hidden content"><p>Show the code</p></summary>'
    cell = f'<div class="cell docutils"><details>{fold}</details>'
    drawn = f'{cell}<figure><span class="caption-number">Fig. 6.1 </span></figure></div>'
    page = accessibility.with_folds_named(f"{cell}</div>{drawn}{cell}</div>")
    names = re.findall(r"<summary>(.*?)</summary>", page)
    assert names == ["Code, piece 1", "Code of Fig. 6.1", "Code, piece 3"]
    assert "Toggle" not in page


def test_a_table_slides_in_a_frame_of_its_own():
    table = '<table class="docutils"><tr><td>1</td></tr></table>'
    assert accessibility.with_sliding_tables(f"<p>x</p>{table}") == (
        f'<p>x</p><div class="slides">{table}</div>'
    )


def test_numbers_of_sources_lead_to_them_in_the_bibliography_and_nowhere_else():
    entry = (
        '<div class="citation" id="id1"><p>A. B. doi:10.23915/distill.00003, arXiv:1603.07285.</p>'
    )
    page = accessibility.with_sources_linked(f"<p>arXiv:1603.07285</p>{entry}</div>")
    assert re.findall(r'href="([^"]+)"', page) == [
        "https://doi.org/10.23915/distill.00003",
        "https://arxiv.org/abs/1603.07285",
    ]
    assert page.startswith("<p>arXiv:1603.07285</p>")
