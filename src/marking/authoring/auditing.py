"""`marking audit`: the checks are themselves checked.

For every question: right answers in different styles must be accepted; every named misconception
must be rejected and named as itself (or in its stated pair); and mutants of the right answers,
small changes of an operator, a constant, an index or a range, must be rejected unless they are
listed by hand as equivalent, with a reason.

The right answers lie in ``variants/<assignment>/<function>.py``: every public function of such a
file is one. ``EQUIVALENT`` in the same file maps parts of a mutant's description (a string, or a
tuple of strings that must all be found in it) to the reason why that mutant is right too.

What an assignment still lacks is told as well: see `unfinished`.  Which part of the allowed inputs
no sitting asks about is looked for in `marking.authoring.regions`.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import marking.assignments
from marking.authoring.mutants import mutate
from marking.authoring.releasing import check_source, read_source
from marking.course import Course
from marking.errors import CourseError, ReleaseError
from marking.examiner import accepts, examine
from marking.examiner.asking import drawn_for, put
from marking.examiner.kinds import FaultKind
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import ASSIGNMENTS, QUESTIONS, Question
from marking.terminal import aligned

# what one draw of numbers lets pass by chance, another does not
SITTINGS = 3
FEW = 12  # cases that a mutant is asked before all
RIGHT_VARIANTS = 5  # wanted of each question: loops, slices, a library's function, a trick, lists
COUNTS = ("right", "accepted", "wrong", "rejected", "named", "mutants", "killed", "equivalent")

Item = TypeVar("Item")


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
    # mistake, named as, points left
    names: list[tuple[str, tuple[str, ...], float]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    styles: frozenset[str] = frozenset()  # of the right answers: the names of their functions


def variants_folder(course: Course) -> Path:
    """The folder of right answers of the course's project."""
    return course.project / "variants"


def audit(
    assignments: Sequence[str] | None = None,
    mutants: int | None = None,
    variants: Path | None = None,
    sittings: int = SITTINGS,
) -> list[Row]:
    """One row per question of the `assignments` (all by default).

    `mutants` bounds the generated mutants per question, spread evenly over all that there are; None
    takes all. `variants` is the folder of right answers, by default that of the course around the
    working folder.  Every function sits `sittings` examinations with other numbers
    each.  CourseError names an unknown assignment or a missing file of variants.
    """
    folder = variants_folder(Course.find()) if variants is None else variants
    names = [name for assignment in known(assignments) for name in ASSIGNMENTS[assignment]]
    return [
        audit_question(QUESTIONS[name], load_variants(QUESTIONS[name], folder), mutants, sittings)
        for name in names
    ]


def known(assignments: Sequence[str] | None) -> Sequence[str]:
    """The `assignments`, all if there are none; CourseError names one that does not exist."""
    for name in assignments or ():
        if name not in ASSIGNMENTS:
            raise CourseError(
                f"no assignment is called {name!r}; there are {', '.join(ASSIGNMENTS)}"
            )
    return assignments or list(ASSIGNMENTS)


def audit_question(
    question: Question,
    module: ModuleType,
    mutants: int | None = None,
    sittings: int = SITTINGS,
) -> Row:
    """The audit of one question, its right answers being the public functions of `module`."""
    row = Row(question.name)
    seeds = [f"audit {number}" for number in range(1, sittings + 1)]
    right = right_variants(module)
    row.styles = frozenset(right)
    for name, function in right.items():
        row.right += 1
        verdicts = [examine(question, FunctionAnswerer(function), seed) for seed in seeds]
        if all(verdict.passed for verdict in verdicts):
            row.accepted += 1
        else:
            said = next(v for v in verdicts if not v.passed).sentences
            row.problems.append(f"right answer {name} is rejected: {' '.join(said)[:300]}")
    for misconception in question.misconceptions:
        verdicts = [
            examine(question, FunctionAnswerer(misconception.answer), seed) for seed in seeds
        ]
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
    _audit_mutants(question, module, right, mutants, row, seeds)
    return row


def _audit_mutants(
    question: Question,
    module: ModuleType,
    right: Mapping[str, Callable[..., Any]],
    limit: int | None,
    row: Row,
    seeds: Sequence[str],
) -> None:
    if limit == 0:
        return  # making them takes most of the time
    reasons: Mapping[str | tuple[str, ...], str] = getattr(module, "EQUIVALENT", {})
    every = [mutant for name, function in right.items() for mutant in mutate(module, name)]
    used: set[str | tuple[str, ...]] = set()
    for mutant in every if limit is None else _spread(every, limit):
        row.mutants += 1
        listed = [parts for parts in reasons if _matches(parts, mutant.description)]
        used.update(listed)
        accepted = {_accepted(question, mutant.function, seed) for seed in seeds}
        if accepted == {True} and listed:
            row.equivalent += 1
        elif True in accepted:
            by_chance = " by chance" if False in accepted else ""
            row.problems.append(f"mutant is accepted{by_chance}: {mutant.description}")
        else:
            row.killed += 1
            if listed:
                row.problems.append(
                    f"mutant is listed as equivalent, but is not: {mutant.description}"
                )
    if limit is None:
        row.problems += [
            f"EQUIVALENT lists what no mutant has: {parts}"
            for parts in reasons
            if parts not in used
        ]


def _accepted(question: Question, function: Callable[..., Any], seed: str) -> bool:
    """`accepts`, which looks at a few answers first: nearly every mutant is found out by them."""
    few = put(FunctionAnswerer(function), drawn_for(question, seed)[:FEW])
    if any(asked.fault is not None and asked.fault.kind != FaultKind.PRECISION for asked in few):
        return False
    return accepts(question, FunctionAnswerer(function), seed)


def _matches(parts: str | tuple[str, ...], description: str) -> bool:
    return all(part in description for part in ((parts,) if isinstance(parts, str) else parts))


def _spread(items: list[Item], count: int) -> list[Item]:
    """`count` of the items at even distances."""
    return items if len(items) <= count else [items[i * len(items) // count] for i in range(count)]


def load_variants(question: Question, folder: Path) -> ModuleType:
    """The file of right answers of a question, imported.  CourseError if there is none."""
    path = folder / question.assignment / f"{question.name}.py"
    if not path.is_file():
        raise CourseError(
            f"the right answers to {question.name} are missing: there is no file {path}"
        )
    spec = importlib.util.spec_from_file_location(f"variants_{question.name}", path)
    assert spec is not None and spec.loader is not None  # the file is there
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def right_variants(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The right answers in an imported file of variants: the public functions that it defines."""
    return {
        name: value
        for name, value in vars(module).items()
        if callable(value)
        and not name.startswith("_")
        and getattr(value, "__module__", None) == module.__name__
    }


def unfinished(assignment: str, course: Course, variants: Path) -> list[str]:
    """What assignment `assignment` still lacks, one sentence each: right variants, mistakes,
    points, cases, a text with a check for every function, and whatever is marked TODO.
    """
    package = Path(next(iter(marking.assignments.__path__)), assignment.replace("-", "_"))
    files = [
        *sorted(package.glob("*.py")),
        course.source(assignment),
        *sorted((variants / assignment).glob("*.py")),
    ]
    problems = [
        f"{Path(os.path.relpath(file, course.project)).as_posix()} says TODO in line {lines}"
        for file in files
        if file.is_file() and (lines := _marked_todo(file))
    ]
    if not ASSIGNMENTS[assignment]:
        problems.append("it asks for no function")
    for name in ASSIGNMENTS[assignment]:
        problems += _missing(QUESTIONS[name], load_variants(QUESTIONS[name], variants))
    source = course.source(assignment)
    if not source.is_file():
        return [*problems, f"it has no text: there is no file {source}"]
    try:
        check_source(read_source(source), assignment)
    except ReleaseError as problem:
        problems.append(str(problem))
    return problems


def _marked_todo(file: Path) -> str:
    """The numbers of the lines that say TODO, with commas."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return ", ".join(str(number) for number, line in enumerate(lines, 1) if "TODO" in line)


def _missing(question: Question, module: ModuleType) -> Iterator[str]:
    name, right = question.name, len(right_variants(module))
    if right < RIGHT_VARIANTS:
        variants = "1 right variant" if right == 1 else f"{right} right variants"
        yield f"{name} has {variants}; at least {RIGHT_VARIANTS} are wanted"
    if not question.misconceptions:
        yield f"{name} has no misconceptions, so no mistake is told by its name"
    if not question.hint:
        yield f"{name} has no hint for mistakes without a name"
    if question.points <= 0:
        yield f"{name} gives no points"
    for category in question.categories:
        if not category.cases and not category.shape_only:
            yield f"{name} asks nothing in its category {category.name!r}"
    if sum(category.checks_contract for category in question.categories) != 1:
        yield f"{name} needs one category, and one only, with checks_contract=True"


def table(rows: Sequence[Row], markdown: bool = False) -> str:
    """The matrix: one line per question, and a total."""
    total = Row("all")
    for row in rows:
        for count in COUNTS:
            setattr(total, count, getattr(total, count) + getattr(row, count))
    head = (
        "question",
        "right accepted",
        "mistakes rejected",
        "named",
        "mutants killed",
        "equivalent",
    )
    body = [
        (
            row.question,
            f"{row.accepted} of {row.right}",
            f"{row.rejected} of {row.wrong}",
            f"{row.named} of {row.wrong}",
            f"{row.killed} of {row.mutants}",
            str(row.equivalent),
        )
        for row in (*rows, total)
    ]
    return aligned([head, *body], markdown)


def styles_line(rows: Sequence[Row]) -> str:
    """How many right answers there are, and in how many styles."""
    styles = frozenset[str]().union(*(row.styles for row in rows))
    return f"{sum(row.right for row in rows)} right answers in {len(styles)} styles"


def names_table(rows: Sequence[Row], markdown: bool = False) -> str:
    """Every mistake, what it is named as, and the points it keeps."""
    lines = [("question", "mistake", "named as", "points kept")]
    for row in rows:
        most = QUESTIONS[row.question].points
        for mistake, named, points in row.names:
            name = "itself" if named == (mistake,) else "; ".join(named) or "(not named)"
            lines.append((row.question, mistake, name, f"{points:g} of {most:g}"))
    return aligned(lines, markdown)
