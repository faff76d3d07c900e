"""The gallery's films: their numbers are those of other code, and every way to write a film down
shows the same frames.
"""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from book.films import cases, moving_svg, raster
from book.films.cases import FILMS
from book.films.film import CELL, Lines, Word
from book.films.sheet import HEADING
from PIL import Image
from scipy.signal import convolve2d, correlate2d
from tests.book.site import ROOT

from convtranspose.transposed import FACES

SVG = "{http://www.w3.org/2000/svg}"
every = pytest.mark.parametrize("film", FILMS.values(), ids=FILMS)
CONVOLUTIONS = {  # side of the image, of the kernel, stride, padding, dilation
    "no-padding": (4, 3, 1, 0, 1),
    "arbitrary-padding": (5, 4, 1, 2, 1),
    "same-padding": (5, 3, 1, 1, 1),
    "full-padding": (5, 3, 1, 2, 1),
    "strides": (5, 3, 2, 0, 1),
    "padding-strides": (5, 3, 2, 1, 1),
    "padding-strides-odd": (6, 3, 2, 1, 1),
    "dilation": (7, 3, 1, 0, 2),
}


def read(frame, heading):
    """The numbers of the grid under a heading, as an array; blank cells are −1."""
    words = [mark for mark in frame if isinstance(mark, Word)]
    head = next(mark for mark in words if mark.text == heading)
    top = head.y + HEADING - 12
    grid = next(m for m in frame if isinstance(m, Lines) and (m.x, m.y) == (head.x, top))
    values = np.full((grid.rows, grid.columns), -1)
    for word in words:
        row, column = (word.y - top) // CELL, (word.x - grid.x) // CELL
        if word.centred and 0 <= row < grid.rows and 0 <= column < grid.columns:
            values[row, column] = int(word.text)
    return values


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_a_convolution_ends_with_scipys_numbers(name):
    n, k, s, p, d = CONVOLUTIONS[name]
    frames = FILMS[name].frames
    kernel = read(frames[0], "kernel")
    apart = np.zeros([d * (k - 1) + 1] * 2, int)
    apart[::d, ::d] = kernel
    x = np.pad(cases.image_of(n), p)
    expected = correlate2d(x, apart, "valid")[::s, ::s]
    assert np.array_equal(read(frames[-1], "output"), expected)
    assert len(frames) == expected.size
    assert (read(frames[0], "output") >= 0).sum() == 1  # one number more on every frame


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_its_transposed_leads_back_to_the_size_with_the_numbers_of_the_other_faces(name):
    n, k, s, p, d = CONVOLUTIONS[name]
    if d > 1:  # the transposed layer with dilation has a film of its own kind
        return
    film = FILMS[f"{name}-transposed"]
    turned = read(film.frames[0], "kernel, turned")
    side = (n + 2 * p - k) // s + 1
    op = (n + 2 * p - k) % s
    y = FACES["phases"](cases.image_of(side), turned[::-1, ::-1], s, p, op)
    assert y.shape == (n, n)
    assert np.array_equal(read(film.frames[-1], "output"), y)


@pytest.mark.parametrize(
    "name", [name for name in FILMS if "placing" in name or "checkerboard" in name]
)
def test_copies_add_up_to_scipys_convolution_of_the_spread_image(name):
    film = FILMS[name]
    x, w = read(film.frames[0], "input"), read(film.frames[0], "kernel")
    y = read(film.frames[-1], "output")
    s = (y.shape[0] - w.shape[0]) // (x.shape[0] - 1)
    spread = np.zeros([s * (side - 1) + 1 for side in x.shape], int)
    spread[::s, ::s] = x
    assert np.array_equal(y, convolve2d(spread, w))
    if "checkerboard" in name:
        inside = y[2:-2, 2:-2]
        assert (inside.min() == inside.max()) == (name.startswith("no-") or name.endswith("-even"))


def visible(css, name, at):
    """Whether a group is seen at a time, given as a part of the loop's whole, by its rules."""
    steps = re.search(rf"@keyframes {name}{{(.*?}})}}", css)[1]
    turns = re.findall(r"([\d.]+)%{visibility:(\w+)}", steps)
    return [how for start, how in turns if float(start) <= 100 * at + 0.01][-1] == "visible"


@every
def test_the_svg_shows_every_frame_and_begins_again_as_one(film):
    text = moving_svg.standing_alone(film, cases.CREDIT)
    tree = ElementTree.fromstring(text)
    assert tree.get("aria-label") == film.alt and "CC BY" in tree.find(f"{SVG}desc").text
    css = tree.find(f"{SVG}style").text
    groups = [(group.get("class"), group) for group in tree.iter(f"{SVG}g")]
    times = {
        re.search(rf"\.{name}{{[^}}]*?([\d.]+s) step-end infinite", css)[1] for name, _ in groups
    }
    assert len(times) == 1  # all groups of a film begin anew together
    beats = [*range(len(film.frames)), *[len(film.frames) - 1] * (film.beats - len(film.frames))]
    for beat, frame in enumerate(beats):
        at = beat / film.beats
        seen = [text for text in tree.findall(f"{SVG}text")]
        for name, group in groups:
            if visible(css, name, at):
                seen += group.findall(f"{SVG}text")
        written = {(int(t.get("x")), int(t.get("y")), t.text) for t in seen}
        assert written == {(m.x, m.y, m.text) for m in film.frames[frame] if isinstance(m, Word)}
    # what rests (paper, reduced motion) is the last frame
    for name, _ in groups:
        hidden = f".{name}{{visibility:hidden;" in css
        assert hidden != visible(css, name, 1)


def test_the_rules_of_all_films_are_those_of_each():
    together = moving_svg.rules(FILMS.values())
    names = re.findall(r"@keyframes (\S+?){", together)
    assert len(names) == len(set(names)) > 100
    for film in FILMS.values():
        assert set(moving_svg.body(film)[1]) <= set(names)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
@pytest.mark.parametrize("name", ["strides", "phases", "checkerboard-divisible"])
def test_the_image_moves_as_the_film_does(name, kind):
    film = FILMS[name]
    with Image.open(io.BytesIO(raster.encoded(film, kind, cases.CREDIT))) as image:
        assert image.n_frames == len(film.frames) and image.info["loop"] == 0
        total = 0
        for at, frame in enumerate(film.frames):
            image.seek(at)
            total += image.info["duration"]
            shown = np.asarray(image.convert("RGBA").convert("RGB"), int)
            assert np.abs(shown - np.asarray(raster.still(film, frame), int)).mean() < 6
        assert total == pytest.approx(1000 * film.beat * film.beats)


def test_files_are_small():
    sizes = {
        name: len(moving_svg.standing_alone(film, cases.CREDIT)) for name, film in FILMS.items()
    }
    assert max(sizes.values()) < 60_000 and sum(sizes.values()) < 600_000


def test_the_page_shows_every_film_once_and_each_says_something_of_its_own():
    page = (ROOT / "book" / "gallery.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^```{film} (\S+)$", page, re.M)) == sorted(FILMS)
    assert len({film.alt for film in FILMS.values()}) == len(FILMS)
    for film in FILMS.values():
        assert re.fullmatch(r"[a-z][a-z-]+", film.name) and film.alt.endswith(".")
