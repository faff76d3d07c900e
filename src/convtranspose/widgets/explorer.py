"""`explore(figure, …)`: one figure that answers, with two faces.

In JupyterLab it is a live ipywidget that calls the figure's function for whatever its sliders say.
On the static page there is no kernel, so the function is called for every combination while the
page is built; the finished frames travel in the page and some dozens of lines of script
(book/assets/explore.js) switch them with the browser's own controls. Which face is shown is up to
the front end: the display object offers both.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import ipywidgets

from ..figures import Picture
from ..figures.picture import number

# Bytes of one figure's HTML after gzip: a few of them must fit on a page read on a phone.
BUDGET = 150_000
MOST_FRAMES = 1_000  # a product of choices grows unnoticed; this many take seconds to draw
# What both faces call the controls of a comparison.
COMPARED, NOTHING, DIVIDER = "compared with", "nothing", "divider"
SELECTED = ' selected=""'
LIVE_LAYOUT = {
    "style": {"description_width": "initial"},
    "layout": {"width": "min(100%, 26rem)"},
}


@dataclass(frozen=True)
class Choice:
    """The values that one parameter of a figure may take.

    - values: a sequence of numbers (a slider) or a mapping from a text to a value (a menu), in the
      order shown.
    - label: what the control is called; the parameter's name if omitted.
    - start: the value shown first (of a menu, its text); the first one if omitted.
    - live: (lowest, highest, step) of the live slider, when it may go finer or further than
      `values`.
    - counted: show values that count from zero as readers count, from one (steps of a range).
    """

    values: Sequence[object] | Mapping[str, object]
    label: str = ""
    start: object = None
    live: tuple[float, float, float] | None = None
    counted: bool = False

    @property
    def texts(self) -> list[str]:
        """What the reader sees for each value, also used in addresses."""
        if isinstance(self.values, Mapping):
            return list(self.values)
        if self.counted and isinstance(self.values, range):
            return [str(value + 1) for value in self.values]
        return [number(value).replace("−", "-") for value in self.values]

    @property
    def options(self) -> list[object]:
        """The values themselves, in the order shown."""
        return list(self.values.values() if isinstance(self.values, Mapping) else self.values)

    @property
    def is_menu(self) -> bool:
        """Whether the control is a menu of texts, not a slider of numbers."""
        return isinstance(self.values, Mapping)

    @property
    def start_index(self) -> int:
        """Where the value shown first stands among the values."""
        return 0 if self.start is None else list(self.values).index(self.start)


def _as_choice(figure: str, parameter: str, given: object) -> Choice:
    """Accept a Choice or bare values; else raise an error that names figure and parameter."""
    if isinstance(given, str) or not isinstance(given, Choice | Mapping | Sequence):
        raise TypeError(
            f"{parameter} of the figure {figure} must be a sequence, a mapping or a "
            f"Choice, got {given!r}"
        )
    choice = given if isinstance(given, Choice) else Choice(given)
    if not choice.options:
        raise ValueError(
            f"{parameter} of the figure {figure} must offer at least one value, got none"
        )
    if len(set(choice.texts)) < len(choice.texts):
        raise ValueError(
            f"{parameter} of the figure {figure} must offer different values, got {choice.texts}"
        )
    if choice.start is not None and choice.start not in choice.values:
        raise ValueError(
            f"{parameter} of the figure {figure} must start at one of its values, "
            f"got {choice.start!r}"
        )
    if parameter == "step" and isinstance(choice.values, range):
        return replace(choice, counted=True)
    return choice


def explore(
    figure: Callable[..., Picture],
    *arguments: object,
    name: str = "",
    title: str = "",
    play: str = "",
    compare: str = "",
    budget: int = BUDGET,
    **choices: object,
) -> Explorer:
    """Let a reader move a figure's parameters.

    - figure: a function that returns a `Picture`; `arguments` are passed to it first, unchanged.
    - name: its address in the page (`#name?k=3&s=2`), unique in the page; from the function's name
      if omitted.
    - title: the visible heading of the controls.
    - play: the parameter that the play and step buttons move; `step` if there is one, else the last
      choice.
    - compare: a parameter of which a second value can be laid over the first, with a divider to
      drag between the two; for pictures whose size does not depend on it.
    - budget: the most bytes, after gzip, that the static face may take.
    - choices: for each further parameter its values: a sequence, a mapping from texts to values, or
      a `Choice`.

    Raises TypeError or ValueError, in one sentence, when a choice makes no sense, when fewer than
    one parameter or more than 1,000 combinations are asked for; the budget is enforced when the
    static face is made.
    """
    name = name or getattr(figure, "__name__", "").replace("_", "-")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(
            f"name must be lower-case letters, digits and hyphens, starting with a "
            f"letter, got {name!r}"
        )
    if not choices:
        raise ValueError(f"choices of the figure {name} must name at least one parameter, got none")
    checked = {
        parameter: _as_choice(name, parameter, given) for parameter, given in choices.items()
    }
    count = math.prod(len(choice.options) for choice in checked.values())
    if count > MOST_FRAMES:
        raise ValueError(
            f"choices of the figure {name} must give at most {MOST_FRAMES} "
            f"combinations, got {count}"
        )
    play = play or ("step" if "step" in checked else list(checked)[-1])
    if play not in checked:
        raise ValueError(
            f"play of the figure {name} must be one of {', '.join(checked)}, got {play!r}"
        )
    if compare and compare not in checked:
        raise ValueError(
            f"compare of the figure {name} must be one of {', '.join(checked)}, got {compare!r}"
        )
    heading = title or name.replace("-", " ").capitalize()
    return Explorer(figure, arguments, name, heading, play, compare, budget, checked)


@dataclass(frozen=True)
class Explorer:
    """An explorable figure; made by `explore`, shown by being the last value of a notebook cell."""

    figure: Callable[..., Picture]
    arguments: tuple[object, ...]
    name: str
    title: str
    play: str
    compare: str
    budget: int
    choices: Mapping[str, Choice]

    def picture(self, **values: object) -> Picture:
        """The figure for these values (parameters left out keep their start)."""
        start = {
            parameter: choice.options[choice.start_index]
            for parameter, choice in self.choices.items()
        }
        return self.figure(*self.arguments, **start | values)

    @cached_property
    def frames(self) -> list[Picture]:
        """One picture for every combination, the last choice changing fastest."""
        frames = []
        for values in itertools.product(*(choice.options for choice in self.choices.values())):
            chosen = dict(zip(self.choices, values, strict=True))
            try:
                frames.append(self.picture(**chosen))
            except Exception as error:
                # Else nobody knows which of a hundred it was.
                error.add_note(f"while drawing the figure {self.name} for {chosen}")
                raise
        return frames

    @property
    def weight(self) -> int:
        """Bytes of the static face after gzip."""
        return len(gzip.compress(self._html.encode(), mtime=0))

    @property
    def html(self) -> str:
        """The static face.  Raises ValueError when it is heavier than the budget."""
        if self.weight > self.budget:
            raise ValueError(
                f"the figure {self.name} must take at most {self.budget} bytes after gzip, "
                f"got {self.weight} in {len(self.frames)} frames"
            )
        return self._html

    @cached_property
    def _html(self) -> str:
        start = 0
        for choice in self.choices.values():
            start = start * len(choice.options) + choice.start_index
        first = self.frames[start]
        data = {
            "play": self.play,
            "compare": self.compare,
            "choices": [
                {"name": parameter, "texts": choice.texts, "start": choice.start_index}
                for parameter, choice in self.choices.items()
            ],
            "frames": [[frame.html, frame.readout] for frame in self.frames],
        }
        controls = "".join(map(self._control, self.choices)) + self._comparison() + self._buttons()
        # "</" would end the script element wherever it stands; "<\/" is the same JSON string.
        payload = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        ids = " ".join(self._id(parameter) for parameter in self.choices)
        return (
            f'<div class="explore" id="{self.name}" role="group" '
            f'aria-labelledby="{self.name}--title">'
            f'<p class="explore-title" id="{self.name}--title">{escape(self.title)}</p>'
            # Without script the controls would do nothing, so the script is what uncovers them.
            f'<div class="explore-controls" hidden="">{controls}</div>'
            f'<p class="explore-state"><output class="explore-readout" '
            f'for="{ids}">{escape(first.readout)}</output></p>'
            f'<div class="explore-picture">{first.html}</div>'
            "<noscript><p>This figure moves when JavaScript is on; its first state is "
            "shown.</p></noscript>"
            f'<script type="application/json" class="explore-data">{payload}</script></div>'
        )

    def _id(self, parameter: str) -> str:
        return f"{self.name}--{parameter}"

    def _control(self, parameter: str) -> str:
        choice, control = self.choices[parameter], self._id(parameter)
        label = f'<label for="{control}">{escape(choice.label or parameter)}</label>'
        at = choice.start_index
        if choice.is_menu:
            options = _options(choice.texts, at)
            menu = f'<select id="{control}" data-choice="{parameter}">{options}</select>'
            return f"<div>{label}{menu}</div>"
        return (
            f'<div>{label}<input type="range" id="{control}" data-choice="{parameter}" min="0" '
            f'max="{len(choice.options) - 1}" step="1" value="{at}" '
            f'aria-valuetext="{escape(choice.texts[at])}"/><span class="explore-value" '
            f'aria-hidden="true">{escape(choice.texts[at])}</span></div>'
        )

    def _comparison(self) -> str:
        if not self.compare:
            return ""
        beside, divider = self._id("beside"), self._id("divider")
        options = _options(self.choices[self.compare].texts)
        return (
            f'<div><label for="{beside}">{COMPARED}</label><select id="{beside}" data-beside="">'
            f'<option value="">{NOTHING}</option>{options}</select></div>'
            f'<div><label for="{divider}">{DIVIDER}</label><input type="range" id="{divider}" '
            'data-divider="" min="0" max="100" value="50"/>'
            '<span class="explore-value" aria-hidden="true"></span></div>'
        )

    def _buttons(self) -> str:
        what = escape(self.choices[self.play].label or self.play)
        return (
            f'<div class="explore-buttons"><button type="button" data-move="-1">Back</button>'
            f'<button type="button" data-move="play">Play</button>'
            f'<button type="button" data-move="1">Next</button>'
            f"<span>moves “{what}”</span>"
            '<button type="button" class="explore-link" aria-live="polite">Copy link</button></div>'
        )

    @cached_property
    def live(self) -> ipywidgets.VBox:
        """The live face: controls that call the figure's function."""
        controls = {
            parameter: _live_control(choice, choice.label or parameter)
            for parameter, choice in self.choices.items()
        }
        more = self._live_comparison()
        shown = ipywidgets.HTML()

        def draw(_change: object = None) -> None:
            values = {
                parameter: _value(self.choices[parameter], control)
                for parameter, control in controls.items()
            }
            picture = self.picture(**values)
            said, drawn = picture.readout, picture.html
            if more and (place := more[0].index):
                other = self.choices[self.compare].options[place - 1]
                second = self.picture(**values | {self.compare: other})
                said = f"Left: {said} Right: {second.readout}"
                drawn = _divided(drawn, second.html, more[1].value)
            # role=status: a screen reader announces the new state, as on the static page.
            shown.value = f'<p role="status">{escape(said)}</p>{drawn}'

        for control in (*controls.values(), *more):
            control.observe(draw, names="value")
        draw()
        player = _player(controls[self.play])
        heading = ipywidgets.HTML(f"<strong>{escape(self.title)}</strong>")
        return ipywidgets.VBox([heading, *controls.values(), *more, *player, shown])

    def _live_comparison(self) -> list[ipywidgets.Widget]:
        if not self.compare:
            return []
        beside = Choice({NOTHING: None} | dict.fromkeys(self.choices[self.compare].texts))
        divider = ipywidgets.IntSlider(50, 0, 100, description=DIVIDER, **LIVE_LAYOUT)
        return [_live_control(beside, COMPARED), divider]

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        bundle: dict[str, object] = self.live._repr_mimebundle_()
        return bundle | {
            "text/plain": f"{self.title}: {self.picture().alt}",
            "text/html": self.html,
        }


def _options(texts: Sequence[str], at: int | None = None) -> str:
    """The entries of a menu; the one at place `at` is selected."""
    return "".join(
        f'<option value="{i}"{SELECTED if i == at else ""}>{escape(text)}</option>'
        for i, text in enumerate(texts)
    )


def _divided(left: str, right: str, percent: int) -> str:
    """Two drawings of one size as one: the first up to the divider, the second from there on."""
    part = '<div style="grid-area:1/1;clip-path:inset(0 {} 0 {})">{}</div>'
    first = part.format(f"{100 - percent}%", "0", left)
    return (
        '<div style="display:grid;width:fit-content;max-width:100%">'
        f"{first}{part.format('0', f'{percent}%', right)}</div>"
    )


def _live_control(choice: Choice, label: str) -> ipywidgets.Widget:
    common = {"description": label, **LIVE_LAYOUT}
    if choice.live is not None:
        low, high, step = choice.live
        whole = all(isinstance(value, int) for value in choice.live)
        slider = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return slider(
            value=choice.options[choice.start_index], min=low, max=high, step=step, **common
        )
    kind = ipywidgets.Dropdown if choice.is_menu else ipywidgets.SelectionSlider
    return kind(options=choice.texts, index=choice.start_index, **common)


def _value(choice: Choice, control: ipywidgets.Widget) -> object:
    # By index: ipywidgets looks a value up by ==, which an array does not answer with one truth
    # value.
    return choice.options[control.index] if hasattr(control, "index") else control.value


def _player(control: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """A play button for a control that steps through a list; a continuous slider has none."""
    if not hasattr(control, "index"):
        return []
    player = ipywidgets.Play(
        value=control.index, min=0, max=len(control.options) - 1, interval=1200
    )
    ipywidgets.link((player, "value"), (control, "index"))
    return [player]
