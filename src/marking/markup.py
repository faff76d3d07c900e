"""Students' text on pages: Markdown, HTML and output, by a list of what may be on a page.

Formgrader and feedback pages are opened by people whose login a script could use.  Whether a text
can act shows only once it is parsed, so the list is applied to what the parser found: of elements,
attributes and addresses only those below pass, whatever they were written as.  What does not pass
is shown as text.
"""

from __future__ import annotations

import functools
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape
from typing import Any

from marking.terminal import printable

# Elements that Markdown makes.  None of them takes a class or an id that our own pages use: a
# student's text must not pass for a note of the examiner's.
ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        """a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img li ol p pre span
        strong table tbody td th thead tr ul""",
    )
)
# Formulas as (TeX, whether it is displayed) → HTML of each; None where the TeX is to stay.
Formulas = Callable[[Sequence[tuple[str, bool]]], Sequence[str | None]]
LINK = re.compile(r"(?i)(?:https?://|mailto:)[^\x00-\x20\\]+|#[^\x00-\x20]*")
PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/]+=*")
# What the examiner's own fragments are made of (`marking.examiner.rendering`).
VERDICT_ELEMENTS = frozenset(
    re.findall(r"\w+", "br caption code div em li p span strong table tbody td tr ul")
)
VERDICT_STYLES = frozenset(
    re.findall(
        r"[\w-]+",
        """align-items background background-color border border-collapse border-left caption-side
        color display flex-wrap font font-family font-weight gap list-style margin max-width
        overflow-x padding padding-left text-align white-space""",
    )
)
VERDICT_STYLE = re.compile(r"(?i)(?!.*(?:url|image))[\w\s:;.,%#()-]*")  # nothing that is fetched

# Some scripts cannot be written without joiners and marks of direction; they turn nothing over.
_PROSE = "\n\t\u200c\u200d\u200e\u200f\ufe0e\ufe0f"
_ESCAPE_CODE = re.compile(r"\x1b\[[0-9;:]*m")
_FENCE = "~"


def plain(text: str) -> str:
    """Output or a message as text that is all seen: without colour codes, each line's end a plain
    one, what would act or be invisible replaced.
    """
    text = _ESCAPE_CODE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return printable(text, keep="\n\t")


def plain_html(text: str) -> str:
    """Output as HTML shows it; in place of nbconvert's filter for colours, which fails on some."""
    return escape(plain(text))


def page_markdown(
    source: str,
    attachments: Mapping[str, Any] = {},
    *,
    links: bool = True,
    formulas: Formulas | None = None,
) -> str:
    """Markdown as HTML for a page, of listed elements and addresses only.

    Pictures are those of `attachments` (file name → type → base64).  Without `links` there is none
    that can be followed: their addresses are shown.  `formulas` gives harmless HTML for formulas;
    without it their TeX stays.
    """
    text = printable(source, keep=_PROSE)
    parser = _parser(_attached(attachments), links)
    if formulas is not None:
        parser.renderer.marker = f"formula{secrets.token_hex(8)}x"
    try:
        html = parser.render(text)
    except RecursionError:  # nested too deeply to be parsed
        return clean(f"<pre>{escape(text)}</pre>")
    html = clean(html)
    found = parser.renderer.formulas
    for number, made in enumerate(formulas(found) if formulas and found else ()):
        place = f"{parser.renderer.marker}{number}x"
        html = html.replace(place, made or escape(_delimited(*found[number])))
    return html


def _delimited(tex: str, display: bool) -> str:
    if tex.startswith("\\begin{"):
        return tex
    return f"$${tex}$$" if display else f"${tex}$"


def clean(html: str) -> str:
    """HTML, however malformed, with its listed elements and attributes; the rest shown as text."""
    cleaned: str = _cleaner().clean(html)
    return cleaned


def clean_verdict(html: str) -> str:
    """As `clean`, for a fragment that the examiner made: with its styles, without any address."""
    cleaned: str = _verdict_cleaner().clean(html)
    return cleaned


def harmless_markdown(source: str) -> str:
    """A student's Markdown that is harmless whatever program renders it, also one without our list:
    raw HTML shown as text, no link that could run a script, no TeX command that could.

    In code spans the replacements show as they are; that costs looks, not meaning.
    """
    source = printable(source, keep=_PROSE)
    source = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", source)
    source = re.sub(
        r"(?i)\b(javascript|vbscript|data)(\s*(?::|&colon;|&#0*58;|&#x0*3a;))", r"\1 \2", source
    )
    source = re.sub(
        r"\\(?=(href|style|class|cssId|unicode|require|csname|def|let|newcommand|data)\b)",
        r"\\ ",
        source,
    )
    if _acts(source):
        source = source.replace("[", "&#91;")  # without brackets there is no link
    if _acts(source):
        source = fenced(source)
    return source


def fenced(source: str) -> str:
    """`source` as a block of Markdown in which nothing means anything."""
    longest = max((len(run) for run in re.findall(f"{_FENCE}+", source)), default=0)
    fence = _FENCE * max(3, longest + 1)
    return f"{fence}text\n{source}\n{fence}"


def _acts(source: str) -> bool:
    """Whether Markdown, parsed, holds anything that is not on the list."""
    if "[" not in source and "<" not in source and "mermaid" not in source:
        return False  # most texts: nothing but a link, an element or a drawing could
    parser = _parser(_Anything(), links=True)
    try:
        parser.render(source)
    except RecursionError:
        return True
    refused: bool = parser.renderer.refused
    return refused


class _Anything(dict[str, str]):
    """Attachments that may all exist."""

    def __missing__(self, name: str) -> str:
        return "data:image/png;base64,AAAA"


def _attached(attachments: Mapping[str, Any]) -> dict[str, str]:
    """The addresses of pictures pasted into a cell, by file name."""
    found: dict[str, str] = {}
    for name, bundle in attachments.items():
        for kind in ("image/png", "image/jpeg"):
            data = bundle.get(kind) if isinstance(bundle, Mapping) else None
            if isinstance(data, str):
                found[name] = f"data:{kind};base64,{''.join(data.split())}"
    return found


def _parser(attached: Mapping[str, str], links: bool) -> Any:
    """nbconvert's parser, with a renderer of ours; its `renderer.refused` says whether something
    was not on the list.
    """
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    return MarkdownWithMath(renderer=_renderer()(attached, links))


@functools.cache
def _renderer() -> Any:
    """A class; made when first needed, because nbconvert takes a second to import."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer

    class Renderer(IPythonRenderer):
        """Markdown's tokens as HTML: addresses by the list, raw HTML as text."""

        def __init__(self, attached: Mapping[str, str], links: bool) -> None:
            super().__init__(escape=False, exclude_anchor_links=True)
            self.attached = attached
            self.links = links
            self.refused = False
            self.marker = ""  # stands for a formula until the rest is harmless; "": TeX stays
            self.formulas: list[tuple[str, bool]] = []

        def _formula(self, tex: str, display: bool) -> str:
            self.formulas.append((tex, display))
            return f"{self.marker}{len(self.formulas) - 1}x"

        def block_math(self, body: str) -> str:
            return self._formula(body, True) if self.marker else str(super().block_math(body))

        def inline_math(self, body: str) -> str:
            return self._formula(body, False) if self.marker else str(super().inline_math(body))

        def latex_environment(self, name: str, body: str) -> str:
            if not self.marker:
                return str(super().latex_environment(name, body))
            return self._formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

        def link(self, text: str, url: str, title: str | None = None) -> str:
            address = unescape(url)
            if not LINK.fullmatch(address):
                self.refused = True
                return f"{text} ({escape(address)})"
            if not self.links:
                return f"{text} ({escape(address)})" if address not in text else text
            return f'<a href="{escape(address)}">{text}</a>'

        def image(self, text: str, url: str, title: str | None = None) -> str:
            address = unescape(url)
            if address.startswith("attachment:"):
                address = self.attached.get(address.removeprefix("attachment:"), address) or ""
            if isinstance(self.attached, _Anything) and url.startswith("attachment:"):
                return ""
            if not PICTURE.fullmatch(address):
                self.refused = True
                return f"{escape(unescape(text))} ({escape(unescape(url)[:200])})"
            return f'<img src="{address}" alt="{escape(unescape(text))}">'

        def inline_html(self, html: str) -> str:
            self.refused = True
            return escape(html)

        def block_html(self, html: str) -> str:
            self.refused = True
            return f"<p>{escape(html)}</p>"

        def block_mermaidjs(self, code: str) -> str:
            self.refused = True
            return f"<pre>{escape(code)}</pre>"

        def task_list_item(self, text: str, checked: bool = False) -> str:
            return f"<li>{'☑' if checked else '☐'} {text}</li>"

    return Renderer


@functools.cache
def _cleaner() -> Any:
    from bleach.css_sanitizer import CSSSanitizer
    from bleach.sanitizer import Cleaner

    return Cleaner(
        tags=ELEMENTS,
        attributes=_may_have,
        protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=["text-align"]),
    )


def _may_have(element: str, name: str, value: str) -> bool:
    """Whether an element on a page may have this attribute."""
    match element, name:
        case "a", "href":
            return LINK.fullmatch(value) is not None
        case "img", "src":
            return PICTURE.fullmatch(value) is not None
        case ("img", "alt") | ("ol", "start"):
            return True
        case (("td" | "th"), "style"):  # how a table's column is aligned
            return True
        case (("div" | "span"), "class"):  # the colours of code
            return set(value.split()) <= _code_classes()
    return False


@functools.cache
def _code_classes() -> frozenset[str]:
    from pygments.token import STANDARD_TYPES

    return frozenset({"highlight", *STANDARD_TYPES.values()})


@functools.cache
def _verdict_cleaner() -> Any:
    from bleach.css_sanitizer import CSSSanitizer
    from bleach.sanitizer import Cleaner

    return Cleaner(
        tags=VERDICT_ELEMENTS,
        attributes=_verdict_may_have,
        protocols=frozenset(),
        css_sanitizer=CSSSanitizer(allowed_css_properties=VERDICT_STYLES),
    )


def _verdict_may_have(_element: str, name: str, value: str) -> bool:
    if name == "style":
        return VERDICT_STYLE.fullmatch(value) is not None
    return name in ("role", "aria-label")
