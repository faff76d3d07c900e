"""The numbers of the long experiments, which the chapters read from a file, are those that the
script computes: a sample of them is computed again.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from tools.experiments import upsamplers

from convtranspose import train

SAVED = json.loads(upsamplers.DATA.read_text(encoding="utf-8"))


def assert_agrees(again, saved):
    """Five digits are kept; another linear algebra library may round otherwise on the way."""
    for name, values in again.items():
        kept = np.array(saved[name], float)
        assert np.allclose(np.array(values, float), kept, rtol=2e-3, atol=1e-6), name


@pytest.mark.parametrize(
    ("task", "method", "k", "start", "seed"),
    [
        ("between", "transposed", 3, "around zero", 4),
        ("on", "transposed", 5, "balanced", 7),
        ("between", "icnr", 3, "positive", 11),
        ("on", "sub-pixel", 3, "around zero", 2),
    ],
)
def test_a_layer_trained_again_ends_as_the_file_says(task, method, k, start, seed):
    what = {"task": task, "method": method, "k": k, "start": start, "seed": seed}
    [saved] = [run for run in SAVED["layers"] if what.items() <= run.items()]
    assert_agrees(upsamplers.one_run(**what), saved)


@pytest.mark.parametrize("task", upsamplers.TASKS)
@pytest.mark.parametrize("picture", ["photograph", "details"])
def test_kernels_trained_again_end_as_the_file_says(task, picture):
    for k, start, seed in ((3, "around zero", 1), (4, "balanced", 5), (6, "positive", 9)):
        what = {"task": task, "picture": picture, "k": k, "start": start, "seed": seed}
        [saved] = [run for run in SAVED["kernels"] if what.items() <= run.items()]
        assert_agrees(upsamplers.kernel_run(**what), saved)


def test_the_normal_equations_take_the_steps_that_training_takes():
    matrix, right, rate = upsamplers.normal_equations(4, "between", "photograph")
    top, left, n = upsamplers.ONE_PICTURE
    x = upsamplers.shrunk(upsamplers.photograph(), "between", top, left, n)
    target = upsamplers.photograph()[top - 1 :, left - 1 :][: 2 * n + 2, : 2 * n + 2]
    w = np.random.default_rng(0).normal(0, 0.3, (4, 4))
    trained, _ = train(x, target, w, 2, 5, rate)
    flat = w.ravel()
    for _ in range(5):
        flat = flat - rate * (matrix @ flat - right)
    assert np.allclose(flat, trained.ravel())


def test_the_file_holds_every_run_once():
    seeds = len(upsamplers.SEEDS)
    layers = {
        tuple(run[key] for key in ("task", "method", "k", "start", "seed"))
        for run in SAVED["layers"]
    }
    assert len(layers) == len(SAVED["layers"]) == 2 * len(list(upsamplers.candidates())) * seeds
    assert len(SAVED["kernels"]) == 2 * 2 * len(upsamplers.STARTS) * len(upsamplers.SIZES) * seeds
    assert SAVED["provenance"]["seeds"] == list(upsamplers.SEEDS)
    assert SAVED["provenance"]["steps"] == list(upsamplers.STOPS)
