"""`marking audit`: the checks are themselves checked.

For every question: right answers in different styles must be accepted; every named misconception must be rejected and
named as itself (or in its stated pair); and mutants of the right answers, small changes of an operator, a constant, an
index or a range, must be rejected unless they are listed by hand as equivalent, with a reason.

The right answers lie in ``tests/variants/<assignment>/<function>.py``: every public function of such a file is one.
``EQUIVALENT`` in the same file maps parts of a mutant's description (a string, or a tuple of strings that must all be
found in it) to the reason why that mutant is right too.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from .examiner import accepts, examine
from .protocol import FunctionAnswerer
from .questions import ASSIGNMENTS, QUESTIONS, Question

VARIANTS = Path(__file__).resolve().parents[2] / "tests" / "variants"
SEEDS = ("audit one", "audit two", "audit three")  # what one draw of numbers lets pass by chance, another does not


@dataclass
class Row:
    """What the audit saw of one question."""

    question: str
    right: int = 0
    accepted: int = 0
    wrong: int = 0
    rejected: int = 0
    named: int = 0
    mutants: int = 0
    killed: int = 0
    equivalent: int = 0
    names: list[tuple[str, tuple[str, ...], float]] = field(default_factory=list)  # mistake, named as, points left
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mutant:
    """A changed copy of a right answer, and what was changed."""

    description: str
    function: Callable


def audit(assignments: Sequence[str] | None = None, mutants: int | None = None, variants: Path = VARIANTS) -> list[Row]:
    """One row per question of the `assignments` (all by default).

    `mutants` bounds the generated mutants per question, spread evenly over all that there are; None takes all.
    ValueError names an unknown assignment or a missing file of variants.
    """
    for name in assignments or ():
        if name not in ASSIGNMENTS:
            raise ValueError(f"no assignment is called {name!r}; there are {', '.join(ASSIGNMENTS)}")
    names = [name for assignment in assignments or ASSIGNMENTS for name in ASSIGNMENTS[assignment]]
    return [audit_question(QUESTIONS[name], load_variants(QUESTIONS[name], variants), mutants) for name in names]


def audit_question(question: Question, module: ModuleType, mutants: int | None = None) -> Row:
    """The audit of one question, its right answers being the public functions of `module`."""
    row = Row(question.name)
    right = {name: f for name, f in vars(module).items() if _is_variant(name, f, module)}
    for name, function in right.items():
        row.right += 1
        verdicts = [examine(question, FunctionAnswerer(function), seed) for seed in SEEDS]
        if all(verdict.passed for verdict in verdicts):
            row.accepted += 1
        else:
            said = next(v for v in verdicts if not v.passed).sentences
            row.problems.append(f"right answer {name} is rejected: {' '.join(said)[:300]}")
    for misconception in question.misconceptions:
        verdicts = [examine(question, FunctionAnswerer(misconception.answer), seed) for seed in SEEDS]
        row.wrong += 1
        row.names.append((misconception.name, verdicts[0].misconceptions, verdicts[0].points))
        if any(verdict.passed for verdict in verdicts):
            row.problems.append(f"mistake {misconception.name!r} is accepted")
            continue
        row.rejected += 1
        names = {frozenset(verdict.misconceptions) for verdict in verdicts}
        if names == {frozenset({misconception.name, *misconception.same_as})}:
            row.named += 1
        else:
            named = " and as ".join(str(sorted(name)) for name in names)
            row.problems.append(f"mistake {misconception.name!r} is named as {named}")
    _audit_mutants(question, module, right, mutants, row)
    return row


def _audit_mutants(question, module, right, limit, row) -> None:
    if limit == 0:
        return  # making them takes most of the time
    reasons = getattr(module, "EQUIVALENT", {})
    every = [mutant for name, function in right.items() for mutant in mutate(module, name)]
    used = set()
    for mutant in every if limit is None else _spread(every, limit):
        row.mutants += 1
        listed = [parts for parts in reasons if _matches(parts, mutant.description)]
        used.update(listed)
        accepted = {accepts(question, FunctionAnswerer(mutant.function), seed) for seed in SEEDS}
        if accepted == {True} and listed:
            row.equivalent += 1
        elif True in accepted:
            by_chance = " by chance" if False in accepted else ""
            row.problems.append(f"mutant is accepted{by_chance}: {mutant.description}")
        else:
            row.killed += 1
            if listed:
                row.problems.append(f"mutant is listed as equivalent, but is not: {mutant.description}")
    if limit is None:
        row.problems += [f"EQUIVALENT lists what no mutant has: {parts}" for parts in reasons if parts not in used]


def _matches(parts, description: str) -> bool:
    return all(part in description for part in ((parts,) if isinstance(parts, str) else parts))


def _spread(items: list, count: int) -> list:
    """`count` of the items at even distances."""
    return items if len(items) <= count else [items[i * len(items) // count] for i in range(count)]


def load_variants(question: Question, folder: Path) -> ModuleType:
    """The file of right answers of a question, imported.  ValueError if there is none."""
    path = Path(folder) / question.assignment / f"{question.name}.py"
    if not path.is_file():
        raise ValueError(f"the right answers to {question.name} are missing: there is no file {path}")
    spec = importlib.util.spec_from_file_location(f"variants_{question.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_variant(name, value, module) -> bool:
    return callable(value) and not name.startswith("_") and getattr(value, "__module__", None) == module.__name__


# ---------------------------------------------------------------------------------------------------------------------
# Mutants


def mutate(module: ModuleType, name: str) -> Iterator[Mutant]:
    """Every small change of the function `name` of `module`, one at a time, as a function that can be called.

    A mutant is described by the function's name and its changed statement (its first line).
    """
    source = Path(module.__file__).read_text(encoding="utf-8")
    [tree] = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.name == name]
    original, seen = ast.unparse(tree), {}
    for position, node in enumerate(ast.walk(tree)):
        for k in range(len(list(_changes(node)))):
            mutated = copy.deepcopy(tree)
            target = _nth(mutated, position)
            new = list(_changes(target))[k]
            statements = [s for s in ast.walk(mutated) if isinstance(s, ast.stmt) and s is not target]
            around = [s for s in statements if any(child is target for child in ast.walk(s))][-1]
            mutated = _Replace(target, new).visit(mutated)
            if ast.unparse(mutated) == original:
                continue
            changed = new if isinstance(new, ast.stmt) else around
            description = f"{name}: {ast.unparse(ast.fix_missing_locations(changed)).splitlines()[0]}"
            seen[description] = seen.get(description, 0) + 1
            if seen[description] > 1:
                description += f" (no. {seen[description]})"
            code = compile(ast.fix_missing_locations(ast.Module([mutated], [])), f"<mutant of {name}>", "exec")
            namespace = dict(vars(module))
            exec(code, namespace)
            yield Mutant(description, namespace[name])


def _nth(tree, position):
    return next(node for i, node in enumerate(ast.walk(tree)) if i == position)


class _Replace(ast.NodeTransformer):
    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else super().generic_visit(node)


_OPERATORS = {
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


def _changes(node) -> Iterator[ast.AST]:
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
        case ast.Tuple(elts=[first, second, *rest], ctx=ast.Load()) if ast.unparse(first) != ast.unparse(second):
            yield ast.Tuple([second, first, *rest], ast.Load())
        case ast.Call(func=ast.Name(id="range"), args=args):
            last = args[-1]
            yield ast.Call(node.func, [*args[:-1], ast.BinOp(last, ast.Sub(), ast.Constant(1))], [])


# ---------------------------------------------------------------------------------------------------------------------
# The command


def table(rows: Sequence[Row], markdown: bool = False) -> str:
    """The matrix: one line per question, and a total."""
    head = ("question", "right accepted", "mistakes rejected", "named", "mutants killed", "equivalent")
    total = Row("all")
    for row in rows:
        for name in ("right", "accepted", "wrong", "rejected", "named", "mutants", "killed", "equivalent"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
    lines = [head]
    for row in (*rows, total):
        lines.append(
            (
                row.question,
                f"{row.accepted} of {row.right}",
                f"{row.rejected} of {row.wrong}",
                f"{row.named} of {row.wrong}",
                f"{row.killed} of {row.mutants}",
                str(row.equivalent),
            )
        )
    return _aligned(lines, markdown)


def names_table(rows: Sequence[Row], markdown: bool = False) -> str:
    """Every mistake, what it is named as, and the points it keeps."""
    lines = [("question", "mistake", "named as", "points kept")]
    for row in rows:
        for mistake, named, points in row.names:
            told = "itself" if named == (mistake,) else "; ".join(named) or "(not named)"
            lines.append((row.question, mistake, told, f"{points:g} of {QUESTIONS[row.question].points:g}"))
    return _aligned(lines, markdown)


def _aligned(lines, markdown) -> str:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    if markdown:
        text = ["| " + " | ".join(line) + " |" for line in lines]
        return "\n".join([text[0], "|" + " --- |" * len(widths), *text[1:]])
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def main(argv: Sequence[str] | None = None) -> int:
    """The command `marking audit`.  Exit code 0 if all is well, 1 on any problem, 2 on a wrong argument."""
    parser = argparse.ArgumentParser(prog="marking audit", description="Check the checks of every question.")
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("--mutants", type=int, metavar="N", help="at most N mutants per question (default: all)")
    parser.add_argument("--variants", type=Path, default=VARIANTS, metavar="DIR", help="folder of right answers")
    parser.add_argument("--names", action="store_true", help="also list every mistake and what it is named as")
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    options = parser.parse_args(argv)
    if options.mutants is not None and options.mutants < 0:
        parser.error(f"--mutants must be 0 or more, got {options.mutants}")
    try:
        rows = audit(options.assignments or None, options.mutants, options.variants)
    except ValueError as error:
        print(f"marking audit: {error}", file=sys.stderr)
        return 2
    print(table(rows, options.markdown))
    if options.names:
        print("\n" + names_table(rows, options.markdown))
    problems = [f"{row.question}: {problem}" for row in rows for problem in row.problems]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
