"""Networks as a row of bars, one for each array, as tall as the image it holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..geometry import integer
from .canvas import MARGIN, WIDEST, Canvas
from .picture import BLUE, ORANGE, SMALL, Picture, number, px

TALLEST = 96  # px
SHORTEST = 14  # px


def sizes_along(sizes: Sequence[int], heading: str) -> Picture:
    """Draw the image sizes along a network: a bar for each array, and an arrow for each layer that
    enlarges.

    `sizes` are the sides of square images in the order of the network, from 2 to 12 of them.  Bars
    grow with the logarithm of the side.  A layer that makes its input larger is marked in another
    colour and by an arrow that points up.  Raises ValueError when there are too few or too many.
    """
    sides = [integer(f"sizes[{i}]", side, 1) for i, side in enumerate(sizes)]
    if not 2 <= len(sides) <= 12:
        raise ValueError(f"sizes must hold from 2 to 12 sizes, got {len(sides)}")
    canvas = Canvas()
    top = canvas.heading(heading)
    logarithms = np.log(sides) - np.log(min(sides))
    spread = max(float(logarithms.max()), 1.0)
    heights = SHORTEST + (TALLEST - SHORTEST) * logarithms / spread
    pitch = min(40.0, (WIDEST - 2 * MARGIN) / len(sides))
    base = top + 20 + TALLEST
    for i, (side, height) in enumerate(zip(sides, heights.tolist(), strict=True)):
        left, grows = MARGIN + i * pitch, i > 0 and side > sides[i - 1]
        colour, width = (ORANGE if grows else BLUE), pitch * 0.55
        canvas.raw(
            f'<path d="M{px(left)} {px(base)}v-{px(height)}h{px(width)}v{px(height)}z" '
            f'fill="{colour}" fill-opacity=".4" stroke="{colour}"/>',
            left + pitch,
            base,
        )
        if grows:
            canvas.text(left + width / 2, base - height - 5, "↑", anchor="middle")
        canvas.text(left + width / 2, base + 14, str(side), anchor="middle", size=SMALL)
    up = [f"{a} to {b}" for a, b in pairwise(sides) if b > a]
    listing = ", ".join(map(number, sides))
    readout = f"{heading}: sides {listing}. Larger than before: {', '.join(up) or 'none'}."
    alt = (
        f"{heading}. A row of {len(sides)} bars, one for each array of the network, as tall as its "
        f"image is large; the sides are {listing} pixels. An arrow marks each layer that enlarges: "
        f"{', '.join(up) or 'none'}."
    )
    return Picture((canvas.panel(),), alt, readout)
