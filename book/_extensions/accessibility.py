"""Pages say to every reader what they show: descriptions of pictures, roles, languages."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def require_alt_text(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Warn of every picture without a description; Sphinx would use the file's name, which helps
    nobody.

    For a picture drawn by a cell, set ``mystnb: {image: {alt: ...}}`` in the cell's metadata.
    """
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning(
                "picture without alternative text: %s",
                image["uri"],
                location=image.source or docname,
            )


def with_current_roles(body: str) -> str:
    """A page's HTML in which the entries of a bibliography are list items: docutils gives them a
    role that ARIA has withdrawn.
    """
    return body.replace('role="doc-biblioentry"', 'role="listitem"')


def with_chinese_marked(body: str) -> str:
    """A page's HTML that says of Chinese words that they are Chinese, so that a screen reader
    speaks and a browser draws them as such.
    """

    def mark(text: re.Match[str]) -> str:
        return re.sub(
            r"[\u4e00-\u9fff][\u4e00-\u9fff（）——]*", r'<span lang="zh-Hans">\g<0></span>', text[0]
        )

    return re.sub(r">[^<>]*<", mark, body)


def mend_body(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Apply both to the page that is being written."""
    if "body" in context:
        context["body"] = with_chinese_marked(with_current_roles(context["body"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.connect("doctree-resolved", require_alt_text)
    app.connect("html-page-context", mend_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
