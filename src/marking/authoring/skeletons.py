"""`marking new`: an assignment, or a question of one, begun.

What is written works at once: it can be released, solved and marked, though its right answer is
only a copy of the first argument.  Every place that waits for the author says TODO, and `marking
audit` lists them.  Nothing is ever overwritten: a question is put into the assignment's
`__init__.py` and into its notebook, everything else is a new file.
"""

from __future__ import annotations

import ast
import keyword
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import marking.assignments
from marking.authoring import templates
from marking.course import Course
from marking.errors import MarkingError
from marking.files import replace_text
from marking.questions import ASSIGNMENTS, QUESTIONS, catalogue

# names of the notebook that a student's function must not take
USED_IN_NOTEBOOKS = ("check", "check_prediction", "np")


class SkeletonError(MarkingError, ValueError):
    """What is to be begun cannot be; the message says why."""


@dataclass(frozen=True)
class Signature:
    """A function as students write it.

    `first` is its first parameter, the array that a skeleton copies; `required` says how many
    parameters have no default; `typed` holds the parameters with types, as far as a skeleton knows
    them.
    """

    text: str
    function: str
    first: str
    required: int
    typed: str

    @classmethod
    def parse(cls, text: str) -> Signature:
        """From such a text as ``f(x, p=0)``; SkeletonError if it is not one."""
        wrong = SkeletonError(
            f"--signature must be a function's name and its parameters, at least one, such as "
            f"f(x, p=0); got {text!r}"
        )
        try:
            [definition] = ast.parse(f"def {text}: ...").body
        except (SyntaxError, ValueError):
            raise wrong from None
        if not isinstance(definition, ast.FunctionDef) or definition.returns is not None:
            raise wrong
        given = definition.args
        unusual = (given.posonlyargs, given.kwonlyargs, given.vararg, given.kwarg)
        if any(unusual) or not given.args or any(arg.annotation for arg in given.args):
            raise wrong
        parameters = ast.unparse(given)
        if '"' in parameters or "\\" in parameters:  # it goes into strings of the skeleton
            raise wrong
        return cls(
            f"{definition.name}({parameters})",
            definition.name,
            given.args[0].arg,
            max(len(given.args) - len(given.defaults), 1),
            _typed(given),
        )


def _typed(given: ast.arguments) -> str:
    """The parameters with types: an array, whole numbers, and anything that has a default."""
    required = len(given.args) - len(given.defaults)
    typed = []
    for place, parameter in enumerate(given.args):
        if place < required:
            typed.append(f"{parameter.arg}: {'int' if place else 'np.ndarray'}")
        else:
            default = ast.unparse(given.defaults[place - required])
            typed.append(f"{parameter.arg}: {'Any' if place else 'np.ndarray'} = {default}")
    return ", ".join(typed)


def new_assignment(
    course: Course, name: str, signature: str | None = None, title: str | None = None
) -> list[Path]:
    """Begin assignment `name` with one question; returns the files written.

    `signature` defaults to a function of the assignment's name with one argument x, `title` to the
    name in words.  SkeletonError if the name cannot be used or is taken, or if the running package
    is not the source that the course's project holds.
    """
    package = assignments_folder(course)
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise SkeletonError(
            f"an assignment's name is lower case, words joined by hyphens, such as "
            f"rotated-kernel; got {name!r}"
        )
    if name in ASSIGNMENTS:
        raise SkeletonError(f"there is an assignment called {name} already")
    title = title or name.replace("-", " ").capitalize()
    if not title.isprintable() or '"' in title or "\\" in title:
        raise SkeletonError(
            f"--title must be one line without quotation marks and backslashes; got {title!r}"
        )
    module = name.replace("-", "_")
    asked = Signature.parse(signature or f"{module}(x)")
    _check_function(asked)
    orders = [assignment.order for assignment in catalogue.assignments().values()]
    return _write(
        _question_files(course, name, asked)
        | {
            course.source(name): templates.NOTEBOOK.substitute(
                title=title, section=_section(asked, 1), end=templates.END
            ),
            # Last: it makes the folder an assignment, whose question must be there.
            package / module / "__init__.py": templates.PACKAGE.substitute(
                assignment=name,
                title=title,
                order=int(max(orders, default=0)) + 1,
                imports=_imports(module, [asked.function]),
                questions=_questions([f"{asked.function}.QUESTION"]),
            ),
        }
    )


def new_question(
    course: Course, assignment: str, function: str, signature: str | None = None
) -> list[Path]:
    """Begin a question after the others of `assignment`; returns the files written or changed.

    `signature` defaults to one argument x.  SkeletonError as for `new_assignment`, and if the
    assignment's `__init__.py` or notebook is not built as a skeleton is.
    """
    package = assignments_folder(course)
    if assignment not in ASSIGNMENTS:
        raise SkeletonError(
            f"there is no assignment {assignment!r}; there are: {', '.join(ASSIGNMENTS)}"
        )
    asked = Signature.parse(signature or f"{function}(x)")
    if asked.function != function:
        raise SkeletonError(
            f"--signature is that of {asked.function}, but the question is called {function}"
        )
    _check_function(asked)
    init = package / assignment.replace("-", "_") / "__init__.py"
    source = course.source(assignment)
    if not source.is_file():
        raise SkeletonError(f"assignment {assignment} has no text: there is no file {source}")
    changed = {
        init: _with_question(init, asked.function),
        source: _with_section(source.read_text(encoding="utf-8"), asked),
    }
    return [*_write(_question_files(course, assignment, asked)), *_replace(changed)]


def assignments_folder(course: Course) -> Path:
    """The folder of the assignments in the course's project; SkeletonError if the running package
    is another one.
    """
    folder = course.project / "src" / "marking" / "assignments"
    running = Path(next(iter(marking.assignments.__path__)))
    if not folder.is_dir() or not os.path.samefile(folder, running):
        raise SkeletonError(
            f"new assignments belong in {folder}, but the package in use is the one in "
            f"{running.parent}: run this with the project's own (pip install -e .)"
        )
    return folder


def _check_function(asked: Signature) -> None:
    function = asked.function
    if (
        function.startswith(("_", "test_"))
        or function in USED_IN_NOTEBOOKS
        or keyword.issoftkeyword(function)
    ):
        raise SkeletonError(
            f"a function that students write must not be called {function!r}: that name begins "
            "with an underscore or test_, or has a meaning already"
        )
    if function in QUESTIONS:
        raise SkeletonError(
            f"a function called {function} is asked for already, in assignment "
            f"{QUESTIONS[function].assignment}"
        )


def _question_files(course: Course, assignment: str, asked: Signature) -> dict[Path, str]:
    """The question's module and its file of right variants, with their texts."""
    module = assignments_folder(course) / assignment.replace("-", "_") / f"{asked.function}.py"
    variants = course.project / "variants" / assignment / f"{asked.function}.py"
    more = asked.required - 1  # whole numbers, as far as a skeleton knows
    arrays = ["float32", "float64", "int64"]
    return {
        module: templates.QUESTION.substitute(
            signature=asked.text,
            function=asked.function,
            first=asked.first,
            typed=asked.typed,
            any="\nfrom typing import Any\n" if "Any" in asked.typed else "",
            arrays=", ".join(["Integer", *arrays] if more else arrays),
            cases_a=", ".join(["float64(3)"] + ["Integer(1, 3)"] * more),
            cases_b=", ".join(["float64(5)"] + ["Integer(1, 3)"] * more),
            cases_int64=", ".join(["int64(4)"] + ["Integer(1, 3)"] * more),
            cases_float32=", ".join(["float32(4)"] + ["Integer(1, 3)"] * more),
        ),
        variants: templates.VARIANTS.substitute(
            function=asked.function,
            first=asked.first,
            parameters=asked.text.partition("(")[2].removesuffix(")"),
        ),
    }


def _section(asked: Signature, number: int) -> str:
    """The part of the notebook that asks for one function."""
    return templates.SECTION.substitute(
        number=number,
        function=asked.function,
        signature=asked.text,
        first=asked.first,
        example=", ".join(["np.array([1, 2, 3])"] + ["1"] * (asked.required - 1)),
    )


def _imports(module: str, functions: Iterable[str]) -> str:
    listed = "".join(f"    {function},\n" for function in sorted(functions))
    return f"from marking.assignments.{module} import (\n{listed})"


def _questions(entries: Iterable[str]) -> str:
    listed = "".join(f"        {entry},\n" for entry in entries)
    return f"(\n{listed}    )"


def _with_question(init: Path, function: str) -> str:
    """The text of an assignment's `__init__.py` with one more question at its end."""
    text = init.read_text(encoding="utf-8")
    module = init.parent.name
    tree = ast.parse(text)
    imports = [
        node
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == f"marking.assignments.{module}"
    ]
    entries = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg == "questions"
        and isinstance(node.value, ast.Tuple)
    ]
    if len(imports) != 1 or len(entries) != 1:
        raise SkeletonError(
            f"{init} must import its questions in one statement and list them in one "
            f"questions=(…): add {function} there by hand"
        )
    # The later one first, so that the other's place stays what it is.
    text = _with_node(
        text,
        entries[0],
        _questions([ast.unparse(entry) for entry in entries[0].elts] + [f"{function}.QUESTION"]),
    )
    return _with_node(
        text, imports[0], _imports(module, [alias.name for alias in imports[0].names] + [function])
    )


def _with_node(text: str, node: ast.stmt | ast.expr, new: str) -> str:
    """`text` with `new` in the place of a node of its tree."""
    assert node.end_lineno is not None and node.end_col_offset is not None  # it was parsed
    lines = text.encode().splitlines(keepends=True)  # columns count bytes
    before = b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]
    after = lines[node.end_lineno - 1][node.end_col_offset :] + b"".join(lines[node.end_lineno :])
    return (before + new.encode() + after).decode()


def _with_section(text: str, asked: Signature) -> str:
    """The text of a notebook with a section for one more function: before its end, or last."""
    number = len(re.findall(r"^## \d+\. ", text, re.MULTILINE)) + 1
    section = _section(asked, number)
    before, end, after = text.partition(f"{templates.END}\n")
    return before + section + end + after if end else f"{text.rstrip()}\n\n{section.rstrip()}\n"


def _write(texts: Mapping[Path, str]) -> list[Path]:
    """Write new files; SkeletonError, before the first is written, if one of them is there."""
    for path in texts:
        if path.exists():
            raise SkeletonError(f"{path} is there already, and nothing is overwritten")
    for path in texts:
        path.parent.mkdir(parents=True, exist_ok=True)
    return _replace(texts)


def _replace(texts: Mapping[Path, str]) -> list[Path]:
    for path, text in texts.items():
        replace_text(path, text)
    return list(texts)
