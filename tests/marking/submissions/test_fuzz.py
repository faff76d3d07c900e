"""Whatever is handed in, reading and repairing it give a notebook: no exception leaves, and no
honest cell is lost.

The corpus holds files that once were, or nearly were, too much for a reader.
"""

import copy
import json
import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, released
from sample_class.students import ASSIGNMENT, Student, write

from marking.errors import Unreadable
from marking.notebooks import notebook_of, notebook_text
from marking.processes import time_limit
from marking.submissions.cells import grade_id
from marking.submissions.reading import load_release, parse
from marking.submissions.repairing import repair_submission

RELEASE = load_release(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
RIGHT = Student("", (write(LOOPS),), {}).submission(released())
CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
SOON = 10.0  # seconds; a file of the fuzz is small

NUMBERS = st.floats() | st.integers() | st.sampled_from([10**400, -0.0, 1e308])
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(max_size=20)
JSON = st.recursive(
    LEAVES,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "cells",
                    "source",
                    "metadata",
                    "nbgrader",
                    "grade_id",
                    "cell_type",
                    "id",
                    "outputs",
                ]
                + ["attachments", "worksheets", "input", "tags", "x"]
            ),
            below,
            max_size=5,
        )
    ),
    max_leaves=25,
)
FEW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MANY = settings(FEW, max_examples=8000)


def repaired(folder, data, name=f"{ASSIGNMENT}.ipynb"):
    """Hand `data` in, and look at what is made of it."""
    (folder / name).write_bytes(data)
    with time_limit(SOON):
        submission = repair_submission(folder, ASSIGNMENT, RELEASE)
    for said in (*submission.notes, submission.reason or ""):
        assert said.isprintable(), said
    text = notebook_text(submission.notebook)
    assert notebook_of(text.encode("utf-8").decode("utf-8"))
    nbformat.validate(submission.notebook)
    assert names(submission.notebook) == names(RELEASE)
    return submission


def names(notebook):
    return list(filter(None, map(grade_id, notebook.cells)))


def spoilt(base, place, value):
    """`base` with `value` at one of its places, counted in the order of a walk."""
    notebook = copy.deepcopy(base)
    places = []

    def walk(node):
        keys = node if isinstance(node, dict) else range(len(node))
        for key in list(keys):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(notebook)
    owner, key = places[place % len(places)]
    owner[key] = value
    return json.dumps(notebook).encode()


def check_bytes(folder, data):
    repaired(folder, data)


def check_json(folder, value):
    repaired(folder, json.dumps(value).encode())


def check_spoilt(folder, place, value):
    repaired(folder, spoilt(json.loads(RIGHT), place, value))


def check_cut(folder, place, byte):
    data = bytearray(RIGHT)
    data[place % len(data)] = byte
    repaired(folder, bytes(data))
    repaired(folder, RIGHT[: place % len(data)])


BYTES = given(data=st.binary(max_size=300))
VALUES = given(value=JSON)
SPOILT = given(place=st.integers(0, 10_000), value=JSON)
CUT = given(place=st.integers(0, 10**6), byte=st.integers(0, 255))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_is_read(tmp_path, path):
    repaired(tmp_path, path.read_bytes())
    (tmp_path / f"{ASSIGNMENT}.ipynb").unlink()
    repaired(tmp_path, path.read_bytes(), "another.ipynb")


def test_there_is_a_corpus():
    assert len(CORPUS) >= 12


@FEW
@BYTES
def test_any_bytes_are_read(tmp_path, data):
    check_bytes(tmp_path, data)


@FEW
@VALUES
def test_any_json_is_read(tmp_path, value):
    check_json(tmp_path, value)


@FEW
@SPOILT
def test_a_notebook_with_any_value_anywhere_is_read(tmp_path, place, value):
    check_spoilt(tmp_path, place, value)


@FEW
@CUT
def test_a_damaged_or_torn_notebook_is_read(tmp_path, place, byte):
    check_cut(tmp_path, place, byte)


@FEW
@given(name=st.binary(min_size=1, max_size=40).filter(lambda n: not set(n) & {0, 47}))
def test_a_file_of_any_name_is_read(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("named")
    with open(os.path.join(os.fsencode(folder), name.strip(b".") + b".ipynb"), "wb") as file:
        file.write(RIGHT)
    submission = repair_submission(folder, ASSIGNMENT, RELEASE)
    assert submission.reason is None and all(note.isprintable() for note in submission.notes)


@given(value=JSON)
@settings(FEW, max_examples=200)
def test_what_is_refused_is_refused_in_a_sentence(value):
    try:
        parse(json.dumps(value).encode())
    except Unreadable as problem:
        assert str(problem).endswith(".") and str(problem).isprintable()


@pytest.mark.soak
def test_any_bytes_and_notebooks_are_read_for_minutes(tmp_path):
    """The same properties with many more examples."""
    MANY(BYTES(lambda data: check_bytes(tmp_path, data)))()
    MANY(VALUES(lambda value: check_json(tmp_path, value)))()
    MANY(SPOILT(lambda place, value: check_spoilt(tmp_path, place, value)))()
    MANY(CUT(lambda place, byte: check_cut(tmp_path, place, byte)))()
