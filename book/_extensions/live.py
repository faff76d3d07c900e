"""The directive ``live-figure``: a figure that computes takes the place of one made of frames.

    ```{live-figure} placing-stride
    :kind: placing
    :x: 1 2; 3 4
    :w: 1 2; 3 4
    :stride: 3
    :padding: 0
    ```

It stands below the cell of the frame figure that it names.  Of that figure the page keeps the
title and its first frame, for readers without JavaScript; the other frames are left to JupyterLab.
Modules, markup and styles are in book/live; kinds.toml says which fields and grids a kind has, the
.html files are what all kinds are put together from.  Fields begin with what the options say; a
text that begins with ``=`` names a value that a cell of the page has glued.
"""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path
from string import Template
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from glued import glued
from joining import load, serve
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

MARK = 'class="live"'
FIELDS = (
    *("x", "w", "h", "n", "k", "s", "p", "out", "stride", "padding", "output_padding"),
    *("kernels", "strides", "steps", "shown", "problem"),
)
FORMS = ("numbers", "whole", "choice", "slider", "known")
# What an Explorer of src/convtranspose/widgets writes: its title, its words, its first frame.
FRAMES = re.compile(
    r'<p class="explore-title"[^>]*>(?P<title>.*?)</p>.*'
    r'<output class="explore-readout"[^>]*>(?P<words>.*?)</output>.*'
    r'<div class="explore-picture">(?P<first>.*?)</div><noscript>',
    re.S,
)

logger = logging.getLogger(__name__)


class Place(nodes.General, nodes.Element):
    """Where the directive stands; it names a frame figure and holds what the fields begin with."""


class LiveFigure(SphinxDirective):
    """Marks the figure: what it was made of is known when the page is written."""

    required_arguments = 1
    option_spec: ClassVar[OptionSpec] = {
        "kind": directives.unchanged_required,
        **dict.fromkeys(FIELDS, directives.unchanged_required),
    }

    def run(self) -> list[nodes.Node]:
        given = {
            key: glued(self, text[1:]) if text.startswith("=") else text
            for key, text in self.options.items()
        }
        place = Place("", name=self.arguments[0], options=given)
        self.set_source_info(place)
        return [place]


def alive(name: str, options: dict[str, str], frames: str, forms: Path) -> str:
    """The markup of a live figure in place of `frames`, that of a frame figure; `forms` is the
    folder of kinds.toml.  ValueError, in one sentence, for a kind that is not there, for a field
    that is not given, and for other markup.
    """
    kinds = tomllib.loads((forms / "kinds.toml").read_text(encoding="utf-8"))
    kind = options.get("kind", "")
    if kind not in kinds:
        raise ValueError(
            f"kind of the live figure {name} must be one of {', '.join(sorted(kinds))}, "
            f"got {kind!r}"
        )
    said = FRAMES.search(frames)
    if not said:
        raise ValueError(f"the live figure {name} must name a figure made by explore")
    try:
        fields = "".join(_field(field, name, options, forms) for field in kinds[kind]["fields"])
    except KeyError as missing:
        raise ValueError(f"the live figure {name} must be given {missing}") from None
    panels = "".join(
        _form(forms, "panel", name=name, panel=panel, heading=heading)
        for panel, heading in kinds[kind]["panels"].items()
    )
    buttons = "".join(
        f'<button type="button" data-act="{act}">{text}</button>\n'
        for act, text in kinds[kind].get("acts", {}).items()
    )
    acts = buttons and f'<div class="live-acts">\n{buttons}</div>\n'
    parts = {"kind": kind, "fields": fields, "panels": panels, "acts": acts}
    return _form(forms, "figure", name=name, **parts, **said.groupdict())


def _field(field: dict[str, Any], name: str, options: dict[str, str], forms: Path) -> str:
    """The markup of a field; KeyError if the options do not say what it begins with."""
    form = next(form for form in FORMS if form in field)
    key = field[form]
    if form == "choice":
        menu = "".join(
            f'<option value="{value}">{text}</option>\n' for value, text in field["of"].items()
        )
        return _form(forms, form, name=name, field=key, label=field["label"], options=menu)
    given = html.escape(re.sub(r" *; *", "\n", options[key]))
    texts = {text: str(field.get(text, "")) for text in ("label", "said", "most")}
    return _form(forms, form, name=name, field=key, value=given, **texts)


def _form(forms: Path, form: str, **texts: str) -> str:
    """One of the .html files, filled in."""
    return Template((forms / f"{form}.html").read_text(encoding="utf-8")).substitute(texts)


def bring_to_life(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the live figures into a page that is being written; other formats keep the frames'."""
    for place in list(doctree.findall(Place)):
        if app.builder.format == "html":
            name = place["name"]
            opening = f'<div class="explore" id="{name}"'
            found = [raw for raw in doctree.findall(nodes.raw) if opening in raw.astext()]
            try:
                if len(found) != 1:
                    raise ValueError(
                        f"the live figure {name} must name one figure of its page, "
                        f"got {len(found)} of that name"
                    )
                forms = Path(app.srcdir) / "book" / "live"
                markup = alive(name, place["options"], found[0].astext(), forms)
                found[0].replace_self(nodes.raw("", markup, format="html"))
            except ValueError as error:
                logger.warning("%s", error, location=place)
        place.parent.remove(place)


def serve_script(app: Sphinx, config: Config) -> None:
    """Write script and styles into the site, and have pages written again when one has changed."""
    config.live_files = serve(app, "live", "engine", "calculator")


def load_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Have a page with a live figure load the two files."""
    if MARK in context.get("body", ""):
        load(app, "live")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the hooks; called by Sphinx."""
    app.add_config_value("live_files", "", "html")
    app.add_directive("live-figure", LiveFigure)
    app.connect("config-inited", serve_script)
    app.connect("doctree-resolved", bring_to_life)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
