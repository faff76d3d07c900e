"""A film as one SVG that CSS moves: no script, no network, the page's own colours.

Marks that stand on the same frames form a group.  A group's class says how many beats the film has
and, as a hexadecimal number, on which of them the group is seen; so the rules of one film serve
every other that has the same group.  What is not animated (paper, reduced motion) is the last
frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .film import CELL, COLOURS, HOLD, Film, Lines, Mark, Tint, Word

FONT = 12
ALONE = (
    "svg{color:#1c2126;background:#fff}"
    "@media(prefers-color-scheme:dark){svg{color:#e6e4de;background:#15181b}}"
    "@media print,(prefers-reduced-motion:reduce){g{animation:none!important}}"
)


def group_name(frames: Iterable[int], film: Film) -> str:
    """The class of what is seen on these frames: beats, a beat in tenths of a second, frames."""
    last = len(film.frames) - 1
    beats = set(frames)
    if last in beats:
        beats |= set(range(last, last + HOLD + 1))
    return f"f{film.beats}-{film.beat * 10:.0f}-{sum(1 << at for at in beats):x}"


def beats_of(name: str) -> tuple[int, float, list[bool]]:
    """What a group's class says: beats, seconds of one, and on which the group is seen."""
    count, tenths, seen = name[1:].split("-")
    return int(count), int(tenths) / 10, [bool(int(seen, 16) >> at & 1) for at in range(int(count))]


def rule(name: str) -> str:
    """The CSS of one group: hidden and shown in steps, for ever."""
    count, beat, seen = beats_of(name)
    turns = [at for at in range(count) if at == 0 or seen[at] != seen[at - 1]]
    steps = "".join(
        f"{100 * at / count:.4g}%{{visibility:{'visible' if seen[at] else 'hidden'}}}"
        for at in turns
    )
    rest = "" if seen[-1] else "visibility:hidden;"
    animation = f"animation:{name} {count * beat:.4g}s step-end infinite"
    return f".{name}{{{rest}{animation}}}@keyframes {name}{{{steps}}}"


def drawn(mark: Mark) -> str:
    """One mark as SVG."""
    if isinstance(mark, Tint):
        d = "".join(f"M{x} {y}h{CELL}v{CELL}h-{CELL}z" for x, y in mark.corners)
        return f'<path d="{d}" fill="{COLOURS[mark.colour]}" fill-opacity="{mark.strength:.2g}"/>'
    if isinstance(mark, Lines):
        width, height = mark.columns * CELL, mark.rows * CELL
        d = "".join(f"M{mark.x} {mark.y + r * CELL}h{width}" for r in range(mark.rows + 1))
        d += "".join(f"M{mark.x + c * CELL} {mark.y}v{height}" for c in range(mark.columns + 1))
        return f'<path d="{d}" fill="none" stroke="currentColor" stroke-opacity=".45"/>'
    if isinstance(mark, Word):
        words = escape(mark.text, quote=False)
        start = "" if mark.centred else ' text-anchor="start"'
        return f'<text x="{mark.x}" y="{mark.y}"{start}>{words}</text>'
    dashes = ' stroke-dasharray="5 3"' if mark.dashed else ""
    return (
        f'<rect x="{mark.x}" y="{mark.y}" width="{mark.width}" height="{mark.height}" fill="none" '
        f'stroke="{COLOURS[mark.colour]}" stroke-width="3"{dashes}/>'
    )


def body(film: Film) -> tuple[str, list[str]]:
    """The groups of a film in the order in which they are drawn, and their classes, each once."""
    parts: list[str] = []
    names: dict[str, None] = {}
    groups: dict[tuple[int, tuple[int, ...]], list[Mark]] = {}
    for mark, frames in film.seen().items():
        groups.setdefault((mark.layer, frames), []).append(mark)
    for (_, frames), marks in groups.items():
        drawing = "".join(map(drawn, marks))
        if len(frames) == len(film.frames):
            parts.append(drawing)
            continue
        name = group_name(frames, film)
        names[name] = None
        parts.append(f'<g class="{name}">{drawing}</g>')
    return "".join(parts), list(names)


def _opened(film: Film) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {film.width} {film.height}" '
        f'width="{film.width}" height="{film.height}" role="img" aria-label="{escape(film.alt)}" '
        f'fill="currentColor" text-anchor="middle" font-family="system-ui,sans-serif" '
        f'font-size="{FONT}">'
    )


def inline(film: Film) -> str:
    """The film for a page that has the rules of its groups in a stylesheet."""
    return f"{_opened(film)}{body(film)[0]}</svg>"


def standing_alone(film: Film, credit: str) -> str:
    """The film as a file of its own, with its rules, light and dark, and whose it is."""
    drawing, names = body(film)
    style = ALONE + "".join(map(rule, names))
    return (
        f"{_opened(film)}<title>{escape(film.sizes)}</title><desc>{escape(credit)}</desc>"
        f"<style>{style}</style>{drawing}</svg>\n"
    )


def rules(films: Iterable[Film]) -> str:
    """The rules of all groups of these films, each once."""
    names = {name: None for film in films for name in body(film)[1]}
    return "\n".join(map(rule, names)) + "\n"
