"""The directive ``api``: the public names of the modules that its content lists, one module a line,
from their signatures and docstrings.

Names are those in a module's ``__all__``, or, where it has none, the public functions and classes
that it defines.  They are grouped by the module that defines them and are addressed by the module
that is listed, so that code may move below a package and links stay.  The option ``types`` shows
annotations too: without it a signature is short, and the docstrings say what arrays must be.

Docstrings of this project are plain text with `code` in backticks, indented blocks, lists of
hyphens, and examples after ``>>>``.  They are turned into a page as such and never read as markup:
no docstring can break the build.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

CODE = re.compile(r"``(.+?)``|`(.+?)`", re.S)


@dataclass(frozen=True)
class Entry:
    """One documented name: what it is to Sphinx, where it is imported from, its arguments in
    brackets or nothing, its docstring, and the entries inside it.
    """

    kind: str
    path: str
    arguments: str
    docstring: str
    inner: tuple[Entry, ...] = ()

    def walk(self) -> Iterator[Entry]:
        """The entry and those inside it, in the order of the page."""
        yield self
        for entry in self.inner:
            yield from entry.walk()


@dataclass(frozen=True)
class Group:
    """The entries that one module defines, and the first paragraph of the module's docstring."""

    module: str
    summary: str
    entries: list[Entry] = field(default_factory=list)


def groups(module_name: str, types: bool) -> list[Group]:
    """The public names of a module, grouped by the module that defines them, in alphabetical order
    of these.

    Raises ImportError if there is no such module; ValueError if a listed name is a module or has no
    docstring.
    """
    module = importlib.import_module(module_name)
    found: dict[str, Group] = {}
    for name in public_names(module):
        value = getattr(module, name)
        origin = getattr(value, "__module__", None) or module_name
        if origin not in found:
            docstring = inspect.getdoc(importlib.import_module(origin)) or ""
            found[origin] = Group(origin, docstring.split("\n\n", 1)[0])
        found[origin].entries.append(entry(value, f"{module_name}.{name}", types))
    return [found[origin] for origin in sorted(found)]


def public_names(module: Any) -> list[str]:
    """The names in ``__all__``, else those of the functions and classes defined in the module."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    ]


def entry(value: Any, path: str, types: bool) -> Entry:
    """What is said of one value.  ValueError if it is a module, or has no docstring of its own."""
    if inspect.ismodule(value):
        raise ValueError(f"{path} is a module; list it in a line of its own")
    if inspect.isclass(value):
        kind, inner = "class", tuple(members(value, path, types))
    elif isinstance(value, property | cached_property):
        kind, inner = "property", ()
    elif inspect.isroutine(value):
        kind, inner = "function", ()
    else:
        return Entry("data", path, "", f"A `{type(value).__name__}`.")
    docstring = inspect.getdoc(value) or ""
    if not docstring:
        raise ValueError(f"{path} has no docstring")
    callable_ = kind in ("class", "function")
    return Entry(kind, path, arguments(value, types) if callable_ else "", docstring, inner)


def members(cls: type, path: str, types: bool) -> Iterator[Entry]:
    """The public methods and properties that a class itself defines."""
    for name, value in vars(cls).items():
        if name.startswith("_"):
            continue
        if inspect.isfunction(value) or isinstance(value, property | cached_property):
            found = entry(value, f"{path}.{name}", types)
            kind = "method" if found.kind == "function" else found.kind
            # the first parameter, self, is not for the caller
            given = re.sub(r"^\(self(, )?", "(", found.arguments)
            yield Entry(kind, found.path, given, found.docstring)


def arguments(value: Any, types: bool) -> str:
    """The signature of a function or class as text, with or without annotations; defaults that
    cannot be written as code are an ellipsis.
    """
    signature = inspect.signature(value)
    parameters = []
    for parameter in signature.parameters.values():
        default = parameter.default
        if default is not parameter.empty and repr(default).startswith("<"):
            parameter = parameter.replace(default=...)
        parameters.append(parameter if types else parameter.replace(annotation=parameter.empty))
    shown = signature.return_annotation if types and not inspect.isclass(value) else signature.empty
    text = str(signature.replace(parameters=parameters, return_annotation=shown))
    # annotations that are postponed are strings; they are shown as they stand in the code
    text = re.sub(r"(: |-> )(['\"])(.*?)\2(?=[,) ]|$)", r"\1\3", text)
    # classes without the modules they come from
    text = re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text)
    return text.replace("Ellipsis", "...")


def as_markdown(entries: list[Entry]) -> str:
    """Sphinx's directives for the names of one module, still without text."""
    lines = []
    for each in entries:
        lines.append(f"::::{{py:{each.kind}}} {each.path}{each.arguments}")
        for inner in each.inner:
            name = inner.path.rpartition(".")[2]
            lines += [f":::{{py:{inner.kind}}} {name}{inner.arguments}", ":::"]
        lines += ["::::", ""]
    return "\n".join(lines)


def known_names(found: list[Group]) -> dict[str, str]:
    """For each way of writing a documented name in a docstring, its address."""
    names = {}
    for group in found:
        for top in group.entries:
            for each in top.walk():
                names[each.path] = each.path
                names[each.path.removeprefix(top.path.rpartition(".")[0] + ".")] = each.path
    return names


def code(text: str, target: str | None, docname: str) -> nodes.Node:
    """Text set as code, which leads to the documented name called `target` if one is given."""
    literal = nodes.literal(text, text)
    if target is None:
        return literal
    where = {"refdomain": "py", "reftype": "obj", "reftarget": target, "refdoc": docname}
    return addnodes.pending_xref("", literal, refexplicit=True, refwarn=True, **where)


def inline(text: str, known: Mapping[str, str], docname: str) -> list[nodes.Node]:
    """A paragraph's text: code is set as code, and leads to where it is documented on the page."""
    found: list[nodes.Node] = []
    end = 0
    for match in CODE.finditer(text):
        words = re.sub(r"\s+", " ", match[1] or match[2])
        found += [nodes.Text(text[end : match.start()]), code(words, known.get(words), docname)]
        end = match.end()
    return [*found, nodes.Text(text[end:])]


def blocks(docstring: str) -> Iterator[tuple[str, list[str]]]:
    """The parts of a docstring, each with its kind: example, literal, list or paragraph."""
    for block in re.split(r"\n\s*\n", docstring.strip("\n")):
        lines = block.splitlines()
        if lines[0].startswith(">>>"):
            yield "example", lines
        elif all(line.startswith("    ") for line in lines):
            yield "literal", [line[4:] for line in lines]
        else:
            starts = [number for number, line in enumerate(lines) if line.startswith("- ")]
            head = lines[: starts[0]] if starts else lines
            if head:
                yield "paragraph", head
            if starts:
                ends = [*starts[1:], len(lines)]
                pairs = zip(starts, ends, strict=True)
                yield "list", ["\n".join(lines[start:end])[2:] for start, end in pairs]


def as_nodes(docstring: str, known: Mapping[str, str], docname: str) -> list[nodes.Node]:
    """A docstring as the elements of a page."""
    found: list[nodes.Node] = []
    for kind, lines in blocks(docstring):
        text = "\n".join(lines)
        if kind == "paragraph":
            found.append(nodes.paragraph("", "", *inline(text, known, docname)))
        elif kind == "list":
            items = (nodes.paragraph("", "", *inline(item, known, docname)) for item in lines)
            found.append(nodes.bullet_list("", *(nodes.list_item("", item) for item in items)))
        else:
            language = "pycon" if kind == "example" else "text"
            found.append(nodes.literal_block(text, text, language=language))
    return found


class Api(SphinxDirective):
    """Puts the groups of all listed modules where it stands."""

    has_content = True
    option_spec: ClassVar[OptionSpec] = {"types": directives.flag}

    def run(self) -> list[nodes.Node]:
        found = []
        for name in filter(None, map(str.strip, self.content)):
            try:
                found += groups(name, "types" in self.options)
            except (ImportError, ValueError, AttributeError) as problem:
                raise self.error(f"api: {problem}") from problem
        known = known_names(found)
        return [self.section(group, known) for group in found]

    def section(self, group: Group, known: Mapping[str, str]) -> nodes.section:
        """One module: a heading with an address, its summary, its names at a glance, and then each
        with its docstring, put where it belongs in the parsed directives.
        """
        docname = self.env.docname
        heading = nodes.title("", "", nodes.literal(group.module, group.module))
        section = nodes.section("", heading, names=[group.module.lower()])
        self.state.document.note_implicit_target(section, section)
        section += as_nodes(group.summary, known, docname)
        section += nodes.paragraph("", "", *at_a_glance(group.entries, docname))
        text = StringList(as_markdown(group.entries).splitlines(), source=__file__)
        self.state.nested_parse(text, 0, section)
        entries = [each for top in group.entries for each in top.walk()]
        for description, each in zip(section.findall(addnodes.desc), entries, strict=True):
            others = {name: path for name, path in known.items() if path != each.path}
            signature, content = description.children
            simplify(signature)
            content[0:0] = as_nodes(each.docstring, others, docname)
        return section


def at_a_glance(entries: list[Entry], docname: str) -> Iterator[nodes.Node]:
    """Links to the names of one module, with commas between them."""
    for number, each in enumerate(entries):
        if number:
            yield nodes.Text(", ")
        yield code(each.path.rpartition(".")[2], each.path, docname)


def simplify(signature: nodes.Element) -> None:
    """Take out of the line that names an entry what the heading says already, the module, and the
    links of types: most types are of Python and NumPy, to which a site that asks no other host
    cannot link.
    """
    for module in list(signature.findall(addnodes.desc_addname)):
        module.parent.remove(module)
    for reference in list(signature.findall(addnodes.pending_xref)):
        reference.replace_self(reference.children)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; called by Sphinx."""
    app.add_directive("api", Api)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
