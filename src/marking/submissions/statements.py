"""The statements of a cell: what they bind, what they need, and what a failed one leaves missing.

Texts of cells are only parsed here, never run.  The grader and the notebook's own `check` both
look here for the reason why a name is not there, so both say it in the same words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Kinds of statements that bind names and, run once more, do no other harm.
BINDING = (
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Try,
    ast.If,
    ast.With,
)
MAX_STATEMENTS = 60  # of one cell that are run one by one
MAX_LINE = 80  # characters of a line that a sentence quotes
MAX_ERROR = 200  # of an error
STAR = "*"  # stands for whatever an import of everything would have bound
FUNCTIONS_OF_CELLS = 500  # that are followed from call to call


@dataclass(frozen=True)
class Statement:
    """One statement at the top level of a cell."""

    source: str
    binds: frozenset[str]
    needs: frozenset[str]  # names that it reads at once: not those inside a function's body


@dataclass(frozen=True)
class Lost:
    """Why a name is not there: the line or cell that should have bound it, and what became of that,
    as the beginning and the end of a sentence.
    """

    place: str
    fate: str
    of_cell: bool = False  # the cell as a whole did not end well


def ended_with(name: str, message: str) -> str:
    """The fate of a line that ended with an error, told alike wherever it was run."""
    message = " ".join(message.split()).replace("`", "'")[:MAX_ERROR]
    # IPython names a cell's file differently in every kernel.
    message = re.sub(r" \((?:<[^<>]*>|[^\s()]*\.py), line (\d+)\)$", r" (line \1)", message)
    return f"ended with {name}: {message}".rstrip(": .")


def single_statements(source: str) -> list[Statement]:
    """What of a cell that failed is worth running once more, statement by statement.

    Only cells that bring in other code (imports, magics) are: what failed there may have nothing
    to do with what follows.  Nothing of a cell that cannot be parsed.
    """
    text, tree = _parsed(source)
    if tree is None or len(tree.body) > MAX_STATEMENTS:
        return []
    imports = any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
    if not imports and text == source:
        return []
    nodes = [one for node in tree.body if isinstance(node, BINDING) for one in _parts(node)]
    return [_statement(node, text) for node in nodes]


def bound_by(source: str) -> frozenset[str]:
    """The names that a cell binds at its top level; by their look where it is no valid Python."""
    _, tree = _parsed(source)
    if tree is None:
        return frozenset(re.findall(r"(?m)^(?:def|class)\s+(\w+)", source))
    return frozenset(name for node in tree.body for name in _bound(node))


def called_from(sources: Iterable[str], function: str) -> frozenset[str]:
    """The names that `function` uses, itself or through other functions that the cells define."""
    used: dict[str, set[str]] = {}
    for source in sources:
        _, tree = _parsed(source)
        for node in tree.body if tree is not None else []:
            for name in _bound(node):
                if len(used) < FUNCTIONS_OF_CELLS:
                    used.setdefault(name, set()).update(_names_read(node) - _own_names(node))
    found: set[str] = set()
    rest = [function]
    while rest:
        for name in used.get(rest.pop(), ()):
            if name not in found:
                found.add(name)
                rest.append(name)
    return frozenset(found - {function})


def _parsed(source: str) -> tuple[str, ast.Module | None]:
    """The text as Python, lines that are IPython's made harmless, and its tree, if it has one."""
    without_magics = re.sub(r"(?m)^([ \t]*)(?=[%!?])", r"\1pass  # ", source)
    for text in (source, without_magics):
        try:
            return text, ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return source, None


def _parts(node: ast.stmt) -> list[ast.stmt]:
    """A statement; of an import of several things each by itself: that one of them is missing takes
    no other with it.
    """
    match node:
        case ast.Import(names=names) if len(names) > 1:
            return [ast.Import([alias]) for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level) if len(names) > 1:
            return [ast.ImportFrom(module, [alias], level) for alias in names]
    return [node]


def _statement(node: ast.stmt, text: str) -> Statement:
    if not hasattr(node, "lineno"):  # made here, in no place of the text
        return Statement(ast.unparse(node), frozenset(_bound(node)), frozenset(_needed(node)))
    lines = text.splitlines(keepends=True)
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    source = "".join(lines[first - 1 : node.end_lineno])
    return Statement(source, frozenset(_bound(node)), frozenset(_needed(node)))


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands."""
    match node:
        case ast.Import(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(names=names):
            return {alias.asname or alias.name for alias in names}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Try() | ast.If() | ast.With() | ast.For() | ast.While():
            children = [child for child in ast.walk(node) if isinstance(child, ast.stmt)]
            return {name for child in children if child is not node for name in _bound(child)}
    return {
        child.id
        for child in ast.walk(node)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
    }


def _needed(node: ast.AST) -> set[str]:
    """The names that are read when a statement is run: of a function only those of its decorators,
    defaults and annotations, not those of its body.
    """
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    children = ast.iter_child_nodes(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        body = node.body if isinstance(node.body, list) else [node.body]
        children = iter([child for child in children if child not in body])
    return {name for child in children for name in _needed(child)}


def _names_read(node: ast.AST) -> set[str]:
    return {
        child.id
        for child in ast.walk(node)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)
    }


def _own_names(node: ast.stmt) -> set[str]:
    """The parameters and variables of a function, which only look like names of the cells."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    inside = list(ast.walk(node))
    parameters = {child.arg for child in inside if isinstance(child, ast.arg)}
    stored = [child for child in inside if isinstance(child, ast.Name)]
    return parameters | {child.id for child in stored if isinstance(child.ctx, ast.Store)}


class Losses:
    """The names that a notebook's cells should have bound and may not have, with the reasons.

    A reason is only looked for when a name turns out to be missing, so one too many does no harm.
    """

    def __init__(self) -> None:
        self._lost: dict[str, Lost] = {}
        # The cells that bound a name, by whatever tells them apart, in the order they were run,
        # each with a line to quote.
        self._binders: dict[str, dict[object, str]] = {}

    def ran(self, source: str, cell: object = None) -> None:
        """A cell ended well; `cell` tells it from others, and is the same when it is run again."""
        if (magic := re.match(r"\s*(%%\w+)", source)) is not None:
            lost = Lost(f"the line `{magic[1]}`", "keeps what its cell defines to itself")
            self._lost.update(dict.fromkeys(bound_by(source), lost))
        else:
            bound = bound_by(source)
            self._forget(bound)
            for name in bound:
                binders = self._binders.setdefault(name, {})
                binders.pop(cell, None)
                binders[cell] = binding_line(source, name)

    def binder(self, name: str) -> str | None:
        """The line that bound `name` last, where a cell did that ended well."""
        lines = list(self._binders.get(name, {}).values())
        return lines[-1] if lines else None

    def bound_again(self, name: str) -> str | None:
        """The line that bound `name` last, where another cell had bound it before."""
        return self.binder(name) if len(self._binders.get(name, ())) > 1 else None

    def failed(self, source: str, fate: str) -> None:
        """A cell as a whole did not end well."""
        lines = re.findall(r"(?m)^(?:def|class)\s+\w+.*", source) or source.strip().splitlines()
        line = _quotable(lines[0] if lines else "")
        lost = Lost(f"the cell with `{line}`", fate, of_cell=True)
        self._lost.update(dict.fromkeys(bound_by(source), lost))

    def statement_ran(self, statement: Statement) -> None:
        """A statement of a failed cell ended well when it was run singly."""
        self._forget(statement.binds)

    def statement_failed(self, statement: Statement, fate: str) -> None:
        """A statement of a failed cell failed when it was run singly."""
        line = _quotable(statement.source.strip().splitlines()[0])
        lost = Lost(f"the line `{line}`", fate)
        self._lost.update(dict.fromkeys(statement.binds, lost))

    def passed_over(self, statement: Statement) -> bool:
        """Whether a statement needs a name that was lost, and cannot be run for the same reason."""
        for name in sorted(statement.needs & set(self._lost)):
            self._lost.update(dict.fromkeys(statement.binds, self._lost[name]))
            return True
        return False

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            self._lost.pop(name, None)

    def why(self, name: str) -> Lost | None:
        """The reason why `name` is not there, if a cell should have bound it."""
        return self._lost.get(name) or self._lost.get(STAR)


def binding_line(source: str, name: str) -> str:
    """The line of a cell that binds `name`, as a sentence quotes it; its first where none does."""
    text, tree = _parsed(source)
    for node in reversed(tree.body if tree is not None else []):
        if name in _bound(node):
            return first_line(_statement(node, text).source)
    return first_line(source)


def first_line(source: str) -> str:
    """The first line of a cell, as a sentence quotes it."""
    return _quotable((source.strip().splitlines() or [""])[0])


def _quotable(line: str) -> str:
    return line.replace("`", "'")[:MAX_LINE]
