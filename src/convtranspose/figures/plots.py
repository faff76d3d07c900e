"""Plots and photographs: matplotlib's share of the drawings.

matplotlib is imported inside the functions, so that a page of number grids does not pay for it.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ..checkerboard import equalise, spectrum, unevenness
from ..convolution import conv, image
from ..geometry import integer
from ..transposed import conv_transpose2d
from ..upsampling import bicubic, bilinear_kernel, icnr, nearest, pixel_shuffle, resize_convolve
from .canvas import MARGIN, WIDEST, Canvas
from .picture import BLUE, GREEN, ORANGE, Panel, Picture, beside, number, px

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def themed(width: float, height: float) -> tuple[Figure, Axes]:
    """A matplotlib figure of `width`×`height` px with one pair of axes, to be drawn on in black and
    in accents.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(
        {
            "font.size": 11,
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    ):
        # 72 points an inch: 1 pt = 1 px.
        figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
        return figure, figure.add_subplot()


def from_matplotlib(figure: Figure, alt: str, readout: str) -> Picture:
    """Turn a matplotlib figure into a picture: text stays text, black becomes the page's text
    colour.
    """
    from matplotlib import rc_context

    buffer = io.StringIO()
    # A fixed salt gives the same ids, hence the same page, at every build.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": alt}):
        figure.savefig(
            buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    text = buffer.getvalue()
    view_box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    assert view_box, "matplotlib's SVG writer always gives a viewBox"
    width, height = map(float, view_box.groups())
    body = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.S)
    # A style sheet inside the SVG would style the whole page around it; the ids of groups would
    # repeat in a page with two plots (those that something refers to carry a hash); the font is the
    # page's.
    body = re.sub(r"<style.*?</style>", "", body, flags=re.S)
    body = re.sub(r'<g id="[^"]*">', "<g>", body)
    body = re.sub(r"font-family: [^;\"]*;? ?", "", body).replace("xlink:href", "href")
    body = re.sub(r">\s+<", "><", body)
    # matplotlib leaves black out where SVG's default is black; there the panel's own fill,
    # currentColor, is inherited.
    return Picture((Panel(width, height, body.replace("#000000", "currentColor")),), alt, readout)


def spectra(kernels: Mapping[str, ArrayLike], s: int) -> Picture:
    """Plot how kernels treat the frequencies along a row, and mark the multiples of 1/s where a
    checkerboard would sit.

    A kernel leaves a constant image constant when its gain is 0 at every marked frequency.

    Parameters: `kernels`, up to three, each of shape (k, l) with a sum that is not 0, by the name
    in the legend; `s`, the stride, at least 2.  The gain is `|W(f)|` along the columns' axis, as a
    share of `|W(0)|`.  Raises ValueError when there are more kernels or a sum is 0.
    """
    styles = ((BLUE, "-"), (ORANGE, "--"), (GREEN, ":"))
    s = integer("s", s, 2)
    if not 1 <= len(kernels) <= len(styles):
        raise ValueError(f"kernels must hold from 1 to {len(styles)} kernels, got {len(kernels)}")
    figure, axes = themed(WIDEST, 230)
    words = []
    for (name, w), (colour, style) in zip(kernels.items(), styles, strict=False):
        w = image(f"kernels[{name!r}]", w)
        at_multiples = np.abs(spectrum(w, s)[0])
        if at_multiples[0] == 0:
            raise ValueError(
                f"kernels[{name!r}] must have a sum that is not 0, to be the gain at frequency 0"
            )
        # The curve is sampled finely; the marks are the library's exact values.
        curve = np.abs(np.fft.rfft(w.sum(axis=0), 512)) / at_multiples[0]
        axes.plot(np.fft.rfftfreq(512), curve, style, color=colour, linewidth=2, label=name)
        multiples = np.arange(1, s // 2 + 1)
        gains = at_multiples[multiples] / at_multiples[0]
        axes.plot(multiples / s, gains, "o", color=colour, markersize=7)
        listing = " and ".join(
            f"{number(float(g))} at {m}/{s}" for m, g in zip(multiples, gains, strict=True)
        )
        words.append(f"{name}: {listing}")
    for m in range(1, s // 2 + 1):
        axes.axvline(m / s, color="black", linewidth=0.8, linestyle=(0, (2, 3)))
    axes.set(
        xlabel="frequency, cycles per output pixel",
        ylabel="gain",
        xlim=(0, 0.51),
        ylim=(-0.04, None),
    )
    axes.legend(frameon=False)
    readout = f"Gain at the multiples of 1/{s}, 0 meaning no checkerboard. {'; '.join(words)}."
    alt = (
        f"A plot of gain against frequency from 0 to 0.5 cycles per pixel for {len(kernels)} "
        f"kernel{'s' * (len(kernels) > 1)}; every curve starts at 1. Dots mark the gain at the "
        f"multiples of 1/{s}. {'; '.join(words)}."
    )
    return from_matplotlib(figure, alt, readout)


def photograph(side: int = 32) -> np.ndarray:
    """A small grey photograph, (side, side) floats from 0 to 1: Grace Hopper in 1984, as sampled by
    matplotlib.

    The picture (US Navy, public domain) comes with matplotlib, so nothing is fetched.  `side`
    divides 288.
    """
    from matplotlib import cbook
    from PIL import Image

    if 288 % integer("side", side, 1):
        raise ValueError(f"side must divide 288, got {side}")
    path = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    with Image.open(path) as picture:
        grey = np.asarray(picture.convert("L"), float)[80:368, 125:413] / 255
    small: np.ndarray = grey.reshape(side, 288 // side, side, 288 // side).mean(axis=(1, 3))
    return small


def _random_kernel(k: int, total: float, seed: int = 3) -> np.ndarray:
    """A smooth positive bump with random weights, (k, k), such as a kernel before training, scaled
    to a sum.
    """
    bump = np.sin(np.pi * (np.arange(k) + 0.5) / k)
    w = np.outer(bump, bump) * np.random.default_rng(seed).uniform(0.4, 1.6, (k, k))
    scaled: np.ndarray = w * (total / w.sum())
    return scaled


def _subpixel(x: np.ndarray, s: int, kernels: np.ndarray) -> np.ndarray:
    """Sub-pixel convolution of one image: s² correlations with kernels (s², 1, 3, 3), laid side by
    side.
    """
    y: np.ndarray = pixel_shuffle(conv(x[None, None], kernels, padding=1)[0], s)[0]
    return y


def _transposed(x: np.ndarray, w: np.ndarray, s: int) -> np.ndarray:
    """A transposed convolution cut to s times the size of x, the middle of the full result."""
    starts = [(k - s) // 2 for k in w.shape]
    rows, columns = (slice(start, start + n * s) for start, n in zip(starts, x.shape, strict=True))
    return conv_transpose2d(x, w, s)[rows, columns]


# Up-sampling methods by name, each a function of an image and a scale.  All keep the mean
# brightness.
CURES: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "transposed, k = s + 1, equal weights": lambda x, s: _transposed(
        x, np.full((s + 1,) * 2, (s / (s + 1)) ** 2), s
    ),
    "transposed, k = 2s, random weights": lambda x, s: _transposed(
        x, _random_kernel(2 * s, s * s), s
    ),
    "transposed, k = 2s, random, balanced": lambda x, s: _transposed(
        x, equalise(_random_kernel(2 * s, s * s), s), s
    ),
    "transposed, bilinear kernel": lambda x, s: _transposed(x, bilinear_kernel(s), s),
    "nearest": nearest,
    "bicubic": bicubic,
    "nearest, then a random convolution": lambda x, s: resize_convolve(x, _random_kernel(3, 1), s),
    "pixel shuffle, random weights": lambda x, s: _subpixel(
        x, s, np.stack([_random_kernel(3, 1 + 0.3 * np.cos(5 * n), n)[None] for n in range(s * s)])
    ),
    "pixel shuffle, ICNR": lambda x, s: _subpixel(x, s, icnr(_random_kernel(3, 1)[None, None], s)),
}


def upsample(x: ArrayLike, s: int, method: str) -> tuple[np.ndarray, float]:
    """Up-sample an image (H, W) by one of `CURES`; return the result (H·s, W·s) and the method's
    unevenness.

    The unevenness is that of a constant image, away from its borders: 0 for a method that adds no
    checkerboard. Raises ValueError when the method is unknown.
    """
    x, s = image("x", x), integer("s", s, 1)
    if method not in CURES:
        raise ValueError(f"method must be one of {'; '.join(CURES)}, got {method!r}")
    reach = 3  # pixels; no method reaches further from where it stands
    inner = slice(reach * s, -reach * s)
    enlarged = CURES[method](np.pad(x, reach, mode="edge"), s)[inner, inner]
    constant = CURES[method](np.ones((2 * reach + 4,) * 2), s)[inner, inner]
    # Rounding leaves 1e-16 where the mathematics says 0.
    return enlarged, round(unevenness(constant, s), 12)


def photographs(
    named: Mapping[str, ArrayLike], alt: str, readout: str = "", zoom: float = 2.5
) -> Picture:
    """Grey images side by side, each under its name; 0 is black, 1 is white, a pixel is a square of
    `zoom` px.

    `named` holds images (H, W) by their headings; values outside 0 to 1 are cut off.  `alt` says
    what they show.
    """
    from PIL import Image

    panels = []
    for name, values in named.items():
        grey = np.clip(image(f"named[{name!r}]", values).astype(float), 0, 1)
        height, width = (zoom * size for size in grey.shape)
        canvas = Canvas()
        y = canvas.heading(name, width=max(width, 96))
        # 32 levels of grey: the eye does not see the difference at this size, and the file is a
        # third smaller.
        buffer = io.BytesIO()
        Image.fromarray(np.rint(np.rint(grey * 31) * (255 / 31)).astype(np.uint8)).save(
            buffer, "PNG", optimize=True
        )
        data = base64.b64encode(buffer.getvalue()).decode()
        canvas.raw(
            f'<image x="{MARGIN}" y="{px(y)}" width="{px(width)}" height="{px(height)}" '
            f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>',
            MARGIN + width,
            y + height,
        )
        panels.append(canvas.panel())
    return Picture(tuple(panels), alt, readout or alt)


def cures(s: int, method: str | Sequence[str], side: int = 32) -> Picture:
    """Show a photograph of side×side pixels up-sampled by one method or by several, each with its
    unevenness.

    `method` is a name of `CURES` or a sequence of them; `s` is the scale, from 2 to 8.
    """
    s = integer("s", s, 2)
    if s > 8:
        raise ValueError(f"s must be at most 8, got {s}")
    methods = [method] if isinstance(method, str) else list(method)
    x = photograph(side)
    results = {name: upsample(x, s, name) for name in methods}
    scores = "; ".join(f"{name}: {score:.0%}" for name, (_, score) in results.items())
    readout = f"Scale {s}. Unevenness of a constant image: {scores}."
    pattern = {True: "adds no pattern", False: f"adds a pattern that repeats every {s} pixels"}
    shows = [f"{name} {pattern[score < 0.005]}" for name, (_, score) in results.items()]
    alt = (
        f"A small grey portrait of {side}×{side} pixels, and what becomes of it when enlarged {s} "
        f"times. {'; '.join(shows)}. Unevenness of a constant image: {scores}."
    )
    # One method is shown large; of several, two fit beside each other on a phone.
    large = 288 if len(methods) == 1 else 145
    enlarged = {f"{name}: unevenness {score:.0%}": y for name, (y, score) in results.items()}
    source = photographs(
        {f"Input, {side}×{side}": x}, alt, readout, (96 if len(methods) == 1 else large) / side
    )
    return beside(
        source, photographs(enlarged, alt, readout, large / (side * s)), alt=alt, readout=readout
    )
