"""A film as an animated PNG or GIF, for slides and for pages that show no SVG: drawn by Pillow, on
white.

Only what changes is written: every other pixel of a frame is transparent, so that the frame before
shows through.  Letters have no grey edges, which would double the bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from .film import CELL, COLOURS, HOLD, Film, Frame, Lines, Outline, Tint, Word
from .moving_svg import FONT

PAPER, INK = (255, 255, 255), (28, 33, 38)
LINE = (154, 156, 158)
SHADES = 15  # colours of a film; with the transparent one, four bits a pixel
LONGEST = 16  # frames of a film that the site offers as a PNG: longer ones weigh too much


@lru_cache
def letters() -> ImageFont.FreeTypeFont:
    """The face that matplotlib brings: it has a true minus sign."""
    from matplotlib import get_data_path

    return ImageFont.truetype(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), FONT)


def mixed(colour: str, strength: float) -> tuple[int, ...]:
    """A colour laid on paper so strongly."""
    accent = [int(COLOURS[colour][at : at + 2], 16) for at in (1, 3, 5)]
    pairs = zip(PAPER, accent, strict=True)
    return tuple(round(p + (a - p) * strength) for p, a in pairs)


def still(film: Film, frame: Frame) -> Image.Image:
    """One frame as an image."""
    image = Image.new("RGB", (film.width, film.height), PAPER)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    for mark in sorted(frame, key=lambda mark: mark.layer):
        if isinstance(mark, Tint):
            for x, y in mark.corners:
                draw.rectangle((x, y, x + CELL, y + CELL), fill=mixed(mark.colour, mark.strength))
        elif isinstance(mark, Lines):
            right, bottom = mark.x + mark.columns * CELL, mark.y + mark.rows * CELL
            for r in range(mark.rows + 1):
                draw.line((mark.x, mark.y + r * CELL, right, mark.y + r * CELL), fill=LINE)
            for c in range(mark.columns + 1):
                draw.line((mark.x + c * CELL, mark.y, mark.x + c * CELL, bottom), fill=LINE)
        elif isinstance(mark, Word):
            place = (mark.x, mark.y)
            anchor = "ms" if mark.centred else "ls"
            draw.text(place, mark.text, fill=INK, font=letters(), anchor=anchor)
        else:
            _outline(draw, mark)
    return image


def _outline(draw: ImageDraw.ImageDraw, mark: Outline) -> None:
    colour = mixed(mark.colour, 1)
    left, top = mark.x, mark.y
    right, bottom = left + mark.width, top + mark.height
    if not mark.dashed:
        draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline=colour, width=3)
        return
    for x in range(left, right, 8):
        for y in (top, bottom):
            draw.line((x, y, min(x + 4, right), y), fill=colour, width=3)
    for y in range(top, bottom, 8):
        for x in (left, right):
            draw.line((x, y, x, min(y + 4, bottom)), fill=colour, width=3)


def changes(film: Film) -> Iterator[Image.Image]:
    """The first frame, then what each frame changes, in one palette for all."""
    pictures = [still(film, frame) for frame in film.frames]
    strip = Image.new("RGB", (film.width, film.height * len(pictures)))
    for at, picture in enumerate(pictures):
        strip.paste(picture, (0, at * film.height))
    palette = strip.quantize(SHADES, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    colours = (palette.getpalette() or [])[: 3 * SHADES]
    colours += [255] * (3 * (SHADES + 1) - len(colours))
    before = None
    for picture in pictures:
        now = np.asarray(picture.quantize(palette=palette, dither=Image.Dither.NONE))
        new = now if before is None else np.where(now == before, SHADES, now).astype(np.uint8)
        before = now
        image = Image.fromarray(new)
        image.putpalette(colours)
        yield image


def encoded(film: Film, kind: str, credit: str) -> bytes:
    """The whole film, in a loop.  `kind` is PNG or GIF; `credit` goes into the file."""
    first, *others = changes(film)
    beat = round(film.beat * 1000)
    times = [beat] * len(others) + [beat * (HOLD + 1)]
    note = PngImagePlugin.PngInfo()
    note.add_itxt("Copyright", credit)
    how = {
        "PNG": {"blend": PngImagePlugin.Blend.OP_OVER, "pnginfo": note, "optimize": True},
        "GIF": {"disposal": 1, "optimize": False, "comment": credit.encode()},
    }[kind]
    written = io.BytesIO()
    first.save(
        written,
        kind,
        save_all=True,
        append_images=others,
        duration=times,
        loop=0,
        transparency=SHADES,
        **how,
    )
    return written.getvalue()
