"""The API page lists what is public, whatever a docstring holds and wherever the code lies."""

from __future__ import annotations

import importlib
import sys

import pytest
from docutils import nodes
from sphinx import addnodes
from tests.book.extensions import extension

import convtranspose

api = extension("api")

INIT = '''"""A package."""
from .{where} import Thing, double

__all__ = ["Thing", "double"]
'''
CODE = '''"""Where things are.

More about them.
"""
from __future__ import annotations
from collections.abc import Callable


class Thing:
    """A thing of `size`; see `double` and `Thing.grow`."""

    def __init__(self, size: int = 1) -> None:
        pass

    @property
    def area(self) -> int:
        """Its area."""
        return 1

    def grow(self, by: int = 2) -> Thing:
        """A larger one."""
        return self

    def _hidden(self) -> None:
        """Not for everybody."""


def double(x: object, how: Callable = print, *, times: int = 2) -> Thing:
    """Twice x."""


def _helper() -> None:
    """Not for everybody."""
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a package with one module of a given name, and makes it importable."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(where: str) -> str:
        folder = tmp_path / "some_package"
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text(INIT.format(where=where))
        (folder / f"{where}.py").write_text(CODE)
        for name in [name for name in sys.modules if name.startswith("some_package")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return "some_package"

    yield write
    for name in [name for name in sys.modules if name.startswith("some_package")]:
        del sys.modules[name]


def test_every_public_name_of_the_library_is_listed_once():
    entries = [entry for group in api.groups("convtranspose", False) for entry in group.entries]
    assert sorted(entry.path for entry in entries) == sorted(
        f"convtranspose.{name}" for name in convtranspose.__all__
    )
    assert not [each.path for entry in entries for each in entry.walk() if "._" in each.path]


def test_code_that_moves_changes_the_heading_and_no_address(package):
    [before] = api.groups(package("here"), False)
    [after] = api.groups(package("there"), False)
    assert (before.module, after.module) == ("some_package.here", "some_package.there")
    assert before.entries == after.entries
    assert before.summary == "Where things are."


def test_a_module_without_a_list_of_public_names_shows_what_it_defines(package):
    package("here")
    [group] = api.groups("some_package.here", False)
    assert [entry.path for entry in group.entries] == [
        "some_package.here.Thing",
        "some_package.here.double",
    ]


@pytest.mark.parametrize(
    ("types", "function", "constructor"),
    [
        (False, "(x, how=..., *, times=2)", "(size=1)"),
        (True, "(x: object, how: Callable = ..., *, times: int = 2) -> Thing", "(size: int = 1)"),
    ],
)
def test_signatures_with_and_without_types(types, function, constructor, package):
    [group] = api.groups(package("here"), types)
    thing, double = group.entries
    assert (double.arguments, thing.arguments) == (function, constructor)
    inner = {entry.path.rpartition(".")[2]: entry for entry in thing.inner}
    assert [entry.kind for entry in thing.inner] == ["property", "method"]
    assert inner["grow"].arguments == ("(by: int = 2) -> Thing" if types else "(by=2)")


def test_code_in_a_docstring_leads_to_what_is_on_the_page(package):
    found = api.groups(package("here"), False)
    [paragraph] = api.as_nodes(found[0].entries[0].docstring, api.known_names(found), "book/api")
    targets = [each["reftarget"] for each in paragraph.findall(addnodes.pending_xref)]
    assert targets == ["some_package.double", "some_package.Thing.grow"]
    assert paragraph.astext() == "A thing of size; see double and Thing.grow."


def test_a_docstring_is_never_read_as_markup():
    odd = "x: (N, *spatial), `a`_ and |b| cost $2; <b>[c](d)</b> {ref}`e` _f_ **g"
    [paragraph] = api.as_nodes(odd, {}, "book/api")
    assert paragraph.astext() == odd.replace("`", "")
    assert {type(child) for child in paragraph.children} == {nodes.Text, nodes.literal}


def test_examples_indented_blocks_and_lists_keep_their_form():
    text = "First:\n- one\n  more\n- two\n\n    y = x\n      + 1\n\n>>> f(1)\n2\n"
    first, items, literal, example = api.as_nodes(text, {}, "book/api")
    assert isinstance(first, nodes.paragraph) and first.astext() == "First:"
    assert [item.astext().split() for item in items] == [["one", "more"], ["two"]]
    assert literal.astext() == "y = x\n  + 1" and literal["language"] == "text"
    assert example.astext() == ">>> f(1)\n2" and example["language"] == "pycon"


def silent() -> None:
    pass


@pytest.mark.parametrize(
    ("value", "said"),
    [(silent, "a.b has no docstring"), (sys, "a.b is a module; list it in a line of its own")],
)
def test_what_cannot_be_shown_is_named(value, said):
    with pytest.raises(ValueError, match=said):
        api.entry(value, "a.b", False)
