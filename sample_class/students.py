"""The students of the sample class: what each handed in, the mark it must get, and words its reason
must hold.

A submission is made from the released notebook by small functions that each do one thing to it, as
a student would.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .answers import (
    FORGED_RESULT,
    LOOPS,
    MISTAKES,
    REPLACED_DO_EXECUTE,
    REPLACED_RUN_CELL,
    SHIFTS,
    SLICES,
)

ASSIGNMENT = "rotated-kernel"
FULL = {"rotate180": 2, "zero_pad": 2, "cross_correlate2d": 4, "convolve2d_same": 4}

Notebook = dict  # plain JSON of an .ipynb
Change = Callable[[Notebook], None]


@dataclass(frozen=True)
class Student:
    """One submission.  `points` by function: what is not named is full.  `file` turns the notebook
    into the file's bytes.
    """

    name: str
    changes: tuple[Change, ...]
    points: Mapping[str, float]
    reason: str = ""  # words of the reason in the table
    says: tuple[str, ...] = ()  # words on the feedback page
    file: Callable[[Notebook], bytes] = lambda notebook: json.dumps(notebook, indent=1).encode()

    @property
    def expected(self) -> dict[str, float]:
        return FULL | dict(self.points)

    @property
    def total(self) -> float:
        return sum(self.expected.values())

    def submission(self, release: Notebook) -> bytes:
        """The bytes of the handed-in file."""
        notebook = copy.deepcopy(release)
        for change in self.changes:
            change(notebook)
        return self.file(notebook)


# --------------------------------------------------------------------------------- what students do
def find(notebook: Notebook, grade_id: str) -> int:
    """The place of the (first) cell with that grade_id."""
    return next(
        i
        for i, c in enumerate(notebook["cells"])
        if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def write(answers: Mapping[str, str]) -> Change:
    """Fill solution cells."""

    def change(notebook):
        for function, text in answers.items():
            notebook["cells"][find(notebook, function)]["source"] = text.strip("\n")

    return change


def add_first(text: str) -> Change:
    """Put a code cell at the very top."""
    cell = {
        "cell_type": "code",
        "id": "mine",
        "metadata": {},
        "source": text.strip("\n"),
        "outputs": [],
        "execution_count": None,
    }
    return lambda notebook: notebook["cells"].insert(0, copy.deepcopy(cell))


def delete(grade_id: str) -> Change:
    return lambda notebook: notebook["cells"].pop(find(notebook, grade_id)) and None


def duplicate(grade_id: str) -> Change:
    def change(notebook):
        place = find(notebook, grade_id)
        notebook["cells"].insert(place + 1, copy.deepcopy(notebook["cells"][place]))

    return change


def edit(grade_id: str, text: str) -> Change:
    def change(notebook):
        notebook["cells"][find(notebook, grade_id)]["source"] = text

    return change


def tag_tests(tag: str) -> Change:
    def change(notebook):
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade"):
                cell["metadata"]["tags"] = [tag]

    return change


NOTHING = dict.fromkeys(FULL, 0)
WARNS = "import warnings\nwarnings.warn('I am loud')\n" + LOOPS["rotate180"].replace(
    "    rows,", "    warnings.warn('and louder')\n    rows,", 1
)
ENDLESS = "def zero_pad(x, p):\n    while True:\n        pass\n"
ENDLESS_CELL = LOOPS["zero_pad"] + "\nwhile True:\n    pass\n"
CRASH = "import os\nos._exit(1)\n"

STUDENTS: tuple[Student, ...] = (
    Student("perfect-loops", (write(LOOPS),), {}),
    Student("perfect-slices", (write(SLICES),), {}),
    Student("perfect-shifts", (write(SHIFTS),), {}),
    Student("blank", (), NOTHING, "rotate180"),
    Student(
        "half-done",
        (write({name: SLICES[name] for name in ("rotate180", "zero_pad")}),),
        {"cross_correlate2d": 0, "convolve2d_same": 0},
        "cross_correlate2d",
    ),
    Student(
        "mistake-not-turned",
        (write(LOOPS), write(MISTAKES["not-turned"])),
        {"rotate180": 0},
        "not turned at all",
    ),
    Student(
        "mistake-only-upside-down",
        (write(LOOPS), write(MISTAKES["only-upside-down"])),
        {"rotate180": 0},
        "only turned upside down",
    ),
    Student(
        "mistake-only-mirrored",
        (write(LOOPS), write(MISTAKES["only-mirrored"])),
        {"rotate180": 0},
        "only mirrored",
    ),
    Student(
        "mistake-padding-forgotten",
        (write(LOOPS), write(MISTAKES["padding-forgotten"])),
        {"zero_pad": 0},
        "nothing is padded",
    ),
    Student(
        "mistake-padded-with-ones",
        (write(LOOPS), write(MISTAKES["padded-with-ones"])),
        {"zero_pad": 0},
        "padded with ones",
    ),
    Student(
        "mistake-off-by-one",
        (write(LOOPS), write(MISTAKES["off-by-one"])),
        {"cross_correlate2d": 0},
        "shape",
    ),
    Student(
        "mistake-correlation-turned",
        (write(LOOPS), write(MISTAKES["correlation-turned"])),
        {"cross_correlate2d": 1},
        "rotated by 180°",
    ),
    Student(
        "mistake-output-transposed",
        (write(LOOPS), write(MISTAKES["output-transposed"])),
        {"cross_correlate2d": 0},
        "exchanged",
    ),
    Student(
        "mistake-kernel-not-turned",
        (write(LOOPS), write(MISTAKES["kernel-not-turned"])),
        {"convolve2d_same": 0},
        "not rotated",
    ),
    Student(
        "mistake-changed-in-place",
        (write(LOOPS), write(MISTAKES["changed-in-place"])),
        {"rotate180": 1},
        "writes into",
    ),
    Student("right-but-warns", (write(LOOPS), write({"rotate180": WARNS})), {}),
    Student(
        "crashes-on-import", (write(LOOPS), add_first("import a_module_that_is_not_there")), {}
    ),
    Student(
        "kills-its-kernel",
        (write(LOOPS), write({"zero_pad": CRASH + LOOPS["zero_pad"]})),
        {"zero_pad": 0},
        "zero_pad ended the Python process",
    ),
    Student(
        "endless-function",
        (write(LOOPS), write({"zero_pad": ENDLESS})),
        {"zero_pad": 0},
        "zero_pad",
    ),
    Student(
        "endless-cell",
        (write(LOOPS), write({"zero_pad": ENDLESS_CELL})),
        {"zero_pad": 0},
        "did not end within",
    ),
    Student(
        "test-cell-deleted",
        (write(LOOPS), delete("test_zero_pad")),
        {},
        "test_zero_pad was missing",
    ),
    Student(
        "test-cell-duplicated",
        (write(LOOPS), duplicate("test_zero_pad")),
        {},
        "test_zero_pad was there 2 times",
    ),
    Student("test-cell-edited", (write({}), edit("test_zero_pad", "2.0")), NOTHING, "rotate180"),
    Student(
        "truncated-file",
        (write(LOOPS),),
        NOTHING,
        "damaged",
        file=lambda notebook: json.dumps(notebook).encode()[: len(json.dumps(notebook)) // 2],
    ),
    Student("empty-file", (), NOTHING, "empty", file=lambda notebook: b""),
    Student("forged-result", (add_first(FORGED_RESULT),), NOTHING, "rotate180"),
    Student("forged-run-cell", (add_first(REPLACED_RUN_CELL),), NOTHING, "rotate180"),
    Student("forged-do-execute", (add_first(REPLACED_DO_EXECUTE),), NOTHING),
    Student("forged-skip-tags", (tag_tests("skip-execution"),), NOTHING, "rotate180"),
)
