"""Mutants: small changes of a right answer, one at a time, to see whether the checks notice."""

from __future__ import annotations

import ast
import copy
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
    original = ast.unparse(tree)
    seen: dict[str, int] = {}
    for position, node in enumerate(ast.walk(tree)):
        for k in range(len(list(_changes(node)))):
            mutated = copy.deepcopy(tree)
            target = _nth(mutated, position)
            new = list(_changes(target))[k]
            statements = [
                s for s in ast.walk(mutated) if isinstance(s, ast.stmt) and s is not target
            ]
            around = [s for s in statements if any(child is target for child in ast.walk(s))][-1]
            mutated = _Replace(target, new).visit(mutated)
            if ast.unparse(mutated) == original:
                continue
            changed = new if isinstance(new, ast.stmt) else around
            description = (
                f"{name}: {ast.unparse(ast.fix_missing_locations(changed)).splitlines()[0]}"
            )
            seen[description] = seen.get(description, 0) + 1
            if seen[description] > 1:
                description += f" (no. {seen[description]})"
            code = compile(
                ast.fix_missing_locations(ast.Module([mutated], [])), f"<mutant of {name}>", "exec"
            )
            namespace = dict(vars(module))
            exec(code, namespace)
            yield Mutant(description, namespace[name])


def _nth(tree: ast.AST, position: int) -> ast.AST:
    return next(node for i, node in enumerate(ast.walk(tree)) if i == position)


class _Replace(ast.NodeTransformer):
    """Puts the node `new` in the place of `old`."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else super().generic_visit(node)


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
