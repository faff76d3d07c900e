"""Both faces of the interactive figures: frames and markup for the page, live widgets for
JupyterLab.
"""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ElementTree

import ipywidgets
import pytest

from convtranspose.figures import overlap_1d
from convtranspose.widgets import BUDGET, COURSE, Choice, explore, interactive


def small(**changes):
    choices = {
        "n": range(2, 4),
        "k": Choice(range(1, 4), "kernel size k", start=3),
        "s": Choice({"one": 1, "two": 2}, "stride"),
    }
    return explore(overlap_1d, **choices | changes)


def payload(html: str) -> dict:
    return json.loads(
        re.search(
            r'<script type="application/json" '
            r'class="explore-data">(.*?)</script>',
            html,
            re.S,
        )[1]
    )


def test_the_frames_are_every_combination_with_the_last_choice_fastest():
    explorer = small()
    expected = [overlap_1d(n, k, s) for n, k, s in itertools.product((2, 3), (1, 2, 3), (1, 2))]
    assert explorer.frames == expected
    data = payload(explorer.html)
    assert data["frames"] == [[frame.html, frame.readout] for frame in expected]
    assert data["choices"][1] == {"name": "k", "texts": ["1", "2", "3"], "start": 2}
    assert data["play"] == "s"


def test_the_page_face_shows_the_start_without_script_and_labels_every_control():
    explorer = small()
    markup = explorer.html[: explorer.html.index("<noscript>")] + "</div>"
    root = ElementTree.fromstring(markup)
    first = overlap_1d(2, 3, 1)
    assert first.html in markup
    assert next(root.iter("output")).text == first.readout
    labels = {label.get("for"): label.text for label in root.iter("label")}
    controls = [element for element in root.iter() if element.get("data-choice")]
    assert [element.tag for element in controls] == ["input", "input", "select"]
    assert [labels[element.get("id")] for element in controls] == ["n", "kernel size k", "stride"]
    attributes = [
        controls[1].get(name) for name in ("type", "min", "max", "value", "aria-valuetext")
    ]
    assert attributes == ["range", "0", "2", "2", "3"]
    assert next(root.iter("output")).get("for").split() == [
        element.get("id") for element in controls
    ]
    assert root.get("id") == "overlap-1d"
    assert {button.text for button in root.iter("button")} == {
        "Back",
        "Play",
        "Next",
        "Copy link",
    }


def test_steps_are_counted_from_one_as_the_sentence_beside_them_counts():
    figure = interactive("sliding")
    assert figure.choices["step"].texts[0] == "1"
    assert "Step 1 of 9" in figure.picture(step=0).readout
    trained = explore(lambda step: overlap_1d(2, 2, 1), name="trained", step=(0, 1, 3))
    assert trained.choices["step"].texts == ["0", "1", "3"]  # not a count but a moment


def test_text_cannot_break_out_of_the_data_or_the_markup():
    def figure(a):
        picture = overlap_1d(2, 2, 1)
        return type(picture)(picture.panels, picture.alt, "</script><b>")

    html = explore(figure, name="x", title="<i>", a=Choice({"<u>": 1})).html
    assert payload(html)["frames"][0][1] == "</script><b>"
    assert not re.search("<(b|i|u)>", html[: html.index("<script")])
    assert html.count("</script>") == 1


def test_live_widgets_follow_their_controls():
    live = small().live
    controls = {w.description: w for w in live.children if getattr(w, "description", "")}
    shown = live.children[-1]
    assert overlap_1d(2, 3, 1).html in shown.value
    controls["stride"].value = "two"
    controls["kernel size k"].value = "2"
    assert overlap_1d(2, 2, 2).html in shown.value
    assert overlap_1d(2, 2, 2).readout in shown.value


def test_the_live_face_reaches_values_that_no_frame_holds():
    explorer = interactive("phases")
    slider = next(w for w in explorer.live.children if isinstance(w, ipywidgets.FloatSlider))
    slider.value = 0.35
    shown = explorer.live.children[-1].value
    assert "w[1,1] = 9.35" in shown
    assert not any("9.35" in frame.readout for frame in explorer.frames)


def test_live_play_moves_the_chosen_control():
    live = interactive("sliding").live
    player = next(w for w in live.children if isinstance(w, ipywidgets.Play))
    player.value = 4
    assert "Step 5 of 9" in live.children[-1].value


def test_a_second_value_can_be_laid_over_the_first():
    compared = small(compare="s")
    data = payload(compared.html)
    assert data["compare"] == "s" and data["frames"] == payload(small().html)["frames"]
    controls = {w.description: w for w in compared.live.children if getattr(w, "description", "")}
    shown = compared.live.children[-1]
    assert shown.value == small().live.children[-1].value
    controls["compared with"].value = "two"
    controls["divider"].value = 30
    one, two = overlap_1d(2, 3, 1), overlap_1d(2, 3, 2)
    assert f"Left: {one.readout} Right: {two.readout}" in shown.value
    assert f'clip-path:inset(0 70% 0 0)">{one.html}' in shown.value
    assert f'clip-path:inset(0 0 0 30%)">{two.html}' in shown.value


def test_one_display_object_offers_both_faces():
    bundle = small()._repr_mimebundle_()
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert bundle["text/html"] == small().html
    assert "copies of a kernel" in bundle["text/plain"]


def test_the_budget_names_the_figure_and_its_bytes():
    explorer = small(budget=100)
    sentence = (
        f"^the figure overlap-1d must take at most 100 bytes after gzip, got {explorer.weight} "
    )
    with pytest.raises(ValueError, match=sentence):
        _ = explorer.html


def test_a_frame_that_cannot_be_drawn_is_named():
    with pytest.raises(ValueError, match="at most 32 outputs") as caught:
        _ = explore(overlap_1d, 6, 7, s=[4, 5, 6]).html
    assert caught.value.__notes__ == ["while drawing the figure overlap-1d for {'s': 6}"]


@pytest.mark.parametrize("name", COURSE)
def test_the_figures_of_the_course(name):
    explorer = interactive(name)
    assert explorer.name == name, "the address is the name"
    assert sum(len(choice.options) > 1 for choice in explorer.choices.values()) >= 2, (
        "two independent parameters"
    )
    assert explorer.weight <= BUDGET
    readouts = [frame.readout for frame in explorer.frames]
    alts = [frame.alt for frame in explorer.frames]
    assert len(set(alts)) > 0.9 * len(alts), "states can be told apart by their words"
    assert all(readouts)


def test_the_overlap_explorer_covers_what_the_course_promises():
    choices = interactive("overlap-1d").choices
    assert set(choices["k"].options) >= set(range(1, 8))
    assert set(choices["s"].options) >= set(range(1, 5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: explore(overlap_1d),
            "choices of the figure overlap-1d must name at least one parameter",
        ),
        (
            lambda: explore(overlap_1d, n=3),
            "n of the figure overlap-1d must be a sequence, a mapping or a Choice, got 3",
        ),
        (lambda: explore(overlap_1d, n="abc"), "n of the figure overlap-1d must be a sequence"),
        (
            lambda: explore(overlap_1d, n=[]),
            "n of the figure overlap-1d must offer at least one value",
        ),
        (lambda: explore(overlap_1d, n=[1, 1]), "n of the figure overlap-1d must offer different"),
        (
            lambda: explore(overlap_1d, n=Choice([1], start=2)),
            "n of the figure overlap-1d must start at one of its values",
        ),
        (
            lambda: explore(overlap_1d, n=range(1001)),
            "choices of the figure overlap-1d must give at most 1000 ",
        ),
        (
            lambda: explore(overlap_1d, n=[1], play="k"),
            "play of the figure overlap-1d must be one of n, got 'k'",
        ),
        (
            lambda: explore(overlap_1d, n=[1], compare="k"),
            "compare of the figure overlap-1d must be one of n, got 'k'",
        ),
        (lambda: explore(lambda n: None, n=[1]), "name must be lower-case letters"),
        (lambda: interactive("nothing"), "name must be one of sliding, "),
    ],
)
def test_wrong_choices_are_named_in_one_sentence(call, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value).startswith(message)
