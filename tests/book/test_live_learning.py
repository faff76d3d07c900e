"""The live figure of learning trains as the chapter does, from sums over the picture alone."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tomllib
from typing import Any

import numpy as np
import pytest
from tests.book.prose import CELL, source
from tests.book.site import ROOT
from tools.engine import ask

from convtranspose.learning import loss_gradient, train

# What the cells have that load the photograph and train kernels on it.
NEEDED = re.compile(
    r"cbook|def (say|blocks|target_for|follow|details|sums_of|watch)\b|json|^tent", re.M
)


@pytest.fixture(scope="module")
def chapter() -> dict[str, Any]:
    """What these cells leave behind."""
    cells = [
        re.sub(r"^:.*\n", "", cell[1], flags=re.M)
        for cell in CELL.finditer(source("learned-upsampling"))
    ]
    names: dict[str, Any] = {"loss_gradient": loss_gradient}
    with contextlib.chdir(ROOT / "book"), contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            if NEEDED.search(cell):
                exec(cell, names)
    return names


RUNS = [
    (picture, k, run, rate, small, image)
    for picture, start, rate, small, image in (
        ("photograph", "random", "rate", "small", "photo"),
        ("photograph", "balanced", "rate", "small", "photo"),
        ("details", "detail", "fast", "fine", "sharp"),
    )
    for k in (3, 4)
    for run in (f"{start}{k}",)
]


def test_it_computes_the_chapter_s_own_runs(chapter):
    problem = json.loads(json.dumps(chapter["problem"]))
    stops, calls = chapter["stops"], []
    for picture, k, run, rate, *_ in RUNS:
        known = problem["pictures"][picture]
        sums = known["sizes"][str(k)] | {"lags": known["lags"], "s": 2}
        start = chapter[run][0].tolist()
        calls.append(("train", (sums, start, stops[-1], chapter[rate], 99)))
        calls.append(("loss", (sums, start)))
        calls.append(("steepest", (sums,)))
    answers = iter(answer["value"] for answer in ask(calls))
    for _, k, run, rate, small, image in RUNS:
        kernels, loss, steepest = next(answers), next(answers), next(answers)
        for step, expected in zip(stops, chapter[run], strict=True):
            np.testing.assert_allclose(kernels[step], expected, rtol=0, atol=1e-10)
        x, target = chapter[small], chapter["target_for"](k, chapter[image])
        _, [before] = train(x, target, chapter[run][0], 2, 1, chapter[rate])
        assert loss == pytest.approx(before, rel=1e-10)
        # Below 2/λ training converges, above it does not.
        for factor, grows in ((1.9, False), (2.1, True)):
            _, losses = train(x, target, chapter[run][0], 2, 40, factor / steepest)
            assert (losses[-1] > losses[-2]) == grows
    assert problem["random"] == {str(k): chapter[f"random{k}"][0].tolist() for k in (3, 4)}


def test_it_begins_as_the_first_frame_and_at_the_chapter_s_rate(chapter):
    kind = tomllib.loads((ROOT / "book" / "live" / "kinds.toml").read_text())["learning"]
    first = {
        field["choice"]: next(iter(field["of"])) for field in kind["fields"] if "choice" in field
    }
    assert first == {"picture": "photograph", "k": "3", "init": "random", "rate": "0.1"}
    assert next(iter(chapter["six"])) == "random start, k = 3"
    assert chapter["rate"] == pytest.approx(0.1 / (chapter["small"] ** 2).sum())
    assert chapter["fast"] == pytest.approx(0.1 / (chapter["fine"] ** 2).sum())
