"""The directive ``question``: a question that the reader answers before the page does.

::

    :::{question} 4. How many outputs?
    The answer, folded away as long as nobody asks for it.

    - [x] =outputs
    - [ ] =pixels | What somebody who says this has overlooked.
    :::

An option is one line: right or wrong, its head, and what is said of it.  A head that begins with
``=`` names a value that a cell of the page has glued: then the reader types numbers, and the heads
are the answers that are known.  Other heads are choices.  Exactly one option is right.  Without a
text of its own before the options (in *Predict first*, where the chapter itself answers) nothing is
folded.  Without JavaScript, and on paper, there are the question, its choices and the fold.
"""

from __future__ import annotations

import ast
import html
import re
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from joining import load, serve
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

OPTION = re.compile(r"- \[(?P<right>[ x])\] (?P<head>[^|]+?)(?: \| (?P<why>.+))?")
TITLE = re.compile(r"(?P<number>\d+)\. (?P<text>.+)")
FIELD = (
    '<input type="text" inputmode="{mode}" autocomplete="off" name="answer" aria-label="{label}">'
)
SCORE = (
    '<div class="question-score"><p role="status"></p>'
    "<p>This score is kept in this browser only.</p>"
    '<button type="button">Forget my score</button></div>'
)


@dataclass(frozen=True)
class Option:
    """An answer that is known: what the reader says, and what is said of it."""

    right: bool
    head: str
    why: str


def split(lines: list[str]) -> tuple[list[str], list[Option]]:
    """The text of a question's answer, and its options.

    ValueError if not exactly one option is right, if one that is wrong is not explained, or if some
    heads are choices and others are values.
    """
    text, options = [], []
    for line in lines:
        match = OPTION.fullmatch(line)
        if match:
            options.append(Option(match["right"] == "x", match["head"], match["why"] or ""))
        else:
            text.append(line)
    if sum(option.right for option in options) != 1:
        raise ValueError("a question has exactly one right option")
    if any(not (option.right or option.why) for option in options):
        raise ValueError("a wrong option says what was overlooked")
    if len({option.head.startswith("=") for option in options}) != 1:
        raise ValueError("a question has either choices or values")
    return text, options


class Question(SphinxDirective):
    """Puts the question, its form and its fold where it stands."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def parsed(self, text: list[str]) -> list[nodes.Node]:
        """The nodes that lines of text stand for."""
        holder = nodes.container()
        self.state.nested_parse(StringList(text, source=__file__), self.content_offset, holder)
        return holder.children

    def value(self, name: str) -> str:
        """The text of a glued value.  An error at this place if no cell has glued it."""
        try:
            data = retrieve_glue_data(self.state.document, name).data
        except RetrievalError as problem:
            raise self.error(str(problem)) from problem
        return str(ast.literal_eval(data["text/plain"]))

    def run(self) -> list[nodes.Node]:
        title = TITLE.fullmatch(self.arguments[0])
        try:
            text, options = split(list(self.content))
        except ValueError as problem:
            raise self.error(f"{problem}: {self.arguments[0]}") from problem
        number, asked = (title["number"], title["text"]) if title else ("", self.arguments[0])
        typed = options[0].head.startswith("=")
        identity = f"check-{number}" if any(text) else f"predict-{number or 1}"
        shown: list[nodes.Node] = [
            raw(f'<form class="question" data-question="{identity}"><fieldset><legend>'),
            nodes.inline("", f"{number}. " if number else ""),
            *inline(self.parsed([asked])),
            raw("</legend>"),
        ]
        if typed:
            right = self.value(next(option.head for option in options if option.right)[1:])
            whole = re.fullmatch(r"\d+", right)
            if sum(self.value(option.head[1:]) == right for option in options) > 1:
                raise self.error(f"a wrong option has the value of the right one: {asked}")
            label = f"Your answer to question {number}" if number else "Your answer"
            shown.append(raw(FIELD.format(mode="numeric" if whole else "text", label=label)))
        for place, option in enumerate(options):
            value = self.value(option.head[1:]) if typed else str(place)
            if not typed:
                shown += [
                    raw(f'<label><input type="radio" name="answer" value="{place}"><span>'),
                    *inline(self.parsed([option.head])),
                    raw("</span></label>"),
                ]
            said = f'data-value="{html.escape(value)}"' + (" data-right" if option.right else "")
            shown += [
                raw(f'<div class="why" {said} hidden>'),
                *(self.parsed([option.why]) if option.why else []),
                raw("</div>"),
            ]
        shown.append(
            raw(
                '<button type="submit">Check</button>'
                '<div class="verdict" role="status"></div></fieldset></form>'
            )
        )
        if any(text):
            shown += self.parsed([f"::::{{dropdown}} Answer {number}".rstrip(), *text, "::::"])
        return [nodes.container("", *shown, classes=["asked"])]


def raw(text: str) -> nodes.raw:
    """HTML as it is."""
    return nodes.raw("", text, format="html")


def inline(parsed: list[nodes.Node]) -> list[nodes.Node]:
    """What a single paragraph holds: a legend or a label has no paragraphs."""
    return list(parsed[0].children) if len(parsed) == 1 else parsed


def add_score(app: Sphinx, doctree: nodes.document) -> None:
    """Put the chapter's score behind its last question."""
    asked = [node for node in doctree.findall(nodes.container) if "asked" in node["classes"]]
    if asked:
        last = asked[-1]
        last.parent.insert(last.parent.index(last) + 1, raw(SCORE))


def serve_script(app: Sphinx, config: Config) -> None:
    """Write the script and the stylesheet into the site, and have pages written again when one has
    changed.
    """
    config.question_files = serve(app, "questions")


def load_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Have pages that ask something load the two files."""
    if 'class="question"' in context.get("body", "") and app.config.question_files:
        load(app, "questions")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the hooks; called by Sphinx."""
    app.add_directive("question", Question)
    app.add_config_value("question_files", "", "html")
    app.connect("config-inited", serve_script)
    app.connect("doctree-read", add_score)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
