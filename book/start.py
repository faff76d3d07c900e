"""The picture at the top of the start page, a portrait that a transposed convolution enlarges,
whose kernel and stride the reader moves; and the three doors below it.

The first state is a plain picture, drawn here, and needs no script; book/assets/start.js computes
the others from the portrait, with the same kernels and the same borders.
"""

from __future__ import annotations

import base64
import io
from html import escape
from pathlib import Path

import numpy as np
from IPython.display import HTML

from convtranspose import conv_transpose, phase_sums
from convtranspose.figures import photograph

BOOK = Path(__file__).parent
SIDE = 72  # pixels of the portrait
BORDER = 3  # rows and columns repeated round it, so that no edge of the result is dark


def tent(k: int) -> np.ndarray:
    """Weights that rise to the middle and fall again."""
    return np.minimum(np.arange(1, k + 1), np.arange(k, 0, -1))


KERNELS = {
    "equal": ("equal weights: 1, 1, 1, …", lambda k: np.ones(k, int)),
    "tent": ("a tent: 1, 2, …, 2, 1", tent),
    "ramp": ("a ramp: 1, 2, 3, …", lambda k: np.arange(1, k + 1)),
}
SIZES = range(2, 7)
STRIDES = (2, 3)
FIRST = ("equal", 3, 2)
ALT = (
    "A small grey portrait of a woman in a naval officer's cap, enlarged to twice its size. A fine "
    "regular grid of lighter and darker pixels covers it."
)


def enlarged(portrait: np.ndarray, weights: np.ndarray, s: int) -> np.ndarray:
    """The portrait (H, W) placed with stride s by the separable kernel of these weights: scaled so
    that the brightness stays, and cut to what no border has touched, (H·s, W·s).
    """
    padded = np.pad(portrait, BORDER, mode="edge")
    kernel = np.multiply.outer(weights, weights) * (s / weights.sum()) ** 2
    full = conv_transpose(padded[None, None], kernel[None, None], stride=s)[0, 0]
    start = BORDER * s + (len(weights) - s) // 2
    rows, columns = (side * s for side in portrait.shape)
    return full[start : start + rows, start : start + columns]


def verdict(weights: np.ndarray, s: int) -> str:
    """One line: the weights, their phase sums along one axis, and what follows from them."""
    k = len(weights)
    sums = [int(total) for total in phase_sums(weights[None], (1, s))[0]]
    divides = "is" if k % s == 0 else "is not"
    equal = len(set(sums)) == 1
    contrary = equal == bool(k % s)
    return (
        f"Weights {', '.join(map(str, weights))} with stride {s}: the phase sums are "
        f"{' and '.join(map(str, sums)) if s == 2 else ', '.join(map(str, sums))}, "
        f"{'equal, so no grid' if equal else 'not equal, so a grid'}"
        f"{', although' if contrary else ';'} {k} {divides} divisible by {s}."
    )


def png(image: np.ndarray) -> str:
    """A grey image with values from 0 to 1 as the address of a PNG that is its own content."""
    from PIL import Image

    file = io.BytesIO()
    grey = np.clip(np.rint(image * 255), 0, 255).astype(np.uint8)
    Image.fromarray(grey).save(file, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def options(values: dict[str, str], chosen: str) -> str:
    """The choices of a menu as HTML."""
    return "".join(
        f'<option value="{value}"{" selected" * (value == chosen)}>{escape(words)}</option>'
        for value, words in values.items()
    )


def doors(first_chapter: str) -> HTML:
    """The three ways into the course, as HTML; reading begins with the page of this name."""
    ways = (
        (
            f"{first_chapter}.html",
            "Read",
            "Chapters with figures that you can move. Begin with the first.",
        ),
        (
            "#learn",
            "Learn",
            "Write the functions yourself, and be told at once what is right and what is not.",
        ),
        (
            "#teach",
            "Teach",
            "Hand out the assignments, collect them, and get marks that you can trust.",
        ),
    )
    items = (
        f'<li><a href="{escape(address)}"><b>{name}</b><span>{words}</span></a></li>'
        for address, name, words in ways
    )
    return HTML(f'<ul class="start doors wide">{"".join(items)}</ul>')


def hero() -> HTML:
    """The picture with its controls, as HTML."""
    portrait = photograph(SIDE)
    kind, k, s = FIRST
    weights = KERNELS[kind][1](k)
    pixels = base64.b64encode(np.rint(portrait * 255).astype(np.uint8).tobytes()).decode()
    kinds = options({name: words for name, (words, _) in KERNELS.items()}, kind)
    return HTML(
        f'<figure class="start hero wide" data-side="{SIDE}" data-border="{BORDER}" '
        f'data-pixels="{pixels}">'
        f'<div class="shown"><img src="{png(enlarged(portrait, weights, s))}" width="{SIDE * s}" '
        f'height="{SIDE * s}" alt="{escape(ALT)}"></div>'
        '<div class="controls"><div class="moved" hidden>'
        f'<label>Kernel size k<span><input type="range" name="k" min="{SIZES[0]}" '
        f'max="{SIZES[-1]}" value="{k}"><output>{k}</output></span></label>'
        f'<label>Stride s<span><input type="range" name="s" min="{STRIDES[0]}" '
        f'max="{STRIDES[-1]}" value="{s}"><output>{s}</output></span></label>'
        f'<label>Weights<select name="kind">{kinds}</select></label>'
        '<p class="tries"><button type="button" data-state="tent 3 2">3 by 2, no grid</button> '
        '<button type="button" data-state="ramp 4 2">4 by 2, a grid</button></p></div>'
        f'<p class="verdict" role="status">{verdict(weights, s)}</p></div>'
        f"<figcaption>Grace Hopper in 1984 (US Navy, public domain), {SIDE} pixels wide, enlarged "
        "by one transposed convolution with these weights along both axes.</figcaption></figure>"
    )


def in_hours(hours: float) -> str:
    """Hours to the nearest half, as a text."""
    return f"{round(2 * hours) / 2:g}"


class Spoken(str):
    """A text that a page's glue quotes without quotation marks."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self)}
