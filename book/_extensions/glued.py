"""Values that a cell of a page has glued, for directives."""

from __future__ import annotations

import ast

from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.docutils import SphinxDirective


def glued(directive: SphinxDirective, name: str) -> str:
    """The text of a glued value.  An error at the directive's place if no cell has glued it."""
    try:
        data = retrieve_glue_data(directive.state.document, name).data
    except RetrievalError as problem:
        raise directive.error(str(problem)) from problem
    return str(ast.literal_eval(data["text/plain"]))
