"""A picture: compact SVG panels, the words that replace them, and nothing that needs a network.

A picture is made of panels, each its own small `<svg>`.  The panels stand side by side where there
is room and below each other on a phone, so that no number ever shrinks below reading size.  Every
stroke and every text takes the page's own text colour (`currentColor`), and the few accents were
chosen to be told apart by colour-blind readers and to stand out on white and on near-black alike;
colour is never the only carrier of a meaning.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

# From the palette of Okabe and Ito (2008, "Color universal design").  Each one has a relative
# luminance between 0.13 and 0.30, so a line drawn in it has a contrast of at least 3:1 on a white
# and on a near-black page.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ACCENTS = (BLUE, ORANGE, GREEN, PURPLE)

FONT = 13  # px; the smallest text used anywhere is SMALL
SMALL = 11


def number(value: object) -> str:
    """Write one number as a reader expects it: a true minus sign, no trailing zeros, at most three
    decimals.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(
        value, (int, float, np.integer, np.floating)
    ):
        return str(value)
    text = (
        f"{value:d}"
        if isinstance(value, (int, np.integer))
        else f"{value:.3f}".rstrip("0").rstrip(".")
    )
    return "0" if text in ("-0", "") else text.replace("-", "−")


def rows_in_words(array: np.ndarray) -> str:
    """Write a 2-D array for the ear and the eye: `1 2 3; 4 5 6`."""
    return "; ".join(" ".join(number(v) for v in row) for row in np.asarray(array).tolist())


def px(value: float) -> str:
    """Write a length for SVG with no digit too many."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Panel:
    """One finished `<svg>`: its size in px and its inner markup."""

    width: float
    height: float
    body: str

    @property
    def svg(self) -> str:
        """The panel as inline SVG that shrinks with its container but never grows."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{px(self.width)}" '
            f'height="{px(self.height)}" '
            f'viewBox="0 0 {px(self.width)} {px(self.height)}" style="max-width:100%;height:auto" '
            f'font-family="system-ui,sans-serif" font-size="{FONT}" '
            f'fill="currentColor">{self.body}</svg>'
        )


@dataclass(frozen=True)
class Picture:
    """Panels, the alternative text that says what they show, and one line that reads out the
    present state.

    Displayed as the last value of a notebook cell, a picture is drawn in place; a text-only front
    end shows `alt`.
    """

    panels: tuple[Panel, ...]
    alt: str
    readout: str

    @property
    def html(self) -> str:
        """Inline markup: panels in a row that wraps; for assistive technology, one image."""
        return (
            f'<div class="ct-picture" role="img" aria-label="{escape(self.alt)}" '
            'style="display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:flex-start">'
            f"{''.join(panel.svg for panel in self.panels)}</div>"
        )

    @property
    def svg(self) -> str:
        """One stand-alone SVG document, panels side by side, with `<title>` and `<desc>`."""
        gap, left, parts = 24, 0.0, []
        for panel in self.panels:
            parts.append(
                f'<svg x="{px(left)}" width="{px(panel.width)}" '
                f'height="{px(panel.height)}">'
                f"{panel.body}</svg>"
            )
            left += panel.width + gap
        width, height = left - gap, max(panel.height for panel in self.panels)
        title = f"<title>{escape(self.readout)}</title><desc>{escape(self.alt)}</desc>"
        return Panel(width, height, title + "".join(parts)).svg.replace(
            "<svg ", '<svg role="img" ', 1
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the stand-alone SVG to `path`, whole or not at all, and return the path."""
        path = Path(path)
        # in the same folder, where replacing is one step
        unfinished = path.with_name(f"{path.name}.part")
        try:
            unfinished.write_text(self.svg, encoding="utf-8")
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
        return path

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        # HTML, not image/svg+xml: a front end shows the latter through <img>, where the page's text
        # colour is lost.
        return {"text/plain": self.alt, "text/html": self.html}


def beside(*pictures: Picture, alt: str = "", readout: str = "") -> Picture:
    """Several pictures as one, side by side where there is room.

    Without `alt` the pictures' own texts follow each other; without `readout` the first picture's
    is taken.
    """
    panels = tuple(panel for picture in pictures for panel in picture.panels)
    return Picture(
        panels, alt or " ".join(picture.alt for picture in pictures), readout or pictures[0].readout
    )
