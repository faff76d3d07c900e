"""A film: the marks that stand on each of its frames, in px, with the words that replace it.

A film says what is to be seen and not how it is drawn; the animated SVG and the PNG are made from
the same marks, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

CELL = 22  # px, the side of a cell of a grid
HOLD = 3  # how many frames longer the last one stays before the film begins again

# Figures' accents (Okabe and Ito); "ink" is the page's own text colour.
COLOURS = {"blue": "#0072B2", "orange": "#D55E00", "green": "#009E73", "purple": "#CC79A7"}


@dataclass(frozen=True)
class Tint:
    """Cells of a grid in one colour: their top-left corners, and how strong it is (0 to 1)."""

    corners: tuple[tuple[int, int], ...]
    colour: str
    strength: float
    layer: int = 0


@dataclass(frozen=True)
class Lines:
    """The lines of a grid of `rows`×`columns` cells with its top-left corner at (x, y)."""

    x: int
    y: int
    rows: int
    columns: int
    layer: int = 1


@dataclass(frozen=True)
class Word:
    """A short text: a number in the middle of a cell, or words that begin at `x`, on a baseline."""

    x: int
    y: int
    text: str
    centred: bool = True
    layer: int = 2


@dataclass(frozen=True)
class Outline:
    """A thick frame round a block, dashed or not."""

    x: int
    y: int
    width: int
    height: int
    colour: str = "orange"
    dashed: bool = False
    layer: int = 3


Mark = Tint | Lines | Word | Outline
Frame = tuple[Mark, ...]


@dataclass(frozen=True)
class Film:
    """A film that runs in a loop.

    - name: its address on the page and the name of its files.
    - sizes: one line that says which layer is seen.
    - alt: what happens, for who does not see it.
    - frames: the marks of each frame; the last one stays longest and is what paper shows.
    """

    name: str
    sizes: str
    alt: str
    width: int
    height: int
    frames: tuple[Frame, ...]

    @property
    def beats(self) -> int:
        """How many equal parts a turn of the loop has."""
        return len(self.frames) + HOLD

    @property
    def beat(self) -> float:
        """Seconds that a frame stays: less where there are many."""
        return 0.8 if len(self.frames) <= 16 else 0.5

    def seen(self) -> dict[Mark, tuple[int, ...]]:
        """Every mark with the frames on which it stands, those drawn first, first."""
        places: dict[Mark, list[int]] = {}
        for at, frame in enumerate(self.frames):
            for mark in frame:
                if at not in places.setdefault(mark, []):
                    places[mark].append(at)
        marks = sorted(places, key=lambda mark: mark.layer)
        return {mark: tuple(places[mark]) for mark in marks}
