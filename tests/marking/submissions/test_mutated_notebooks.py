"""Notebooks changed at random the way editors and people do it: what was earned is given, and
nothing is gained.
"""

import copy
import json
import random

import pytest
from sample_class.answers import LOOPS, MISTAKES, SHIFTS, SLICES
from sample_class.folder import ROOT, released
from sample_class.students import ASSIGNMENT, FULL, find, write

from marking.kernels import tiers
from marking.kernels.launcher import KernelLauncher
from marking.submissions.cells import grade_id
from marking.submissions.reading import load_release
from marking.submissions.repairing import repair_submission
from marking.submissions.running import mark_notebook

WORDS = "The kernel changes sign when it is turned."
NAMES = ["rotated-kernel", "rotated-kernel (1)", "Copy_of_rotated_kernel", "作业 final", "hw1"]
ENCODINGS = ["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32"]


def any_cell(draw, cells):
    return draw.randrange(len(cells))


def drop_metadata(draw, cells):
    for cell in draw.sample(cells, draw.randint(1, len(cells))):
        cell["metadata"] = {}


def drop_ids(draw, cells):
    for cell in draw.sample(cells, draw.randint(1, len(cells))):
        cell.pop("id", None)


def other_ids(draw, cells):
    for cell in draw.sample(cells, draw.randint(1, len(cells))):
        cell["id"] = f"{draw.getrandbits(32):08x}"


def split(draw, cells):
    """Cut a cell in two at an empty line, or put a line of its own below it."""
    place = any_cell(draw, cells)
    lower = copy.deepcopy(cells[place])
    upper, _, rest = cells[place]["source"].partition("\n\n")
    cells[place]["source"], lower["source"] = upper, rest
    if not rest or cells[place]["cell_type"] == "code":
        cells[place]["source"] = f"{upper}\n\n{rest}".strip()
        lower["source"] = "# a second thought" if lower["cell_type"] == "code" else ""
    cells.insert(place + 1, lower)


def merge(draw, cells):
    """Join a cell with the one below, if they are of one type."""
    place = draw.randrange(len(cells) - 1)
    if cells[place]["cell_type"] == cells[place + 1]["cell_type"]:
        cells[place]["source"] += "\n\n" + cells.pop(place + 1)["source"]


def move(draw, cells):
    """Take a cell a few places away."""
    place = any_cell(draw, cells)
    cell = cells.pop(place)
    cells.insert(max(0, place + draw.randint(-3, 3)), cell)


def duplicate(draw, cells):
    place = any_cell(draw, cells)
    cells.insert(place + 1, copy.deepcopy(cells[place]))


def retype(draw, cells):
    cell = cells[any_cell(draw, cells)]
    others = {"code": ["raw", "markdown"], "markdown": ["raw", "code"], "raw": ["code"]}
    cell["cell_type"] = draw.choice(others[cell["cell_type"]])


def add(draw, cells):
    kind = draw.choice(["code", "markdown"])
    cell = {"cell_type": kind, "metadata": {}, "source": "1 + 1" if kind == "code" else "---"}
    cells.insert(any_cell(draw, cells), cell)


MUTATIONS = [drop_metadata, drop_ids, other_ids, split, merge, move, duplicate, retype, add]


def made(seed, wrong):
    """What was done to a notebook, the file's name and bytes, and the points it may get."""
    draw = random.Random(seed)
    notebook = released()
    write(draw.choice([LOOPS, SLICES, SHIFTS]))(notebook)
    most = dict(FULL)
    if wrong:
        mistake = MISTAKES[draw.choice(sorted(MISTAKES))]
        write(mistake)(notebook)
        most |= dict.fromkeys(mistake, None)  # less than all
    notebook["cells"][find(notebook, "explain_odd_kernel")]["source"] = WORDS
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    chosen = draw.choices(MUTATIONS, k=draw.randint(1, 4))
    for mutation in chosen:
        mutation(draw, notebook["cells"])
    data = json.dumps(notebook, ensure_ascii=False).encode(draw.choice(ENCODINGS))
    name = f"{draw.choice(NAMES)}.ipynb"
    return [mutation.__name__ for mutation in chosen], name, data, most


def outcome(folder, seed, wrong, launcher, release):
    """What is not as it must be with the notebook of this seed; empty if all is well."""
    done, name, data, most = made(seed, wrong)
    folder.mkdir()
    (folder / name).write_bytes(data)
    repaired = repair_submission(folder, ASSIGNMENT, release)
    if repaired.reason:
        return f"seed {seed} {done}: {repaired.reason}"
    marks = mark_notebook(repaired.notebook, launcher, seed)
    words = next(c.source for c in repaired.notebook.cells if grade_id(c) == "explain_odd_kernel")
    problems = [] if WORDS in words else [f"words lost: {words!r}"]
    for question, full in most.items():
        points = marks[question].points
        if full is None and points >= FULL[question]:
            problems.append(f"{question} gained all points")
        if full is not None and points < full and not wrong:
            problems.append(f"{question} has {points}: {marks[question].reason}")
    return f"seed {seed} {done}: {problems}" if problems else ""


def problems_of(seeds, folder, wrong):
    release = load_release(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    with KernelLauncher(tiers.choose_tier(unsafe=True)) as launcher:
        found = [outcome(folder / str(seed), seed, wrong, launcher, release) for seed in seeds]
    return [problem for problem in found if problem]


@pytest.mark.parametrize("wrong", [False, True])
def test_some_mutated_notebooks(tmp_path, wrong):
    assert problems_of(range(6), tmp_path, wrong) == []


@pytest.mark.soak
@pytest.mark.parametrize("wrong", [False, True])
def test_many_mutated_notebooks(tmp_path, wrong):
    first = random.SystemRandom().randrange(10**6)
    print(f"seeds {first} to {first + 149}")
    assert problems_of(range(first, first + 150), tmp_path, wrong) == []
