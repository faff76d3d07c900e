"""How nbgrader's pages of one submission are rendered, made harmless: what feedback pages and
formgrader's have in common.

A marked notebook holds a student's text and outputs.  They were made harmless when it was marked;
here they are once more, by the list of `marking.markup`, after they have been parsed: the file may
be older than the list, or not be ours.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, DictLoader, Environment, pass_context
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from traitlets import List, default

from marking.gradebook.reserialising import parsed
from marking.kernels.outputs import IMAGES, verified_image
from marking.markup import (
    Formulas,
    clean,
    clean_verdict,
    fenced,
    page_markdown,
    plain,
    plain_html,
)
from marking.notebooks import node
from marking.submissions.cells import is_test
from marking.submissions.repairing import KEY
from marking.terminal import printable

# Whose text it is stands in an element of its own around it, with a class that no text of a
# student's can have.
STYLE = """
.marking-notes, .marking-added { border-left: 4px solid #0072b2; margin: .6em 0; padding: 0 .8em }
.marking-added { border-left: 4px dotted #767676 }
.marking-from { font: italic 90% sans-serif; margin: 0 }
/* Nothing that a student wrote is painted outside its own box. */
.rendered_html, .input_area, .output_subarea { contain: paint; overflow: auto }
"""
# The keys and values are those of `marking.submissions.repairing`: KEY and Origin.
TEMPLATE = """
{%- extends 'index.html.j2' -%}
{% macro said_by(class, who, inner) %}
<div class="{{ class }}" role="note" aria-label="{{ who }}">
<p class="marking-from">{{ who }}</p>{{ inner }}</div>
{% endmacro %}
{% block any_cell scoped %}
{%- if cell.metadata.marking == "notes" -%}
{{ said_by("marking-notes", "Notes of the examiner", super()) }}
{%- elif cell.metadata.marking == "added" -%}
{{ said_by("marking-added", "Added by the student", super()) }}
{%- else -%}
{{ super() }}
{%- endif -%}
{% endblock any_cell %}
"""
NAME = "marking.html.j2"


MAX_TEXTS = 128  # texts whose HTML is kept: those of a release are the same for the whole class


class _Compiled(BytecodeCache):
    """The code of compiled templates, kept in this process: every page has an environment of its
    own, which would compile them anew.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of the same template with the same text, if it was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


@functools.lru_cache(MAX_TEXTS)
def _text_html(source: str, links: bool, formulas: Formulas | None) -> str:
    """A text without attachments as HTML."""
    return page_markdown(source, links=links, formulas=formulas)


class HarmlessExporter(HTMLExporter):
    """nbgrader's page of a submission, with what the student wrote made harmless.

    The page's own template is nbgrader's, but that it loads MathJax from a content network.
    """

    links = True  # whether links in texts can be followed
    formulas: Formulas | None = None  # how formulas are shown; None: their TeX stays

    extra_loaders: List[BaseLoader] = List()

    def head(self, _resources: Mapping[str, Any]) -> str:
        """Elements that come first in the head of the page with these resources."""
        return f"<style>{STYLE}</style>"

    @default("extra_loaders")
    def _extra_loaders_default(self) -> list[BaseLoader]:
        nothing = "{% macro mathjax(url='', config='') %}{% endmacro %}"
        sources = {"mathjax.html.j2": nothing, "base/mathjax.html.j2": nothing, NAME: TEMPLATE}
        return [DictLoader(sources)]

    @default("template_file")
    def _template_file_default(self) -> str:
        return NAME

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return []  # never the working folder, whatever lies there

    def default_filters(self) -> Any:
        """nbconvert's filters, with ours in place of those that render what students write."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]  # nbconvert is untyped

        @pass_context
        def markdown2html(context: Any, source: str) -> str:
            attached = context.get("cell", {}).get("attachments")
            if not attached:
                return _text_html(source, self.links, self.formulas)
            return page_markdown(source, attached, links=self.links, formulas=self.formulas)

        yield "markdown2html", markdown2html
        yield "ansi2html", plain_html
        yield "clean_html", clean

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]  # nbconvert is untyped
        environment.bytecode_cache = _COMPILED
        return environment

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own classes say the same here
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **settings: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a notebook, and nbconvert's resources."""
        page, made = self._page(harmless(nb), resources, **settings)
        # A policy holds for what comes after it.  The first head in a page is nbgrader's own.
        return page.replace("<head>", f"<head>{self.head(made)}", 1), made

    def _page(
        self, shown: NotebookNode, resources: dict[str, Any] | None, **settings: Any
    ) -> tuple[str, dict[str, Any]]:
        """nbconvert's page, made as `HTMLExporter.from_notebook_node` makes it; but most pages need
        not be parsed to be written as if they had been.
        """
        # nbconvert is untyped
        prepared = self._init_resources(resources)  # type: ignore[no-untyped-call]
        highlight: Any = Highlight2HTML  # it has no types
        typed: Any = WidgetsDataTypeFilter
        filters = {
            "highlight_code": self.filters.get("highlight_code")
            or highlight(pygments_lexer="python", parent=self),
            "filter_data_type": typed(
                notebook_metadata=self._nb_metadata, parent=self, resources=prepared
            ),
        }
        for name, one in filters.items():
            # nbconvert is untyped
            self.register_filter(name, one)  # type: ignore[no-untyped-call]
        page, made = super(HTMLExporter, self).from_notebook_node(shown, prepared, **settings)
        return parsed(page), made


def harmless(notebook: NotebookNode) -> NotebookNode:
    """A copy with those parts that pages show, each of a kind that cannot act."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = node({"language_info": {"name": "python"}})
    for cell in notebook.cells:
        known = ("nbgrader", KEY)
        cell.metadata = node({k: v for k, v in cell.metadata.items() if k in known})
        if cell.cell_type == "raw":
            cell.cell_type, cell.source = "markdown", fenced(plain(cell.source))
        elif cell.cell_type == "code":
            cell.source = printable(cell.source, keep="\n\t")
            own = is_test(cell)
            cell.outputs = [_harmless_output(output, own) for output in cell.outputs]
    return notebook


def _harmless_output(output: NotebookNode, own: bool) -> NotebookNode:
    """An output as text and verified pictures; `own` ones may hold the examiner's verdict."""
    output.metadata = node({})
    if output.output_type == "stream":
        output.text = plain(_text(output.get("text")))
    elif output.output_type == "error":
        output.traceback = [plain(_text(line)) for line in output.get("traceback", [])]
    else:
        data = output.get("data", {})
        kept = {"text/plain": plain(_text(data.get("text/plain")))}
        for kind, magic in IMAGES.items():
            if (image := verified_image(data.get(kind), magic)) is not None:
                kept[kind] = image
        if own and "text/html" in data:
            kept["text/html"] = clean_verdict(_text(data["text/html"]))
        output.data = node(kept)
    return output


def _text(value: object) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
