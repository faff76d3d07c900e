"""The directive ``question``: a question that the reader answers before the page does.

::

    :::{question} 4. How many outputs?
    The answer, folded away as long as nobody asks for it.

    - [x] =outputs
    - [ ] =pixels | What somebody who says this has overlooked.
    :::

An option is one line: right or wrong, its head, and what is said of it.  A head that begins with
``=`` names a value that a cell of the page has glued: then the reader types numbers, and the heads
are the answers that are known.  Other heads are choices; where several are right, the reader ticks
all of them, and what is said of a right one is for those who leave it out.  Without a text of its
own before the options (in *Predict first*, where the chapter itself answers) nothing is folded.
Without JavaScript, and on paper, there are the question, its choices and the fold.

A question of several parts has a line ``+ What the part asks`` before the options of each; it is
answered rightly when all of them are.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from glued import glued
from joining import load, serve
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

OPTION = re.compile(r"- \[(?P<right>[ x])\] (?P<head>[^|]+?)(?: \| (?P<why>.+))?")
PART = re.compile(r"\+ (?P<asked>.+)")
TITLE = re.compile(r"(?P<number>\d+)\. (?P<text>.+)")
FIELD = (
    '<input type="text" inputmode="{mode}" autocomplete="off" name="{name}" aria-label="{label}"'
    "{long}>"
)
LONG = 4  # a list of more numbers has a longer field
BUTTON = '<button type="submit">Check</button>'
VERDICT = '<div class="verdict" role="status"></div>'
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


@dataclass(frozen=True)
class Part:
    """What is asked (nothing where the question has one part only) and the answers known."""

    asked: str
    options: list[Option]

    @property
    def typed(self) -> bool:
        """Whether numbers are typed; else there are choices."""
        return self.options[0].head.startswith("=")

    @property
    def several(self) -> bool:
        """Whether several choices are right, and all of them are to be ticked."""
        return sum(option.right for option in self.options) > 1

    def check(self) -> None:
        """ValueError for a part that cannot be judged."""
        if not any(option.right for option in self.options):
            raise ValueError("a question has a right option")
        if len({option.head.startswith("=") for option in self.options}) != 1:
            raise ValueError("a question has either choices or values")
        if self.typed and self.several:
            raise ValueError("a question that is typed has exactly one right option")
        if any(not option.why and (self.several or not option.right) for option in self.options):
            raise ValueError("an option that can be a mistake says what was overlooked")


def split(lines: list[str]) -> tuple[list[str], list[Part]]:
    """The text of a question's answer, and the parts of the question.

    ValueError if a part has no right option, if a mistake is not explained, or if some heads of a
    part are choices and others are values.
    """
    text: list[str] = []
    parts = [Part("", [])]
    for line in lines:
        option, part = OPTION.fullmatch(line), PART.fullmatch(line)
        if option:
            right = option["right"] == "x"
            parts[-1].options.append(Option(right, option["head"], option["why"] or ""))
        elif part:
            parts.append(Part(part["asked"], []))
        else:
            text.append(line)
    if len(parts) > 1 and not parts[0].options:
        del parts[0]
    for part in parts:
        part.check()
    return text, parts


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

    def run(self) -> list[nodes.Node]:
        title = TITLE.fullmatch(self.arguments[0])
        try:
            text, parts = split(list(self.content))
        except ValueError as problem:
            raise self.error(f"{problem}: {self.arguments[0]}") from problem
        number, asked = (title["number"], title["text"]) if title else ("", self.arguments[0])
        identity = f"check-{number}" if any(text) else f"predict-{number or 1}"
        label = f"Your answer to question {number}" if number else "Your answer"
        shown: list[nodes.Node] = [
            raw(f'<form class="question" data-question="{identity}"><fieldset><legend>'),
            nodes.inline("", f"{number}. " if number else ""),
            *inline(self.parsed([asked])),
            raw("</legend>"),
        ]
        if len(parts) == 1:
            shown += [*self.part(parts[0], "answer", label), raw(f"{BUTTON}{VERDICT}")]
        else:
            for place, part in enumerate(parts):
                shown += [
                    raw(f'<fieldset class="part"><legend>{ascii_lowercase[place]}) '),
                    *inline(self.parsed([part.asked])),
                    raw("</legend>"),
                    *self.part(part, f"answer-{place}", f"{label}, {ascii_lowercase[place]}"),
                    raw(f"{VERDICT}</fieldset>"),
                ]
            shown.append(raw(BUTTON))
        shown.append(raw("</fieldset></form>"))
        if any(text):
            shown += self.parsed([f"::::{{dropdown}} Answer {number}".rstrip(), *text, "::::"])
        return [nodes.container("", *shown, classes=["asked"])]

    def part(self, part: Part, name: str, label: str) -> list[nodes.Node]:
        """The field or the choices of a part, and what is said of each answer."""
        shown: list[nodes.Node] = []
        if part.typed:
            right = glued(self, next(option.head for option in part.options if option.right)[1:])
            if sum(glued(self, option.head[1:]) == right for option in part.options) > 1:
                raise self.error(f"a wrong option has the value of the right one: {label}, {right}")
            mode = "numeric" if re.fullmatch(r"\d+", right) else "text"
            long = ' class="long"' if len(re.split("[×,]", right)) > LONG else ""
            shown.append(raw(FIELD.format(mode=mode, name=name, label=label, long=long)))
        kind = "checkbox" if part.several else "radio"
        for place, option in enumerate(part.options):
            value = glued(self, option.head[1:]) if part.typed else str(place)
            if not part.typed:
                shown += [
                    raw(f'<label><input type="{kind}" name="{name}" value="{place}"><span>'),
                    *inline(self.parsed([option.head])),
                    raw("</span></label>"),
                ]
            said = f'data-value="{html.escape(value)}"' + (" data-right" if option.right else "")
            shown += [
                raw(f'<div class="why" {said} hidden>'),
                *(self.parsed([option.why]) if option.why else []),
                raw("</div>"),
            ]
        return shown


def raw(text: str) -> nodes.raw:
    """HTML as it is."""
    return nodes.raw("", text, format="html")


def inline(parsed: list[nodes.Node]) -> list[nodes.Node]:
    """What a single paragraph holds: a legend or a label has no paragraphs."""
    return list(parsed[0].children) if len(parsed) == 1 else parsed


def add_score(app: Sphinx, doctree: nodes.document) -> None:
    """Put the chapter's score at the end of the section of its last question, behind the folds."""
    asked = [node for node in doctree.findall(nodes.container) if "asked" in node["classes"]]
    if asked:
        asked[-1].parent.append(raw(SCORE))


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
