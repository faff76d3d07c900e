"""A page as Beautiful Soup writes it again after parsing, without parsing all of it.

nbconvert does that to every page, for the sake of pictures without a text; it takes 40 % of a
page's time.  Our pages are well formed, with few different tags.  So each different tag is given to
Beautiful Soup once, and what is between tags is written by its rules.  Where a page is not that
simple, the answer is None.
"""

from __future__ import annotations

import functools
import html
import re

from bs4 import BeautifulSoup
from bs4.builder import HTMLTreeBuilder

NO_ALT = "No description has been provided for this image"  # nbconvert's words
MAX_KEPT_TAG = 300  # characters; longer ones are pictures, of which no two are alike
MAX_TAGS = 4096  # different tags whose text is kept

_VOID = frozenset(HTMLTreeBuilder.DEFAULT_EMPTY_ELEMENT_TAGS or ())
_AS_IT_IS = frozenset({"script", "style"})  # in which nothing is a tag or an entity
_KEEPS_SPACE = "pre"
# Some elements have rules of their own in one version of Python's parser or another.
_OTHER = frozenset({"textarea", "plaintext", "xmp", "iframe", "noembed", "noframes", "noscript"})
_ATTRIBUTE = r"""\s+[a-zA-Z][\w:-]*+(?:=(?:"[^"]*+"|'[^']*+'))?+"""
_TOKEN = re.compile(
    rf"""(?P<text>[^<]++)
    | <(?P<begin>[a-z][a-z0-9]*+)(?:{_ATTRIBUTE})*+\s*+(?P<closed>/?)>
    | </(?P<end>[a-z][a-z0-9]*+)>
    | (?P<doctype><!DOCTYPE\ html>)
    | <!--(?![->])(?P<comment>(?:[^-]|-(?!-))*+)-->""",
    re.VERBOSE,
)
_OTHER_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|\#39|\#34|\#x27);)")
_SPACES = " \n\t\f\r"


def parsed(page: str) -> str:
    """`page` as nbconvert has it after parsing: every picture with a text, and in JupyterLab's
    layout cells that the keyboard reaches.
    """
    quick = None if "jp-Notebook" in page else as_parsed(page)
    if quick is not None:
        return quick
    soup = BeautifulSoup(page, "html.parser")
    for picture in soup.select("img:not([alt])"):
        picture["alt"] = NO_ALT
    for part in ("div.jp-Cell-inputWrapper", "div.jp-OutputArea-output"):
        for element in soup.select(f".jp-Notebook {part}"):
            element["tabindex"] = "0"
    return str(soup)


def as_parsed(page: str) -> str | None:
    """What `str(BeautifulSoup(page, "html.parser"))` gives, every picture with a text in its place;
    None where only Beautiful Soup can tell.
    """
    made: list[str] = []
    within: list[str] = []  # the elements that are open
    place = 0
    while place < len(page):
        token = _TOKEN.match(page, place)
        if token is None:
            return None
        place = token.end()
        match token.lastgroup:
            case "text":
                text = _text(token[0], _KEEPS_SPACE in within)
                if text is None:
                    return None
                made.append(text)
            case "end":
                if not within or within.pop() != token["end"]:
                    return None
                made.append(token[0])
            case "doctype":
                made.append(f"{token[0]}\n")
            case "comment":
                made.append(token[0])
            case _:
                name = token["begin"]
                is_void = name in _VOID
                if name in _OTHER or (token["closed"] and not is_void):
                    return None
                keep = len(token[0]) <= MAX_KEPT_TAG
                made.append((_tag if keep else _tag.__wrapped__)(token[0], name))
                if name in _AS_IT_IS:
                    end = page.find("</", place)
                    inner = page[place:end]
                    if not inner.strip(_SPACES) or not page.startswith(f"</{name}>", end):
                        return None
                    made.append(inner)
                    place = end
                if not is_void:
                    within.append(name)
    return None if within else "".join(made)


def _text(text: str, keeps_space: bool) -> str | None:
    """Text between tags; None where it has an entity that is not one of the usual."""
    if not keeps_space and not text.strip(_SPACES):
        return "\n" if "\n" in text else " "
    if "&" in text:
        if _OTHER_ENTITY.search(text):
            return None
        text = html.unescape(text)
    return html.escape(text, quote=False)


@functools.lru_cache(MAX_TAGS)
def _tag(tag: str, name: str) -> str:
    """The tag that begins an element, as Beautiful Soup writes it."""
    soup = BeautifulSoup(tag, "html.parser")
    for picture in soup.select("img:not([alt])"):
        picture["alt"] = NO_ALT
    return str(soup).removesuffix(f"</{name}>")
