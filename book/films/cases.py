"""The films of the gallery.  Every number in them is computed by the library.

The first fifteen have the geometries of the animations of Dumoulin and Visin (2016, "A guide to
convolution arithmetic for deep learning"); the others show what those lack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from convtranspose.convolution import conv, rotate180, zero_pad
from convtranspose.faces import by_placing
from convtranspose.figures.picture import rows_in_words
from convtranspose.geometry import same_padding
from convtranspose.transposed import conv_transpose, insert_zeros

from .film import Film, Mark
from .sheet import Cell, Grid, columns_of, extent

CREDIT = (
    "Transposed convolution, from first principles: the transposed-convolution course, 2026. "
    "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
)
KERNEL = np.array([[1, 2, 0], [0, 1, 2], [2, 0, 1]])
KERNEL_4 = np.array([[1, 0, 2, 1], [0, 1, 1, 0], [2, 0, 1, 0], [0, 1, 0, 2]])
ONES = np.ones((3, 3), int)


def image_of(side: int) -> np.ndarray:
    """A square image of small whole numbers that do not repeat along a row."""
    rows, columns = np.indices((side, side))
    return (2 * rows + columns + rows * columns) % 4


def block(shape: Sequence[int], row: int = 0, column: int = 0, d: int = 1) -> list[Cell]:
    """The cells of a kernel of this shape whose first weight lies on (row, column)."""
    return [(row + u * d, column + v * d) for u, v in np.ndindex(*shape)]


def inside(shape: Sequence[int], cells: Iterable[Cell]) -> list[Cell]:
    """Those cells that an array of this shape has."""
    return [(r, c) for r, c in cells if 0 <= r < shape[0] and 0 <= c < shape[1]]


def film(name: str, sizes: str, alt: str, grids: Sequence[Grid], frames: list[list[Mark]]) -> Film:
    """A film on these grids; their headings and lines stand on every frame."""
    always = [mark for grid in grids for mark in grid.empty()]
    width, height = extent(grids)
    return Film(name, sizes, alt, width, height, tuple((*always, *frame) for frame in frames))


def sliding(
    name: str,
    n: int,
    k: int,
    *,
    s: int = 1,
    p: int = 0,
    d: int = 1,
    transposed: bool = False,
    op: int = 0,
) -> Film:
    """A kernel that slides over an image and fills the output, number by number.

    `transposed` shows the same layer turned round, as the ordinary convolution that it is: over the
    image with s − 1 zeros between its samples and k − 1 − p around, with the kernel turned by 180°.
    """
    x, w = image_of(n), KERNEL if k == 3 else KERNEL_4
    if transposed:
        y = conv_transpose(x[None, None], w[None, None], stride=s, padding=p, output_padding=op)
        spread = insert_zeros(x, s)
        border = k - 1 - p
        area = np.pad(spread, [(border, border + op)] * 2)
        real = [(border + i * s, border + j * s) for i, j in np.ndindex(x.shape)]
        used, step, words = rotate180(w), 1, "input, zeros put in"
    else:
        y = conv(x[None, None], w[None, None], stride=s, padding=p, dilation=d)
        area, real = zero_pad(x, p), block(x.shape, p, p)
        used, step, words = w, s, f"input, {_zeros(p)} around" if p else "input"
    y = y[0, 0]
    turned = "kernel, turned" if transposed else "kernel"
    grids = columns_of([(words, area.shape)], [("output", y.shape), (turned, used.shape)])
    source, output, kernel = grids
    frames = []
    for at, (r, c) in enumerate(np.ndindex(y.shape)):
        taps = block(used.shape, r * step, c * step, d)
        extent_of_kernel = d * (k - 1) + 1
        done = set(list(np.ndindex(y.shape))[: at + 1])
        frame = source.tint(real, "blue", 0.25) + source.numbers(area)
        frame += source.tint(taps, "orange", 0.3)
        frame += source.outline(r * step, c * step, extent_of_kernel, extent_of_kernel)
        frame += kernel.numbers(used) + kernel.tint(block(used.shape), "orange", 0.3)
        frame += output.tint([(r, c)], "green", 0.45) + output.numbers(y, done)
        frame += output.outline(r, c, colour="green")
        frames.append(frame)
    settings = _settings(k, s, p, d, op)
    kind = "Transposed convolution" if transposed else "Convolution"
    sizes = f"{kind}: {n}×{n} to {y.shape[0]}×{y.shape[1]}, {settings}"
    moves = "1 step at a time" if step == 1 else f"{step} steps at a time"
    over = (
        _spread(n, s, k - 1 - p)
        if transposed
        else f"a {n}×{n} image with {_zeros(p)} around"
        if p
        else f"a {n}×{n} image"
    )
    gaps = f" Its weights lie {d} apart." if d > 1 else ""
    extra = f" {op} more row and column of zeros lie at the end." if op else ""
    alt = (
        f"A {k}×{k} kernel{' turned by 180°' if transposed else ''} slides over {over}, {moves}."
        f"{gaps}{extra} At each of {y.size} places the products add up to one number of the "
        f"{y.shape[0]}×{y.shape[1]} output: {rows_in_words(y)}."
    )
    return film(name, sizes, alt, grids, frames)


def _zeros(count: int) -> str:
    return f"{count} zero{'s' * (count != 1)}"


def _spread(n: int, s: int, border: int) -> str:
    """An image with zeros put in, in words."""
    between = [f"{_zeros(s - 1)} between its samples"] * (s > 1)
    around = [f"{_zeros(border)} around"] * (border > 0)
    return f"a {n}×{n} image" + " with " * (s > 1 or border > 0) + " and ".join(between + around)


def _settings(k: int, s: int, p: int = 0, d: int = 1, op: int = 0) -> str:
    said = [f"k = {k}", f"s = {s}", f"p = {p}"]
    said += [f"d = {d}"] * (d > 1) + [f"output padding {op}"] * (op > 0)
    return ", ".join(setting.replace(" ", "\N{NO-BREAK SPACE}") for setting in said)


def placed(x: np.ndarray, w: np.ndarray, s: int, d: int = 1) -> list[np.ndarray]:
    """The full result after each pixel of x, in order, has laid down its copy."""
    states = []
    for at in range(x.size):
        so_far = np.where(np.arange(x.size).reshape(x.shape) <= at, x, 0)
        states.append(by_placing(so_far, w, s, dilation=d))
    return states


Ending = Callable[[Grid, np.ndarray, np.ndarray], list[list[Mark]]]


def placing(
    name: str,
    x: np.ndarray,
    w: np.ndarray,
    s: int,
    *,
    d: int = 1,
    says: str,
    shade: bool = False,
    ending: Ending | None = None,
) -> Film:
    """Every pixel of x lays down its copy of the kernel; where copies meet, they add.

    - says: the last sentence of the words for who does not see the film.
    - shade: tint outputs by their values at once, the largest most strongly.
    - ending: further frames from the output's grid, the result and the copies on each output.
    """
    states, counts = placed(x, w, s, d), placed(np.ones_like(x), np.ones_like(w), s, d)
    y = states[-1]
    grids = columns_of([("input", x.shape), ("kernel", w.shape)], [("output", y.shape)])
    source, kernel, output = grids
    reach = [d * (k - 1) + 1 for k in w.shape]
    frames = []
    for (i, j), state, count in zip(np.ndindex(x.shape), states, counts, strict=True):
        touched = {(int(r), int(c)) for r, c in np.argwhere(count)}
        taps = block(w.shape, i * s, j * s, d)
        frame = source.numbers(x) + source.tint([(i, j)], "orange", 0.4) + source.outline(i, j)
        frame += kernel.numbers(w) + kernel.tint(block(w.shape), "orange", 0.3)
        frame += _shaded(output, state if shade else count, states[-1] if shade else counts[-1])
        frame += output.numbers(state, touched)
        frame += output.outline(i * s, j * s, *reach)
        frame += [] if shade else output.tint(taps, "orange", 0.3)
        frames.append(frame)
    still = source.numbers(x) + kernel.numbers(w)
    still += _shaded(output, y if shade else counts[-1], y if shade else counts[-1])
    ends = ending(output, y, counts[-1]) if ending else [output.numbers(y)]
    frames += [still + end for end in ends]
    n, m = x.shape[0], y.shape[0]
    sizes = f"Transposed convolution: {n}×{n} to {m}×{m}, {_settings(w.shape[0], s, 0, d)}"
    alt = (
        f"Each pixel of a {n}×{n} input scales a {w.shape[0]}×{w.shape[1]} kernel and adds the "
        f"copy to a {m}×{m} output; the copies of neighbours lie {s} apart. {says} "
        f"The output: {rows_in_words(y)}."
    )
    return film(name, sizes, alt, grids, frames)


def _shaded(grid: Grid, values: np.ndarray, final: np.ndarray) -> list[Mark]:
    """Tint cells by their values, on the scale of the final ones: nothing for zero."""
    marks: list[Mark] = []
    for value in np.unique(values[values > 0]):
        cells = [(int(r), int(c)) for r, c in np.argwhere(values == value)]
        marks += grid.tint(cells, "blue", 0.1 + 0.5 * float(value) / float(final.max()))
    return marks


def crops(output: Grid, y: np.ndarray, counts: np.ndarray) -> list[list[Mark]]:
    """The two windows of size n·s on the full result of 3 pixels with k = 3, s = 2."""
    size = 6
    frames: list[list[Mark]] = []
    for start, colour in ((same_padding(3, 3, 2)[0], "green"), (1, "purple")):
        kept = block((size, size), start, start)
        frame = output.numbers(y) + output.tint(kept, colour, 0.3)
        frame += output.outline(start, start, size, size, colour)
        frames += [frame, frame]
    return frames


def unreached(output: Grid, y: np.ndarray, counts: np.ndarray) -> list[list[Mark]]:
    """The outputs that no copy reaches."""
    gaps = [(int(r), int(c)) for r, c in np.argwhere(counts == 0)]
    reached = {(int(r), int(c)) for r, c in np.argwhere(counts)}
    return [output.numbers(y, reached) + output.tint(gaps, "purple", 0.45)]


def interior(output: Grid, y: np.ndarray, counts: np.ndarray) -> list[list[Mark]]:
    """The result with a dashed frame where the border has no part in it: a stride and more from
    every end.
    """
    border = 2
    side = y.shape[0] - 2 * border
    return [output.numbers(y) + output.outline(border, border, side, side, dashed=True)]


def channels(name: str) -> Film:
    """Two channels lay down copies of their own kernels on one output."""
    x = np.stack([image_of(2) + 1, 2 - np.eye(2, dtype=int)])
    w = np.array([[[1, 0], [2, 1]], [[0, 3], [1, 0]]])
    states, parts = [], np.zeros_like(x)
    for at in np.ndindex(x.shape):
        parts[at] = x[at]
        states.append(conv_transpose(parts[None], w[:, None], stride=1)[0, 0])
    y = states[-1]
    stacked = [
        (f"{word} {c + 1}", a.shape)
        for c in range(2)
        for word, a in (("channel", x[c]), ("kernel", w[c]))
    ]
    first, second = stacked[:2], stacked[2:]
    grids = columns_of(first, second, [("output, the sum", y.shape)])
    sources, kernels, output = (grids[0], grids[2]), (grids[1], grids[3]), grids[4]
    still = [mark for c in range(2) for mark in sources[c].numbers(x[c]) + kernels[c].numbers(w[c])]
    frames: list[list[Mark]] = []
    colours = ("blue", "orange")
    for (c, i, j), state in zip(np.ndindex(x.shape), states, strict=True):
        frame = still + kernels[c].tint(block(w[c].shape), colours[c], 0.3)
        frame += sources[c].tint([(i, j)], colours[c], 0.4)
        frame += sources[c].outline(i, j, colour=colours[c])
        touched = (
            set(np.ndindex(y.shape))
            if c
            else {
                cell
                for a, b in np.ndindex(i + 1, 2)
                if (a, b) <= (i, j)
                for cell in block((2, 2), a, b)
            }
        )
        frame += output.tint(block((2, 2), i, j), colours[c], 0.3)
        frame += output.outline(i, j, 2, 2, colours[c]) + output.numbers(state, touched)
        frames.append(frame)
    frames.append(still + output.numbers(y))
    alt = (
        "Two channels of 2×2 pixels. First each pixel of channel 1 adds its copy of kernel 1 to "
        "the output, then each pixel of channel 2 its copy of kernel 2, on the same output. "
        f"The sum: {rows_in_words(y)}."
    )
    sizes = "Transposed convolution: 2 channels of 2×2 to 1 of 3×3, " + _settings(2, 1)
    return film(name, sizes, alt, grids, frames)


def phases(name: str) -> Film:
    """Stride 2 splits a 4×4 kernel into four kernels of 2×2, each for outputs of its own."""
    x, w, s = image_of(3), KERNEL_4, 2
    y = by_placing(x, w, s)
    grids = columns_of([("input", x.shape), ("kernel", w.shape)], [("output", y.shape)])
    source, kernel, output = grids
    frames: list[list[Mark]] = []
    done: set[Cell] = set()
    tints: list[Mark] = []
    for (a, b), colour in zip(np.ndindex(s, s), ("blue", "orange", "green", "purple"), strict=True):
        own = [(r, c) for r, c in np.ndindex(y.shape) if (r % s, c % s) == (a, b)]
        taps = [(r, c) for r, c in np.ndindex(w.shape) if (r % s, c % s) == (a, b)]
        done |= set(own)
        tints = tints + output.tint(own, colour, 0.35) + kernel.tint(taps, colour, 0.35)
        frame = source.numbers(x) + kernel.numbers(w) + tints + output.numbers(y, done)
        for tap in taps:
            frame += kernel.outline(*tap, colour=colour)
        for place in own:
            frame += output.outline(*place, colour=colour)
        frames.append(frame)
    frames.append(source.numbers(x) + kernel.numbers(w) + tints + output.numbers(y))
    alt = (
        "With stride 2 the output has four phases: even or odd rows, even or odd columns. They are "
        "written one after the other, each from the four weights of a 4×4 kernel that share its "
        f"phase, by a small convolution of the 3×3 input. The output: {rows_in_words(y)}."
    )
    sizes = f"Transposed convolution: 3×3 to 8×8, {_settings(4, s)}"
    return film(name, sizes, alt, grids, frames)


def _outer(weights: Sequence[int]) -> np.ndarray:
    return np.outer(weights, weights)


def checkerboard(name: str, weights: Sequence[int]) -> Film:
    """A constant image under a kernel with these weights along rows and columns, stride 2."""
    sums = [sum(weights[phase::2]) for phase in range(2)]
    flat = sums[0] == sums[1]
    result = "is constant away from the border" if flat else "keeps a grid in every place"
    says = (
        f"The image is constant. Along one axis the weights {' '.join(map(str, weights))} have the "
        f"phase sums {sums[0]} and {sums[1]}, so the output {result}."
    )
    return placing(name, ONES, _outer(weights), 2, says=says, shade=True, ending=interior)


def _all() -> list[Film]:
    values = "Where copies meet, their numbers are added and the tint is stronger."
    return [
        sliding("no-padding", 4, 3),
        sliding("arbitrary-padding", 5, 4, p=2),
        sliding("same-padding", 5, 3, p=1),
        sliding("full-padding", 5, 3, p=2),
        sliding("strides", 5, 3, s=2),
        sliding("padding-strides", 5, 3, s=2, p=1),
        sliding("padding-strides-odd", 6, 3, s=2, p=1),
        sliding("dilation", 7, 3, d=2),
        sliding("no-padding-transposed", 2, 3, transposed=True),
        sliding("arbitrary-padding-transposed", 6, 4, p=2, transposed=True),
        sliding("same-padding-transposed", 5, 3, p=1, transposed=True),
        sliding("full-padding-transposed", 7, 3, p=2, transposed=True),
        sliding("strides-transposed", 2, 3, s=2, transposed=True),
        sliding("padding-strides-transposed", 3, 3, s=2, p=1, transposed=True),
        sliding("padding-strides-odd-transposed", 3, 3, s=2, p=1, op=1, transposed=True),
        placing("placing", image_of(2) + 1, KERNEL, 1, says=values),
        placing("placing-strides", image_of(2) + 1, KERNEL, 2, says=values),
        phases("phases"),
        channels("channels"),
        placing(
            "one-sided-crops",
            image_of(3) + 1,
            KERNEL,
            2,
            says="In the end two windows of 6×6 are framed, first from row 0, column 0, which cuts "
            "the last row and column, then from row 1, column 1, which cuts the first.",
            ending=crops,
        ),
        placing(
            "dilation-gaps",
            image_of(2) + 1,
            KERNEL,
            2,
            d=2,
            says="The weights lie 2 apart as well, so no copy ever reaches an odd row or column.",
            ending=unreached,
        ),
        checkerboard("checkerboard-uneven", (1, 1, 1)),
        checkerboard("checkerboard-even", (1, 1, 1, 1)),
        checkerboard("checkerboard-divisible", (1, 2, 1, 2)),
        checkerboard("no-checkerboard-indivisible", (1, 2, 1)),
    ]


FILMS = {film.name: film for film in _all()}
