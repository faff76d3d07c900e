"""A live figure begins with the numbers of the figure whose frames it replaces."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from typing import Any

import numpy as np
import pytest
from tests.book.prose import CELL, pages, source
from tests.book.site import ROOT

from convtranspose import figures
from convtranspose.widgets import Choice, Explorer, explore, interactive
from convtranspose.widgets.gallery import COUNTING

LIVE = re.compile(r"^```\{live-figure\} (\S+)\n((?::\w+: .*\n)+)```$", re.M)
LEARNED = "watch"  # whose numbers are computed: test_live_learning.py
PLACES = [(page, match[1]) for page in pages() for match in LIVE.finditer(source(page))]
KNOWN = {
    **vars(figures),
    **{"np": np, "range": range, "Choice": Choice},
    **{"explore": explore, "interactive": interactive},
}
# How the directive calls the arguments of a kind's figure, where it does so by another name; and
# what it says of others that the cell leaves out.
CALLED = {"phases": {"s": "stride"}, "sliding": {"kernel": "h"}}
LEFT_OUT = {
    "placing": {"padding": 0},
    "rows": {"stride": 1},
    "sliding": {"x": COUNTING, "padding": 1},
}


def numbers(text: str) -> np.ndarray:
    return np.array([[int(word) for word in row.split()] for row in text.split(";")])


def directive(page: str, name: str) -> dict[str, str]:
    found = next(match[2] for match in LIVE.finditer(source(page)) if match[1] == name)
    return dict(re.findall(r":(\w+): (.*)", found))


def shown(page: str, name: str) -> Explorer:
    """The frame figure of that name: its cell's call, with what cells above it have assigned."""
    assigned: dict[str, ast.expr] = {}
    for cell in CELL.finditer(source(page)):
        for line in ast.parse(re.sub(r"^:.*\n", "", cell[1], flags=re.M)).body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                assigned[line.targets[0].id] = line.value
            if isinstance(line, ast.Expr) and f'"{name}"' in ast.unparse(line).replace("'", '"'):
                return evaluated(line.value, assigned)
    raise AssertionError(f"the page {page} shows no figure {name}")


def evaluated(expression: ast.expr, assigned: dict[str, ast.expr]) -> Any:
    """The value of an expression whose names are known, or assigned expressions of that sort."""
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    values = {key: evaluated(assigned[key], assigned) for key in names - KNOWN.keys()}
    return eval(ast.unparse(expression), {**KNOWN, **values})


def begins(figure: Explorer, kind: str) -> dict[str, Any]:
    """What the frame figure is called with when it is first seen, in the directive's words."""
    starts = {name: choice.options[choice.start_index] for name, choice in figure.choices.items()}
    given = inspect.signature(figure.figure).bind_partial(*figure.arguments, **starts).arguments
    named = {CALLED.get(kind, {}).get(key, key): value for key, value in given.items()}
    if "input_shape" in named:
        named["x"] = np.arange(np.prod(named["input_shape"])).reshape(named["input_shape"])
    return LEFT_OUT.get(kind, {}) | named


@pytest.mark.parametrize(("page", "name"), [place for place in PLACES if place[1] != LEARNED])
def test_a_live_figure_begins_as_its_first_frame(page, name):
    options = directive(page, name)
    kind = options.pop("kind")
    beginning = begins(shown(page, name), kind)
    assert len(options) >= 2
    for key, text in options.items():
        np.testing.assert_array_equal(numbers(text), np.atleast_2d(beginning[key]), err_msg=key)


def test_every_kind_is_looked_at():
    kinds = {directive(page, name)["kind"] for page, name in PLACES}
    assert kinds == tomllib.loads((ROOT / "book" / "live" / "kinds.toml").read_text()).keys()
