"""A live figure takes the place of frames, and says what is wrong with what it was given."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from tests.book.extensions import extension
from tests.house.sources import ROOT

from convtranspose.figures import placing
from convtranspose.widgets import Choice, explore

live = extension("live")
FORMS = ROOT / "book" / "live"
OPTIONS = {"kind": "placing", "x": "1 2; 3 4", "w": "1 <2; 3 4", "stride": "2", "padding": "0"}


def frames():
    x = np.array([[1, 2], [3, 4]])
    return explore(placing, x, x, 2, name="copies", title="A & B", step=Choice(range(4), start=3))


def test_the_first_frame_stays_and_the_others_go():
    explorer = frames()
    markup = live.alive("copies", OPTIONS, explorer.html, FORMS)
    assert explorer.picture().html in markup
    assert markup.count("ct-picture") == 1
    assert "explore" not in markup
    assert len(markup) < len(explorer.html)
    assert 'id="copies"' in markup
    assert ">A &amp; B<" in markup


def test_fields_begin_with_what_the_options_say():
    markup = live.alive("copies", OPTIONS, frames().html, FORMS)
    typed = dict(re.findall(r'<textarea name="(\w)"[^>]*>(.*?)</textarea>', markup, re.S))
    assert {name: unescape(text) for name, text in typed.items()} == {
        "x": "1 2\n3 4",
        "w": "1 <2\n3 4",
    }


@pytest.mark.parametrize(
    ("changes", "markup", "sentence"),
    [
        ({"kind": "flying"}, None, "must be one of .*placing.*, got 'flying'"),
        ({}, "<p>words</p>", "must name a figure made by explore"),
    ],
)
def test_what_cannot_live_is_said(changes, markup, sentence):
    with pytest.raises(ValueError, match=sentence):
        live.alive("copies", OPTIONS | changes, markup or frames().html, FORMS)


def test_a_field_without_a_beginning_is_said():
    given = {key: text for key, text in OPTIONS.items() if key != "w"}
    with pytest.raises(ValueError, match="copies must be given 'w'"):
        live.alive("copies", given, frames().html, FORMS)
