"""Mutants: small changes of a right answer, one at a time, to see whether the checks notice."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """A changed copy of a right answer, and what was changed."""

    description: str
    function: Callable[..., Any]


def mutate(module: ModuleType, name: str) -> Iterator[Mutant]:
    """Every small change of the function `name` of `module`, one at a time, as a function that can
    be called.

    A mutant is described by the function's name and its changed statement (its first line).
    """
    assert module.__file__ is not None  # it was loaded from a file
    source = Path(module.__file__).read_text(encoding="utf-8")
    [tree] = [
        n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == name
    ]
    module_tree = ast.fix_missing_locations(ast.Module([tree], []))
    seen: dict[str, int] = {}
    # Changed in place and put back: a copy of the tree for each mutant takes longer than all else.
    for place in list(_places(tree)):
        for new in list(_changes(place.node)):
            if ast.unparse(new) == ast.unparse(place.node):
                continue
            ast.copy_location(new, place.node)
            with place.holding(new):
                changed = new if isinstance(new, ast.stmt) else place.statement
                description = f"{name}: {ast.unparse(changed).splitlines()[0]}"
                code = compile(
                    ast.fix_missing_locations(module_tree), f"<mutant of {name}>", "exec"
                )
            seen[description] = seen.get(description, 0) + 1
            if seen[description] > 1:
                description += f" (no. {seen[description]})"
            namespace = dict(vars(module))
            exec(code, namespace)
            yield Mutant(description, namespace[name])


@dataclass(frozen=True)
class _Place:
    """Where a node stands: in a field of `parent`, or at an index of the list there."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt  # the innermost one around the node

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node

    @contextlib.contextmanager
    def holding(self, node: ast.AST) -> Iterator[None]:
        """With another node in this place."""
        self._put(node)
        try:
            yield
        finally:
            self._put(self.node)


def _places(tree: ast.stmt) -> Iterator[_Place]:
    """Every node below `tree`, in the order of `ast.walk`."""
    around = {id(tree): tree}
    for parent in ast.walk(tree):
        statement = parent if isinstance(parent, ast.stmt) else around[id(parent)]
        for field, value in ast.iter_fields(parent):
            for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.AST):
                    around[id(node)] = statement
                    yield _Place(node, parent, field, index, statement)


_OPERATORS: dict[type[ast.AST], tuple[type[Any], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.MatMult: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """The changed forms of one node."""
    match node:
        case ast.BinOp(op=op):
            for other in _OPERATORS.get(type(op), ()):
                yield ast.BinOp(node.left, other(), node.right)
        case ast.AugAssign(op=op):
            yield ast.Assign([node.target], node.value, lineno=0)
            for other in _OPERATORS.get(type(op), ()):
                yield ast.AugAssign(node.target, other(), node.value)
        case ast.Compare(ops=[op]):
            for other in _OPERATORS.get(type(op), ()):
                yield ast.Compare(node.left, [other()], node.comparators)
        case ast.BoolOp(op=op):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), node.values)
        case ast.Constant(value=value) if type(value) is int:
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(value=value) if type(value) is float:
            yield ast.Constant(value + 1)
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield node.operand
        case ast.Slice():
            for bound in ("lower", "upper", "step"):
                if getattr(node, bound) is not None:
                    parts = {b: getattr(node, b) for b in ("lower", "upper", "step")}
                    yield ast.Slice(**{**parts, bound: None})
        case ast.Tuple(elts=[first, second, *rest], ctx=ast.Load()) if ast.unparse(
            first
        ) != ast.unparse(second):
            yield ast.Tuple([second, first, *rest], ast.Load())
        case ast.Call(func=ast.Name(id="range"), args=args):
            last = args[-1]
            yield ast.Call(node.func, [*args[:-1], ast.BinOp(last, ast.Sub(), ast.Constant(1))], [])
