"""What the extension changes in a page's HTML, and that the change is still needed."""

from __future__ import annotations

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
