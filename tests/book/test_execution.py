"""What a cell prints reaches the page to the letter, however the kernel cut it into pieces; and the
private names that the extension rests on are there.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from myst_nb.core import render
from nbformat.v4 import new_output
from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.testing.util import SphinxTestApp
from sphinx.util import logging
from tests.book.extensions import extension

execution = extension("execution")


def printed(*pieces: tuple[str, str]):
    return [new_output("stream", name=name, text=text) for name, text in pieces]


def test_a_line_cut_in_two_becomes_one_line_again():
    [output] = execution.join_streams(
        printed(("stdout", "one "), ("stdout", "line\n"), ("stdout", "\nafter a gap\n"))
    )
    assert output["text"] == "one line\n\nafter a gap\n"


def test_other_outputs_stay_where_they_were_and_streams_stay_apart():
    picture = new_output("display_data", data={"text/plain": "a picture"})
    pieces = [*printed(("stdout", "a"), ("stderr", "b")), picture, *printed(("stdout", "c"))]
    joined = execution.join_streams(pieces)
    assert [output["output_type"] for output in joined] == ["stream", "stream", "display_data"]
    assert [output["text"] for output in joined[:2]] == ["ac\n", "b\n"]


def test_mystnb_joins_streams_through_the_name_that_is_replaced(monkeypatch):
    monkeypatch.setattr(render, "coalesce_streams", render.coalesce_streams)
    users = [
        function
        for function in vars(render.MditRenderMixin).values()
        if inspect.isfunction(function) and "coalesce_streams" in function.__code__.co_names
    ]
    assert len(users) == 1
    execution.replace_joining_of_streams()
    assert users[0].__globals__["coalesce_streams"] is execution.join_streams


@pytest.fixture
def small_build(tmp_path):
    """A Sphinx application that builds one page of one heading into nothing."""
    (tmp_path / "conf.py").write_text("extensions = []\n")
    (tmp_path / "index.rst").write_text("Title\n=====\n")
    app = SphinxTestApp("dummy", srcdir=tmp_path)
    yield app
    app.cleanup()  # Sphinx registers names for the whole process; the next application would warn


@pytest.mark.parametrize("warnings", [0, 1])
def test_sphinx_counts_warnings_and_keeps_its_memory_where_the_extension_looks(
    small_build, warnings
):
    for _ in range(warnings):
        logging.getLogger("test").warning("on purpose")
    assert execution.warnings_of(small_build) == warnings
    small_build.build()
    memory = Path(small_build.doctreedir, ENV_PICKLE_FILENAME)
    assert memory.is_file()
    execution.forget_failed_build(small_build, None)
    assert memory.is_file() == (not warnings)
