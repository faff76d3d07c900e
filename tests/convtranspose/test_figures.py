"""Pictures are tested by what they contain: numbers, tinted cells, frames, words."""

from __future__ import annotations

import base64
import io
import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import sympy
from PIL import Image
from tests.convtranspose import geometries
from tests.convtranspose.reading_pictures import headings, read

from convtranspose import checkerboard, convolution, figures, matrix, transposed, upsampling
from convtranspose.figures.picture import ACCENTS, BLUE, GREEN, ORANGE, number

X = np.arange(1, 10).reshape(3, 3)
SOBEL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
LOPSIDED = np.array([[1, 2, 0], [0, 3, -1], [2, 0, 1]])
X2, W4, WORKED = geometries.X, geometries.W, geometries.WORKED

EXAMPLES = {
    "kernel_turning": lambda: figures.kernel_turning(LOPSIDED),
    "number_grid": lambda: figures.number_grid(X, "x", tinted=[(0, 1)], outlined=(1, 1, 2, 2)),
    "number_grid, wide": lambda: figures.number_grid(matrix.convolution_matrix(X, (5, 5)), "C"),
    "sliding, wide": lambda: figures.sliding(np.arange(81).reshape(9, 9), np.ones((5, 5), int), 40),
    "shaded_grid": lambda: figures.shaded_grid(X, "x"),
    "sliding": lambda: figures.sliding(X, SOBEL, 0),
    "connections": lambda: figures.connections(X, (4, 4), pixel=1),
    "placing": lambda: figures.placing(X2, W4, 3, 1),
    "zero_insertion": lambda: figures.zero_insertion(X2, W4, 3, 24),
    "two_roads": lambda: figures.two_roads(X2, X, 2, 12),
    "output_window": lambda: figures.output_window(X2, W4, 3, 1, 2),
    "overlap_1d": lambda: figures.overlap_1d(5, 7, 4),
    "overlap_2d": lambda: figures.overlap_2d(4, 3, 2),
    "phases": lambda: figures.phases(X, 2, row=1, column=1, change=0.5),
    "product_table": lambda: figures.product_table([2, 1, 3], [1, 2], 1, place=1),
    "product_table, apart": lambda: figures.product_table([2, -1, 3], [1, 2, 4], 3, place=3),
    "sizes_along": lambda: figures.sizes_along([64, 32, 16, 32, 64], "An hourglass"),
    "many_to_one": lambda: figures.many_to_one(3, 3, 2),
    "stacked_layers": lambda: figures.stacked_layers([[1, 2, 1], [1, 1, 1]], [2, 3], 3),
    "cures": lambda: figures.cures(2, list(figures.CURES)),
    "spectra": lambda: figures.spectra(
        {"equal": np.ones((3, 3)), "balanced": np.outer([1, 2, 1], [1, 2, 1])}, 2
    ),
}


def tinted(grid, colour: str) -> set[tuple[int, int]]:
    return {cell for cell, tints in grid.tints.items() if any(tint[0] == colour for tint in tints)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_picture_is_well_formed_described_and_free_of_fixed_text_colours(name):
    picture = EXAMPLES[name]()
    root = ElementTree.fromstring(picture.svg)
    assert "<style" not in picture.html, "a style sheet in a picture would style the page"
    assert "http" not in picture.html.replace("http://www.w3.org/2000/svg", "")
    assert root.get("role") == "img"
    assert root.find("{http://www.w3.org/2000/svg}desc").text == picture.alt
    assert len(picture.alt) > 60
    assert picture.readout
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == picture.alt
    html = ElementTree.fromstring(bundle["text/html"])
    assert (html.get("role"), html.get("aria-label")) == ("img", picture.alt)
    colours = set(re.findall(r"(?:fill|stroke)(?:=\"|: ?)([^\";]+)", picture.html))
    assert {colour.upper() for colour in colours} <= {"NONE", "CURRENTCOLOR", *ACCENTS}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert text.get("fill") is None
        assert "fill" not in text.get("style", "") or "fill: currentColor" in text.get("style")
    assert all(panel.width <= 330 for panel in picture.panels), "wider than a phone"


def linear_rgb(rgb: tuple[float, float, float]) -> np.ndarray:
    c = np.array(rgb) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(rgb: tuple[float, float, float]) -> float:
    return float(linear_rgb(rgb) @ [0.2126, 0.7152, 0.0722])


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def blend(top: tuple, below: tuple, opacity: float) -> tuple[float, ...]:
    return tuple(opacity * a + (1 - opacity) * b for a, b in zip(top, below, strict=True))


def rgb(text: str) -> tuple[float, float, float]:
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("#222832", "#ffffff"),
        ("#ced6dd", "#14181e"),
        ("#ced6dd", "#121212"),
        ("#222832", "#ced6dd"),
        ("#000000", "#ffffff"),
        ("#ffffff", "#111111"),
    ],
)
def test_text_and_lines_stand_out_in_both_themes(text, page):
    for picture in (make() for make in EXAMPLES.values()):
        for panel in picture.panels:
            for grid in read(panel):
                for tints in grid.tints.values():
                    behind = rgb(page)
                    for colour, opacity in tints:
                        behind = blend(rgb(colour), behind, opacity)
                    assert contrast(rgb(text), behind) >= 4.5, (picture.readout, tints)
    if page != "#ced6dd":  # frames are lines: 3:1 is asked of them
        for accent in ACCENTS:
            assert contrast(rgb(accent), rgb(page)) >= 3


# Colour-vision deficiency as matrices on linear RGB: Machado, Oliveira & Fernandes (2009), severity
# 1.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(linear: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB, white point D65."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(linear, 0, 1) / to_xyz.sum(axis=1)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_accents_can_be_told_apart_by_colour_blind_readers(deficiency):
    seen = [lab(np.array(DEFICIENCIES[deficiency]) @ linear_rgb(rgb(accent))) for accent in ACCENTS]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) > 15  # a difference of about 2 is just visible


def test_numbers_are_written_for_readers():
    assert [number(v) for v in (-3, 0.5, np.int64(7), -0.0, 1 / 3, 1e-9, 100.0)] == [
        "−3",
        "0.5",
        "7",
        "0",
        "0.333",
        "0",
        "100",
    ]


def test_kernel_turning_shows_the_half_turn_and_follows_the_corners():
    start, quarter, half = (read(panel)[0] for panel in figures.kernel_turning(LOPSIDED).panels)
    assert start.numbers == LOPSIDED.tolist()
    assert quarter.numbers == np.rot90(LOPSIDED, -1).tolist()
    assert half.numbers == convolution.rotate180(LOPSIDED).tolist()
    assert [grid.frames for grid in (start, quarter, half)] == [
        [(0, 0, 1, 1)],
        [(0, 2, 1, 1)],
        [(2, 2, 1, 1)],
    ]
    for colour in ACCENTS:
        (a,), (b,) = tinted(start, colour), tinted(half, colour)
        assert LOPSIDED[a] == half.numbers[b[0]][b[1]]
        assert (2 - a[0], 2 - a[1]) == b


def test_kernel_turning_of_an_oblong_kernel():
    start, quarter, half = (
        read(panel)[0] for panel in figures.kernel_turning([[1, 2, 3], [4, 5, 6]]).panels
    )
    assert (quarter.rows, quarter.columns) == (3, 2)
    for colour in ACCENTS:
        values = {grid.texts[next(iter(tinted(grid, colour)))] for grid in (start, quarter, half)}
        assert len(values) == 1


def test_sliding_works_the_example_of_minus_thirteen():
    picture = figures.sliding(X, SOBEL, 0)
    padded, kernel, output, table = (read(panel)[0] for panel in picture.panels)
    assert padded.frames == [(0, 0, 3, 3)]
    assert [row[:3] for row in padded.numbers[:3]] == [[0, 0, 0], [0, 1, 2], [0, 4, 5]]
    assert tinted(padded, BLUE) == {(r, c) for r in (1, 2, 3) for c in (1, 2, 3)}
    assert kernel.numbers == [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]
    assert output.values == [["−13", "", ""], ["", "", ""], ["", "", ""]]
    assert table.numbers[2] == [0, 0, 0, 0, 0, 0, 0, -8, -5]
    assert table.numbers[3] == [0, 0, 0, 0, 0, 0, 0, -8, -13]
    assert picture.readout == "Step 1 of 9: y[0,0] = (−8) + (−5) = −13"


@pytest.mark.parametrize("rotate", [True, False])
@pytest.mark.parametrize("step", range(9))
def test_sliding_agrees_with_the_library_at_every_step(rotate, step):
    picture = figures.sliding(X, LOPSIDED, step, rotate=rotate)
    padded, kernel, output, table = (read(panel)[0] for panel in picture.panels)
    x = convolution.zero_pad(X, 1)
    y = (convolution.convolve2d if rotate else convolution.cross_correlate2d)(x, LOPSIDED)
    at = divmod(step, 3)
    assert padded.frames == [(*at, 3, 3)]
    assert output.frames == [(*at, 1, 1)]
    assert kernel.numbers == (convolution.rotate180(LOPSIDED) if rotate else LOPSIDED).tolist()
    written = {cell: float(text.replace("−", "-")) for cell, text in output.texts.items()}
    assert written == {divmod(i, 3): y.flat[i] for i in range(step + 1)}
    assert table.numbers[3][-1] == y[at]
    assert f"add up to {number(y[at].item())}," in picture.alt


def test_connections_lights_a_row_of_C_and_a_column_of_its_transpose():
    w = X
    C = matrix.convolution_matrix(w, (4, 4))
    for pixel in range(4):
        small, large, drawn = (
            read(panel)[0] for panel in figures.connections(w, (4, 4), pixel=pixel).panels
        )
        assert drawn.numbers == C.tolist()
        assert drawn.frames == [(pixel, 0, 1, 16)]
        assert tinted(drawn, ORANGE) == {(pixel, int(i)) for i in np.flatnonzero(C[pixel])}
        assert small.frames == [(*divmod(pixel, 2), 1, 1)]
        assert tinted(large, BLUE) == {divmod(int(i), 4) for i in np.flatnonzero(C[pixel])}
        assert {cell: int(text) for cell, text in large.texts.items()} == {
            divmod(int(i), 4): C[pixel, i] for i in np.flatnonzero(C[pixel])
        }
        drawn = read(figures.connections(w, (4, 4), pixel=pixel, transposed=True).panels[2])[0]
        assert drawn.numbers == C.T.tolist()
        assert drawn.frames == [(0, pixel, 16, 1)]
        assert tinted(drawn, ORANGE) == {(int(i), pixel) for i in np.flatnonzero(C[pixel])}


@pytest.mark.parametrize(("x", "w", "s"), [([2, 1, 3], [1, 2], 1), ([2, -1, 3], [1, 0, 4], 2)])
def test_product_table_collects_the_products_of_every_place(x, w, s):
    y = transposed.by_placing([x], [w], (1, s))[0]
    for place, total in enumerate(y.tolist()):
        table, moved = figures.product_table(x, w, s, place=place).panels
        [products], [rows, sums] = read(table), read(moved)
        assert products.numbers == np.outer(x, w).tolist()
        assert sums.numbers == [y.tolist()]
        assert sums.frames == [(0, place, 1, 1)]
        met = tinted(products, ORANGE)
        assert met == {(i, u) for i, u in np.ndindex(len(x), len(w)) if i * s + u == place}
        assert sum(products.numbers[i][u] for i, u in met) == total
        assert tinted(rows, ORANGE) == {(i, place) for i, _ in met}
        assert {cell: float(text.replace("−", "-")) for cell, text in rows.texts.items()} == {
            (i, i * s + u): x[i] * w[u] for i, u in np.ndindex(len(x), len(w))
        }


def test_product_table_reads_one_place_out():
    assert figures.product_table([2, -1], [1, 4], place=1).readout == "Place 1: 2·4 + (−1)·1 = 7"
    assert figures.product_table([1, 2], [5], 2, place=1).readout == "Place 1: no product = 0"


def test_sizes_along_marks_the_layers_that_enlarge():
    picture = figures.sizes_along([8, 4, 2, 4, 8], "An hourglass")
    root = ElementTree.fromstring(picture.svg)
    bars = list(root.iter("{http://www.w3.org/2000/svg}path"))
    assert [bar.get("fill") for bar in bars] == [BLUE, BLUE, BLUE, ORANGE, ORANGE]
    heights = [float(re.search(r"v-([\d.]+)", bar.get("d"))[1]) for bar in bars]
    assert heights == heights[::-1]
    assert heights[0] > heights[1] > heights[2]
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("↑") == 2
    assert [text for text in texts if text.isdigit()] == ["8", "4", "2", "4", "8"]


def test_placing_ends_at_the_worked_example_and_overlaps_are_darker():
    pictures = [figures.placing(X2, W4, 3, step) for step in range(4)]
    last = read(pictures[3].panels[2])[0]
    assert last.numbers == WORKED
    frames = [frame for p in pictures for frame in read(p.panels[2])[0].frames]
    assert frames == [(0, 0, 4, 4), (0, 3, 4, 4), (3, 0, 4, 4), (3, 3, 4, 4)]
    darkness = {cell: tints[0][1] for cell, tints in last.tints.items()}
    assert darkness[3, 3] > darkness[3, 0] == darkness[0, 3] > darkness[0, 0]
    first = read(pictures[0].panels[2])[0]
    assert len(first.texts) == 16
    assert read(pictures[2].panels[1])[0].numbers == (3 * W4).tolist()
    assert "Overlapped so far: 13 pixels" in pictures[3].readout
    assert "x[1,1] = 4 scales the kernel" in pictures[3].readout
    assert "y[1,1] = 4 scales" in figures.placing(X2, W4, 3, 3, letter="y").readout
    assert headings(figures.placing(X2, W4, letter="y"))[0] == "Input y"


@pytest.mark.parametrize("step", [0, 3, 24, 48])
def test_zero_insertion_shows_window_kernel_and_waste(step):
    picture = figures.zero_insertion(X2, W4, 3, step)
    spread, kernel, output = (read(panel)[0] for panel in picture.panels)
    window = np.array(spread.numbers)[spread.frames[0][0] :, spread.frames[0][1] :][:4, :4]
    assert spread.frames == [(*divmod(step, 7), 4, 4)]
    assert (window * kernel.numbers).sum() == np.array(WORKED).flat[step]
    assert output.texts[divmod(step, 7)] == str(np.array(WORKED).flat[step])
    assert len(tinted(spread, BLUE)) == 4
    assert f"{np.count_nonzero(window)} of 16 products meet an input pixel" in picture.readout


@pytest.mark.parametrize(("w", "stride"), [(W4, 1), (X, 2), (X2, 3)])
def test_two_roads_meet_the_same_products(w, stride):
    y = transposed.conv_transpose2d(X2, w, stride)
    for step in range(y.size):
        picture = figures.two_roads(X2, w, stride, step)
        _, _, placed, spread, turned, table = (read(panel)[0] for panel in picture.panels)
        r, c = divmod(step, y.shape[1])
        (frame,) = spread.frames
        window = np.array(spread.numbers)[
            frame[0] : frame[0] + frame[2], frame[1] : frame[1] + frame[3]
        ]
        products = [float(text) for text in table.values[2] if text != "–"]
        assert sum(products) == y[r, c] == (window * turned.numbers).sum()
        assert sorted(products) == sorted((window * turned.numbers)[window != 0])
        copies = [f for f in placed.frames if f[2:] == w.shape]
        assert len(copies) == len(products)
        assert all(f[0] <= r < f[0] + f[2] and f[1] <= c < f[1] + f[3] for f in copies)
        assert f"y[{r},{c}] = " in picture.readout


@pytest.mark.parametrize("padding", range(4))
@pytest.mark.parametrize("output_padding", range(3))
def test_output_window_frames_what_the_layer_returns(padding, output_padding):
    y = transposed.conv_transpose(
        X2[None, None], W4[None, None], stride=3, padding=padding, output_padding=output_padding
    )[0, 0]
    grid = read(figures.output_window(X2, W4, 3, padding, output_padding).panels[0])[0]
    ((r, c, rows, columns),) = grid.frames
    assert (r, c) == (padding, padding)
    assert np.array_equal(np.array(grid.numbers)[r : r + rows, c : c + columns], y)
    uncovered = tinted(grid, GREEN)
    assert len(uncovered) == rows * columns - (rows - output_padding) * (columns - output_padding)
    assert tinted(grid, BLUE) | uncovered == {
        (i, j) for i in range(r, r + rows) for j in range(c, c + columns)
    }


@pytest.mark.parametrize(
    ("k", "s", "counts", "word"),
    [
        (3, 2, [1, 1, 2, 1, 2, 1, 2, 1, 1], "Unequal counts"),
        (4, 2, [1, 1, 2, 2, 2, 2, 2, 2, 1, 1], "Equal counts"),
        (4, 3, [1, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 1], "Unequal counts"),
        (2, 3, [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1], "Gaps"),
        (1, 1, [1, 1, 1, 1], "Equal counts"),
    ],
)
def test_overlap_on_a_line(k, s, counts, word):
    picture = figures.overlap_1d(4, k, s)
    *copies, total = read(picture.panels[0])
    assert total.numbers == [counts]
    assert len(copies) == 4
    for i, row in enumerate(copies):
        assert set(row.tints) == {(0, i * s + u) for u in range(k)}
    assert f" {word}:" in picture.readout
    assert {cell for cell in total.tints} == {(0, i) for i, count in enumerate(counts) if count}


def test_overlap_on_an_image_is_the_product_of_two_lines():
    grid = read(figures.overlap_2d(4, 3, 2).panels[0])[0]
    line = [1, 1, 2, 1, 2, 1, 2, 1, 1]
    assert grid.numbers == np.outer(line, line).tolist()
    assert "1, 2, 4" in figures.overlap_2d(4, 3, 2).readout


def test_overlap_says_equal_exactly_when_the_stride_divides_the_kernel():
    for k in range(1, 8):
        for s in range(1, 5):
            readout = figures.overlap_1d(3, k, s).readout
            assert ("Equal counts:" in readout) == (k % s == 0), readout
            assert ("Gaps:" in readout) == (k < s), readout


def test_phases_of_a_balanced_kernel_stay_equal_until_one_weight_changes():
    balanced = np.outer([1, 3, 3, 1], [1, 3, 3, 1])
    kernel, sums, image = (
        read(panel)[0] for panel in figures.phases(balanced, 2, row=1, column=2).panels
    )
    assert kernel.frames == [(1, 2, 1, 1)]
    unnamed = figures.phases(balanced, 2)
    plain = read(unnamed.panels[0])[0]
    assert not plain.frames and "w[" not in unnamed.readout
    assert "was changed" not in unnamed.alt
    assert sums.numbers == [[16, 16], [16, 16]]
    assert not image.tints
    assert {text for text in image.texts.values()} == {"16"}
    picture = figures.phases(balanced, 2, row=1, column=2, change=0.25)
    kernel, sums, image = (read(panel)[0] for panel in picture.panels)
    assert kernel.texts[1, 2] == "9.25"
    assert sums.numbers == [[16, 16], [16.25, 16]]
    lit = {cell for cell, tints in image.tints.items() if tints[0][1] > 0}
    assert lit == {(r, c) for r in range(1, image.rows, 2) for c in range(0, image.columns, 2)}
    assert "repeats every 2 pixels" in picture.readout


@pytest.mark.parametrize(
    ("shape", "s"), [((3, 3), 2), ((4, 4), 3), ((2, 3), 3), ((1, 1), 1), ((5, 5), 4)]
)
def test_phases_show_the_phase_sums_on_the_constant_image(shape, s):
    w = np.arange(1, shape[0] * shape[1] + 1).reshape(shape)
    _, sums, image = (read(panel)[0] for panel in figures.phases(w, s).panels)
    for (r, c), text in image.texts.items():
        assert text == sums.texts[r % s, c % s]


def test_phases_does_not_change_its_kernel():
    w = X.copy()
    figures.phases(w, 2, change=5)
    assert np.array_equal(w, X)


def test_many_to_one_draws_a_bar_for_every_size():
    picture = figures.many_to_one(3, 3, 2)
    assert [grid.columns for grid in read(picture.panels[0])] == [7, 8]
    for bar, dropped in zip(read(picture.panels[0]), [0, 1], strict=True):
        assert [frame[1] for frame in bar.frames] == [0, 2, 4]
        assert set(bar.tints) == {(0, c) for c in range(bar.columns - dropped)}
    assert "7 (output_padding 0), 8 (output_padding 1)" in picture.readout
    padded = read(figures.many_to_one(3, 3, 2, 1).panels[0])
    assert [bar.values[0][0] for bar in padded] == ["0", "0"]


def test_stacked_layers_draw_what_each_makes_of_the_last():
    picture = figures.stacked_layers([[1, 1, 1], [1, 1, 1]], [2, 2], 4)
    lines = [[int(word) for word in grid.values[0]] for grid in read(picture.panels[0])]
    assert [len(line) for line in lines] == [4, 9, 19]
    assert lines[1] == checkerboard.overlap_count(4, 3, 2).tolist()
    spread = np.kron(lines[1], [1, 0])[:-1]
    assert lines[2] == np.convolve(spread, [1, 1, 1]).tolist()
    assert picture.readout == "Away from the ends the pattern 3 2 3 1 repeats every 4 outputs."
    assert "kernel 1 1 1 with stride 2 makes 9 of 4: 1 1 2 1 2 1 2 1 1" in picture.alt


def test_letters_are_drawn_as_well_as_numbers():
    w = np.array(sympy.symbols("a:d")).reshape(2, 2)
    assert read(figures.kernel_turning(w).panels[2])[0].values == [["d", "c"], ["b", "a"]]
    picture = figures.placing(X2, w, 2, 3)
    assert read(picture.panels[2])[0].values[3] == ["3*c", "3*d", "4*c", "4*d"]
    assert "x[1,1] = 4" in picture.readout
    table = read(figures.two_roads(X2, w, 1, 4).panels[5])[0]
    assert table.values[2] == ["d", "2*c", "3*b", "4*a"]
    assert "with the weights a b c d;" in figures.connections(w, (3, 3), pixel=1).alt


def decode(panel) -> np.ndarray:
    data = re.search(r"data:image/png;base64,([^\"]+)", panel.body)[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), float) / 255


def test_cures_show_the_photograph_enlarged_by_every_method():
    names = list(figures.CURES)
    picture = figures.cures(3, names)
    source, *results = (decode(panel) for panel in picture.panels)
    x = figures.photograph()
    assert np.abs(source - x).max() <= 0.5 / 31 + 1 / 255
    for name, result in zip(names, results, strict=True):
        expected, score = figures.upsample(x, 3, name)
        assert result.shape == (96, 96)
        assert np.abs(result - np.clip(expected, 0, 1)).max() <= 0.5 / 31 + 1 / 255
        assert f"{name}: {score:.0%}" in picture.readout
        assert (
            f"{name} adds {'no pattern' if score == 0 else 'a pattern that repeats every 3 pixels'}"
            in picture.alt
        )


def test_cures_are_scored_on_one_scale():
    x = figures.photograph()
    for s in (2, 3, 4):
        scores = {name: figures.upsample(x, s, name)[1] for name in figures.CURES}
        uneven = {name for name, score in scores.items() if score > 0.05}
        assert uneven == {
            "transposed, k = s + 1, equal weights",
            "transposed, k = 2s, random weights",
            "pixel shuffle, random weights",
        }
        assert all(score == 0 for name, score in scores.items() if name not in uneven)
        # Two copies overlap on one row and column in s, four where both meet: counts 1 to 4 over a
        # mean of (1 + 1/s)².
        assert scores["transposed, k = s + 1, equal weights"] == pytest.approx(3 / (1 + 1 / s) ** 2)


def test_the_methods_of_the_library_are_used_as_they_are():
    x = figures.photograph()
    assert np.array_equal(figures.upsample(x, 2, "nearest")[0], upsampling.nearest(x, 2))
    assert np.allclose(figures.upsample(x, 2, "bicubic")[0], upsampling.bicubic(x, 2), atol=1e-12)
    assert np.allclose(
        figures.upsample(x, 3, "transposed, bilinear kernel")[0],
        upsampling.bilinear(x, 3),
        atol=1e-12,
    )
    averaged = convolution.cross_correlate2d(np.pad(x, 1, mode="edge"), np.full((3, 3), 1 / 9))
    blurred = figures.upsample(x, 2, "pixel shuffle, ICNR")[0]
    assert np.array_equal(blurred[::2, ::2], blurred[1::2, 1::2]), (
        "ICNR starts as nearest-neighbour"
    )
    assert np.corrcoef(blurred[::2, ::2].ravel(), averaged.ravel())[0, 1] > 0.95


def test_spectra_mark_the_gain_at_the_multiples():
    kernels = {"equal": np.ones((3, 3)), "balanced": np.outer([1, 2, 1], [1, 2, 1])}
    picture = figures.spectra(kernels, 2)
    assert "equal: 0.333 at 1/2; balanced: 0 at 1/2" in picture.readout
    assert figures.spectra({"a": np.ones((4, 4))}, 4).readout.endswith("a: 0 at 1/4 and 0 at 2/4.")
    texts = {
        text.text
        for text in ElementTree.fromstring(picture.svg).iter("{http://www.w3.org/2000/svg}text")
    }
    assert {"equal", "balanced", "gain"} <= texts
    assert picture.svg == figures.spectra(kernels, 2).svg, "the same page at every build"


def test_black_in_a_plot_becomes_the_text_colour_of_the_page():
    figure, axes = figures.themed(322, 200)
    axes.plot([1, 2], [1, 2], label="a line")
    axes.legend(frameon=False)
    picture = figures.from_matplotlib(figure, "A line.", "A line.")
    root = ElementTree.fromstring(picture.svg)
    texts = {
        text.text: text.get("style", "") for text in root.iter("{http://www.w3.org/2000/svg}text")
    }
    assert "a line" in texts
    assert not any(re.search("fill: (?!currentColor)", style) for style in texts.values())
    assert "#000000" not in picture.html
    assert (picture.panels[0].width, picture.panels[0].height) == (322, 200)


def test_two_plots_on_one_page_share_no_id():
    ids = []
    for alt in ("one", "two"):
        figure, axes = figures.themed(322, 200)
        axes.plot([1, 2], [1, 2], "o")
        ids.append(
            set(re.findall(r' id="([^"]+)"', figures.from_matplotlib(figure, alt, alt).html))
        )
    assert ids[0]
    assert not ids[0] & ids[1]


def test_photographs_have_square_pixels_and_keep_their_brightness():
    ramp = np.linspace(-0.5, 1.5, 12).reshape(2, 6)
    picture = figures.photographs({"ramp": ramp}, "A ramp.", zoom=4)
    assert np.abs(decode(picture.panels[0]) - np.clip(ramp, 0, 1)).max() <= 0.5 / 31 + 1 / 255
    assert 'width="24" height="8"' in picture.panels[0].body
    assert (picture.alt, picture.readout) == ("A ramp.", "A ramp.")


def test_pictures_beside_each_other_keep_their_words():
    one, two = figures.number_grid([[1]], "one"), figures.number_grid([[2]], "two")
    both = figures.beside(one, two)
    assert both.panels == one.panels + two.panels
    assert both.alt == f"{one.alt} {two.alt}"
    assert figures.beside(one, two, alt="a", readout="b") == figures.Picture(both.panels, "a", "b")


def test_headings_name_what_is_shown():
    assert headings(figures.sliding(X, SOBEL, rotate=False))[1] == "Kernel, as stored"
    assert headings(figures.sliding(X, SOBEL))[1] == "Kernel, turned by 180°"


def test_number_grid_marks_cells():
    grid = read(figures.number_grid(X, "x", tinted=[(0, 1)], outlined=(1, 1, 2, 2)).panels[0])[0]
    assert (grid.numbers, set(grid.tints), grid.frames) == (X.tolist(), {(0, 1)}, [(1, 1, 2, 2)])


def test_shaded_grid_is_darker_where_numbers_are_larger():
    gradient = checkerboard.gradient_pattern(np.ones((3, 3), int), (7, 7), 2)
    grid = read(figures.shaded_grid(gradient, "gradient").panels[0])[0]
    assert grid.numbers == gradient.tolist()
    darkness = {cell: tints[0][1] for cell, tints in grid.tints.items()}
    assert set(darkness) == {(r, c) for r, c in np.ndindex(7, 7) if gradient[r, c] > 1}
    assert darkness[2, 2] > darkness[2, 1]
    assert not read(figures.shaded_grid(np.ones((2, 2))).panels[0])[0].tints


def test_a_picture_is_saved_whole(tmp_path):
    picture = figures.number_grid(X)
    path = picture.save(tmp_path / "x.svg")
    assert path.read_text(encoding="utf-8") == picture.svg
    assert [file.name for file in tmp_path.iterdir()] == ["x.svg"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: figures.number_grid([1, 2]), "values must have 2 axes"),
        (
            lambda: figures.number_grid(np.zeros((40, 2))),
            "values must have at most 32 rows and columns",
        ),
        (lambda: figures.kernel_turning("abc"), "h must hold numbers"),
        (lambda: figures.sliding(X, np.ones((2, 2))), "h must be square with an odd side"),
        (lambda: figures.sliding(X, SOBEL, 9), "step must be at most 8, got 9"),
        (lambda: figures.sliding(X, SOBEL, -1), "step must be at least 0, got -1"),
        (lambda: figures.sliding(X, SOBEL, 1.5), "step must be an integer, got 1.5"),
        (lambda: figures.connections(X, (6, 6)), "input_shape must have at most 32 pixels"),
        (lambda: figures.connections(X, (4, 4), pixel=4), "pixel must be at most 3, got 4"),
        (lambda: figures.two_roads(X, X), "x must have at most 4 pixels"),
        (lambda: figures.placing(X2, W4, 9, 0), "the result must have at most 11"),
        (lambda: figures.product_table(X, [1]), "x must be a line of 1 to 6 numbers"),
        (lambda: figures.product_table([1] * 6, [1], 3), "the result must have at most 12"),
        (lambda: figures.product_table([1], [1], place=1), "place must be at most 0, got 1"),
        (lambda: figures.sizes_along([1], "One"), "sizes must hold from 2 to 12 sizes, got 1"),
        (lambda: figures.output_window(X2, W4, 3, 0, 3), "output_padding must be below"),
        (lambda: figures.overlap_1d(9, 7, 4), "n, k and s must give at most 32 outputs"),
        (lambda: figures.phases(X, 5), "s must be from 1 to 4, got 5"),
        (lambda: figures.phases(X, 2, row=3), "row and column must name a weight of w"),
        (lambda: figures.many_to_one(9, 5, 4), "out, k, s and p must give input sizes"),
        (
            lambda: figures.stacked_layers([[1]], [1, 2], 3),
            "kernels and strides must be equally many, got 1 and 2",
        ),
        (
            lambda: figures.stacked_layers([[1]], [9], 5),
            "the layers must give at most 32 outputs to be drawn, got 37",
        ),
        (lambda: figures.cures(2, "magic"), "method must be one of transposed, k = s + 1"),
        (lambda: figures.cures(1, "nearest"), "s must be at least 2, got 1"),
        (lambda: figures.cures(9, "nearest"), "s must be at most 8, got 9"),
        (lambda: figures.photograph(31), "side must divide 288, got 31"),
        (lambda: figures.spectra({}, 2), "kernels must hold from 1 to 3 kernels, got 0"),
        (
            lambda: figures.spectra({"a": [[1, -1]]}, 2),
            "kernels['a'] must have a sum that is not 0",
        ),
    ],
)
def test_wrong_arguments_are_named_in_one_sentence(call, message):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_grids_need_no_matplotlib():
    code = "import sys, convtranspose.figures; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
