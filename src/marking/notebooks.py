"""nbformat, with types: notebooks read and written, and their parts made.

nbformat's own functions have none; everything of ours calls these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

# Their functions are not annotated: what they give is named here, once.
_nbformat: Any = nbformat
_v4: Any = v4

VERSION, MINOR_VERSION = 4, 5  # of the format that we write


def read_notebook(path: str | Path) -> NotebookNode:
    """The notebook in the file `path`, of format version 4 whatever it was."""
    notebook: NotebookNode = _nbformat.read(path, as_version=VERSION)
    return notebook


def notebook_of(text: str) -> NotebookNode:
    """The notebook that `text` holds in our format.  ValueError if it holds none."""
    notebook: NotebookNode = _v4.nbjson.reads(text)
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook of our format as the text of its file, without the last line's end."""
    text: str = _v4.nbjson.writes(notebook)
    return text


def notebook_with(cells: Sequence[NotebookNode], metadata: Mapping[str, Any]) -> NotebookNode:
    """A notebook of `cells`; all of it is copied."""
    parts = {"nbformat": VERSION, "nbformat_minor": MINOR_VERSION}
    notebook: NotebookNode = _nbformat.from_dict(
        parts | {"metadata": dict(metadata), "cells": list(cells)}
    )
    return notebook


def node(parts: Mapping[str, Any]) -> NotebookNode:
    """A part of a notebook, such as metadata; a copy of `parts`."""
    made: NotebookNode = _nbformat.from_dict(dict(parts))
    return made


def code_cell(
    source: str, metadata: Mapping[str, Any] | None = None, identity: str | None = None
) -> NotebookNode:
    """A code cell; without `identity` its id is random."""
    return _cell(_v4.new_code_cell, source, metadata, identity)


def text_cell(
    source: str, metadata: Mapping[str, Any] | None = None, identity: str | None = None
) -> NotebookNode:
    """A Markdown cell; without `identity` its id is random."""
    return _cell(_v4.new_markdown_cell, source, metadata, identity)


def _cell(
    make: Any, source: str, metadata: Mapping[str, Any] | None, identity: str | None
) -> NotebookNode:
    cell: NotebookNode = make(source, metadata=dict(metadata or {}))
    if identity is not None:
        cell["id"] = identity
    return cell


def output(kind: str, **parts: Any) -> NotebookNode:
    """An output of a code cell: a stream, display_data, execute_result or error."""
    made: NotebookNode = _v4.new_output(kind, **parts)
    return made
