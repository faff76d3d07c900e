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


FOLD = re.compile(r'<summary aria-label="Toggle hidden content">.*?</summary>', re.S)
NUMBER = re.compile(r'class="caption-number">([^<]*)<')
FOLDED_CODE = "Code"


def with_folds_named(body: str) -> str:
    """A page's HTML in which every fold of code is called by what it holds: the code of which
    figure, or the how-manieth piece of code.  MyST-NB calls all of them "Toggle hidden content",
    which is neither what is read on them nor different from one to the next.
    """
    folds = list(FOLD.finditer(body))
    parts, end = [], 0
    for count, fold in enumerate(folds, 1):
        following = folds[count].start() if count < len(folds) else len(body)
        next_cell = body.find('<div class="cell ', fold.end(), following)
        scope = body[fold.end() : next_cell if next_cell > 0 else following]
        number = NUMBER.search(scope)
        name = f" of {number[1].strip()}" if number else f", piece {count}"
        parts += [body[end : fold.start()], f"<summary>{FOLDED_CODE}{name}</summary>"]
        end = fold.end()
    return "".join([*parts, body[end:]])


def with_sliding_tables(body: str) -> str:
    """A page's HTML in which a table that is wider than the page slides in a frame of its own, so
    that it stays a table to a screen reader.
    """
    return re.sub(r"<table\b", '<div class="slides"><table', body).replace(
        "</table>", "</table></div>"
    )


SOURCES = (
    (re.compile(r"\barXiv:(\d{4}\.\d{4,5})"), "https://arxiv.org/abs/{}"),
    (re.compile(r"\bdoi:(10\.\d{4,}/[^\s<,;]+[^\s<,;.])"), "https://doi.org/{}"),
)
ENTRY = re.compile(r'<div class="citation".*?</div>', re.S)


def with_sources_linked(body: str) -> str:
    """A page's HTML in which the numbers of arXiv and of DOI in a bibliography lead to the work."""

    def link(entry: re.Match[str]) -> str:
        text = entry[0]
        for pattern, address in SOURCES:
            text = pattern.sub(
                lambda found, address=address: (
                    '<a class="reference external" '
                    f'href="{address.format(found[1])}">{found[0]}</a>'
                ),
                text,
            )
        return text

    return ENTRY.sub(link, body)


MENDINGS = (
    with_current_roles,
    with_folds_named,
    with_sliding_tables,
    with_sources_linked,
    with_chinese_marked,
)


def mend_body(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Apply all of them to the page that is being written."""
    if "body" in context:
        for mend in MENDINGS:
            context["body"] = mend(context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.connect("doctree-resolved", require_alt_text)
    app.connect("html-page-context", mend_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
