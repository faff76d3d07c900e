"""The index of the search: every section, term and function of the book with its own text.

The index is one script, `_static/search-index.js`, because a page that was opened as a file may
load scripts and nothing else; book/assets/search.js looks words up in it.  Text is taken from the
parsed pages, not from their markup: what stands in a figure's markup, a formula's source and the
code of a cell is in no excerpt, and neighbouring blocks are never joined into one word.  Names in
code are kept beside the text, so that they are found as well.

What a page holds is written down when the page is written, and put together when the build ends:
a page that was not written again keeps its sections.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from digests import digest
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

SIMPLE = re.compile(r"[\w\s=+\-×·,.()\[\]<>/*′≤≥≠…]*")  # a formula that reads as text
COMMANDS = {"times": "×", "cdot": "·", "dots": "…", "le": "≤", "ge": "≥", "ne": "≠", "mathsf": ""}
RAISED = {"^T": "ᵀ", "^2": "²"}
SILENT = (nodes.raw, nodes.image, nodes.comment, nodes.math_block, addnodes.index)
NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]{3,}")
OWN_PLACE = (nodes.section, addnodes.desc, nodes.definition_list_item)


def formula(source: str) -> str:
    """A short formula as text; an ellipsis for one that cannot be written in a line."""
    text = re.sub(r"\\([a-z]+)", lambda command: COMMANDS.get(command[1], command[0]), source)
    text = re.sub(r"[{}]", "", re.sub(r"\\[,;: ]", " ", text)).replace("^ ", "^")
    for written, sign in RAISED.items():
        text = text.replace(written, sign)
    return text if SIMPLE.fullmatch(text) else "…"


def plain(node: nodes.Node, code: set[str]) -> str:
    """The text of a node without what has a place of its own in the index; names in its code are
    added to `code`.
    """
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.math):
        return formula(node.astext())
    if isinstance(node, nodes.literal_block):
        code.update(NAME.findall(node.astext()))
        return " "
    if isinstance(node, SILENT) or has_place(node):
        return " "
    between = "" if isinstance(node, nodes.TextElement) else " "
    return between.join(plain(child, code) for child in node.children)


def has_place(node: nodes.Node) -> bool:
    """Whether a node is a section, a term of the glossary or a function: found by itself."""
    if not isinstance(node, OWN_PLACE):
        return False
    return bool(place(node)) or isinstance(node, nodes.section)


def place(node: nodes.Element) -> str:
    """The id by which a link reaches the node; empty if there is none."""
    if isinstance(node, addnodes.desc):
        return next((ids[0] for sig in node[:1] if (ids := sig["ids"])), "")
    if isinstance(node, nodes.definition_list_item):
        term = node.next_node(nodes.term)
        return term["ids"][0] if term is not None and term["ids"] else ""
    return str(node["ids"][0]) if node["ids"] else ""


def heading(node: nodes.Element) -> str:
    """What the node is called."""
    if isinstance(node, addnodes.desc):
        return " ".join(sig["fullname"] for sig in node[:1] if sig.get("fullname"))
    kind = nodes.term if isinstance(node, nodes.definition_list_item) else nodes.title
    title = node.next_node(kind)
    return tidy(plain(title, set())) if title is not None else ""


def tidy(text: str) -> str:
    """One line, single blanks, none before a full stop or a comma."""
    return re.sub(r" +([.,;:)])", r"\1", re.sub(r"\s+", " ", text)).strip()


def sections(doctree: nodes.document) -> list[list[str]]:
    """Heading, id, text and names in code of all that has a place on the page, in its order."""
    found = []
    for node in doctree.findall(lambda node: has_place(node)):
        code: set[str] = set()
        skipped = (nodes.title, nodes.term)
        kept = [child for child in node.children if not isinstance(child, skipped)]
        if isinstance(node, addnodes.desc):
            code.update(NAME.findall(node[0].astext()))
            kept = node.children[1:]
        text = tidy(" ".join(plain(child, code) for child in kept))
        found.append([heading(node), place(node), text, " ".join(sorted(code))])
    return found


def notes_folder(app: Sphinx) -> Path:
    """Where what each page holds is written down."""
    return Path(app.doctreedir) / "search"


def note_page(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write down what the page holds."""
    if doctree is None:
        return
    target = notes_folder(app) / f"{page}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    title = re.sub(r"<[^>]+>", "", context["title"])
    note = {"title": title, "url": app.builder.get_target_uri(page), "sections": sections(doctree)}
    target.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Put the index together from the pages of the table of contents, in its order."""
    if exception or app.builder.format != "html":
        return
    order = [app.config.root_doc, *app.env.toctree_includes.get(app.config.root_doc, [])]
    names = sorted(app.env.found_docs, key=lambda name: (name not in order, name))
    notes = [notes_folder(app) / f"{name}.json" for name in names]
    pages = [json.loads(note.read_text(encoding="utf-8")) for note in notes if note.is_file()]
    path = Path(app.srcdir, "book", "synonyms.toml")
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["groups"] if path.is_file() else []
    data = json.dumps({"pages": pages, "synonyms": groups}, ensure_ascii=False)
    target = Path(app.outdir, "_static", "search-index.js")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"window.courseIndex = {data};\n", encoding="utf-8")


def no_index_of_sphinx(app: Sphinx) -> None:
    """Sphinx's own index and scripts for it are neither made nor loaded."""
    if app.builder.format == "html":
        app.builder.search = False


def collect_search_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """The page on which one searches; it asks for the index of this state of the book."""
    book = Path(app.srcdir, "book")
    sources = [*book.glob("*.md"), *book.glob("*.toml")]
    return [("search", {"title": "Search", "search_digest": digest(book, sources)}, "search.html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.connect("builder-inited", no_index_of_sphinx)
    app.connect("html-collect-pages", collect_search_page)
    app.connect("html-page-context", note_page)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
